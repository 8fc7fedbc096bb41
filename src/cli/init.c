/* SPDX-License-Identifier: Apache-2.0 */
/* init.c - making a data folder; upgrading and examining one. */
#include <stdio.h>

#include "cli/cli.h"
#include "cli/demo.h"
#include "core/mem.h"
#include "core/parse.h"
#include "identity/session.h"
#include "ledger/guard.h"
#include "modules.h"
#include "office/office.h"
#include "record/record.h"

#include "core/banned.h"

static const char init_help[] =
	"xinqiao init --data DIR --code CODE --name NAME [--short NAME] [--mark MARK] [--phone NUMBER]\n"
	"             [--hours TEXT] [--origin HOST/log/CODE] [--after GUARD] [--admin LOGIN] [--number N]\n"
	"xinqiao init --data DIR --demo [--concerns N] [--offices N] [--seed N]\n"
	"Makes a data folder with one office. --demo: an invented office with life in it; --offices: so many,\n"
	"with N concerns together and a city above them, for measurements.\n"
	"--number: of the office, where several cells share the numbers (xinqiao office --help).\n"
	"--after: the guard file of the folder whose record ended; the first entry of HOST/log/CODE.2 names\n"
	"the last signed head of HOST/log/CODE.\n"
	"--data postgres://USER@HOST/DATABASE --files DIR: rows in an empty database of a PostgreSQL server,\n"
	"keys and files in DIR; so with every other command.\n";

static const char *
or_else(const char *value, const char *otherwise)
{
	return value ? value : otherwise;
}

/* A first password that is easy to copy from paper. */
static const char *
first_password(void *mem)
{
	static const char letters[] = "abcdefghjkmnpqrstuvwxyz", digits[] = "23456789";
	struct rng r;
	rng_init_real(&r);
	char *p = mem_zeroed(mem, 1, 16);
	for (int i = 0; i < 14; i++)
		p[i] = i % 5 == 4   ? '-'
		       : i % 5 == 3 ? digits[rng_below(&r, sizeof digits - 1)]
		                    : letters[rng_below(&r, sizeof letters - 1)];
	p[0] = (char)(p[0] - 'a' + 'A');
	return p;
}

/* The name of the record before this one: CODE.3 goes on from CODE.2, and that from CODE. NULL: none. */
static const char *
origin_before(void *mem, const char *origin)
{
	const char *dot = strrchr(origin, '.'), *slash = strrchr(origin, '/');
	int64_t n;
	if (!dot || !slash || dot < slash || !parse_int(str_of(dot + 1), 2, 999, &n))
		return NULL;
	const char *base = mem_textn(mem, origin, (size_t)(dot - origin));
	return n == 2 ? base : mem_printf(mem, "%s.%lld", base, (long long)n - 1);
}

/* REFUSED cli.init-after {origin} {file}: the guard remembers no record that this one could continue. */
static enum xq_rc
read_after(struct cli *c, const char *origin, const struct guard_entry **out, struct xq_err *err)
{
	struct guard *g;
	const char *path = cli_option(c, "after"), *before = origin_before(c->mem, origin);
	*out = NULL;
	if (!path)
		return XQ_OK;
	enum xq_rc rc = guard_open(c->mem, path, &g, err);
	if (rc == XQ_OK && before)
		*out = guard_find(g, before);
	if (rc != XQ_OK || *out)
		return rc;
	rc = xq_refuse(err, NULL, "cli.init-after");
	xq_err_text(err, "origin", origin);
	xq_err_text(err, "file", path);
	return rc;
}

static int
init_office(struct cli *c, struct app *app)
{
	const char *code = cli_option(c, "code"), *name = cli_option(c, "name");
	const char *password = first_password(c->mem);
	char hash[PASSWORD_HASH_LEN];
	struct xq_err err = { 0 };
	if (password_hash(password, hash, &err) != XQ_OK)
		return cli_refused(c, app, &err);
	struct office_new o = {
		.code = code,
		.name = name,
		.short_name = or_else(cli_option(c, "short"), name),
		.mark = or_else(cli_option(c, "mark"), ""),
		.phone = or_else(cli_option(c, "phone"), ""),
		.hours = or_else(cli_option(c, "hours"), "8:30–17:30"),
		.origin = or_else(
			cli_option(c, "origin"), mem_printf(c->mem, "localhost/log/%s", code)),
		.admin_login = or_else(cli_option(c, "admin"), "admin"),
		.admin_name = or_else(cli_option(c, "admin-name"), "admin"),
		.admin_password_hash = hash,
	};
	const char *number = cli_option(c, "number");
	if (number && !parse_int(str_of(number), 1, OFFICE_NUMBER_MAX, &o.number)) {
		fputs(init_help, stderr);
		return EXIT_USAGE;
	}
	int64_t id;
	if (read_after(c, o.origin, &o.after, &err) != XQ_OK ||
		record_begin(app, o.origin, false, &err) != XQ_OK ||
		office_create(app, &o, &id, &err) != XQ_OK)
		return cli_refused(c, app, &err);
	printf("%s\n%s  %s\n", o.name, o.admin_login, password);
	return EXIT_DONE;
}

static int
init_demo(struct cli *c, struct app *app)
{
	struct demo_options o = { .concerns = 120, .seed = 1, .now = clock_now(app->clock) };
	const char *n = cli_option(c, "concerns"), *seed = cli_option(c, "seed");
	const char *offices = cli_option(c, "offices");
	int64_t v = 0;
	if ((n && !parse_int(str_of(n), 1, 10000000, &o.concerns)) ||
		(offices && !parse_int(str_of(offices), 1, DEMO_OFFICES_MAX, &o.offices)) ||
		(seed && !parse_int(str_of(seed), 0, INT32_MAX, &v))) {
		fputs(init_help, stderr);
		return EXIT_USAGE;
	}
	if (seed)
		o.seed = (uint64_t)v;
	struct buf accounts = buf_new(c->mem, 1024);
	struct xq_err err = { 0 };
	if (demo_make(app, &o, &accounts, &err) != XQ_OK)
		return cli_refused(c, app, &err);
	fwrite(accounts.p, 1, accounts.n, stdout);
	return EXIT_DONE;
}

int
cmd_init(struct cli *c)
{
	bool demo = cli_has(c, "demo");
	if (cli_has(c, "help")) {
		fputs(init_help, stdout);
		return EXIT_DONE;
	}
	if (!demo && (!cli_has(c, "code") || !cli_has(c, "name"))) {
		fputs(init_help, stderr);
		return EXIT_USAGE;
	}
	struct app_options opt = { .modules = all_modules,
		.may_create = true,
		.program = c->program,
		.guard = cli_option(c, "guard"),
		.db = { .is_unsafe_fast = demo } };
	struct app *app;
	struct xq_err err = { 0 };
	const char *dir = cli_folder(c, &opt.database);
	if (!dir)
		return EXIT_USAGE;
	if (app_open(c->mem, dir, &opt, &app, &err) != XQ_OK)
		return cli_refused(c, NULL, &err);
	int code;
	if (app->n_offices > 0) {
		(void)xq_refuse(&err, NULL, "cli.has-office");
		code = cli_refused(c, app, &err);
	} else {
		code = demo ? init_demo(c, app) : init_office(c, app);
	}
	app_close(app);
	return code;
}

int
cmd_upgrade(struct cli *c)
{
	if (cli_has(c, "help")) {
		puts("xinqiao upgrade --data DIR\nBrings a folder of an older version up to this one. "
		     "`serve` does the same at its start.");
		return EXIT_DONE;
	}
	struct app *app = cli_open(c, false, NULL);
	if (!app)
		return EXIT_REFUSED;
	puts("up to date");
	app_close(app);
	return EXIT_DONE;
}
