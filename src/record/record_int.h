/* SPDX-License-Identifier: Apache-2.0 */
/* record_int.h - what the files of record/ share about signing. */
#ifndef XQ_RECORD_RECORD_INT_H
#define XQ_RECORD_RECORD_INT_H

#include <pthread.h>

#include "record/record.h"

enum { RECORD_CLOCK_S = 120 }; /* what a clock may be behind the last entry (ledger.md 11, V5) */

struct guard;

/* How far an office's tiles were looked through. */
struct office_watch {
	int64_t office;
	struct ledger_sweep mark;
	bool is_done;
	struct office_watch *next;
};

/* An office's record, counted through as far as somebody asked (sheet_kept.c). */
enum { WALKS_KEPT = 8 };
struct walk_kept {
	int64_t office;
	uint64_t used; /* the greater, the later */
	void *root;    /* its memory, apart from that of requests; NULL: a free place */
	struct figures_walk *walk;
};

/* What a running program knows of its records; app->record. */
struct record_state {
	pthread_mutex_t lock;      /* one signs at a time */
	pthread_mutex_t walk_lock; /* over what is kept for counting */
	struct walk_kept walk[WALKS_KEPT];
	uint64_t walk_used;
	struct guard *guard;
	int64_t term;                       /* of db_keeper, in which the guard file was read */
	bool is_clock_behind;               /* of some office, at the last look */
	struct office_watch *_Atomic watch; /* newest first */
	size_t n_watched;                   /* of the list of offices; the ticker's */
	struct office_watch *sweep_at;      /* whose turn it is; NULL: the newest. The ticker's */
};

/* A committed head that may be signed. Slices live as long as the mem it was read into. */
struct head_seen {
	int64_t office, size, last_at;
	const char *origin;
	struct tree_hash root;
};

/* Compares an office's head with the guard and the last checkpoint. XQ_NONE: it is signed already.
 * REFUSED record.differs {what: guard, checkpoint} {size}, record.broken. */
XQ_CHECK enum xq_rc record_look(
	struct app *app, void *mem, int64_t office, struct head_seen *out, struct xq_err *err);
/* The log's signature lines over body, by the keys that are valid at this size. */
XQ_CHECK enum xq_rc record_lines(struct app *app, struct tx *tx, void *mem,
	const struct head_seen *h, const char *body, const char **out, struct xq_err *err);

/* Offices that were made since, by this process or another one, are looked through too. Not inside a transaction:
 * who signs holds the lock while it waits for one. */
void record_watch_all(struct app *app);
/* Signs, and looks on through what is stored: once a second. */
XQ_CHECK enum xq_rc record_tick(struct app *app, struct xq_err *err);

extern const struct view *const log_views[]; /* log_pages.c */
#endif
