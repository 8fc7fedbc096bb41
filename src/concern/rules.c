/* SPDX-License-Identifier: Apache-2.0 */
/* rules.c - which rule is in force on a day, and how it came about. One manner for all kinds, so
 * that pages, lists and the record need not tell them apart. */
#include "concern/rules.h"

#include "concern/concern_int.h"
#include "core/mem.h"
#include "web/msg.h"

#include "core/banned.h"

/* ---- reading ---------------------------------------------------------------------------------- */

/* A key of NULL asks for all. The columns are the same for each kind. */
static struct rows *
query_rules(struct tx *tx, int64_t office, enum rule_kind kind, const char *key)
{
	struct val max = V((int64_t)RULES_MAX);
	if (kind == RULE_DEADLINE)
		return db_query(tx,
			SQL("SELECT r.code, r.limit_text, r.limit_text, '', r.note, r.source, p.name,"
			    " r.from_day, r.ver, r.set_at, 0, '', '', '', '' FROM deadline r"
			    " LEFT JOIN person p ON p.office = r.office AND p.id = r.by_person"
			    " WHERE r.office = ? AND r.code = coalesce(?, r.code)"
			    " ORDER BY r.code, r.from_day LIMIT ?"),
			VALS(V(office), V(key), max));
	if (kind == RULE_DUTY)
		return db_query(tx,
			SQL("SELECT r.class, u.code, u.name, '', r.why, r.source, p.name, r.from_day,"
			    " r.ver, r.set_at, 0, '', '', '', '' FROM duty_rule r"
			    " JOIN unit u ON u.office = r.office AND u.id = r.unit_id"
			    " LEFT JOIN person p ON p.office = r.office AND p.id = r.by_person"
			    " WHERE r.office = ? AND r.class = coalesce(?, r.class)"
			    " ORDER BY r.class, r.from_day LIMIT ?"),
			VALS(V(office), V(key), max));
	return db_query(tx,
		SQL("SELECT r.code, r.title, r.title, r.text, r.why, r.source, p.name, r.from_day, r.ver,"
		    " r.set_at, r.is_off, r.english, r.class, r.map, r.next FROM rule_text r"
		    " LEFT JOIN person p ON p.office = r.office AND p.id = r.by_person"
		    " WHERE r.office = ? AND r.kind = ? AND r.code = coalesce(?, r.code)"
		    " ORDER BY r.code, r.from_day LIMIT ?"),
		VALS(V(office), V(rule_kind_code(kind)), V(key), max));
}

/* A shipped text as whoever reads and changes it meets it: without tags, in both languages. */
static void
fill_shipped(struct rule *r, void *mem)
{
	const char *english = rule_shipped(r->kind, r->key);
	if (!english)
		return;
	const char *chinese = msg_text(LANG_ZH, english);
	r->english = text_plain(mem, english);
	if (r->kind == RULE_SENTENCE || r->kind == RULE_GUIDE)
		r->text = text_plain(mem, chinese);
	else
		r->value = r->shown = chinese;
}

/* Most texts of most rules are empty, and hundreds of offices are held in memory. */
static const char *
text_of(struct rows *q, int col, void *mem)
{
	return row_is_null(q, col) ? NULL : row_str(q, col).n == 0 ? "" : row_text(q, col, mem);
}

static struct rule
read_rule(struct rows *q, void *mem, enum rule_kind kind)
{
	struct rule r = {
		.kind = kind,
		.key = text_of(q, 0, mem),
		.value = text_of(q, 1, mem),
		.shown = text_of(q, 2, mem),
		.text = text_of(q, 3, mem),
		.why = text_of(q, 4, mem),
		.source = text_of(q, 5, mem),
		.by = text_of(q, 6, mem),
		.from_day = (int32_t)row_int(q, 7),
		.ver = row_int(q, 8),
		.set_at = row_int(q, 9),
		.is_off = row_int(q, 10) != 0,
		.english = text_of(q, 11, mem),
		.class = text_of(q, 12, mem),
		.map = text_of(q, 13, mem),
		.next = text_of(q, 14, mem),
	};
	if (kind > RULE_TEMPLATE && r.set_at == 0)
		fill_shipped(&r, mem);
	return r;
}

enum xq_rc
rule_list(struct tx *tx, void *mem, int64_t office, enum rule_kind kind, const char *key,
	struct rule **out, size_t *out_n, struct xq_err *err)
{
	struct rule *list = NULL;
	size_t n = 0, cap = 0;
	struct rows *q = query_rules(tx, office, kind, key);
	while (row_next(q)) {
		if (n == cap) {
			size_t more = cap ? cap * 2 : 32;
			list = mem_grow(mem, struct rule, list, cap, more);
			cap = more;
		}
		list[n] = read_rule(q, mem, kind);
		if (n > 0 && text_eq(list[n - 1].key, list[n].key)) /* until the next one begins */
			list[n - 1].last_day = day_add(list[n].from_day, -1);
		n++;
	}
	enum xq_rc rc = rows_close(q, err);
	if (rc == XQ_OK) {
		*out = list;
		*out_n = n;
	}
	return rc;
}

static bool
holds_on(const struct rule *r, int32_t day)
{
	return r->from_day <= day && (r->last_day == 0 || day <= r->last_day);
}

enum xq_rc
rule_on(struct tx *tx, void *mem, int64_t office, enum rule_kind kind, const char *key, int32_t day,
	struct rule *out, struct xq_err *err)
{
	struct rule *list;
	size_t n;
	enum xq_rc rc = rule_list(tx, mem, office, kind, key, &list, &n, err);
	for (size_t i = 0; rc == XQ_OK && i < n; i++)
		if (holds_on(&list[i], day)) {
			*out = list[i];
			return XQ_OK;
		}
	return rc == XQ_OK ? XQ_NONE : rc;
}

enum xq_rc
template_list(struct tx *tx, void *mem, int64_t office, int32_t day, struct rule **out,
	size_t *out_n, struct xq_err *err)
{
	struct rule *list;
	size_t n, kept = 0;
	enum xq_rc rc = rule_list(tx, mem, office, RULE_TEMPLATE, NULL, &list, &n, err);
	if (rc != XQ_OK)
		return rc;
	for (size_t i = 0; i < n; i++)
		if (holds_on(&list[i], day) && !list[i].is_off)
			list[kept++] = list[i];
	*out = list;
	*out_n = kept;
	return XQ_OK;
}

/* ---- a rule that is quoted --------------------------------------------------------------------------- */

/* "P" and "D04" are no titles: an answer that says D04 quotes nothing. */
static bool
is_quoted(const struct rule *r, struct str text)
{
	struct str source = str_of(r->source);
	return r->set_at != 0 && source.n >= 6 && str_index(text, source) < text.n;
}

/* The version of the same key that holds on the day; NULL: none. */
static const struct rule *
in_force(const struct rule *list, size_t n, const char *key, int32_t day)
{
	for (size_t i = 0; i < n; i++)
		if (text_eq(list[i].key, key) && holds_on(&list[i], day))
			return &list[i];
	return NULL;
}

static bool
rests_on(const struct rule *list, size_t n, const char *source, int32_t day)
{
	for (size_t i = 0; i < n; i++)
		if (holds_on(&list[i], day) && !list[i].is_off && text_eq(list[i].source, source))
			return true;
	return false;
}

static enum xq_rc
refuse_expired(const struct rule *r, const struct rule *now, const char *field, struct xq_err *err)
{
	enum xq_rc rc = xq_refuse(err, field, "rules.expired");
	xq_err_text(err, "source", r->source);
	xq_err_day(err, "day", r->last_day);
	xq_err_text(err, "now", now ? now->source : r->source);
	return rc;
}

#define ENDED(table, key, only)                                                                    \
	"SELECT r.source FROM " table " r WHERE r.office = ? AND r.set_at <> 0" only               \
	" AND EXISTS (SELECT 1 FROM " table " n WHERE n.office = r.office AND n." key " = r." key  \
	" AND n.from_day > r.from_day AND n.from_day <= ?"

/* Whether the text names the source of a rule that has ended: nearly none does, and each answer asks. */
static enum xq_rc
names_ended(
	struct tx *tx, int64_t office, int32_t day, struct str text, bool *out, struct xq_err *err)
{
	struct rows *q = db_query(tx,
		SQL(ENDED("deadline", "code", "") ") UNION ALL " ENDED(
			"duty_rule", "class", "") ") UNION ALL " ENDED("rule_text", "code",
			" AND r.kind = 'templates'") " AND n.kind = r.kind) /* kept */"),
		VALS(V(office), V((int64_t)day), V(office), V((int64_t)day), V(office),
			V((int64_t)day)));
	*out = false;
	while (row_next(q))
		*out |= str_index(text, row_str(q, 0)) < text.n;
	return rows_close(q, err);
}

enum xq_rc
rule_quote_check(struct tx *tx, void *mem, int64_t office, int32_t day, const char *field,
	struct str text, struct xq_err *err)
{
	bool is_named = false;
	enum xq_rc rc = text.n > 0 ? names_ended(tx, office, day, text, &is_named, err) : XQ_OK;
	/* Of words and sentences only the office itself is the source: no answer rests on them. */
	for (int k = 0; rc == XQ_OK && is_named && k <= RULE_TEMPLATE; k++) {
		struct rule *list;
		size_t n = 0;
		rc = rule_list(tx, mem, office, (enum rule_kind)k, NULL, &list, &n, err);
		for (size_t i = 0; rc == XQ_OK && i < n; i++) {
			const struct rule *r = &list[i];
			bool is_over = r->last_day != 0 && r->last_day < day;
			if (is_over && is_quoted(r, text) && !rests_on(list, n, r->source, day))
				rc = refuse_expired(r, in_force(list, n, r->key, day), field, err);
		}
	}
	return rc;
}

/* ---- what acts ask --------------------------------------------------------------------------------
 * One row by its key, since every registration asks both. */

enum xq_rc
duty_of(struct tx *tx, int64_t office, const char *class, int32_t day, int64_t *out_unit,
	struct xq_err *err)
{
	return db_int(tx,
		SQL("SELECT unit_id FROM duty_rule /* kept */"
		    " WHERE office = ? AND class = ? AND from_day <= ?"
		    " ORDER BY from_day DESC LIMIT 1"),
		VALS(V(office), V(class), V(day)), out_unit, err);
}

enum xq_rc
deadline_of(struct tx *tx, int64_t office, const char *code, int32_t day, struct limit *out,
	struct xq_err *err)
{
	/* Of a day before the office began here the first rule counts: what was taken down without a
	 * network then can be due before it. */
	struct rows *q = db_query(tx,
		SQL("SELECT limit_text FROM deadline /* kept */"
		    " WHERE office = ? AND code = ? AND from_day <="
		    " (SELECT CASE WHEN min(f.from_day) > ? THEN min(f.from_day) ELSE ? END"
		    "  FROM deadline f WHERE f.office = ? AND f.code = ?)"
		    " ORDER BY from_day DESC LIMIT 1"),
		VALS(V(office), V(code), V(day), V(day), V(office), V(code)));
	bool good = row_next(q) && limit_read(row_str(q, 0), out);
	enum xq_rc rc = rows_close(q, err);
	if (rc == XQ_OK && !good)
		return xq_fault(err, "concern.no-deadline", "no limit for %s", code);
	return rc;
}

enum xq_rc
due_of(struct act_ctx *ctx, const char *code, int64_t from, struct due *out,
	struct limit *out_limit, struct xq_err *err)
{
	const struct office_info *o = app_office(ctx->app, ctx->office);
	xq_require(o != NULL);
	int32_t day = day_of(from, o->tz_s);
	enum xq_rc rc = deadline_of(ctx->tx, ctx->office, code, day, out_limit, err);
	if (rc != XQ_OK)
		return rc;
	return cal_due(ctx->app->calendar, from, *out_limit, o->closing_minute, o->tz_s, out, err);
}

/* The catalogue that an office starts with, from the first day of its other rules on. */
enum xq_rc
duty_set(struct tx *tx, int64_t office, const char *class, int64_t unit_id, struct xq_err *err)
{
	return db_exec(tx,
		SQL("INSERT INTO duty_rule (office, class, from_day, ver, unit_id, why, source,"
		    " by_person, set_at)"
		    " SELECT ?, ?, min(l.from_day), 1, ?, '', 'P', 0, 0 FROM deadline l"
		    " WHERE l.office = ?"
		    " ON CONFLICT (office, class, from_day) DO UPDATE SET unit_id = excluded.unit_id"),
		VALS(V(office), V(class), V(unit_id), V(office)), err);
}
