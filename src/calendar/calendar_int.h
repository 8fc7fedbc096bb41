/* SPDX-License-Identifier: Apache-2.0 */
/* calendar_int.h - the table that gen_days makes at build from data/calendar.
 *
 * Called by: builtin.c
 * Threads:   any; constants
 */
#ifndef XQ_CALENDAR_CALENDAR_INT_H
#define XQ_CALENDAR_CALENDAR_INT_H

#include "calendar/calendar.h"

extern const struct cal_day cal_embedded_days[];
extern const size_t cal_embedded_n;
extern const int cal_embedded_first;
extern const int cal_embedded_last;
extern const bool cal_embedded_checked[]; /* one for each year */

/* cal_build, with one mark for each year whether a second source agrees (NULL: none does). */
XQ_CHECK enum xq_rc cal_build_marked(void *mem, int version, const struct cal_day *day,
	size_t n_days, int first_year, int last_year, const bool *checked, struct calendar **out,
	struct xq_err *err);

#endif
