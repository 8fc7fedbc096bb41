/* SPDX-License-Identifier: Apache-2.0 */
/* sqlcheck.h - reads every registered statement against the rules of the store.
 *
 * For:       the statement test: all statements prepare on the migrated schema, their plans scan no
 *            growing table, their text keeps to the portable subset and names the office.
 * May call:  core, store.h
 * Called by: tests, xinqiao check
 * Threads:   any
 * Source:    scale-out.md 1, 2; style.md 7
 *
 * Comments inside a statement lift one rule each, and say why:
 *   CITY        reads over all offices; only SELECT
 *   STORE       the driver's own spelling; only its being prepared is checked
 *   scan: why   may read a growing table, or all rows of one office
 *   any: why    LIMIT without ORDER BY
 *   distinct: why
 * and one says how it is run:
 *   kept        its answer may be kept by the writer (pg_kept.c); only SELECT of tables that do not grow
 */
#ifndef XQ_STORE_SQLCHECK_H
#define XQ_STORE_SQLCHECK_H

#include "store/store.h"

/* Appends one line for each fault of one text, where it stands first; returns their count.
 * list: migrations, whose tables are the known ones. Pure. */
size_t sqlcheck_text(
	const struct migration *const *list, size_t n, const struct sql_text *sql, struct buf *out);

/* Prepares it and reads its plan; tx is of a migrated database. Appends and counts as above. */
size_t sqlcheck_plan(struct tx *tx, const struct migration *const *list, size_t n,
	const struct sql_text *sql, struct buf *out);

/* Both for every statement of the program. */
XQ_CHECK enum xq_rc sqlcheck_all(struct db *db, const struct migration *const *list, size_t n,
	struct buf *out, size_t *out_faults, struct xq_err *err);

/* The texts of migrations: nothing that only one engine has, no numbers that it draws by itself, no SET NULL.
 * Pure. */
size_t sqlcheck_ddl(const struct migration *const *list, size_t n, struct buf *out);

/* The tables of a migrated database: each office table has office first in its primary key, its unique rules
 * and its indexes; foreign keys tie office to office, or go to a reference table; a column office is in
 * office tables and in no others. */
struct catalogue;
size_t sqlcheck_catalogue(const struct catalogue *cat, struct buf *out); /* pure */
XQ_CHECK enum xq_rc sqlcheck_schema(struct db *db, const struct migration *const *list, size_t n,
	struct buf *out, size_t *out_faults, struct xq_err *err);

#endif
