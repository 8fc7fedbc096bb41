/* SPDX-License-Identifier: Apache-2.0 */
/* Lines of the calendar feed: none over 75 bytes, none that begins or ends inside a character, and unfolded and
 * unquoted they say what was put in. */
#include "reception/feed.h"

#include "core/mem.h"
#include "core/utf8.h"

#include "core/banned.h"

enum { LINE_BYTES = 75, TEXT_BYTES = 4096 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Takes the lines apart as a calendar program does. */
static struct str
unfolded(void *mem, struct str folded)
{
	struct buf b = buf_new(mem, folded.n);
	bool is_first = true;
	while (folded.n > 0) {
		struct str line;
		(void)str_cut(&folded, '\n', &line);
		xq_require(line.n > 0 && line.p[line.n - 1] == '\r');
		line.n--;
		xq_require(line.n <= LINE_BYTES && utf8_is_valid(line));
		xq_require(is_first || (line.n > 1 && line.p[0] == ' '));
		buf_add(&b, line.p + !is_first, line.n - !is_first);
		is_first = false;
	}
	return buf_view(&b);
}

static void
look_at_line(void *mem, const char *name, const char *text)
{
	struct buf b = buf_new(mem, 64);
	feed_line(&b, name, text);
	xq_require(
		str_eq(unfolded(mem, buf_view(&b)), str_of(mem_printf(mem, "%s:%s", name, text))));
}

static struct str
unquoted(void *mem, const char *text)
{
	struct buf b = buf_new(mem, 64);
	for (; *text; text++) {
		xq_require(*text != ',' && *text != ';' && *text != '\n');
		if (*text != '\\') {
			buf_char(&b, *text);
			continue;
		}
		text++;
		xq_require(*text == '\\' || *text == ',' || *text == ';' || *text == 'n');
		buf_char(&b, *text == 'n' ? '\n' : *text);
	}
	return buf_view(&b);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const names[] = { "A", "LOCATION", "DESCRIPTION",
		"X-A-NAME-WHICH-LEAVES-ROOM-FOR-HARDLY-ANYTHING-IN-ITS-FIRST-LINE" };
	struct str text;
	struct xq_err err = { 0 };
	if (size > TEXT_BYTES)
		return 0;
	void *mem = mem_root("fuzz");
	/* as every text that is stored has passed it */
	if (utf8_clean(mem, (struct str){ (const char *)data, size }, true, TEXT_BYTES, &text,
		    &err) == XQ_OK) {
		const char *quoted = feed_text(mem, str_text(mem, text));
		xq_require(str_eq(unquoted(mem, quoted), text));
		for (size_t i = 0; i < sizeof names / sizeof *names; i++)
			look_at_line(mem, names[i], quoted);
	}
	mem_free(mem);
	return 0;
}
