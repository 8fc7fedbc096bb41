/* SPDX-License-Identifier: Apache-2.0 */
/* draw_pages.h - a draw as everybody may see it, and repeat it; the desk's pages show the same and go on. */
#ifndef XQ_EVALUATION_DRAW_PAGES_H
#define XQ_EVALUATION_DRAW_PAGES_H

#include "concern/desk.h"
#include "evaluation/recheck.h"

struct draw_card {
	const char *code, *href, *month, *words; /* words: of the light, in words */
	int light;
};
struct draw_list_page {
	struct draw_card *card;
	size_t n;
	bool is_desk;
};

struct draw_line {
	int64_t no; /* in the order of the tickets */
	const char *ref, *lot;
	bool is_drawn; /* else passed over */
};
enum { DRAW_LINES_MAX = 200 };
struct draw_sum {
	const char *label, *n; /* label: message */
};
enum { DRAW_SUMS = 4 };

struct draw_page {
	struct draw_card head;
	bool is_seeded, is_done, is_steered; /* steered: nothing from outside decides */
	int64_t n_frame, count, size, announced_seq, seeded_seq, done_seq, announced_at, seeded_at,
		done_at, n_skips;
	const char *outside, *value; /* NULL: none, not yet */
	int32_t outside_day;
	const char *frame, *frame_href, *doc, *doc_href; /* as the record names them */
	const char *frame_raw, *done_raw;                /* the same below the page */
	const char *lines, *seed, *python;               /* NULL: not yet */
	struct draw_line *line;
	size_t n_lines;
	bool is_cut;
	struct draw_sum sum[DRAW_SUMS], sat[DRAW_SUMS]; /* what the second calls said */
	bool has_sums;
	/* the desk alone */
	const char *announced_by, *seeded_by, *public_href;
	bool is_reached, may_seed, may_finish;
	const char *csrf, *idem;
};

/* Everything that may be told of a draw. */
XQ_CHECK enum xq_rc draw_page_load(struct req *q, const struct draw *d, bool is_public,
	struct draw_page *p, struct xq_err *err);
struct draw_card draw_card_of(struct req *q, const struct draw *d, const char *below);

struct recheck_queue {
	struct desk_rows rows;
	struct empty empty;
};

struct recheck_page {
	struct desk_head head;
	struct act_form form;
	const char *refusal; /* in words; NULL: the form is shown */
	const char *body;
	struct reply answer;
	bool has_answer;
	struct person_card person;
	int64_t tries;
};

#endif
