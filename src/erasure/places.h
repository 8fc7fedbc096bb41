/* SPDX-License-Identifier: Apache-2.0 */
/* places.h - where a resident may stand in the data file: every column of text, in one list or the other.
 *
 * For:       erasing, and the test that goes red when a new column is in neither list.
 * Threads:   places_erase on the writer
 * Source:    domain.md 5; ledger.md 4; decision 0047
 *
 * One list for the tables of all modules, though a module's tables are its own: whoever answers for
 * privacy reads it on one screen, and nobody has to trust that each module thought of it.
 */
#ifndef XQ_ERASURE_PLACES_H
#define XQ_ERASURE_PLACES_H

#include "act/act.h"

/* Columns separated by spaces. why: NULL in the list of what is erased. */
struct place {
	const char *table, *columns, *why;
};
extern const struct place erased_places[], kept_places[]; /* ended by a NULL table */

/* Everything that hangs on the number of the concern: its rows are emptied or taken out. */
XQ_CHECK enum xq_rc places_erase(
	struct tx *tx, int64_t office, int64_t concern_id, struct xq_err *err);

#endif
