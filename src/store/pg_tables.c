/* SPDX-License-Identifier: Apache-2.0 */
/* pg_tables.c - the tables of the database in the order in which they point at each other, and their keys. */
#include "store/pg_gather_int.h"

#include "core/mem.h"

#include "core/banned.h"

/* Primary keys: table, its column. Foreign keys: table, the column they refer to, its table. */
static const char keys[] =
	"SELECT c.relname, a.attname, t.relname, k.contype FROM pg_constraint k"
	" JOIN pg_class c ON c.oid = k.conrelid"
	" LEFT JOIN pg_class t ON t.oid = k.confrelid"
	" JOIN pg_attribute a ON a.attrelid = coalesce(t.oid, c.oid)"
	"  AND a.attnum = ANY (CASE WHEN k.contype = 'f' THEN k.confkey ELSE k.conkey END)"
	" WHERE k.contype IN ('p', 'f') AND c.relnamespace = 'public'::regnamespace"
	" ORDER BY k.contype DESC, c.relname, k.oid, a.attnum";

size_t
pg_tables_find(const struct pg_tables *t, struct str name)
{
	size_t i = 0;
	while (i < t->n && !str_is(name, t->table[i].name))
		i++;
	return i;
}

/* Each row of the answer has a column of a primary key, at most, so there are no more tables than rows. */
static struct pg_table *
table_named(struct pg_tables *t, void *mem, const char *name)
{
	size_t i = pg_tables_find(t, str_of(name));
	if (i == t->n)
		t->table[t->n++] = (struct pg_table){ .name = mem_text(mem, name) };
	return &t->table[i];
}

static void
add_column(struct pg_table *t, const char **list, size_t *n, size_t max, const char *name)
{
	if (*n == max)
		t->is_round = true; /* nobody has so many; then it is left alone */
	else
		list[(*n)++] = name;
}

static void
read_keys(struct pg_tables *t, void *mem, const PGresult *r)
{
	for (int i = 0; i < PQntuples(r) && t->n < TABLES_MAX - 1; i++) {
		struct pg_table *own = table_named(t, mem, PQgetvalue(r, i, 0));
		const char *column = mem_text(mem, PQgetvalue(r, i, 1));
		if (PQgetisnull(r, i, 2)) {
			add_column(own, own->key, &own->n_key, TABLE_KEYS, column);
			continue;
		}
		struct pg_table *to = table_named(t, mem, PQgetvalue(r, i, 2));
		bool is_known = false;
		for (size_t k = 0; k < to->n_pointed; k++)
			is_known = is_known || text_eq(to->pointed[k], column);
		if (!is_known)
			add_column(to, to->pointed, &to->n_pointed, TABLE_POINTED, column);
		if (to != own)
			set_add(&own->above, (size_t)(to - t->table));
	}
}

/* Adds what is above those above it; true while that is something new. */
static bool
reach_further(struct pg_tables *t, struct pg_table *own)
{
	struct table_set was = own->above;
	for (size_t i = 0; i < t->n; i++)
		for (size_t w = 0; set_has(&was, i) && w < TABLES_MAX / 64; w++)
			own->above.bits[w] |= t->table[i].above.bits[w];
	return memcmp(&was, &own->above, sizeof was) != 0;
}

void
pg_tables_rank(struct pg_tables *t)
{
	bool grows = true;
	while (grows) {
		grows = false;
		for (size_t i = 0; i < t->n; i++)
			grows = reach_further(t, &t->table[i]) || grows;
	}
	/* Who is above another one has fewer above itself, unless both are above each other. */
	for (size_t i = 0; i < t->n; i++) {
		struct pg_table *own = &t->table[i];
		own->is_round = own->is_round || set_has(&own->above, i);
		own->rank = 0;
		for (size_t k = 0; k < t->n; k++)
			own->rank += set_has(&own->above, k);
	}
}

enum xq_rc
pg_tables_load(struct pg_conn *c, void *mem, struct pg_tables **out, struct xq_err *err)
{
	static const struct pg_pending what = { .what = "keys" };
	PGresult *r = NULL;
	enum xq_rc rc =
		pg_note(c, what, PQsendQueryParams(c->h, keys, 0, NULL, NULL, NULL, NULL, 0), err);
	if (rc == XQ_OK)
		rc = pg_settle(c, &r, err);
	if (rc != XQ_OK)
		return rc;
	struct pg_tables *t = mem_new(mem, struct pg_tables);
	t->table = mem_array(t, struct pg_table, TABLES_MAX);
	read_keys(t, t, r);
	if (t->n >= TABLES_MAX - 1)
		t->n = 0; /* nothing is known of any: every statement goes by itself */
	pg_tables_rank(t);
	PQclear(r);
	*out = t;
	return XQ_OK;
}
