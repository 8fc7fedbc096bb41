/* SPDX-License-Identifier: Apache-2.0 */
/* V3: each entry for itself and in its place; and the table of subjects, which gives prev. */
#include "core/mem.h"
#include "core/time.h"
#include "ledger/pub.h"
#include "ledger/verify_int.h"

#include "core/banned.h"

/* ---- subjects -------------------------------------------------------------------------------------- */

/* The sixteen characters of a ref are 80 bits; event_check has seen that they are base32. */
static void
ref_key(struct str ref, uint64_t *a, uint32_t *b)
{
	uint64_t high = 0;
	uint32_t low = 0;
	for (size_t i = 2; i < EVENT_REF_LEN; i++) {
		char c = ref.p[i];
		uint32_t five = (uint32_t)(c >= 'a' ? c - 'a' : c - '2' + 26);
		if (i < 14)
			high = high << 5 | five;
		else
			low = low << 5 | five;
	}
	*a = high;
	*b = (uint32_t)(uint8_t)ref.p[0] << 24 | low;
}

static size_t
slot_of(const struct subjects *t, uint64_t a, uint32_t b)
{
	uint64_t h = (a ^ b) *
	             UINT64_C(0x9E3779B97F4A7C15); /* refs are random; a forged log need not be */
	size_t at = (size_t)(h >> 20) & (t->cap - 1);
	while (t->slot[at].b != 0 && (t->slot[at].a != a || t->slot[at].b != b))
		at = (at + 1) & (t->cap - 1);
	return at;
}

static void
subjects_widen(struct verify *v)
{
	struct subjects *t = &v->subjects, old = *t;
	t->cap = old.cap ? 2 * old.cap : 1024;
	t->slot = mem_array(v->mem, struct subject, t->cap);
	for (size_t i = 0; i < old.cap; i++)
		if (old.slot[i].b != 0)
			t->slot[slot_of(t, old.slot[i].a, old.slot[i].b)] = old.slot[i];
	mem_free(old.slot);
}

struct subject *
verify_subject(struct verify *v, struct str ref, bool *out_is_new)
{
	struct subjects *t = &v->subjects;
	uint64_t a;
	uint32_t b;
	if (2 * t->n >= t->cap)
		subjects_widen(v);
	ref_key(ref, &a, &b);
	struct subject *row = &t->slot[slot_of(t, a, b)];
	*out_is_new = row->b == 0;
	if (row->b == 0) {
		*row = (struct subject){ .a = a, .b = b, .last = -1 };
		t->n++;
	}
	return row;
}

/* ---- one entry ------------------------------------------------------------------------------------- */

/* The origin ends with the office's code, and with ".2" and so on where the log had to go on anew. */
static bool
origin_has_code(struct str origin, struct str code)
{
	for (size_t at; (at = str_find(origin, '/')) < origin.n;)
		origin = str_n(origin.p + at + 1, origin.n - at - 1);
	return str_starts(origin, code) && (origin.n == code.n || origin.p[code.n] == '.');
}

static void
check_first(struct verify *v, const struct event_seen *e)
{
	struct str origin = { "", 0 }, vkey = { "", 0 };
	if (!str_is(e->kind, "log.opened")) {
		verify_say(v, VERIFY_ENTRIES, 0, "verify.opened", STR("log.opened"), e->kind);
		return;
	}
	(void)pub_code(e->pub, "origin", &origin); /* absent: as good as another one */
	if (!str_is(origin, v->out->origin))
		verify_say(v, VERIFY_ENTRIES, 0, "verify.origin", str_of(v->out->origin), origin);
	if (pub_code(e->pub, "vkey", &vkey))
		verify_key_add(v, vkey, 0, 0, false);
	else
		verify_say(v, VERIFY_CHECKPOINT, 0, "verify.key-form", STR(""), STR(""));
}

static void
check_place(struct verify *v, int64_t seq, const struct event_seen *e)
{
	if (v->code == NULL) {
		v->code = str_text(v->mem, e->log);
		if (!origin_has_code(str_of(v->out->origin), e->log))
			verify_say(v, VERIFY_ENTRIES, seq, "verify.log", str_of(v->out->origin),
				e->log);
	} else if (!str_is(e->log, v->code)) {
		verify_say(v, VERIFY_ENTRIES, seq, "verify.log", str_of(v->code), e->log);
	}
	if (e->seq != seq)
		verify_say_int(v, VERIFY_ENTRIES, seq, "verify.seq", seq, e->seq);
	if (e->at < v->last_at && seq > 0) {
		char want[TIME_RECORD_LEN + 1];
		time_record(v->last_at, want);
		verify_say(v, VERIFY_ENTRIES, seq, "verify.at", str_of(want), e->at_text);
	}
	if (seq == 0)
		check_first(v, e);
	else if (str_is(e->kind, "log.opened"))
		verify_say(v, VERIFY_ENTRIES, seq, "verify.opened-again", STR(""), e->kind);
}

static void
check_keys(struct verify *v, const struct event_seen *e)
{
	struct str vkey;
	int64_t from = e->seq;
	if (!pub_code(e->pub, "vkey", &vkey))
		return;
	(void)pub_int(e->pub, "from", &from); /* absent: from the entry itself on */
	if (str_is(e->kind, "key.added"))
		verify_key_add(v, vkey, from, e->seq, false);
	else if (str_is(e->kind, "key.retired"))
		verify_key_retire(v, vkey, from);
}

/* What the rules after V3 gather from an event. */
static enum xq_rc
spread(struct verify *v, const struct event_seen *e, struct xq_err *err)
{
	if (str_starts(e->kind, STR("key.")))
		check_keys(v, e);
	else if (str_starts(e->kind, STR("box.")))
		verify_box_event(v, e);
	else if (str_starts(e->kind, STR("draw.")))
		verify_draw_event(v, e);
	else if (str_is(e->kind, "concern.rechecked"))
		verify_recheck_event(v, e);
	else if (str_is(e->kind, "record.erased"))
		verify_erased_event(v, e);
	else if (str_is(e->kind, "figures.published"))
		verify_figure_event(v, e);
	if (!v->walk_is_broken && figures_walk_entry(v->walk, e, NULL) != XQ_OK) {
		v->walk_is_broken = true;
		verify_say(v, VERIFY_FIGURES, e->seq, "verify.figures-walk", STR(""), e->kind);
	}
	return verify_docs(v, e, err);
}

enum xq_rc
verify_entry(struct verify *v, int64_t seq, struct str bytes, struct xq_err *err)
{
	struct event_seen e;
	struct xq_err why = { 0 };
	if (event_check(bytes, NULL, -1, &e, &why) != XQ_OK) {
		struct buf at = buf_new(v->mem, 24);
		buf_int(&at, why.arg[1].i);
		verify_say(v, VERIFY_ENTRIES, seq, "verify.form", str_of(why.arg[0].text),
			buf_view(&at));
		v->walk_is_broken = true;
		return XQ_OK;
	}
	check_place(v, seq, &e);
	e.seq = seq; /* from here on by its place */
	verify_notes_after(v, seq, e.at);
	v->last_at = v->out->last_at = e.at > v->last_at ? e.at : v->last_at;
	if (e.ref.n > 0) {
		bool is_new;
		struct subject *row = verify_subject(v, e.ref, &is_new);
		if (e.prev != row->last)
			verify_say_int(v, VERIFY_ENTRIES, seq, "verify.prev", row->last, e.prev);
		verify_life(v, &e, row, is_new);
		row->last = seq;
	} else if (str_starts(e.kind, STR("concern."))) {
		verify_say(v, VERIFY_LIFE, seq, "verify.no-subject", STR("ref"), e.kind);
	}
	return spread(v, &e, err);
}
