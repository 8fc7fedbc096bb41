/* SPDX-License-Identifier: Apache-2.0 */
/* offices.c - a thousand random offices keep their roster of receptions, day by day under an injected clock:
 * drafts, approval, publication in time, late or never, changes, swaps, cancelled sittings, absences, people who
 * leave, and what nobody may do. What each act may do is said beforehand, and what it did is read from the rows.
 *
 *   offices FOLDER            prints PASS and FAIL lines
 *   offices FOLDER SEED [N]   this office alone, or N from it on, each act told; with XQ_TEST_DATABASE, an empty
 *                             one (postgres://...), this office alone */
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "core/log.h"
#include "core/parse.h"
#include "identity/session.h"
#include "notify/notify.h"
#include "offices_life.h"
#include "reception/seat.h"

#include "core/banned.h"

enum { OFFICES = 1000 };
enum { DAY_BEFORE = 20241231 };

static const struct module *const modules[] = { &act_module, &office_module, &concern_module,
	&reception_module, &reception_seat_module, &reception_sitting_module, &notify_module,
	NULL };

struct life life;
int64_t n_wrong, n_acts, n_refused, n_days, n_weeks, n_invariants;
struct tally granted[TRIED_ACTS], refused[TRIED_REFUSALS];

static int failures;

static void
say(bool good, const char *what, int64_t n)
{
	failures += !good;
	printf("%s offices: %s (%lld)\n", good ? "PASS" : "FAIL", what, (long long)n);
}

/* ---- an office --------------------------------------------------------------------------------------- */

struct actor
hire(struct tx *tx, int64_t unit, const char *login, const char *name, const enum role *role,
	size_t n)
{
	struct xq_err err = { 0 };
	struct actor a;
	int64_t person, account, now = life.when.now;
	xq_require(person_add(tx, life.office, name, "", "", unit, &person, &err) == XQ_OK);
	xq_require(account_add(tx, life.office, person, login, "x", now, &account, &err) == XQ_OK);
	for (size_t i = 0; i < n; i++)
		xq_require(
			role_give(tx, life.office, account,
				&(struct grant){ role[i], SCOPE_OFFICE, 0 }, now, &err) == XQ_OK);
	xq_require(actor_by_login(tx, life.office, str_of(login), &a, &err) == XQ_OK);
	return a;
}

static void
open_folder(const char *dir)
{
	const struct app_options opt = { .db = { .is_unsafe_fast = true, .readers = 1 },
		.modules = modules,
		.database = getenv("XQ_TEST_DATABASE"),
		.clock = &life.clock,
		.may_create = true };
	struct xq_err err = { 0 };
	xq_require(app_open(NULL, dir, &opt, &life.app, &err) == XQ_OK);
}

/* The day before all offices begin. */
static void
make_office(const char *dir)
{
	const struct office_new office = { .code = "qf",
		.name = "青枫街道办事处",
		.short_name = "青枫街道",
		.mark = "青街",
		.phone = "021-5550-0123",
		.hours = "工作日 8:30–17:30",
		.origin = "test.example/log/qf",
		.admin_login = "admin",
		.admin_name = "管理员",
		.admin_password_hash = "nobody signs in here" };
	static const enum role roles[] = { ROLE_PUBLISHER, ROLE_LEADER };
	struct xq_err err = { 0 };
	struct unit u;
	struct tx *tx;
	clock_init_fixed(&life.clock, day_at(DAY_BEFORE, MORNING, TZ_CHINA));
	life.when.now = clock_now(&life.clock);
	open_folder(dir);
	xq_require(office_create(life.app, &office, &life.office, &err) == XQ_OK);
	xq_require(db_write(life.app->db, &tx, &err) == XQ_OK);
	xq_require(unit_by_code(tx, life.app->mem, life.office, STR("u01"), &u, &err) == XQ_OK);
	life.keeper = hire(tx, u.id, "keeper", "袁野", &roles[0], 1);
	life.leader = hire(tx, u.id, "leader", "周敏", &roles[1], 1);
	life.both = hire(tx, u.id, "both", "何志远", roles, 2);
	xq_require(tx_commit(tx, &err) == XQ_OK);
	app_close(life.app);
}

/* What every office begins with; made once, since the tables of all modules take longer than a life. */
static void
keep_first(const char *dir)
{
	static const char *const of_rows[] = { "-wal", "-shm", "" };
	if (getenv("XQ_TEST_DATABASE")) {
		make_office(dir);
		return;
	}
	for (size_t i = 0; i < sizeof of_rows / sizeof *of_rows; i++) {
		int n = snprintf(life.path, sizeof life.path, "%s/xinqiao.db%s", dir, of_rows[i]);
		xq_require(n > 0 && (size_t)n < sizeof life.path);
		(void)remove(life.path); /* what a run before left behind, if anything */
	}
	make_office(dir);
	FILE *f = fopen(life.path, "rb");
	xq_require(f);
	life.n_first = fread(life.first, 1, sizeof life.first, f);
	xq_require(life.n_first > 0 && life.n_first < sizeof life.first && fclose(f) == 0);
}

void
open_office(const char *dir)
{
	FILE *f = life.n_first > 0 ? fopen(life.path, "wb") : NULL;
	xq_require(life.n_first == 0 ||
		   (f && fwrite(life.first, 1, life.n_first, f) == life.n_first && fclose(f) == 0));
	open_folder(dir);
	for (int i = 1; i < PEOPLE; i++)
		life.person[i] = (struct actor){ 0 };
	memset(life.offer, 0, sizeof life.offer);
	life.when.cal = life.app->calendar;
	rows_load(life.app, life.office, NULL, READ_ALL, life.was);
}

/* ---- the end ----------------------------------------------------------------------------------------- */

/* Everything that nobody may do was tried, and everything else was done. */
static void
check_tried(void)
{
	static const char *const keys[] = { "roster.late", "roster.no-reason", "receiver.on-leave",
		"receiver.gone", "receiver.away-then", "receiver.sits-then", "receiver.not-you",
		"receiver.has-sittings", "roster.day-rest", "roster.day-past", "venue.closed",
		"venue.has-sittings", "roster.room-taken", "roster.own-draft", "roster.open-places",
		"roster.not-approved", "roster.pattern-closed", "roster.pattern-rest",
		"roster.swap-over", "roster.swap-self", "roster.swap-waits",
		"roster.swap-other-answers", "roster.not-your-sitting", "roster.make-up-soon",
		"roster.cancel-unpublished", "roster.slot-cancelled", "roster.slot-over",
		"roster.slot-unknown", "sitting.not-begun", "sitting.too-late", "sitting.closed",
		"sitting.not-there", "sitting.still-ahead", "sitting.not-over", "sitting.not-yours",
		"sitting.visitors-more", "sitting.visitors-fewer", "sitting.has-entries",
		"sitting.documents-which", "sitting.documents-many", "sitting.nothing-owed" };
	int64_t missing = 0;
	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
		size_t k = 0;
		while (k < TRIED_REFUSALS && refused[k].key && !text_eq(refused[k].key, keys[i]))
			k++;
		if (k < TRIED_REFUSALS && refused[k].key)
			continue;
		printf("    never refused: %s\n", keys[i]);
		missing++;
	}
	size_t done = 0;
	while (done < TRIED_ACTS && granted[done].key)
		done++;
	say(missing == 0, "whatever nobody may do was tried and refused", n_refused);
	say(done == TRIED_ACTS, "every act was granted too", n_acts - n_refused);
}

static void
tell(const struct tally *t, size_t max)
{
	for (size_t i = 0; i < max && t[i].key; i++)
		printf("    %s: %lld\n", t[i].key, (long long)t[i].n);
}

int
main(int argc, char **argv)
{
	int64_t seed = 1, n = OFFICES;
	if (argc < 2 || argc > 4 || sodium_init() < 0)
		return 2;
	if (argc > 2 && !parse_int(str_of(argv[2]), 1, INT32_MAX, &seed))
		return 2;
	if (argc > 2)
		n = 1;
	if (argc > 3 && !parse_int(str_of(argv[3]), 1, OFFICES, &n))
		return 2;
	if (getenv("XQ_TEST_DATABASE") && n != 1)
		return 2; /* it is not made anew between two */
	talloc_disable_null_tracking();
	log_quiet(true);
	life.now = &life.rows[0];
	life.was = &life.rows[1];
	life.is_told = n == 1;
	keep_first(argv[1]);
	for (int64_t i = 0; i < n; i++)
		live(argv[1], seed + i);
	say(n_wrong == 0, "what must be true of receptions is, after every act and every evening",
		n_wrong ? n_wrong : n_days);
	say(n_invariants >= n, "the invariants of the modules hold at the end of each office", n);
	tell(granted, TRIED_ACTS);
	tell(refused, TRIED_REFUSALS);
	printf("    %lld weeks, %lld acts, %lld of them refused\n", (long long)n_weeks,
		(long long)n_acts, (long long)n_refused);
	if (n == OFFICES)
		check_tried();
	return failures > 0;
}
