/* SPDX-License-Identifier: Apache-2.0 */
/* components_int.h - what components.html needs from C. */
#ifndef XQ_WEB_COMPONENTS_INT_H
#define XQ_WEB_COMPONENTS_INT_H

#include "web/components.h"

const char *tone_class(int tone);
const char *input_type(int kind);
bool day_cell_is_today(const struct day_cell *c);
const char *day_cell_class(struct html_out *o, const struct day_cell *c);
const char *weekday_short(struct html_out *o, int32_t day); /* 周四 */

#endif
