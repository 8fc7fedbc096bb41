/* SPDX-License-Identifier: Apache-2.0 */
/* demo_many.c - for measurements: the same acts, a few hundred concerns to a transaction. The newest
 * part stays open in several states, as in an office that works. */
#include "cli/demo_int.h"
#include "cli/demo_texts.h"
#include "concern/concern.h"
#include "core/mem.h"

#include "core/banned.h"

enum { ROUND = 250, DAYS = 90, OPEN_PART = 33 /* one of so many stays open */, OPEN_MAX = 3000 };

struct round {
	struct demo *d;
	void *mem;
	size_t n;
	struct act_call *raised[ROUND];
	bool stays_open[ROUND];
};

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
static const char *
about(void *mem, const char *text, const char *place)
{
	return mem_printf(mem, text, place);
}
#pragma GCC diagnostic pop

static struct act_call *
raise_call(struct round *r, int64_t i)
{
	struct demo *d = r->d;
	const struct demo_matter *m = &demo_matters[(size_t)(i * 7) % demo_n_matters];
	const char *place = mem_printf(r->mem, "%s%d室",
		demo_places[(size_t)(i * 5 + i / 24) % demo_n_places], (int)(101 + i % 899));
	struct act_call *call =
		act_call_new(r->mem, d->app, &concern_raise, d->office, &d->resident);
	form_set_text(r->mem, &call->form, "body",
		mem_printf(r->mem, "%s%s编号%lld。", about(r->mem, m->body, place),
			demo_closings[(size_t)(i * 3) % demo_n_closings], (long long)i));
	form_set_text(r->mem, &call->form, "class", m->class);
	form_set_text(r->mem, &call->form, "place", place);
	form_set_text(
		r->mem, &call->form, "phone", mem_printf(r->mem, "13800000%03d", (int)(i % 1000)));
	form_set_int(&call->form, "publish", 1);
	return call;
}

static enum xq_rc
batch(struct round *r, struct act_call **call, size_t n, struct xq_err *err)
{
	enum xq_rc rc = act_run_batch(r->d->app, call, n, clock_now(r->d->app->clock), err);
	for (size_t i = 0; rc == XQ_OK && i < n; i++)
		if (call[i]->rc != XQ_OK) {
			*err = call[i]->err;
			rc = call[i]->rc;
		}
	return rc;
}

static int64_t
file_no_of(const struct act_call *call)
{
	int64_t no = 0;
	xq_require(file_no_read(str_of(act_result_get(call, "file_no")), &no));
	return no;
}

/* The unit that the catalogue offered it to; `other` stays with the intake. */
static const struct actor *
handler_of(struct round *r, const struct act_call *raised)
{
	const char *class = form_text(&raised->form, "class");
	static const struct {
		const char *class;
		size_t unit;
	} at[] = { { "property", 3 }, { "facility", 4 }, { "sanitation", 4 }, { "noise", 4 },
		{ "parking", 6 }, { "illegal", 4 }, { "elderly", 5 }, { "welfare", 5 },
		{ "neighbour", 6 } };
	for (size_t i = 0; i < sizeof at / sizeof at[0]; i++)
		if (text_eq(at[i].class, class))
			return demo_handler(r->d, r->d->unit[at[i].unit], file_no_of(raised));
	return &r->d->clerk[0];
}

enum part { PART_ACCEPT, PART_SUBMIT, PART_APPROVE, PART_RATE };

static struct act_call *
part_call(struct round *r, const struct act_call *raised, enum part part)
{
	static const struct act *const acts[] = { &concern_accept, &reply_submit, &reply_approve,
		&voice_rate };
	struct demo *d = r->d;
	const struct actor *handler = handler_of(r, raised);
	if (part == PART_ACCEPT && handler == &d->clerk[0])
		return NULL;
	const struct actor *who = part == PART_RATE      ? &d->resident
	                          : part == PART_APPROVE ? demo_approver(d, handler)
	                                                 : handler;
	struct act_call *call = act_call_new(r->mem, d->app, acts[part], d->office, who);
	if (part == PART_RATE) {
		form_set_text(r->mem, &call->form, "code", act_result_get(raised, "code"));
		form_set_text(r->mem, &call->form, "solved", "yes");
		form_set_text(r->mem, &call->form, "sat", "1");
		return call;
	}
	form_set_int(&call->form, "concern", file_no_of(raised));
	if (part == PART_SUBMIT) {
		form_set_text(r->mem, &call->form, "text",
			"您反映的事我们到现场看过，已经处理好，请您再看看。");
		form_set_text(r->mem, &call->form, "outcome", "solved");
		form_set_text(r->mem, &call->form, "basis", "现场查看记录");
	}
	return call;
}

static enum xq_rc
run_part(struct round *r, enum part part, struct xq_err *err)
{
	struct act_call *call[ROUND];
	size_t n = 0;
	for (size_t i = 0; i < r->n; i++) {
		if (r->stays_open[i] && part >= (enum part)(i % 4))
			continue; /* some stop at each step */
		call[n] = part_call(r, r->raised[i], part);
		n += call[n] != NULL;
	}
	return n ? batch(r, call, n, err) : XQ_OK;
}

static enum xq_rc
run_round(
	struct demo *d, const struct demo_options *opt, int64_t from, int64_t n, struct xq_err *err)
{
	struct round r = { .d = d, .mem = mem_root("demo"), .n = (size_t)n };
	int64_t open_from =
		opt->concerns -
		(opt->concerns / OPEN_PART < OPEN_MAX ? opt->concerns / OPEN_PART : OPEN_MAX);
	for (size_t i = 0; i < r.n; i++) {
		r.raised[i] = raise_call(&r, from + (int64_t)i);
		r.stays_open[i] = from + (int64_t)i >= open_from;
	}
	enum xq_rc rc = batch(&r, r.raised, r.n, err);
	for (enum part part = PART_ACCEPT; rc == XQ_OK && part <= PART_RATE; part++)
		rc = run_part(&r, part, err);
	mem_free(r.mem);
	return rc;
}

enum xq_rc
demo_many(struct demo *d, const struct demo_options *opt, struct clock *clock, struct xq_err *err)
{
	const int64_t start = opt->now - DAYS * 86400LL, all = opt->concerns;
	const int64_t round =
		all / DAYS + 1 < ROUND ? all / DAYS + 1 : ROUND; /* at least one a day */
	for (int64_t from = 0; from < all; from += round) {
		clock_set(clock, start + (opt->now - start) * from / all);
		enum xq_rc rc =
			run_round(d, opt, from, all - from < round ? all - from : round, err);
		if (rc != XQ_OK)
			return rc;
	}
	clock_set(clock, opt->now); /* the last round may lie months back where there are few */
	return XQ_OK;
}
