/* SPDX-License-Identifier: Apache-2.0 */
/* Pages of refusals and faults, the same for all of the site; problem documents for programs. */
#include "web/fail.h"

#include "core/log.h"
#include "core/mem.h"
#include "identity/role.h"
#include "templates.h"
#include "web/shell.h"
#include "web/web_int.h"

#include "core/banned.h"

struct words {
	int status;
	const char *title, *text, *advice;
	const char *key; /* of the fault that these are for; NULL: any */
};

/* clang-format off */
static const struct words all_words[] = {
	{ 400, N_("This address or form cannot be read"),
		N_("Something in it is damaged."),
		N_("Please go back and try once more, or type the address again.") },
	{ 401, N_("Please sign in"),
		N_("The token or session is not valid, or not any more."), NULL },
	{ 403, N_("You cannot do this here"),
		N_("This page or step is for certain posts only."),
		N_("If it should be yours, ask the person who looks after accounts.") },
	{ 404, N_("There is nothing at this address"),
		N_("The address may be mistyped, or the page has moved."),
		N_("For a query code please compare it once more: 0 and O, 1 and I count as the same.") },
	{ 405, N_("This cannot be done here"),
		N_("This address takes no such request."), NULL },
	{ 409, N_("It has changed meanwhile"),
		N_("Somebody else was faster."),
		N_("Please open the page again and look at the new state first.") },
	{ 410, N_("This is no longer here"),
		N_("It was removed or withdrawn."), NULL },
	{ 413, N_("This is too much at once"),
		N_("What was sent is larger than this form takes."),
		N_("Please send fewer or smaller photos, or shorten the text.") },
	{ 415, N_("This kind of data is not understood"),
		N_("What was sent is of a kind that this address does not take."), NULL },
	{ 422, N_("Something is still missing"),
		N_("Not all entries can be used as they are."), NULL },
	{ 429, N_("Too many tries"),
		N_("There were many tries from your network in a short time."),
		N_("You can also simply call us.") },
	{ 500, N_("Something went wrong on our side"),
		N_("It is not your fault. Nothing was changed."),
		N_("Please try again later, or call us.") },
	{ 503, N_("The database cannot be reached just now"),
		N_("Nothing that was saved is lost. This page works again as soon as the database does; please try it again in a minute."),
		N_("You can also simply call us."), "store.away" },
	{ 503, N_("This office is being moved"),
		N_("It goes to another server just now. What you wrote is all here; please press again in a few minutes. Everything can still be read."),
		N_("You can also simply call us."), "place.leaving" },
	{ 503, N_("This office is being moved"),
		N_("It will be here in a few minutes. Please try again then."), NULL, "place.arriving" },
	{ 503, N_("Many people are here now"),
		N_("What you wrote is all here. Please press again in a few seconds."), NULL },
};
/* clang-format on */

static bool
fits(const struct words *w, int status, const struct xq_err *err)
{
	return w->status == status && (!w->key || (err && err->key && text_eq(err->key, w->key)));
}

static const struct words *
words_of(int status, const struct xq_err *err)
{
	const struct words *server_fault = NULL;
	for (size_t i = 0; i < sizeof all_words / sizeof *all_words; i++) {
		if (fits(&all_words[i], status, err))
			return &all_words[i];
		if (all_words[i].status == 500)
			server_fault = &all_words[i];
	}
	return server_fault;
}

static void
problem(struct req *q, struct resp *r, int status, const struct words *w, const struct xq_err *err,
	unsigned number)
{
	struct json_w j = json_new(q->mem);
	json_open(&j, '{');
	json_key(&j, "type");
	json_text(
		&j, err && err->key ? mem_printf(q->mem, "/problems/%s", err->key) : "about:blank");
	json_key(&j, "title");
	json_text(&j, msg_text(q->prefs.lang, w->title));
	json_key(&j, "status");
	json_int(&j, status);
	if (err && err->key) {
		json_key(&j, "key");
		json_text(&j, err->key);
	}
	json_key(&j, "detail");
	json_text(&j, err && err->key && status < 500 ? req_fault_text(q, err)
						      : msg_text(q->prefs.lang, w->text));
	if (number > 0) {
		json_key(&j, "fault");
		json_int(&j, number);
	}
	json_close(&j, '}');
	resp_text(r, status, "application/problem+json", buf_view(&j.b));
}

static bool
is_kept(const struct req *q, const struct form_pair *p)
{
	if (p->is_upload || p->name.n == 0 || p->name.n > 64 || str_is(p->name, "csrf"))
		return false;
	for (const struct field *f = q->view && q->view->act ? q->view->act->fields : NULL;
		f && f->name; f++)
		if (str_is(p->name, f->name))
			return f->type != FIELD_SECRET;
	return !str_starts(p->name, STR("pass")); /* of forms with a post hook */
}

static void
keep_typed(const struct req *q, struct fail_page *p)
{
	if (q->n_pairs == 0)
		return;
	struct fail_typed *typed = mem_array(q->mem, struct fail_typed, q->n_pairs);
	for (size_t i = 0; i < q->n_pairs; i++) {
		const struct form_pair *pair = &q->pair[i];
		if (is_kept(q, pair))
			typed[p->n_typed++] = (struct fail_typed){ pair->name, pair->value,
				pair->value.n > 60 || str_find(pair->value, '\n') < pair->value.n };
	}
	p->typed = typed;
}

static void
page(struct req *q, struct resp *r, int status, const struct words *w, const struct xq_err *err,
	unsigned number)
{
	enum lang lang = q->prefs.lang;
	struct html_out o = html_new(q->mem, lang, q->office ? q->office->tz_s : TZ_CHINA);
	o.base = q->base;
	struct fail_page p = {
		.status = status,
		.text = err && err->key && status < 500 ? req_fault_text(q, err)
		                                        : msg_text(lang, w->text),
		.advice = w->advice ? msg_text(lang, w->advice) : NULL,
		.number = number,
		.may_search = status == 404 && q->office,
		.is_staff = q->actor.kind == ACTOR_STAFF,
		.path = q->method == HTTP_POST ? req_here(q) : NULL,
	};
	if (status == 403 && q->view && !actor_may(&q->actor, q->view->who))
		p.role = msg_text(lang, perm_title(q->view->who));
	bool is_foreign = err && err->key && text_eq(err->key, "csrf.foreign");
	if (q->method == HTTP_POST && (status == 403 || status >= 429) && !is_foreign)
		keep_typed(q, &p);
	struct shell s = {
		.title = msg_text(lang, w->title),
		.hero = msg_text(lang, w->title),
		.office = q->office ? q->office->name : "",
		.office_short = q->office ? q->office->short_name : "",
		.notice = req_notice(q),
		.path = q->method == HTTP_GET ? req_here(q) : "/",
		.elder = q->prefs.elder,
		.high_contrast = q->prefs.high_contrast,
		.theme = (int)q->prefs.theme,
		.phone = q->office ? q->office->phone : NULL,
		.phone_hours = q->office ? q->office->hours : NULL,
	};
	resident_open(&o, &s);
	fail_body(&o, &p);
	resident_close(&o, &s);
	r->status = status;
	resp_html(r, &o);
}

const char *
req_notice(struct req *q)
{
	struct xq_err away = { 0 };
	if (q->office && q->office->place == PLACE_LEAVING) {
		(void)!place_takes_acts(
			q->app, q->office->id, &away); /* it is not here: said below */
		return req_fault_text(q, &away);
	}
	if (!q->office || !app_record_stopped(q->app, q->office->id))
		return NULL;
	return req_fault_text(q, &(const struct xq_err){ .key = "record.stopped" });
}

enum xq_rc
web_fail(struct req *q, struct resp *r, int status, const struct xq_err *err)
{
	const struct words *w = words_of(status, err);
	unsigned number = 0;
	if (status == 500) {
		struct xq_err unknown = { .key = "web.fault" };
		number = log_fault(q->view ? q->view->path : "web", err ? err : &unknown);
	}
	if (status == 503 || status == 429) {
		bool said = false;
		for (size_t i = 0; i < r->n_headers; i++)
			said |= text_eq(r->header[i].name, "Retry-After");
		if (!said)
			resp_header(r, "Retry-After", "2");
	}
	r->cache = "no-store";
	if (q->conn->is_api)
		problem(q, r, status, w, err, number);
	else
		page(q, r, status, w, err, number);
	return XQ_OK;
}

void
conn_fail(struct conn *c, enum xq_rc rc, const struct xq_err *err)
{
	int status = 500;
	if (rc == XQ_NONE)
		status = 404;
	else if (rc == XQ_REFUSED)
		status = 403;
	else if (rc == XQ_BUSY)
		status = 503;
	(void)web_fail(&c->q, &c->r, status, rc == XQ_NONE && !err->key ? NULL : err);
}

const struct msg_text web_messages[] = {
	{ "web.logged-out",
		N_("You are not signed in any more. Sign in again in another tab, then send this once more.") },
	{ "web.too-many-tries",
		N_("There were many tries from your network. Please try again after {at}, or call us.") },
	{ "web.wrong-type", N_("What was sent is of a kind that this address does not take.") },
	{ "web.too-large", N_("At most {max} KB can be sent here at once.") },
	{ "web.fault", N_("Something went wrong on our side") },
	{ "web.listen", N_("The server cannot listen on this address.") },
	{ "web.tls", N_("The certificate or its key cannot be used.") },
	{ "csrf.again",
		N_("This page was open for long. Please look it over and press once more.") },
	{ "csrf.foreign",
		N_("This request did not come from a page of this site, so nothing was done. Please open the page here and fill it in again.") },
	{ "form.too-many", N_("The form has more than {max} entries.") },
	{ "form.not-utf8", N_("The text is not in the right encoding (UTF-8).") },
	{ "form.bad-multipart", N_("The upload was cut off. Please try again.") },
	{ NULL, NULL },
};
