/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/guard.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "core/mem.h"
#include "core/parse.h"

#include "core/banned.h"

enum { GUARD_MAX_BYTES = 4 * 1024 * 1024 };

struct guard {
	const char *path;
	size_t n;
	struct guard_entry *list;
};

/* ---- reading -------------------------------------------------------------------------------------- */

static bool
read_line(struct guard *g, struct str line)
{
	struct str origin, size;
	struct tree_hash root;
	int64_t n;
	if (!str_cut(&line, ' ', &origin) || !line.p || !str_cut(&line, ' ', &size) || !line.p ||
		origin.n == 0 || !parse_int(size, 0, TREE_SIZE_MAX, &n) ||
		!tree_b64_read(line, &root))
		return false;
	guard_set(g, str_text(g, origin), n, &root);
	return true;
}

static bool
read_text(struct guard *g, struct str text)
{
	while (text.n > 0) {
		struct str line;
		bool is_whole = str_cut(&text, '\n', &line) && text.p != NULL;
		if (!is_whole || !read_line(g, line))
			return false;
	}
	return true;
}

enum xq_rc
guard_open(void *mem, const char *path, struct guard **out, struct xq_err *err)
{
	struct guard *g = mem_new(mem, struct guard);
	*out = g;
	if (!path)
		return XQ_OK;
	g->path = mem_text(g, path);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return errno == ENOENT ? XQ_OK
		                       : xq_fault(err, "guard.form", "open %s: %d", path, errno);
	char *text = mem_resize(g, NULL, GUARD_MAX_BYTES);
	size_t n = 0;
	ssize_t got;
	while (n < GUARD_MAX_BYTES && (got = read(fd, text + n, GUARD_MAX_BYTES - n)) > 0)
		n += (size_t)got;
	close(fd);
	bool good = n < GUARD_MAX_BYTES && read_text(g, str_n(text, n));
	mem_free(text);
	return good ? XQ_OK : xq_fault(err, "guard.form", "%s is not a guard file", path);
}

/* ---- in memory ------------------------------------------------------------------------------------ */

const char *
guard_path(const struct guard *g)
{
	return g->path;
}

static struct guard_entry *
entry_of(const struct guard *g, const char *origin)
{
	for (size_t i = 0; i < g->n; i++)
		if (text_eq(g->list[i].origin, origin))
			return &g->list[i];
	return NULL;
}

const struct guard_entry *
guard_find(const struct guard *g, const char *origin)
{
	return entry_of(g, origin);
}

void
guard_set(struct guard *g, const char *origin, int64_t size, const struct tree_hash *root)
{
	struct guard_entry *e = entry_of(g, origin);
	if (!e) {
		g->list = mem_grow(g, struct guard_entry, g->list, g->n, g->n + 1);
		e = &g->list[g->n++];
		e->origin = mem_text(g, origin);
	}
	e->size = size;
	e->root = *root;
}

void
guard_drop(struct guard *g, const char *origin)
{
	struct guard_entry *e = entry_of(g, origin);
	if (e)
		*e = g->list[--g->n];
}

/* ---- writing -------------------------------------------------------------------------------------- */

static bool
write_whole(int fd, struct str text)
{
	while (text.n > 0) {
		ssize_t n = write(fd, text.p, text.n);
		if (n <= 0)
			return false;
		text = str_n(text.p + n, text.n - (size_t)n);
	}
	return fdatasync(fd) == 0;
}

/* The new name must be on disk too before anything is signed. */
static bool
sync_folder(void *mem, const char *path)
{
	const char *slash = strrchr(path, '/');
	char *folder = slash ? mem_textn(mem, path, (size_t)(slash - path)) : mem_text(mem, ".");
	int fd = open(folder[0] ? folder : "/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool good = fd >= 0 && fsync(fd) == 0;
	if (fd >= 0)
		close(fd);
	return good;
}

enum xq_rc
guard_save(struct guard *g, struct xq_err *err)
{
	if (!g->path)
		return XQ_OK;
	void *mem = mem_root("guard");
	struct buf text = buf_new(mem, 256);
	for (size_t i = 0; i < g->n; i++) {
		char root[TREE_B64_LEN + 1];
		tree_b64(&g->list[i].root, root);
		buf_printf(
			&text, "%s %lld %s\n", g->list[i].origin, (long long)g->list[i].size, root);
	}
	char *part = mem_printf(mem, "%s.new", g->path);
	int fd = open(part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	bool good = fd >= 0 && write_whole(fd, buf_view(&text));
	if (fd >= 0)
		good = close(fd) == 0 && good;
	good = good && rename(part, g->path) == 0 && sync_folder(mem, g->path);
	int why = errno;
	if (!good)
		(void)unlink(part);
	enum xq_rc rc = good ? XQ_OK : xq_fault(err, "guard.write", "%s: %d", g->path, why);
	mem_free(mem);
	return rc;
}
