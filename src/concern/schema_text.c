/* SPDX-License-Identifier: Apache-2.0 */
/* schema_text.c - texts and words of the office as rows: templates of answers, classes of matters,
 * natures, outcomes, scales, sentences that residents read, guides for the steps. One table, since a
 * version of any of them is the same thing: a key, a first day, what it says and what it rests on.
 *
 * What ships with the program has a row without text: the words are those of the catalogue, in the
 * reader's language, until the office sets its own. */
#include "concern/concern_int.h"
#include "concern/rules.h"

#include "core/banned.h"

static const struct table_decl text_tables[] = {
	{ .name = "rule_text", .class = TABLE_OFFICE },
	{ .name = NULL },
};

/* clang-format off */
#define K(kind, code) "SELECT '" kind "' AS kind, '" code "' AS code, '' AS class"
#define AND_K(kind, code) " UNION ALL SELECT '" kind "', '" code "', ''"
#define AND_CLASS(code) " UNION ALL SELECT 'classes', '" code "', '" code "'"

/* The same keys as in rules_text.c and words.c; a test compares them. */
#define SHIPPED_KEYS                                                                               \
	K("natures", "consult") AND_K("natures", "help") AND_K("natures", "complaint")             \
	AND_K("natures", "report") AND_K("natures", "suggestion") AND_K("natures", "praise")       \
	AND_K("natures", "other")                                                                  \
	AND_CLASS("property") AND_CLASS("facility") AND_CLASS("sanitation") AND_CLASS("noise")     \
	AND_CLASS("parking") AND_CLASS("illegal") AND_CLASS("elderly") AND_CLASS("welfare")        \
	AND_CLASS("neighbour") AND_CLASS("other")                                                  \
	AND_K("outcomes", "solved") AND_K("outcomes", "partly") AND_K("outcomes", "explained")     \
	AND_K("outcomes", "not") AND_K("outcomes", "adopted") AND_K("outcomes", "ongoing")         \
	AND_K("outcomes", "planned") AND_K("outcomes", "reference")                                \
	AND_K("scales", "yes") AND_K("scales", "partly") AND_K("scales", "explained")              \
	AND_K("scales", "no") AND_K("scales", "1") AND_K("scales", "2") AND_K("scales", "3")       \
	AND_K("scales", "4") AND_K("scales", "none")                                               \
	AND_K("sentences", "received") AND_K("sentences", "passed") AND_K("sentences", "working")  \
	AND_K("sentences", "review") AND_K("sentences", "return-asked") AND_K("sentences", "parked") \
	AND_K("sentences", "redo") AND_K("sentences", "late-today") AND_K("sentences", "late")     \
	AND_K("sentences", "late-told") AND_K("sentences", "answered")                             \
	AND_K("sentences", "answered-ruling") AND_K("sentences", "closed-said")                    \
	AND_K("sentences", "closed-asked") AND_K("sentences", "closed-unreached")                  \
	AND_K("sentences", "ended") AND_K("sentences", "redirected") AND_K("sentences", "merged")  \
	AND_K("sentences", "history")                                                              \
	AND_K("guides", "intake") AND_K("guides", "accept") AND_K("guides", "decline")             \
	AND_K("guides", "return") AND_K("guides", "rule-return") AND_K("guides", "hand-over")      \
	AND_K("guides", "contact") AND_K("guides", "finding") AND_K("guides", "points")            \
	AND_K("guides", "assist") AND_K("guides", "opinion") AND_K("guides", "extend")             \
	AND_K("guides", "rule-extension") AND_K("guides", "park") AND_K("guides", "resume")        \
	AND_K("guides", "reply") AND_K("guides", "review") AND_K("guides", "callback")             \
	AND_K("guides", "ruling") AND_K("guides", "promise") AND_K("guides", "promise-keep")       \
	AND_K("guides", "promise-move") AND_K("guides", "supervise") AND_K("guides", "redirect")   \
	AND_K("guides", "merge") AND_K("guides", "void") AND_K("guides", "terminate")              \
	AND_K("guides", "rule-dispute") AND_K("guides", "pass-up") AND_K("guides", "answer-up") \
	AND_K("guides", "sort") AND_K("guides", "report-up")                          \
	AND_K("guides", "explain") AND_K("guides", "transfer")

/* The office's first day is the one of its first limits. */
#define SHIPPED_ROWS                                                                               \
	"INSERT INTO rule_text (office, kind, code, from_day, ver, title, english, text, class, map," \
	" next, why, source, is_off, by_person, set_at)"                                           \
	" SELECT d.office, s.kind, s.code, d.from_day, 1, '', '', '', s.class, '', '', '', 'P', 0, 0, 0" \
	" FROM deadline d JOIN (" SHIPPED_KEYS ") s ON 1 = 1 WHERE d.code = 'sign' AND d.ver = 1"

const struct migration concern_migration_6 = {
	.module = "concern",
	.number = 6,
	.ddl =
	"CREATE TABLE rule_text ("
	" office integer NOT NULL, kind text NOT NULL, code text NOT NULL, from_day integer NOT NULL,"
	" ver integer NOT NULL, title text NOT NULL, english text NOT NULL, text text NOT NULL,"
	" class text NOT NULL, map text NOT NULL, next text NOT NULL, why text NOT NULL,"
	" source text NOT NULL, is_off integer NOT NULL, by_person integer NOT NULL,"
	" set_at integer NOT NULL, PRIMARY KEY (office, kind, code, from_day));\n"
	"INSERT INTO rule_text (office, kind, code, from_day, ver, title, english, text, class, map, next,"
	" why, source, is_off, by_person, set_at)"
	" SELECT office, 'templates', code, from_day, ver, title, '', text, '', '', '', '', source, is_off,"
	" by_person, set_at FROM reply_template;\n"
	"DROP TABLE reply_template;\n"
	SHIPPED_ROWS ";\n"
	/* the office's class of a matter; '': the public one is all there is */
	"ALTER TABLE concern ADD COLUMN category text NOT NULL DEFAULT '';\n",
	.tables = text_tables,
};
/* clang-format on */

enum xq_rc
rule_text_presets(struct tx *tx, int64_t office, struct xq_err *err)
{
	return db_exec(tx, SQL(SHIPPED_ROWS " AND d.office = ?"), VALS(V(office)), err);
}
