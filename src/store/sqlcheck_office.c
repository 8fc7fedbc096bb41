/* SPDX-License-Identifier: Apache-2.0 */
/* sqlcheck_office.c - that a statement reaches rows of one office alone.
 *
 * Each table of an office must be bound: by "office = ?", or by an equation with the office of a table that is.
 * An equation counts where it holds for every row: in a WHERE or ON, and not beside an OR, nor below a NOT.
 * Two passes, since a statement in the columns speaks of tables that are named behind it. */
#include "store/sqlcheck_int.h"

#include <ctype.h>

#include "core/banned.h"

enum { REFS = 200, SCOPES = 200, PARTS = 1200, DEPTH = 24, NONE = -1 };

static bool
is(struct str t, const char *word)
{
	return sqlcheck_is(t, word);
}

static struct str
tok(const struct reader *r, size_t i)
{
	return sqlcheck_tok(r, i);
}

/* A clause, or what stands in parentheses inside of one. */
struct part {
	int parent, scope;
	bool counts;   /* WHERE, ON, and what is in them */
	bool is_loose; /* OR, NOT */
	bool is_from;  /* a list of tables */
};

/* A table in a scope, which is one SELECT, UPDATE or DELETE; tables that were equated have one root. */
struct place {
	struct sqlcheck_ref ref;
	int scope, root;
	bool is_bound;
};

struct plan {
	struct reader *r;
	int part_of[SQLCHECK_TOKENS];
	int n_parts, n_scopes, n_places;
	struct part part[PARTS];
	int scope_parent[SCOPES];
	struct place place[REFS];
};

/* ---- the first pass: parts, scopes, tables ---------------------------------------------------------------- */

static int
part_new(struct plan *p, struct part part)
{
	xq_require(p->n_parts < PARTS);
	p->part[p->n_parts] = part;
	return p->n_parts++;
}

static int
scope_new(struct plan *p, int parent)
{
	xq_require(p->n_scopes < SCOPES);
	p->scope_parent[p->n_scopes] = parent;
	return p->n_scopes++;
}

static bool
begins_clause(struct str t)
{
	static const char *const words[] = { "SELECT", "FROM", "JOIN", "WHERE", "ON", "GROUP",
		"ORDER", "HAVING", "LIMIT", "SET", "UPDATE", "DELETE", "INSERT", "VALUES",
		"RETURNING", "LEFT", "WITH" };
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (is(t, words[i]))
			return true;
	return false;
}

/* FILTER (WHERE ...) says nothing of the rows that are read. */
static bool
is_condition(const struct reader *r, size_t i)
{
	return (is(tok(r, i), "WHERE") && !(i >= 2 && is(tok(r, i - 2), "FILTER"))) ||
	       (is(tok(r, i), "ON") && !is(tok(r, i + 1), "CONFLICT"));
}

/* The part that begins with the token at i, below the part it stands in. */
static int
open_paren(struct plan *p, size_t i, int in)
{
	const struct reader *r = p->r;
	struct part next = p->part[in];
	next.parent = in;
	next.is_loose = i > 0 && is(tok(r, i - 1), "NOT");
	next.is_from = false;
	if (is(tok(r, i + 1), "SELECT") || is(tok(r, i + 1), "WITH")) {
		next.scope = scope_new(p, next.scope);
		next.counts = next.is_loose = false;
	}
	return part_new(p, next);
}

static int
next_clause(struct plan *p, size_t i, int in)
{
	struct part next = p->part[in];
	next.counts = is_condition(p->r, i);
	next.is_loose = false;
	next.is_from = is(tok(p->r, i), "FROM") || is(tok(p->r, i), "JOIN");
	return part_new(p, next);
}

/* The second arm of a UNION sees what the first one sees outside. */
static int
next_arm(struct plan *p, int in)
{
	struct part next = p->part[in];
	next.scope = scope_new(p, p->scope_parent[next.scope]);
	next.counts = next.is_loose = false;
	return part_new(p, next);
}

static void
add_table(struct plan *p, size_t i, int scope)
{
	struct sqlcheck_ref ref;
	if (!sqlcheck_ref(p->r, i, &ref) || ref.table->class != TABLE_OFFICE)
		return;
	xq_require(p->n_places < REFS);
	p->place[p->n_places] = (struct place){ .ref = ref, .scope = scope, .root = p->n_places };
	p->n_places++;
}

static void
note_table(struct plan *p, size_t i, int now)
{
	const struct reader *r = p->r;
	struct str t = tok(r, i);
	bool is_list = is(t, ",") && p->part[now].is_from;
	bool is_from = is(t, "FROM") && !(i > 0 && is(tok(r, i - 1), "DISTINCT"));
	bool is_update = is(t, "UPDATE") && !is(tok(r, i + 1), "SET");
	if (is_from || is(t, "JOIN") || is_update || is_list)
		add_table(p, i + 1, p->part[now].scope);
}

static void
read_parts(struct plan *p)
{
	const struct reader *r = p->r;
	int stack[DEPTH], depth = 0;
	int now = part_new(p, (struct part){ .parent = NONE, .scope = scope_new(p, NONE) });
	for (size_t i = 0; i < r->n; i++) {
		struct str t = r->tok[i];
		if (is(t, ")") && depth > 0) {
			now = stack[--depth];
		} else if (is(t, "UNION") || is(t, "EXCEPT") || is(t, "INTERSECT")) {
			now = next_arm(p, now);
		} else if (begins_clause(t)) {
			now = next_clause(p, i, now);
		} else if (is(t, "OR")) {
			p->part[now].is_loose = true;
		}
		p->part_of[i] = now;
		note_table(p, i, now);
		if (is(t, "(")) {
			xq_require(depth < DEPTH);
			stack[depth++] = now;
			now = open_paren(p, i, now);
		}
	}
}

/* ---- the second pass: equations --------------------------------------------------------------------------- */

static int
root_of(const struct plan *p, int at)
{
	while (p->place[at].root != at)
		at = p->place[at].root;
	return at;
}

/* The table of a name, the empty one being that of the only table; from a scope outwards. */
static int
place_of(const struct plan *p, int scope, struct str name)
{
	for (; scope != NONE; scope = p->scope_parent[scope]) {
		int found = NONE, n = 0;
		for (int i = 0; i < p->n_places; i++)
			if (p->place[i].scope == scope &&
				(name.n == 0 || str_eq(p->place[i].ref.name, name))) {
				found = i;
				n++;
			}
		if (n == 1 || name.n == 0)
			return n == 1 ? found : NONE;
	}
	return NONE;
}

static bool
holds_always(const struct plan *p, int part)
{
	int scope = p->part[part].scope;
	if (!p->part[part].counts)
		return false;
	for (; part != NONE && p->part[part].scope == scope; part = p->part[part].parent)
		if (p->part[part].is_loose)
			return false;
	return true;
}

/* The other side begins at token i: a value, the office of another table, or of a statement that stands as a
 * table and is itself bound. */
static void
equate(struct plan *p, int mine, int scope, size_t i)
{
	const struct reader *r = p->r;
	struct str t = tok(r, i), dot = tok(r, i + 1), col = tok(r, i + 2);
	bool has_name = is(dot, ".") && is(col, "office");
	if (is(t, "?") || (is(t, "CAST") && is(dot, "(") && is(col, "?"))) {
		p->place[root_of(p, mine)].is_bound = true;
		return;
	}
	if (!has_name && !is(t, "office"))
		return;
	int other = place_of(p, scope, has_name ? t : STR(""));
	if (other == NONE && has_name) {
		p->place[root_of(p, mine)].is_bound = true;
		return;
	}
	if (other == NONE || root_of(p, other) == root_of(p, mine))
		return;
	int a = root_of(p, mine), b = root_of(p, other);
	p->place[b].is_bound = p->place[b].is_bound || p->place[a].is_bound;
	p->place[a].root = b;
}

static void
read_equation(struct plan *p, size_t i)
{
	const struct reader *r = p->r;
	bool has_name = i >= 2 && is(tok(r, i - 1), ".");
	size_t first = has_name ? i - 2 : i;
	int scope = p->part[p->part_of[i]].scope;
	int mine = place_of(p, scope, has_name ? tok(r, i - 2) : STR(""));
	if (mine == NONE || !holds_always(p, p->part_of[i]))
		return;
	if (is(tok(r, i + 1), "="))
		equate(p, mine, scope, i + 2);
	else if (first >= 2 && is(tok(r, first - 1), "=") && is(tok(r, first - 2), "?"))
		p->place[root_of(p, mine)].is_bound = true;
}

/* ---- writing ------------------------------------------------------------------------------------------------ */

/* The place of office among the names in the parentheses that open at i; NONE: it is not there. */
static int
office_in_list(const struct reader *r, size_t i)
{
	int at = 0;
	if (!is(tok(r, i), "("))
		return NONE;
	for (; i < r->n && !is(r->tok[i], ")"); i++) {
		if (is(r->tok[i], "office"))
			return at;
		at += is(r->tok[i], ",") ? 1 : 0;
	}
	return NONE;
}

/* The first token of the value at that place, in parentheses that open at i. */
static struct str
value_at(const struct reader *r, size_t i, int place)
{
	int depth = 1;
	for (i++; i < r->n && place > 0 && depth > 0; i++) {
		depth += is(r->tok[i], "(") ? 1 : is(r->tok[i], ")") ? -1 : 0;
		place -= depth == 1 && is(r->tok[i], ",") ? 1 : 0;
	}
	return tok(r, i);
}

static void
read_insert(struct reader *r, size_t i)
{
	const struct table_decl *t = sqlcheck_table(r, tok(r, i + 1));
	if (!t || t->class != TABLE_OFFICE)
		return;
	int at = office_in_list(r, i + 2);
	if (at == NONE)
		sqlcheck_fault(r, "office is missing in the columns of", r->tok[i + 1]);
	for (size_t k = i; k < r->n; k++) {
		if (is(r->tok[k], "CONFLICT") && office_in_list(r, k + 1) == NONE)
			sqlcheck_fault(r, "office is missing in ON CONFLICT of", r->tok[i + 1]);
		if (at != NONE && is(r->tok[k], "VALUES") && !is(value_at(r, k + 1, at), "?"))
			sqlcheck_fault(r, "office is not a value that is bound, in", r->tok[i + 1]);
	}
}

/* The office of a row never changes. */
static void
read_set(struct reader *r, const struct plan *p, size_t i)
{
	for (size_t k = i + 1; k < r->n && p->part_of[k] == p->part_of[i]; k++)
		if (is(r->tok[k], "office") && is(tok(r, k + 1), "=") &&
			(k == i + 1 || is(r->tok[k - 1], ",")))
			sqlcheck_fault(r, "office is changed", r->tok[k]);
}

void
sqlcheck_office(struct reader *r)
{
	struct plan p = { .r = r };
	read_parts(&p);
	for (size_t i = 0; i < r->n; i++) {
		if (is(r->tok[i], "office"))
			read_equation(&p, i);
		else if (is(r->tok[i], "INTO"))
			read_insert(r, i);
		else if (is(r->tok[i], "SET"))
			read_set(r, &p, i);
	}
	for (int i = 0; i < p.n_places; i++)
		if (!p.place[root_of(&p, i)].is_bound)
			sqlcheck_fault(r, "office = ? is missing for", p.place[i].ref.name);
}
