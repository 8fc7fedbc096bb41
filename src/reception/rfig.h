/* SPDX-License-Identifier: Apache-2.0 */
/* rfig.h - figures of sittings by month, counted from the rosters and again from the record alone, and how
 * the two mechanisms of a reception fare: somebody listens every week, the first one asked stays responsible.
 *
 * For:       /desk/reception/figures, /reception/figures, /desk/reception/health, the leader's board.
 * May call:  what reception/sitting.h may, concern/first_taken.h, insight/chart.h, exchange/
 * Called by: reception/, lead/, modules.c
 * Owns:      table rfig_sleep; it reads the tables of reception/, and concern for what became of entries
 * Threads:   views and reads on any reader thread, the job's act on the writer
 * Source:    domain.md 4.5, B11, E11; ledger.md 8 (sittings); docs/decisions/0042-figures-of-sittings.md
 */
#ifndef XQ_RECEPTION_RFIG_H
#define XQ_RECEPTION_RFIG_H

#include "reception/sitting.h"

/* ---- what is counted ---------------------------------------------------------------------------------- */

enum rfig_fact {
	RF_PLANNED,
	RF_HELD,
	RF_MISSED,
	RF_CANCELLED,
	RF_MADE_UP,
	RF_VISITORS,
	RF_CONCERNS,
	RF_TOLD,
	RF_ANSWERED, /* entries whose concern has its answer: only a base */
	RF_ASKED,    /* those whose resident was called back, or rated */
	RF_SWAPS,
	N_RF
};

struct rfig_month {
	int32_t from; /* its first day */
	int64_t n[N_RF];
};

/* How one place of a sitting ended, as its chain of events tells it. */
struct rfig_history {
	int32_t day; /* told last */
	enum slot_state state;
	int64_t visitors, concerns;
};

/* Adds the facts of consecutive months, oldest first, to their counts. */
typedef enum xq_rc (*rfig_facts_fn)(
	struct tx *tx, int64_t office, struct rfig_month *m, size_t n, struct xq_err *err);

/* One figure: what it counts, over what, what it leaves out, whence it comes and how it is counted again. */
struct rfig_def {
	const char *id;
	const char *title, *definition, *without; /* N_; definition: numerator over denominator */
	const char *counted, *over;               /* N_; over NULL: a plain count */
	const char *proof;                        /* N_: how it can be counted again */
	enum rfig_fact num, den;                  /* den N_RF: a plain count */
	rfig_facts_fn facts;
	int64_t (*again)(const struct rfig_history *h); /* NULL: it does not stand in the record */
	bool is_public;
	bool is_of_people; /* in public 1 to 4 are withheld; sittings are told as they are */
};
extern const struct rfig_def rfig_defs[]; /* ended by a NULL id */
const struct rfig_def *rfig_find(struct str id);

/* Fills months from.. on with one figure (def), or with all of them (NULL); n <= RFIG_MONTHS_MAX (required). */
enum { RFIG_MONTHS_MAX = 3600 };
XQ_CHECK enum xq_rc rfig_months(struct tx *tx, int64_t office, const struct rfig_def *def,
	int32_t from, struct rfig_month *out, size_t n, struct xq_err *err);
/* Days of the first and the last sitting on a published roster; 0, 0: none yet. */
XQ_CHECK enum xq_rc rfig_days(
	struct tx *tx, int64_t office, int32_t *out_first, int32_t *out_last, struct xq_err *err);

/* ---- counted again from the record -------------------------------------------------------------------- */

enum rfig_event_kind { RE_PLANNED, RE_CHANGED, RE_HELD, RE_MISSED, RE_CANCELLED };
struct rfig_event {
	enum rfig_event_kind kind;
	char ref[EVENT_REF_LEN + 1];
	int64_t seq, visitors, concerns;
	int32_t day; /* 0: the event names none */
};
/* The bytes of one entry. XQ_NONE: not about a sitting; refused: it is no entry of the record. */
XQ_CHECK enum xq_rc rfig_event_read(
	void *mem, struct str bytes, struct rfig_event *out, struct xq_err *err);
/* rfig_again - months counted from events alone.
 *
 * e        in any order; it is sorted here
 * m, n     consecutive months with their first days; counts of figures that stand in the record are added
 * returns  how many chains break the order planned, changed…, one end; or lie outside of the months
 *
 * Pure; any thread.
 */
size_t rfig_again(struct rfig_event *e, size_t n_events, struct rfig_month *m, size_t n);

/* ---- how the mechanisms fare ----------------------------------------------------------------------------- */

enum rfig_mechanism { MECH_RECEIVE, MECH_FIRST, N_MECH };

/* Signs of life of a mechanism; days, 0: none. */
struct rfig_beat {
	int32_t first_on, last_on;
	int32_t missed_on; /* the first one after last_on that was planned and not kept */
	int32_t waiting_on; /* the first one after last_on of which is not known yet whether it was kept */
};
/* rfig_asleep_since - from which day on nothing happened though something should have; 0: awake, or not begun.
 *
 * That is the first day that was missed after the last one kept, or the Monday of the first week that passed
 * without any, whichever week is earlier. Weeks without a working day ask for nothing; one that waits for its
 * registers is not judged yet. Pure; any thread.
 */
int32_t rfig_asleep_since(const struct calendar *cal, const struct rfig_beat *b, int32_t today);

struct rfig_pulse {
	struct rfig_beat beat;
	int32_t asleep_since; /* 0: awake, or not begun: beat.first_on says which */
};
XQ_CHECK enum xq_rc rfig_pulse_load(struct tx *tx, void *mem, int64_t office, int32_t today,
	struct rfig_pulse out[N_MECH], struct xq_err *err);
extern const char *const rfig_mechanism_titles[N_MECH]; /* N_ */

extern const struct act reception_sleep;
extern const struct module reception_figures_module;

#endif
