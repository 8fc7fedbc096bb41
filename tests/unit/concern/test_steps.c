/* SPDX-License-Identifier: Apache-2.0 */
/* Every state, every act on a concern, everybody who might try: allowed where the step table and
 * its guard say so, refused with the right words elsewhere, and then nothing has changed. The
 * table's answer is compared with a second one, written by hand from decisions.md 1; the buttons
 * with both. */
#include "fixture.h"

#include "concern/concern_int.h"

#include "core/banned.h"

const struct module *const world_modules[] = { &act_module, &office_module, &concern_module,
	&evaluation_module, &notify_module, NULL };

/* ---- the three sides of the cube ------------------------------------------------------------ */

/* A state, or a state with something about it that a guard looks at. */
enum situation {
	ACCEPTED,
	BY_CATALOGUE, /* ASSIGNED: offered to u05 by the catalogue */
	TO_UNIT,      /* ASSIGNED: offered to anybody of u05 */
	TO_PERSON,    /* ASSIGNED: offered to FANG of u05 */
	SIGNED,
	REPLIED,
	CALLBACK,
	RULING, /* CALLBACK, and the resident said no */
	REDO,
	REPLIED_AGAIN, /* REPLIED in the second round */
	CLOSED,
	TERMINATED,
	HISTORY,
	N_SITUATIONS
};

/* CHEN of u04 is the owner in all of them. */
static int64_t
concern_in(struct world *w, enum situation s)
{
	int64_t no;
	switch (s) {
	case ACCEPTED:
		return take_down(w, CHEN, "other");
	case BY_CATALOGUE:
		return take_down(w, CHEN, "parking");
	case TO_UNIT:
	case TO_PERSON:
		no = take_down(w, CHEN, "other");
		OK(offer(w, CHEN, no, "u05", s == TO_UNIT ? NOBODY : FANG));
		return no;
	case SIGNED:
		return signed_by_chen(w);
	case REPLIED:
		no = signed_by_chen(w);
		OK(submit(w, CHEN, no));
		return no;
	case CALLBACK:
		return answered_by_chen(w);
	case RULING:
		return waiting_for_ruling(w);
	case REDO:
	case REPLIED_AGAIN:
		no = waiting_for_ruling(w);
		OK(rule(w, SHEN, no, "redo"));
		if (s == REPLIED_AGAIN)
			OK(submit(w, CHEN, no));
		return no;
	case CLOSED:
		no = answered_by_chen(w);
		OK(rate(w, RESIDENT, w->code, "yes", "1"));
		return no;
	case TERMINATED:
	case HISTORY: /* no act leads there from here */
		no = signed_by_chen(w);
		force(w, SQL("UPDATE concern SET state = ? WHERE office = ? AND file_no = ?"),
			VALS(V(s == HISTORY ? ST_HISTORY : ST_TERMINATED), V(w->office), V(no)));
		return no;
	case N_SITUATIONS:
		break;
	}
	fail();
	return 0;
}

/* All acts on a concern that is there, with fields that are in order. */
/* clang-format off */
static const struct tried {
	const struct act *act;
	const struct pair in[4];
} tried[] = {
	{ &concern_offer,        { { "unit", "u06" }, { "why", "duty" } } },
	{ &concern_contact,      { { "note", "电话接通" }, { "made", "1" } } },
	{ &reply_submit,         { { "text", "灯已经换好，请您看看。" }, { "outcome", "solved" } } },
	{ &concern_accept,       { { 0 } } },
	{ &concern_decline,      { { "why", "not-ours" } } },
	{ &reply_approve,        { { 0 } } },
	{ &reply_send_back,      { { "why", "unclear" }, { "note", "写清日期" } } },
	{ &concern_rule_outcome, { { "decision", "close" }, { "note", "已核实" } } },
	{ &voice_rate,           { { "solved", "yes" }, { "sat", "1" } } },
	{ &concern_lapse,        { { 0 } } },
	{ &concern_escalate,     { { 0 } } },
};
/* clang-format on */
enum { N_TRIED = sizeof tried / sizeof *tried };

static const char letter[N_WHO + 1] = "GXCWHBFMYLNSPZ*rn"; /* in the order of enum who */

/* ---- what must come out, written by hand ---------------------------------------------------- */

#define EVERYBODY "GXCWHBFMYLNSPZ*rn"
#define PEOPLE "GXCWHBFMYLNSPZ" /* who has an account */
#define STAFF PEOPLE "*"
#define HANDLERS "GXCWHFMLZ*"

/* Who comes past the permission; all others hear act.not-allowed, whatever the state. */
/* clang-format off */
static const struct entitled {
	const struct act *act;
	const char *who;
} entitled[] = {
	{ &concern_offer, STAFF }, { &concern_contact, STAFF }, { &reply_submit, STAFF },
	{ &concern_accept, HANDLERS }, { &concern_decline, STAFF }, { &reply_approve, "HY*" },
	{ &reply_send_back, "HY*" }, { &concern_rule_outcome, "BS*" }, { &voice_rate, EVERYBODY },
	{ &concern_lapse, "*" }, { &concern_escalate, "*" },
};

/* Where something can be done: who, to which state, and what the others hear; some of them (but)
 * something else. open: of these the rule says nothing clear; the table's word stands alone. */
static const struct rule {
	enum situation in;
	const struct act *act;
	const char *may;
	enum concern_state to;
	const char *no, *but, *but_no, *open;
} rules[] = {
	{ ACCEPTED, &concern_offer,    "C", ST_ASSIGNED, "concern.not-owner" },
	{ ACCEPTED, &concern_contact,  "C", ST_ACCEPTED, "concern.not-owner" },
	{ ACCEPTED, &reply_submit,     "C", ST_REPLIED,  "concern.not-owner" },
	{ ACCEPTED, &concern_escalate, "*", ST_ACCEPTED },

	{ BY_CATALOGUE, &concern_accept,   "FM", ST_SIGNED,   "concern.not-offered" },
	{ BY_CATALOGUE, &concern_decline,  "",   ST_ASSIGNED, "concern.not-offered",
		"FMY", "concern.catalogue-offer" },
	{ BY_CATALOGUE, &concern_lapse,    "*",  ST_ACCEPTED },
	{ BY_CATALOGUE, &concern_contact,  "C",  ST_ASSIGNED, "concern.not-owner" },
	{ BY_CATALOGUE, &concern_escalate, "*",  ST_ASSIGNED },

	{ TO_UNIT, &concern_accept,   "FM", ST_SIGNED,   "concern.not-offered" },
	{ TO_UNIT, &concern_decline,  "FM", ST_ACCEPTED, "concern.not-offered", .open = "Y" },
	{ TO_UNIT, &concern_lapse,    "*",  ST_ACCEPTED },
	{ TO_UNIT, &concern_contact,  "C",  ST_ASSIGNED, "concern.not-owner" },
	{ TO_UNIT, &concern_escalate, "*",  ST_ASSIGNED },

	{ TO_PERSON, &concern_accept,   "F", ST_SIGNED,   "concern.not-offered" },
	{ TO_PERSON, &concern_decline,  "F", ST_ACCEPTED, "concern.not-offered" },
	{ TO_PERSON, &concern_lapse,    "*", ST_ACCEPTED },
	{ TO_PERSON, &concern_contact,  "C", ST_ASSIGNED, "concern.not-owner" },
	{ TO_PERSON, &concern_escalate, "*", ST_ASSIGNED },

	{ SIGNED, &concern_offer,    "C", ST_ASSIGNED, "concern.not-owner" },
	{ SIGNED, &concern_contact,  "C", ST_SIGNED,   "concern.not-owner" },
	{ SIGNED, &reply_submit,     "C", ST_REPLIED,  "concern.not-owner" },
	{ SIGNED, &concern_escalate, "*", ST_SIGNED },

	{ REPLIED, &reply_approve,    "H", ST_CALLBACK, "reply.not-entitled", .open = "*" },
	{ REPLIED, &reply_send_back,  "H", ST_SIGNED,   "reply.not-entitled", .open = "*" },
	{ REPLIED, &concern_escalate, "*", ST_REPLIED },

	{ CALLBACK, &voice_rate, "rn", ST_CLOSED, .open = "*" },
	{ CALLBACK, &concern_rule_outcome, "", ST_CALLBACK, "concern.no-ruling" },

	{ RULING, &voice_rate, "", ST_CALLBACK, "voice.rated" },
	{ RULING, &concern_rule_outcome, "S", ST_CLOSED, "concern.not-outside", .open = "*" },

	{ REDO, &concern_offer,    "C", ST_ASSIGNED, "concern.not-owner" },
	{ REDO, &concern_contact,  "C", ST_REDO,     "concern.not-owner" },
	{ REDO, &reply_submit,     "C", ST_REPLIED,  "concern.not-owner" },
	{ REDO, &concern_escalate, "*", ST_REDO },

	{ REPLIED_AGAIN, &reply_approve,    "H", ST_CALLBACK, "reply.not-entitled", .open = "*" },
	{ REPLIED_AGAIN, &reply_send_back,  "H", ST_REDO,     "reply.not-entitled", .open = "*" },
	{ REPLIED_AGAIN, &concern_escalate, "*", ST_REPLIED },

	{ CLOSED, &voice_rate, "", ST_CLOSED, "voice.rated" },
};
/* clang-format on */
enum { N_RULES = sizeof rules / sizeof *rules };

static const struct rule *
rule_of(enum situation s, const struct act *act)
{
	for (size_t i = 0; i < N_RULES; i++)
		if (rules[i].in == s && rules[i].act == act)
			return &rules[i];
	return NULL;
}

static bool
in_set(const char *set, enum who who)
{
	return set && strchr(set, letter[who]);
}

static bool
is_entitled(const struct act *act, enum who who)
{
	for (size_t i = 0; i < sizeof entitled / sizeof *entitled; i++)
		if (entitled[i].act == act)
			return in_set(entitled[i].who, who);
	fail_msg("%s is missing in the table of permissions", act->name);
	return false;
}

/* Two acts look for their row before the state: the code, the offer that ran out. */
static const char *
wrong_state_of(const struct act *act)
{
	if (act == &voice_rate)
		return "voice.not-answered";
	return act == &concern_lapse ? "store.changed" : "concern.wrong-state";
}

/* The refusal that the rules of the office ask for; NULL: it is granted. */
static const char *
asked(enum situation s, const struct act *act, enum who who)
{
	const struct rule *r = rule_of(s, act);
	if (!is_entitled(act, who))
		return "act.not-allowed";
	if (act == &voice_rate && in_set(PEOPLE, who))
		return "voice.staff"; /* whoever knows the code: nobody marks their own work */
	if (!r)
		return wrong_state_of(act);
	if (in_set(r->may, who))
		return NULL;
	return in_set(r->but, who) ? r->but_no : r->no;
}

/* ---- one cell ------------------------------------------------------------------------------- */

/* Everything of this concern that a step could move, and how much the office has of the rest. */
#define SHOT(sql_) shot_add(w, &b, SQL(sql_), id)

static void
shot_add(struct world *w, struct buf *b, sql_ref sql, int64_t id)
{
	struct tx *tx = look(w);
	struct rows *q = db_query(tx, sql, VALS(V(w->office), V(id)));
	while (row_next(q)) {
		buf_str(b, row_str(q, 0));
		buf_char(b, '\n');
	}
	OK(rows_close(q, &w->err));
	tx_end(tx);
}

static const char *
shot(struct world *w, int64_t id)
{
	struct buf b = buf_new(w->mem, 1024);
	SHOT("SELECT 'concern ' || ver || ' ' || state || ' ' || due_at || ' ' || due_day || ' ' ||"
	     " owner_person_id || ' ' || owner_unit_id || ' ' || tracker_person_id || ' ' ||"
	     " tracker_unit_id || ' ' || round || ' ' || needs_ruling || ' ' || outcome || ' ' ||"
	     " seen_sat || ' ' || last_seq || ' ' || coalesce(seen_solved, '-') || ' ' ||"
	     " coalesce(public_line, '-') || ' ' || coalesce(contact_at, '-') || ' ' ||"
	     " coalesce(answered_at, '-') || ' ' || coalesce(closed_at, '-') || ' ' ||"
	     " coalesce(escalated_at, '-') FROM concern WHERE office = ? AND id = ?");
	SHOT("SELECT 'span ' || no || ' ' || person_id || ' ' || unit_id || ' ' || from_at ||"
	     " ' ' || coalesce(until_at, '-') FROM owner_span WHERE office = ? AND concern_id = ?"
	     " ORDER BY no");
	SHOT("SELECT 'offer ' || id || ' ' || to_unit_id || ' ' || state || ' ' || lapses_at ||"
	     " ' ' || coalesce(done_at, '-') || ' ' || coalesce(done_by, '-') || ' ' ||"
	     " coalesce(refusal, '-')"
	     " FROM handover WHERE office = ? AND concern_id = ? ORDER BY id");
	SHOT("SELECT 'reply ' || id || ' ' || round || ' ' || state || ' ' ||"
	     " coalesce(approver_person_id, '-') || ' ' || coalesce(decided_at, '-') || ' ' ||"
	     " coalesce(why, '-') FROM reply WHERE office = ? AND concern_id = ? ORDER BY id");
	SHOT("SELECT 'steps ' || count(*) FROM step WHERE office = ? AND concern_id = ?");
	SHOT("SELECT 'events ' || count(*) || ' ' || max(seq) FROM ledger_event"
	     " WHERE office = ? AND ? > 0");
	SHOT("SELECT 'audit ' || count(*) FROM audit WHERE office = ? AND ? > 0");
	SHOT("SELECT 'outbox ' || count(*) FROM outbox WHERE office = ? AND ? > 0");
	return buf_view(&b).p;
}

struct cell {
	struct world *w;
	enum situation s;
	int64_t no;
	const char *code;
	const struct tried *t;
	enum who who;
	struct concern before;
	struct handover open;
	struct reply newest;
};

static bool
is_job(const struct act *act)
{
	return act == &concern_lapse || act == &concern_escalate;
}

static struct act_call *
cell_call(const struct cell *x)
{
	struct world *w = x->w;
	const struct actor *a = &w->who[x->who];
	if (is_job(x->t->act))
		return call_of_id(w, a, x->t->act,
			x->t->act == &concern_escalate ? x->before.id : x->open.id);
	struct pair in[6] = { { "concern", no_text(w, x->no) } };
	if (x->t->act == &voice_rate)
		in[0] = (struct pair){ "code", x->code };
	for (size_t i = 0; x->t->in[i].name; i++)
		in[i + 1] = x->t->in[i];
	return call_of(w, a, x->t->act, in);
}

static const char *
cell_name(const struct cell *x)
{
	return mem_printf(
		x->w->mem, "%s by %c, situation %d", x->t->act->name, letter[x->who], (int)x->s);
}

/* What the step table and its guard say; only jobs and the resident's act ask for more. */
static const char *
table_says(const struct cell *x)
{
	const struct step *step;
	struct xq_err err = { 0 };
	const struct actor *a = &x->w->who[x->who];
	if (a->kind != ACTOR_SYSTEM && !actor_may(a, x->t->act->who))
		return "act.not-allowed";
	if (x->t->act->who == PERM_SYSTEM && a->kind != ACTOR_SYSTEM)
		return "act.not-allowed";
	const struct step_view v = { .actor = a,
		.c = &x->before,
		.open = x->open.id ? &x->open : NULL,
		.newest = x->newest.id ? &x->newest : NULL };
	return step_allowed(&v, x->t->act, &step, &err) == XQ_OK ? NULL : err.key;
}

static bool
says_the_same(const char *a, const char *b)
{
	return a == b || (a && b && text_eq(a, b));
}

/* A button is there exactly where the state knows the act, and says why it cannot be pressed. */
static void
check_button(const struct cell *x, const char *refusal)
{
	struct next_act next[NEXT_MAX];
	const size_t n = concern_next(&x->w->who[x->who], &x->before, x->open.id ? &x->open : NULL,
		x->newest.id ? &x->newest : NULL, next);
	const struct next_act *found = NULL;
	for (size_t i = 0; i < n; i++) {
		if (next[i].act == x->t->act)
			found = &next[i];
		assert_non_null(next[i].path);
	}
	if (x->t->act == &voice_rate || is_job(x->t->act))
		assert_null(found); /* no button of the desk */
	else if (found && !says_the_same(found->refusal, refusal))
		fail_msg("%s: the button says %s, the act %s", cell_name(x),
			found->refusal ? found->refusal : "yes", refusal ? refusal : "yes");
	else if (!found && (!refusal || !(text_eq(refusal, "concern.wrong-state") ||
						text_eq(refusal, "act.not-allowed"))))
		fail_msg("%s: no button, but %s", cell_name(x), refusal ? refusal : "yes");
}

static void
check_granted(const struct cell *x, int64_t events_before)
{
	struct world *w = x->w;
	const struct concern c = concern_of(w, x->no);
	const struct rule *r = rule_of(x->s, x->t->act);
	if (!r || c.state != r->to)
		fail_msg("%s: now in state %d", cell_name(x), (int)c.state);
	assert_true(c.ver > x->before.ver);
	const bool moves = x->t->act == &concern_accept;
	assert_int_equal(
		c.owner_person_id, moves ? w->who[x->who].person_id : x->before.owner_person_id);
	assert_int_equal(c.owner_unit_id, moves ? unit_of(w, "u05").id : x->before.owner_unit_id);
	assert_int_equal(c.due_at, x->before.due_at); /* the resident's day */
	assert_int_equal(x->t->act->is_quiet, events(w) == events_before);
	assert_int_equal(w->call->seq, x->t->act->is_quiet ? -1 : events(w) - 1);
}

static void
cell_load(struct cell *x)
{
	struct world *w = x->w;
	x->before = concern_of(w, x->no);
	x->open = offer_of(w, x->before.id);
	x->newest = (struct reply){ 0 };
	struct tx *tx = look(w);
	const enum xq_rc rc =
		reply_newest(tx, w->mem, w->office, x->before.id, false, &x->newest, &w->err);
	tx_end(tx);
	assert_true(rc == XQ_OK || rc == XQ_NONE);
}

/* True when it was granted: the concern is then another one. */
static bool
try_cell(struct cell *x)
{
	struct world *w = x->w;
	if (is_job(x->t->act))
		clock_shift(&w->clock, 60LL * 86400); /* everything is due */
	const char *before = shot(w, x->before.id);
	const int64_t n = events(w);
	const enum xq_rc rc = run_call(w, cell_call(x));
	const char *refusal = rc == XQ_OK ? NULL : w->call->err.key;
	assert_true(rc == XQ_OK || rc == XQ_REFUSED);

	const char *table = table_says(x);
	if (x->t->act == &voice_rate || x->t->act == &concern_lapse)
		assert_true(rc != XQ_OK || !table); /* their refusals have words of their own */
	else if (!says_the_same(table, refusal))
		fail_msg("%s: the table says %s, the act %s", cell_name(x), table ? table : "yes",
			refusal ? refusal : "yes");
	const struct rule *r = rule_of(x->s, x->t->act);
	const char *want = asked(x->s, x->t->act, x->who);
	if (!(r && in_set(r->open, x->who)) && !says_the_same(want, refusal))
		fail_msg("%s: expected %s, got %s", cell_name(x), want ? want : "yes",
			refusal ? refusal : "yes");
	check_button(x, refusal);
	if (rc == XQ_OK)
		check_granted(x, n);
	else
		assert_string_equal(shot(w, x->before.id), before);
	return rc == XQ_OK;
}

static void
only_the_table_decides(void **state)
{
	struct cell *x = *state;
	x->no = concern_in(x->w, x->s);
	x->code = x->w->code;
	cell_load(x);
	for (size_t t = 0; t < N_TRIED; t++) {
		for (enum who who = 0; who < N_WHO; who++) {
			x->t = &tried[t];
			x->who = who;
			if (!try_cell(x))
				continue;
			x->no = concern_in(x->w, x->s);
			x->code = x->w->code;
			cell_load(x);
		}
	}
}

/* ---- the table itself ----------------------------------------------------------------------- */

static enum concern_state
state_of(enum situation s)
{
	static const enum concern_state list[N_SITUATIONS] = { [ACCEPTED] = ST_ACCEPTED,
		[BY_CATALOGUE] = ST_ASSIGNED,
		[TO_UNIT] = ST_ASSIGNED,
		[TO_PERSON] = ST_ASSIGNED,
		[SIGNED] = ST_SIGNED,
		[REPLIED] = ST_REPLIED,
		[CALLBACK] = ST_CALLBACK,
		[RULING] = ST_CALLBACK,
		[REDO] = ST_REDO,
		[REPLIED_AGAIN] = ST_REPLIED,
		[CLOSED] = ST_CLOSED,
		[TERMINATED] = ST_TERMINATED,
		[HISTORY] = ST_HISTORY };
	return list[s];
}

/* A row that is added needs a rule here, and with it cells above. */
static void
every_row_of_the_table_has_a_rule_and_every_rule_a_row(void **state)
{
	(void)state;
	for (size_t i = 0; i < n_concern_steps; i++) {
		bool found = false;
		for (size_t k = 0; k < N_RULES; k++)
			found = found || (rules[k].act == concern_steps[i].act &&
						 state_of(rules[k].in) == concern_steps[i].from);
		if (!found)
			fail_msg("no rule for %s from %d", concern_steps[i].act->name,
				(int)concern_steps[i].from);
	}
	for (size_t k = 0; k < N_RULES; k++) {
		size_t rows = 0;
		for (size_t i = 0; i < n_concern_steps; i++)
			rows += rules[k].act == concern_steps[i].act &&
			        state_of(rules[k].in) == concern_steps[i].from;
		if (rows == 0 && rules[k].act != &voice_rate) /* its refusals are its own */
			fail_msg("no row for %s in situation %d", rules[k].act->name,
				(int)rules[k].in);
	}
}

static void
no_state_knows_an_act_twice(void **state)
{
	(void)state;
	for (size_t i = 0; i < n_concern_steps; i++)
		for (size_t k = 0; k < i; k++)
			if (concern_steps[i].act == concern_steps[k].act)
				assert_int_not_equal(concern_steps[i].from, concern_steps[k].from);
}

/* Acts that need no concern to begin with stand beside the table. */
static void
every_act_of_the_module_is_tried_or_begins_something(void **state)
{
	(void)state;
	static const struct act *const beside[] = { &concern_raise, &concern_register, &draft_say,
		&draft_where, &draft_prune, &voice_unlock };
	for (size_t m = 0; concern_module.acts[m]; m++) {
		size_t found = 0;
		for (size_t t = 0; t < N_TRIED; t++)
			found += tried[t].act == concern_module.acts[m];
		for (size_t b = 0; b < sizeof beside / sizeof *beside; b++)
			found += beside[b] == concern_module.acts[m];
		if (found != 1)
			fail_msg("%s is not in the matrix", concern_module.acts[m]->name);
	}
}

/* ---- whose concern -------------------------------------------------------------------------- */

static void
a_concern_of_another_office_is_unknown(void **state)
{
	struct world *w = *state;
	const int64_t no = signed_by_chen(w);
	const int64_t id = concern_of(w, no).id;
	const char *before = shot(w, id);
	struct actor stranger = w->who[CHEN]; /* the same ids, in the other office */
	stranger.office = w->other;
	stranger.n_grants = 3;
	static const enum role all[] = { ROLE_HANDLER, ROLE_APPROVER, ROLE_SUPERVISOR };
	for (size_t i = 0; i < 3; i++)
		stranger.grant[i] = (struct grant){ all[i], SCOPE_OFFICE, 0 };
	for (size_t t = 0; t < N_TRIED; t++) {
		if (is_job(tried[t].act) || tried[t].act == &voice_rate)
			continue;
		struct pair in[6] = { { "concern", no_text(w, no) } };
		for (size_t i = 0; tried[t].in[i].name; i++)
			in[i + 1] = tried[t].in[i];
		assert_refused(w, run_call(w, call_of(w, &stranger, tried[t].act, in)), "concern",
			"concern.unknown");
	}
	assert_string_equal(shot(w, id), before);
}

static void
a_number_that_nobody_gave_out_is_unknown(void **state)
{
	struct world *w = *state;
	assert_refused(w, accept_it(w, CHEN, 202600000999), "concern", "concern.unknown");
	assert_refused(w, run(w, CHEN, &concern_accept, IN({ "concern", "0912" })), "concern",
		"field.file-no");
	assert_refused(w, run(w, CHEN, &concern_accept, NOTHING), "concern", "field.missing");
}

/* ---- running it ----------------------------------------------------------------------------- */

static int
cube_setup(void **state)
{
	const enum situation s = *(const enum situation *)*state;
	struct world *w = world_new(true, moment(20260930, 1020));
	struct cell *x = mem_new(w->mem, struct cell);
	x->w = w;
	x->s = s;
	*state = x;
	return 0;
}

static int
cube_teardown(void **state)
{
	void *w = ((struct cell *)*state)->w;
	return world_teardown(&w);
}

#define IN_SITUATION(s, name_)                                                                     \
	{                                                                                          \
		(name_), only_the_table_decides, cube_setup, cube_teardown,                        \
			(&(enum situation){ (s) })                                                 \
	}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		IN_SITUATION(ACCEPTED, "taken_down_only_the_table_decides"),
		IN_SITUATION(BY_CATALOGUE, "assigned_by_the_catalogue_only_the_table_decides"),
		IN_SITUATION(TO_UNIT, "offered_to_a_unit_only_the_table_decides"),
		IN_SITUATION(TO_PERSON, "offered_to_a_person_only_the_table_decides"),
		IN_SITUATION(SIGNED, "being_handled_only_the_table_decides"),
		IN_SITUATION(REPLIED, "in_review_only_the_table_decides"),
		IN_SITUATION(CALLBACK, "answered_only_the_table_decides"),
		IN_SITUATION(RULING, "waiting_for_a_ruling_only_the_table_decides"),
		IN_SITUATION(REDO, "handled_again_only_the_table_decides"),
		IN_SITUATION(REPLIED_AGAIN, "in_review_again_only_the_table_decides"),
		IN_SITUATION(CLOSED, "closed_only_the_table_decides"),
		IN_SITUATION(TERMINATED, "terminated_only_the_table_decides"),
		IN_SITUATION(HISTORY, "history_only_the_table_decides"),
		cmocka_unit_test(every_row_of_the_table_has_a_rule_and_every_rule_a_row),
		cmocka_unit_test(no_state_knows_an_act_twice),
		cmocka_unit_test(every_act_of_the_module_is_tried_or_begins_something),
		TEST(a_concern_of_another_office_is_unknown),
		TEST(a_number_that_nobody_gave_out_is_unknown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
