/* SPDX-License-Identifier: Apache-2.0 */
/* verify_int.h - what the rules share while one log is checked. */
#ifndef XQ_LEDGER_VERIFY_INT_H
#define XQ_LEDGER_VERIFY_INT_H

#include "ledger/event.h"
#include "ledger/figures.h"
#include "ledger/note.h"
#include "ledger/verify.h"

/* ---- names as small numbers ------------------------------------------------------------------------ */

/* Units, boxes and draws are met again and again; each gets a number from 1 on. */
struct verify_names {
	struct str *name; /* name[i - 1] has number i */
	uint32_t n, cap;
	uint32_t *slot, slots;
};
uint32_t verify_name(void *mem, struct verify_names *t, struct str name); /* adds it */

/* ---- subjects -------------------------------------------------------------------------------------- */

enum { SUBJECT_ENDED = 1, SUBJECT_JUDGED = 2, SUBJECT_SEALED = 4, SUBJECT_VOIDED = 8 };

/* One row per ref: a letter and 80 bits. b is never 0. */
struct subject {
	uint64_t a;
	uint32_t b;
	uint32_t owner, offered; /* units by number; 0: none */
	uint32_t owners;         /* all so far: index of the newest link; 0: none */
	uint32_t round;
	int32_t closed_on; /* yyyymmdd; 0: not closed */
	int64_t last;      /* seq of its latest event */
	uint8_t flags;
};
struct subject_owner {
	uint32_t unit, before;
};
struct subjects {
	struct subject *slot;
	size_t cap, n;
	struct subject_owner *owner;
	uint32_t n_owners, owners_cap;
};

/* ---- checkpoints ----------------------------------------------------------------------------------- */

enum note_origin { NOTE_NEWEST, NOTE_KEPT, NOTE_GIVEN };

struct verify_note {
	enum note_origin from;
	struct str text;
	int64_t size;
	struct tree_hash root;       /* as it says */
	struct tree_hash ours;       /* at its size, once has_ours */
	int64_t at_before, at_after; /* of the entries beside its size; -1: none */
	bool has_ours, is_good;      /* is_good: signed by a key that holds, and with our root */
	bool was_tried;
};

/* A key of the log and the sizes that it holds for. */
struct verify_key {
	struct note_key key;
	struct str vkey;
	int64_t from,
		until; /* the first size that it signs, and the first that it no longer does */
	int64_t seq;   /* of the event that named it; -1: given from outside */
	bool is_trusted;
};

/* ---- documents, boxes, draws, figures --------------------------------------------------------------- */

struct verify_box {
	int64_t opened, closed; /* seq; -1: not */
	int64_t invited, votes;
	struct str doc; /* hex, of the closing */
	int64_t said;   /* votes as the closing says */
};
struct verify_draw {
	struct str code, frame, done;
	int64_t announced, seeded, finished; /* seq; -1: not */
	int64_t count, size;
	struct str quota, outside; /* arrays as written; empty: none */
	struct str values, root;   /* of draw.seeded */
	bool is_of_concerns;       /* then the record itself gives the frame: ids, rising */
	struct str *expect;
	size_t n_expect;
	struct str *picked; /* whom the seed gives, rising, once has_picked */
	size_t n_picked;
	bool has_picked;
};
/* A second call, and whom it was about. */
struct verify_recheck {
	int64_t seq;
	struct str ref, draw;
};
struct verify_figure {
	int64_t seq, size;
	int32_t from, to;
	struct str doc;
};

/* A part that is announced as erased. */
struct verify_erased {
	int64_t at, seq; /* of the announcement, of the entry that has the part */
	struct str part;
};

struct verify {
	void *mem;
	const struct ledger_source *src;
	const struct verify_options *opt;
	struct verify_result *out;
	struct folder_log log_json;

	struct verify_note *note; /* by size */
	size_t n_notes, newest, next_note;
	struct verify_key key[VERIFY_KEYS_MAX];
	size_t n_keys;
	struct note_key witness[VERIFY_KEYS_MAX];
	size_t n_witnesses, n_trusted_witnesses; /* trusted ones first */

	int64_t size; /* of the newest checkpoint */
	struct tree_frontier frontier;
	struct verify_level {
		struct tree_hash h[TILE_WIDTH];
		int n;
		int64_t tiles;
		struct tree_hash *
			kept; /* all hashes of this level, for roots of past sizes; level 0: none */
		size_t n_kept, kept_cap;
	} level[TILE_LEVEL_MAX + 1];
	struct xq_err *fault; /* of a callback that cannot return it */
	enum xq_rc fault_rc;

	char *code; /* of the office, from the first entry */
	int64_t last_at;
	struct subjects subjects;
	struct verify_names units, box_names;
	struct verify_box *box;
	uint32_t n_boxes, boxes_cap;
	struct verify_draw *draw;
	size_t n_draws;
	struct verify_recheck *recheck;
	size_t n_rechecks, rechecks_cap;
	struct verify_erased *erased;
	size_t n_erased, erased_cap;
	struct verify_figure *figure;
	size_t n_figures;
	struct figures_walk *walk;
	bool walk_is_broken;
};

void verify_say(struct verify *v, enum verify_rule rule, int64_t seq, const char *key,
	struct str want, struct str got);
void verify_say_int(struct verify *v, enum verify_rule rule, int64_t seq, const char *key,
	int64_t want, int64_t got);
void verify_say_hash(struct verify *v, enum verify_rule rule, int64_t seq, const char *key,
	const struct tree_hash *want, const struct tree_hash *got);

/* V1, V4, V5 */
XQ_CHECK enum xq_rc verify_notes_load(struct verify *v, struct xq_err *err);
void verify_notes_at(struct verify *v, int64_t size);               /* the tree has this size now */
void verify_notes_after(struct verify *v, int64_t seq, int64_t at); /* entry seq is of that time */
void verify_notes_judge(struct verify *v);
/* A checkpoint of this log under the keys that hold. */
bool verify_note_holds(struct verify *v, struct str note, struct checkpoint_seen *out);
void verify_key_add(struct verify *v, struct str vkey, int64_t from, int64_t seq, bool is_trusted);
/* Keys that hold at a size, then the witnesses. */
size_t verify_keys_at(
	const struct verify *v, int64_t size, struct note_key out[2 * VERIFY_KEYS_MAX]);
/* until: the first size that it does not sign. */
void verify_key_retire(struct verify *v, struct str vkey, int64_t until);

/* V2 and the pass itself */
XQ_CHECK enum xq_rc verify_pass(struct verify *v, struct xq_err *err);
/* The root over the first size entries, read from the bundles once more where it must be. */
XQ_CHECK enum xq_rc verify_root_at(
	struct verify *v, int64_t size, struct tree_hash *out, struct xq_err *err);
XQ_CHECK enum xq_rc verify_entry_get(
	struct verify *v, void *mem, int64_t seq, struct str *out, struct xq_err *err);

/* V2: names under tile/ beside those that the size needs */
XQ_CHECK enum xq_rc verify_names(struct verify *v, struct xq_err *err);

/* V3, V6; row: the subject of e before this event, NULL without ref; is_new: its first event */
XQ_CHECK enum xq_rc verify_entry(
	struct verify *v, int64_t seq, struct str bytes, struct xq_err *err);
void verify_life(struct verify *v, const struct event_seen *e, struct subject *row, bool is_new);
void verify_erased_event(struct verify *v, const struct event_seen *e);
XQ_CHECK enum xq_rc verify_erasures(struct verify *v, struct xq_err *err);
struct subject *verify_subject(struct verify *v, struct str ref, bool *out_is_new);

/* V7: documents that an event names */
XQ_CHECK enum xq_rc verify_docs(struct verify *v, const struct event_seen *e, struct xq_err *err);
/* A document by its hash; XQ_NONE where it is missing or another one lies there. */
XQ_CHECK enum xq_rc verify_doc_get(
	struct verify *v, void *mem, struct str hex, struct str *out, struct xq_err *err);

/* V8, V9, V10: what an event of theirs adds, and the judgement at the end */
void verify_figure_event(struct verify *v, const struct event_seen *e);
XQ_CHECK enum xq_rc verify_figures(struct verify *v, struct xq_err *err);
void verify_box_event(struct verify *v, const struct event_seen *e);
XQ_CHECK enum xq_rc verify_boxes(struct verify *v, struct xq_err *err);
void verify_draw_event(struct verify *v, const struct event_seen *e);
void verify_recheck_event(struct verify *v, const struct event_seen *e);
XQ_CHECK enum xq_rc verify_draws(struct verify *v, struct xq_err *err);
/* V11 */
XQ_CHECK enum xq_rc verify_receipts(struct verify *v, struct xq_err *err);

#endif
