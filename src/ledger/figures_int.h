/* SPDX-License-Identifier: Apache-2.0 */
/* figures_int.h - what a walk keeps of a log. Everything stands under the seq that said it, so any period at
 * any past size is a range of it. */
#ifndef XQ_LEDGER_FIGURES_INT_H
#define XQ_LEDGER_FIGURES_INT_H

#include "ledger/figures.h"

#define SEQ_NONE UINT32_MAX

enum fact_kind {
	FACT_RAISED, /* unit: first owner */
	FACT_CLOSED, /* a: CLOSED_ flags; n: days since raised; unit: owner */
	FACT_RATED,  /* a: sat, 0 none; is_yes; unit: owner */
	FACT_UNREACHED,
	FACT_CONTACT, /* is_yes: made */
	FACT_OFFERED,
	FACT_RETURNED,
	FACT_RETURN_REFUSED,
	FACT_EXTENDED,
	FACT_PARKED, /* why */
	FACT_VOIDED,
	FACT_REDIRECTED,
	FACT_MERGED,
	FACT_TERMINATED,
	FACT_HELD,      /* from here on of no concern */
	FACT_VISIT,     /* n: households */
	FACT_DISCLOSED, /* is_yes: by its day */
	FACT_ERASED,    /* n: parts */
};
enum { CLOSED_REPLIED = 1, CLOSED_LATE = 2, CLOSED_CLAIMED = 4, CLOSED_REDONE = 8 };

struct fact {
	uint32_t seq, concern;
	int32_t n;
	uint16_t unit, why; /* codes */
	uint8_t kind, a;
	bool is_yes;
};

/* A time in which an answer was awaited by due: from the entry from to before the entry until. */
struct waiting {
	uint32_t concern, from, until; /* until SEQ_NONE: still */
	int64_t due;                   /* stamp; 0: not said */
};

struct promise_said {
	uint32_t seq, promise;
	int64_t at; /* stamp: the new due, or when it was kept */
	bool is_kept;
};
struct promise_kept {
	uint32_t concern, next; /* next of the same concern; SEQ_NONE: none */
	int64_t no;
};

struct walked_concern {
	uint64_t key_hi;
	uint16_t key_lo;
	uint16_t owner, zone, class;
	bool is_sealed, is_ended, is_closed, is_late, is_replied, is_redone;
	int32_t raised_on;
	uint32_t voided, waiting, promise; /* SEQ_NONE: never, not waiting, none */
	int64_t due;                       /* stamp; 0: not said */
	/* of the period that is counted; valid where round is the walk's */
	uint32_t round, last_rated, first_unreached;
};

struct planned_sitting {
	uint32_t seq;
	int32_t day;
};
struct first_of_day {
	int32_t day;
	uint32_t seq;
};

enum { FIGURES_CODES_MAX = 4096 };

/* A growing array; room is doubled. */
#define LIST(type)                                                                                 \
	struct {                                                                                   \
		type *v;                                                                           \
		size_t n, room;                                                                    \
	}
/* The next place of a list. */
#define LIST_ADD(mem, type, list)                                                                  \
	((list)->n == (list)->room ? ((list)->v = mem_grow((mem), type, (list)->v, (list)->room,   \
					      (list)->room ? 2 * (list)->room : 64),               \
					     (list)->room = (list)->room ? 2 * (list)->room : 64)  \
				   : 0,                                                            \
		&(list)->v[(list)->n++])

struct figures_walk {
	int64_t size, last_at;
	LIST(struct walked_concern) concern;
	uint32_t *slot; /* hash table of concerns by ref: index + 1; 0: free */
	size_t n_slots;
	LIST(struct fact) fact;
	LIST(struct waiting) waiting;
	LIST(struct promise_kept) promise;
	LIST(struct promise_said) said;
	LIST(struct planned_sitting) planned;
	LIST(struct first_of_day) day;
	LIST(const char *) code; /* by number; 0: none */
	uint16_t by_name[FIGURES_CODES_MAX];
	uint32_t round;
};

#endif
