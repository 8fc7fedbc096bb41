/* SPDX-License-Identifier: Apache-2.0 */
/* figures.h - every published figure, recomputed from the entries of the record alone.
 *
 * For:       freezing a month, comparing what was frozen with the record, and telling which entries make a
 *            figure up; the same code for the office and for a stranger's copy.
 * May call:  core, ledger/event.h, ledger/pub.h
 * Called by: record/, cli/ (record check, record verify)
 * Owns:      nothing
 * Threads:   a walk belongs to one thread; pure
 * Source:    ledger.md 8; docs/figures.md for the wider set
 *
 * Feed the entries once, in order; then ask for any period at any size that was passed: a month that was
 * published a year ago comes out as it had to come out then. About a million entries a second, 24 bytes for
 * each that counts. */
#ifndef XQ_LEDGER_FIGURES_H
#define XQ_LEDGER_FIGURES_H

#include "core/err.h"
#include "ledger/event.h"

struct figures_walk;
struct figures_walk *figures_walk_new(void *mem);

/* The next entry, as event_check has read it (its bytes are needed for this call only).
 * err: REFUSED record.bad-entry {key} {seq}: out of order, or a field that the figures need is missing. */
XQ_CHECK enum xq_rc figures_walk_entry(
	struct figures_walk *w, const struct event_seen *e, struct xq_err *err);
int64_t figures_walk_size(const struct figures_walk *w); /* entries so far */

/* "xinqiao-figures/1": the table of ledger.md 8 alone; "/2": with what docs/figures.md adds. */
enum figures_set { FIGURES_BASIC = 1, FIGURES_WIDE = 2 };

struct figures_period {
	int32_t from, to; /* yyyymmdd, [from, to) */
	int64_t size;     /* only entries before this one; at most what was fed (required) */
	enum figures_set set;
};

/* Whether no entry of the period can be left out by this size: the entry at index size is of `to` or later. */
bool figures_is_whole(const struct figures_walk *w, const struct figures_period *p);

enum { FIGURES_NO_DEN = -1 };
/* At most one of unit, zone and class is not NULL; none: the whole office. */
struct figures_row {
	const char *id;
	const char *unit, *zone, *class;
	int64_t num, den; /* den of a plain count: FIGURES_NO_DEN */
};
struct figures {
	struct figures_row *row; /* in the order of the document */
	size_t n;
};
/* Rows live as long as mem. */
void figures_count(
	struct figures_walk *w, void *mem, const struct figures_period *p, struct figures *out);

/* NULL: no such row. */
const struct figures_row *figures_find(const struct figures *f, const char *id);
const struct figures_row *figures_find_of(const struct figures *f, const char *id, const char *unit,
	const char *zone, const char *class);

/* Whether the wide set tells it by unit, zone and class. */
bool figures_has_parts(const char *id);

/* An entry that stands behind a figure, and what it adds. Of ages num is the days, and they add to nothing. */
struct figures_hit {
	int64_t seq, num, den;
};
struct figures_hits {
	struct figures_hit *hit; /* by seq */
	size_t n;
};
/* Those of the row that which names (its numbers are not read): an empty list for one that is not known. */
void figures_events(struct figures_walk *w, void *mem, const struct figures_period *p,
	const struct figures_row *which, struct figures_hits *out);

/* ---- the frozen document ------------------------------------------------------------------------------- */

struct figures_doc {
	const char *log, *origin;
	const char *root; /* base64 */
	struct figures_period period;
	struct figures figures;
};
/* Its canonical bytes. */
char *figures_document(void *mem, const struct figures_doc *doc);
/* REFUSED figures.bad-document {why}: not canonical, unknown `defs`, or not of this form; at most 4 MiB. */
XQ_CHECK enum xq_rc figures_document_read(
	void *mem, struct str json, struct figures_doc *out, struct xq_err *err);

/* The first row that only one side has, or that the two number differently.
 * *out_a, *out_b: the row on each side, NULL where there is none. False: they are equal. */
bool figures_differ(const struct figures *a, const struct figures *b,
	const struct figures_row **out_a, const struct figures_row **out_b);

#endif
