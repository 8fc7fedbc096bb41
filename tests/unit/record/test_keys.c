/* SPDX-License-Identifier: Apache-2.0 */
/* The record's keys: which ones sign a head, adding one, retiring one, and the entries about it. */
#include "fixture.h"

#include "core/hash.h"

#include "core/banned.h"

const struct module *const world_modules[] = { &act_module, &office_module, &concern_module,
	&evaluation_module, &notify_module, &record_key_module, NULL };

static const char *
id_of(struct world *w, const struct log_key *k)
{
	char *id = mem_array(w->mem, char, 9);
	text_hex((struct bytes){ k->key.id, 4 }, id);
	return id;
}

static void
the_key_of_the_first_entry_signs(void **state)
{
	struct world *w = *state;
	struct log_keys keys = keys_at(w, 1);
	assert_int_equal(keys.n, 1);
	assert_int_equal(
		count_events(w, mem_printf(w->mem, "\"vkey\":\"%s\"", vkey_at(w, 1, 0))), 1);
	struct checkpoint c = sign_head(w);
	struct checkpoint_seen seen;
	OK(checkpoint_read(str_of(c.note), &keys.k[0].key, 1, &seen, &w->err));
	assert_int_equal(seen.size, events(w));
}

static void
a_new_key_signs_beside_the_old_one_from_its_entry_on(void **state)
{
	struct world *w = *state;
	int64_t before = events(w);
	mark(w);
	OK(operate(w, &record_key_rotate, NOTHING));
	const char *old = vkey_at(w, before, 0), *fresh = vkey_at(w, before + 1, 1);
	assert_string_equal(
		news(w), mem_printf(w->mem, "key.added officer - {\"from\":%lld,\"vkey\":\"%s\"}",
				 (long long)before + 1, fresh));
	assert_string_equal(result(w, "vkey"), fresh);
	assert_string_not_equal(old, fresh);
	assert_int_equal(keys_at(w, before).n, 1);
	assert_int_equal(keys_at(w, before + 1).n, 2);

	struct log_keys keys = keys_at(w, before + 1);
	const struct note_key both[] = { keys.k[0].key, keys.k[1].key };
	struct checkpoint_seen seen;
	OK(checkpoint_read(str_of(sign_head(w).note), both, 2, &seen, &w->err));
	assert_int_equal(seen.n_logs, 2);
	assert_refused(w, operate(w, &record_key_rotate, NOTHING), NULL, "record.key-two");
	assert_invariants(w);
}

static void
a_key_is_retired_only_when_both_have_signed(void **state)
{
	struct world *w = *state;
	(void)sign_head(w);
	struct log_keys first = keys_at(w, events(w));
	assert_refused(w,
		operate(w, &record_key_retire,
			IN({ "key", id_of(w, &first.k[0]) }, { "why", "rotation" })),
		NULL, "record.key-last");
	OK(operate(w, &record_key_rotate, NOTHING));
	assert_refused(w,
		operate(w, &record_key_retire,
			IN({ "key", id_of(w, &first.k[0]) }, { "why", "compromise" })),
		NULL, "record.key-early");
	(void)sign_head(w);
	mark(w);
	int64_t before = events(w);
	OK(operate(w, &record_key_retire,
		IN({ "key", id_of(w, &first.k[0]) }, { "why", "compromise" })));
	assert_string_equal(news(w),
		mem_printf(w->mem,
			"key.retired officer - {\"from\":%lld,\"vkey\":\"%s\",\"why\":\"compromise\"}",
			(long long)before + 1, vkey_at(w, before, 0)));
	assert_int_equal(keys_at(w, before).n, 2);
	assert_int_equal(keys_at(w, before + 1).n, 1);
	assert_string_equal(vkey_at(w, before + 1, 0), vkey_at(w, before, 1));
	assert_refused(w,
		operate(w, &record_key_retire,
			IN({ "key", id_of(w, &first.k[0]) }, { "why", "rotation" })),
		"key", "record.key-unknown");
	assert_invariants(w);
}

static void
the_seed_of_a_retired_key_is_gone(void **state)
{
	struct world *w = *state;
	OK(operate(w, &record_key_rotate, NOTHING));
	(void)sign_head(w);
	struct log_keys two = keys_at(w, events(w));
	OK(operate(w, &record_key_retire,
		IN({ "key", id_of(w, &two.k[1]) }, { "why", "compromise" })));
	assert_int_equal(ask(w,
				 SQL("SELECT count(*) FROM ledger_key WHERE office = ?"
				     " AND seed IS NOT NULL"),
				 VALS(V(w->office))),
		0);
	assert_int_equal(keys_at(w, events(w)).n, 1);
	OK(operate(w, &record_key_rotate, NOTHING)); /* and another may come */
	assert_int_equal(keys_at(w, events(w)).n, 2);
}

static void
the_old_key_ends_by_itself(void **state)
{
	struct world *w = *state;
	OK(operate(w, &record_key_rotate, IN({ "days", "2" })));
	(void)sign_head(w);
	go(w, 20261003, 900);
	int64_t from = events(w);
	run_jobs(w);
	assert_int_equal(count_events(w, "\"k\":\"key.retired\""), 1);
	assert_int_equal(count_events(w, "\"why\":\"rotation\""), 1);
	struct log_keys now = keys_at(w, events(w));
	assert_int_equal(now.n, 1);
	assert_int_equal(now.k[0].no, 2);
	assert_true(events(w) > from);
	run_jobs(w);
	assert_int_equal(count_events(w, "\"k\":\"key.retired\""), 1);
}

static void
only_operators_touch_keys(void **state)
{
	struct world *w = *state;
	assert_int_equal(run(w, GU, &record_key_rotate, NOTHING), XQ_REFUSED);
	assert_int_equal(run(w, ZHOU, &record_key_rotate, NOTHING), XQ_REFUSED);
	assert_refused(w, operate(w, &record_key_rotate, IN({ "days", "366" })), "days",
		"field.too-large");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_key_of_the_first_entry_signs),
		TEST(a_new_key_signs_beside_the_old_one_from_its_entry_on),
		TEST(a_key_is_retired_only_when_both_have_signed),
		TEST(the_seed_of_a_retired_key_is_gone),
		TEST(the_old_key_ends_by_itself),
		TEST(only_operators_touch_keys),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
