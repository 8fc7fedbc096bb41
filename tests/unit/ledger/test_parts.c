/* SPDX-License-Identifier: Apache-2.0 */
/* Sealed parts: one slot for each voice, erasing by voice, and folders from before the keystore. */
#include "ledger/parts.h"

#include "ledger/tiles.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "core/mem.h"

#include "core/banned.h"

#define OFFICE INT64_C(7)
#define NOW INT64_C(1769045405)
#define REF_A "c-mfzxgidtmvrxezlu"
#define REF_B "c-aaaabbbbccccdddd"

static const uint8_t office_key[KEY_LEN] = { 9 };

struct fixture {
	void *mem;
	struct db *db;
	struct tx *tx;
	struct keystore *keys;
	struct ledger_head head;
	struct rng random;
	struct xq_err err;
};

#define OK(rc_) assert_int_equal((rc_), XQ_OK)

static void
open_all(struct fixture *f, const struct migration *const *list, size_t n)
{
	const struct db_options opt = { .is_memory = true };
	OK(db_open(f->mem, "", &opt, &f->db, &f->err));
	OK(db_migrate(f->db, list, n, &f->err));
	OK(keystore_open(f->mem, NULL, office_key, &f->keys, &f->err));
}

static void
open_log(struct fixture *f)
{
	OK(db_write(f->db, &f->tx, &f->err));
	OK(ledger_open(f->tx, f->mem, OFFICE, "lc", "x.cn/log/lc", NULL, NOW, &f->random, &f->err));
}

static int
setup(void **state)
{
	void *mem = mem_root("test");
	struct fixture *f = mem_new(mem, struct fixture);
	static const struct migration *const list[] = { &store_migration_1, &ledger_migration_1,
		&ledger_migration_2, &ledger_migration_3 };
	f->mem = mem;
	rng_init_seed(&f->random, 3);
	open_all(f, list, 4);
	open_log(f);
	OK(keystore_seed_take(f->tx, mem, f->keys, OFFICE, &f->err));
	OK(ledger_head_load(f->tx, mem, NULL, OFFICE, &f->head, &f->err));
	f->head.keys = f->keys;
	*state = f;
	return 0;
}

static int
teardown(void **state)
{
	struct fixture *f = *state;
	tx_end(f->tx);
	db_close(f->db);
	keystore_close(f->keys);
	mem_free(f->mem);
	return 0;
}

static const struct event_kind said = { .name = "concern.found" };

/* An event of a ref with the resident's part, and one that names a member of staff. */
static int64_t
say(struct fixture *f, const char *ref, int64_t prev, int64_t voice)
{
	const struct event_part part[] = { { "body", 0, STR("{\"text\":\"楼道灯\"}") },
		{ "who", 42, STR("{\"name\":\"顾\"}") } };
	const struct event e = { .kind = &said,
		.ref = ref,
		.prev = prev,
		.role = "resident",
		.part = part,
		.n_parts = 2,
		.voice = voice };
	int64_t seq = -1;
	OK(ledger_append(f->tx, f->mem, &f->head, NOW, &f->random, &e, &seq, &f->err));
	return seq;
}

static int64_t
number(struct fixture *f, sql_ref sql, int64_t seq)
{
	int64_t n = -1;
	OK(db_int(f->tx, sql, VALS(V(OFFICE), V(seq)), &n, &f->err));
	return n;
}

static int64_t
slot_of(struct fixture *f, int64_t seq)
{
	return number(f,
		SQL("SELECT slot FROM ledger_part WHERE office = ? AND seq = ? AND person_id = 0"),
		seq);
}

static enum xq_rc
opening(struct fixture *f, int64_t seq, const char *part, struct ledger_opening *out)
{
	return ledger_opening_load(f->tx, f->mem, f->keys, OFFICE, seq, part, out, &f->err);
}

static void
parts_of_a_voice_share_a_slot_and_no_other_does(void **state)
{
	struct fixture *f = *state;
	int64_t a = say(f, REF_A, -1, 0), b = say(f, REF_B, -1, 0), a2 = say(f, REF_A, a, a);
	assert_int_equal(slot_of(f, a), slot_of(f, a2));
	assert_int_not_equal(slot_of(f, a), slot_of(f, b));
	sql_ref staff = SQL("SELECT slot FROM ledger_part WHERE office = ? AND seq = ?"
			    " AND person_id = 42");
	assert_int_equal(number(f, staff, a), number(f, staff, b));
	assert_int_not_equal(number(f, staff, a), slot_of(f, a));
}

static void
a_part_opens_only_where_it_stands(void **state)
{
	struct fixture *f = *state;
	struct ledger_opening o;
	int64_t a = say(f, REF_A, -1, 0), a2 = say(f, REF_A, a, a);
	OK(opening(f, a, "body", &o));
	assert_true(str_is(o.text, "{\"text\":\"楼道灯\"}"));
	assert_int_equal(opening(f, a, "reply", &o), XQ_NONE);
	/* the row of another event of the same voice, put in its place */
	OK(db_exec(f->tx,
		SQL("UPDATE ledger_part SET sealed = (SELECT o.sealed FROM ledger_part o"
		    "  WHERE o.office = ? AND o.seq = ? AND o.part = 'body')"
		    " WHERE office = ? AND seq = ? AND part = 'body'"),
		VALS(V(OFFICE), V(a2), V(OFFICE), V(a)), &f->err));
	assert_int_equal(opening(f, a, "body", &o), XQ_FAULT);
	assert_string_equal(f->err.key, "record.part");
}

static void
erasing_takes_one_voice_and_queues_its_parts(void **state)
{
	struct fixture *f = *state;
	struct ledger_opening o;
	int64_t a = say(f, REF_A, -1, 0), b = say(f, REF_B, -1, 0), a2 = say(f, REF_A, a, a);
	int64_t slot = slot_of(f, a);
	struct voice_gone gone = { 0 };
	const struct voice_erase v = { OFFICE, a2, 1, "request", NOW };
	OK(ledger_voice_erase(f->tx, f->mem, &v, &gone, &f->err));
	assert_int_equal(gone.n_parts, 2);
	assert_int_equal(gone.n_slots, 1);
	assert_int_equal(gone.slot[0], slot);
	assert_int_equal(opening(f, a, "body", &o), XQ_NONE);
	assert_int_equal(opening(f, a2, "body", &o), XQ_NONE);
	OK(opening(f, a, "who", &o)); /* the member of staff is another person */
	OK(opening(f, b, "body", &o));
	OK(keystore_destroy(f->keys, gone.slot, gone.n_slots, &f->err));
	OK(opening(f, b, "body", &o));

	struct gone_count n;
	const char *text[8];
	size_t n_text = 0;
	OK(ledger_gone_count(f->tx, OFFICE, "request", &n, &f->err));
	assert_int_equal(n.persons, 1);
	assert_int_equal(n.parts, 2);
	OK(ledger_gone_take(f->tx, f->mem, OFFICE, "request", 8, text, &n_text, &f->err));
	assert_int_equal(n_text, 2);
	assert_string_equal(text[0], mem_printf(f->mem, "%lld:body", (long long)a));
	assert_string_equal(text[1], mem_printf(f->mem, "%lld:body", (long long)a2));
	OK(ledger_gone_count(f->tx, OFFICE, "request", &n, &f->err));
	assert_int_equal(n.persons, 0);
}

static void
a_destroyed_key_opens_nothing_even_where_the_row_is_left(void **state)
{
	struct fixture *f = *state;
	struct ledger_opening o;
	int64_t a = say(f, REF_A, -1, 0), slot = slot_of(f, a);
	OK(keystore_destroy(f->keys, &slot, 1, &f->err));
	assert_int_equal(opening(f, a, "body", &o), XQ_NONE);
}

static void
a_slot_is_never_given_twice(void **state)
{
	struct fixture *f = *state;
	int64_t one = 0, two = 0;
	OK(ledger_slot_new(f->tx, f->keys, OFFICE, &one, &f->err));
	OK(keystore_reserve(f->keys, one + 1, &f->err));
	const int64_t next = one + 1;
	OK(keystore_destroy(f->keys, &next, 1, &f->err));
	OK(ledger_slot_new(f->tx, f->keys, OFFICE, &two, &f->err));
	assert_int_equal(two, one + 2); /* the destroyed one is passed over */
}

static void
the_seed_is_sealed_and_opens(void **state)
{
	struct fixture *f = *state;
	uint8_t seed[32], other[32];
	assert_int_equal(number(f,
				 SQL("SELECT length(key_seed) FROM ledger_log"
				     " WHERE office = ? AND office <> ?"),
				 0),
		0);
	OK(keystore_seed_open(f->tx, f->keys, OFFICE, seed, &f->err));
	memset(other, 5, sizeof other);
	OK(keystore_seed_seal(
		f->tx, f->mem, f->keys, OFFICE, (struct bytes){ other, 32 }, &f->random, &f->err));
	OK(keystore_seed_open(f->tx, f->keys, OFFICE, seed, &f->err));
	assert_memory_equal(seed, other, 32);
	assert_int_equal(keystore_seed_open(f->tx, f->keys, OFFICE + 1, seed, &f->err), XQ_NONE);
}

/* ---- folders from before ------------------------------------------------------------------------- */

static void
put_old(struct fixture *f, int64_t seq, int64_t prev, int64_t person, const char *text)
{
	uint8_t salt[32];
	memset(salt, (int)seq, sizeof salt);
	OK(db_exec(f->tx,
		SQL("INSERT INTO ledger_event (office, seq, prev, bytes) VALUES (?, ?, ?, ?)"),
		VALS(V(OFFICE), V(seq), V_OR_NULL(prev >= 0, prev), V(((struct bytes){ salt, 1 }))),
		&f->err));
	OK(db_exec(f->tx,
		SQL("/* STORE: the table as it was */ INSERT INTO ledger_part (office, seq, part,"
		    " person_id, salt, text) VALUES (?, ?, 'body', ?, ?, ?)"),
		VALS(V(OFFICE), V(seq), V(person), V(((struct bytes){ salt, 32 })), V(text)),
		&f->err));
}

static void
an_older_folder_is_sealed_when_it_is_opened(void **state)
{
	static const struct migration *const list[] = { &store_migration_1, &ledger_migration_1,
		&ledger_migration_2, &ledger_migration_3 };
	struct fixture *f = *state;
	enum { MANY = 600 }; /* three rounds */
	tx_end(f->tx);
	db_close(f->db);
	keystore_close(f->keys);
	open_all(f, list, 3);
	open_log(f);
	for (int64_t seq = 1; seq <= MANY; seq++)
		put_old(f, seq, seq > 2 ? seq - 2 : -1, seq == 9 ? 42 : 0, "{\"text\":\"灯\"}");
	OK(tx_commit(f->tx, &f->err));

	int64_t done = 0;
	bool is_due = true;
	OK(db_migrate(f->db, list, 4, &f->err));
	OK(ledger_scrub_due(f->db, &is_due, &f->err));
	assert_false(is_due);
	OK(ledger_parts_upgrade(f->db, f->keys, &done, &f->err));
	assert_int_equal(done, MANY + 1);
	OK(ledger_parts_upgrade(f->db, f->keys, &done, &f->err));
	assert_int_equal(done, 0);
	/* as long as nobody says that it is done, also after a stop */
	OK(ledger_scrub_due(f->db, &is_due, &f->err));
	assert_true(is_due);
	OK(ledger_scrubbed(f->db, &f->err));
	OK(ledger_scrub_due(f->db, &is_due, &f->err));
	assert_false(is_due);

	OK(db_write(f->db, &f->tx, &f->err));
	assert_int_equal(number(f,
				 SQL("/* SCAN */ SELECT count(*) FROM ledger_part_open"
				     " WHERE office = ? AND seq > ?"),
				 0),
		0);
	struct ledger_opening o;
	OK(opening(f, 300, "body", &o));
	assert_true(str_is(o.text, "{\"text\":\"灯\"}"));
	assert_int_equal(o.salt[0], 300 % 256);
	assert_int_equal(slot_of(f, 2), slot_of(f, 600)); /* the even ones are one voice */
	assert_int_equal(slot_of(f, 1), slot_of(f, 599));
	assert_int_not_equal(slot_of(f, 1), slot_of(f, 2));
	uint8_t seed[32];
	OK(keystore_seed_open(f->tx, f->keys, OFFICE, seed, &f->err));
}

int
main(void)
{
#define TEST(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(parts_of_a_voice_share_a_slot_and_no_other_does),
		TEST(a_part_opens_only_where_it_stands),
		TEST(erasing_takes_one_voice_and_queues_its_parts),
		TEST(a_destroyed_key_opens_nothing_even_where_the_row_is_left),
		TEST(a_slot_is_never_given_twice),
		TEST(the_seed_is_sealed_and_opens),
		TEST(an_older_folder_is_sealed_when_it_is_opened),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
