/* SPDX-License-Identifier: Apache-2.0 */
/* tally.c - keeping the counts of a day, and counting again from the facts. What a fact is stands once,
 * in tally_facts.h: the check compares with it, and voiding takes back what it finds there. */
#include "concern/tally.h"

#include "concern/tally_facts.h"

#include "core/mem.h"
#include "core/time.h"

#include "core/banned.h"

enum { SAT_FULL = 10 };

/* ---- counting ------------------------------------------------------------------------------------- */

enum xq_rc
tally_add_at(struct act_ctx *ctx, const struct concern *c, const char *figure,
	struct tally_place place, int64_t delta, struct xq_err *err)
{
	bool is_sealed = c->lane == LANE_SEALED;
	return db_exec_one(ctx->tx,
		SQL("INSERT INTO tally (office, day, figure, unit_code, class, n)"
		    " SELECT u.office, ?, ?, CASE WHEN ? = 0 THEN u.public_code ELSE '' END, ?, ?"
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

/* ---- ratings -------------------------------------------------------------------------------------- */

/* A rating kept: what it adds to the figures of its month. */
struct kept {
	struct tally_place place;
	const char *solved; /* NULL: nobody was reached */
	int sat, result;    /* 0: none */
};

static enum xq_rc
count_rating(struct act_ctx *ctx, const struct concern *c, const struct kept *k, int64_t sign,
	struct xq_err *err)
{
	static const int points[] = { 0, 10, 8, 6, 0 };
	const char *figure = k->solved ? "rated" : "unreached";
	enum xq_rc rc = tally_add_at(ctx, c, figure, k->place, sign, err);
	if (rc == XQ_OK && k->solved && text_eq(k->solved, "yes"))
		rc = tally_add_at(ctx, c, "rated-solved", k->place, sign, err);
	if (rc == XQ_OK && k->sat > 0)
		rc = tally_add_at(ctx, c, "sat-full", k->place, sign * SAT_FULL, err);
	if (rc == XQ_OK && points[k->sat] > 0)
		rc = tally_add_at(ctx, c, "sat-points", k->place, sign * points[k->sat], err);
	if (rc == XQ_OK && k->result > 0)
		rc = tally_add_at(ctx, c, "result-full", k->place, sign * SAT_FULL, err);
	if (rc == XQ_OK && points[k->result] > 0)
		rc = tally_add_at(ctx, c, "result-points", k->place, sign * points[k->result], err);
	return rc;
}

/* The last view of the resident in this month before this round; XQ_NONE: there is none. */
static enum xq_rc
rated_before(struct act_ctx *ctx, const struct concern *c, int32_t month, struct kept *out,
	struct xq_err *err)
{
	if (c->round == 1)
		return XQ_NONE;
	struct rows *q = db_query(ctx->tx,
		SQL("SELECT unit_id, at, solved, sat, result FROM rating WHERE office = ? AND concern_id = ?"
		    " AND month = ? AND solved IS NOT NULL ORDER BY round DESC LIMIT 1"),
		VALS(V(ctx->office), V(c->id), V(month)));
	bool found = row_next(q);
	if (found)
		*out = (struct kept){ .place = { row_int(q, 0), row_int(q, 1) },
			.solved = row_text(q, 2, ctx->mem),
			.sat = (int)row_int(q, 3),
			.result = (int)row_int(q, 4) };
	enum xq_rc rc = rows_close(q, err);
	return rc == XQ_OK && !found ? XQ_NONE : rc;
}

enum xq_rc
rating_keep(
	struct act_ctx *ctx, const struct concern *c, const struct rating *r, struct xq_err *err)
{
	struct kept before = { 0 }, k = { .place = { c->owner_unit_id, ctx->now } };
	int32_t month = day_of(ctx->now, TZ_CHINA) / 100;
	if (r) {
		k.solved = r->solved;
		k.sat = r->sat;
		k.result = r->result;
	}
	enum xq_rc rc = rated_before(ctx, c, month, &before, err);
	if (rc == XQ_OK && r)
		rc = count_rating(ctx, c, &before, -1, err);
	if (rc == XQ_NONE || (rc == XQ_OK && r)) /* not reached after a rating: that one stands */
		rc = count_rating(ctx, c, &k, 1, err);
	if (rc != XQ_OK)
		return rc;
	return db_exec(ctx->tx,
		SQL("INSERT INTO rating (office, concern_id, round, month, at, unit_id, solved, sat,"
		    " result) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"),
		VALS(V(ctx->office), V(c->id), V(c->round), V(month), V(ctx->now),
			V(c->owner_unit_id), V(k.solved), V(k.sat), V(k.result)),
		err);
}

enum xq_rc
rating_result(struct tx *tx, int64_t office, const struct concern *c, int *out, struct xq_err *err)
{
	int64_t n = 0;
	enum xq_rc rc = db_int(tx,
		SQL("SELECT result FROM rating WHERE office = ? AND concern_id = ? AND round = ?"),
		VALS(V(office), V(c->id), V(c->round)), &n, err);
	if (rc == XQ_OK)
		*out = (int)n;
	return rc == XQ_NONE ? XQ_OK : rc;
}

/* ---- counting again ------------------------------------------------------------------------------- */

enum fact_column { FACT_OFFICE, FACT_AT, FACT_FIGURE, FACT_UNIT, FACT_CLASS, FACT_N };

static struct rows *
facts_of_all(struct tx *tx, int64_t o)
{
	struct val v[FACT_PARTS + BOX_PARTS];
	for (size_t i = 0; i < FACT_PARTS + BOX_PARTS; i++)
		v[i] = V(o);
	return db_query(tx,
		SQL("/* scan: check */ " FACTS(
			" = ?", "", FACT_RESULTS(" = ?", ""), FACT_BOXES(" = ?")) FACT_ORDER),
		(struct vals){ .v = v, .n = FACT_PARTS + BOX_PARTS });
}

static struct rows *
facts_of_one(struct tx *tx, int64_t o, int64_t id)
{
	struct val v[2 * FACT_PARTS];
	for (size_t i = 0; i < FACT_PARTS; i++) {
		v[2 * i] = V(o);
		v[2 * i + 1] = V(id);
	}
	return db_query(tx,
		SQL(FACTS(" = ?", " AND concern_id = ?",
			FACT_RESULTS(" = ?", " AND concern_id = ?"), "") FACT_ORDER),
		(struct vals){ .v = v, .n = 2 * FACT_PARTS });
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
		SQL("SELECT office, day, figure, unit_code, class, n FROM tally /* scan: check */"
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

static enum xq_rc
append_sums(struct rows *q, void *mem, struct tally_sums *list, struct xq_err *err)
{
	while (row_next(q)) {
		if (list->n == list->cap) {
			size_t more = list->cap ? list->cap * 2 : 64;
			list->sum = mem_grow(mem, struct tally_sum, list->sum, list->cap, more);
			list->cap = more;
		}
		list->sum[list->n++] = (struct tally_sum){ row_text(q, 0, mem), row_text(q, 1, mem),
			row_int(q, 2), false };
	}
	return rows_close(q, err);
}

enum xq_rc
tally_read(struct tx *tx, void *mem, int64_t office, int32_t from, int32_t to,
	struct tally_sum **out, size_t *out_n, struct xq_err *err)
{
	struct tally_sums list = { 0 };
	struct rows *q = db_query(tx,
		SQL("SELECT figure, unit_code, sum(n) FROM tally"
		    " WHERE office = ? AND day >= ? AND day <= ?"
		    " GROUP BY figure, unit_code ORDER BY figure, unit_code"),
		VALS(V(office), V(from), V(to)));
	enum xq_rc rc = append_sums(q, mem, &list, err);
	if (rc == XQ_OK) {
		*out = list.sum;
		*out_n = list.n;
	}
	return rc;
}

/* Day by day, since the figure stands behind the day in the key: each is one look at its few rows. The
 * codes end in a letter or '.', so all reasons lie before '/', and of one code nothing before '!'. */
enum xq_rc
tally_read_code(struct tx *tx, void *mem, int64_t office, const char *code, int32_t from,
	int32_t to, struct tally_sums *list, struct xq_err *err)
{
	xq_require(
		from <= to && day_month(from) == day_month(to) && day_year(from) == day_year(to));
	bool has_reasons = str_ends(str_of(code), STR("."));
	const char *until = has_reasons ? mem_printf(mem, "%.*s/", (int)strlen(code) - 1, code)
	                                : mem_printf(mem, "%s!", code);
	struct rows *q = db_query(tx,
		SQL("WITH RECURSIVE days (day) AS (SELECT CAST(? AS integer)"
		    " UNION ALL SELECT day + 1 FROM days WHERE day < ?)"
		    " SELECT t.figure, t.unit_code, sum(t.n) FROM days CROSS JOIN tally t"
		    " WHERE t.office = ? AND t.day = days.day AND t.figure >= ? AND t.figure < ?"
		    " GROUP BY t.figure, t.unit_code ORDER BY t.figure, t.unit_code"),
		VALS(V(from), V(to), V(office), V(code), V(until)));
	return append_sums(q, mem, list, err);
}

enum xq_rc
tally_first_day(struct tx *tx, int64_t office, int32_t *out, struct xq_err *err)
{
	int64_t day = 0;
	enum xq_rc rc = db_int(tx,
		SQL("SELECT day FROM tally WHERE office = ? ORDER BY day, figure, unit_code, class"
		    " LIMIT 1"),
		VALS(V(office)), &day, err);
	*out = (int32_t)day;
	return rc == XQ_NONE ? XQ_OK : rc;
}
