/* SPDX-License-Identifier: Apache-2.0 */
/* similar.h - concerns that look like one that is being filed: a hint, never a decision.
 *
 * For:       the form of the counter (/desk/intake), a concern's own page of similar ones, the last
 *            step of raising (/raise/check), the API.
 * May call:  core, store, act, concern/concern_int.h
 * Called by: concern/similar_pages.c, desk_intake.c, raise_pages.c, cli/import_explain.c
 * Owns:      nothing; index concern_public_line
 * Threads:   any reader
 * Source:    interface.md 2.1, 2.2; product.md 1; docs/decisions/0021-similar-concerns.md
 *
 * The score at the desk. What the two texts share counts from 0 to 100 (search_like: the cosine of
 * their pairs and words, rare ones weighing more; words in a tenth of the newest concerns count
 * nothing). To it are added: the same place 30 or the same road or estate 10, since a matter is
 * mostly tied to its place; the same kind 8; still open 5, since only an open one can take the voice
 * in; raised in the last 30 days 5, in the last 180 days 2 (half a year is the span of a repeat).
 * Shown are at most five. A text alone needs a share of SIMILAR_SHARE, a place in common lowers
 * that, and a place alone is enough where it is the same one. The numbers are measured on real
 * messages: docs/real-messages.md.
 *
 * The cost does not depend on the office: see search_like, and 48 rows are looked at here.
 */
#ifndef XQ_CONCERN_SIMILAR_H
#define XQ_CONCERN_SIMILAR_H

#include "concern/concern.h"
#include "store/search.h"

enum {
	SIMILAR_MAX = 5,
	SIMILAR_SHARE = 24,       /* of a text alone */
	SIMILAR_SHARE_NEAR = 14,  /* where road or estate are the same */
	SIMILAR_SHARE_PLACE = 8,  /* where the place is the same */
	SIMILAR_PUBLIC_ROWS = 512 /* of the public list that a resident's words are compared with */
};

/* What is being filed, or a concern on file. */
struct similar_ask {
	struct str title, body, place;
	const char *class; /* NULL, "" and "other" say nothing */
	int64_t now;
	int64_t below;     /* staff: only concerns below this id; 0: all */
	int64_t except_id; /* the concern itself; 0: none */
};

enum place_fit { PLACE_OTHER, PLACE_NEAR, PLACE_SAME };
/* How two places belong together: the same one, or a flat in the same house; the same road or estate. */
enum place_fit place_fit(void *mem, struct str a, struct str b);

struct similar {
	struct concern c; /* what a line of a list shows; the rest is empty */
	int score, share;
	enum place_fit place;
	bool is_same_class;
	size_t n_common; /* words in common */
	struct str word[ALIKE_WORDS];
	size_t n_words;
};

/* similar_find - at most SIMILAR_MAX concerns like this one that the actor may see, best first.
 *
 * Who may see a concern in lists and in search (concern_may_see) may see it here, with one exception:
 * a confidential one is shown to its owner and its first receiver only, since it may be about the very
 * unit that is asked now, and whoever types a text learns from a hint that somebody said the same.
 * Voided ones are not shown. out: room for SIMILAR_MAX. */
XQ_CHECK enum xq_rc similar_find(struct tx *tx, void *mem, const struct actor *actor,
	const struct similar_ask *ask, struct similar *out, size_t *out_n, struct xq_err *err);

/* similar_public - ids of public concerns whose reviewed line shares words with what is typed, at most
 * SIMILAR_MAX, best first.
 *
 * It reads nothing but what the public list shows: the reviewed line and the kind. Words and place of
 * the concerns are not looked at, or anybody could find out by typing whether somebody else wrote a
 * word or lives somewhere. Confidential, imported and voided ones are left out by the query itself,
 * so neither the count nor the time says that there are any. */
XQ_CHECK enum xq_rc similar_public(struct tx *tx, void *mem, int64_t office,
	const struct similar_ask *ask, int64_t *out, size_t *out_n, struct xq_err *err);

extern const struct module concern_similar_module;

#endif
