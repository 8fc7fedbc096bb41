/* SPDX-License-Identifier: Apache-2.0 */
/* rules.h - the office's rules as data: limits, duty catalogue, templates of answers, calendar.
 *
 * For:       reading what is in force on a day and why; changing it from a day on; what a change
 *            would move before it is saved; lists in and out as xlsx. Words that pages show are read
 *            from book.h, which holds the same rows.
 * May call:  core, calendar, store, ledger, identity, act, exchange/sheet.h, exchange/book_write.h
 * Called by: concern/ (clocks, offers), pages below /desk/rules, cli (import), later the answer page
 * Owns:      tables deadline, duty_rule, rule_text, calendar_notice, calendar_day, due_check
 * Threads:   acts on the writer, reads on any reader
 * Source:    product.md principle 8; domain.md 1.5, 1.6; docs/decisions/0020-rules-and-open-days.md,
 *            0023-words-as-rules.md
 */
#ifndef XQ_CONCERN_RULES_H
#define XQ_CONCERN_RULES_H

#include "act/app.h"

enum rule_kind {
	RULE_DEADLINE,
	RULE_DUTY,
	RULE_TEMPLATE, /* this one and all behind it are rows of rule_text */
	RULE_CLASS,
	RULE_NATURE,
	RULE_OUTCOME,
	RULE_SCALE,
	RULE_SENTENCE,
	RULE_GUIDE,
	RULE_KINDS
};

/* One version of one rule. */
struct rule {
	enum rule_kind kind;
	const char *key;        /* code of the limit or text, class of the duty */
	const char *value;      /* limit "5wd", code of the lead unit, title of a text */
	const char *shown;      /* the same for people: name of the unit; else value */
	const char *text;       /* template, sentence, guide; else "" */
	const char *english;    /* the title, or the text, for English readers; "": the same */
	const char *class;      /* class: the public one that it counts in; else "" */
	const char *map, *next; /* class: its number at 12345; what takes its place when it ends */
	const char *why, *source;
	const char *by;             /* who set it; NULL: came with the office */
	int32_t from_day, last_day; /* last_day 0: holds until something else is set */
	int64_t ver;                /* within the kind */
	int64_t set_at;             /* 0: came with the office */
	bool is_off;                /* template, class: no longer offered from this day on */
};

const char *rule_kind_code(enum rule_kind kind);  /* "deadlines", "duty", "templates" */
const char *rule_kind_title(enum rule_kind kind); /* N_ */
bool rule_kind_read(struct str code, enum rule_kind *out);
/* What people call the key: the kind of matter, the class; the code itself where it has no words. */
const char *rule_key_title(enum rule_kind kind, const char *key);
/* A limit as it is typed: 5wd, 5 个工作日, 5 working days. */
bool limit_typed(struct str s, struct limit *out);
/* The code of what was typed; what cannot be read stays as it is. */
const char *limit_code(void *mem, const char *typed);

enum {
	RULES_MAX = 2000, /* rows of one kind in one office: what a list reads */
	RULE_VERSIONS_MAX =
		1900 /* set by people: what comes with the office has room beside them */
};

/* All versions by key and first day; key NULL: of all keys. */
XQ_CHECK enum xq_rc rule_list(struct tx *tx, void *mem, int64_t office, enum rule_kind kind,
	const char *key, struct rule **out, size_t *out_n, struct xq_err *err);
/* The version in force on a day. XQ_NONE: none. */
XQ_CHECK enum xq_rc rule_on(struct tx *tx, void *mem, int64_t office, enum rule_kind kind,
	const char *key, int32_t day, struct rule *out, struct xq_err *err);
/* Which unit a matter that is registered on a day would be offered to and by when it would be answered,
 * with the rules that say so: a dry run over the rows that the registration asks. */
struct rule_who {
	struct rule duty, limit;
	bool has_duty; /* false: the intake post keeps it */
	struct due due;
};
/* Refusal rules.no-rule: the day lies before the office's first one. */
XQ_CHECK enum xq_rc rule_who_load(struct tx *tx, void *mem, const struct app *app,
	const struct office_info *office, const char *class, const char *nature, int32_t day,
	struct rule_who *out, struct xq_err *err);

/* Templates of answers that are offered on a day, by code. */
XQ_CHECK enum xq_rc template_list(struct tx *tx, void *mem, int64_t office, int32_t day,
	struct rule **out, size_t *out_n, struct xq_err *err);

/* rule_quote_check - an answer must not rest on a rule that holds no longer.
 *
 * text   what it says it rests on; empty: nothing is asked
 * field  the field that says so
 * err    REFUSED rules.expired {source} {day} {now}: text names the source of a version that ended on
 *        that day, and no version of the same kind in force rests on it; now: what the next one rests on
 */
XQ_CHECK enum xq_rc rule_quote_check(struct tx *tx, void *mem, int64_t office, int32_t day,
	const char *field, struct str text, struct xq_err *err);

/* ---- changing --------------------------------------------------------------------------------- */

/* A version to come. */
struct rule_new {
	const char *key, *value, *text, *why, *source; /* never NULL */
	const char *english, *class, *map, *next;
	const char *unit; /* a class that begins: its lead unit */
	int32_t from_day;
	bool is_off;
};
enum rule_part {
	PART_KEY,
	PART_VALUE,
	PART_TEXT,
	PART_FROM,
	PART_SOURCE,
	PART_ENGLISH,
	PART_CLASS,
	PART_UNIT,
	PART_NEXT,
	RULE_PARTS
};
/* What is wrong with it, all at once: message keys by part; NULL: nothing. */
struct rule_faults {
	const char *part[RULE_PARTS];
	size_t n;
};
XQ_CHECK enum xq_rc rule_check(struct tx *tx, void *mem, int64_t office, int32_t today,
	enum rule_kind kind, const struct rule_new *r, struct rule_faults *out, struct xq_err *err);
/* The same for the fields of the kind's act, as faults beside them. */
XQ_CHECK enum xq_rc rule_form_check(struct tx *tx, int64_t office, int32_t today,
	enum rule_kind kind, struct form *form, struct xq_err *err);
struct rule_new rule_of_form(enum rule_kind kind, const struct form *form);
/* Writes a version that rule_check passed. ver: that of rule_next_ver, refusal rules.full. */
XQ_CHECK enum xq_rc rule_add(struct act_ctx *ctx, enum rule_kind kind, const struct rule_new *r,
	int64_t ver, struct xq_err *err);
XQ_CHECK enum xq_rc rule_next_ver(
	struct act_ctx *ctx, enum rule_kind kind, int64_t *out, struct xq_err *err);
/* config.set with the whole set as its public document. */
XQ_CHECK enum xq_rc rule_emit(struct act_ctx *ctx, enum rule_kind kind, int64_t ver,
	int32_t from_day, struct xq_err *err);

extern const struct event_kind ev_config_set;
extern const struct act rules_set_deadline, rules_set_duty, rules_set_template, rules_set_class,
	rules_set_nature, rules_set_outcome, rules_set_scale, rules_set_sentence, rules_set_guide,
	rules_set_calendar, rules_recompute, rules_import;
const struct act *rule_act(enum rule_kind kind);

/* ---- texts and words (rules_text.c) --------------------------------------------------------------- */

/* What the program ships for a key, in English: a word, or a sentence with its places. NULL: a kind or
 * a key that ships nothing. A shipped row holds no text of its own, so a newer program mends it. */
const char *rule_shipped(enum rule_kind kind, const char *key);
/* N_: what people call a sentence or a step; NULL: no such key. */
const char *text_title(enum rule_kind kind, const char *key);
/* "who* due*": the places that a sentence has and must have; the starred ones are bold. NULL: as above. */
const char *sentence_places(const char *key);
/* Keys in the order in which people meet them, ended by NULL; NULL: the kind's keys are typed. */
const char *const *text_keys(enum rule_kind kind, void *mem);
/* {who} becomes <b>{who}</b>; what was typed holds no tags. */
const char *sentence_bold(void *mem, const char *key, const char *text);
/* Without <b> and </b>. */
const char *text_plain(void *mem, const char *text);
/* The shipped rows of a new office, from the day of its limits on. */
XQ_CHECK enum xq_rc rule_text_presets(struct tx *tx, int64_t office, struct xq_err *err);
/* What only texts and words have to fulfil. */
void rule_wrong(struct rule_faults *f, enum rule_part part, const char *key);
XQ_CHECK enum xq_rc rule_text_check(struct tx *tx, void *mem, int64_t office, int32_t today,
	enum rule_kind kind, const struct rule_new *r, struct rule_faults *out, struct xq_err *err);

/* ---- the calendar ------------------------------------------------------------------------------- */

struct notice {
	int64_t ver; /* 1 for the first that was typed */
	int year;
	const char *source;
	int64_t set_at;
	int64_t moved, done_at; /* of the office's open deadlines; done_at 0: still counting */
};
enum { NOTICES_MAX = 60 };
XQ_CHECK enum xq_rc notice_list(struct tx *tx, void *mem, int64_t office, struct notice **out,
	size_t *out_n, struct xq_err *err);

/* The calendar as it would be with the fields of rules.set-calendar. Refusal form.faults, the faults
 * beside their fields. */
XQ_CHECK enum xq_rc notice_try(struct tx *tx, void *mem, int32_t today, struct form *form,
	const struct calendar **out, struct xq_err *err);
/* The calendar of the newest rows, in mem; the builtin one where none was typed. For readers without app. */
XQ_CHECK enum xq_rc calendar_read(
	struct tx *tx, void *mem, const struct calendar **out, struct xq_err *err);
/* Puts the calendar of the newest rows in place of app->calendar; the writer's thread, or before the
 * app has other threads. */
XQ_CHECK enum xq_rc calendar_refresh(struct app *app, struct tx *tx, struct xq_err *err);
XQ_CHECK enum xq_rc rules_opened(struct app *app, struct xq_err *err);
XQ_CHECK enum xq_rc rules_refresh(struct app *app, struct tx *tx, struct xq_err *err);

/* ---- counting open deadlines again ----------------------------------------------------------------- */

enum { DUE_BATCH = 200 };

struct due_ask {
	const struct office_info *office;
	const struct calendar *cal; /* as it is, or as it would be */
	int64_t now;
};
/* Behind which row the next page begins. */
struct due_mark {
	int64_t at, id;
};
struct due_change {
	int64_t concern_id, file_no, to_at;
	int32_t from_day, to_day;
	bool is_provisional; /* from now on */
};
struct due_page {
	struct due_change change[DUE_BATCH];
	size_t n;    /* changes, days that stay but are no longer provisional among them */
	size_t seen; /* less than DUE_BATCH: the last page */
	struct due_mark next;
};
/* due_page_load - open deadlines ahead, as another calendar would have them.
 *
 * Only days that were counted from the registration are looked at: one that somebody fixed since
 * (extension, parking, re-handling) was named as a date and stays. Used by the preview and by the
 * job alike, so that the one cannot promise what the other does not do. */
XQ_CHECK enum xq_rc due_page_load(struct tx *tx, const struct due_ask *ask, struct due_mark after,
	struct due_page *out, struct xq_err *err);

enum { PREVIEW_EXAMPLES = 10 };
struct due_preview {
	size_t open, moved, settled; /* settled: the day stays and is no longer provisional */
	struct due_change example[PREVIEW_EXAMPLES];
	size_t n_examples;
};
XQ_CHECK enum xq_rc due_preview_load(struct tx *tx, void *mem, const struct due_ask *ask,
	struct due_preview *out, struct xq_err *err);

extern const struct job rules_recompute_job;

/* ---- lists in and out ------------------------------------------------------------------------------ */

struct sheet_fault {
	size_t row;      /* as the spreadsheet shows it */
	char column[8];  /* A B ...; empty: the whole row */
	const char *key; /* message key */
};
/* Rows of a list that was read, and what is wrong with them. */
struct rule_sheet {
	enum rule_kind kind;
	struct rule_new *rule;
	size_t *row;       /* number of each in the spreadsheet */
	int32_t *last_day; /* 0: none given */
	bool *is_new;      /* not on file yet; written by rule_sheet_check */
	size_t n, cap;
	size_t n_rows;  /* below the headings, those at fault among them */
	int column[20]; /* where the columns stand, for faults */
	size_t already, added;
	struct sheet_fault *fault;
	size_t n_faults, n_faults_read; /* in all; of them those that rule_sheet_read found */
};
/* Reads a list. Faults of single cells are in out; refusals: those of sheet_read, rules.columns
 * {column}. */
XQ_CHECK enum xq_rc rule_sheet_read(void *mem, const char *path, enum rule_kind kind,
	struct rule_sheet *out, struct xq_err *err);
/* Compares the rows with those on file: what is new, what is there already, what is wrong. */
XQ_CHECK enum xq_rc rule_sheet_check(struct tx *tx, void *mem, int64_t office, int32_t today,
	struct rule_sheet *s, struct xq_err *err);
/* All versions as an xlsx; reading it again changes nothing. */
XQ_CHECK enum xq_rc rule_sheet_write(struct tx *tx, void *mem, const struct app *app,
	int64_t office, enum rule_kind kind, struct bytes *out, struct xq_err *err);
/* `xinqiao import duty FILE`: checks and, unless is_dry, saves all of it or nothing. out says what was
 * found in either case; XQ_REFUSED rules.sheet-faults {n} when something is wrong. */
XQ_CHECK enum xq_rc rule_sheet_import(void *mem, struct app *app, int64_t office,
	enum rule_kind kind, const char *path, bool is_dry, struct rule_sheet **out,
	struct xq_err *err);

extern const struct module concern_rules_module;

#endif
