/* SPDX-License-Identifier: Apache-2.0 */
/* What was pointed to another body, counted by body, unit and month. */
#include "fixture.h"

#include "concern/first_pages.h"
#include "concern/redirect_pages.h"

#include "core/banned.h"

const struct module *const world_modules[] = { &act_module, &office_module, &concern_module,
	&concern_first_module, &evaluation_module, &notify_module, NULL };

static void
redirect(struct world *w, enum who who, const char *body, const char *phone)
{
	OK(run(w, who, &concern_redirect,
		IN({ "concern", no_text(w, take_down(w, who, "other")) }, { "body", body },
			{ "name", "区人民法院" }, { "phone", phone },
			{ "told", "当面告知立案窗口" })));
}

static struct redirect_year
counted(struct world *w, int year)
{
	struct redirect_year y = { 0 };
	struct tx *tx = look(w);
	OK(redirect_year_load(tx, w->mem, w->office, year, TZ_CHINA, &y, &w->err));
	tx_end(tx);
	return y;
}

static int64_t
of_unit(struct world *w, const struct redirect_year *y, enum who who)
{
	for (size_t i = 0; i < y->n_units; i++)
		if (y->unit[i].unit_id == w->who[who].unit_id)
			return y->unit[i].n;
	return -1;
}

static void
each_body_and_unit_has_its_months(void **state)
{
	struct world *w = *state;
	redirect(w, GU, "court", "12368");
	redirect(w, GU, "court", "12368");
	redirect(w, FANG, "emergency", "110");
	go(w, 20261009, 900);
	redirect(w, GU, "court", "窗口");
	go(w, 20270105, 900);
	redirect(w, GU, "court", "12368");
	struct redirect_year y = counted(w, 2026);
	assert_int_equal(y.n_bodies, 8);
	assert_int_equal(y.all.n, 4);
	assert_int_equal(y.all.n_contact, 3); /* a counter alone is no phone */
	assert_int_equal(y.all.month[8], 3);
	assert_int_equal(y.all.month[9], 1);
	assert_int_equal(y.body[0].n, 1); /* emergency */
	assert_int_equal(y.body[1].n, 3); /* court */
	assert_int_equal(y.body[1].n_contact, 2);
	assert_int_equal(of_unit(w, &y, GU), 3);
	assert_int_equal(of_unit(w, &y, FANG), 1);
	assert_int_equal(of_unit(w, &y, CHEN), 0);
	y = counted(w, 2027);
	assert_int_equal(y.all.n, 1);
	assert_int_equal(y.all.month[0], 1);
}

static void
a_contact_is_a_phone_before_the_words(void **state)
{
	(void)state;
	assert_true(redirect_names_contact("区人民法院 12368 · 当面告知"));
	assert_true(redirect_names_contact("公安 110 · 已告知"));
	assert_true(redirect_names_contact("区法院 021-5550-0123 · 已告知"));
	assert_false(redirect_names_contact("区法院 窗口 · 请打 12345"));
	assert_false(redirect_names_contact("区法院 12368"));
	assert_false(redirect_names_contact("1 2 3 · 区法院"));
	assert_false(redirect_names_contact(""));
	assert_false(redirect_names_contact(NULL));
}

static void
nobody_is_sent_on_without_name_phone_and_words(void **state)
{
	struct world *w = *state;
	const char *no = no_text(w, take_down(w, GU, "other"));
	static const char *const fields[] = { "name", "phone", "told", "body" };
	for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
		struct pair in[6] = { { "concern", no }, { "name", "区人民法院" },
			{ "phone", "12368" }, { "told", "当面告知" }, { "body", "court" } };
		in[i + 1].text = "";
		assert_int_equal(run(w, GU, &concern_redirect, in), XQ_REFUSED);
	}
	OK(run(w, GU, &concern_redirect,
		IN({ "concern", no }, { "name", "区人民法院" }, { "phone", "12368" },
			{ "told", "当面告知" }, { "body", "court" })));
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(each_body_and_unit_has_its_months),
		TEST(a_contact_is_a_phone_before_the_words),
		TEST(nobody_is_sent_on_without_name_phone_and_words),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
