/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/store_int.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/hash.h"
#include "core/mem.h"

#include "core/banned.h"

static bool
key_of(void *mem, const char *dir, uint8_t out[KEY_LEN])
{
	int fd = open(mem_printf(mem, "%s/key", dir), O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	bool good = read(fd, out, KEY_LEN) == KEY_LEN;
	close(fd);
	return good;
}

bool
store_keys_agree(void *mem, const char *from, const char *to)
{
	uint8_t a[KEY_LEN], b[KEY_LEN];
	bool agree = !key_of(mem, to, b) || (key_of(mem, from, a) && hash_equal(a, b, KEY_LEN));
	hash_wipe(a, sizeof a);
	hash_wipe(b, sizeof b);
	return agree;
}

static bool
pour(int in, int out)
{
	char room[1 << 16];
	ssize_t n;
	while ((n = read(in, room, sizeof room)) > 0)
		for (ssize_t at = 0, w; at < n; at += w)
			if ((w = write(out, room + at, (size_t)(n - at))) <= 0)
				return false;
	return n == 0 && fsync(out) == 0;
}

/* Under another name first, so that a file is there whole or not at all. */
static bool
copy_file(void *mem, const char *from, const char *to, mode_t mode)
{
	const char *part = mem_printf(mem, "%s.part", to);
	int in = open(from, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (in < 0)
		return false;
	int out = open(part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, mode & 0777);
	bool good = out >= 0 && pour(in, out);
	close(in);
	if (out >= 0)
		good = close(out) == 0 && good;
	return good && rename(part, to) == 0;
}

static bool
sync_folder(const char *dir)
{
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool good = fd >= 0 && fsync(fd) == 0;
	if (fd >= 0)
		close(fd);
	return good;
}

static bool copy_folder(const char *from, const char *to, int depth);

static bool
copy_entry(void *mem, const char *from, const char *to, int depth)
{
	struct stat s, have;
	if (lstat(from, &s) != 0)
		return false;
	if (S_ISDIR(s.st_mode))
		return (mkdir(to, 0700) == 0 || errno == EEXIST) &&
		       copy_folder(from, to, depth + 1);
	if (!S_ISREG(s.st_mode))
		return true; /* the socket of a server */
	if (depth > 0 && lstat(to, &have) == 0 && have.st_size == s.st_size)
		return true;
	return copy_file(mem, from, to, s.st_mode);
}

/* The rows go another way. */
static bool
is_left_out(const char *name, int depth)
{
	struct str n = str_of(name);
	return text_eq(name, ".") || text_eq(name, "..") ||
	       (depth == 0 && str_starts(n, STR("xinqiao.db"))) || str_ends(n, STR(".part"));
}

static bool
copy_folder(const char *from, const char *to, int depth)
{
	DIR *d = opendir(from);
	bool good = d != NULL && depth < 8;
	void *part = mem_root("store.files");
	const struct dirent *e;
	while (good && (e = readdir(d)) != NULL)
		if (!is_left_out(e->d_name, depth))
			good = copy_entry(part, mem_printf(part, "%s/%s", from, e->d_name),
				mem_printf(part, "%s/%s", to, e->d_name), depth);
	if (d)
		closedir(d);
	mem_free(part);
	return good && sync_folder(to);
}

enum xq_rc
store_files_copy(const char *from, const char *to, struct xq_err *err)
{
	if (copy_folder(from, to, 0))
		return XQ_OK;
	return xq_fault(err, "app.folder", "copy %s to %s: %d", from, to, errno);
}

enum xq_rc
store_file_copy(void *mem, const char *from, const char *to, struct xq_err *err)
{
	struct stat s;
	if (lstat(from, &s) == 0 && copy_file(mem, from, to, s.st_mode))
		return XQ_OK;
	return xq_fault(err, "app.folder", "copy %s to %s: %d", from, to, errno);
}

enum xq_rc
store_folder_sync(const char *dir, struct xq_err *err)
{
	return sync_folder(dir) ? XQ_OK : xq_fault(err, "app.folder", "sync %s: %d", dir, errno);
}
