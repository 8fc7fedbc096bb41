/* SPDX-License-Identifier: Apache-2.0 */
/* hard_int.h - what the files of hard/ share. */
#ifndef XQ_HARD_HARD_INT_H
#define XQ_HARD_HARD_INT_H

#include "hard/hard.h"

#define KIND_LEGACY "legacy"

enum { HARD_MAX = 100, HARD_ENTRIES_MAX = 100, HARD_TURNS_MAX = 200 };

/* ---- lists ----------------------------------------------------------------------------------------- */

enum hard_order {
	HARD_BY_NEXT, /* open, by review day: what is overdue stands first */
	HARD_NEWEST,  /* open, the newest number first */
	HARD_ENDED,   /* solved or explained, the latest first */
};
struct hard_query {
	enum hard_order order;
	int64_t after_key, after_no; /* continue after (key, no); 0: from the top */
	size_t max;                  /* at most HARD_MAX */
};
/* The key of a row in its order. */
int64_t hard_key(enum hard_order order, const struct hard *h);
XQ_CHECK enum xq_rc hard_list(struct tx *tx, void *mem, int64_t office, const struct hard_query *q,
	struct hard **out, size_t *out_n, struct xq_err *err);

/* The moment of the newest review of all; XQ_NONE: nothing was ever reviewed. */
XQ_CHECK enum xq_rc hard_last_review(
	struct tx *tx, int64_t office, int64_t *out_at, struct xq_err *err);

/* ---- entries --------------------------------------------------------------------------------------- */

enum entry_state {
	ENTRY_PROPOSED,
	ENTRY_ON,        /* belongs to the problem */
	ENTRY_DISMISSED, /* a supervisor said why not */
	ENTRY_COVERED,   /* was proposed for another reason too, when it came on the ledger */
};
struct hard_entry {
	int64_t concern_id, at;
	const char *kind;
};
/* Proposals that wait, oldest first, or what belongs to problem no (at most HARD_ENTRIES_MAX). */
XQ_CHECK enum xq_rc hard_proposals(struct tx *tx, void *mem, int64_t office,
	struct hard_entry **out, size_t *out_n, struct xq_err *err);
XQ_CHECK enum xq_rc hard_entries(struct tx *tx, void *mem, int64_t office, int64_t no,
	struct hard_entry **out, size_t *out_n, struct xq_err *err);
/* A proposal of a concern that waits, the first by its reason; XQ_NONE: none. */
XQ_CHECK enum xq_rc hard_proposal_of(struct tx *tx, void *mem, int64_t office, int64_t concern_id,
	struct hard_entry *out, struct xq_err *err);

/* Puts the concern on problem no. Refusal hard.on-ledger {no}. */
XQ_CHECK enum xq_rc entry_put(
	struct act_ctx *ctx, int64_t concern_id, const char *kind, int64_t no, struct xq_err *err);

/* The concern of field "concern", fit for the ledger: known, not sealed, voided or merged. */
XQ_CHECK enum xq_rc entry_concern(
	struct act_ctx *ctx, const struct form *in, struct concern *out, struct xq_err *err);

/* ---- turns: what was said and done, one row for each time ------------------------------------------- */

enum turn_kind { TURN_LISTED, TURN_REVIEWED, TURN_ENDED, TURN_SPONSOR };
struct hard_turn {
	int64_t n, at;
	enum turn_kind kind;
	const char *done; /* what was done since then; how it ended; why the sponsor changed */
	const char *plan, *stage;
	int32_t next_on, due_on; /* due_on: the day it was due; 0: it was not a review */
	bool is_late;
	const char *sponsor, *person, *unit; /* names */
};
/* Oldest first, at most HARD_TURNS_MAX. */
XQ_CHECK enum xq_rc hard_turns(struct tx *tx, void *mem, int64_t office, int64_t no,
	struct hard_turn **out, size_t *out_n, struct xq_err *err);
/* Writes down what h is now, with what was done. */
XQ_CHECK enum xq_rc turn_add(struct act_ctx *ctx, const struct hard *h, enum turn_kind kind,
	const char *done, int32_t due_on, struct xq_err *err);

/* ---- the file of an old problem --------------------------------------------------------------------- */

struct hard_file {
	const char *origin, *past, *bodies; /* "": nothing written yet */
	int64_t at;
	const char *person; /* who wrote it last; NULL: nobody */
};
XQ_CHECK enum xq_rc hard_file_load(struct tx *tx, void *mem, int64_t office, int64_t no,
	struct hard_file *out, struct xq_err *err);

/* How many open problems an obstacle holds up, and how many of them are a legacy. */
enum { BLOCKERS_MAX = 16 };
struct blocked {
	const char *blocker; /* code of hard_blockers */
	int64_t n, legacy;
};
XQ_CHECK enum xq_rc hard_blocked(struct tx *tx, void *mem, int64_t office,
	struct blocked out[BLOCKERS_MAX], size_t *out_n, struct xq_err *err);

/* ---- writing --------------------------------------------------------------------------------------- */

/* The open problem of field "hard". Refusals hard.unknown, hard.is-solved. */
XQ_CHECK enum xq_rc hard_begin(
	struct act_ctx *ctx, const struct form *in, struct hard *out, struct xq_err *err);
/* Compare-and-set of all that can change. Refusal store.changed. */
XQ_CHECK enum xq_rc hard_save(struct act_ctx *ctx, struct hard *h, struct xq_err *err);
/* An event of the problem; keeps its last number. */
XQ_CHECK enum xq_rc hard_emit(
	struct act_ctx *ctx, struct hard *h, struct act_event *e, struct xq_err *err);

/* Blocker, plan, condition and the next review day of the form, checked. Refusals hard.no-words,
 * hard.day-far {last}, those of working_day_due. */
XQ_CHECK enum xq_rc hard_take_plan(
	struct act_ctx *ctx, const struct form *in, struct hard *h, struct xq_err *err);
/* The person of field "sponsor". Refusals account.unknown, hard.sponsor-left {name}. */
XQ_CHECK enum xq_rc hard_take_sponsor(
	struct act_ctx *ctx, const struct form *in, struct hard *h, struct xq_err *err);

/* A message to the sponsor, through the outbox: number, what, day; never a resident. */
XQ_CHECK enum xq_rc hard_tell_sponsor(
	struct act_ctx *ctx, const struct hard *h, const char *what, struct xq_err *err);

bool hard_is_overdue(const struct hard *h, int64_t now);
/* The sponsor, and who keeps the ledger. */
bool hard_may_review(const struct actor *a, const struct hard *h);

XQ_CHECK enum xq_rc hard_presets(struct tx *tx, int64_t office, int64_t now, struct xq_err *err);

extern const struct act hard_propose, hard_review_due;
extern const struct job hard_propose_job, hard_review_due_job;
extern const struct event_kind ev_hard_listed, ev_hard_reviewed, ev_hard_solved, ev_hard_explained;
extern const struct msg_text hard_messages[];
extern const struct migration hard_migration_1, hard_migration_2, hard_migration_3;
extern const struct view *const hard_views[];

#endif
