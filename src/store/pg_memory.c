/* SPDX-License-Identifier: Apache-2.0 */
/* pg_memory.c - databases of tests: what lies in memory with SQLite is here a database of its own on the
 * server that XQ_TEST_POSTGRES names (tests/run-postgres), dropped when it is closed. */
#include "store/pg_int.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

#include "core/mem.h"

#include "core/banned.h"

const char *
pg_test_server(void)
{
	return getenv("XQ_TEST_POSTGRES");
}

static enum xq_rc
at_server(struct db *db, const char *text, struct xq_err *err)
{
	PGconn *h = NULL;
	enum xq_rc rc = pg_connect(db, NULL, true, &h, err);
	if (rc == XQ_OK)
		rc = pg_do(h, text, err);
	PQfinish(h);
	return rc;
}

enum xq_rc
pg_memory_make(struct db *db, struct xq_err *err)
{
	static atomic_int count;
	struct pg_db *own = pg_db_of(db);
	const char *name =
		mem_printf(own, "xq_test_%ld_%d", (long)getpid(), atomic_fetch_add(&count, 1));
	enum xq_rc rc = at_server(db,
		mem_printf(own,
			"CREATE DATABASE %s TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C'"
			" LC_CTYPE 'C'",
			name),
		err);
	if (rc == XQ_OK)
		own->database = name;
	return rc;
}

void
pg_memory_drop(struct db *db)
{
	struct xq_err err;
	/* What is left of a failed test is litter on a server that is thrown away. */
	(void)at_server(
		db, mem_printf(db, "DROP DATABASE %s WITH (FORCE)", pg_db_of(db)->database), &err);
}
