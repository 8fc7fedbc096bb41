/* SPDX-License-Identifier: Apache-2.0 */
/* docs/events.md, written from the declarations so that it cannot say something else. */
#include "ledger/event.h"

#include <stdlib.h>

#include "core/mem.h"

#include "core/banned.h"

static int
by_name(const void *a, const void *b)
{
	const struct event_kind *const *x = a;
	const struct event_kind *const *y = b;
	return strcmp((*x)->name, (*y)->name);
}

static const char *
type_word(enum event_type type)
{
	switch (type) {
	case EV_CODE:
		return "code";
	case EV_INT:
		return "integer";
	case EV_BOOL:
		return "true or false";
	case EV_TIME:
		return "moment";
	case EV_DAY:
		return "day";
	case EV_CODES:
		return "codes";
	}
	return "";
}

static void
put_kind(struct buf *out, const struct event_kind *k)
{
	buf_printf(out, "## %s\n\n%s", k->name, k->meaning != NULL ? k->meaning : "");
	if (k->opens)
		buf_text(out, " Opens its ref.");
	buf_text(out, "\n\n");
	if (k->fields == NULL || k->fields->name == NULL) {
		buf_text(out, "No public fields.\n\n");
		return;
	}
	buf_text(out, "| field | value | meaning |\n|---|---|---|\n");
	for (const struct event_field *f = k->fields; f->name != NULL; f++)
		buf_printf(out, "| %s | %s%s | %s |\n", f->name, type_word(f->type),
			f->optional ? ", may be absent" : "", f->meaning != NULL ? f->meaning : "");
	buf_text(out, "\n");
}

void
ledger_events_doc(struct buf *out, const struct event_kind *const *kind, size_t n)
{
	const struct event_kind **list = mem_array(out->mem, const struct event_kind *, n + 1);
	for (size_t i = 0; i < n; i++)
		list[i] = kind[i];
	qsort(list, n, sizeof(const void *), by_name);

	buf_text(out,
		"# Events of the public record\n\n"
		"Written from the declarations in the program; do not edit. Bytes, roles and\n"
		"refs: ledger.md 3. A moment is `YYYY-MM-DDThh:mm:ss+08:00`, a day\n"
		"`YYYY-MM-DD`, a code 1 to 512 printable ASCII characters without space,\n"
		"quote and backslash.\n\n");
	for (size_t i = 0; i < n; i++)
		put_kind(out, list[i]);
	mem_free(list);
}
