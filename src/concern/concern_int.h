/* SPDX-License-Identifier: Apache-2.0 */
/* concern_int.h - what the files of concern/ share. */
#ifndef XQ_CONCERN_CONCERN_INT_H
#define XQ_CONCERN_CONCERN_INT_H

#include "concern/concern.h"
#include "concern/tally.h"
#include "core/hash.h"
#include "core/parse.h"

/* The planner knows a partial index by the literal in its WHERE. */
#define SQL_PARKED "12"
_Static_assert(ST_PARKED == 12, "SQL_PARKED is ST_PARKED");

enum { NEXT_STATE_SAME = -1, NEXT_STATE_BACK = -2, NEXT_STATE_RULED = -3 };

/* Everything a guard may look at. */
struct step_view {
	const struct actor *actor;
	const struct concern *c;
	const struct handover *open; /* NULL: none */
	const struct reply *newest;  /* NULL: none */
	const struct request *asked; /* the open request that the act rules on; NULL: none */
	int64_t now;
};

/* One row per allowed step: buttons, diagram and the exhaustive test come from here too. */
struct step {
	enum concern_state from;
	const struct act *act;
	/* A state, or NEXT_STATE_SAME, NEXT_STATE_BACK (the offer's sender state), NEXT_STATE_RULED
	 * (what was decided says which). */
	int to;
	const char *(*guard)(
		const struct step_view *v); /* message key of the refusal; NULL: go on */
	const char *path;
};
extern const struct step concern_steps[];
extern const size_t n_concern_steps;

/* The row for this state and act, guard passed; else the refusal. */
XQ_CHECK enum xq_rc step_allowed(const struct step_view *v, const struct act *act,
	const struct step **out, struct xq_err *err);

/* Loads the concern of form field "concern" (file number) with its open offer and newest reply,
 * and asks the step table. */
struct step_load {
	struct concern c;
	struct handover open;
	struct reply newest;
	struct request asked;
	bool has_open, has_newest, has_asked;
	const struct step *step;
};
XQ_CHECK enum xq_rc step_begin(
	struct act_ctx *ctx, const struct form *in, struct step_load *out, struct xq_err *err);
/* act.ask of acts that begin with step_begin. */
void step_ask(struct act_ctx *ctx, const struct form *in, int round);
XQ_CHECK enum xq_rc step_begin_id(
	struct act_ctx *ctx, int64_t id, struct step_load *out, struct xq_err *err);
/* Refuses whoever has a share in the matter: the owner, the owner's unit and the former ones. */
XQ_CHECK enum xq_rc must_be_outside(
	struct act_ctx *ctx, const struct concern *c, struct xq_err *err);

/* What moves with a step. */
struct step_change {
	int to;             /* state */
	const char *note;   /* for the timeline; may be NULL */
	const char *why;    /* code of the reason, where the act has one; NULL: none */
	int64_t to_unit_id; /* offered to; 0: no offer */
	bool is_for_resident;
	int32_t due_day; /* 0: unmoved */
};
/* Saves what c holds now (state, owner, clocks, ...) by compare-and-set and writes the timeline. */
XQ_CHECK enum xq_rc concern_save(
	struct act_ctx *ctx, struct concern *c, const struct step_change *s, struct xq_err *err);

/* The first line of the timeline of a concern that was just inserted. */
XQ_CHECK enum xq_rc concern_step_first(
	struct act_ctx *ctx, const struct concern *c, struct xq_err *err);
/* The actor as the one who stands for a matter: person and main unit. */
XQ_CHECK enum xq_rc holder_of_actor(
	struct act_ctx *ctx, struct post_holder *out, struct xq_err *err);

/* Moves the ownership to (person, unit): closes the span and opens the next. */
XQ_CHECK enum xq_rc owner_move(struct act_ctx *ctx, struct concern *c, int64_t person_id,
	int64_t unit_id, struct xq_err *err);

/* A new promise by the end of a working day (working_day_due), counted and recorded; out_no: its number on
 * the concern. Refusal concern.too-many. */
XQ_CHECK enum xq_rc promise_add(struct act_ctx *ctx, struct concern *c, const char *text,
	int32_t day, int64_t *out_no, struct xq_err *err);

/* An event of a concern: unit and class are left out for the sealed lane. */
XQ_CHECK enum xq_rc concern_emit(
	struct act_ctx *ctx, struct concern *c, struct act_event *e, struct xq_err *err);

/* The lead unit of the catalogue for a class on a day; XQ_NONE: the intake keeps it. */
XQ_CHECK enum xq_rc duty_of(struct tx *tx, int64_t office, const char *class, int32_t day,
	int64_t *out_unit, struct xq_err *err);

/* Makes the offer row and its event; state and timeline are the caller's. */
struct offer_new {
	int64_t to_unit_id, to_person_id; /* person 0: anyone of the unit */
	const char *why, *note, *told;
	bool by_catalogue;
	enum concern_state back;
};
XQ_CHECK enum xq_rc offer_make(
	struct act_ctx *ctx, struct concern *c, const struct offer_new *o, struct xq_err *err);

/* Whether the account of this person is a deputy's, who listens and does not settle. */
XQ_CHECK enum xq_rc person_only_listens(
	struct tx *tx, int64_t office, int64_t person_id, bool *out, struct xq_err *err);
enum offer_state { OFFER_OPEN, OFFER_ACCEPTED, OFFER_DECLINED, OFFER_LAPSED };
/* Ends an open offer. Refusal store.changed. */
XQ_CHECK enum xq_rc offer_end(struct act_ctx *ctx, const struct handover *h, enum offer_state state,
	const char *refusal, struct xq_err *err);

/* The resident's day moves: the ladder of escalation starts again from the new one, and the day is
 * provisional where no holiday notice rules it yet. */
void due_move(const struct act_ctx *ctx, struct concern *c, int64_t due_at, int32_t due_day);

enum { TERMS_MAX = 24000 }; /* more than the longest text has characters: all of it is found */
const char *part_json(void *mem, const char *key, const char *text);

/* A query code that nobody of the office holds. */
XQ_CHECK enum xq_rc query_code_new(struct act_ctx *ctx, struct code *out, struct xq_err *err);
void query_hash(const struct app *app, const struct code *code, uint8_t out[32]);
/* The photos of a draft after the child has cleaned them. */
struct stored_photo {
	char hash[65];
	int width, height;
	int64_t bytes;
};
struct draft_photos {
	size_t n;
	struct stored_photo photo[9];
};
XQ_CHECK enum xq_rc photo_store(void *mem, const struct app *app, const struct upload *u,
	struct stored_photo *out, struct xq_err *err);

/* The server-side draft behind the step form. XQ_NONE: none, or older than 24 hours. */
extern const struct migration concern_migration_21; /* voice.c */
struct draft {
	const char *body, *class, *place, *zone, *address, *name, *phone, *contact_wish;
	bool wants_secret, may_publish;
	int reached; /* steps done: 1 or 2 */
	int64_t n_photos;
};
XQ_CHECK enum xq_rc draft_load(struct tx *tx, void *mem, int64_t office, struct str hex_key,
	int64_t now, struct draft *out, struct xq_err *err);

/* Of every act on an own concern: the code, and what opening the words gave. */
/* clang-format off */
#define OWN_FIELDS                                                                                 \
	{ "code", FIELD_QUERY, .required = true, .label = N_("Query code") },                      \
	{ "unlock", FIELD_SECRET, .max = 64, .label = N_("Key that opening the words gave") }
/* clang-format on */
extern const struct msg_text own_data_messages[]; /* voice.correct */
/* A concern that its own resident acts on: fields code and unlock (what voice.unlock gave). */
XQ_CHECK enum xq_rc own_concern(
	struct act_ctx *ctx, const struct form *in, struct concern *c, struct xq_err *err);

/* A message to one member of staff, through the outbox. */
XQ_CHECK enum xq_rc tell_staff(struct act_ctx *ctx, const struct concern *c, const char *what,
	int64_t person_id, struct xq_err *err);

/* Off the public late list: answered, ended. */
XQ_CHECK enum xq_rc unlist(
	struct act_ctx *ctx, struct concern *c, const char *why, struct xq_err *err);

/* A new round: the unit handles it again within the limit "redo"; note is what the resident reads.
 * The act declares concern.redo. */
XQ_CHECK enum xq_rc redo_concern(
	struct act_ctx *ctx, struct concern *c, const char *note, struct xq_err *err);

/* Ends a concern otherwise than by closing; the act declares e's kind and concern.unlisted.
 * how->to is one of the ends. */
XQ_CHECK enum xq_rc end_concern(struct act_ctx *ctx, struct step_load *s, struct act_event *e,
	const struct step_change *how, struct xq_err *err);

/* The concerns merged into this one are answered with it: each gets its own call-back. */
XQ_CHECK enum xq_rc merged_answered(
	struct act_ctx *ctx, const struct concern *c, struct xq_err *err);

/* The points of the concern as the answer leaves them: each of them is marked, and one left open says
 * why. All faults at once: reply.point-unmarked, reply.point-open, and the faults found before. */
XQ_CHECK enum xq_rc points_answered(struct act_ctx *ctx, const struct concern *c,
	const struct form *in, size_t faults, struct xq_err *err);

/* A complaint or report rests on a finding, or the answer says why none was needed; *faults counts up by
 * what is missing (reply.no-finding). */
XQ_CHECK enum xq_rc finding_or_reason(struct act_ctx *ctx, const struct concern *c,
	const struct form *in, size_t *faults, struct xq_err *err);
extern const struct invariant reply_found;

/* A new concern on new facts or after a ruled dispute: same words, same resident, linked. */
/* A class that is not offered today is a fault of the form. */
void class_check(struct act_call *call);
XQ_CHECK enum xq_rc concern_raise_linked(struct act_ctx *ctx, const struct concern *c,
	const struct intake *who, const char *note, struct xq_err *err);

/* The concern that a ruling on a disagreement of this moment made of concern id; XQ_NONE: none. */
XQ_CHECK enum xq_rc concern_following(struct tx *tx, int64_t office, int64_t id,
	int64_t answered_at, int64_t *out_id, struct xq_err *err);

extern const struct act draft_prune;
extern const struct job concern_lapse_job, concern_escalate_job, draft_prune_job,
	concern_ladder_job, concern_resume_job, promise_late_job, concern_supervise_job;
extern const struct migration concern_migration_15;
extern const struct migration concern_migration_16;
extern const struct migration concern_migration_18;
extern const struct migration concern_migration_1, concern_migration_2, concern_migration_3,
	concern_migration_5, concern_migration_6, concern_migration_7, concern_migration_8,
	concern_migration_9, concern_migration_10;
extern const struct msg_text concern_messages[];
extern const struct view *const cycle_views[]; /* desk_pages.h says more */
extern const struct view *const resident_views[], *const desk_views[], *const concern_api_views[];
extern const struct menu_item *const concern_menu[];

#endif
