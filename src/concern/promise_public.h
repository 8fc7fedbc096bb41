/* SPDX-License-Identifier: Apache-2.0 */
/* promise_public.h - every promise as everybody may see it: days, unit, kind, what became of it; never what
 * was promised in the words to the resident, no place, nothing of a sealed matter.
 *
 * For:       the page /promises
 * May call:  what concern/concern.h may
 * Called by: concern/resident.c (views)
 * Owns:      nothing; reads promise
 * Threads:   reads on any reader thread
 * Source:    interface.md 2.1; domain.md C25
 */
#ifndef XQ_CONCERN_PROMISE_PUBLIC_H
#define XQ_CONCERN_PROMISE_PUBLIC_H

#include "concern/concern.h"

enum promise_show { SHOW_ALL, SHOW_OPEN, SHOW_KEPT, SHOW_LATE, SHOW_MOVED };

/* Continues after (due_day, concern_id, no); all 0: from the top, the latest day first. */
struct promise_query {
	enum promise_show show;
	int32_t due_day;
	int64_t concern_id;
	int no;
	size_t max;
};

struct public_promise {
	int64_t concern_id, kept_at; /* kept_at 0: not yet */
	int no, moved;
	int32_t first_day, due_day;
	bool is_kept, is_late;
	const char *why; /* code of promise_reasons; NULL: never moved, or not on file */
	const char *ref, *class, *line; /* class: public code; line: reviewed; NULL: none */
	const char *unit;               /* public name of the unit that promised */
	int64_t raised_at;
};
XQ_CHECK enum xq_rc promise_public(struct tx *tx, void *mem, int64_t office,
	const struct promise_query *q, struct public_promise **out, size_t *out_n,
	struct xq_err *err);

/* What the template shows; members marked "message" are English texts of the catalogue. */
struct promise_card {
	const char *href, *title; /* title: in words or a message */
	const char *unit, *words; /* words: of the light, in words */
	int light;
	int32_t first_day, due_day, kept_day; /* kept_day 0: not yet */
	const char *moved, *why;              /* in words; message; NULL: never moved */
};
enum { PROMISE_TABS = 5 };
struct promises_page {
	struct {
		const char *code, *label; /* label: message */
		bool is_current;
	} tab[PROMISE_TABS];
	struct promise_card *card;
	size_t n;
	const char *next, *first; /* paths; NULL: none */
};

extern const struct choice promise_reasons[];
extern const struct act promise_carry;
extern const struct job promise_carry_job;
extern const struct view promises_view;

#endif
