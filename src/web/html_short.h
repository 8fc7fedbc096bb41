/* SPDX-License-Identifier: Apache-2.0 */
/* html_short.h - short names for values inside templates; only compiled templates include it.
 *
 * They use the output `o` that every template has.
 */
#ifndef XQ_WEB_HTML_SHORT_H
#define XQ_WEB_HTML_SHORT_H

#include "web/asset.h"
#include "web/html.h"

#define DAY(day) html_day(o, (day))               /* 10月9日（周五） */
#define DAY_OF(at) html_day_of(o, (at))           /* the same, of a moment */
#define DAY_SHORT(day) html_day_short(o, (day))   /* 10月9日 */
#define DAY_LETTER(day) html_day_letter(o, (day)) /* 2026年10月9日 */
#define MOMENT(at) html_moment(o, (at))           /* 9月30日（周三）10:20 */
#define CLOCK(at) html_clock(o, (at))             /* 10:20 */
#define ISO(at) html_iso(o, (at))                 /* datetime attribute */
#define ISO_DAY(day) html_iso_day(o, (day))       /* 2026-10-09 */
#define NUMBER(v) html_number(o, (int64_t)(+(v))) /* 47,986 */
#define LINK(href) html_link(o, (href))           /* href with the office's base in front */
#define TEXT(english) html_text(o, (english))     /* a message as const char * */

#endif
