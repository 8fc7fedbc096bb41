/* SPDX-License-Identifier: Apache-2.0 */
#include "notify/hook.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "core/mem.h"

#include "core/banned.h"

extern char **environ;

/* A group of its own, so that what it started can be ended with it. 0, or the number of the error. */
static int
spawn_in_group(const char *path, int input, pid_t *pid)
{
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attr;
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO);
	posix_spawnattr_init(&attr);
	posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETPGROUP);
	posix_spawnattr_setpgroup(&attr, 0);
	char *name = mem_text(NULL, path);
	char *argv[] = { name, NULL };
	int failed = posix_spawn(pid, path, &actions, &attr, argv, environ);
	mem_free(name);
	posix_spawnattr_destroy(&attr);
	posix_spawn_file_actions_destroy(&actions);
	return failed;
}

static int64_t
now_ms(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static bool
ends_within(pid_t pid, int limit_ms)
{
	int fd = pidfd_open(pid, 0);
	if (fd < 0)
		return true; /* no such call here: waited for without a limit */
	int64_t until = now_ms() + limit_ms, left = limit_ms;
	struct pollfd p = { .fd = fd, .events = POLLIN };
	int n = 0;
	while (left >= 0 && (n = poll(&p, 1, (int)left)) < 0 && errno == EINTR)
		left = until - now_ms();
	close(fd);
	return n > 0;
}

enum xq_rc
hook_run(const char *path, struct str body, int limit_ms, struct xq_err *err)
{
	int fd[2];
	if (pipe2(fd, O_CLOEXEC) != 0)
		return xq_fault(err, "notify.hook", "pipe: %d", errno);
	pid_t pid;
	int failed = spawn_in_group(path, fd[0], &pid);
	close(fd[0]);
	if (failed) {
		close(fd[1]);
		return xq_fault(err, "notify.hook", "spawn: %d", failed);
	}
	/* A message is smaller than a pipe; a program that does not read must not hold us up. */
	(void)fcntl(fd[1], F_SETFL, O_NONBLOCK);
	bool sent = write(fd[1], body.p, body.n) == (ssize_t)body.n;
	close(fd[1]);
	bool ended = ends_within(pid, limit_ms);
	if (!ended)
		(void)kill(-pid, SIGKILL);
	int status = 0;
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	if (ended && sent && WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return XQ_OK;
	return xq_busy(err, "notify.hook-failed");
}
