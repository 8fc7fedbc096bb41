/* SPDX-License-Identifier: Apache-2.0 */
/* pg_gather_int.h - texts that carry many rows, and the tables in the order in which they point at each other: what
 * pg_gather.c builds on.
 *
 * For:       pg_gather.c, pg_gather_known.c, pg_gather_text.c, pg_tables.c
 * Threads:   any; a struct pg_tables is that of one connection
 * Source:    docs/decisions/0061-rows-of-many-acts-in-one-statement.md
 */
#ifndef XQ_STORE_PG_GATHER_INT_H
#define XQ_STORE_PG_GATHER_INT_H

#include "store/pg_int.h"

/* ---- pg_gather_text.c (pure) ---------------------------------------------------------------------------- */

enum gather_kind {
	GATHER_NO,     /* it is sent by itself */
	GATHER_INSERT, /* plain */
	GATHER_UPSERT, /* with ON CONFLICT */
	GATHER_UPDATE,
};

enum { GATHER_KEYS = 16, GATHER_SET = 80 };

/* A column that stands for a question mark of the statement, which are counted from 0. */
struct gather_key {
	struct str column;
	int mark;
};

/* What a statement is made of; slices of its text. */
struct gather_shape {
	enum gather_kind kind;
	struct str table;
	int marks;      /* question marks */
	struct str row; /* INSERT: (items); UPDATE: where WHERE begins, empty */
	/* UPSERT: columns of the conflict; UPDATE: those that must equal a question mark. */
	size_t n_keys;
	struct gather_key key[GATHER_KEYS];
	size_t n_set; /* UPDATE: what it sets */
	struct str set[GATHER_SET];
};

/* Whether rows of this statement may go together; else the kind is GATHER_NO. They may where each row is told by the
 * values alone:
 *   INSERT INTO t (columns) VALUES (question marks and constants)
 *          [ON CONFLICT (columns) DO NOTHING | DO UPDATE SET column = excluded.column or a constant, ...]
 *   UPDATE t SET column = ..., ... WHERE conditions tied by AND
 * without another table, a statement inside, or RETURNING. */
bool gather_read(const char *text, struct gather_shape *out);

/* The text for so many rows (> 0), with $1, $2, ... for the question marks of the first row, then of the second. */
char *gather_text(void *mem, const char *text, const struct gather_shape *shape, size_t rows);

/* Part of a statement with its question marks as mark and a number, counted on from *n;
 * comments, which would go over the wire, are left out. */
void gather_put(struct buf *b, struct str part, const char *mark, int *n);

/* ---- pg_tables.c ------------------------------------------------------------------------------------------ */

enum { TABLES_MAX = 512, TABLE_KEYS = 8, TABLE_POINTED = 8 };

struct table_set {
	uint64_t bits[TABLES_MAX / 64];
};

static inline void
set_add(struct table_set *s, size_t i)
{
	s->bits[i / 64] |= UINT64_C(1) << (i % 64);
}

static inline bool
set_has(const struct table_set *s, size_t i)
{
	return (s->bits[i / 64] >> (i % 64) & 1) != 0;
}

struct pg_table {
	const char *name;
	size_t n_key, n_pointed;
	const char *key[TABLE_KEYS]; /* columns of its primary key */
	const char *pointed
		[TABLE_POINTED]; /* columns that foreign keys refer to, once more for each of them */
	struct table_set above;  /* tables that its foreign keys lead to, directly or not */
	size_t rank;             /* greater than that of each of these */
	bool is_round; /* it is above itself, by way of others, or has more of something than there is room for */
};

struct pg_tables {
	size_t n;
	struct pg_table *table;
};

/* The tables as the server knows them. Waits for all that is pending. More of them than TABLES_MAX: none. */
enum xq_rc pg_tables_load(struct pg_conn *c, void *mem, struct pg_tables **out, struct xq_err *err);
/* Ranks of tables whose keys and direct foreign keys are known; pure, for pg_tables_load and tests. */
void pg_tables_rank(struct pg_tables *t);
/* Its place; t->n where it is none of them. */
size_t pg_tables_find(const struct pg_tables *t, struct str name);

/* ---- pg_gather_known.c (pure) ----------------------------------------------------------------------------- */

/* A statement, as far as these tables are concerned. */
struct gather_known {
	enum gather_kind
		kind; /* as gather_read; GATHER_NO also where its table does not allow it */
	bool only_reads;
	bool is_wide; /* it may reach any table: a DELETE takes rows of others along, or is kept from it by them */
	size_t table;             /* of a statement whose rows may wait */
	struct table_set touches; /* tables whose names stand in it */
	size_t n_keys;            /* UPSERT, UPDATE: question marks that tell which row it is */
	int key[GATHER_KEYS];
};

/* An UPDATE may wait where it names its row by the primary key; and where what others point at stays as it is, so that
 * only new rows have to go before rows that point at them. */
void gather_know(const struct pg_tables *t, const char *text, struct gather_known *out);

#endif
