/* SPDX-License-Identifier: Apache-2.0 */
#include "evaluation/callback.h"

#include "concern/attitude.h"
#include "core/mem.h"

#include "core/banned.h"

enum { TRIES = 3, DAYS = 2 };

static const struct table_decl callback_tables[] = {
	{ .name = "callback", .class = TABLE_OFFICE, .grows = true, .clustered = true },
	{ .name = NULL },
};

static const struct migration callback_migration_1 = {
	.module = "evaluation",
	.number = 1,
	.ddl = "CREATE TABLE callback ("
	       " office integer NOT NULL, concern_id integer NOT NULL, id integer NOT NULL,"
	       " round integer NOT NULL, n integer NOT NULL, at integer NOT NULL,"
	       " day integer NOT NULL, result text NOT NULL, contacted text, solved text,"
	       " sat integer NOT NULL, words text NOT NULL,"
	       " caller_person_id integer NOT NULL, caller_unit_id integer NOT NULL,"
	       " PRIMARY KEY (office, concern_id, id),"
	       " UNIQUE (office, concern_id, round, n),"
	       " FOREIGN KEY (office, concern_id) REFERENCES concern (office, id));\n",
	.tables = callback_tables,
};

static const struct migration callback_migration_2 = {
	.module = "evaluation",
	.number = 2,
	.ddl = "ALTER TABLE callback ADD COLUMN result_sat integer NOT NULL DEFAULT 0;\n"
	       "ALTER TABLE callback ADD COLUMN wants_again integer NOT NULL DEFAULT 0;\n",
};

const struct choice callback_results[] = {
	{ "reached", N_("Reached") },
	{ "nobody", N_("Nobody answered") },
	{ "refused", N_("Did not want to talk") },
	{ NULL, NULL },
};

static const struct choice yes_no[] = {
	{ "yes", N_("Yes") },
	{ "no", N_("No") },
	{ "unknown", N_("Does not remember") },
	{ NULL, NULL },
};

/* ---- recording ----------------------------------------------------------------------------------- */

struct tries {
	int64_t n, days;
};

static enum xq_rc
tries_load(struct act_ctx *ctx, const struct concern *c, int32_t today, struct tries *out,
	struct xq_err *err)
{
	struct rows *q = db_query(ctx->tx,
		SQL("SELECT count(*), count(DISTINCT day), coalesce(max(CASE WHEN day = ? THEN 1 ELSE 0 END), 0)"
		    " FROM callback WHERE office = ? AND concern_id = ? AND round = ?"),
		VALS(V(today), V(ctx->office), V(c->id), V(c->round)));
	if (row_next(q)) {
		out->n = row_int(q, 0);
		out->days = row_int(q, 1) + (row_int(q, 2) ? 0 : 1); /* with the try of today */
	}
	return rows_close(q, err);
}

static enum xq_rc
keep_try(struct act_ctx *ctx, const struct concern *c, const struct form *in, int64_t n,
	int32_t today, int sat, struct xq_err *err)
{
	int64_t id;
	enum xq_rc rc = db_next(ctx->tx, ctx->office, "callback", &id, err);
	if (rc != XQ_OK)
		return rc;
	return db_exec(ctx->tx,
		SQL("INSERT INTO callback (office, concern_id, id, round, n, at, day, result, contacted,"
		    " solved, sat, words, caller_person_id, caller_unit_id, result_sat, wants_again)"
		    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"),
		VALS(V(ctx->office), V(c->id), V(id), V(c->round), V(n), V(ctx->now), V(today),
			V(form_text(in, "result")),
			form_has(in, "contacted") ? V(form_text(in, "contacted")) : VNULL,
			text_eq(form_text(in, "result"), "reached") ? V(form_text(in, "solved"))
								    : VNULL,
			V(sat), V(form_str(in, "words")), V(ctx->actor->person_id),
			V(ctx->actor->unit_id), V((int64_t)sat_of(in, "result_sat")),
			V(form_bool(in, "again"))),
		err);
}

static enum xq_rc
waits(const struct concern *c, struct xq_err *err)
{
	if (c->state != ST_CALLBACK)
		return xq_refuse(err, NULL, "concern.wrong-state");
	return c->seen_solved ? xq_refuse(err, NULL, "callback.rated") : XQ_OK;
}

static enum xq_rc
merged_waits(struct act_ctx *ctx, const struct concern *c, struct xq_err *err)
{
	struct merged_voice m;
	enum xq_rc rc = merged_load(ctx->tx, ctx->mem, ctx->office, c->id, &m, err);
	if (rc == XQ_NONE || (rc == XQ_OK && m.answered_at == 0))
		return xq_refuse(err, NULL, "concern.wrong-state");
	return rc == XQ_OK && m.done_at != 0 ? xq_refuse(err, NULL, "callback.rated") : rc;
}

/* Not of the owner's unit, nor of any that owned it before. */
static enum xq_rc
load_for_caller(struct act_ctx *ctx, const struct form *in, struct concern *c, struct xq_err *err)
{
	enum xq_rc rc =
		concern_by_file_no(ctx->tx, ctx->mem, ctx->office, form_int(in, "concern"), c, err);
	if (rc == XQ_NONE)
		return xq_refuse(err, "concern", "concern.unknown");
	if (rc != XQ_OK)
		return rc;
	act_subject(ctx, "concern", c->id);
	rc = c->state == ST_MERGED ? merged_waits(ctx, c, err) : waits(c, err);
	bool outside = false;
	/* A merged voice asks about the work of those who owned the other concern. */
	int64_t about = c->state == ST_MERGED ? c->merged_into : c->id;
	if (rc == XQ_OK)
		rc = concern_is_outsider(
			ctx->tx, ctx->office, about, ctx->actor->person_id, &outside, err);
	if (rc == XQ_OK && (!outside || ctx->actor->unit_id == c->owner_unit_id))
		return xq_refuse(err, NULL, "callback.own-unit");
	return rc;
}

static enum xq_rc
reached(struct act_ctx *ctx, struct concern *c, const struct form *in, int sat, struct xq_err *err)
{
	const struct rating r = { .solved = form_text(in, "solved"),
		.sat = sat,
		.via = "phone",
		.result = sat_of(in, "result_sat"),
		.wants_again = form_bool(in, "again") };
	enum xq_rc rc = c->state == ST_MERGED ? merged_done(ctx, c, &r, err)
	                                      : concern_rated(ctx, c, &r, err);
	return rc == XQ_OK ? said_apart(ctx, c, in, err) : rc;
}

static enum xq_rc
record_apply(struct act_ctx *ctx, const struct form *in, struct xq_err *err)
{
	struct concern c;
	enum xq_rc rc = load_for_caller(ctx, in, &c, err);
	if (rc != XQ_OK)
		return rc;
	bool is_reached = text_eq(form_text(in, "result"), "reached");
	if (is_reached && !form_has(in, "solved"))
		return xq_refuse(err, "solved", "callback.no-solved");
	if (is_reached && !form_has(in, "sat"))
		return xq_refuse(err, "sat", "callback.no-sat");
	const char *sat_text = form_text(in, "sat");
	int sat = sat_text[0] >= '1' && sat_text[0] <= '4' ? sat_text[0] - '0' : 0;
	int32_t today = day_of(ctx->now, app_office(ctx->app, ctx->office)->tz_s);
	struct tries t = { 0 };
	rc = tries_load(ctx, &c, today, &t, err);
	if (rc == XQ_OK)
		rc = keep_try(ctx, &c, in, t.n + 1, today, is_reached ? sat : 0, err);
	if (rc != XQ_OK)
		return rc;
	struct act_event e = { .kind = &ev_called,
		.ref = c.ref,
		.prev_seq = &c.last_seq,
		.role = "evaluator",
		.unit = c.lane == LANE_SEALED ? "" : NULL,
		EVENT_VALUES(EV_N("n", t.n + 1), EV("result", form_text(in, "result"))) };
	rc = act_emit(ctx, &e, err);
	act_result_int(ctx, "tries", t.n + 1);
	if (rc != XQ_OK)
		return rc;
	if (is_reached)
		return reached(ctx, &c, in, sat, err);
	rc = concern_step_note(ctx, &c, form_text(in, "result"), true, err);
	if (rc == XQ_OK && t.n + 1 >= TRIES && t.days >= DAYS)
		return c.state == ST_MERGED ? merged_done(ctx, &c, NULL, err)
		                            : concern_unreached(ctx, &c, err);
	return rc;
}

/* ---- reading ------------------------------------------------------------------------------------------- */

static enum xq_rc
count_words(struct tx *tx, int64_t office, int64_t concern_id, int64_t *out, struct xq_err *err)
{
	return db_int(tx,
		SQL("SELECT coalesce(sum(length(words)), 0) FROM callback"
		    " WHERE office = ? AND concern_id = ?"),
		VALS(V(office), V(concern_id)), out, err);
}

const struct told_part callback_told = { count_words };

enum xq_rc
callback_list(struct tx *tx, void *mem, int64_t office, int64_t concern_id, struct callback **out,
	size_t *out_n, struct xq_err *err)
{
	enum { MAX = 30 };
	struct callback *list = mem_array(mem, struct callback, MAX);
	size_t n = 0;
	struct rows *q = db_query(tx,
		SQL("SELECT b.id, b.round, b.n, b.at, b.result, b.solved, b.sat, b.words, p.name"
		    " FROM callback b"
		    " JOIN person p ON p.office = b.office AND p.id = b.caller_person_id"
		    " WHERE b.office = ? AND b.concern_id = ? ORDER BY b.id LIMIT ?"),
		VALS(V(office), V(concern_id), V((int64_t)MAX)));
	while (n < MAX && row_next(q))
		list[n++] = (struct callback){
			.id = row_int(q, 0),
			.round = (int)row_int(q, 1),
			.n = (int)row_int(q, 2),
			.at = row_int(q, 3),
			.result = row_text(q, 4, mem),
			.solved = row_text(q, 5, mem),
			.sat = (int)row_int(q, 6),
			.words = row_text(q, 7, mem),
			.caller = row_text(q, 8, mem),
		};
	enum xq_rc rc = rows_close(q, err);
	if (rc == XQ_OK) {
		*out = list;
		*out_n = n;
	}
	return rc;
}

/* No call-back by a unit that ever owned the concern. */
static enum xq_rc
faults_self_call(struct tx *tx, void *mem, int64_t office, int64_t *out, struct xq_err *err)
{
	(void)mem;
	return db_int(tx,
		SQL("SELECT count(*) FROM callback b /* scan: check */"
		    " JOIN owner_span s ON s.office = b.office AND s.concern_id = b.concern_id"
		    " WHERE b.office = ? AND s.unit_id = b.caller_unit_id AND s.from_at <= b.at"),
		VALS(V(office)), out, err);
}

/* Closed is what its resident rated or what was tried in vain often enough (decisions.md 2). */
static enum xq_rc
faults_unasked(struct tx *tx, void *mem, int64_t office, int64_t *out, struct xq_err *err)
{
	(void)mem;
	return db_int(tx,
		SQL("SELECT count(*) FROM concern c /* scan: check */"
		    " WHERE c.office = ? AND c.state = ? AND c.is_imported = 0"
		    " AND c.seen_solved IS NULL"
		    " AND (SELECT count(*) FROM callback b WHERE b.office = c.office"
		    " AND b.concern_id = c.id AND b.round = c.round) < ?"),
		VALS(V(office), V((int64_t)ST_CLOSED), V((int64_t)TRIES)), out, err);
}

static const struct invariant callback_outside = { "callback.outside", faults_self_call },
			      callback_asked = { "callback.asked-before-closed", faults_unasked };

/* clang-format off */
static const struct field record_fields[] = {
	{ "concern", FIELD_FILE_NO, .required = true, .label = N_("File number") },
	{ "result", FIELD_CHOICE, .required = true, .choices = callback_results, .label = N_("How the call went") },
	{ "contacted", FIELD_CHOICE, .choices = yes_no, .label = N_("Did the unit call you before it started?") },
	{ "solved", FIELD_CHOICE, .choices = concern_solved, .label = N_("Is it solved?") },
	ATTITUDE_FIELDS,
	{ "sat", FIELD_CHOICE, .choices = concern_sats, .label = N_("All in all, how satisfied are you?") },
	{ "words", FIELD_LINES, .max = 500, .label = N_("The resident's own words"), .privacy = PRIVACY_PERSONAL },
	STAFF_WORDS_FIELD,
	{ "again", FIELD_BOOL, .label = N_("Wants it handled again"),
		.hint = N_("Somebody outside the unit rules on it.") },
	{ .name = NULL },
};

static const struct msg_text callback_messages[] = {
	{ "callback.own-unit", N_("Your unit has handled this concern, so you cannot record its call-back. It waits for the evaluators.") },
	{ "callback.rated", N_("The resident has rated this answer already; no call is needed.") },
	{ "callback.no-solved", N_("Please note whether it is solved, in the resident's words.") },
	{ "callback.no-sat", N_("Please note how satisfied the resident is; \"no rating\" is an answer too.") },
	{ NULL, NULL },
};
/* clang-format on */

const struct act callback_record = {
	.name = "callback.record",
	.title = N_("Record a call-back"),
	.help = N_("Only somebody whose units never owned the concern."),
	.who = PERM_EVALUATE,
	.fields = record_fields,
	.apply = record_apply,
	.events = (const struct event_kind *const[]){ &ev_called, &ev_rated, &ev_unreached,
		&ev_closed, &ev_voice_rated, NULL },
};

/* Of the whole office: the list itself leaves out what this person had a part in. */
static enum xq_rc
count_waiting(
	struct tx *tx, const struct actor *actor, int64_t now, int64_t *out, struct xq_err *err)
{
	int64_t merged = 0;
	struct list_query q = { .kind = LIST_CALLBACK, .max = MENU_COUNT_MAX, .now = now };
	enum xq_rc rc = concern_count(tx, actor->office, &q, out, err);
	q.kind = LIST_MERGED;
	if (rc == XQ_OK)
		rc = concern_count(tx, actor->office, &q, &merged, err);
	*out += merged;
	return rc;
}

static const struct menu_item menu_callbacks = { "/desk/callbacks", N_("Call-backs"), "phone",
	PERM_EVALUATE, 60, count_waiting, false };

const struct module evaluation_module = {
	.name = "evaluation",
	.menu = (const struct menu_item *const[]){ &menu_callbacks, NULL },
	.migrations = (const struct migration *const[]){ &callback_migration_1,
		&callback_migration_2, NULL },
	.acts = (const struct act *const[]){ &callback_record, NULL },
	.views = evaluation_views,
	.invariants = (const struct invariant *const[]){ &callback_outside, &callback_asked, NULL },
	.messages = (const struct msg_text *const[]){ callback_messages, NULL },
};
