/* SPDX-License-Identifier: Apache-2.0 */
#include "web/components.h"

#include "core/err.h"
#include "core/mem.h"
#include "core/time.h"
#include "core/utf8.h"
#include "web/components_int.h"

#include "core/banned.h"

const char *
light_icon(int light)
{
	switch ((enum light)light) {
	case LIGHT_OK:
		return "ok";
	case LIGHT_SOON:
		return "soon";
	case LIGHT_LATE:
		return "late";
	case LIGHT_PARKED:
		return "park";
	case LIGHT_UNKNOWN:
		return "ask";
	case LIGHT_ANSWERED:
		return "answered";
	case LIGHT_CLOSED:
		return "closed";
	}
	return "ask";
}

const char *
light_class(int light)
{
	switch ((enum light)light) {
	case LIGHT_OK:
		return "ok";
	case LIGHT_SOON:
		return "soon";
	case LIGHT_LATE:
		return "late";
	case LIGHT_PARKED:
		return "park";
	case LIGHT_UNKNOWN:
	case LIGHT_ANSWERED:
	case LIGHT_CLOSED:
		return "done";
	}
	return "done";
}

const char *
tone_class(int tone)
{
	static const char *const names[] = { [TONE_PLAIN] = "",
		[TONE_GOOD] = "good",
		[TONE_HEART] = "heart",
		[TONE_LATE] = "late",
		[TONE_QUIET] = "quiet" };
	xq_require(tone >= 0 && tone <= TONE_QUIET);
	return names[tone];
}

const char *
input_type(int kind)
{
	switch ((enum input_kind)kind) {
	case INPUT_DATE:
		return "date";
	case INPUT_PASSWORD:
		return "password";
	case INPUT_PHONE:
		return "tel";
	case INPUT_TEXT:
	case INPUT_LINES:
	case INPUT_RADIO:
	case INPUT_CHECKS:
	case INPUT_CHECK:
	case INPUT_SELECT:
	case INPUT_FILE:
	case INPUT_NUMBER: /* not "number": no spinning by the wheel, no e notation */
	case INPUT_CODE:
	case INPUT_HIDDEN:
		return "text";
	}
	return "text";
}

bool
day_cell_is_today(const struct day_cell *c)
{
	return c->is_today || c->state == CELL_TODAY;
}

const char *
day_cell_class(struct html_out *o, const struct day_cell *c)
{
	static const char *const kinds[] = { [CELL_START] = "start",
		[CELL_WORK] = "wd",
		[CELL_MAKE_UP] = "wd ban",
		[CELL_REST] = "off",
		[CELL_FOLDED] = "off fold" };
	static const char *const states[] = { [CELL_PAST] = " past",
		[CELL_TODAY] = " today",
		[CELL_TODO] = "",
		[CELL_DUE] = " due",
		[CELL_LATE] = " late",
		[CELL_PAUSED] = " paused",
		[CELL_UNKNOWN] = " unknown" };
	xq_require(c->kind >= 0 && c->kind <= CELL_FOLDED && c->state >= 0 &&
		   c->state <= CELL_UNKNOWN);
	const bool ring = c->is_today && c->state != CELL_TODAY;
	struct buf b = buf_new(o->mem, 32);
	buf_text(&b, kinds[c->kind]);
	buf_text(&b, states[c->state]);
	if (ring)
		buf_text(&b, " is-today");
	return b.p;
}

const char *
weekday_short(struct html_out *o, int32_t day)
{
	static const char *const names[] = { N_("Sun"), N_("Mon"), N_("Tue"), N_("Wed"), N_("Thu"),
		N_("Fri"), N_("Sat") };
	return html_text(o, names[day_weekday(day)]);
}

const char *
surname_of(void *mem, const char *name)
{
	return str_text(mem, utf8_head(str_of(name), 1));
}
