/* SPDX-License-Identifier: Apache-2.0 */
#include "web/shell.h"

#include <string.h>

#include "act/app.h"
#include "core/err.h"
#include "core/mem.h"
#include "core/str.h"

#include "core/banned.h"

enum { NAV_MAX = 40, ORDER_SECOND = 100 };

static bool
belongs(const char *path, const char *href)
{
	const size_t n = strlen(href);
	return strncmp(path, href, n) == 0 && (path[n] == '\0' || path[n] == '/' || path[n] == '?');
}

/* "/desk" fits everything below it, so it is current on its own page alone; else the longest wins. */
static void
mark_current(struct nav_link *nav, size_t n, const char *path)
{
	size_t best = n, best_len = 0;
	for (size_t i = 0; i < n; i++) {
		const size_t len = strlen(nav[i].href);
		const bool exact_only = text_eq(nav[i].href, "/desk");
		if (len > best_len &&
			(exact_only ? text_eq(path, "/desk") : belongs(path, nav[i].href))) {
			best = i;
			best_len = len;
		}
	}
	if (best < n)
		nav[best].is_current = true;
}

static struct nav_link
link_of(const struct menu_item *item, const struct nav_for *who)
{
	struct xq_err err;
	int64_t count = 0;
	if (!item->count || !who->tx ||
		item->count(who->tx, who->actor, who->now, &count, &err) != XQ_OK)
		count = 0;
	return (struct nav_link){ .href = item->path,
		.label = item->title,
		.icon = item->icon,
		.count = (size_t)count,
		.is_urgent = item->is_urgent,
		.is_second = item->order >= ORDER_SECOND };
}

struct nav_link *
desk_nav(void *mem, const struct nav_for *who, size_t *out_n)
{
	struct nav_link *nav = mem_array(mem, struct nav_link, NAV_MAX);
	int order[NAV_MAX];
	size_t n = 0;
	const struct module *const *modules = who->app->modules;
	for (size_t m = 0; modules[m]; m++)
		for (size_t i = 0; modules[m]->menu && modules[m]->menu[i]; i++) {
			const struct menu_item *item = modules[m]->menu[i];
			if (n == NAV_MAX || !actor_may(who->actor, item->who))
				continue;
			size_t at = n++;
			for (; at > 0 && order[at - 1] > item->order;
				at--) { /* few entries: kept sorted */
				order[at] = order[at - 1];
				nav[at] = nav[at - 1];
			}
			order[at] = item->order;
			nav[at] = link_of(item, who);
		}
	mark_current(nav, n, who->path);
	*out_n = n;
	return nav;
}
