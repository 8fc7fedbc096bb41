/* SPDX-License-Identifier: Apache-2.0 */
/* cache.h - ready answers of public pages, shared by all threads.
 *
 * Sharded by key, each shard bounded in entries and bytes; the one used longest ago goes first.
 * What an entry holds and how long it is fresh is the caller's business: `use` runs under the
 * shard's lock and says whether the entry may still be used. A stale one is dropped. Several
 * threads that miss at once each render: there are only as many as cores.
 *
 * May call:  core
 * Called by: web/respond.c
 * Threads:   any
 */
#ifndef XQ_WEB_CACHE_H
#define XQ_WEB_CACHE_H

#include "core/str.h"

struct page_cache;

/* Under which state of the office a page was made. */
struct page_fresh {
	int64_t office;
	uint64_t commit_no;
	int64_t minute; /* of UTC: "today" and "in 3 hours" move without a commit */
};

struct page_cache *page_cache_new(
	void *mem, size_t max_entries, size_t max_bytes, void (*free_value)(void *value));
void page_cache_free(struct page_cache *c);

typedef bool (*page_use_fn)(void *arg, const struct page_fresh *fresh, void *value);

/* True when an entry was there and use took it. */
bool page_cache_use(struct page_cache *c, struct str key, page_use_fn use, void *arg);

/* The cache owns value from now on; bytes is its weight. A value larger than a quarter of a shard
 * is freed at once. */
void page_cache_put(struct page_cache *c, struct str key, const struct page_fresh *fresh,
	void *value, size_t bytes);

struct page_cache_stats {
	size_t entries, bytes;
	uint64_t evicted, stale;
};
struct page_cache_stats page_cache_stats(struct page_cache *c);

#endif
