/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/url_source.h"

#include "core/mem.h"

#include "core/banned.h"

struct url_source {
	struct fetch *fetch;
	const char *url;
};

static enum xq_rc
wrong_status(const char *path, int status, struct xq_err *err)
{
	bool has_moved = status == 301 || status == 302 || status == 307 || status == 308;
	(void)xq_fault(err, has_moved ? "fetch.moved" : "fetch.unreachable", "%.120s: status %d",
		path, status);
	return XQ_BUSY;
}

static enum xq_rc
url_get(void *arg, void *mem, const char *path, size_t max, struct bytes *out, struct xq_err *err)
{
	const struct url_source *s = arg;
	struct fetch_reply r;
	enum xq_rc rc = fetch_get(s->fetch, mem, mem_printf(mem, "%s/%s", s->url, path), &r, err);
	if (rc != XQ_OK)
		return rc;
	if (r.status == 404 || r.status == 410)
		return XQ_NONE;
	if (r.status != 200)
		return wrong_status(path, r.status, err);
	if (r.body.n > max) {
		(void)xq_refuse(err, NULL, "folder.too-large");
		xq_err_text(err, "path", mem_text(mem, path));
		xq_err_int(err, "max", (int64_t)max);
		return XQ_REFUSED;
	}
	*out = r.body;
	return XQ_OK;
}

void
url_source_open(
	void *mem, const char *url, const struct fetch_limits *limits, struct ledger_source *out)
{
	struct str s = str_of(url);
	while (s.n > 0 && s.p[s.n - 1] == '/')
		s.n--;
	struct url_source *u = mem_new(mem, struct url_source);
	u->url = str_text(mem, s);
	u->fetch = fetch_new(mem, limits);
	*out = (struct ledger_source){ .get = url_get, .arg = u };
}
