/* SPDX-License-Identifier: Apache-2.0 */
/* sitting_int.h - what the files about sittings share beside sitting.h. */
#ifndef XQ_RECEPTION_SITTING_INT_H
#define XQ_RECEPTION_SITTING_INT_H

#include "reception/sitting.h"

/* Field "slot" as a sitting whose register is open; refusals roster.slot-unknown and those of
 * register_refusal. */
XQ_CHECK enum xq_rc sitting_of_form(
	struct act_ctx *ctx, const struct form *in, struct sitting *out, struct xq_err *err);
/* People and concerns of a slot's entries. */
struct entry_sums {
	int64_t people, concerns, entries;
};
XQ_CHECK enum xq_rc entry_sums(
	struct tx *tx, int64_t office, int64_t slot_no, struct entry_sums *out, struct xq_err *err);
/* The slot was held: state, row and reception.held. */
XQ_CHECK enum xq_rc slot_held(struct act_ctx *ctx, const struct slot *s,
	const struct entry_sums *sums, const char *note, struct xq_err *err);
/* Tells the leader when all of the sitting of this slot was missed. */
XQ_CHECK enum xq_rc tell_if_missed(struct act_ctx *ctx, int64_t slot_no, struct xq_err *err);
/* The slot was missed: state, row and reception.missed. */
XQ_CHECK enum xq_rc slot_missed(struct act_ctx *ctx, const struct slot *s, const char *why,
	const char *words, struct xq_err *err);

extern const struct job sitting_alarm_job;
extern const struct migration sitting_migration_1, sitting_migration_2;
extern const struct msg_text sitting_messages[];

#endif
