/* SPDX-License-Identifier: Apache-2.0 */
/* recheck_load.c - draws and what was drawn, as rows; and what `xinqiao check` proves of them. */
#include "evaluation/recheck.h"

#include "core/mem.h"

#include "core/banned.h"

static const struct table_decl recheck_tables[] = {
	{ .name = "draw", .class = TABLE_OFFICE, .clustered = true },
	{ .name = "draw_outside", .class = TABLE_OFFICE, .clustered = true },
	{ .name = "recheck", .class = TABLE_OFFICE, .grows = true, .clustered = true },
	{ .name = "recheck_try", .class = TABLE_OFFICE, .grows = true, .clustered = true },
	{ .name = NULL },
};

/* clang-format off */
const struct migration recheck_migration_1 = {
	.module = "evaluation-draw",
	.number = 1,
	.ddl =
	"CREATE TABLE draw ("
	" office integer NOT NULL, no integer NOT NULL, code text NOT NULL, state integer NOT NULL,"
	" from_day integer NOT NULL, to_day integer NOT NULL, count integer NOT NULL,"
	" n_frame integer NOT NULL, frame text NOT NULL, size integer NOT NULL,"
	" announced_at integer NOT NULL, announced_by integer NOT NULL, announced_seq integer NOT NULL,"
	" root blob, seeded_at integer, seeded_by integer, seeded_seq integer,"
	" doc text, done_at integer, done_seq integer,"
	" PRIMARY KEY (office, no), UNIQUE (office, code));\n"
	"CREATE TABLE draw_outside ("
	" office integer NOT NULL, draw_no integer NOT NULL, n integer NOT NULL, name text NOT NULL,"
	" day integer NOT NULL, value text, PRIMARY KEY (office, draw_no, n));\n"
	"CREATE TABLE recheck ("
	" office integer NOT NULL, draw_no integer NOT NULL, place integer NOT NULL,"
	" concern_id integer NOT NULL, state integer NOT NULL, tries integer NOT NULL,"
	" solved text, sat integer NOT NULL DEFAULT 0, done_at integer,"
	" PRIMARY KEY (office, draw_no, place));\n"
	"CREATE UNIQUE INDEX recheck_open ON recheck (office, concern_id) WHERE state = 0;\n"
	"CREATE INDEX recheck_order ON recheck (office, draw_no, place) WHERE state = 0;\n"
	"CREATE TABLE recheck_try ("
	" office integer NOT NULL, draw_no integer NOT NULL, place integer NOT NULL, n integer NOT NULL,"
	" at integer NOT NULL, day integer NOT NULL, result text NOT NULL, words text NOT NULL,"
	" caller_person_id integer NOT NULL, caller_unit_id integer NOT NULL,"
	" PRIMARY KEY (office, draw_no, place, n));\n",
	.tables = recheck_tables,
};

#define DRAW_COLUMNS                                                                               \
	"SELECT d.no, d.code, d.state, d.from_day, d.to_day, d.count, d.n_frame, d.frame, d.size," \
	" d.announced_at, d.announced_by, d.announced_seq, d.root, coalesce(d.seeded_at, 0),"      \
	" coalesce(d.seeded_by, 0), coalesce(d.seeded_seq, -1), d.doc, coalesce(d.done_at, 0),"    \
	" coalesce(d.done_seq, -1), o.name, coalesce(o.day, 0), o.value, a.name, b.name"           \
	" FROM draw d LEFT JOIN draw_outside o ON o.office = d.office AND o.draw_no = d.no"        \
	" AND o.n = 0"                                                                             \
	" LEFT JOIN person a ON a.office = d.office AND a.id = d.announced_by"                     \
	" LEFT JOIN person b ON b.office = d.office AND b.id = d.seeded_by"
/* clang-format on */

static struct draw
row_draw(struct rows *q, void *mem)
{
	struct draw d = { .no = row_int(q, 0),
		.code = row_text(q, 1, mem),
		.state = (enum draw_state)row_int(q, 2),
		.from_day = (int32_t)row_int(q, 3),
		.to_day = (int32_t)row_int(q, 4),
		.count = row_int(q, 5),
		.n_frame = row_int(q, 6),
		.frame = row_text(q, 7, mem),
		.size = row_int(q, 8),
		.announced_at = row_int(q, 9),
		.announced_by = row_int(q, 10),
		.announced_seq = row_int(q, 11),
		.seeded_at = row_int(q, 13),
		.seeded_by = row_int(q, 14),
		.seeded_seq = row_int(q, 15),
		.doc = row_text(q, 16, mem),
		.done_at = row_int(q, 17),
		.done_seq = row_int(q, 18),
		.outside = row_text(q, 19, mem),
		.outside_day = (int32_t)row_int(q, 20),
		.value = row_text(q, 21, mem),
		.announced_name = row_text(q, 22, mem),
		.seeded_name = row_text(q, 23, mem) };
	struct bytes root = row_bytes(q, 12);
	if (root.n == SHA256_LEN)
		memcpy(d.root, root.p, SHA256_LEN);
	return d;
}

enum xq_rc
draw_by_code(struct tx *tx, void *mem, int64_t office, struct str code, struct draw *out,
	struct xq_err *err)
{
	struct draw d = { 0 };
	struct rows *q = db_query(tx, SQL(DRAW_COLUMNS " WHERE d.office = ? AND d.code = ?"),
		VALS(V(office), V(code)));
	bool found = row_next(q);
	if (found)
		d = row_draw(q, mem);
	enum xq_rc rc = rows_close(q, err);
	if (rc != XQ_OK || !found)
		return rc != XQ_OK ? rc : XQ_NONE;
	*out = d;
	return XQ_OK;
}

enum xq_rc
draw_list(struct tx *tx, void *mem, int64_t office, struct draw *out, size_t max, size_t *out_n,
	struct xq_err *err)
{
	size_t n = 0;
	struct rows *q =
		db_query(tx, SQL(DRAW_COLUMNS " WHERE d.office = ? ORDER BY d.no DESC LIMIT ?"),
			VALS(V(office), V((int64_t)max)));
	while (n < max && row_next(q))
		out[n++] = row_draw(q, mem);
	*out_n = n;
	return rows_close(q, err);
}

enum xq_rc
draw_origin(struct tx *tx, void *mem, int64_t office, const char **out, struct xq_err *err)
{
	struct rows *q = db_query(
		tx, SQL("SELECT origin FROM ledger_log WHERE office = ?"), VALS(V(office)));
	const char *origin = row_next(q) ? row_text(q, 0, mem) : NULL;
	enum xq_rc rc = rows_close(q, err);
	if (rc == XQ_OK && origin == NULL)
		return XQ_NONE;
	*out = origin;
	return rc;
}

char *
draw_lines(void *mem, const struct draw *d, const char *origin, uint8_t seed[SHA256_LEN])
{
	const struct draw_source s = { str_of(d->outside), str_of(d->value) };
	const struct draw_seed_of of = { .origin = str_of(origin),
		.draw = str_of(d->code),
		.size = d->size,
		.root = d->root,
		.source = &s,
		.n_sources = d->outside ? 1 : 0 };
	draw_seed(&of, seed);
	return draw_seed_text(mem, &of);
}

enum xq_rc
draw_doc(struct tx *tx, void *mem, int64_t office, const char *hex, struct str *out,
	struct xq_err *err)
{
	const char *type;
	struct bytes doc;
	if (hex == NULL)
		return XQ_NONE;
	enum xq_rc rc = ledger_doc_load(tx, mem, office, str_of(hex), &type, &doc, err);
	if (rc == XQ_OK)
		*out = str_n((const char *)doc.p, doc.n);
	return rc;
}

/* ---- what was drawn --------------------------------------------------------------------------------- */

static int
solved_rank(struct str code)
{
	static const char *const order[] = { "no", "explained", "partly", "yes" };
	for (int i = 0; i < 4; i++)
		if (str_is(code, order[i]))
			return i;
	return 0;
}

static void
compare(int first, int again, int64_t *same, int64_t *better, int64_t *worse)
{
	++*(again == first ? same : again > first ? better : worse);
}

/* The first answer is that of the round in which it was closed. */
enum xq_rc
recheck_sum(struct tx *tx, int64_t office, int64_t draw_no, struct recheck_sums *out,
	struct xq_err *err)
{
	struct recheck_sums s = { 0 };
	struct rows *q = db_query(tx,
		SQL("SELECT r.state, r.solved, r.sat, c.seen_solved, c.seen_sat FROM recheck r"
		    " JOIN concern c ON c.office = r.office AND c.id = r.concern_id"
		    " WHERE r.office = ? AND r.draw_no = ?"),
		VALS(V(office), V(draw_no)));
	while (row_next(q)) {
		enum recheck_state state = (enum recheck_state)row_int(q, 0);
		s.drawn++;
		s.waiting += state == RECHECK_WAITS;
		s.nobody += state == RECHECK_NOBODY;
		if (state != RECHECK_SAID)
			continue;
		s.said++;
		int first = solved_rank(row_str(q, 3));
		if (!row_is_null(q, 3))
			compare(first, solved_rank(row_str(q, 1)), &s.same, &s.better, &s.worse);
		if (row_int(q, 2) > 0 && row_int(q, 4) > 0) /* 1 is the best */
			compare((int)-row_int(q, 4), (int)-row_int(q, 2), &s.sat_same,
				&s.sat_better, &s.sat_worse);
	}
	*out = s;
	return rows_close(q, err);
}

enum xq_rc
recheck_waiting(struct tx *tx, void *mem, const struct actor *actor, struct recheck *out,
	size_t max, size_t *out_n, struct xq_err *err)
{
	size_t n = 0;
	struct rows *q = db_query(tx,
		SQL("SELECT r.draw_no, r.place, r.concern_id, r.tries, c.file_no, d.code FROM recheck r"
		    " JOIN concern c ON c.office = r.office AND c.id = r.concern_id"
		    " JOIN draw d ON d.office = r.office AND d.no = r.draw_no"
		    " WHERE r.office = ? AND r.state = 0"
		    " AND NOT EXISTS (SELECT 1 FROM callback b WHERE b.office = r.office"
		    "  AND b.concern_id = r.concern_id AND b.caller_person_id = ?)"
		    " AND NOT EXISTS (SELECT 1 FROM owner_span s JOIN membership m"
		    "  ON m.office = s.office AND m.unit_id = s.unit_id"
		    "  WHERE s.office = r.office AND s.concern_id = r.concern_id AND m.person_id = ?)"
		    " ORDER BY r.draw_no, r.place LIMIT ?"),
		VALS(V(actor->office), V(actor->person_id), V(actor->person_id), V((int64_t)max)));
	while (n < max && row_next(q))
		out[n++] = (struct recheck){ .draw_no = row_int(q, 0),
			.place = (int)row_int(q, 1),
			.concern_id = row_int(q, 2),
			.tries = (int)row_int(q, 3),
			.file_no = row_int(q, 4),
			.draw_code = row_text(q, 5, mem) };
	*out_n = n;
	return rows_close(q, err);
}

enum xq_rc
recheck_of(struct tx *tx, void *mem, int64_t office, int64_t concern_id, struct recheck *out,
	struct xq_err *err)
{
	struct rows *q = db_query(tx,
		SQL("SELECT r.draw_no, r.place, r.tries, d.code FROM recheck r"
		    " JOIN draw d ON d.office = r.office AND d.no = r.draw_no"
		    " WHERE r.office = ? AND r.concern_id = ? AND r.state = 0"),
		VALS(V(office), V(concern_id)));
	bool found = row_next(q);
	if (found)
		*out = (struct recheck){ .draw_no = row_int(q, 0),
			.place = (int)row_int(q, 1),
			.tries = (int)row_int(q, 2),
			.draw_code = row_text(q, 3, mem),
			.concern_id = concern_id };
	enum xq_rc rc = rows_close(q, err);
	return rc == XQ_OK && !found ? XQ_NONE : rc;
}

static enum xq_rc
count_words(struct tx *tx, int64_t office, int64_t concern_id, int64_t *out, struct xq_err *err)
{
	return db_int(tx,
		SQL("SELECT coalesce(sum(length(t.words)), 0) FROM recheck r /* scan: rare, few rows */"
		    " JOIN recheck_try t ON t.office = r.office AND t.draw_no = r.draw_no"
		    " AND t.place = r.place WHERE r.office = ? AND r.concern_id = ?"),
		VALS(V(office), V(concern_id)), out, err);
}

const struct told_part recheck_told = { count_words };

enum xq_rc
recheck_why_not(struct tx *tx, const struct actor *actor, const struct concern *c, const char **out,
	struct xq_err *err)
{
	bool outside = false;
	int64_t called = 0;
	enum xq_rc rc =
		concern_is_outsider(tx, actor->office, c->id, actor->person_id, &outside, err);
	if (rc == XQ_OK)
		rc = db_int(tx,
			SQL("SELECT count(*) FROM callback WHERE office = ? AND concern_id = ?"
			    " AND caller_person_id = ?"),
			VALS(V(actor->office), V(c->id), V(actor->person_id)), &called, err);
	*out = !outside || actor->unit_id == c->owner_unit_id ? "recheck.own-unit"
	       : called > 0                                   ? "recheck.own-call"
	                                                      : NULL;
	return rc;
}

/* ---- proving ---------------------------------------------------------------------------------------- */

/* What was drawn follows from the frame and the seed; and it is what is called. */
static enum xq_rc
draw_is_right(struct tx *tx, void *mem, int64_t office, const struct draw *d, const char *origin,
	bool *out, struct xq_err *err)
{
	struct str frame_text, done_text;
	struct draw_id *frame;
	struct draw_done done;
	size_t n;
	uint8_t seed[SHA256_LEN];
	*out = false;
	enum xq_rc rc = draw_doc(tx, mem, office, d->frame, &frame_text, err);
	if (rc == XQ_OK)
		rc = draw_doc(tx, mem, office, d->doc, &done_text, err);
	if (rc == XQ_OK)
		rc = draw_frame_read(mem, frame_text, &frame, &n, err);
	if (rc == XQ_OK)
		rc = draw_done_read(mem, done_text, &done, err);
	if (rc != XQ_OK)
		return rc == XQ_FAULT ? rc : XQ_OK;
	(void)draw_lines(mem, d, origin, seed);
	struct draw_lot *lot = mem_array(mem, struct draw_lot, n + 1);
	struct str *passed = mem_array(mem, struct str, done.n_skips + 1);
	size_t *picked = mem_array(mem, size_t, n + 1);
	for (size_t i = 0; i < done.n_skips; i++)
		passed[i] = done.skip[i].id;
	draw_lots(seed, frame, n, lot);
	const struct draw_rule rule = { .count = d->count };
	size_t k = draw_pick(&rule, frame, lot, n, passed, done.n_skips, picked);
	*out = k == done.n_drawn && str_is(done.draw, d->code);
	for (size_t i = 0; *out && i < k; i++)
		*out = str_eq(frame[picked[i]].id, done.drawn[i]);
	return XQ_OK;
}

static enum xq_rc
faults_draw(struct tx *tx, void *mem, int64_t office, int64_t *out, struct xq_err *err)
{
	enum { DRAWS_MAX = 600 };
	struct draw *d = mem_array(mem, struct draw, DRAWS_MAX);
	const char *origin = "";
	size_t n = 0;
	*out = 0;
	enum xq_rc rc = draw_list(tx, mem, office, d, DRAWS_MAX, &n, err);
	if (rc == XQ_OK && n > 0)
		rc = draw_origin(tx, mem, office, &origin, err);
	for (size_t i = 0; rc == XQ_OK && i < n; i++) {
		bool is_right = true;
		if (d[i].state == DRAW_DONE)
			rc = draw_is_right(tx, mem, office, &d[i], origin, &is_right, err);
		*out += !is_right;
	}
	return rc;
}

/* Nobody who called before, and nobody of a unit that owned it by then. */
static enum xq_rc
faults_caller(struct tx *tx, void *mem, int64_t office, int64_t *out, struct xq_err *err)
{
	(void)mem;
	return db_int(tx,
		SQL("SELECT count(*) FROM recheck_try t /* scan: check */"
		    " JOIN recheck r ON r.office = t.office AND r.draw_no = t.draw_no"
		    " AND r.place = t.place WHERE t.office = ?"
		    " AND (EXISTS (SELECT 1 FROM callback b WHERE b.office = r.office"
		    "  AND b.concern_id = r.concern_id AND b.caller_person_id = t.caller_person_id)"
		    " OR EXISTS (SELECT 1 FROM owner_span s WHERE s.office = r.office"
		    "  AND s.concern_id = r.concern_id AND s.unit_id = t.caller_unit_id))"),
		VALS(V(office)), out, err);
}

const struct invariant draw_follows = { "draw.follows-from-its-seed", faults_draw };
const struct invariant recheck_outside = { "recheck.by-somebody-else", faults_caller };
