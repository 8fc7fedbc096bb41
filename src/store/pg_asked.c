/* SPDX-License-Identifier: Apache-2.0 */
/* pg_asked.c - questions that are asked ahead (db_ask): sent and not waited for; the answer lies here until the query
 * of the same statement and values takes it. So the rows that the acts of a batch begin with come in one
 * message there and back for all of them. */
#include "store/pg_int.h"

#include "core/mem.h"

#include "core/banned.h"

enum { ASKED_MAX = 512 };

struct asked {
	sql_ref sql; /* NULL: taken */
	size_t n;
	uint8_t key[PG_KEY];
	PGresult *res; /* NULL: it has not come yet */
};

struct pg_asked {
	size_t n;
	struct asked at[ASKED_MAX];
};

struct pg_asked *
pg_asked_new(void *mem)
{
	return mem_new(mem, struct pg_asked);
}

static struct asked *
asked_find(struct pg_asked *a, sql_ref sql, const uint8_t *key, size_t n)
{
	for (size_t i = 0; i < a->n; i++)
		if (a->at[i].sql == sql && a->at[i].n == n && memcmp(a->at[i].key, key, n) == 0)
			return &a->at[i];
	return NULL;
}

size_t
pg_asked_note(struct pg_asked *a, sql_ref sql, struct vals v)
{
	struct asked one = { .sql = sql };
	if (!a || a->n == ASKED_MAX || !pg_key(v, one.key, &one.n) ||
		asked_find(a, sql, one.key, one.n))
		return 0;
	a->at[a->n++] = one;
	return a->n;
}

void
pg_asked_come(struct pg_asked *a, size_t no, PGresult *res)
{
	xq_require(no >= 1 && no <= a->n && !a->at[no - 1].res);
	a->at[no - 1].res = res;
}

bool
pg_asked_waits(struct pg_asked *a, sql_ref sql, struct vals v)
{
	uint8_t key[PG_KEY];
	size_t n = 0;
	if (!a || a->n == 0 || !pg_key(v, key, &n))
		return false;
	const struct asked *one = asked_find(a, sql, key, n);
	return one && !one->res;
}

PGresult *
pg_asked_take(struct pg_asked *a, sql_ref sql, struct vals v, bool stays)
{
	uint8_t key[PG_KEY];
	size_t n = 0;
	if (!a || a->n == 0 || !pg_key(v, key, &n))
		return NULL;
	struct asked *one = asked_find(a, sql, key, n);
	if (!one || !one->res)
		return NULL;
	if (stays)
		return PQcopyResult(one->res, PG_COPYRES_ATTRS | PG_COPYRES_TUPLES);
	one->sql = NULL;
	PGresult *res = one->res;
	one->res = NULL;
	return res;
}

void
pg_asked_drop(struct pg_asked *a)
{
	for (size_t i = 0; a && i < a->n; i++)
		PQclear(a->at[i].res);
	if (a)
		a->n = 0;
}
