/* SPDX-License-Identifier: Apache-2.0 */
/* record_receipt.c - `xinqiao record receipt CODE|FILE`: what a receipt says, and whether it holds. A code is
 * looked up in the data folder; a file is a proof file or the page that a resident kept. */
#include "cli/record_receipt.h"

#include <stdio.h>

#include "act/receipt.h"
#include "core/mem.h"
#include "record/receipt.h"
#include "record/receipt_verify.h"

#include "core/banned.h"

enum { FILE_MAX_BYTES = 4 * 1024 * 1024 };

struct paper {
	struct str proof, beside, vkey;
};

/* ---- from a file ---------------------------------------------------------------------------------------- */

static bool
file_read(void *mem, const char *path, struct str *out)
{
	FILE *in = fopen(path, "rb");
	if (!in)
		return false;
	char *p = mem_array(mem, char, FILE_MAX_BYTES + 1);
	size_t n = fread(p, 1, FILE_MAX_BYTES + 1, in);
	bool good = !ferror(in) && n <= FILE_MAX_BYTES;
	(void)fclose(in); /* read only */
	*out = str_n(p, n);
	return good;
}

/* What our own pages escape, and nothing else. */
static struct str
unescaped(void *mem, struct str s)
{
	static const struct {
		const char *name, *is;
	} sign[] = { { "&lt;", "<" }, { "&gt;", ">" }, { "&quot;", "\"" }, { "&#34;", "\"" },
		{ "&#39;", "'" }, { "&amp;", "&" } };
	struct buf b = buf_new(mem, s.n + 1);
	while (s.n > 0) {
		size_t i = 0, n_signs = sizeof sign / sizeof sign[0], step = 1;
		while (i < n_signs && !str_starts(s, str_of(sign[i].name)))
			i++;
		if (i < n_signs) {
			buf_text(&b, sign[i].is);
			step = strlen(sign[i].name);
		} else {
			buf_char(&b, s.p[0]);
		}
		s = str_n(s.p + step, s.n - step);
	}
	return buf_view(&b);
}

/* The text between two marks; empty where they do not stand there. */
static struct str
between(void *mem, struct str text, const char *from, const char *to)
{
	size_t at = str_index(text, str_of(from));
	if (at == text.n)
		return STR("");
	at += strlen(from);
	struct str rest = str_n(text.p + at, text.n - at);
	size_t end = str_index(rest, str_of(to));
	return end == rest.n ? STR("") : unescaped(mem, str_n(rest.p, end));
}

static struct paper
paper_of_file(void *mem, struct str text)
{
	if (str_starts(text, STR("c2sp.org/")))
		return (struct paper){ .proof = text };
	return (struct paper){ .proof = between(mem, text, "id=\"rc-proof\">", "</pre>"),
		.beside = between(mem, text, "id=\"rc-beside\">", "</pre>"),
		.vkey = between(mem, text, "data-vkey=\"", "\"") };
}

/* ---- from a code ------------------------------------------------------------------------------------------ */

static enum xq_rc
paper_of_code(struct cli *c, struct app *app, const struct office_info *office,
	const struct code *code, struct paper *out, struct xq_err *err)
{
	struct tx *tx;
	struct receipt_seen r;
	int64_t seq;
	enum xq_rc rc = db_read(app->db, &tx, err);
	if (rc != XQ_OK)
		return rc;
	rc = receipt_find(tx, app, office->id, code, &seq, err);
	if (rc == XQ_OK)
		rc = receipt_load(tx, c->mem, office->id, seq, cli_lang(), &r, err);
	if (rc == XQ_NONE)
		rc = xq_refuse(err, NULL, "receipt.unknown");
	if (rc == XQ_OK && r.is_waiting)
		rc = xq_refuse(err, NULL, "receipt.waiting");
	if (rc == XQ_OK)
		rc = receipt_proof(tx, c->mem, office->id, &r, &out->proof, err);
	if (rc == XQ_OK)
		rc = receipt_beside(tx, c->mem, office->id, &r, &out->beside, err);
	if (rc == XQ_OK)
		out->vkey = str_of(r.vkey);
	tx_end(tx);
	return rc;
}

/* ---- what it comes to ---------------------------------------------------------------------------------------- */

static int
tell(struct cli *c, const struct app *app, const struct paper *p)
{
	struct receipt_verdict v;
	struct xq_err err = { 0 };
	enum xq_rc rc = receipt_verify(c->mem, p->proof, p->beside, p->vkey, &v, &err);
	if (cli_has(c, "json")) {
		struct json_w w = json_new(c->mem);
		json_open(&w, '{');
		json_key(&w, "ok");
		json_bool(&w, rc == XQ_OK);
		json_key(&w, "steps");
		json_int(&w, v.steps);
		json_key(&w, "seq");
		json_int(&w, v.seq);
		json_pair(&w, "sentence", v.sentence.text ? v.sentence.text : "");
		json_pair(&w, "counted", v.sentence.counted ? v.sentence.counted : "");
		json_pair(&w, "why", err.key ? err.key : "");
		json_close(&w, '}');
		puts(w.b.p);
		return rc == XQ_OK ? EXIT_DONE : EXIT_REFUSED;
	}
	if (rc != XQ_OK)
		return cli_refused(c, app, &err);
	if (v.sentence.text)
		printf("%s\n", v.sentence.text);
	printf("%s %lld (%lld), %d/5\n", v.origin, (long long)v.seq, (long long)v.size, v.steps);
	return EXIT_DONE;
}

static const char *const option_names[] = { "data", "office", "vkey", "json", NULL };

int
record_receipt(struct cli *c)
{
	struct str text = STR("");
	struct paper p = { 0 };
	struct code code;
	const char *word = c->n_words > 0 ? c->word[c->n_words - 1] : "",
		   *vkey = cli_option(c, "vkey");
	bool is_file = file_read(c->mem, word, &text);
	if (!cli_only(c, option_names) ||
		(!is_file && !code_read(str_of(word), CODE_RECEIPT, &code))) {
		fputs("xinqiao record receipt CODE --data DIR [--office CODE] [--json]\n"
		      "xinqiao record receipt FILE [--vkey VKEY] [--json]\n",
			stderr);
		return EXIT_USAGE;
	}
	if (is_file) {
		p = paper_of_file(c->mem, text);
		p.vkey = vkey ? str_of(vkey) : p.vkey;
		return tell(c, NULL, &p);
	}
	struct app *app = cli_open(c, false, NULL);
	const struct office_info *office = app ? cli_office(c, app) : NULL;
	struct xq_err err = { 0 };
	int out = EXIT_REFUSED;
	if (office && paper_of_code(c, app, office, &code, &p, &err) == XQ_OK)
		out = tell(c, app, &p);
	else if (office)
		out = cli_refused(c, app, &err);
	if (app)
		app_close(app);
	return out;
}
