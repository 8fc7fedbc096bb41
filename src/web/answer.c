/* SPDX-License-Identifier: Apache-2.0 */
/* The helpers of web.h that views use to read a request and to fill an answer. */
#include "core/mem.h"
#include "web/cookie.h"
#include "web/csrf.h"
#include "web/urlform.h"
#include "web/web_int.h"

#include "core/banned.h"

/* ---- answers ------------------------------------------------------------------------------------ */

void
resp_html(struct resp *r, const struct html_out *o)
{
	struct html all = html_view(o);
	r->type = "text/html; charset=utf-8";
	r->body = str_n(all.p, all.n);
	if (r->status == 0)
		r->status = 200;
}

void
resp_text(struct resp *r, int status, const char *type, struct str body)
{
	r->status = status;
	r->type = type;
	r->body = body;
}

void
resp_json(struct resp *r, int status, const struct json_w *w)
{
	resp_text(r, status, status < 400 ? "application/json" : "application/problem+json",
		buf_view(&w->b));
}

void
resp_header(struct resp *r, const char *name, const char *value)
{
	xq_require(r->n_headers < sizeof r->header / sizeof *r->header);
	for (const char *p = value; *p; p++)
		xq_require((unsigned char)*p >= 0x20); /* a line break would begin a new header */
	r->header[r->n_headers].name = name;
	r->header[r->n_headers++].value = value;
}

void
resp_see_other(struct req *q, struct resp *r, const char *path)
{
	const char *rest = strpbrk(path, "?#");
	struct str first = { path, rest ? (size_t)(rest - path) : strlen(path) };
	bool is_ascii = true; /* already an address; else a decoded path with names in it */
	for (size_t i = 0; i < first.n; i++)
		is_ascii &= path[i] > ' ' && path[i] < 0x7f;
	const char *head =
		is_ascii ? mem_textn(q->mem, first.p, first.n) : url_quote(q->mem, first);
	r->status = 303;
	r->type = NULL;
	r->body = STR("");
	resp_header(r, "Location", mem_printf(q->mem, "%s%s%s", q->base, head, rest ? rest : ""));
}

void
resp_download(struct req *q, struct resp *r, const char *type, const char *name, struct str body)
{
	resp_text(r, 200, type, body);
	resp_header(r, "Content-Disposition",
		mem_printf(q->mem, "attachment; filename*=UTF-8''%s",
			url_quote(q->mem, str_of(name))));
	r->cache = "no-store";
}

void
resp_cookie(struct req *q, struct resp *r, const char *name, const char *value, int64_t max_age)
{
	xq_require(cookie_value_is_fine(value));
	struct buf b = buf_new(q->mem, 160);
	buf_printf(&b, "%s=%s; Path=%s; HttpOnly; SameSite=Lax", name, value,
		q->base[0] ? q->base : "/");
	if (max_age != 0)
		buf_printf(&b, "; Max-Age=%lld", max_age > 0 ? (long long)max_age : 0LL);
	if (q->conn->server->is_tls)
		buf_text(&b, "; Secure");
	resp_header(r, "Set-Cookie", b.p);
}

/* ---- requests ----------------------------------------------------------------------------------- */

struct str
req_cookie(const struct req *q, const char *name)
{
	return cookie_get(q->conn->head.cookie, name);
}

struct str
req_header(const struct req *q, const char *name)
{
	const char *value = NULL;
	size_t n = 0;
	(void)MHD_lookup_connection_value_n(q->conn->mhd, MHD_HEADER_KIND, name, strlen(name),
		&value, &n); /* absent: stays empty */
	return value ? str_n(value, n) : STR("");
}

static struct str
first_of(const struct form_pair *pair, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (str_is(pair[i].name, name))
			return pair[i].value;
	return STR("");
}

struct str
req_query(const struct req *q, const char *name)
{
	return first_of(q->query, q->n_query, name);
}

struct str
req_pair(const struct req *q, const char *name)
{
	return first_of(q->pair, q->n_pairs, name);
}

struct str
req_body(const struct req *q)
{
	return buf_view(&q->conn->body);
}

const char *
req_here(struct req *q)
{
	struct buf b = buf_new(q->mem, 128);
	buf_text(&b, url_quote(q->mem, q->path));
	for (size_t i = 0; i < q->n_query; i++) {
		buf_char(&b, i == 0 ? '?' : '&');
		buf_text(&b, url_quote(q->mem, q->query[i].name));
		buf_char(&b, '=');
		buf_text(&b, url_quote(q->mem, q->query[i].value));
	}
	return b.p;
}

const char *
req_idem_key(struct req *q)
{
	struct str typed = req_pair(q, "idem");
	return q->refusal && random_name_is_fine(typed) ? str_text(q->mem, typed)
	                                                : random_name(q->mem);
}

static const char *
text_of_key(const struct app *app, const char *key)
{
	for (size_t i = 0; web_messages[i].key; i++)
		if (text_eq(web_messages[i].key, key))
			return web_messages[i].text;
	return app_message(app, key);
}

const char *
req_fault_text(struct req *q, const struct xq_err *err)
{
	if (!err || !err->key)
		return "";
	size_t n = 0;
	while (n < XQ_ERR_ARGS && err->arg[n].kind != MSG_ARG_NONE)
		n++;
	const char *text = msg_text(q->prefs.lang, text_of_key(q->app, err->key));
	return msg_fill(
		q->mem, q->prefs.lang, text, err->arg, n, q->office ? q->office->tz_s : TZ_CHINA);
}

static const char *
say_to_reader(void *arg, const struct xq_err *err)
{
	return req_fault_text(arg, err);
}

struct act_words
req_words(struct req *q)
{
	return (struct act_words){ say_to_reader, q };
}
