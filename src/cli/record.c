/* SPDX-License-Identifier: Apache-2.0 */
/* record.c - `xinqiao record ...`: the public record as files, and whether they hold. */
#include <stdio.h>

#include "cli/record_int.h"
#include "cli/record_receipt.h"

#include "core/banned.h"

static const char record_help[] =
	"xinqiao record COMMAND ...   (xinqiao record COMMAND --help says more)\n"
	"  verify   every rule over a copy of a record, V1 to V11\n"
	"  export   a record as a folder that verifies like the live server\n"
	"  check    every rule over the office's own record, and what only the office can see\n"
	"  mirror   copy a record from a server or a folder, refusing a second history\n"
	"  refill   after an old backup was restored: take the missing entries back\n"
	"  receipt  what a receipt says, and whether it holds\n";

static const struct {
	const char *name;
	int (*run)(struct cli *c);
} commands[] = {
	{ "verify", record_verify },
	{ "export", record_export },
	{ "check", record_check },
	{ "mirror", record_mirror },
	{ "refill", record_refill },
	{ "receipt", record_receipt },
};

const char *
record_text(const char *english)
{
	return msg_text(cli_lang(), english);
}

int
cmd_record(struct cli *c)
{
	for (size_t i = 0; c->n_words > 0 && i < sizeof commands / sizeof commands[0]; i++)
		if (text_eq(c->word[0], commands[i].name))
			return commands[i].run(c);
	bool is_help = c->n_words == 0 && cli_has(c, "help");
	fputs(record_help, is_help ? stdout : stderr);
	return is_help ? EXIT_DONE : EXIT_USAGE;
}
