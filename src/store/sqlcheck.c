/* SPDX-License-Identifier: Apache-2.0 */
/* No parser of SQL: tokens, parentheses and a few words are enough for the rules, and a text that
 * is too clever for this reader is too clever for the subset. */
#include "store/sqlcheck_int.h"

#include <ctype.h>
#include <strings.h>

#include "core/banned.h"

#define DEPTH_MAX 16

void
sqlcheck_fault(struct reader *r, const char *what, struct str at)
{
	buf_printf(r->out, "%s:%d: %s: %.*s\n", r->sql->file, r->sql->line, what, (int)at.n, at.p);
	r->faults++;
}

bool
sqlcheck_is(struct str t, const char *word)
{
	return t.n == strlen(word) && strncasecmp(t.p, word, t.n) == 0;
}

struct str
sqlcheck_tok(const struct reader *r, size_t i)
{
	return i < r->n ? r->tok[i] : STR("");
}

static bool
has_note(const struct reader *r, const char *note)
{
	struct str all = buf_view(&r->notes);
	return str_index(all, str_of(note)) < all.n;
}

/* ---- tokens -------------------------------------------------------------------------------------- */

static size_t
word_len(const char *p)
{
	size_t n = 0;
	while (isalnum((unsigned char)p[n]) || p[n] == '_')
		n++;
	return n;
}

static size_t
quoted_len(const char *p)
{
	const char *end = strchr(p + 1, *p);
	return end ? (size_t)(end - p) + 1 : strlen(p);
}

static const char *
take_comment(struct buf *notes, const char *p)
{
	const char *end = strstr(p, "*/");
	size_t n = end ? (size_t)(end - p) + 2 : strlen(p);
	if (notes)
		buf_add(notes, p, n);
	return p + n;
}

size_t
sqlcheck_tokens(const char *text, struct str *tok, struct buf *notes)
{
	const char *p = text;
	size_t count = 0;
	while (*p) {
		size_t n = word_len(p);
		if (isspace((unsigned char)*p)) {
			p++;
			continue;
		}
		if (p[0] == '/' && p[1] == '*') {
			p = take_comment(notes, p);
			continue;
		}
		if (*p == '\'' || *p == '"')
			n = quoted_len(p);
		else if (n == 0)
			n = p[0] == ':' && p[1] == ':' ? 2 : 1;
		xq_require(count < SQLCHECK_TOKENS);
		tok[count++] = str_n(p, n);
		p += n;
	}
	return count;
}

static void
read_tokens(struct reader *r)
{
	r->n = sqlcheck_tokens(r->sql->text, r->tok, &r->notes);
}

/* ---- words that the subset does not have ----------------------------------------------------------- */

static const char *const banned[] = { "OFFSET", "LIKE", "GLOB", "REPLACE", "MERGE", "now", "random",
	"randomblob", "current_timestamp", "current_date", "current_time", "datetime", "strftime",
	"julianday", "unixepoch", "last_insert_rowid", "rowid", "oid", "PRAGMA", "LATERAL",
	"percentile_cont", "generate_series", "ROLLUP", "CUBE", "GROUPING", "nextval", "::", "/",
	"ILIKE", "MATCH", "TEMP", "TEMPORARY", "LISTEN", "LOCK", "BEGIN", "COMMIT", "SAVEPOINT",
	"ATTACH", "ARRAY", "SKIP", "ifnull", "NATURAL", "instr", "printf", "zeroblob",
	"json_extract", "iif", "group_concat", "string_agg", "total", "typeof", "hex", "isnull",
	"notnull", "INDEXED" };

static void
check_words(struct reader *r)
{
	for (size_t i = 0; i < r->n; i++)
		for (size_t b = 0; b < sizeof banned / sizeof *banned; b++)
			if (sqlcheck_is(r->tok[i], banned[b]))
				sqlcheck_fault(r, "not in the subset", r->tok[i]);
}

static void
check_shapes(struct reader *r)
{
	for (size_t i = 0; i < r->n; i++) {
		struct str t = r->tok[i], next = sqlcheck_tok(r, i + 1);
		bool is_star = sqlcheck_is(next, "*") && !sqlcheck_is(sqlcheck_tok(r, i + 2), "?");
		if (is_star && (sqlcheck_is(t, "SELECT") || sqlcheck_is(t, ".") ||
				       sqlcheck_is(t, "RETURNING") || sqlcheck_is(t, ",")))
			sqlcheck_fault(r, "name the columns", next);
		if (sqlcheck_is(t, "INSERT") && sqlcheck_is(next, "OR"))
			sqlcheck_fault(r, "INSERT OR is not in the subset", next);
		if (sqlcheck_is(t, "SELECT") && sqlcheck_is(next, "DISTINCT") &&
			!has_note(r, "distinct:"))
			sqlcheck_fault(r, "GROUP BY instead, or say why", next);
		if (sqlcheck_is(t, "SET") && sqlcheck_is(next, "NULL"))
			sqlcheck_fault(r, "no SET NULL", next);
	}
}

/* The token behind the parenthesis that opens at i. */
static size_t
behind(const struct reader *r, size_t i)
{
	size_t depth = 0;
	do {
		if (sqlcheck_is(sqlcheck_tok(r, i), "("))
			depth++;
		else if (sqlcheck_is(sqlcheck_tok(r, i), ")"))
			depth--;
		i++;
	} while (i < r->n && depth > 0);
	return i;
}

/* Of the function whose parenthesis opens at i: has it this token among its own arguments? */
static bool
has_inside(const struct reader *r, size_t i, const char *word)
{
	size_t depth = 0;
	for (size_t end = behind(r, i); i < end; i++) {
		if (sqlcheck_is(r->tok[i], "("))
			depth++;
		else if (sqlcheck_is(r->tok[i], ")"))
			depth--;
		else if (depth == 1 && sqlcheck_is(r->tok[i], word))
			return true;
	}
	return false;
}

/* What SQLite takes and PostgreSQL does not, since it has booleans, and looks for the type of each
 * parameter in what stands beside it. */
static void
check_types(struct reader *r)
{
	for (size_t i = 0; i < r->n; i++) {
		struct str t = r->tok[i], next = sqlcheck_tok(r, i + 1);
		bool is_call = sqlcheck_is(next, "(");
		if (sqlcheck_is(t, "CASE") && sqlcheck_is(next, "?"))
			sqlcheck_fault(r, "CASE WHEN ? = value, so that its type is known", next);
		if (sqlcheck_is(t, "IS") &&
			(sqlcheck_is(next, "?") ||
				(sqlcheck_is(next, "NOT") &&
					sqlcheck_is(sqlcheck_tok(r, i + 2), "?"))))
			sqlcheck_fault(r, "IS NOT DISTINCT FROM", t);
		if (is_call && (sqlcheck_is(t, "max") || sqlcheck_is(t, "min")) &&
			has_inside(r, i + 1, ","))
			sqlcheck_fault(r, "CASE instead of the larger of two", t);
		if (is_call && sqlcheck_is(t, "sum") && !has_inside(r, i + 1, "CASE") &&
			(has_inside(r, i + 1, "=") || has_inside(r, i + 1, ">") ||
				has_inside(r, i + 1, "<") || has_inside(r, i + 1, "IS")))
			sqlcheck_fault(
				r, "count(*) FILTER (WHERE ...) instead of a sum of truths", t);
	}
}

/* Each LIMIT wants an ORDER BY before it in the same parentheses, else which rows come is chance;
 * not so for SELECT 1, whose rows are all alike (counting up to a bound). */
static void
check_limits(struct reader *r)
{
	bool ordered[DEPTH_MAX] = { false };
	size_t depth = 0;
	for (size_t i = 0; i < r->n; i++) {
		if (sqlcheck_is(r->tok[i], "(")) {
			xq_require(depth + 1 < DEPTH_MAX);
			ordered[++depth] = false;
		} else if (sqlcheck_is(r->tok[i], ")") && depth > 0) {
			depth--;
		} else if (sqlcheck_is(r->tok[i], "SELECT")) {
			ordered[depth] = sqlcheck_is(sqlcheck_tok(r, i + 1), "1") &&
			                 sqlcheck_is(sqlcheck_tok(r, i + 2), "FROM");
		} else if (sqlcheck_is(r->tok[i], "ORDER")) {
			ordered[depth] = true;
		} else if (sqlcheck_is(r->tok[i], "LIMIT") && !ordered[depth] &&
			   !has_note(r, "any:")) {
			sqlcheck_fault(r, "LIMIT without ORDER BY", r->tok[i]);
		}
	}
}

/* ---- the office ------------------------------------------------------------------------------------ */

const struct table_decl *
sqlcheck_table(const struct reader *r, struct str name)
{
	for (size_t m = 0; m < r->n_list; m++)
		for (const struct table_decl *t = r->list[m]->tables; t && t->name; t++)
			if (sqlcheck_is(name, t->name))
				return t;
	return NULL;
}

static bool
is_reserved(struct str t)
{
	static const char *const words[] = { "WHERE", "SET", "JOIN", "LEFT", "INNER", "CROSS", "ON",
		"GROUP", "ORDER", "LIMIT", "UNION", "VALUES", "RETURNING", "USING", "HAVING",
		"SELECT", "INDEXED", "EXCEPT", "INTERSECT", "DO", "FULL", "RIGHT", "NOT", "WINDOW",
		"DEFAULT" };
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (sqlcheck_is(t, words[i]))
			return true;
	return false;
}

/* Every statement in the place of a table has a name. */
static void
check_tables(struct reader *r)
{
	for (size_t i = 0; i + 1 < r->n; i++) {
		struct str next = r->tok[i + 1];
		bool is_place = sqlcheck_is(r->tok[i], "JOIN") ||
		                (sqlcheck_is(r->tok[i], "FROM") &&
					!(i > 0 && sqlcheck_is(r->tok[i - 1], "DISTINCT")));
		if (!is_place || !sqlcheck_is(next, "(") ||
			!sqlcheck_is(sqlcheck_tok(r, i + 2), "SELECT"))
			continue;
		struct str name = sqlcheck_tok(r, behind(r, i + 1));
		if (name.n == 0 || !isalpha((unsigned char)*name.p) || is_reserved(name))
			sqlcheck_fault(r,
				"a name is missing for the statement that stands as a table",
				r->tok[i]);
	}
}

bool
sqlcheck_ref(const struct reader *r, size_t i, struct sqlcheck_ref *out)
{
	const struct table_decl *t = sqlcheck_table(r, sqlcheck_tok(r, i));
	if (!t)
		return false;
	struct str alias = sqlcheck_tok(r, i + 1);
	if (sqlcheck_is(alias, "AS"))
		alias = sqlcheck_tok(r, i + 2);
	bool has_alias = alias.n > 0 && isalpha((unsigned char)*alias.p) && !is_reserved(alias);
	*out = (struct sqlcheck_ref){ .name = has_alias ? alias : sqlcheck_tok(r, i), .table = t };
	return true;
}

static void
check_city(struct reader *r)
{
	for (size_t i = 0; i < r->n; i++)
		if (sqlcheck_is(r->tok[i], "INSERT") || sqlcheck_is(r->tok[i], "UPDATE") ||
			sqlcheck_is(r->tok[i], "DELETE"))
			sqlcheck_fault(r, "CITY is for reading", r->tok[i]);
}

/* Who reads and who writes must be told by the text alone: no tables that are written with each act. */
static void
check_kept(struct reader *r)
{
	if (!sqlcheck_is(sqlcheck_tok(r, 0), "SELECT"))
		sqlcheck_fault(r, "only a SELECT is kept", sqlcheck_tok(r, 0));
	for (size_t i = 0; i < r->n; i++) {
		struct sqlcheck_ref ref;
		bool is_from = sqlcheck_is(r->tok[i], "FROM") || sqlcheck_is(r->tok[i], "JOIN");
		if (is_from && sqlcheck_ref(r, i + 1, &ref) && ref.table->grows)
			sqlcheck_fault(r, "an answer from a growing table is not kept", ref.name);
	}
}

size_t
sqlcheck_text(
	const struct migration *const *list, size_t n, const struct sql_text *sql, struct buf *out)
{
	struct reader r = { .list = list, .n_list = n, .sql = sql, .out = out };
	r.notes = buf_new(out->mem, 64);
	read_tokens(&r);
	if (has_note(&r, "STORE"))
		return 0;
	check_words(&r);
	check_shapes(&r);
	check_types(&r);
	check_tables(&r);
	check_limits(&r);
	if (has_note(&r, "/* kept */"))
		check_kept(&r);
	if (has_note(&r, "CITY"))
		check_city(&r);
	else
		sqlcheck_office(&r);
	return r.faults;
}

/* ---- migrations ---------------------------------------------------------------------------------------- */

static const char *const not_in_ddl[] = { "AUTOINCREMENT", "SERIAL", "BIGSERIAL", "IDENTITY",
	"SEQUENCE", "GENERATED", "TRIGGER", "RULE", "POLICY", "INHERITS", "DOMAIN", "ENUM",
	"EXCLUDE", "DEFERRABLE", "DEFERRED", "FUNCTION", "PROCEDURE", "COLLATE", "now", "random",
	"current_timestamp", "current_date", "datetime", "strftime" };

size_t
sqlcheck_ddl(const struct migration *const *list, size_t n, struct buf *out)
{
	size_t faults = 0;
	for (size_t m = 0; m < n; m++) {
		struct sql_text sql = {
			.text = list[m]->ddl, .file = list[m]->module, .line = list[m]->number
		};
		struct reader r = { .list = list, .n_list = n, .sql = &sql, .out = out };
		r.notes = buf_new(out->mem, 64);
		read_tokens(&r);
		for (size_t i = 0; i < r.n; i++) {
			for (size_t b = 0; b < sizeof not_in_ddl / sizeof *not_in_ddl; b++)
				if (sqlcheck_is(r.tok[i], not_in_ddl[b]))
					sqlcheck_fault(&r, "not in a migration", r.tok[i]);
			if (sqlcheck_is(r.tok[i], "SET") &&
				(sqlcheck_is(sqlcheck_tok(&r, i + 1), "NULL") ||
					sqlcheck_is(sqlcheck_tok(&r, i + 1), "DEFAULT")))
				sqlcheck_fault(&r, "RESTRICT or CASCADE", r.tok[i]);
		}
		faults += r.faults;
	}
	return faults;
}

/* ---- plans ------------------------------------------------------------------------------------------ */

static const struct table_decl *
table_in_plan(const struct reader *r, struct str name)
{
	const struct table_decl *t = sqlcheck_table(r, name);
	struct sqlcheck_ref ref;
	for (size_t i = 0; i < r->n && !t; i++)
		if (sqlcheck_ref(r, i, &ref) && str_eq(ref.name, name))
			t = ref.table;
	return t;
}

static bool
has_word(const struct reader *r, const char *word)
{
	for (size_t i = 0; i < r->n; i++)
		if (sqlcheck_is(r->tok[i], word))
			return true;
	return false;
}

/* SEARCH by the office alone reads all rows of the office, unless it stops at a LIMIT in the order of
 * its key. With a further condition a walk along the primary key may pass all of history before the
 * LIMIT is full: that is what partial indexes are for, and the planner takes one only for an order. */
static bool
reads_all(const struct reader *r, struct str line, bool sorts)
{
	if (str_starts(line, STR("SCAN ")))
		return true;
	if (str_index(line, STR("(office=?)")) == line.n)
		return false;
	bool is_whole = str_index(line, STR("PRIMARY KEY")) < line.n;
	bool stops = has_word(r, "LIMIT") && has_word(r, "ORDER");
	return sorts || !stops || (is_whole && has_word(r, "AND"));
}

static void
check_line(struct reader *r, struct str line, bool sorts)
{
	struct str rest = line, word, name;
	if (!str_cut(&rest, ' ', &word) ||
		(!sqlcheck_is(word, "SCAN") && !sqlcheck_is(word, "SEARCH")))
		return;
	(void)str_cut(&rest, ' ', &name); /* the last piece too */
	const struct table_decl *t = table_in_plan(r, name);
	if (t && t->grows && reads_all(r, line, sorts))
		sqlcheck_fault(r, "reads all of a growing table", line);
	else if (t && t->class == TABLE_OFFICE && sqlcheck_is(word, "SCAN") && !has_note(r, "CITY"))
		sqlcheck_fault(r, "walks through the rows of all offices", line);
}

size_t
sqlcheck_plan(struct tx *tx, const struct migration *const *list, size_t n,
	const struct sql_text *sql, struct buf *out)
{
	struct reader r = { .list = list, .n_list = n, .sql = sql, .out = out };
	struct xq_err err;
	r.notes = buf_new(out->mem, 64);
	read_tokens(&r);
	struct buf plan = buf_new(out->mem, 256);
	if (db_plan(tx, sql->text, &plan, &err) != XQ_OK) {
		sqlcheck_fault(&r, "cannot be prepared", str_of(err.detail));
		return r.faults;
	}
	if (has_note(&r, "scan:") || has_note(&r, "STORE"))
		return 0;
	struct str rest = buf_view(&plan), line;
	bool sorts = str_index(rest, STR("TEMP B-TREE FOR ORDER BY")) < rest.n;
	while (rest.n > 0) {
		(void)str_cut(&rest, '\n', &line); /* the last piece too */
		check_line(&r, line, sorts);
	}
	return r.faults;
}

enum xq_rc
sqlcheck_all(struct db *db, const struct migration *const *list, size_t n, struct buf *out,
	size_t *out_faults, struct xq_err *err)
{
	struct tx *tx = NULL;
	enum xq_rc rc = db_read(db, &tx, err);
	if (rc != XQ_OK)
		return rc;
	size_t count, faults = 0;
	const struct sql_text *all = sql_all(&count);
	for (size_t i = 0; i < count; i++) {
		faults += sqlcheck_text(list, n, &all[i], out);
		faults += sqlcheck_plan(tx, list, n, &all[i], out);
	}
	tx_end(tx);
	*out_faults = faults;
	return XQ_OK;
}
