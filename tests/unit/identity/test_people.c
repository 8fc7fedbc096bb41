/* SPDX-License-Identifier: Apache-2.0 */
#include "fixture.h"

#include "core/banned.h"

static void
a_unit_is_found_by_id_and_code(void **state)
{
	struct world *w = *state;
	struct unit u;
	OK(unit_load(w->tx, w->mem, OFFICE, w->unit, &u, &w->err));
	assert_string_equal(u.name, "物业管理科");
	assert_int_equal(u.head_person_id, 0);
	assert_true(u.is_active);
	OK(unit_by_code(w->tx, w->mem, OFFICE, STR("u04"), &u, &w->err));
	assert_int_equal(u.kind, UNIT_NBHD);
	assert_string_equal(u.public_code, "u03"); /* stands in public under its station */
	assert_int_equal(unit_by_code(w->tx, w->mem, OFFICE, STR("u99"), &u, &w->err), XQ_NONE);
	assert_int_equal(unit_load(w->tx, w->mem, OFFICE, 99, &u, &w->err), XQ_NONE);
}

static void
units_stand_in_catalogue_order(void **state)
{
	struct world *w = *state;
	struct unit *list;
	size_t n;
	OK(unit_list(w->tx, w->mem, OFFICE, &list, &n, &w->err));
	assert_int_equal(n, 2);
	assert_string_equal(list[0].code, "u04");
	assert_string_equal(list[1].code, "u03");
}

static void
a_units_code_is_taken_once_per_office(void **state)
{
	struct world *w = *state;
	const struct unit_new again = { "u03", "u09", "另一个", "另一个", UNIT_SECTION, 1 };
	int64_t id;
	REFUSED(w, unit_add(w->tx, OFFICE, &again, &id, &w->err), "unit.code-taken");
	assert_string_equal(w->err.field, "code");
	OK(unit_add(w->tx, 3, &again, &id, &w->err)); /* another office has its own codes */
}

static void
a_person_needs_a_unit_of_the_same_office(void **state)
{
	struct world *w = *state;
	int64_t id;
	REFUSED(w, person_add(w->tx, OFFICE, "某人", "", "", 99, &id, &w->err), "person.no-unit");
	REFUSED(w, person_add(w->tx, 3, "某人", "", "", w->unit, &id, &w->err), "person.no-unit");
}

static void
the_head_is_a_member_and_stands_first(void **state)
{
	struct world *w = *state;
	int64_t head, stranger;
	OK(person_add(w->tx, OFFICE, "何志远", "科长", "", w->unit, &head, &w->err));
	OK(person_add(w->tx, OFFICE, "王蕾", "", "", w->unit2, &stranger, &w->err));
	REFUSED(w, unit_set_head(w->tx, OFFICE, w->unit, stranger, &w->err),
		"unit.head-not-member");
	OK(unit_set_head(w->tx, OFFICE, w->unit, w->person, &w->err));
	OK(unit_set_head(w->tx, OFFICE, w->unit, head, &w->err)); /* replaced */
	struct person *list;
	size_t n;
	OK(person_list(w->tx, w->mem, OFFICE, w->unit, &list, &n, &w->err));
	assert_int_equal(n, 2);
	assert_string_equal(list[0].name, "何志远");
	struct unit u;
	OK(unit_load(w->tx, w->mem, OFFICE, w->unit, &u, &w->err));
	assert_int_equal(u.head_person_id, head);
}

static void
a_person_has_one_main_unit(void **state)
{
	struct world *w = *state;
	struct person p;
	OK(membership_add(w->tx, OFFICE, w->person, w->unit2, false, &w->err));
	OK(person_load(w->tx, w->mem, OFFICE, w->person, &p, &w->err));
	assert_int_equal(p.unit_id, w->unit);
	OK(membership_add(w->tx, OFFICE, w->person, w->unit2, true, &w->err));
	OK(person_load(w->tx, w->mem, OFFICE, w->person, &p, &w->err));
	assert_int_equal(p.unit_id, w->unit2);
	OK(membership_add(
		w->tx, OFFICE, w->person, w->unit2, false, &w->err)); /* stays the main one */
	OK(person_load(w->tx, w->mem, OFFICE, w->person, &p, &w->err));
	assert_int_equal(p.unit_id, w->unit2);
	REFUSED(w,
		db_exec_one(w->tx,
			SQL("UPDATE membership SET is_main = 1 WHERE office = ? AND person_id = ?"),
			VALS(V((int64_t)OFFICE), V(w->person)), &w->err),
		"store.conflict");
}

static void
who_leaves_keeps_rows_but_is_no_member(void **state)
{
	struct world *w = *state;
	bool is_member;
	OK(membership_exists(w->tx, OFFICE, w->person, w->unit, &is_member, &w->err));
	assert_true(is_member);
	OK(unit_set_head(w->tx, OFFICE, w->unit, w->person, &w->err));
	REFUSED(w, person_leave(w->tx, OFFICE, w->person, &w->err), "person.heads-unit");

	int64_t next;
	OK(person_add(w->tx, OFFICE, "何志远", "", "", w->unit, &next, &w->err));
	OK(unit_set_head(w->tx, OFFICE, w->unit, next, &w->err));
	OK(person_leave(w->tx, OFFICE, w->person, &w->err));
	OK(membership_exists(w->tx, OFFICE, w->person, w->unit, &is_member, &w->err));
	assert_false(is_member);
	struct person p;
	OK(person_load(
		w->tx, w->mem, OFFICE, w->person, &p, &w->err)); /* old matters name the owner */
	assert_false(p.is_active);
	struct person *list;
	size_t n;
	OK(person_list(w->tx, w->mem, OFFICE, w->unit, &list, &n, &w->err));
	assert_int_equal(n, 1);
}

static void
the_schema_holds_memberships_of_heads(void **state)
{
	struct world *w = *state;
	OK(unit_set_head(w->tx, OFFICE, w->unit, w->person, &w->err));
	REFUSED(w,
		db_exec_one(w->tx,
			SQL("DELETE FROM membership WHERE office = ? AND person_id = ? AND unit_id = ?"),
			VALS(V((int64_t)OFFICE), V(w->person), V(w->unit)), &w->err),
		"store.conflict");
}

static void
kind_codes_are_read_back(void **state)
{
	(void)state;
	for (unsigned k = UNIT_SECTION; k <= UNIT_LEADERS; k++) {
		enum unit_kind back = UNIT_SECTION;
		assert_true(unit_kind_read(str_of(unit_kind_code((enum unit_kind)k)), &back));
		assert_int_equal(back, k);
	}
	enum unit_kind kind = UNIT_SECTION;
	assert_false(unit_kind_read(STR("army"), &kind));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_unit_is_found_by_id_and_code),
		TEST(units_stand_in_catalogue_order),
		TEST(a_units_code_is_taken_once_per_office),
		TEST(a_person_needs_a_unit_of_the_same_office),
		TEST(the_head_is_a_member_and_stands_first),
		TEST(a_person_has_one_main_unit),
		TEST(who_leaves_keeps_rows_but_is_no_member),
		TEST(the_schema_holds_memberships_of_heads),
		TEST(kind_codes_are_read_back),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
