/* SPDX-License-Identifier: Apache-2.0 */
/* city_pages.h - what the templates of the city show. */
#ifndef XQ_CITY_CITY_PAGES_H
#define XQ_CITY_CITY_PAGES_H

#include "city/city_int.h"
#include "concern/figures.h"
#include "web/components.h"
#include "web/web.h"

struct city_line {
	const struct figure_def *def;
	const char *href;
	struct figure_words words;
	const char *low, *high; /* 95% interval of a rate; NULL: none is drawn */
};

struct city_link {
	const char *href, *label;
	bool is_current;
};

/* An office of another cell whose sheets are not taken at the moment, and why. */
struct apart_line {
	const char *code, *name, *address, *words;
	const char *href; /* NULL: none */
	bool is_missing;  /* in this month's sums; else a sheet of it was taken before */
};

/* The month of the city or of one district: the frozen sheet. */
struct city_page {
	const char *title, *month; /* in words */
	const char *up_href, *up;  /* of a district: the city; NULL */
	struct city_line *line;
	size_t n_lines;
	struct city_link *district, *other;
	size_t n_districts, n_others; /* other: months */
	size_t n_offices;
	const char *missing; /* names of offices without a sheet; NULL: none */
	struct apart_line *apart;
	size_t n_apart,
		n_elsewhere; /* elsewhere: offices of other cells, those of apart among them */
	int64_t published_at, ver;
	const char *doc, *doc_href, *again_href;
	bool is_empty; /* nothing was published yet */
};

/* One figure: of which offices' numbers it is the sum. */
struct city_one_page {
	const struct figure_def *def;
	const char *back, *month;
	struct figure_words total;
	struct table table;
	bool is_withheld; /* some number is */
};

struct city_again_page {
	const char *back, *month, *doc;
	size_t n_sheets, n_rows;
	bool is_same;
	const char *differs; /* id of the first row that does; NULL */
	struct table table;  /* the offices' sheets, by their hashes */
};

struct city_board {
	const char *title;
	bool has_elsewhere; /* an office of another cell stands in it */
	struct table table;
	const char *counted; /* in words: when the oldest part was counted */
	struct empty empty;
};

/* ---- apart_pages.c ------------------------------------------------------------------------------------------- */

struct apart;
/* Why an office elsewhere is not believed or not heard, and since when; NULL: all is well. a NULL: nothing is known. */
const char *apart_words(struct req *q, const struct apart *a);
const char *apart_href(const struct office_info *o); /* of its address; NULL: none */
/* Fills apart and n_elsewhere of the page. */
XQ_CHECK enum xq_rc apart_lines(struct req *q, const struct city *c, const char *district,
	const struct city_doc *d, struct city_page *p, struct xq_err *err);

#endif
