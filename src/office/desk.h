/* SPDX-License-Identifier: Apache-2.0 */
/* desk.h - the frame of staff pages, and forms made from the declaration of an act.
 *
 * For:       every page below /desk; a form with label, hint, fault and typed value for each field
 *            of its act, so that declaration and page cannot disagree.
 * May call:  core, identity, act, web
 * Called by: office/ views, other modules' staff views
 * Threads:   views, any reader
 * Source:    interface.md 2.2, 4; style.md 9
 */
#ifndef XQ_OFFICE_DESK_H
#define XQ_OFFICE_DESK_H

#include "web/components.h"
#include "web/shell.h"
#include "web/web.h"

/* What a page that needs no form shows first, and what it ends with. title: message. */
struct html_out desk_begin(
	struct req *q, const char *title, const struct flash *flash, struct shell *out_shell);
void desk_end(struct resp *r, struct html_out *o, const struct shell *shell);

/* The frame of what everybody may see, for modules other than concern/. title: in the reader's words. */
struct shell public_shell(struct req *q, const char *title);
struct html_out public_begin(struct req *q, const struct shell *shell);
void public_end(struct resp *r, struct html_out *o, const struct shell *shell);

/* Where the page before ended, by the "?after=key.id" that its pager wrote; anything else leaves both. */
void desk_after(struct req *q, int64_t *key, int64_t *id);

/* What is said after an act, by the code that its view.after put behind "?did=". */
struct did_text {
	const char *code, *text; /* text: message */
};
/* The message for this page's ?did=; NULL: none, or not one of these. */
const struct flash *flash_did(struct req *q, const struct did_text *did, size_t n);
/* "/review" of "/desk/hard/{n}/review": which of several forms of one thing a view is. */
const char *view_last_segment(const struct view *v);

enum { FORM_CRUMBS = 4 };

/* {call act_form(&f)}: one act, one page. */
struct act_form {
	const char *title, *intro; /* messages; intro NULL: none */
	const char *note;          /* in the reader's words, above the form; NULL: none */
	const char *action;        /* path without base */
	const char *csrf, *idem;
	const char *submit, *submit_hint; /* messages; hint NULL: none */
	struct crumb crumb[FORM_CRUMBS];
	size_t n_crumbs;
	struct fault_row *fault;
	size_t n_faults;
	struct input *input;
	size_t n_inputs;
};

/* act_form_of - inputs, typed values and faults of act.
 *
 * Values and faults are those of q->call when the page is shown again. Choices become radio buttons
 * (up to four) or a list; names of people and units stay text until act_form_choose.
 */
struct act_form act_form_of(struct req *q, const struct act *act, const char *action);
void act_form_crumb(struct act_form *f, const char *href, const char *label);
struct input *act_form_input(struct act_form *f, const char *name);
/* A list to choose from instead of typing; an optional field gets an empty first line. */
void act_form_choose(
	struct req *q, struct act_form *f, const char *name, const struct option *option, size_t n);
/* The field is known from the path: not shown, and put in by the view's fill. */
void act_form_drop(struct act_form *f, const char *name);
/* A value to begin with; what was typed wins. */
void act_form_default(struct act_form *f, const char *name, const char *value);
/* Lists the faults of the inputs for the summary above; act_form_show does it by itself. */
void act_form_faults(struct act_form *f);
/* The whole page. */
void act_form_show(struct req *q, struct resp *r, const struct act_form *f);

#endif
