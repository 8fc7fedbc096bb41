/* SPDX-License-Identifier: Apache-2.0 */
#include "web_fixture.h"

#include <arpa/inet.h>
#include <ftw.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "core/log.h"
#include "core/mem.h"
#include "identity/session.h"
#include "ledger/event.h"

atomic_int hello_renders;

/* ---- a module with one view, one form, one act ---------------------------------------------------------- */

static const struct table_decl note_tables[] = {
	{ .name = "note", .class = TABLE_OFFICE },
	{ .name = NULL },
};

static const struct migration note_migration = {
	.module = "test",
	.number = 1,
	.ddl = "CREATE TABLE note (office integer NOT NULL, id integer NOT NULL, text text NOT NULL,"
	       " PRIMARY KEY (office, id));\n",
	.tables = note_tables,
};

static const struct field note_fields[] = {
	{ "text", FIELD_LINES, .required = true, .max = 200, .label = "Text" },
	{ "place", FIELD_TEXT, .max = 20, .label = "Place" },
	{ "phone", FIELD_PHONE, .label = "Phone" },
	{ NULL },
};

static enum xq_rc
note_apply(struct act_ctx *ctx, const struct form *in, struct xq_err *err)
{
	if (text_eq(form_text(in, "text"), "refuse me"))
		return xq_refuse(err, NULL, "note.refused");
	if (text_eq(form_text(in, "text"), "slowly"))
		usleep(300000);
	int64_t id;
	enum xq_rc rc = db_next(ctx->tx, ctx->office, "note", &id, err);
	if (rc == XQ_OK)
		rc = db_exec(ctx->tx, SQL("INSERT INTO note (office, id, text) VALUES (?, ?, ?)"),
			VALS(V(ctx->office), V(id), V(form_str(in, "text"))), err);
	act_result_int(ctx, "note", id);
	return rc == XQ_OK ? act_note(ctx, err) : rc;
}

static const struct event_kind *const note_events[] = { &ev_office_noted, NULL };

static const struct act note_write = {
	.name = "note.write",
	.title = "Write a note",
	.who = PERM_ANYBODY,
	.fields = note_fields,
	.apply = note_apply,
	.events = note_events,
};

static enum xq_rc
hello_render(struct req *q, struct resp *r, struct xq_err *err)
{
	int64_t n = 0;
	enum xq_rc rc = db_int(q->tx, SQL("SELECT count(*) FROM note WHERE office = ?"),
		VALS(V(q->office->id)), &n, err);
	if (rc != XQ_OK)
		return rc;
	atomic_fetch_add(&hello_renders, 1);
	struct html_out o = html_new(q->mem, q->prefs.lang, q->office->tz_s);
	html_raw(&o, "<h1>", 4);
	html_put_text(&o, HTML_TEXT, q->prefs.lang == LANG_EN ? "Hello" : "您好");
	html_raw(&o, "</h1> ", 6);
	html_put_int(&o, HTML_TEXT, n);
	html_put_text(&o, HTML_TEXT, q->prefs.elder ? " elder" : "");
	for (int i = 0; i < 400; i++)
		html_put_text(&o, HTML_TEXT, " 街道的事，件件有人管。");
	resp_html(r, &o);
	return XQ_OK;
}

static const struct view hello_view = { "/hello", PERM_ANYBODY, VIEW_PUBLIC, hello_render };
static const struct view hello_uncached = { "/hello/now", PERM_ANYBODY, 0, hello_render };

static enum xq_rc
form_render(struct req *q, struct resp *r, struct xq_err *err)
{
	(void)err;
	struct html_out o = html_new(q->mem, q->prefs.lang, q->office->tz_s);
	html_put_text(&o, HTML_TEXT, "form");
	struct buf *b = &o.b;
	buf_printf(b, "<input name=\"csrf\" value=\"%s\"><input name=\"idem\" value=\"%s\">",
		q->csrf, req_idem_key(q));
	if (q->refusal)
		buf_printf(b, "<p class=\"refusal\">%s</p>", q->refusal->key);
	const struct form *f = q->call ? &q->call->form : NULL;
	for (size_t i = 0; f && i < f->n; i++) {
		buf_printf(b, "<i id=\"%s\">", f->fields[i].name);
		html_put_str(&o, HTML_TEXT, f->v[i].text);
		buf_printf(b, "</i>%s", f->v[i].has_fault ? f->v[i].fault.key : "");
	}
	resp_html(r, &o);
	return XQ_OK;
}

static const struct view form_view = {
	.path = "/form",
	.who = PERM_ANYBODY,
	.render = form_render,
	.act = &note_write,
	.max_body = 256 * 1024,
};

static const struct view staff_view = { "/desk/secret", PERM_STAFF, 0, form_render, &note_write };

static enum xq_rc
guess_render(struct req *q, struct resp *r, struct xq_err *err)
{
	(void)r;
	(void)q;
	(void)err;
	return XQ_NONE;
}

static const struct view guess_view = { "/guess/{code}", PERM_ANYBODY, VIEW_LIMITED, guess_render };

static enum xq_rc
broken_render(struct req *q, struct resp *r, struct xq_err *err)
{
	(void)r;
	(void)q;
	return xq_fault(err, "store.fault", "made by the test");
}

static const struct view broken_view = { "/broken", PERM_ANYBODY, 0, broken_render };

static const struct migration *const migrations[] = { &note_migration, NULL };
static const struct act *const acts[] = { &note_write, NULL };
static const struct view *const views[] = { &hello_view, &hello_uncached, &form_view, &staff_view,
	&guess_view, &broken_view, NULL };
static const struct module test_module = {
	.name = "test", .migrations = migrations, .acts = acts, .views = views
};
static const struct module *const modules[] = { &test_module, NULL };

/* ---- the office -------------------------------------------------------------------------------------------- */

static void
office_make(struct world *w)
{
	struct xq_err err = { 0 };
	struct tx *tx;
	struct rng random;
	rng_init_seed(&random, 1);
	assert_int_equal(db_write(w->app->db, &tx, &err), XQ_OK);
	assert_int_equal(
		db_exec(tx,
			SQL("INSERT INTO office (id, code, name, short_name, mark, phone, hours, tz_s,"
			    " closing_minute, opened_at) VALUES (1, 'qf', '青枫街道办事处', '青枫街道',"
			    " '青街', '021-5550-0123', '工作日 8:30–17:30', 28800, 1050, 0)"),
			NO_VALS, &err),
		XQ_OK);
	assert_int_equal(ledger_open(tx, w->mem, 1, "qf", "test.example/log/qf", NULL,
				 clock_now(&w->clock), &random, &err),
		XQ_OK);
	assert_int_equal(tx_commit(tx, &err), XQ_OK);
	assert_int_equal(app_reload_offices(w->app, &err), XQ_OK);
}

void
world_open(struct world *w, const struct server_options *opt)
{
	struct xq_err err = { 0 };
	log_quiet(true);
	*w = (struct world){ .mem = mem_root("world") };
	snprintf(w->dir, sizeof w->dir, "/tmp/xq-web-XXXXXX");
	assert_non_null(mkdtemp(w->dir));
	clock_init_fixed(&w->clock, civil_at(2026, 9, 30, 10, 20, 30, TZ_CHINA));
	struct app_options options = { .modules = modules, .clock = &w->clock, .may_create = true };
	assert_int_equal(app_open(w->mem, w->dir, &options, &w->app, &err), XQ_OK);
	office_make(w);
	assert_int_equal(app_start_writer(w->app, &err), XQ_OK);
	assert_int_equal(server_start(w->mem, w->app, opt, &w->server, &err), XQ_OK);
	w->port = server_port(w->server);
}

static int
remove_one(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
	(void)st;
	(void)flag;
	(void)ftw;
	return remove(path);
}

void
world_close(struct world *w)
{
	server_stop(w->server);
	app_close(w->app);
	mem_free(w->mem);
	(void)nftw(w->dir, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

int64_t
notes_count(struct world *w)
{
	struct xq_err err = { 0 };
	struct tx *tx;
	int64_t n = -1;
	assert_int_equal(db_read(w->app->db, &tx, &err), XQ_OK);
	assert_int_equal(
		db_int(tx, SQL("SELECT count(*) FROM note WHERE office = 1"), NO_VALS, &n, &err),
		XQ_OK);
	tx_end(tx);
	return n;
}

/* ---- client --------------------------------------------------------------------------------------------------- */

int
dial(struct world *w)
{
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct sockaddr_in to = { .sin_family = AF_INET,
		.sin_port = htons((uint16_t)w->port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	struct timeval limit = { .tv_sec = 10 };
	assert_true(fd >= 0);
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
	assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof to), 0);
	return fd;
}

void
say_bytes(int fd, const char *p, size_t n)
{
	while (n > 0) {
		ssize_t sent = send(fd, p, n, MSG_NOSIGNAL);
		if (sent <= 0)
			return; /* the server closed: the test looks at what it answered */
		p += sent;
		n -= (size_t)sent;
	}
}

void
say(int fd, const char *text, ...)
{
	void *mem = mem_root("say");
	va_list ap;
	va_start(ap, text);
	const char *all = mem_vprintf(mem, text, ap);
	va_end(ap);
	say_bytes(fd, all, strlen(all));
	mem_free(mem);
}

static bool
read_head(int fd, struct answer *a)
{
	size_t n = 0;
	while (n < sizeof a->head - 1) {
		if (recv(fd, a->head + n, 1, 0) != 1)
			return false;
		a->head[++n] = '\0';
		if (n >= 4 && memcmp(a->head + n - 4, "\r\n\r\n", 4) == 0)
			return true;
	}
	return false;
}

struct answer
hear(void *mem, int fd, bool is_head)
{
	struct answer a = { .body = mem_text(mem, "") };
	if (!read_head(fd, &a))
		return (struct answer){ .body = mem_text(mem, "") };
	assert_int_equal(sscanf(a.head, "HTTP/1.1 %d", &a.status), 1);
	const char *length = header_of(mem, &a, "Content-Length");
	if (!length || is_head || a.status == 304)
		return a;
	size_t n = (size_t)strtoul(length, NULL, 10);
	a.body = mem_resize(mem, NULL, n + 1);
	while (a.n_body < n) {
		ssize_t got = recv(fd, a.body + a.n_body, n - a.n_body, 0);
		if (got <= 0)
			break;
		a.n_body += (size_t)got;
	}
	a.body[a.n_body] = '\0';
	return a;
}

struct answer
ask(struct world *w, void *mem, const char *text, ...)
{
	int fd = dial(w);
	va_list ap;
	va_start(ap, text);
	const char *all = mem_vprintf(mem, text, ap);
	va_end(ap);
	say_bytes(fd, all, strlen(all));
	struct answer a = hear(mem, fd, strncmp(text, "HEAD", 4) == 0);
	close(fd);
	return a;
}

const char *
header_of(void *mem, const struct answer *a, const char *name)
{
	size_t n = strlen(name);
	for (const char *p = strstr(a->head, "\r\n"); p; p = strstr(p + 2, "\r\n"))
		if (strncasecmp(p + 2, name, n) == 0 && p[2 + n] == ':') {
			const char *from = p + 2 + n + 1, *end = strstr(from, "\r\n");
			while (*from == ' ')
				from++;
			return mem_textn(mem, from, (size_t)(end - from));
		}
	return NULL;
}

const char *
between(void *mem, const struct answer *a, const char *from, const char *to)
{
	const char *start = strstr(a->body, from);
	if (!start)
		return NULL;
	start += strlen(from);
	const char *end = strstr(start, to);
	return end ? mem_textn(mem, start, (size_t)(end - start)) : NULL;
}

struct opened
open_form(struct world *w, void *mem)
{
	struct answer a = ask(w, mem, "GET /form HTTP/1.1\r\nHost: t\r\n\r\n");
	assert_int_equal(a.status, 200);
	const char *set = header_of(mem, &a, "Set-Cookie");
	assert_non_null(set);
	struct opened s = {
		.cookie = mem_textn(mem, set, strcspn(set, ";")),
		.csrf = between(mem, &a, "name=\"csrf\" value=\"", "\""),
		.idem = between(mem, &a, "name=\"idem\" value=\"", "\""),
	};
	assert_non_null(s.csrf);
	assert_non_null(s.idem);
	return s;
}

struct answer
post(struct world *w, void *mem, const char *path, const char *cookie, const char *more,
	const char *body)
{
	return ask(w, mem,
		"POST %s HTTP/1.1\r\nHost: t\r\nCookie: %s\r\n%s"
		"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: %zu\r\n\r\n%s",
		path, cookie, more, strlen(body), body);
}
