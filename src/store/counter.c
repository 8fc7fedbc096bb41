/* SPDX-License-Identifier: Apache-2.0 */
/* A batch takes hundreds of ids from a few counters: they are counted in memory and written once.
 * An undone savepoint restores the memory together with the rows, so eviction in between is safe. */
#include "store/store_int.h"

#include "core/banned.h"

static enum xq_rc
counter_save(struct tx *tx, struct counter *c, struct xq_err *err)
{
	if (!c->is_dirty)
		return XQ_OK;
	enum xq_rc rc = db_exec(tx,
		SQL("INSERT INTO counter (office, name, val) VALUES (?, ?, ?)"
		    " ON CONFLICT (office, name) DO UPDATE SET val = excluded.val"),
		VALS(V(c->office), V((const char *)c->name), V(c->val)), err);
	if (rc == XQ_OK)
		c->is_dirty = false;
	return rc;
}

void
counters_begin(struct tx *tx)
{
	struct counters *list = &tx->count;
	bool room = list->n <= TX_COUNTERS / 2;
	size_t n = 0;
	list->drawn = 0;
	for (size_t i = 0; i < list->n; i++)
		if (turn_keeps(&tx->turn, list->c[i].office, room))
			list->c[n++] = list->c[i];
	list->n = n;
}

static struct counter *
counter_find(struct counters *list, int64_t office, const char *name)
{
	for (size_t i = 0; i < list->n; i++)
		if (list->c[i].office == office && text_eq(list->c[i].name, name))
			return &list->c[i];
	return NULL;
}

static bool
is_known(const struct counters *list, int64_t office)
{
	for (size_t i = 0; i < list->n; i++)
		if (list->c[i].office == office)
			return true;
	return false;
}

static void
counter_set(struct counter *c, int64_t office, struct str name, int64_t val)
{
	xq_require(name.n <= COUNTER_NAME_MAX);
	*c = (struct counter){ .office = office, .val = val };
	memcpy(c->name, name.p, name.n); /* the rest is zero */
}

/* The first number of an office brings all its counters, as far as there is room: an act draws from several, and a
 * server is asked once. */
static enum xq_rc
office_load(struct tx *tx, int64_t office, struct xq_err *err)
{
	struct rows *q = db_query(tx,
		SQL("SELECT name, val FROM counter WHERE office = ? ORDER BY name LIMIT ?"),
		VALS(V(office), V((int64_t)(TX_COUNTERS - tx->count.n))));
	while (tx->count.n < TX_COUNTERS && row_next(q))
		counter_set(&tx->count.c[tx->count.n++], office, row_str(q, 0), row_int(q, 1));
	return rows_close(q, err);
}

static enum xq_rc
counter_load(
	struct tx *tx, int64_t office, const char *name, struct counter **out, struct xq_err *err)
{
	struct counter *c = &tx->count.c[tx->count.n];
	if (tx->count.n == TX_COUNTERS) {
		c = &tx->count.c[tx->count.victim++ % TX_COUNTERS];
		enum xq_rc rc = counter_save(tx, c, err);
		if (rc != XQ_OK)
			return rc;
	}
	int64_t val = 0;
	enum xq_rc rc = db_int(tx, SQL("SELECT val FROM counter WHERE office = ? AND name = ?"),
		VALS(V(office), V(name)), &val, err);
	if (rc != XQ_OK && rc != XQ_NONE)
		return rc;
	counter_set(c, office, str_of(name), val);
	if (tx->count.n < TX_COUNTERS)
		tx->count.n++;
	*out = c;
	return XQ_OK;
}

enum xq_rc
db_last(struct tx *tx, int64_t office, const char *name, int64_t *out, struct xq_err *err)
{
	*out = 0;
	enum xq_rc rc = db_int(tx, SQL("SELECT val FROM counter WHERE office = ? AND name = ?"),
		VALS(V(office), V(name)), out, err);
	return rc == XQ_NONE ? XQ_OK : rc;
}

static enum xq_rc
counter_take(
	struct tx *tx, int64_t office, const char *name, struct counter **out, struct xq_err *err)
{
	xq_require(tx->is_open && tx->is_write && tx_writes_for(tx, office));
	if (tx->broken != XQ_OK)
		return tx_answer_broken(tx, err);
	enum xq_rc rc = is_known(&tx->count, office) ? XQ_OK : office_load(tx, office, err);
	if (rc != XQ_OK)
		return rc;
	struct counter *c = counter_find(&tx->count, office, name);
	if (c == NULL)
		rc = counter_load(tx, office, name, &c, err);
	if (rc != XQ_OK)
		return rc;
	xq_require(c != NULL);
	c->is_dirty = true;
	*out = c;
	return XQ_OK;
}

enum xq_rc
db_count_from(struct tx *tx, int64_t office, const char *name, int64_t at_least, struct xq_err *err)
{
	struct counter *c = NULL;
	enum xq_rc rc = counter_take(tx, office, name, &c, err);
	xq_require(rc != XQ_OK || c);
	if (rc == XQ_OK && c->val < at_least)
		c->val = at_least;
	return rc;
}

enum xq_rc
db_next(struct tx *tx, int64_t office, const char *name, int64_t *out, struct xq_err *err)
{
	struct counter *c = NULL;
	enum xq_rc rc = counter_take(tx, office, name, &c, err);
	if (rc != XQ_OK)
		return rc;
	xq_require(c);
	tx->count.drawn++;
	*out = ++c->val;
	return XQ_OK;
}

/* Beside what is counted in memory: another process may claim as soon as this transaction has ended. */
enum xq_rc
db_claim(struct tx *tx, const char *name, int64_t n, int64_t *last, struct xq_err *err)
{
	enum xq_rc rc = db_int(tx,
		SQL("INSERT INTO counter (office, name, val) VALUES (?, ?, ?)"
		    " ON CONFLICT (office, name) DO UPDATE SET val = counter.val + excluded.val"
		    " RETURNING val"),
		VALS(V(COUNTER_SHARED), V(name), V(n)), last, err);
	int64_t over = rc == XQ_OK ? *last % n : 0;
	if (over == 0)
		return rc;
	*last += n - over; /* from before there were blocks */
	return db_exec_one(tx, SQL("UPDATE counter SET val = ? WHERE office = ? AND name = ?"),
		VALS(V(*last), V(COUNTER_SHARED), V(name)), err);
}

enum xq_rc
counters_save(struct tx *tx, struct xq_err *err)
{
	enum xq_rc rc = XQ_OK;
	for (size_t i = 0; i < tx->count.n && rc == XQ_OK; i++)
		rc = counter_save(tx, &tx->count.c[i], err);
	return rc;
}
