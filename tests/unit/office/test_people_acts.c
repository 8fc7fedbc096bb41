/* SPDX-License-Identifier: Apache-2.0 */
/* Accounts, roles and units through their acts: rows, events, refusals. */
#include "fixture.h"

#include "core/banned.h"

static int64_t open_matters; /* what the check below finds */

static enum xq_rc
count_matters(struct tx *tx, int64_t office, int64_t person_id, int64_t *out, struct xq_err *err)
{
	(void)tx;
	(void)office;
	(void)person_id;
	(void)err;
	*out = open_matters;
	return XQ_OK;
}

static const struct leave_check owns = { "test.owns", "test.owns-open", count_matters };
const struct leave_check *const office_leave_checks[] = { &owns, NULL };
const struct module *const world_modules[] = { &office_module, NULL };

static void
adding_a_person_makes_account_role_and_entry(void **state)
{
	struct world *w = *state;
	(void)hire(w, "chenhy", "陈海燕", "u01", "handler");
	const struct actor a = actor_named(w, w->office, "chenhy");
	assert_int_equal(a.n_grants, 1);
	assert_int_equal(a.grant[0].role, ROLE_HANDLER);
	assert_int_equal(a.grant[0].scope, SCOPE_UNIT); /* a handler works for the own unit */
	assert_int_equal(count_events(w, "\"pub\":{\"act\":\"account.add\"}"), 1);
	assert_int_equal(count_events(w, "\"pub\":{\"name\":\"handler\",\"scope\":\"u01\"}"), 1);
	assert_int_equal(count_events(w, "陈海燕"), 0);
}

static void
a_scope_may_be_chosen_with_the_first_role(void **state)
{
	struct world *w = *state;
	OK(run(w, &account_add_act,
		IN({ "login", "hezy" }, { "name", "何志远" }, { "unit", "u01" },
			{ "role", "approver" }, { "scope", "office" })));
	assert_int_equal(actor_named(w, w->office, "hezy").grant[0].scope, SCOPE_OFFICE);
	OK(run(w, &account_add_act, IN({ "login", "none" }, { "name", "无" }, { "unit", "u01" })));
	assert_int_equal(actor_named(w, w->office, "none").n_grants, 0);
	assert_refused(w,
		run(w, &account_add_act,
			IN({ "login", "sup" }, { "name", "督" }, { "unit", "u01" },
				{ "role", "supervisor" }, { "scope", "unit" })),
		"scope", "role.office-only");
}

static void
all_faults_of_a_new_account_are_told(void **state)
{
	struct world *w = *state;
	assert_refused(w,
		run(w, &account_add_act,
			IN({ "login", "admin" }, { "name", "某" }, { "unit", "u99" })),
		"login", "account.login-taken");
	assert_int_equal(w->call->form.n_faults, 2);
	assert_refused(w,
		run(w, &account_add_act,
			IN({ "login", "add" }, { "name", "某" }, { "unit", "u01" })),
		"login", "account.login-taken"); /* /desk/people/add is a page */
}

static void
acts_on_accounts_are_for_administrators(void **state)
{
	struct world *w = *state;
	(void)hire(w, "guxl", "顾晓岚", "u01", "clerk");
	const struct actor gu = actor_named(w, w->office, "guxl");
	const struct act *const acts[] = { &account_add_act, &account_close_act, &account_reset_act,
		&role_grant_act, &role_revoke_act, &unit_add_act, &unit_head_act, &unit_member_act,
		&post_assign_act };
	for (size_t i = 0; i < sizeof acts / sizeof *acts; i++) {
		struct act_call *call = act_call_new(w->mem, w->app, acts[i], w->office, &gu);
		assert_int_equal(act_run(call), XQ_REFUSED);
		assert_string_equal(call->err.key, "act.not-allowed");
	}
}

static void
a_role_is_given_over_a_unit_and_taken_back(void **state)
{
	struct world *w = *state;
	(void)hire(w, "guxl", "顾晓岚", "u01", "clerk");
	OK(run(w, &role_grant_act,
		IN({ "login", "guxl" }, { "role", "publisher" }, { "scope", "unit" },
			{ "unit", "u02" })));
	assert_int_equal(count_events(w, "\"pub\":{\"name\":\"publisher\",\"scope\":\"u02\"}"), 1);
	assert_true(actor_has_role(&(struct actor){ 0 }, ROLE_PUBLISHER) == false);
	struct actor gu = actor_named(w, w->office, "guxl");
	assert_true(actor_has_role(&gu, ROLE_PUBLISHER));
	assert_refused(w,
		run(w, &role_grant_act,
			IN({ "login", "guxl" }, { "role", "publisher" }, { "scope", "unit" },
				{ "unit", "u02" })),
		"role", "role.has-it");
	OK(run(w, &role_revoke_act,
		IN({ "login", "guxl" }, { "role", "publisher" }, { "scope", "unit" },
			{ "unit", "u02" })));
	assert_int_equal(count_events(w, "\"k\":\"role.revoked\""), 1);
	gu = actor_named(w, w->office, "guxl");
	assert_false(actor_has_role(&gu, ROLE_PUBLISHER));
	assert_refused(w,
		run(w, &role_revoke_act,
			IN({ "login", "guxl" }, { "role", "publisher" }, { "scope", "unit" },
				{ "unit", "u02" })),
		"role", "role.not-given");
}

static void
a_unit_role_names_its_unit(void **state)
{
	struct world *w = *state;
	(void)hire(w, "guxl", "顾晓岚", "u01", "clerk");
	assert_refused(w,
		run(w, &role_grant_act,
			IN({ "login", "nobody" }, { "role", "handler" }, { "scope", "unit" })),
		"unit", "person.no-unit");
	assert_int_equal(w->call->form.n_faults, 2);
}

static void
another_offices_people_and_units_do_not_exist_here(void **state)
{
	struct world *w = *state;
	struct actor foreign = actor_named(w, w->other, "admin");
	OK(run_as(w, &foreign, &unit_add_act,
		IN({ "code", "u77" }, { "name", "外科" }, { "kind", "section" })));
	OK(run_as(w, &foreign, &account_add_act,
		IN({ "login", "faraway" }, { "name", "远" }, { "unit", "u77" })));
	assert_refused(w, run(w, &account_close_act, IN({ "login", "faraway" })), "login",
		"account.unknown");
	assert_refused(w, run(w, &account_reset_act, IN({ "login", "faraway" })), "login",
		"account.unknown");
	assert_refused(w,
		run(w, &role_grant_act,
			IN({ "login", "faraway" }, { "role", "clerk" }, { "scope", "office" })),
		"login", "account.unknown");
	assert_refused(w,
		run(w, &account_add_act,
			IN({ "login", "here" }, { "name", "近" }, { "unit", "u77" })),
		"unit", "person.no-unit");
	assert_refused(w, run(w, &unit_head_act, IN({ "unit", "u77" }, { "head", "admin" })),
		"unit", "person.no-unit");
}

/* ---- leaving ----------------------------------------------------------------------------------- */

static void
closing_takes_roles_back_and_lets_nobody_in(void **state)
{
	struct world *w = *state;
	(void)hire(w, "guxl", "顾晓岚", "u01", "clerk");
	OK(run(w, &account_close_act, IN({ "login", "guxl" })));
	assert_int_equal(count_events(w, "\"k\":\"role.revoked\""), 1);
	assert_int_equal(count_events(w, "\"act\":\"account.close\""), 1);
	struct tx *tx = look(w);
	struct actor a;
	assert_int_equal(actor_by_login(tx, w->office, STR("guxl"), &a, &w->err), XQ_NONE);
	tx_end(tx);
	assert_refused(
		w, run(w, &account_close_act, IN({ "login", "guxl" })), "login", "account.unknown");
}

static void
who_owns_open_matters_cannot_leave(void **state)
{
	struct world *w = *state;
	(void)hire(w, "guxl", "顾晓岚", "u01", "clerk");
	open_matters = 3;
	const enum xq_rc rc = run(w, &account_close_act, IN({ "login", "guxl" }));
	open_matters = 0;
	assert_refused(w, rc, NULL, "test.owns-open");
	assert_int_equal(w->call->err.arg[0].i, 3);
	assert_int_equal(actor_named(w, w->office, "guxl").n_grants, 1); /* nothing was changed */
	assert_int_equal(count_events(w, "\"k\":\"role.revoked\""), 0);
}

static void
who_holds_a_post_or_heads_a_unit_cannot_leave(void **state)
{
	struct world *w = *state;
	(void)hire(w, "guxl", "顾晓岚", "u01", "clerk");
	(void)hire(w, "wanglei", "王蕾", "u01", "clerk");
	(void)hire(w, "hezy", "何志远", "u01", "admin");
	OK(run(w, &post_assign_act,
		IN({ "post", "intake" }, { "holder", "guxl" }, { "standin", "wanglei" })));
	assert_refused(
		w, run(w, &account_close_act, IN({ "login", "guxl" })), NULL, "account.holds-post");
	assert_refused(w, run(w, &account_close_act, IN({ "login", "wanglei" })), NULL,
		"account.holds-post");
	OK(run(w, &unit_head_act, IN({ "unit", "u01" }, { "head", "hezy" })));
	assert_refused(
		w, run(w, &account_close_act, IN({ "login", "hezy" })), NULL, "person.heads-unit");
}

static void
the_last_administrator_cannot_go(void **state)
{
	struct world *w = *state;
	assert_refused(w,
		run(w, &role_revoke_act,
			IN({ "login", "admin" }, { "role", "admin" }, { "scope", "office" })),
		NULL, "account.last-admin");
	(void)hire(w, "guxl", "顾晓岚", "u01", "clerk");
	(void)hire(w, "wanglei", "王蕾", "u01", "clerk");
	static const char *const post[] = { "intake", "head" };
	for (size_t i = 0; i < 2; i++)
		OK(run(w, &post_assign_act,
			IN({ "post", post[i] }, { "holder", "guxl" }, { "standin", "wanglei" })));
	OK(run(w, &unit_head_act, IN({ "unit", "u01" }, { "head", "guxl" })));
	assert_refused(w, run(w, &account_close_act, IN({ "login", "admin" })), NULL,
		"account.last-admin");
	assert_int_equal(
		count_events(w, "\"k\":\"role.revoked\""), 0); /* undone with the refusal */
	OK(run(w, &role_grant_act,
		IN({ "login", "guxl" }, { "role", "admin" }, { "scope", "office" })));
	OK(run(w, &account_close_act, IN({ "login", "admin" })));
}

static void
a_new_first_password_unlocks_and_ends_everything(void **state)
{
	struct world *w = *state;
	const char *first = hire(w, "guxl", "顾晓岚", "u01", "clerk");
	const struct actor nobody = actor_resident(w->office);
	for (int i = 0; i < LOGIN_TRIES; i++)
		OK(run_as(w, &nobody, &session_open_act,
			IN({ "login", "guxl" }, { "password", "x" })));
	assert_string_equal(result(w, "refused"), "session.locked");
	OK(run(w, &account_reset_act, IN({ "login", "guxl" })));
	const char *second = result(w, "password");
	assert_string_not_equal(first, second);
	OK(run_as(w, &nobody, &session_open_act, IN({ "login", "guxl" }, { "password", first })));
	assert_string_equal(result(w, "refused"), "session.wrong");
	OK(run_as(w, &nobody, &session_open_act, IN({ "login", "guxl" }, { "password", second })));
	assert_string_equal(result(w, "must_change"), "1");
}

/* ---- units ------------------------------------------------------------------------------------- */

static void
a_unit_stands_in_public_under_its_own_or_its_stations_code(void **state)
{
	struct world *w = *state;
	OK(run(w, &unit_add_act,
		IN({ "code", "u07" }, { "name", "物业管理科" }, { "kind", "section" },
			{ "rank", "20" })));
	OK(run(w, &unit_add_act,
		IN({ "code", "n01" }, { "name", "青枫居委会" }, { "kind", "nbhd" },
			{ "public_code", "u07" }, { "public_name", "社区事务站" })));
	struct tx *tx = look(w);
	struct unit u;
	OK(unit_by_code(tx, w->mem, w->office, STR("u07"), &u, &w->err));
	assert_string_equal(u.public_code, "u07");
	assert_string_equal(u.public_name, "物业管理科");
	assert_int_equal(u.rank, 20);
	OK(unit_by_code(tx, w->mem, w->office, STR("n01"), &u, &w->err));
	assert_string_equal(u.public_code, "u07");
	assert_string_equal(u.public_name, "社区事务站");
	tx_end(tx);
	assert_refused(w,
		run(w, &unit_add_act,
			IN({ "code", "u07" }, { "name", "又一个" }, { "kind", "section" })),
		"code", "unit.code-taken");
	assert_refused(w,
		run(w, &unit_add_act,
			IN({ "code", "a-code-of-17-char" }, { "name", "长" }, { "kind", "section" },
				{ "public_code", "another-code-of-it" })),
		"code", "unit.code-long");
	assert_int_equal(w->call->form.n_faults, 2);
}

static void
a_head_joins_the_unit_first(void **state)
{
	struct world *w = *state;
	OK(run(w, &unit_add_act,
		IN({ "code", "u07" }, { "name", "物业管理科" }, { "kind", "section" })));
	(void)hire(w, "hezy", "何志远", "u01", "approver");
	assert_refused(w, run(w, &unit_head_act, IN({ "unit", "u07" }, { "head", "hezy" })), "head",
		"unit.head-not-member");
	OK(run(w, &unit_member_act, IN({ "unit", "u07" }, { "login", "hezy" })));
	assert_int_equal(actor_named(w, w->office, "hezy").unit_id, 1); /* the main unit stays */
	OK(run(w, &unit_head_act, IN({ "unit", "u07" }, { "head", "hezy" })));
	OK(run(w, &unit_member_act, IN({ "unit", "u07" }, { "login", "hezy" }, { "main", "1" })));
	assert_string_equal(actor_named(w, w->office, "hezy").unit_code, "u07");
}

/* Decision 18: an act writes at least one event, or says that it is quiet. */
static void
each_act_declares_events_or_is_quiet(void **state)
{
	(void)state;
	for (size_t i = 0; office_module.acts[i]; i++) {
		const struct act *a = office_module.acts[i];
		assert_int_equal(a->events == NULL, a->is_quiet);
		assert_non_null(a->title);
		assert_non_null(a->help);
		for (size_t f = 0; a->fields[f].name; f++) {
			assert_non_null(a->fields[f].label);
			assert_int_equal(a->fields[f].type == FIELD_SECRET,
				a->fields[f].privacy == PRIVACY_SECRET);
		}
	}
}

static void
each_refusal_has_a_text(void **state)
{
	struct world *w = *state;
	static const char *const key[] = { "session.wrong", "session.locked", "account.unknown",
		"account.none", "account.holds-post", "account.last-admin", "account.login-taken",
		"password.old-wrong", "password.same", "password.not-again", "password.short",
		"password.long", "password.classes", "password.is-login", "token.by-token",
		"token.unknown", "token.label-taken", "unit.code-long", "unit.code-taken",
		"unit.head-not-member", "post.same-person", "person.no-unit", "person.heads-unit",
		"role.has-it", "role.not-given", "role.too-many", "role.office-only",
		"role.audit-apart", "office.code-taken" };
	for (size_t i = 0; i < sizeof key / sizeof *key; i++)
		if (text_eq(app_message(w->app, key[i]), key[i]))
			fail_msg("no text for %s", key[i]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(adding_a_person_makes_account_role_and_entry),
		TEST(a_scope_may_be_chosen_with_the_first_role),
		TEST(all_faults_of_a_new_account_are_told),
		TEST(acts_on_accounts_are_for_administrators),
		TEST(a_role_is_given_over_a_unit_and_taken_back),
		TEST(a_unit_role_names_its_unit),
		TEST(another_offices_people_and_units_do_not_exist_here),
		TEST(closing_takes_roles_back_and_lets_nobody_in),
		TEST(who_owns_open_matters_cannot_leave),
		TEST(who_holds_a_post_or_heads_a_unit_cannot_leave),
		TEST(the_last_administrator_cannot_go),
		TEST(a_new_first_password_unlocks_and_ends_everything),
		TEST(a_unit_stands_in_public_under_its_own_or_its_stations_code),
		TEST(a_head_joins_the_unit_first),
		TEST(each_act_declares_events_or_is_quiet),
		TEST(each_refusal_has_a_text),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
