/* SPDX-License-Identifier: Apache-2.0 */
/* demo_texts.h - invented matters, places and names of the demo office. Nobody in them exists. */
#ifndef XQ_CLI_DEMO_TEXTS_H
#define XQ_CLI_DEMO_TEXTS_H

#include <stddef.h>

struct demo_matter {
	const char *class, *nature;
	const char *title;  /* %s: the place */
	const char *body;   /* %s: the place */
	const char *answer; /* %s: the place */
	const char *basis, *line, *outcome;
};

extern const struct demo_matter demo_matters[];
extern const size_t demo_n_matters;
extern const char *const demo_places[];
extern const size_t demo_n_places;
extern const char *const demo_surnames[];
extern const size_t demo_n_surnames;
extern const char *const demo_closings[]; /* a second sentence, so that no two sound alike */
extern const size_t demo_n_closings;

#endif
