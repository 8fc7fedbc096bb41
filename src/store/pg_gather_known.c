/* SPDX-License-Identifier: Apache-2.0 */
/* pg_gather_known.c - what a statement is to the tables: which it could notice, and whether its rows may wait. */
#include "store/pg_gather_int.h"

#include "core/mem.h"
#include "store/sqlcheck_int.h"

#include "core/banned.h"

static bool
is_among(struct str name, const char *const *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (str_is(name, list[i]))
			return true;
	return false;
}

static const struct gather_key *
key_of(const struct gather_shape *s, const char *column)
{
	for (size_t i = 0; i < s->n_keys; i++)
		if (str_is(s->key[i].column, column))
			return &s->key[i];
	return NULL;
}

static bool
names_its_row(const struct gather_shape *s, const struct pg_table *t, struct gather_known *k)
{
	for (size_t i = 0; i < s->n_set; i++)
		if (is_among(s->set[i], t->key, t->n_key) ||
			is_among(s->set[i], t->pointed, t->n_pointed))
			return false;
	for (size_t i = 0; i < t->n_key; i++) {
		const struct gather_key *key = key_of(s, t->key[i]);
		if (!key)
			return false;
		k->key[k->n_keys++] = key->mark;
	}
	return t->n_key > 0;
}

static enum gather_kind
kind_of(const struct pg_tables *t, const char *text, struct gather_known *k)
{
	struct gather_shape s;
	if (!gather_read(text, &s))
		return GATHER_NO;
	k->table = pg_tables_find(t, s.table);
	if (k->table == t->n || t->table[k->table].is_round || s.marks > PG_PARAMS)
		return GATHER_NO;
	if (s.kind == GATHER_UPDATE)
		return names_its_row(&s, &t->table[k->table], k) ? GATHER_UPDATE : GATHER_NO;
	for (size_t i = 0; i < s.n_keys; i++)
		k->key[k->n_keys++] = s.key[i].mark;
	return s.kind;
}

void
gather_know(const struct pg_tables *t, const char *text, struct gather_known *k)
{
	void *mem = mem_root("store.gather");
	struct str *tok = mem_array(mem, struct str, SQLCHECK_TOKENS);
	size_t n = sqlcheck_tokens(text, tok, NULL);
	*k = (struct gather_known){ .kind = GATHER_NO };
	for (size_t i = 0; i < n; i++) {
		size_t table = pg_tables_find(t, tok[i]);
		if (table < t->n && !(i > 0 && str_is(tok[i - 1], ".")))
			set_add(&k->touches, table);
	}
	bool is_put = n > 0 && (sqlcheck_is(tok[0], "INSERT") || sqlcheck_is(tok[0], "UPDATE"));
	k->only_reads = n > 0 && (sqlcheck_is(tok[0], "SELECT") || sqlcheck_is(tok[0], "WITH"));
	k->is_wide = !k->only_reads && !is_put;
	k->kind = kind_of(t, text, k);
	mem_free(mem);
}
