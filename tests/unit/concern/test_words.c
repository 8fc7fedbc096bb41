/* SPDX-License-Identifier: Apache-2.0 */
/* Classes, natures, outcomes, scales, sentences and guides as versions: what is refused, what holds on
 * which day, what keeps the words of its own day, and that no figure hangs on a word. */
#include "fixture.h"

#include "concern/book.h"
#include "concern/rules.h"
#include "exchange/book_write.h"
#include "store/store_int.h"

#include "core/banned.h"

const struct module *const world_modules[] = { &act_module, &office_module, &concern_module,
	&concern_rules_module, &evaluation_module, &notify_module, NULL };

/* A page's request, as far as words need one. */
static struct req *
reader(struct world *w, enum lang lang)
{
	struct req *q = mem_new(w->mem, struct req);
	*q = (struct req){ .mem = w->mem,
		.app = w->app,
		.office = app_office(w->app, w->office),
		.now = now_of(w),
		.prefs = { .lang = lang } };
	return q;
}

static const char *
word(struct world *w, enum rule_kind kind, const char *key, int32_t day)
{
	return msg_text(LANG_ZH, book_word(reader(w, LANG_ZH), kind, key, day));
}

static enum xq_rc
set_class(struct world *w, const char *code, const char *title, const char *public,
	const char *unit, const char *from)
{
	return run(w, ZHOU, &rules_set_class,
		IN({ "code", code }, { "title", title }, { "public", public }, { "unit", unit },
			{ "from", from }, { "source", "青街办〔2026〕15号" }));
}

static enum xq_rc
end_class(struct world *w, const char *code, const char *next, const char *from)
{
	return run(w, ZHOU, &rules_set_class,
		IN({ "code", code }, { "title", "停用" }, { "next", next }, { "off", "1" },
			{ "from", from }, { "source", "青街办〔2026〕15号" }));
}

static enum xq_rc
set_word(struct world *w, const struct act *act, const char *code, const char *title,
	const char *from)
{
	return run(w, ZHOU, act,
		IN({ "code", code }, { "title", title }, { "from", from },
			{ "source", "青街办〔2026〕16号" }));
}

static enum xq_rc
set_sentence(struct world *w, const char *code, const char *text, const char *from)
{
	return run(w, ZHOU, &rules_set_sentence,
		IN({ "code", code }, { "text", text }, { "from", from },
			{ "source", "青街办〔2026〕17号" }));
}

static int64_t
raised_as(struct world *w, const char *class)
{
	return take_down(w, GU, class);
}

/* ---- what ships ------------------------------------------------------------------------------------- */

static void
every_shipped_key_has_a_row_and_every_row_a_key(void **state)
{
	struct world *w = *state;
	int64_t n = 0;
	for (int k = RULE_CLASS; k < RULE_KINDS; k++) {
		const char *const *keys = text_keys((enum rule_kind)k, w->mem);
		for (size_t i = 0; keys[i]; i++, n++)
			assert_int_equal(
				ask(w,
					SQL("SELECT count(*) FROM rule_text WHERE office = ?"
					    " AND kind = ? AND code = ? AND ver = 1"),
					VALS(V(w->office), V(rule_kind_code((enum rule_kind)k)),
						V(keys[i]))),
				1);
	}
	assert_int_equal(
		ask(w, SQL("SELECT count(*) FROM rule_text WHERE office = ?"), VALS(V(w->office))),
		n);
}

/* Each act that a page of the desk does has its guide. */
static void
every_step_with_a_page_has_a_guide(void **state)
{
	struct world *w = *state;
	static const char *const pages[] = { "intake", "callback", "rule-dispute" };
	struct actor all = w->who[ZHOU];
	struct next_act next[NEXT_MAX];
	for (int st = ST_ACCEPTED; st < N_STATES; st++) {
		const struct concern c = { .state = (enum concern_state)st };
		const size_t n = concern_next(&all, &c, NULL, NULL, NULL, next);
		for (size_t i = 0; i < n; i++)
			if (!rule_shipped(RULE_GUIDE, next[i].path))
				fail_msg("%s has no guide", next[i].path);
	}
	for (size_t i = 0; i < sizeof pages / sizeof *pages; i++)
		assert_non_null(rule_shipped(RULE_GUIDE, pages[i]));
}

/* What ships obeys what is asked of the office. */
static void
every_shipped_sentence_could_be_typed(void **state)
{
	struct world *w = *state;
	const char *const *keys = text_keys(RULE_SENTENCE, w->mem);
	for (size_t i = 0; keys[i]; i++)
		OK(set_sentence(w, keys[i],
			text_plain(w->mem, msg_text(LANG_ZH, rule_shipped(RULE_SENTENCE, keys[i]))),
			"2026-10-08"));
}

/* ---- classes ------------------------------------------------------------------------------------------ */

static void
a_new_class_brings_its_lead_unit(void **state)
{
	struct world *w = *state;
	assert_refused(w, set_class(w, "lift", "加装电梯", "property", "", "2026-10-08"), "unit",
		"rules.class-lead");
	mark(w);
	OK(set_class(w, "lift", "加装电梯", "property", "u05", "2026-10-08"));
	assert_int_equal(count_events(w, "\"what\":\"classes\""), 1);
	assert_int_equal(count_events(w, "\"what\":\"duty\""), 1);
	/* not before its day */
	assert_refused(w,
		run(w, GU, &concern_register, IN({ "body", "请看看。" }, { "class", "lift" })),
		"class", "field.choice");
	go(w, 20261008, 900);
	mark(w);
	const int64_t no = raised_as(w, "lift");
	const struct concern c = concern_of(w, no);
	assert_string_equal(c.category, "lift");
	assert_string_equal(c.class, "property"); /* the record and the figures know ten */
	assert_non_null(strstr(news(w), "\"class\":\"property\""));
	assert_string_equal(offer_of(w, c.id).to_unit, "城市管理科");
	assert_invariants(w);
}

static void
a_class_says_what_it_counts_in(void **state)
{
	struct world *w = *state;
	assert_refused(w, set_class(w, "lift", "加装电梯", "", "u05", "2026-10-08"), "public",
		"rules.public-class");
	assert_refused(w, set_class(w, "noise", "噪声", "parking", "", "2026-10-08"), "public",
		"rules.public-class-own");
	assert_refused(w, set_class(w, "Lift", "加装电梯", "property", "u05", "2026-10-08"), "code",
		"field.code");
	assert_refused(w, set_class(w, "lift", "加装电梯", "property", "u99", "2026-10-08"), "unit",
		"concern.unit-unknown");
	assert_refused(w, set_class(w, "lift", "加装电梯", "property", "u05", "2026-09-29"), "from",
		"rules.past");
	/* one lead unit: that of the catalogue is changed in the catalogue */
	assert_refused(w, set_class(w, "property", "物业", "property", "u05", "2026-10-08"), "unit",
		"rules.class-has-lead");
	const char *taken = word(w, RULE_CLASS, "parking", 20260930);
	assert_refused(w, set_class(w, "noise", taken, "noise", "", "2026-10-08"), "title",
		"rules.word-taken");
}

static void
what_is_on_file_keeps_the_name_of_its_day(void **state)
{
	struct world *w = *state;
	const struct concern before = concern_of(w, raised_as(w, "property"));
	OK(set_class(w, "property", "小区与物业", "property", "", "2026-10-08"));
	go(w, 20261009, 900);
	const struct concern after = concern_of(w, raised_as(w, "property"));
	struct req *q = reader(w, LANG_ZH);
	assert_string_equal(msg_text(LANG_ZH, book_class(q, &before)), "住宅小区与物业");
	assert_string_equal(book_class(q, &after), "小区与物业");
	assert_string_equal(before.class, after.class);
}

static void
a_class_with_duties_ends_only_with_a_successor(void **state)
{
	struct world *w = *state;
	OK(set_class(w, "lift", "加装电梯", "property", "u05", "2026-09-30"));
	assert_refused(w, end_class(w, "lift", "", "2026-10-08"), "next", "rules.successor");
	assert_refused(
		w, end_class(w, "lift", "lift", "2026-10-08"), "next", "rules.successor-unknown");
	assert_refused(w, end_class(w, "lift", "weather", "2026-10-08"), "next",
		"rules.successor-unknown");
	/* noise has no lead unit in this office */
	assert_refused(
		w, end_class(w, "lift", "noise", "2026-10-08"), "next", "rules.successor-lead");
	assert_refused(
		w, end_class(w, "other", "property", "2026-10-08"), "code", "rules.class-other");
	assert_refused(
		w, end_class(w, "never", "property", "2026-10-08"), "code", "rules.class-unknown");
	const struct concern old = concern_of(w, raised_as(w, "lift"));
	OK(end_class(w, "lift", "property", "2026-10-08"));
	go(w, 20261008, 900);
	/* a form that was opened before goes where the duties went */
	const struct concern c = concern_of(w, raised_as(w, "lift"));
	assert_string_equal(c.category, "property");
	assert_string_equal(offer_of(w, c.id).to_unit, "物业管理科");
	assert_string_equal(book_class(reader(w, LANG_ZH), &old), "加装电梯");
	assert_refused(w,
		run(w, ZHOU, &rules_set_duty,
			IN({ "class", "lift" }, { "unit", "u06" }, { "from", "2026-10-09" },
				{ "source", "目录" })),
		"class", "rules.class-unknown");
	assert_invariants(w);
}

/* Without duties: only something open keeps it. */
static void
an_open_concern_keeps_its_class_from_ending_alone(void **state)
{
	struct world *w = *state;
	const int64_t no = raised_as(w, "noise"); /* nobody's duty in this office */
	assert_refused(w, end_class(w, "noise", "", "2026-10-08"), "next", "rules.successor");
	OK(run(w, SHEN, &concern_void,
		IN({ "concern", no_text(w, no) }, { "why", "test" }, { "note", "试录" })));
	OK(end_class(w, "noise", "", "2026-10-08"));
	go(w, 20261008, 900);
	assert_refused(w,
		run(w, GU, &concern_register, IN({ "body", "请看看。" }, { "class", "noise" })),
		"class", "field.choice");
}

static void
only_what_ends_has_a_successor(void **state)
{
	struct world *w = *state;
	assert_refused(w,
		run(w, ZHOU, &rules_set_class,
			IN({ "code", "noise" }, { "title", "噪声" }, { "public", "noise" },
				{ "next", "parking" }, { "from", "2026-10-08" },
				{ "source", "办事处" })),
		"next", "rules.successor-early");
}

/* ---- words --------------------------------------------------------------------------------------------- */

/* A city changes words every day: what the other offices say is neither read nor kept a second time. */
static void
a_change_of_words_leaves_those_of_other_offices_where_they_are(void **state)
{
	struct world *w = *state;
	const int32_t today = day_of(now_of(w), TZ_CHINA);
	OK(set_word(w, &rules_set_outcome, "explained", "已说明", "2026-10-08"));
	const struct rule *theirs = book_on(w->app, w->other, RULE_CLASS, "noise", today);
	const struct rule *ours = book_on(w->app, w->office, RULE_CLASS, "noise", today);
	assert_non_null(theirs);
	assert_ptr_not_equal(theirs, ours);
	OK(set_word(w, &rules_set_nature, "help", "求助事项", "2026-10-08"));
	assert_ptr_equal(book_on(w->app, w->other, RULE_CLASS, "noise", today), theirs);
	assert_ptr_not_equal(book_on(w->app, w->office, RULE_CLASS, "noise", today), ours);
	assert_string_equal(word(w, RULE_NATURE, "help", 20261008), "求助事项");
}

static void
a_word_changes_and_its_code_does_not(void **state)
{
	struct world *w = *state;
	OK(set_word(w, &rules_set_outcome, "explained", "已说明", "2026-10-08"));
	assert_string_equal(word(w, RULE_OUTCOME, "explained", 20261008), "已说明");
	assert_string_not_equal(word(w, RULE_OUTCOME, "explained", 20261007), "已说明");
	assert_refused(w, set_word(w, &rules_set_outcome, "splendid", "很好", "2026-10-08"), "code",
		"rules.key-unknown");
	assert_refused(w, set_word(w, &rules_set_outcome, "not", "已说明", "2026-10-09"), "title",
		"rules.word-taken");
	assert_refused(w, set_word(w, &rules_set_nature, "help", "求助事项", "2026-09-29"), "from",
		"rules.past");
	OK(set_word(w, &rules_set_nature, "help", "求助事项", "2026-10-08"));
	assert_refused(w, set_word(w, &rules_set_nature, "help", "帮忙", "2026-10-08"), "from",
		"rules.same-day");
	for (enum who who = 0; who < N_STAFF; who++)
		if (who != ZHOU)
			assert_refused(w,
				run(w, who, &rules_set_nature,
					IN({ "code", "help" }, { "title", "帮" },
						{ "from", "2026-11-01" }, { "source", "x" })),
				NULL, "act.not-allowed");
}

static void
a_rating_keeps_the_words_it_was_asked_in(void **state)
{
	struct world *w = *state;
	assert_refused(w, set_word(w, &rules_set_scale, "2", "比较满意", "2026-09-30"), "from",
		"rules.from-tomorrow");
	OK(set_word(w, &rules_set_scale, "2", "比较满意", "2026-10-08"));
	const char *was = word(w, RULE_SCALE, "2", 20260930);
	int64_t no = answered_by_chen(w);
	OK(rate(w, RESIDENT, w->code, "yes", "2"));
	const struct concern before = concern_of(w, no);
	assert_true(before.rated_at > 0);
	go(w, 20261009, 900);
	no = answered_by_chen(w);
	OK(rate(w, RESIDENT, w->code, "yes", "2"));
	const struct concern after = concern_of(w, no);
	struct req *q = reader(w, LANG_ZH);
	assert_string_equal(msg_text(LANG_ZH, book_sat(q, &before)), was);
	assert_string_equal(book_sat(q, &after), "比较满意");
	assert_int_equal(before.seen_sat, after.seen_sat);
	assert_invariants(w); /* the figures count the answer */
}

static void
english_readers_read_english_where_it_was_written(void **state)
{
	struct world *w = *state;
	OK(run(w, ZHOU, &rules_set_outcome,
		IN({ "code", "partly" }, { "title", "解决了一部分" },
			{ "english", "Solved in part" }, { "from", "2026-10-08" },
			{ "source", "办事处" })));
	OK(set_word(w, &rules_set_outcome, "not", "没有解决", "2026-10-08"));
	struct req *q = reader(w, LANG_EN);
	assert_string_equal(book_word(q, RULE_OUTCOME, "partly", 20261008), "Solved in part");
	assert_string_equal(book_word(q, RULE_OUTCOME, "not", 20261008), "没有解决");
	assert_string_equal(book_word(q, RULE_OUTCOME, "not", 20261007), "Not solved");
}

/* ---- sentences ------------------------------------------------------------------------------------------ */

static struct html
working_sentence(struct world *w, enum lang lang)
{
	const struct msg_arg arg[] = { { "who", MSG_ARG_TEXT, 0, "陈<海>燕" },
		{ "due", MSG_ARG_DAY, 20261013, NULL } };
	return book_sentence(reader(w, lang), "working", arg, 2);
}

static void
a_sentence_is_that_of_today(void **state)
{
	struct world *w = *state;
	OK(set_sentence(w, "working", "您的事由{who}在办，{due}前给您答复。", "2026-10-08"));
	assert_null(strstr(working_sentence(w, LANG_ZH).p, "您的事由"));
	go(w, 20261008, 0);
	const char *html = working_sentence(w, LANG_ZH).p;
	assert_non_null(strstr(html, "您的事由<b>陈&lt;海&gt;燕</b>在办，<b>"));
	assert_non_null(strstr(html, "10月13日"));
	assert_int_equal(count_events(w, "\"what\":\"sentences\""), 1);
}

static void
a_sentence_leaves_out_nothing_and_asks_for_nothing_personal(void **state)
{
	struct world *w = *state;
	static const struct {
		const char *text, *key;
	} list[] = {
		{ "{who}在办。", "rules.place-missing" },
		{ "{who}在办，{due}前答复，{when}。", "rules.place-unknown" },
		{ "{name}，您好：{who}在办，{due}前答复。", "rules.place-personal" },
		{ "{who}在办，{due}前打{phone}。", "rules.place-personal" },
		{ "{who}在办，{due}前去{address}。", "rules.place-personal" },
		{ "{who}在办，{due}前答复。}", "rules.stray" },
		{ "{who}在办，{{due}}前答复。", "rules.stray" },
		{ "{who}在办，{due}前答复{}。", "rules.stray" },
		{ "{who}在办，<script>{due}</script>前答复。", "rules.stray" },
		{ "{who}在办&amp;{due}前答复。", "rules.stray" },
	};
	for (size_t i = 0; i < sizeof list / sizeof *list; i++)
		assert_refused(w, set_sentence(w, "working", list[i].text, "2026-10-08"), "text",
			list[i].key);
	assert_refused(w, set_sentence(w, "working", "", "2026-10-08"), "text", "field.missing");
	assert_refused(
		w, set_sentence(w, "sleeping", "{who}", "2026-10-08"), "code", "rules.key-unknown");
	assert_refused(w,
		run(w, ZHOU, &rules_set_sentence,
			IN({ "code", "working" }, { "text", "{who}在办，{due}前答复。" },
				{ "english", "{who} works on it." }, { "from", "2026-10-08" },
				{ "source", "办事处" })),
		"english", "rules.place-missing");
}

/* ---- guides ---------------------------------------------------------------------------------------------- */

static void
a_guide_is_that_of_today(void **state)
{
	struct world *w = *state;
	OK(run(w, ZHOU, &rules_set_guide,
		IN({ "code", "contact" }, { "text", "先打电话，再上门。" },
			{ "from", "2026-10-08" }, { "source", "办事处" })));
	assert_string_not_equal(book_guide(reader(w, LANG_ZH), "contact"), "先打电话，再上门。");
	go(w, 20261008, 900);
	assert_string_equal(book_guide(reader(w, LANG_ZH), "contact"), "先打电话，再上门。");
	assert_refused(w,
		run(w, ZHOU, &rules_set_guide,
			IN({ "code", "dance" }, { "text", "跳" }, { "from", "2026-10-08" },
				{ "source", "办事处" })),
		"code", "rules.key-unknown");
}

/* ---- lists ----------------------------------------------------------------------------------------------- */

static void
a_list_of_classes_is_checked_like_the_page(void **state)
{
	struct world *w = *state;
	static const char *const head[] = { "Code of the kind", "What it is called",
		"Counted in public under", "Code of the lead unit", "First day", "What it rests on",
		"Ended", "What takes its place" };
	static const char *const cell[] = { "lift", "加装电梯", "property", "u05", "2026-10-08",
		"目录", "", "", "pets", "宠物管理", "neighbour", "", "2026-10-08", "目录", "", "" };
	struct bytes book;
	struct rule_sheet *s = NULL;
	OK(book_write(w->mem, w->dir, &(struct book_table){ "classes", head, 8, cell, 2 }, &book,
		&w->err));
	const char *path = mem_printf(w->mem, "%s/list.xlsx", w->dir);
	FILE *f = fopen(path, "wb");
	assert_int_equal(fwrite(book.p, 1, book.n, f), book.n);
	assert_int_equal(fclose(f), 0);
	OK(rule_sheet_import(w->mem, w->app, w->office, RULE_CLASS, path, false, &s, &w->err));
	assert_int_equal(s->n_faults, 1);
	assert_string_equal(s->fault[0].key, "rules.class-lead");
	assert_string_equal(s->fault[0].column, "D");
	assert_int_equal(s->fault[0].row, 3);
	assert_null(book_on(w->app, w->office, RULE_CLASS, "lift", 20261008));
}

/* ---- an older folder ---------------------------------------------------------------------------------------- */

static void
an_older_folder_gets_its_words(void **state)
{
	struct world *w = *state;
	struct tx *tx;
	const int64_t no = raised_as(w, "property");
	OK(db_write(w->app->db, &tx, &w->err));
	OK(store_script(tx,
		"CREATE TABLE reply_template ("
		" office integer NOT NULL, code text NOT NULL, from_day integer NOT NULL, ver integer NOT NULL,"
		" title text NOT NULL, text text NOT NULL, source text NOT NULL, is_off integer NOT NULL,"
		" by_person integer NOT NULL, set_at integer NOT NULL,"
		" PRIMARY KEY (office, code, from_day));"
		"INSERT INTO reply_template SELECT office, 'lamp', 20261001, 1, 'lamp', 'text', 'src', 0, 3, 9"
		" FROM deadline WHERE code = 'sign' AND ver = 1;"
		"CREATE TABLE old_text AS SELECT * FROM rule_text;"
		"DROP TABLE rule_text;"
		"ALTER TABLE concern DROP COLUMN category;"
		"DELETE FROM schema_version WHERE module = 'concern' AND number = 6;",
		&w->err));
	OK(tx_commit(tx, &w->err));
	const struct migration *list[64];
	OK(db_migrate(w->app->db, list, app_migrations(world_modules, list, 64), &w->err));
	assert_int_equal(ask(w,
				 SQL("SELECT count(*) FROM (SELECT * FROM old_text EXCEPT"
				     " SELECT * FROM rule_text) AS x"),
				 NO_VALS),
		0);
	assert_int_equal(
		ask(w,
			SQL("SELECT count(*) FROM rule_text WHERE office = ?"
			    " AND kind = 'templates' AND code = 'lamp' AND source = 'src'"),
			VALS(V(w->office))),
		1);
	assert_string_equal(concern_of(w, no).category, "property");
	assert_invariants(w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(every_shipped_key_has_a_row_and_every_row_a_key),
		TEST(every_step_with_a_page_has_a_guide),
		TEST(every_shipped_sentence_could_be_typed),
		TEST(a_new_class_brings_its_lead_unit),
		TEST(a_class_says_what_it_counts_in),
		TEST(what_is_on_file_keeps_the_name_of_its_day),
		TEST(a_class_with_duties_ends_only_with_a_successor),
		TEST(an_open_concern_keeps_its_class_from_ending_alone),
		TEST(only_what_ends_has_a_successor),
		TEST(a_word_changes_and_its_code_does_not),
		TEST(a_change_of_words_leaves_those_of_other_offices_where_they_are),
		TEST(a_rating_keeps_the_words_it_was_asked_in),
		TEST(english_readers_read_english_where_it_was_written),
		TEST(a_sentence_is_that_of_today),
		TEST(a_sentence_leaves_out_nothing_and_asks_for_nothing_personal),
		TEST(a_guide_is_that_of_today),
		TEST(a_list_of_classes_is_checked_like_the_page),
		TEST(an_older_folder_gets_its_words),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
