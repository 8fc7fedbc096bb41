/* SPDX-License-Identifier: Apache-2.0 */
/* witness_page.h - what the page of witnesses and keys shows; members are in the reader's words. */
#ifndef XQ_RECORD_WITNESS_PAGE_H
#define XQ_RECORD_WITNESS_PAGE_H

#include "office/desk.h"

struct witness_page {
	struct table witnesses, watched, keys;
	struct empty no_witness, no_watched;
	const char *self;   /* our key as witness; NULL: nothing is watched yet */
	const char *newest; /* vkey that others check our record with */
	bool may_retire;    /* two keys sign */
};

#endif
