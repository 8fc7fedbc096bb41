/* SPDX-License-Identifier: Apache-2.0 */
/* callback_pages.h - what the callers' templates show. */
#ifndef XQ_EVALUATION_CALLBACK_PAGES_H
#define XQ_EVALUATION_CALLBACK_PAGES_H

#include "concern/desk.h"
#include "evaluation/callback.h"

struct callback_queue {
	struct desk_rows rows;
	struct empty empty;
};

struct callback_page {
	struct desk_head head;
	struct act_form form;
	const char *refusal; /* in words; NULL: the form is shown */
	const char *guide;   /* how a call is made */
	const char *body;
	struct reply answer;
	bool has_answer;
	struct person_card person;
	struct callback *tried;
	size_t n_tried;
};

#endif
