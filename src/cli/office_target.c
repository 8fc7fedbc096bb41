/* SPDX-License-Identifier: Apache-2.0 */
/* office_target.c - the target's side of an office that comes from another cell. */
#include <stdio.h>

#include "cli/office_int.h"
#include "core/mem.h"
#include "ledger/keystore.h"
#include "ledger/parts_check.h"
#include "record/witness.h"

#include "core/banned.h"

/* ---- may it come? ------------------------------------------------------------------------------------------ */

/* Codes that residents hold carry the number, so it stays; the city sees that no two are the same. */
static enum xq_rc
number_is_free(struct move *m, struct xq_err *err)
{
	const struct office_info *o = app_office(m->to, m->office.id);
	if (!o || text_eq(o->code, m->code))
		return peer_must_not_have(m->to, m->office.id, m->code, true, err);
	enum xq_rc rc = xq_refuse(err, NULL, "move.number");
	xq_err_int(err, "n", o->id);
	xq_err_text(err, "office", o->name);
	return rc;
}

static enum xq_rc
host_is_free(struct move *m, struct xq_err *err)
{
	const struct office_info *o = app_office_by_host(m->to, str_of(m->office.host));
	if (!o || text_eq(o->code, m->code))
		return XQ_OK;
	enum xq_rc rc = xq_refuse(err, NULL, "office.host-taken");
	xq_err_text(err, "host", m->office.host);
	return rc;
}

/* What it may be there: nothing, on its way by this move or by one that was given up, or gone and forgotten. */
static enum xq_rc
look_there(struct move *m, struct tx *tx, struct xq_err *err)
{
	const struct office_info *o = app_office_by_code(m->to, str_of(m->code));
	bool is_empty = true;
	m->is_known = o != NULL;
	enum xq_rc rc = number_is_free(m, err);
	if (rc == XQ_OK && o && o->id != m->office.id)
		return move_refuse(m, "move.there-already", err);
	if (rc == XQ_OK)
		rc = host_is_free(m, err);
	if (rc == XQ_OK)
		rc = place_load(tx, m->mem, m->office.id, &m->to_place, err);
	if (rc != XQ_OK || !o)
		return rc;
	if (m->to_place.state == PLACE_ARRIVING)
		return XQ_OK;
	if (m->to_place.state != PLACE_GONE)
		return move_refuse(m, "move.there-already", err);
	rc = store_office_is_empty(m->to->db, m->list, m->n, m->office.id, &is_empty, err);
	return rc == XQ_OK && !is_empty ? move_refuse(m, "move.not-forgotten", err) : rc;
}

enum xq_rc
move_may_arrive(struct move *m, struct xq_err *err)
{
	struct tx *tx;
	enum xq_rc rc = db_read(m->to->db, &tx, err);
	if (rc != XQ_OK)
		return rc;
	rc = move_keys_fit(m->to, tx, err);
	if (rc == XQ_OK)
		rc = city_may_take_in(tx, m->mem, &m->city, err);
	if (rc == XQ_OK)
		rc = look_there(m, tx, err);
	tx_end(tx);
	return rc;
}

/* ---- coming --------------------------------------------------------------------------------------------------- */

static enum xq_rc
put_row(struct move *m, struct tx *tx, struct xq_err *err)
{
	const struct office_info *o = &m->office;
	return db_exec_one(tx,
		SQL("INSERT INTO office (id, code, name, short_name, mark, phone, hours, tz_s,"
		    " closing_minute, opened_at, host) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
		    " ON CONFLICT (id) DO UPDATE SET name = excluded.name,"
		    " short_name = excluded.short_name, mark = excluded.mark, phone = excluded.phone,"
		    " hours = excluded.hours, tz_s = excluded.tz_s,"
		    " closing_minute = excluded.closing_minute, host = excluded.host"),
		VALS(V(o->id), V(o->code), V(o->name), V(o->short_name), V(o->mark), V(o->phone),
			V(o->hours), V((int64_t)o->tz_s), V((int64_t)o->closing_minute),
			V(m->opened_at), o->host[0] ? V(o->host) : VNULL),
		err);
}

/* The address stays noted while it is on its way: where the office was gone from here before, and this move is
 * given up, it is gone again. */
enum xq_rc
move_arrive(struct move *m, struct xq_err *err)
{
	struct tx *tx;
	int64_t dropped = 0;
	bool is_ours = m->to_place.state == PLACE_ARRIVING && text_eq(m->to_place.token, m->token);
	const struct place_row to = { .state = PLACE_ARRIVING,
		.address = m->to_place.address,
		.token = m->token,
		.at = clock_now(m->to->clock) };
	if (is_ours)
		return XQ_OK;
	enum xq_rc rc = XQ_OK;
	if (m->to_place.state == PLACE_ARRIVING)
		rc = forget_beside(m->to, m->mem, app_office(m->to, m->office.id), err);
	if (rc == XQ_OK && m->to_place.state == PLACE_ARRIVING)
		rc = store_office_drop(m->to->db, m->list, m->n, m->office.id, &dropped, err);
	if (rc == XQ_OK)
		rc = db_write(m->to->db, &tx, err);
	if (rc != XQ_OK)
		return rc;
	rc = put_row(m, tx, err);
	if (rc == XQ_OK)
		rc = place_change(tx, m->office.id, &m->to_place, &to, err);
	if (rc == XQ_OK)
		rc = place_key_put(tx, m->to, m->office.id, app_key(m->from, m->office.id), err);
	if (rc == XQ_OK)
		rc = city_take_in(tx, m->mem, m->office.id, &m->city, err);
	rc = tx_finish(tx, rc, err);
	if (rc == XQ_OK)
		m->to_place = to;
	return rc == XQ_OK ? app_reload_offices(m->to, err) : rc;
}

/* ---- is it whole? ----------------------------------------------------------------------------------------------- */

static enum xq_rc
differs(const char *what, struct xq_err *err)
{
	enum xq_rc rc = xq_refuse(err, NULL, "move.differs");
	xq_err_text(err, "what", what);
	return rc;
}

static enum xq_rc
check_invariants(struct move *m, struct tx *tx, struct xq_err *err)
{
	for (size_t k = 0; m->to->modules[k]; k++) {
		const struct invariant *const *list = m->to->modules[k]->invariants;
		for (size_t i = 0; list && list[i]; i++) {
			int64_t n = 0;
			void *mem = mem_root("move.check");
			enum xq_rc rc = list[i]->count_faults(tx, mem, m->office.id, &n, err);
			mem_free(mem);
			if (rc == XQ_OK && n != 0)
				rc = differs(list[i]->name, err);
			if (rc != XQ_OK)
				return rc;
		}
	}
	return XQ_OK;
}

/* Every sealed part opens with the keys that came along. */
static enum xq_rc
check_parts(struct move *m, struct tx *tx, struct xq_err *err)
{
	struct keystore *keys;
	struct parts_checked p = { 0 };
	enum xq_rc rc = keystore_open(m->mem, place_keys_path(m->mem, m->to, m->office.id),
		app_key(m->to, m->office.id), &keys, err);
	if (rc != XQ_OK)
		return rc;
	rc = parts_check(tx, m->mem, keys, m->office.id, &p, err);
	keystore_close(keys);
	return rc == XQ_OK && p.n_faults > 0 ? differs("parts", err) : rc;
}

enum xq_rc
move_check(struct move *m, struct xq_err *err)
{
	struct move_head there;
	struct tx *tx;
	enum xq_rc rc = move_head_read(m->to, m->mem, m->office.id, &there, err);
	if (rc == XQ_OK && (there.size != m->head.size || !text_eq(there.root, m->head.root)))
		rc = differs("record", err);
	if (rc == XQ_OK)
		rc = db_read(m->to->db, &tx, err);
	if (rc != XQ_OK)
		return rc;
	rc = check_parts(m, tx, err);
	if (rc == XQ_OK)
		rc = check_invariants(m, tx, err);
	tx_end(tx);
	return rc;
}

enum xq_rc
move_open(struct move *m, struct xq_err *err)
{
	struct tx *tx, *from;
	int64_t last = 0;
	const struct place_row to = {
		.state = PLACE_HERE, .address = "", .token = "", .at = clock_now(m->to->clock)
	};
	enum xq_rc rc = move_last_slot(m->to, m->office.id, &last, err);
	if (rc == XQ_OK)
		rc = db_read(m->from->db, &from, err);
	if (rc != XQ_OK)
		return rc;
	rc = db_write(m->to->db, &tx, err);
	if (rc != XQ_OK) {
		tx_end(from);
		return rc;
	}
	rc = witness_seen_pass(from, tx, m->mem, m->office.id, err);
	if (rc == XQ_OK)
		rc = move_tell_target(m, from, tx, err);
	tx_end(from);
	if (rc != XQ_OK)
		return tx_finish(tx, rc, err);
	rc = place_change(tx, m->office.id, &m->to_place, &to, err);
	if (rc == XQ_OK && last > 0) /* until now its folder counted for it */
		rc = db_count_from(tx, m->office.id, "key_slot", last, err);
	return tx_finish(tx, rc, err);
}
