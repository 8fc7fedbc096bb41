/* SPDX-License-Identifier: Apache-2.0 */
/* figures_walk.c - from an entry to the few bytes of it that count. */
#include "core/mem.h"
#include "core/time.h"
#include "ledger/figures_int.h"
#include "ledger/pub.h"

#include "core/banned.h"

enum { FIRST_SLOTS = 1024, DAY_STAMP = 1000000 };

struct figures_walk *
figures_walk_new(void *mem)
{
	struct figures_walk *w = mem_new(mem, struct figures_walk);
	w->slot = mem_array(w, uint32_t, FIRST_SLOTS);
	w->n_slots = FIRST_SLOTS;
	*LIST_ADD(w, const char *, &w->code) = "";
	return w;
}

int64_t
figures_walk_size(const struct figures_walk *w)
{
	return w->size;
}

static enum xq_rc
bad_entry(const struct event_seen *e, const char *key, struct xq_err *err)
{
	enum xq_rc rc = xq_refuse(err, NULL, "record.bad-entry");
	xq_err_text(err, "key", key);
	xq_err_int(err, "at", e->seq);
	return rc;
}

/* ---- codes ------------------------------------------------------------------------------------------ */

/* Units, zones, classes and reasons are few: a sorted list of numbers. Past the bound all are "none", so a log
 * made to hurt costs no more than any other; event codes of one office never come near it. */
static bool
code_number(struct figures_walk *w, struct str code, uint16_t *out)
{
	size_t lo = 0, hi = w->code.n - 1;
	while (lo < hi) {
		size_t mid = (lo + hi) / 2;
		int side = str_cmp(str_of(w->code.v[w->by_name[mid]]), code);
		if (side == 0) {
			*out = w->by_name[mid];
			return true;
		}
		if (side < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	if (w->code.n == FIGURES_CODES_MAX)
		return false;
	memmove(&w->by_name[lo + 1], &w->by_name[lo], (w->code.n - 1 - lo) * sizeof w->by_name[0]);
	*out = w->by_name[lo] = (uint16_t)w->code.n;
	*LIST_ADD(w, const char *, &w->code) = str_text(w, code);
	return true;
}

/* A field that may be absent: 0 then. */
static bool
code_field(struct figures_walk *w, const struct event_seen *e, const char *key, uint16_t *out)
{
	struct str code;
	*out = 0;
	return !pub_code(e->pub, key, &code) || code_number(w, code, out);
}

/* ---- concerns by ref ---------------------------------------------------------------------------------- */

struct ref_key {
	uint64_t hi;
	uint16_t lo;
};

static struct ref_key
key_of(struct str ref)
{
	struct ref_key k = { 0 };
	for (size_t i = 2; i < EVENT_REF_LEN; i++) {
		char c = ref.p[i];
		uint64_t five = (uint64_t)(c >= 'a' ? c - 'a' : c - '2' + 26);
		k.hi = k.hi << 5 | k.lo >> 11;
		k.lo = (uint16_t)((unsigned)k.lo << 5 | five);
	}
	return k;
}

/* The slot of a ref: its own, or the free one where it belongs. */
static size_t
slot_of(const struct figures_walk *w, struct ref_key k)
{
	uint64_t mixed = (k.hi ^ k.lo) * UINT64_C(0x9e3779b97f4a7c15);
	size_t at = (size_t)(mixed >> 20) & (w->n_slots - 1);
	for (; w->slot[at] != 0; at = (at + 1) & (w->n_slots - 1)) {
		const struct walked_concern *c = &w->concern.v[w->slot[at] - 1];
		if (c->key_hi == k.hi && c->key_lo == k.lo)
			break;
	}
	return at;
}

static void
slots_double(struct figures_walk *w)
{
	mem_free(w->slot);
	w->n_slots *= 2;
	w->slot = mem_array(w, uint32_t, w->n_slots);
	for (size_t i = 0; i < w->concern.n; i++) {
		const struct walked_concern *c = &w->concern.v[i];
		w->slot[slot_of(w, (struct ref_key){ c->key_hi, c->key_lo })] = (uint32_t)i + 1;
	}
}

/* ---- what an entry says of a concern -------------------------------------------------------------------- */

/* The entry, and the concern it is about. */
struct step {
	struct figures_walk *w;
	const struct event_seen *e;
	uint32_t seq, concern;
	int64_t at; /* stamp */
};

static struct walked_concern *
concern_of(const struct step *s)
{
	return &s->w->concern.v[s->concern];
}

static struct fact *
fact_add(const struct step *s, enum fact_kind kind)
{
	struct fact *f = LIST_ADD(s->w, struct fact, &s->w->fact);
	*f = (struct fact){ .seq = s->seq, .concern = s->concern, .kind = (uint8_t)kind };
	if (s->concern != SEQ_NONE)
		f->unit = concern_of(s)->owner;
	return f;
}

static void
wait_end(const struct step *s)
{
	struct walked_concern *c = concern_of(s);
	if (c->waiting != SEQ_NONE)
		s->w->waiting.v[c->waiting].until = s->seq;
	c->waiting = SEQ_NONE;
}

/* From here on an answer is awaited by the concern's due; one that has ended waits for nothing. */
static void
wait_begin(const struct step *s)
{
	struct walked_concern *c = concern_of(s);
	if (c->waiting != SEQ_NONE && s->w->waiting.v[c->waiting].due == c->due)
		return;
	wait_end(s);
	if (c->is_ended)
		return;
	c->waiting = (uint32_t)s->w->waiting.n;
	*LIST_ADD(s->w, struct waiting, &s->w->waiting) =
		(struct waiting){ s->concern, s->seq, SEQ_NONE, c->due };
}

static const char *
on_raised(struct step *s)
{
	struct figures_walk *w = s->w;
	struct walked_concern c = { .raised_on = (int32_t)(s->at / DAY_STAMP),
		.voided = SEQ_NONE,
		.waiting = SEQ_NONE,
		.promise = SEQ_NONE };
	struct str lane;
	if (2 * w->concern.n >= w->n_slots)
		slots_double(w);
	struct ref_key k = key_of(s->e->ref);
	size_t slot = slot_of(w, k);
	if (w->slot[slot] != 0)
		return "ref";
	struct str due;
	/* early logs said the day only when the concern was owned */
	if (!pub_stamp(s->e->pub, "due", &c.due) && pub_code(s->e->pub, "due", &due))
		return "due";
	if (!code_field(w, s->e, "class", &c.class) || !code_field(w, s->e, "zone", &c.zone) ||
		(s->e->unit.n > 0 && !code_number(w, s->e->unit, &c.owner)))
		return "pub";
	c.is_sealed = pub_code(s->e->pub, "lane", &lane) && str_is(lane, "sealed");
	c.key_hi = k.hi;
	c.key_lo = k.lo;
	s->concern = (uint32_t)w->concern.n;
	*LIST_ADD(w, struct walked_concern, &w->concern) = c;
	w->slot[slot] = s->concern + 1;
	(void)fact_add(s, FACT_RAISED);
	wait_begin(s);
	return NULL;
}

static const char *
on_owned(struct step *s)
{
	struct walked_concern *c = concern_of(s);
	if (!pub_stamp(s->e->pub, "due", &c->due))
		return "due";
	c->owner = 0;
	if (s->e->unit.n > 0 && !code_number(s->w, s->e->unit, &c->owner))
		return "unit";
	wait_begin(s);
	return NULL;
}

static const char *
on_due_moved(struct step *s)
{
	struct walked_concern *c = concern_of(s);
	struct str why;
	if (!pub_stamp(s->e->pub, "due", &c->due))
		return "due";
	if (c->waiting != SEQ_NONE)
		wait_begin(s);
	if (pub_code(s->e->pub, "why", &why) && str_is(why, "extension"))
		(void)fact_add(s, FACT_EXTENDED);
	return NULL;
}

static const char *
on_replied(struct step *s)
{
	struct walked_concern *c = concern_of(s);
	c->is_replied = true;
	c->is_late = c->is_late || (c->due != 0 && s->at > c->due);
	wait_end(s);
	return NULL;
}

static const char *
on_rejected(struct step *s)
{
	wait_begin(s);
	return NULL;
}

static const char *
on_redo(struct step *s)
{
	struct walked_concern *c = concern_of(s);
	c->is_redone = true;
	if (!pub_stamp(s->e->pub, "due", &c->due))
		return "due";
	wait_begin(s);
	return NULL;
}

static const char *
on_closed(struct step *s)
{
	struct walked_concern *c = concern_of(s);
	struct str outcome;
	wait_end(s);
	c->is_ended = true;
	if (c->is_closed)
		return NULL;
	c->is_closed = true;
	struct fact *f = fact_add(s, FACT_CLOSED);
	f->n = day_diff(c->raised_on, (int32_t)(s->at / DAY_STAMP));
	bool is_claimed = pub_code(s->e->pub, "outcome", &outcome) && str_is(outcome, "solved");
	f->a = (uint8_t)((c->is_replied ? CLOSED_REPLIED : 0) | (c->is_late ? CLOSED_LATE : 0) |
			 (is_claimed ? CLOSED_CLAIMED : 0) | (c->is_redone ? CLOSED_REDONE : 0));
	return NULL;
}

static const char *
ended(struct step *s, enum fact_kind kind, const char *reason)
{
	wait_end(s);
	concern_of(s)->is_ended = true;
	struct fact *f = fact_add(s, kind);
	return !reason || code_field(s->w, s->e, reason, &f->why) ? NULL : reason;
}

static const char *
on_voided(struct step *s)
{
	struct walked_concern *c = concern_of(s);
	if (c->voided != SEQ_NONE)
		return NULL;
	c->voided = s->seq;
	return ended(s, FACT_VOIDED, "why");
}

static const char *
on_redirected(struct step *s)
{
	return ended(s, FACT_REDIRECTED, "to");
}

static const char *
on_merged(struct step *s)
{
	return ended(s, FACT_MERGED, NULL);
}

static const char *
on_terminated(struct step *s)
{
	return ended(s, FACT_TERMINATED, "why");
}

/* In no figure of its own: the other office's record goes on with it. */
static const char *
on_transferred(struct step *s)
{
	wait_end(s);
	concern_of(s)->is_ended = true;
	return NULL;
}

static const char *
on_rated(struct step *s)
{
	struct str solved;
	int64_t sat = 0;
	if (!pub_code(s->e->pub, "solved", &solved))
		return "solved";
	if (pub_int(s->e->pub, "sat", &sat) && (sat < 1 || sat > 4))
		return "sat";
	struct fact *f = fact_add(s, FACT_RATED);
	f->a = (uint8_t)sat;
	f->is_yes = str_is(solved, "yes");
	return NULL;
}

static const char *
on_unreached(struct step *s)
{
	(void)fact_add(s, FACT_UNREACHED);
	return NULL;
}

static const char *
on_contacted(struct step *s)
{
	bool is_made;
	if (!pub_bool(s->e->pub, "made", &is_made))
		return "made";
	fact_add(s, FACT_CONTACT)->is_yes = is_made;
	return NULL;
}

static const char *
on_offered(struct step *s)
{
	(void)fact_add(s, FACT_OFFERED);
	return NULL;
}

static const char *
on_returned(struct step *s)
{
	(void)fact_add(s, FACT_RETURNED);
	return NULL;
}

static const char *
on_return_refused(struct step *s)
{
	(void)fact_add(s, FACT_RETURN_REFUSED);
	return NULL;
}

static const char *
on_parked(struct step *s)
{
	struct fact *f = fact_add(s, FACT_PARKED);
	return code_field(s->w, s->e, "why", &f->why) ? NULL : "why";
}

/* ---- promises --------------------------------------------------------------------------------------------- */

static uint32_t
promise_of(const struct step *s, int64_t no)
{
	struct figures_walk *w = s->w;
	struct walked_concern *c = concern_of(s);
	uint32_t i = c->promise;
	while (i != SEQ_NONE && w->promise.v[i].no != no)
		i = w->promise.v[i].next;
	if (i != SEQ_NONE)
		return i;
	*LIST_ADD(w, struct promise_kept, &w->promise) =
		(struct promise_kept){ s->concern, c->promise, no };
	return c->promise = (uint32_t)w->promise.n - 1;
}

static const char *
on_promise(struct step *s)
{
	int64_t no, due;
	if (!pub_int(s->e->pub, "no", &no))
		return "no";
	if (!pub_stamp(s->e->pub, "due", &due))
		return "due";
	uint32_t promise = promise_of(s, no);
	*LIST_ADD(s->w, struct promise_said, &s->w->said) =
		(struct promise_said){ s->seq, promise, due, false };
	return NULL;
}

static const char *
on_promise_kept(struct step *s)
{
	int64_t no;
	if (!pub_int(s->e->pub, "no", &no))
		return "no";
	uint32_t promise = promise_of(s, no);
	*LIST_ADD(s->w, struct promise_said, &s->w->said) =
		(struct promise_said){ s->seq, promise, s->at, true };
	return NULL;
}

/* ---- the rest of the office ---------------------------------------------------------------------------------- */

static const char *
on_planned(struct step *s)
{
	int32_t day;
	if (!pub_day(s->e->pub, "day", &day))
		return "day";
	*LIST_ADD(s->w, struct planned_sitting, &s->w->planned) =
		(struct planned_sitting){ s->seq, day };
	return NULL;
}

static const char *
on_held(struct step *s)
{
	(void)fact_add(s, FACT_HELD);
	return NULL;
}

static const char *
counted(struct step *s, enum fact_kind kind, const char *key, int64_t n)
{
	if (n < 0 || n > INT32_MAX)
		return key;
	fact_add(s, kind)->n = (int32_t)n;
	return NULL;
}

static const char *
on_visit(struct step *s)
{
	int64_t n;
	return pub_int(s->e->pub, "households", &n) ? counted(s, FACT_VISIT, "households", n)
	                                            : "households";
}

static const char *
on_disclosed(struct step *s)
{
	int64_t due;
	if (!pub_stamp(s->e->pub, "due", &due))
		return "due";
	fact_add(s, FACT_DISCLOSED)->is_yes = s->at <= due;
	return NULL;
}

static const char *
on_erased(struct step *s)
{
	int64_t n;
	return pub_count(s->e->pub, "parts", &n) ? counted(s, FACT_ERASED, "parts", n) : "parts";
}

/* ---- one entry after the other --------------------------------------------------------------------------------- */

struct kind {
	const char *name;
	const char *(*on)(struct step *s); /* NULL, or the field at fault */
	bool is_of_concern;
};

/* Sorted by name. */
static const struct kind kinds[] = {
	{ "concern.closed", on_closed, true },
	{ "concern.contacted", on_contacted, true },
	{ "concern.due-moved", on_due_moved, true },
	{ "concern.merged", on_merged, true },
	{ "concern.offered", on_offered, true },
	{ "concern.owned", on_owned, true },
	{ "concern.parked", on_parked, true },
	{ "concern.promise-kept", on_promise_kept, true },
	{ "concern.promise-moved", on_promise, true },
	{ "concern.promised", on_promise, true },
	{ "concern.raised", on_raised, false },
	{ "concern.rated", on_rated, true },
	{ "concern.redirected", on_redirected, true },
	{ "concern.redo", on_redo, true },
	{ "concern.replied", on_replied, true },
	{ "concern.reply-rejected", on_rejected, true },
	{ "concern.return-granted", on_returned, true },
	{ "concern.return-refused", on_return_refused, true },
	{ "concern.terminated", on_terminated, true },
	{ "concern.transferred", on_transferred, true },
	{ "concern.unreached", on_unreached, true },
	{ "concern.voided", on_voided, true },
	{ "disclosure.published", on_disclosed, false },
	{ "reception.held", on_held, false },
	{ "reception.planned", on_planned, false },
	{ "record.erased", on_erased, false },
	{ "visit.done", on_visit, false },
};

static const struct kind *
kind_of(struct str name)
{
	size_t lo = 0, hi = sizeof kinds / sizeof *kinds;
	while (lo < hi) {
		size_t mid = (lo + hi) / 2;
		int side = str_cmp(str_of(kinds[mid].name), name);
		if (side == 0)
			return &kinds[mid];
		if (side < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return NULL;
}

enum xq_rc
figures_walk_entry(struct figures_walk *w, const struct event_seen *e, struct xq_err *err)
{
	struct step s = { w, e, (uint32_t)w->size, SEQ_NONE, pub_stamp_of(e->at_text) };
	if (e->seq != w->size || w->size >= SEQ_NONE - 1)
		return bad_entry(e, "seq", err);
	if (s.at == 0 || s.at < w->last_at)
		return bad_entry(e, "at", err);
	int32_t day = (int32_t)(s.at / DAY_STAMP);
	if (w->day.n == 0 || w->day.v[w->day.n - 1].day != day)
		*LIST_ADD(w, struct first_of_day, &w->day) = (struct first_of_day){ day, s.seq };
	w->last_at = s.at;
	const struct kind *kind = kind_of(e->kind);
	const char *wrong = NULL;
	if (kind && str_starts(e->kind, STR("concern.")) && e->ref.n != EVENT_REF_LEN)
		wrong = "ref";
	else if (kind && kind->is_of_concern) {
		uint32_t slot = w->slot[slot_of(w, key_of(e->ref))];
		s.concern = slot - 1;
		if (slot != 0) /* of no concern that was raised: a breach, but not of a figure */
			wrong = kind->on(&s);
	} else if (kind)
		wrong = kind->on(&s);
	if (wrong)
		return bad_entry(e, wrong, err);
	w->size++;
	return XQ_OK;
}
