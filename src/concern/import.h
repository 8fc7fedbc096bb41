/* SPDX-License-Identifier: Apache-2.0 */
/* import.h - lists of residents' messages come in.
 *
 * For:       `xinqiao import messages`. Rows with an answer become history at their own times, in no
 *            published figure; rows without become concerns raised now, with owner and due day.
 * May call:  core, store, act, concern/concern.h, exchange/sheet.h
 * Called by: cli
 * Threads:   the caller's
 * Source:    decisions.md 19, domain.md 6.1
 */
#ifndef XQ_CONCERN_IMPORT_H
#define XQ_CONCERN_IMPORT_H

#include "act/app.h"

struct import_fault {
	size_t row;
	char column[8];  /* A B ...; empty: the whole row */
	const char *key; /* message key */
};

struct import_report {
	size_t rows, imported, already, n_faults;
	struct import_fault *fault;
	bool has_answers; /* the list was history */
};

/* A row that can be read. Texts live as long as mem. */
struct import_message {
	size_t row;
	const char *no;
	struct str title, body, reply; /* reply: empty where the list has no answers */
	int64_t at, reply_at;
};
/* The rows of a list without the faulty ones, which stand in report. */
XQ_CHECK enum xq_rc import_read(void *mem, int32_t tz_s, const char *path,
	struct import_message **out, size_t *out_n, struct import_report *report,
	struct xq_err *err);

/* The concern that a message became; XQ_NONE: it is not on file. */
XQ_CHECK enum xq_rc import_known(
	struct tx *tx, int64_t office, const char *no, int64_t *out_id, struct xq_err *err);

/* Reads the whole file before the first row is written. is_dry: writes nothing. Faulty rows are
 * reported and left out, the others go in. Refusals: those of sheet_read, import.columns {column}.
 * Idempotent by message number. */
XQ_CHECK enum xq_rc import_messages(void *mem, struct app *app, int64_t office, const char *path,
	bool is_dry, struct import_report *out, struct xq_err *err);

extern const struct module concern_import_module;

#endif
