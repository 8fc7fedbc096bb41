/* SPDX-License-Identifier: Apache-2.0 */
/* explain_pages.h - an explanation given in person, as a line of the desk and as the resident reads it. */
#ifndef XQ_CONCERN_EXPLAIN_PAGES_H
#define XQ_CONCERN_EXPLAIN_PAGES_H

#include "concern/desk_pages.h"
#include "concern/explain.h"
#include "concern/pages_public.h"

struct work_line explanation_line(struct req *q, const struct explanation *e);
/* Only for whoever has opened the words. */
XQ_CHECK enum xq_rc own_explanations(
	struct req *q, const struct concern *c, struct track_page *p, struct xq_err *err);

#endif
