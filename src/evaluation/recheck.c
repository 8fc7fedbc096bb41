/* SPDX-License-Identifier: Apache-2.0 */
/* recheck.c - a draw in three steps. What decides who is drawn is fixed before anybody can know it, and comes
 * in the end from outside; each step is refused to whoever could choose by it. */
#include "evaluation/recheck.h"

#include "concern/closed.h"
#include "core/mem.h"
#include "core/parse.h"

#include "core/banned.h"

static const struct event_field announced_fields[] = {
	{ "count", EV_INT, .meaning = "so many are drawn" },
	{ "draw", EV_CODE, .meaning = "the draw" },
	{ "frame", EV_CODE, .meaning = "SHA-256 of the list that is drawn from, hex" },
	{ "from", EV_DAY, .optional = true,
		.meaning = "first day: the list is all that was closed" },
	{ "outside", EV_CODES, .meaning = "what else the seed is made of" },
	{ "quota", EV_CODES, .optional = true, .meaning = "stratum:count for each" },
	{ "size", EV_INT, .meaning = "the root of the record at this size goes into the seed" },
	{ "to", EV_DAY, .optional = true, .meaning = "the day behind the last one" },
	{ .name = NULL },
};
const struct event_kind ev_draw_announced = {
	.name = "draw.announced",
	.meaning = "A draw is fixed: from what, how many, and what will decide it.",
	.fields = announced_fields,
};
static const struct event_field seeded_fields[] = {
	{ "draw", EV_CODE, .meaning = "the draw" },
	{ "outside", EV_CODES, .meaning = "the values, in the order of the announcement" },
	{ "root", EV_CODE, .meaning = "root of the record at the announced size, base64" },
	{ .name = NULL },
};
const struct event_kind ev_draw_seeded = {
	.name = "draw.seeded",
	.meaning = "What decides the draw is known.",
	.fields = seeded_fields,
};
static const struct event_field done_fields[] = {
	{ "doc", EV_CODE, .meaning = "SHA-256 of the outcome, hex" },
	{ "draw", EV_CODE, .meaning = "the draw" },
	{ .name = NULL },
};
const struct event_kind ev_draw_done = {
	.name = "draw.done",
	.meaning = "Who is drawn, and who was passed over.",
	.fields = done_fields,
};

static void
fault(struct act_ctx *ctx, const char *field, const char *key)
{
	struct xq_err e = { 0 };
	(void)xq_refuse(&e, field, key); /* one of several */
	form_add_fault(&ctx->call->form, &e);
}

static enum xq_rc
faults_of(struct act_ctx *ctx, struct xq_err *err)
{
	size_t n = ctx->call->form.n_faults;
	if (n == 0)
		return XQ_OK;
	enum xq_rc rc = xq_refuse(err, NULL, "form.faults");
	xq_err_int(err, "n", (int64_t)n);
	return rc;
}

/* ---- announcing ------------------------------------------------------------------------------------- */

struct announce {
	struct draw d;
	struct closed_ref *closed;
	struct str frame;
	const char *source; /* "public:ssq-2026141"; NULL: none */
};

/* The month is over, and was not drawn from: who draws twice could keep the draw that pleases. */
static enum xq_rc
check_month(struct act_ctx *ctx, const struct form *in, struct announce *a, struct xq_err *err)
{
	struct draw before;
	struct str month = form_str(in, "month");
	const char *first = mem_printf(ctx->mem, "%.*s-01", (int)month.n, month.p);
	if (month.n != 7 || !parse_day(str_of(first), &a->d.from_day)) {
		fault(ctx, "month", "draw.no-month");
		return XQ_OK;
	}
	a->d.to_day = day_add_months(a->d.from_day, 1);
	a->d.code = mem_printf(
		ctx->mem, "d-%04d-%02d", day_year(a->d.from_day), day_month(a->d.from_day));
	if (day_start(a->d.to_day, TZ_CHINA) > ctx->now) {
		fault(ctx, "month", "draw.month-runs");
		return XQ_OK;
	}
	enum xq_rc rc =
		draw_by_code(ctx->tx, ctx->mem, ctx->office, str_of(a->d.code), &before, err);
	if (rc == XQ_OK)
		fault(ctx, "month", "draw.there");
	return rc == XQ_NONE ? XQ_OK : rc;
}

static void
check_outside(struct act_ctx *ctx, const struct form *in, struct announce *a)
{
	int32_t today = day_of(ctx->now, TZ_CHINA);
	if (!form_has(in, "outside")) {
		if (form_has(in, "outside_day"))
			fault(ctx, "outside", "draw.no-name");
		return;
	}
	a->source = mem_printf(ctx->mem, "public:%s", form_text(in, "outside"));
	a->d.outside_day = (int32_t)form_int(in, "outside_day");
	if (!form_has(in, "outside_day") || a->d.outside_day <= today)
		fault(ctx, "outside_day", "draw.day-known");
}

static enum xq_rc
make_frame(struct act_ctx *ctx, struct announce *a, struct xq_err *err)
{
	size_t n = 0;
	enum xq_rc rc = concern_closed_between(ctx->tx, ctx->mem, ctx->office,
		day_start(a->d.from_day, TZ_CHINA), day_start(a->d.to_day, TZ_CHINA),
		DRAW_FRAME_MAX, &a->closed, &n, err);
	if (rc != XQ_OK)
		return rc;
	if (n == 0) {
		fault(ctx, "month", "draw.nothing-closed");
		return XQ_OK;
	}
	struct draw_id *id = mem_array(ctx->mem, struct draw_id, n);
	for (size_t i = 0; i < n; i++)
		id[i].id = str_of(a->closed[i].ref);
	a->d.n_frame = (int64_t)n;
	a->d.count = ((int64_t)n * RECHECK_PER_CENT + 99) / 100; /* one at least */
	a->frame = draw_frame_write(ctx->mem, id, n);
	return XQ_OK;
}

static enum xq_rc
emit_announced(struct act_ctx *ctx, struct announce *a, struct xq_err *err)
{
	char hex[65];
	enum xq_rc rc = ledger_doc_put(ctx->tx, ctx->office, "application/json",
		(struct bytes){ (const uint8_t *)a->frame.p, a->frame.n }, hex, err);
	if (rc != XQ_OK)
		return rc;
	a->d.frame = mem_text(ctx->mem, hex);
	a->d.size = ctx->head->size + RECHECK_AHEAD;
	const char *const outside[] = { a->source };
	struct act_event e = { .kind = &ev_draw_announced,
		EVENT_VALUES(EV_N("count", a->d.count), EV("draw", a->d.code),
			EV("frame", a->d.frame), EV_D("from", a->d.from_day),
			EV_LIST("outside", outside, a->source ? 1 : 0), EV_N("size", a->d.size),
			EV_D("to", a->d.to_day)) };
	rc = act_emit(ctx, &e, err);
	xq_require(rc != XQ_OK || a->d.size > ctx->last_seq + 1);
	return rc;
}

static enum xq_rc
save_announced(struct act_ctx *ctx, struct announce *a, struct xq_err *err)
{
	enum xq_rc rc = db_next(ctx->tx, ctx->office, "draw", &a->d.no, err);
	if (rc == XQ_OK)
		rc = db_exec(ctx->tx,
			SQL("INSERT INTO draw (office, no, code, state, from_day, to_day, count,"
			    " n_frame, frame, size, announced_at, announced_by, announced_seq)"
			    " VALUES (?, ?, ?, 0, ?, ?, ?, ?, ?, ?, ?, ?, ?)"),
			VALS(V(ctx->office), V(a->d.no), V(a->d.code), V(a->d.from_day),
				V(a->d.to_day), V(a->d.count), V(a->d.n_frame), V(a->d.frame),
				V(a->d.size), V(ctx->now), V(ctx->actor->person_id),
				V(ctx->last_seq)),
			err);
	if (rc != XQ_OK || a->source == NULL)
		return rc;
	return db_exec(ctx->tx,
		SQL("INSERT INTO draw_outside (office, draw_no, n, name, day) VALUES (?, ?, 0, ?, ?)"),
		VALS(V(ctx->office), V(a->d.no), V(a->source), V(a->d.outside_day)), err);
}

static enum xq_rc
announce_apply(struct act_ctx *ctx, const struct form *in, struct xq_err *err)
{
	struct announce a = { 0 };
	enum xq_rc rc = check_month(ctx, in, &a, err);
	if (rc != XQ_OK)
		return rc;
	check_outside(ctx, in, &a);
	if (!form_value(&ctx->call->form, "month")->has_fault)
		rc = make_frame(ctx, &a, err);
	if (rc == XQ_OK)
		rc = faults_of(ctx, err);
	if (rc == XQ_OK)
		rc = emit_announced(ctx, &a, err);
	if (rc == XQ_OK)
		rc = save_announced(ctx, &a, err);
	if (rc != XQ_OK)
		return rc;
	act_subject(ctx, "draw", a.d.no);
	act_result_text(ctx, "code", a.d.code);
	return XQ_OK;
}

/* ---- the seed --------------------------------------------------------------------------------------- */

/* The root at S never changes once S is passed, so it is looked up before the act waits for the writer. */
struct seed_found {
	bool is_reached, is_signed;
	struct tree_hash root;
};

static enum xq_rc
look_for_root(struct tx *tx, struct act_call *call, struct seed_found *f, struct xq_err *err)
{
	struct draw d;
	struct ledger_tree *tree;
	struct checkpoint c;
	enum xq_rc rc =
		draw_by_code(tx, call->mem, call->office, form_str(&call->form, "draw"), &d, err);
	if (rc == XQ_OK)
		rc = ledger_tree_open(tx, call->mem, call->office, &tree, err);
	if (rc != XQ_OK || ledger_tree_size(tree) < d.size)
		return rc == XQ_NONE ? XQ_OK : rc; /* told by the act */
	f->is_reached = true;
	rc = ledger_tree_root(tree, d.size, &f->root, err);
	if (rc == XQ_OK)
		rc = checkpoint_from(tx, call->mem, call->office, d.size, &c, err);
	f->is_signed = rc == XQ_OK;
	return rc == XQ_NONE ? XQ_OK : rc;
}

static enum xq_rc
seed_prepare(struct act_call *call, struct xq_err *err)
{
	struct tx *tx;
	struct seed_found *f = mem_new(call->mem, struct seed_found);
	call->prepared = f;
	enum xq_rc rc = db_read(call->app->db, &tx, err);
	if (rc != XQ_OK)
		return rc;
	rc = look_for_root(tx, call, f, err);
	tx_end(tx);
	return rc;
}

static enum xq_rc
load(struct act_ctx *ctx, const struct form *in, enum draw_state state, const char *refusal,
	struct draw *d, struct xq_err *err)
{
	enum xq_rc rc = draw_by_code(ctx->tx, ctx->mem, ctx->office, form_str(in, "draw"), d, err);
	if (rc == XQ_NONE)
		return xq_refuse(err, "draw", "draw.unknown");
	if (rc == XQ_OK)
		act_subject(ctx, "draw", d->no);
	return rc == XQ_OK && d->state != state ? xq_refuse(err, NULL, refusal) : rc;
}

static bool
is_code(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] <= ' ' || s.p[i] > '~' || s.p[i] == '"' || s.p[i] == '\\')
			return false;
	return s.n > 0 && s.n <= 200;
}

/* Who announced the draw does not type in what decides it. */
static void
check_value(struct act_ctx *ctx, const struct form *in, const struct draw *d)
{
	if (d->outside == NULL) {
		if (form_has(in, "value"))
			fault(ctx, "value", "draw.no-outside");
		return;
	}
	if (d->outside_day > day_of(ctx->now, TZ_CHINA))
		fault(ctx, "value", "draw.before-its-day");
	else if (d->announced_by == ctx->actor->person_id)
		fault(ctx, "value", "draw.same-person");
	else if (!is_code(form_str(in, "value")))
		fault(ctx, "value", "draw.bad-value");
}

static enum xq_rc
save_seeded(struct act_ctx *ctx, const struct draw *d, const struct seed_found *f,
	const char *value, struct xq_err *err)
{
	struct bytes root = { f->root.b, SHA256_LEN };
	enum xq_rc rc = db_exec_one(ctx->tx,
		SQL("UPDATE draw SET state = 1, root = ?, seeded_at = ?, seeded_by = ?, seeded_seq = ?"
		    " WHERE office = ? AND no = ? AND state = 0"),
		VALS(V(root), V(ctx->now), V(ctx->actor->person_id), V(ctx->last_seq),
			V(ctx->office), V(d->no)),
		err);
	if (rc != XQ_OK || d->outside == NULL)
		return rc;
	return db_exec_one(ctx->tx,
		SQL("UPDATE draw_outside SET value = ? WHERE office = ? AND draw_no = ? AND n = 0"),
		VALS(V(value), V(ctx->office), V(d->no)), err);
}

static enum xq_rc
seed_apply(struct act_ctx *ctx, const struct form *in, struct xq_err *err)
{
	struct draw d;
	const struct seed_found *f = ctx->call->prepared;
	enum xq_rc rc = load(ctx, in, DRAW_ANNOUNCED, "draw.seeded-already", &d, err);
	if (rc != XQ_OK)
		return rc;
	check_value(ctx, in, &d);
	rc = faults_of(ctx, err);
	if (rc != XQ_OK)
		return rc;
	if (!f->is_reached || !f->is_signed) {
		rc = xq_refuse(err, NULL, f->is_reached ? "draw.not-signed" : "draw.not-reached");
		xq_err_int(err, "size", d.size);
		return rc;
	}
	char root[45];
	const char *value = form_text(in, "value"), *root_text = root;
	text_base64((struct bytes){ f->root.b, SHA256_LEN }, root);
	const char *const outside[] = { value };
	struct act_event e = { .kind = &ev_draw_seeded,
		EVENT_VALUES(EV("draw", d.code), EV_LIST("outside", outside, d.outside ? 1 : 0),
			EV("root", root_text)) };
	rc = act_emit(ctx, &e, err);
	return rc == XQ_OK ? save_seeded(ctx, &d, f, value, err) : rc;
}

/* ---- drawing ---------------------------------------------------------------------------------------- */

/* Passed over: who can not be called, and what was voided since. One word for both, so that nobody reads
 * from it who left no number. */
static enum xq_rc
is_passed_over(struct act_ctx *ctx, const struct concern *c, bool *out, struct xq_err *err)
{
	struct intake in = { 0 };
	enum xq_rc rc = intake_load(ctx->tx, ctx->mem, ctx->office, c->id, &in, err);
	*out = rc != XQ_OK || c->state == ST_VOID || in.phone == NULL || in.phone[0] == '\0';
	return rc == XQ_NONE ? XQ_OK : rc;
}

static enum xq_rc
keep_drawn(struct act_ctx *ctx, const struct draw *d, int place, int64_t concern_id,
	struct xq_err *err)
{
	enum xq_rc rc = concern_recall(ctx, concern_id, true, err);
	if (rc != XQ_OK)
		return rc;
	return db_exec(ctx->tx,
		SQL("INSERT INTO recheck (office, draw_no, place, concern_id, state, tries)"
		    " VALUES (?, ?, ?, ?, 0, 0)"),
		VALS(V(ctx->office), V(d->no), V(place), V(concern_id)), err);
}

/* Along the tickets until enough are drawn. */
static enum xq_rc
pick(struct act_ctx *ctx, const struct draw *d, const struct draw_id *frame,
	const struct draw_lot *lot, size_t n, struct draw_done *out, struct xq_err *err)
{
	enum xq_rc rc = XQ_OK;
	out->draw = str_of(d->code);
	out->drawn = mem_array(ctx->mem, struct str, (size_t)d->count + 1);
	out->skip = mem_array(ctx->mem, struct draw_skip, n + 1);
	for (size_t i = 0; rc == XQ_OK && i < n && (int64_t)out->n_drawn < d->count; i++) {
		struct concern c;
		bool passed = true;
		struct str ref = frame[lot[i].at].id;
		rc = concern_by_ref(ctx->tx, ctx->mem, ctx->office, ref, &c, err);
		if (rc == XQ_OK)
			rc = is_passed_over(ctx, &c, &passed, err);
		if (rc == XQ_OK && passed)
			out->skip[out->n_skips++] = (struct draw_skip){ ref, STR("unreachable") };
		else if (rc == XQ_OK) {
			out->drawn[out->n_drawn++] = ref;
			rc = keep_drawn(ctx, d, (int)out->n_drawn, c.id, err);
		}
	}
	return rc;
}

static enum xq_rc
frame_load(struct act_ctx *ctx, const struct draw *d, struct draw_id **out, size_t *out_n,
	struct xq_err *err)
{
	struct str text;
	enum xq_rc rc = draw_doc(ctx->tx, ctx->mem, ctx->office, d->frame, &text, err);
	if (rc == XQ_NONE)
		return xq_fault(err, "act.fault", "frame of draw %s is gone", d->code);
	return rc == XQ_OK ? draw_frame_read(ctx->mem, text, out, out_n, err) : rc;
}

static enum xq_rc
finish_apply(struct act_ctx *ctx, const struct form *in, struct xq_err *err)
{
	struct draw d;
	struct draw_done done = { 0 };
	struct draw_id *frame = NULL;
	const char *origin = "";
	uint8_t seed[SHA256_LEN];
	char hex[65];
	size_t n = 0;
	enum xq_rc rc = load(ctx, in, DRAW_SEEDED, "draw.not-seeded", &d, err);
	if (rc == XQ_OK)
		rc = draw_origin(ctx->tx, ctx->mem, ctx->office, &origin, err);
	if (rc == XQ_OK)
		rc = frame_load(ctx, &d, &frame, &n, err);
	if (rc != XQ_OK)
		return rc;
	struct draw_lot *lot = mem_array(ctx->mem, struct draw_lot, n + 1);
	(void)draw_lines(ctx->mem, &d, origin, seed);
	draw_lots(seed, frame, n, lot);
	rc = pick(ctx, &d, frame, lot, n, &done, err);
	if (rc != XQ_OK)
		return rc;
	struct str doc = draw_done_write(ctx->mem, &done);
	rc = ledger_doc_put(ctx->tx, ctx->office, "application/json",
		(struct bytes){ (const uint8_t *)doc.p, doc.n }, hex, err);
	const char *name = hex;
	struct act_event e = { .kind = &ev_draw_done,
		EVENT_VALUES(EV("doc", name), EV("draw", d.code)) };
	if (rc == XQ_OK)
		rc = act_emit(ctx, &e, err);
	if (rc != XQ_OK)
		return rc;
	act_result_int(ctx, "drawn", (int64_t)done.n_drawn);
	return db_exec_one(ctx->tx,
		SQL("UPDATE draw SET state = 2, doc = ?, done_at = ?, done_seq = ?"
		    " WHERE office = ? AND no = ? AND state = 1"),
		VALS(V(name), V(ctx->now), V(ctx->last_seq), V(ctx->office), V(d.no)), err);
}

/* clang-format off */
static const struct field announce_fields[] = {
	{ "month", FIELD_CODE, .required = true, .max = 7, .label = N_("Month whose closed concerns are drawn from"),
		.hint = N_("A month that is over, such as 2026-10.") },
	{ "outside", FIELD_CODE, .max = 32, .label = N_("What decides besides the record"),
		.hint = N_("A drawing that is public and still to come, in small letters, digits and hyphens: ssq-2026135 is the 135th drawing of the Double Colour Ball. Without one the page says that the draw could be steered.") },
	{ "outside_day", FIELD_DAY, .label = N_("Day of that drawing") },
	{ .name = NULL },
};

static const struct field seed_fields[] = {
	{ "draw", FIELD_CODE, .required = true, .label = N_("Draw") },
	{ "value", FIELD_TEXT, .max = 200, .label = N_("What was drawn in public"),
		.hint = N_("As it was published and without spaces: 03,07,12,19,22,31+08") },
	{ .name = NULL },
};

static const struct field finish_fields[] = {
	{ "draw", FIELD_CODE, .required = true, .label = N_("Draw") },
	{ .name = NULL },
};
/* clang-format on */

const struct act draw_announce = {
	.name = "draw.announce",
	.title = N_("Announce a draw"),
	.help = N_("Fixes from what is drawn and what will decide it, before anybody can know."),
	.who = PERM_EVALUATE,
	.fields = announce_fields,
	.apply = announce_apply,
	.events = (const struct event_kind *const[]){ &ev_draw_announced, NULL },
};

const struct act draw_seed_act = {
	.name = "draw.seed",
	.title = N_("Put in what decides the draw"),
	.help = N_("A second person types in what was drawn in public."),
	.who = PERM_EVALUATE,
	.fields = seed_fields,
	.prepare = seed_prepare,
	.apply = seed_apply,
	.events = (const struct event_kind *const[]){ &ev_draw_seeded, NULL },
};

const struct act draw_finish = {
	.name = "draw.finish",
	.title = N_("Draw"),
	.help = N_("The computer draws; whom nobody can call is passed over."),
	.who = PERM_EVALUATE,
	.fields = finish_fields,
	.apply = finish_apply,
	.events = (const struct event_kind *const[]){ &ev_draw_done, NULL },
};
