/* SPDX-License-Identifier: Apache-2.0 */
/* V10: every draw done again, from what was fixed before its seed was known. */
#include <stdlib.h>

#include "core/mem.h"
#include "core/time.h"
#include "ledger/draw.h"
#include "ledger/pub.h"
#include "ledger/verify_int.h"

#include "core/banned.h"

static struct str
keep(struct verify *v, struct str s)
{
	return str_n(mem_textn(v->mem, s.p, s.n), s.n);
}

static struct verify_draw *
find_draw(struct verify *v, struct str code)
{
	for (size_t i = 0; i < v->n_draws; i++)
		if (str_eq(v->draw[i].code, code))
			return &v->draw[i];
	return NULL;
}

static struct verify_draw *
draw_of(struct verify *v, struct str code)
{
	struct verify_draw *known = find_draw(v, code);
	if (known != NULL)
		return known;
	v->draw = mem_grow(v->mem, struct verify_draw, v->draw, v->n_draws, v->n_draws + 1);
	struct verify_draw *d = &v->draw[v->n_draws++];
	*d = (struct verify_draw){ .code = keep(v, code),
		.announced = -1,
		.seeded = -1,
		.finished = -1,
		.count = -1,
		.size = -1 };
	return d;
}

/* ---- the frame that the record gives ---------------------------------------------------------------- */

static void
ref_text(const struct subject *row, char out[EVENT_REF_LEN + 1])
{
	static const char alphabet[] = "abcdefghijklmnopqrstuvwxyz234567";
	out[0] = (char)(row->b >> 24);
	out[1] = '-';
	for (int i = 0; i < 12; i++)
		out[2 + i] = alphabet[row->a >> (5 * (11 - i)) & 31];
	for (int i = 0; i < 4; i++)
		out[14 + i] = alphabet[row->b >> (5 * (3 - i)) & 31];
	out[EVENT_REF_LEN] = '\0';
}

static int
by_text(const void *a, const void *b)
{
	const struct str *x = a, *y = b;
	return str_cmp(*x, *y);
}

/* All concerns closed in the period so far, without voided and sealed ones. */
static void
expect_frame(struct verify *v, struct verify_draw *d, int32_t from, int32_t to)
{
	const struct subjects *t = &v->subjects;
	size_t n = 0;
	d->expect = mem_array(v->mem, struct str, t->n + 1);
	for (size_t i = 0; i < t->cap; i++) {
		const struct subject *row = &t->slot[i];
		char ref[EVENT_REF_LEN + 1];
		if (row->b >> 24 != 'c' || row->closed_on < from || row->closed_on >= to ||
			(row->flags & (SUBJECT_SEALED | SUBJECT_VOIDED)) != 0)
			continue;
		ref_text(row, ref);
		d->expect[n++] = str_of(mem_text(d->expect, ref));
	}
	if (n > 0) /* an empty list has no address */
		qsort(d->expect, n, sizeof d->expect[0], by_text);
	d->n_expect = n;
	d->is_of_concerns = true;
}

/* ---- the three events ------------------------------------------------------------------------------- */

static void
announce(struct verify *v, const struct event_seen *e, struct verify_draw *d)
{
	struct str s;
	int32_t from, to;
	d->announced = e->seq;
	if (pub_code(e->pub, "frame", &s))
		d->frame = keep(v, s);
	(void)pub_int(e->pub, "count", &d->count); /* what is absent stays -1 and shows */
	(void)pub_int(e->pub, "size", &d->size);
	if (pub_array(e->pub, "quota", &s))
		d->quota = keep(v, s);
	if (pub_array(e->pub, "outside", &s))
		d->outside = keep(v, s);
	if (d->size <= e->seq + 1)
		verify_say_int(v, VERIFY_DRAWS, e->seq, "verify.draw-size", e->seq + 2, d->size);
	if (pub_day(e->pub, "from", &from) && pub_day(e->pub, "to", &to))
		expect_frame(v, d, from, to);
}

void
verify_draw_event(struct verify *v, const struct event_seen *e)
{
	struct str code, s;
	if (!pub_code(e->pub, "draw", &code)) {
		verify_say(v, VERIFY_DRAWS, e->seq, "verify.draw-form", STR("draw"), e->kind);
		return;
	}
	struct verify_draw *d = draw_of(v, code);
	bool is_in_order = true;
	if (str_is(e->kind, "draw.announced")) {
		is_in_order = d->announced < 0;
		if (is_in_order)
			announce(v, e, d);
	} else if (str_is(e->kind, "draw.seeded")) {
		is_in_order = d->announced >= 0 && d->seeded < 0 && d->size <= e->seq;
		d->seeded = e->seq;
		if (pub_code(e->pub, "root", &s))
			d->root = keep(v, s);
		if (pub_array(e->pub, "outside", &s))
			d->values = keep(v, s);
	} else if (str_is(e->kind, "draw.done")) {
		is_in_order = d->seeded >= 0 && d->finished < 0;
		d->finished = e->seq;
		if (pub_code(e->pub, "doc", &s))
			d->done = keep(v, s);
	}
	if (!is_in_order)
		verify_say(v, VERIFY_DRAWS, e->seq, "verify.draw-order", code, e->kind);
}

/* ---- the seed --------------------------------------------------------------------------------------- */

/* The first checkpoint from S on that this witness cosigned, as far as they are known, carries the value. */
static void
check_witness(struct verify *v, const struct verify_draw *d, const struct draw_source *s)
{
	struct str name = str_n(s->name.p + strlen("witness:"), s->name.n - strlen("witness:"));
	struct str found = { "", 0 };
	for (size_t i = 0; i < v->n_notes; i++) {
		struct checkpoint_seen seen;
		if (v->note[i].size < d->size || !v->note[i].is_good ||
			!verify_note_holds(v, v->note[i].text, &seen))
			continue;
		for (size_t k = 0; k < seen.n_cosigned && found.n == 0; k++) {
			struct str line = str_trim(seen.cosigned[k].line), word;
			struct str rest = line, dash, who;
			if (str_cut(&rest, ' ', &dash) && str_cut(&rest, ' ', &who) &&
				str_eq(who, name)) {
				word = rest;
				found = word;
			}
		}
		if (found.n > 0)
			break;
	}
	if (!str_eq(found, s->value))
		verify_say(v, VERIFY_DRAWS, d->seeded, "verify.draw-witness", found, s->value);
}

static bool
take_sources(struct verify *v, const struct verify_draw *d, struct draw_source *out, size_t *out_n)
{
	struct str names = d->outside, values = d->values;
	size_t n = 0;
	struct str name, value;
	while (pub_item(&names, &name)) {
		if (n == DRAW_SOURCES_MAX || !draw_source_is(name) || !pub_item(&values, &value)) {
			verify_say(v, VERIFY_DRAWS, d->seeded, "verify.draw-outside", d->outside,
				d->values);
			return false;
		}
		out[n++] = (struct draw_source){ .name = name, .value = value };
		if (str_starts(name, STR("witness:")))
			check_witness(v, d, &out[n - 1]);
	}
	*out_n = n;
	v->out->n_steerable += n == 0;
	return true;
}

static enum xq_rc
check_seed(struct verify *v, const struct verify_draw *d, uint8_t seed[SHA256_LEN],
	bool *out_is_good, struct xq_err *err)
{
	struct tree_hash root, said;
	struct draw_source source[DRAW_SOURCES_MAX];
	size_t n;
	*out_is_good = false;
	enum xq_rc rc = verify_root_at(v, d->size, &root, err);
	if (rc != XQ_OK)
		return rc == XQ_NONE ? XQ_OK : rc;
	if (!tree_b64_read(d->root, &said) || !tree_equal(&said, &root)) {
		char want[TREE_B64_LEN + 1];
		tree_b64(&root, want);
		verify_say(v, VERIFY_DRAWS, d->seeded, "verify.draw-root", str_of(want), d->root);
		if (!tree_b64_read(d->root, &root)) /* go on with what it says: more may be wrong */
			return XQ_OK;
	}
	if (!take_sources(v, d, source, &n))
		return XQ_OK;
	draw_seed(&(struct draw_seed_of){ .origin = str_of(v->out->origin),
			  .draw = d->code,
			  .size = d->size,
			  .root = root.b,
			  .source = source,
			  .n_sources = n },
		seed);
	*out_is_good = true;
	return XQ_OK;
}

/* ---- frame and result ------------------------------------------------------------------------------- */

struct frame {
	struct draw_id *id;
	size_t n;
};

static void
check_frame(struct verify *v, const struct verify_draw *d, const struct frame *f)
{
	size_t i = 0;
	while (d->is_of_concerns && i < f->n && i < d->n_expect &&
		str_eq(f->id[i].id, d->expect[i]))
		i++;
	if (d->is_of_concerns && (i < f->n || i < d->n_expect))
		verify_say(v, VERIFY_DRAWS, d->announced, "verify.draw-frame",
			i < d->n_expect ? d->expect[i] : STR("-"),
			i < f->n ? f->id[i].id : STR("-"));
	/* concerns without a period: a frame that nobody can check */
	if (!d->is_of_concerns && f->n > 0 && str_starts(f->id[0].id, STR("c-")))
		verify_say(v, VERIFY_DRAWS, d->announced, "verify.draw-frame", STR("from to"),
			f->id[0].id);
}

static bool
take_quota(const struct verify_draw *d, struct draw_stratum *quota, struct draw_rule *out)
{
	struct str rest = d->quota, item;
	*out = (struct draw_rule){ .count = d->count, .quota = quota };
	while (pub_item(&rest, &item))
		if (out->n_quota == DRAW_STRATA_MAX ||
			!draw_stratum_read(item, &quota[out->n_quota++]))
			return false;
	return true;
}

/* Ids of the frame rise, and so do those that were picked. */
static int
by_id(const void *key, const void *row)
{
	const struct str *id = key;
	const struct draw_id *at = row;
	return str_cmp(*id, at->id);
}

/* Only who is on the list can be passed over. */
static void
check_passed(struct verify *v, const struct verify_draw *d, const struct frame *f,
	const struct draw_done *done)
{
	for (size_t k = 0; k < done->n_skips; k++)
		if (f->n == 0 || !bsearch(&done->skip[k].id, f->id, f->n, sizeof f->id[0], by_id)) {
			verify_say(v, VERIFY_DRAWS, d->finished, "verify.draw-skipped", d->code,
				done->skip[k].id);
			return;
		}
}

static void
keep_picked(
	struct verify *v, struct verify_draw *d, const struct frame *f, const size_t *at, size_t n)
{
	d->picked = mem_array(v->mem, struct str, n + 1);
	for (size_t i = 0; i < n; i++)
		d->picked[i] = keep(v, f->id[at[i]].id);
	if (n > 0) /* an empty list has no address */
		qsort(d->picked, n, sizeof d->picked[0], by_text);
	d->n_picked = n;
	d->has_picked = true;
}

static void
compare_drawn(struct verify *v, void *mem, struct verify_draw *d, const struct frame *f,
	const uint8_t seed[SHA256_LEN], const struct draw_done *done)
{
	struct draw_stratum quota[DRAW_STRATA_MAX];
	struct draw_rule rule;
	struct draw_lot *lot = mem_array(mem, struct draw_lot, f->n + 1);
	struct str *passed = mem_array(mem, struct str, done->n_skips + 1);
	size_t *at = mem_array(mem, size_t, f->n + 1), n = 0, i = 0;
	if (take_quota(d, quota, &rule) && d->count >= 0) {
		for (size_t k = 0; k < done->n_skips; k++)
			passed[k] = done->skip[k].id;
		draw_lots(seed, f->id, f->n, lot);
		n = draw_pick(&rule, f->id, lot, f->n, passed, done->n_skips, at);
	}
	check_passed(v, d, f, done);
	keep_picked(v, d, f, at, n);
	while (i < n && i < done->n_drawn && str_eq(f->id[at[i]].id, done->drawn[i]))
		i++;
	if (i < n || i < done->n_drawn)
		verify_say(v, VERIFY_DRAWS, d->finished, "verify.drawn",
			i < n ? f->id[at[i]].id : STR("-"),
			i < done->n_drawn ? done->drawn[i] : STR("-"));
}

static enum xq_rc
check_done(struct verify *v, void *mem, struct verify_draw *d, const struct frame *f,
	const uint8_t seed[SHA256_LEN], struct xq_err *err)
{
	struct str text;
	struct draw_done done;
	enum xq_rc rc = verify_doc_get(v, mem, d->done, &text, err);
	if (rc != XQ_OK)
		return rc == XQ_NONE ? XQ_OK : rc; /* a missing document is V7's */
	if (draw_done_read(mem, text, &done, NULL) != XQ_OK || !str_eq(done.draw, d->code))
		verify_say(v, VERIFY_DRAWS, d->finished, "verify.draw-doc", d->code, d->done);
	else
		compare_drawn(v, mem, d, f, seed, &done);
	return XQ_OK;
}

static enum xq_rc
check_draw(struct verify *v, void *mem, struct verify_draw *d, struct xq_err *err)
{
	struct str text;
	struct frame f;
	uint8_t seed[SHA256_LEN];
	bool has_seed = false;
	v->out->n_draws++;
	enum xq_rc rc = verify_doc_get(v, mem, d->frame, &text, err);
	if (rc == XQ_NONE)
		return XQ_OK; /* V7's */
	if (rc == XQ_OK && draw_frame_read(mem, text, &f.id, &f.n, NULL) != XQ_OK) {
		verify_say(v, VERIFY_DRAWS, d->announced, "verify.draw-doc", d->code, d->frame);
		return XQ_OK;
	}
	if (rc == XQ_OK)
		check_frame(v, d, &f);
	if (rc == XQ_OK && d->seeded >= 0)
		rc = check_seed(v, d, seed, &has_seed, err);
	if (rc == XQ_OK && has_seed && d->finished >= 0)
		rc = check_done(v, mem, d, &f, seed, err);
	return rc;
}

/* ---- second calls ------------------------------------------------------------------------------------ */

void
verify_recheck_event(struct verify *v, const struct event_seen *e)
{
	struct str draw;
	if (!pub_code(e->pub, "draw", &draw)) {
		verify_say(v, VERIFY_DRAWS, e->seq, "verify.draw-form", STR("draw"), e->kind);
		return;
	}
	if (v->n_rechecks == v->rechecks_cap) {
		size_t cap = v->rechecks_cap ? 2 * v->rechecks_cap : 64;
		v->recheck =
			mem_grow(v->mem, struct verify_recheck, v->recheck, v->rechecks_cap, cap);
		v->rechecks_cap = cap;
	}
	v->recheck[v->n_rechecks++] = (struct verify_recheck){
		.seq = e->seq, .ref = keep(v, e->ref), .draw = keep(v, draw)
	};
}

/* Draws that could not be done again have said why. */
static void
check_rechecks(struct verify *v)
{
	for (size_t i = 0; i < v->n_rechecks; i++) {
		const struct verify_recheck *r = &v->recheck[i];
		const struct verify_draw *d = find_draw(v, r->draw);
		if (d != NULL && d->has_picked &&
			!bsearch(&r->ref, d->picked, d->n_picked, sizeof r->ref, by_text))
			verify_say(v, VERIFY_DRAWS, r->seq, "verify.draw-recheck", r->draw, r->ref);
	}
}

enum xq_rc
verify_draws(struct verify *v, struct xq_err *err)
{
	for (size_t i = 0; i < v->n_draws; i++) {
		if (v->draw[i].announced < 0)
			continue; /* said when its seed or end was met */
		void *mem = mem_root("draw");
		enum xq_rc rc = check_draw(v, mem, &v->draw[i], err);
		mem_free(mem);
		if (rc != XQ_OK)
			return rc;
	}
	check_rechecks(v);
	return XQ_OK;
}
