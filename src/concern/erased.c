/* SPDX-License-Identifier: Apache-2.0 */
/* erased.c - the list of erasures: rows and what may be put on it. */
#include "concern/erased.h"

#include <errno.h>
#include <unistd.h>

#include "concern/concern_int.h"
#include "core/mem.h"

#include "core/banned.h"

const struct choice erasure_grounds[] = {
	{ "request", N_("The resident asked for it") },
	{ "retention", N_("It was kept as long as it had to be") },
	{ "consent", N_("The resident's consent was withdrawn") },
	{ NULL, NULL },
};

const struct choice erasure_refusals[] = {
	{ "archive", N_("The office's archive rules order it to be kept longer") },
	{ "lawsuit", N_("A review or a lawsuit about it is under way") },
	{ "discipline", N_("A disciplinary body is looking into it") },
	{ "identity", N_("It is not certain that the resident is the one who asked") },
	{ NULL, NULL },
};

static const struct table_decl erased_tables[] = {
	{ .name = "erasure", .class = TABLE_OFFICE, .grows = true, .clustered = true },
	{ .name = NULL },
};

/* clang-format off */
const struct migration concern_migration_20 = {
	.module = "concern",
	.number = 20,
	.ddl =
	"ALTER TABLE concern ADD COLUMN erased_at integer;\n"
	"ALTER TABLE concern ADD COLUMN erased_ground text;\n"
	"CREATE INDEX concern_kept ON concern (office, closed_at, id)"
	" WHERE closed_at IS NOT NULL AND erased_at IS NULL;\n"
	"CREATE TABLE erasure ("
	" office integer NOT NULL, id integer NOT NULL, concern_id integer NOT NULL,"
	" state integer NOT NULL CHECK (state BETWEEN 0 AND 3), ground text NOT NULL, why text,"
	" asked_at integer NOT NULL, first_id integer, first_at integer,"
	" second_id integer, done_at integer,"
	" PRIMARY KEY (office, id),"
	" FOREIGN KEY (office, concern_id) REFERENCES concern (office, id),"
	/* the list is approved by two people */
	" CHECK (second_id IS NULL OR second_id <> first_id),"
	" CHECK (state <> 2 OR (first_id IS NOT NULL AND second_id IS NOT NULL)));\n"
	"CREATE UNIQUE INDEX erasure_one ON erasure (office, concern_id) WHERE state < 2;\n"
	"CREATE INDEX erasure_concern ON erasure (office, concern_id, id);\n"
	"CREATE INDEX erasure_state ON erasure (office, state, id);\n"
	"INSERT INTO deadline (office, code, limit_text, ver, from_day, source)"
	" SELECT office, 'keep-closed', '60mo', 1, from_day, 'P' FROM deadline WHERE code = 'sign' AND ver = 1;\n"
	"INSERT INTO deadline (office, code, limit_text, ver, from_day, source)"
	" SELECT office, 'keep-void', '90nd', 1, from_day, 'P' FROM deadline WHERE code = 'sign' AND ver = 1;\n",
	.tables = erased_tables,
};

const struct msg_text erased_messages[] = {
	{ "erase.asked", N_("This was asked for already; two people are looking at it.") },
	{ "erase.gone", N_("The words of this concern were erased already.") },
	{ "erase.open", N_("This concern is still being handled. Please ask again when it has ended.") },
	{ "concern.erased", N_("The words of this concern were erased, so nothing more can be done with it. Please take down a new one.") },
	{ NULL, NULL },
};
/* clang-format on */

/* ---- reading ------------------------------------------------------------------------------------- */

#define ERASURE                                                                                    \
	"SELECT e.id, e.concern_id, e.state, e.ground, e.why, e.asked_at, e.first_at, e.done_at,"  \
	" e.first_id, a.name, b.name, c.file_no, c.closed_at, c.title FROM erasure e"              \
	" JOIN concern c ON c.office = e.office AND c.id = e.concern_id"                           \
	" LEFT JOIN person a ON a.office = e.office AND a.id = e.first_id"                         \
	" LEFT JOIN person b ON b.office = e.office AND b.id = e.second_id"

static enum xq_rc
read_erasures(struct rows *q, void *mem, size_t max, struct erasure *out, size_t *out_n,
	struct xq_err *err)
{
	size_t n = 0;
	while (n < max && row_next(q))
		out[n++] = (struct erasure){ .id = row_int(q, 0),
			.concern_id = row_int(q, 1),
			.state = (enum erasure_state)row_int(q, 2),
			.ground = row_text(q, 3, mem),
			.why = row_text(q, 4, mem),
			.asked_at = row_int(q, 5),
			.first_at = row_int(q, 6),
			.done_at = row_int(q, 7),
			.first_id = row_int(q, 8),
			.first = row_text(q, 9, mem),
			.second = row_text(q, 10, mem),
			.file_no = row_int(q, 11),
			.closed_at = row_int(q, 12),
			.title = row_text(q, 13, mem) };
	enum xq_rc rc = rows_close(q, err);
	if (rc == XQ_OK)
		*out_n = n;
	return rc;
}

static enum xq_rc
read_one(struct rows *q, void *mem, struct erasure *out, struct xq_err *err)
{
	size_t n = 0;
	enum xq_rc rc = read_erasures(q, mem, 1, out, &n, err);
	return rc == XQ_OK && n == 0 ? XQ_NONE : rc;
}

enum xq_rc
erasure_of(struct tx *tx, void *mem, int64_t office, int64_t concern_id, struct erasure *out,
	struct xq_err *err)
{
	return read_one(db_query(tx,
				SQL(ERASURE " WHERE e.office = ? AND e.concern_id = ?"
					    " ORDER BY e.id DESC LIMIT 1"),
				VALS(V(office), V(concern_id))),
		mem, out, err);
}

enum xq_rc
erasure_load(struct tx *tx, void *mem, int64_t office, int64_t id, struct erasure *out,
	struct xq_err *err)
{
	return read_one(db_query(tx, SQL(ERASURE " WHERE e.office = ? AND e.id = ?"),
				VALS(V(office), V(id))),
		mem, out, err);
}

enum xq_rc
erasure_list(struct tx *tx, void *mem, int64_t office, enum erasure_state state, size_t max,
	struct erasure *out, size_t *out_n, struct xq_err *err)
{
	struct vals v = VALS(V(office), V((int64_t)state), V((int64_t)max));
	struct rows *q = state >= ERASURE_DONE
	                         ? db_query(tx,
					   SQL(ERASURE " WHERE e.office = ? AND e.state = ?"
						       " ORDER BY e.id DESC LIMIT ?"),
					   v)
	                         : db_query(tx,
					   SQL(ERASURE " WHERE e.office = ? AND e.state = ?"
						       " ORDER BY e.id LIMIT ?"),
					   v);
	return read_erasures(q, mem, max, out, out_n, err);
}

/* ---- asking -------------------------------------------------------------------------------------- */

enum xq_rc
erasure_ask(struct act_ctx *ctx, const struct concern *c, const struct erasure_new *n,
	struct xq_err *err)
{
	int64_t id = 0, open = 0;
	if (c->erased_at != 0)
		return xq_refuse(err, NULL, "erase.gone");
	if (c->closed_at == 0)
		return xq_refuse(err, NULL, "erase.open");
	enum xq_rc rc = db_int(ctx->tx,
		SQL("SELECT count(*) FROM erasure WHERE office = ? AND concern_id = ? AND state < 2"),
		VALS(V(ctx->office), V(c->id)), &open, err);
	if (rc == XQ_OK && open > 0)
		return xq_refuse(err, NULL, "erase.asked");
	if (rc == XQ_OK)
		rc = db_next(ctx->tx, ctx->office, "erasure", &id, err);
	if (rc != XQ_OK)
		return rc;
	bool is_listed = n->first_id != 0;
	return db_exec(ctx->tx,
		SQL("INSERT INTO erasure (office, id, concern_id, state, ground, asked_at, first_id,"
		    " first_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"),
		VALS(V(ctx->office), V(id), V(c->id),
			V((int64_t)(is_listed ? ERASURE_LISTED : ERASURE_ASKED)), V(n->ground),
			V(ctx->now), V_OR_NULL(is_listed, n->first_id),
			V_OR_NULL(is_listed, ctx->now)),
		err);
}

enum xq_rc
erasure_due(struct tx *tx, int64_t office, bool is_void, int64_t before, size_t max,
	int64_t *out_id, size_t *out_n, struct xq_err *err)
{
	return rows_ids(db_query(tx,
				SQL("SELECT c.id FROM concern c WHERE c.office = ?"
				    " AND c.closed_at IS NOT NULL AND c.erased_at IS NULL"
				    " AND c.closed_at <= ? AND (? = 0 OR c.state = 15)"
				    " AND NOT EXISTS (SELECT 1 FROM erasure e WHERE e.office = ?"
				    "  AND e.concern_id = c.id)"
				    " ORDER BY c.closed_at, c.id LIMIT ?"),
				VALS(V(office), V(before), V(is_void), V(office), V((int64_t)max))),
		max, out_id, out_n, err);
}

/* ---- files --------------------------------------------------------------------------------------- */

enum xq_rc
photo_remove(const struct app *app, const char *hash, struct xq_err *err)
{
	uint8_t check[SHA256_LEN];
	xq_require(parse_hex(str_of(hash), check, sizeof check));
	void *mem = mem_root("photo");
	int rc = unlink(mem_printf(mem, "%s/files/%.2s/%s", app->dir, hash, hash));
	int why = errno;
	mem_free(mem);
	return rc == 0 || why == ENOENT ? XQ_OK
	                                : xq_fault(err, "concern.photo-write", "unlink: %d", why);
}
