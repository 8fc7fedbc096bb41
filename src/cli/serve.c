/* SPDX-License-Identifier: Apache-2.0 */
#include <signal.h>
#include <stdio.h>

#include "city/city.h"
#include "cli/cli.h"
#include "core/log.h"
#include "core/mem.h"
#include "core/parse.h"
#include "modules.h"
#include "record/witness.h"
#include "web/web.h"

#include "core/banned.h"

static const char serve_help[] =
	"xinqiao serve --data DIR [--listen 127.0.0.1:8080] [--threads N] [--tls-cert FILE --tls-key FILE]\n"
	"              [--behind-tls] [--no-limits] [--test-clock] [--guard FILE] [--sign-every MS]\n"
	"Serves until SIGINT or SIGTERM. Port 0 picks a free one. --behind-tls: a proxy speaks TLS.\n"
	"--no-limits: no rate limits per address (measurements). --test-clock: the clock can be moved\n"
	"forward through the folder's socket (tests). --guard: where the last signed head of the public\n"
	"record is remembered, DIR.guard unless told; keep it out of the backups of the folder.\n"
	"--sign-every: milliseconds between two checkpoints, 200 to 60000.\n";

static bool
read_listen(const char *text, void *mem, struct server_options *o)
{
	struct str s = str_of(text);
	size_t colon = s.n;
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] == ':')
			colon = i;
	int64_t port;
	if (colon == s.n || !parse_int(str_n(s.p + colon + 1, s.n - colon - 1), 0, 65535, &port))
		return false;
	o->host = mem_textn(mem, s.p, colon);
	o->port = (uint16_t)port;
	return true;
}

/* Blocks until somebody asks the program to end; all other threads inherit the mask. */
static void
wait_for_end(const sigset_t *set)
{
	int sig;
	while (sigwait(set, &sig) != 0)
		;
	log_info("stopping");
}

static int
serve_open(struct cli *c, struct app *app, const struct server_options *o, const sigset_t *set)
{
	struct xq_err err = { 0 };
	struct server *server;
	enum xq_rc rc = app_start_writer(app, &err);
	if (rc == XQ_OK)
		rc = app_start_runner(app, &err);
	if (rc == XQ_OK)
		rc = server_start(app->mem, app, o, &server, &err);
	if (rc != XQ_OK)
		return cli_refused(c, app, &err);
	struct control *control = control_start(app);
	struct witness_client *witnesses = witness_client_start(app);
	struct apart_client *others = apart_client_start(app);
	printf("listening on http%s://%s:%u\n", o->tls_cert ? "s" : "", o->host,
		(unsigned)server_port(server));
	fflush(stdout);
	wait_for_end(set);
	apart_client_stop(others);
	witness_client_stop(witnesses);
	control_stop(control);
	server_stop(server);
	return EXIT_DONE;
}

int
cmd_serve(struct cli *c)
{
	static const char *const known[] = { "data", "listen", "threads", "tls-cert", "tls-key",
		"behind-tls", "no-limits", "test-clock", "config", "guard", "sign-every", "help",
		NULL };
	struct server_options o = { .host = "127.0.0.1", .port = 8080 };
	int64_t threads = 0, every_ms = 1000;
	const char *listen = cli_option(c, "listen"), *n = cli_option(c, "threads");
	const char *every = cli_option(c, "sign-every");
	if (cli_has(c, "help")) {
		fputs(serve_help, stdout);
		return EXIT_DONE;
	}
	if (!cli_only(c, known) || c->n_words > 0 || (listen && !read_listen(listen, c->mem, &o)) ||
		(n && !parse_int(str_of(n), 1, 64, &threads)) ||
		(every && !parse_int(str_of(every), 200, 60000, &every_ms))) {
		fputs(serve_help, stderr);
		return EXIT_USAGE;
	}
	o.threads = (int)threads;
	o.tls_cert = cli_option(c, "tls-cert");
	o.tls_key = cli_option(c, "tls-key");
	o.is_behind_tls = cli_has(c, "behind-tls");
	o.no_limits = cli_has(c, "no-limits") || cli_has(c, "test-clock");

	sigset_t set;
	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	pthread_sigmask(SIG_BLOCK, &set, NULL);
	signal(SIGPIPE, SIG_IGN);
	struct app *app = cli_open(c, false, NULL);
	if (!app)
		return EXIT_REFUSED;
	app->tick_ms = (int)every_ms;
	app->is_test_clock = cli_has(c, "test-clock");
	int code = serve_open(c, app, &o, &set);
	app_close(app);
	return code;
}
