/* SPDX-License-Identifier: Apache-2.0 */
/* Offices of other cells: what may be noted of one, and that none of them is an office of this database. */
#include "fixture.h"

#include "core/banned.h"

const struct module *const world_modules[] = { &act_module, &office_module, &concern_module,
	&evaluation_module, &notify_module, NULL };

static struct office_peer
far_of(struct world *w)
{
	const uint8_t pub[NOTE_PUB_LEN] = { 7 };
	struct office_peer p = { .id = 2001,
		.code = "bb",
		.name = "白坝街道办事处",
		.address = "https://cell2.example.cn/o/bb" };
	(void)snprintf(p.vkey, sizeof p.vkey, "%s",
		note_vkey_text(w->mem, "cell2.example.cn/log/bb", NOTE_ED25519, pub));
	return p;
}

static enum xq_rc
put_peer(struct world *w, const struct office_peer *p)
{
	struct tx *tx;
	OK(db_write(w->app->db, &tx, &w->err));
	const enum xq_rc put = peer_put(tx, w->app, p, &w->err);
	const enum xq_rc rc = tx_finish(tx, put, &w->err);
	OK(app_reload_offices(w->app, &(struct xq_err){ 0 }));
	return rc;
}

static const char *
refusal(struct world *w, const struct office_peer *p)
{
	assert_int_equal(put_peer(w, p), XQ_REFUSED);
	assert_null(app_peer_by_code(w->app, STR("bb")));
	return w->err.key;
}

static void
one_that_is_noted_is_found_by_number_and_code(void **state)
{
	struct world *w = *state;
	const struct office_peer p = far_of(w);
	assert_null(app_peer(w->app, 2001));
	OK(put_peer(w, &p));
	assert_ptr_equal(app_peer(w->app, 2001), app_peer_by_code(w->app, STR("bb")));
	assert_string_equal(app_office_name(w->app, 2001), "白坝街道办事处");
	assert_string_equal(app_peer(w->app, 2001)->key.name, "cell2.example.cn/log/bb");
	assert_null(app_office_name(w->app, 2002));
}

static void
noted_again_it_has_the_new_address(void **state)
{
	struct world *w = *state;
	struct office_peer p = far_of(w);
	OK(put_peer(w, &p));
	(void)snprintf(p.address, sizeof p.address, "https://cell3.example.cn/o/bb");
	OK(put_peer(w, &p));
	assert_int_equal(w->app->peers->n, 1);
	assert_string_equal(app_peer(w->app, 2001)->address, "https://cell3.example.cn/o/bb");
}

static void
what_does_not_fit_is_refused(void **state)
{
	struct world *w = *state;
	struct office_peer p = far_of(w);
	p.id = 0;
	assert_string_equal(refusal(w, &p), "peer.number");
	p = far_of(w);
	p.code[0] = 'B';
	assert_string_equal(refusal(w, &p), "peer.code");
	p = far_of(w);
	p.name[0] = 0;
	assert_string_equal(refusal(w, &p), "peer.name");
	p = far_of(w);
	p.vkey[3] = 'X';
	assert_string_equal(refusal(w, &p), "peer.vkey");
}

static void
number_and_code_are_given_once(void **state)
{
	struct world *w = *state;
	struct office_peer p = far_of(w);
	p.id = w->office;
	assert_string_equal(refusal(w, &p), "peer.taken");
	p = far_of(w);
	(void)snprintf(p.code, sizeof p.code, "qf");
	assert_string_equal(refusal(w, &p), "peer.taken");
	p = far_of(w);
	OK(put_peer(w, &p));
	p.id = 2002;
	assert_int_equal(put_peer(w, &p), XQ_REFUSED);
	p = far_of(w);
	(void)snprintf(p.code, sizeof p.code, "cc");
	assert_int_equal(put_peer(w, &p), XQ_REFUSED);
	assert_string_equal(w->err.key, "peer.taken");
	struct xq_err err = { 0 };
	assert_int_equal(peer_must_not_have(w->app, 2001, "bb", false, &err), XQ_REFUSED);
	OK(peer_must_not_have(w->app, 2001, "bb", true, &err));
}

static void
addresses_are_https_or_on_this_machine(void **state)
{
	(void)state;
	static const char *const good[] = { "https://cell2.example.cn/o/bb",
		"https://bb.example.cn", "https://h:8443/o/bb", "http://127.0.0.1:8080/o/bb",
		"http://localhost/o/bb", "http://[::1]:80/o/bb" };
	static const char *const bad[] = { "", "bb", "ftp://h/o/bb", "https://", "https:///o/bb",
		"https://h/o/bb/", "https://h/o/b b", "https://h/o/bb?x", "https://h/o/bb#x",
		"https://user@h/o/bb", "http://h/o/bb", "http://127.0.0.1.evil.cn/o/bb",
		"http://localhost.evil.cn/o/bb", "https://h/o/\x80" };
	for (size_t i = 0; i < sizeof good / sizeof *good; i++)
		if (!peer_is_address(str_of(good[i])))
			fail_msg("%s", good[i]);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		if (peer_is_address(str_of(bad[i])))
			fail_msg("%s", bad[i]);
}

static void
one_that_came_here_is_none_any_more(void **state)
{
	struct world *w = *state;
	struct office_peer p = far_of(w);
	struct tx *tx;
	OK(put_peer(w, &p));
	OK(db_write(w->app->db, &tx, &w->err));
	OK(db_exec(tx, SQL("UPDATE office_peer SET member = ? WHERE member = 2001"),
		VALS(V(w->other)), &w->err));
	tx_touch_config(tx);
	OK(tx_commit(tx, &w->err));
	OK(app_reload_offices(w->app, &w->err));
	assert_null(app_peer(w->app, w->other));
	assert_null(app_peer_by_code(w->app, STR("bb")));
}

static void
taken_away_it_is_gone(void **state)
{
	struct world *w = *state;
	const struct office_peer p = far_of(w);
	struct tx *tx;
	OK(put_peer(w, &p));
	const struct office_peer *kept = app_peer(w->app, 2001);
	OK(db_write(w->app->db, &tx, &w->err));
	assert_int_equal(peer_drop(tx, "none", &w->err), XQ_NONE);
	OK(peer_drop(tx, "bb", &w->err));
	OK(tx_commit(tx, &w->err));
	OK(app_reload_offices(w->app, &w->err));
	assert_null(app_peer(w->app, 2001));
	assert_string_equal(kept->code, "bb"); /* who was reading it still can */
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(one_that_is_noted_is_found_by_number_and_code),
		TEST(noted_again_it_has_the_new_address),
		TEST(what_does_not_fit_is_refused),
		TEST(number_and_code_are_given_once),
		TEST(addresses_are_https_or_on_this_machine),
		TEST(one_that_came_here_is_none_any_more),
		TEST(taken_away_it_is_gone),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
