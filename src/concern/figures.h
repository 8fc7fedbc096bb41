/* SPDX-License-Identifier: Apache-2.0 */
/* figures.h - the figures of the office: what each one counts, over what, and what is left out.
 *
 * For:       pages, sheets and reports that show figures, all from one declaration.
 * May call:  core, web, concern/tally.h
 * Called by: concern/home.c, insight/ (pages and tables)
 * Owns:      nothing; the counts are those of tally.h
 * Threads:   views, any reader
 * Source:    ledger.md 8, domain.md 4.1, decisions.md 22, product.md principles 1 and 4
 */
#ifndef XQ_CONCERN_FIGURES_H
#define XQ_CONCERN_FIGURES_H

#include "concern/tally.h"

struct req;

enum {
	FIGURE_COUNT_MIN = 5, /* in public a smaller count is "fewer than 5" */
	FIGURE_RATE_MIN = 10, /* over fewer no rate is drawn, for nobody */
};

/* Parts of a page of figures, in this order. */
enum figure_group { FIGURES_CAME, FIGURES_DONE, FIGURES_WAY, FIGURES_OUT, N_FIGURE_GROUPS };

/* Codes of the tally; one that ends in '.' stands for all its reasons. */
struct figure_def {
	const char *code;
	enum figure_group group;
	const char *title;      /* N_ */
	const char *definition; /* N_: one sentence, numerator over denominator */
	const char *without;    /* N_: what is left out */
	const char *num;
	const char *den[2]; /* their sum; NULL, NULL: a plain count */
	int den_each;       /* what one rating adds to den, in points; 0: concerns are counted */
	const char *beside; /* a count shown with it; NULL: none */
	const char *beside_title;     /* N_ with {n} */
	const struct choice *reasons; /* of num, one by one; NULL: none */
	bool is_desk_only; /* cannot be counted again from the record yet: not in public */
	bool is_boxed; /* in public for the whole office alone, and once its box is counted (box.h) */
	bool is_apart;   /* marks of no concern: never shown over few, nor while the month runs */
	bool is_by_unit; /* has a column in the table of units */
};
extern const struct figure_def figure_defs[]; /* ended by a NULL code */

const struct figure_def *figure_find(const char *code); /* the code must be known */
const struct figure_def *figure_look(struct str code);  /* NULL: no such figure */

struct figure_value {
	int64_t num, den; /* den of a plain count: 0 */
};
/* unit: public code; NULL: the whole office. */
struct figure_value figure_value_of(
	const struct figure_def *def, const struct tally_sum *sum, size_t n, const char *unit);
/* The sum of one code, with all its reasons where it ends in '.'. */
int64_t figure_count(const char *code, const struct tally_sum *sum, size_t n, const char *unit);

/* What a rate rests on: den, or the ratings where den is in points. */
int64_t figure_base(const struct figure_def *def, struct figure_value v);
/* Whether it may stand in public: a rate over FIGURE_RATE_MIN, a count of 0 or FIGURE_COUNT_MIN on. */
bool figure_is_shown(const struct figure_def *def, struct figure_value v);
/* num over den in per mille, rounded; den > 0 (required). */
int figure_per_mille(struct figure_value v);

struct interval {
	int low, high; /* per mille */
};
/* Between which bounds the share of all residents lies, 95 of 100 times (Wilson); den > 0 (required). */
struct interval figure_interval(struct figure_value v);
/* The same over the ratings where den is in points: n is then how many rated, not their points. Marks lie
 * closer together than yes and no, so it is no narrower than it should be. */
struct interval figure_interval_of(const struct figure_def *def, struct figure_value v);

/* ---- words --------------------------------------------------------------------------------------- */

struct figure_words {
	const char *value; /* 95.6%, or a count; NULL: nothing is drawn */
	const char *base;  /* 371 / 388; NULL: a count, or withheld */
	const char *note;  /* why nothing is drawn, how many ratings; NULL: none */
};
/* is_public: small counts, and the integers of rates over few, are withheld. */
struct figure_words figure_words(
	struct req *q, const struct figure_def *def, struct figure_value v, bool is_public);
const char *figure_count_words(struct req *q, int64_t n, bool is_public);
const char *figure_per_cent(void *mem, int per_mille); /* 69.5% */

#endif
