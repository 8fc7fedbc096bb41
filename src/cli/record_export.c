/* SPDX-License-Identifier: Apache-2.0 */
/* record_export.c - an office's record as a folder. */
#include <stdio.h>

#include "cli/record_int.h"
#include "ledger/folder_grow.h"
#include "ledger/store_source.h"
#include "record/record.h"

#include "core/banned.h"

static const char export_help[] =
	"xinqiao record export --data DIR [--office CODE] --to FOLDER [--json]\n"
	"The public record as files under the names that the server gives them. A second call adds what is\n"
	"new. Nothing in it is secret; `xinqiao record verify FOLDER` checks it.\n";

static enum xq_rc
export_log(struct cli *c, struct app *app, const struct office_info *office,
	struct folder_grown *out, struct xq_err *err)
{
	struct tx *tx;
	struct ledger_source src;
	struct folder_log about;
	enum xq_rc rc = record_sign(app, err); /* so that it reaches to the newest entry */
	if (rc == XQ_OK)
		rc = db_read(app->db, &tx, err);
	if (rc != XQ_OK)
		return rc;
	rc = record_about(app, tx, c->mem, office->id, &about, err);
	if (rc == XQ_OK)
		rc = store_source_open(tx, c->mem, office->id, &about, NULL, &src, err);
	if (rc == XQ_OK)
		rc = folder_grow(c->mem, &src, cli_option(c, "to"), NULL, out, err);
	tx_end(tx);
	return rc;
}

int
record_export(struct cli *c)
{
	static const char *const known[] = { "help", "data", "office", "to", NULL };
	if (cli_has(c, "help")) {
		fputs(export_help, stdout);
		return EXIT_DONE;
	}
	if (c->n_words != 1 || !cli_has(c, "to") || !cli_only(c, known)) {
		fputs(export_help, stderr);
		return EXIT_USAGE;
	}
	struct app *app = cli_open(c, false, NULL);
	const struct office_info *office = app ? cli_office(c, app) : NULL;
	struct folder_grown grown;
	struct xq_err err = { 0 };
	int code = EXIT_REFUSED;
	if (office && export_log(c, app, office, &grown, &err) == XQ_OK) {
		record_grown(c, &grown);
		code = EXIT_DONE;
	} else if (office) {
		code = cli_refused(c, app, &err);
	}
	if (app)
		app_close(app);
	return code;
}
