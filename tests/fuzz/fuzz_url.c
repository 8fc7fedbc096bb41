/* SPDX-License-Identifier: Apache-2.0 */
/* Addresses and urlencoded forms: what passed is safe as a path, and says the same when it is
 * quoted and read again. */
#include "web/urlform.h"

#include "core/mem.h"
#include "core/utf8.h"
#include "web/web.h"

#include "core/banned.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static size_t
slashes_in(struct str s)
{
	size_t n = 0;
	for (size_t i = 0; i < s.n; i++)
		n += s.p[i] == '/';
	return n;
}

static void
look_at_path(void *mem, struct str raw)
{
	struct str path, again, rest, segment;
	if (!url_path_decode(mem, raw, &path))
		return;
	xq_require(path.n <= raw.n && path.p[0] == '/');
	xq_require(slashes_in(path) == slashes_in(raw)); /* none was hidden in an escape */
	xq_require(utf8_is_valid(path) && str_find(path, '\\') == path.n);
	for (size_t i = 0; i < path.n; i++)
		xq_require((unsigned char)path.p[i] >= 0x20 && path.p[i] != 0x7f);
	for (rest = path; str_cut(&rest, '/', &segment);)
		xq_require(!str_is(segment, ".") && !str_is(segment, ".."));
	xq_require(url_path_decode(mem, str_of(url_quote(mem, path)), &again));
	xq_require(str_eq(path, again));
}

static void
look_at_pairs(void *mem, struct str text)
{
	struct form_pair *pair, *again;
	size_t n, n_again;
	struct xq_err err = { 0 };
	if (url_pairs_read(mem, text, QUERY_PAIRS_MAX, &pair, &n, &err) != XQ_OK) {
		xq_require(err.key != NULL);
		return;
	}
	xq_require(n <= QUERY_PAIRS_MAX);
	struct buf b = buf_new(mem, text.n);
	for (size_t i = 0; i < n; i++) {
		xq_require(utf8_is_valid(pair[i].name) && utf8_is_valid(pair[i].value));
		if (i > 0)
			buf_char(&b, '&');
		buf_printf(
			&b, "%s=%s", url_quote(mem, pair[i].name), url_quote(mem, pair[i].value));
	}
	xq_require(url_pairs_read(mem, buf_view(&b), QUERY_PAIRS_MAX, &again, &n_again, &err) ==
		   XQ_OK);
	xq_require(n_again == n);
	for (size_t i = 0; i < n; i++)
		xq_require(str_eq(pair[i].name, again[i].name) &&
			   str_eq(pair[i].value, again[i].value));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	void *mem = mem_root("fuzz");
	struct str in = { (const char *)data, size };
	look_at_path(mem, in);
	look_at_pairs(mem, in);
	if (url_is_local(in)) {
		xq_require(in.p[0] == '/' && (in.n == 1 || in.p[1] != '/'));
		for (size_t i = 0; i < in.n; i++)
			xq_require((unsigned char)in.p[i] > 0x20 && in.p[i] != '\\');
	}
	mem_free(mem);
	return 0;
}
