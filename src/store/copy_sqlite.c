/* SPDX-License-Identifier: Apache-2.0 */
/* copy_sqlite.c - whole tables out of a file and into one. */
#include "core/mem.h"
#include "store/copy_int.h"
#include "store/sqlite_int.h"

#include "core/banned.h"

#define EACH_TABLE " FROM sqlite_schema m, "
#define OF_TABLES " WHERE m.type = 'table'"

static const char columns_text[] =
	"SELECT m.name, c.name, lower(c.type)" EACH_TABLE "pragma_table_info(m.name) c" OF_TABLES
	" ORDER BY m.name, c.cid";

/* A primary key of one integer has no index of its own. */
static const char keys_text[] =
	"SELECT t, k, u, p, c FROM ("
	" SELECT m.name AS t, '' AS k, 1 AS u, 1 AS p, c.name AS c, c.pk AS i" EACH_TABLE
	"  pragma_table_info(m.name) c" OF_TABLES " AND c.pk > 0"
	" UNION ALL SELECT m.name, l.name, l.\"unique\", 0, i.name, i.seqno" EACH_TABLE
	"  pragma_index_list(m.name) l, pragma_index_info(l.name) i" OF_TABLES
	"  AND l.origin <> 'pk') ORDER BY t, k, i";

static const char links_text[] =
	"SELECT m.name, f.id, f.\"table\", f.\"from\", f.\"to\"" EACH_TABLE
	" pragma_foreign_key_list(m.name) f" OF_TABLES " ORDER BY m.name, f.id, f.seq";

/* Rules of a table stand in its own text and stay. */
static const char parts_text[] =
	"SELECT name, 'DROP INDEX \"' || name || '\"', sql FROM sqlite_schema"
	" WHERE type = 'index' AND sql IS NOT NULL ORDER BY name";

static sqlite3 *
handle(const struct tx *tx)
{
	return sqlite_of(tx->conn)->h;
}

/* ---- small questions ------------------------------------------------------------------------------------- */

static int
take_cells(sqlite3_stmt *s, void *mem, struct copy_cells *out)
{
	int code;
	size_t cols = (size_t)sqlite3_column_count(s), room = 64;
	*out = (struct copy_cells){ .cols = cols };
	out->cell = mem_array(mem, const char *, room *cols);
	while ((code = sqlite3_step(s)) == SQLITE_ROW) {
		if (out->rows == room) {
			out->cell =
				mem_grow(mem, const char *, out->cell, room *cols, 2 * room * cols);
			room *= 2;
		}
		for (size_t i = 0; i < cols; i++) {
			const void *text = sqlite3_column_text(s, (int)i);
			out->cell[out->rows * cols + i] = mem_text(mem, text ? text : "");
		}
		out->rows++;
	}
	return code == SQLITE_DONE ? SQLITE_OK : code;
}

static enum xq_rc
ask(struct tx *tx, void *mem, const char *text, struct copy_cells *out, struct xq_err *err)
{
	sqlite3_stmt *s = NULL;
	int code = sqlite3_prepare_v2(handle(tx), text, -1, &s, NULL);
	if (code == SQLITE_OK)
		code = take_cells(s, mem, out);
	enum xq_rc rc =
		code == SQLITE_OK ? XQ_OK : sqlite_fail(tx, code, "catalogue", __LINE__, err);
	sqlite3_finalize(s); /* its code is that of the last step */
	return rc;
}

/* ---- out --------------------------------------------------------------------------------------------------- */

static int
bind_key(sqlite3_stmt *s, struct vals key)
{
	int code = SQLITE_OK;
	for (size_t i = 0; i < key.n && code == SQLITE_OK; i++) {
		const struct val *v = &key.v[i];
		int at = (int)i + 1;
		if (v->type == VAL_INT)
			code = sqlite3_bind_int64(s, at, v->i);
		else if (v->type == VAL_TEXT)
			code = sqlite3_bind_text64(
				s, at, v->p, v->n, SQLITE_TRANSIENT, SQLITE_UTF8);
		else if (v->type == VAL_BLOB)
			code = sqlite3_bind_blob64(s, at, v->p, v->n, SQLITE_TRANSIENT);
		else
			code = SQLITE_MISUSE; /* no key of ours is a fraction, or NULL */
	}
	return code;
}

static enum xq_rc
fail(struct copy_stream *s, int code, int line, struct xq_err *err)
{
	return sqlite_fail(s->tx, code, s->t->name, line, err);
}

static enum xq_rc
read_begin(struct copy_stream *s, struct vals key, struct xq_err *err)
{
	struct buf b = buf_new(s->room.mem, 512);
	sqlite3_stmt *q = NULL;
	buf_text(&b, "SELECT ");
	copy_put_names(&b, s->t, NULL, "");
	buf_printf(&b, " FROM \"%s\"", s->t->name);
	if (s->office != 0)
		buf_printf(&b, " WHERE office = %lld", (long long)s->office);
	if (key.n > 0) {
		buf_text(&b, s->office != 0 ? " AND (" : " WHERE (");
		copy_put_names(&b, s->t, s->t->primary, "");
		buf_text(&b, ") > (");
		for (size_t i = 0; i < key.n; i++)
			buf_text(&b, i ? ", ?" : "?");
		buf_text(&b, ")");
	}
	buf_text(&b, " ORDER BY ");
	copy_put_names(&b, s->t, s->t->primary, "");
	int code = sqlite3_prepare_v2(handle(s->tx), b.p, -1, &q, NULL);
	if (code == SQLITE_OK)
		code = bind_key(q, key);
	s->own = q;
	mem_free(b.p);
	return code == SQLITE_OK ? XQ_OK : fail(s, code, __LINE__, err);
}

static void
put_be(struct buf *b, uint64_t v, size_t n)
{
	uint8_t p[8];
	for (size_t i = 0; i < n; i++)
		p[i] = (uint8_t)(v >> (8 * (n - 1 - i)));
	buf_add(b, p, n);
}

static void
put_real(struct buf *b, double r)
{
	uint64_t bits;
	memcpy(&bits, &r, sizeof bits);
	put_be(b, bits, 8);
}

static void
put_value(struct buf *b, sqlite3_stmt *q, int i)
{
	int type = sqlite3_column_type(q, i);
	if (type == SQLITE_NULL) {
		put_be(b, UINT32_MAX, 4);
	} else if (type == SQLITE_INTEGER) {
		put_be(b, 8, 4);
		put_be(b, (uint64_t)sqlite3_column_int64(q, i), 8);
	} else if (type == SQLITE_FLOAT) {
		put_be(b, 8, 4);
		put_real(b, sqlite3_column_double(q, i));
	} else {
		/* The pointer first: it is what settles the form of the value. */
		const void *p =
			type == SQLITE_TEXT ? sqlite3_column_text(q, i) : sqlite3_column_blob(q, i);
		size_t n = (size_t)sqlite3_column_bytes(q, i);
		put_be(b, n, 4);
		buf_add(b, p ? p : "", n);
	}
}

static enum xq_rc
read_next(struct copy_stream *s, struct bytes *out, struct xq_err *err)
{
	int code = sqlite3_step(s->own);
	if (code == SQLITE_DONE)
		return XQ_NONE;
	if (code != SQLITE_ROW)
		return fail(s, code, __LINE__, err);
	s->room.n = 0;
	put_be(&s->room, s->t->n_columns, 2);
	for (size_t i = 0; i < s->t->n_columns; i++)
		put_value(&s->room, s->own, (int)i);
	*out = (struct bytes){ (const uint8_t *)s->room.p, s->room.n };
	return XQ_OK;
}

static void
read_end(struct copy_stream *s)
{
	sqlite3_finalize(s->own); /* its code is that of the last step */
	s->own = NULL;
}

/* ---- in ---------------------------------------------------------------------------------------------------- */

static enum xq_rc
write_begin(struct copy_stream *s, struct xq_err *err)
{
	struct buf b = buf_new(s->room.mem, 512);
	sqlite3_stmt *q = NULL;
	buf_printf(&b, "INSERT INTO \"%s\" (", s->t->name);
	copy_put_names(&b, s->t, NULL, "");
	buf_text(&b, ") VALUES (");
	for (size_t i = 0; i < s->t->n_columns; i++)
		buf_text(&b, i ? ", ?" : "?");
	buf_text(&b, ")");
	int code = sqlite3_prepare_v2(handle(s->tx), b.p, -1, &q, NULL);
	s->own = q;
	mem_free(b.p);
	return code == SQLITE_OK ? XQ_OK : fail(s, code, __LINE__, err);
}

static uint64_t
get_be(const uint8_t *p, size_t n)
{
	uint64_t v = 0;
	for (size_t i = 0; i < n; i++)
		v = v << 8 | p[i];
	return v;
}

/* One value of n bytes at p, whose memory lasts until the step. */
static int
bind_value(sqlite3_stmt *q, int at, enum val_type type, const uint8_t *p, size_t n)
{
	double r;
	uint64_t bits = n == 8 ? get_be(p, 8) : 0;
	switch (type) {
	case VAL_INT:
		return n == 8 ? sqlite3_bind_int64(q, at, (int64_t)bits) : SQLITE_CORRUPT;
	case VAL_REAL:
		memcpy(&r, &bits, sizeof r);
		return n == 8 ? sqlite3_bind_double(q, at, r) : SQLITE_CORRUPT;
	case VAL_TEXT:
		return sqlite3_bind_text64(q, at, (const char *)p, n, SQLITE_STATIC, SQLITE_UTF8);
	case VAL_BLOB:
		return n ? sqlite3_bind_blob64(q, at, p, n, SQLITE_STATIC)
		         : sqlite3_bind_zeroblob(q, at, 0);
	case VAL_NULL:
		break;
	}
	return SQLITE_MISUSE;
}

static int
bind_tuple(const struct copy_stream *s, struct bytes t)
{
	const uint8_t *p = t.p + 2, *end = t.p + t.n;
	if (t.n < 2 || get_be(t.p, 2) != s->t->n_columns)
		return SQLITE_CORRUPT;
	int code = SQLITE_OK;
	for (size_t i = 0; i < s->t->n_columns && code == SQLITE_OK; i++) {
		if (end - p < 4)
			return SQLITE_CORRUPT;
		uint64_t n = get_be(p, 4);
		p += 4;
		if (n == UINT32_MAX) {
			code = sqlite3_bind_null(s->own, (int)i + 1);
			continue;
		}
		if (n > (uint64_t)(end - p))
			return SQLITE_CORRUPT;
		code = bind_value(s->own, (int)i + 1, s->t->column[i].type, p, n);
		p += n;
	}
	return code;
}

static enum xq_rc
put(struct copy_stream *s, struct bytes tuple, struct xq_err *err)
{
	int code = bind_tuple(s, tuple);
	if (code == SQLITE_CORRUPT)
		return xq_fault(err, "store.fault", "%s: a row of another form", s->t->name);
	if (code == SQLITE_OK)
		code = sqlite3_step(s->own);
	if (code != SQLITE_DONE)
		return fail(s, code, __LINE__, err);
	(void)sqlite3_reset(s->own); /* the step was good */
	return XQ_OK;
}

static enum xq_rc
write_end(struct copy_stream *s, bool is_good, struct xq_err *err)
{
	(void)is_good;
	(void)err;
	sqlite3_finalize(s->own); /* its code is that of the last step */
	s->own = NULL;
	return XQ_OK;
}

/* ---- the greatest key ---------------------------------------------------------------------------------------- */

static struct val
value_of(sqlite3_stmt *q, int i, void *mem)
{
	if (sqlite3_column_type(q, i) == SQLITE_INTEGER)
		return val_int(sqlite3_column_int64(q, i));
	bool is_text = sqlite3_column_type(q, i) == SQLITE_TEXT;
	const void *p = is_text ? sqlite3_column_text(q, i) : sqlite3_column_blob(q, i);
	size_t n = (size_t)sqlite3_column_bytes(q, i);
	const void *own = mem_copy(mem, p ? p : "", n);
	return is_text ? val_str(str_n(own, n)) : val_bytes((struct bytes){ own, n });
}

static enum xq_rc
last(struct tx *tx, void *mem, const struct cat_table *t, int64_t office, struct vals *out,
	struct xq_err *err)
{
	struct buf b = buf_new(mem, 256);
	sqlite3_stmt *q = NULL;
	buf_text(&b, "SELECT ");
	copy_put_names(&b, t, t->primary, "");
	buf_printf(&b, " FROM \"%s\"", t->name);
	if (office != 0)
		buf_printf(&b, " WHERE office = %lld", (long long)office);
	buf_text(&b, " ORDER BY ");
	copy_put_names(&b, t, t->primary, " DESC");
	buf_text(&b, " LIMIT 1");
	int code = sqlite3_prepare_v2(handle(tx), b.p, -1, &q, NULL);
	if (code == SQLITE_OK)
		code = sqlite3_step(q);
	enum xq_rc rc = code == SQLITE_DONE ? XQ_NONE : XQ_OK;
	if (code == SQLITE_ROW) {
		struct val *v = mem_array(mem, struct val, t->primary->n);
		for (size_t i = 0; i < t->primary->n; i++)
			v[i] = value_of(q, (int)i, mem);
		*out = (struct vals){ v, t->primary->n };
	} else if (code != SQLITE_DONE) {
		rc = sqlite_fail(tx, code, t->name, __LINE__, err);
	}
	sqlite3_finalize(q); /* its code is that of the last step */
	return rc;
}

/* ---- rows taken out -------------------------------------------------------------------------------------------- */

static const char triggers_text[] =
	"SELECT name, sql FROM sqlite_schema WHERE type = 'trigger' ORDER BY name";

static int
run_text(struct tx *tx, const char *text)
{
	return sqlite3_exec(handle(tx), text, NULL, NULL, NULL);
}

/* The triggers that keep the record are off for this one statement, in the same transaction. Nobody else has the
 * file open, so it need not go in pieces. */
static enum xq_rc
drop(struct tx *tx, const struct cat_table *t, int64_t office, int64_t max, int64_t *out_n,
	struct xq_err *err)
{
	(void)max;
	void *mem = mem_root("store.copy.drop");
	struct copy_cells trigger = { 0 };
	enum xq_rc rc = ask(tx, mem, triggers_text, &trigger, err);
	int code = SQLITE_OK;
	*out_n = 0;
	for (size_t i = 0; i < trigger.rows && rc == XQ_OK && code == SQLITE_OK; i++)
		code = run_text(tx, mem_printf(mem, "DROP TRIGGER \"%s\"", trigger.cell[2 * i]));
	if (rc == XQ_OK && code == SQLITE_OK)
		code = run_text(tx, mem_printf(mem, "DELETE FROM \"%s\" WHERE office = %lld",
					    t->name, (long long)office));
	if (rc == XQ_OK && code == SQLITE_OK)
		*out_n = sqlite3_changes64(handle(tx));
	for (size_t i = 0; i < trigger.rows && rc == XQ_OK && code == SQLITE_OK; i++)
		code = run_text(tx, trigger.cell[2 * i + 1]);
	mem_free(mem);
	return rc == XQ_OK && code != SQLITE_OK ? sqlite_fail(tx, code, t->name, __LINE__, err)
	                                        : rc;
}

/* ---- the file as a whole --------------------------------------------------------------------------------------- */

static enum xq_rc
outside(struct db *db, const char *text, struct xq_err *err)
{
	struct sqlite_conn *c = sqlite_of(db->writer);
	int code = sqlite3_exec(c->h, text, NULL, NULL, NULL);
	return code == SQLITE_OK ? XQ_OK : sqlite_fail(&db->writer->tx, code, "copy", 0, err);
}

/* Rules hold for the rows as they held where they come from; sorting goes to files, not to memory. */
static enum xq_rc
ready(struct db *db, struct xq_err *err)
{
	struct tx *tx = NULL;
	enum xq_rc rc = outside(db, "PRAGMA foreign_keys=OFF; PRAGMA temp_store=FILE", err);
	if (rc == XQ_OK)
		rc = db_read(db, &tx, err);
	if (rc != XQ_OK)
		return rc;
	tx_end(tx); /* the reader's connection is there now, and with nothing in its temporary store */
	rc = sqlite3_exec(sqlite_of(db->free_readers)->h, "PRAGMA temp_store=FILE", NULL, NULL,
		     NULL) == SQLITE_OK
	             ? XQ_OK
	             : xq_fault(err, "store.fault", "%s", "temp_store");
	return rc;
}

static enum xq_rc
patient(struct tx *tx, struct xq_err *err)
{
	(void)tx;
	(void)err;
	return XQ_OK;
}

/* The indexes took their nominal figures along when they were taken off. */
static enum xq_rc
settle(struct db *db, struct xq_err *err)
{
	enum xq_rc rc = sqlite_migrated(db, err);
	return rc == XQ_OK ? outside(db,
				     "PRAGMA synchronous=FULL; PRAGMA wal_checkpoint(TRUNCATE);"
				     "PRAGMA foreign_keys=ON",
				     err)
	                   : rc;
}

const struct copy_engine copy_sqlite = {
	.columns = columns_text,
	.keys = keys_text,
	.links = links_text,
	.parts = parts_text,
	.ask = ask,
	.read = read_begin,
	.next = read_next,
	.read_end = read_end,
	.write = write_begin,
	.put = put,
	.write_end = write_end,
	.last = last,
	.drop = drop,
	.ready = ready,
	.patient = patient,
	.settle = settle,
};
