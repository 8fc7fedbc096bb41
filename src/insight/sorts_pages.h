/* SPDX-License-Identifier: Apache-2.0 */
/* sorts_pages.h - what the template of the year by relief and level shows. */
#ifndef XQ_INSIGHT_SORTS_PAGES_H
#define XQ_INSIGHT_SORTS_PAGES_H

#include "concern/desk.h"

struct sorts_page {
	const char *heading;
	struct {
		const char *href, *words;
	} prev, next; /* href NULL: no such year */
	struct table reliefs, levels;
	bool is_empty, is_cut; /* cut: more were sorted than are counted */
	struct empty empty;
};

#endif
