/* SPDX-License-Identifier: Apache-2.0 */
/* web.h - requests, views, answers: what a module needs to show pages and take forms.
 *
 * For:       a request is either a view (reads, shows, may be cached) or an act.
 * May call:  core, calendar, store, ledger, identity, act
 * Called by: modules (views), cli (serve)
 * Owns:      the page cache; no tables
 * Threads:   views run on the HTTP threads, each with a read snapshot of its own
 * Source:    architecture.md 4, 6, 9; interface.md 2
 */
#ifndef XQ_WEB_WEB_H
#define XQ_WEB_WEB_H

#include "act/app.h"
#include "web/html.h"

struct shell;

/* What a person chose with /prefs; part of the cache key. */
struct prefs {
	enum lang lang;
	bool elder, high_contrast;
	enum { THEME_AUTO, THEME_LIGHT, THEME_DARK } theme;
};

enum http_method { HTTP_GET, HTTP_POST };

struct req {
	void *mem;
	struct app *app;
	const struct office_info *office;
	const char *base; /* "" or "/o/demo": in front of every link */
	enum http_method method;
	struct str path; /* decoded, without base and query */
	const struct view *view;
	struct actor actor; /* ACTOR_NOBODY without login */
	struct prefs prefs;
	int64_t now;
	struct tx *tx;       /* snapshot of the view; opened before render */
	const char *csrf;    /* for the hidden field of every form */
	const char *visitor; /* cookie of an anonymous browser; "" before the first form */
	bool is_fragment;    /* asked for a part of a page */

	/* path places of the view's pattern, in order */
	size_t n_places;
	struct str place[4];

	size_t n_query;
	struct form_pair *query;
	size_t n_pairs; /* POST body */
	struct form_pair *pair;

	/* the act of a POST, after it ran (refused: the page is rendered again with it) */
	struct act_call *call;
	/* why the page is shown again after a POST: the act's refusal, act.queue-full, csrf.again;
	 * NULL: it was simply asked for */
	const struct xq_err *refusal;
	struct conn *conn; /* the server's own */
};

/* The answer. A view fills it through the helpers below. */
struct resp {
	int status;
	const char *type; /* "text/html; charset=utf-8" */
	struct str body;
	size_t n_headers;
	struct {
		const char *name, *value;
	} header[12];
	const char *cache; /* Cache-Control; NULL: no-store for staff, private no-cache otherwise */
};

enum view_flag {
	VIEW_PUBLIC =
		1, /* same for every anonymous reader: cached under the office's commit number */
	VIEW_IMMUTABLE = 2, /* never changes under its URL */
	VIEW_NO_OFFICE = 4, /* /health, /metrics, the city: no snapshot, no session */
	VIEW_LIMITED =
		8,      /* each look by a stranger counts as a try (query codes); POSTs always do */
	VIEW_API = 16,  /* for programs, as all of /api/: no cookies, no csrf, problem documents */
	VIEW_OPEN = 64, /* scripts of other pages and saved files may read it (the public record) */
	VIEW_RAW = 32,  /* POST: the body is not cut into pairs, any type; see req_body */
};

/* How many pairs fill may add. */
enum { VIEW_FILL_MAX = 12 };

/* view - one path. GET renders; POST runs the act (form pairs are checked against its fields by
 * the server; csrf and idempotency key too) and then calls after.
 *
 * path: {x} matches one segment, {x}.print one with that ending, {x...} at the end all that is
 * left. Of several that match, the one with most literal segments wins. Two views may share a path
 * when one renders and the other takes the POST.
 *
 * What render returns: XQ_NONE becomes the 404 page, XQ_REFUSED 403 with err, XQ_BUSY 503,
 * XQ_FAULT is logged and becomes 500. It may also answer with web_fail itself. q->tx is open in
 * render, fill, post and after, and gone when they return. A page with VIEW_PUBLIC holds no form
 * that POSTs (no csrf token there) and nothing that depends on who reads it. */
struct view {
	const char *path; /* "/desk/concerns/{no}/hand-over" */
	enum perm who;
	unsigned flags;
	enum xq_rc (*render)(struct req *q, struct resp *r, struct xq_err *err);

	const struct act *act; /* POST; NULL: no POST, unless post is set */
	/* Adds what the form does not carry (path places, the resident's code) before checking; these
	 * win over pairs of the same name. At most VIEW_FILL_MAX; may be NULL. */
	enum xq_rc (*fill)(
		struct req *q, struct form_pair *extra, size_t *n_extra, struct xq_err *err);
	/* The act went through: where to go (303). NULL: back to the same path. */
	enum xq_rc (*after)(struct req *q, struct resp *r, struct xq_err *err);
	/* Many steps on one path (the step form): called instead of the act; it may run the act by
	 * setting q->call and returning XQ_BUSY with r->status 0, or answer at once. NULL: act. */
	enum xq_rc (*post)(struct req *q, struct resp *r, struct xq_err *err);
	size_t max_body;   /* 0: 64 KiB */
	const char *title; /* N_, for route lists and tests; may be NULL */
};

/* Answers. */
void resp_html(struct resp *r, const struct html_out *o);
void resp_text(struct resp *r, int status, const char *type, struct str body);
void resp_json(struct resp *r, int status, const struct json_w *w);
/* A file to keep; name may hold any letters. */
void resp_download(
	struct req *q, struct resp *r, const char *type, const char *name, struct str body);
void resp_see_other(struct req *q, struct resp *r, const char *path); /* 303, base is added */
void resp_header(struct resp *r, const char *name, const char *value);
/* A cookie: HttpOnly, SameSite=Lax, Secure under TLS, path = base or "/". max_age 0: session,
 * negative: forget. */
void resp_cookie(
	struct req *q, struct resp *r, const char *name, const char *value, int64_t max_age);
struct str req_cookie(const struct req *q, const char *name); /* empty when absent */
struct str req_header(const struct req *q, const char *name);
struct str req_query(const struct req *q, const char *name); /* first value; empty when absent */
struct str req_pair(const struct req *q, const char *name);  /* of the POST body */
struct str req_body(const struct req *q);                    /* all of it; for API and VIEW_RAW */
/* A page with VIEW_PUBLIC and VIEW_NO_OFFICE, when it has found out which office's commits change what it shows:
 * q->office is that office from here on, q->tx a snapshot from behind the number under which the page is
 * kept. */
XQ_CHECK enum xq_rc req_belongs(
	struct req *q, const struct office_info *office, struct xq_err *err);
/* Place i of the path as it was written in the pattern. */
static inline struct str
req_place(const struct req *q, size_t i)
{
	xq_require(i < q->n_places);
	return q->place[i];
}
/* The part of a value that may stand between & and = of an address. */
const char *url_quote(void *mem, struct str s);
/* Same path and query as asked for, without base: for to= of links; starts with one slash. */
const char *req_here(struct req *q);

/* The office's page of a refusal or fault: 403 says which role may and who, 404 offers search and
 * phone, 429, 503 keeps what was typed; JSON clients get a problem document. */
enum xq_rc web_fail(struct req *q, struct resp *r, int status, const struct xq_err *err);

/* The idempotency key for a form's hidden field "idem": fresh, or the typed one when the page is
 * shown again. */
const char *req_idem_key(struct req *q);

/* The banner over every page while the office's record is stopped; NULL: it goes on. */
const char *req_notice(struct req *q);

/* The fault's words in the reader's language. */
const char *req_fault_text(struct req *q, const struct xq_err *err);
/* The same for act_answer_json. */
struct act_words req_words(struct req *q);

/* ---- the server ---------------------------------------------------------------------------------- */

struct server_options {
	const char *host;               /* 127.0.0.1 */
	uint16_t port;                  /* 0: a free one */
	int threads;                    /* 0: cores */
	const char *tls_cert, *tls_key; /* NULL: plain */
	bool is_behind_tls; /* a named proxy speaks TLS: Secure cookies, its X-Forwarded-For counts */
	bool no_limits;     /* benches: no tries per minute */
	int tries_a_minute; /* of one address, POSTs without login and VIEW_LIMITED; 0: 60 */
	int connections;    /* 0: 4096 or what the machine allows */
};

struct server;
XQ_CHECK enum xq_rc server_start(void *mem, struct app *app, const struct server_options *opt,
	struct server **out, struct xq_err *err);
uint16_t server_port(const struct server *s);
void server_stop(struct server *s); /* stops accepting, waits for running requests */

/* Views of the server itself: assets, /health, /metrics, /prefs, API. Ended by NULL. */
extern const struct view *const web_views[];
extern const struct msg_text web_messages[]; /* ends with a row without key */

#endif
