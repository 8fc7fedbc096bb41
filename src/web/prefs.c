/* SPDX-License-Identifier: Apache-2.0 */
/* What a reader chose: language, elder edition, contrast, theme. Kept in cookies of a year, set by
 * GET /prefs so that a link on a poster (/prefs?view=elder) works without a form. */
#include <strings.h>

#include "core/mem.h"
#include "web/urlform.h"
#include "web/web_int.h"

#include "core/banned.h"

#define A_YEAR_S (365 * 86400)

void
prefs_default(struct prefs *p)
{
	*p = (struct prefs){ .lang = LANG_ZH, .theme = THEME_AUTO };
}

bool
prefs_set(struct prefs *p, struct str name, struct str value)
{
	if (str_is(name, "lang"))
		p->lang = str_is(value, "en") ? LANG_EN : LANG_ZH;
	else if (str_is(name, "view"))
		p->elder = str_is(value, "elder");
	else if (str_is(name, "hc"))
		p->high_contrast = str_is(value, "1");
	else if (str_is(name, "theme"))
		p->theme = str_is(value, "light")  ? THEME_LIGHT
		           : str_is(value, "dark") ? THEME_DARK
		                                   : THEME_AUTO;
	else
		return false;
	return true;
}

static bool
word_is(struct str s, const char *word)
{
	size_t n = strlen(word);
	return s.n == n && strncasecmp(s.p, word, n) == 0;
}

/* One entry of an Accept-* header; false when its weight is zero (q=0, q=0.000). */
static bool
is_wanted(struct str entry, struct str *word)
{
	struct str param;
	bool wanted = true;
	(void)str_cut(&entry, ';', word); /* an empty word matches nothing */
	*word = str_trim(*word);
	while (entry.p && str_cut(&entry, ';', &param)) {
		param = str_trim(param);
		if (param.n < 3 || (param.p[0] | 0x20) != 'q' || param.p[1] != '=')
			continue;
		wanted = false;
		for (size_t i = 2; i < param.n; i++)
			wanted |= param.p[i] >= '1' && param.p[i] <= '9';
	}
	return wanted;
}

static bool
is_language(struct str word, const char *two)
{
	return word.n >= 2 && word_is(str_n(word.p, 2), two) && (word.n == 2 || word.p[2] == '-');
}

/* English only for those who ask for it and can't read Chinese: Chinese is the full edition. */
enum lang
prefs_language(struct str accept_language)
{
	struct str rest = accept_language, entry, word;
	bool en = false;
	while (rest.n > 0 && str_cut(&rest, ',', &entry)) {
		if (!is_wanted(entry, &word))
			continue;
		if (is_language(word, "zh"))
			return LANG_ZH;
		en |= is_language(word, "en");
	}
	return en ? LANG_EN : LANG_ZH;
}

bool
accepts_coding(struct str accept_encoding, const char *coding)
{
	struct str rest = accept_encoding, entry, word;
	bool any = false;
	while (rest.n > 0 && str_cut(&rest, ',', &entry)) {
		bool wanted = is_wanted(entry, &word);
		if (word_is(word, coding))
			return wanted;
		if (str_is(word, "*"))
			any = wanted;
	}
	return any;
}

/* What a link may ask for: cookie name, and the value for each spelling. */
static const struct {
	const char *query, *asked, *cookie, *value;
} choices[] = {
	{ "lang", "zh", "lang", "zh" },
	{ "lang", "en", "lang", "en" },
	{ "view", "elder", "view", "elder" },
	{ "view", "standard", "view", "standard" },
	{ "hc", "1", "hc", "1" },
	{ "hc", "0", "hc", "0" },
	{ "contrast", "high", "hc", "1" },
	{ "contrast", "normal", "hc", "0" },
	{ "theme", "auto", "theme", "auto" },
	{ "theme", "light", "theme", "light" },
	{ "theme", "dark", "theme", "dark" },
};

static enum xq_rc
prefs_render(struct req *q, struct resp *r, struct xq_err *err)
{
	(void)err;
	for (size_t i = 0; i < sizeof choices / sizeof *choices; i++)
		if (str_is(req_query(q, choices[i].query), choices[i].asked))
			resp_cookie(q, r, choices[i].cookie, choices[i].value, A_YEAR_S);
	struct str to = req_query(q, "to");
	if (to.n == 0)
		to = req_query(q, "back");
	/* to comes without base, as links of pages are written */
	resp_see_other(q, r, url_is_local(to) ? str_text(q->mem, to) : "/");
	return XQ_OK;
}

const struct view view_prefs = {
	.path = "/prefs",
	.who = PERM_ANYBODY,
	.flags = VIEW_NO_OFFICE,
	.render = prefs_render,
	.title = N_("Reading preferences"),
};
