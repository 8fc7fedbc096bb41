/* SPDX-License-Identifier: Apache-2.0 */
/* web_fixture.h - a small office with one module, a server on a free port, and raw sockets. */
#ifndef XQ_TESTS_WEB_FIXTURE_H
#define XQ_TESTS_WEB_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "web/web.h"

struct world {
	void *mem;
	char dir[64];
	struct app *app;
	struct server *server;
	struct clock clock;
	int port;
};

/* dir: a new folder under /tmp, removed by world_close. */
void world_open(struct world *w, const struct server_options *opt);
void world_close(struct world *w);

/* How often the view /hello was rendered; how many rows the act wrote. */
extern atomic_int hello_renders;
int64_t notes_count(struct world *w);

/* ---- a client that sends what it is told ------------------------------------------------------------- */

struct answer {
	int status;
	char head[4096];
	char *body; /* with a NUL behind it */
	size_t n_body;
};

int dial(struct world *w);
void say(int fd, const char *text, ...) __attribute__((format(printf, 2, 3)));
void say_bytes(int fd, const char *p, size_t n);
/* Reads one answer; status 0 when the connection was closed before one came. */
struct answer hear(void *mem, int fd, bool is_head);
/* One request on a connection of its own. */
struct answer ask(struct world *w, void *mem, const char *text, ...)
	__attribute__((format(printf, 3, 4)));
/* The value of a header of an answer; NULL: none. */
const char *header_of(void *mem, const struct answer *a, const char *name);
/* What stands between two marks of the body; NULL: not there. */
const char *between(void *mem, const struct answer *a, const char *from, const char *to);

/* A form page was fetched: cookie and token for a POST. */
struct opened {
	const char *cookie, *csrf, *idem;
};
struct opened open_form(struct world *w, void *mem);
/* POSTs an urlencoded body. more: further header lines, each with \r\n. */
struct answer post(struct world *w, void *mem, const char *path, const char *cookie,
	const char *more, const char *body);

#endif
