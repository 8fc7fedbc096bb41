/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/cli.h"

#include <stdio.h>
#include <stdlib.h>

#include "core/mem.h"
#include "ledger/folder_grow.h"
#include "ledger/verify.h"
#include "modules.h"
#include "web/msg.h"

#include "core/banned.h"

static const struct msg_text cli_messages[] = {
	{ "cli.no-account", N_("There is no account of this name in this office.") },
	{ "cli.no-office", N_("Which office? The folder has none of this code.") },
	{ "cli.has-office", N_("This folder has an office already.") },
	{ "cli.office-code",
		N_("The code of an office has a small letter and up to 14 more small letters, digits and hyphens.") },
	{ "cli.office-number", N_("The number of an office is 1 to 32767.") },
	{ "peer.none", N_("No office of another cell is noted under this code.") },
	{ "peer.unsettled",
		N_("{n} hand-overs with {office} are not settled yet, so it stays noted.") },
	{ "move.there-already", N_("The target has {office} already, so nothing is moved.") },
	{ "move.not-forgotten",
		N_("The target still holds what {office} left behind when it moved away from there. Please run `xinqiao office forget` there first.") },
	{ "move.number",
		N_("The number {n} belongs to {office} at the target. It stands in codes that residents hold, so it cannot change: the office cannot move there. Numbers are given by the city, each once.") },
	{ "move.leads",
		N_("{office} leads the city here, and its districts, roles and sheets cannot go along. It stays.") },
	{ "move.transfers",
		N_("{office} has {n} hand-overs with other offices that are not settled. Please have them answered first; they lapse within a working day.") },
	{ "move.has-left", N_("{office} has left already and is served elsewhere.") },
	{ "move.none", N_("{office} is not on its way, so there is nothing to give up.") },
	{ "move.differs",
		N_("What came to the target is not right ({what}), so the office does not move. Please give the move up, look at the source with `xinqiao check`, forget the office at the target and begin again.") },
	{ "move.wrong-files",
		N_("The folder {dir} does not hold the keys of this database: what is sealed does not open. Please name the folder that its servers use.") },
	{ "move.still-here", N_("{office} is served here, so nothing of it is erased.") },
	{ "cli.copy-served",
		N_("Another process works with this database, so what is copied would change meanwhile. Please stop it first; a quarter of a minute after it was killed it counts as stopped.") },
	{ "cli.copy-keys",
		N_("The folder {dir} holds the keys of other data. Please name an empty folder for the copy.") },
	{ "cli.init-after",
		N_("{file} remembers no record that {origin} could go on from. The new name is that of the record which ended, with .2 behind it (.3 behind one that had .2).") },
	{ NULL, NULL },
};

const struct module cli_module = {
	.name = "cli",
	.messages = (const struct msg_text *const[]){ cli_messages, folder_messages,
		folder_grow_messages, verify_messages, NULL },
};

static bool
is_bare(const char *name, const char *const *bare)
{
	for (size_t i = 0; bare && bare[i]; i++)
		if (text_eq(name, bare[i]))
			return true;
	return text_eq(name, "json") || text_eq(name, "help");
}

static bool
add_option(struct cli *c, const char *name, const char *value)
{
	if (c->n_options == sizeof c->option / sizeof c->option[0]) {
		fprintf(stderr, "xinqiao: too many options\n");
		return false;
	}
	c->option[c->n_options].name = name;
	c->option[c->n_options++].value = value;
	return true;
}

bool
cli_parse(struct cli *c, int argc, char **argv, const char *const *bare)
{
	for (int i = 0; i < argc; i++) {
		if (text_eq(argv[i], "-o") && i + 1 < argc) {
			if (!add_option(c, "o", argv[++i]))
				return false;
			continue;
		}
		if (strncmp(argv[i], "--", 2) != 0) {
			if (c->n_words == sizeof c->word / sizeof c->word[0]) {
				fprintf(stderr, "xinqiao: too many words\n");
				return false;
			}
			c->word[c->n_words++] = argv[i];
			continue;
		}
		const char *name = argv[i] + 2, *value = "";
		const char *eq = strchr(name, '=');
		if (eq) {
			value = eq + 1;
			name = mem_textn(c->mem, name, (size_t)(eq - name));
		} else if (!is_bare(name, bare)) {
			if (i + 1 == argc) {
				fprintf(stderr, "xinqiao: --%s needs a value\n", name);
				return false;
			}
			value = argv[++i];
		}
		if (!add_option(c, name, value))
			return false;
	}
	return true;
}

const char *
cli_option(const struct cli *c, const char *name)
{
	for (size_t i = 0; i < c->n_options; i++)
		if (text_eq(c->option[i].name, name))
			return c->option[i].value;
	return NULL;
}

bool
cli_has(const struct cli *c, const char *name)
{
	return cli_option(c, name) != NULL;
}

bool
cli_only(const struct cli *c, const char *const *names)
{
	for (size_t i = 0; i < c->n_options; i++) {
		bool known = text_eq(c->option[i].name, "json") ||
		             (text_eq(c->option[i].name, "files") && cli_has(c, "data"));
		for (size_t k = 0; !known && names[k]; k++)
			known = text_eq(c->option[i].name, names[k]);
		if (!known) {
			fprintf(stderr, "xinqiao: unknown option --%s\n", c->option[i].name);
			return false;
		}
	}
	return true;
}

enum lang
cli_lang(void)
{
	const char *lang = getenv("LC_ALL");
	if (!lang || !lang[0])
		lang = getenv("LANG");
	return lang && strncmp(lang, "zh", 2) == 0 ? LANG_ZH : LANG_EN;
}

char *
cli_words(void *mem, const struct app *app, enum lang lang, const struct xq_err *err)
{
	const char *english = app_message(app, err->key ? err->key : "act.fault");
	size_t n = 0;
	while (n < XQ_ERR_ARGS && err->arg[n].kind != MSG_ARG_NONE)
		n++;
	return msg_fill(mem, lang, msg_text(lang, english), err->arg, n, TZ_CHINA);
}

int
cli_refused(struct cli *c, const struct app *app, const struct xq_err *err)
{
	struct app only_words = { .modules = all_modules, .mem = c->mem };
	if (!app)
		app_messages_open(&only_words);
	char *text = cli_words(c->mem, app ? app : &only_words, cli_lang(), err);
	if (cli_has(c, "json"))
		printf("{\"refused\":\"%s\"}\n", err->key ? err->key : "act.fault");
	fprintf(stderr, "xinqiao: %s%s%s\n", text, err->detail[0] ? " — " : "", err->detail);
	return EXIT_REFUSED;
}

const char *
cli_folder(const struct cli *c, const char **out_database)
{
	const char *data = cli_option(c, "data"), *files = cli_option(c, "files");
	*out_database = NULL;
	if (!data) {
		fprintf(stderr, "xinqiao: --data DIR is missing\n");
		return NULL;
	}
	if (!store_is_address(data) && files) {
		fprintf(stderr,
			"xinqiao: --files DIR goes with --data postgres://...; a folder holds its own files\n");
		return NULL;
	}
	if (!store_is_address(data))
		return data;
	if (!files)
		fprintf(stderr,
			"xinqiao: --files DIR is missing: the folder for keys, photos and attachments, which"
			" are not in the database\n");
	*out_database = data;
	return files;
}

struct app *
cli_open(struct cli *c, bool may_create, struct clock *clock)
{
	struct app_options opt = { .modules = all_modules,
		.may_create = may_create,
		.clock = clock,
		.guard = cli_option(c, "guard"),
		.program = c->program };
	const char *dir = cli_folder(c, &opt.database);
	if (!dir)
		return NULL;
	struct app *app;
	struct xq_err err = { 0 };
	if (app_open(c->mem, dir, &opt, &app, &err) == XQ_OK)
		return app;
	(void)cli_refused(c, NULL, &err);
	return NULL;
}

const struct office_info *
cli_office(struct cli *c, struct app *app)
{
	const char *code = cli_option(c, "office");
	if (!code && app->n_offices == 1)
		return &app->office[0];
	const struct office_info *o = code ? app_office_by_code(app, str_of(code)) : NULL;
	if (!o)
		fprintf(stderr,
			code ? "xinqiao: no office %s in this folder\n"
			     : "xinqiao: --office CODE is missing%s\n",
			code ? code : "");
	return o;
}
