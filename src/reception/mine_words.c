/* SPDX-License-Identifier: Apache-2.0 */
/* mine_words.c - what became of an entry in words, and the declaration of the module. */
#include "reception/mine_pages.h"

#include "concern/book.h"
#include "core/mem.h"

#include "core/banned.h"

/* ---- one entry -------------------------------------------------------------------------------------- */

/* What it is called; where that is not this person's to read, what it is about. */
static const char *
matter_of(struct req *q, const struct concern *c, bool title)
{
	if (c->lane == LANE_SEALED)
		return desk_word(q, N_("Sealed"));
	if (title)
		return c->title;
	return desk_word(q, book_public_class(q, c));
}

static const char *
day_short(struct req *q, int64_t at)
{
	return msg_day_short(q->mem, q->prefs.lang, day_of(at, q->office->tz_s));
}

/* Answered on which day and how; ended otherwise; or by when. */
static const char *
came_of(struct req *q, const struct brought *b)
{
	const struct concern *c = &b->c;
	const char *outcome = c->outcome ? book_outcome(q, c) : NULL;
	if (c->answered_at && outcome)
		return SAY(q, N_("Answered {day}: {outcome}"),
			AX("day", day_short(q, c->answered_at)),
			AX("outcome", desk_word(q, outcome)));
	if (c->answered_at)
		return SAY(q, N_("Answered {day}"), AX("day", day_short(q, c->answered_at)));
	if (c->closed_at)
		return SAY(q, N_("{what}, {day}"), AX("what", desk_word(q, state_title(c->state))),
			AX("day", day_short(q, c->closed_at)));
	return SAY(q, N_("Answer by {day}"),
		AX("day", msg_day_short(q->mem, q->prefs.lang, c->due_day)));
}

static const char *
word_of(struct req *q, const struct concern *c)
{
	if (c->seen_solved)
		return desk_word(q, book_seen(q, c));
	if (c->answered_at && c->closed_at)
		return desk_word(q, N_("Could not be reached"));
	return c->answered_at ? desk_word(q, N_("Not asked yet")) : NULL;
}

static const char *
heard_of(struct req *q, const struct brought *b)
{
	if (!b->fed_back_at)
		return NULL;
	if (!b->fed_back_how)
		return SAY(q, N_("Message of {day}"), AX("day", day_short(q, b->fed_back_at)));
	return SAY(q, N_("{how}, {day}"),
		AX("how", desk_word(q, choice_label(feedback_ways, b->fed_back_how))),
		AX("day", msg_day_short(q->mem, q->prefs.lang, b->fed_back_on)));
}

struct brought_row
brought_row_of(struct req *q, const struct brought *b, bool title)
{
	const struct concern *c = &b->c;
	struct brought_row row = { .day = msg_day_short(q->mem, q->prefs.lang, b->day) };
	if (b->kind == ENTRY_TOLD) {
		row.is_told = true;
		row.matter = b->asked;
		row.came = SAY(q, N_("Told on the spot: {words}"), AX("words", b->told));
		row.light = (struct desk_light){ LIGHT_OK, desk_word(q, N_("Told on the spot")) };
		return row;
	}
	bool may_open = concern_may_see(&q->actor, c, NULL);
	row.no = desk_no_short(q, c->file_no);
	row.href = may_open ? desk_path(q, c->file_no, "") : NULL;
	row.matter = matter_of(q, c, title || may_open);
	row.owner = c->owner_name;
	row.unit = c->owner_unit;
	row.came = came_of(q, b);
	row.word = word_of(q, c);
	row.heard = heard_of(q, b);
	row.light = desk_light_of(q, c);
	if (c->answered_at && brought_is_late(b, q->now))
		row.light = (struct desk_light){ LIGHT_LATE, desk_word(q, N_("Answered late")) };
	return row;
}

/* ---- the module ------------------------------------------------------------------------------------- */

static const struct table_decl no_tables[] = { { .name = NULL } };

static const struct migration mine_migration_1 = {
	.module = "reception-mine",
	.number = 1,
	/* how the receiver was told and on which day; NULL: by message */
	.ddl = "ALTER TABLE sitting_entry ADD COLUMN fed_back_how text;\n"
	       "ALTER TABLE sitting_entry ADD COLUMN fed_back_on integer;\n",
	.tables = no_tables,
};

/* What was told was told once it was there to be told, and how stands beside it. */
static enum xq_rc
faults_fed_back(struct tx *tx, void *mem, int64_t office, int64_t *out, struct xq_err *err)
{
	(void)mem;
	return db_int(tx,
		SQL("SELECT count(*) FROM sitting_entry e /* scan: check */ WHERE e.office = ?"
		    " AND ((e.fed_back_at IS NOT NULL AND e.kind <> 0)"
		    "  OR (e.fed_back_how IS NULL) <> (e.fed_back_by IS NULL)"
		    "  OR (e.fed_back_how IS NULL) <> (e.fed_back_on IS NULL)"
		    "  OR (e.fed_back_at IS NULL AND e.fed_back_how IS NOT NULL))"),
		VALS(V(office)), out, err);
}

static const struct invariant feedback_whole = { "sitting.feedback", faults_fed_back };

enum { UNCLOSED_DAYS = 60 };

/* Sittings of mine today, and those behind that nobody has closed. */
static enum xq_rc
count_mine(struct tx *tx, const struct actor *actor, int64_t now, int64_t *out, struct xq_err *err)
{
	int32_t today = day_of(now, TZ_CHINA);
	*out = 0;
	enum xq_rc rc = db_int(tx,
		SQL("SELECT count(*) FROM receiver r"
		    " JOIN roster_slot s ON s.office = r.office AND s.receiver_no = r.no"
		    " JOIN roster_week w ON w.office = s.office AND w.week = s.week"
		    " WHERE r.office = ? AND r.person_id = ? AND s.state IN (0, 2)"
		    " AND s.receiver_no IS NOT NULL AND s.day >= ? AND s.day <= ?"
		    " AND s.state = 0 AND w.state = 2"),
		VALS(V(actor->office), V(actor->person_id), V(day_add(today, -UNCLOSED_DAYS)),
			V(today)),
		out, err);
	return rc;
}

static const struct menu_item menu_mine = { "/desk/reception/mine", N_("My receptions"), "people",
	PERM_STAFF, 37, count_mine, true,
	N_("You receive residents today, or a sitting of yours is to be closed: {n}") };

const struct module reception_mine_module = {
	.name = "reception-mine",
	.migrations = (const struct migration *const[]){ &mine_migration_1, NULL },
	.acts = (const struct act *const[]){ &sitting_fed_back, &sitting_feed_back, NULL },
	.views = (const struct view *const[]){ &mine_view, &receiver_sheet_view,
		&receiver_print_view, &fed_back_view, NULL },
	.jobs = (const struct job *const[]){ &sitting_feed_back_job, NULL },
	.invariants = (const struct invariant *const[]){ &feedback_whole, NULL },
	.menu = (const struct menu_item *const[]){ &menu_mine, NULL },
	.messages = (const struct msg_text *const[]){ mine_messages, NULL },
};
