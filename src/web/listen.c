/* SPDX-License-Identifier: Apache-2.0 */
/* listen.c - the listening socket, and which thread gets a connection.
 *
 * Threads that all wait for the same listening socket share connections by chance: the one that wakes
 * first takes ten at a time, and often enough one thread serves everybody while the others sleep. So one
 * thread accepts and gives each connection to the thread that has the fewest. A connection stays with its
 * thread for all its requests. */
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "web/web_int.h"

#include "core/banned.h"

enum { PAUSE_US = 10 * 1000, BACKLOG = 1024 };

enum xq_rc
listen_open(struct server *s, struct xq_err *err)
{
	char port[8];
	snprintf(port, sizeof port, "%u", s->opt.port);
	struct addrinfo hints = { .ai_flags = AI_PASSIVE | AI_NUMERICSERV,
		.ai_socktype = SOCK_STREAM };
	struct addrinfo *found = NULL;
	const char *host = s->opt.host ? s->opt.host : "127.0.0.1";
	if (getaddrinfo(host, port, &hints, &found) != 0)
		return xq_fault(err, "web.listen", "unknown host");
	int on = 1, fd = socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	union {
		struct sockaddr any;
		struct sockaddr_in v4;
		struct sockaddr_in6 v6;
	} at = { 0 };
	socklen_t n = sizeof at;
	bool ok = fd >= 0 && setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0 &&
	          bind(fd, found->ai_addr, found->ai_addrlen) == 0 && listen(fd, BACKLOG) == 0 &&
	          getsockname(fd, &at.any, &n) == 0;
	int why = errno;
	freeaddrinfo(found);
	if (!ok) {
		if (fd >= 0)
			close(fd);
		return xq_fault(err, "web.listen", "%s port %s: %s", host, port, strerror(why));
	}
	s->fd = fd;
	s->port = ntohs(at.any.sa_family == AF_INET6 ? at.v6.sin6_port : at.v4.sin_port);
	return XQ_OK;
}

void
on_connection(void *cls, struct MHD_Connection *mhd, void **slot,
	enum MHD_ConnectionNotificationCode what)
{
	(void)mhd;
	(void)slot;
	struct worker *w = cls;
	if (what == MHD_CONNECTION_NOTIFY_CLOSED)
		atomic_fetch_sub(&w->open, 1);
}

/* NULL: all have as many as they may. */
static struct worker *
least_busy(struct server *s)
{
	struct worker *best = NULL;
	unsigned fewest = s->per_worker;
	for (unsigned i = 0; i < s->n_workers; i++) {
		unsigned open = atomic_load(&s->worker[i].open);
		if (open < fewest) {
			fewest = open;
			best = &s->worker[i];
		}
	}
	return best;
}

/* It counts from here on: its thread takes it over only when it has done what it is doing. */
static void
hand_over(struct worker *w, int fd, const struct sockaddr *from, socklen_t n)
{
	xq_require(w != NULL); /* nobody else gives any, so there is still one with a place */
	atomic_fetch_add(&w->open, 1);
	if (MHD_add_connection(w->daemon, fd, from, n) != MHD_YES) /* closed */
		atomic_fetch_sub(&w->open, 1);
}

static void *
accept_main(void *arg)
{
	struct server *s = arg;
	while (!atomic_load(&s->is_stopping)) {
		union {
			struct sockaddr any;
			struct sockaddr_in6 v6;
		} from = { 0 };
		socklen_t n = sizeof from;
		if (!least_busy(s)) { /* who comes waits in the kernel's queue */
			usleep(PAUSE_US);
			continue;
		}
		int fd = accept4(s->fd, &from.any, &n, SOCK_CLOEXEC | SOCK_NONBLOCK);
		if (fd >= 0)
			hand_over(least_busy(s), fd, &from.any, n);
		else if (errno != EINTR && errno != ECONNABORTED)
			usleep(PAUSE_US); /* no more files or memory just now */
	}
	return NULL;
}

void
listen_start(struct server *s)
{
	xq_require(pthread_create(&s->acceptor, NULL, accept_main, s) == 0);
	s->is_accepting = true;
}

void
listen_stop(struct server *s)
{
	if (!s->is_accepting)
		return;
	atomic_store(&s->is_stopping, true);
	shutdown(s->fd, SHUT_RDWR); /* wakes accept */
	pthread_join(s->acceptor, NULL);
	s->is_accepting = false;
}
