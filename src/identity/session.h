/* SPDX-License-Identifier: Apache-2.0 */
/* session.h - sessions, API tokens; who stands behind a request.
 *
 * For:       cookies and bearer tokens -> struct actor.
 * May call:  core, store, identity/account.h, identity/people.h
 * Called by: act/, web/, office/ (sign-in acts and pages), cli
 * Owns:      tables session, api_token
 * Threads:   actor_by_* and lists any reader thread; changes on the writer
 * Source:    decisions.md 8, 23, 27; domain.md 6.6 (idle 30 min)
 *
 * Idle time. A reading thread cannot write, so it does not move seen_at: it asks
 * session_wants_touch() and, when the answer is yes, submits the quiet act `session.touch`, which
 * is at most one small write per five minutes and session. A session ends 30 minutes after its
 * last touch, that is 25 to 30 minutes after the last request: never later than promised.
 */
#ifndef XQ_IDENTITY_SESSION_H
#define XQ_IDENTITY_SESSION_H

#include "identity/account.h"

#define TOKEN_LEN 43 /* 32 random bytes, base64url without padding */

void token_new(struct rng *random, char out[TOKEN_LEN + 1]);
/* What is stored of a token: a keyed hash. */
void token_hash(const uint8_t key[KEY_LEN], struct str token, uint8_t out[32]);

#define SESSION_IDLE_S 1800
#define SESSION_MAX_S 43200
#define SESSION_TOUCH_S 300

/* ---- who acts -------------------------------------------------------------------------------- */

/* The signed-in person of a cookie or bearer token; XQ_NONE when unknown, ended, idle too long, of
 * another office, or the account is closed. */
XQ_CHECK enum xq_rc actor_by_session(struct tx *tx, const uint8_t key[KEY_LEN], int64_t office,
	struct str token, int64_t now, struct actor *out, struct xq_err *err);
XQ_CHECK enum xq_rc actor_by_token(struct tx *tx, const uint8_t key[KEY_LEN], int64_t office,
	struct str token, int64_t now, struct actor *out, struct xq_err *err);
/* For CLI --as LOGIN, demo and tests. A closed account is XQ_NONE. */
XQ_CHECK enum xq_rc actor_by_login(
	struct tx *tx, int64_t office, struct str login, struct actor *out, struct xq_err *err);
XQ_CHECK enum xq_rc actor_by_person(
	struct tx *tx, int64_t office, int64_t person_id, struct actor *out, struct xq_err *err);
struct actor actor_system(int64_t office);
struct actor actor_resident(int64_t office);

/* ---- sessions -------------------------------------------------------------------------------- */

struct session {
	int64_t id;
	int64_t opened_at, seen_at;
	const char *device; /* "Firefox, Windows": what the browser said, for its owner only */
};

/* Opens one and forgets the account's old ones that have run out. token goes to the browser, only
 * its keyed hash stays. */
XQ_CHECK enum xq_rc session_start(struct tx *tx, const uint8_t key[KEY_LEN], int64_t office,
	int64_t account_id, struct str device, int64_t now, struct rng *random,
	char token[TOKEN_LEN + 1], struct xq_err *err);
/* One session of this account; none of that id is fine: it is over either way. */
XQ_CHECK enum xq_rc session_end(
	struct tx *tx, int64_t office, int64_t account_id, int64_t session_id, struct xq_err *err);
/* All of the account but this one. */
XQ_CHECK enum xq_rc session_end_others(
	struct tx *tx, int64_t office, int64_t account_id, int64_t session_id, struct xq_err *err);
XQ_CHECK enum xq_rc session_end_all(
	struct tx *tx, int64_t office, int64_t account_id, struct xq_err *err);
/* Those that still work, newest first. */
XQ_CHECK enum xq_rc session_list(struct tx *tx, void *mem, int64_t office, int64_t account_id,
	int64_t now, struct session **out, size_t *out_n, struct xq_err *err);

bool session_wants_touch(const struct actor *a, int64_t now);
/* Moves seen_at; a session that has run out meanwhile is not woken up. */
XQ_CHECK enum xq_rc session_touch(struct tx *tx, int64_t office, int64_t account_id,
	int64_t session_id, int64_t now, struct xq_err *err);

/* ---- tokens of programs ----------------------------------------------------------------------- */

#define TOKEN_DAYS 90 /* unless said otherwise */
#define TOKEN_DAYS_MAX 366

struct api_token {
	const char *label; /* what it is for; one of a kind in its account, so that it names it */
	int64_t made_at, until_at;
};

/* Refusal: token.label-taken (field label). A token that has run out leaves its label. */
XQ_CHECK enum xq_rc api_token_add(struct tx *tx, const uint8_t key[KEY_LEN], int64_t office,
	int64_t account_id, struct str label, int64_t until_at, int64_t now, struct rng *random,
	char token[TOKEN_LEN + 1], struct xq_err *err);
/* Refusal: token.unknown (field label). */
XQ_CHECK enum xq_rc api_token_end(
	struct tx *tx, int64_t office, int64_t account_id, struct str label, struct xq_err *err);
XQ_CHECK enum xq_rc api_token_end_all(
	struct tx *tx, int64_t office, int64_t account_id, struct xq_err *err);
XQ_CHECK enum xq_rc api_token_list(struct tx *tx, void *mem, int64_t office, int64_t account_id,
	int64_t now, struct api_token **out, size_t *out_n, struct xq_err *err);

extern const struct migration *const identity_migrations[];

#endif
