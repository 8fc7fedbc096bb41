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
		return "list of codes";
	}
	return "";
}

/* ---- why a field may be read by everybody ------------------------------------------------------------ */

/* By the name of the field, or of one kind's field before that. What is not here must not be in an event:
 * a test asks for every field of every kind. Rules: ledger.md 3.4. */
static const struct {
	const char *kind, *field, *why;
} safe[] = {
	{ "box.closed", "votes", "a count, and boxes under five votes are not closed" },
	{ "concern.called", "n", "counts attempts of the office, not of a person" },
	{ "concern.taken-over", "from", "the public name of another office's record" },
	{ "concern.transfer-declined", "from", "the public name of another office's record" },
	{ "concern.transfer-offered", "to",
		"the public name of another office's record; never of what is sealed" },
	{ "concern.transferred", "to",
		"the public name of another office's record; never of what is sealed" },
	{ "disclosure.published", "item", "a code of the public catalogue" },
	{ "role.granted", "name", "a role of the list; the person is in a sealed part" },
	{ "role.revoked", "name", "a role of the list; the person is in a sealed part" },
	{ "transfer.declined", "from", "the public name of another office's record" },
	{ "transfer.received", "from", "the public name of another office's record" },
	{ NULL, "abstain", "a count of a whole meeting" },
	{ NULL, "act", "the name of an act of the program" },
	{ NULL, "after", "the public name of a log" },
	{ NULL, "answer", "one of a few classes of answer" },
	{ NULL, "blocker", "one of a few kinds of hindrance" },
	{ NULL, "box", "a code of the box, which many share" },
	{ NULL, "by", "a unit, and a place no finer than the zone" },
	{ NULL, "class",
		"one of at most twelve; sensitive ones and those not published this quarter are \"other\"" },
	{ NULL, "close", "a day of the office's own plan" },
	{ NULL, "concerns", "a count of a whole sitting" },
	{ NULL, "count", "how many are drawn" },
	{ NULL, "day", "a day of the office's own plan, announced before it" },
	{ NULL, "doc", "the hash of a document that everybody may read" },
	{ NULL, "draw", "a code of the draw" },
	{ NULL, "due",
		"a moment of the office's own making, the same for all concerns of that day" },
	{ NULL, "entry", "a number of another office's public record" },
	{ NULL, "frame", "the hash of a public list of refs" },
	{ NULL, "from", "a day or size of the record" },
	{ NULL, "ground", "one of three grounds, announced for several persons together" },
	{ NULL, "into", "another ref, which is as random as the first" },
	{ NULL, "invited", "a count of a whole round" },
	{ NULL, "kind", "one of a few kinds" },
	{ NULL, "lane",
		"one of six; what is confidential is \"sealed\", with no unit and no zone" },
	{ NULL, "level", "how high it was taken up inside of the office" },
	{ NULL, "made", "yes or no about a call of the office" },
	{ NULL, "n", "a count" },
	{ NULL, "next", "a day that the office promises" },
	{ NULL, "no", "counts promises of one concern" },
	{ NULL, "origin", "the public name of a log" },
	{ NULL, "outcome", "one of four" },
	{ NULL, "outside", "public sources and their published values" },
	{ NULL, "parts",
		"numbers of entries; destroyed at once, announced only with those of at least five persons" },
	{ NULL, "post", "the kind of post, which several persons hold" },
	{ NULL, "quota", "counts of strata" },
	{ NULL, "ref2", "another ref, which is as random as the first" },
	{ NULL, "result", "one of three" },
	{ NULL, "root", "a hash over the whole record" },
	{ NULL, "round", "counts re-handlings" },
	{ NULL, "rows", "a count of a whole list" },
	{ NULL, "sat", "one of four marks, with nobody's name and no place finer than the zone" },
	{ NULL, "scale", "the name of a scale" },
	{ NULL, "scope", "the office, or a unit or area" },
	{ NULL, "size", "a size of the record" },
	{ NULL, "solved", "one of four" },
	{ NULL, "stage", "one of a few stages" },
	{ NULL, "step", "one of a few steps" },
	{ NULL, "taken", "a moment of the other office's record" },
	{ NULL, "to", "a unit, a kind of body or a day; left out in the lane sealed" },
	{ NULL, "unit2", "a unit; left out in the lane sealed" },
	{ NULL, "until", "a day that the office promises" },
	{ NULL, "venue", "a room of the office" },
	{ NULL, "ver", "counts versions" },
	{ NULL, "via", "one of ten ways" },
	{ NULL, "visitors", "a count of a whole sitting" },
	{ NULL, "vkey", "a public key" },
	{ NULL, "what", "one of a few names of settings or lists" },
	{ NULL, "why", "one of a few codes, never words" },
	{ NULL, "zone", "about ten thousand people; left out in the lane sealed" },
};

const char *
event_field_safe(const struct event_kind *k, const struct event_field *f)
{
	const char *general = NULL;
	for (size_t i = 0; i < sizeof safe / sizeof *safe; i++) {
		if (!text_eq(safe[i].field, f->name))
			continue;
		if (safe[i].kind && text_eq(safe[i].kind, k->name))
			return safe[i].why;
		if (!safe[i].kind)
			general = safe[i].why;
	}
	return general;
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
	buf_text(out, "| field | value | meaning | why it may be public |\n|---|---|---|---|\n");
	for (const struct event_field *f = k->fields; f->name != NULL; f++) {
		const char *why = event_field_safe(k, f);
		buf_printf(out, "| %s | %s%s | %s | %s |\n", f->name, type_word(f->type),
			f->optional ? ", may be absent" : "", f->meaning != NULL ? f->meaning : "",
			why != NULL ? why : "");
	}
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
		"<!-- SPDX-License-Identifier: Apache-2.0 -->\n"
		"# Events of the public record\n\n"
		"Written from the declarations in the program; do not edit. Bytes, roles and\n"
		"refs: ledger.md 3. A moment is `YYYY-MM-DDThh:mm:ss+08:00`, a day\n"
		"`YYYY-MM-DD`, a code 1 to 512 printable ASCII characters without space,\n"
		"quote and backslash.\n\n"
		"Beside these fields an entry has its moment, the role and, outside of the lane\n"
		"`sealed`, the public code of the unit that acted: never a person, and no place\n"
		"finer than a zone. `ref` is drawn at random for each subject and follows from\n"
		"nothing else. What somebody wrote or is called lies in sealed parts, of which\n"
		"only a salted commitment stands in the entry.\n\n");
	for (size_t i = 0; i < n; i++)
		put_kind(out, list[i]);
	mem_free(list);
}
