/* SPDX-License-Identifier: Apache-2.0 */
/* office_ask.c - what `xinqiao office` does in a folder that may be served: by the running server through its socket, else by
 * this process under the folder's lock. */
#include <stdio.h>

#include "cli/office_int.h"
#include "core/mem.h"

#include "core/banned.h"

enum { ASK_MAX = 1 << 16, ANSWER_MAX = 1 << 20 };

const char *
office_asked_text(const json_t *asked, const char *name, const char *otherwise)
{
	const char *text = json_string_value(json_object_get(asked, name));
	return text ? text : otherwise;
}

void
office_put_options(struct json_w *w, const struct cli *c, const char *const *names, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (cli_has(c, names[i]))
			json_pair(w, names[i], cli_option(c, names[i]));
}

struct str
office_refusal(void *mem, const struct act_words *words, const struct xq_err *err)
{
	struct json_w w = json_new(mem);
	json_open(&w, '{');
	json_pair(&w, "key", err->key);
	json_pair(&w, "title", words->say(words->arg, err));
	json_close(&w, '}');
	return buf_view(&w.b);
}

static const char *
say_here(void *arg, const struct xq_err *err)
{
	struct app *app = arg;
	return cli_words(app->mem, app, cli_lang(), err);
}

static int
print_answer(struct cli *c, struct str answer, void (*print)(const json_t *result))
{
	struct xq_err err = { 0 };
	json_t *o = NULL;
	const json_t *done = NULL;
	if (json_read(c->mem, answer, ANSWER_MAX, &o, &err) == XQ_OK)
		done = json_object_get(o, "result");
	if (cli_has(c, "json"))
		printf("%.*s\n", (int)answer.n, answer.p);
	else if (done)
		print(done);
	if (!done)
		fprintf(stderr, "xinqiao: %s\n",
			o ? office_asked_text(o, "title", "") : "no answer");
	return done ? EXIT_DONE : EXIT_REFUSED;
}

int
office_ask(struct cli *c, const char *what, struct str request, office_answer_fn answer,
	void (*print)(const json_t *result))
{
	const char *database;
	struct str said;
	struct xq_err err = { 0 };
	json_t *asked = NULL;
	const char *dir = cli_folder(c, &database);
	if (!dir)
		return EXIT_USAGE;
	if (!database && control_ask(c->mem, dir, request, &said))
		return print_answer(c, said, print);
	struct app *app = cli_open(c, false, NULL);
	if (!app)
		return EXIT_REFUSED;
	int code = EXIT_REFUSED;
	if (json_read(c->mem, request, ASK_MAX, &asked, &err) == XQ_OK)
		code = print_answer(c,
			answer(c->mem, app, json_object_get(asked, what),
				&(struct act_words){ say_here, app }),
			print);
	app_close(app);
	return code;
}
