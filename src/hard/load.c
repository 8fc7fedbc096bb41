/* SPDX-License-Identifier: Apache-2.0 */
/* load.c - reading the ledger: one problem, its lists, its entries, and what was said and done. */
#include "hard/hard_int.h"

#include "core/mem.h"

#include "core/banned.h"

#define HARD_COLUMNS                                                                               \
	"SELECT h.no, h.ver, h.last_seq, h.ref, h.kind, h.title, h.public_line, h.blocker,"        \
	" h.blocker_words, h.plan, h.condition, h.stage, h.sponsor_person_id, h.sponsor_unit_id,"  \
	" p.name, p.title, u.name, u.public_name, h.listed_at, h.next_at, h.next_on,"              \
	" h.reviewed_at, h.told_at, h.ended_at FROM hard h"                                        \
	" JOIN person p ON p.office = h.office AND p.id = h.sponsor_person_id"                     \
	" JOIN unit u ON u.office = h.office AND u.id = h.sponsor_unit_id"

static struct hard
read_hard(struct rows *q, void *mem)
{
	return (struct hard){ .no = row_int(q, 0),
		.ver = row_int(q, 1),
		.last_seq = row_int(q, 2),
		.ref = row_text(q, 3, mem),
		.kind = row_text(q, 4, mem),
		.title = row_text(q, 5, mem),
		.public_line = row_text(q, 6, mem),
		.blocker = row_text(q, 7, mem),
		.blocker_words = row_text(q, 8, mem),
		.plan = row_text(q, 9, mem),
		.condition = row_text(q, 10, mem),
		.stage = row_text(q, 11, mem),
		.sponsor_person_id = row_int(q, 12),
		.sponsor_unit_id = row_int(q, 13),
		.sponsor_name = row_text(q, 14, mem),
		.sponsor_title = row_text(q, 15, mem),
		.sponsor_unit = row_text(q, 16, mem),
		.sponsor_public_unit = row_text(q, 17, mem),
		.listed_at = row_int(q, 18),
		.next_at = row_int(q, 19),
		.next_on = (int32_t)row_int(q, 20),
		.reviewed_at = row_int(q, 21),
		.told_at = row_int(q, 22),
		.ended_at = row_int(q, 23) };
}

enum xq_rc
hard_load(
	struct tx *tx, void *mem, int64_t office, int64_t no, struct hard *out, struct xq_err *err)
{
	struct rows *q = db_query(
		tx, SQL(HARD_COLUMNS " WHERE h.office = ? AND h.no = ?"), VALS(V(office), V(no)));
	bool found = row_next(q);
	if (found)
		*out = read_hard(q, mem);
	enum xq_rc rc = rows_close(q, err);
	return rc == XQ_OK && !found ? XQ_NONE : rc;
}

/* ---- lists ----------------------------------------------------------------------------------------- */

int64_t
hard_key(enum hard_order order, const struct hard *h)
{
	switch (order) {
	case HARD_BY_NEXT:
		return h->next_at;
	case HARD_NEWEST:
		return 0;
	case HARD_ENDED:
		return h->ended_at;
	}
	return 0;
}

static struct rows *
list_query(struct tx *tx, int64_t office, const struct hard_query *q)
{
	struct val max = V((int64_t)q->max);
	int64_t top = q->after_no > 0 ? q->after_no : INT64_MAX;
	switch (q->order) {
	case HARD_BY_NEXT:
		return db_query(tx,
			SQL(HARD_COLUMNS
				" WHERE h.office = ? AND h.ended_at IS NULL"
				" AND (h.next_at, h.no) > (?, ?) ORDER BY h.next_at, h.no LIMIT ?"),
			VALS(V(office), V(q->after_key), V(q->after_no), max));
	case HARD_NEWEST:
		return db_query(tx,
			SQL(HARD_COLUMNS " WHERE h.office = ? AND h.ended_at IS NULL AND h.no < ?"
					 " ORDER BY h.no DESC LIMIT ?"),
			VALS(V(office), V(top), max));
	case HARD_ENDED:
		return db_query(tx,
			SQL(HARD_COLUMNS " WHERE h.office = ? AND h.ended_at IS NOT NULL"
					 " AND (h.ended_at, h.no) < (?, ?)"
					 " ORDER BY h.ended_at DESC, h.no DESC LIMIT ?"),
			VALS(V(office), V(q->after_key > 0 ? q->after_key : INT64_MAX), V(top),
				max));
	}
	return NULL;
}

enum xq_rc
hard_list(struct tx *tx, void *mem, int64_t office, const struct hard_query *q, struct hard **out,
	size_t *out_n, struct xq_err *err)
{
	xq_require(q->max <= HARD_MAX);
	struct hard *list = mem_array(mem, struct hard, q->max);
	size_t n = 0;
	struct rows *rows = list_query(tx, office, q);
	while (n < q->max && row_next(rows))
		list[n++] = read_hard(rows, mem);
	enum xq_rc rc = rows_close(rows, err);
	if (rc == XQ_OK) {
		*out = list;
		*out_n = n;
	}
	return rc;
}

enum xq_rc
hard_open_newest(struct tx *tx, void *mem, int64_t office, size_t max, struct hard **out,
	size_t *out_n, struct xq_err *err)
{
	return hard_list(tx, mem, office, &(struct hard_query){ .order = HARD_NEWEST, .max = max },
		out, out_n, err);
}

enum xq_rc
hard_last_review(struct tx *tx, int64_t office, int64_t *out_at, struct xq_err *err)
{
	return db_int(tx,
		SQL("SELECT at FROM hard_review WHERE office = ? AND kind = 1"
		    " ORDER BY at DESC LIMIT 1"),
		VALS(V(office)), out_at, err);
}

/* ---- entries --------------------------------------------------------------------------------------- */

static enum xq_rc
read_entries(struct rows *q, void *mem, struct hard_entry **out, size_t *out_n, struct xq_err *err)
{
	struct hard_entry *list = mem_array(mem, struct hard_entry, HARD_ENTRIES_MAX);
	size_t n = 0;
	while (n < HARD_ENTRIES_MAX && row_next(q))
		list[n++] = (struct hard_entry){ .concern_id = row_int(q, 0),
			.kind = row_text(q, 1, mem),
			.at = row_int(q, 2) };
	enum xq_rc rc = rows_close(q, err);
	if (rc == XQ_OK) {
		*out = list;
		*out_n = n;
	}
	return rc;
}

enum xq_rc
hard_proposals(struct tx *tx, void *mem, int64_t office, struct hard_entry **out, size_t *out_n,
	struct xq_err *err)
{
	return read_entries(
		db_query(tx,
			SQL("SELECT concern_id, kind, at FROM hard_entry"
			    " WHERE office = ? AND state = 0 ORDER BY at, concern_id, kind LIMIT ?"),
			VALS(V(office), V((int64_t)HARD_ENTRIES_MAX))),
		mem, out, out_n, err);
}

enum xq_rc
hard_entries(struct tx *tx, void *mem, int64_t office, int64_t no, struct hard_entry **out,
	size_t *out_n, struct xq_err *err)
{
	return read_entries(db_query(tx,
				    SQL("SELECT concern_id, kind, at FROM hard_entry"
					" WHERE office = ? AND hard_no = ? AND state = 1"
					" ORDER BY concern_id LIMIT ?"),
				    VALS(V(office), V(no), V((int64_t)HARD_ENTRIES_MAX))),
		mem, out, out_n, err);
}

enum xq_rc
hard_proposal_of(struct tx *tx, void *mem, int64_t office, int64_t concern_id,
	struct hard_entry *out, struct xq_err *err)
{
	struct hard_entry *list;
	size_t n;
	enum xq_rc rc = read_entries(
		db_query(tx,
			SQL("SELECT concern_id, kind, at FROM hard_entry"
			    " WHERE office = ? AND concern_id = ? AND state = 0 ORDER BY kind"),
			VALS(V(office), V(concern_id))),
		mem, &list, &n, err);
	if (rc == XQ_OK && n > 0)
		*out = list[0];
	return rc == XQ_OK && n == 0 ? XQ_NONE : rc;
}

enum xq_rc
hard_of_concern(
	struct tx *tx, int64_t office, int64_t concern_id, int64_t *out_no, struct xq_err *err)
{
	return db_int(tx,
		SQL("SELECT hard_no FROM hard_entry WHERE office = ? AND concern_id = ? AND state = 1"),
		VALS(V(office), V(concern_id)), out_no, err);
}

/* ---- turns ----------------------------------------------------------------------------------------- */

static struct hard_turn
read_turn(struct rows *q, void *mem)
{
	return (struct hard_turn){ .n = row_int(q, 0),
		.at = row_int(q, 1),
		.kind = (enum turn_kind)row_int(q, 2),
		.done = row_text(q, 3, mem),
		.plan = row_text(q, 4, mem),
		.stage = row_text(q, 5, mem),
		.next_on = (int32_t)row_int(q, 6),
		.due_on = (int32_t)row_int(q, 7),
		.is_late = row_int(q, 8) != 0,
		.sponsor = row_text(q, 9, mem),
		.person = row_text(q, 10, mem),
		.unit = row_text(q, 11, mem) };
}

enum xq_rc
hard_turns(struct tx *tx, void *mem, int64_t office, int64_t no, struct hard_turn **out,
	size_t *out_n, struct xq_err *err)
{
	struct hard_turn *list = mem_array(mem, struct hard_turn, HARD_TURNS_MAX);
	size_t n = 0;
	struct rows *q = db_query(tx,
		SQL("SELECT r.n, r.at, r.kind, r.done, r.plan, r.stage, r.next_on, r.due_on, r.is_late,"
		    " s.name, p.name, u.name FROM hard_review r"
		    " JOIN person s ON s.office = r.office AND s.id = r.sponsor_person_id"
		    " JOIN person p ON p.office = r.office AND p.id = r.person_id"
		    " JOIN unit u ON u.office = r.office AND u.id = r.unit_id"
		    " WHERE r.office = ? AND r.hard_no = ? ORDER BY r.n LIMIT ?"),
		VALS(V(office), V(no), V((int64_t)HARD_TURNS_MAX)));
	while (n < HARD_TURNS_MAX && row_next(q))
		list[n++] = read_turn(q, mem);
	enum xq_rc rc = rows_close(q, err);
	if (rc == XQ_OK) {
		*out = list;
		*out_n = n;
	}
	return rc;
}

enum xq_rc
hard_open_count(struct tx *tx, int64_t office, int64_t *out, struct xq_err *err)
{
	return db_int(tx,
		SQL("SELECT count(*) FROM hard /* scan: the open ones, a few dozen */"
		    " WHERE office = ? AND ended_at IS NULL"),
		VALS(V(office)), out, err);
}
