/* SPDX-License-Identifier: Apache-2.0 */
/* record_verify.c - a copy of a record, checked as a stranger would. */
#include <stdio.h>

#include "cli/record_int.h"
#include "core/mem.h"
#include "core/parse.h"
#include "core/time.h"
#include "ledger/proof_file.h"

#include "core/banned.h"

static const char verify_help[] =
	"xinqiao record verify SOURCE [--vkey KEY] [--witness KEY ... --cosigned N] [--old NOTE ...]\n"
	"                          [--receipt FILE ...] [--now MOMENT] [--json]\n"
	"Every rule over a copy of a record: SOURCE is a folder (an export, a mirror), or the address of a log such\n"
	"as https://host/log/CODE. Exit 1 where one does not hold.\n"
	"--vkey: the office's key as it is printed in the hall or on a receipt; without it the key is taken\n"
	"from the copy, which says nothing about whose it is. --witness, --cosigned: keys of witnesses, and how\n"
	"many must have signed the newest checkpoint. --old: a checkpoint that you or somebody else kept.\n"
	"--receipt: a receipt's proof file. --now: also asks whether the record is alive.\n";

enum { READER_MAX = 64 };

/* The values of an option that may be given several times. */
static size_t
values_of(const struct cli *c, const char *name, const char *out[READER_MAX])
{
	size_t n = 0;
	for (size_t i = 0; i < c->n_options && n < READER_MAX; i++)
		if (text_eq(c->option[i].name, name))
			out[n++] = c->option[i].value;
	return n;
}

static bool
read_file(struct cli *c, const char *path, size_t max, struct str *out)
{
	FILE *in = fopen(path, "rb");
	char *p = mem_array(c->mem, char, max + 1);
	size_t n = in ? fread(p, 1, max + 1, in) : 0;
	bool is_good = in && !ferror(in) && n <= max;
	if (in)
		fclose(in);
	if (!is_good)
		fprintf(stderr, "xinqiao: %s: cannot be read, or is larger than %zu bytes\n", path,
			max);
	*out = str_n(p, n);
	return is_good;
}

static bool
read_files(struct cli *c, const char *name, size_t max, const struct str **out, size_t *out_n)
{
	const char *path[READER_MAX];
	size_t n = values_of(c, name, path);
	struct str *text = mem_array(c->mem, struct str, n + 1);
	for (size_t i = 0; i < n; i++)
		if (!read_file(c, path[i], max, &text[i]))
			return false;
	*out = text;
	*out_n = n;
	return true;
}

static bool
read_numbers(struct cli *c, struct verify_options *opt)
{
	const char *cosigned = cli_option(c, "cosigned"), *now = cli_option(c, "now");
	int64_t n = 0;
	if (cosigned && !parse_int(str_of(cosigned), 0, VERIFY_KEYS_MAX, &n)) {
		fprintf(stderr, "xinqiao: --cosigned is a number from 0 to %d\n", VERIFY_KEYS_MAX);
		return false;
	}
	opt->min_cosigned = (int)n;
	if (now && !parse_moment(str_of(now), TZ_CHINA, &opt->now)) {
		fprintf(stderr, "xinqiao: --now is a moment such as 2026-02-13T10:00\n");
		return false;
	}
	return true;
}

bool
record_reader(struct cli *c, struct verify_options *out)
{
	const char *witness[READER_MAX];
	struct verify_options opt = { .vkey = cli_option(c, "vkey") };
	opt.n_witnesses = values_of(c, "witness", witness);
	const char **keys = mem_array(c->mem, const char *, opt.n_witnesses + 1);
	for (size_t i = 0; i < opt.n_witnesses; i++)
		keys[i] = witness[i];
	opt.witness = keys;
	if (!read_numbers(c, &opt) ||
		!read_files(c, "old", NOTE_MAX_BYTES, &opt.note, &opt.n_notes) ||
		!read_files(c, "receipt", PROOF_FILE_MAX, &opt.receipt, &opt.n_receipts))
		return false;
	*out = opt;
	return true;
}

int
record_refused(struct cli *c, const struct xq_err *err)
{
	return cli_refused(c, NULL, err);
}

int
record_verify(struct cli *c)
{
	static const char *const known[] = { "help", "vkey", "witness", "cosigned", "old",
		"receipt", "now", NULL };
	if (cli_has(c, "help")) {
		fputs(verify_help, stdout);
		return EXIT_DONE;
	}
	struct verify_options opt;
	if (c->n_words != 2 || !cli_only(c, known) || !record_reader(c, &opt)) {
		fputs(verify_help, stderr);
		return EXIT_USAGE;
	}
	struct ledger_source src;
	struct verify_result r;
	struct xq_err err = { 0 };
	if (record_source(c->mem, c->word[1], &src, &err) != XQ_OK ||
		verify_log(c->mem, &src, &opt, &r, &err) != XQ_OK)
		return record_refused(c, &err);
	struct json_w w = json_new(c->mem);
	json_open(&w, '{');
	bool is_good = record_report(c, &r, cli_has(c, "json") ? &w : NULL);
	json_key(&w, "ok");
	json_bool(&w, is_good);
	json_close(&w, '}');
	if (cli_has(c, "json"))
		puts(w.b.p);
	return is_good ? EXIT_DONE : EXIT_REFUSED;
}
