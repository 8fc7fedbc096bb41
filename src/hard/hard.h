/* SPDX-License-Identifier: Apache-2.0 */
/* hard.h - hard problems (疑难台账): what cannot be solved soon, with somebody who is always responsible
 * and a day on which it is looked at again.
 *
 * For:       putting old and repeated problems on the ledger, reviewing them each quarter in public,
 *            solving them; proposals found by the clock.
 * May call:  core, calendar, store, ledger, identity, act, web, office/desk.h, concern/concern.h,
 *            concern/desk.h
 * Called by: modules.c
 * Owns:      tables hard, hard_entry, hard_review, hard_seek, hard_file; those of legacy.h
 * Threads:   acts on the writer, reads on any reader thread
 * Source:    decisions.md 3; domain.md B01, B05, C29, section 3.2 (second REDO, PARKED)
 */
#ifndef XQ_HARD_HARD_H
#define XQ_HARD_HARD_H

#include "concern/concern.h"

struct hard {
	int64_t no, ver, last_seq; /* no: number on the ledger of the office, 1, 2, ... */
	const char *ref;           /* h-...: in the record */
	const char *kind;          /* code of hard_kinds: why it came on the ledger */
	const char *title;         /* staff words */
	const char
		*public_line; /* the topic for strangers: no name, no place finer than the zone */
	const char *blocker, *blocker_words; /* code of hard_blockers; words: "" unless other */
	const char *plan, *condition;        /* both are read by residents */
	const char
		*stage; /* listed planned in-action waiting; when it has ended: solved explained */
	int64_t sponsor_person_id, sponsor_unit_id;
	const char *sponsor_name, *sponsor_title, *sponsor_unit, *sponsor_public_unit;
	int64_t listed_at, next_at; /* next_at: closing time of the review day */
	int32_t next_on;
	int64_t reviewed_at, told_at,
		ended_at; /* 0: not yet; told: that the review day has passed */
};

XQ_CHECK enum xq_rc hard_load(
	struct tx *tx, void *mem, int64_t office, int64_t no, struct hard *out, struct xq_err *err);

/* Open ones, the newest first; for the home page. out has at most max rows (100). */
XQ_CHECK enum xq_rc hard_open_newest(struct tx *tx, void *mem, int64_t office, size_t max,
	struct hard **out, size_t *out_n, struct xq_err *err);

/* How many are open. */
XQ_CHECK enum xq_rc hard_open_count(
	struct tx *tx, int64_t office, int64_t *out, struct xq_err *err);

/* The problem that a concern belongs to. XQ_NONE: none. */
XQ_CHECK enum xq_rc hard_of_concern(
	struct tx *tx, int64_t office, int64_t concern_id, int64_t *out_no, struct xq_err *err);

/* Solved, and not merely ended with an explanation of why it cannot be solved now. */
bool hard_is_solved(const struct hard *h);

extern const struct choice hard_kinds[], hard_blockers[], hard_stages[];

/* Results: no (number), ref, next (day). */
extern const struct act hard_list_act, hard_add_concern, hard_dismiss, hard_review_act, hard_solve,
	hard_explain, hard_sponsor, hard_file_act, hard_place, hard_look, stocktake_file,
	stocktake_set_month;

extern const struct leave_check hard_leave_check;
extern const struct module hard_module;

#endif
