/* SPDX-License-Identifier: Apache-2.0 */
/* record_refill.c - after an old backup was restored: the missing entries come back from a copy. */
#include <stdio.h>

#include "cli/record_int.h"
#include "record/refill.h"

#include "core/banned.h"

static const char refill_help[] =
	"xinqiao record refill --data DIR [--office CODE] [--vkey KEY] SOURCE [--json]\n"
	"SOURCE: an export, a mirror, or the address of somebody's copy. Entries that the database lacks are\n"
	"appended byte for byte, all or none, and must give the root that was signed. The tables of the modules\n"
	"stay as the backup had them: `xinqiao check` names the entries that they do not know.\n";

static void
say(struct cli *c, const struct refilled *r)
{
	char root[TREE_B64_LEN + 1];
	tree_b64(&r->root, root);
	if (!cli_has(c, "json")) {
		printf("%lld + %lld = %lld\n%s\n", (long long)r->from,
			(long long)(r->size - r->from), (long long)r->size, root);
		return;
	}
	struct json_w w = json_new(c->mem);
	json_open(&w, '{');
	json_key(&w, "documents");
	json_int(&w, r->n_docs);
	json_key(&w, "documents_missing");
	json_int(&w, r->n_docs_missing);
	json_key(&w, "from");
	json_int(&w, r->from);
	json_pair(&w, "root", root);
	json_key(&w, "size");
	json_int(&w, r->size);
	json_close(&w, '}');
	puts(w.b.p);
}

int
record_refill(struct cli *c)
{
	static const char *const known[] = { "help", "data", "office", "vkey", NULL };
	if (cli_has(c, "help")) {
		fputs(refill_help, stdout);
		return EXIT_DONE;
	}
	if (c->n_words != 2 || !cli_only(c, known)) {
		fputs(refill_help, stderr);
		return EXIT_USAGE;
	}
	struct ledger_source src;
	struct refilled r;
	struct xq_err err = { 0 };
	if (record_source(c->mem, c->word[1], &src, &err) != XQ_OK)
		return record_refused(c, &err);
	struct app *app = cli_open(c, false, NULL);
	const struct office_info *office = app ? cli_office(c, app) : NULL;
	int code = EXIT_REFUSED;
	if (office && record_refill_from(app, c->mem, office->id, &src, cli_option(c, "vkey"), &r,
			      &err) == XQ_OK) {
		say(c, &r);
		code = EXIT_DONE;
	} else if (office) {
		code = cli_refused(c, app, &err);
	}
	if (app)
		app_close(app);
	return code;
}
