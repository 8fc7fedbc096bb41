/* SPDX-License-Identifier: Apache-2.0 */
/* Canonical JSON (ledger.md 3.2). Reading is one pass over the bytes: what is canonical has exactly
 * one spelling, so it is enough to accept that spelling and nothing else. */
#include "ledger/event.h"

#include <jansson.h>
#include <stdlib.h>

#include "core/json.h"
#include "core/mem.h"
#include "core/utf8.h"
#include "ledger/ledger_int.h"

#include "core/banned.h"

#define MAX_DEPTH 8
#define MAX_LOOSE_BYTES (4u << 20)

bool
ledger_is_key(struct str s)
{
	if (s.n < 1 || s.n > 32 || s.p[0] < 'a' || s.p[0] > 'z')
		return false;
	for (size_t i = 1; i < s.n; i++) {
		char c = s.p[i];
		if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'))
			return false;
	}
	return true;
}

/* ---- reading ----------------------------------------------------------------------------------- */

struct scan {
	const char *p, *end;
};

static bool scan_value(struct scan *s, int depth);

static bool
take(struct scan *s, char c)
{
	if (s->p == s->end || *s->p != c)
		return false;
	s->p++;
	return true;
}

static bool
take_word(struct scan *s, struct str word)
{
	if ((size_t)(s->end - s->p) < word.n || memcmp(s->p, word.p, word.n) != 0)
		return false;
	s->p += word.n;
	return true;
}

static bool
scan_int(struct scan *s)
{
	bool minus = take(s, '-');
	const char *from = s->p;
	int64_t v = 0;
	while (s->p < s->end && *s->p >= '0' && *s->p <= '9' && s->p - from < 17)
		v = v * 10 + (*s->p++ - '0');
	if (s->p == from || (*from == '0' && (s->p - from > 1 || minus)))
		return false;
	return v <= LEDGER_INT_MAX;
}

/* Only the shortest spelling of a control character; s->p stands behind the backslash. */
static bool
scan_escape(struct scan *s)
{
	if (s->p == s->end)
		return false;
	char c = *s->p++;
	if (c != 'u')
		return memchr("\"\\btnfr", c, 7) != NULL;
	if (s->end - s->p < 4 || s->p[0] != '0' || s->p[1] != '0')
		return false;
	char high = s->p[2], low = s->p[3];
	s->p += 4;
	if (high == '1')
		return (low >= '0' && low <= '9') || (low >= 'a' && low <= 'f');
	/* 08 09 0a 0c 0d have short forms */
	return high == '0' &&
	       ((low >= '0' && low <= '7') || low == 'b' || low == 'e' || low == 'f');
}

/* Nothing composes across an escape (quote, backslash and controls are all inert), so each piece
 * between two of them may be looked at alone. */
static bool
piece_is_nfc(const char *p, size_t n)
{
	struct str piece = { p, n };
	if (!utf8_is_valid(piece))
		return false;
	void *mem = mem_root("canonical piece");
	bool is_nfc = str_eq(utf8_nfc(mem, piece), piece);
	mem_free(mem);
	return is_nfc;
}

static bool
scan_string(struct scan *s)
{
	if (!take(s, '"'))
		return false;
	const char *piece = s->p;
	bool is_ascii = true;
	while (s->p < s->end) {
		unsigned char c = (unsigned char)*s->p;
		if (c < 0x20)
			return false;
		if (c >= 0x80)
			is_ascii = false;
		if (c != '"' && c != '\\') {
			s->p++;
			continue;
		}
		if (!is_ascii && !piece_is_nfc(piece, (size_t)(s->p - piece)))
			return false;
		s->p++;
		if (c == '"')
			return true;
		if (!scan_escape(s))
			return false;
		piece = s->p;
		is_ascii = true;
	}
	return false;
}

static bool
scan_array(struct scan *s, int depth)
{
	if (take(s, ']'))
		return true;
	do {
		if (!scan_value(s, depth + 1))
			return false;
	} while (take(s, ','));
	return take(s, ']');
}

static bool
scan_key(struct scan *s, struct str *last)
{
	if (!take(s, '"'))
		return false;
	const char *from = s->p;
	while (s->p < s->end && *s->p != '"')
		s->p++;
	struct str key = { from, (size_t)(s->p - from) };
	bool rises = last->p == NULL || str_cmp(*last, key) < 0;
	*last = key;
	return rises && ledger_is_key(key) && take(s, '"') && take(s, ':');
}

static bool
scan_object(struct scan *s, int depth)
{
	if (take(s, '}'))
		return true;
	struct str last = { NULL, 0 };
	do {
		if (!scan_key(s, &last) || !scan_value(s, depth + 1))
			return false;
	} while (take(s, ','));
	return take(s, '}');
}

static bool
scan_value(struct scan *s, int depth)
{
	if (depth > MAX_DEPTH || s->p == s->end)
		return false;
	switch (*s->p) {
	case '"':
		return scan_string(s);
	case '{':
		s->p++;
		return scan_object(s, depth);
	case '[':
		s->p++;
		return scan_array(s, depth);
	case 't':
		return take_word(s, STR("true"));
	case 'f':
		return take_word(s, STR("false"));
	default:
		return scan_int(s);
	}
}

bool
canonical_is(struct str json)
{
	if (json.n == 0)
		return false;
	struct scan s = { json.p, json.p + json.n };
	return scan_value(&s, 1) && s.p == s.end;
}

/* ---- writing ----------------------------------------------------------------------------------- */

static bool put_value(struct json_w *w, const json_t *v, int depth);

static bool
put_string(struct json_w *w, struct str s)
{
	bool is_ascii = true;
	for (size_t i = 0; i < s.n && is_ascii; i++)
		is_ascii = (unsigned char)s.p[i] < 0x80;
	/* not normalised here: the bytes that somebody signed for must not change under them */
	if (!is_ascii && !piece_is_nfc(s.p, s.n))
		return false;
	json_str(w, s);
	return true;
}

static int
by_key(const void *a, const void *b)
{
	const char *const *x = a;
	const char *const *y = b;
	return strcmp(*x, *y);
}

static bool
put_object(struct json_w *w, const json_t *object, int depth)
{
	size_t n = json_object_size(object), i = 0;
	const char **key = mem_array(w->b.mem, const char *, n + 1);
	/* jansson's iterators want a writable object although they only read */
	json_t *o = json_incref((json_t *)(uintptr_t)object);
	for (void *it = json_object_iter(o); it != NULL; it = json_object_iter_next(o, it))
		key[i++] = json_object_iter_key(it);
	qsort(key, n, sizeof(key[0]), by_key);

	bool ok = true;
	json_open(w, '{');
	for (i = 0; i < n && ok; i++) {
		ok = ledger_is_key(str_of(key[i]));
		if (ok) {
			json_key(w, key[i]);
			ok = put_value(w, json_object_get(o, key[i]), depth + 1);
		}
	}
	json_close(w, '}');
	json_decref(o);
	mem_free(key);
	return ok;
}

static bool
put_array(struct json_w *w, const json_t *array, int depth)
{
	bool ok = true;
	json_open(w, '[');
	for (size_t i = 0; i < json_array_size(array) && ok; i++)
		ok = put_value(w, json_array_get(array, i), depth + 1);
	json_close(w, ']');
	return ok;
}

static bool
put_value(struct json_w *w, const json_t *v, int depth)
{
	if (depth > MAX_DEPTH)
		return false;
	switch (json_typeof(v)) {
	case JSON_OBJECT:
		return put_object(w, v, depth);
	case JSON_ARRAY:
		return put_array(w, v, depth);
	case JSON_STRING:
		return put_string(w, str_n(json_string_value(v), json_string_length(v)));
	case JSON_INTEGER: {
		int64_t i = json_integer_value(v);
		if (i > LEDGER_INT_MAX || i < -LEDGER_INT_MAX)
			return false;
		json_int(w, i);
		return true;
	}
	case JSON_TRUE:
	case JSON_FALSE:
		json_bool(w, json_is_true(v));
		return true;
	case JSON_REAL:
	case JSON_NULL:
		return false;
	}
	return false;
}

enum xq_rc
canonical_write(void *mem, struct str json, struct str *out, struct xq_err *err)
{
	if (json.n > MAX_LOOSE_BYTES)
		return xq_refuse(err, NULL, "canonical.bad");

	/* jansson directly and not json_read: a bare string and a NUL in it have a canonical form */
	json_error_t bad;
	json_t *root = json_loadb(
		json.p, json.n, JSON_DECODE_ANY | JSON_ALLOW_NUL | JSON_REJECT_DUPLICATES, &bad);
	if (root == NULL)
		return xq_refuse(err, NULL, "canonical.bad");

	struct json_w w = json_new(mem);
	bool ok = put_value(&w, root, 1);
	json_decref(root);
	if (!ok)
		return xq_refuse(err, NULL, "canonical.bad");
	*out = buf_view(&w.b);
	return XQ_OK;
}
