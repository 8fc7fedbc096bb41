/* SPDX-License-Identifier: Apache-2.0 */
#include "fixture.h"

#include "core/banned.h"

static void
a_hash_matches_its_password_only(void **state)
{
	(void)state;
	char hash[PASSWORD_HASH_LEN];
	struct xq_err err = { 0 };
	OK(password_hash("三月里 Green 42", hash, &err));
	assert_non_null(strstr(hash, "$argon2id$v=19$m=19456,t=2,p=1$"));
	assert_true(password_matches(hash, "三月里 Green 42"));
	assert_false(password_matches(hash, "三月里 Green 43"));
	assert_false(password_matches(hash, ""));
}

/* No account: the same work, never a match. */
static void
nobody_has_no_password(void **state)
{
	(void)state;
	assert_false(password_matches(NULL, ""));
	assert_false(password_matches(NULL, "anything at all"));
}

static void
rules_of_passwords(void **state)
{
	(void)state;
	static const struct {
		const char *password, *login, *key; /* NULL: fine */
	} cases[] = {
		{ "Abcdefgh12", "chenhy", NULL },
		{ "Abcdefgh1", "chenhy", "password.short" },
		{ "", "chenhy", "password.short" },
		{ "abcdefgh12", "chenhy", "password.classes" },
		{ "abcdefghij", "chenhy", "password.classes" },
		{ "abcdefgh-1", "chenhy", NULL },
		{ "abcdefg 春天1", "chenhy", NULL },
		{ "春天来了花开了一朵", "chenhy",
			"password.short" }, /* nine characters, not bytes */
		{ "春天来了花开了一朵又", "chenhy", "password.classes" },
		{ "my CHENHY 2026", "chenhy", "password.is-login" },
		{ "chenhy-2026-A", "chenhy", "password.is-login" },
		{ "Abcdefgh12", "", NULL },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct xq_err err = { 0 };
		const enum xq_rc rc = password_check_rules(
			str_of(cases[i].password), str_of(cases[i].login), &err);
		if (cases[i].key == NULL ? rc != XQ_OK
					 : rc != XQ_REFUSED || !text_eq(err.key, cases[i].key))
			fail_msg("\"%s\": expected %s, got %s", cases[i].password,
				cases[i].key ? cases[i].key : "fine", err.key ? err.key : "fine");
	}
}

static void
a_very_long_password_is_refused_before_hashing(void **state)
{
	(void)state;
	char text[400];
	for (size_t i = 0; i < sizeof text; i++)
		text[i] = "aB3-"[i % 4];
	struct xq_err err = { 0 };
	OK(password_check_rules(str_n(text, PASSWORD_MAX), STR("x"), &err));
	assert_int_equal(
		password_check_rules(str_n(text, PASSWORD_MAX + 1), STR("x"), &err), XQ_REFUSED);
	assert_string_equal(err.key, "password.long");
}

static void
first_passwords_pass_the_rules_and_differ(void **state)
{
	(void)state;
	struct rng r;
	rng_init_seed(&r, 1);
	char before[PASSWORD_FIRST_LEN + 1] = "";
	for (int i = 0; i < 200; i++) {
		char text[PASSWORD_FIRST_LEN + 1];
		struct xq_err err = { 0 };
		password_first(&r, text);
		assert_int_equal(strlen(text), PASSWORD_FIRST_LEN);
		OK(password_check_rules(str_of(text), STR("0"), &err));
		assert_null(strpbrk(text, "0Oo1lI"));
		assert_string_not_equal(text, before);
		memcpy(before, text, sizeof before);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_hash_matches_its_password_only),
		cmocka_unit_test(nobody_has_no_password),
		cmocka_unit_test(rules_of_passwords),
		cmocka_unit_test(a_very_long_password_is_refused_before_hashing),
		cmocka_unit_test(first_passwords_pass_the_rules_and_differ),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
