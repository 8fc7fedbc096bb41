/* SPDX-License-Identifier: Apache-2.0 */
/* How well a concern is handled: a complaint rests on findings. */
#include "fixture.h"

#include "store/store_int.h"

#include "core/banned.h"

const struct module *const world_modules[] = { &act_module, &office_module, &concern_module,
	&evaluation_module, &notify_module, NULL };

/* ---- findings (B09) ----------------------------------------------------------------------------- */

static int64_t
signed_of_nature(struct world *w, const char *nature)
{
	OK(run(w, GU, &concern_register,
		IN({ "body", "三楼的灯不亮，物业不来。" }, { "class", "property" },
			{ "nature", nature }, { "phone", "13800138000" })));
	const int64_t no = made_now(w);
	OK(accept_it(w, CHEN, no));
	return no;
}

static void
a_complaint_is_not_answered_without_a_finding(void **state)
{
	static const char *const natures[] = { "complaint", "report" };
	struct world *w = *state;
	for (size_t i = 0; i < 2; i++) {
		const int64_t no = signed_of_nature(w, natures[i]);
		assert_refused(w, submit(w, CHEN, no), "no_finding", "reply.no-finding");
		assert_int_equal(concern_of(w, no).state, ST_SIGNED);
	}
	assert_int_equal(
		ask(w, SQL("SELECT count(*) FROM reply WHERE office = ?"), VALS(V(w->office))), 0);
}

static void
other_kinds_are_answered_at_once(void **state)
{
	static const char *const natures[] = { "consult", "help", "suggestion", "praise", "other" };
	struct world *w = *state;
	for (size_t i = 0; i < sizeof natures / sizeof *natures; i++)
		OK(submit(w, CHEN, signed_of_nature(w, natures[i])));
	assert_invariants(w);
}

static void
with_a_finding_the_complaint_is_answered(void **state)
{
	struct world *w = *state;
	const int64_t no = signed_of_nature(w, "complaint");
	struct finding *f;
	struct reply r;
	size_t n;
	mark(w);
	OK(run(w, CHEN, &concern_find,
		IN({ "concern", no_text(w, no) }, { "text", "三楼的灯管烧坏了。" },
			{ "evidence", "照片2张\n报修单" }, { "heard", "来电居民\n物业经理" },
			{ "seen_on", "2026-09-29" })));
	assert_string_equal(news(w), "concern.found handler u04 {}"); /* nothing else is public */
	OK(submit(w, CHEN, no));
	struct tx *tx = look(w);
	const int64_t id = concern_of(w, no).id;
	OK(finding_list(tx, w->mem, w->office, id, &f, &n, &w->err));
	OK(reply_newest(tx, w->mem, w->office, id, false, &r, &w->err));
	tx_end(tx);
	assert_int_equal(n, 1);
	assert_string_equal(f[0].heard, "来电居民\n物业经理");
	assert_string_equal(f[0].evidence, "照片2张\n报修单");
	assert_int_equal(f[0].seen_on, 20260929);
	assert_null(r.no_finding);
	assert_invariants(w);
}

static void
or_the_answer_says_why_none_was_needed(void **state)
{
	struct world *w = *state;
	const int64_t no = signed_of_nature(w, "complaint");
	struct pair in[] = { { "concern", no_text(w, no) }, { "text", "灯已经换好，请您看看。" },
		{ "outcome", "solved" }, { "no_finding", "没" }, { 0 } };
	struct reply r;
	assert_refused(w, run(w, CHEN, &reply_submit, in), "no_finding", "field.too-short");
	in[3].text = "居民当场看着换好的。";
	OK(run(w, CHEN, &reply_submit, in));
	struct tx *tx = look(w);
	OK(reply_newest(tx, w->mem, w->office, concern_of(w, no).id, false, &r, &w->err));
	tx_end(tx);
	assert_string_equal(r.no_finding, "居民当场看着换好的。");
	OK(approve(w, HE, no));
	assert_invariants(w);
}

static void
missing_finding_and_unmarked_points_are_told_at_once(void **state)
{
	struct world *w = *state;
	const int64_t no = signed_of_nature(w, "report");
	OK(run(w, CHEN, &concern_set_points,
		IN({ "concern", no_text(w, no) }, { "points", "修好灯" })));
	assert_refused(w, submit(w, CHEN, no), "no_finding", "reply.no-finding");
	assert_refused(w, XQ_REFUSED, "point1", "reply.point-unmarked");
	assert_int_equal(w->call->form.n_faults, 2);
}

static void
nobody_was_on_the_spot_tomorrow(void **state)
{
	struct world *w = *state;
	const int64_t no = signed_of_nature(w, "complaint");
	assert_refused(w,
		run(w, CHEN, &concern_find,
			IN({ "concern", no_text(w, no) }, { "text", "三楼的灯管烧坏了。" },
				{ "seen_on", "2026-10-01" })),
		"seen_on", "finding.day-ahead");
	assert_refused(w, submit(w, CHEN, no), "no_finding", "reply.no-finding");
}

static void
the_check_finds_an_answer_without_either(void **state)
{
	struct world *w = *state;
	const int64_t no = signed_of_nature(w, "complaint");
	OK(run(w, CHEN, &concern_find,
		IN({ "concern", no_text(w, no) }, { "text", "三楼的灯管烧坏了。" })));
	OK(submit(w, CHEN, no));
	force(w, SQL("DELETE FROM finding WHERE office = ?"), VALS(V(w->office)));
	struct tx *tx = look(w);
	int64_t faults = -1;
	const struct invariant *const *inv = concern_module.invariants;
	while (*inv && !text_eq((*inv)->name, "reply.found-or-said-why"))
		inv++;
	assert_non_null(*inv);
	OK((*inv)->count_faults(tx, w->mem, w->office, &faults, &w->err));
	tx_end(tx);
	assert_int_equal(faults, 1);
}

/* ---- an older folder ---------------------------------------------------------------------------- */

/* Takes away what the migration brought. */
static void
make_older(struct world *w)
{
	struct tx *tx;
	OK(db_write(w->app->db, &tx, &w->err));
	OK(store_script(tx,
		"ALTER TABLE finding DROP COLUMN evidence;"
		"ALTER TABLE finding DROP COLUMN heard;"
		"ALTER TABLE finding DROP COLUMN seen_on;"
		"ALTER TABLE reply DROP COLUMN no_finding;"
		"DELETE FROM schema_version WHERE module = 'concern' AND number = 6;",
		&w->err));
	OK(tx_commit(tx, &w->err));
}

static void
upgrade(struct world *w)
{
	enum { LIST_MAX = 64 };
	const struct migration *list[LIST_MAX];
	OK(db_migrate(w->app->db, list, app_migrations(world_modules, list, LIST_MAX), &w->err));
}

static void
answers_of_an_older_folder_were_not_asked_for_findings(void **state)
{
	struct world *w = *state;
	const int64_t no = signed_of_nature(w, "complaint");
	struct reply r;
	OK(run(w, CHEN, &concern_find,
		IN({ "concern", no_text(w, no) }, { "text", "三楼的灯管烧坏了。" })));
	OK(submit(w, CHEN, no));
	force(w, SQL("DELETE FROM finding WHERE office = ?"), VALS(V(w->office)));
	make_older(w);
	upgrade(w);
	assert_invariants(w);
	struct tx *tx = look(w);
	OK(reply_newest(tx, w->mem, w->office, concern_of(w, no).id, false, &r, &w->err));
	tx_end(tx);
	assert_null(r.no_finding);
	OK(send_back(w, HE, no)); /* what comes now is asked */
	assert_refused(w, submit(w, CHEN, no), "no_finding", "reply.no-finding");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_complaint_is_not_answered_without_a_finding),
		TEST(other_kinds_are_answered_at_once),
		TEST(with_a_finding_the_complaint_is_answered),
		TEST(or_the_answer_says_why_none_was_needed),
		TEST(missing_finding_and_unmarked_points_are_told_at_once),
		TEST(nobody_was_on_the_spot_tomorrow),
		TEST(the_check_finds_an_answer_without_either),
		TEST(answers_of_an_older_folder_were_not_asked_for_findings),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
