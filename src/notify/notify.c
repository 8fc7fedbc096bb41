/* SPDX-License-Identifier: Apache-2.0 */
#include "notify/notify.h"

#include <errno.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/mem.h"

#include "core/banned.h"

extern char **environ;

/* Feeds the message to the hook and waits; what it prints goes to the log of the one who runs it. */
static enum xq_rc
hook_run(const char *hook, struct str body, struct xq_err *err)
{
	int fd[2];
	if (pipe(fd) != 0)
		return xq_fault(err, "notify.hook", "pipe: %d", errno);
	posix_spawn_file_actions_t actions;
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, fd[0], STDIN_FILENO);
	posix_spawn_file_actions_addclose(&actions, fd[1]);
	char *path = mem_text(NULL, hook);
	char *argv[] = { path, NULL };
	pid_t pid;
	int failed = posix_spawn(&pid, hook, &actions, NULL, argv, environ);
	posix_spawn_file_actions_destroy(&actions);
	mem_free(path);
	close(fd[0]);
	bool sent = !failed && write(fd[1], body.p, body.n) == (ssize_t)body.n;
	close(fd[1]);
	if (failed)
		return xq_fault(err, "notify.hook", "spawn: %d", failed);
	int status = 0;
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	if (sent && WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return XQ_OK;
	return xq_busy(err, "notify.hook-failed");
}

static enum xq_rc
staff_run(struct app *app, void *mem, int64_t office, struct str json, struct xq_err *err)
{
	(void)office;
	const char *hook = mem_printf(mem, "%s/hook", app->dir);
	if (access(hook, X_OK) != 0)
		return XQ_OK; /* it stands on the desk of the unit's head */
	return hook_run(hook, json, err);
}

static const struct effect staff_effect = { "notify.staff", staff_run };

const struct module notify_module = {
	.name = "notify",
	.effects = (const struct effect *const[]){ &staff_effect, NULL },
};
