/* SPDX-License-Identifier: Apache-2.0 */
/* docs/events.md is made from the declarations and says what they say: this test writes the page anew in
 * memory and compares. XQ_WRITE_DOCS=1 writes it to the file instead. Every public field of every kind that
 * any act can emit has a reason why it may be public. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "core/mem.h"
#include "ledger/event.h"
#include "modules.h"

enum { KINDS_MAX = 256 };

struct kinds {
	size_t n;
	const struct event_kind *list[KINDS_MAX];
};

static void
add(struct kinds *k, const struct event_kind *kind)
{
	for (size_t i = 0; i < k->n; i++) {
		if (k->list[i] == kind)
			return;
		if (text_eq(k->list[i]->name, kind->name))
			fail_msg("two declarations of %s", kind->name);
	}
	assert_true(k->n < KINDS_MAX);
	k->list[k->n++] = kind;
}

/* All that acts may emit, and what modules name beside them. */
static struct kinds
all_kinds(void)
{
	struct kinds k = { .n = 0 };
	for (size_t i = 0; ledger_kinds[i]; i++)
		add(&k, ledger_kinds[i]);
	for (size_t m = 0; all_modules[m]; m++) {
		const struct module *mod = all_modules[m];
		for (size_t i = 0; mod->events && mod->events[i]; i++)
			add(&k, mod->events[i]);
		for (size_t a = 0; mod->acts && mod->acts[a]; a++)
			for (size_t i = 0; mod->acts[a]->events && mod->acts[a]->events[i]; i++)
				add(&k, mod->acts[a]->events[i]);
	}
	return k;
}

static void
every_public_field_has_a_reason(void **state)
{
	(void)state;
	/* ledger.md 3.4 rule 1: what would be finer than a zone, or a person */
	static const char *const never[] = { "age", "address", "building", "email", "id", "name",
		"nbhd", "neighbourhood", "person", "phone", "place", "point", "room", "sex", "text",
		"title" };
	struct kinds k = all_kinds();
	assert_true(k.n > 30);
	for (size_t i = 0; i < k.n; i++)
		for (const struct event_field *f = k.list[i]->fields; f && f->name; f++) {
			if (!event_field_safe(k.list[i], f))
				fail_msg("%s.%s: say in events_doc.c why it may be public",
					k.list[i]->name, f->name);
			for (size_t n = 0; n < sizeof never / sizeof *never; n++)
				if (text_eq(f->name, never[n]) &&
					!text_eq(k.list[i]->name, "role.granted") &&
					!text_eq(k.list[i]->name, "role.revoked"))
					fail_msg("%s.%s is of a person or finer than a zone",
						k.list[i]->name, f->name);
		}
}

static void
the_page_in_the_docs_is_the_declarations(void **state)
{
	(void)state;
	void *mem = mem_root("doc");
	struct kinds k = all_kinds();
	struct buf b = buf_new(mem, 16384);
	ledger_events_doc(&b, k.list, k.n);
	const char *path = mem_printf(mem, "%s/docs/events.md", getenv("XQ_SOURCE_ROOT"));
	if (getenv("XQ_WRITE_DOCS")) {
		FILE *out = fopen(path, "w");
		assert_non_null(out);
		assert_int_equal(fwrite(b.p, 1, b.n, out), b.n);
		assert_int_equal(fclose(out), 0);
	}
	FILE *in = fopen(path, "r");
	assert_non_null(in);
	char *there = mem_array(mem, char, b.n + 2);
	size_t n = fread(there, 1, b.n + 1, in);
	assert_int_equal(fclose(in), 0);
	there[n] = '\0';
	assert_string_equal(there, buf_view(&b).p);
	mem_free(mem);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_public_field_has_a_reason),
		cmocka_unit_test(the_page_in_the_docs_is_the_declarations),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
