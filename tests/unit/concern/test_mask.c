/* SPDX-License-Identifier: Apache-2.0 */
/* What pages show of a person whose name, phone or address they must not tell. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "concern/concern.h"
#include "core/mem.h"

#include "core/banned.h"

struct masked {
	const char *plain, *shown;
};

static void
assert_masked(const struct masked *list, size_t n, const char *(*mask)(void *, const char *))
{
	void *mem = mem_root("mask");
	for (size_t i = 0; i < n; i++) {
		const char *shown = mask(mem, list[i].plain);
		if (!text_eq(shown, list[i].shown))
			fail_msg("%s: expected %s, got %s", list[i].plain ? list[i].plain : "NULL",
				list[i].shown, shown);
	}
	mem_free(mem);
}

#define MASKED(list, mask) assert_masked((list), sizeof(list) / sizeof *(list), (mask))

static void
a_name_keeps_its_first_character_however_rare(void **state)
{
	(void)state;
	static const struct masked list[] = {
		{ "吴建国", "吴**" },
		{ "吴", "吴**" },
		{ "欧阳明", "欧**" },
		{ "𠮷田", "𠮷**" },         /* U+20BB7, four bytes */
		{ "㐂子", "㐂**" },         /* U+3402, extension A */
		{ "𬎆𬭎", "𬎆**" },   /* extension E */
		{ "𰻝面", "𰻝**" },    /* extension G */
		{ "\uE000某", "\uE000**" }, /* private use: a rare name in an older system */
		{ "Müller", "M**" },
		{ "Émile", "É**" },
		{ "阿依古丽·买买提", "阿**" },
		{ "", "" },
		{ NULL, "" },
	};
	MASKED(list, mask_name);
}

static void
a_masked_name_says_nothing_of_its_length(void **state)
{
	(void)state;
	static const struct masked list[] = {
		{ "王一", "王**" },
		{ "王一二三四五六七八九十", "王**" },
	};
	MASKED(list, mask_name);
}

static void
a_phone_keeps_three_and_four_digits_a_short_one_two(void **state)
{
	(void)state;
	static const struct masked list[] = {
		{ "13812344521", "138****4521" },
		{ "02155500123", "021****0123" },
		{ "057155500123", "057****0123" },
		{ "5550012", "****12" },
		{ "12345", "****45" },
		{ "110", "****10" },
		{ "", "" },
		{ NULL, "" },
	};
	MASKED(list, mask_phone);
}

static void
an_address_keeps_street_and_lane_and_loses_the_numbers_behind(void **state)
{
	(void)state;
	static const struct masked list[] = {
		{ "青枫路88弄3号201室", "青枫路88弄*号***室" },
		{ "青枫路88弄", "青枫路88弄" },
		{ "幸福小区402室", "幸福小区***室" }, /* a room without a street */
		{ "青枫路88弄3号楼2单元1501", "青枫路88弄*号楼*单元****" },
		{ "青枫路８８弄３号", "青枫路８８弄*号" }, /* full-width digits */
		{ "青枫路88弄 3-201", "青枫路88弄 *-***" },
		{ "𠮷祥里12弄7号", "𠮷祥里12弄*号" },
		{ "青枫路", "青枫路" },
		{ "青枫路3号楼201室", "青枫路*号楼***室" }, /* a building is no house number */
		{ "五一路12号三号楼二单元十五层", "五一路12号*号楼*单元**层" },
		{ "三元里大道88弄B座1501", "三元里大道88弄*座****" },
		{ "CBD大厦二楼", "CBD大厦*楼" },
		{ "青枫路二十八号", "青枫路二十八号" },
		{ "12", "12" },
		{ "12 34 56", "12 ** **" },
		{ "", "" },
		{ NULL, "" },
	};
	MASKED(list, mask_address);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_name_keeps_its_first_character_however_rare),
		cmocka_unit_test(a_masked_name_says_nothing_of_its_length),
		cmocka_unit_test(a_phone_keeps_three_and_four_digits_a_short_one_two),
		cmocka_unit_test(an_address_keeps_street_and_lane_and_loses_the_numbers_behind),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
