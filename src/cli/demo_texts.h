/* SPDX-License-Identifier: Apache-2.0 */
/* demo_texts.h - invented matters, places and names of the demo office. Nobody in them exists. */
#ifndef XQ_CLI_DEMO_TEXTS_H
#define XQ_CLI_DEMO_TEXTS_H

#include <stdbool.h>
#include <stddef.h>

struct demo_matter {
	const char *class, *nature;
	const char *title;  /* %s: the place */
	const char *body;   /* %s: the place */
	const char *answer; /* %s: the place */
	const char *basis, *line, *outcome;
	/* of an answer that explains; NULL: another outcome */
	const struct demo_why *why;
};

/* Why it cannot be done as wished; standing is one of explained_standings. */
struct demo_why {
	const char *standing, *decider, *condition, *instead;
	int instead_days, again_days; /* working days from the answer on; 0: no day */
	const char *up_to; /* beyond the office's power: to whom it is reported; NULL: it is not */
	bool is_beyond;
};

/* A matter that somebody else is competent for; body_code is one of redirect_bodies. */
struct demo_elsewhere {
	const char *body_code, *name, *phone;
	const char *title, *body; /* %s: the place */
	const char *told;
};

/* What is passed up; facts: %s is the place. Ends with a NULL piece. */
struct demo_hard_one {
	const char *piece; /* of the title: what is asked about must be what was raised */
	const char *facts, *tried, *proposal, *asked, *decision, *note;
};
extern const struct demo_hard_one demo_hard_ones[];

/* Wordings for the same purpose, one for each concern in turn. */
struct demo_words {
	const char *const *text;
	size_t n;
};

extern const struct demo_matter demo_matters[];
extern const size_t demo_n_matters;
extern const char *const demo_places[];
extern const size_t demo_n_places;
extern const char *const demo_surnames[];
extern const size_t demo_n_surnames;
extern const char *const demo_closings[]; /* a second sentence, so that no two sound alike */
extern const size_t demo_n_closings;

extern const struct demo_elsewhere demo_elsewheres[];
extern const size_t demo_n_elsewheres;
extern const struct demo_words demo_findings, demo_evidence, demo_heard, demo_no_findings,
	demo_about_staff, demo_points, demo_helps, demo_opinions, demo_return_notes,
	demo_time_notes, demo_park_notes, demo_promises, demo_kept, demo_ends, demo_added,
	demo_withdrawn, demo_disputes;

#endif
