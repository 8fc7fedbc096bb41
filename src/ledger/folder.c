/* SPDX-License-Identifier: Apache-2.0 */
/* Files are read, not mapped: a file that somebody cuts while it is mapped would end the process. */
#include "ledger/folder.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/mem.h"
#include "ledger/folder_int.h"

#include "core/banned.h"

const struct msg_text folder_messages[] = {
	{ "folder.not-there", N_("There is no folder {path}.") },
	{ "folder.too-large",
		N_("{path} is larger than the {max} bytes that such a file may have.") },
	{ "folder.bad-log", N_("log.json of the record is not in its form.") },
	{ 0 },
};

static enum xq_rc
too_large(void *mem, const char *path, size_t max, struct xq_err *err)
{
	(void)xq_refuse(err, NULL, "folder.too-large");
	xq_err_text(err, "path", mem_text(mem, path));
	xq_err_int(err, "max", (int64_t)max);
	return XQ_REFUSED;
}

static enum xq_rc
read_all(int fd, const char *path, void *mem, size_t n, struct bytes *out, struct xq_err *err)
{
	uint8_t *p = mem_resize(mem, NULL, n + 1);
	size_t have = 0;
	while (have < n) {
		ssize_t got = read(fd, p + have, n - have);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return xq_fault(err, "folder.read", "%s: %s", path, strerror(errno));
		if (got == 0)
			break; /* cut while we read: what is missing shows in what is read */
		have += (size_t)got;
	}
	p[have] = 0;
	*out = (struct bytes){ p, have };
	return XQ_OK;
}

static enum xq_rc
folder_get(
	void *arg, void *mem, const char *path, size_t max, struct bytes *out, struct xq_err *err)
{
	const char *full = mem_printf(mem, "%s/%s", (const char *)arg, path);
	int fd = open(full, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	if (fd < 0 && (errno == ENOENT || errno == ENOTDIR))
		return XQ_NONE;
	if (fd < 0)
		return xq_fault(err, "folder.read", "%s: %s", path, strerror(errno));
	struct stat st;
	enum xq_rc rc;
	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode))
		rc = XQ_NONE;
	else if (st.st_size < 0 || (uint64_t)st.st_size > max)
		rc = too_large(mem, path, max, err);
	else
		rc = read_all(fd, path, mem, (size_t)st.st_size, out, err);
	close(fd);
	return rc;
}

enum xq_rc
folder_open(void *mem, const char *dir, struct ledger_source *out, struct xq_err *err)
{
	struct stat st;
	if (stat(dir, &st) != 0 || !S_ISDIR(st.st_mode)) {
		(void)xq_refuse(err, NULL, "folder.not-there");
		xq_err_text(err, "path", mem_text(mem, dir));
		return XQ_REFUSED;
	}
	*out = (struct ledger_source){
		.get = folder_get, .names = folder_names, .arg = mem_text(mem, dir)
	};
	return XQ_OK;
}

/* ---- writing --------------------------------------------------------------------------------------- */

bool
folder_has(const char *dir, const char *path)
{
	char full[4096];
	struct stat st;
	int n = snprintf(full, sizeof full, "%s/%s", dir, path);
	return n > 0 && (size_t)n < sizeof full && stat(full, &st) == 0 && S_ISREG(st.st_mode);
}

/* Makes the folders above the last part of a path. */
static bool
make_folders(char *full)
{
	for (char *p = full + 1; *p; p++) {
		if (*p != '/')
			continue;
		*p = '\0';
		bool is_there = mkdir(full, 0755) == 0 || errno == EEXIST;
		*p = '/';
		if (!is_there)
			return false;
	}
	return true;
}

static bool
write_all(int fd, struct bytes b)
{
	while (b.n > 0) {
		ssize_t put = write(fd, b.p, b.n);
		if (put < 0 && errno == EINTR)
			continue;
		if (put <= 0)
			return false;
		b.p += put;
		b.n -= (size_t)put;
	}
	return true;
}

enum xq_rc
folder_put(const char *dir, const char *path, struct bytes bytes, bool is_newer, struct xq_err *err)
{
	char full[4096], part[4096];
	int n = snprintf(full, sizeof full, "%s/%s", dir, path);
	int k = snprintf(part, sizeof part, "%s/%s.part", dir, path);
	if (n < 0 || k < 0 || (size_t)k >= sizeof part)
		return xq_fault(err, "folder.write", "path too long");
	struct stat st;
	if (!is_newer && stat(full, &st) == 0 && st.st_size == (off_t)bytes.n)
		return XQ_OK;
	int fd = make_folders(full) ? open(part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644)
	                            : -1;
	bool is_good = fd >= 0 && write_all(fd, bytes) && (!is_newer || fsync(fd) == 0);
	if (fd >= 0)
		is_good = close(fd) == 0 && is_good;
	if (is_good && rename(part, full) == 0)
		return XQ_OK;
	enum xq_rc rc = xq_fault(err, "folder.write", "%s: %s", path, strerror(errno));
	(void)unlink(part);
	return rc;
}

/* ---- tiles ----------------------------------------------------------------------------------------- */

bool
bundle_cut(struct bytes *rest, struct str *out)
{
	if (rest->n < 2)
		return false;
	size_t n = (size_t)rest->p[0] << 8 | rest->p[1];
	if (n > rest->n - 2)
		return false;
	*out = str_n((const char *)rest->p + 2, n);
	rest->p += 2 + n;
	rest->n -= 2 + n;
	return true;
}

static struct tile_path
path_of(bool is_entries, int level, int64_t n, int64_t size)
{
	int64_t hashes = size >> (8 * level), left = hashes - n * TILE_WIDTH;
	xq_require(left > 0);
	return (struct tile_path){ .is_entries = is_entries,
		.level = level,
		.n = n,
		.width = left < TILE_WIDTH ? (int)left : TILE_WIDTH };
}

struct tile_path
bundle_path_of(int64_t n, int64_t size)
{
	return path_of(true, 0, n, size);
}

struct tile_path
tile_path_of(int level, int64_t n, int64_t size)
{
	return path_of(false, level, n, size);
}

/* The first width entries of a bundle, or hashes of a tile; false where it has fewer. */
static bool
cut_to_width(bool is_entries, int width, struct bytes *b)
{
	if (!is_entries) {
		size_t n = (size_t)width * SHA256_LEN;
		bool has = b->n >= n;
		b->n = has ? n : b->n;
		return has;
	}
	struct bytes rest = *b;
	struct str entry;
	for (int i = 0; i < width; i++)
		if (!bundle_cut(&rest, &entry))
			return false;
	b->n -= rest.n;
	return true;
}

enum xq_rc
source_tile(const struct ledger_source *s, void *mem, const struct tile_path *p, struct bytes *out,
	struct xq_err *err)
{
	size_t max = p->is_entries ? FOLDER_BUNDLE_MAX : FOLDER_TILE_MAX;
	enum xq_rc rc = s->get(s->arg, mem, tile_path_text(mem, p), max, out, err);
	if (rc != XQ_NONE || p->width == TILE_WIDTH)
		return rc;
	/* a mirror of a log that has grown since keeps the full tile and may drop its parts */
	struct tile_path full = *p;
	full.width = TILE_WIDTH;
	struct bytes b;
	rc = s->get(s->arg, mem, tile_path_text(mem, &full), max, &b, err);
	if (rc == XQ_OK && !cut_to_width(p->is_entries, p->width, &b))
		return XQ_NONE;
	if (rc == XQ_OK)
		*out = b;
	return rc;
}
