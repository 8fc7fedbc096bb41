/* SPDX-License-Identifier: Apache-2.0 */
/* pg_ddl.c - migrations as PostgreSQL wants them, and what is done with whole databases. */
#include "store/pg_int.h"

#include <ctype.h>
#include <stdio.h>

#include "core/mem.h"

#include "core/banned.h"

/* Several statements go only outside of pipeline mode. */
enum xq_rc
pg_script(struct tx *tx, const char *text, struct xq_err *err)
{
	struct pg_conn *c = pg_of(tx->conn);
	static const struct pg_pending script = { .what = "script" };
	enum xq_rc rc = pg_reads(c, err);
	if (rc == XQ_OK)
		rc = pg_gather_all(c, err);
	if (rc == XQ_OK && c->n_pending > 0)
		rc = pg_settle(c, NULL, err);
	pg_gather_forget(c->gather);
	pg_kept_drop(c->kept);
	c->writes_kept = true;
	if (rc != XQ_OK)
		return rc;
	if (pg_is_away(c) || !PQexitPipelineMode(c->h))
		return pg_fail(c, NULL, &script, err);
	PGresult *r = PQexec(c->h, text);
	ExecStatusType s = PQresultStatus(r);
	if (s != PGRES_COMMAND_OK && s != PGRES_TUPLES_OK)
		rc = pg_fail(c, r, &script, err);
	c->sent++;
	PQclear(r);
	if (!pg_is_away(c) && !PQenterPipelineMode(c->h) && rc == XQ_OK)
		rc = pg_fail(c, NULL, &script, err);
	return rc;
}

/* The four portable types in the engine's words; other words stay. */
static void
put_word(struct buf *b, struct str w)
{
	static const char *const types[][2] = { { "integer", "bigint" }, { "blob", "bytea" },
		{ "real", "double precision" } };
	for (size_t i = 0; i < sizeof types / sizeof *types; i++)
		if (str_is(w, types[i][0])) {
			buf_text(b, types[i][1]);
			return;
		}
	buf_str(b, w);
}

static char *
translated(void *mem, struct str s)
{
	struct buf b = buf_new(mem, s.n + 64);
	size_t at = 0;
	while (at < s.n) {
		size_t n = 0;
		while (at + n < s.n && (isalnum((unsigned char)s.p[at + n]) || s.p[at + n] == '_'))
			n++;
		if (n > 0) {
			put_word(&b, str_n(s.p + at, n));
		} else {
			n = 1;
			if (s.p[at] == '\'')
				n += str_index(str_n(s.p + at + 1, s.n - at - 1), STR("'")) + 1;
			n = at + n > s.n ? s.n - at : n;
			buf_add(&b, s.p + at, n);
		}
		at += n;
	}
	return b.p;
}

enum xq_rc
pg_ddl(struct tx *tx, struct str statement, const struct table_decl *t, struct xq_err *err)
{
	(void)t; /* rows lie where they come to lie */
	void *mem = mem_root("store.ddl");
	enum xq_rc rc = pg_script(tx, translated(mem, statement), err);
	mem_free(mem);
	return rc;
}

const char *
pg_own_ddl(const struct migration *m)
{
	(void)m;
	return NULL;
}

/* Whether the server takes it, also for the rows of many acts (pg_gather.c), and no plan: figures of plans are those
 * of a full table, which a test has not. In a savepoint, since what it does not take would end the transaction. */
enum xq_rc
pg_plan(struct tx *tx, const char *text, struct buf *plan, struct xq_err *err)
{
	struct pg_conn *c = pg_of(tx->conn);
	struct pg_stmt s = { .name = "plan" };
	struct xq_err end_err;
	(void)plan;
	enum xq_rc rc = pg_reads(c, err);
	if (rc == XQ_OK)
		rc = pg_send(c, "SAVEPOINT plan", err);
	if (rc == XQ_OK)
		rc = pg_prepare(c, text, (struct pg_pending){ .what = "plan" }, &s, err);
	if (rc == XQ_OK)
		rc = pg_gather_try(c, text, &s, err);
	if (pg_is_away(c))
		return rc;
	c->round++; /* all of them */
	enum xq_rc end = pg_send(c, "ROLLBACK TO SAVEPOINT plan", &end_err);
	if (end == XQ_OK)
		end = pg_send(c, "RELEASE SAVEPOINT plan", &end_err);
	if (end == XQ_OK) /* behind what fails it would not be done */
		end = pg_send(c, "DEALLOCATE ALL", &end_err);
	if (end == XQ_OK)
		end = pg_settle(c, NULL, &end_err);
	if (end == XQ_OK)
		tx->broken = XQ_OK;
	mem_free(s.type);
	return rc;
}

static enum xq_rc
first_text(struct tx *tx, void *mem, const char *text, const char **out, struct xq_err *err)
{
	struct pg_conn *c = pg_of(tx->conn);
	PGresult *r = NULL;
	enum xq_rc rc = pg_reads(c, err);
	if (rc == XQ_OK)
		rc = pg_send(c, text, err);
	if (rc == XQ_OK)
		rc = pg_settle(c, &r, err);
	*out = NULL;
	if (rc == XQ_OK && PQntuples(r) > 0)
		*out = mem_text(mem, PQgetvalue(r, 0, 0));
	PQclear(r);
	return rc;
}

/* Who verifies reads everything, which is quick only by the right indexes: after a failover the server may not know
 * how its tables have grown. */
static enum xq_rc
count_first(struct db *db, struct xq_err *err)
{
	PGconn *h = NULL;
	if (pg_connect(db, pg_db_of(db)->database, true, &h, err) != XQ_OK)
		return xq_busy(err, "store.away");
	enum xq_rc rc = pg_analyze_grown(h, err);
	PQfinish(h);
	return rc;
}

/* The server checks its rows with every change; what it may have is an index or a rule that was begun and
 * never finished. */
enum xq_rc
pg_verify(struct tx *tx, void *mem, const char **out, struct xq_err *err)
{
	const char *name = NULL;
	enum xq_rc rc = count_first(tx->conn->db, err);
	if (rc != XQ_OK)
		return rc;
	rc = first_text(tx, mem,
		"SELECT CAST(CAST(indexrelid AS regclass) AS text) FROM pg_index WHERE NOT indisvalid"
		" ORDER BY indexrelid LIMIT 1",
		&name, err);
	*out = name ? mem_printf(mem, "index %s is not valid", name) : NULL;
	if (rc != XQ_OK || name)
		return rc;
	rc = first_text(tx, mem,
		"SELECT CAST(conname AS text) FROM pg_constraint WHERE NOT convalidated"
		" ORDER BY conname LIMIT 1",
		&name, err);
	*out = name ? mem_printf(mem, "rule %s was never checked", name) : NULL;
	return rc;
}

/* Dead rows are taken out of tables and indexes. The server's log and the free room of its pages are
 * written over in its own time (docs/erasure.md). */
enum xq_rc
pg_scrub(struct db *db, struct xq_err *err)
{
	PGconn *h = NULL;
	enum xq_rc rc = pg_connect(db, pg_db_of(db)->database, true, &h, err);
	if (rc != XQ_OK)
		return xq_busy(err, "store.away");
	rc = pg_do(h, "SET statement_timeout = 0", err);
	if (rc == XQ_OK)
		rc = pg_do(h, "VACUUM", err);
	PQfinish(h);
	return rc;
}
