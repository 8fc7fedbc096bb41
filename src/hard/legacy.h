/* SPDX-License-Identifier: Apache-2.0 */
/* legacy.h - legacy problems by neighbourhood (历史遗留), and the stock-take of them once a year (梳理).
 *
 * For:       where a legacy problem lies, when somebody looks at it next, and what each neighbourhood
 *            and station says once a year: what was looked at, what is new, or none and how it looked.
 * May call:  what hard/ may call
 * Called by: hard/ only
 * Owns:      tables legacy, legacy_look, stock_take, stock_rule, stock_next
 * Threads:   acts on the writer, reads on any reader thread
 * Source:    domain.md C29, B05; docs/decisions/0029-stock-take-of-legacy-problems.md
 */
#ifndef XQ_HARD_LEGACY_H
#define XQ_HARD_LEGACY_H

#include "hard/hard_int.h"

enum { LEGACY_MAX = 200, TAKES_MAX = 100, LOOKS_MAX = 50 };

/* An open legacy problem with its place and its looks. */
struct legacy {
	int64_t hard_no;
	const char *title, *line, *stage; /* line: the topic as residents read it */
	const char *blocker, *blocker_words;
	int64_t unit_id; /* of the neighbourhood or station; 0: nobody has said yet */
	const char *unit, *unit_code;
	int32_t look_on, next_on; /* next look; next review of the ledger */
	int64_t look_at, looked_at, listed_at;
};
/* unit_id 0: of all units, in catalogue order, those without one last. At most LEGACY_MAX. */
XQ_CHECK enum xq_rc legacy_list(struct tx *tx, void *mem, int64_t office, int64_t unit_id,
	struct legacy **out, size_t *out_n, struct xq_err *err);
/* XQ_NONE: no legacy problem. */
XQ_CHECK enum xq_rc legacy_of(struct tx *tx, void *mem, int64_t office, int64_t hard_no,
	struct legacy *out, struct xq_err *err);

struct look {
	int64_t at;
	const char *stage, *words, *person, *unit;
	int32_t next_on;
};
/* Newest first, at most LOOKS_MAX. */
XQ_CHECK enum xq_rc legacy_looks(struct tx *tx, void *mem, int64_t office, int64_t hard_no,
	struct look **out, size_t *out_n, struct xq_err *err);

/* A problem comes on the ledger: its first look is within the limit, like all later ones. unit_id 0:
 * not said. */
XQ_CHECK enum xq_rc legacy_add(
	struct act_ctx *ctx, int64_t hard_no, int64_t unit_id, struct xq_err *err);
/* The neighbourhood or station of a field; 0 where the field is empty. Refusal legacy.no-place. */
XQ_CHECK enum xq_rc legacy_take_place(struct act_ctx *ctx, const struct form *in, const char *field,
	int64_t *out_unit_id, struct xq_err *err);
bool legacy_is_place(const struct unit *u);

/* One unit's stock-take of one year. */
struct stock_take {
	int64_t no;
	int year;
	int64_t unit_id, head_id;
	const char *unit, *unit_code;
	int64_t asked_at, due_at, told_at, filed_at; /* 0: not yet; told: that it is late */
	int32_t due_on;
	const char *filed_name, *how, *found; /* "": nothing; found: one topic a line */
	int64_t n_open, n_looked; /* legacy problems of the unit: open, looked at since asked */
};
/* year 0: the newest. In catalogue order. */
XQ_CHECK enum xq_rc takes_of_year(struct tx *tx, void *mem, int64_t office, int year,
	struct stock_take **out, size_t *out_n, struct xq_err *err);
XQ_CHECK enum xq_rc take_load(struct tx *tx, void *mem, int64_t office, int64_t no,
	struct stock_take *out, struct xq_err *err);
XQ_CHECK enum xq_rc stock_month(struct tx *tx, int64_t office, int64_t *out, struct xq_err *err);
/* The next first of that month, behind now. */
int64_t stock_next_ask(int64_t now, int64_t month, int32_t tz_s);
XQ_CHECK enum xq_rc stock_presets(struct tx *tx, int64_t office, int64_t now, struct xq_err *err);

/* The head of the unit, and who handles there: they know the place. */
bool legacy_may_look(const struct actor *a, int64_t unit_id, int64_t head_id);

extern const struct act stocktake_ask, stocktake_late;
extern const struct job stocktake_ask_job, stocktake_late_job;
extern const struct msg_text legacy_messages[];
extern const struct migration hard_migration_4;
extern const struct menu_item menu_takes;
extern const struct invariant legacy_has_look, take_is_whole;
extern const struct view takes_view, take_view, take_file_view, take_month_view, hard_look_view,
	hard_place_view, legacy_print_view;

/* Neighbourhoods and stations instead of typing. */
struct req;
struct act_form;
XQ_CHECK enum xq_rc legacy_choose_place(
	struct req *q, struct act_form *f, const char *field, struct xq_err *err);

#endif
