/* SPDX-License-Identifier: Apache-2.0 */
/* atom.h - one writer for every Atom feed (RFC 4287).
 *
 * For:       what the public can follow: a view fills a feed and answers with it.
 * May call:  core, web
 * Called by: hard/public_pages.c, reception/feed.c
 * Paths:     without the office's base, which is put in front. They stay relative: the page is cached for every
 *            name under which this server is reached, and a reader takes the feed's own address as their base.
 * Threads:   views, any reader
 * Source:    architecture.md 1 (feeds), interface.md 2.1
 */
#ifndef XQ_WEB_ATOM_H
#define XQ_WEB_ATOM_H

#include "web/web.h"

struct atom_entry {
	const char *id; /* the same for ever */
	const char *title, *text, *href, *author;
	int64_t published_at, updated_at; /* UTC seconds; published_at 0: not told */
};

struct atom_feed {
	const char *id, *title, *author;
	const char *self, *page; /* paths of the feed and of the page that it follows */
	struct atom_entry *entry;
	size_t n;
};

/* Newest first. An empty feed is as of today; any other is as old as what changed last in it. */
void atom_answer(struct req *q, struct resp *r, struct atom_feed *f);

#endif
