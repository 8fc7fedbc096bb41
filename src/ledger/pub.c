/* SPDX-License-Identifier: Apache-2.0 */
/* pub.c - a field of canonical bytes: no white space, no escapes, so quotes and commas are all there is. */
#include "ledger/pub.h"

#include "core/parse.h"
#include "core/time.h"

#include "core/banned.h"

/* The end of the value that begins at p. Codes may hold brackets and commas, hence the quotes first. */
static const char *
value_end(const char *p, const char *end)
{
	bool in_code = false;
	int depth = 0;
	for (; p < end; p++) {
		if (*p == '"')
			in_code = !in_code;
		else if (!in_code && *p == '[')
			depth++;
		else if (!in_code && *p == ']' && depth > 0)
			depth--;
		else if (!in_code && depth == 0 && (*p == ',' || *p == '}' || *p == ']'))
			break;
	}
	return p;
}

bool
pub_next(struct str *rest, struct str *key, struct str *value)
{
	const char *p = rest->p, *end = p + rest->n;
	if (end - p < 2 || (*p != '{' && *p != ',') || p[1] != '"')
		return false;
	p += 2;
	const char *quote = memchr(p, '"', (size_t)(end - p));
	if (quote == NULL || end - quote < 3)
		return false;
	const char *stop = value_end(quote + 2, end);
	*key = str_n(p, (size_t)(quote - p));
	*value = str_n(quote + 2, (size_t)(stop - quote - 2));
	*rest = str_n(stop, (size_t)(end - stop));
	return true;
}

static bool
find(struct str pub, const char *key, struct str *out)
{
	size_t n = strlen(key);
	for (struct str k, v; pub_next(&pub, &k, &v);)
		if (k.n == n && memcmp(k.p, key, n) == 0) {
			*out = v;
			return true;
		}
	return false;
}

static bool
unquote(struct str *v)
{
	if (v->n < 2 || v->p[0] != '"')
		return false;
	*v = str_n(v->p + 1, v->n - 2);
	return true;
}

bool
pub_code(struct str pub, const char *key, struct str *out)
{
	struct str v;
	if (!find(pub, key, &v) || !unquote(&v))
		return false;
	*out = v;
	return true;
}

bool
pub_int(struct str pub, const char *key, int64_t *out)
{
	struct str v;
	return find(pub, key, &v) && parse_int(v, INT64_MIN, INT64_MAX, out);
}

bool
pub_bool(struct str pub, const char *key, bool *out)
{
	struct str v;
	if (!find(pub, key, &v) || (!str_is(v, "true") && !str_is(v, "false")))
		return false;
	*out = v.p[0] == 't';
	return true;
}

/* The digits of text where pattern has a 0; false where anything else differs from the pattern. */
static bool
digits(struct str text, const char *pattern, int64_t *out)
{
	int64_t n = 0;
	if (text.n != strlen(pattern))
		return false;
	for (size_t i = 0; i < text.n; i++) {
		if (pattern[i] == '0' && text.p[i] >= '0' && text.p[i] <= '9')
			n = n * 10 + (text.p[i] - '0');
		else if (text.p[i] != pattern[i] || pattern[i] == '0')
			return false;
	}
	*out = n;
	return true;
}

/* The zone's digits are cut off before. */
static bool
stamp(struct str text, int64_t *out)
{
	int64_t n;
	if (text.n != TIME_RECORD_LEN || !str_ends(text, STR("+08:00")) ||
		!digits(str_n(text.p, text.n - 6), "0000-00-00T00:00:00", &n) ||
		!day_is_valid((int32_t)(n / 1000000)))
		return false;
	*out = n;
	return true;
}

bool
pub_stamp(struct str pub, const char *key, int64_t *out)
{
	struct str v;
	return pub_code(pub, key, &v) && stamp(v, out);
}

int64_t
pub_stamp_of(struct str at_text)
{
	int64_t n = 0;
	return stamp(at_text, &n) ? n : 0;
}

bool
pub_day(struct str pub, const char *key, int32_t *out)
{
	struct str v;
	int64_t n;
	if (!pub_code(pub, key, &v) || !digits(v, "0000-00-00", &n) || !day_is_valid((int32_t)n))
		return false;
	*out = (int32_t)n;
	return true;
}

bool
pub_array(struct str pub, const char *key, struct str *out)
{
	struct str v;
	if (!find(pub, key, &v) || v.n < 2 || v.p[0] != '[')
		return false;
	*out = str_n(v.p + 1, v.n - 2);
	return true;
}

bool
pub_item(struct str *rest, struct str *out)
{
	if (rest->n == 0)
		return false;
	const char *end = rest->p + rest->n, *stop = value_end(rest->p, end);
	*out = str_n(rest->p, (size_t)(stop - rest->p));
	(void)unquote(out); /* a number has no quotes */
	*rest = stop < end ? str_n(stop + 1, (size_t)(end - stop - 1)) : str_n(end, 0);
	return true;
}

bool
pub_count(struct str pub, const char *key, int64_t *out)
{
	struct str rest, item;
	if (!pub_array(pub, key, &rest))
		return false;
	int64_t n = 0;
	while (pub_item(&rest, &item))
		n++;
	*out = n;
	return true;
}
