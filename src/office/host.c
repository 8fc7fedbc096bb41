/* SPDX-License-Identifier: Apache-2.0 */
/* host.c - a host name of the office's own: what comes by it needs no /o/CODE. */
#include <ctype.h>

#include "core/mem.h"
#include "office/desk.h"
#include "office/office_int.h"
#include "office/views_int.h"

#include "core/banned.h"

enum { LABEL_MAX = 63 };

/* Letters, digits and hyphens, none at either end. */
static bool
is_label(struct str s)
{
	if (s.n == 0 || s.n > LABEL_MAX || s.p[0] == '-' || s.p[s.n - 1] == '-')
		return false;
	for (size_t i = 0; i < s.n; i++)
		if (!isalnum((unsigned char)s.p[i]) && s.p[i] != '-')
			return false;
	return true;
}

/* The last label of a name holds a letter; that of an address does not. */
static bool
is_host(struct str s)
{
	struct str rest = s, label = s;
	bool has_letter = false;
	if (str_ends(s, STR(".")))
		return false;
	while (rest.n > 0 && str_cut(&rest, '.', &label))
		if (!is_label(label))
			return false;
	for (size_t i = 0; i < label.n; i++)
		has_letter |= isalpha((unsigned char)label.p[i]) != 0;
	return has_letter;
}

static void
host_check(struct act_call *call)
{
	struct xq_err e = { 0 };
	if (!form_has(&call->form, "host") || is_host(form_str(&call->form, "host")))
		return;
	(void)xq_refuse(&e, "host", "office.host-form"); /* beside the field */
	form_add_fault(&call->form, &e);
}

static enum xq_rc
must_be_free(struct act_ctx *ctx, const char *host, struct xq_err *err)
{
	int64_t other;
	enum xq_rc rc = db_int(ctx->tx, SQL("SELECT id FROM office WHERE host = ? AND id <> ?"),
		VALS(V(host), V(ctx->office)), &other, err);
	if (rc != XQ_OK)
		return rc == XQ_NONE ? XQ_OK : rc;
	rc = xq_refuse(err, "host", "office.host-taken");
	xq_err_text(err, "host", host);
	return rc;
}

/* The server reads its list of offices anew after the commit: by the outbox, since nobody may see what
 * is not committed. */
static enum xq_rc
host_apply(struct act_ctx *ctx, const struct form *in, struct xq_err *err)
{
	char *host = mem_text(ctx->mem, form_text(in, "host"));
	for (char *p = host; *p; p++)
		*p = (char)tolower((unsigned char)*p);
	enum xq_rc rc = host[0] ? must_be_free(ctx, host, err) : XQ_OK;
	if (rc == XQ_OK)
		rc = db_exec_one(ctx->tx, SQL("UPDATE office SET host = ? WHERE id = ?"),
			VALS(host[0] ? V(host) : VNULL, V(ctx->office)), err);
	if (rc == XQ_OK)
		rc = act_outbox(ctx, "office.reload", STR("{}"), err);
	act_result_text(ctx, "host", host);
	return rc == XQ_OK ? act_note(ctx, err) : rc;
}

static enum xq_rc
reload_run(struct app *app, void *mem, int64_t office, struct str json, struct xq_err *err)
{
	(void)mem;
	(void)office;
	(void)json;
	return app_reload_offices(app, err);
}

const struct effect office_reload_effect = { "office.reload", reload_run };

static const struct field host_fields[] = {
	{ .name = "host",
		.type = FIELD_TEXT,
		.max = 253,
		.label = N_("Host name"),
		.hint = N_("For instance qingfeng.example.cn. Empty: only under its path.") },
	{ 0 },
};

const struct act office_host_act = {
	.name = "office.host",
	.title = N_("Serve the office under a host name of its own"),
	.help = N_(
		"What comes by this name needs no /o/ and code in its addresses. The name must lead to this server."),
	.who = PERM_OPERATE,
	.fields = host_fields,
	.check = host_check,
	.apply = host_apply,
	.events = (const struct event_kind *const[]){ &ev_office_noted, NULL },
	.spans = true,
};

static enum xq_rc
host_render(struct req *q, struct resp *r, struct xq_err *err)
{
	(void)err;
	struct act_form f = act_form_of(q, &office_host_act, "/desk/host");
	act_form_default(&f, "host", q->office->host);
	act_form_show(q, r, &f);
	return XQ_OK;
}

static enum xq_rc
host_after(struct req *q, struct resp *r, struct xq_err *err)
{
	(void)err;
	resp_see_other(q, r, "/desk");
	return XQ_OK;
}

const struct view view_host = { .path = "/desk/host",
	.who = PERM_OPERATE,
	.render = host_render,
	.act = &office_host_act,
	.after = host_after,
	.title = N_("Host name") };

const struct menu_item menu_host = { "/desk/host", N_("Host name"), "link", PERM_OPERATE, 880, NULL,
	false };
