/* SPDX-License-Identifier: Apache-2.0 */
/* catalogue.h - the declared tables as the database itself knows them: columns, keys, what points where.
 *
 * For:       copying rows between engines, distributing tables over nodes, the rules of the schema
 * May call:  core, store.h
 * Called by: store/copy.c, store/distribute.c, store/sqlcheck_schema.c
 * Threads:   that of the transaction
 * Source:    scale-out.md 1
 */
#ifndef XQ_STORE_CATALOGUE_H
#define XQ_STORE_CATALOGUE_H

#include "store/store.h"

struct cat_column {
	const char *name;
	enum val_type type;
};

/* A primary key, a unique rule, or an index. */
struct cat_key {
	const char *name; /* "" for the primary key */
	bool is_unique, is_primary;
	size_t n;
	const char **column;
};

/* A foreign key. */
struct cat_link {
	const char *to;
	size_t n;
	const char **column, **to_column;
};

struct cat_table {
	const char *name;
	enum table_class class;
	size_t n_columns, n_keys, n_links;
	struct cat_column *column;
	struct cat_key *key;
	const struct cat_key *primary; /* NULL: none */
	struct cat_link *link;
};

struct catalogue {
	size_t n;
	struct cat_table *table; /* in the order of their declaration */
};

/* All tables that the list declares and that are there: a later step may have taken one away again. FAULT
 * store.schema with a column of a type that is none of the four. */
XQ_CHECK enum xq_rc catalogue_load(struct tx *tx, void *mem, const struct migration *const *list,
	size_t n, struct catalogue *out, struct xq_err *err);

/* The place of a column among those of the table (required to be there). */
size_t cat_column_at(const struct cat_table *t, const char *name);

#endif
