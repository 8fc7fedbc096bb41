/* SPDX-License-Identifier: Apache-2.0 */
/* The child that looks at photos. Order matters: rights go first, then the file is read. */
#include "exchange/image_int.h"

#include <errno.h>
#include <seccomp.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "core/mem.h"

#include "core/banned.h"

#define SPACE_BYTES ((rlim_t)512 << 20)
#define CPU_S 5

/* The sanitizers' runtime maps terabytes and makes calls of its own. Their builds are for tests;
 * what is shipped has the whole sandbox. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define IS_SANITIZER_BUILD true
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) ||                         \
	__has_feature(memory_sanitizer)
#define IS_SANITIZER_BUILD true
#endif
#endif
#ifndef IS_SANITIZER_BUILD
#define IS_SANITIZER_BUILD false
#endif

static bool
limit(int what, rlim_t n)
{
	return setrlimit((__rlimit_resource_t)what, &(struct rlimit){ n, n }) == 0;
}

static bool
limits_set(void)
{
	if (!IS_SANITIZER_BUILD && !limit(RLIMIT_AS, SPACE_BYTES))
		return false;
	/* A softer end than SIGKILL, so that the parent can tell why. */
	if (setrlimit(RLIMIT_CPU, &(struct rlimit){ CPU_S, CPU_S + 1 }) != 0)
		return false;
	return limit(RLIMIT_NOFILE, 0) && limit(RLIMIT_FSIZE, 0) && limit(RLIMIT_CORE, 0) &&
	       limit(RLIMIT_NPROC, 0);
}

/* Memory may be had, but none that could be run. */
static int
allow_calls(scmp_filter_ctx ctx)
{
	static const int calls[] = { SCMP_SYS(exit), SCMP_SYS(exit_group), SCMP_SYS(brk),
		SCMP_SYS(munmap), SCMP_SYS(mremap), SCMP_SYS(madvise), SCMP_SYS(rt_sigreturn),
		SCMP_SYS(futex) };
	int rc = 0;
	for (size_t i = 0; i < sizeof(calls) / sizeof(*calls); i++)
		rc |= seccomp_rule_add(ctx, SCMP_ACT_ALLOW, calls[i], 0);
	rc |= seccomp_rule_add(ctx, SCMP_ACT_ALLOW, SCMP_SYS(read), 1, SCMP_A0(SCMP_CMP_EQ, 0));
	rc |= seccomp_rule_add(ctx, SCMP_ACT_ALLOW, SCMP_SYS(write), 1, SCMP_A0(SCMP_CMP_EQ, 1));
	rc |= seccomp_rule_add(
		ctx, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 1, SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
	rc |= seccomp_rule_add(ctx, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1,
		SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
	return rc;
}

static bool
calls_drop(void)
{
	scmp_filter_ctx ctx = seccomp_init(SCMP_ACT_KILL_PROCESS);
	if (!ctx)
		return false;
	bool is_ok = allow_calls(ctx) == 0 && seccomp_load(ctx) == 0;
	seccomp_release(ctx);
	return is_ok;
}

bool
image_sandbox_enter(void)
{
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || prctl(PR_SET_DUMPABLE, 0) != 0 ||
		prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		return false;
	if (close_range(3, ~0u, 0) != 0 || !limits_set())
		return false;
	return IS_SANITIZER_BUILD || calls_drop();
}

static enum image_exit
read_all(void *mem, struct bytes *out)
{
	uint8_t *p = mem_array(mem, uint8_t, IMAGE_MAX_BYTES + 1);
	size_t n = 0;
	while (n <= IMAGE_MAX_BYTES) {
		ssize_t got = read(STDIN_FILENO, p + n, IMAGE_MAX_BYTES + 1 - n);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return IMAGE_EXIT_IO;
		if (got == 0) {
			*out = (struct bytes){ p, n };
			return IMAGE_EXIT_OK;
		}
		n += (size_t)got;
	}
	return IMAGE_EXIT_TOO_LARGE;
}

static bool
write_all(const uint8_t *p, size_t n)
{
	while (n > 0) {
		ssize_t put = write(STDOUT_FILENO, p, n);
		if (put < 0 && errno == EINTR)
			continue;
		if (put <= 0)
			return false;
		p += put;
		n -= (size_t)put;
	}
	return true;
}

static void
put_be32(uint8_t *p, unsigned v)
{
	for (int i = 0; i < 4; i++)
		p[i] = (uint8_t)(v >> (24 - 8 * i));
}

int
image_child_main(void)
{
	void *mem = mem_root("image"); /* before the sandbox: malloc's own start needs more calls */
	struct bytes upload;
	struct image image;
	uint8_t header[IMAGE_HEADER_BYTES];
	if (!image_sandbox_enter())
		return IMAGE_EXIT_NO_SANDBOX;

	enum image_exit code = read_all(mem, &upload);
	if (code == IMAGE_EXIT_OK)
		code = image_recode(mem, upload, IMAGE_MAX_PIXELS, &image);
	if (code != IMAGE_EXIT_OK)
		return (int)code;
	put_be32(header, (unsigned)image.width);
	put_be32(header + 4, (unsigned)image.height);
	if (!write_all(header, sizeof(header)) || !write_all(image.jpeg.p, image.jpeg.n))
		return IMAGE_EXIT_IO;
	return IMAGE_EXIT_OK; /* mem goes with the process */
}
