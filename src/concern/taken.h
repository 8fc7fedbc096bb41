/* SPDX-License-Identifier: Apache-2.0 */
/* taken.h - a concern that was taken down without a network and uploaded later.
 *
 * For:       the moment at which the resident told us, where it is not that of the registration. Clocks
 *            start there; the record, the owner's time and every count stay with the registration.
 * May call:  what concern/concern.h may
 * Called by: concern/raise.c, request.c (the acts), desk_concern.c, raise_pages.c, track_pages.c (words)
 * Owns:      column concern.taken_at
 * Threads:   checks on the request side and the writer, words on any reader
 * Source:    domain.md A09; docs/decisions/0034-taken-down-without-a-network.md
 */
#ifndef XQ_CONCERN_TAKEN_H
#define XQ_CONCERN_TAKEN_H

#include "concern/concern.h"

struct req;

/* Part of an act's check: field taken_at is not ahead of us, and not older than a week.
 * Faults: concern.taken-ahead, concern.taken-old. */
void taken_check(struct act_call *call);

/* What the act keeps of its field: 0 where it was not given; a clock a little ahead of ours means now. */
int64_t taken_read(const struct form *in, int64_t now);

/* The same limit, counted from when the resident told us instead; taken_at 0: as it was counted. The limit
 * is that of the registration, since nobody was told another one and an office may be younger. */
XQ_CHECK enum xq_rc taken_count(struct act_ctx *ctx, int64_t taken_at, struct limit limit,
	struct due *due, struct xq_err *err);

/* "Taken down 10:02 without a network, uploaded 15:10"; NULL: it was registered at once. */
const char *taken_words(struct req *q, const struct concern *c);

extern const struct migration concern_migration_17;

#endif
