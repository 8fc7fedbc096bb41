/* SPDX-License-Identifier: Apache-2.0 */
/* pg_statement.c - statements of PostgreSQL: each is prepared once for a connection; the server says what
 * types its parameters are of. */
#include "store/pg_gather_int.h"

#include <stdio.h>
#include <strings.h>

#include "core/mem.h"

#include "core/banned.h"

/* ---- preparing ----------------------------------------------------------------------------------- */

/* `?` to `$1`, `$2`, ... */
static char *
numbered(void *mem, const char *text)
{
	struct buf b = buf_new(mem, strlen(text) + 64);
	int n = 0;
	gather_put(&b, str_of(text), "$", &n);
	return b.p;
}

static enum xq_rc
describe(struct pg_conn *c, const char *text, struct pg_pending p, const struct pg_stmt *s,
	PGresult **out, struct xq_err *err)
{
	enum xq_rc rc = pg_note(c, p, PQsendPrepare(c->h, s->name, text, s->n, s->type), err);
	if (rc == XQ_OK)
		rc = pg_note(c, p, PQsendDescribePrepared(c->h, s->name), err);
	return rc == XQ_OK ? pg_settle(c, out, err) : rc;
}

/* `? = 1` makes a parameter of 32 bits; ours have 64 everywhere. */
static bool
widen(struct pg_stmt *s)
{
	bool was = false;
	for (int i = 0; i < s->n; i++)
		if (s->type[i] == PG_INT4 || s->type[i] == PG_INT2) {
			s->type[i] = PG_INT8;
			was = true;
		}
	return was;
}

enum xq_rc
pg_prepare(struct pg_conn *c, const char *text, struct pg_pending p, struct pg_stmt *s,
	struct xq_err *err)
{
	void *mem = mem_root("store.prepare");
	const char *ours = numbered(mem, text);
	PGresult *res = NULL;
	s->n = 0;
	enum xq_rc rc = describe(c, ours, p, s, &res, err);
	if (rc == XQ_OK) {
		s->n = PQnparams(res);
		xq_require(s->n <= PG_PARAMS);
		s->type = mem_array(c, Oid, s->n + 1);
		for (int i = 0; i < s->n; i++)
			s->type[i] = PQparamtype(res, i);
		PQclear(res);
		if (widen(s)) {
			s->name[0] =
				'w'; /* the first one stays, unused, until the connection ends */
			rc = describe(c, ours, p, s, &res, err);
			PQclear(res);
		}
	}
	mem_free(mem);
	return rc;
}

static struct pg_stmt *
stmt_ready(struct pg_conn *c, sql_ref sql, struct xq_err *err, enum xq_rc *rc)
{
	size_t i = store_index(sql);
	struct pg_stmt *s = &c->stmt[i];
	if (s->is_ready && s->round == c->round)
		return s;
	*rc = c->n_pending > 0 ? pg_settle(c, NULL, err) : XQ_OK;
	if (*rc != XQ_OK)
		return NULL;
	(void)snprintf(s->name, sizeof s->name, "s%zu_%u", i, c->round); /* short */
	*rc = pg_prepare(c, sql->text, (struct pg_pending){ .sql = sql }, s, err);
	if (*rc != XQ_OK)
		return NULL;
	s->round = c->round;
	s->is_ready = true;
	return s;
}

/* ---- running --------------------------------------------------------------------------------------- */

/* The statement, prepared, and its values in binary form; NULL with *rc and *err. */
static const struct pg_stmt *
bound(struct pg_conn *c, sql_ref sql, struct vals v, struct pg_values *out, struct xq_err *err,
	enum xq_rc *rc)
{
	size_t at = 0;
	const struct pg_stmt *s = stmt_ready(c, sql, err, rc);
	if (!s)
		return NULL;
	xq_require((size_t)s->n == v.n);
	if (pg_bind(s, v, out, &at))
		return s;
	*rc = xq_fault(err, "store.fault",
		"parameter %zu is of type %u, the value of kind %d (%s:%d)", at + 1, s->type[at],
		v.v[at].type, sql->file, sql->line);
	return NULL;
}

/* Behind the rows of acts that wait and that it could notice. */
static enum xq_rc
send_bound(struct pg_conn *c, struct pg_pending p, const struct pg_stmt *s,
	const struct pg_values *b, struct xq_err *err)
{
	enum xq_rc rc = pg_gather_before(c, p.sql, err);
	if (rc != XQ_OK)
		return rc;
	return pg_note(
		c, p, PQsendQueryPrepared(c->h, s->name, s->n, b->p, b->n, b->format, 1), err);
}

static enum xq_rc
send(struct pg_conn *c, struct pg_pending p, struct vals v, struct xq_err *err)
{
	struct pg_values b;
	enum xq_rc rc = XQ_OK;
	const struct pg_stmt *s = bound(c, p.sql, v, &b, err, &rc);
	return s ? send_bound(c, p, s, &b, err) : rc;
}

/* As send, or later, together with rows of other acts. */
static enum xq_rc
gather(struct pg_conn *c, struct pg_pending p, struct vals v, struct xq_err *err)
{
	struct pg_values b;
	enum xq_rc rc = XQ_OK;
	bool waits = false;
	const struct pg_stmt *s = bound(c, p.sql, v, &b, err, &rc);
	if (!s)
		return rc;
	rc = pg_gather_put(c, p.sql, s, &b, p.hoped > 0, &waits, err);
	return rc == XQ_OK && !waits ? send_bound(c, p, s, &b, err) : rc;
}

enum xq_rc
pg_exec(struct tx *tx, sql_ref sql, struct vals v, enum exec_wait wait, struct xq_err *err)
{
	struct pg_conn *c = pg_of(tx->conn);
	const struct pg_pending p = { .sql = sql, .is_exec = true, .hoped = wait == EXEC_HOPED };
	pg_gather_next(c->gather);
	enum xq_rc rc = pg_reads(c, err);
	if (rc != XQ_OK)
		return rc;
	rc = tx->hopes && wait != EXEC_NOW && !tx->has_savepoint ? gather(c, p, v, err)
	                                                         : send(c, p, v, err);
	if (rc != XQ_OK)
		return rc;
	c->sent++;
	c->writes_kept |= pg_kept_wrote(c->kept, sql);
	if (wait == EXEC_HOPED)
		tx->changed = 1;
	if (wait != EXEC_NOW)
		return XQ_OK;
	rc = pg_settle(c, NULL, err);
	if (rc == XQ_OK && tx->changed == 0)
		c->sent--; /* it is known to have left nothing behind */
	return rc;
}

int64_t
pg_changed(struct tx *tx)
{
	struct pg_conn *c = pg_of(tx->conn);
	struct xq_err err;
	if (tx->broken != XQ_OK || pg_gather_alone(c, &err) != XQ_OK ||
		(c->n_pending > 0 && pg_settle(c, NULL, &err) != XQ_OK))
		return 0; /* the next call tells why */
	return tx->broken == XQ_OK ? tx->changed : 0;
}

uint64_t
pg_writes(const struct tx *tx)
{
	return pg_of(tx->conn)->sent;
}

/* ---- rows ------------------------------------------------------------------------------------------ */

/* Rows come all at once, but for statements that say they read all there is (sqlcheck.h): theirs come from
 * a cursor, so that a check of a million concerns needs no more memory than one of a hundred. */
#define FETCH_ROWS 1000
#define FETCH "FETCH 1000 FROM"

static bool
reads_all(sql_ref sql)
{
	return strstr(sql->text, "scan:") != NULL && strstr(sql->text, "RETURNING") == NULL;
}

/* Statements that are open at a time have a cursor each. */
static int
cursor_no(const struct rows *q)
{
	return (int)(q - q->tx->rows);
}

static enum xq_rc
cursor_do(const struct rows *q, const char *verb, struct xq_err *err)
{
	struct pg_conn *c = pg_of(q->tx->conn);
	char text[64];
	(void)snprintf(text, sizeof text, "%s c%d", verb, cursor_no(q)); /* fits */
	return pg_note(c, (struct pg_pending){ .sql = q->sql },
		PQsendQueryParams(c->h, text, 0, NULL, NULL, NULL, NULL, 1), err);
}

static enum xq_rc
cursor_open(struct pg_conn *c, const struct rows *q, struct vals v, struct xq_err *err)
{
	struct pg_values b;
	enum xq_rc rc = XQ_OK;
	const struct pg_stmt *s = bound(c, q->sql, v, &b, err, &rc);
	if (s)
		rc = pg_gather_before(c, q->sql, err);
	if (!s || rc != XQ_OK)
		return rc;
	void *mem = mem_root("store.cursor");
	const char *text = mem_printf(mem, "DECLARE c%d NO SCROLL CURSOR FOR %s", cursor_no(q),
		numbered(mem, q->sql->text));
	rc = pg_note(c, (struct pg_pending){ .sql = q->sql },
		PQsendQueryParams(c->h, text, s->n, s->type, b.p, b.n, b.format, 1), err);
	mem_free(mem);
	return rc == XQ_OK ? cursor_do(q, FETCH, err) : rc;
}

static void
set_rows(struct rows *q, PGresult *res)
{
	q->h = res;
	q->at = -1;
	q->end = res ? PQntuples(res) : 0;
	q->cols = res ? PQnfields(res) : 0;
}

static void
take_rows(struct rows *q)
{
	PGresult *res = NULL;
	if (q->rc == XQ_OK)
		q->rc = pg_settle(pg_of(q->tx->conn), &res, &q->err);
	set_rows(q, res);
}

/* That the server is gone, or was once, shows with the first question of a reading transaction: it begins anew
 * then, as if it had been found at its beginning. */
static bool
begins_anew(struct rows *q)
{
	struct pg_conn *c = pg_of(q->tx->conn);
	if (q->rc != XQ_BUSY || !text_eq(q->err.key, "store.away"))
		return false;
	PQclear(q->h);
	q->h = NULL;
	if (pg_begin(&c->c, false, &q->err) != XQ_OK)
		return false;
	q->tx->broken = XQ_OK;
	return true;
}

static void
ask(struct rows *q, struct vals v)
{
	struct pg_conn *c = pg_of(q->tx->conn);
	if (strncasecmp(q->sql->text, "SELECT", 6) != 0) {
		c->sent++;
		c->writes_kept |= pg_kept_wrote(c->kept, q->sql);
	}
	q->is_cursor = reads_all(q->sql);
	q->rc = pg_reads(c, &q->err);
	if (q->rc == XQ_OK)
		q->rc = q->is_cursor ? cursor_open(c, q, v, &q->err)
		                     : send(c, (struct pg_pending){ .sql = q->sql }, v, &q->err);
	take_rows(q);
}

/* From what is kept, or was asked ahead. */
static bool
has_answer(struct rows *q, struct vals v)
{
	struct pg_conn *c = pg_of(q->tx->conn);
	PGresult *res = pg_kept_find(c->kept, q->sql, v);
	q->is_lent = res != NULL;
	if (!res && pg_asked_waits(c->asked, q->sql, v))
		q->rc = pg_settle(c, NULL, &q->err);
	if (!res && q->rc == XQ_OK)
		res = pg_asked_take(c->asked, q->sql, v, c->is_asking);
	set_rows(q, res);
	return res || q->rc != XQ_OK;
}

void
pg_query(struct rows *q, struct vals v)
{
	if (has_answer(q, v))
		return;
	bool is_first = pg_of(q->tx->conn)->is_fresh;
	ask(q, v);
	if (is_first && begins_anew(q))
		ask(q, v);
	if (q->rc == XQ_OK)
		q->is_lent = pg_kept_put(pg_of(q->tx->conn)->kept, q->sql, v, q->h);
}

void
pg_ask_ahead(struct tx *tx, sql_ref sql, struct vals v)
{
	struct pg_conn *c = pg_of(tx->conn);
	struct xq_err err; /* what breaks is told by the next call */
	const struct pg_pending p = { .sql = sql, .asked = pg_asked_note(c->asked, sql, v) };
	if (p.asked > 0)
		(void)send(c, p, v, &err);
}

void
pg_asking(struct tx *tx, bool is_asking)
{
	pg_of(tx->conn)->is_asking = is_asking;
}

bool
pg_next(struct rows *q)
{
	if (++q->at < q->end)
		return true;
	if (!q->is_cursor || q->end < FETCH_ROWS)
		return false;
	PQclear(q->h);
	q->h = NULL;
	if (q->tx->broken != XQ_OK)
		q->rc = tx_answer_broken(q->tx, &q->err);
	else
		q->rc = cursor_do(q, FETCH, &q->err);
	take_rows(q);
	return ++q->at < q->end;
}

void
pg_done(struct rows *q)
{
	struct xq_err err;
	if (q->is_lent)
		pg_kept_back(pg_of(q->tx->conn)->kept);
	else
		PQclear(q->h);
	if (q->is_cursor && q->tx->broken == XQ_OK)
		(void)cursor_do(q, "CLOSE", &err); /* what breaks is told by the next call */
}
