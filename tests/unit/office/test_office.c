/* SPDX-License-Identifier: Apache-2.0 */
/* A new office, and posts that are never empty. */
#include "fixture.h"

#include "core/banned.h"

const struct module *const world_modules[] = { &office_module, NULL };

static void
a_new_office_has_log_units_posts_and_administrator(void **state)
{
	struct world *w = *state;
	assert_non_null(app_office_by_code(w->app, STR("qf")));
	assert_int_equal(app_office_by_code(w->app, STR("lc"))->id, w->other);
	assert_string_equal(app_office(w->app, w->office)->mark, "青街");
	assert_true(actor_may(&w->admin, PERM_ACCOUNTS));
	assert_true(actor_may(&w->admin, PERM_OPERATE));
	assert_true(actor_may(&w->admin, PERM_HANDLE)); /* holds the intake post for now */
	assert_false(actor_may(&w->admin, PERM_AUDIT));
	assert_int_equal(count_events(w, "\"k\":\"log.opened\""), 1);
	assert_int_equal(count_events(w, "\"k\":\"role.granted\""), 3);
	assert_int_equal(count_events(w, "周敏"), 0); /* names stay behind commitments */

	struct tx *tx = look(w);
	struct unit *unit;
	struct post_holder who;
	size_t n;
	OK(unit_list(tx, w->mem, w->office, &unit, &n, &w->err));
	assert_int_equal(n, 2);
	assert_int_equal(unit[0].kind, UNIT_LEADERS);
	assert_int_equal(unit[0].head_person_id, w->admin.person_id);
	assert_int_equal(unit[1].kind, UNIT_EVALUATION);
	OK(post_current(tx, w->mem, w->office, POST_INTAKE, &who, &w->err));
	assert_string_equal(who.person_name, "周敏");
	assert_string_equal(who.unit_public_code, "u01");
	OK(post_current(tx, w->mem, w->office, POST_HEAD, &who, &w->err));
	assert_int_equal(post_current(tx, w->mem, w->office, "king", &who, &w->err), XQ_NONE);
	tx_end(tx);
}

static void
an_office_code_is_taken_once(void **state)
{
	struct world *w = *state;
	const struct office_new n = { .code = "qf",
		.name = "x",
		.short_name = "x",
		.mark = "x",
		.phone = "",
		.hours = "",
		.origin = "x",
		.admin_login = "a",
		.admin_name = "a",
		.admin_password_hash = "x" };
	int64_t id = 0;
	assert_int_equal(office_create(w->app, &n, &id, &w->err), XQ_REFUSED);
	assert_string_equal(w->err.key, "office.code-taken");
	assert_int_equal(w->app->n_offices, 2);
}

/* ---- the schema itself ----------------------------------------------------------------------- */

#define BROKEN(w, sql_, vals_) assert_broken(w, SQL(sql_), vals_)

static void
assert_broken(struct world *w, sql_ref sql, struct vals v)
{
	struct tx *tx;
	OK(db_write(w->app->db, &tx, &w->err));
	enum xq_rc rc = db_exec(tx, sql, v, &w->err);
	if (rc == XQ_OK)
		rc = tx_commit(tx, &w->err); /* a server says it as late as here */
	if (rc != XQ_OK)
		tx_end(tx);
	else
		fail_msg("the schema allowed: %s", sql->text);
}

static void
the_schema_keeps_the_intake_post_filled(void **state)
{
	struct world *w = *state;
	const int64_t me = w->admin.person_id;
	BROKEN(w, "DELETE FROM post WHERE office = ? AND code = 'intake'", VALS(V(w->office)));
	BROKEN(w, "DELETE FROM post WHERE office = ?", VALS(V(w->office)));
	BROKEN(w, "UPDATE post SET holder_person_id = NULL WHERE office = ? AND code = 'intake'",
		VALS(V(w->office)));
	BROKEN(w, "UPDATE post SET standin_unit_id = NULL WHERE office = ? AND code = 'intake'",
		VALS(V(w->office)));
	BROKEN(w, "UPDATE post SET holder_person_id = 99 WHERE office = ? AND code = 'intake'",
		VALS(V(w->office)));
	BROKEN(w, "UPDATE post SET holder_unit_id = 2 WHERE office = ? AND code = 'intake'",
		VALS(V(w->office))); /* a unit that the holder does not belong to */
	BROKEN(w, "DELETE FROM membership WHERE office = ? AND person_id = ?",
		VALS(V(w->office), V(me)));
	BROKEN(w, "DELETE FROM person WHERE office = ? AND id = ?", VALS(V(w->office), V(me)));
}

static void
a_post_is_not_held_by_another_offices_people(void **state)
{
	struct world *w = *state;
	struct tx *tx;
	int64_t person = 0;
	OK(db_write(w->app->db, &tx, &w->err));
	OK(person_add(tx, w->other, "外人", "", "", 1, &person, &w->err));
	OK(tx_commit(tx, &w->err));
	BROKEN(w, "UPDATE post SET holder_person_id = ? WHERE office = ? AND code = 'intake'",
		VALS(V(person), V(w->office)));
}

/* ---- who stands for it now ------------------------------------------------------------------- */

static const char *
who_receives(struct world *w)
{
	struct tx *tx = look(w);
	struct post_holder who = { 0 };
	OK(post_current(tx, w->mem, w->office, POST_INTAKE, &who, &w->err));
	tx_end(tx);
	return who.person_name;
}

static void
leave_moves_the_post_to_the_stand_in_and_then_to_the_head(void **state)
{
	struct world *w = *state;
	(void)hire(w, "guxl", "顾晓岚", "u01", "clerk");
	(void)hire(w, "wanglei", "王蕾", "u01", "clerk");
	OK(run(w, &post_assign_act,
		IN({ "post", "intake" }, { "holder", "guxl" }, { "standin", "wanglei" })));
	assert_string_equal(who_receives(w), "顾晓岚");
	const struct actor gu = actor_named(w, w->office, "guxl");
	const struct actor wang = actor_named(w, w->office, "wanglei");
	OK(run_as(w, &gu, &account_away_act, IN({ "away", "1" })));
	assert_string_equal(who_receives(w), "王蕾");
	OK(run_as(w, &wang, &account_away_act, IN({ "away", "1" })));
	assert_string_equal(who_receives(w), "周敏");
	OK(run(w, &account_away_act, IN({ "away", "1" })));
	assert_string_equal(who_receives(w), "周敏"); /* nothing may lie unowned */
	OK(run_as(w, &gu, &account_away_act, NOTHING));
	assert_string_equal(who_receives(w), "顾晓岚");
}

static void
a_post_needs_two_people_of_this_office(void **state)
{
	struct world *w = *state;
	(void)hire(w, "guxl", "顾晓岚", "u01", "clerk");
	const int64_t noted = count_events(w, "\"act\":\"post.assign\"");
	assert_refused(w,
		run(w, &post_assign_act,
			IN({ "post", "intake" }, { "holder", "guxl" }, { "standin", "guxl" })),
		"standin", "post.same-person");
	assert_refused(w,
		run(w, &post_assign_act,
			IN({ "post", "intake" }, { "holder", "nobody" }, { "standin", "noone" })),
		"holder", "account.unknown");
	assert_int_equal(w->call->form.n_faults, 2); /* both are told */
	assert_int_equal(count_events(w, "\"act\":\"post.assign\""), noted);
	assert_int_equal(run(w, &post_assign_act, IN({ "post", "intake" }, { "holder", "guxl" })),
		XQ_REFUSED);
	assert_string_equal(who_receives(w), "周敏");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_new_office_has_log_units_posts_and_administrator),
		TEST(an_office_code_is_taken_once),
		TEST(the_schema_keeps_the_intake_post_filled),
		TEST(a_post_is_not_held_by_another_offices_people),
		TEST(leave_moves_the_post_to_the_stand_in_and_then_to_the_head),
		TEST(a_post_needs_two_people_of_this_office),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
