/* SPDX-License-Identifier: Apache-2.0 */
/* sheet_int.h - what the acts and the pages of the monthly sheet share. */
#ifndef XQ_RECORD_SHEET_INT_H
#define XQ_RECORD_SHEET_INT_H

#include "record/sheet.h"

/* One published version of a month. */
struct sheet {
	int32_t month; /* first day */
	int64_t ver, size, seq, published_at;
	const char *doc;       /* hash, hex */
	const char *why;       /* code of sheet_reasons; NULL: the first version */
	const char *note;      /* in words, read by everybody; NULL: none */
	struct str bytes;      /* the document; sheet_open fills it */
	struct figures_doc is; /* what it says */
};
enum { SHEET_VERSIONS_MAX = 50 };

/* The versions of a month, the newest first; n 0: not published. */
XQ_CHECK enum xq_rc sheet_versions(struct tx *tx, void *mem, int64_t office, int32_t month,
	struct sheet *out, size_t *out_n, struct xq_err *err);
/* Reads the frozen document of a version. */
XQ_CHECK enum xq_rc sheet_open(
	struct tx *tx, void *mem, int64_t office, struct sheet *s, struct xq_err *err);
/* The newest versions of all months, the newest month first; at most max. */
XQ_CHECK enum xq_rc sheet_list(struct tx *tx, void *mem, int64_t office, struct sheet *out,
	size_t max, size_t *out_n, struct xq_err *err);
/* "2026-09" as the first day of a month; false: it is none. */
bool sheet_month_read(struct str text, int32_t *out);
int32_t sheet_month_of(int32_t day);

/* Feeds what a walk has not passed yet, up to size (-1: all there is). */
XQ_CHECK enum xq_rc sheet_walk_on(
	struct tx *tx, int64_t office, int64_t size, struct figures_walk *w, struct xq_err *err);
/* The office's walk that is kept, at least up to size where the record has it: the caller's alone until
 * sheet_walk_give, which is called only after XQ_OK. */
XQ_CHECK enum xq_rc sheet_walk_take(struct app *app, struct tx *tx, void *mem, int64_t office,
	int64_t size, struct figures_walk **out, struct xq_err *err);
void sheet_walk_give(struct app *app);

extern const struct choice sheet_reasons[];
extern const struct act figures_propose;
extern const struct job figures_propose_job;
extern const struct event_kind ev_figures_published;
extern const struct migration record_sheet_migration_1;
extern const struct msg_text sheet_texts[];

#endif
