/* SPDX-License-Identifier: Apache-2.0 */
/* msg - the message catalogue: finds every text, joins it with its Chinese, fails on gaps.
 *
 *   msg --table OUT.c --po DIR [--depfile OUT.d] SOURCE…   the table that the program is built with
 *   msg --check        --po DIR SOURCE…   the same faults, nothing written
 *   msg --update       --po DIR SOURCE…   adds missing texts, empty, to DIR/<folder>.po and writes
 *                                         DIR/../xinqiao.pot
 * SOURCE: .c and .h files (texts in N_("...")) and .html templates ({t "..."}). Headers that lie
 * beside a given .c file are read too. DIR holds one .po file per folder of src.
 *
 * With XQ_MSG_LAX=1 in the environment faults are printed but do not fail the build; for work in
 * progress only.
 */
#include "tool.h"

#include <ctype.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../src/web/msg_hash.h"

/* One text of the sources or of a .po file. */
struct entry {
	const char *id, *str; /* str: NULL for a text of the sources */
	const char *path;
	int line;
};

struct list {
	struct entry *row;
	size_t n, cap;
};

struct paths {
	const char **p;
	size_t n, cap;
};

static void
list_add(struct list *l, struct entry e)
{
	if (l->n == l->cap) {
		l->row = tool_grow(l->row, l->n * sizeof e, (l->cap * 2 + 64) * sizeof e);
		l->cap = l->cap * 2 + 64;
	}
	l->row[l->n++] = e;
}

static void
paths_add(struct paths *l, const char *path)
{
	for (size_t i = 0; i < l->n; i++)
		if (strcmp(l->p[i], path) == 0)
			return;
	if (l->n == l->cap) {
		l->p = tool_grow(l->p, l->n * sizeof *l->p, (l->cap * 2 + 64) * sizeof *l->p);
		l->cap = l->cap * 2 + 64;
	}
	l->p[l->n++] = path;
}

/* --- C string literals ----------------------------------------------------------------------- */

static void
add_escape(struct text *t, const char *path, int line, char c)
{
	switch (c) {
	case 'n':
		text_char(t, '\n');
		return;
	case 't':
		text_char(t, '\t');
		return;
	case '"':
	case '\\':
	case '\'':
	case '?':
		text_char(t, c);
		return;
	default:
		fault(path, line, "the escape \\%c is not used in messages", c);
	}
}

static const char *
skip_space(const char *p, int *line)
{
	while (isspace((unsigned char)*p))
		*line += *p++ == '\n';
	return p;
}

/* Adjacent literals at p joined into out; returns what follows. No literal: returns p. */
static const char *
literals(const char *p, const char *path, int *line, struct text *out)
{
	while (*p == '"') {
		for (p++; *p != '"' && *p != '\0' && *p != '\n'; p++) {
			if (*p != '\\')
				text_char(out, *p);
			else
				add_escape(out, path, *line, *++p);
		}
		if (*p != '"')
			return p;
		p = skip_space(p + 1, line);
	}
	return p;
}

/* --- sources --------------------------------------------------------------------------------- */

/* Behind a comment, or a literal that is not a message, at p; p itself when there is none. */
static const char *
skip_other(const char *p, int *line)
{
	const char *end = p;
	if (p[0] == '/' && p[1] == '/') {
		end = p + strcspn(p, "\n");
	} else if (p[0] == '/' && p[1] == '*') {
		end = strstr(p + 2, "*/");
		end = end ? end + 2 : p + strlen(p);
	} else if (*p == '"' || *p == '\'') {
		for (end = p + 1; *end != *p && *end != '\0' && *end != '\n'; end++)
			if (*end == '\\' && end[1] != '\0')
				end++;
		end += *end == *p;
	}
	for (; p < end; p++)
		*line += *p == '\n';
	return end;
}

static void
read_c(const struct file *f, struct list *out)
{
	int line = 1;
	for (const char *p = f->p; *p != '\0';) {
		const char *next = skip_other(p, &line);
		if (next != p) {
			p = next;
		} else if (strncmp(p, "N_(", 3) == 0 &&
			   (p == f->p || !(isalnum((unsigned char)p[-1]) || p[-1] == '_'))) {
			struct text id = { 0 };
			const char *lit = skip_space(p + 3, &line);
			const int at = line;
			p = literals(lit, f->path, &line, &id);
			if (id.n > 0)
				list_add(out, (struct entry){ id.p, NULL, f->path, at });
		} else {
			line += *p++ == '\n';
		}
	}
}

static void
read_html(const struct file *f, struct list *out)
{
	int line = 1;
	for (const char *p = f->p; *p != '\0';) {
		if (p[0] == '{' && p[1] == '#') {
			const char *end = strstr(p, "#}");
			for (; *p != '\0' && p != end; p++)
				line += *p == '\n';
		} else if ((strncmp(p, "{t", 2) == 0 &&
				   (p[2] == '"' || isspace((unsigned char)p[2]))) ||
			   strncmp(p, "N_(", 3) == 0) {
			struct text id = { 0 };
			const char *lit = skip_space(p + (*p == '{' ? 2 : 3), &line);
			const int at = line;
			p = literals(lit, f->path, &line, &id);
			if (id.n > 0)
				list_add(out, (struct entry){ id.p, NULL, f->path, at });
		} else {
			line += *p++ == '\n';
		}
	}
}

static bool
ends_with(const char *s, const char *end)
{
	const size_t n = strlen(s), m = strlen(end);
	return n >= m && strcmp(s + n - m, end) == 0;
}

static const char *
dir_of(const char *path)
{
	const char *slash = strrchr(path, '/');
	return slash ? tool_copy(path, (size_t)(slash - path)) : ".";
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The files of dir with that ending, sorted so that every machine builds the same bytes. */
static struct paths
files_in(const char *dir, const char *ending)
{
	struct paths out = { 0 };
	DIR *d = opendir(dir);
	if (d == NULL)
		die("%s: cannot open", dir);
	for (const struct dirent *e; (e = readdir(d)) != NULL;)
		if (ends_with(e->d_name, ending) && e->d_name[0] != '.')
			paths_add(&out, tool_text("%s/%s", dir, e->d_name));
	closedir(d);
	if (out.n > 0)
		qsort(out.p, out.n, sizeof *out.p, by_name);
	return out;
}

static struct paths
with_headers(char **path, int n)
{
	struct paths out = { 0 }, dirs = { 0 };
	for (int i = 0; i < n; i++) {
		paths_add(&out, path[i]);
		if (ends_with(path[i], ".c"))
			paths_add(&dirs, dir_of(path[i]));
	}
	for (size_t i = 0; i < dirs.n; i++) {
		const struct paths h = files_in(dirs.p[i], ".h");
		for (size_t j = 0; j < h.n; j++)
			paths_add(&out, h.p[j]);
	}
	return out;
}

static struct list
read_sources(const struct paths *path)
{
	struct list out = { 0 };
	for (size_t i = 0; i < path->n; i++) {
		const struct file f = file_read(path->p[i]);
		if (ends_with(f.path, ".html"))
			read_html(&f, &out);
		else
			read_c(&f, &out);
	}
	return out;
}

/* --- .po files ------------------------------------------------------------------------------- */

/* Reads the entries that gettext tools write, as far as we use them: msgid, msgstr, no plurals and
 * no contexts. The header (empty msgid) is passed over. */
static void
read_po(const char *path, struct list *out)
{
	const struct file f = file_read(path);
	struct entry e = { 0 };
	int line = 1;
	for (const char *p = f.p; *(p = skip_space(p, &line)) != '\0';) {
		struct text t = { 0 };
		const int at = line;
		if (*p == '#') {
			p += strcspn(p, "\n");
		} else if (strncmp(p, "msgid ", 6) == 0) {
			p = literals(skip_space(p + 6, &line), path, &line, &t);
			e = (struct entry){ .id = t.n ? t.p : "", .path = path, .line = at };
		} else if (strncmp(p, "msgstr ", 7) == 0 && e.id != NULL) {
			p = literals(skip_space(p + 7, &line), path, &line, &t);
			e.str = t.n ? t.p : "";
			if (e.id[0] != '\0')
				list_add(out, e);
			e.id = NULL;
		} else {
			die("%s:%d: expected msgid or msgstr (no plurals, no contexts)", path,
				line);
		}
	}
}

static int
by_id(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;
	const int c = strcmp(x->id, y->id);
	if (c != 0)
		return c;
	if (x->str != NULL && y->str != NULL && (*x->str == '\0') != (*y->str == '\0'))
		return *x->str == '\0' ? 1 : -1; /* a filled one first */
	const int d = strcmp(x->path, y->path);
	return d != 0 ? d : x->line - y->line;
}

static struct list
read_catalogue(const struct paths *po)
{
	struct list all = { 0 }, out = { 0 };
	for (size_t i = 0; i < po->n; i++)
		read_po(po->p[i], &all);
	if (all.n > 0)
		qsort(all.row, all.n, sizeof *all.row, by_id);
	for (size_t i = 0; i < all.n; i++) {
		const struct entry *e = &all.row[i];
		if (out.n > 0 && strcmp(out.row[out.n - 1].id, e->id) == 0) {
			const struct entry *first = &out.row[out.n - 1];
			if (*e->str != '\0' && strcmp(first->str, e->str) != 0)
				fault(e->path, e->line, "\"%s\" has another Chinese text at %s:%d",
					e->id, first->path, first->line);
			continue;
		}
		list_add(&out, *e);
	}
	return out;
}

/* --- checks ---------------------------------------------------------------------------------- */

/* Every {place} and own tag of a is in b too. */
static bool
places_in(const char *a, const char *b)
{
	for (const char *p = a; (p = strpbrk(p, "{<")) != NULL; p++) {
		const char *end = strchr(p, *p == '{' ? '}' : '>');
		if (end != NULL && strstr(b, tool_copy(p, (size_t)(end + 1 - p))) == NULL)
			return false;
	}
	return true;
}

static const struct entry *
find(const struct list *cat, const char *id)
{
	size_t lo = 0, hi = cat->n;
	while (lo < hi) {
		const size_t mid = (lo + hi) / 2;
		const int c = strcmp(cat->row[mid].id, id);
		if (c == 0)
			return &cat->row[mid];
		if (c < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return NULL;
}

static void
check(const struct list *used, const struct list *cat)
{
	for (size_t i = 0; i < used->n; i++) {
		const struct entry *u = &used->row[i];
		const struct entry *c = find(cat, u->id);
		if (c == NULL || *c->str == '\0')
			fault(u->path, u->line, "no Chinese for \"%s\"", u->id);
	}
	for (size_t i = 0; i < cat->n; i++) {
		const struct entry *c = &cat->row[i];
		if (*c->str != '\0' && (!places_in(c->id, c->str) || !places_in(c->str, c->id)))
			fault(c->path, c->line,
				"the {places} or <tags> of \"%s\" differ in Chinese", c->id);
	}
}

/* --- the table ------------------------------------------------------------------------------- */

static void
put_slots(struct text *t, const struct list *cat)
{
	uint32_t size = 16;
	while (size < cat->n * 2 + 1)
		size *= 2;
	if (cat->n > UINT16_MAX - 1)
		die("too many messages for 16-bit slots");
	uint16_t *slot = tool_alloc(size * sizeof *slot);
	for (size_t i = 0; i < cat->n; i++) {
		uint32_t at = msg_hash(cat->row[i].id) & (size - 1);
		while (slot[at] != 0)
			at = (at + 1) & (size - 1);
		slot[at] = (uint16_t)(i + 1);
	}
	text_printf(
		t, "const uint32_t msg_slot_mask = %u;\nconst uint16_t msg_slots[] = {", size - 1);
	for (uint32_t i = 0; i < size; i++)
		text_printf(t, "%s%u,", i % 16 == 0 ? "\n\t" : " ", slot[i]);
	text_put(t, "\n};\n");
}

/* Nothing in it that a page has to look at: no {place}, no tag, nothing to escape. */
static bool
is_plain(const char *s)
{
	return s[strcspn(s, "{<>&\"'")] == '\0';
}

static void
write_table(const char *out, const struct list *cat)
{
	struct list filled = { 0 };
	struct text t = { 0 };
	for (size_t i = 0; i < cat->n; i++)
		if (*cat->row[i].str != '\0')
			list_add(&filled, cat->row[i]);
	text_put(&t, "/* Made by tools/msg; do not edit. */\n#include \"web/msg.h\"\n\n"
		     "const struct msg_row msg_rows[] = {\n");
	for (size_t i = 0; i < filled.n; i++) {
		text_put(&t, "\t{ \"");
		text_c_escape(&t, filled.row[i].id, strlen(filled.row[i].id));
		text_put(&t, "\",\n\t  \"");
		text_c_escape(&t, filled.row[i].str, strlen(filled.row[i].str));
		const size_t n = strlen(filled.row[i].str);
		if (n > UINT16_MAX)
			die("too long a text for the table: %s", filled.row[i].id);
		text_printf(
			&t, "\", %zu, %s },\n", n, is_plain(filled.row[i].str) ? "true" : "false");
	}
	text_printf(
		&t, "\t{ \"\", \"\", 0, true },\n};\nconst size_t msg_n_rows = %zu;\n", filled.n);
	put_slots(&t, &filled);
	file_write(out, &t);
}

static void
write_depfile(const char *path, const char *out, const struct paths *a, const struct paths *b,
	const char *dir)
{
	struct text t = { 0 };
	text_printf(&t, "%s: %s", out, dir);
	for (size_t i = 0; i < a->n; i++)
		text_printf(&t, " \\\n  %s", a->p[i]);
	for (size_t i = 0; i < b->n; i++)
		text_printf(&t, " \\\n  %s", b->p[i]);
	text_put(&t, "\n");
	file_write(path, &t);
}

/* --- keeping the .po files up to date --------------------------------------------------------- */

static void
po_literal(struct text *t, const char *word, const char *s)
{
	text_printf(t, "%s \"", word);
	for (; *s != '\0'; s++) {
		if (*s == '\n')
			text_put(t, "\\n");
		else if (*s == '"' || *s == '\\')
			text_printf(t, "\\%c", *s);
		else
			text_char(t, *s);
	}
	text_put(t, "\"\n");
}

/* src/concern/reply.c -> src/concern/reply.c; whatever stands before "src/" is this machine's. */
static const char *
project_path(const char *path)
{
	const char *src = strstr(path, "src/");
	return src ? src : path;
}

static const char *
folder_of(const char *path)
{
	const char *dir = dir_of(path);
	const char *slash = strrchr(dir, '/');
	return slash ? slash + 1 : dir;
}

static void
po_entry(struct text *t, const struct entry *e)
{
	text_printf(t, "\n#: %s\n", project_path(e->path));
	po_literal(t, "msgid", e->id);
	text_put(t, "msgstr \"\"\n");
}

static void
add_missing(const char *dir, const struct entry *e)
{
	const char *path = tool_text("%s/%s.po", dir, folder_of(e->path));
	struct text t = { 0 };
	FILE *f = fopen(path, "rb");
	if (f != NULL) {
		fclose(f);
		const struct file old = file_read(path);
		text_add(&t, old.p, old.n);
	} else {
		text_put(&t, "# SPDX-License-Identifier: Apache-2.0\nmsgid \"\"\nmsgstr \"\"\n"
			     "\"Language: zh_CN\\n\"\n\"MIME-Version: 1.0\\n\"\n"
			     "\"Content-Type: text/plain; charset=UTF-8\\n\"\n"
			     "\"Content-Transfer-Encoding: 8bit\\n\"\n");
	}
	po_entry(&t, e);
	file_write(path, &t);
}

static void
update(const char *dir, struct list *used, const struct list *cat)
{
	struct text pot = { 0 };
	text_put(&pot, "# SPDX-License-Identifier: Apache-2.0\nmsgid \"\"\nmsgstr \"\"\n"
		       "\"MIME-Version: 1.0\\n\"\n\"Content-Type: text/plain; charset=UTF-8\\n\"\n"
		       "\"Content-Transfer-Encoding: 8bit\\n\"\n");
	if (used->n > 0)
		qsort(used->row, used->n, sizeof *used->row, by_id);
	for (size_t i = 0; i < used->n; i++) {
		const struct entry *e = &used->row[i];
		if (i > 0 && strcmp(used->row[i - 1].id, e->id) == 0)
			continue;
		po_entry(&pot, e);
		if (find(cat, e->id) == NULL)
			add_missing(dir, e);
	}
	file_write(tool_text("%s/../xinqiao.pot", dir), &pot);
}

/* --- main ------------------------------------------------------------------------------------- */

static const char *
option(int *argc, char ***argv, const char *name)
{
	if (*argc < 2 || strcmp((*argv)[0], name) != 0)
		return NULL;
	const char *v = (*argv)[1];
	*argc -= 2;
	*argv += 2;
	return v;
}

int
main(int argc, char **argv)
{
	argc--, argv++;
	const char *table = option(&argc, &argv, "--table");
	const char *mode = table ? "--table" : argc > 0 ? argv[0] : "";
	if (table == NULL)
		argc--, argv++;
	const char *dir = option(&argc, &argv, "--po");
	const char *depfile = option(&argc, &argv, "--depfile");
	if (dir == NULL || argc < 0)
		die("usage: msg --table OUT.c|--check|--update --po DIR [--depfile OUT.d] SOURCE...");

	const struct paths sources = with_headers(argv, argc);
	const struct paths po = files_in(dir, ".po");
	struct list used = read_sources(&sources);
	const struct list cat = read_catalogue(&po);
	if (strcmp(mode, "--update") == 0) {
		update(dir, &used, &cat);
		return fault_count() > 0;
	}
	check(&used, &cat);
	const bool lax = getenv("XQ_MSG_LAX") != NULL;
	if (fault_count() > 0 && !lax)
		return 1;
	if (table != NULL)
		write_table(table, &cat);
	if (depfile != NULL)
		write_depfile(depfile, table, &sources, &po, dir);
	return 0;
}
