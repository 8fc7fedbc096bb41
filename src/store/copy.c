/* SPDX-License-Identifier: Apache-2.0 */
#include "store/copy.h"

#include <stdio.h>

#include "core/mem.h"
#include "core/parse.h"
#include "core/time.h"
#include "store/copy_int.h"

#include "core/banned.h"

/* kind 'source': what is copied. 'make': text of a part of the schema that was taken off. 'table': a table
 * whose rows are all there, with their count and sum at the source. */
const struct migration store_migration_2 = {
	.module = "store",
	.number = 2,
	.ddl = "CREATE TABLE store_copy ("
	       " kind text NOT NULL,"
	       " name text NOT NULL,"
	       " body text NOT NULL,"
	       " PRIMARY KEY (kind, name))",
	.tables =
		(const struct table_decl[]){
			{ "store_copy", TABLE_GLOBAL, .clustered = true },
			{ NULL },
		},
};

struct copying {
	const struct copy_job *job;
	void *mem;
	struct catalogue cat; /* of the source; the target's is the same */
	struct copy_report *report;
};

/* Written by the migrations, or by the copy itself. */
static bool
is_own(const struct cat_table *t)
{
	return text_eq(t->name, "schema_version") || text_eq(t->name, "store_copy");
}

/* ---- notes of the copy, in the target ----------------------------------------------------------------- */

static enum xq_rc
note_put(struct tx *tx, const char *kind, const char *name, const char *body, struct xq_err *err)
{
	return db_exec_one(tx, SQL("INSERT INTO store_copy (kind, name, body) VALUES (?, ?, ?)"),
		VALS(V(kind), V(name), V(body)), err);
}

/* XQ_NONE: there is no such note. */
static enum xq_rc
note_get(struct tx *tx, void *mem, const char *kind, const char *name, const char **out,
	struct xq_err *err)
{
	struct rows *q =
		db_query(tx, SQL("SELECT body FROM store_copy WHERE kind = ? AND name = ?"),
			VALS(V(kind), V(name)));
	bool is_there = row_next(q);
	const char *body = is_there ? row_text(q, 0, mem) : NULL;
	enum xq_rc rc = rows_close(q, err);
	*out = body;
	return rc == XQ_OK && !is_there ? XQ_NONE : rc;
}

static enum xq_rc
note_first(struct tx *tx, void *mem, const char *kind, const char **out_name, const char **out_body,
	struct xq_err *err)
{
	struct rows *q = db_query(tx,
		SQL("SELECT name, body FROM store_copy WHERE kind = ? ORDER BY name LIMIT 1"),
		VALS(V(kind)));
	bool is_there = row_next(q);
	if (is_there) {
		*out_name = row_text(q, 0, mem);
		*out_body = row_text(q, 1, mem);
	}
	enum xq_rc rc = rows_close(q, err);
	return rc == XQ_OK && !is_there ? XQ_NONE : rc;
}

/* Reads one note in a transaction of its own. */
static enum xq_rc
note_look(const struct copying *k, const char *kind, const char *name, const char **out,
	struct xq_err *err)
{
	struct tx *tx = NULL;
	enum xq_rc rc = db_read(k->job->to, &tx, err);
	if (rc != XQ_OK)
		return rc;
	rc = note_get(tx, k->mem, kind, name, out, err);
	tx_end(tx);
	return rc;
}

/* ---- the beginning --------------------------------------------------------------------------------------- */

bool
copy_is_same(const struct catalogue *a, const struct catalogue *b)
{
	bool same = a->n == b->n;
	for (size_t i = 0; i < a->n && same; i++) {
		const struct cat_table *s = &a->table[i], *t = &b->table[i];
		same = s->n_columns == t->n_columns && s->primary && t->primary &&
		       s->primary->n == t->primary->n;
		for (size_t c = 0; same && c < s->n_columns; c++)
			same = text_eq(s->column[c].name, t->column[c].name) &&
			       s->column[c].type == t->column[c].type;
		for (size_t c = 0; same && c < s->primary->n; c++)
			same = text_eq(s->primary->column[c], t->primary->column[c]);
	}
	return same;
}

static enum xq_rc
load_one(struct copying *k, struct db *db, struct catalogue *out, struct xq_err *err)
{
	struct tx *tx = NULL;
	enum xq_rc rc = db_read(db, &tx, err);
	if (rc != XQ_OK)
		return rc;
	rc = catalogue_load(tx, k->mem, k->job->list, k->job->n, out, err);
	tx_end(tx);
	return rc;
}

static enum xq_rc
load_catalogues(struct copying *k, struct xq_err *err)
{
	struct catalogue target = { 0 };
	enum xq_rc rc = load_one(k, k->job->from, &k->cat, err);
	if (rc == XQ_OK)
		rc = load_one(k, k->job->to, &target, err);
	if (rc == XQ_OK && !copy_is_same(&k->cat, &target))
		rc = xq_fault(err, "store.schema", "%s", "the two sides differ");
	return rc;
}

static enum xq_rc
refuse_rows(struct copying *k, struct tx *tx, struct xq_err *err)
{
	enum xq_rc rc = XQ_OK;
	for (size_t i = 0; i < k->cat.n && rc == XQ_OK; i++) {
		struct vals key;
		if (is_own(&k->cat.table[i]))
			continue;
		rc = copy_engine_of(tx)->last(tx, k->mem, &k->cat.table[i], 0, &key, err);
		if (rc == XQ_OK)
			return xq_refuse(err, NULL, "store.copy-not-empty");
		rc = rc == XQ_NONE ? XQ_OK : rc;
	}
	return rc;
}

/* Off with what each row would have to pass; it is made again behind them, in one go. */
static enum xq_rc
take_off(struct copying *k, struct tx *tx, struct xq_err *err)
{
	const struct copy_engine *e = copy_engine_of(tx);
	struct copy_cells part = { 0 };
	enum xq_rc rc = e->ask(tx, k->mem, e->parts, &part, err);
	for (size_t i = 0; i < part.rows && rc == XQ_OK; i++)
		rc = note_put(tx, "make", part.cell[3 * i], part.cell[3 * i + 2], err);
	/* Foreign keys come last among them, and go first. */
	for (size_t i = part.rows; i > 0 && rc == XQ_OK; i--)
		rc = store_script(tx, part.cell[3 * (i - 1) + 1], err);
	return rc;
}

static enum xq_rc
mark(struct copying *k, struct xq_err *err)
{
	struct tx *tx = NULL;
	enum xq_rc rc = db_write(k->job->to, &tx, err);
	if (rc != XQ_OK)
		return rc;
	rc = refuse_rows(k, tx, err);
	if (rc == XQ_OK)
		rc = note_put(tx, "source", "who", k->job->who, err);
	if (rc == XQ_OK)
		rc = note_put(tx, "source", "state", k->job->state, err);
	if (rc == XQ_OK)
		rc = take_off(k, tx, err);
	return tx_finish(tx, rc, err);
}

/* An empty target is marked; one with our mark goes on. */
static enum xq_rc
begin(struct copying *k, struct xq_err *err)
{
	const char *who, *state = "";
	enum xq_rc rc = note_look(k, "source", "who", &who, err);
	if (rc == XQ_NONE)
		return mark(k, err);
	if (rc != XQ_OK)
		return rc;
	if (!text_eq(who, k->job->who))
		return xq_refuse(err, NULL, "store.copy-other");
	rc = note_look(k, "source", "state", &state, err);
	if (rc == XQ_OK && !text_eq(state, k->job->state))
		return xq_refuse(err, NULL, "store.copy-moved");
	return rc;
}

static enum xq_rc
check_schemas(const struct copy_job *job, struct xq_err *err)
{
	int missing = 0;
	enum xq_rc rc = db_missing(job->from, job->list, job->n, &missing, err);
	if (rc == XQ_OK && missing > 0)
		rc = xq_refuse(err, NULL, "store.copy-older");
	return rc == XQ_OK ? db_migrate(job->to, job->list, job->n, err) : rc;
}

/* ---- sums --------------------------------------------------------------------------------------------------- */

enum { SUM_TEXT = 2 * SHA256_LEN + 24 };

static void
sum_text(const struct copy_sum *s, char out[SUM_TEXT])
{
	char hex[2 * SHA256_LEN + 1];
	text_hex((struct bytes){ s->hash, SHA256_LEN }, hex);
	(void)snprintf(out, SUM_TEXT, "%lld %s", (long long)s->rows, hex); /* fits */
}

static bool
sum_parse(const char *text, struct copy_sum *out)
{
	struct str rest = str_of(text), rows;
	return str_cut(&rest, ' ', &rows) && parse_int(rows, 0, INT64_MAX, &out->rows) &&
	       parse_hex(rest, out->hash, SHA256_LEN);
}

/* ---- one table ------------------------------------------------------------------------------------------------- */

static enum xq_rc
note_table(const struct copying *k, const struct cat_table *t, const struct copy_sum *s,
	struct xq_err *err)
{
	char text[SUM_TEXT];
	struct tx *tx = NULL;
	enum xq_rc rc = db_write(k->job->to, &tx, err);
	if (rc != XQ_OK)
		return rc;
	sum_text(s, text);
	return tx_finish(tx, note_put(tx, "table", t->name, text, err), err);
}

static enum xq_rc
greatest(const struct copying *k, void *mem, const struct cat_table *t, struct vals *out,
	struct xq_err *err)
{
	struct tx *tx = NULL;
	enum xq_rc rc = db_read(k->job->to, &tx, err);
	if (rc != XQ_OK)
		return rc;
	rc = copy_engine_of(tx)->last(tx, mem, t, 0, out, err);
	tx_end(tx);
	return rc;
}

/* From where an earlier try ended, or from the first row on; then its sum is that of what passed. */
static enum xq_rc
copy_rest(struct copying *k, void *mem, const struct cat_table *t, struct xq_err *err)
{
	struct copy_pass p = { .from = k->job->from, .to = k->job->to, .t = t };
	struct vals key = NO_VALS;
	struct copy_sum sum = { 0 };
	enum xq_rc rc = greatest(k, mem, t, &key, err);
	bool is_whole = rc == XQ_NONE;
	if (is_whole)
		key = NO_VALS;
	if (rc == XQ_OK || is_whole)
		rc = copy_pass_all(&p, key, &sum, err);
	if (rc != XQ_OK)
		return rc;
	int64_t passed = sum.rows;
	if (!is_whole)
		rc = copy_sum_up(k->job->from, t, 0, &sum, err);
	k->report->went_before += sum.rows - passed;
	return rc == XQ_OK ? note_table(k, t, &sum, err) : rc;
}

static enum xq_rc
copy_table(struct copying *k, const struct cat_table *t, struct copy_sum *out, struct xq_err *err)
{
	const char *text = NULL;
	enum xq_rc rc = note_look(k, "table", t->name, &text, err);
	bool was_there = rc == XQ_OK;
	if (rc == XQ_NONE) {
		void *mem = mem_root("store.copy.key");
		rc = copy_rest(k, mem, t, err);
		mem_free(mem);
		if (rc == XQ_OK)
			rc = note_look(k, "table", t->name, &text, err);
	}
	if (rc != XQ_OK)
		return rc;
	if (!sum_parse(text, out))
		return xq_fault(err, "store.fault", "store_copy: %s", t->name);
	k->report->tables++;
	k->report->rows += out->rows;
	k->report->went_before += was_there ? out->rows : 0;
	if (k->job->told)
		k->job->told(k->job->arg, t->name, out->rows);
	return XQ_OK;
}

/* ---- behind the rows ---------------------------------------------------------------------------------------------- */

/* One part of the schema, and its note away, in one transaction. XQ_NONE: all is made. */
static enum xq_rc
make_one(struct copying *k, void *mem, struct xq_err *err)
{
	struct tx *tx = NULL;
	const char *name = NULL, *text = NULL;
	enum xq_rc rc = db_write(k->job->to, &tx, err);
	if (rc != XQ_OK)
		return rc;
	rc = note_first(tx, mem, "make", &name, &text, err);
	if (rc == XQ_OK)
		rc = copy_engine_of(tx)->patient(tx, err);
	if (rc == XQ_OK)
		rc = store_script(tx, text, err);
	if (rc == XQ_OK)
		rc = db_exec_one(tx, SQL("DELETE FROM store_copy WHERE kind = 'make' AND name = ?"),
			VALS(V(name)), err);
	return tx_finish(tx, rc, err);
}

static enum xq_rc
make_all(struct copying *k, struct xq_err *err)
{
	enum xq_rc rc = XQ_OK;
	while (rc == XQ_OK) {
		void *mem = mem_root("store.copy.make");
		rc = make_one(k, mem, err);
		mem_free(mem);
	}
	return rc == XQ_NONE ? k->job->to->driver->copy->settle(k->job->to, err) : rc;
}

static enum xq_rc
verify(const struct copying *k, const struct copy_sum *want, struct xq_err *err)
{
	for (size_t i = 0; i < k->cat.n; i++) {
		struct copy_sum have;
		if (is_own(&k->cat.table[i]))
			continue;
		enum xq_rc rc = copy_sum_up(k->job->to, &k->cat.table[i], 0, &have, err);
		if (rc != XQ_OK)
			return rc;
		if (have.rows != want[i].rows || memcmp(have.hash, want[i].hash, SHA256_LEN) != 0) {
			rc = xq_refuse(err, NULL, "store.copy-differs");
			xq_err_text(err, "table", k->cat.table[i].name);
			return rc;
		}
	}
	return XQ_OK;
}

static enum xq_rc
copy_all(struct copying *k, struct xq_err *err)
{
	int64_t at = time_mono_ms();
	struct copy_sum *sum = mem_array(k->mem, struct copy_sum, k->cat.n);
	enum xq_rc rc = XQ_OK;
	for (size_t i = 0; i < k->cat.n && rc == XQ_OK; i++)
		if (!is_own(&k->cat.table[i]))
			rc = copy_table(k, &k->cat.table[i], &sum[i], err);
	k->report->copy_ms = time_mono_ms() - at;
	at = time_mono_ms();
	if (rc == XQ_OK)
		rc = make_all(k, err);
	k->report->index_ms = time_mono_ms() - at;
	at = time_mono_ms();
	if (rc == XQ_OK)
		rc = verify(k, sum, err);
	k->report->verify_ms = time_mono_ms() - at;
	return rc;
}

enum xq_rc
store_copy(const struct copy_job *job, struct copy_report *out, struct xq_err *err)
{
	struct copying k = { .job = job, .mem = mem_root("store.copy"), .report = out };
	*out = (struct copy_report){ 0 };
	enum xq_rc rc = job->from->driver->copy->ready(job->from, err);
	if (rc == XQ_OK)
		rc = job->to->driver->copy->ready(job->to, err);
	if (rc == XQ_OK)
		rc = check_schemas(job, err);
	if (rc == XQ_OK)
		rc = load_catalogues(&k, err);
	if (rc == XQ_OK)
		rc = begin(&k, err);
	if (rc == XQ_OK)
		rc = copy_all(&k, err);
	mem_free(k.mem);
	return rc;
}

enum xq_rc
store_copy_finish(struct db *db, struct xq_err *err)
{
	struct tx *tx = NULL;
	enum xq_rc rc = db->driver->copy->settle(db, err);
	if (rc == XQ_OK)
		rc = db_write(db, &tx, err);
	if (rc != XQ_OK)
		return rc;
	return tx_finish(
		tx, db_exec(tx, SQL("DELETE FROM store_copy WHERE kind <> ''"), NO_VALS, err), err);
}

enum xq_rc
store_copy_refuse(struct db *db, struct xq_err *err)
{
	struct tx *tx = NULL;
	int64_t n = 0;
	enum xq_rc rc = db_read(db, &tx, err);
	if (rc != XQ_OK)
		return rc;
	rc = db_int(tx, SQL("SELECT count(*) FROM store_copy"), NO_VALS, &n, err);
	tx_end(tx);
	return rc == XQ_OK && n > 0 ? xq_refuse(err, NULL, "store.copy-half") : rc;
}
