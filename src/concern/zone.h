/* SPDX-License-Identifier: Apache-2.0 */
/* zone.h - the zones (pian) of an office, the finest place that the public record may name.
 *
 * For:       asking where a concern lies, where somebody knows it at intake; naming zones in public.
 * May call:  identity/people.h, office/desk.h
 * Called by: concern/raise.c, desk_intake.c; record/ (the zones of a sheet)
 * Owns:      nothing; a zone is the station under which its neighbourhood committees stand in public
 * Threads:   any
 * Source:    ledger.md 3.3, 3.4 rule 1; product.md ("committees appear under the station of their zone")
 */
#ifndef XQ_CONCERN_ZONE_H
#define XQ_CONCERN_ZONE_H

#include "core/err.h"

struct tx;

struct zone {
	const char *code, *name; /* z1, the station's name: both public */
};

/* In the order of the catalogue, each once; n 0: the office names none, and then nobody is asked. A
 * committee that stands for itself in public is no zone: it would be a place finer than one. */
XQ_CHECK enum xq_rc zone_list(struct tx *tx, void *mem, int64_t office, struct zone **out,
	size_t *out_n, struct xq_err *err);
/* The name of a code; the code itself for a zone that is no more. */
const char *zone_name(const struct zone *z, size_t n, const char *code);
/* The code as the office has it. given "": *out is NULL. REFUSED field.choice (field zone). */
XQ_CHECK enum xq_rc zone_read(struct tx *tx, void *mem, int64_t office, const char *given,
	const char **out, struct xq_err *err);

/* Makes the field zone of a form a choice. out_n 0: the office has none, so the form does not ask. */
struct req;
struct act_form;
XQ_CHECK enum xq_rc zone_choose(
	struct req *q, struct act_form *f, size_t *out_n, struct xq_err *err);

#endif
