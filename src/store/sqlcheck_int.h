/* SPDX-License-Identifier: Apache-2.0 */
/* sqlcheck_int.h - a statement cut into tokens, and what is said about it; for the files of sqlcheck, and for
 * whoever else reads statements: turn.c, pg_kept.c, pg_gather*.c. */
#ifndef XQ_STORE_SQLCHECK_INT_H
#define XQ_STORE_SQLCHECK_INT_H

#include "store/sqlcheck.h"

#define SQLCHECK_TOKENS 2000

struct reader {
	const struct migration *const *list;
	size_t n_list;
	const struct sql_text *sql;
	struct buf *out;
	size_t faults;
	struct str tok[SQLCHECK_TOKENS];
	size_t n;
	struct buf notes; /* comments */
};

/* Words, quoted texts and signs of a text into tok (SQLCHECK_TOKENS of them at most: required); comments go to
 * notes, or with NULL nowhere. Gives their count. */
size_t sqlcheck_tokens(const char *text, struct str *tok, struct buf *notes);

void sqlcheck_fault(struct reader *r, const char *what, struct str at);
/* Whether a token is this word, in either case. */
bool sqlcheck_is(struct str t, const char *word);
/* The token at i, or none. */
struct str sqlcheck_tok(const struct reader *r, size_t i);
const struct table_decl *sqlcheck_table(const struct reader *r, struct str name);

/* Table and alias at a token. */
struct sqlcheck_ref {
	struct str name; /* alias, else the table */
	const struct table_decl *table;
};
bool sqlcheck_ref(const struct reader *r, size_t i, struct sqlcheck_ref *out);

/* sqlcheck_office.c: each table of an office is read and written with its office. */
void sqlcheck_office(struct reader *r);

#endif
