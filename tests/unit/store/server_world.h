/* SPDX-License-Identifier: Apache-2.0 */
/* server_world.h - a database of a server with the store's tables and those of the test; without a server none, and its
 * tests skip themselves. Behind cmocka.h. */
#ifndef XQ_TEST_SERVER_WORLD_H
#define XQ_TEST_SERVER_WORLD_H

#include "../engine.h"
#include "core/mem.h"

struct world {
	struct db *db;
	struct xq_err err;
};

#define OK(w, rc_) is_ok((w), (rc_), __LINE__)

static inline void
is_ok(struct world *w, enum xq_rc rc, int line)
{
	if (rc != XQ_OK)
		fail_msg("line %d: %d %s %s", line, rc, w->err.key, w->err.detail);
}

static inline struct world *
world_open(void *mem, const struct migration *own, bool sends_each)
{
	const struct migration *const list[] = { &store_migration_1, own };
	const struct db_options opt = { .is_memory = true, .sends_each = sends_each };
	struct world *w = mem_new(mem, struct world);
	if (!on_server())
		return w;
	OK(w, db_open(NULL, NULL, &opt, &w->db, &w->err));
	OK(w, db_migrate(w->db, list, 2, &w->err));
	return w;
}

static inline int
world_close(void **state)
{
	struct world *w = *state;
	db_close(w->db);
	mem_free(w);
	return 0;
}

#endif
