/* SPDX-License-Identifier: Apache-2.0 */
/* Accounts, grants, and the lock after wrong tries. */
#include "fixture.h"

#include "core/banned.h"

static const struct grant admin = { ROLE_ADMIN, SCOPE_OFFICE, 0 };
static const struct grant auditor = { ROLE_AUDITOR, SCOPE_OFFICE, 0 };

static int64_t
second_account(struct world *w)
{
	int64_t person, account;
	OK(person_add(w->tx, OFFICE, "王蕾", "", "", w->unit2, &person, &w->err));
	OK(account_add(w->tx, OFFICE, person, "wanglei", "hash", NOW, &account, &w->err));
	return account;
}

/* ---- accounts ------------------------------------------------------------------------------- */

static void
a_login_is_found_in_any_case_and_only_in_its_office(void **state)
{
	struct world *w = *state;
	struct account a;
	OK(account_by_login(w->tx, w->mem, OFFICE, STR(" ChenHY "), &a, &w->err));
	assert_int_equal(a.id, w->account);
	assert_string_equal(a.name, "陈海燕");
	assert_int_equal(a.unit_id, w->unit);
	assert_true(a.is_open);
	assert_int_equal(
		account_by_login(w->tx, w->mem, OTHER, STR("chenhy"), &a, &w->err), XQ_NONE);
	assert_int_equal(account_by_login(w->tx, w->mem, OFFICE,
				 STR("a-login-that-is-far-longer-than-any-can-be"), &a, &w->err),
		XQ_NONE);
	assert_int_equal(account_by_login(w->tx, w->mem, OFFICE, STR(""), &a, &w->err), XQ_NONE);
}

static void
a_login_is_never_given_twice(void **state)
{
	struct world *w = *state;
	int64_t id;
	OK(second_account(w) > 0 ? XQ_OK : XQ_FAULT);
	REFUSED(w, account_add(w->tx, OFFICE, w->person, "ChenHy", "x", NOW, &id, &w->err),
		"account.login-taken");
	OK(account_end(w->tx, OFFICE, w->account, NOW, &w->err));
	REFUSED(w, account_add(w->tx, OFFICE, w->person, "chenhy", "x", NOW, &id, &w->err),
		"account.login-taken");
}

static void
of_two_password_changes_at_once_the_second_is_refused(void **state)
{
	struct world *w = *state;
	struct account a;
	OK(account_load(w->tx, w->mem, OFFICE, w->account, &a, &w->err));
	OK(account_set_password(w->tx, OFFICE, a.id, a.ver, "first", false, NOW, &w->err));
	REFUSED(w, account_set_password(w->tx, OFFICE, a.id, a.ver, "second", false, NOW, &w->err),
		"store.changed");
	OK(account_load(w->tx, w->mem, OFFICE, w->account, &a, &w->err));
	assert_string_equal(a.password_hash, "first");
}

static void
closing_ends_sessions_tokens_and_roles(void **state)
{
	struct world *w = *state;
	const int64_t id = second_account(w);
	char session[TOKEN_LEN + 1], token[TOKEN_LEN + 1];
	struct actor a;
	OK(role_give(w->tx, OFFICE, id, &auditor, NOW, &w->err));
	OK(session_start(w->tx, w->key, OFFICE, id, STR("x"), NOW, &w->random, session, &w->err));
	OK(api_token_add(
		w->tx, w->key, OFFICE, id, STR("x"), NOW + 99, NOW, &w->random, token, &w->err));
	OK(account_end(w->tx, OFFICE, id, NOW, &w->err));
	assert_int_equal(actor_by_session(w->tx, w->key, OFFICE, str_of(session), NOW, &a, &w->err),
		XQ_NONE);
	assert_int_equal(
		actor_by_token(w->tx, w->key, OFFICE, str_of(token), NOW, &a, &w->err), XQ_NONE);
	assert_int_equal(actor_by_login(w->tx, OFFICE, STR("wanglei"), &a, &w->err), XQ_NONE);
	struct grant g[ACTOR_MAX_GRANTS];
	size_t n = 9;
	OK(grant_list(w->tx, OFFICE, id, g, &n, &w->err));
	assert_int_equal(n, 0);
	REFUSED(w, account_end(w->tx, OFFICE, id, NOW, &w->err), "store.changed");
}

static void
the_last_administrator_cannot_go(void **state)
{
	struct world *w = *state;
	OK(role_give(w->tx, OFFICE, w->account, &admin, NOW, &w->err));
	OK(role_give(
		w->tx, OTHER, w->account, &admin, NOW, &w->err)); /* another office's counts not */
	REFUSED(w, account_end(w->tx, OFFICE, w->account, NOW, &w->err), "account.last-admin");
	REFUSED(w, role_take(w->tx, OFFICE, w->account, &admin, &w->err), "account.last-admin");
	const int64_t second = second_account(w);
	OK(role_give(w->tx, OFFICE, second, &admin, NOW, &w->err));
	OK(role_take(w->tx, OFFICE, w->account, &admin, &w->err));
	REFUSED(w, account_end(w->tx, OFFICE, second, NOW, &w->err), "account.last-admin");
}

/* ---- grants --------------------------------------------------------------------------------- */

static void
a_grant_is_given_once_and_taken_back(void **state)
{
	struct world *w = *state;
	const struct grant g = { ROLE_HANDLER, SCOPE_UNIT, w->unit };
	OK(role_give(w->tx, OFFICE, w->account, &g, NOW, &w->err));
	REFUSED(w, role_give(w->tx, OFFICE, w->account, &g, NOW, &w->err), "role.has-it");
	struct actor a;
	OK(actor_by_login(w->tx, OFFICE, STR("chenhy"), &a, &w->err));
	assert_int_equal(a.n_grants, 1);
	assert_true(actor_may_for_unit(&a, PERM_HANDLE, w->unit));
	OK(role_take(w->tx, OFFICE, w->account, &g, &w->err));
	REFUSED(w, role_take(w->tx, OFFICE, w->account, &g, &w->err), "role.not-given");
}

static void
office_wide_roles_are_not_given_over_a_unit(void **state)
{
	struct world *w = *state;
	for (unsigned r = 0; r < ROLE_COUNT; r++) {
		const struct grant g = { (enum role)r, SCOPE_UNIT, w->unit };
		if (!role_fits_unit((enum role)r))
			REFUSED(w, role_give(w->tx, OFFICE, w->account, &g, NOW, &w->err),
				"role.office-only");
	}
}

static void
who_gives_rights_does_not_audit(void **state)
{
	struct world *w = *state;
	OK(role_give(w->tx, OFFICE, w->account, &admin, NOW, &w->err));
	REFUSED(w, role_give(w->tx, OFFICE, w->account, &auditor, NOW, &w->err),
		"role.audit-apart");
	const int64_t second = second_account(w);
	OK(role_give(w->tx, OFFICE, second, &auditor, NOW, &w->err));
	REFUSED(w, role_give(w->tx, OFFICE, second, &admin, NOW, &w->err), "role.audit-apart");
}

static void
grants_are_bounded(void **state)
{
	struct world *w = *state;
	for (int i = 0; i < ACTOR_MAX_GRANTS; i++) {
		const struct grant g = { ROLE_HANDLER, SCOPE_UNIT, 100 + i };
		OK(role_give(w->tx, OFFICE, w->account, &g, NOW, &w->err));
	}
	const struct grant more = { ROLE_CLERK, SCOPE_OFFICE, 0 };
	REFUSED(w, role_give(w->tx, OFFICE, w->account, &more, NOW, &w->err), "role.too-many");
}

/* ---- lock ----------------------------------------------------------------------------------- */

static int64_t
fail_once(struct world *w, const char *login, int64_t at)
{
	int64_t until = -1;
	OK(login_failed(w->tx, w->key, OFFICE, str_of(login), at, &until, &w->err));
	return until;
}

static int64_t
locked_until(struct world *w, int64_t office, const char *login, int64_t at)
{
	int64_t until = -1;
	OK(login_locked_until(w->tx, w->key, office, str_of(login), at, &until, &w->err));
	return until;
}

static void
five_tries_lock_for_a_quarter_of_an_hour(void **state)
{
	struct world *w = *state;
	/* the same for a name that nobody has */
	static const char *const login[] = { "chenhy", "nobody" };
	for (size_t i = 0; i < 2; i++) {
		for (int k = 0; k < LOGIN_TRIES - 1; k++)
			assert_int_equal(fail_once(w, login[i], NOW + k), 0);
		assert_int_equal(locked_until(w, OFFICE, login[i], NOW + 3), 0);
		assert_int_equal(fail_once(w, login[i], NOW + 4), NOW + 4 + LOGIN_LOCK_S);
		assert_int_equal(
			locked_until(w, OFFICE, login[i], NOW + 5), NOW + 4 + LOGIN_LOCK_S);
		assert_int_equal(locked_until(w, OFFICE, login[i], NOW + 3 + LOGIN_LOCK_S),
			NOW + 4 + LOGIN_LOCK_S);
		assert_int_equal(locked_until(w, OFFICE, login[i], NOW + 4 + LOGIN_LOCK_S), 0);
	}
	assert_int_equal(locked_until(w, OTHER, "chenhy", NOW + 5), 0);
}

static void
case_and_blanks_do_not_give_more_tries(void **state)
{
	struct world *w = *state;
	static const char *const spelling[] = { "chenhy", "ChenHy", " chenhy", "CHENHY ",
		"chenhy" };
	for (size_t i = 0; i < LOGIN_TRIES; i++)
		(void)fail_once(w, spelling[i], NOW); /* the lock is asked for below */
	assert_int_equal(locked_until(w, OFFICE, "chenhY", NOW), NOW + LOGIN_LOCK_S);
}

static void
old_tries_are_forgotten(void **state)
{
	struct world *w = *state;
	for (int k = 0; k < LOGIN_TRIES - 1; k++)
		assert_int_equal(fail_once(w, "chenhy", NOW), 0);
	assert_int_equal(fail_once(w, "chenhy", NOW + LOGIN_LOCK_S), 0);
	int64_t rows = 0;
	assert_int_equal(fail_once(w, "nobody", NOW + 3 * LOGIN_LOCK_S), 0);
	OK(db_int(w->tx, SQL("SELECT count(*) FROM login_lock WHERE office = ?"),
		VALS(V((int64_t)OFFICE)), &rows, &w->err));
	assert_int_equal(rows, 1); /* the table does not grow with what strangers type */
}

static void
unlocking_forgets_all_tries(void **state)
{
	struct world *w = *state;
	for (int k = 0; k < LOGIN_TRIES; k++)
		(void)fail_once(w, "chenhy", NOW); /* the lock is asked for below */
	OK(login_unlock(w->tx, w->key, OFFICE, STR("chenhy"), &w->err));
	assert_int_equal(locked_until(w, OFFICE, "chenhy", NOW), 0);
	assert_int_equal(fail_once(w, "chenhy", NOW), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_login_is_found_in_any_case_and_only_in_its_office),
		TEST(a_login_is_never_given_twice),
		TEST(of_two_password_changes_at_once_the_second_is_refused),
		TEST(closing_ends_sessions_tokens_and_roles),
		TEST(the_last_administrator_cannot_go),
		TEST(a_grant_is_given_once_and_taken_back),
		TEST(office_wide_roles_are_not_given_over_a_unit),
		TEST(who_gives_rights_does_not_audit),
		TEST(grants_are_bounded),
		TEST(five_tries_lock_for_a_quarter_of_an_hour),
		TEST(case_and_blanks_do_not_give_more_tries),
		TEST(old_tries_are_forgotten),
		TEST(unlocking_forgets_all_tries),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
