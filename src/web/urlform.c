/* SPDX-License-Identifier: Apache-2.0 */
#include "web/urlform.h"

#include "core/mem.h"
#include "core/utf8.h"
#include "web/web.h"

#include "core/banned.h"

static int
hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/* The byte of an escape at p[0] == '%'; -1 when it is none. */
static int
escape_at(const char *p, size_t n)
{
	if (n < 3)
		return -1;
	int high = hex_digit(p[1]), low = hex_digit(p[2]);
	return high < 0 || low < 0 ? -1 : high * 16 + low;
}

size_t
url_unescape(char *p, size_t n, bool plus_is_space)
{
	size_t out = 0;
	for (size_t i = 0; i < n; i++) {
		int byte = p[i] == '%' ? escape_at(p + i, n - i) : -1;
		if (byte >= 0) {
			p[out++] = (char)byte;
			i += 2;
		} else {
			p[out++] = plus_is_space && p[i] == '+' ? ' ' : p[i];
		}
	}
	return out;
}

static bool
path_byte_is_fine(unsigned char c)
{
	return c >= 0x20 && c != 0x7f && c != '\\';
}

static bool
has_dot_segment(struct str path)
{
	struct str rest = path, segment;
	while (str_cut(&rest, '/', &segment))
		if (str_is(segment, ".") || str_is(segment, ".."))
			return true;
	return false;
}

bool
url_path_decode(void *mem, struct str raw, struct str *out)
{
	if (raw.n == 0 || raw.p[0] != '/')
		return false;
	char *text = mem_textn(mem, raw.p, raw.n);
	size_t n = 0;
	for (size_t i = 0; i < raw.n; i++) {
		unsigned char c = (unsigned char)raw.p[i];
		if (c == '%') {
			int byte = escape_at(raw.p + i, raw.n - i);
			if (byte < 0 || byte == '/')
				return false;
			c = (unsigned char)byte;
			i += 2;
		}
		if (!path_byte_is_fine(c))
			return false;
		text[n++] = (char)c;
	}
	text[n] = '\0';
	struct str path = { text, n };
	if (has_dot_segment(path) || !utf8_is_valid(path))
		return false;
	*out = path;
	return true;
}

static bool
cut_value(struct str piece, char *copy, const char *base, struct form_pair *out)
{
	size_t at = (size_t)(piece.p - base), equals = str_find(piece, '=');
	char *name = copy + at;
	size_t n_name = url_unescape(name, equals, true);
	char *value = name + piece.n;
	size_t n_value = 0;
	if (equals < piece.n) {
		value = name + equals + 1;
		n_value = url_unescape(value, piece.n - equals - 1, true);
	}
	*out = (struct form_pair){ .name = { name, n_name }, .value = { value, n_value } };
	return utf8_is_valid(out->name) && utf8_is_valid(out->value);
}

enum xq_rc
url_pairs_read(void *mem, struct str text, size_t max, struct form_pair **out, size_t *out_n,
	struct xq_err *err)
{
	size_t count = text.n > 0 ? 1 : 0;
	for (size_t i = 0; i < text.n; i++)
		count += text.p[i] == '&';
	if (count > max) {
		enum xq_rc rc = xq_refuse(err, NULL, "form.too-many");
		xq_err_int(err, "max", (int64_t)max);
		return rc;
	}

	struct form_pair *pair = mem_array(mem, struct form_pair, count + 1);
	char *copy = mem_textn(mem, text.p, text.n); /* decoded in place: never longer than typed */
	size_t n = 0;
	struct str rest = text, piece;
	while (text.n > 0 && str_cut(&rest, '&', &piece)) {
		if (piece.n == 0)
			continue;
		if (!cut_value(piece, copy, text.p, &pair[n]))
			return xq_refuse(err, NULL, "form.not-utf8");
		n++;
	}
	*out = pair;
	*out_n = n;
	return XQ_OK;
}

bool
url_is_local(struct str path)
{
	if (path.n == 0 || path.n > 1024 || path.p[0] != '/' || (path.n > 1 && path.p[1] == '/'))
		return false;
	for (size_t i = 0; i < path.n; i++)
		if ((unsigned char)path.p[i] <= 0x20 ||
			!path_byte_is_fine((unsigned char)path.p[i]))
			return false;
	return true;
}

const char *
url_quote(void *mem, struct str s)
{
	static const char hex[] = "0123456789ABCDEF";
	struct buf b = buf_new(mem, s.n + 16);
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];
		bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
		             (c >= '0' && c <= '9') || (c != 0 && strchr("-._~/", c));
		if (plain) {
			buf_char(&b, (char)c);
		} else {
			buf_char(&b, '%');
			buf_char(&b, hex[c >> 4]);
			buf_char(&b, hex[c & 15]);
		}
	}
	return b.p ? b.p : "";
}
