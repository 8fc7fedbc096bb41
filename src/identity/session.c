/* SPDX-License-Identifier: Apache-2.0 */
#include "identity/session.h"

#include <sodium.h>

#include "core/mem.h"

#include "core/banned.h"

#define LIST_MAX 50

void
token_new(struct rng *random, char out[TOKEN_LEN + 1])
{
	uint8_t raw[32];
	rng_fill(random, raw, sizeof raw);
	sodium_bin2base64(
		out, TOKEN_LEN + 1, raw, sizeof raw, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
	hash_wipe(raw, sizeof raw);
}

void
token_hash(const uint8_t key[KEY_LEN], struct str token, uint8_t out[32])
{
	hash_keyed(key, (struct bytes){ (const uint8_t *)token.p, token.n }, out);
}

/* ---- who acts -------------------------------------------------------------------------------- */

/* Copies as much of a name as fits, never a part of a character. */
static void
copy_name(char *out, size_t cap, struct str s)
{
	size_t n = s.n < cap ? s.n : cap - 1;
	while (n < s.n && n > 0 && ((unsigned char)s.p[n] & 0xC0) == 0x80)
		n--;
	memcpy(out, s.p, n);
	out[n] = '\0';
}

/* Columns 0..6 of each statement below: account, person, must_change, name, unit id, unit's public
 * code, unit's name. */
static struct actor
actor_of_row(struct rows *q, int64_t office)
{
	struct actor a = {
		.kind = ACTOR_STAFF,
		.office = office,
		.account_id = row_int(q, 0),
		.person_id = row_int(q, 1),
		.must_change = row_int(q, 2) != 0,
		.unit_id = row_int(q, 4),
	};
	copy_name(a.name, sizeof a.name, row_str(q, 3));
	copy_name(a.unit_code, sizeof a.unit_code, row_str(q, 5));
	copy_name(a.unit_name, sizeof a.unit_name, row_str(q, 6));
	return a;
}

/* Takes the one row of q and loads the grants. with_session: columns 7 and 8 are its id and seen_at. */
static enum xq_rc
actor_of(struct tx *tx, struct rows *q, int64_t office, bool with_session, struct actor *out,
	struct xq_err *err)
{
	struct actor a = { 0 };
	const bool found = row_next(q);
	if (found) {
		a = actor_of_row(q, office);
		if (with_session) {
			a.session_id = row_int(q, 7);
			a.seen_at = row_int(q, 8);
		}
	}
	enum xq_rc rc = rows_close(q, err);
	if (rc != XQ_OK)
		return rc;
	if (!found)
		return XQ_NONE;
	rc = grant_list(tx, office, a.account_id, a.grant, &a.n_grants, err);
	if (rc == XQ_OK)
		*out = a;
	return rc;
}

#define V_HASH(hash) V(((struct bytes){ (hash), sizeof(hash) }))

enum xq_rc
actor_by_session(struct tx *tx, const uint8_t key[KEY_LEN], int64_t office, struct str token,
	int64_t now, struct actor *out, struct xq_err *err)
{
	if (token.n != TOKEN_LEN)
		return XQ_NONE;
	uint8_t hash[32];
	token_hash(key, token, hash);
	struct rows *q = db_query(tx,
		SQL("SELECT a.id, a.person_id, a.must_change, p.name, u.id, u.public_code, u.name,"
		    "       s.id, s.seen_at"
		    "  FROM session s"
		    "  JOIN account a ON a.office = s.office AND a.id = s.account_id"
		    "   AND a.closed_at IS NULL"
		    "  JOIN person p ON p.office = a.office AND p.id = a.person_id"
		    "  JOIN membership m ON m.office = a.office AND m.person_id = a.person_id"
		    "   AND m.is_main = 1"
		    "  JOIN unit u ON u.office = m.office AND u.id = m.unit_id"
		    " WHERE s.office = ? AND s.token_hash = ? AND s.opened_at > ? AND s.seen_at > ?"),
		VALS(V(office), V_HASH(hash), V(now - SESSION_MAX_S), V(now - SESSION_IDLE_S)));
	return actor_of(tx, q, office, true, out, err);
}

enum xq_rc
actor_by_token(struct tx *tx, const uint8_t key[KEY_LEN], int64_t office, struct str token,
	int64_t now, struct actor *out, struct xq_err *err)
{
	if (token.n != TOKEN_LEN)
		return XQ_NONE;
	uint8_t hash[32];
	token_hash(key, token, hash);
	struct rows *q = db_query(tx,
		SQL("SELECT a.id, a.person_id, a.must_change, p.name, u.id, u.public_code, u.name"
		    "  FROM api_token t"
		    "  JOIN account a ON a.office = t.office AND a.id = t.account_id"
		    "   AND a.closed_at IS NULL"
		    "  JOIN person p ON p.office = a.office AND p.id = a.person_id"
		    "  JOIN membership m ON m.office = a.office AND m.person_id = a.person_id"
		    "   AND m.is_main = 1"
		    "  JOIN unit u ON u.office = m.office AND u.id = m.unit_id"
		    " WHERE t.office = ? AND t.token_hash = ? AND t.until_at > ?"),
		VALS(V(office), V_HASH(hash), V(now)));
	const enum xq_rc rc = actor_of(tx, q, office, false, out, err);
	if (rc == XQ_OK)
		out->is_by_token = true;
	return rc;
}

enum xq_rc
actor_by_login(
	struct tx *tx, int64_t office, struct str login, struct actor *out, struct xq_err *err)
{
	struct rows *q = db_query(tx,
		SQL("SELECT a.id, a.person_id, a.must_change, p.name, u.id, u.public_code, u.name"
		    "  FROM account a"
		    "  JOIN person p ON p.office = a.office AND p.id = a.person_id"
		    "  JOIN membership m ON m.office = a.office AND m.person_id = a.person_id"
		    "   AND m.is_main = 1"
		    "  JOIN unit u ON u.office = m.office AND u.id = m.unit_id"
		    " WHERE a.office = ? AND a.login = ? AND a.closed_at IS NULL"),
		VALS(V(office), V(login)));
	const enum xq_rc rc = actor_of(tx, q, office, false, out, err);
	if (rc == XQ_OK)
		out->must_change = false; /* no password was used: who holds the folder vouches */
	return rc;
}

enum xq_rc
actor_by_person(
	struct tx *tx, int64_t office, int64_t person_id, struct actor *out, struct xq_err *err)
{
	struct rows *q = db_query(tx,
		SQL("SELECT a.id, a.person_id, a.must_change, p.name, u.id, u.public_code, u.name"
		    "  FROM account a"
		    "  JOIN person p ON p.office = a.office AND p.id = a.person_id"
		    "  JOIN membership m ON m.office = a.office AND m.person_id = a.person_id"
		    "   AND m.is_main = 1"
		    "  JOIN unit u ON u.office = m.office AND u.id = m.unit_id"
		    " WHERE a.office = ? AND a.person_id = ? AND a.closed_at IS NULL"
		    " ORDER BY a.id LIMIT 1"),
		VALS(V(office), V(person_id)));
	const enum xq_rc rc = actor_of(tx, q, office, false, out, err);
	if (rc == XQ_OK)
		out->must_change = false;
	return rc;
}

struct actor
actor_system(int64_t office)
{
	return (struct actor){ .kind = ACTOR_SYSTEM, .office = office };
}

struct actor
actor_resident(int64_t office)
{
	return (struct actor){ .kind = ACTOR_RESIDENT, .office = office };
}

/* ---- sessions -------------------------------------------------------------------------------- */

enum xq_rc
session_start(struct tx *tx, const uint8_t key[KEY_LEN], int64_t office, int64_t account_id,
	struct str device, int64_t now, struct rng *random, char token[TOKEN_LEN + 1],
	struct xq_err *err)
{
	enum xq_rc rc = db_exec(tx,
		SQL("DELETE FROM session"
		    " WHERE office = ? AND account_id = ? AND (opened_at <= ? OR seen_at <= ?)"),
		VALS(V(office), V(account_id), V(now - SESSION_MAX_S), V(now - SESSION_IDLE_S)),
		err);
	int64_t id = 0;
	if (rc == XQ_OK)
		rc = db_next(tx, office, "session", &id, err);
	if (rc != XQ_OK)
		return rc;
	uint8_t hash[32];
	token_new(random, token);
	token_hash(key, str_n(token, TOKEN_LEN), hash);
	return db_exec(tx,
		SQL("INSERT INTO session (office, id, token_hash, account_id, device, opened_at,"
		    "  seen_at)"
		    " VALUES (?, ?, ?, ?, ?, ?, ?)"),
		VALS(V(office), V(id), V_HASH(hash), V(account_id), V(device), V(now), V(now)),
		err);
}

enum xq_rc
session_end(
	struct tx *tx, int64_t office, int64_t account_id, int64_t session_id, struct xq_err *err)
{
	return db_exec(tx,
		SQL("DELETE FROM session WHERE office = ? AND id = ? AND account_id = ?"),
		VALS(V(office), V(session_id), V(account_id)), err);
}

enum xq_rc
session_end_others(
	struct tx *tx, int64_t office, int64_t account_id, int64_t session_id, struct xq_err *err)
{
	return db_exec(tx,
		SQL("DELETE FROM session WHERE office = ? AND account_id = ? AND id <> ?"),
		VALS(V(office), V(account_id), V(session_id)), err);
}

enum xq_rc
session_end_all(struct tx *tx, int64_t office, int64_t account_id, struct xq_err *err)
{
	return db_exec(tx, SQL("DELETE FROM session WHERE office = ? AND account_id = ?"),
		VALS(V(office), V(account_id)), err);
}

enum xq_rc
session_list(struct tx *tx, void *mem, int64_t office, int64_t account_id, int64_t now,
	struct session **out, size_t *out_n, struct xq_err *err)
{
	struct rows *q = db_query(tx,
		SQL("SELECT id, opened_at, seen_at, device FROM session"
		    " WHERE office = ? AND account_id = ? AND opened_at > ? AND seen_at > ?"
		    " ORDER BY opened_at DESC, id DESC"
		    " LIMIT ?"),
		VALS(V(office), V(account_id), V(now - SESSION_MAX_S), V(now - SESSION_IDLE_S),
			V(LIST_MAX)));
	struct session *list = mem_array(mem, struct session, LIST_MAX);
	size_t n = 0;
	while (row_next(q)) {
		xq_require(n < LIST_MAX);
		list[n++] = (struct session){
			.id = row_int(q, 0),
			.opened_at = row_int(q, 1),
			.seen_at = row_int(q, 2),
			.device = row_text(q, 3, mem),
		};
	}
	const enum xq_rc rc = rows_close(q, err);
	if (rc == XQ_OK) {
		*out = list;
		*out_n = n;
	}
	return rc;
}

bool
session_wants_touch(const struct actor *a, int64_t now)
{
	return a->session_id != 0 && now - a->seen_at >= SESSION_TOUCH_S;
}

enum xq_rc
session_touch(struct tx *tx, int64_t office, int64_t account_id, int64_t session_id, int64_t now,
	struct xq_err *err)
{
	return db_exec(tx,
		SQL("UPDATE session SET seen_at = ?"
		    " WHERE office = ? AND id = ? AND account_id = ? AND seen_at > ? AND seen_at < ?"),
		VALS(V(now), V(office), V(session_id), V(account_id), V(now - SESSION_IDLE_S),
			V(now)),
		err);
}

/* ---- tokens of programs ----------------------------------------------------------------------- */

static enum xq_rc
refuse_taken_label(
	struct tx *tx, int64_t office, int64_t account_id, struct str label, struct xq_err *err)
{
	int64_t until;
	const enum xq_rc rc = db_int(tx,
		SQL("SELECT until_at FROM api_token"
		    " WHERE office = ? AND account_id = ? AND label = ?"),
		VALS(V(office), V(account_id), V(label)), &until, err);
	if (rc == XQ_OK)
		return xq_refuse(err, "label", "token.label-taken");
	return rc == XQ_NONE ? XQ_OK : rc;
}

enum xq_rc
api_token_add(struct tx *tx, const uint8_t key[KEY_LEN], int64_t office, int64_t account_id,
	struct str label, int64_t until_at, int64_t now, struct rng *random,
	char token[TOKEN_LEN + 1], struct xq_err *err)
{
	enum xq_rc rc = db_exec(tx,
		SQL("DELETE FROM api_token WHERE office = ? AND account_id = ? AND until_at <= ?"),
		VALS(V(office), V(account_id), V(now)), err);
	if (rc == XQ_OK)
		rc = refuse_taken_label(tx, office, account_id, label, err);
	if (rc != XQ_OK)
		return rc;
	uint8_t hash[32];
	token_new(random, token);
	token_hash(key, str_n(token, TOKEN_LEN), hash);
	return db_exec(tx,
		SQL("INSERT INTO api_token (office, account_id, label, token_hash, made_at, until_at)"
		    " VALUES (?, ?, ?, ?, ?, ?)"),
		VALS(V(office), V(account_id), V(label), V_HASH(hash), V(now), V(until_at)), err);
}

enum xq_rc
api_token_end(
	struct tx *tx, int64_t office, int64_t account_id, struct str label, struct xq_err *err)
{
	const enum xq_rc rc = db_exec(tx,
		SQL("DELETE FROM api_token WHERE office = ? AND account_id = ? AND label = ?"),
		VALS(V(office), V(account_id), V(label)), err);
	if (rc == XQ_OK && db_changed(tx) == 0)
		return xq_refuse(err, "label", "token.unknown");
	return rc;
}

enum xq_rc
api_token_end_all(struct tx *tx, int64_t office, int64_t account_id, struct xq_err *err)
{
	return db_exec(tx, SQL("DELETE FROM api_token WHERE office = ? AND account_id = ?"),
		VALS(V(office), V(account_id)), err);
}

enum xq_rc
api_token_list(struct tx *tx, void *mem, int64_t office, int64_t account_id, int64_t now,
	struct api_token **out, size_t *out_n, struct xq_err *err)
{
	struct rows *q = db_query(tx,
		SQL("SELECT label, made_at, until_at FROM api_token"
		    " WHERE office = ? AND account_id = ? AND until_at > ?"
		    " ORDER BY made_at DESC, label"
		    " LIMIT ?"),
		VALS(V(office), V(account_id), V(now), V(LIST_MAX)));
	struct api_token *list = mem_array(mem, struct api_token, LIST_MAX);
	size_t n = 0;
	while (row_next(q)) {
		xq_require(n < LIST_MAX);
		list[n++] = (struct api_token){
			.label = row_text(q, 0, mem),
			.made_at = row_int(q, 1),
			.until_at = row_int(q, 2),
		};
	}
	const enum xq_rc rc = rows_close(q, err);
	if (rc == XQ_OK) {
		*out = list;
		*out_n = n;
	}
	return rc;
}
