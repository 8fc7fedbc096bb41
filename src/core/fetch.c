/* SPDX-License-Identifier: Apache-2.0 */
#include "core/fetch.h"

#include <curl/curl.h>
#include <pthread.h>

#include "core/mem.h"

#include "core/banned.h"

#define DEFAULT_CONNECT_MS 5000
#define DEFAULT_TOTAL_MS 30000
#define DEFAULT_MAX_BYTES ((size_t)4 << 20)

struct fetch {
	CURL *curl;
	struct fetch_limits limits;
};

static pthread_once_t is_started = PTHREAD_ONCE_INIT;

static void
start_curl(void)
{
	CURLcode rc = curl_global_init(CURL_GLOBAL_DEFAULT);
	xq_require(rc == CURLE_OK);
}

static int
fetch_free(void *p)
{
	struct fetch *f = p;
	curl_easy_cleanup(f->curl);
	return 0;
}

struct fetch *
fetch_new(void *mem, const struct fetch_limits *limits)
{
	(void)pthread_once(&is_started, start_curl); /* fails only for a bad argument */
	struct fetch *f = mem_new(mem, struct fetch);
	if (limits != NULL)
		f->limits = *limits;
	if (f->limits.connect_ms <= 0)
		f->limits.connect_ms = DEFAULT_CONNECT_MS;
	if (f->limits.total_ms <= 0)
		f->limits.total_ms = DEFAULT_TOTAL_MS;
	if (f->limits.max_bytes == 0)
		f->limits.max_bytes = DEFAULT_MAX_BYTES;
	f->curl = curl_easy_init();
	xq_require(f->curl != NULL);
	mem_on_free(f, fetch_free);
	return f;
}

struct body {
	struct buf bytes;
	size_t max;
	bool is_too_large;
};

/* Less than was given tells libcurl to stop. */
static size_t
take_body(char *p, size_t size, size_t n, void *arg)
{
	struct body *b = arg;
	size_t more = size * n;
	if (more > b->max - b->bytes.n) {
		b->is_too_large = true;
		return 0;
	}
	buf_add(&b->bytes, p, more);
	return more;
}

static bool
is_fetchable(const char *url)
{
	struct str s = str_of(url);
	if (s.n == 0 || s.n > FETCH_URL_MAX ||
		(!str_starts(s, STR("http://")) && !str_starts(s, STR("https://"))))
		return false;
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] <= ' ' || s.p[i] > '~')
			return false;
	return true;
}

static void
set_common(struct fetch *f, const char *url, struct body *b, char *why)
{
	CURL *c = f->curl;
	curl_easy_reset(c); /* keeps the connections */
	(void)curl_easy_setopt(c, CURLOPT_URL, url);
	(void)curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "http,https");
	(void)curl_easy_setopt(c, CURLOPT_FOLLOWLOCATION, 0L);
	(void)curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L); /* threads */
	(void)curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT_MS, (long)f->limits.connect_ms);
	(void)curl_easy_setopt(c, CURLOPT_TIMEOUT_MS, (long)f->limits.total_ms);
	(void)curl_easy_setopt(c, CURLOPT_USERAGENT, "xinqiao");
	(void)curl_easy_setopt(c, CURLOPT_ACCEPT_ENCODING, ""); /* bundles may come as gzip */
	(void)curl_easy_setopt(c, CURLOPT_ERRORBUFFER, why);
	(void)curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, take_body);
	(void)curl_easy_setopt(c, CURLOPT_WRITEDATA, b);
}

static enum xq_rc
perform(struct fetch *f, void *mem, const char *url, struct body *b, const char *why,
	struct fetch_reply *out, struct xq_err *err)
{
	CURLcode rc = curl_easy_perform(f->curl);
	if (b->is_too_large) {
		(void)xq_refuse(err, NULL, "fetch.too-large");
		xq_err_int(err, "max", (int64_t)b->max);
		return XQ_REFUSED;
	}
	if (rc != CURLE_OK) {
		(void)xq_fault(err, "fetch.unreachable", "%.120s: %.100s", url,
			why[0] ? why : curl_easy_strerror(rc));
		return XQ_BUSY;
	}
	long status = 0;
	char *type = NULL, *location = NULL;
	(void)curl_easy_getinfo(f->curl, CURLINFO_RESPONSE_CODE, &status);
	(void)curl_easy_getinfo(f->curl, CURLINFO_CONTENT_TYPE, &type);
	(void)curl_easy_getinfo(f->curl, CURLINFO_REDIRECT_URL, &location);
	*out = (struct fetch_reply){
		.status = (int)status,
		.type = type != NULL ? mem_text(mem, type) : "",
		.location = location != NULL ? mem_text(mem, location) : "",
		.body = { (const uint8_t *)buf_view(&b->bytes).p, b->bytes.n },
	};
	return XQ_OK;
}

enum xq_rc
fetch_get(struct fetch *f, void *mem, const char *url, struct fetch_reply *out, struct xq_err *err)
{
	if (!is_fetchable(url))
		return xq_refuse(err, NULL, "fetch.bad-url");
	char why[CURL_ERROR_SIZE] = "";
	struct body b = { .bytes = buf_new(mem, 1024), .max = f->limits.max_bytes };
	set_common(f, url, &b, why);
	return perform(f, mem, url, &b, why, out, err);
}

enum xq_rc
fetch_post(struct fetch *f, void *mem, const char *url, const char *type, struct bytes body,
	struct fetch_reply *out, struct xq_err *err)
{
	if (!is_fetchable(url))
		return xq_refuse(err, NULL, "fetch.bad-url");
	char why[CURL_ERROR_SIZE] = "";
	struct body b = { .bytes = buf_new(mem, 1024), .max = f->limits.max_bytes };
	set_common(f, url, &b, why);
	/* Expect: would cost a second's wait with servers that do not answer it */
	struct curl_slist *head = curl_slist_append(NULL, "Expect:");
	head = curl_slist_append(head, mem_printf(mem, "Content-Type: %s", type));
	xq_require(head != NULL);
	(void)curl_easy_setopt(f->curl, CURLOPT_HTTPHEADER, head);
	(void)curl_easy_setopt(f->curl, CURLOPT_POST, 1L);
	(void)curl_easy_setopt(f->curl, CURLOPT_POSTFIELDS, body.p);
	(void)curl_easy_setopt(f->curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)body.n);
	enum xq_rc rc = perform(f, mem, url, &b, why, out, err);
	curl_slist_free_all(head);
	return rc;
}
