/* SPDX-License-Identifier: Apache-2.0 */
/* mine_acts.c - whoever received a resident hears what became of it: by message where they have an account, by
 * phone, on paper or in person where they have none. The resident has the answer already. */
#include "reception/mine.h"

#include "core/mem.h"

#include "core/banned.h"

const struct choice feedback_ways[] = {
	{ "phone", N_("Told by phone") },
	{ "paper", N_("Told on paper") },
	{ "person", N_("Told in person") },
	{ NULL, NULL },
};

/* ---- those with an account: the clock tells them ---------------------------------------------------- */

/* Along what the clock has not told yet: what is open, never what waits for a hand-over, nor all of history. */
static enum xq_rc
feed_back_find(struct tx *tx, void *mem, int64_t office, int64_t now, size_t max, int64_t *out_id,
	size_t *out_n, struct xq_err *err)
{
	(void)mem;
	(void)now;
	size_t n = 0;
	struct rows *q = db_query(tx,
		SQL("SELECT e.no FROM sitting_entry e"
		    " JOIN concern c ON c.office = e.office AND c.id = e.concern_id"
		    " WHERE e.office = ? AND e.kind = 0 AND e.fed_back_at IS NULL"
		    " AND e.by_message = 1"
		    " AND (c.answered_at IS NOT NULL OR c.closed_at IS NOT NULL)"
		    " ORDER BY e.no LIMIT ?"),
		VALS(V(office), V((int64_t)max)));
	while (n < max && row_next(q))
		out_id[n++] = row_int(q, 0);
	*out_n = n;
	return rows_close(q, err);
}

struct feedback {
	int64_t by; /* 0: the clock */
	const char *how;
	int32_t on;
};

static enum xq_rc
mark(struct act_ctx *ctx, int64_t no, const struct feedback *f, struct xq_err *err)
{
	return db_exec_one(ctx->tx,
		SQL("UPDATE sitting_entry SET fed_back_at = ?, fed_back_by = ?, fed_back_how = ?,"
		    " fed_back_on = ? WHERE office = ? AND no = ? AND fed_back_at IS NULL"),
		VALS(V(ctx->now), V_OR_NULL(f->by, f->by), f->how ? V(f->how) : VNULL,
			V_OR_NULL(f->on, f->on), V(ctx->office), V(no)),
		err);
}

/* Who owns it answered it, and needs no message about that. */
static enum xq_rc
tell(struct act_ctx *ctx, const struct brought *b, struct xq_err *err)
{
	if (b->receiver_person_id == b->c.owner_person_id)
		return XQ_OK;
	return act_tell_staff(ctx,
		&(struct staff_message){ .what = "reception.answered",
			.person_id = b->receiver_person_id,
			.about = "file_no",
			.no = b->c.file_no,
			.due_day = b->day },
		err);
}

static enum xq_rc
feed_back_apply(struct act_ctx *ctx, const struct form *in, struct xq_err *err)
{
	struct brought b;
	int64_t no = form_int(in, "id");
	enum xq_rc rc = brought_load(ctx->tx, ctx->mem, ctx->office, no, &b, err);
	if (rc == XQ_NONE ||
		(rc == XQ_OK && (!brought_is_over(&b) || b.fed_back_at != 0 || !b.by_message)))
		return xq_refuse(err, NULL, "store.changed");
	if (rc == XQ_OK)
		rc = mark(ctx, no, &(struct feedback){ .how = NULL }, err);
	if (rc != XQ_OK)
		return rc;
	act_subject(ctx, "concern", b.c.id);
	return tell(ctx, &b, err);
}

static const struct field feed_back_fields[] = { { "id", FIELD_ID, .required = true },
	{ .name = NULL } };

const struct act sitting_feed_back = {
	.name = "sitting.feed-back",
	.title = N_("Tell the receiver what became of it"),
	.who = PERM_SYSTEM,
	.fields = feed_back_fields,
	.apply = feed_back_apply,
	.is_quiet = true, /* between the office and its own people */
	.is_hidden = true,
};

const struct job sitting_feed_back_job = { "sitting.feed-back", &sitting_feed_back,
	feed_back_find };

/* ---- those without: somebody tells them ------------------------------------------------------------- */

bool
may_feed_back(const struct actor *a)
{
	return actor_may(a, PERM_PUBLISH) || actor_may(a, PERM_HANDLE);
}

/* Nothing was told before there was something to tell. */
static void
check_day(struct act_ctx *ctx, const struct form *in, const struct brought *b)
{
	int32_t tz_s = app_office(ctx->app, ctx->office)->tz_s, day = (int32_t)form_int(in, "day");
	int32_t first = day_of(b->c.answered_at != 0 ? b->c.answered_at : b->c.closed_at, tz_s);
	if (day > reception_today(ctx))
		reception_fault(ctx, "day", "feedback.day-ahead", 0);
	else if (day < first)
		reception_fault(ctx, "day", "feedback.day-before", first);
}

static enum xq_rc
fed_back_apply(struct act_ctx *ctx, const struct form *in, struct xq_err *err)
{
	struct brought b;
	int64_t no = form_int(in, "entry");
	enum xq_rc rc = brought_load(ctx->tx, ctx->mem, ctx->office, no, &b, err);
	if (rc == XQ_NONE || (rc == XQ_OK && b.kind != ENTRY_CONCERN))
		return xq_refuse(err, "entry", "feedback.unknown");
	if (rc != XQ_OK)
		return rc;
	act_subject(ctx, "concern", b.c.id);
	if (!may_feed_back(ctx->actor))
		return xq_refuse(err, NULL, "feedback.not-yours");
	if (b.by_message)
		return xq_refuse(err, NULL, "feedback.by-message");
	if (b.fed_back_at != 0)
		return xq_refuse(err, NULL, "feedback.told");
	if (!brought_is_over(&b))
		return xq_refuse(err, NULL, "feedback.not-answered");
	check_day(ctx, in, &b);
	rc = reception_faults(ctx, err);
	if (rc == XQ_OK)
		rc = mark(ctx, no,
			&(struct feedback){ .by = ctx->actor->person_id,
				.how = form_text(in, "how"),
				.on = (int32_t)form_int(in, "day") },
			err);
	act_result_int(ctx, "receiver", b.receiver_no);
	return rc == XQ_OK ? act_note(ctx, err) : rc;
}

static const struct field fed_back_fields[] = {
	{ "entry", FIELD_INT, .required = true, .min = 1, .label = N_("Number of the entry") },
	{ "how", FIELD_CHOICE, .required = true, .choices = feedback_ways, .label = N_("How") },
	{ "day", FIELD_DAY, .required = true, .label = N_("Day") },
	{ .name = NULL },
};

const struct act sitting_fed_back = {
	.name = "sitting.fed-back",
	.title = N_("Note that the delegate was told"),
	.help = N_(
		"A delegate without an account hears from us what became of it: by phone, on paper or in person."),
	.who = PERM_STAFF,
	.fields = fed_back_fields,
	.apply = fed_back_apply,
	.events = (const struct event_kind *const[]){ &ev_office_noted, NULL },
};

/* clang-format off */
const struct msg_text mine_messages[] = {
	{ "feedback.unknown", N_("There is no such entry in a register.") },
	{ "feedback.not-yours", N_("Whoever keeps the roster or handles concerns notes this.") },
	{ "feedback.by-message", N_("This receiver has an account and is told by a message. Nothing is to be handed over.") },
	{ "feedback.not-readable", N_("This sheet is for the receiver, for whoever keeps the roster, and for those who handle concerns.") },
	{ "feedback.told", N_("It is noted already that the delegate was told.") },
	{ "feedback.not-answered", N_("It has not been answered yet. Please tell the delegate when the resident has the answer.") },
	{ "feedback.day-ahead", N_("This day lies ahead. Please give the day on which the delegate was told.") },
	{ "feedback.day-before", N_("There was nothing to tell before {day}.") },
	{ NULL, NULL },
};
/* clang-format on */
