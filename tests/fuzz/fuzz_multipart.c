/* SPDX-License-Identifier: Apache-2.0 */
/* multipart/form-data: the first line is the Content-Type header, the rest the body. Parts that were
 * read are written as a browser would and read again. */
#include "web/multipart.h"

#include "core/mem.h"
#include "core/utf8.h"

#include "core/banned.h"

enum { PARTS = 16, NAME_MAX_BYTES = 600 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
put_quoted(struct buf *b, const char *key, struct str s)
{
	buf_printf(b, "; %s=\"", key);
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] == '"')
			buf_text(b, "%22");
		else
			buf_char(b, s.p[i]);
	buf_char(b, '"');
}

static void
must_say_the_same(void *mem, const struct form_pair *pair, size_t n, const char *boundary)
{
	struct buf b = buf_new(mem, 1024);
	for (size_t i = 0; i < n; i++) {
		if (pair[i].name.n + pair[i].file_name.n > NAME_MAX_BYTES ||
			str_ends(pair[i].name, STR("\\")) || str_ends(pair[i].file_name, STR("\\")))
			return; /* too long for a head; or \" at its end, which is read as a quote */
		buf_printf(&b, "--%s\r\nContent-Disposition: form-data", boundary);
		put_quoted(&b, "name", pair[i].name);
		if (pair[i].is_upload)
			put_quoted(&b, "filename", pair[i].file_name);
		buf_text(&b, "\r\n\r\n");
		buf_str(&b, pair[i].value);
		buf_text(&b, "\r\n");
	}
	buf_printf(&b, "--%s--\r\n", boundary);

	struct form_pair *again;
	size_t n_again;
	struct xq_err err = { 0 };
	xq_require(multipart_read(mem, buf_view(&b), str_of(boundary), PARTS, &again, &n_again,
			   &err) == XQ_OK);
	xq_require(n_again == n);
	for (size_t i = 0; i < n; i++) {
		xq_require(str_eq(pair[i].name, again[i].name));
		xq_require(str_eq(pair[i].value, again[i].value));
		xq_require(pair[i].is_upload == again[i].is_upload);
		xq_require(str_eq(pair[i].file_name, again[i].file_name));
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char fresh[] = "----xinqiao-1f0c37e2";
	void *mem = mem_root("fuzz");
	struct str rest = { (const char *)data, size }, type, boundary = STR("b");
	struct form_pair *pair;
	size_t n;
	struct xq_err err = { 0 };
	(void)str_cut(&rest, '\n', &type);
	if (!multipart_boundary(type, &boundary))
		boundary = STR("b"); /* the body is looked at all the same */
	xq_require(boundary.n >= 1 && boundary.n <= 70);
	if (rest.p == NULL)
		rest = STR("");
	if (multipart_read(mem, rest, boundary, PARTS, &pair, &n, &err) == XQ_OK) {
		xq_require(n <= PARTS);
		for (size_t i = 0; i < n; i++)
			xq_require(utf8_is_valid(pair[i].name) &&
				   utf8_is_valid(pair[i].file_name) &&
				   (pair[i].is_upload || utf8_is_valid(pair[i].value)));
		if (str_index(rest, str_of(fresh)) == rest.n)
			must_say_the_same(mem, pair, n, fresh);
	} else {
		xq_require(err.key != NULL);
	}
	mem_free(mem);
	return 0;
}
