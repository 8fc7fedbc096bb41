/* SPDX-License-Identifier: Apache-2.0 */
/* JSON in and out: what was read means the same when it is written and read again, levels are
 * bounded, and any text comes back out of its spelling. */
#include "core/json.h"

#include <stdlib.h>

#include "core/mem.h"
#include "core/utf8.h"

#include "core/banned.h"

enum { BYTES = 1 << 16, LEVELS = 32 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static size_t
levels_of(json_t *v)
{
	size_t deepest = 0, i;
	const char *name;
	json_t *child;
	if (!json_is_object(v) && !json_is_array(v))
		return 0;
	json_object_foreach(v, name, child)
	{
		size_t n = levels_of(child);
		deepest = n > deepest ? n : deepest;
	}
	json_array_foreach(v, i, child)
	{
		size_t n = levels_of(child);
		deepest = n > deepest ? n : deepest;
	}
	return deepest + 1;
}

static void
must_mean_the_same(void *mem, json_t *value)
{
	json_t *again = NULL;
	struct xq_err err = { 0 };
	char *text = json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT);
	if (text == NULL)
		return; /* a number that only a computer knows */
	xq_require(json_read(mem, str_of(text), 8 * BYTES, &again, &err) == XQ_OK);
	xq_require(json_equal(value, again) || strpbrk(text, "eE.") != NULL);
	free(text);
}

static void
must_come_back(void *mem, struct str text)
{
	struct json_w w = json_new(mem);
	json_t *again;
	json_open(&w, '{');
	json_key(&w, "text");
	json_str(&w, text);
	json_key(&w, "n");
	json_int(&w, (int64_t)text.n);
	json_close(&w, '}');
	again = json_loadb(w.b.p, w.b.n, JSON_ALLOW_NUL, NULL);
	xq_require(again != NULL && w.b.n <= 6 * text.n + 40);
	json_t *back = json_object_get(again, "text");
	xq_require(str_eq(text, str_n(json_string_value(back), json_string_length(back))));
	json_decref(again);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	void *mem = mem_root("fuzz");
	struct str in = { (const char *)data, size };
	json_t *value = NULL;
	struct xq_err err = { 0 };
	if (json_read(mem, in, BYTES, &value, &err) == XQ_OK) {
		xq_require(size <= BYTES && levels_of(value) <= LEVELS);
		must_mean_the_same(mem, value);
	} else {
		xq_require(text_eq(err.key, size > BYTES ? "json.too-large" : "json.bad"));
	}
	if (utf8_is_valid(in))
		must_come_back(mem, in);
	mem_free(mem);
	return 0;
}
