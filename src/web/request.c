/* SPDX-License-Identifier: Apache-2.0 */
/* From what libmicrohttpd hands over to struct req: head, path, office, route, who asks. */
#include <strings.h>

#include <netinet/in.h>
#include <sys/socket.h>

#include "core/mem.h"
#include "core/utf8.h"
#include "identity/session.h"
#include "web/cookie.h"
#include "web/csrf.h"
#include "web/urlform.h"
#include "web/web_int.h"

#include "core/banned.h"

/* ---- headers and cookies --------------------------------------------------------------------- */

static enum MHD_Result
head_add(void *cls, enum MHD_ValueKind kind, const char *name, size_t n_name, const char *value,
	size_t n_value)
{
	(void)kind;
	struct head *h = cls;
	const struct {
		const char *name;
		struct str *to;
	} known[] = {
		{ "Cookie", &h->cookie },
		{ "Accept-Encoding", &h->accept_encoding },
		{ "Accept-Language", &h->accept_language },
		{ "If-None-Match", &h->if_none_match },
		{ "Host", &h->host },
		{ "Authorization", &h->authorization },
		{ "Content-Type", &h->content_type },
		{ "Content-Length", &h->content_length },
		{ "Origin", &h->origin },
		{ "Sec-Fetch-Site", &h->fetch_site },
		{ "X-Forwarded-For", &h->forwarded_for },
		{ "Idempotency-Key", &h->idem_key },
		{ "X-CSRF-Token", &h->csrf },
	};
	if (n_name == 10 && value && strncasecmp(name, "HX-Request", 10) == 0)
		h->is_fragment = n_value == 4 && memcmp(value, "true", 4) == 0;
	for (size_t i = 0; value && i < sizeof known / sizeof *known; i++)
		if (strlen(known[i].name) == n_name &&
			strncasecmp(known[i].name, name, n_name) == 0) {
			*known[i].to = (struct str){ value, n_value };
			break;
		}
	return MHD_YES;
}

static void
head_cookies(struct head *h)
{
	struct str rest = h->cookie, name, value;
	while (cookie_next(&rest, &name, &value)) {
		if (str_is(name, "xs"))
			h->session = value;
		else if (str_is(name, "xv"))
			h->visitor = random_name_is_fine(value) ? value : STR("");
		else if (!prefs_set(&h->prefs, name, value) && name.p[0] == 'x')
			h->is_personal = true;
	}
}

void
head_read(struct head *h, struct MHD_Connection *mhd)
{
	*h = (struct head){ 0 };
	MHD_get_connection_values_n(mhd, MHD_HEADER_KIND, head_add, h);
	prefs_default(&h->prefs);
	if (h->accept_language.n > 0)
		h->prefs.lang = prefs_language(h->accept_language);
	if (h->cookie.n > 0)
		head_cookies(h);
}

/* ---- path, office, query ----------------------------------------------------------------------- */

bool
path_is_api(struct str path)
{
	return str_starts(path, STR("/api/"));
}

struct conn *
conn_new(struct server *s, struct MHD_Connection *mhd, const struct head *h)
{
	void *mem = mem_pool("request", REQUEST_POOL);
	struct conn *c = mem_new(mem, struct conn);
	c->mem = mem;
	c->server = s;
	c->mhd = mhd;
	c->head = *h;
	c->q = (struct req){
		.mem = mem,
		.app = s->app,
		.base = "",
		.path = STR("/"),
		.prefs = h->prefs,
		.now = clock_now(s->app->clock),
		.csrf = "",
		.visitor = "",
		.is_fragment = h->is_fragment,
		.conn = c,
	};
	c->r.status = 200;
	return c;
}

/* Takes /o/<code> off the path; without it the host says which, or there is only one. False: no such
 * office. */
static bool
take_office(struct conn *c)
{
	struct req *q = &c->q;
	struct app *app = q->app;
	if (!str_starts(q->path, STR("/o/"))) {
		q->office = app_office_by_host(app, c->head.host);
		if (!q->office && app->n_offices == 1)
			q->office = &app->office[0];
		return true;
	}
	struct str rest = str_n(q->path.p + 3, q->path.n - 3), code = STR("");
	(void)str_cut(&rest, '/', &code); /* an empty code is nobody's */
	q->office = app_office_by_code(app, code);
	if (!q->office)
		return false;
	q->base = mem_printf(q->mem, "/o/%.*s", (int)code.n, code.p);
	size_t used = 3 + code.n;
	q->path = used < q->path.n ? str_n(q->path.p + used, q->path.n - used) : STR("/");
	return true;
}

struct query_read {
	struct req *q;
	size_t cap;
	bool is_bad;
};

static enum MHD_Result
query_add(void *cls, enum MHD_ValueKind kind, const char *name, size_t n_name, const char *value,
	size_t n_value)
{
	(void)kind;
	struct query_read *to = cls;
	struct req *q = to->q;
	if (q->n_query == QUERY_PAIRS_MAX) {
		to->is_bad = true;
		return MHD_NO;
	}
	if (q->n_query == to->cap) {
		to->cap = to->cap ? 4 * to->cap : 8;
		q->query = mem_grow(q->mem, struct form_pair, q->query, q->n_query, to->cap);
	}
	/* libmicrohttpd has split and turned + into blanks; escapes are still there */
	char *copy = mem_textn(q->mem, name, n_name);
	struct form_pair *p = &q->query[q->n_query++];
	p->name = str_n(copy, url_unescape(copy, n_name, false));
	p->value = STR("");
	if (value) {
		copy = mem_textn(q->mem, value, n_value);
		p->value = str_n(copy, url_unescape(copy, n_value, false));
	}
	to->is_bad |= !utf8_is_valid(p->name) || !utf8_is_valid(p->value);
	return MHD_YES;
}

static bool
read_query(struct conn *c)
{
	struct query_read to = { .q = &c->q };
	MHD_get_connection_values_n(c->mhd, MHD_GET_ARGUMENT_KIND, query_add, &to);
	struct str view = req_query(&c->q, "view"); /* a poster's QR: /?view=elder */
	if (str_is(view, "elder"))
		c->q.prefs.elder = true;
	return !to.is_bad;
}

static bool
fail_with(struct conn *c, int status)
{
	(void)web_fail(&c->q, &c->r, status, NULL);
	return false;
}

/* Where a resident begins: with several offices the first question is which. */
static bool
is_front(struct str path)
{
	return str_is(path, "/") || str_is(path, "/raise") || str_is(path, "/track") ||
	       str_is(path, "/public");
}

/* Everything of an office that has left is at its new address, under the same path; what is not of any office
 * (assets, the city) stays here. False: answered. */
static bool
follow_place(struct conn *c, bool is_found)
{
	struct req *q = &c->q;
	struct xq_err err = { 0 };
	const struct view *any = c->route.get ? c->route.get : c->route.post;
	if (!q->office || (is_found && (any->flags & VIEW_NO_OFFICE)))
		return true;
	if (q->office->place == PLACE_GONE) {
		q->base = q->office->address;
		resp_see_other(q, &c->r, req_here(q));
		c->r.status = 308; /* the same method, with its body */
		c->r.cache = "no-store";
		return false;
	}
	if (q->office->place != PLACE_ARRIVING)
		return true;
	(void)!place_takes_acts(q->app, q->office->id, &err); /* no: that is what is said */
	q->office = NULL;                                     /* none of its rows may be read yet */
	(void)web_fail(q, &c->r, 503, &err);
	return false;
}

bool
conn_route(struct conn *c, const char *url)
{
	struct req *q = &c->q;
	struct str raw = str_of(url), path;
	if (!url_path_decode(q->mem, raw, &path) || !read_query(c))
		return fail_with(c, 400);
	q->path = path;
	bool known = take_office(c);
	c->is_api = path_is_api(q->path);
	if (!known)
		return fail_with(c, 404);
	bool is_found = router_find(c->server->router, q->path, &c->route);
	if (!follow_place(c, is_found))
		return false;
	if (q->path.n > 1 && q->path.p[q->path.n - 1] == '/') {
		q->path.n--;
		resp_see_other(q, &c->r, req_here(q));
		c->r.status = 301;
		return false;
	}
	if (!is_found)
		return fail_with(c, 404);

	const struct view *any = c->route.get ? c->route.get : c->route.post;
	if (!q->office && !(any->flags & VIEW_NO_OFFICE)) {
		if (!is_front(q->path) || q->method != HTTP_GET)
			return fail_with(c, 404);
		c->route.get = &view_offices;
		c->route.post = NULL;
	}
	q->n_places = c->route.n_places;
	memcpy(q->place, c->route.place, sizeof q->place);
	q->actor = (struct actor){ .kind = ACTOR_NOBODY, .office = q->office ? q->office->id : 0 };
	c->is_api |= any->flags & VIEW_API;
	return true;
}

/* ---- snapshot and person ------------------------------------------------------------------------- */

/* Which commits the snapshot that is opened next has at least: read before it. */
static void
conn_mark(struct conn *c)
{
	const struct req *q = &c->q;
	if (q->office)
		c->fresh = (struct page_fresh){ q->office->id,
			db_commit_no(q->app->db, q->office->id), q->now / 60 };
}

enum xq_rc
conn_open(struct conn *c, struct xq_err *err)
{
	if (c->q.tx)
		return XQ_OK;
	conn_mark(c);
	return db_read(c->q.app->db, &c->q.tx, err);
}

enum xq_rc
req_belongs(struct req *q, const struct office_info *office, struct xq_err *err)
{
	conn_close(q->conn);
	q->office = office;
	return conn_open(q->conn, err);
}

void
conn_close(struct conn *c)
{
	if (c->q.tx)
		tx_end(c->q.tx);
	c->q.tx = NULL;
}

static bool
bearer_of(struct str header, struct str *token)
{
	if (header.n < 8 || strncasecmp(header.p, "Bearer ", 7) != 0)
		return false;
	*token = str_trim(str_n(header.p + 7, header.n - 7));
	return true;
}

/* Who was found by this secret since the last commit. A session that wants to be kept awake is read
 * again: its last touch is no commit that pages see. */
static bool
identify_kept(struct conn *c, const struct kept_key *key)
{
	struct actor actor;
	conn_mark(c);
	if (!kept_get(c, key, &actor, sizeof actor) || session_wants_touch(&actor, c->q.now))
		return false;
	c->q.actor = actor;
	return true;
}

/* what: 't' for a program's token, 's' for a session. */
static bool
identify_by(struct conn *c, char what,
	enum xq_rc (*find)(struct tx *, const uint8_t *, int64_t, struct str, int64_t,
		struct actor *, struct xq_err *),
	struct str token, enum xq_rc *rc)
{
	struct req *q = &c->q;
	struct xq_err err = { 0 };
	struct actor actor = { 0 };
	struct kept_key key = { .what = what };
	token_hash(q->app->key, token, key.whose);
	*rc = XQ_OK;
	if (identify_kept(c, &key))
		return true;
	*rc = conn_open(c, &err);
	if (*rc == XQ_OK)
		*rc = find(q->tx, app_key(q->app, q->office->id), q->office->id, token, q->now,
			&actor, &err);
	if (*rc == XQ_OK) {
		q->actor = actor;
		kept_put(c, &key, &actor, sizeof actor);
	}
	if (*rc == XQ_OK || *rc == XQ_NONE)
		return true;
	conn_fail(c, *rc, &err);
	return false;
}

static void
touch_is_done(struct act_call *call, void *arg)
{
	struct server *s = arg;
	mem_free(call->mem);
	atomic_fetch_sub(&s->waiting, 1);
}

/* Keeps the session awake: a small act now and then, which nobody waits for. */
static void
touch_session(struct conn *c)
{
	struct server *s = c->server;
	const struct actor *a = &c->q.actor;
	if (!s->touch || a->session_id == 0 || !session_wants_touch(a, c->q.now))
		return;
	void *mem = mem_root("touch");
	struct act_call *call = act_call_new(mem, s->app, s->touch, c->q.office->id, a);
	atomic_fetch_add(&s->waiting, 1);
	act_submit(call, touch_is_done, s);
}

bool
conn_identify(struct conn *c)
{
	struct req *q = &c->q;
	struct str token;
	enum xq_rc rc;
	if (!q->office)
		return true;
	if (bearer_of(c->head.authorization, &token)) {
		c->head.session = STR(""); /* a program speaks: cookies don't count */
		if (!identify_by(c, 't', actor_by_token, token, &rc))
			return false;
		if (rc == XQ_OK)
			return true;
		resp_header(&c->r, "WWW-Authenticate", "Bearer");
		return fail_with(c, 401);
	}
	/* A POST to the API with a cookie counts as that person's only with the token of a page. */
	if (c->is_api && q->method == HTTP_POST && c->head.csrf.n == 0)
		c->head.session = STR("");
	if (c->head.session.n == 0 || c->head.session.n > 128)
		return true;
	if (!identify_by(c, 's', actor_by_session, c->head.session, &rc))
		return false;
	if (rc == XQ_OK)
		touch_session(c);
	return true;
}

bool
conn_permit(struct conn *c, const struct view *v)
{
	struct req *q = &c->q;
	if (v->who == PERM_ANYBODY || actor_may(&q->actor, v->who))
		return true;
	if (q->actor.kind == ACTOR_NOBODY && c->is_api) {
		resp_header(&c->r, "WWW-Authenticate", "Bearer");
		return fail_with(c, 401);
	}
	if (q->actor.kind == ACTOR_NOBODY && q->method == HTTP_GET) {
		resp_see_other(q, &c->r,
			mem_printf(q->mem, "/login?to=%s", url_quote(q->mem, str_of(req_here(q)))));
		c->r.cache = "no-store";
		return false;
	}
	if (q->actor.must_change && q->method == HTTP_GET && !c->is_api) {
		resp_see_other(q, &c->r, "/account"); /* first the password of one's own */
		c->r.cache = "no-store";
		return false;
	}
	q->view = v;
	struct xq_err err = { 0 };
	const char *key = q->actor.kind == ACTOR_NOBODY ? "web.logged-out" : "act.not-allowed";
	(void)xq_refuse(&err, NULL, key);
	(void)web_fail(q, &c->r, 403, &err);
	return false;
}

/* ---- limits ------------------------------------------------------------------------------------- */

/* A keyed hash of the address; of IPv6 only the /64, which one household has. */
static uint64_t
address_of(const struct conn *c, bool *out_loopback)
{
	const union MHD_ConnectionInfo *info =
		MHD_get_connection_info(c->mhd, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
	uint8_t raw[64] = { 0 };
	size_t n = 0;
	*out_loopback = false;
	if (info && info->client_addr->sa_family == AF_INET) {
		const struct sockaddr_in *a = (const struct sockaddr_in *)info->client_addr;
		memcpy(raw, &a->sin_addr, n = 4);
		*out_loopback = raw[0] == 127;
	} else if (info && info->client_addr->sa_family == AF_INET6) {
		const struct sockaddr_in6 *a = (const struct sockaddr_in6 *)info->client_addr;
		memcpy(raw, &a->sin6_addr, n = 8);
		*out_loopback = IN6_IS_ADDR_LOOPBACK(&a->sin6_addr);
	}
	struct str via = c->head.forwarded_for; /* the proxy appends: the last one is what it saw */
	if (c->server->opt.is_behind_tls && *out_loopback && via.n > 0) {
		struct str rest = via, hop = via;
		while (rest.n > 0 && str_cut(&rest, ',', &hop))
			;
		hop = str_trim(hop);
		n = hop.n < sizeof raw ? hop.n : sizeof raw;
		memcpy(raw, hop.p, n);
		*out_loopback = false;
	}
	uint8_t hash[32];
	hash_keyed(c->server->app->key, (struct bytes){ raw, n }, hash);
	uint64_t out;
	memcpy(&out, hash, sizeof out);
	return out;
}

bool
conn_may_try(struct conn *c)
{
	struct server *s = c->server;
	if (s->opt.no_limits || c->q.actor.kind == ACTOR_STAFF)
		return true;
	bool loopback;
	int wait_s = 0;
	uint64_t who = address_of(c, &loopback);
	if ((loopback && s->app->is_test_clock) ||
		limiter_try(s->limiter, who, time_mono_ms(), &wait_s))
		return true;
	s->stats.limited++;
	struct xq_err err = { 0 };
	(void)xq_refuse(&err, NULL, "web.too-many-tries");
	xq_err_time(&err, "at", c->q.now + wait_s + 59); /* shown in minutes: never too early */
	resp_header(&c->r, "Retry-After", mem_printf(c->mem, "%d", wait_s));
	(void)web_fail(&c->q, &c->r, 429, &err);
	return false;
}

struct str
conn_csrf_holder(const struct conn *c)
{
	return c->q.actor.kind == ACTOR_STAFF ? c->head.session : str_of(c->q.visitor);
}
