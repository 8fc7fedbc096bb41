/* SPDX-License-Identifier: Apache-2.0 */
/* reception_int.h - what the files of reception/ share. */
#ifndef XQ_RECEPTION_RECEPTION_INT_H
#define XQ_RECEPTION_RECEPTION_INT_H

#include "concern/concern.h"
#include "reception/reception.h"
#include "reception/roster.h"

enum {
	VENUES_MAX = 50,
	RECEIVERS_MAX = 200,
	PATTERNS_MAX = 50,
	SLOTS_MAX = 2000,
	CHANGES_MAX = 500,
	SWAPS_MAX = 100,
	WEEKS_MAX = 60,
	AWAY_OPEN_DAYS = 28
};

/* ---- where and who ---------------------------------------------------------------------------------- */

struct venue {
	int64_t no, ver;
	const char *name, *address, *room, *hours, *phone;
	const char *steps, *way; /* how to get in without steps; how to get there; may be "" */
	bool is_step_free, is_open;
};
XQ_CHECK enum xq_rc venue_load(struct tx *tx, void *mem, int64_t office, int64_t no,
	struct venue *out, struct xq_err *err);
XQ_CHECK enum xq_rc venue_list(struct tx *tx, void *mem, int64_t office, struct venue **out,
	size_t *out_n, struct xq_err *err);

/* Somebody who receives residents; public by their office, as the roster names them. */
struct receiver {
	int64_t no, ver, person_id; /* person_id 0: a delegate without an account */
	const char *name, *public_title, *role, *topics;
	bool is_active;   /* false: has left the list, or the office */
	bool is_on_leave; /* the account says so, without a day of return */
};
XQ_CHECK enum xq_rc receiver_load(struct tx *tx, void *mem, int64_t office, int64_t no,
	struct receiver *out, struct xq_err *err);
XQ_CHECK enum xq_rc receiver_list(struct tx *tx, void *mem, int64_t office, struct receiver **out,
	size_t *out_n, struct xq_err *err);
/* Which roles of A03's list there are; the index is the bit in a pattern. */
extern const struct choice receiver_roles[];
int receiver_role_index(const char *code);

struct absence {
	int64_t receiver_no;
	int32_t from_on, until_on;
};
/* Those that have not ended before day, by receiver. */
XQ_CHECK enum xq_rc absence_list(struct tx *tx, void *mem, int64_t office, int32_t day,
	struct absence **out, size_t *out_n, struct xq_err *err);

struct pattern {
	struct roster_pattern p;
	int64_t ver;
	bool is_on;
	const char *venue;
};
XQ_CHECK enum xq_rc pattern_list(struct tx *tx, void *mem, int64_t office, struct pattern **out,
	size_t *out_n, struct xq_err *err);

/* ---- weeks and sittings ------------------------------------------------------------------------------ */

enum week_state { WEEK_DRAFT, WEEK_APPROVED, WEEK_PUBLISHED };

struct week {
	int32_t week;
	int64_t ver;
	enum week_state state;
	int version;      /* 1 when published, one more with each change */
	int32_t first_on; /* day of the first sitting; 0: none */
	int32_t publish_by;
	int64_t drafted_by, changed_by, published_at; /* changed_by 0: as it was drafted */
	const char *drafter, *approver, *publisher;   /* names; NULL: not yet */
	const char *late_why;                         /* published late: why; "" */
	int64_t n_slots, n_open;                      /* open: nobody sits */
};
/* XQ_NONE: no roster of this week. */
XQ_CHECK enum xq_rc week_load(struct tx *tx, void *mem, int64_t office, int32_t week,
	struct week *out, struct xq_err *err);
/* From a week on, ascending, at most WEEKS_MAX. */
XQ_CHECK enum xq_rc week_list(struct tx *tx, void *mem, int64_t office, int32_t from,
	struct week **out, size_t *out_n, struct xq_err *err);
/* The last day on which a roster with this first sitting is published in time (D50). */
XQ_CHECK enum xq_rc publish_by(struct tx *tx, const struct app *app, int64_t office,
	int32_t first_on, int32_t *out, struct xq_err *err);

enum slot_state { SLOT_PLANNED, SLOT_CANCELLED, SLOT_HELD, SLOT_MISSED };

/* One receiver of one sitting. */
struct slot {
	int64_t no, ver;
	int32_t week, day, moved_from; /* moved_from 0: not moved by a holiday */
	int start_min, end_min;
	int64_t venue_no, receiver_no; /* receiver 0: nobody yet */
	enum slot_state state;
	bool is_off_hours, is_provisional, is_published;
	const char *ref; /* "" before it is published */
	int64_t last_seq,
		makes_up; /* makes_up: number of the sitting that was cancelled; 0: none */
	int64_t published_at;
	const char *venue, *room, *name, *public_title, *role, *topics; /* "" where nobody sits */
};
struct slot_query {
	int32_t from, until; /* days, both included; week 0 */
	int32_t week;        /* all of this roster; 0: by day */
	bool only_published;
};
/* By day, start, venue and number. */
XQ_CHECK enum xq_rc slot_list(struct tx *tx, void *mem, int64_t office, const struct slot_query *q,
	struct slot **out, size_t *out_n, struct xq_err *err);
XQ_CHECK enum xq_rc slot_load(
	struct tx *tx, void *mem, int64_t office, int64_t no, struct slot *out, struct xq_err *err);

enum change_kind { CHANGE_PLAN, CHANGE_SWAP, CHANGE_CANCEL };

/* What stood on a published roster before, and why it does not any more. */
struct change {
	int64_t slot_no, at;
	int n; /* with slot_no: its number */
	enum change_kind kind;
	int32_t old_day, new_day; /* new_day: of the make-up sitting where it was cancelled */
	int old_start, old_end, new_start, new_end;
	int64_t old_venue_no, new_venue_no;
	const char *old_venue, *new_venue, *old_name, *old_title, *new_name, *why, *words;
};
/* Of sittings that stand, or stood, in these days, oldest first. */
XQ_CHECK enum xq_rc change_list(struct tx *tx, void *mem, int64_t office, int32_t from,
	int32_t until, struct change **out, size_t *out_n, struct xq_err *err);
extern const struct choice change_reasons[];

struct swap {
	int64_t no, slot_no, other_no, offered_at;
	int32_t day, other_day;
	const char *name, *other_name, *why, *words;
	int64_t person_id, other_person_id; /* 0: without an account */
};
/* Offers that wait for an answer. */
XQ_CHECK enum xq_rc swap_list(struct tx *tx, void *mem, int64_t office, struct swap **out,
	size_t *out_n, struct xq_err *err);

/* How often each receiver sits from day to day, cancelled sittings left out; out: n_receivers counts. */
XQ_CHECK enum xq_rc sittings_of(struct tx *tx, int64_t office, int32_t from, int32_t until,
	const struct receiver *list, size_t n, int *out, struct xq_err *err);

/* Whether anybody works in this week: one of holidays alone asks for no sitting. */
bool week_has_workday(const struct calendar *cal, int32_t week);

/* ---- acts -------------------------------------------------------------------------------------------- */

/* Faults beside their fields, all of them; what apply ends with. */
void reception_fault(struct act_ctx *ctx, const char *field, const char *key, int32_t day);
XQ_CHECK enum xq_rc reception_faults(struct act_ctx *ctx, struct xq_err *err);
/* Words of this field that residents will read hold no phone or number of a card; a fault beside it. */
void reception_words(struct act_ctx *ctx, const struct form *in, const char *field);
int32_t reception_today(const struct act_ctx *ctx);

/* Where a sitting shall stand. NULL names of fields: not checked. */
struct plan {
	int64_t slot_no, other_no; /* sittings that this one takes the place of; 0: none */
	int64_t receiver_no, venue_no;
	int32_t day;
	int start_min, end_min;
	bool is_off_hours;
	const char *f_receiver, *f_venue, *f_day, *f_start; /* fields */
};
/* Adds what is wrong with it to the faults of the call. */
XQ_CHECK enum xq_rc plan_check(struct act_ctx *ctx, const struct plan *p, struct xq_err *err);
/* Fields "start" and "end". */
void times_of_form(struct act_ctx *ctx, const struct form *in, int *out_start, int *out_end);
/* Day, times and venue; who receives is for the caller to say. */
struct plan plan_of_form(struct act_ctx *ctx, const struct form *in);

/* The sitting of a field; refusals roster.slot-unknown, roster.slot-over, roster.slot-cancelled. */
XQ_CHECK enum xq_rc slot_of_form(struct act_ctx *ctx, const struct form *in, const char *field,
	struct slot *out, struct xq_err *err);
XQ_CHECK enum xq_rc slot_save(struct act_ctx *ctx, const struct slot *s, struct xq_err *err);
XQ_CHECK enum xq_rc slot_insert(struct act_ctx *ctx, struct slot *s, struct xq_err *err);
/* Emits reception.planned with a new reference. */
XQ_CHECK enum xq_rc slot_announce(struct act_ctx *ctx, struct slot *s, struct xq_err *err);
/* What stood there before, on a roster that residents have read. */
XQ_CHECK enum xq_rc change_add(struct act_ctx *ctx, const struct slot *old, const struct slot *now,
	enum change_kind kind, const struct form *in, struct xq_err *err);
/* A day in the place of slots that were cancelled or missed: announced as early as a roster is, and good for
 * each receiver. Faults beside field "day" and those of plan_check. */
XQ_CHECK enum xq_rc make_up_check(
	struct act_ctx *ctx, struct plan *p, const struct slot *s, size_t n, struct xq_err *err);
/* The slot in its place, to be inserted and announced. */
struct slot make_up_slot(struct act_ctx *ctx, const struct slot *old, const struct plan *p);
/* First day and number of open places again, and one more version where it is published. */
XQ_CHECK enum xq_rc week_refresh(struct act_ctx *ctx, int32_t week, struct xq_err *err);
/* The same for the weeks of these: who receives together may stand on rosters of two weeks, when a holiday moved
 * one of them. */
XQ_CHECK enum xq_rc weeks_refresh(
	struct act_ctx *ctx, const struct slot *s, size_t n, struct xq_err *err);

extern const struct act roster_alarm;
extern const struct job roster_alarm_job;
extern const struct event_kind ev_reception_planned, ev_reception_changed, ev_reception_cancelled;
extern const struct msg_text reception_messages[];
extern const struct migration reception_migration_1;

#endif
