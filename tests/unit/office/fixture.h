/* SPDX-License-Identifier: Apache-2.0 */
/* fixture.h - two offices in a fresh folder with a clock that stands still, acts through act_run(). */
#ifndef XQ_TEST_OFFICE_FIXTURE_H
#define XQ_TEST_OFFICE_FIXTURE_H

#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "core/log.h"
#include "core/mem.h"
#include "office/office.h"

#define ADMIN_PASSWORD "Zu Anfang 2026"

struct world {
	void *mem;
	char dir[32];
	struct clock clock;
	struct app *app;
	int64_t office, other;
	struct actor admin;
	struct act_call *call; /* the last one */
	struct xq_err err;
};

#define OK(rc_) assert_int_equal((rc_), XQ_OK)

/* Pairs of name and text, ended by NULL. */
struct pair {
	const char *name, *text;
};
#define IN(...) ((const struct pair[]){ __VA_ARGS__, { 0 } })
#define NOTHING ((const struct pair[]){ { 0 } })

static inline enum xq_rc
run_as(struct world *w, const struct actor *actor, const struct act *act, const struct pair *in)
{
	w->call = act_call_new(w->mem, w->app, act, actor->office, actor);
	struct form_pair pair[16] = { 0 };
	size_t n = 0;
	for (; in[n].name; n++)
		pair[n] = (struct form_pair){ .name = str_of(in[n].name),
			.value = str_of(in[n].text) };
	struct xq_err err = { 0 };
	const enum xq_rc fits =
		form_read(w->mem, act->fields, pair, n, true, TZ_CHINA, &w->call->form, &err);
	assert_true(fits == XQ_OK || fits == XQ_REFUSED); /* refused: act_run says so again */
	const enum xq_rc rc = act_run(w->call);
	if (rc == XQ_FAULT || (rc != XQ_OK && getenv("XQ_TEST_TELL")))
		print_error("%s: %s %s\n", act->name, w->call->err.key, w->call->err.detail);
	return rc;
}

static inline enum xq_rc
run(struct world *w, const struct act *act, const struct pair *in)
{
	return run_as(w, &w->admin, act, in);
}

/* Refused with this key, at this field (NULL: as a whole). */
static inline void
assert_refused(struct world *w, enum xq_rc rc, const char *field, const char *key)
{
	assert_int_equal(rc, XQ_REFUSED);
	const struct xq_err *e = &w->call->err;
	for (size_t i = 0; field && i < w->call->form.n; i++) {
		if (text_eq(w->call->form.fields[i].name, field) && w->call->form.v[i].has_fault)
			e = &w->call->form.v[i].fault;
	}
	if (!e->key || !text_eq(e->key, key))
		fail_msg("expected %s, got %s", key, e->key ? e->key : "no key");
	if (field)
		assert_string_equal(e->field, field);
	else
		assert_null(e->field);
}

static inline const char *
result(struct world *w, const char *name)
{
	return act_result_get(w->call, name);
}

static inline struct tx *
look(struct world *w)
{
	struct tx *tx;
	OK(db_read(w->app->db, &tx, &w->err));
	return tx;
}

/* How many events of a kind the office's record has; role and scope as its public fields say. */
static inline int64_t
count_events(struct world *w, const char *part)
{
	struct tx *tx = look(w);
	int64_t n = 0;
	struct rows *q =
		db_query(tx, SQL("SELECT bytes FROM ledger_event WHERE office = ? ORDER BY seq"),
			VALS(V(w->office)));
	while (row_next(q)) {
		const struct bytes b = row_bytes(q, 0);
		const struct str s = { (const char *)b.p, b.n };
		n += str_index(s, str_of(part)) < s.n;
	}
	OK(rows_close(q, &w->err));
	tx_end(tx);
	return n;
}

static inline struct actor
actor_named(struct world *w, int64_t office, const char *login)
{
	struct tx *tx = look(w);
	struct actor a = { 0 };
	OK(actor_by_login(tx, office, str_of(login), &a, &w->err));
	tx_end(tx);
	return a;
}

/* An account made by the administrator, with the password of its first sign-in. */
static inline const char *
hire(struct world *w, const char *login, const char *name, const char *unit, const char *role)
{
	OK(run(w, &account_add_act,
		IN({ "login", login }, { "name", name }, { "unit", unit }, { "role", role })));
	return result(w, "password");
}

static inline int64_t
make_office(struct world *w, const char *code)
{
	static char hash[PASSWORD_HASH_LEN]; /* made once: it is slow by design */
	if (hash[0] == '\0')
		OK(password_hash(ADMIN_PASSWORD, hash, &w->err));
	const struct office_new n = { .code = code,
		.name = "青枫街道办事处",
		.short_name = "青枫街道",
		.mark = "青街",
		.phone = "021-5550-0123",
		.hours = "工作日 8:30–17:30",
		.origin = mem_printf(w->mem, "test.example/log/%s", code),
		.admin_login = "admin",
		.admin_name = "周敏",
		.admin_password_hash = hash };
	int64_t id = 0;
	const enum xq_rc rc = office_create(w->app, &n, &id, &w->err);
	if (rc != XQ_OK)
		fail_msg("office_create: %s %s", w->err.key, w->err.detail);
	return id;
}

extern const struct module *const world_modules[];

static inline int
world_setup(void **state)
{
	struct world *w = mem_new(NULL, struct world);
	log_quiet(true);
	w->mem = w;
	snprintf(w->dir, sizeof w->dir, "/tmp/xq-office-XXXXXX");
	assert_non_null(mkdtemp(w->dir));
	clock_init_fixed(&w->clock, civil_at(2026, 9, 30, 10, 20, 0, TZ_CHINA));
	const struct app_options opt = { .db = { .is_memory = true },
		.modules = world_modules,
		.clock = &w->clock,
		.may_create = true };
	const enum xq_rc rc = app_open(w->mem, w->dir, &opt, &w->app, &w->err);
	if (rc != XQ_OK)
		fail_msg("app_open: %s %s", w->err.key, w->err.detail);
	w->office = make_office(w, "qf");
	w->other = make_office(w, "lc");
	w->admin = actor_named(w, w->office, "admin");
	*state = w;
	return 0;
}

static inline int
remove_one(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
	(void)st;
	(void)flag;
	(void)ftw;
	return remove(path);
}

static inline int
world_teardown(void **state)
{
	struct world *w = *state;
	char dir[sizeof w->dir];
	memcpy(dir, w->dir, sizeof dir);
	app_close(w->app);
	mem_free(w);
	(void)nftw(dir, remove_one, 8, FTW_DEPTH | FTW_PHYS);
	return 0;
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, world_setup, world_teardown)

#endif
