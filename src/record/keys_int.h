/* SPDX-License-Identifier: Apache-2.0 */
/* keys_int.h - what reading keys and the acts about them share. */
#ifndef XQ_RECORD_KEYS_INT_H
#define XQ_RECORD_KEYS_INT_H

#include "record/keys.h"

/* With seeds: all keys that are not retired, at most LOG_KEYS_SIGN. */
XQ_CHECK enum xq_rc log_keys_open(const struct app *app, struct tx *tx, void *mem, int64_t office,
	struct log_keys *out, struct xq_err *err);

extern const struct act record_key_rotate, record_key_retire, record_key_lapse;
extern const struct job record_key_job;
extern const struct event_kind ev_key_added, ev_key_retired;
extern const struct msg_text record_key_messages[];

#endif
