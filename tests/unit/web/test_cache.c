/* SPDX-License-Identifier: Apache-2.0 */
#include "web/cache.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "core/mem.h"

static void *mem;
static atomic_int alive; /* values made and not yet freed */

struct thing {
	int n;
};

static struct thing *
thing_new(int n)
{
	struct thing *t = mem_new(NULL, struct thing);
	t->n = n;
	atomic_fetch_add(&alive, 1);
	return t;
}

static void
thing_free(void *value)
{
	mem_free(value);
	atomic_fetch_sub(&alive, 1);
}

static bool
take(void *arg, const struct page_fresh *fresh, void *value)
{
	int *out = arg;
	*out = ((struct thing *)value)->n;
	return fresh->commit_no == 1;
}

static const struct page_fresh now = { .office = 1, .commit_no = 1 };

static void
page_is_found_by_its_key_only(void **state)
{
	(void)state;
	struct page_cache *c = page_cache_new(mem, 64, 8000, thing_free);
	int n = 0;
	page_cache_put(c, STR("/a"), &now, thing_new(1), 10);
	page_cache_put(c, STR("/b"), &now, thing_new(2), 10);
	assert_true(page_cache_use(c, STR("/b"), take, &n));
	assert_int_equal(n, 2);
	assert_false(page_cache_use(c, STR("/c"), take, &n));
	page_cache_put(c, STR("/a"), &now, thing_new(3), 10);
	assert_true(page_cache_use(c, STR("/a"), take, &n));
	assert_int_equal(n, 3);
	assert_int_equal(page_cache_stats(c).entries, 2);
	page_cache_free(c);
	assert_int_equal(atomic_load(&alive), 0);
}

static void
stale_page_is_dropped(void **state)
{
	(void)state;
	struct page_cache *c = page_cache_new(mem, 64, 8000, thing_free);
	int n = 0;
	page_cache_put(c, STR("/a"), &(struct page_fresh){ .commit_no = 0 }, thing_new(1), 10);
	assert_false(page_cache_use(c, STR("/a"), take, &n));
	assert_int_equal(page_cache_stats(c).entries, 0);
	assert_int_equal(page_cache_stats(c).stale, 1);
	assert_int_equal(atomic_load(&alive), 0);
	page_cache_free(c);
}

static void
cache_stays_within_its_bounds(void **state)
{
	(void)state;
	struct page_cache *c = page_cache_new(mem, 64, 8000, thing_free);
	char key[16];
	int n = 0;
	for (int i = 0; i < 1000; i++) {
		snprintf(key, sizeof key, "/%d", i);
		page_cache_put(c, str_of(key), &now, thing_new(i), 200);
		/* in use all the time: never the oldest of its shard */
		if (i == 0)
			continue;
		assert_true(page_cache_use(c, STR("/0"), take, &n));
	}
	struct page_cache_stats s = page_cache_stats(c);
	assert_true(s.entries <= 64 && s.bytes <= 8000);
	assert_int_equal(s.entries + s.evicted, 1000);
	assert_int_equal(atomic_load(&alive), (int)s.entries);
	page_cache_put(c, STR("/huge"), &now, thing_new(1), 5000);
	assert_false(page_cache_use(c, STR("/huge"), take, &n));
	page_cache_free(c);
	assert_int_equal(atomic_load(&alive), 0);
}

static void *
hammer(void *arg)
{
	struct page_cache *c = arg;
	char key[16];
	int n = 0;
	for (int i = 0; i < 20000; i++) {
		snprintf(key, sizeof key, "/%d", i % 97);
		if (!page_cache_use(c, str_of(key), take, &n))
			page_cache_put(c, str_of(key),
				&(struct page_fresh){ .commit_no = (uint64_t)(i % 3) },
				thing_new(i), 100);
	}
	return NULL;
}

static void
threads_share_it(void **state)
{
	(void)state;
	struct page_cache *c = page_cache_new(mem, 64, 80000, thing_free);
	pthread_t thread[4];
	for (size_t i = 0; i < 4; i++)
		assert_int_equal(pthread_create(&thread[i], NULL, hammer, c), 0);
	for (size_t i = 0; i < 4; i++)
		pthread_join(thread[i], NULL);
	assert_int_equal(atomic_load(&alive), (int)page_cache_stats(c).entries);
	page_cache_free(c);
	assert_int_equal(atomic_load(&alive), 0);
}

static int
set_up(void **state)
{
	(void)state;
	mem = mem_root("test");
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	mem_free(mem);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(page_is_found_by_its_key_only),
		cmocka_unit_test(stale_page_is_dropped),
		cmocka_unit_test(cache_stays_within_its_bounds),
		cmocka_unit_test(threads_share_it),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
