/* SPDX-License-Identifier: Apache-2.0 */
/* pg_kept.c - answers that the writer keeps. Every act asks for the rules of the day, a unit, who holds a post:
 * rows that hardly ever change, and each question is a message there and back. Statements with the note
 * "kept" are answered from memory while nobody has written to any of their tables: this process would have done
 * it over the same connection, and another one would have noted it in the row of writer_lease (pg_turn.c). */
#include "store/pg_int.h"

#include "core/mem.h"
#include "store/sqlcheck_int.h"

#include "core/banned.h"

enum { PLACES = 1024, CELLS_MAX = 200, TABLES_MAX = 32 };

enum drops { DROPS_UNKNOWN, DROPS_NOTHING, DROPS_ALL };

struct kept {
	sql_ref sql; /* NULL: a free place */
	size_t n;
	uint8_t key[PG_KEY]; /* the values of its question marks */
	PGresult *res;
};

struct pg_kept {
	size_t n, lent;
	bool is_stale; /* to be emptied when nothing is lent any more */
	size_t n_tables;
	struct str table[TABLES_MAX]; /* that any kept statement reads */
	bool *is_kept;                /* of each statement */
	uint8_t *drops;               /* enum drops, the same */
	struct kept at[PLACES];
};

/* ---- which statements write to their tables ------------------------------------------------------- */

static bool
reads_table(const struct pg_kept *k, struct str name)
{
	for (size_t i = 0; i < k->n_tables; i++)
		if (str_eq(k->table[i], name))
			return true;
	return false;
}

/* Its tables stand behind FROM and JOIN; what stands there in parentheses is a question of its own. */
static void
note_tables(struct pg_kept *k, const struct str *tok, size_t n)
{
	for (size_t i = 0; i + 1 < n; i++) {
		if (!sqlcheck_is(tok[i], "FROM") && !sqlcheck_is(tok[i], "JOIN"))
			continue;
		if (str_is(tok[i + 1], "(") || reads_table(k, tok[i + 1]))
			continue;
		xq_require(k->n_tables < TABLES_MAX);
		k->table[k->n_tables++] = tok[i + 1];
	}
}

/* Rows may go with others that are deleted, so every DELETE counts. */
static bool
writes_to_them(const struct pg_kept *k, const char *text)
{
	struct str *tok = mem_array(NULL, struct str, SQLCHECK_TOKENS);
	size_t n = sqlcheck_tokens(text, tok, NULL);
	size_t table = n > 0 && sqlcheck_is(tok[0], "INSERT")   ? 2
	               : n > 0 && sqlcheck_is(tok[0], "UPDATE") ? 1
	                                                        : n;
	bool writes = table >= n || reads_table(k, tok[table]);
	mem_free(tok);
	return writes;
}

struct pg_kept *
pg_kept_new(void *mem)
{
	size_t n;
	const struct sql_text *all = sql_all(&n);
	struct pg_kept *k = mem_new(mem, struct pg_kept);
	struct str *tok = mem_array(NULL, struct str, SQLCHECK_TOKENS);
	k->is_kept = mem_array(k, bool, n + 1);
	k->drops = mem_array(k, uint8_t, n + 1);
	for (size_t i = 0; i < n; i++) {
		k->is_kept[i] = strstr(all[i].text, "/* kept */") != NULL;
		if (k->is_kept[i])
			note_tables(k, tok, sqlcheck_tokens(all[i].text, tok, NULL));
	}
	mem_free(tok);
	return k;
}

/* ---- keeping ---------------------------------------------------------------------------------------- */

void
pg_kept_drop(struct pg_kept *k)
{
	if (!k || (k->n == 0 && !k->is_stale))
		return;
	k->is_stale = k->lent > 0;
	if (k->is_stale)
		return;
	for (size_t i = 0; i < PLACES; i++) {
		PQclear(k->at[i].res);
		k->at[i].res = NULL;
		k->at[i].sql = NULL;
	}
	k->n = 0;
}

bool
pg_kept_wrote(struct pg_kept *k, sql_ref sql)
{
	if (!k)
		return false;
	uint8_t *drops = &k->drops[store_index(sql)];
	if (*drops == DROPS_UNKNOWN)
		*drops = writes_to_them(k, sql->text) ? DROPS_ALL : DROPS_NOTHING;
	if (*drops == DROPS_ALL)
		pg_kept_drop(k);
	return *drops == DROPS_ALL;
}

/* Its place, where another one may lie; NULL: it is not kept. */
static struct kept *
place_of(struct pg_kept *k, sql_ref sql, const uint8_t *key, size_t n)
{
	uint64_t h = UINT64_C(1469598103934665603) ^ store_index(sql);
	for (size_t i = 0; i < n; i++)
		h = (h ^ key[i]) * UINT64_C(1099511628211);
	return &k->at[(h ^ h >> 32) % PLACES];
}

PGresult *
pg_kept_find(struct pg_kept *k, sql_ref sql, struct vals v)
{
	uint8_t key[PG_KEY];
	size_t n = 0;
	if (!k || !k->is_kept[store_index(sql)] || k->is_stale || !pg_key(v, key, &n))
		return NULL;
	struct kept *p = place_of(k, sql, key, n);
	if (p->sql != sql || p->n != n || memcmp(p->key, key, n) != 0)
		return NULL;
	k->lent++;
	return p->res;
}

bool
pg_kept_put(struct pg_kept *k, sql_ref sql, struct vals v, PGresult *res)
{
	uint8_t key[PG_KEY];
	size_t n = 0;
	if (!k || !k->is_kept[store_index(sql)] || k->is_stale)
		return false;
	if (PQntuples(res) * PQnfields(res) > CELLS_MAX || !pg_key(v, key, &n))
		return false;
	struct kept *p = place_of(k, sql, key, n);
	if (p->sql)
		return false;
	p->sql = sql;
	p->n = n;
	memcpy(p->key, key, n);
	p->res = res;
	k->n++;
	k->lent++;
	return true;
}

void
pg_kept_back(struct pg_kept *k)
{
	k->lent--;
	if (k->is_stale)
		pg_kept_drop(k);
}
