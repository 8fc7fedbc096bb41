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

/* The tables that /desk/record shows as well. */
XQ_CHECK enum xq_rc witness_page_witnesses(
	struct req *q, struct witness_page *p, struct xq_err *err);
XQ_CHECK enum xq_rc witness_page_keys(struct req *q, struct witness_page *p, struct xq_err *err);
const char *witness_moment(struct req *q, int64_t at);    /* 10月9日 17:30 */
const char *witness_entries(struct req *q, int64_t size); /* 47,986 entries */

#endif
