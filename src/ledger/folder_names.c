/* SPDX-License-Identifier: Apache-2.0 */
/* What lies in a folder, whoever put it there. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/mem.h"
#include "ledger/folder.h"
#include "ledger/folder_int.h"

#include "core/banned.h"

/* Tiles lie at most seven folders deep (tile/0/x.../.p/W); what lies deeper is told by its folder. */
#define DEPTH_MAX 16

struct names {
	enum xq_rc (*take)(void *to, const char *path);
	void *to;
	struct xq_err *err;
};

static enum xq_rc walk(struct names *n, void *mem, int fd, const char *path, int depth);

static enum xq_rc
take_one(struct names *n, void *mem, int fd, const char *path, const char *name, int depth)
{
	struct stat st;
	if (fstatat(fd, name, &st, AT_SYMLINK_NOFOLLOW) != 0)
		return errno == ENOENT
		               ? XQ_OK /* gone since it was listed */
		               : xq_fault(n->err, "folder.read", "%s: %s", path, strerror(errno));
	if (!S_ISDIR(st.st_mode) || depth == DEPTH_MAX)
		return n->take(n->to, path);
	int below = openat(fd, name, O_RDONLY | O_CLOEXEC | O_DIRECTORY | O_NOFOLLOW);
	if (below < 0)
		return xq_fault(n->err, "folder.read", "%s: %s", path, strerror(errno));
	return walk(n, mem, below, path, depth + 1);
}

/* Closes fd. */
static enum xq_rc
walk(struct names *n, void *mem, int fd, const char *path, int depth)
{
	enum xq_rc rc = XQ_OK;
	DIR *dir = fdopendir(fd);
	if (dir == NULL) {
		rc = xq_fault(n->err, "folder.read", "%s: %s", path, strerror(errno));
		close(fd);
		return rc;
	}
	for (const struct dirent *d; rc == XQ_OK && (d = readdir(dir)) != NULL;) {
		if (text_eq(d->d_name, ".") || text_eq(d->d_name, ".."))
			continue;
		char *below = mem_printf(mem, "%s/%s", path, d->d_name);
		rc = take_one(n, mem, fd, below, d->d_name, depth);
		mem_free(below);
	}
	closedir(dir);
	return rc;
}

enum xq_rc
folder_names(void *arg, const char *under, enum xq_rc (*take)(void *to, const char *path), void *to,
	struct xq_err *err)
{
	void *mem = mem_root("names");
	struct names n = { .take = take, .to = to, .err = err };
	const char *full = mem_printf(mem, "%s/%s", (const char *)arg, under);
	int fd = open(full, O_RDONLY | O_CLOEXEC | O_DIRECTORY | O_NOFOLLOW);
	enum xq_rc rc = XQ_OK;
	if (fd >= 0)
		rc = walk(&n, mem, fd, under, 1);
	else if (errno != ENOENT && errno != ENOTDIR && errno != ELOOP)
		rc = xq_fault(err, "folder.read", "%s: %s", under, strerror(errno));
	mem_free(mem);
	return rc;
}
