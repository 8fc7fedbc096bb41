/* SPDX-License-Identifier: Apache-2.0 */
#include "store/store.h"

#include "core/banned.h"

const struct msg_text store_messages[] = {
	{ "store.newer",
		N_("This data folder was written by a newer version of the program (step {have}, this one "
		   "knows {know}). Please start the newer version.") },
	{ "store.locked",
		N_("Another process is using this data folder. Please stop it first, or send the command to "
		   "it.") },
	{ "store.not-ours",
		N_("This file is not a database of this program. Please check the path of the data folder.") },
	{ "store.no-server",
		N_("The database server does not take the connection: {why}. Please check the address, and "
		   "whether the server runs.") },
	{ "store.old-server",
		N_("The database server is PostgreSQL {have}; this program needs {need} or newer.") },
	{ "store.pooler",
		N_("Between this program and the database stands a connection pooler that does not keep what "
		   "belongs to a connection. Please give the server's own address, or let the pooler work by "
		   "session and pass the connection's options.") },
	{ "store.collation",
		N_("This database does not sort by code points. Please create it anew with encoding UTF8 and "
		   "collation C: createdb -T template0 -E UTF8 --locale=C NAME.") },
	{ "store.not-ours-server",
		N_("Tables of something else are in this database. Please give the program a database of its "
		   "own.") },
	{ "store.away",
		N_("The database server cannot be reached at the moment. Please keep this page open and send it "
		   "again in a minute.") },
	{ "store.again", N_("Somebody else was saving at the same moment. Please send it again.") },
	{ "store.unknown",
		N_("The connection to the database broke while this was being saved, so it may be saved or not. "
		   "Please look before you send it again.") },
	{ "store.conflict",
		N_("Somebody else has just entered the same thing, or something that this depends on is gone. "
		   "Please look at the current state and try again.") },
	{ "store.changed",
		N_("Somebody else has changed this in the meantime. Please look at the current state and try "
		   "again.") },
	{ "store.full",
		N_("The disk of the server is full, so nothing can be saved. Reading goes on. Please tell the "
		   "operator, keep this page open and send it again later.") },
	{ "store.busy", N_("The server is busy. Please send it again in a moment.") },
	{ "store.copy-half",
		N_("This database is a copy that is not finished. Please let `xinqiao store copy` go on, with the "
		   "same words as before, until it says that all is there.") },
	{ "store.copy-older",
		N_("What is to be copied was written by an older version of the program. Please run `xinqiao "
		   "upgrade` on it first.") },
	{ "store.copy-not-empty",
		N_("The target of the copy has rows of its own already. Please name an empty folder, or an empty "
		   "database.") },
	{ "store.copy-other",
		N_("The target holds an unfinished copy of another office's data. Please name an empty folder, or "
		   "an empty database.") },
	{ "store.copy-moved",
		N_("The source has changed since this copy was begun, so the two halves would not fit. Please empty "
		   "the target and copy again.") },
	{ "store.copy-differs",
		N_("Table {table} is not the same on both sides, so the copy is not opened. Please empty the target "
		   "and copy again; if it happens again, tell the operator.") },
	{ "store.office-differs",
		N_("Table {table} of the office is not the same on both sides, so the office does not move. Please give "
		   "the move up, forget the office at the target, and begin again; if it happens again, tell the operator.") },
	{ "store.no-citus",
		N_("The database server has no extension Citus in this database. Please install it and run "
		   "CREATE EXTENSION citus first; one PostgreSQL alone needs none of this.") },
	{ "store.not-a-server",
		N_("Only the tables of a database server can be put over several nodes. Please name it with --data "
		   "postgres://....") },
	{ "store.schema", N_("A table of the database is not as the program made it.") },
	{ "store.open", N_("The database cannot be opened.") },
	{ "store.fault",
		N_("Something went wrong on our side and nothing was saved. Please try again; if it happens "
		   "again, tell the operator.") },
	{ 0 },
};
