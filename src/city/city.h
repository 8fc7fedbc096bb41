/* SPDX-License-Identifier: Apache-2.0 */
/* city.h - the levels above offices: each office in a district, all districts in the one city of the
 * installation; their figures are sums of what offices have published, and nothing else.
 *
 * For:       /city in public, the month of the city frozen as a document, the board of district and city
 *            staff. No personal datum comes up here; no page of one office needs another's.
 * May call:  core, store, ledger, identity, act, web, office/, concern/ (figures, standing), hard/hard.h,
 *            record/sheet_all.h
 * Called by: modules.c
 * Owns:      tables city, district, district_office, city_stand, city_sheet
 * Threads:   acts on the writer, views on readers
 * Source:    scale-out.md 1, 7; decision 0054
 */
#ifndef XQ_CITY_CITY_H
#define XQ_CITY_CITY_H

#include "act/app.h"

extern const struct act city_found, city_district, city_place, city_grant, city_revoke,
	city_publish, city_count;
extern const struct module city_module;

#endif
