/* SPDX-License-Identifier: Apache-2.0 */
/* lead_int.h - what the board reads and what its template shows. */
#ifndef XQ_LEAD_LEAD_INT_H
#define XQ_LEAD_LEAD_INT_H

#include "concern/desk.h"
#include "lead/lead.h"

enum {
	LATE_PAGE = 11,       /* what one A4 holds beside the rest */
	LATE_COUNT_MAX = 999, /* counted no further: no page costs more as an office falls behind */
	LATE_UNITS = 64,
	SIDE_ROWS = 3,
	SIDE_COUNT_MAX = 99,
	PROMISE_AHEAD_D = 7,
	REVIEW_AHEAD_D = 14,
};

/* ---- what is read ------------------------------------------------------------------------------------ */

struct late_row {
	int64_t id, file_no, due_at, unit_id, unit_rank;
	int32_t due_day;
	enum concern_state state;
	enum lane lane;
	int level; /* of the ladder: 0 nobody told yet, 1 head, 2 leader, 3 public list */
	bool is_supervised;
	const char *title, *place; /* NULL in the sealed lane: neither leaves the store */
	const char *owner, *tracker, *unit;
};
struct late_query {
	int64_t now, unit_id;        /* unit_id 0: of all units */
	int64_t after_due, after_id; /* 0: from the oldest */
	size_t max;
};
/* Oldest first. */
XQ_CHECK enum xq_rc late_list(struct tx *tx, void *mem, int64_t office, const struct late_query *q,
	struct late_row **out, size_t *out_n, struct xq_err *err);

struct late_unit {
	int64_t id, rank, n;
	const char *code, *name;
};
/* Late ones by unit, in the order of the catalogue: nothing is ranked. Stops at LATE_COUNT_MAX + 1. */
XQ_CHECK enum xq_rc late_units(struct tx *tx, void *mem, int64_t office, int64_t now,
	struct late_unit **out, size_t *out_n, int64_t *out_total, struct xq_err *err);

struct promise_row {
	int64_t file_no, due_at;
	int32_t due_day;
	int moved;
	enum lane lane;
	const char *text; /* NULL in the sealed lane */
	const char *owner, *unit;
};
/* Open promises due within [from, until), oldest first, and how many there are up to SIDE_COUNT_MAX + 1. */
XQ_CHECK enum xq_rc promises_open(struct tx *tx, void *mem, int64_t office, int64_t from,
	int64_t until, struct promise_row **out, size_t *out_n, int64_t *out_total,
	struct xq_err *err);

struct due_review {
	int64_t no, next_at;
	int32_t next_on;
	const char *title, *sponsor, *unit;
};
/* Hard problems whose review is due before until, oldest first; counted likewise. */
XQ_CHECK enum xq_rc reviews_due(struct tx *tx, void *mem, int64_t office, int64_t until,
	struct due_review **out, size_t *out_n, int64_t *out_total, struct xq_err *err);

/* ---- what is shown ----------------------------------------------------------------------------------- */

/* Marked "message": English texts of the catalogue; the others are shown as they are. */
struct board_late {
	const char *group; /* unit, on its first row; NULL: same as above */
	const char *no, *href, *supervise;
	const char *title, *place; /* title NULL: sealed */
	const char *owner, *tracker, *due, *left;
	const char *level; /* message */
	bool is_supervised;
};
struct board_side {
	const char *no, *href, *text, *who, *when;
	int light;
};
struct board_list {
	const char *icon, *title, *empty; /* messages */
	const char *more;                 /* in words; NULL: all are shown */
	struct board_side row[2 * SIDE_ROWS];
	size_t n;
};
struct board_chip {
	const char *href, *name, *n;
	bool is_current;
};
struct board_pulse {
	const char *title, *words; /* title: message */
	int light;
};
enum { BOARD_PULSES = 4 };
struct board_page {
	const char *office, *sentence, *at; /* at: 10月9日（周五）10:20 */
	const char *good;                   /* nothing is late; NULL: something is */
	struct board_chip chip[LATE_UNITS + 1];
	size_t n_chips;
	const char *caption;
	struct board_late *late;
	size_t n_late;
	struct pager pager;
	bool has_pager;
	struct board_list promises, reviews;
	struct board_pulse pulse[BOARD_PULSES]; /* of mechanisms */
	size_t n_pulses;
	const char *printer;
};

#endif
