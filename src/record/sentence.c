/* SPDX-License-Identifier: Apache-2.0 */
/* sentence.c - from codes to one sentence. assets/js/receipt-say.js is the same again, line by line. */
#include "record/sentence.h"

#include <jansson.h>

#include "core/json.h"
#include "core/mem.h"

#include "core/banned.h"

enum { FACTS_MAX = 96 };

struct fact {
	const char *name, *value;
};
struct facts {
	void *mem;
	size_t n;
	struct fact f[FACTS_MAX];
};

/* ---- facts ----------------------------------------------------------------------------------------- */

static const char *
fact_get(const struct facts *f, const char *name)
{
	for (size_t i = 0; i < f->n; i++)
		if (text_eq(f->f[i].name, name))
			return f->f[i].value;
	return NULL;
}

/* NULL: it is no longer known. */
static void
fact_set(struct facts *f, const char *name, const char *value)
{
	for (size_t i = 0; i < f->n; i++)
		if (text_eq(f->f[i].name, name)) {
			f->f[i].value = value;
			return;
		}
	if (f->n < FACTS_MAX)
		f->f[f->n++] = (struct fact){ name, value };
}

static void
fact_put(struct facts *f, const char *name, const char *value)
{
	if (value)
		fact_set(f, name, value);
}

/* A scalar as text; NULL for what is none. */
static const char *
scalar(struct facts *f, const json_t *v)
{
	switch (json_typeof(v)) {
	case JSON_STRING:
		return mem_text(f->mem, json_string_value(v));
	case JSON_INTEGER:
		return mem_printf(f->mem, "%lld", (long long)json_integer_value(v));
	case JSON_TRUE:
		return "true";
	case JSON_FALSE:
		return "false";
	case JSON_OBJECT:
	case JSON_ARRAY:
	case JSON_REAL:
	case JSON_NULL:
		break;
	}
	return NULL;
}

static const char *
member(struct facts *f, const json_t *o, const char *name)
{
	const json_t *v = json_object_get(o, name);
	return v ? scalar(f, v) : NULL;
}

/* The event itself: its own codes, which no public field can take the place of. */
static void
own_facts(struct facts *f, const json_t *e)
{
	static const char *const keys[] = { "at", "k", "log", "ref", "role", "seq", "unit" };
	const char *name;
	json_t *v;
	json_object_foreach(json_object_get(e, "pub"), name, v)
	{
		const char *text = scalar(f, v);
		if (text && strncmp(name, "now_", 4) != 0 && !text_eq(name, "over"))
			fact_put(f, mem_text(f->mem, name), text);
	}
	for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++)
		fact_put(f, keys[i], member(f, e, keys[i]));
}

static const struct {
	const char *kind, *state;
} states[] = {
	{ "concern.raised", "open" },
	{ "concern.owned", "open" },
	{ "concern.resumed", "open" },
	{ "concern.replied", "answered" },
	{ "concern.redo", "redo" },
	{ "concern.parked", "parked" },
	{ "concern.closed", "closed" },
	{ "concern.voided", "voided" },
	{ "concern.redirected", "redirected" },
	{ "concern.merged", "merged" },
	{ "concern.terminated", "terminated" },
	{ "concern.transferred", "transferred" },
};

static void
walk_rating(struct facts *f, const json_t *e, const json_t *pub, bool is_first)
{
	const char *at = member(f, e, "at"), *before = fact_get(f, "now_rated");
	/* the last one of a month counts (ledger.md 8) */
	if (!is_first && text_eq(fact_get(f, "k"), "concern.rated") && before &&
		strncmp(before, at, 7) == 0)
		fact_put(f, "over", "yes");
	fact_put(f, "now_rated", at);
	fact_set(f, "now_sat", member(f, pub, "sat"));
	fact_set(f, "now_solved", member(f, pub, "solved"));
}

/* One step of the walk of ledger.md 8, for one subject. */
static void
walk(struct facts *f, const json_t *e, bool is_first)
{
	const json_t *pub = json_object_get(e, "pub");
	const char *k = member(f, e, "k"), *at = member(f, e, "at"), *due = member(f, pub, "due");
	for (size_t i = 0; i < sizeof states / sizeof states[0]; i++)
		if (text_eq(states[i].kind, k))
			fact_put(f, "now_state", states[i].state);
	if (text_eq(k, "concern.raised") || text_eq(k, "concern.owned"))
		fact_put(f, "now_unit", member(f, e, "unit"));
	if (text_eq(k, "concern.raised") || text_eq(k, "concern.owned") ||
		text_eq(k, "concern.due-moved") || text_eq(k, "concern.redo"))
		fact_put(f, "now_due", due);
	if (text_eq(k, "concern.replied")) {
		const char *now_due = fact_get(f, "now_due");
		if (now_due && strcmp(at, now_due) > 0)
			fact_put(f, "now_late", "yes");
		else if (!fact_get(f, "now_late"))
			fact_put(f, "now_late", "no");
	}
	if (text_eq(k, "concern.closed")) {
		fact_put(f, "now_closed", at);
		fact_put(f, "now_outcome", member(f, pub, "outcome"));
	}
	if (text_eq(k, "concern.transferred")) {
		fact_put(f, "now_to", member(f, pub, "to"));
		fact_put(f, "now_entry", member(f, pub, "entry"));
	}
	if (text_eq(k, "concern.rated"))
		walk_rating(f, e, pub, is_first);
	if (text_eq(k, "concern.unreached")) {
		fact_put(f, "now_unreached", "yes");
		fact_put(f, "now_called", at);
	}
}

/* ---- words ------------------------------------------------------------------------------------------ */

static bool
holds(const json_t *rule, const struct facts *f)
{
	size_t i;
	const json_t *cond;
	json_array_foreach(json_object_get(rule, "if"), i, cond)
	{
		const char *name = json_string_value(json_array_get(cond, 0));
		const char *want = json_string_value(json_array_get(cond, 1));
		const char *is = name ? fact_get(f, name) : NULL;
		if (!name || !want)
			return false;
		if (text_eq(want, "*")       ? !is
			: text_eq(want, "-") ? is != NULL
					     : (want[0] == '!' ? is && text_eq(is, want + 1)
							       : !is || !text_eq(is, want)))
			return false;
	}
	return true;
}

static void
put_thousands(struct buf *b, const char *digits)
{
	size_t n = strlen(digits);
	for (size_t i = 0; i < n; i++) {
		if (i > 0 && (n - i) % 3 == 0)
			buf_char(b, ',');
		buf_char(b, digits[i]);
	}
}

/* "2026-11-03T..." by a pattern of the table: {d} {m} {mon} {y}. */
static void
put_date(struct buf *b, const json_t *doc, const char *pattern, const char *at)
{
	int y = 0, m = 0, d = 0;
	char month[16] = "";
	if (!pattern || strlen(at) < 10 || sscanf(at, "%4d-%2d-%2d", &y, &m, &d) != 3) {
		buf_text(b, at);
		return;
	}
	const char *names = json_string_value(json_object_get(doc, "months"));
	struct str rest = str_of(names), name = STR("");
	for (int i = 0; i < m && str_cut(&rest, '|', &name); i++)
		;
	snprintf(month, sizeof month, "%.*s", (int)name.n, name.p);
	for (const char *p = pattern; *p;) {
		if (strncmp(p, "{mon}", 5) == 0)
			buf_text(b, month), p += 5;
		else if (strncmp(p, "{d}", 3) == 0)
			buf_int(b, d), p += 3;
		else if (strncmp(p, "{m}", 3) == 0)
			buf_int(b, m), p += 3;
		else if (strncmp(p, "{y}", 3) == 0)
			buf_int(b, y), p += 3;
		else
			buf_char(b, *p++);
	}
}

static void
put_value(struct buf *b, const json_t *doc, const char *value, const char *how)
{
	if (text_eq(how, "")) {
		buf_text(b, value);
	} else if (text_eq(how, "n")) {
		put_thousands(b, value);
	} else if (text_eq(how, "day") || text_eq(how, "month")) {
		put_date(b, doc, json_string_value(json_object_get(doc, how)), value);
	} else {
		size_t i;
		const json_t *pair;
		json_array_foreach(json_object_get(json_object_get(doc, "words"), how), i, pair)
		{
			const char *code = json_string_value(json_array_get(pair, 0));
			const char *word = json_string_value(json_array_get(pair, 1));
			if (code && word && text_eq(code, value)) {
				buf_text(b, word);
				return;
			}
		}
		buf_text(b, value); /* a code without a word says itself */
	}
}

static void
put_filled(struct buf *b, const json_t *doc, const char *text, const struct facts *f)
{
	for (const char *p = text; *p;) {
		const char *end = *p == '{' ? strchr(p, '}') : NULL;
		if (!end) {
			buf_char(b, *p++);
			continue;
		}
		struct str how = str_n(p + 1, (size_t)(end - p - 1)), name;
		bool has_name = str_cut(&how, ':', &name);
		const char *value = has_name ? fact_get(f, str_text(f->mem, name)) : NULL;
		if (value)
			put_value(b, doc, value, how.p ? str_text(f->mem, how) : "");
		p = end + 1;
	}
}

/* Of each group the first rule that holds; what is said of several stands behind join. */
static const char *
say_groups(const json_t *doc, const char *key, const char *join, const struct facts *f)
{
	size_t g, i;
	const json_t *group, *rule;
	struct buf b = buf_new(f->mem, 256);
	json_array_foreach(json_object_get(doc, key), g, group)
	{
		json_array_foreach(group, i, rule)
		{
			if (!holds(rule, f))
				continue;
			const char *text = json_string_value(json_object_get(rule, "text"));
			if (b.n > 0 && text && text[0])
				buf_text(&b, join);
			put_filled(&b, doc, text ? text : "", f);
			break;
		}
	}
	return str_text(f->mem, buf_view(&b));
}

static enum xq_rc
facts_of(struct facts *f, const struct str *event, size_t n, struct xq_err *err)
{
	xq_require(n > 0 && n <= SENTENCE_EVENTS_MAX);
	for (size_t i = 0; i < n; i++) {
		struct event_seen seen;
		json_t *e;
		enum xq_rc rc = event_check(event[i], NULL, -1, &seen, err);
		if (rc == XQ_OK)
			rc = json_read(f->mem, event[i], EVENT_MAX_BYTES, &e, err);
		if (rc != XQ_OK)
			return rc;
		if (i == 0)
			own_facts(f, e);
		walk(f, e, i == 0);
	}
	return XQ_OK;
}

enum xq_rc
sentence_build(void *mem, struct str doc, const struct str *event, size_t n, struct sentence *out,
	struct xq_err *err)
{
	struct facts *f = mem_new(mem, struct facts);
	json_t *table;
	f->mem = mem;
	f->n = 0;
	if (!canonical_is(doc) || json_read(mem, doc, SENTENCE_DOC_MAX, &table, err) != XQ_OK)
		return xq_refuse(err, NULL, "record.bad-table");
	const char *name = json_string_value(json_object_get(table, "doc"));
	if (!name || !text_eq(name, SENTENCE_DOC))
		return xq_refuse(err, NULL, "record.bad-table");
	enum xq_rc rc = facts_of(f, event, n, err);
	if (rc != XQ_OK)
		return rc;
	const char *join = json_string_value(json_object_get(table, "join"));
	*out = (struct sentence){ .text = say_groups(table, "say", "", f),
		.counted = say_groups(table, "count", join ? join : ", ", f) };
	return XQ_OK;
}

const struct msg_text sentence_messages[] = {
	{ "record.bad-table",
		N_("This is no table of sentences that a receipt could be read by.") },
	{ 0 },
};
