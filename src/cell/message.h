/* SPDX-License-Identifier: Apache-2.0 */
/* message.h - what two offices of different cells say to each other, in bytes that one signs and the other checks.
 *
 * For:       questions and answers between cells; no network and no rows here.
 * May call:  core, ledger/note.h
 * Called by: cell/cell.c, tests
 * Owns:      nothing
 * Threads:   any
 * Source:    docs/decisions/0062-hand-over-between-cells.md; c2sp.org/signed-note (the form)
 *
 * A signed note of two lines: "xinqiao-cell/1", and one line of JSON:
 *   {"v":1,"kind":..,"from":CODE,"to":CODE,"at":SECONDS,"nonce":32 HEX,"re":..,"say":{..}}
 * A blank line, then a signature for each key with which the record of `from` is signed. The first line keeps it apart
 * from all else that such a key signs: the first line of a checkpoint is an origin, its second one a number. re: the
 * nonce of the question that this answers; "" in a question. */
#ifndef XQ_CELL_MESSAGE_H
#define XQ_CELL_MESSAGE_H

#include <jansson.h>

#include "core/err.h"
#include "core/str.h"
#include "ledger/note.h"

enum {
	CELL_NONCE_LEN = 32,
	CELL_CLOCK_S = 300,                 /* two clocks may differ by so much */
	CELL_ASK_MAX = 4096,                /* bytes of a question */
	CELL_ANSWER_MAX = 15 * 1024 * 1024, /* of an answer: a photo in it */
};
#define CELL_HEAD "xinqiao-cell/1\n"

/* Texts live as long as the mem into which it was read. */
struct cell_message {
	const char *kind, *from, *to, *nonce, *re;
	int64_t at;
	json_t *say;     /* an object */
	struct str body; /* what is signed; lent by the text */
	struct str lines;
};

/* The bytes that are signed. say: a JSON object. */
char *cell_body(void *mem, const struct cell_message *m, struct str say);

/* cell_read - the form alone; nothing in it is trusted yet. REFUSED cell.form. max: bytes. */
XQ_CHECK enum xq_rc cell_read(
	void *mem, struct str text, size_t max, struct cell_message *out, struct xq_err *err);

/* cell_check - whether the office of this key said it, to this office, just now.
 *
 * err  REFUSED cell.signature, cell.other-office, cell.clock {now}
 *
 * A message that comes again within these minutes passes again: whatever it asks for is done once, by its number.
 */
XQ_CHECK enum xq_rc cell_check(const struct cell_message *m, const struct note_key *key,
	const char *to, int64_t now, struct xq_err *err);

extern const struct msg_text cell_messages[];

#endif
