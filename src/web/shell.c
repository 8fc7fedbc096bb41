/* SPDX-License-Identifier: Apache-2.0 */
#include "web/shell.h"

#include <string.h>

#include "act/app.h"
#include "core/err.h"
#include "core/mem.h"
#include "core/str.h"
#include "templates.h"
#include "web/web_int.h"

#include "core/banned.h"

enum { NAV_MAX = 40, ORDER_SECOND = 100 };

/* How much of the path the entry stands for: "/desk/concerns" for its own page and all below it, "/desk",
 * below which all is, for its own page alone. 0: not this page. The longest is the current one. */
static size_t
fit_of(const char *path, const char *href)
{
	size_t n = 0;
	while (href[n] != '\0' && href[n] == path[n])
		n++;
	if (href[n] != '\0' || (path[n] != '\0' && path[n] != '/' && path[n] != '?'))
		return 0;
	return path[n] != '\0' && text_eq(href, "/desk") ? 0 : n;
}

static void
mark_current(struct nav_link *nav, size_t n, const char *path)
{
	size_t best = n, best_len = 0;
	for (size_t i = 0; i < n; i++) {
		const size_t len = fit_of(path, nav[i].href);
		if (len > best_len) {
			best = i;
			best_len = len;
		}
	}
	if (best < n)
		nav[best].is_current = true;
}

/* The numbers of the menu, one for each entry of all modules in their order. */
struct numbers {
	size_t n;
	int64_t count[NAV_MAX];
};

static void
count_entries(struct req *q, struct numbers *out)
{
	const struct module *const *modules = q->app->modules;
	*out = (struct numbers){ 0 };
	for (size_t m = 0; modules[m]; m++)
		for (size_t i = 0; modules[m]->menu && modules[m]->menu[i]; i++) {
			const struct menu_item *item = modules[m]->menu[i];
			struct xq_err err;
			int64_t *count = &out->count[out->n];
			xq_require(out->n++ < NAV_MAX);
			if (item->count && actor_may(&q->actor, item->who) &&
				item->count(q->tx, &q->actor, q->now, count, &err) != XQ_OK)
				*count = 0;
		}
}

/* One set for all pages of a reader. */
static void
numbers_of(struct req *q, struct numbers *out)
{
	struct kept_key key = { .what = 'n' };
	memcpy(key.whose, &q->actor.account_id, sizeof q->actor.account_id);
	*out = (struct numbers){ 0 };
	if (!q->tx || kept_get(q->conn, &key, out, sizeof *out))
		return;
	count_entries(q, out);
	kept_put(q->conn, &key, out, sizeof *out);
}

static struct nav_link *
entries_of(struct req *q, const struct numbers *numbers, const char *path, size_t *out_n)
{
	struct nav_link *nav = mem_array(q->mem, struct nav_link, NAV_MAX);
	int order[NAV_MAX];
	size_t n = 0, k = 0;
	const struct module *const *modules = q->app->modules;
	for (size_t m = 0; modules[m]; m++)
		for (size_t i = 0; modules[m]->menu && modules[m]->menu[i]; i++, k++) {
			const struct menu_item *item = modules[m]->menu[i];
			if (!actor_may(&q->actor, item->who))
				continue;
			size_t at = n++;
			for (; at > 0 && order[at - 1] > item->order;
				at--) { /* few entries: kept sorted */
				order[at] = order[at - 1];
				nav[at] = nav[at - 1];
			}
			order[at] = item->order;
			nav[at] = (struct nav_link){ .href = item->path,
				.label = item->title,
				.icon = item->icon,
				.count = (size_t)numbers->count[k],
				.is_urgent = item->is_urgent,
				.is_second = item->order >= ORDER_SECOND };
		}
	mark_current(nav, n, path);
	*out_n = n;
	return nav;
}

/* What the menu depends on beside the commit: who reads, in which language, under which address, and the
 * entry that the page belongs to. All entries are looked at, also those that this reader may not open:
 * whichever fits best decides which others fit. */
static struct kept_key
key_of(const struct req *q, const char *path)
{
	struct kept_key key = { .what = 'm' };
	const struct module *const *modules = q->app->modules;
	size_t best_len = 0;
	uint8_t best = 0, no = 0;
	for (size_t m = 0; modules[m]; m++)
		for (size_t i = 0; modules[m]->menu && modules[m]->menu[i]; i++) {
			const size_t len = fit_of(path, modules[m]->menu[i]->path);
			no++;
			if (len > best_len) {
				best = no;
				best_len = len;
			}
		}
	memcpy(key.whose, &q->actor.account_id, sizeof q->actor.account_id);
	key.whose[8] = best;
	key.whose[9] = (uint8_t)q->prefs.lang;
	key.whose[10] = q->base[0] != '\0';
	key.whose[11] = q->actor.must_change;
	return key;
}

struct html
desk_menu(struct req *q)
{
	const char *path = str_text(q->mem, q->path);
	const struct kept_key key = key_of(q, path);
	struct str text = { 0 };
	if (q->tx && kept_text(q->conn, &key, q->mem, &text))
		return (struct html){ text.p, text.n };
	struct numbers numbers;
	numbers_of(q, &numbers);
	size_t n;
	struct nav_link *nav = entries_of(q, &numbers, path, &n);
	struct html_out o = html_new(q->mem, q->prefs.lang, q->office->tz_s);
	o.base = q->base;
	menu_entries(&o, nav, n);
	if (q->tx)
		kept_put(q->conn, &key, o.b.p, o.b.n);
	return html_view(&o);
}
