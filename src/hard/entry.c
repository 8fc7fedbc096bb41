/* SPDX-License-Identifier: Apache-2.0 */
/* entry.c - how a concern comes on the ledger: listed as a new problem, added to one that is there, or
 * dismissed with a reason. A legacy problem may come from a stock-take, without a concern. */
#include "hard/hard_int.h"
#include "hard/legacy.h"

#include "core/mem.h"
#include "core/utf8.h"

#include "core/banned.h"

enum { NAME_MIN_BYTES = 6, AGAIN_ROUND = 3 }; /* a name or a place has two characters at least */

/* ---- entries --------------------------------------------------------------------------------------- */

enum xq_rc
entry_concern(struct act_ctx *ctx, const struct form *in, struct concern *out, struct xq_err *err)
{
	enum xq_rc rc = concern_by_file_no(
		ctx->tx, ctx->mem, ctx->office, form_int(in, "concern"), out, err);
	if (rc == XQ_NONE)
		return xq_refuse(err, "concern", "concern.unknown");
	if (rc == XQ_OK && (out->state == ST_VOID || out->state == ST_MERGED))
		return xq_refuse(err, "concern", "hard.not-this-one");
	if (rc == XQ_OK && out->lane == LANE_SEALED)
		return xq_refuse(err, "concern", "hard.sealed");
	return rc;
}

static enum xq_rc
not_on_ledger(struct act_ctx *ctx, int64_t concern_id, struct xq_err *err)
{
	int64_t no;
	enum xq_rc rc = hard_of_concern(ctx->tx, ctx->office, concern_id, &no, err);
	if (rc == XQ_OK) {
		rc = xq_refuse(err, "concern", "hard.on-ledger");
		xq_err_int(err, "no", no);
		return rc;
	}
	return rc == XQ_NONE ? XQ_OK : rc;
}

enum xq_rc
entry_put(struct act_ctx *ctx, int64_t concern_id, const char *kind, int64_t no, struct xq_err *err)
{
	enum xq_rc rc = not_on_ledger(ctx, concern_id, err);
	if (rc == XQ_OK)
		rc = db_exec(ctx->tx,
			SQL("INSERT INTO hard_entry (office, concern_id, kind, state, hard_no, at,"
			    " decided_at, decided_by) VALUES (?, ?, ?, 1, ?, ?, ?, ?)"
			    " ON CONFLICT (office, concern_id, kind) DO UPDATE SET state = 1,"
			    " hard_no = excluded.hard_no, decided_at = excluded.decided_at,"
			    " decided_by = excluded.decided_by"),
			VALS(V(ctx->office), V(concern_id), V(kind), V(no), V(ctx->now),
				V(ctx->now), V(ctx->actor->person_id)),
			err);
	if (rc == XQ_OK) /* other reasons for which it was proposed need no decision any more */
		rc = db_exec(ctx->tx,
			SQL("UPDATE hard_entry SET state = 3, decided_at = ?, decided_by = ?"
			    " WHERE office = ? AND concern_id = ? AND state = 0"),
			VALS(V(ctx->now), V(ctx->actor->person_id), V(ctx->office), V(concern_id)),
			err);
	return rc;
}

/* ---- a new problem --------------------------------------------------------------------------------- */

/* Three repeats are known only to the search; the other reasons can be read off the concern. */
static enum xq_rc
reason_holds(struct act_ctx *ctx, const struct concern *c, const char *kind, struct xq_err *err)
{
	struct due over;
	struct limit limit;
	int64_t proposed;
	enum xq_rc rc = due_of(ctx, "hard-open", c->raised_at, &over, &limit, err);
	if (rc != XQ_OK)
		return rc;
	bool holds = text_eq(kind, KIND_LEGACY) ||
	             (text_eq(kind, "parked") && c->state == ST_PARKED) ||
	             (text_eq(kind, "second-redo") && c->round >= AGAIN_ROUND) ||
	             (text_eq(kind, "over-90-days") && c->closed_at == 0 && over.at < ctx->now);
	if (holds)
		return XQ_OK;
	rc = db_int(ctx->tx,
		SQL("SELECT at FROM hard_entry WHERE office = ? AND concern_id = ? AND kind = ?"),
		VALS(V(ctx->office), V(c->id), V(kind)), &proposed, err);
	return rc == XQ_NONE ? xq_refuse(err, "kind", "hard.no-reason") : rc;
}

static bool
has_digit(struct str s)
{
	while (s.n > 0) {
		uint32_t c = utf8_next(&s);
		if ((c >= '0' && c <= '9') || (c >= 0xFF10 && c <= 0xFF19)) /* also full-width */
			return true;
	}
	return false;
}

static bool
names(struct str line, const char *what)
{
	struct str s = str_trim(str_of(what));
	return s.n >= NAME_MIN_BYTES && str_index(line, s) < line.n;
}

/* House numbers and phones need digits, a topic does not; and the line must not repeat what the
 * resident of this very concern said about person and place. */
static enum xq_rc
check_public_line(
	struct act_ctx *ctx, const struct form *in, const struct concern *c, struct xq_err *err)
{
	struct str line = form_str(in, "public_line");
	struct intake who;
	if (has_digit(line))
		return xq_refuse(err, "public_line", "hard.public-digits");
	if (!c)
		return XQ_OK;
	enum xq_rc rc = intake_load(ctx->tx, ctx->mem, ctx->office, c->id, &who, err);
	if (rc == XQ_OK &&
		(names(line, who.name) || names(line, who.address) || names(line, c->place)))
		return xq_refuse(err, "public_line", "hard.public-names");
	return rc;
}

static enum xq_rc
insert_hard(struct act_ctx *ctx, struct hard *h, struct xq_err *err)
{
	char ref[EVENT_REF_LEN + 1];
	event_ref_new(ctx->random, 'h', ref);
	h->ref = mem_text(ctx->mem, ref);
	h->ver = 1;
	h->last_seq = -1;
	h->stage = "listed";
	h->listed_at = ctx->now;
	enum xq_rc rc = db_next(ctx->tx, ctx->office, "hard", &h->no, err);
	if (rc != XQ_OK)
		return rc;
	return db_exec(ctx->tx,
		SQL("INSERT INTO hard (office, no, ver, ref, kind, title, public_line, blocker,"
		    " blocker_words, plan, condition, stage, sponsor_person_id, sponsor_unit_id,"
		    " listed_at, next_on, next_at, last_seq)"
		    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"),
		VALS(V(ctx->office), V(h->no), V(h->ver), V(h->ref), V(h->kind), V(h->title),
			V(h->public_line), V(h->blocker), V(h->blocker_words), V(h->plan),
			V(h->condition), V(h->stage), V(h->sponsor_person_id),
			V(h->sponsor_unit_id), V(h->listed_at), V(h->next_on), V(h->next_at),
			V(h->last_seq)),
		err);
}

/* c NULL: a stock-take. */
static enum xq_rc
list_it(struct act_ctx *ctx, struct hard *h, const struct concern *c, struct xq_err *err)
{
	enum xq_rc rc = insert_hard(ctx, h, err);
	if (rc == XQ_OK && c)
		rc = entry_put(ctx, c->id, h->kind, h->no, err);
	if (rc == XQ_OK)
		rc = turn_add(ctx, h, TURN_LISTED, "", 0, err);
	struct act_event e = { .kind = &ev_hard_listed,
		EVENT_VALUES(
			EV("blocker", h->blocker), EV("kind", h->kind), EV_D("next", h->next_on)) };
	if (rc == XQ_OK)
		rc = hard_emit(ctx, h, &e, err);
	if (rc == XQ_OK)
		rc = hard_save(ctx, h, err);
	return rc == XQ_OK ? hard_tell_sponsor(ctx, h, "hard.sponsor", err) : rc;
}

static enum xq_rc
list_apply(struct act_ctx *ctx, const struct form *in, struct xq_err *err)
{
	struct concern c;
	struct hard h = { .kind = form_text(in, "kind"),
		.title = form_text(in, "title"),
		.public_line = form_text(in, "public_line") };
	bool has_concern = form_has(in, "concern"), is_legacy = text_eq(h.kind, KIND_LEGACY);
	int64_t place = 0;
	if (!has_concern && !is_legacy)
		return xq_refuse(err, "concern", "hard.no-concern");
	enum xq_rc rc = has_concern ? entry_concern(ctx, in, &c, err) : XQ_OK;
	if (rc == XQ_OK && has_concern)
		rc = not_on_ledger(ctx, c.id, err);
	if (rc == XQ_OK && has_concern)
		rc = reason_holds(ctx, &c, h.kind, err);
	if (rc == XQ_OK)
		rc = check_public_line(ctx, in, has_concern ? &c : NULL, err);
	if (rc == XQ_OK)
		rc = hard_take_sponsor(ctx, in, &h, err);
	if (rc == XQ_OK)
		rc = hard_take_plan(ctx, in, &h, err);
	if (rc == XQ_OK && form_has(in, "nbhd") && !is_legacy)
		return xq_refuse(err, "nbhd", "legacy.only");
	if (rc == XQ_OK)
		rc = legacy_take_place(ctx, in, "nbhd", &place, err);
	if (rc == XQ_OK)
		rc = list_it(ctx, &h, has_concern ? &c : NULL, err);
	if (rc == XQ_OK && is_legacy)
		rc = legacy_add(ctx, h.no, place, err);
	if (rc != XQ_OK)
		return rc;
	act_subject(ctx, "hard", h.no);
	act_result_int(ctx, "no", h.no);
	act_result_text(ctx, "ref", h.ref);
	act_result_int(ctx, "next", h.next_on);
	return XQ_OK;
}

/* ---- one that is there, or none -------------------------------------------------------------------- */

static enum xq_rc
add_apply(struct act_ctx *ctx, const struct form *in, struct xq_err *err)
{
	struct hard h;
	struct concern c;
	struct hard_entry asked = { 0 };
	enum xq_rc rc = hard_begin(ctx, in, &h, err);
	if (rc == XQ_OK)
		rc = entry_concern(ctx, in, &c, err);
	if (rc != XQ_OK)
		return rc;
	rc = hard_proposal_of(ctx->tx, ctx->mem, ctx->office, c.id, &asked, err);
	if (rc != XQ_OK && rc != XQ_NONE)
		return rc;
	/* Unproposed, it comes for the reason of the problem it belongs to. */
	rc = entry_put(ctx, c.id, rc == XQ_OK ? asked.kind : h.kind, h.no, err);
	return rc == XQ_OK ? act_note(ctx, err) : rc;
}

static enum xq_rc
dismiss_apply(struct act_ctx *ctx, const struct form *in, struct xq_err *err)
{
	struct concern c;
	enum xq_rc rc = concern_by_file_no(
		ctx->tx, ctx->mem, ctx->office, form_int(in, "concern"), &c, err);
	if (rc == XQ_NONE)
		return xq_refuse(err, "concern", "concern.unknown");
	if (rc == XQ_OK)
		rc = db_exec(ctx->tx,
			SQL("UPDATE hard_entry SET state = 2, decided_at = ?, decided_by = ?,"
			    " why = ? WHERE office = ? AND concern_id = ? AND state = 0"),
			VALS(V(ctx->now), V(ctx->actor->person_id), V(form_str(in, "note")),
				V(ctx->office), V(c.id)),
			err);
	if (rc == XQ_OK && db_changed(ctx->tx) == 0)
		return xq_refuse(err, "concern", "hard.not-proposed");
	act_subject(ctx, "concern", c.id);
	return rc == XQ_OK ? act_note(ctx, err) : rc;
}

/* clang-format off */
static const struct field list_fields[] = {
	{ "concern", FIELD_FILE_NO, .label = N_("File number of a concern"),
		.hint = N_("Empty only for a legacy problem from a stock-take") },
	{ "kind", FIELD_CHOICE, .required = true, .choices = hard_kinds, .label = N_("Why it goes on the ledger") },
	{ "nbhd", FIELD_CODE, .label = N_("Neighbourhood or station"),
		.hint = N_("Where a legacy problem lies; it looks at it once in half a year") },
	{ "title", FIELD_TEXT, .required = true, .min = 4, .max = 60, .label = N_("Title for staff") },
	{ "public_line", FIELD_TEXT, .required = true, .min = 4, .max = 60, .label = N_("Topic as residents read it"),
		.hint = N_("The matter alone: no name, no place finer than the zone, no digits"),
		.privacy = PRIVACY_PUBLIC },
	{ "sponsor", FIELD_CODE, .required = true, .label = N_("Who sponsors it"),
		.hint = N_("Responsible until it is solved, and named by unit in public") },
	{ "blocker", FIELD_CHOICE, .required = true, .choices = hard_blockers, .label = N_("What stands in the way") },
	{ "blocker_words", FIELD_TEXT, .max = 100, .label = N_("In words, if it is something else"), .privacy = PRIVACY_PUBLIC },
	{ "plan", FIELD_LINES, .required = true, .min = 4, .max = 300, .label = N_("What we do until the next review"),
		.hint = N_("Residents read it, and at the review they read what became of it"), .privacy = PRIVACY_PUBLIC },
	{ "condition", FIELD_TEXT, .required = true, .min = 4, .max = 150, .label = N_("When it can be solved"),
		.hint = N_("What would have to change; residents read it"), .privacy = PRIVACY_PUBLIC },
	{ "next", FIELD_DAY, .required = true, .label = N_("Day of the next review"),
		.hint = N_("A working day, at most a quarter ahead") },
	{ "checked", FIELD_BOOL, .required = true, .missing = "hard.unchecked",
		.label = N_("I have read what residents will read: it points to no person and no house") },
	{ .name = NULL },
};

static const struct field add_fields[] = {
	{ "hard", FIELD_INT, .required = true, .min = 1, .label = N_("Number on the ledger") },
	{ "concern", FIELD_FILE_NO, .required = true, .label = N_("File number") },
	{ .name = NULL },
};

static const struct field dismiss_fields[] = {
	{ "concern", FIELD_FILE_NO, .required = true, .label = N_("File number") },
	{ "note", FIELD_TEXT, .required = true, .min = 2, .max = 200, .label = N_("Why it does not belong on the ledger") },
	{ .name = NULL },
};
/* clang-format on */

const struct act hard_list_act = {
	.name = "hard.list",
	.title = N_("Put it on the ledger of hard problems"),
	.help = N_("It gets a sponsor, a plan and a review day, and residents can follow it."),
	.who = PERM_HARD,
	.fields = list_fields,
	.apply = list_apply,
	.events = (const struct event_kind *const[]){ &ev_hard_listed, NULL },
};

const struct act hard_add_concern = {
	.name = "hard.add-concern",
	.title = N_("Add a concern to a hard problem"),
	.help = N_(
		"A concern stands on one problem at most. It does not count as settled by this."),
	.who = PERM_HARD,
	.fields = add_fields,
	.apply = add_apply,
	.events = (const struct event_kind *const[]){ &ev_office_noted, NULL },
};

const struct act hard_dismiss = {
	.name = "hard.dismiss",
	.title = N_("Dismiss the proposal"),
	.help = N_("It is not proposed again for the same reason."),
	.who = PERM_HARD,
	.fields = dismiss_fields,
	.apply = dismiss_apply,
	.events = (const struct event_kind *const[]){ &ev_office_noted, NULL },
};
