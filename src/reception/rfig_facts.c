/* SPDX-License-Identifier: Apache-2.0 */
/* rfig_facts.c - the facts of the figures of sittings, each read along an index over the days that are asked for.
 * What is no longer a draft has its reference. */
#include "reception/rfig_int.h"

#include "core/banned.h"

/* ---- months ------------------------------------------------------------------------------------------- */

int32_t
rfig_first_of_month(int32_t day)
{
	return day_make(day_year(day), day_month(day), 1);
}

struct rfig_month *
rfig_month_of(struct rfig_month *m, size_t n, int32_t day)
{
	if (n == 0 || day < m[0].from)
		return NULL;
	size_t i = (size_t)(12 * (day_year(day) - day_year(m[0].from)) + day_month(day) -
			    day_month(m[0].from));
	return i < n ? &m[i] : NULL;
}

static int32_t
last_day(const struct rfig_month *m, size_t n)
{
	return day_add(day_add_months(m[n - 1].from, 1), -1);
}

static void
add(struct rfig_month *m, size_t n, int32_t day, enum rfig_fact fact, int64_t count)
{
	struct rfig_month *month = rfig_month_of(m, n, day);
	xq_require(month != NULL); /* the statement asks for no other days */
	month->n[fact] += count;
}

/* ---- facts -------------------------------------------------------------------------------------------- */

static enum rfig_fact
fact_of(enum slot_state state)
{
	switch (state) {
	case SLOT_PLANNED:
		return RF_PLANNED;
	case SLOT_CANCELLED:
		return RF_CANCELLED;
	case SLOT_HELD:
		return RF_HELD;
	case SLOT_MISSED:
		return RF_MISSED;
	}
	return RF_PLANNED;
}

enum xq_rc
rfig_facts_slots(struct tx *tx, int64_t office, struct rfig_month *m, size_t n, struct xq_err *err)
{
	struct rows *q = db_query(tx,
		SQL("SELECT s.day, s.state, s.makes_up, e.visitors, e.concerns FROM roster_slot s"
		    " LEFT JOIN sitting_end e ON e.office = s.office AND e.slot_no = s.no"
		    " WHERE s.office = ? AND s.day >= ? AND s.day <= ? AND s.ref <> ''"),
		VALS(V(office), V(m[0].from), V(last_day(m, n))));
	while (row_next(q)) {
		int32_t day = (int32_t)row_int(q, 0);
		enum rfig_fact fact = fact_of((enum slot_state)row_int(q, 1));
		add(m, n, day, RF_PLANNED, 1);
		if (fact != RF_PLANNED)
			add(m, n, day, fact, 1);
		if (fact != RF_HELD)
			continue;
		add(m, n, day, RF_MADE_UP, !row_is_null(q, 2));
		add(m, n, day, RF_VISITORS, row_int(q, 3));
		add(m, n, day, RF_CONCERNS, row_int(q, 4));
	}
	return rows_close(q, err);
}

enum xq_rc
rfig_facts_told(struct tx *tx, int64_t office, struct rfig_month *m, size_t n, struct xq_err *err)
{
	struct rows *q = db_query(tx,
		SQL("SELECT s.day, (SELECT count(*) FROM sitting_entry e WHERE e.office = s.office"
		    "  AND e.slot_no = s.no AND e.kind = 1) FROM roster_slot s"
		    " WHERE s.office = ? AND s.day >= ? AND s.day <= ? AND s.state = 2"),
		VALS(V(office), V(m[0].from), V(last_day(m, n))));
	while (row_next(q))
		add(m, n, (int32_t)row_int(q, 0), RF_TOLD, row_int(q, 1));
	return rows_close(q, err);
}

/* Both counts of a sitting in one look, side by side in one number: it has at most ENTRIES_MAX of each. */
enum { ASKED_BASE = 1000 };
_Static_assert((int)ENTRIES_MAX < (int)ASKED_BASE, "both counts fit");

enum xq_rc
rfig_facts_asked(struct tx *tx, int64_t office, struct rfig_month *m, size_t n, struct xq_err *err)
{
	struct rows *q = db_query(tx,
		SQL("SELECT s.day, (SELECT count(*) * 1000 + count(c.seen_solved) FROM sitting_entry e"
		    "  JOIN concern c ON c.office = e.office AND c.id = e.concern_id"
		    "  WHERE e.office = s.office AND e.slot_no = s.no"
		    "  AND c.answered_at IS NOT NULL AND c.state <> 15) FROM roster_slot s"
		    " WHERE s.office = ? AND s.day >= ? AND s.day <= ? AND s.state = 2"),
		VALS(V(office), V(m[0].from), V(last_day(m, n))));
	while (row_next(q)) {
		int32_t day = (int32_t)row_int(q, 0);
		add(m, n, day, RF_ANSWERED, row_int(q, 1) / ASKED_BASE);
		add(m, n, day, RF_ASKED, row_int(q, 1) % ASKED_BASE);
	}
	return rows_close(q, err);
}

/* The day of the answer is that of the record, +08:00. */
enum xq_rc
rfig_facts_swaps(struct tx *tx, int64_t office, struct rfig_month *m, size_t n, struct xq_err *err)
{
	struct rows *q = db_query(tx,
		SQL("SELECT answered_at FROM roster_swap WHERE office = ? AND is_yes = 1"
		    " AND answered_at >= ? AND answered_at < ?"),
		VALS(V(office), V(day_start(m[0].from, TZ_CHINA)),
			V(day_start(day_add(last_day(m, n), 1), TZ_CHINA))));
	while (row_next(q))
		add(m, n, day_of(row_int(q, 0), TZ_CHINA), RF_SWAPS, 1);
	return rows_close(q, err);
}

/* ---- all of them -------------------------------------------------------------------------------------- */

/* Whether an earlier figure has read this source already. */
static bool
is_read(const struct rfig_def *d)
{
	for (const struct rfig_def *k = rfig_defs; k != d; k++)
		if (k->facts == d->facts)
			return true;
	return false;
}

enum xq_rc
rfig_months(struct tx *tx, int64_t office, const struct rfig_def *def, int32_t from,
	struct rfig_month *out, size_t n, struct xq_err *err)
{
	xq_require(n > 0 && n <= RFIG_MONTHS_MAX);
	for (size_t i = 0; i < n; i++)
		out[i] = (struct rfig_month){ .from = day_add_months(from, (int)i) };
	if (def)
		return def->facts(tx, office, out, n, err);
	enum xq_rc rc = XQ_OK;
	for (const struct rfig_def *d = rfig_defs; rc == XQ_OK && d->id; d++)
		if (!is_read(d))
			rc = d->facts(tx, office, out, n, err);
	return rc;
}

enum xq_rc
rfig_days(struct tx *tx, int64_t office, int32_t *out_first, int32_t *out_last, struct xq_err *err)
{
	int64_t first = 0, last = 0;
	enum xq_rc rc = db_int(tx,
		SQL("SELECT day FROM roster_slot WHERE office = ? AND ref <> '' ORDER BY day LIMIT 1"),
		VALS(V(office)), &first, err);
	if (rc == XQ_OK)
		rc = db_int(tx,
			SQL("SELECT day FROM roster_slot WHERE office = ? AND ref <> ''"
			    " ORDER BY day DESC LIMIT 1"),
			VALS(V(office)), &last, err);
	*out_first = (int32_t)first;
	*out_last = (int32_t)last;
	return rc == XQ_NONE ? XQ_OK : rc;
}
