/* SPDX-License-Identifier: Apache-2.0 */
/* turn.c - to whose rows a write transaction may write. With a server several processes write at the same time, each for
 * offices of its own (pg_turn.c); what they rely on is looked at here with every statement, on both stores, so that one that
 * writes past its turn is found by any test that comes by. */
#include "core/mem.h"
#include "store/sqlcheck_int.h"
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
turn_keeps(struct turn *t, int64_t office, bool room)
{
	const struct turn_office *o = turn_find(t, office);
	return o ? o->is_next : !t->is_all && room;
}

bool
tx_writes_for(struct tx *tx, int64_t office)
{
	return tx->turn.is_all || turn_find(&tx->turn, office) != NULL;
}

/* ---- what a statement writes to -------------------------------------------------------------------------- */

struct statement {
	size_t n;
	struct str tok[SQLCHECK_TOKENS];
};

static bool
tok_is(const struct statement *s, size_t i, const char *word)
{
	return i < s->n && sqlcheck_is(s->tok[i], word);
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
marks_before(const struct statement *s, size_t end)
{
	int n = 0;
	for (size_t i = 0; i < end; i++)
		n += str_is(s->tok[i], "?");
	return n;
}

/* INSERT INTO t (office, ...) VALUES (?, ... or SELECT ?, ...; the rules of statements have office first. -1: of another
 * form. */
static int
office_of_insert(const struct statement *s)
{
	size_t i = 3;
	if (!tok_is(s, i, "(") || !tok_is(s, i + 1, "office"))
		return -1;
	while (i < s->n && !tok_is(s, i, ")"))
		i++;
	i += tok_is(s, i + 1, "VALUES") ? 3 : 2;
	return tok_is(s, i, "?") ? marks_before(s, i) : -1;
}

/* Of UPDATE and DELETE: behind WHERE. */
static int
office_of_change(const struct statement *s)
{
	size_t i = 0;
	while (i < s->n && !tok_is(s, i, "WHERE"))
		i++;
	for (; i + 2 < s->n; i++)
		if (tok_is(s, i, "office") && tok_is(s, i + 1, "=") && tok_is(s, i + 2, "?"))
			return marks_before(s, i + 2);
	return -1;
}

static void
learn(struct written *w, struct statement *s, const char *text, const struct migration *const *list,
	size_t n)
{
	*w = (struct written){ .office_at = -1 };
	if (store_only_reads(text))
		return;
	s->n = sqlcheck_tokens(text, s->tok, NULL);
	bool is_insert = tok_is(s, 0, "INSERT");
	size_t table = tok_is(s, 0, "UPDATE") ? 1 : 2; /* INSERT INTO, DELETE FROM */
	const struct table_decl *t = table < s->n ? declared(list, n, s->tok[table]) : NULL;
	if (!t)
		return;
	w->is_shared = t->class != TABLE_OFFICE;
	if (!w->is_shared)
		w->office_at = is_insert ? office_of_insert(s) : office_of_change(s);
}

void
turn_learn(struct db *db, const struct migration *const *list, size_t n)
{
	size_t all;
	const struct sql_text *sql = sql_all(&all);
	struct written *w = mem_array(db, struct written, all + 1);
	struct statement *s = mem_new(db, struct statement);
	for (size_t i = 0; i < all; i++)
		learn(&w[i], s, sql[i].text, list, n);
	mem_free(s);
	mem_free(db->written);
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
		   (office->i == COUNTER_SHARED || tx_writes_for(tx, office->i)));
}
