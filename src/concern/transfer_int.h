/* SPDX-License-Identifier: Apache-2.0 */
/* transfer_int.h - what the files of the hand-over between offices share. */
#ifndef XQ_CONCERN_TRANSFER_INT_H
#define XQ_CONCERN_TRANSFER_INT_H

#include "concern/concern_int.h"
#include "concern/transfer.h"

struct cell_message;
struct office_peer;

/* Wakes the other office: effect transfer.send {act, to, id}; id is that of the own row. */
XQ_CHECK enum xq_rc transfer_tell(
	struct act_ctx *ctx, const char *act, int64_t to_office, int64_t id, struct xq_err *err);
extern const struct effect transfer_send_effect;

/* ---- the other side of a hand-over ------------------------------------------------------------------------------
 * One way to read it, wherever its rows are: here (transfer_other.c), or in another cell, whose server is asked
 * (transfer_cell.c; it answers by transfer_answer.c). Before an act is queued or in an effect, never in apply. */

/* Whom a concern may be offered to. */
struct transfer_target {
	int64_t id; /* 0: no office of this code is known */
	const char *name;
	const char *origin; /* of its record; NULL: it works elsewhere, and its key is not known */
	bool is_same_key;   /* a PIN can be checked there */
};
/* BUSY cell.away, cell.refuses: the other cell says nothing, or does not know us. */
XQ_CHECK enum xq_rc other_target(struct app *app, void *mem, int64_t us, struct str code,
	struct transfer_target *out, struct xq_err *err);

/* What the office that offers says of it. Of an office elsewhere only what the intake decides by is filled in. */
struct offered {
	bool is_there;
	struct transfer_out out;
	struct concern c;
	const char *no, *origin;
};
XQ_CHECK enum xq_rc other_offer(struct app *app, void *mem, int64_t us, int64_t from, int64_t id,
	struct offered *out, struct xq_err *err);

/* All that comes along with an acceptance. */
struct coming {
	bool is_there;
	bool is_other_key; /* there is a PIN that nobody could check here */
	struct offered o;
	struct intake who;
	struct handed handed;
	struct str body, terms;
};
XQ_CHECK enum xq_rc other_coming(struct app *app, void *mem, int64_t us, int64_t from, int64_t id,
	struct coming *out, struct xq_err *err);

/* What the office that was asked has decided. */
struct decided {
	bool is_there;
	struct transfer_in in;
	struct bytes code; /* of the new concern, sealed under our key */
	int64_t file_no, at, entry;
	const char *ref;
};
/* By the number of its row there, or where that is 0 by that of our offer. */
struct decided_ask {
	int64_t office, id, offer;
};
XQ_CHECK enum xq_rc other_decided(struct app *app, void *mem, int64_t us,
	const struct decided_ask *ask, struct decided *out, struct xq_err *err);

/* From the rows of an office of this database; code as that office sealed it. */
XQ_CHECK enum xq_rc offered_here(struct tx *tx, void *mem, int64_t from, int64_t id,
	struct offered *out, struct xq_err *err);
XQ_CHECK enum xq_rc coming_here(
	struct tx *tx, void *mem, int64_t from, int64_t id, struct coming *out, struct xq_err *err);
XQ_CHECK enum xq_rc decided_here(struct tx *tx, void *mem, int64_t us,
	const struct decided_ask *ask, struct decided *out, struct xq_err *err);
/* Where the other office has another key: a hash that nobody there could check does not go along, and the last digits
 * of the phone open it, or nothing does. */
void coming_without_pin(struct coming *k);
/* The PIN that opens a concern: its own, or that of an earlier one which it follows. */
XQ_CHECK enum xq_rc handed_pin(struct tx *tx, void *mem, int64_t office, const struct concern *c,
	struct handed *out, struct xq_err *err);
/* What a search finds it by. */
struct str coming_terms(void *mem, const char *title, struct str body, const char *place);

/* The same from another cell. */
XQ_CHECK enum xq_rc cell_target(struct app *app, void *mem, int64_t us,
	const struct office_peer *peer, struct transfer_target *out, struct xq_err *err);
XQ_CHECK enum xq_rc cell_offered(struct app *app, void *mem, int64_t us,
	const struct office_peer *peer, int64_t id, struct offered *out, struct xq_err *err);
XQ_CHECK enum xq_rc cell_coming(struct app *app, void *mem, int64_t us,
	const struct office_peer *peer, int64_t id, struct coming *out, struct xq_err *err);
XQ_CHECK enum xq_rc cell_decided(struct app *app, void *mem, int64_t us,
	const struct office_peer *peer, const struct decided_ask *ask, struct decided *out,
	struct xq_err *err);
/* Wakes it: this act of its own, about row id here. REFUSED transfer.known: it had come before. */
XQ_CHECK enum xq_rc cell_wake(struct app *app, void *mem, int64_t us,
	const struct office_peer *peer, const char *act, int64_t id, struct xq_err *err);
extern const struct view transfer_cell_view;

/* A row of another office, read outside of any act on it. XQ_NONE: no such row. */
XQ_CHECK enum xq_rc transfer_out_load(struct tx *tx, void *mem, int64_t office, int64_t id,
	struct transfer_out *out, struct xq_err *err);
XQ_CHECK enum xq_rc transfer_in_of(struct tx *tx, void *mem, int64_t office, int64_t from_office,
	int64_t from_id, struct transfer_in *out, struct xq_err *err);
/* The origin of an office's record. */
XQ_CHECK enum xq_rc transfer_origin(
	struct tx *tx, void *mem, int64_t office, const char **out, struct xq_err *err);

extern const struct job transfer_lapse_job, transfer_look_job;
extern const struct migration concern_migration_22;
extern const struct invariant transfer_state_one;
extern const struct view *const transfer_views[];

#endif
