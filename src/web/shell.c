/* SPDX-License-Identifier: Apache-2.0 */
#include "web/shell.h"

#include <string.h>

#include "core/err.h"
#include "core/mem.h"
#include "core/str.h"

#include "core/banned.h"

/* clang-format off */
static const struct nav_link all[] = {
	{ "/desk",            N_("To do today"),            "home" },
	{ "/desk/concerns",   N_("Concerns"),               "talk" },
	{ "/desk/reception",  N_("Reception"),              "people" },
	{ "/desk/visits",     N_("Visits"),                 "door" },
	{ "/desk/liaison",    N_("Liaison and zones"),      "link" },
	{ "/desk/meetings",   N_("Meetings"),               "cal" },
	{ "/desk/proposals",  N_("Delegates' proposals"),   "doc" },
	{ "/desk/disclosure", N_("Dual disclosure"),        "book" },
	{ "/desk/programmes", N_("Projects and resources"), "star" },
	{ "/desk/hard",       N_("Hard problems"),          "park" },
	{ "/desk/figures",    N_("Figures and hot topics"), "chart" },
	{ "/desk/knowledge",  N_("Rules and guides"),       "search", .is_second = true },
	{ "/desk/settings",   N_("Settings"),               "gear",   .is_second = true },
};
/* clang-format on */

#define N_ALL (sizeof all / sizeof *all)

static bool
belongs(const char *path, const char *href)
{
	const size_t n = strlen(href);
	return strncmp(path, href, n) == 0 && (path[n] == '\0' || path[n] == '/' || path[n] == '?');
}

struct nav_link *
desk_nav(void *mem, const char *path, size_t *out_n)
{
	struct nav_link *nav = mem_copy(mem, all, sizeof all);
	size_t best = N_ALL, best_len = 0; /* "/desk" fits everything: the longest wins */
	for (size_t i = 0; i < N_ALL; i++) {
		const size_t len = strlen(nav[i].href);
		const bool exact_only = text_eq(nav[i].href, "/desk");
		if (len > best_len && (exact_only ? text_eq(path, "/desk") : belongs(path, nav[i].href))) {
			best = i;
			best_len = len;
		}
	}
	if (best < N_ALL)
		nav[best].is_current = true;
	*out_n = N_ALL;
	return nav;
}

void
desk_nav_count(struct nav_link *nav, size_t n, const char *href, size_t count, bool is_urgent)
{
	for (size_t i = 0; i < n; i++) {
		if (!text_eq(nav[i].href, href))
			continue;
		nav[i].count = count;
		nav[i].is_urgent = is_urgent;
	}
}
