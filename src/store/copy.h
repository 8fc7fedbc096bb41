/* SPDX-License-Identifier: Apache-2.0 */
/* copy.h - all rows of one database, or those of one office, into another one of the same engine or the other.
 *
 * For:       an office that moves from its file to a server, or back, or from one cell to another. What lies beside the rows (key, keys,
 *            guard, files) is the caller's.
 * May call:  core, store.h
 * Called by: cli/store.c, cli/office_move.c; act/app.c (store_copy_refuse)
 * Owns:      table store_copy: what a copy that is not finished has done so far
 * Threads:   one, without any other transaction on either database
 * Source:    scale-out.md 6; docs/decisions/0056-copying-a-store.md, 0058-cells.md
 *
 * How: the target gets the schema by its own migrations. Its indexes and foreign keys are taken off, noted
 * in store_copy, and made again behind the rows. Each table goes in the order of its primary key, in large
 * transactions; a copy that was stopped goes on behind the greatest key that is there. Then all rows of the
 * target are read again: count and SHA-256 over each table must be those of the source. A row is
 * hashed in the form in which it travels, which is the same on both engines: PostgreSQL's binary one, its
 * values in network order. Until store_copy_finish the target is not opened for anything else.
 */
#ifndef XQ_STORE_COPY_H
#define XQ_STORE_COPY_H

#include "core/hash.h"
#include "store/store.h"

struct copy_job {
	struct db *from, *to; /* both open: a folder is locked as long as it is */
	const struct migration *const *list;
	size_t n;
	const char *who;   /* the source, unchanged for its life */
	const char *state; /* as it stands now: a copy goes on only with the same one */
	/* Told after each table; NULL: nobody listens. */
	void (*told)(void *arg, const char *table, int64_t rows);
	void *arg;
};

struct copy_report {
	size_t tables;
	int64_t rows, went_before; /* of them copied by an earlier try */
	int64_t copy_ms, index_ms, verify_ms;
};

/* Copies and verifies. Refusals: store.copy-older (the source lacks a step of the schema), store.newer,
 * store.copy-not-empty, store.copy-other (the target holds an unfinished copy of something else),
 * store.copy-moved (of this, but it has changed since), store.copy-differs {table}; and those of any
 * transaction. After a refusal or BUSY the same call goes on where it was. */
XQ_CHECK enum xq_rc store_copy(
	const struct copy_job *job, struct copy_report *out, struct xq_err *err);

/* On disk, and open to everybody. */
XQ_CHECK enum xq_rc store_copy_finish(struct db *db, struct xq_err *err);

/* REFUSED store.copy-half where db is the target of a copy that is not finished. */
XQ_CHECK enum xq_rc store_copy_refuse(struct db *db, struct xq_err *err);

/* ---- one office --------------------------------------------------------------------------------------- */

struct office_copy_job {
	struct db *from,
		*to; /* of the same schema; others may work with either, not on this office */
	const struct migration *const *list;
	size_t n;
	int64_t office; /* its number, the same on both sides: codes in people's hands carry it */
	/* Told after each table that was compared; NULL: nobody listens. */
	void (*told)(void *arg, const char *table, int64_t rows);
	void *arg;
};

/* Copies the rows of every table of class office, then reads those of both sides and compares counts and
 * SHA-256. May be called again: it goes on where it was. REFUSED store.office-differs {table}; those of any
 * transaction. */
XQ_CHECK enum xq_rc store_office_copy(
	const struct office_copy_job *job, struct copy_report *out, struct xq_err *err);

/* Takes all rows of the office out, those of its record too; several transactions, again is no fault. */
XQ_CHECK enum xq_rc store_office_drop(struct db *db, const struct migration *const *list, size_t n,
	int64_t office, int64_t *out_rows, struct xq_err *err);
XQ_CHECK enum xq_rc store_office_is_empty(struct db *db, const struct migration *const *list,
	size_t n, int64_t office, bool *out, struct xq_err *err);

#endif
