/* SPDX-License-Identifier: Apache-2.0 */
/* office.c - one more office in a data folder: by the running server through its socket, else by this
 * process under the folder's lock. `init` makes the first one. */
#include <stdio.h>

#include "cli/cli.h"
#include "cli/office_int.h"
#include "concern/book.h"
#include "core/mem.h"
#include "core/parse.h"
#include "identity/account.h"
#include "office/office.h"
#include "record/record.h"

#include "core/banned.h"

static const char office_help[] =
	"xinqiao office add --data DIR --code CODE --name NAME [--short NAME] [--mark MARK] [--phone NUMBER]\n"
	"                   [--hours TEXT] [--origin HOST/log/CODE] [--admin LOGIN] [--admin-name NAME]\n"
	"                   [--number N]\n"
	"Adds an office to a data folder, also while it is served, and prints its first account with a password.\n"
	"--number N: 1 to 32767, stands in the codes of its residents; where offices may move between cells it is\n"
	"unique among all of them, so the city gives it; without it the next one of this folder.\n"
	"It is at /o/CODE; act office.host gives it a host name of its own.\n";

static const char *const texts[] = { "code", "name", "short", "mark", "phone", "hours", "origin",
	"admin", "admin-name", "number" };

static struct office_new
office_asked(void *mem, const json_t *asked)
{
	struct office_new o = { .code = office_asked_text(asked, "code", ""),
		.name = office_asked_text(asked, "name", ""),
		.mark = office_asked_text(asked, "mark", ""),
		.phone = office_asked_text(asked, "phone", ""),
		.hours = office_asked_text(asked, "hours", "8:30–17:30"),
		.admin_login = office_asked_text(asked, "admin", "admin"),
		.admin_name = office_asked_text(asked, "admin-name", "admin") };
	(void)parse_int(str_of(office_asked_text(asked, "number", "0")), 0, OFFICE_NUMBER_MAX,
		&o.number); /* looked at by office_add */
	o.short_name = office_asked_text(asked, "short", o.name);
	o.origin = office_asked_text(asked, "origin", mem_printf(mem, "localhost/log/%s", o.code));
	return o;
}

/* The words of the new office's rules; pages ask for them from now on. */
static enum xq_rc
read_words(struct app *app, struct xq_err *err)
{
	struct tx *tx;
	enum xq_rc rc = db_read(app->db, &tx, err);
	if (rc != XQ_OK)
		return rc;
	rc = book_refresh(app, tx, err);
	tx_end(tx);
	return rc;
}

static enum xq_rc
office_add(void *mem, struct app *app, const json_t *asked, const char **out_password,
	struct xq_err *err)
{
	char *password = mem_array(mem, char, PASSWORD_FIRST_LEN + 1);
	char hash[PASSWORD_HASH_LEN];
	struct rng random;
	int64_t id;
	struct office_new o = office_asked(mem, asked);
	if (!office_is_code(o.code))
		return xq_refuse(err, "code", "cli.office-code");
	if (o.number == 0 && json_object_get(asked, "number"))
		return xq_refuse(err, "number", "cli.office-number");
	rng_init_real(&random);
	password_first(&random, password);
	o.admin_password_hash = hash;
	enum xq_rc rc = password_hash(password, hash, err);
	if (rc == XQ_OK)
		rc = record_begin(app, o.origin, false, err);
	if (rc == XQ_OK)
		rc = office_create(app, &o, &id, err);
	*out_password = password;
	return rc == XQ_OK ? read_words(app, err) : rc;
}

struct str
office_add_answer(void *mem, struct app *app, json_t *asked, const struct act_words *words)
{
	struct json_w w = json_new(mem);
	struct xq_err err = { 0 };
	const char *password;
	if (office_add(mem, app, asked, &password, &err) != XQ_OK)
		return office_refusal(mem, words, &err);
	json_open(&w, '{');
	json_key(&w, "result");
	json_open(&w, '{');
	json_pair(&w, "name", office_asked_text(asked, "name", ""));
	json_pair(&w, "login", office_asked_text(asked, "admin", "admin"));
	json_pair(&w, "password", password);
	json_close(&w, '}');
	json_close(&w, '}');
	return buf_view(&w.b);
}

/* ---- the command ---------------------------------------------------------------------------------- */

static struct str
request_of(struct cli *c)
{
	struct json_w w = json_new(c->mem);
	json_open(&w, '{');
	json_key(&w, "office-add");
	json_open(&w, '{');
	office_put_options(&w, c, texts, sizeof texts / sizeof *texts);
	json_close(&w, '}');
	json_close(&w, '}');
	return buf_view(&w.b);
}

/* "青枫街道办事处\nadmin  Abc2-..." as init prints it. */
static void
print_added(const json_t *done)
{
	printf("%s\n%s  %s\n", office_asked_text(done, "name", ""),
		office_asked_text(done, "login", ""), office_asked_text(done, "password", ""));
}

int
cmd_office(struct cli *c)
{
	if (c->n_words > 0 && text_eq(c->word[0], "move"))
		return office_move_command(c);
	if (c->n_words > 0 && text_eq(c->word[0], "forget"))
		return office_forget_command(c);
	if (c->n_words > 0 && text_eq(c->word[0], "address"))
		return office_address_command(c);
	if (c->n_words > 0 && text_eq(c->word[0], "peer"))
		return office_peer_command(c);
	if (cli_has(c, "help")) {
		fputs(office_help, stdout);
		fputs(office_peer_help, stdout);
		fputs(office_move_help, stdout);
		return EXIT_DONE;
	}
	if (c->n_words != 1 || !text_eq(c->word[0], "add") || !cli_has(c, "data") ||
		!cli_has(c, "code") || !cli_has(c, "name")) {
		fputs(office_help, stderr);
		fputs(office_peer_help, stderr);
		fputs(office_move_help, stderr);
		return EXIT_USAGE;
	}
	return office_ask(c, "office-add", request_of(c), office_add_answer, print_added);
}
