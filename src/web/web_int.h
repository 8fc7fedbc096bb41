/* SPDX-License-Identifier: Apache-2.0 */
/* web_int.h - what the files of the server share: one connection's request, the server's state.
 *
 * The way of a request:
 *   listen.c   accepts, and picks the thread
 *   server.c   libmicrohttpd calls; assets and cached pages are answered right there
 *   request.c  head, path, office, who asks -> struct req
 *   get.c      view -> snapshot -> render
 *   post.c     body -> csrf -> fields -> act, suspended while the writer works -> answer
 *   respond.c  struct resp -> bytes on the wire, page cache
 */
#ifndef XQ_WEB_WEB_INT_H
#define XQ_WEB_WEB_INT_H

#include <microhttpd.h>
#include <pthread.h>
#include <stdatomic.h>

#include "web/cache.h"
#include "web/kept.h"
#include "web/limit.h"
#include "web/router.h"
#include "web/web.h"

enum {
	REQUEST_POOL = 64 * 1024, /* pages fit without another malloc */
	BODY_DEFAULT = 64 * 1024, /* max_body 0 */
	BODY_DRAIN = 16 * 1024 *
	             1024, /* up to here a refused body is read, so that the answer arrives */
	CONNECTION_MEMORY = 16 * 1024, /* request head and send buffer of one connection */
	CONNECTIONS = 4096,
	CLOSING = 16, /* that libmicrohttpd still counts when listen.c does not */
	IDLE_S = 30,
	STOP_WAIT_MS = 10000,
	TRIES_A_MINUTE = 60,
	PAGE_KEY_MAX = 512,
};

/* Headers that the server looks at, and what the cookies say. Lent by libmicrohttpd as long as
 * the request lives. */
struct head {
	struct str cookie, authorization, accept_language, accept_encoding, if_none_match;
	struct str content_type, content_length, origin, fetch_site, host, forwarded_for;
	struct str idem_key, csrf;
	struct str session, visitor; /* cookies xs, xv */
	bool is_fragment;
	bool is_personal; /* a cookie of a module: the page may depend on it */
	struct prefs prefs;
};

enum conn_state { CONN_BODY, CONN_WAITING, CONN_APPLIED, CONN_ANSWERED };

struct conn {
	void *mem;
	struct server *server;
	struct MHD_Connection *mhd;
	enum conn_state state;
	struct head head;
	struct route route;
	struct req q;
	struct resp r;
	struct buf body;
	size_t max_body;
	int early; /* status decided before the body is read; -1: r holds it; 0: none */
	struct xq_err early_err;
	bool is_api;
	char key[PAGE_KEY_MAX];  /* of the page cache */
	size_t n_key;            /* 0: not to be kept */
	struct page_fresh fresh; /* read before the snapshot */
};

struct server_stats {
	_Atomic uint64_t requests, by_class[6]; /* 1xx .. 5xx */
	_Atomic uint64_t cache_hits, not_modified, assets;
	_Atomic uint64_t limited, csrf_refused;
};

struct asset_answers {
	struct MHD_Response *raw, *gz, *br, *same;
};

/* A thread of libmicrohttpd with the connections that it serves. */
struct worker {
	struct MHD_Daemon *daemon;
	atomic_uint open; /* connections given to it */
};

struct server {
	void *mem;
	struct app *app;
	struct server_options opt;
	struct router *router;
	struct page_cache *cache, *kept;
	struct limiter *limiter;
	struct asset_answers *assets; /* one per row of asset_rows */
	const struct act *touch;      /* session.touch; NULL: no module declares it */
	struct worker *worker;
	unsigned n_workers, per_worker; /* connections of one at a time */
	pthread_t acceptor;
	bool is_accepting;
	atomic_bool is_stopping;
	int fd;
	uint16_t port;
	bool is_tls; /* links are https, cookies Secure */
	int64_t started_at;
	atomic_int running; /* requests that libmicrohttpd has not finished */
	atomic_int waiting; /* acts that were submitted and have not come back */
	struct server_stats stats;
};

/* listen.c */
XQ_CHECK enum xq_rc listen_open(struct server *s, struct xq_err *err);
void listen_start(struct server *s); /* when the workers are there */
void listen_stop(struct server *s);  /* nobody new from here on */
/* Told to libmicrohttpd for each worker, which it gets back as cls. */
void on_connection(void *cls, struct MHD_Connection *mhd, void **slot,
	enum MHD_ConnectionNotificationCode what);

/* request.c */
void head_read(struct head *h, struct MHD_Connection *mhd);
struct conn *conn_new(struct server *s, struct MHD_Connection *mhd, const struct head *h);
/* Path, office, query, route. False: c->r is answered already (400, 404, redirect). */
bool conn_route(struct conn *c, const char *url);
/* Snapshot of the request; opened once. */
XQ_CHECK enum xq_rc conn_open(struct conn *c, struct xq_err *err);
void conn_close(struct conn *c);
/* Who asks, from bearer token or session cookie; false: answered already. */
bool conn_identify(struct conn *c);
/* Whether this reader may see the view; false: answered already (login, 403). */
bool conn_permit(struct conn *c, const struct view *v);
/* One try of a stranger's minute; false: answered already (429). */
bool conn_may_try(struct conn *c);
struct str conn_csrf_holder(const struct conn *c);
bool path_is_api(struct str path);

/* get.c */
void conn_get(struct conn *c);
/* Renders c's view into c->r; failures become their page. */
void conn_show(struct conn *c, const struct view *v);

/* post.c: true when c->r is the answer, false when the connection waits for the writer. */
bool conn_post(struct conn *c);
void conn_post_done(struct conn *c);

/* respond.c */
enum MHD_Result conn_send(struct conn *c);
enum MHD_Result send_asset(
	struct server *s, struct MHD_Connection *mhd, const struct head *h, struct str path);
void assets_open(struct server *s);
void assets_close(struct server *s);
/* host: the office whose own host was asked; 0: none, or the path names one. */
size_t page_key_of(const struct head *h, struct MHD_Connection *mhd, int64_t host, const char *url,
	char out[PAGE_KEY_MAX]);
bool send_cached(struct server *s, struct MHD_Connection *mhd, const struct head *h, struct str key,
	enum MHD_Result *out);
void page_value_free(void *value);
void count_status(struct server *s, int status);

/* fail.c */
void conn_fail(struct conn *c, enum xq_rc rc, const struct xq_err *err);

/* prefs.c */
void prefs_default(struct prefs *p);
bool prefs_set(struct prefs *p, struct str name, struct str value);
enum lang prefs_language(struct str accept_language);
/* Whether an Accept-Encoding header takes this coding. */
bool accepts_coding(struct str accept_encoding, const char *coding);
extern const struct view view_prefs;

/* api.c, metrics.c, pages.c */
extern const struct view view_api_act, view_api_openapi, view_health, view_metrics, view_robots,
	view_favicon, view_offices;

#endif
