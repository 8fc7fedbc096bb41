/* SPDX-License-Identifier: Apache-2.0 */
/* book.c - words by key and day. The rows are few (about a hundred, and one for each version), so they
 * are walked; what would cost is a query for each row of a list. */
#include "concern/book.h"

#include "concern/concern_int.h"
#include "core/mem.h"

#include "office/desk.h"

#include "core/banned.h"

/* What tells whether an office's rows are others: a rule is a row that is added and never changed. */
struct stamp {
	int64_t office, n, set_at;
};

struct office_book {
	struct stamp stamp;
	struct rule *rule[RULE_KINDS];
	size_t n[RULE_KINDS];
};

struct rule_book {
	const struct office_book **office; /* by number */
	size_t n;
};

static enum xq_rc
read_office(struct app *app, struct tx *tx, const struct stamp *stamp,
	const struct office_book **out, struct xq_err *err)
{
	struct office_book *b = mem_new(app->mem, struct office_book);
	b->stamp = *stamp;
	enum xq_rc rc = XQ_OK;
	for (int k = RULE_CLASS; rc == XQ_OK && k < RULE_KINDS; k++)
		rc = rule_list(
			tx, b, stamp->office, (enum rule_kind)k, NULL, &b->rule[k], &b->n[k], err);
	if (rc == XQ_OK)
		*out = b;
	else
		mem_free(b);
	return rc;
}

static const struct office_book *
book_in(const struct rule_book *book, int64_t office)
{
	size_t lo = 0, hi = book ? book->n : 0, n = hi;
	while (lo < hi) {
		size_t mid = (lo + hi) / 2;
		if (book->office[mid]->stamp.office < office)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < n && book->office[lo]->stamp.office == office ? book->office[lo] : NULL;
}

static const struct office_book *
book_of(const struct app *app, int64_t office)
{
	return book_in(app->book, office);
}

/* Of all offices at once: a change of one office's words must not ask hundreds of others for theirs. */
static enum xq_rc
stamps_read(struct tx *tx, void *mem, struct stamp **out, size_t *out_n, struct xq_err *err)
{
	size_t n = 0, cap = 16;
	struct stamp *list = mem_array(mem, struct stamp, cap);
	struct rows *q = db_query(tx,
		SQL("SELECT office, count(*), max(set_at) FROM rule_text"
		    " /* CITY scan: a hundred rows of each office, when somebody changes words */"
		    " GROUP BY office ORDER BY office"),
		NO_VALS);
	while (row_next(q)) {
		if (n == cap) {
			list = mem_grow(mem, struct stamp, list, cap, 2 * cap);
			cap *= 2;
		}
		list[n++] = (struct stamp){ row_int(q, 0), row_int(q, 1), row_int(q, 2) };
	}
	*out = list;
	*out_n = n;
	return rows_close(q, err);
}

static bool
is_current(const struct office_book *b, const struct stamp *s)
{
	return b && b->stamp.n == s->n && b->stamp.set_at == s->set_at;
}

/* What was read of an office is never freed, since a reader may hold it, but shared with the book before. */
static enum xq_rc
book_fill(struct app *app, struct tx *tx, struct rule_book *book, const struct stamp *stamp,
	size_t n, struct xq_err *err)
{
	book->office = mem_array(book, const struct office_book *, n + 1);
	for (; book->n < n; book->n++) {
		const struct stamp *s = &stamp[book->n];
		const struct office_book *b = book_in(app->book, s->office);
		enum xq_rc rc = is_current(b, s) ? XQ_OK : read_office(app, tx, s, &b, err);
		if (rc != XQ_OK)
			return rc;
		book->office[book->n] = b;
	}
	return XQ_OK;
}

enum xq_rc
book_refresh(struct app *app, struct tx *tx, struct xq_err *err)
{
	void *mem = mem_root("stamps");
	struct rule_book *book = mem_new(app->mem, struct rule_book);
	struct stamp *stamp;
	size_t n;
	enum xq_rc rc = stamps_read(tx, mem, &stamp, &n, err);
	if (rc == XQ_OK)
		rc = book_fill(app, tx, book, stamp, n, err);
	if (rc == XQ_OK)
		app->book = book;
	else
		mem_free(book);
	mem_free(mem);
	return rc;
}

const struct rule *
book_on(const struct app *app, int64_t office, enum rule_kind kind, const char *key, int32_t day)
{
	const struct office_book *b = book_of(app, office);
	const struct rule *found = NULL;
	for (size_t i = 0; b && i < b->n[kind]; i++) {
		const struct rule *r = &b->rule[kind][i];
		if (text_eq(r->key, key) && (!found || r->from_day <= day))
			found = r;
	}
	return found;
}

/* ---- words ------------------------------------------------------------------------------------------ */

/* Shipped words go through the catalogue, so they are the reader's; the office's own have an English
 * form where somebody wrote one. */
static const char *
shown_word(struct req *q, const struct rule *r)
{
	return q->prefs.lang == LANG_EN && r->english[0] ? r->english : r->value;
}

const char *
book_word(struct req *q, enum rule_kind kind, const char *key, int32_t day)
{
	const struct rule *r = book_on(q->app, q->office->id, kind, key, day);
	const char *shipped = rule_shipped(kind, key);
	if (r && (r->set_at != 0 || !shipped))
		return shown_word(q, r);
	return shipped ? shipped : key;
}

static int32_t
day_at_office(const struct req *q, int64_t at)
{
	return day_of(at > 0 ? at : q->now, q->office->tz_s);
}

const char *
book_class(struct req *q, const struct concern *c)
{
	return book_word(q, RULE_CLASS, c->category, day_at_office(q, c->raised_at));
}

const char *
book_public_class(struct req *q, const struct concern *c)
{
	return book_word(q, RULE_CLASS, c->class, day_at_office(q, c->raised_at));
}

const char *
book_nature(struct req *q, const struct concern *c)
{
	return book_word(q, RULE_NATURE, c->nature, day_at_office(q, c->raised_at));
}

const char *
book_outcome(struct req *q, const struct concern *c)
{
	return book_word(
		q, RULE_OUTCOME, outcome_code(c->outcome), day_at_office(q, c->answered_at));
}

/* A rating without a row of its own came with its closing. */
static int32_t
rated_day(const struct req *q, const struct concern *c)
{
	return day_at_office(q, c->rated_at > 0 ? c->rated_at : c->closed_at);
}

const char *
book_seen(struct req *q, const struct concern *c)
{
	return c->seen_solved ? book_word(q, RULE_SCALE, c->seen_solved, rated_day(q, c)) : NULL;
}

const char *
book_sat(struct req *q, const struct concern *c)
{
	const char *code = concern_sats[c->seen_sat > 0 ? c->seen_sat - 1 : 4].code;
	return book_word(q, RULE_SCALE, code, rated_day(q, c));
}

/* ---- classes ---------------------------------------------------------------------------------------- */

bool
book_class_of(const struct app *app, int64_t office, const char *key, int32_t day,
	const char **out_key, const char **out_public)
{
	enum { HOPS = 8 }; /* what took the place of what took its place, and no further */
	for (int i = 0; i < HOPS && key[0]; i++) {
		const struct rule *r = book_on(app, office, RULE_CLASS, key, day);
		if (!r && choice_has(concern_classes, str_of(key))) {
			*out_key = *out_public = key; /* a folder without rows of words */
			return true;
		}
		if (!r || r->from_day > day)
			return false;
		if (!r->is_off) {
			*out_key = r->key;
			*out_public = r->class;
			return true;
		}
		key = r->next;
	}
	return false;
}

/* The ten of the program in their order, the office's own behind the one they count in. */
size_t
book_classes(struct req *q, int32_t day, struct option **out)
{
	const struct office_book *b = book_of(q->app, q->office->id);
	size_t n = 0, max = (b ? b->n[RULE_CLASS] : 0) + 16;
	struct option *list = mem_array(q->mem, struct option, max);
	for (size_t k = 0; concern_classes[k].code; k++) {
		const char *public = concern_classes[k].code, *key, *to;
		if (book_class_of(q->app, q->office->id, public, day, &key, &to) &&
			text_eq(key, public))
			list[n++] = (struct option){ .value = public,
				.label = book_word(q, RULE_CLASS, public, day) };
		for (size_t i = 0; b && i < b->n[RULE_CLASS]; i++) {
			const struct rule *r = &b->rule[RULE_CLASS][i];
			bool holds = r->from_day <= day && (!r->last_day || r->last_day >= day);
			if (holds && !r->is_off && text_eq(r->class, public) &&
				!text_eq(r->key, public))
				list[n++] = (struct option){ .value = r->key,
					.label = shown_word(q, r) };
		}
	}
	*out = list;
	return n;
}

static bool
kind_of_choices(const struct choice *list, enum rule_kind *out)
{
	const struct {
		const struct choice *list;
		enum rule_kind kind;
	} known[] = { { concern_natures, RULE_NATURE }, { concern_outcomes, RULE_OUTCOME },
		{ answer_classes, RULE_OUTCOME }, { concern_solved, RULE_SCALE },
		{ concern_sats, RULE_SCALE } };
	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (list && known[i].list == list) {
			*out = known[i].kind;
			return true;
		}
	return false;
}

void
book_relabel(struct req *q, struct act_form *f, const struct act *act)
{
	enum rule_kind kind;
	int32_t today = day_of(q->now, q->office->tz_s);
	for (const struct field *field = act->fields; field->name; field++) {
		if (!kind_of_choices(field->choices, &kind))
			continue;
		struct input *in = act_form_input(f, field->name);
		struct option *list = mem_array(q->mem, struct option, in->n_options + 1);
		for (size_t i = 0; i < in->n_options; i++) {
			list[i] = in->option[i];
			if (list[i].value[0]) /* the empty line stays as it is */
				list[i].label = book_word(q, kind, list[i].value, today);
		}
		in->option = list;
	}
}

/* ---- texts ------------------------------------------------------------------------------------------ */

const char *
book_text(struct req *q, enum rule_kind kind, const char *key)
{
	const struct rule *r =
		book_on(q->app, q->office->id, kind, key, day_of(q->now, q->office->tz_s));
	if (!r || r->set_at == 0)
		return NULL;
	return q->prefs.lang == LANG_EN && r->english[0] ? r->english : r->text;
}

struct html
book_sentence(struct req *q, const char *key, const struct msg_arg *arg, size_t n_args)
{
	struct html_out o = html_new(q->mem, q->prefs.lang, q->office->tz_s);
	const char *text = book_text(q, RULE_SENTENCE, key);
	text = text ? sentence_bold(q->mem, key, text) : rule_shipped(RULE_SENTENCE, key);
	html_msg(&o, HTML_TEXT, text, arg, n_args);
	return html_view(&o);
}

const char *
book_guide(struct req *q, const char *key)
{
	const char *text = book_text(q, RULE_GUIDE, key), *shipped = rule_shipped(RULE_GUIDE, key);
	if (text)
		return text;
	return shipped ? msg_text(q->prefs.lang, shipped) : NULL;
}
