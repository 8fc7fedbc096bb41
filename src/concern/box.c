/* SPDX-License-Identifier: Apache-2.0 */
/* box.c - gathering: a mark goes into the running box as a row and, apart from it, as a commitment. Which
 * belongs to which knows only the slip, and that is told to the voter and kept nowhere. */
#include "concern/box.h"

#include "concern/box_int.h"
#include "concern/concern_int.h"
#include "core/mem.h"

#include "core/banned.h"

static const struct table_decl box_tables[] = {
	{ .name = "box", .class = TABLE_OFFICE, .clustered = true },
	/* In the order of the hash: the order of coming is nowhere to be read. */
	{ .name = "box_vote", .class = TABLE_OFFICE, .grows = true, .clustered = true },
	{ .name = "recall", .class = TABLE_OFFICE, .clustered = true }, /* closed.h */
	{ .name = NULL },
};

/* clang-format off */
const struct migration concern_migration_19 = {
	.module = "concern",
	.number = 19,
	.ddl =
	"CREATE TABLE box ("
	" office integer NOT NULL, no integer NOT NULL, code text NOT NULL,"
	" state integer NOT NULL, from_day integer NOT NULL, to_day integer NOT NULL,"
	" due_at integer NOT NULL, asked integer NOT NULL, votes integer NOT NULL,"
	" opened_at integer, close_at integer, closed_at integer,"
	" opened_seq integer, closed_seq integer, doc text,"
	" PRIMARY KEY (office, no), UNIQUE (office, code));\n"
	"CREATE TABLE box_vote ("
	" office integer NOT NULL, box_no integer NOT NULL, com text NOT NULL, seq integer,"
	" PRIMARY KEY (office, box_no, com));\n"
	"CREATE TABLE recall (office integer NOT NULL, concern_id integer NOT NULL,"
	" PRIMARY KEY (office, concern_id));\n"
	/* the frame of a draw, walked month by month */
	"CREATE INDEX concern_closed ON concern (office, closed_at, id)"
	" WHERE state = 9 AND lane = 0 AND is_imported = 0;\n"
	/* 0: given before there were boxes in the record */
	"ALTER TABLE attitude ADD COLUMN box_no integer NOT NULL DEFAULT 0;\n",
	.tables = box_tables,
};
/* clang-format on */

/* ---- gathering -------------------------------------------------------------------------------------- */

static int32_t
month_of(int32_t day)
{
	return day_make(day_year(day), day_month(day), 1);
}

static int64_t
midnight(int32_t day)
{
	return day_start(day, TZ_CHINA);
}

static enum xq_rc
begin(struct act_ctx *ctx, int32_t month, int64_t *out_no, const char **out_code,
	struct xq_err *err)
{
	int32_t next = day_add_months(month, 1);
	enum xq_rc rc = db_next(ctx->tx, ctx->office, "box", out_no, err);
	if (rc != XQ_OK)
		return rc;
	*out_code = mem_printf(ctx->mem, "a-%04d-%02d", day_year(month), day_month(month));
	return db_exec(ctx->tx,
		SQL("INSERT INTO box (office, no, code, state, from_day, to_day, due_at, asked, votes)"
		    " VALUES (?, ?, ?, 0, ?, ?, ?, 0, 0)"),
		VALS(V(ctx->office), V(*out_no), V(*out_code), V(month), V(next),
			V(midnight(next))),
		err);
}

/* The box that gathers now. One whose month is over with fewer than five votes goes on for this month; one
 * that only waits to be opened takes nothing any more. */
static enum xq_rc
running(struct act_ctx *ctx, int64_t *out_no, const char **out_code, struct xq_err *err)
{
	int32_t month = month_of(day_of(ctx->now, TZ_CHINA));
	int64_t due_at = 0, votes = 0;
	struct rows *q = db_query(ctx->tx,
		SQL("SELECT no, code, due_at, votes FROM box WHERE office = ? AND state = 0"
		    " ORDER BY no DESC LIMIT 1"),
		VALS(V(ctx->office)));
	bool found = row_next(q);
	if (found) {
		*out_no = row_int(q, 0);
		*out_code = row_text(q, 1, ctx->mem);
		due_at = row_int(q, 2);
		votes = row_int(q, 3);
	}
	enum xq_rc rc = rows_close(q, err);
	if (rc != XQ_OK || (found && due_at > ctx->now))
		return rc;
	if (!found || votes >= BOX_VOTES_MIN)
		return begin(ctx, month, out_no, out_code, err);
	int32_t next = day_add_months(month, 1);
	return db_exec(ctx->tx,
		SQL("UPDATE box SET to_day = ?, due_at = ? WHERE office = ? AND no = ?"),
		VALS(V(next), V(midnight(next)), V(ctx->office), V(*out_no)), err);
}

enum xq_rc
box_asked(struct act_ctx *ctx, struct xq_err *err)
{
	int64_t no;
	const char *code;
	enum xq_rc rc = running(ctx, &no, &code, err);
	if (rc != XQ_OK)
		return rc;
	return db_exec(ctx->tx, SQL("UPDATE box SET asked = asked + 1 WHERE office = ? AND no = ?"),
		VALS(V(ctx->office), V(no)), err);
}

enum xq_rc
box_put(struct act_ctx *ctx, int mark, int64_t *out_no, struct vote *out,
	char slip_out[VOTE_SLIP_LEN + 1], struct xq_err *err)
{
	const char *code;
	enum xq_rc rc = running(ctx, out_no, &code, err);
	if (rc != XQ_OK)
		return rc;
	vote_slip_new(ctx->random, slip_out);
	vote_of_slip(ctx->mem, slip_out, code, mark, out);
	rc = db_exec(ctx->tx, SQL("INSERT INTO box_vote (office, box_no, com) VALUES (?, ?, ?)"),
		VALS(V(ctx->office), V(*out_no), V((const char *)out->com)), err);
	if (rc != XQ_OK)
		return rc;
	return db_exec(ctx->tx, SQL("UPDATE box SET votes = votes + 1 WHERE office = ? AND no = ?"),
		VALS(V(ctx->office), V(*out_no)), err);
}

/* ---- reading ---------------------------------------------------------------------------------------- */

#define BOX_COLUMNS                                                                                \
	"SELECT no, code, state, from_day, to_day, due_at, asked, votes, opened_at, close_at,"     \
	" closed_at, coalesce(opened_seq, -1), coalesce(closed_seq, -1), doc FROM box WHERE office = ?"

static struct box
row_box(struct rows *q, void *mem)
{
	return (struct box){ .no = row_int(q, 0),
		.code = row_text(q, 1, mem),
		.state = (enum box_state)row_int(q, 2),
		.from_day = (int32_t)row_int(q, 3),
		.to_day = (int32_t)row_int(q, 4),
		.due_at = row_int(q, 5),
		.asked = row_int(q, 6),
		.votes = row_int(q, 7),
		.opened_at = row_int(q, 8),
		.close_at = row_int(q, 9),
		.closed_at = row_int(q, 10),
		.opened_seq = row_int(q, 11),
		.closed_seq = row_int(q, 12),
		.doc = row_text(q, 13, mem) };
}

enum xq_rc
box_list(struct tx *tx, void *mem, int64_t office, struct box *out, size_t max, size_t *out_n,
	struct xq_err *err)
{
	size_t n = 0;
	struct rows *q = db_query(
		tx, SQL(BOX_COLUMNS " ORDER BY no DESC LIMIT ?"), VALS(V(office), V((int64_t)max)));
	while (n < max && row_next(q))
		out[n++] = row_box(q, mem);
	*out_n = n;
	return rows_close(q, err);
}

static enum xq_rc
one(struct rows *q, void *mem, struct box *out, struct xq_err *err)
{
	struct box b = { 0 };
	bool found = row_next(q);
	if (found)
		b = row_box(q, mem);
	enum xq_rc rc = rows_close(q, err);
	if (rc != XQ_OK || !found)
		return rc != XQ_OK ? rc : XQ_NONE;
	*out = b;
	return XQ_OK;
}

enum xq_rc
box_by_code(struct tx *tx, void *mem, int64_t office, struct str code, struct box *out,
	struct xq_err *err)
{
	return one(db_query(tx, SQL(BOX_COLUMNS " AND code = ?"), VALS(V(office), V(code))), mem,
		out, err);
}

enum xq_rc
box_by_no(struct tx *tx, void *mem, int64_t office, int64_t no, struct box *out, struct xq_err *err)
{
	return one(db_query(tx, SQL(BOX_COLUMNS " AND no = ?"), VALS(V(office), V(no))), mem, out,
		err);
}

enum xq_rc
box_count(struct tx *tx, int64_t office, const struct box *b, int64_t n[BOX_MARKS + 1],
	struct xq_err *err)
{
	memset(n, 0, sizeof *n * (BOX_MARKS + 1));
	struct rows *q = db_query(tx,
		SQL("SELECT mark, count(*) FROM attitude WHERE office = ? AND month_at >= ?"
		    " AND month_at < ? AND box_no = ? GROUP BY mark"),
		VALS(V(office), V(midnight(b->from_day)), V(midnight(b->to_day)), V(b->no)));
	while (row_next(q)) {
		int64_t mark = row_int(q, 0);
		xq_require(mark >= 1 && mark <= BOX_MARKS);
		n[mark] = row_int(q, 1);
	}
	return rows_close(q, err);
}

enum xq_rc
box_votes_text(struct tx *tx, void *mem, int64_t office, const struct box *b, struct str *out,
	struct xq_err *err)
{
	struct buf text = buf_new(mem, 4096);
	struct rows *q = db_query(tx,
		SQL("SELECT com, seq FROM box_vote WHERE office = ? AND box_no = ?"
		    " AND seq IS NOT NULL ORDER BY com"),
		VALS(V(office), V(b->no)));
	while (row_next(q)) {
		buf_str(&text, row_str(q, 0));
		buf_char(&text, ' ');
		buf_int(&text, row_int(q, 1));
		buf_char(&text, '\n');
	}
	*out = buf_view(&text);
	return rows_close(q, err);
}

enum xq_rc
box_of_month(struct tx *tx, void *mem, int64_t office, int32_t first_day, struct box *out,
	struct xq_err *err)
{
	return one(db_query(tx, SQL(BOX_COLUMNS " AND from_day <= ? AND to_day > ? AND state = 2"),
			   VALS(V(office), V(first_day), V(first_day))),
		mem, out, err);
}

enum xq_rc
box_has_month(struct tx *tx, int64_t office, int32_t first_day, bool *out, struct xq_err *err)
{
	int64_t n = 0;
	enum xq_rc rc = db_int(tx,
		SQL("SELECT count(*) FROM box WHERE office = ? AND from_day <= ? AND to_day > ?"
		    " AND state = 2"),
		VALS(V(office), V(first_day), V(first_day)), &n, err);
	*out = n > 0;
	return rc;
}

/* Rows, commitments and the count of each box agree (rule V9); once it is closed all are in the record. */
static enum xq_rc
faults(struct tx *tx, void *mem, int64_t office, int64_t *out, struct xq_err *err)
{
	(void)mem;
	return db_int(tx,
		SQL("SELECT count(*) FROM box b /* scan: check */ WHERE b.office = ?"
		    " AND (b.votes > b.asked OR b.votes <> (SELECT count(*) FROM box_vote v"
		    "  WHERE v.office = b.office AND v.box_no = b.no)"
		    " OR b.votes <> (SELECT count(*) FROM attitude a WHERE a.office = b.office"
		    "  AND a.box_no = b.no)"
		    " OR (b.state = 2 AND EXISTS (SELECT 1 FROM box_vote v WHERE v.office = b.office"
		    "  AND v.box_no = b.no AND v.seq IS NULL)))"),
		VALS(V(office)), out, err);
}

const struct invariant box_holds = { "box.votes-are-rows", faults };
