/* SPDX-License-Identifier: Apache-2.0 */
/* The gate of all text: what passed is clean and passes again unchanged; any bytes at all can be
 * shown. */
#include "core/utf8.h"

#include "act/form_int.h"
#include "core/mem.h"

#include "core/banned.h"

enum { CHARS = 200 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
look_at_clean(void *mem, struct str in, bool lines)
{
	struct str out, again;
	struct xq_err err = { 0 };
	if (utf8_clean(mem, in, lines, CHARS, &out, &err) != XQ_OK) {
		xq_require(text_eq(err.key, "text.not-utf8") || text_eq(err.key, "text.control") ||
			   text_eq(err.key, "text.too-long"));
		xq_require(text_eq(err.key, "text.not-utf8") == !utf8_is_valid(in));
		return;
	}
	xq_require(utf8_is_valid(out) && !utf8_has_control(out, lines));
	xq_require(utf8_chars(out) <= CHARS && str_find(out, '\r') == out.n);
	xq_require(str_eq(utf8_nfc(mem, out), out));
	xq_require(utf8_clean(mem, out, lines, CHARS, &again, &err) == XQ_OK);
	xq_require(str_eq(out, again));
}

static void
look_at_characters(void *mem, struct str in)
{
	struct buf b = buf_new(mem, in.n);
	size_t n = 0;
	for (struct str rest = in; rest.n > 0; n++) {
		struct str before = rest, head = utf8_head(in, n);
		xq_require(head.n == in.n - before.n && head.p == in.p);
		uint32_t c = utf8_next(&rest);
		xq_require(c <= 0x10FFFF && (c < 0xD800 || c > 0xDFFF));
		utf8_put(&b, c);
	}
	xq_require(n == utf8_chars(in) && str_eq(buf_view(&b), in));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size > 4096)
		return 0;
	void *mem = mem_root("fuzz");
	struct str in = { (const char *)data, size };
	look_at_clean(mem, in, true);
	look_at_clean(mem, in, false);
	if (utf8_is_valid(in)) {
		look_at_characters(mem, in);
		struct str nfc = utf8_nfc(mem, in);
		xq_require(utf8_is_valid(nfc) && str_eq(utf8_nfc(mem, nfc), nfc));
	}
	struct str shown = field_shown(mem, in);
	xq_require(utf8_is_valid(shown) && !utf8_has_control(shown, true));
	xq_require(str_eq(field_shown(mem, shown), shown) && shown.n <= 3 * in.n);
	mem_free(mem);
	return 0;
}
