/* SPDX-License-Identifier: Apache-2.0 */
/* seat.h - a turn of a published sitting that somebody has booked: no name, no phone, only a short code.
 *
 * For:       booking and giving back, how many turns are free, and where a seat goes when its sitting moves.
 * May call:  what reception.h may
 * Called by: reception/ (bills, pages, change_acts.c), modules.c, cli (demo), tests/fuzz
 * Owns:      table roster_seat; columns receiver.topics, roster_slot.topics
 * Threads:   acts on the writer, reads on any reader thread
 * Source:    domain.md A03, A05; docs/decisions/0038-seats-without-a-name.md
 */
#ifndef XQ_RECEPTION_SEAT_H
#define XQ_RECEPTION_SEAT_H

#include "reception/reception_int.h"

enum {
	SEAT_MINUTES = 15,
	SEAT_TURNS_MAX = 96, /* of a whole day */
	SEAT_PEOPLE_MAX = 5,
	SEATS_A_VISITOR = 2 /* open ones of one browser for one sitting */
};

/* A sitting as residents know it: whoever receives together is one. */
struct seat_at {
	int32_t day;
	int start_min, end_min;
	int64_t venue_no;
};
/* 1400-3, as a path names a sitting of a day. */
bool seat_at_read(struct str place, int *out_start, int64_t *out_venue);
/* "/reception/2026-10-14/1400-3/seat" */
const char *seat_at_path(void *mem, const struct seat_at *s);

/* Turns are counted from 1; every second one, the first included, can be booked, the others are for those who
 * come without. */
int turns_of(int start_min, int end_min);
int turns_to_book(int start_min, int end_min);
bool turn_is_to_book(int turn);
int turn_minute(int start_min, int turn);

enum seat_state {
	SEAT_OPEN,
	SEAT_GIVEN_BACK,
	SEAT_FELL /* its sitting moved to where no turn was free */
};

struct booking {
	int64_t no, booked_at, ended_at, moved_at; /* 0: not */
	struct seat_at at, from;                   /* from: before it moved; end_min is not kept */
	int turn, from_turn, people;
	unsigned helps; /* bit for each of seat_helps */
	enum seat_state state;
};
extern const struct choice seat_helps[];
extern const size_t n_seat_helps;

/* XQ_NONE: no seat of this code. */
XQ_CHECK enum xq_rc seat_by_code(struct tx *tx, const struct app *app, int64_t office,
	const struct short_code *code, struct booking *out, struct xq_err *err);
/* Open seats of a sitting by turn, at most SEAT_TURNS_MAX. */
XQ_CHECK enum xq_rc seat_list(struct tx *tx, void *mem, int64_t office, const struct seat_at *s,
	struct booking **out, size_t *out_n, struct xq_err *err);
/* How many are open, for every sitting of these days. */
struct seat_count {
	struct seat_at at;
	int n;
};
XQ_CHECK enum xq_rc seat_counts(struct tx *tx, void *mem, int64_t office, int32_t from,
	int32_t until, struct seat_count **out, size_t *out_n, struct xq_err *err);

/* What a booking meets: whether anybody still sits there, and which turns are gone. */
struct seating {
	struct seat_at at;
	bool is_there, stands; /* is_there: once published; stands: somebody sits */
	bool is_open;          /* the venue */
	bool is_taken[SEAT_TURNS_MAX + 1];
	int n_free;
};
/* at.end_min is filled in. */
XQ_CHECK enum xq_rc seating_load(struct tx *tx, void *mem, int64_t office, const struct seat_at *at,
	struct seating *out, struct xq_err *err);
/* Why nobody can book there now, as the key of a message; NULL: somebody can. */
const char *seating_refusal(const struct seating *s, int64_t now, int32_t tz_s);

/* Takes the seats of old along to now, when nobody sits at old any more: to the same turn or the nearest free
 * one. Called after the sitting is written. */
XQ_CHECK enum xq_rc seats_follow(
	struct act_ctx *ctx, const struct slot *old, const struct slot *now, struct xq_err *err);

void seat_hash(
	const struct app *app, int64_t office, const struct short_code *code, uint8_t out[32]);

/* Results: seat.book: code (six characters). */
extern const struct act seat_book, seat_give_back;
extern const struct migration reception_seat_migration_1;
extern const struct msg_text seat_messages[];
extern const struct invariant seats_stand;
extern const struct view seat_book_view, seat_ask_view, seat_view;
extern const struct module reception_seat_module;

#endif
