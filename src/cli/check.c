/* SPDX-License-Identifier: Apache-2.0 */
/* check.c - every invariant of every module, and the store itself. */
#include <stdio.h>

#include "cli/cli.h"
#include "core/mem.h"

#include "core/banned.h"

struct checking {
	struct json_w w;
	bool is_good, is_json;
};

static void
say(struct checking *k, const char *name, bool good, int64_t count, const char *fault)
{
	k->is_good = k->is_good && good;
	if (!k->is_json) {
		printf("%s  %s%s%s\n", good ? "ok   " : "FAULT", name, fault ? ": " : "",
			fault ? fault : "");
		return;
	}
	json_open(&k->w, '{');
	json_key(&k->w, "name");
	json_text(&k->w, name);
	json_key(&k->w, "ok");
	json_bool(&k->w, good);
	json_key(&k->w, "count");
	json_int(&k->w, count);
	json_key(&k->w, "faults");
	json_open(&k->w, '[');
	if (fault)
		json_text(&k->w, fault);
	json_close(&k->w, ']');
	json_close(&k->w, '}');
}

/* A fault has a line of its own for each office; what holds everywhere is said once, of one office or of three hundred. */
static enum xq_rc
check_invariant(struct checking *k, struct tx *tx, void *mem, const struct app *app,
	const struct invariant *v, struct xq_err *err)
{
	bool holds = true;
	for (size_t i = 0; i < app->n_offices; i++) {
		const struct office_info *o = &app->office[i];
		const char *first = NULL;
		int64_t n = 0;
		if (o->place == PLACE_GONE || o->place == PLACE_ARRIVING)
			continue; /* what is left of it here is nobody's any more, or not yet */
		enum xq_rc rc = v->count_faults(tx, mem, o->id, &n, err);
		if (rc == XQ_OK && n != 0 && v->name_first)
			rc = v->name_first(tx, mem, o->id, &first, err);
		if (rc != XQ_OK)
			return rc;
		if (n != 0)
			say(k, v->name, false, n,
				mem_printf(mem, "%lld rows of %s%s%s", (long long)n, o->code,
					first ? ": " : "", first ? first : ""));
		holds = holds && n == 0;
	}
	if (holds)
		say(k, v->name, true, 0, NULL);
	return XQ_OK;
}

static enum xq_rc
check_module(struct checking *k, struct tx *tx, void *mem, const struct app *app,
	const struct module *m, struct xq_err *err)
{
	enum xq_rc rc = XQ_OK;
	for (size_t i = 0; rc == XQ_OK && m->invariants && m->invariants[i]; i++)
		rc = check_invariant(k, tx, mem, app, m->invariants[i], err);
	return rc;
}

int
cmd_check(struct cli *c)
{
	if (cli_has(c, "help")) {
		puts("xinqiao check --data DIR [--json]\nInvariants of every module and the store itself.");
		return EXIT_DONE;
	}
	struct app *app = cli_open(c, false, NULL);
	if (!app)
		return EXIT_REFUSED;
	struct checking k = {
		.w = json_new(c->mem), .is_good = true, .is_json = cli_has(c, "json")
	};
	json_open(&k.w, '{');
	json_key(&k.w, "checks");
	json_open(&k.w, '[');
	struct tx *tx;
	struct xq_err err = { 0 };
	const char *fault = NULL;
	enum xq_rc rc = db_read(app->db, &tx, &err);
	if (rc == XQ_OK) {
		rc = db_verify(tx, c->mem, &fault, &err);
		say(&k, "store", rc == XQ_OK && !fault, fault ? 1 : 0, fault);
		for (size_t m = 0; rc == XQ_OK && app->modules[m]; m++)
			rc = check_module(&k, tx, c->mem, app, app->modules[m], &err);
		tx_end(tx);
	}
	int code = rc == XQ_OK ? (k.is_good ? EXIT_DONE : EXIT_REFUSED) : cli_refused(c, app, &err);
	app_close(app);
	if (k.is_json && rc == XQ_OK) {
		json_close(&k.w, ']');
		json_key(&k.w, "ok");
		json_bool(&k.w, k.is_good);
		json_close(&k.w, '}');
		puts(k.w.b.p);
	}
	return code;
}
