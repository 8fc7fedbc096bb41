/* SPDX-License-Identifier: Apache-2.0 */
/* docs/states.md is made from the step table and says what it says: this test writes the page anew in
 * memory and compares. With XQ_WRITE_DOCS=1 in the environment it writes the file instead. */
#include <stdio.h>

#include "fixture.h"

#include "concern/concern_int.h"

#include "core/banned.h"

const struct module *const world_modules[] = { NULL };

static const char HEAD[] =
	"<!-- SPDX-License-Identifier: Apache-2.0 -->\n"
	"# The life of a concern\n\n"
	"Made from the step table in `src/concern/steps.c`; a unit test compares, and writes it anew with\n"
	"`XQ_WRITE_DOCS=1 tests/run-unit --build build`. Buttons, refusals and the exhaustive test of\n"
	"state, act and role come from the same rows.\n\n"
	"Beside the table stand the call-back (`callback.record`, by somebody whose unit never owned it: rated\n"
	"or unreached ends in \"ruling\" or closed) and the disagreement (`voice.dispute`, after the answer or\n"
	"within 30 days of the end).\n\n";

static const char *
title_of(int state)
{
	return state_title((enum concern_state)state);
}

/* Acts that keep the state are no arrows; they stand in the list below. */
static void
put_diagram(struct buf *b)
{
	buf_text(b, "```mermaid\nstateDiagram-v2\n");
	bool is_named[N_STATES] = { false };
	for (size_t i = 0; i < n_concern_steps; i++) {
		const struct step *s = &concern_steps[i];
		is_named[s->from] = true;
		if (s->to >= 0)
			is_named[s->to] = true;
	}
	for (int i = 0; i < N_STATES; i++)
		if (is_named[i])
			buf_printf(b, "    s%d: %s\n", i, title_of(i));
	buf_printf(b, "    [*] --> s%d: concern.raise, concern.register\n", (int)ST_ACCEPTED);
	for (size_t i = 0; i < n_concern_steps; i++) {
		const struct step *s = &concern_steps[i];
		if (s->to >= 0 && s->act != &voice_withdraw)
			buf_printf(b, "    s%d --> s%d: %s\n", (int)s->from, s->to, s->act->name);
	}
	buf_printf(b,
		"    s%d --> s%d: declined, lapsed\n    s%d --> s%d: declined, lapsed\n"
		"    s%d --> s%d: transfer.accept of the other office\n    s%d --> s%d: ruled\n"
		"    s%d --> s%d: rated well, unreached, ruled\n    s%d --> s%d: ruled\n```\n\n",
		(int)ST_ASSIGNED, (int)ST_ACCEPTED, (int)ST_OFFERED_OUT, (int)ST_SIGNED,
		(int)ST_OFFERED_OUT, (int)ST_TRANSFERRED, (int)ST_RETURN_ASKED, (int)ST_ASSIGNED,
		(int)ST_CALLBACK, (int)ST_CLOSED, (int)ST_CALLBACK, (int)ST_REDO);
}

static const char *
next_words(const struct step *s)
{
	switch (s->to) {
	case NEXT_STATE_SAME:
		return "stays";
	case NEXT_STATE_BACK:
		return "back to the sender";
	case NEXT_STATE_RULED:
		return "as decided";
	default:
		return title_of(s->to);
	}
}

static void
put_table(struct buf *b)
{
	buf_text(b,
		"| state | act | what it is called | permission | then |\n|---|---|---|---|---|\n");
	for (size_t i = 0; i < n_concern_steps; i++) {
		const struct step *s = &concern_steps[i];
		buf_printf(b, "| %s | `%s` | %s | %s | %s |\n", title_of((int)s->from),
			s->act->name, s->act->title, perm_code(s->act->who), next_words(s));
	}
}

static void
the_page_in_the_docs_is_the_table(void **state)
{
	(void)state;
	void *mem = mem_root("doc");
	struct buf b = buf_new(mem, 16384);
	buf_text(&b, HEAD);
	put_diagram(&b);
	put_table(&b);
	const char *path = mem_printf(mem, "%s/docs/states.md", getenv("XQ_SOURCE_ROOT"));
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
	const struct CMUnitTest tests[] = { cmocka_unit_test(the_page_in_the_docs_is_the_table) };
	return cmocka_run_group_tests(tests, NULL, NULL);
}
