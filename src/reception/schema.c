/* SPDX-License-Identifier: Apache-2.0 */
/* schema.c - tables of receptions. Who receives is named in public by their office: name, title and role are
 * no residents' data; no table here has a column for a resident. */
#include "reception/reception_int.h"

#include "core/banned.h"

static const struct table_decl tables[] = {
	{ .name = "venue", .class = TABLE_OFFICE },
	{ .name = "receiver", .class = TABLE_OFFICE },
	{ .name = "receiver_away", .class = TABLE_OFFICE, .grows = true },
	{ .name = "slot_pattern", .class = TABLE_OFFICE },
	{ .name = "roster_week", .class = TABLE_OFFICE, .grows = true },
	{ .name = "roster_slot", .class = TABLE_OFFICE, .grows = true },
	{ .name = "roster_change", .class = TABLE_OFFICE, .grows = true },
	{ .name = "roster_swap", .class = TABLE_OFFICE, .grows = true },
	{ .name = "roster_alarm", .class = TABLE_OFFICE, .grows = true, .clustered = true },
	{ .name = NULL },
};

/* clang-format off */
const struct migration reception_migration_1 = {
	.module = "reception",
	.number = 1,
	.ddl =
	"CREATE TABLE venue ("
	" office integer NOT NULL, no integer NOT NULL, ver integer NOT NULL,"
	" name text NOT NULL, address text NOT NULL, room text NOT NULL, hours text NOT NULL,"
	" phone text NOT NULL, is_step_free integer NOT NULL, steps text NOT NULL, way text NOT NULL,"
	" is_open integer NOT NULL,"
	" PRIMARY KEY (office, no));\n"

	"CREATE TABLE receiver ("
	" office integer NOT NULL, no integer NOT NULL, ver integer NOT NULL, person_id integer,"
	" name text NOT NULL, public_title text NOT NULL, role text NOT NULL, is_active integer NOT NULL,"
	" PRIMARY KEY (office, no),"
	" FOREIGN KEY (office, person_id) REFERENCES person (office, id));\n"
	"CREATE UNIQUE INDEX receiver_person ON receiver (office, person_id) WHERE person_id IS NOT NULL;\n"

	"CREATE TABLE receiver_away ("
	" office integer NOT NULL, receiver_no integer NOT NULL, n integer NOT NULL,"
	" from_on integer NOT NULL, until_on integer NOT NULL, set_at integer NOT NULL, set_by integer NOT NULL,"
	" PRIMARY KEY (office, receiver_no, n),"
	" FOREIGN KEY (office, receiver_no) REFERENCES receiver (office, no),"
	" CHECK (from_on <= until_on));\n"
	"CREATE INDEX receiver_away_until ON receiver_away (office, until_on);\n"

	"CREATE TABLE slot_pattern ("
	" office integer NOT NULL, no integer NOT NULL, ver integer NOT NULL,"
	" weekday integer NOT NULL CHECK (weekday BETWEEN 1 AND 7),"
	" start_min integer NOT NULL, end_min integer NOT NULL, venue_no integer NOT NULL,"
	" places integer NOT NULL, roles integer NOT NULL, is_off_hours integer NOT NULL, is_on integer NOT NULL,"
	" PRIMARY KEY (office, no),"
	" FOREIGN KEY (office, venue_no) REFERENCES venue (office, no),"
	" CHECK (start_min < end_min));\n"

	"CREATE TABLE roster_week ("
	" office integer NOT NULL, week integer NOT NULL, ver integer NOT NULL,"
	" state integer NOT NULL CHECK (state BETWEEN 0 AND 2), version integer NOT NULL,"
	" first_on integer NOT NULL, publish_by integer NOT NULL, n_slots integer NOT NULL, n_open integer NOT NULL,"
	" drafted_at integer NOT NULL, drafted_by integer NOT NULL, changed_by integer, approved_by integer,"
	" published_at integer, published_by integer, late_why text NOT NULL,"
	" PRIMARY KEY (office, week),"
	/* nobody approves their own draft, and nothing is published that nobody approved */
	" CHECK (approved_by IS NULL OR approved_by <> drafted_by),"
	" CHECK (approved_by IS NULL OR changed_by IS NULL OR state = 2 OR approved_by <> changed_by),"
	" CHECK (state = 0 OR approved_by IS NOT NULL),"
	" CHECK ((state = 2) = (published_at IS NOT NULL)));\n"
	"CREATE INDEX roster_week_publish ON roster_week (office, publish_by, week) WHERE state < 2;\n"

	"CREATE TABLE roster_slot ("
	" office integer NOT NULL, no integer NOT NULL, ver integer NOT NULL, week integer NOT NULL,"
	" day integer NOT NULL, moved_from integer NOT NULL, start_min integer NOT NULL, end_min integer NOT NULL,"
	" venue_no integer NOT NULL, receiver_no integer, state integer NOT NULL CHECK (state BETWEEN 0 AND 3),"
	" is_off_hours integer NOT NULL, is_provisional integer NOT NULL, ref text NOT NULL,"
	" last_seq integer NOT NULL, makes_up integer,"
	" PRIMARY KEY (office, no),"
	" FOREIGN KEY (office, week) REFERENCES roster_week (office, week),"
	" FOREIGN KEY (office, venue_no) REFERENCES venue (office, no),"
	" FOREIGN KEY (office, receiver_no) REFERENCES receiver (office, no),"
	" FOREIGN KEY (office, makes_up) REFERENCES roster_slot (office, no),"
	" CHECK (start_min < end_min));\n"
	"CREATE INDEX roster_slot_day ON roster_slot (office, day, start_min, venue_no, no);\n"
	"CREATE INDEX roster_slot_week ON roster_slot (office, week, day, no);\n"
	"CREATE INDEX roster_slot_makes_up ON roster_slot (office, makes_up);\n"
	/* nobody sits twice a day: planned, or held already */
	"CREATE UNIQUE INDEX roster_slot_once ON roster_slot (office, receiver_no, day)"
	" WHERE state IN (0, 2) AND receiver_no IS NOT NULL;\n"
	/* what lies behind and was neither held nor missed */
	"CREATE INDEX roster_slot_waiting ON roster_slot (office, day, no) WHERE state = 0;\n"
	"CREATE INDEX roster_slot_missed ON roster_slot (office, day, no) WHERE state = 3;\n"

	"CREATE TABLE roster_change ("
	" office integer NOT NULL, slot_no integer NOT NULL, n integer NOT NULL, at integer NOT NULL,"
	" kind integer NOT NULL CHECK (kind BETWEEN 0 AND 2),"
	" old_day integer NOT NULL, old_start integer NOT NULL, old_end integer NOT NULL,"
	" old_venue integer NOT NULL, old_receiver integer NOT NULL,"
	" new_day integer NOT NULL, new_start integer NOT NULL, new_end integer NOT NULL,"
	" new_venue integer NOT NULL, new_receiver integer NOT NULL,"
	" why text NOT NULL, words text NOT NULL, person_id integer NOT NULL,"
	" PRIMARY KEY (office, slot_no, n),"
	" FOREIGN KEY (office, slot_no) REFERENCES roster_slot (office, no));\n"
	"CREATE INDEX roster_change_old ON roster_change (office, old_day, at);\n"

	"CREATE TABLE roster_swap ("
	" office integer NOT NULL, no integer NOT NULL, slot_no integer NOT NULL, other_no integer NOT NULL,"
	" why text NOT NULL, words text NOT NULL, offered_at integer NOT NULL, offered_by integer NOT NULL,"
	" is_yes integer, answered_at integer, answered_by integer,"
	" PRIMARY KEY (office, no),"
	" FOREIGN KEY (office, slot_no) REFERENCES roster_slot (office, no),"
	" FOREIGN KEY (office, other_no) REFERENCES roster_slot (office, no));\n"
	"CREATE INDEX roster_swap_slot ON roster_swap (office, slot_no);\n"
	"CREATE INDEX roster_swap_other ON roster_swap (office, other_no);\n"
	"CREATE INDEX roster_swap_open ON roster_swap (office, no) WHERE answered_at IS NULL;\n"

	/* what the leader has been told of a week: kind 1 no sitting, 2 not published in time */
	"CREATE TABLE roster_alarm ("
	" office integer NOT NULL, week integer NOT NULL, kind integer NOT NULL, told_at integer NOT NULL,"
	" PRIMARY KEY (office, week, kind));\n",
	.tables = tables,
};
/* clang-format on */
