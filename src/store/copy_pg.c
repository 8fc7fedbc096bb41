/* SPDX-License-Identifier: Apache-2.0 */
/* copy_pg.c - whole tables out of a server and into one, by its COPY in binary form. COPY does not go in
 * pipeline mode: the connection leaves it for as long as that takes. */
#include "core/hash.h"
#include "core/mem.h"
#include "core/parse.h"
#include "store/copy_int.h"
#include "store/pg_int.h"

#include "core/banned.h"

enum { HEADER = 19, PUT_BYTES = 1 << 16 };

/* Signature, flags, length of what is added to the header: none. */
static const char header[HEADER] = "PGCOPY\n\377\r\n";

#define OURS_ONLY " c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')"

static const char columns_text[] =
	"SELECT c.relname, a.attname, format_type(a.atttypid, NULL) FROM pg_class c"
	" JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped"
	" WHERE" OURS_ONLY " ORDER BY c.relname, a.attnum";

static const char keys_text[] =
	"SELECT c.relname, CASE WHEN i.indisprimary THEN '' ELSE x.relname END AS k,"
	" CAST(i.indisunique AS int), CAST(i.indisprimary AS int), a.attname"
	" FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid JOIN pg_class x ON x.oid = i.indexrelid"
	" CROSS JOIN LATERAL unnest(CAST(i.indkey AS int2[])) WITH ORDINALITY AS u (attnum, n)"
	" JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = u.attnum"
	" WHERE" OURS_ONLY " ORDER BY c.relname, k, u.n";

static const char links_text[] =
	"SELECT c.relname, f.oid, t.relname, a.attname, b.attname FROM pg_constraint f"
	" JOIN pg_class c ON c.oid = f.conrelid JOIN pg_class t ON t.oid = f.confrelid"
	" CROSS JOIN LATERAL unnest(f.conkey, f.confkey) WITH ORDINALITY AS u (x, y, n)"
	" JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = u.x"
	" JOIN pg_attribute b ON b.attrelid = t.oid AND b.attnum = u.y"
	" WHERE f.contype = 'f' AND" OURS_ONLY " ORDER BY c.relname, f.oid, u.n";

/* Indexes first: a foreign key looks for one. */
static const char parts_text[] =
	"SELECT '1 ' || x.relname AS part, 'DROP INDEX ' || CAST(x.oid AS regclass),"
	" pg_get_indexdef(x.oid) FROM pg_index i"
	" JOIN pg_class c ON c.oid = i.indrelid JOIN pg_class x ON x.oid = i.indexrelid WHERE" OURS_ONLY
	" AND NOT EXISTS (SELECT 1 FROM pg_constraint f WHERE f.conindid = x.oid AND f.contype <> 'f')"
	" UNION ALL"
	" SELECT '2 ' || c.relname || ' ' || f.conname,"
	" 'ALTER TABLE ' || CAST(c.oid AS regclass) || ' DROP CONSTRAINT ' || quote_ident(f.conname),"
	" 'ALTER TABLE ' || CAST(c.oid AS regclass) || ' ADD CONSTRAINT ' || quote_ident(f.conname)"
	"  || ' ' || pg_get_constraintdef(f.oid)"
	" FROM pg_constraint f JOIN pg_class c ON c.oid = f.conrelid WHERE f.contype = 'f' AND" OURS_ONLY
	" ORDER BY part";

/* ---- out of pipeline mode, and back -------------------------------------------------------------------------- */

static enum xq_rc
fail(struct pg_conn *c, const PGresult *r, const char *what, struct xq_err *err)
{
	return pg_fail(c, r, &(struct pg_pending){ .what = what }, err);
}

static enum xq_rc
leave(struct pg_conn *c, const char *what, struct xq_err *err)
{
	enum xq_rc rc = pg_reads(c, err);
	if (rc == XQ_OK && c->n_pending > 0)
		rc = pg_settle(c, NULL, err);
	if (rc == XQ_OK && (pg_is_away(c) || !PQexitPipelineMode(c->h)))
		rc = fail(c, NULL, what, err);
	return rc;
}

static enum xq_rc
back(struct pg_conn *c, enum xq_rc before, const char *what, struct xq_err *err)
{
	if (!pg_is_away(c) && !PQenterPipelineMode(c->h) && before == XQ_OK)
		return fail(c, NULL, what, err);
	return before;
}

/* One text outside of pipeline mode; the caller clears the result. */
static enum xq_rc
run(struct pg_conn *c, const char *text, const char *what, ExecStatusType want, PGresult **out,
	struct xq_err *err)
{
	PGresult *r = PQexec(c->h, text);
	if (PQresultStatus(r) == want) {
		*out = r;
		return XQ_OK;
	}
	enum xq_rc rc = fail(c, r, what, err);
	PQclear(r);
	return rc;
}

/* Past what statements say: the answers that writers keep are old, here and in other processes. */
static void
writes_any_table(struct pg_conn *c)
{
	pg_kept_drop(c->kept);
	c->writes_kept = true;
}

static enum xq_rc
ask(struct tx *tx, void *mem, const char *text, struct copy_cells *out, struct xq_err *err)
{
	struct pg_conn *c = pg_of(tx->conn);
	PGresult *r = NULL;
	enum xq_rc rc = leave(c, "catalogue", err);
	if (rc != XQ_OK)
		return rc;
	rc = run(c, text, "catalogue", PGRES_TUPLES_OK, &r, err);
	if (rc == XQ_OK) {
		*out = (struct copy_cells){ .rows = (size_t)PQntuples(r),
			.cols = (size_t)PQnfields(r) };
		out->cell = mem_array(mem, const char *, out->rows * out->cols + 1);
		for (size_t i = 0; i < out->rows * out->cols; i++)
			out->cell[i] = mem_text(
				mem, PQgetvalue(r, (int)(i / out->cols), (int)(i % out->cols)));
	}
	PQclear(r);
	return back(c, rc, "catalogue", err);
}

/* ---- out ------------------------------------------------------------------------------------------------------- */

/* COPY takes no parameters. */
static void
put_literal(struct buf *b, struct pg_conn *c, const struct val *v)
{
	if (v->type == VAL_INT) {
		buf_int(b, v->i);
		return;
	}
	if (v->type == VAL_TEXT) {
		char *text = PQescapeLiteral(c->h, v->p, v->n);
		buf_text(b, text ? text : "NULL"); /* no memory: finds no row, which shows */
		PQfreemem(text);
		return;
	}
	char *hex = mem_array(b->mem, char, 2 * v->n + 1);
	text_hex((struct bytes){ v->p, v->n }, hex);
	buf_printf(b, "CAST('\\x%s' AS bytea)", hex);
	mem_free(hex);
}

static char *
read_text(struct copy_stream *s, struct vals key)
{
	struct buf b = buf_new(s->room.mem, 512);
	buf_text(&b, "COPY (SELECT ");
	copy_put_names(&b, s->t, NULL, "");
	buf_printf(&b, " FROM \"%s\"", s->t->name);
	if (s->office != 0)
		buf_printf(&b, " WHERE office = %lld", (long long)s->office);
	if (key.n > 0) {
		buf_text(&b, s->office != 0 ? " AND (" : " WHERE (");
		copy_put_names(&b, s->t, s->t->primary, "");
		buf_text(&b, ") > (");
		for (size_t i = 0; i < key.n; i++) {
			buf_text(&b, i ? ", " : "");
			put_literal(&b, pg_of(s->tx->conn), &key.v[i]);
		}
		buf_text(&b, ")");
	}
	buf_text(&b, " ORDER BY ");
	copy_put_names(&b, s->t, s->t->primary, "");
	buf_text(&b, ") TO STDOUT (FORMAT binary)");
	return b.p;
}

struct pg_out {
	char *row; /* libpq's; lent until the next one */
	bool is_done;
};

static enum xq_rc
read_begin(struct copy_stream *s, struct vals key, struct xq_err *err)
{
	struct pg_conn *c = pg_of(s->tx->conn);
	PGresult *r = NULL;
	enum xq_rc rc = leave(c, s->t->name, err);
	if (rc != XQ_OK)
		return rc;
	rc = run(c, "SET LOCAL statement_timeout = 0", s->t->name, PGRES_COMMAND_OK, &r, err);
	PQclear(r);
	char *text = read_text(s, key);
	r = NULL;
	if (rc == XQ_OK)
		rc = run(c, text, s->t->name, PGRES_COPY_OUT, &r, err);
	PQclear(r);
	mem_free(text);
	if (rc != XQ_OK)
		return back(c, rc, s->t->name, err);
	s->own = mem_new(s->room.mem, struct pg_out);
	return XQ_OK;
}

static enum xq_rc
read_last(struct copy_stream *s, struct xq_err *err)
{
	struct pg_conn *c = pg_of(s->tx->conn);
	struct pg_out *out = s->own;
	enum xq_rc rc = XQ_NONE;
	out->is_done = true;
	for (PGresult *r; !pg_is_away(c) && (r = PQgetResult(c->h)) != NULL; PQclear(r))
		if (PQresultStatus(r) != PGRES_COMMAND_OK && rc == XQ_NONE)
			rc = fail(c, r, s->t->name, err);
	if (pg_is_away(c) && rc == XQ_NONE)
		rc = fail(c, NULL, s->t->name, err);
	return back(c, rc, s->t->name, err);
}

/* The header comes with the first row; behind the last one comes a count of -1. */
static enum xq_rc
read_next(struct copy_stream *s, struct bytes *tuple, struct xq_err *err)
{
	struct pg_out *out = s->own;
	for (;;) {
		PQfreemem(out->row);
		out->row = NULL;
		int n = PQgetCopyData(pg_of(s->tx->conn)->h, &out->row, 0);
		if (n < 0)
			return read_last(s, err);
		struct bytes b = { (const uint8_t *)out->row, (size_t)n };
		if (!s->is_begun) {
			s->is_begun = true;
			if (b.n < HEADER || memcmp(b.p, header, HEADER) != 0)
				return xq_fault(
					err, "store.fault", "%s: COPY of another form", s->t->name);
			b = (struct bytes){ b.p + HEADER, b.n - HEADER };
		}
		if (b.n > 2) {
			*tuple = b;
			return XQ_OK;
		}
	}
}

/* Before the end: what the server still sends is not worth reading. */
static void
read_end(struct copy_stream *s)
{
	struct pg_conn *c = pg_of(s->tx->conn);
	struct pg_out *out = s->own;
	if (!out)
		return;
	PQfreemem(out->row);
	if (!out->is_done) {
		PQfinish(c->h);
		c->h = NULL;
	}
	mem_free(out);
	s->own = NULL;
}

/* ---- in -------------------------------------------------------------------------------------------------------- */

static enum xq_rc
write_begin(struct copy_stream *s, struct xq_err *err)
{
	struct pg_conn *c = pg_of(s->tx->conn);
	struct buf b = buf_new(s->room.mem, 512);
	PGresult *r = NULL;
	enum xq_rc rc = leave(c, s->t->name, err);
	buf_printf(&b, "COPY \"%s\" (", s->t->name);
	copy_put_names(&b, s->t, NULL, "");
	buf_text(&b, ") FROM STDIN (FORMAT binary)");
	if (rc == XQ_OK) {
		rc = run(c, b.p, s->t->name, PGRES_COPY_IN, &r, err);
		PQclear(r);
		if (rc != XQ_OK)
			rc = back(c, rc, s->t->name, err);
	}
	mem_free(b.p);
	if (rc != XQ_OK)
		return rc;
	writes_any_table(c);
	s->own = c;
	s->room.n = 0;
	buf_add(&s->room, header, HEADER);
	return XQ_OK;
}

static bool
send_room(struct copy_stream *s)
{
	bool good = PQputCopyData(pg_of(s->tx->conn)->h, s->room.p, (int)s->room.n) == 1;
	s->room.n = 0;
	return good;
}

static enum xq_rc
put(struct copy_stream *s, struct bytes tuple, struct xq_err *err)
{
	buf_add(&s->room, tuple.p, tuple.n);
	if (s->room.n < PUT_BYTES || send_room(s))
		return XQ_OK;
	return xq_busy(err, "store.away"); /* write_end knows more */
}

/* What the server says about all that was put; is_good false: it was told to forget it. */
static enum xq_rc
write_end(struct copy_stream *s, bool is_good, struct xq_err *err)
{
	struct pg_conn *c = pg_of(s->tx->conn);
	enum xq_rc rc = XQ_OK;
	if (!s->own)
		return XQ_OK;
	s->own = NULL;
	if (is_good) {
		buf_add(&s->room, "\377\377", 2);
		is_good = send_room(s);
	}
	(void)PQputCopyEnd(c->h, is_good ? NULL : "given up"); /* a broken connection shows below */
	for (PGresult *r; (r = PQgetResult(c->h)) != NULL; PQclear(r))
		if (PQresultStatus(r) != PGRES_COMMAND_OK && rc == XQ_OK)
			rc = fail(c, r, s->t->name, err);
	if (rc == XQ_OK && pg_is_away(c))
		rc = fail(c, NULL, s->t->name, err);
	return back(c, rc, s->t->name, err);
}

/* ---- the greatest key ------------------------------------------------------------------------------------------- */

static bool
value_of(const PGresult *r, int i, enum val_type type, void *mem, struct val *out)
{
	const char *text = PQgetvalue(r, 0, i);
	size_t n = (size_t)PQgetlength(r, 0, i);
	int64_t v;
	switch (type) {
	case VAL_INT:
		if (!parse_int(str_n(text, n), INT64_MIN, INT64_MAX, &v))
			return false;
		*out = val_int(v);
		return true;
	case VAL_TEXT:
		*out = val_str(str_n(mem_textn(mem, text, n), n));
		return true;
	case VAL_BLOB: {
		size_t len = 0;
		unsigned char *own = PQunescapeBytea((const unsigned char *)text, &len);
		*out = val_bytes((struct bytes){ mem_copy(mem, own, len), len });
		PQfreemem(own);
		return true;
	}
	case VAL_REAL:
	case VAL_NULL:
		break;
	}
	return false; /* no key of ours */
}

static enum xq_rc
last(struct tx *tx, void *mem, const struct cat_table *t, int64_t office, struct vals *out,
	struct xq_err *err)
{
	struct pg_conn *c = pg_of(tx->conn);
	struct buf b = buf_new(mem, 256);
	buf_text(&b, "SELECT ");
	copy_put_names(&b, t, t->primary, "");
	buf_printf(&b, " FROM \"%s\"", t->name);
	if (office != 0)
		buf_printf(&b, " WHERE office = %lld", (long long)office);
	buf_text(&b, " ORDER BY ");
	copy_put_names(&b, t, t->primary, " DESC");
	buf_text(&b, " LIMIT 1");
	PGresult *r = NULL;
	enum xq_rc rc = leave(c, t->name, err);
	if (rc != XQ_OK)
		return rc;
	rc = run(c, b.p, t->name, PGRES_TUPLES_OK, &r, err);
	if (rc == XQ_OK && PQntuples(r) == 0)
		rc = XQ_NONE;
	struct val *v = mem_array(mem, struct val, t->primary->n);
	for (size_t i = 0; i < t->primary->n && rc == XQ_OK; i++) {
		enum val_type type = t->column[cat_column_at(t, t->primary->column[i])].type;
		if (!value_of(r, (int)i, type, mem, &v[i]))
			rc = xq_fault(err, "store.schema", "key of %s", t->name);
	}
	PQclear(r);
	*out = (struct vals){ v, t->primary->n };
	return back(c, rc, t->name, err);
}

/* ---- rows taken out --------------------------------------------------------------------------------------------------- */

static enum xq_rc
drop(struct tx *tx, const struct cat_table *t, int64_t office, int64_t max, int64_t *out_n,
	struct xq_err *err)
{
	struct pg_conn *c = pg_of(tx->conn);
	struct buf b = buf_new(NULL, 256);
	PGresult *r = NULL;
	*out_n = 0;
	buf_printf(&b,
		"DELETE FROM \"%s\" WHERE office = %lld AND ctid IN"
		" (SELECT ctid FROM \"%s\" WHERE office = %lld LIMIT %lld)",
		t->name, (long long)office, t->name, (long long)office, (long long)max);
	enum xq_rc rc = leave(c, t->name, err);
	writes_any_table(c);
	if (rc == XQ_OK) {
		rc = run(c, b.p, t->name, PGRES_COMMAND_OK, &r, err);
		if (rc == XQ_OK && !parse_int(str_of(PQcmdTuples(r)), 0, INT64_MAX, out_n))
			rc = xq_fault(err, "store.fault", "%s: rows deleted", t->name);
		PQclear(r);
		rc = back(c, rc, t->name, err);
	}
	mem_free(b.p);
	return rc;
}

/* ---- the database as a whole --------------------------------------------------------------------------------------- */

static enum xq_rc
ready(struct db *db, struct xq_err *err)
{
	(void)db;
	(void)err;
	return XQ_OK;
}

static enum xq_rc
patient(struct tx *tx, struct xq_err *err)
{
	return store_script(tx,
		"SET LOCAL statement_timeout = 0; SET LOCAL maintenance_work_mem = '128MB'", err);
}

/* All that was committed before is on the server's disk with a commit that waits for it. */
static enum xq_rc
settle(struct db *db, struct xq_err *err)
{
	struct tx *tx = NULL;
	enum xq_rc rc = db_write(db, &tx, err);
	if (rc != XQ_OK)
		return rc;
	rc = patient(tx, err);
	if (rc == XQ_OK)
		rc = store_script(tx, "SET LOCAL synchronous_commit = on; ANALYZE", err);
	return tx_finish(tx, rc, err);
}

const struct copy_engine copy_postgres = {
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
