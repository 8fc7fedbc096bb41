/* SPDX-License-Identifier: Apache-2.0 */
/* transfer_int.h - what the files of the hand-over between offices share. */
#ifndef XQ_CONCERN_TRANSFER_INT_H
#define XQ_CONCERN_TRANSFER_INT_H

#include "concern/concern_int.h"
#include "concern/transfer.h"

/* Wakes the other office: effect transfer.send {act, to, id}; id is that of the own row. */
XQ_CHECK enum xq_rc transfer_tell(
	struct act_ctx *ctx, const char *act, int64_t to_office, int64_t id, struct xq_err *err);
extern const struct effect transfer_send_effect;

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
