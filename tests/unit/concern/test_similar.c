/* SPDX-License-Identifier: Apache-2.0 */
/* Similar concerns: the score, who sees what, and that a resident learns nothing that is not public. */
#include "fixture.h"

#include "concern/similar.h"
#include "core/utf8.h"

#include "core/banned.h"

const struct module *const world_modules[] = { &act_module, &office_module, &concern_module,
	&evaluation_module, &notify_module, NULL };

#define LAMP "楼道灯坏了三个星期，老人夜里摸黑下楼。"
#define LAMP_AGAIN "楼道灯还是不亮，家里老人夜里摸黑下楼，请来修。"

static int64_t
filed(struct world *w, enum who who, const char *body, const char *place, const char *class,
	bool is_secret)
{
	OK(run(w, who, &concern_register,
		IN({ "body", body }, { "place", place }, { "class", class },
			{ "phone", "13800138000" }, { "publish", "1" },
			{ "secret", is_secret ? "1" : "0" })));
	return made_now(w);
}

static struct similar hit[SIMILAR_MAX];

static size_t
look_up(struct world *w, const struct actor *actor, const char *body, const char *place,
	const char *class)
{
	size_t n = 99;
	struct tx *tx = look(w);
	OK(similar_find(tx, w->mem, actor,
		&(struct similar_ask){ .body = str_of(body),
			.place = str_of(place),
			.class = class,
			.now = now_of(w) },
		hit, &n, &w->err));
	tx_end(tx);
	assert_true(n <= SIMILAR_MAX);
	return n;
}

static bool
sees(struct world *w, const struct actor *actor, int64_t file_no)
{
	size_t n = look_up(w, actor, LAMP_AGAIN, "长桥新村22号", "property");
	for (size_t i = 0; i < n; i++)
		if (hit[i].c.file_no == file_no)
			return true;
	return false;
}

/* ---- places ---------------------------------------------------------------------------------------- */

static void
places_are_the_same_near_or_other(void **state)
{
	struct world *w = *state;
	static const struct {
		const char *a, *b;
		enum place_fit fit;
	} cases[] = {
		{ "长桥新村22号", "长桥新村 22 号", PLACE_SAME },
		{ "长桥新村22号", "长桥新村２２号", PLACE_SAME },
		{ "长桥新村22号", "长桥新村22号301室", PLACE_SAME },
		{ "长桥新村2号", "长桥新村22号", PLACE_NEAR },
		{ "长桥新村", "长桥新村22号", PLACE_NEAR },
		{ "枫桥路160弄", "枫桥路153弄", PLACE_NEAR },
		{ "小石桥菜场", "小石桥菜场", PLACE_SAME },
		{ "东街1号", "东街2号", PLACE_OTHER }, /* two characters may be anywhere */
		{ "22号", "22号", PLACE_SAME },
		{ "22号", "22号楼", PLACE_OTHER },
		{ "长桥新村22号", "枫桥路22号", PLACE_OTHER },
		{ "", "", PLACE_OTHER },
		{ "", "长桥新村22号", PLACE_OTHER },
		{ "，。", "，。", PLACE_OTHER },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct str a = str_of(cases[i].a), b = str_of(cases[i].b);
		if (place_fit(w->mem, a, b) != cases[i].fit ||
			place_fit(w->mem, b, a) != cases[i].fit)
			fail_msg("%s and %s: expected %d, got %d", cases[i].a, cases[i].b,
				cases[i].fit, place_fit(w->mem, a, b));
	}
}

/* ---- the score ------------------------------------------------------------------------------------- */

static void
the_same_place_comes_before_the_same_words(void **state)
{
	struct world *w = *state;
	int64_t far = filed(w, GU, LAMP, "枫桥路160弄", "property", false);
	int64_t here = filed(w, GU, LAMP, "长桥新村22号", "property", false);
	int64_t near = filed(w, GU, LAMP, "长桥新村41号", "facility", false);
	(void)filed(w, GU, "垃圾房苍蝇很多", "青枫里3号", "sanitation", false);
	assert_int_equal(look_up(w, &w->who[GU], LAMP, "长桥新村22号", "property"), 3);
	assert_int_equal(hit[0].c.file_no, here);
	assert_int_equal(hit[0].place, PLACE_SAME);
	assert_true(hit[0].is_same_class);
	assert_true(hit[0].n_words > 0);
	assert_int_equal(hit[1].c.file_no, near);
	assert_int_equal(hit[1].place, PLACE_NEAR);
	assert_false(hit[1].is_same_class);
	assert_int_equal(hit[2].c.file_no, far);
	/* share, place 30, kind 8, open 5, new 5 */
	assert_int_equal(hit[0].score, hit[0].share + 48);
}

static void
open_and_recent_ones_come_first(void **state)
{
	struct world *w = *state;
	int64_t ended = signed_by_chen(w);
	OK(submit(w, CHEN, ended));
	OK(approve(w, HE, ended));
	OK(rate(w, RESIDENT, w->code, "yes", "1"));
	assert_int_equal(concern_of(w, ended).state, ST_CLOSED);
	int64_t open = take_down(w, GU, "other");
	go(w, 20261229, 900);
	int64_t recent = take_down(w, GU, "other");
	assert_int_equal(look_up(w, &w->who[GU], "楼道灯不亮", "", "other"), 3);
	assert_int_equal(hit[0].c.file_no, recent);
	assert_int_equal(hit[1].c.file_no, open);
	assert_int_equal(hit[2].c.file_no, ended);
	assert_int_equal(hit[0].score - hit[1].score, 3); /* 30 days, 180 days */
	assert_int_equal(hit[1].score - hit[2].score, 5);
	assert_false(hit[0].is_same_class); /* kind "other" says nothing */
}

static void
a_place_alone_or_a_text_alone_is_enough(void **state)
{
	struct world *w = *state;
	int64_t no = filed(w, GU, LAMP, "长桥新村22号", "property", false);
	(void)filed(w, GU, "垃圾房苍蝇很多", "青枫里3号", "sanitation", false);
	assert_int_equal(look_up(w, &w->who[GU], "", "长桥新村22号", ""), 1);
	assert_int_equal(hit[0].c.file_no, no);
	assert_int_equal(look_up(w, &w->who[GU], LAMP_AGAIN, "", ""), 1);
	assert_int_equal(hit[0].c.file_no, no);
	assert_int_equal(look_up(w, &w->who[GU], "", "", "property"), 0);
	assert_int_equal(look_up(w, &w->who[GU], "公园里想多放几张长椅", "", ""), 0);
}

static void
at_most_five_and_no_voided_one(void **state)
{
	struct world *w = *state;
	int64_t wrong = filed(w, GU, LAMP, "长桥新村22号", "property", false);
	OK(run(w, SHEN, &concern_void,
		IN({ "concern", no_text(w, wrong) }, { "why", "test" },
			{ "note", "演示时误登记的一件" })));
	assert_false(sees(w, &w->who[GU], wrong));
	for (int i = 0; i < 8; i++)
		(void)filed(w, GU, LAMP, "长桥新村22号", "property", false);
	assert_int_equal(
		look_up(w, &w->who[GU], LAMP_AGAIN, "长桥新村22号", "property"), SIMILAR_MAX);
	for (size_t i = 1; i < SIMILAR_MAX; i++) /* of equal ones the newer first */
		assert_true(hit[i - 1].c.id > hit[i].c.id);
}

/* ---- who sees what, at the desk --------------------------------------------------------------------- */

static void
staff_sees_only_what_lists_would_show(void **state)
{
	struct world *w = *state;
	int64_t no = filed(w, GU, LAMP, "长桥新村22号", "property", false);
	assert_true(sees(w, &w->who[GU], no));
	assert_true(sees(w, &w->who[XIANG], no)); /* a clerk looks over the office */
	assert_true(sees(w, &w->who[ZHOU], no));
	assert_false(sees(w, &w->who[FANG], no)); /* another unit */
	assert_false(sees(w, &w->who[WEN], no));  /* no role */
	assert_false(sees(w, &w->who[CHEN], no)); /* only offered to that unit */
	OK(accept_it(w, CHEN, no));
	assert_true(sees(w, &w->who[CHEN], no));
	assert_true(sees(w, &w->who[WANG], no)); /* of the same unit */
	assert_false(sees(w, &w->who[RESIDENT], no));
	assert_false(sees(w, &w->who[NOBODY], no));
}

/* It may be about the very unit that handles such matters, so not even the unit's colleagues are told. */
static void
a_confidential_one_is_shown_to_its_owner_and_first_receiver_only(void **state)
{
	struct world *w = *state;
	int64_t no =
		filed(w, GU, LAMP "是物业管理科的人不来修。", "长桥新村22号", "property", true);
	assert_int_equal(concern_of(w, no).lane, LANE_SEALED);
	assert_true(sees(w, &w->who[GU], no));
	for (enum who who = XIANG; who < N_STAFF; who++)
		if (sees(w, &w->who[who], no))
			fail_msg("%s sees it", world_people[who].name);
	if (concern_of(w, no).state == ST_ASSIGNED)
		OK(accept_it(w, CHEN, no));
	assert_true(sees(w, &w->who[CHEN], no)); /* owns it now */
	assert_false(sees(w, &w->who[WANG], no));
	assert_false(sees(w, &w->who[HE], no));
}

static void
another_office_is_never_shown(void **state)
{
	struct world *w = *state;
	int64_t no = filed(w, GU, LAMP, "长桥新村22号", "property", false);
	struct actor there = actor_system(w->other);
	assert_true(sees(w, &w->who[SYSTEM], no));
	assert_false(sees(w, &there, no));
}

/* ---- what a resident is shown ------------------------------------------------------------------------- */

static int64_t public_id[SIMILAR_MAX];

static size_t
look_public(struct world *w, int64_t office, const char *body, const char *place, const char *class)
{
	size_t n = 99;
	struct tx *tx = look(w);
	OK(similar_public(tx, w->mem, office,
		&(struct similar_ask){ .body = str_of(body),
			.place = str_of(place),
			.class = class,
			.now = now_of(w) },
		public_id, &n, &w->err));
	tx_end(tx);
	assert_true(n <= SIMILAR_MAX);
	return n;
}

/* Answered, with a reviewed line for the public list. */
static int64_t
answered_with_line(struct world *w, const char *body, const char *place, const char *line)
{
	int64_t no = filed(w, GU, body, place, "property", false);
	OK(accept_it(w, CHEN, no));
	OK(submit(w, CHEN, no));
	OK(run(w, HE, &reply_approve, IN({ "concern", no_text(w, no) }, { "public_line", line })));
	return no;
}

static void
a_resident_is_shown_what_has_a_public_line(void **state)
{
	struct world *w = *state;
	int64_t no = answered_with_line(w, LAMP, "长桥新村22号", "楼道照明恢复");
	(void)answered_with_line(w, "电梯又停了", "青枫里3号", "电梯门机已更换");
	assert_int_equal(look_public(w, w->office, LAMP_AGAIN, "", "property"), 1);
	assert_int_equal(public_id[0], concern_of(w, no).id);
	assert_int_equal(look_public(w, w->office, "楼道照明坏了", "", "other"), 1);
	assert_int_equal(
		look_public(w, w->office, LAMP_AGAIN, "", "noise"), 0); /* one word is little */
	assert_int_equal(look_public(w, w->office, "想多放几张长椅", "", "property"), 0);
	assert_int_equal(look_public(w, w->other, LAMP_AGAIN, "", "property"), 0);
}

/* Typing somebody's very words, or the place, tells nothing: only the line was read. */
static void
words_and_places_of_others_cannot_be_guessed(void **state)
{
	struct world *w = *state;
	(void)answered_with_line(w, "王阿婆家的枇杷树被人砍了", "竹篱弄18号", "绿化已补种");
	assert_int_equal(look_public(w, w->office, "王阿婆家的枇杷树被人砍了", "", "property"), 0);
	assert_int_equal(look_public(w, w->office, "", "竹篱弄18号", "property"), 0);
	assert_int_equal(look_public(w, w->office, "物业管理科 陈海燕", "", "property"), 0);
	assert_int_equal(look_public(w, w->office, "绿化", "", "property"), 1);
}

static void
what_is_not_public_is_never_shown_to_a_resident(void **state)
{
	struct world *w = *state;
	(void)filed(w, GU, LAMP, "长桥新村22号", "property", false); /* no line yet */
	assert_int_equal(look_public(w, w->office, LAMP, "长桥新村22号", "property"), 0);
	int64_t id = concern_of(w, answered_with_line(w, LAMP, "长桥新村22号", "楼道照明恢复")).id;
	assert_int_equal(look_public(w, w->office, LAMP, "", "property"), 1);
	force(w, SQL("UPDATE concern SET lane = 1 WHERE office = ? AND id = ?"),
		VALS(V(w->office), V(id)));
	assert_int_equal(look_public(w, w->office, LAMP, "", "property"), 0);
	force(w, SQL("UPDATE concern SET lane = 0, is_imported = 1 WHERE office = ? AND id = ?"),
		VALS(V(w->office), V(id)));
	assert_int_equal(look_public(w, w->office, LAMP, "", "property"), 0);
	force(w, SQL("UPDATE concern SET is_imported = 0, state = 15 WHERE office = ? AND id = ?"),
		VALS(V(w->office), V(id)));
	assert_int_equal(look_public(w, w->office, LAMP, "", "property"), 0);
}

static void
the_same_line_is_shown_once_and_the_newer_one(void **state)
{
	struct world *w = *state;
	int64_t last = 0;
	for (int i = 0; i < 8; i++)
		last = answered_with_line(w, LAMP, "长桥新村22号", "楼道照明恢复");
	assert_int_equal(look_public(w, w->office, LAMP, "", "property"), 1);
	assert_int_equal(public_id[0], concern_of(w, last).id);
}

static void
hostile_texts_are_looked_up_too(void **state)
{
	struct world *w = *state;
	(void)answered_with_line(w, LAMP, "长桥新村22号", "楼道照明恢复");
	struct buf one = buf_new(w->mem, 16000), many = buf_new(w->mem, 16000);
	for (uint32_t i = 0; i < 5000; i++) {
		buf_text(&one, "灯");
		utf8_put(&many, 0x4E00 + i);
	}
	const char *text[] = { buf_view(&one).p, buf_view(&many).p, "\U0001F642\U0001F6A8",
		"' OR 1=1 --", "<script>alert(1)</script>", "%_\\", " \t\n", "a", "灯" };
	for (size_t i = 0; i < sizeof text / sizeof *text; i++) {
		(void)look_up(w, &w->who[GU], text[i], text[i], text[i]);
		(void)look_public(w, w->office, text[i], text[i], text[i]);
	}
	assert_invariants(w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(places_are_the_same_near_or_other),
		TEST(the_same_place_comes_before_the_same_words),
		TEST(open_and_recent_ones_come_first),
		TEST(a_place_alone_or_a_text_alone_is_enough),
		TEST(at_most_five_and_no_voided_one),
		TEST(staff_sees_only_what_lists_would_show),
		TEST(a_confidential_one_is_shown_to_its_owner_and_first_receiver_only),
		TEST(another_office_is_never_shown),
		TEST(a_resident_is_shown_what_has_a_public_line),
		TEST(words_and_places_of_others_cannot_be_guessed),
		TEST(what_is_not_public_is_never_shown_to_a_resident),
		TEST(the_same_line_is_shown_once_and_the_newer_one),
		TEST(hostile_texts_are_looked_up_too),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
