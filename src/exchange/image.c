/* SPDX-License-Identifier: Apache-2.0 */
/* The parent's side: start the child, hand the file over, take the result, never wait for long. One
 * socket carries both directions; unlike pipes it lets us write without risking SIGPIPE. */
#include "exchange/image_int.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/mem.h"
#include "core/time.h"

#include "core/banned.h"

#define WALL_MS 10000

const struct msg_text image_messages[] = {
	{ "photo.not-an-image",
		N_("This file is not a photo that can be shown. Use JPEG, PNG or WebP, or go on without "
		   "it.") },
	{ "photo.too-large",
		N_("This photo has {mb} MB; at most {max} MB fit. Choose another one, or go on without it.") },
	{ "photo.too-many-pixels",
		N_("This picture has more than {max} million pixels. Choose a smaller one, or go on "
		   "without it.") },
	{ "photo.damaged",
		N_("This photo is damaged or incomplete. Choose it again or take a new one, or go on "
		   "without it.") },
	{ "photo.busy",
		N_("The photo could not be looked at in time. Please try again in a moment.") },
	{ "photo.child",
		N_("The photo could not be looked at because of a fault of ours. You can go on "
		   "without it.") },
	{ 0 },
};

struct child {
	pid_t pid;
	int fd;
	int64_t end_ms; /* of our patience, on the monotonic clock */
};

/* Settings that a thread of the server may have and a fresh program must not. */
static int
plain_signals(posix_spawnattr_t *attr)
{
	sigset_t none, all;
	(void)sigemptyset(&none); /* cannot fail on a set of ours */
	(void)sigfillset(&all);
	int rc = posix_spawnattr_setsigmask(attr, &none);
	if (rc == 0)
		rc = posix_spawnattr_setsigdefault(attr, &all);
	if (rc == 0)
		rc = posix_spawnattr_setflags(attr, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
	return rc;
}

static int
spawn_with(const char *program, int fd, pid_t *out)
{
	static char name[] = "xinqiao", command[] = "image";
	char *argv[] = { name, command, NULL }, *env[] = { NULL };
	posix_spawn_file_actions_t files;
	posix_spawnattr_t attr;
	int rc = posix_spawn_file_actions_init(&files);
	if (rc != 0)
		return rc;
	rc = posix_spawnattr_init(&attr);
	if (rc == 0) {
		rc = plain_signals(&attr);
		if (rc == 0)
			rc = posix_spawn_file_actions_adddup2(&files, fd, STDIN_FILENO);
		if (rc == 0)
			rc = posix_spawn_file_actions_adddup2(&files, fd, STDOUT_FILENO);
		if (rc == 0)
			rc = posix_spawn_file_actions_addopen(
				&files, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
		if (rc == 0)
			rc = posix_spawn(out, program, &files, &attr, argv, env);
		(void)posix_spawnattr_destroy(&attr); /* always 0 */
	}
	(void)posix_spawn_file_actions_destroy(&files); /* always 0 */
	return rc;
}

static enum xq_rc
child_start(const char *program, int wall_ms, struct child *out, struct xq_err *err)
{
	int pair[2];
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0)
		return xq_fault(err, "photo.child", "socketpair: errno %d", errno);
	int rc = spawn_with(program, pair[1], &out->pid);
	(void)close(pair[1]); /* the child has its own by now */
	if (rc != 0) {
		(void)close(pair[0]); /* nothing was written */
		if (rc == EAGAIN || rc == ENOMEM)
			return xq_busy(err, "photo.busy");
		return xq_fault(err, "photo.child", "spawn: errno %d", rc);
	}
	out->fd = pair[0];
	out->end_ms = time_mono_ms() + wall_ms;
	return XQ_OK;
}

/* False when the child no longer listens; it then has said, or will say, why. */
static bool
send_some(int fd, struct bytes *rest)
{
	ssize_t n = send(fd, rest->p, rest->n, MSG_NOSIGNAL | MSG_DONTWAIT);
	if (n < 0)
		return errno == EAGAIN || errno == EINTR;
	rest->p += n;
	rest->n -= (size_t)n;
	return true;
}

/* False at the end of what the child says, or when it says too much. */
static bool
receive_some(int fd, struct buf *out)
{
	char piece[65536];
	ssize_t n = recv(fd, piece, sizeof(piece), MSG_DONTWAIT);
	if (n < 0)
		return errno == EAGAIN || errno == EINTR;
	if (n == 0 || (size_t)n > IMAGE_HEADER_BYTES + IMAGE_MAX_JPEG_BYTES - out->n)
		return false;
	buf_add(out, piece, (size_t)n);
	return true;
}

static void
talk(const struct child *child, struct bytes upload, struct buf *out)
{
	bool is_sending = true;
	for (;;) {
		int64_t left = child->end_ms - time_mono_ms();
		struct pollfd p = { child->fd, (short)(is_sending ? POLLIN | POLLOUT : POLLIN), 0 };
		if (left <= 0)
			return;
		int ready = poll(&p, 1, (int)left);
		if (ready < 0 && errno != EINTR)
			return;
		if (ready <= 0)
			continue;
		if (is_sending && (p.revents & (POLLOUT | POLLERR))) {
			is_sending = send_some(child->fd, &upload) && upload.n > 0;
			if (!is_sending)
				(void)shutdown(
					child->fd, SHUT_WR); /* fails only if the child is gone */
		}
		if ((p.revents & (POLLIN | POLLHUP | POLLERR)) && !receive_some(child->fd, out))
			return;
	}
}

/* What the child ended with; false when it had to be killed for taking too long. */
static bool
child_end(const struct child *child, int *status)
{
	(void)close(child->fd); /* a child that still writes gets SIGPIPE */
	pid_t got;
	while ((got = waitpid(child->pid, status, WNOHANG)) == 0 && time_mono_ms() < child->end_ms)
		(void)poll(
			NULL, 0, 1); /* a pause; it ends within microseconds of closing its side */
	if (got == child->pid)
		return true;
	(void)kill(child->pid, SIGKILL); /* not yet waited for, so the pid is still its own */
	while (waitpid(child->pid, status, 0) < 0 && errno == EINTR)
		;
	return false;
}

static unsigned
get_be32(const char *p)
{
	unsigned v = 0;
	for (int i = 0; i < 4; i++)
		v = v << 8 | (uint8_t)p[i];
	return v;
}

/* The child is not trusted either: only what looks like its protocol is taken. */
static bool
accept_result(const struct buf *b, struct image *out)
{
	if (b->n < IMAGE_HEADER_BYTES + 4)
		return false;
	unsigned w = get_be32(b->p), h = get_be32(b->p + 4);
	const uint8_t *jpeg = (const uint8_t *)b->p + IMAGE_HEADER_BYTES;
	size_t n = b->n - IMAGE_HEADER_BYTES;
	if (w < 1 || h < 1 || w > IMAGE_MAX_SIDE || h > IMAGE_MAX_SIDE)
		return false;
	if (memcmp(jpeg, "\xff\xd8", 2) != 0 || memcmp(jpeg + n - 2, "\xff\xd9", 2) != 0)
		return false;
	*out = (struct image){ .jpeg = { jpeg, n }, .width = (int)w, .height = (int)h };
	return true;
}

static enum xq_rc
too_large(size_t n, struct xq_err *err)
{
	(void)xq_refuse(err, NULL, "photo.too-large"); /* the code is known */
	/* Rounded up, so that it never reads "10 MB, at most 10 MB". */
	xq_err_int(err, "mb", (int64_t)((n + (1 << 20) - 1) >> 20));
	xq_err_int(err, "max", IMAGE_MAX_BYTES >> 20);
	return XQ_REFUSED;
}

static enum xq_rc
verdict(int status, struct bytes upload, struct xq_err *err)
{
	if (WIFSIGNALED(status) && (WTERMSIG(status) == SIGXCPU || WTERMSIG(status) == SIGKILL))
		return xq_refuse(
			err, NULL, "photo.damaged"); /* out of time; no camera makes such files */
	if (WIFSIGNALED(status))
		return xq_fault(err, "photo.child", "ended by signal %d", WTERMSIG(status));
	switch (WEXITSTATUS(status)) {
	case IMAGE_EXIT_NOT_AN_IMAGE:
		return xq_refuse(err, NULL, "photo.not-an-image");
	case IMAGE_EXIT_TOO_LARGE:
		return too_large(upload.n, err);
	case IMAGE_EXIT_TOO_MANY_PIXELS:
		(void)xq_refuse(err, NULL, "photo.too-many-pixels"); /* the code is known */
		xq_err_int(err, "max", IMAGE_MAX_PIXELS / 1000000);
		return XQ_REFUSED;
	case IMAGE_EXIT_DAMAGED:
		return xq_refuse(err, NULL, "photo.damaged");
	default:
		return xq_fault(err, "photo.child", "exit code %d", WEXITSTATUS(status));
	}
}

enum xq_rc
image_clean_within(void *mem, const char *program, struct bytes upload, int wall_ms,
	struct image *out, struct xq_err *err)
{
	struct child child = { 0 };
	int status = 0;
	if (upload.n > IMAGE_MAX_BYTES)
		return too_large(upload.n, err);
	if (upload.n == 0)
		return xq_refuse(err, NULL, "photo.not-an-image");
	enum xq_rc rc = child_start(program, wall_ms, &child, err);
	if (rc != XQ_OK)
		return rc;

	struct buf said = buf_new(mem, 256 * 1024);
	talk(&child, upload, &said);
	if (!child_end(&child, &status))
		return xq_busy(err, "photo.busy");
	if (status != 0)
		return verdict(status, upload, err);
	if (!accept_result(&said, out))
		return xq_fault(err, "photo.child", "no picture in %zu bytes", said.n);
	return XQ_OK;
}

enum xq_rc
image_clean(
	void *mem, const char *program, struct bytes upload, struct image *out, struct xq_err *err)
{
	return image_clean_within(mem, program, upload, WALL_MS, out, err);
}
