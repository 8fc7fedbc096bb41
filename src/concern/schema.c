/* SPDX-License-Identifier: Apache-2.0 */
/* schema.c - tables of the concern. Exactly one owner is a fact of the schema: owner_person_id and
 * owner_unit_id are NOT NULL and point to a membership, and owner_span has at most one open row for
 * each concern. Indexes over open concerns are partial, so they do not grow with history. */
#include "concern/concern_int.h"
#include "concern/rules.h"

#include "core/banned.h"

static const struct table_decl concern_tables_1[] = {
	{ .name = "concern", .class = TABLE_OFFICE, .grows = true, .clustered = true },
	{ .name = "intake", .class = TABLE_OFFICE, .grows = true, .clustered = true },
	{ .name = "owner_span", .class = TABLE_OFFICE, .grows = true, .clustered = true },
	{ .name = "handover", .class = TABLE_OFFICE, .grows = true, .clustered = true },
	{ .name = "reply", .class = TABLE_OFFICE, .grows = true, .clustered = true },
	{ .name = "step", .class = TABLE_OFFICE, .grows = true, .clustered = true },
	{ .name = "photo", .class = TABLE_OFFICE, .grows = true, .clustered = true },
	{ .name = "draft", .class = TABLE_OFFICE, .grows = true, .clustered = true },
	{ .name = "draft_photo", .class = TABLE_OFFICE, .grows = true, .clustered = true },
	{ .name = "duty", .class = TABLE_OFFICE },
	{ .name = "deadline", .class = TABLE_OFFICE },
	{ .name = NULL },
};

/* clang-format off */
const struct migration concern_migration_1 = {
	.module = "concern",
	.number = 1,
	.ddl =
	"CREATE TABLE concern ("
	" office integer NOT NULL, id integer NOT NULL, ver integer NOT NULL,"
	" ref text NOT NULL, file_no integer NOT NULL, query_hash blob NOT NULL, query_sealed blob NOT NULL,"
	" state integer NOT NULL CHECK (state BETWEEN 1 AND 19),"
	" lane integer NOT NULL, via text NOT NULL, class text NOT NULL, nature text NOT NULL,"
	" title text NOT NULL, place text NOT NULL, zone text,"
	" public_line text, may_publish integer NOT NULL,"
	" raised_at integer NOT NULL, due_at integer NOT NULL, due_day integer NOT NULL,"
	" limit_text text NOT NULL, is_provisional integer NOT NULL,"
	" owner_person_id integer NOT NULL, owner_unit_id integer NOT NULL,"
	" tracker_person_id integer NOT NULL, tracker_unit_id integer NOT NULL,"
	" round integer NOT NULL, contact_at integer, answered_at integer, closed_at integer,"
	" escalated_at integer, needs_ruling integer NOT NULL,"
	" outcome integer NOT NULL, seen_solved text, seen_sat integer NOT NULL,"
	" is_imported integer NOT NULL, own_date integer, source_no text,"
	" first_seq integer NOT NULL, last_seq integer NOT NULL,"
	" PRIMARY KEY (office, id),"
	" UNIQUE (office, ref), UNIQUE (office, file_no), UNIQUE (office, query_hash),"
	" FOREIGN KEY (office, owner_person_id, owner_unit_id)"
	"  REFERENCES membership (office, person_id, unit_id) ON DELETE RESTRICT,"
	" FOREIGN KEY (office, tracker_person_id, tracker_unit_id)"
	"  REFERENCES membership (office, person_id, unit_id) ON DELETE RESTRICT);\n"
	"CREATE INDEX concern_open_due ON concern (office, due_at, id) WHERE closed_at IS NULL;\n"
	"CREATE INDEX concern_open_owner ON concern (office, owner_person_id, due_at, id)"
	" WHERE closed_at IS NULL;\n"
	"CREATE INDEX concern_open_unit ON concern (office, owner_unit_id, due_at, id)"
	" WHERE closed_at IS NULL;\n"
	"CREATE INDEX concern_open_tracker ON concern (office, tracker_person_id, due_at, id)"
	" WHERE closed_at IS NULL;\n"
	"CREATE INDEX concern_awaiting ON concern (office, due_at, id)"
	" WHERE answered_at IS NULL AND closed_at IS NULL;\n"
	"CREATE INDEX concern_callback ON concern (office, needs_ruling, answered_at, id)"
	" WHERE answered_at IS NOT NULL AND closed_at IS NULL;\n"
	"CREATE INDEX concern_class ON concern (office, class, id) WHERE lane = 0 AND is_imported = 0;\n"
	"CREATE UNIQUE INDEX concern_source ON concern (office, source_no) WHERE source_no IS NOT NULL;\n"

	"CREATE TABLE intake ("
	" office integer NOT NULL, concern_id integer NOT NULL, body text NOT NULL,"
	" name text NOT NULL, phone text NOT NULL, phone_tail text NOT NULL, pin_hash blob,"
	" address text NOT NULL, contact_wish text NOT NULL, told text NOT NULL,"
	" people integer NOT NULL, wants_secret integer NOT NULL, wants_contact integer NOT NULL,"
	" tries integer NOT NULL, locked_until integer,"
	" PRIMARY KEY (office, concern_id),"
	" FOREIGN KEY (office, concern_id) REFERENCES concern (office, id));\n"

	"CREATE TABLE owner_span ("
	" office integer NOT NULL, concern_id integer NOT NULL, no integer NOT NULL,"
	" person_id integer NOT NULL, unit_id integer NOT NULL,"
	" from_at integer NOT NULL, until_at integer,"
	" PRIMARY KEY (office, concern_id, no),"
	" FOREIGN KEY (office, concern_id) REFERENCES concern (office, id));\n"
	"CREATE UNIQUE INDEX owner_span_one ON owner_span (office, concern_id) WHERE until_at IS NULL;\n"

	"CREATE TABLE handover ("
	" office integer NOT NULL, id integer NOT NULL, concern_id integer NOT NULL,"
	" from_person_id integer NOT NULL, from_unit_id integer NOT NULL,"
	" to_unit_id integer NOT NULL, to_person_id integer,"
	" why text NOT NULL, note text NOT NULL, told text NOT NULL, by_catalogue integer NOT NULL,"
	" back_state integer NOT NULL, offered_at integer NOT NULL, lapses_at integer NOT NULL,"
	" state integer NOT NULL CHECK (state IN (0, 1, 2, 3)), done_at integer, done_by integer,"
	" refusal text, PRIMARY KEY (office, id),"
	" FOREIGN KEY (office, concern_id) REFERENCES concern (office, id),"
	" FOREIGN KEY (office, to_unit_id) REFERENCES unit (office, id));\n"
	"CREATE UNIQUE INDEX handover_one ON handover (office, concern_id) WHERE state = 0;\n"
	"CREATE INDEX handover_to ON handover (office, to_unit_id, lapses_at, id) WHERE state = 0;\n"
	"CREATE INDEX handover_from ON handover (office, from_person_id, lapses_at, id) WHERE state = 0;\n"
	"CREATE INDEX handover_lapse ON handover (office, lapses_at, id) WHERE state = 0;\n"

	"CREATE TABLE reply ("
	" office integer NOT NULL, id integer NOT NULL, concern_id integer NOT NULL,"
	" round integer NOT NULL, state integer NOT NULL CHECK (state IN (0, 1, 2)),"
	" text text NOT NULL, basis text NOT NULL, outcome integer NOT NULL,"
	" author_person_id integer NOT NULL, author_unit_id integer NOT NULL, submitted_at integer NOT NULL,"
	" approver_person_id integer, decided_at integer, why text,"
	" PRIMARY KEY (office, id),"
	" FOREIGN KEY (office, concern_id) REFERENCES concern (office, id),"
	" CHECK (approver_person_id IS NULL OR approver_person_id <> author_person_id));\n"
	"CREATE INDEX reply_concern ON reply (office, concern_id, id);\n"
	"CREATE INDEX reply_waiting ON reply (office, submitted_at, id) WHERE state = 0;\n"

	"CREATE TABLE step ("
	" office integer NOT NULL, concern_id integer NOT NULL, no integer NOT NULL,"
	" at integer NOT NULL, act text NOT NULL, person_id integer NOT NULL, unit_id integer NOT NULL,"
	" from_state integer NOT NULL, to_state integer NOT NULL, note text,"
	" is_for_resident integer NOT NULL, due_day integer NOT NULL, seq integer NOT NULL,"
	" PRIMARY KEY (office, concern_id, no),"
	" FOREIGN KEY (office, concern_id) REFERENCES concern (office, id));\n"

	"CREATE TABLE photo ("
	" office integer NOT NULL, concern_id integer NOT NULL, no integer NOT NULL,"
	" hash text NOT NULL, width integer NOT NULL, height integer NOT NULL, bytes integer NOT NULL,"
	" PRIMARY KEY (office, concern_id, no),"
	" FOREIGN KEY (office, concern_id) REFERENCES concern (office, id));\n"

	"CREATE TABLE draft ("
	" office integer NOT NULL, key blob NOT NULL, at integer NOT NULL,"
	" body text NOT NULL, class text NOT NULL, place text NOT NULL, address text NOT NULL,"
	" name text NOT NULL, phone text NOT NULL, contact_wish text NOT NULL,"
	" wants_secret integer NOT NULL, may_publish integer NOT NULL, reached integer NOT NULL,"
	" PRIMARY KEY (office, key));\n"
	"CREATE INDEX draft_at ON draft (office, at);\n"
	"CREATE TABLE draft_photo ("
	" office integer NOT NULL, key blob NOT NULL, no integer NOT NULL,"
	" hash text NOT NULL, width integer NOT NULL, height integer NOT NULL, bytes integer NOT NULL,"
	" PRIMARY KEY (office, key, no),"
	" FOREIGN KEY (office, key) REFERENCES draft (office, key) ON DELETE CASCADE);\n"

	"CREATE TABLE duty ("
	" office integer NOT NULL, class text NOT NULL, unit_id integer NOT NULL,"
	" PRIMARY KEY (office, class),"
	" FOREIGN KEY (office, unit_id) REFERENCES unit (office, id));\n"
	"CREATE TABLE deadline ("
	" office integer NOT NULL, code text NOT NULL, limit_text text NOT NULL,"
	" ver integer NOT NULL, from_day integer NOT NULL, source text NOT NULL,"
	" PRIMARY KEY (office, code, ver));\n",
	.tables = concern_tables_1,
};
/* clang-format on */

/* The everyday limits of domain.md 1.5 and decisions.md 14; all of them settings of the office. */
static const struct preset {
	const char *code, *limit, *source;
} presets[] = {
	{ "consult", "1wd", "D02" },
	{ "help", "5wd", "D04" },
	{ "complaint", "5wd", "D04" },
	{ "report", "5wd", "D04" },
	{ "suggestion", "1wd", "D02" },
	{ "praise", "1wd", "D02" },
	{ "other", "1wd", "D02" },
	{ "sign", "1wd", "D09" },
	{ "contact", "1wd", "D01" },
	{ "redo", "3wd", "D06" },
	{ "review", "1wd", "D16" },
	{ "callback", "3wd", "D17" },
	{ "supervised", "3wd", "D03" },
	{ "return", "1wd", "P" },
	{ "ruling", "2wd", "D15" },
	{ "extended", "15wd", "D05" },
	{ "parked", "180nd", "P" },
	{ "ladder-leader", "3wd", "P" },
	{ "ladder-list", "5wd", "P" },
	{ "hard-open", "90nd", "B01" },
	{ "hard-repeat", "180nd", "P" },
	{ "hard-review", "3mo", "B01" },
	{ "legacy-look", "180nd", "C29" },
	{ "stock-take", "20wd", "P" },
	{ "dispute-step", "5wd", "P" },
	{ "roster-publish", "3nd", "D50" },
	{ "sitting-close", "2wd", "P" },
	{ "keep-closed", "60mo", "P" },
	{ "keep-void", "90nd", "P" },
	{ "explain", "3wd", "P" },
	{ "acct-explain", "3wd", "P" },
	{ "acct-appeal", "5wd", "P" },
};

enum xq_rc
concern_presets(struct tx *tx, int64_t office, int64_t now, struct xq_err *err)
{
	int32_t today = day_of(now, TZ_CHINA);
	for (size_t i = 0; i < sizeof presets / sizeof presets[0]; i++) {
		enum xq_rc rc = db_exec(tx,
			SQL("INSERT INTO deadline (office, code, limit_text, ver, from_day, source)"
			    " VALUES (?, ?, ?, 1, ?, ?)"),
			VALS(V(office), V(presets[i].code), V(presets[i].limit), V(today),
				V(presets[i].source)),
			err);
		if (rc != XQ_OK)
			return rc;
	}
	return rule_text_presets(tx, office, err);
}
