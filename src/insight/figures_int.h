/* SPDX-License-Identifier: Apache-2.0 */
/* figures_int.h - what the pages and the table of figures share: the month asked for, and its sums. */
#ifndef XQ_INSIGHT_FIGURES_INT_H
#define XQ_INSIGHT_FIGURES_INT_H

#include "insight/insight.h"
#include "insight/month.h"

extern const struct view figures_csv_view, sorts_view;

#endif
