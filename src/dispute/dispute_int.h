/* SPDX-License-Identifier: Apache-2.0 */
/* dispute_int.h - what the files of dispute/ share. */
#ifndef XQ_DISPUTE_DISPUTE_INT_H
#define XQ_DISPUTE_DISPUTE_INT_H

#include "concern/concern.h"
#include "dispute/dispute.h"

enum { DISPUTES_MAX = 100, DISPUTE_TURNS_MAX = 100, DISPUTE_KINDS = 9 };

/* The unit of the register and supervisors; for everybody else it does not exist. */
bool dispute_may_see(const struct actor *a, const struct dispute *d);
/* Who handles in that unit. */
bool dispute_may_act(const struct actor *a, const struct dispute *d);
bool dispute_is_overdue(const struct dispute *d, int64_t now);

struct dispute_query {
	int64_t unit_id;             /* 0: of all units */
	bool is_ended;               /* newest first; else by next step */
	int64_t after_key, after_no; /* 0: from the top; of ended ones only the number counts */
	size_t max;                  /* at most DISPUTES_MAX */
};
XQ_CHECK enum xq_rc dispute_list(struct tx *tx, void *mem, int64_t office,
	const struct dispute_query *q, struct dispute **out, size_t *out_n, struct xq_err *err);

/* One thing that was done. */
enum dispute_step {
	STEP_FOUND,
	STEP_MEDIATED,
	STEP_SETTLED,
	STEP_REFERRED,
	STEP_KEPT,
	STEP_BROKEN
};
enum { DISPUTE_STEPS = 6 };
struct dispute_turn {
	int64_t at;
	enum dispute_step step;
	const char *channel, *place, *words; /* channel: code; "" but for a mediation */
	int32_t day;
	bool is_late;
	const char *person, *by, *unit; /* names; by: the mediator */
};
/* Oldest first. */
XQ_CHECK enum xq_rc dispute_turns(struct tx *tx, void *mem, int64_t office, int64_t no,
	struct dispute_turn **out, size_t *out_n, struct xq_err *err);

/* What happened in [from, to), and what was open at to, for each kind in the order of dispute_kinds. */
struct dispute_month {
	int64_t step[DISPUTE_KINDS][DISPUTE_STEPS];
	int64_t open[DISPUTE_KINDS];
};
/* unit_id 0: of the whole office. */
XQ_CHECK enum xq_rc dispute_count_month(struct tx *tx, void *mem, int64_t office, int64_t unit_id,
	int64_t from, int64_t to, struct dispute_month *out, struct xq_err *err);

extern const struct act dispute_late;
extern const struct job dispute_late_job;
extern const struct msg_text dispute_messages[];
extern const struct migration dispute_migration_1;
extern const struct view *const dispute_views[];

#endif
