/* SPDX-License-Identifier: Apache-2.0 */
/* The tokenizer: its form is bounded, tidy and a fixed point; and whatever run of characters or word
 * stands in a text finds that text. The first byte picks what is looked for. */
#include "store/search.h"

#include <stdlib.h>

#include "core/mem.h"
#include "core/utf8.h"

#include "core/banned.h"

enum { TERMS = 300, WORD_CHARS = 32, QUERY_CHARS = 60, ID = 7 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void *index_mem;
static struct db *db;

static void
forget(void)
{
	db_close(db); /* its file stays behind without */
	mem_free(index_mem);
}

/* In memory, with the tables of the index alone; lives as long as the process. */
static struct db *
index_of_its_own(void)
{
	const struct migration *const list[] = { &store_migration_1, &search_migration_1 };
	struct xq_err err = { 0 };
	if (db == NULL) {
		index_mem = mem_root("index");
		struct db_options opt = { .is_memory = true };
		xq_require(db_open(index_mem, NULL, &opt, &db, &err) == XQ_OK);
		xq_require(db_migrate(db, list, 2, &err) == XQ_OK && atexit(forget) == 0);
	}
	return db;
}

static void
look_at_terms(void *mem, struct str text, struct str terms)
{
	struct str rest = terms, term;
	size_t n = 0;
	while (rest.n > 0 && str_cut(&rest, ' ', &term)) {
		xq_require(term.n > 0); /* single spaces, none at the ends */
		bool is_word = term.n <= 4 * WORD_CHARS && utf8_chars(term) <= WORD_CHARS;
		bool is_run = (uint8_t)term.p[0] >= 0xE1; /* no Latin letter is that far up */
		xq_require(is_run || is_word);
		n += is_run ? utf8_chars(term) : 1;
	}
	xq_require(n <= TERMS && terms.n <= 2 * text.n);
	xq_require(utf8_is_valid(terms) && !utf8_has_control(terms, false));
	xq_require(str_eq(search_terms(mem, terms, TERMS), terms));
}

/* Some part of one term: of a run any piece, of a word all of it. */
static struct str
some_part(struct str terms, uint8_t pick)
{
	struct str rest = terms, term = STR("");
	for (size_t skip = pick % 5; rest.n > 0 && str_cut(&rest, ' ', &term) && skip > 0; skip--)
		;
	if (term.n == 0 || (uint8_t)term.p[0] < 0xE1)
		return term;
	struct str tail = term;
	for (size_t skip = pick / 5 % 7; skip > 0 && utf8_chars(tail) > 1; skip--)
		(void)utf8_next(&tail); /* only its length matters */
	return utf8_head(tail, 1 + pick / 35);
}

static void
must_find(void *mem, struct tx *tx, struct str query)
{
	int64_t *id;
	size_t n;
	struct xq_err err = { 0 };
	xq_require(search_find(tx, mem, 1, SEARCH_CONCERN, query, 0, 5, &id, &n, &err) == XQ_OK);
	xq_require(n >= 1 && id[n - 1] == ID);
}

/* First among the newest rows, which are read through; then by the index of its block, which is made
 * when a row of a later one comes. Nothing of it stays. */
static void
must_be_found(void *mem, struct str terms, struct str query)
{
	struct tx *tx;
	struct xq_err err = { 0 };
	xq_require(db_write(index_of_its_own(), &tx, &err) == XQ_OK);
	xq_require(search_add(tx, 1, SEARCH_CONCERN, ID, terms, &err) == XQ_OK);
	must_find(mem, tx, query);
	xq_require(search_add(tx, 1, SEARCH_CONCERN, ID + 2000, STR("路灯 88"), &err) == XQ_OK);
	must_find(mem, tx, query);
	tx_end(tx);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size < 1 || size > 4096)
		return 0;
	void *mem = mem_root("fuzz");
	struct str text = { (const char *)data + 1, size - 1 };
	struct str terms = search_terms(mem, text, TERMS); /* of bytes that are no text too */
	if (utf8_is_valid(text)) {
		look_at_terms(mem, text, terms);
		struct str query = some_part(terms, data[0]);
		if (query.n > 0 && utf8_chars(query) <= QUERY_CHARS)
			must_be_found(mem, terms, query);
	}
	mem_free(mem);
	return 0;
}
