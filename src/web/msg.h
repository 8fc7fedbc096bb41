/* SPDX-License-Identifier: Apache-2.0 */
/* msg.h - the message catalogue: English is the source, Chinese is complete and the default.
 *
 * For:       every word that a person reads. A text without its Chinese form fails the build.
 * May call:  core
 * Called by: web/html.c, act/ (refusals), cli/
 * Threads:   immutable after start; any thread
 * Source:    interface.md 5, style.md 5
 */
#ifndef XQ_WEB_MSG_H
#define XQ_WEB_MSG_H

#include <stdbool.h>

#include "core/err.h"
#include "core/str.h"

enum lang { LANG_ZH, LANG_EN };

/* The text for an English source text (N_, {t "..."}); the English itself where the catalogue does
 * not know it. Never NULL. */
const char *msg_text(enum lang lang, const char *english);

/* Fills {name} places of a text with its arguments, put into words of the language: days as
 * 10月9日（周五） / Fri 9 Oct, times as 9月30日（周三）10:20, integers with thousands comma. Unknown
 * places stay as they are. tz_s: the office's offset. */
char *msg_fill(void *mem, enum lang lang, const char *text, const struct msg_arg *arg,
	size_t n_args, int32_t tz_s);

/* The same pieces alone. */
char *msg_day(void *mem, enum lang lang, int32_t day);       /* 10月9日（周五） */
char *msg_day_short(void *mem, enum lang lang, int32_t day); /* 10月9日 */
char *msg_moment(void *mem, enum lang lang, int64_t at, int32_t tz_s);
char *msg_number(void *mem, int64_t v); /* 47,986 */

/* The row of a text in a language that has rows; NULL: the text stands for itself. */
const struct msg_row *msg_row_of(enum lang lang, const char *english);

/* Generated from po/ by tools/msg: one row per source text, sorted, and hash slots over them. */
struct msg_row {
	const char *english;
	const char *chinese;
	uint16_t n;    /* bytes of the Chinese text */
	bool is_plain; /* no place, no tag, nothing to escape in the Chinese text */
};
extern const struct msg_row msg_rows[];
extern const size_t msg_n_rows;
extern const uint16_t msg_slots[]; /* 0 empty, else number of the row + 1 */
extern const uint32_t msg_slot_mask;

#endif
