/* SPDX-License-Identifier: Apache-2.0 */
#include "web/limit.h"

#include <pthread.h>

#include "core/err.h"
#include "core/mem.h"

#include "core/banned.h"

enum { SLOTS = 8192, PROBES = 8 };

struct bucket {
	uint64_t who; /* 0: free */
	int64_t at_ms;
	int64_t left_ms; /* tries left, in milliseconds of refill */
};

struct limiter {
	pthread_mutex_t lock;
	int64_t try_ms, full_ms;
	struct bucket slot[SLOTS];
};

struct limiter *
limiter_new(void *mem, int a_minute)
{
	xq_require(a_minute > 0);
	struct limiter *l = mem_new(mem, struct limiter);
	xq_require(pthread_mutex_init(&l->lock, NULL) == 0);
	l->try_ms = 60000 / a_minute > 0 ? 60000 / a_minute : 1;
	l->full_ms = l->try_ms * a_minute;
	return l;
}

void
limiter_free(struct limiter *l)
{
	pthread_mutex_destroy(&l->lock);
	mem_free(l);
}

static struct bucket *
bucket_of(struct limiter *l, uint64_t who, int64_t now_ms)
{
	struct bucket *oldest = NULL;
	for (uint64_t i = 0; i < PROBES; i++) {
		struct bucket *b = &l->slot[(who + i) % SLOTS];
		if (b->who == who)
			return b;
		if (!oldest || (oldest->who != 0 && (b->who == 0 || b->at_ms < oldest->at_ms)))
			oldest = b;
	}
	*oldest = (struct bucket){ .who = who, .at_ms = now_ms, .left_ms = l->full_ms };
	return oldest;
}

bool
limiter_try(struct limiter *l, uint64_t who, int64_t now_ms, int *out_wait_s)
{
	if (who == 0)
		who = 1;
	pthread_mutex_lock(&l->lock);
	struct bucket *b = bucket_of(l, who, now_ms);
	int64_t passed = now_ms > b->at_ms ? now_ms - b->at_ms : 0;
	b->left_ms = b->left_ms + passed < l->full_ms ? b->left_ms + passed : l->full_ms;
	b->at_ms = now_ms;
	bool ok = b->left_ms >= l->try_ms;
	if (ok)
		b->left_ms -= l->try_ms;
	else
		*out_wait_s = (int)((l->try_ms - b->left_ms + 999) / 1000);
	pthread_mutex_unlock(&l->lock);
	return ok;
}
