/* SPDX-License-Identifier: Apache-2.0 */
/* Where an office is, and what follows from it for acts, jobs and keys. */
#include "fixture.h"

#include "core/seal.h"

#include "core/banned.h"

static const struct module test_module = {
	.name = "test",
	.migrations = (const struct migration *const[]){ &test_migration_1, NULL },
	.acts = (const struct act *const[]){ &test_put_act, NULL },
};

const struct module *const world_modules[] = { &act_module, &office_module, &concern_module,
	&evaluation_module, &notify_module, &test_module, NULL };

static const struct place_row here = { .state = PLACE_HERE, .address = "", .token = "" };
static const struct place_row leaving = { .state = PLACE_LEAVING, .address = "", .token = "t" };
static const struct place_row gone = {
	.state = PLACE_GONE, .address = "https://cell2.example.cn/o/qf", .token = "t"
};

static enum xq_rc
change(struct world *w, const struct place_row *was, const struct place_row *to)
{
	struct tx *tx;
	OK(db_write(w->app->db, &tx, &w->err));
	enum xq_rc rc = place_change(tx, w->office, was, to, &w->err);
	if (rc == XQ_OK)
		OK(tx_commit(tx, &w->err));
	else
		tx_end(tx);
	OK(app_reload_offices(w->app, &w->err));
	return rc;
}

static void
an_office_that_leaves_takes_no_act_and_says_why(void **state)
{
	struct world *w = *state;
	struct act_call *first = put_call(w, GU, "1", "well");
	assert_int_equal(act_run(first), XQ_OK);
	OK(change(w, &here, &leaving));
	struct act_call *call = put_call(w, GU, "2", "well");
	assert_int_equal(act_run(call), XQ_BUSY);
	assert_string_equal(call->err.key, "place.leaving");
	assert_int_equal(act_http_status(call), 503);
	assert_string_equal(numbers(w), "1");
}

static void
a_move_that_is_given_up_lets_acts_pass_again(void **state)
{
	struct world *w = *state;
	OK(change(w, &here, &leaving));
	OK(change(w, &leaving, &here));
	assert_int_equal(act_run(put_call(w, GU, "3", "well")), XQ_OK);
	assert_string_equal(numbers(w), "3");
}

static void
one_that_has_left_names_its_address(void **state)
{
	struct world *w = *state;
	OK(change(w, &here, &leaving));
	OK(change(w, &leaving, &gone));
	struct act_call *call = put_call(w, GU, "2", "well");
	assert_int_equal(act_run(call), XQ_BUSY);
	assert_string_equal(call->err.key, "place.gone");
	assert_string_equal(call->err.arg[1].text, gone.address);
	assert_string_equal(app_office(w->app, w->office)->address, gone.address);
}

static void
a_repeated_key_is_answered_while_it_leaves(void **state)
{
	struct world *w = *state;
	struct act_call *first = put_call(w, GU, "1", "well"),
			*again = put_call(w, GU, "1", "well");
	first->idem_key = again->idem_key = "k";
	assert_int_equal(act_run(first), XQ_OK);
	OK(change(w, &here, &leaving));
	assert_int_equal(act_run(again), XQ_OK);
	assert_true(again->is_replay);
}

static void
a_place_changes_only_from_what_was_seen(void **state)
{
	struct world *w = *state;
	const struct place_row other = { .state = PLACE_LEAVING, .address = "", .token = "other" };
	OK(change(w, &here, &leaving));
	assert_int_equal(change(w, &here, &gone), XQ_REFUSED);
	assert_string_equal(w->err.key, "store.changed");
	assert_int_equal(change(w, &other, &gone), XQ_REFUSED);
	assert_int_equal(app_office(w->app, w->office)->place, PLACE_LEAVING);
}

static void
no_job_runs_for_an_office_that_is_not_here(void **state)
{
	struct world *w = *state;
	struct act_call *call = put_call(w, GU, "1", "well");
	int done = 0;
	call->idem_key = "k";
	assert_int_equal(act_run(call), XQ_OK);
	OK(app_run_jobs(w->app, &done, &w->err));
	clock_set(&w->clock, now_of(w) + 30 * 86400); /* kept answers are due to be forgotten */
	OK(change(w, &here, &leaving));
	OK(app_run_jobs(w->app, &done, &w->err));
	assert_int_equal(done, 0);
	OK(change(w, &leaving, &here));
	OK(app_run_jobs(w->app, &done, &w->err));
	assert_true(done > 0);
}

static void
a_key_that_came_along_is_the_office_s_and_lies_sealed(void **state)
{
	struct world *w = *state;
	uint8_t key[KEY_LEN];
	memset(key, 7, sizeof key);
	struct tx *tx;
	OK(db_write(w->app->db, &tx, &w->err));
	OK(place_key_put(tx, w->app, w->office, key, &w->err));
	OK(tx_commit(tx, &w->err));
	OK(app_reload_offices(w->app, &w->err));
	assert_memory_equal(app_key(w->app, w->office), key, KEY_LEN);
	assert_memory_equal(app_key(w->app, w->office + 1), w->app->key, KEY_LEN);
	assert_ptr_not_equal(app_keys(w->app, w->office), w->app->keys);
	tx = look(w);
	struct rows *q = db_query(
		tx, SQL("SELECT sealed FROM office_key WHERE member = ?"), VALS(V(w->office)));
	assert_true(row_next(q));
	struct bytes sealed = row_bytes(q, 0);
	assert_null(memmem(sealed.p, sealed.n, key, KEY_LEN));
	OK(rows_close(q, &w->err));
	tx_end(tx);
}

static void
a_key_under_another_folder_s_takes_only_its_office_out(void **state)
{
	struct world *w = *state;
	struct tx *tx;
	OK(db_write(w->app->db, &tx, &w->err));
	OK(db_exec(tx, SQL("INSERT INTO office_key (member, sealed) VALUES (?, ?)"),
		VALS(V(w->office), val_bytes((struct bytes){ (const uint8_t *)"abc", 3 })),
		&w->err));
	OK(tx_commit(tx, &w->err));
	OK(app_reload_offices(w->app, &w->err));
	assert_int_equal(app_office(w->app, w->office)->place, PLACE_ARRIVING);
	assert_int_equal(act_run(put_call(w, GU, "1", "well")), XQ_BUSY);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(an_office_that_leaves_takes_no_act_and_says_why),
		TEST(a_move_that_is_given_up_lets_acts_pass_again),
		TEST(one_that_has_left_names_its_address),
		TEST(a_repeated_key_is_answered_while_it_leaves),
		TEST(a_place_changes_only_from_what_was_seen),
		TEST(no_job_runs_for_an_office_that_is_not_here),
		TEST(a_key_that_came_along_is_the_office_s_and_lies_sealed),
		TEST(a_key_under_another_folder_s_takes_only_its_office_out),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
