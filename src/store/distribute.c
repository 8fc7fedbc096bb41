/* SPDX-License-Identifier: Apache-2.0 */
#include "store/distribute.h"

#include "core/mem.h"
#include "store/catalogue.h"
#include "store/pg_int.h"

#include "core/banned.h"

/* ---- the order ------------------------------------------------------------------------------------------ */

static bool
is_placed(const struct distribution *d, const char *table)
{
	for (size_t i = 0; i < d->n; i++)
		if (d->table[i] && text_eq(d->table[i], table))
			return true;
	return false;
}

/* All that it points to is placed; itself it may point to. */
static bool
is_free(const struct distribution *d, const struct cat_table *t)
{
	for (size_t i = 0; i < t->n_links; i++)
		if (!text_eq(t->link[i].to, t->name) && !is_placed(d, t->link[i].to))
			return false;
	return true;
}

static void
place(struct distribution *d, void *mem, const char *table, enum table_class class,
	const char *together)
{
	const char *text;
	if (class == TABLE_REFERENCE)
		text = mem_printf(mem, "SELECT create_reference_table('public.%s')", table);
	else if (!together)
		text = mem_printf(mem,
			"SELECT create_distributed_table('public.%s', 'office',"
			" colocate_with => 'none', shard_count => %d)",
			table, DISTRIBUTE_SHARDS);
	else
		text = mem_printf(mem,
			"SELECT create_distributed_table('public.%s', 'office',"
			" colocate_with => 'public.%s')",
			table, together);
	d->text[d->n] = text;
	d->table[d->n++] = table;
}

/* Those of one class; a round that places none has met a circle. */
static enum xq_rc
place_class(struct distribution *d, void *mem, const struct catalogue *cat, enum table_class class,
	const char *together, struct xq_err *err)
{
	for (bool is_going = true; is_going;) {
		const char *left = NULL;
		is_going = false;
		for (size_t i = 0; i < cat->n; i++) {
			const struct cat_table *t = &cat->table[i];
			if (t->class != class || is_placed(d, t->name))
				continue;
			left = t->name;
			if (!is_free(d, t))
				continue;
			place(d, mem, t->name, class, together);
			is_going = true;
		}
		if (left && !is_going)
			return xq_fault(
				err, "store.schema", "foreign keys of %s run in a circle", left);
	}
	return XQ_OK;
}

/* The lease is a row of its office, but the driver's own table and in no list. */
static const char lease[] = "writer_lease";

enum xq_rc
store_distribution(struct tx *tx, void *mem, const struct migration *const *list, size_t n,
	struct distribution *out, struct xq_err *err)
{
	struct catalogue cat;
	enum xq_rc rc = catalogue_load(tx, mem, list, n, &cat, err);
	if (rc != XQ_OK)
		return rc;
	struct distribution d = { .table = mem_array(mem, const char *, cat.n + 1),
		.text = mem_array(mem, const char *, cat.n + 1) };
	rc = place_class(&d, mem, &cat, TABLE_REFERENCE, NULL, err);
	place(&d, mem, lease, TABLE_OFFICE, NULL);
	if (rc == XQ_OK)
		rc = place_class(&d, mem, &cat, TABLE_OFFICE, lease, err);
	if (rc == XQ_OK)
		*out = d;
	return rc;
}

/* ---- saying it -------------------------------------------------------------------------------------------- */

static enum xq_rc
refuse_without(PGconn *h, struct xq_err *err)
{
	PGresult *r = NULL;
	enum xq_rc rc = pg_ask(h, "SELECT 1 FROM pg_extension WHERE extname = 'citus'", &r, err);
	if (rc == XQ_OK && PQntuples(r) == 0)
		rc = xq_refuse(err, NULL, "store.no-citus");
	PQclear(r);
	return rc;
}

static bool
is_there(const PGresult *r, const char *table)
{
	for (int i = 0; i < PQntuples(r); i++)
		if (text_eq(PQgetvalue(r, i, 0), table))
			return true;
	return false;
}

static enum xq_rc
say_missing(PGconn *h, const struct distribution *d, size_t *out_done, size_t *out_before,
	struct xq_err *err)
{
	PGresult *r = NULL;
	size_t done = 0, before = 0;
	enum xq_rc rc = pg_ask(h,
		"SELECT c.relname FROM pg_dist_partition p JOIN pg_class c ON c.oid = p.logicalrelid"
		" WHERE c.relnamespace = 'public'::regnamespace",
		&r, err);
	for (size_t i = 0; i < d->n && rc == XQ_OK; i++) {
		if (is_there(r, d->table[i])) {
			before++;
			continue;
		}
		rc = pg_do(h, d->text[i], err);
		done += rc == XQ_OK ? 1 : 0;
	}
	PQclear(r);
	*out_done = done;
	*out_before = before;
	return rc;
}

static enum xq_rc
load(struct db *db, void *mem, const struct migration *const *list, size_t n,
	struct distribution *out, struct xq_err *err)
{
	struct tx *tx = NULL;
	enum xq_rc rc = db_read(db, &tx, err);
	if (rc != XQ_OK)
		return rc;
	rc = store_distribution(tx, mem, list, n, out, err);
	tx_end(tx);
	return rc;
}

/* On a connection of its own, outside of transactions, since rows that are there already move with it. */
enum xq_rc
store_distribute(struct db *db, const struct migration *const *list, size_t n, size_t *out_done,
	size_t *out_before, struct xq_err *err)
{
	if (db->driver != &postgres_driver)
		return xq_refuse(err, NULL, "store.not-a-server");
	void *mem = mem_root("store.distribute");
	struct distribution d = { 0 };
	PGconn *h = NULL;
	enum xq_rc rc = pg_connect(db, pg_db_of(db)->database, true, &h, err);
	if (rc == XQ_OK)
		rc = refuse_without(h, err);
	if (rc == XQ_OK)
		rc = pg_do(h, "SET statement_timeout = 0", err);
	if (rc == XQ_OK)
		rc = load(db, mem, list, n, &d, err);
	if (rc == XQ_OK)
		rc = say_missing(h, &d, out_done, out_before, err);
	PQfinish(h);
	mem_free(mem);
	return rc;
}
