/* SPDX-License-Identifier: Apache-2.0 */
/* parts_int.h - what parts.c, parts_gone.c and parts_upgrade.c share. */
#ifndef XQ_LEDGER_PARTS_INT_H
#define XQ_LEDGER_PARTS_INT_H

#include "ledger/parts.h"

struct part_place {
	const char *origin;
	int64_t seq;
	const char *part;
	int64_t slot;
};

/* first_seq: of the voice; 0 or less: it begins here. */
struct part_owner {
	int64_t office, person_id, first_seq;
};

/* nonce, cipher text of salt and text, tag; lives as long as mem. */
XQ_CHECK enum xq_rc part_seal(void *mem, const struct keystore *keys, const struct part_place *at,
	struct rng *random, const uint8_t salt[LEDGER_SALT_LEN], struct str text, struct bytes *out,
	struct xq_err *err);
struct part_plain {
	uint8_t *p;
	size_t n;
};
/* Salt and text one after the other. XQ_NONE: the slot was destroyed. */
XQ_CHECK enum xq_rc part_open(void *mem, const struct keystore *keys, const struct part_place *at,
	struct bytes sealed, struct part_plain *out, struct xq_err *err);
/* voice: slot of the event's resident, 0 until it is known. */
XQ_CHECK enum xq_rc part_slot(struct tx *tx, struct keystore *keys, const struct part_owner *of,
	int64_t *voice, int64_t *out, struct xq_err *err);
XQ_CHECK enum xq_rc part_insert(struct tx *tx, int64_t office, const struct part_place *at,
	int64_t person_id, struct bytes sealed, struct xq_err *err);

#endif
