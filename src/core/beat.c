/* SPDX-License-Identifier: Apache-2.0 */
#include "core/beat.h"

#include <pthread.h>
#include <stdbool.h>
#include <time.h>

#include "core/err.h"
#include "core/mem.h"

#include "core/banned.h"

struct beat {
	void (*fn)(void *arg);
	void *arg;
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t wake;
	bool is_stopping;
};

static bool
wait_a_second(struct beat *b)
{
	struct timespec until;
	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec++;
	pthread_mutex_lock(&b->lock);
	if (!b->is_stopping)
		(void)pthread_cond_timedwait(&b->wake, &b->lock, &until);
	bool goes_on = !b->is_stopping;
	pthread_mutex_unlock(&b->lock);
	return goes_on;
}

static void *
loop(void *arg)
{
	struct beat *b = arg;
	while (wait_a_second(b))
		b->fn(b->arg);
	return NULL;
}

struct beat *
beat_start(void *mem, void (*fn)(void *arg), void *arg)
{
	struct beat *b = mem_new(mem, struct beat);
	pthread_condattr_t attr;
	b->fn = fn;
	b->arg = arg;
	pthread_mutex_init(&b->lock, NULL);
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&b->wake, &attr);
	pthread_condattr_destroy(&attr);
	int rc = pthread_create(&b->thread, NULL, loop, b);
	xq_require(rc == 0);
	return b;
}

void
beat_stop(struct beat *b)
{
	pthread_mutex_lock(&b->lock);
	b->is_stopping = true;
	pthread_cond_signal(&b->wake);
	pthread_mutex_unlock(&b->lock);
	(void)pthread_join(b->thread, NULL);
	pthread_cond_destroy(&b->wake);
	pthread_mutex_destroy(&b->lock);
	mem_free(b);
}
