/* SPDX-License-Identifier: Apache-2.0 */
/* shell.h - the page around a page: header, navigation, help, footer.
 *
 * For:       every HTML page. A view writes
 *                resident_open(o, &shell); its_template(o, &page); resident_close(o, &shell);
 *            or desk_open / desk_close for staff. All four are templates of shell.html.
 *            Paths are given without the office's base; o->base is put in front (html_link).
 * May call:  core, act/app.h (menu entries)
 * Called by: views of all modules
 * Threads:   any
 * Source:    interface.md 2.4, 3, 6
 */
#ifndef XQ_WEB_SHELL_H
#define XQ_WEB_SHELL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "web/html.h"

/* The message region at the top of main: what happened, who is next and by when. */
enum flash_kind { FLASH_OK, FLASH_INFO, FLASH_WARN, FLASH_ERROR };

struct flash {
	int kind;                 /* enum flash_kind */
	const char *text;         /* in the reader's words */
	const char *href, *label; /* one link behind it; NULL: none. label: message or words */
};

struct nav_link {
	const char *href;
	const char *label; /* N_ */
	const char *icon;  /* symbol of icons.svg */
	size_t count;      /* 0: none shown */
	bool is_urgent;    /* the count is work that somebody waits for */
	bool is_current;
	bool is_second; /* below the line: guides, settings */
};

/* What only staff pages have. */
struct shell_desk {
	struct html menu;          /* the entries of the rail; desk_menu() makes it */
	const char *person, *post; /* who is logged in; unit and role in words */
	int64_t now;               /* UTC seconds, below the name */
	const char *notice;        /* calendar notice of the top bar, in words; NULL: none */
	const char *query;         /* what was searched; NULL: empty */
	bool may_intake;           /* shows 记一件 */
	bool is_menu;              /* this page is /desk/menu: the rail is the page */
	const char *csrf;          /* for the log-out form; NULL: none shown */
};

enum shell_theme { SHELL_THEME_AUTO, SHELL_THEME_LIGHT, SHELL_THEME_DARK }; /* as in struct prefs */

struct shell {
	const char *title;        /* this page, in words; " · 心桥 · office" follows */
	const char *office;       /* 青枫街道办事处 */
	const char *office_short; /* 青枫街道 */
	const char *path; /* this page, without base: size and language links come back here */
	bool has_faults;  /* the title then begins 有问题： */

	bool elder, high_contrast;
	int theme; /* enum shell_theme */

	const char *phone, *phone_hours; /* 021-5550-0123; 工作日 8:30–17:30 */
	const struct flash *flash;       /* NULL: none */
	const char *notice;              /* banner over everything: record stopped; NULL: none */

	/* resident pages */
	const char *tab;       /* "home" "raise" "track" "public": the current one; NULL: none */
	const char *hero;      /* h1 on the dark band; NULL: the page brings its own h1 */
	const char *hero_lead; /* below it; NULL: none */
	bool is_home;          /* bridge mark in the band, content pulled over it */
	bool is_wide;          /* 1120 px instead of 640: month sheets, tables */
	bool hide_help;        /* the page is itself the help */
	bool is_index;         /* search engines may list it */
	const char *feed,
		*feed_title; /* path of the feed of this page, and its title; NULL: none */

	const struct shell_desk *desk; /* staff pages; NULL otherwise */
};

struct req;

/* The rail of staff pages: the menu entries of all modules that this reader may open, in their order,
 * each with its number, the one that q's page belongs to marked. Lives as long as q->mem. It is kept until
 * the office's next commit (kept.h); without a snapshot, and where a number cannot be had, its place stays
 * empty. */
struct html desk_menu(struct req *q);

#endif
