/* SPDX-License-Identifier: Apache-2.0 */
/* seat_acts.c - a seat is booked, given back, and goes along when its sitting moves. Nothing that is asked or
 * kept tells who comes: a browser is counted by a hash that is another one for each sitting. */
#include "reception/seat.h"

#include "core/hash.h"
#include "core/mem.h"

#include "core/banned.h"

enum { FORGET_DAYS = 92, DRAWS = 16 };

/* ---- tables ----------------------------------------------------------------------------------------- */

static const struct table_decl tables[] = {
	{ .name = "roster_seat", .class = TABLE_OFFICE, .grows = true },
	{ .name = NULL },
};

/* clang-format off */
const struct migration reception_seat_migration_1 = {
	.module = "reception-seat",
	.number = 1,
	.ddl =
	"CREATE TABLE roster_seat ("
	" office integer NOT NULL, no integer NOT NULL, code_hash blob NOT NULL, visitor_hash blob,"
	" day integer NOT NULL, start_min integer NOT NULL, end_min integer NOT NULL, venue_no integer NOT NULL,"
	" turn integer NOT NULL CHECK (turn BETWEEN 1 AND 96), people integer NOT NULL CHECK (people BETWEEN 1 AND 5),"
	" helps integer NOT NULL, state integer NOT NULL CHECK (state BETWEEN 0 AND 2),"
	" booked_at integer NOT NULL, ended_at integer, moved_at integer,"
	" from_day integer, from_start integer, from_venue integer, from_turn integer,"
	" PRIMARY KEY (office, no), UNIQUE (office, code_hash),"
	" FOREIGN KEY (office, venue_no) REFERENCES venue (office, no),"
	" CHECK ((state = 0) = (ended_at IS NULL)));\n"
	/* two who book one turn at the same instant: one of them gets it */
	"CREATE UNIQUE INDEX roster_seat_once ON roster_seat (office, day, start_min, venue_no, turn)"
	" WHERE state = 0;\n"
	"CREATE INDEX roster_seat_day ON roster_seat (office, day, no);\n"
	"ALTER TABLE receiver ADD COLUMN topics text NOT NULL DEFAULT '';\n"
	"ALTER TABLE roster_slot ADD COLUMN topics text NOT NULL DEFAULT '';\n",
	.tables = tables,
};
/* clang-format on */

/* ---- booked ----------------------------------------------------------------------------------------- */

/* What would help, as bits in this order; it never changes. */
const struct choice seat_helps[] = {
	{ "step_free", N_("No step on the way") },
	{ "slow", N_("Speak slowly and loud") },
	{ "dialect", N_("Shanghai dialect") },
	{ "sign", N_("Sign language") },
	{ "large_print", N_("Large print") },
};
const size_t n_seat_helps = sizeof seat_helps / sizeof *seat_helps;

static unsigned
helps_of(const struct form *in)
{
	unsigned helps = 0;
	for (unsigned i = 0; i < n_seat_helps; i++)
		if (form_bool(in, seat_helps[i].code))
			helps |= 1U << i;
	return helps;
}

/* No two sittings give the same hash, so it cannot be followed from one to the next. */
static struct bytes
visitor_hash(struct act_ctx *ctx, const struct form *in, const struct seat_at *s)
{
	uint8_t *hash = mem_array(ctx->mem, uint8_t, 32);
	const char *text = mem_printf(ctx->mem, "visitor|%lld|%d|%d|%lld|%s",
		(long long)ctx->office, (int)s->day, s->start_min, (long long)s->venue_no,
		form_text(in, "visitor"));
	hash_keyed(app_key(ctx->app, ctx->office),
		(struct bytes){ (const uint8_t *)text, strlen(text) }, hash);
	return (struct bytes){ hash, 32 };
}

/* Whoever works here books for those who call, so for them nothing is counted. */
static enum xq_rc
refuse_third(struct act_ctx *ctx, const struct seat_at *s, struct bytes visitor, struct xq_err *err)
{
	int64_t n = 0;
	if (ctx->actor->kind == ACTOR_STAFF)
		return XQ_OK;
	enum xq_rc rc = db_int(ctx->tx,
		SQL("SELECT count(*) FROM roster_seat WHERE office = ? AND day = ? AND start_min = ?"
		    " AND venue_no = ? AND state = 0 AND visitor_hash = ?"),
		VALS(V(ctx->office), V(s->day), V(s->start_min), V(s->venue_no), V(visitor)), &n,
		err);
	return rc == XQ_OK && n >= SEATS_A_VISITOR ? xq_refuse(err, NULL, "seat.enough") : rc;
}

/* A code that is taken is drawn again: five signs meet themselves now and then. */
static enum xq_rc
code_draw(struct act_ctx *ctx, struct short_code *out, struct xq_err *err)
{
	for (int i = 0; i < DRAWS; i++) {
		struct booking other;
		*out = short_code_new(ctx->random);
		enum xq_rc rc = seat_by_code(ctx->tx, ctx->app, ctx->office, out, &other, err);
		if (rc != XQ_OK)
			return rc == XQ_NONE ? XQ_OK : rc;
	}
	return xq_fault(err, "seat.code", "no free code after %d draws", DRAWS);
}

/* Seats of sittings that are long over are no use to anybody. */
static enum xq_rc
forget_old(struct act_ctx *ctx, struct xq_err *err)
{
	return db_exec(ctx->tx, SQL("DELETE FROM roster_seat WHERE office = ? AND day < ?"),
		VALS(V(ctx->office), V(day_add(reception_today(ctx), -FORGET_DAYS))), err);
}

static enum xq_rc
insert_seat(struct act_ctx *ctx, const struct form *in, const struct seat_at *s,
	struct bytes visitor, struct short_code *code, struct xq_err *err)
{
	uint8_t hash[32];
	int64_t no = 0;
	enum xq_rc rc = code_draw(ctx, code, err);
	if (rc == XQ_OK)
		rc = db_next(ctx->tx, ctx->office, "seat", &no, err);
	if (rc != XQ_OK)
		return rc;
	seat_hash(ctx->app, ctx->office, code, hash);
	act_subject(ctx, "seat", no);
	rc = db_exec_one(ctx->tx,
		SQL("INSERT INTO roster_seat (office, no, code_hash, visitor_hash, day, start_min,"
		    " end_min, venue_no, turn, people, helps, state, booked_at)"
		    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?)"),
		VALS(V(ctx->office), V(no), val_bytes((struct bytes){ hash, 32 }), V(visitor),
			V(s->day), V(s->start_min), V(s->end_min), V(s->venue_no),
			V(form_int(in, "turn")), V(form_int(in, "people")), V(helps_of(in)),
			V(ctx->now)),
		err);
	if (rc == XQ_REFUSED) /* the index: somebody else was quicker */
		return xq_refuse(err, "turn", "seat.taken");
	return rc;
}

/* Turns of the other half are never booked; one that is gone is told apart from one that never was. */
static enum xq_rc
check_turn(const struct seating *s, int64_t turn, struct xq_err *err)
{
	if (turn > turns_of(s->at.start_min, s->at.end_min) || !turn_is_to_book((int)turn))
		return xq_refuse(err, "turn", "seat.no-turn");
	return XQ_OK;
}

static enum xq_rc
seat_of_form(const struct form *in, struct seat_at *out, struct xq_err *err)
{
	*out = (struct seat_at){ .day = (int32_t)form_int(in, "day"),
		.venue_no = form_int(in, "venue") };
	return minute_read(form_str(in, "start"), &out->start_min)
	               ? XQ_OK
	               : xq_refuse(err, "start", "roster.time");
}

static enum xq_rc
book_apply(struct act_ctx *ctx, const struct form *in, struct xq_err *err)
{
	struct seating s = { 0 };
	struct seat_at at;
	struct short_code code;
	enum xq_rc rc = seat_of_form(in, &at, err);
	if (rc == XQ_OK)
		rc = seating_load(ctx->tx, ctx->mem, ctx->office, &at, &s, err);
	if (rc != XQ_OK)
		return rc;
	const char *no = seating_refusal(&s, ctx->now, app_office(ctx->app, ctx->office)->tz_s);
	if (no)
		return xq_refuse(err, NULL, no);
	struct bytes visitor = visitor_hash(ctx, in, &at);
	rc = check_turn(&s, form_int(in, "turn"), err);
	if (rc == XQ_OK)
		rc = refuse_third(ctx, &at, visitor, err);
	if (rc == XQ_OK)
		rc = forget_old(ctx, err);
	if (rc == XQ_OK)
		rc = insert_seat(ctx, in, &s.at, visitor, &code, err);
	if (rc != XQ_OK)
		return rc;
	act_result_text(ctx, "code", code.text);
	return act_note(ctx, err);
}

/* ---- given back ------------------------------------------------------------------------------------- */

static enum xq_rc
give_back_apply(struct act_ctx *ctx, const struct form *in, struct xq_err *err)
{
	struct short_code code;
	struct booking s;
	if (!short_code_read(form_str(in, "code"), &code))
		return xq_refuse(err, "code", "seat.code-unknown");
	enum xq_rc rc = seat_by_code(ctx->tx, ctx->app, ctx->office, &code, &s, err);
	if (rc == XQ_NONE)
		return xq_refuse(err, "code", "seat.code-unknown");
	if (rc != XQ_OK)
		return rc;
	act_subject(ctx, "seat", s.no);
	if (s.state != SEAT_OPEN)
		return xq_refuse(err, NULL, "seat.given-back");
	if (day_at(s.at.day, s.at.start_min, app_office(ctx->app, ctx->office)->tz_s) <= ctx->now)
		return xq_refuse(err, NULL, "seat.begun");
	rc = db_exec_one(ctx->tx,
		SQL("UPDATE roster_seat SET state = 1, ended_at = ?, visitor_hash = NULL"
		    " WHERE office = ? AND no = ? AND state = 0"),
		VALS(V(ctx->now), V(ctx->office), V(s.no)), err);
	return rc == XQ_OK ? act_note(ctx, err) : rc;
}

/* ---- its sitting moves ------------------------------------------------------------------------------ */

/* Whether anybody sits there as before. */
static enum xq_rc
still_stands(struct act_ctx *ctx, const struct slot *old, bool *out, struct xq_err *err)
{
	int64_t n = 0;
	enum xq_rc rc = db_int(ctx->tx,
		SQL("SELECT count(*) FROM roster_slot s"
		    " JOIN roster_week w ON w.office = s.office AND w.week = s.week"
		    " WHERE s.office = ? AND s.day = ? AND s.start_min = ? AND s.venue_no = ?"
		    " AND s.end_min = ? AND s.state IN (0, 2) AND w.state = 2"),
		VALS(V(ctx->office), V(old->day), V(old->start_min), V(old->venue_no),
			V(old->end_min)),
		&n, err);
	*out = n > 0;
	return rc;
}

/* The same turn; else the nearest free one of those that are booked; else of all; 0: none is free. */
static int
turn_for(const struct seating *s, int turn)
{
	int turns = turns_of(s->at.start_min, s->at.end_min);
	for (int pass = 0; pass < 2; pass++)
		for (int far = 0; far < SEAT_TURNS_MAX; far++) {
			const int at[] = { turn - far, turn + far };
			for (size_t i = 0; i < 2; i++)
				if (at[i] >= 1 && at[i] <= turns && !s->is_taken[at[i]] &&
					(pass == 1 || turn_is_to_book(at[i])))
					return at[i];
		}
	return 0;
}

static enum xq_rc
seat_fell(struct act_ctx *ctx, const struct booking *s, struct xq_err *err)
{
	return db_exec_one(ctx->tx,
		SQL("UPDATE roster_seat SET state = 2, ended_at = ?, visitor_hash = NULL"
		    " WHERE office = ? AND no = ? AND state = 0"),
		VALS(V(ctx->now), V(ctx->office), V(s->no)), err);
}

static enum xq_rc
seat_move(struct act_ctx *ctx, const struct booking *s, struct seating *to, struct xq_err *err)
{
	int turn = turn_for(to, s->turn);
	if (turn == 0)
		return seat_fell(ctx, s, err);
	to->is_taken[turn] = true;
	return db_exec_one(ctx->tx,
		SQL("UPDATE roster_seat SET day = ?, start_min = ?, end_min = ?, venue_no = ?,"
		    " turn = ?, moved_at = ?, from_day = ?, from_start = ?, from_venue = ?,"
		    " from_turn = ?, visitor_hash = NULL WHERE office = ? AND no = ? AND state = 0"),
		VALS(V(to->at.day), V(to->at.start_min), V(to->at.end_min), V(to->at.venue_no),
			V(turn), V(ctx->now), V(s->at.day), V(s->at.start_min), V(s->at.venue_no),
			V(s->turn), V(ctx->office), V(s->no)),
		err);
}

/* Only the end moved: who has a turn before it stays. */
static bool
stays(const struct booking *s, const struct seating *to)
{
	return s->at.day == to->at.day && s->at.start_min == to->at.start_min &&
	       s->at.venue_no == to->at.venue_no &&
	       s->turn <= turns_of(to->at.start_min, to->at.end_min);
}

enum xq_rc
seats_follow(
	struct act_ctx *ctx, const struct slot *old, const struct slot *now, struct xq_err *err)
{
	struct seat_at from = { old->day, old->start_min, old->end_min, old->venue_no },
		       at = { now->day, now->start_min, now->end_min, now->venue_no };
	struct seating to;
	struct booking *s;
	size_t n = 0;
	bool stands = false;
	if (!old->is_published)
		return XQ_OK;
	enum xq_rc rc = still_stands(ctx, old, &stands, err);
	if (rc != XQ_OK || stands)
		return rc;
	rc = seat_list(ctx->tx, ctx->mem, ctx->office, &from, &s, &n, err);
	if (rc == XQ_OK)
		rc = seating_load(ctx->tx, ctx->mem, ctx->office, &at, &to, err);
	for (size_t i = 0; rc == XQ_OK && i < n; i++)
		if (!stays(&s[i], &to))
			rc = seat_move(ctx, &s[i], &to, err);
	if (rc == XQ_OK)
		rc = db_exec(ctx->tx,
			SQL("UPDATE roster_seat SET end_min = ? WHERE office = ? AND day = ?"
			    " AND start_min = ? AND venue_no = ? AND state = 0"),
			VALS(V(at.end_min), V(ctx->office), V(at.day), V(at.start_min),
				V(at.venue_no)),
			err);
	return rc;
}

/* ---- declarations ----------------------------------------------------------------------------------- */

/* clang-format off */
static const struct field book_fields[] = {
	{ "day", FIELD_DAY, .required = true, .label = N_("Day") },
	{ "start", FIELD_TEXT, .required = true, .max = 5, .label = N_("Begins at"), .hint = N_("As 14:00") },
	{ "venue", FIELD_INT, .required = true, .min = 1, .label = N_("Venue") },
	{ "turn", FIELD_INT, .required = true, .min = 1, .max = SEAT_TURNS_MAX, .label = N_("Which time suits you"),
		.hint = N_("15 minutes each. The times between are for those who come without."), .missing = "seat.choose" },
	{ "people", FIELD_INT, .required = true, .min = 1, .max = SEAT_PEOPLE_MAX, .label = N_("How many come") },
	{ "step_free", FIELD_BOOL, .label = N_("No step on the way") },
	{ "slow", FIELD_BOOL, .label = N_("Speak slowly and loud") },
	{ "dialect", FIELD_BOOL, .label = N_("Shanghai dialect") },
	{ "sign", FIELD_BOOL, .label = N_("Sign language") },
	{ "large_print", FIELD_BOOL, .label = N_("Large print") },
	/* the cookie of the browser; whoever has none shares one */
	{ "visitor", FIELD_SECRET, .max = 64, .label = N_("Name of the browser"), .privacy = PRIVACY_SECRET },
	{ .name = NULL },
};

static const struct field give_back_fields[] = {
	{ "code", FIELD_TEXT, .required = true, .max = 20, .label = N_("Code of the seat"), .privacy = PRIVACY_SECRET },
	{ .name = NULL },
};

const struct msg_text seat_messages[] = {
	{ "seat.no-sitting", N_("No reception is published for this time and place. Please look at the roster.") },
	{ "seat.cancelled", N_("This reception is not held at this time. The roster says what takes its place.") },
	{ "seat.begun", N_("This reception has begun or is over.") },
	{ "seat.venue-closed", N_("This place is closed at the moment. Please choose another reception.") },
	{ "seat.full", N_("All times that can be booked are taken. You can come without: half of the times are kept for that.") },
	{ "seat.taken", N_("Somebody has just taken this time. Please choose another one; what you ticked is kept.") },
	{ "seat.no-turn", N_("This time cannot be booked. Please choose one of the list.") },
	{ "seat.choose", N_("Please choose a time.") },
	{ "seat.enough", N_("This phone has booked two times of this reception already. Please give one back first, or come without.") },
	{ "seat.code-unknown", N_("There is no seat of this code. Please check it once more; 0 and O, 1 and I are taken as the same.") },
	{ "seat.given-back", N_("This seat has been given back already.") },
	{ NULL, NULL },
};
/* clang-format on */

#define NOTED                                                                                      \
	(const struct event_kind *const[])                                                         \
	{                                                                                          \
		&ev_office_noted, NULL                                                             \
	}

const struct act seat_book = {
	.name = "seat.book",
	.title = N_("Book a seat"),
	.help = N_("No name and no phone are asked; you get a code of six signs."),
	.who = PERM_ANYBODY,
	.fields = book_fields,
	.apply = book_apply,
	.events = NOTED,
};

const struct act seat_give_back = {
	.name = "seat.give-back",
	.title = N_("Give the seat back"),
	.help = N_("Somebody else can have it then."),
	.who = PERM_ANYBODY,
	.fields = give_back_fields,
	.apply = give_back_apply,
	.events = NOTED,
};

/* ---- invariants: 0 faults, always ------------------------------------------------------------------- */

/* An open seat ahead belongs to a sitting at which somebody sits, and is one of its turns. */
static enum xq_rc
faults_stand(struct tx *tx, void *mem, int64_t office, int64_t *out, struct xq_err *err)
{
	(void)mem;
	return db_int(tx,
		SQL("SELECT count(*) FROM roster_seat t /* scan: check */ WHERE t.office = ?"
		    " AND t.state = 0 AND (t.start_min + t.turn * 15 > t.end_min OR NOT EXISTS"
		    " (SELECT 1 FROM roster_slot s"
		    "  JOIN roster_week w ON w.office = s.office AND w.week = s.week"
		    "  WHERE s.office = t.office AND s.day = t.day AND s.start_min = t.start_min"
		    "  AND s.venue_no = t.venue_no AND s.end_min = t.end_min AND s.state <> 1"
		    "  AND w.state = 2))"),
		VALS(V(office)), out, err);
}

const struct invariant seats_stand = { "reception.seats", faults_stand };
