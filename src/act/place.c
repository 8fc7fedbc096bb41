/* SPDX-License-Identifier: Apache-2.0 */
#include "act/place.h"

#include <stdio.h>

#include "act/app.h"
#include "core/log.h"
#include "core/mem.h"
#include "core/seal.h"
#include "ledger/keystore.h"

#include "core/banned.h"

#define KEY_PURPOSE "office key"

/* record_stop: of a record that a process has found broken (act/stop.c); why: the refusal as JSON. */
const struct migration act_migration_4 = {
	.module = "act",
	.number = 4,
	.ddl = "CREATE TABLE office_place ("
	       " member integer NOT NULL PRIMARY KEY, state integer NOT NULL,"
	       " address text NOT NULL, token text NOT NULL, at integer NOT NULL);\n"
	       "CREATE TABLE office_key ("
	       " member integer NOT NULL PRIMARY KEY, sealed blob NOT NULL);\n"
	       "CREATE TABLE record_stop ("
	       " member integer NOT NULL PRIMARY KEY, why text NOT NULL, at integer NOT NULL);\n",
	.tables =
		(const struct table_decl[]){
			{ .name = "office_place", .class = TABLE_GLOBAL },
			{ .name = "office_key", .class = TABLE_GLOBAL },
			{ .name = "record_stop", .class = TABLE_GLOBAL },
			{ .name = NULL },
		},
};

/* ---- where it is ------------------------------------------------------------------------------------------- */

enum xq_rc
place_load(struct tx *tx, void *mem, int64_t office, struct place_row *out, struct xq_err *err)
{
	struct place_row p = { .state = PLACE_HERE, .address = "", .token = "" };
	struct rows *q = db_query(tx,
		SQL("SELECT state, address, token, at FROM office_place WHERE member = ?"),
		VALS(V(office)));
	if (row_next(q))
		p = (struct place_row){ (enum office_place)row_int(q, 0), row_text(q, 1, mem),
			row_text(q, 2, mem), row_int(q, 3) };
	*out = p;
	return rows_close(q, err);
}

enum xq_rc
place_change(struct tx *tx, int64_t office, const struct place_row *was, const struct place_row *to,
	struct xq_err *err)
{
	/* A row that says nothing, so that the next statement finds one. */
	enum xq_rc rc = db_exec(tx,
		SQL("INSERT INTO office_place (member, state, address, token, at)"
		    " VALUES (?, 0, '', '', 0) ON CONFLICT (member) DO NOTHING"),
		VALS(V(office)), err);
	if (rc == XQ_OK)
		rc = db_exec_one(tx,
			SQL("UPDATE office_place SET state = ?, address = ?, token = ?, at = ?"
			    " WHERE member = ? AND state = ? AND token = ?"),
			VALS(V((int64_t)to->state), V(to->address), V(to->token), V(to->at),
				V(office), V((int64_t)was->state), V(was->token)),
			err);
	tx_touch(tx, office);
	tx_touch_config(tx);
	return rc;
}

bool
place_is_address(struct str s)
{
	size_t scheme = str_starts(s, STR("https://")) ? 8 : str_starts(s, STR("http://")) ? 7 : 0;
	if (scheme == 0 || s.n <= scheme || s.n > PLACE_ADDRESS_MAX || s.p[scheme] == '/' ||
		s.p[s.n - 1] == '/')
		return false;
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] <= ' ' || s.p[i] >= 0x7f || strchr("\"?#\\<>@", s.p[i]))
			return false;
	return true;
}

bool
place_is_here(const struct app *app, int64_t office)
{
	const struct office_info *o = app_office(app, office);
	return o && o->place == PLACE_HERE;
}

enum xq_rc
place_takes_acts(const struct app *app, int64_t office, struct xq_err *err)
{
	static const char *const key[] = { [PLACE_LEAVING] = "place.leaving",
		[PLACE_GONE] = "place.gone",
		[PLACE_ARRIVING] = "place.arriving" };
	const struct office_info *o = app_office(app, office);
	if (!o || o->place == PLACE_HERE)
		return XQ_OK;
	enum xq_rc rc = xq_busy(err, key[o->place]);
	xq_err_text(err, "office", o->name);
	if (o->place == PLACE_GONE)
		xq_err_text(err, "address", o->address);
	return rc;
}

/* ---- keys ---------------------------------------------------------------------------------------------------- */

const uint8_t *
app_key(const struct app *app, int64_t office)
{
	const struct office_info *o = app_office(app, office);
	return o && o->has_key ? o->key : app->key;
}

struct keystore *
app_keys(const struct app *app, int64_t office)
{
	const struct office_info *o = app_office(app, office);
	return o && o->keys ? o->keys : app->keys;
}

char *
place_keys_path(void *mem, const struct app *app, int64_t office)
{
	return mem_printf(mem, "%s/keys.%lld", app->dir, (long long)office);
}

enum xq_rc
place_key_put(struct tx *tx, const struct app *app, int64_t office, const uint8_t key[KEY_LEN],
	struct xq_err *err)
{
	void *mem = mem_root("place.key");
	struct rng random;
	rng_init_real(&random);
	struct bytes sealed =
		seal_make(mem, app->key, KEY_PURPOSE, &random, str_n((const char *)key, KEY_LEN));
	enum xq_rc rc = db_exec_one(tx,
		SQL("INSERT INTO office_key (member, sealed) VALUES (?, ?)"
		    " ON CONFLICT (member) DO UPDATE SET sealed = excluded.sealed"),
		VALS(V(office), V(sealed)), err);
	mem_free(mem);
	tx_touch_config(tx);
	return rc;
}

enum xq_rc
place_key_drop(struct tx *tx, int64_t office, struct xq_err *err)
{
	tx_touch_config(tx);
	return db_exec(tx, SQL("DELETE FROM office_key WHERE member = ?"), VALS(V(office)), err);
}

/* ---- read with the list of offices --------------------------------------------------------------------------- */

static struct office_info *
one_of(struct office_info *list, size_t n, int64_t office)
{
	for (size_t i = 0; i < n; i++)
		if (list[i].id == office)
			return &list[i];
	return NULL;
}

static enum xq_rc
read_places(struct tx *tx, struct office_info *list, size_t n, struct xq_err *err)
{
	struct rows *q = db_query(tx,
		SQL("SELECT member, state, address FROM office_place ORDER BY member"), NO_VALS);
	while (row_next(q)) {
		struct office_info *o = one_of(list, n, row_int(q, 0));
		if (!o)
			continue;
		struct str address = row_str(q, 2);
		o->place = (enum office_place)row_int(q, 1);
		(void)snprintf(o->address, sizeof o->address, "%.*s", (int)address.n,
			address.p); /* checked where it is given */
	}
	return rows_close(q, err);
}

/* One that does not open takes its own office out, and no other. */
static enum xq_rc
read_keys(const struct app *app, struct tx *tx, struct office_info *list, size_t n,
	struct xq_err *err)
{
	void *mem = mem_root("place.keys");
	struct rows *q =
		db_query(tx, SQL("SELECT member, sealed FROM office_key ORDER BY member"), NO_VALS);
	while (row_next(q)) {
		struct office_info *o = one_of(list, n, row_int(q, 0));
		struct str key;
		if (!o)
			continue;
		o->has_key = seal_open(mem, app->key, KEY_PURPOSE, row_bytes(q, 1), &key) &&
		             key.n == KEY_LEN;
		if (o->has_key) {
			memcpy(o->key, key.p, KEY_LEN);
			continue;
		}
		log_warn(
			"keys: that of office %s is not sealed under this folder's; it is not served",
			o->code);
		o->place = PLACE_ARRIVING;
	}
	enum xq_rc rc = rows_close(q, err);
	mem_free(mem);
	return rc;
}

/* An office whose rows are still coming in, or have left, opens none: its file is not there yet, or not any
 * more. What another list had open stays open: somebody may be reading with it. */
static enum xq_rc
open_keys(struct app *app, struct office_info *o, const struct office_info *was, size_t n_was,
	struct xq_err *err)
{
	if (!o->has_key || o->place == PLACE_ARRIVING || o->place == PLACE_GONE)
		return XQ_OK;
	for (size_t i = 0; i < n_was; i++)
		if (was[i].id == o->id && was[i].keys) {
			o->keys = was[i].keys;
			return XQ_OK;
		}
	void *mem = mem_root("place.open");
	enum xq_rc rc = keystore_open(app, place_keys_path(mem, app, o->id), o->key, &o->keys, err);
	mem_free(mem);
	if (rc == XQ_OK)
		keystore_count_for(o->keys, o->id);
	return rc;
}

enum xq_rc
places_read(struct app *app, struct tx *tx, struct office_info *list, size_t n,
	const struct office_info *was, size_t n_was, struct xq_err *err)
{
	enum xq_rc rc = read_places(tx, list, n, err);
	if (rc == XQ_OK)
		rc = read_keys(app, tx, list, n, err);
	for (size_t i = 0; i < n && rc == XQ_OK; i++)
		rc = open_keys(app, &list[i], was, n_was, err);
	return rc;
}

void
places_close(struct app *app)
{
	struct office_info *list = app->office;
	for (size_t i = 0; i < app->n_offices; i++) {
		keystore_close(list[i].keys);
		hash_wipe(list[i].key, sizeof list[i].key);
	}
}
