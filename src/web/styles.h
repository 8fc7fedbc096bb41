/* SPDX-License-Identifier: Apache-2.0 */
/* styles.h - every component once, with invented data: for looking at, screenshots and checks.
 *
 * For:       /desk/styles in debug and test builds; tests/unit/web
 * May call:  web/html.h, web/shell.h, web/components.h
 * Called by: the view of /desk/styles, tests
 * Threads:   any
 * Source:    interface.md 4
 */
#ifndef XQ_WEB_STYLES_H
#define XQ_WEB_STYLES_H

#include "web/components.h"
#include "web/shell.h"

/* The sample data of one page; parts live as long as mem. */
struct styles {
	struct chain chain, chain_redo, chain_parked;
	struct deadline due, late, parked;
	struct clock_row clock[5];
	struct badge badge[3];
	struct person_card person;
	struct seat seat[3];
	struct timeline_row event[7];
	struct next_row act[5];
	struct point point[3];
	struct preview_row preview[4];
	struct receipt receipt;
	struct table table;
	struct figure figure[6], gap[2];
	struct input input[9];
	struct fault_row fault[2];
	struct review review;
	struct empty empty;
	struct pager pager;
	struct crumb crumb[3];
	struct flash flash[4];
	int kept[36];
};

struct styles *styles_sample(void *mem, struct html_out *o);

/* The shells of the two sample pages; prefs are set by the caller. */
struct shell styles_shell(void *mem, bool is_desk);

/* Whole pages: what a resident sees first, what a clerk works in, and everything else. */
void styles_resident(struct html_out *o, const struct styles *s, const struct shell *shell);
void styles_desk(struct html_out *o, const struct styles *s, const struct shell *shell);

#endif
