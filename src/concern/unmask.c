/* SPDX-License-Identifier: Apache-2.0 */
/* unmask.c - name, phone and address are masked for everybody. Who has to speak to the resident opens them
 * with a reason, for a quarter of an hour and for nobody else; every such look is a row that the resident
 * can read, and can call wrong. The record gets the reason and, as a commitment, who it was. */
#include "concern/unmask.h"

#include "concern/attitude.h"
#include "concern/closed.h"
#include "concern/concern_int.h"
#include "concern/visit.h"
#include "core/mem.h"
#include "office/office.h"

#include "core/banned.h"

const struct choice unmask_reasons[] = {
	{ "contact", N_("To call the resident about the matter") },
	{ "answer", N_("To send or explain the answer") },
	{ "callback", N_("To ask afterwards how it was") },
	{ "visit", N_("To find the way to the door") },
	{ "identity", N_("To check that it is the same person") },
	{ "other", N_("Another reason") },
	{ NULL, NULL },
};

const struct choice unmask_ways[] = {
	{ "owner", N_("who is responsible") },
	{ "tracker", N_("the first receiver") },
	{ "unit", N_("a member of the unit that is responsible") },
	{ "caller", N_("who calls back") },
	{ "visitor", N_("who comes to visit") },
	{ "ruling", N_("who rules from outside the unit") },
	{ NULL, NULL },
};

static const struct table_decl unmask_tables[] = {
	{ .name = "unmasking", .class = TABLE_OFFICE, .grows = true },
	{ .name = NULL },
};

/* clang-format off */
const struct migration concern_migration_13 = {
	.module = "concern",
	.number = 13,
	.ddl =
	"CREATE TABLE unmasking ("
	" office integer NOT NULL, concern_id integer NOT NULL, no integer NOT NULL,"
	" person_id integer NOT NULL, unit_id integer NOT NULL, at integer NOT NULL, until_at integer NOT NULL,"
	" way text NOT NULL, why text NOT NULL, note text NOT NULL, doubted_at integer,"
	" PRIMARY KEY (office, concern_id, no),"
	" FOREIGN KEY (office, concern_id) REFERENCES concern (office, id),"
	" FOREIGN KEY (office, person_id) REFERENCES person (office, id));\n"
	/* the look that the words are about; NULL: about a call or an answer */
	"ALTER TABLE conduct ADD COLUMN unmasking_no integer;\n"
	/* for the log of what was pointed to another body */
	"CREATE INDEX concern_redirected ON concern (office, closed_at, id) WHERE state = 13;\n",
	.tables = unmask_tables,
};

const struct event_kind ev_unmasked = {
	.name = "staff.unmasked",
	.meaning = "Somebody opened the full name, phone and address of a resident; part who names that person.",
	.fields = (const struct event_field[]){ { "why", EV_CODE, .meaning = "contact answer callback visit identity other" },
		{ .name = NULL } },
};
/* clang-format on */

/* ---- reading -------------------------------------------------------------------------------------- */

#define UNMASKING                                                                                   \
	"SELECT k.no, k.at, k.doubted_at, u.name, k.way, k.why, k.note, k.unit_id FROM unmasking k" \
	" JOIN unit u ON u.office = k.office AND u.id = k.unit_id"                                  \
	" WHERE k.office = ? AND k.concern_id = ?"

static enum xq_rc
read_rows(struct rows *q, void *mem, size_t max, struct unmasking *out, size_t *out_n,
	struct xq_err *err)
{
	size_t n = 0;
	while (n < max && row_next(q))
		out[n++] = (struct unmasking){ .no = row_int(q, 0),
			.at = row_int(q, 1),
			.doubted_at = row_int(q, 2),
			.unit = row_text(q, 3, mem),
			.as = row_text(q, 4, mem),
			.why = row_text(q, 5, mem),
			.note = row_text(q, 6, mem),
			.unit_id = row_int(q, 7) };
	*out_n = n;
	return rows_close(q, err);
}

enum xq_rc
unmask_list(struct tx *tx, void *mem, int64_t office, int64_t concern_id, size_t max,
	struct unmasking **out, size_t *out_n, struct xq_err *err)
{
	*out = mem_array(mem, struct unmasking, max + 1);
	return read_rows(db_query(tx, SQL(UNMASKING " ORDER BY k.no DESC LIMIT ?"),
				 VALS(V(office), V(concern_id), V((int64_t)max))),
		mem, max, *out, out_n, err);
}

enum xq_rc
unmask_load(struct tx *tx, void *mem, int64_t office, int64_t concern_id, int64_t no,
	struct unmasking *out, struct xq_err *err)
{
	size_t n;
	enum xq_rc rc = read_rows(
		db_query(tx, SQL(UNMASKING " AND k.no = ?"), VALS(V(office), V(concern_id), V(no))),
		mem, 1, out, &n, err);
	return rc == XQ_OK && n == 0 ? XQ_NONE : rc;
}

enum xq_rc
unmask_count(struct tx *tx, int64_t office, int64_t concern_id, int64_t *out, struct xq_err *err)
{
	return db_int(tx, SQL("SELECT count(*) FROM unmasking WHERE office = ? AND concern_id = ?"),
		VALS(V(office), V(concern_id)), out, err);
}

enum xq_rc
unmask_until(struct tx *tx, int64_t office, int64_t concern_id, int64_t person_id, int64_t now,
	int64_t *out, struct xq_err *err)
{
	return db_int(tx,
		SQL("SELECT coalesce(max(until_at), 0) FROM unmasking"
		    " WHERE office = ? AND concern_id = ? AND person_id = ? AND until_at > ?"),
		VALS(V(office), V(concern_id), V(person_id), V(now)), out, err);
}

/* ---- who may -------------------------------------------------------------------------------------- */

static const char *
way_of(const struct actor *a, const struct concern *c, bool goes)
{
	bool is_called = c->state == ST_CALLBACK || c->state == ST_MERGED;
	if (a->person_id == c->owner_person_id)
		return "owner";
	if (a->person_id == c->tracker_person_id)
		return "tracker";
	if (goes)
		return "visitor";
	if (is_called && actor_may(a, PERM_EVALUATE))
		return "caller";
	if (actor_may(a, PERM_RULE) && a->unit_id != c->owner_unit_id)
		return "ruling";
	return a->unit_id == c->owner_unit_id ? "unit" : NULL;
}

const char *
unmask_way(const struct actor *a, const struct concern *c, bool goes, int64_t now,
	const char **out_refusal)
{
	const char *way = way_of(a, c, goes);
	bool is_ruling = way && text_eq(way, "ruling");
	*out_refusal = NULL;
	if (!way)
		*out_refusal = "unmask.not-yours";
	else if (c->lane == LANE_SEALED && text_eq(way, "unit"))
		*out_refusal = "unmask.sealed";
	else if (!concern_is_open(c->state) && !is_ruling &&
		 now - c->closed_at > UNMASK_CLOSED_DAYS * INT64_C(86400))
		*out_refusal = "unmask.too-long-ago";
	return *out_refusal ? NULL : way;
}

/* ---- looking -------------------------------------------------------------------------------------- */

static enum xq_rc
next_no(struct act_ctx *ctx, int64_t concern_id, int64_t *out, struct xq_err *err)
{
	return db_int(ctx->tx,
		SQL("SELECT coalesce(max(no), 0) + 1 FROM unmasking WHERE office = ? AND concern_id = ?"),
		VALS(V(ctx->office), V(concern_id)), out, err);
}

static enum xq_rc
unmask_begin(struct act_ctx *ctx, const struct form *in, struct concern *c, const char **out_way,
	struct xq_err *err)
{
	bool goes = false;
	const char *refusal;
	enum xq_rc rc =
		concern_by_file_no(ctx->tx, ctx->mem, ctx->office, form_int(in, "concern"), c, err);
	if (rc == XQ_NONE)
		return xq_refuse(err, "concern", "concern.unknown");
	if (rc == XQ_OK)
		rc = visit_is_ahead_for(
			ctx->tx, ctx->office, c->id, ctx->actor->person_id, &goes, err);
	if (rc != XQ_OK)
		return rc;
	act_subject(ctx, "concern", c->id);
	bool calls = false;
	*out_way = unmask_way(ctx->actor, c, goes, ctx->now, &refusal);
	if (!*out_way)
		rc = concern_may_recall(ctx->tx, ctx->actor, c->id, &calls, err);
	if (rc != XQ_OK)
		return rc;
	*out_way = calls ? "caller" : *out_way;
	if (!*out_way)
		return xq_refuse(err, NULL, refusal);
	if (text_eq(form_text(in, "why"), "other") && !form_has(in, "note"))
		return xq_refuse(err, "note", "unmask.say-why");
	return XQ_OK;
}

static enum xq_rc
unmask_apply(struct act_ctx *ctx, const struct form *in, struct xq_err *err)
{
	struct concern c;
	struct post_holder who;
	const char *way = NULL, *why = form_text(in, "why");
	const char *note = form_has(in, "note") ? form_text(in, "note") : "";
	int64_t no = 0;
	enum xq_rc rc = unmask_begin(ctx, in, &c, &way, err);
	if (rc == XQ_OK)
		rc = next_no(ctx, c.id, &no, err);
	if (rc == XQ_OK)
		rc = holder_of_actor(ctx, &who, err);
	if (rc == XQ_OK)
		rc = db_exec(ctx->tx,
			SQL("INSERT INTO unmasking (office, concern_id, no, person_id, unit_id, at,"
			    " until_at, way, why, note) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"),
			VALS(V(ctx->office), V(c.id), V(no), V(who.person_id), V(who.unit_id),
				V(ctx->now), V(ctx->now + UNMASK_OPEN_S), V(way), V(why), V(note)),
			err);
	if (rc != XQ_OK)
		return rc;
	/* Without the concern's ref: how often somebody is looked up is nobody else's business. */
	const struct event_part part = { "who", who.person_id,
		who_json(ctx->mem, ctx->actor->name) };
	rc = act_emit(ctx,
		&(struct act_event){ .kind = &ev_unmasked,
			.unit = c.lane == LANE_SEALED ? "" : NULL,
			EVENT_VALUES(EV("why", why)),
			.part = &part,
			.n_parts = 1 },
		err);
	act_result_int(ctx, "no", no);
	return rc == XQ_OK ? concern_step_note(ctx, &c, why, false, err) : rc;
}

/* ---- the resident's word -------------------------------------------------------------------------- */

static enum xq_rc
doubt_apply(struct act_ctx *ctx, const struct form *in, struct xq_err *err)
{
	struct concern c;
	enum xq_rc rc = own_concern(ctx, in, &c, err);
	if (rc != XQ_OK)
		return rc;
	struct unmasking k;
	rc = unmask_load(ctx->tx, ctx->mem, ctx->office, c.id, form_int(in, "no"), &k, err);
	if (rc == XQ_NONE)
		return xq_refuse(err, NULL, "unmask.unknown");
	if (rc == XQ_OK && k.doubted_at != 0)
		return xq_refuse(err, NULL, "unmask.doubted");
	if (rc == XQ_OK)
		rc = db_exec_one(ctx->tx,
			SQL("UPDATE unmasking SET doubted_at = ? WHERE office = ? AND concern_id = ?"
			    " AND no = ? AND doubted_at IS NULL"),
			VALS(V(ctx->now), V(ctx->office), V(c.id), V(k.no)), err);
	if (rc == XQ_OK)
		rc = conduct_keep(ctx, c.id, k.unit_id, k.no, form_str(in, "text"), err);
	return rc == XQ_OK ? act_note(ctx, err) : rc;
}

/* ---- the declarations ----------------------------------------------------------------------------- */

/* clang-format off */
static const struct field unmask_fields[] = {
	{ "concern", FIELD_FILE_NO, .required = true, .label = N_("File number") },
	{ "why", FIELD_CHOICE, .required = true, .choices = unmask_reasons, .label = N_("Why you need the full details") },
	{ "note", FIELD_TEXT, .min = 4, .max = 100, .label = N_("In a few words"),
		.hint = N_("The resident reads this too. Needed for another reason.") },
	{ .name = NULL },
};

static const struct field doubt_fields[] = {
	OWN_FIELDS,
	{ "no", FIELD_INT, .required = true, .min = 1, .max = INT32_MAX, .label = N_("Which look") },
	{ "text", FIELD_LINES, .required = true, .min = 2, .max = 500, .label = N_("What is wrong with it"),
		.hint = N_("Only the discipline officer reads this, never the unit."), .privacy = PRIVACY_SECRET },
	{ .name = NULL },
};

const struct msg_text unmask_messages[] = {
	{ "unmask.not-yours", N_("Only who has to speak to the resident sees the full details: who is responsible and the unit, the first receiver, who calls back, who visits, and who rules from outside.") },
	{ "unmask.sealed", N_("This was raised in confidence: of the unit only the person who is responsible sees the details.") },
	{ "unmask.too-long-ago", N_("It ended more than 90 days ago. A ruling post can still open the details.") },
	{ "unmask.say-why", N_("Please say in a few words why; the resident reads it.") },
	{ "unmask.unknown", N_("There is no such look. Please open the list again.") },
	{ "unmask.doubted", N_("You have said so already; the discipline officer has your words.") },
	{ NULL, NULL },
};
/* clang-format on */

const struct act concern_unmask = {
	.name = "concern.unmask",
	.title = N_("See the full details"),
	.help = N_(
		"They stay open for you for 15 minutes. The resident can look up who saw them, when and why."),
	.who = PERM_STAFF,
	.fields = unmask_fields,
	.apply = unmask_apply,
	.events = (const struct event_kind *const[]){ &ev_unmasked, NULL },
};

const struct act voice_doubt = {
	.name = "voice.doubt",
	.title = N_("This look was not right"),
	.help = N_("Your words go to the discipline officer, who is outside the unit."),
	.who = PERM_ANYBODY,
	.fields = doubt_fields,
	.apply = doubt_apply,
	.events = (const struct event_kind *const[]){ &ev_office_noted, NULL },
};
