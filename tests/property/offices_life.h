/* SPDX-License-Identifier: Apache-2.0 */
/* offices_life.h - the office that is being lived in, and what may be done to it.
 *
 * For:       offices.c, which founds it and counts in the end; offices_run.c does an act and compares it with what was
 *            said of it, offices_places.c and offices_roster.c say it, offices_days.c puts days together.
 * Source:    domain.md A02, A05, A07, D50; docs/decisions/0037-rosters-of-receptions.md */
#ifndef XQ_TEST_OFFICES_LIFE_H
#define XQ_TEST_OFFICES_LIFE_H

#include "concern/concern.h"
#include "core/mem.h"
#include "offices.h"
#include "reception/sitting.h"

enum { ROLES = 6, WEEK = 7 };
enum { MORNING = 9 * 60, EVENING = 18 * 60, FIRST_SIZE = 8 << 20 };
enum { TRIED_ACTS = 17, TRIED_REFUSALS = 72 };

/* What is said beforehand of an act: that it is granted, that it is refused, or with which key. */
#define GRANTED NULL
#define REFUSED "?"

/* A swap as it was offered. */
struct offer {
	struct slot_row a, b;
};

extern struct life {
	struct app *app;
	struct clock clock;
	struct rng chance;
	struct when when;
	int64_t office, seed;
	struct actor keeper, leader, both, person[PEOPLE]; /* person: by number of the receiver */
	struct rows_all rows[2], *now, *was;
	struct offer offer[SWAPS + 1];
	int care; /* 0: does all in time, 2: hardly anything */
	const char *act;
	bool is_told;
	char path[200];            /* of the rows */
	uint8_t first[FIRST_SIZE]; /* what stands there before anything has happened */
	size_t n_first;
} life;

extern int64_t n_wrong, n_acts, n_refused, n_days, n_weeks, n_invariants;
struct tally {
	const char *key;
	int64_t n;
};
extern struct tally granted[TRIED_ACTS], refused[TRIED_REFUSALS];

/* ---- offices_run.c ---------------------------------------------------------------------------------- */

uint32_t below(uint32_t n);
bool one_in(uint32_t n);

struct pair {
	const char *name, *text;
};
#define IN(...) ((const struct pair[]){ __VA_ARGS__, { 0 } })

const char *number(void *mem, int64_t n); /* 0: "" */
/* Does it and looks at what came of it. expected: GRANTED, REFUSED or a key. */
void run(const struct act *act, const struct actor *who, const struct pair *in,
	const char *expected);
void run_draft(const struct act *act, const struct actor *who, const struct pair *in,
	const char *expected, int32_t draft_from, size_t draft_weeks);
void look_again(unsigned what);
void turn_over(void);
void check_settings(void);

/* ---- offices.c -------------------------------------------------------------------------------------- */

struct actor hire(struct tx *tx, int64_t unit, const char *login, const char *name,
	const enum role *role, size_t n);
void open_office(const char *dir);

/* ---- offices_places.c ------------------------------------------------------------------------------- */

enum { N_TIMES = 4 };
extern const char *const times[N_TIMES][2];
extern const int64_t minutes[N_TIMES][2];

void set_venue(int64_t no, bool is_open);
void any_pattern(void);
void end_patterns(bool any);
void set_receiver(int64_t no, bool is_on);
int64_t any_receiver(void);
int32_t day_ahead(int least, uint32_t span);
void go_or_stay(void);
void any_absence(void);
void settle(void);

/* ---- offices_roster.c ------------------------------------------------------------------------------- */

void keep_roster(void);
bool is_published(const struct slot_row *s);
size_t time_of(const struct slot_row *s);
void change(void);
void offer_swap(void);
void answer_some(void);
void cancel(void);

const struct slot_row *any_slot(void); /* NULL: there is none */
const struct actor *speaker_of(const struct slot_row *s);

/* ---- offices_sittings.c ----------------------------------------------------------------------------- */

/* What is said and done at the sittings of today and the last days, with some of it wrong. */
void keep_registers(void);

/* ---- offices_days.c --------------------------------------------------------------------------------- */

/* A life of some weeks. */
void live(const char *dir, int64_t seed);

#endif
