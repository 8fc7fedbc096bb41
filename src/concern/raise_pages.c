/* SPDX-License-Identifier: Apache-2.0 */
/* raise_pages.c - saying something in three steps and a receipt. The answers lie in a draft on the
 * server; the browser holds its key in a cookie. The draft's key is the idempotency key of the last
 * step too, so however often it is sent, there is one concern and one receipt. */
#include "concern/resident.h"
#include "concern/similar.h"
#include "concern/taken.h"
#include "concern/zone.h"

#include "concern/book.h"
#include "concern/record_part.h"
#include "core/mem.h"
#include "office/desk.h"
#include "templates.h"

#include "core/banned.h"

enum { DRAFT_KEEP_S = 86400, UPLOAD_MAX = 96 << 20 };

/* ---- the draft's key ------------------------------------------------------------------------------- */

static struct str
draft_key_of(const struct req *q)
{
	struct str key = req_cookie(q, COOKIE_DRAFT);
	return key.n == 32 ? key : STR("");
}

static void
draft_begin(struct req *q, struct resp *r)
{
	if (draft_key_of(q).n > 0)
		return;
	struct rng random;
	uint8_t key[16];
	char hex[33];
	rng_init_real(&random);
	rng_fill(&random, key, sizeof key);
	text_hex((struct bytes){ key, sizeof key }, hex);
	resp_cookie(q, r, COOKIE_DRAFT, hex, DRAFT_KEEP_S);
}

static enum xq_rc
draft_of(struct req *q, struct draft *out, struct xq_err *err)
{
	return draft_load(q->tx, q->mem, q->office->id, draft_key_of(q), q->now, out, err);
}

static enum xq_rc
fill_draft(struct req *q, struct form_pair *extra, size_t *n_extra, struct xq_err *err)
{
	(void)err;
	extra[(*n_extra)++] = (struct form_pair){ .name = STR("draft"), .value = draft_key_of(q) };
	return XQ_OK;
}

/* The inputs of an act as a step of the form. */
static struct raise_page
step_page(struct act_form *f, const char *back)
{
	act_form_drop(f, "draft");
	act_form_faults(f);
	return (struct raise_page){ .action = f->action,
		.csrf = f->csrf,
		.idem = f->idem,
		.row = f->fault,
		.n_rows = f->n_faults,
		.input = f->input,
		.n_inputs = f->n_inputs,
		.back = back };
}

static void
put_text(struct act_form *f, const char *name, const char *value)
{
	if (value[0])
		act_form_default(f, name, value);
}

/* ---- step 1: say it ---------------------------------------------------------------------------------- */

static enum xq_rc
raise_render(struct req *q, struct resp *r, struct xq_err *err)
{
	struct draft d = { 0 };
	enum xq_rc rc = draft_of(q, &d, err);
	if (rc != XQ_OK && rc != XQ_NONE)
		return rc;
	draft_begin(q, r);
	struct act_form f = act_form_of(q, &draft_say, "/raise");
	struct input *body = act_form_input(&f, "body");
	body->is_heading = true;
	body->label = N_("What happened?");
	body->rows = 6;
	struct input *class = act_form_input(&f, "class");
	struct option *classes;
	class->kind = INPUT_RADIO;
	class->n_options = book_classes(q, resident_today(q), &classes);
	class->option = classes;
	struct input *photos = act_form_input(&f, "photos");
	photos->is_multiple = true;
	photos->accept = "image/jpeg,image/png,image/webp";
	if (rc == XQ_OK) {
		put_text(&f, "body", d.body);
		if (!text_eq(d.class, "other"))
			put_text(&f, "class", d.class);
	}
	if (d.n_photos == 0)
		act_form_drop(&f, "drop_photos");
	struct raise_page p = step_page(&f, "/");
	p.n_photos = (size_t)d.n_photos;
	struct shell s =
		resident_shell(q, resident_word(q, N_("Say what is wrong, step 1 of 3")), "raise");
	struct html_out o = resident_begin(q, &s);
	raise_say_page(&o, &p);
	resident_end(r, &o, &s);
	return XQ_OK;
}

static enum xq_rc
raise_after(struct req *q, struct resp *r, struct xq_err *err)
{
	(void)err;
	resp_see_other(q, r, "/raise/where");
	return XQ_OK;
}

const struct view raise_view = { .path = "/raise",
	.who = PERM_ANYBODY,
	.render = raise_render,
	.act = &draft_say,
	.fill = fill_draft,
	.after = raise_after,
	.max_body = UPLOAD_MAX,
	.title = N_("Raise a concern") };

/* ---- step 2: where, and how to reach you ------------------------------------------------------------ */

static enum xq_rc
where_render(struct req *q, struct resp *r, struct xq_err *err)
{
	struct draft d;
	enum xq_rc rc = draft_of(q, &d, err);
	if (rc == XQ_NONE) {
		resp_see_other(q, r, "/raise");
		return XQ_OK;
	}
	if (rc != XQ_OK)
		return rc;
	struct act_form f = act_form_of(q, &draft_where, "/raise/where");
	struct input *place = act_form_input(&f, "place");
	place->is_heading = true;
	place->label = N_("Where is it?");
	act_form_input(&f, "phone")->complete = "tel";
	act_form_input(&f, "name")->complete = "name";
	put_text(&f, "place", d.place);
	size_t n_zones;
	rc = zone_choose(q, &f, &n_zones, err);
	if (rc != XQ_OK)
		return rc;
	put_text(&f, "zone", d.zone);
	if (n_zones == 0)
		act_form_drop(&f, "zone");
	put_text(&f, "phone", d.phone);
	put_text(&f, "name", d.name);
	put_text(&f, "address", d.address);
	put_text(&f, "contact_wish", d.contact_wish);
	if (!q->call) {
		act_form_default(&f, "secret", d.wants_secret ? "1" : NULL);
		act_form_default(&f, "publish", d.may_publish ? "1" : NULL);
	}
	struct raise_page p = step_page(&f, "/raise");
	p.danger = danger_in(q, d.body);
	struct shell s = resident_shell(
		q, resident_word(q, N_("Where it is and how to reach you, step 2 of 3")), "raise");
	struct html_out o = resident_begin(q, &s);
	raise_where_page(&o, &p);
	resident_end(r, &o, &s);
	return XQ_OK;
}

static enum xq_rc
where_after(struct req *q, struct resp *r, struct xq_err *err)
{
	(void)err;
	resp_see_other(q, r, "/raise/check");
	return XQ_OK;
}

const struct view raise_where_view = { .path = "/raise/where",
	.who = PERM_ANYBODY,
	.render = where_render,
	.act = &draft_where,
	.fill = fill_draft,
	.after = where_after,
	.title = N_("Where it is and how to reach you") };

/* ---- step 3: check and send --------------------------------------------------------------------------- */

/* What raising it now would give: owner, unit and day, by the rules that the act itself uses. */
struct forecast {
	struct post_holder intake;
	const char *unit; /* "" where the intake keeps it */
	const char *public_unit;
	struct due due;
};

static enum xq_rc
forecast_load(struct req *q, const struct draft *d, struct forecast *out, struct xq_err *err)
{
	struct limit limit;
	int64_t unit_id, office = q->office->id;
	int32_t today = day_of(q->now, q->office->tz_s);
	*out = (struct forecast){ .unit = "" };
	enum xq_rc rc = post_current(q->tx, q->mem, office, POST_INTAKE, &out->intake, err);
	if (rc == XQ_OK)
		rc = deadline_of(q->tx, office, "help", today, &limit, err);
	if (rc == XQ_OK)
		rc = cal_due(q->app->calendar, q->now, limit, q->office->closing_minute,
			q->office->tz_s, &out->due, err);
	if (rc != XQ_OK)
		return rc;
	out->public_unit = out->intake.unit_public_name;
	rc = duty_of(q->tx, office, d->class, today, &unit_id, err);
	if (rc != XQ_OK)
		return rc == XQ_NONE ? XQ_OK : rc;
	struct unit u;
	rc = unit_load(q->tx, q->mem, office, unit_id, &u, err);
	if (rc == XQ_OK)
		out->unit = u.name;
	return rc;
}

static struct html
forecast_words(struct req *q, const struct forecast *f)
{
	if (!f->unit[0])
		return R_HTML(q,
			N_("<b>{who}</b> takes it at once and stays with it to the end. You get an answer by <b>{due}, {time}</b>."),
			R_TEXT("who", f->intake.person_name), R_DAY("due", f->due.effective_day),
			R_TEXT("time", resident_closing(q, f->due.at)));
	return R_HTML(q,
		N_("<b>{who}</b> takes it at once and offers it to <b>{unit}</b>. You get an answer by <b>{due}, {time}</b>."),
		R_TEXT("who", f->intake.person_name), R_TEXT("unit", f->unit),
		R_DAY("due", f->due.effective_day), R_TEXT("time", resident_closing(q, f->due.at)));
}

static struct review
said_of(struct req *q, const struct draft *d)
{
	enum { ROWS = 7 };
	struct review_row *row = mem_array(q->mem, struct review_row, ROWS);
	size_t n = 0;
	row[n++] = (struct review_row){ N_("What happened"), d->body, "/raise" };
	row[n++] = (struct review_row){ N_("What it is about"),
		resident_word(q, book_word(q, RULE_CLASS, d->class, resident_today(q))), "/raise" };
	if (d->n_photos > 0)
		row[n++] = (struct review_row){ N_("Photos"),
			mem_printf(q->mem, "%lld", (long long)d->n_photos), "/raise" };
	row[n++] =
		(struct review_row){ N_("Where"), d->place[0] ? d->place : NULL, "/raise/where" };
	row[n++] =
		(struct review_row){ N_("Phone"), d->phone[0] ? d->phone : NULL, "/raise/where" };
	row[n++] =
		(struct review_row){ N_("Your name"), d->name[0] ? d->name : NULL, "/raise/where" };
	return (struct review){ N_("What you said"), "talk", row, n };
}

/* The public page's own card, from what the concern would be. */
static struct public_card
preview_of(struct req *q, const struct draft *d, const struct forecast *f)
{
	const char *class, *public = "other"; /* the class may have ended since it was chosen */
	(void)book_class_of(q->app, q->office->id, d->class, resident_today(q), &class, &public);
	const struct concern c = { .ref = "",
		.state = ST_ACCEPTED,
		.class = public,
		.may_publish = d->may_publish,
		.owner_public_unit = f->public_unit,
		.raised_at = q->now,
		.due_at = f->due.at,
		.due_day = f->due.effective_day,
		.limit = "",
		.round = 1,
		.first_seq = 0,
		.is_provisional = f->due.is_provisional };
	struct public_card p = public_card_of(q, &c);
	p.href = NULL;
	return p;
}

/* Only what the public list shows, found by nothing but that. */
static enum xq_rc
similar_load(struct req *q, const struct draft *d, struct check_page *p, struct xq_err *err)
{
	int64_t id[SIMILAR_MAX];
	size_t n = 0;
	enum xq_rc rc = similar_public(q->tx, q->mem, q->office->id,
		&(struct similar_ask){ .body = str_of(d->body),
			.place = str_of(d->place),
			.class = d->class,
			.now = q->now },
		id, &n, err);
	struct public_card *card = mem_array(q->mem, struct public_card, SIMILAR_MAX);
	for (size_t i = 0; rc == XQ_OK && i < n; i++) {
		struct concern c;
		rc = concern_load(q->tx, q->mem, q->office->id, id[i], &c, err);
		if (rc == XQ_OK)
			card[p->n_similar++] = public_card_of(q, &c);
	}
	p->similar = card;
	return rc;
}

static enum xq_rc
check_render(struct req *q, struct resp *r, struct xq_err *err)
{
	struct draft d;
	struct forecast f;
	enum xq_rc rc = draft_of(q, &d, err);
	if (rc == XQ_NONE || (rc == XQ_OK && d.reached < 2)) {
		resp_see_other(q, r, rc == XQ_NONE ? "/raise" : "/raise/where");
		return XQ_OK;
	}
	if (rc == XQ_OK)
		rc = forecast_load(q, &d, &f, err);
	if (rc != XQ_OK)
		return rc;
	struct check_page p = { .said = said_of(q, &d),
		.who = forecast_words(q, &f),
		.card = preview_of(q, &d, &f),
		.is_secret = d.wants_secret,
		.n_photos = (size_t)d.n_photos,
		.csrf = q->csrf,
		.idem = str_text(q->mem, draft_key_of(q)),
		.danger = danger_in(q, d.body),
		.fault = q->refusal ? req_fault_text(q, q->refusal) : NULL };
	rc = similar_load(q, &d, &p, err);
	if (rc != XQ_OK)
		return rc;
	struct shell s =
		resident_shell(q, resident_word(q, N_("Check and send, step 3 of 3")), "raise");
	struct html_out o = resident_begin(q, &s);
	raise_check_page(&o, &p);
	resident_end(r, &o, &s);
	return XQ_OK;
}

static enum xq_rc
check_fill(struct req *q, struct form_pair *extra, size_t *n_extra, struct xq_err *err)
{
	struct draft d;
	enum xq_rc rc = draft_of(q, &d, err);
	if (rc != XQ_OK)
		return rc == XQ_NONE ? XQ_OK : rc; /* the act then misses the text and says so */
	const struct {
		const char *name, *value;
	} pair[] = { { "body", d.body }, { "class", d.class }, { "place", d.place },
		{ "zone", d.zone }, { "name", d.name }, { "phone", d.phone },
		{ "address", d.address }, { "contact_wish", d.contact_wish },
		{ "secret", d.wants_secret ? "1" : "" }, { "publish", d.may_publish ? "1" : "" } };
	for (size_t i = 0; i < sizeof pair / sizeof pair[0]; i++)
		if (pair[i].value[0])
			extra[(*n_extra)++] = (struct form_pair){ .name = str_of(pair[i].name),
				.value = str_of(pair[i].value) };
	return fill_draft(q, extra, n_extra, err);
}

static enum xq_rc
check_after(struct req *q, struct resp *r, struct xq_err *err)
{
	(void)err;
	struct code code;
	const char *text = act_result_get(q->call, "code"), *pin = act_result_get(q->call, "pin");
	if (!text || !code_read(str_of(text), CODE_QUERY, &code))
		return xq_fault(err, "act.fault", "raise gave no code");
	resident_unlock(q, r, &code);
	if (pin)
		pin_carry(q, r, &code, pin);
	resp_cookie(q, r, COOKIE_DRAFT, "", -1);
	resp_see_other(q, r, mem_printf(q->mem, "/raise/done/%s", code.text));
	return XQ_OK;
}

/* A look counts as a try, as the look-up of a code does: it searches what others raised. */
const struct view raise_check_view = { .path = "/raise/check",
	.who = PERM_ANYBODY,
	.flags = VIEW_LIMITED,
	.render = check_render,
	.act = &concern_raise,
	.fill = check_fill,
	.after = check_after,
	.title = N_("Check and send") };

/* ---- the receipt ------------------------------------------------------------------------------------------ */

/* Where this browser reached us; only letters that an address may have. */
const char *
resident_host(struct req *q)
{
	struct str host = req_header(q, "Host");
	for (size_t i = 0; i < host.n; i++)
		if (!strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.:-[]",
			    host.p[i]))
			return "localhost";
	return host.n > 0 && host.n < 128 ? str_text(q->mem, host) : "localhost";
}

static const char *
receipt_words(struct req *q, const struct told *t)
{
	const struct concern *c = &t->c;
	if (!t->has_open)
		return R_SAY(q,
			N_("We have it. {who} is responsible now; you get an answer by {due}, {time}."),
			R_TEXT("who", c->owner_name), R_DAY("due", c->due_day),
			R_TEXT("time", resident_closing(q, c->due_at)));
	return R_SAY(q,
		N_("We have it. {who} is responsible now and offers it to {unit}; you get an answer by {due}, {time}."),
		R_TEXT("who", c->owner_name), R_TEXT("unit", t->open.to_unit),
		R_DAY("due", c->due_day), R_TEXT("time", resident_closing(q, c->due_at)));
}

struct receipt
receipt_of(struct req *q, const struct told *t, const struct code *code)
{
	const struct concern *c = &t->c;
	char *shown = mem_array(q->mem, char, CODE_SHOWN_LEN + 1);
	code_show(code, shown);
	const char *url =
		mem_printf(q->mem, "http://%s%s/t/%s", resident_host(q), q->base, code->text);
	return (struct receipt){
		.sentence = receipt_words(q, t),
		.query_code = shown,
		.file_no = resident_file_no(q, c->file_no),
		.owner = mem_printf(q->mem, "%s %s", c->owner_unit, c->owner_name),
		.tracker = mem_printf(q->mem, "%s %s", c->tracker_unit, c->tracker_name),
		.taken = taken_words(q, c),
		.due_day = c->due_day,
		.leaf = c->first_seq,
		.url = url,
		.qr = qr_svg(q->mem, url, resident_word(q, N_("Square code of your concern"))),
		.office = q->office->name,
		.phone = q->office->phone,
		.csrf = q->csrf,
	};
}

static enum xq_rc
done_render(struct req *q, struct resp *r, struct xq_err *err)
{
	struct code code;
	struct concern c;
	struct told t;
	if (!resident_code(q, &code))
		return XQ_NONE;
	if (!resident_is_unlocked(q, &code)) {
		resp_see_other(q, r, mem_printf(q->mem, "/track/%s", code.text));
		return XQ_OK;
	}
	enum xq_rc rc = concern_by_code(q->tx, q->mem, q->app, q->office->id, &code, &c, err);
	if (rc == XQ_OK)
		rc = told_load(q, &c, &t, err);
	if (rc != XQ_OK)
		return rc;
	struct mine m = mine_read(q);
	struct intake in;
	rc = intake_load(q->tx, q->mem, q->office->id, c.id, &in, err);
	if (rc != XQ_OK)
		return rc;
	struct done_page p = { .receipt = receipt_of(q, &t, &code),
		.pin = pin_carried(q, &code),
		.has_pin = in.has_pin,
		.card = track_card_of(q, &t, &code, true),
		.is_remembered = mine_has(&m, &code) };
	rc = concern_record->slip(q, c.first_seq, &p.receipt.record, err);
	if (rc != XQ_OK)
		return rc;
	p.receipt.can_remember = !p.is_remembered;
	p.receipt.remember_href = mem_printf(q->mem, "/track/%s/remember", code.text);
	struct shell s = resident_shell(q, resident_word(q, N_("Your receipt")), "raise");
	struct html_out o = resident_begin(q, &s);
	raise_done_page(&o, &p);
	resident_end(r, &o, &s);
	return XQ_OK;
}

const struct view raise_done_view = { .path = "/raise/done/{code}",
	.who = PERM_ANYBODY,
	.flags = VIEW_LIMITED,
	.render = done_render,
	.title = N_("Your receipt") };
