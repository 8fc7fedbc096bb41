/* SPDX-License-Identifier: Apache-2.0 */
/* transfer.h - a concern goes from one office to another: an offer, with both records linked.
 *
 * For:       what lies in another office's area or duty; the resident has to tell it only once.
 * May call:  what concern/concern.h may
 * Called by: modules.c, concern/ (raise, track, desk), tests
 * Owns:      tables transfer_out (of the office that offers), transfer_in (of the one that is asked)
 * Threads:   acts on the writer, reads on any reader thread, messages on the outbox thread
 * Source:    scale-out.md 1.4, 3; decision 0053
 *
 * No transaction spans offices. What one office has decided stands in its own rows and its own record;
 * a message of its outbox, at least once, wakes the other one, which reads what was decided and notes
 * its own side. The office that is asked decides: accepted, declined or lapsed, once. From its
 * acceptance on it owns; until then the sender does, and nothing at the sender can end the concern
 * meanwhile, so there is one owner at every moment and none of the resident's time is lost. */
#ifndef XQ_CONCERN_TRANSFER_H
#define XQ_CONCERN_TRANSFER_H

#include "concern/concern.h"

extern const struct choice transfer_reasons[], transfer_refusals[];

enum transfer_state { TRANSFER_OPEN, TRANSFER_ACCEPTED, TRANSFER_DECLINED, TRANSFER_LAPSED };

/* The sender's side. */
struct transfer_out {
	int64_t id, concern_id, to_office, offered_by, offered_at, done_at;
	const char *to_origin; /* of the other office's record */
	const char *why, *note, *told;
	enum transfer_state state;
	enum concern_state back;
	int64_t seq; /* of the offer, in the own record */
	/* once it is accepted: the other office's moment, entry, ref, number, query code sealed */
	int64_t their_at, their_seq, their_no;
	const char *their_ref;
	struct bytes their_code;
	const char *refusal, *refusal_note; /* declined, lapsed */
};
/* The newest of a concern; XQ_NONE: none. */
XQ_CHECK enum xq_rc transfer_of(struct tx *tx, void *mem, int64_t office, int64_t concern_id,
	struct transfer_out *out, struct xq_err *err);

/* The side of the office that is asked. What was told lies here only while the offer is open. */
struct transfer_in {
	int64_t id, from_office, from_id, from_seq;
	const char *from_origin, *from_ref, *from_no; /* no: the sender's file number, as shown */
	const char *title, *body, *place, *class, *nature;
	int64_t told_at, due_at, received_at, lapses_at, done_at, seq, concern_id;
	int32_t due_day;
	const char *why, *note, *told;
	enum transfer_state state;
	const char *refusal, *refusal_note;
};
XQ_CHECK enum xq_rc transfer_in_load(struct tx *tx, void *mem, int64_t office, int64_t id,
	struct transfer_in *out, struct xq_err *err);
/* Open ones, the first to lapse first. */
enum { TRANSFERS_SHOWN = 50 };
XQ_CHECK enum xq_rc transfer_in_open(struct tx *tx, void *mem, int64_t office,
	struct transfer_in **out, size_t *out_n, struct xq_err *err);
/* Open ones of ours, oldest first. */
XQ_CHECK enum xq_rc transfer_out_open(struct tx *tx, void *mem, int64_t office,
	struct transfer_out **out, size_t *out_n, struct xq_err *err);
/* Offers that this office has made or been asked about and that are not settled on both sides: while there is
 * one, neither of the two can move to another cell. */
XQ_CHECK enum xq_rc transfer_unsettled(
	struct tx *tx, int64_t office, int64_t *out, struct xq_err *err);
/* The same between any office here and one of another cell, as far as it is known here. */
XQ_CHECK enum xq_rc transfer_unsettled_with(
	struct tx *tx, int64_t peer, int64_t *out, struct xq_err *err);
/* Whether this person answers for the intake: the post, or the role of a clerk. */
XQ_CHECK enum xq_rc transfer_may_answer(
	struct tx *tx, void *mem, const struct actor *actor, bool *out, struct xq_err *err);

/* Whether there is any office, here or in another cell, that could be asked. */
bool transfer_may_begin(const struct app *app, int64_t office);

/* What comes along when a concern is taken over: the day that was told to the resident stays. */
enum { HANDED_PHOTOS = 9 };
struct handed_photo {
	const char *hash;
	int64_t width, height, bytes;
};
struct handed {
	int64_t id; /* transfer_in */
	struct due due;
	const char *limit;
	struct bytes pin_hash; /* empty: none; made with the number pin_of */
	int64_t pin_of;
	size_t n_photos;
	struct handed_photo *photo;
};

extern const struct event_kind ev_transfer_offered, ev_transfer_declined, ev_transferred,
	ev_taken_over, ev_transfer_received, ev_transfer_refused;
/* transfer_receive and transfer_settle are acts of the system: fields office and id name the other
 * office's row. Their refusal transfer.known says that the message had come before. */
extern const struct act transfer_offer, transfer_receive, transfer_accept, transfer_decline,
	transfer_lapse, transfer_settle, transfer_look;
extern const struct module concern_transfer_module;

#endif
