/* SPDX-License-Identifier: Apache-2.0 */
/* explained_pages.c - an explanation as the resident, the second person and the file read it, and the
 * yearly list of what is beyond the office's power, by who could decide it. */
#include "concern/explained_pages.h"

#include "concern/book.h"
#include "concern/desk_pages.h"
#include "core/mem.h"
#include "core/parse.h"
#include "templates.h"

#include "core/banned.h"

/* ---- one explanation ------------------------------------------------------------------------------ */

static void
add_row(struct explained_words *w, const char *label, const char *text)
{
	xq_require(w->n < EXPLAINED_ROWS);
	if (text && text[0])
		w->row[w->n++] = (struct explained_row){ label, text };
}

static const char *
instead_words(struct req *q, const struct explained *e)
{
	if (e->instead_day == 0)
		return e->instead;
	return SAY(q, N_("{what} ({day})"), AX("what", e->instead), AD("day", e->instead_day));
}

static const char *
upward_words(struct req *q, const struct explained *e)
{
	if (!e->is_beyond)
		return NULL;
	if (e->up_to)
		return SAY(q, N_("Reported to {body} on {day}."), AX("body", e->up_to),
			AD("day", e->up_day));
	return desk_word(q, N_("It is still to be reported upward."));
}

/* The order of interface.md 5.4; what was found is the answer itself, which stands above. */
enum xq_rc
explained_words(struct req *q, const char *wanted, const struct reply *r,
	struct explained_words *out, struct xq_err *err)
{
	struct explained e;
	*out = (struct explained_words){ .n = 0 };
	if (!r || r->outcome != OUT_EXPLAINED)
		return XQ_OK;
	enum xq_rc rc = explained_of(q->tx, q->mem, q->office->id, r->id, &e, err);
	if (rc != XQ_OK)
		return rc == XQ_NONE ? XQ_OK : rc;
	add_row(out, N_("What was wanted"), wanted);
	add_row(out, N_("How we see it"),
		desk_word(q, choice_label(explained_standings, e.standing)));
	add_row(out, N_("What rule stops it"), r->basis);
	add_row(out, N_("Who could decide it"), e.decider);
	add_row(out, N_("What would have to change"), e.condition);
	add_row(out, N_("What we do instead"), instead_words(q, &e));
	add_row(out, N_("We look at it again"),
		e.again_day ? SAY(q, N_("on {day}"), AD("day", e.again_day))
			    : desk_word(q, N_("when what stops it has changed")));
	add_row(out, N_("Beyond our power"), upward_words(q, &e));
	return XQ_OK;
}

const char *
typed_day(struct req *q, int32_t day)
{
	return day == 0 ? NULL
	                : mem_printf(q->mem, "%04d-%02d-%02d", day_year(day), day_month(day),
				  day % 100);
}

enum xq_rc
explained_defaults(struct req *q, struct act_form *f, int64_t reply_id, struct xq_err *err)
{
	struct explained e;
	enum xq_rc rc = explained_of(q->tx, q->mem, q->office->id, reply_id, &e, err);
	if (rc != XQ_OK)
		return rc == XQ_NONE ? XQ_OK : rc;
	act_form_default(f, "standing", e.standing);
	act_form_default(f, "decider", e.decider);
	act_form_default(f, "condition", e.condition);
	act_form_default(f, "instead", e.instead);
	act_form_default(f, "instead_day", typed_day(q, e.instead_day));
	act_form_default(f, "again_day", typed_day(q, e.again_day));
	act_form_default(f, "beyond", e.is_beyond ? "1" : NULL);
	act_form_default(f, "up_to", e.up_to);
	return XQ_OK;
}

/* ---- the yearly list ------------------------------------------------------------------------------ */

static bool
year_asked(struct req *q, int *out)
{
	int64_t year, now = day_year(desk_today(q));
	struct str asked = req_query(q, "year");
	if (asked.n == 0)
		year = now;
	else if (!parse_int(asked, 2000, now, &year))
		return false;
	*out = (int)year;
	return true;
}

static struct beyond_line
line_of(struct req *q, const struct beyond_row *r)
{
	int32_t told = day_of(r->told_at, q->office->tz_s);
	return (struct beyond_line){ .no = desk_no_short(q, r->file_no),
		.href = desk_path(q, r->file_no, ""),
		.title = r->title,
		.kind = mem_printf(q->mem, "%s \u00b7 %s",
			desk_word(q, choice_label(concern_classes, r->class)), r->unit),
		.stops = r->basis,
		.standing = desk_word(q, choice_label(explained_standings, r->e.standing)),
		.told = msg_day_short(q->mem, q->prefs.lang, told),
		.up = r->e.up_to ? SAY(q, N_("{body}, {day}"), AX("body", r->e.up_to),
					   AD("day", r->e.up_day))
		                 : desk_word(q, N_("not reported yet")),
		.is_up = r->e.up_to != NULL };
}

/* Bodies in the order in which they come up, newest first: nothing is ranked. */
static void
group_rows(struct req *q, const struct beyond_row *row, size_t n, struct beyond_page *p)
{
	struct beyond_group *g = mem_array(q->mem, struct beyond_group, n + 1);
	for (size_t i = 0; i < n; i++) {
		bool is_known = false;
		for (size_t k = 0; k < p->n_groups && !is_known; k++)
			is_known = text_eq(g[k].decider, row[i].e.decider);
		if (is_known)
			continue;
		struct beyond_line *line = mem_array(q->mem, struct beyond_line, n + 1);
		struct beyond_group *new = &g[p->n_groups++];
		*new = (struct beyond_group){ .decider = row[i].e.decider, .line = line };
		for (size_t k = i; k < n; k++)
			if (text_eq(row[k].e.decider, new->decider))
				line[new->n++] = line_of(q, &row[k]);
	}
	p->group = g;
}

static void
filters_of(struct req *q, const struct beyond_query *bq, const struct beyond_row *row, size_t n,
	struct beyond_page *p)
{
	size_t n_classes = 0, n_bodies = 1;
	while (concern_classes[n_classes].code)
		n_classes++;
	struct option *class = mem_array(q->mem, struct option, n_classes + 1),
		      *body = mem_array(q->mem, struct option, n + 2);
	class[0] = (struct option){ .value = "", .label = N_("All kinds") };
	for (size_t i = 0; i < n_classes; i++)
		class[i + 1] = (struct option){ .value = concern_classes[i].code,
			.label = concern_classes[i].label };
	body[0] = (struct option){ .value = "", .label = N_("All bodies") };
	for (size_t i = 0; i < n; i++) {
		bool is_known = false;
		for (size_t k = 1; k < n_bodies && !is_known; k++)
			is_known = text_eq(body[k].value, row[i].e.decider);
		if (!is_known)
			body[n_bodies++] = (struct option){ .value = row[i].e.decider,
				.label = row[i].e.decider };
	}
	p->class = (struct input){ .kind = INPUT_SELECT,
		.name = "class",
		.label = N_("Kind"),
		.value = bq->class ? bq->class : "",
		.option = class,
		.n_options = n_classes + 1 };
	p->decider = (struct input){ .kind = INPUT_SELECT,
		.name = "body",
		.label = N_("Who could decide it"),
		.value = bq->decider ? bq->decider : "",
		.option = body,
		.n_options = n_bodies };
}

static void
years_of(struct req *q, int year, struct beyond_page *p)
{
	p->year = mem_printf(q->mem, "%d", year);
	p->heading = SAY(q, N_("Beyond our power in {year}"), AX("year", p->year));
	p->prev.href = mem_printf(q->mem, "/desk/beyond?year=%d", year - 1);
	p->prev.words = mem_printf(q->mem, "%d", year - 1);
	p->print_href = mem_printf(q->mem, "/desk/beyond.print?year=%d", year);
	if (year < day_year(desk_today(q))) {
		p->next.href = mem_printf(q->mem, "/desk/beyond?year=%d", year + 1);
		p->next.words = mem_printf(q->mem, "%d", year + 1);
	}
}

static enum xq_rc
beyond_load(struct req *q, int year, struct beyond_page *p, struct xq_err *err)
{
	struct beyond_row *all, *row;
	size_t n_all = 0, n = 0, up = 0;
	struct beyond_query bq = { .from = day_at(day_make(year, 1, 1), 0, q->office->tz_s),
		.until = day_at(day_make(year + 1, 1, 1), 0, q->office->tz_s) };
	enum xq_rc rc = beyond_list(q->tx, q->mem, q->office->id, &bq, &all, &n_all, err);
	struct str class = req_query(q, "class"), body = req_query(q, "body");
	bq.class = class.n > 0 ? str_text(q->mem, class) : NULL;
	bq.decider = body.n > 0 ? str_text(q->mem, body) : NULL;
	if (rc == XQ_OK)
		rc = beyond_list(q->tx, q->mem, q->office->id, &bq, &row, &n, err);
	if (rc != XQ_OK)
		return rc;
	for (size_t i = 0; i < n; i++)
		up += row[i].e.up_to != NULL;
	p->is_cut = n_all == BEYOND_MAX;
	p->sum = SAY(q, N_("{n} matters, {up} of them reported upward."), AN("n", (int64_t)n),
		AN("up", (int64_t)up));
	filters_of(q, &bq, all, n_all, p);
	group_rows(q, row, n, p);
	return XQ_OK;
}

static enum xq_rc
beyond_render(struct req *q, struct resp *r, struct xq_err *err)
{
	int year;
	struct beyond_page p = { .office = q->office->name,
		.printer = q->actor.name,
		.printed_at = q->now,
		.is_print = q->view == &beyond_print_view,
		.empty = { .icon = "scale",
			.title = N_("No matter of this year is beyond our power"),
			.text = N_("An answer that explains says so, if a matter is.") } };
	if (!year_asked(q, &year))
		return XQ_NONE;
	years_of(q, year, &p);
	enum xq_rc rc = beyond_load(q, year, &p, err);
	if (rc != XQ_OK)
		return rc;
	struct shell s;
	struct html_out o = desk_page_begin(q, p.heading, NULL, &s);
	if (p.is_print)
		beyond_sheet(&o, &p);
	else
		beyond_list_page(&o, &p);
	desk_end(r, &o, &s);
	return XQ_OK;
}

const struct view beyond_view = { .path = "/desk/beyond",
	.who = PERM_HARD, /* supervisors and leaders */
	.render = beyond_render,
	.title = N_("Beyond our power") };
const struct view beyond_print_view = { .path = "/desk/beyond.print",
	.who = PERM_HARD,
	.render = beyond_render,
	.title = N_("Beyond our power") };
