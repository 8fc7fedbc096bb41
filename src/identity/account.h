/* SPDX-License-Identifier: Apache-2.0 */
/* account.h - accounts, their passwords, their role grants, and the lock after wrong tries.
 *
 * For:       rows and rules; the acts that people do with them stand in office/.
 * May call:  core, store, identity/people.h
 * Called by: identity/session.c, office/ (acts and pages), cli
 * Owns:      tables account, role_grant, login_lock
 * Threads:   reads any reader thread; changes on the writer; password_hash and password_matches
 *            take a tenth of a second: helper pool only
 * Source:    decisions.md 23, 27; domain.md 6.6 (lock 5 failures / 15 min, 10+ characters of 3
 *            classes, first login forces change)
 */
#ifndef XQ_IDENTITY_ACCOUNT_H
#define XQ_IDENTITY_ACCOUNT_H

#include "core/hash.h"
#include "core/random.h"
#include "identity/role.h"
#include "store/store.h"

/* ---- passwords ------------------------------------------------------------------------------ */

#define PASSWORD_HASH_LEN 128
#define PASSWORD_MIN 10
#define PASSWORD_MAX 128      /* characters; a longer one is refused before it costs anything */
#define PASSWORD_CLASSES 3    /* of lower, upper, digit, other */
#define PASSWORD_FIRST_LEN 14 /* xxxx-xxxx-xxxx */

/* argon2id, 19 MiB, t = 2. Slow: helper pool only. */
XQ_CHECK enum xq_rc password_hash(
	const char *password, char out[PASSWORD_HASH_LEN], struct xq_err *err);
/* hash NULL: no such account. The same work is done, so that the time tells nobody. */
bool password_matches(const char *hash, const char *password);
/* Refusals password.short {min}, password.long {max}, password.classes, password.is-login; their
 * field is NULL, the caller knows its own. */
XQ_CHECK enum xq_rc password_check_rules(struct str password, struct str login, struct xq_err *err);
/* A first password to be read out or printed once: no 0 O 1 l I, passes the rules. */
void password_first(struct rng *random, char out[PASSWORD_FIRST_LEN + 1]);

/* ---- accounts ------------------------------------------------------------------------------- */

#define LOGIN_MAX 32 /* characters; [a-z0-9-] */

struct account {
	int64_t id, person_id;
	const char *login;
	const char *password_hash; /* never shown, never logged */
	bool must_change;          /* the password was made by somebody else */
	bool is_open;              /* closed accounts keep their row and login */
	int64_t ver;
	/* of the person */
	int64_t unit_id;
	const char *name, *title, *phone;
	bool is_away;
};

/* Closed ones are found too. login: as typed, any case. */
XQ_CHECK enum xq_rc account_by_login(struct tx *tx, void *mem, int64_t office, struct str login,
	struct account *out, struct xq_err *err);
XQ_CHECK enum xq_rc account_load(struct tx *tx, void *mem, int64_t office, int64_t id,
	struct account *out, struct xq_err *err);
/* The open accounts whose person belongs to the unit in the first place, by login. */
XQ_CHECK enum xq_rc account_list(struct tx *tx, void *mem, int64_t office, int64_t unit_id,
	struct account **out, size_t *out_n, struct xq_err *err);

/* Straight rows; acts, init, demo and tests use them. Refusals: account.login-taken (field login). */
XQ_CHECK enum xq_rc account_add(struct tx *tx, int64_t office, int64_t person_id, const char *login,
	const char *password_hash, int64_t now, int64_t *out, struct xq_err *err);
/* The password was made by somebody else: it must be changed at the first sign-in. */
XQ_CHECK enum xq_rc account_must_change(
	struct tx *tx, int64_t office, int64_t account_id, struct xq_err *err);
/* New password; ends all sessions of the account. ver: of the account as it was read, so that of
 * two changes at once the second is refused (store.changed). */
XQ_CHECK enum xq_rc account_set_password(struct tx *tx, int64_t office, int64_t account_id,
	int64_t ver, const char *password_hash, bool must_change, int64_t now, struct xq_err *err);
/* Ends sessions, tokens and grants too. Refusal: account.last-admin. */
XQ_CHECK enum xq_rc account_end(
	struct tx *tx, int64_t office, int64_t account_id, int64_t now, struct xq_err *err);

/* ---- role grants ---------------------------------------------------------------------------- */

XQ_CHECK enum xq_rc grant_list(struct tx *tx, int64_t office, int64_t account_id,
	struct grant out[ACTOR_MAX_GRANTS], size_t *out_n, struct xq_err *err);
/* Refusals: role.has-it, role.too-many {max}, role.office-only (field scope), role.audit-apart
 * (who gives rights does not read the audit: field role). */
XQ_CHECK enum xq_rc role_give(struct tx *tx, int64_t office, int64_t account_id,
	const struct grant *g, int64_t now, struct xq_err *err);
/* Refusals: role.not-given, account.last-admin. */
XQ_CHECK enum xq_rc role_take(struct tx *tx, int64_t office, int64_t account_id,
	const struct grant *g, struct xq_err *err);

/* ---- lock after wrong tries ------------------------------------------------------------------ */

/* Counted for the login as it was typed, whether an account has it or not: so the answers for both
 * are the same, and a lock says nothing about who works here. */
#define LOGIN_TRIES 5
#define LOGIN_LOCK_S 900

/* 0: not locked. */
XQ_CHECK enum xq_rc login_locked_until(struct tx *tx, const uint8_t key[KEY_LEN], int64_t office,
	struct str login, int64_t now, int64_t *out, struct xq_err *err);
/* One wrong try; out: locked until, 0 when tries are left. Tries older than 15 minutes are forgotten. */
XQ_CHECK enum xq_rc login_failed(struct tx *tx, const uint8_t key[KEY_LEN], int64_t office,
	struct str login, int64_t now, int64_t *out, struct xq_err *err);
XQ_CHECK enum xq_rc login_unlock(struct tx *tx, const uint8_t key[KEY_LEN], int64_t office,
	struct str login, struct xq_err *err);

extern const struct msg_text identity_messages[];

#endif
