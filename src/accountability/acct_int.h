/* SPDX-License-Identifier: Apache-2.0 */
/* acct_int.h - what the files of accountability/ share. */
#ifndef XQ_ACCOUNTABILITY_ACCT_INT_H
#define XQ_ACCOUNTABILITY_ACCT_INT_H

#include "accountability/accountability.h"
#include "concern/failing.h"

enum { ACCT_LIST_MAX = 100 };

/* ---- who may know what ------------------------------------------------------------------------------ */

enum acct_sight {
	SEES_NOTHING,
	SEES_FACT, /* the unit's side: what it is asked about, its own words, what was decided */
	SEES_ALL,
};
/* A member of the unit never has more than the unit's side, whatever the roles; and nothing before the
 * fact was put to the unit. */
XQ_CHECK enum xq_rc acct_sight_of(struct tx *tx, const struct actor *a, const struct acct_event *e,
	enum acct_sight *out, struct xq_err *err);
/* Handles or approves for the unit, so may speak for it. */
bool acct_may_speak(const struct actor *a, int64_t unit_id);

/* ---- lists ------------------------------------------------------------------------------------------ */

enum acct_list_kind {
	ACCT_OPEN,  /* newest first, without those about a unit of the person's own */
	ACCT_ENDED, /* the same, ended */
	ACCT_OURS,  /* put to a unit of the person's */
};
struct acct_query {
	enum acct_list_kind kind;
	int64_t person_id;
	int64_t before_no; /* 0: from the top */
	size_t max;        /* at most ACCT_LIST_MAX */
};
XQ_CHECK enum xq_rc acct_list(struct tx *tx, void *mem, int64_t office, const struct acct_query *q,
	struct acct_event **out, size_t *out_n, struct xq_err *err);

/* ---- the graded response ---------------------------------------------------------------------------- */

/* 0: none (no cause, tolerated); 1 urged, 2 supervised, 3 talk or circular, 4 transferred. */
int acct_level(const char *outcome);
/* Grave kinds may go to any level at once. */
bool acct_is_grave(const char *kind);
/* The highest level decided on for the unit within a year before now. */
XQ_CHECK enum xq_rc acct_level_before(
	struct tx *tx, int64_t office, int64_t unit_id, int64_t now, int *out, struct xq_err *err);

/* ---- writing ---------------------------------------------------------------------------------------- */

/* The event of field "event", open, with what the actor may know of it. Refusals acct.unknown (also for
 * what the actor may not know), acct.is-closed. */
XQ_CHECK enum xq_rc acct_begin(struct act_ctx *ctx, const struct form *in, struct acct_event *e,
	enum acct_sight *out_sight, struct xq_err *err);
/* The next number of the register; acct_insert takes one where there is none yet. */
XQ_CHECK enum xq_rc acct_take_number(struct act_ctx *ctx, struct acct_event *e, struct xq_err *err);
XQ_CHECK enum xq_rc acct_insert(struct act_ctx *ctx, struct acct_event *e, struct xq_err *err);
/* Compare-and-set. Refusal store.changed. */
XQ_CHECK enum xq_rc acct_save(struct act_ctx *ctx, struct acct_event *e, struct xq_err *err);
/* Starts the unit's time to explain and tells its head. */
XQ_CHECK enum xq_rc acct_put_to_unit(struct act_ctx *ctx, struct acct_event *e, struct xq_err *err);
/* That a step was taken, and nothing else: no unit, no kind, no name. */
XQ_CHECK enum xq_rc acct_emit(struct act_ctx *ctx, const char *step, struct xq_err *err);

const char *acct_fact_words(const char *fact); /* message */

XQ_CHECK enum xq_rc acct_presets(struct tx *tx, int64_t office, int64_t now, struct xq_err *err);

extern const struct act acct_detect;
extern const struct job acct_detect_job;
extern const struct event_kind ev_acct_step;
extern const struct msg_text acct_messages[];
extern const struct migration acct_migration_1;
extern const struct view *const acct_views[];

#endif
