/* SPDX-License-Identifier: Apache-2.0 */
/* act.h - an act is one thing that somebody does, declared once.
 *
 * For:       from one declaration come form, JSON endpoint, command line, OpenAPI operation,
 *            validation, permission, audit row, idempotency and the test matrices.
 * May call:  core, calendar, store, ledger, identity
 * Called by: modules (declarations, apply), web/ and cli/ (running them)
 * Owns:      tables audit, idem, outbox
 * Threads:   declarations are constant; act_run on any thread without a writer, act_submit any
 * Source:    architecture.md 3, decisions.md 18, 27; style.md 8
 */
#ifndef XQ_ACT_ACT_H
#define XQ_ACT_ACT_H

#include "act/form.h"
#include "calendar/calendar.h"
#include "core/json.h"
#include "core/random.h"
#include "core/time.h"
#include "identity/role.h"
#include "ledger/event.h"
#include "store/store.h"

struct app;
struct act_call;

/* What apply gets. It reads and writes through tx only; no clock but now, no chance but random. */
struct act_ctx {
	void *mem; /* the request's */
	struct app *app;
	struct tx *tx;
	int64_t office;
	int64_t now; /* UTC seconds */
	struct rng *random;
	const struct actor *actor;
	const struct act *act;
	struct act_call *call;
	struct ledger_head *head;
	int64_t last_seq; /* of the newest event of this act; -1: none yet */
};

struct act {
	const char *name;  /* "concern.accept" */
	const char *title; /* N_("Accept the hand-over") */
	const char *help;  /* one sentence for the catalogue; may be NULL */
	enum perm who;
	const struct field *fields; /* ended by a NULL name */

	/* Request side, before faults are told: what no declaration can say and no rows are needed for, such
	 * as a choice that the office's rules offer. Adds to the faults of the form; may be called twice. */
	void (*check)(struct act_call *call);
	/* Request side, before queueing: tokenizing, hashing, sealing, images. Its result stands in
	 * call->prepared. is_slow: runs on the helper pool. */
	enum xq_rc (*prepare)(struct act_call *call, struct xq_err *err);
	bool is_slow;

	/* Writer, before the batch is applied, where a server is asked for rows: asks ahead (db_ask) for those that
	 * apply begins with. Called in two rounds; in the second one the answers to the first are there.
	 * ask_by: the field which says whose rows they are: of two calls that name the same, the second does
	 * not ask, since the first one may write to them. Both NULL: nothing is asked. */
	void (*ask)(struct act_ctx *ctx, const struct form *in, int round);
	const char *ask_by;

	/* Writer: rows only, inside the transaction. It may be called twice, when a neighbour in the batch
	 * spoilt the first transaction: what it keeps outside tx, ctx and result it begins anew. */
	enum xq_rc (*apply)(struct act_ctx *ctx, const struct form *in, struct xq_err *err);

	const struct event_kind *const *events; /* what it may emit; NULL: quiet */
	bool is_quiet; /* declared quiet (decisions.md 18): drafts, sessions, preferences */
	bool is_unseen; /* nothing that pages show or who may read them changes: what is cached stays */
	/* What the machine counts for itself every few minutes leaves no row of the audit: nobody did it, and
	 * nothing but its own numbers changed. Only with PERM_SYSTEM, is_quiet and is_unseen. */
	bool is_unaudited;
	bool spans; /* writes to what offices share, such as the calendar: nobody else writes meanwhile */
	bool needs_no_record; /* goes on while the record is stopped: signing in and out; emits nothing */
	bool is_hidden;       /* not in API, CLI and catalogue: acts of the system and sign-in */
};

/* ---- running ------------------------------------------------------------------------------------ */

enum { ACT_RESULT_MAX = 12 };

struct act_value {
	const char *name;
	const char *text; /* NULL: the integer counts */
	int64_t i;
	bool is_secret; /* not kept for a repeated key: tokens, first passwords */
};

struct act_result {
	size_t n;
	struct act_value v[ACT_RESULT_MAX];
};

typedef void (*act_done_fn)(struct act_call *call, void *arg);

/* One call, living in its request context mem. Whoever submits it waits for done, which runs on
 * the writer thread (or on the caller's, when refused at once) and must only hand the call on. */
struct act_call {
	void *mem;
	struct app *app;
	const struct act *act;
	int64_t office;
	struct actor actor;
	struct form form;
	const char *idem_key; /* NULL: none; the same key again gives the first result */
	void *prepared;
	/* the answer */
	enum xq_rc rc;
	struct xq_err err;
	struct act_result result;
	bool is_replay; /* the key was known; nothing was written now */
	int64_t seq;    /* newest event of the act; -1: none */
	/* hand-over */
	act_done_fn done;
	void *done_arg;
	struct act_call *next;
};

/* Makes a call: form read from JSON or pairs by the caller through act/form.h. */
struct act_call *act_call_new(void *mem, struct app *app, const struct act *act, int64_t office,
	const struct actor *actor);

/* What reading the call's form came to (read), with the faults that only the act's check finds: all of
 * them at once. The refusal is form.faults {n} in call->err. */
XQ_CHECK enum xq_rc act_check(struct act_call *call, enum xq_rc read);

/* Permission, prepare, queue. done is called exactly once. A full queue answers XQ_BUSY
 * act.queue-full at once. */
void act_submit(struct act_call *call, act_done_fn done, void *arg);

/* The same and waits; for CLI, jobs, demo and tests. Without a running writer the act is applied
 * in a transaction of its own on this thread. Returns call->rc. */
enum xq_rc act_run(struct act_call *call);

/* Applies calls[0..n) in one transaction, as the writer does; demo and import use it for speed.
 * Each has its own savepoint and rc. Fails as a whole only when the commit does. */
enum xq_rc act_run_batch(
	struct app *app, struct act_call *const *calls, size_t n, int64_t now, struct xq_err *err);

/* ---- inside apply --------------------------------------------------------------------------------- */

/* Values of the answer; a name twice replaces. Texts are copied into ctx->mem. */
void act_result_text(struct act_ctx *ctx, const char *name, const char *text);
void act_result_int(struct act_ctx *ctx, const char *name, int64_t v);
void act_result_secret(struct act_ctx *ctx, const char *name, const char *text);
const char *act_result_get(const struct act_call *call, const char *name); /* NULL: none */

/* Appends an event of a kind that the act declares. ref NULL: an event of the office.
 * prev_seq: in and out, last seq of the subject (-1 none); may be NULL without ref. is_public_unit
 * false leaves the unit out (sealed lane). */
struct act_event {
	const struct event_kind *kind;
	const char *ref;
	int64_t *prev_seq;
	const char *role; /* NULL: from the actor's permission */
	const char *unit; /* NULL: the actor's unit; "" : none */
	const struct event_value *value;
	size_t n_values;
	const struct event_part *part;
	size_t n_parts;
	int64_t voice; /* first seq of the resident whose parts these are; 0: it begins here */
};
#define EVENT_VALUES(...)                                                                          \
	.value = (const struct event_value[]){ __VA_ARGS__ },                                      \
	.n_values =                                                                                \
		sizeof((const struct event_value[]){ __VA_ARGS__ }) / sizeof(struct event_value)
XQ_CHECK enum xq_rc act_emit(struct act_ctx *ctx, const struct act_event *e, struct xq_err *err);

/* office.noted {act}: for acts that change an office fact without a kind of their own. */
XQ_CHECK enum xq_rc act_note(struct act_ctx *ctx, struct xq_err *err);

/* Names the subject of the audit row (kind "concern", its id). */
void act_subject(struct act_ctx *ctx, const char *kind, int64_t id);
/* An act on several subjects: one audit row more, for another one of them. After act_emit or act_note. */
XQ_CHECK enum xq_rc act_subject_more(
	struct act_ctx *ctx, const char *kind, int64_t id, struct xq_err *err);

/* A side effect to perform after the commit, at least once: kind is an effect of a module. */
XQ_CHECK enum xq_rc act_outbox(
	struct act_ctx *ctx, const char *effect, struct str json, struct xq_err *err);

/* A message to somebody of the office, by the effect notify.staff {what, person, about: number, due_day,
 * level}. To nobody (person_id 0) nothing is sent. */
struct staff_message {
	const char *what; /* "concern.escalated" */
	int64_t person_id;
	const char *about; /* which kind of row: "file_no" "hard" "take" "dispute" "event" */
	int64_t no;
	const char *shown_no; /* its number as people know it, instead of no; NULL: no */
	int32_t due_day;
	const char *level; /* of the ladder; NULL: none */
};
XQ_CHECK enum xq_rc act_tell_staff(
	struct act_ctx *ctx, const struct staff_message *m, struct xq_err *err);

const struct act *act_find(struct app *app, struct str name);

/* Puts refusals into the reader's words; who knows the language gives it. */
struct act_words {
	const char *(*say)(void *arg, const struct xq_err *err);
	void *arg;
};

/* JSON of a finished call: result values, seq; or the problem document (RFC 9457). */
void act_answer_json(const struct act_call *call, const struct act_words *words, struct json_w *w);
int act_http_status(const struct act_call *call);

/* The OpenAPI document of all acts that are not hidden. */
struct str act_openapi(void *mem, struct app *app);

extern const struct migration act_migration_1, act_migration_3, act_migration_5;

#endif
