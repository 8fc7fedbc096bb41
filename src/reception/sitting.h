/* SPDX-License-Identifier: Apache-2.0 */
/* sitting.h - a sitting as it is held: who came, what was taken down, what was told on the spot; closed with
 * its records, or missed with its reason and made up for.
 *
 * For:       the register of a reception; what figures, lists and feedback read of it.
 * May call:  what reception/reception.h may, concern/take_down.h
 * Called by: reception/, modules.c, cli (demo)
 * Owns:      tables sitting_entry, sitting_end, sitting_alarm; states 2 and 3 of roster_slot
 * Threads:   acts on the writer, reads on any reader thread
 * Source:    domain.md A02, A05, A07, 1.4.1; docs/decisions/0040-sittings-and-their-register.md
 */
#ifndef XQ_RECEPTION_SITTING_H
#define XQ_RECEPTION_SITTING_H

#include "reception/reception_int.h"

enum { SITTING_SEATS = 9, ENTRIES_MAX = 300, PEOPLE_MAX = 500 };

/* ---- what stands in the register --------------------------------------------------------------------- */

enum entry_kind {
	ENTRY_CONCERN, /* became a concern, with its owner and due day */
	ENTRY_TOLD     /* asked and answered there and then */
};

struct entry {
	int64_t no, slot_no, at, by_id;
	enum entry_kind kind;
	const char *by;                       /* who took it down */
	const char *asked, *told, *documents; /* asked, told: ENTRY_TOLD; "" where nothing */
	const char *read_back;                /* code of read_backs */
	int people, n_documents;              /* people 0: another matter of the visitor before */
	int64_t fed_back_at;                  /* the receiver heard what became of it; 0: not yet */
	bool by_message;                      /* the clock tells the receiver; else somebody does */
	/* ENTRY_CONCERN */
	int64_t concern_id, file_no, due_at, answered_at, closed_at;
	int64_t owner_person_id, owner_unit_id, tracker_person_id, tracker_unit_id;
	int32_t due_day;
	const char *title, *owner, *unit, *seen_solved; /* seen_solved NULL: nobody was asked yet */
	enum concern_state state;
	enum lane lane;
	enum outcome outcome;
};
extern const struct choice read_backs[]; /* signed read declined */

/* What was taken down at one slot, oldest first; at most ENTRIES_MAX. */
XQ_CHECK enum xq_rc entry_list(struct tx *tx, void *mem, int64_t office, int64_t slot_no,
	struct entry **out, size_t *out_n, struct xq_err *err);
XQ_CHECK enum xq_rc entry_load(struct tx *tx, void *mem, int64_t office, int64_t no,
	struct entry *out, struct xq_err *err);
/* The one that opened this concern; XQ_NONE: it came otherwise. */
XQ_CHECK enum xq_rc entry_of_concern(struct tx *tx, void *mem, int64_t office, int64_t concern_id,
	struct entry *out, struct xq_err *err);

/* ---- a sitting --------------------------------------------------------------------------------------- */

/* How a slot ended. */
struct sitting_end {
	int64_t at, person_id; /* person 0: the clock, since nobody said anything */
	int64_t visitors, concerns;
	const char *why,
		*words;     /* why: code of change_reasons, or "unsaid"; "" where it was held */
	const char *note;   /* for the day log; "" */
	int64_t made_up_by; /* number of the slot in its place; 0: none */
	int32_t made_up_on;
};
/* XQ_NONE: it is still to be held, or waits. */
XQ_CHECK enum xq_rc sitting_end_load(struct tx *tx, void *mem, int64_t office, int64_t slot_no,
	struct sitting_end *out, struct xq_err *err);

/* Who receives in one room at one time: the published slots of that day, beginning, end and place, without
 * the cancelled ones. */
struct sitting {
	struct slot one; /* the one that was asked for */
	struct slot slot[SITTING_SEATS];
	size_t n;
};
/* XQ_NONE: no such slot, or not published, or cancelled. */
XQ_CHECK enum xq_rc sitting_load(struct tx *tx, void *mem, int64_t office, int64_t slot_no,
	struct sitting *out, struct xq_err *err);
/* Still to be closed: one of its slots is neither held nor missed. */
bool sitting_is_open(const struct sitting *s);
/* How long before its beginning the register opens, and how many days after it something can be entered. */
enum { REGISTER_OPENS_MIN = 60, REGISTER_DAYS = 3 };
/* Whether its register is open at this moment; a refusal as key of a message: sitting.not-begun,
 * sitting.too-late, sitting.closed. NULL: it is. */
const char *register_refusal(const struct sitting *s, int64_t now, int32_t tz_s);
/* Who may close it, or say that it was missed: who receives there, handles, publishes or leads. receivers: the
 * persons of its slots. */
bool sitting_may_end(const struct actor *a, const int64_t *receiver, size_t n);
/* Persons of its receivers with an account; out has room for SITTING_SEATS. */
XQ_CHECK enum xq_rc sitting_receivers(struct tx *tx, void *mem, int64_t office,
	const struct sitting *s, int64_t *out, size_t *out_n, struct xq_err *err);

/* Who is asked first there, and stays with what is taken down; 0: who writes it down, since deputies listen and
 * record, and delegates may have no account. */
XQ_CHECK enum xq_rc first_receiver(struct tx *tx, void *mem, int64_t office, const struct slot *s,
	int64_t *out, struct xq_err *err);

/* Published slots of these days that are neither held nor missed, by day; at most max numbers. */
XQ_CHECK enum xq_rc sittings_waiting(struct tx *tx, int64_t office, int32_t from, int32_t until,
	size_t max, int64_t *out, size_t *out_n, struct xq_err *err);
/* Missed ones of the last year whose whole sitting was missed and that nothing makes up for, oldest first. */
XQ_CHECK enum xq_rc sittings_owed(struct tx *tx, void *mem, int64_t office, int32_t today,
	struct slot **out, size_t *out_n, struct xq_err *err);

/* ---- acts -------------------------------------------------------------------------------------------- */

/* Results: sitting_take those of concern.register and entry; sitting_tell entry; sitting_make_up no. */
extern const struct act sitting_take, sitting_tell, sitting_close, sitting_miss, sitting_make_up,
	sitting_alarm;
extern const struct event_kind ev_reception_held, ev_reception_missed;
extern const struct module reception_sitting_module;

/* ---- pages, shared with other files of reception/ ----------------------------------------------------- */

extern const struct view *const sitting_views[];

#endif
