/* SPDX-License-Identifier: Apache-2.0 */
/* pg_error.c - what PostgreSQL's answers mean to the caller (scale-out.md 4). */
#include "store/pg_int.h"

#include <stdio.h>

#include "core/banned.h"

enum meaning {
	RULE,  /* of the schema: a refusal */
	AGAIN, /* the whole transaction, from its beginning */
	ANEW,  /* the same, and every statement prepared anew */
	AWAY,  /* the server, or this one is none to write to */
	FULL,
	WAIT,
	OURS,
};

static const struct {
	const char *begin; /* of the SQLSTATE */
	enum meaning meaning;
} states[] = {
	{ "23505", RULE }, { "23503", RULE }, { "23514", RULE }, { "40001", AGAIN },
	{ "40P01", AGAIN }, { "0A000", ANEW }, /* a cached plan whose result is another by now */
	{ "26000", ANEW },                     /* an unknown prepared statement */
	{ "08", AWAY }, { "57P01", AWAY }, { "57P02", AWAY }, { "57P03", AWAY },
	{ "25006", AWAY },                                    /* a standby */
	{ "53100", FULL }, { "53", WAIT }, { "55P03", WAIT }, /* a lock that was not to be had */
	{ "57014", WAIT },                                    /* the statement's time is over */
};

static enum meaning
meaning_of(const char *state, bool is_write)
{
	if (state && text_eq(state, "25006") && !is_write)
		return OURS; /* a read transaction that writes */
	for (size_t i = 0; state && i < sizeof states / sizeof *states; i++)
		if (str_starts(str_of(state), str_of(states[i].begin)))
			return states[i].meaning;
	return state ? OURS : AWAY;
}

static enum xq_rc
answer(enum meaning m, struct xq_err *err)
{
	switch (m) {
	case RULE:
		return xq_refuse(err, NULL, "store.conflict");
	case AGAIN:
	case ANEW:
		return xq_busy(err, "store.again");
	case AWAY:
		return xq_busy(err, "store.away");
	case FULL:
		return xq_busy(err, "store.full");
	case WAIT:
		return xq_busy(err, "store.busy");
	case OURS:
		break;
	}
	return xq_fault(err, "store.fault", "%s", "");
}

enum xq_rc
pg_classify(const char *state, bool is_write, struct xq_err *err)
{
	return answer(meaning_of(state, is_write), err);
}

bool
pg_is_away(const struct pg_conn *c)
{
	return !c->h || PQstatus(c->h) != CONNECTION_OK;
}

/* The first line of what libpq says; values of rows stand only in its details, which are left out. */
static struct str
first_line(const char *text)
{
	struct str s = str_of(text ? text : "");
	return str_n(s.p, str_index(s, STR("\n")));
}

static void
detail(struct xq_err *err, const char *state, struct str why, const struct pg_pending *p)
{
	(void)snprintf(err->detail, sizeof err->detail, "%s %.*s (%s:%d)", state ? state : "-",
		(int)why.n, why.p, p->sql ? p->sql->file : p->what,
		p->sql ? p->sql->line : 0); /* a cut detail is still useful */
}

enum xq_rc
pg_fail(struct pg_conn *c, const PGresult *res, const struct pg_pending *p, struct xq_err *err)
{
	bool is_gone = !res || pg_is_away(c);
	const char *state = is_gone ? NULL : PQresultErrorField(res, PG_DIAG_SQLSTATE);
	const char *why =
		is_gone ? PQerrorMessage(c->h) : PQresultErrorField(res, PG_DIAG_MESSAGE_PRIMARY);
	enum meaning m = is_gone ? AWAY : meaning_of(state ? state : "?", c->c.is_writer);
	enum xq_rc rc = answer(m, err);
	detail(err, state, first_line(why), p);
	if (m == ANEW)
		c->round++; /* pg_statement.c: every statement of another round is not ready */
	if (m == AWAY) {    /* also a standby: the next transaction looks for the one to write to */
		PQfinish(c->h);
		c->h = NULL;
	}
	if (c->c.tx.is_open)
		store_broken(&c->c.tx, rc, m == RULE || m == OURS || m == WAIT, err);
	return rc;
}
