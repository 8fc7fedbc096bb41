/* SPDX-License-Identifier: Apache-2.0 */
/* Looking at a resident's full details (E02): with a reason, for a quarter of an hour, in the resident's
 * own list; and the word of a resident who finds a look wrong. */
#include "fixture.h"

#include "concern/attitude.h"
#include "concern/unmask.h"
#include "concern/visit.h"

#include "core/banned.h"

const struct module *const world_modules[] = { &act_module, &office_module, &concern_module,
	&concern_visit_module, &concern_unmask_module, &evaluation_module, &notify_module, NULL };

/* ---- short words ---------------------------------------------------------------------------------- */

static enum xq_rc
open_details(struct world *w, enum who who, int64_t no, const char *why)
{
	return run(w, who, &concern_unmask, IN({ "concern", no_text(w, no) }, { "why", why }));
}

static bool
sees(struct world *w, enum who who, int64_t no)
{
	int64_t until = 0;
	struct tx *tx = look(w);
	OK(unmask_until(tx, w->office, concern_of(w, no).id, w->who[who].person_id, now_of(w),
		&until, &w->err));
	tx_end(tx);
	return until > 0;
}

static size_t
looks_at(struct world *w, int64_t no, struct unmasking *out_newest)
{
	struct unmasking *list;
	size_t n = 0;
	struct tx *tx = look(w);
	OK(unmask_list(
		tx, w->mem, w->office, concern_of(w, no).id, UNMASKINGS_SHOWN, &list, &n, &w->err));
	tx_end(tx);
	if (n > 0)
		*out_newest = list[0];
	return n;
}

static const char *
unlock(struct world *w)
{
	OK(run(w, RESIDENT, &voice_unlock, IN({ "code", w->code }, { "digits", "8000" })));
	return result(w, "unlock");
}

static enum xq_rc
doubt(struct world *w, enum who who, const char *key, const char *no)
{
	return run(w, who, &voice_doubt,
		IN({ "code", w->code }, { "unlock", key }, { "no", no },
			{ "text", "我没有请人看，事情已经办完了。" }));
}

static size_t
words_for(struct world *w, enum who who, struct conduct *out)
{
	size_t n = 0;
	struct tx *tx = look(w);
	OK(conduct_list(tx, w->mem, w->app, &w->who[who], 0, out, 5, &n, &w->err));
	tx_end(tx);
	return n;
}

/* ---- looking -------------------------------------------------------------------------------------- */

static void
a_look_has_a_reason_and_an_end(void **state)
{
	struct world *w = *state;
	const int64_t no = signed_by_chen(w);
	struct unmasking k = { 0 };
	assert_refused(w, run(w, CHEN, &concern_unmask, IN({ "concern", no_text(w, no) })), NULL,
		"form.faults");
	assert_refused(w, open_details(w, CHEN, no, "other"), "note", "unmask.say-why");
	assert_int_equal(looks_at(w, no, &k), 0);
	mark(w);
	OK(open_details(w, CHEN, no, "contact"));
	assert_true(sees(w, CHEN, no));
	assert_false(sees(w, WANG, no)); /* not for the whole unit */
	assert_int_equal(looks_at(w, no, &k), 1);
	assert_string_equal(k.as, "owner");
	assert_string_equal(k.why, "contact");
	assert_string_equal(k.unit, "物业管理科");
	assert_non_null(strstr(news(w), "staff.unmasked"));
	assert_int_equal(count_events(w, "陈海燕"), 0); /* who it was is a commitment */
	clock_set(&w->clock, now_of(w) + UNMASK_OPEN_S - 1);
	assert_true(sees(w, CHEN, no));
	clock_set(&w->clock, now_of(w) + 1);
	assert_false(sees(w, CHEN, no));
	assert_int_equal(looks_at(w, no, &k), 1); /* and stays in the list */
	assert_invariants(w);
}

static void
only_who_speaks_to_the_resident_looks(void **state)
{
	struct world *w = *state;
	const int64_t no = signed_by_chen(w);
	static const struct {
		enum who who;
		const char *as; /* NULL: refused */
	} row[] = { { CHEN, "owner" }, { GU, "tracker" }, { WANG, "unit" }, { HE, "unit" },
		{ SHEN, "ruling" }, { BAI, "unit" }, { PEI, NULL }, { ZHOU, NULL }, { MA, NULL },
		{ LUO, NULL }, { WEN, NULL }, { XIANG, NULL } };
	struct unmasking k;
	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		enum xq_rc rc = open_details(w, row[i].who, no, "contact");
		if (!row[i].as) {
			assert_refused(w, rc, NULL, "unmask.not-yours");
			continue;
		}
		OK(rc);
		assert_true(looks_at(w, no, &k) > 0);
		assert_string_equal(k.as, row[i].as);
	}
	assert_int_not_equal(open_details(w, RESIDENT, no, "contact"), XQ_OK);
}

static void
who_calls_back_looks_while_the_call_is_due(void **state)
{
	struct world *w = *state;
	struct unmasking k;
	const int64_t no = answered_by_chen(w);
	OK(open_details(w, PEI, no, "callback"));
	assert_int_equal(looks_at(w, no, &k), 1);
	assert_string_equal(k.as, "caller");
	OK(rate(w, RESIDENT, w->code, "yes", "1"));
	assert_refused(w, open_details(w, PEI, no, "callback"), NULL, "unmask.not-yours");
}

static void
who_visits_looks_until_the_visit_is_over(void **state)
{
	struct world *w = *state;
	struct unmasking k;
	const int64_t no = signed_by_chen(w);
	OK(run(w, CHEN, &visit_offer,
		IN({ "concern", no_text(w, no) }, { "purpose", "explain" },
			{ "about", "当面说明维修安排" }, { "day", "2026-10-09" },
			{ "first", "guxl" }, { "second", "luoy" })));
	OK(open_details(w, LUO, no, "visit"));
	assert_int_equal(looks_at(w, no, &k), 1);
	assert_string_equal(k.as, "visitor");
	OK(run(w, CHEN, &visit_answer,
		IN({ "concern", no_text(w, no) }, { "answer", "declined" })));
	assert_refused(w, open_details(w, LUO, no, "visit"), NULL, "unmask.not-yours");
}

static void
long_after_the_end_only_a_ruling_post_looks(void **state)
{
	struct world *w = *state;
	const int64_t no = answered_by_chen(w);
	OK(rate(w, RESIDENT, w->code, "yes", "1"));
	OK(open_details(w, CHEN, no, "answer"));
	clock_set(&w->clock, now_of(w) + (UNMASK_CLOSED_DAYS + 1) * INT64_C(86400));
	assert_refused(w, open_details(w, CHEN, no, "answer"), NULL, "unmask.too-long-ago");
	OK(open_details(w, SHEN, no, "identity"));
}

static void
in_confidence_only_the_owner_of_the_unit_looks(void **state)
{
	struct world *w = *state;
	OK(run(w, GU, &concern_register,
		IN({ "body", "物业经理夜里带人来闹，请替我保密。" }, { "class", "property" },
			{ "phone", "13800138000" }, { "secret", "1" })));
	const int64_t no = made_now(w);
	OK(accept_it(w, CHEN, no));
	mark(w);
	assert_refused(w, open_details(w, WANG, no, "contact"), NULL, "unmask.sealed");
	OK(open_details(w, CHEN, no, "contact"));
	assert_null(strstr(news(w), "\"unit\"")); /* nor does the record name the unit */
}

/* ---- the resident --------------------------------------------------------------------------------- */

static void
a_resident_calls_a_look_wrong_once(void **state)
{
	struct world *w = *state;
	struct unmasking k = { 0 };
	struct conduct said[5];
	const int64_t no = signed_by_chen(w);
	OK(open_details(w, CHEN, no, "contact"));
	const char *key = unlock(w);
	assert_int_not_equal(doubt(w, CHEN, key, "1"), XQ_OK);
	assert_refused(w, doubt(w, RESIDENT, "x", "1"), NULL, "voice.shut");
	assert_refused(w, doubt(w, RESIDENT, key, "2"), NULL, "unmask.unknown");
	OK(doubt(w, RESIDENT, key, "1"));
	assert_refused(w, doubt(w, RESIDENT, key, "1"), NULL, "unmask.doubted");
	assert_int_equal(looks_at(w, no, &k), 1);
	assert_true(k.doubted_at > 0);
	assert_int_equal(words_for(w, SHEN, said), 1);
	assert_string_equal(said[0].look_why, "contact");
	assert_int_equal(said[0].look_at, k.at);
	assert_string_equal(said[0].unit, "物业管理科");
	assert_int_equal(words_for(w, BAI, said), 0); /* never the unit itself */
	assert_int_equal(count_events(w, "我没有请人看"), 0);
	assert_invariants(w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_look_has_a_reason_and_an_end),
		TEST(only_who_speaks_to_the_resident_looks),
		TEST(who_calls_back_looks_while_the_call_is_due),
		TEST(who_visits_looks_until_the_visit_is_over),
		TEST(long_after_the_end_only_a_ruling_post_looks),
		TEST(in_confidence_only_the_owner_of_the_unit_looks),
		TEST(a_resident_calls_a_look_wrong_once),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
