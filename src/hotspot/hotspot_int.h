/* SPDX-License-Identifier: Apache-2.0 */
/* hotspot_int.h - what the files of hotspot/ share. */
#ifndef XQ_HOTSPOT_HOTSPOT_INT_H
#define XQ_HOTSPOT_HOTSPOT_INT_H

#include "concern/spots.h"
#include "hotspot/hotspot.h"

enum { HOTSPOT_MAX = 100, WINDOW_DAYS = 30, NUMBER_PRESET = 5, WEEKS = 16, SPOT_CONCERNS = 50 };

/* The place by which concerns are counted: up to the house or lane number, without blanks. A flat is
 * nobody's business here. */
const char *spot_of(void *mem, const char *place);

/* How many concerns of one class in one place within the window make a hot spot. */
XQ_CHECK enum xq_rc hotspot_number(struct tx *tx, int64_t office, int64_t *out, struct xq_err *err);
/* Concerns of that class and place on days from..to (yyyymmdd, both counted). */
XQ_CHECK enum xq_rc spot_count(struct tx *tx, int64_t office, const char *class, const char *place,
	int32_t from, int32_t to, int64_t *out, struct xq_err *err);
/* Their ids, the newest first, at most SPOT_CONCERNS. */
XQ_CHECK enum xq_rc spot_concerns(struct tx *tx, int64_t office, const struct hotspot *h,
	int64_t out[SPOT_CONCERNS], size_t *out_n, struct xq_err *err);

struct hotspot_query {
	bool is_ended;     /* dismissed ones instead of all others */
	int64_t before_no; /* 0: from the top */
	size_t max;        /* at most HOTSPOT_MAX */
};
XQ_CHECK enum xq_rc hotspot_list(struct tx *tx, void *mem, int64_t office,
	const struct hotspot_query *q, struct hotspot **out, size_t *out_n, struct xq_err *err);
/* The one of this class and place that was not dismissed; XQ_NONE: none. */
XQ_CHECK enum xq_rc hotspot_at(struct tx *tx, void *mem, int64_t office, const char *class,
	const char *place, struct hotspot *out, struct xq_err *err);
/* Who handles in the unit that treats it, and who keeps the ledger. */
bool hotspot_may_treat(const struct actor *a, const struct hotspot *h);
/* Compare-and-set. Refusal store.changed. */
XQ_CHECK enum xq_rc hotspot_save(struct act_ctx *ctx, struct hotspot *h, struct xq_err *err);

XQ_CHECK enum xq_rc hotspot_presets(struct tx *tx, int64_t office, int64_t now, struct xq_err *err);

extern const struct act hotspot_seek;
extern const struct job hotspot_seek_job;
extern const struct msg_text hotspot_messages[];
extern const struct migration hotspot_migration_1;
extern const struct view *const hotspot_views[];

#endif
