/* SPDX-License-Identifier: Apache-2.0 */
/* witness.h - what a witness is asked and what it answers: c2sp.org/tlog-witness without network
 * and rows.
 *
 * For:       watching other offices' logs, and having ours watched, so that a log cannot show one
 *            tree to one reader and another tree to the next.
 * May call:  core, ledger/note.h, ledger/tree.h
 * Called by: record/ (witness_server.c, witness_client.c), tests
 * Owns:      nothing; the states are rows of record/
 * Threads:   any
 * Source:    ledger.md 5.6, 12; c2sp.org/tlog-witness, tlog-cosignature
 */
#ifndef XQ_LEDGER_WITNESS_H
#define XQ_LEDGER_WITNESS_H

#include "ledger/note.h"
#include "ledger/tree.h"

enum {
	WITNESS_PROOF_LINES = 63,
	/* the old line, the proof lines, a blank line and a note */
	WITNESS_ASK_MAX = 24 + WITNESS_PROOF_LINES * (TREE_B64_LEN + 1) + 1 + NOTE_MAX_BYTES,
	/* A witness whose clock is further from ours than this many seconds gives lines that we do
	 * not keep: honest entries around them would look back-dated (ledger.md 11 V5 allows 120). */
	WITNESS_CLOCK_MAX = 60,
};
#define WITNESS_SIZE_TYPE "text/x.tlog.size"

/* ---- as witness ---------------------------------------------------------------------------------- */

/* A request; slices are lent by its body. */
struct witness_ask {
	int64_t old;
	struct tree_proof proof;
	struct str note;
	struct str origin; /* as the note says; not trusted */
};

/* The form of POST /witness/add-checkpoint. REFUSED witness.form, or as checkpoint_parse. */
XQ_CHECK enum xq_rc witness_ask_read(struct str body, struct witness_ask *out, struct xq_err *err);
/* The answer to a request that was refused so: 400, and 422 for an empty tree with another root. */
int witness_ask_status(const struct xq_err *err);

/* What was cosigned last of one origin; {0}: never. */
struct witness_state {
	int64_t size; /* 0: nothing yet, or the empty tree */
	struct tree_hash root;
};

struct witness_self {
	const char *name;
	const uint8_t *seed; /* NOTE_SEED_LEN bytes */
};

struct witness_answer {
	int status;       /* 200 403 404 400 409 422 */
	const char *type; /* media type of body */
	const char *
		body; /* 200: our signature line; 409: the size that we know; else one plain line */
	struct witness_state next; /* 200 only: to be kept before the answer leaves */
	struct str origin;
};

/* witness_answer - whether the tree asked about continues the one we know.
 *
 * key   keys of the logs that this witness watches; those named as another origin do not count
 * now   UTC seconds, signed along
 *
 * The caller reads the state, calls this and writes the next state in one transaction, and answers
 * only when that is durable; else two requests at once could get two forks cosigned.
 */
void witness_answer(void *mem, const struct witness_ask *ask, const struct note_key *key,
	size_t n_keys, const struct witness_self *self, const struct witness_state *state,
	int64_t now, struct witness_answer *out);

/* ---- as client ----------------------------------------------------------------------------------- */

/* The body of a request. */
struct str witness_ask_text(
	void *mem, int64_t old, const struct tree_proof *proof, struct str note);

enum witness_said {
	WITNESS_SIGNED,    /* line holds */
	WITNESS_KNOWS,     /* 409: it knows size entries */
	WITNESS_REFUSES,   /* 403, 422: it takes our log for another or for forked */
	WITNESS_TRY_LATER, /* everything else, also an answer that cannot be read */
};

struct witness_reply {
	enum witness_said said;
	int64_t size;    /* WITNESS_KNOWS */
	int64_t at;      /* WITNESS_SIGNED: its time */
	struct str line; /* WITNESS_SIGNED: with its newline; lent by the body */
};

/* What a witness answered about a checkpoint of ours.
 *
 * checkpoint  the three lines that it was sent
 * key         the witness's key; lines of others and lines that do not verify are passed over
 * now         UTC seconds, for WITNESS_CLOCK_MAX
 */
struct witness_reply witness_reply_read(int status, struct str type, struct str body,
	struct str checkpoint, const struct note_key *key, int64_t now);

extern const struct msg_text witness_messages[];

#endif
