/* SPDX-License-Identifier: Apache-2.0 */
/* redirect_pages.h - the report of what was pointed to another body.
 *
 * For:       /desk/redirects/report, its table and its test
 * May call:  what concern/desk.h may, exchange/csv_write.h
 * Called by: concern/first_pages.c
 * Threads:   views, any reader
 * Source:    domain.md A09
 */
#ifndef XQ_CONCERN_REDIRECT_PAGES_H
#define XQ_CONCERN_REDIRECT_PAGES_H

#include "concern/desk_pages.h"

enum { MONTHS = 12, REDIRECT_BODIES = 16 };

struct redirect_sum {
	const char *name; /* of a body: message; of a unit: its name */
	int64_t unit_id;
	int64_t month[MONTHS], n;
	int64_t n_contact; /* where the resident was told how to reach the body */
};
struct redirect_year {
	int year;
	struct redirect_sum body[REDIRECT_BODIES], all;
	size_t n_bodies;
	struct redirect_sum *unit; /* in the order of the catalogue */
	size_t n_units;
};
/* All bodies and units, also those without any. */
XQ_CHECK enum xq_rc redirect_year_load(struct tx *tx, void *mem, int64_t office, int year,
	int32_t tz_s, struct redirect_year *out, struct xq_err *err);
/* Whether what the resident was told holds a phone of the body. */
bool redirect_names_contact(const char *note);

struct redirect_report {
	const char *office, *printer, *year, *prev, *next, *csv;
	struct redirect_year y;
	int64_t printed_at;
};

extern const struct view redirect_report_view, redirect_csv_view;

#endif
