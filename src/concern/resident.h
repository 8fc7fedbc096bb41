/* SPDX-License-Identifier: Apache-2.0 */
/* resident.h - what the resident's pages share: frame, words, cookies, one concern as it is told.
 *
 * For:       the pages without login: home, raising, progress, public list.
 * May call:  core, calendar, store, identity, act, web, office/office.h, concern/concern_int.h
 * Called by: concern/home.c, raise_pages.c, track_pages.c, public_pages.c, resident_*.c
 * Threads:   views, any reader
 * Source:    interface.md 2.1, 5.2; decisions.md 7, 8, 11, 24
 */
#ifndef XQ_CONCERN_RESIDENT_H
#define XQ_CONCERN_RESIDENT_H

#include "concern/concern_int.h"
#include "concern/pages_public.h"
#include "web/shell.h"
#include "web/web.h"

/* ---- words --------------------------------------------------------------------------------------- */

/* A message with typed arguments in the reader's language. */
const char *resident_say(struct req *q, const char *english, const struct msg_arg *arg, size_t n);
struct html resident_html(struct req *q, const char *english, const struct msg_arg *arg, size_t n);
/* clang-format off */
#define R_ARGS(...) (const struct msg_arg[]){ __VA_ARGS__ },                                       \
	sizeof((const struct msg_arg[]){ __VA_ARGS__ }) / sizeof(struct msg_arg)
#define R_SAY(q, text, ...) resident_say((q), (text), R_ARGS(__VA_ARGS__))
#define R_HTML(q, text, ...) resident_html((q), (text), R_ARGS(__VA_ARGS__))
#define R_INT(name, v) { (name), MSG_ARG_INT, (v), NULL }
#define R_DAY(name, v) { (name), MSG_ARG_DAY, (v), NULL }
#define R_TIME(name, v) { (name), MSG_ARG_TIME, (v), NULL }
#define R_TEXT(name, v) { (name), MSG_ARG_TEXT, 0, (v) }
/* clang-format on */
const char *resident_word(struct req *q, const char *english); /* without arguments */
int32_t resident_today(const struct req *q);
const char *resident_file_no(struct req *q, int64_t file_no); /* 青街诉〔2026〕0912号 */
const char *resident_closing(struct req *q, int64_t due_at);  /* 17:30 */

/* ---- frame --------------------------------------------------------------------------------------- */

/* title: in the reader's words. tab: "home" "raise" "track" "public" or NULL. */
struct shell resident_shell(struct req *q, const char *title, const char *tab);
struct html_out resident_begin(struct req *q, const struct shell *s);
void resident_end(struct resp *r, struct html_out *o, const struct shell *s);
/* The message named by ?said= after a POST; NULL: none. */
const struct flash *resident_flash(struct req *q);

/* ---- cookies ------------------------------------------------------------------------------------- */

#define COOKIE_DRAFT "xd"
enum { MINE_MAX = 12 };

/* The codes that this browser remembers, newest first; sealed under the folder's key. */
struct mine {
	size_t n;
	struct code code[MINE_MAX];
};
struct mine mine_read(struct req *q);
bool mine_has(const struct mine *m, const struct code *code);
void mine_add(struct req *q, struct resp *r, const struct code *code);
void mine_forget(struct req *q, struct resp *r);

bool resident_is_unlocked(struct req *q, const struct code *code);
void resident_unlock(struct req *q, struct resp *r, const struct code *code);
/* The PIN is known only when the concern is raised; a sealed cookie carries it to the receipt. */
void pin_carry(struct req *q, struct resp *r, const struct code *code, const char *pin);
const char *pin_carried(struct req *q, const struct code *code); /* NULL: none */

/* ---- one concern --------------------------------------------------------------------------------- */

/* The code of place 0. False: its check character is wrong. */
bool resident_code(struct req *q, struct code *out);

/* Everything about a concern that the code alone may show. */
struct told {
	struct concern c;
	struct handover open;
	bool has_open;
	struct step_row *step;
	size_t n_steps;
	struct person sponsor; /* parked: who tells the next step */
};
XQ_CHECK enum xq_rc told_load(
	struct req *q, const struct concern *c, struct told *out, struct xq_err *err);
/* The newest step of this act; 0: none. */
int64_t told_at(const struct told *t, const char *act);

/* Chain, sentence, light and bar; is_unlocked: the title may be shown. */
struct track_card track_card_of(
	struct req *q, const struct told *t, const struct code *code, bool is_unlocked);
struct public_card public_card_of(struct req *q, const struct concern *c);

/* The receipt in words, code and square code; host as this browser reached us. */
const char *resident_host(struct req *q);
struct receipt receipt_of(struct req *q, const struct told *t, const struct code *code);

struct html qr_svg(void *mem, const char *text, const char *label);

/* ---- emergencies --------------------------------------------------------------------------------- */

/* The numbers to call first, by what was written; NULL: nothing of the kind. */
const struct danger *danger_in(struct req *q, const char *body);

/* ---- pages of one code (track_pages.c, own_pages.c) ------------------------------------------------ */

XQ_CHECK enum xq_rc load_told(struct req *q, struct code *code, struct told *t, struct xq_err *err);
const char *track_path(struct req *q, const struct code *code, const char *rest);
/* After an act: back to the pages of the code, rest behind it. XQ_NONE: it is no code. */
XQ_CHECK enum xq_rc track_after(struct req *q, struct resp *r, const char *rest);
/* Puts the code of the path in as field "code". */
XQ_CHECK enum xq_rc fill_code(
	struct req *q, struct form_pair *extra, size_t *n_extra, struct xq_err *err);
/* The page that asks for the second fact. */
/* The code of the path and what this browser holds for it. */
XQ_CHECK enum xq_rc own_fill(
	struct req *q, struct form_pair *extra, size_t *n_extra, struct xq_err *err);
XQ_CHECK enum xq_rc open_render(struct req *q, struct resp *r, struct xq_err *err);
struct str resident_unlock_key(struct req *q, const struct code *code);
bool own_may_dispute(const struct concern *c);
XQ_CHECK enum xq_rc own_promises(
	struct req *q, const struct concern *c, struct track_page *p, struct xq_err *err);
/* What it follows, and what followed a disagreement with it; only for whoever has opened the words. */
XQ_CHECK enum xq_rc own_elsewhere(
	struct req *q, const struct concern *c, struct track_page *p, struct xq_err *err);
XQ_CHECK enum xq_rc own_others(
	struct req *q, const struct concern *c, struct track_page *p, struct xq_err *err);

/* ---- views --------------------------------------------------------------------------------------- */

extern const struct view home_view, raise_view, raise_where_view, raise_check_view, raise_done_view,
	track_view, track_code_view, track_short_view, track_open_view, track_rate_view,
	own_add_view, own_dispute_view, own_withdraw_view, own_data_view, track_remember_view,
	own_erase_view, track_mine_view, track_forget_view, photo_view, public_list_view,
	public_one_view, help_view, privacy_view, accessibility_view;

#endif
