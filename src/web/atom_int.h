/* SPDX-License-Identifier: Apache-2.0 */
/* atom_int.h - what the template of feeds is given: moments already in their text. */
#ifndef XQ_WEB_ATOM_INT_H
#define XQ_WEB_ATOM_INT_H

#include "web/atom.h"

struct atom_page {
	const struct atom_feed *feed;
	const char *updated;
	const char **entry_updated,
		**entry_published; /* beside feed->entry; published NULL: not told */
};

#endif
