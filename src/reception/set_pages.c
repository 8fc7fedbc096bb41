/* SPDX-License-Identifier: Apache-2.0 */
/* set_pages.c - the forms of venues, receivers, absences and the pattern: empty for a new one, filled with
 * what stands for one that is there. */
#include "reception/pages.h"

#include "core/mem.h"
#include "core/parse.h"
#include "identity/account.h"

#include "core/banned.h"

static struct act_form
list_form(struct req *q, const char *list_href, const char *list_title, const char *drop)
{
	struct act_form f = act_form_of(q, q->view->act, req_here(q));
	act_form_drop(&f, drop);
	act_form_crumb(&f, "/desk/reception", N_("Receptions"));
	act_form_crumb(&f, list_href, list_title);
	return f;
}

static bool
is_new(const struct req *q)
{
	return q->n_places == 0;
}

static bool
number_of_path(struct req *q, int64_t *out)
{
	return parse_int(req_place(q, 0), 1, INT64_MAX, out);
}

/* Puts the number of the path in; a form for a new one has none. */
static enum xq_rc
fill_number(struct req *q, const char *name, struct form_pair *extra, size_t *n_extra)
{
	if (!is_new(q))
		extra[(*n_extra)++] =
			(struct form_pair){ .name = str_of(name), .value = req_place(q, 0) };
	return XQ_OK;
}

/* ---- a venue ---------------------------------------------------------------------------------------- */

static enum xq_rc
venue_fill(struct req *q, struct form_pair *extra, size_t *n_extra, struct xq_err *err)
{
	(void)err;
	return fill_number(q, "venue", extra, n_extra);
}

static enum xq_rc
venue_form(struct req *q, struct resp *r, struct xq_err *err)
{
	struct venue v = { .is_open = true };
	int64_t no;
	if (!is_new(q) && !number_of_path(q, &no))
		return XQ_NONE;
	enum xq_rc rc = is_new(q) ? XQ_OK : venue_load(q->tx, q->mem, q->office->id, no, &v, err);
	if (rc != XQ_OK)
		return rc;
	struct act_form f = list_form(q, "/desk/reception/venues", N_("Venues"), "venue");
	act_form_default(&f, "name", v.name);
	act_form_default(&f, "address", v.address);
	act_form_default(&f, "room", v.room);
	act_form_default(&f, "hours", v.hours ? v.hours : q->office->hours);
	act_form_default(&f, "phone", v.phone);
	act_form_default(&f, "steps", v.steps);
	act_form_default(&f, "way", v.way);
	act_form_default(&f, "state", v.is_open ? "open" : "closed");
	if (v.is_step_free && !q->call)
		act_form_default(&f, "step_free", "1");
	act_form_show(q, r, &f);
	return XQ_OK;
}

static enum xq_rc
venue_after(struct req *q, struct resp *r, struct xq_err *err)
{
	(void)err;
	resp_see_other(q, r, "/desk/reception/venues?did=set");
	return XQ_OK;
}

/* ---- a receiver ------------------------------------------------------------------------------------- */

static enum xq_rc
receiver_fill(struct req *q, struct form_pair *extra, size_t *n_extra, struct xq_err *err)
{
	(void)err;
	return fill_number(q, "receiver", extra, n_extra);
}

/* The login of the account that a receiver has. */
static enum xq_rc
login_of(struct req *q, int64_t person_id, const char **out, struct xq_err *err)
{
	struct person p;
	struct account *a;
	size_t n = 0;
	*out = NULL;
	if (!person_id)
		return XQ_OK;
	enum xq_rc rc = person_load(q->tx, q->mem, q->office->id, person_id, &p, err);
	if (rc == XQ_OK)
		rc = account_list(q->tx, q->mem, q->office->id, p.unit_id, &a, &n, err);
	for (size_t i = 0; rc == XQ_OK && i < n; i++)
		if (a[i].person_id == person_id)
			*out = a[i].login;
	return rc == XQ_NONE ? XQ_OK : rc;
}

static enum xq_rc
receiver_form(struct req *q, struct resp *r, struct xq_err *err)
{
	struct receiver who = { .is_active = true };
	const char *login = NULL;
	int64_t no;
	if (!is_new(q) && !number_of_path(q, &no))
		return XQ_NONE;
	enum xq_rc rc =
		is_new(q) ? XQ_OK : receiver_load(q->tx, q->mem, q->office->id, no, &who, err);
	if (rc == XQ_OK)
		rc = login_of(q, who.person_id, &login, err);
	if (rc != XQ_OK)
		return rc;
	struct act_form f = list_form(q, "/desk/reception/receivers", N_("Receivers"), "receiver");
	act_form_default(&f, "login", login);
	if (!who.person_id)
		act_form_default(&f, "name", who.name);
	act_form_default(&f, "title", who.public_title);
	act_form_default(&f, "topics", who.topics);
	act_form_default(&f, "role", who.role);
	act_form_default(&f, "state", who.is_active ? "on" : "off");
	act_form_show(q, r, &f);
	return XQ_OK;
}

static enum xq_rc
away_form(struct req *q, struct resp *r, struct xq_err *err)
{
	struct receiver who;
	int64_t no;
	if (!number_of_path(q, &no))
		return XQ_NONE;
	enum xq_rc rc = receiver_load(q->tx, q->mem, q->office->id, no, &who, err);
	if (rc != XQ_OK)
		return rc;
	struct act_form f = list_form(q, "/desk/reception/receivers", N_("Receivers"), "receiver");
	f.note = mem_printf(q->mem, "%s %s", who.name, who.public_title);
	act_form_show(q, r, &f);
	return XQ_OK;
}

static enum xq_rc
receiver_after(struct req *q, struct resp *r, struct xq_err *err)
{
	(void)err;
	resp_see_other(q, r,
		mem_printf(q->mem, "/desk/reception/receivers?did=%s",
			q->view->act == &receiver_away ? "away" : "set"));
	return XQ_OK;
}

/* ---- the pattern of a week -------------------------------------------------------------------------- */

static enum xq_rc
pattern_fill(struct req *q, struct form_pair *extra, size_t *n_extra, struct xq_err *err)
{
	(void)err;
	return fill_number(q, "pattern", extra, n_extra);
}

static enum xq_rc
pattern_of_path(struct req *q, struct pattern *out, struct xq_err *err)
{
	struct pattern *list;
	size_t n = 0;
	int64_t no;
	if (!number_of_path(q, &no))
		return XQ_NONE;
	enum xq_rc rc = pattern_list(q->tx, q->mem, q->office->id, &list, &n, err);
	for (size_t i = 0; rc == XQ_OK && i < n; i++)
		if (list[i].p.no == no) {
			*out = list[i];
			return XQ_OK;
		}
	return rc == XQ_OK ? XQ_NONE : rc;
}

static void
fill_pattern(struct req *q, struct act_form *f, const struct pattern *s)
{
	act_form_default(f, "weekday", mem_printf(q->mem, "%d", s->p.weekday));
	act_form_default(f, "start", minute_text(q->mem, s->p.start_min));
	act_form_default(f, "end", minute_text(q->mem, s->p.end_min));
	act_form_default(f, "places", mem_printf(q->mem, "%d", s->p.places));
	if (q->call)
		return; /* a box that was emptied stays empty */
	for (unsigned i = 0; i < ROSTER_ROLES; i++)
		if (s->p.roles >> i & 1U)
			act_form_default(f, receiver_roles[i].code, "1");
	if (s->p.is_off_hours)
		act_form_default(f, "off_hours", "1");
}

static enum xq_rc
pattern_form(struct req *q, struct resp *r, struct xq_err *err)
{
	struct pattern s = { .is_on = true };
	struct venue *v;
	size_t n = 0;
	enum xq_rc rc = is_new(q) ? XQ_OK : pattern_of_path(q, &s, err);
	if (rc == XQ_OK)
		rc = venue_list(q->tx, q->mem, q->office->id, &v, &n, err);
	if (rc != XQ_OK)
		return rc;
	struct act_form f =
		list_form(q, "/desk/reception/pattern", N_("Pattern of the week"), "pattern");
	struct option *list = mem_array(q->mem, struct option, n + 1);
	for (size_t i = 0; i < n; i++)
		list[i] = (struct option){ .value = mem_printf(q->mem, "%lld", (long long)v[i].no),
			.label = mem_printf(q->mem, "%s %s", v[i].name, v[i].room) };
	act_form_choose(q, &f, "venue", list, n);
	if (!is_new(q)) {
		act_form_default(&f, "venue", mem_printf(q->mem, "%lld", (long long)s.p.venue_no));
		fill_pattern(q, &f, &s);
	}
	act_form_default(&f, "state", s.is_on ? "on" : "off");
	act_form_show(q, r, &f);
	return XQ_OK;
}

static enum xq_rc
pattern_after(struct req *q, struct resp *r, struct xq_err *err)
{
	(void)err;
	resp_see_other(q, r, "/desk/reception/pattern?did=set");
	return XQ_OK;
}

/* clang-format off */
#define SET_VIEW(var, path_, who_, act_, name, render_, title_)                                    \
	const struct view var = { .path = "/desk/reception/" path_, .who = (who_),                 \
		.render = (render_), .act = &(act_), .fill = name##_fill, .after = name##_after,   \
		.title = (title_) }

SET_VIEW(form_venue_new_view,    "venues/new",         PERM_PUBLISH, venue_set,          venue,    venue_form,    N_("Set a venue"));
SET_VIEW(form_venue_set_view,    "venues/{n}/set",     PERM_PUBLISH, venue_set,          venue,    venue_form,    N_("Set a venue"));
SET_VIEW(form_receiver_new_view, "receivers/new",      PERM_PUBLISH, receiver_set,       receiver, receiver_form, N_("Set a receiver"));
SET_VIEW(form_receiver_set_view, "receivers/{n}/set",  PERM_PUBLISH, receiver_set,       receiver, receiver_form, N_("Set a receiver"));
SET_VIEW(form_away_view,         "receivers/{n}/away", PERM_STAFF,   receiver_away,      receiver, away_form,     N_("Note an absence"));
SET_VIEW(form_pattern_new_view,  "pattern/new",        PERM_PUBLISH, roster_pattern_set, pattern,  pattern_form,  N_("Set a weekly sitting"));
SET_VIEW(form_pattern_set_view,  "pattern/{n}/set",    PERM_PUBLISH, roster_pattern_set, pattern,  pattern_form,  N_("Set a weekly sitting"));
/* clang-format on */
