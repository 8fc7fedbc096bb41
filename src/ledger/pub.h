/* SPDX-License-Identifier: Apache-2.0 */
/* pub.h - one public field of an event, read from its canonical bytes without allocating.
 *
 * For:       walks over whole logs, where a JSON library for each entry would cost more than the rest.
 * May call:  core
 * Called by: ledger/figures, record/, cli/
 * Threads:   any; pure
 * Source:    ledger.md 3.1, 3.2
 *
 * pub is the object as event_check hands it out (struct event_seen.pub): only what has passed there may be
 * read here, since nothing is checked twice. Each function is false where the field is absent or of another
 * type, and then leaves *out alone. */
#ifndef XQ_LEDGER_PUB_H
#define XQ_LEDGER_PUB_H

#include <stdbool.h>
#include <stdint.h>

#include "core/str.h"

bool pub_code(struct str pub, const char *key, struct str *out);
bool pub_int(struct str pub, const char *key, int64_t *out);
bool pub_bool(struct str pub, const char *key, bool *out);
bool pub_day(struct str pub, const char *key, int32_t *out); /* "2026-02-01": 20260201 */
/* A moment as the digits that are written: 20260122093005, always +08:00. Such numbers compare like the
 * moments, and a millionth of one is its day. */
bool pub_stamp(struct str pub, const char *key, int64_t *out);
bool pub_count(struct str pub, const char *key, int64_t *out); /* items of an array */
/* The item of an array that comes after the ones cut off before: *rest is first the value that pub_array gave.
 * Codes come without their quotes. */
bool pub_array(struct str pub, const char *key, struct str *out);
bool pub_item(struct str *rest, struct str *out);
/* The fields one after the other, with their values as they are written; *rest is first pub itself. */
bool pub_next(struct str *rest, struct str *key, struct str *value);

/* The same number from a moment that stands alone (struct event_seen.at_text). */
int64_t pub_stamp_of(struct str at_text);

#endif
