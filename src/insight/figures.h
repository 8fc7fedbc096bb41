/* SPDX-License-Identifier: Apache-2.0 */
/* figures.h - the figures of the office: what each one counts, over what, and what is left out.
 *
 * For:       pages, sheets and reports that show figures, all from one declaration.
 * May call:  core, act, web, concern/tally.h, concern/desk.h (pages)
 * Called by: insight/ pages, modules.c
 * Owns:      nothing; the counts are those of concern/tally.h
 * Threads:   views, any reader
 * Source:    ledger.md 8, domain.md 4.1, decisions.md 22, product.md principles 1 and 4
 */
#ifndef XQ_INSIGHT_FIGURES_H
#define XQ_INSIGHT_FIGURES_H

#include "concern/tally.h"

enum {
	FIGURE_COUNT_MIN = 5, /* a smaller count is shown as "fewer than 5" */
	FIGURE_RATE_MIN = 10, /* over fewer cases no rate is drawn */
};

/* Codes of the tally; one that ends in '.' stands for all its reasons. */
struct figure_def {
	const char *code;
	const char *title;      /* N_ */
	const char *definition; /* N_: one sentence, numerator over denominator */
	const char *without;    /* N_: what is left out */
	const char *num;
	const char *den[2];           /* their sum; NULL, NULL: a plain count */
	int den_each;                 /* what one rating or concern adds to den; 0: 1 */
	const char *beside;           /* a count shown with it; NULL: none */
	const char *beside_title;     /* N_ with {n} */
	const struct choice *reasons; /* of num, one by one; NULL: none */
	bool is_by_unit;              /* has a column in the table of units */
};
extern const struct figure_def figure_defs[]; /* ended by a NULL code */

const struct figure_def *figure_find(const char *code); /* the code must be known */

struct figure_value {
	int64_t num, den; /* den of a plain count: 0 */
};
/* unit: public code; NULL: the whole office. */
struct figure_value figure_value_of(
	const struct figure_def *def, const struct tally_sum *sum, size_t n, const char *unit);
/* The sum of one code, with all its reasons where it ends in '.'. */
int64_t figure_count(const char *code, const struct tally_sum *sum, size_t n, const char *unit);

/* Whether it may be shown: a rate over FIGURE_RATE_MIN cases, a count of 0 or FIGURE_COUNT_MIN on. */
bool figure_is_shown(const struct figure_def *def, struct figure_value v);
/* num over den in per mille, rounded; den > 0 (required). */
int figure_per_mille(struct figure_value v);

extern const struct module insight_module;

#endif
