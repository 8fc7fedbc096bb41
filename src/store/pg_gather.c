/* SPDX-License-Identifier: Apache-2.0 */
/* pg_gather.c - rows of many acts in one statement. In the pass that hopes, what an act writes is kept in a group of its
 * statement and goes together with the rows of other acts (decision 0061): a small row costs the server more for being a
 * statement than for being a row.
 *
 * The order: before a statement goes, every group goes that it could notice - those of the tables it names and, where it
 * writes, new rows of tables that its own point at. Before a group goes, so do new rows of the tables above it. What
 * is out of order all the same breaks a rule, and the batch is done again without hope; it is never another result. */
#include "store/pg_gather_int.h"

#include <stdio.h>
#include <strings.h>

#include "core/mem.h"
#include "store/sqlcheck_int.h"

#include "core/banned.h"

enum { GROUPS = 64, ROWS = 32, SIZES = 6, BYTES_MAX = 1 << 20 }; /* 1, 2, 4, ... 32 rows */

/* A value as it goes over the wire. */
struct cell {
	const char *p;
	int n, format;
};

/* A statement, as far as these tables are concerned, and the round of the connection when its text for so many rows
 * was prepared. */
struct known {
	bool is_read;
	struct gather_known k;
	unsigned round[SIZES];
};

/* Rows that wait; n = 0: free. */
struct group {
	sql_ref sql;
	const struct pg_stmt *stmt; /* for one row */
	const struct gather_known *known;
	unsigned *round; /* of each size */
	bool is_hoped, goes;
	size_t n, bytes;
	void *mem;
	struct cell *row[ROWS];
};

struct pg_gather {
	void *mem; /* of the tables */
	struct pg_tables *tables;
	unsigned round; /* of the connection, when they were read */
	struct known *known;
	size_t waiting, bytes; /* rows, and what is in them */
	struct group *last;    /* with the row of the last db_exec */
	bool is_mixed;         /* that one went together with others */
	struct group group[GROUPS];
	const char *p[PG_PARAMS * ROWS];
	int n[PG_PARAMS * ROWS], format[PG_PARAMS * ROWS];
};

struct pg_gather *
pg_gather_new(void *mem)
{
	size_t n;
	struct pg_gather *g = mem_new(mem, struct pg_gather);
	(void)sql_all(&n);
	g->known = mem_array(g, struct known, n + 1);
	return g;
}

static void
empty(struct pg_gather *g, struct group *group)
{
	g->waiting -= group->n;
	g->bytes -= group->bytes;
	mem_free(group->mem);
	*group = (struct group){ 0 };
}

void
pg_gather_drop(struct pg_gather *g)
{
	for (size_t i = 0; g && i < GROUPS; i++)
		if (g->group[i].n > 0)
			empty(g, &g->group[i]);
	if (g)
		g->last = NULL;
}

void
pg_gather_forget(struct pg_gather *g)
{
	size_t n;
	if (!g || !g->tables)
		return;
	(void)sql_all(&n);
	for (size_t i = 0; i < n; i++)
		g->known[i].is_read = false;
	mem_free(g->tables);
	g->tables = NULL;
}

/* ---- what a statement is ----------------------------------------------------------------------------------- */

static enum xq_rc
know(struct pg_conn *c, sql_ref sql, struct known **out, struct xq_err *err)
{
	struct pg_gather *g = c->gather;
	struct known *k = &g->known[store_index(sql)];
	if (g->round != c->round)
		pg_gather_forget(g);
	g->round = c->round;
	enum xq_rc rc = g->tables ? XQ_OK : pg_tables_load(c, g, &g->tables, err);
	if (rc == XQ_OK && !k->is_read)
		gather_know(g->tables, sql->text, &k->k);
	k->is_read = rc == XQ_OK;
	*out = k;
	return rc;
}

/* ---- sending ------------------------------------------------------------------------------------------------- */

static enum xq_rc
prepare(struct pg_conn *c, const char *name, const char *text, const struct pg_stmt *one,
	size_t rows, sql_ref sql, struct xq_err *err)
{
	struct gather_shape s;
	enum xq_rc rc = c->n_pending > 0 ? pg_settle(c, NULL, err) : XQ_OK;
	if (rc != XQ_OK)
		return rc;
	xq_require(gather_read(text, &s) && s.marks == one->n);
	void *mem = mem_root("store.prepare");
	Oid *type = mem_array(mem, Oid, rows * (size_t)one->n);
	for (size_t r = 0; r < rows; r++)
		memcpy(type + r * (size_t)one->n, one->type, (size_t)one->n * sizeof *type);
	const struct pg_pending p = { .sql = sql, .what = "rows of many acts" };
	rc = pg_note(c, p,
		PQsendPrepare(
			c->h, name, gather_text(mem, text, &s, rows), (int)rows * one->n, type),
		err);
	mem_free(mem);
	return rc == XQ_OK ? pg_settle(c, NULL, err) : rc;
}

enum xq_rc
pg_gather_try(struct pg_conn *c, const char *text, const struct pg_stmt *one, struct xq_err *err)
{
	struct gather_shape s;
	return gather_read(text, &s) ? prepare(c, "plan_rows", text, one, 3, NULL, err) : XQ_OK;
}

/* The statement for so many rows, a power of two; prepared when it is first needed. */
static enum xq_rc
name_of(struct pg_conn *c, const struct group *group, size_t rows, char out[PG_NAME],
	struct xq_err *err)
{
	unsigned *round = group->round;
	for (size_t n = rows; n > 1; n /= 2)
		round++;
	if (rows == 1) {
		(void)snprintf(out, PG_NAME, "%s", group->stmt->name); /* of the same size */
		return XQ_OK;
	}
	(void)snprintf(
		out, PG_NAME, "g%zu_%u_%zu", store_index(group->sql), c->round, rows); /* short */
	if (*round == c->round)
		return XQ_OK;
	enum xq_rc rc = prepare(c, out, group->sql->text, group->stmt, rows, group->sql, err);
	if (rc == XQ_OK)
		*round = c->round;
	return rc;
}

static enum xq_rc
send_rows(
	struct pg_conn *c, const struct group *group, size_t from, size_t rows, struct xq_err *err)
{
	struct pg_gather *g = c->gather;
	const struct pg_pending p = {
		.sql = group->sql, .is_exec = true, .hoped = group->is_hoped ? rows : 0
	};
	char name[PG_NAME];
	int at = 0;
	enum xq_rc rc = name_of(c, group, rows, name, err);
	if (rc != XQ_OK)
		return rc;
	for (size_t r = from; r < from + rows; r++)
		for (int i = 0; i < group->stmt->n; i++, at++) {
			g->p[at] = group->row[r][i].p;
			g->n[at] = group->row[r][i].n;
			g->format[at] = group->row[r][i].format;
		}
	return pg_note(c, p, PQsendQueryPrepared(c->h, name, at, g->p, g->n, g->format, 1), err);
}

/* In pieces of 32, 16, ... rows, so that few texts do for any count. */
static enum xq_rc
send_group(struct pg_conn *c, struct group *group, struct xq_err *err)
{
	struct pg_gather *g = c->gather;
	enum xq_rc rc = XQ_OK;
	size_t rows = ROWS;
	for (size_t from = 0; rc == XQ_OK && from < group->n; from += rows) {
		while (rows > group->n - from)
			rows /= 2;
		rc = send_rows(c, group, from, rows, err);
	}
	if (g->last == group) {
		g->is_mixed = true;
		g->last = NULL;
	}
	empty(g, group);
	return rc;
}

/* ---- which groups go, and in which order ------------------------------------------------------------------------ */

static bool
adds_rows(const struct group *group)
{
	return group->known->kind != GATHER_UPDATE;
}

/* Those above come first, since what is above a table above is above the table; new rows before changes. */
static size_t
order_of(const struct pg_gather *g, const struct group *group)
{
	return 2 * g->tables->table[group->known->table].rank + !adds_rows(group);
}

/* Marks new rows of the tables above, and of the table itself. */
static void
mark_above(struct pg_gather *g, size_t table)
{
	const struct table_set *above = &g->tables->table[table].above;
	for (size_t i = 0; i < GROUPS; i++) {
		struct group *group = &g->group[i];
		if (group->n > 0 && adds_rows(group) &&
			(group->known->table == table || set_has(above, group->known->table)))
			group->goes = true;
	}
}

static struct group *
next_to_go(struct pg_gather *g)
{
	struct group *first = NULL;
	for (size_t i = 0; i < GROUPS; i++) {
		struct group *group = &g->group[i];
		if (group->n > 0 && group->goes &&
			(!first || order_of(g, group) < order_of(g, first)))
			first = group;
	}
	return first;
}

/* All that are marked, with what must go before each of them. */
static enum xq_rc
send_marked(struct pg_conn *c, struct xq_err *err)
{
	struct pg_gather *g = c->gather;
	enum xq_rc rc = XQ_OK;
	for (size_t i = 0; i < GROUPS; i++)
		if (g->group[i].n > 0 && g->group[i].goes)
			mark_above(g, g->group[i].known->table);
	for (struct group *group; rc == XQ_OK && (group = next_to_go(g)) != NULL;)
		rc = send_group(c, group, err);
	return rc;
}

static void
mark_noticed(struct pg_gather *g, const struct gather_known *k)
{
	for (size_t i = 0; i < GROUPS; i++)
		if (g->group[i].n > 0 &&
			(k->is_wide || set_has(&k->touches, g->group[i].known->table)))
			g->group[i].goes = true;
	for (size_t t = 0; !k->only_reads && t < g->tables->n; t++)
		if (set_has(&k->touches, t))
			mark_above(g, t);
}

enum xq_rc
pg_gather_before(struct pg_conn *c, sql_ref sql, struct xq_err *err)
{
	struct known *k = NULL;
	if (!c->gather || c->gather->waiting == 0)
		return XQ_OK;
	enum xq_rc rc = know(c, sql, &k, err);
	if (rc != XQ_OK)
		return rc;
	mark_noticed(c->gather, &k->k);
	return send_marked(c, err);
}

enum xq_rc
pg_gather_all(struct pg_conn *c, struct xq_err *err)
{
	if (!c->gather || c->gather->waiting == 0)
		return XQ_OK;
	for (size_t i = 0; i < GROUPS; i++)
		c->gather->group[i].goes = true;
	return send_marked(c, err);
}

/* ---- rows that wait --------------------------------------------------------------------------------------------- */

static struct group *
group_of(struct pg_gather *g, sql_ref sql)
{
	for (size_t i = 0; i < GROUPS; i++)
		if (g->group[i].n > 0 && g->group[i].sql == sql)
			return &g->group[i];
	return NULL;
}

static bool
same_cell(const struct cell *a, const struct pg_values *b, int i)
{
	if (!a->p || !b->p[i])
		return !a->p && !b->p[i];
	return a->n == b->n[i] && memcmp(a->p, b->p[i], (size_t)a->n) == 0;
}

/* Whether a row that waits is the one that these values name; the second change would not see the first one. */
static bool
has_row(const struct group *group, const struct pg_values *b)
{
	const struct gather_known *k = group->known;
	for (size_t r = 0; k->kind != GATHER_INSERT && r < group->n; r++) {
		size_t i = 0;
		while (i < k->n_keys && same_cell(&group->row[r][k->key[i]], b, k->key[i]))
			i++;
		if (i == k->n_keys)
			return true;
	}
	return false;
}

/* Others of its table may wait where the order does not matter: new rows beside new rows, and changes of rows that are
 * there, which go last. */
static bool
may_wait_beside(const struct group *other, const struct gather_known *k)
{
	enum gather_kind kind = other->known->kind;
	return other->known->table != k->table ||
	       (kind == GATHER_INSERT && k->kind != GATHER_UPSERT) ||
	       (kind == GATHER_UPDATE && k->kind == GATHER_INSERT);
}

static void
mark_before_row(struct pg_gather *g, sql_ref sql, const struct gather_known *k,
	const struct pg_values *b, bool is_hoped)
{
	const bool is_full = g->bytes > BYTES_MAX; /* photos */
	for (size_t i = 0; i < GROUPS; i++) {
		struct group *group = &g->group[i];
		group->goes = is_full;
		if (group->n == 0 || is_full)
			continue;
		if (group->sql != sql)
			group->goes = !may_wait_beside(group, k);
		else
			group->goes = group->n == ROWS || group->is_hoped != is_hoped ||
			              has_row(group, b);
	}
}

static enum xq_rc
group_new(struct pg_conn *c, sql_ref sql, const struct pg_stmt *s, struct known *k, bool is_hoped,
	struct group **out, struct xq_err *err)
{
	struct pg_gather *g = c->gather;
	size_t i = 0;
	while (i < GROUPS && g->group[i].n > 0)
		i++;
	enum xq_rc rc = i == GROUPS ? pg_gather_all(c, err) : XQ_OK;
	*out = &g->group[i % GROUPS];
	**out = (struct group){ .sql = sql,
		.stmt = s,
		.known = &k->k,
		.round = k->round,
		.is_hoped = is_hoped,
		.mem = mem_root("store.rows") };
	return rc;
}

/* Numbers in text form end with a NUL, and have no length. */
static size_t
cell_size(const struct pg_values *b, int i)
{
	return !b->p[i] ? 0 : b->format[i] == 0 ? strlen(b->p[i]) + 1 : (size_t)b->n[i];
}

/* Cells and bytes in one piece: there are hundreds of cells in a batch. */
static void
row_add(struct pg_gather *g, struct group *group, const struct pg_values *b)
{
	int n = group->stmt->n;
	size_t size = 0;
	for (int i = 0; i < n; i++)
		size += cell_size(b, i);
	struct cell *row = mem_resize(group->mem, NULL, (size_t)n * sizeof *row + size + 1);
	char *at = (char *)(row + n);
	for (int i = 0; i < n; i++) {
		size_t len = cell_size(b, i);
		/* An empty text is another value than none. */
		row[i] = (struct cell){ b->p[i] ? at : NULL, b->p[i] ? b->n[i] : 0, b->format[i] };
		if (len > 0)
			memcpy(at, b->p[i], len);
		at += len;
	}
	group->bytes += size;
	g->bytes += size;
	group->row[group->n++] = row;
	g->waiting++;
	g->last = group;
}

enum xq_rc
pg_gather_put(struct pg_conn *c, sql_ref sql, const struct pg_stmt *s, const struct pg_values *b,
	bool is_hoped, bool *out_waits, struct xq_err *err)
{
	struct pg_gather *g = c->gather;
	struct known *k = NULL;
	*out_waits = false;
	if (!g)
		return XQ_OK;
	enum xq_rc rc = know(c, sql, &k, err);
	if (rc != XQ_OK || k->k.kind == GATHER_NO || (k->k.kind == GATHER_UPDATE && !is_hoped))
		return rc;
	mark_before_row(g, sql, &k->k, b, is_hoped);
	rc = send_marked(c, err);
	struct group *group = group_of(g, sql);
	if (rc == XQ_OK && !group)
		rc = group_new(c, sql, s, k, is_hoped, &group, err);
	if (rc != XQ_OK)
		return rc;
	row_add(g, group, b);
	*out_waits = true;
	return XQ_OK;
}

/* ---- how many rows ---------------------------------------------------------------------------------------------- */

void
pg_gather_next(struct pg_gather *g)
{
	if (!g)
		return;
	g->last = NULL;
	g->is_mixed = false;
}

enum xq_rc
pg_gather_alone(struct pg_conn *c, struct xq_err *err)
{
	struct pg_gather *g = c->gather;
	if (!g)
		return XQ_OK;
	xq_require(!g->is_mixed); /* db_changed is asked directly behind db_exec */
	if (!g->last)
		return XQ_OK;
	struct group one = *g->last;
	struct cell *row = one.row[one.n - 1];
	one.row[0] = mem_move(g, row);
	one.n = 1;
	g->last->n--;
	g->waiting--;
	if (g->last->n == 0)
		empty(g, g->last);
	g->last = NULL;
	enum xq_rc rc = pg_gather_before(c, one.sql, err);
	if (rc == XQ_OK)
		rc = send_rows(c, &one, 0, 1, err);
	mem_free(row);
	return rc;
}
