/* SPDX-License-Identifier: Apache-2.0 */
/* rfig_int.h - what the files of the figures of sittings share. */
#ifndef XQ_RECEPTION_RFIG_INT_H
#define XQ_RECEPTION_RFIG_INT_H

#include "reception/rfig.h"

/* ---- facts: each one statement, for figures of which it is the source ---------------------------------- */

enum xq_rc rfig_facts_slots(
	struct tx *tx, int64_t office, struct rfig_month *m, size_t n, struct xq_err *err);
enum xq_rc rfig_facts_told(
	struct tx *tx, int64_t office, struct rfig_month *m, size_t n, struct xq_err *err);
enum xq_rc rfig_facts_asked(
	struct tx *tx, int64_t office, struct rfig_month *m, size_t n, struct xq_err *err);
enum xq_rc rfig_facts_swaps(
	struct tx *tx, int64_t office, struct rfig_month *m, size_t n, struct xq_err *err);
/* The month of a day among consecutive ones; NULL: none of them. */
struct rfig_month *rfig_month_of(struct rfig_month *m, size_t n, int32_t day);
int32_t rfig_first_of_month(int32_t day);

/* ---- how the mechanisms fare ----------------------------------------------------------------------------- */

struct rfig_week {
	int32_t week;
	int64_t planned, held, missed,
		cancelled;     /* sittings; planned: still to be held or to be closed */
	int64_t taken, lapsed; /* taken down by staff; offers that ran out */
};
struct first_unit;
/* Consecutive weeks from the one given on. */
XQ_CHECK enum xq_rc rfig_weeks_load(struct tx *tx, int64_t office, const struct first_unit *unit,
	size_t n_units, int32_t from, struct rfig_week *out, size_t n, struct xq_err *err);

extern const struct job reception_sleep_job;
extern const struct view rfig_health_view, rfig_handbook_view;
extern const struct invariant rfig_from_events, rfig_from_audit;
extern const struct migration rfig_migration_1;
extern const struct view rfig_view, rfig_csv_view, rfig_book_view, rfig_one_view, rfig_public_view,
	rfig_public_csv_view;

#endif
