/* SPDX-License-Identifier: Apache-2.0 */
/* Outside text on a page, and moments for machines. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "core/mem.h"
#include "core/time.h"
#include "web/html.h"

#include "core/banned.h"

static const char *
entity_of(unsigned char c)
{
	return c == '&'    ? "&amp;"
	       : c == '<'  ? "&lt;"
	       : c == '>'  ? "&gt;"
	       : c == '"'  ? "&quot;"
	       : c == '\'' ? "&#39;"
	                   : NULL;
}

/* Long runs are looked at eight bytes at a time: no place may hide a byte that must be escaped. */
static void
every_byte_is_escaped_at_every_place(void **state)
{
	(void)state;
	void *mem = mem_root("test");
	char text[40];
	for (size_t at = 0; at < sizeof text; at++)
		for (int c = 0; c < 256; c++) {
			memset(text, at % 2 ? 'a' : '\xe5', sizeof text);
			text[at] = (char)c;
			struct html_out o = html_new(mem, LANG_ZH, TZ_CHINA);
			html_put_str(&o, HTML_TEXT, str_n(text, sizeof text));
			const char *entity = entity_of((unsigned char)c);
			struct buf want = buf_new(mem, 64);
			buf_add(&want, text, at);
			if (entity)
				buf_text(&want, entity);
			else
				buf_char(&want, (char)c);
			buf_add(&want, text + at + 1, sizeof text - at - 1);
			assert_true(str_eq(buf_view(&o.b), buf_view(&want)));
		}
	mem_free(mem);
}

static void
a_moment_for_machines_has_its_zone(void **state)
{
	(void)state;
	void *mem = mem_root("test");
	struct html_out o = html_new(mem, LANG_ZH, TZ_CHINA);
	assert_string_equal(html_iso(&o, 1764130210), "2025-11-26T12:10:10+08:00");
	assert_string_equal(html_clock(&o, 1764130210), "12:10");
	o.tz_s = -(3 * 3600 + 1800);
	assert_string_equal(html_iso(&o, 1764130210), "2025-11-26T00:40:10-03:30");
	mem_free(mem);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_byte_is_escaped_at_every_place),
		cmocka_unit_test(a_moment_for_machines_has_its_zone),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
