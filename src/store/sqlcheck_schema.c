/* SPDX-License-Identifier: Apache-2.0 */
/* sqlcheck_schema.c - the tables as they are against scale-out.md 1: what a distributed database asks of them
 * later must hold from the first day. */
#include "store/catalogue.h"
#include "store/sqlcheck_int.h"

#include "core/mem.h"

#include "core/banned.h"

struct looking {
	const struct catalogue *cat;
	struct buf *out;
	size_t faults;
};

static void
say(struct looking *k, const struct cat_table *t, const char *what, const char *name)
{
	buf_printf(k->out, "table %s: %s%s%s\n", t->name, what, name[0] ? ": " : "", name);
	k->faults++;
}

static const struct cat_table *
table_named(const struct looking *k, const char *name)
{
	for (size_t i = 0; i < k->cat->n; i++)
		if (text_eq(k->cat->table[i].name, name))
			return &k->cat->table[i];
	return NULL;
}

static bool
has_office(const struct cat_table *t)
{
	for (size_t i = 0; i < t->n_columns; i++)
		if (text_eq(t->column[i].name, "office"))
			return true;
	return false;
}

/* Those of office tables begin with it, also those that are no rule but only an index: a node looks through
 * one office's part of it. */
static void
look_at_keys(struct looking *k, const struct cat_table *t)
{
	if (!t->primary)
		say(k, t, "no primary key", "");
	for (size_t i = 0; t->class == TABLE_OFFICE && i < t->n_keys; i++)
		if (!text_eq(t->key[i].column[0], "office"))
			say(k, t, "office is not first in a key", t->key[i].name);
}

static bool
ties_office(const struct cat_link *l)
{
	for (size_t i = 0; i < l->n; i++)
		if (text_eq(l->column[i], "office") && text_eq(l->to_column[i], "office"))
			return true;
	return false;
}

static void
look_at_links(struct looking *k, const struct cat_table *t)
{
	for (size_t i = 0; i < t->n_links; i++) {
		const struct cat_link *l = &t->link[i];
		const struct cat_table *to = table_named(k, l->to);
		if (!to || to->class == TABLE_GLOBAL || t->class == TABLE_GLOBAL)
			say(k, t, "a foreign key to or from what is in one place only", l->to);
		else if (t->class == TABLE_REFERENCE && to->class == TABLE_OFFICE)
			say(k, t, "a foreign key from a reference table to an office's", l->to);
		else if (to->class == TABLE_OFFICE && !ties_office(l))
			say(k, t, "a foreign key without the office", l->to);
	}
}

size_t
sqlcheck_catalogue(const struct catalogue *cat, struct buf *out)
{
	struct looking k = { .cat = cat, .out = out };
	for (size_t i = 0; i < cat->n; i++) {
		const struct cat_table *t = &cat->table[i];
		if (has_office(t) != (t->class == TABLE_OFFICE))
			say(&k, t, "its class does not fit its column office", "");
		look_at_keys(&k, t);
		look_at_links(&k, t);
	}
	return k.faults;
}

enum xq_rc
sqlcheck_schema(struct db *db, const struct migration *const *list, size_t n, struct buf *out,
	size_t *out_faults, struct xq_err *err)
{
	struct tx *tx = NULL;
	struct catalogue cat;
	void *mem = mem_root("store.schema");
	enum xq_rc rc = db_read(db, &tx, err);
	if (rc == XQ_OK) {
		rc = catalogue_load(tx, mem, list, n, &cat, err);
		tx_end(tx);
	}
	if (rc == XQ_OK)
		*out_faults = sqlcheck_catalogue(&cat, out);
	mem_free(mem);
	return rc;
}
