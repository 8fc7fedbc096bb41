/* SPDX-License-Identifier: Apache-2.0 */
/* msg_int.h - pieces of msg.c that html.c writes straight into the page. */
#ifndef XQ_WEB_MSG_INT_H
#define XQ_WEB_MSG_INT_H

#include "web/msg.h"

enum msg_day_form {
	MSG_DAY_SHORT,   /* 10月9日 */
	MSG_DAY_WEEKDAY, /* 10月9日（周五） */
	MSG_DAY_LETTER,  /* 2026年10月9日 */
};

/* today: yyyymmdd; a day of another year shows its year. 0: never. Nothing is written for 0 days,
 * which stand for "not known". */
void msg_put_day(struct buf *b, enum lang lang, int32_t day, enum msg_day_form form, int32_t today);
void msg_put_moment(struct buf *b, enum lang lang, int64_t at, int32_t tz_s, int32_t today);
void msg_put_number(struct buf *b, int64_t v);
void msg_put_arg(
	struct buf *b, enum lang lang, const struct msg_arg *a, int32_t tz_s, int32_t today);

#endif
