/* SPDX-License-Identifier: Apache-2.0 */
/* copy_office.c - the rows of one office from a database with many into another one that has others already.
 *
 * Indexes and foreign keys of the target stay on, so each table goes behind those that it points at. A copy that
 * was stopped goes on behind the greatest key that is there. */
#include "store/copy.h"

#include "core/mem.h"
#include "core/time.h"
#include "store/copy_int.h"

#include "core/banned.h"

struct moving {
	const struct office_copy_job *job;
	void *mem;
	struct catalogue cat; /* of the source; the target's is the same */
	const struct cat_table **order;
	size_t n;
};

/* ---- the order -------------------------------------------------------------------------------------------- */

static bool
is_listed(const struct moving *k, const char *name)
{
	for (size_t i = 0; i < k->n; i++)
		if (text_eq(k->order[i]->name, name))
			return true;
	return false;
}

/* Whether all office tables that it points at stand before it; a row may point at one of its own table. */
static bool
may_follow(const struct moving *k, const struct cat_table *t)
{
	for (size_t i = 0; i < t->n_links; i++) {
		const char *to = t->link[i].to;
		for (size_t c = 0; c < k->cat.n; c++)
			if (text_eq(k->cat.table[c].name, to) &&
				k->cat.table[c].class == TABLE_OFFICE && !text_eq(to, t->name) &&
				!is_listed(k, to))
				return false;
	}
	return true;
}

static enum xq_rc
order_tables(struct moving *k, struct xq_err *err)
{
	size_t wanted = 0, before;
	k->order = mem_array(k->mem, const struct cat_table *, k->cat.n + 1);
	k->n = 0;
	for (size_t i = 0; i < k->cat.n; i++)
		wanted += k->cat.table[i].class == TABLE_OFFICE;
	do {
		before = k->n;
		for (size_t i = 0; i < k->cat.n; i++) {
			const struct cat_table *t = &k->cat.table[i];
			if (t->class == TABLE_OFFICE && !is_listed(k, t->name) && may_follow(k, t))
				k->order[k->n++] = t;
		}
	} while (k->n > before);
	return k->n == wanted ? XQ_OK
	                      : xq_fault(err, "store.schema", "%s", "tables point in a circle");
}

static enum xq_rc
load_one(struct db *db, void *mem, const struct migration *const *list, size_t n,
	struct catalogue *out, struct xq_err *err)
{
	struct tx *tx = NULL;
	enum xq_rc rc = db_read(db, &tx, err);
	if (rc != XQ_OK)
		return rc;
	rc = catalogue_load(tx, mem, list, n, out, err);
	tx_end(tx);
	return rc;
}

/* ---- one table ---------------------------------------------------------------------------------------------- */

static enum xq_rc
copy_rest(const struct moving *k, void *mem, const struct cat_table *t, struct xq_err *err)
{
	struct copy_pass p = {
		.from = k->job->from, .to = k->job->to, .t = t, .office = k->job->office
	};
	struct copy_sum passed;
	struct vals key = NO_VALS;
	struct tx *tx = NULL;
	enum xq_rc rc = db_read(p.to, &tx, err);
	if (rc != XQ_OK)
		return rc;
	rc = copy_engine_of(tx)->last(tx, mem, t, p.office, &key, err);
	tx_end(tx);
	if (rc == XQ_NONE)
		key = NO_VALS;
	return rc == XQ_OK || rc == XQ_NONE ? copy_pass_all(&p, key, &passed, err) : rc;
}

static enum xq_rc
compare(const struct moving *k, const struct cat_table *t, int64_t *out_rows, struct xq_err *err)
{
	struct copy_sum a, b;
	enum xq_rc rc = copy_sum_up(k->job->from, t, k->job->office, &a, err);
	if (rc == XQ_OK)
		rc = copy_sum_up(k->job->to, t, k->job->office, &b, err);
	if (rc != XQ_OK)
		return rc;
	*out_rows = b.rows;
	if (a.rows == b.rows && memcmp(a.hash, b.hash, SHA256_LEN) == 0)
		return XQ_OK;
	rc = xq_refuse(err, NULL, "store.office-differs");
	xq_err_text(err, "table", t->name);
	return rc;
}

static enum xq_rc
copy_all(const struct moving *k, struct copy_report *out, struct xq_err *err)
{
	int64_t at = time_mono_ms(), rows = 0;
	enum xq_rc rc = XQ_OK;
	for (size_t i = 0; i < k->n && rc == XQ_OK; i++) {
		void *mem = mem_root("store.office");
		rc = copy_rest(k, mem, k->order[i], err);
		mem_free(mem);
	}
	out->copy_ms = time_mono_ms() - at;
	at = time_mono_ms();
	for (size_t i = 0; i < k->n && rc == XQ_OK; i++) {
		rc = compare(k, k->order[i], &rows, err);
		out->tables++;
		out->rows += rows;
		if (rc == XQ_OK && k->job->told)
			k->job->told(k->job->arg, k->order[i]->name, rows);
	}
	out->verify_ms = time_mono_ms() - at;
	return rc;
}

enum xq_rc
store_office_copy(const struct office_copy_job *job, struct copy_report *out, struct xq_err *err)
{
	struct moving k = { .job = job, .mem = mem_root("store.office") };
	struct catalogue target = { 0 };
	*out = (struct copy_report){ 0 };
	enum xq_rc rc = load_one(job->from, k.mem, job->list, job->n, &k.cat, err);
	if (rc == XQ_OK)
		rc = load_one(job->to, k.mem, job->list, job->n, &target, err);
	if (rc == XQ_OK && !copy_is_same(&k.cat, &target))
		rc = xq_fault(err, "store.schema", "%s", "the two sides differ");
	if (rc == XQ_OK)
		rc = order_tables(&k, err);
	if (rc == XQ_OK)
		rc = copy_all(&k, out, err);
	mem_free(k.mem);
	return rc;
}

/* ---- taking out ----------------------------------------------------------------------------------------------- */

static enum xq_rc
drop_some(struct db *db, const struct cat_table *t, int64_t office, int64_t *out_n,
	struct xq_err *err)
{
	struct tx *tx = NULL;
	enum xq_rc rc = db_write(db, &tx, err);
	if (rc != XQ_OK)
		return rc;
	rc = copy_engine_of(tx)->patient(tx, err);
	if (rc == XQ_OK)
		rc = copy_engine_of(tx)->drop(tx, t, office, COPY_SMALL_ROWS, out_n, err);
	return tx_finish(tx, rc, err);
}

enum xq_rc
store_office_drop(struct db *db, const struct migration *const *list, size_t n, int64_t office,
	int64_t *out_rows, struct xq_err *err)
{
	struct moving k = { .mem = mem_root("store.office") };
	enum xq_rc rc = load_one(db, k.mem, list, n, &k.cat, err);
	*out_rows = 0;
	if (rc == XQ_OK)
		rc = order_tables(&k, err);
	/* Who points at others goes before them. */
	for (size_t i = k.n; i > 0 && rc == XQ_OK; i--)
		for (int64_t some = 1; some > 0 && rc == XQ_OK; *out_rows += some)
			rc = drop_some(db, k.order[i - 1], office, &some, err);
	mem_free(k.mem);
	return rc;
}

enum xq_rc
store_office_is_empty(struct db *db, const struct migration *const *list, size_t n, int64_t office,
	bool *out, struct xq_err *err)
{
	void *mem = mem_root("store.office");
	struct catalogue cat = { 0 };
	struct tx *tx = NULL;
	struct vals key;
	*out = true;
	enum xq_rc rc = load_one(db, mem, list, n, &cat, err);
	if (rc == XQ_OK)
		rc = db_read(db, &tx, err);
	for (size_t i = 0; i < cat.n && rc == XQ_OK && *out; i++) {
		if (cat.table[i].class != TABLE_OFFICE)
			continue;
		rc = copy_engine_of(tx)->last(tx, mem, &cat.table[i], office, &key, err);
		*out = rc == XQ_NONE;
		rc = rc == XQ_NONE ? XQ_OK : rc;
	}
	if (tx)
		tx_end(tx);
	mem_free(mem);
	return rc;
}
