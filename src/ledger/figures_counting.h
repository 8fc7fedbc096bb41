/* SPDX-License-Identifier: Apache-2.0 */
/* figures_counting.h - one pass over a walk: sums of a period, or the entries behind one of them. */
#ifndef XQ_LEDGER_FIGURES_COUNTING_H
#define XQ_LEDGER_FIGURES_COUNTING_H

#include "ledger/figures_int.h"

/* In the order of their ids. */
enum figure_id {
	FIG_AGE_MEDIAN,
	FIG_AGE_P90,
	FIG_CLAIMED,
	FIG_CLOSED,
	FIG_CONTACTED,
	FIG_DISCLOSED,
	FIG_ERASED,
	FIG_EXTENDED,
	FIG_HOUSEHOLDS,
	FIG_MERGED,
	FIG_ON_TIME,
	FIG_OVERDUE_OPEN,
	FIG_PARKED,
	FIG_PROMISES,
	FIG_RAISED,
	FIG_REDIRECTED,
	FIG_REDONE,
	FIG_RETURN_REFUSED,
	FIG_RETURNED,
	FIG_SATISFACTION,
	FIG_SITTINGS,
	FIG_SOLVED,
	FIG_TERMINATED,
	FIG_UNREACHED,
	FIG_VISITS,
	FIG_VOIDED,
	N_FIGURE_IDS
};

enum part { PART_UNIT, PART_ZONE, PART_CLASS, N_PARTS };
enum { PARTS_NONE, PARTS_WIDE, PARTS_UNIT }; /* UNIT: in the basic set units, in the wide set all */

struct fig {
	const char *id;
	bool is_rate, is_wide; /* wide: not in the basic set */
	int parts;
	bool has_reasons;
};
extern const struct fig figures_table[N_FIGURE_IDS];

struct cell {
	int64_t num, den;
};

/* What a number belongs to. A part of 0 has no row; the sealed lane has none of them. */
struct subject {
	uint32_t seq;
	uint16_t part[N_PARTS];
	uint16_t why; /* 0: no reason */
};

struct age {
	int32_t days;
	uint16_t part[N_PARTS];
};

struct counting {
	struct figures_walk *w;
	void *mem;
	uint32_t from, until; /* entries of the period */
	uint32_t size;
	enum figures_set set;
	struct cell office[N_FIGURE_IDS];
	struct cell *of_part; /* [figure][part][code] */
	int64_t *of_reason;   /* [figure][code] */
	struct age *age;
	size_t n_ages;
	/* listing: only hits of one row are kept */
	bool is_listing;
	enum figure_id only;
	int only_part; /* -1: the office */
	uint16_t only_code, only_why;
	LIST(struct figures_hit) hit;
};

/* The sums of one figure in one part of the office. */
struct cell *figures_cell(const struct counting *c, enum figure_id id, int part, size_t code);
struct counting figures_counting(struct figures_walk *w, void *mem, const struct figures_period *p);
void figures_count_all(struct counting *c, const struct figures_period *p);
size_t figures_fact_from(const struct figures_walk *w, uint32_t seq);

#endif
