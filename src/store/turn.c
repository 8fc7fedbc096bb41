/* SPDX-License-Identifier: Apache-2.0 */
/* turn.c - to whose rows a write transaction may write. With a server several processes write at the same time, each for
 * offices of its own (pg_turn.c); what they rely on is looked at here with every statement, on both stores, so that one that
 * writes past its turn is found by any test that comes by. */
#include <strings.h>

#include "core/mem.h"
#include "store/store_int.h"

#include "core/banned.h"

/* ---- the offices of a transaction ------------------------------------------------------------------- */

void
turn_set(struct turn *t, const int64_t *office, size_t n)
{
	t->n = 0;
	t->is_all = false;
	for (size_t i = 0; i < n && !t->is_all; i++) {
		size_t at = t->n;
		if (turn_find(t, office[i]))
			continue;
		t->is_all = t->n == TURN_OFFICES;
		if (t->is_all)
			break;
		for (t->n++; at > 0 && t->at[at - 1].office > office[i]; at--)
			t->at[at] = t->at[at - 1];
		t->at[at] = (struct turn_office){ .office = office[i] };
	}
}

void
turn_set_all(struct turn *t)
{
	t->n = 0;
	t->is_all = true;
}

struct turn_office *
turn_find(struct turn *t, int64_t office)
{
	for (size_t i = 0; i < t->n; i++)
		if (t->at[i].office == office)
			return &t->at[i];
	return NULL;
}

bool
turn_has(struct turn *t, int64_t office)
{
	return t->is_all || turn_find(t, office) != NULL;
}

/* ---- what a statement writes to -------------------------------------------------------------------------- */

static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";

static struct str
next_word(const char **at)
{
	const char *from = *at + strcspn(*at, letters);
	*at = from + strspn(from, letters);
	return str_n(from, (size_t)(*at - from));
}

static bool
word_is(struct str word, const char *what)
{
	return word.n == strlen(what) && strncasecmp(word.p, what, word.n) == 0;
}

/* The table that a statement writes to, and *at behind it; empty: it only reads. */
static struct str
written_table(const char **at)
{
	struct str word = next_word(at);
	if (word_is(word, "insert") || word_is(word, "delete"))
		(void)next_word(at); /* INTO, FROM */
	else if (!word_is(word, "update"))
		return STR("");
	return next_word(at);
}

static const struct table_decl *
declared(const struct migration *const *list, size_t n, struct str name)
{
	for (size_t i = 0; i < n; i++)
		for (const struct table_decl *t = list[i]->tables; t && t->name; t++)
			if (str_is(name, t->name))
				return t;
	return NULL;
}

static int
marks_before(const char *from, const char *to)
{
	int n = 0;
	for (const char *p = from; p < to; p++)
		n += *p == '?';
	return n;
}

/* INSERT INTO t (office, ...) VALUES (?, ...); the rules of statements have office first. -1: of another form. */
static int
office_of_insert(const char *text, const char *at)
{
	static const char begins[] = "VALUES (?";
	const char *values = strstr(at, begins);
	struct str first = next_word(&at);
	return values && word_is(first, "office") ? marks_before(text, values) : -1;
}

static int
office_of_change(const char *text, const char *at)
{
	const char *where = strstr(at, "WHERE"),
		   *office = where ? strstr(where, "office = ?") : NULL;
	return office ? marks_before(text, office) : -1;
}

void
turn_learn(struct db *db, const struct migration *const *list, size_t n)
{
	size_t all;
	const struct sql_text *sql = sql_all(&all);
	struct written *w = mem_array(db, struct written, all + 1);
	for (size_t i = 0; i < all; i++) {
		const char *at = sql[i].text;
		struct str table = written_table(&at);
		const struct table_decl *t = table.n > 0 ? declared(list, n, table) : NULL;
		w[i].office_at = -1;
		if (!t)
			continue;
		w[i].is_shared = t->class != TABLE_OFFICE;
		if (!w[i].is_shared)
			w[i].office_at = word_is(str_n(sql[i].text, 6), "insert")
			                         ? office_of_insert(sql[i].text, at)
			                         : office_of_change(sql[i].text, at);
	}
	db->written = w;
}

void
turn_check(struct tx *tx, sql_ref sql, struct vals v)
{
	const struct written *w = tx->conn->db->written;
	if (!tx->is_write || tx->turn.is_all || !w)
		return;
	w += store_index(sql);
	xq_require(!w->is_shared);
	if (w->office_at < 0 || (size_t)w->office_at >= v.n)
		return;
	const struct val *office = &v.v[w->office_at];
	xq_require(office->type == VAL_INT &&
		   (office->i == COUNTER_SHARED || turn_has(&tx->turn, office->i)));
}
