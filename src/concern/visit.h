/* SPDX-License-Identifier: Apache-2.0 */
/* visit.h - two members of staff offer to come home about a concern: to explain the answer face to face, or
 * to ask how things are. The household may decline, and that is all that is written down.
 *
 * For:       the acts visit.offer, visit.answer and visit.done, the visits ahead of a member of staff
 * May call:  what concern/concern.h may
 * Called by: concern/ (pages, desk frame), cli (demo)
 * Owns:      table concern_visit. It hangs on a concern; no key, index or list leads from a person to it
 * Threads:   acts on the writer, reads on any reader thread
 * Source:    domain.md A10, C28, E04, E05; docs/decisions/0028-visits-that-can-be-declined.md
 */
#ifndef XQ_CONCERN_VISIT_H
#define XQ_CONCERN_VISIT_H

#include "concern/concern.h"

enum visit_state {
	VISIT_OFFERED,
	VISIT_ACCEPTED, /* the household said yes */
	VISIT_DECLINED, /* it need not say why */
	VISIT_DONE,
	VISIT_LAPSED, /* the day passed without a visit, and another one was offered */
};

struct visit {
	int64_t concern_id, file_no, offered_at, answered_at; /* answered_at 0: not yet */
	int no;
	enum visit_state state;
	const char *title;        /* of the concern */
	const char *purpose;      /* code of visit_purposes */
	const char *about;        /* what is to be talked about */
	int32_t day, held_on;     /* held_on 0: not yet */
	int64_t visitor_id[2];    /* persons */
	const char *visitor[2];   /* their names */
	const char *told, *heard; /* NULL until it is done */
};
/* Of one concern; days ahead; natural days after the closing, and after a household declined; visits of the
 * whole office on one day. */
enum {
	VISITS_MAX = 9,
	VISIT_AHEAD_DAYS = 30,
	VISIT_CLOSED_DAYS = 90,
	VISIT_DECLINED_DAYS = 90,
	VISITS_A_DAY = 5
};

extern const struct choice visit_purposes[], visit_answers[];

/* Of one concern, oldest first; out has room for VISITS_MAX. */
XQ_CHECK enum xq_rc visit_list(struct tx *tx, void *mem, int64_t office, int64_t concern_id,
	struct visit out[VISITS_MAX], size_t *out_n, struct xq_err *err);
/* Offered or accepted ones for which this person goes, by day; at most max. */
XQ_CHECK enum xq_rc visit_ahead(struct tx *tx, void *mem, int64_t office, int64_t person_id,
	size_t max, struct visit **out, size_t *out_n, struct xq_err *err);
/* Whether this person goes on a visit that is ahead: who goes may read what it is about. */
XQ_CHECK enum xq_rc visit_is_ahead_for(struct tx *tx, int64_t office, int64_t concern_id,
	int64_t person_id, bool *out, struct xq_err *err);

/* Why this act is not possible now, as the key of a message; NULL: it is. last: the newest visit of the
 * concern; NULL: there was none. */
struct visit_ask {
	const struct act *act;
	const struct actor *actor;
	const struct concern *c;
	const struct visit *last;
	int32_t today, tz_s;
};
const char *visit_refusal(const struct visit_ask *a);

extern const struct act visit_offer, visit_answer, visit_done;
extern const struct msg_text visit_messages[];
extern const struct migration concern_migration_12;
extern const struct invariant visit_is_free;
extern const struct module concern_visit_module;

#endif
