/* SPDX-License-Identifier: Apache-2.0 */
/* server.c - libmicrohttpd: threads, the call-backs, start and stop; what listens is in listen.c.
 *
 * The first call of the handler for a request must return without an answer: libmicrohttpd closes
 * the connection after an answer that comes before the body. Most GETs need nothing of their own:
 * between their two calls they are marked by the address of `nothing_yet`, and a request context is
 * made only when neither asset nor cached page fits. */
#include <errno.h>
#include <stdio.h>
#include <sys/resource.h>
#include <unistd.h>

#include "core/log.h"
#include "core/mem.h"
#include "core/parse.h"
#include "web/web_int.h"

#include "core/banned.h"

static char nothing_yet;

/* Of the page cache: room for one office, and for the public pages that are opened most of each one more. */
enum { PAGES = 2048, PAGES_BYTES = 16 * 1024 * 1024, PAGES_EACH = 8, PAGE_BYTES = 16 * 1024 };

/* ---- a request --------------------------------------------------------------------------------------- */

static bool
is_get(const char *method)
{
	return text_eq(method, "GET") || text_eq(method, "HEAD");
}

static struct conn *
begin(struct server *s, struct MHD_Connection *mhd, const struct head *h, void **slot)
{
	struct conn *c = conn_new(s, mhd, h);
	atomic_fetch_add(&s->running, 1);
	*slot = c;
	return c;
}

static size_t
body_limit(const struct conn *c)
{
	const struct view *v = c->route.post;
	return v && v->max_body > 0 ? v->max_body : BODY_DEFAULT;
}

static void
refuse_body(struct conn *c, int status, const char *key)
{
	c->early = status;
	if (key)
		(void)xq_refuse(&c->early_err, NULL, key);
	if (status == 413)
		xq_err_int(&c->early_err, "max", (int64_t)(body_limit(c) / 1024));
}

/* The answer that was decided before the body was read. */
static void
answer_early(struct conn *c)
{
	if (c->early == 405)
		resp_header(&c->r, "Allow",
			c->route.get && c->route.post ? "GET, HEAD, POST"
			: c->route.get                ? "GET, HEAD"
						      : "POST");
	if (c->early > 0)
		(void)web_fail(&c->q, &c->r, c->early, c->early_err.key ? &c->early_err : NULL);
}

/* The head of a POST or of a method that we do not know. True: go on reading. */
static bool
open_body(struct conn *c, const char *url, const char *method)
{
	int64_t length = 0;
	bool known = parse_int(c->head.content_length, 0, INT64_MAX, &length);
	c->q.method = HTTP_POST;
	if (!conn_route(c, url))
		c->early = -1; /* c->r holds it */
	else if (!text_eq(method, "POST") || !c->route.post)
		refuse_body(c, 405, NULL);
	else if (known && (uint64_t)length > body_limit(c))
		refuse_body(c, 413, "web.too-large");
	c->max_body = body_limit(c);
	c->body = buf_new(c->mem, 0);
	return length <= BODY_DRAIN;
}

static enum MHD_Result
first_call(struct server *s, struct MHD_Connection *mhd, const char *url, const char *method,
	void **slot)
{
	if (is_get(method)) {
		*slot = &nothing_yet;
		return MHD_YES;
	}
	struct head h;
	head_read(&h, mhd);
	struct conn *c = begin(s, mhd, &h, slot);
	if (open_body(c, url, method))
		return MHD_YES;
	answer_early(c); /* a huge body: closing the connection is the only way not to read it */
	return conn_send(c);
}

static void
take_data(struct conn *c, const char *data, size_t n)
{
	if (c->early != 0)
		return;
	if (c->body.n + n > c->max_body) {
		refuse_body(c, 413, "web.too-large");
		c->body = buf_new(c->mem, 0);
		return;
	}
	buf_add(&c->body, data, n);
}

/* The body is complete, or the writer is done with the act. */
static enum MHD_Result
go_on(struct conn *c)
{
	switch (c->state) {
	case CONN_BODY:
		if (c->early != 0)
			answer_early(c);
		else if (!conn_post(c))
			return MHD_YES; /* suspended */
		return conn_send(c);
	case CONN_APPLIED:
		conn_post_done(c);
		return conn_send(c);
	case CONN_WAITING:
	case CONN_ANSWERED:
		break;
	}
	return MHD_NO;
}

/* Pages of an office are kept apart by its host where the path does not name it. */
static int64_t
host_office(const struct server *s, const struct head *h, const char *url)
{
	const struct office_info *o =
		strncmp(url, "/o/", 3) == 0 ? NULL : app_office_by_host(s->app, h->host);
	return o ? o->id : 0;
}

/* HEAD too: libmicrohttpd leaves the body out. */
static enum MHD_Result
get(struct server *s, struct MHD_Connection *mhd, const char *url, void **slot)
{
	struct head h;
	enum MHD_Result result;
	head_read(&h, mhd);
	if (strncmp(url, "/assets/", 8) == 0 &&
		(result = send_asset(s, mhd, &h, str_of(url))) == MHD_YES)
		return result;
	char key[PAGE_KEY_MAX];
	size_t n_key = page_key_of(&h, mhd, host_office(s, &h, url), url, key);
	if (n_key > 0 && send_cached(s, mhd, &h, str_n(key, n_key), &result))
		return result;

	struct conn *c = begin(s, mhd, &h, slot);
	memcpy(c->key, key, n_key);
	c->n_key = n_key;
	if (conn_route(c, url))
		conn_get(c);
	else
		c->n_key = 0;
	return conn_send(c);
}

static enum MHD_Result
on_request(void *cls, struct MHD_Connection *mhd, const char *url, const char *method,
	const char *version, const char *data, size_t *n_data, void **slot)
{
	(void)version;
	struct server *s = cls;
	if (!*slot)
		return first_call(s, mhd, url, method, slot);
	if (*slot == &nothing_yet) {
		if (*n_data == 0)
			return get(s, mhd, url, slot);
		*n_data = 0; /* a GET with a body: nobody reads it */
		return MHD_YES;
	}
	struct conn *c = *slot;
	if (*n_data > 0) {
		take_data(c, data, *n_data);
		*n_data = 0;
		return MHD_YES;
	}
	return go_on(c);
}

static void
on_completed(
	void *cls, struct MHD_Connection *mhd, void **slot, enum MHD_RequestTerminationCode how)
{
	(void)mhd;
	(void)how;
	struct server *s = cls;
	void *p = *slot;
	*slot = NULL;
	if (!p || p == &nothing_yet)
		return;
	struct conn *c = p;
	conn_close(c);
	mem_free(c->mem);
	atomic_fetch_sub(&s->running, 1);
}

/* Escapes stay as they came: the path is decoded once, by rules of our own (urlform.c). */
static size_t
keep_escapes(void *cls, struct MHD_Connection *mhd, char *text)
{
	(void)cls;
	(void)mhd;
	return strlen(text);
}

/* ---- start --------------------------------------------------------------------------------------------- */

/* As many connections as asked for, or as file descriptors allow. */
static unsigned
connection_limit(const struct server *s)
{
	unsigned want = s->opt.connections > 0 ? (unsigned)s->opt.connections : CONNECTIONS;
	struct rlimit files;
	if (getrlimit(RLIMIT_NOFILE, &files) == 0 && files.rlim_cur < want + 256) {
		files.rlim_cur = files.rlim_max < want + 256 ? files.rlim_max : want + 256;
		if (setrlimit(RLIMIT_NOFILE, &files) == 0 && files.rlim_cur < want + 256)
			want = (unsigned)files.rlim_cur > 512 ? (unsigned)files.rlim_cur - 256
			                                      : 256;
	}
	return want;
}

static unsigned
thread_count(const struct server *s)
{
	if (s->opt.threads > 0)
		return (unsigned)s->opt.threads;
	long cores = sysconf(_SC_NPROCESSORS_ONLN);
	return cores > 0 ? (unsigned)cores : 1;
}

static enum xq_rc
read_pem(void *mem, const char *path, char **out, struct xq_err *err)
{
	FILE *f = fopen(path, "re");
	char text[64 * 1024];
	size_t n = f ? fread(text, 1, sizeof text, f) : 0;
	if (f)
		fclose(f);
	if (n == 0 || n == sizeof text)
		return xq_fault(err, "web.tls", "cannot read %s", path);
	*out = mem_textn(mem, text, n);
	hash_wipe(text, n);
	return XQ_OK;
}

/* One daemon for each thread, without a socket of its own: listen.c brings the connections. */
static enum xq_rc
start_worker(
	struct server *s, struct worker *w, const struct MHD_OptionItem *tls, struct xq_err *err)
{
	unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_NO_LISTEN_SOCKET |
	                 MHD_ALLOW_SUSPEND_RESUME | MHD_USE_TURBO;
	w->daemon = MHD_start_daemon(tls[0].option == MHD_OPTION_END ? flags : flags | MHD_USE_TLS,
		0, NULL, NULL, on_request, s, MHD_OPTION_ARRAY, tls, MHD_OPTION_CONNECTION_LIMIT,
		s->per_worker + CLOSING, MHD_OPTION_PER_IP_CONNECTION_LIMIT,
		s->opt.no_limits || s->opt.is_behind_tls ? 0u : s->per_worker / 2,
		MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)IDLE_S, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
		(size_t)CONNECTION_MEMORY, MHD_OPTION_UNESCAPE_CALLBACK, keep_escapes, NULL,
		MHD_OPTION_NOTIFY_COMPLETED, on_completed, s, MHD_OPTION_NOTIFY_CONNECTION,
		on_connection, w, MHD_OPTION_END);
	if (!w->daemon)
		return xq_fault(
			err, "web.listen", "libmicrohttpd does not start: %s", strerror(errno));
	return XQ_OK;
}

static enum xq_rc
start_workers(struct server *s, struct xq_err *err)
{
	struct MHD_OptionItem tls[] = {
		{ MHD_OPTION_END, 0, NULL },
		{ MHD_OPTION_END, 0, NULL },
		{ MHD_OPTION_END, 0, NULL },
	};
	enum xq_rc rc = XQ_OK;
	if (s->opt.tls_cert && s->opt.tls_key) {
		char *cert, *key;
		rc = read_pem(s->mem, s->opt.tls_cert, &cert, err);
		if (rc == XQ_OK)
			rc = read_pem(s->mem, s->opt.tls_key, &key, err);
		if (rc != XQ_OK)
			return rc;
		tls[0] = (struct MHD_OptionItem){ MHD_OPTION_HTTPS_MEM_CERT, 0, cert };
		tls[1] = (struct MHD_OptionItem){ MHD_OPTION_HTTPS_MEM_KEY, 0, key };
	}
	s->n_workers = thread_count(s);
	s->per_worker = (connection_limit(s) + s->n_workers - 1) / s->n_workers;
	s->worker = mem_array(s->mem, struct worker, s->n_workers);
	for (unsigned i = 0; rc == XQ_OK && i < s->n_workers; i++)
		rc = start_worker(s, &s->worker[i], tls, err);
	return rc;
}

static void
stop_workers(struct server *s)
{
	for (unsigned i = 0; i < s->n_workers; i++)
		if (s->worker[i].daemon)
			MHD_stop_daemon(s->worker[i].daemon);
}

static void
build_routes(struct server *s)
{
	s->router = router_new(s->mem);
	for (size_t i = 0; web_views[i]; i++)
		router_add(s->router, web_views[i]);
	for (size_t m = 0; s->app->modules[m]; m++)
		for (size_t i = 0; s->app->modules[m]->views && s->app->modules[m]->views[i]; i++)
			router_add(s->router, s->app->modules[m]->views[i]);
	router_add(s->router, &view_offices); /* last: only where no module has a first page */
}

static void
server_free(struct server *s)
{
	assets_close(s);
	page_cache_free(s->cache);
	page_cache_free(s->kept);
	limiter_free(s->limiter);
	if (s->fd >= 0)
		close(s->fd);
	mem_free(s->mem);
}

enum xq_rc
server_start(void *mem, struct app *app, const struct server_options *opt, struct server **out,
	struct xq_err *err)
{
	(void)mem; /* it has a root of its own: its parts are freed by server_stop alone */
	void *own = mem_root("server");
	struct server *s = mem_new(own, struct server);
	s->mem = own;
	s->app = app;
	s->opt = *opt;
	s->fd = -1;
	s->is_tls = opt->is_behind_tls || (opt->tls_cert && opt->tls_key);
	s->started_at = time_mono_ms();
	s->cache = page_cache_new(own, PAGES + PAGES_EACH * app->n_offices,
		PAGES_BYTES + PAGES_EACH * PAGE_BYTES * app->n_offices, page_value_free);
	s->kept = kept_new(own);
	s->limiter =
		limiter_new(own, opt->tries_a_minute > 0 ? opt->tries_a_minute : TRIES_A_MINUTE);
	s->touch = act_find(app, STR("session.touch"));
	assets_open(s);
	build_routes(s);
	enum xq_rc rc = listen_open(s, err);
	if (rc == XQ_OK)
		rc = start_workers(s, err);
	if (rc != XQ_OK) {
		stop_workers(s);
		server_free(s);
		return rc;
	}
	listen_start(s);
	*out = s;
	return XQ_OK;
}

uint16_t
server_port(const struct server *s)
{
	return s->port;
}

void
server_stop(struct server *s)
{
	listen_stop(s);
	/* Acts that wait for the writer are always answered; slow readers get ten seconds. */
	int64_t until = time_mono_ms() + STOP_WAIT_MS;
	while (atomic_load(&s->waiting) > 0 ||
		(atomic_load(&s->running) > 0 && time_mono_ms() < until))
		usleep(2000);
	stop_workers(s);
	server_free(s);
}
