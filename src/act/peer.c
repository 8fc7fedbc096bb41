/* SPDX-License-Identifier: Apache-2.0 */
#include "act/peer.h"

#include <stdio.h>

#include "act/app.h"
#include "core/log.h"
#include "core/mem.h"

#include "core/banned.h"

const struct migration act_migration_6 = {
	.module = "act",
	.number = 6,
	.ddl = "CREATE TABLE office_peer ("
	       " member integer NOT NULL PRIMARY KEY, code text NOT NULL, name text NOT NULL,"
	       " address text NOT NULL, vkey text NOT NULL);\n"
	       "CREATE UNIQUE INDEX office_peer_code ON office_peer (code);\n",
	.tables =
		(const struct table_decl[]){
			{ .name = "office_peer", .class = TABLE_GLOBAL },
			{ .name = NULL },
		},
};

/* clang-format off */
const struct msg_text peer_messages[] = {
	{ "peer.code", N_("A code has small letters, digits and hyphens, at most 15, and begins with a letter.") },
	{ "peer.name", N_("The name of the office is missing, or it is too long.") },
	{ "peer.number", N_("The number is that of the office in the city: 1 to 32767.") },
	{ "peer.address", N_("The address is what stands before the office's paths, as https://cell2.example.cn/o/CODE; http:// only on this machine.") },
	{ "peer.vkey", N_("This is not the key of a record, as name+hash+key. It stands on the record's page, and `xinqiao office peer list` there prints it.") },
	{ "peer.taken", N_("{office} has this number or code. Both are given once in the city.") },
	{ NULL, NULL },
};
/* clang-format on */

/* ---- looking up --------------------------------------------------------------------------------------------- */

static bool
is_here(const struct app *app, int64_t id)
{
	const struct office_info *o = app_office(app, id);
	return o && o->place != PLACE_GONE;
}

const struct office_peer *
app_peer(const struct app *app, int64_t id)
{
	const struct office_peers *list = app->peers;
	for (size_t i = 0; list && i < list->n; i++)
		if (list->v[i].id == id)
			return is_here(app, id) ? NULL : &list->v[i];
	return NULL;
}

const struct office_peer *
app_peer_by_code(const struct app *app, struct str code)
{
	const struct office_peers *list = app->peers;
	for (size_t i = 0; list && i < list->n; i++)
		if (str_is(code, list->v[i].code))
			return is_here(app, list->v[i].id) ? NULL : &list->v[i];
	return NULL;
}

const char *
app_office_name(const struct app *app, int64_t id)
{
	const struct office_info *o = app_office(app, id);
	const struct office_peer *p = o ? NULL : app_peer(app, id);
	return o ? o->name : p ? p->name : NULL;
}

/* ---- what may be noted -------------------------------------------------------------------------------------- */

/* Up to a port or a path. */
static bool
is_this_machine(struct str host)
{
	static const char *const own[] = { "localhost", "127.0.0.1", "[::1]" };
	for (size_t i = 0; i < sizeof own / sizeof *own; i++) {
		size_t n = strlen(own[i]);
		if (str_starts(host, str_of(own[i])) &&
			(host.n == n || host.p[n] == ':' || host.p[n] == '/'))
			return true;
	}
	return false;
}

bool
peer_is_address(struct str s)
{
	const struct str plain = STR("http://");
	if (!place_is_address(s))
		return false;
	return !str_starts(s, plain) || is_this_machine(str_n(s.p + plain.n, s.n - plain.n));
}

bool
office_is_code(const char *code)
{
	size_t n = strlen(code);
	if (n == 0 || n > 15 || code[0] < 'a' || code[0] > 'z')
		return false;
	return strspn(code, "abcdefghijklmnopqrstuvwxyz0123456789-") == n;
}

static enum xq_rc
check(const struct office_peer *p, struct xq_err *err)
{
	struct note_key key;
	if (!office_is_code(p->code))
		return xq_refuse(err, "code", "peer.code");
	if (p->name[0] == 0)
		return xq_refuse(err, "name", "peer.name");
	if (p->id < 1 || p->id > INT16_MAX)
		return xq_refuse(err, "number", "peer.number");
	if (!peer_is_address(str_of(p->address)))
		return xq_refuse(err, "address", "peer.address");
	if (!note_vkey_read(str_of(p->vkey), &key) || key.type != NOTE_ED25519)
		return xq_refuse(err, "vkey", "peer.vkey");
	return XQ_OK;
}

static enum xq_rc
taken(struct xq_err *err, const char *name)
{
	enum xq_rc rc = xq_refuse(err, NULL, "peer.taken");
	xq_err_text(err, "office", name);
	return rc;
}

enum xq_rc
peer_must_not_have(
	const struct app *app, int64_t id, const char *code, bool may_be_it, struct xq_err *err)
{
	const struct office_peers *list = app->peers;
	for (size_t i = 0; list && i < list->n; i++) {
		bool has_id = list->v[i].id == id, has_code = text_eq(list->v[i].code, code);
		if ((has_id || has_code) && !(may_be_it && has_id && has_code))
			return taken(err, list->v[i].name);
	}
	return XQ_OK;
}

/* An office that leaves may be noted under what it has, and nothing else may. */
static enum xq_rc
is_free(const struct app *app, const struct office_peer *p, struct xq_err *err)
{
	for (size_t i = 0; i < app->n_offices; i++) {
		const struct office_info *o = &app->office[i];
		bool is_it = o->id == p->id && text_eq(o->code, p->code);
		if ((o->id == p->id || text_eq(o->code, p->code)) &&
			!(is_it && o->place != PLACE_HERE))
			return taken(err, o->name);
	}
	return peer_must_not_have(app, p->id, p->code, true, err);
}

enum xq_rc
peer_put(struct tx *tx, const struct app *app, const struct office_peer *p, struct xq_err *err)
{
	enum xq_rc rc = check(p, err);
	if (rc == XQ_OK)
		rc = is_free(app, p, err);
	if (rc != XQ_OK)
		return rc;
	tx_touch_config(tx);
	return db_exec_one(tx,
		SQL("INSERT INTO office_peer (member, code, name, address, vkey)"
		    " VALUES (?, ?, ?, ?, ?) ON CONFLICT (member) DO UPDATE SET name = excluded.name,"
		    " address = excluded.address, vkey = excluded.vkey"),
		VALS(V(p->id), V((const char *)p->code), V((const char *)p->name),
			V((const char *)p->address), V((const char *)p->vkey)),
		err);
}

enum xq_rc
peer_drop(struct tx *tx, const char *code, struct xq_err *err)
{
	int64_t n = 0;
	enum xq_rc rc = db_int(
		tx, SQL("SELECT count(*) FROM office_peer WHERE code = ?"), VALS(V(code)), &n, err);
	if (rc != XQ_OK || n == 0)
		return rc != XQ_OK ? rc : XQ_NONE;
	tx_touch_config(tx);
	return db_exec(tx, SQL("DELETE FROM office_peer WHERE code = ?"), VALS(V(code)), err);
}

/* ---- read with the list of offices --------------------------------------------------------------------------- */

static void
put(char *out, size_t cap, struct str s)
{
	(void)snprintf(out, cap, "%.*s", (int)s.n, s.p); /* checked where it is written down */
}

static bool
is_same(const struct office_peers *a, const struct office_peers *b)
{
	return b && a->n == b->n && (a->n == 0 || memcmp(a->v, b->v, a->n * sizeof *a->v) == 0);
}

/* An old snapshot is not freed: somebody may be reading it. */
enum xq_rc
peers_read(struct app *app, struct tx *tx, const struct office_peers *was,
	const struct office_peers **out, struct xq_err *err)
{
	struct office_peers *list = mem_new(app->mem, struct office_peers);
	size_t cap = 0;
	struct rows *q = db_query(tx,
		SQL("SELECT member, code, name, address, vkey FROM office_peer ORDER BY member"),
		NO_VALS);
	while (row_next(q)) {
		if (list->n == cap) {
			list->v = mem_grow(list, struct office_peer, list->v, cap, cap * 2 + 8);
			cap = cap * 2 + 8;
		}
		struct office_peer *p = &list->v[list->n];
		p->id = row_int(q, 0);
		put(p->code, sizeof p->code, row_str(q, 1));
		put(p->name, sizeof p->name, row_str(q, 2));
		put(p->address, sizeof p->address, row_str(q, 3));
		put(p->vkey, sizeof p->vkey, row_str(q, 4));
		if (note_vkey_read(str_of(p->vkey), &p->key))
			list->n++;
		else
			log_warn("peers: the key of %s cannot be read; it is passed over", p->code);
	}
	enum xq_rc rc = rows_close(q, err);
	if (rc == XQ_OK)
		*out = is_same(list, was) ? was : list;
	if (rc != XQ_OK || *out != list)
		mem_free(list);
	return rc;
}
