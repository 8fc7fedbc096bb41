/* SPDX-License-Identifier: Apache-2.0 */
/* The whole server over real sockets, with a module of one page, one form and one act. */
#include "web_fixture.h"

#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/mem.h"
#include "web/web_int.h"

static struct world world;
static struct world *const w = &world;
static void *mem;

static int
open_world(void **state)
{
	(void)state;
	world_open(w, &(struct server_options){ .threads = 2, .no_limits = true });
	mem = mem_root("test");
	return 0;
}

static int
close_world(void **state)
{
	(void)state;
	world_close(w);
	mem_free(mem);
	return 0;
}

#define GET(path) ask(w, mem, "GET %s HTTP/1.1\r\nHost: t\r\n\r\n", path)

/* ---- pages ----------------------------------------------------------------------------------------- */

static void
page_is_rendered_once_and_then_cached(void **state)
{
	(void)state;
	int before = atomic_load(&hello_renders);
	struct answer first = GET("/hello"), second = GET("/hello");
	assert_int_equal(first.status, 200);
	assert_int_equal(second.status, 200);
	assert_string_equal(first.body, second.body);
	assert_non_null(strstr(first.body, "您好"));
	assert_int_equal(atomic_load(&hello_renders) - before, 1);
	const char *etag = header_of(mem, &first, "ETag");
	assert_non_null(etag);
	struct answer same =
		ask(w, mem, "GET /hello HTTP/1.1\r\nHost: t\r\nIf-None-Match: %s\r\n\r\n", etag);
	assert_int_equal(same.status, 304);
}

static void
cached_page_is_rendered_anew_after_a_commit(void **state)
{
	(void)state;
	struct answer before = GET("/hello");
	struct opened s = open_form(w, mem);
	struct answer a = post(
		w, mem, "/form", s.cookie, "", mem_printf(mem, "csrf=%s&text=once+more", s.csrf));
	assert_int_equal(a.status, 303);
	struct answer after = GET("/hello");
	assert_string_not_equal(before.body, after.body);
}

static void
cached_page_is_rendered_anew_after_a_minute(void **state)
{
	(void)state;
	(void)GET("/hello");
	int before = atomic_load(&hello_renders);
	clock_shift(&w->clock, 60);
	(void)GET("/hello");
	assert_int_equal(atomic_load(&hello_renders) - before, 1);
}

static void
choices_of_the_reader_have_pages_of_their_own(void **state)
{
	(void)state;
	struct answer en = ask(
		w, mem, "GET /hello HTTP/1.1\r\nHost: t\r\nCookie: lang=en; view=elder\r\n\r\n");
	assert_non_null(strstr(en.body, "Hello"));
	assert_non_null(strstr(en.body, "elder"));
	assert_null(strstr(GET("/hello").body, "elder"));
	assert_non_null(strstr(GET("/hello?view=elder").body, "elder"));
	struct answer only_en = ask(w, mem,
		"GET /hello HTTP/1.1\r\nHost: t\r\nAccept-Language: en-GB,en;q=0.8\r\n\r\n");
	assert_non_null(strstr(only_en.body, "Hello"));
	struct answer both = ask(
		w, mem, "GET /hello HTTP/1.1\r\nHost: t\r\nAccept-Language: en,zh;q=0.1\r\n\r\n");
	assert_non_null(strstr(both.body, "您好"));
}

static void
gzip_is_sent_to_those_who_take_it(void **state)
{
	(void)state;
	struct answer a =
		ask(w, mem, "GET /hello HTTP/1.1\r\nHost: t\r\nAccept-Encoding: br, gzip\r\n\r\n");
	assert_string_equal(header_of(mem, &a, "Content-Encoding"), "gzip");
	assert_true(a.n_body < 1000);
	a = ask(w, mem, "GET /hello HTTP/1.1\r\nHost: t\r\nAccept-Encoding: gzip;q=0\r\n\r\n");
	assert_null(header_of(mem, &a, "Content-Encoding"));
}

static void
pages_carry_the_security_headers(void **state)
{
	(void)state;
	struct answer a = GET("/hello");
	assert_string_equal(header_of(mem, &a, "Content-Security-Policy"),
		"default-src 'self'; img-src 'self' blob:; object-src 'none'; base-uri 'none'; "
		"form-action 'self'; frame-ancestors 'none'");
	assert_string_equal(header_of(mem, &a, "X-Content-Type-Options"), "nosniff");
	assert_string_equal(header_of(mem, &a, "Referrer-Policy"), "same-origin");
	assert_non_null(header_of(mem, &a, "Permissions-Policy"));
	assert_null(header_of(mem, &a, "Strict-Transport-Security"));
	assert_null(header_of(mem, &a, "Set-Cookie"));
}

static void
head_is_get_without_body(void **state)
{
	(void)state;
	struct answer a = ask(w, mem, "HEAD /hello HTTP/1.1\r\nHost: t\r\n\r\n");
	assert_int_equal(a.status, 200);
	assert_int_equal(a.n_body, 0);
	assert_non_null(header_of(mem, &a, "Content-Length"));
}

static void
office_prefix_leads_to_the_same_pages(void **state)
{
	(void)state;
	assert_int_equal(GET("/o/qf/hello").status, 200);
	assert_int_equal(GET("/o/nowhere/hello").status, 404);
	assert_int_equal(GET("/o/qf/hello/now").status, 200);
}

static void
odd_paths_are_refused(void **state)
{
	(void)state;
	static const struct {
		const char *path;
		int status;
	} rows[] = {
		{ "/hello/../form", 400 },
		{ "/%2e%2e/form", 400 },
		{ "/a%00b", 400 },
		{ "/a%2fb", 400 },
		{ "/a%5cb", 400 },
		{ "/%", 400 },
		{ "/%zz", 400 },
		{ "/%c3%28", 400 },
		{ "/%68ello", 200 },
		{ "/nothing", 404 },
		{ "//hello", 404 },
		{ "/hello/", 301 },
		{ "/hello?q=%ff", 400 },
		{ "/hello?%zz=1", 200 },
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct answer a = GET(rows[i].path);
		if (a.status != rows[i].status)
			print_error("%s\n", rows[i].path);
		assert_int_equal(a.status, rows[i].status);
	}
	char *many = mem_text(mem, "/hello?a=1");
	for (int i = 0; i < 80; i++)
		many = mem_printf(mem, "%s&a=1", many);
	assert_int_equal(GET(many).status, 400);
}

static void
fault_is_a_page_with_a_number(void **state)
{
	(void)state;
	struct answer a = GET("/broken");
	assert_int_equal(a.status, 500);
	assert_null(strstr(a.body, "made by the test"));
	assert_non_null(between(mem, &a, "故障编号 ", "。"));
}

static void
own_pages_answer(void **state)
{
	(void)state;
	assert_string_equal(between(mem, &(struct answer){ .body = GET("/health").body },
				    "\"status\":\"", "\""),
		"ok");
	assert_non_null(strstr(GET("/metrics").body, "xinqiao_http_requests_total"));
	assert_non_null(strstr(GET("/api/v1/openapi.json").body, "note.write"));
	assert_non_null(strstr(GET("/robots.txt").body, "Disallow"));
	assert_int_equal(GET("/favicon.ico").status, 200);
}

static void
prefs_lead_back_to_this_site_only(void **state)
{
	(void)state;
	struct answer a = GET("/prefs?view=elder&back=/hello");
	assert_int_equal(a.status, 303);
	assert_string_equal(header_of(mem, &a, "Location"), "/hello");
	assert_non_null(strstr(header_of(mem, &a, "Set-Cookie"), "view=elder"));
	static const char *const away[] = { "//evil.example/", "https://evil.example/",
		"/%5Cevil.example", "/%09/evil.example", "" };
	for (size_t i = 0; i < sizeof away / sizeof *away; i++) {
		a = GET(mem_printf(mem, "/prefs?lang=en&to=%s", away[i]));
		assert_string_equal(header_of(mem, &a, "Location"), "/");
	}
}

static void
staff_page_sends_strangers_to_the_login(void **state)
{
	(void)state;
	struct answer a = GET("/desk/secret?x=1&y=%E4%BD%A0");
	assert_int_equal(a.status, 303);
	assert_string_equal(header_of(mem, &a, "Location"),
		"/login?to=/desk/secret%3Fx%3D1%26y%3D%25E4%25BD%25A0");
	assert_string_equal(header_of(mem, &a, "Cache-Control"), "no-store");
}

/* ---- the wire ------------------------------------------------------------------------------------------ */

static void
pipelined_requests_are_answered_in_order(void **state)
{
	(void)state;
	int fd = dial(w);
	say(fd, "GET /hello HTTP/1.1\r\nHost: t\r\n\r\nGET /nothing HTTP/1.1\r\nHost: t\r\n\r\n"
		"GET /health HTTP/1.1\r\nHost: t\r\n\r\n");
	assert_int_equal(hear(mem, fd, false).status, 200);
	assert_int_equal(hear(mem, fd, false).status, 404);
	assert_int_equal(hear(mem, fd, false).status, 200);
	close(fd);
}

static void
connection_stays_open_after_a_post(void **state)
{
	(void)state;
	struct opened s = open_form(w, mem);
	const char *body = mem_printf(mem, "csrf=%s&text=kept+open", s.csrf);
	int fd = dial(w);
	for (int i = 0; i < 3; i++) {
		say(fd,
			"POST /form HTTP/1.1\r\nHost: t\r\nCookie: %s\r\nContent-Type: "
			"application/x-www-form-urlencoded\r\nContent-Length: %zu\r\n\r\n%s",
			s.cookie, strlen(body), body);
		assert_int_equal(hear(mem, fd, false).status, 303);
	}
	close(fd);
}

static void
request_in_single_bytes_is_read(void **state)
{
	(void)state;
	struct opened s = open_form(w, mem);
	const char *body = mem_printf(mem, "csrf=%s&text=by+drops", s.csrf);
	const char *all = mem_printf(mem,
		"POST /form HTTP/1.1\r\nHost: t\r\nCookie: %s\r\nContent-Type: "
		"application/x-www-form-urlencoded\r\nContent-Length: %zu\r\n\r\n%s",
		s.cookie, strlen(body), body);
	int fd = dial(w);
	for (size_t i = 0; all[i]; i++)
		say_bytes(fd, all + i, 1);
	assert_int_equal(hear(mem, fd, false).status, 303);
	close(fd);
}

static void
huge_head_is_refused(void **state)
{
	(void)state;
	char *huge = mem_textn(mem, "", 0);
	huge = mem_resize(mem, NULL, 40001);
	memset(huge, 'x', 40000);
	huge[40000] = '\0';
	struct answer a = ask(w, mem, "GET /hello HTTP/1.1\r\nHost: t\r\nX-Long: %s\r\n\r\n", huge);
	assert_true(a.status == 431 || a.status == 413 || a.status == 0);
	a = ask(w, mem, "GET /%s HTTP/1.1\r\nHost: t\r\n\r\n", huge);
	assert_true(a.status == 414 || a.status == 0);
	assert_int_equal(GET("/hello").status, 200);
}

static void
other_methods_are_refused_with_allow(void **state)
{
	(void)state;
	struct answer a = ask(w, mem, "DELETE /hello HTTP/1.1\r\nHost: t\r\n\r\n");
	assert_int_equal(a.status, 405);
	assert_string_equal(header_of(mem, &a, "Allow"), "GET, HEAD");
	a = ask(w, mem, "PUT /form HTTP/1.1\r\nHost: t\r\nContent-Length: 3\r\n\r\nabc");
	assert_int_equal(a.status, 405);
	assert_string_equal(header_of(mem, &a, "Allow"), "GET, HEAD, POST");
	assert_int_equal(post(w, mem, "/hello", "", "", "a=1").status, 405);
	assert_int_equal(GET("/api/v1/acts/note.write").status, 405);
}

static void
too_large_a_body_is_refused(void **state)
{
	(void)state;
	struct opened s = open_form(w, mem);
	char *huge = mem_resize(mem, NULL, 400001);
	memset(huge, 'x', 400000);
	huge[400000] = '\0';
	struct answer a = post(w, mem, "/form", s.cookie, "", huge);
	assert_int_equal(a.status, 413);
	assert_non_null(strstr(a.body, "256 KB"));
	/* without a length in front */
	int fd = dial(w);
	say(fd, "POST /form HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n",
		400000, huge);
	assert_int_equal(hear(mem, fd, false).status, 413);
	close(fd);
	a = ask(w, mem, "POST /form HTTP/1.1\r\nHost: t\r\nContent-Length: 99999999999\r\n\r\n");
	assert_int_equal(a.status, 413);
}

static void
unknown_kinds_of_body_are_refused(void **state)
{
	(void)state;
	struct answer a = ask(w, mem,
		"POST /form HTTP/1.1\r\nHost: t\r\nContent-Type: text/plain\r\nContent-Length: 3\r\n\r\nabc");
	assert_int_equal(a.status, 415);
}

/* ---- forms ----------------------------------------------------------------------------------------------- */

static void
form_writes_and_leads_on(void **state)
{
	(void)state;
	int64_t before = notes_count(w);
	struct opened s = open_form(w, mem);
	struct answer a = post(w, mem, "/form", s.cookie, "",
		mem_printf(mem, "csrf=%s&idem=%s&text=%%E5%%A5%%BD", s.csrf, s.idem));
	assert_int_equal(a.status, 303);
	assert_string_equal(header_of(mem, &a, "Location"), "/form");
	assert_int_equal(notes_count(w) - before, 1);
}

static void
same_form_twice_writes_once(void **state)
{
	(void)state;
	int64_t before = notes_count(w);
	struct opened s = open_form(w, mem);
	const char *body = mem_printf(mem, "csrf=%s&idem=%s&text=twice", s.csrf, s.idem);
	assert_int_equal(post(w, mem, "/form", s.cookie, "", body).status, 303);
	assert_int_equal(post(w, mem, "/form", s.cookie, "", body).status, 303);
	assert_int_equal(notes_count(w) - before, 1);
}

static void
faults_keep_what_was_typed(void **state)
{
	(void)state;
	struct opened s = open_form(w, mem);
	struct answer a = post(w, mem, "/form", s.cookie, "",
		mem_printf(mem, "csrf=%s&idem=%s&text=&place=here&phone=12", s.csrf, s.idem));
	assert_int_equal(a.status, 422);
	assert_string_equal(between(mem, &a, "<i id=\"place\">", "</i>"), "here");
	assert_string_equal(between(mem, &a, "<i id=\"phone\">", "</i>"), "12");
	assert_string_equal(between(mem, &a, "name=\"idem\" value=\"", "\""), s.idem);
}

static void
refusal_of_the_act_shows_the_page_again(void **state)
{
	(void)state;
	struct opened s = open_form(w, mem);
	struct answer a = post(w, mem, "/form", s.cookie, "",
		mem_printf(mem, "csrf=%s&text=refuse+me&place=there", s.csrf));
	assert_int_equal(a.status, 409);
	assert_string_equal(between(mem, &a, "<p class=\"refusal\">", "</p>"), "note.refused");
	assert_string_equal(between(mem, &a, "<i id=\"place\">", "</i>"), "there");
}

static void
forged_forms_are_refused(void **state)
{
	(void)state;
	int64_t before = notes_count(w);
	struct opened mine = open_form(w, mem), other = open_form(w, mem);
	const char *good = mem_printf(mem, "csrf=%s&text=a", mine.csrf);
	const char *foreign = mem_printf(mem, "csrf=%s&text=a", other.csrf);
	assert_int_equal(post(w, mem, "/form", mine.cookie, "", "text=a").status, 403);
	assert_int_equal(post(w, mem, "/form", mine.cookie, "", foreign).status, 403);
	assert_int_equal(post(w, mem, "/form", "", "", good).status, 403);
	assert_int_equal(
		post(w, mem, "/form", mine.cookie, "Origin: https://evil.example\r\n", good).status,
		403);
	assert_int_equal(
		post(w, mem, "/form", mine.cookie, "Sec-Fetch-Site: cross-site\r\n", good).status,
		403);
	assert_int_equal(post(w, mem, "/form", mine.cookie, "Origin: null\r\n", good).status, 403);
	assert_int_equal(notes_count(w), before);
	assert_int_equal(
		post(w, mem, "/form", mine.cookie, "Origin: http://t\r\n", good).status, 303);
}

static void
old_form_is_shown_again_with_its_text(void **state)
{
	(void)state;
	struct opened s = open_form(w, mem);
	clock_shift(&w->clock, 30 * 3600);
	struct answer a = post(w, mem, "/form", s.cookie, "Origin: http://t\r\n",
		mem_printf(mem, "csrf=%s&text=long+thought", s.csrf));
	assert_int_equal(a.status, 403);
	assert_string_equal(between(mem, &a, "<i id=\"text\">", "</i>"), "long thought");
	assert_string_equal(between(mem, &a, "<p class=\"refusal\">", "</p>"), "csrf.again");
	const char *fresh = between(mem, &a, "name=\"csrf\" value=\"", "\"");
	a = post(w, mem, "/form", s.cookie, "", mem_printf(mem, "csrf=%s&text=now", fresh));
	assert_int_equal(a.status, 303);
}

static void
staff_form_without_login_keeps_the_text(void **state)
{
	(void)state;
	struct opened s = open_form(w, mem);
	struct answer a = post(w, mem, "/desk/secret", s.cookie, "",
		mem_printf(mem, "csrf=%s&text=written+with+care%%3Cb%%3E", s.csrf));
	assert_int_equal(a.status, 403);
	assert_non_null(strstr(a.body, "written with care&lt;b&gt;"));
	assert_null(strstr(a.body, s.csrf));
}

static void
multipart_form_is_read(void **state)
{
	(void)state;
	struct opened s = open_form(w, mem);
	const char *body = mem_printf(mem,
		"--XX\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\n%s\r\n"
		"--XX\r\nContent-Disposition: form-data; name=\"text\"\r\n\r\nphoto\r\n--XX--\r\n",
		s.csrf);
	struct answer a = ask(w, mem,
		"POST /form HTTP/1.1\r\nHost: t\r\nCookie: %s\r\nContent-Type: multipart/form-data; "
		"boundary=XX\r\nContent-Length: %zu\r\n\r\n%s",
		s.cookie, strlen(body), body);
	assert_int_equal(a.status, 303);
}

/* ---- API ---------------------------------------------------------------------------------------------------- */

static struct answer
api(const char *name, const char *more, const char *json)
{
	return ask(w, mem,
		"POST /api/v1/acts/%s HTTP/1.1\r\nHost: t\r\nContent-Type: application/json\r\n%s"
		"Content-Length: %zu\r\n\r\n%s",
		name, more, strlen(json), json);
}

static void
api_runs_an_act(void **state)
{
	(void)state;
	struct answer a = api("note.write", "", "{\"text\":\"by a program\"}");
	assert_int_equal(a.status, 200);
	assert_non_null(strstr(a.body, "\"note\":"));
	a = api("note.write", "Idempotency-Key: k1\r\n", "{\"text\":\"once\"}");
	assert_non_null(strstr(a.body, "\"replay\":false"));
	a = api("note.write", "Idempotency-Key: k1\r\n", "{\"text\":\"once\"}");
	assert_non_null(strstr(a.body, "\"replay\":true"));
}

static void
api_lists_every_fault(void **state)
{
	(void)state;
	struct answer a =
		api("note.write", "", "{\"phone\":\"12\",\"place\":\"0123456789012345678901\"}");
	assert_int_equal(a.status, 422);
	assert_string_equal(header_of(mem, &a, "Content-Type"), "application/problem+json");
	assert_non_null(strstr(a.body, "\"field\":\"text\""));
	assert_non_null(strstr(a.body, "\"field\":\"phone\""));
	assert_non_null(strstr(a.body, "\"field\":\"place\""));
	a = api("note.write", "", "{\"text\":\"refuse me\"}");
	assert_int_equal(a.status, 409);
	assert_non_null(strstr(a.body, "note.refused"));
}

static void
api_refuses_what_it_cannot_read(void **state)
{
	(void)state;
	assert_int_equal(api("note.write", "", "{\"text\":").status, 400);
	assert_int_equal(api("note.write", "", "[1]").status, 400);
	assert_int_equal(api("no.such", "", "{}").status, 404);
	assert_int_equal(api("note.write", "Authorization: Bearer nonsense\r\n", "{}").status, 401);
	struct answer a = ask(w, mem,
		"POST /api/v1/acts/note.write HTTP/1.1\r\nHost: t\r\nContent-Type: text/plain\r\n"
		"Content-Length: 2\r\n\r\n{}");
	assert_int_equal(a.status, 415);
	a = GET("/api/v1/nothing");
	assert_int_equal(a.status, 404);
	assert_string_equal(header_of(mem, &a, "Content-Type"), "application/problem+json");
}

/* ---- under load ------------------------------------------------------------------------------------------------ */

/* Holds the writer by taking the write transaction away from it. */
static void
full_queue_answers_busy_and_keeps_the_text(void **state)
{
	(void)state;
	struct xq_err err = { 0 };
	struct tx *tx;
	struct opened s = open_form(w, mem);
	const char *body = mem_printf(mem, "csrf=%s&text=wait", s.csrf);
	const char *all = mem_printf(mem,
		"POST /form HTTP/1.1\r\nHost: t\r\nCookie: %s\r\nContent-Type: "
		"application/x-www-form-urlencoded\r\nContent-Length: %zu\r\n\r\n%s",
		s.cookie, strlen(body), body);
	int64_t before = notes_count(w);
	assert_int_equal(db_write(w->app->db, &tx, &err), XQ_OK);
	enum { MANY = 1300 };
	static int fd[MANY];
	for (int i = 0; i < MANY; i++) {
		fd[i] = dial(w);
		say_bytes(fd[i], all, strlen(all));
	}
	struct answer a = hear(mem, fd[MANY - 1], false);
	assert_int_equal(a.status, 503);
	assert_string_equal(header_of(mem, &a, "Retry-After"), "2");
	assert_string_equal(between(mem, &a, "<i id=\"text\">", "</i>"), "wait");
	assert_int_equal(GET("/hello").status, 200); /* reading goes on */
	tx_end(tx);

	int written = 0, busy = 1;
	for (int i = 0; i < MANY - 1; i++) {
		a = hear(mem, fd[i], false);
		written += a.status == 303;
		busy += a.status == 503;
	}
	assert_int_equal(written + busy, MANY);
	assert_int_equal(notes_count(w) - before, written);
	for (int i = 0; i < MANY; i++)
		close(fd[i]);
}

static void
client_that_leaves_before_the_commit_hurts_nobody(void **state)
{
	(void)state;
	struct opened s = open_form(w, mem);
	const char *body = mem_printf(mem, "csrf=%s&text=slowly", s.csrf);
	int64_t before = notes_count(w);
	for (int i = 0; i < 3; i++) {
		int fd = dial(w);
		say(fd,
			"POST /form HTTP/1.1\r\nHost: t\r\nCookie: %s\r\nContent-Type: "
			"application/x-www-form-urlencoded\r\nContent-Length: %zu\r\n\r\n%s",
			s.cookie, strlen(body), body);
		usleep(50000);
		struct linger now = { .l_onoff = 1 };
		setsockopt(
			fd, SOL_SOCKET, SO_LINGER, &now, sizeof now); /* a reset, not a farewell */
		close(fd);
	}
	for (int i = 0; i < 100 && notes_count(w) < before + 3; i++)
		usleep(20000);
	assert_int_equal(notes_count(w), before + 3);
	assert_int_equal(GET("/hello").status, 200);
}

static void
stop_waits_for_acts_that_were_sent(void **state)
{
	(void)state;
	struct opened s = open_form(w, mem);
	const char *body = mem_printf(mem, "csrf=%s&text=slowly", s.csrf);
	int fd = dial(w);
	say(fd,
		"POST /form HTTP/1.1\r\nHost: t\r\nCookie: %s\r\nContent-Type: "
		"application/x-www-form-urlencoded\r\nContent-Length: %zu\r\n\r\n%s",
		s.cookie, strlen(body), body);
	usleep(100000);
	server_stop(w->server);
	assert_int_equal(hear(mem, fd, false).status, 303);
	close(fd);
	struct xq_err err = { 0 };
	assert_int_equal(server_start(w->mem, w->app,
				 &(struct server_options){ .threads = 1, .no_limits = true },
				 &w->server, &err),
		XQ_OK);
	w->port = server_port(w->server);
	assert_int_equal(GET("/hello").status, 200);
}

static void
start_again(const struct server_options *opt)
{
	struct xq_err err = { 0 };
	server_stop(w->server);
	assert_int_equal(server_start(w->mem, w->app, opt, &w->server, &err), XQ_OK);
	w->port = server_port(w->server);
}

/* All connect before anybody asks, which is when one thread would take all of them. */
static void
connections_are_shared_by_the_threads(void **state)
{
	(void)state;
	enum { CLIENTS = 9, THREADS = 3 };
	int fd[CLIENTS];
	start_again(&(struct server_options){ .threads = THREADS, .no_limits = true });
	for (int i = 0; i < CLIENTS; i++)
		fd[i] = dial(w);
	for (int i = 0; i < CLIENTS; i++) {
		say(fd[i], "GET /hello HTTP/1.1\r\nHost: t\r\n\r\n");
		assert_int_equal(hear(mem, fd[i], false).status, 200);
	}
	for (unsigned i = 0; i < THREADS; i++)
		assert_int_equal(w->server->worker[i].open, CLIENTS / THREADS);
	for (int i = 0; i < CLIENTS; i++)
		close(fd[i]);
}

static void
one_more_than_fits_waits_for_a_place(void **state)
{
	(void)state;
	start_again(&(struct server_options){ .threads = 2, .no_limits = true, .connections = 2 });
	int a = dial(w), b = dial(w);
	say(a, "GET /hello HTTP/1.1\r\nHost: t\r\n\r\n");
	say(b, "GET /hello HTTP/1.1\r\nHost: t\r\n\r\n");
	assert_int_equal(hear(mem, a, false).status, 200);
	assert_int_equal(hear(mem, b, false).status, 200);
	int late = dial(w);
	say(late, "GET /hello HTTP/1.1\r\nHost: t\r\n\r\n");
	char byte;
	usleep(50000);
	assert_int_equal(recv(late, &byte, 1, MSG_PEEK | MSG_DONTWAIT), -1);
	close(a);
	assert_int_equal(hear(mem, late, false).status, 200);
	close(b);
	close(late);
}

static void
too_many_tries_are_told_when_to_come_back(void **state)
{
	(void)state;
	start_again(&(struct server_options){ .threads = 1, .tries_a_minute = 5 });
	for (int i = 0; i < 5; i++)
		assert_int_equal(GET("/guess/abc").status, 404);
	struct answer a = GET("/guess/abc");
	assert_int_equal(a.status, 429);
	assert_non_null(header_of(mem, &a, "Retry-After"));
	assert_non_null(strstr(a.body, "以后再试"));
	assert_int_equal(GET("/hello").status, 200);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(page_is_rendered_once_and_then_cached),
		cmocka_unit_test(cached_page_is_rendered_anew_after_a_commit),
		cmocka_unit_test(cached_page_is_rendered_anew_after_a_minute),
		cmocka_unit_test(choices_of_the_reader_have_pages_of_their_own),
		cmocka_unit_test(gzip_is_sent_to_those_who_take_it),
		cmocka_unit_test(pages_carry_the_security_headers),
		cmocka_unit_test(head_is_get_without_body),
		cmocka_unit_test(office_prefix_leads_to_the_same_pages),
		cmocka_unit_test(odd_paths_are_refused),
		cmocka_unit_test(fault_is_a_page_with_a_number),
		cmocka_unit_test(own_pages_answer),
		cmocka_unit_test(prefs_lead_back_to_this_site_only),
		cmocka_unit_test(staff_page_sends_strangers_to_the_login),
		cmocka_unit_test(pipelined_requests_are_answered_in_order),
		cmocka_unit_test(connection_stays_open_after_a_post),
		cmocka_unit_test(request_in_single_bytes_is_read),
		cmocka_unit_test(huge_head_is_refused),
		cmocka_unit_test(other_methods_are_refused_with_allow),
		cmocka_unit_test(too_large_a_body_is_refused),
		cmocka_unit_test(unknown_kinds_of_body_are_refused),
		cmocka_unit_test(form_writes_and_leads_on),
		cmocka_unit_test(same_form_twice_writes_once),
		cmocka_unit_test(faults_keep_what_was_typed),
		cmocka_unit_test(refusal_of_the_act_shows_the_page_again),
		cmocka_unit_test(forged_forms_are_refused),
		cmocka_unit_test(old_form_is_shown_again_with_its_text),
		cmocka_unit_test(staff_form_without_login_keeps_the_text),
		cmocka_unit_test(multipart_form_is_read),
		cmocka_unit_test(api_runs_an_act),
		cmocka_unit_test(api_lists_every_fault),
		cmocka_unit_test(api_refuses_what_it_cannot_read),
		cmocka_unit_test(full_queue_answers_busy_and_keeps_the_text),
		cmocka_unit_test(client_that_leaves_before_the_commit_hurts_nobody),
		cmocka_unit_test(stop_waits_for_acts_that_were_sent),
		cmocka_unit_test(connections_are_shared_by_the_threads),
		cmocka_unit_test(one_more_than_fits_waits_for_a_place),
		cmocka_unit_test(too_many_tries_are_told_when_to_come_back),
	};
	return cmocka_run_group_tests(tests, open_world, close_world);
}
