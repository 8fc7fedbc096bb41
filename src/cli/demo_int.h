/* SPDX-License-Identifier: Apache-2.0 */
/* demo_int.h - what the files of the demo share. */
#ifndef XQ_CLI_DEMO_INT_H
#define XQ_CLI_DEMO_INT_H

#include "cli/demo.h"
#include "cli/demo_texts.h"
#include "concern/concern.h"
#include "core/random.h"

enum { DEMO_UNITS = 12, DEMO_PEOPLE = 24, DEMO_STEPS = 14 };

/* What an office is called. */
struct demo_name {
	const char *code, *name, *short_name, *mark, *origin;
};

struct demo {
	struct app *app;
	const struct demo_name *called;
	void *mem;
	int64_t office;
	struct rng random;
	size_t n_units;
	int64_t unit[DEMO_UNITS];
	const char *unit_code[DEMO_UNITS];
	size_t n_people;
	struct actor people[DEMO_PEOPLE];
	struct actor resident, clerk[2], evaluator[2], supervisor, leader, publisher;
	int receptions;           /* evenings on which somebody looked after the rosters */
	int64_t missed;           /* the sitting that nobody held; 0: not yet */
	bool made_up, absent;     /* it has its day; one receiver did not come */
	int evenings;             /* that have passed */
	size_t by_hand;           /* events put down so far */
	size_t disputes;          /* put down so far */
	int64_t ends_at;          /* when the story ends */
	struct demo_later *later; /* what waits for an evening (demo_tend.c) */
	size_t n_later, later_cap;
	bool has_looked, has_filed; /* a look at a legacy problem; the stock-takes of the year */
};

/* ---- plans ------------------------------------------------------------------------------------------ */

/* One deed of somebody in the life of a concern; demo_steps.c says who does it and with which words. */
enum demo_op {
	OP_RAISE,
	OP_REGISTER,
	OP_ACCEPT,
	OP_CONTACT,
	OP_OFFER,
	OP_DECLINE,
	OP_FIND,
	OP_POINTS,
	OP_ASSIST,
	OP_OPINION,
	OP_ASK_RETURN,
	OP_GRANT_RETURN,
	OP_REFUSE_RETURN,
	OP_ASK_TIME,
	OP_GRANT_TIME,
	OP_REFUSE_TIME,
	OP_PARK,
	OP_RESUME,
	OP_SUPERVISE,
	OP_SUBMIT,
	OP_APPROVE,
	OP_SEND_BACK,
	OP_CALL_NOBODY,
	OP_CALL_YES,
	OP_CALL_PARTLY,
	OP_CALL_NO,
	OP_RATE,
	OP_REDO,
	OP_CLOSE,
	OP_PROMISE,
	OP_KEEP,
	OP_MOVE,
	OP_REDIRECT,
	OP_MERGE,
	OP_VOID,
	OP_TERMINATE,
	OP_ADD,
	OP_WITHDRAW,
	OP_DISPUTE,
	OP_AGAIN,
	OP_STANDS,
	N_OPS
};

enum demo_plan_id {
	PLAN_SOLVED,
	PLAN_RATED,
	PLAN_COUNTER,
	PLAN_CONFLICT,
	PLAN_FOUND,
	PLAN_ASSISTED,
	PLAN_ADDED,
	PLAN_LATE,
	PLAN_LATE_LEADER,
	PLAN_LATE_LISTED,
	PLAN_REDO,
	PLAN_RULED_CLOSED,
	PLAN_UNREACHED,
	PLAN_SENT_BACK,
	PLAN_DECLINED,
	PLAN_HANDED_OVER,
	PLAN_LAPSED,
	PLAN_RETURNED,
	PLAN_RETURNED_AT_ONCE,
	PLAN_RETURN_REFUSED,
	PLAN_EXTENDED,
	PLAN_TIME_REFUSED,
	PLAN_PARKED,
	PLAN_PARKED_TWICE,
	PLAN_RESUMED,
	PLAN_PROMISE_KEPT,
	PLAN_PROMISE_LATE,
	PLAN_PROMISE_MOVED,
	PLAN_REDIRECTED,
	PLAN_MERGED,
	PLAN_VOID,
	PLAN_TERMINATED,
	PLAN_WITHDRAWN,
	PLAN_DISPUTE_AGAIN,
	PLAN_DISPUTE_STANDS,
	N_PLANS
};

/* What happens to a concern, and how many working minutes after the step before. */
struct demo_plan {
	uint32_t weight; /* so often among all weights together */
	bool needs_unit; /* only where a unit other than the intake handles it */
	struct {
		enum demo_op op;
		int after;
	} step[DEMO_STEPS];
	size_t n;
};
extern const struct demo_plan demo_plans[N_PLANS];

/* The last concerns stop where they stand, so that every state and every queue has something in it
 * today: plan, steps done, working days that have passed since the last of them. */
struct demo_stop {
	enum demo_plan_id plan;
	size_t steps;
	int idle_wd;
};
extern const struct demo_stop demo_stops[];
extern const size_t demo_n_stops;

/* ---- lives ------------------------------------------------------------------------------------------ */

struct demo_life {
	const struct demo_matter *matter;
	const struct demo_elsewhere *elsewhere; /* NULL: ours */
	const char *place, *closing;
	enum demo_plan_id plan;
	size_t n_steps;
	int64_t start;
	const struct demo_life *into; /* merged: the one it goes into */
	int64_t file_no;
	const char *code;
	bool is_sealed, is_stop;
	unsigned tended; /* bits of demo_tend.c */
	int64_t index;
};

/* Does one deed now. A refusal is life and no fault: an offer that lapsed meanwhile can't be accepted
 * any more. */
XQ_CHECK enum xq_rc demo_step(
	struct demo *d, struct demo_life *l, enum demo_op op, struct xq_err *err);

/* ---- duties -----------------------------------------------------------------------------------------
 * What happens beside the concerns, each evening after the clock's jobs. */
XQ_CHECK enum xq_rc demo_duty_evening(struct demo *d, struct xq_err *err);
XQ_CHECK enum xq_rc demo_spots_evening(struct demo *d, struct xq_err *err);
XQ_CHECK enum xq_rc demo_beside_evening(struct demo *d, struct xq_err *err);
XQ_CHECK enum xq_rc demo_visits_evening(struct demo *d, struct xq_err *err);
XQ_CHECK enum xq_rc demo_reception_evening(struct demo *d, struct xq_err *err);
XQ_CHECK enum xq_rc demo_sittings_evening(struct demo *d, struct xq_err *err);
XQ_CHECK enum xq_rc demo_draws_evening(struct demo *d, struct xq_err *err);
/* A sitting that is going on, at which a deputy listens; 0: none (demo_sittings.c). */
XQ_CHECK enum xq_rc demo_sitting_now(struct demo *d, void *mem, int64_t *out, struct xq_err *err);

/* Name and text of each field, ended by a name NULL. */
typedef const char *const demo_pairs[][2];
/* Runs an act as somebody; what became of it stands in the call. */
struct act_call *demo_deed(
	struct demo *d, void *mem, const struct actor *who, const struct act *act, demo_pairs pair);

/* ---- beside the steps --------------------------------------------------------------------------------
 * Sorting, passing up, explaining in person, reporting upward: after a step, and of an evening. */
XQ_CHECK enum xq_rc demo_tend(
	struct demo *d, struct demo_life *l, enum demo_op op, struct xq_err *err);
XQ_CHECK enum xq_rc demo_tend_evening(struct demo *d, struct xq_err *err);
/* The public sheet of the month before, when its time has come. */
XQ_CHECK enum xq_rc demo_sheets_evening(struct demo *d, struct xq_err *err);

/* ---- people ----------------------------------------------------------------------------------------- */

/* The office, its units, people, accounts, posts and duties. */
XQ_CHECK enum xq_rc demo_people(struct demo *d, struct buf *accounts_text, struct xq_err *err);

/* The name of the office with this number, from 0 on; 0 is the demo office. */
const struct demo_name *demo_name(void *mem, size_t number);
/* The city above n offices, the first of which leads: districts, who looks over it, and the month before now
 * published by each of them and by the city. */
XQ_CHECK enum xq_rc demo_city(
	struct demo *const *office, size_t n, int64_t now, struct xq_err *err);

/* Very many concerns quickly: the same acts, in large transactions. */
XQ_CHECK enum xq_rc demo_many(
	struct demo *d, const struct demo_options *opt, struct clock *clock, struct xq_err *err);

const struct actor *demo_person(const struct demo *d, int64_t person_id);
/* Somebody of the unit who may accept; the same for the same turn. */
const struct actor *demo_handler(const struct demo *d, int64_t unit_id, int64_t turn);
/* Of the author's unit where it has an approver besides the author, else the leader. */
const struct actor *demo_approver(const struct demo *d, const struct actor *author);
/* The neighbourhood that a section hands over to. */
const char *demo_other_unit(const struct demo *d, int64_t unit_id);
/* The section whose work lies next to this one's. */
const char *demo_sister_unit(const struct demo *d, int64_t unit_id);
int64_t demo_unit(const struct demo *d, const char *code);

#endif
