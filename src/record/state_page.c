/* SPDX-License-Identifier: Apache-2.0 */
/* state_page.c - the operator's page of the record: how far it is, what is signed and by whom it is watched;
 * and in full words when it stands still. */
#include "record/state_page.h"

#include "concern/desk.h"
#include "core/mem.h"
#include "ledger/tiles.h"
#include "record/record_int.h"
#include "record/witness_page.h"
#include "templates.h"
#include "web/msg.h"

#include "core/banned.h"

enum { ROOT_SHOWN = 12 }; /* of 44 characters: enough to compare by eye with a copy */

static void
add_line(struct state_page *p, const char *label, const char *text, const char *note)
{
	xq_require(p->n_lines < STATE_LINES);
	p->line[p->n_lines++] = (struct state_line){ .label = label, .text = text, .note = note };
}

static void
add_code(struct state_page *p, const char *label, const char *text, const char *note)
{
	add_line(p, label, text, note);
	p->line[p->n_lines - 1].is_code = true;
}

static const char *
root_short(struct req *q, const struct tree_hash *h)
{
	char text[TREE_B64_LEN + 1];
	tree_b64(h, text);
	return mem_printf(q->mem, "%.*s…", ROOT_SHOWN, text);
}

/* ---- how far it is ------------------------------------------------------------------------------------ */

/* What stands in the rows of the head, which can be read even where the tree does not fit them. */
static enum xq_rc
load_head(struct req *q, struct state_page *p, int64_t *out_last, struct xq_err *err)
{
	const char *origin = NULL;
	int64_t size = -1;
	*out_last = 0;
	struct rows *r = db_query(q->tx,
		SQL("SELECT l.origin, h.size, h.last_at FROM ledger_head h"
		    "  JOIN ledger_log l ON l.office = h.office WHERE h.office = ?"),
		VALS(V(q->office->id)));
	if (row_next(r)) {
		origin = row_text(r, 0, q->mem);
		size = row_int(r, 1);
		*out_last = row_int(r, 2);
	}
	enum xq_rc rc = rows_close(r, err);
	if (rc != XQ_OK || size < 0)
		return rc == XQ_OK ? XQ_NONE : rc;
	add_code(p, N_("Name of the record"), origin, NULL);
	add_line(p, N_("Size"), witness_entries(q, size),
		SAY(q, N_("the last one {at}"), AX("at", witness_moment(q, *out_last))));
	return XQ_OK;
}

/* The root is computed; where the stored tree is damaged there is none to show. */
static enum xq_rc
load_root(struct req *q, struct state_page *p, struct xq_err *err)
{
	struct ledger_tree *t;
	struct tree_hash h;
	struct xq_err found;
	enum xq_rc rc = ledger_tree_open(q->tx, q->mem, q->office->id, &t, &found);
	if (rc == XQ_FAULT)
		*err = found;
	if (rc != XQ_OK)
		return rc == XQ_FAULT ? rc : XQ_OK;
	ledger_tree_head(t, &h);
	add_code(p, N_("Root"), root_short(q, &h), NULL);
	return XQ_OK;
}

static enum xq_rc
load_signed(struct req *q, struct state_page *p, struct xq_err *err)
{
	struct checkpoint c;
	int64_t *size;
	size_t n;
	enum xq_rc rc = checkpoint_latest(q->tx, q->mem, q->office->id, &c, err);
	if (rc == XQ_NONE) {
		add_line(
			p, N_("Last checkpoint"), desk_word(q, N_("Nothing was signed yet")), NULL);
		return XQ_OK;
	}
	if (rc == XQ_OK)
		rc = checkpoint_sizes(q->tx, q->mem, q->office->id, &size, &n, err);
	if (rc != XQ_OK)
		return rc;
	add_line(p, N_("Last checkpoint"),
		SAY(q, N_("{size}, signed {at}"), AX("size", witness_entries(q, c.size)),
			AX("at", witness_moment(q, c.signed_at))),
		NULL);
	add_line(p, N_("Kept checkpoints"), msg_number(q->mem, (int64_t)n),
		desk_word(q,
			N_("one for each hour with entries, and those that a sheet or a draw names")));
	return XQ_OK;
}

static void
fill_looked(struct req *q, struct state_page *p)
{
	struct record_looked l = record_looked(q->app, q->office->id);
	const char *guard = record_guard_path(q->app);
	add_code(p, N_("Guard file"), guard ? guard : desk_word(q, N_("in memory only")),
		desk_word(q, N_("It remembers what was signed last. Keep it out of the backups.")));
	p->looked_light = l.is_done ? LIGHT_OK : LIGHT_SOON;
	p->looked = l.is_done
	                    ? desk_word(q,
				      N_("All stored entries were looked through since the start."))
	                    : SAY(q, N_("Looked through so far: {n}"),
				      AX("n", witness_entries(q, l.entries)));
	if (p->is_stopped && !l.is_done) {
		p->looked_light = LIGHT_UNKNOWN;
		p->looked_note = desk_word(q, N_("Looking through stopped with the record."));
	}
}

/* ---- whether it stands still ---------------------------------------------------------------------------- */

/* A clock that is behind keeps nothing from being saved, only from being signed. */
static void
fill_stop(struct req *q, int64_t last_at, struct state_page *p)
{
	const struct record_stop *stop = app_record_stopped(q->app, q->office->id);
	struct xq_err behind = { .key = "record.clock" };
	xq_err_time(&behind, "at", last_at);
	p->is_stopped = stop != NULL;
	p->is_behind = !stop && clock_now(q->app->clock) + RECORD_CLOCK_S < last_at;
	if (stop || p->is_behind)
		p->stop = stop_card_of(q, stop ? &stop->why : &behind);
}

/* ---- the page --------------------------------------------------------------------------------------------- */

static enum xq_rc
state_load(struct req *q, struct state_page *p, struct xq_err *err)
{
	int64_t last_at;
	enum xq_rc rc = load_head(q, p, &last_at, err);
	if (rc == XQ_OK)
		rc = load_root(q, p, err);
	if (rc == XQ_OK)
		rc = load_signed(q, p, err);
	if (rc == XQ_OK)
		rc = witness_page_witnesses(q, &p->w, err);
	if (rc == XQ_OK)
		rc = witness_page_keys(q, &p->w, err);
	if (rc != XQ_OK)
		return rc;
	fill_stop(q, last_at, p);
	fill_looked(q, p);
	return XQ_OK;
}

static enum xq_rc
state_render(struct req *q, struct resp *r, struct xq_err *err)
{
	struct state_page *p = mem_new(q->mem, struct state_page);
	enum xq_rc rc = state_load(q, p, err);
	if (rc != XQ_OK)
		return rc;
	struct shell s;
	struct html_out o = desk_page_begin(q, N_("State of the public record"), NULL, &s);
	state_page_html(&o, p);
	desk_end(r, &o, &s);
	return XQ_OK;
}

const struct view state_view = { .path = "/desk/record",
	.who = PERM_OPERATE,
	.render = state_render,
	.title = N_("State of the public record") };

const struct menu_item menu_state = { "/desk/record", N_("Public record"), "shield", PERM_OPERATE,
	884, NULL, true, NULL };
