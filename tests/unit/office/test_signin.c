/* SPDX-License-Identifier: Apache-2.0 */
/* Signing in: sessions, lock, first passwords, tokens. */
#include "fixture.h"

#include "core/banned.h"

const struct module *const world_modules[] = { &office_module, NULL };

static enum xq_rc
sign_in(struct world *w, int64_t office, const char *login, const char *password)
{
	const struct actor nobody = actor_resident(office);
	return run_as(
		w, &nobody, &session_open_act, IN({ "login", login }, { "password", password }));
}

/* Who the last sign-in's token brings; XQ_NONE: nobody. */
static enum xq_rc
who(struct world *w, const char *token, struct actor *out)
{
	struct tx *tx = look(w);
	const enum xq_rc rc = actor_by_session(
		tx, w->app->key, w->office, str_of(token), clock_now(&w->clock), out, &w->err);
	tx_end(tx);
	return rc;
}

static void
the_right_password_opens_a_session(void **state)
{
	struct world *w = *state;
	const int64_t events = count_events(w, "");
	OK(sign_in(w, w->office, "Admin", ADMIN_PASSWORD));
	struct actor a;
	assert_null(result(w, "refused"));
	OK(who(w, result(w, "token"), &a));
	assert_int_equal(a.person_id, w->admin.person_id);
	assert_string_equal(result(w, "must_change"), "0");
	assert_int_equal(count_events(w, ""), events); /* quiet: not the record's business */
}

static void
a_wrong_one_and_an_unknown_login_get_the_same_answer(void **state)
{
	struct world *w = *state;
	static const char *const login[] = { "admin", "nobody" };
	for (size_t i = 0; i < 2; i++) {
		for (int k = 0; k < LOGIN_TRIES - 1; k++) {
			OK(sign_in(w, w->office, login[i], "wrong one"));
			assert_string_equal(result(w, "refused"), "session.wrong");
			assert_null(result(w, "token"));
		}
		OK(sign_in(w, w->office, login[i], "wrong one"));
		assert_string_equal(result(w, "refused"), "session.locked");
	}
}

static void
the_lock_holds_the_right_password_off_for_a_quarter_of_an_hour(void **state)
{
	struct world *w = *state;
	for (int k = 0; k < LOGIN_TRIES; k++)
		OK(sign_in(w, w->office, "admin", "wrong one"));
	OK(sign_in(w, w->office, "admin", ADMIN_PASSWORD));
	assert_string_equal(result(w, "refused"), "session.locked");
	OK(sign_in(w, w->other, "admin", ADMIN_PASSWORD)); /* another office, another account */
	assert_non_null(result(w, "token"));
	clock_shift(&w->clock, LOGIN_LOCK_S - 1);
	OK(sign_in(w, w->office, "admin", ADMIN_PASSWORD));
	assert_string_equal(result(w, "refused"), "session.locked");
	clock_shift(&w->clock, 1);
	OK(sign_in(w, w->office, "admin", ADMIN_PASSWORD));
	assert_non_null(result(w, "token"));
}

static void
a_good_sign_in_forgets_wrong_tries(void **state)
{
	struct world *w = *state;
	for (int round = 0; round < 2; round++) {
		for (int k = 0; k < LOGIN_TRIES - 1; k++)
			OK(sign_in(w, w->office, "admin", "wrong one"));
		OK(sign_in(w, w->office, "admin", ADMIN_PASSWORD));
		assert_non_null(result(w, "token"));
	}
}

static void
a_first_password_leads_to_changing_it(void **state)
{
	struct world *w = *state;
	const char *first = hire(w, "guxl", "顾晓岚", "u01", "clerk");
	struct actor a;
	OK(sign_in(w, w->office, "guxl", first));
	assert_string_equal(result(w, "must_change"), "1");
	const char *token = result(w, "token");
	OK(who(w, token, &a));
	assert_int_equal(run_as(w, &a, &account_away_act, NOTHING), XQ_REFUSED);
	assert_string_equal(w->call->err.key, "act.not-allowed");

	OK(run_as(w, &a, &account_password_act,
		IN({ "old", first }, { "new", "Chun Tian 26" }, { "again", "Chun Tian 26" })));
	assert_int_equal(who(w, token, &a), XQ_NONE); /* that session ended with the old password */
	OK(sign_in(w, w->office, "guxl", first));
	assert_string_equal(result(w, "refused"), "session.wrong");
	OK(sign_in(w, w->office, "guxl", "Chun Tian 26"));
	OK(who(w, result(w, "token"), &a));
	assert_true(actor_may(&a, PERM_STAFF));
}

static void
all_faults_of_a_new_password_are_told(void **state)
{
	struct world *w = *state;
	assert_refused(w,
		run(w, &account_password_act,
			IN({ "old", "not it" }, { "new", "short" }, { "again", "other" })),
		"old", "password.old-wrong");
	assert_int_equal(w->call->form.n_faults, 3);
	assert_refused(w,
		run(w, &account_password_act,
			IN({ "old", ADMIN_PASSWORD }, { "new", ADMIN_PASSWORD },
				{ "again", ADMIN_PASSWORD })),
		"new", "password.same");
	assert_refused(w,
		run(w, &account_password_act,
			IN({ "old", ADMIN_PASSWORD }, { "new", "the ADMIN 2026" },
				{ "again", "the ADMIN 2026" })),
		"new", "password.is-login");
}

static void
signing_out_ends_this_session_or_the_others(void **state)
{
	struct world *w = *state;
	struct actor one, two;
	OK(sign_in(w, w->office, "admin", ADMIN_PASSWORD));
	const char *first = result(w, "token");
	OK(sign_in(w, w->office, "admin", ADMIN_PASSWORD));
	const char *second = result(w, "token");
	OK(who(w, first, &one));
	OK(who(w, second, &two));
	OK(run_as(w, &two, &session_close_act, IN({ "others", "1" })));
	assert_int_equal(who(w, first, &one), XQ_NONE);
	OK(who(w, second, &two));
	OK(run_as(w, &two, &session_close_act, NOTHING));
	assert_int_equal(who(w, second, &two), XQ_NONE);
}

static void
touching_keeps_a_session_awake(void **state)
{
	struct world *w = *state;
	struct actor a;
	OK(sign_in(w, w->office, "admin", ADMIN_PASSWORD));
	const char *token = result(w, "token");
	OK(who(w, token, &a));
	for (int i = 0; i < 10; i++) {
		clock_shift(&w->clock, 600);
		OK(who(w, token, &a));
		assert_true(session_wants_touch(&a, clock_now(&w->clock)));
		OK(run_as(w, &a, &session_touch_act, NOTHING));
	}
	clock_shift(&w->clock, SESSION_IDLE_S);
	assert_int_equal(who(w, token, &a), XQ_NONE);
}

static void
residents_have_no_sessions_to_end(void **state)
{
	struct world *w = *state;
	const struct actor nobody = actor_resident(w->office);
	const struct act *const acts[] = { &session_close_act, &session_touch_act };
	for (size_t i = 0; i < 2; i++) {
		assert_int_equal(run_as(w, &nobody, acts[i], NOTHING), XQ_REFUSED);
		assert_string_equal(w->call->err.key, "act.not-allowed");
	}
}

/* ---- tokens ----------------------------------------------------------------------------------- */

static void
a_token_speaks_for_its_account_until_withdrawn(void **state)
{
	struct world *w = *state;
	OK(run(w, &token_issue_act, IN({ "label", "热线导入" }, { "days", "30" })));
	const char *token = result(w, "token");
	struct actor a;
	struct tx *tx = look(w);
	OK(actor_by_token(
		tx, w->app->key, w->office, str_of(token), clock_now(&w->clock), &a, &w->err));
	tx_end(tx);
	assert_true(actor_may(&a, PERM_OPERATE));
	assert_refused(w, run_as(w, &a, &token_issue_act, IN({ "label", "再来" })), NULL,
		"token.by-token");
	assert_refused(w, run(w, &token_issue_act, IN({ "label", "热线导入" })), "label",
		"token.label-taken");
	OK(run(w, &token_revoke_act, IN({ "label", "热线导入" })));
	tx = look(w);
	assert_int_equal(actor_by_token(tx, w->app->key, w->office, str_of(token),
				 clock_now(&w->clock), &a, &w->err),
		XQ_NONE);
	tx_end(tx);
	assert_refused(w, run(w, &token_revoke_act, IN({ "label", "热线导入" })), "label",
		"token.unknown");
}

static void
a_secret_is_given_to_one_answer_only(void **state)
{
	struct world *w = *state;
	for (int i = 0; i < 2; i++) {
		w->call = act_call_new(w->mem, w->app, &token_issue_act, w->office, &w->admin);
		w->call->idem_key = "the-same-key";
		form_set_text(w->mem, &w->call->form, "label", "导入");
		OK(act_run(w->call));
		assert_int_equal(w->call->is_replay, i == 1);
		assert_int_equal(result(w, "token") != NULL, i == 0);
		assert_non_null(result(w, "until"));
	}
	/* nor does it stand in the database */
	struct tx *tx = look(w);
	struct rows *q =
		db_query(tx, SQL("SELECT result FROM idem WHERE office = ?"), VALS(V(w->office)));
	assert_true(row_next(q));
	assert_true(str_index(row_str(q, 0), STR("token")) == row_str(q, 0).n);
	OK(rows_close(q, &w->err));
	tx_end(tx);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_right_password_opens_a_session),
		TEST(a_wrong_one_and_an_unknown_login_get_the_same_answer),
		TEST(the_lock_holds_the_right_password_off_for_a_quarter_of_an_hour),
		TEST(a_good_sign_in_forgets_wrong_tries),
		TEST(a_first_password_leads_to_changing_it),
		TEST(all_faults_of_a_new_password_are_told),
		TEST(signing_out_ends_this_session_or_the_others),
		TEST(touching_keeps_a_session_awake),
		TEST(residents_have_no_sessions_to_end),
		TEST(a_token_speaks_for_its_account_until_withdrawn),
		TEST(a_secret_is_given_to_one_answer_only),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
