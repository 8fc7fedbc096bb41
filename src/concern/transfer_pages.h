/* SPDX-License-Identifier: Apache-2.0 */
/* transfer_pages.h - what the templates of transfer_pages.c show. */
#ifndef XQ_CONCERN_TRANSFER_PAGES_H
#define XQ_CONCERN_TRANSFER_PAGES_H

#include "concern/desk_pages.h"
#include "concern/transfer.h"

struct transfer_line {
	const struct transfer_in *in;
	const char *from, *href; /* from: the office's name */
	const char *left;        /* until when, in words */
};
/* Ours that wait for another office. */
struct transfer_sent {
	const char *no, *href, *to;
	int64_t at;
};
struct transfer_list {
	struct transfer_line *line;
	size_t n;
	struct transfer_sent *sent;
	size_t n_sent;
	struct empty empty;
};

struct transfer_page {
	const struct transfer_in *in;
	const char *from, *kind, *why, *left;
	const char *answered; /* in words, once it is; NULL: the forms are shown */
	const char *refusal;  /* of the last try; NULL: none */
	struct act_form accept, decline;
};

#endif
