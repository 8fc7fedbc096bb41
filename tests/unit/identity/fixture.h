/* SPDX-License-Identifier: Apache-2.0 */
/* fixture.h - a database in memory with two offices that have the same row ids. */
#ifndef XQ_TEST_IDENTITY_FIXTURE_H
#define XQ_TEST_IDENTITY_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "core/mem.h"
#include "identity/people.h"
#include "identity/session.h"

#define NOW INT64_C(1769000000)
enum { OFFICE = 1, OTHER = 2 };

struct world {
	void *mem;
	struct db *db;
	struct tx *tx; /* a write transaction, open during the whole test */
	struct rng random;
	uint8_t key[KEY_LEN];
	int64_t unit, unit2, person, account; /* of OFFICE; OTHER has rows with the same ids */
	struct xq_err err;
};

#define OK(call) assert_int_equal((call), XQ_OK)
#define REFUSED(w, call, key_)                                                                     \
	do {                                                                                       \
		(w)->err = (struct xq_err){ 0 };                                                   \
		assert_int_equal((call), XQ_REFUSED);                                              \
		assert_string_equal((w)->err.key, key_);                                           \
	} while (0)

static inline void
world_people(struct world *w, int64_t office, const char *login)
{
	const struct unit_new a = { "u03", "u03", "物业管理科", "物业管理科", UNIT_SECTION, 20 };
	const struct unit_new b = { "u04", "u03", "青枫居委会", "青枫社区事务站", UNIT_NBHD, 10 };
	OK(unit_add(w->tx, office, &a, &w->unit, &w->err));
	OK(unit_add(w->tx, office, &b, &w->unit2, &w->err));
	OK(person_add(
		w->tx, office, "陈海燕", "科员", "021-5550-0123", w->unit, &w->person, &w->err));
	OK(account_add(w->tx, office, w->person, login, "hash", NOW, &w->account, &w->err));
}

static inline int
world_setup(void **state)
{
	struct world *w = mem_new(NULL, struct world);
	w->mem = w;
	const struct db_options opt = { .is_memory = true };
	OK(db_open(w->mem, "", &opt, &w->db, &w->err));
	const struct migration *list[] = { &store_migration_1, identity_migrations[0] };
	OK(db_migrate(w->db, list, 2, &w->err));
	OK(db_write(w->db, &w->tx, &w->err));
	rng_init_seed(&w->random, 7);
	memset(w->key, 5, sizeof w->key);
	world_people(w, OTHER, "other");
	world_people(w, OFFICE, "chenhy");
	*state = w;
	return 0;
}

static inline int
world_teardown(void **state)
{
	struct world *w = *state;
	tx_end(w->tx);
	db_close(w->db);
	mem_free(w);
	return 0;
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, world_setup, world_teardown)

#endif
