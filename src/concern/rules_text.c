/* SPDX-License-Identifier: Apache-2.0 */
/* rules_text.c - what a text or a word of the office has to fulfil before it is a rule: a word that
 * stands for one code only, a sentence that leaves out nothing and asks for nothing personal, a class
 * that has a lead unit from its first day on and whose duties go somewhere when it ends. */
#include "concern/concern_int.h"
#include "concern/rules.h"
#include "core/mem.h"
#include "core/utf8.h"

#include "core/banned.h"

enum { SAY_MAX = 300 };

/* ---- places of a sentence ------------------------------------------------------------------------ */

/* What names a resident: no sentence may ask for it, since sentences are read by the code alone. */
static const char *const personal[] = { "name", "phone", "address", "resident", "id", "code",
	NULL };

/* The next {place} of a text; empty: none is left. */
static struct str
next_place(struct str *rest)
{
	size_t open = str_find(*rest, '{');
	*rest = str_n(rest->p + open, rest->n - open);
	size_t close = str_find(*rest, '}');
	if (rest->n == 0 || close == rest->n)
		return STR("");
	struct str place = str_n(rest->p + 1, close - 1);
	*rest = str_n(rest->p + close + 1, rest->n - close - 1);
	return place;
}

/* Whether "who* due*" names the place; is_bold: with the star. */
static bool
has_place(const char *places, struct str place, bool *out_bold)
{
	struct str rest = str_of(places), word;
	while (str_cut(&rest, ' ', &word)) {
		bool is_bold = str_ends(word, STR("*"));
		if (is_bold)
			word.n--;
		if (word.n == 0 || !str_eq(word, place))
			continue;
		*out_bold = is_bold;
		return true;
	}
	return false;
}

static bool
says_place(const char *text, struct str place)
{
	struct str rest = str_of(text), found;
	while ((found = next_place(&rest)).n > 0)
		if (str_eq(found, place))
			return true;
	return false;
}

static const char *
unknown_place(const char *places, const char *text)
{
	struct str rest = str_of(text), place;
	bool is_bold;
	while ((place = next_place(&rest)).n > 0) {
		if (has_place(places, place, &is_bold))
			continue;
		for (size_t i = 0; personal[i]; i++)
			if (str_is(place, personal[i]))
				return "rules.place-personal";
		return "rules.place-unknown";
	}
	return NULL;
}

/* Every place must be said: who, what and by when are what a sentence is for. */
static const char *
missing_place(const char *places, const char *text)
{
	struct str rest = str_of(places), word;
	while (str_cut(&rest, ' ', &word)) {
		if (str_ends(word, STR("*")))
			word.n--;
		if (word.n > 0 && !says_place(text, word))
			return "rules.place-missing";
	}
	return NULL;
}

/* A brace or an angle bracket that stands alone would be shown, or taken for a tag. */
static bool
has_stray(const char *text)
{
	bool is_open = false;
	for (; *text; text++) {
		if (*text == '<' || *text == '>' || *text == '&')
			return true;
		if ((*text == '{' && (is_open || text[1] == '}')) || (*text == '}' && !is_open))
			return true;
		is_open = *text == '{' || (is_open && *text != '}');
	}
	return is_open;
}

static const char *
sentence_fault(const char *key, const char *text)
{
	const char *places = sentence_places(key);
	if (!places)
		return NULL; /* the key is at fault, not the text */
	if (has_stray(text))
		return "rules.stray";
	const char *fault = unknown_place(places, text);
	return fault ? fault : missing_place(places, text);
}

const char *
sentence_bold(void *mem, const char *key, const char *text)
{
	const char *places = sentence_places(key);
	struct str rest = str_of(text);
	struct buf b = buf_new(mem, rest.n + 64);
	while (rest.n > 0) {
		const char *from = rest.p;
		bool is_bold = false;
		struct str place = next_place(&rest);
		if (place.n == 0) {
			buf_text(&b, from);
			break;
		}
		if (places && !has_place(places, place, &is_bold))
			is_bold = false;
		buf_add(&b, from, (size_t)(place.p - 1 - from));
		buf_text(&b, is_bold ? "<b>{" : "{");
		buf_str(&b, place);
		buf_text(&b, is_bold ? "}</b>" : "}");
	}
	return buf_view(&b).p;
}

const char *
text_plain(void *mem, const char *text)
{
	static const char *const tags[] = { "<b>", "</b>" };
	struct buf b = buf_new(mem, strlen(text) + 1);
	while (*text) {
		size_t skip = 0;
		for (size_t i = 0; i < 2; i++)
			if (str_starts(str_of(text), str_of(tags[i])))
				skip = strlen(tags[i]);
		if (skip == 0)
			buf_char(&b, *text++);
		text += skip;
	}
	return buf_view(&b).p;
}

static void
check_sentence(const struct rule_new *r, struct rule_faults *out)
{
	const char *fault = sentence_fault(r->key, r->text);
	if (!r->text[0])
		rule_wrong(out, PART_TEXT, "field.missing");
	else if (fault)
		rule_wrong(out, PART_TEXT, fault);
	fault = r->english[0] ? sentence_fault(r->key, r->english) : NULL;
	if (fault)
		rule_wrong(out, PART_ENGLISH, fault);
}

static void
check_guide(const struct rule_new *r, struct rule_faults *out)
{
	if (!r->text[0])
		rule_wrong(out, PART_TEXT, "field.missing");
	else if (utf8_chars(str_of(r->text)) > SAY_MAX)
		rule_wrong(out, PART_TEXT, "rules.guide-long");
}

/* ---- words ------------------------------------------------------------------------------------------ */

/* The same word for two codes of one list would make one answer look like another. */
static enum xq_rc
check_word(struct tx *tx, void *mem, int64_t office, enum rule_kind kind, const struct rule_new *r,
	struct rule_faults *out, struct xq_err *err)
{
	struct rule *list;
	size_t n = 0;
	if (!r->value[0])
		rule_wrong(out, PART_VALUE, "field.missing");
	enum xq_rc rc = rule_list(tx, mem, office, kind, NULL, &list, &n, err);
	for (size_t i = 0; rc == XQ_OK && i < n; i++) {
		const struct rule *o = &list[i];
		bool holds = o->last_day == 0 || o->last_day >= r->from_day;
		if (holds && !o->is_off && !r->is_off && !text_eq(o->key, r->key) &&
			text_eq(o->value, r->value))
			rule_wrong(out, PART_VALUE, "rules.word-taken");
	}
	return rc;
}

/* ---- classes ---------------------------------------------------------------------------------------- */

/* Whether the class is offered on the day. */
static enum xq_rc
class_holds(struct tx *tx, void *mem, int64_t office, const char *key, int32_t day, bool *out,
	struct xq_err *err)
{
	struct rule r = { .is_off = true };
	enum xq_rc rc = rule_on(tx, mem, office, RULE_CLASS, key, day, &r, err);
	*out = rc == XQ_OK && !r.is_off;
	return rc == XQ_NONE ? XQ_OK : rc;
}

static enum xq_rc
has_lead(struct tx *tx, int64_t office, const char *key, int32_t day, bool *out, struct xq_err *err)
{
	int64_t unit;
	enum xq_rc rc = duty_of(tx, office, key, day, &unit, err);
	*out = rc == XQ_OK;
	return rc == XQ_NONE ? XQ_OK : rc;
}

/* Duties that are set, and what is open. */
static enum xq_rc
has_duties(struct tx *tx, int64_t office, const char *key, bool *out, struct xq_err *err)
{
	int64_t n = 0;
	enum xq_rc rc = db_int(tx,
		SQL("SELECT (SELECT count(*) FROM duty_rule WHERE office = ? AND class = ?)"
		    " + (SELECT count(*) FROM concern /* scan: only what is open, for one preview */"
		    " WHERE office = ? AND (category = ? OR (category = '' AND class = ?))"
		    " AND closed_at IS NULL)"),
		VALS(V(office), V(key), V(office), V(key), V(key)), &n, err);
	*out = n > 0;
	return rc;
}

/* What ends hands its duties on to a class that is offered then and has its lead unit. */
static enum xq_rc
check_end(struct tx *tx, void *mem, int64_t office, const struct rule_new *r, bool is_known,
	struct rule_faults *out, struct xq_err *err)
{
	bool has = false, holds = false, lead = false;
	if (!is_known)
		rule_wrong(out, PART_KEY, "rules.class-unknown");
	if (text_eq(r->key, "other")) /* where everything goes that has no class */
		rule_wrong(out, PART_KEY, "rules.class-other");
	enum xq_rc rc = has_duties(tx, office, r->key, &has, err);
	if (rc != XQ_OK || (!r->next[0] && !has))
		return rc;
	if (!r->next[0]) {
		rule_wrong(out, PART_NEXT, "rules.successor");
		return XQ_OK;
	}
	rc = class_holds(tx, mem, office, r->next, r->from_day, &holds, err);
	if (rc == XQ_OK)
		rc = has_lead(tx, office, r->next, r->from_day, &lead, err);
	if (!holds || text_eq(r->next, r->key))
		rule_wrong(out, PART_NEXT, "rules.successor-unknown");
	else if (!lead)
		rule_wrong(out, PART_NEXT, "rules.successor-lead");
	return rc;
}

/* One lead unit for each class and day: a new class brings its own, another one has it already. */
static enum xq_rc
check_class_lead(struct tx *tx, void *mem, int64_t office, const struct rule_new *r, bool is_known,
	struct rule_faults *out, struct xq_err *err)
{
	struct unit u;
	bool lead = false;
	enum xq_rc rc = has_lead(tx, office, r->key, r->from_day, &lead, err);
	if (rc != XQ_OK)
		return rc;
	if (!r->unit[0] && !lead && !is_known)
		rule_wrong(out, PART_UNIT, "rules.class-lead");
	if (!r->unit[0])
		return XQ_OK;
	if (lead)
		rule_wrong(out, PART_UNIT, "rules.class-has-lead");
	rc = unit_by_code(tx, mem, office, str_of(r->unit), &u, err);
	if (rc == XQ_NONE || (rc == XQ_OK && !u.is_active))
		rule_wrong(out, PART_UNIT, "concern.unit-unknown");
	return rc == XQ_NONE ? XQ_OK : rc;
}

static enum xq_rc
check_class(struct tx *tx, void *mem, int64_t office, const struct rule_new *r,
	struct rule_faults *out, struct xq_err *err)
{
	struct rule *list;
	size_t n = 0;
	enum xq_rc rc = rule_list(tx, mem, office, RULE_CLASS, r->key, &list, &n, err);
	if (rc == XQ_OK)
		rc = check_word(tx, mem, office, RULE_CLASS, r, out, err);
	if (rc != XQ_OK)
		return rc;
	if (r->is_off)
		return check_end(tx, mem, office, r, n > 0, out, err);
	if (!choice_has(concern_classes, str_of(r->class)))
		rule_wrong(out, PART_CLASS, "rules.public-class");
	/* the public class of the same code is what this one is: figures are counted by it */
	else if (choice_has(concern_classes, str_of(r->key)) && !text_eq(r->key, r->class))
		rule_wrong(out, PART_CLASS, "rules.public-class-own");
	if (r->next[0])
		rule_wrong(out, PART_NEXT, "rules.successor-early");
	return check_class_lead(tx, mem, office, r, n > 0, out, err);
}

/* ---- all of them ------------------------------------------------------------------------------------ */

static bool
is_code(const char *s)
{
	size_t n = strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789-");
	return n > 0 && n <= 32 && s[n] == 0;
}

static void
check_template(const struct rule_new *r, struct rule_faults *out)
{
	if (!r->value[0])
		rule_wrong(out, PART_VALUE, "field.missing");
	if (!r->text[0])
		rule_wrong(out, PART_TEXT, "field.missing");
}

enum xq_rc
rule_text_check(struct tx *tx, void *mem, int64_t office, int32_t today, enum rule_kind kind,
	const struct rule_new *r, struct rule_faults *out, struct xq_err *err)
{
	bool is_typed = kind == RULE_TEMPLATE || kind == RULE_CLASS;
	if (is_typed && !is_code(r->key))
		rule_wrong(out, PART_KEY, "rules.code-form");
	if (!is_typed && !rule_shipped(kind, r->key))
		rule_wrong(out, PART_KEY, "rules.key-unknown");
	/* what was rated on a day was asked in one set of words */
	if (kind == RULE_SCALE && r->from_day == today)
		rule_wrong(out, PART_FROM, "rules.from-tomorrow");
	if (kind == RULE_TEMPLATE)
		check_template(r, out);
	else if (kind == RULE_SENTENCE)
		check_sentence(r, out);
	else if (kind == RULE_GUIDE)
		check_guide(r, out);
	else if (kind == RULE_CLASS)
		return check_class(tx, mem, office, r, out, err);
	else
		return check_word(tx, mem, office, kind, r, out, err);
	return XQ_OK;
}
