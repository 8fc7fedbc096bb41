/* SPDX-License-Identifier: Apache-2.0 */
/* similar_public.c - what others raised, for somebody who raises a concern. Only the reviewed lines of the
 * public list are read here. */
#include "concern/similar.h"

#include <math.h>
#include <stdlib.h>

#include "concern/concern_int.h"
#include "core/mem.h"

#include "core/banned.h"

enum {
	LINE_KEYS = 48,
	TYPED_CHARS = 1000,
	COMMON = 10,     /* in more than one line of this many: says nothing */
	COMMON_FROM = 30 /* with fewer lines nothing is called common */
};
/* Of a line's weight, in hundredths: a line says what was done, so one word in common is much. */
enum { ENOUGH = 34, ENOUGH_SAME_CLASS = 12 };

/* An index over what the public list may say, in the order in which it is read. */
const struct migration concern_migration_9 = {
	.module = "concern",
	.number = 9,
	.ddl = "CREATE INDEX concern_public_line ON concern (office, id)"
	       " WHERE public_line IS NOT NULL AND lane = 0 AND is_imported = 0;\n",
	.tables = (const struct table_decl[]){ { .name = NULL } },
};

struct line {
	int64_t id;
	const char *class, *text;
	double whole, common;
};

/* A key of a line; line N_TYPED: of what is typed. */
struct mark {
	uint64_t key;
	size_t line;
};
#define TYPED SIZE_MAX

struct board {
	struct line *line;
	struct mark *mark;
	size_t n, n_marks;
};

static void
add_marks(void *mem, struct board *b, struct str text, size_t max_chars, size_t line)
{
	uint64_t *key = mem_array(mem, uint64_t, max_chars);
	size_t n = search_keys(search_terms(mem, text, max_chars), key, max_chars);
	for (size_t i = 0; i < n; i++)
		b->mark[b->n_marks++] = (struct mark){ key[i], line };
}

static enum xq_rc
load_lines(struct tx *tx, void *mem, int64_t office, struct board *b, struct xq_err *err)
{
	struct rows *q = db_query(tx,
		SQL("SELECT id, class, public_line FROM concern"
		    " WHERE office = ? AND public_line IS NOT NULL AND lane = 0 AND is_imported = 0"
		    " AND state <> ? ORDER BY id DESC LIMIT ?"),
		VALS(V(office), V((int64_t)ST_VOID), V((int64_t)SIMILAR_PUBLIC_ROWS)));
	while (b->n < SIMILAR_PUBLIC_ROWS && row_next(q)) {
		struct line *l = &b->line[b->n];
		*l = (struct line){ .id = row_int(q, 0),
			.class = row_text(q, 1, mem),
			.text = row_text(q, 2, mem) };
		add_marks(mem, b, str_of(l->text), LINE_KEYS, b->n++);
	}
	return rows_close(q, err);
}

static int
by_key(const void *a, const void *b)
{
	const struct mark *x = a, *y = b;
	if (x->key != y->key)
		return x->key < y->key ? -1 : 1;
	return (x->line > y->line) - (x->line < y->line);
}

/* The marks from..to are those of one key. */
static void
weigh_key(struct board *b, size_t from, size_t to)
{
	bool is_typed = b->mark[to - 1].line == TYPED; /* sorts last */
	size_t lines = 0;
	for (size_t i = from; i < to; i++)
		lines += b->mark[i].line != TYPED &&
		         (i == from || b->mark[i].line != b->mark[i - 1].line);
	if (b->n >= COMMON_FROM && lines * COMMON > b->n)
		return;
	double w = log(((double)b->n + 1) / ((double)lines + 0.5));
	for (size_t i = from; i < to && b->mark[i].line != TYPED; i++) {
		if (i > from && b->mark[i].line == b->mark[i - 1].line)
			continue;
		b->line[b->mark[i].line].whole += w;
		b->line[b->mark[i].line].common += is_typed ? w : 0;
	}
}

static int
points(const struct line *l, const char *class)
{
	if (l->common <= 0 || l->whole <= 0)
		return 0;
	int share = (int)(100 * l->common / l->whole);
	bool is_same = class && !text_eq(class, "other") && text_eq(class, l->class);
	return share >= (is_same ? ENOUGH_SAME_CLASS : ENOUGH) ? share + (is_same ? ENOUGH : 0) : 0;
}

/* The same line twice is the same matter to a stranger: the newer one stands for both. */
static bool
is_told(const struct board *b, const int64_t *out, size_t n, const struct line *l)
{
	for (size_t i = 0; i < b->n; i++)
		for (size_t k = 0; k < n; k++)
			if (b->line[i].id == out[k] && text_eq(b->line[i].text, l->text) &&
				text_eq(b->line[i].class, l->class))
				return true;
	return false;
}

enum xq_rc
similar_public(struct tx *tx, void *mem, int64_t office, const struct similar_ask *ask,
	int64_t *out, size_t *out_n, struct xq_err *err)
{
	void *work = mem_new(mem, char);
	struct board b = { .line = mem_array(work, struct line, SIMILAR_PUBLIC_ROWS),
		.mark = mem_array(
			work, struct mark, SIMILAR_PUBLIC_ROWS * LINE_KEYS + 2 * TYPED_CHARS) };
	*out_n = 0;
	enum xq_rc rc = load_lines(tx, work, office, &b, err);
	if (rc == XQ_OK) {
		add_marks(work, &b, ask->body, TYPED_CHARS, TYPED);
		add_marks(work, &b, ask->place, TYPED_CHARS, TYPED);
		qsort(b.mark, b.n_marks, sizeof b.mark[0], by_key);
	}
	for (size_t i = 0, to; rc == XQ_OK && i < b.n_marks; i = to) {
		for (to = i + 1; to < b.n_marks && b.mark[to].key == b.mark[i].key;)
			to++;
		weigh_key(&b, i, to);
	}
	while (rc == XQ_OK && *out_n < SIMILAR_MAX) {
		const struct line *best = NULL;
		int most = 0;
		for (size_t i = 0; i < b.n; i++) {
			int p = points(&b.line[i], ask->class);
			if (p > most && !is_told(&b, out, *out_n, &b.line[i])) {
				best = &b.line[i];
				most = p;
			}
		}
		if (!best)
			break;
		out[(*out_n)++] = best->id;
	}
	mem_free(work);
	return rc;
}
