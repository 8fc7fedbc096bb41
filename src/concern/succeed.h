/* SPDX-License-Identifier: Apache-2.0 */
/* succeed.h - who leaves a post hands everything that is open to the successor in the same unit.
 *
 * For:       the act concern.succeed and its page; account.close refuses while something is open
 * May call:  what concern/concern.h may
 * Called by: concern/ (module), modules.c
 * Owns:      nothing
 * Threads:   the act on the writer, the page on any reader
 * Source:    domain.md A10 ("duty moves to the successor in the post, logged");
 *            product.md principle 2; decisions.md 11
 */
#ifndef XQ_CONCERN_SUCCEED_H
#define XQ_CONCERN_SUCCEED_H

#include "concern/concern.h"

enum {
	SUCCEED_MAX = 200
}; /* concerns in one transaction; what is left is told and done with the next */

/* from, to: logins; why. Results moved, left. Refusals account.unknown, succeed.not-yours, succeed.same,
 * succeed.other-unit, succeed.nothing. */
extern const struct act concern_succeed;

extern const struct msg_text succeed_messages[];
extern const struct module concern_succeed_module;

#endif
