/* SPDX-License-Identifier: Apache-2.0 */
/* office.h - the office itself: its posts (the intake post above all), people and accounts.
 *
 * For:       sign-in, accounts, roles, units, posts with holder and stand-in. Territory comes later.
 * May call:  core, calendar, store, ledger, identity, act, web
 * Called by: modules.c (declarations), concern/ (who receives first), cli (init, user)
 * Owns:      tables post, post_must
 * Threads:   acts on the writer, views on readers
 * Source:    decisions.md 11, 23; interface.md 2.2 (login, account, people)
 */
#ifndef XQ_OFFICE_OFFICE_H
#define XQ_OFFICE_OFFICE_H

#include "act/app.h"
#include "identity/people.h"
#include "identity/session.h"

#define POST_INTAKE "intake" /* owns, receives first and tracks what comes at any hour */
#define POST_HEAD "head"     /* head of the office: last fall-back */

/* The person and unit who stand for a post now: holder, else stand-in, else head of the office.
 * Somebody on leave or gone is passed over; when all are, it is the head all the same, since
 * nothing may lie unowned. XQ_NONE: no such post. */
struct post_holder {
	int64_t person_id, unit_id;
	const char *person_name, *unit_name, *unit_public_code, *unit_public_name;
};
XQ_CHECK enum xq_rc post_current(struct tx *tx, void *mem, int64_t office, const char *post,
	struct post_holder *out, struct xq_err *err);

/* Creates an office with its log, one leaders' unit (u01), one evaluation unit (u02), both posts
 * and an administrator, who holds them until others are named; init and tests use it. The first
 * account carries admin, operator and clerk. Refusals office.code-taken {code}, office.number-taken {n}; of unit_add and
 * account_add. Reloads app->office. Account and role rows: identity/session.h. */
struct guard_entry;
enum { OFFICE_NUMBER_MAX = 32767 }; /* as codes carry it (core/code.h) */
struct office_new {
	int64_t number; /* unique among all cells that an office may ever move to; 0: the next one here */
	const char *code, *name, *short_name, *mark, *phone, *hours, *origin;
	const struct guard_entry *after; /* the log that its own continues; NULL: none */
	const char *admin_login, *admin_name, *admin_password_hash;
};
XQ_CHECK enum xq_rc office_create(
	struct app *app, const struct office_new *n, int64_t *out, struct xq_err *err);

/* What else somebody may still have open who wants to leave. A module that lets people own things
 * declares a check; modules.c lists them in office_leave_checks, since concern/ stands above. */
struct leave_check {
	const char *name;
	const char *refusal; /* message key; {n} is the count */
	enum xq_rc (*count)(
		struct tx *tx, int64_t office, int64_t person_id, int64_t *out, struct xq_err *err);
};
extern const struct leave_check *const office_leave_checks[]; /* NULL-ended */

/* Why this person cannot leave yet, as the refusal of account.close would say it; XQ_OK when nothing
 * holds. Refusals account.holds-post, person.heads-unit, and those of the checks. */
XQ_CHECK enum xq_rc person_may_leave(
	struct tx *tx, int64_t office, int64_t person_id, struct xq_err *err);

/* Canonical JSON of the part who of an event about staff: {"name":"..."}. */
struct str who_json(void *mem, const char *name);

extern const struct act session_open_act, session_close_act, session_touch_act, account_add_act,
	account_close_act, account_password_act, account_reset_act, account_away_act,
	role_grant_act, role_revoke_act, unit_add_act, unit_head_act, unit_member_act,
	post_assign_act, token_issue_act, token_revoke_act, office_host_act;

extern const struct module office_module;

#endif
