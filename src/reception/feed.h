/* SPDX-License-Identifier: Apache-2.0 */
/* feed.h - one line of a calendar (RFC 5545), as the feed of the roster writes it.
 *
 * For:       the feed, and whoever tries what it does to long lines.
 * May call:  core
 * Called by: reception/feed.c, tests/fuzz
 * Threads:   pure; any thread
 * Source:    RFC 5545 3.1 (folding), 3.3.11 (values of type TEXT)
 */
#ifndef XQ_RECEPTION_FEED_H
#define XQ_RECEPTION_FEED_H

#include "core/str.h"

/* Adds name:text as a line that ends in CR LF and holds at most 75 bytes; a longer one goes on behind a blank, never
 * inside of a character. text: valid UTF-8 without line ends. */
void feed_line(struct buf *b, const char *name, const char *text);
/* A value of type TEXT: backslash, comma and semicolon are quoted, a line end is \n. */
const char *feed_text(void *mem, const char *text);

#endif
