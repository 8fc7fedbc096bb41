/* SPDX-License-Identifier: Apache-2.0 */
/* embed - puts the files of assets/ into the program.
 *
 *   embed OUT.c NAME=FILE[,FILE…] …
 *
 * Files of one NAME are joined; style sheets lose comments and white space. Each asset gets a URL
 * with a hash of its content, and gzip and brotli forms where they are smaller. The same input
 * gives the same bytes on every machine: no times, no paths.
 */
#include "tool.h"

#include <brotli/encode.h>
#include <ctype.h>
#include <string.h>
#include <zlib.h>

struct bundle {
	const char *name;
	struct text raw;
	uint8_t *gz, *br;
	size_t n_gz, n_br;
	uint64_t hash;
};

static const char *
type_of(const char *name)
{
	static const char *const types[][2] = {
		{ ".css", "text/css; charset=utf-8" },
		{ ".js", "text/javascript; charset=utf-8" },
		{ ".svg", "image/svg+xml" },
		{ ".json", "application/json" },
		{ ".webmanifest", "application/manifest+json" },
		{ ".png", "image/png" },
		{ ".txt", "text/plain; charset=utf-8" },
	};
	const char *dot = strrchr(name, '.');
	for (size_t i = 0; dot != NULL && i < sizeof types / sizeof *types; i++)
		if (strcmp(dot, types[i][0]) == 0)
			return types[i][1];
	die("%s: what type is this?", name);
}

/* --- style sheets --------------------------------------------------------------------------- */

static bool
is_css_edge(char c)
{
	return c != '\0' && strchr("{};,", c) != NULL;
}

/* Copies a string; its inside stays as it is. */
static const char *
css_string(struct text *out, const char *p)
{
	const char quote = *p;
	text_char(out, *p++);
	while (*p != '\0' && *p != quote) {
		if (*p == '\\')
			text_char(out, *p++);
		text_char(out, *p++);
	}
	if (*p != '\0')
		text_char(out, *p++);
	return p;
}

/* Careful rather than clever: blanks go only beside { } ; and the comma, where they never mean
 * anything. */
static void
css_small(struct text *out, const char *p)
{
	bool blank = false;
	while (*p != '\0') {
		if (p[0] == '/' && p[1] == '*') {
			const char *end = strstr(p + 2, "*/");
			p = end ? end + 2 : p + strlen(p);
			blank = true;
		} else if (isspace((unsigned char)*p)) {
			blank = true;
			p++;
		} else {
			if (blank && out->n > 0 && !is_css_edge(*p) &&
				!is_css_edge(out->p[out->n - 1]))
				text_char(out, ' ');
			blank = false;
			if (*p == '}' && out->n > 0 && out->p[out->n - 1] == ';')
				out->n--;
			if (*p == '"' || *p == '\'') {
				p = css_string(out, p);
				continue;
			}
			text_char(out, *p++);
		}
	}
}

/* --- compression ---------------------------------------------------------------------------- */

static void
gzip(struct bundle *b)
{
	z_stream z = { 0 };
	if (deflateInit2(&z, 9, Z_DEFLATED, 15 + 16, 9, Z_DEFAULT_STRATEGY) != Z_OK)
		die("zlib does not start");
	gz_header head = { .os = 255 }; /* no time, no machine */
	deflateSetHeader(&z, &head);
	const size_t cap = deflateBound(&z, b->raw.n) + 64;
	b->gz = tool_alloc(cap);
	z.next_in = (Bytef *)b->raw.p;
	z.avail_in = (uInt)b->raw.n;
	z.next_out = b->gz;
	z.avail_out = (uInt)cap;
	if (deflate(&z, Z_FINISH) != Z_STREAM_END)
		die("zlib fails");
	b->n_gz = z.total_out;
	deflateEnd(&z);
}

static void
brotli(struct bundle *b)
{
	size_t n = BrotliEncoderMaxCompressedSize(b->raw.n) + 64;
	b->br = tool_alloc(n);
	if (!BrotliEncoderCompress(BROTLI_MAX_QUALITY, BROTLI_MAX_WINDOW_BITS, BROTLI_MODE_TEXT,
		    b->raw.n, (const uint8_t *)b->raw.p, &n, b->br))
		die("brotli fails");
	b->n_br = n;
}

/* FNV-1a, 64 bits: tells versions of our own files apart; nothing rests on its strength. */
static uint64_t
hash(const struct text *t)
{
	uint64_t h = 14695981039346656037u;
	for (size_t i = 0; i < t->n; i++)
		h = (h ^ (uint8_t)t->p[i]) * 1099511628211u;
	return h ^ (h >> 32);
}

/* --- bundles --------------------------------------------------------------------------------- */

static struct bundle
bundle_make(const char *arg)
{
	const char *eq = strchr(arg, '=');
	if (eq == NULL)
		die("expected NAME=FILE,FILE: %s", arg);
	struct bundle b = { .name = tool_copy(arg, (size_t)(eq - arg)) };
	const bool css = strstr(b.name, ".css") != NULL;
	for (const char *p = eq + 1; *p != '\0';) {
		const size_t n = strcspn(p, ",");
		const struct file f = file_read(tool_copy(p, n));
		if (css)
			css_small(&b.raw, f.p);
		else
			text_add(&b.raw, f.p, f.n);
		p += n + (p[n] == ',');
	}
	b.hash = hash(&b.raw);
	gzip(&b);
	brotli(&b);
	return b;
}

static void
put_bytes(struct text *t, size_t nr, const char *what, const void *bytes, size_t n)
{
	const uint8_t *p = bytes;
	text_printf(t, "static const uint8_t %s_%zu[] = {", what, nr);
	for (size_t i = 0; i < n; i++)
		text_printf(t, "%s%u,", i % 24 == 0 ? "\n\t" : "", p[i]);
	text_put(t, "\n};\n");
}

static const char *
form(const char *what, size_t nr, bool there)
{
	return there ? tool_text("%s_%zu", what, nr) : "NULL";
}

static void
put_row(struct text *t, const struct bundle *b, size_t nr)
{
	const char *dot = strrchr(b->name, '.');
	const bool gz = b->n_gz < b->raw.n, br = b->n_br < b->raw.n;
	text_printf(t,
		"\t{ \"%s\", \"/assets/%.*s.%08x%s\", \"%s\", raw_%zu, %s, %s, %zu, %zu, %zu, \"\\\"%016llx\\\"\" },\n",
		b->name, (int)(dot - b->name), b->name, (unsigned)(b->hash & 0xffffffffu), dot,
		type_of(b->name), nr, form("gz", nr, gz), form("br", nr, br), b->raw.n,
		gz ? b->n_gz : 0, br ? b->n_br : 0, (unsigned long long)b->hash);
}

int
main(int argc, char **argv)
{
	if (argc < 3)
		die("usage: embed OUT.c NAME=FILE[,FILE...] ...");
	struct text t = { 0 }, rows = { 0 };
	text_put(&t, "/* Made by tools/embed; do not edit. */\n#include \"web/asset.h\"\n\n");
	for (int i = 2; i < argc; i++) {
		const struct bundle b = bundle_make(argv[i]);
		const size_t nr = (size_t)(i - 2);
		put_bytes(&t, nr, "raw", b.raw.p, b.raw.n);
		if (b.n_gz < b.raw.n)
			put_bytes(&t, nr, "gz", b.gz, b.n_gz);
		if (b.n_br < b.raw.n)
			put_bytes(&t, nr, "br", b.br, b.n_br);
		put_row(&rows, &b, nr);
	}
	text_printf(&t,
		"\nconst struct asset asset_rows[] = {\n%s};\nconst size_t asset_n_rows = %d;\n",
		rows.p, argc - 2);
	file_write(argv[1], &t);
	return 0;
}
