/* SPDX-License-Identifier: Apache-2.0 */
#include "identity/session.h"

#include "core/banned.h"

/* Why so:
 * - A head is a row of unit_head, not a column of unit: it must be a membership, and two tables
 *   that point at each other cannot be made in portable text. A unit without one has none yet;
 *   nothing deletes a head, so it stays set once it is.
 * - A membership is never deleted: closed matters name their owner by it.
 * - Roles stand as words, so that a new role moves nobody's rights.
 * - login_lock is kept for any login that was tried, by keyed hash, so that it cannot tell which
 *   of them exist; rows are dropped after a quarter of an hour. */
static const struct migration identity_migration_1 = {
	.module = "identity",
	.number = 1,
	.ddl = "CREATE TABLE unit ("
	       " office integer NOT NULL,"
	       " id integer NOT NULL,"
	       " code text NOT NULL,"
	       " public_code text NOT NULL,"
	       " name text NOT NULL,"
	       " public_name text NOT NULL,"
	       " kind integer NOT NULL,"
	       " rank integer NOT NULL,"
	       " is_active integer NOT NULL,"
	       " ver integer NOT NULL,"
	       " PRIMARY KEY (office, id),"
	       " UNIQUE (office, code));\n"
	       "CREATE TABLE person ("
	       " office integer NOT NULL,"
	       " id integer NOT NULL,"
	       " name text NOT NULL,"
	       " title text NOT NULL,"
	       " phone text NOT NULL,"
	       " is_away integer NOT NULL,"
	       " is_active integer NOT NULL,"
	       " ver integer NOT NULL,"
	       " PRIMARY KEY (office, id));\n"
	       "CREATE TABLE membership ("
	       " office integer NOT NULL,"
	       " person_id integer NOT NULL,"
	       " unit_id integer NOT NULL,"
	       " is_main integer NOT NULL,"
	       " is_active integer NOT NULL,"
	       " PRIMARY KEY (office, person_id, unit_id),"
	       " FOREIGN KEY (office, person_id) REFERENCES person (office, id),"
	       " FOREIGN KEY (office, unit_id) REFERENCES unit (office, id));\n"
	       "CREATE UNIQUE INDEX membership_main ON membership (office, person_id)"
	       " WHERE is_main = 1;\n"
	       "CREATE INDEX membership_unit ON membership (office, unit_id);\n"
	       "CREATE TABLE unit_head ("
	       " office integer NOT NULL,"
	       " unit_id integer NOT NULL,"
	       " person_id integer NOT NULL,"
	       " PRIMARY KEY (office, unit_id),"
	       " FOREIGN KEY (office, person_id, unit_id)"
	       " REFERENCES membership (office, person_id, unit_id));\n"
	       "CREATE INDEX unit_head_person ON unit_head (office, person_id);\n"
	       "CREATE TABLE account ("
	       " office integer NOT NULL,"
	       " id integer NOT NULL,"
	       " person_id integer NOT NULL,"
	       " login text NOT NULL,"
	       " password_hash text NOT NULL,"
	       " password_at integer NOT NULL,"
	       " must_change integer NOT NULL,"
	       " opened_at integer NOT NULL,"
	       " closed_at integer,"
	       " ver integer NOT NULL,"
	       " PRIMARY KEY (office, id),"
	       " UNIQUE (office, login),"
	       " FOREIGN KEY (office, person_id) REFERENCES person (office, id));\n"
	       "CREATE INDEX account_person ON account (office, person_id);\n"
	       "CREATE TABLE role_grant ("
	       " office integer NOT NULL,"
	       " account_id integer NOT NULL,"
	       " role text NOT NULL,"
	       " scope text NOT NULL,"
	       " scope_id integer NOT NULL,"
	       " given_at integer NOT NULL,"
	       " PRIMARY KEY (office, account_id, role, scope, scope_id),"
	       " FOREIGN KEY (office, account_id) REFERENCES account (office, id));\n"
	       "CREATE INDEX role_grant_role ON role_grant (office, role);\n"
	       "CREATE TABLE login_lock ("
	       " office integer NOT NULL,"
	       " login_hash blob NOT NULL,"
	       " tries integer NOT NULL,"
	       " tried_at integer NOT NULL,"
	       " until_at integer NOT NULL,"
	       " PRIMARY KEY (office, login_hash));\n"
	       "CREATE INDEX login_lock_tried ON login_lock (office, tried_at);\n"
	       "CREATE TABLE session ("
	       " office integer NOT NULL,"
	       " id integer NOT NULL,"
	       " token_hash blob NOT NULL,"
	       " account_id integer NOT NULL,"
	       " device text NOT NULL,"
	       " opened_at integer NOT NULL,"
	       " seen_at integer NOT NULL,"
	       " PRIMARY KEY (office, id),"
	       " UNIQUE (office, token_hash),"
	       " FOREIGN KEY (office, account_id) REFERENCES account (office, id));\n"
	       "CREATE INDEX session_account ON session (office, account_id);\n"
	       "CREATE TABLE api_token ("
	       " office integer NOT NULL,"
	       " account_id integer NOT NULL,"
	       " label text NOT NULL,"
	       " token_hash blob NOT NULL,"
	       " made_at integer NOT NULL,"
	       " until_at integer NOT NULL,"
	       " PRIMARY KEY (office, account_id, label),"
	       " UNIQUE (office, token_hash),"
	       " FOREIGN KEY (office, account_id) REFERENCES account (office, id))",
	.tables = (const struct table_decl[]){ { .name = "unit", .class = TABLE_OFFICE },
		{ .name = "person", .class = TABLE_OFFICE },
		{ .name = "membership", .class = TABLE_OFFICE, .clustered = true },
		{ .name = "unit_head", .class = TABLE_OFFICE },
		{ .name = "account", .class = TABLE_OFFICE },
		{ .name = "role_grant", .class = TABLE_OFFICE, .clustered = true },
		{ .name = "login_lock", .class = TABLE_OFFICE, .grows = true, .clustered = true },
		{ .name = "session", .class = TABLE_OFFICE, .grows = true, .clustered = true },
		{ .name = "api_token", .class = TABLE_OFFICE }, { 0 } },
};

const struct migration *const identity_migrations[] = { &identity_migration_1, NULL };
