/* SPDX-License-Identifier: Apache-2.0 */
/* rules_sheet.c - a whole set of rules as a spreadsheet, out and in again. A list is taken over whole or
 * not at all: half a catalogue would be a catalogue with gaps. Rows that are on file as they stand are
 * passed over, so that a list that was only looked at changes nothing. */
#include "concern/rules.h"

#include <unistd.h>

#include "concern/book.h"
#include "concern/concern_int.h"
#include "core/mem.h"
#include "core/parse.h"
#include "core/utf8.h"
#include "exchange/book_write.h"
#include "exchange/sheet.h"
#include "identity/session.h"
#include "web/msg.h"

#include "core/banned.h"

enum column {
	COL_KEY,
	COL_NAME, /* for people; not read */
	COL_VALUE,
	COL_SHOWN, /* for people; not read */
	COL_TEXT,
	COL_ENGLISH,
	COL_CLASS,
	COL_MAP,
	COL_UNIT, /* of a class that begins; its lead stands in the duty catalogue afterwards */
	COL_FROM,
	COL_LAST,
	COL_WHY,
	COL_SOURCE,
	COL_OFF,
	COL_NEXT,
	N_COLUMNS
};

enum { NOT_THERE = -1, FAULTS_MAX = 500, SHORT_TEXT = 200, LONG_TEXT = 2000 };

/* clang-format off */
#define SPAN [COL_FROM] = N_("First day"), [COL_LAST] = N_("Last day"), [COL_SOURCE] = N_("What it rests on")
#define WHY [COL_WHY] = N_("Remark")
#define ENGLISH [COL_ENGLISH] = N_("The same in English")
#define WORDS { [COL_KEY] = N_("Code of the word"), [COL_NAME] = N_("Which word"),                 \
	[COL_VALUE] = N_("What it is called"), ENGLISH, SPAN, WHY }
#define TEXTS(which, says) { [COL_KEY] = N_("Code of the text"), [COL_NAME] = (which),              \
	[COL_TEXT] = (says), ENGLISH, SPAN, WHY }
static const char *const headings[RULE_KINDS][N_COLUMNS] = {
	[RULE_DEADLINE] = { [COL_KEY] = N_("Code of the limit"), [COL_NAME] = N_("Which limit"),
		[COL_VALUE] = N_("Time limit"), SPAN, WHY },
	[RULE_DUTY] = { [COL_KEY] = N_("Code of the kind"), [COL_NAME] = N_("Kind of matter"),
		[COL_VALUE] = N_("Code of the lead unit"), [COL_SHOWN] = N_("Lead unit"), SPAN, WHY },
	[RULE_TEMPLATE] = { [COL_KEY] = N_("Code of the template"), [COL_VALUE] = N_("Title"),
		[COL_TEXT] = N_("Text of the template"), SPAN, [COL_OFF] = N_("Withdrawn") },
	[RULE_CLASS] = { [COL_KEY] = N_("Code of the kind"), [COL_VALUE] = N_("What it is called"), ENGLISH,
		[COL_CLASS] = N_("Counted in public under"), [COL_MAP] = N_("Code at the 12345 hotline"),
		[COL_UNIT] = N_("Code of the lead unit"), SPAN, WHY, [COL_OFF] = N_("Ended"),
		[COL_NEXT] = N_("What takes its place") },
	[RULE_NATURE] = WORDS,
	[RULE_OUTCOME] = WORDS,
	[RULE_SCALE] = WORDS,
	[RULE_SENTENCE] = TEXTS(N_("Which sentence"), N_("What the resident reads")),
	[RULE_GUIDE] = TEXTS(N_("Which step"), N_("How it is done")),
};
#undef TEXTS
#undef WORDS
#undef ENGLISH
#undef WHY
#undef SPAN
/* clang-format on */

/* ---- out ---------------------------------------------------------------------------------------- */

/* What a duty is about has a name of its own day. */
static const char *
name_of(const struct app *app, int64_t office, const struct rule *r)
{
	const struct rule *class =
		r->kind == RULE_DUTY ? book_on(app, office, RULE_CLASS, r->key, r->from_day) : NULL;
	return class ? class->value : msg_text(LANG_ZH, rule_key_title(r->kind, r->key));
}

static const char *
cell_text(void *mem, const struct rule *r, enum column k)
{
	switch (k) {
	case COL_KEY:
		return r->key;
	case COL_VALUE:
		return r->value;
	case COL_SHOWN:
		return r->shown;
	case COL_TEXT:
		return r->text;
	case COL_ENGLISH:
		return r->english;
	case COL_CLASS:
		return r->class;
	case COL_MAP:
		return r->map;
	case COL_NEXT:
		return r->next;
	case COL_FROM:
		return day_text(mem, r->from_day);
	case COL_LAST:
		return r->last_day ? day_text(mem, r->last_day) : NULL;
	case COL_WHY:
		return r->why;
	case COL_SOURCE:
		return r->source;
	case COL_OFF:
		return r->is_off ? "1" : NULL;
	case COL_NAME:
	case COL_UNIT:
	case N_COLUMNS:
		break;
	}
	return NULL;
}

enum xq_rc
rule_sheet_write(struct tx *tx, void *mem, const struct app *app, int64_t office,
	enum rule_kind kind, struct bytes *out, struct xq_err *err)
{
	struct rule *list;
	size_t n, n_cols = 0, used = 0;
	enum xq_rc rc = rule_list(tx, mem, office, kind, NULL, &list, &n, err);
	if (rc != XQ_OK)
		return rc;
	const char *head[N_COLUMNS];
	for (int k = 0; k < N_COLUMNS; k++)
		if (headings[kind][k])
			head[n_cols++] = msg_text(LANG_ZH, headings[kind][k]);
	const char **cell = mem_array(mem, const char *, n *n_cols + 1);
	for (size_t i = 0; i < n; i++)
		for (int k = 0; k < N_COLUMNS; k++)
			if (headings[kind][k])
				cell[used++] = k == COL_NAME
				                       ? name_of(app, office, &list[i])
				                       : cell_text(mem, &list[i], (enum column)k);
	return book_write(mem, mem_printf(mem, "%s/files", app->dir),
		&(struct book_table){ .title = msg_text(LANG_ZH, rule_kind_title(kind)),
			.head = head,
			.n_cols = n_cols,
			.cell = cell,
			.n_rows = n },
		out, err);
}

/* ---- in: cells ------------------------------------------------------------------------------------ */

struct reading {
	void *mem;
	struct rule_sheet *s;
	bool has_head;
};

static void
fault(void *mem, struct rule_sheet *s, size_t row, enum column k, const char *key)
{
	if (s->n_faults >= FAULTS_MAX)
		return;
	if (!s->fault)
		s->fault = mem_array(mem, struct sheet_fault, FAULTS_MAX);
	struct sheet_fault *f = &s->fault[s->n_faults++];
	f->row = row;
	f->key = key;
	if (s->column[k] >= 0)
		sheet_col_name((size_t)s->column[k], f->column);
}

static bool
is_heading(struct str cell, const char *english)
{
	return str_is(cell, msg_text(LANG_ZH, english)) || str_is(cell, english);
}

static bool
is_needed(enum column k)
{
	return k == COL_KEY || k == COL_VALUE || k == COL_FROM || k == COL_SOURCE ||
	       k == COL_TEXT || k == COL_CLASS;
}

static enum xq_rc
read_head(struct reading *r, const struct sheet_row *row, struct xq_err *err)
{
	for (int k = 0; k < N_COLUMNS; k++) {
		const char *heading = headings[r->s->kind][k];
		r->s->column[k] = NOT_THERE;
		for (size_t i = 0; heading && i < row->n_cells; i++)
			if (is_heading(str_trim(row->cell[i]), heading))
				r->s->column[k] = (int)i;
		if (heading && is_needed((enum column)k) && r->s->column[k] == NOT_THERE) {
			enum xq_rc rc = xq_refuse(err, NULL, "rules.columns");
			xq_err_text(err, "column", msg_text(LANG_ZH, heading));
			return rc;
		}
	}
	r->has_head = true;
	return XQ_OK;
}

/* Where the column stands in this row; NOT_THERE: the row ends before it. */
static int
place_of(const struct reading *r, const struct sheet_row *row, enum column k)
{
	int i = r->s->column[k];
	return i >= 0 && (size_t)i < row->n_cells ? i : NOT_THERE;
}

static const char *
text_of(struct reading *r, const struct sheet_row *row, enum column k, size_t max)
{
	struct str clean;
	struct xq_err err = { 0 };
	int i = place_of(r, row, k);
	if (i == NOT_THERE)
		return "";
	if (utf8_clean(r->mem, row->cell[i], k == COL_TEXT || k == COL_ENGLISH, max, &clean,
		    &err) != XQ_OK) {
		fault(r->mem, r->s, row->number, k, err.key);
		return "";
	}
	return str_text(r->mem, clean);
}

/* A day typed as text, or a date of the spreadsheet. Empty: 0. */
static int32_t
day_of_cell(struct reading *r, const struct sheet_row *row, enum column k)
{
	int i = place_of(r, row, k);
	int32_t day = 0;
	int64_t serial, at;
	struct str s = i == NOT_THERE ? STR("") : str_trim(row->cell[i]);
	if (s.n == 0)
		return 0;
	if (row->is_serial[i] && parse_int(s, 1, 200000, &serial) &&
		sheet_serial_moment((double)serial, 0, &at))
		day = day_of(at, 0);
	else if (!parse_day(s, &day))
		day = 0;
	if (day == 0 || !day_is_valid(day)) {
		fault(r->mem, r->s, row->number, k, "rules.day");
		return 0;
	}
	return day;
}

static bool
has_formula(struct reading *r, const struct sheet_row *row)
{
	for (int k = 0; k < N_COLUMNS; k++) {
		int i = place_of(r, row, (enum column)k);
		if (i == NOT_THERE || !row->is_formula[i])
			continue;
		fault(r->mem, r->s, row->number, (enum column)k, "import.formula");
		return true;
	}
	return false;
}

static void
make_room(struct reading *r)
{
	struct rule_sheet *s = r->s;
	if (s->n < s->cap)
		return;
	size_t cap = s->cap ? s->cap * 2 : 64;
	s->rule = mem_grow(r->mem, struct rule_new, s->rule, s->cap, cap);
	s->row = mem_grow(r->mem, size_t, s->row, s->cap, cap);
	s->last_day = mem_grow(r->mem, int32_t, s->last_day, s->cap, cap);
	s->is_new = mem_grow(r->mem, bool, s->is_new, s->cap, cap);
	s->cap = cap;
}

static enum xq_rc
take_row(void *to, const struct sheet_row *row, struct xq_err *err)
{
	struct reading *r = to;
	struct rule_sheet *s = r->s;
	if (!r->has_head)
		return read_head(r, row, err);
	s->n_rows++;
	if (has_formula(r, row))
		return XQ_OK;
	make_room(r);
	struct rule_new *n = &s->rule[s->n];
	s->row[s->n] = row->number;
	size_t before = s->n_faults;
	const char *value = text_of(r, row, COL_VALUE, SHORT_TEXT);
	if (s->kind == RULE_DEADLINE)
		value = limit_code(r->mem, value);
	*n = (struct rule_new){
		.key = text_of(r, row, COL_KEY, SHORT_TEXT),
		.value = value,
		.text = text_of(r, row, COL_TEXT, LONG_TEXT),
		.why = text_of(r, row, COL_WHY, SHORT_TEXT),
		.source = text_of(r, row, COL_SOURCE, SHORT_TEXT),
		.english = text_of(r, row, COL_ENGLISH, LONG_TEXT),
		.class = text_of(r, row, COL_CLASS, SHORT_TEXT),
		.map = text_of(r, row, COL_MAP, SHORT_TEXT),
		.unit = text_of(r, row, COL_UNIT, SHORT_TEXT),
		.next = text_of(r, row, COL_NEXT, SHORT_TEXT),
		.from_day = day_of_cell(r, row, COL_FROM),
		.is_off = text_eq(text_of(r, row, COL_OFF, SHORT_TEXT), "1"),
	};
	s->last_day[s->n] = day_of_cell(r, row, COL_LAST);
	if (s->n_faults > before)
		return XQ_OK; /* told already; what it would mean besides is guesswork */
	if (n->from_day == 0)
		fault(r->mem, s, row->number, COL_FROM, "field.missing");
	else
		s->n++;
	return XQ_OK;
}

enum xq_rc
rule_sheet_read(void *mem, const char *path, enum rule_kind kind, struct rule_sheet *out,
	struct xq_err *err)
{
	*out = (struct rule_sheet){ .kind = kind };
	struct reading r = { .mem = mem, .s = out };
	struct sheet_limits limits = sheet_limits_default;
	limits.max_rows = RULES_MAX;
	enum xq_rc rc = sheet_read(mem, path, &limits, take_row, &r, err);
	if (rc == XQ_OK && !r.has_head)
		return xq_refuse(err, NULL, "sheet.not-a-sheet");
	out->n_faults_read = out->n_faults;
	return rc;
}

/* ---- in: against what is on file ------------------------------------------------------------------- */

static bool
is_same(const struct rule *a, const struct rule_new *b)
{
	return text_eq(a->value, b->value) && text_eq(a->text, b->text) &&
	       text_eq(a->why, b->why) && text_eq(a->source, b->source) &&
	       text_eq(a->english, b->english) && text_eq(a->class, b->class) &&
	       text_eq(a->map, b->map) && text_eq(a->next, b->next) && a->is_off == b->is_off;
}

static const struct rule *
on_file(const struct rule *list, size_t n, const struct rule_new *r)
{
	for (size_t i = 0; i < n; i++)
		if (list[i].from_day == r->from_day && text_eq(list[i].key, r->key))
			return &list[i];
	return NULL;
}

/* The row of the same key that begins next; n: none does. */
static size_t
next_of(const struct rule_sheet *s, size_t at)
{
	size_t best = s->n;
	for (size_t i = 0; i < s->n; i++)
		if (s->rule[i].from_day > s->rule[at].from_day &&
			text_eq(s->rule[i].key, s->rule[at].key) &&
			(best == s->n || s->rule[i].from_day < s->rule[best].from_day))
			best = i;
	return best;
}

static bool
stands_above(const struct rule_sheet *s, size_t at)
{
	for (size_t i = 0; i < at; i++)
		if (s->rule[i].from_day == s->rule[at].from_day &&
			text_eq(s->rule[i].key, s->rule[at].key))
			return true;
	return false;
}

/* A last day that was given must be the one before the next version begins. */
static void
check_span(void *mem, struct rule_sheet *s, size_t at)
{
	int32_t last = s->last_day[at];
	if (last == 0)
		return;
	size_t next = next_of(s, at);
	if (next == s->n) {
		fault(mem, s, s->row[at], COL_LAST, "rules.gap");
		return;
	}
	int32_t want = day_add(s->rule[next].from_day, -1);
	if (last != want)
		fault(mem, s, s->row[at], COL_LAST, last < want ? "rules.gap" : "rules.overlap");
}

static enum xq_rc
check_new(struct tx *tx, void *mem, int64_t office, int32_t today, struct rule_sheet *s, size_t at,
	struct xq_err *err)
{
	static const enum column columns[RULE_PARTS] = { COL_KEY, COL_VALUE, COL_TEXT, COL_FROM,
		COL_SOURCE, COL_ENGLISH, COL_CLASS, COL_UNIT, COL_NEXT };
	struct rule_faults f;
	enum xq_rc rc = rule_check(tx, mem, office, today, s->kind, &s->rule[at], &f, err);
	for (int p = 0; rc == XQ_OK && p < RULE_PARTS; p++)
		if (f.part[p])
			fault(mem, s, s->row[at], columns[p], f.part[p]);
	return rc;
}

enum xq_rc
rule_sheet_check(struct tx *tx, void *mem, int64_t office, int32_t today, struct rule_sheet *s,
	struct xq_err *err)
{
	struct rule *list;
	size_t n;
	s->n_faults = s->n_faults_read; /* compared again, it counts again */
	s->already = s->added = 0;
	enum xq_rc rc = rule_list(tx, mem, office, s->kind, NULL, &list, &n, err);
	for (size_t i = 0; rc == XQ_OK && i < s->n; i++) {
		const struct rule *old = on_file(list, n, &s->rule[i]);
		s->is_new[i] = !old || !is_same(old, &s->rule[i]);
		if (stands_above(s, i))
			fault(mem, s, s->row[i], COL_FROM,
				s->kind == RULE_DUTY ? "rules.two-leads" : "rules.same-day");
		else if (s->is_new[i])
			rc = check_new(tx, mem, office, today, s, i, err);
		check_span(mem, s, i);
		s->already += !s->is_new[i];
		s->added += s->is_new[i];
	}
	return rc;
}

/* ---- the act ---------------------------------------------------------------------------------------- */

/* The reader wants a file by name; it lies in the data folder for as long as it is read. */
static enum xq_rc
read_upload(struct act_call *call, const struct upload *u, enum rule_kind kind,
	struct rule_sheet *out, struct xq_err *err)
{
	char *path = mem_printf(call->mem, "%s/files/list.XXXXXX", call->app->dir);
	int fd = mkstemp(path);
	if (fd < 0)
		return xq_busy(err, "store.full");
	bool good = write(fd, u->data.p, u->data.n) == (ssize_t)u->data.n;
	close(fd);
	enum xq_rc rc = good ? rule_sheet_read(call->mem, path, kind, out, err)
	                     : xq_busy(err, "store.full");
	(void)unlink(path); /* a file that stays is harmless: no row names it */
	return rc;
}

static enum xq_rc
import_prepare(struct act_call *call, struct xq_err *err)
{
	if (call->prepared)
		return XQ_OK; /* the command line has read it */
	enum rule_kind kind;
	const struct field_value *file = form_value(&call->form, "file");
	xq_require(file->n_uploads == 1 && rule_kind_read(form_str(&call->form, "kind"), &kind));
	struct rule_sheet *s = mem_new(call->mem, struct rule_sheet);
	call->prepared = s;
	return read_upload(call, &file->upload[0], kind, s, err);
}

static enum xq_rc
add_rows(struct act_ctx *ctx, const struct rule_sheet *s, struct xq_err *err)
{
	int64_t ver;
	int32_t first = 0;
	enum xq_rc rc = rule_next_ver(ctx, s->kind, &ver, err);
	if (rc == XQ_OK && ver + (int64_t)s->added > RULE_VERSIONS_MAX + 1)
		return xq_refuse(err, NULL, "rules.full");
	for (size_t i = 0; rc == XQ_OK && i < s->n; i++) {
		if (!s->is_new[i])
			continue;
		/* one version for each row: the limits have it in their key */
		rc = rule_add(ctx, s->kind, &s->rule[i], ver, err);
		if (first == 0 || s->rule[i].from_day < first)
			first = s->rule[i].from_day;
		ver++;
	}
	if (rc == XQ_OK)
		rc = rule_emit(ctx, s->kind, ver - 1, first, err);
	tx_touch_config(ctx->tx);
	return rc == XQ_OK ? book_refresh(ctx->app, ctx->tx, err) : rc;
}

static enum xq_rc
import_apply(struct act_ctx *ctx, const struct form *in, struct xq_err *err)
{
	(void)in;
	struct rule_sheet *s = ctx->call->prepared;
	int32_t today = day_of(ctx->now, app_office(ctx->app, ctx->office)->tz_s);
	enum xq_rc rc = rule_sheet_check(ctx->tx, ctx->mem, ctx->office, today, s, err);
	if (rc != XQ_OK)
		return rc;
	act_result_int(ctx, "added", (int64_t)s->added);
	if (s->n_faults > 0) {
		rc = xq_refuse(err, NULL, "rules.sheet-faults");
		xq_err_int(err, "n", (int64_t)s->n_faults);
		return rc;
	}
	return s->added > 0 ? add_rows(ctx, s, err) : xq_refuse(err, NULL, "rules.nothing-new");
}

/* clang-format off */
static const struct choice kind_choices[] = {
	{ "deadlines", N_("Limits") },
	{ "duty", N_("Duty catalogue") },
	{ "templates", N_("Templates of answers") },
	{ "classes", N_("Kinds of matters") },
	{ "natures", N_("What it is") },
	{ "outcomes", N_("Outcomes") },
	{ "scales", N_("Words of a rating") },
	{ "sentences", N_("Sentences for residents") },
	{ "guides", N_("How each step is done") },
	{ NULL, NULL },
};

static const struct field import_fields[] = {
	{ "kind", FIELD_CHOICE, .required = true, .choices = kind_choices, .label = N_("Which rules") },
	{ "file", FIELD_PHOTOS, .required = true, .max = 1, .missing = "rules.no-file", .label = N_("Spreadsheet"),
		.hint = N_("The list that can be saved here, with rows added below") },
	{ .name = NULL },
};
/* clang-format on */

const struct act rules_import = {
	.name = "rules.import",
	.title = N_("Take over a list"),
	.help = N_("All of it or nothing. Rows that are on file already are passed over."),
	.who = PERM_LEAD,
	.fields = import_fields,
	.prepare = import_prepare,
	.is_slow = true,
	.apply = import_apply,
	.events = (const struct event_kind *const[]){ &ev_config_set, NULL },
	.is_hidden = true,
};

/* Without a fault of its own, so that the report of what is wrong comes with it. */
static enum xq_rc
import_dry(void *mem, struct app *app, int64_t office, struct rule_sheet *s, struct xq_err *err)
{
	struct tx *tx;
	int32_t today = day_of(clock_now(app->clock), app_office(app, office)->tz_s);
	enum xq_rc rc = db_read(app->db, &tx, err);
	if (rc != XQ_OK)
		return rc;
	rc = rule_sheet_check(tx, mem, office, today, s, err);
	tx_end(tx);
	return rc;
}

enum xq_rc
rule_sheet_import(void *mem, struct app *app, int64_t office, enum rule_kind kind, const char *path,
	bool is_dry, struct rule_sheet **out, struct xq_err *err)
{
	struct rule_sheet *s = mem_new(mem, struct rule_sheet);
	enum xq_rc rc = rule_sheet_read(mem, path, kind, s, err);
	if (rc != XQ_OK)
		return rc;
	*out = s;
	if (is_dry)
		return import_dry(mem, app, office, s, err);
	struct actor system = actor_system(office);
	struct act_call *call = act_call_new(mem, app, &rules_import, office, &system);
	call->prepared = s;
	rc = act_run(call);
	if (rc == XQ_REFUSED && (s->n_faults > 0 || text_eq(call->err.key, "rules.nothing-new")))
		return XQ_OK;
	*err = call->err;
	return rc;
}
