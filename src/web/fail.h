/* SPDX-License-Identifier: Apache-2.0 */
/* fail.h - what the server's own pages show: refusals and faults, the list of offices. */
#ifndef XQ_WEB_FAIL_H
#define XQ_WEB_FAIL_H

#include "core/str.h"

struct office_info;

/* One typed value: sent once more by the page's button. */
struct fail_typed {
	struct str name, value;
	bool is_text; /* more than a line's worth: shown, so that it can be copied */
};

struct fail_page {
	int status;
	const char *text;   /* what happened, in words */
	const char *advice; /* what to do next, in words */
	const char *role;   /* 403: who may; NULL otherwise */
	unsigned number;    /* 500: to quote; 0: none */
	bool may_search;
	bool is_staff;    /* the way back is the desk */
	const char *path; /* where the button sends to */
	size_t n_typed;
	const struct fail_typed *typed;
};

/* Several offices in one program: the first page lists them. */
struct office_list {
	size_t n;
	const struct office_info *office;
};

#endif
