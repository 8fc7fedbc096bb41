/* SPDX-License-Identifier: Apache-2.0 */
/* city.h - the levels above offices: each office in a district, all districts in the one city of the
 * installation; their figures are sums of what offices have published, and nothing else.
 *
 * For:       /city in public, the month of the city frozen as a document, the board of district and city
 *            staff. No personal datum comes up here; no page of one office needs another's.
 * May call:  core, store, ledger, identity, act, web, office/, concern/ (figures, standing), hard/hard.h,
 *            record/sheet_all.h, record/keys.h
 * Called by: modules.c, cli/office_move.c, cli/serve.c
 * Owns:      tables city, district, district_office, city_stand, city_sheet, city_apart, city_kept
 * Threads:   acts on the writer, views on readers
 * Source:    scale-out.md 1, 7; decision 0054
 */
#ifndef XQ_CITY_CITY_H
#define XQ_CITY_CITY_H

#include "act/app.h"

/* What goes along when an office moves to another cell (cli/office_move.c): the district that it lies in, ""
 * where it is in none. */
struct city_place_of {
	bool leads; /* the city of this installation */
	const char *district, *district_name;
};
XQ_CHECK enum xq_rc city_place_of(
	struct tx *tx, void *mem, int64_t office, struct city_place_of *out, struct xq_err *err);
/* Whether the district can be taken in as it is: REFUSED city.district-other {code} {name}: there is one of this
 * code with another name. */
XQ_CHECK enum xq_rc city_may_take_in(
	struct tx *tx, void *mem, const struct city_place_of *p, struct xq_err *err);
/* Puts the office into it; makes it where there is none. The office's row must be there. */
XQ_CHECK enum xq_rc city_take_in(struct tx *tx, void *mem, int64_t office,
	const struct city_place_of *p, struct xq_err *err);
XQ_CHECK enum xq_rc city_let_go(struct tx *tx, int64_t office, struct xq_err *err);
/* When an office of a district says that it is elsewhere: the keys and the head of its record are remembered, so that
 * its sheets can be asked for and checked. Nothing where there is no city or it is in no district. */
XQ_CHECK enum xq_rc city_left(struct tx *tx, void *mem, int64_t office, struct xq_err *err);
/* It is served at another address now: it is asked there at once. */
XQ_CHECK enum xq_rc city_moved_on(struct tx *tx, void *mem, int64_t office, struct xq_err *err);
/* Before its rows are erased here: the same, where it was not done, and its sheets, which months of the city name. */
XQ_CHECK enum xq_rc city_forgets(
	struct tx *tx, void *mem, int64_t office, int64_t now, struct xq_err *err);

/* The thread that asks offices of other cells for their sheets. */
struct apart_client;
struct apart_client *apart_client_start(struct app *app);
void apart_client_stop(struct apart_client *c);

extern const struct act city_found, city_district, city_place, city_grant, city_revoke,
	city_publish, city_count;
extern const struct module city_module;

#endif
