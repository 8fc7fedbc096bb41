/* SPDX-License-Identifier: Apache-2.0 */
/* demo_plans.c - what can happen to a concern of the demo office, and how often: most are solved in
 * time, about 8 in 100 are late, 5 returned, 4 extended, 3 done again, 2 parked. */
#include "cli/demo_int.h"

#include "core/banned.h"

#define D(days) ((days)*480) /* working days of eight hours */

/* clang-format off */
#define BEGUN      { OP_RAISE, 0 }, { OP_ACCEPT, 90 }, { OP_CONTACT, 60 }
#define TAKEN_DOWN { OP_REGISTER, 0 }, { OP_ACCEPT, 60 }, { OP_CONTACT, 90 }
#define ANSWERED   { OP_SUBMIT, 700 }, { OP_APPROVE, 100 }

const struct demo_plan demo_plans[N_PLANS] = {
	[PLAN_SOLVED]       = { 180, false, { BEGUN, { OP_SUBMIT, 900 }, { OP_APPROVE, 120 }, { OP_CALL_YES, 500 } }, 6 },
	[PLAN_RATED]        = { 150, false, { BEGUN, ANSWERED, { OP_RATE, 300 } }, 6 },
	[PLAN_COUNTER]      = { 110, false, { TAKEN_DOWN, { OP_FIND, 400 }, { OP_SUBMIT, 500 }, { OP_APPROVE, 100 }, { OP_CALL_YES, 700 } }, 7 },
	[PLAN_CONFLICT]     = { 55, false, { BEGUN, { OP_SUBMIT, 1000 }, { OP_APPROVE, 90 }, { OP_CALL_PARTLY, 600 } }, 6 },
	[PLAN_FOUND]        = { 60, false, { BEGUN, { OP_POINTS, 60 }, { OP_FIND, 400 }, { OP_SUBMIT, 400 }, { OP_APPROVE, 100 }, { OP_CALL_YES, 500 } }, 8 },
	[PLAN_ASSISTED]     = { 35, false, { BEGUN, { OP_ASSIST, 60 }, { OP_OPINION, 500 }, { OP_FIND, 60 }, { OP_SUBMIT, 300 }, { OP_APPROVE, 100 }, { OP_RATE, 400 } }, 9 },
	[PLAN_ADDED]        = { 15, false, { BEGUN, { OP_ADD, 200 }, ANSWERED, { OP_CALL_YES, 500 } }, 7 },

	[PLAN_LATE]         = { 50, true, { BEGUN, { OP_SUBMIT, D(6) }, { OP_APPROVE, 200 }, { OP_CALL_PARTLY, 500 } }, 6 },
	[PLAN_LATE_LEADER]  = { 20, true, { BEGUN, { OP_SUBMIT, D(9) }, { OP_APPROVE, 100 }, { OP_CALL_YES, 500 } }, 6 },
	[PLAN_LATE_LISTED]  = { 10, true, { BEGUN, { OP_SUPERVISE, D(9) }, { OP_SUBMIT, D(4) }, { OP_APPROVE, 60 }, { OP_CALL_PARTLY, 500 } }, 7 },

	[PLAN_REDO]         = { 28, true, { TAKEN_DOWN, ANSWERED, { OP_CALL_NO, 480 }, { OP_REDO, 300 }, { OP_CONTACT, 120 }, { OP_SUBMIT, 500 }, { OP_APPROVE, 100 }, { OP_CALL_YES, 500 } }, 11 },
	[PLAN_RULED_CLOSED] = { 12, true, { BEGUN, ANSWERED, { OP_CALL_NO, 480 }, { OP_CLOSE, 400 } }, 7 },
	[PLAN_UNREACHED]    = { 40, false, { TAKEN_DOWN, ANSWERED, { OP_CALL_NOBODY, 400 }, { OP_CALL_NOBODY, 200 }, { OP_CALL_NOBODY, 480 } }, 8 },
	[PLAN_SENT_BACK]    = { 25, false, { BEGUN, { OP_SUBMIT, 700 }, { OP_SEND_BACK, 60 }, { OP_SUBMIT, 200 }, { OP_APPROVE, 100 }, { OP_CALL_YES, 600 } }, 8 },
	[PLAN_DECLINED]     = { 12, true, { { OP_RAISE, 0 }, { OP_ACCEPT, 60 }, { OP_OFFER, 90 }, { OP_DECLINE, 60 }, { OP_CONTACT, 60 }, ANSWERED, { OP_CALL_YES, 600 } }, 8 },
	[PLAN_HANDED_OVER]  = { 20, true, { { OP_RAISE, 0 }, { OP_ACCEPT, 60 }, { OP_OFFER, 90 }, { OP_ACCEPT, 90 }, { OP_CONTACT, 60 }, ANSWERED, { OP_RATE, 600 } }, 8 },
	[PLAN_LAPSED]       = { 8, true, { { OP_RAISE, 0 }, { OP_CONTACT, 1100 }, { OP_SUBMIT, 500 }, { OP_APPROVE, 100 }, { OP_CALL_YES, 600 } }, 5 },

	[PLAN_RETURNED]     = { 26, true, { { OP_RAISE, 0 }, { OP_ACCEPT, 90 }, { OP_ASK_RETURN, 100 }, { OP_GRANT_RETURN, 300 }, { OP_ACCEPT, 100 }, { OP_CONTACT, 60 }, ANSWERED, { OP_CALL_YES, 500 } }, 9 },
	[PLAN_RETURNED_AT_ONCE] = { 8, true, { { OP_RAISE, 0 }, { OP_ASK_RETURN, 90 }, { OP_GRANT_RETURN, 200 }, { OP_ACCEPT, 100 }, { OP_CONTACT, 60 }, ANSWERED, { OP_RATE, 500 } }, 8 },
	[PLAN_RETURN_REFUSED] = { 16, true, { { OP_RAISE, 0 }, { OP_ACCEPT, 90 }, { OP_ASK_RETURN, 100 }, { OP_REFUSE_RETURN, 300 }, { OP_CONTACT, 60 }, ANSWERED, { OP_CALL_YES, 500 } }, 8 },
	[PLAN_EXTENDED]     = { 28, true, { BEGUN, { OP_ASK_TIME, 800 }, { OP_GRANT_TIME, 300 }, { OP_FIND, 900 }, { OP_SUBMIT, 900 }, { OP_APPROVE, 100 }, { OP_CALL_YES, 500 } }, 9 },
	[PLAN_TIME_REFUSED] = { 12, true, { BEGUN, { OP_ASK_TIME, 600 }, { OP_REFUSE_TIME, 200 }, { OP_SUBMIT, 300 }, { OP_APPROVE, 60 }, { OP_CALL_YES, 500 } }, 8 },
	[PLAN_PARKED]       = { 13, true, { BEGUN, { OP_FIND, 300 }, { OP_PARK, 300 }, { OP_CONTACT, D(41) }, { OP_SUBMIT, 300 }, { OP_APPROVE, 60 }, { OP_CALL_YES, 500 } }, 9 },
	[PLAN_PARKED_TWICE] = { 4, true, { BEGUN, { OP_PARK, 400 }, { OP_PARK, D(41) }, { OP_CONTACT, D(41) }, { OP_SUBMIT, 300 }, { OP_APPROVE, 60 }, { OP_RATE, 500 } }, 9 },
	[PLAN_RESUMED]      = { 5, true, { BEGUN, { OP_PARK, 400 }, { OP_RESUME, D(12) }, { OP_SUBMIT, 400 }, { OP_APPROVE, 60 }, { OP_CALL_YES, 500 } }, 8 },
	[PLAN_PROMISE_KEPT] = { 20, true, { BEGUN, ANSWERED, { OP_PROMISE, 30 }, { OP_CALL_PARTLY, 500 }, { OP_KEEP, D(4) } }, 8 },
	[PLAN_PROMISE_LATE] = { 6, true, { BEGUN, ANSWERED, { OP_PROMISE, 30 }, { OP_CALL_PARTLY, 500 }, { OP_KEEP, D(9) } }, 8 },
	[PLAN_PROMISE_MOVED] = { 6, true, { BEGUN, ANSWERED, { OP_PROMISE, 30 }, { OP_CALL_PARTLY, 500 }, { OP_MOVE, D(4) }, { OP_KEEP, D(6) } }, 9 },

	[PLAN_REDIRECTED]   = { 12, false, { { OP_REGISTER, 0 }, { OP_REDIRECT, 40 } }, 2 },
	[PLAN_MERGED]       = { 12, true, { { OP_REGISTER, 0 }, { OP_MERGE, 60 }, { OP_CALL_YES, D(4) } }, 3 },
	[PLAN_VOID]         = { 4, false, { { OP_REGISTER, 0 }, { OP_VOID, 60 } }, 2 },
	[PLAN_TERMINATED]   = { 5, true, { BEGUN, { OP_FIND, 500 }, { OP_TERMINATE, 500 } }, 5 },
	[PLAN_WITHDRAWN]    = { 8, false, { BEGUN, { OP_WITHDRAW, 500 } }, 4 },
	[PLAN_DISPUTE_AGAIN] = { 5, true, { BEGUN, ANSWERED, { OP_RATE, 300 }, { OP_DISPUTE, D(3) }, { OP_AGAIN, 400 }, { OP_ACCEPT, 90 }, { OP_CONTACT, 60 }, ANSWERED, { OP_CALL_YES, 500 } }, 13 },
	[PLAN_DISPUTE_STANDS] = { 5, true, { BEGUN, ANSWERED, { OP_CALL_PARTLY, 500 }, { OP_DISPUTE, D(3) }, { OP_STANDS, 400 } }, 8 },
};

/* The first ones are what a small demo consists of. A merged one follows the one it goes into, which
 * stands one place further down: the list runs from the newest backwards. */
const struct demo_stop demo_stops[] = {
	{ PLAN_SOLVED, 1, 0 }, { PLAN_SOLVED, 1, 0 }, { PLAN_COUNTER, 1, 0 }, { PLAN_SOLVED, 2, 0 },
	{ PLAN_RATED, 2, 0 }, { PLAN_SOLVED, 3, 0 }, { PLAN_COUNTER, 3, 0 }, { PLAN_RATED, 3, 0 },
	{ PLAN_SOLVED, 4, 0 }, { PLAN_COUNTER, 4, 0 }, { PLAN_SOLVED, 5, 0 }, { PLAN_RATED, 5, 0 },
	{ PLAN_CONFLICT, 5, 0 }, { PLAN_REDO, 6, 0 }, { PLAN_RULED_CLOSED, 6, 0 }, { PLAN_REDO, 7, 0 },
	{ PLAN_UNREACHED, 6, 0 }, { PLAN_SENT_BACK, 5, 0 }, { PLAN_DECLINED, 3, 0 }, { PLAN_DECLINED, 4, 0 },
	{ PLAN_HANDED_OVER, 4, 0 }, { PLAN_LATE, 3, 6 }, { PLAN_LATE, 3, 9 }, { PLAN_LATE, 2, 12 },
	{ PLAN_RETURNED, 3, 0 }, { PLAN_RETURNED_AT_ONCE, 2, 0 }, { PLAN_RETURNED, 4, 0 }, { PLAN_RETURN_REFUSED, 4, 0 },
	{ PLAN_EXTENDED, 4, 0 }, { PLAN_EXTENDED, 4, 0 }, { PLAN_EXTENDED, 5, 1 }, { PLAN_PARKED, 5, 0 },
	{ PLAN_PARKED, 5, 25 }, { PLAN_RESUMED, 4, 8 }, { PLAN_PARKED_TWICE, 5, 5 }, { PLAN_FOUND, 5, 0 },
	{ PLAN_ASSISTED, 4, 0 }, { PLAN_ASSISTED, 4, 0 }, { PLAN_ASSISTED, 5, 0 }, { PLAN_PROMISE_KEPT, 7, 0 },
	{ PLAN_PROMISE_LATE, 7, 9 }, { PLAN_PROMISE_MOVED, 8, 0 }, { PLAN_PROMISE_KEPT, 8, 1 }, { PLAN_REDIRECTED, 2, 1 },
	{ PLAN_MERGED, 2, 0 }, { PLAN_SOLVED, 5, 0 }, { PLAN_VOID, 2, 2 }, { PLAN_TERMINATED, 5, 1 },
	{ PLAN_WITHDRAWN, 4, 1 }, { PLAN_DISPUTE_AGAIN, 7, 0 }, { PLAN_DISPUTE_STANDS, 7, 0 }, { PLAN_DISPUTE_AGAIN, 9, 0 },
	{ PLAN_DISPUTE_STANDS, 8, 1 }, { PLAN_LATE_LISTED, 4, 4 }, { PLAN_ADDED, 4, 0 }, { PLAN_LATE, 3, 14 },
	{ PLAN_REDIRECTED, 1, 0 },
};
const size_t demo_n_stops = sizeof demo_stops / sizeof demo_stops[0];
/* clang-format on */
