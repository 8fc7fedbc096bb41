/* SPDX-License-Identifier: Apache-2.0 */
/* Who did what: filters, days as ranges, exports with a purpose, who may read; and dead messages. */
#include "../concern/fixture.h"

#include "audit/audit_int.h"
#include "core/parse.h"

#include "core/banned.h"

const struct module *const world_modules[] = { &act_module, &office_module, &concern_module,
	&evaluation_module, &notify_module, &audit_module, NULL };

/* An account that carries nothing but these roles. */
static struct actor
with_roles(struct world *w, enum role first, enum role second)
{
	struct actor a = w->who[WEN];
	a.n_grants = 2;
	a.grant[0] = (struct grant){ .role = first, .scope = SCOPE_OFFICE };
	a.grant[1] = (struct grant){ .role = second, .scope = SCOPE_OFFICE };
	return a;
}

static struct actor
auditor(struct world *w)
{
	return with_roles(w, ROLE_AUDITOR, ROLE_AUDITOR);
}

static enum xq_rc
export_as(struct world *w, const struct actor *a, const struct pair *in)
{
	return run_call(w, call_of(w, a, &audit_export_act, in));
}

static struct audit_query
query_of(struct world *w, const struct pair *in)
{
	struct actor a = auditor(w);
	struct act_call *call = call_of(w, &a, &audit_export_act, in);
	struct audit_query q = { 0 };
	struct tx *tx = look(w);
	OK(audit_query_of(tx, w->mem, app_office(w->app, w->office), &call->form, &q, &w->err));
	tx_end(tx);
	q.max = 100;
	return q;
}

static struct audit_row *
found(struct world *w, const struct pair *in, size_t *n)
{
	const struct audit_query q = query_of(w, in);
	struct audit_row *row;
	struct tx *tx = look(w);
	OK(audit_find(tx, w->mem, w->office, &q, &row, n, &w->err));
	tx_end(tx);
	return row;
}

static void
each_act_stands_once_newest_first(void **state)
{
	struct world *w = *state;
	const int64_t no = signed_by_chen(w);
	size_t n;
	const struct audit_row *row = found(w, NOTHING, &n);
	assert_true(n >= 2);
	assert_string_equal(row[0].act, "concern.accept");
	assert_string_equal(row[0].person, w->who[CHEN].name);
	assert_int_equal(row[0].file_no, no);
	assert_string_equal(row[1].act, "concern.register");
	assert_true(row[0].id > row[1].id);
}

static void
a_person_and_an_act_narrow_it(void **state)
{
	struct world *w = *state;
	(void)signed_by_chen(w);
	(void)signed_by_chen(w);
	size_t n;
	const struct audit_row *row = found(w, IN({ "act", "concern.accept" }), &n);
	assert_int_equal(n, 2);
	assert_string_equal(row[0].act, "concern.accept");
	const struct audit_query q = query_of(w, IN({ "act", "concern.accept" }));
	struct audit_query of_gu = q;
	of_gu.person_id = w->who[GU].person_id;
	struct audit_row *none;
	struct tx *tx = look(w);
	OK(audit_find(tx, w->mem, w->office, &of_gu, &none, &n, &w->err));
	tx_end(tx);
	assert_int_equal(n, 0);
}

static void
a_concern_has_all_its_acts_and_no_others(void **state)
{
	struct world *w = *state;
	const int64_t no = answered_by_chen(w);
	(void)take_down(w, GU, "other");
	size_t n;
	const struct audit_row *row = found(w, IN({ "concern", no_text(w, no) }), &n);
	assert_int_equal(n, 4);
	for (size_t i = 0; i < n; i++)
		assert_int_equal(row[i].file_no, no);
	assert_string_equal(row[0].act, "reply.approve");
	assert_string_equal(row[3].act, "concern.register");
}

static void
days_become_ranges(void **state)
{
	struct world *w = *state;
	(void)take_down(w, GU, "other");
	go(w, 20261020, 900);
	(void)take_down(w, GU, "other");
	go(w, 20261021, 900);
	(void)take_down(w, GU, "other");
	size_t n;
	const struct audit_row *row =
		found(w, IN({ "from", "2026-10-20" }, { "until", "2026-10-20" }), &n);
	assert_int_equal(n, 1);
	assert_int_equal(row[0].at, moment(20261020, 900));
	(void)found(w, IN({ "from", "2026-10-20" }), &n);
	assert_int_equal(n, 2);
	(void)found(w, IN({ "from", "2026-11-20" }), &n);
	assert_int_equal(n, 0);
	(void)found(w, IN({ "until", "2020-01-01" }), &n);
	assert_int_equal(n, 0);
}

static void
an_export_notes_its_purpose_and_itself(void **state)
{
	struct world *w = *state;
	(void)signed_by_chen(w);
	const struct actor a = auditor(w);
	mark(w);
	OK(export_as(w, &a, IN({ "act", "concern.accept" }, { "purpose", "季度内审抽查" })));
	int64_t no = 0;
	assert_true(parse_int(str_of(result(w, "no")), 1, INT64_MAX, &no));
	assert_int_equal(count_events(w, "audit.export"), 1);
	struct audit_export e;
	struct audit_row *row;
	size_t n;
	struct tx *tx = look(w);
	OK(audit_export_load(tx, w->mem, w->office, no, &e, &w->err));
	assert_string_equal(e.purpose, "季度内审抽查");
	assert_int_equal(e.person_id, a.person_id);
	OK(audit_find(tx, w->mem, w->office, &e.query, &row, &n, &w->err));
	tx_end(tx);
	assert_int_equal(n, 1);
	row = found(w, NOTHING, &n);
	assert_string_equal(row[0].act, "audit.export");
	assert_string_equal(row[0].subject_kind, "audit-export");
}

static void
an_export_wants_a_purpose(void **state)
{
	struct world *w = *state;
	const struct actor a = auditor(w);
	assert_refused(w, export_as(w, &a, NOTHING), "purpose", "field.missing");
}

static void
an_unknown_person_or_concern_is_said_beside_its_field(void **state)
{
	struct world *w = *state;
	const struct actor a = auditor(w);
	assert_refused(w, export_as(w, &a, IN({ "person", "nobody" }, { "purpose", "季度内审" })),
		"person", "audit.no-person");
	assert_refused(w,
		export_as(w, &a, IN({ "concern", "2026-99999" }, { "purpose", "季度内审" })),
		"concern", "audit.no-concern");
}

static void
administrators_are_refused_even_as_auditors(void **state)
{
	struct world *w = *state;
	const struct actor both = with_roles(w, ROLE_AUDITOR, ROLE_ADMIN), leader = w->who[ZHOU],
			   reader = auditor(w);
	assert_refused(
		w, export_as(w, &both, IN({ "purpose", "季度内审" })), NULL, "audit.no-admin");
	assert_refused(
		w, export_as(w, &leader, IN({ "purpose", "季度内审" })), NULL, "act.not-allowed");
	struct xq_err err = { 0 };
	assert_int_equal(audit_may_read(&both, &err), XQ_REFUSED);
	assert_string_equal(err.key, "audit.no-admin");
	assert_int_equal(audit_may_read(&leader, &err), XQ_REFUSED);
	assert_string_equal(err.key, "audit.auditors-only");
	assert_int_equal(audit_may_read(&reader, &err), XQ_OK);
}

/* ---- messages ---------------------------------------------------------------------------------------- */

static int64_t
dead_message(struct world *w)
{
	(void)signed_by_chen(w);
	go(w, 20261030, 900);
	(void)run_jobs(w); /* the unit's head is told that it is late */
	const int64_t id = ask(w, SQL("SELECT id FROM outbox WHERE office = ? ORDER BY id LIMIT 1"),
		VALS(V(w->office)));
	assert_true(id > 0);
	force(w, SQL("UPDATE outbox SET state = 2, tries = 8 WHERE office = ? AND id = ?"),
		VALS(V(w->office), V(id)));
	return id;
}

static enum xq_rc
retry_as(struct world *w, const struct actor *a, int64_t id, const char *key)
{
	struct act_call *call = call_of(
		w, a, &outbox_retry_act, IN({ "no", mem_printf(w->mem, "%lld", (long long)id) }));
	call->idem_key = key;
	return run_call(w, call);
}

static int64_t
state_of(struct world *w, int64_t id)
{
	return ask(w, SQL("SELECT state * 100 + tries FROM outbox WHERE office = ? AND id = ?"),
		VALS(V(w->office), V(id)));
}

static void
a_dead_message_is_tried_again_once(void **state)
{
	struct world *w = *state;
	const struct actor a = with_roles(w, ROLE_OPERATOR, ROLE_ADMIN);
	const int64_t id = dead_message(w);
	OK(retry_as(w, &a, id, "key-1"));
	assert_int_equal(state_of(w, id), 0);
	assert_int_equal(count_events(w, "outbox.retry"), 1);
	OK(retry_as(w, &a, id, "key-1"));
	assert_true(w->call->is_replay);
	assert_int_equal(count_events(w, "outbox.retry"), 1);
	assert_refused(w, retry_as(w, &a, id, "key-2"), NULL, "jobs.not-dead");
	size_t n;
	const struct audit_row *row = found(w, IN({ "act", "outbox.retry" }), &n);
	assert_int_equal(n, 1);
	assert_string_equal(row[0].subject_kind, "outbox");
}

static void
only_who_runs_the_machine_retries(void **state)
{
	struct world *w = *state;
	const struct actor a = auditor(w);
	const int64_t id = dead_message(w);
	assert_refused(w, retry_as(w, &a, id, NULL), NULL, "act.not-allowed");
	assert_refused(w, retry_as(w, &w->who[ZHOU], id, NULL), NULL, "act.not-allowed");
	assert_int_equal(state_of(w, id), 208);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(each_act_stands_once_newest_first),
		TEST(a_person_and_an_act_narrow_it),
		TEST(a_concern_has_all_its_acts_and_no_others),
		TEST(days_become_ranges),
		TEST(an_export_notes_its_purpose_and_itself),
		TEST(an_export_wants_a_purpose),
		TEST(an_unknown_person_or_concern_is_said_beside_its_field),
		TEST(administrators_are_refused_even_as_auditors),
		TEST(a_dead_message_is_tried_again_once),
		TEST(only_who_runs_the_machine_retries),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
