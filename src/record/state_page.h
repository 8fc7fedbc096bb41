/* SPDX-License-Identifier: Apache-2.0 */
/* state_page.h - what the operator sees of the record, and what is said when it stands still.
 *
 * For:       /desk/record; the templates of state.html
 * May call:  record/, concern/desk.h
 * Called by: record/public_module.c
 * Owns:      nothing
 * Threads:   views, any reader
 * Source:    interface.md 2.2 (/desk/record), 6; ledger.md 7.3, 7.4
 */
#ifndef XQ_RECORD_STATE_PAGE_H
#define XQ_RECORD_STATE_PAGE_H

#include "record/witness_page.h"

enum { STATE_LINES = 10, STOP_STEPS = 4 };

struct state_line {
	const char *label; /* message */
	const char *text, *note;
	bool is_code; /* set in the type of codes */
};

struct stop_step {
	const char *text;    /* message */
	const char *command; /* to be typed; NULL: none */
};
/* Why nothing is taken any more: found, what it means, what to do next. */
struct stop_card {
	const char *found, *means;
	struct stop_step step[STOP_STEPS];
	size_t n_steps;
};

struct state_page {
	bool is_stopped;
	bool is_behind; /* the clock: acts go on, nothing is signed */
	struct stop_card stop;
	struct state_line line[STATE_LINES];
	size_t n_lines;
	int looked_light;
	const char *looked, *looked_note;
	struct witness_page w; /* tables of witnesses and keys */
};

struct xq_err;
/* In the reader's words. dir: the data folder, for the commands. Of a key that is not known the card says
 * what the message says, and the steps that hold for everything. */
struct stop_card stop_card_of(struct req *q, const struct xq_err *why);

extern const struct view state_view;
extern const struct menu_item menu_state;

#endif
