/* SPDX-License-Identifier: Apache-2.0 */
/* sqlite_statement.c - statements of SQLite: values bound to them, rows read from them, and the checks that
 * read whole tables. */
#include "store/sqlite_int.h"

#include <stdio.h>

#include "core/mem.h"

#include "core/banned.h"

static sqlite3_stmt *
conn_stmt(struct sqlite_conn *c, sql_ref sql, struct xq_err *err, enum xq_rc *rc)
{
	size_t i = store_index(sql);
	if (!c->stmt[i]) {
		const char *tail = "";
		int code = sqlite3_prepare_v3(
			c->h, sql->text, -1, SQLITE_PREPARE_PERSISTENT, &c->stmt[i], &tail);
		if (code != SQLITE_OK) {
			*rc = sqlite_fail(&c->c.tx, code, sql->file, sql->line, err);
			return NULL;
		}
		xq_require(*tail == '\0'); /* one statement, one block */
	}
	return c->stmt[i];
}

static int
bind_one(sqlite3_stmt *s, int at, const struct val *v)
{
	switch (v->type) {
	case VAL_NULL:
		return sqlite3_bind_null(s, at);
	case VAL_INT:
		return sqlite3_bind_int64(s, at, v->i);
	case VAL_REAL:
		return sqlite3_bind_double(s, at, v->r);
	case VAL_TEXT:
		return sqlite3_bind_text64(s, at, v->p, v->n, SQLITE_STATIC, SQLITE_UTF8);
	case VAL_BLOB:
		return sqlite3_bind_blob64(s, at, v->p, v->n, SQLITE_STATIC);
	}
	return SQLITE_MISUSE;
}

/* The statement, ready to step; NULL with *rc and *err when it is not to be had. */
static sqlite3_stmt *
stmt_ready(struct tx *tx, sql_ref sql, struct vals v, struct xq_err *err, enum xq_rc *rc)
{
	sqlite3_stmt *s = conn_stmt(sqlite_of(tx->conn), sql, err, rc);
	if (!s)
		return NULL;
	xq_require(!sqlite3_stmt_busy(s)); /* one open query per statement */
	xq_require((size_t)sqlite3_bind_parameter_count(s) == v.n);
	for (size_t i = 0; i < v.n; i++) {
		int code = bind_one(s, (int)i + 1, &v.v[i]);
		if (code != SQLITE_OK) {
			*rc = sqlite_fail(tx, code, sql->file, sql->line, err);
			return NULL;
		}
	}
	return s;
}

enum xq_rc
sqlite_exec(struct tx *tx, sql_ref sql, struct vals v, enum exec_wait wait, struct xq_err *err)
{
	(void)wait; /* the answer is always there at once */
	enum xq_rc rc = XQ_OK;
	sqlite3_stmt *s = stmt_ready(tx, sql, v, err, &rc);
	if (!s)
		return rc;
	int code;
	do
		code = sqlite3_step(s);
	while (code == SQLITE_ROW);
	if (code == SQLITE_DONE)
		tx->changed = sqlite3_changes64(sqlite_of(tx->conn)->h);
	else
		rc = sqlite_fail(tx, code, sql->file, sql->line, err);
	(void)sqlite3_reset(s); /* repeats the code of the step */
	return rc;
}

int64_t
sqlite_changed(struct tx *tx)
{
	return tx->changed;
}

void
sqlite_query(struct rows *q, struct vals v)
{
	sqlite3_stmt *s = stmt_ready(q->tx, q->sql, v, &q->err, &q->rc);
	q->cols = s ? sqlite3_column_count(s) : 0;
	q->h = s;
}

bool
sqlite_next(struct rows *q)
{
	int code = sqlite3_step(q->h);
	if (code == SQLITE_ROW)
		return true;
	if (code != SQLITE_DONE)
		q->rc = sqlite_fail(q->tx, code, q->sql->file, q->sql->line, &q->err);
	(void)sqlite3_reset(q->h); /* repeats the code of the step */
	return false;
}

void
sqlite_done(struct rows *q)
{
	if (!q->is_done)
		(void)sqlite3_reset(q->h); /* left early: no error to tell */
}

int64_t
sqlite_col_int(struct rows *q, int col)
{
	return sqlite3_column_int64(q->h, col);
}

double
sqlite_col_real(struct rows *q, int col)
{
	return sqlite3_column_double(q->h, col);
}

bool
sqlite_col_is_null(struct rows *q, int col)
{
	return sqlite3_column_type(q->h, col) == SQLITE_NULL;
}

struct bytes
sqlite_col_bytes(struct rows *q, int col, bool is_text)
{
	const void *p = is_text ? sqlite3_column_text(q->h, col) : sqlite3_column_blob(q->h, col);
	return (struct bytes){ p, (size_t)sqlite3_column_bytes(q->h, col) };
}

enum xq_rc
sqlite_script(struct tx *tx, const char *text, struct xq_err *err)
{
	int code = sqlite3_exec(sqlite_of(tx->conn)->h, text, NULL, NULL, NULL);
	return code == SQLITE_OK ? XQ_OK : sqlite_fail(tx, code, "script", 0, err);
}

/* ---- checks ------------------------------------------------------------------------------------- */

enum xq_rc
sqlite_plan(struct tx *tx, const char *text, struct buf *plan, struct xq_err *err)
{
	sqlite3 *h = sqlite_of(tx->conn)->h;
	struct buf b = buf_new(plan->mem, 256);
	buf_text(&b, "EXPLAIN QUERY PLAN ");
	buf_text(&b, text);
	sqlite3_stmt *s = NULL;
	int code = sqlite3_prepare_v2(
		h, text, -1, &s, NULL); /* some texts fail only without EXPLAIN */
	sqlite3_finalize(s);
	s = NULL;
	if (code == SQLITE_OK)
		code = sqlite3_prepare_v2(h, b.p, -1, &s, NULL);
	while (code == SQLITE_OK || code == SQLITE_ROW) {
		code = sqlite3_step(s);
		if (code == SQLITE_ROW) {
			buf_text(plan, (const char *)sqlite3_column_text(s, 3));
			buf_char(plan, '\n');
		}
	}
	enum xq_rc rc = code == SQLITE_DONE ? XQ_OK : sqlite_fail(tx, code, "plan", __LINE__, err);
	sqlite3_finalize(s);
	return rc;
}

static enum xq_rc
first_line(struct tx *tx, void *mem, const char *text, const char **out, struct xq_err *err)
{
	sqlite3_stmt *s = NULL;
	int code = sqlite3_prepare_v2(sqlite_of(tx->conn)->h, text, -1, &s, NULL);
	if (code == SQLITE_OK)
		code = sqlite3_step(s);
	*out = NULL;
	if (code == SQLITE_ROW)
		*out = mem_text(mem, (const char *)sqlite3_column_text(s, 0));
	enum xq_rc rc = code == SQLITE_ROW || code == SQLITE_DONE
	                        ? XQ_OK
	                        : sqlite_fail(tx, code, "verify", __LINE__, err);
	sqlite3_finalize(s);
	return rc;
}

enum xq_rc
sqlite_verify(struct tx *tx, void *mem, const char **out_fault, struct xq_err *err)
{
	const char *line = NULL;
	enum xq_rc rc = first_line(tx, mem, "PRAGMA integrity_check(1)", &line, err);
	if (rc != XQ_OK)
		return rc;
	if (line && !text_eq(line, "ok")) {
		*out_fault = line;
		return XQ_OK;
	}
	rc = first_line(tx, mem, "PRAGMA foreign_key_check", &line, err);
	if (rc == XQ_OK)
		*out_fault = line ? mem_printf(mem, "foreign key of table %s", line) : NULL;
	return rc;
}

void
db_test_max_pages(struct db *db, int pages)
{
	char text[64];
	(void)snprintf(text, sizeof text, "PRAGMA max_page_count=%d", pages ? pages : 1073741823);
	xq_require(sqlite3_exec(sqlite_of(db->writer)->h, text, NULL, NULL, NULL) == SQLITE_OK);
}
