/* SPDX-License-Identifier: Apache-2.0 */
/* Witnesses over the rows: what one signs, what it keeps, and what a log makes of its answers. */
#include "fixture.h"

#include "core/banned.h"

const struct module *const world_modules[] = { &act_module, &office_module, &concern_module,
	&evaluation_module, &notify_module, &record_key_module, &record_witness_module, NULL };

#define ORIGIN_A "a.example/log/x"

/* A log somewhere else: its key, and heads of any size and root signed with it. */
static const uint8_t seed_a[NOTE_SEED_LEN] = { 1 };

static const char *
vkey_a(struct world *w)
{
	uint8_t pub[NOTE_PUB_LEN];
	note_public(seed_a, pub);
	return note_vkey_text(w->mem, ORIGIN_A, NOTE_ED25519, pub);
}

/* Trees of equal leaves: each goes on from the smaller ones. */
static void
tree_of(int64_t size, struct tree_hash *out)
{
	struct tree_frontier f = { 0 };
	struct tree_hash leaf;
	tree_leaf((struct bytes){ (const uint8_t *)"leaf", 4 }, &leaf);
	while (f.size < size)
		tree_push(&f, &leaf, NULL, NULL);
	tree_root(&f, out);
}

static struct str
note_a(struct world *w, int64_t size, const struct tree_hash *root)
{
	char *body = checkpoint_body(w->mem, ORIGIN_A, size, root);
	return str_of(note_join(w->mem, body, note_sign(w->mem, body, ORIGIN_A, seed_a)));
}

/* What the witness answers; a signature runs through the act as the server has it. */
static int
ask_witness(struct world *w, int64_t old, const struct tree_proof *proof, struct str note)
{
	struct witness_ask *in = mem_new(w->mem, struct witness_ask);
	struct actor nobody = actor_resident(w->office);
	OK(witness_ask_read(witness_ask_text(w->mem, old, proof, note), in, &w->err));
	w->call = act_call_new(w->mem, w->app, &record_cosign, w->office, &nobody);
	w->call->prepared = in;
	OK(act_run(w->call));
	for (size_t i = 0; i < w->call->result.n; i++) {
		if (text_eq(w->call->result.v[i].name, "status"))
			return (int)w->call->result.v[i].i;
	}
	return -1;
}

static int64_t
seen_size(struct world *w)
{
	return ask(w, SQL("SELECT size FROM ledger_seen WHERE origin = ?"), VALS(V(ORIGIN_A)));
}

static const struct tree_proof no_proof;

static void
a_witness_is_off_until_a_log_is_entered(void **state)
{
	struct world *w = *state;
	struct tree_hash root;
	tree_of(1, &root);
	assert_int_equal(ask_witness(w, 0, &no_proof, note_a(w, 1, &root)), 404);
	assert_int_equal(seen_size(w), -1);
	mark(w);
	OK(operate(w, &record_watch_add, IN({ "vkey", vkey_a(w) })));
	assert_string_equal(news(w), "office.noted officer u06 {\"act\":\"record.watch-add\"}");
	assert_int_equal(ask_witness(w, 0, &no_proof, note_a(w, 1, &root)), 200);
	assert_int_equal(seen_size(w), 1);
	OK(operate(w, &record_watch_remove, IN({ "vkey", vkey_a(w) })));
	assert_int_equal(ask_witness(w, 1, &no_proof, note_a(w, 1, &root)), 404);
	assert_int_equal(seen_size(w), 1);
}

static void
what_was_seen_moves_only_with_a_proof(void **state)
{
	struct world *w = *state;
	struct tree_hash one, two, fork = { { 9 } };
	struct tree_proof proof = { .n = 1 };
	tree_of(1, &one);
	tree_of(2, &two);
	tree_leaf((struct bytes){ (const uint8_t *)"leaf", 4 }, &proof.h[0]);
	OK(operate(w, &record_watch_add, IN({ "vkey", vkey_a(w) })));
	assert_int_equal(ask_witness(w, 0, &no_proof, note_a(w, 1, &one)), 200);
	assert_int_equal(ask_witness(w, 1, &no_proof, note_a(w, 2, &two)), 422);
	assert_int_equal(ask_witness(w, 1, &no_proof, note_a(w, 1, &fork)), 422);
	assert_int_equal(ask_witness(w, 0, &no_proof, note_a(w, 2, &two)), 409);
	assert_string_equal(act_result_get(w->call, "body"), "1\n");
	assert_int_equal(seen_size(w), 1);
	assert_int_equal(ask_witness(w, 1, &proof, note_a(w, 2, &two)), 200);
	assert_int_equal(seen_size(w), 2);
	assert_invariants(w);
}

static void
the_note_that_was_seen_carries_our_signature(void **state)
{
	struct world *w = *state;
	struct tree_hash one;
	struct witness_self self;
	struct seen s;
	struct note_key key[2];
	struct checkpoint_seen seen;
	tree_of(1, &one);
	OK(operate(w, &record_watch_add, IN({ "vkey", vkey_a(w) })));
	assert_int_equal(ask_witness(w, 0, &no_proof, note_a(w, 1, &one)), 200);
	struct tx *tx = look(w);
	OK(watch_self(w->app, tx, w->mem, w->office, &self, &w->err));
	OK(seen_load(tx, w->mem, ORIGIN_A, &s, &w->err));
	tx_end(tx);
	assert_true(note_vkey_read(str_of(vkey_a(w)), &key[0]));
	assert_true(note_vkey_read(str_of(watch_self_vkey(w->mem, &self)), &key[1]));
	OK(checkpoint_read(str_of(s.note), key, 2, &seen, &w->err));
	assert_int_equal(seen.n_cosigned, 1);
	assert_int_equal(seen.cosigned[0].at, now_of(w));
}

static void
keys_of_the_wrong_kind_are_refused(void **state)
{
	struct world *w = *state;
	uint8_t pub[NOTE_PUB_LEN];
	note_public(seed_a, pub);
	const char *cosign = note_vkey_text(w->mem, "w.example", NOTE_COSIGN, pub);
	assert_refused(
		w, operate(w, &record_watch_add, IN({ "vkey", cosign })), "vkey", "watch.bad-key");
	assert_refused(w,
		operate(w, &record_witness_add,
			IN({ "vkey", vkey_a(w) }, { "url", "https://w.example" })),
		"vkey", "witness.bad-key");
	static const char *const bad[] = { "ftp://w.example", "https://", "https:///x",
		"https://w.example/a?b", "https://u@w.example", "w.example", "https://w example" };
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_refused(w,
			operate(w, &record_witness_add, IN({ "vkey", cosign }, { "url", bad[i] })),
			"url", "witness.bad-url");
	OK(operate(w, &record_witness_add,
		IN({ "vkey", cosign }, { "url", "https://w.example/witness/" })));
	assert_refused(w,
		operate(w, &record_witness_add,
			IN({ "vkey", cosign }, { "url", "https://w.example/witness" })),
		"vkey", "witness.known");
	OK(operate(w, &record_witness_remove, IN({ "name", "w.example" })));
	assert_refused(w, operate(w, &record_witness_remove, IN({ "name", "w.example" })), "name",
		"witness.unknown");
	assert_int_equal(run(w, GU, &record_witness_add,
				 IN({ "vkey", cosign }, { "url", "https://w.example" })),
		XQ_REFUSED);
}

/* ---- what a witness of ours said --------------------------------------------------------------------- */

static const uint8_t seed_w[NOTE_SEED_LEN] = { 2 };

static void
add_witness(struct world *w, const char *name)
{
	uint8_t pub[NOTE_PUB_LEN];
	note_public(seed_w, pub);
	OK(operate(w, &record_witness_add,
		IN({ "vkey", note_vkey_text(w->mem, name, NOTE_COSIGN, pub) },
			{ "url", "http://127.0.0.1:9" })));
}

static void
said(struct world *w, const char *name, const struct checkpoint *c, bool has_signed,
	enum witness_trouble trouble)
{
	struct actor system = actor_system(w->office);
	struct checkpoint_seen seen;
	OK(checkpoint_parse(str_of(c->note), &seen, &w->err));
	struct witness_noted n = { .name = name,
		.size = c->size,
		.note = c->note,
		.at = now_of(w),
		.trouble = trouble,
		.their_size = -1 };
	if (has_signed)
		n.line = note_cosign(w->mem, str_text(w->mem, seen.body), name, seed_w, now_of(w));
	w->call = act_call_new(w->mem, w->app, &record_witness_noted, w->office, &system);
	w->call->prepared = &n;
	OK(act_run(w->call));
}

static const char *
note_now(struct world *w, int64_t size)
{
	struct checkpoint c;
	const char *note;
	struct tx *tx = look(w);
	OK(checkpoint_latest(tx, w->mem, w->office, &c, &w->err));
	if (size > 0)
		OK(witness_note_add(tx, w->mem, w->office, size, c.note, &note, &w->err));
	else
		note = c.note;
	tx_end(tx);
	return note;
}

static size_t
place(const char *note, const char *piece)
{
	return str_index(str_of(note), str_of(piece));
}

static void
cosignatures_stand_behind_the_log_by_name(void **state)
{
	struct world *w = *state;
	add_witness(w, "b.example");
	add_witness(w, "a.example");
	struct checkpoint c = sign_head(w);
	said(w, "b.example", &c, true, TROUBLE_NONE);
	said(w, "a.example", &c, true, TROUBLE_NONE);
	said(w, "a.example", &c, true, TROUBLE_NONE); /* again: once in the note */
	const char *note = note_now(w, 0);
	struct checkpoint_seen seen;
	struct log_keys keys = keys_at(w, c.size);
	OK(checkpoint_read(str_of(note), &keys.k[0].key, 1, &seen, &w->err));
	size_t a = place(note, "\u2014 a.example "), b = place(note, "\u2014 b.example ");
	assert_true(a < b && b < strlen(note));
	assert_true(place(note, "\u2014 xinqiao") < a || place(note, keys.k[0].key.name) < a);
	assert_int_equal(place(note + a + 1, "\u2014 a.example "), strlen(note + a + 1));
}

/* The head moved while the witness answered: its line is not lost. */
static void
a_late_cosignature_is_kept_with_its_size(void **state)
{
	struct world *w = *state;
	add_witness(w, "a.example");
	struct checkpoint c = sign_head(w);
	take_down(w, GU, "property");
	(void)sign_head(w);
	said(w, "a.example", &c, true, TROUBLE_NONE);
	const char *newest = note_now(w, 0);
	assert_int_equal(place(newest, "a.example"), strlen(newest));
	struct tx *tx = look(w);
	const char *whole;
	OK(witness_note_add(tx, w->mem, w->office, c.size, c.note, &whole, &w->err));
	tx_end(tx);
	assert_true(place(whole, "\u2014 a.example ") < strlen(whole));
	assert_invariants(w);
}

static void
of_an_hour_the_last_line_stays(void **state)
{
	struct world *w = *state;
	add_witness(w, "a.example");
	for (int i = 0; i < 3; i++) {
		take_down(w, GU, "property");
		struct checkpoint c = sign_head(w);
		said(w, "a.example", &c, true, TROUBLE_NONE);
		clock_set(&w->clock, now_of(w) + 20);
	}
	assert_int_equal(ask(w, SQL("SELECT count(*) FROM ledger_cosigned WHERE office = ?"),
				 VALS(V(w->office))),
		1);
	clock_set(&w->clock, now_of(w) + 3600);
	take_down(w, GU, "property");
	struct checkpoint c = sign_head(w);
	said(w, "a.example", &c, true, TROUBLE_NONE);
	assert_int_equal(ask(w, SQL("SELECT count(*) FROM ledger_cosigned WHERE office = ?"),
				 VALS(V(w->office))),
		2);
}

static int64_t
wait_of(struct world *w)
{
	return ask(w, SQL("SELECT next_at FROM ledger_witness WHERE office = ?"),
		       VALS(V(w->office))) -
	       now_of(w);
}

static void
a_silent_witness_is_asked_less_and_less(void **state)
{
	struct world *w = *state;
	static const int64_t expected[] = { 15, 30, 60, 120, 240, 480, 960, 1920, 1920 };
	add_witness(w, "a.example");
	struct checkpoint c = sign_head(w);
	for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
		said(w, "a.example", &c, false, TROUBLE_SILENT);
		assert_int_equal(wait_of(w), expected[i]);
	}
	said(w, "a.example", &c, true, TROUBLE_NONE);
	assert_int_equal(wait_of(w), WITNESS_PAUSE_S);
	said(w, "a.example", &c, false, TROUBLE_REFUSES);
	assert_int_equal(wait_of(w), 3600);
}

/* Nobody listens on the address: the round says so, writes it down, and nothing else happens. */
static void
a_round_with_a_dead_witness_ends(void **state)
{
	struct world *w = *state;
	int asked = -1;
	OK(witness_round(w->app, false, &asked, &w->err));
	assert_int_equal(asked, 0);
	add_witness(w, "a.example");
	OK(witness_round(w->app, false, &asked, &w->err));
	assert_int_equal(asked, 0); /* nothing signed yet */
	(void)sign_head(w);
	OK(witness_round(w->app, false, &asked, &w->err));
	assert_int_equal(asked, 1);
	assert_int_equal(ask(w, SQL("SELECT trouble FROM ledger_witness WHERE office = ?"),
				 VALS(V(w->office))),
		TROUBLE_SILENT);
	OK(witness_round(w->app, false, &asked, &w->err));
	assert_int_equal(asked, 0); /* not before its time */
	OK(witness_round(w->app, true, &asked, &w->err));
	assert_int_equal(asked, 1); /* but when the program starts */
	clock_set(&w->clock, now_of(w) + 30);
	OK(witness_round(w->app, false, &asked, &w->err));
	assert_int_equal(asked, 1);
}

static void
an_old_checkpoint_is_sent_only_while_it_is_the_head(void **state)
{
	struct world *w = *state;
	int asked = -1;
	add_witness(w, "a.example");
	(void)sign_head(w);
	clock_set(&w->clock, now_of(w) + 3600);
	OK(witness_round(w->app, false, &asked, &w->err));
	assert_int_equal(asked, 1);
	take_down(w, GU, "property");
	clock_set(&w->clock, now_of(w) + 3600);
	OK(witness_round(w->app, false, &asked, &w->err));
	assert_int_equal(asked, 0);
	(void)sign_head(w);
	OK(witness_round(w->app, false, &asked, &w->err));
	assert_int_equal(asked, 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_witness_is_off_until_a_log_is_entered),
		TEST(what_was_seen_moves_only_with_a_proof),
		TEST(the_note_that_was_seen_carries_our_signature),
		TEST(keys_of_the_wrong_kind_are_refused),
		TEST(cosignatures_stand_behind_the_log_by_name),
		TEST(a_late_cosignature_is_kept_with_its_size),
		TEST(of_an_hour_the_last_line_stays),
		TEST(a_silent_witness_is_asked_less_and_less),
		TEST(a_round_with_a_dead_witness_ends),
		TEST(an_old_checkpoint_is_sent_only_while_it_is_the_head),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
