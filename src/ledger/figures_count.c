/* SPDX-License-Identifier: Apache-2.0 */
/* figures_count.c - what a period adds up to, and the entries behind one row: the same pass either way, so what
 * is listed is what was counted. */
#include <stdlib.h>

#include "core/mem.h"
#include "core/time.h"
#include "ledger/figures_counting.h"

#include "core/banned.h"

/* ---- what there is to count ----------------------------------------------------------------------------- */

const struct fig figures_table[N_FIGURE_IDS] = {
	[FIG_AGE_MEDIAN] = { "age_median", false, true, PARTS_WIDE, false },
	[FIG_AGE_P90] = { "age_p90", false, true, PARTS_WIDE, false },
	[FIG_CLAIMED] = { "claimed", true, false, PARTS_WIDE, false },
	[FIG_CLOSED] = { "closed", false, false, PARTS_UNIT, false },
	[FIG_CONTACTED] = { "contacted", true, false, PARTS_NONE, false },
	[FIG_DISCLOSED] = { "disclosed", true, false, PARTS_NONE, false },
	[FIG_ERASED] = { "erased", false, false, PARTS_NONE, false },
	[FIG_EXTENDED] = { "extended", true, true, PARTS_NONE, false },
	[FIG_HOUSEHOLDS] = { "households", false, false, PARTS_NONE, false },
	[FIG_MERGED] = { "merged", false, true, PARTS_NONE, false },
	[FIG_ON_TIME] = { "on_time", true, false, PARTS_UNIT, false },
	[FIG_OVERDUE_OPEN] = { "overdue_open", false, false, PARTS_NONE, false },
	[FIG_PARKED] = { "parked", true, true, PARTS_NONE, true },
	[FIG_PROMISES] = { "promises", true, false, PARTS_NONE, false },
	[FIG_RAISED] = { "raised", false, false, PARTS_WIDE, false },
	[FIG_REDIRECTED] = { "redirected", false, true, PARTS_NONE, true },
	[FIG_REDONE] = { "redone", true, false, PARTS_WIDE, false },
	[FIG_RETURN_REFUSED] = { "return_refused", false, true, PARTS_NONE, false },
	[FIG_RETURNED] = { "returned", true, true, PARTS_NONE, false },
	[FIG_SATISFACTION] = { "satisfaction", true, false, PARTS_UNIT, false },
	[FIG_SITTINGS] = { "sittings", true, false, PARTS_NONE, false },
	[FIG_SOLVED] = { "solved", true, false, PARTS_UNIT, false },
	[FIG_TERMINATED] = { "terminated", false, true, PARTS_NONE, true },
	[FIG_UNREACHED] = { "unreached", true, false, PARTS_WIDE, false },
	[FIG_VISITS] = { "visits", false, false, PARTS_NONE, false },
	[FIG_VOIDED] = { "voided", false, false, PARTS_NONE, true },
};

/* ---- counting -------------------------------------------------------------------------------------------- */

struct cell *
figures_cell(const struct counting *c, enum figure_id id, int part, size_t code)
{
	return &c->of_part[((size_t)id * N_PARTS + (size_t)part) * c->w->code.n + code];
}

static void
list_hit(struct counting *c, const struct subject *s, int64_t num, int64_t den)
{
	if (c->only_part >= 0 && s->part[c->only_part] != c->only_code)
		return;
	if (c->only_why != 0 && s->why != c->only_why)
		return;
	*LIST_ADD(c->mem, struct figures_hit, &c->hit) = (struct figures_hit){ s->seq, num, den };
}

static void
add(struct counting *c, enum figure_id id, const struct subject *s, int64_t num, int64_t den)
{
	if (c->is_listing) {
		if (c->only == id)
			list_hit(c, s, num, den);
		return;
	}
	c->office[id].num += num;
	c->office[id].den += den;
	for (int p = 0; figures_table[id].parts != PARTS_NONE && p < N_PARTS; p++)
		if (s->part[p] != 0) {
			struct cell *cell = figures_cell(c, id, p, s->part[p]);
			cell->num += num;
			cell->den += den;
		}
	if (figures_table[id].has_reasons && s->why != 0)
		c->of_reason[(size_t)id * c->w->code.n + s->why] += num;
}

static struct walked_concern *
concern_at(const struct counting *c, uint32_t i)
{
	return &c->w->concern.v[i];
}

static bool
is_voided(const struct counting *c, uint32_t concern)
{
	return concern != SEQ_NONE && concern_at(c, concern)->voided < c->size;
}

static struct subject
subject_of(const struct counting *c, const struct fact *f)
{
	struct subject s = { .seq = f->seq, .why = f->why };
	const struct walked_concern *con =
		f->concern == SEQ_NONE ? NULL : concern_at(c, f->concern);
	if (con && !con->is_sealed) {
		s.part[PART_UNIT] = f->unit;
		s.part[PART_ZONE] = con->zone;
		s.part[PART_CLASS] = con->class;
	}
	return s;
}

static void
count_closed(struct counting *c, const struct fact *f, const struct subject *s)
{
	add(c, FIG_CLOSED, s, 1, 0);
	add(c, FIG_CLAIMED, s, (f->a & CLOSED_CLAIMED) != 0, 1);
	add(c, FIG_REDONE, s, (f->a & CLOSED_REDONE) != 0, 1);
	if (f->a & CLOSED_REPLIED)
		add(c, FIG_ON_TIME, s, (f->a & CLOSED_LATE) == 0, 1);
	if (c->is_listing) {
		add(c, FIG_AGE_MEDIAN, s, f->n, 0);
		add(c, FIG_AGE_P90, s, f->n, 0);
		return;
	}
	struct age *a = &c->age[c->n_ages++];
	a->days = f->n;
	memcpy(a->part, s->part, sizeof a->part);
}

static void
count_rated(struct counting *c, const struct fact *f, const struct subject *s)
{
	static const int64_t points[] = { 0, 10, 8, 6, 0 };
	add(c, FIG_SOLVED, s, f->is_yes, 1);
	add(c, FIG_UNREACHED, s, 0, 1);
	if (f->a > 0)
		add(c, FIG_SATISFACTION, s, points[f->a], 10);
}

/* The last rating of a concern in the period counts; not reached counts once, where none stands. */
static void
count_view(struct counting *c, const struct fact *f, uint32_t index, const struct subject *s)
{
	const struct walked_concern *con = concern_at(c, f->concern);
	if (f->kind == FACT_RATED && con->last_rated == index)
		count_rated(c, f, s);
	if (f->kind == FACT_UNREACHED && con->last_rated == SEQ_NONE &&
		con->first_unreached == index)
		add(c, FIG_UNREACHED, s, 1, 1);
}

static void
count_offered(struct counting *c, const struct subject *s)
{
	add(c, FIG_RETURNED, s, 0, 1);
	add(c, FIG_EXTENDED, s, 0, 1);
	add(c, FIG_PARKED, s, 0, 1);
}

static void
count_fact(struct counting *c, uint32_t index)
{
	const struct fact *f = &c->w->fact.v[index];
	if (is_voided(c, f->concern) && f->kind != FACT_VOIDED)
		return;
	const struct subject s = subject_of(c, f);
	switch ((enum fact_kind)f->kind) {
	case FACT_RAISED:
		add(c, FIG_RAISED, &s, 1, 0);
		break;
	case FACT_CLOSED:
		count_closed(c, f, &s);
		break;
	case FACT_RATED:
	case FACT_UNREACHED:
		count_view(c, f, index, &s);
		break;
	case FACT_CONTACT:
		add(c, FIG_CONTACTED, &s, f->is_yes, 1);
		break;
	case FACT_OFFERED:
		count_offered(c, &s);
		break;
	case FACT_RETURNED:
		add(c, FIG_RETURNED, &s, 1, 0);
		break;
	case FACT_RETURN_REFUSED:
		add(c, FIG_RETURN_REFUSED, &s, 1, 0);
		break;
	case FACT_EXTENDED:
		add(c, FIG_EXTENDED, &s, 1, 0);
		break;
	case FACT_PARKED:
		add(c, FIG_PARKED, &s, 1, 0);
		break;
	case FACT_VOIDED:
		add(c, FIG_VOIDED, &s, 1, 0);
		break;
	case FACT_REDIRECTED:
		add(c, FIG_REDIRECTED, &s, 1, 0);
		break;
	case FACT_MERGED:
		add(c, FIG_MERGED, &s, 1, 0);
		break;
	case FACT_TERMINATED:
		add(c, FIG_TERMINATED, &s, 1, 0);
		break;
	case FACT_HELD:
		add(c, FIG_SITTINGS, &s, 1, 0);
		break;
	case FACT_VISIT:
		add(c, FIG_VISITS, &s, 1, 0);
		add(c, FIG_HOUSEHOLDS, &s, f->n, 0);
		break;
	case FACT_DISCLOSED:
		add(c, FIG_DISCLOSED, &s, f->is_yes, 1);
		break;
	case FACT_ERASED:
		add(c, FIG_ERASED, &s, f->n, 0);
		break;
	}
}

/* ---- the passes -------------------------------------------------------------------------------------------- */

size_t
figures_fact_from(const struct figures_walk *w, uint32_t seq)
{
	size_t lo = 0, hi = w->fact.n;
	while (lo < hi) {
		size_t mid = (lo + hi) / 2;
		if (w->fact.v[mid].seq < seq)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

/* Which view of each concern is the one of this period. */
static void
mark_views(struct counting *c, size_t lo, size_t hi)
{
	uint32_t round = ++c->w->round;
	for (size_t i = lo; i < hi; i++) {
		const struct fact *f = &c->w->fact.v[i];
		if (f->kind != FACT_RATED && f->kind != FACT_UNREACHED)
			continue;
		struct walked_concern *con = concern_at(c, f->concern);
		if (con->round != round) {
			con->round = round;
			con->last_rated = con->first_unreached = SEQ_NONE;
		}
		if (f->kind == FACT_RATED)
			con->last_rated = (uint32_t)i;
		else if (con->first_unreached == SEQ_NONE)
			con->first_unreached = (uint32_t)i;
	}
}

/* Waiting for an answer past its day when the period was over: by the entries before its end. */
static void
count_overdue(struct counting *c, int32_t to)
{
	int64_t midnight = (int64_t)to * 1000000;
	for (size_t i = 0; i < c->w->waiting.n; i++) {
		const struct waiting *x = &c->w->waiting.v[i];
		bool is_waiting = x->from < c->until && x->until >= c->until && x->due != 0;
		if (is_waiting && x->due < midnight && !is_voided(c, x->concern))
			add(c, FIG_OVERDUE_OPEN, &(struct subject){ .seq = x->from }, 1, 0);
	}
}

struct promise_state {
	int64_t due, kept; /* stamps; 0: not said */
	uint32_t seq;
};

static void
count_promises(struct counting *c, int32_t from, int32_t to)
{
	size_t n = c->w->promise.n;
	struct promise_state *p = mem_array(c->mem, struct promise_state, n + 1);
	for (size_t i = 0; i < c->w->said.n && c->w->said.v[i].seq < c->size; i++) {
		const struct promise_said *s = &c->w->said.v[i];
		if (s->is_kept && p[s->promise].kept == 0)
			p[s->promise].kept = s->at;
		if (!s->is_kept) {
			p[s->promise].due = s->at;
			p[s->promise].seq = s->seq;
		}
	}
	for (size_t i = 0; i < n; i++) {
		int32_t day = (int32_t)(p[i].due / 1000000);
		if (p[i].due == 0 || day < from || day >= to ||
			is_voided(c, c->w->promise.v[i].concern))
			continue;
		bool is_kept = p[i].kept != 0 && p[i].kept <= p[i].due;
		add(c, FIG_PROMISES, &(struct subject){ .seq = p[i].seq }, is_kept, 1);
	}
	mem_free(p);
}

static void
count_planned(struct counting *c, int32_t from, int32_t to)
{
	for (size_t i = 0; i < c->w->planned.n && c->w->planned.v[i].seq < c->size; i++) {
		const struct planned_sitting *s = &c->w->planned.v[i];
		if (s->day >= from && s->day < to)
			add(c, FIG_SITTINGS, &(struct subject){ .seq = s->seq }, 0, 1);
	}
}

static uint32_t
first_of(const struct figures_walk *w, int32_t day)
{
	size_t lo = 0, hi = w->day.n;
	while (lo < hi) {
		size_t mid = (lo + hi) / 2;
		if (w->day.v[mid].day < day)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < w->day.n ? w->day.v[lo].seq : (uint32_t)w->size;
}

static uint32_t
smaller(uint32_t a, uint32_t b)
{
	return a < b ? a : b;
}

void
figures_count_all(struct counting *c, const struct figures_period *p)
{
	size_t lo = figures_fact_from(c->w, c->from), hi = figures_fact_from(c->w, c->until);
	mark_views(c, lo, hi);
	for (size_t i = lo; i < hi; i++)
		count_fact(c, (uint32_t)i);
	count_overdue(c, p->to);
	count_promises(c, p->from, p->to);
	count_planned(c, p->from, p->to);
}

struct counting
figures_counting(struct figures_walk *w, void *mem, const struct figures_period *p)
{
	xq_require(p->size >= 0 && p->size <= w->size && p->from < p->to);
	struct counting c = { .w = w, .mem = mem, .size = (uint32_t)p->size, .set = p->set };
	c.until = smaller(first_of(w, p->to), c.size);
	c.from = smaller(first_of(w, p->from), c.until);
	return c;
}

bool
figures_is_whole(const struct figures_walk *w, const struct figures_period *p)
{
	return p->size < w->size && first_of(w, p->to) <= p->size;
}

/* ---- entries behind a row ------------------------------------------------------------------------------------------- */

static bool
code_look(const struct figures_walk *w, struct str code, uint16_t *out)
{
	for (size_t i = 1; i < w->code.n; i++)
		if (str_is(code, w->code.v[i])) {
			*out = (uint16_t)i;
			return true;
		}
	return false;
}

/* The row's name taken apart: figure, reason, part. */
static bool
only_of(struct counting *c, const struct figures_row *which)
{
	struct str rest = str_of(which->id), id;
	int figure = 0;
	(void)str_cut(&rest, '.', &id);
	while (figure < N_FIGURE_IDS && !str_is(id, figures_table[figure].id))
		figure++;
	if (figure == N_FIGURE_IDS)
		return false;
	c->only = (enum figure_id)figure;
	if (rest.p && (!figures_table[figure].has_reasons || !code_look(c->w, rest, &c->only_why)))
		return false;
	const char *part[N_PARTS] = { which->unit, which->zone, which->class };
	c->only_part = -1;
	for (int i = 0; i < N_PARTS; i++)
		if (part[i]) {
			c->only_part = i;
			if (!code_look(c->w, str_of(part[i]), &c->only_code))
				return false;
		}
	return true;
}

static int
by_seq(const void *a, const void *b)
{
	const struct figures_hit *x = a, *y = b;
	return (x->seq > y->seq) - (x->seq < y->seq);
}

void
figures_events(struct figures_walk *w, void *mem, const struct figures_period *p,
	const struct figures_row *which, struct figures_hits *out)
{
	struct counting c = figures_counting(w, mem, p);
	c.is_listing = true;
	if (only_of(&c, which))
		figures_count_all(&c, p);
	if (c.hit.n > 1)
		qsort(c.hit.v, c.hit.n, sizeof *c.hit.v, by_seq);
	*out = (struct figures_hits){ c.hit.v, c.hit.n };
}
