/* SPDX-License-Identifier: Apache-2.0 */
/* pg_turn.c - several processes write to one database, one after the other: each write transaction begins
 * with the row of writer_lease and holds it until it ends. Who dies loses it with the connection. The row
 * counts these transactions; what they changed stands in office_commit with that number, where the other
 * processes look for it. */
#include "store/pg_int.h"

#include <stdio.h>

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
	enum xq_rc rc = prepare(h, "turn",
		"UPDATE writer_lease SET epoch = epoch + 1 WHERE office = 0"
		" RETURNING epoch, config, kept",
		err);
	if (rc == XQ_OK)
		rc = prepare(h, "turn_commit",
			"INSERT INTO office_commit (office, no) VALUES ($1, $2)"
			" ON CONFLICT (office) DO UPDATE SET no = excluded.no",
			err);
	if (rc == XQ_OK)
		rc = prepare(h, "turn_config",
			"UPDATE writer_lease SET config = CAST($1 AS bigint) WHERE office = 0",
			err);
	if (rc == XQ_OK)
		rc = prepare(h, "turn_kept",
			"UPDATE writer_lease SET kept = CAST($1 AS bigint) WHERE office = 0", err);
	return rc;
}

enum xq_rc
pg_turn_send(struct pg_conn *c, struct xq_err *err)
{
	return pg_note(c, (struct pg_pending){ .what = "turn" },
		PQsendQueryPrepared(c->h, "turn", 0, NULL, NULL, NULL, 0), err);
}

/* The row as the transaction before left it, since it was waited for. */
enum xq_rc
pg_turn_take(struct pg_conn *c, const PGresult *res, struct xq_err *err)
{
	if (PQntuples(res) != 1)
		return xq_fault(err, "store.fault", "writer_lease has %d rows", PQntuples(res));
	c->epoch = number_at(res, 0, 0);
	c->config = number_at(res, 0, 1);
	c->writes_kept = false;
	int64_t kept_no = number_at(res, 0, 2);
	if (kept_no != c->kept_no)
		pg_kept_drop(c->kept);
	c->kept_no = kept_no;
	return XQ_OK;
}

static enum xq_rc
send_numbers(
	struct pg_conn *c, const char *name, const char *const *value, int n, struct xq_err *err)
{
	return pg_note(c, (struct pg_pending){ .what = name },
		PQsendQueryPrepared(c->h, name, n, value, NULL, NULL, 0), err);
}

enum xq_rc
pg_turn_mark(struct tx *tx, struct xq_err *err)
{
	struct pg_conn *c = pg_of(tx->conn);
	char office[24], no[24];
	const char *const both[] = { office, no }, *const config[] = { CONFIG_ROW, no };
	enum xq_rc rc = XQ_OK;
	(void)snprintf(no, sizeof no, "%lld", (long long)c->epoch); /* fits */
	for (size_t i = 0; rc == XQ_OK && i < tx->n_touched; i++) {
		(void)snprintf(office, sizeof office, "%lld", (long long)tx->touched[i]); /* fits */
		rc = send_numbers(c, "turn_commit", both, 2, err);
	}
	if (rc == XQ_OK && tx->touches_config)
		rc = send_numbers(c, "turn_commit", config, 2, err);
	if (rc == XQ_OK && tx->touches_config)
		rc = send_numbers(c, "turn_config", config + 1, 1, err);
	if (rc == XQ_OK && c->writes_kept)
		rc = send_numbers(c, "turn_kept", config + 1, 1, err);
	return rc;
}

void
pg_turn_done(struct tx *tx)
{
	struct pg_db *own = pg_db_of(tx->conn->db);
	struct pg_conn *c = pg_of(tx->conn);
	int64_t epoch = c->epoch;
	c->kept_no = c->writes_kept ? epoch : c->kept_no;
	for (size_t i = 0; i < tx->n_touched; i++)
		atomic_store(&own->own_no[(uint64_t)tx->touched[i] % COMMIT_SLOTS], epoch);
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

/* Numbers grow with each commit, whoever makes it, so what is new is above the greatest one seen. */
static enum xq_rc
look(struct db *db, PGresult **out, struct xq_err *err)
{
	struct pg_db *own = pg_db_of(db);
	char seen[24];
	const char *const value[] = { seen };
	(void)snprintf(seen, sizeof seen, "%lld", (long long)own->seen_no); /* fits */
	if (own->follower && PQstatus(own->follower) != CONNECTION_OK) {
		PQfinish(own->follower);
		own->follower = NULL;
	}
	if (!own->follower && pg_connect(db, own->database, false, &own->follower, err) != XQ_OK)
		return xq_busy(err, "store.away");
	PGresult *r = PQexecParams(own->follower,
		"SELECT office, no FROM office_commit WHERE no > CAST($1 AS bigint)", 1, NULL,
		value, NULL, NULL, 0);
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

static void
take_news(struct db *db, const PGresult *r, void (*config)(void *arg), void *arg)
{
	struct pg_db *own = pg_db_of(db);
	bool is_config = false;
	for (int i = 0; i < PQntuples(r); i++)
		is_config = is_config || text_eq(PQgetvalue(r, i, 0), CONFIG_ROW);
	if (is_config && config)
		config(arg); /* first: a page that is made anew must not be made of the old words */
	if (is_config)
		raise_all(db);
	for (int i = 0; i < PQntuples(r); i++) {
		int64_t office = number_at(r, i, 0), no = number_at(r, i, 1);
		/* One of this process was raised at its commit, together with all before it. */
		if (no > atomic_load(&own->own_no[(uint64_t)office % COMMIT_SLOTS]))
			store_raise(db, office);
		own->seen_no = no > own->seen_no ? no : own->seen_no;
	}
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
