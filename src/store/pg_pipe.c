/* SPDX-License-Identifier: Apache-2.0 */
/* pg_pipe.c - what was sent and not yet answered. */
#include "store/pg_int.h"

#include "core/banned.h"

enum { FLUSH_EACH = 8 };

static enum xq_rc
gone(struct pg_conn *c, const struct pg_pending *p, struct xq_err *err)
{
	c->n_pending = c->n_hoped = 0;
	c->is_owed = false;
	return pg_fail(c, NULL, p, err);
}

enum xq_rc
pg_note(struct pg_conn *c, struct pg_pending p, int sent, struct xq_err *err)
{
	if (!sent)
		return gone(c, &p, err);
	xq_require(c->n_pending < PG_PENDING && !c->is_owed);
	c->pending[c->n_pending++] = p;
	c->n_hoped += p.hoped > 0;
	/* The server works while we go on; what cannot be sent now is sent with what comes next. */
	if (c->n_pending % FLUSH_EACH == 0)
		(void)PQflush(c->h);
	/* Two places are left for a statement that is prepared; and the server's answers, which nobody reads
	 * meanwhile, must fit its socket. */
	return c->n_pending < PG_PENDING - 4 ? XQ_OK : pg_settle(c, NULL, err);
}

enum xq_rc
pg_send(struct pg_conn *c, const char *text, struct xq_err *err)
{
	/* Lent until the answer: a literal. */
	return pg_note(c, (struct pg_pending){ .what = text },
		PQsendQueryParams(c->h, text, 0, NULL, NULL, NULL, NULL, 1), err);
}

enum xq_rc
pg_sync(struct pg_conn *c, struct xq_err *err)
{
	static const struct pg_pending sync = { .what = "sync" };
	if (pg_is_away(c) || !PQpipelineSync(c->h))
		return gone(c, &sync, err);
	c->is_owed = true;
	return XQ_OK;
}

static bool
is_good(const PGresult *r)
{
	ExecStatusType s = PQresultStatus(r);
	return s == PGRES_COMMAND_OK || s == PGRES_TUPLES_OK;
}

/* The rows that a statement touched; an empty text where it is none that touches. */
static int64_t
touched(PGresult *r)
{
	int64_t n = 0;
	for (const char *p = PQcmdTuples(r); *p; p++)
		n = n * 10 + (*p - '0');
	return n;
}

/* The server knows nothing of what was hoped for and goes on; the transaction does not. */
static enum xq_rc
count(struct tx *tx, const struct pg_pending *p, PGresult *r, struct xq_err *err)
{
	tx->changed = touched(r);
	if (p->hoped == 0 || tx->changed == (int64_t)p->hoped)
		return XQ_OK;
	enum xq_rc rc = xq_refuse(err, NULL, "store.changed");
	store_broken(tx, rc, true, err);
	return rc;
}

/* One answer; the first failure is the one that counts, the server does nothing behind it. */
static enum xq_rc
take_one(struct pg_conn *c, const struct pg_pending *p, enum xq_rc before, PGresult **out,
	struct xq_err *err)
{
	PGresult *r = PQgetResult(c->h);
	enum xq_rc rc = before;
	if (rc == XQ_OK && !(r && is_good(r)))
		rc = pg_fail(c, r, p, err);
	else if (rc == XQ_OK && p->is_exec)
		rc = count(&c->c.tx, p, r, err);
	if (rc == XQ_OK && p->asked > 0)
		pg_asked_come(c->asked, p->asked, r);
	else if (rc == XQ_OK && out)
		*out = r;
	else
		PQclear(r);
	while (!pg_is_away(c) && (r = PQgetResult(c->h)) != NULL)
		PQclear(r); /* the end of this one */
	return rc;
}

static enum xq_rc
take_sync(struct pg_conn *c, struct xq_err *err)
{
	static const struct pg_pending sync = { .what = "end of sync" };
	PGresult *r = PQgetResult(c->h);
	bool good = r && PQresultStatus(r) == PGRES_PIPELINE_SYNC;
	PQclear(r);
	return good ? XQ_OK : gone(c, &sync, err);
}

enum xq_rc
pg_settle(struct pg_conn *c, PGresult **out, struct xq_err *err)
{
	if (out)
		*out = NULL;
	if (!c->is_owed) {
		enum xq_rc sent = pg_sync(c, err);
		if (sent != XQ_OK)
			return sent;
	}
	size_t n = c->n_pending;
	enum xq_rc rc = XQ_OK;
	for (size_t i = 0; i < n && !pg_is_away(c); i++)
		rc = take_one(c, &c->pending[i], rc, i + 1 == n ? out : NULL, err);
	c->n_pending = c->n_hoped = 0;
	c->is_owed = false;
	if (pg_is_away(c))
		return rc == XQ_OK ? pg_fail(c, NULL, &(struct pg_pending){ .what = "?" }, err)
		                   : rc;
	struct xq_err end_err;
	enum xq_rc end = take_sync(c, &end_err);
	if (rc == XQ_OK && end != XQ_OK) {
		*err = end_err;
		if (out) {
			PQclear(*out);
			*out = NULL;
		}
	}
	return rc == XQ_OK ? end : rc;
}
