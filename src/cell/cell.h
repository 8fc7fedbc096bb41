/* SPDX-License-Identifier: Apache-2.0 */
/* cell.h - one office asks another one whose rows lie in another cell, over HTTP.
 *
 * For:       modules that need what another office has decided; today the hand-over of concerns.
 * May call:  core, store, ledger, act, web
 * Called by: concern/transfer_cell.c, concern/transfer_answer.c, parts.c (the signer)
 * Owns:      nothing (table office_peer is act/peer.h's)
 * Threads:   asking: helper pool or outbox thread, never inside a transaction; answering: HTTP threads
 * Source:    docs/decisions/0062-hand-over-between-cells.md
 *
 * A question is a POST to ADDRESS/cell/ask; both it and its answer are signed (message.h) by the office that speaks. Who
 * answers looks by itself what it may say to whom: an office hears of what was offered to it, or by it, and of nothing
 * else. Names and words of residents are in no line of the log. */
#ifndef XQ_CELL_CELL_H
#define XQ_CELL_CELL_H

#include "cell/message.h"
#include "web/web.h"

/* Signature lines by the keys that sign an office's record now; parts.c names who has them. */
typedef enum xq_rc (*cell_signer)(const struct app *app, struct tx *tx, void *mem, int64_t office,
	const char *body, const char **out_lines, struct xq_err *err);
extern const cell_signer cell_sign;

/* ---- asking -------------------------------------------------------------------------------------------------- */

/* cell_ask - asks, and waits up to wait_ms for the answer.
 *
 * say  a JSON object
 * out  what was answered; lives as long as mem
 * err  BUSY cell.away {office}: no answer, or "later"; BUSY cell.refuses {office} {why}: not understood or not
 *      trusted there, or its answer not here, which somebody can mend; REFUSED with the key of the answer where an
 *      act there was refused
 */
XQ_CHECK enum xq_rc cell_ask(struct app *app, void *mem, int64_t office,
	const struct office_peer *peer, const char *kind, struct str say, json_t **out,
	struct xq_err *err);

/* cell_values - an answer's values, checked by their declarations as a form's are; what has none of them is refused as
 * cell_ask refuses an answer. */
XQ_CHECK enum xq_rc cell_values(void *mem, const struct office_peer *peer,
	const struct field *fields, json_t *say, struct form *out, struct xq_err *err);
/* The refusal for an answer whose values do not fit each other: BUSY cell.refuses. */
enum xq_rc cell_unfit(void *mem, const struct office_peer *peer, struct xq_err *err);

/* Whether two offices began under the same key, without telling it: salt is made by who asks. out: 64 hex digits. */
void cell_key_proof(const struct app *app, int64_t office, const char *salt, char out[65]);
char *cell_salt(void *mem);

/* ---- answering ------------------------------------------------------------------------------------------------ */

/* cell_open - who asks, and what: form, peer, signature, office, clock. Writes a line of the log where it is not trusted.
 *
 * out_peer  lent
 * Returns false when it has been answered already: 400, 403, 421.
 */
bool cell_open(struct req *q, struct resp *r, struct cell_message *out,
	const struct office_peer **out_peer);
/* The signed answer to a question that was opened. say: a JSON object. q->tx is open. */
XQ_CHECK enum xq_rc cell_answer(struct req *q, struct resp *r, const struct cell_message *question,
	struct str say, struct xq_err *err);

extern const struct module cell_module;

#endif
