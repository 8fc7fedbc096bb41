/* SPDX-License-Identifier: Apache-2.0 */
/* witness_int.h - what the files about witnesses share. */
#ifndef XQ_RECORD_WITNESS_INT_H
#define XQ_RECORD_WITNESS_INT_H

#include "ledger/tiles.h"
#include "record/witness.h"

/* ---- as witness ---------------------------------------------------------------------------------- */

struct watch {
	struct note_key key[WATCH_MAX];
	const char *vkey[WATCH_MAX];
	int64_t added_at[WATCH_MAX];
	size_t n;
};
XQ_CHECK enum xq_rc watch_load(
	struct tx *tx, void *mem, int64_t office, struct watch *out, struct xq_err *err);

#define WATCH_SEED_PURPOSE "seed of a witness" /* sealed under the key of the folder */

/* Who we are as witness. XQ_NONE: nothing was ever watched here. out->seed lives as long as mem. */
XQ_CHECK enum xq_rc watch_self(const struct app *app, struct tx *tx, void *mem, int64_t office,
	struct witness_self *out, struct xq_err *err);
const char *watch_self_vkey(void *mem, const struct witness_self *self);

/* What was cosigned last of an origin; XQ_NONE: never. */
struct seen {
	struct witness_state state;
	const char *note;
	int64_t at;
};
XQ_CHECK enum xq_rc seen_load(
	struct tx *tx, void *mem, const char *origin, struct seen *out, struct xq_err *err);

/* The whole answer as far as rows say it. */
XQ_CHECK enum xq_rc watch_answer(const struct app *app, struct tx *tx, void *mem, int64_t office,
	const struct witness_ask *ask, int64_t now, struct witness_answer *out, struct xq_err *err);

/* ---- as client ----------------------------------------------------------------------------------- */

struct witness_row {
	const char *name, *vkey, *url;
	struct note_key key;
	int64_t size, at;       /* cosigned last; at 0: never */
	int64_t next_at, tries; /* of the next question */
	enum witness_trouble trouble;
};
XQ_CHECK enum xq_rc witness_list(struct tx *tx, void *mem, int64_t office, struct witness_row **out,
	size_t *out_n, struct xq_err *err);

/* What one question came to; what the act record.witness-noted writes down. */
struct witness_noted {
	const char *name;
	int64_t size;     /* of the checkpoint sent */
	const char *note; /* of the checkpoint sent */
	const char *line; /* the cosignature; NULL: none */
	int64_t at;       /* its time */
	enum witness_trouble trouble;
	int64_t their_size; /* TROUBLE_AHEAD; else -1, or what they know where it differs from ours */
};

/* A note with one more signature line in its place. */
char *note_with_line(void *mem, const char *note, const char *line);

extern const struct act record_witness_add, record_witness_remove, record_watch_add,
	record_watch_remove, record_cosign, record_witness_noted;
extern const struct migration witness_migration_1;
extern const struct msg_text record_witness_messages[];
extern const struct view witness_ask_view, witness_seen_view;
extern const struct view *const witness_views[];

#endif
