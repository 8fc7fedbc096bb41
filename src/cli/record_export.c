/* SPDX-License-Identifier: Apache-2.0 */
/* record_export.c - an office's record as a folder. */
#include <stdio.h>

#include "cli/record_int.h"
#include "ledger/folder_grow.h"
#include "ledger/store_source.h"
#include "record/keys.h"
#include "record/record.h"

#include "core/banned.h"

static const char export_help[] =
	"xinqiao record export --data DIR [--office CODE] -o FOLDER [--json]\n"
	"The public record as files under the names that the server gives them. A second call adds what is\n"
	"new. Nothing in it is secret; `xinqiao record verify FOLDER` checks it.\n";

struct exported {
	struct folder_grown grown;
	struct tree_hash root;
	const char *vkey; /* the oldest key that signs this size: what a paper about it names */
};

/* Signs the head and brings a folder up to it. */
static enum xq_rc
export_log(struct cli *c, struct app *app, const struct office_info *office, const char *folder,
	struct exported *out, struct xq_err *err)
{
	struct tx *tx;
	struct ledger_source src;
	struct folder_log about;
	struct checkpoint head;
	enum xq_rc rc = record_sign(app, err); /* so that it reaches to the newest entry */
	if (rc == XQ_OK)
		rc = db_read(app->db, &tx, err);
	if (rc != XQ_OK)
		return rc;
	rc = record_about(app, tx, c->mem, office->id, &about, err);
	if (rc == XQ_OK)
		rc = store_source_open(tx, c->mem, office->id, &about, NULL, &src, err);
	if (rc == XQ_OK)
		rc = folder_grow(c->mem, &src, folder, NULL, &out->grown, err);
	if (rc == XQ_OK)
		rc = checkpoint_latest(tx, c->mem, office->id, &head, err);
	if (rc == XQ_OK) {
		out->root = head.root;
		rc = log_key_at(tx, c->mem, office->id, head.size, &out->vkey, err);
	}
	if (rc == XQ_NONE) { /* the key was never changed */
		out->vkey = str_text(c->mem, about.vkey[0].vkey);
		rc = XQ_OK;
	}
	tx_end(tx);
	return rc;
}

static void
say(struct cli *c, const struct exported *e)
{
	char root[TREE_B64_LEN + 1];
	tree_b64(&e->root, root);
	if (!cli_has(c, "json")) {
		record_grown(c, &e->grown);
		printf("%s\n%s\n", root, e->vkey);
		return;
	}
	struct json_w w = json_new(c->mem);
	json_open(&w, '{');
	record_put_grown(&w, &e->grown);
	json_pair(&w, "root", root);
	json_pair(&w, "vkey", e->vkey);
	json_close(&w, '}');
	puts(w.b.p);
}

int
record_export_to(struct cli *c, const char *folder)
{
	struct app *app = cli_open(c, false, NULL);
	const struct office_info *office = app ? cli_office(c, app) : NULL;
	struct exported e;
	struct xq_err err = { 0 };
	int code = EXIT_REFUSED;
	if (office && export_log(c, app, office, folder, &e, &err) == XQ_OK) {
		say(c, &e);
		code = EXIT_DONE;
	} else if (office) {
		code = cli_refused(c, app, &err);
	}
	if (app)
		app_close(app);
	return code;
}

int
record_export(struct cli *c)
{
	static const char *const known[] = { "help", "data", "office", "o", NULL };
	if (cli_has(c, "help")) {
		fputs(export_help, stdout);
		return EXIT_DONE;
	}
	if (c->n_words != 1 || !cli_has(c, "o") || !cli_only(c, known)) {
		fputs(export_help, stderr);
		return EXIT_USAGE;
	}
	return record_export_to(c, cli_option(c, "o"));
}
