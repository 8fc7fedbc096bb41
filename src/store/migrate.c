/* SPDX-License-Identifier: Apache-2.0 */
#include "store/store_int.h"

#include <ctype.h>
#include <strings.h>

#include "core/banned.h"

const struct migration store_migration_1 = {
	.module = "store",
	.number = 1,
	.ddl = "CREATE TABLE counter ("
	       " office integer NOT NULL,"
	       " name text NOT NULL,"
	       " val integer NOT NULL,"
	       " PRIMARY KEY (office, name))",
	.tables =
		(const struct table_decl[]){
			{ "schema_version", TABLE_GLOBAL, .clustered = true }, /* made by db_open */
			{ "counter", TABLE_OFFICE, .clustered = true },
			{ NULL },
		},
};

/* ---- what is there, what is known -------------------------------------------------------------- */

static int
known(const struct migration *const *list, size_t n, struct str module)
{
	int max = 0;
	for (size_t i = 0; i < n; i++)
		if (str_is(module, list[i]->module) && list[i]->number > max)
			max = list[i]->number;
	return max;
}

static enum xq_rc
refuse_newer(struct tx *tx, const struct migration *const *list, size_t n, struct xq_err *err)
{
	struct rows *q = db_query(tx,
		SQL("SELECT module, max(number) FROM schema_version GROUP BY module ORDER BY module"),
		NO_VALS);
	int64_t have = 0;
	int know = 0;
	bool is_newer = false;
	while (!is_newer && row_next(q)) {
		have = row_int(q, 1);
		know = known(list, n, row_str(q, 0));
		is_newer = have > know;
	}
	enum xq_rc rc = rows_close(q, err);
	if (rc != XQ_OK || !is_newer)
		return rc;
	rc = xq_refuse(err, NULL, "store.newer");
	xq_err_int(err, "have", have);
	xq_err_int(err, "know", know);
	return rc;
}

static enum xq_rc
is_applied(struct tx *tx, const struct migration *m, bool *out, struct xq_err *err)
{
	int64_t one = 0;
	enum xq_rc rc =
		db_int(tx, SQL("SELECT 1 FROM schema_version WHERE module = ? AND number = ?"),
			VALS(V(m->module), V(m->number)), &one, err);
	*out = rc == XQ_OK;
	return rc == XQ_NONE ? XQ_OK : rc;
}

/* ---- one step ------------------------------------------------------------------------------------ */

/* Takes the word that begins s off it; words are of letters, digits and _. */
static struct str
word(struct str *s)
{
	while (s->n > 0 && isspace((unsigned char)*s->p))
		*s = str_n(s->p + 1, s->n - 1);
	size_t n = 0;
	while (n < s->n && (isalnum((unsigned char)s->p[n]) || s->p[n] == '_'))
		n++;
	struct str w = str_n(s->p, n);
	*s = str_n(s->p + n, s->n - n);
	return w;
}

static bool
word_is(struct str w, const char *text)
{
	return w.n == strlen(text) && strncasecmp(w.p, text, w.n) == 0;
}

static const struct table_decl *
decl_of(const struct migration *m, struct str name)
{
	for (const struct table_decl *t = m->tables; t && t->name; t++)
		if (str_is(name, t->name))
			return t;
	return NULL;
}

/* The declaration of the table that a CREATE TABLE makes; an undeclared one is a mistake of the module. */
static const struct table_decl *
made_by(const struct migration *m, struct str statement)
{
	struct str rest = statement;
	if (!word_is(word(&rest), "CREATE") || !word_is(word(&rest), "TABLE"))
		return NULL;
	const struct table_decl *t = decl_of(m, word(&rest));
	xq_require(t != NULL);
	return t;
}

static bool
cut_statement(struct str *rest, struct str *out)
{
	if (rest->n == 0)
		return false;
	size_t at = str_index(*rest, STR(";\n"));
	*out = str_n(rest->p, at);
	*rest = at < rest->n ? str_n(rest->p + at + 2, rest->n - at - 2) : STR("");
	*out = str_trim(*out);
	if (out->n > 0 && out->p[out->n - 1] == ';')
		out->n--;
	return true;
}

static enum xq_rc
run_ddl(struct tx *tx, const struct migration *m, struct xq_err *err)
{
	const struct driver *d = tx->conn->db->driver;
	struct str rest = str_of(m->ddl);
	struct str one;
	enum xq_rc rc = XQ_OK;
	while (rc == XQ_OK && cut_statement(&rest, &one))
		if (one.n > 0)
			rc = d->ddl(tx, one, made_by(m, one), err);
	const char *own = d->own_ddl(m);
	return rc == XQ_OK && own ? store_script(tx, own, err) : rc;
}

static enum xq_rc
apply_in(struct tx *tx, const struct migration *m, struct xq_err *err)
{
	enum xq_rc rc = run_ddl(tx, m, err);
	if (rc == XQ_OK)
		rc = db_exec(tx, SQL("INSERT INTO schema_version (module, number) VALUES (?, ?)"),
			VALS(V(m->module), V(m->number)), err);
	return rc;
}

/* Another process may be at a long step of its own. */
static enum xq_rc
write_patiently(struct db *db, struct tx **out, struct xq_err *err)
{
	enum { TIMES = 60 }; /* of ten seconds */
	enum xq_rc rc = XQ_BUSY;
	for (int i = 0; i < TIMES && rc == XQ_BUSY; i++) {
		rc = db_write(db, out, err);
		if (rc == XQ_BUSY && !text_eq(err->key, "store.busy"))
			break;
	}
	return rc;
}

static enum xq_rc
apply(struct db *db, const struct migration *m, struct xq_err *err)
{
	struct tx *tx = NULL;
	bool is_there = false;
	enum xq_rc rc = write_patiently(db, &tx, err);
	if (rc != XQ_OK)
		return rc;
	rc = is_applied(tx, m, &is_there, err); /* by another process, while this one waited */
	if (rc == XQ_OK && !is_there)
		rc = apply_in(tx, m, err);
	return tx_finish(tx, rc, err);
}

/* ---- the list -------------------------------------------------------------------------------------- */

enum xq_rc
db_missing(
	struct db *db, const struct migration *const *list, size_t n, int *out, struct xq_err *err)
{
	struct tx *tx = NULL;
	enum xq_rc rc = db_read(db, &tx, err);
	if (rc != XQ_OK)
		return rc;
	rc = refuse_newer(tx, list, n, err);
	int missing = 0;
	for (size_t i = 0; i < n && rc == XQ_OK; i++) {
		bool is_there = false;
		rc = is_applied(tx, list[i], &is_there, err);
		missing += is_there ? 0 : 1;
	}
	tx_end(tx);
	if (rc == XQ_OK)
		*out = missing;
	return rc;
}

enum xq_rc
db_migrate(struct db *db, const struct migration *const *list, size_t n, struct xq_err *err)
{
	int missing = 0;
	bool is_done = false;
	enum xq_rc rc = XQ_OK;
	turn_learn(db, list, n);
	if (db->driver->known)
		rc = db->driver->known(db, list, n, &is_done, err);
	if (rc != XQ_OK || is_done)
		return rc;
	rc = db_missing(db, list, n, &missing, err);
	for (size_t i = 0; i < n && rc == XQ_OK && missing > 0; i++) {
		struct tx *tx = NULL;
		bool is_there = false;
		rc = db_read(db, &tx, err);
		if (rc != XQ_OK)
			return rc;
		rc = is_applied(tx, list[i], &is_there, err);
		tx_end(tx);
		if (rc == XQ_OK && !is_there)
			rc = apply(db, list[i], err);
	}
	if (rc == XQ_OK && missing > 0)
		rc = db->driver->migrated(db, err);
	if (rc == XQ_OK && db->driver->show && missing > 0 && missing == (int)n)
		rc = db->driver->show(db, list, n, err);
	return rc;
}
