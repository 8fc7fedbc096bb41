/* SPDX-License-Identifier: Apache-2.0 */
/* demo_steps.c - the deeds of the demo's plans as one table: which act, who does it, which words. */
#include "cli/demo_int.h"
#include "core/mem.h"
#include "evaluation/callback.h"
#include "reception/sitting.h"

#include "core/banned.h"

enum { REVIEW_WD = 40, PROMISE_WD = 6, SETS = 5 };

/* One deed while it is made. */
struct scene {
	struct demo *d;
	struct demo_life *l;
	const struct concern *c; /* NULL: not raised yet */
	struct act_call *call;
};

/* ---- who does it -------------------------------------------------------------------------------------- */

enum doer {
	BY_RESIDENT,
	BY_CLERK,
	BY_OWNER,
	BY_RECEIVER, /* of the open offer; nobody where nothing is offered */
	BY_HOLDER,   /* the receiver, or the owner where nothing is offered */
	BY_APPROVER,
	BY_EVALUATOR,
	BY_SUPERVISOR,
	BY_LEADER,
	BY_HELPER
};

static enum xq_rc
receiver_now(const struct scene *s, void *mem, const struct actor **out, struct xq_err *err)
{
	struct handover h;
	struct tx *tx;
	enum xq_rc rc = db_read(s->d->app->db, &tx, err);
	if (rc != XQ_OK)
		return rc;
	xq_require(s->c); /* only what was raised is offered */
	rc = handover_open(tx, mem, s->d->office, s->c->id, &h, err);
	tx_end(tx);
	if (rc == XQ_OK)
		*out = demo_handler(s->d, h.to_unit_id, s->l->index);
	return rc;
}

/* The people who own it now are asked, so that the demo follows what really happened. */
static enum xq_rc
doer_now(const struct scene *s, void *mem, enum doer by, const struct actor **out,
	struct xq_err *err)
{
	struct demo *d = s->d;
	const struct actor *owner = s->c ? demo_person(d, s->c->owner_person_id) : NULL;
	enum xq_rc rc;
	*out = owner;
	switch (by) {
	case BY_RESIDENT:
		*out = &d->resident;
		break;
	case BY_CLERK:
		*out = &d->clerk[s->l->index % 2];
		break;
	case BY_OWNER:
		break;
	case BY_RECEIVER:
		return receiver_now(s, mem, out, err);
	case BY_HOLDER:
		rc = receiver_now(s, mem, out, err);
		return rc == XQ_NONE ? XQ_OK : rc;
	case BY_APPROVER:
		*out = demo_approver(d, owner);
		break;
	case BY_EVALUATOR:
		*out = &d->evaluator[s->l->index % 2];
		break;
	case BY_SUPERVISOR:
		*out = &d->supervisor;
		break;
	case BY_LEADER:
		*out = &d->leader;
		break;
	case BY_HELPER:
		xq_require(s->c); /* somebody helps with what was raised */
		*out = demo_handler(
			d, demo_unit(d, demo_sister_unit(d, s->c->owner_unit_id)), s->l->index);
		break;
	}
	return XQ_OK;
}

/* ---- with which words --------------------------------------------------------------------------------- */

static void
set(const struct scene *s, const char *name, const char *text)
{
	form_set_text(s->call->mem, &s->call->form, name, text);
}

/* Another wording for another concern. */
static void
say(const struct scene *s, const char *name, const struct demo_words *words)
{
	set(s, name, words->text[(size_t)s->l->index % words->n]);
}

static int32_t
today(const struct scene *s)
{
	return day_of(clock_now(s->d->app->clock), TZ_CHINA);
}

static void
set_day(const struct scene *s, const char *name, int32_t from, int working_days)
{
	form_set_int(&s->call->form, name, cal_add_wd(s->d->app->calendar, from, working_days));
}

/* Formats with the one place; the demo's texts are its own. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
static const char *
about(const struct scene *s, const char *text)
{
	return mem_printf(s->call->mem, text, s->l->place);
}
#pragma GCC diagnostic pop

static void
fill_person(const struct scene *s)
{
	int64_t i = s->l->index;
	if (i % 5 != 0)
		set(s, "phone", mem_printf(s->call->mem, "13800000%03d", (int)(i % 1000)));
	if (i % 3 != 0)
		set(s, "name",
			mem_printf(s->call->mem, "%s%s", demo_surnames[(size_t)i % demo_n_surnames],
				i % 2 ? "女士" : "先生"));
	form_set_int(&s->call->form, "publish", i % 7 != 0);
	form_set_int(&s->call->form, "secret", s->l->is_sealed);
}

static void
fill_raise(const struct scene *s)
{
	const struct demo_life *l = s->l;
	set(s, "body",
		mem_printf(s->call->mem, "%s%s",
			about(s, l->elsewhere ? l->elsewhere->body : l->matter->body), l->closing));
	set(s, "class", l->elsewhere ? "other" : l->matter->class);
	set(s, "place", l->place);
	fill_person(s);
}

/* Which of the two zones a place lies in: what is by the river is the first one's. */
static const char *
zone_of(const char *place)
{
	static const char *const river[] = { "河滨", "临河", "柳岸", "望江", "沿河", "小石桥" };
	for (size_t i = 0; i < sizeof river / sizeof *river; i++)
		if (str_starts(str_of(place), str_of(river[i])))
			return "z1";
	return "z2";
}

static void
fill_register(const struct scene *s)
{
	static const char *const vias[] = { "counter", "phone", "visit", "hotline" };
	const struct demo_life *l = s->l;
	fill_raise(s);
	set(s, "title", about(s, l->elsewhere ? l->elsewhere->title : l->matter->title));
	set(s, "nature", l->elsewhere ? "help" : l->matter->nature);
	if (s->call->act == &concern_register) { /* at a sitting they come in person */
		set(s, "via", vias[(size_t)l->index % 4]);
		set(s, "zone", zone_of(l->place));
	}
	set(s, "told", "已告知由谁办、哪天答复。");
}

static void
fill_contact(const struct scene *s)
{
	bool is_reached = s->l->index % 6 != 0;
	form_set_int(&s->call->form, "made", is_reached);
	set(s, "note",
		is_reached ? "电话接通，告知由谁办、哪天答复。" : "打了两次没人接，明天再打。");
}

static void
fill_offer(const struct scene *s)
{
	set(s, "unit", demo_other_unit(s->d, s->c->owner_unit_id));
}

static void
fill_finding(const struct scene *s)
{
	int64_t i = s->l->index;
	say(s, "text", &demo_findings);
	say(s, "evidence", &demo_evidence);
	if (i % 3 != 0)
		say(s, "heard", &demo_heard);
	if (i % 4 != 1) /* the one that only looked into the files */
		form_set_int(&s->call->form, "seen_on", today(s));
}

static void
fill_points(const struct scene *s)
{
	say(s, "points", &demo_points);
}

static void
fill_assist(const struct scene *s)
{
	set(s, "unit", demo_sister_unit(s->d, s->c->owner_unit_id));
	say(s, "what", &demo_helps);
	set_day(s, "day", today(s), 2);
}

static void
fill_opinion(const struct scene *s)
{
	say(s, "opinion", &demo_opinions);
}

/* The unit that is offered it asks, or the one that has accepted it. */
static void
fill_return(const struct scene *s)
{
	set(s, "unit", demo_sister_unit(s->d, s->call->actor.unit_id));
	say(s, "note", &demo_return_notes);
}

static void
fill_time(const struct scene *s)
{
	static const char *const whys[] = { "parts", "survey", "others", "complex" };
	set(s, "why", whys[(size_t)s->l->index % 4]);
	set(s, "note", demo_time_notes.text[(size_t)s->l->index % 4]);
	set_day(s, "day", s->c->due_day, 4);
}

static void
fill_park(const struct scene *s)
{
	static const char *const grounds[] = { "budget", "third-party", "law", "lawsuit" };
	set(s, "ground", grounds[(size_t)s->l->index % 4]);
	set(s, "note", demo_park_notes.text[(size_t)s->l->index % 4]);
	set_day(s, "until", today(s), REVIEW_WD);
}

static void
fill_supervise(const struct scene *s)
{
	static const char *const levels[] = { "urge", "supervise", "talk" };
	set(s, "level", levels[(size_t)s->l->index % 3]);
}

static bool
has_finding(const struct scene *s)
{
	struct tx *tx;
	struct xq_err err = { 0 };
	struct finding *f;
	size_t n = 0;
	if (db_read(s->d->app->db, &tx, &err) != XQ_OK)
		return false; /* then the answer says why, which is never wrong */
	if (finding_list(tx, s->call->mem, s->d->office, s->c->id, &f, &n, &err) != XQ_OK)
		n = 0;
	tx_end(tx);
	return n > 0;
}

static void
fill_why(const struct scene *s, const struct demo_why *y)
{
	set(s, "standing", y->standing);
	set(s, "decider", y->decider);
	set(s, "condition", y->condition);
	set(s, "instead", y->instead);
	if (y->instead_days > 0) { /* a day that an answer names is promised with it */
		set_day(s, "instead_day", today(s), y->instead_days);
		set_day(s, "promise_day", today(s), y->instead_days);
		set(s, "promise", y->instead);
	}
	if (y->again_days > 0)
		set_day(s, "again_day", today(s), y->again_days);
	if (y->is_beyond)
		form_set_int(&s->call->form, "beyond", 1);
	if (y->up_to && s->l->index % 3 == 0) /* the others later (demo_tend.c) */
		set(s, "up_to", y->up_to);
}

static void
fill_reply(const struct scene *s)
{
	const struct demo_matter *m = s->l->matter;
	set(s, "text", about(s, m->answer));
	set(s, "outcome", m->outcome);
	set(s, "basis", m->basis);
	if (m->why)
		fill_why(s, m->why);
	if (concern_needs_finding(s->c) && !has_finding(s))
		say(s, "no_finding", &demo_no_findings);
	for (int no = 1; no <= POINTS_MAX; no++) /* where there are points */
		set(s, mem_printf(s->call->mem, "point%d", no), "answered");
}

static void
fill_approve(const struct scene *s)
{
	set(s, "public_line", s->l->matter->line);
}

/* What the unit calls explained or not solved, the resident calls so too, in the good case. */
static const char *
seen_as(const struct demo_life *l)
{
	const char *outcome = l->matter->outcome;
	return text_eq(outcome, "solved")      ? "yes"
	       : text_eq(outcome, "explained") ? "explained"
	                                       : "partly";
}

/* How people were treated, mostly well; a few do not say. */
static void
fill_manner(const struct scene *s)
{
	static const char *const marks[] = { "1", "1", "2", "1", "none", "1", "3", "1", "2", "1",
		"4" };
	int64_t i = s->l->index;
	set(s, "attitude", marks[(size_t)i % (sizeof marks / sizeof *marks)]);
	if (i % 11 == 10)
		say(s, "about_staff", &demo_about_staff);
}

static void
fill_call_yes(const struct scene *s)
{
	set(s, "solved", seen_as(s->l));
	set(s, "sat", s->l->index % 3 ? "1" : "2");
	set(s, "result_sat", s->l->index % 4 ? "1" : "2");
	fill_manner(s);
}

static void
fill_rate(const struct scene *s)
{
	set(s, "code", s->l->code);
	set(s, "solved", seen_as(s->l));
	set(s, "sat", s->l->index % 4 ? "1" : "none");
	set(s, "result_sat", s->l->index % 4 ? "1" : "none");
	fill_manner(s);
}

static void
fill_promise(const struct scene *s)
{
	say(s, "text", &demo_promises);
	set_day(s, "day", today(s), PROMISE_WD);
}

/* Moved before its day: later than the first day, whatever is left of it. */
static void
fill_move(const struct scene *s)
{
	set_day(s, "day", today(s), PROMISE_WD + 2);
	form_set_int(&s->call->form, "no", 1);
}

static void
fill_keep(const struct scene *s)
{
	form_set_int(&s->call->form, "no", 1);
	say(s, "note", &demo_kept);
}

static void
fill_redirect(const struct scene *s)
{
	const struct demo_elsewhere *e = s->l->elsewhere;
	set(s, "body", e->body_code);
	set(s, "name", e->name);
	set(s, "phone", e->phone);
	set(s, "told", e->told);
}

static void
fill_merge(const struct scene *s)
{
	form_set_int(&s->call->form, "into", s->l->into->file_no);
}

static void
fill_terminate(const struct scene *s)
{
	say(s, "note", &demo_ends);
}

/* The resident's own browser, which has opened the words. */
static void
fill_own(const struct scene *s)
{
	struct code code;
	set(s, "code", s->l->code);
	if (code_read(str_of(s->l->code), CODE_QUERY, &code))
		set(s, "unlock",
			unlock_cookie(s->call->mem, s->d->app, &code, clock_now(s->d->app->clock)));
}

static void
fill_add(const struct scene *s)
{
	fill_own(s);
	say(s, "text", &demo_added);
}

static void
fill_withdraw(const struct scene *s)
{
	fill_own(s);
	say(s, "text", &demo_withdrawn);
}

static void
fill_dispute(const struct scene *s)
{
	static const char *const whys[] = { "came-back", "not-enough", "not-done" };
	fill_own(s);
	set(s, "why", whys[(size_t)s->l->index % 3]);
	set(s, "text", demo_disputes.text[(size_t)s->l->index % 3]);
}

/* clang-format off */
static const struct deed {
	const struct act *act;
	enum doer by;
	void (*fill)(const struct scene *s); /* NULL: the fixed words below are enough */
	struct {
		const char *name, *text;
	} set[SETS];
} deeds[N_OPS] = {
	[OP_RAISE]         = { &concern_raise,         BY_RESIDENT,   fill_raise, { { 0 } } },
	[OP_REGISTER]      = { &concern_register,      BY_CLERK,      fill_register, { { 0 } } },
	[OP_ACCEPT]        = { &concern_accept,        BY_RECEIVER,   NULL, { { 0 } } },
	[OP_CONTACT]       = { &concern_contact,       BY_OWNER,      fill_contact, { { 0 } } },
	[OP_OFFER]         = { &concern_offer,         BY_OWNER,      fill_offer, { { "why", "place" }, { "note", "地段在你们那边，请看一看。" }, { "told", "已告诉居民可能换单位办，答复日不变。" } } },
	[OP_DECLINE]       = { &concern_decline,       BY_RECEIVER,   NULL, { { "why", "not-ours" } } },
	[OP_FIND]          = { &concern_find,          BY_OWNER,      fill_finding, { { 0 } } },
	[OP_POINTS]        = { &concern_set_points,    BY_OWNER,      fill_points, { { 0 } } },
	[OP_ASSIST]        = { &concern_assist,        BY_OWNER,      fill_assist, { { 0 } } },
	[OP_OPINION]       = { &concern_give_opinion,  BY_HELPER,     fill_opinion, { { 0 } } },
	[OP_ASK_RETURN]    = { &concern_ask_return,    BY_HOLDER,     fill_return, { { "why", "duty" }, { "basis", "派单目录第7条" } } },
	[OP_GRANT_RETURN]  = { &concern_rule_return,   BY_SUPERVISOR, NULL, { { "decision", "grant" }, { "note", "对照目录，该由对方办，今天就转过去。" } } },
	[OP_REFUSE_RETURN] = { &concern_rule_return,   BY_SUPERVISOR, NULL, { { "decision", "refuse" }, { "note", "目录写明由你们主办，对方可以一起办。" } } },
	[OP_ASK_TIME]      = { &concern_ask_extension, BY_OWNER,      fill_time, { { 0 } } },
	[OP_GRANT_TIME]    = { &concern_rule_extension, BY_SUPERVISOR, NULL, { { "decision", "grant" }, { "note", "理由成立，请在新日子前办完，先给居民打电话。" } } },
	[OP_REFUSE_TIME]   = { &concern_rule_extension, BY_SUPERVISOR, NULL, { { "decision", "refuse" }, { "note", "现有时间够用，请照原来的日子答复。" } } },
	[OP_PARK]          = { &concern_park,          BY_SUPERVISOR, fill_park, { { "sponsor", "zhoumin" } } },
	[OP_RESUME]        = { &concern_resume,        BY_OWNER,      NULL, { { "note", "业主表决已经通过，可以接着办了。" } } },
	[OP_SUPERVISE]     = { &concern_supervise,     BY_LEADER,     fill_supervise, { { "note", "这件拖得太久，请科长三天内到现场，给居民一个准日子。" } } },
	[OP_SUBMIT]        = { &reply_submit,          BY_OWNER,      fill_reply, { { 0 } } },
	[OP_APPROVE]       = { &reply_approve,         BY_APPROVER,   fill_approve, { { 0 } } },
	[OP_SEND_BACK]     = { &reply_send_back,       BY_APPROVER,   NULL, { { "why", "unclear" }, { "note", "哪天完工没有写清楚，请补上日期。" } } },
	[OP_CALL_NOBODY]   = { &callback_record,       BY_EVALUATOR,  NULL, { { "result", "nobody" } } },
	[OP_CALL_YES]      = { &callback_record,       BY_EVALUATOR,  fill_call_yes, { { "result", "reached" }, { "contacted", "yes" } } },
	[OP_CALL_PARTLY]   = { &callback_record,       BY_EVALUATOR,  fill_manner, { { "result", "reached" }, { "contacted", "yes" }, { "solved", "partly" }, { "result_sat", "3" }, { "sat", "3" } } },
	[OP_CALL_NO]       = { &callback_record,       BY_EVALUATOR,  fill_manner, { { "result", "reached" }, { "contacted", "no" }, { "solved", "no" }, { "result_sat", "4" }, { "sat", "4" } } },
	[OP_RATE]          = { &voice_rate,            BY_RESIDENT,   fill_rate, { { 0 } } },
	[OP_REDO]          = { &concern_rule_outcome,  BY_SUPERVISOR, NULL, { { "decision", "redo" }, { "note", "居民说的属实，请科长参加，再办一次。" } } },
	[OP_CLOSE]         = { &concern_rule_outcome,  BY_SUPERVISOR, NULL, { { "decision", "close" }, { "note", "已照规定办理，结果当面解释过。" } } },
	[OP_PROMISE]       = { &concern_promise,       BY_OWNER,      fill_promise, { { 0 } } },
	[OP_KEEP]          = { &promise_keep,          BY_OWNER,      fill_keep, { { 0 } } },
	[OP_MOVE]          = { &promise_move,          BY_OWNER,      fill_move, { { "why", "parts" }, { "note", "配件还在路上，晚几天到，到了当天就装。" } } },
	[OP_REDIRECT]      = { &concern_redirect,      BY_CLERK,      fill_redirect, { { 0 } } },
	[OP_MERGE]         = { &concern_merge,         BY_CLERK,      fill_merge, { { 0 } } },
	[OP_VOID]          = { &concern_void,          BY_SUPERVISOR, NULL, { { "why", "double" }, { "note", "同一张登记表录了两遍，留前一件。" } } },
	[OP_TERMINATE]     = { &concern_terminate,     BY_SUPERVISOR, fill_terminate, { { "why", "no-contact" } } },
	[OP_ADD]           = { &voice_add,             BY_RESIDENT,   fill_add, { { 0 } } },
	[OP_WITHDRAW]      = { &voice_withdraw,        BY_RESIDENT,   fill_withdraw, { { 0 } } },
	[OP_DISPUTE]       = { &voice_dispute,         BY_RESIDENT,   fill_dispute, { { 0 } } },
	[OP_AGAIN]         = { &concern_rule_dispute,  BY_SUPERVISOR, NULL, { { "decision", "again" }, { "note", "去看过，确实又坏了，另立一件再办。" } } },
	[OP_STANDS]        = { &concern_rule_dispute,  BY_SUPERVISOR, NULL, { { "decision", "stands" }, { "note", "又去看了一次，能做的都做了，其余的要等明年改造。" } } },
};
/* clang-format on */

/* ---- doing it ----------------------------------------------------------------------------------------- */

static enum xq_rc
load_now(const struct scene *s, void *mem, struct concern *c, struct xq_err *err)
{
	struct tx *tx;
	enum xq_rc rc = db_read(s->d->app->db, &tx, err);
	if (rc != XQ_OK)
		return rc;
	rc = concern_by_file_no(tx, mem, s->d->office, s->l->file_no, c, err);
	tx_end(tx);
	return rc;
}

/* Only the resident is told the code of what follows a ruled dispute; this one plays the resident. */
static enum xq_rc
code_now(const struct scene *s, struct code *out, struct xq_err *err)
{
	struct tx *tx;
	struct concern c;
	enum xq_rc rc = db_read(s->d->app->db, &tx, err);
	if (rc != XQ_OK)
		return rc;
	void *mem = s->call->mem;
	rc = concern_by_file_no(tx, mem, s->d->office, s->l->file_no, &c, err);
	if (rc == XQ_OK)
		rc = code_of_concern(tx, mem, s->d->app, s->d->office, c.id, out, err);
	tx_end(tx);
	return rc;
}

/* A new concern, also the one that follows a ruled dispute: the life goes on in it. */
static enum xq_rc
keep_number(struct scene *s, struct xq_err *err)
{
	struct code code;
	const char *no = act_result_get(s->call, "file_no");
	if (!no)
		return XQ_OK;
	if (!file_no_read(str_of(no), &s->l->file_no))
		return xq_fault(err, "act.fault", "file number %s", no);
	enum xq_rc rc = code_now(s, &code, err);
	if (rc == XQ_OK)
		s->l->code = mem_text(s->d->mem, code.text);
	return rc;
}

static bool
has_field(const struct act *act, const char *name)
{
	for (const struct field *f = act->fields; f->name; f++)
		if (text_eq(f->name, name))
			return true;
	return false;
}

/* What is taken down while a sitting is held stands in its register. */
static enum xq_rc
call_new(struct scene *s, void *mem, const struct act *act, const struct actor *who,
	struct xq_err *err)
{
	int64_t sitting = 0;
	enum xq_rc rc =
		act == &concern_register ? demo_sitting_now(s->d, mem, &sitting, err) : XQ_OK;
	if (rc != XQ_OK)
		return rc;
	s->call = act_call_new(mem, s->d->app, sitting ? &sitting_take : act, s->d->office, who);
	if (sitting) {
		form_set_int(&s->call->form, "slot", sitting);
		set(s, "read_back", "read");
	}
	return XQ_OK;
}

static enum xq_rc
perform(struct scene *s, void *mem, const struct deed *deed, struct xq_err *err)
{
	const struct actor *who;
	enum xq_rc rc = doer_now(s, mem, deed->by, &who, err);
	if (rc == XQ_OK)
		rc = call_new(s, mem, deed->act, who, err);
	if (rc != XQ_OK)
		return rc;
	if (s->c && has_field(deed->act, "concern"))
		form_set_int(&s->call->form, "concern", s->l->file_no);
	for (size_t i = 0; i < SETS && deed->set[i].name; i++)
		set(s, deed->set[i].name, deed->set[i].text);
	if (deed->fill)
		deed->fill(s);
	rc = act_run(s->call);
	if (rc == XQ_FAULT)
		*err = s->call->err;
	return rc == XQ_OK ? keep_number(s, err) : rc;
}

enum xq_rc
demo_step(struct demo *d, struct demo_life *l, enum demo_op op, struct xq_err *err)
{
	void *mem = mem_root("demo");
	struct concern c;
	struct scene s = { .d = d, .l = l };
	enum xq_rc rc = XQ_OK;
	if (op != OP_RAISE && op != OP_REGISTER) {
		rc = load_now(&s, mem, &c, err);
		s.c = &c;
	}
	if (rc == XQ_OK)
		rc = perform(&s, mem, &deeds[op], err);
	mem_free(mem);
	return rc == XQ_REFUSED || rc == XQ_NONE ? XQ_OK : rc;
}
