/* SPDX-License-Identifier: Apache-2.0 */
/* pg_memory.c - databases of tests: what lies in memory with SQLite is here a database of its own on the
 * server that XQ_TEST_POSTGRES names (tests/run-postgres), dropped when it is closed. A hundred steps of the
 * schema take longer than most tests, so the first one that has taken them leaves a copy for all others. */
#include "store/pg_int.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

#include "core/hash.h"
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

void
pg_memory_name(struct db *db)
{
	static atomic_int count;
	struct pg_db *own = pg_db_of(db);
	own->database =
		mem_printf(own, "xq_test_%ld_%d", (long)getpid(), atomic_fetch_add(&count, 1));
}

enum xq_rc
pg_memory_make(struct db *db, struct xq_err *err)
{
	struct pg_db *own = pg_db_of(db);
	PGconn *h = NULL;
	enum xq_rc rc = at_server(db,
		mem_printf(own,
			"CREATE DATABASE %s TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C'"
			" LC_CTYPE 'C'",
			own->database),
		err);
	own->is_made = rc == XQ_OK;
	if (rc == XQ_OK)
		rc = pg_connect(db, own->database, true, &h, err);
	if (rc == XQ_OK)
		rc = pg_check_database(h, err);
	PQfinish(h);
	return rc;
}

void
pg_memory_drop(struct db *db)
{
	struct xq_err err;
	struct pg_db *own = pg_db_of(db);
	/* What is left of a failed test is litter on a server that is thrown away. */
	if (own->is_made)
		(void)at_server(
			db, mem_printf(db, "DROP DATABASE %s WITH (FORCE)", own->database), &err);
}

/* ---- the same steps once for all tests ------------------------------------------------------------------- */

/* Named by all that the steps are made of, so that other ones never meet it. */
static const char *
template_name(void *mem, const struct migration *const *list, size_t n)
{
	struct hash_sum sum;
	uint8_t out[SHA256_LEN];
	char hex[2 * SHA256_LEN + 1];
	hash_sum_begin(&sum);
	for (size_t i = 0; i < n; i++) {
		const char *step = mem_printf(
			mem, "%s %d\n%s\n", list[i]->module, list[i]->number, list[i]->ddl);
		hash_sum_add(&sum, (struct bytes){ (const uint8_t *)step, strlen(step) });
	}
	hash_sum_end(&sum, out);
	text_hex((struct bytes){ out, sizeof out }, hex);
	return mem_printf(mem, "xq_template_%.16s", hex);
}

/* A server copies and drops no database that somebody is connected with; the next transaction connects again. */
static void
leave(struct db *db)
{
	pg_conn_leave(db->writer);
	for (int i = 0; i < db->opt.readers; i++)
		if (db->reader[i])
			pg_conn_leave(db->reader[i]);
}

static enum xq_rc
copy_database(PGconn *h, void *mem, const char *from, const char *to, struct xq_err *err)
{
	return pg_do(h,
		mem_printf(mem, "CREATE DATABASE %s TEMPLATE %s STRATEGY file_copy", to, from),
		err);
}

enum xq_rc
pg_memory_known(
	struct db *db, const struct migration *const *list, size_t n, bool *out, struct xq_err *err)
{
	struct pg_db *own = pg_db_of(db);
	*out = false;
	if (!own->database || own->is_made)
		return XQ_OK;
	void *mem = mem_root("store.template");
	const char *from = template_name(mem, list, n);
	PGconn *h = NULL;
	PGresult *r = NULL;
	enum xq_rc rc = pg_connect(db, NULL, true, &h, err);
	if (rc == XQ_OK)
		rc = pg_ask(h,
			mem_printf(mem, "SELECT 1 FROM pg_database WHERE datname = '%s'", from), &r,
			err);
	if (rc == XQ_OK && PQntuples(r) == 1) {
		rc = copy_database(h, mem, from, own->database, err);
		*out = own->is_made = rc == XQ_OK;
	}
	PQclear(r);
	PQfinish(h);
	mem_free(mem);
	return rc;
}

/* Made under a name of its own, since another test may be at the same; the second one finds it taken. */
enum xq_rc
pg_memory_show(struct db *db, const struct migration *const *list, size_t n, struct xq_err *err)
{
	struct pg_db *own = pg_db_of(db);
	if (!own->database)
		return XQ_OK;
	void *mem = mem_root("store.template");
	const char *to = template_name(mem, list, n),
		   *made = mem_printf(mem, "%s_new", own->database);
	PGconn *h = NULL;
	leave(db);
	enum xq_rc rc = pg_connect(db, NULL, true, &h, err);
	if (rc == XQ_OK)
		rc = copy_database(h, mem, own->database, made, err);
	if (rc == XQ_OK &&
		pg_do(h, mem_printf(mem, "ALTER DATABASE %s RENAME TO %s", made, to), err) != XQ_OK)
		rc = pg_do(h, mem_printf(mem, "DROP DATABASE %s", made), err);
	PQfinish(h);
	mem_free(mem);
	return rc;
}
