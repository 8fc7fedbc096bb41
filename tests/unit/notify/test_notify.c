/* SPDX-License-Identifier: Apache-2.0 */
/* Messages to staff: on the desk alone, or through the office's own hook, which may fail. */
#include <sched.h>
#include <signal.h>
#include <sys/stat.h>

#include "../concern/fixture.h"

#include "core/parse.h"
#include "notify/hook.h"

#include "core/banned.h"

const struct module *const world_modules[] = { &act_module, &office_module, &concern_module,
	&evaluation_module, &notify_module, NULL };

#define KEEPS "#!/bin/sh\ncat >> \"$0.got\"\n"

static void
write_hook(struct world *w, const char *text, mode_t mode)
{
	const char *path = mem_printf(w->mem, "%s/hook", w->dir);
	FILE *f = fopen(path, "w");
	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
	assert_int_equal(fclose(f), 0);
	assert_int_equal(chmod(path, mode), 0);
}

/* What the hook was given so far. */
static const char *
hook_got(struct world *w)
{
	FILE *f = fopen(mem_printf(w->mem, "%s/hook.got", w->dir), "r");
	if (!f)
		return "";
	char *text = mem_array(w->mem, char, 4096);
	(void)!fread(text, 1, 4095, f); /* an empty file is an answer too */
	assert_int_equal(fclose(f), 0);
	return text;
}

static enum xq_rc
tell(struct world *w, const char *json)
{
	const struct effect *e = notify_module.effects[0];
	assert_string_equal(e->name, "notify.staff");
	w->err = (struct xq_err){ 0 };
	return e->run(w->app, w->mem, w->office, str_of(json), &w->err);
}

static void
without_a_hook_nothing_leaves_the_office(void **state)
{
	struct world *w = *state;
	OK(tell(w, "{}"));
	write_hook(w, KEEPS, 0600); /* a file that nobody may run is no hook */
	OK(tell(w, "{}"));
	assert_string_equal(hook_got(w), "");
}

static void
the_hook_gets_the_message_on_its_input(void **state)
{
	struct world *w = *state;
	write_hook(w, KEEPS, 0700);
	OK(tell(w, "{\"what\":\"concern.late\",\"name\":\"𠮷\"}"));
	assert_string_equal(hook_got(w), "{\"what\":\"concern.late\",\"name\":\"𠮷\"}");
	OK(tell(w, "{}"));
	assert_string_equal(hook_got(w), "{\"what\":\"concern.late\",\"name\":\"𠮷\"}{}");
}

/* Its helpers are ended with it: one of them would hold the office's files open for ever. */
static void
a_hook_that_does_not_end_is_ended(void **state)
{
	struct world *w = *state;
	write_hook(w, "#!/bin/sh\nsleep 600 &\necho $! > \"$0.got\"\nkill -STOP $$\n", 0700);
	const char *path = mem_printf(w->mem, "%s/hook", w->dir);
	assert_int_equal(hook_run(path, STR("{}"), 300, &w->err), XQ_BUSY);
	assert_string_equal(w->err.key, "notify.hook-failed");
	int64_t helper = 0;
	assert_true(parse_int(str_trim(str_of(hook_got(w))), 1, INT32_MAX, &helper));
	while (kill((pid_t)helper, 0) == 0) /* until the system has buried it */
		sched_yield();
}

static void
a_hook_that_fails_is_asked_again_later(void **state)
{
	struct world *w = *state;
	static const char *const ends[] = { "exit 1", "exit 75", "kill -9 $$" };
	for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
		write_hook(w, mem_printf(w->mem, KEEPS "%s\n", ends[i]), 0700);
		assert_int_equal(tell(w, "{}"), XQ_BUSY);
		assert_string_equal(w->err.key, "notify.hook-failed");
	}
	assert_string_equal(hook_got(w), "{}{}{}");
}

static void
what_cannot_be_run_is_our_fault(void **state)
{
	struct world *w = *state;
	write_hook(w, "\x01 no program", 0700);
	assert_int_equal(tell(w, "{}"), XQ_FAULT);
	assert_string_equal(w->err.key, "notify.hook");
}

/* From the late concern to the head's hook, and again until it went through. */
static void
a_late_concern_reaches_the_hook_at_last(void **state)
{
	struct world *w = *state;
	int done = 0;
	clock_set(&w->clock, concern_of(w, signed_by_chen(w)).due_at + 1);
	assert_int_equal(run_jobs(w), 1);
	write_hook(w, "#!/bin/sh\ncat > /dev/null\nexit 1\n", 0700);
	OK(app_run_outbox(w->app, &done, &w->err));
	assert_int_equal(done, 1);
	write_hook(w, KEEPS, 0700);
	clock_shift(&w->clock, 60);
	OK(app_run_outbox(w->app, &done, &w->err));
	assert_string_equal(hook_got(w),
		mem_printf(w->mem,
			"{\"what\":\"concern.late\",\"person\":%lld,\"file_no\":\"2026-0001\","
			"\"due_day\":20261013,\"level\":\"head\"}",
			(long long)w->who[HE].person_id));
	assert_int_equal(ask(w, SQL("SELECT tries FROM outbox WHERE office = ? AND state = 1"),
				 VALS(V(w->office))),
		2);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(without_a_hook_nothing_leaves_the_office),
		TEST(the_hook_gets_the_message_on_its_input),
		TEST(a_hook_that_does_not_end_is_ended),
		TEST(a_hook_that_fails_is_asked_again_later),
		TEST(what_cannot_be_run_is_our_fault),
		TEST(a_late_concern_reaches_the_hook_at_last),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
