/* SPDX-License-Identifier: Apache-2.0 */
/* Fetching against a server of one answer in a thread of this test. */
#include "core/fetch.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/mem.h"

#include "core/banned.h"

/* Takes one connection, reads a request whose body is known, and sends the answer as it stands. */
struct server {
	int listener;
	pthread_t thread;
	const char *answer;
	const char *last; /* the request has arrived when it ends so */
	char request[4096];
	size_t n;
};

static void *
serve_one(void *arg)
{
	struct server *s = arg;
	int fd = accept(s->listener, NULL, NULL);
	if (fd < 0)
		return NULL;
	while (s->n < sizeof s->request) {
		ssize_t got = read(fd, s->request + s->n, sizeof s->request - s->n);
		if (got <= 0)
			break;
		s->n += (size_t)got;
		if (str_ends(str_n(s->request, s->n), str_of(s->last)))
			break;
	}
	for (size_t at = 0, n = strlen(s->answer); at < n;) {
		ssize_t sent = send(fd, s->answer + at, n - at, MSG_NOSIGNAL);
		if (sent <= 0)
			break;
		at += (size_t)sent;
	}
	close(fd);
	return NULL;
}

static const char *
server_start(void *mem, struct server *s, const char *last, const char *answer)
{
	*s = (struct server){ .last = last, .answer = answer };
	struct sockaddr_in a = { .sin_family = AF_INET };
	a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	socklen_t n = sizeof a;
	s->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(s->listener, (struct sockaddr *)&a, sizeof a), 0);
	assert_int_equal(listen(s->listener, 1), 0);
	assert_int_equal(getsockname(s->listener, (struct sockaddr *)&a, &n), 0);
	assert_int_equal(pthread_create(&s->thread, NULL, serve_one, s), 0);
	return mem_printf(mem, "http://127.0.0.1:%d/checkpoint", ntohs(a.sin_port));
}

static void
server_stop(struct server *s)
{
	pthread_join(s->thread, NULL);
	close(s->listener);
}

static int
setup(void **state)
{
	(void)setenv("no_proxy", "127.0.0.1", 1); /* the machine's own settings stay out of it */
	*state = mem_root("test");
	return 0;
}

static int
teardown(void **state)
{
	mem_free(*state);
	return 0;
}

static void
an_answer_comes_with_status_type_and_body(void **state)
{
	struct server s;
	const char *url = server_start(*state, &s, "\r\n\r\n",
		"HTTP/1.1 409 Conflict\r\nContent-Type: text/x.tlog.size\r\nContent-Length: 3\r\n"
		"Connection: close\r\n\r\n42\n");
	struct fetch_reply r;
	struct xq_err err;
	struct fetch *f = fetch_new(*state, NULL);
	assert_int_equal(fetch_get(f, *state, url, &r, &err), XQ_OK);
	server_stop(&s);
	assert_int_equal(r.status, 409);
	assert_string_equal(r.type, "text/x.tlog.size");
	assert_int_equal(r.body.n, 3);
	assert_memory_equal(r.body.p, "42\n", 3);
	assert_true(str_starts(str_n(s.request, s.n), STR("GET /checkpoint HTTP/1.1\r\n")));
}

static void
a_post_carries_its_body_and_type(void **state)
{
	struct server s;
	const char *url = server_start(*state, &s, "old 3\n",
		"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
	struct fetch_reply r;
	struct xq_err err;
	struct bytes body = { (const uint8_t *)"old 3\n", 6 };
	struct fetch *f = fetch_new(*state, NULL);
	assert_int_equal(fetch_post(f, *state, url, "text/plain", body, &r, &err), XQ_OK);
	server_stop(&s);
	assert_int_equal(r.status, 200);
	assert_string_equal(r.type, "");
	struct str request = str_n(s.request, s.n);
	assert_true(str_starts(request, STR("POST /checkpoint HTTP/1.1\r\n")));
	assert_true(str_index(request, STR("Content-Type: text/plain\r\n")) < request.n);
	assert_true(str_index(request, STR("Expect")) == request.n);
	assert_true(str_ends(request, STR("\r\n\r\nold 3\n")));
}

static void
too_much_is_not_taken(void **state)
{
	struct server s;
	const char *url = server_start(
		*state, &s, "\r\n\r\n", "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n12345");
	struct fetch_limits limits = { .max_bytes = 4 };
	struct fetch_reply r;
	struct xq_err err;
	struct fetch *f = fetch_new(*state, &limits);
	assert_int_equal(fetch_get(f, *state, url, &r, &err), XQ_REFUSED);
	server_stop(&s);
	assert_string_equal(err.key, "fetch.too-large");
	assert_int_equal(err.arg[0].i, 4);
}

static void
a_redirect_is_not_followed(void **state)
{
	struct server s;
	const char *url = server_start(*state, &s, "\r\n\r\n",
		"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n"
		"Connection: close\r\n\r\n");
	struct fetch_reply r;
	struct xq_err err;
	assert_int_equal(fetch_get(fetch_new(*state, NULL), *state, url, &r, &err), XQ_OK);
	server_stop(&s);
	assert_int_equal(r.status, 302);
}

static void
nobody_there_is_said(void **state)
{
	struct server s;
	const char *url = server_start(*state, &s, "\r\n\r\n", "");
	struct fetch_reply r;
	struct xq_err err;
	struct fetch *f = fetch_new(*state, NULL);
	assert_int_equal(fetch_get(f, *state, url, &r, &err), XQ_BUSY); /* closed without a word */
	assert_string_equal(err.key, "fetch.unreachable");
	server_stop(&s);
	assert_int_equal(fetch_get(f, *state, url, &r, &err), XQ_BUSY); /* nobody listens */
	assert_string_equal(err.key, "fetch.unreachable");
}

static void
other_addresses_are_refused(void **state)
{
	static const char *const bad[] = { "", "file:///etc/passwd", "ftp://a/", "http", "//a/",
		"http://a/ b", "http://a/\n", "gopher://a", "http://a/\xe4\xbd\xa0" };
	struct fetch_reply r;
	struct xq_err err;
	struct fetch *f = fetch_new(*state, NULL);
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		assert_int_equal(fetch_get(f, *state, bad[i], &r, &err), XQ_REFUSED);
		assert_string_equal(err.key, "fetch.bad-url");
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			an_answer_comes_with_status_type_and_body, setup, teardown),
		cmocka_unit_test_setup_teardown(a_post_carries_its_body_and_type, setup, teardown),
		cmocka_unit_test_setup_teardown(too_much_is_not_taken, setup, teardown),
		cmocka_unit_test_setup_teardown(a_redirect_is_not_followed, setup, teardown),
		cmocka_unit_test_setup_teardown(nobody_there_is_said, setup, teardown),
		cmocka_unit_test_setup_teardown(other_addresses_are_refused, setup, teardown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
