/* SPDX-License-Identifier: Apache-2.0 */
/* seal.h - small secrets at rest: XChaCha20-Poly1305 under a key for one purpose.
 *
 * May call:  core/hash.h, core/random.h, libsodium
 * Called by: act/ (kept answers), concern/ (query codes)
 * Threads:   any
 * Source:    decisions.md 7, ledger.md 4
 */
#ifndef XQ_CORE_SEAL_H
#define XQ_CORE_SEAL_H

#include "core/hash.h"
#include "core/random.h"

/* nonce, cipher text and tag; lives as long as mem. purpose keeps one use from another. */
struct bytes seal_make(void *mem, const uint8_t key[KEY_LEN], const char *purpose,
	struct rng *random, struct str plain);
/* False when it was not made under this key and purpose, or was changed. */
bool seal_open(void *mem, const uint8_t key[KEY_LEN], const char *purpose, struct bytes sealed,
	struct str *out);

#endif
