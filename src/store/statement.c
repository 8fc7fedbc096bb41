/* SPDX-License-Identifier: Apache-2.0 */
/* Statements: values bound to them, rows read from them, and the checks that read whole tables. */
#include "store/store_int.h"

#include <stdio.h>

#include "core/mem.h"

#include "core/banned.h"

_Static_assert(sizeof(struct sql_text) == 32, "the section must be an array");
_Static_assert(32 % _Alignof(struct sql_text) == 0, "the section must be an array");

extern const struct sql_text __start_xq_sql[];
extern const struct sql_text __stop_xq_sql[];

const struct sql_text *
sql_all(size_t *n)
{
	*n = (size_t)(__stop_xq_sql - __start_xq_sql);
	return __start_xq_sql;
}

/* ---- values ---------------------------------------------------------------------------------- */

struct val
val_int(int64_t i)
{
	return (struct val){ .type = VAL_INT, .i = i };
}

struct val
val_real(double r)
{
	return (struct val){ .type = VAL_REAL, .r = r };
}

struct val
val_text(const char *text)
{
	return text ? val_str(str_of(text)) : val_null();
}

struct val
val_str(struct str s)
{
	return (struct val){ .type = VAL_TEXT, .p = s.p ? s.p : "", .n = s.n };
}

struct val
val_bytes(struct bytes b)
{
	return (struct val){ .type = VAL_BLOB, .p = b.p ? (const void *)b.p : "", .n = b.n };
}

struct val
val_null(void)
{
	return (struct val){ .type = VAL_NULL };
}

/* ---- statements -------------------------------------------------------------------------------- */

sqlite3_stmt *
conn_stmt(struct conn *c, sql_ref sql, struct xq_err *err, enum xq_rc *rc)
{
	size_t i = (size_t)(sql - __start_xq_sql);
	xq_require(sql >= __start_xq_sql && sql < __stop_xq_sql);
	if (!c->stmt[i]) {
		const char *tail = "";
		int code = sqlite3_prepare_v3(
			c->h, sql->text, -1, SQLITE_PREPARE_PERSISTENT, &c->stmt[i], &tail);
		if (code != SQLITE_OK) {
			*rc = store_fail(&c->tx, code, sql->file, sql->line, err);
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
	xq_require(tx->is_open);
	if (tx->broken != XQ_OK) {
		*rc = tx_answer_broken(tx, err);
		return NULL;
	}
	sqlite3_stmt *s = conn_stmt(tx->conn, sql, err, rc);
	if (!s)
		return NULL;
	xq_require(!sqlite3_stmt_busy(s)); /* one open query per statement */
	xq_require((size_t)sqlite3_bind_parameter_count(s) == v.n);
	for (size_t i = 0; i < v.n; i++) {
		int code = bind_one(s, (int)i + 1, &v.v[i]);
		if (code != SQLITE_OK) {
			*rc = store_fail(tx, code, sql->file, sql->line, err);
			return NULL;
		}
	}
	if (tx->conn->db->tap && !sqlite3_stmt_readonly(s))
		tx->conn->db->tap(tx->conn->db->tap_arg, sql, v);
	return s;
}

void
db_tap(struct db *db, void (*fn)(void *arg, sql_ref sql, struct vals v), void *arg)
{
	db->tap_arg = arg;
	db->tap = fn;
}

enum xq_rc
db_exec(struct tx *tx, sql_ref sql, struct vals v, struct xq_err *err)
{
	enum xq_rc rc = XQ_OK;
	sqlite3_stmt *s = stmt_ready(tx, sql, v, err, &rc);
	if (!s)
		return rc;
	int code;
	do
		code = sqlite3_step(s);
	while (code == SQLITE_ROW);
	if (code == SQLITE_DONE)
		tx->changed = sqlite3_changes64(tx->conn->h);
	else
		rc = store_fail(tx, code, sql->file, sql->line, err);
	(void)sqlite3_reset(s); /* repeats the code of the step */
	return rc;
}

int64_t
db_changed(const struct tx *tx)
{
	return tx->changed;
}

enum xq_rc
db_exec_one(struct tx *tx, sql_ref sql, struct vals v, struct xq_err *err)
{
	enum xq_rc rc = db_exec(tx, sql, v, err);
	if (rc == XQ_OK && tx->changed != 1)
		return xq_refuse(err, NULL, "store.changed");
	return rc;
}

struct rows *
db_query(struct tx *tx, sql_ref sql, struct vals v)
{
	struct rows *q = NULL;
	for (size_t i = 0; i < TX_ROWS && !q; i++)
		if (!tx->rows[i].is_open)
			q = &tx->rows[i];
	xq_require(q != NULL);
	for (size_t i = 0; i < TX_ROWS; i++)
		xq_require(!tx->rows[i].is_open || tx->rows[i].sql != sql);

	q->tx = tx;
	q->sql = sql;
	q->is_open = true;
	q->has_row = false;
	q->is_done = false;
	q->rc = XQ_OK;
	q->stmt = stmt_ready(tx, sql, v, &q->err, &q->rc);
	return q;
}

bool
row_next(struct rows *q)
{
	xq_require(q->is_open);
	if (!q->stmt || q->is_done)
		return false;
	int code = sqlite3_step(q->stmt);
	q->has_row = code == SQLITE_ROW;
	if (q->has_row)
		return true;
	q->is_done = true;
	if (code != SQLITE_DONE)
		q->rc = store_fail(q->tx, code, q->sql->file, q->sql->line, &q->err);
	(void)sqlite3_reset(q->stmt); /* repeats the code of the step */
	return false;
}

static void
check_col(const struct rows *q, int col)
{
	xq_require(q->has_row && col >= 0 && col < sqlite3_column_count(q->stmt));
}

int64_t
row_int(struct rows *q, int col)
{
	check_col(q, col);
	return sqlite3_column_int64(q->stmt, col);
}

double
row_real(struct rows *q, int col)
{
	check_col(q, col);
	return sqlite3_column_double(q->stmt, col);
}

bool
row_is_null(struct rows *q, int col)
{
	check_col(q, col);
	return sqlite3_column_type(q->stmt, col) == SQLITE_NULL;
}

struct str
row_str(struct rows *q, int col)
{
	check_col(q, col);
	const unsigned char *p = sqlite3_column_text(q->stmt, col);
	return p ? str_n((const char *)p, (size_t)sqlite3_column_bytes(q->stmt, col)) : STR("");
}

struct bytes
row_bytes(struct rows *q, int col)
{
	check_col(q, col);
	const void *p = sqlite3_column_blob(q->stmt, col);
	return (struct bytes){ p, (size_t)sqlite3_column_bytes(q->stmt, col) };
}

const char *
row_text(struct rows *q, int col, void *mem)
{
	if (row_is_null(q, col))
		return NULL;
	return str_text(mem, row_str(q, col));
}

enum xq_rc
rows_close(struct rows *q, struct xq_err *err)
{
	xq_require(q->is_open);
	if (q->stmt && !q->is_done)
		(void)sqlite3_reset(q->stmt); /* left early: no error to tell */
	q->is_open = false;
	q->has_row = false;
	if (q->rc != XQ_OK)
		*err = q->err;
	return q->rc;
}

enum xq_rc
rows_ids(struct rows *q, size_t max, int64_t *out, size_t *out_n, struct xq_err *err)
{
	size_t n = 0;
	while (n < max && row_next(q))
		out[n++] = row_int(q, 0);
	*out_n = n;
	return rows_close(q, err);
}

enum xq_rc
db_int(struct tx *tx, sql_ref sql, struct vals v, int64_t *out, struct xq_err *err)
{
	enum xq_rc rc = XQ_OK;
	sqlite3_stmt *s = stmt_ready(tx, sql, v, err, &rc);
	if (!s)
		return rc;
	int code = sqlite3_step(s);
	if (code == SQLITE_ROW)
		*out = sqlite3_column_int64(s, 0);
	else if (code == SQLITE_DONE)
		rc = XQ_NONE;
	else
		rc = store_fail(tx, code, sql->file, sql->line, err);
	(void)sqlite3_reset(s); /* repeats the code of the step */
	return rc;
}

enum xq_rc
store_script(struct tx *tx, const char *text, struct xq_err *err)
{
	if (tx->broken != XQ_OK)
		return tx_answer_broken(tx, err);
	int code = sqlite3_exec(tx->conn->h, text, NULL, NULL, NULL);
	return code == SQLITE_OK ? XQ_OK : store_fail(tx, code, "script", 0, err);
}

/* ---- checks ------------------------------------------------------------------------------------- */

enum xq_rc
db_plan(struct tx *tx, const char *text, struct buf *plan, struct xq_err *err)
{
	sqlite3 *h = tx->conn->h;
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
	enum xq_rc rc =
		code == SQLITE_DONE ? XQ_OK : store_fail(tx, code, "db_plan", __LINE__, err);
	sqlite3_finalize(s);
	return rc;
}

static enum xq_rc
first_line(struct tx *tx, void *mem, const char *text, const char **out, struct xq_err *err)
{
	sqlite3_stmt *s = NULL;
	int code = sqlite3_prepare_v2(tx->conn->h, text, -1, &s, NULL);
	if (code == SQLITE_OK)
		code = sqlite3_step(s);
	*out = NULL;
	if (code == SQLITE_ROW)
		*out = mem_text(mem, (const char *)sqlite3_column_text(s, 0));
	enum xq_rc rc = code == SQLITE_ROW || code == SQLITE_DONE
	                        ? XQ_OK
	                        : store_fail(tx, code, "db_verify", __LINE__, err);
	sqlite3_finalize(s);
	return rc;
}

enum xq_rc
db_verify(struct tx *tx, void *mem, const char **out_fault, struct xq_err *err)
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
	xq_require(sqlite3_exec(db->writer->h, text, NULL, NULL, NULL) == SQLITE_OK);
}
