/* SPDX-License-Identifier: Apache-2.0 */
/* A resident puts the own details right, takes them out, and takes back what may be shown. */
#include "fixture.h"

#include "core/banned.h"

const struct module *const world_modules[] = { &act_module, &office_module, &concern_module,
	&evaluation_module, &notify_module, NULL };

static const char *
unlock(struct world *w, const char *digits)
{
	OK(run(w, RESIDENT, &voice_unlock, IN({ "code", w->code }, { "digits", digits })));
	return text_eq(result(w, "open"), "yes") ? result(w, "unlock") : NULL;
}

#define CORRECT(w, key, ...)                                                                       \
	run((w), RESIDENT, &voice_correct,                                                         \
		IN({ "code", (w)->code }, { "unlock", (key) }, __VA_ARGS__))

static struct intake
stored(struct world *w, int64_t no)
{
	struct intake in = { 0 };
	struct tx *tx = look(w);
	OK(intake_load(tx, w->mem, w->office, concern_of(w, no).id, &in, &w->err));
	tx_end(tx);
	return in;
}

static void
what_is_filled_in_is_put_right_and_the_rest_stays(void **state)
{
	struct world *w = *state;
	const int64_t no = signed_by_chen(w);
	const struct intake old = stored(w, no);
	const char *key = unlock(w, "8000");
	OK(CORRECT(w, key, { "name", "林小满" }, { "phone", "13900004321" }));
	struct intake in = stored(w, no);
	assert_string_equal(in.name, "林小满");
	assert_string_equal(in.phone, "13900004321");
	assert_string_equal(in.address, old.address);
	assert_string_equal(in.contact_wish, old.contact_wish);
	/* from now on the new digits open it, and the old ones do not */
	assert_null(unlock(w, "8000"));
	assert_non_null(unlock(w, "4321"));
	OK(CORRECT(w, key, { "no_name", "1" }, { "contact_wish", "晚上七点以后" }));
	in = stored(w, no);
	assert_string_equal(in.name, "");
	assert_string_equal(in.contact_wish, "晚上七点以后");
	assert_int_equal(count_events(w, "4321"), 0);
	assert_invariants(w);
}

static void
agreement_taken_back_takes_the_line_off(void **state)
{
	struct world *w = *state;
	const int64_t no = signed_by_chen(w);
	const char *key = unlock(w, "8000");
	OK(CORRECT(w, key, { "publish", "yes" }));
	OK(submit(w, CHEN, no));
	OK(run(w, HE, &reply_approve,
		IN({ "concern", no_text(w, no) }, { "public_line", "楼道灯已修好" })));
	assert_string_equal(concern_of(w, no).public_line, "楼道灯已修好");
	OK(CORRECT(w, key, { "publish", "no" }));
	assert_null(concern_of(w, no).public_line);
	assert_false(concern_of(w, no).may_publish);
}

static void
nothing_and_both_are_told_apart(void **state)
{
	struct world *w = *state;
	(void)signed_by_chen(w);
	const char *key = unlock(w, "8000");
	assert_refused(w, CORRECT(w, key, { "no_name", "0" }), NULL, "correct.nothing");
	const enum xq_rc rc = CORRECT(w, key, { "name", "林小满" }, { "no_name", "1" },
		{ "address", "枫桥路1号" }, { "no_address", "1" });
	assert_refused(w, rc, "name", "correct.both");
	assert_refused(w, rc, "address", "correct.both");
	assert_refused(w, CORRECT(w, key, { "phone", "12" }), "phone", "phone.digits-optional");
}

static void
only_its_own_resident_may_and_not_without_end(void **state)
{
	struct world *w = *state;
	const int64_t no = signed_by_chen(w);
	assert_refused(w, CORRECT(w, "falsch", { "name", "林小满" }), NULL, "voice.shut");
	assert_refused(w,
		run(w, CHEN, &voice_correct,
			IN({ "code", w->code }, { "unlock", unlock(w, "8000") },
				{ "name", "林小满" })),
		NULL, "voice.staff");
	const char *key = unlock(w, "8000");
	for (int i = 0; i < 10; i++)
		OK(CORRECT(w, key, { "name", "林小满" }));
	assert_refused(w, CORRECT(w, key, { "name", "林小满" }), NULL, "correct.too-often");
	assert_int_equal(concern_of(w, no).state, ST_SIGNED);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_is_filled_in_is_put_right_and_the_rest_stays),
		TEST(agreement_taken_back_takes_the_line_off),
		TEST(nothing_and_both_are_told_apart),
		TEST(only_its_own_resident_may_and_not_without_end),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
