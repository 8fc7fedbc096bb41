/* SPDX-License-Identifier: Apache-2.0 */
/* load.c - reading one concern and what hangs on it. */
#include "concern/concern_int.h"

#include "core/mem.h"

#include "core/banned.h"

/* One list of columns for every way to find a concern; the joins name the people on the page. */
#define CONCERN_COLUMNS                                                                              \
	"SELECT c.id, c.ver, c.file_no, c.last_seq, c.first_seq, c.ref, c.state, c.lane, c.via,"     \
	" c.class, c.nature, c.title, i.body, c.place, c.zone, c.public_line, c.may_publish,"        \
	" c.raised_at, c.due_at, c.due_day, c.limit_text, c.is_provisional,"                         \
	" c.owner_person_id, c.owner_unit_id, c.tracker_person_id, c.tracker_unit_id,"               \
	" op.name, op.phone, ou.name, ou.public_code, ou.public_name, tp.name, tu.name,"             \
	" c.round, c.contact_at, c.answered_at, c.closed_at, c.escalated_at, c.needs_ruling,"        \
	" c.outcome, c.seen_solved, c.seen_sat, c.is_imported, c.own_date, c.taken_at, c.source_no," \
	" c.level, c.ladder_at, c.is_listed, c.is_urgent, c.is_supervised, c.resume_wd,"             \
	" c.sponsor_person_id, c.merged_into, c.linked_id, c.disputed_at, c.was_late, c.category,"   \
	" c.supervised_due, c.supervised_late, c.erased_at, c.erased_ground, c.handed_id,"           \
	" (SELECT g.at FROM rating g WHERE g.office = c.office AND g.concern_id = c.id"              \
	"  AND g.round = c.round)"
#define CONCERN_TABLES                                                                             \
	" FROM concern c"                                                                          \
	" JOIN intake i ON i.office = c.office AND i.concern_id = c.id"                            \
	" JOIN person op ON op.office = c.office AND op.id = c.owner_person_id"                    \
	" JOIN unit ou ON ou.office = c.office AND ou.id = c.owner_unit_id"                        \
	" JOIN person tp ON tp.office = c.office AND tp.id = c.tracker_person_id"                  \
	" JOIN unit tu ON tu.office = c.office AND tu.id = c.tracker_unit_id"

static void
read_concern(struct rows *q, void *mem, struct concern *c)
{
	int k = 0;
	c->id = row_int(q, k++);
	c->ver = row_int(q, k++);
	c->file_no = row_int(q, k++);
	c->last_seq = row_int(q, k++);
	c->first_seq = row_int(q, k++);
	c->ref = row_text(q, k++, mem);
	c->state = (enum concern_state)row_int(q, k++);
	c->lane = (enum lane)row_int(q, k++);
	c->via = row_text(q, k++, mem);
	c->class = row_text(q, k++, mem);
	c->nature = row_text(q, k++, mem);
	c->title = row_text(q, k++, mem);
	c->body = row_text(q, k++, mem);
	c->place = row_text(q, k++, mem);
	c->zone = row_text(q, k++, mem);
	c->public_line = row_text(q, k++, mem);
	c->may_publish = row_int(q, k++) != 0;
	c->raised_at = row_int(q, k++);
	c->due_at = row_int(q, k++);
	c->due_day = (int32_t)row_int(q, k++);
	c->limit = row_text(q, k++, mem);
	c->is_provisional = row_int(q, k++) != 0;
	c->owner_person_id = row_int(q, k++);
	c->owner_unit_id = row_int(q, k++);
	c->tracker_person_id = row_int(q, k++);
	c->tracker_unit_id = row_int(q, k++);
	c->owner_name = row_text(q, k++, mem);
	c->owner_phone = row_text(q, k++, mem);
	c->owner_unit = row_text(q, k++, mem);
	c->owner_unit_code = row_text(q, k++, mem);
	c->owner_public_unit = row_text(q, k++, mem);
	c->tracker_name = row_text(q, k++, mem);
	c->tracker_unit = row_text(q, k++, mem);
	c->round = (int)row_int(q, k++);
	c->contact_at = row_int(q, k++);
	c->answered_at = row_int(q, k++);
	c->closed_at = row_int(q, k++);
	c->escalated_at = row_int(q, k++);
	c->needs_ruling = row_int(q, k++) != 0;
	c->outcome = (enum outcome)row_int(q, k++);
	c->seen_solved = row_text(q, k++, mem);
	c->seen_sat = (int)row_int(q, k++);
	c->is_imported = row_int(q, k++) != 0;
	c->own_date = row_int(q, k++);
	c->taken_at = row_int(q, k++);
	c->source_no = row_text(q, k++, mem);
	c->level = (int)row_int(q, k++);
	c->ladder_at = row_int(q, k++);
	c->is_listed = row_int(q, k++) != 0;
	c->is_urgent = row_int(q, k++) != 0;
	c->is_supervised = row_int(q, k++) != 0;
	c->resume_wd = (int)row_int(q, k++);
	c->sponsor_person_id = row_int(q, k++);
	c->merged_into = row_int(q, k++);
	c->linked_id = row_int(q, k++);
	c->disputed_at = row_int(q, k++);
	c->was_late = row_int(q, k++) != 0;
	c->category = row_text(q, k++, mem);
	c->supervised_due = row_int(q, k++);
	c->supervised_late = row_int(q, k++) != 0;
	c->erased_at = row_int(q, k++);
	c->erased_ground = row_text(q, k++, mem);
	c->handed_id = row_int(q, k++);
	c->rated_at = row_int(q, k++);
	if (!c->category[0]) /* from before the office had classes of its own, or from a list */
		c->category = c->class;
}

static enum xq_rc
load_one(struct rows *q, void *mem, struct concern *out, struct xq_err *err)
{
	struct concern c = { 0 };
	bool found = row_next(q);
	if (found)
		read_concern(q, mem, &c);
	enum xq_rc rc = rows_close(q, err);
	if (rc != XQ_OK)
		return rc;
	if (!found)
		return XQ_NONE;
	*out = c;
	return XQ_OK;
}

enum xq_rc
concern_load(struct tx *tx, void *mem, int64_t office, int64_t id, struct concern *out,
	struct xq_err *err)
{
	return load_one(
		db_query(tx, SQL(CONCERN_COLUMNS CONCERN_TABLES " WHERE c.office = ? AND c.id = ?"),
			VALS(V(office), V(id))),
		mem, out, err);
}

static sql_ref
by_file_no(void)
{
	return SQL(CONCERN_COLUMNS CONCERN_TABLES " WHERE c.office = ? AND c.file_no = ?");
}

enum xq_rc
concern_by_file_no(struct tx *tx, void *mem, int64_t office, int64_t file_no, struct concern *out,
	struct xq_err *err)
{
	return load_one(db_query(tx, by_file_no(), VALS(V(office), V(file_no))), mem, out, err);
}

void
concern_ask(struct tx *tx, int64_t office, int64_t file_no)
{
	db_ask(tx, by_file_no(), VALS(V(office), V(file_no)));
}

enum xq_rc
concern_by_ref(struct tx *tx, void *mem, int64_t office, struct str ref, struct concern *out,
	struct xq_err *err)
{
	return load_one(
		db_query(tx,
			SQL(CONCERN_COLUMNS CONCERN_TABLES " WHERE c.office = ? AND c.ref = ?"),
			VALS(V(office), V(ref))),
		mem, out, err);
}

enum xq_rc
concern_by_code(struct tx *tx, void *mem, const struct app *app, int64_t office,
	const struct code *code, struct concern *out, struct xq_err *err)
{
	uint8_t hash[32];
	query_hash(app, code, hash);
	return load_one(db_query(tx,
				SQL(CONCERN_COLUMNS CONCERN_TABLES
					" WHERE c.office = ? AND c.query_hash = ?"),
				VALS(V(office), val_bytes((struct bytes){ hash, 32 }))),
		mem, out, err);
}

enum xq_rc
intake_load(struct tx *tx, void *mem, int64_t office, int64_t concern_id, struct intake *out,
	struct xq_err *err)
{
	struct rows *q = db_query(tx,
		SQL("SELECT name, phone, address, contact_wish, told, people, wants_secret,"
		    " wants_contact, pin_hash IS NOT NULL"
		    " FROM intake WHERE office = ? AND concern_id = ?"),
		VALS(V(office), V(concern_id)));
	struct intake in = { 0 };
	bool found = row_next(q);
	if (found)
		in = (struct intake){
			.name = row_text(q, 0, mem),
			.phone = row_text(q, 1, mem),
			.address = row_text(q, 2, mem),
			.contact_wish = row_text(q, 3, mem),
			.told = row_text(q, 4, mem),
			.people = (int)row_int(q, 5),
			.wants_secret = row_int(q, 6) != 0,
			.wants_contact = row_int(q, 7) != 0,
			.has_pin = row_int(q, 8) != 0,
		};
	enum xq_rc rc = rows_close(q, err);
	if (rc != XQ_OK || !found)
		return rc != XQ_OK ? rc : XQ_NONE;
	*out = in;
	return XQ_OK;
}

enum xq_rc
step_list(struct tx *tx, void *mem, int64_t office, int64_t concern_id, struct step_row **out,
	size_t *out_n, struct xq_err *err)
{
	struct rows *q = db_query(tx,
		SQL("SELECT s.at, s.act, s.note, p.name, u.name, s.from_state, s.to_state, s.seq,"
		    " s.is_for_resident, s.due_day"
		    " FROM step s"
		    " LEFT JOIN person p ON p.office = s.office AND p.id = s.person_id"
		    " LEFT JOIN unit u ON u.office = s.office AND u.id = s.unit_id"
		    " WHERE s.office = ? AND s.concern_id = ? ORDER BY s.no LIMIT ?"),
		VALS(V(office), V(concern_id), V((int64_t)STEPS_MAX)));
	size_t n = 0, cap = 12;
	struct step_row *list = mem_array(mem, struct step_row, cap);
	while (row_next(q)) {
		if (n == cap) {
			list = mem_grow(mem, struct step_row, list, cap, cap * 2);
			cap *= 2;
		}
		list[n++] = (struct step_row){
			.at = row_int(q, 0),
			.act = row_text(q, 1, mem),
			.note = row_text(q, 2, mem),
			.person = row_text(q, 3, mem),
			.unit = row_text(q, 4, mem),
			.from = (enum concern_state)row_int(q, 5),
			.to = (enum concern_state)row_int(q, 6),
			.seq = row_int(q, 7),
			.is_for_resident = row_int(q, 8) != 0,
			.due_day = (int32_t)row_int(q, 9),
		};
	}
	enum xq_rc rc = rows_close(q, err);
	if (rc == XQ_OK) {
		*out = list;
		*out_n = n;
	}
	return rc;
}

static sql_ref
open_offer(void)
{
	return SQL("SELECT h.id, h.from_person_id, h.from_unit_id, h.to_unit_id, h.to_person_id,"
		   " fp.name, u.name, tp.name, h.why, h.note, h.told, h.offered_at, h.lapses_at,"
		   " h.by_catalogue, h.back_state"
		   " FROM handover h"
		   " JOIN person fp ON fp.office = h.office AND fp.id = h.from_person_id"
		   " JOIN unit u ON u.office = h.office AND u.id = h.to_unit_id"
		   " LEFT JOIN person tp ON tp.office = h.office AND tp.id = h.to_person_id"
		   " WHERE h.office = ? AND h.concern_id = ? AND h.state = 0");
}

enum xq_rc
handover_open(struct tx *tx, void *mem, int64_t office, int64_t concern_id, struct handover *out,
	struct xq_err *err)
{
	struct rows *q = db_query(tx, open_offer(), VALS(V(office), V(concern_id)));
	struct handover h = { 0 };
	bool found = row_next(q);
	if (found)
		h = (struct handover){
			.id = row_int(q, 0),
			.concern_id = concern_id,
			.from_person_id = row_int(q, 1),
			.from_unit_id = row_int(q, 2),
			.to_unit_id = row_int(q, 3),
			.to_person_id = row_int(q, 4),
			.from_name = row_text(q, 5, mem),
			.to_unit = row_text(q, 6, mem),
			.to_name = row_text(q, 7, mem),
			.why = row_text(q, 8, mem),
			.note = row_text(q, 9, mem),
			.told = row_text(q, 10, mem),
			.offered_at = row_int(q, 11),
			.lapses_at = row_int(q, 12),
			.by_catalogue = row_int(q, 13) != 0,
			.back = (enum concern_state)row_int(q, 14),
		};
	enum xq_rc rc = rows_close(q, err);
	if (rc != XQ_OK || !found)
		return rc != XQ_OK ? rc : XQ_NONE;
	*out = h;
	return XQ_OK;
}

static enum xq_rc
read_reply(struct rows *q, void *mem, int64_t concern_id, struct reply *out, struct xq_err *err)
{
	struct reply r = { 0 };
	bool found = row_next(q);
	if (found)
		r = (struct reply){
			.id = row_int(q, 0),
			.concern_id = concern_id,
			.round = (int)row_int(q, 1),
			.state = (enum reply_state)row_int(q, 2),
			.text = row_text(q, 3, mem),
			.basis = row_text(q, 4, mem),
			.outcome = (enum outcome)row_int(q, 5),
			.author_id = row_int(q, 6),
			.author_unit_id = row_int(q, 7),
			.submitted_at = row_int(q, 8),
			.decided_at = row_int(q, 9),
			.why = row_text(q, 10, mem),
			.author = row_text(q, 11, mem),
			.author_unit = row_text(q, 12, mem),
			.approver = row_text(q, 13, mem),
			.class = row_text(q, 14, mem),
			.no_finding = row_text(q, 15, mem),
			.promise = row_text(q, 16, mem),
			.promise_day = (int32_t)row_int(q, 17),
			.no_promise = row_text(q, 18, mem),
		};
	enum xq_rc rc = rows_close(q, err);
	if (rc != XQ_OK || !found)
		return rc != XQ_OK ? rc : XQ_NONE;
	if (r.no_finding && !r.no_finding[0]) /* answered before it was asked */
		r.no_finding = NULL;
	*out = r;
	return XQ_OK;
}

#define REPLY_COLUMNS                                                                              \
	"SELECT r.id, r.round, r.state, r.text, r.basis, r.outcome, r.author_person_id,"           \
	" r.author_unit_id, r.submitted_at, r.decided_at, r.why, p.name, u.name, a.name,"          \
	" r.class, r.no_finding, r.promise, r.promise_day, r.no_promise"                           \
	" FROM reply r"                                                                            \
	" JOIN person p ON p.office = r.office AND p.id = r.author_person_id"                      \
	" JOIN unit u ON u.office = r.office AND u.id = r.author_unit_id"                          \
	" LEFT JOIN person a ON a.office = r.office AND a.id = r.approver_person_id"

static sql_ref
newest_reply(void)
{
	return SQL(REPLY_COLUMNS " WHERE r.office = ? AND r.concern_id = ?"
				 " ORDER BY r.id DESC LIMIT 1");
}

enum xq_rc
reply_newest(struct tx *tx, void *mem, int64_t office, int64_t concern_id, bool approved_only,
	struct reply *out, struct xq_err *err)
{
	struct vals v = VALS(V(office), V(concern_id));
	struct rows *q =
		approved_only
			? db_query(tx,
				  SQL(REPLY_COLUMNS " WHERE r.office = ? AND r.concern_id = ?"
						    " AND r.state = 1 ORDER BY r.id DESC LIMIT 1"),
				  v)
			: db_query(tx, newest_reply(), v);
	return read_reply(q, mem, concern_id, out, err);
}

void
concern_ask_more(struct tx *tx, int64_t office, const struct concern *c)
{
	const struct vals v = VALS(V(office), V(c->id));
	if (c->state == ST_ASSIGNED)
		db_ask(tx, open_offer(), v);
	else if (c->state == ST_REPLIED)
		db_ask(tx, newest_reply(), v);
}

enum xq_rc
photo_list(struct tx *tx, void *mem, int64_t office, int64_t concern_id, struct photo **out,
	size_t *out_n, struct xq_err *err)
{
	enum { PHOTOS_MAX = 9 };
	struct photo *list = mem_array(mem, struct photo, PHOTOS_MAX);
	size_t n = 0;
	struct rows *q = db_query(tx,
		SQL("SELECT hash, width, height FROM photo WHERE office = ? AND concern_id = ?"
		    " ORDER BY no LIMIT 9"),
		VALS(V(office), V(concern_id)));
	while (n < PHOTOS_MAX && row_next(q)) {
		struct str hash = row_str(q, 0);
		size_t len = hash.n < 64 ? hash.n : 64;
		memcpy(list[n].hash, hash.p, len);
		list[n].hash[len] = 0;
		list[n].width = (int)row_int(q, 1);
		list[n].height = (int)row_int(q, 2);
		n++;
	}
	enum xq_rc rc = rows_close(q, err);
	if (rc == XQ_OK) {
		*out = list;
		*out_n = n;
	}
	return rc;
}

enum xq_rc
concern_has_source(
	struct tx *tx, int64_t office, const char *source_no, bool *out, struct xq_err *err)
{
	int64_t id;
	enum xq_rc rc = db_int(tx, SQL("SELECT id FROM concern WHERE office = ? AND source_no = ?"),
		VALS(V(office), V(source_no)), &id, err);
	if (rc != XQ_OK && rc != XQ_NONE)
		return rc;
	*out = rc == XQ_OK;
	return XQ_OK;
}

enum xq_rc
concern_is_outsider(struct tx *tx, int64_t office, int64_t concern_id, int64_t person_id, bool *out,
	struct xq_err *err)
{
	int64_t n;
	enum xq_rc rc = db_int(tx,
		SQL("SELECT count(*) FROM owner_span s"
		    " JOIN membership m ON m.office = s.office AND m.unit_id = s.unit_id"
		    " WHERE s.office = ? AND s.concern_id = ? AND m.person_id = ?"),
		VALS(V(office), V(concern_id), V(person_id)), &n, err);
	if (rc == XQ_OK)
		*out = n == 0;
	return rc;
}
