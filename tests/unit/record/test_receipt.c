/* SPDX-License-Identifier: Apache-2.0 */
/* Receipts: who gets one, what its code opens, what it proves, and that nothing else goes through. */
#include "../concern/fixture.h"

#include "act/receipt.h"
#include "concern/concern_int.h"
#include "concern/rules.h"
#include "ledger/note.h"
#include "ledger/parts.h"
#include "ledger/proof_file.h"
#include "record/keys.h"
#include "record/receipt.h"
#include "record/receipt_verify.h"

#include "core/banned.h"

const struct module *const world_modules[] = { &act_module, &office_module, &concern_module,
	&concern_rules_module, &evaluation_module, &notify_module, &record_key_module,
	&record_receipt_module, NULL };

/* ---- short words ------------------------------------------------------------------------------------- */

static int64_t
raise_one(struct world *w)
{
	OK(run(w, RESIDENT, &concern_raise,
		IN({ "body", "楼道灯不亮，请派人来看。" }, { "class", "property" })));
	return made_now(w);
}

static int64_t
seq_of(struct world *w, const char *receipt)
{
	struct code code;
	int64_t seq = -1;
	struct tx *tx = look(w);
	assert_non_null(receipt);
	assert_true(code_read(str_of(receipt), CODE_RECEIPT, &code));
	OK(receipt_find(tx, w->app, w->office, &code, &seq, &w->err));
	tx_end(tx);
	return seq;
}

/* Signs the head as it is, as the signer does. */
static void
sign_head(struct world *w)
{
	struct tx *tx;
	struct ledger_tree *t;
	struct checkpoint c = { .signed_at = now_of(w) };
	uint8_t seed[NOTE_SEED_LEN] = { 0 };
	OK(db_write(w->app->db, &tx, &w->err));
	OK(ledger_tree_open(tx, w->mem, w->office, &t, &w->err));
	c.size = ledger_tree_size(t);
	OK(ledger_tree_root(t, c.size, &c.root, &w->err));
	OK(keystore_seed_open(tx, w->app->keys, w->office, seed, &w->err));
	const char *origin = ledger_tree_origin(t);
	char *body = checkpoint_body(w->mem, origin, c.size, &c.root);
	c.note = note_join(w->mem, body, note_sign(w->mem, body, origin, seed));
	OK(checkpoint_put(tx, w->mem, w->office, &c, &w->err));
	OK(tx_commit(tx, &w->err));
}

static struct receipt_seen
seen(struct world *w, int64_t seq, enum lang lang)
{
	struct receipt_seen r = { 0 };
	struct tx *tx = look(w);
	OK(receipt_load(tx, w->mem, w->office, seq, lang, &r, &w->err));
	tx_end(tx);
	return r;
}

struct paper {
	struct str proof, beside;
	const char *vkey;
};

static struct paper
paper_of(struct world *w, int64_t seq)
{
	struct receipt_seen r;
	struct paper p = { 0 };
	struct tx *tx = look(w);
	OK(receipt_load(tx, w->mem, w->office, seq, LANG_ZH, &r, &w->err));
	assert_false(r.is_waiting);
	OK(receipt_proof(tx, w->mem, w->office, &r, &p.proof, &w->err));
	OK(receipt_beside(tx, w->mem, w->office, &r, &p.beside, &w->err));
	tx_end(tx);
	p.vkey = r.vkey;
	return p;
}

static enum xq_rc
verify(struct world *w, const struct paper *p, struct receipt_verdict *v)
{
	w->err = (struct xq_err){ 0 };
	return receipt_verify(w->mem, p->proof, p->beside, str_of(p->vkey), v, &w->err);
}

/* Answered and waiting for a view; returns the seq of the raise. */
static int64_t
answered_one(struct world *w)
{
	int64_t no = raise_one(w);
	int64_t seq = seq_of(w, result(w, "receipt"));
	const char *code = w->code;
	OK(accept_it(w, CHEN, no));
	OK(submit(w, CHEN, no));
	OK(run(w, HE, &reply_approve, IN({ "concern", no_text(w, no) })));
	w->code = code;
	return seq;
}

static enum xq_rc
rate_own(struct world *w, const char *solved, const char *sat)
{
	return run(w, RESIDENT, &voice_rate,
		IN({ "code", w->code }, { "solved", solved }, { "sat", sat }));
}

/* ---- who gets one -------------------------------------------------------------------------------------- */

static void
who_raises_or_rates_takes_a_code_home(void **state)
{
	struct world *w = *state;
	int64_t raised = answered_one(w);
	struct receipt_seen r = seen(w, raised, LANG_ZH);
	assert_true(str_is(r.event.kind, "concern.raised"));
	OK(rate_own(w, "yes", "1"));
	r = seen(w, seq_of(w, result(w, "receipt")), LANG_ZH);
	assert_true(str_is(r.event.kind, "concern.rated"));
	OK(run(w, GU, &concern_register,
		IN({ "body", "水管漏水" }, { "class", "property" }, { "via", "counter" })));
	r = seen(w, seq_of(w, result(w, "receipt")), LANG_ZH);
	assert_true(str_is(r.event.kind, "concern.raised"));
}

static void
what_the_unit_or_the_system_does_gives_none(void **state)
{
	struct world *w = *state;
	int64_t no = raise_one(w);
	int64_t before = ask(
		w, SQL("SELECT count(*) FROM ledger_receipt WHERE office = ?"), VALS(V(w->office)));
	OK(accept_it(w, CHEN, no));
	OK(submit(w, CHEN, no));
	OK(run(w, HE, &reply_approve, IN({ "concern", no_text(w, no) })));
	assert_null(result(w, "receipt"));
	assert_int_equal(before, ask(w, SQL("SELECT count(*) FROM ledger_receipt WHERE office = ?"),
					 VALS(V(w->office))));
}

static void
the_same_code_can_be_shown_again(void **state)
{
	struct world *w = *state;
	(void)raise_one(w);
	const char *given = result(w, "receipt");
	int64_t seq = seq_of(w, given);
	struct code again;
	struct tx *tx = look(w);
	OK(receipt_code_of(tx, w->app, w->office, seq, &again, &w->err));
	assert_string_equal(again.text, given);
	assert_int_equal(receipt_code_of(tx, w->app, w->office, seq + 1, &again, &w->err), XQ_NONE);
	tx_end(tx);
}

/* A query code opens no receipt, and a code of another office none of ours. */
static void
another_code_opens_nothing(void **state)
{
	struct world *w = *state;
	(void)raise_one(w);
	struct code code;
	int64_t seq;
	assert_false(code_read(str_of(w->code), CODE_RECEIPT, &code));
	assert_true(code_read(str_of(result(w, "receipt")), CODE_RECEIPT, &code));
	struct tx *tx = look(w);
	assert_int_equal(receipt_find(tx, w->app, w->other, &code, &seq, &w->err), XQ_NONE);
	struct rng rng;
	rng_init_seed(&rng, 7);
	code = code_new(&rng, CODE_RECEIPT, (uint32_t)w->office);
	assert_int_equal(receipt_find(tx, w->app, w->office, &code, &seq, &w->err), XQ_NONE);
	tx_end(tx);
}

/* ---- what it proves --------------------------------------------------------------------------------------- */

static void
it_waits_for_table_and_signature(void **state)
{
	struct world *w = *state;
	(void)raise_one(w);
	int64_t seq = seq_of(w, result(w, "receipt"));
	struct receipt_seen r = seen(w, seq, LANG_ZH);
	assert_true(r.is_waiting);
	assert_null(r.sentence.text);
	sign_head(w);
	assert_true(seen(w, seq, LANG_ZH).is_waiting); /* the table is not published */
	(void)run_jobs(w);
	assert_true(seen(w, seq, LANG_ZH).is_waiting); /* nor under a signature */
	assert_non_null(seen(w, seq, LANG_ZH).sentence.text);
	sign_head(w);
	assert_false(seen(w, seq, LANG_ZH).is_waiting);
	assert_false(seen(w, seq, LANG_EN).is_waiting);
}

static void
what_followed_is_proven_and_said(void **state)
{
	struct world *w = *state;
	(void)run_jobs(w);
	int64_t raised = answered_one(w);
	OK(rate_own(w, "yes", "2"));
	int64_t rated = seq_of(w, result(w, "receipt"));
	sign_head(w);
	struct receipt_verdict v;
	struct paper p = paper_of(w, raised);
	OK(verify(w, &p, &v));
	assert_int_equal(v.steps, 5);
	assert_int_equal(v.seq, raised);
	assert_string_equal(v.sentence.text, seen(w, raised, LANG_ZH).sentence.text);
	assert_non_null(strstr(v.sentence.text, "目前计为“办结·实际解决”"));
	assert_non_null(strstr(v.sentence.text, "您的评价“基本满意”已计入"));
	p = paper_of(w, rated);
	OK(verify(w, &p, &v));
	assert_non_null(strstr(v.sentence.text, "“基本满意”"));
	assert_non_null(strstr(seen(w, rated, LANG_EN).sentence.text, "Your rating of"));
}

/* The code opens what the record says: no word of the resident is in it. */
static void
a_receipt_holds_no_word_of_the_resident(void **state)
{
	struct world *w = *state;
	(void)run_jobs(w);
	OK(run(w, RESIDENT, &concern_raise,
		IN({ "body", "六楼的管道在漏水" }, { "class", "property" }, { "name", "林秋菊" },
			{ "phone", "13800000017" })));
	int64_t seq = seq_of(w, result(w, "receipt"));
	sign_head(w);
	struct paper p = paper_of(w, seq);
	struct proof_file f;
	struct bytes extra;
	OK(proof_file_read(p.proof, &f, &w->err));
	OK(proof_file_extra(w->mem, &f, &extra, &w->err));
	const char *const secret[] = { "漏水", "林秋菊", "13800000017", "salt" };
	for (size_t i = 0; i < sizeof secret / sizeof secret[0]; i++) {
		struct str needle = str_of(secret[i]), text = str_n((const char *)extra.p, extra.n);
		assert_int_equal(str_index(text, needle), text.n);
		assert_int_equal(str_index(p.beside, needle), p.beside.n);
	}
	assert_non_null(strstr(mem_textn(w->mem, (const char *)extra.p, extra.n), "\"open\":{}"));
}

static void
every_changed_character_is_refused(void **state)
{
	struct world *w = *state;
	(void)run_jobs(w);
	int64_t raised = answered_one(w);
	OK(rate_own(w, "no", "4"));
	sign_head(w);
	struct paper p = paper_of(w, raised);
	struct receipt_verdict v;
	struct str *part[] = { &p.proof, &p.beside };
	for (size_t k = 0; k < 2; k++) {
		struct str whole = *part[k];
		char *other = mem_textn(w->mem, whole.p, whole.n);
		part[k]->p = other;
		for (size_t i = 0; i < whole.n; i += k == 0 ? 1 : 7) {
			char was = other[i];
			other[i] = was == 'A' ? 'B' : 'A';
			if (verify(w, &p, &v) != XQ_REFUSED)
				fail_msg("part %zu, byte %zu (%c) went through", k, i, was);
			other[i] = was;
		}
		*part[k] = whole;
	}
	OK(verify(w, &p, &v));
}

static void
what_came_later_is_asked_at_any_size(void **state)
{
	struct world *w = *state;
	(void)run_jobs(w);
	int64_t raised = answered_one(w);
	struct str json;
	struct tx *tx = look(w);
	int64_t size = events(w);
	OK(receipt_later(tx, w->mem, w->office, raised, size, &json, &w->err));
	assert_true(str_index(json, STR("concern.replied")) < json.n);
	OK(receipt_later(tx, w->mem, w->office, raised, raised + 1, &json, &w->err));
	assert_true(str_is(json, "{\"later\":[]}"));
	const int64_t wrong[] = { 0, raised, size + 1 };
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(
			receipt_later(tx, w->mem, w->office, raised, wrong[i], &json, &w->err),
			XQ_REFUSED);
	tx_end(tx);
}

/* ---- the table ---------------------------------------------------------------------------------------------- */

static int64_t
tables(struct world *w)
{
	return count_events(w, "\"what\":\"receipts\"");
}

static void
the_table_is_published_once_until_a_word_changes(void **state)
{
	struct world *w = *state;
	(void)run_jobs(w);
	assert_int_equal(tables(w), 2);
	go(w, day_add(day_of(now_of(w), TZ_CHINA), 1), 900);
	(void)run_jobs(w);
	assert_int_equal(tables(w), 2);
	force(w, SQL("UPDATE unit SET public_name = 'X' WHERE office = ? AND code = 'u05'"),
		VALS(V(w->office)));
	(void)run_jobs(w);
	assert_int_equal(tables(w), 2); /* it was looked at today already */
	go(w, day_add(day_of(now_of(w), TZ_CHINA), 1), 900);
	(void)run_jobs(w);
	assert_int_equal(tables(w), 4);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(who_raises_or_rates_takes_a_code_home),
		TEST(what_the_unit_or_the_system_does_gives_none),
		TEST(the_same_code_can_be_shown_again),
		TEST(another_code_opens_nothing),
		TEST(it_waits_for_table_and_signature),
		TEST(what_followed_is_proven_and_said),
		TEST(a_receipt_holds_no_word_of_the_resident),
		TEST(every_changed_character_is_refused),
		TEST(what_came_later_is_asked_at_any_size),
		TEST(the_table_is_published_once_until_a_word_changes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
