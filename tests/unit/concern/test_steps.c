/* SPDX-License-Identifier: Apache-2.0 */
/* Every state, every act on a concern, everybody who might try: allowed where the step table and
 * its guard say so, refused with the right words elsewhere, and then nothing has changed. The
 * table's answer is compared with a second one, written by hand from decisions.md 1; the buttons
 * with both. */
#include "fixture.h"

#include "concern/erased.h"

#include "concern/explain.h"
#include "concern/explained.h"
#include "concern/passed_up.h"
#include "concern/promise_public.h"
#include "concern/sort.h"
#include "concern/transfer.h"

#include "concern/concern_int.h"

#include "core/banned.h"

const struct module *const world_modules[] = { &act_module, &office_module, &concern_module,
	&concern_transfer_module, &evaluation_module, &notify_module, NULL };

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
	MORE_TIME,     /* SIGNED, and more time was asked for */
	HELPED,        /* SIGNED, and u05 was asked to help */
	PROMISED,      /* SIGNED, and a promise is open */
	RETURN_ASKED,  /* by the owner, to u06 */
	ASKED_BACK,    /* RETURN_ASKED by u05, to which the catalogue offered it; to u06 */
	PARKED,
	PARKED_AGAIN, /* PARKED in the second round */
	CLOSED,
	EXPLAINED,        /* CALLBACK, explained and beyond the office's power */
	EXPLAINED_CLOSED, /* the same, closed */
	TERMINATED,
	REDIRECTED,
	MERGED,
	VOIDED,
	OFFERED_OUT, /* to the other office, and its answer is not there yet */
	TRANSFERRED,
	ARCHIVED,
	HISTORY,
	N_SITUATIONS
};

/* So many working days from now; acts of the clock move it. */
static const char *
in_days(struct world *w, int n)
{
	const int32_t day = cal_add_wd(w->app->calendar, day_of(now_of(w), TZ_CHINA), n);
	return mem_printf(w->mem, "%d-%02d-%02d", (int)(day / 10000), (int)(day / 100 % 100),
		(int)(day % 100));
}

static int64_t
parked(struct world *w, int64_t no)
{
	OK(run(w, SHEN, &concern_park,
		IN({ "concern", no_text(w, no) }, { "ground", "budget" },
			{ "until", in_days(w, 20) }, { "sponsor", "zhoum" },
			{ "note", "维修资金要业主表决" })));
	return no;
}

static int64_t
asked_back(struct world *w, enum who who, int64_t no)
{
	OK(run(w, who, &concern_ask_return,
		IN({ "concern", no_text(w, no) }, { "unit", "u06" }, { "why", "duty" },
			{ "basis", "派单目录第7条" })));
	return no;
}

/* Being handled by CHEN, and something is still open beside it. */
static int64_t
signed_and(struct world *w, enum situation s)
{
	const int64_t no = signed_by_chen(w);
	const struct pair concern = { "concern", no_text(w, no) };
	if (s == MORE_TIME)
		OK(run(w, CHEN, &concern_ask_extension,
			IN(concern, { "day", in_days(w, 12) }, { "why", "parts" },
				{ "note", "要等配件" })));
	else if (s == HELPED)
		OK(run(w, CHEN, &concern_assist,
			IN(concern, { "unit", "u05" }, { "what", "清理占道" },
				{ "day", in_days(w, 2) })));
	else
		OK(run(w, CHEN, &concern_promise,
			IN(concern, { "text", "恢复1到6层照明" }, { "day", in_days(w, 5) })));
	return no;
}

static int64_t
ended(struct world *w, enum situation s, int64_t other)
{
	const int64_t no = s == TERMINATED ? signed_by_chen(w) : take_down(w, CHEN, "other");
	const struct pair concern = { "concern", no_text(w, no) };
	if (s == TERMINATED)
		OK(run(w, SHEN, &concern_terminate,
			IN(concern, { "why", "no-power" },
				{ "note", "没有单位有权办理这件事，特此说明。" })));
	else if (s == REDIRECTED)
		OK(run(w, CHEN, &concern_redirect,
			IN(concern, { "body", "department" }, { "name", "区市场监管局" },
				{ "phone", "021-5550-0999" }, { "told", "14:40当面告知" })));
	else if (s == MERGED)
		OK(run(w, CHEN, &concern_merge, IN(concern, { "into", no_text(w, other) })));
	else
		OK(run(w, SHEN, &concern_void,
			IN(concern, { "why", "error" }, { "note", "录错了" })));
	return no;
}

static int64_t
passed_on(struct world *w, enum situation s)
{
	const int64_t no = signed_by_chen(w);
	int done;
	OK(run(w, CHEN, &transfer_offer,
		IN({ "concern", no_text(w, no) }, { "to", "lc" }, { "why", "area" },
			{ "told", "10:20电话告知" })));
	if (s == OFFERED_OUT)
		return no;
	struct actor they;
	struct tx *tx = look(w);
	OK(actor_by_login(tx, w->other, STR("admin"), &they, &w->err));
	tx_end(tx);
	OK(app_run_outbox(w->app, &done, &w->err));
	const int64_t id = ask(w, SQL("SELECT id FROM transfer_in WHERE office = ? AND state = 0"),
		VALS(V(w->other)));
	OK(run_call(w, call_of(w, &they, &transfer_accept,
			       IN({ "offer", mem_printf(w->mem, "%lld", (long long)id) }))));
	OK(app_run_outbox(w->app, &done, &w->err));
	return no;
}

/* CHEN of u04 is the owner in all of them; other is open too, and no part of it. */
static int64_t
concern_in(struct world *w, enum situation s, int64_t other)
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
	case EXPLAINED:
	case EXPLAINED_CLOSED:
		no = signed_by_chen(w);
		OK(submit_explained(w, CHEN, no));
		OK(approve(w, HE, no));
		if (s == EXPLAINED_CLOSED)
			OK(rate(w, RESIDENT, w->code, "explained", "3"));
		return no;
	case MORE_TIME:
	case HELPED:
	case PROMISED:
		return signed_and(w, s);
	case RETURN_ASKED:
		return asked_back(w, CHEN, signed_by_chen(w));
	case ASKED_BACK:
		return asked_back(w, FANG, take_down(w, CHEN, "parking"));
	case PARKED:
		return parked(w, signed_by_chen(w));
	case PARKED_AGAIN:
		no = waiting_for_ruling(w);
		OK(rule(w, SHEN, no, "redo"));
		return parked(w, no);
	case TERMINATED:
	case REDIRECTED:
	case MERGED:
	case VOIDED:
		return ended(w, s, other);
	case OFFERED_OUT:
	case TRANSFERRED:
		return passed_on(w, s);
	case ARCHIVED:
	case HISTORY: /* no act leads there from here */
		no = signed_by_chen(w);
		force(w, SQL("UPDATE concern SET state = ? WHERE office = ? AND file_no = ?"),
			VALS(V(s == HISTORY ? ST_HISTORY : ST_ARCHIVED), V(w->office), V(no)));
		return no;
	case N_SITUATIONS:
		break;
	}
	fail();
	return 0;
}

/* Words that stand for something that only the cell knows: a working day so far from now, the number
 * of another open concern, the key that opens the resident's own words. */
#define IN_WD(n) "+" #n
#define OTHER "#other"
#define KEY "#key"

/* All acts on a concern that is there, with fields that are in order; those of the clock come last,
 * since they let weeks pass. */
/* clang-format off */
static const struct tried {
	const struct act *act;
	const struct pair in[7]; /* the last one without a name */
	const char *no; /* they lack something: everybody hears this, wherever it stands */
} tried[] = {
	{ &concern_offer,          { { "unit", "u06" }, { "why", "duty" } } },
	{ &transfer_offer,         { { "to", "lc" }, { "why", "area" }, { "told", "10:20电话告知" } } },
	{ &concern_contact,        { { "note", "电话接通" }, { "made", "1" } } },
	{ &concern_find,           { { "text", "三楼的灯管烧坏了。" } } },
	{ &concern_set_points,     { { "points", "修好灯\n哪天能好" } } },
	{ &concern_assist,         { { "unit", "u06" }, { "what", "清理占道" }, { "day", IN_WD(2) } } },
	{ &concern_promise,        { { "text", "恢复1到6层照明" }, { "day", IN_WD(5) } } },
	{ &concern_ask_extension,  { { "day", IN_WD(12) }, { "why", "parts" }, { "note", "要等配件" } } },
	{ &concern_rule_extension, { { "decision", "grant" }, { "note", "已核对" } } },
	{ &reply_submit,           { { "text", "灯已经换好，请您看看。" }, { "outcome", "solved" } } },
	{ &concern_accept,         { { 0 } } },
	{ &concern_decline,        { { "why", "not-ours" } } },
	{ &concern_ask_return,     { { "unit", "u06" }, { "why", "duty" }, { "basis", "派单目录第7条" } } },
	{ &concern_rule_return,    { { "decision", "grant" }, { "note", "已核对目录" } } },
	{ &reply_approve,          { { 0 } } },
	{ &reply_send_back,        { { "why", "unclear" }, { "note", "写清日期" } } },
	{ &concern_rule_outcome,   { { "decision", "close" }, { "note", "已核实" } } },
	{ &concern_park,           { { "ground", "budget" }, { "until", IN_WD(20) }, { "sponsor", "zhoum" },
		{ "note", "维修资金要业主表决" } } },
	{ &concern_resume,         { { "note", "资金已经到位" } } },
	{ &concern_redirect,       { { "body", "department" }, { "name", "区市场监管局" },
		{ "phone", "021-5550-0999" }, { "told", "14:40当面告知" } } },
	{ &concern_merge,          { { "into", OTHER } } },
	{ &concern_void,           { { "why", "error" }, { "note", "录错了" } } },
	{ &concern_terminate,      { { "why", "no-power" }, { "note", "没有单位有权办理这件事，特此说明。" } } },
	{ &concern_pass_up,        { { "facts", "灯管和线路都坏了。" }, { "tried", "找物业三次" },
		{ "proposal", "先由街道垫付更换。" }, { "asked", "leader" } } },
	{ &concern_answer_up,      { { "decision", "agreed" }, { "note", "按此办理" } } },
	{ &concern_supervise,      { { "level", "urge" }, { "note", "本周内办好" } } },
	{ &concern_sort,           { { "relief", "hardship" }, { "level", "sector" } } },
	{ &concern_explain,        { { "day", "2026-09-01" }, { "mode", "phone" },
		{ "text", "讲了为什么现在办不了。" }, { "needs", "资金到位" }, { "view", "understands" } } },
	{ &concern_report_up,      { { "to", "区住房保障局" }, { "day", "2026-09-01" } } },
	{ &concern_give_opinion,   { { "opinion", "已清理，设了隔离桩。" } } },
	{ &promise_keep,           { { "no", "1" }, { "note", "全部亮了" } } },
	{ &promise_move,           { { "no", "1" }, { "day", IN_WD(8) }, { "why", "parts" },
		{ "note", "线路缺件" } } },
	{ &voice_rate,             { { "solved", "yes" }, { "sat", "1" } } },
	{ &voice_withdraw,         { { "unlock", KEY } } },
	{ &voice_withdraw,         { { 0 } }, .no = "voice.shut" },
	{ &concern_lapse,          { { 0 } } },
	{ &concern_escalate,       { { 0 } } },
	{ &concern_resume_due,     { { 0 } } },
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
	{ &transfer_offer, STAFF }, { &concern_offer, STAFF }, { &concern_contact, STAFF }, { &reply_submit, STAFF },
	{ &concern_accept, HANDLERS }, { &concern_decline, STAFF }, { &reply_approve, "HY*" },
	{ &reply_send_back, "HY*" }, { &concern_rule_outcome, "BS*" }, { &voice_rate, EVERYBODY },
	{ &concern_lapse, "*" }, { &concern_escalate, "*" }, { &concern_resume_due, "*" },
	{ &concern_find, HANDLERS }, { &concern_set_points, STAFF }, { &concern_assist, HANDLERS },
	{ &concern_promise, HANDLERS }, { &concern_ask_extension, HANDLERS },
	{ &concern_rule_extension, "BS*" }, { &concern_ask_return, HANDLERS },
	{ &concern_rule_return, "BS*" }, { &concern_park, "BS*" }, { &concern_resume, HANDLERS },
	{ &concern_redirect, STAFF }, { &concern_merge, STAFF }, { &concern_void, "BS*" },
	{ &concern_terminate, "BS*" }, { &concern_supervise, "Z*" },
	{ &concern_pass_up, HANDLERS }, { &concern_answer_up, "Z*" }, { &concern_sort, HANDLERS },
	{ &concern_report_up, HANDLERS }, { &concern_explain, HANDLERS }, { &concern_give_opinion, HANDLERS }, { &promise_keep, HANDLERS },
	{ &promise_move, HANDLERS }, { &voice_withdraw, EVERYBODY },
};

/* With anything that is open: the leader, the resident, and the late wait for nobody. */
#define LATE(s, st) { s, &concern_escalate, "*", st }
#define OPEN(s, st)                                                                                \
	{ s, &concern_supervise,    "Z",  st, .open = "*" },                                       \
	{ s, &concern_answer_up,    "",   st, "passed-up.none" },                                  \
	{ s, &concern_give_opinion, "",   st, "assist.none" },                                     \
	{ s, &concern_sort,         "CH", st, "concern.not-owner" },                               \
	{ s, &promise_keep,         "",   st, "concern.not-owner", "C", "promise.none" },          \
	{ s, &promise_move,         "",   st, "concern.not-owner", "C", "promise.none" },          \
	{ s, &voice_withdraw,       "rn", ST_TERMINATED, .open = "*" }

/* While somebody works on it. The tracker may list points beside the owner. */
#define WORK(s, st, owner_and_tracker)                                                             \
	{ s, &concern_contact,        "C", st, "concern.not-owner" },                              \
	{ s, &concern_find,           "C", st, "concern.not-owner" },                              \
	{ s, &concern_set_points,     owner_and_tracker, st, "concern.not-owner" },                \
	{ s, &concern_assist,         "C", st, "concern.not-owner" },                              \
	{ s, &concern_promise,        "C", st, "concern.not-owner" },                              \
	{ s, &concern_ask_extension,  "C", st, "concern.not-owner" },                              \
	{ s, &concern_pass_up,       "CH", st, "concern.not-owner" },                              \
	{ s, &concern_rule_extension, "",  st, "concern.no-ruling" },                              \
	LATE(s, st), OPEN(s, st)

#define OFFERED(s)                                                                                 \
	{ s, &concern_lapse, "*",   ST_ACCEPTED },                                                 \
	{ s, &concern_merge, "CGX", ST_MERGED, "concern.not-owner" },                              \
	{ s, &concern_void,  "S",   ST_VOID,   "concern.not-outside", .open = "*" },               \
	WORK(s, ST_ASSIGNED, "C")

/* BAI sits in the owner's unit; who parks or ends it may not. */
#define OUTSIDE(s)                                                                                 \
	{ s, &concern_park,      "S", ST_PARKED,     "concern.not-outside", .open = "*" },         \
	{ s, &concern_terminate, "S", ST_TERMINATED, "concern.not-outside", .open = "*" }

#define HANDLED(s)                                                                                 \
	{ s, &concern_offer,      "C",   ST_ASSIGNED,     "concern.not-owner" },                   \
	{ s, &transfer_offer,     "C",   ST_OFFERED_OUT,  "concern.not-owner" },                   \
	{ s, &reply_submit,       "C",   ST_REPLIED,      "concern.not-owner" },                   \
	{ s, &concern_ask_return, "C",   ST_RETURN_ASKED, "concern.not-owner" },                   \
	{ s, &concern_merge,      "CGX", ST_MERGED,       "concern.not-owner" },                   \
	OUTSIDE(s), WORK(s, ST_SIGNED, "CG")

#define ASKED(s)                                                                                   \
	{ s, &concern_rule_return, "S", ST_ASSIGNED, "concern.not-outside", .open = "*" },         \
	{ s, &concern_contact, "C", ST_RETURN_ASKED, "concern.not-owner" },                        \
	LATE(s, ST_RETURN_ASKED), OPEN(s, ST_RETURN_ASKED)

#define WAITING(s, to)                                                                             \
	{ s, &concern_resume,     "C", to,        "concern.not-owner" },                           \
	{ s, &concern_resume_due, "*", to },                                                       \
	{ s, &concern_find,       "C", ST_PARKED, "concern.not-owner" },                           \
	{ s, &concern_explain,   "CG", ST_PARKED, "concern.not-owner" },                           \
	LATE(s, ST_PARKED), OPEN(s, ST_PARKED)

#define REVIEWED(s, back)                                                                          \
	{ s, &reply_approve,   "H", ST_CALLBACK, "reply.not-entitled", .open = "*" },              \
	{ s, &reply_send_back, "H", back,        "reply.not-entitled", .open = "*" },              \
	LATE(s, ST_REPLIED), OPEN(s, ST_REPLIED)

/* What is answered is not late any more. */
#define ANSWERED(s)                                                                                \
	{ s, &concern_escalate, "",  ST_CALLBACK, "store.changed" },                               \
	{ s, &concern_promise,  "C", ST_CALLBACK, "concern.not-owner" },                           \
	OPEN(s, ST_CALLBACK)

/* What is beyond the office's power: whoever answered reports it upward, the head, or who leads. */
#define UPWARD(s, st)                                                                              \
	{ s, &concern_explain, "CG", st, "concern.not-owner" },                                    \
	{ s, &concern_report_up, "CHZ", st, "concern.not-owner", .open = "*" }
#define NOT_UPWARD(s, st)                                                                          \
	{ s, &concern_explain, "", st, "explain.nothing" },                                        \
	{ s, &concern_report_up, "", st, "explained.not-beyond" }
/* What is closed stays so; what was promised is tracked on. */
#define CLOSED_WITH(s)                                                                             \
	{ s, &voice_rate,      "",  ST_CLOSED, "voice.rated" },                                    \
	{ s, &concern_promise, "C", ST_CLOSED, "concern.not-owner" },                              \
	{ s, &concern_sort,    "CH", ST_CLOSED, "concern.not-owner" },                             \
	{ s, &promise_keep,    "",  ST_CLOSED, "concern.not-owner", "C", "promise.none" },         \
	{ s, &promise_move,    "",  ST_CLOSED, "concern.not-owner", "C", "promise.none" }

/* Where something can be done: who, to which state, and what the others hear; some of them (but)
 * something else. open: of these the rule says nothing clear; the table's word stands alone. The
 * first line that fits holds. */
static const struct rule {
	enum situation in;
	const struct act *act;
	const char *may;
	enum concern_state to;
	const char *no, *but, *but_no, *open;
} rules[] = {
	{ ACCEPTED, &concern_offer,    "C",   ST_ASSIGNED,   "concern.not-owner" },
	{ ACCEPTED, &transfer_offer,   "C",   ST_OFFERED_OUT, "concern.not-owner" },
	{ ACCEPTED, &reply_submit,     "C",   ST_REPLIED,    "concern.not-owner" },
	{ ACCEPTED, &concern_redirect, "CGX", ST_REDIRECTED, "concern.not-owner" },
	{ ACCEPTED, &concern_merge,    "CGX", ST_MERGED,     "concern.not-owner" },
	{ ACCEPTED, &concern_void,     "S",   ST_VOID,       "concern.not-outside", .open = "*" },
	WORK(ACCEPTED, ST_ACCEPTED, "C"),

	{ BY_CATALOGUE, &concern_accept,     "FM", ST_SIGNED,       "concern.not-offered" },
	{ BY_CATALOGUE, &concern_decline,    "",   ST_ASSIGNED,     "concern.not-offered",
		"FMY", "concern.catalogue-offer" },
	{ BY_CATALOGUE, &concern_ask_return, "FM", ST_RETURN_ASKED, "concern.not-offered" },
	OFFERED(BY_CATALOGUE),

	{ TO_UNIT, &concern_accept,     "FM", ST_SIGNED,   "concern.not-offered" },
	{ TO_UNIT, &concern_decline,    "FM", ST_ACCEPTED, "concern.not-offered", .open = "Y" },
	{ TO_UNIT, &concern_ask_return, "",   ST_ASSIGNED, "concern.not-offered",
		"FM", "return.decline-instead" },
	OFFERED(TO_UNIT),

	{ TO_PERSON, &concern_accept,     "F", ST_SIGNED,   "concern.not-offered" },
	{ TO_PERSON, &concern_decline,    "F", ST_ACCEPTED, "concern.not-offered" },
	{ TO_PERSON, &concern_ask_return, "",  ST_ASSIGNED, "concern.not-offered",
		"F", "return.decline-instead" },
	OFFERED(TO_PERSON),

	HANDLED(SIGNED),

	{ MORE_TIME, &concern_ask_extension,  "",  ST_SIGNED, "concern.not-owner",
		"C", "extension.asked" },
	{ MORE_TIME, &concern_rule_extension, "S", ST_SIGNED, "concern.not-outside", .open = "*" },
	{ MORE_TIME, &concern_park,           "",  ST_SIGNED, "concern.not-outside",
		"S", "extension.asked", .open = "*" },
	HANDLED(MORE_TIME),

	{ HELPED, &concern_give_opinion, "FM", ST_SIGNED, "assist.none" },
	HANDLED(HELPED),

	{ PROMISED, &promise_keep, "C", ST_SIGNED, "concern.not-owner" },
	{ PROMISED, &promise_move, "C", ST_SIGNED, "concern.not-owner" },
	HANDLED(PROMISED),

	ASKED(RETURN_ASKED),
	ASKED(ASKED_BACK),
	WAITING(PARKED, ST_SIGNED),
	WAITING(PARKED_AGAIN, ST_REDO),
	REVIEWED(REPLIED, ST_SIGNED),
	REVIEWED(REPLIED_AGAIN, ST_REDO),

	{ CALLBACK, &voice_rate, "rn", ST_CLOSED, .open = "*" },
	{ CALLBACK, &concern_rule_outcome, "", ST_CALLBACK, "concern.no-ruling" },
	ANSWERED(CALLBACK), NOT_UPWARD(CALLBACK, ST_CALLBACK),

	{ EXPLAINED, &voice_rate, "rn", ST_CLOSED, .open = "*" },
	{ EXPLAINED, &concern_rule_outcome, "", ST_CALLBACK, "concern.no-ruling" },
	ANSWERED(EXPLAINED), UPWARD(EXPLAINED, ST_CALLBACK),

	{ RULING, &voice_rate, "", ST_CALLBACK, "voice.rated" },
	{ RULING, &concern_rule_outcome, "S", ST_CLOSED, "concern.not-outside", .open = "*" },
	ANSWERED(RULING), NOT_UPWARD(RULING, ST_CALLBACK),

	{ REDO, &concern_offer, "C", ST_ASSIGNED, "concern.not-owner" },
	{ REDO, &transfer_offer, "C", ST_OFFERED_OUT, "concern.not-owner" },
	{ REDO, &reply_submit,  "C", ST_REPLIED,  "concern.not-owner" },
	OUTSIDE(REDO),
	WORK(REDO, ST_REDO, "CG"),

	/* nothing ends it here while the other office decides */
	{ OFFERED_OUT, &voice_withdraw, "", ST_OFFERED_OUT, "transfer.wait" },
	{ OFFERED_OUT, &transfer_settle, "*", ST_TRANSFERRED }, /* test_transfer.c */
	{ OFFERED_OUT, &transfer_look, "*", ST_TRANSFERRED },
	{ OFFERED_OUT, &concern_contact, "C", ST_OFFERED_OUT, "concern.not-owner" },
	{ OFFERED_OUT, &concern_find, "C", ST_OFFERED_OUT, "concern.not-owner" },
	{ OFFERED_OUT, &concern_set_points, "CG", ST_OFFERED_OUT, "concern.not-owner" },
	LATE(OFFERED_OUT, ST_OFFERED_OUT), OPEN(OFFERED_OUT, ST_OFFERED_OUT),
	{ TRANSFERRED, &promise_keep, "", ST_TRANSFERRED, "concern.not-owner", "C", "promise.none" },
	{ TRANSFERRED, &promise_move, "", ST_TRANSFERRED, "concern.not-owner", "C", "promise.none" },

	CLOSED_WITH(CLOSED), NOT_UPWARD(CLOSED, ST_CLOSED),
	CLOSED_WITH(EXPLAINED_CLOSED), UPWARD(EXPLAINED_CLOSED, ST_CLOSED),
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

static bool
is_voice(const struct act *act)
{
	return act == &voice_rate || act == &voice_withdraw;
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
asked(enum situation s, const struct tried *t, enum who who)
{
	const struct act *act = t->act;
	const struct rule *r = rule_of(s, act);
	if (!is_entitled(act, who))
		return "act.not-allowed";
	if (is_voice(act) && in_set(PEOPLE, who))
		return "voice.staff"; /* whoever knows the code: it is the resident's word */
	if (t->no)
		return t->no;
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
	     " seen_sat || ' ' || last_seq || ' ' || coalesce(CAST(seen_solved AS text), '-') || ' ' ||"
	     " coalesce(CAST(public_line AS text), '-') || ' ' || coalesce(CAST(contact_at AS text), '-') || ' ' ||"
	     " coalesce(CAST(answered_at AS text), '-') || ' ' || coalesce(CAST(closed_at AS text), '-') || ' ' ||"
	     " coalesce(CAST(escalated_at AS text), '-') FROM concern WHERE office = ? AND id = ?");
	SHOT("SELECT 'cycle ' || level || ' ' || coalesce(CAST(ladder_at AS text), '-') || ' ' || is_listed || ' ' ||"
	     " is_urgent || ' ' || is_supervised || ' ' || resume_wd || ' ' ||"
	     " coalesce(CAST(sponsor_person_id AS text), '-') || ' ' || coalesce(CAST(merged_into AS text), '-') || ' ' ||"
	     " coalesce(CAST(linked_id AS text), '-') || ' ' || coalesce(CAST(disputed_at AS text), '-')"
	     " FROM concern WHERE office = ? AND id = ?");
	SHOT("SELECT 'span ' || no || ' ' || person_id || ' ' || unit_id || ' ' || from_at ||"
	     " ' ' || coalesce(CAST(until_at AS text), '-') FROM owner_span WHERE office = ? AND concern_id = ?"
	     " ORDER BY no");
	SHOT("SELECT 'offer ' || id || ' ' || to_unit_id || ' ' || state || ' ' || lapses_at ||"
	     " ' ' || coalesce(CAST(done_at AS text), '-') || ' ' || coalesce(CAST(done_by AS text), '-') || ' ' ||"
	     " coalesce(CAST(refusal AS text), '-')"
	     " FROM handover WHERE office = ? AND concern_id = ? ORDER BY id");
	SHOT("SELECT 'reply ' || id || ' ' || round || ' ' || state || ' ' ||"
	     " coalesce(CAST(approver_person_id AS text), '-') || ' ' || coalesce(CAST(decided_at AS text), '-') || ' ' ||"
	     " coalesce(CAST(why AS text), '-') FROM reply WHERE office = ? AND concern_id = ? ORDER BY id");
	SHOT("SELECT 'request ' || id || ' ' || kind || ' ' || state || ' ' || wanted_day || ' ' ||"
	     " coalesce(CAST(ruled_by AS text), '-') || ' ' || coalesce(CAST(ruling AS text), '-')"
	     " FROM request WHERE office = ? AND concern_id = ? ORDER BY id");
	SHOT("SELECT 'assist ' || id || ' ' || unit_id || ' ' || due_at || ' ' ||"
	     " coalesce(CAST(given_by AS text), '-') || ' ' || coalesce(CAST(opinion AS text), '-')"
	     " FROM assist WHERE office = ? AND concern_id = ? ORDER BY id");
	SHOT("SELECT 'point ' || no || ' ' || state || ' ' || text || ' ' || coalesce(CAST(why AS text), '-')"
	     " FROM point WHERE office = ? AND concern_id = ? ORDER BY no");
	SHOT("SELECT 'promise ' || no || ' ' || state || ' ' || due_at || ' ' || moved || ' ' ||"
	     " is_late || ' ' || coalesce(CAST(kept_at AS text), '-') || ' ' || coalesce(CAST(note AS text), '-')"
	     " FROM promise WHERE office = ? AND concern_id = ? ORDER BY no");
	SHOT("SELECT 'explained ' || reply_id || ' ' || coalesce(CAST(up_to AS text), '-') || ' ' || up_day ||"
	     " ' ' || coalesce(CAST(told_at AS text), '-') FROM explained WHERE office = ? AND concern_id = ?");
	SHOT("SELECT 'explaining ' || (SELECT count(*) FROM explaining e WHERE e.office = c.office"
	     " AND e.concern_id = c.id) || ' ' || coalesce(CAST(explain_due AS text), '-') FROM concern c"
	     " WHERE office = ? AND id = ?");
	SHOT("SELECT 'findings ' || count(*) FROM finding WHERE office = ? AND concern_id = ?");
	SHOT("SELECT 'sorting ' || relief || ' ' || level || ' ' || no"
	     " FROM sorting WHERE office = ? AND concern_id = ? ORDER BY no");
	SHOT("SELECT 'voices ' || count(*) FROM voice WHERE office = ? AND concern_id = ?");
	SHOT("SELECT 'merged ' || count(*) || ' ' || coalesce(CAST(max(into_id) AS text), '-')"
	     " FROM merged WHERE office = ? AND concern_id = ?");
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
	int64_t no, other; /* other: of another concern, open all the time */
	const char *code;
	bool is_late; /* weeks have passed */
	const struct tried *t;
	enum who who;
	struct concern before;
	struct handover open;
	struct reply newest;
	struct request back, more; /* the open ones */
};

static bool
is_job(const struct act *act)
{
	return act == &concern_lapse || act == &concern_escalate || act == &concern_resume_due;
}

static const char *
cell_text(const struct cell *x, const char *text)
{
	struct world *w = x->w;
	struct code code;
	int64_t n;
	if (text[0] == '+') {
		assert_true(parse_int(str_of(text + 1), 1, 99, &n));
		return in_days(w, (int)n);
	}
	if (text_eq(text, OTHER))
		return no_text(w, x->other);
	if (!text_eq(text, KEY))
		return text;
	assert_true(code_read(str_of(x->code), CODE_QUERY, &code));
	return unlock_cookie(w->mem, w->app, &code, now_of(w));
}

static void
cell_fields(const struct cell *x, struct pair out[8])
{
	out[0] = is_voice(x->t->act) ? (struct pair){ "code", x->code }
	                             : (struct pair){ "concern", no_text(x->w, x->no) };
	size_t n = 1;
	for (; x->t->in[n - 1].name; n++)
		out[n] = (struct pair){ x->t->in[n - 1].name, cell_text(x, x->t->in[n - 1].text) };
	out[n] = (struct pair){ 0 };
}

static struct act_call *
cell_call(const struct cell *x)
{
	struct world *w = x->w;
	const struct actor *a = &w->who[x->who];
	if (is_job(x->t->act))
		return call_of_id(
			w, a, x->t->act, x->t->act == &concern_lapse ? x->open.id : x->before.id);
	struct pair in[8];
	cell_fields(x, in);
	return call_of(w, a, x->t->act, in);
}

static const char *
cell_name(const struct cell *x)
{
	return mem_printf(
		x->w->mem, "%s by %c, situation %d", x->t->act->name, letter[x->who], (int)x->s);
}

/* The request that the act rules on; NULL: none. */
static const struct request *
cell_asked(const struct cell *x)
{
	const struct request *r = x->t->act == &concern_rule_return      ? &x->back
	                          : x->t->act == &concern_rule_extension ? &x->more
	                                                                 : NULL;
	return r && r->id ? r : NULL;
}

/* What the step table and its guard say; some acts ask for more. */
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
		.newest = x->newest.id ? &x->newest : NULL,
		.asked = cell_asked(x),
		.now = now_of(x->w) };
	return step_allowed(&v, x->t->act, &step, &err) == XQ_OK ? NULL : err.key;
}

static bool
says_the_same(const char *a, const char *b)
{
	return a == b || (a && b && text_eq(a, b));
}

/* A button is there exactly where the state knows the act, and says what the table says. */
static void
check_button(const struct cell *x)
{
	const char *refusal = table_says(x);
	struct next_act next[NEXT_MAX];
	const struct request *const asked[] = {
		[REQUEST_RETURN] = x->back.id ? &x->back : NULL,
		[REQUEST_EXTENSION] = x->more.id ? &x->more : NULL,
	};
	const size_t n = concern_next(&x->w->who[x->who], &x->before, x->open.id ? &x->open : NULL,
		x->newest.id ? &x->newest : NULL, asked, next);
	const struct next_act *found = NULL;
	for (size_t i = 0; i < n; i++) {
		if (next[i].act == x->t->act)
			found = &next[i];
		assert_non_null(next[i].path);
	}
	assert_true(n < NEXT_MAX); /* none was left out */
	if (is_voice(x->t->act) || is_job(x->t->act))
		assert_null(found); /* no button of the desk */
	else if (found && !says_the_same(found->refusal, refusal))
		fail_msg("%s: the button says %s, the table %s", cell_name(x),
			found->refusal ? found->refusal : "yes", refusal ? refusal : "yes");
	else if (!found && (!refusal || !(text_eq(refusal, "concern.wrong-state") ||
						text_eq(refusal, "act.not-allowed"))))
		fail_msg("%s: no button, but %s", cell_name(x), refusal ? refusal : "yes");
}

/* The resident's day: nothing else moves it. */
static bool
moves_the_day(const struct act *act)
{
	return act == &concern_rule_extension || act == &concern_park || act == &concern_resume ||
	       act == &concern_resume_due;
}

static void
check_granted(const struct cell *x, int64_t events_before)
{
	struct world *w = x->w;
	const struct concern c = concern_of(w, x->no);
	const struct rule *r = rule_of(x->s, x->t->act);
	if (!r || c.state != r->to)
		fail_msg("%s: now in state %d", cell_name(x), (int)c.state);
	if (x->t->act == &concern_set_points) /* a working aid beside the row */
		assert_int_equal(c.ver, x->before.ver);
	else
		assert_true(c.ver > x->before.ver);
	const bool moves = x->t->act == &concern_accept;
	assert_int_equal(
		c.owner_person_id, moves ? w->who[x->who].person_id : x->before.owner_person_id);
	assert_int_equal(c.owner_unit_id, moves ? unit_of(w, "u05").id : x->before.owner_unit_id);
	if (moves_the_day(x->t->act))
		assert_int_not_equal(c.due_at, x->before.due_at);
	else
		assert_int_equal(c.due_at, x->before.due_at);
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
	x->back = x->more = (struct request){ 0 };
	struct tx *tx = look(w);
	const int64_t id = x->before.id;
	const enum xq_rc rc[] = {
		reply_newest(tx, w->mem, w->office, id, false, &x->newest, &w->err),
		request_open(tx, w->mem, w->office, id, REQUEST_RETURN, &x->back, &w->err),
		request_open(tx, w->mem, w->office, id, REQUEST_EXTENSION, &x->more, &w->err),
	};
	tx_end(tx);
	for (size_t i = 0; i < sizeof rc / sizeof *rc; i++)
		assert_true(rc[i] == XQ_OK || rc[i] == XQ_NONE);
}

/* A concern in the situation, for the next cells. */
static void
cell_begin(struct cell *x)
{
	x->no = concern_in(x->w, x->s, x->other);
	x->code = x->w->code;
	x->is_late = false;
	cell_load(x);
}

/* The act's word against the table's: a few ask for more than the table does, or for that first. */
static void
check_table(const struct cell *x, const char *refusal)
{
	static const struct act *const more[] = { &concern_ask_return, &concern_ask_extension,
		&concern_park, &concern_give_opinion, &promise_keep, &promise_move,
		&concern_answer_up, &concern_escalate };
	const struct act *act = x->t->act;
	const char *table = table_says(x);
	bool asks_more = is_voice(act) || act == &concern_lapse;
	if (asks_more) {
		assert_true(refusal || !table); /* their refusals have words of their own */
		return;
	}
	for (size_t i = 0; i < sizeof more / sizeof *more; i++)
		asks_more = asks_more || act == more[i];
	if (!says_the_same(table, refusal) && !(asks_more && !table))
		fail_msg("%s: the table says %s, the act %s", cell_name(x), table ? table : "yes",
			refusal ? refusal : "yes");
}

/* True when it was granted: the concern is then another one. */
static bool
try_cell(struct cell *x)
{
	struct world *w = x->w;
	if (is_job(x->t->act) && !x->is_late) {
		clock_shift(&w->clock, 60LL * 86400); /* everything is due */
		x->is_late = true;
	}
	const char *before = shot(w, x->before.id);
	const int64_t n = events(w);
	const enum xq_rc rc = run_call(w, cell_call(x));
	const char *refusal = rc == XQ_OK ? NULL : w->call->err.key;
	assert_true(rc == XQ_OK || rc == XQ_REFUSED);

	check_table(x, refusal);
	const struct rule *r = rule_of(x->s, x->t->act);
	const char *want = asked(x->s, x->t, x->who);
	if (!(r && !x->t->no && in_set(r->open, x->who)) && !says_the_same(want, refusal))
		fail_msg("%s: expected %s, got %s", cell_name(x), want ? want : "yes",
			refusal ? refusal : "yes");
	check_button(x);
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
	x->other = take_down(x->w, CHEN, "other");
	cell_begin(x);
	for (size_t t = 0; t < N_TRIED; t++) {
		for (enum who who = 0; who < N_WHO; who++) {
			x->t = &tried[t];
			x->who = who;
			if (try_cell(x))
				cell_begin(x);
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
		[MORE_TIME] = ST_SIGNED,
		[HELPED] = ST_SIGNED,
		[PROMISED] = ST_SIGNED,
		[RETURN_ASKED] = ST_RETURN_ASKED,
		[ASKED_BACK] = ST_RETURN_ASKED,
		[PARKED] = ST_PARKED,
		[PARKED_AGAIN] = ST_PARKED,
		[CLOSED] = ST_CLOSED,
		[EXPLAINED] = ST_CALLBACK,
		[EXPLAINED_CLOSED] = ST_CLOSED,
		[TERMINATED] = ST_TERMINATED,
		[REDIRECTED] = ST_REDIRECTED,
		[MERGED] = ST_MERGED,
		[VOIDED] = ST_VOID,
		[OFFERED_OUT] = ST_OFFERED_OUT,
		[TRANSFERRED] = ST_TRANSFERRED,
		[ARCHIVED] = ST_ARCHIVED,
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

/* Acts that need no concern to begin with stand beside the table; so do those that move no state and
 * have rules of their own: adding words, putting details right, disagreeing, the answer to it, the day of a promise and of a supervision. */
static void
every_act_of_the_module_is_tried_or_begins_something(void **state)
{
	(void)state;
	static const struct act *const beside[] = { &concern_raise, &concern_register, &draft_say,
		&draft_where, &draft_prune, &voice_unlock, &voice_add, &voice_correct, &voice_erase,
		&voice_dispute, &concern_rule_dispute, &promise_late, &promise_carry,
		&concern_supervise_late };
	for (size_t m = 0; concern_module.acts[m]; m++) {
		size_t found = 0;
		for (size_t t = 0; t < N_TRIED; t++)
			found += !tried[t].no && tried[t].act == concern_module.acts[m];
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
	static const enum role all[] = { ROLE_HANDLER, ROLE_APPROVER, ROLE_SUPERVISOR,
		ROLE_LEADER };
	stranger.n_grants = sizeof all / sizeof *all;
	for (size_t i = 0; i < stranger.n_grants; i++)
		stranger.grant[i] = (struct grant){ all[i], SCOPE_OFFICE, 0 };
	for (size_t t = 0; t < N_TRIED; t++) {
		if (is_job(tried[t].act) || is_voice(tried[t].act))
			continue;
		struct pair in[8];
		cell_fields(&(struct cell){ .w = w, .no = no, .other = no, .t = &tried[t] }, in);
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
		IN_SITUATION(MORE_TIME, "more_time_asked_only_the_table_decides"),
		IN_SITUATION(HELPED, "helped_only_the_table_decides"),
		IN_SITUATION(PROMISED, "promised_only_the_table_decides"),
		IN_SITUATION(RETURN_ASKED, "return_asked_only_the_table_decides"),
		IN_SITUATION(ASKED_BACK, "assignment_asked_back_only_the_table_decides"),
		IN_SITUATION(PARKED, "parked_only_the_table_decides"),
		IN_SITUATION(PARKED_AGAIN, "parked_again_only_the_table_decides"),
		IN_SITUATION(CLOSED, "closed_only_the_table_decides"),
		IN_SITUATION(EXPLAINED, "explained_only_the_table_decides"),
		IN_SITUATION(EXPLAINED_CLOSED, "explained_and_closed_only_the_table_decides"),
		IN_SITUATION(TERMINATED, "terminated_only_the_table_decides"),
		IN_SITUATION(REDIRECTED, "redirected_only_the_table_decides"),
		IN_SITUATION(MERGED, "merged_only_the_table_decides"),
		IN_SITUATION(VOIDED, "voided_only_the_table_decides"),
		IN_SITUATION(ARCHIVED, "archived_only_the_table_decides"),
		IN_SITUATION(HISTORY, "history_only_the_table_decides"),
		cmocka_unit_test(every_row_of_the_table_has_a_rule_and_every_rule_a_row),
		cmocka_unit_test(no_state_knows_an_act_twice),
		cmocka_unit_test(every_act_of_the_module_is_tried_or_begins_something),
		TEST(a_concern_of_another_office_is_unknown),
		TEST(a_number_that_nobody_gave_out_is_unknown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
