/* SPDX-License-Identifier: Apache-2.0 */
/* A resident's words are destroyed by two people: rows, keys, and every byte of the folder. */
#include "modules.h"

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include "act/receipt.h"
#include "concern/erased.h"
#include "erasure/erasure_int.h"
#include "ledger/parts.h"
#include "store/search.h"

#include "core/banned.h"

#define BODY "青枫路88弄3号楼顶漏水，厨房的天花板昨夜掉下来一块。"
#define NAME "吴建国"
#define PHONE "13812345678"
#define ADDRESS "青枫路88弄3号1502室"
#define REPLY "物业已在楼顶补了防水，天花板周五重做。"

static int
setup(void **state)
{
	*state = world_new(false, moment(20260302, 900)); /* files, to look into their bytes */
	return 0;
}

/* ---- a life that ends ------------------------------------------------------------------------------- */

static int64_t
raise_one(struct world *w)
{
	OK(run(w, GU, &concern_register,
		IN({ "body", BODY }, { "class", "property" }, { "name", NAME }, { "phone", PHONE },
			{ "address", ADDRESS }, { "place", "青枫路88弄3号" },
			{ "contact_wish", "晚上七点以后打" }, { "publish", "1" })));
	return made_now(w);
}

static int64_t
ended(struct world *w)
{
	const int64_t no = raise_one(w);
	OK(accept_it(w, CHEN, no));
	OK(run(w, CHEN, &concern_find,
		IN({ "concern", no_text(w, no) },
			{ "text", "楼顶防水层开裂，" NAME "家厨房进水。" })));
	OK(run(w, CHEN, &reply_submit,
		IN({ "concern", no_text(w, no) }, { "text", REPLY }, { "outcome", "solved" })));
	OK(approve(w, HE, no));
	OK(rate(w, RESIDENT, w->code, "yes", "1"));
	assert_int_equal(concern_of(w, no).state, ST_CLOSED);
	return no;
}

static const char *
unlocked(struct world *w)
{
	OK(run(w, RESIDENT, &voice_unlock, IN({ "code", w->code }, { "digits", "5678" })));
	assert_string_equal(result(w, "open"), "yes");
	return result(w, "unlock");
}

static enum xq_rc
ask_erasure(struct world *w, const char *key)
{
	return run(w, RESIDENT, &voice_erase, IN({ "code", w->code }, { "unlock", key }));
}

/* Number in the list of the newest of a concern. */
static struct erasure
row_of(struct world *w, int64_t no)
{
	struct erasure e = { 0 };
	struct tx *tx = look(w);
	OK(erasure_of(tx, w->mem, w->office, concern_of(w, no).id, &e, &w->err));
	tx_end(tx);
	return e;
}

static enum xq_rc
step(struct world *w, enum who who, const struct act *act, int64_t id)
{
	return run(w, who, act,
		IN({ "erasure", mem_printf(w->mem, "%lld", (long long)id) }, { "sure", "1" }));
}

static void
finish(struct world *w)
{
	int done = 0;
	for (int i = 0; i < 3; i++)
		OK(app_run_outbox(w->app, &done, &w->err));
	assert_int_equal(ask(w,
				 SQL("SELECT count(*) FROM outbox WHERE office = ?"
				     " AND effect = 'erasure.finish' AND state <> 1"),
				 VALS(V(w->office))),
		0);
}

static void
destroy(struct world *w, int64_t no)
{
	OK(ask_erasure(w, unlocked(w)));
	const int64_t id = row_of(w, no).id;
	OK(step(w, SHEN, &erasure_agree, id));
	OK(step(w, ZHOU, &erasure_rule, id));
	finish(w);
}

static int64_t
erased(struct world *w)
{
	const int64_t no = ended(w);
	destroy(w, no);
	return no;
}

/* ---- looking into the bytes ------------------------------------------------------------------------- */

static bool
file_holds(struct world *w, const char *name, const char *text)
{
	int fd = open(mem_printf(w->mem, "%s/%s", w->dir, name), O_RDONLY);
	assert_true(fd >= 0);
	off_t size = lseek(fd, 0, SEEK_END);
	char *data = mem_zeroed(w->mem, 1, (size_t)size + 1);
	assert_int_equal(pread(fd, data, (size_t)size, 0), size);
	close(fd);
	return memmem(data, (size_t)size, text, strlen(text)) != NULL;
}

/* The name of a file of the folder that holds the text; NULL: none. */
static const char *
folder_holds(struct world *w, const char *text)
{
	DIR *dir = opendir(w->dir);
	const char *found = NULL;
	assert_non_null(dir);
	for (struct dirent *d = readdir(dir); d && !found; d = readdir(dir))
		if (d->d_type == DT_REG && file_holds(w, d->d_name, text))
			found = mem_text(w->mem, d->d_name);
	closedir(dir);
	return found;
}

static void
no_byte_of_the_folder_holds_them(void **state)
{
	static const char *const text[] = { "厨房的天花板", "天花板周五", NAME, PHONE, "1502室",
		"晚上七点", "楼顶防水层", "5678" };
	struct world *w = *state;
	const int64_t no = ended(w);
	assert_non_null(folder_holds(w, "厨房的天花板"));
	destroy(w, no);
	for (size_t i = 0; i < sizeof text / sizeof *text; i++) {
		const char *where = folder_holds(w, text[i]);
		if (where)
			fail_msg("%s stands in %s", text[i], where);
	}
	assert_invariants(w);
}

static void
codes_and_days_stay_and_the_pages_say_so(void **state)
{
	struct world *w = *state;
	const int64_t no = erased(w);
	struct concern c = concern_of(w, no);
	assert_int_equal(c.state, ST_CLOSED);
	assert_string_equal(c.class, "property");
	assert_string_equal(c.body, "");
	assert_string_equal(c.place, "");
	assert_null(c.public_line);
	assert_string_equal(c.erased_ground, "request");
	assert_int_equal(c.erased_at, now_of(w));
	assert_true(c.due_day > 0 && c.closed_at > 0);
	assert_int_equal(c.outcome, OUT_SOLVED);
	assert_string_equal(c.seen_solved, "yes");
	assert_int_equal(row_of(w, no).state, ERASURE_DONE);
}

static void
its_parts_are_gone_and_those_of_others_open(void **state)
{
	struct world *w = *state;
	const int64_t other = ended(w), no = erased(w);
	struct ledger_opening o;
	struct tx *tx = look(w);
	assert_int_equal(ledger_opening_load(tx, w->mem, w->app->keys, w->office,
				 concern_of(w, no).first_seq, "body", &o, &w->err),
		XQ_NONE);
	OK(ledger_opening_load(tx, w->mem, w->app->keys, w->office, concern_of(w, other).first_seq,
		"body", &o, &w->err));
	tx_end(tx);
}

static void
search_finds_neither_words_nor_answer(void **state)
{
	struct world *w = *state;
	(void)erased(w);
	int64_t *id;
	size_t n = 1;
	struct tx *tx = look(w);
	OK(search_find(
		tx, w->mem, w->office, SEARCH_CONCERN, STR("天花板"), 0, 5, &id, &n, &w->err));
	assert_int_equal(n, 0);
	OK(search_find(tx, w->mem, w->office, SEARCH_REPLY, STR("防水"), 0, 5, &id, &n, &w->err));
	assert_int_equal(n, 0);
	tx_end(tx);
}

/* ---- what else was kept of the resident ------------------------------------------------------------- */

/* As a draw and a call leave them: one said, one that still waits. */
static void
called_again(struct world *w, int64_t concern_id)
{
	for (int64_t place = 1; place <= 2; place++) {
		force(w,
			SQL("INSERT INTO recheck (office, draw_no, place, concern_id, state, tries)"
			    " VALUES (?, 1, ?, ?, ?, 1)"),
			VALS(V(w->office), V(place), V(concern_id), V(place == 1 ? 1 : 0)));
		force(w,
			SQL("INSERT INTO recheck_try (office, draw_no, place, n, at, day, result,"
			    " words, caller_person_id, caller_unit_id)"
			    " VALUES (?, 1, ?, 1, 0, 0, 'nobody', '天花板还在滴水', 1, 1)"),
			VALS(V(w->office), V(place)));
	}
	force(w, SQL("INSERT INTO recall (office, concern_id) VALUES (?, ?)"),
		VALS(V(w->office), V(concern_id)));
}

static int64_t
rows_of(struct world *w, sql_ref count)
{
	return ask(w, count, VALS(V(w->office)));
}

static void
second_calls_lose_their_words_and_are_given_up(void **state)
{
	struct world *w = *state;
	const int64_t no = ended(w);
	called_again(w, concern_of(w, no).id);
	destroy(w, no);
	assert_int_equal(rows_of(w, SQL("SELECT count(*) FROM recheck_try WHERE office = ?")), 2);
	assert_int_equal(rows_of(w, SQL("SELECT count(*) FROM recheck_try"
					" WHERE office = ? AND words <> ''")),
		0);
	assert_int_equal(
		rows_of(w, SQL("SELECT count(*) FROM recheck WHERE office = ? AND state = 1")), 1);
	assert_int_equal(
		rows_of(w, SQL("SELECT count(*) FROM recheck WHERE office = ? AND state = 2"
			       " AND done_at IS NOT NULL")),
		1); /* nobody can be called any more */
	assert_int_equal(rows_of(w, SQL("SELECT count(*) FROM recall WHERE office = ?")), 0);
	assert_null(folder_holds(w, "还在滴水"));
}

static enum xq_rc
raise_with_a_key(struct world *w)
{
	struct act_call *call = call_of(w, &w->who[GU], &concern_register,
		IN({ "body", BODY }, { "class", "property" }, { "name", NAME },
			{ "phone", PHONE }));
	call->idem_key = "0123456789abcdef";
	w->call = call;
	return run_call(w, call);
}

/* For a week a client that sends the same again gets the same codes, so it brings no words back. */
static void
a_kept_answer_holds_codes_and_brings_no_words_back(void **state)
{
	struct world *w = *state;
	OK(raise_with_a_key(w));
	const char *receipt = result(w, "receipt"), *shown = result(w, "file_no");
	const int64_t no = made_now(w);
	OK(accept_it(w, CHEN, no));
	OK(submit(w, CHEN, no));
	OK(approve(w, HE, no));
	OK(rate(w, RESIDENT, w->code, "yes", "1"));
	destroy(w, no);
	OK(raise_with_a_key(w));
	assert_string_equal(result(w, "file_no"), shown);
	assert_string_equal(result(w, "receipt"), receipt);
	assert_string_equal(concern_of(w, no).body, "");
	assert_int_equal(rows_of(w, SQL("SELECT count(*) FROM intake WHERE office = ?"
					" AND body <> ''")),
		0);
	assert_null(folder_holds(w, NAME));
}

static void
its_receipt_opens_the_public_entry_as_before(void **state)
{
	struct world *w = *state;
	const int64_t no = raise_one(w);
	struct code code;
	int64_t seq = -1;
	assert_true(code_read(str_of(result(w, "receipt")), CODE_RECEIPT, &code));
	OK(accept_it(w, CHEN, no));
	OK(submit(w, CHEN, no));
	OK(approve(w, HE, no));
	OK(rate(w, RESIDENT, w->code, "yes", "1"));
	destroy(w, no);
	struct tx *tx = look(w);
	OK(receipt_find(tx, w->app, w->office, &code, &seq, &w->err));
	tx_end(tx);
	assert_int_equal(seq, concern_of(w, no).first_seq);
}

/* ---- who may, and when ------------------------------------------------------------------------------ */

static void
what_is_being_handled_is_kept(void **state)
{
	struct world *w = *state;
	(void)raise_one(w);
	assert_refused(w, ask_erasure(w, unlocked(w)), NULL, "erase.open");
}

static void
asking_twice_is_told(void **state)
{
	struct world *w = *state;
	(void)ended(w);
	const char *key = unlocked(w);
	OK(ask_erasure(w, key));
	assert_refused(w, ask_erasure(w, key), NULL, "erase.asked");
}

static void
it_takes_two_people_who_may(void **state)
{
	struct world *w = *state;
	const int64_t no = ended(w);
	OK(ask_erasure(w, unlocked(w)));
	const int64_t id = row_of(w, no).id;
	assert_refused(w, step(w, ZHOU, &erasure_rule, id), NULL, "erasure.other-state");
	assert_refused(w, step(w, CHEN, &erasure_agree, id), NULL, "act.not-allowed");
	OK(step(w, SHEN, &erasure_agree, id));
	assert_refused(w, step(w, SHEN, &erasure_rule, id), NULL, "erasure.own-word");
	assert_string_equal(concern_of(w, no).body, BODY);
	OK(step(w, ZHOU, &erasure_rule, id));
	assert_refused(w, step(w, ZHOU, &erasure_rule, id), NULL, "erasure.other-state");
}

/* ---- several at once -------------------------------------------------------------------------------- */

static enum xq_rc
many(struct world *w, enum who who, const struct act *act, const char *numbers)
{
	return run(w, who, act, IN({ "erasures", numbers }, { "sure", "1" }));
}

static const char *
three_asked(struct world *w, int64_t no[3])
{
	const char *numbers = "";
	for (int i = 0; i < 3; i++) {
		no[i] = ended(w);
		OK(ask_erasure(w, unlocked(w)));
		numbers = mem_printf(w->mem, "%s %lld", numbers, (long long)row_of(w, no[i]).id);
	}
	return numbers;
}

static int64_t
audited(struct world *w, const char *act, int64_t no)
{
	return ask(w,
		SQL("SELECT count(*) FROM audit WHERE office = ? AND act = ?"
		    " AND subject_kind = 'concern' AND subject_id = ?"),
		VALS(V(w->office), V(act), V(concern_of(w, no).id)));
}

static void
several_are_agreed_to_and_destroyed_at_once_each_audited(void **state)
{
	struct world *w = *state;
	int64_t no[3];
	const char *numbers = three_asked(w, no);
	OK(many(w, SHEN, &erasure_agree_many, numbers));
	assert_refused(w, many(w, SHEN, &erasure_rule_many, numbers), NULL, "erasure.own-word");
	OK(many(w, ZHOU, &erasure_rule_many, numbers));
	finish(w);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(row_of(w, no[i]).state, ERASURE_DONE);
		assert_string_equal(concern_of(w, no[i]).body, "");
		assert_int_equal(audited(w, "erasure.agree-many", no[i]), 1);
		assert_int_equal(audited(w, "erasure.rule-many", no[i]), 1);
	}
	assert_null(folder_holds(w, NAME));
	assert_invariants(w);
}

static void
one_that_does_not_fit_keeps_all_of_them(void **state)
{
	struct world *w = *state;
	int64_t no[3];
	const char *numbers = three_asked(w, no);
	OK(step(w, SHEN, &erasure_agree, row_of(w, no[2]).id));
	assert_refused(w, many(w, SHEN, &erasure_agree_many, numbers), NULL, "erasure.other-state");
	assert_int_equal(row_of(w, no[0]).state, ERASURE_ASKED);
	assert_refused(w, many(w, SHEN, &erasure_agree_many, "1 1"), NULL, "erasure.other-state");
	assert_refused(w, many(w, SHEN, &erasure_agree_many, "1 x"), "erasures", "erasure.pick");
	assert_refused(w, many(w, SHEN, &erasure_agree_many, "1 77"), "erasures", "erasure.none");
	assert_refused(w, many(w, CHEN, &erasure_agree_many, "1"), NULL, "act.not-allowed");
	assert_int_equal(audited(w, "erasure.agree-many", no[0]), 0);
}

static void
more_than_a_page_at_once_is_refused(void **state)
{
	struct world *w = *state;
	const char *numbers = "1";
	for (int i = 0; i < ERASURE_RULE_MAX; i++)
		numbers = mem_printf(w->mem, "%s 1", numbers);
	assert_refused(w, many(w, ZHOU, &erasure_rule_many, numbers), "erasures", "erasure.pick");
}

static void
a_refusal_gives_its_law_and_can_be_asked_again(void **state)
{
	struct world *w = *state;
	const int64_t no = ended(w);
	const char *key = unlocked(w);
	OK(ask_erasure(w, key));
	OK(run(w, SHEN, &erasure_refuse,
		IN({ "erasure", mem_printf(w->mem, "%lld", (long long)row_of(w, no).id) },
			{ "why", "lawsuit" })));
	assert_int_equal(row_of(w, no).state, ERASURE_REFUSED);
	assert_string_equal(row_of(w, no).why, "lawsuit");
	OK(ask_erasure(w, key));
}

static void
nothing_more_is_done_with_an_erased_concern(void **state)
{
	struct world *w = *state;
	const int64_t no = erased(w);
	assert_refused(w,
		run(w, CHEN, &concern_promise,
			IN({ "concern", no_text(w, no) }, { "text", "再看一次" },
				{ "day", "20260306" })),
		NULL, "concern.erased");
	assert_refused(w,
		run(w, SHEN, &erasure_list_act,
			IN({ "concern", no_text(w, no) }, { "ground", "request" })),
		NULL, "erase.gone");
}

/* ---- the record ------------------------------------------------------------------------------------- */

static void
it_is_announced_with_others_or_on_the_first(void **state)
{
	struct world *w = *state;
	for (int i = 0; i < 4; i++)
		(void)erased(w);
	mark(w);
	(void)run_jobs(w);
	assert_int_equal(count_events(w, "\"k\":\"record.erased\""), 0);
	(void)erased(w);
	(void)run_jobs(w);
	assert_int_equal(count_events(w, "\"k\":\"record.erased\""), 1);
	assert_int_equal(ask(w, SQL("SELECT count(*) FROM ledger_gone WHERE office = ?"),
				 VALS(V(w->office))),
		0);
	(void)erased(w);
	(void)run_jobs(w);
	assert_int_equal(count_events(w, "\"k\":\"record.erased\""), 1);
	go(w, 20260401, 800);
	(void)run_jobs(w);
	assert_int_equal(count_events(w, "\"k\":\"record.erased\""), 2);
}

static void
what_is_kept_long_enough_is_listed_by_the_clock(void **state)
{
	struct world *w = *state;
	const int64_t no = ended(w);
	(void)run_jobs(w);
	go(w, 20310401, 900); /* five years and a month */
	(void)run_jobs(w);
	assert_int_equal(row_of(w, no).state, ERASURE_ASKED);
	assert_string_equal(row_of(w, no).ground, "retention");
	assert_string_equal(concern_of(w, no).body, BODY); /* listed, not destroyed */
}

static void
a_stop_before_the_keys_are_destroyed_is_made_good(void **state)
{
	struct world *w = *state;
	const int64_t no = ended(w);
	OK(ask_erasure(w, unlocked(w)));
	OK(step(w, SHEN, &erasure_agree, row_of(w, no).id));
	const int64_t slot = ask(w,
		SQL("SELECT slot FROM ledger_part WHERE office = ? AND seq = ? AND part = 'body'"),
		VALS(V(w->office), V(concern_of(w, no).first_seq)));
	uint8_t key[KEY_LEN];
	OK(step(w, ZHOU, &erasure_rule, row_of(w, no).id));
	OK(keystore_key(w->app->keys, slot, key, &w->err)); /* here the power goes */
	finish(w);
	assert_int_equal(keystore_key(w->app->keys, slot, key, &w->err), XQ_NONE);
}

int
main(void)
{
#undef TEST
#define TEST(fn) cmocka_unit_test_setup_teardown(fn, setup, world_teardown)
	const struct CMUnitTest tests[] = {
		TEST(no_byte_of_the_folder_holds_them),
		TEST(codes_and_days_stay_and_the_pages_say_so),
		TEST(its_parts_are_gone_and_those_of_others_open),
		TEST(search_finds_neither_words_nor_answer),
		TEST(second_calls_lose_their_words_and_are_given_up),
		TEST(a_kept_answer_holds_codes_and_brings_no_words_back),
		TEST(its_receipt_opens_the_public_entry_as_before),
		TEST(what_is_being_handled_is_kept),
		TEST(asking_twice_is_told),
		TEST(it_takes_two_people_who_may),
		TEST(several_are_agreed_to_and_destroyed_at_once_each_audited),
		TEST(one_that_does_not_fit_keeps_all_of_them),
		TEST(more_than_a_page_at_once_is_refused),
		TEST(a_refusal_gives_its_law_and_can_be_asked_again),
		TEST(nothing_more_is_done_with_an_erased_concern),
		TEST(it_is_announced_with_others_or_on_the_first),
		TEST(what_is_kept_long_enough_is_listed_by_the_clock),
		TEST(a_stop_before_the_keys_are_destroyed_is_made_good),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
