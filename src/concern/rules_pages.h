/* SPDX-License-Identifier: Apache-2.0 */
/* rules_pages.h - what the templates below /desk/rules show. */
#ifndef XQ_CONCERN_RULES_PAGES_H
#define XQ_CONCERN_RULES_PAGES_H

#include "concern/book.h"
#include "concern/desk.h"
#include "concern/rules.h"

#define RULES_PATH "/desk/rules"

/* ---- words -------------------------------------------------------------------------------------- */

enum limit_group { LIMITS_ANSWER, LIMITS_STEPS, LIMITS_LATER, LIMITS_HARD, LIMIT_GROUPS };
enum limit_group limit_group_of(const char *code);
const char *limit_group_title(enum limit_group group); /* N_ */
int limit_order(const char *a, const char *b);         /* as qsort wants it */
const char *rule_kind_icon(enum rule_kind kind);

const char *limit_words(struct req *q, const char *code);    /* 5 个工作日 */
const char *rule_words(struct req *q, const struct rule *r); /* what it says */
const char *rule_long_text(struct req *q, const struct rule *r);
const char *rule_title(struct req *q, const struct rule *r); /* what people call its key; message */
const char *rule_group(const struct rule *r);                /* message; NULL: none */
const char *rule_source_words(struct req *q, const struct rule *r);
const char *rules_day(struct req *q, int32_t day); /* 2026-10-09; 0: NULL */

/* ---- what is in force ---------------------------------------------------------------------------- */

/* One version of one rule, in a line. */
struct rules_line {
	const char *title, *href; /* title: message; href NULL: none */
	const char *words;        /* what it says; NULL: see text */
	const char *text;         /* a sentence or more, below; NULL: none */
	const char *when;         /* NULL: in force */
	bool is_planned;          /* when is its first day */
	const char *source;       /* with the version; NULL: none */
};
struct rules_group {
	const char *title; /* message; NULL: none */
	struct rules_line *line;
	size_t n;
};
/* One kind: what is in force, and what is to come. */
struct rules_block {
	const char *id, *title, *icon, *lead;            /* title, lead: messages */
	const char *set_href, *sheet_href, *import_href; /* set, import NULL: not for this person */
	struct rules_group group[LIMIT_GROUPS];
	size_t n_groups;
};

/* Rest days in a row, and days that are worked for them. */
struct rules_feast {
	const char *name, *words; /* name: as the notice has it */
	bool is_make_up, is_provisional;
};
enum { FEASTS_MAX = 10 };

/* All versions in force and to come of one kind, on a page of its own. */
struct rules_list {
	struct crumb crumb[2];
	struct rules_block block;
	const char *print_href, *print_label; /* label: message; NULL: none */
};

struct rules_page {
	struct rules_block block[RULE_CLASS];
	struct rules_group texts; /* the kinds that have a page of their own */
	struct rules_feast feast[FEASTS_MAX];
	size_t n_feasts;
	struct table notices;
	const char *calendar_words; /* up to which year notices are known */
	bool may_type;              /* a calendar notice */
};

struct rules_history {
	struct crumb crumb[3];
	const char *title; /* message or code */
	const char *now;   /* what holds today, in words */
	const char *set_href;
	struct table table;
};

/* What a change would do, before it is saved; and the same values once more, to confirm. */
struct rules_change {
	struct act_form form;
	bool has_preview;
	const char *words;        /* what would happen, in words */
	const char *stays;        /* what would not, in words; NULL: nothing to say */
	struct deadline ruler;    /* with words and stays, from the first day on; n 0: none */
	const char *text;         /* template, as it would be offered; NULL: none */
	struct html says;         /* sentence, as the resident would read it; n 0: none */
	struct rules_group moves; /* examples: from which day to which; n 0: none */
	const struct input *hidden;
	size_t n_hidden;
};

struct rules_import_page {
	struct crumb crumb[3];
	const char *action, *csrf, *idem, *sheet_href;
	struct fault_row fault[1];
	size_t n_faults;
	struct input file;
	struct table table; /* what is wrong, by row and column */
};

struct rules_who {
	struct input class, nature, day;
	bool has_answer;
	const char *unit, *why, *due, *limit, *limit_why;   /* in words */
	const char *collects, *handles, *reports, *answers; /* the four duties (C20), in words */
	struct deadline bar;
};

/* ---- shared between the pages ---------------------------------------------------------------------- */

XQ_CHECK enum xq_rc rules_block_fill(
	struct req *q, enum rule_kind kind, struct rules_block *b, struct xq_err *err);
/* The kinds with a page of their own, each in a line that says how much is in force. */
XQ_CHECK enum xq_rc rules_texts_fill(struct req *q, struct rules_group *out, struct xq_err *err);
/* What the form of a text or word offers, and what its preview says. */
XQ_CHECK enum xq_rc text_form_choose(
	struct req *q, enum rule_kind kind, struct act_form *f, struct xq_err *err);
void text_form_begin(struct req *q, struct act_form *f, const struct rule *r);
XQ_CHECK enum xq_rc text_preview(
	struct req *q, enum rule_kind kind, struct rules_change *p, struct xq_err *err);
XQ_CHECK enum xq_rc rules_choose_unit(struct req *q, struct act_form *f, struct xq_err *err);
XQ_CHECK enum xq_rc rules_choose_class(
	struct req *q, struct act_form *f, const char *name, struct xq_err *err);

extern const struct view rules_overview_view, rules_history_view, rules_sheet_view,
	rules_deadline_view, rules_duty_view, rules_template_view, rules_class_view,
	rules_nature_view, rules_outcome_view, rules_scale_view, rules_sentence_view,
	rules_guide_view, rules_list_view, rules_calendar_view, rules_import_view, rules_who_view,
	rules_who_api;

#endif
