/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <unistd.h>

#include "core/json.h"
#include "core/mem.h"

#include "core/banned.h"

static void
values_are_written_with_their_commas(void **state)
{
	(void)state;
	void *mem = mem_root("test");
	struct json_w w = json_new(mem);

	json_open(&w, '{');
	json_key(&w, "a");
	json_open(&w, '[');
	json_int(&w, -1);
	json_bool(&w, true);
	json_put_null(&w);
	json_text(&w, NULL);
	json_open(&w, '{');
	json_close(&w, '}');
	json_close(&w, ']');
	json_key(&w, "b");
	json_raw(&w, STR("{\"x\":1}"));
	json_key(&w, "c");
	json_text(&w, "心桥");
	json_close(&w, '}');
	assert_string_equal(w.b.p, "{\"a\":[-1,true,null,null,{}],\"b\":{\"x\":1},\"c\":\"心桥\"}");
	mem_free(mem);
}

static void
only_what_must_be_escaped_is(void **state)
{
	(void)state;
	void *mem = mem_root("test");
	struct json_w w = json_new(mem);

	json_str(&w, str_n("\0\x01\b\t\n\v\f\r\x1F \"\\/\x7F\xE2\x80\xA8", 17));
	assert_string_equal(
		w.b.p, "\"\\u0000\\u0001\\b\\t\\n\\u000b\\f\\r\\u001f \\\"\\\\/\x7F\xE2\x80\xA8\"");
	mem_free(mem);
}

static void
what_is_read_is_freed_with_its_memory(void **state)
{
	(void)state;
	void *mem = mem_root("test");
	json_t *v;

	assert_int_equal(json_read(mem, STR("{\"a\":[1,\"[[\\\"[\"]}"), 100, &v, NULL), XQ_OK);
	assert_int_equal(json_integer_value(json_array_get(json_object_get(v, "a"), 0)), 1);
	assert_int_equal(json_read(mem, STR("7"), 100, &v, NULL), XQ_OK);
	mem_free(mem);
}

static void
bad_json_is_refused(void **state)
{
	(void)state;
	static const char *const rows[] = { "", " ", "{", "[1,]", "{\"a\":1,\"a\":2}", "nul", "01",
		"\"\xFF\"", "{} {}", "'a'", "\"\\u0000\"", "\"a", "\"a\\", "[1] x",
		"{\"a\":123456789012345678901234567890}" };
	void *mem = mem_root("test");

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		json_t *v = NULL;
		struct xq_err err;
		size_t n = strlen(rows[i]);
		struct str s = str_n(mem_copy(mem, rows[i], n), n);
		if (json_read(mem, s, 1000, &v, &err) != XQ_REFUSED)
			fail_msg("\"%s\" was read", rows[i]);
		assert_string_equal(err.key, "json.bad");
		assert_string_equal(err.arg[0].name, "at");
		assert_null(v);
	}
	mem_free(mem);
}

static void
size_and_depth_are_bounded(void **state)
{
	(void)state;
	void *mem = mem_root("test");
	char deep[2 * 33];
	struct xq_err err;
	json_t *v;

	memset(deep, '[', 32);
	memset(deep + 32, ']', 32);
	assert_int_equal(json_read(mem, str_n(deep, 64), 64, &v, &err), XQ_OK);
	assert_int_equal(json_read(mem, str_n(deep, 64), 63, &v, &err), XQ_REFUSED);
	assert_string_equal(err.key, "json.too-large");
	memset(deep, '[', 33);
	memset(deep + 33, ']', 33);
	assert_int_equal(json_read(mem, str_n(deep, 66), 66, &v, &err), XQ_REFUSED);
	assert_string_equal(err.key, "json.bad");
	assert_int_equal(err.arg[0].i, 32);
	mem_free(mem);
}

static void
put(struct json_w *w, const json_t *v)
{
	const char *key;
	json_t *item;
	size_t i;

	switch (json_typeof(v)) {
	case JSON_OBJECT:
		/* the vectors' objects are compared elsewhere: jansson keeps no bytewise order */
		json_open(w, '{');
		json_object_foreach((json_t *)(uintptr_t)v, key, item)
		{
			json_key(w, key);
			put(w, item);
		}
		json_close(w, '}');
		break;
	case JSON_ARRAY:
		json_open(w, '[');
		json_array_foreach(v, i, item) put(w, item);
		json_close(w, ']');
		break;
	case JSON_STRING:
		json_str(w, str_n(json_string_value(v), json_string_length(v)));
		break;
	case JSON_INTEGER:
		json_int(w, json_integer_value(v));
		break;
	case JSON_REAL:
	case JSON_TRUE:
	case JSON_FALSE:
	case JSON_NULL:
		json_bool(w, json_is_true(v));
		break;
	}
}

/* Strings of the record's vectors, parsed and written again. */
static void
strings_are_written_as_the_record_wants_them(void **state)
{
	(void)state;
	void *mem = mem_root("test");
	const char *root = getenv("XQ_SOURCE_ROOT");
	char *path = mem_printf(mem, "%s/../shared/vectors/canonical.json", root ? root : ".");
	if (access(path, R_OK) != 0) {
		print_message("no vectors at %s\n", path);
		mem_free(mem);
		skip();
	}
	json_t *file = json_load_file(path, 0, NULL);
	assert_non_null(file);

	size_t i;
	json_t *row;
	int n = 0;
	json_array_foreach(json_object_get(file, "valid"), i, row)
	{
		const char *want = json_string_value(json_object_get(row, "canonical"));
		const json_t *loose_text = json_object_get(row, "loose");
		json_t *loose = json_loadb(json_string_value(loose_text),
			json_string_length(loose_text), JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL);
		assert_non_null(loose);
		if (!json_is_object(loose)) {
			struct json_w w = json_new(mem);
			put(&w, loose);
			assert_string_equal(w.b.p, want);
			n++;
		}
		json_decref(loose);
	}
	assert_true(n > 5);
	json_decref(file);
	mem_free(mem);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values_are_written_with_their_commas),
		cmocka_unit_test(only_what_must_be_escaped_is),
		cmocka_unit_test(what_is_read_is_freed_with_its_memory),
		cmocka_unit_test(bad_json_is_refused),
		cmocka_unit_test(size_and_depth_are_bounded),
		cmocka_unit_test(strings_are_written_as_the_record_wants_them),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
