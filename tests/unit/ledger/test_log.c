/* SPDX-License-Identifier: Apache-2.0 */
/* The rows of the record on a fresh database: opening, appending, what the store refuses. */
#include "ledger/event.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <sodium.h>

#include "../engine.h"
#include "core/hash.h"
#include "core/mem.h"
#include "core/time.h"
#include "ledger/parts.h"
#include "ledger/tiles.h"

#include "core/banned.h"

#define OFFICE INT64_C(7)
#define ORIGIN "xinqiao.example.cn/log/lc"
#define NOW INT64_C(1769045405) /* 2026-01-22 09:30:05 in Beijing */

static const uint8_t office_key[KEY_LEN] = { 1, 2, 3 };

struct fixture {
	void *mem;
	struct db *db;
	struct tx *tx; /* a write transaction, open during each test */
	struct keystore *keys;
	struct rng random;
	struct xq_err err;
};

static int
setup(void **state)
{
	static const struct migration *const list[] = { &store_migration_1, &ledger_migration_1,
		&ledger_migration_2, &ledger_migration_3 };
	void *mem = mem_root("test");
	struct fixture *f = mem_new(mem, struct fixture);
	f->mem = mem;
	rng_init_seed(&f->random, 1);
	const struct db_options opt = { .is_memory = true };
	if (db_open(mem, "", &opt, &f->db, &f->err) != XQ_OK ||
		db_migrate(f->db, list, 4, &f->err) != XQ_OK ||
		keystore_open(mem, NULL, office_key, &f->keys, &f->err) != XQ_OK ||
		db_write(f->db, &f->tx, &f->err) != XQ_OK) {
		print_error("%s: %s\n", f->err.key, f->err.detail);
		return -1;
	}
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

static void
open_log(struct fixture *f, struct ledger_head *out)
{
	assert_int_equal(
		ledger_open(f->tx, f->mem, OFFICE, "lc", ORIGIN, NULL, NOW, &f->random, &f->err),
		XQ_OK);
	assert_int_equal(ledger_head_load(f->tx, f->mem, NULL, OFFICE, out, &f->err), XQ_OK);
	out->keys = f->keys;
}

static struct str
entry(struct fixture *f, int64_t seq)
{
	struct rows *q =
		db_query(f->tx, SQL("SELECT bytes FROM ledger_event WHERE office = ? AND seq = ?"),
			VALS(V(OFFICE), V(seq)));
	assert_true(row_next(q));
	struct bytes b = row_bytes(q, 0);
	struct str out = str_n(mem_textn(f->mem, (const char *)b.p, b.n), b.n);
	assert_int_equal(rows_close(q, &f->err), XQ_OK);
	return out;
}

static int64_t
count(struct fixture *f, sql_ref sql)
{
	int64_t n = -1;
	assert_int_equal(db_int(f->tx, sql, VALS(V(OFFICE)), &n, &f->err), XQ_OK);
	return n;
}

static const struct event tick = { .kind = &ev_log_tick, .prev = -1, .role = "system" };

static void
no_log_is_an_answer(void **state)
{
	struct fixture *f = *state;
	struct ledger_head head;
	assert_int_equal(ledger_head_load(f->tx, f->mem, NULL, OFFICE, &head, &f->err), XQ_NONE);
}

static void
first_entry_opens_the_log_with_a_real_key(void **state)
{
	struct fixture *f = *state;
	struct ledger_head head;
	open_log(f, &head);
	assert_int_equal(head.size, 1);
	assert_int_equal(head.last_at, NOW);
	assert_string_equal(head.log, "lc");
	assert_false(head.is_changed);

	struct event_seen seen;
	struct str bytes = entry(f, 0);
	assert_int_equal(event_check(bytes, "lc", 0, &seen, &f->err), XQ_OK);
	assert_true(str_is(seen.kind, "log.opened"));

	/* the key that stands in vkey is the one whose seed is kept */
	struct rows *q = db_query(
		f->tx, SQL("SELECT key_seed FROM ledger_log WHERE office = ?"), VALS(V(OFFICE)));
	assert_true(row_next(q));
	assert_int_equal(row_bytes(q, 0).n, crypto_sign_SEEDBYTES);
	uint8_t key[1 + crypto_sign_PUBLICKEYBYTES] = { 1 }, secret[crypto_sign_SECRETKEYBYTES];
	crypto_sign_seed_keypair(key + 1, secret, row_bytes(q, 0).p);
	assert_int_equal(rows_close(q, &f->err), XQ_OK);
	uint8_t hash[SHA256_LEN];
	const struct bytes piece[] = { { (const uint8_t *)ORIGIN "\n", sizeof(ORIGIN) },
		{ key, sizeof(key) } };
	hash_sha256_parts(piece, 2, hash);
	char id[9], b64[45];
	text_hex((struct bytes){ hash, 4 }, id);
	text_base64((struct bytes){ key, sizeof(key) }, b64);
	const char *pub = mem_printf(
		f->mem, "{\"origin\":\"" ORIGIN "\",\"vkey\":\"" ORIGIN "+%s+%s\"}", id, b64);
	assert_string_equal(str_text(f->mem, seen.pub), pub);
}

static void
second_log_of_an_office_is_refused(void **state)
{
	struct fixture *f = *state;
	struct ledger_head head;
	open_log(f, &head);
	assert_int_equal(tx_savepoint(f->tx, &f->err), XQ_OK);
	assert_int_equal(
		ledger_open(f->tx, f->mem, OFFICE, "lc", ORIGIN, NULL, NOW, &f->random, &f->err),
		XQ_REFUSED);
	assert_string_equal(f->err.key, "log.exists");
	assert_int_equal(tx_undo(f->tx, &f->err), XQ_OK);
}

static void
origin_of_another_form_is_a_fault(void **state)
{
	struct fixture *f = *state;
	static const char *const bad[] = { "", "lc", "https://a.cn/log/lc", "a.cn/log/", "a.cn/l c",
		"a.cn/l+c", "心桥/log" };
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(ledger_open(f->tx, f->mem, OFFICE, "lc", bad[i], NULL, NOW,
					 &f->random, &f->err),
			XQ_FAULT);
		assert_string_equal(f->err.key, "record.form");
	}
}

static void
part_is_kept_with_the_salt_that_opens_it(void **state)
{
	struct fixture *f = *state;
	struct ledger_head head;
	open_log(f, &head);
	struct str json = STR("{\"name\":\"王阿姨\"}");
	const struct event_part part[] = { { "who", 42, json }, { "body", 0, json } };
	const struct event e = { .kind = &ev_role_granted,
		.prev = -1,
		.role = "officer",
		.unit = "u01",
		.value = (const struct event_value[]){ EV("scope", "office"), EV("name", "clerk") },
		.n_values = 2,
		.part = part,
		.n_parts = 2 };
	int64_t seq = -1;
	assert_int_equal(
		ledger_append(f->tx, f->mem, &head, NOW, &f->random, &e, &seq, &f->err), XQ_OK);
	assert_int_equal(seq, 1);

	struct event_seen seen;
	assert_int_equal(event_check(entry(f, 1), "lc", 1, &seen, &f->err), XQ_OK);
	struct str com[2];
	for (size_t i = 0; i < 2; i++) {
		struct ledger_opening o;
		assert_int_equal(ledger_opening_load(f->tx, f->mem, f->keys, OFFICE, seq,
					 i == 0 ? "body" : "who", &o, &f->err),
			XQ_OK);
		assert_int_equal(o.person_id, i == 0 ? 0 : 42);
		assert_true(str_eq(o.text, json));
		char text[LEDGER_COM_LEN + 1];
		ledger_commit(o.salt, json, text);
		com[i] = str_of(mem_text(f->mem, text));
		assert_true(ledger_opens((struct bytes){ o.salt, sizeof o.salt }, json, com[i]));
	}
	assert_false(str_eq(com[0], com[1])); /* the same text, another salt */
	const char *want =
		mem_printf(f->mem, "{\"body\":\"%s\",\"who\":\"%s\"}", com[0].p, com[1].p);
	assert_string_equal(str_text(f->mem, seen.com), want);
}

static void
part_that_is_not_canonical_is_a_fault_and_writes_nothing(void **state)
{
	struct fixture *f = *state;
	struct ledger_head head;
	open_log(f, &head);
	const struct event_part part = { "who", 42, STR("{\"b\":1,\"a\":2}") };
	struct event e = tick;
	e.part = &part;
	e.n_parts = 1;
	int64_t seq = -1;
	assert_int_equal(
		ledger_append(f->tx, f->mem, &head, NOW, &f->random, &e, &seq, &f->err), XQ_FAULT);
	assert_string_equal(f->err.key, "record.form");
	assert_int_equal(head.size, 1);
	assert_int_equal(seq, -1);
	assert_int_equal(count(f, SQL("SELECT count(*) FROM ledger_event WHERE office = ?")), 1);
}

static void
written_entries_can_not_be_changed_or_removed(void **state)
{
	struct fixture *f = *state;
	if (on_server()) /* there the guard and the witnesses find it, no trigger holds it up */
		skip();
	struct ledger_head head;
	open_log(f, &head);
	/* Assigned one by one: clang 14 folds a list of them into addresses of copies. */
	sql_ref sql[3];
	sql[0] = SQL("UPDATE ledger_event SET prev = 0 WHERE office = ?");
	sql[1] = SQL("UPDATE ledger_event SET bytes = bytes WHERE office = ?");
	sql[2] = SQL("DELETE FROM ledger_event WHERE office = ?");
	struct str before = entry(f, 0);
	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(tx_savepoint(f->tx, &f->err), XQ_OK);
		assert_int_not_equal(db_exec(f->tx, sql[i], VALS(V(OFFICE)), &f->err), XQ_OK);
		assert_int_equal(tx_undo(f->tx, &f->err), XQ_OK);
	}
	assert_true(str_eq(before, entry(f, 0)));
}

static void
head_is_saved_once_and_read_again(void **state)
{
	struct fixture *f = *state;
	struct ledger_head head, again;
	open_log(f, &head);
	int64_t seq;
	for (int i = 0; i < 5; i++)
		assert_int_equal(ledger_append(f->tx, f->mem, &head, NOW + i, &f->random, &tick,
					 &seq, &f->err),
			XQ_OK);
	assert_true(head.is_changed);
	assert_int_equal(ledger_head_save(f->tx, &head, &f->err), XQ_OK);
	assert_false(head.is_changed);
	assert_int_equal(ledger_head_load(f->tx, f->mem, NULL, OFFICE, &again, &f->err), XQ_OK);
	assert_int_equal(again.size, 6);
	assert_int_equal(again.last_at, NOW + 4);
}

static void
clock_that_goes_back_is_not_followed(void **state)
{
	struct fixture *f = *state;
	struct ledger_head head;
	struct event_seen seen;
	open_log(f, &head);
	int64_t seq;
	assert_int_equal(
		ledger_append(f->tx, f->mem, &head, NOW - 3600, &f->random, &tick, &seq, &f->err),
		XQ_OK);
	assert_int_equal(event_check(entry(f, seq), "lc", seq, &seen, &f->err), XQ_OK);
	assert_int_equal(seen.at, NOW);
}

static void
act_that_is_undone_leaves_no_gap(void **state)
{
	struct fixture *f = *state;
	struct ledger_head head;
	open_log(f, &head);
	int64_t seq;
	struct ledger_head before = head;
	assert_int_equal(tx_savepoint(f->tx, &f->err), XQ_OK);
	assert_int_equal(
		ledger_append(f->tx, f->mem, &head, NOW, &f->random, &tick, &seq, &f->err), XQ_OK);
	assert_int_equal(tx_undo(f->tx, &f->err), XQ_OK);
	head = before;
	assert_int_equal(
		ledger_append(f->tx, f->mem, &head, NOW + 9, &f->random, &tick, &seq, &f->err),
		XQ_OK);
	assert_int_equal(seq, 1);
	assert_int_equal(count(f, SQL("SELECT count(*) FROM ledger_event WHERE office = ?")), 2);
}

static void
document_is_named_by_its_hash_and_kept_once(void **state)
{
	struct fixture *f = *state;
	struct str doc = STR("{}");
	struct bytes bytes = { (const uint8_t *)doc.p, doc.n };
	char hex[65];
	for (int i = 0; i < 2; i++)
		assert_int_equal(
			ledger_doc_put(f->tx, OFFICE, "application/json", bytes, hex, &f->err),
			XQ_OK);
	assert_string_equal(
		hex, "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a");
	assert_int_equal(count(f, SQL("SELECT count(*) FROM ledger_doc WHERE office = ?")), 1);
}

/* ---- property: random events -------------------------------------------------------------------- */

static const struct event_field any_fields[] = {
	{ "at_most", EV_TIME, true, "" },
	{ "code", EV_CODE, true, "" },
	{ "day", EV_DAY, true, "" },
	{ "flag", EV_BOOL, true, "" },
	{ "n", EV_INT, true, "" },
	{ 0 },
};
static const struct event_kind any_opened = {
	.name = "any.opened", .fields = any_fields, .opens = true
};
static const struct event_kind any_went_on = { .name = "any.went-on", .fields = any_fields };

#define SUBJECTS 8

struct model {
	char ref[SUBJECTS][EVENT_REF_LEN + 1];
	int64_t last[SUBJECTS];
};

/* A value of each type with a chance of one half, in a random order. */
static size_t
random_values(struct rng *r, char code[64], struct event_value out[5])
{
	size_t n = 0;
	size_t len = 1 + rng_below(r, 62);
	for (size_t i = 0; i < len; i++) {
		do
			code[i] = (char)(33 + rng_below(r, 94));
		while (code[i] == '"' || code[i] == '\\');
	}
	code[len] = '\0';
	const struct event_value all[] = { EV("code", code),
		EV_N("n", (int64_t)(rng_u64(r) >> 11) - (INT64_C(1) << 52)),
		EV_B("flag", rng_below(r, 2) == 1),
		EV_AT("at_most", (int64_t)rng_below(r, 2000000000)),
		EV_D("day", (int32_t)(20200101 + rng_below(r, 28) + 100 * rng_below(r, 12))) };
	uint32_t from = rng_below(r, 5);
	for (uint32_t i = 0; i < 5; i++) {
		if (rng_below(r, 2) == 1)
			out[n++] = all[(from + i) % 5];
	}
	return n;
}

static void
append_random(struct fixture *f, struct ledger_head *head, struct model *m, int64_t now)
{
	char code[64];
	struct event_value value[5];
	size_t n = random_values(&f->random, code, value);
	struct event e = { .prev = -1, .role = "clerk", .value = value, .n_values = n };
	uint32_t s = rng_below(&f->random, SUBJECTS + 1);
	if (s == SUBJECTS) {
		e.kind = &any_went_on; /* of the office */
	} else {
		if (m->last[s] < 0)
			event_ref_new(&f->random, 'c', m->ref[s]);
		e.kind = m->last[s] < 0 ? &any_opened : &any_went_on;
		e.ref = m->ref[s];
		e.prev = m->last[s];
	}
	struct event_part part = { "body", 3, STR("{\"text\":\"灯\"}") };
	e.part = &part;
	e.n_parts = rng_below(&f->random, 2);
	int64_t seq;
	assert_int_equal(
		ledger_append(f->tx, f->mem, head, now, &f->random, &e, &seq, &f->err), XQ_OK);
	if (s < SUBJECTS)
		m->last[s] = rng_below(&f->random, 20) == 0 ? -1 : seq; /* now and then a new one */
}

/* Walks the log as a verifier does: canonical, seq, at, and prev from the refs seen so far. */
static void
random_events_make_a_log_that_verifies(void **state)
{
	enum { N = 2000, REFS = 600 };
	struct fixture *f = *state;
	struct ledger_head head;
	struct model m;
	open_log(f, &head);
	for (size_t i = 0; i < SUBJECTS; i++)
		m.last[i] = -1;
	for (int i = 0; i < N; i++)
		append_random(f, &head, &m, NOW + i * 7 - (int64_t)rng_below(&f->random, 60));

	char(*ref)[EVENT_REF_LEN + 1] = mem_zeroed(f->mem, sizeof(*ref), REFS);
	int64_t *last = mem_array(f->mem, int64_t, REFS), at = 0;
	size_t n_refs = 0;
	struct rows *q = db_query(f->tx,
		SQL("SELECT seq, prev, bytes FROM ledger_event WHERE office = ? ORDER BY seq"),
		VALS(V(OFFICE)));
	int64_t seq = 0;
	for (; row_next(q); seq++) {
		struct bytes b = row_bytes(q, 2);
		struct str bytes = { (const char *)b.p, b.n };
		struct event_seen seen;
		assert_int_equal(row_int(q, 0), seq);
		assert_int_equal(event_check(bytes, "lc", seq, &seen, &f->err), XQ_OK);
		assert_true(canonical_is(bytes));
		assert_true(seen.at >= at);
		at = seen.at;
		assert_int_equal(seen.prev, row_is_null(q, 1) ? -1 : row_int(q, 1));
		if (seen.ref.n == 0)
			continue;
		size_t k = 0;
		while (k < n_refs && !str_is(seen.ref, ref[k]))
			k++;
		if (k == n_refs) {
			assert_true(n_refs < REFS);
			memcpy(ref[n_refs++], seen.ref.p, seen.ref.n);
			assert_int_equal(seen.prev, -1);
		} else {
			assert_int_equal(seen.prev, last[k]);
		}
		last[k] = seq;
	}
	assert_int_equal(rows_close(q, &f->err), XQ_OK);
	assert_int_equal(seq, N + 1);
	assert_int_equal(head.size, N + 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(no_log_is_an_answer),
		TEST(first_entry_opens_the_log_with_a_real_key),
		TEST(second_log_of_an_office_is_refused),
		TEST(origin_of_another_form_is_a_fault),
		TEST(part_is_kept_with_the_salt_that_opens_it),
		TEST(part_that_is_not_canonical_is_a_fault_and_writes_nothing),
		TEST(written_entries_can_not_be_changed_or_removed),
		TEST(head_is_saved_once_and_read_again),
		TEST(clock_that_goes_back_is_not_followed),
		TEST(act_that_is_undone_leaves_no_gap),
		TEST(document_is_named_by_its_hash_and_kept_once),
		TEST(random_events_make_a_log_that_verifies),
	};
	return cmocka_run_group_tests_name("ledger/log", tests, NULL, NULL);
}
