/* SPDX-License-Identifier: Apache-2.0 */
/* level_move.c - the district of an office that moves to another cell. */
#include "city/apart.h"
#include "core/mem.h"
#include "ledger/tiles.h"

#include "core/banned.h"

enum xq_rc
city_place_of(
	struct tx *tx, void *mem, int64_t office, struct city_place_of *out, struct xq_err *err)
{
	struct city c = { 0 };
	*out = (struct city_place_of){ .district = "", .district_name = "" };
	enum xq_rc rc = city_load(tx, mem, &c, err);
	if (rc != XQ_OK && rc != XQ_NONE)
		return rc;
	out->leads = rc == XQ_OK && c.office == office;
	struct rows *q = db_query(tx,
		SQL("SELECT d.code, d.name FROM district_office o JOIN district d ON d.no = o.district"
		    " WHERE o.member = ?"),
		VALS(V(office)));
	if (row_next(q)) {
		out->district = row_text(q, 0, mem);
		out->district_name = row_text(q, 1, mem);
	}
	return rows_close(q, err);
}

static enum xq_rc
find(struct tx *tx, void *mem, const struct city_place_of *p, const struct district **out,
	struct xq_err *err)
{
	struct districts d;
	*out = NULL;
	if (!p->district[0])
		return XQ_OK;
	enum xq_rc rc = district_list(tx, mem, &d, err);
	if (rc == XQ_OK)
		*out = district_find(&d, p->district);
	return rc;
}

enum xq_rc
city_may_take_in(struct tx *tx, void *mem, const struct city_place_of *p, struct xq_err *err)
{
	const struct district *d;
	enum xq_rc rc = find(tx, mem, p, &d, err);
	if (rc != XQ_OK || !d || text_eq(d->name, p->district_name))
		return rc;
	rc = xq_refuse(err, NULL, "city.district-other");
	xq_err_text(err, "code", d->code);
	xq_err_text(err, "name", d->name);
	return rc;
}

static enum xq_rc
add(struct tx *tx, const struct city_place_of *p, int64_t *out_no, struct xq_err *err)
{
	int64_t last = 0;
	enum xq_rc rc =
		db_int(tx, SQL("SELECT coalesce(max(no), 0) FROM district"), NO_VALS, &last, err);
	*out_no = last + 1;
	return rc != XQ_OK ? rc
	                   : db_exec_one(tx,
				     SQL("INSERT INTO district (no, code, name) VALUES (?, ?, ?)"),
				     VALS(V(*out_no), V(p->district), V(p->district_name)), err);
}

enum xq_rc
city_take_in(
	struct tx *tx, void *mem, int64_t office, const struct city_place_of *p, struct xq_err *err)
{
	const struct district *d;
	int64_t no = 0;
	enum xq_rc rc = find(tx, mem, p, &d, err);
	if (rc != XQ_OK || !p->district[0])
		return rc;
	if (d)
		no = d->no;
	else
		rc = add(tx, p, &no, err);
	return rc != XQ_OK
	               ? rc
	               : db_exec(tx,
				 SQL("INSERT INTO district_office (member, district) VALUES (?, ?)"
				     " ON CONFLICT (member) DO UPDATE SET district = excluded.district"),
				 VALS(V(office), V(no)), err);
}

enum xq_rc
city_let_go(struct tx *tx, int64_t office, struct xq_err *err)
{
	return db_exec(
		tx, SQL("DELETE FROM district_office WHERE member = ?"), VALS(V(office)), err);
}

/* ---- what is kept of one that left ------------------------------------------------------------------------ */

/* 0: the office is in no district of a city that somebody else leads. */
static enum xq_rc
lead_of(struct tx *tx, void *mem, int64_t office, int64_t *out, struct xq_err *err)
{
	struct city c;
	struct city_place_of p;
	*out = 0;
	enum xq_rc rc = city_load(tx, mem, &c, err);
	if (rc == XQ_OK)
		rc = city_place_of(tx, mem, office, &p, err);
	if (rc == XQ_OK && p.district[0] && !p.leads)
		*out = c.office;
	return rc == XQ_NONE ? XQ_OK : rc;
}

enum xq_rc
city_left(struct tx *tx, void *mem, int64_t office, struct xq_err *err)
{
	int64_t lead = 0;
	enum xq_rc rc = lead_of(tx, mem, office, &lead, err);
	return rc == XQ_OK && lead ? apart_pin(tx, mem, lead, office, true, err) : rc;
}

enum xq_rc
city_moved_on(struct tx *tx, void *mem, int64_t office, struct xq_err *err)
{
	int64_t lead = 0;
	enum xq_rc rc = lead_of(tx, mem, office, &lead, err);
	if (rc != XQ_OK || !lead)
		return rc;
	return db_exec(tx,
		SQL("UPDATE city_apart SET next_at = 0, tries = 0 WHERE office = ? AND member = ?"
		    " AND why <> 'city.apart-unknown'"),
		VALS(V(lead), V(office)), err);
}

/* They were counted and published here, under this record: there is nothing to check. */
static enum xq_rc
keep_one(struct tx *tx, int64_t lead, int64_t office, const struct sheet_named *s, int64_t now,
	struct xq_err *err)
{
	void *mem = mem_root("sheet");
	const char *type;
	struct apart_sheet kept = { .is = *s, .signed_size = s->size };
	enum xq_rc rc = ledger_doc_load(tx, mem, office, str_of(s->doc), &type, &kept.bytes, err);
	if (rc == XQ_OK)
		rc = apart_keep(tx, lead, office, &kept, now, err);
	mem_free(mem);
	return rc == XQ_NONE ? XQ_OK : rc; /* forgetting was cut off behind the documents */
}

enum xq_rc
city_forgets(struct tx *tx, void *mem, int64_t office, int64_t now, struct xq_err *err)
{
	int64_t lead = 0;
	struct sheet_named *list;
	size_t n;
	enum xq_rc rc = lead_of(tx, mem, office, &lead, err);
	if (rc != XQ_OK || !lead)
		return rc;
	rc = apart_pin(tx, mem, lead, office, false, err);
	if (rc == XQ_OK)
		rc = sheets_of_office(tx, mem, office, &list, &n, err);
	for (size_t i = 0; rc == XQ_OK && i < n; i++)
		rc = keep_one(tx, lead, office, &list[i], now, err);
	return rc;
}
