/* SPDX-License-Identifier: Apache-2.0 */
/* Signed checkpoints: the newest, which changes, and those that are kept for ever. */
#include "core/mem.h"
#include "core/time.h"
#include "ledger/edge.h"

#include "core/banned.h"

/* clang-format off */
static const struct table_decl tree_tables[] = {
	{ .name = "ledger_tile", .class = TABLE_OFFICE, .grows = true },
	{ .name = "ledger_checkpoint", .class = TABLE_OFFICE, .grows = true, .clustered = true },
	{ .name = "ledger_signed", .class = TABLE_OFFICE, .clustered = true },
	{ .name = NULL },
};

/* A head without root has no tree yet: ledger_tree_make. Of a tile of leaves only the root is kept, since the
 * 256 entries below it say the rest: 34 bytes less for each entry, and a tenth less to write. root stands
 * before hashes, so that the roots of a level are read without its tiles. */
const struct migration ledger_migration_2 = {
	.module = "ledger",
	.number = 2,
	.ddl =
	"ALTER TABLE ledger_head ADD COLUMN root blob;\n"
	"CREATE TABLE ledger_tile ("
	" office integer NOT NULL, level integer NOT NULL, n integer NOT NULL, root blob NOT NULL,"
	" hashes blob, PRIMARY KEY (office, level, n));\n"
	"CREATE TABLE ledger_checkpoint ("
	" office integer NOT NULL, size integer NOT NULL, root blob NOT NULL, note text NOT NULL,"
	" signed_at integer NOT NULL, PRIMARY KEY (office, size));\n"
	"CREATE TABLE ledger_signed ("
	" office integer NOT NULL, size integer NOT NULL, root blob NOT NULL, note text NOT NULL,"
	" signed_at integer NOT NULL, PRIMARY KEY (office));\n",
	.sqlite_only =
	"CREATE TRIGGER ledger_tile_no_update BEFORE UPDATE ON ledger_tile"
	" BEGIN SELECT RAISE(ABORT, 'the record is append-only'); END;\n"
	"CREATE TRIGGER ledger_tile_no_delete BEFORE DELETE ON ledger_tile"
	" BEGIN SELECT RAISE(ABORT, 'the record is append-only'); END;\n"
	"CREATE TRIGGER ledger_checkpoint_no_update BEFORE UPDATE ON ledger_checkpoint"
	" BEGIN SELECT RAISE(ABORT, 'the record is append-only'); END;\n"
	"CREATE TRIGGER ledger_checkpoint_no_delete BEFORE DELETE ON ledger_checkpoint"
	" BEGIN SELECT RAISE(ABORT, 'the record is append-only'); END;\n",
	.tables = tree_tables,
};
/* clang-format on */

/* ---- reading -------------------------------------------------------------------------------------- */

/* Closes q; XQ_NONE: no row. */
static enum xq_rc
take_one(struct rows *q, void *mem, struct checkpoint *out, struct xq_err *err)
{
	bool is_there = row_next(q), good = true;
	if (is_there) {
		struct bytes root = row_bytes(q, 1);
		out->size = row_int(q, 0);
		good = root.n == SHA256_LEN;
		if (good)
			memcpy(out->root.b, root.p, SHA256_LEN);
		out->note = row_text(q, 2, mem);
		out->signed_at = row_int(q, 3);
	}
	enum xq_rc rc = rows_close(q, err);
	if (rc != XQ_OK)
		return rc;
	if (!is_there)
		return XQ_NONE;
	return good ? XQ_OK : record_broken(err, "checkpoint", out->size);
}

enum xq_rc
checkpoint_latest(
	struct tx *tx, void *mem, int64_t office, struct checkpoint *out, struct xq_err *err)
{
	return take_one(db_query(tx,
				SQL("SELECT size, root, note, signed_at FROM ledger_signed"
				    " WHERE office = ?"),
				VALS(V(office))),
		mem, out, err);
}

enum xq_rc
checkpoint_from(struct tx *tx, void *mem, int64_t office, int64_t size, struct checkpoint *out,
	struct xq_err *err)
{
	enum xq_rc rc =
		take_one(db_query(tx,
				 SQL("SELECT size, root, note, signed_at FROM ledger_checkpoint"
				     " WHERE office = ? AND size >= ? ORDER BY size LIMIT 1"),
				 VALS(V(office), V(size))),
			mem, out, err);
	if (rc != XQ_NONE)
		return rc;
	rc = checkpoint_latest(tx, mem, office, out, err);
	return rc == XQ_OK && out->size < size ? XQ_NONE : rc;
}

enum xq_rc
checkpoint_sizes(
	struct tx *tx, void *mem, int64_t office, int64_t **out, size_t *out_n, struct xq_err *err)
{
	size_t n = 0, cap = 64;
	int64_t *list = mem_array(mem, int64_t, cap);
	struct rows *q = db_query(tx,
		SQL("/* scan: one an hour, and the list is what is asked for */ "
		    "SELECT size FROM ledger_checkpoint WHERE office = ? ORDER BY size"),
		VALS(V(office)));
	while (row_next(q)) {
		if (n == cap) {
			list = mem_grow(mem, int64_t, list, cap, cap * 2);
			cap *= 2;
		}
		list[n++] = row_int(q, 0);
	}
	*out = list;
	*out_n = n;
	return rows_close(q, err);
}

/* ---- writing -------------------------------------------------------------------------------------- */

enum xq_rc
checkpoint_keep(struct tx *tx, int64_t office, const struct checkpoint *c, struct xq_err *err)
{
	struct bytes root = { c->root.b, SHA256_LEN };
	return db_exec(tx,
		SQL("INSERT INTO ledger_checkpoint (office, size, root, note, signed_at)"
		    " VALUES (?, ?, ?, ?, ?) ON CONFLICT (office, size) DO NOTHING"),
		VALS(V(office), V(c->size), V(root), V(c->note), V(c->signed_at)), err);
}

static bool
same_hour(int64_t a, int64_t b)
{
	return (a + TZ_CHINA) / 3600 == (b + TZ_CHINA) / 3600;
}

enum xq_rc
checkpoint_put(
	struct tx *tx, void *mem, int64_t office, const struct checkpoint *c, struct xq_err *err)
{
	struct checkpoint old;
	enum xq_rc rc = checkpoint_latest(tx, mem, office, &old, err);
	if (rc == XQ_OK) {
		bool is_fork = c->size < old.size ||
		               (c->size == old.size && !tree_equal(&c->root, &old.root));
		if (is_fork)
			return xq_refuse(err, NULL, "record.fork");
		if (c->size > old.size && !same_hour(old.signed_at, c->signed_at))
			rc = checkpoint_keep(tx, office, &old, err);
	}
	if (rc != XQ_OK && rc != XQ_NONE)
		return rc;
	struct bytes root = { c->root.b, SHA256_LEN };
	return db_exec(tx,
		SQL("INSERT INTO ledger_signed (office, size, root, note, signed_at)"
		    " VALUES (?, ?, ?, ?, ?) ON CONFLICT (office) DO UPDATE SET"
		    " size = excluded.size, root = excluded.root, note = excluded.note,"
		    " signed_at = excluded.signed_at"),
		VALS(V(office), V(c->size), V(root), V(c->note), V(c->signed_at)), err);
}

enum xq_rc
checkpoint_name(struct tx *tx, void *mem, int64_t office, int64_t size, struct xq_err *err)
{
	struct checkpoint c;
	enum xq_rc rc = checkpoint_latest(tx, mem, office, &c, err);
	if (rc != XQ_OK)
		return rc == XQ_NONE ? XQ_OK : rc;
	return c.size == size ? checkpoint_keep(tx, office, &c, err) : XQ_OK;
}
