/* SPDX-License-Identifier: Apache-2.0 */
/* pg_turn.c - several processes write to one database, to the rows of one office one after the other. Each office has a row in
 * writer_lease, which a write transaction for it locks first and holds until it ends; who dies loses it with the connection. The
 * row counts these transactions (epoch); what they changed stands in office_commit with that number, where the other
 * processes look for it. A transaction over all offices holds the gate, row -2, and then every office's row.
 *
 * Nobody waits in a circle: the gate comes before the offices, which come by their numbers, and after them, at the end of a
 * transaction, what it touched in office_commit by number, then row -1, which counts what all offices share.
 */
#include "store/pg_int.h"

#include <stdio.h>
#include <stdlib.h>

#include "core/mem.h"
#include "core/parse.h"

#include "core/banned.h"

/* The place of the configuration in office_commit, where no office is. */
#define CONFIG_ROW "0"

static int64_t
number_at(const PGresult *res, int row, int col)
{
	int64_t n = 0;
	return parse_int(str_of(PQgetvalue(res, row, col)), 0, INT64_MAX, &n) ? n : 0;
}

/* ---- taking a turn ---------------------------------------------------------------------------------- */

static enum xq_rc
prepare(PGconn *h, const char *name, const char *text, struct xq_err *err)
{
	PGresult *r = PQprepare(h, name, text, 0, NULL);
	bool is_good = PQresultStatus(r) == PGRES_COMMAND_OK;
	PQclear(r);
	return is_good ? XQ_OK : xq_fault(err, "store.open", "%s: %s", name, PQerrorMessage(h));
}

enum xq_rc
pg_turn_prepare(PGconn *h, struct xq_err *err)
{
	static const char *const all[][2] = {
		{ "turn_gate", "UPDATE writer_lease SET epoch = epoch + 1 WHERE office = -2" },
		{ "turn_one", "UPDATE writer_lease SET epoch = epoch + 1 WHERE office = $1" },
		{ "turn_new", "INSERT INTO writer_lease (office, epoch, config) VALUES ($1, 0, 0)"
			      " ON CONFLICT (office) DO NOTHING" },
		{ "turn_list", "SELECT office FROM writer_lease WHERE office > 0 ORDER BY office" },
		{ "turn_read", "SELECT office, epoch, config, kept FROM writer_lease"
			       " WHERE office = -1 OR office = ANY (CAST($1 AS bigint[]))" },
		{ "turn_commit", "INSERT INTO office_commit (office, no)"
				 " SELECT office, epoch FROM writer_lease WHERE office = $1"
				 " ON CONFLICT (office) DO UPDATE SET no = excluded.no" },
		{ "turn_changed",
			"INSERT INTO office_commit (office, no) VALUES (" CONFIG_ROW ", 1)"
			" ON CONFLICT (office) DO UPDATE SET no = office_commit.no + 1" },
		{ "turn_config", "UPDATE writer_lease SET config = config + 1 WHERE office = -1" },
		{ "turn_kept", "UPDATE writer_lease SET kept = kept + 1 WHERE office = -1" },
	};
	enum xq_rc rc = XQ_OK;
	for (size_t i = 0; rc == XQ_OK && i < sizeof all / sizeof *all; i++)
		rc = prepare(h, all[i][0], all[i][1], err);
	return rc;
}

static enum xq_rc
send(struct pg_conn *c, const char *name, const char *value, struct xq_err *err)
{
	const char *const values[] = { value };
	return pg_note(c, (struct pg_pending){ .what = name },
		PQsendQueryPrepared(c->h, name, value ? 1 : 0, values, NULL, NULL, 0), err);
}

static enum xq_rc
send_office(struct pg_conn *c, const char *name, int64_t office, struct xq_err *err)
{
	char text[24];
	(void)snprintf(text, sizeof text, "%lld", (long long)office); /* fits */
	return send(c, name, text, err);
}

/* The offices as an array's text. */
static enum xq_rc
send_read(struct pg_conn *c, struct xq_err *err)
{
	const struct turn *t = &c->c.tx.turn;
	void *mem = mem_root("store.turn");
	struct buf b = buf_new(mem, 24 * (t->n + 1));
	buf_char(&b, '{');
	for (size_t i = 0; i < t->n; i++)
		buf_printf(&b, i ? ",%lld" : "%lld", (long long)t->at[i].office);
	buf_char(&b, '}');
	enum xq_rc rc = send(c, "turn_read", b.p, err);
	mem_free(mem);
	return rc;
}

/* Behind the gate, where no office is added, each row by itself: a lock over many at once is nothing that every server has
 * (scale-out.md 2). */
static enum xq_rc
lock_all(struct pg_conn *c, struct xq_err *err)
{
	PGresult *list = NULL;
	enum xq_rc rc = send(c, "turn_gate", NULL, err);
	if (rc == XQ_OK)
		rc = send(c, "turn_list", NULL, err);
	if (rc == XQ_OK)
		rc = pg_settle(c, &list, err);
	for (int i = 0; rc == XQ_OK && i < PQntuples(list); i++)
		rc = send(c, "turn_one", PQgetvalue(list, i, 0), err);
	PQclear(list);
	return rc;
}

/* The numbers are read by a statement behind the locks: it sees what was committed while they were waited for. */
enum xq_rc
pg_turn_send(struct pg_conn *c, struct xq_err *err)
{
	const struct turn *t = &c->c.tx.turn;
	enum xq_rc rc = t->is_all ? lock_all(c, err) : XQ_OK;
	for (size_t i = 0; rc == XQ_OK && i < t->n; i++)
		rc = send_office(c, "turn_one", t->at[i].office, err);
	return rc == XQ_OK ? send_read(c, err) : rc;
}

static struct pg_turn *
own_turn(struct pg_conn *c, int64_t office)
{
	return &c->own[(uint64_t)office % PG_TURNS];
}

static void
take_shared(struct pg_conn *c, int64_t config, int64_t kept)
{
	c->config = config;
	c->writes_kept = false;
	if (kept != c->kept_no)
		pg_kept_drop(c->kept);
	c->kept_no = kept;
}

static void
take_office(struct pg_conn *c, struct turn_office *o, int64_t epoch)
{
	const struct pg_turn *own = own_turn(c, o->office);
	o->epoch = epoch;
	o->is_next = own->office == o->office && own->epoch + 1 == epoch;
}

/* XQ_NONE: an office has no row yet. */
enum xq_rc
pg_turn_take(struct pg_conn *c, const PGresult *res, struct xq_err *err)
{
	struct turn *t = &c->c.tx.turn;
	int n = PQntuples(res);
	bool has_shared = false;
	for (int i = 0; i < n; i++) {
		int64_t epoch = number_at(res, i, 1);
		bool is_shared = PQgetvalue(res, i, 0)[0] == '-';
		struct turn_office *o = is_shared ? NULL : turn_find(t, number_at(res, i, 0));
		if (o)
			take_office(c, o, epoch);
		if (is_shared)
			take_shared(c, number_at(res, i, 2), number_at(res, i, 3));
		has_shared = has_shared || is_shared;
	}
	if (!has_shared)
		return xq_fault(err, "store.fault", "writer_lease has %d rows", n);
	return (size_t)n == t->n + 1 ? XQ_OK : XQ_NONE;
}

/* Behind the gate: who holds all offices must not miss one. */
enum xq_rc
pg_turn_make(struct pg_conn *c, struct xq_err *err)
{
	const struct turn *t = &c->c.tx.turn;
	enum xq_rc rc = pg_send(c, "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE", err);
	if (rc == XQ_OK)
		rc = send(c, "turn_gate", NULL, err);
	for (size_t i = 0; rc == XQ_OK && i < t->n; i++)
		rc = send_office(c, "turn_new", t->at[i].office, err);
	if (rc == XQ_OK)
		rc = pg_send(c, "COMMIT", err);
	return rc == XQ_OK ? pg_settle(c, NULL, err) : rc;
}

static int
by_number(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
	return (x > y) - (x < y);
}

/* Who writes for all holds the gate, so an office that is new gets its row here. */
static enum xq_rc
mark_office(struct pg_conn *c, int64_t office, struct xq_err *err)
{
	enum xq_rc rc = XQ_OK;
	if (c->c.tx.turn.is_all)
		rc = send_office(c, "turn_new", office, err);
	if (rc == XQ_OK && c->c.tx.turn.is_all)
		rc = send_office(c, "turn_one", office, err);
	return rc == XQ_OK ? send_office(c, "turn_commit", office, err) : rc;
}

enum xq_rc
pg_turn_mark(struct tx *tx, struct xq_err *err)
{
	struct pg_conn *c = pg_of(tx->conn);
	enum xq_rc rc = XQ_OK;
	if (tx->n_touched > 1)
		qsort(tx->touched, tx->n_touched, sizeof *tx->touched, by_number);
	for (size_t i = 0; rc == XQ_OK && i < tx->n_touched; i++)
		rc = mark_office(c, tx->touched[i], err);
	if (rc == XQ_OK && tx->touches_config)
		rc = send(c, "turn_changed", NULL, err);
	if (rc == XQ_OK && tx->touches_config)
		rc = send(c, "turn_config", NULL, err);
	if (rc == XQ_OK && c->writes_kept)
		rc = send(c, "turn_kept", NULL, err);
	return rc;
}

/* What it wrote over all offices is not counted here: it is read again, which happens a few times a day. */
void
pg_turn_done(struct tx *tx, bool is_good)
{
	struct pg_db *own = pg_db_of(tx->conn->db);
	struct pg_conn *c = pg_of(tx->conn);
	if (tx->turn.is_all)
		memset(c->own, 0, sizeof c->own);
	if (c->writes_kept)
		c->kept_no = -1;
	for (size_t i = 0; i < tx->turn.n; i++) {
		const struct turn_office *o = &tx->turn.at[i];
		*own_turn(c, o->office) =
			is_good ? (struct pg_turn){ o->office, o->epoch } : (struct pg_turn){ 0 };
	}
	for (size_t i = 0; is_good && i < tx->n_touched; i++) {
		const struct turn_office *o = turn_find(&tx->turn, tx->touched[i]);
		if (o)
			atomic_store(&own->own_no[(uint64_t)o->office % COMMIT_SLOTS], o->epoch);
	}
}

int64_t
pg_config_no(const struct tx *tx)
{
	return pg_of(tx->conn)->config;
}

/* ---- following the others ------------------------------------------------------------------------------ */

static void
raise_all(struct db *db)
{
	for (int64_t i = 0; i < COMMIT_SLOTS; i++)
		store_raise(db, i);
}

static enum xq_rc
look(struct db *db, PGresult **out, struct xq_err *err)
{
	struct pg_db *own = pg_db_of(db);
	if (own->follower && PQstatus(own->follower) != CONNECTION_OK) {
		PQfinish(own->follower);
		own->follower = NULL;
	}
	if (!own->follower && pg_connect(db, own->database, false, &own->follower, err) != XQ_OK)
		return xq_busy(err, "store.away");
	PGresult *r = PQexec(own->follower, "SELECT office, no FROM office_commit");
	if (PQresultStatus(r) == PGRES_TUPLES_OK) {
		*out = r;
		return XQ_OK;
	}
	enum xq_rc rc = pg_classify(PQresultErrorField(r, PG_DIAG_SQLSTATE), false, err);
	(void)snprintf(err->detail, sizeof err->detail, "office_commit: %s",
		PQerrorMessage(own->follower)); /* may be cut */
	PQclear(r);
	return rc;
}

/* Each office counts for itself. Of those that share a place the numbers are added: all of them only grow. */
struct news {
	int64_t sum[COMMIT_SLOTS];
	int n[COMMIT_SLOTS];
	bool is_strange[COMMIT_SLOTS]; /* it may be of another process */
	int64_t config;
};

static void
read_news(struct db *db, const PGresult *r, struct news *out)
{
	struct pg_db *own = pg_db_of(db);
	*out = (struct news){ 0 };
	for (int i = 0; i < PQntuples(r); i++) {
		int64_t no = number_at(r, i, 1);
		size_t at = (uint64_t)number_at(r, i, 0) % COMMIT_SLOTS;
		if (text_eq(PQgetvalue(r, i, 0), CONFIG_ROW)) {
			out->config = no;
			continue;
		}
		out->sum[at] += no;
		/* One of this process was raised at its commit, together with all before it. */
		if (++out->n[at] > 1 || no > atomic_load(&own->own_no[at]))
			out->is_strange[at] = true;
	}
}

static void
take_news(struct db *db, const PGresult *r, void (*config)(void *arg), void *arg)
{
	struct pg_db *own = pg_db_of(db);
	void *mem = mem_root("store.follow");
	struct news *n = mem_new(mem, struct news);
	read_news(db, r, n);
	bool is_config = n->config != own->seen_config;
	if (is_config && config)
		config(arg); /* first: a page that is made anew must not be made of the old words */
	if (is_config)
		raise_all(db);
	for (int64_t i = 0; i < COMMIT_SLOTS; i++) {
		if (n->sum[i] != own->seen_sum[i] && n->is_strange[i] && !is_config)
			store_raise(db, i);
		own->seen_sum[i] = n->sum[i];
	}
	own->seen_config = n->config;
	mem_free(mem);
}

enum xq_rc
pg_follow(struct db *db, void (*config)(void *arg), void *arg, struct xq_err *err)
{
	PGresult *r = NULL;
	enum xq_rc rc = look(db, &r, err);
	atomic_store(&db->is_away, rc == XQ_BUSY);
	if (rc == XQ_OK)
		take_news(db, r, config, arg);
	PQclear(r);
	return rc;
}
