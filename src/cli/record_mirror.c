/* SPDX-License-Identifier: Apache-2.0 */
/* record_mirror.c - a copy of a record that somebody else keeps: from a server or from a folder. */
#include <stdio.h>
#include <unistd.h>

#include "cli/record_int.h"
#include "core/mem.h"
#include "ledger/folder_grow.h"
#include "ledger/url_source.h"

#include "core/banned.h"

static const char mirror_help[] =
	"xinqiao record mirror OUT --from SOURCE [--vkey KEY] [--once] [--json]\n"
	"xinqiao record mirror OUT --data DIR [--office CODE] [--once] [--json]\n"
	"Copies what is new, checks that it goes on from what is here, and refuses a second history: then both\n"
	"checkpoints are kept in OUT/fork. SOURCE is a folder or the address of a record, such as\n"
	"https://host/log/CODE; of a data folder that is served, take the address. Without --once it goes on,\n"
	"once a minute.\n";

enum { PAUSE_S = 60 };

/* ---- a server as a source ---------------------------------------------------------------------------- */

enum xq_rc
record_source(void *mem, const char *from, struct ledger_source *out, struct xq_err *err)
{
	struct str s = str_of(from);
	if (!str_starts(s, STR("http://")) && !str_starts(s, STR("https://")))
		return folder_open(mem, from, out, err);
	url_source_open(mem, from, &(struct fetch_limits){ .max_bytes = FOLDER_DOC_MAX }, out);
	return XQ_OK;
}

/* ---- the command ------------------------------------------------------------------------------------- */

void
record_put_grown(struct json_w *w, const struct folder_grown *g)
{
	json_key(w, "documents");
	json_int(w, g->n_docs);
	json_key(w, "documents_missing");
	json_int(w, g->n_docs_missing);
	json_key(w, "from");
	json_int(w, g->from);
	json_pair(w, "origin", g->origin);
	json_key(w, "size");
	json_int(w, g->size);
}

void
record_grown(struct cli *c, const struct folder_grown *g)
{
	if (!cli_has(c, "json")) {
		printf("%s\n%lld + %lld = %lld\n", g->origin, (long long)g->from,
			(long long)(g->size - g->from), (long long)g->size);
		if (g->n_docs_missing > 0)
			printf("doc: -%lld\n", (long long)g->n_docs_missing);
		return;
	}
	struct json_w w = json_new(c->mem);
	json_open(&w, '{');
	record_put_grown(&w, g);
	json_close(&w, '}');
	puts(w.b.p);
}

static int
mirror_source(struct cli *c, const struct ledger_source *src)
{
	void *mem = mem_root("mirror");
	struct folder_grown grown;
	struct xq_err err = { 0 };
	int code = EXIT_DONE;
	if (folder_grow(mem, src, c->word[1], cli_option(c, "vkey"), &grown, &err) == XQ_OK)
		record_grown(c, &grown);
	else
		code = record_refused(c, &err);
	mem_free(mem);
	return code;
}

int
record_mirror(struct cli *c)
{
	static const char *const known[] = { "help", "from", "data", "office", "vkey", "once",
		NULL };
	if (cli_has(c, "help")) {
		fputs(mirror_help, stdout);
		return EXIT_DONE;
	}
	bool is_own = cli_has(c, "data");
	if (c->n_words != 2 || is_own == cli_has(c, "from") || !cli_only(c, known)) {
		fputs(mirror_help, stderr);
		return EXIT_USAGE;
	}
	struct ledger_source src;
	struct xq_err err = { 0 };
	if (!is_own && record_source(c->mem, cli_option(c, "from"), &src, &err) != XQ_OK)
		return record_refused(c, &err);
	for (;;) {
		int code = is_own ? record_export_to(c, c->word[1]) : mirror_source(c, &src);
		fflush(stdout);
		if (cli_has(c, "once"))
			return code;
		/* a server that is away comes back; a second history stays one, and is said every time */
		(void)sleep(PAUSE_S);
	}
}
