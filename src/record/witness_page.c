/* SPDX-License-Identifier: Apache-2.0 */
/* The page of witnesses and keys, and its forms. Members of the page are loaded table by table. */
#include "record/witness_page.h"

#include "concern/desk.h"
#include "core/hash.h"
#include "core/mem.h"
#include "record/keys_int.h"
#include "record/witness_int.h"
#include "templates.h"

#include "core/banned.h"

#define PAGE "/desk/record/witnesses"

const char *
witness_moment(struct req *q, int64_t at)
{
	int32_t day = day_of(at, q->office->tz_s);
	return mem_printf(q->mem, "%s %s", msg_day(q->mem, q->prefs.lang, day), desk_clock(q, at));
}

const char *
witness_entries(struct req *q, int64_t size)
{
	return SAY(q, N_("{n} entries"), AN("n", size));
}

/* ---- who watches us ---------------------------------------------------------------------------------- */

static struct table_cell
state_of(struct req *q, const struct witness_row *w)
{
	static const struct {
		int light;
		const char *words;
	} say[] = {
		[TROUBLE_NONE] = { LIGHT_OK, N_("Signs") },
		[TROUBLE_SILENT] = { LIGHT_SOON, N_("Does not answer") },
		[TROUBLE_REFUSES] = { LIGHT_LATE, N_("Refuses to sign: please call them today") },
		[TROUBLE_AHEAD] = { LIGHT_LATE,
			N_("Has seen more than we have: an old backup was restored") },
	};
	if (w->trouble == TROUBLE_NONE && w->at == 0)
		return (struct table_cell){ .text = desk_word(q, N_("Nothing was sent yet")),
			.light = LIGHT_UNKNOWN,
			.has_light = true };
	return (struct table_cell){ .text = desk_word(q, say[w->trouble].words),
		.light = say[w->trouble].light,
		.has_light = true };
}

enum xq_rc
witness_page_witnesses(struct req *q, struct witness_page *p, struct xq_err *err)
{
	static const struct column col[] = { { .label = N_("Witness") }, { .label = N_("State") },
		{ .label = N_("Signed last") }, { .label = N_("Web address") } };
	enum { COLS = sizeof col / sizeof *col };
	struct witness_row *w;
	size_t n;
	enum xq_rc rc = witness_list(q->tx, q->mem, q->office->id, &w, &n, err);
	if (rc != XQ_OK)
		return rc;
	struct table_cell *cell = mem_array(q->mem, struct table_cell, n * COLS + 1);
	for (size_t i = 0; i < n; i++) {
		struct table_cell *row = cell + i * COLS;
		row[0].text = w[i].name;
		row[1] = state_of(q, &w[i]);
		row[2].text = w[i].at ? witness_moment(q, w[i].at) : NULL;
		row[2].note = w[i].at ? witness_entries(q, w[i].size) : NULL;
		row[3].text = w[i].url;
	}
	p->witnesses = (struct table){ .caption = N_("Who watches our record"),
		.hide_caption = true,
		.col = col,
		.n_cols = COLS,
		.cell = cell,
		.n_rows = n };
	p->no_witness = (struct empty){ .icon = "eye",
		.title = N_("Nobody outside watches our record yet"),
		.text = N_(
			"A neighbouring office, the district or a university can do it with the same program."),
		.href = PAGE "/add",
		.label = N_("Add a witness") };
	return XQ_OK;
}

/* ---- whom we watch ----------------------------------------------------------------------------------- */

static enum xq_rc
watched_row(
	struct req *q, const struct watch *w, size_t i, struct table_cell *row, struct xq_err *err)
{
	struct seen s;
	enum xq_rc rc = seen_load(q->tx, q->mem, w->key[i].name, &s, err);
	row[0].text = mem_text(q->mem, w->key[i].name);
	row[2].text = witness_moment(q, w->added_at[i]);
	if (rc == XQ_NONE)
		return XQ_OK;
	if (rc == XQ_OK) {
		row[1].text = witness_moment(q, s.at);
		row[1].note = witness_entries(q, s.state.size);
	}
	return rc;
}

static enum xq_rc
load_watched(struct req *q, struct witness_page *p, struct xq_err *err)
{
	static const struct column col[] = { { .label = N_("Record of another office") },
		{ .label = N_("Seen last") }, { .label = N_("Watched since") } };
	enum { COLS = sizeof col / sizeof *col };
	struct watch *w = mem_new(q->mem, struct watch);
	struct witness_self self;
	enum xq_rc rc = watch_load(q->tx, q->mem, q->office->id, w, err);
	struct table_cell *cell = mem_array(q->mem, struct table_cell, WATCH_MAX * COLS);
	for (size_t i = 0; rc == XQ_OK && i < w->n; i++)
		rc = watched_row(q, w, i, cell + i * COLS, err);
	if (rc == XQ_OK)
		rc = watch_self(q->app, q->tx, q->mem, q->office->id, &self, err);
	if (rc == XQ_OK)
		p->self = watch_self_vkey(q->mem, &self);
	p->watched = (struct table){ .caption = N_("Records that we watch"),
		.hide_caption = true,
		.col = col,
		.n_cols = COLS,
		.cell = cell,
		.n_rows = w->n };
	p->no_watched = (struct empty){ .icon = "hand",
		.title = N_("This office watches no other record"),
		.text = N_("Watching costs nothing but the key of the other office, entered once."),
		.href = "/desk/record/watch/add",
		.label = N_("Watch another office's record") };
	return rc == XQ_NONE ? XQ_OK : rc;
}

/* ---- our keys ------------------------------------------------------------------------------------------ */

static const char *
key_hex(struct req *q, const struct log_key *k)
{
	char *id = mem_array(q->mem, char, 2 * sizeof(k->key.id) + 1);
	text_hex((struct bytes){ k->key.id, sizeof(k->key.id) }, id);
	return id;
}

static void
key_row(struct req *q, const struct log_key *k, struct table_cell *row)
{
	row[0].text = key_hex(q, k);
	row[1].text = witness_entries(q, k->from);
	row[2] = (struct table_cell){
		.text = desk_word(q, N_("Signs")), .light = LIGHT_OK, .has_light = true
	};
	if (k->retire_at > 0)
		row[2].note =
			SAY(q, N_("until {day}"), AD("day", day_of(k->retire_at, q->office->tz_s)));
	if (k->until >= 0)
		row[2] = (struct table_cell){ .text = desk_word(q, N_("Retired")),
			.note = witness_entries(q, k->until),
			.light = LIGHT_CLOSED,
			.has_light = true };
}

enum xq_rc
witness_page_keys(struct req *q, struct witness_page *p, struct xq_err *err)
{
	static const struct column col[] = { { .label = N_("Number of the key"), .form = COL_CODE },
		{ .label = N_("Signs from") }, { .label = N_("State") } };
	enum { COLS = sizeof col / sizeof *col };
	struct log_key *k;
	size_t n, n_sign = 0;
	enum xq_rc rc = log_keys_all(q->app, q->tx, q->mem, q->office->id, &k, &n, err);
	if (rc != XQ_OK)
		return rc;
	struct table_cell *cell = mem_array(q->mem, struct table_cell, n * COLS);
	for (size_t i = 0; i < n; i++) {
		key_row(q, &k[n - 1 - i], cell + i * COLS);
		n_sign += k[i].until < 0;
		if (k[i].until < 0)
			p->newest = log_key_vkey(q->mem, &k[i]);
	}
	hash_wipe(k, n * sizeof(*k));
	p->may_retire = n_sign > 1;
	p->keys = (struct table){ .caption = N_("Keys that sign our record"),
		.hide_caption = true,
		.col = col,
		.n_cols = COLS,
		.cell = cell,
		.n_rows = n };
	return XQ_OK;
}

/* ---- the page ------------------------------------------------------------------------------------------ */

static const struct flash *
flash_of(struct req *q)
{
	static const struct did_text did[] = {
		{ "add", N_("Entered. The page shows when it has signed for the first time.") },
		{ "remove", N_("Removed. What was signed stays.") },
		{ "rotate",
			N_("The new key signs from now on. Please tell it to everybody who keeps the old one.") },
		{ "retire", N_("The key is retired. Please tell the witnesses.") },
	};
	return flash_did(q, did, sizeof did / sizeof *did);
}

static enum xq_rc
page_render(struct req *q, struct resp *r, struct xq_err *err)
{
	struct witness_page p = { .self = NULL };
	enum xq_rc rc = witness_page_witnesses(q, &p, err);
	if (rc == XQ_OK)
		rc = load_watched(q, &p, err);
	if (rc == XQ_OK)
		rc = witness_page_keys(q, &p, err);
	if (rc != XQ_OK)
		return rc;
	struct shell s;
	struct html_out o =
		desk_page_begin(q, N_("Witnesses and keys of the record"), flash_of(q), &s);
	witness_page_html(&o, &p);
	desk_end(r, &o, &s);
	return XQ_OK;
}

static const struct view page_view = { .path = PAGE,
	.who = PERM_OPERATE,
	.render = page_render,
	.title = N_("Witnesses and keys of the record") };

/* ---- forms ----------------------------------------------------------------------------------------------- */

/* Removing chooses from what is there. */
static enum xq_rc
options_of(struct req *q, struct act_form *f, struct xq_err *err)
{
	struct option *list = mem_array(q->mem, struct option, WATCH_MAX);
	struct witness_row *w = NULL;
	struct watch *watched = mem_new(q->mem, struct watch);
	struct log_keys keys = { 0 };
	size_t n = 0;
	const char *field = NULL;
	enum xq_rc rc = XQ_OK;
	if (q->view->act == &record_witness_remove) {
		field = "name";
		rc = witness_list(q->tx, q->mem, q->office->id, &w, &n, err);
	} else if (q->view->act == &record_watch_remove) {
		field = "vkey";
		rc = watch_load(q->tx, q->mem, q->office->id, watched, err);
		n = watched->n;
	} else if (q->view->act == &record_key_retire) {
		field = "key";
		rc = log_keys_open(q->app, q->tx, q->mem, q->office->id, &keys, err);
		n = keys.n;
	}
	if (rc != XQ_OK || field == NULL)
		return rc;
	for (size_t i = 0; i < n; i++) {
		list[i].value = w            ? w[i].name
		                : keys.n > 0 ? key_hex(q, &keys.k[i])
		                             : watched->vkey[i];
		list[i].label =
			watched->n > 0 ? mem_text(q->mem, watched->key[i].name) : list[i].value;
	}
	log_keys_wipe(&keys);
	act_form_choose(q, f, field, list, n);
	return XQ_OK;
}

static enum xq_rc
form_render(struct req *q, struct resp *r, struct xq_err *err)
{
	struct act_form f = act_form_of(q, q->view->act, q->view->path);
	act_form_crumb(&f, PAGE, N_("Witnesses and keys of the record"));
	enum xq_rc rc = options_of(q, &f, err);
	if (rc == XQ_OK)
		act_form_show(q, r, &f);
	return rc;
}

static enum xq_rc
form_after(struct req *q, struct resp *r, struct xq_err *err)
{
	(void)err;
	resp_see_other(q, r, mem_printf(q->mem, PAGE "?did=%s", view_last_segment(q->view) + 1));
	return XQ_OK;
}

/* clang-format off */
#define FORM_VIEW(var, path_, act_, title_)                                                        \
	static const struct view var = { .path = (path_), .who = PERM_OPERATE, .render = form_render, \
		.act = &(act_), .after = form_after, .title = (title_) }

FORM_VIEW(add_view,          PAGE "/add",                 record_witness_add,    N_("Let our record be watched by a witness"));
FORM_VIEW(remove_view,       PAGE "/remove",              record_witness_remove, N_("Ask a witness no more"));
FORM_VIEW(watch_add_view,    "/desk/record/watch/add",    record_watch_add,      N_("Watch another office's record"));
FORM_VIEW(watch_remove_view, "/desk/record/watch/remove", record_watch_remove,   N_("Watch a record no more"));
FORM_VIEW(rotate_view,       "/desk/record/keys/rotate",  record_key_rotate,     N_("Add a new signing key"));
FORM_VIEW(retire_view,       "/desk/record/keys/retire",  record_key_retire,     N_("Retire a signing key now"));
/* clang-format on */

const struct view *const witness_views[] = { &witness_ask_view, &witness_seen_view, &page_view,
	&add_view, &remove_view, &watch_add_view, &watch_remove_view, &rotate_view, &retire_view,
	NULL };
