/* SPDX-License-Identifier: Apache-2.0 */
/* vectors.h - the public test vectors of the record, which lie beside the checkout. A test whose
 * file is not there is skipped and says so. Include after cmocka.h. */
#ifndef XQ_TESTS_LEDGER_VECTORS_H
#define XQ_TESTS_LEDGER_VECTORS_H

#include <stdio.h>
#include <stdlib.h>

#include <jansson.h>

#include "core/hash.h"
#include "core/mem.h"
#include "core/str.h"

struct vectors_root {
	json_t *json;
};

static int
vectors_free(void *p)
{
	json_decref(((struct vectors_root *)p)->json);
	return 0;
}

static inline json_t *
vectors_load(void *mem, const char *file)
{
	const char *shared = getenv("XQ_SHARED"), *source = getenv("XQ_SOURCE_ROOT");
	const char *path =
		shared ? mem_printf(mem, "%s/vectors/%s", shared, file)
		       : mem_printf(mem, "%s/../shared/vectors/%s", source ? source : ".", file);
	FILE *in = fopen(path, "rb");
	if (in == NULL) {
		print_message("skipped: no test vectors at %s\n", path);
		skip();
	}
	json_error_t bad;
	json_t *json = json_loadf(in, JSON_ALLOW_NUL, &bad);
	fclose(in);
	if (json == NULL)
		fail_msg("%s:%d: %s", path, bad.line, bad.text);
	struct vectors_root *root = mem_new(mem, struct vectors_root);
	root->json = json;
	mem_on_free(root, vectors_free);
	return json;
}

static inline struct str
vectors_str(json_t *object, const char *name)
{
	json_t *v = json_object_get(object, name);
	if (!json_is_string(v))
		fail_msg("no text \"%s\" in a vector", name);
	return str_n(json_string_value(v), json_string_length(v));
}

static inline struct str
vectors_base64(void *mem, json_t *object, const char *name)
{
	struct str text = vectors_str(object, name);
	uint8_t *out = mem_array(mem, uint8_t, text.n + 1);
	size_t n = 0;
	assert_true(parse_base64(text, out, text.n + 1, &n));
	return str_n((const char *)out, n);
}

#endif
