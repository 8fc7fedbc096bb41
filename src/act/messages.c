/* SPDX-License-Identifier: Apache-2.0 */
/* messages.c - the texts of faults and refusals of all modules under their keys. */
#include <stdlib.h>
#include <string.h>

#include "act/act_int.h"
#include "core/mem.h"
#include "identity/account.h"

#include "core/banned.h"

static const struct msg_text kernel_messages[] = {
	{ "act.not-allowed", N_("This step belongs to a role that you do not hold.") },
	{ "act.queue-full",
		N_("Many people are here now. What you wrote is kept; please press again in a few seconds.") },
	{ "act.unknown", N_("There is no act of this name.") },
	{ "act.fault", N_("Something went wrong on our side. Nothing was changed.") },
	{ "app.no-folder", N_("There is no data folder here. `xinqiao init` makes one.") },
	{ "place.leaving",
		N_("{office} is being moved to another server just now, so nothing can be saved. What you wrote is kept; please press again in a few minutes. Everything can still be read.") },
	{ "place.gone", N_("{office} is at another address now: {address}. Please go on there.") },
	{ "place.arriving",
		N_("{office} is just being moved to this server. Please try again in a few minutes.") },
	{ "record.form", N_("Something went wrong on our side. Nothing was changed.") },
	{ NULL, NULL },
};

static size_t
copy_messages(const struct msg_text *table, struct msg_text *out)
{
	size_t n = 0;
	for (; table[n].key; n++)
		if (out)
			out[n] = table[n];
	return n;
}

/* All texts behind each other into out; NULL: only counts them. */
static size_t
all_messages(const struct module *const *modules, struct msg_text *out)
{
	static const struct msg_text *const kernel[] = { kernel_messages, form_messages,
		core_messages, calendar_messages, store_messages, identity_messages, NULL };
	size_t n = 0;
	for (size_t i = 0; kernel[i]; i++)
		n += copy_messages(kernel[i], out ? out + n : NULL);
	for (size_t m = 0; modules[m]; m++)
		for (size_t i = 0; modules[m]->messages && modules[m]->messages[i]; i++)
			n += copy_messages(modules[m]->messages[i], out ? out + n : NULL);
	return n;
}

static int
by_key(const void *a, const void *b)
{
	return strcmp(((const struct msg_text *)a)->key, ((const struct msg_text *)b)->key);
}

void
app_messages_open(struct app *app)
{
	size_t n = all_messages(app->modules, NULL);
	struct msg_text *list = mem_array(app->mem, struct msg_text, n);
	all_messages(app->modules, list);
	qsort(list, n, sizeof *list, by_key);
	app->message = list;
	app->n_messages = n;
}

const char *
app_message(const struct app *app, const char *key)
{
	const struct msg_text wanted = { .key = key };
	const struct msg_text *found =
		bsearch(&wanted, app->message, app->n_messages, sizeof *app->message, by_key);
	return found ? found->text : key;
}
