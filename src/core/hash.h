/* SPDX-License-Identifier: Apache-2.0 */
/* hash.h - digests, keyed hashes and their spellings.
 *
 * May call:  nettle (SHA-256, uses the processor's instructions), libsodium
 * Called by: ledger/, identity/, act/, web/
 * Threads:   any
 * Source:    ledger.md 1, 4; decisions.md 7
 */
#ifndef XQ_CORE_HASH_H
#define XQ_CORE_HASH_H

#include <stdbool.h>
#include <stdint.h>

#include "core/str.h"

#define SHA256_LEN 32
#define KEY_LEN 32

void hash_sha256(struct bytes data, uint8_t out[SHA256_LEN]);
/* SHA-256 over several pieces one after the other. */
void hash_sha256_parts(const struct bytes *part, size_t n, uint8_t out[SHA256_LEN]);

/* The same over what comes piece by piece. */
struct hash_sum {
	uint64_t room[16];
};
void hash_sum_begin(struct hash_sum *s);
void hash_sum_add(struct hash_sum *s, struct bytes data);
void hash_sum_end(struct hash_sum *s, uint8_t out[SHA256_LEN]);

/* Keyed hash (BLAKE2b-256): look-ups by a secret that is not stored (codes, phones, tokens). */
void hash_keyed(const uint8_t key[KEY_LEN], struct bytes data, uint8_t out[32]);

bool hash_equal(const void *a, const void *b, size_t n); /* constant time */
void hash_wipe(void *p, size_t n);

/* Spellings. out of text_hex: 2n + 1 bytes; of text_base64: 4 * ceil(n / 3) + 1. */
void text_hex(struct bytes data, char *out);
void text_base64(struct bytes data, char *out);
/* RFC 4648 with padding; false on missing padding, spaces or non-zero trailing bits. */
bool parse_base64(struct str s, uint8_t *out, size_t cap, size_t *out_n);
/* Lower-case base32 without padding (refs of the record): 5 bytes -> 8 characters. */
void text_base32(struct bytes data, char *out);

#endif
