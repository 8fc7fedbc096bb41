/* SPDX-License-Identifier: Apache-2.0 */
/* import_explain.c - a list of messages through the routing dry run and the hints of similar concerns:
 * counts for whoever wonders what an import would do, and the figures of docs/real-messages.md. Nothing
 * is written, and nothing of a message is printed but its number. */
#include <stdio.h>
#include <stdlib.h>

#include "cli/cli.h"
#include "concern/import.h"
#include "concern/rules.h"
#include "concern/similar.h"
#include "core/mem.h"
#include "core/utf8.h"
#include "identity/session.h"

#include "core/banned.h"

enum { UNITS_MAX = 64, TITLE_CHARS = 80 };

struct explain {
	struct cli *c;
	struct app *app;
	const struct office_info *office;
	const char *class;
	int32_t day;
	struct tx *tx;
	struct import_report report;
	struct import_message *row;
	size_t n;
	/* who would get it */
	const char *unit[UNITS_MAX];
	size_t of_unit[UNITS_MAX], n_units, intake;
	/* what looks like it */
	size_t on_file, hinted, hints;
	int64_t *took_us;
};

static void
count_unit(struct explain *x, const char *code)
{
	size_t i = 0;
	while (i < x->n_units && !text_eq(x->unit[i], code))
		i++;
	xq_require(i < UNITS_MAX); /* one rule for each class and day: a handful */
	if (i == x->n_units)
		x->unit[x->n_units++] = mem_text(x->c->mem, code);
	x->of_unit[i]++;
}

static enum xq_rc
route(struct explain *x, void *mem, struct xq_err *err)
{
	struct rule_who who;
	enum xq_rc rc =
		rule_who_load(x->tx, mem, x->app, x->office, x->class, "help", x->day, &who, err);
	if (rc == XQ_OK && who.has_duty)
		count_unit(x, who.duty.value);
	x->intake += rc == XQ_OK && !who.has_duty;
	return rc;
}

static void
print_pair(const struct import_message *m, const struct similar *s)
{
	char no[24];
	file_no_show(s->c.file_no, no);
	fprintf(stderr, "%s\t%s\t%d\t%d\n", m->no, no, s->score, s->share);
}

static enum xq_rc
hint(struct explain *x, void *mem, size_t i, struct xq_err *err)
{
	const struct import_message *m = &x->row[i];
	const struct actor system = actor_system(x->office->id);
	struct similar s[SIMILAR_MAX];
	size_t n = 0;
	struct similar_ask ask = { .title = utf8_head(m->title, TITLE_CHARS),
		.body = m->body,
		.class = x->class,
		.now = clock_now(x->app->clock) };
	enum xq_rc rc = import_known(x->tx, x->office->id, m->no, &ask.below, err);
	if (rc != XQ_OK && rc != XQ_NONE)
		return rc;
	x->on_file += rc == XQ_OK;
	int64_t begin = time_mono_us();
	rc = similar_find(x->tx, mem, &system, &ask, s, &n, err);
	x->took_us[i] = time_mono_us() - begin;
	if (rc != XQ_OK)
		return rc;
	x->hinted += n > 0;
	x->hints += n;
	if (n > 0 && cli_has(x->c, "pairs"))
		print_pair(m, &s[0]);
	return XQ_OK;
}

static enum xq_rc
explain_rows(struct explain *x, struct xq_err *err)
{
	enum xq_rc rc = XQ_OK;
	for (size_t i = 0; rc == XQ_OK && i < x->n; i++) {
		void *mem = mem_root("row");
		rc = route(x, mem, err);
		if (rc == XQ_OK)
			rc = hint(x, mem, i, err);
		mem_free(mem);
	}
	return rc;
}

static int
by_number(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
	return (x > y) - (x < y);
}

static double
took_ms(const struct explain *x, size_t percent)
{
	size_t at = x->n == 0 ? 0 : (x->n - 1) * percent / 100;
	return x->n == 0 ? 0 : (double)x->took_us[at] / 1000;
}

static void
say(struct explain *x)
{
	struct json_w w = json_new(x->c->mem);
	qsort(x->took_us, x->n, sizeof x->took_us[0], by_number);
	json_open(&w, '{');
	const struct {
		const char *key;
		size_t n;
	} count[] = { { "rows", x->report.rows }, { "refused", x->report.n_faults },
		{ "read", x->n }, { "intake", x->intake }, { "on_file", x->on_file },
		{ "hinted", x->hinted }, { "unhinted", x->n - x->hinted }, { "hints", x->hints } };
	for (size_t i = 0; i < sizeof count / sizeof count[0]; i++) {
		json_key(&w, count[i].key);
		json_int(&w, (int64_t)count[i].n);
	}
	json_pair(&w, "class", x->class);
	json_key(&w, "units");
	json_open(&w, '{');
	for (size_t i = 0; i < x->n_units; i++) {
		json_key(&w, x->unit[i]);
		json_int(&w, (int64_t)x->of_unit[i]);
	}
	json_close(&w, '}');
	json_key(&w, "ms");
	json_raw(&w, str_of(mem_printf(x->c->mem,
			     "{\"p50\":%.2f,\"p95\":%.2f,\"p99\":%.2f,\"max\":%.2f}",
			     took_ms(x, 50), took_ms(x, 95), took_ms(x, 99), took_ms(x, 100))));
	json_close(&w, '}');
	puts(w.b.p);
}

int
cli_import_explain(struct cli *c, struct app *app, const struct office_info *office)
{
	struct explain x = { .c = c, .app = app, .office = office };
	struct xq_err err = { 0 };
	x.class = cli_option(c, "class") ? cli_option(c, "class") : "other";
	x.day = day_of(clock_now(app->clock), office->tz_s);
	enum xq_rc rc = choice_has(concern_classes, str_of(x.class))
	                        ? XQ_OK
	                        : xq_refuse(&err, "class", "rules.class-unknown");
	if (rc == XQ_OK)
		rc = import_read(c->mem, office->tz_s, c->word[1], &x.row, &x.n, &x.report, &err);
	if (rc == XQ_OK)
		rc = db_read(app->db, &x.tx, &err);
	if (rc != XQ_OK)
		return cli_refused(c, app, &err);
	x.took_us = mem_array(c->mem, int64_t, x.n + 1);
	rc = explain_rows(&x, &err);
	tx_end(x.tx);
	if (rc != XQ_OK)
		return cli_refused(c, app, &err);
	say(&x);
	return x.report.n_faults > 0 ? EXIT_REFUSED : EXIT_DONE;
}
