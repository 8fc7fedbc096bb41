/* SPDX-License-Identifier: Apache-2.0 */
/* router.h - from a path to its view.
 *
 * Built once at start from the modules' declarations into a small tree, one node per segment.
 *
 * May call:  core, web/web.h
 * Called by: web/server.c, web/request.c
 * Threads:   immutable once built
 */
#ifndef XQ_WEB_ROUTER_H
#define XQ_WEB_ROUTER_H

#include "web/web.h"

struct router;

struct router *router_new(void *mem);
/* A pattern that can't be read is a programming error. The first of equal patterns counts. */
void router_add(struct router *r, const struct view *v);

struct route {
	const struct view *get;  /* renders; NULL: none */
	const struct view *post; /* takes POSTs; NULL: none */
	size_t n_places;
	struct str place[4]; /* slices of path */
};

/* False when no pattern matches. A place never holds an empty text. */
bool router_find(const struct router *r, struct str path, struct route *out);

#endif
