/* SPDX-License-Identifier: Apache-2.0 */
/* The one writer and its queue: everybody gets one answer, and who finds the queue full gets it at
 * once. What blocks here waits for a condition of the test, never for time. */
#include "fixture.h"

#include <pthread.h>

#include "act/act_int.h"

#include "core/banned.h"

/* ---- an act that stays inside until the gate opens ------------------------------------------ */

static struct {
	pthread_mutex_t lock;
	pthread_cond_t moved;
	size_t inside;
	bool is_open;
} gate = { .lock = PTHREAD_MUTEX_INITIALIZER, .moved = PTHREAD_COND_INITIALIZER };

static void
gate_pass(void)
{
	pthread_mutex_lock(&gate.lock);
	gate.inside++;
	pthread_cond_broadcast(&gate.moved);
	while (!gate.is_open)
		pthread_cond_wait(&gate.moved, &gate.lock);
	pthread_mutex_unlock(&gate.lock);
}

static void
gate_await(size_t inside)
{
	pthread_mutex_lock(&gate.lock);
	while (gate.inside < inside)
		pthread_cond_wait(&gate.moved, &gate.lock);
	pthread_mutex_unlock(&gate.lock);
}

static void
gate_set(bool is_open)
{
	pthread_mutex_lock(&gate.lock);
	gate.is_open = is_open;
	if (!is_open)
		gate.inside = 0;
	pthread_cond_broadcast(&gate.moved);
	pthread_mutex_unlock(&gate.lock);
}

static enum xq_rc
gate_apply(struct act_ctx *ctx, const struct form *in, struct xq_err *err)
{
	gate_pass();
	return test_put(ctx, in, err);
}

static enum xq_rc
gate_prepare(struct act_call *call, struct xq_err *err)
{
	(void)call;
	(void)err;
	gate_pass();
	return XQ_OK;
}

static struct act blocking_act, slow_act;

/* ---- memory --------------------------------------------------------------------------------- */

/* The writer answers into the memory of a call while the test makes the next one, and talloc is not for
 * two threads: each call has a root of its own, until the writer has stopped. */
static struct {
	pthread_mutex_t lock;
	void *root[4096];
	size_t n;
} calls = { .lock = PTHREAD_MUTEX_INITIALIZER };

static void *
mem_of_a_call(void)
{
	void *mem = mem_root("call");
	pthread_mutex_lock(&calls.lock);
	assert_true(calls.n < sizeof calls.root / sizeof calls.root[0]);
	calls.root[calls.n++] = mem;
	pthread_mutex_unlock(&calls.lock);
	return mem;
}

static void
free_calls(void)
{
	while (calls.n > 0)
		mem_free(calls.root[--calls.n]);
}

static const struct module test_module = {
	.name = "test",
	.migrations = (const struct migration *const[]){ &test_migration_1, NULL },
};

const struct module *const world_modules[] = { &act_module, &office_module, &concern_module,
	&evaluation_module, &notify_module, &test_module, NULL };

static int
writer_setup(void **state)
{
	blocking_act = test_put_act;
	blocking_act.apply = gate_apply;
	slow_act = test_put_act;
	slow_act.prepare = gate_prepare;
	slow_act.is_slow = true;
	gate_set(false);
	(void)world_setup(state);
	struct world *w = *state;
	OK(app_start_writer(w->app, &w->err));
	return 0;
}

static int
writer_teardown(void **state)
{
	gate_set(true); /* also after a failed test */
	int failed = world_teardown(state);
	free_calls();
	return failed;
}

#define WRITER_TEST(fn) cmocka_unit_test_setup_teardown(fn, writer_setup, writer_teardown)
#define ALONE_TEST(fn) cmocka_unit_test_setup_teardown(fn, world_setup, writer_teardown)

/* ---- answers, counted ----------------------------------------------------------------------- */

struct answers {
	pthread_mutex_t lock;
	pthread_cond_t more;
	size_t n, good, busy;
	pthread_t by; /* the thread that gave the last one */
};

static struct answers *
answers_new(struct world *w)
{
	struct answers *a = mem_new(w->mem, struct answers);
	assert_int_equal(pthread_mutex_init(&a->lock, NULL), 0);
	assert_int_equal(pthread_cond_init(&a->more, NULL), 0);
	return a;
}

static void
answered(struct act_call *call, void *arg)
{
	struct answers *a = arg;
	pthread_mutex_lock(&a->lock);
	a->n++;
	a->good += call->rc == XQ_OK;
	a->busy += call->rc == XQ_BUSY && text_eq(call->err.key, "act.queue-full");
	a->by = pthread_self();
	pthread_cond_broadcast(&a->more);
	pthread_mutex_unlock(&a->lock);
}

static void
answers_await(struct answers *a, size_t n)
{
	pthread_mutex_lock(&a->lock);
	while (a->n < n)
		pthread_cond_wait(&a->more, &a->lock);
	pthread_mutex_unlock(&a->lock);
}

static size_t
answers_now(struct answers *a)
{
	pthread_mutex_lock(&a->lock);
	const size_t n = a->n;
	pthread_mutex_unlock(&a->lock);
	return n;
}

static struct act_call *
plain_call(struct world *w, const struct act *act, int64_t n)
{
	struct act_call *call =
		act_call_new(mem_of_a_call(), w->app, act, w->office, &w->who[CHEN]);
	form_set_int(&call->form, "n", n);
	return call;
}

/* ---- many at once --------------------------------------------------------------------------- */

enum { THREADS = 8, EACH = 60 };

struct crowd {
	struct world *w;
	struct answers *answers;
	int64_t first; /* its numbers are first .. first + EACH - 1 */
	struct act_call *call[EACH];
};

/* Every third one is refused. */
static void *
crowd_main(void *arg)
{
	struct crowd *c = arg;
	for (int i = 0; i < EACH; i++) {
		struct act_call *call = plain_call(c->w, &test_put_act, c->first + i);
		form_set_text(call->mem, &call->form, "ends", i % 3 == 2 ? "refused" : "well");
		c->call[i] = call;
		act_submit(call, answered, c->answers);
	}
	return NULL;
}

static void
many_threads_get_one_answer_for_each_act(void **state)
{
	struct world *w = *state;
	struct answers *a = answers_new(w);
	struct crowd crowd[THREADS];
	pthread_t thread[THREADS];
	mark(w);
	for (size_t t = 0; t < THREADS; t++) {
		crowd[t] = (struct crowd){ .w = w, .answers = a, .first = (int64_t)t * EACH };
		assert_int_equal(pthread_create(&thread[t], NULL, crowd_main, &crowd[t]), 0);
	}
	for (size_t t = 0; t < THREADS; t++)
		pthread_join(thread[t], NULL);
	answers_await(a, THREADS * EACH);
	app_stop(w->app); /* nothing comes after it */
	assert_int_equal(a->n, THREADS * EACH);
	assert_int_equal(a->good, THREADS * EACH / 3 * 2);
	assert_int_equal(events(w), w->mark + (int64_t)a->good);

	bool seen[THREADS * EACH] = { false }; /* by number in the record */
	for (size_t t = 0; t < THREADS; t++) {
		for (int i = 0; i < EACH; i++) {
			const struct act_call *call = crowd[t].call[i];
			if (i % 3 == 2) {
				assert_int_equal(call->rc, XQ_REFUSED);
				assert_string_equal(call->err.key, "test.no");
				continue;
			}
			OK(call->rc);
			const int64_t at = call->seq - w->mark;
			assert_in_range(at, 0, a->good - 1);
			assert_false(seen[at]);
			seen[at] = true;
		}
	}
	assert_int_equal(ask(w, SQL("SELECT count(DISTINCT n) FROM test_row WHERE office = ?"),
				 VALS(V(w->office))),
		a->good);
}

static void *
run_main(void *arg)
{
	struct crowd *c = arg;
	for (int i = 0; i < EACH; i++)
		(void)act_run(c->call[i]); /* looked at afterwards */
	return NULL;
}

/* act_run waits for its own answer; the same key from many sides is applied once. */
static void
one_key_from_many_threads_is_applied_once(void **state)
{
	struct world *w = *state;
	struct crowd crowd[THREADS];
	pthread_t thread[THREADS];
	for (size_t t = 0; t < THREADS; t++) {
		crowd[t] = (struct crowd){ .w = w };
		for (int i = 0; i < EACH; i++) {
			struct act_call *call = plain_call(w, &test_put_act, (int64_t)t);
			call->idem_key = mem_printf(call->mem, "key %d", i);
			crowd[t].call[i] = call;
		}
	}
	for (size_t t = 0; t < THREADS; t++)
		assert_int_equal(pthread_create(&thread[t], NULL, run_main, &crowd[t]), 0);
	for (size_t t = 0; t < THREADS; t++)
		pthread_join(thread[t], NULL);
	assert_int_equal(
		ask(w, SQL("SELECT count(*) FROM test_row WHERE office = ?"), VALS(V(w->office))),
		EACH);
	for (int i = 0; i < EACH; i++) {
		size_t first = 0;
		for (size_t t = 0; t < THREADS; t++) {
			OK(crowd[t].call[i]->rc);
			assert_int_equal(crowd[t].call[i]->seq, crowd[0].call[i]->seq);
			first += !crowd[t].call[i]->is_replay;
		}
		assert_int_equal(first, 1);
	}
}

/* ---- a full queue --------------------------------------------------------------------------- */

/* The writer is inside an act, so that all that comes stays in the queue. */
static void
hold_writer(struct world *w, struct answers *a)
{
	act_submit(plain_call(w, &blocking_act, 0), answered, a);
	gate_await(1);
}

static void
a_full_queue_says_so_at_once(void **state)
{
	struct world *w = *state;
	struct answers *held = answers_new(w), *late = answers_new(w);
	hold_writer(w, held);
	for (int64_t i = 1; i <= QUEUE_MAX; i++)
		act_submit(plain_call(w, &test_put_act, i), answered, held);
	assert_int_equal(answers_now(held), 0);
	assert_int_equal(app_writer_stats(w->app).waiting, QUEUE_MAX);
	assert_int_equal(app_writer_stats(w->app).full, 0);

	struct act_call *call = plain_call(w, &test_put_act, -1);
	act_submit(call, answered, late);
	assert_int_equal(answers_now(late), 1); /* by this thread, the writer is held */
	assert_true(pthread_equal(late->by, pthread_self()));
	assert_int_equal(call->rc, XQ_BUSY);
	assert_string_equal(call->err.key, "act.queue-full");
	assert_int_equal(act_http_status(call), 503);
	assert_int_equal(call->seq, -1);
	w->call = plain_call(w, &test_put_act, -2);
	assert_int_equal(act_run(w->call), XQ_BUSY);
	assert_int_equal(app_writer_stats(w->app).full, 2);

	gate_set(true);
	answers_await(held, QUEUE_MAX + 1);
	assert_int_equal(held->good, QUEUE_MAX + 1);
	app_stop(w->app);
	assert_int_equal(ask(w, SQL("SELECT count(*) FROM test_row WHERE office = ? AND n >= 0"),
				 VALS(V(w->office))),
		QUEUE_MAX + 1);
	assert_int_equal(ask(w, SQL("SELECT count(*) FROM test_row WHERE office = ? AND n < 0"),
				 VALS(V(w->office))),
		0);
}

static void
there_is_room_again_when_the_writer_has_moved_on(void **state)
{
	struct world *w = *state;
	struct answers *a = answers_new(w);
	hold_writer(w, a);
	for (int64_t i = 1; i <= QUEUE_MAX + 1; i++)
		act_submit(plain_call(w, &test_put_act, i), answered, a);
	assert_int_equal(answers_now(a), 1);
	assert_int_equal(a->busy, 1);
	gate_set(true);
	answers_await(a, QUEUE_MAX + 2);
	OK(act_run(plain_call(w, &test_put_act, 9)));
}

/* Refusals that need no row are told without the writer. */
static void
who_may_not_does_not_wait_in_the_queue(void **state)
{
	struct world *w = *state;
	struct answers *held = answers_new(w), *a = answers_new(w);
	hold_writer(w, held);
	struct act_call *call = put_call(w, RESIDENT, "1", "well");
	act_submit(call, answered, a);
	assert_int_equal(answers_now(a), 1);
	assert_string_equal(call->err.key, "act.not-allowed");
	call = put_call(w, CHEN, "x", "well");
	act_submit(call, answered, a);
	assert_int_equal(answers_now(a), 2);
	assert_string_equal(call->err.key, "form.faults");
	assert_int_equal(app_writer_stats(w->app).waiting, 0);
}

static void
what_waits_is_answered_before_the_writer_stops(void **state)
{
	struct world *w = *state;
	struct answers *a = answers_new(w);
	for (int64_t i = 0; i < QUEUE_MAX; i++)
		act_submit(plain_call(w, &test_put_act, i), answered, a);
	app_stop(w->app);
	assert_int_equal(a->n, QUEUE_MAX);
	assert_int_equal(a->good, QUEUE_MAX);
	assert_null(w->app->writer);
	OK(act_run(plain_call(w, &test_put_act, 1))); /* by this thread, from now on */
}

static void
without_a_writer_the_caller_is_answered_by_itself(void **state)
{
	struct world *w = *state;
	struct answers *a = answers_new(w);
	act_submit(plain_call(w, &test_put_act, 1), answered, a);
	act_submit(put_call(w, CHEN, "2", "refused"), answered, a);
	act_submit(put_call(w, RESIDENT, "3", "well"), answered, a);
	assert_int_equal(a->n, 3);
	assert_int_equal(a->good, 1);
	assert_true(pthread_equal(a->by, pthread_self()));
	assert_string_equal(numbers(w), "1");
}

/* One disk sync for all of them; the counts are looked at while the writer is held once more. */
static void
what_waits_together_is_committed_together(void **state)
{
	struct world *w = *state;
	struct answers *a = answers_new(w);
	hold_writer(w, a);
	for (int64_t i = 1; i <= 10; i++)
		act_submit(put_call(w, CHEN, "1", i % 5 ? "well" : "refused"), answered, a);
	gate_set(true);
	answers_await(a, 11);
	gate_set(false);
	hold_writer(w, a);
	const struct writer_stats s = app_writer_stats(w->app);
	assert_int_equal(s.batches, 2); /* the one that was held, and the ten */
	assert_int_equal(s.acts, 9);
	assert_int_equal(s.refused, 2);
	assert_int_equal(s.full, 0);
	assert_int_equal(s.waiting, 0);
}

/* ---- too many offices for one batch --------------------------------------------------------- */

static void
the_seventeenth_office_of_a_batch_is_asked_to_come_again(void **state)
{
	struct world *w = *state;
	struct actor a[BATCH_OFFICES + 1];
	struct act_call *call[BATCH_OFFICES + 1];
	for (size_t i = 0; i <= BATCH_OFFICES; i++) {
		a[i] = w->who[SYSTEM];
		a[i].office = i < 2 ? (i ? w->other : w->office)
		                    : world_office(w, mem_printf(w->mem, "o%d", (int)i));
		call[i] = call_of(w, &a[i], &test_put_act, IN({ "n", "1" }));
	}
	OK(act_run_batch(w->app, call, BATCH_OFFICES + 1, now_of(w), &w->err));
	for (size_t i = 0; i < BATCH_OFFICES; i++)
		OK(call[i]->rc);
	assert_int_equal(call[BATCH_OFFICES]->rc, XQ_BUSY);
	assert_string_equal(call[BATCH_OFFICES]->err.key, "act.queue-full");
	OK(act_run(call_of(w, &a[BATCH_OFFICES], &test_put_act, IN({ "n", "1" }))));
}

/* ---- what is slow --------------------------------------------------------------------------- */

static void
slow_acts_wait_for_two_helpers_and_never_for_long(void **state)
{
	struct world *w = *state;
	struct answers *a = answers_new(w), *late = answers_new(w);
	OK(app_start_runner(w->app, &w->err));
	for (int64_t i = 0; i < HELP_THREADS; i++)
		act_submit(plain_call(w, &slow_act, i), answered, a);
	gate_await(HELP_THREADS); /* both helpers are busy */
	for (int64_t i = 0; i < HELP_MAX; i++)
		act_submit(plain_call(w, &slow_act, i), answered, a);
	act_submit(plain_call(w, &slow_act, -1), answered, late);
	assert_int_equal(answers_now(late), 1);
	assert_int_equal(late->busy, 1);
	OK(act_run(plain_call(w, &test_put_act, 7))); /* the others are not held up */
	assert_int_equal(answers_now(a), 0);
	gate_set(true);
	answers_await(a, HELP_THREADS + HELP_MAX);
	assert_int_equal(a->good, HELP_THREADS + HELP_MAX);
	app_stop(w->app);
	assert_int_equal(ask(w, SQL("SELECT count(*) FROM test_row WHERE office = ? AND n < 0"),
				 VALS(V(w->office))),
		0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		WRITER_TEST(many_threads_get_one_answer_for_each_act),
		WRITER_TEST(one_key_from_many_threads_is_applied_once),
		WRITER_TEST(a_full_queue_says_so_at_once),
		WRITER_TEST(there_is_room_again_when_the_writer_has_moved_on),
		WRITER_TEST(who_may_not_does_not_wait_in_the_queue),
		WRITER_TEST(what_waits_is_answered_before_the_writer_stops),
		ALONE_TEST(without_a_writer_the_caller_is_answered_by_itself),
		WRITER_TEST(what_waits_together_is_committed_together),
		TEST(the_seventeenth_office_of_a_batch_is_asked_to_come_again),
		WRITER_TEST(slow_acts_wait_for_two_helpers_and_never_for_long),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
