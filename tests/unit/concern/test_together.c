/* SPDX-License-Identifier: Apache-2.0 */
/* On a server rows of many acts of a batch go in one statement (decision 0061): the same acts leave the same numbers in
 * every table, whether they do or each goes by itself. Skips itself without a server. */
#include "fixture.h"

#include "../engine.h"
#include "core/random.h"
#include "store/catalogue.h"
#include "store/pg_int.h"

#include "core/banned.h"

const struct module *const world_modules[] = { &act_module, &office_module, &concern_module,
	&evaluation_module, &notify_module, NULL };

enum { AT_A_TIME = 24, ROUNDS = 20, MIGRATIONS = 100, CONCERNS = 400 };

/* ---- what is in the tables ---------------------------------------------------------------------------------- */

/* Keys, codes and what is made of them differ from folder to folder; numbers do not. */
static void
put_table(struct world *w, PGconn *h, const struct cat_table *t, struct buf *out)
{
	struct buf q = buf_new(w->mem, 1000);
	PGresult *r = NULL;
	buf_text(&q, "SELECT concat_ws(',', 'row'");
	for (size_t i = 0; i < t->n_columns; i++)
		if (t->column[i].type == VAL_INT)
			buf_printf(&q, ", coalesce(CAST(\"%s\" AS text), '-')", t->column[i].name);
	buf_printf(&q, ") FROM \"%s\" ORDER BY 1", t->name);
	if (pg_ask(h, q.p, &r, &w->err) != XQ_OK)
		fail_msg("%s: %s", q.p, w->err.detail);
	for (int i = 0; i < PQntuples(r); i++)
		buf_printf(out, "%s: %s\n", t->name, PQgetvalue(r, i, 0));
	PQclear(r);
}

static const char *
numbers_of(struct world *w)
{
	const struct migration *list[MIGRATIONS];
	const size_t n = app_migrations(world_modules, list, MIGRATIONS);
	struct buf out = buf_new(w->mem, 100000);
	struct catalogue cat;
	PGconn *h = NULL;
	struct tx *tx = look(w);
	OK(catalogue_load(tx, w->mem, list, n, &cat, &w->err));
	tx_end(tx);
	OK(pg_connect(w->app->db, pg_db_of(w->app->db)->database, true, &h, &w->err));
	for (size_t i = 0; i < cat.n; i++)
		put_table(w, h, &cat.table[i], &out);
	PQfinish(h);
	return out.p;
}

/* ---- acts by chance ------------------------------------------------------------------------------------------- */

struct story {
	struct world *w;
	struct rng rng;
	size_t n;
	int64_t no[CONCERNS];
	size_t stage[CONCERNS]; /* the step that comes next */
	struct buf told;
	int writes; /* twice those of a batch that was done again */
};

static void
count_write(void *arg, sql_ref sql, struct vals v)
{
	(void)sql;
	(void)v;
	++*(int *)arg;
}

struct next {
	struct act_call *call;
	size_t concern;
};

/* Mostly the step that comes next for some concern, seldom any other, which is refused. Of two acts on one concern the
 * second is disappointed, and all are done again. */
static struct next
some_act(struct story *s)
{
	enum { STEPS = 3 };
	static const struct {
		const struct act *act;
		enum who who;
	} steps[] = { { &concern_accept, CHEN }, { &reply_submit, CHEN }, { &reply_approve, HE },
		{ &concern_contact, CHEN } };
	struct world *w = s->w;
	if (s->n == 0 || (s->n < CONCERNS - AT_A_TIME && rng_below(&s->rng, 4) == 0))
		return (struct next){ .call = call_of(w, &w->who[GU], &concern_register,
					      IN({ "body", "楼道灯不亮。请派人来看看。" },
						      { "class", "property" },
						      { "phone", "13800138000" },
						      { "publish", "1" })) };
	const size_t at = rng_below(&s->rng, (uint32_t)s->n);
	const size_t step = rng_below(&s->rng, 8) == 0 ? rng_below(&s->rng, STEPS) : s->stage[at];
	const struct pair *in =
		steps[step].act == &reply_submit
			? IN({ "concern", no_text(w, s->no[at]) },
				  { "text", "灯已经换好，请您看看。" }, { "outcome", "solved" })
			: IN({ "concern", no_text(w, s->no[at]) });
	return (struct next){ call_of(w, &w->who[steps[step].who], steps[step].act, in), at };
}

static void
run_some(struct story *s)
{
	struct world *w = s->w;
	struct next next[AT_A_TIME];
	struct act_call *call[AT_A_TIME];
	for (size_t i = 0; i < AT_A_TIME; i++) {
		next[i] = some_act(s);
		call[i] = next[i].call;
	}
	OK(act_run_batch(w->app, call, AT_A_TIME, now_of(w), &w->err));
	for (size_t i = 0; i < AT_A_TIME; i++) {
		buf_printf(&s->told, "%s %d %s\n", call[i]->act->name, call[i]->rc,
			call[i]->rc == XQ_OK ? "" : call[i]->err.key);
		if (call[i]->rc == XQ_OK && call[i]->act != &concern_register)
			s->stage[next[i].concern] += s->stage[next[i].concern] < 3;
		else if (call[i]->rc == XQ_OK)
			assert_true(file_no_read(
				str_of(act_result_get(call[i], "file_no")), &s->no[s->n++]));
	}
}

static size_t
count_of(struct str all, const char *piece)
{
	size_t n = 0;
	for (size_t at; (at = str_index(all, str_of(piece))) < all.n; n++)
		all = str_n(all.p + at + 1, all.n - at - 1);
	return n;
}

static void
acts_leave_the_same_together_and_by_themselves(void **state)
{
	(void)state;
	if (!on_server())
		skip();
	struct story s[2];
	const char *numbers[2];
	for (int i = 0; i < 2; i++) {
		const struct db_options db = { .is_memory = true, .sends_each = i == 0 };
		s[i] = (struct story){ .w = world_new_in(db, moment(20260930, 1020)) };
		rng_init_seed(&s[i].rng, 61);
		s[i].told = buf_new(s[i].w->mem, 10000);
		db_tap(s[i].w->app->db, count_write, &s[i].writes);
		for (int round = 0; round < ROUNDS; round++) {
			go(s[i].w, 20260930, 1021 + round);
			run_some(&s[i]);
		}
		db_tap(s[i].w->app->db, NULL, NULL);
		assert_invariants(s[i].w);
		numbers[i] = numbers_of(s[i].w);
	}
	assert_string_equal(s[1].told.p, s[0].told.p);
	assert_string_equal(numbers[1], numbers[0]);
	assert_int_equal(s[1].writes, s[0].writes); /* no batch more often */
	/* And these acts did something. */
	const struct str told = buf_view(&s[0].told);
	assert_true(count_of(told, "concern.register 0") > 50);
	assert_true(count_of(told, "reply.approve 0") > 20);
	assert_true(count_of(str_of(numbers[0]), "\n") > 1000);
	for (int i = 0; i < 2; i++)
		(void)world_teardown((void **)&s[i].w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(acts_leave_the_same_together_and_by_themselves),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
