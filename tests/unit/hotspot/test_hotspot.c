/* SPDX-License-Identifier: Apache-2.0 */
/* Hot spots: what the clock counts as one place, from how many on, what a person says of it, and whether
 * the treatment held. */
#include "../concern/fixture.h"

#include "hotspot/hotspot_int.h"

#include "core/banned.h"

const struct module *const world_modules[] = { &act_module, &office_module, &concern_module,
	&evaluation_module, &notify_module, &hotspot_module, NULL };

/* ---- short words ------------------------------------------------------------------------------------ */

static int64_t
raise_at(struct world *w, const char *class, const char *place, bool secret)
{
	OK(run(w, GU, &concern_register,
		IN({ "body", "楼道灯又不亮了。" }, { "class", class }, { "place", place },
			{ "phone", "13800138000" }, { "secret", secret ? "1" : "" })));
	return made_now(w);
}

static void
raise_many(struct world *w, int n, const char *place)
{
	for (int i = 0; i < n; i++)
		raise_at(w, "property", place, false);
}

static int64_t
found(struct world *w, enum hotspot_state state)
{
	return ask(w, SQL("SELECT count(*) FROM hotspot WHERE office = ? AND state = ?"),
		VALS(V(w->office), V((int64_t)state)));
}

static void
night(struct world *w, int32_t day)
{
	go(w, day, 1);
	run_jobs(w);
}

static struct hotspot
spot(struct world *w, int64_t no)
{
	struct hotspot h = { 0 };
	struct tx *tx = look(w);
	OK(hotspot_load(tx, w->mem, w->office, no, &h, &w->err));
	tx_end(tx);
	return h;
}

static enum xq_rc
confirm(struct world *w, enum who who)
{
	return run(w, who, &hotspot_confirm,
		IN({ "spot", "1" }, { "cause", "线路老化" }, { "unit", "u04" }));
}

static enum xq_rc
treat(struct world *w, enum who who)
{
	return run(w, who, &hotspot_treat, IN({ "spot", "1" }, { "treatment", "整幢楼换线" }));
}

/* ---- what the clock finds --------------------------------------------------------------------------- */

static void
five_of_a_class_in_a_place_are_a_candidate(void **state)
{
	struct world *w = *state;
	raise_many(w, 4, "长桥新村22号");
	night(w, 20261001);
	assert_int_equal(found(w, HOTSPOT_CANDIDATE), 0);
	raise_many(w, 1, "长桥新村22号");
	night(w, 20261002);
	assert_int_equal(found(w, HOTSPOT_CANDIDATE), 1);
	assert_string_equal(spot(w, 1).place, "长桥新村22号");
	assert_string_equal(spot(w, 1).class, "property");
	assert_int_equal(spot(w, 1).found_n, 5);
	raise_many(w, 3, "长桥新村22号");
	night(w, 20261003);
	assert_int_equal(found(w, HOTSPOT_CANDIDATE), 1); /* once */
	assert_invariants(w);
}

static void
a_place_ends_at_the_house_number(void **state)
{
	struct world *w = *state;
	static const struct {
		const char *place, *spot;
	} rows[] = { { "长桥新村22号302室", "长桥新村22号" }, { " 长桥 新村22号", "长桥新村22号" },
		{ "柳岸苑3号楼5单元", "柳岸苑3号楼" }, { "枫桥路88弄6号", "枫桥路88弄" },
		{ "小石桥菜场", "小石桥菜场" }, { "", "" } };
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		assert_string_equal(spot_of(w->mem, rows[i].place), rows[i].spot);
	raise_many(w, 3, "长桥新村22号302室");
	raise_many(w, 2, "长桥新村22号101室");
	night(w, 20261001);
	assert_int_equal(found(w, HOTSPOT_CANDIDATE), 1);
}

static void
other_classes_and_other_places_do_not_add_up(void **state)
{
	struct world *w = *state;
	raise_many(w, 4, "长桥新村22号");
	raise_at(w, "parking", "长桥新村22号", false);
	raise_at(w, "property", "长桥新村41号", false);
	raise_at(w, "property", "", false);
	night(w, 20261001);
	assert_int_equal(found(w, HOTSPOT_CANDIDATE), 0);
}

static void
what_is_sealed_is_never_counted(void **state)
{
	struct world *w = *state;
	raise_many(w, 4, "长桥新村22号");
	raise_at(w, "property", "长桥新村22号", true);
	night(w, 20261001);
	assert_int_equal(found(w, HOTSPOT_CANDIDATE), 0);
	assert_int_equal(ask(w, SQL("SELECT count(*) FROM spot_concern WHERE office = ?"),
				 VALS(V(w->office))),
		4);
}

static void
more_than_thirty_days_apart_do_not_count_together(void **state)
{
	struct world *w = *state;
	raise_many(w, 4, "长桥新村22号"); /* 30 September */
	go(w, 20261030, 1000);
	raise_many(w, 1, "长桥新村22号"); /* the 31st day */
	night(w, 20261031);
	assert_int_equal(found(w, HOTSPOT_CANDIDATE), 0);
	go(w, 20261031, 1000);
	raise_many(w, 4, "长桥新村22号");
	night(w, 20261101);
	assert_int_equal(found(w, HOTSPOT_CANDIDATE), 1);
}

static void
a_portion_goes_on_where_the_last_one_stopped(void **state)
{
	struct world *w = *state;
	raise_many(w, 201, "水车巷");
	raise_many(w, 5, "东门街");
	night(w, 20261001);
	run_jobs(w); /* a round of the clock does one portion */
	assert_int_equal(found(w, HOTSPOT_CANDIDATE), 2);
	assert_int_equal(ask(w, SQL("SELECT count(*) FROM spot_concern WHERE office = ?"),
				 VALS(V(w->office))),
		206);
}

static void
the_number_is_a_setting(void **state)
{
	struct world *w = *state;
	assert_refused(w,
		run(w, CHEN, &hotspot_set_number, IN({ "number", "2" }, { "source", "办公会" })),
		NULL, "act.not-allowed");
	OK(run(w, ZHOU, &hotspot_set_number, IN({ "number", "2" }, { "source", "办公会" })));
	raise_many(w, 2, "长桥新村22号");
	night(w, 20261001);
	assert_int_equal(found(w, HOTSPOT_CANDIDATE), 1);
}

/* An older folder has concerns and an empty search. */
static void
an_older_folder_begins_with_its_last_concerns(void **state)
{
	struct world *w = *state;
	raise_many(w, 5, "长桥新村22号");
	force(w, SQL("UPDATE spot_seek SET after_id = -1, run_at = 0 WHERE office = ?"),
		VALS(V(w->office)));
	run_jobs(w);
	assert_int_equal(found(w, HOTSPOT_CANDIDATE), 1);
}

/* ---- what people say -------------------------------------------------------------------------------- */

static void
a_person_confirms_and_the_unit_treats(void **state)
{
	struct world *w = *state;
	raise_many(w, 5, "长桥新村22号");
	night(w, 20261001);
	assert_refused(w, confirm(w, CHEN), NULL, "act.not-allowed");
	assert_refused(w, treat(w, CHEN), NULL, "hotspot.not-confirmed");
	mark(w);
	OK(confirm(w, SHEN));
	assert_string_equal(news(w), "office.noted officer u10 {\"act\":\"hotspot.confirm\"}");
	assert_refused(w, confirm(w, SHEN), NULL, "hotspot.decided");
	assert_refused(w, treat(w, FANG), NULL, "hotspot.not-yours");
	OK(treat(w, CHEN));
	assert_int_equal(found(w, HOTSPOT_TREATED), 1);
	assert_invariants(w);
}

static void
what_comes_back_has_relapsed(void **state)
{
	struct world *w = *state;
	raise_many(w, 5, "长桥新村22号");
	night(w, 20261001);
	OK(confirm(w, SHEN));
	OK(treat(w, CHEN));
	go(w, 20261009, 1000);
	raise_many(w, 4, "长桥新村22号");
	night(w, 20261010);
	assert_int_equal(
		found(w, HOTSPOT_TREATED), 1); /* those before the treatment do not count */
	go(w, 20261010, 1000);
	raise_many(w, 1, "长桥新村22号");
	night(w, 20261011);
	assert_int_equal(found(w, HOTSPOT_RELAPSED), 1);
	OK(treat(w, SHEN));
	assert_int_equal(found(w, HOTSPOT_TREATED), 1);
	assert_invariants(w);
}

static void
what_was_dismissed_comes_again_with_as_many_new_ones(void **state)
{
	struct world *w = *state;
	raise_many(w, 5, "长桥新村22号");
	night(w, 20261001);
	OK(run(w, ZHOU, &hotspot_dismiss, IN({ "spot", "1" }, { "why", "同一次停电" })));
	go(w, 20261009, 1000);
	raise_many(w, 4, "长桥新村22号");
	night(w, 20261010);
	assert_int_equal(found(w, HOTSPOT_CANDIDATE), 0);
	go(w, 20261010, 1000);
	raise_many(w, 1, "长桥新村22号");
	night(w, 20261011);
	assert_int_equal(found(w, HOTSPOT_CANDIDATE), 1);
	assert_int_equal(found(w, HOTSPOT_DISMISSED), 1);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(five_of_a_class_in_a_place_are_a_candidate),
		TEST(a_place_ends_at_the_house_number),
		TEST(other_classes_and_other_places_do_not_add_up),
		TEST(what_is_sealed_is_never_counted),
		TEST(more_than_thirty_days_apart_do_not_count_together),
		TEST(a_portion_goes_on_where_the_last_one_stopped),
		TEST(the_number_is_a_setting),
		TEST(an_older_folder_begins_with_its_last_concerns),
		TEST(a_person_confirms_and_the_unit_treats),
		TEST(what_comes_back_has_relapsed),
		TEST(what_was_dismissed_comes_again_with_as_many_new_ones),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
