/* SPDX-License-Identifier: Apache-2.0 */
/* draw.h - draws that anyone can repeat: seed, tickets, who is drawn, and the documents beside them.
 *
 * For:       drawing, and finding out later whether what was drawn follows from what was announced.
 * May call:  core, ledger/event.h (canonical JSON)
 * Called by: evaluation/recheck*.c (drawing, pages), the checks of a whole record (rule V10)
 * Threads:   any; pure
 * Source:    ledger.md 10; vectors sortition.json
 */
#ifndef XQ_LEDGER_DRAW_H
#define XQ_LEDGER_DRAW_H

#include "core/err.h"
#include "core/hash.h"
#include "core/str.h"

enum {
	DRAW_SOURCES_MAX = 16,
	DRAW_STRATA_MAX = 64,
	DRAW_FRAME_MAX = 100000, /* ids of one frame: they fit the 4 MiB of a canonical document */
};

/* What was announced to be mixed in from outside, and what it came to. */
struct draw_source {
	struct str name;  /* "witness:<key name>" or "public:<name>" */
	struct str value; /* the signature in base64, or the value as it was published */
};
/* One of the two forms above, a code. */
bool draw_source_is(struct str name);

/* All that the seed is made of. */
struct draw_seed_of {
	struct str origin, draw; /* of the log; code of the draw */
	int64_t size;            /* S, announced beforehand */
	const uint8_t *root;     /* 32 bytes: the tree's at S */
	const struct draw_source *source;
	size_t n_sources;
};
/* The lines as they are hashed, for people who repeat it by hand. */
char *draw_seed_text(void *mem, const struct draw_seed_of *of);
void draw_seed(const struct draw_seed_of *of, uint8_t out[SHA256_LEN]);

/* One line of the frame; stratum empty where the draw has none. */
struct draw_id {
	struct str id, stratum;
};
struct draw_lot {
	size_t at; /* place in the frame */
	uint8_t hash[SHA256_LEN];
};
/* A ticket for each id of the frame, into out[n], in the order in which they are drawn. */
void draw_lots(const uint8_t seed[SHA256_LEN], const struct draw_id *frame, size_t n,
	struct draw_lot *out);

struct draw_stratum {
	struct str name;
	int64_t count;
};
/* "z1:3" of draw.announced; false where it is none. */
bool draw_stratum_read(struct str text, struct draw_stratum *out);

struct draw_rule {
	int64_t count;
	const struct draw_stratum *quota; /* n_quota 0: the first count of all */
	size_t n_quota;
};
/* draw_pick - who is drawn.
 *
 * ticket   of draw_lots, n of them
 * passed   ids that are passed over; the next of the same stratum takes the place
 * out      places in the frame, in order; room for n
 *
 * Returns how many: fewer than wanted where the frame has no more.
 */
size_t draw_pick(const struct draw_rule *rule, const struct draw_id *frame,
	const struct draw_lot *lot, size_t n, const struct str *passed, size_t n_passed,
	size_t *out);

/* The frame document, [["c-..."],["c-...","z2"],...]: ids rise and are unique. REFUSED draw.bad-frame for
 * anything else. The texts live as long as mem. */
XQ_CHECK enum xq_rc draw_frame_read(
	void *mem, struct str doc, struct draw_id **out, size_t *out_n, struct xq_err *err);
/* The ids are sorted first. */
struct str draw_frame_write(void *mem, struct draw_id *frame, size_t n);

/* The document of draw.done: {"draw":...,"drawn":[ids],"skipped":[[id,why]...]}. */
struct draw_skip {
	struct str id, why;
};
struct draw_done {
	struct str draw;
	struct str *drawn;
	size_t n_drawn;
	struct draw_skip *skip;
	size_t n_skips;
};
XQ_CHECK enum xq_rc draw_done_read(
	void *mem, struct str doc, struct draw_done *out, struct xq_err *err); /* draw.bad-doc */
struct str draw_done_write(void *mem, const struct draw_done *d);

extern const struct msg_text ledger_draw_messages[];

#endif
