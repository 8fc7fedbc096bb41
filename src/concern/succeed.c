/* SPDX-License-Identifier: Apache-2.0 */
/* succeed.c - somebody leaves a post: what that person owns, follows or was offered goes to the successor in
 * the same unit, each with its own line, so that nothing is ever with nobody. Days do not move. */
#include "concern/succeed.h"

#include "concern/concern_int.h"
#include "concern/desk_pages.h"
#include "core/mem.h"
#include "identity/account.h"

#include "core/banned.h"

/* ---- who and to whom -------------------------------------------------------------------------------- */

struct succession {
	struct account from, to;
	const char *why;
};

static enum xq_rc
find_account(struct act_ctx *ctx, const struct form *in, const char *field, struct account *out,
	struct xq_err *err)
{
	enum xq_rc rc =
		account_by_login(ctx->tx, ctx->mem, ctx->office, form_str(in, field), out, err);
	return rc == XQ_NONE || (rc == XQ_OK && !out->is_open)
	               ? xq_refuse(err, field, "account.unknown")
	               : rc;
}

/* Who keeps the accounts, who rules, and the head of that unit. */
static enum xq_rc
must_decide(struct act_ctx *ctx, int64_t unit_id, struct xq_err *err)
{
	struct unit u;
	if (actor_may(ctx->actor, PERM_ACCOUNTS) || actor_may(ctx->actor, PERM_RULE))
		return XQ_OK;
	enum xq_rc rc = unit_load(ctx->tx, ctx->mem, ctx->office, unit_id, &u, err);
	if (rc == XQ_OK && u.head_person_id != ctx->actor->person_id)
		return xq_refuse(err, NULL, "succeed.not-yours");
	return rc;
}

/* A deputy can take over what another deputy follows, and nothing that somebody answers for. */
static enum xq_rc
must_settle(struct act_ctx *ctx, const struct succession *s, struct xq_err *err)
{
	bool to = false, from = false;
	enum xq_rc rc = person_only_listens(ctx->tx, ctx->office, s->to.person_id, &to, err);
	if (rc == XQ_OK && to)
		rc = person_only_listens(ctx->tx, ctx->office, s->from.person_id, &from, err);
	return rc == XQ_OK && to && !from ? xq_refuse(err, "to", "concern.listens") : rc;
}

static enum xq_rc
succession_load(
	struct act_ctx *ctx, const struct form *in, struct succession *s, struct xq_err *err)
{
	s->why = form_text(in, "why");
	enum xq_rc rc = find_account(ctx, in, "from", &s->from, err);
	if (rc == XQ_OK)
		rc = find_account(ctx, in, "to", &s->to, err);
	if (rc == XQ_OK)
		rc = must_decide(ctx, s->from.unit_id, err);
	if (rc != XQ_OK)
		return rc;
	act_subject(ctx, "account", s->from.id);
	if (s->from.id == s->to.id)
		return xq_refuse(err, "to", "succeed.same");
	if (s->from.unit_id != s->to.unit_id)
		return xq_refuse(err, "to", "succeed.other-unit");
	return must_settle(ctx, s, err);
}

/* ---- what is open ----------------------------------------------------------------------------------- */

/* Its numbers, owned ones first; an id that is both owned and followed comes once. */
static enum xq_rc
open_of(struct tx *tx, int64_t office, int64_t person_id, int64_t out[SUCCEED_MAX + 1],
	size_t *out_n, struct xq_err *err)
{
	size_t n = 0;
	struct rows *q = db_query(tx,
		SQL("SELECT id FROM concern WHERE office = ? AND owner_person_id = ?"
		    " AND closed_at IS NULL UNION SELECT id FROM concern WHERE office = ?"
		    " AND tracker_person_id = ? AND closed_at IS NULL ORDER BY id LIMIT ?"),
		VALS(V(office), V(person_id), V(office), V(person_id),
			V((int64_t)SUCCEED_MAX + 1)));
	while (n <= SUCCEED_MAX && row_next(q))
		out[n++] = row_int(q, 0);
	*out_n = n;
	return rows_close(q, err);
}

static enum xq_rc
count_open(struct tx *tx, int64_t office, int64_t person_id, int64_t *out, struct xq_err *err)
{
	return db_int(tx,
		SQL("SELECT count(*) FROM (SELECT id FROM concern WHERE office = ?"
		    " AND owner_person_id = ? AND closed_at IS NULL UNION SELECT id FROM concern"
		    " WHERE office = ? AND tracker_person_id = ? AND closed_at IS NULL) AS x"),
		VALS(V(office), V(person_id), V(office), V(person_id)), out, err);
}

/* ---- moving ----------------------------------------------------------------------------------------- */

/* Apart from concern_save: nothing else ever changes who follows, and its index is not to be written with
 * every step. */
static enum xq_rc
tracker_move(struct act_ctx *ctx, struct concern *c, int64_t person_id, struct xq_err *err)
{
	c->tracker_person_id = person_id;
	return db_exec_one(ctx->tx,
		SQL("UPDATE concern SET tracker_person_id = ? WHERE office = ? AND id = ?"),
		VALS(V(person_id), V(ctx->office), V(c->id)), err);
}

static enum xq_rc
move_one(struct act_ctx *ctx, int64_t id, const struct succession *s, struct xq_err *err)
{
	struct concern c;
	enum xq_rc rc = concern_load(ctx->tx, ctx->mem, ctx->office, id, &c, err);
	if (rc != XQ_OK)
		return rc;
	if (c.tracker_person_id == s->from.person_id)
		rc = tracker_move(ctx, &c, s->to.person_id, err);
	bool owns = c.owner_person_id == s->from.person_id;
	if (rc == XQ_OK && owns)
		rc = owner_move(ctx, &c, s->to.person_id, c.owner_unit_id, err);
	const char *note =
		mem_printf(ctx->mem, "%s \u2192 %s \u00b7 %s", s->from.name, s->to.name, s->why);
	/* The resident reads who is responsible now; who follows it is the office's own matter. */
	if (rc == XQ_OK)
		rc = concern_step_note(ctx, &c, note, owns, err);
	return rc == XQ_OK ? tell_staff(ctx, &c, "concern.succeeded", s->to.person_id, err) : rc;
}

/* What was offered to the one who leaves waits for the successor. */
static enum xq_rc
move_offers(struct act_ctx *ctx, const struct succession *s, struct xq_err *err)
{
	return db_exec(ctx->tx,
		SQL("UPDATE handover SET to_person_id = ? WHERE office = ? AND to_unit_id = ?"
		    " AND state = 0 AND to_person_id = ?"),
		VALS(V(s->to.person_id), V(ctx->office), V(s->from.unit_id), V(s->from.person_id)),
		err);
}

static enum xq_rc
succeed_apply(struct act_ctx *ctx, const struct form *in, struct xq_err *err)
{
	struct succession s;
	int64_t id[SUCCEED_MAX + 1], left = 0;
	size_t n = 0;
	enum xq_rc rc = succession_load(ctx, in, &s, err);
	if (rc == XQ_OK)
		rc = open_of(ctx->tx, ctx->office, s.from.person_id, id, &n, err);
	if (rc == XQ_OK && n == 0)
		return xq_refuse(err, NULL, "succeed.nothing");
	size_t moved = n > SUCCEED_MAX ? SUCCEED_MAX : n;
	for (size_t i = 0; rc == XQ_OK && i < moved; i++)
		rc = move_one(ctx, id[i], &s, err);
	if (rc == XQ_OK)
		rc = move_offers(ctx, &s, err);
	if (rc == XQ_OK)
		rc = count_open(ctx->tx, ctx->office, s.from.person_id, &left, err);
	act_result_int(ctx, "moved", (int64_t)moved);
	act_result_int(ctx, "left", left);
	return rc == XQ_OK ? act_note(ctx, err) : rc;
}

/* ---- the page --------------------------------------------------------------------------------------- */

static enum xq_rc
choose_successor(struct req *q, const struct account *from, struct act_form *f, struct xq_err *err)
{
	struct account *list;
	size_t n, k = 0;
	enum xq_rc rc = account_list(q->tx, q->mem, q->office->id, from->unit_id, &list, &n, err);
	if (rc != XQ_OK)
		return rc;
	struct option *o = mem_array(q->mem, struct option, n + 1);
	for (size_t i = 0; i < n; i++)
		if (list[i].id != from->id && list[i].is_open)
			o[k++] = (struct option){ .value = list[i].login, .label = list[i].name };
	act_form_choose(q, f, "to", o, k);
	return XQ_OK;
}

static enum xq_rc
succeed_render(struct req *q, struct resp *r, struct xq_err *err)
{
	struct account from;
	int64_t n = 0;
	enum xq_rc rc = account_by_login(q->tx, q->mem, q->office->id, req_place(q, 0), &from, err);
	if (rc == XQ_OK)
		rc = count_open(q->tx, q->office->id, from.person_id, &n, err);
	if (rc != XQ_OK)
		return rc;
	const char *person = mem_printf(q->mem, "/desk/people/%s", from.login);
	struct act_form f =
		act_form_of(q, &concern_succeed, mem_printf(q->mem, "%s/succeed", person));
	act_form_drop(&f, "from");
	act_form_crumb(&f, "/desk/people", N_("People and accounts"));
	act_form_crumb(&f, person, from.name);
	f.note = SAY(q, N_("{name} is responsible for, or follows, {n} that are open."),
		AX("name", from.name), AN("n", n));
	rc = choose_successor(q, &from, &f, err);
	if (rc == XQ_OK)
		act_form_show(q, r, &f);
	return rc;
}

static enum xq_rc
succeed_fill(struct req *q, struct form_pair *extra, size_t *n_extra, struct xq_err *err)
{
	(void)err;
	extra[(*n_extra)++] = (struct form_pair){ .name = STR("from"), .value = req_place(q, 0) };
	return XQ_OK;
}

/* Whatever is left after one transaction is asked for again. */
static enum xq_rc
succeed_after(struct req *q, struct resp *r, struct xq_err *err)
{
	(void)err;
	const char *left = act_result_get(q->call, "left");
	bool is_done = left && text_eq(left, "0");
	resp_see_other(q, r,
		mem_printf(q->mem, "/desk/people/%s%s", url_quote(q->mem, req_place(q, 0)),
			is_done ? "?done=succeeded" : "/succeed"));
	return XQ_OK;
}

static const struct view succeed_view = { .path = "/desk/people/{login}/succeed",
	.who = PERM_STAFF,
	.render = succeed_render,
	.act = &concern_succeed,
	.fill = succeed_fill,
	.after = succeed_after,
	.title = N_("Hand everything to a successor") };

/* ---- the declaration -------------------------------------------------------------------------------- */

/* clang-format off */
static const struct field succeed_fields[] = {
	{ "from", FIELD_CODE, .required = true, .label = N_("Who leaves the post") },
	{ "to", FIELD_CODE, .required = true, .label = N_("Successor"),
		.hint = N_("Somebody of the same unit") },
	{ "why", FIELD_TEXT, .required = true, .min = 2, .max = 100, .label = N_("Why"),
		.hint = N_("The resident reads this, for example: moved to another post") },
	{ .name = NULL },
};

const struct msg_text succeed_messages[] = {
	{ "succeed.not-yours", N_("The head of that unit, a ruling post, or who keeps the accounts hands a post over.") },
	{ "succeed.same", N_("Please choose somebody else as the successor.") },
	{ "succeed.other-unit", N_("The successor belongs to the same unit. To another unit a concern goes by an offer.") },
	{ "succeed.nothing", N_("Nothing of this person is open.") },
	{ NULL, NULL },
};
/* clang-format on */

const struct act concern_succeed = {
	.name = "concern.succeed",
	.title = N_("Hand everything to a successor"),
	.help = N_(
		"What is open goes on without a gap: same unit, same days, each with a line that says why."),
	.who = PERM_STAFF,
	.fields = succeed_fields,
	.apply = succeed_apply,
	.events = (const struct event_kind *const[]){ &ev_office_noted, NULL },
};

const struct module concern_succeed_module = {
	.name = "concern-succeed",
	.acts = (const struct act *const[]){ &concern_succeed, NULL },
	.messages = (const struct msg_text *const[]){ succeed_messages, NULL },
	.views = (const struct view *const[]){ &succeed_view, NULL },
};
