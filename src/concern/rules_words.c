/* SPDX-License-Identifier: Apache-2.0 */
/* rules_words.c - rules as people say them: what a code means, in which order limits are read, and a limit
 * as it is typed and shown. */
#include "concern/book.h"
#include "concern/concern_int.h"
#include "concern/rules_pages.h"
#include "core/mem.h"
#include "core/parse.h"

#include "core/banned.h"

/* clang-format off */
static const struct {
	const char *code, *title, *icon;
} kinds[RULE_KINDS] = {
	[RULE_DEADLINE] = { "deadlines", N_("Limits"), "soon" },
	[RULE_DUTY]     = { "duty",      N_("Duty catalogue"), "people" },
	[RULE_TEMPLATE] = { "templates", N_("Templates of answers"), "doc" },
	[RULE_CLASS]    = { "classes",   N_("Kinds of matters"), "list" },
	[RULE_NATURE]   = { "natures",   N_("What it is"), "ask" },
	[RULE_OUTCOME]  = { "outcomes",  N_("Outcomes"), "tick" },
	[RULE_SCALE]    = { "scales",    N_("Words of a rating"), "star" },
	[RULE_SENTENCE] = { "sentences", N_("Sentences for residents"), "talk" },
	[RULE_GUIDE]    = { "guides",    N_("How each step is done"), "book" },
};

/* In the order in which a concern meets them. Titles of NULL are kinds of matter. */
static const struct limit_words {
	const char *code, *title;
	enum limit_group group;
} limits[] = {
	{ "help",          NULL, LIMITS_ANSWER },
	{ "complaint",     NULL, LIMITS_ANSWER },
	{ "report",        NULL, LIMITS_ANSWER },
	{ "consult",       NULL, LIMITS_ANSWER },
	{ "suggestion",    NULL, LIMITS_ANSWER },
	{ "praise",        NULL, LIMITS_ANSWER },
	{ "other",         NULL, LIMITS_ANSWER },
	{ "sign",          N_("Accept an offer"), LIMITS_STEPS },
	{ "contact",       N_("Call the resident first"), LIMITS_STEPS },
	{ "return",        N_("Ask to give it back"), LIMITS_STEPS },
	{ "ruling",        N_("Rule on a request"), LIMITS_STEPS },
	{ "review",        N_("Review an answer"), LIMITS_STEPS },
	{ "callback",      N_("Call back"), LIMITS_STEPS },
	{ "redo",          N_("Handle it again"), LIMITS_STEPS },
	{ "supervised",    N_("Supervised by a leader"), LIMITS_STEPS },
	{ "explain",       N_("Explain in person what cannot be done"), LIMITS_STEPS },
	{ "acct-explain",  N_("Accountability: the unit explains within"), LIMITS_STEPS },
	{ "acct-appeal",   N_("Accountability: the unit may appeal for"), LIMITS_STEPS },
	{ "dispute-step",  N_("Dispute: longest until the next step"), LIMITS_STEPS },
	{ "roster-publish", N_("Roster of receptions: published so long before"), LIMITS_STEPS },
	{ "sitting-close", N_("Reception: the register is closed within"), LIMITS_STEPS },
	{ "extended",      N_("Longest day with more time"), LIMITS_LATER },
	{ "parked",        N_("Longest time parked"), LIMITS_LATER },
	{ "ladder-leader", N_("Late: tell the leader after"), LIMITS_LATER },
	{ "ladder-list",   N_("Late: public list after"), LIMITS_LATER },
	{ "keep-closed",   N_("After a concern has ended: its words are kept for"), LIMITS_LATER },
	{ "keep-void",     N_("What was not accepted: its words are kept for"), LIMITS_LATER },
	{ "hard-open",     N_("Open so long: proposed as hard"), LIMITS_HARD },
	{ "hard-repeat",   N_("Repeats within: proposed as hard"), LIMITS_HARD },
	{ "hard-review",   N_("Hard problem: longest until the next review"), LIMITS_HARD },
	{ "legacy-look",   N_("Legacy problem: longest until the next look"), LIMITS_HARD },
	{ "stock-take",    N_("Yearly stock-take: the unit files it within"), LIMITS_HARD },
};

static const char *const group_titles[LIMIT_GROUPS] = {
	[LIMITS_ANSWER] = N_("Until the answer, from the registration on"),
	[LIMITS_STEPS] = N_("Steps on the way"),
	[LIMITS_LATER] = N_("More time, parked, late"),
	[LIMITS_HARD] = N_("Hard problems"),
};

/* What follows the number, as it is typed; the first of a unit is the code that is kept. */
static const struct {
	const char *words;
	enum limit_unit unit;
} unit_words[] = {
	{ "wd", LIMIT_WORKING_DAYS }, { "nd", LIMIT_NATURAL_DAYS }, { "mo", LIMIT_MONTHS }, { "h", LIMIT_HOURS },
	{ "\u4e2a\u5de5\u4f5c\u65e5", LIMIT_WORKING_DAYS }, /* 个工作日 */
	{ "\u5de5\u4f5c\u65e5", LIMIT_WORKING_DAYS },       /* 工作日 */
	{ "\u5929", LIMIT_NATURAL_DAYS },                   /* 天 */
	{ "\u4e2a\u81ea\u7136\u65e5", LIMIT_NATURAL_DAYS }, /* 个自然日 */
	{ "\u4e2a\u6708", LIMIT_MONTHS },                   /* 个月 */
	{ "\u5c0f\u65f6", LIMIT_HOURS },                    /* 小时 */
	{ "working days", LIMIT_WORKING_DAYS }, { "days", LIMIT_NATURAL_DAYS }, { "months", LIMIT_MONTHS },
	{ "hours", LIMIT_HOURS },
};
/* clang-format on */

const char *
rule_kind_code(enum rule_kind kind)
{
	return kinds[kind].code;
}

const char *
rule_kind_title(enum rule_kind kind)
{
	return kinds[kind].title;
}

const char *
rule_kind_icon(enum rule_kind kind)
{
	return kinds[kind].icon;
}

bool
rule_kind_read(struct str code, enum rule_kind *out)
{
	for (int i = 0; i < RULE_KINDS; i++)
		if (str_is(code, kinds[i].code)) {
			*out = (enum rule_kind)i;
			return true;
		}
	return false;
}

/* ---- limits ----------------------------------------------------------------------------------------- */

static size_t
limit_index(const char *code)
{
	size_t i = 0;
	while (i < sizeof limits / sizeof *limits && !text_eq(limits[i].code, code))
		i++;
	return i;
}

enum limit_group
limit_group_of(const char *code)
{
	size_t i = limit_index(code);
	return i < sizeof limits / sizeof *limits ? limits[i].group : LIMITS_LATER;
}

const char *
limit_group_title(enum limit_group group)
{
	return group_titles[group];
}

int
limit_order(const char *a, const char *b)
{
	size_t x = limit_index(a), y = limit_index(b);
	return (x > y) - (x < y);
}

const char *
rule_key_title(enum rule_kind kind, const char *key)
{
	if (kind == RULE_DUTY)
		return choice_label(concern_classes, key);
	if (kind != RULE_DEADLINE) {
		const char *title = text_title(kind, key);
		return title ? title : key;
	}
	size_t i = limit_index(key);
	bool has_title = i < sizeof limits / sizeof *limits && limits[i].title;
	return has_title ? limits[i].title : choice_label(concern_natures, key);
}

bool
limit_typed(struct str s, struct limit *out)
{
	s = str_trim(s);
	size_t digits = 0;
	while (digits < s.n && s.p[digits] >= '0' && s.p[digits] <= '9')
		digits++;
	int64_t count;
	if (!parse_int(str_n(s.p, digits), 1, 9999, &count))
		return false;
	struct str rest = str_trim(str_n(s.p + digits, s.n - digits));
	for (size_t i = 0; i < sizeof unit_words / sizeof *unit_words; i++)
		if (str_is(rest, unit_words[i].words)) {
			*out = (struct limit){ .count = (int32_t)count,
				.unit = unit_words[i].unit };
			return true;
		}
	return false;
}

const char *
limit_code(void *mem, const char *typed)
{
	struct limit limit;
	if (!limit_typed(str_of(typed), &limit))
		return typed;
	char code[16];
	limit_show(limit, code);
	return mem_printf(mem, "%s", code);
}

const char *
limit_words(struct req *q, const char *code)
{
	static const char *const words[] = {
		[LIMIT_WORKING_DAYS] = N_("{n} working days"),
		[LIMIT_NATURAL_DAYS] = N_("{n} days"),
		[LIMIT_MONTHS] = N_("{n} months"),
		[LIMIT_HOURS] = N_("{n} hours"),
	};
	struct limit limit;
	if (!limit_typed(str_of(code), &limit))
		return code;
	return SAY(q, words[limit.unit], AN("n", limit.count));
}

/* ---- any rule -------------------------------------------------------------------------------------- */

const char *
rule_words(struct req *q, const struct rule *r)
{
	if (r->kind == RULE_DEADLINE)
		return limit_words(q, r->value);
	if (r->kind == RULE_SENTENCE || r->kind == RULE_GUIDE)
		return rule_long_text(q, r);
	bool is_english = q->prefs.lang == LANG_EN && r->english[0];
	return is_english ? r->english : r->shown;
}

const char *
rule_long_text(struct req *q, const struct rule *r)
{
	return q->prefs.lang == LANG_EN && r->english[0] ? r->english : r->text;
}

const char *
rule_title(struct req *q, const struct rule *r)
{
	switch (r->kind) {
	case RULE_TEMPLATE:
		return r->shown;
	case RULE_CLASS:
		return rule_words(q, r);
	case RULE_DUTY:
		return book_word(q, RULE_CLASS, r->key, r->from_day);
	case RULE_DEADLINE:
	case RULE_NATURE:
	case RULE_OUTCOME:
	case RULE_SCALE:
	case RULE_SENTENCE:
	case RULE_GUIDE:
	case RULE_KINDS:
		break;
	}
	return rule_key_title(r->kind, r->key);
}

const char *
rule_group(const struct rule *r)
{
	if (r->kind == RULE_DEADLINE)
		return limit_group_title(limit_group_of(r->key));
	if (r->kind == RULE_OUTCOME)
		return choice_has(concern_outcomes, str_of(r->key)) ? N_("What is settled")
		                                                    : N_("Class of the answer");
	if (r->kind == RULE_SCALE)
		return choice_has(concern_solved, str_of(r->key))
		               ? N_("Is it solved?")
		               : N_("All in all, how satisfied are you?");
	return NULL;
}

const char *
rule_source_words(struct req *q, const struct rule *r)
{
	if (r->set_at != 0)
		return r->source;
	if (text_eq(r->source, "P")) /* a preset without a rule behind it */
		return desk_word(q, N_("Shipped preset"));
	return SAY(q, N_("Shipped preset {code}"), AX("code", r->source));
}
