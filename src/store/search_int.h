/* SPDX-License-Identifier: Apache-2.0 */
/* search_int.h - what the files of the search index share: keys of a text, pages of a block. */
#ifndef XQ_STORE_SEARCH_INT_H
#define XQ_STORE_SEARCH_INT_H

#include "store/search.h"

enum { BLOCK_BITS = 10, BLOCK_ROWS = 1 << BLOCK_BITS, BLOCK_WORDS = BLOCK_ROWS / 64 };
#define SEARCH_CHAR_BITS 21

struct where {
	int64_t office, kind, block;
};

/* Keys from lo to hi, both of them in it. */
struct range {
	uint64_t lo, hi;
};

/* Whether a folded term is a run of CJK characters; else it is a word. */
bool search_is_run(struct str term);
/* Pairs of neighbours, then the last character with nobody behind it. out: as many as term has
 * characters, so at most term.n. */
size_t search_run_keys(struct str term, uint64_t *out);
uint64_t search_word_key(struct str word);

/* Sets in bits the rows of one block that hold a key of the range. */
XQ_CHECK enum xq_rc search_key_rows(struct tx *tx, const struct where *at, struct range key,
	uint64_t *bits, struct xq_err *err);

/* In how many rows of a page each key stands. key: rising, n of them; *at: the first one that was not
 * passed yet, moved on; add: one number for each key. False at damaged data. */
bool search_page_counts(struct bytes data, uint64_t first, const uint64_t *key, size_t n,
	size_t *at, uint32_t *add);

/* The newest folded block; -1: none. */
XQ_CHECK enum xq_rc search_last_folded(
	struct tx *tx, int64_t office, int64_t kind, int64_t *out, struct xq_err *err);

#endif
