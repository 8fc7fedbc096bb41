/* SPDX-License-Identifier: Apache-2.0 */
/* export.c - audit rows as a file: only with a purpose, and the export is an act like any other. */
#include "audit/audit_int.h"

#include "core/mem.h"
#include "core/parse.h"
#include "exchange/csv_write.h"

#include "core/banned.h"

static const struct field export_fields[] = {
	/* as the filter of the page */
	{ "person", FIELD_CODE, .label = N_("Who did it") },
	{ "act", FIELD_TEXT, .max = 60, .label = N_("What was done") },
	{ "concern", FIELD_FILE_NO, .label = N_("File number") },
	{ "from", FIELD_DAY, .label = N_("From day") },
	{ "until", FIELD_DAY, .label = N_("Until day") },
	{ "purpose", FIELD_LINES, .required = true, .min = 4, .max = 200,
		.label = N_("What it is for"),
		.hint = N_("Stays beside the export, and other auditors read it") },
	{ 0 },
};

/* The range is kept, not the rows: fetched again, the file is the same. */
static enum xq_rc
keep(struct act_ctx *ctx, const struct form *in, const struct audit_query *q, int64_t no,
	struct xq_err *err)
{
	return db_exec(ctx->tx,
		SQL("INSERT INTO audit_export (office, no, at, person_id, purpose, from_id, until_id,"
		    " of_person_id, of_concern_id, of_act) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"),
		VALS(V(ctx->office), V(no), V(ctx->now), V(ctx->actor->person_id),
			V(form_str(in, "purpose")), V(q->from_id), V(q->until_id), V(q->person_id),
			V(q->concern_id), V(q->act)),
		err);
}

static enum xq_rc
export_apply(struct act_ctx *ctx, const struct form *in, struct xq_err *err)
{
	struct audit_query q;
	int64_t no = 0;
	enum xq_rc rc = audit_may_read(ctx->actor, err);
	if (rc == XQ_OK)
		rc = audit_query_of(
			ctx->tx, ctx->mem, app_office(ctx->app, ctx->office), in, &q, err);
	if (rc != XQ_OK)
		return rc;
	if (q.until_id - q.from_id >= EXPORT_WALK) {
		(void)xq_refuse(err, "from", "audit.too-wide"); /* returned below */
		xq_err_int(err, "max", EXPORT_WALK);
		return XQ_REFUSED;
	}
	rc = db_next(ctx->tx, ctx->office, "audit_export", &no, err);
	if (rc == XQ_OK)
		rc = keep(ctx, in, &q, no, err);
	if (rc == XQ_OK)
		rc = act_note(ctx, err);
	if (rc != XQ_OK)
		return rc;
	act_subject(ctx, "audit-export", no);
	act_result_int(ctx, "no", no);
	return XQ_OK;
}

const struct act audit_export_act = {
	.name = "audit.export",
	.title = N_("Export the audit log"),
	.help = N_("With a purpose, which is noted. The file holds no texts of residents."),
	.who = PERM_AUDIT,
	.fields = export_fields,
	.apply = export_apply,
	.events = (const struct event_kind *const[]){ &ev_office_noted, NULL },
};

/* ---- reading them ------------------------------------------------------------------------------------ */

#define EXPORT_COLUMNS                                                                              \
	"SELECT e.no, e.at, e.person_id, e.purpose, p.name, e.from_id, e.until_id, e.of_person_id," \
	" e.of_concern_id, e.of_act FROM audit_export e"                                            \
	" JOIN person p ON p.office = e.office AND p.id = e.person_id"

static struct audit_export
read_export(struct rows *q, void *mem)
{
	return (struct audit_export){ .no = row_int(q, 0),
		.at = row_int(q, 1),
		.person_id = row_int(q, 2),
		.purpose = row_text(q, 3, mem),
		.person = row_text(q, 4, mem),
		.query = { .from_id = row_int(q, 5),
			.until_id = row_int(q, 6),
			.person_id = row_int(q, 7),
			.concern_id = row_int(q, 8),
			.act = row_text(q, 9, mem),
			.max = EXPORT_ROWS + 1 } }; /* one more tells that there are more */
}

enum xq_rc
audit_export_load(struct tx *tx, void *mem, int64_t office, int64_t no, struct audit_export *out,
	struct xq_err *err)
{
	struct rows *q = db_query(
		tx, SQL(EXPORT_COLUMNS " WHERE e.office = ? AND e.no = ?"), VALS(V(office), V(no)));
	bool found = row_next(q);
	if (found)
		*out = read_export(q, mem);
	enum xq_rc rc = rows_close(q, err);
	return rc == XQ_OK && !found ? XQ_NONE : rc;
}

enum xq_rc
audit_exports(struct tx *tx, void *mem, int64_t office, struct audit_export **out, size_t *out_n,
	struct xq_err *err)
{
	struct audit_export *list = mem_array(mem, struct audit_export, EXPORTS_SHOWN);
	size_t n = 0;
	struct rows *q = db_query(tx,
		SQL(EXPORT_COLUMNS " WHERE e.office = ? AND e.no < ? ORDER BY e.no DESC LIMIT ?"),
		VALS(V(office), V(INT64_MAX), V((int64_t)EXPORTS_SHOWN)));
	while (n < EXPORTS_SHOWN && row_next(q))
		list[n++] = read_export(q, mem);
	*out = list;
	*out_n = n;
	return rows_close(q, err);
}

/* ---- the form ---------------------------------------------------------------------------------------- */

static enum xq_rc
export_render(struct req *q, struct resp *r, struct xq_err *err)
{
	static const char *const names[] = { "person", "act", "concern", "from", "until" };
	struct option *people = NULL, *acts = NULL;
	size_t n_people = 0, n_acts = 0;
	enum xq_rc rc = audit_may_read(&q->actor, err);
	if (rc == XQ_OK)
		rc = audit_options(q, &people, &n_people, &acts, &n_acts, err);
	if (rc != XQ_OK)
		return rc;
	struct act_form f = act_form_of(q, &audit_export_act, "/desk/audit/export");
	act_form_crumb(&f, "/desk/audit", N_("Who did what"));
	f.submit = N_("Export with this purpose");
	act_form_choose(q, &f, "person", people, n_people);
	act_form_choose(q, &f, "act", acts, n_acts);
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		act_form_default(&f, names[i], str_text(q->mem, req_query(q, names[i])));
	act_form_show(q, r, &f);
	return XQ_OK;
}

static enum xq_rc
export_after(struct req *q, struct resp *r, struct xq_err *err)
{
	(void)err;
	resp_see_other(
		q, r, mem_printf(q->mem, "/desk/audit?exported=%s", act_result_get(q->call, "no")));
	return XQ_OK;
}

/* Its words for who may not stand in audit_may_read, so the page asks for an account only. */
const struct view audit_export_view = { .path = "/desk/audit/export",
	.who = PERM_STAFF,
	.render = export_render,
	.act = &audit_export_act,
	.after = export_after,
	.title = N_("Export the audit log") };

/* ---- the file ---------------------------------------------------------------------------------------- */

static void
csv_row(struct req *q, struct buf *b, const struct audit_row *r)
{
	char at[TIME_RECORD_LEN + 1];
	time_record(r->at, at);
	csv_cell(b, at, ',');
	csv_cell(b, audit_who_words(q, r), ',');
	csv_cell(b, r->unit, ',');
	csv_cell(b, audit_act_words(q, r->act), ',');
	csv_cell(b, r->act, ',');
	csv_cell(b, audit_subject_words(q, r), ',');
	csv_cell(b, r->seq >= 0 ? mem_printf(q->mem, "%lld", (long long)r->seq) : "", '\n');
}

static enum xq_rc
file_render(struct req *q, struct resp *r, struct xq_err *err)
{
	static const char *const heads[] = { N_("When"), N_("Who did it"), N_("Unit"),
		N_("What was done"), N_("Act"), N_("About"), N_("No. in the record") };
	enum { HEADS = sizeof heads / sizeof *heads };
	struct audit_export e;
	struct audit_row *row;
	size_t n;
	int64_t no;
	enum xq_rc rc = audit_may_read(&q->actor, err);
	if (rc != XQ_OK)
		return rc;
	if (!parse_int(req_place(q, 0), 1, INT64_MAX, &no))
		return XQ_NONE;
	rc = audit_export_load(q->tx, q->mem, q->office->id, no, &e, err);
	if (rc == XQ_OK && e.person_id != q->actor.person_id)
		return xq_refuse(err, NULL, "audit.own-export");
	if (rc == XQ_OK)
		rc = audit_find(q->tx, q->mem, q->office->id, &e.query, &row, &n, err);
	if (rc != XQ_OK)
		return rc;
	struct buf b = buf_new(q->mem, 4096);
	buf_text(&b, "\xEF\xBB\xBF"); /* spreadsheets take a file without it for another encoding */
	for (size_t i = 0; i < HEADS; i++)
		csv_cell(&b, desk_word(q, heads[i]), i + 1 < HEADS ? ',' : '\n');
	for (size_t i = 0; i < n && i < EXPORT_ROWS; i++)
		csv_row(q, &b, &row[i]);
	if (n > EXPORT_ROWS)
		csv_cell(&b,
			SAY(q, N_("Only the newest {n} lines stand in this file. Choose fewer days for the rest."),
				AN("n", EXPORT_ROWS)),
			'\n');
	resp_download(q, r, "text/csv; charset=utf-8",
		mem_printf(q->mem, "audit-%s-%lld.csv", q->office->code, (long long)no),
		buf_view(&b));
	return XQ_OK;
}

const struct view audit_file_view = { .path = "/desk/audit/exports/{n}",
	.who = PERM_STAFF,
	.render = file_render,
	.title = N_("File of an export") };
