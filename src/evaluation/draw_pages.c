/* SPDX-License-Identifier: Apache-2.0 */
/* draw_pages.c - draws in public: what was announced, what decided it, who was drawn, and how anybody does the
 * same at home. Concerns are named by their refs of the record alone. */
#include "evaluation/draw_pages.h"

#include "concern/figures.h"
#include "core/hash.h"
#include "core/mem.h"
#include "templates.h"

#include "core/banned.h"

enum { DRAWS_MAX = 60, LOT_SHOWN = 16 };

/* ---- one draw --------------------------------------------------------------------------------------- */

struct draw_card
draw_card_of(struct req *q, const struct draw *d, const char *below)
{
	struct draw_card c = { .code = d->code,
		.href = mem_printf(q->mem, "%s/%s", below, d->code),
		.month = SAY(q, N_("{year}, month {month}"),
			AX("year", mem_printf(q->mem, "%d", day_year(d->from_day))),
			AN("month", day_month(d->from_day))) };
	switch (d->state) {
	case DRAW_ANNOUNCED:
		c.light = LIGHT_SOON;
		c.words = desk_word(q, N_("Announced"));
		break;
	case DRAW_SEEDED:
		c.light = LIGHT_PARKED;
		c.words = desk_word(q, N_("What decides it is known"));
		break;
	case DRAW_DONE:
		c.light = LIGHT_OK;
		c.words = desk_word(q, N_("Drawn"));
		break;
	}
	return c;
}

static const char *
python_of(void *mem, const struct draw *d, const char *lines)
{
	return mem_printf(mem,
		"import hashlib, json\n"
		"frame, done = json.load(open(\"frame\")), json.load(open(\"done\"))\n"
		"lines = \"\"\"%s\"\"\"\n"
		"seed = hashlib.sha256(lines.encode()).digest()\n"
		"passed = {row[0] for row in done[\"skipped\"]}\n"
		"order = sorted((hashlib.sha256(seed + row[0].encode()).digest(), row[0]) for row in frame)\n"
		"drawn = [ref for lot, ref in order if ref not in passed][:%lld]\n"
		"print(hashlib.sha256(open(\"frame\", \"rb\").read()).hexdigest() == \"%s\", drawn == done[\"drawn\"])\n",
		lines, (long long)d->count, d->frame);
}

static bool
is_skipped(const struct draw_done *done, struct str id)
{
	for (size_t i = 0; i < done->n_skips; i++)
		if (str_eq(done->skip[i].id, id))
			return true;
	return false;
}

/* The tickets up to the last one drawn. */
static enum xq_rc
lines_load(struct req *q, const struct draw *d, const uint8_t seed[SHA256_LEN], struct draw_page *p,
	struct xq_err *err)
{
	struct str frame_text, done_text;
	struct draw_id *frame = NULL;
	struct draw_done done = { 0 };
	size_t n = 0;
	enum xq_rc rc = draw_doc(q->tx, q->mem, q->office->id, d->frame, &frame_text, err);
	if (rc == XQ_OK)
		rc = draw_doc(q->tx, q->mem, q->office->id, d->doc, &done_text, err);
	if (rc == XQ_OK)
		rc = draw_frame_read(q->mem, frame_text, &frame, &n, err);
	if (rc == XQ_OK)
		rc = draw_done_read(q->mem, done_text, &done, err);
	if (rc != XQ_OK)
		return rc;
	struct draw_lot *lot = mem_array(q->mem, struct draw_lot, n + 1);
	draw_lots(seed, frame, n, lot);
	size_t shown = done.n_drawn + done.n_skips;
	p->is_cut = shown > DRAW_LINES_MAX;
	shown = p->is_cut ? DRAW_LINES_MAX : shown;
	p->line = mem_array(q->mem, struct draw_line, shown + 1);
	for (; p->n_lines < shown && p->n_lines < n; p->n_lines++) {
		char hex[2 * SHA256_LEN + 1];
		const struct draw_lot *t = &lot[p->n_lines];
		text_hex((struct bytes){ t->hash, SHA256_LEN }, hex);
		p->line[p->n_lines] = (struct draw_line){ .no = (int64_t)p->n_lines + 1,
			.ref = str_text(q->mem, frame[t->at].id),
			.lot = mem_textn(q->mem, hex, LOT_SHOWN),
			.is_drawn = !is_skipped(&done, frame[t->at].id) };
	}
	p->n_skips = (int64_t)done.n_skips;
	return XQ_OK;
}

static enum xq_rc
sums_load(struct req *q, const struct draw *d, bool is_public, struct draw_page *p,
	struct xq_err *err)
{
	struct recheck_sums s;
	enum xq_rc rc = recheck_sum(q->tx, q->office->id, d->no, &s, err);
	if (rc != XQ_OK)
		return rc;
	const struct {
		const char *label;
		int64_t n;
	} solved[DRAW_SUMS] = { { N_("Reached"), s.said },
		{ N_("Said the same as in the first call"), s.same },
		{ N_("Said better"), s.better }, { N_("Said worse"), s.worse } },
	  sat[DRAW_SUMS] = { { N_("Marks in both calls"), s.sat_same + s.sat_better + s.sat_worse },
		  { N_("The same mark"), s.sat_same }, { N_("A better mark"), s.sat_better },
		  { N_("A worse mark"), s.sat_worse } };
	for (size_t i = 0; i < DRAW_SUMS; i++) {
		p->sum[i] = (struct draw_sum){ solved[i].label,
			figure_count_words(q, solved[i].n, is_public) };
		p->sat[i] = (struct draw_sum){ sat[i].label,
			figure_count_words(q, sat[i].n, is_public) };
	}
	p->has_sums = s.said > 0;
	return XQ_OK;
}

static void
head_fill(struct req *q, const struct draw *d, struct draw_page *p)
{
	const char *code = q->office->code;
	p->head = draw_card_of(q, d, "/draws");
	p->is_seeded = d->state != DRAW_ANNOUNCED;
	p->is_done = d->state == DRAW_DONE;
	p->is_steered = d->outside == NULL;
	p->n_frame = d->n_frame;
	p->count = d->count;
	p->size = d->size;
	p->announced_seq = d->announced_seq;
	p->announced_at = d->announced_at;
	p->seeded_seq = d->seeded_seq;
	p->seeded_at = d->seeded_at;
	p->done_seq = d->done_seq;
	p->done_at = d->done_at;
	p->outside = d->outside;
	p->outside_day = d->outside_day;
	p->value = d->value;
	p->frame = d->frame;
	p->frame_href = mem_printf(q->mem, "/log/%s/doc/%s", code, d->frame);
	p->frame_raw = mem_printf(q->mem, "/draws/%s/frame", d->code);
	if (!d->doc)
		return;
	p->doc = d->doc;
	p->doc_href = mem_printf(q->mem, "/log/%s/doc/%s", code, d->doc);
	p->done_raw = mem_printf(q->mem, "/draws/%s/done", d->code);
}

enum xq_rc
draw_page_load(struct req *q, const struct draw *d, bool is_public, struct draw_page *p,
	struct xq_err *err)
{
	const char *origin;
	uint8_t seed[SHA256_LEN];
	head_fill(q, d, p);
	if (!p->is_seeded)
		return XQ_OK;
	enum xq_rc rc = draw_origin(q->tx, q->mem, q->office->id, &origin, err);
	if (rc != XQ_OK)
		return rc;
	char *hex = mem_array(q->mem, char, 2 * SHA256_LEN + 1);
	p->lines = draw_lines(q->mem, d, origin, seed);
	text_hex((struct bytes){ seed, SHA256_LEN }, hex);
	p->seed = hex;
	if (!p->is_done)
		return XQ_OK;
	p->python = python_of(q->mem, d, p->lines);
	rc = lines_load(q, d, seed, p, err);
	return rc == XQ_OK ? sums_load(q, d, is_public, p, err) : rc;
}

/* ---- pages ------------------------------------------------------------------------------------------ */

static enum xq_rc
list_render(struct req *q, struct resp *r, struct xq_err *err)
{
	struct draw *d = mem_array(q->mem, struct draw, DRAWS_MAX);
	struct draw_list_page p = { .card = mem_array(q->mem, struct draw_card, DRAWS_MAX) };
	enum xq_rc rc = draw_list(q->tx, q->mem, q->office->id, d, DRAWS_MAX, &p.n, err);
	if (rc != XQ_OK)
		return rc;
	for (size_t i = 0; i < p.n; i++)
		p.card[i] = draw_card_of(q, &d[i], "/draws");
	struct shell s = public_shell(q, desk_word(q, N_("Second calls by lot")));
	s.is_index = true;
	struct html_out o = public_begin(q, &s);
	draw_list_page(&o, &p);
	public_end(r, &o, &s);
	return XQ_OK;
}

static const struct view list_view = { .path = "/draws",
	.who = PERM_ANYBODY,
	.flags = VIEW_PUBLIC,
	.render = list_render,
	.title = N_("Second calls by lot") };

static enum xq_rc
one_render(struct req *q, struct resp *r, struct xq_err *err)
{
	struct draw d;
	struct draw_page *p = mem_new(q->mem, struct draw_page);
	enum xq_rc rc = draw_by_code(q->tx, q->mem, q->office->id, req_place(q, 0), &d, err);
	if (rc == XQ_OK)
		rc = draw_page_load(q, &d, true, p, err);
	if (rc != XQ_OK)
		return rc;
	struct shell s = public_shell(q, SAY(q, N_("Draw {code}"), AX("code", d.code)));
	s.is_wide = true;
	struct html_out o = public_begin(q, &s);
	draw_one_page(&o, p);
	public_end(r, &o, &s);
	return XQ_OK;
}

static const struct view one_view = { .path = "/draws/{code}",
	.who = PERM_ANYBODY,
	.flags = VIEW_PUBLIC,
	.render = one_render,
	.title = N_("A draw") };

static enum xq_rc
doc_render(struct req *q, struct resp *r, struct xq_err *err)
{
	struct draw d;
	struct str text;
	enum xq_rc rc = draw_by_code(q->tx, q->mem, q->office->id, req_place(q, 0), &d, err);
	if (rc == XQ_OK)
		rc = draw_doc(q->tx, q->mem, q->office->id,
			text_eq(view_last_segment(q->view), "/frame") ? d.frame : d.doc, &text,
			err);
	if (rc == XQ_OK)
		resp_text(r, 200, "application/json", text);
	return rc;
}

static const struct view frame_view = { .path = "/draws/{code}/frame",
	.who = PERM_ANYBODY,
	.flags = VIEW_PUBLIC,
	.render = doc_render,
	.title = N_("What is drawn from") };
static const struct view done_view = { .path = "/draws/{code}/done",
	.who = PERM_ANYBODY,
	.flags = VIEW_PUBLIC,
	.render = doc_render,
	.title = N_("What was drawn") };

const struct view *const draw_views[] = { &list_view, &one_view, &frame_view, &done_view, NULL };
