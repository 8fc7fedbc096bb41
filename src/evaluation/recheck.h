/* SPDX-License-Identifier: Apache-2.0 */
/* recheck.h - a few of the concerns closed in a month are called once more, by somebody else; which ones is
 * drawn so that anybody can repeat the draw.
 *
 * For:       knowing whether call-backs are honest (domain.md E10): nobody can choose who is asked again,
 *            neither the office nor the one who organises the draw.
 * May call:  core, calendar, store, ledger, identity, act, web, concern/concern.h, concern/closed.h
 * Called by: modules.c, cli (demo)
 * Owns:      tables draw, draw_outside, recheck, recheck_try
 * Threads:   acts on the writer (draw.seed looks at the tree before, with a snapshot), views on readers
 * Source:    ledger.md 10, 11 V10; domain.md E10; docs/decisions/0048
 *
 * announced  the frame is fixed: every concern closed in the month; and S, a size of the record that is
 *            not reached yet, and what comes from outside (a lottery of a later day)
 * seeded     the record has passed S and is signed; the outside value is typed in by a second person
 * done       tickets are drawn; whose resident cannot be called is passed over
 */
#ifndef XQ_EVALUATION_RECHECK_H
#define XQ_EVALUATION_RECHECK_H

#include "concern/concern.h"
#include "concern/told_part.h"
#include "ledger/draw.h"
#include "ledger/tiles.h"

enum {
	RECHECK_PER_CENT = 5,
	RECHECK_AHEAD = 8, /* entries between the announcement and S */
	RECHECK_TRIES = 3,
	RECHECK_DAYS = 2,
};
enum draw_state { DRAW_ANNOUNCED, DRAW_SEEDED, DRAW_DONE };
enum recheck_state { RECHECK_WAITS, RECHECK_SAID, RECHECK_NOBODY };

struct draw {
	int64_t no;
	const char *code; /* "d-2026-10" */
	enum draw_state state;
	int32_t from_day, to_day;
	int64_t count, n_frame, size;
	const char *frame, *doc; /* hex; doc NULL: not done */
	int64_t announced_at, announced_by, announced_seq;
	int64_t seeded_at, seeded_by, seeded_seq, done_at, done_seq; /* 0, -1: not yet */
	const char *announced_name, *seeded_name;                    /* NULL: not yet */
	const char *outside; /* "public:…"; NULL: none, so it could be steered */
	const char *value;   /* NULL: not yet */
	int32_t outside_day;
	uint8_t root[SHA256_LEN]; /* from seeded on */
};
XQ_CHECK enum xq_rc draw_by_code(struct tx *tx, void *mem, int64_t office, struct str code,
	struct draw *out, struct xq_err *err);
XQ_CHECK enum xq_rc draw_list(struct tx *tx, void *mem, int64_t office, struct draw *out,
	size_t max, size_t *out_n, struct xq_err *err);
/* The seed's lines; the draw must be seeded. origin: of the log. */
char *draw_lines(void *mem, const struct draw *d, const char *origin, uint8_t seed[SHA256_LEN]);
XQ_CHECK enum xq_rc draw_origin(
	struct tx *tx, void *mem, int64_t office, const char **out, struct xq_err *err);
/* The texts of the frame and of the outcome; XQ_NONE: there is none yet. */
XQ_CHECK enum xq_rc draw_doc(struct tx *tx, void *mem, int64_t office, const char *hex,
	struct str *out, struct xq_err *err);

/* What the calls came to, never by person or unit. */
struct recheck_sums {
	int64_t drawn, waiting, nobody, said; /* drawn = the others together */
	int64_t same, better, worse; /* of said: against the first call's answer about "solved" */
	int64_t sat_same, sat_better, sat_worse; /* of those with a mark in both */
};
XQ_CHECK enum xq_rc recheck_sum(struct tx *tx, int64_t office, int64_t draw_no,
	struct recheck_sums *out, struct xq_err *err);

struct recheck {
	int64_t draw_no, concern_id, file_no;
	int place, tries;
	enum recheck_state state;
	const char *draw_code;
};
/* What waits for this person: neither of an owner's unit nor called by them before; oldest draw first. */
XQ_CHECK enum xq_rc recheck_waiting(struct tx *tx, void *mem, const struct actor *actor,
	struct recheck *out, size_t max, size_t *out_n, struct xq_err *err);
/* The one that waits on this concern; XQ_NONE: none. */
XQ_CHECK enum xq_rc recheck_of(struct tx *tx, void *mem, int64_t office, int64_t concern_id,
	struct recheck *out, struct xq_err *err);
/* Message key why this person may not call; NULL: may. */
XQ_CHECK enum xq_rc recheck_why_not(struct tx *tx, const struct actor *actor,
	const struct concern *c, const char **out, struct xq_err *err);
/* The resident was erased, so nobody can be called any more: what waits counts as not reached. */
XQ_CHECK enum xq_rc recheck_drop(struct act_ctx *ctx, int64_t concern_id, struct xq_err *err);

/* draw.announce: fields month (2026-10), outside (code of what is drawn in public), outside_day; result
 * code. draw.seed: draw, value. draw.finish: draw. recheck.record: concern, result, solved, sat, words. */
extern const struct act draw_announce, draw_seed_act, draw_finish, recheck_record;
extern const struct event_kind ev_draw_announced, ev_draw_seeded, ev_draw_done, ev_rechecked;
extern const struct migration recheck_migration_1;
extern const struct invariant draw_follows, recheck_outside;
extern const struct msg_text recheck_messages[];
extern const struct view *const recheck_views[], *const draw_views[];
extern const struct told_part recheck_told;
extern const struct module evaluation_draw_module, evaluation_draw_public_module;

#endif
