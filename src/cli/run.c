/* SPDX-License-Identifier: Apache-2.0 */
/* run.c - acts from the command line: by the running server through its socket, else by this
 * process under the folder's lock (decisions.md 28). On a database server every process may write: there
 * this one does it itself, and a running one has a socket of its own only for its test clock. */
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "cli/cli.h"
#include "core/log.h"
#include "core/mem.h"
#include "core/parse.h"
#include "identity/session.h"

#include "core/banned.h"

enum { LINE_MAX_BYTES = 1 << 20, FIELDS_MAX = 64 };

struct act_call *
cli_run_act(void *mem, struct app *app, const struct office_info *office, const char *login,
	const char *act, const struct form_pair *pair, size_t n, struct xq_err *err)
{
	const struct act *a = act_find(app, str_of(act));
	if (!a || a->is_hidden) {
		(void)xq_refuse(err, NULL, "act.unknown");
		return NULL;
	}
	struct actor actor = actor_resident(office->id);
	if (login) {
		struct tx *tx;
		enum xq_rc rc = db_read(app->db, &tx, err);
		if (rc != XQ_OK)
			return NULL;
		rc = actor_by_login(tx, office->id, str_of(login), &actor, err);
		tx_end(tx);
		if (rc != XQ_OK) {
			if (rc == XQ_NONE)
				(void)xq_refuse(err, NULL, "cli.no-account");
			return NULL;
		}
	}
	struct act_call *call = act_call_new(mem, app, a, office->id, &actor);
	call->rc = form_read(mem, a->fields, pair, n, true, office->tz_s, &call->form, &call->err);
	call->rc = act_check(call, call->rc);
	if (call->rc == XQ_OK)
		(void)act_run(call);
	return call;
}

/* ---- the client side ----------------------------------------------------------------------------- */

static bool
address_of(const char *dir, const char *name, struct sockaddr_un *out)
{
	*out = (struct sockaddr_un){ .sun_family = AF_UNIX };
	int n = snprintf(out->sun_path, sizeof out->sun_path, "%s/%s", dir, name);
	return n > 0 && (size_t)n < sizeof out->sun_path;
}

/* Of a server process; several may have the folder in common. */
static bool
own_address(const struct app *app, struct sockaddr_un *out)
{
	char name[32] = "sock";
	if (db_is_shared(app->db))
		(void)snprintf(name, sizeof name, "sock.%ld", (long)getpid()); /* fits */
	return address_of(app->dir, name, out);
}

static bool
send_all(int fd, struct str data)
{
	while (data.n > 0) {
		ssize_t n = send(fd, data.p, data.n, MSG_NOSIGNAL);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		data.p += n;
		data.n -= (size_t)n;
	}
	return true;
}

/* One line, without its newline. */
static bool
read_line(void *mem, int fd, struct str *out)
{
	struct buf b = buf_new(mem, 4096);
	char chunk[4096];
	for (;;) {
		ssize_t n = recv(fd, chunk, sizeof chunk, 0);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0 || b.n + (size_t)n > LINE_MAX_BYTES)
			return false;
		buf_add(&b, chunk, (size_t)n);
		if (b.p[b.n - 1] == '\n')
			break;
	}
	*out = (struct str){ b.p, b.n - 1 };
	return true;
}

bool
control_ask(void *mem, const char *dir, struct str request, struct str *out_answer)
{
	struct sockaddr_un a;
	if (!address_of(dir, "sock", &a))
		return false;
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return false;
	bool good = connect(fd, (const struct sockaddr *)&a, sizeof a) == 0 &&
	            send_all(fd, request) && send_all(fd, STR("\n")) &&
	            read_line(mem, fd, out_answer);
	close(fd);
	return good;
}

static struct str
request_of(struct cli *c, const char *act)
{
	struct json_w w = json_new(c->mem);
	json_open(&w, '{');
	json_key(&w, "act");
	json_text(&w, act);
	json_key(&w, "as");
	json_text(&w, cli_option(c, "as"));
	json_key(&w, "office");
	json_text(&w, cli_option(c, "office"));
	json_key(&w, "lang");
	json_text(&w, cli_lang() == LANG_ZH ? "zh" : "en");
	json_key(&w, "fields");
	json_open(&w, '{');
	for (size_t i = 0; i < c->n_options; i++) {
		const char *name = c->option[i].name;
		if (text_eq(name, "data") || text_eq(name, "as") || text_eq(name, "office") ||
			text_eq(name, "json") || text_eq(name, "files"))
			continue;
		json_key(&w, name);
		json_text(&w, c->option[i].value);
	}
	json_close(&w, '}');
	json_close(&w, '}');
	return buf_view(&w.b);
}

struct asker {
	void *mem;
	const struct app *app;
	enum lang lang;
};

static const char *
say_to_asker(void *arg, const struct xq_err *err)
{
	const struct asker *a = arg;
	return cli_words(a->mem, a->app, a->lang, err);
}

/* Runs one request against an open app; the answer is what the API would say. */
static struct str
answer_request(void *mem, struct app *app, struct str line)
{
	struct asker asker = { .mem = mem, .app = app, .lang = LANG_EN };
	struct json_w w = json_new(mem);
	struct xq_err err = { 0 };
	json_t *o = NULL;
	struct act_call *call = NULL;
	bool is_read = json_read(mem, line, LINE_MAX_BYTES, &o, &err) == XQ_OK;
	if (is_read && json_object_get(o, "office-add"))
		return office_add_answer(mem, app, json_object_get(o, "office-add"),
			&(struct act_words){ say_to_asker, &asker });
	if (is_read && json_object_get(o, "office-peer"))
		return office_peer_answer(mem, app, json_object_get(o, "office-peer"),
			&(struct act_words){ say_to_asker, &asker });
	if (is_read) {
		const char *code = json_string_value(json_object_get(o, "office"));
		const struct office_info *office = code ? app_office_by_code(app, str_of(code))
		                                   : app->n_offices == 1 ? &app->office[0]
		                                                         : NULL;
		const char *act = json_string_value(json_object_get(o, "act"));
		const char *lang = json_string_value(json_object_get(o, "lang"));
		asker.lang = lang && text_eq(lang, "zh") ? LANG_ZH : LANG_EN;
		struct form_pair pair[FIELDS_MAX];
		size_t n = 0;
		const char *name;
		json_t *v;
		json_object_foreach(json_object_get(o, "fields"), name,
			v) if (n < FIELDS_MAX && json_is_string(v)) pair[n++] =
			(struct form_pair){ .name = str_of(name),
				.value = str_of(json_string_value(v)) };
		if (!office || !act)
			(void)xq_refuse(&err, NULL, "cli.no-office");
		else
			call = cli_run_act(mem, app, office,
				json_string_value(json_object_get(o, "as")), act, pair, n, &err);
	}
	if (call) {
		act_answer_json(call, &(struct act_words){ say_to_asker, &asker }, &w);
		return buf_view(&w.b);
	}
	json_open(&w, '{');
	json_key(&w, "status");
	json_int(&w, 400);
	json_key(&w, "key");
	json_text(&w, err.key);
	json_key(&w, "title");
	json_text(&w, say_to_asker(&asker, &err));
	json_close(&w, '}');
	return buf_view(&w.b);
}

/* A refusal names fields, and one may be called "result": only the member itself counts. */
static bool
is_done(void *mem, struct str answer)
{
	json_t *o = NULL;
	struct xq_err ignored = { 0 };
	return json_read(mem, answer, LINE_MAX_BYTES, &o, &ignored) == XQ_OK &&
	       json_object_get(o, "result") != NULL;
}

int
cmd_act(struct cli *c)
{
	if (cli_has(c, "help") || c->n_words != 1 || !cli_has(c, "data")) {
		fprintf(cli_has(c, "help") ? stdout : stderr,
			"xinqiao act NAME --data DIR [--office CODE] [--as LOGIN] [--FIELD VALUE ...]\n"
			"Runs any act; also while the server runs. Without --as: as a resident.\n");
		return cli_has(c, "help") ? EXIT_DONE : EXIT_USAGE;
	}
	const char *database, *dir = cli_folder(c, &database);
	if (!dir)
		return EXIT_USAGE;
	struct str request = request_of(c, c->word[0]), answer;
	if (database || !control_ask(c->mem, dir, request, &answer)) {
		struct app *app = cli_open(c, false, NULL);
		if (!app)
			return EXIT_REFUSED;
		answer = answer_request(c->mem, app, request);
		app_close(app);
	}
	printf("%.*s\n", (int)answer.n, answer.p);
	return is_done(c->mem, answer) ? EXIT_DONE : EXIT_REFUSED;
}

/* ---- the server side -------------------------------------------------------------------------------- */

struct control {
	struct app *app;
	int fd;
	int stop[2];
	pthread_t thread;
};

/* {"clock": seconds}: only where serve was started with a test clock. */
static bool
clock_request(struct app *app, struct str line)
{
	if (!app->is_test_clock || !str_starts(line, STR("{\"clock\":")))
		return false;
	struct str rest = str_trim(str_n(line.p + 9, line.n > 10 ? line.n - 10 : 0));
	int64_t by;
	if (!parse_int(rest, 0, 366LL * 86400, &by))
		return false;
	clock_shift(app->clock, by);
	int done;
	struct xq_err err = { 0 };
	if (app_run_jobs(app, &done, &err) != XQ_OK)
		(void)log_fault("clock", &err);
	return true;
}

static void
serve_one(struct control *s, int fd)
{
	void *mem = mem_root("control");
	struct timeval limit = { .tv_sec = 5 };
	(void)setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
	struct str line;
	if (read_line(mem, fd, &line)) {
		struct str answer = clock_request(s->app, line) ? STR("{\"ok\":true}")
		                                                : answer_request(mem, s->app, line);
		(void)(send_all(fd, answer) && send_all(fd, STR("\n"))); /* gone: nothing to do */
	}
	mem_free(mem);
	close(fd);
}

static void *
control_main(void *arg)
{
	struct control *s = arg;
	struct pollfd p[2] = { { .fd = s->fd, .events = POLLIN },
		{ .fd = s->stop[0], .events = POLLIN } };
	for (;;) {
		if (poll(p, 2, -1) < 0 && errno != EINTR)
			return NULL;
		if (p[1].revents)
			return NULL;
		if (!(p[0].revents & POLLIN))
			continue;
		int fd = accept4(s->fd, NULL, NULL, SOCK_CLOEXEC);
		if (fd >= 0)
			serve_one(s, fd);
	}
}

struct control *
control_start(struct app *app)
{
	struct sockaddr_un a;
	if (db_is_shared(app->db) && !app->is_test_clock)
		return NULL;
	if (!own_address(app, &a)) {
		log_warn(
			"the path of the data folder is too long for a socket; `xinqiao act` will wait");
		return NULL;
	}
	struct control *s = mem_new(app->mem, struct control);
	s->app = app;
	s->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	(void)unlink(a.sun_path); /* left by a crash; the folder's lock says that nobody listens */
	mode_t old = umask(0177);
	bool bound = s->fd >= 0 && bind(s->fd, (const struct sockaddr *)&a, sizeof a) == 0;
	umask(old);
	if (!bound || listen(s->fd, 16) != 0 || pipe(s->stop) != 0 ||
		pthread_create(&s->thread, NULL, control_main, s) != 0) {
		log_warn("no socket in the data folder: %d", errno);
		if (s->fd >= 0)
			close(s->fd);
		return NULL;
	}
	return s;
}

void
control_stop(struct control *s)
{
	if (!s)
		return;
	(void)!write(s->stop[1], "x", 1);
	pthread_join(s->thread, NULL);
	struct sockaddr_un a;
	if (own_address(s->app, &a))
		(void)unlink(a.sun_path);
	close(s->fd);
	close(s->stop[0]);
	close(s->stop[1]);
	mem_free(s);
}
