/* SPDX-License-Identifier: Apache-2.0 */
/* unmask.h - who looked at the full name, phone and address of a resident, when and why.
 *
 * For:       opening the details for a quarter of an hour with a reason; the resident's own list of it,
 *            and the word of a resident who finds a look wrong
 * May call:  what concern/concern.h may
 * Called by: concern/ (desk frame, resident's pages, the discipline officer's list)
 * Owns:      table unmasking
 * Threads:   acts on the writer, reads on any reader thread
 * Source:    product.md principle 5; domain.md E02; interface.md 2.1 (/track/{code}/access);
 *            docs/decisions/0033-looking-at-a-resident.md
 */
#ifndef XQ_CONCERN_UNMASK_H
#define XQ_CONCERN_UNMASK_H

#include "concern/concern.h"

enum {
	UNMASK_OPEN_S = 900,     /* open for so long, for this person only */
	UNMASK_CLOSED_DAYS = 90, /* natural days after the end; later only by a ruling post */
	UNMASKINGS_SHOWN = 100,  /* newest ones on the resident's list */
};

struct unmasking {
	int64_t no, at, unit_id,
		doubted_at; /* doubted_at 0: the resident has not said that it was wrong */
	const char *unit;
	const char *as;   /* code of unmask_ways: by what right */
	const char *why;  /* code of unmask_reasons */
	const char *note; /* "" : none */
};

extern const struct choice unmask_reasons[], unmask_ways[];

/* Newest first; at most max. */
XQ_CHECK enum xq_rc unmask_list(struct tx *tx, void *mem, int64_t office, int64_t concern_id,
	size_t max, struct unmasking **out, size_t *out_n, struct xq_err *err);
/* XQ_NONE: there is none of this number. */
XQ_CHECK enum xq_rc unmask_load(struct tx *tx, void *mem, int64_t office, int64_t concern_id,
	int64_t no, struct unmasking *out, struct xq_err *err);
XQ_CHECK enum xq_rc unmask_count(
	struct tx *tx, int64_t office, int64_t concern_id, int64_t *out, struct xq_err *err);
/* Until when this person sees the details in full; 0: masked. */
XQ_CHECK enum xq_rc unmask_until(struct tx *tx, int64_t office, int64_t concern_id,
	int64_t person_id, int64_t now, int64_t *out, struct xq_err *err);

/* By what right this person may open them, as a code of unmask_ways; NULL: not, and out_refusal is the key
 * of the message. goes: is one of the two of a visit that is ahead. */
const char *unmask_way(const struct actor *a, const struct concern *c, bool goes, int64_t now,
	const char **out_refusal);

/* concern.unmask; refusals unmask.not-yours, unmask.sealed, unmask.too-long-ago, unmask.say-why. */
extern const struct act concern_unmask;
/* voice.doubt: the resident finds a look wrong; refusals unmask.unknown, unmask.doubted, voice.*. */
extern const struct act voice_doubt;

extern const struct event_kind ev_unmasked;
extern const struct msg_text unmask_messages[];
extern const struct migration concern_migration_13;
extern const struct module concern_unmask_module;

#endif
