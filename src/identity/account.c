/* SPDX-License-Identifier: Apache-2.0 */
#include "identity/account.h"

#include "core/mem.h"
#include "identity/session.h"

#include "core/banned.h"

#define LIST_MAX 200 /* accounts of one unit; a unit has tens of people */

/* Logins are compared in lower case, so that a telephone's capital first letter locks nobody out. */
static struct str
login_canonical(struct str typed, char out[LOGIN_MAX])
{
	const struct str s = str_trim(typed);
	if (s.n > LOGIN_MAX)
		return (struct str){ "", 0 };
	for (size_t i = 0; i < s.n; i++)
		out[i] = s.p[i] >= 'A' && s.p[i] <= 'Z' ? (char)(s.p[i] - 'A' + 'a') : s.p[i];
	return str_n(out, s.n);
}

/* ---- accounts ------------------------------------------------------------------------------- */

/* The columns stand in this order in each statement below. */
static struct account
account_of_row(struct rows *q, void *mem)
{
	return (struct account){
		.id = row_int(q, 0),
		.person_id = row_int(q, 1),
		.login = row_text(q, 2, mem),
		.password_hash = row_text(q, 3, mem),
		.must_change = row_int(q, 4) != 0,
		.is_open = row_is_null(q, 5),
		.ver = row_int(q, 6),
		.unit_id = row_int(q, 7),
		.name = row_text(q, 8, mem),
		.title = row_text(q, 9, mem),
		.phone = row_text(q, 10, mem),
		.is_away = row_int(q, 11) != 0,
	};
}

static enum xq_rc
one_account(struct rows *q, void *mem, struct account *out, struct xq_err *err)
{
	struct account a = { 0 };
	const bool found = row_next(q);
	if (found)
		a = account_of_row(q, mem);
	const enum xq_rc rc = rows_close(q, err);
	if (rc != XQ_OK)
		return rc;
	if (!found)
		return XQ_NONE;
	*out = a;
	return XQ_OK;
}

enum xq_rc
account_by_login(struct tx *tx, void *mem, int64_t office, struct str login, struct account *out,
	struct xq_err *err)
{
	char canonical[LOGIN_MAX];
	struct rows *q = db_query(tx,
		SQL("SELECT a.id, a.person_id, a.login, a.password_hash, a.must_change,"
		    "       a.closed_at, a.ver, m.unit_id, p.name, p.title, p.phone, p.is_away"
		    "  FROM account a"
		    "  JOIN person p ON p.office = a.office AND p.id = a.person_id"
		    "  JOIN membership m ON m.office = a.office AND m.person_id = a.person_id"
		    "   AND m.is_main = 1"
		    " WHERE a.office = ? AND a.login = ?"),
		VALS(V(office), V(login_canonical(login, canonical))));
	return one_account(q, mem, out, err);
}

enum xq_rc
account_load(struct tx *tx, void *mem, int64_t office, int64_t id, struct account *out,
	struct xq_err *err)
{
	struct rows *q = db_query(tx,
		SQL("SELECT a.id, a.person_id, a.login, a.password_hash, a.must_change,"
		    "       a.closed_at, a.ver, m.unit_id, p.name, p.title, p.phone, p.is_away"
		    "  FROM account a"
		    "  JOIN person p ON p.office = a.office AND p.id = a.person_id"
		    "  JOIN membership m ON m.office = a.office AND m.person_id = a.person_id"
		    "   AND m.is_main = 1"
		    " WHERE a.office = ? AND a.id = ?"),
		VALS(V(office), V(id)));
	return one_account(q, mem, out, err);
}

enum xq_rc
account_list(struct tx *tx, void *mem, int64_t office, int64_t unit_id, struct account **out,
	size_t *out_n, struct xq_err *err)
{
	struct rows *q = db_query(tx,
		SQL("SELECT a.id, a.person_id, a.login, a.password_hash, a.must_change,"
		    "       a.closed_at, a.ver, m.unit_id, p.name, p.title, p.phone, p.is_away"
		    "  FROM membership m"
		    "  JOIN account a ON a.office = m.office AND a.person_id = m.person_id"
		    "   AND a.closed_at IS NULL"
		    "  JOIN person p ON p.office = a.office AND p.id = a.person_id"
		    " WHERE m.office = ? AND m.unit_id = ? AND m.is_main = 1"
		    " ORDER BY a.login"
		    " LIMIT ?"),
		VALS(V(office), V(unit_id), V(LIST_MAX)));
	struct account *list = mem_array(mem, struct account, LIST_MAX);
	size_t n = 0;
	while (row_next(q)) {
		xq_require(n < LIST_MAX);
		list[n++] = account_of_row(q, mem);
	}
	const enum xq_rc rc = rows_close(q, err);
	if (rc == XQ_OK) {
		*out = list;
		*out_n = n;
	}
	return rc;
}

static enum xq_rc
refuse_taken_login(struct tx *tx, int64_t office, struct str login, struct xq_err *err)
{
	int64_t id;
	const enum xq_rc rc =
		db_int(tx, SQL("SELECT id FROM account WHERE office = ? AND login = ?"),
			VALS(V(office), V(login)), &id, err);
	if (rc == XQ_OK) /* also one that was closed: old entries of the audit name it */
		return xq_refuse(err, "login", "account.login-taken");
	return rc == XQ_NONE ? XQ_OK : rc;
}

enum xq_rc
account_add(struct tx *tx, int64_t office, int64_t person_id, const char *login,
	const char *password_hash_text, int64_t now, int64_t *out, struct xq_err *err)
{
	char canonical[LOGIN_MAX];
	const struct str name = login_canonical(str_of(login), canonical);
	xq_require(name.n > 0);
	enum xq_rc rc = refuse_taken_login(tx, office, name, err);
	int64_t id = 0;
	if (rc == XQ_OK)
		rc = db_next(tx, office, "account", &id, err);
	if (rc == XQ_OK)
		rc = db_exec(tx,
			SQL("INSERT INTO account (office, id, person_id, login, password_hash,"
			    "  password_at, must_change, opened_at, closed_at, ver)"
			    " VALUES (?, ?, ?, ?, ?, ?, 0, ?, NULL, 1)"),
			VALS(V(office), V(id), V(person_id), V(name), V(password_hash_text), V(now),
				V(now)),
			err);
	if (rc == XQ_OK)
		*out = id;
	return rc;
}

enum xq_rc
account_must_change(struct tx *tx, int64_t office, int64_t account_id, struct xq_err *err)
{
	return db_exec_one(tx,
		SQL("UPDATE account SET must_change = 1, ver = ver + 1 WHERE office = ? AND id = ?"),
		VALS(V(office), V(account_id)), err);
}

enum xq_rc
account_set_password(struct tx *tx, int64_t office, int64_t account_id, int64_t ver,
	const char *hash, bool must_change, int64_t now, struct xq_err *err)
{
	enum xq_rc rc = db_exec_one(tx,
		SQL("UPDATE account SET password_hash = ?, password_at = ?, must_change = ?,"
		    "  ver = ver + 1"
		    " WHERE office = ? AND id = ? AND ver = ?"),
		VALS(V(hash), V(now), V(must_change), V(office), V(account_id), V(ver)), err);
	if (rc == XQ_OK)
		rc = session_end_all(tx, office, account_id, err);
	return rc;
}

/* The last one who can give rights stays, else nobody could ever again. */
static enum xq_rc
refuse_last_admin(struct tx *tx, int64_t office, int64_t account_id, struct xq_err *err)
{
	int64_t others = 0;
	const enum xq_rc rc = db_int(tx,
		SQL("SELECT count(*) FROM role_grant WHERE office = ? AND role = ? AND account_id <> ?"),
		VALS(V(office), V(role_code(ROLE_ADMIN)), V(account_id)), &others, err);
	if (rc == XQ_OK && others == 0)
		return xq_refuse(err, NULL, "account.last-admin");
	return rc;
}

static bool
is_among(const struct grant *list, size_t n, enum role role)
{
	for (size_t i = 0; i < n; i++) {
		if (list[i].role == role)
			return true;
	}
	return false;
}

enum xq_rc
account_end(struct tx *tx, int64_t office, int64_t account_id, int64_t now, struct xq_err *err)
{
	struct grant list[ACTOR_MAX_GRANTS];
	size_t n = 0;
	enum xq_rc rc = grant_list(tx, office, account_id, list, &n, err);
	if (rc == XQ_OK && is_among(list, n, ROLE_ADMIN))
		rc = refuse_last_admin(tx, office, account_id, err);
	if (rc == XQ_OK)
		rc = db_exec_one(tx,
			SQL("UPDATE account SET closed_at = ?, ver = ver + 1"
			    " WHERE office = ? AND id = ? AND closed_at IS NULL"),
			VALS(V(now), V(office), V(account_id)), err);
	if (rc == XQ_OK)
		rc = session_end_all(tx, office, account_id, err);
	if (rc == XQ_OK)
		rc = api_token_end_all(tx, office, account_id, err);
	if (rc == XQ_OK)
		rc = db_exec(tx, SQL("DELETE FROM role_grant WHERE office = ? AND account_id = ?"),
			VALS(V(office), V(account_id)), err);
	return rc;
}

/* ---- role grants ---------------------------------------------------------------------------- */

struct dated_grant {
	struct grant grant;
	int64_t at;
};

/* Keeps the list in the order of giving. Sorted here: each page asks for the few grants of its
 * reader, and a sorter in the store costs more than all the rest of that question. */
static void
insert_grant(struct dated_grant *list, size_t n, struct dated_grant g)
{
	for (; n > 0 && list[n - 1].at > g.at; n--)
		list[n] = list[n - 1];
	list[n] = g;
}

enum xq_rc
grant_list(struct tx *tx, int64_t office, int64_t account_id, struct grant out[ACTOR_MAX_GRANTS],
	size_t *out_n, struct xq_err *err)
{
	struct rows *q = db_query(tx,
		SQL("SELECT role, scope, scope_id, given_at FROM role_grant"
		    " WHERE office = ? AND account_id = ?"
		    " ORDER BY role, scope, scope_id"
		    " LIMIT ?"),
		VALS(V(office), V(account_id), V(ACTOR_MAX_GRANTS)));
	struct dated_grant list[ACTOR_MAX_GRANTS];
	size_t n = 0;
	while (n < ACTOR_MAX_GRANTS && row_next(q)) {
		struct dated_grant g = { .grant.scope_id = row_int(q, 2), .at = row_int(q, 3) };
		/* A newer program's role says nothing here, so it gives nothing. */
		if (role_read(row_str(q, 0), &g.grant.role) &&
			scope_read(row_str(q, 1), &g.grant.scope))
			insert_grant(list, n++, g);
	}
	const enum xq_rc rc = rows_close(q, err);
	if (rc != XQ_OK)
		return rc;
	for (size_t i = 0; i < n; i++)
		out[i] = list[i].grant;
	*out_n = n;
	return XQ_OK;
}

static bool
grant_equal(const struct grant *a, const struct grant *b)
{
	return a->role == b->role && a->scope == b->scope && a->scope_id == b->scope_id;
}

static enum xq_rc
refuse_grant(const struct grant *have, size_t n, const struct grant *g, struct xq_err *err)
{
	for (size_t i = 0; i < n; i++) {
		if (grant_equal(&have[i], g))
			return xq_refuse(err, "role", "role.has-it");
	}
	bool fits = g->scope == SCOPE_OFFICE ||
	            (g->scope == SCOPE_UNIT ? role_fits_unit(g->role) : g->role == ROLE_OVERSEER);
	if (!fits)
		return xq_refuse(err, "scope", "role.office-only");
	if ((g->role == ROLE_AUDITOR && is_among(have, n, ROLE_ADMIN)) ||
		(g->role == ROLE_ADMIN && is_among(have, n, ROLE_AUDITOR)))
		return xq_refuse(err, "role", "role.audit-apart");
	if (n == ACTOR_MAX_GRANTS) {
		const enum xq_rc rc = xq_refuse(err, "role", "role.too-many");
		xq_err_int(err, "max", ACTOR_MAX_GRANTS);
		return rc;
	}
	return XQ_OK;
}

enum xq_rc
role_give(struct tx *tx, int64_t office, int64_t account_id, const struct grant *g, int64_t now,
	struct xq_err *err)
{
	xq_require(g->scope == SCOPE_OFFICE ? g->scope_id == 0 : g->scope_id > 0);
	struct grant have[ACTOR_MAX_GRANTS];
	size_t n = 0;
	enum xq_rc rc = grant_list(tx, office, account_id, have, &n, err);
	if (rc == XQ_OK)
		rc = refuse_grant(have, n, g, err);
	if (rc == XQ_OK)
		rc = db_exec(tx,
			SQL("INSERT INTO role_grant (office, account_id, role, scope, scope_id,"
			    "  given_at)"
			    " VALUES (?, ?, ?, ?, ?, ?)"),
			VALS(V(office), V(account_id), V(role_code(g->role)),
				V(scope_code(g->scope)), V(g->scope_id), V(now)),
			err);
	return rc;
}

enum xq_rc
role_take(struct tx *tx, int64_t office, int64_t account_id, const struct grant *g,
	struct xq_err *err)
{
	if (g->role == ROLE_ADMIN) {
		const enum xq_rc rc = refuse_last_admin(tx, office, account_id, err);
		if (rc != XQ_OK)
			return rc;
	}
	const enum xq_rc rc = db_exec(tx,
		SQL("DELETE FROM role_grant"
		    " WHERE office = ? AND account_id = ? AND role = ? AND scope = ? AND scope_id = ?"),
		VALS(V(office), V(account_id), V(role_code(g->role)), V(scope_code(g->scope)),
			V(g->scope_id)),
		err);
	if (rc == XQ_OK && db_changed(tx) == 0)
		return xq_refuse(err, "role", "role.not-given");
	return rc;
}

/* ---- lock after wrong tries ------------------------------------------------------------------ */

struct login_key {
	uint8_t hash[32];
};

/* The key keeps the table from telling which logins were tried. */
static struct login_key
login_key_of(const uint8_t key[KEY_LEN], struct str login)
{
	char canonical[LOGIN_MAX];
	const struct str name = login_canonical(login, canonical);
	struct login_key k;
	hash_keyed(key, (struct bytes){ (const uint8_t *)name.p, name.n }, k.hash);
	return k;
}

#define V_KEY(k) V(((struct bytes){ (k).hash, sizeof(k).hash }))

enum xq_rc
login_locked_until(struct tx *tx, const uint8_t key[KEY_LEN], int64_t office, struct str login,
	int64_t now, int64_t *out, struct xq_err *err)
{
	const struct login_key k = login_key_of(key, login);
	int64_t until = 0;
	const enum xq_rc rc = db_int(tx,
		SQL("SELECT until_at FROM login_lock WHERE office = ? AND login_hash = ?"),
		VALS(V(office), V_KEY(k)), &until, err);
	if (rc != XQ_OK && rc != XQ_NONE)
		return rc;
	*out = rc == XQ_OK && until > now ? until : 0;
	return XQ_OK;
}

enum xq_rc
login_failed(struct tx *tx, const uint8_t key[KEY_LEN], int64_t office, struct str login,
	int64_t now, int64_t *out, struct xq_err *err)
{
	const struct login_key k = login_key_of(key, login);
	enum xq_rc rc =
		db_exec(tx, SQL("DELETE FROM login_lock WHERE office = ? AND tried_at <= ?"),
			VALS(V(office), V(now - LOGIN_LOCK_S)), err);
	int64_t tries = 0;
	if (rc == XQ_OK) {
		rc = db_int(tx,
			SQL("SELECT tries FROM login_lock WHERE office = ? AND login_hash = ?"),
			VALS(V(office), V_KEY(k)), &tries, err);
		if (rc == XQ_NONE)
			rc = XQ_OK;
	}
	tries++;
	const int64_t until = tries >= LOGIN_TRIES ? now + LOGIN_LOCK_S : 0;
	if (rc == XQ_OK)
		rc = db_exec(tx,
			SQL("INSERT INTO login_lock (office, login_hash, tries, tried_at, until_at)"
			    " VALUES (?, ?, ?, ?, ?)"
			    " ON CONFLICT (office, login_hash) DO UPDATE SET tries = excluded.tries,"
			    "  tried_at = excluded.tried_at, until_at = excluded.until_at"),
			VALS(V(office), V_KEY(k), V(tries), V(now), V(until)), err);
	if (rc == XQ_OK)
		*out = until;
	return rc;
}

enum xq_rc
login_unlock(struct tx *tx, const uint8_t key[KEY_LEN], int64_t office, struct str login,
	struct xq_err *err)
{
	const struct login_key k = login_key_of(key, login);
	return db_exec(tx, SQL("DELETE FROM login_lock WHERE office = ? AND login_hash = ?"),
		VALS(V(office), V_KEY(k)), err);
}
