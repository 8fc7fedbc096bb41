/* SPDX-License-Identifier: Apache-2.0 */
/* sheet_pages.h - what the templates of the monthly sheet show. */
#ifndef XQ_RECORD_SHEET_PAGES_H
#define XQ_RECORD_SHEET_PAGES_H

#include "insight/month.h"
#include "record/sheet_int.h"

struct req;

/* A figure that the layout of the month has no place for: shown below it with its definition. */
struct sheet_line {
	const struct figure_def *def;
	struct figure_words words;
	const char *href;
};

/* How people were treated: not in the record's concerns, so counted from the closed box of the month and
 * shown beside the frozen figures. */
struct sheet_box {
	bool is_shown; /* the box is counted */
	const char *code, *href;
	const char *months; /* that lie in the box, where it is not this one alone; NULL */
	const struct figure_def *def;
	struct figure_words words; /* withheld under 10, as everywhere */
	const char *low, *high;    /* NULL with no value */
};

struct sheet_version {
	const char *words, *href; /* href NULL: this one */
	const char *why;          /* message; NULL: the first one */
	const char *note;         /* NULL: none */
};

struct sheet_page {
	struct figures_page month;
	bool is_frozen;
	const char *state; /* in words: when it was published, or that it is not fixed yet */
	struct sheet_version version[SHEET_VERSIONS_MAX];
	size_t n_versions;
	struct table changes; /* n_rows 0: there is one version, or they say the same */
	struct figure *class, *zone;
	size_t n_classes, n_zones;
	struct sheet_line *line;
	size_t n_lines;
	struct sheet_box box;
	int *kept; /* promises, one by one; n_promises 0: too few to draw */
	size_t n_promises;
	const char *entries, *doc, *doc_href, *again_href, *print_href, *command;
	bool is_print;
};

/* A month in a list. */
struct sheet_item {
	const char *title, *href, *words;
	bool is_corrected;
};
struct sheets_page {
	struct sheet_item *item;
	size_t n;
	const char *running_href, *running; /* the newest month that is not frozen; NULL: none */
	struct empty empty;
};

/* One figure of a sheet, and the entries behind it. */
enum { SHEET_HITS = 100 };
struct sheet_hit {
	const char *no, *href, *kind, *day, *adds;
};
struct sheet_one {
	const struct figure_def *def;
	struct figure_words words;
	const char *month, *back;
	const char *frozen, *again; /* the two integers, in words */
	bool is_same;
	bool is_few; /* withheld: neither numbers nor entries */
	const struct reason_line *reason;
	size_t n_reasons;
	struct sheet_hit hit[SHEET_HITS];
	size_t n_hits;
	const char *count; /* of all entries, in words */
	struct pager pager;
	const char *command;
};

struct sheet_again {
	const char *month, *back, *entries, *verdict, *command, *doc;
	bool is_same;
	struct table rows;
};

/* One entry of the record. */
struct entry_field {
	const char *label, *value; /* label: message or the key itself */
};
enum { ENTRY_FIELDS = 24 };
struct entry_page {
	const char *no, *kind,
		*title; /* title: message; NULL: a kind that is not told in words yet */
	const char *at; /* day and time */
	struct entry_field field[ENTRY_FIELDS];
	size_t n_fields;
	const char *bytes, *leaf;
	const char *prev_href, *prev, *before, *after;
	size_t n_parts; /* closed parts: commitments */
};

/* Staff: months that wait and that are published. */
struct sheets_desk {
	struct sheet_item *item;
	size_t n;
	struct sheet_item *wait;
	size_t n_waiting;
	struct empty empty;
	bool may_publish;
};

/* A declaration of a base id, with its words; NULL: none. */
const struct figure_def *sheet_def(const char *id);
extern const struct figure_def sheet_defs[]; /* those beyond figure_defs; ended by a NULL code */
bool sheet_is_days(const struct figure_def *def);
/* Whether a row of f may be read on a page; the record has it in any case. */
bool sheet_is_shown(
	const struct figures *f, const struct figure_def *def, const struct figures_row *row);
struct figure_words sheet_figure_words(struct req *q, const struct figures *f,
	const struct figure_def *def, const struct figures_row *row);
struct figure_value sheet_value(const struct figures_row *row);

/* The version that ?version= asks for, the newest otherwise. XQ_NONE: none is published. n: all of them. */
XQ_CHECK enum xq_rc sheet_asked(struct req *q, int32_t month, struct sheet *all, size_t *out_n,
	struct sheet *out, struct xq_err *err);
/* What is not published yet: the month from the tallies. */
XQ_CHECK enum xq_rc sheet_fill_running(
	struct req *q, struct str month, struct sheet_page *p, struct xq_err *err);
XQ_CHECK enum xq_rc sheet_fill_frozen(struct req *q, const struct sheet *s, const struct sheet *all,
	size_t n_all, struct sheet_page *p, struct xq_err *err);
XQ_CHECK enum xq_rc sheet_fill_box(
	struct req *q, int32_t month, struct sheet_box *out, struct xq_err *err);
const char *sheet_month_text(struct req *q, int32_t month); /* "2026-09" */
/* What a stranger types to count all of it again. */
XQ_CHECK enum xq_rc sheet_command(
	struct req *q, const struct sheet *s, const char **out, struct xq_err *err);
const char *sheet_numbers(struct req *q, const struct figures_row *row); /* 304 / 388, 412 */

extern const struct view sheet_view, sheet_print_view, sheet_csv_view, sheets_named_view,
	sheet_one_view, sheet_again_view, entry_view, sheets_view, sheets_desk_view,
	sheet_publish_view;
extern const struct menu_item menu_sheets;

#endif
