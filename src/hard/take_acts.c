/* SPDX-License-Identifier: Apache-2.0 */
/* take_acts.c - the yearly stock-take: the clock asks each neighbourhood and station, who works there
 * looks at each legacy problem and files what was found, and what is late is told. */
#include "hard/legacy.h"

#include "core/mem.h"
#include "office/office.h"

#include "core/banned.h"

enum { LOOKS_KEPT = 1000 };

/* ---- places ----------------------------------------------------------------------------------------- */

enum xq_rc
legacy_take_place(struct act_ctx *ctx, const struct form *in, const char *field,
	int64_t *out_unit_id, struct xq_err *err)
{
	struct unit u = { 0 };
	*out_unit_id = 0;
	if (!form_has(in, field))
		return XQ_OK;
	enum xq_rc rc = unit_by_code(ctx->tx, ctx->mem, ctx->office, form_str(in, field), &u, err);
	if (rc == XQ_NONE || (rc == XQ_OK && !legacy_is_place(&u)))
		return xq_refuse(err, field, "legacy.no-place");
	*out_unit_id = u.id;
	return rc;
}

enum xq_rc
legacy_add(struct act_ctx *ctx, int64_t hard_no, int64_t unit_id, struct xq_err *err)
{
	struct due first;
	struct limit limit;
	enum xq_rc rc = due_of(ctx, "legacy-look", ctx->now, &first, &limit, err);
	if (rc != XQ_OK)
		return rc;
	return db_exec(ctx->tx,
		SQL("INSERT INTO legacy (office, hard_no, unit_id, look_on, look_at, looked_at)"
		    " VALUES (?, ?, ?, ?, ?, NULL)"),
		VALS(V(ctx->office), V(hard_no), V_OR_NULL(unit_id, unit_id),
			V(first.effective_day), V(first.at)),
		err);
}

/* The open legacy problem of field "hard". */
static enum xq_rc
legacy_begin(struct act_ctx *ctx, const struct form *in, struct hard *h, struct legacy *l,
	struct xq_err *err)
{
	enum xq_rc rc = hard_begin(ctx, in, h, err);
	if (rc == XQ_OK)
		rc = legacy_of(ctx->tx, ctx->mem, ctx->office, h->no, l, err);
	return rc == XQ_NONE ? xq_refuse(err, "hard", "legacy.other-kind") : rc;
}

static enum xq_rc
place_apply(struct act_ctx *ctx, const struct form *in, struct xq_err *err)
{
	struct hard h;
	struct legacy l;
	int64_t unit_id = 0;
	enum xq_rc rc = legacy_begin(ctx, in, &h, &l, err);
	if (rc == XQ_OK && !hard_may_review(ctx->actor, &h)) {
		rc = xq_refuse(err, NULL, "hard.not-sponsor");
		xq_err_text(err, "name", h.sponsor_name);
	}
	if (rc == XQ_OK)
		rc = legacy_take_place(ctx, in, "nbhd", &unit_id, err);
	if (rc == XQ_OK)
		rc = db_exec_one(ctx->tx,
			SQL("UPDATE legacy SET unit_id = ? WHERE office = ? AND hard_no = ?"),
			VALS(V(unit_id), V(ctx->office), V(h.no)), err);
	return rc == XQ_OK ? act_note(ctx, err) : rc;
}

/* ---- a look ----------------------------------------------------------------------------------------- */

static enum xq_rc
may_look(struct act_ctx *ctx, const struct hard *h, const struct legacy *l, struct xq_err *err)
{
	struct unit u = { 0 };
	if (hard_may_review(ctx->actor, h))
		return XQ_OK;
	if (!l->unit_id)
		return xq_refuse(err, NULL, "legacy.unplaced");
	enum xq_rc rc = unit_load(ctx->tx, ctx->mem, ctx->office, l->unit_id, &u, err);
	if (rc == XQ_OK && !legacy_may_look(ctx->actor, l->unit_id, u.head_person_id)) {
		rc = xq_refuse(err, NULL, "legacy.not-yours");
		xq_err_text(err, "unit", u.name);
	}
	return rc;
}

/* Half a year at most, on a day that is worked. */
static enum xq_rc
take_look_day(struct act_ctx *ctx, const struct form *in, int32_t *out, int64_t *out_at,
	struct xq_err *err)
{
	struct due last;
	struct limit limit;
	*out = (int32_t)form_int(in, "next");
	enum xq_rc rc = working_day_due(ctx, *out, "next", out_at, err);
	if (rc == XQ_OK)
		rc = due_of(ctx, "legacy-look", ctx->now, &last, &limit, err);
	if (rc == XQ_OK && *out > last.effective_day) {
		rc = xq_refuse(err, "next", "legacy.look-far");
		xq_err_day(err, "last", last.effective_day);
	}
	return rc;
}

static enum xq_rc
look_add(struct act_ctx *ctx, const struct form *in, const struct legacy *l, int32_t next_on,
	struct xq_err *err)
{
	int64_t n = 0;
	enum xq_rc rc = db_int(ctx->tx,
		SQL("SELECT count(*) + 1 FROM legacy_look WHERE office = ? AND hard_no = ?"),
		VALS(V(ctx->office), V(l->hard_no)), &n, err);
	if (rc == XQ_OK && n > LOOKS_KEPT)
		return xq_refuse(err, NULL, "concern.too-many");
	if (rc != XQ_OK)
		return rc;
	return db_exec(ctx->tx,
		SQL("INSERT INTO legacy_look (office, hard_no, n, at, stage, words, next_on, due_on,"
		    " person_id, unit_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"),
		VALS(V(ctx->office), V(l->hard_no), V(n), V(ctx->now), V(form_str(in, "stage")),
			V(form_str(in, "seen")), V(next_on), V(l->look_on),
			V(ctx->actor->person_id), V(ctx->actor->unit_id)),
		err);
}

static enum xq_rc
look_apply(struct act_ctx *ctx, const struct form *in, struct xq_err *err)
{
	struct hard h;
	struct legacy l;
	int32_t next_on = 0;
	int64_t next_at = 0;
	enum xq_rc rc = legacy_begin(ctx, in, &h, &l, err);
	if (rc == XQ_OK)
		rc = may_look(ctx, &h, &l, err);
	if (rc == XQ_OK)
		rc = take_look_day(ctx, in, &next_on, &next_at, err);
	if (rc == XQ_OK)
		rc = look_add(ctx, in, &l, next_on, err);
	if (rc == XQ_OK)
		rc = db_exec_one(ctx->tx,
			SQL("UPDATE legacy SET look_on = ?, look_at = ?, looked_at = ?"
			    " WHERE office = ? AND hard_no = ?"),
			VALS(V(next_on), V(next_at), V(ctx->now), V(ctx->office), V(h.no)), err);
	act_result_int(ctx, "next", next_on);
	return rc == XQ_OK ? act_note(ctx, err) : rc;
}

/* ---- the stock-take --------------------------------------------------------------------------------- */

static enum xq_rc
file_apply(struct act_ctx *ctx, const struct form *in, struct xq_err *err)
{
	struct stock_take t;
	enum xq_rc rc = take_load(ctx->tx, ctx->mem, ctx->office, form_int(in, "take"), &t, err);
	if (rc == XQ_NONE)
		return xq_refuse(err, "take", "stocktake.unknown");
	if (rc != XQ_OK)
		return rc;
	act_subject(ctx, "stocktake", t.no);
	if (!legacy_may_look(ctx->actor, t.unit_id, t.head_id)) {
		rc = xq_refuse(err, NULL, "legacy.not-yours");
		xq_err_text(err, "unit", t.unit);
		return rc;
	}
	if (t.filed_at)
		return xq_refuse(err, NULL, "stocktake.filed-already");
	if (t.n_looked < t.n_open) {
		rc = xq_refuse(err, NULL, "stocktake.not-looked");
		xq_err_int(err, "n", t.n_open - t.n_looked);
		return rc;
	}
	rc = db_exec_one(ctx->tx,
		SQL("UPDATE stock_take SET filed_at = ?, filed_by = ?, how = ?, found = ?"
		    " WHERE office = ? AND no = ? AND filed_at IS NULL"),
		VALS(V(ctx->now), V(ctx->actor->person_id), V(form_str(in, "how")),
			V(form_str(in, "found")), V(ctx->office), V(t.no)),
		err);
	return rc == XQ_OK ? act_note(ctx, err) : rc;
}

/* ---- the clock asks --------------------------------------------------------------------------------- */

static enum xq_rc
set_next(struct act_ctx *ctx, int64_t ask_at, struct xq_err *err)
{
	return db_exec_one(ctx->tx, SQL("UPDATE stock_next SET ask_at = ? WHERE office = ?"),
		VALS(V(ask_at), V(ctx->office)), err);
}

/* Number and day; what it is about stands on the page behind the sign-in. */
static enum xq_rc
tell(struct act_ctx *ctx, const char *what, int64_t person_id, int64_t take, int32_t due_on,
	struct xq_err *err)
{
	return act_tell_staff(ctx,
		&(struct staff_message){ .what = what,
			.person_id = person_id,
			.about = "take",
			.no = take,
			.due_day = due_on },
		err);
}

static enum xq_rc
ask_unit(struct act_ctx *ctx, const struct unit *u, int year, const struct due *due,
	struct xq_err *err)
{
	int64_t no, before = 0;
	enum xq_rc rc = db_int(ctx->tx,
		SQL("SELECT count(*) FROM stock_take WHERE office = ? AND year = ? AND unit_id = ?"),
		VALS(V(ctx->office), V((int64_t)year), V(u->id)), &before, err);
	if (rc != XQ_OK || before > 0)
		return rc;
	rc = db_next(ctx->tx, ctx->office, "stock_take", &no, err);
	if (rc == XQ_OK)
		rc = db_exec(ctx->tx,
			SQL("INSERT INTO stock_take (office, no, year, unit_id, asked_at, due_on,"
			    " due_at, how, found) VALUES (?, ?, ?, ?, ?, ?, ?, '', '')"),
			VALS(V(ctx->office), V(no), V((int64_t)year), V(u->id), V(ctx->now),
				V(due->effective_day), V(due->at)),
			err);
	return rc == XQ_OK ? tell(ctx, "stocktake.asked", u->head_person_id, no, due->effective_day,
				     err)
	                   : rc;
}

static enum xq_rc
ask_all(struct act_ctx *ctx, int year, struct xq_err *err)
{
	struct unit *u;
	struct due due;
	struct limit limit;
	size_t n;
	enum xq_rc rc = due_of(ctx, "stock-take", ctx->now, &due, &limit, err);
	if (rc == XQ_OK)
		rc = unit_list(ctx->tx, ctx->mem, ctx->office, &u, &n, err);
	for (size_t i = 0; rc == XQ_OK && i < n; i++)
		if (legacy_is_place(&u[i]))
			rc = ask_unit(ctx, &u[i], year, &due, err);
	return rc;
}

static enum xq_rc
ask_apply(struct act_ctx *ctx, const struct form *in, struct xq_err *err)
{
	(void)in;
	int32_t tz_s = app_office(ctx->app, ctx->office)->tz_s;
	int64_t ask_at = 0, month = 1;
	enum xq_rc rc = db_int(ctx->tx,
		SQL("SELECT ask_at FROM stock_next WHERE office = ? AND ask_at <= ?"),
		VALS(V(ctx->office), V(ctx->now)), &ask_at, err);
	if (rc == XQ_NONE)
		return xq_refuse(err, NULL, "store.changed");
	if (rc == XQ_OK)
		rc = stock_month(ctx->tx, ctx->office, &month, err);
	if (rc == XQ_OK && ask_at) /* 0: an older folder, which is not asked backwards */
		rc = ask_all(ctx, day_of(ask_at, tz_s) / 10000, err);
	if (rc == XQ_OK)
		rc = set_next(ctx, stock_next_ask(ctx->now, month, tz_s), err);
	return rc == XQ_OK ? act_note(ctx, err) : rc;
}

static enum xq_rc
ask_find(struct tx *tx, void *mem, int64_t office, int64_t now, size_t max, int64_t *out_id,
	size_t *out_n, struct xq_err *err)
{
	(void)mem;
	struct rows *q = db_query(tx,
		SQL("SELECT ask_at + 1 FROM stock_next WHERE office = ? AND ask_at <= ?"),
		VALS(V(office), V(now)));
	return rows_ids(q, max, out_id, out_n, err);
}

/* ---- the month -------------------------------------------------------------------------------------- */

/* In the running month the clock asks at once, unless this year's stock-take was asked for already. */
static enum xq_rc
month_apply(struct act_ctx *ctx, const struct form *in, struct xq_err *err)
{
	int32_t tz_s = app_office(ctx->app, ctx->office)->tz_s, today = day_of(ctx->now, tz_s);
	int64_t month = form_int(in, "month"), asked = 0;
	bool is_now = today / 100 % 100 == month;
	enum xq_rc rc = db_int(ctx->tx,
		SQL("SELECT count(*) FROM stock_take WHERE office = ? AND year = ?"),
		VALS(V(ctx->office), V((int64_t)(today / 10000))), &asked, err);
	if (rc == XQ_OK)
		rc = db_exec(ctx->tx,
			SQL("INSERT INTO stock_rule (office, ver, month, set_at, set_by, source)"
			    " SELECT ?, max(ver) + 1, ?, ?, ?, ? FROM stock_rule WHERE office = ?"),
			VALS(V(ctx->office), V(month), V(ctx->now), V(ctx->actor->person_id),
				V(form_str(in, "source")), V(ctx->office)),
			err);
	int64_t at =
		day_start((today / 10000 + (asked > 0)) * 10000 + (int32_t)month * 100 + 1, tz_s);
	if (!is_now && at <= ctx->now)
		at = stock_next_ask(ctx->now, month, tz_s);
	if (rc == XQ_OK)
		rc = set_next(ctx, at, err);
	return rc == XQ_OK ? act_note(ctx, err) : rc;
}

/* ---- late ------------------------------------------------------------------------------------------- */

static enum xq_rc
late_find(struct tx *tx, void *mem, int64_t office, int64_t now, size_t max, int64_t *out_id,
	size_t *out_n, struct xq_err *err)
{
	(void)mem;
	struct rows *q = db_query(tx,
		SQL("SELECT no FROM stock_take WHERE office = ? AND filed_at IS NULL AND due_at < ?"
		    " AND told_at IS NULL ORDER BY due_at, no LIMIT ?"),
		VALS(V(office), V(now), V((int64_t)max)));
	return rows_ids(q, max, out_id, out_n, err);
}

/* The unit's head, and the head of the office: it stands before them from now on. */
static enum xq_rc
late_apply(struct act_ctx *ctx, const struct form *in, struct xq_err *err)
{
	struct stock_take t = { 0 };
	struct post_holder head = { 0 };
	enum xq_rc rc = take_load(ctx->tx, ctx->mem, ctx->office, form_int(in, "id"), &t, err);
	if (rc == XQ_NONE || (rc == XQ_OK && (t.filed_at || t.told_at || t.due_at >= ctx->now)))
		return xq_refuse(err, NULL, "store.changed");
	if (rc != XQ_OK)
		return rc;
	act_subject(ctx, "stocktake", t.no);
	rc = db_exec_one(ctx->tx,
		SQL("UPDATE stock_take SET told_at = ? WHERE office = ? AND no = ?"),
		VALS(V(ctx->now), V(ctx->office), V(t.no)), err);
	if (rc == XQ_OK)
		rc = tell(ctx, "stocktake.late", t.head_id, t.no, t.due_on, err);
	if (rc == XQ_OK)
		rc = post_current(ctx->tx, ctx->mem, ctx->office, POST_HEAD, &head, err);
	if (rc == XQ_OK && head.person_id != t.head_id)
		rc = tell(ctx, "stocktake.late", head.person_id, t.no, t.due_on, err);
	return rc == XQ_NONE ? XQ_OK : rc;
}

/* ---- declarations ----------------------------------------------------------------------------------- */

/* clang-format off */
static const struct field place_fields[] = {
	{ "hard", FIELD_INT, .required = true, .min = 1, .label = N_("Number on the ledger") },
	{ "nbhd", FIELD_CODE, .required = true, .label = N_("Neighbourhood or station"),
		.hint = N_("It looks at the problem; in public it stands under the service station of its zone") },
	{ .name = NULL },
};

static const struct field look_fields[] = {
	{ "hard", FIELD_INT, .required = true, .min = 1, .label = N_("Number on the ledger") },
	{ "seen", FIELD_LINES, .required = true, .min = 4, .max = 300, .label = N_("How it looks on the spot"),
		.hint = N_("What changed since the last time; no residents") },
	{ "stage", FIELD_CHOICE, .required = true, .choices = hard_stages, .label = N_("Where it stands") },
	{ "next", FIELD_DAY, .required = true, .label = N_("Day of the next look"),
		.hint = N_("A working day, at most 180 days ahead") },
	{ .name = NULL },
};

static const struct field file_fields[] = {
	{ "take", FIELD_INT, .required = true, .min = 1, .label = N_("Number of the stock-take") },
	{ "found", FIELD_LINES, .max = 600, .label = N_("New legacy problems"),
		.hint = N_("One topic a line, no residents; empty: none was found. A supervisor puts them on the ledger.") },
	{ "how", FIELD_LINES, .required = true, .min = 4, .max = 500, .label = N_("How you looked"),
		.hint = N_("Where you went, whom you asked, which old files you read; also when nothing was found") },
	{ .name = NULL },
};

static const struct field month_fields[] = {
	{ "month", FIELD_INT, .required = true, .min = 1, .max = 12, .label = N_("Month of the stock-take"),
		.hint = N_("1 to 12; on its first day the units are asked") },
	{ "source", FIELD_TEXT, .required = true, .min = 2, .max = 100, .label = N_("Where it is laid down") },
	{ .name = NULL },
};

static const struct field id_fields[] = { { "id", FIELD_ID, .required = true }, { .name = NULL } };

#define NOTED (const struct event_kind *const[]){ &ev_office_noted, NULL }
/* clang-format on */

const struct act hard_place = {
	.name = "hard.place",
	.title = N_("Say where it lies"),
	.help = N_("A legacy problem belongs to one neighbourhood or station, which looks at it."),
	.who = PERM_STAFF,
	.fields = place_fields,
	.apply = place_apply,
	.events = NOTED,
};

const struct act hard_look = {
	.name = "hard.look",
	.title = N_("Note a look at it"),
	.help = N_("By the neighbourhood or station where it lies; at least every half year."),
	.who = PERM_STAFF,
	.fields = look_fields,
	.apply = look_apply,
	.events = NOTED,
};

const struct act stocktake_file = {
	.name = "stocktake.file",
	.title = N_("File the stock-take"),
	.help = N_(
		"Once a year: all legacy problems looked at, new ones named, or none and how you looked."),
	.who = PERM_STAFF,
	.fields = file_fields,
	.apply = file_apply,
	.events = NOTED,
};

const struct act stocktake_set_month = {
	.name = "stocktake.set-month",
	.title = N_("Set the month of the stock-take"),
	.help = N_("In the running month the units are asked at once."),
	.who = PERM_HARD,
	.fields = month_fields,
	.apply = month_apply,
	.events = NOTED,
};

const struct act stocktake_ask = {
	.name = "stocktake.ask",
	.title = N_("Ask for the yearly stock-take"),
	.who = PERM_SYSTEM,
	.fields = id_fields,
	.apply = ask_apply,
	.events = NOTED,
	.is_hidden = true,
};

const struct act stocktake_late = {
	.name = "stocktake.late",
	.title = N_("Note that a stock-take is late"),
	.who = PERM_SYSTEM,
	.fields = id_fields,
	.apply = late_apply,
	.is_quiet = true, /* the day that passed shows it */
	.is_hidden = true,
};

const struct job stocktake_ask_job = { "stocktake.ask", &stocktake_ask, ask_find };
const struct job stocktake_late_job = { "stocktake.late", &stocktake_late, late_find };

const struct msg_text legacy_messages[] = {
	{ "legacy.no-place", N_("Please choose a neighbourhood or a service station that works.") },
	{ "legacy.other-kind", N_("Only a legacy problem is looked at by its neighbourhood.") },
	{ "legacy.only",
		N_("Only a legacy problem belongs to a neighbourhood. Please leave this empty.") },
	{ "legacy.unplaced",
		N_("Nobody has said yet where it lies. The sponsor, a supervisor or a leader does.") },
	{ "legacy.not-yours", N_("This is for the head of {unit} and those who handle there.") },
	{ "legacy.look-far",
		N_("It is looked at again within half a year: by {last} at the latest.") },
	{ "stocktake.unknown", N_("There is no stock-take of this number.") },
	{ "stocktake.filed-already",
		N_("It is filed already. What is found later is told to a supervisor.") },
	{ "stocktake.not-looked",
		N_("{n} legacy problems of your unit were not looked at yet. Please note a look at each first.") },
	{ NULL, NULL },
};
