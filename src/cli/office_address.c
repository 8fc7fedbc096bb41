/* SPDX-License-Identifier: Apache-2.0 */
/* office_address.c - `xinqiao office address`: an office that left has moved on, or its cell has another host name. Who asks
 * here is sent there, and the city asks there. */
#include <stdio.h>

#include "cli/office_int.h"

#include "core/banned.h"

static enum xq_rc
readdress(struct app *app, void *mem, const char *code, const char *address, struct xq_err *err)
{
	const struct office_info *o = app_office_by_code(app, str_of(code));
	struct place_row was, to;
	struct tx *tx;
	if (!o)
		return xq_refuse(err, NULL, "cli.no-office");
	enum xq_rc rc = db_write(app->db, &tx, err);
	if (rc != XQ_OK)
		return rc;
	rc = place_load(tx, mem, o->id, &was, err);
	if (rc == XQ_OK && was.state != PLACE_GONE) {
		rc = xq_refuse(err, NULL, "move.still-here");
		xq_err_text(err, "office", o->name);
	}
	if (rc == XQ_OK) {
		to = was;
		to.address = address;
		rc = place_change(tx, o->id, &was, &to, err);
	}
	if (rc == XQ_OK)
		rc = city_moved_on(tx, mem, o->id, err);
	return tx_finish(tx, rc, err);
}

int
office_address_command(struct cli *c)
{
	static const char *const options[] = { "data", "address", "guard", "help", NULL };
	struct xq_err err = { 0 };
	if (cli_has(c, "help")) {
		fputs(office_move_help, stdout);
		return EXIT_DONE;
	}
	if (!cli_only(c, options) || c->n_words != 2 || !cli_has(c, "data") ||
		!cli_has(c, "address") || !place_is_address(str_of(cli_option(c, "address")))) {
		fputs(office_move_help, stderr);
		return EXIT_USAGE;
	}
	struct app *app = cli_open(c, false, NULL);
	if (!app)
		return EXIT_REFUSED;
	int code = EXIT_DONE;
	if (readdress(app, c->mem, c->word[1], cli_option(c, "address"), &err) != XQ_OK)
		code = cli_refused(c, app, &err);
	else
		printf("Whoever asks here is sent to %s.\n", cli_option(c, "address"));
	app_close(app);
	return code;
}
