/* SPDX-License-Identifier: Apache-2.0 */
#include "web/cache.h"

#include <pthread.h>

#include "core/err.h"
#include "core/mem.h"

#include "core/banned.h"

enum { SHARDS = 8 };

struct entry {
	struct entry *next; /* of its hash chain, or of the free list */
	uint64_t hash;
	char *key;
	size_t n_key;
	struct page_fresh fresh;
	void *value;
	size_t bytes;
	uint64_t used;
};

struct shard {
	pthread_mutex_t lock;
	void *mem;            /* child of no request: touched under lock only */
	struct entry *slot;   /* max_entries of them */
	struct entry **chain; /* n_chains, a power of two */
	struct entry *free;
	size_t n, bytes;
	uint64_t tick, evicted, stale;
};

struct page_cache {
	size_t max_entries, max_bytes, n_chains; /* of one shard */
	void (*free_value)(void *value);
	struct shard shard[SHARDS];
};

/* FNV-1a in 64 bits, stirred: keys are short. An attacker who makes collisions only slows down
 * his own look-ups, a chain holds at most max_entries. */
static uint64_t
hash_of(struct str key)
{
	uint64_t h = UINT64_C(1469598103934665603);
	for (size_t i = 0; i < key.n; i++)
		h = (h ^ (uint8_t)key.p[i]) * UINT64_C(1099511628211);
	h ^= h >> 29;
	return h * UINT64_C(0x9E3779B97F4A7C15);
}

struct page_cache *
page_cache_new(void *mem, size_t max_entries, size_t max_bytes, void (*free_value)(void *value))
{
	xq_require(max_entries >= SHARDS && max_bytes >= SHARDS);
	struct page_cache *c = mem_new(mem, struct page_cache);
	c->max_entries = max_entries / SHARDS;
	c->max_bytes = max_bytes / SHARDS;
	c->free_value = free_value;
	for (c->n_chains = 16; c->n_chains < 2 * c->max_entries;)
		c->n_chains *= 2;
	for (size_t i = 0; i < SHARDS; i++) {
		struct shard *s = &c->shard[i];
		xq_require(pthread_mutex_init(&s->lock, NULL) == 0);
		s->mem = mem_root("page cache"); /* own root: talloc is not for two threads */
		s->slot = mem_array(s->mem, struct entry, c->max_entries);
		s->chain = mem_array(s->mem, struct entry *, c->n_chains);
		for (size_t k = 0; k < c->max_entries; k++) {
			s->slot[k].next = s->free;
			s->free = &s->slot[k];
		}
	}
	return c;
}

/* Takes e out of its chain and frees what it holds. */
static void
drop(struct page_cache *c, struct shard *s, struct entry *e)
{
	struct entry **at = &s->chain[e->hash & (c->n_chains - 1)];
	while (*at != e)
		at = &(*at)->next;
	*at = e->next;
	c->free_value(e->value);
	mem_free(e->key);
	s->n--;
	s->bytes -= e->bytes;
	*e = (struct entry){ .next = s->free };
	s->free = e;
}

void
page_cache_free(struct page_cache *c)
{
	for (size_t i = 0; i < SHARDS; i++) {
		struct shard *s = &c->shard[i];
		for (size_t k = 0; k < c->max_entries; k++)
			if (s->slot[k].value)
				drop(c, s, &s->slot[k]);
		pthread_mutex_destroy(&s->lock);
		mem_free(s->mem);
	}
	mem_free(c);
}

static struct entry *
find(struct page_cache *c, struct shard *s, uint64_t hash, struct str key)
{
	for (struct entry *e = s->chain[hash & (c->n_chains - 1)]; e; e = e->next)
		if (e->hash == hash && str_eq(str_n(e->key, e->n_key), key))
			return e;
	return NULL;
}

bool
page_cache_use(struct page_cache *c, struct str key, page_use_fn use, void *arg)
{
	uint64_t hash = hash_of(key);
	struct shard *s = &c->shard[hash >> 61];
	bool used = false;
	pthread_mutex_lock(&s->lock);
	struct entry *e = find(c, s, hash, key);
	if (e) {
		used = use(arg, &e->fresh, e->value);
		e->used = ++s->tick;
		if (!used) {
			s->stale++;
			drop(c, s, e);
		}
	}
	pthread_mutex_unlock(&s->lock);
	return used;
}

static struct entry *
oldest(struct page_cache *c, struct shard *s)
{
	struct entry *best = NULL;
	for (size_t i = 0; i < c->max_entries; i++) {
		struct entry *e = &s->slot[i];
		if (e->value && (!best || e->used < best->used))
			best = e;
	}
	return best;
}

void
page_cache_put(struct page_cache *c, struct str key, const struct page_fresh *fresh, void *value,
	size_t bytes)
{
	xq_require(value != NULL);
	if (bytes > c->max_bytes / 4) {
		c->free_value(value);
		return;
	}
	uint64_t hash = hash_of(key);
	struct shard *s = &c->shard[hash >> 61];
	pthread_mutex_lock(&s->lock);
	struct entry *e = find(c, s, hash, key);
	if (e)
		drop(c, s, e);
	while (!s->free || s->bytes + bytes > c->max_bytes) {
		drop(c, s, oldest(c, s));
		s->evicted++;
	}
	e = s->free;
	s->free = e->next;
	struct entry **chain = &s->chain[hash & (c->n_chains - 1)];
	*e = (struct entry){ .next = *chain,
		.hash = hash,
		.key = mem_textn(s->mem, key.p, key.n),
		.n_key = key.n,
		.fresh = *fresh,
		.value = value,
		.bytes = bytes,
		.used = ++s->tick };
	*chain = e;
	s->n++;
	s->bytes += bytes;
	pthread_mutex_unlock(&s->lock);
}

struct page_cache_stats
page_cache_stats(struct page_cache *c)
{
	struct page_cache_stats all = { 0 };
	for (size_t i = 0; i < SHARDS; i++) {
		struct shard *s = &c->shard[i];
		pthread_mutex_lock(&s->lock);
		all.entries += s->n;
		all.bytes += s->bytes;
		all.evicted += s->evicted;
		all.stale += s->stale;
		pthread_mutex_unlock(&s->lock);
	}
	return all;
}
