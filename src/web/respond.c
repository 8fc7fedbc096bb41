/* SPDX-License-Identifier: Apache-2.0 */
/* From struct resp to the wire, and the page cache: a cached page is a finished response object
 * that all threads share, so a hit costs one look-up. */
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>
#include <zlib.h>

#include "core/hash.h"
#include "core/mem.h"
#include "web/asset.h"
#include "web/web_int.h"

#include "core/banned.h"

#define CSP                                                                                        \
	"default-src 'self'; img-src 'self' blob:; object-src 'none'; base-uri 'none'; "           \
	"form-action 'self'; frame-ancestors 'none'"
#define PERMISSIONS "camera=(self), geolocation=(), microphone=(), payment=(), usb=()"
#define VARY_PAGE "Accept-Encoding, Accept-Language, Cookie, HX-Request"

void
count_status(struct server *s, int status)
{
	atomic_fetch_add_explicit(&s->stats.requests, 1, memory_order_relaxed);
	if (status >= 100 && status < 600)
		atomic_fetch_add_explicit(
			&s->stats.by_class[status / 100], 1, memory_order_relaxed);
}

#define CACHE_FOR_EVER "public, max-age=31536000, immutable"

enum { FILE_BYTES = 32 * 1024 };

static void
add(struct MHD_Response *m, const char *name, const char *value)
{
	xq_require(MHD_add_response_header(m, name, value) == MHD_YES);
}

static struct MHD_Response *
from_memory(struct str body, enum MHD_ResponseMemoryMode mode)
{
	/* libmicrohttpd does not write to it */
	union {
		const char *in;
		void *out;
	} p = { .in = body.p };
	return MHD_create_response_from_buffer(body.n, body.n ? p.out : NULL, mode);
}

/* A file that has no name, whose pages the kernel hands to each reader's socket as they are: from memory it
 * would copy them for each. NULL: none can be made. */
static struct MHD_Response *
from_file(struct str body)
{
	int fd = memfd_create("page", MFD_CLOEXEC);
	ssize_t n = fd >= 0 ? write(fd, body.p, body.n) : -1;
	struct MHD_Response *m =
		n == (ssize_t)body.n ? MHD_create_response_from_fd64(body.n, fd) : NULL;
	if (!m && fd >= 0)
		close(fd); /* else it is the response's */
	return m;
}

/* mode PERSISTENT: body outlives the response; MUST_COPY: the response has its own, for pages that
 * the cache may drop while they are still on their way to somebody. */
static struct MHD_Response *
make(const struct server *s, struct str body, enum MHD_ResponseMemoryMode mode, const char *type,
	const char *cache)
{
	/* Those that never change are files of the record, of which the cache holds a few hundred at most. */
	bool is_file = mode == MHD_RESPMEM_MUST_COPY && body.n >= FILE_BYTES && !s->is_tls &&
	               text_eq(cache, CACHE_FOR_EVER);
	struct MHD_Response *m = is_file ? from_file(body) : NULL;
	m = m ? m : from_memory(body, mode);
	xq_require(m != NULL);
	bool is_html = type && strncmp(type, "text/html", 9) == 0;
	if (type)
		add(m, "Content-Type", type);
	add(m, "Cache-Control", cache);
	add(m, "X-Content-Type-Options", "nosniff");
	add(m, "Referrer-Policy", "same-origin");
	add(m, "Content-Security-Policy", CSP);
	if (is_html)
		add(m, "Permissions-Policy", PERMISSIONS);
	if (s->is_tls)
		add(m, "Strict-Transport-Security", "max-age=31536000");
	return m;
}

static bool
is_staff_page(struct str path)
{
	return str_starts(path, STR("/desk")) || str_starts(path, STR("/lead")) ||
	       str_starts(path, STR("/account")) || str_starts(path, STR("/login"));
}

static bool
is_immutable(const struct conn *c)
{
	return c->q.view && (c->q.view->flags & VIEW_IMMUTABLE) && c->r.status == 200;
}

/* Its reader holds no cookie that would count: what anybody may read, any page may read. */
static void
add_open(struct MHD_Response *m, const struct conn *c)
{
	if (c->q.view && (c->q.view->flags & VIEW_OPEN))
		add(m, "Access-Control-Allow-Origin", "*");
}

static const char *
cache_rule(const struct conn *c)
{
	if (c->r.cache)
		return c->r.cache;
	if (is_immutable(c))
		return CACHE_FOR_EVER;
	if (c->n_key > 0)
		return "no-cache"; /* may be kept by anybody, must be asked for again: ETag */
	if (c->q.actor.kind == ACTOR_STAFF || c->q.method == HTTP_POST || is_staff_page(c->q.path))
		return "no-store";
	return "private, no-cache";
}

/* ---- page cache ---------------------------------------------------------------------------------- */

#define ETAG_LEN 36 /* quote, 32 hex digits, up to two letters, quote */

struct page {
	bool is_immutable;                     /* good for ever, not for one commit */
	struct MHD_Response *plain, *gzip;     /* gzip NULL: does not pay */
	struct MHD_Response *same, *same_gzip; /* 304 */
	char etag[ETAG_LEN + 1], etag_gzip[ETAG_LEN + 1];
};

void
page_value_free(void *value)
{
	struct page *p = value;
	struct MHD_Response *all[] = { p->plain, p->gzip, p->same, p->same_gzip };
	for (size_t i = 0; i < 4; i++)
		if (all[i])
			MHD_destroy_response(all[i]); /* goes when its last reader has it */
	mem_free(p);
}

static bool
gzip_text(void *mem, struct str in, struct str *out)
{
	z_stream z = { 0 };
	if (in.n < 256 || deflateInit2(&z, 5, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK)
		return false;
	uLong cap = deflateBound(&z, in.n);
	uint8_t *p = mem_resize(mem, NULL, cap);
	union {
		const char *in;
		z_const Bytef *out;
	} from = { .in = in.p };
	z.next_in = from.out;
	z.avail_in = (uInt)in.n;
	z.next_out = p;
	z.avail_out = (uInt)cap;
	int rc = deflate(&z, Z_FINISH);
	*out = str_n((const char *)p, z.total_out);
	deflateEnd(&z);
	return rc == Z_STREAM_END && out->n < in.n;
}

static void
etag_of(struct str body, const char *suffix, char out[ETAG_LEN + 1])
{
	uint8_t full[SHA256_LEN];
	char hex[33];
	hash_sha256((struct bytes){ (const uint8_t *)body.p, body.n }, full);
	text_hex((struct bytes){ full, 16 }, hex);
	snprintf(out, ETAG_LEN + 1, "\"%s%s\"", hex, suffix);
}

static struct MHD_Response *
make_page(const struct conn *c, struct str body, const char *type, const char *etag,
	const char *coding)
{
	struct MHD_Response *m = make(c->server, body, MHD_RESPMEM_MUST_COPY, type,
		is_immutable(c) ? CACHE_FOR_EVER : "no-cache");
	add_open(m, c);
	add(m, "ETag", etag);
	add(m, "Vary", VARY_PAGE);
	if (coding)
		add(m, "Content-Encoding", coding);
	return m;
}

static struct page *
page_new(const struct conn *c, size_t *out_bytes)
{
	const struct resp *r = &c->r;
	struct page *p = mem_new(NULL, struct page); /* outlives the request */
	struct str packed;
	etag_of(r->body, "", p->etag);
	p->is_immutable = is_immutable(c);
	p->plain = make_page(c, r->body, r->type, p->etag, NULL);
	p->same = make_page(c, STR(""), NULL, p->etag, NULL);
	*out_bytes = r->body.n + 4096; /* with what the responses themselves take */
	if (gzip_text(c->mem, r->body, &packed)) {
		etag_of(r->body, "-g", p->etag_gzip);
		p->gzip = make_page(c, packed, r->type, p->etag_gzip, "gzip");
		p->same_gzip = make_page(c, STR(""), NULL, p->etag_gzip, NULL);
		*out_bytes += packed.n;
	}
	return p;
}

static bool
etag_is_among(struct str header, const char *etag)
{
	return header.n > 0 && etag[0] && str_index(header, str_of(etag)) < header.n;
}

static enum MHD_Result
send_page(struct server *s, struct MHD_Connection *mhd, const struct head *h, const struct page *p)
{
	if (etag_is_among(h->if_none_match, p->etag) ||
		etag_is_among(h->if_none_match, p->etag_gzip)) {
		bool is_gzip = !etag_is_among(h->if_none_match, p->etag);
		atomic_fetch_add_explicit(&s->stats.not_modified, 1, memory_order_relaxed);
		count_status(s, 304);
		return MHD_queue_response(mhd, 304, is_gzip ? p->same_gzip : p->same);
	}
	count_status(s, 200);
	bool packed = p->gzip && accepts_coding(h->accept_encoding, "gzip");
	return MHD_queue_response(mhd, 200, packed ? p->gzip : p->plain);
}

struct key_buf {
	char *p;
	size_t n; /* PAGE_KEY_MAX: too long */
};

static void
key_add(struct key_buf *k, const char *p, size_t n)
{
	if (k->n + n >= PAGE_KEY_MAX) {
		k->n = PAGE_KEY_MAX;
		return;
	}
	memcpy(k->p + k->n, p, n);
	k->n += n;
}

static enum MHD_Result
key_add_pair(void *cls, enum MHD_ValueKind kind, const char *name, size_t n_name, const char *value,
	size_t n_value)
{
	(void)kind;
	struct key_buf *k = cls;
	key_add(k, "&", 1);
	key_add(k, name, n_name);
	if (value) {
		key_add(k, "=", 1);
		key_add(k, value, n_value);
	}
	return k->n < PAGE_KEY_MAX ? MHD_YES : MHD_NO;
}

/* What the page depends on, for a reader without login: choices, path with office, query. 0: not
 * to be looked up at all. */
size_t
page_key_of(const struct head *h, struct MHD_Connection *mhd, int64_t host, const char *url,
	char out[PAGE_KEY_MAX])
{
	if (h->session.n > 0 || h->authorization.n > 0 || h->is_personal)
		return 0;
	struct key_buf k = { .p = out };
	unsigned bits = (unsigned)h->prefs.lang | (unsigned)h->prefs.elder << 1 |
	                (unsigned)h->prefs.high_contrast << 2 | (unsigned)h->is_fragment << 3 |
	                (unsigned)h->prefs.theme << 4;
	char first = (char)('@' + bits);
	key_add(&k, &first, 1);
	if (host > 0) { /* a path begins with '/', so none is taken for another */
		char no[24];
		key_add(&k, no, (size_t)snprintf(no, sizeof no, "%lld", (long long)host));
	}
	key_add(&k, url, strlen(url));
	MHD_get_connection_values_n(mhd, MHD_GET_ARGUMENT_KIND, key_add_pair, &k);
	return k.n < PAGE_KEY_MAX ? k.n : 0;
}

struct cached {
	struct server *s;
	struct MHD_Connection *mhd;
	const struct head *h;
	enum MHD_Result result;
};

static bool
use_page(void *arg, const struct page_fresh *f, void *value)
{
	struct cached *c = arg;
	struct app *app = c->s->app;
	const struct page *p = value;
	if (!p->is_immutable && (f->commit_no != db_commit_no(app->db, f->office) ||
					f->minute != clock_now(app->clock) / 60))
		return false;
	c->result = send_page(c->s, c->mhd, c->h, value);
	return true;
}

bool
send_cached(struct server *s, struct MHD_Connection *mhd, const struct head *h, struct str key,
	enum MHD_Result *out)
{
	struct cached c = { .s = s, .mhd = mhd, .h = h };
	if (!page_cache_use(s->cache, key, use_page, &c))
		return false;
	atomic_fetch_add_explicit(&s->stats.cache_hits, 1, memory_order_relaxed);
	*out = c.result;
	return true;
}

static bool
may_keep(const struct conn *c)
{
	return c->n_key > 0 && c->fresh.office != 0 && c->r.status == 200 && c->r.n_headers == 0 &&
	       !c->r.cache && c->q.method == HTTP_GET;
}

/* Answers from a page made now, and keeps it for the next readers. */
static enum MHD_Result
send_and_keep(struct conn *c)
{
	size_t bytes;
	struct page *p = page_new(c, &bytes);
	enum MHD_Result result = send_page(c->server, c->mhd, &c->head, p);
	page_cache_put(c->server->cache, str_n(c->key, c->n_key), &c->fresh, p, bytes);
	return result;
}

enum MHD_Result
conn_send(struct conn *c)
{
	c->state = CONN_ANSWERED;
	if (may_keep(c))
		return send_and_keep(c);
	c->n_key = 0;
	/* the request's memory outlives its response: it goes in the completed call-back */
	struct MHD_Response *m =
		make(c->server, c->r.body, MHD_RESPMEM_PERSISTENT, c->r.type, cache_rule(c));
	for (size_t i = 0; i < c->r.n_headers; i++)
		add(m, c->r.header[i].name, c->r.header[i].value);
	add_open(m, c);
	if (!c->r.cache || !strstr(c->r.cache, "no-store"))
		add(m, "Vary", VARY_PAGE);
	count_status(c->server, c->r.status);
	enum MHD_Result result = MHD_queue_response(c->mhd, (unsigned)c->r.status, m);
	MHD_destroy_response(m);
	return result;
}

/* ---- assets ------------------------------------------------------------------------------------- */

static struct MHD_Response *
make_asset(const struct server *s, const struct asset *a, const uint8_t *p, size_t n,
	const char *coding)
{
	if (!p)
		return NULL;
	struct MHD_Response *m = make(s, str_n((const char *)p, n), MHD_RESPMEM_PERSISTENT, a->type,
		"public, max-age=31536000, immutable");
	add(m, "ETag", a->etag);
	add(m, "Vary", "Accept-Encoding");
	if (coding)
		add(m, "Content-Encoding", coding);
	return m;
}

void
assets_open(struct server *s)
{
	s->assets = mem_array(s->mem, struct asset_answers, asset_n_rows);
	for (size_t i = 0; i < asset_n_rows; i++) {
		const struct asset *a = &asset_rows[i];
		s->assets[i] = (struct asset_answers){
			.raw = make_asset(s, a, a->raw, a->n_raw, NULL),
			.gz = make_asset(s, a, a->gz, a->n_gz, "gzip"),
			.br = make_asset(s, a, a->br, a->n_br, "br"),
			.same = make_asset(s, a, a->raw, 0, NULL),
		};
	}
}

void
assets_close(struct server *s)
{
	for (size_t i = 0; i < asset_n_rows; i++) {
		struct MHD_Response *all[] = { s->assets[i].raw, s->assets[i].gz, s->assets[i].br,
			s->assets[i].same };
		for (size_t k = 0; k < 4; k++)
			if (all[k])
				MHD_destroy_response(all[k]);
	}
}

enum MHD_Result
send_asset(struct server *s, struct MHD_Connection *mhd, const struct head *h, struct str path)
{
	const struct asset *a = asset_find(path);
	if (!a)
		return MHD_NO;
	const struct asset_answers *m = &s->assets[a - asset_rows];
	atomic_fetch_add_explicit(&s->stats.assets, 1, memory_order_relaxed);
	if (etag_is_among(h->if_none_match, a->etag)) {
		count_status(s, 304);
		return MHD_queue_response(mhd, 304, m->same);
	}
	count_status(s, 200);
	if (m->br && accepts_coding(h->accept_encoding, "br"))
		return MHD_queue_response(mhd, 200, m->br);
	if (m->gz && accepts_coding(h->accept_encoding, "gzip"))
		return MHD_queue_response(mhd, 200, m->gz);
	return MHD_queue_response(mhd, 200, m->raw);
}
