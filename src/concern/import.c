/* SPDX-License-Identifier: Apache-2.0 */
/* import.c - the columns are found by their headings, so their order does not matter. */
#include "concern/import.h"

#include "concern/concern_int.h"
#include "core/hash.h"
#include "core/mem.h"
#include "core/parse.h"
#include "core/utf8.h"
#include "exchange/image.h"
#include "exchange/sheet.h"
#include "identity/session.h"
#include "store/search.h"
#include "web/msg.h"

#include "core/banned.h"

enum column {
	COL_NO,
	COL_USER,
	COL_TITLE,
	COL_TIME,
	COL_BODY,
	COL_REPLY,
	COL_REPLY_TIME,
	N_COLUMNS
};

enum { BATCH = 100, FAULTS_MAX = 1000, NOT_THERE = -1 };

/* A list may have them in either language of the catalogue. */
static const char *const headings[N_COLUMNS] = {
	N_("Message number"),
	N_("Message user"),
	N_("Message subject"),
	N_("Message time"),
	N_("Message text"),
	N_("Answer given"),
	N_("Answer time"),
};

struct reading {
	void *mem;
	int32_t tz_s;
	int column[N_COLUMNS];
	bool has_head;
	struct import_message *list;
	size_t n, cap;
	struct import_report *report;
};

static void
fault(struct reading *r, size_t row, int col, const char *key)
{
	struct import_report *rep = r->report;
	if (rep->n_faults >= FAULTS_MAX)
		return;
	if (!rep->fault)
		rep->fault = mem_array(r->mem, struct import_fault, FAULTS_MAX);
	struct import_fault *f = &rep->fault[rep->n_faults++];
	f->row = row;
	f->key = key;
	if (col >= 0)
		sheet_col_name((size_t)col, f->column);
}

static bool
is_heading(struct str cell, const char *english)
{
	return str_is(cell, msg_text(LANG_ZH, english)) || str_is(cell, english);
}

static enum xq_rc
read_head(struct reading *r, const struct sheet_row *row, struct xq_err *err)
{
	for (int k = 0; k < N_COLUMNS; k++) {
		r->column[k] = NOT_THERE;
		for (size_t i = 0; i < row->n_cells; i++)
			if (is_heading(str_trim(row->cell[i]), headings[k]))
				r->column[k] = (int)i;
	}
	static const enum column needed[] = { COL_NO, COL_TITLE, COL_TIME, COL_BODY };
	for (size_t i = 0; i < sizeof needed / sizeof needed[0]; i++)
		if (r->column[needed[i]] == NOT_THERE) {
			enum xq_rc rc = xq_refuse(err, NULL, "import.columns");
			xq_err_text(err, "column", msg_text(LANG_ZH, headings[needed[i]]));
			return rc;
		}
	r->report->has_answers = r->column[COL_REPLY] != NOT_THERE;
	r->has_head = true;
	return XQ_OK;
}

static struct str
cell(const struct reading *r, const struct sheet_row *row, enum column k)
{
	int i = r->column[k];
	return i >= 0 && (size_t)i < row->n_cells ? row->cell[i] : STR("");
}

static bool
text_cell(struct reading *r, const struct sheet_row *row, enum column k, bool lines, size_t max,
	struct str *out)
{
	struct xq_err err = { 0 };
	if (utf8_clean(r->mem, cell(r, row, k), lines, max, out, &err) != XQ_OK) {
		fault(r, row->number, r->column[k], err.key);
		return false;
	}
	/* The cell is lent; what is kept must be a copy. */
	*out = str_of(str_text(r->mem, *out));
	return true;
}

/* 43674.54800925926: days, and the part of a day. */
static bool
read_serial(struct str s, double *out)
{
	struct str rest = s, days_text;
	int64_t days, part;
	if (!str_cut(&rest, '.', &days_text) || !parse_int(days_text, 1, 200000, &days))
		return false;
	*out = (double)days;
	double scale = 1;
	rest = str_n(rest.p, rest.n < 15 ? rest.n : 15); /* 15 digits are a double's worth */
	for (size_t i = 0; i < rest.n; i++)
		scale *= 10;
	if (rest.n > 0) {
		if (!parse_int(rest, 0, INT64_MAX, &part))
			return false;
		*out += (double)part / scale;
	}
	return true;
}

static bool
time_cell(struct reading *r, const struct sheet_row *row, enum column k, int64_t *out)
{
	struct str s = str_trim(cell(r, row, k));
	double serial;
	if (parse_moment(s, r->tz_s, out))
		return true;
	if (r->column[k] >= 0 && (size_t)r->column[k] < row->n_cells &&
		row->is_serial[r->column[k]] && read_serial(s, &serial) &&
		sheet_serial_moment(serial, r->tz_s, out))
		return true;
	fault(r, row->number, r->column[k], "import.time");
	return false;
}

static bool
has_formula(struct reading *r, const struct sheet_row *row)
{
	for (size_t i = 0; i < row->n_cells; i++)
		if (row->is_formula[i]) {
			fault(r, row->number, (int)i, "import.formula");
			return true;
		}
	return false;
}

/* False when the row is at fault; the fault is noted. */
static bool
read_message(struct reading *r, const struct sheet_row *row, struct import_message *m)
{
	struct str no;
	*m = (struct import_message){ .row = row->number };
	if (has_formula(r, row) || !text_cell(r, row, COL_NO, false, 40, &no))
		return false;
	if (no.n == 0) {
		fault(r, row->number, r->column[COL_NO], "import.no-number");
		return false;
	}
	m->no = no.p;
	bool good = text_cell(r, row, COL_TITLE, false, 200, &m->title);
	good = text_cell(r, row, COL_BODY, true, 20000, &m->body) && good;
	good = time_cell(r, row, COL_TIME, &m->at) && good;
	if (r->report->has_answers) {
		good = text_cell(r, row, COL_REPLY, true, 20000, &m->reply) && good;
		if (r->column[COL_REPLY_TIME] != NOT_THERE)
			good = time_cell(r, row, COL_REPLY_TIME, &m->reply_at) && good;
		else
			m->reply_at = m->at;
	}
	if (m->body.n == 0)
		m->body = m->title; /* some wrote everything into the subject */
	if (good && m->body.n == 0) {
		fault(r, row->number, r->column[COL_BODY], "concern.empty");
		good = false;
	}
	return good;
}

static enum xq_rc
take_row(void *to, const struct sheet_row *row, struct xq_err *err)
{
	struct reading *r = to;
	if (!r->has_head)
		return read_head(r, row, err);
	r->report->rows++;
	struct import_message m;
	if (!read_message(r, row, &m))
		return XQ_OK;
	if (r->n == r->cap) {
		size_t cap = r->cap ? r->cap * 2 : 256;
		r->list = mem_grow(r->mem, struct import_message, r->list, r->cap, cap);
		r->cap = cap;
	}
	r->list[r->n++] = m;
	return XQ_OK;
}

/* ---- history: one act, one event ---------------------------------------------------------------------- */

struct history_job {
	const struct reading *r;
	struct history_row *row;
	size_t imported, already;
};

static enum xq_rc
history_prepare(struct act_call *call, struct xq_err *err)
{
	(void)err;
	struct history_job *job = call->prepared;
	job->row = mem_array(call->mem, struct history_row, job->r->n);
	for (size_t i = 0; i < job->r->n; i++) {
		const struct import_message *m = &job->r->list[i];
		struct buf said = buf_new(call->mem, m->title.n + m->body.n + 2);
		buf_str(&said, m->title);
		buf_char(&said, '\n');
		buf_str(&said, m->body);
		job->row[i] = (struct history_row){
			.source_no = m->no,
			.title = str_text(call->mem, utf8_head(m->title, 80)),
			.body = m->body.p,
			.reply = m->reply.p ? m->reply.p : "",
			.raised_at = m->at,
			.answered_at = m->reply_at,
			.terms = search_terms(call->mem, buf_view(&said), TERMS_MAX),
			.reply_terms = search_terms(call->mem, m->reply, TERMS_MAX),
		};
	}
	return XQ_OK;
}

/* What was imported, as a public document without a word of it: count and digest of the numbers. */
static const char *
history_digest(void *mem, const struct reading *r)
{
	struct buf all = buf_new(mem, r->n * 8 + 16);
	for (size_t i = 0; i < r->n; i++) {
		buf_text(&all, r->list[i].no);
		buf_char(&all, '\n');
	}
	uint8_t hash[SHA256_LEN];
	hash_sha256((struct bytes){ (const uint8_t *)all.p, all.n }, hash);
	char *hex = mem_zeroed(mem, 1, 2 * SHA256_LEN + 1);
	text_hex((struct bytes){ hash, SHA256_LEN }, hex);
	return hex;
}

static enum xq_rc
history_apply(struct act_ctx *ctx, const struct form *in, struct xq_err *err)
{
	(void)in;
	struct history_job *job = ctx->call->prepared;
	job->imported = job->already = 0; /* applied again, it counts again */
	for (size_t i = 0; i < job->r->n; i++) {
		enum xq_rc rc = concern_add_history(ctx, &job->row[i], err);
		if (rc == XQ_NONE)
			job->already++;
		else if (rc != XQ_OK)
			return rc;
		else
			job->imported++;
	}
	if (job->imported == 0)
		return xq_refuse(err, NULL, "import.nothing-new");
	return act_emit(ctx,
		&(struct act_event){ .kind = &ev_import_done,
			EVENT_VALUES(EV("doc", history_digest(ctx->mem, job->r)),
				EV_N("rows", (int64_t)job->imported)) },
		err);
}

static const struct field no_fields[] = { { .name = NULL } };

static const struct act import_history = {
	.name = "import.history",
	.title = N_("Take over answered messages as history"),
	.who = PERM_OPERATE,
	.fields = no_fields,
	.prepare = history_prepare,
	.apply = history_apply,
	.events = (const struct event_kind *const[]){ &ev_import_done, NULL },
	.is_hidden = true,
};

static enum xq_rc
write_history(void *mem, struct app *app, int64_t office, const struct reading *r,
	struct import_report *out, struct xq_err *err)
{
	struct history_job *job = mem_new(mem, struct history_job);
	job->r = r;
	struct actor system = actor_system(office);
	struct act_call *call = act_call_new(mem, app, &import_history, office, &system);
	call->prepared = job;
	enum xq_rc rc = act_run(call);
	out->imported = rc == XQ_OK ? job->imported : 0;
	out->already = job->already;
	if (rc == XQ_REFUSED && text_eq(call->err.key, "import.nothing-new"))
		return XQ_OK;
	*err = call->err;
	return rc;
}

/* ---- intake: a concern for each row, now --------------------------------------------------------------- */

static struct act_call *
intake_call(void *mem, struct app *app, int64_t office, const struct import_message *m)
{
	struct actor system = actor_system(office);
	struct act_call *call = act_call_new(mem, app, &concern_register, office, &system);
	form_set_str(&call->form, "body", m->body);
	form_set_text(mem, &call->form, "title", str_text(mem, utf8_head(m->title, 80)));
	form_set_text(mem, &call->form, "via", "import");
	form_set_text(mem, &call->form, "source_no", m->no);
	form_set_int(&call->form, "own_date", m->at);
	return call;
}

static enum xq_rc
write_intake(struct app *app, int64_t office, struct reading *r, struct import_report *out,
	struct xq_err *err)
{
	for (size_t from = 0; from < r->n; from += BATCH) {
		void *mem = mem_root("import");
		size_t n = r->n - from < BATCH ? r->n - from : BATCH;
		struct act_call **call = mem_array(mem, struct act_call *, n);
		for (size_t i = 0; i < n; i++)
			call[i] = intake_call(mem, app, office, &r->list[from + i]);
		enum xq_rc rc = act_run_batch(app, call, n, clock_now(app->clock), err);
		for (size_t i = 0; rc == XQ_OK && i < n; i++) {
			if (call[i]->rc == XQ_OK)
				out->imported++;
			else if (text_eq(call[i]->err.key, "concern.source-known"))
				out->already++;
			else
				fault(r, r->list[from + i].row, NOT_THERE, call[i]->err.key);
		}
		mem_free(mem);
		if (rc != XQ_OK)
			return rc;
	}
	return XQ_OK;
}

static enum xq_rc
read_list(struct reading *r, const char *path, struct xq_err *err)
{
	enum xq_rc rc = sheet_read(r->mem, path, &sheet_limits_default, take_row, r, err);
	if (rc == XQ_OK && !r->has_head)
		return xq_refuse(err, NULL, "sheet.not-a-sheet");
	return rc;
}

enum xq_rc
import_read(void *mem, int32_t tz_s, const char *path, struct import_message **out, size_t *out_n,
	struct import_report *report, struct xq_err *err)
{
	*report = (struct import_report){ 0 };
	struct reading r = { .mem = mem, .tz_s = tz_s, .report = report };
	enum xq_rc rc = read_list(&r, path, err);
	*out = r.list;
	*out_n = r.n;
	return rc;
}

enum xq_rc
import_known(struct tx *tx, int64_t office, const char *no, int64_t *out_id, struct xq_err *err)
{
	return db_int(tx, SQL("SELECT id FROM concern WHERE office = ? AND source_no = ?"),
		VALS(V(office), V(no)), out_id, err);
}

enum xq_rc
import_messages(void *mem, struct app *app, int64_t office, const char *path, bool is_dry,
	struct import_report *out, struct xq_err *err)
{
	*out = (struct import_report){ 0 };
	struct reading r = { .mem = mem, .tz_s = app_office(app, office)->tz_s, .report = out };
	enum xq_rc rc = read_list(&r, path, err);
	if (rc != XQ_OK || is_dry || r.n == 0)
		return rc;
	return out->has_answers ? write_history(mem, app, office, &r, out, err)
	                        : write_intake(app, office, &r, out, err);
}

static const struct msg_text import_words[] = {
	{ "import.columns",
		N_("The column \"{column}\" is missing in the first row of the list.") },
	{ "import.time",
		N_("This is not a date we can read. 2019/2/28 11:25:05 or 2019-02-28 is fine.") },
	{ "import.formula", N_("A cell holds a formula; please save the list with values only.") },
	{ "import.no-number", N_("The message number is missing.") },
	{ "import.nothing-new", N_("Everything in this list is on record already.") },
	{ NULL, NULL },
};

const struct module concern_import_module = {
	.name = "concern-import",
	.acts = (const struct act *const[]){ &import_history, NULL },
	.messages = (const struct msg_text *const[]){ import_words, sheet_messages, image_messages,
		NULL },
};
