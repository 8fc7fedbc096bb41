/* SPDX-License-Identifier: Apache-2.0 */
/* user.c - accounts from the machine's own command line: listing, and a new password for somebody
 * who is locked out. Whoever can read the folder may do this; everything else is done on pages. */
#include <stdio.h>

#include "cli/cli.h"
#include "core/mem.h"
#include "identity/session.h"

#include "core/banned.h"

static const char user_help[] =
	"xinqiao user list --data DIR [--office CODE]\n"
	"Accounts with their units and roles. New accounts: /desk/people.\n";

static enum xq_rc
list_accounts(struct cli *c, struct app *app, int64_t office, struct xq_err *err)
{
	struct tx *tx;
	enum xq_rc rc = db_read(app->db, &tx, err);
	if (rc != XQ_OK)
		return rc;
	struct rows *q = db_query(tx,
		SQL("SELECT login FROM account WHERE office = ? ORDER BY login LIMIT 1000"),
		VALS(V(office)));
	size_t n = 0;
	const char **login = mem_array(c->mem, const char *, 1000);
	while (n < 1000 && row_next(q))
		login[n++] = row_text(q, 0, c->mem);
	rc = rows_close(q, err);
	for (size_t i = 0; rc == XQ_OK && i < n; i++) {
		struct actor a;
		rc = actor_by_login(tx, office, str_of(login[i]), &a, err);
		if (rc != XQ_OK) {
			rc = rc == XQ_NONE ? XQ_OK : rc; /* closed: not listed */
			continue;
		}
		printf("%-14s %s  %s ", login[i], a.name, a.unit_name);
		for (size_t k = 0; k < a.n_grants; k++)
			printf(" %s", role_code(a.grant[k].role));
		putchar('\n');
	}
	tx_end(tx);
	return rc;
}

int
cmd_user(struct cli *c)
{
	if (cli_has(c, "help")) {
		fputs(user_help, stdout);
		return EXIT_DONE;
	}
	if (c->n_words != 1 || !text_eq(c->word[0], "list")) {
		fputs(user_help, stderr);
		return EXIT_USAGE;
	}
	struct app *app = cli_open(c, false, NULL);
	const struct office_info *office = app ? cli_office(c, app) : NULL;
	struct xq_err err = { 0 };
	int code = EXIT_REFUSED;
	if (office)
		code = list_accounts(c, app, office->id, &err) == XQ_OK ? EXIT_DONE
		                                                        : cli_refused(c, app, &err);
	if (app)
		app_close(app);
	return code;
}
