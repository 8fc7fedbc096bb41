/* SPDX-License-Identifier: Apache-2.0 */
/* enospc.c - a disk that fills up, breaks or stalls while the program runs (LD_PRELOAD).
 *
 * While the file named in XQ_FAULT_FLAG exists, what writes to files below the folder XQ_FAULT_DIR
 * fails as its first word says:
 *
 *     ENOSPC  no room: writing, growing, making folders
 *     EIO     a broken disk: writing and syncing
 *     SYNC    writing goes, syncing fails with EIO
 *     STALL   syncing waits until the flag is gone, at most 20 seconds
 *
 * Reading always goes on, and so does everything outside the folder. */
#undef _FORTIFY_SOURCE   /* with it glibc declares write() and its like as macros */
#undef _FILE_OFFSET_BITS /* with it pwrite and pwrite64 are one name */

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <time.h>
#include <unistd.h>

enum fault { FAULT_NONE, FAULT_FULL, FAULT_BROKEN, FAULT_SYNC, FAULT_STALL };

enum { STALL_MAX_MS = 20000, STALL_STEP_MS = 5 };

static enum fault
fault_now(void)
{
	static const char *const word[] = { "", "ENOSPC", "EIO", "SYNC", "STALL" };
	const char *flag = getenv("XQ_FAULT_FLAG");
	char text[16] = "";
	int fd = flag ? open(flag, O_RDONLY | O_CLOEXEC) : -1;
	if (fd < 0)
		return FAULT_NONE;
	ssize_t n = read(fd, text, sizeof text - 1);
	(void)close(fd); /* only read */
	text[n > 0 ? n : 0] = '\0';
	text[strcspn(text, " \n")] = '\0';
	for (int i = FAULT_FULL; i <= FAULT_STALL; i++)
		if (strcmp(text, word[i]) == 0)
			return (enum fault)i;
	return FAULT_NONE;
}

static int
path_is_below(const char *path)
{
	const char *dir = getenv("XQ_FAULT_DIR");
	size_t n = dir ? strlen(dir) : 0;
	return n > 0 && strncmp(path, dir, n) == 0 && path[n] == '/';
}

static int
fd_is_below(int fd)
{
	char name[32], path[4096];
	(void)snprintf(name, sizeof name, "/proc/self/fd/%d", fd); /* always fits */
	ssize_t n = readlink(name, path, sizeof path - 1);
	if (n < 0)
		return 0;
	path[n] = '\0';
	return path_is_below(path);
}

/* 0, or the errno with which taking room on the disk fails now. */
static int
write_error(int fd)
{
	int before = errno, error = 0;
	enum fault f = fault_now();
	if ((f == FAULT_FULL || f == FAULT_BROKEN) && fd_is_below(fd))
		error = f == FAULT_FULL ? ENOSPC : EIO;
	errno = error ? error : before;
	return error;
}

static int
sync_error(int fd)
{
	const struct timespec step = { 0, STALL_STEP_MS * 1000000L };
	int before = errno, error = 0;
	enum fault f = fault_now();
	if (f == FAULT_STALL && fd_is_below(fd))
		for (int ms = 0; ms < STALL_MAX_MS && fault_now() == FAULT_STALL;
			ms += STALL_STEP_MS)
			(void)nanosleep(&step, NULL); /* waking early does no harm */
	if ((f == FAULT_BROKEN || f == FAULT_SYNC) && fd_is_below(fd))
		error = EIO;
	errno = error ? error : before;
	return error;
}

/* ---- in the place of libc's ---------------------------------------------------------------------- */

ssize_t
write(int fd, const void *p, size_t n)
{
	return write_error(fd) ? -1 : syscall(SYS_write, fd, p, n);
}

ssize_t
pwrite64(int fd, const void *p, size_t n, off64_t at)
{
	return write_error(fd) ? -1 : syscall(SYS_pwrite64, fd, p, n, at);
}

ssize_t
pwrite(int fd, const void *p, size_t n, off_t at)
{
	return pwrite64(fd, p, n, at);
}

int
ftruncate64(int fd, off64_t size)
{
	struct stat64 st;
	/* a full disk still lets go of what it holds */
	if ((fstat64(fd, &st) != 0 || size > st.st_size) && write_error(fd))
		return -1;
	return (int)syscall(SYS_ftruncate, fd, size);
}

int
ftruncate(int fd, off_t size)
{
	return ftruncate64(fd, size);
}

int
fallocate64(int fd, int mode, off64_t at, off64_t n)
{
	return write_error(fd) ? -1 : (int)syscall(SYS_fallocate, fd, mode, at, n);
}

int
fallocate(int fd, int mode, off_t at, off_t n)
{
	return fallocate64(fd, mode, at, n);
}

int
posix_fallocate64(int fd, off64_t at, off64_t n)
{
	int error = write_error(fd);
	if (error)
		return error;
	return syscall(SYS_fallocate, fd, 0, at, n) == 0 ? 0 : errno;
}

int
posix_fallocate(int fd, off_t at, off_t n)
{
	return posix_fallocate64(fd, at, n);
}

int
mkdir(const char *path, mode_t mode)
{
	enum fault f = fault_now();
	if ((f == FAULT_FULL || f == FAULT_BROKEN) && path_is_below(path)) {
		errno = f == FAULT_FULL ? ENOSPC : EIO;
		return -1;
	}
	return (int)syscall(SYS_mkdirat, AT_FDCWD, path, mode);
}

int
fsync(int fd)
{
	return sync_error(fd) ? -1 : (int)syscall(SYS_fsync, fd);
}

int
fdatasync(int fd)
{
	return sync_error(fd) ? -1 : (int)syscall(SYS_fdatasync, fd);
}
