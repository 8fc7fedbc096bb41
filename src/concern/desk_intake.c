/* SPDX-License-Identifier: Apache-2.0 */
/* desk_intake.c - taking a concern down on one page, and the receipt that is handed over. */
#include "concern/book.h"
#include "concern/desk_pages.h"
#include "concern/desk_queue.h"
#include "concern/record_part.h"
#include "concern/resident.h"
#include "concern/similar_pages.h"
#include "concern/zone.h"
#include "core/mem.h"
#include "core/seal.h"
#include "templates.h"

#include "core/banned.h"

#define COOKIE_DESK_PIN "xdp"
#define SEAL_DESK_PIN "desk pin"
enum { PIN_S = 900 };

/* ---- the form ------------------------------------------------------------------------------------------ */

static struct input
take(struct act_form *f, const char *name)
{
	return *act_form_input(f, name);
}

/* Due days by kind, computed live, since the clerk tells the resident on the spot. */
static enum xq_rc
dues_of(struct req *q, struct intake_page *p, struct xq_err *err)
{
	for (size_t i = 0; concern_natures[i].code && p->n_due < 3; i++) {
		if (i != 0 && i != 1)
			continue; /* questions and help stand for the two limits of the catalogue */
		struct limit limit;
		struct due due;
		enum xq_rc rc = deadline_of(
			q->tx, q->office->id, concern_natures[i].code, desk_today(q), &limit, err);
		if (rc == XQ_OK)
			rc = cal_due(q->app->calendar, q->now, limit, q->office->closing_minute,
				q->office->tz_s, &due, err);
		if (rc != XQ_OK)
			return rc;
		p->due[p->n_due++] = (struct kind_due){
			.kinds = i == 0 ? desk_word(q, N_("Questions, suggestions, praise"))
			                : desk_word(q, N_("Help, complaints, reports")),
			.due = desk_due(q, due.at)
		};
	}
	return XQ_OK;
}

/* What was typed so far, looked up; a fresh form has no hints. */
static enum xq_rc
similar_of(struct req *q, struct similar_hints *out, struct xq_err *err)
{
	*out = (struct similar_hints){ .is_asked = false };
	if (!q->call)
		return XQ_OK;
	const struct form *in = &q->call->form;
	return similar_hints_of(q,
		&(struct similar_ask){ .title = form_str(in, "title"),
			.body = form_str(in, "body"),
			.place = form_str(in, "place"),
			.class = form_text(in, "class"),
			.now = q->now },
		out, err);
}

/* Only an entry that comes from a queue without a network says when it was taken down. */
static void
fill_taken(struct act_form *f, struct intake_page *p)
{
	struct input *in = act_form_input(f, "taken_at");
	if (!in->value && !in->fault)
		in->kind = INPUT_HIDDEN;
	in->is_short = true;
	p->taken = *in;
}

void
intake_fill(struct req *q, struct intake_page *p)
{
	struct act_form f = act_form_of(q, &concern_register, "/desk/intake");
	act_form_drop(&f, "source_no");
	act_form_drop(&f, "own_date");
	struct option *classes;
	size_t n_classes = book_classes(q, desk_today(q), &classes);
	act_form_choose(q, &f, "class", classes, n_classes);
	book_relabel(q, &f, &concern_register);
	act_form_default(&f, "via", "counter");
	act_form_default(&f, "nature", "help");
	act_form_default(&f, "people", "1");
	act_form_input(&f, "body")->rows = 5;
	fill_taken(&f, p);
	act_form_faults(&f);
	p->form = f;
	p->body = take(&f, "body");
	p->title = take(&f, "title");
	p->place = take(&f, "place");
	p->via = take(&f, "via");
	p->nature = take(&f, "nature");
	p->class = take(&f, "class");
	p->people = take(&f, "people");
	p->name = take(&f, "name");
	p->phone = take(&f, "phone");
	p->address = take(&f, "address");
	p->wish = take(&f, "contact_wish");
	p->told = take(&f, "told");
	p->secret = take(&f, "secret");
	p->publish = take(&f, "publish");
	/* The clerk fills it in for somebody else, and what has an answer already is not optional. */
	p->name.label = N_("Name");
	p->address.label = N_("Address");
	p->phone.hint = NULL;
	p->via.is_optional = p->nature.is_optional = p->people.is_optional = false;
}

static enum xq_rc
intake_render(struct req *q, struct resp *r, struct xq_err *err)
{
	struct intake_page *p = mem_new(q->mem, struct intake_page);
	struct similar_hints hints;
	struct queue_box queue;
	enum xq_rc rc = similar_of(q, &hints, err);
	if (rc == XQ_OK)
		rc = dues_of(q, p, err);
	if (rc == XQ_OK)
		rc = queue_box_of(q, &queue, err);
	if (rc != XQ_OK)
		return rc;
	intake_fill(q, p);
	size_t n_zones;
	rc = zone_choose(q, &p->form, &n_zones, err);
	if (rc != XQ_OK)
		return rc;
	p->zone = take(&p->form, "zone");
	p->similar = &hints;
	p->queue = &queue;
	p->owner = q->actor.name;
	p->guide = book_guide(q, "intake");
	struct shell s;
	struct html_out o = desk_page_begin(q, N_("Take a concern down"), NULL, &s);
	desk_intake_page(&o, p);
	desk_end(r, &o, &s);
	return XQ_OK;
}

void
desk_pin_keep(struct req *q, struct resp *r, const char *no, const char *pin)
{
	if (!pin)
		return;
	struct rng random;
	rng_init_real(&random);
	struct bytes sealed = seal_make(q->mem, q->app->key, SEAL_DESK_PIN, &random,
		str_of(mem_printf(q->mem, "%s|%s", no, pin)));
	char *hex = mem_array(q->mem, char, 2 * sealed.n + 1);
	text_hex(sealed, hex);
	resp_cookie(q, r, COOKIE_DESK_PIN, hex, PIN_S);
}

static enum xq_rc
intake_after(struct req *q, struct resp *r, struct xq_err *err)
{
	(void)err;
	const char *no = act_result_get(q->call, "file_no");
	desk_pin_keep(q, r, no, act_result_get(q->call, "pin"));
	resp_see_other(q, r, mem_printf(q->mem, "/desk/concerns/%s/receipt", no));
	return XQ_OK;
}

const struct view desk_intake_view = { .path = "/desk/intake",
	.who = PERM_STAFF,
	.render = intake_render,
	.act = &concern_register,
	.after = intake_after,
	.title = N_("Take a concern down") };

/* ---- similar ones ---------------------------------------------------------------------------------------- */

/* The button of the form, which comes back as it was typed; the script of the page asks for the lines
 * alone. Nothing is registered, so what is missing is no fault yet. */
static enum xq_rc
similar_post(struct req *q, struct resp *r, struct xq_err *err)
{
	q->call = act_call_new(q->mem, q->app, &concern_register, q->office->id, &q->actor);
	struct form *form = &q->call->form;
	struct xq_err ignored = { 0 };
	(void)!form_read(q->mem, concern_register.fields, q->pair, q->n_pairs, true,
		q->office->tz_s, form, &ignored);
	for (size_t i = 0; i < form->n; i++)
		form->v[i].has_fault = false;
	form->n_faults = 0;
	if (!q->is_fragment)
		return intake_render(q, r, err);
	struct similar_hints hints;
	enum xq_rc rc = similar_of(q, &hints, err);
	if (rc != XQ_OK)
		return rc;
	struct html_out o = html_new(q->mem, q->prefs.lang, q->office->tz_s);
	similar_list(&o, &hints);
	resp_html(r, &o);
	return XQ_OK;
}

const struct view desk_intake_similar_view = { .path = "/desk/intake/similar",
	.who = PERM_STAFF,
	.render = intake_render,
	.post = similar_post,
	.title = N_("Look for similar ones") };

/* ---- the receipt -------------------------------------------------------------------------------------------- */

const char *
desk_pin_carried(struct req *q, struct str no)
{
	struct str hex = req_cookie(q, COOKIE_DESK_PIN), plain, of;
	if (hex.n == 0 || hex.n > 400 || hex.n % 2)
		return NULL;
	uint8_t *raw = mem_array(q->mem, uint8_t, hex.n / 2);
	if (!parse_hex(hex, raw, hex.n / 2) || !seal_open(q->mem, q->app->key, SEAL_DESK_PIN,
						       (struct bytes){ raw, hex.n / 2 }, &plain))
		return NULL;
	if (!str_cut(&plain, '|', &of) || !str_eq(of, no))
		return NULL;
	return str_text(q->mem, plain);
}

static enum xq_rc
receipt_render(struct req *q, struct resp *r, struct xq_err *err)
{
	struct desk_concern d;
	struct told t;
	struct code code;
	struct intake in;
	enum xq_rc rc = desk_concern_load(q, &d, err);
	if (rc != XQ_OK)
		return rc;
	if (d.c.tracker_person_id != q->actor.person_id || d.c.answered_at)
		return xq_refuse(err, NULL, "desk.receipt-not-yours");
	rc = told_load(q, &d.c, &t, err);
	if (rc == XQ_OK)
		rc = code_of_concern(q->tx, q->mem, q->app, q->office->id, d.c.id, &code, err);
	if (rc == XQ_OK)
		rc = intake_load(q->tx, q->mem, q->office->id, d.c.id, &in, err);
	if (rc != XQ_OK)
		return rc;
	struct receipt_page p = { .card = receipt_of(q, &t, &code),
		.next_href = "/desk/intake",
		.href = desk_path(q, d.c.file_no, ""),
		.similar_href = desk_path(q, d.c.file_no, "/similar"),
		.pin = desk_pin_carried(q, req_place(q, 0)),
		.was_pin = in.has_pin,
		.offered_to = d.has_open ? d.open.to_unit : NULL,
		.is_strip = str_is(req_query(q, "paper"), "strip") };
	rc = concern_record->slip(q, d.c.first_seq, &p.card.record, err);
	if (rc != XQ_OK)
		return rc;
	struct shell s;
	struct html_out o = desk_page_begin(q, N_("Receipt for the resident"), NULL, &s);
	desk_receipt_page(&o, &p);
	desk_end(r, &o, &s);
	return XQ_OK;
}

const struct view desk_receipt_view = { .path = "/desk/concerns/{no}/receipt",
	.who = PERM_STAFF,
	.render = receipt_render,
	.title = N_("Receipt for the resident") };
