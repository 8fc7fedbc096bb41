/* SPDX-License-Identifier: Apache-2.0 */
/* A concern comes in: one owner, one day, one number from the first minute. */
#include "fixture.h"

#include "concern/concern_int.h"
#include "concern/zone.h"

#include "core/banned.h"

const struct module *const world_modules[] = { &act_module, &office_module, &concern_module,
	&evaluation_module, &notify_module, NULL };

static int64_t
rows(struct world *w)
{
	return ask(w, SQL("SELECT count(*) FROM concern WHERE office = ?"), VALS(V(w->office)));
}

static struct intake
intake_of(struct world *w, int64_t no)
{
	struct intake in = { 0 };
	struct tx *tx = look(w);
	OK(intake_load(tx, w->mem, w->office, concern_of(w, no).id, &in, &w->err));
	tx_end(tx);
	return in;
}

static int64_t
raise_with(struct world *w, const struct pair *in)
{
	OK(run(w, RESIDENT, &concern_raise, in));
	return made_now(w);
}

static int64_t
raise_plain(struct world *w)
{
	return raise_with(w, IN({ "body", "楼道灯不亮，请派人来看。" }, { "class", "property" }));
}

static char *
repeated(struct world *w, const char *piece, size_t times)
{
	struct buf b = buf_new(w->mem, strlen(piece) * times);
	for (size_t i = 0; i < times; i++)
		buf_text(&b, piece);
	return b.p;
}

/* ---- who gets it ---------------------------------------------------------------------------- */

static void
the_intake_post_owns_and_the_catalogue_is_asked(void **state)
{
	struct world *w = *state;
	const int64_t no = raise_plain(w);
	assert_string_equal(news(w),
		"concern.raised resident u03 {\"class\":\"property\","
		"\"due\":\"2026-10-13T17:30:00+08:00\",\"lane\":\"everyday\",\"via\":\"web\"}\n"
		"concern.offered system - {\"to\":\"u04\"}");
	const struct concern c = concern_of(w, no);
	assert_int_equal(c.state, ST_ASSIGNED);
	assert_int_equal(c.owner_person_id, w->who[GU].person_id);
	assert_string_equal(c.owner_unit_code, "u03");
	assert_int_equal(c.tracker_person_id, w->who[GU].person_id);
	assert_int_equal(c.raised_at, now_of(w));
	assert_int_equal(c.due_at, moment(20261013, 1730));
	assert_string_equal(c.nature, "help");
	const struct handover h = offer_of(w, c.id);
	assert_int_equal(h.to_unit_id, unit_of(w, "u04").id);
	assert_int_equal(h.to_person_id, 0);
	assert_true(h.by_catalogue);
	assert_int_equal(
		ask(w,
			SQL("SELECT count(*) FROM owner_span WHERE office = ? AND concern_id = ?"
			    " AND from_at = ? AND until_at IS NULL AND no = 1"),
			VALS(V(w->office), V(c.id), V(now_of(w)))),
		1);
	assert_int_equal(c.first_seq, w->mark);
	assert_int_equal(c.last_seq, w->mark + 1);
}

static void
the_receipt_names_owner_day_and_number(void **state)
{
	struct world *w = *state;
	(void)raise_plain(w);
	assert_string_equal(result(w, "owner"), "顾晓岚");
	assert_string_equal(result(w, "owner_unit"), "受理大厅");
	assert_string_equal(result(w, "offered_to"), "物业管理科");
	assert_string_equal(result(w, "file_no"), "2026-0001");
	assert_string_equal(result(w, "due_day"), "20261013");
	struct code code;
	assert_true(code_read(str_of(result(w, "code")), CODE_QUERY, &code));
	assert_int_equal(code_office(&code), w->office);
	struct tx *tx = look(w);
	struct concern c;
	OK(concern_by_code(tx, w->mem, w->app, w->office, &code, &c, &w->err));
	assert_string_equal(c.ref, result(w, "ref"));
	struct code kept; /* the sealed copy, for messages */
	OK(code_of_concern(tx, w->mem, w->app, w->office, c.id, &kept, &w->err));
	assert_string_equal(kept.text, code.text);
	tx_end(tx);
}

/* Nobody looks beforehand whether a drawn code is free: the schema does, and then all is drawn again. */
static void
a_code_that_is_taken_is_drawn_again(void **state)
{
	struct world *w = *state;
	struct rng same;
	const char *code[2];
	w->app->random = &same;
	for (int i = 0; i < 2; i++) {
		rng_init_seed(&same, 7);
		(void)raise_plain(w);
		code[i] = mem_text(w->mem, result(w, "code"));
	}
	w->app->random = NULL;
	assert_string_not_equal(code[0], code[1]);
	assert_string_equal(result(w, "file_no"), "2026-0002");
	assert_int_equal(rows(w), 2);
}

static void
leave_hands_the_intake_to_the_stand_in_and_to_the_head(void **state)
{
	struct world *w = *state;
	static const char *const owners[] = { "向楠", "管理员" }; /* the head, for now */
	static const enum who leaves[] = { GU, XIANG };
	for (size_t i = 0; i < 2; i++) {
		OK(run(w, leaves[i], &account_away_act, IN({ "away", "1" })));
		(void)raise_plain(w);
		assert_string_equal(result(w, "owner"), owners[i]);
	}
}

static void
a_class_that_is_nobodys_duty_stays_with_the_intake(void **state)
{
	struct world *w = *state;
	const int64_t no = raise_with(w, IN({ "body", "说不清归谁管。" }));
	const struct concern c = concern_of(w, no);
	assert_string_equal(c.class, "other");
	assert_int_equal(c.state, ST_ACCEPTED);
	assert_int_equal(offer_of(w, c.id).id, 0);
	assert_string_equal(result(w, "offered_to"), "");
	assert_string_equal(news(w),
		"concern.raised resident u03 {\"class\":\"other\","
		"\"due\":\"2026-10-13T17:30:00+08:00\",\"lane\":\"everyday\",\"via\":\"web\"}");
}

/* 首问负责: whoever is asked first takes it down, owns it and tracks it. */
static void
who_takes_it_down_owns_and_tracks_it(void **state)
{
	struct world *w = *state;
	OK(run(w, WEN, &concern_register,
		IN({ "body", "路灯坏了。" }, { "class", "parking" }, { "via", "phone" },
			{ "nature", "complaint" }, { "people", "12" }, { "told", "三天内去看" })));
	const int64_t no = made_now(w);
	const struct concern c = concern_of(w, no);
	assert_string_equal(news(w),
		"concern.raised clerk u06 {\"class\":\"parking\","
		"\"due\":\"2026-10-13T17:30:00+08:00\",\"lane\":\"everyday\",\"via\":\"phone\"}\n"
		"concern.offered clerk u06 {\"to\":\"u05\"}");
	assert_int_equal(c.owner_person_id, w->who[WEN].person_id);
	assert_int_equal(c.tracker_person_id, w->who[WEN].person_id);
	assert_int_equal(c.state, ST_ASSIGNED);
	assert_int_equal(intake_of(w, no).people, 12);
	assert_string_equal(intake_of(w, no).told, "三天内去看");
}

/* Two committees under one station, one that stands for itself: the station is the only zone. */
static void
add_committees(struct world *w)
{
	static const struct unit_new list[] = {
		{ "u20", "z1", "甲居委会", "河滨片服务站", UNIT_NBHD, 100 },
		{ "u21", "z1", "乙居委会", "河滨片服务站", UNIT_NBHD, 110 },
		{ "u22", "u22", "丙居委会", "丙居委会", UNIT_NBHD, 120 },
	};
	struct tx *tx;
	int64_t id;
	OK(db_write(w->app->db, &tx, &w->err));
	for (size_t i = 0; i < sizeof list / sizeof *list; i++)
		OK(unit_add(tx, w->office, &list[i], &id, &w->err));
	OK(tx_commit(tx, &w->err));
}

static void
zone_is_the_finest_place_and_told_where_it_is_known(void **state)
{
	struct world *w = *state;
	add_committees(w);
	OK(run(w, GU, &concern_register,
		IN({ "body", "路灯坏了。" }, { "class", "other" }, { "zone", "z1" })));
	assert_string_equal(concern_of(w, made_now(w)).zone, "z1");
	assert_non_null(strstr(news(w), "\"via\":\"counter\",\"zone\":\"z1\"}"));
	mark(w);
	OK(run(w, GU, &concern_register,
		IN({ "body", "有人违规。" }, { "class", "other" }, { "zone", "z1" },
			{ "secret", "1" })));
	assert_null(strstr(news(w), "zone")); /* what is sealed has no place */
	mark(w);
	OK(run(w, GU, &concern_register, IN({ "body", "路灯坏了。" }, { "class", "other" })));
	assert_null(concern_of(w, made_now(w)).zone);
	assert_null(strstr(news(w), "zone"));
	mark(w);
	OK(run(w, RESIDENT, &concern_raise, IN({ "body", "路灯坏了。" }, { "zone", "z1" })));
	assert_string_equal(concern_of(w, made_now(w)).zone, "z1");
	assert_non_null(strstr(news(w), "\"via\":\"web\",\"zone\":\"z1\"}"));
}

static void
neither_a_committee_nor_a_word_is_a_zone(void **state)
{
	struct world *w = *state;
	struct zone *z;
	size_t n;
	const int64_t before = events(w);
	assert_refused(w,
		run(w, GU, &concern_register,
			IN({ "body", "路灯坏了。" }, { "class", "other" }, { "zone", "z1" })),
		"zone", "field.choice"); /* an office without zones */
	add_committees(w);
	struct tx *tx = look(w);
	OK(zone_list(tx, w->mem, w->office, &z, &n, &w->err));
	tx_end(tx);
	assert_int_equal(n, 1);
	assert_string_equal(z[0].code, "z1");
	assert_string_equal(z[0].name, "河滨片服务站");
	static const char *const bad[] = { "u20", "u22", "z2", "zone-of-somebody" };
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_refused(w,
			run(w, GU, &concern_register,
				IN({ "body", "路灯坏了。" }, { "class", "other" },
					{ "zone", bad[i] })),
			"zone", "field.choice");
	assert_int_equal(events(w), before);
}

static void
what_is_the_own_units_duty_is_not_offered_to_it(void **state)
{
	struct world *w = *state;
	const int64_t no = take_down(w, CHEN, "property");
	assert_int_equal(concern_of(w, no).state, ST_ACCEPTED);
	assert_int_equal(concern_of(w, no).owner_person_id, w->who[CHEN].person_id);
}

static void
a_list_from_elsewhere_comes_to_the_intake_once(void **state)
{
	struct world *w = *state;
	const struct pair *in = IN({ "body", "河边有味道。" }, { "via", "import" },
		{ "source_no", "L-17" }, { "own_date", "2026-09-28 09:15" });
	OK(run(w, SYSTEM, &concern_register, in));
	const struct concern c = concern_of(w, made_now(w));
	assert_int_equal(c.owner_person_id, w->who[GU].person_id);
	assert_int_equal(c.own_date, moment(20260928, 915));
	assert_int_equal(c.raised_at, now_of(w)); /* figures count from now */
	assert_string_equal(news(w),
		"concern.raised system u03 {\"class\":\"other\","
		"\"due\":\"2026-10-13T17:30:00+08:00\",\"lane\":\"everyday\",\"via\":\"import\"}");
	assert_refused(
		w, run(w, SYSTEM, &concern_register, in), "source_no", "concern.source-known");
	assert_int_equal(rows(w), 1);
}

/* ---- the day -------------------------------------------------------------------------------- */

static void
each_nature_has_its_limit(void **state)
{
	struct world *w = *state;
	static const struct {
		const char *nature, *limit;
		int32_t due;
	} list[] = {
		{ "consult", "1wd", 20261008 },
		{ "help", "5wd", 20261013 },
		{ "complaint", "5wd", 20261013 },
		{ "report", "5wd", 20261013 },
		{ "suggestion", "1wd", 20261008 },
		{ "praise", "1wd", 20261008 },
		{ "other", "1wd", 20261008 },
	};
	size_t n = 0;
	while (concern_natures[n].code)
		n++;
	assert_int_equal(n, sizeof list / sizeof *list); /* a new one wants its row */
	for (size_t i = 0; i < n; i++) {
		OK(run(w, GU, &concern_register,
			IN({ "body", "请看看。" }, { "nature", list[i].nature })));
		const struct concern c = concern_of(w, made_now(w));
		assert_string_equal(c.limit, list[i].limit);
		assert_int_equal(c.due_day, list[i].due);
		assert_int_equal(c.due_at, moment(list[i].due, 1730));
	}
}

/* The day after it came is day one; worked weekends count, rest days of the notice do not. */
static void
working_days_run_over_the_festivals_of_2026(void **state)
{
	struct world *w = *state;
	static const struct {
		int32_t raised_on;
		int at;
		const char *nature;
		int32_t due;
		bool is_provisional;
	} list[] = {
		{ 20260209, 900, "help", 20260214, false }, /* a worked Saturday is the last day */
		{ 20260213, 900, "consult", 20260214, false },
		{ 20260213, 1801, "help", 20260227, false },
		{ 20260214, 900, "consult", 20260224, false },
		{ 20260214, 900, "help", 20260228, false }, /* the worked Saturday behind */
		{ 20260217, 300, "help", 20260228, false }, /* New Year's night */
		{ 20260223, 2359, "consult", 20260224, false },
		{ 20260227, 900, "consult", 20260228, false },
		{ 20260430, 900, "help", 20260511, false },
		{ 20260918, 900, "consult", 20260920, false }, /* a worked Sunday */
		{ 20260924, 1400, "help", 20261009, false },
		{ 20260926, 1200, "help", 20261009, false },
		{ 20260930, 2359, "help", 20261013, false },
		{ 20261001, 0, "help", 20261013, false },
		{ 20261007, 2359, "consult", 20261008, false },
		{ 20261009, 900, "consult", 20261010, false },
		{ 20261010, 900, "consult", 20261012, false },
		{ 20261224, 900, "consult", 20261225, false },
		{ 20261225, 900, "help", 20270104, true }, /* 2027 has no notice yet */
		{ 20261230, 900, "consult", 20261231, true },
	};
	for (size_t i = 0; i < sizeof list / sizeof *list; i++) {
		go(w, list[i].raised_on, list[i].at);
		OK(run(w, GU, &concern_register,
			IN({ "body", "请看看。" }, { "nature", list[i].nature })));
		const struct concern c = concern_of(w, made_now(w));
		if (c.due_day != list[i].due || c.due_at != moment(list[i].due, 1730))
			fail_msg("%s of %d at %d: due on %d", list[i].nature, list[i].raised_on,
				list[i].at, c.due_day);
		assert_int_equal(c.is_provisional, list[i].is_provisional);
		assert_int_equal(c.raised_at, moment(list[i].raised_on, list[i].at));
	}
}

/* ---- the sealed lane ------------------------------------------------------------------------ */

static void
the_sealed_lane_hides_class_and_unit(void **state)
{
	struct world *w = *state;
	const int64_t no = raise_with(
		w, IN({ "body", "请替我保密。" }, { "class", "property" }, { "secret", "1" }));
	assert_string_equal(news(w),
		"concern.raised resident - {\"class\":\"other\","
		"\"due\":\"2026-10-13T17:30:00+08:00\",\"lane\":\"sealed\",\"via\":\"web\"}\n"
		"concern.offered system - {}");
	const struct concern c = concern_of(w, no); /* inside it is known */
	assert_string_equal(c.class, "property");
	assert_int_equal(c.lane, LANE_SEALED);
	assert_true(intake_of(w, no).wants_secret);
	assert_int_equal(offer_of(w, c.id).to_unit_id, unit_of(w, "u04").id);
}

static void
no_event_of_a_sealed_life_tells_a_unit(void **state)
{
	struct world *w = *state;
	OK(run(w, GU, &concern_register,
		IN({ "body", "请替我保密。" }, { "class", "parking" }, { "secret", "1" })));
	const int64_t no = made_now(w);
	const char *code = w->code;
	OK(accept_it(w, MA, no));
	OK(offer(w, MA, no, "u04", NOBODY));
	OK(decline_it(w, WANG, no));
	OK(offer(w, MA, no, "u04", CHEN));
	OK(accept_it(w, CHEN, no));
	clock_set(&w->clock, concern_of(w, no).due_at + 1);
	assert_int_equal(run_jobs(w), 1);
	OK(submit(w, CHEN, no));
	OK(send_back(w, HE, no));
	OK(submit(w, CHEN, no));
	OK(approve(w, HE, no));
	OK(run(w, PEI, &callback_record,
		IN({ "concern", no_text(w, no) }, { "result", "nobody" })));
	OK(rate(w, RESIDENT, code, "no", "4"));
	OK(rule(w, SHEN, no, "close"));
	assert_string_equal(news(w),
		"concern.raised clerk - {\"class\":\"other\",\"due\":\"2026-10-13T17:30:00+08:00\","
		"\"lane\":\"sealed\",\"via\":\"counter\"}\n"
		"concern.offered clerk - {}\n"
		"concern.owned handler - {\"due\":\"2026-10-13T17:30:00+08:00\"}\n"
		"concern.offered clerk - {}\n"
		"concern.declined clerk - {\"why\":\"not-ours\"}\n"
		"concern.offered clerk - {}\n"
		"concern.owned handler - {\"due\":\"2026-10-13T17:30:00+08:00\"}\n"
		"concern.supervised system - {\"level\":\"head\"}\n"
		"concern.reply-rejected officer - {\"why\":\"unclear\"}\n"
		"concern.replied officer - {\"answer\":\"adopted\",\"outcome\":\"solved\"}\n"
		"concern.called evaluator - {\"n\":1,\"result\":\"nobody\"}\n"
		"concern.rated resident -"
		" {\"round\":1,\"sat\":4,\"solved\":\"no\",\"via\":\"web\"}\n"
		"concern.closed supervisor - {\"outcome\":\"solved\"}");
}

/* ---- the resident --------------------------------------------------------------------------- */

static void
a_pin_is_made_only_where_no_phone_is_left(void **state)
{
	struct world *w = *state;
	const int64_t without = raise_plain(w);
	const char *pin = result(w, "pin");
	assert_non_null(pin);
	assert_int_equal(strspn(pin, "0123456789"), 6);
	assert_int_equal(strlen(pin), 6);
	assert_true(intake_of(w, without).has_pin);
	assert_false(intake_of(w, without).wants_contact);
	const int64_t with =
		raise_with(w, IN({ "body", "楼道灯不亮。" }, { "phone", "021-5550 0123" }));
	assert_null(result(w, "pin"));
	assert_false(intake_of(w, with).has_pin);
	assert_true(intake_of(w, with).wants_contact);
	assert_string_equal(intake_of(w, with).phone, "02155500123");
}

static void
words_names_and_phones_stay_behind_commitments(void **state)
{
	struct world *w = *state;
	(void)raise_with(
		w, IN({ "body", "三楼漏水。" }, { "name", "吴建国" }, { "phone", "13800138000" },
			   { "place", "青枫路88弄" }, { "address", "青枫路88弄3号" }));
	static const char *const secrets[] = { "漏水", "吴建国", "13800138000", "青枫路" };
	for (size_t i = 0; i < sizeof secrets / sizeof *secrets; i++)
		assert_int_equal(count_events(w, secrets[i]), 0);
	assert_int_equal(count_events(w, "\"com\":{\"body\":"), 1);
	assert_int_equal(ask(w,
				 SQL("SELECT count(*) FROM ledger_part WHERE office = ? AND seq = ?"
				     " AND part IN ('body', 'who')"),
				 VALS(V(w->office), V(w->mark))),
		2);
}

static void
a_title_is_the_first_sentence_and_thirty_characters_at_most(void **state)
{
	struct world *w = *state;
	const struct {
		const char *body, *title;
	} list[] = {
		{ "楼道灯不亮。请派人来看。", "楼道灯不亮" },
		{ "救救我！三楼漏水。", "救救我" },
		{ "谁来管？没人管！", "谁来管" },
		{ "灯坏了；门也坏了。", "灯坏了" },
		{ "Broken lamp! Please look; soon?", "Broken lamp" },
		{ "第一行\n第二行。", "第一行" },
		{ "第一行 \r\n第二行", "第一行" },
		{ "！！！没人管", "！！！没人管" }, /* nothing stands before the first sign */
		{ "水压只有0.5，3.5楼以上没有水。", "水压只有0.5，3.5楼以上没有水" },
		{ "没有句号", "没有句号" },
		/* too long: at its last clause, if ten characters stand before it */
		{ mem_printf(w->mem, "%s，%s，然后", repeated(w, "长", 10), repeated(w, "长", 17)),
			mem_printf(
				w->mem, "%s，%s", repeated(w, "长", 10), repeated(w, "长", 17)) },
		{ mem_printf(w->mem, "%s，%s", repeated(w, "长", 10), repeated(w, "长", 25)),
			repeated(w, "长", 10) },
		{ mem_printf(w->mem, "%s、%s", repeated(w, "𠮷", 10), repeated(w, "长", 25)),
			repeated(w, "𠮷", 10) },
		{ mem_printf(w->mem, "%s，%s", repeated(w, "长", 9), repeated(w, "长", 25)),
			mem_printf(w->mem, "%s，%s", repeated(w, "长", 9), repeated(w, "长", 20)) },
		{ "短的，不用切", "短的，不用切" },
		{ repeated(w, "长", 31), repeated(w, "长", 30) },
		{ repeated(w, "𠮷", 40), repeated(w, "𠮷", 30) }, /* never inside a character */
		{ repeated(w, "短", 30), repeated(w, "短", 30) },
	};
	for (size_t i = 0; i < sizeof list / sizeof *list; i++) {
		const int64_t no = raise_with(w, IN({ "body", list[i].body }));
		assert_string_equal(concern_of(w, no).title, list[i].title);
	}
}

static void
staff_may_write_the_title_themselves(void **state)
{
	struct world *w = *state;
	OK(run(w, GU, &concern_register,
		IN({ "body", "楼道灯不亮。请派人。" }, { "title", "青枫路88弄楼道灯" })));
	assert_string_equal(concern_of(w, made_now(w)).title, "青枫路88弄楼道灯");
}

/* ---- once ----------------------------------------------------------------------------------- */

static struct act_call *
keyed(struct world *w, enum who who, const struct act *act, const char *key)
{
	struct act_call *call = call_of(
		w, &w->who[who], act, IN({ "body", "楼道灯不亮。" }, { "class", "property" }));
	call->idem_key = key;
	return call;
}

static void
the_same_key_gives_the_same_receipt_and_one_row(void **state)
{
	struct world *w = *state;
	OK(run_call(w, keyed(w, RESIDENT, &concern_raise, "k1")));
	struct act_call *first = w->call;
	assert_false(first->is_replay);
	const int64_t n = events(w);
	go(w, 20261003, 900); /* the answer is kept, not made again */
	OK(run_call(w, keyed(w, RESIDENT, &concern_raise, "k1")));
	assert_true(w->call->is_replay);
	assert_int_equal(w->call->seq, first->seq);
	static const char *const same[] = { "code", "file_no", "ref", "id", "due_day", "owner",
		"owner_unit", "offered_to", "pin" };
	for (size_t i = 0; i < sizeof same / sizeof *same; i++)
		assert_string_equal(result(w, same[i]), act_result_get(first, same[i]));
	assert_int_equal(rows(w), 1);
	assert_int_equal(events(w), n);
}

static void
another_key_or_act_or_person_is_another_matter(void **state)
{
	struct world *w = *state;
	const struct {
		enum who who;
		const struct act *act;
		const char *key;
	} list[] = {
		{ RESIDENT, &concern_raise, "k1" },
		{ RESIDENT, &concern_raise, "k2" },
		{ RESIDENT, &concern_raise, NULL },
		{ RESIDENT, &concern_raise, NULL },
		{ GU, &concern_raise, "k1" },
		{ GU, &concern_register, "k1" },
		{ CHEN, &concern_register, "k1" },
	};
	for (size_t i = 0; i < sizeof list / sizeof *list; i++) {
		OK(run_call(w, keyed(w, list[i].who, list[i].act, list[i].key)));
		assert_false(w->call->is_replay);
		assert_int_equal(rows(w), (int64_t)i + 1);
	}
}

/* Residents have no account to tell them apart, and a program may choose a poor key. */
static void
a_stranger_with_the_same_key_reads_nobody_elses_receipt(void **state)
{
	struct world *w = *state;
	OK(run_call(w, keyed(w, RESIDENT, &concern_raise, "1")));
	const struct act_call *mine = w->call;
	const struct pair *const others[] = {
		IN({ "body", "楼道灯不亮。" }, { "class", "parking" }),
		IN({ "body", "楼道灯不亮。" }, { "class", "property" }, { "phone", "13900139000" }),
		IN({ "body", "别人的事。" }),
	};
	for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
		struct act_call *call =
			call_of(w, &w->who[i % 2 ? NOBODY : RESIDENT], &concern_raise, others[i]);
		call->idem_key = "1";
		OK(run_call(w, call));
		assert_false(call->is_replay);
		assert_string_not_equal(result(w, "code"), act_result_get(mine, "code"));
		assert_int_equal(rows(w), (int64_t)i + 2);
	}
	OK(run_call(w, keyed(w, RESIDENT, &concern_raise, "1")));
	assert_true(w->call->is_replay); /* one's own words again */
	assert_string_equal(result(w, "code"), act_result_get(mine, "code"));
}

static void
the_same_key_twice_in_one_batch_is_one_row(void **state)
{
	struct world *w = *state;
	struct act_call *twice[] = { keyed(w, RESIDENT, &concern_raise, "k1"),
		keyed(w, RESIDENT, &concern_raise, "k1") };
	OK(act_run_batch(w->app, twice, 2, now_of(w), &w->err));
	OK(twice[0]->rc);
	OK(twice[1]->rc);
	assert_true(twice[1]->is_replay);
	assert_string_equal(act_result_get(twice[1], "code"), act_result_get(twice[0], "code"));
	assert_int_equal(rows(w), 1);
}

/* ---- what is not taken ---------------------------------------------------------------------- */

static void
all_faults_are_told_at_once_and_nothing_is_written(void **state)
{
	struct world *w = *state;
	const struct pair *in = IN({ "body", repeated(w, "长", 2001) }, { "class", "Weather!" },
		{ "place", "青枫路\x01" }, { "name", "\xC0\xAF" }, { "phone", "1380013800" },
		{ "address", "\xED\xA0\x80" }, { "contact_wish", "晚上\u202E打" },
		{ "secret", "perhaps" });
	static const struct {
		const char *field, *key;
	} list[] = {
		{ "body", "text.too-long" },
		{ "class", "field.code" },
		{ "place", "text.control" },
		{ "name", "text.not-utf8" },
		{ "phone", "phone.digits-optional" },
		{ "address", "text.not-utf8" },     /* half a surrogate pair */
		{ "contact_wish", "text.control" }, /* reads backwards */
		{ "secret", "field.bool" },
	};
	assert_refused(w, run(w, RESIDENT, &concern_raise, in), NULL, "form.faults");
	assert_int_equal(w->call->form.n_faults, sizeof list / sizeof *list);
	for (size_t i = 0; i < sizeof list / sizeof *list; i++) {
		const struct field_value *v = form_value(&w->call->form, list[i].field);
		assert_true(v->has_fault);
		assert_string_equal(v->fault.key, list[i].key);
	}
	assert_int_equal(rows(w), 0);
	assert_string_equal(news(w), "");
	(void)raise_plain(w);
	assert_string_equal(result(w, "file_no"), "2026-0001"); /* no number was lost */
}

static void
two_thousand_characters_fit_whatever_their_bytes(void **state)
{
	struct world *w = *state;
	const int64_t no = raise_with(w, IN({ "body", repeated(w, "𠮷", 2000) }));
	assert_int_equal(strlen(concern_of(w, no).body), 8000);
}

static void
a_few_words_are_wanted(void **state)
{
	struct world *w = *state;
	static const struct {
		const char *body, *key;
	} list[] = {
		{ "", "concern.empty" },
		{ "  \r\n　", "concern.empty" },
		{ "灯", "field.too-short" },
	};
	for (size_t i = 0; i < sizeof list / sizeof *list; i++)
		assert_refused(w, run(w, RESIDENT, &concern_raise, IN({ "body", list[i].body })),
			"body", list[i].key);
	assert_refused(w, run(w, RESIDENT, &concern_raise, NOTHING), "body", "concern.empty");
	assert_int_equal(rows(w), 0);
}

static void
residents_do_not_register_and_nobody_raises_for_free(void **state)
{
	struct world *w = *state;
	assert_refused(w, run(w, RESIDENT, &concern_register, IN({ "body", "灯坏了。" })), NULL,
		"act.not-allowed");
	assert_refused(w, run(w, NOBODY, &concern_register, IN({ "body", "灯坏了。" })), NULL,
		"act.not-allowed");
	OK(run(w, NOBODY, &concern_raise, IN({ "body", "灯坏了。" })));
	OK(run(w, CHEN, &concern_raise, IN({ "body", "灯坏了。" })));
	const struct concern c = concern_of(w, made_now(w));
	assert_int_equal(c.owner_person_id, w->who[GU].person_id); /* not the one who typed it */
}

/* ---- the number ----------------------------------------------------------------------------- */

/* The year of the office's own clock: New Year here is still last year's afternoon in UTC. */
static void
file_numbers_run_for_each_year(void **state)
{
	struct world *w = *state;
	static const struct {
		int32_t day;
		int at;
		const char *no;
	} list[] = {
		{ 20260930, 1100, "2026-0001" },
		{ 20261231, 2359, "2026-0002" },
		{ 20270101, 0, "2027-0001" },
		{ 20270101, 900, "2027-0002" },
		{ 20280229, 900, "2028-0001" },
	};
	for (size_t i = 0; i < sizeof list / sizeof *list; i++) {
		go(w, list[i].day, list[i].at);
		(void)raise_plain(w);
		assert_string_equal(result(w, "file_no"), list[i].no);
	}
}

static void
every_office_counts_for_itself(void **state)
{
	struct world *w = *state;
	(void)raise_plain(w);
	const struct actor there = actor_resident(w->other);
	OK(run_call(w, call_of(w, &there, &concern_raise, IN({ "body", "楼道灯不亮。" }))));
	assert_string_equal(result(w, "file_no"), "2026-0001");
	assert_int_equal(rows(w), 1);
}

/* ---- the draft behind the three steps ------------------------------------------------------- */

#define DRAFT "00112233445566778899aabbccddeeff"

static enum xq_rc
draft_now(struct world *w, struct draft *out)
{
	struct tx *tx = look(w);
	const enum xq_rc rc =
		draft_load(tx, w->mem, w->office, STR(DRAFT), now_of(w), out, &w->err);
	tx_end(tx);
	return rc;
}

static void
a_draft_is_kept_for_a_day_and_is_no_fact(void **state)
{
	struct world *w = *state;
	struct draft d = { 0 };
	assert_refused(w,
		run(w, RESIDENT, &draft_where, IN({ "draft", DRAFT }, { "place", "青枫路" })), NULL,
		"draft.gone");
	OK(run(w, RESIDENT, &draft_say,
		IN({ "draft", DRAFT }, { "body", "楼道灯不亮。" }, { "class", "property" })));
	OK(draft_now(w, &d));
	assert_int_equal(d.reached, 1);
	OK(run(w, RESIDENT, &draft_where,
		IN({ "draft", DRAFT }, { "place", "青枫路" }, { "secret", "1" })));
	OK(draft_now(w, &d));
	assert_int_equal(d.reached, 2);
	assert_string_equal(d.body, "楼道灯不亮。");
	assert_string_equal(d.place, "青枫路");
	assert_string_equal(d.zone, "");
	assert_true(d.wants_secret);
	assert_false(d.may_publish);
	assert_string_equal(news(w), "");
	assert_int_equal(rows(w), 0);
	add_committees(w);
	OK(run(w, RESIDENT, &draft_where,
		IN({ "draft", DRAFT }, { "place", "青枫路" }, { "zone", "z1" })));
	OK(draft_now(w, &d));
	assert_string_equal(d.zone, "z1");
	assert_refused(w, run(w, RESIDENT, &draft_where, IN({ "draft", DRAFT }, { "zone", "z9" })),
		"zone", "field.choice");
	clock_shift(&w->clock, 86399);
	OK(draft_now(w, &d));
	clock_shift(&w->clock, 1);
	assert_int_equal(draft_now(w, &d), XQ_NONE);
}

static void
a_draft_key_is_thirty_two_hex_digits(void **state)
{
	struct world *w = *state;
	static const char *const bad[] = { "0011", "zz112233445566778899aabbccddeeff", DRAFT "0" };
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_int_equal(run(w, RESIDENT, &draft_say,
					 IN({ "draft", bad[i] }, { "body", "楼道灯不亮。" })),
			XQ_REFUSED);
	assert_int_equal(
		ask(w, SQL("SELECT count(*) FROM draft WHERE office = ?"), VALS(V(w->office))), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_intake_post_owns_and_the_catalogue_is_asked),
		TEST(the_receipt_names_owner_day_and_number),
		TEST(leave_hands_the_intake_to_the_stand_in_and_to_the_head),
		TEST(a_class_that_is_nobodys_duty_stays_with_the_intake),
		TEST(who_takes_it_down_owns_and_tracks_it),
		TEST(zone_is_the_finest_place_and_told_where_it_is_known),
		TEST(neither_a_committee_nor_a_word_is_a_zone),
		TEST(what_is_the_own_units_duty_is_not_offered_to_it),
		TEST(a_list_from_elsewhere_comes_to_the_intake_once),
		TEST(each_nature_has_its_limit),
		TEST_OF_THE_YEAR(working_days_run_over_the_festivals_of_2026),
		TEST(the_sealed_lane_hides_class_and_unit),
		TEST(no_event_of_a_sealed_life_tells_a_unit),
		TEST(a_pin_is_made_only_where_no_phone_is_left),
		TEST(words_names_and_phones_stay_behind_commitments),
		TEST(a_title_is_the_first_sentence_and_thirty_characters_at_most),
		TEST(staff_may_write_the_title_themselves),
		TEST(the_same_key_gives_the_same_receipt_and_one_row),
		TEST(another_key_or_act_or_person_is_another_matter),
		TEST(a_stranger_with_the_same_key_reads_nobody_elses_receipt),
		TEST(the_same_key_twice_in_one_batch_is_one_row),
		TEST(all_faults_are_told_at_once_and_nothing_is_written),
		TEST(two_thousand_characters_fit_whatever_their_bytes),
		TEST(a_few_words_are_wanted),
		TEST(residents_do_not_register_and_nobody_raises_for_free),
		TEST(a_code_that_is_taken_is_drawn_again),
		TEST(file_numbers_run_for_each_year),
		TEST(every_office_counts_for_itself),
		TEST(a_draft_is_kept_for_a_day_and_is_no_fact),
		TEST(a_draft_key_is_thirty_two_hex_digits),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
