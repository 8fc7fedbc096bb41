/* SPDX-License-Identifier: Apache-2.0 */
/* handbook.h - what the printed handbook shows: how each step is done, who leads what, the limits. */
#ifndef XQ_CONCERN_HANDBOOK_H
#define XQ_CONCERN_HANDBOOK_H

#include "concern/rules_pages.h"

struct handbook {
	const char *office, *printer;
	int64_t printed_at;
	int32_t today;
	const struct rules_line *step; /* title, text, source */
	size_t n_steps;
	struct table duties;
	struct rules_block limits;
};

extern const struct view rules_handbook_view;

#endif
