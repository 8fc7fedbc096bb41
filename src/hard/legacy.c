/* SPDX-License-Identifier: Apache-2.0 */
/* legacy.c - tables and reads of legacy problems by neighbourhood and of the yearly stock-take. */
#include "hard/legacy.h"

#include "core/mem.h"

#include "core/banned.h"

static const struct table_decl tables[] = {
	{ .name = "legacy", .class = TABLE_OFFICE, .grows = true, .clustered = true },
	{ .name = "legacy_look", .class = TABLE_OFFICE, .grows = true, .clustered = true },
	{ .name = "stock_take", .class = TABLE_OFFICE, .grows = true },
	{ .name = "stock_rule", .class = TABLE_OFFICE, .clustered = true },
	{ .name = "stock_next", .class = TABLE_OFFICE, .clustered = true },
	{ .name = NULL },
};

/* clang-format off */
const struct migration hard_migration_4 = {
	.module = "hard",
	.number = 4,
	.ddl =
	"CREATE TABLE legacy ("
	" office integer NOT NULL, hard_no integer NOT NULL, unit_id integer,"
	" look_on integer NOT NULL, look_at integer NOT NULL, looked_at integer,"
	" PRIMARY KEY (office, hard_no),"
	" FOREIGN KEY (office, hard_no) REFERENCES hard (office, no),"
	" FOREIGN KEY (office, unit_id) REFERENCES unit (office, id));\n"
	"CREATE INDEX legacy_unit ON legacy (office, unit_id, hard_no);\n"
	/* an older folder: what is reviewed within a quarter is looked at within half a year too */
	"INSERT INTO legacy (office, hard_no, unit_id, look_on, look_at, looked_at)"
	" SELECT office, no, NULL, next_on, next_at, NULL FROM hard WHERE kind = 'legacy';\n"
	"CREATE INDEX hard_legacy ON hard (office, no) WHERE kind = 'legacy' AND ended_at IS NULL;\n"

	"CREATE TABLE legacy_look ("
	" office integer NOT NULL, hard_no integer NOT NULL, n integer NOT NULL, at integer NOT NULL,"
	" stage text NOT NULL, words text NOT NULL, next_on integer NOT NULL, due_on integer NOT NULL,"
	" person_id integer NOT NULL, unit_id integer NOT NULL,"
	" PRIMARY KEY (office, hard_no, n),"
	" FOREIGN KEY (office, hard_no) REFERENCES hard (office, no));\n"

	"CREATE TABLE stock_take ("
	" office integer NOT NULL, no integer NOT NULL, year integer NOT NULL, unit_id integer NOT NULL,"
	" asked_at integer NOT NULL, due_on integer NOT NULL, due_at integer NOT NULL, told_at integer,"
	" filed_at integer, filed_by integer, how text NOT NULL, found text NOT NULL,"
	" PRIMARY KEY (office, no),"
	" FOREIGN KEY (office, unit_id) REFERENCES unit (office, id),"
	" CHECK ((filed_at IS NULL) = (filed_by IS NULL)));\n"
	"CREATE UNIQUE INDEX stock_take_once ON stock_take (office, year, unit_id);\n"
	"CREATE INDEX stock_take_unit ON stock_take (office, unit_id, no) WHERE filed_at IS NULL;\n"
	"CREATE INDEX stock_take_open ON stock_take (office, due_at, no) WHERE filed_at IS NULL;\n"

	"CREATE TABLE stock_rule ("
	" office integer NOT NULL, ver integer NOT NULL, month integer NOT NULL CHECK (month BETWEEN 1 AND 12),"
	" set_at integer NOT NULL, set_by integer NOT NULL, source text NOT NULL,"
	" PRIMARY KEY (office, ver));\n"
	"INSERT INTO stock_rule (office, ver, month, set_at, set_by, source)"
	" SELECT id, 1, 1, 0, 0, 'C29' FROM office;\n"
	/* ask_at 0: an older folder; the clock sets the next one, since a rule does not reach back */
	"CREATE TABLE stock_next ("
	" office integer NOT NULL, ask_at integer NOT NULL, PRIMARY KEY (office));\n"
	"INSERT INTO stock_next (office, ask_at) SELECT id, 0 FROM office;\n",
	.tables = tables,
};
/* clang-format on */

enum xq_rc
stock_presets(struct tx *tx, int64_t office, int64_t now, struct xq_err *err)
{
	enum xq_rc rc = db_exec(tx,
		SQL("INSERT INTO stock_rule (office, ver, month, set_at, set_by, source)"
		    " VALUES (?, 1, 1, ?, 0, 'C29')"),
		VALS(V(office), V(now)), err);
	if (rc != XQ_OK)
		return rc;
	return db_exec(tx, SQL("INSERT INTO stock_next (office, ask_at) VALUES (?, ?)"),
		VALS(V(office), V(stock_next_ask(now, 1, TZ_CHINA))), err);
}

int64_t
stock_next_ask(int64_t now, int64_t month, int32_t tz_s)
{
	int32_t first = (int32_t)month * 100 + 1, year = day_of(now, tz_s) / 10000;
	int64_t at = day_start(year * 10000 + first, tz_s);
	return at > now ? at : day_start((year + 1) * 10000 + first, tz_s);
}

enum xq_rc
stock_month(struct tx *tx, int64_t office, int64_t *out, struct xq_err *err)
{
	return db_int(tx,
		SQL("SELECT month FROM stock_rule WHERE office = ? ORDER BY ver DESC LIMIT 1"),
		VALS(V(office)), out, err);
}

/* ---- legacy problems -------------------------------------------------------------------------------- */

#define LEGACY_COLUMNS                                                                             \
	"SELECT h.no, h.title, h.public_line, h.stage, h.blocker, h.blocker_words, l.unit_id,"     \
	" u.name, u.code, l.look_on, l.look_at, l.looked_at, h.listed_at, h.next_on"               \
	" FROM hard h JOIN legacy l ON l.office = h.office AND l.hard_no = h.no"                   \
	" LEFT JOIN unit u ON u.office = l.office AND u.id = l.unit_id"

static struct legacy
read_legacy(struct rows *q, void *mem)
{
	return (struct legacy){ .hard_no = row_int(q, 0),
		.title = row_text(q, 1, mem),
		.line = row_text(q, 2, mem),
		.stage = row_text(q, 3, mem),
		.blocker = row_text(q, 4, mem),
		.blocker_words = row_text(q, 5, mem),
		.unit_id = row_int(q, 6),
		.unit = row_text(q, 7, mem),
		.unit_code = row_text(q, 8, mem),
		.look_on = (int32_t)row_int(q, 9),
		.look_at = row_int(q, 10),
		.looked_at = row_int(q, 11),
		.listed_at = row_int(q, 12),
		.next_on = (int32_t)row_int(q, 13) };
}

enum xq_rc
legacy_list(struct tx *tx, void *mem, int64_t office, int64_t unit_id, struct legacy **out,
	size_t *out_n, struct xq_err *err)
{
	struct legacy *list = mem_array(mem, struct legacy, LEGACY_MAX);
	size_t n = 0;
	struct rows *q =
		unit_id ? db_query(tx,
				  SQL(LEGACY_COLUMNS " WHERE h.office = ? AND h.kind = 'legacy'"
						     " AND h.ended_at IS NULL AND l.unit_id = ?"
						     " ORDER BY h.no LIMIT ?"),
				  VALS(V(office), V(unit_id), V((int64_t)LEGACY_MAX)))
			: db_query(tx,
				  SQL(LEGACY_COLUMNS
					  " /* scan: the open ones, by their own index */ WHERE h.office = ? AND h.kind = 'legacy'"
					  " AND h.ended_at IS NULL"
					  " ORDER BY coalesce(u.rank, 1000000), h.no LIMIT ?"),
				  VALS(V(office), V((int64_t)LEGACY_MAX)));
	while (n < LEGACY_MAX && row_next(q))
		list[n++] = read_legacy(q, mem);
	enum xq_rc rc = rows_close(q, err);
	if (rc == XQ_OK) {
		*out = list;
		*out_n = n;
	}
	return rc;
}

enum xq_rc
legacy_of(struct tx *tx, void *mem, int64_t office, int64_t hard_no, struct legacy *out,
	struct xq_err *err)
{
	struct rows *q = db_query(tx, SQL(LEGACY_COLUMNS " WHERE h.office = ? AND h.no = ?"),
		VALS(V(office), V(hard_no)));
	bool found = row_next(q);
	if (found)
		*out = read_legacy(q, mem);
	enum xq_rc rc = rows_close(q, err);
	return rc == XQ_OK && !found ? XQ_NONE : rc;
}

enum xq_rc
legacy_looks(struct tx *tx, void *mem, int64_t office, int64_t hard_no, struct look **out,
	size_t *out_n, struct xq_err *err)
{
	struct look *list = mem_array(mem, struct look, LOOKS_MAX);
	size_t n = 0;
	struct rows *q = db_query(tx,
		SQL("SELECT k.at, k.stage, k.words, p.name, u.name, k.next_on FROM legacy_look k"
		    " JOIN person p ON p.office = k.office AND p.id = k.person_id"
		    " JOIN unit u ON u.office = k.office AND u.id = k.unit_id"
		    " WHERE k.office = ? AND k.hard_no = ? ORDER BY k.n DESC LIMIT ?"),
		VALS(V(office), V(hard_no), V((int64_t)LOOKS_MAX)));
	while (n < LOOKS_MAX && row_next(q))
		list[n++] = (struct look){ .at = row_int(q, 0),
			.stage = row_text(q, 1, mem),
			.words = row_text(q, 2, mem),
			.person = row_text(q, 3, mem),
			.unit = row_text(q, 4, mem),
			.next_on = (int32_t)row_int(q, 5) };
	enum xq_rc rc = rows_close(q, err);
	if (rc == XQ_OK) {
		*out = list;
		*out_n = n;
	}
	return rc;
}

/* ---- stock-takes ------------------------------------------------------------------------------------ */

/* What is looked at counts from the day on which the unit was asked. */
#define TAKE_COLUMNS                                                                               \
	"SELECT t.no, t.year, t.unit_id, u.name, u.code, t.asked_at, t.due_at, t.due_on,"          \
	" t.told_at, t.filed_at, p.name, t.how, t.found, coalesce(hd.person_id, 0),"               \
	" (SELECT count(*) FROM legacy l JOIN hard h ON h.office = l.office AND h.no = l.hard_no"  \
	"  WHERE l.office = t.office AND l.unit_id = t.unit_id AND h.ended_at IS NULL),"           \
	" (SELECT count(*) FROM legacy l JOIN hard h ON h.office = l.office AND h.no = l.hard_no"  \
	"  WHERE l.office = t.office AND l.unit_id = t.unit_id AND h.ended_at IS NULL"             \
	"  AND l.looked_at >= t.asked_at)"                                                         \
	" FROM stock_take t JOIN unit u ON u.office = t.office AND u.id = t.unit_id"               \
	" LEFT JOIN unit_head hd ON hd.office = t.office AND hd.unit_id = t.unit_id"               \
	" LEFT JOIN person p ON p.office = t.office AND p.id = t.filed_by"

static struct stock_take
read_take(struct rows *q, void *mem)
{
	return (struct stock_take){ .no = row_int(q, 0),
		.year = (int)row_int(q, 1),
		.unit_id = row_int(q, 2),
		.unit = row_text(q, 3, mem),
		.unit_code = row_text(q, 4, mem),
		.asked_at = row_int(q, 5),
		.due_at = row_int(q, 6),
		.due_on = (int32_t)row_int(q, 7),
		.told_at = row_int(q, 8),
		.filed_at = row_int(q, 9),
		.filed_name = row_text(q, 10, mem),
		.how = row_text(q, 11, mem),
		.found = row_text(q, 12, mem),
		.head_id = row_int(q, 13),
		.n_open = row_int(q, 14),
		.n_looked = row_int(q, 15) };
}

static enum xq_rc
newest_year(struct tx *tx, int64_t office, int *out, struct xq_err *err)
{
	int64_t year = 0;
	enum xq_rc rc = db_int(tx,
		SQL("SELECT year FROM stock_take WHERE office = ? ORDER BY year DESC LIMIT 1"),
		VALS(V(office)), &year, err);
	*out = (int)year;
	return rc == XQ_NONE ? XQ_OK : rc;
}

enum xq_rc
takes_of_year(struct tx *tx, void *mem, int64_t office, int year, struct stock_take **out,
	size_t *out_n, struct xq_err *err)
{
	struct stock_take *list = mem_array(mem, struct stock_take, TAKES_MAX);
	size_t n = 0;
	enum xq_rc rc = year ? XQ_OK : newest_year(tx, office, &year, err);
	if (rc != XQ_OK)
		return rc;
	struct rows *q = db_query(tx,
		SQL(TAKE_COLUMNS
			" WHERE t.office = ? AND t.year = ? ORDER BY u.rank, t.no LIMIT ?"),
		VALS(V(office), V((int64_t)year), V((int64_t)TAKES_MAX)));
	while (n < TAKES_MAX && row_next(q))
		list[n++] = read_take(q, mem);
	rc = rows_close(q, err);
	if (rc == XQ_OK) {
		*out = list;
		*out_n = n;
	}
	return rc;
}

enum xq_rc
take_load(struct tx *tx, void *mem, int64_t office, int64_t no, struct stock_take *out,
	struct xq_err *err)
{
	struct rows *q = db_query(
		tx, SQL(TAKE_COLUMNS " WHERE t.office = ? AND t.no = ?"), VALS(V(office), V(no)));
	bool found = row_next(q);
	if (found)
		*out = read_take(q, mem);
	enum xq_rc rc = rows_close(q, err);
	return rc == XQ_OK && !found ? XQ_NONE : rc;
}

bool
legacy_may_look(const struct actor *a, int64_t unit_id, int64_t head_id)
{
	return unit_id &&
	       (a->person_id == head_id ||
		       (a->unit_id == unit_id && actor_may_for_unit(a, PERM_HANDLE, unit_id)));
}

bool
legacy_is_place(const struct unit *u)
{
	return u->is_active && (u->kind == UNIT_NBHD || u->kind == UNIT_STATION);
}

/* ---- what the desk counts --------------------------------------------------------------------------- */

/* Whoever keeps the ledger has what is late before them; others what their unit has to file. */
static enum xq_rc
count_waiting(
	struct tx *tx, const struct actor *actor, int64_t now, int64_t *out, struct xq_err *err)
{
	if (!actor_may(actor, PERM_HARD))
		return db_int(tx,
			SQL("SELECT count(*) FROM stock_take WHERE office = ? AND unit_id = ?"
			    " AND filed_at IS NULL"),
			VALS(V(actor->office), V(actor->unit_id)), out, err);
	return db_int(tx,
		SQL("SELECT count(*) FROM (SELECT no FROM stock_take WHERE office = ?"
		    " AND filed_at IS NULL AND due_at < ? ORDER BY due_at, no LIMIT ?) AS w"),
		VALS(V(actor->office), V(now), V((int64_t)MENU_COUNT_MAX)), out, err);
}

const struct menu_item menu_takes = { "/desk/hard/stock-takes", N_("Stock-takes"), "list",
	PERM_STAFF, 71, count_waiting, true,
	N_("{n} stock-takes of legacy problems wait to be filed") };

/* ---- invariants ------------------------------------------------------------------------------------- */

static enum xq_rc
faults_look(struct tx *tx, void *mem, int64_t office, int64_t *out, struct xq_err *err)
{
	(void)mem;
	return db_int(tx,
		SQL("SELECT count(*) FROM hard h /* scan: check */"
		    " LEFT JOIN legacy l ON l.office = h.office AND l.hard_no = h.no"
		    " WHERE h.office = ? AND (h.kind = 'legacy') <> (coalesce(l.look_on, 0) > 20000101)"),
		VALS(V(office)), out, err);
}

/* What was filed left no open problem of the unit without a look since it was asked; looks stay. */
static enum xq_rc
faults_take(struct tx *tx, void *mem, int64_t office, int64_t *out, struct xq_err *err)
{
	(void)mem;
	return db_int(tx,
		SQL("SELECT count(*) FROM stock_take WHERE office = ? /* scan: check */"
		    " AND (due_at <= asked_at OR (filed_at IS NOT NULL AND (how = '' OR filed_at < asked_at)))"),
		VALS(V(office)), out, err);
}

const struct invariant legacy_has_look = { "legacy.next-look", faults_look };
const struct invariant take_is_whole = { "stocktake.whole", faults_take };
