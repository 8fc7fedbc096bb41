/* SPDX-License-Identifier: Apache-2.0 */
/* search.h - Chinese full-text search: any run of Chinese characters, any whole Latin word or number.
 *
 * For:       finding concerns by their words, all of them, at a million, in under 50 ms, while a
 *            raise pays one short row for it.
 * May call:  core, store.h
 * Called by: concern/ and whoever has text to find
 * Owns:      tables search_doc, search_block, search_page, search_loose
 * Threads:   search_terms any thread (act prepare); search_put on the writer; search_find and
 *            search_like readers
 * Source:    architecture.md 5, scale-out.md 1.9
 *
 * How: search_doc keeps the folded text of each row. The newest rows are simply read through. Each
 * full block of 1,024 ids is folded once into an index of its own, pairs of characters and words ->
 * rows, a run of blobs of 900 bytes, and never merged again; a search walks the blocks from the
 * newest, and what the index proposes is compared with the text, so a hit holds the words as they
 * were typed. Plain tables and portable SQL, the same on both stores.
 *
 * Not FTS5, measured on the same two cores with 200 different bigrams a row, synchronous=FULL,
 * batches of 16 / 64: FTS5 (contentless, detail=none, its own terms not even kept) 230 / 180 us of
 * processor a row with its defaults, 135 / 120 at best, with merges that hold a commit for 0.3 to
 * 2 s; this: see tests/unit/store/README.
 */
#ifndef XQ_STORE_SEARCH_H
#define XQ_STORE_SEARCH_H

#include "store/store.h"

/* What a found row is; new kinds are added at the end. 1..15 */
enum search_kind { SEARCH_CONCERN = 1, SEARCH_REPLY = 2 };

/* The form in which text is kept and compared: runs of CJK characters and Latin words or numbers
 * (full-width to half-width, lower case, at most 32 characters each), separated by single spaces.
 * max_terms: characters and words in all; what lies beyond is not found. Pure. */
struct str search_terms(void *mem, struct str text, size_t max_terms);

/* Puts or replaces what search_terms gave for one row, inside the act's savepoint. Empty terms
 * erase it: neither text nor index holds anything of the row after the commit. Ids should be dense
 * (counters): a row far below the newest one costs more. */
XQ_CHECK enum xq_rc search_put(struct tx *tx, int64_t office, enum search_kind kind, int64_t id,
	struct str terms, struct xq_err *err);
/* The same for a row that is new. */
XQ_CHECK enum xq_rc search_add(struct tx *tx, int64_t office, enum search_kind kind, int64_t id,
	struct str terms, struct xq_err *err);

/* Ids of the rows that hold all words of query, newest first, below before_id (0: from the top),
 * at most max. A run of CJK characters is found as it stands, also a single character; a Latin word
 * or number only whole. A query without a word finds nothing. */
XQ_CHECK enum xq_rc search_find(struct tx *tx, void *mem, int64_t office, enum search_kind kind,
	struct str query, int64_t before_id, size_t max, int64_t **out_id, size_t *out_n,
	struct xq_err *err);
/* The same; the search may stop at above_id, since older rows would not be shown anyway. */
XQ_CHECK enum xq_rc search_find_above(struct tx *tx, void *mem, int64_t office,
	enum search_kind kind, struct str query, int64_t above_id, int64_t before_id, size_t max,
	int64_t **out_id, size_t *out_n, struct xq_err *err);

/* ---- rows that share words with a text --------------------------------------------------------- */

/* What is being written. place may be empty, text too. */
struct search_ask {
	enum search_kind kind;
	struct str text, place;
	int64_t below; /* only rows below this id; 0: all */
};

enum { ALIKE_MAX = 48, ALIKE_WORDS = 3 };
struct search_alike {
	int64_t id;
	int share;                    /* 1..100: how much of what the two say is the same */
	size_t n_common;              /* stretches of text that stand in both */
	struct str word[ALIKE_WORDS]; /* the most telling of them, as search_terms folds it */
	size_t n_words;
};

/* search_like - rows that share uncommon words with a text, the most alike first, at most ALIKE_MAX.
 *
 * How: the pairs and words of the first 1,200 characters are the keys of the text. How uncommon each
 * is comes from the newest rows (the unfolded ones and two folded blocks); what stands in more than a
 * tenth of them says nothing and counts nothing (200 rows more are taken as read, since a young
 * office has few). The ten rarest, three of them of the place, are
 * asked for in the newest 64 blocks (65,536 rows), so however old and large the office is and
 * whatever is typed, no more than 640 pages are read. The 48 best of what they find are compared
 * with the text itself: share is the cosine of the two, rare keys weighing more; of a text that is
 * shorter than the row, the mean of that and of how much of it the row holds, since it is still being
 * written. A text without an uncommon word finds nothing.
 *
 * A changed row of a folded block is found by its former words until the block is folded again.
 * Texts in out live as long as mem. Threads: readers */
XQ_CHECK enum xq_rc search_like(struct tx *tx, void *mem, int64_t office,
	const struct search_ask *ask, struct search_alike *out, size_t *out_n, struct xq_err *err);

/* Pairs and words of folded text as numbers; equal ones are equal but for rare accidents. At most max. */
size_t search_keys(struct str terms, uint64_t *out, size_t max);

extern const struct migration search_migration_1;

#endif
