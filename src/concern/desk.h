/* SPDX-License-Identifier: Apache-2.0 */
/* desk.h - what staff pages about concerns share: frame, numbers, due words, lists, one concern's head.
 *
 * For:       pages below /desk of this module and of evaluation/ (call-backs).
 * May call:  core, calendar, store, identity, act, web, office/desk.h, concern/concern.h
 * Called by: concern/desk_*.c, concern/acts_pages.c, evaluation/callback_pages.c
 * Threads:   views, any reader
 * Source:    interface.md 2.2, 2.4, 4; mock/staff-concern.html
 */
#ifndef XQ_CONCERN_DESK_H
#define XQ_CONCERN_DESK_H

#include "concern/concern.h"

#include "office/desk.h"

/* ---- words ------------------------------------------------------------------------------------- */

/* A message with typed arguments, in the reader's language. */
const char *desk_say(struct req *q, const char *english, const struct msg_arg *arg, size_t n);
/* clang-format off */
#define SAY(q, text, ...) desk_say((q), (text), (const struct msg_arg[]){ __VA_ARGS__ },           \
	sizeof((const struct msg_arg[]){ __VA_ARGS__ }) / sizeof(struct msg_arg))
#define AN(name, v) { (name), MSG_ARG_INT, (v), NULL }
#define AD(name, v) { (name), MSG_ARG_DAY, (v), NULL }
#define AT(name, v) { (name), MSG_ARG_TIME, (v), NULL }
#define AX(name, v) { (name), MSG_ARG_TEXT, 0, (v) }
/* clang-format on */
const char *desk_word(struct req *q, const char *english); /* without arguments */

const char *desk_no(struct req *q, int64_t file_no);       /* 青街诉〔2026〕0912号 */
const char *desk_no_short(struct req *q, int64_t file_no); /* 0912号 */
/* "/desk/concerns/2026-0912" and rest behind it. */
const char *desk_path(struct req *q, int64_t file_no, const char *rest);
int32_t desk_today(const struct req *q);
const char *desk_due(struct req *q, int64_t due_at); /* 10月9日（周五）17:30 */
const char *desk_clock(struct req *q, int64_t at);   /* 17:30 */
const char *desk_weekday(int32_t day);               /* N_; 周一 */
const char *desk_span(struct req *q, int64_t s);     /* 1 小时 35 分; 5 天 19 小时 */

/* Where a concern stands, as chip and as words. */
struct desk_light {
	int light;         /* enum light */
	const char *words; /* in the reader's language */
};
struct desk_light desk_light_of(struct req *q, const struct concern *c);
/* 还剩 3 个工作日（含今天）; 超期 2 个工作日; NULL: answered or ended. */
const char *desk_left(struct req *q, const struct concern *c);

/* ---- frame ------------------------------------------------------------------------------------- */

/* As desk_begin, with counts in the rail and the calendar's notice; end with desk_end. */
struct html_out desk_page_begin(
	struct req *q, const char *title, const struct flash *flash, struct shell *out_shell);

/* The message after an act, named by ?did= on the page it leads to; NULL: none. */
const struct flash *desk_flash(struct req *q, const struct concern *c, const struct handover *open);

/* ---- one concern -------------------------------------------------------------------------------- */

/* What every page about one concern loads: place 0 of the path is its file number. */
struct desk_concern {
	struct concern c;
	struct handover open;
	bool has_open;
	const char *zone; /* its name; NULL: nobody said */
};
/* XQ_NONE: no such number; XQ_REFUSED desk.not-yours: not for this person. */
XQ_CHECK enum xq_rc desk_concern_load(struct req *q, struct desk_concern *out, struct xq_err *err);
/* Puts the number of the path in as field "concern"; views of acts use it as fill. */
XQ_CHECK enum xq_rc desk_fill_concern(
	struct req *q, struct form_pair *extra, size_t *n_extra, struct xq_err *err);

/* {call desk_head(&h)}: title, number, kind, state, people. */
struct desk_head {
	struct crumb crumb[4];
	size_t n_crumbs;
	const char *title, *no, *kind, *via, *place;
	const char *zone; /* NULL: none */
	struct desk_light light;
	struct badge badge[3];
	size_t n_badges;
	bool is_sealed;
	int round;
	const char *sentence; /* who, what, by when */
};
struct desk_head desk_head_of(struct req *q, const struct desk_concern *d, const char *here);

/* Masked, with a watermark of who looks and when. was_unmasked: false where it is known that nobody ever asked
 * for the full details, so that nobody can have them open. */
XQ_CHECK enum xq_rc desk_person_of(struct req *q, const struct concern *c, bool was_unmasked,
	struct person_card *out, struct xq_err *err);

/* ---- lists ---------------------------------------------------------------------------------------- */

/* A piece of text; what was searched for is marked. */
struct desk_mark {
	struct str text;
	bool is_hit;
};

/* {call desk_table(&l)}, {call desk_cards(&l)} */
struct desk_row {
	const char *no, *href, *go; /* go: what to do there (message); NULL: nothing */
	const struct desk_mark *title;
	size_t n_title;
	const struct desk_mark *place;
	size_t n_place;
	const char *owner, *unit, *tracker;
	const char *due, *left, *age; /* left: NULL once answered */
	const char *note;             /* cards: instead of left; NULL: left */
	struct desk_light light;
};
struct desk_rows {
	const char *caption; /* in words */
	const struct desk_row *row;
	size_t n;
};
/* words: what was searched for; empty: nothing is marked. */
struct desk_row desk_row_of(struct req *q, const struct concern_row *r, struct str words);

/* Whether this person looks over the whole office. */
bool desk_is_wide(const struct actor *a);

extern const struct msg_text desk_messages[];
extern const struct view *const desk_views[];

#endif
