/* SPDX-License-Identifier: Apache-2.0 */
/* The figures of a period from the entries alone: the published documents of the vectors byte for byte, and each
 * row of ledger.md 8 on a few entries made up for it. */
#include "ledger/figures.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "made_log.h"
#include "vectors.h"

#include "core/banned.h"

static int
setup(void **state)
{
	*state = mem_root("test");
	return 0;
}

static int
teardown(void **state)
{
	mem_free(*state);
	return 0;
}

/* ---- the vectors ------------------------------------------------------------------------------------ */

static void
feed_bundle(struct figures_walk *w, struct str bundle)
{
	struct xq_err err = { 0 };
	const uint8_t *p = (const uint8_t *)bundle.p;
	for (size_t at = 0; at < bundle.n;) {
		size_t n = (size_t)p[at] << 8 | p[at + 1];
		struct event_seen e;
		assert_int_equal(
			event_check(str_n(bundle.p + at + 2, n), "lc", -1, &e, &err), XQ_OK);
		if (figures_walk_entry(w, &e, &err) != XQ_OK)
			fail_msg("refused: %.*s", (int)n, bundle.p + at + 2);
		at += 2 + n;
	}
}

static struct figures_walk *
minilog_walk(void *mem, json_t **out_json)
{
	static const char *const bundle[] = { "tile/entries/000", "tile/entries/001",
		"tile/entries/002.p/56" };
	json_t *json = vectors_load(mem, "minilog.json");
	struct figures_walk *w = figures_walk_new(mem);
	for (size_t i = 0; i < 3; i++)
		feed_bundle(w, vectors_base64(mem, json_object_get(json, "files"), bundle[i]));
	*out_json = json;
	return w;
}

static void
published_documents_come_out_byte_for_byte(void **state)
{
	json_t *json, *doc;
	size_t i;
	struct figures_walk *w = minilog_walk(*state, &json);
	assert_int_equal(figures_walk_size(w), 568);
	assert_int_equal(json_array_size(json_object_get(json, "figures")), 2);
	json_array_foreach(json_object_get(json, "figures"), i, doc)
	{
		char *want = json_dumps(doc, JSON_COMPACT | JSON_SORT_KEYS | JSON_ENSURE_ASCII);
		struct xq_err err = { 0 };
		struct figures_doc d;
		assert_int_equal(figures_document_read(*state, str_of(want), &d, &err), XQ_OK);
		assert_int_equal(d.period.set, FIGURES_BASIC);
		assert_true(figures_is_whole(w, &d.period));
		figures_count(w, *state, &d.period, &d.figures);
		assert_string_equal(figures_document(*state, &d), want);
		free(want);
	}
}

/* The wider set says the same where both say something. */
static void
wider_set_agrees_with_the_basic_one(void **state)
{
	json_t *json;
	struct figures basic, wide;
	struct figures_walk *w = minilog_walk(*state, &json);
	struct figures_period p = { 20260101, 20260201, 285, FIGURES_BASIC };
	figures_count(w, *state, &p, &basic);
	p.set = FIGURES_WIDE;
	figures_count(w, *state, &p, &wide);
	assert_true(wide.n > basic.n);
	for (size_t i = 0; i < basic.n; i++) {
		const struct figures_row *r = &basic.row[i];
		const struct figures_row *x =
			figures_find_of(&wide, r->id, r->unit, r->zone, r->class);
		assert_non_null(x);
		assert_int_equal(x->num, r->num);
		assert_int_equal(x->den, r->den);
	}
}

/* Of every row, of both sets: what is listed adds up to what was counted. */
static void
entries_behind_a_row_add_up_to_it(void **state)
{
	json_t *json;
	struct figures f;
	struct figures_walk *w = minilog_walk(*state, &json);
	const struct figures_period p = { 20260201, 20260301, 547, FIGURES_WIDE };
	figures_count(w, *state, &p, &f);
	for (size_t i = 0; i < f.n; i++) {
		const struct figures_row *r = &f.row[i];
		struct figures_hits hits;
		int64_t num = 0, den = 0;
		figures_events(w, *state, &p, r, &hits);
		for (size_t k = 0; k < hits.n; k++) {
			num += hits.hit[k].num;
			den += hits.hit[k].den;
			assert_in_range(hits.hit[k].seq, 1, p.size - 1);
			assert_true(k == 0 || hits.hit[k].seq >= hits.hit[k - 1].seq);
		}
		if (str_starts(str_of(r->id), STR("age_")))
			continue;
		assert_int_equal(num, r->num);
		if (r->den != FIGURES_NO_DEN)
			assert_int_equal(den, r->den);
	}
	struct figures_hits none;
	figures_events(w, *state, &p, &(struct figures_row){ .id = "nothing" }, &none);
	assert_int_equal(none.n, 0);
	figures_events(w, *state, &p, &(struct figures_row){ .id = "closed.x" }, &none);
	assert_int_equal(none.n, 0);
}

/* ---- rows ------------------------------------------------------------------------------------------- */

#define DUE "\"due\":\"2026-01-09T17:30:00+08:00\""
#define RAISED                                                                                     \
	"{\"class\":\"parking\"," DUE ",\"lane\":\"everyday\",\"via\":\"web\",\"zone\":\"z3\"}"
#define JANUARY 20260101, 20260201

static void
raise(struct made_log *l, const char *moment, char ref)
{
	made_log_say(l, moment, "concern.raised", ref, "u07", RAISED);
}

static struct figures
count(struct made_log *l, int32_t from, int32_t to)
{
	struct figures f;
	figures_count(
		l->walk, l->mem, &(struct figures_period){ from, to, l->n, FIGURES_WIDE }, &f);
	return f;
}

#define is_row(f, id, num, den) is_row_of((f), (id), NULL, (num), (den))
static void
is_row_of(const struct figures *f, const char *id, const char *unit, int64_t num, int64_t den)
{
	const struct figures_row *r = figures_find_of(f, id, unit, NULL, NULL);
	if (!r)
		fail_msg("no row %s %s", id, unit ? unit : "");
	if (r->num != num || r->den != den)
		fail_msg("%s %s: %lld / %lld, expected %lld / %lld", id, unit ? unit : "",
			(long long)r->num, (long long)r->den, (long long)num, (long long)den);
}

static void
no_row(const struct figures *f, const char *id, const char *unit)
{
	assert_null(figures_find_of(f, id, unit, NULL, NULL));
}

static void
empty_period_has_all_office_rows(void **state)
{
	struct made_log l = made_log_new(*state);
	struct figures f = count(&l, JANUARY);
	is_row(&f, "raised", 0, FIGURES_NO_DEN);
	is_row(&f, "on_time", 0, 0);
	is_row(&f, "age_median", 0, FIGURES_NO_DEN);
	assert_int_equal(f.n, 26);
	figures_count(l.walk, l.mem, &(struct figures_period){ JANUARY, 0, FIGURES_BASIC }, &f);
	assert_int_equal(f.n, 17);
}

static void
answer_in_time_counts_for_the_owner_at_closing(void **state)
{
	struct made_log l = made_log_new(*state);
	raise(&l, "2026-01-05T10:00:00", 'a');
	made_log_say(&l, "2026-01-05T11:00:00", "concern.offered", 'a', "u07", "{\"to\":\"u08\"}");
	made_log_say(&l, "2026-01-05T12:00:00", "concern.owned", 'a', "u08", "{" DUE "}");
	made_log_say(&l, "2026-01-09T17:30:00", "concern.replied", 'a', "u08",
		"{\"answer\":\"done\",\"outcome\":\"solved\"}");
	made_log_say(&l, "2026-01-12T09:00:00", "concern.rated", 'a', "u99",
		"{\"round\":1,\"sat\":2,\"solved\":\"yes\",\"via\":\"phone\"}");
	made_log_say(&l, "2026-01-12T09:00:00", "concern.closed", 'a', "u99",
		"{\"outcome\":\"solved\"}");
	struct figures f = count(&l, JANUARY);
	is_row(&f, "raised", 1, FIGURES_NO_DEN);
	is_row_of(&f, "raised", "u07", 1, FIGURES_NO_DEN);
	is_row_of(&f, "closed", "u08", 1, FIGURES_NO_DEN);
	is_row_of(&f, "on_time", "u08", 1, 1);
	is_row(&f, "claimed", 1, 1);
	is_row(&f, "redone", 0, 1);
	is_row_of(&f, "satisfaction", "u08", 8, 10);
	is_row_of(&f, "solved", "u08", 1, 1);
	is_row(&f, "age_median", 7, FIGURES_NO_DEN);
	is_row_of(&f, "age_p90", "u08", 7, FIGURES_NO_DEN);
	no_row(&f, "closed", "u07");
	assert_int_equal(figures_find_of(&f, "closed", NULL, "z3", NULL)->num, 1);
	assert_int_equal(figures_find_of(&f, "closed", NULL, NULL, "parking")->num, 1);
}

static void
late_once_is_late(void **state)
{
	struct made_log l = made_log_new(*state);
	raise(&l, "2026-01-05T10:00:00", 'a');
	made_log_say(&l, "2026-01-09T17:30:01", "concern.replied", 'a', "u07", "{}");
	made_log_say(&l, "2026-01-10T10:00:00", "concern.redo", 'a', "u01",
		"{\"due\":\"2026-01-20T17:30:00+08:00\",\"round\":2}");
	made_log_say(&l, "2026-01-11T10:00:00", "concern.replied", 'a', "u07", "{}");
	made_log_say(&l, "2026-01-12T10:00:00", "concern.closed", 'a', "u99",
		"{\"outcome\":\"partly\"}");
	struct figures f = count(&l, JANUARY);
	is_row(&f, "on_time", 0, 1);
	is_row(&f, "redone", 1, 1);
	is_row(&f, "claimed", 0, 1);
}

static void
granted_extension_moves_the_day(void **state)
{
	struct made_log l = made_log_new(*state);
	raise(&l, "2026-01-05T10:00:00", 'a');
	made_log_say(&l, "2026-01-05T11:00:00", "concern.offered", 'a', "", "{\"to\":\"u07\"}");
	made_log_say(&l, "2026-01-08T10:00:00", "concern.due-moved", 'a', "u01",
		"{\"due\":\"2026-01-15T17:30:00+08:00\",\"why\":\"extension\"}");
	made_log_say(&l, "2026-01-15T17:00:00", "concern.replied", 'a', "u07", "{}");
	made_log_say(&l, "2026-01-16T10:00:00", "concern.closed", 'a', "u99",
		"{\"outcome\":\"solved\"}");
	struct figures f = count(&l, JANUARY);
	is_row(&f, "on_time", 1, 1);
	is_row(&f, "extended", 1, 1);
	is_row(&f, "returned", 0, 1);
}

static void
overdue_is_what_waited_when_the_period_ended(void **state)
{
	struct made_log l = made_log_new(*state);
	raise(&l, "2026-01-05T10:00:00", 'a'); /* answered on time */
	raise(&l, "2026-01-05T10:00:00", 'b'); /* answered in February */
	raise(&l, "2026-01-05T10:00:00", 'c'); /* voided in February */
	raise(&l, "2026-01-05T10:00:00", 'd'); /* ended */
	made_log_say(&l, "2026-01-06T10:00:00", "concern.replied", 'a', "u07", "{}");
	made_log_say(&l, "2026-01-07T10:00:00", "concern.terminated", 'd', "u07",
		"{\"why\":\"withdrawn\"}");
	made_log_say(&l, "2026-02-03T10:00:00", "concern.replied", 'b', "u07", "{}");
	struct figures f = count(&l, JANUARY);
	is_row(&f, "overdue_open", 2, FIGURES_NO_DEN);
	made_log_say(&l, "2026-02-03T11:00:00", "concern.voided", 'c', "u07", "{\"why\":\"test\"}");
	f = count(&l, JANUARY);
	is_row(&f, "overdue_open", 1, FIGURES_NO_DEN);
	is_row(&f, "raised", 3, FIGURES_NO_DEN);
	is_row(&f, "terminated.withdrawn", 1, FIGURES_NO_DEN);
	/* as it had to come out before it was voided */
	figures_count(l.walk, l.mem, &(struct figures_period){ JANUARY, 7, FIGURES_WIDE }, &f);
	is_row(&f, "overdue_open", 2, FIGURES_NO_DEN);
	is_row(&f, "raised", 4, FIGURES_NO_DEN);
	f = count(&l, 20260201, 20260301);
	is_row(&f, "voided", 1, FIGURES_NO_DEN);
	is_row(&f, "voided.test", 1, FIGURES_NO_DEN);
	is_row(&f, "overdue_open", 0, FIGURES_NO_DEN);
}

/* Taken over by another office: it waits for nothing here, and stands in no figure but what came in. */
static void
what_another_office_took_over_has_ended(void **state)
{
	struct made_log l = made_log_new(*state);
	raise(&l, "2026-01-05T10:00:00", 'a');
	raise(&l, "2026-01-05T10:00:00", 'b');
	made_log_say(&l, "2026-01-06T10:00:00", "concern.transfer-offered", 'a', "u07",
		"{\"to\":\"x.example/log/my\"}");
	made_log_say(&l, "2026-01-07T10:00:00", "concern.transferred", 'a', "",
		"{\"entry\":7,\"ref2\":\"c-abcdefgh23456723\","
		"\"taken\":\"2026-01-07T09:59:58+08:00\",\"to\":\"x.example/log/my\"}");
	struct figures f = count(&l, JANUARY);
	is_row(&f, "raised", 2, FIGURES_NO_DEN);
	is_row(&f, "overdue_open", 1, FIGURES_NO_DEN);
	is_row(&f, "closed", 0, FIGURES_NO_DEN);
	is_row(&f, "redirected", 0, FIGURES_NO_DEN);
	is_row(&f, "terminated", 0, FIGURES_NO_DEN);
}

/* Due at the last second before midnight is overdue, at midnight it is not. */
static void
overdue_has_its_edge_at_midnight(void **state)
{
	struct made_log l = made_log_new(*state);
	made_log_say(&l, "2026-01-05T10:00:00", "concern.raised", 'a', "u07",
		"{\"class\":\"other\",\"due\":\"2026-01-31T23:59:59+08:00\",\"lane\":\"everyday\","
		"\"via\":\"web\"}");
	made_log_say(&l, "2026-01-05T10:00:00", "concern.raised", 'b', "u07",
		"{\"class\":\"other\",\"due\":\"2026-02-01T00:00:00+08:00\",\"lane\":\"everyday\","
		"\"via\":\"web\"}");
	struct figures f = count(&l, JANUARY);
	is_row(&f, "overdue_open", 1, FIGURES_NO_DEN);
}

static void
draft_sent_back_waits_again(void **state)
{
	struct made_log l = made_log_new(*state);
	raise(&l, "2026-01-05T10:00:00", 'a');
	made_log_say(&l, "2026-01-06T10:00:00", "concern.replied", 'a', "u07", "{}");
	made_log_say(&l, "2026-01-07T10:00:00", "concern.reply-rejected", 'a', "u07",
		"{\"why\":\"facts\"}");
	struct figures f = count(&l, JANUARY);
	is_row(&f, "overdue_open", 1, FIGURES_NO_DEN);
}

static void
rate(struct made_log *l, const char *moment, char ref, const char *pub)
{
	made_log_say(l, moment, "concern.rated", ref, "", pub);
}

static void
last_rating_of_the_period_counts(void **state)
{
	struct made_log l = made_log_new(*state);
	raise(&l, "2026-01-05T10:00:00", 'a');
	raise(&l, "2026-01-05T10:00:00", 'b');
	raise(&l, "2026-01-05T10:00:00", 'c');
	rate(&l, "2026-01-06T10:00:00", 'a',
		"{\"round\":1,\"sat\":4,\"solved\":\"no\",\"via\":\"web\"}");
	rate(&l, "2026-01-07T10:00:00", 'a',
		"{\"round\":2,\"sat\":1,\"solved\":\"yes\",\"via\":\"web\"}");
	/* said what it is, but not how satisfied: in `solved` only */
	rate(&l, "2026-01-07T10:00:00", 'b', "{\"round\":1,\"solved\":\"partly\",\"via\":\"web\"}");
	made_log_say(&l, "2026-01-07T11:00:00", "concern.unreached", 'b', "u99", "{\"round\":2}");
	made_log_say(&l, "2026-01-08T11:00:00", "concern.unreached", 'c', "u99", "{\"round\":1}");
	made_log_say(&l, "2026-01-09T11:00:00", "concern.unreached", 'c', "u99", "{\"round\":2}");
	rate(&l, "2026-02-07T10:00:00", 'c',
		"{\"round\":3,\"sat\":3,\"solved\":\"yes\",\"via\":\"web\"}");
	struct figures f = count(&l, JANUARY);
	is_row(&f, "satisfaction", 10, 10);
	is_row(&f, "solved", 1, 2);
	is_row(&f, "unreached", 1, 3);
	f = count(&l, 20260201, 20260301);
	is_row(&f, "satisfaction", 6, 10);
	is_row(&f, "unreached", 0, 1);
}

static void
sealed_matters_have_no_part(void **state)
{
	struct made_log l = made_log_new(*state);
	made_log_say(&l, "2026-01-05T10:00:00", "concern.raised", 'a', "",
		"{\"class\":\"other\"," DUE ",\"lane\":\"sealed\",\"via\":\"letter\"}");
	made_log_say(&l, "2026-01-12T09:00:00", "concern.closed", 'a', "", "{\"outcome\":\"not\"}");
	struct figures f = count(&l, JANUARY);
	is_row(&f, "raised", 1, FIGURES_NO_DEN);
	is_row(&f, "closed", 1, FIGURES_NO_DEN);
	is_row(&f, "on_time", 0, 0); /* nothing was answered */
	assert_null(figures_find_of(&f, "raised", NULL, NULL, "other"));
}

static void
promise_counts_on_the_day_told_last(void **state)
{
	struct made_log l = made_log_new(*state);
	raise(&l, "2026-01-05T10:00:00", 'a');
	made_log_say(&l, "2026-01-06T10:00:00", "concern.promised", 'a', "u07",
		"{\"due\":\"2026-01-20T17:30:00+08:00\",\"no\":1}");
	made_log_say(&l, "2026-01-06T10:00:00", "concern.promised", 'a', "u07",
		"{\"due\":\"2026-01-20T17:30:00+08:00\",\"no\":2}");
	struct figures f = count(&l, JANUARY);
	is_row(&f, "promises", 0, 2);
	made_log_say(&l, "2026-01-19T10:00:00", "concern.promise-moved", 'a', "u07",
		"{\"due\":\"2026-02-10T17:30:00+08:00\",\"no\":2,\"why\":\"weather\"}");
	made_log_say(&l, "2026-01-20T17:30:00", "concern.promise-kept", 'a', "u07", "{\"no\":1}");
	made_log_say(&l, "2026-02-11T10:00:00", "concern.promise-kept", 'a', "u07", "{\"no\":2}");
	f = count(&l, JANUARY);
	is_row(&f, "promises", 1, 1);
	f = count(&l, 20260201, 20260301);
	is_row(&f, "promises", 0, 1);
}

static void
ways_out_count_by_reason(void **state)
{
	struct made_log l = made_log_new(*state);
	for (char ref = 'a'; ref <= 'f'; ref++) {
		raise(&l, "2026-01-05T10:00:00", ref);
		made_log_say(&l, "2026-01-05T10:00:00", "concern.offered", ref, "", "{}");
	}
	made_log_say(
		&l, "2026-01-06T10:00:00", "concern.redirected", 'a', "u07", "{\"to\":\"court\"}");
	made_log_say(
		&l, "2026-01-06T10:00:00", "concern.redirected", 'b', "u07", "{\"to\":\"police\"}");
	made_log_say(&l, "2026-01-06T10:00:00", "concern.merged", 'c', "u07",
		"{\"into\":\"c-aaaaaaaaaaaaaaaa\"}");
	made_log_say(&l, "2026-01-06T10:00:00", "concern.parked", 'd', "u07",
		"{\"until\":\"2026-03-01\",\"why\":\"budget\"}");
	made_log_say(&l, "2026-01-06T10:00:00", "concern.return-granted", 'e', "u07", "{}");
	made_log_say(&l, "2026-01-06T10:00:00", "concern.return-refused", 'f', "u07", "{}");
	made_log_say(
		&l, "2026-01-07T10:00:00", "concern.contacted", 'f', "u07", "{\"made\":false}");
	made_log_say(&l, "2026-01-07T11:00:00", "concern.contacted", 'f', "u07", "{\"made\":true}");
	struct figures f = count(&l, JANUARY);
	is_row(&f, "redirected", 2, FIGURES_NO_DEN);
	is_row(&f, "redirected.court", 1, FIGURES_NO_DEN);
	is_row(&f, "redirected.police", 1, FIGURES_NO_DEN);
	is_row(&f, "merged", 1, FIGURES_NO_DEN);
	is_row(&f, "parked", 1, 6);
	is_row(&f, "parked.budget", 1, FIGURES_NO_DEN);
	is_row(&f, "returned", 1, 6);
	is_row(&f, "return_refused", 1, FIGURES_NO_DEN);
	is_row(&f, "contacted", 1, 2);
}

static void
rest_of_the_office_is_counted_too(void **state)
{
	struct made_log l = made_log_new(*state);
	made_log_say(&l, "2025-12-20T10:00:00", "reception.planned", 0, "",
		"{\"day\":\"2026-01-07\",\"post\":\"p1\",\"venue\":\"v1\"}");
	made_log_say(&l, "2025-12-20T10:00:00", "reception.planned", 0, "",
		"{\"day\":\"2026-02-04\",\"post\":\"p1\",\"venue\":\"v1\"}");
	made_log_say(&l, "2026-01-07T17:00:00", "reception.held", 0, "",
		"{\"concerns\":2,\"day\":\"2026-01-07\",\"visitors\":3}");
	made_log_say(&l, "2026-01-08T10:00:00", "visit.done", 0, "u07",
		"{\"door\":\"greet\",\"households\":12,\"on\":\"2026-01-08\",\"points\":3}");
	made_log_say(&l, "2026-01-09T17:30:00", "disclosure.published", 0, "u07",
		"{\"channel\":\"gov\"," DUE ",\"item\":\"i1\"}");
	made_log_say(&l, "2026-01-09T17:30:01", "disclosure.published", 0, "u07",
		"{\"channel\":\"gov\"," DUE ",\"item\":\"i2\"}");
	made_log_say(&l, "2026-01-10T10:00:00", "record.erased", 0, "",
		"{\"ground\":\"request\",\"parts\":[\"0:a,b]\",\"1:who\",\"2:body\"]}");
	struct figures f = count(&l, JANUARY);
	is_row(&f, "sittings", 1, 1);
	is_row(&f, "visits", 1, FIGURES_NO_DEN);
	is_row(&f, "households", 12, FIGURES_NO_DEN);
	is_row(&f, "disclosed", 1, 2);
	is_row(&f, "erased", 3, FIGURES_NO_DEN);
}

static void
ages_are_places_in_the_sorted_list(void **state)
{
	struct made_log l = made_log_new(*state);
	for (char ref = 'a'; ref <= 'j'; ref++)
		raise(&l, "2026-01-01T10:00:00", ref);
	for (int i = 0; i < 10; i++)
		made_log_say(&l, mem_printf(*state, "2026-01-%02dT09:00:00", i + 2),
			"concern.closed", (char)('a' + i), "u99", "{\"outcome\":\"solved\"}");
	struct figures f = count(&l, JANUARY);
	is_row(&f, "age_median", 5, FIGURES_NO_DEN); /* of 1..10 the fifth */
	is_row(&f, "age_p90", 9, FIGURES_NO_DEN);
	f = count(&l, 20260101, 20260103);
	is_row(&f, "age_median", 1, FIGURES_NO_DEN);
	is_row(&f, "age_p90", 1, FIGURES_NO_DEN);
}

/* ---- bounds ----------------------------------------------------------------------------------------- */

static void
period_is_whole_only_with_an_entry_after_it(void **state)
{
	struct made_log l = made_log_new(*state);
	raise(&l, "2026-01-05T10:00:00", 'a');
	assert_false(
		figures_is_whole(l.walk, &(struct figures_period){ JANUARY, 1, FIGURES_WIDE }));
	made_log_say(&l, "2026-01-31T23:59:59", "log.tick", 0, "", "{}");
	assert_false(
		figures_is_whole(l.walk, &(struct figures_period){ JANUARY, 1, FIGURES_WIDE }));
	made_log_say(&l, "2026-02-01T00:00:00", "log.tick", 0, "", "{}");
	assert_false(
		figures_is_whole(l.walk, &(struct figures_period){ JANUARY, 1, FIGURES_WIDE }));
	assert_true(figures_is_whole(l.walk, &(struct figures_period){ JANUARY, 2, FIGURES_WIDE }));
	assert_false(
		figures_is_whole(l.walk, &(struct figures_period){ JANUARY, 3, FIGURES_WIDE }));
}

static void
refused(struct made_log *l, const char *moment, const char *kind, char ref, const char *pub)
{
	struct xq_err err = { 0 };
	assert_int_equal(made_log_try(l, moment, kind, ref, "", pub, &err), XQ_REFUSED);
	assert_string_equal(err.key, "record.bad-entry");
}

static void
entry_that_cannot_be_counted_is_refused(void **state)
{
	struct made_log l = made_log_new(*state);
	raise(&l, "2026-01-05T10:00:00", 'a');
	refused(&l, "2026-01-05T10:00:00", "concern.raised", 'a', RAISED);
	refused(&l, "2026-01-05T09:59:59", "log.tick", 0, "{}");
	refused(&l, "2026-01-05T10:00:00", "concern.raised", 'b',
		"{\"class\":\"x\",\"due\":\"soon\"}");
	refused(&l, "2026-01-05T10:00:00", "concern.owned", 'a',
		"{\"due\":\"2026-02-30T17:30:00+08:00\"}");
	refused(&l, "2026-01-05T10:00:00", "concern.rated", 'a',
		"{\"round\":1,\"sat\":5,\"solved\":\"yes\"}");
	refused(&l, "2026-01-05T10:00:00", "concern.rated", 'a', "{\"round\":1}");
	refused(&l, "2026-01-05T10:00:00", "concern.contacted", 'a', "{\"made\":1}");
	refused(&l, "2026-01-05T10:00:00", "concern.promised", 'a', "{\"no\":1}");
	refused(&l, "2026-01-05T10:00:00", "visit.done", 0, "{\"households\":-1}");
	refused(&l, "2026-01-05T10:00:00", "concern.closed", 0, "{}");
	/* nothing of this has moved anything */
	raise(&l, "2026-01-05T10:00:00", 'c');
	assert_int_equal(figures_walk_size(l.walk), 2);
	/* of no concern: passes by */
	made_log_say(
		&l, "2026-01-05T10:00:00", "concern.closed", 'z', "", "{\"outcome\":\"solved\"}");
	struct figures f = count(&l, JANUARY);
	is_row(&f, "closed", 0, FIGURES_NO_DEN);
}

static void
documents_that_are_none_are_refused(void **state)
{
	static const char *const bad[] = { "", "{}", "[]", "{\"defs\":\"xinqiao-figures/1\"}",
		"{\"defs\":\"xinqiao-figures/3\",\"figures\":[],\"from\":\"2026-01-01\",\"log\":\"lc\","
		"\"origin\":\"o\",\"root\":\"r\",\"size\":1,\"to\":\"2026-02-01\",\"v\":1}",
		"{\"defs\":\"xinqiao-figures/1\",\"figures\":[],\"from\":\"2026-02-01\",\"log\":\"lc\","
		"\"origin\":\"o\",\"root\":\"r\",\"size\":1,\"to\":\"2026-02-01\",\"v\":1}",
		"{\"defs\":\"xinqiao-figures/1\",\"figures\":[{\"id\":\"a\"}],\"from\":\"2026-01-01\","
		"\"log\":\"lc\",\"origin\":\"o\",\"root\":\"r\",\"size\":1,\"to\":\"2026-02-01\",\"v\":1}",
		"{\"defs\":\"xinqiao-figures/1\",\"figures\":[{\"den\":-1,\"id\":\"a\",\"num\":1}],"
		"\"from\":\"2026-01-01\",\"log\":\"lc\",\"origin\":\"o\",\"root\":\"r\",\"size\":1,"
		"\"to\":\"2026-02-01\",\"v\":1}",
		"{\"defs\":\"xinqiao-figures/1\",\"figures\":[{\"id\":\"a\",\"num\":1,\"x\":1}],"
		"\"from\":\"2026-01-01\",\"log\":\"lc\",\"origin\":\"o\",\"root\":\"r\",\"size\":1,"
		"\"to\":\"2026-02-01\",\"v\":1}" };
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct xq_err err = { 0 };
		struct figures_doc d;
		assert_int_equal(
			figures_document_read(*state, str_of(bad[i]), &d, &err), XQ_REFUSED);
		assert_string_equal(err.key, "figures.bad-document");
	}
}

static void
first_difference_is_named(void **state)
{
	struct made_log l = made_log_new(*state);
	raise(&l, "2026-01-05T10:00:00", 'a');
	struct figures a = count(&l, JANUARY), b = count(&l, JANUARY);
	const struct figures_row *x, *y;
	assert_false(figures_differ(&a, &b, &x, &y));
	b.row[3].num++;
	assert_true(figures_differ(&a, &b, &x, &y));
	assert_ptr_equal(x, &a.row[3]);
	assert_ptr_equal(y, &b.row[3]);
	b.row[3].num--;
	b.n--;
	assert_true(figures_differ(&a, &b, &x, &y));
	assert_ptr_equal(x, &a.row[a.n - 1]);
	assert_null(y);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
		T(published_documents_come_out_byte_for_byte),
		T(wider_set_agrees_with_the_basic_one),
		T(entries_behind_a_row_add_up_to_it),
		T(empty_period_has_all_office_rows),
		T(answer_in_time_counts_for_the_owner_at_closing),
		T(late_once_is_late),
		T(granted_extension_moves_the_day),
		T(overdue_is_what_waited_when_the_period_ended),
		T(what_another_office_took_over_has_ended),
		T(overdue_has_its_edge_at_midnight),
		T(draft_sent_back_waits_again),
		T(last_rating_of_the_period_counts),
		T(sealed_matters_have_no_part),
		T(promise_counts_on_the_day_told_last),
		T(ways_out_count_by_reason),
		T(rest_of_the_office_is_counted_too),
		T(ages_are_places_in_the_sorted_list),
		T(period_is_whole_only_with_an_entry_after_it),
		T(entry_that_cannot_be_counted_is_refused),
		T(documents_that_are_none_are_refused),
		T(first_difference_is_named),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
