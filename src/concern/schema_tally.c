/* SPDX-License-Identifier: Apache-2.0 */
/* schema_tally.c - tables of the counts, and what a later look would no longer find: who owned at a step,
 * to whom it was offered and for which reason; the resident's day when the answer was approved; which
 * unit promised; every rating, while the concern itself knows only the last.
 *
 * An older folder is filled here from what it has: steps, spans of ownership and the record. Its counts
 * then come from the same statement that checks them. */
#include "concern/tally.h"
#include "concern/tally_facts.h"

#include "core/banned.h"

static const struct table_decl tally_tables[] = {
	{ .name = "tally", .class = TABLE_OFFICE, .grows = true, .clustered = true },
	{ .name = "rating", .class = TABLE_OFFICE, .grows = true, .clustered = true },
	{ .name = NULL },
};

/* clang-format off */
/* Only accepting moves the ownership, so the span of a step is told by the acceptances up to it; times
 * would not tell apart what happened within one second. */
#define FILL_OWNER                                                                                 \
	"UPDATE step SET owner_unit_id = (SELECT o.unit_id FROM owner_span o"                      \
	"  WHERE o.office = step.office AND o.concern_id = step.concern_id AND o.no = 1 +"         \
	"   (SELECT count(*) FROM step a WHERE a.office = step.office"                             \
	"    AND a.concern_id = step.concern_id AND a.no <= step.no AND a.act = 'concern.accept'));\n"
/* Offers of a concern and its steps to ASSIGNED come in the same order. */
#define FILL_OFFERED                                                                               \
	"UPDATE step SET to_unit_id = h.to_unit_id FROM ("                                         \
	"  SELECT office, concern_id, to_unit_id,"                                                 \
	"   row_number() OVER (PARTITION BY office, concern_id ORDER BY id) AS nth FROM handover) h,"  \
	" (SELECT office, concern_id, no,"                                                         \
	"   row_number() OVER (PARTITION BY office, concern_id ORDER BY no) AS nth FROM step"      \
	"   WHERE to_state = 3 AND from_state <> 3) s"                                             \
	" WHERE h.office = s.office AND h.concern_id = s.concern_id AND h.nth = s.nth"             \
	" AND step.office = s.office AND step.concern_id = s.concern_id AND step.no = s.no;\n"
/* Reasons stand in the record alone: in the last event of the step or in the one before it, which
 * says that the day moved or that a public list was left. */
#define PUB(field) "json_extract(CAST(e.bytes AS text), '$.pub." field "')"
#define IS_OF(alias) "json_extract(CAST(e.bytes AS text), '$.ref') ="                              \
	" (SELECT c.ref FROM concern c WHERE c.office = " alias ".office AND c.id = " alias ".concern_id)"
#define FILL_WHY                                                                                   \
	"UPDATE step SET why = coalesce((SELECT coalesce(" PUB("why") ", " PUB("to") ")"           \
	"  FROM ledger_event e WHERE e.office = step.office"                                       \
	"  AND e.seq BETWEEN step.seq - 1 AND step.seq AND " IS_OF("step")                         \
	"  AND json_extract(CAST(e.bytes AS text), '$.k') IN ('concern.terminated',"               \
	"   'concern.parked', 'concern.redirected', 'concern.voided')), '')"                       \
	" WHERE to_state <> from_state AND to_state IN (10, 12, 13, 15);\n"
/* Answers are decided in the order of their numbers. The resident's day then is the last one that a step
 * before told, with the office's closing time. */
#define FILL_DUE                                                                                   \
	"UPDATE reply SET due_at = (SELECT unixepoch(substr(d.due_day, 1, 4) || '-' ||"            \
	"   substr(d.due_day, 5, 2) || '-' || substr(d.due_day, 7, 2))"                            \
	"   - o.tz_s + o.closing_minute * 60"                                                      \
	"  FROM step d JOIN office o ON o.id = d.office WHERE d.office = s.office"                 \
	"  AND d.concern_id = s.concern_id AND d.due_day <> 0 AND d.no < s.no"                     \
	"  ORDER BY d.no DESC LIMIT 1)"                                                            \
	" FROM (SELECT office, id,"                                                                \
	"   row_number() OVER (PARTITION BY office, concern_id ORDER BY id) AS nth, concern_id"    \
	"   FROM reply WHERE decided_at IS NOT NULL) r,"                                           \
	" (SELECT office, concern_id, no,"                                                         \
	"   row_number() OVER (PARTITION BY office, concern_id ORDER BY no) AS nth FROM step"      \
	"   WHERE act IN ('reply.approve', 'reply.send-back')) s"                                  \
	" WHERE r.office = s.office AND r.concern_id = s.concern_id AND r.nth = s.nth"             \
	" AND reply.office = r.office AND reply.id = r.id;\n"                                      \
	"UPDATE concern SET was_late = 1 WHERE EXISTS (SELECT 1 FROM reply r"                      \
	" WHERE r.office = concern.office AND r.concern_id = concern.id AND r.state = 1"           \
	" AND r.decided_at > r.due_at);\n"
/* Promises are numbered in the order of their steps. */
#define FILL_PROMISED                                                                              \
	"UPDATE promise SET unit_id = s.owner_unit_id FROM ("                                      \
	"  SELECT office, concern_id, owner_unit_id,"                                              \
	"   row_number() OVER (PARTITION BY office, concern_id ORDER BY no) AS nth FROM step"      \
	"   WHERE act = 'concern.promise') s"                                                      \
	" WHERE promise.office = s.office AND promise.concern_id = s.concern_id"                   \
	" AND promise.no = s.nth;\n"
/* A rating is the event of its step; nobody reached is the event before the closing. */
#define FILL_RATINGS                                                                               \
	"INSERT INTO rating (office, concern_id, round, month, at, unit_id, solved, sat)"          \
	" SELECT s.office, s.concern_id, " PUB("round") ","                                        \
	"  CAST(strftime('%Y%m', s.at + 28800, 'unixepoch') AS integer), s.at, s.owner_unit_id,"   \
	"  " PUB("solved") ", coalesce(" PUB("sat") ", 0)"                                         \
	" FROM step s JOIN ledger_event e ON e.office = s.office"                                  \
	"  AND e.seq = CASE WHEN s.to_state = 9 AND s.from_state <> 9 THEN s.seq - 1 ELSE s.seq END" \
	" WHERE s.act IN ('voice.rate', 'callback.record') AND " IS_OF("s")                        \
	" AND json_extract(CAST(e.bytes AS text), '$.k') ="                                        \
	"  CASE WHEN s.to_state = 9 AND s.from_state <> 9 THEN 'concern.unreached'"                \
	"  ELSE 'concern.rated' END;\n"
#define FILL_TALLY                                                                                 \
	"INSERT INTO tally (office, day, figure, unit_code, class, n)"                             \
	" SELECT office, CAST(strftime('%Y%m%d', midnight + 28800, 'unixepoch') AS integer), figure," \
	"  unit_code, class_code, n FROM (" FACTS(" > 0", "", "", "") ");\n"

const struct migration concern_migration_4 = {
	.module = "concern",
	.number = 4,
	.ddl =
	"CREATE TABLE tally ("
	" office integer NOT NULL, day integer NOT NULL, figure text NOT NULL,"
	" unit_code text NOT NULL, class text NOT NULL, n integer NOT NULL,"
	" PRIMARY KEY (office, day, figure, unit_code, class));\n"
	"CREATE TABLE rating ("
	" office integer NOT NULL, concern_id integer NOT NULL, round integer NOT NULL,"
	" month integer NOT NULL, at integer NOT NULL, unit_id integer NOT NULL,"
	" solved text, sat integer NOT NULL,"
	" PRIMARY KEY (office, concern_id, round),"
	" FOREIGN KEY (office, concern_id) REFERENCES concern (office, id),"
	" FOREIGN KEY (office, unit_id) REFERENCES unit (office, id));\n"
	"ALTER TABLE step ADD COLUMN owner_unit_id integer NOT NULL DEFAULT 0;\n"
	"ALTER TABLE step ADD COLUMN to_unit_id integer NOT NULL DEFAULT 0;\n"
	"ALTER TABLE step ADD COLUMN why text NOT NULL DEFAULT '';\n"
	"ALTER TABLE reply ADD COLUMN due_at integer;\n"
	"ALTER TABLE concern ADD COLUMN was_late integer NOT NULL DEFAULT 0;\n"
	"ALTER TABLE promise ADD COLUMN unit_id integer NOT NULL DEFAULT 0;\n",
	/* Folders older than this are of SQLite, so its dates, JSON and windows may be used. */
	.sqlite_only = FILL_OWNER FILL_OFFERED FILL_WHY FILL_DUE FILL_PROMISED FILL_RATINGS FILL_TALLY,
	.tables = tally_tables,
};
/* clang-format on */
