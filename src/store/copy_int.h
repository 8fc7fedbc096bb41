/* SPDX-License-Identifier: Apache-2.0 */
/* copy_int.h - what an engine does for the copying of whole tables; one struct copy_engine for each.
 *
 * For:       copy.c, copy_sqlite.c, copy_pg.c, catalogue.c, distribute.c
 * Threads:   that of the transaction
 *
 * A row travels as one tuple of PostgreSQL's binary COPY: the number of columns (2 bytes), then for each
 * its length (4 bytes, -1: NULL) and its bytes; numbers in network order. */
#ifndef XQ_STORE_COPY_INT_H
#define XQ_STORE_COPY_INT_H

#include "core/hash.h"
#include "store/catalogue.h"
#include "store/store_int.h"

/* A small result, all of it text. */
struct copy_cells {
	size_t rows, cols;
	const char **cell;
};

/* Rows of one table on their way out, or in. */
struct copy_stream {
	struct tx *tx;
	const struct cat_table *t;
	int64_t office; /* read: only its rows, of a table of class office; 0: all */
	void *own;      /* the engine's; NULL: not open */
	struct buf room;
	bool is_begun;
	int64_t rows;
};

struct copy_engine {
	/* Texts for ask; columns as catalogue.c reads them. parts: name, text that takes it off, text that
	 * makes it: indexes and foreign keys, in the order in which they are to be made. */
	const char *columns, *keys, *links, *parts;
	enum xq_rc (*ask)(struct tx *tx, void *mem, const char *text, struct copy_cells *out,
		struct xq_err *err);

	/* Rows in the order of the primary key, behind the values of key (n: 0: from the first on). next
	 * lends the tuple until it is called again; XQ_NONE: no more. */
	enum xq_rc (*read)(struct copy_stream *s, struct vals key, struct xq_err *err);
	enum xq_rc (*next)(struct copy_stream *s, struct bytes *out, struct xq_err *err);
	/* Before the end too. */
	void (*read_end)(struct copy_stream *s);

	/* Into a write transaction, which the caller commits. */
	enum xq_rc (*write)(struct copy_stream *s, struct xq_err *err);
	enum xq_rc (*put)(struct copy_stream *s, struct bytes tuple, struct xq_err *err);
	/* is_good false: what was put is given up; the transaction can only be ended. */
	enum xq_rc (*write_end)(struct copy_stream *s, bool is_good, struct xq_err *err);

	/* The greatest primary key, its values in mem; office as in copy_stream. XQ_NONE: no row. */
	enum xq_rc (*last)(struct tx *tx, void *mem, const struct cat_table *t, int64_t office,
		struct vals *out, struct xq_err *err);

	/* Takes out rows of one office, at most about so many; *out_n 0: none is left. Those of the record
	 * too, which nothing else can remove. */
	enum xq_rc (*drop)(struct tx *tx, const struct cat_table *t, int64_t office, int64_t max,
		int64_t *out_n, struct xq_err *err);

	/* Outside of transactions: the connections that will read, or write, are made ready for long work. */
	enum xq_rc (*ready)(struct db *db, struct xq_err *err);
	/* In a write transaction that will take its time. */
	enum xq_rc (*patient)(struct tx *tx, struct xq_err *err);
	/* Outside of transactions: figures for the planner, and all of it is on disk. */
	enum xq_rc (*settle)(struct db *db, struct xq_err *err);
};

extern const struct copy_engine copy_sqlite, copy_postgres;

static inline const struct copy_engine *
copy_engine_of(const struct tx *tx)
{
	return tx->conn->db->driver->copy;
}

/* copy_rows.c. A transaction of the target: large, since each costs a commit; bounded, since it is lost with a
 * stop. Small where others work with the target meanwhile. */
enum {
	COPY_BYTES = 16 << 20,
	COPY_ROWS = 100000,
	COPY_SMALL_BYTES = 1 << 20,
	COPY_SMALL_ROWS = 10000
};

struct copy_sum {
	int64_t rows;
	uint8_t hash[SHA256_LEN];
};

/* The sum of a table as db has it; office as in copy_stream. */
XQ_CHECK enum xq_rc copy_sum_up(struct db *db, const struct cat_table *t, int64_t office,
	struct copy_sum *out, struct xq_err *err);

struct copy_pass {
	struct db *from, *to;
	const struct cat_table *t;
	int64_t office; /* 0: all, and nobody else works with the target */
};
/* All rows behind the key; out: the sum of what passed. */
XQ_CHECK enum xq_rc copy_pass_all(
	const struct copy_pass *p, struct vals key, struct copy_sum *out, struct xq_err *err);

/* Same tables, columns and keys. */
bool copy_is_same(const struct catalogue *a, const struct catalogue *b);

/* "a", "b": columns of a key or (key NULL) all of them, with what stands behind each. */
void copy_put_names(
	struct buf *b, const struct cat_table *t, const struct cat_key *key, const char *behind);

#endif
