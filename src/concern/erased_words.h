/* SPDX-License-Identifier: Apache-2.0 */
/* erased_words.h - how pages say that the words of a concern are gone (interface.md: gone). */
#ifndef XQ_CONCERN_ERASED_WORDS_H
#define XQ_CONCERN_ERASED_WORDS_H

#include "concern/erased.h"
#include "web/web.h"

/* When, and on what ground; NULL: they are here. */
const char *erased_words(struct req *q, const struct concern *c);

#endif
