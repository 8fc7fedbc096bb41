/* SPDX-License-Identifier: Apache-2.0 */
/* A concern goes from one office to another: the offer, its three answers, messages that come twice, and
 * what holds at every moment: one owner, the resident's day, both records linked. */
#include "fixture.h"

#include "cell/cell.h"
#include "concern/transfer.h"
#include "concern/transfer_int.h"
#include "core/seal.h"
#include "record/keys.h"

#include "core/banned.h"

const struct module *const world_modules[] = { &act_module, &office_module, &concern_module,
	&cell_module, &record_key_module, &concern_transfer_module, &evaluation_module,
	&notify_module, NULL };

/* The clerk of the other office, which has nobody but the administrator. */
static struct actor
them(struct world *w)
{
	struct actor a;
	struct tx *tx = look(w);
	OK(actor_by_login(tx, w->other, STR("admin"), &a, &w->err));
	tx_end(tx);
	return a;
}

static enum xq_rc
pass_on(struct world *w, enum who who, int64_t no, const char *office)
{
	return run(w, who, &transfer_offer,
		IN({ "concern", no_text(w, no) }, { "to", office }, { "why", "area" },
			{ "note", "在梅园路，归你们管" }, { "told", "10:20电话告知" }));
}

static int
deliver(struct world *w)
{
	int done = -1;
	OK(app_run_outbox(w->app, &done, &w->err));
	return done;
}

/* The newest offer in the other office; id 0: none. */
static struct transfer_in
came_in(struct world *w)
{
	struct transfer_in *list, t = { 0 };
	size_t n = 0;
	struct tx *tx = look(w);
	OK(transfer_in_open(tx, w->mem, w->other, &list, &n, &w->err));
	tx_end(tx);
	if (n > 0)
		t = list[n - 1];
	return t;
}

static enum xq_rc
answer(struct world *w, const struct actor *who, const struct act *act, int64_t id)
{
	return run_call(w, call_of(w, who, act,
				   IN({ "offer", mem_printf(w->mem, "%lld", (long long)id) },
					   { "why", "not-area" }, { "note", "归柳河街道" })));
}

static struct concern
theirs(struct world *w, int64_t id)
{
	struct concern c = { 0 };
	struct tx *tx = look(w);
	OK(concern_load(tx, w->mem, w->other, id, &c, &w->err));
	tx_end(tx);
	return c;
}

static const char *
their_events(struct world *w, int64_t from)
{
	const struct world other = {
		.mem = w->mem, .app = w->app, .office = w->other, .mark = from
	};
	struct world copy = other;
	return news(&copy);
}

static int64_t
their_size(struct world *w)
{
	return ask(w, SQL("SELECT size FROM ledger_head WHERE office = ?"), VALS(V(w->other)));
}

static void
assert_both_hold(struct world *w)
{
	assert_invariants(w);
	struct world other = { .mem = w->mem, .app = w->app, .office = w->other };
	assert_invariants(&other);
}

/* Offered to the other office and delivered there. */
static int64_t
offered(struct world *w)
{
	const int64_t no = signed_by_chen(w);
	OK(pass_on(w, CHEN, no, "lc"));
	(void)deliver(w);
	return no;
}

/* ---- the three answers ---------------------------------------------------------------------- */

static void
offer_moves_nothing_but_the_state(void **state)
{
	struct world *w = *state;
	const int64_t no = signed_by_chen(w);
	const struct concern before = concern_of(w, no);
	mark(w);
	OK(pass_on(w, CHEN, no, "lc"));
	const struct concern c = concern_of(w, no);
	assert_int_equal(c.state, ST_OFFERED_OUT);
	assert_int_equal(c.owner_person_id, w->who[CHEN].person_id);
	assert_int_equal(c.due_at, before.due_at);
	assert_string_equal(
		news(w), "concern.transfer-offered clerk u04 {\"to\":\"test.example/log/lc\"}");
	assert_int_equal(came_in(w).id, 0); /* nobody there knows before the message */
	assert_both_hold(w);
}

static void
offer_comes_in_without_name_and_phone(void **state)
{
	struct world *w = *state;
	const int64_t before = their_size(w), no = offered(w);
	const struct transfer_in t = came_in(w);
	const struct concern c = concern_of(w, no);
	assert_string_equal(t.body, c.body);
	assert_string_equal(t.from_ref, c.ref);
	assert_int_equal(t.due_at, c.due_at);
	assert_string_equal(their_events(w, before),
		mem_printf(w->mem,
			"transfer.received system - {\"entry\":%lld,\"from\":\"test.example/log/qf\"}",
			(long long)c.last_seq));
	assert_int_equal(ask(w,
				 SQL("SELECT count(*) FROM outbox WHERE office = ? AND effect = ?"
				     " AND (body < ? OR body > ?)"),
				 VALS(V(w->office), V("transfer.send"), V("{\"act\":\"transfer."),
					 V("{\"act\":\"transfer/"))),
		0); /* act and numbers only */
	assert_both_hold(w);
}

static void
accepted_it_is_theirs_from_that_moment(void **state)
{
	struct world *w = *state;
	const int64_t no = offered(w);
	const struct concern ours = concern_of(w, no);
	const struct actor they = them(w);
	const struct transfer_in t = came_in(w);
	const int64_t before = their_size(w);
	go(w, 20260303, 1000);
	OK(answer(w, &they, &transfer_accept, t.id));
	const struct concern c = theirs(
		w, ask(w, SQL("SELECT concern_id FROM transfer_in WHERE office = ? AND id = ?"),
			   VALS(V(w->other), V(t.id))));
	assert_int_equal(c.owner_person_id, they.person_id);
	assert_int_equal(c.due_at, ours.due_at);
	assert_int_equal(c.due_day, ours.due_day);
	assert_string_equal(c.body, ours.body);
	assert_int_equal(concern_told_at(&c), concern_told_at(&ours));
	assert_int_equal(concern_of(w, no).state, ST_OFFERED_OUT); /* the message is on its way */

	mark(w);
	clock_shift(&w->clock, 5);
	(void)deliver(w);
	const struct concern gone = concern_of(w, no);
	assert_int_equal(gone.state, ST_TRANSFERRED);
	assert_string_equal(news(w),
		mem_printf(w->mem,
			"concern.transferred system - {\"entry\":%lld,\"ref2\":\"%s\","
			"\"taken\":\"2026-03-03T10:00:00+08:00\",\"to\":\"test.example/log/lc\"}",
			(long long)c.first_seq, c.ref));
	const char *there = their_events(w, before);
	assert_non_null(strstr(there, "concern.raised handler u01"));
	assert_non_null(strstr(there, mem_printf(w->mem, "\"ref2\":\"%s\"", ours.ref)));
	struct transfer_out o;
	struct tx *tx = look(w);
	OK(transfer_of(tx, w->mem, w->office, ours.id, &o, &w->err));
	tx_end(tx);
	assert_int_equal(o.state, TRANSFER_ACCEPTED);
	assert_int_equal(o.their_at, c.raised_at); /* until then ours, from then on theirs */
	assert_int_equal(o.their_no, c.file_no);
	assert_both_hold(w);
}

static void
accepted_the_offer_keeps_no_words(void **state)
{
	struct world *w = *state;
	(void)offered(w);
	const struct actor they = them(w);
	const struct transfer_in t = came_in(w);
	OK(answer(w, &they, &transfer_accept, t.id));
	assert_int_equal(
		ask(w,
			SQL("SELECT length(title) + length(body) + length(place) + length(note)"
			    " + length(told) FROM transfer_in WHERE office = ? AND id = ?"),
			VALS(V(w->other), V(t.id))),
		0);
}

static void
declined_it_is_ours_as_before(void **state)
{
	struct world *w = *state;
	const int64_t no = offered(w);
	const struct concern before = concern_of(w, no);
	const struct actor they = them(w);
	const int64_t size = their_size(w);
	OK(answer(w, &they, &transfer_decline, came_in(w).id));
	assert_string_equal(their_events(w, size),
		mem_printf(w->mem,
			"transfer.declined handler u01 {\"entry\":%lld,\"from\":\"test.example/log/qf\","
			"\"why\":\"not-area\"}",
			(long long)before.last_seq));
	mark(w);
	(void)deliver(w);
	const struct concern c = concern_of(w, no);
	assert_int_equal(c.state, ST_SIGNED);
	assert_int_equal(c.owner_person_id, before.owner_person_id);
	assert_int_equal(c.due_at, before.due_at);
	assert_string_equal(
		news(w), mem_printf(w->mem,
				 "concern.transfer-declined system - {\"entry\":%lld,"
				 "\"from\":\"test.example/log/lc\",\"why\":\"not-area\"}",
				 (long long)size));
	assert_int_equal(came_in(w).id, 0);
	OK(submit(w, CHEN, no)); /* and can be answered again */
	assert_both_hold(w);
}

static void
not_answered_in_time_it_comes_back(void **state)
{
	struct world *w = *state;
	const int64_t no = offered(w);
	go(w, 20260303, 1731); /* one working day after 2 March */
	(void)run_jobs(w);
	(void)deliver(w);
	assert_int_equal(concern_of(w, no).state, ST_SIGNED);
	assert_non_null(strstr(news(w), "\"why\":\"lapsed\""));
	assert_both_hold(w);
}

static void
declined_it_can_be_offered_again(void **state)
{
	struct world *w = *state;
	const int64_t no = offered(w);
	const struct actor they = them(w);
	OK(answer(w, &they, &transfer_decline, came_in(w).id));
	(void)deliver(w);
	OK(pass_on(w, CHEN, no, "lc"));
	(void)deliver(w);
	OK(answer(w, &they, &transfer_accept, came_in(w).id));
	(void)deliver(w);
	assert_int_equal(concern_of(w, no).state, ST_TRANSFERRED);
	assert_both_hold(w);
}

/* ---- messages --------------------------------------------------------------------------------- */

static void
message_that_comes_twice_changes_nothing(void **state)
{
	struct world *w = *state;
	const int64_t no = offered(w);
	const struct actor they = them(w);
	const struct transfer_in t = came_in(w);
	const struct str again =
		str_of(mem_printf(w->mem, "{\"act\":\"transfer.receive\",\"id\":%lld,\"to\":%lld}",
			(long long)t.from_id, (long long)w->other));
	const int64_t size = their_size(w);
	OK(transfer_send_effect.run(w->app, w->mem, w->office, again, &w->err));
	assert_int_equal(their_size(w), size);
	OK(answer(w, &they, &transfer_accept, t.id));
	(void)deliver(w);
	mark(w);
	const struct str settled =
		str_of(mem_printf(w->mem, "{\"act\":\"transfer.settle\",\"id\":%lld,\"to\":%lld}",
			(long long)t.id, (long long)w->office));
	OK(transfer_send_effect.run(w->app, w->mem, w->other, settled, &w->err));
	assert_string_equal(news(w), "");
	assert_int_equal(concern_of(w, no).state, ST_TRANSFERRED);
	assert_both_hold(w);
}

static void
message_about_nothing_is_refused(void **state)
{
	struct world *w = *state;
	struct xq_err err = { 0 };
	assert_int_equal(transfer_send_effect.run(w->app, w->mem, w->office,
				 STR("{\"act\":\"transfer.receive\",\"id\":99,\"to\":2}"), &err),
		XQ_REFUSED);
	assert_string_equal(err.key, "transfer.unknown");
	assert_int_equal(transfer_send_effect.run(w->app, w->mem, w->office,
				 STR("{\"act\":\"account.close\",\"id\":1,\"to\":2}"), &err),
		XQ_REFUSED);
	assert_int_equal(transfer_send_effect.run(w->app, w->mem, w->office,
				 STR("{\"act\":\"transfer.receive\",\"id\":1,\"to\":99}"), &err),
		XQ_REFUSED);
}

/* Settled before the other office has decided: the sender is not told by anybody else. */
static void
open_offer_settles_nothing(void **state)
{
	struct world *w = *state;
	const int64_t no = offered(w);
	struct xq_err err = { 0 };
	assert_int_equal(transfer_send_effect.run(w->app, w->mem, w->other,
				 str_of(mem_printf(w->mem,
					 "{\"act\":\"transfer.settle\",\"id\":%lld,\"to\":%lld}",
					 (long long)came_in(w).id, (long long)w->office)),
				 &err),
		XQ_REFUSED);
	assert_string_equal(err.key, "transfer.unknown");
	assert_int_equal(concern_of(w, no).state, ST_OFFERED_OUT);
}

/* An office that was not asked has a row which says that it took it over. */
static void
only_who_was_asked_decides(void **state)
{
	struct world *w = *state;
	const int64_t no = offered(w);
	const struct actor they = them(w);
	struct xq_err err = { 0 };
	const struct transfer_in t = came_in(w);
	OK(answer(w, &they, &transfer_accept, t.id));
	force(w, SQL("UPDATE transfer_out SET to_office = 99 WHERE office = ?"),
		VALS(V(w->office)));
	assert_int_equal(transfer_send_effect.run(w->app, w->mem, w->other,
				 str_of(mem_printf(w->mem,
					 "{\"act\":\"transfer.settle\",\"id\":%lld,\"to\":%lld}",
					 (long long)t.id, (long long)w->office)),
				 &err),
		XQ_REFUSED);
	assert_string_equal(err.key, "transfer.unknown");
	assert_int_equal(concern_of(w, no).state, ST_OFFERED_OUT);
}

/* ---- an office of another cell ------------------------------------------------------------------ */

/* Nothing listens at its address. */
static void
name_peer(struct world *w)
{
	struct office_peer p = { .id = 99,
		.code = "far",
		.name = "远洲街道办事处",
		.address = "http://127.0.0.1:1/o/far" };
	const uint8_t pub[NOTE_PUB_LEN] = { 1 };
	struct tx *tx;
	(void)snprintf(p.vkey, sizeof p.vkey, "%s",
		note_vkey_text(w->mem, "far.example/log/far", NOTE_ED25519, pub));
	OK(db_write(w->app->db, &tx, &w->err));
	OK(peer_put(tx, w->app, &p, &w->err));
	OK(tx_commit(tx, &w->err));
	OK(app_reload_offices(w->app, &w->err));
}

static void
nothing_changes_where_the_other_cell_is_silent(void **state)
{
	struct world *w = *state;
	const int64_t no = signed_by_chen(w);
	name_peer(w);
	mark(w);
	log_quiet(true);
	assert_int_equal(pass_on(w, CHEN, no, "far"), XQ_BUSY);
	log_quiet(false);
	assert_string_equal(w->call->err.key, "cell.away");
	assert_int_equal(concern_of(w, no).state, ST_SIGNED);
	assert_string_equal(news(w), "");
	assert_both_hold(w);
}

/* The clock's thread asks nobody over the network: it leaves that to the outbox, once a day. */
static void
clock_leaves_the_network_to_the_outbox(void **state)
{
	struct world *w = *state;
	const int64_t no = offered(w);
	name_peer(w);
	force(w, SQL("UPDATE transfer_out SET to_office = 99 WHERE office = ?"),
		VALS(V(w->office)));
	clock_shift(&w->clock, 86400);
	(void)run_jobs(w);
	(void)run_jobs(w);
	assert_int_equal(
		ask(w,
			SQL("SELECT count(*) FROM outbox WHERE office = ? AND body ="
			    " '{\"act\":\"transfer.look\",\"id\":1,\"to\":99}' AND tries = 0"),
			VALS(V(w->office))),
		1);
	assert_int_equal(concern_of(w, no).state, ST_OFFERED_OUT);
}

/* The first message was given up: the sender sends the offer again, and the answer is found without one. */
static void
lost_messages_are_made_good_within_a_day(void **state)
{
	struct world *w = *state;
	const int64_t no = signed_by_chen(w);
	const struct actor they = them(w);
	OK(pass_on(w, CHEN, no, "lc"));
	force(w, SQL("UPDATE outbox SET state = 2 WHERE office = ? AND effect = 'transfer.send'"),
		VALS(V(w->office)));
	(void)run_jobs(w);
	(void)deliver(w);
	assert_int_equal(came_in(w).id, 0);
	clock_shift(&w->clock, 86400);
	mark(w);
	(void)run_jobs(w);
	assert_non_null(strstr(news(w), "transfer.look"));
	(void)deliver(w);
	OK(answer(w, &they, &transfer_accept, came_in(w).id));
	force(w, SQL("UPDATE outbox SET state = 2 WHERE office = ? AND effect = 'transfer.send'"),
		VALS(V(w->other)));
	clock_shift(&w->clock, 3600);
	(void)run_jobs(w);
	(void)deliver(w);
	assert_int_equal(concern_of(w, no).state, ST_OFFERED_OUT); /* not yet a day */
	clock_shift(&w->clock, 86400);
	(void)run_jobs(w);
	assert_int_equal(concern_of(w, no).state, ST_TRANSFERRED);
	assert_both_hold(w);
}

/* ---- what is refused ---------------------------------------------------------------------------- */

static void
offers_that_cannot_be_made(void **state)
{
	struct world *w = *state;
	const int64_t no = signed_by_chen(w), into = signed_by_chen(w);
	assert_refused(w, pass_on(w, CHEN, no, "nowhere"), "to", "transfer.office-unknown");
	assert_refused(w, pass_on(w, CHEN, no, "qf"), "to", "transfer.own-office");
	assert_refused(w, pass_on(w, WANG, no, "lc"), NULL, "concern.not-owner");
	OK(run(w, CHEN, &concern_merge,
		IN({ "concern", no_text(w, no) }, { "into", no_text(w, into) })));
	assert_refused(w, pass_on(w, CHEN, into, "lc"), NULL, "transfer.holds-others");
	OK(run(w, CHEN, &concern_register,
		IN({ "body", "有人欺负我" }, { "class", "other" }, { "secret", "1" })));
	assert_refused(w, pass_on(w, CHEN, made_now(w), "lc"), NULL, "transfer.sealed");
}

static void
nothing_ends_here_while_it_is_offered(void **state)
{
	struct world *w = *state;
	const int64_t no = signed_by_chen(w);
	const char *code = w->code;
	OK(pass_on(w, CHEN, no, "lc"));
	assert_refused(w, submit(w, CHEN, no), NULL, "concern.wrong-state");
	assert_refused(w, pass_on(w, CHEN, no, "lc"), NULL, "concern.wrong-state");
	assert_refused(w, offer(w, CHEN, no, "u05", NOBODY), NULL, "concern.wrong-state");
	OK(run(w, RESIDENT, &voice_unlock, IN({ "code", code }, { "digits", "8000" })));
	const char *key = result(w, "unlock");
	assert_refused(w,
		run(w, RESIDENT, &voice_withdraw, IN({ "code", code }, { "unlock", key })), NULL,
		"transfer.wait");
	const int64_t other = take_down(w, CHEN, "other");
	assert_refused(w,
		run(w, CHEN, &concern_merge,
			IN({ "concern", no_text(w, other) }, { "into", no_text(w, no) })),
		"into", "merge.not-open");
	OK(run(w, CHEN, &concern_contact,
		IN({ "concern", no_text(w, no) }, { "made", "1" }, { "note", "电话接通" })));
}

static void
answers_that_cannot_be_given(void **state)
{
	struct world *w = *state;
	(void)offered(w);
	struct actor they = them(w), handler = they;
	const struct transfer_in t = came_in(w);
	assert_refused(w, answer(w, &they, &transfer_accept, 99), NULL, "transfer.unknown");
	handler.person_id = 99;
	handler.n_grants = 1;
	handler.grant[0] = (struct grant){ .role = ROLE_HANDLER, .scope = SCOPE_OFFICE };
	assert_refused(w, answer(w, &handler, &transfer_accept, t.id), NULL, "transfer.not-intake");
	/* the number alone: an office reaches only what was offered to it */
	assert_refused(w, answer(w, &w->who[GU], &transfer_accept, t.id), NULL, "transfer.unknown");
	OK(answer(w, &they, &transfer_decline, t.id));
	assert_refused(w, answer(w, &they, &transfer_accept, t.id), NULL, "transfer.answered");
	assert_refused(w, answer(w, &they, &transfer_decline, t.id), NULL, "transfer.answered");
}

/* ---- the resident --------------------------------------------------------------------------------- */

static void
resident_opens_it_there_by_the_old_pin(void **state)
{
	struct world *w = *state;
	OK(run(w, CHEN, &concern_register, IN({ "body", "楼道灯不亮。" }, { "class", "other" })));
	const int64_t no = made_now(w);
	const char *pin = result(w, "pin");
	OK(pass_on(w, CHEN, no, "lc"));
	(void)deliver(w);
	const struct actor they = them(w), resident = actor_resident(w->other);
	OK(answer(w, &they, &transfer_accept, came_in(w).id));
	assert_null(result(w, "pin")); /* nobody could tell it to the resident */
	(void)deliver(w);
	struct transfer_out o;
	struct str code;
	struct tx *tx = look(w);
	OK(transfer_of(tx, w->mem, w->office, concern_of(w, no).id, &o, &w->err));
	tx_end(tx);
	assert_true(seal_open(w->mem, w->app->key, "query code", o.their_code, &code));
	OK(run_call(w, call_of(w, &resident, &voice_unlock,
			       IN({ "code", str_text(w->mem, code) }, { "digits", pin }))));
	assert_string_equal(result(w, "open"), "yes");
}

static void
what_was_added_later_goes_along(void **state)
{
	struct world *w = *state;
	const int64_t no = signed_by_chen(w);
	OK(run(w, RESIDENT, &voice_unlock, IN({ "code", w->code }, { "digits", "8000" })));
	const char *key = result(w, "unlock");
	OK(run(w, RESIDENT, &voice_add,
		IN({ "code", w->code }, { "unlock", key }, { "text", "六楼也不亮" })));
	OK(pass_on(w, CHEN, no, "lc"));
	(void)deliver(w);
	const struct actor they = them(w);
	const struct transfer_in t = came_in(w);
	OK(answer(w, &they, &transfer_accept, t.id));
	const struct concern c = theirs(
		w, ask(w, SQL("SELECT concern_id FROM transfer_in WHERE office = ? AND id = ?"),
			   VALS(V(w->other), V(t.id))));
	assert_non_null(strstr(c.body, "六楼也不亮"));
	struct intake who;
	struct tx *tx = look(w);
	OK(intake_load(tx, w->mem, w->other, c.id, &who, &w->err));
	tx_end(tx);
	assert_string_equal(who.phone, "13800138000");
}

/* ---- all of them ------------------------------------------------------------------------------------ */

static int
setup(void **state)
{
	*state = world_new(true, moment(20260302, 900));
	return 0;
}

#define T(f) cmocka_unit_test_setup_teardown(f, setup, world_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(offer_moves_nothing_but_the_state),
		T(offer_comes_in_without_name_and_phone),
		T(accepted_it_is_theirs_from_that_moment),
		T(accepted_the_offer_keeps_no_words),
		T(declined_it_is_ours_as_before),
		T(not_answered_in_time_it_comes_back),
		T(declined_it_can_be_offered_again),
		T(message_that_comes_twice_changes_nothing),
		T(message_about_nothing_is_refused),
		T(open_offer_settles_nothing),
		T(only_who_was_asked_decides),
		T(nothing_changes_where_the_other_cell_is_silent),
		T(clock_leaves_the_network_to_the_outbox),
		T(lost_messages_are_made_good_within_a_day),
		T(offers_that_cannot_be_made),
		T(nothing_ends_here_while_it_is_offered),
		T(answers_that_cannot_be_given),
		T(resident_opens_it_there_by_the_old_pin),
		T(what_was_added_later_goes_along),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
