/* SPDX-License-Identifier: Apache-2.0 */
/* receipt_pages.c - a receipt on a phone: opened by its code, it checks itself (ledger.md 9). The code opens
 * what the record says of one entry, never the concern. */
#include "record/receipt.h"

#include "act/receipt.h"
#include "concern/resident.h"
#include "core/mem.h"
#include "core/parse.h"
#include "templates.h"
#include "web/asset.h"

#include "core/banned.h"

#define NEVER_KEPT "private, no-store"

enum { CODE_SIGNS = 13, SAVED_DAY = 11 };

/* The receipt of a code typed or scanned. XQ_NONE: it is no code, or nobody gave it. */
static enum xq_rc
load_by_code(struct req *q, int64_t office, struct code *code, struct receipt_seen *r,
	struct str typed, struct xq_err *err)
{
	int64_t seq;
	if (!code_read(typed, CODE_RECEIPT, code))
		return XQ_NONE;
	enum xq_rc rc = receipt_find(q->tx, q->app, office, code, &seq, err);
	return rc == XQ_OK ? receipt_load(q->tx, q->mem, office, seq, q->prefs.lang, r, err) : rc;
}

static const char *
shown_code(struct req *q, const struct code *code)
{
	char shown[CODE_SHOWN_LEN + 1];
	code_show(code, shown);
	return mem_text(q->mem, shown);
}

/* ---- words ------------------------------------------------------------------------------------------- */

static void
steps_of(struct req *q, const struct receipt_seen *r, struct receipt_step out[RECEIPT_STEPS])
{
	/* clang-format off */
	static const struct receipt_step words[RECEIPT_STEPS] = {
		{ N_("The entry on your receipt can be read."),
			N_("The entry on your receipt is whole; its fingerprint is computed."),
			N_("The entry on your receipt cannot be read."), "" },
		{ N_("It stands in the public record under its number."),
			N_("It stands in the public record under its number."),
			N_("It does not fit the public record under its number."), "" },
		{ N_("The office has signed this state of the record."),
			N_("The office has signed this state of the record."),
			N_("The signature of the office does not fit."), "" },
		{ N_("Your own words are those that were written down."),
			N_("Your own words are those that were written down."),
			N_("The words are not those that were written down."),
			N_("This receipt holds none of your own words, so that nobody else can read them.") },
		{ N_("The sentence follows from the record, not from what somebody claims."),
			N_("The sentence follows from the record, not from what somebody claims."),
			N_("The words of the sentence are not those that the office published."), "" },
		{ N_("The newest state of the record continues this one."),
			N_("The newest state of the record continues this one; nothing before it was changed."),
			N_("The newest state of the record does not continue this one."),
			N_("The newest state of the record could not be asked for.") },
		{ N_("What happened afterwards is counted as the sentence says."),
			N_("What happened afterwards was looked at: it counts as the sentence says."),
			N_("What happened afterwards does not follow from this entry."),
			N_("What happened afterwards could not be asked for.") },
	};
	/* clang-format on */
	(void)r;
	for (size_t i = 0; i < RECEIPT_STEPS; i++)
		out[i] = (struct receipt_step){ .label = resident_word(q, words[i].label),
			.ok = resident_word(q, words[i].ok),
			.bad = resident_word(q, words[i].bad),
			.none = words[i].none[0] ? resident_word(q, words[i].none) : "" };
}

/* Who and by when, from the office's own rows; nothing that the public page of it would not say. */
static enum xq_rc
office_says(struct req *q, int64_t office, const struct receipt_seen *r, const char **out,
	struct xq_err *err)
{
	struct concern c;
	*out = NULL;
	if (r->event.ref.n == 0 || r->event.ref.p[0] != 'c')
		return XQ_OK;
	enum xq_rc rc = concern_by_ref(q->tx, q->mem, office, r->event.ref, &c, err);
	if (rc != XQ_OK)
		return rc == XQ_NONE ? XQ_OK : rc;
	if (c.erased_at != 0)
		*out = R_SAY(q,
			N_("By the office's own file: the resident's words were destroyed on {day}. This entry holds none of them, so it stays, and the receipt proves it as before."),
			R_DAY("day", day_of(c.erased_at, q->office->tz_s)));
	else if (c.lane == LANE_SEALED)
		*out = resident_word(
			q, N_("By the office's own file: it is kept secret, as you wished."));
	else if (!concern_is_open(c.state))
		*out = resident_word(q, N_("By the office's own file: it is closed."));
	else
		*out = R_SAY(q,
			N_("By the office's own file: {unit} is responsible; the answer is due by {due}, {time}."),
			R_TEXT("unit", c.owner_public_unit), R_DAY("due", c.due_day),
			R_TEXT("time", resident_closing(q, c.due_at)));
	return XQ_OK;
}

static const char *
receipt_url(struct req *q, const struct code *code)
{
	return mem_printf(q->mem, "http://%s%s/r/%s", resident_host(q), q->base, code->text);
}

static enum xq_rc
page_of(struct req *q, int64_t office, const struct code *code, const struct receipt_seen *r,
	struct receipt_check *p, struct xq_err *err)
{
	*p = (struct receipt_check){ .shown = shown_code(q, code),
		.code = mem_text(q->mem, code->text),
		.sentence = r->sentence.text,
		.counted = r->sentence.counted,
		.vkey = r->vkey,
		.prefix = mem_printf(q->mem, "/log/%s", r->log),
		.more_prefix = "",
		.seq = r->seq,
		.is_waiting = r->is_waiting,
		.url = receipt_url(q, code),
		.proof_href = mem_printf(q->mem, "/log/%s/receipt/%s", r->log, code->text),
		.save_href = mem_printf(q->mem, "/r/%s/save", code->text),
		.office = q->office->name,
		.phone = q->office->phone };
	p->bad = R_SAY(q,
		N_("This receipt does not agree with the record that the office published. Please keep it: you can ask for an inquiry with it. Call {phone}."),
		R_TEXT("phone", q->office->phone));
	p->qr = qr_svg(q->mem, p->url, resident_word(q, N_("Square code of your receipt")));
	steps_of(q, r, p->step);
	enum xq_rc rc = office_says(q, office, r, &p->office_says, err);
	if (rc != XQ_OK || r->is_waiting)
		return rc;
	struct str proof, beside;
	p->size = r->cp.size;
	rc = receipt_proof(q->tx, q->mem, office, r, &proof, err);
	if (rc == XQ_OK)
		rc = receipt_beside(q->tx, q->mem, office, r, &beside, err);
	if (rc != XQ_OK)
		return rc;
	p->proof = str_text(q->mem, proof);
	p->beside = str_text(q->mem, beside);
	return XQ_OK;
}

/* ---- the page ----------------------------------------------------------------------------------------- */

static enum xq_rc
receipt_render(struct req *q, struct resp *r, struct xq_err *err)
{
	struct code code;
	struct receipt_seen seen;
	struct receipt_check p;
	enum xq_rc rc = load_by_code(q, q->office->id, &code, &seen, req_place(q, 0), err);
	if (rc == XQ_NONE) {
		resp_see_other(
			q, r, mem_printf(q->mem, "/r?code=%s", url_quote(q->mem, req_place(q, 0))));
		return XQ_OK;
	}
	if (rc == XQ_OK)
		rc = page_of(q, q->office->id, &code, &seen, &p, err);
	if (rc != XQ_OK)
		return rc;
	struct shell s =
		resident_shell(q, resident_word(q, N_("Is it in the public record?")), "track");
	struct html_out o = resident_begin(q, &s);
	receipt_page(&o, &p);
	resident_end(r, &o, &s);
	r->cache = NEVER_KEPT;
	return XQ_OK;
}

const struct view receipt_view = { .path = "/r/{code}",
	.who = PERM_ANYBODY,
	.flags = VIEW_LIMITED,
	.render = receipt_render,
	.title = N_("Is it in the public record?") };

static enum xq_rc
ask_render(struct req *q, struct resp *r, struct xq_err *err)
{
	struct code code;
	int64_t seq;
	struct str typed = req_query(q, "code");
	struct receipt_ask p = { .typed = typed.n > 0 ? str_text(q->mem, typed) : NULL };
	bool is_code = code_read(typed, CODE_RECEIPT, &code);
	enum xq_rc rc =
		is_code ? receipt_find(q->tx, q->app, q->office->id, &code, &seq, err) : XQ_NONE;
	if (rc == XQ_OK) {
		resp_see_other(q, r, mem_printf(q->mem, "/r/%s", code.text));
		return XQ_OK;
	}
	if (rc != XQ_NONE)
		return rc;
	if (is_code)
		p.fault = R_SAY(q,
			N_("We know no receipt of this code. Please check it once more, or call {phone} and keep the paper."),
			R_TEXT("phone", q->office->phone));
	else if (typed.n > 0)
		p.fault = R_SAY(q,
			N_("Please check the receipt code once more: it has {n} letters and digits and begins with R; 0 and O, 1 and I are taken as the same."),
			R_INT("n", CODE_SIGNS));
	struct shell s = resident_shell(q, resident_word(q, N_("Check a receipt")), "track");
	struct html_out o = resident_begin(q, &s);
	receipt_ask_page(&o, &p);
	resident_end(r, &o, &s);
	return XQ_OK;
}

const struct view receipt_ask_view = { .path = "/r",
	.who = PERM_ANYBODY,
	.flags = VIEW_LIMITED,
	.render = ask_render,
	.title = N_("Check a receipt") };

/* ---- the file to keep ------------------------------------------------------------------------------------ */

static void
put_asset(struct html_out *o, const char *name)
{
	const struct asset *a = asset_find(str_of(asset_url(name)));
	xq_require(a != NULL);
	html_raw(o, (const char *)a->raw, a->n_raw);
}

static void
put_text(struct html_out *o, const char *text)
{
	html_raw(o, text, strlen(text));
}

/* Page, style, script and proof in one file that needs nobody: it may ask our log and nothing else. */
static void
put_saved(struct req *q, struct html_out *o, struct receipt_check *p)
{
	put_text(o, q->prefs.lang == LANG_EN ? "<!doctype html>\n<html lang=\"en\">"
					     : "<!doctype html>\n<html lang=\"zh-CN\">");
	put_text(o,
		"<head><meta charset=\"utf-8\">"
		"<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
		"script-src 'unsafe-inline'; style-src 'unsafe-inline'; connect-src http: https:\">"
		"<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\"><title>");
	html_put_text(o, HTML_TEXT, resident_word(q, N_("Receipt")));
	put_text(o, " ");
	html_put_text(o, HTML_TEXT, p->shown);
	put_text(o, "</title><style>\n");
	put_asset(o, "receipt.css");
	put_text(o, "</style></head><body class=\"rc-saved\">\n");
	receipt_saved(o, p);
	put_text(o, "<script>\n");
	put_asset(o, "nacl.js");
	put_text(o, "</script><script>\n");
	put_asset(o, "receipt.js");
	put_text(o, "</script></body></html>\n");
}

static enum xq_rc
save_render(struct req *q, struct resp *r, struct xq_err *err)
{
	struct code code;
	struct receipt_seen seen;
	struct receipt_check p;
	enum xq_rc rc = load_by_code(q, q->office->id, &code, &seen, req_place(q, 0), err);
	if (rc == XQ_OK && seen.is_waiting) {
		resp_see_other(q, r, mem_printf(q->mem, "/r/%s", code.text));
		return XQ_OK;
	}
	if (rc == XQ_OK)
		rc = page_of(q, q->office->id, &code, &seen, &p, err);
	if (rc != XQ_OK)
		return rc;
	p.is_saved = true;
	p.proof_href = NULL;
	p.saved_on = msg_day(q->mem, q->prefs.lang, resident_today(q));
	/* where the log is by its own name, and where this browser reached us */
	p.prefix = mem_printf(q->mem, "https://%s", seen.origin);
	p.more_prefix = mem_printf(q->mem, "http://%s/log/%s", resident_host(q), seen.log);
	struct html_out o = html_new(q->mem, q->prefs.lang, q->office->tz_s);
	put_saved(q, &o, &p);
	resp_download(q, r, "text/html; charset=utf-8",
		mem_printf(q->mem, "%s-%s.html", resident_word(q, N_("Receipt")), code.text),
		buf_view(&o.b));
	r->cache = NEVER_KEPT;
	return XQ_OK;
}

const struct view receipt_save_view = { .path = "/r/{code}/save",
	.who = PERM_ANYBODY,
	.flags = VIEW_LIMITED,
	.render = save_render,
	.title = N_("Keep the receipt as a file") };

/* ---- for programs, and for a file that was kept (VIEW_OPEN: it asks from a disk) ---------------------------------------------------------- */

/* The office of place 0 and the receipt of place 1. */
static enum xq_rc
load_of_log(struct req *q, int64_t *office, struct code *code, struct receipt_seen *seen,
	struct xq_err *err)
{
	const struct office_info *of = app_office_by_code(q->app, req_place(q, 0));
	if (!of)
		return XQ_NONE;
	*office = of->id;
	return load_by_code(q, of->id, code, seen, req_place(q, 1), err);
}

static enum xq_rc
proof_render(struct req *q, struct resp *r, struct xq_err *err)
{
	struct code code;
	struct receipt_seen seen;
	struct str proof;
	int64_t office;
	enum xq_rc rc = load_of_log(q, &office, &code, &seen, err);
	if (rc == XQ_OK && seen.is_waiting)
		rc = XQ_NONE;
	if (rc == XQ_OK)
		rc = receipt_proof(q->tx, q->mem, office, &seen, &proof, err);
	if (rc == XQ_NONE)
		resp_text(r, 404, "text/plain; charset=utf-8",
			STR("no receipt of this code, or its checkpoint is not signed yet\n"));
	else if (rc == XQ_OK)
		resp_text(r, 200, "text/plain; charset=utf-8", proof);
	r->cache = NEVER_KEPT;
	return rc == XQ_NONE ? XQ_OK : rc;
}

const struct view receipt_proof_view = { .path = "/log/{office}/receipt/{code}",
	.who = PERM_ANYBODY,
	.flags = VIEW_LIMITED | VIEW_API | VIEW_OPEN,
	.render = proof_render,
	.title = N_("The proof file") };

static enum xq_rc
later_render(struct req *q, struct resp *r, struct xq_err *err)
{
	struct code code;
	struct receipt_seen seen;
	struct str json;
	int64_t office, size;
	if (!parse_int(req_query(q, "size"), 1, TREE_SIZE_MAX, &size)) {
		resp_text(r, 400, "text/plain; charset=utf-8", STR("size must be a number\n"));
		r->cache = NEVER_KEPT;
		return XQ_OK;
	}
	enum xq_rc rc = load_of_log(q, &office, &code, &seen, err);
	if (rc == XQ_OK)
		rc = receipt_later(q->tx, q->mem, office, seen.seq, size, &json, err);
	if (rc == XQ_NONE)
		resp_text(r, 404, "text/plain; charset=utf-8", STR("no receipt of this code\n"));
	else if (rc == XQ_REFUSED)
		resp_text(r, 400, "text/plain; charset=utf-8",
			STR("the log has no such size, or the entry is not in it\n"));
	else if (rc == XQ_OK)
		resp_text(r, 200, "application/json", json);
	r->cache = NEVER_KEPT;
	return rc == XQ_NONE || rc == XQ_REFUSED ? XQ_OK : rc;
}

const struct view receipt_later_view = { .path = "/log/{office}/receipt/{code}/later",
	.who = PERM_ANYBODY,
	.flags = VIEW_LIMITED | VIEW_API | VIEW_OPEN,
	.render = later_render,
	.title = N_("What followed an entry") };
