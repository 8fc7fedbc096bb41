/* SPDX-License-Identifier: Apache-2.0 */
/* kept.h - small facts about a reader that hold until the office's next commit.
 *
 * For:       who a session or token belongs to, and the numbers of the menu: the same for every page
 *            that somebody opens between two commits, and a third of the work of making one.
 * May call:  core, store, web/cache
 * Called by: web/request.c, web/nav.c
 * Threads:   any
 *
 * A fact is good for the commit number that was read before the snapshot it came from, and for that
 * minute: what ends by the clock ends at most a minute late. Every act that changes what is kept moves
 * the number (act.h, is_unseen), so a closed session or a taken role counts from the next request on.
 */
#ifndef XQ_WEB_KEPT_H
#define XQ_WEB_KEPT_H

#include <stddef.h>

#include "core/hash.h"
#include "core/str.h"

struct conn;
struct page_cache;

/* What is kept, and of whom: an account, or the hash of a secret that somebody showed. */
struct kept_key {
	char what;
	uint8_t whose[32];
};

struct page_cache *kept_new(void *mem);

/* Copies the n bytes kept under key to out; false: nothing that still holds. */
bool kept_get(struct conn *c, const struct kept_key *key, void *out, size_t n);

/* The same of a text of any length, copied to mem. */
bool kept_text(struct conn *c, const struct kept_key *key, void *mem, struct str *out);

/* Keeps n bytes that were read in the snapshot of this request. */
void kept_put(struct conn *c, const struct kept_key *key, const void *value, size_t n);

#endif
