/* SPDX-License-Identifier: Apache-2.0 */
/* transfer_rows.c - the tables of hand-overs between offices, and reading them. */
#include "concern/transfer_int.h"

#include "core/mem.h"

#include "core/banned.h"

static const struct table_decl transfer_tables[] = {
	{ .name = "transfer_out", .class = TABLE_OFFICE, .grows = true, .clustered = true },
	{ .name = "transfer_in", .class = TABLE_OFFICE, .grows = true, .clustered = true },
	{ .name = NULL },
};

/* clang-format off */
/* The other office's numbers are no foreign keys: its rows may lie elsewhere. */
const struct migration concern_migration_22 = {
	.module = "concern",
	.number = 22,
	.ddl =
	"CREATE TABLE transfer_out ("
	" office integer NOT NULL, id integer NOT NULL, concern_id integer NOT NULL,"
	" to_office integer NOT NULL, to_origin text NOT NULL, why text NOT NULL, note text NOT NULL,"
	" told text NOT NULL, offered_by integer NOT NULL, offered_at integer NOT NULL,"
	" looked_at integer NOT NULL, back_state integer NOT NULL, seq integer NOT NULL,"
	" state integer NOT NULL CHECK (state BETWEEN 0 AND 3), done_at integer,"
	" their_at integer, their_seq integer, their_ref text, their_no integer, their_code blob,"
	" refusal text, refusal_note text,"
	" PRIMARY KEY (office, id),"
	" FOREIGN KEY (office, concern_id) REFERENCES concern (office, id));\n"
	"CREATE UNIQUE INDEX transfer_out_one ON transfer_out (office, concern_id) WHERE state = 0;\n"
	"CREATE INDEX transfer_out_concern ON transfer_out (office, concern_id, id);\n"
	"CREATE INDEX transfer_out_open ON transfer_out (office, offered_at, id) WHERE state = 0;\n"
	"CREATE INDEX transfer_out_look ON transfer_out (office, looked_at, id) WHERE state = 0;\n"
	"CREATE TABLE transfer_in ("
	" office integer NOT NULL, id integer NOT NULL, from_office integer NOT NULL,"
	" from_id integer NOT NULL, from_origin text NOT NULL, from_ref text NOT NULL,"
	" from_seq integer NOT NULL, from_no text NOT NULL,"
	" title text NOT NULL, body text NOT NULL, place text NOT NULL, class text NOT NULL,"
	" nature text NOT NULL, told_at integer NOT NULL, due_at integer NOT NULL,"
	" due_day integer NOT NULL, why text NOT NULL, note text NOT NULL, told text NOT NULL,"
	" received_at integer NOT NULL, lapses_at integer NOT NULL,"
	" state integer NOT NULL CHECK (state BETWEEN 0 AND 3), done_at integer, done_by integer,"
	" seq integer, refusal text, refusal_note text, concern_id integer,"
	" PRIMARY KEY (office, id), UNIQUE (office, from_office, from_id),"
	" FOREIGN KEY (office, concern_id) REFERENCES concern (office, id));\n"
	"CREATE INDEX transfer_in_open ON transfer_in (office, lapses_at, id) WHERE state = 0;\n"
	"INSERT INTO rule_text (office, kind, code, from_day, ver, title, english, text, class, map, next,"
	" why, source, is_off, by_person, set_at)"
	" SELECT d.office, 'guides', 'transfer', d.from_day, 1, '', '', '', '', '', '', '', 'P', 0, 0, 0"
	" FROM deadline d WHERE d.code = 'sign' AND d.ver = 1 AND NOT EXISTS (SELECT 1 FROM rule_text r"
	"  WHERE r.office = d.office AND r.kind = 'guides' AND r.code = 'transfer');\n"
	"ALTER TABLE concern ADD COLUMN handed_id integer;\n"
	"ALTER TABLE intake ADD COLUMN pin_of integer;\n",
	.tables = transfer_tables,
};
/* clang-format on */

/* ---- the sender's side ------------------------------------------------------------------------------ */

#define OUT_COLUMNS                                                                                \
	"SELECT id, concern_id, to_office, offered_by, offered_at, done_at, to_origin, why, note," \
	" told, state, back_state, seq, their_at, their_seq, their_no, their_ref, their_code,"     \
	" refusal, refusal_note FROM transfer_out"

static struct transfer_out
read_out(struct rows *q, void *mem)
{
	struct bytes code = row_bytes(q, 17);
	return (struct transfer_out){ .id = row_int(q, 0),
		.concern_id = row_int(q, 1),
		.to_office = row_int(q, 2),
		.offered_by = row_int(q, 3),
		.offered_at = row_int(q, 4),
		.done_at = row_int(q, 5),
		.to_origin = row_text(q, 6, mem),
		.why = row_text(q, 7, mem),
		.note = row_text(q, 8, mem),
		.told = row_text(q, 9, mem),
		.state = (enum transfer_state)row_int(q, 10),
		.back = (enum concern_state)row_int(q, 11),
		.seq = row_int(q, 12),
		.their_at = row_int(q, 13),
		.their_seq = row_int(q, 14),
		.their_no = row_int(q, 15),
		.their_ref = row_text(q, 16, mem),
		.their_code = { code.n ? mem_copy(mem, code.p, code.n) : NULL, code.n },
		.refusal = row_text(q, 18, mem),
		.refusal_note = row_text(q, 19, mem) };
}

static enum xq_rc
one_out(struct rows *q, void *mem, struct transfer_out *out, struct xq_err *err)
{
	struct transfer_out t = { 0 };
	bool found = row_next(q);
	if (found)
		t = read_out(q, mem);
	enum xq_rc rc = rows_close(q, err);
	if (rc != XQ_OK || !found)
		return rc != XQ_OK ? rc : XQ_NONE;
	*out = t;
	return XQ_OK;
}

enum xq_rc
transfer_out_load(struct tx *tx, void *mem, int64_t office, int64_t id, struct transfer_out *out,
	struct xq_err *err)
{
	return one_out(db_query(tx, SQL(OUT_COLUMNS " WHERE office = ? AND id = ?"),
			       VALS(V(office), V(id))),
		mem, out, err);
}

enum xq_rc
transfer_of(struct tx *tx, void *mem, int64_t office, int64_t concern_id, struct transfer_out *out,
	struct xq_err *err)
{
	return one_out(db_query(tx,
			       SQL(OUT_COLUMNS " WHERE office = ? AND concern_id = ?"
					       " ORDER BY id DESC LIMIT 1"),
			       VALS(V(office), V(concern_id))),
		mem, out, err);
}

enum xq_rc
transfer_out_open(struct tx *tx, void *mem, int64_t office, struct transfer_out **out,
	size_t *out_n, struct xq_err *err)
{
	struct transfer_out *list = mem_array(mem, struct transfer_out, TRANSFERS_SHOWN);
	size_t n = 0;
	struct rows *q = db_query(tx,
		SQL(OUT_COLUMNS " WHERE office = ? AND state = 0 ORDER BY offered_at, id LIMIT ?"),
		VALS(V(office), V((int64_t)TRANSFERS_SHOWN)));
	while (n < TRANSFERS_SHOWN && row_next(q))
		list[n++] = read_out(q, mem);
	enum xq_rc rc = rows_close(q, err);
	if (rc == XQ_OK) {
		*out = list;
		*out_n = n;
	}
	return rc;
}

/* ---- the side of the one that is asked ---------------------------------------------------------------- */

#define IN_COLUMNS                                                                                 \
	"SELECT id, from_office, from_id, from_seq, from_origin, from_ref, from_no, title, body,"  \
	" place, class, nature, told_at, due_at, due_day, why, note, told, received_at,"           \
	" lapses_at, state, done_at, seq, refusal, refusal_note, concern_id FROM transfer_in"

static struct transfer_in
read_in(struct rows *q, void *mem)
{
	return (struct transfer_in){ .id = row_int(q, 0),
		.from_office = row_int(q, 1),
		.from_id = row_int(q, 2),
		.from_seq = row_int(q, 3),
		.from_origin = row_text(q, 4, mem),
		.from_ref = row_text(q, 5, mem),
		.from_no = row_text(q, 6, mem),
		.title = row_text(q, 7, mem),
		.body = row_text(q, 8, mem),
		.place = row_text(q, 9, mem),
		.class = row_text(q, 10, mem),
		.nature = row_text(q, 11, mem),
		.told_at = row_int(q, 12),
		.due_at = row_int(q, 13),
		.due_day = (int32_t)row_int(q, 14),
		.why = row_text(q, 15, mem),
		.note = row_text(q, 16, mem),
		.told = row_text(q, 17, mem),
		.received_at = row_int(q, 18),
		.lapses_at = row_int(q, 19),
		.state = (enum transfer_state)row_int(q, 20),
		.done_at = row_int(q, 21),
		.seq = row_int(q, 22),
		.refusal = row_text(q, 23, mem),
		.refusal_note = row_text(q, 24, mem),
		.concern_id = row_int(q, 25) };
}

static enum xq_rc
one_in(struct rows *q, void *mem, struct transfer_in *out, struct xq_err *err)
{
	struct transfer_in t = { 0 };
	bool found = row_next(q);
	if (found)
		t = read_in(q, mem);
	enum xq_rc rc = rows_close(q, err);
	if (rc != XQ_OK || !found)
		return rc != XQ_OK ? rc : XQ_NONE;
	*out = t;
	return XQ_OK;
}

enum xq_rc
transfer_in_load(struct tx *tx, void *mem, int64_t office, int64_t id, struct transfer_in *out,
	struct xq_err *err)
{
	return one_in(db_query(tx, SQL(IN_COLUMNS " WHERE office = ? AND id = ?"),
			      VALS(V(office), V(id))),
		mem, out, err);
}

enum xq_rc
transfer_in_of(struct tx *tx, void *mem, int64_t office, int64_t from_office, int64_t from_id,
	struct transfer_in *out, struct xq_err *err)
{
	return one_in(
		db_query(tx,
			SQL(IN_COLUMNS " WHERE office = ? AND from_office = ? AND from_id = ?"),
			VALS(V(office), V(from_office), V(from_id))),
		mem, out, err);
}

enum xq_rc
transfer_in_open(struct tx *tx, void *mem, int64_t office, struct transfer_in **out, size_t *out_n,
	struct xq_err *err)
{
	struct transfer_in *list = mem_array(mem, struct transfer_in, TRANSFERS_SHOWN);
	size_t n = 0;
	struct rows *q = db_query(tx,
		SQL(IN_COLUMNS " WHERE office = ? AND state = 0 ORDER BY lapses_at, id LIMIT ?"),
		VALS(V(office), V((int64_t)TRANSFERS_SHOWN)));
	while (n < TRANSFERS_SHOWN && row_next(q))
		list[n++] = read_in(q, mem);
	enum xq_rc rc = rows_close(q, err);
	if (rc == XQ_OK) {
		*out = list;
		*out_n = n;
	}
	return rc;
}

/* ---- both ----------------------------------------------------------------------------------------------- */

enum xq_rc
transfer_origin(struct tx *tx, void *mem, int64_t office, const char **out, struct xq_err *err)
{
	struct rows *q = db_query(
		tx, SQL("SELECT origin FROM ledger_log WHERE office = ?"), VALS(V(office)));
	const char *origin = row_next(q) ? row_text(q, 0, mem) : NULL;
	enum xq_rc rc = rows_close(q, err);
	if (rc == XQ_OK && origin)
		*out = origin;
	return rc == XQ_OK && !origin ? XQ_NONE : rc;
}

enum xq_rc
transfer_may_answer(
	struct tx *tx, void *mem, const struct actor *actor, bool *out, struct xq_err *err)
{
	struct post_holder intake;
	enum xq_rc rc = post_current(tx, mem, actor->office, POST_INTAKE, &intake, err);
	if (rc == XQ_OK)
		*out = actor->kind == ACTOR_STAFF &&
		       (intake.person_id == actor->person_id || actor_has_role(actor, ROLE_CLERK));
	return rc;
}

/* What waits for another office is in the state that says so, and nothing else is. */
static enum xq_rc
count_unlike(struct tx *tx, void *mem, int64_t office, int64_t *out, struct xq_err *err)
{
	(void)mem;
	return db_int(tx,
		SQL("SELECT count(*) FROM concern c /* scan: check */ LEFT JOIN transfer_out t"
		    " ON t.office = c.office AND t.concern_id = c.id AND t.state = 0"
		    " WHERE c.office = ? AND (c.state = 17) <> (t.id IS NOT NULL)"),
		VALS(V(office)), out, err);
}

const struct invariant transfer_state_one = { "transfer.offer-matches-state", count_unlike };

enum xq_rc
transfer_unsettled(struct tx *tx, int64_t office, int64_t *out, struct xq_err *err)
{
	int64_t n = 0, to_us = 0, asked = 0;
	enum xq_rc rc = db_int(tx,
		SQL("SELECT count(*) FROM transfer_out /* scan: once in an office's life */"
		    " WHERE office = ? AND state = 0"),
		VALS(V(office)), &n, err);
	if (rc == XQ_OK)
		rc = db_int(tx,
			SQL("SELECT count(*) FROM transfer_out /* CITY: the others' side of it */"
			    " /* scan: once in an office's life */ WHERE to_office = ? AND state = 0"),
			VALS(V(office)), &to_us, err);
	if (rc == XQ_OK)
		rc = db_int(tx,
			SQL("SELECT count(*) FROM transfer_in /* scan: once in an office's life */"
			    " WHERE office = ? AND state = 0"),
			VALS(V(office)), &asked, err);
	/* One offer to us has a row on either side. */
	*out = n + (to_us > asked ? to_us : asked);
	return rc;
}

enum xq_rc
transfer_unsettled_with(struct tx *tx, int64_t peer, int64_t *out, struct xq_err *err)
{
	int64_t to = 0, from = 0;
	enum xq_rc rc = db_int(tx,
		SQL("SELECT count(*) FROM transfer_out /* CITY: whoever offered to it */"
		    " /* scan: when an operator takes it away */ WHERE to_office = ? AND state = 0"),
		VALS(V(peer)), &to, err);
	if (rc == XQ_OK)
		rc = db_int(tx,
			SQL("SELECT count(*) FROM transfer_in /* CITY: whoever was asked by it */"
			    " /* scan: the same */ WHERE from_office = ? AND state = 0"),
			VALS(V(peer)), &from, err);
	*out = to + from;
	return rc;
}
