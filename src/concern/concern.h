/* SPDX-License-Identifier: Apache-2.0 */
/* concern.h - the heart: a resident's concern from intake to closing, with one owner at every instant.
 *
 * For:       raising and registering, offers, answers, closing; reading concerns for pages.
 * May call:  core, calendar, store, ledger, identity, act, web, office/office.h
 * Called by: evaluation/ (call-backs move a concern through concern_rated, concern_unreached),
 *            hard/ (concerns that last),
 *            exchange/ (import), cli (demo), modules.c
 * Owns:      tables concern, intake, owner_span, handover, reply, step, photo, draft, request,
 *            assist, point, finding, promise, voice, merged; those of tally.h and rules.h
 * Threads:   acts on the writer, reads on any reader thread
 * Source:    decisions.md 1-15, domain.md 3
 */
#ifndef XQ_CONCERN_CONCERN_H
#define XQ_CONCERN_CONCERN_H

#include "act/app.h"
#include "office/office.h"

enum concern_state {
	ST_ACCEPTED = 2,     /* with the first receiver */
	ST_ASSIGNED = 3,     /* offered; the sender still owns */
	ST_SIGNED = 4,       /* being handled */
	ST_RETURN_ASKED = 5, /* somebody outside rules whether another unit gets it */
	ST_REPLIED = 6,      /* the draft waits for a second person */
	ST_CALLBACK = 7,     /* answered; somebody else asks the resident */
	ST_REDO = 8,         /* handled again after a ruling */
	ST_CLOSED = 9,
	ST_TERMINATED = 10,
	ST_HISTORY = 11,    /* imported with its answer; in no figure */
	ST_PARKED = 12,     /* cannot be done now; never counts as solved */
	ST_REDIRECTED = 13, /* another body is competent; the resident was told which */
	ST_MERGED = 14, /* handled with another one; the voice keeps answer, call-back and rating */
	ST_VOID = 15,   /* registered by mistake */
	ST_ARCHIVED = 16,
	ST_OFFERED_OUT = 17, /* another office is asked (transfer.h); this one still owns */
	ST_TRANSFERRED = 18, /* another office has taken it over */
};
enum { N_STATES = 19 };

enum outcome { OUT_NONE, OUT_SOLVED, OUT_PARTLY, OUT_EXPLAINED, OUT_NOT };
enum nature {
	NATURE_CONSULT,
	NATURE_HELP,
	NATURE_COMPLAINT,
	NATURE_REPORT,
	NATURE_SUGGESTION,
	NATURE_PRAISE,
	NATURE_OTHER
};
enum lane { LANE_EVERYDAY, LANE_SEALED };

/* The codes of the record and of forms; index by the enums. N_ titles stand in the choices. */
extern const struct choice concern_classes[];  /* property facility ... other (decisions.md 5) */
extern const struct choice concern_natures[];  /* consult help complaint ... */
extern const struct choice concern_vias[];     /* counter phone letter web ... */
extern const struct choice concern_outcomes[]; /* solved partly explained not */
extern const struct choice concern_solved[];   /* yes partly no explained: the resident's view */
extern const struct choice concern_sats[];     /* 1 2 3 4 none */
extern const struct choice offer_reasons[], decline_reasons[], return_reasons[];
extern const struct choice ask_return_reasons[], extension_reasons[], park_grounds[],
	redirect_bodies[], void_reasons[], terminate_reasons[], answer_classes[], dispute_reasons[];

const char *choice_label(const struct choice *list, const char *code); /* the code where unknown */
bool choice_has(const struct choice *list, struct str code);
const char *outcome_code(enum outcome o);
bool outcome_read(const char *code, enum outcome *out);
const char *state_title(enum concern_state s); /* N_, staff words */
bool concern_is_open(enum concern_state s);

/* One concern with the people around it. Texts live in the mem it was loaded with. */
struct concern {
	int64_t id, ver, file_no, last_seq, first_seq;
	const char *ref; /* c-...: public pages and the record */
	enum concern_state state;
	enum lane lane;
	const char *via, *class, *nature; /* codes; class: the public one */
	const char *category; /* the office's own class, which counts in the public one */
	const char *title, *body, *place, *zone; /* zone code or NULL */
	const char *public_line;                 /* reviewed one-line matter; NULL: none */
	bool may_publish;                        /* the resident agreed to show the reviewed line */
	int64_t raised_at, due_at;
	int32_t due_day;
	const char *limit; /* "5wd" */
	bool is_provisional;
	int64_t owner_person_id, owner_unit_id, tracker_person_id, tracker_unit_id;
	const char *owner_name, *owner_phone, *owner_unit,
		*owner_unit_code;      /* unit: name, public code */
	const char *owner_public_unit; /* what public pages print */
	const char *tracker_name, *tracker_unit;
	int round;
	int64_t contact_at, answered_at, closed_at, escalated_at; /* 0: not yet */
	int level;         /* of the escalation ladder reached for this due day; 0: none */
	int64_t ladder_at; /* when the next level is told; 0: not late, or no level is left */
	bool is_listed;    /* stands on the public late list */
	bool is_urgent, is_supervised;
	int64_t supervised_due;    /* the supervision's own clock; 0: none runs */
	bool supervised_late;      /* it has passed and was told */
	int resume_wd;             /* parked: working days that are left when it goes on */
	int64_t sponsor_person_id; /* parked: who tells the resident the next step; 0: nobody */
	int64_t merged_into, linked_id; /* 0: none; linked: the earlier concern of new facts */
	int64_t disputed_at;            /* the resident disagrees and waits for a word; 0: no */
	bool needs_ruling;
	bool was_late; /* an answer of any round came after the day that the resident had then */
	enum outcome outcome; /* of the approved answer */
	const char
		*seen_solved; /* the resident's own view: yes partly no explained; NULL: none yet */
	int seen_sat;         /* 1..4; 0: none or 不作评价 */
	int64_t rated_at;     /* when the view of this round was given; 0: not yet */
	bool is_imported;
	int64_t own_date;          /* import: the row's own moment; 0: none */
	int64_t handed_id;         /* taken over from another office (transfer.h); 0: no */
	int64_t taken_at;          /* told to us then, without a network; 0: when it was raised */
	const char *source_no;     /* import: message number; NULL */
	int64_t erased_at;         /* the words are gone since; 0: they are here */
	const char *erased_ground; /* code of erasure_grounds (concern/erased.h); NULL */
};

/* When the resident told us: clocks start there. */
static inline int64_t
concern_told_at(const struct concern *c)
{
	return c->taken_at > 0 ? c->taken_at : c->raised_at;
}

XQ_CHECK enum xq_rc concern_load(struct tx *tx, void *mem, int64_t office, int64_t id,
	struct concern *out, struct xq_err *err);
XQ_CHECK enum xq_rc concern_by_file_no(struct tx *tx, void *mem, int64_t office, int64_t file_no,
	struct concern *out, struct xq_err *err);
/* Asks ahead (db_ask) for that, and for the open offer or the newest reply that belong to its state. */
void concern_ask(struct tx *tx, int64_t office, int64_t file_no);
void concern_ask_more(struct tx *tx, int64_t office, const struct concern *c);
XQ_CHECK enum xq_rc concern_by_ref(struct tx *tx, void *mem, int64_t office, struct str ref,
	struct concern *out, struct xq_err *err);
XQ_CHECK enum xq_rc concern_by_code(struct tx *tx, void *mem, const struct app *app, int64_t office,
	const struct code *code, struct concern *out, struct xq_err *err);

/* Personal data of the one who raised it; only pages that may show it load it. */
struct intake {
	const char *name, *phone, *address, *contact_wish, *told;
	int people;
	bool wants_secret, wants_contact, has_pin;
};
XQ_CHECK enum xq_rc intake_load(struct tx *tx, void *mem, int64_t office, int64_t concern_id,
	struct intake *out, struct xq_err *err);
/* 吴**, 138****4521, street only. */
const char *mask_name(void *mem, const char *name);
const char *mask_phone(void *mem, const char *phone);
const char *mask_address(void *mem, const char *address);

/* The concern's way, oldest first. */
struct step_row {
	int64_t at;
	const char *act, *note;    /* note may be NULL */
	const char *person, *unit; /* names; NULL: the resident or the system */
	enum concern_state from, to;
	int64_t seq;
	bool is_for_resident;
	int32_t due_day; /* 0: did not move */
};
enum { STEPS_MAX = 200 }; /* the first ones of a concern; what came later is not listed */
XQ_CHECK enum xq_rc step_list(struct tx *tx, void *mem, int64_t office, int64_t concern_id,
	struct step_row **out, size_t *out_n, struct xq_err *err);

/* The open offer of a concern. XQ_NONE: none. */
struct handover {
	int64_t id, concern_id, from_person_id, from_unit_id, to_unit_id,
		to_person_id; /* 0: anyone */
	const char *from_name, *to_unit, *to_name, *why, *note, *told;
	int64_t offered_at, lapses_at;
	bool by_catalogue;
	enum concern_state back; /* the state to go back to, where it is not accepted */
};
XQ_CHECK enum xq_rc handover_open(struct tx *tx, void *mem, int64_t office, int64_t concern_id,
	struct handover *out, struct xq_err *err);

enum reply_state { REPLY_WAITING, REPLY_APPROVED, REPLY_SENT_BACK };
struct reply {
	int64_t id, concern_id;
	int round;
	enum reply_state state;
	const char *text, *basis, *class, *author, *author_unit, *approver,
		*why;           /* class: code of answer_classes; approver, why may be NULL */
	const char *no_finding; /* why no finding was needed; NULL: none was missing */
	const char *promise;    /* promised with it (answer_day.h); NULL: nothing */
	const char *no_promise; /* why the days that it names are no promises; NULL: not asked */
	int32_t promise_day;
	enum outcome outcome;
	int64_t author_id, author_unit_id, submitted_at, decided_at;
};
/* The newest reply of a concern; XQ_NONE: none. approved_only: the one that the resident reads. */
XQ_CHECK enum xq_rc reply_newest(struct tx *tx, void *mem, int64_t office, int64_t concern_id,
	bool approved_only, struct reply *out, struct xq_err *err);

/* A request that somebody outside the asking unit rules on. One open of each kind. */
enum request_kind { REQUEST_RETURN, REQUEST_EXTENSION };
enum request_state { REQUEST_OPEN, REQUEST_GRANTED, REQUEST_REFUSED };
struct request {
	int64_t id, concern_id;
	enum request_kind kind;
	enum request_state state;
	const char *why, *basis, *note; /* why: code of the reason */
	int64_t to_unit_id;             /* return: the unit proposed */
	const char *to_unit, *to_unit_code;
	int32_t wanted_day;      /* extension */
	enum concern_state back; /* return: the state it came from */
	int64_t asked_by, asked_unit, asked_at, due_at;
	const char *asked_name, *asked_unit_name;
	int64_t ruled_at;
	const char *ruled_name, *ruling; /* NULL while open */
};
/* The open requests of a concern by their kind; NULL where there is none. */
XQ_CHECK enum xq_rc requests_open(struct tx *tx, void *mem, int64_t office, int64_t concern_id,
	const struct request *out[2], struct xq_err *err);
/* The open request of a kind; XQ_NONE: none. */
XQ_CHECK enum xq_rc request_open(struct tx *tx, void *mem, int64_t office, int64_t concern_id,
	enum request_kind kind, struct request *out, struct xq_err *err);
/* All requests of a concern, oldest first, at most 20. */
XQ_CHECK enum xq_rc request_list(struct tx *tx, void *mem, int64_t office, int64_t concern_id,
	struct request **out, size_t *out_n, struct xq_err *err);

/* What the resident wants answered, point by point (1..9). */
enum point_state { POINT_OPEN, POINT_ANSWERED, POINT_LEFT };
struct answer_point {
	int no;
	const char *text, *why; /* why: left unanswered for this reason; NULL */
	enum point_state state;
};
enum { POINTS_MAX = 9 };
void point_ask(struct tx *tx, int64_t office, int64_t concern_id); /* ahead, db_ask */
XQ_CHECK enum xq_rc point_list(struct tx *tx, void *mem, int64_t office, int64_t concern_id,
	struct answer_point **out, size_t *out_n, struct xq_err *err);

/* What was found out about the facts, oldest first. */
struct finding {
	int no;
	int64_t at;
	int32_t seen_on; /* the day on which somebody went there; 0: nobody did */
	const char *text, *person, *unit;
	const char *evidence, *heard; /* one a line; NULL: none */
};
enum { FINDINGS_MAX = 50 };
/* Complaints and reports of a breach: what they say is looked into before it is answered. */
bool concern_needs_finding(const struct concern *c);
XQ_CHECK enum xq_rc finding_list(struct tx *tx, void *mem, int64_t office, int64_t concern_id,
	struct finding **out, size_t *out_n, struct xq_err *err);

/* A unit that helps; the lead stays responsible. */
struct assist {
	int64_t id, unit_id, due_at, given_at; /* given_at 0: not yet */
	int32_t due_day;
	const char *unit, *what, *opinion; /* opinion NULL: not yet */
};
XQ_CHECK enum xq_rc assist_list(struct tx *tx, void *mem, int64_t office, int64_t concern_id,
	struct assist **out, size_t *out_n, struct xq_err *err);
XQ_CHECK enum xq_rc assist_is_open_for(struct tx *tx, int64_t office, int64_t concern_id,
	int64_t unit_id, bool *out, struct xq_err *err);

enum promise_state { PROMISE_OPEN, PROMISE_KEPT };
struct promise {
	int64_t concern_id, unit_id; /* unit: the one that promised */
	int no, moved;               /* moved: how often the day was changed */
	const char *text, *note;     /* note: how it was kept, or why it was moved; NULL */
	int32_t first_day, due_day;
	int64_t due_at, kept_at;
	enum promise_state state;
	bool is_late; /* the day passed before it was kept or moved */
};
XQ_CHECK enum xq_rc promise_list(struct tx *tx, void *mem, int64_t office, int64_t concern_id,
	struct promise **out, size_t *out_n, struct xq_err *err);

/* What the resident added or disputed after raising. */
struct voice {
	int no;
	int64_t at, answered_at;
	bool is_dispute;
	const char *why, *text, *answer; /* why: code of a dispute; answer NULL: not yet */
};
XQ_CHECK enum xq_rc voice_list(struct tx *tx, void *mem, int64_t office, int64_t concern_id,
	struct voice **out, size_t *out_n, struct xq_err *err);

struct photo {
	char hash[65];
	int width, height;
};
XQ_CHECK enum xq_rc photo_list(struct tx *tx, void *mem, int64_t office, int64_t concern_id,
	struct photo **out, size_t *out_n, struct xq_err *err);

/* The stored JPEG of a photo; XQ_NONE: no such file. */
XQ_CHECK enum xq_rc photo_read(
	void *mem, const struct app *app, const char *hash, struct bytes *out, struct xq_err *err);

/* ---- lists ------------------------------------------------------------------------------------- */

enum list_kind {
	LIST_ALL_OPEN,   /* of the office, by due */
	LIST_MINE,       /* owned by person */
	LIST_UNIT,       /* owned by unit */
	LIST_TRACKED,    /* tracked by person, open */
	LIST_LATE,       /* open, awaiting an answer, past due */
	LIST_CALLBACK,   /* answered, waiting for a call, oldest first */
	LIST_REVIEW,     /* drafts waiting, by submission; of the units in list_review_scope */
	LIST_RULING,     /* waiting for a ruling on the outcome */
	LIST_RETURNS,    /* a return waits for its ruling, by the ruling's due */
	LIST_EXTENSIONS, /* more time waits for its ruling, by the ruling's due */
	LIST_DISPUTES,   /* the resident disagrees, oldest first */
	LIST_PARKED,     /* parked, by review day */
	LIST_MERGED,     /* merged and answered with the other one, waiting for a call */
	LIST_LISTED,     /* on the public late list, by due */
	LIST_CARRY, /* of person: a promise of an earlier year is open without a written reason */
	LIST_HEARD, /* tracked by person, raised before heard_before, and nobody has spoken to the resident */
	LIST_EXPLAIN,    /* of person: to be explained to the resident, and the limit has passed */
	LIST_ASSIST,     /* unit is asked to help, by its own due */
	LIST_OFFERED_TO, /* open offers to unit or person */
	LIST_OFFERED_BY, /* open offers by person */
	LIST_NEWEST,     /* every concern, newest first */
	LIST_PUBLIC,     /* newest first, without sealed lane and history */
};

/* One row of any list. */
struct concern_row {
	int64_t id, file_no, raised_at, due_at, answered_at, closed_at,
		lapses_at; /* lapses_at: offers */
	int32_t due_day;
	enum concern_state state;
	enum outcome outcome;
	const char *ref, *title, *place, *class, *owner, *unit, *public_unit, *tracker,
		*public_line;
	const char *seen_solved;
	int64_t supervised_due; /* 0: none runs */
	int seen_sat;
	bool needs_ruling, is_late, is_imported, is_offered;
	int64_t owner_person_id, owner_unit_id, tracker_person_id, tracker_unit_id;
	int64_t key; /* continue after (key, id) */
};

struct list_query {
	enum list_kind kind;
	int64_t person_id, unit_id;
	const char *class;           /* LIST_PUBLIC only; NULL: all */
	int64_t review_unit[4];      /* LIST_REVIEW: drafts of these units; [0] == 0: of all */
	int64_t after_key, after_id; /* 0: from the top */
	size_t max;                  /* at most 100 */
	int64_t now;
	int64_t heard_before; /* LIST_HEARD only */
};
XQ_CHECK enum xq_rc concern_list(struct tx *tx, void *mem, int64_t office,
	const struct list_query *q, struct concern_row **out, size_t *out_n, struct xq_err *err);
/* LIST_REVIEW shows what the actor may approve: everything, or the units of the grants (at most four;
 * who approves for more holds the role over the office). Without a grant: nothing. */
void list_review_scope(struct list_query *q, const struct actor *actor);
/* Counted up to max, then max is returned: no page costs more as history grows. */
XQ_CHECK enum xq_rc concern_count(struct tx *tx, int64_t office, const struct list_query *q,
	int64_t *out, struct xq_err *err);
/* Full-text over what was said and answered: newest first below before_id (0: from the top), only
 * what the actor may see; a page may so be shorter than max. */
XQ_CHECK enum xq_rc concern_search(struct tx *tx, void *mem, const struct actor *actor,
	struct str words, int64_t now, int64_t before_id, size_t max, struct concern_row **out,
	size_t *out_n, struct xq_err *err);

/* ---- the step table -------------------------------------------------------------------------------- */

/* Why a step cannot be done now by this person, as a message key; NULL: it can. For buttons, with
 * the same table that apply obeys. */
struct next_act {
	const struct act *act;
	const char *path;    /* last segment of its page: "hand-over" */
	const char *refusal; /* message key; NULL: allowed */
};
enum { NEXT_MAX = 24 };
/* All acts of the state table for this person and concern; returns how many. asked: the open requests
 * by their kind; a NULL one, or NULL: none. */
size_t concern_next(const struct actor *actor, const struct concern *c, const struct handover *open,
	const struct reply *newest, const struct request *const asked[2],
	struct next_act out[NEXT_MAX]);

/* ---- for evaluation/ ------------------------------------------------------------------------------- */

/* Who may open the concern's page at the desk: owner, tracker, their units, a unit it is offered to,
 * and roles that look over the whole office. */
bool concern_may_see(
	const struct actor *actor, const struct concern *c, const struct handover *open);

/* True when the person's units never owned the concern (nobody marks their own work). */
XQ_CHECK enum xq_rc concern_is_outsider(struct tx *tx, int64_t office, int64_t concern_id,
	int64_t person_id, bool *out, struct xq_err *err);
struct rating {
	const char *solved; /* yes partly no explained */
	int sat;            /* 1..4, 0: 不作评价 */
	int result;         /* satisfied with the result: the same; 0 too: not asked */
	bool wants_again;   /* asks that it is handled again: somebody outside rules on it */
	const char *via;    /* phone web visit ... */
};
/* Records the rating of the current round and closes, or marks that a ruling is needed. Emits
 * concern.rated and, when it closes, concern.closed; the calling act declares both. */
XQ_CHECK enum xq_rc concern_rated(
	struct act_ctx *ctx, struct concern *c, const struct rating *r, struct xq_err *err);
/* Three tries on two days failed: closes without satisfaction. Emits unreached and closed. */
XQ_CHECK enum xq_rc concern_unreached(struct act_ctx *ctx, struct concern *c, struct xq_err *err);
/* A merged concern that was answered with the other one: its resident is called and rates too. The
 * view stands beside the other voices and enters no figure of its own (voice.rated). */
struct merged_voice {
	int64_t into_id, answered_at, done_at; /* 0: not yet */
	const char *solved;                    /* NULL: not yet */
	int sat;
};
XQ_CHECK enum xq_rc merged_load(struct tx *tx, void *mem, int64_t office, int64_t concern_id,
	struct merged_voice *out, struct xq_err *err);
XQ_CHECK enum xq_rc merged_count(
	struct tx *tx, int64_t office, int64_t into_id, int64_t *out, struct xq_err *err);
/* r NULL: three tries on two days failed. */
XQ_CHECK enum xq_rc merged_done(
	struct act_ctx *ctx, struct concern *c, const struct rating *r, struct xq_err *err);
/* A line on the timeline of a concern whose state stays. */
XQ_CHECK enum xq_rc concern_step_note(struct act_ctx *ctx, struct concern *c, const char *note,
	bool is_for_resident, struct xq_err *err);
XQ_CHECK enum xq_rc concern_save_seq(struct act_ctx *ctx, struct concern *c, struct xq_err *err);

/* ---- for hard/ ------------------------------------------------------------------------------------- */

/* Why a concern may be a hard problem (domain.md B01): three repeats within half a year, a second
 * re-handling, open for more than 90 days, parked. The numbers are settings. */
enum lasting { LASTING_REPEAT, LASTING_REDO, LASTING_OPEN, LASTING_PARKED };
enum { N_LASTING = 4 };
struct lasting_query {
	enum lasting why;
	int64_t now;
	int64_t after_key, after_id; /* 0: from the top */
	size_t max;
};
struct lasting_row {
	int64_t id, key; /* continue after (key, id) */
};
/* LASTING_REPEAT names the first concern of the chain. out has room for max rows. */
XQ_CHECK enum xq_rc concern_lasting(struct tx *tx, int64_t office, const struct lasting_query *q,
	struct lasting_row *out, size_t *out_n, struct xq_err *err);

/* ---- clocks, for other modules too ------------------------------------------------------------------ */

/* The limit in force on a day: that of the version with the last first day not behind it. */
XQ_CHECK enum xq_rc deadline_of(struct tx *tx, int64_t office, const char *code, int32_t day,
	struct limit *out, struct xq_err *err);
/* The limit in force on the day of from, counted from there. */
XQ_CHECK enum xq_rc due_of(struct act_ctx *ctx, const char *code, int64_t from, struct due *out,
	struct limit *out_limit, struct xq_err *err);

/* The day with its closing time; refusals concern.day-past, concern.day-rest {before} {after}. */
XQ_CHECK enum xq_rc working_day_due(
	struct act_ctx *ctx, int32_t day, const char *field, int64_t *out_at, struct xq_err *err);

extern const struct event_kind ev_raised, ev_offered, ev_owned, ev_declined, ev_contacted,
	ev_replied, ev_reply_rejected, ev_called, ev_rated, ev_unreached, ev_redo, ev_closed,
	ev_supervised, ev_return_asked, ev_return_granted, ev_return_refused, ev_due_moved,
	ev_parked, ev_resumed, ev_assisted, ev_found, ev_promised, ev_promise_kept,
	ev_promise_moved, ev_voided, ev_redirected, ev_merged, ev_terminated, ev_disputed,
	ev_listed, ev_unlisted, ev_voice_rated;

/* ---- acts --------------------------------------------------------------------------------------------- */

/* Results of raise and register: code (query code), file_no, ref, due_day, owner, unit (offered to),
 * pin (secret, only without phone), id. */
extern const struct act concern_raise, concern_register, concern_offer, concern_accept,
	concern_decline, concern_lapse, concern_contact, reply_submit, reply_approve,
	reply_send_back, concern_rule_outcome, concern_escalate, voice_rate, voice_unlock,
	draft_say, draft_where, concern_ask_return, concern_rule_return, concern_ask_extension,
	concern_rule_extension, concern_park, concern_resume, concern_resume_due, concern_find,
	concern_set_points, concern_assist, concern_give_opinion, concern_void, concern_redirect,
	concern_merge, concern_terminate, concern_promise, promise_keep, promise_move, promise_late,
	concern_supervise, concern_supervise_late, voice_add, voice_dispute, voice_withdraw,
	voice_correct, concern_rule_dispute;

/* ---- settings with their presets, written by office_create ------------------------------------- */

XQ_CHECK enum xq_rc concern_presets(struct tx *tx, int64_t office, int64_t now, struct xq_err *err);
/* The lead unit of a class from the office's first day on. */
XQ_CHECK enum xq_rc duty_set(
	struct tx *tx, int64_t office, const char *class, int64_t unit_id, struct xq_err *err);

/* ---- import ------------------------------------------------------------------------------------------ */

/* One row of history: raised and answered at its own times. */
struct history_row {
	const char *source_no, *title, *body, *reply;
	int64_t raised_at, answered_at;
	struct str terms, reply_terms;
};
/* XQ_NONE when the number is on record already. Called inside the import act only. */
XQ_CHECK enum xq_rc concern_add_history(
	struct act_ctx *ctx, const struct history_row *h, struct xq_err *err);
XQ_CHECK enum xq_rc concern_has_source(
	struct tx *tx, int64_t office, const char *source_no, bool *out, struct xq_err *err);

/* Opens the words of a concern for a browser: cookie value for 24 hours, and its check. */
const char *unlock_cookie(void *mem, const struct app *app, const struct code *code, int64_t now);
bool unlock_holds(const struct app *app, struct str cookie, const struct code *code, int64_t now);

/* Sealed copy of a query code and back (for messages and the desk's slip). */
XQ_CHECK enum xq_rc code_of_concern(struct tx *tx, void *mem, const struct app *app, int64_t office,
	int64_t id, struct code *out, struct xq_err *err);

extern const struct leave_check concern_leave_check;
extern const struct module concern_module, concern_desk_module, concern_cycle_module,
	concern_api_module;

#endif
