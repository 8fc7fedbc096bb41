/* SPDX-License-Identifier: Apache-2.0 */
/* The sentence of a receipt: one table of cases (sentences.json), which the browser's form of the same rules
 * goes through in tests/oracle/test_receipt_say.mjs. */
#include "record/sentence.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>
#include <jansson.h>

#include "core/json.h"
#include "core/mem.h"

#include "core/banned.h"

static int
setup(void **state)
{
	*state = mem_root("test");
	return 0;
}

static int
teardown(void **state)
{
	mem_free(*state);
	return 0;
}

static json_t *
fixture(void *mem)
{
	const char *source = getenv("XQ_SOURCE_ROOT");
	json_error_t bad;
	json_t *json = json_load_file(
		mem_printf(mem, "%s/tests/unit/record/sentences.json", source ? source : "."), 0,
		&bad);
	if (!json)
		fail_msg("sentences.json, line %d: %s", bad.line, bad.text);
	return json;
}

static struct str
canonical(void *mem, const json_t *v)
{
	char *text = json_dumps(v, JSON_COMPACT);
	struct str out;
	struct xq_err err = { 0 };
	assert_int_equal(canonical_write(mem, str_of(mem_text(mem, text)), &out, &err), XQ_OK);
	free(text);
	return out;
}

/* Words of an invented office, the same for both languages. */
static struct str
table(void *mem, enum lang lang)
{
	static const struct word_pair unit[] = { { "u07", "\u57ce\u5e02\u7ba1\u7406\u529e" },
		{ "u10", "\u6cb3\u6ee8\u7247\u670d\u52a1\u7ad9" } };
	static const struct word_pair outcome[] = { { "solved", "\u771f\u89e3\u51b3" },
		{ "explained", "\u4f5c\u4e86\u8bf4\u660e" } };
	static const struct word_pair sat[] = { { "1", "\u6ee1\u610f" },
		{ "2", "\u57fa\u672c\u6ee1\u610f" }, { "3", "\u4e00\u822c" },
		{ "4", "\u4e0d\u6ee1\u610f" } };
	static const struct word_pair solved[] = { { "yes", "\u89e3\u51b3\u4e86" },
		{ "no", "\u6ca1\u89e3\u51b3" } };
	const struct word_list list[] = { { "unit", unit, 2 }, { "outcome", outcome, 2 },
		{ "sat", sat, 4 }, { "solved", solved, 2 } };
	struct str doc;
	struct xq_err err = { 0 };
	assert_int_equal(sentence_table(mem, lang, list, 4, &doc, &err), XQ_OK);
	return doc;
}

static const char *const langs[] = { "zh", "en" };

/* The tables that ship are those of the file: who changes a sentence sees in it what residents read. */
static void
tables_are_those_of_the_file(void **state)
{
	void *mem = *state;
	json_t *all = fixture(mem);
	int n_other = 0;
	for (int i = 0; i < 2; i++) {
		struct str want =
			canonical(mem, json_object_get(json_object_get(all, "tables"), langs[i]));
		struct str got = table(mem, i == 0 ? LANG_ZH : LANG_EN);
		if (str_eq(want, got))
			continue;
		FILE *out = fopen(mem_printf(mem, "sentences.%s.got", langs[i]), "wb");
		if (out) {
			(void)fwrite(got.p, 1, got.n, out);
			(void)fclose(out);
		}
		n_other++;
	}
	if (n_other > 0)
		fail_msg("%d tables are others; they lie in sentences.*.got. If that is meant, run"
			 " tests/oracle/test_receipt_say.mjs --write FOLDER-OF-THEM",
			n_other);
	json_decref(all);
}

static void
run_case(void *mem, json_t *all, const json_t *c, const char *lang)
{
	struct str event[SENTENCE_EVENTS_MAX];
	size_t n = json_array_size(json_object_get(c, "events"));
	struct xq_err err = { 0 };
	struct sentence got;
	for (size_t i = 0; i < n; i++)
		event[i] = canonical(mem, json_array_get(json_object_get(c, "events"), i));
	struct str doc = canonical(mem, json_object_get(json_object_get(all, "tables"), lang));
	const json_t *want = json_object_get(c, lang);
	assert_int_equal(sentence_build(mem, doc, event, n, &got, &err), XQ_OK);
	const char *name = json_string_value(json_object_get(c, "name"));
	if (!text_eq(got.text, json_string_value(json_array_get(want, 0))) ||
		!text_eq(got.counted, json_string_value(json_array_get(want, 1))))
		fail_msg("%s, %s: %s | %s", name, lang, got.text, got.counted);
}

static void
each_case_says_what_the_file_says(void **state)
{
	void *mem = *state;
	size_t i;
	const json_t *c;
	json_t *all = fixture(mem), *cases = json_object_get(all, "cases");
	assert_true(json_array_size(cases) >= 20);
	json_array_foreach(cases, i, c)
	{
		run_case(mem, all, c, "zh");
		run_case(mem, all, c, "en");
	}
	json_decref(all);
}

static void
what_is_no_table_is_refused(void **state)
{
	void *mem = *state;
	const struct str event =
		STR("{\"at\":\"2026-01-22T09:30:05+08:00\",\"k\":\"log.tick\","
		    "\"log\":\"lc\",\"pub\":{},\"role\":\"system\",\"seq\":1,\"v\":1}");
	const char *const docs[] = { "", "{}", "[]", "{\"doc\":\"xinqiao-sentences/2\"}",
		"{\"doc\": \"xinqiao-sentences/1\"}", "not json" };
	struct sentence s;
	for (size_t i = 0; i < sizeof docs / sizeof docs[0]; i++) {
		struct xq_err err = { 0 };
		assert_int_equal(
			sentence_build(mem, str_of(docs[i]), &event, 1, &s, &err), XQ_REFUSED);
		assert_string_equal(err.key, "record.bad-table");
	}
}

/* A table of the right name with anything inside: nothing is said, nothing breaks. */
static void
a_table_without_sense_says_nothing(void **state)
{
	void *mem = *state;
	const struct str event =
		STR("{\"at\":\"2026-01-22T09:30:05+08:00\",\"k\":\"log.tick\","
		    "\"log\":\"lc\",\"pub\":{},\"role\":\"system\",\"seq\":1,\"v\":1}");
	const char *const docs[] = { "{\"doc\":\"xinqiao-sentences/1\"}",
		"{\"count\":7,\"doc\":\"xinqiao-sentences/1\",\"say\":\"x\",\"words\":[]}",
		("{\"doc\":\"xinqiao-sentences/1\",\"say\":[[{\"if\":[[1,2]],\"text\":\"{seq:n\"}],"
		 "[{\"if\":[[\"seq\"]]}],[[]],7]}") };
	for (size_t i = 0; i < sizeof docs / sizeof docs[0]; i++) {
		struct xq_err err = { 0 };
		struct sentence s;
		assert_int_equal(sentence_build(mem, str_of(docs[i]), &event, 1, &s, &err), XQ_OK);
		assert_string_equal(s.text, "");
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(tables_are_those_of_the_file, setup, teardown),
		cmocka_unit_test_setup_teardown(each_case_says_what_the_file_says, setup, teardown),
		cmocka_unit_test_setup_teardown(what_is_no_table_is_refused, setup, teardown),
		cmocka_unit_test_setup_teardown(
			a_table_without_sense_says_nothing, setup, teardown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
