/* SPDX-License-Identifier: Apache-2.0 */
#include "web/multipart.h"

#include <strings.h>

#include "core/mem.h"
#include "core/utf8.h"

#include "core/banned.h"

enum { BOUNDARY_MAX = 70, HEAD_MAX = 2048 };

static bool
same_word(struct str s, const char *word)
{
	return s.n == strlen(word) && strncasecmp(s.p, word, s.n) == 0;
}

/* The next ;-separated parameter of a header value, from *rest. Quotes may hold anything; a
 * backslash quotes only a quote (file names of Windows paths hold plain ones). */
static bool
next_param(struct str *rest, struct str *name, struct str *value)
{
	while (rest->n > 0 && (rest->p[0] == ';' || rest->p[0] == ' ' || rest->p[0] == '\t'))
		*rest = str_n(rest->p + 1, rest->n - 1);
	if (rest->n == 0)
		return false;
	size_t i = 0;
	while (i < rest->n && rest->p[i] != '=' && rest->p[i] != ';')
		i++;
	*name = str_trim(str_n(rest->p, i));
	*value = STR("");
	if (i < rest->n && rest->p[i] == '=') {
		size_t start = ++i;
		if (start < rest->n && rest->p[start] == '"') {
			for (i = ++start; i < rest->n && rest->p[i] != '"'; i++)
				if (rest->p[i] == '\\' && i + 1 < rest->n && rest->p[i + 1] == '"')
					i++;
			if (i >= rest->n)
				return false; /* the quote never ends */
			*value = str_n(rest->p + start, i - start);
			i++;
		} else {
			while (i < rest->n && rest->p[i] != ';')
				i++;
			*value = str_trim(str_n(rest->p + start, i - start));
		}
	}
	*rest = str_n(rest->p + i, rest->n - i);
	return true;
}

bool
multipart_boundary(struct str content_type, struct str *out)
{
	struct str rest = content_type, kind, name, value;
	if (!str_cut(&rest, ';', &kind) || !same_word(str_trim(kind), "multipart/form-data"))
		return false;
	while (rest.n > 0 && next_param(&rest, &name, &value))
		if (same_word(name, "boundary")) {
			*out = value;
			return value.n > 0 && value.n <= BOUNDARY_MAX;
		}
	return false;
}

/* Browsers write quote, CR and LF of a name as %22, %0D, %0A, and nothing else (HTML standard). */
static struct str
unquote(void *mem, struct str s)
{
	if (str_find(s, '%') == s.n && str_find(s, '\\') == s.n)
		return s;
	char *out = mem_textn(mem, s.p, s.n);
	size_t n = 0;
	for (size_t i = 0; i < s.n; i++) {
		struct str at = str_n(s.p + i, s.n - i);
		if (str_starts(at, STR("%22")) || str_starts(at, STR("%0D")) ||
			str_starts(at, STR("%0A"))) {
			out[n++] = s.p[i + 1] == '2' ? '"' : ' ';
			i += 2;
		} else if (str_starts(at, STR("\\\""))) {
			out[n++] = '"';
			i++;
		} else {
			out[n++] = s.p[i];
		}
	}
	return str_n(out, n);
}

/* Reads the header lines of a part; false when they name no field. */
static bool
read_head(void *mem, struct str head, struct form_pair *pair)
{
	bool named = false;
	while (head.n > 0) {
		size_t end = str_index(head, STR("\r\n"));
		struct str line = str_n(head.p, end), key, name, value;
		size_t skip = end < head.n ? end + 2 : end;
		head = str_n(head.p + skip, head.n - skip);
		if (!str_cut(&line, ':', &key) || !line.p ||
			!same_word(str_trim(key), "content-disposition"))
			continue;
		line = str_trim(line);
		if (!str_cut(&line, ';', &key) || !same_word(str_trim(key), "form-data"))
			return false;
		while (line.n > 0 && next_param(&line, &name, &value)) {
			if (same_word(name, "name")) {
				pair->name = unquote(mem, value);
				named = true;
			} else if (same_word(name, "filename")) {
				pair->is_upload = true;
				pair->file_name = unquote(mem, value);
			}
		}
	}
	return named;
}

static bool
pair_is_utf8(const struct form_pair *p)
{
	return utf8_is_valid(p->name) && utf8_is_valid(p->file_name) &&
	       (p->is_upload || utf8_is_valid(p->value));
}

/* One part, from behind its boundary line up to the next boundary. */
static enum xq_rc
read_part(void *mem, struct str part, struct form_pair *pair, struct xq_err *err)
{
	struct str window = str_n(part.p, part.n < HEAD_MAX ? part.n : HEAD_MAX);
	size_t end = str_index(window, STR("\r\n\r\n"));
	*pair = (struct form_pair){ .file_name = STR("") };
	if (end == window.n || !read_head(mem, str_n(part.p, end), pair))
		return xq_refuse(err, NULL, "form.bad-multipart");
	pair->value = str_n(part.p + end + 4, part.n - end - 4);
	return pair_is_utf8(pair) ? XQ_OK : xq_refuse(err, NULL, "form.not-utf8");
}

static enum xq_rc
read_parts(void *mem, struct str rest, struct str mark, size_t max, struct form_pair *pair,
	size_t *n, struct xq_err *err)
{
	for (;;) {
		if (str_starts(rest, STR("--")))
			return XQ_OK;
		if (!str_starts(rest, STR("\r\n")))
			return xq_refuse(err, NULL, "form.bad-multipart");
		rest = str_n(rest.p + 2, rest.n - 2);
		size_t end = str_index(rest, mark);
		if (end == rest.n) /* cut off: never take half a photo for a whole one */
			return xq_refuse(err, NULL, "form.bad-multipart");
		if (*n == max) {
			enum xq_rc rc = xq_refuse(err, NULL, "form.too-many");
			xq_err_int(err, "max", (int64_t)max);
			return rc;
		}
		enum xq_rc rc = read_part(mem, str_n(rest.p, end), &pair[*n], err);
		if (rc != XQ_OK)
			return rc;
		(*n)++;
		rest = str_n(rest.p + end + mark.n, rest.n - end - mark.n);
	}
}

enum xq_rc
multipart_read(void *mem, struct str body, struct str boundary, size_t max, struct form_pair **out,
	size_t *out_n, struct xq_err *err)
{
	char *text = mem_printf(mem, "\r\n--%.*s", (int)boundary.n, boundary.p);
	struct str mark = str_of(text), first = str_n(mark.p + 2, mark.n - 2);
	size_t start = 0;
	if (str_starts(body, first))
		start = first.n;
	else if ((start = str_index(body, mark)) < body.n)
		start += mark.n;
	else
		return xq_refuse(err, NULL, "form.bad-multipart");

	struct form_pair *pair = mem_array(mem, struct form_pair, max + 1);
	size_t n = 0;
	enum xq_rc rc =
		read_parts(mem, str_n(body.p + start, body.n - start), mark, max, pair, &n, err);
	if (rc == XQ_OK) {
		*out = pair;
		*out_n = n;
	}
	return rc;
}
