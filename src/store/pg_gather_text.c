/* SPDX-License-Identifier: Apache-2.0 */
/* pg_gather_text.c - the text that carries many rows, made of the text for one. A list of VALUES, since it was measured
 * to be the quickest for a few rows as for many: unnest() of one array for each column costs more than it saves
 * below some twenty rows. */
#include "store/pg_gather_int.h"

#include <ctype.h>

#include "core/mem.h"
#include "store/sqlcheck_int.h"

#include "core/banned.h"

struct words {
	const struct str *tok;
	size_t n, at;
	struct gather_shape *out;
};

static struct str
word(const struct words *w)
{
	return w->at < w->n ? w->tok[w->at] : STR("");
}

static bool
is(const struct words *w, const char *what)
{
	return sqlcheck_is(word(w), what);
}

/* Goes on behind it where it stands here. */
static bool
take(struct words *w, const char *what)
{
	bool found = is(w, what);
	w->at += found;
	return found;
}

static bool
take_name(struct words *w, struct str *out)
{
	*out = word(w);
	w->at++;
	return out->n > 0 && (isalpha((unsigned char)*out->p) || *out->p == '_');
}

static bool
take_constant(struct words *w)
{
	bool is_negative = take(w, "-");
	struct str t = word(w);
	w->at++;
	return t.n > 0 && (isdigit((unsigned char)*t.p) ||
				  (!is_negative && (*t.p == '\'' || sqlcheck_is(t, "NULL"))));
}

static bool
add_key(struct gather_shape *s, struct str column, int mark)
{
	if (s->n_keys == GATHER_KEYS)
		return false;
	s->key[s->n_keys++] = (struct gather_key){ column, mark };
	return true;
}

/* ---- INSERT ------------------------------------------------------------------------------------------------ */

struct columns {
	size_t n;
	struct str name[PG_PARAMS];
	int mark[PG_PARAMS]; /* -1: a constant */
};

static bool
read_columns(struct words *w, struct columns *c)
{
	if (!take(w, "("))
		return false;
	do {
		if (c->n == PG_PARAMS || !take_name(w, &c->name[c->n]))
			return false;
		c->n++;
	} while (take(w, ","));
	return take(w, ")");
}

static bool
read_row(struct words *w, struct columns *c)
{
	struct gather_shape *s = w->out;
	const char *from = word(w).p;
	if (!take(w, "("))
		return false;
	for (size_t i = 0; i < c->n; i++) {
		if (i > 0 && !take(w, ","))
			return false;
		bool is_mark = take(w, "?");
		if (!is_mark && !take_constant(w))
			return false;
		c->mark[i] = is_mark ? s->marks++ : -1;
	}
	s->row = str_n(from, (size_t)(word(w).p - from) + 1);
	return take(w, ")");
}

static bool
read_conflict_columns(struct words *w, const struct columns *c)
{
	struct str name;
	if (!take(w, "("))
		return false;
	do {
		size_t i = 0;
		if (!take_name(w, &name))
			return false;
		while (i < c->n && !str_eq(c->name[i], name))
			i++;
		if (i == c->n || (c->mark[i] >= 0 && !add_key(w->out, name, c->mark[i])))
			return false;
	} while (take(w, ","));
	return take(w, ")");
}

/* With what is in the row that is there already (t.n + excluded.n) each row would have to see the one before. */
static bool
read_conflict_set(struct words *w)
{
	struct str name;
	do {
		if (!take_name(w, &name) || !take(w, "="))
			return false;
		bool is_new = take(w, "excluded");
		if (is_new ? !take(w, ".") || !take_name(w, &name) : !take_constant(w))
			return false;
	} while (take(w, ","));
	return true;
}

static bool
read_insert(struct words *w)
{
	struct columns c = { 0 };
	if (!take(w, "INTO") || !take_name(w, &w->out->table) || !read_columns(w, &c) ||
		!take(w, "VALUES") || !read_row(w, &c))
		return false;
	w->out->kind = GATHER_INSERT;
	if (w->at == w->n)
		return true;
	w->out->kind = GATHER_UPSERT;
	if (!take(w, "ON") || !take(w, "CONFLICT") || !read_conflict_columns(w, &c) ||
		!take(w, "DO"))
		return false;
	bool is_read =
		take(w, "NOTHING") || (take(w, "UPDATE") && take(w, "SET") && read_conflict_set(w));
	return is_read && w->at == w->n;
}

/* ---- UPDATE ------------------------------------------------------------------------------------------------ */

static bool
is_other(struct str t)
{
	static const char *const words[] = { "SELECT", "FROM", "RETURNING", "WITH", "OR", "AS" };
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (sqlcheck_is(t, words[i]))
			return true;
	return false;
}

/* Up to one of the words outside of parentheses; the words of another kind of statement are refused, but for what
 * stands in parentheses: CAST(? AS bigint). */
static bool
skip_to(struct words *w, const char *one, const char *two)
{
	int depth = 0;
	for (; w->at < w->n; w->at++) {
		if (depth == 0 && (is(w, one) || is(w, two)))
			return true;
		if (is_other(word(w)) && !(depth > 0 && is(w, "AS")))
			return false;
		depth += is(w, "(") ? 1 : is(w, ")") ? -1 : 0;
		w->out->marks += is(w, "?");
	}
	return true;
}

static bool
read_set(struct words *w)
{
	struct gather_shape *s = w->out;
	do {
		if (s->n_set == GATHER_SET || !take_name(w, &s->set[s->n_set++]) || !take(w, "=") ||
			!skip_to(w, ",", "WHERE"))
			return false;
	} while (take(w, ","));
	return true;
}

/* Conditions; where one says column = ?, it is a key. */
static bool
read_where(struct words *w)
{
	do {
		struct str name = word(w);
		size_t from = w->at;
		int mark = w->out->marks;
		if (!skip_to(w, "AND", "AND"))
			return false;
		bool is_key = w->at - from == 3 && sqlcheck_is(w->tok[from + 1], "=") &&
		              sqlcheck_is(w->tok[from + 2], "?");
		if (is_key && !add_key(w->out, name, mark))
			return false;
	} while (take(w, "AND"));
	return w->at == w->n;
}

static bool
read_update(struct words *w)
{
	w->out->kind = GATHER_UPDATE;
	if (!take_name(w, &w->out->table) || !take(w, "SET") || !read_set(w))
		return false;
	w->out->row = str_n(word(w).p, 0);
	return take(w, "WHERE") && read_where(w);
}

bool
gather_read(const char *text, struct gather_shape *out)
{
	void *mem = mem_root("store.gather");
	struct str *tok = mem_array(mem, struct str, SQLCHECK_TOKENS);
	*out = (struct gather_shape){ .kind = GATHER_NO };
	struct words w = { .tok = tok, .n = sqlcheck_tokens(text, tok, NULL), .out = out };
	bool is_good = take(&w, "INSERT")   ? read_insert(&w)
	               : take(&w, "UPDATE") ? read_update(&w)
	                                    : false;
	is_good = is_good && out->marks > 0;
	if (!is_good)
		out->kind = GATHER_NO;
	mem_free(mem);
	return is_good;
}

/* ---- the text ------------------------------------------------------------------------------------------------ */

void
gather_put(struct buf *b, struct str part, const char *mark, int *n)
{
	const char *stop = part.p + part.n;
	for (const char *p = part.p; p < stop; p++) {
		const char *end = NULL;
		if (p[0] == '/' && p[1] == '*' && (end = strstr(p, "*/")) != NULL) {
			p = end + 1;
		} else if ((*p == '\'' || *p == '"') && (end = strchr(p + 1, *p)) != NULL) {
			buf_add(b, p, (size_t)(end - p) + 1);
			p = end;
		} else if (*p == '?') {
			buf_text(b, mark);
			buf_int(b, ++*n);
		} else {
			buf_char(b, *p);
		}
	}
}

/* ($1, $2), ($3, $4) */
static void
put_values(struct buf *b, int marks, size_t rows)
{
	int n = 0;
	for (size_t r = 0; r < rows; r++)
		for (int i = 0; i < marks; i++)
			buf_printf(b, "%s$%d%s",
				i   ? ", "
				: r ? ", ("
				    : "(",
				++n, i + 1 == marks ? ")" : "");
}

static void
put_names(struct buf *b, int marks)
{
	for (int i = 1; i <= marks; i++)
		buf_printf(b, "%sp%d", i > 1 ? ", " : "", i);
}

char *
gather_text(void *mem, const char *text, const struct gather_shape *s, size_t rows)
{
	bool is_update = s->kind == GATHER_UPDATE;
	const char *mark = is_update ? "v.p" : "$", *behind = s->row.p + s->row.n;
	struct buf b = buf_new(mem, strlen(text) + rows * (s->row.n + 8 * (size_t)s->marks) + 64);
	int n = 0;
	xq_require(s->kind != GATHER_NO && rows > 0);
	gather_put(&b, str_n(text, (size_t)(s->row.p - text)), mark, &n);
	if (is_update) {
		buf_text(&b, "FROM (VALUES ");
		put_values(&b, s->marks, rows);
		buf_text(&b, ") AS v (");
		put_names(&b, s->marks);
		buf_text(&b, ") ");
	}
	for (size_t r = 0; !is_update && r < rows; r++) {
		buf_text(&b, r ? ", " : "");
		gather_put(&b, s->row, mark, &n);
	}
	gather_put(&b, str_of(behind), mark, &n);
	return b.p;
}
