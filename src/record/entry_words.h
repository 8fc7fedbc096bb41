/* SPDX-License-Identifier: Apache-2.0 */
/* entry_words.h - an entry of the record in words: its kind and its public fields. */
#ifndef XQ_RECORD_ENTRY_WORDS_H
#define XQ_RECORD_ENTRY_WORDS_H

#include "ledger/event.h"

/* The bytes of one entry, and what they say. XQ_NONE: beyond the record. */
XQ_CHECK enum xq_rc record_entry(struct tx *tx, void *mem, int64_t office, int64_t seq,
	struct str *out_bytes, struct event_seen *out, struct xq_err *err);
/* The name of the record and the key it was opened with, as its first entry says. XQ_NONE: no record. */
XQ_CHECK enum xq_rc record_name(struct tx *tx, void *mem, int64_t office, const char **out_origin,
	const char **out_vkey, struct xq_err *err);
const char *entry_title(struct str kind);      /* message; NULL: not told in words */
const char *entry_key_title(struct str key);   /* message; NULL: not told in words */
const char *entry_role_title(struct str role); /* message; NULL: not told in words */

#endif
