/* SPDX-License-Identifier: Apache-2.0 */
/* record_check.c - the office's own record: the rules for strangers, and what only the office can see. */
#include <stdio.h>

#include "cli/record_int.h"
#include "core/mem.h"
#include "ledger/parts_check.h"
#include "ledger/store_source.h"
#include "record/record.h"

#include "core/banned.h"

static const char check_help[] =
	"xinqiao record check --data DIR [--office CODE] [--parts] [--vkey KEY] [--witness KEY ...] [--json]\n"
	"The stored tree and every rule of `record verify` over the office's own record; the figures of all\n"
	"modules against the record. --parts: also that the office still holds what each commitment stands for,\n"
	"or has announced its erasure. Exit 1 where something does not hold.\n";

static const char *const stop_text =
	N_("Guard file or newest checkpoint know another history; nothing is signed.");

struct checking {
	struct cli *c;
	struct app *app;
	const struct office_info *office;
	struct tx *tx;
	struct json_w *json; /* NULL: in words */
	bool is_good;
};

static void
say(struct checking *k, const char *name, bool good, const char *detail)
{
	k->is_good = k->is_good && good;
	if (!k->json) {
		printf("%s  %s%s%s\n", good ? "ok   " : "FAULT", name, detail ? ": " : "",
			detail ? detail : "");
		return;
	}
	json_open(k->json, '{');
	json_pair(k->json, "detail", detail ? detail : "");
	json_pair(k->json, "name", name);
	json_key(k->json, "ok");
	json_bool(k->json, good);
	json_close(k->json, '}');
}

/* A refusal is what was found; anything else ends the check. */
static enum xq_rc
found(struct checking *k, const char *name, enum xq_rc rc, const struct xq_err *err)
{
	if (rc == XQ_OK || rc == XQ_NONE || rc == XQ_REFUSED)
		say(k, name, rc != XQ_REFUSED,
			rc == XQ_REFUSED ? cli_words(k->c->mem, k->app, cli_lang(), err) : NULL);
	return rc == XQ_REFUSED || rc == XQ_NONE ? XQ_OK : rc;
}

/* Every stored tile against what it stands for. */
static enum xq_rc
check_tiles(struct checking *k, struct ledger_tree *t, struct xq_err *err)
{
	struct ledger_sweep mark = { 0 };
	enum xq_rc rc;
	do
		rc = ledger_sweep_on(t, &mark, 1000, err);
	while (rc == XQ_OK);
	return found(k, "tiles", rc, err);
}

static enum xq_rc
check_rules(struct checking *k, const struct ledger_source *src, const struct verify_options *opt,
	struct xq_err *err)
{
	struct verify_result r;
	enum xq_rc rc = verify_log(k->c->mem, src, opt, &r, err);
	if (rc != XQ_OK)
		return rc;
	struct json_w rules = json_new(k->c->mem);
	if (!k->json) {
		k->is_good = record_report(k->c, &r, NULL) && k->is_good;
		return XQ_OK;
	}
	json_open(&rules, '{');
	k->is_good = record_report(k->c, &r, &rules) && k->is_good;
	json_close(&rules, '}');
	json_open(k->json, '{');
	json_pair(k->json, "name", "rules");
	json_key(k->json, "ok");
	json_bool(k->json, r.n_faults == 0);
	json_key(k->json, "rules");
	json_raw(k->json, buf_view(&rules.b));
	json_close(k->json, '}');
	return XQ_OK;
}

static enum xq_rc
check_parts(struct checking *k, struct xq_err *err)
{
	struct parts_checked p;
	enum xq_rc rc = parts_check(
		k->tx, k->c->mem, app_keys(k->app, k->office->id), k->office->id, &p, err);
	if (rc != XQ_OK)
		return rc;
	struct buf text = buf_new(k->c->mem, 256);
	buf_printf(&text, "%lld = %lld + %lld", (long long)p.n_parts, (long long)p.n_opened,
		(long long)p.n_erased);
	for (size_t i = 0; i < p.n_kept; i++)
		buf_printf(&text, " %lld:%s%s", (long long)p.fault[i].seq, p.fault[i].part,
			p.fault[i].is_wrong ? "!" : "");
	say(k, "parts", p.n_faults == 0, text.p);
	return XQ_OK;
}

/* The invariants that compare tallies and facts with the record: all whose name says so. */
static enum xq_rc
check_figures(struct checking *k, struct xq_err *err)
{
	for (size_t m = 0; k->app->modules[m]; m++) {
		const struct module *module = k->app->modules[m];
		for (size_t i = 0; module->invariants && module->invariants[i]; i++) {
			int64_t n;
			if (!str_starts(str_of(module->invariants[i]->name), STR("record.")))
				continue;
			enum xq_rc rc = module->invariants[i]->count_faults(
				k->tx, k->c->mem, k->office->id, &n, err);
			if (rc != XQ_OK)
				return rc;
			say(k, module->invariants[i]->name, n == 0,
				n ? mem_printf(k->c->mem, "%lld", (long long)n) : NULL);
		}
	}
	return XQ_OK;
}

/* What the program found when it opened the folder: guard file and newest checkpoint against the tree. */
static void
check_start(struct checking *k)
{
	const struct record_stop *stop = app_record_stopped(k->app, k->office->id);
	say(k, "start", stop == NULL, stop ? record_text(stop_text) : NULL);
}

static enum xq_rc
check_all(struct checking *k, const struct verify_options *opt, struct xq_err *err)
{
	struct ledger_tree *t;
	struct ledger_source src;
	enum xq_rc rc = store_source_open(k->tx, k->c->mem, k->office->id, NULL, &t, &src, err);
	if (rc == XQ_REFUSED)
		return found(k, "head", rc, err);
	if (rc != XQ_OK)
		return rc;
	say(k, "head", true, NULL);
	check_start(k);
	rc = check_tiles(k, t, err);
	if (rc == XQ_OK)
		rc = check_rules(k, &src, opt, err);
	if (rc == XQ_OK)
		rc = check_figures(k, err);
	if (rc == XQ_OK && cli_has(k->c, "parts"))
		rc = check_parts(k, err);
	return rc;
}

static int
check_office(struct checking *k, const struct verify_options *opt)
{
	struct xq_err err = { 0 };
	struct json_w *w = mem_new(k->c->mem, struct json_w);
	*w = json_new(k->c->mem);
	/* signs what is new, unless the start check has found another history */
	enum xq_rc rc = record_sign(k->app, &err);
	if (rc == XQ_OK)
		rc = db_read(k->app->db, &k->tx, &err);
	if (rc != XQ_OK)
		return cli_refused(k->c, k->app, &err);
	if (cli_has(k->c, "json"))
		k->json = w;
	json_open(w, '{');
	json_key(w, "checks");
	json_open(w, '[');
	rc = check_all(k, opt, &err);
	tx_end(k->tx);
	if (rc != XQ_OK)
		return cli_refused(k->c, k->app, &err);
	json_close(w, ']');
	json_key(w, "ok");
	json_bool(w, k->is_good);
	json_close(w, '}');
	if (k->json)
		puts(w->b.p);
	return k->is_good ? EXIT_DONE : EXIT_REFUSED;
}

int
record_check(struct cli *c)
{
	static const char *const known[] = { "help", "data", "office", "parts", "vkey", "witness",
		"cosigned", "old", "receipt", "now", NULL };
	if (cli_has(c, "help")) {
		fputs(check_help, stdout);
		return EXIT_DONE;
	}
	struct verify_options opt;
	if (c->n_words != 1 || !cli_only(c, known) || !record_reader(c, &opt)) {
		fputs(check_help, stderr);
		return EXIT_USAGE;
	}
	struct app *app = cli_open(c, false, NULL);
	const struct office_info *office = app ? cli_office(c, app) : NULL;
	struct checking k = { .c = c, .app = app, .office = office, .is_good = true };
	int code = office ? check_office(&k, &opt) : EXIT_REFUSED;
	if (app)
		app_close(app);
	return code;
}
