/* SPDX-License-Identifier: Apache-2.0 */
/* statement.c - statements and their rows, as both engines have them. */
#include "store/store_int.h"

#include <strings.h>

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

size_t
store_index(sql_ref sql)
{
	xq_require(sql >= __start_xq_sql && sql < __stop_xq_sql);
	return (size_t)(sql - __start_xq_sql);
}

bool
store_only_reads(const char *text)
{
	return strncasecmp(text, "SELECT", 6) == 0 || strncasecmp(text, "WITH", 4) == 0;
}

static void
show(struct tx *tx, sql_ref sql, struct vals v)
{
	const struct db *db = tx->conn->db;
	if (db->tap && !store_only_reads(sql->text))
		db->tap(db->tap_arg, sql, v);
}

void
db_tap(struct db *db, void (*fn)(void *arg, sql_ref sql, struct vals v), void *arg)
{
	db->tap_arg = arg;
	db->tap = fn;
}

static enum xq_rc
run(struct tx *tx, sql_ref sql, struct vals v, enum exec_wait wait, struct xq_err *err)
{
	xq_require(tx->is_open);
	if (tx->broken != XQ_OK)
		return tx_answer_broken(tx, err);
	turn_check(tx, sql, v);
	show(tx, sql, v);
	return tx->conn->db->driver->exec(tx, sql, v, wait, err);
}

enum xq_rc
db_exec(struct tx *tx, sql_ref sql, struct vals v, struct xq_err *err)
{
	return run(tx, sql, v, EXEC_LATER, err);
}

int64_t
db_changed(struct tx *tx)
{
	return tx->conn->db->driver->changed(tx);
}

enum xq_rc
db_exec_one(struct tx *tx, sql_ref sql, struct vals v, struct xq_err *err)
{
	enum xq_rc rc = run(tx, sql, v, tx->hopes ? EXEC_HOPED : EXEC_NOW, err);
	if (rc == XQ_OK && tx->changed != 1)
		return xq_refuse(err, NULL, "store.changed");
	return rc;
}

static void
query(struct rows *q, struct tx *tx, sql_ref sql, struct vals v)
{
	xq_require(tx->is_open);
	q->tx = tx;
	q->driver = tx->conn->db->driver;
	q->sql = sql;
	q->h = NULL;
	q->is_open = true;
	q->has_row = false;
	q->is_done = false;
	q->is_lent = false;
	q->rc = XQ_OK;
	if (tx->broken != XQ_OK) {
		q->rc = tx_answer_broken(tx, &q->err);
		return;
	}
	turn_check(tx, sql, v);
	show(tx, sql, v);
	q->driver->query(q, v);
}

bool
db_asks(const struct tx *tx)
{
	return tx->is_write && tx->hopes && tx->broken == XQ_OK && tx->conn->db->driver->ask;
}

void
db_ask(struct tx *tx, sql_ref sql, struct vals v)
{
	if (db_asks(tx))
		tx->conn->db->driver->ask(tx, sql, v);
}

void
tx_asking(struct tx *tx, bool is_asking)
{
	if (tx->conn->db->driver->asking)
		tx->conn->db->driver->asking(tx, is_asking);
}

static struct rows *
rows_free(struct tx *tx)
{
	struct rows *q = NULL;
	for (size_t i = 0; i < TX_ROWS && !q; i++)
		if (!tx->rows[i].is_open)
			q = &tx->rows[i];
	xq_require(q != NULL);
	return q;
}

struct rows *
db_query(struct tx *tx, sql_ref sql, struct vals v)
{
	struct rows *q = rows_free(tx);
	for (size_t i = 0; i < TX_ROWS; i++)
		xq_require(!tx->rows[i].is_open || tx->rows[i].sql != sql);
	query(q, tx, sql, v);
	return q;
}

bool
row_next(struct rows *q)
{
	xq_require(q->is_open);
	if (!q->h || q->is_done)
		return false;
	q->has_row = q->driver->next(q);
	q->is_done = !q->has_row;
	return q->has_row;
}

static void
check_col(const struct rows *q, int col)
{
	xq_require(q->has_row && col >= 0 && col < q->cols);
}

int64_t
row_int(struct rows *q, int col)
{
	check_col(q, col);
	return q->driver->col_int(q, col);
}

double
row_real(struct rows *q, int col)
{
	check_col(q, col);
	return q->driver->col_real(q, col);
}

bool
row_is_null(struct rows *q, int col)
{
	check_col(q, col);
	return q->driver->col_is_null(q, col);
}

struct str
row_str(struct rows *q, int col)
{
	check_col(q, col);
	struct bytes b = q->driver->col_bytes(q, col, true);
	return b.p ? str_n((const char *)b.p, b.n) : STR("");
}

struct bytes
row_bytes(struct rows *q, int col)
{
	check_col(q, col);
	return q->driver->col_bytes(q, col, false);
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
	if (q->h)
		q->driver->done(q);
	q->h = NULL;
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
	struct rows *q = rows_free(tx);
	query(q, tx, sql, v);
	bool has_row = row_next(q);
	if (has_row)
		*out = row_int(q, 0);
	enum xq_rc rc = rows_close(q, err);
	return rc == XQ_OK && !has_row ? XQ_NONE : rc;
}

enum xq_rc
store_script(struct tx *tx, const char *text, struct xq_err *err)
{
	if (tx->broken != XQ_OK)
		return tx_answer_broken(tx, err);
	return tx->conn->db->driver->script(tx, text, err);
}

/* ---- checks ------------------------------------------------------------------------------------- */

enum xq_rc
db_plan(struct tx *tx, const char *text, struct buf *plan, struct xq_err *err)
{
	return tx->conn->db->driver->plan(tx, text, plan, err);
}

enum xq_rc
db_verify(struct tx *tx, void *mem, const char **out_fault, struct xq_err *err)
{
	return tx->conn->db->driver->verify(tx, mem, out_fault, err);
}
