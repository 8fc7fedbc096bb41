/* SPDX-License-Identifier: Apache-2.0 */
/* rules_text_pages.c - texts and words: a page for each kind, what its form offers, and what a change
 * would look like before it is saved; a sentence is shown as the resident would read it. */
#include "concern/concern_int.h"
#include "concern/rules_pages.h"
#include "core/mem.h"
#include "templates.h"

#include "core/banned.h"

/* ---- one kind ------------------------------------------------------------------------------------ */

static enum xq_rc
list_render(struct req *q, struct resp *r, struct xq_err *err)
{
	enum rule_kind kind;
	if (!rule_kind_read(req_place(q, 0), &kind))
		return XQ_NONE;
	struct rules_list *p = mem_new(q->mem, struct rules_list);
	enum xq_rc rc = rules_block_fill(q, kind, &p->block, err);
	if (rc != XQ_OK)
		return rc;
	p->crumb[0] = (struct crumb){ RULES_PATH, N_("Rules of the office") };
	p->crumb[1] = (struct crumb){ NULL, rule_kind_title(kind) };
	if (kind == RULE_GUIDE || kind == RULE_DUTY) {
		p->print_href = RULES_PATH "/handbook.print";
		p->print_label = N_("Print the handbook");
	}
	struct shell shell;
	struct html_out o = desk_page_begin(q, rule_kind_title(kind), NULL, &shell);
	rules_list_page(&o, p);
	desk_end(r, &o, &shell);
	return XQ_OK;
}

const struct view rules_list_view = { .path = RULES_PATH "/{kind}",
	.who = PERM_STAFF,
	.render = list_render,
	.title = N_("Rules of one kind") };

/* ---- all kinds that have a page of their own -------------------------------------------------------- */

static enum xq_rc
texts_line(struct req *q, enum rule_kind kind, struct rules_line *out, struct xq_err *err)
{
	struct rule *list;
	size_t n;
	int64_t now = 0, set = 0, planned = 0;
	int32_t today = desk_today(q);
	enum xq_rc rc = rule_list(q->tx, q->mem, q->office->id, kind, NULL, &list, &n, err);
	for (size_t i = 0; rc == XQ_OK && i < n; i++) {
		bool is_now = list[i].from_day <= today &&
		              (!list[i].last_day || list[i].last_day >= today) && !list[i].is_off;
		now += is_now;
		set += is_now && list[i].set_at != 0;
		planned += list[i].from_day > today;
	}
	*out = (struct rules_line){ .title = rule_kind_title(kind),
		.href = mem_printf(q->mem, RULES_PATH "/%s", rule_kind_code(kind)),
		.words = SAY(q, N_("{n} in force"), AN("n", now)),
		.when = planned > 0 ? SAY(q, N_("{n} to come"), AN("n", planned)) : NULL,
		.is_planned = true,
		.source = set > 0 ? SAY(q, N_("{n} in the office's own words"), AN("n", set))
		                  : desk_word(q, N_("all as shipped")) };
	return rc;
}

enum xq_rc
rules_texts_fill(struct req *q, struct rules_group *out, struct xq_err *err)
{
	*out = (struct rules_group){ .line = mem_array(q->mem, struct rules_line, RULE_KINDS) };
	enum xq_rc rc = XQ_OK;
	for (int k = RULE_CLASS; rc == XQ_OK && k < RULE_KINDS; k++)
		rc = texts_line(q, (enum rule_kind)k, &out->line[out->n++], err);
	return rc;
}

/* ---- what a form offers ------------------------------------------------------------------------------ */

/* Every key of the list once, by the words of today; a new class is typed. */
static void
choose_key(struct req *q, enum rule_kind kind, struct act_form *f)
{
	const char *const *keys = text_keys(kind, q->mem);
	size_t n = 0;
	while (keys && keys[n])
		n++;
	struct option *list = mem_array(q->mem, struct option, n + 1);
	for (size_t i = 0; i < n; i++) {
		bool is_text = kind == RULE_SENTENCE || kind == RULE_GUIDE;
		list[i] = (struct option){ .value = keys[i],
			.label = is_text ? text_title(kind, keys[i])
			                 : book_word(q, kind, keys[i], desk_today(q)) };
	}
	act_form_choose(q, f, "code", list, n);
}

enum xq_rc
rules_choose_class(struct req *q, struct act_form *f, const char *name, struct xq_err *err)
{
	(void)err;
	struct option *list;
	size_t n = book_classes(q, desk_today(q), &list);
	act_form_choose(q, f, name, list, n);
	return XQ_OK;
}

enum xq_rc
text_form_choose(struct req *q, enum rule_kind kind, struct act_form *f, struct xq_err *err)
{
	if (kind == RULE_TEMPLATE)
		return XQ_OK;
	if (kind != RULE_CLASS) {
		choose_key(q, kind, f);
		return XQ_OK;
	}
	enum xq_rc rc = rules_choose_unit(q, f, err);
	return rc == XQ_OK ? rules_choose_class(q, f, "next", err) : rc;
}

/* {who}, {due} */
static const char *
places_words(struct req *q, const char *key)
{
	struct str rest = str_of(sentence_places(key)), word;
	struct buf b = buf_new(q->mem, 64);
	while (str_cut(&rest, ' ', &word)) {
		if (word.n > 0)
			buf_printf(&b, "%s{%.*s}", b.n > 0 ? " " : "",
				(int)(str_ends(word, STR("*")) ? word.n - 1 : word.n), word.p);
	}
	return b.n > 0 ? SAY(q, N_("Places of this sentence: {places}. Each has to stay."),
				 AX("places", buf_view(&b).p))
	               : desk_word(q, N_("This sentence has no places."));
}

void
text_form_begin(struct req *q, struct act_form *f, const struct rule *r)
{
	bool is_long = r->kind == RULE_SENTENCE || r->kind == RULE_GUIDE;
	if (is_long || r->kind == RULE_TEMPLATE)
		act_form_default(f, "text", r->text);
	if (!is_long)
		act_form_default(f, "title", r->value);
	if (r->kind == RULE_TEMPLATE)
		return;
	if (r->english[0])
		act_form_default(f, "english", r->english);
	if (r->kind == RULE_SENTENCE)
		act_form_input(f, "text")->hint = places_words(q, r->key);
	if (r->kind != RULE_CLASS)
		return;
	act_form_default(f, "public", r->class);
	act_form_default(f, "map", r->map[0] ? r->map : NULL);
}

/* ---- what it would look like ------------------------------------------------------------------------- */

/* An office like the reader's own, on a day like today. */
static struct html
sample_sentence(struct req *q, const char *key, const char *text)
{
	int32_t today = desk_today(q);
	const char *who = mem_printf(q->mem, "%s %s", q->office->short_name, q->actor.name);
	const struct msg_arg arg[] = {
		AD("raised", today),
		AX("who", who),
		AN("n", 1),
		AD("due", cal_add_wd(q->app->calendar, today, 5)),
		AX("unit", q->office->short_name),
		AX("why", desk_word(q, N_("the parts have to be ordered"))),
		AX("time", mem_printf(q->mem, "%02d:%02d", q->office->closing_minute / 60,
				   q->office->closing_minute % 60)),
		AD("day", today),
		AX("head", q->actor.name),
		AX("view", desk_word(q, book_word(q, RULE_SCALE, "yes", today))),
		AX("sat", desk_word(q, book_word(q, RULE_SCALE, "1", today))),
		AX("outcome", desk_word(q, book_word(q, RULE_OUTCOME, "solved", today))),
		AT("at", q->now),
		AN("seq", 1234),
		AX("body", desk_word(q, N_("Court or arbitration"))),
	};
	struct html_out o = html_new(q->mem, q->prefs.lang, q->office->tz_s);
	html_msg(&o, HTML_TEXT, sentence_bold(q->mem, key, text), arg, sizeof arg / sizeof *arg);
	return html_view(&o);
}

static const char *
class_preview(struct req *q, const struct rule_new *r)
{
	if (r->is_off)
		return r->next[0]
		               ? SAY(q, N_("From {from} on {title} is no longer offered; {next} takes its place."),
					 AD("from", r->from_day), AX("title", r->value),
					 AX("next", desk_word(q, book_word(q, RULE_CLASS, r->next,
									 r->from_day))))
		               : SAY(q, N_("From {from} on {title} is no longer offered."),
					 AD("from", r->from_day), AX("title", r->value));
	return SAY(q, N_("From {from} on {title} can be chosen; it counts in {class}."),
		AD("from", r->from_day), AX("title", r->value),
		AX("class", desk_word(q, book_word(q, RULE_CLASS, r->class, r->from_day))));
}

static void
word_preview(struct req *q, enum rule_kind kind, const struct rule_new *r, struct rules_change *p)
{
	p->words = SAY(q, N_("From {from} on it says {then}; until then {now}."),
		AD("from", r->from_day), AX("then", r->value),
		AX("now", desk_word(q, book_word(q, kind, r->key, day_add(r->from_day, -1)))));
	p->stays = desk_word(q,
		kind == RULE_SCALE
			? N_("What is rated keeps its words, and no figure changes: the answer is counted, not the word.")
			: N_("What is on file keeps its words, and no figure changes: the code is counted, not the word."));
}

enum xq_rc
text_preview(struct req *q, enum rule_kind kind, struct rules_change *p, struct xq_err *err)
{
	(void)err;
	struct rule_new r = rule_of_form(kind, &q->call->form);
	if (kind == RULE_SENTENCE) {
		p->words = SAY(q, N_("From {from} on residents read:"), AD("from", r.from_day));
		p->says = sample_sentence(q, r.key, r.text);
		p->stays = desk_word(q, N_("The names and days in it are examples."));
	} else if (kind == RULE_GUIDE) {
		p->words = SAY(q, N_("From {from} on it stands on the page of the step:"),
			AD("from", r.from_day));
		p->text = r.text;
	} else if (kind == RULE_CLASS) {
		p->words = class_preview(q, &r);
		p->stays = desk_word(
			q, N_("What is on file keeps its kind and the words of its day."));
	} else {
		word_preview(q, kind, &r, p);
	}
	return XQ_OK;
}
