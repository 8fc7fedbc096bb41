/* SPDX-License-Identifier: Apache-2.0 */
/* file.c - the file of an old problem: where it comes from, what was decided before, which bodies have a
 * part in it; and how many open problems each obstacle holds up. Staff read it; it names no resident. */
#include "hard/hard_int.h"

#include "core/mem.h"

#include "core/banned.h"

static const struct table_decl file_tables[] = {
	{ .name = "hard_file", .class = TABLE_OFFICE, .grows = true, .clustered = true },
	{ .name = NULL },
};

/* clang-format off */
const struct migration hard_migration_3 = {
	.module = "hard",
	.number = 3,
	.ddl =
	"CREATE TABLE hard_file ("
	" office integer NOT NULL, hard_no integer NOT NULL,"
	" origin text NOT NULL, past text NOT NULL, bodies text NOT NULL,"
	" at integer NOT NULL, person_id integer NOT NULL,"
	" PRIMARY KEY (office, hard_no),"
	" FOREIGN KEY (office, hard_no) REFERENCES hard (office, no));\n"
	"CREATE INDEX hard_blocker ON hard (office, blocker, kind) WHERE ended_at IS NULL;\n",
	.tables = file_tables,
};
/* clang-format on */

enum xq_rc
hard_file_load(struct tx *tx, void *mem, int64_t office, int64_t no, struct hard_file *out,
	struct xq_err *err)
{
	struct rows *q = db_query(tx,
		SQL("SELECT f.origin, f.past, f.bodies, f.at, p.name FROM hard_file f"
		    " JOIN person p ON p.office = f.office AND p.id = f.person_id"
		    " WHERE f.office = ? AND f.hard_no = ?"),
		VALS(V(office), V(no)));
	*out = (struct hard_file){ .origin = "", .past = "", .bodies = "" };
	if (row_next(q))
		*out = (struct hard_file){ .origin = row_text(q, 0, mem),
			.past = row_text(q, 1, mem),
			.bodies = row_text(q, 2, mem),
			.at = row_int(q, 3),
			.person = row_text(q, 4, mem) };
	return rows_close(q, err);
}

enum xq_rc
hard_blocked(struct tx *tx, void *mem, int64_t office, struct blocked out[BLOCKERS_MAX],
	size_t *out_n, struct xq_err *err)
{
	size_t n = 0;
	struct rows *q = db_query(tx,
		SQL("SELECT blocker, count(*), sum(CASE WHEN kind = 'legacy' THEN 1 ELSE 0 END)"
		    " FROM hard /* scan: the open ones, by their own index */"
		    " WHERE office = ? AND ended_at IS NULL GROUP BY blocker"
		    " ORDER BY count(*) DESC, blocker LIMIT ?"),
		VALS(V(office), V((int64_t)BLOCKERS_MAX)));
	while (n < BLOCKERS_MAX && row_next(q))
		out[n++] = (struct blocked){
			.blocker = row_text(q, 0, mem), .n = row_int(q, 1), .legacy = row_int(q, 2)
		};
	*out_n = n;
	return rows_close(q, err);
}

/* ---- writing ---------------------------------------------------------------------------------------- */

static enum xq_rc
file_apply(struct act_ctx *ctx, const struct form *in, struct xq_err *err)
{
	struct hard h;
	enum xq_rc rc = hard_begin(ctx, in, &h, err);
	if (rc != XQ_OK)
		return rc;
	if (!hard_may_review(ctx->actor, &h)) {
		rc = xq_refuse(err, NULL, "hard.not-sponsor");
		xq_err_text(err, "name", h.sponsor_name);
		return rc;
	}
	rc = db_exec(ctx->tx,
		SQL("INSERT INTO hard_file (office, hard_no, origin, past, bodies, at, person_id)"
		    " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (office, hard_no) DO UPDATE SET"
		    " origin = excluded.origin, past = excluded.past, bodies = excluded.bodies,"
		    " at = excluded.at, person_id = excluded.person_id"),
		VALS(V(ctx->office), V(h.no), V(form_str(in, "origin")), V(form_str(in, "past")),
			V(form_str(in, "bodies")), V(ctx->now), V(ctx->actor->person_id)),
		err);
	return rc == XQ_OK ? act_note(ctx, err) : rc;
}

/* clang-format off */
static const struct field file_fields[] = {
	{ "hard", FIELD_INT, .required = true, .min = 1, .label = N_("Number on the ledger") },
	{ "origin", FIELD_LINES, .required = true, .min = 4, .max = 500, .label = N_("Where it comes from"),
		.hint = N_("When and how it began, by whose decision; no residents") },
	{ "past", FIELD_LINES, .max = 1000, .label = N_("What was decided before"),
		.hint = N_("One line for each: day, body, decision, what became of it") },
	{ "bodies", FIELD_LINES, .required = true, .min = 2, .max = 300, .label = N_("Bodies that have a part in it"),
		.hint = N_("Units, departments, companies; and what each would have to do") },
	{ .name = NULL },
};
/* clang-format on */

const struct act hard_file_act = {
	.name = "hard.file",
	.title = N_("Write its file"),
	.help = N_(
		"Origin, past decisions, bodies: so that whoever comes next need not ask again."),
	.who = PERM_STAFF,
	.fields = file_fields,
	.apply = file_apply,
	.events = (const struct event_kind *const[]){ &ev_office_noted, NULL },
};
