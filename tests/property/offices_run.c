/* SPDX-License-Identifier: Apache-2.0 */
/* offices_run.c - does one act of an office and compares what came of it with what was said of it. */
#include <stdio.h>
#include <string.h>

#include "offices_life.h"

#include "core/banned.h"

enum { TOLD_MAX = 20 };

void
wrong(const char *what, int64_t a, int64_t b)
{
	if (n_wrong++ < TOLD_MAX)
		printf("    office %lld, %d, %s: %s (%lld, %lld)\n", (long long)life.seed,
			life.when.today, life.act, what, (long long)a, (long long)b);
}

uint32_t
below(uint32_t n)
{
	return rng_below(&life.chance, n);
}

bool
one_in(uint32_t n)
{
	return below(n) == 0;
}

/* ---- acts -------------------------------------------------------------------------------------------- */

const char *
number(void *mem, int64_t n)
{
	return n ? mem_printf(mem, "%lld", (long long)n) : "";
}

static struct act_call *
call_of(void *mem, const struct act *act, const struct actor *who, const struct pair *in)
{
	enum { PAIRS = 16 };
	struct act_call *call = act_call_new(mem, life.app, act, life.office, who);
	struct form_pair pair[PAIRS] = { 0 };
	struct xq_err err = { 0 };
	size_t n = 0;
	for (; in[n].name; n++) {
		xq_require(n < PAIRS);
		pair[n] = (struct form_pair){ .name = str_of(in[n].name),
			.value = str_of(in[n].text) };
	}
	enum xq_rc rc = form_read(mem, act->fields, pair, n, true, TZ_CHINA, &call->form, &err);
	xq_require(rc == XQ_OK || rc == XQ_REFUSED);
	return call;
}

static void
count_key(struct tally *t, size_t max, const char *key)
{
	size_t i = 0;
	while (i < max && t[i].key && !text_eq(t[i].key, key))
		i++;
	xq_require(i < max);
	t[i].key = key;
	t[i].n++;
}

static void
count_refusal(const struct act_call *call)
{
	n_refused++;
	if (!text_eq(call->err.key, "form.faults"))
		count_key(refused, TRIED_REFUSALS, call->err.key);
	for (size_t i = 0; i < call->form.n; i++)
		if (call->form.v[i].has_fault)
			count_key(refused, TRIED_REFUSALS, call->form.v[i].fault.key);
}

/* Acts on the roster are looked at for what they do to it; that they leave places, people and registers alone is
 * looked at on Sundays, since reading takes longer than acting. */
void
look_again(unsigned what)
{
	rows_load(life.app, life.office, life.was, what, life.now);
}

static unsigned
what_it_touches(const struct act *act)
{
	if (strncmp(act->name, "sitting.", 8) == 0)
		return READ_SITTINGS;
	bool is_of_roster = act != &roster_pattern_set && strncmp(act->name, "roster.", 7) == 0;
	return is_of_roster ? 0 : READ_SETTINGS;
}

void
check_settings(void)
{
	look_again(READ_ALL);
	if (!rows_same(life.was, life.now))
		wrong("an act changed what is not its own", 0, 0);
}

void
turn_over(void)
{
	struct rows_all *was = life.was;
	life.was = life.now;
	life.now = was;
}

static void
check_answer(const struct act_call *call, const char *expected)
{
	bool as_said = expected == GRANTED ? call->rc == XQ_OK : call->rc == XQ_REFUSED;
	if (as_said && expected != GRANTED && !text_eq(expected, REFUSED))
		as_said = text_eq(call->err.key, expected);
	if (as_said)
		return;
	wrong(call->rc == XQ_OK       ? "is granted and should not be"
		: expected == GRANTED ? "is not granted and should be"
				      : "is refused for another reason",
		call->rc, 0);
	printf("      said: %s, got: %s\n", expected ? expected : "granted",
		call->rc == XQ_OK ? "granted" : call->err.key);
	for (size_t i = 0; i < call->form.n; i++)
		if (call->form.v[i].has_fault)
			printf("      %s: %s\n", call->form.fields[i].name,
				call->form.v[i].fault.key);
}

/* Life goes on in life.was; life.now is what came of the act. */
void
run_draft(const struct act *act, const struct actor *who, const struct pair *in,
	const char *expected, int32_t draft_from, size_t draft_weeks)
{
	void *mem = mem_root("act");
	struct act_call *call = call_of(mem, act, who, in);
	const struct deed deed = { act->name, who->person_id, draft_from, draft_weeks };
	life.act = act->name;
	n_acts++;
	(void)act_run(call); /* call->rc */
	if (life.is_told)
		printf("    %d %s: %s\n", life.when.today, act->name,
			call->rc == XQ_OK ? "granted" : call->err.key);
	check_answer(call, expected);
	look_again(what_it_touches(act));
	if (call->rc == XQ_OK) {
		count_key(granted, TRIED_ACTS, act->name);
		oracle_act(life.was, life.now, &life.when, &deed);
		oracle_sittings(life.was, life.now, &life.when, &deed);
	} else {
		count_refusal(call);
		if (!rows_same(life.was, life.now))
			wrong("what is refused changed something", call->rc, 0);
	}
	turn_over();
	mem_free(mem);
}

void
run(const struct act *act, const struct actor *who, const struct pair *in, const char *expected)
{
	run_draft(act, who, in, expected, 0, 0);
}
