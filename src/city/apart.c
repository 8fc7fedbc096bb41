/* SPDX-License-Identifier: Apache-2.0 */
/* apart.c - rows about offices of other cells. Documents lie here and not among the leading office's own: no entry of its
 * record names them but through the month of the city. */
#include "city/apart.h"
#include "core/hash.h"
#include "core/mem.h"
#include "ledger/tiles.h"
#include "record/keys.h"

#include "core/banned.h"

#define NEVER INT64_C(253402300799) /* the last second of the year 9999 */

static const struct table_decl tables[] = {
	{ .name = "city_apart", .class = TABLE_OFFICE },
	{ .name = "city_kept", .class = TABLE_OFFICE, .grows = true },
	{ .name = NULL },
};

/* clang-format off */
const struct migration city_migration_2 = {
	.module = "city",
	.number = 2,
	.ddl =
	"CREATE TABLE city_apart ("
	" office integer NOT NULL, member integer NOT NULL,"
	" origin text NOT NULL, keys text NOT NULL,"
	" size integer NOT NULL, root text NOT NULL, note text NOT NULL,"
	" good_at integer NOT NULL, next_at integer NOT NULL, tries integer NOT NULL,"
	" why text NOT NULL, what text NOT NULL, since integer NOT NULL,"
	" broke text NOT NULL, broke_at integer NOT NULL,"
	" broke_seen text NOT NULL, broke_note text NOT NULL,"
	" PRIMARY KEY (office, member));\n"
	/* signed_size: of the checkpoint under which it was checked; versions stand beside each other */
	"CREATE TABLE city_kept ("
	" office integer NOT NULL, month integer NOT NULL, member integer NOT NULL,"
	" ver integer NOT NULL CHECK (ver > 0), seq integer NOT NULL, size integer NOT NULL,"
	" signed_size integer NOT NULL, doc text NOT NULL, taken_at integer NOT NULL,"
	" bytes blob NOT NULL, PRIMARY KEY (office, month, member, ver));\n"
	"CREATE INDEX city_kept_doc ON city_kept (office, member, doc);\n",
	.tables = tables,
};
/* clang-format on */

/* ---- what is remembered of a record ------------------------------------------------------------------------------- */

static struct apart
row_apart(struct rows *q, void *mem)
{
	struct apart a = { .member = row_int(q, 0),
		.origin = row_text(q, 1, mem),
		.keys = row_text(q, 2, mem),
		.seen = { .size = row_int(q, 3) },
		.note = row_text(q, 5, mem),
		.good_at = row_int(q, 6),
		.next_at = row_int(q, 7),
		.tries = row_int(q, 8),
		.why = row_text(q, 9, mem),
		.what = row_text(q, 10, mem),
		.since = row_int(q, 11),
		.broke = row_text(q, 12, mem),
		.broke_at = row_int(q, 13) };
	if (!tree_b64_read(row_str(q, 4), &a.seen.root))
		a.seen.size = 0; /* changed by hand: then nothing goes on from it */
	return a;
}

enum xq_rc
apart_list(struct tx *tx, void *mem, int64_t lead, struct aparts *out, struct xq_err *err)
{
	size_t cap = 16;
	struct aparts list = { mem_array(mem, struct apart, cap), 0 };
	struct rows *q = db_query(tx,
		SQL("SELECT member, origin, keys, size, root, note, good_at, next_at, tries, why,"
		    " what, since, broke, broke_at FROM city_apart WHERE office = ?"
		    " ORDER BY member"),
		VALS(V(lead)));
	while (row_next(q)) {
		if (list.n == cap) {
			list.row = mem_grow(mem, struct apart, list.row, cap, 2 * cap);
			cap *= 2;
		}
		list.row[list.n++] = row_apart(q, mem);
	}
	*out = list;
	return rows_close(q, err);
}

const struct apart *
apart_find(const struct aparts *list, int64_t member)
{
	for (size_t i = 0; i < list->n; i++)
		if (list->row[i].member == member)
			return &list->row[i];
	return NULL;
}

/* The newest head that was signed here. Without one the record begins for us where it begins. */
static enum xq_rc
own_head(struct tx *tx, void *mem, int64_t member, struct checkpoint *out, struct xq_err *err)
{
	const struct tree_frontier empty = { 0 };
	enum xq_rc rc = checkpoint_latest(tx, mem, member, out, err);
	if (rc != XQ_NONE)
		return rc;
	*out = (struct checkpoint){ .note = "" };
	tree_root(&empty, &out->root);
	return XQ_OK;
}

static enum xq_rc
put_pin(struct tx *tx, int64_t lead, const struct apart *a, struct xq_err *err)
{
	char root[TREE_B64_LEN + 1];
	tree_b64(&a->seen.root, root);
	return db_exec(tx,
		SQL("INSERT INTO city_apart (office, member, origin, keys, size, root, note,"
		    " good_at, next_at, tries, why, what, since, broke, broke_at, broke_seen,"
		    " broke_note) VALUES (?, ?, ?, ?, ?, ?, ?, 0, ?, 0, ?, '', 0, '', 0, '', '')"
		    " ON CONFLICT (office, member) DO UPDATE SET origin = excluded.origin,"
		    " keys = excluded.keys, size = excluded.size, root = excluded.root,"
		    " note = excluded.note, next_at = excluded.next_at, tries = 0,"
		    " why = excluded.why, what = '', since = 0"),
		VALS(V(lead), V(a->member), V(a->origin), V(a->keys), V(a->seen.size),
			V((const char *)root), V(a->note), V(a->next_at), V(a->why)),
		err);
}

static enum xq_rc
is_pinned(struct tx *tx, int64_t lead, int64_t member, bool *out, struct xq_err *err)
{
	int64_t n = 0;
	enum xq_rc rc =
		db_int(tx, SQL("SELECT count(*) FROM city_apart WHERE office = ? AND member = ?"),
			VALS(V(lead), V(member)), &n, err);
	*out = n > 0;
	return rc;
}

enum xq_rc
apart_pin(struct tx *tx, void *mem, int64_t lead, int64_t member, bool renew, struct xq_err *err)
{
	struct ledger_tree *t;
	struct checkpoint c;
	struct apart a = { .member = member, .note = "", .origin = "", .keys = "", .why = "" };
	struct follow *keys = mem_new(mem, struct follow);
	bool is_there = false;
	keys->mem = mem;
	enum xq_rc rc = is_pinned(tx, lead, member, &is_there, err);
	if (rc != XQ_OK || (is_there && !renew))
		return rc;
	rc = ledger_tree_open(tx, mem, member, &t, err);
	if (rc ==
		XQ_NONE) { /* forgotten by a program that did not keep this: nothing to check it with */
		a.why = "city.apart-unknown";
		a.next_at = NEVER;
		return put_pin(tx, lead, &a, err);
	}
	if (rc == XQ_OK)
		rc = log_keys_public(tx, mem, member, t, keys, err);
	if (rc == XQ_OK)
		rc = own_head(tx, mem, member, &c, err);
	if (rc != XQ_OK)
		return rc;
	a.origin = ledger_tree_origin(t);
	a.keys = follow_text(keys).p;
	a.seen = (struct follow_known){ c.size, c.root };
	a.note = c.note;
	return put_pin(tx, lead, &a, err);
}

/* ---- sheets that are kept --------------------------------------------------------------------------------------------- */

enum xq_rc
apart_keep(struct tx *tx, int64_t lead, int64_t member, const struct apart_sheet *s, int64_t now,
	struct xq_err *err)
{
	return db_exec(tx,
		SQL("INSERT INTO city_kept (office, month, member, ver, seq, size, signed_size, doc,"
		    " taken_at, bytes) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
		    " ON CONFLICT (office, month, member, ver) DO NOTHING"),
		VALS(V(lead), V(s->is.month), V(member), V(s->is.ver), V(s->is.seq), V(s->is.size),
			V(s->signed_size), V(s->is.doc), V(now), V(s->bytes)),
		err);
}

enum xq_rc
apart_kept(struct tx *tx, void *mem, int64_t lead, int32_t month, struct office_sheet **out,
	size_t *out_n, struct xq_err *err)
{
	size_t n = 0, cap = 16;
	struct office_sheet *list = mem_array(mem, struct office_sheet, cap);
	struct rows *q = db_query(tx,
		SQL("SELECT k.member, k.ver, k.size, k.seq, k.doc FROM city_kept k"
		    " WHERE k.office = ? AND k.month = ? AND NOT EXISTS (SELECT 1 FROM city_kept l"
		    "  WHERE l.office = k.office AND l.month = k.month AND l.member = k.member"
		    "  AND l.ver > k.ver) ORDER BY k.member"),
		VALS(V(lead), V(month)));
	while (row_next(q)) {
		if (n == cap) {
			list = mem_grow(mem, struct office_sheet, list, cap, 2 * cap);
			cap *= 2;
		}
		list[n++] = (struct office_sheet){ row_int(q, 0), row_int(q, 1), row_int(q, 2),
			row_int(q, 3), row_text(q, 4, mem) };
	}
	*out = list;
	*out_n = n;
	return rows_close(q, err);
}

enum xq_rc
apart_kept_of(struct tx *tx, void *mem, int64_t lead, int64_t member, struct sheet_named *out,
	size_t *out_n, struct xq_err *err)
{
	size_t n = 0;
	struct rows *q = db_query(tx,
		SQL("SELECT k.month, k.ver, k.seq, k.size, k.doc FROM city_kept k"
		    " WHERE k.office = ? AND k.member = ? AND NOT EXISTS (SELECT 1 FROM city_kept l"
		    "  WHERE l.office = k.office AND l.month = k.month AND l.member = k.member"
		    "  AND l.ver > k.ver) ORDER BY k.month DESC LIMIT ?"),
		VALS(V(lead), V(member), V((int64_t)SHEETS_NAMED_MAX)));
	while (n < SHEETS_NAMED_MAX && row_next(q))
		out[n++] = (struct sheet_named){ (int32_t)row_int(q, 0), row_int(q, 1),
			row_int(q, 2), row_int(q, 3), row_text(q, 4, mem) };
	*out_n = n;
	return rows_close(q, err);
}

static bool
is_under(struct bytes b, struct str hex)
{
	uint8_t hash[SHA256_LEN];
	char got[2 * SHA256_LEN + 1];
	hash_sha256(b, hash);
	text_hex((struct bytes){ hash, sizeof hash }, got);
	return str_is(hex, got);
}

enum xq_rc
apart_document(struct tx *tx, void *mem, int64_t lead, int64_t member, const char *hash,
	struct figures_doc *out, struct xq_err *err)
{
	struct str json = { 0 };
	struct rows *q = db_query(tx,
		SQL("SELECT bytes FROM city_kept WHERE office = ? AND member = ? AND doc = ?"
		    " ORDER BY month, ver LIMIT 1"),
		VALS(V(lead), V(member), V(hash)));
	bool found = row_next(q);
	if (found) {
		struct bytes b = row_bytes(q, 0);
		found = is_under(b, str_of(hash)); /* changed by hand it is not what was taken */
		json = str_n(mem_textn(mem, (const char *)b.p, b.n), b.n);
	}
	enum xq_rc rc = rows_close(q, err);
	if (rc != XQ_OK || !found)
		return rc != XQ_OK ? rc : XQ_NONE;
	return figures_document_read(mem, json, out, err);
}

/* ---- for `xinqiao check` -------------------------------------------------------------------------------------------- */

static enum xq_rc
kept_faults(struct tx *tx, void *mem, int64_t office, int64_t *out, struct xq_err *err)
{
	(void)mem;
	struct rows *q = db_query(tx,
		SQL("SELECT doc, bytes FROM city_kept WHERE office = ?"
		    " /* scan: whoever checks reads all of them */ ORDER BY month, member, ver"),
		VALS(V(office)));
	*out = 0;
	while (row_next(q))
		*out += !is_under(row_bytes(q, 1), row_str(q, 0));
	return rows_close(q, err);
}

const struct invariant city_kept_sound = { .name = "city.kept", .count_faults = kept_faults };
