/* SPDX-License-Identifier: Apache-2.0 */
/* mine_pages.c - my receptions: when I sit next, and what became of all that people came with when I sat. */
#include "reception/mine_pages.h"

#include "core/mem.h"
#include "templates.h"

#include "core/banned.h"

enum { PAGE_ROWS = 20, WALK_ROWS = 200, AHEAD_BACK_DAYS = 60 };

/* ---- when I sit next -------------------------------------------------------------------------------- */

static const char *
with_words(struct req *q, const struct sitting *s)
{
	struct buf b = buf_new(q->mem, 64);
	for (size_t i = 0; i < s->n; i++)
		if (s->slot[i].no != s->one.no && s->slot[i].receiver_no)
			buf_printf(&b, "%s%s", b.n > 0 ? " \u00b7 " : "", s->slot[i].name);
	return b.n > 0 ? buf_view(&b).p : NULL;
}

static struct ahead_row
ahead_of(struct req *q, const struct sitting *s)
{
	int32_t today = desk_today(q), day = s->one.day;
	return (struct ahead_row){ .day = msg_day(q->mem, q->prefs.lang, day),
		.time = time_words(q, s->one.start_min, s->one.end_min),
		.where = mem_printf(q->mem, "%s %s", s->one.venue, s->one.room),
		.with = with_words(q, s),
		.href = slot_path(q, s->one.no, ""),
		.register_href = register_refusal(s, q->now, q->office->tz_s)
		                         ? NULL
		                         : slot_path(q, s->one.no, "/register"),
		.note = day == today  ? desk_word(q, N_("Today"))
		        : day < today ? desk_word(q, N_("Not closed yet"))
		                      : NULL,
		.light = day < today ? LIGHT_LATE : LIGHT_SOON };
}

static enum xq_rc
load_ahead(struct req *q, const struct receiver *me, struct my_sittings_page *p, struct xq_err *err)
{
	int64_t no[AHEAD_MAX];
	size_t n = 0;
	enum xq_rc rc = sittings_ahead(q->tx, q->office->id, me->no,
		day_add(desk_today(q), -AHEAD_BACK_DAYS), AHEAD_MAX, no, &n, err);
	for (size_t i = 0; rc == XQ_OK && i < n; i++) {
		struct sitting s;
		rc = sitting_load(q->tx, q->mem, q->office->id, no[i], &s, err);
		if (rc == XQ_OK)
			p->ahead[p->n_ahead++] = ahead_of(q, &s);
		else if (rc == XQ_NONE)
			rc = XQ_OK; /* it is not published any more */
	}
	return rc;
}

/* ---- what was taken down ---------------------------------------------------------------------------- */

static const struct mine_chip {
	const char *code, *label, *empty;
} chips[MINE_CHIPS] = {
	{ "all", N_("All of it"), N_("Nothing was taken down yet when you sat.") },
	{ "open", N_("Still open"), N_("Nothing of it is open here.") },
	{ "answered", N_("Answered or ended"), N_("Nothing of it is answered here.") },
};

static const struct mine_chip *
chip_of(struct req *q)
{
	for (size_t i = 0; i < MINE_CHIPS; i++)
		if (str_is(req_query(q, "show"), chips[i].code))
			return &chips[i];
	return &chips[0];
}

static bool
belongs(const struct mine_chip *chip, const struct brought *b)
{
	if (chip == &chips[0])
		return true;
	return b->kind == ENTRY_CONCERN && brought_is_over(b) == (chip == &chips[2]);
}

static const char *
chip_path(struct req *q, const struct mine_chip *chip)
{
	return mem_printf(q->mem, "/desk/reception/mine?show=%s", chip->code);
}

/* One page walks so many entries and no more; where few of them belong to the chip it is short, and goes on. */
static enum xq_rc
load_rows(struct req *q, const struct receiver *me, const struct mine_chip *chip,
	struct my_sittings_page *p, struct xq_err *err)
{
	struct brought_query bq = {
		.receiver_no = me->no, .until = INT32_MAX, .max = WALK_ROWS + 1
	};
	int64_t key = 0;
	struct brought *b;
	size_t n = 0, i = 0;
	desk_after(q, &key, &bq.before_no);
	bq.before_day = key > 0 && key < INT32_MAX ? (int32_t)key : 0;
	enum xq_rc rc = brought_list(q->tx, q->mem, q->office->id, &bq, &b, &n, err);
	if (rc != XQ_OK)
		return rc;
	struct brought_row *list = mem_array(q->mem, struct brought_row, PAGE_ROWS);
	for (; i < n && i < WALK_ROWS && p->n < PAGE_ROWS; i++)
		if (belongs(chip, &b[i]))
			list[p->n++] = brought_row_of(q, &b[i], true);
	p->row = list;
	p->pager.prev = bq.before_day ? chip_path(q, chip) : NULL;
	if (i < n && i > 0)
		p->pager.next = mem_printf(q->mem, "%s&after=%d.%lld", chip_path(q, chip),
			(int)b[i - 1].day, (long long)b[i - 1].no);
	p->has_pager = p->pager.prev || p->pager.next;
	return XQ_OK;
}

static void
show_mine(struct req *q, struct resp *r, const struct my_sittings_page *p)
{
	struct shell s;
	struct html_out o = desk_page_begin(q, N_("My receptions"), NULL, &s);
	my_sittings_page(&o, p);
	desk_end(r, &o, &s);
}

static enum xq_rc
mine_render(struct req *q, struct resp *r, struct xq_err *err)
{
	struct my_sittings_page p = {
		.empty = { .icon = "people",
			.title = N_("You are not on the list of receivers."),
			.text = N_("Whoever keeps the roster can put you on it."),
			.href = "/desk/reception",
			.label = N_("Receptions") }
	};
	struct receiver me;
	const struct mine_chip *chip = chip_of(q);
	enum xq_rc rc =
		receiver_of_person(q->tx, q->mem, q->office->id, q->actor.person_id, &me, err);
	if (rc == XQ_NONE) {
		show_mine(q, r, &p);
		return XQ_OK;
	}
	if (rc == XQ_OK)
		rc = load_ahead(q, &me, &p, err);
	if (rc == XQ_OK)
		rc = load_rows(q, &me, chip, &p, err);
	if (rc != XQ_OK)
		return rc;
	for (size_t i = 0; i < MINE_CHIPS; i++)
		p.chip[i] = (struct list_tab){ chip_path(q, &chips[i]), chips[i].label,
			chip == &chips[i], 0 };
	p.lead = mem_printf(q->mem, "%s %s \u00b7 %s", me.name, me.public_title,
		desk_word(q, choice_label(receiver_roles, me.role)));
	p.empty = (struct empty){ .icon = "ok", .title = chip->empty };
	p.sheet_href = receiver_sheet_path(q, me.no);
	show_mine(q, r, &p);
	return XQ_OK;
}

const struct view mine_view = { .path = "/desk/reception/mine",
	.who = PERM_STAFF,
	.render = mine_render,
	.title = N_("My receptions") };
