/* SPDX-License-Identifier: Apache-2.0 */
/* raise_int.h - a new concern, whoever brings it: raise.c and transfer_in.c fill this in.
 *
 * For:       one way for a concern to come into being.
 * Called by: concern/raise*.c, concern/transfer_in.c
 * Threads:   the writer
 */
#ifndef XQ_CONCERN_RAISE_INT_H
#define XQ_CONCERN_RAISE_INT_H

#include "concern/concern_int.h"
#include "concern/transfer.h"

/* What raise and register have in common, whoever filled it in. */
struct raise_input {
	struct str body, title, place, terms;
	const char *class, *public_class; /* the office's own, and what it counts in */
	const char *nature, *via;
	const char *name, *phone, *address, *contact_wish, *told;
	const char *zone; /* NULL: nobody could say */
	int people;
	bool wants_secret, may_publish;
	const char *source_no;
	int64_t own_date;
	int64_t taken_at;  /* told to us then, without a network; 0: now */
	const char *draft; /* hex key of the draft whose photos come along; "": none */
	int64_t linked_id; /* the earlier concern; 0: none */
	const struct post_holder *tracker; /* NULL: the owner */
	const struct handed *handed; /* taken over from another office; NULL: it begins here */
	int64_t id;                  /* out: of the concern */
};

/* Event, rows, receipt, and the offer to the unit that the catalogue names. */
XQ_CHECK enum xq_rc raise_any(struct act_ctx *ctx, struct raise_input *r,
	const struct post_holder *owner, struct xq_err *err);

/* raise_rows.c */
XQ_CHECK enum xq_rc raise_file_no(struct act_ctx *ctx, int64_t *out, struct xq_err *err);
XQ_CHECK enum xq_rc raise_insert(struct act_ctx *ctx, const struct raise_input *r,
	struct concern *c, const struct code *code, struct xq_err *err);
XQ_CHECK enum xq_rc raise_insert_intake(struct act_ctx *ctx, const struct raise_input *r,
	const struct concern *c, struct xq_err *err);
XQ_CHECK enum xq_rc raise_photos(struct act_ctx *ctx, const struct raise_input *r,
	const struct concern *c, struct xq_err *err);

#endif
