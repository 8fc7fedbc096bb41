/* SPDX-License-Identifier: Apache-2.0 */
/* The whole matrix of roles and permissions, written out a second time: a right that changes must
 * be changed here too, by somebody who means it. */
#include "identity/role.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "core/err.h"

#include "core/banned.h"

/* One column per permission from PERM_HANDLE to PERM_ERASE: handle approve rule evaluate
 * discipline lead liaise propose publish audit accounts operate hard acct erase. */
/* clang-format off */
static const struct {
	enum role role;
	const char *code, *may;
} matrix[] = {
	{ ROLE_CLERK,      "clerk",      "X..............." },
	{ ROLE_HANDLER,    "handler",    "X..............." },
	{ ROLE_APPROVER,   "approver",   ".X.............." },
	{ ROLE_SUPERVISOR, "supervisor", "..X.........XXX." },
	{ ROLE_EVALUATOR,  "evaluator",  "...X............" },
	{ ROLE_DISCIPLINE, "discipline", "....X........X.." },
	{ ROLE_LEADER,     "leader",     "X....X......XXX." },
	{ ROLE_LIAISON,    "liaison",    "X.....X........." },
	{ ROLE_DELEGATE,   "delegate",   ".......X........" },
	{ ROLE_PUBLISHER,  "publisher",  "........X......." },
	{ ROLE_AUDITOR,    "auditor",    ".........X......" },
	{ ROLE_ADMIN,      "admin",      "..........X....." },
	{ ROLE_OPERATOR,   "operator",   "...........X...." },
	{ ROLE_OVERSEER,   "overseer",   "...............X" },
};
/* clang-format on */

static struct actor
staff_with(enum role role, enum scope scope, int64_t scope_id)
{
	struct actor a = { .kind = ACTOR_STAFF, .office = 1, .account_id = 1, .person_id = 1 };
	a.grant[a.n_grants++] = (struct grant){ role, scope, scope_id };
	return a;
}

static void
each_role_may_what_the_table_says(void **state)
{
	(void)state;
	assert_int_equal(sizeof matrix / sizeof *matrix, ROLE_COUNT);
	for (size_t i = 0; i < ROLE_COUNT; i++) {
		assert_int_equal(matrix[i].role, i);
		const struct actor a = staff_with(matrix[i].role, SCOPE_OFFICE, 0);
		for (unsigned p = PERM_HANDLE; p <= PERM_CITY; p++) {
			const bool wanted = matrix[i].may[p - PERM_HANDLE] == 'X';
			if (role_has(matrix[i].role, (enum perm)p) != wanted)
				fail_msg("%s × %s: expected %d", matrix[i].code,
					perm_code((enum perm)p), wanted);
			assert_int_equal(actor_may(&a, (enum perm)p), wanted);
			assert_int_equal(actor_may_for_unit(&a, (enum perm)p, 7), wanted);
		}
	}
}

static void
every_role_takes_matters_down_and_none_is_the_system(void **state)
{
	(void)state;
	for (unsigned r = 0; r < ROLE_COUNT; r++) {
		assert_true(role_has((enum role)r, PERM_ANYBODY));
		assert_true(role_has((enum role)r, PERM_SELF));
		assert_true(role_has((enum role)r, PERM_STAFF));
		assert_false(role_has((enum role)r, PERM_SYSTEM));
	}
}

static void
an_account_without_roles_is_staff_and_no_more(void **state)
{
	(void)state;
	const struct actor a = { .kind = ACTOR_STAFF, .office = 1, .account_id = 1 };
	for (unsigned p = 0; p < PERM_COUNT; p++)
		assert_int_equal(actor_may(&a, (enum perm)p),
			p == PERM_ANYBODY || p == PERM_SELF || p == PERM_STAFF);
}

static void
a_first_password_opens_only_the_own_account(void **state)
{
	(void)state;
	for (unsigned r = 0; r < ROLE_COUNT; r++) {
		struct actor a = staff_with((enum role)r, SCOPE_OFFICE, 0);
		a.must_change = true;
		for (unsigned p = 0; p < PERM_COUNT; p++) {
			const bool wanted = p == PERM_ANYBODY || p == PERM_SELF;
			assert_int_equal(actor_may(&a, (enum perm)p), wanted);
			assert_int_equal(actor_may_for_unit(&a, (enum perm)p, 1), wanted);
		}
	}
}

static void
strangers_may_what_anybody_may(void **state)
{
	(void)state;
	const enum actor_kind kind[] = { ACTOR_NOBODY, ACTOR_RESIDENT };
	for (size_t i = 0; i < 2; i++) {
		/* grants that got there by mistake give nothing */
		struct actor a = staff_with(ROLE_ADMIN, SCOPE_OFFICE, 0);
		a.kind = kind[i];
		for (unsigned p = 0; p < PERM_COUNT; p++)
			assert_int_equal(actor_may(&a, (enum perm)p), p == PERM_ANYBODY);
	}
}

static void
the_system_may_everything(void **state)
{
	(void)state;
	const struct actor a = { .kind = ACTOR_SYSTEM, .office = 1 };
	for (unsigned p = 0; p < PERM_COUNT; p++) {
		assert_true(actor_may(&a, (enum perm)p));
		assert_true(actor_may_for_unit(&a, (enum perm)p, 3));
	}
}

static void
a_grant_over_a_unit_works_for_that_unit_only(void **state)
{
	(void)state;
	const struct actor a = staff_with(ROLE_HANDLER, SCOPE_UNIT, 3);
	assert_true(actor_may(&a, PERM_HANDLE));
	assert_true(actor_may_for_unit(&a, PERM_HANDLE, 3));
	assert_false(actor_may_for_unit(&a, PERM_HANDLE, 4));
	assert_false(actor_may_for_unit(&a, PERM_APPROVE, 3));
	assert_true(actor_may_for_unit(&a, PERM_STAFF, 4));
	/* an area of the same number is not the unit */
	const struct actor area = staff_with(ROLE_HANDLER, SCOPE_AREA, 3);
	assert_false(actor_may_for_unit(&area, PERM_HANDLE, 3));
}

static void
the_records_role_follows_from_the_permission_used(void **state)
{
	(void)state;
	static const struct {
		enum perm perm;
		const char *role;
	} cases[] = { { PERM_STAFF, "clerk" }, { PERM_HANDLE, "handler" },
		{ PERM_RULE, "supervisor" }, { PERM_EVALUATE, "evaluator" },
		{ PERM_PROPOSE, "delegate" }, { PERM_ACCOUNTS, "officer" } };
	const struct actor staff = staff_with(ROLE_LEADER, SCOPE_OFFICE, 0);
	const struct actor resident = { .kind = ACTOR_RESIDENT }, sys = { .kind = ACTOR_SYSTEM };
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_string_equal(actor_record_role(&staff, cases[i].perm), cases[i].role);
	for (unsigned p = 0; p < PERM_COUNT; p++) {
		assert_string_equal(actor_record_role(&resident, (enum perm)p), "resident");
		assert_string_equal(actor_record_role(&sys, (enum perm)p), "system");
	}
}

static void
codes_are_read_back_and_distinct(void **state)
{
	(void)state;
	for (unsigned r = 0; r < ROLE_COUNT; r++) {
		enum role back = ROLE_COUNT;
		assert_true(role_read(str_of(role_code((enum role)r)), &back));
		assert_int_equal(back, r);
		assert_true(strlen(role_title((enum role)r)) > 0);
	}
	for (unsigned s = SCOPE_OFFICE; s <= SCOPE_AREA; s++) {
		enum scope back = SCOPE_AREA;
		assert_true(scope_read(str_of(scope_code((enum scope)s)), &back));
		assert_int_equal(back, s);
	}
	enum role role = ROLE_CLERK;
	assert_false(role_read(STR("king"), &role));
	assert_false(role_read(STR(""), &role));
	assert_int_equal(role, ROLE_CLERK);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_role_may_what_the_table_says),
		cmocka_unit_test(every_role_takes_matters_down_and_none_is_the_system),
		cmocka_unit_test(an_account_without_roles_is_staff_and_no_more),
		cmocka_unit_test(a_first_password_opens_only_the_own_account),
		cmocka_unit_test(strangers_may_what_anybody_may),
		cmocka_unit_test(the_system_may_everything),
		cmocka_unit_test(a_grant_over_a_unit_works_for_that_unit_only),
		cmocka_unit_test(the_records_role_follows_from_the_permission_used),
		cmocka_unit_test(codes_are_read_back_and_distinct),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
