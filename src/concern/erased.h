/* SPDX-License-Identifier: Apache-2.0 */
/* erased.h - a resident's words are to be destroyed: who asked, who agreed, what came of it.
 *
 * For:       the list of what is asked for and due, the page where the resident asks, and the mark on a
 *            concern whose words are gone. The destroying itself is erasure/.
 * May call:  concern.h
 * Called by: erasure/, the pages of concern/
 * Owns:      table erasure, columns erased_at and erased_ground of concern
 * Threads:   acts on the writer, reads on any reader thread
 * Source:    domain.md 5.3; ledger.md 4; decision 0047
 */
#ifndef XQ_CONCERN_ERASED_H
#define XQ_CONCERN_ERASED_H

#include "concern/concern.h"

enum erasure_state {
	ERASURE_ASKED,   /* by the resident, or due by its age */
	ERASURE_LISTED,  /* a first person agreed */
	ERASURE_DONE,    /* a second person agreed, and it was done */
	ERASURE_REFUSED, /* the resident reads why */
};

/* Codes of the record: request retention consent. Labels N_. */
extern const struct choice erasure_grounds[];
/* Why it is not done: the law under which it is kept. */
extern const struct choice erasure_refusals[];

struct erasure {
	int64_t id, concern_id;
	enum erasure_state state;
	const char *ground, *why; /* why: code of the refusal; NULL */
	int64_t asked_at, first_at, done_at;
	int64_t first_id;           /* 0: nobody yet */
	const char *first, *second; /* names; NULL */
	int64_t file_no, closed_at; /* of the concern */
	const char *title;
};
/* The newest of a concern; XQ_NONE: nobody asked. */
XQ_CHECK enum xq_rc erasure_of(struct tx *tx, void *mem, int64_t office, int64_t concern_id,
	struct erasure *out, struct xq_err *err);
XQ_CHECK enum xq_rc erasure_load(struct tx *tx, void *mem, int64_t office, int64_t id,
	struct erasure *out, struct xq_err *err);
/* Those in a state, oldest first, newest first where they are done; at most max. */
XQ_CHECK enum xq_rc erasure_list(struct tx *tx, void *mem, int64_t office, enum erasure_state state,
	size_t max, struct erasure *out, size_t *out_n, struct xq_err *err);

/* A new row. Refusals erase.asked (one waits already), erase.gone, erase.open (the concern has not ended),
 * erase.history (imported without a resident). first_id 0: nobody has agreed yet. */
struct erasure_new {
	const char *ground;
	int64_t first_id;
};
XQ_CHECK enum xq_rc erasure_ask(struct act_ctx *ctx, const struct concern *c,
	const struct erasure_new *n, struct xq_err *err);

/* Concerns that ended before the moment and whose words are still here, oldest first. is_void: those
 * that were not accepted. */
XQ_CHECK enum xq_rc erasure_due(struct tx *tx, int64_t office, bool is_void, int64_t before,
	size_t max, int64_t *out_id, size_t *out_n, struct xq_err *err);

/* The file of a photo, taken off the disk; a missing one is no fault. */
XQ_CHECK enum xq_rc photo_remove(const struct app *app, const char *hash, struct xq_err *err);

extern const struct migration concern_migration_20;
extern const struct act voice_erase;
extern const struct msg_text erased_messages[];

#endif
