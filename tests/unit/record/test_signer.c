/* SPDX-License-Identifier: Apache-2.0 */
/* Signing, and what keeps it from signing: an older folder put back, rows changed by hand, a clock that is
 * behind. Each on a real folder, opened again as a restart would. */
#include "record/keys.h"
#include "record/record.h"

#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "act/act_int.h"
#include "core/log.h"
#include "core/mem.h"
#include "ledger/folder.h"
#include "ledger/note.h"
#include "office/office.h"
#include "record/record_int.h"
#include "record/witness.h"

#define ORIGIN "xinqiao.example.cn/log/qf"

struct world {
	void *mem;
	char dir[32];
	struct clock clock;
	struct app *app;
	struct xq_err err;
};

static const struct module *const modules[] = { &act_module, &office_module, &record_module,
	&record_key_module, &record_witness_module, NULL };

static void
open_folder(struct world *w)
{
	const struct app_options opt = {
		.modules = modules, .clock = &w->clock, .may_create = true
	};
	if (app_open(w->mem, w->dir, &opt, &w->app, &w->err) != XQ_OK)
		fail_msg("app_open: %s %s", w->err.key, w->err.detail);
}

static void
restart(struct world *w)
{
	app_close(w->app);
	open_folder(w);
}

static void
make_office(struct world *w, const char *code, const char *origin)
{
	const struct office_new o = { .code = code,
		.name = "青枫街道办事处",
		.short_name = "青枫街道",
		.mark = "青街",
		.phone = "",
		.hours = "",
		.origin = origin,
		.admin_login = "admin",
		.admin_name = "admin",
		.admin_password_hash = "-" };
	int64_t office;
	assert_int_equal(office_create(w->app, &o, &office, &w->err), XQ_OK);
}

static int
setup(void **state)
{
	struct world *w = mem_new(NULL, struct world);
	log_quiet(true);
	w->mem = w;
	snprintf(w->dir, sizeof w->dir, "/tmp/xq-record-XXXXXX");
	assert_non_null(mkdtemp(w->dir));
	clock_init_fixed(&w->clock, civil_at(2026, 9, 30, 10, 20, 0, TZ_CHINA));
	open_folder(w);
	make_office(w, "qf", ORIGIN);
	*state = w;
	return 0;
}

static int
remove_one(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
	(void)st;
	(void)flag;
	(void)ftw;
	return remove(path);
}

static int
teardown(void **state)
{
	struct world *w = *state;
	char dir[sizeof w->dir], guard[sizeof w->dir + 8];
	memcpy(dir, w->dir, sizeof dir);
	snprintf(guard, sizeof guard, "%s.guard", dir);
	app_close(w->app);
	mem_free(w);
	(void)nftw(dir, remove_one, 8, FTW_DEPTH | FTW_PHYS);
	(void)remove(guard);
	return 0;
}

/* ---- deeds ----------------------------------------------------------------------------------------- */

static int64_t
office_of(const struct world *w)
{
	return w->app->office[0].id;
}

/* One entry more. */
static enum xq_rc
tick(struct world *w)
{
	const struct actor system = {
		.kind = ACTOR_SYSTEM, .office = office_of(w), .unit_code = ""
	};
	struct act_call *call = act_call_new(w->mem, w->app, &log_tick, office_of(w), &system);
	form_set_int(&call->form, "id", 1);
	enum xq_rc rc = act_run(call);
	w->err = call->err;
	return rc;
}

static void
ticks(struct world *w, int n)
{
	for (int i = 0; i < n; i++)
		assert_int_equal(tick(w), XQ_OK);
}

static void
sign(struct world *w)
{
	if (record_sign(w->app, &w->err) != XQ_OK)
		fail_msg("record_sign: %s %s", w->err.key, w->err.detail);
}

static struct checkpoint
latest(struct world *w)
{
	struct checkpoint c = { .size = -1 };
	struct tx *tx;
	assert_int_equal(db_read(w->app->db, &tx, &w->err), XQ_OK);
	enum xq_rc rc = checkpoint_latest(tx, w->mem, office_of(w), &c, &w->err);
	assert_true(rc == XQ_OK || rc == XQ_NONE);
	tx_end(tx);
	return c;
}

static const char *
stopped_why(struct world *w)
{
	const struct record_stop *s = app_record_stopped(w->app, office_of(w));
	return s ? s->why.key : "";
}

/* Changes the file while nobody has it open. */
static void
by_hand(struct world *w, const char *sql)
{
	sqlite3 *db;
	char *why = NULL;
	app_close(w->app);
	assert_int_equal(sqlite3_open(mem_printf(w->mem, "%s/xinqiao.db", w->dir), &db), SQLITE_OK);
	if (sqlite3_exec(db, sql, NULL, NULL, &why) != SQLITE_OK)
		fail_msg("%s", why);
	sqlite3_close(db);
	open_folder(w);
}

static void
shell(struct world *w, const char *from, const char *to)
{
	app_close(w->app);
	const char *line = mem_printf(
		w->mem, "rm -f %s/%s && cp %s/%s %s/%s", w->dir, to, w->dir, from, w->dir, to);
	assert_int_equal(system(line), 0);
	open_folder(w);
}

/* ---- tests ----------------------------------------------------------------------------------------- */

static void
a_head_is_signed_once_and_its_note_verifies(void **state)
{
	struct world *w = *state;
	sign(w);
	struct checkpoint c = latest(w);
	assert_true(c.size > 0);
	struct checkpoint_seen seen;
	struct tx *tx;
	struct folder_log about;
	struct note_key known;
	assert_int_equal(db_read(w->app->db, &tx, &w->err), XQ_OK);
	assert_int_equal(record_about(w->app, tx, w->mem, office_of(w), &about, &w->err), XQ_OK);
	tx_end(tx);
	assert_int_equal(about.n_vkeys, 1);
	assert_true(note_vkey_read(about.vkey[0].vkey, &known));
	assert_int_equal(checkpoint_read(str_of(c.note), &known, 1, &seen, &w->err), XQ_OK);
	assert_true(str_is(seen.origin, ORIGIN));
	assert_int_equal(seen.size, c.size);
	assert_true(tree_equal(&seen.root, &c.root));

	clock_shift(&w->clock, 5);
	sign(w);
	assert_int_equal(latest(w).signed_at, c.signed_at); /* nothing new: nothing signed */
	ticks(w, 3);
	sign(w);
	assert_int_equal(latest(w).size, c.size + 3);
}

static void
an_older_folder_put_back_signs_nothing_and_takes_nothing(void **state)
{
	struct world *w = *state;
	ticks(w, 3);
	sign(w);
	shell(w, "xinqiao.db", "old.db");
	ticks(w, 300);
	sign(w);
	struct checkpoint before = latest(w);
	shell(w, "old.db", "xinqiao.db");
	assert_string_equal(stopped_why(w), "record.differs");
	assert_int_equal(tick(w), XQ_BUSY);
	assert_string_equal(w->err.key, "record.stopped");
	sign(w);
	assert_int_equal(
		latest(w).size, before.size - 300); /* the last good one goes on being served */
}

static void
another_history_of_the_same_length_is_a_fork(void **state)
{
	struct world *w = *state;
	ticks(w, 3);
	shell(w, "xinqiao.db", "old.db");
	ticks(w, 2);
	sign(w);
	shell(w, "old.db", "xinqiao.db");
	/* what the guard remembers is not here; without it the restart could not know */
	assert_string_equal(stopped_why(w), "record.differs");
	assert_int_equal(tick(w), XQ_BUSY);
}

static void
a_fork_made_while_running_is_found_before_it_is_signed(void **state)
{
	struct world *w = *state;
	ticks(w, 3);
	sign(w);
	int64_t size = latest(w).size;
	/* somebody with the file and the key: the same length, another last entry, all of it in order */
	struct head_seen h;
	assert_int_equal(record_look(w->app, w->mem, office_of(w), &h, &w->err), XQ_NONE);
	by_hand(w, "DROP TRIGGER ledger_event_no_update; UPDATE ledger_event SET bytes ="
		   " (SELECT bytes FROM ledger_event WHERE seq = 2) WHERE seq ="
		   " (SELECT max(seq) FROM ledger_event)");
	assert_string_equal(stopped_why(w), "record.broken");
	sign(w);
	assert_int_equal(latest(w).size, size);
}

static void
an_old_entry_changed_by_hand_is_found_by_looking_through(void **state)
{
	struct world *w = *state;
	ticks(w, 600);
	sign(w);
	by_hand(w, "DROP TRIGGER ledger_event_no_update; UPDATE ledger_event SET bytes ="
		   " (SELECT bytes FROM ledger_event WHERE seq = 2) WHERE seq = 100");
	assert_string_equal(stopped_why(w), "");
	assert_int_equal(record_tick(w->app, &w->err), XQ_OK);
	assert_string_equal(stopped_why(w), "record.broken");
	assert_int_equal(tick(w), XQ_BUSY);
}

static void
looking_through_ends_and_finds_nothing_in_a_whole_record(void **state)
{
	struct world *w = *state;
	ticks(w, 600);
	restart(w);
	for (int i = 0; i < 3; i++)
		assert_int_equal(record_tick(w->app, &w->err), XQ_OK);
	assert_true(record_looked(w->app, office_of(w)).is_done);
	assert_string_equal(stopped_why(w), "");
	restart(w);
	assert_false(record_looked(w->app, office_of(w)).is_done);
}

/* However many offices there are, a second looks through a few of them, and all come round. */
static void
many_offices_are_looked_through_in_turns(void **state)
{
	struct world *w = *state;
	enum { MORE = 9 };
	for (int i = 0; i < MORE; i++)
		make_office(w, mem_printf(w->mem, "m%d", i),
			mem_printf(w->mem, "test.example/log/m%d", i));
	restart(w);
	size_t done = 0;
	for (int second = 0; second < 6; second++) {
		assert_int_equal(record_tick(w->app, &w->err), XQ_OK);
		size_t now = 0;
		for (size_t i = 0; i < w->app->n_offices; i++)
			now += record_looked(w->app, w->app->office[i].id).is_done;
		assert_true(now <= done + 4);
		done = now;
	}
	assert_int_equal(done, w->app->n_offices);
}

static void
entries_written_by_somebody_else_are_noticed_at_the_next_act(void **state)
{
	struct world *w = *state;
	ticks(w, 2);
	sqlite3 *db;
	assert_int_equal(sqlite3_open(mem_printf(w->mem, "%s/xinqiao.db", w->dir), &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db,
				 "INSERT INTO ledger_event (office, seq, bytes) SELECT office,"
				 " size, x'7b7d' FROM ledger_head; UPDATE ledger_head SET"
				 " size = size + 1",
				 NULL, NULL, NULL),
		SQLITE_OK);
	sqlite3_close(db);
	assert_int_equal(tick(w), XQ_BUSY);
	assert_string_equal(w->err.key, "record.stopped");
	assert_string_equal(stopped_why(w), "record.broken");
}

static void
a_clock_that_is_behind_signs_nothing_until_it_is_right(void **state)
{
	struct world *w = *state;
	ticks(w, 2);
	sign(w);
	int64_t size = latest(w).size;
	clock_shift(&w->clock, -3600);
	ticks(w, 1); /* at the moment of the entry before: never earlier */
	sign(w);
	assert_int_equal(latest(w).size, size);
	assert_true(record_clock_is_behind(w->app));
	clock_shift(&w->clock, 3590); /* a few seconds are put right entry by entry */
	sign(w);
	assert_int_equal(latest(w).size, size + 1);
	assert_false(record_clock_is_behind(w->app));
}

static void
a_new_log_under_a_remembered_name_is_refused(void **state)
{
	struct world *w = *state;
	sign(w);
	assert_int_equal(record_begin(w->app, ORIGIN, false, &w->err), XQ_REFUSED);
	assert_string_equal(w->err.key, "record.remembered");
	assert_int_equal(record_begin(w->app, ORIGIN ".2", false, &w->err), XQ_OK);
	assert_int_equal(record_begin(w->app, ORIGIN, true, &w->err), XQ_OK);
	assert_int_equal(record_begin(w->app, ORIGIN, false, &w->err), XQ_OK);
}

static void
what_cannot_be_remembered_is_not_signed(void **state)
{
	struct world *w = *state;
	/* a folder stands where the guard wants to be */
	const char *path = mem_printf(w->mem, "%s.guard", w->dir);
	const char *inside = mem_printf(w->mem, "mkdir %s && touch %s/x", path, path);
	assert_int_equal(system(inside), 0);
	assert_int_equal(record_sign(w->app, &w->err), XQ_FAULT);
	assert_string_equal(w->err.key, "guard.write");
	assert_int_equal(latest(w).size, -1);
	assert_int_equal(system(mem_printf(w->mem, "rm -r %s", path)), 0);
}

static void
a_day_of_silence_is_due_for_a_sign_of_life(void **state)
{
	struct world *w = *state;
	ticks(w, 1);
	int done;
	assert_int_equal(app_run_jobs(w->app, &done, &w->err), XQ_OK);
	assert_int_equal(done, 0);
	clock_shift(&w->clock, 24 * 3600);
	assert_int_equal(app_run_jobs(w->app, &done, &w->err), XQ_OK);
	assert_int_equal(done, 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)
		TEST(a_head_is_signed_once_and_its_note_verifies),
		TEST(an_older_folder_put_back_signs_nothing_and_takes_nothing),
		TEST(another_history_of_the_same_length_is_a_fork),
		TEST(a_fork_made_while_running_is_found_before_it_is_signed),
		TEST(an_old_entry_changed_by_hand_is_found_by_looking_through),
		TEST(looking_through_ends_and_finds_nothing_in_a_whole_record),
		TEST(many_offices_are_looked_through_in_turns),
		TEST(entries_written_by_somebody_else_are_noticed_at_the_next_act),
		TEST(a_clock_that_is_behind_signs_nothing_until_it_is_right),
		TEST(a_new_log_under_a_remembered_name_is_refused),
		TEST(what_cannot_be_remembered_is_not_signed),
		TEST(a_day_of_silence_is_due_for_a_sign_of_life),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
