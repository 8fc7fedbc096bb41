/* SPDX-License-Identifier: Apache-2.0 */
/* parse.h - numbers, days and moments from outside text: whole string, range, no locale.
 *
 * May call:  core/str.h, core/time.h
 * Called by: everything that reads outside text; nobody uses strtol
 * Threads:   any
 * Source:    style.md 6
 */
#ifndef XQ_CORE_PARSE_H
#define XQ_CORE_PARSE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/str.h"

/* Each returns false, and leaves *out alone, unless the whole of s is one value in range. */
bool parse_int(struct str s, int64_t min, int64_t max, int64_t *out);
bool parse_hex(struct str s, uint8_t *out, size_t n); /* exactly 2n digits, either case */
bool parse_day(struct str s, int32_t *out);           /* 2026-09-24, 2026/9/24, 20260924 */
/* 2026-02-13T10:00[:00][+08:00|Z], 2019/2/28 11:25:05, or a day; tz_s where no zone is given. */
bool parse_moment(struct str s, int32_t tz_s, int64_t *out);
bool parse_bool(struct str s, bool *out); /* 1 0 true false yes no on off */

#endif
