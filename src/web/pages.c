/* SPDX-License-Identifier: Apache-2.0 */
/* The server's own small pages: health, figures for the operator, robots, list of offices. */
#include "core/mem.h"
#include "templates.h"
#include "web/asset.h"
#include "web/fail.h"
#include "web/shell.h"
#include "web/web_int.h"

#include "web/styles.h"

#include "core/banned.h"

/* ---- health and metrics ---------------------------------------------------------------------------- */

/* 200 only when a page could be read and an act could be written. */
static enum xq_rc
health_render(struct req *q, struct resp *r, struct xq_err *err)
{
	struct tx *tx;
	/* Asked every few seconds: where it is known that the server is away, it is not waited for. */
	enum xq_rc rc = db_is_away(q->app->db) ? XQ_BUSY : db_read(q->app->db, &tx, err);
	if (rc == XQ_OK)
		tx_end(tx);
	bool ok = rc == XQ_OK && q->app->writer;
	struct json_w w = json_new(q->mem);
	json_open(&w, '{');
	json_key(&w, "status");
	json_text(&w, ok ? "ok" : "down");
	json_key(&w, "reading");
	json_bool(&w, rc == XQ_OK);
	json_key(&w, "writing");
	json_bool(&w, q->app->writer != NULL);
	json_key(&w, "up_s");
	json_int(&w, (time_mono_ms() - q->conn->server->started_at) / 1000);
	json_close(&w, '}');
	resp_text(r, ok ? 200 : 503, "application/json", buf_view(&w.b));
	r->cache = "no-store";
	return XQ_OK;
}

const struct view view_health = {
	.path = "/health",
	.who = PERM_ANYBODY,
	.flags = VIEW_NO_OFFICE | VIEW_API,
	.render = health_render,
};

static void
put(struct buf *b, const char *name, const char *type, const char *help, uint64_t value)
{
	buf_printf(b, "# HELP %s %s\n# TYPE %s %s\n%s %llu\n", name, help, name, type, name,
		(unsigned long long)value);
}

static void
put_requests(struct buf *b, struct server_stats *s)
{
	buf_text(b, "# HELP xinqiao_http_answers_total Answers by class of status.\n"
		    "# TYPE xinqiao_http_answers_total counter\n");
	for (int i = 2; i < 6; i++)
		buf_printf(b, "xinqiao_http_answers_total{class=\"%dxx\"} %llu\n", i,
			(unsigned long long)s->by_class[i]);
	put(b, "xinqiao_http_requests_total", "counter", "Requests answered.", s->requests);
	put(b, "xinqiao_assets_total", "counter", "Style sheets, scripts and icons sent.",
		s->assets);
	put(b, "xinqiao_cache_hits_total", "counter", "Pages answered from the page cache.",
		s->cache_hits);
	put(b, "xinqiao_not_modified_total", "counter", "Pages that the reader had already.",
		s->not_modified);
	put(b, "xinqiao_limited_total", "counter", "Requests refused for too many tries.",
		s->limited);
	put(b, "xinqiao_csrf_refused_total", "counter", "Forms refused for their token.",
		s->csrf_refused);
}

static enum xq_rc
metrics_render(struct req *q, struct resp *r, struct xq_err *err)
{
	(void)err;
	struct server *s = q->conn->server;
	struct writer_stats w = app_writer_stats(q->app);
	struct page_cache_stats c = page_cache_stats(s->cache);
	struct buf b = buf_new(q->mem, 4096);
	put_requests(&b, &s->stats);
	put(&b, "xinqiao_cache_pages", "gauge", "Pages in the page cache.", c.entries);
	put(&b, "xinqiao_cache_bytes", "gauge", "Bytes in the page cache.", c.bytes);
	put(&b, "xinqiao_cache_evicted_total", "counter", "Pages dropped for room.", c.evicted);
	put(&b, "xinqiao_cache_stale_total", "counter", "Pages dropped as outdated.", c.stale);
	put(&b, "xinqiao_acts_total", "counter", "Acts applied.", w.acts);
	put(&b, "xinqiao_acts_refused_total", "counter", "Acts refused by a rule.", w.refused);
	put(&b, "xinqiao_batches_total", "counter", "Commits of the writer.", w.batches);
	put(&b, "xinqiao_queue_full_total", "counter", "Acts turned away: the queue was full.",
		w.full);
	put(&b, "xinqiao_queue_waiting", "gauge", "Acts waiting for the writer.", w.waiting);
	put(&b, "xinqiao_outbox_rounds_total", "counter", "Times the outbox was looked through.",
		app_outbox_rounds(q->app));
	put(&b, "xinqiao_requests_running", "gauge", "Requests not finished yet.",
		(uint64_t)atomic_load(&s->running));
	resp_text(r, 200, "text/plain; version=0.0.4; charset=utf-8", buf_view(&b));
	r->cache = "no-store";
	return XQ_OK;
}

const struct view view_metrics = {
	.path = "/metrics",
	.who = PERM_ANYBODY,
	.flags = VIEW_NO_OFFICE | VIEW_API,
	.render = metrics_render,
};

/* ---- small files ------------------------------------------------------------------------------------- */

static enum xq_rc
robots_render(struct req *q, struct resp *r, struct xq_err *err)
{
	(void)q;
	(void)err;
	resp_text(r, 200, "text/plain; charset=utf-8",
		STR("User-agent: *\nDisallow: /desk\nDisallow: /login\nDisallow: /track/\n"
		    "Disallow: /raise/\nDisallow: /api/\n"));
	r->cache = "public, max-age=86400";
	return XQ_OK;
}

const struct view view_robots = {
	.path = "/robots.txt",
	.who = PERM_ANYBODY,
	.flags = VIEW_NO_OFFICE | VIEW_API,
	.render = robots_render,
};

static enum xq_rc
favicon_render(struct req *q, struct resp *r, struct xq_err *err)
{
	(void)q;
	(void)err;
	const struct asset *a = NULL;
	for (size_t i = 0; i < asset_n_rows && !a; i++)
		if (text_eq(asset_rows[i].name, "favicon.svg"))
			a = &asset_rows[i];
	if (!a)
		return XQ_NONE;
	resp_text(r, 200, a->type, str_n((const char *)a->raw, a->n_raw));
	r->cache = "public, max-age=86400";
	return XQ_OK;
}

const struct view view_favicon = {
	.path = "/favicon.ico",
	.who = PERM_ANYBODY,
	.flags = VIEW_NO_OFFICE | VIEW_API,
	.render = favicon_render,
};

/* ---- several offices ----------------------------------------------------------------------------------- */

static enum xq_rc
offices_render(struct req *q, struct resp *r, struct xq_err *err)
{
	(void)err;
	struct html_out o = html_new(q->mem, q->prefs.lang, TZ_CHINA);
	const char *title = msg_text(q->prefs.lang, N_("Choose your subdistrict office"));
	struct shell s = {
		.title = title,
		.hero = title,
		.office = "",
		.office_short = "",
		.path = "/",
		.elder = q->prefs.elder,
		.high_contrast = q->prefs.high_contrast,
		.theme = (int)q->prefs.theme,
	};
	resident_open(&o, &s);
	office_links(&o, &(struct office_list){ q->app->n_offices, q->app->office });
	resident_close(&o, &s);
	resp_html(r, &o);
	return XQ_OK;
}

/* Shown at / when there are several offices, or none. */
const struct view view_offices = {
	.path = "/",
	.who = PERM_ANYBODY,
	.flags = VIEW_NO_OFFICE,
	.render = offices_render,
};

/* Every component once, for looking at and for checks; only where tests are served. */
static enum xq_rc
styles_render(struct req *q, struct resp *r, struct xq_err *err)
{
	(void)err;
	if (!q->app->is_test_clock)
		return XQ_NONE;
	struct html_out o = html_new(q->mem, q->prefs.lang, q->office->tz_s);
	o.base = q->base;
	o.today = day_of(q->now, q->office->tz_s);
	struct styles *s = styles_sample(q->mem, &o);
	struct shell shell = styles_shell(q->mem, str_is(req_query(q, "as"), "desk"));
	shell.elder = q->prefs.elder;
	shell.high_contrast = q->prefs.high_contrast;
	if (shell.desk)
		styles_desk(&o, s, &shell);
	else
		styles_resident(&o, s, &shell);
	resp_html(r, &o);
	return XQ_OK;
}

static const struct view view_styles = { .path = "/desk/styles",
	.who = PERM_STAFF,
	.render = styles_render,
	.title = N_("Components") };

const struct view *const web_views[] = {
	&view_styles,
	&view_api_act,
	&view_api_openapi,
	&view_health,
	&view_metrics,
	&view_robots,
	&view_favicon,
	&view_prefs,
	NULL,
};
