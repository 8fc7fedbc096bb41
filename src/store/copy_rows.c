/* SPDX-License-Identifier: Apache-2.0 */
/* copy_rows.c - the rows of one table from one database into another, and their sum: of all offices, or of
 * one. */
#include "core/mem.h"
#include "store/copy_int.h"

#include "core/banned.h"

enum xq_rc
copy_sum_up(struct db *db, const struct cat_table *t, int64_t office, struct copy_sum *out,
	struct xq_err *err)
{
	struct copy_stream in = { .t = t, .office = office };
	struct hash_sum h;
	struct bytes row;
	enum xq_rc rc = db_read(db, &in.tx, err);
	if (rc != XQ_OK)
		return rc;
	void *mem = mem_root("store.copy.sum");
	const struct copy_engine *e = copy_engine_of(in.tx);
	in.room = buf_new(mem, 4096);
	hash_sum_begin(&h);
	*out = (struct copy_sum){ 0 };
	rc = e->read(&in, NO_VALS, err);
	while (rc == XQ_OK && (rc = e->next(&in, &row, err)) == XQ_OK) {
		hash_sum_add(&h, row);
		out->rows++;
	}
	e->read_end(&in);
	tx_end(in.tx);
	mem_free(mem);
	hash_sum_end(&h, out->hash);
	return rc == XQ_NONE ? XQ_OK : rc;
}

/* ---- passing --------------------------------------------------------------------------------------------- */

struct passing {
	const struct copy_pass *p;
	struct copy_stream in;
	struct hash_sum hash; /* of what passed */
	int64_t rows;
	bool is_over;
};

/* Rows for one transaction of the target. */
static enum xq_rc
pass_rows(struct passing *s, struct copy_stream *out, struct xq_err *err)
{
	const struct copy_engine *from = copy_engine_of(s->in.tx), *to = copy_engine_of(out->tx);
	bool is_small = s->p->office != 0;
	int max_rows = is_small ? COPY_SMALL_ROWS : COPY_ROWS;
	size_t max_bytes = is_small ? COPY_SMALL_BYTES : COPY_BYTES, bytes = 0;
	enum xq_rc rc = XQ_OK;
	for (int rows = 0; rows < max_rows && bytes < max_bytes; rows++) {
		struct bytes row;
		rc = from->next(&s->in, &row, err);
		if (rc != XQ_OK)
			break;
		hash_sum_add(&s->hash, row);
		bytes += row.n;
		rc = to->put(out, row, err);
		if (rc != XQ_OK)
			break;
		s->rows++;
	}
	s->is_over = rc == XQ_NONE;
	return rc == XQ_NONE ? XQ_OK : rc;
}

static enum xq_rc
pass_batch(struct passing *s, struct xq_err *err)
{
	struct copy_stream out = { .t = s->p->t };
	enum xq_rc rc = db_write(s->p->to, &out.tx, err);
	if (rc != XQ_OK)
		return rc;
	void *mem = mem_root("store.copy.batch");
	const struct copy_engine *to = copy_engine_of(out.tx);
	out.room = buf_new(mem, 1 << 17);
	rc = to->patient(out.tx, err);
	if (rc == XQ_OK)
		rc = to->write(&out, err);
	if (rc == XQ_OK) {
		rc = pass_rows(s, &out, err);
		struct xq_err end_err = { 0 };
		enum xq_rc end = to->write_end(&out, rc == XQ_OK, &end_err);
		if (end != XQ_OK && (rc == XQ_OK || rc == XQ_BUSY)) {
			rc = end; /* a put that fails knows only that it failed */
			*err = end_err;
		}
	}
	mem_free(mem);
	return tx_finish(out.tx, rc, err);
}

enum xq_rc
copy_pass_all(const struct copy_pass *p, struct vals key, struct copy_sum *out, struct xq_err *err)
{
	struct passing s = { .p = p, .in = { .t = p->t, .office = p->office } };
	enum xq_rc rc = db_read(p->from, &s.in.tx, err);
	if (rc != XQ_OK)
		return rc;
	void *mem = mem_root("store.copy.table");
	const struct copy_engine *from = copy_engine_of(s.in.tx);
	s.in.room = buf_new(mem, 4096);
	hash_sum_begin(&s.hash);
	rc = from->read(&s.in, key, err);
	while (rc == XQ_OK && !s.is_over)
		rc = pass_batch(&s, err);
	from->read_end(&s.in);
	tx_end(s.in.tx);
	mem_free(mem);
	out->rows = s.rows;
	hash_sum_end(&s.hash, out->hash);
	return rc;
}
