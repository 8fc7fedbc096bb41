/* SPDX-License-Identifier: Apache-2.0 */
#include "store/catalogue.h"

#include "core/mem.h"
#include "store/copy_int.h"

#include "core/banned.h"

static struct cat_table *
table_named(const struct catalogue *c, const char *name)
{
	for (size_t i = 0; i < c->n; i++)
		if (text_eq(c->table[i].name, name))
			return &c->table[i];
	return NULL; /* of nobody's declaration: one that the engine keeps for itself */
}

static void
add_declared(struct catalogue *c, void *mem, const struct migration *const *list, size_t n)
{
	size_t room = 0;
	for (size_t m = 0; m < n; m++)
		for (const struct table_decl *t = list[m]->tables; t && t->name; t++)
			room++;
	c->table = mem_array(mem, struct cat_table, room);
	for (size_t m = 0; m < n; m++)
		for (const struct table_decl *t = list[m]->tables; t && t->name; t++)
			if (!table_named(c, t->name))
				c->table[c->n++] =
					(struct cat_table){ .name = t->name, .class = t->class };
}

/* ---- columns: table, name, type ----------------------------------------------------------------------- */

static bool
type_of(const char *name, enum val_type *out)
{
	static const struct {
		const char *name;
		enum val_type type;
	} types[] = { { "integer", VAL_INT }, { "bigint", VAL_INT }, { "text", VAL_TEXT },
		{ "blob", VAL_BLOB }, { "bytea", VAL_BLOB }, { "real", VAL_REAL },
		{ "double precision", VAL_REAL } };
	for (size_t i = 0; i < sizeof types / sizeof *types; i++)
		if (text_eq(types[i].name, name)) {
			*out = types[i].type;
			return true;
		}
	return false;
}

static enum xq_rc
read_columns(struct catalogue *c, void *mem, const struct copy_cells *all, struct xq_err *err)
{
	for (size_t i = 0; i < all->rows; i++) {
		const char *const *cell = &all->cell[i * all->cols];
		struct cat_table *t = table_named(c, cell[0]);
		if (!t)
			continue;
		if (t->n_columns == 0)
			t->column = mem_array(mem, struct cat_column, all->rows - i);
		struct cat_column *col = &t->column[t->n_columns++];
		col->name = cell[1];
		if (!type_of(cell[2], &col->type))
			return xq_fault(
				err, "store.schema", "%s.%s: %s", cell[0], cell[1], cell[2]);
	}
	return XQ_OK;
}

/* ---- keys: table, name, is unique, is primary, column --------------------------------------------------- */

static void
read_keys(struct catalogue *c, void *mem, const struct copy_cells *all)
{
	for (size_t i = 0; i < all->rows; i++) {
		const char *const *cell = &all->cell[i * all->cols];
		struct cat_table *t = table_named(c, cell[0]);
		if (!t)
			continue;
		if (t->n_keys == 0)
			t->key = mem_array(mem, struct cat_key, all->rows - i);
		if (t->n_keys == 0 || !text_eq(t->key[t->n_keys - 1].name, cell[1]))
			t->key[t->n_keys++] = (struct cat_key){ .name = cell[1],
				.is_unique = text_eq(cell[2], "1"),
				.is_primary = text_eq(cell[3], "1"),
				.column = mem_array(mem, const char *, t->n_columns + 1) };
		struct cat_key *k = &t->key[t->n_keys - 1];
		if (k->is_primary)
			t->primary = k;
		xq_require(k->n <= t->n_columns);
		k->column[k->n++] = cell[4];
	}
}

/* ---- links: table, number, where to, column, its column --------------------------------------------------- */

static void
read_links(struct catalogue *c, void *mem, const struct copy_cells *all)
{
	const char *number = "";
	for (size_t i = 0; i < all->rows; i++) {
		const char *const *cell = &all->cell[i * all->cols];
		struct cat_table *t = table_named(c, cell[0]);
		if (!t)
			continue;
		if (t->n_links == 0)
			t->link = mem_array(mem, struct cat_link, all->rows - i);
		if (t->n_links == 0 || !text_eq(number, cell[1]))
			t->link[t->n_links++] = (struct cat_link){ .to = cell[2],
				.column = mem_array(mem, const char *, t->n_columns),
				.to_column = mem_array(mem, const char *, t->n_columns) };
		number = cell[1];
		struct cat_link *l = &t->link[t->n_links - 1];
		l->column[l->n] = cell[3];
		l->to_column[l->n++] = cell[4];
	}
}

/* A later step of its module took the table away, or gave it another name. */
static void
drop_gone(struct catalogue *c)
{
	size_t n = 0;
	for (size_t i = 0; i < c->n; i++)
		if (c->table[i].n_columns > 0)
			c->table[n++] = c->table[i];
	c->n = n;
}

enum xq_rc
catalogue_load(struct tx *tx, void *mem, const struct migration *const *list, size_t n,
	struct catalogue *out, struct xq_err *err)
{
	const struct copy_engine *e = copy_engine_of(tx);
	struct copy_cells columns, keys, links;
	*out = (struct catalogue){ 0 };
	add_declared(out, mem, list, n);
	enum xq_rc rc = e->ask(tx, mem, e->columns, &columns, err);
	if (rc == XQ_OK)
		rc = read_columns(out, mem, &columns, err);
	if (rc == XQ_OK)
		rc = e->ask(tx, mem, e->keys, &keys, err);
	if (rc == XQ_OK)
		rc = e->ask(tx, mem, e->links, &links, err);
	if (rc != XQ_OK)
		return rc;
	read_keys(out, mem, &keys);
	read_links(out, mem, &links);
	drop_gone(out);
	return XQ_OK;
}

size_t
cat_column_at(const struct cat_table *t, const char *name)
{
	size_t i = 0;
	while (i < t->n_columns && !text_eq(t->column[i].name, name))
		i++;
	xq_require(i < t->n_columns);
	return i;
}

void
copy_put_names(
	struct buf *b, const struct cat_table *t, const struct cat_key *key, const char *behind)
{
	size_t n = key ? key->n : t->n_columns;
	for (size_t i = 0; i < n; i++)
		buf_printf(b, "%s\"%s\"%s", i ? ", " : "", key ? key->column[i] : t->column[i].name,
			behind);
}
