/* SPDX-License-Identifier: Apache-2.0 */
#include "web/router.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "core/mem.h"

static void *mem;
static struct router *router;

static enum xq_rc
nothing(struct req *q, struct resp *r, struct xq_err *err)
{
	(void)q;
	(void)r;
	(void)err;
	return XQ_OK;
}

static const struct act an_act = { .name = "x.y" };

/* clang-format off */
static const struct view list[] = {
	{ .path = "/", .render = nothing },
	{ .path = "/desk/concerns", .render = nothing },
	{ .path = "/desk/concerns/{no}", .render = nothing },
	{ .path = "/desk/concerns/mine", .render = nothing },
	{ .path = "/desk/concerns/{no}/hand-over", .render = nothing, .act = &an_act },
	{ .path = "/desk/{any}/mine/hand-over", .render = nothing },
	{ .path = "/public/{month}", .render = nothing },
	{ .path = "/public/{month}.print", .render = nothing },
	{ .path = "/log/{office}/tile/{rest...}", .render = nothing },
	{ .path = "/log/{office}/tile/fixed", .render = nothing },
	{ .path = "/split", .render = nothing },
	{ .path = "/split", .act = &an_act },
	{ .path = "/only-post", .act = &an_act },
};
/* clang-format on */

static int
set_up(void **state)
{
	(void)state;
	mem = mem_root("test");
	router = router_new(mem);
	for (size_t i = 0; i < sizeof list / sizeof *list; i++)
		router_add(router, &list[i]);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	mem_free(mem);
	return 0;
}

static void
leads(const char *path, const char *pattern, const char *first_place)
{
	struct route r;
	bool found = router_find(router, str_of(path), &r);
	if (!pattern) {
		assert_false(found);
		return;
	}
	if (!found)
		fail_msg("%s: expected %s, found nothing", path, pattern);
	assert_string_equal((r.get ? r.get : r.post)->path, pattern);
	if (first_place) {
		assert_true(r.n_places > 0);
		assert_true(str_is(r.place[0], first_place));
	} else {
		assert_int_equal(r.n_places, 0);
	}
}

static void
most_literal_pattern_wins(void **state)
{
	(void)state;
	leads("/", "/", NULL);
	leads("/desk/concerns", "/desk/concerns", NULL);
	leads("/desk/concerns/2026-0912", "/desk/concerns/{no}", "2026-0912");
	leads("/desk/concerns/mine", "/desk/concerns/mine", NULL);
	leads("/desk/concerns/7/hand-over", "/desk/concerns/{no}/hand-over", "7");
	leads("/desk/visits/mine/hand-over", "/desk/{any}/mine/hand-over", "visits");
}

static void
ending_is_taken_off_the_place(void **state)
{
	(void)state;
	leads("/public/2026-09.print", "/public/{month}.print", "2026-09");
	leads("/public/2026-09", "/public/{month}", "2026-09");
	leads("/public/.print", "/public/{month}", ".print");
}

static void
rest_takes_all_segments(void **state)
{
	(void)state;
	struct route r;
	leads("/log/qf/tile/0/x001/067", "/log/{office}/tile/{rest...}", "qf");
	assert_true(router_find(router, STR("/log/qf/tile/0/x001/067"), &r));
	assert_true(str_is(r.place[1], "0/x001/067"));
	leads("/log/qf/tile/fixed", "/log/{office}/tile/fixed", "qf");
	leads("/log/qf/tile/", NULL, NULL);
}

static void
other_paths_lead_nowhere(void **state)
{
	(void)state;
	static const char *const paths[] = { "/desk", "/desk/concerns/",
		"/desk/concerns//hand-over", "//", "/DESK/concerns",
		"/desk/concerns/1/2/3/4/5/6/7/8/9" };
	for (size_t i = 0; i < sizeof paths / sizeof *paths; i++)
		leads(paths[i], NULL, NULL);
}

static void
views_of_one_path_share_it(void **state)
{
	(void)state;
	struct route r;
	assert_true(router_find(router, STR("/split"), &r));
	assert_ptr_equal(r.get, &list[10]);
	assert_ptr_equal(r.post, &list[11]);
	assert_true(router_find(router, STR("/only-post"), &r));
	assert_null(r.get);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(most_literal_pattern_wins),
		cmocka_unit_test(ending_is_taken_off_the_place),
		cmocka_unit_test(rest_takes_all_segments),
		cmocka_unit_test(other_paths_lead_nowhere),
		cmocka_unit_test(views_of_one_path_share_it),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
