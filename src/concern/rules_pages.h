/* SPDX-License-Identifier: Apache-2.0 */
/* rules_pages.h - what the templates below /desk/rules show. */
#ifndef XQ_CONCERN_RULES_PAGES_H
#define XQ_CONCERN_RULES_PAGES_H

#include "concern/desk.h"
#include "concern/rules.h"

#define RULES_PATH "/desk/rules"

/* One kind: what is in force, and what is to come. */
struct rules_block {
	const char *id, *title;                          /* title: message */
	const char *set_href, *sheet_href, *import_href; /* set, import NULL: not for this person */
	struct table table;
};

struct rules_page {
	struct rules_block block[RULE_KINDS];
	struct table notices;
	const char *calendar_words; /* up to which year notices are known */
	bool may_type;              /* a calendar notice */
};

struct rules_history {
	const char *title; /* message or code */
	const char *kind;  /* message */
	struct table table;
};

/* What a change would do, before it is saved; and the same values once more, to confirm. */
struct rules_change {
	struct act_form form;
	bool has_preview;
	const char *words; /* what would happen, in words */
	struct table table;
	const struct input *hidden;
	size_t n_hidden;
};

struct rules_import_page {
	struct crumb crumb[3];
	const char *action, *csrf, *idem;
	struct fault_row fault[1];
	size_t n_faults;
	struct input file;
	struct table table; /* what is wrong, by row and column */
};

struct rules_who {
	struct input class, nature, day;
	bool has_answer;
	const char *unit, *why, *due, *limit; /* in words */
};

const char *rules_day(struct req *q, int32_t day); /* 2026-10-09; 0: NULL */

extern const struct view rules_overview_view, rules_history_view, rules_sheet_view,
	rules_deadline_view, rules_duty_view, rules_template_view, rules_calendar_view,
	rules_import_view, rules_who_view, rules_who_api;

#endif
