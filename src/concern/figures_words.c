/* SPDX-License-Identifier: Apache-2.0 */
/* figures_words.c - a figure as people read it: the rate and its two integers, or why there is none. */
#include "concern/desk.h"
#include "concern/figures.h"
#include "core/mem.h"
#include "web/msg.h"

#include "core/banned.h"

const char *
figure_per_cent(void *mem, int per_mille)
{
	return mem_printf(mem, "%d.%d%%", per_mille / 10, per_mille % 10);
}

const char *
figure_count_words(struct req *q, int64_t n, bool is_public)
{
	return is_public && n > 0 && n < FIGURE_COUNT_MIN ? desk_word(q, N_("fewer than 5"))
	                                                  : msg_number(q->mem, n);
}

struct figure_words
figure_words(struct req *q, const struct figure_def *def, struct figure_value v, bool is_public)
{
	if (!def->den[0])
		return (struct figure_words){ .value = figure_count_words(q, v.num, is_public) };
	if (v.den == 0)
		return (struct figure_words){ .note = desk_word(q, N_("none to count")) };
	bool is_shown = figure_is_shown(def, v);
	struct figure_words w = { 0 };
	if (is_shown || !is_public)
		w.base = mem_printf(
			q->mem, "%s / %s", msg_number(q->mem, v.num), msg_number(q->mem, v.den));
	if (!is_shown)
		w.note = desk_word(q, N_("fewer than 10, no rate"));
	else if (def->den_each)
		w.note = SAY(q, N_("points of {n} ratings"), AN("n", figure_base(def, v)));
	if (is_shown)
		w.value = figure_per_cent(q->mem, figure_per_mille(v));
	return w;
}
