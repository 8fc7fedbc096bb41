/* SPDX-License-Identifier: Apache-2.0 */
/* No parser of SQL: tokens, parentheses and a few words are enough for the rules, and a text that
 * is too clever for this reader is too clever for the subset. */
#include "store/sqlcheck.h"

#include <ctype.h>
#include <strings.h>

#include "core/banned.h"

#define TOKENS_MAX 2000
#define REFS_MAX 24
#define DEPTH_MAX 16

struct reader {
	const struct migration *const *list;
	size_t n_list;
	const struct sql_text *sql;
	struct buf *out;
	size_t faults;
	struct str tok[TOKENS_MAX];
	size_t n;
	struct buf notes; /* comments */
};

static void
fault(struct reader *r, const char *what, struct str at)
{
	buf_printf(r->out, "%s:%d: %s: %.*s\n", r->sql->file, r->sql->line, what, (int)at.n, at.p);
	r->faults++;
}

static bool
is(struct str t, const char *word)
{
	return t.n == strlen(word) && strncasecmp(t.p, word, t.n) == 0;
}

/* The token at i, or none. */
static struct str
tok(const struct reader *r, size_t i)
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
take_comment(struct reader *r, const char *p)
{
	const char *end = strstr(p, "*/");
	size_t n = end ? (size_t)(end - p) + 2 : strlen(p);
	buf_add(&r->notes, p, n);
	return p + n;
}

static void
read_tokens(struct reader *r)
{
	const char *p = r->sql->text;
	while (*p) {
		size_t n = word_len(p);
		if (isspace((unsigned char)*p)) {
			p++;
			continue;
		}
		if (p[0] == '/' && p[1] == '*') {
			p = take_comment(r, p);
			continue;
		}
		if (*p == '\'' || *p == '"')
			n = quoted_len(p);
		else if (n == 0)
			n = p[0] == ':' && p[1] == ':' ? 2 : 1;
		xq_require(r->n < TOKENS_MAX);
		r->tok[r->n++] = str_n(p, n);
		p += n;
	}
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
			if (is(r->tok[i], banned[b]))
				fault(r, "not in the subset", r->tok[i]);
}

static void
check_shapes(struct reader *r)
{
	for (size_t i = 0; i < r->n; i++) {
		struct str t = r->tok[i], next = tok(r, i + 1);
		bool is_star = is(next, "*") && !is(tok(r, i + 2), "?");
		if (is_star && (is(t, "SELECT") || is(t, ".") || is(t, "RETURNING") || is(t, ",")))
			fault(r, "name the columns", next);
		if (is(t, "INSERT") && is(next, "OR"))
			fault(r, "INSERT OR is not in the subset", next);
		if (is(t, "SELECT") && is(next, "DISTINCT") && !has_note(r, "distinct:"))
			fault(r, "GROUP BY instead, or say why", next);
		if (is(t, "SET") && is(next, "NULL"))
			fault(r, "no SET NULL", next);
	}
}

/* The token behind the parenthesis that opens at i. */
static size_t
behind(const struct reader *r, size_t i)
{
	size_t depth = 0;
	do {
		if (is(tok(r, i), "("))
			depth++;
		else if (is(tok(r, i), ")"))
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
		if (is(r->tok[i], "("))
			depth++;
		else if (is(r->tok[i], ")"))
			depth--;
		else if (depth == 1 && is(r->tok[i], word))
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
		struct str t = r->tok[i], next = tok(r, i + 1);
		bool is_call = is(next, "(");
		if (is(t, "CASE") && is(next, "?"))
			fault(r, "CASE WHEN ? = value, so that its type is known", next);
		if (is(t, "IS") && (is(next, "?") || (is(next, "NOT") && is(tok(r, i + 2), "?"))))
			fault(r, "IS NOT DISTINCT FROM", t);
		if (is_call && (is(t, "max") || is(t, "min")) && has_inside(r, i + 1, ","))
			fault(r, "CASE instead of the larger of two", t);
		if (is_call && is(t, "sum") && !has_inside(r, i + 1, "CASE") &&
			(has_inside(r, i + 1, "=") || has_inside(r, i + 1, ">") ||
				has_inside(r, i + 1, "<") || has_inside(r, i + 1, "IS")))
			fault(r, "count(*) FILTER (WHERE ...) instead of a sum of truths", t);
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
		if (is(r->tok[i], "(")) {
			xq_require(depth + 1 < DEPTH_MAX);
			ordered[++depth] = false;
		} else if (is(r->tok[i], ")") && depth > 0) {
			depth--;
		} else if (is(r->tok[i], "SELECT")) {
			ordered[depth] = is(tok(r, i + 1), "1") && is(tok(r, i + 2), "FROM");
		} else if (is(r->tok[i], "ORDER")) {
			ordered[depth] = true;
		} else if (is(r->tok[i], "LIMIT") && !ordered[depth] && !has_note(r, "any:")) {
			fault(r, "LIMIT without ORDER BY", r->tok[i]);
		}
	}
}

/* ---- the office ------------------------------------------------------------------------------------ */

static const struct table_decl *
table_of(const struct reader *r, struct str name)
{
	for (size_t m = 0; m < r->n_list; m++)
		for (const struct table_decl *t = r->list[m]->tables; t && t->name; t++)
			if (is(name, t->name))
				return t;
	return NULL;
}

struct ref {
	struct str name; /* alias, else the table */
	const struct table_decl *table;
	bool has_office;
};

/* The tables of one SELECT, UPDATE or DELETE. */
struct scope {
	struct ref ref[REFS_MAX];
	size_t n;
	size_t list_depth; /* parentheses that hold no statement of their own */
};

static bool
is_reserved(struct str t)
{
	static const char *const words[] = { "WHERE", "SET", "JOIN", "LEFT", "INNER", "CROSS", "ON",
		"GROUP", "ORDER", "LIMIT", "UNION", "VALUES", "RETURNING", "USING", "HAVING",
		"SELECT", "INDEXED", "EXCEPT", "INTERSECT", "DO", "FULL", "RIGHT", "NOT", "WINDOW",
		"DEFAULT" };
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (is(t, words[i]))
			return true;
	return false;
}

/* Every statement in the place of a table has a name. */
static void
check_tables(struct reader *r)
{
	for (size_t i = 0; i + 1 < r->n; i++) {
		struct str next = r->tok[i + 1];
		bool is_place =
			is(r->tok[i], "JOIN") ||
			(is(r->tok[i], "FROM") && !(i > 0 && is(r->tok[i - 1], "DISTINCT")));
		if (!is_place || !is(next, "(") || !is(tok(r, i + 2), "SELECT"))
			continue;
		struct str name = tok(r, behind(r, i + 1));
		if (name.n == 0 || !isalpha((unsigned char)*name.p) || is_reserved(name))
			fault(r, "a name is missing for the statement that stands as a table",
				r->tok[i]);
	}
}

/* Table and alias at token i. */
static bool
read_ref(const struct reader *r, size_t i, struct ref *out)
{
	const struct table_decl *t = table_of(r, tok(r, i));
	if (!t)
		return false;
	struct str alias = tok(r, i + 1);
	if (is(alias, "AS"))
		alias = tok(r, i + 2);
	bool has_alias = alias.n > 0 && isalpha((unsigned char)*alias.p) && !is_reserved(alias);
	*out = (struct ref){ .name = has_alias ? alias : tok(r, i), .table = t };
	return true;
}

static void
end_scope(struct reader *r, struct scope *s)
{
	for (size_t i = 0; i < s->n; i++)
		if (!s->ref[i].has_office)
			fault(r, "office = ? is missing for", s->ref[i].name);
	s->n = 0;
}

/* An equation with office on one side; q is the name before the point, empty without one. */
static void
note_office(struct scope *s, struct str q)
{
	for (size_t i = 0; i < s->n; i++)
		if (q.n > 0 ? str_eq(s->ref[i].name, q) : s->n == 1)
			s->ref[i].has_office = true;
}

static bool
list_has_office(const struct reader *r, size_t i)
{
	if (!is(tok(r, i), "("))
		return false;
	for (; i < r->n && !is(r->tok[i], ")"); i++)
		if (is(r->tok[i], "office"))
			return true;
	return false;
}

static void
read_insert(struct reader *r, size_t i)
{
	const struct table_decl *t = table_of(r, tok(r, i + 1));
	if (!t || t->class != TABLE_OFFICE)
		return;
	if (!list_has_office(r, i + 2))
		fault(r, "office is missing in the columns of", r->tok[i + 1]);
	for (size_t k = i; k < r->n; k++)
		if (is(r->tok[k], "CONFLICT") && !list_has_office(r, k + 1))
			fault(r, "office is missing in ON CONFLICT of", r->tok[i + 1]);
}

static void
add_ref(struct reader *r, struct scope *s, size_t i)
{
	struct ref ref;
	if (!read_ref(r, i, &ref) || ref.table->class != TABLE_OFFICE)
		return;
	xq_require(s->n < REFS_MAX);
	s->ref[s->n++] = ref;
}

static void
read_office_eq(const struct reader *r, size_t i, struct scope *s)
{
	bool is_left = is(tok(r, i + 1), "=");
	bool has_q = i >= 2 && is(r->tok[i - 1], ".");
	size_t before = has_q ? i - 3 : i - 1;
	bool is_right = before < r->n && is(r->tok[before], "=");
	if (is_left || is_right)
		note_office(s, has_q ? r->tok[i - 2] : STR(""));
}

/* Two passes over each scope would need its end; tables come before their conditions anyway. */
static void
check_office(struct reader *r)
{
	struct scope scope[DEPTH_MAX] = { 0 };
	size_t d = 0;
	for (size_t i = 0; i < r->n; i++) {
		struct str t = r->tok[i], next = tok(r, i + 1);
		bool is_from = is(t, "FROM") && !(i > 0 && is(r->tok[i - 1], "DISTINCT"));
		if (is(t, "(") && (is(next, "SELECT") || is(next, "WITH"))) {
			xq_require(d + 1 < DEPTH_MAX);
			scope[++d] = (struct scope){ 0 };
		} else if (is(t, "(")) {
			scope[d].list_depth++;
		} else if (is(t, ")") && scope[d].list_depth > 0) {
			scope[d].list_depth--;
		} else if (is(t, ")") && d > 0) {
			end_scope(r, &scope[d--]);
		} else if (is(t, "UNION") || is(t, "EXCEPT") || is(t, "INTERSECT")) {
			end_scope(r, &scope[d]);
		} else if (is(t, "INTO")) {
			read_insert(r, i);
		} else if (is_from || is(t, "JOIN") || (is(t, "UPDATE") && !is(next, "SET"))) {
			add_ref(r, &scope[d], i + 1);
		} else if (is(t, ",") && scope[d].n > 0 && table_of(r, next)) {
			add_ref(r, &scope[d], i + 1);
		} else if (is(t, "office")) {
			read_office_eq(r, i, &scope[d]);
		}
	}
	end_scope(r, &scope[0]);
}

static void
check_city(struct reader *r)
{
	for (size_t i = 0; i < r->n; i++)
		if (is(r->tok[i], "INSERT") || is(r->tok[i], "UPDATE") || is(r->tok[i], "DELETE"))
			fault(r, "CITY is for reading", r->tok[i]);
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
	if (has_note(&r, "CITY"))
		check_city(&r);
	else
		check_office(&r);
	return r.faults;
}

/* ---- plans ------------------------------------------------------------------------------------------ */

static const struct table_decl *
table_in_plan(const struct reader *r, struct str name)
{
	const struct table_decl *t = table_of(r, name);
	struct ref ref;
	for (size_t i = 0; i < r->n && !t; i++)
		if (read_ref(r, i, &ref) && str_eq(ref.name, name))
			t = ref.table;
	return t;
}

static bool
has_word(const struct reader *r, const char *word)
{
	for (size_t i = 0; i < r->n; i++)
		if (is(r->tok[i], word))
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
	if (!str_cut(&rest, ' ', &word) || (!is(word, "SCAN") && !is(word, "SEARCH")))
		return;
	(void)str_cut(&rest, ' ', &name); /* the last piece too */
	const struct table_decl *t = table_in_plan(r, name);
	if (t && t->grows && reads_all(r, line, sorts))
		fault(r, "reads all of a growing table", line);
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
		fault(&r, "cannot be prepared", str_of(err.detail));
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
