/* SPDX-License-Identifier: Apache-2.0 */
#include "core/json.h"

#include "core/mem.h"

#include "core/banned.h"

#define MAX_LEVELS 32

struct json_w
json_new(void *mem)
{
	return (struct json_w){ .b = buf_new(mem, 240) };
}

/* Before each value. */
static void
next_value(struct json_w *w)
{
	if (w->comma)
		buf_char(&w->b, ',');
	w->comma = true;
}

void
json_open(struct json_w *w, char bracket)
{
	next_value(w);
	buf_char(&w->b, bracket);
	w->comma = false;
}

void
json_close(struct json_w *w, char bracket)
{
	buf_char(&w->b, bracket);
	w->comma = true;
}

void
json_key(struct json_w *w, const char *key)
{
	json_text(w, key);
	buf_char(&w->b, ':');
	w->comma = false;
}

static void
escape(struct buf *b, char c)
{
	static const char name[] = {
		['\b'] = 'b', ['\t'] = 't', ['\n'] = 'n', ['\f'] = 'f', ['\r'] = 'r'
	};

	buf_char(b, '\\');
	if (c == '"' || c == '\\')
		buf_char(b, c);
	else if ((size_t)c < sizeof(name) && name[(size_t)c] != '\0')
		buf_char(b, name[(size_t)c]);
	else
		buf_printf(b, "u%04x", (unsigned)c);
}

void
json_str(struct json_w *w, struct str s)
{
	next_value(w);
	buf_need(&w->b, s.n + 2);
	buf_char(&w->b, '"');
	size_t plain = 0; /* start of the run that stands as it is */
	for (size_t i = 0; i < s.n; i++) {
		if ((uint8_t)s.p[i] >= 0x20 && s.p[i] != '"' && s.p[i] != '\\')
			continue;
		buf_add(&w->b, s.p + plain, i - plain);
		escape(&w->b, s.p[i]);
		plain = i + 1;
	}
	buf_add(&w->b, s.p + plain, s.n - plain);
	buf_char(&w->b, '"');
}

void
json_text(struct json_w *w, const char *text)
{
	if (text == NULL)
		json_put_null(w);
	else
		json_str(w, str_of(text));
}

void
json_pair(struct json_w *w, const char *key, const char *text)
{
	json_key(w, key);
	json_text(w, text);
}

void
json_int(struct json_w *w, int64_t v)
{
	next_value(w);
	buf_int(&w->b, v);
}

void
json_bool(struct json_w *w, bool v)
{
	json_raw(w, v ? STR("true") : STR("false"));
}

void
json_put_null(struct json_w *w)
{
	json_raw(w, STR("null"));
}

void
json_raw(struct json_w *w, struct str json)
{
	next_value(w);
	buf_str(&w->b, json);
}

/* Where a bracket opens one level too many; s.n when none does. jansson recurses, so this is known
 * before it starts. */
static size_t
too_deep_at(struct str s)
{
	size_t level = 0;
	bool in_string = false;

	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];
		if (in_string) {
			if (c == '\\')
				i++;
			else if (c == '"')
				in_string = false;
		} else if (c == '"') {
			in_string = true;
		} else if (c == '{' || c == '[') {
			if (++level > MAX_LEVELS)
				return i;
		} else if ((c == '}' || c == ']') && level > 0) {
			level--;
		}
	}
	return s.n;
}

static enum xq_rc
bad(struct xq_err *err, int64_t at)
{
	enum xq_rc rc = xq_refuse(err, NULL, "json.bad");
	xq_err_int(err, "at", at);
	return rc;
}

/* Ties a value to a memory context. */
struct holder {
	json_t *value;
};

static int
let_go(void *p)
{
	struct holder *h = p;
	json_decref(h->value);
	return 0;
}

enum xq_rc
json_read(void *mem, struct str text, size_t max_bytes, json_t **out, struct xq_err *err)
{
	if (text.n > max_bytes) {
		enum xq_rc rc = xq_refuse(err, NULL, "json.too-large");
		xq_err_int(err, "max", (int64_t)max_bytes);
		return rc;
	}
	size_t deep = too_deep_at(text);
	if (deep < text.n)
		return bad(err, (int64_t)deep);

	json_error_t why;
	json_t *value = json_loadb(text.p, text.n, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &why);
	if (value == NULL)
		return bad(err, why.position);

	struct holder *h = mem_new(mem, struct holder);
	h->value = value;
	mem_on_free(h, let_go);
	*out = value;
	return XQ_OK;
}
