/* SPDX-License-Identifier: Apache-2.0 */
/* city_int.h - what the files of city/ share. */
#ifndef XQ_CITY_CITY_INT_H
#define XQ_CITY_CITY_INT_H

#include "city/city.h"
#include "ledger/figures.h"

/* ---- level.c ------------------------------------------------------------------------------------------- */

/* The leading office keeps the city's districts, roles and sheets, and its record names them. */
struct city {
	const char *name;
	int64_t office;
};
/* XQ_NONE: this installation has no city. */
XQ_CHECK enum xq_rc city_load(struct tx *tx, void *mem, struct city *out, struct xq_err *err);

struct district {
	int64_t no;
	const char *code, *name;
};
struct districts {
	struct district *row; /* by code */
	size_t n;
};
XQ_CHECK enum xq_rc district_list(
	struct tx *tx, void *mem, struct districts *out, struct xq_err *err);
const struct district *district_find(const struct districts *d, const char *code); /* or NULL */

/* Every office of the installation with its district; "" where it is in none. By district, then code. */
struct member {
	const struct office_info *office;
	const char *district;
};
struct members {
	struct member *row;
	size_t n;
};
XQ_CHECK enum xq_rc member_list(
	struct app *app, struct tx *tx, void *mem, struct members *out, struct xq_err *err);

/* ---- sum.c: pure ------------------------------------------------------------------------------------------ */

/* A number of an office, of a district, or of the city (both NULL). den: FIGURES_NO_DEN for a count. */
struct city_row {
	const char *id, *district, *office;
	int64_t num, den;
};
struct city_rows {
	struct city_row *row; /* by id; the city, then each district with its offices behind it */
	size_t n;
};
struct city_part {
	const char *office, *district;
	const struct figures *figures;
};
/* Numerators and denominators are added. Rows by unit, zone and class stay in the offices' documents, and
 * so do days until closing, which do not add up. Parts come by district, then office. */
void city_sum(void *mem, const struct city_part *part, size_t n, struct city_rows *out);
/* The first row that only one side has, or that the two number differently; NULL: they are equal. */
const struct city_row *city_differ(const struct city_rows *a, const struct city_rows *b);

/* city_hide - which of the numbers that add up to a total are withheld.
 *
 * base    what each rests on: the count, or the denominator of a rate
 * min     a base below it (and above 0) is withheld
 * hidden  out: n of them
 *
 * Whoever subtracts what is shown from the total must not find one that is withheld: then the smallest of
 * the others goes too, until two or more are withheld that rest on min together. True: there are no such
 * others, and the total has to be withheld as well. Pure. */
bool city_hide(const int64_t *base, size_t n, int64_t min, bool *hidden);

enum { CITY_COUNT_MIN = 5, CITY_RATE_MIN = 10 };
/* The same over all rows of one figure, the city's first: districts among themselves, and the offices of
 * each. each: what one case adds to den (10 for marks in points). */
void city_shown(void *mem, const struct city_row *row, size_t n, int64_t each, bool *shown);

/* ---- doc.c ------------------------------------------------------------------------------------------------ */

/* The sheet of an office that a city's sheet is made of. */
struct city_source {
	const char *office, *district, *origin, *doc; /* doc: SHA-256, hex */
	int64_t ver, size;
};
struct city_doc {
	const char *city;
	int32_t from, to;
	struct city_source *source; /* by district, then office */
	size_t n_sources;
	const char **missing; /* codes of offices that have no sheet of this month yet */
	size_t n_missing;
	struct city_rows rows;
};
char *city_document(void *mem, const struct city_doc *doc);
/* REFUSED city.bad-document: not canonical, or not of this form. */
XQ_CHECK enum xq_rc city_document_read(
	void *mem, struct str json, struct city_doc *out, struct xq_err *err);

/* ---- publish.c -------------------------------------------------------------------------------------------- */

/* The month counted from the offices' newest sheets, as a document; n_sources 0: there is none. */
XQ_CHECK enum xq_rc city_make(struct app *app, struct tx *tx, void *mem, const struct city *c,
	int32_t month, struct city_doc *out, struct xq_err *err);
/* The same from the very documents that doc names. REFUSED city.source-gone {office}. */
XQ_CHECK enum xq_rc city_make_again(struct app *app, struct tx *tx, void *mem, const struct city *c,
	const struct city_doc *doc, struct city_rows *out, struct xq_err *err);

struct city_sheet {
	int32_t month;
	int64_t ver, published_at;
	const char *doc; /* hash */
	struct city_doc is;
};
/* The newest version of a month; month 0: the newest month. XQ_NONE: none. */
XQ_CHECK enum xq_rc city_sheet_load(struct tx *tx, void *mem, int64_t office, int32_t month,
	struct city_sheet *out, struct xq_err *err);
enum { CITY_MONTHS = 24 };
/* Months that have a sheet, the newest first. */
XQ_CHECK enum xq_rc city_months(
	struct tx *tx, int64_t office, int32_t out[CITY_MONTHS], size_t *out_n, struct xq_err *err);
/* REFUSED city.none, city.not-leading {office}: only the leading office does this. */
XQ_CHECK enum xq_rc city_must_lead(struct act_ctx *ctx, struct city *out, struct xq_err *err);

/* ---- stand.c: what the board reads --------------------------------------------------------------------------- */

struct stand {
	int64_t office, at; /* at: when it was counted; 0: not yet */
	int64_t open, unanswered, overdue, hard, raised, closed; /* raised, closed: this month */
};
XQ_CHECK enum xq_rc stand_list(
	struct tx *tx, void *mem, struct stand **out, size_t *out_n, struct xq_err *err);

extern const struct event_kind ev_city_published;
extern const struct job city_count_job;
extern const struct migration city_migration_1;
extern const struct view *const city_views[];
extern const struct view city_board_view, city_publish_view;
extern const struct menu_item city_menu_item;

#endif
