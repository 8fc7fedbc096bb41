/* SPDX-License-Identifier: Apache-2.0 */
/* level.c - the city, its districts, and which office lies in which. */
#include <stdlib.h>

#include "city/city_int.h"
#include "core/mem.h"

#include "core/banned.h"

static const struct table_decl tables[] = {
	{ .name = "city", .class = TABLE_REFERENCE },
	{ .name = "district", .class = TABLE_REFERENCE },
	{ .name = "district_office", .class = TABLE_REFERENCE },
	{ .name = "city_stand", .class = TABLE_OFFICE },
	{ .name = "city_sheet", .class = TABLE_OFFICE, .grows = true, .clustered = true },
	{ .name = NULL },
};

/* clang-format off */
const struct migration city_migration_1 = {
	.module = "city",
	.number = 1,
	.ddl =
	"CREATE TABLE city ("
	" one integer NOT NULL PRIMARY KEY CHECK (one = 1), name text NOT NULL,"
	" lead integer NOT NULL, FOREIGN KEY (lead) REFERENCES office (id));\n"
	"CREATE TABLE district ("
	" no integer NOT NULL PRIMARY KEY, code text NOT NULL UNIQUE, name text NOT NULL);\n"
	"CREATE TABLE district_office ("
	" member integer NOT NULL PRIMARY KEY, district integer NOT NULL,"
	" FOREIGN KEY (member) REFERENCES office (id),"
	" FOREIGN KEY (district) REFERENCES district (no));\n"
	"CREATE TABLE city_stand ("
	" office integer NOT NULL PRIMARY KEY, at integer NOT NULL, size integer NOT NULL,"
	" open integer NOT NULL, unanswered integer NOT NULL, overdue integer NOT NULL,"
	" hard integer NOT NULL, raised integer NOT NULL, closed integer NOT NULL);\n"
	"CREATE TABLE city_sheet ("
	" office integer NOT NULL, month integer NOT NULL, ver integer NOT NULL CHECK (ver > 0),"
	" doc text NOT NULL, seq integer NOT NULL, published_at integer NOT NULL,"
	" published_by integer NOT NULL, PRIMARY KEY (office, month, ver));\n",
	.tables = tables,
};
/* clang-format on */

enum xq_rc
city_load(struct tx *tx, void *mem, struct city *out, struct xq_err *err)
{
	struct rows *q = db_query(tx, SQL("SELECT name, lead FROM city WHERE one = 1"), NO_VALS);
	bool found = row_next(q);
	struct city c = { 0 };
	if (found)
		c = (struct city){ row_text(q, 0, mem), row_int(q, 1) };
	enum xq_rc rc = rows_close(q, err);
	if (rc != XQ_OK || !found)
		return rc != XQ_OK ? rc : XQ_NONE;
	*out = c;
	return XQ_OK;
}

enum { DISTRICTS_MAX = 100 };

enum xq_rc
district_list(struct tx *tx, void *mem, struct districts *out, struct xq_err *err)
{
	struct districts d = { mem_array(mem, struct district, DISTRICTS_MAX), 0 };
	struct rows *q =
		db_query(tx, SQL("SELECT no, code, name FROM district ORDER BY code LIMIT ?"),
			VALS(V((int64_t)DISTRICTS_MAX)));
	while (d.n < DISTRICTS_MAX && row_next(q))
		d.row[d.n++] = (struct district){ row_int(q, 0), row_text(q, 1, mem),
			row_text(q, 2, mem) };
	enum xq_rc rc = rows_close(q, err);
	if (rc == XQ_OK)
		*out = d;
	return rc;
}

const struct district *
district_find(const struct districts *d, const char *code)
{
	for (size_t i = 0; i < d->n; i++)
		if (text_eq(d->row[i].code, code))
			return &d->row[i];
	return NULL;
}

static int
by_district(const void *a, const void *b)
{
	const struct member *x = a, *y = b;
	int side = strcmp(x->district, y->district);
	return side ? side : strcmp(x->office->code, y->office->code);
}

enum xq_rc
member_list(struct app *app, struct tx *tx, void *mem, struct members *out, struct xq_err *err)
{
	size_t all = app->n_offices;
	const struct office_info *office = app->office;
	struct members m = { mem_array(mem, struct member, all + 1), all };
	for (size_t i = 0; i < all; i++)
		m.row[i] = (struct member){ &office[i], "" };
	struct rows *q = db_query(tx,
		SQL("SELECT o.member, d.code FROM district_office o JOIN district d ON d.no = o.district"
		    " ORDER BY o.member"),
		NO_VALS);
	while (row_next(q))
		for (size_t i = 0; i < all; i++)
			if (office[i].id == row_int(q, 0))
				m.row[i].district = row_text(q, 1, mem);
	enum xq_rc rc = rows_close(q, err);
	if (rc != XQ_OK)
		return rc;
	if (all > 1)
		qsort(m.row, all, sizeof *m.row, by_district);
	*out = m;
	return XQ_OK;
}
