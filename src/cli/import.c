/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "cli/cli.h"
#include "concern/import.h"
#include "concern/rules.h"
#include "core/mem.h"
#include "web/msg.h"

#include "core/banned.h"

static const char import_help[] =
	"xinqiao import messages FILE.xlsx --data DIR [--office CODE] [--dry-run] [--json]\n"
	"Rows with an answer become history, rows without become concerns raised now. The same message\n"
	"number never comes in twice. Faults name row and column; the other rows go in.\n"
	"\n"
	"  --dry-run --explain [--class CODE] [--pairs]\n"
	"      says which unit the duty catalogue names for each row (of kind CODE; other, as an import\n"
	"      gives it), and which concerns on file look like it; rows that are on file already are compared\n"
	"      with those before them. --pairs prints each row with the one most like it, by number.\n"
	"\n"
	"xinqiao import deadlines|duty|templates|classes|natures|outcomes|scales|sentences|guides\n"
	"  FILE.xlsx --data DIR [--office CODE] [--dry-run] [--json]\n"
	"A set of rules, as it can be saved at the desk: all of it or nothing. Rows that are on file are\n"
	"passed over.\n";

/* What an import found, whatever was imported. */
struct report {
	size_t rows, imported, already, n_faults;
};

static void
report_begin(struct json_w *w, const struct report *r)
{
	json_open(w, '{');
	json_key(w, "rows");
	json_int(w, (int64_t)r->rows);
	json_key(w, "imported");
	json_int(w, (int64_t)r->imported);
	json_key(w, "already");
	json_int(w, (int64_t)r->already);
	json_key(w, "refused");
	json_open(w, '[');
}

static void
report_fault(
	struct json_w *w, const struct app *app, size_t row, const char *column, const char *key)
{
	const char *why = msg_text(cli_lang(), app_message(app, key));
	if (!w) {
		printf("row %zu %s: %s\n", row, column, why);
		return;
	}
	json_open(w, '{');
	json_key(w, "row");
	json_int(w, (int64_t)row);
	json_key(w, "column");
	json_text(w, column);
	json_key(w, "why");
	json_text(w, why);
	json_close(w, '}');
}

static void
report_end(struct json_w *w)
{
	json_close(w, ']');
	json_close(w, '}');
	puts(w->b.p);
}

/* NULL: the report is in words, and its first line is said. */
static struct json_w *
report_open(struct cli *c, const struct report *r)
{
	if (!cli_has(c, "json")) {
		printf("%zu rows, %zu imported, %zu already there, %zu refused\n", r->rows,
			r->imported, r->already, r->n_faults);
		return NULL;
	}
	struct json_w *w = mem_new(c->mem, struct json_w);
	*w = json_new(c->mem);
	report_begin(w, r);
	return w;
}

static int
import_list(struct cli *c, struct app *app, int64_t office)
{
	struct import_report r;
	struct xq_err err = { 0 };
	if (import_messages(c->mem, app, office, c->word[1], cli_has(c, "dry-run"), &r, &err) !=
		XQ_OK)
		return cli_refused(c, app, &err);
	struct json_w *w =
		report_open(c, &(struct report){ r.rows, r.imported, r.already, r.n_faults });
	for (size_t i = 0; i < r.n_faults; i++)
		report_fault(w, app, r.fault[i].row, r.fault[i].column, r.fault[i].key);
	if (w)
		report_end(w);
	return r.n_faults > 0 ? EXIT_REFUSED : EXIT_DONE;
}

/* One fault and nothing goes in. */
static int
import_rules(struct cli *c, struct app *app, int64_t office, enum rule_kind kind)
{
	struct rule_sheet *s;
	struct xq_err err = { 0 };
	bool is_dry = cli_has(c, "dry-run");
	if (rule_sheet_import(c->mem, app, office, kind, c->word[1], is_dry, &s, &err) != XQ_OK)
		return cli_refused(c, app, &err);
	size_t added = is_dry || s->n_faults > 0 ? 0 : s->added;
	struct json_w *w =
		report_open(c, &(struct report){ s->n_rows, added, s->already, s->n_faults });
	for (size_t i = 0; i < s->n_faults; i++)
		report_fault(w, app, s->fault[i].row, s->fault[i].column, s->fault[i].key);
	if (w)
		report_end(w);
	return s->n_faults > 0 ? EXIT_REFUSED : EXIT_DONE;
}

int
cmd_import(struct cli *c)
{
	static const char *const known[] = { "data", "office", "dry-run", "explain", "class",
		"pairs", "help", NULL };
	if (cli_has(c, "help")) {
		fputs(import_help, stdout);
		return EXIT_DONE;
	}
	enum rule_kind kind = RULE_KINDS;
	bool is_rules = c->n_words == 2 && rule_kind_read(str_of(c->word[0]), &kind);
	bool is_list = c->n_words == 2 && text_eq(c->word[0], "messages");
	bool is_explained = cli_has(c, "explain");
	bool is_fine = !is_explained || (is_list && cli_has(c, "dry-run"));
	if (!cli_only(c, known) || (!is_rules && !is_list) || !is_fine) {
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
	int code = is_explained ? cli_import_explain(c, app, office)
	           : is_rules   ? import_rules(c, app, office->id, kind)
	                        : import_list(c, app, office->id);
	app_close(app);
	return code;
}
