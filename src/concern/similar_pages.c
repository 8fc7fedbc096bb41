/* SPDX-License-Identifier: Apache-2.0 */
/* similar_pages.c - hints in words, the page of concerns like one on file, and the API. */
#include "concern/similar_pages.h"

#include "concern/book.h"
#include "concern/desk_pages.h"
#include "core/mem.h"
#include "core/utf8.h"
#include "templates.h"

#include "core/banned.h"

enum { API_BYTES = 128 * 1024, WORD_CHARS = 12 };

static const char *
no_text(struct req *q, int64_t file_no)
{
	char no[24];
	file_no_show(file_no, no);
	return mem_text(q->mem, no);
}

/* ---- in words ------------------------------------------------------------------------------------ */

static void
add_reason(struct buf *b, const char *words)
{
	if (b->n > 0)
		buf_text(b, " · ");
	buf_text(b, words);
}

static bool
is_number(struct str word)
{
	for (size_t i = 0; i < word.n; i++)
		if (word.p[i] < '0' || word.p[i] > '9')
			return false;
	return true;
}

static const char *
why_of(struct req *q, const struct similar *s)
{
	struct buf why = buf_new(q->mem, 128), words = buf_new(q->mem, 64);
	if (s->place == PLACE_SAME)
		add_reason(&why, desk_word(q, N_("same place")));
	if (s->place == PLACE_NEAR)
		add_reason(&why, desk_word(q, N_("same road or estate")));
	if (s->is_same_class)
		add_reason(&why, desk_word(q, N_("same kind")));
	for (size_t i = 0; i < s->n_words; i++) {
		if (is_number(s->word[i]))
			continue; /* counted, but a house number alone tells nothing */
		if (words.n > 0)
			buf_text(&words, " / ");
		buf_str(&words, utf8_head(s->word[i], WORD_CHARS));
	}
	if (words.n > 0)
		add_reason(&why,
			SAY(q, N_("{n} words in common: {words}"), AN("n", (int64_t)s->n_common),
				AX("words", buf_view(&words).p)));
	return buf_view(&why).p;
}

static struct similar_row
row_of(struct req *q, const struct similar *s)
{
	const struct concern *c = &s->c;
	return (struct similar_row){ .href = desk_path(q, c->file_no, ""),
		.no = no_text(q, c->file_no),
		.title = c->title,
		.place = c->place,
		.unit = c->owner_unit,
		.why = why_of(q, s),
		.day = msg_day(q->mem, q->prefs.lang, day_of(c->raised_at, q->office->tz_s)),
		.light = desk_light_of(q, c) };
}

/* What most of them are is likely what this one is: a suggestion with its reason, never chosen by itself.
 * Two at least, and more than half. */
static const char *
kind_of_most(struct req *q, const struct similar *s, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		size_t same = 0;
		for (size_t k = 0; k < n; k++)
			same += text_eq(s[k].c.class, s[i].c.class);
		if (same >= 2 && 2 * same > n && !text_eq(s[i].c.class, "other"))
			return SAY(q, N_("Probably “{kind}”: {same} of these {n} are."),
				AX("kind", desk_word(q, book_public_class(q, &s[i].c))),
				AN("same", (int64_t)same), AN("n", (int64_t)n));
	}
	return NULL;
}

static enum xq_rc
hints_load(struct req *q, const struct similar_ask *ask, struct similar s[SIMILAR_MAX],
	struct similar_hints *out, struct xq_err *err)
{
	*out = (struct similar_hints){ .is_asked = ask->title.n + ask->body.n + ask->place.n > 0 };
	if (!out->is_asked)
		return XQ_OK;
	enum xq_rc rc = similar_find(q->tx, q->mem, &q->actor, ask, s, &out->n, err);
	for (size_t i = 0; rc == XQ_OK && i < out->n; i++)
		out->row[i] = row_of(q, &s[i]);
	return rc;
}

enum xq_rc
similar_hints_of(
	struct req *q, const struct similar_ask *ask, struct similar_hints *out, struct xq_err *err)
{
	struct similar s[SIMILAR_MAX];
	enum xq_rc rc = hints_load(q, ask, s, out, err);
	out->is_filing = true;
	bool is_open = !ask->class || !ask->class[0] || text_eq(ask->class, "other");
	if (rc == XQ_OK && is_open)
		out->kind = kind_of_most(q, s, out->n);
	return rc;
}

/* ---- concerns like one on file --------------------------------------------------------------------- */

static bool
may_merge(struct req *q, const struct desk_concern *d)
{
	const struct request *const none[2] = { NULL, NULL };
	struct next_act act[NEXT_MAX];
	size_t n = concern_next(&q->actor, &d->c, d->has_open ? &d->open : NULL, NULL, none, act);
	for (size_t i = 0; i < n; i++)
		if (act[i].act == &concern_merge)
			return !act[i].refusal;
	return false;
}

static enum xq_rc
one_render(struct req *q, struct resp *r, struct xq_err *err)
{
	struct desk_concern d;
	struct similar s[SIMILAR_MAX];
	enum xq_rc rc = desk_concern_load(q, &d, err);
	if (rc != XQ_OK)
		return rc;
	struct similar_page p = { .no = no_text(q, d.c.file_no), .title = d.c.title };
	p.crumb[p.n_crumbs++] = (struct crumb){ "/desk/concerns", N_("Concerns") };
	p.crumb[p.n_crumbs++] = (struct crumb){ desk_path(q, d.c.file_no, ""), p.no };
	p.crumb[p.n_crumbs++] = (struct crumb){ NULL, N_("Similar concerns") };
	rc = hints_load(q,
		&(struct similar_ask){ .title = str_of(d.c.title),
			.body = str_of(d.c.body),
			.place = str_of(d.c.place),
			.class = d.c.class,
			.now = q->now,
			.except_id = d.c.id },
		s, &p.hints, err);
	if (rc != XQ_OK)
		return rc;
	bool may = may_merge(q, &d);
	for (size_t i = 0; may && i < p.hints.n; i++)
		if (concern_is_open(s[i].c.state) && s[i].c.lane == d.c.lane)
			p.hints.row[i].merge_href = desk_path(q, d.c.file_no,
				mem_printf(q->mem, "/merge?into=%s", no_text(q, s[i].c.file_no)));
	struct shell shell;
	struct html_out o = desk_page_begin(q, N_("Concerns like this one"), NULL, &shell);
	similar_one_page(&o, &p);
	desk_end(r, &o, &shell);
	return XQ_OK;
}

static const struct view similar_one_view = { .path = "/desk/concerns/{no}/similar",
	.who = PERM_STAFF,
	.render = one_render,
	.title = N_("Concerns like this one") };

/* ---- for programs ------------------------------------------------------------------------------------ */

static struct str
text_of(json_t *object, const char *key)
{
	json_t *v = json_object_get(object, key);
	return json_is_string(v) ? str_n(json_string_value(v), json_string_length(v)) : STR("");
}

static void
put_similar(struct req *q, struct json_w *w, const struct similar *s)
{
	static const char *const fits[] = { NULL, "near", "same" };
	json_open(w, '{');
	json_pair(w, "file_no", no_text(q, s->c.file_no));
	json_pair(w, "title", s->c.title);
	json_pair(w, "class", s->c.class);
	json_pair(w, "unit", s->c.owner_unit);
	json_key(w, "open");
	json_bool(w, concern_is_open(s->c.state));
	json_key(w, "score");
	json_int(w, s->score);
	json_key(w, "share");
	json_int(w, s->share);
	json_pair(w, "place", fits[s->place]);
	json_key(w, "words");
	json_open(w, '[');
	for (size_t i = 0; i < s->n_words; i++)
		json_str(w, s->word[i]);
	json_close(w, ']');
	json_close(w, '}');
}

/* {"title", "body", "place", "class"}, each of them may be left out. A POST, since words of residents do
 * not belong into addresses and their logs. */
static enum xq_rc
api_post(struct req *q, struct resp *r, struct xq_err *err)
{
	json_t *o = NULL;
	struct similar s[SIMILAR_MAX];
	size_t n = 0;
	enum xq_rc rc = json_read(q->mem, req_body(q), API_BYTES, &o, err);
	if (rc == XQ_OK && !json_is_object(o))
		rc = xq_refuse(err, NULL, "json.bad");
	if (rc != XQ_OK)
		return web_fail(q, r, 400, err);
	rc = similar_find(q->tx, q->mem, &q->actor,
		&(struct similar_ask){ .title = text_of(o, "title"),
			.body = text_of(o, "body"),
			.place = text_of(o, "place"),
			.class = str_text(q->mem, text_of(o, "class")),
			.now = q->now },
		s, &n, err);
	if (rc != XQ_OK)
		return rc;
	struct json_w w = json_new(q->mem);
	json_open(&w, '{');
	json_key(&w, "similar");
	json_open(&w, '[');
	for (size_t i = 0; i < n; i++)
		put_similar(q, &w, &s[i]);
	json_close(&w, ']');
	json_close(&w, '}');
	resp_json(r, 200, &w);
	return XQ_OK;
}

static const struct view similar_api_view = { .path = "/api/v1/similar",
	.who = PERM_STAFF,
	.flags = VIEW_API,
	.post = api_post,
	.max_body = API_BYTES };

const struct module concern_similar_module = {
	.name = "concern-similar",
	.views = (const struct view *const[]){ &desk_intake_similar_view, &similar_one_view,
		&similar_api_view, NULL },
};
