/* SPDX-License-Identifier: Apache-2.0 */
/* tally.c - keeping the counts of a day, and counting again from the facts. What a fact is stands once,
 * in FACTS: the check compares with it, and voiding takes back what it finds there. */
#include "concern/tally.h"

#include "core/mem.h"
#include "core/time.h"

#include "core/banned.h"

static const struct table_decl tally_tables[] = {
	{ .name = "tally", .class = TABLE_OFFICE, .grows = true, .clustered = true },
	{ .name = "rating", .class = TABLE_OFFICE, .grows = true, .clustered = true },
	{ .name = NULL },
};

/* clang-format off */
/* Beside the two tables: what a later look would no longer find. Who owned at a step, to whom it
 * was offered, for which reason; the resident's day when the answer was approved; which unit promised; every rating, while the
 * concern itself knows only the last. */
const struct migration concern_migration_3 = {
	.module = "concern",
	.number = 3,
	.ddl =
	"CREATE TABLE tally ("
	" office integer NOT NULL, day integer NOT NULL, figure text NOT NULL,"
	" unit_code text NOT NULL, class text NOT NULL, n integer NOT NULL,"
	" PRIMARY KEY (office, day, figure, unit_code, class));\n"
	"CREATE TABLE rating ("
	" office integer NOT NULL, concern_id integer NOT NULL, round integer NOT NULL,"
	" at integer NOT NULL, unit_id integer NOT NULL, solved text, sat integer NOT NULL,"
	" PRIMARY KEY (office, concern_id, round),"
	" FOREIGN KEY (office, concern_id) REFERENCES concern (office, id),"
	" FOREIGN KEY (office, unit_id) REFERENCES unit (office, id));\n"
	"CREATE INDEX rating_at ON rating (office, at, concern_id, round);\n"
	"ALTER TABLE step ADD COLUMN owner_unit_id integer NOT NULL DEFAULT 0;\n"
	"ALTER TABLE step ADD COLUMN to_unit_id integer NOT NULL DEFAULT 0;\n"
	"ALTER TABLE step ADD COLUMN why text NOT NULL DEFAULT '';\n"
	"ALTER TABLE reply ADD COLUMN due_at integer;\n"
	"ALTER TABLE concern ADD COLUMN was_late integer NOT NULL DEFAULT 0;\n"
	"ALTER TABLE promise ADD COLUMN unit_id integer NOT NULL DEFAULT 0;\n"
	/* It covers what voiding reads: SQLite without statistics holds the office alone to be as good as
	 * office and concern, and only an index that spares the row is cheaper to it. */
	"CREATE INDEX request_count ON request"
	" (office, concern_id, ruled_by, ruled_at, asked_unit, kind, state, why);\n",
	.tables = tally_tables,
};
/* clang-format on */

/* ---- counting ------------------------------------------------------------------------------------- */

enum xq_rc
tally_add_at(struct act_ctx *ctx, const struct concern *c, const char *figure,
	struct tally_place place, int64_t delta, struct xq_err *err)
{
	bool is_sealed = c->lane == LANE_SEALED;
	return db_exec_one(ctx->tx,
		SQL("INSERT INTO tally (office, day, figure, unit_code, class, n)"
		    " SELECT u.office, ?, ?, CASE ? WHEN 0 THEN u.public_code ELSE '' END, ?, ?"
		    " FROM unit u WHERE u.office = ? AND u.id = ?"
		    " ON CONFLICT (office, day, figure, unit_code, class)"
		    " DO UPDATE SET n = tally.n + excluded.n"),
		VALS(V(day_of(place.at, TZ_CHINA)), V(figure), V(is_sealed),
			V(is_sealed ? "" : c->class), V(delta), V(ctx->office), V(place.unit_id)),
		err);
}

enum xq_rc
tally_add(struct act_ctx *ctx, const struct concern *c, const char *figure, int64_t delta,
	struct xq_err *err)
{
	return tally_add_at(ctx, c, figure,
		(struct tally_place){ .unit_id = c->owner_unit_id, .at = ctx->now }, delta, err);
}

enum xq_rc
tally_closed(struct act_ctx *ctx, const struct concern *c, struct xq_err *err)
{
	enum xq_rc rc = tally_add(ctx, c, "closed", 1, err);
	if (rc == XQ_OK && !c->was_late)
		rc = tally_add(ctx, c, "on-time", 1, err);
	if (rc == XQ_OK && c->outcome == OUT_SOLVED)
		rc = tally_add(ctx, c, "claimed", 1, err);
	if (rc == XQ_OK && c->round > 1)
		rc = tally_add(ctx, c, "redone", 1, err);
	return rc;
}

enum xq_rc
tally_repeat(struct act_ctx *ctx, const struct concern *c, struct xq_err *err)
{
	if (c->linked_id != 0) /* counted when it came in */
		return XQ_OK;
	struct tally_place first = { .at = c->raised_at };
	enum xq_rc rc = db_int(ctx->tx,
		SQL("SELECT owner_unit_id FROM step WHERE office = ? AND concern_id = ? AND no = 1"),
		VALS(V(ctx->office), V(c->id)), &first.unit_id, err);
	return rc == XQ_OK ? tally_add_at(ctx, c, "repeat", first, 1, err) : rc;
}

enum xq_rc
rating_keep(
	struct act_ctx *ctx, const struct concern *c, const struct rating *r, struct xq_err *err)
{
	return db_exec(ctx->tx,
		SQL("INSERT INTO rating (office, concern_id, round, at, unit_id, solved, sat)"
		    " VALUES (?, ?, ?, ?, ?, ?, ?)"),
		VALS(V(ctx->office), V(c->id), V(c->round), V(ctx->now), V(c->owner_unit_id),
			r ? V(r->solved) : VNULL, V(r ? r->sat : 0)),
		err);
}

/* ---- counting again ------------------------------------------------------------------------------- */

/* clang-format off */
/* Every fact that is counted, one row each; only: "" or " AND concern_id = ?". History has no steps
 * and no offers, so it is in none of them. The day is that of the record (28800 s: +08:00), named by
 * its first second; division is left to C (scale-out.md 2). */
#define CLOSES " AND s.to_state = 9 AND s.from_state <> 9"
#define FACTS(only)                                                                                \
	"SELECT f.at - (f.at + 28800) % 86400 AS midnight, f.figure,"                              \
	" CASE c.lane WHEN 0 THEN u.public_code ELSE '' END AS unit_code,"                         \
	" CASE c.lane WHEN 0 THEN c.class ELSE '' END AS class_code, count(*)"                     \
	" FROM ("                                                                                  \
	"SELECT concern_id, at, owner_unit_id AS unit_id, CASE"                                    \
	"  WHEN no = 1 THEN 'raised'"                                                              \
	"  WHEN act = 'concern.contact' THEN 'contact'"                                            \
	"  WHEN to_state = 9 THEN 'closed'"                                                        \
	"  WHEN to_state = 10 THEN 'terminated.' || why"                                           \
	"  WHEN to_state = 12 THEN 'parked.' || why"                                               \
	"  WHEN to_state = 13 THEN 'redirected.' || why"                                           \
	"  WHEN to_state = 14 THEN 'merged'"                                                       \
	"  ELSE 'voided.' || why END AS figure"                                                    \
	" FROM step WHERE office = ?" only                                                         \
	" AND (no = 1 OR act = 'concern.contact'"                                                  \
	"  OR (to_state <> from_state AND to_state IN (9, 10, 12, 13, 14, 15)))"                   \
	" UNION ALL "                                                                              \
	"SELECT concern_id, at, owner_unit_id, 'contact-made'"                                     \
	" FROM step WHERE office = ?" only                                                         \
	" AND act = 'concern.contact' AND is_for_resident = 1"                                     \
	" UNION ALL "                                                                              \
	"SELECT concern_id, at, owner_unit_id, 'repeat' FROM step s WHERE office = ?" only         \
	" AND no = 1 AND EXISTS (SELECT 1 FROM concern k WHERE k.office = s.office"                \
	"  AND k.id = s.concern_id AND (k.linked_id IS NOT NULL OR k.merged_into IS NOT NULL))"    \
	" UNION ALL "                                                                              \
	"SELECT concern_id, at, owner_unit_id, 'on-time' FROM step s WHERE office = ?" only CLOSES   \
	" AND EXISTS (SELECT 1 FROM concern k WHERE k.office = s.office"                           \
	"  AND k.id = s.concern_id AND k.was_late = 0)"                                            \
	" UNION ALL "                                                                              \
	"SELECT concern_id, at, owner_unit_id, 'claimed' FROM step s WHERE office = ?" only CLOSES   \
	" AND EXISTS (SELECT 1 FROM concern k WHERE k.office = s.office"                           \
	"  AND k.id = s.concern_id AND k.outcome = 1)"                                             \
	" UNION ALL "                                                                              \
	"SELECT concern_id, at, owner_unit_id, 'redone' FROM step s WHERE office = ?" only CLOSES    \
	" AND EXISTS (SELECT 1 FROM concern k WHERE k.office = s.office"                           \
	"  AND k.id = s.concern_id AND k.round > 1)"                                               \
	" UNION ALL "                                                                              \
	"SELECT concern_id, at, to_unit_id, 'assigned' FROM step WHERE office = ?" only            \
	" AND to_state = 3 AND from_state <> 3"                                                    \
	" UNION ALL "                                                                              \
	"SELECT concern_id, ruled_at, asked_unit, CASE"                                            \
	"  WHEN kind = 1 THEN 'extended.' || why"                                                  \
	"  WHEN state = 1 THEN 'returned'"                                                         \
	"  ELSE 'return-refused' END"                                                              \
	" FROM request WHERE office = ?" only                                                      \
	" AND ruled_by IS NOT NULL AND (kind = 0 OR state = 1)"                                    \
	" UNION ALL "                                                                              \
	"SELECT concern_id, due_at, unit_id, 'promise' FROM promise WHERE office = ?" only         \
	" UNION ALL "                                                                              \
	"SELECT concern_id, due_at, unit_id, 'promise-kept' FROM promise WHERE office = ?" only    \
	" AND state = 1 AND kept_at <= due_at"                                                     \
	") f"                                                                                      \
	" JOIN concern c ON c.office = ? AND c.id = f.concern_id"                                  \
	" JOIN unit u ON u.office = c.office AND u.id = f.unit_id"                                 \
	" WHERE c.state <> 15 OR (f.figure >= 'voided.' AND f.figure < 'voided/')"                 \
	" GROUP BY midnight, f.figure, unit_code, class_code"                                      \
	" ORDER BY midnight, f.figure, unit_code, class_code"
/* clang-format on */

enum fact_column { FACT_AT, FACT_FIGURE, FACT_UNIT, FACT_CLASS, FACT_N };

static struct rows *
facts_of_all(struct tx *tx, int64_t o)
{
	return db_query(tx, SQL("/* scan: check */ " FACTS("")),
		VALS(V(o), V(o), V(o), V(o), V(o), V(o), V(o), V(o), V(o), V(o), V(o)));
}

static struct rows *
facts_of_one(struct tx *tx, int64_t o, int64_t id)
{
	return db_query(tx, SQL(FACTS(" AND concern_id = ?")),
		VALS(V(o), V(id), V(o), V(id), V(o), V(id), V(o), V(id), V(o), V(id), V(o), V(id),
			V(o), V(id), V(o), V(id), V(o), V(id), V(o), V(id), V(o)));
}

enum xq_rc
tally_take_back(struct act_ctx *ctx, const struct concern *c, struct xq_err *err)
{
	enum xq_rc rc = XQ_OK, closed;
	struct xq_err late = { 0 };
	struct rows *q = facts_of_one(ctx->tx, ctx->office, c->id);
	while (rc == XQ_OK && row_next(q))
		rc = db_exec_one(ctx->tx,
			SQL("UPDATE tally SET n = n - ? WHERE office = ? AND day = ? AND figure = ?"
			    " AND unit_code = ? AND class = ?"),
			VALS(V(row_int(q, FACT_N)), V(ctx->office),
				V(day_of(row_int(q, FACT_AT), TZ_CHINA)),
				V(row_str(q, FACT_FIGURE)), V(row_str(q, FACT_UNIT)),
				V(row_str(q, FACT_CLASS))),
			err);
	closed = rows_close(q, rc == XQ_OK ? err : &late);
	return rc == XQ_OK ? closed : rc;
}

/* Both in the order of day, figure, unit, class. */
static int
compare(struct rows *kept, struct rows *fact)
{
	int32_t day = day_of(row_int(fact, FACT_AT), TZ_CHINA);
	if (row_int(kept, FACT_AT) != day)
		return row_int(kept, FACT_AT) < day ? -1 : 1;
	int side = 0;
	for (int col = FACT_FIGURE; side == 0 && col <= FACT_CLASS; col++)
		side = str_cmp(row_str(kept, col), row_str(fact, col));
	return side;
}

/* Rows that only one side has, or that the sides count differently. */
static enum xq_rc
count_differing(struct tx *tx, void *mem, int64_t office, int64_t *out, struct xq_err *err)
{
	(void)mem;
	struct rows *kept = db_query(tx,
		SQL("SELECT day, figure, unit_code, class, n FROM tally /* scan: check */"
		    " WHERE office = ? AND n <> 0 ORDER BY day, figure, unit_code, class"),
		VALS(V(office)));
	struct rows *fact = facts_of_all(tx, office);
	bool has_kept = row_next(kept), has_fact = row_next(fact);
	int64_t n = 0;
	while (has_kept || has_fact) {
		int side = !has_kept ? 1 : !has_fact ? -1 : compare(kept, fact);
		n += side != 0 || row_int(kept, FACT_N) != row_int(fact, FACT_N);
		if (side <= 0)
			has_kept = row_next(kept);
		if (side >= 0)
			has_fact = row_next(fact);
	}
	struct xq_err late = { 0 };
	enum xq_rc rc = rows_close(kept, err);
	enum xq_rc other = rows_close(fact, rc == XQ_OK ? err : &late);
	*out = n;
	return rc == XQ_OK ? other : rc;
}

/* Late once is late: an approved answer of any round came after the day that the resident had then. */
static enum xq_rc
count_wrong_late(struct tx *tx, void *mem, int64_t office, int64_t *out, struct xq_err *err)
{
	(void)mem;
	return db_int(tx,
		SQL("SELECT count(*) FROM concern c /* scan: check */ WHERE c.office = ?"
		    " AND c.was_late <> CASE WHEN EXISTS (SELECT 1 FROM reply r"
		    "  WHERE r.office = c.office AND r.concern_id = c.id AND r.state = 1"
		    "  AND r.decided_at > r.due_at) THEN 1 ELSE 0 END"),
		VALS(V(office)), out, err);
}

const struct invariant concern_was_late = { "concern.late-as-answered", count_wrong_late };
const struct invariant tally_equals_facts = { "tally.equals-facts", count_differing };

/* ---- reading -------------------------------------------------------------------------------------- */

struct sums {
	void *mem;
	struct tally_sum *row;
	size_t n, cap;
};

static void
put_sum(struct sums *s, const char *figure, const char *unit, int64_t n)
{
	if (s->n == s->cap) {
		size_t cap = s->cap ? s->cap * 2 : 64;
		s->row = mem_grow(s->mem, struct tally_sum, s->row, s->cap, cap);
		s->cap = cap;
	}
	s->row[s->n++] = (struct tally_sum){ figure, unit, n };
}

static enum xq_rc
read_days(struct tx *tx, int64_t office, int32_t from, int32_t to, struct sums *out,
	struct xq_err *err)
{
	struct rows *q = db_query(tx,
		SQL("SELECT figure, unit_code, sum(n) FROM tally"
		    " WHERE office = ? AND day >= ? AND day <= ?"
		    " GROUP BY figure, unit_code ORDER BY figure, unit_code"),
		VALS(V(office), V(from), V(to)));
	while (row_next(q))
		put_sum(out, row_text(q, 0, out->mem), row_text(q, 1, out->mem), row_int(q, 2));
	return rows_close(q, err);
}

/* The last rating in the period of each concern; one not reached counts where no rating stands. */
static enum xq_rc
read_ratings(struct tx *tx, int64_t office, int64_t begin, int64_t end, struct sums *out,
	struct xq_err *err)
{
	static const char *const codes[] = { "rated", "rated-solved", "sat-full", "sat-points",
		"unreached" };
	struct rows *q = db_query(tx,
		SQL("SELECT CASE c.lane WHEN 0 THEN u.public_code ELSE '' END AS unit_code,"
		    " count(r.solved), sum(CASE r.solved WHEN 'yes' THEN 1 ELSE 0 END),"
		    " sum(CASE WHEN r.sat > 0 THEN 10 ELSE 0 END),"
		    " sum(CASE r.sat WHEN 1 THEN 10 WHEN 2 THEN 8 WHEN 3 THEN 6 ELSE 0 END),"
		    " count(*) - count(r.solved)"
		    " FROM rating r"
		    " JOIN concern c ON c.office = r.office AND c.id = r.concern_id"
		    " JOIN unit u ON u.office = r.office AND u.id = r.unit_id"
		    " WHERE r.office = ? AND r.at >= ? AND r.at < ? AND c.state <> 15"
		    " AND NOT EXISTS (SELECT 1 FROM rating l WHERE l.office = r.office"
		    "  AND l.concern_id = r.concern_id AND l.solved IS NOT NULL"
		    "  AND l.at >= ? AND l.at < ? AND (l.round > r.round OR r.solved IS NULL))"
		    " GROUP BY unit_code ORDER BY unit_code"),
		VALS(V(office), V(begin), V(end), V(begin), V(end)));
	while (row_next(q)) {
		const char *unit = row_text(q, 0, out->mem);
		for (int i = 0; i < (int)(sizeof codes / sizeof *codes); i++)
			put_sum(out, codes[i], unit, row_int(q, i + 1));
	}
	return rows_close(q, err);
}

enum xq_rc
tally_read(struct tx *tx, void *mem, int64_t office, int32_t from, int32_t to,
	struct tally_sum **out, size_t *out_n, struct xq_err *err)
{
	struct sums s = { .mem = mem };
	enum xq_rc rc = read_days(tx, office, from, to, &s, err);
	if (rc == XQ_OK)
		rc = read_ratings(tx, office, day_start(from, TZ_CHINA),
			day_start(day_add(to, 1), TZ_CHINA), &s, err);
	if (rc == XQ_OK) {
		*out = s.row;
		*out_n = s.n;
	}
	return rc;
}
