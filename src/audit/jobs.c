/* SPDX-License-Identifier: Apache-2.0 */
/* jobs.c - /desk/jobs: messages that wait or are dead, and what the clock has due now. A message's text
 * is never shown: it may hold what a resident said. */
#include "audit/audit_int.h"
#include "core/mem.h"
#include "core/parse.h"
#include "templates.h"

#include "core/banned.h"

enum { MESSAGE_DEAD = 2 }; /* enum outbox_state of act/runner.c */

struct message {
	int64_t id, created_at, run_at, tries;
	const char *effect, *why;
};

static enum xq_rc
message_list(struct tx *tx, void *mem, int64_t office, int64_t state, struct message **out,
	size_t *out_n, struct xq_err *err)
{
	struct message *list = mem_array(mem, struct message, OUTBOX_SHOWN);
	size_t n = 0;
	struct rows *q = db_query(tx,
		SQL("SELECT id, created_at, run_at, tries, effect, why FROM outbox"
		    " WHERE office = ? AND state = ? ORDER BY run_at, id LIMIT ?"),
		VALS(V(office), V(state), V((int64_t)OUTBOX_SHOWN)));
	for (; n < OUTBOX_SHOWN && row_next(q); n++)
		list[n] = (struct message){ .id = row_int(q, 0),
			.created_at = row_int(q, 1),
			.run_at = row_int(q, 2),
			.tries = row_int(q, 3),
			.effect = row_text(q, 4, mem),
			.why = row_text(q, 5, mem) };
	*out = list;
	*out_n = n;
	return rows_close(q, err);
}

/* ---- outbox.retry ------------------------------------------------------------------------------------ */

static const struct field retry_fields[] = {
	{ "no", FIELD_INT, .required = true, .min = 1, .label = N_("Message") },
	{ 0 },
};

static enum xq_rc
retry_apply(struct act_ctx *ctx, const struct form *in, struct xq_err *err)
{
	int64_t no = form_int(in, "no");
	enum xq_rc rc = outbox_again(ctx->tx, ctx->office, no, ctx->now, err);
	if (rc == XQ_REFUSED)
		return xq_refuse(err, NULL, "jobs.not-dead");
	if (rc == XQ_OK)
		rc = act_note(ctx, err);
	if (rc == XQ_OK)
		act_subject(ctx, "outbox", no);
	return rc;
}

const struct act outbox_retry_act = {
	.name = "outbox.retry",
	.title = N_("Try a dead message again"),
	.help = N_("It begins anew with its first try."),
	.who = PERM_OPERATE,
	.fields = retry_fields,
	.apply = retry_apply,
	.events = (const struct event_kind *const[]){ &ev_office_noted, NULL },
};

static enum xq_rc
retry_render(struct req *q, struct resp *r, struct xq_err *err)
{
	(void)err;
	struct act_form f = act_form_of(q, &outbox_retry_act,
		mem_printf(
			q->mem, "/desk/jobs/messages/%s/retry", str_text(q->mem, req_place(q, 0))));
	act_form_crumb(&f, "/desk/jobs", N_("Messages and jobs"));
	f.note = SAY(q, N_("Message {no}"), AX("no", str_text(q->mem, req_place(q, 0))));
	f.submit = N_("Try again now");
	act_form_drop(&f, "no");
	act_form_show(q, r, &f);
	return XQ_OK;
}

static enum xq_rc
retry_fill(struct req *q, struct form_pair *extra, size_t *n_extra, struct xq_err *err)
{
	(void)err;
	extra[(*n_extra)++] = (struct form_pair){ .name = STR("no"), .value = req_place(q, 0) };
	return XQ_OK;
}

static enum xq_rc
retry_after(struct req *q, struct resp *r, struct xq_err *err)
{
	(void)err;
	resp_see_other(q, r, "/desk/jobs?done=retry");
	return XQ_OK;
}

const struct view jobs_retry_view = { .path = "/desk/jobs/messages/{n}/retry",
	.who = PERM_OPERATE,
	.render = retry_render,
	.act = &outbox_retry_act,
	.fill = retry_fill,
	.after = retry_after,
	.title = N_("Try a dead message again") };

/* ---- the page ---------------------------------------------------------------------------------------- */

static const char *
effect_words(struct req *q, const char *effect)
{
	return text_eq(effect, "notify.staff") ? desk_word(q, N_("Message to staff")) : effect;
}

static const char *
why_words(struct req *q, const char *why)
{
	if (!why || why[0] == '\0')
		return NULL;
	const struct xq_err e = { .key = why };
	return req_fault_text(q, &e);
}

static struct table
message_table(struct req *q, const struct message *m, size_t n, bool dead)
{
	static const struct column dead_col[] = { { .label = N_("Message"), .form = COL_CODE },
		{ .label = N_("What") }, { .label = N_("Why it failed") },
		{ .label = N_("Tries"), .form = COL_NUMBER }, { .label = N_("Written on") } };
	static const struct column wait_col[] = { { .label = N_("Message"), .form = COL_CODE },
		{ .label = N_("What") }, { .label = N_("Why it failed") },
		{ .label = N_("Tries"), .form = COL_NUMBER }, { .label = N_("Next try") } };
	enum { COLS = sizeof dead_col / sizeof *dead_col };
	struct table_cell *cell = mem_array(q->mem, struct table_cell, (n + 1) * COLS);
	for (size_t i = 0; i < n; i++) {
		struct table_cell *c = cell + i * COLS;
		const char *no = mem_printf(q->mem, "%lld", (long long)m[i].id);
		c[0].text = dead ? SAY(q, N_("{no}: try again"), AX("no", no)) : no;
		c[0].href = dead ? mem_printf(q->mem, "/desk/jobs/messages/%s/retry", no) : NULL;
		c[1].text = effect_words(q, m[i].effect);
		c[2].text = why_words(q, m[i].why);
		c[3].text = mem_printf(q->mem, "%lld", (long long)m[i].tries);
		c[4].text = msg_moment(q->mem, q->prefs.lang, dead ? m[i].created_at : m[i].run_at,
			q->office->tz_s);
	}
	return (struct table){
		.caption = SAY(q,
			n == OUTBOX_SHOWN ? N_("The first {n}; more follow when these are done")
					  : N_("{n} messages"),
			AN("n", (int64_t)n)),
		.col = dead ? dead_col : wait_col,
		.n_cols = COLS,
		.cell = cell,
		.n_rows = n
	};
}

/* Each job's own search, asked for a few rows only. */
static enum xq_rc
load_due(struct req *q, struct table *out, struct xq_err *err)
{
	static const struct column col[] = { { .label = N_("Job") },
		{ .label = N_("What it does") }, { .label = N_("Due now"), .form = COL_NUMBER } };
	enum { COLS = sizeof col / sizeof *col, JOBS_MAX = 64 };
	struct table_cell *cell = mem_array(q->mem, struct table_cell, JOBS_MAX * COLS);
	size_t rows = 0;
	for (size_t m = 0; q->app->modules[m]; m++)
		for (size_t j = 0; q->app->modules[m]->jobs && q->app->modules[m]->jobs[j]; j++) {
			const struct job *job = q->app->modules[m]->jobs[j];
			int64_t id[JOB_COUNT_MAX];
			size_t n = 0;
			enum xq_rc rc = job->find(
				q->tx, q->mem, q->office->id, q->now, JOB_COUNT_MAX, id, &n, err);
			if (rc != XQ_OK)
				return rc;
			if (n == 0 || rows == JOBS_MAX)
				continue;
			struct table_cell *c = cell + rows++ * COLS;
			c[0].text = job->name;
			c[1].text = desk_word(q, job->act->title);
			c[2].text = mem_printf(q->mem, n == JOB_COUNT_MAX ? "%zu+" : "%zu", n);
		}
	*out = (struct table){ .caption = N_("What the clock does next, within a minute"),
		.col = col,
		.n_cols = COLS,
		.cell = cell,
		.n_rows = rows };
	return XQ_OK;
}

static enum xq_rc
jobs_render(struct req *q, struct resp *r, struct xq_err *err)
{
	struct jobs_page *p = mem_new(q->mem, struct jobs_page);
	struct message *dead, *waiting;
	size_t n_dead, n_waiting;
	enum xq_rc rc =
		message_list(q->tx, q->mem, q->office->id, MESSAGE_DEAD, &dead, &n_dead, err);
	if (rc == XQ_OK)
		rc = message_list(q->tx, q->mem, q->office->id, 0, &waiting, &n_waiting, err);
	if (rc == XQ_OK)
		rc = load_due(q, &p->due, err);
	if (rc != XQ_OK)
		return rc;
	p->dead = message_table(q, dead, n_dead, true);
	p->waiting = message_table(q, waiting, n_waiting, false);
	if (n_dead + n_waiting + p->due.n_rows == 0)
		p->done = SAY(q, N_("All is done, at {at}."), AX("at", desk_clock(q, q->now)));
	struct flash flash = { FLASH_OK,
		desk_word(q, N_("It waits again and is tried within a minute.")) };
	bool did = str_is(req_query(q, "done"), "retry");
	struct shell s;
	struct html_out o = desk_page_begin(q, N_("Messages and jobs"), did ? &flash : NULL, &s);
	jobs_body(&o, p);
	desk_end(r, &o, &s);
	return XQ_OK;
}

const struct view jobs_view = { .path = "/desk/jobs",
	.who = PERM_OPERATE,
	.render = jobs_render,
	.title = N_("Messages and jobs") };
