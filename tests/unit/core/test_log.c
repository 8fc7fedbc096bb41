/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <unistd.h>

#include "core/log.h"

#include "core/banned.h"

/* What log_warn(text) wrote to standard error. */
static size_t
written(const char *text, char *out, size_t cap)
{
	int ends[2];
	assert_int_equal(pipe(ends), 0);
	int before = dup(STDERR_FILENO);
	assert_true(before >= 0);
	dup2(ends[1], STDERR_FILENO);
	log_warn("%s", text);
	dup2(before, STDERR_FILENO);
	close(ends[1]);
	ssize_t n = read(ends[0], out, cap - 1);
	close(ends[0]);
	close(before);
	assert_true(n >= 0);
	out[n] = '\0';
	return (size_t)n;
}

static void
a_line_has_its_time_and_can_not_be_split(void **state)
{
	(void)state;
	char line[2000];
	size_t n = written("one\r\n2026-01-01 fake", line, sizeof(line));

	assert_string_equal(line + 25, " warn one  2026-01-01 fake\n");
	assert_int_equal(strchr(line, '\n') - line, n - 1);
}

static void
a_long_line_is_cut(void **state)
{
	(void)state;
	char text[1900];
	char line[2000];
	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';

	size_t n = written(text, line, sizeof(line));
	assert_true(n <= 1024);
	assert_int_equal(line[n - 1], '\n');
}

static void
faults_have_numbers_of_their_own(void **state)
{
	(void)state;
	struct xq_err err;
	assert_int_equal(xq_fault(&err, "store.fault", "disk full"), XQ_FAULT);

	log_quiet(true);
	unsigned a = log_fault("store", &err);
	unsigned b = log_fault("store", &err);
	log_quiet(false);
	assert_in_range(a, 100000, 999999);
	assert_int_not_equal(a, b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_line_has_its_time_and_can_not_be_split),
		cmocka_unit_test(a_long_line_is_cut),
		cmocka_unit_test(faults_have_numbers_of_their_own),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
