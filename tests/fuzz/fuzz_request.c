/* SPDX-License-Identifier: Apache-2.0 */
/* A whole request on a demo office: address, headers, cookies, body, form, act and page, as the
 * server's call-backs run them. What libmicrohttpd would hand over comes from the input:
 *
 *     GET or POST, then letters: s signed in as a handler, h as head of the intake, t a fitting token
 *     /desk/concerns?q=路灯
 *     Header: value            (until an empty line)
 *     body
 *
 * SESSION and CODE in the address stand for values that nobody can guess. */
#include "web/web_int.h"

#include <stdio.h>

#include "concern/concern.h"
#include "core/utf8.h"
#include "office.h"
#include "web/csrf.h"
#include "web/urlform.h"

#include "core/banned.h"

enum { HEADERS = 24, PAIRS = 64, CONCERNS = 20 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* ---- in the place of libmicrohttpd --------------------------------------------------------------- */

static struct {
	struct form_pair header[HEADERS], query[PAIRS];
	size_t n_headers, n_query;
	unsigned status;
} now;

int
MHD_get_connection_values_n(
	struct MHD_Connection *mhd, enum MHD_ValueKind kind, MHD_KeyValueIteratorN fn, void *cls)
{
	(void)mhd;
	const struct form_pair *p = kind == MHD_HEADER_KIND ? now.header : now.query;
	size_t n = kind == MHD_HEADER_KIND ? now.n_headers : now.n_query, i = 0;
	for (; i < n; i++)
		if (fn(cls, kind, p[i].name.p, p[i].name.n, p[i].value.p, p[i].value.n) != MHD_YES)
			break;
	return (int)i;
}

enum MHD_Result
MHD_lookup_connection_value_n(struct MHD_Connection *mhd, enum MHD_ValueKind kind, const char *key,
	size_t n, const char **value, size_t *n_value)
{
	(void)mhd;
	(void)kind;
	for (size_t i = 0; i < now.n_headers; i++)
		if (str_eq(now.header[i].name, str_n(key, n))) {
			*value = now.header[i].value.p;
			*n_value = now.header[i].value.n;
			return MHD_YES;
		}
	return MHD_NO;
}

const union MHD_ConnectionInfo *
MHD_get_connection_info(struct MHD_Connection *mhd, enum MHD_ConnectionInfoType type, ...)
{
	(void)mhd;
	(void)type;
	return NULL;
}

void
MHD_suspend_connection(struct MHD_Connection *mhd)
{
	(void)mhd;
}

void
MHD_resume_connection(struct MHD_Connection *mhd)
{
	(void)mhd;
}

enum MHD_Result
MHD_queue_response(struct MHD_Connection *mhd, unsigned status, struct MHD_Response *response)
{
	(void)mhd;
	xq_require(response != NULL);
	now.status = status;
	return MHD_YES;
}

/* ---- the office ------------------------------------------------------------------------------------ */

static struct clock clock_of_office;
static struct server server;
static char sessions[2][TOKEN_LEN + 1];
static struct code code_of_a_concern;

static void
open_session(struct tx *tx, const char *login, char out[TOKEN_LEN + 1])
{
	struct actor who;
	struct rng random;
	struct xq_err err = { 0 };
	rng_init_seed(&random, (uint64_t)login[0]);
	xq_require(actor_by_login(tx, 1, str_of(login), &who, &err) == XQ_OK);
	xq_require(session_start(tx, server.app->key, 1, who.account_id, STR("fuzz"), OFFICE_NOW,
			   &random, out, &err) == XQ_OK);
}

static void
open_all(void)
{
	void *mem = mem_root("server");
	struct tx *tx;
	struct xq_err err = { 0 };
	server = (struct server){ .mem = mem,
		.app = office_open(&clock_of_office, CONCERNS),
		.opt = { .no_limits = true } };
	server.cache = page_cache_new(mem, 64, 1 << 20, page_value_free);
	server.kept = kept_new(mem);
	server.limiter = limiter_new(mem, 60);
	server.router = router_new(mem);
	assets_open(&server);
	for (size_t i = 0; web_views[i]; i++)
		router_add(server.router, web_views[i]);
	for (size_t m = 0; all_modules[m]; m++)
		for (size_t i = 0; all_modules[m]->views && all_modules[m]->views[i]; i++)
			router_add(server.router, all_modules[m]->views[i]);
	xq_require(db_write(server.app->db, &tx, &err) == XQ_OK);
	open_session(tx, "chenhaiyan", sessions[0]);
	open_session(tx, "guxiaolan", sessions[1]);
	xq_require(code_of_concern(tx, mem, server.app, 1, 1, &code_of_a_concern, &err) == XQ_OK);
	xq_require(tx_commit(tx, &err) == XQ_OK);
}

/* ---- from bytes to a request -------------------------------------------------------------------------- */

static void
add_header(struct str name, struct str value)
{
	if (now.n_headers < HEADERS)
		now.header[now.n_headers++] = (struct form_pair){ .name = name, .value = value };
}

static void
cut_head(void *mem, struct str *rest)
{
	struct str line, name;
	while (str_cut(rest, '\n', &line) && line.n > 0)
		if (str_cut(&line, ':', &name) && line.p != NULL)
			add_header(
				str_of(str_text(mem, name)), str_of(str_text(mem, str_trim(line))));
}

/* libmicrohttpd splits at ? and &, turns + into blanks and leaves escapes; a NUL ends it. */
static const char *
cut_url(void *mem, struct str line)
{
	char *url = str_text(mem, line), *query = strchr(url, '?');
	if (query != NULL)
		*query++ = '\0';
	struct str rest = str_of(query), piece, name;
	while (rest.n > 0 && now.n_query < PAIRS && str_cut(&rest, '&', &piece)) {
		bool has_value = str_find(piece, '=') < piece.n;
		char *copy = str_text(mem, piece);
		for (char *p = copy; *p; p++)
			*p = *p == '+' ? ' ' : *p;
		piece = str_of(copy);
		(void)str_cut(&piece, '=', &name); /* a piece without = is a name */
		now.query[now.n_query++] = (struct form_pair){ .name = name,
			.value = has_value ? piece : str_n(NULL, 0) };
	}
	return url;
}

static struct str
replaced(void *mem, struct str s, struct str word, struct str by)
{
	size_t at = str_index(s, word);
	if (at == s.n)
		return s;
	return str_of(mem_printf(mem, "%.*s%.*s%s", (int)at, s.p, (int)by.n, by.p,
		str_text(mem, str_n(s.p + at + word.n, s.n - at - word.n))));
}

/* ---- properties ----------------------------------------------------------------------------------------- */

static void
look(struct conn *c)
{
	static const int known[] = { 200, 301, 303, 304, 400, 401, 403, 404, 405, 409, 413, 415,
		422 };
	bool is_known = c->route.get == &view_health; /* says 503: there is no writer */
	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		is_known |= c->r.status == known[i];
	/* the only program that we have here does not understand photos */
	bool is_photo = c->q.call && c->q.call->rc == XQ_FAULT && c->q.call->err.key &&
	                text_eq(c->q.call->err.key, "photo.child");
	if (!is_known && !is_photo)
		fprintf(stderr, "status %d\n", c->r.status);
	xq_require(is_known || is_photo);
	for (size_t i = 0; i < c->r.n_headers; i++)
		xq_require(strpbrk(c->r.header[i].value, "\r\n") == NULL);
	bool is_text = c->r.type && (strncmp(c->r.type, "text/", 5) == 0 ||
					    strncmp(c->r.type, "application/", 12) == 0);
	xq_require(!is_text || utf8_is_valid(c->r.body));
	xq_require(c->r.status == 303 || c->r.status == 301 || c->r.body.n > 0);
}

/* ---- one round ------------------------------------------------------------------------------------------- */

/* Hashing a password takes a second under the sanitizers, and signing in has a test of its own. */
static bool
is_for_us(const struct conn *c)
{
	const struct act *act = c->route.post ? c->route.post->act : NULL;
	return !act || !act->is_slow || text_eq(act->name, "draft.say");
}

static void
post(struct conn *c, struct str body, bool has_token)
{
	void *mem = c->mem;
	if (c->route.post == NULL || !is_for_us(c))
		return;
	struct str holder = c->head.session.n > 0 ? c->head.session : c->head.visitor;
	c->head.csrf = has_token && !path_is_api(c->q.path)
	                       ? str_of(csrf_token(mem, server.app->key, holder, OFFICE_NOW))
	                       : c->head.csrf;
	c->body = buf_new(mem, body.n);
	buf_str(&c->body, body);
	c->max_body = c->route.post->max_body ? c->route.post->max_body : BODY_DEFAULT;
	if (!conn_post(c)) {
		xq_require(c->state == CONN_APPLIED);
		conn_post_done(c);
	}
	look(c);
	xq_require(conn_send(c) == MHD_YES);
}

static void
get(struct conn *c)
{
	conn_get(c);
	look(c);
	xq_require(conn_send(c) == MHD_YES);
}

static void
run(const char *url, bool is_post, bool has_token, struct str body)
{
	struct head h;
	enum MHD_Result sent;
	char key[PAGE_KEY_MAX];
	head_read(&h, NULL);
	if (!is_post && strncmp(url, "/assets/", 8) == 0 &&
		send_asset(&server, NULL, &h, str_of(url)) == MHD_YES)
		return;
	const struct office_info *named = app_office_by_host(server.app, h.host);
	size_t n_key = is_post ? 0 : page_key_of(&h, NULL, named ? named->id : 0, url, key);
	if (n_key > 0 && send_cached(&server, NULL, &h, str_n(key, n_key), &sent))
		return;
	struct conn *c = conn_new(&server, NULL, &h);
	memcpy(c->key, key, n_key);
	c->n_key = n_key;
	if (!conn_route(c, url)) {
		c->n_key = 0;
		look(c);
	} else if (is_post) {
		post(c, body, has_token);
	} else {
		get(c);
	}
	conn_close(c);
	mem_free(c->mem);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (server.app == NULL)
		open_all();
	if (size > 1 << 16)
		return 0;
	void *mem = mem_root("fuzz");
	struct str rest = { (const char *)data, size }, method, url = STR("/");
	memset(&now, 0, sizeof now);
	(void)str_cut(&rest, '\n', &method);
	if (rest.p != NULL)
		(void)str_cut(&rest, '\n', &url);
	url = replaced(mem, url, STR("CODE"), str_of(code_of_a_concern.text));
	const char *path = cut_url(mem, url);
	if (rest.p != NULL)
		cut_head(mem, &rest);
	bool is_post = str_starts(method, STR("POST")), is_head = str_find(method, 'h') < method.n;
	if (is_head || str_find(method, 's') < method.n)
		add_header(STR("Cookie"),
			str_of(mem_printf(mem, "xs=%s; lang=zh", sessions[is_head])));
	bool has_token = str_find(method, 't') < method.n;
	if (path[0] == '/')
		run(path, is_post, has_token, rest.p ? rest : STR(""));
	mem_free(mem);
	return 0;
}
