/* SPDX-License-Identifier: Apache-2.0 */
/* recompute.c - open deadlines are counted again when the calendar changes. Two hundred rows an act, so
 * that other acts come between; the mark is saved with the rows it stands for, so that a stop half-way
 * loses nothing and does nothing twice. A changed limit moves nobody's day: what was told to a resident
 * was told under the rule of that day (docs/decisions/0020-rules-and-open-days.md). */
#include "concern/rules.h"

#include "concern/concern_int.h"
#include "core/mem.h"

#include "core/banned.h"

/* ---- what would move ------------------------------------------------------------------------------- */

struct due_row {
	int64_t id, file_no, told_at, due_at;
	int32_t due_day;
	struct limit limit;
	bool is_provisional;
	bool is_counted; /* from the registration; false: somebody named the day since */
};

static enum xq_rc
load_rows(struct tx *tx, int64_t office, struct due_mark after, struct due_row row[DUE_BATCH],
	size_t *out_n, struct xq_err *err)
{
	size_t n = 0;
	struct rows *q = db_query(tx,
		SQL("SELECT c.id, c.file_no, coalesce(c.taken_at, c.raised_at), c.due_at, c.due_day,"
		    " c.is_provisional,"
		    " c.limit_text, EXISTS (SELECT 1 FROM step s WHERE s.office = c.office"
		    " AND s.concern_id = c.id AND s.no > 1 AND s.due_day <> 0"
		    " AND s.act <> 'rules.recompute')"
		    " FROM concern c WHERE c.office = ? AND c.answered_at IS NULL"
		    " AND c.closed_at IS NULL AND (c.due_at, c.id) > (?, ?)"
		    " ORDER BY c.due_at, c.id LIMIT ?"),
		VALS(V(office), V(after.at), V(after.id), V((int64_t)DUE_BATCH)));
	while (n < DUE_BATCH && row_next(q)) {
		struct due_row *r = &row[n++];
		*r = (struct due_row){ .id = row_int(q, 0),
			.file_no = row_int(q, 1),
			.told_at = row_int(q, 2),
			.due_at = row_int(q, 3),
			.due_day = (int32_t)row_int(q, 4),
			.is_provisional = row_int(q, 5) != 0 };
		r->is_counted = row_int(q, 7) == 0 && limit_read(row_str(q, 6), &r->limit);
	}
	*out_n = n;
	return rows_close(q, err);
}

/* A day that would lie behind us already stays: nobody becomes late by a notice. */
static enum xq_rc
count_again(const struct due_ask *ask, const struct due_row *r, struct due_page *page,
	struct xq_err *err)
{
	const struct office_info *o = ask->office;
	struct due due;
	enum xq_rc rc =
		cal_due(ask->cal, r->told_at, r->limit, o->closing_minute, o->tz_s, &due, err);
	if (rc != XQ_OK)
		return rc;
	bool is_same = due.effective_day == r->due_day && due.is_provisional == r->is_provisional;
	if (is_same || due.at <= ask->now)
		return XQ_OK;
	page->change[page->n++] = (struct due_change){ .concern_id = r->id,
		.file_no = r->file_no,
		.to_at = due.at,
		.from_day = r->due_day,
		.to_day = due.effective_day,
		.is_provisional = due.is_provisional };
	return XQ_OK;
}

enum xq_rc
due_page_load(struct tx *tx, const struct due_ask *ask, struct due_mark after, struct due_page *out,
	struct xq_err *err)
{
	struct due_row row[DUE_BATCH];
	out->n = 0;
	out->next = after;
	enum xq_rc rc = load_rows(tx, ask->office->id, after, row, &out->seen, err);
	for (size_t i = 0; rc == XQ_OK && i < out->seen; i++) {
		out->next = (struct due_mark){ row[i].due_at, row[i].id };
		if (row[i].is_counted)
			rc = count_again(ask, &row[i], out, err);
	}
	return rc;
}

/* A day that has passed stays what it was: late stays late. */
static struct due_mark
first_mark(int64_t now)
{
	return (struct due_mark){ now, INT64_MAX };
}

enum xq_rc
due_preview_load(struct tx *tx, void *mem, const struct due_ask *ask, struct due_preview *out,
	struct xq_err *err)
{
	struct due_page *page = mem_new(mem, struct due_page);
	page->next = first_mark(ask->now);
	*out = (struct due_preview){ .open = 0 };
	enum xq_rc rc = XQ_OK;
	do {
		rc = due_page_load(tx, ask, page->next, page, err);
		if (rc != XQ_OK)
			return rc;
		out->open += page->seen;
		for (size_t i = 0; i < page->n; i++) {
			const struct due_change *c = &page->change[i];
			if (c->from_day == c->to_day) {
				out->settled++;
				continue;
			}
			out->moved++;
			if (out->n_examples < PREVIEW_EXAMPLES)
				out->example[out->n_examples++] = *c;
		}
	} while (page->seen == DUE_BATCH);
	return XQ_OK;
}

/* ---- moving ------------------------------------------------------------------------------------------ */

struct progress {
	struct due_mark mark;
	int64_t moved, began_at;
	bool is_done;
};

/* XQ_NONE: not begun. */
static enum xq_rc
progress_load(struct tx *tx, int64_t office, int64_t ver, struct progress *out, struct xq_err *err)
{
	struct rows *q = db_query(tx,
		SQL("SELECT after_at, after_id, moved, began_at, done_at FROM due_check"
		    " WHERE office = ? AND notice_ver = ?"),
		VALS(V(office), V(ver)));
	bool found = row_next(q);
	if (found)
		*out = (struct progress){ .mark = { row_int(q, 0), row_int(q, 1) },
			.moved = row_int(q, 2),
			.began_at = row_int(q, 3),
			.is_done = !row_is_null(q, 4) };
	enum xq_rc rc = rows_close(q, err);
	return rc == XQ_OK && !found ? XQ_NONE : rc;
}

static enum xq_rc
progress_save(struct act_ctx *ctx, int64_t ver, const struct progress *p, struct xq_err *err)
{
	return db_exec(ctx->tx,
		SQL("INSERT INTO due_check (office, notice_ver, after_at, after_id, moved,"
		    " began_at, done_at) VALUES (?, ?, ?, ?, ?, ?, ?)"
		    " ON CONFLICT (office, notice_ver) DO UPDATE SET after_at = excluded.after_at,"
		    " after_id = excluded.after_id, moved = excluded.moved,"
		    " done_at = excluded.done_at"),
		VALS(V(ctx->office), V(ver), V(p->mark.at), V(p->mark.id), V(p->moved),
			V(p->began_at), V_OR_NULL(p->is_done, ctx->now)),
		err);
}

static enum xq_rc
newest_notice(struct tx *tx, int64_t *out, struct xq_err *err)
{
	return db_int(
		tx, SQL("SELECT coalesce(max(ver), 0) FROM calendar_notice"), NO_VALS, out, err);
}

static enum xq_rc
move_one(struct act_ctx *ctx, const struct due_change *d, struct xq_err *err)
{
	struct concern c;
	enum xq_rc rc = concern_load(ctx->tx, ctx->mem, ctx->office, d->concern_id, &c, err);
	if (rc != XQ_OK)
		return rc;
	c.is_provisional = d->is_provisional;
	if (d->from_day == d->to_day)
		return concern_save_seq(ctx, &c, err);
	due_move(ctx, &c, d->to_at, d->to_day);
	c.is_provisional = d->is_provisional; /* as it was counted, days on the way among them */
	struct act_event e = { .kind = &ev_due_moved,
		.role = "system",
		EVENT_VALUES(EV_AT("due", c.due_at), EV("why", "calendar")) };
	rc = concern_emit(ctx, &c, &e, err);
	if (rc != XQ_OK)
		return rc;
	return concern_save(ctx, &c,
		&(struct step_change){
			.to = (int)c.state, .is_for_resident = true, .due_day = c.due_day },
		err);
}

/* What is registered from here on is counted with the new calendar, so that a mark which only goes
 * forward meets every day that was counted with the old one. */
static enum xq_rc
begin(struct act_ctx *ctx, int64_t ver, struct progress *p, struct xq_err *err)
{
	enum xq_rc rc = progress_load(ctx->tx, ctx->office, ver, p, err);
	if (rc == XQ_NONE) {
		*p = (struct progress){ .mark = first_mark(ctx->now), .began_at = ctx->now };
		tx_touch_config(ctx->tx); /* other processes count with it from here on too */
		rc = XQ_OK;
	}
	if (rc == XQ_OK && p->is_done)
		return xq_refuse(err, NULL, "store.changed");
	if (rc == XQ_OK && cal_version(ctx->app->calendar) < cal_version(cal_builtin()) + (int)ver)
		rc = calendar_refresh(ctx->app, ctx->tx, err);
	return rc;
}

static enum xq_rc
recompute_apply(struct act_ctx *ctx, const struct form *in, struct xq_err *err)
{
	struct progress p = { .is_done = false };
	struct due_page *page = mem_new(ctx->mem, struct due_page);
	int64_t ver = form_int(in, "id"), newest = 0;
	enum xq_rc rc = newest_notice(ctx->tx, &newest, err);
	if (rc == XQ_OK && ver != newest)
		return xq_refuse(err, NULL, "store.changed");
	if (rc == XQ_OK)
		rc = begin(ctx, ver, &p, err);
	struct due_ask ask = { app_office(ctx->app, ctx->office), ctx->app->calendar, ctx->now };
	if (rc == XQ_OK)
		rc = due_page_load(ctx->tx, &ask, p.mark, page, err);
	for (size_t i = 0; rc == XQ_OK && i < page->n; i++) {
		rc = move_one(ctx, &page->change[i], err);
		p.moved += page->change[i].from_day != page->change[i].to_day;
	}
	if (rc != XQ_OK)
		return rc;
	p.mark = page->next;
	p.is_done = page->seen < DUE_BATCH;
	rc = progress_save(ctx, ver, &p, err);
	/* A batch in which no day moved is an entry too: it was looked at. */
	return rc == XQ_OK && ctx->last_seq < 0 ? act_note(ctx, err) : rc;
}

/* One id for each batch that is left: the number of the notice. */
static enum xq_rc
recompute_find(struct tx *tx, void *mem, int64_t office, int64_t now, size_t max, int64_t *out_id,
	size_t *out_n, struct xq_err *err)
{
	(void)mem;
	int64_t ver = 0, left = 0;
	struct progress p = { .mark = first_mark(now) };
	*out_n = 0;
	enum xq_rc rc = newest_notice(tx, &ver, err);
	if (rc != XQ_OK || ver == 0)
		return rc;
	rc = progress_load(tx, office, ver, &p, err);
	if ((rc != XQ_OK && rc != XQ_NONE) || p.is_done)
		return rc;
	rc = db_int(tx,
		SQL("SELECT count(*) FROM concern WHERE office = ? AND answered_at IS NULL"
		    " AND closed_at IS NULL AND (due_at, id) > (?, ?)"),
		VALS(V(office), V(p.mark.at), V(p.mark.id)), &left, err);
	if (rc != XQ_OK)
		return rc;
	for (int64_t i = 0; i <= left / DUE_BATCH && *out_n < max; i++)
		out_id[(*out_n)++] = ver;
	return XQ_OK;
}

static const struct field recompute_fields[] = { { "id", FIELD_ID, .required = true },
	{ .name = NULL } };

const struct act rules_recompute = {
	.name = "rules.recompute",
	.title = N_("Count open days again after a notice"),
	.who = PERM_SYSTEM,
	.fields = recompute_fields,
	.apply = recompute_apply,
	.events = (const struct event_kind *const[]){ &ev_due_moved, &ev_office_noted, NULL },
	.is_hidden = true,
};

const struct job rules_recompute_job = { "rules.recompute", &rules_recompute, recompute_find };
