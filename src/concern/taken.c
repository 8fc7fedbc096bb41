/* SPDX-License-Identifier: Apache-2.0 */
#include "concern/taken.h"

#include "concern/desk.h"
#include "core/mem.h"

#include "core/banned.h"

/* A device's clock may be a little wrong; whoever waits longer than a week says it in words. A first answer
 * is known by its key as long (act/runner.c), so that no upload that is still accepted can count twice. */
enum { TAKEN_AHEAD_S = 120, TAKEN_DAYS = 7 };

static const struct table_decl no_tables[] = { { .name = NULL } };

const struct migration concern_migration_17 = {
	.module = "concern",
	.number = 17,
	.ddl = "ALTER TABLE concern ADD COLUMN taken_at integer;\n",
	.tables = no_tables,
};

void
taken_check(struct act_call *call)
{
	struct xq_err e = { 0 };
	int64_t now = clock_now(call->app->clock);
	if (!form_has(&call->form, "taken_at"))
		return;
	int64_t at = form_int(&call->form, "taken_at");
	if (at > now + TAKEN_AHEAD_S) {
		(void)xq_refuse(&e, "taken_at", "concern.taken-ahead"); /* beside the others */
		xq_err_time(&e, "now", now);
	} else if (at < now - (int64_t)TAKEN_DAYS * 86400) {
		(void)xq_refuse(&e, "taken_at", "concern.taken-old");
		xq_err_int(&e, "n", TAKEN_DAYS);
	} else {
		return;
	}
	form_add_fault(&call->form, &e);
}

int64_t
taken_read(const struct form *in, int64_t now)
{
	int64_t at = form_int(in, "taken_at");
	return at > now ? now : at;
}

enum xq_rc
taken_count(struct act_ctx *ctx, int64_t taken_at, struct limit limit, struct due *due,
	struct xq_err *err)
{
	const struct office_info *o = app_office(ctx->app, ctx->office);
	if (taken_at == 0)
		return XQ_OK;
	return cal_due(ctx->app->calendar, taken_at, limit, o->closing_minute, o->tz_s, due, err);
}

const char *
taken_words(struct req *q, const struct concern *c)
{
	if (c->taken_at == 0)
		return NULL;
	if (c->handed_id)
		return SAY(q, N_("Told to another office {taken}, taken over {at}"),
			AT("taken", c->taken_at), AT("at", c->raised_at));
	return SAY(q, N_("Taken down {taken} without a network, uploaded {at}"),
		AT("taken", c->taken_at), AT("at", c->raised_at));
}
