/* SPDX-License-Identifier: Apache-2.0 */
/* supervise.c - a concern that a leader supervises has a moment of its own (D03): by then the unit has
 * answered, or the head of the office hears of it again. The resident's day is another clock and is
 * never touched. Parking, answering and a new round end the supervision's clock: what then counts has
 * clocks of its own. */
#include "concern/concern_int.h"

#include "core/banned.h"

static const struct table_decl no_tables[] = { { .name = NULL } };

/* clang-format off */
const struct migration concern_migration_7 = {
	.module = "concern",
	.number = 7,
	.ddl =
	/* the clock of the supervision; NULL: none runs */
	"ALTER TABLE concern ADD COLUMN supervised_due integer;\n"
	"ALTER TABLE concern ADD COLUMN supervised_late integer NOT NULL DEFAULT 0;\n"
	"CREATE INDEX concern_supervised ON concern (office, supervised_due, id)"
	" WHERE supervised_due IS NOT NULL AND supervised_late = 0;\n"
	"INSERT INTO deadline (office, code, limit_text, ver, from_day, source)"
	" SELECT office, 'supervised', '3wd', 1, from_day, 'D03' FROM deadline WHERE code = 'sign' AND ver = 1;\n",
	.tables = no_tables,
};
/* clang-format on */

/* ---- supervision by a person -------------------------------------------------------------------------- */

/* From now on, unless an earlier moment still lies ahead: supervising twice does not give more time.
 * Nothing to wait for where the answer is there, or where it is parked until a day that was ruled. */
static enum xq_rc
start_clock(struct act_ctx *ctx, struct concern *c, struct xq_err *err)
{
	struct due due;
	struct limit limit;
	bool runs = c->supervised_due > ctx->now;
	if (runs || c->answered_at != 0 || c->state == ST_PARKED)
		return XQ_OK;
	enum xq_rc rc = due_of(ctx, "supervised", ctx->now, &due, &limit, err);
	if (rc != XQ_OK)
		return rc;
	c->supervised_due = due.at;
	c->supervised_late = false;
	return XQ_OK;
}

static enum xq_rc
supervise_apply(struct act_ctx *ctx, const struct form *in, struct xq_err *err)
{
	struct step_load s;
	enum xq_rc rc = step_begin(ctx, in, &s, err);
	if (rc == XQ_OK)
		rc = start_clock(ctx, &s.c, err);
	if (rc != XQ_OK)
		return rc;
	s.c.is_supervised = true;
	struct act_event e = { .kind = &ev_supervised,
		EVENT_VALUES(EV("level", form_text(in, "level"))) };
	rc = concern_emit(ctx, &s.c, &e, err);
	if (rc == XQ_OK)
		rc = concern_step_note(ctx, &s.c, form_text(in, "note"), false, err);
	return rc == XQ_OK ? tell_staff(ctx, &s.c, "concern.supervised", s.c.owner_person_id, err)
	                   : rc;
}

/* ---- the moment has passed ---------------------------------------------------------------------------- */

/* Once for each moment: the one who answers for the office is told, and the file says so. */
static enum xq_rc
late_apply(struct act_ctx *ctx, const struct form *in, struct xq_err *err)
{
	struct concern c;
	struct post_holder head;
	enum xq_rc rc = concern_load(ctx->tx, ctx->mem, ctx->office, form_int(in, "id"), &c, err);
	if (rc != XQ_OK)
		return rc == XQ_NONE ? xq_refuse(err, NULL, "store.changed") : rc;
	bool is_due = c.supervised_due != 0 && !c.supervised_late && c.supervised_due < ctx->now;
	if (!is_due || c.answered_at != 0 || c.closed_at != 0)
		return xq_refuse(err, NULL, "store.changed");
	act_subject(ctx, "concern", c.id);
	c.supervised_late = true;
	rc = act_note(ctx, err);
	if (rc == XQ_OK)
		rc = concern_step_note(ctx, &c, NULL, false, err);
	if (rc == XQ_OK)
		rc = post_current(ctx->tx, ctx->mem, ctx->office, POST_HEAD, &head, err);
	return rc == XQ_OK ? tell_staff(ctx, &c, "concern.supervised-late", head.person_id, err)
	                   : rc;
}

static enum xq_rc
late_find(struct tx *tx, void *mem, int64_t office, int64_t now, size_t max, int64_t *out_id,
	size_t *out_n, struct xq_err *err)
{
	(void)mem;
	struct rows *q = db_query(tx,
		SQL("SELECT id FROM concern WHERE office = ? AND supervised_due IS NOT NULL"
		    " AND supervised_late = 0 AND supervised_due < ?"
		    " ORDER BY supervised_due, id LIMIT ?"),
		VALS(V(office), V(now), V((int64_t)max)));
	return rows_ids(q, max, out_id, out_n, err);
}

/* clang-format off */
static const struct choice supervise_levels[] = {
	{ "urge", N_("Urge") },
	{ "supervise", N_("Supervise by name") },
	{ "talk", N_("Talk with the head") },
	{ NULL, NULL },
};

static const struct field supervise_fields[] = {
	{ "concern", FIELD_FILE_NO, .required = true, .label = N_("File number") },
	{ "level", FIELD_CHOICE, .required = true, .choices = supervise_levels, .label = N_("How") },
	{ "note", FIELD_LINES, .required = true, .max = 200, .label = N_("What has to happen, and by when") },
	{ .name = NULL },
};

static const struct field late_fields[] = {
	{ "id", FIELD_ID, .required = true },
	{ .name = NULL },
};
/* clang-format on */

const struct act concern_supervise = {
	.name = "concern.supervise",
	.title = N_("Supervise it"),
	.help = N_(
		"Seen by everybody who handles it, and in the record. The unit gets a day of its own."),
	.who = PERM_LEAD,
	.fields = supervise_fields,
	.apply = supervise_apply,
	.events = (const struct event_kind *const[]){ &ev_supervised, NULL },
};

const struct act concern_supervise_late = {
	.name = "concern.supervise-late",
	.title = N_("Tell that a supervised concern is late"),
	.who = PERM_SYSTEM,
	.fields = late_fields,
	.apply = late_apply,
	.events = (const struct event_kind *const[]){ &ev_office_noted, NULL },
	.is_hidden = true,
};

const struct job concern_supervise_job = { "concern.supervise-late", &concern_supervise_late,
	late_find };
