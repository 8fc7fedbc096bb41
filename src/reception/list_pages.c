/* SPDX-License-Identifier: Apache-2.0 */
/* list_pages.c - what rosters are made of, at the desk: venues, receivers with their absences, and the pattern
 * of the week. */
#include "reception/mine_pages.h"
#include "reception/pages.h"

#include "core/mem.h"
#include "templates.h"

#include "core/banned.h"

static void
show(struct req *q, struct resp *r, struct roster_list_page *p)
{
	static const struct did_text did[] = { { "set", N_("Saved.") },
		{ "away", N_("Noted. Drafts leave these days out.") } };
	if (!actor_may(&q->actor, PERM_PUBLISH))
		p->add = NULL;
	p->crumb[0] = (struct crumb){ "/desk/reception", N_("Receptions") };
	p->crumb[1] = (struct crumb){ NULL, p->title };
	struct shell s;
	struct html_out o =
		desk_page_begin(q, p->title, flash_did(q, did, sizeof did / sizeof *did), &s);
	desk_roster_list(&o, p);
	desk_end(r, &o, &s);
}

static struct table_cell
numbered(struct req *q, const char *folder, int64_t no)
{
	return (struct table_cell){ .text = mem_printf(q->mem, "%lld", (long long)no),
		.href = actor_may(&q->actor, PERM_PUBLISH)
		                ? mem_printf(q->mem, "/desk/reception/%s/%lld/set", folder,
					  (long long)no)
		                : NULL };
}

static enum xq_rc
venues_render(struct req *q, struct resp *r, struct xq_err *err)
{
	static const struct column col[] = { { .label = N_("No."), .form = COL_NUMBER },
		{ .label = N_("Name of the place") }, { .label = N_("Where") },
		{ .label = N_("Opening hours") }, { .label = N_("Steps") },
		{ .label = N_("State") } };
	enum { COLS = sizeof col / sizeof *col };
	struct venue *v;
	size_t n = 0;
	enum xq_rc rc = venue_list(q->tx, q->mem, q->office->id, &v, &n, err);
	if (rc != XQ_OK)
		return rc;
	struct table_cell *cell = mem_array(q->mem, struct table_cell, n * COLS + 1);
	for (size_t i = 0; i < n; i++) {
		struct table_cell *row = cell + i * COLS;
		row[0] = numbered(q, "venues", v[i].no);
		row[1] = (struct table_cell){ .text = v[i].name, .note = v[i].room };
		row[2] = (struct table_cell){ .text = v[i].address, .note = v[i].phone };
		row[3].text = v[i].hours;
		row[4].text = v[i].is_step_free ? desk_word(q, N_("No step at the door"))
		              : v[i].steps[0]   ? v[i].steps
		                                : NULL;
		row[5] = (struct table_cell){ .text = desk_word(
						      q, v[i].is_open ? N_("Open") : N_("Closed")),
			.light = v[i].is_open ? LIGHT_OK : LIGHT_CLOSED,
			.has_light = true };
	}
	struct roster_list_page p = { .title = N_("Venues"),
		.lead = N_("Residents read all of it: where, which room, when, and how to get in."),
		.add = venue_set.title,
		.add_href = "/desk/reception/venues/new",
		.rows = { .caption = N_("Venues"),
			.hide_caption = true,
			.col = col,
			.n_cols = COLS,
			.cell = cell,
			.n_rows = n },
		.empty = { .icon = "pin", .title = N_("There is no venue yet.") } };
	show(q, r, &p);
	return XQ_OK;
}

const struct view desk_venues_view = { .path = "/desk/reception/venues",
	.who = PERM_STAFF,
	.render = venues_render,
	.title = N_("Venues") };

/* ---- receivers -------------------------------------------------------------------------------------- */

static const char *
away_words(struct req *q, const struct receiver *r, const struct absence *a, size_t n)
{
	struct buf b = buf_new(q->mem, 64);
	if (r->is_on_leave)
		buf_text(&b, desk_word(q, N_("On leave")));
	for (size_t i = 0; i < n; i++)
		if (a[i].receiver_no == r->no)
			buf_printf(&b, "%s%s–%s", b.n > 0 ? "; " : "",
				msg_day_short(q->mem, q->prefs.lang, a[i].from_on),
				msg_day_short(q->mem, q->prefs.lang, a[i].until_on));
	return b.n > 0 ? buf_view(&b).p : NULL;
}

enum { RECEIVER_COLS = 6 };

static void
fill_receiver(struct req *q, struct table_cell *row, const struct receiver *r,
	const struct absence *a, size_t n_absences)
{
	bool may_note = actor_may(&q->actor, PERM_PUBLISH) ||
	                (r->person_id && r->person_id == q->actor.person_id);
	const char *away = away_words(q, r, a, n_absences);
	row[0] = numbered(q, "receivers", r->no);
	row[1] = (struct table_cell){ .text = r->name,
		.href = receiver_may_be_read(&q->actor, r) ? receiver_sheet_path(q, r->no) : NULL,
		.note = r->public_title };
	row[2].text = desk_word(q, choice_label(receiver_roles, r->role));
	row[3].text = desk_word(q, r->person_id ? N_("Yes") : N_("No"));
	row[4] = (struct table_cell){ .text = may_note ? desk_word(q, N_("Note an absence")) : away,
		.href = may_note ? mem_printf(q->mem, "/desk/reception/receivers/%lld/away",
					   (long long)r->no)
		                 : NULL,
		.note = may_note ? away : NULL };
	row[5] = (struct table_cell){ .text = desk_word(q, r->is_active ? N_("On the list")
									: N_("Not any more")),
		.light = r->is_active ? LIGHT_OK : LIGHT_CLOSED,
		.has_light = true };
}

static enum xq_rc
receivers_render(struct req *q, struct resp *r, struct xq_err *err)
{
	static const struct column col[RECEIVER_COLS] = { { .label = N_("No."),
								  .form = COL_NUMBER },
		{ .label = N_("Receiver") }, { .label = N_("Receives as") },
		{ .label = N_("Account") }, { .label = N_("Away") }, { .label = N_("State") } };
	struct receiver *list;
	struct absence *a;
	size_t n = 0, n_absences = 0;
	enum xq_rc rc = receiver_list(q->tx, q->mem, q->office->id, &list, &n, err);
	if (rc == XQ_OK)
		rc = absence_list(
			q->tx, q->mem, q->office->id, desk_today(q), &a, &n_absences, err);
	if (rc != XQ_OK)
		return rc;
	struct table_cell *cell = mem_array(q->mem, struct table_cell, n * RECEIVER_COLS + 1);
	for (size_t i = 0; i < n; i++)
		fill_receiver(q, cell + i * RECEIVER_COLS, &list[i], a, n_absences);
	struct roster_list_page p = { .title = N_("Receivers"),
		.lead = N_("Name, title and role stand on the public roster; nothing else does."),
		.add = receiver_set.title,
		.add_href = "/desk/reception/receivers/new",
		.rows = { .caption = N_("Receivers"),
			.hide_caption = true,
			.col = col,
			.n_cols = RECEIVER_COLS,
			.cell = cell,
			.n_rows = n },
		.empty = { .icon = "people",
			.title = N_("Nobody is on the list of receivers yet.") } };
	show(q, r, &p);
	return XQ_OK;
}

const struct view desk_receivers_view = { .path = "/desk/reception/receivers",
	.who = PERM_STAFF,
	.render = receivers_render,
	.title = N_("Receivers") };

/* ---- the pattern of a week -------------------------------------------------------------------------- */

static const char *
roles_words(struct req *q, unsigned roles)
{
	struct buf b = buf_new(q->mem, 64);
	for (unsigned i = 0; i < ROSTER_ROLES; i++)
		if (roles >> i & 1U)
			buf_printf(&b, "%s%s", b.n > 0 ? " · " : "",
				desk_word(q, receiver_roles[i].label));
	return buf_view(&b).p;
}

static enum xq_rc
pattern_render(struct req *q, struct resp *r, struct xq_err *err)
{
	static const struct column col[] = { { .label = N_("No."), .form = COL_NUMBER },
		{ .label = N_("Day of the week") }, { .label = N_("Time") },
		{ .label = N_("Venue") }, { .label = N_("Places"), .form = COL_NUMBER },
		{ .label = N_("Who may sit") }, { .label = N_("State") } };
	enum { COLS = sizeof col / sizeof *col, A_SUNDAY = 20260104 };
	struct pattern *list;
	size_t n = 0;
	enum xq_rc rc = pattern_list(q->tx, q->mem, q->office->id, &list, &n, err);
	if (rc != XQ_OK)
		return rc;
	struct table_cell *cell = mem_array(q->mem, struct table_cell, n * COLS + 1);
	for (size_t i = 0; i < n; i++) {
		const struct roster_pattern *s = &list[i].p;
		struct table_cell *row = cell + i * COLS;
		row[0] = numbered(q, "pattern", s->no);
		row[1].text = desk_word(q, weekday_long(day_add(A_SUNDAY, s->weekday)));
		row[2] = (struct table_cell){ .text = time_words(q, s->start_min, s->end_min),
			.note = s->is_off_hours ? desk_word(q, N_("Outside office hours")) : NULL };
		row[3].text = list[i].venue;
		row[4].text = mem_printf(q->mem, "%d", s->places);
		row[5].text = roles_words(q, s->roles);
		row[6] = (struct table_cell){ .text = desk_word(q, list[i].is_on ? N_("In force")
										 : N_("No longer")),
			.light = list[i].is_on ? LIGHT_OK : LIGHT_CLOSED,
			.has_light = true };
	}
	struct roster_list_page p = {
		.title = N_("Pattern of the week"),
		.lead = N_("Drafts are made from it; rosters that are published stay as they are."),
		.add = roster_pattern_set.title,
		.add_href = "/desk/reception/pattern/new",
		.rows = { .caption = N_("Pattern of the week"),
			.hide_caption = true,
			.col = col,
			.n_cols = COLS,
			.cell = cell,
			.n_rows = n },
		.empty = { .icon = "cal",
			.title = N_(
				"There is no pattern of the week yet. Please set when and where residents are received.") }
	};
	show(q, r, &p);
	return XQ_OK;
}

const struct view desk_pattern_view = { .path = "/desk/reception/pattern",
	.who = PERM_STAFF,
	.render = pattern_render,
	.title = N_("Pattern of the week") };
