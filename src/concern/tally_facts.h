/* SPDX-License-Identifier: Apache-2.0 */
/* tally_facts.h - what is counted, as one statement: every fact one row of concern, moment, unit, figure
 * and weight, summed up by day, figure, unit and class.
 *
 * For:       filling the counts of an older folder, counting them again in a check, taking back those of
 *            one concern. The acts do not use it: what they add and what this finds must be equal.
 * Used by:   concern/schema_tally.c, concern/tally.c
 *
 * mine: " = ?", or " > 0" for all offices. only: "", or " AND concern_id = ?". Each is used FACT_PARTS
 * times (14 without results). more: parts that a later migration brought, added to both uses but its own
 * filling; boxes: what belongs to no concern. History has no steps, offers or ratings, so it is in none of them. The day is that of the record
 * (28800 s: +08:00), named by its first second; division is left to C (scale-out.md 2). */
#ifndef XQ_CONCERN_TALLY_FACTS_H
#define XQ_CONCERN_TALLY_FACTS_H

enum { FACT_PARTS = 16, BOX_PARTS = 2 };

/* clang-format off */
/* States by number: 3 assigned, 9 closed, 10 terminated, 12 parked, 13 redirected, 14 merged, 15 void,
 * 18 transferred. */
#define FACT_STEPS(mine, only)                                                                     \
	"SELECT office, concern_id, at, owner_unit_id AS unit_id, CASE"                            \
	"  WHEN no = 1 THEN 'raised'"                                                              \
	"  WHEN act = 'concern.contact' THEN 'contact'"                                            \
	"  WHEN to_state = 9 THEN 'closed'"                                                        \
	"  WHEN to_state = 10 THEN 'terminated.' || why"                                           \
	"  WHEN to_state = 12 THEN 'parked.' || why"                                               \
	"  WHEN to_state = 13 THEN 'redirected.' || why"                                           \
	"  WHEN to_state = 14 THEN 'merged'"                                                       \
	"  WHEN to_state = 18 THEN 'transferred'"                                                  \
	"  ELSE 'voided.' || why END AS figure, 1 AS weight"                                       \
	" FROM step WHERE office" mine only                                                        \
	" AND (no = 1 OR act = 'concern.contact'"                                                  \
	"  OR (to_state <> from_state AND to_state IN (9, 10, 12, 13, 14, 15, 18)))"               \
	" UNION ALL "                                                                              \
	"SELECT office, concern_id, at, owner_unit_id, 'contact-made', 1"                          \
	" FROM step WHERE office" mine only                                                        \
	" AND act = 'concern.contact' AND is_for_resident = 1"                                     \
	" UNION ALL "                                                                              \
	"SELECT office, concern_id, at, to_unit_id, 'assigned', 1 FROM step WHERE office" mine only \
	" AND to_state = 3 AND from_state <> 3"                                                    \
	" UNION ALL "                                                                              \
	"SELECT office, concern_id, at, owner_unit_id, 'repeat', 1 FROM step s"                    \
	" WHERE office" mine only                                                                  \
	" AND no = 1 AND EXISTS (SELECT 1 FROM concern k WHERE k.office = s.office"                \
	"  AND k.id = s.concern_id AND (k.linked_id IS NOT NULL OR k.merged_into IS NOT NULL))"

#define FACT_CLOSED(mine, only, figure, which)                                                     \
	"SELECT office, concern_id, at, owner_unit_id, '" figure "', 1 FROM step s"                \
	" WHERE office" mine only " AND s.to_state = 9 AND s.from_state <> 9"                      \
	" AND EXISTS (SELECT 1 FROM concern k WHERE k.office = s.office"                           \
	"  AND k.id = s.concern_id AND k." which ")"

#define FACT_REQUESTS(mine, only)                                                                  \
	"SELECT office, concern_id, ruled_at, asked_unit, CASE"                                    \
	"  WHEN kind = 1 THEN 'extended.' || why"                                                  \
	"  WHEN state = 1 THEN 'returned'"                                                         \
	"  ELSE 'return-refused' END, 1"                                                           \
	" FROM request WHERE office" mine only                                                     \
	" AND ruled_by IS NOT NULL AND (kind = 0 OR state = 1)"

#define FACT_PROMISES(mine, only)                                                                  \
	"SELECT office, concern_id, due_at, unit_id, 'promise', 1"                                 \
	" FROM promise WHERE office" mine only                                                     \
	" UNION ALL "                                                                              \
	"SELECT office, concern_id, due_at, unit_id, 'promise-kept', 1"                            \
	" FROM promise WHERE office" mine only " AND state = 1 AND kept_at <= due_at"

/* The last rating of a concern in a month; one not reached counts where none stands. */
#define FACT_RATINGS(mine, only, figure, weight, which)                                            \
	"SELECT office, concern_id, at, unit_id, " figure ", " weight " FROM rating r"             \
	" WHERE office" mine only " AND " which                                                    \
	" AND NOT EXISTS (SELECT 1 FROM rating l WHERE l.office = r.office"                        \
	"  AND l.concern_id = r.concern_id AND l.month = r.month AND l.solved IS NOT NULL"         \
	"  AND (l.round > r.round OR r.solved IS NULL))"

/* Since migration 6. */
#define FACT_RESULTS(mine, only)                                                                   \
	" UNION ALL " FACT_RATINGS(mine, only, "'result-full'", "10", "result > 0")                \
	" UNION ALL " FACT_RATINGS(mine, only, "'result-points'",                                  \
		"CASE result WHEN 1 THEN 10 WHEN 2 THEN 8 ELSE 6 END", "result IN (1, 2, 3)")
/* Marks in the boxes of the months: of no concern, on the first day. */
#define FACT_BOXES(mine)                                                                           \
	" UNION ALL SELECT office, month_at, 'attitude-full', unit_code, '', 10 * count(*)"        \
	" FROM attitude WHERE office" mine " GROUP BY office, month_at, unit_code"                 \
	" UNION ALL SELECT office, month_at, 'attitude-points', unit_code, '',"                    \
	"  sum(CASE mark WHEN 1 THEN 10 WHEN 2 THEN 8 ELSE 6 END)"                                 \
	" FROM attitude WHERE office" mine " AND mark < 4 GROUP BY office, month_at, unit_code"

#define FACT_ORDER " ORDER BY midnight, figure, unit_code, class_code"

#define FACTS(mine, only, more, boxes)                                                             \
	"SELECT c.office, f.at - (f.at + 28800) % 86400 AS midnight, f.figure AS figure,"          \
	" CASE c.lane WHEN 0 THEN u.public_code ELSE '' END AS unit_code,"                         \
	" CASE c.lane WHEN 0 THEN c.class ELSE '' END AS class_code, sum(f.weight) AS n"           \
	" FROM (" FACT_STEPS(mine, only)                                                           \
	" UNION ALL " FACT_CLOSED(mine, only, "on-time", "was_late = 0")                           \
	" UNION ALL " FACT_CLOSED(mine, only, "claimed", "outcome = 1")                            \
	" UNION ALL " FACT_CLOSED(mine, only, "redone", "round > 1")                               \
	" UNION ALL " FACT_REQUESTS(mine, only)                                                    \
	" UNION ALL " FACT_PROMISES(mine, only)                                                    \
	" UNION ALL " FACT_RATINGS(mine, only,                                                     \
		"CASE WHEN solved IS NULL THEN 'unreached' ELSE 'rated' END", "1", "round > 0")    \
	" UNION ALL " FACT_RATINGS(mine, only, "'rated-solved'", "1", "solved = 'yes'")            \
	" UNION ALL " FACT_RATINGS(mine, only, "'sat-full'", "10", "sat > 0")                      \
	" UNION ALL " FACT_RATINGS(mine, only, "'sat-points'",                                     \
		"CASE sat WHEN 1 THEN 10 WHEN 2 THEN 8 ELSE 6 END", "sat IN (1, 2, 3)")            \
	more ") f"                                                                                 \
	" JOIN concern c ON c.office = f.office AND c.id = f.concern_id"                           \
	" JOIN unit u ON u.office = c.office AND u.id = f.unit_id"                                 \
	" WHERE c.state <> 15 OR (f.figure >= 'voided.' AND f.figure < 'voided/')"                 \
	" GROUP BY c.office, midnight, f.figure, unit_code, class_code" boxes
/* clang-format on */

#endif
