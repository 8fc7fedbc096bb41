/* SPDX-License-Identifier: Apache-2.0 */
/* distribute.h - the schema over the nodes of a distributed PostgreSQL (Citus), by office.
 *
 * For:       `xinqiao store distribute`
 * May call:  core, store.h, store/catalogue.h
 * Called by: cli/store.c
 * Threads:   one, without any other transaction on the database
 * Source:    scale-out.md 1, 6, 7
 *
 * Tables of an office are cut into shards by its number, all of them alike, so that an office's rows lie
 * together on one node; reference tables are on every node; global ones stay where they are.
 */
#ifndef XQ_STORE_DISTRIBUTE_H
#define XQ_STORE_DISTRIBUTE_H

#include "store/store.h"

enum { DISTRIBUTE_SHARDS = 64 }; /* two to four for each office of a node, 64 to 128 in all */

struct distribution {
	size_t n;
	const char **table, **text; /* one statement each, in an order that foreign keys allow */
};

/* What would be said; of either engine. */
XQ_CHECK enum xq_rc store_distribution(struct tx *tx, void *mem,
	const struct migration *const *list, size_t n, struct distribution *out,
	struct xq_err *err);

/* Says what was not said before, each statement for itself: a call that was stopped goes on with the next
 * one. XQ_REFUSED store.no-citus: the server has no such extension; store.not-a-server. */
XQ_CHECK enum xq_rc store_distribute(struct db *db, const struct migration *const *list, size_t n,
	size_t *out_done, size_t *out_before, struct xq_err *err);

#endif
