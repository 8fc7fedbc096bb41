/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "cli/cli.h"
#include "concern/import.h"
#include "core/mem.h"
#include "web/msg.h"

#include "core/banned.h"

static const char import_help[] =
	"xinqiao import messages FILE.xlsx --data DIR [--office CODE] [--dry-run] [--json]\n"
	"Rows with an answer become history, rows without become concerns raised now. The same message\n"
	"number never comes in twice. Faults name row and column; the other rows go in.\n";

static void
report_json(struct cli *c, const struct app *app, const struct import_report *r)
{
	struct json_w w = json_new(c->mem);
	json_open(&w, '{');
	json_key(&w, "rows");
	json_int(&w, (int64_t)r->rows);
	json_key(&w, "imported");
	json_int(&w, (int64_t)r->imported);
	json_key(&w, "already");
	json_int(&w, (int64_t)r->already);
	json_key(&w, "refused");
	json_open(&w, '[');
	for (size_t i = 0; i < r->n_faults; i++) {
		json_open(&w, '{');
		json_key(&w, "row");
		json_int(&w, (int64_t)r->fault[i].row);
		json_key(&w, "column");
		json_text(&w, r->fault[i].column);
		json_key(&w, "why");
		json_text(&w, msg_text(cli_lang(), app_message(app, r->fault[i].key)));
		json_close(&w, '}');
	}
	json_close(&w, ']');
	json_close(&w, '}');
	puts(w.b.p);
}

static void
report_text(const struct app *app, const struct import_report *r)
{
	printf("%zu rows, %zu imported, %zu already there, %zu refused\n", r->rows, r->imported,
		r->already, r->n_faults);
	for (size_t i = 0; i < r->n_faults; i++)
		printf("row %zu %s: %s\n", r->fault[i].row, r->fault[i].column,
			msg_text(cli_lang(), app_message(app, r->fault[i].key)));
}

int
cmd_import(struct cli *c)
{
	static const char *const known[] = { "data", "office", "dry-run", "help", NULL };
	if (cli_has(c, "help")) {
		fputs(import_help, stdout);
		return EXIT_DONE;
	}
	if (!cli_only(c, known) || c->n_words != 2 || !text_eq(c->word[0], "messages")) {
		fputs(import_help, stderr);
		return EXIT_USAGE;
	}
	struct app *app = cli_open(c, false, NULL);
	const struct office_info *office = app ? cli_office(c, app) : NULL;
	if (!office) {
		if (app)
			app_close(app);
		return app ? EXIT_USAGE : EXIT_REFUSED;
	}
	struct import_report r;
	struct xq_err err = { 0 };
	enum xq_rc rc = import_messages(
		c->mem, app, office->id, c->word[1], cli_has(c, "dry-run"), &r, &err);
	int code = EXIT_DONE;
	if (rc != XQ_OK)
		code = cli_refused(c, app, &err);
	else if (cli_has(c, "json"))
		report_json(c, app, &r);
	else
		report_text(app, &r);
	if (rc == XQ_OK && r.n_faults > 0)
		code = EXIT_REFUSED;
	app_close(app);
	return code;
}
