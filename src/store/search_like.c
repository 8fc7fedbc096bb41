/* SPDX-License-Identifier: Apache-2.0 */
/* search_like.c - rows that share uncommon words with a text. Every loop here has an end that does not
 * depend on the office: keys of a text, blocks, rows that are compared, bytes of a row. */
#include "store/search_int.h"

#include <math.h>
#include <stdlib.h>

#include "core/mem.h"
#include "core/utf8.h"

#include "core/banned.h"

enum {
	PLACE_CHARS = 100,
	TEXT_CHARS = 1100,
	KEYS = PLACE_CHARS + TEXT_CHARS,
	SAMPLE_BLOCKS = 2,
	SEEK = 10,
	SEEK_PLACE = 3,
	SEEK_UNSEEN = 6,  /* of the sought ones, how many may stand in no row of the sample */
	BLOCKS = 64,      /* of BLOCK_ROWS each */
	DOC_BYTES = 4096, /* of a row that is compared */
	NEWEST_BYTES = 2 << 20,
	COMMON = 10, /* in more than one row of this many: says nothing */
	OTHERS =
		200, /* rows without any of the words, as if they were there: a young office has few */
	SLOTS = 4096
};

/* One key of the text where it stands in it. */
struct spot {
	uint64_t key;
	struct str text;
	uint16_t k;    /* of the sorted keys */
	bool is_apart; /* a new term begins here */
};

struct best {
	int64_t id;
	float weight;
};

struct hit {
	int64_t id;
	uint16_t k;
};

struct like {
	struct tx *tx;
	int64_t office, kind, below;
	struct spot spot[KEYS];
	size_t n_spots, n_place;
	uint64_t key[KEYS]; /* rising, each once */
	uint16_t slot[SLOTS];
	uint32_t rows[KEYS];
	float weight[KEYS];
	bool is_place[KEYS];
	int64_t stamp[KEYS]; /* the row that was seen to hold it last */
	uint16_t seek[SEEK];
	size_t n_keys, n_seek;
	double whole; /* of all weights */
	size_t sample;
	struct hit *hit; /* in the unfolded rows */
	size_t n_hits, cap_hits;
	uint16_t found[KEYS]; /* by the row looked at last */
	size_t n_found;
	struct best best[ALIKE_MAX];
	size_t n_best;
};

/* ---- the keys of the text ------------------------------------------------------------------------ */

static void
add_spot(struct like *l, uint64_t key, struct str text, bool is_apart)
{
	if (l->n_spots < KEYS)
		l->spot[l->n_spots++] =
			(struct spot){ .key = key, .text = text, .is_apart = is_apart };
}

/* The character with nobody behind it is a key only where the run has no other. */
static void
add_run(struct like *l, struct str run)
{
	struct str rest = run;
	const char *before = rest.p;
	uint64_t last = utf8_next(&rest);
	bool is_first = true;
	if (rest.n == 0)
		add_spot(l, last << SEARCH_CHAR_BITS, run, true);
	while (rest.n > 0) {
		const char *here = rest.p;
		uint64_t c = utf8_next(&rest);
		add_spot(l, last << SEARCH_CHAR_BITS | c, str_n(before, (size_t)(rest.p - before)),
			is_first);
		is_first = false;
		before = here;
		last = c;
	}
}

static void
add_terms(struct like *l, struct str terms)
{
	struct str term;
	while (terms.n > 0) {
		(void)str_cut(&terms, ' ', &term); /* the last piece too */
		if (search_is_run(term))
			add_run(l, term);
		else if (term.n > 0)
			add_spot(l, search_word_key(term), term, true);
	}
}

static size_t
slot_of(uint64_t key)
{
	return (size_t)(key * UINT64_C(0x9E3779B97F4A7C15) >> 52); /* the top twelve bits */
}

static int
by_value(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
	return (x > y) - (x < y);
}

/* Where a key stands among the sorted ones; KEYS: not at all. Asked for each pair of each row that is
 * compared, so by a table. */
static size_t
key_at(const struct like *l, uint64_t key)
{
	size_t at = slot_of(key);
	while (l->slot[at] != 0 && l->key[l->slot[at] - 1] != key)
		at = (at + 1) % SLOTS;
	return l->slot[at] != 0 ? l->slot[at] - 1u : KEYS;
}

static void
fill_slots(struct like *l)
{
	for (size_t k = 0; k < l->n_keys; k++) {
		size_t at = slot_of(l->key[k]);
		while (l->slot[at] != 0)
			at = (at + 1) % SLOTS;
		l->slot[at] = (uint16_t)(k + 1);
	}
}

static void
read_ask(struct like *l, void *mem, const struct search_ask *ask)
{
	add_terms(l, search_terms(mem, ask->place, PLACE_CHARS));
	l->n_place = l->n_spots;
	add_terms(l, search_terms(mem, ask->text, TEXT_CHARS));
	for (size_t i = 0; i < l->n_spots; i++)
		l->key[i] = l->spot[i].key;
	qsort(l->key, l->n_spots, sizeof l->key[0], by_value);
	for (size_t i = 0; i < l->n_spots; i++)
		if (i == 0 || l->key[i] != l->key[i - 1])
			l->key[l->n_keys++] = l->key[i];
	fill_slots(l);
	for (size_t i = 0; i < l->n_spots; i++) {
		l->spot[i].k = (uint16_t)key_at(l, l->spot[i].key);
		l->is_place[l->spot[i].k] |= i < l->n_place;
	}
	for (size_t i = 0; i < l->n_keys; i++)
		l->stamp[i] = -1;
}

/* ---- how uncommon they are ------------------------------------------------------------------------- */

static struct str
clip(struct str s)
{
	if (s.n <= DOC_BYTES)
		return s;
	s.n = DOC_BYTES;
	while (s.n > 0 && ((uint8_t)s.p[s.n] & 0xC0) == 0x80)
		s.n--; /* not in the middle of a character */
	return s;
}

/* The keys of the text that a row holds, each once, in l->found. Returns how many keys the row has. */
static size_t
row_keys(struct like *l, int64_t id, struct str terms)
{
	uint64_t key[DOC_BYTES + 1];
	size_t n = 0;
	struct str rest = clip(terms), term;
	l->n_found = 0;
	while (rest.n > 0) {
		size_t m = 0;
		(void)str_cut(&rest, ' ', &term); /* the last piece too */
		if (search_is_run(term)) {
			m = search_run_keys(term, key);
			m -= m > 1; /* its last character alone */
		} else if (term.n > 0) {
			key[m++] = search_word_key(term);
		}
		n += m;
		for (size_t i = 0; i < m; i++) {
			size_t k = key_at(l, key[i]);
			if (k == KEYS || l->stamp[k] == id)
				continue;
			l->stamp[k] = id;
			l->found[l->n_found++] = (uint16_t)k;
		}
	}
	return n;
}

static void
add_hit(struct like *l, void *mem, int64_t id, size_t k)
{
	if (l->n_hits == l->cap_hits) {
		size_t cap = l->cap_hits ? l->cap_hits * 2 : 1024;
		l->hit = l->hit ? mem_grow(mem, struct hit, l->hit, l->cap_hits, cap)
		                : mem_array(mem, struct hit, cap);
		l->cap_hits = cap;
	}
	l->hit[l->n_hits++] = (struct hit){ id, (uint16_t)k };
}

/* The rows above the folded blocks: what they hold is kept until the weights are known. */
static enum xq_rc
read_newest(struct like *l, void *mem, int64_t folded, struct xq_err *err)
{
	size_t bytes = 0;
	struct rows *r = db_query(l->tx,
		SQL("SELECT id, terms FROM search_doc"
		    " WHERE office = ? AND kind = ? AND id >= ? AND id < ?"
		    " ORDER BY id DESC LIMIT ?"),
		VALS(V(l->office), V(l->kind), V((folded + 1) << BLOCK_BITS), V(l->below),
			V((int64_t)(2 * BLOCK_ROWS))));
	while (bytes < NEWEST_BYTES && row_next(r)) {
		int64_t id = row_int(r, 0);
		struct str terms = row_str(r, 1);
		bytes += terms.n;
		l->sample++;
		(void)row_keys(l, id, terms);
		for (size_t i = 0; i < l->n_found; i++) {
			l->rows[l->found[i]]++;
			add_hit(l, mem, id, l->found[i]);
		}
	}
	return rows_close(r, err);
}

/* Folded blocks at or below one, the newest first. */
static enum xq_rc
load_blocks(struct like *l, int64_t *block, size_t *out_n, struct xq_err *err)
{
	struct rows *r = db_query(l->tx,
		SQL("SELECT block FROM search_block WHERE office = ? AND kind = ? AND block <= ?"
		    " ORDER BY block DESC LIMIT ?"),
		VALS(V(l->office), V(l->kind), V((l->below - 1) >> BLOCK_BITS),
			V((int64_t)BLOCKS)));
	return rows_ids(r, BLOCKS, block, out_n, err);
}

static enum xq_rc
sample_block(struct like *l, int64_t block, struct xq_err *err)
{
	size_t at = 0;
	bool good = true;
	struct rows *r = db_query(l->tx,
		SQL("SELECT first, data FROM search_page"
		    " WHERE office = ? AND kind = ? AND block = ? ORDER BY first"),
		VALS(V(l->office), V(l->kind), V(block)));
	while (good && at < l->n_keys && row_next(r))
		good = search_page_counts(
			row_bytes(r, 1), (uint64_t)row_int(r, 0), l->key, l->n_keys, &at, l->rows);
	l->sample += BLOCK_ROWS;
	return rows_close(r, err);
}

/* Rare keys weigh more; common ones nothing. */
static void
weigh(struct like *l)
{
	size_t all = l->sample + OTHERS;
	for (size_t k = 0; k < l->n_keys; k++) {
		bool is_common = l->rows[k] * COMMON > all;
		double w = log((double)all / (l->rows[k] + 0.5));
		l->weight[k] = is_common || w < 0 ? 0 : (float)w;
		l->whole += (double)l->weight[k];
	}
}

/* ---- finding -------------------------------------------------------------------------------------- */

/* The rarest key that is not sought yet; a key of the place or not, seen in the sample or not. Of equal
 * ones the first in the text, since what it is about is said first. KEYS: none. */
static size_t
next_seek(const struct like *l, bool of_place, bool is_seen, const bool *taken)
{
	size_t best = KEYS;
	for (size_t i = 0; i < l->n_spots; i++) {
		size_t k = l->spot[i].k;
		if (!taken[k] && l->weight[k] > 0 && l->is_place[k] == of_place &&
			(l->rows[k] > 0) == is_seen &&
			(best == KEYS || l->weight[k] > l->weight[best]))
			best = k;
	}
	return best;
}

static void
seek_some(struct like *l, bool of_place, bool is_seen, size_t max, bool *taken)
{
	for (size_t n = 0; n < max && l->n_seek < SEEK; n++) {
		size_t k = next_seek(l, of_place, is_seen, taken);
		if (k == KEYS)
			return;
		taken[k] = true;
		l->seek[l->n_seek++] = (uint16_t)k;
	}
}

/* A key that stands in no row of the sample may stand nowhere, so the sought ones are a mixture. */
static void
choose_seek(struct like *l)
{
	bool taken[KEYS] = { false };
	seek_some(l, true, true, SEEK_PLACE - 1, taken);
	seek_some(l, true, false, SEEK_PLACE - l->n_seek, taken);
	size_t of_place = l->n_seek;
	seek_some(l, false, true, SEEK - of_place - SEEK_UNSEEN / 2, taken);
	seek_some(l, false, false, SEEK_UNSEEN, taken);
	seek_some(l, false, true, SEEK, taken);
	seek_some(l, true, true, SEEK, taken);
	seek_some(l, true, false, SEEK, taken);
}

/* Keeps the heaviest; of equal ones the first that came, which is the newer. */
static void
keep_best(struct like *l, int64_t id, float weight)
{
	size_t at = l->n_best;
	if (at == ALIKE_MAX && weight <= l->best[at - 1].weight)
		return;
	at -= at == ALIKE_MAX;
	for (; at > 0 && l->best[at - 1].weight < weight; at--)
		l->best[at] = l->best[at - 1];
	l->best[at] = (struct best){ id, weight };
	l->n_best += l->n_best < ALIKE_MAX;
}

static void
best_of_newest(struct like *l)
{
	for (size_t i = 0; i < l->n_hits;) {
		int64_t id = l->hit[i].id;
		float weight = 0;
		for (; i < l->n_hits && l->hit[i].id == id; i++)
			weight += l->weight[l->hit[i].k];
		if (weight > 0)
			keep_best(l, id, weight);
	}
}

static enum xq_rc
best_of_block(struct like *l, int64_t block, struct xq_err *err)
{
	const struct where at = { l->office, l->kind, block };
	float weight[BLOCK_ROWS] = { 0 };
	for (size_t i = 0; i < l->n_seek; i++) {
		uint64_t bits[BLOCK_WORDS] = { 0 }, key = l->key[l->seek[i]];
		enum xq_rc rc = search_key_rows(l->tx, &at, (struct range){ key, key }, bits, err);
		if (rc != XQ_OK)
			return rc;
		for (size_t w = 0; w < BLOCK_WORDS; w++)
			for (; bits[w] != 0; bits[w] &= bits[w] - 1)
				weight[w * 64 + (size_t)__builtin_ctzll(bits[w])] +=
					l->weight[l->seek[i]];
	}
	for (size_t i = BLOCK_ROWS; i-- > 0;) {
		int64_t id = block << BLOCK_BITS | (int64_t)i;
		if (weight[i] > 0 && id < l->below)
			keep_best(l, id, weight[i]);
	}
	return XQ_OK;
}

/* ---- comparing ------------------------------------------------------------------------------------ */

/* Stretches of the text that the row holds too: neighbouring keys are one. */
static void
common_words(struct like *l, void *mem, struct search_alike *a)
{
	float weight[ALIKE_WORDS] = { 0 };
	bool counted[KEYS] = { false };
	for (size_t i = 0; i < l->n_spots;) {
		size_t from = i;
		float sum = 0;
		bool is_new = false;
		for (; i < l->n_spots && l->stamp[l->spot[i].k] == a->id &&
			l->weight[l->spot[i].k] > 0 && (i == from || !l->spot[i].is_apart);
			i++) {
			sum += counted[l->spot[i].k] ? 0 : l->weight[l->spot[i].k];
			is_new |= !counted[l->spot[i].k];
			counted[l->spot[i].k] = true;
		}
		if (i == from) {
			i++;
			continue;
		}
		if (!is_new)
			continue;
		a->n_common++;
		const char *end = l->spot[i - 1].text.p + l->spot[i - 1].text.n;
		struct str word = str_n(l->spot[from].text.p, (size_t)(end - l->spot[from].text.p));
		size_t at = a->n_words < ALIKE_WORDS ? a->n_words++ : ALIKE_WORDS - 1;
		if (at == ALIKE_WORDS - 1 && weight[at] >= sum)
			continue;
		for (; at > 0 && weight[at - 1] < sum; at--) {
			weight[at] = weight[at - 1];
			a->word[at] = a->word[at - 1];
		}
		weight[at] = sum;
		a->word[at] = word;
	}
	for (size_t i = 0; i < a->n_words; i++)
		a->word[i] = str_of(str_text(mem, a->word[i]));
}

/* The cosine of the two; what is shorter than the row is measured more by itself, since it is still being
 * written. */
static int
share_of(double common, double whole, double of_row)
{
	double share = common / sqrt(whole * of_row);
	if (of_row > whole)
		share = sqrt(share * common / whole);
	return share >= 1 ? 100 : 1 + (int)(99 * share);
}

static enum xq_rc
compare(struct like *l, void *mem, struct best *b, struct search_alike *out, struct xq_err *err)
{
	*out = (struct search_alike){ .id = b->id };
	struct rows *r = db_query(l->tx,
		SQL("SELECT terms FROM search_doc WHERE office = ? AND kind = ? AND id = ?"),
		VALS(V(l->office), V(l->kind), V(b->id)));
	if (row_next(r)) {
		for (size_t k = 0; k < l->n_keys; k++)
			l->stamp[k] = -1;
		size_t n = row_keys(l, b->id, row_str(r, 0));
		double common = 0, mean = l->whole / (double)l->n_keys;
		for (size_t i = 0; i < l->n_found; i++)
			common += (double)l->weight[l->found[i]];
		if (common > 0) {
			out->share = share_of(common, l->whole, mean * (double)n);
			common_words(l, mem, out);
		}
	}
	return rows_close(r, err);
}

static int
by_share(const void *a, const void *b)
{
	const struct search_alike *x = a, *y = b;
	if (x->share != y->share)
		return y->share - x->share;
	return (x->id < y->id) - (x->id > y->id); /* the newer first */
}

static enum xq_rc
find(struct like *l, void *work, struct xq_err *err)
{
	int64_t folded = -1, block[BLOCKS];
	size_t n = 0;
	enum xq_rc rc = search_last_folded(l->tx, l->office, l->kind, &folded, err);
	if (rc == XQ_OK)
		rc = read_newest(l, work, folded, err);
	if (rc == XQ_OK)
		rc = load_blocks(l, block, &n, err);
	for (size_t i = 0; rc == XQ_OK && i < n && i < SAMPLE_BLOCKS; i++)
		rc = sample_block(l, block[i], err);
	if (rc != XQ_OK)
		return rc;
	weigh(l);
	choose_seek(l);
	best_of_newest(l);
	for (size_t i = 0; rc == XQ_OK && i < n && l->n_seek > 0; i++)
		rc = best_of_block(l, block[i], err);
	return rc;
}

enum xq_rc
search_like(struct tx *tx, void *mem, int64_t office, const struct search_ask *ask,
	struct search_alike *out, size_t *out_n, struct xq_err *err)
{
	void *work = mem_new(mem, char);
	struct like *l = mem_new(work, struct like);
	l->tx = tx;
	l->office = office;
	l->kind = (int64_t)ask->kind;
	l->below = ask->below > 0 ? ask->below : INT64_C(1) << 40;
	*out_n = 0;
	read_ask(l, work, ask);
	enum xq_rc rc = l->n_keys > 0 ? find(l, work, err) : XQ_OK;
	for (size_t i = 0; rc == XQ_OK && i < l->n_best; i++) {
		rc = compare(l, mem, &l->best[i], &out[*out_n], err);
		*out_n += rc == XQ_OK && out[*out_n].share > 0;
	}
	qsort(out, *out_n, sizeof out[0], by_share);
	mem_free(work);
	return rc;
}

size_t
search_keys(struct str terms, uint64_t *out, size_t max)
{
	size_t n = 0;
	struct str term;
	while (terms.n > 0 && n < max) {
		(void)str_cut(&terms, ' ', &term); /* the last piece too */
		if (term.n > 0 && !search_is_run(term))
			out[n++] = search_word_key(term);
		if (!search_is_run(term) || term.n > (max - n) * 3)
			continue; /* a run has at most a key for each three bytes */
		size_t m = search_run_keys(term, out + n);
		n += m - (m > 1); /* without its last character alone */
	}
	return n;
}
