/* SPDX-License-Identifier: Apache-2.0 */
/* rfig_again.c - the figures counted again: from the entries of the record alone, chain by chain, and what is in
 * no entry from the log of acts. */
#include "reception/rfig_int.h"

#include <stdlib.h>

#include "core/json.h"
#include "core/mem.h"
#include "core/parse.h"

#include "core/banned.h"

enum { EVENTS_FIRST = 1024, EVENTS_MAX = 4000000 };

/* ---- one entry ---------------------------------------------------------------------------------------- */

static bool
kind_read(struct str name, enum rfig_event_kind *out)
{
	static const char *const names[] = { [RE_PLANNED] = "reception.planned",
		[RE_CHANGED] = "reception.changed",
		[RE_HELD] = "reception.held",
		[RE_MISSED] = "reception.missed",
		[RE_CANCELLED] = "reception.cancelled" };
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (str_is(name, names[i])) {
			*out = (enum rfig_event_kind)i;
			return true;
		}
	return false;
}

static enum xq_rc
values_read(void *mem, struct str pub, struct rfig_event *out, struct xq_err *err)
{
	json_t *j;
	void *round = mem_new(mem, char); /* the parsed object goes with it: there may be many */
	enum xq_rc rc = json_read(round, pub, EVENT_MAX_BYTES, &j, err);
	if (rc == XQ_OK) {
		const char *day = json_string_value(json_object_get(j, "day"));
		if (day && !parse_day(str_of(day), &out->day))
			rc = xq_refuse(err, "day", "record.bad-entry");
		out->visitors = json_integer_value(json_object_get(j, "visitors"));
		out->concerns = json_integer_value(json_object_get(j, "concerns"));
	}
	mem_free(round);
	return rc;
}

enum xq_rc
rfig_event_read(void *mem, struct str bytes, struct rfig_event *out, struct xq_err *err)
{
	/* Most entries are about something else; nothing but the kind can spell this. */
	if (str_index(bytes, STR("\"k\":\"reception.")) == bytes.n)
		return XQ_NONE;
	struct event_seen e;
	enum xq_rc rc = event_check(bytes, NULL, -1, &e, err);
	if (rc != XQ_OK)
		return rc;
	*out = (struct rfig_event){ .seq = e.seq };
	if (!kind_read(e.kind, &out->kind))
		return XQ_NONE;
	if (e.ref.n != EVENT_REF_LEN)
		return xq_refuse(err, "ref", "record.bad-entry");
	memcpy(out->ref, e.ref.p, EVENT_REF_LEN);
	return values_read(mem, e.pub, out, err);
}

/* ---- chains ------------------------------------------------------------------------------------------- */

static int
by_chain(const void *a, const void *b)
{
	const struct rfig_event *x = a, *y = b;
	int ref = memcmp(x->ref, y->ref, sizeof x->ref);
	return ref ? ref : (x->seq > y->seq) - (x->seq < y->seq);
}

/* The next step of a sitting; false: no sitting goes that way. */
static bool
step(struct rfig_history *h, const struct rfig_event *e, bool is_first)
{
	if (is_first != (e->kind == RE_PLANNED) || h->state != SLOT_PLANNED)
		return false;
	switch (e->kind) {
	case RE_PLANNED:
	case RE_CHANGED:
		h->day = e->day;
		break;
	case RE_HELD:
		h->state = SLOT_HELD;
		h->visitors = e->visitors;
		h->concerns = e->concerns;
		return e->day == h->day;
	case RE_MISSED:
		h->state = SLOT_MISSED;
		break;
	case RE_CANCELLED:
		h->state = SLOT_CANCELLED;
		break;
	}
	return h->day != 0;
}

static bool
count(const struct rfig_history *h, struct rfig_month *m, size_t n)
{
	struct rfig_month *month = rfig_month_of(m, n, h->day);
	for (const struct rfig_def *d = rfig_defs; month && d->id; d++)
		if (d->again)
			month->n[d->num] += d->again(h);
	return month != NULL;
}

size_t
rfig_again(struct rfig_event *e, size_t n_events, struct rfig_month *m, size_t n)
{
	size_t bad = 0, i = 0;
	if (n_events > 1)
		qsort(e, n_events, sizeof *e, by_chain);
	while (i < n_events) {
		struct rfig_history h = { .state = SLOT_PLANNED };
		bool is_good = true;
		size_t first = i;
		for (; i < n_events && memcmp(e[first].ref, e[i].ref, sizeof e->ref) == 0; i++)
			is_good = step(&h, &e[i], i == first) && is_good;
		is_good = count(&h, m, n) && is_good;
		bad += !is_good;
	}
	return bad;
}

/* ---- all entries of an office --------------------------------------------------------------------------- */

struct event_list {
	struct rfig_event *e;
	size_t n, room;
	int64_t bad;
};

static struct rfig_event *
place(void *mem, struct event_list *l)
{
	if (l->n == l->room) {
		size_t room = l->room ? 2 * l->room : EVENTS_FIRST;
		l->e = mem_grow(mem, struct rfig_event, l->e, l->room, room);
		l->room = room;
	}
	return &l->e[l->n];
}

static enum xq_rc
events_load(struct tx *tx, void *mem, int64_t office, struct event_list *l, struct xq_err *err)
{
	struct xq_err bad = { 0 }; /* is a fault of the record, told in the count */
	struct rows *q = db_query(tx,
		SQL("SELECT bytes FROM ledger_event /* scan: check */ WHERE office = ? ORDER BY seq"),
		VALS(V(office)));
	while (row_next(q) && l->n < EVENTS_MAX) {
		struct bytes b = row_bytes(q, 0);
		enum xq_rc rc =
			rfig_event_read(mem, str_n((const char *)b.p, b.n), place(mem, l), &bad);
		l->n += rc == XQ_OK;
		l->bad += rc != XQ_OK && rc != XQ_NONE;
	}
	l->bad += l->n == EVENTS_MAX;
	return rows_close(q, err);
}

/* ---- invariants: 0 faults, always ------------------------------------------------------------------------ */

static int64_t
differences(const struct rfig_month *a, const struct rfig_month *b, size_t n)
{
	int64_t faults = 0;
	for (size_t i = 0; i < n; i++)
		for (const struct rfig_def *d = rfig_defs; d->id; d++)
			faults += d->again && a[i].n[d->num] != b[i].n[d->num];
	return faults;
}

/* Both ways agree in every month that a roster was published for, and the record knows no other. */
static enum xq_rc
faults_events(struct tx *tx, void *mem, int64_t office, int64_t *out, struct xq_err *err)
{
	int32_t first = 0, last = 0;
	struct event_list l = { 0 };
	enum xq_rc rc = rfig_days(tx, office, &first, &last, err);
	if (rc == XQ_OK)
		rc = events_load(tx, mem, office, &l, err);
	*out = l.bad + (first == 0 && l.n > 0);
	if (rc != XQ_OK || first == 0)
		return rc;
	int32_t from = rfig_first_of_month(first);
	int months = 12 * (day_year(last) - day_year(from)) + day_month(last) - day_month(from) + 1;
	size_t n = (size_t)(months < RFIG_MONTHS_MAX ? months : RFIG_MONTHS_MAX);
	struct rfig_month *facts = mem_array(mem, struct rfig_month, n);
	struct rfig_month *again = mem_array(mem, struct rfig_month, n);
	rc = rfig_months(tx, office, rfig_find(STR("planned")), from, facts, n, err);
	for (size_t i = 0; i < n; i++)
		again[i] = (struct rfig_month){ .from = facts[i].from };
	*out += (int64_t)rfig_again(l.e, l.n, again, n) + differences(facts, again, n);
	return rc;
}

/* What was told on the spot, and offers that were answered, stand in the log of acts as often. */
static enum xq_rc
faults_audit(struct tx *tx, void *mem, int64_t office, int64_t *out, struct xq_err *err)
{
	(void)mem;
	int64_t told = 0, answered = 0;
	enum xq_rc rc = db_int(tx,
		SQL("SELECT (SELECT count(*) FROM sitting_entry e /* scan: check */"
		    "  WHERE e.office = ? AND e.kind = 1)"
		    " - (SELECT count(*) FROM audit a /* scan: check */"
		    "  WHERE a.office = ? AND a.act = 'sitting.tell')"),
		VALS(V(office), V(office)), &told, err);
	if (rc == XQ_OK)
		rc = db_int(tx,
			SQL("SELECT (SELECT count(*) FROM roster_swap s /* scan: check */"
			    "  WHERE s.office = ? AND s.is_yes IS NOT NULL)"
			    " - (SELECT count(*) FROM audit a /* scan: check */ WHERE a.office = ?"
			    "  AND a.act = 'roster.answer-swap')"),
			VALS(V(office), V(office)), &answered, err);
	*out = (told != 0) + (answered != 0);
	return rc;
}

const struct invariant rfig_from_events = { "reception.figures-from-events", faults_events };
const struct invariant rfig_from_audit = { "reception.figures-from-audit", faults_audit };
