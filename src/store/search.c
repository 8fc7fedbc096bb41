/* SPDX-License-Identifier: Apache-2.0 */
/* The pages of a block are (term key, rows) in the order of the keys. A key is 43 bits: two
 * characters of 21 bits, the second 0 where a run ends; or a hash of a word. So all pairs that begin
 * with one character are neighbours, and sorting is radix sorting of plain integers. Keys may
 * collide, since the text has the last word. */
#include "store/search_int.h"

#include <unicase.h>

#include "core/mem.h"
#include "core/utf8.h"
#include "store/store_int.h"

#include "core/banned.h"

#define WORD_MAX_CHARS 32
#define PAGE_BYTES 900 /* with its key it still lies inside a leaf of the clustered table */
#define MAP_FROM 128   /* a bit map is shorter than that many numbers */
#define LOOSE_MAX 32   /* changed rows of a block before it is folded again */
#define QUERY_MAX_CHARS 64
#define NEWEST_PIECE 64
#define COMPARE_MAX 100000 /* rows with all pairs but not the words, before a search gives up */

#define CHAR_BITS SEARCH_CHAR_BITS
#define CHAR_MASK ((UINT64_C(1) << CHAR_BITS) - 1)
#define WORD_MARK (UINT64_C(1) << 42)
#define WORD_HASH ((UINT64_C(1) << 40) - 1)

const struct migration search_migration_1 = {
	.module = "search",
	.number = 1,
	.ddl = "CREATE TABLE search_doc ("
	       " office integer NOT NULL,"
	       " kind integer NOT NULL,"
	       " id integer NOT NULL,"
	       " terms text NOT NULL,"
	       " PRIMARY KEY (office, kind, id));\n"
	       "CREATE TABLE search_block ("
	       " office integer NOT NULL,"
	       " kind integer NOT NULL,"
	       " block integer NOT NULL,"
	       " PRIMARY KEY (office, kind, block));\n"
	       "CREATE TABLE search_page ("
	       " office integer NOT NULL,"
	       " kind integer NOT NULL,"
	       " block integer NOT NULL,"
	       " first integer NOT NULL,"
	       " data blob NOT NULL,"
	       " PRIMARY KEY (office, kind, block, first));\n"
	       "CREATE TABLE search_loose ("
	       " office integer NOT NULL,"
	       " kind integer NOT NULL,"
	       " id integer NOT NULL,"
	       " PRIMARY KEY (office, kind, id));\n",
	.tables =
		(const struct table_decl[]){
			{ "search_doc", TABLE_OFFICE, .grows = true, .clustered = true },
			{ "search_block", TABLE_OFFICE, .grows = true, .clustered = true },
			{ "search_page", TABLE_OFFICE, .grows = true, .clustered = true },
			{ "search_loose", TABLE_OFFICE, .grows = true, .clustered = true },
			{ NULL },
		},
};

/* ---- characters ---------------------------------------------------------------------------------- */

enum char_class { CHAR_SEPARATES, CHAR_CJK, CHAR_WORD };

static bool
is_cjk(uint32_t c)
{
	return (c >= 0x4E00 && c <= 0x9FFF) || (c >= 0x3400 && c <= 0x4DBF) ||
	       (c >= 0xF900 && c <= 0xFAFF) || (c >= 0x20000 && c <= 0x3FFFF) ||
	       (c >= 0x3041 && c <= 0x30FF && c != 0x30FB) || (c >= 0x31F0 && c <= 0x31FF) ||
	       (c >= 0xAC00 && c <= 0xD7AF) || (c >= 0x1100 && c <= 0x11FF) || c == 0x3005 ||
	       c == 0x3007; /* 々 〇 */
}

/* Full-width to half-width, upper to lower case. */
static uint32_t
fold_char(uint32_t c)
{
	if (c >= 0xFF01 && c <= 0xFF5E)
		c -= 0xFEE0;
	if (c >= 'A' && c <= 'Z')
		return c + 32;
	return c >= 0xC0 && c <= 0x24F ? (uint32_t)uc_tolower(c) : c;
}

static enum char_class
class_of(uint32_t c)
{
	if (is_cjk(c))
		return CHAR_CJK;
	if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
		return CHAR_WORD;
	return c >= 0xC0 && c <= 0x24F && c != 0xD7 && c != 0xF7 ? CHAR_WORD : CHAR_SEPARATES;
}

struct str
search_terms(void *mem, struct str text, size_t max_terms)
{
	struct buf out = buf_new(mem, text.n + text.n / 4 + 16);
	enum char_class was = CHAR_SEPARATES;
	size_t n = 0, run = 0;
	struct str rest = text;
	while (rest.n > 0) {
		uint32_t c = fold_char(utf8_next(&rest));
		enum char_class class = class_of(c);
		if (class != was)
			run = 0;
		was = class;
		if (class == CHAR_SEPARATES || (class == CHAR_WORD && run == WORD_MAX_CHARS))
			continue;
		if (class == CHAR_CJK || run == 0)
			if (++n > max_terms)
				break;
		if (run++ == 0 && out.n > 0)
			buf_char(&out, ' ');
		utf8_put(&out, c);
	}
	return buf_view(&out);
}

/* ---- keys ---------------------------------------------------------------------------------------- */

struct keys {
	uint64_t *k; /* key << BLOCK_BITS | row in block */
	size_t n, cap;
};

uint64_t
search_word_key(struct str word)
{
	uint64_t h = UINT64_C(1469598103934665603);
	for (size_t i = 0; i < word.n; i++)
		h = (h ^ (uint8_t)word.p[i]) * UINT64_C(1099511628211);
	return WORD_MARK | ((h ^ h >> 40) & WORD_HASH);
}

bool
search_is_run(struct str term)
{
	return term.n > 0 && is_cjk(utf8_next(&term));
}

size_t
search_run_keys(struct str term, uint64_t *out)
{
	size_t n = 0;
	uint64_t last = utf8_next(&term);
	while (term.n > 0) {
		uint64_t c = utf8_next(&term);
		out[n++] = last << CHAR_BITS | c;
		last = c;
	}
	out[n++] = last << CHAR_BITS;
	return n;
}

/* out: room for terms.n + 1 */
static size_t
doc_keys(struct str terms, uint64_t *out)
{
	size_t n = 0;
	struct str term;
	while (terms.n > 0) {
		(void)str_cut(&terms, ' ', &term); /* the last piece too */
		if (search_is_run(term))
			n += search_run_keys(term, out + n);
		else if (term.n > 0)
			out[n++] = search_word_key(term);
	}
	return n;
}

/* By key; rows of one key stay in their order. */
static void
sort_keys(void *mem, struct keys *keys)
{
	uint64_t *from = keys->k, *to = mem_array(mem, uint64_t, keys->n + 1);
	for (unsigned shift = BLOCK_BITS; shift < BLOCK_BITS + 43; shift += 11) {
		size_t at[2048] = { 0 };
		for (size_t i = 0; i < keys->n; i++)
			at[from[i] >> shift & 2047]++;
		for (size_t b = 0, sum = 0; b < 2048; b++) {
			size_t n = at[b];
			at[b] = sum;
			sum += n;
		}
		for (size_t i = 0; i < keys->n; i++)
			to[at[from[i] >> shift & 2047]++] = from[i];
		uint64_t *swap = from;
		from = to;
		to = swap;
	}
	keys->k = from; /* four rounds: where they were */
}

/* ---- pages --------------------------------------------------------------------------------------- */

static size_t
put_number(uint8_t *p, uint64_t v)
{
	size_t n = 0;
	for (; v >= 128; v >>= 7)
		p[n++] = (uint8_t)(v | 128);
	p[n++] = (uint8_t)v;
	return n;
}

/* False at the end of the data and where it is damaged. */
static bool
get_number(struct bytes *b, uint64_t *out)
{
	uint64_t v = 0;
	for (unsigned shift = 0; b->n > 0 && shift < 64; shift += 7) {
		uint8_t c = *b->p;
		*b = (struct bytes){ b->p + 1, b->n - 1 };
		v |= (uint64_t)(c & 127) << shift;
		if (c < 128) {
			*out = v;
			return true;
		}
	}
	return false;
}

struct page {
	struct where at;
	uint64_t first, last; /* keys */
	size_t n;
	uint8_t data[PAGE_BYTES + 400];
};

static enum xq_rc
page_write(struct tx *tx, struct page *p, struct xq_err *err)
{
	if (p->n == 0)
		return XQ_OK;
	enum xq_rc rc = db_exec(tx,
		SQL("INSERT INTO search_page (office, kind, block, first, data) VALUES (?, ?, ?, ?, ?)"),
		VALS(V(p->at.office), V(p->at.kind), V(p->at.block), V((int64_t)p->first),
			V(((struct bytes){ p->data, p->n }))),
		err);
	p->n = 0;
	return rc;
}

/* Rows of one key: count, then differences, or a bit map. */
static size_t
put_rows(uint8_t *p, const uint64_t *k, size_t n)
{
	size_t used = put_number(p, n);
	if (n > MAP_FROM) {
		memset(p + used, 0, BLOCK_ROWS / 8);
		for (size_t i = 0; i < n; i++)
			p[used + (k[i] % BLOCK_ROWS) / 8] |= (uint8_t)(1u << (k[i] % 8));
		return used + BLOCK_ROWS / 8;
	}
	uint64_t before = 0;
	for (size_t i = 0; i < n; i++) {
		used += put_number(p + used, k[i] % BLOCK_ROWS - before);
		before = k[i] % BLOCK_ROWS;
	}
	return used;
}

static enum xq_rc
page_add(struct tx *tx, struct page *p, const uint64_t *k, size_t n, struct xq_err *err)
{
	uint64_t key = *k >> BLOCK_BITS;
	if (p->n == 0)
		p->first = p->last = key;
	p->n += put_number(p->data + p->n, key - p->last);
	p->n += put_rows(p->data + p->n, k, n);
	p->last = key;
	xq_require(p->n <= sizeof p->data);
	return p->n < PAGE_BYTES - 16 ? XQ_OK : page_write(tx, p, err);
}

static enum xq_rc
write_pages(struct tx *tx, const struct where *at, const struct keys *keys, struct xq_err *err)
{
	struct page p = { .at = *at };
	enum xq_rc rc = XQ_OK;
	for (size_t i = 0; i < keys->n && rc == XQ_OK;) {
		uint64_t rows[BLOCK_ROWS];
		size_t n = 0;
		uint64_t key = keys->k[i] >> BLOCK_BITS;
		for (; i < keys->n && keys->k[i] >> BLOCK_BITS == key; i++)
			if (n == 0 || rows[n - 1] != keys->k[i])
				rows[n++] = keys->k[i];
		rc = page_add(tx, &p, rows, n, err);
	}
	return rc == XQ_OK ? page_write(tx, &p, err) : rc;
}

/* Sets in bits the rows of the keys lo..hi that this page holds; false when hi was passed. */
static bool
page_read(struct bytes data, uint64_t first, uint64_t lo, uint64_t hi, uint64_t *bits)
{
	uint64_t key = first, step, n, row;
	while (get_number(&data, &step) && get_number(&data, &n)) {
		key += step;
		if (key > hi)
			return false;
		bool is_wanted = key >= lo;
		if (n > MAP_FROM) {
			if (data.n < BLOCK_ROWS / 8)
				return false;
			for (size_t i = 0; is_wanted && i < BLOCK_ROWS; i++)
				bits[i / 64] |= (uint64_t)(data.p[i / 8] >> (i % 8) & 1)
				                << (i % 64);
			data = (struct bytes){ data.p + BLOCK_ROWS / 8, data.n - BLOCK_ROWS / 8 };
			continue;
		}
		for (uint64_t at = 0; n > 0 && get_number(&data, &row); n--) {
			at = (at + row) % BLOCK_ROWS;
			if (is_wanted)
				bits[at / 64] |= UINT64_C(1) << (at % 64);
		}
	}
	return true;
}

bool
search_page_counts(
	struct bytes data, uint64_t first, const uint64_t *key, size_t n, size_t *at, uint32_t *add)
{
	uint64_t now = first, step, rows, row;
	while (get_number(&data, &step) && get_number(&data, &rows)) {
		now += step;
		while (*at < n && key[*at] < now)
			(*at)++;
		if (*at < n && key[*at] == now)
			add[*at] += (uint32_t)(rows < BLOCK_ROWS ? rows : BLOCK_ROWS);
		size_t map = BLOCK_ROWS / 8;
		if (rows > MAP_FROM && data.n < map)
			return false;
		if (rows > MAP_FROM)
			data = (struct bytes){ data.p + map, data.n - map };
		else
			for (; rows > 0 && get_number(&data, &row); rows--)
				; /* only how many */
	}
	return data.n == 0;
}

/* ---- folding ------------------------------------------------------------------------------------- */

static void
keys_room(void *mem, struct keys *keys, size_t more)
{
	if (keys->n + more <= keys->cap)
		return;
	size_t cap = keys->cap * 2 > keys->n + more ? keys->cap * 2 : keys->n + more;
	keys->k = keys->k ? mem_grow(mem, uint64_t, keys->k, keys->cap, cap)
	                  : mem_array(mem, uint64_t, cap);
	keys->cap = cap;
}

static enum xq_rc
block_keys(struct tx *tx, void *mem, const struct where *at, struct keys *keys, struct xq_err *err)
{
	int64_t from = at->block << BLOCK_BITS;
	struct rows *q = db_query(tx,
		SQL("SELECT id, terms FROM search_doc"
		    " WHERE office = ? AND kind = ? AND id >= ? AND id < ?"
		    " ORDER BY id"),
		VALS(V(at->office), V(at->kind), V(from), V(from + BLOCK_ROWS)));
	while (row_next(q)) {
		struct str terms = row_str(q, 1);
		keys_room(mem, keys, terms.n + 1);
		size_t n = doc_keys(terms, keys->k + keys->n);
		uint64_t row = (uint64_t)(row_int(q, 0) - from);
		for (size_t i = keys->n; i < keys->n + n; i++)
			keys->k[i] = keys->k[i] << BLOCK_BITS | row;
		keys->n += n;
	}
	return rows_close(q, err);
}

static enum xq_rc
mark_block(struct tx *tx, const struct where *at, struct xq_err *err)
{
	return db_exec(tx,
		SQL("INSERT INTO search_block (office, kind, block) VALUES (?, ?, ?)"
		    " ON CONFLICT (office, kind, block) DO NOTHING"),
		VALS(V(at->office), V(at->kind), V(at->block)), err);
}

static enum xq_rc
clear_block(struct tx *tx, const struct where *at, struct xq_err *err)
{
	int64_t from = at->block << BLOCK_BITS;
	enum xq_rc rc = db_exec(tx,
		SQL("DELETE FROM search_page WHERE office = ? AND kind = ? AND block = ?"),
		VALS(V(at->office), V(at->kind), V(at->block)), err);
	if (rc != XQ_OK)
		return rc;
	return db_exec(tx,
		SQL("DELETE FROM search_loose WHERE office = ? AND kind = ? AND id >= ? AND id < ?"),
		VALS(V(at->office), V(at->kind), V(from), V(from + BLOCK_ROWS)), err);
}

static enum xq_rc
fold_block(struct tx *tx, const struct where *at, struct xq_err *err)
{
	void *mem = mem_root("search.fold");
	struct keys keys = { 0 };
	enum xq_rc rc = clear_block(tx, at, err);
	if (rc == XQ_OK)
		rc = block_keys(tx, mem, at, &keys, err);
	if (rc == XQ_OK && keys.n > 0) {
		sort_keys(mem, &keys);
		rc = write_pages(tx, at, &keys, err);
	}
	if (rc == XQ_OK)
		rc = mark_block(tx, at, err);
	mem_free(mem);
	return rc;
}

/* The highest folded block; -1: none. */
enum xq_rc
search_last_folded(struct tx *tx, int64_t office, int64_t kind, int64_t *out, struct xq_err *err)
{
	enum xq_rc rc = db_int(tx,
		SQL("SELECT block FROM search_block WHERE office = ? AND kind = ?"
		    " ORDER BY block DESC LIMIT 1"),
		VALS(V(office), V(kind)), out, err);
	if (rc == XQ_NONE)
		*out = -1;
	return rc == XQ_NONE ? XQ_OK : rc;
}

void
search_begin(struct tx *tx)
{
	struct folds *list = &tx->folds;
	bool room = list->n <= TX_FOLDED / 2;
	size_t n = 0;
	for (size_t i = 0; i < list->n; i++)
		if (turn_keeps(&tx->turn, list->f[i].office, room))
			list->f[n++] = list->f[i];
	list->n = n;
}

/* Where it is noted, with whole < 0 when nobody has looked yet. */
static struct folded *
known_folded(struct tx *tx, const struct where *at)
{
	struct folds *list = &tx->folds;
	for (size_t i = 0; i < list->n; i++)
		if (list->f[i].office == at->office && list->f[i].kind == at->kind)
			return &list->f[i];
	struct folded *f = &list->f[list->n < TX_FOLDED ? list->n++ : list->victim++ % TX_FOLDED];
	*f = (struct folded){ .office = at->office, .kind = at->kind, .last = -1, .whole = -1 };
	return f;
}

/* Folds the unfolded blocks below the one in which a row was put; *folded is the highest one. */
static enum xq_rc
fold_below(struct tx *tx, struct where at, int64_t *folded, struct xq_err *err)
{
	for (;;) {
		int64_t id = 0;
		enum xq_rc rc = db_int(tx,
			SQL("SELECT id FROM search_doc WHERE office = ? AND kind = ? AND id >= ?"
			    " ORDER BY id LIMIT 1"),
			VALS(V(at.office), V(at.kind), V((*folded + 1) << BLOCK_BITS)), &id, err);
		if (rc != XQ_OK)
			return rc == XQ_NONE ? XQ_OK : rc;
		if (id >> BLOCK_BITS >= at.block)
			return XQ_OK;
		*folded = id >> BLOCK_BITS;
		rc = fold_block(tx, &(struct where){ at.office, at.kind, *folded }, err);
		if (rc != XQ_OK)
			return rc;
	}
}

/* A row of a folded block was changed: its new text is looked through until the block is folded
 * again. Erasure folds at once, since the old words must go. */
static enum xq_rc
loosen(struct tx *tx, const struct where *at, int64_t id, bool is_erasure, struct xq_err *err)
{
	int64_t from = at->block << BLOCK_BITS, n = 0;
	if (is_erasure)
		return fold_block(tx, at, err);
	enum xq_rc rc = db_exec(tx,
		SQL("INSERT INTO search_loose (office, kind, id) VALUES (?, ?, ?)"
		    " ON CONFLICT (office, kind, id) DO NOTHING"),
		VALS(V(at->office), V(at->kind), V(id)), err);
	if (rc == XQ_OK)
		rc = mark_block(tx, at, err); /* there may be a gap in the folded blocks */
	if (rc == XQ_OK)
		rc = db_int(tx,
			SQL("SELECT count(*) FROM search_loose"
			    " WHERE office = ? AND kind = ? AND id >= ? AND id < ?"),
			VALS(V(at->office), V(at->kind), V(from), V(from + BLOCK_ROWS)), &n, err);
	return rc == XQ_OK && n >= LOOSE_MAX ? fold_block(tx, at, err) : rc;
}

static enum xq_rc
put_doc(struct tx *tx, const struct where *at, int64_t id, struct str terms, struct xq_err *err)
{
	if (terms.n == 0)
		return db_exec(tx,
			SQL("DELETE FROM search_doc WHERE office = ? AND kind = ? AND id = ?"),
			VALS(V(at->office), V(at->kind), V(id)), err);
	return db_exec(tx,
		SQL("INSERT INTO search_doc (office, kind, id, terms) VALUES (?, ?, ?, ?)"
		    " ON CONFLICT (office, kind, id) DO UPDATE SET terms = excluded.terms"),
		VALS(V(at->office), V(at->kind), V(id), V(terms)), err);
}

enum xq_rc
search_put(struct tx *tx, int64_t office, enum search_kind kind, int64_t id, struct str terms,
	struct xq_err *err)
{
	xq_require(kind >= 1 && kind <= 15 && id >= 0 && id < INT64_C(1) << 40);
	struct where at = { office, (int64_t)kind, id >> BLOCK_BITS };
	struct folded *f = known_folded(tx, &at);
	enum xq_rc rc = put_doc(tx, &at, id, terms, err);
	if (rc == XQ_OK && f->whole < 0)
		rc = search_last_folded(tx, office, (int64_t)kind, &f->last, err);
	if (rc != XQ_OK)
		return rc;
	if (at.block <= f->last) {
		f->whole = -1; /* it may be folded anew */
		return loosen(tx, &at, id, terms.n == 0, err);
	}
	if (at.block == f->whole)
		return XQ_OK;
	rc = fold_below(tx, at, &f->last, err);
	f->whole = rc == XQ_OK ? at.block : -1;
	return rc;
}

enum xq_rc
search_add(struct tx *tx, int64_t office, enum search_kind kind, int64_t id, struct str terms,
	struct xq_err *err)
{
	return terms.n == 0 ? XQ_OK : search_put(tx, office, kind, id, terms, err);
}

/* ---- finding -------------------------------------------------------------------------------------- */

/* A query taken apart: all of it must be there. */
struct query {
	struct str part[QUERY_MAX_CHARS]; /* runs and words, to be compared with the text */
	size_t parts;
	struct range key[2 * QUERY_MAX_CHARS]; /* what the index is asked for */
	size_t keys;
};

struct look {
	int64_t above; /* rows at or below it need not be found */
	struct tx *tx;
	int64_t office, kind;
	int64_t below; /* ids */
	struct query q;
	int64_t *loose; /* ids, falling */
	size_t loose_n, loose_at;
	int64_t *id; /* found */
	size_t n, max;
	size_t compared;
};

static void
add_run(struct query *q, struct str run)
{
	uint64_t k[QUERY_MAX_CHARS + 1];
	size_t n = search_run_keys(run, k);
	if (n == 1) /* any pair that begins with it, or the end of a run */
		q->key[q->keys++] = (struct range){ k[0], k[0] | CHAR_MASK };
	for (size_t i = 0; i + 1 < n; i++)
		q->key[q->keys++] = (struct range){ k[i], k[i] };
}

static void
read_query(void *mem, struct str text, struct query *q)
{
	struct str rest = search_terms(mem, text, QUERY_MAX_CHARS);
	struct str term;
	q->parts = q->keys = 0;
	while (rest.n > 0) {
		(void)str_cut(&rest, ' ', &term); /* the last piece too */
		q->part[q->parts++] = term;
		if (search_is_run(term)) {
			add_run(q, term);
		} else {
			uint64_t k = search_word_key(term);
			q->key[q->keys++] = (struct range){ k, k };
		}
	}
}

static bool
has_part(struct str terms, struct str part)
{
	bool is_word = !search_is_run(part);
	const char *end = terms.p + terms.n;
	for (const char *p = terms.p; p < end; p++) {
		p = memmem(p, (size_t)(end - p), part.p, part.n);
		if (!p)
			return false;
		if (!is_word ||
			((p == terms.p || p[-1] == ' ') && (p + part.n == end || p[part.n] == ' ')))
			return true;
	}
	return false;
}

static bool
has_all(struct str terms, const struct query *q)
{
	for (size_t i = 0; i < q->parts; i++)
		if (!has_part(terms, q->part[i]))
			return false;
	return true;
}

static bool
is_full(const struct look *l)
{
	return l->n == l->max || l->compared >= COMPARE_MAX;
}

/* The rows above the folded blocks, one by one; in pieces, since a server sends all of an answer before the first
 * row is looked at, and a page is full after a few. */
static enum xq_rc
find_newest(struct look *l, int64_t folded, struct xq_err *err)
{
	int64_t below = l->below, n = 0, from = (folded + 1) << BLOCK_BITS;
	enum xq_rc rc = XQ_OK;
	from = from > l->above ? from : l->above + 1;
	for (int64_t piece = NEWEST_PIECE; rc == XQ_OK && !is_full(l); piece *= 4) {
		struct rows *r = db_query(l->tx,
			SQL("SELECT id, terms FROM search_doc"
			    " WHERE office = ? AND kind = ? AND id >= ? AND id < ?"
			    " ORDER BY id DESC LIMIT ?"),
			VALS(V(l->office), V(l->kind), V(from), V(below), V(piece)));
		for (n = 0; !is_full(l) && row_next(r); n++) {
			below = row_int(r, 0);
			if (has_all(row_str(r, 1), &l->q))
				l->id[l->n++] = below;
		}
		rc = rows_close(r, err);
		if (n < piece)
			return rc;
	}
	return rc;
}

/* The page in which it may begin, and those behind
 * it as far as the range goes. */
enum xq_rc
search_key_rows(
	struct tx *tx, const struct where *at, struct range key, uint64_t *bits, struct xq_err *err)
{
	struct rows *r = db_query(tx,
		SQL("SELECT first, data FROM search_page"
		    " WHERE office = ? AND kind = ? AND block = ? AND first <= ?"
		    " ORDER BY first DESC LIMIT 1"),
		VALS(V(at->office), V(at->kind), V(at->block), V((int64_t)key.lo)));
	bool goes_on = true;
	if (row_next(r))
		goes_on = page_read(row_bytes(r, 1), (uint64_t)row_int(r, 0), key.lo, key.hi, bits);
	enum xq_rc rc = rows_close(r, err);
	if (rc != XQ_OK || !goes_on || key.lo == key.hi)
		return rc;

	r = db_query(tx,
		SQL("SELECT first, data FROM search_page"
		    " WHERE office = ? AND kind = ? AND block = ? AND first > ? AND first <= ?"
		    " ORDER BY first"),
		VALS(V(at->office), V(at->kind), V(at->block), V((int64_t)key.lo),
			V((int64_t)key.hi)));
	while (row_next(r))
		(void)page_read(
			row_bytes(r, 1), (uint64_t)row_int(r, 0), key.lo, key.hi, bits); /* to hi */
	return rows_close(r, err);
}

/* Rows that hold all keys. The key that emptied a block is asked first in the next one. */
static enum xq_rc
block_rows(struct look *l, int64_t block, uint64_t *bits, struct xq_err *err)
{
	memset(bits, 0xff, BLOCK_ROWS / 8);
	for (size_t i = 0; i < l->q.keys; i++) {
		uint64_t of_key[BLOCK_WORDS] = { 0 }, any = 0;
		enum xq_rc rc = search_key_rows(l->tx, &(struct where){ l->office, l->kind, block },
			l->q.key[i], of_key, err);
		if (rc != XQ_OK)
			return rc;
		for (size_t w = 0; w < BLOCK_WORDS; w++)
			any |= bits[w] &= of_key[w];
		if (any == 0) {
			struct range rare = l->q.key[i];
			memmove(&l->q.key[1], &l->q.key[0], i * sizeof rare);
			l->q.key[0] = rare;
			return XQ_OK;
		}
	}
	return XQ_OK;
}

static void
add_loose(struct look *l, int64_t block, uint64_t *bits)
{
	while (l->loose_at < l->loose_n && l->loose[l->loose_at] >> BLOCK_BITS > block)
		l->loose_at++;
	for (size_t i = l->loose_at; i < l->loose_n && l->loose[i] >> BLOCK_BITS == block; i++)
		bits[l->loose[i] % BLOCK_ROWS / 64] |= UINT64_C(1) << (l->loose[i] % 64);
}

static enum xq_rc
compare_row(struct look *l, int64_t id, struct xq_err *err)
{
	struct rows *r = db_query(l->tx,
		SQL("SELECT terms FROM search_doc WHERE office = ? AND kind = ? AND id = ?"),
		VALS(V(l->office), V(l->kind), V(id)));
	l->compared++;
	if (row_next(r) && has_all(row_str(r, 0), &l->q)) {
		l->id[l->n++] = id;
		l->compared = 0;
	}
	return rows_close(r, err);
}

static enum xq_rc
find_in_block(struct look *l, int64_t block, struct xq_err *err)
{
	uint64_t bits[BLOCK_WORDS];
	enum xq_rc rc = block_rows(l, block, bits, err);
	if (rc != XQ_OK)
		return rc;
	add_loose(l, block, bits);
	for (size_t w = BLOCK_WORDS; w-- > 0;) {
		while (bits[w] != 0 && !is_full(l)) {
			unsigned top = 63 - (unsigned)__builtin_clzll(bits[w]);
			int64_t id = block << BLOCK_BITS | (int64_t)(w * 64 + top);
			bits[w] &= ~(UINT64_C(1) << top);
			if (id >= l->below)
				continue;
			rc = compare_row(l, id, err);
			if (rc != XQ_OK)
				return rc;
		}
	}
	return XQ_OK;
}

static enum xq_rc
load_loose(struct look *l, void *mem, struct xq_err *err)
{
	size_t cap = 0;
	struct rows *r = db_query(l->tx,
		SQL("SELECT id FROM search_loose WHERE office = ? AND kind = ? AND id < ?"
		    " ORDER BY id DESC"),
		VALS(V(l->office), V(l->kind), V(l->below)));
	while (row_next(r)) {
		if (l->loose_n == cap) {
			l->loose = mem_grow(mem, int64_t, l->loose, cap, cap + 256);
			cap += 256;
		}
		l->loose[l->loose_n++] = row_int(r, 0);
	}
	return rows_close(r, err);
}

static enum xq_rc
find_older(struct look *l, struct xq_err *err)
{
	struct rows *r = db_query(l->tx,
		SQL("SELECT block FROM search_block WHERE office = ? AND kind = ? AND block <= ?"
		    " ORDER BY block DESC"),
		VALS(V(l->office), V(l->kind), V((l->below - 1) >> BLOCK_BITS)));
	enum xq_rc rc = XQ_OK;
	while (rc == XQ_OK && !is_full(l) && row_next(r)) {
		int64_t block = row_int(r, 0);
		if (((block + 1) << BLOCK_BITS) <= l->above)
			break; /* what is older than anybody asked for */
		rc = find_in_block(l, block, err);
	}
	enum xq_rc end = rows_close(r, err);
	return rc != XQ_OK ? rc : end;
}

enum xq_rc
search_find(struct tx *tx, void *mem, int64_t office, enum search_kind kind, struct str query,
	int64_t before_id, size_t max, int64_t **out_id, size_t *out_n, struct xq_err *err)
{
	return search_find_above(
		tx, mem, office, kind, query, 0, before_id, max, out_id, out_n, err);
}

enum xq_rc
search_find_above(struct tx *tx, void *mem, int64_t office, enum search_kind kind, struct str query,
	int64_t above_id, int64_t before_id, size_t max, int64_t **out_id, size_t *out_n,
	struct xq_err *err)
{
	void *work = mem_new(mem, char);
	struct look *l = mem_new(work, struct look);
	*l = (struct look){
		.tx = tx, .office = office, .kind = (int64_t)kind, .max = max, .above = above_id
	};
	l->below = before_id > 0 ? before_id : INT64_C(1) << 40;
	l->id = mem_array(mem, int64_t, max + 1);
	read_query(work, query, &l->q);

	int64_t folded = -1;
	enum xq_rc rc = XQ_OK;
	if (l->q.parts > 0) {
		rc = search_last_folded(tx, office, (int64_t)kind, &folded, err);
		if (rc == XQ_OK)
			rc = find_newest(l, folded, err);
		if (rc == XQ_OK && !is_full(l))
			rc = load_loose(l, work, err);
		if (rc == XQ_OK && !is_full(l))
			rc = find_older(l, err);
	}
	if (rc == XQ_OK) {
		*out_id = l->id;
		*out_n = l->n;
	}
	mem_free(work);
	return rc;
}
