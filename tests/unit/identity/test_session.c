/* SPDX-License-Identifier: Apache-2.0 */
/* Who stands behind a cookie or token, and until when. */
#include "fixture.h"

#include "core/banned.h"

static struct str
begin(struct world *w, int64_t at)
{
	char *token = mem_array(w->mem, char, TOKEN_LEN + 1);
	OK(session_start(w->tx, w->key, OFFICE, w->account, STR("Firefox, Windows"), at, &w->random,
		token, &w->err));
	assert_int_equal(strlen(token), TOKEN_LEN);
	return str_of(token);
}

static enum xq_rc
who(struct world *w, int64_t office, struct str token, int64_t at, struct actor *out)
{
	return actor_by_session(w->tx, w->key, office, token, at, out, &w->err);
}

static void
a_session_brings_its_person(void **state)
{
	struct world *w = *state;
	const struct grant g = { ROLE_CLERK, SCOPE_OFFICE, 0 };
	OK(role_give(w->tx, OFFICE, w->account, &g, NOW, &w->err));
	struct actor a;
	OK(who(w, OFFICE, begin(w, NOW), NOW + 1, &a));
	assert_int_equal(a.kind, ACTOR_STAFF);
	assert_int_equal(a.office, OFFICE);
	assert_int_equal(a.account_id, w->account);
	assert_int_equal(a.person_id, w->person);
	assert_int_equal(a.unit_id, w->unit);
	assert_string_equal(a.name, "陈海燕");
	assert_string_equal(a.unit_code, "u03");
	assert_string_equal(a.unit_name, "物业管理科");
	assert_true(actor_may(&a, PERM_HANDLE));
	assert_false(a.is_by_token);
	assert_true(a.session_id != 0);
}

static void
the_token_itself_is_not_stored(void **state)
{
	struct world *w = *state;
	const struct str token = begin(w, NOW);
	int64_t n = -1;
	OK(db_int(w->tx, SQL("SELECT count(*) FROM session WHERE office = ? AND token_hash = ?"),
		VALS(V((int64_t)OFFICE), V(((struct bytes){ (const uint8_t *)token.p, token.n }))),
		&n, &w->err));
	assert_int_equal(n, 0);
	struct actor a;
	uint8_t other_key[KEY_LEN] = { 9 };
	assert_int_equal(
		actor_by_session(w->tx, other_key, OFFICE, token, NOW, &a, &w->err), XQ_NONE);
}

static void
strange_tokens_are_nobody(void **state)
{
	struct world *w = *state;
	const struct str token = begin(w, NOW);
	struct actor a;
	char wrong[TOKEN_LEN + 1];
	memcpy(wrong, token.p, sizeof wrong);
	wrong[3] = wrong[3] == 'A' ? 'B' : 'A';
	assert_int_equal(who(w, OFFICE, str_of(wrong), NOW, &a), XQ_NONE);
	assert_int_equal(who(w, OFFICE, STR(""), NOW, &a), XQ_NONE);
	assert_int_equal(who(w, OFFICE, str_n(token.p, TOKEN_LEN - 1), NOW, &a), XQ_NONE);
	/* the other office has an account and a person of the same ids */
	assert_int_equal(who(w, OTHER, token, NOW, &a), XQ_NONE);
}

static void
half_an_hour_without_use_ends_it(void **state)
{
	struct world *w = *state;
	const struct str token = begin(w, NOW);
	struct actor a;
	OK(who(w, OFFICE, token, NOW + SESSION_IDLE_S - 1, &a));
	assert_int_equal(who(w, OFFICE, token, NOW + SESSION_IDLE_S, &a), XQ_NONE);
}

static void
a_touch_keeps_it_awake_but_wakes_nothing_up(void **state)
{
	struct world *w = *state;
	const struct str token = begin(w, NOW);
	struct actor a;
	OK(who(w, OFFICE, token, NOW + SESSION_TOUCH_S - 1, &a));
	assert_false(session_wants_touch(&a, NOW + SESSION_TOUCH_S - 1));
	assert_true(session_wants_touch(&a, NOW + SESSION_TOUCH_S));
	OK(session_touch(w->tx, OFFICE, w->account, a.session_id, NOW + 1000, &w->err));
	OK(who(w, OFFICE, token, NOW + 1000 + SESSION_IDLE_S - 1, &a));
	OK(session_touch(
		w->tx, OFFICE, w->account, a.session_id, NOW + 500, &w->err)); /* never back */
	OK(who(w, OFFICE, token, NOW + 1000 + SESSION_IDLE_S - 1, &a));
	OK(session_touch(
		w->tx, OFFICE, w->account, a.session_id, NOW + 1000 + SESSION_IDLE_S, &w->err));
	assert_int_equal(who(w, OFFICE, token, NOW + 1000 + SESSION_IDLE_S, &a), XQ_NONE);
}

static void
twelve_hours_end_it_whatever_is_done(void **state)
{
	struct world *w = *state;
	const struct str token = begin(w, NOW);
	struct actor a;
	OK(who(w, OFFICE, token, NOW, &a));
	const int64_t id = a.session_id;
	for (int64_t t = NOW + 1000; t < NOW + SESSION_MAX_S; t += 1000)
		OK(session_touch(w->tx, OFFICE, w->account, id, t, &w->err));
	OK(who(w, OFFICE, token, NOW + SESSION_MAX_S - 1, &a));
	assert_int_equal(who(w, OFFICE, token, NOW + SESSION_MAX_S, &a), XQ_NONE);
}

static void
a_new_password_ends_all_sessions(void **state)
{
	struct world *w = *state;
	const struct str one = begin(w, NOW), two = begin(w, NOW);
	struct actor a;
	OK(account_set_password(w->tx, OFFICE, w->account, 1, "new", false, NOW, &w->err));
	assert_int_equal(who(w, OFFICE, one, NOW, &a), XQ_NONE);
	assert_int_equal(who(w, OFFICE, two, NOW, &a), XQ_NONE);
}

static void
the_others_can_be_ended(void **state)
{
	struct world *w = *state;
	const struct str one = begin(w, NOW), two = begin(w, NOW);
	struct actor a;
	struct session *list;
	size_t n;
	OK(session_list(w->tx, w->mem, OFFICE, w->account, NOW, &list, &n, &w->err));
	assert_int_equal(n, 2);
	assert_string_equal(list[0].device, "Firefox, Windows");
	OK(who(w, OFFICE, two, NOW, &a));
	OK(session_end_others(w->tx, OFFICE, w->account, a.session_id, &w->err));
	assert_int_equal(who(w, OFFICE, one, NOW, &a), XQ_NONE);
	OK(who(w, OFFICE, two, NOW, &a));
	/* not somebody else's, though the id fits */
	OK(session_end(w->tx, OFFICE, w->account + 1, a.session_id, &w->err));
	OK(session_end(w->tx, OTHER, w->account, a.session_id, &w->err));
	OK(who(w, OFFICE, two, NOW, &a));
	OK(session_end(w->tx, OFFICE, w->account, a.session_id, &w->err));
	assert_int_equal(who(w, OFFICE, two, NOW, &a), XQ_NONE);
}

static void
run_out_sessions_are_dropped_at_the_next_sign_in(void **state)
{
	struct world *w = *state;
	(void)begin(w, NOW);                  /* runs out */
	(void)begin(w, NOW + SESSION_IDLE_S); /* its sign-in drops the first */
	int64_t n = 0;
	OK(db_int(w->tx, SQL("SELECT count(*) FROM session WHERE office = ? AND account_id = ?"),
		VALS(V((int64_t)OFFICE), V(w->account)), &n, &w->err));
	assert_int_equal(n, 1);
}

static void
a_first_password_is_told_to_the_session(void **state)
{
	struct world *w = *state;
	OK(account_must_change(w->tx, OFFICE, w->account, &w->err));
	struct actor a;
	OK(who(w, OFFICE, begin(w, NOW), NOW, &a));
	assert_true(a.must_change);
	assert_false(actor_may(&a, PERM_STAFF));
	OK(actor_by_login(
		w->tx, OFFICE, STR("chenhy"), &a, &w->err)); /* the folder's owner vouches */
	assert_false(a.must_change);
}

/* ---- tokens ----------------------------------------------------------------------------------- */

static void
a_token_works_until_its_day(void **state)
{
	struct world *w = *state;
	char token[TOKEN_LEN + 1];
	struct actor a;
	OK(api_token_add(w->tx, w->key, OFFICE, w->account, STR("导入"), NOW + 100, NOW, &w->random,
		token, &w->err));
	OK(actor_by_token(w->tx, w->key, OFFICE, str_of(token), NOW + 99, &a, &w->err));
	assert_true(a.is_by_token);
	assert_int_equal(a.session_id, 0);
	assert_false(session_wants_touch(&a, NOW + 99));
	assert_int_equal(
		actor_by_token(w->tx, w->key, OFFICE, str_of(token), NOW + 100, &a, &w->err),
		XQ_NONE);
	assert_int_equal(
		actor_by_token(w->tx, w->key, OTHER, str_of(token), NOW, &a, &w->err), XQ_NONE);
	assert_int_equal(who(w, OFFICE, str_of(token), NOW, &a), XQ_NONE); /* no cookie */
}

static void
a_token_is_withdrawn_by_its_label(void **state)
{
	struct world *w = *state;
	char token[TOKEN_LEN + 1], again[TOKEN_LEN + 1];
	struct actor a;
	OK(api_token_add(w->tx, w->key, OFFICE, w->account, STR("导入"), NOW + 100, NOW, &w->random,
		token, &w->err));
	REFUSED(w,
		api_token_add(w->tx, w->key, OFFICE, w->account, STR("导入"), NOW + 100, NOW,
			&w->random, again, &w->err),
		"token.label-taken");
	REFUSED(w, api_token_end(w->tx, OFFICE, w->account, STR("别的"), &w->err), "token.unknown");
	REFUSED(w, api_token_end(w->tx, OTHER, w->account, STR("导入"), &w->err), "token.unknown");
	OK(api_token_end(w->tx, OFFICE, w->account, STR("导入"), &w->err));
	assert_int_equal(
		actor_by_token(w->tx, w->key, OFFICE, str_of(token), NOW, &a, &w->err), XQ_NONE);
	/* one that has run out leaves its label */
	OK(api_token_add(w->tx, w->key, OFFICE, w->account, STR("导入"), NOW + 1, NOW, &w->random,
		token, &w->err));
	OK(api_token_add(w->tx, w->key, OFFICE, w->account, STR("导入"), NOW + 9, NOW + 1,
		&w->random, again, &w->err));
}

static void
long_names_are_cut_between_characters(void **state)
{
	struct world *w = *state;
	int64_t person, account;
	OK(person_add(w->tx, OFFICE, "一二三四五六七八九十一二三四五六七八九十一二三四五", "", "",
		w->unit, &person, &w->err));
	OK(account_add(w->tx, OFFICE, person, "long", "x", NOW, &account, &w->err));
	struct actor a;
	OK(actor_by_person(w->tx, OFFICE, person, &a, &w->err));
	assert_string_equal(a.name, "一二三四五六七八九十一二三四五六七八九十一"); /* 63 bytes */
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_session_brings_its_person),
		TEST(the_token_itself_is_not_stored),
		TEST(strange_tokens_are_nobody),
		TEST(half_an_hour_without_use_ends_it),
		TEST(a_touch_keeps_it_awake_but_wakes_nothing_up),
		TEST(twelve_hours_end_it_whatever_is_done),
		TEST(a_new_password_ends_all_sessions),
		TEST(the_others_can_be_ended),
		TEST(run_out_sessions_are_dropped_at_the_next_sign_in),
		TEST(a_first_password_is_told_to_the_session),
		TEST(a_token_works_until_its_day),
		TEST(a_token_is_withdrawn_by_its_label),
		TEST(long_names_are_cut_between_characters),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
