/* SPDX-License-Identifier: Apache-2.0 */
/* cli.h - the subcommands of `xinqiao`, and what they share.
 *
 * For:       contracts of architecture.md 9: every command has --help, --json where it reports, and
 *            exit codes 0 done, 1 refused or found wrong, 2 wrong use.
 * May call:  everything
 * Called by: main.c
 */
#ifndef XQ_CLI_CLI_H
#define XQ_CLI_CLI_H

#include "act/app.h"
#include "web/msg.h"

enum { EXIT_DONE = 0, EXIT_REFUSED = 1, EXIT_USAGE = 2 };

/* The words of one call: options by name, the rest in order. */
struct cli {
	void *mem;
	const char *program;
	size_t n_words;
	const char *word[16]; /* without command and options */
	size_t n_options;
	struct {
		const char *name, *value; /* value "" for a bare option */
	} option[64];
};

/* Splits argv after the command. bare: names without value, NULL-ended. False: said on stderr. */
bool cli_parse(struct cli *c, int argc, char **argv, const char *const *bare);
const char *cli_option(const struct cli *c, const char *name); /* NULL: not given */
bool cli_has(const struct cli *c, const char *name);
/* Only these option names are known; says the first other one. NULL-ended. */
bool cli_only(const struct cli *c, const char *const *names);

/* The folder of --data; with --data postgres://... that of --files, and the address. NULL: said why. */
const char *cli_folder(const struct cli *c, const char **out_database);
/* Opens --data; says why not. */
struct app *cli_open(struct cli *c, bool may_create, struct clock *clock);
/* The office of --office, or the only one; says why not. */
const struct office_info *cli_office(struct cli *c, struct app *app);
/* The refusal in the reader's words (LANG) on stderr; returns EXIT_REFUSED. */
int cli_refused(struct cli *c, const struct app *app, const struct xq_err *err);
enum lang cli_lang(void);
/* A refusal in words of that language. */
char *cli_words(void *mem, const struct app *app, enum lang lang, const struct xq_err *err);

extern const struct module cli_module; /* its messages */

int cmd_init(struct cli *c);
int cmd_serve(struct cli *c);
int cmd_act(struct cli *c);
int cmd_import(struct cli *c);
int cmd_deadline(struct cli *c);
int cmd_check(struct cli *c);
int cmd_record(struct cli *c);
int cmd_user(struct cli *c);
int cmd_office(struct cli *c);
int cmd_upgrade(struct cli *c);
int cmd_store(struct cli *c);

/* What a list would become, row by row and counted: `import messages --dry-run --explain`. */
int cli_import_explain(struct cli *c, struct app *app, const struct office_info *office);

/* The socket in the data folder: a running server does acts for the command line. */
struct control;
struct control *control_start(struct app *app);
void control_stop(struct control *s);
/* Sends one JSON line and reads one; false when no server listens. */
bool control_ask(void *mem, const char *dir, struct str request, struct str *out_answer);

/* A new office in an open folder, as cmd_office asks for it: JSON as the answer of an act. */
struct str office_add_answer(
	void *mem, struct app *app, json_t *asked, const struct act_words *words);

/* Offices of other cells: named, listed, taken away; as cmd_office asks for it. */
struct str office_peer_answer(
	void *mem, struct app *app, json_t *asked, const struct act_words *words);

/* One act from names and values, in this process: fields as the command line gives them. */
struct act_call *cli_run_act(void *mem, struct app *app, const struct office_info *office,
	const char *login, const char *act, const struct form_pair *pair, size_t n,
	struct xq_err *err);

#endif
