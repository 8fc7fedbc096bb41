/* SPDX-License-Identifier: Apache-2.0 */
/* main.c - `xinqiao COMMAND ...`. */
#include <locale.h>
#include <sodium.h>
#include <stdio.h>
#include <sys/stat.h>
#include <talloc.h>
#include <unistd.h>

#include "cli/cli.h"
#include "core/mem.h"
#include "exchange/image.h"

#include "core/banned.h"

static const char *const bare[] = { "demo", "dry-run", "explain", "pairs", "behind-tls",
	"no-limits", "test-clock", "check", "once", "parts", "show", "give-up", NULL };

static const struct command {
	const char *name, *what;
	int (*run)(struct cli *c);
} commands[] = {
	{ "init", "make a data folder with an office", cmd_init },
	{ "serve", "serve a data folder", cmd_serve },
	{ "act", "run any act", cmd_act },
	{ "import", "take lists of messages over", cmd_import },
	{ "deadline", "the day that a limit ends on", cmd_deadline },
	{ "check", "prove the invariants of a data folder", cmd_check },
	{ "record", "the public record as files, and whether they hold", cmd_record },
	{ "office", "add an office to a data folder, or move one to another", cmd_office },
	{ "user", "accounts of an office", cmd_user },
	{ "upgrade", "bring an older folder up to date", cmd_upgrade },
	{ "store", "an office's data to a database server, or back", cmd_store },
	{ NULL, NULL, NULL },
};

static int
usage(FILE *to)
{
	fprintf(to, "xinqiao COMMAND --help says more.\n");
	for (const struct command *k = commands; k->name; k++)
		fprintf(to, "  %-10s %s\n", k->name, k->what);
	fprintf(to, "  %-10s %s\n", "version", "the version of this program");
	return to == stdout ? EXIT_DONE : EXIT_USAGE;
}

static int
run_command(const struct command *k, int argc, char **argv, const char *program)
{
	struct cli c = { .mem = mem_root("cli"), .program = program };
	int code = EXIT_USAGE;
	if (cli_parse(&c, argc - 2, argv + 2, bare))
		code = k->run(&c);
	mem_free(c.mem);
	return code;
}

int
main(int argc, char **argv)
{
	if (argc == 2 && text_eq(argv[1], "image"))
		_exit(image_child_main());
	umask(0077); /* what the program writes is its own */
	talloc_disable_null_tracking();
	if (sodium_init() < 0)
		return EXIT_REFUSED;
	if (argc < 2)
		return usage(stderr);
	if (text_eq(argv[1], "help") || text_eq(argv[1], "--help"))
		return usage(stdout);
	if (text_eq(argv[1], "version") || text_eq(argv[1], "--version")) {
		puts("xinqiao " XQ_VERSION);
		return EXIT_DONE;
	}
	for (const struct command *k = commands; k->name; k++)
		if (text_eq(argv[1], k->name))
			return run_command(k, argc, argv, "/proc/self/exe");
	fprintf(stderr, "xinqiao: unknown command %s\n", argv[1]);
	return usage(stderr);
}
