/* SPDX-License-Identifier: Apache-2.0 */
/* publish.c - a month of the city is frozen: the sum of the sheets that the offices have published, each named
 * by its hash. The leading office's record names the document. */
#include "city/apart.h"
#include "core/mem.h"
#include "core/time.h"
#include "ledger/tiles.h"
#include "record/sheet_all.h"

#include "core/banned.h"

/* clang-format off */
static const struct event_field published_fields[] = {
	{ "doc", EV_CODE, .meaning = "SHA-256 of the frozen sums, hex" },
	{ "from", EV_DAY, .meaning = "first day" },
	{ "n", EV_INT, .meaning = "offices that it adds up" },
	{ "to", EV_DAY, .meaning = "the day after the last one" },
	{ .name = NULL },
};
/* clang-format on */
const struct event_kind ev_city_published = {
	.name = "city.published",
	.meaning = "The month of the city is frozen: sums of the offices' sheets, which it names.",
	.fields = published_fields,
};

static const struct office_sheet *
sheet_of(const struct office_sheet *list, size_t n, int64_t office)
{
	for (size_t i = 0; i < n; i++)
		if (list[i].office == office)
			return &list[i];
	return NULL;
}

/* What of a document adds up; the rest of it is not kept, since hundreds of them are read. */
static struct figures *
kept_of(void *mem, const struct figures *all)
{
	struct figures *f = mem_new(mem, struct figures);
	f->row = mem_array(mem, struct figures_row, all->n + 1);
	for (size_t i = 0; i < all->n; i++) {
		const struct figures_row *r = &all->row[i];
		if (!r->unit && !r->zone && !r->class)
			f->row[f->n++] = (struct figures_row){
				.id = mem_text(mem, r->id), .num = r->num, .den = r->den
			};
	}
	return f;
}

/* Of an office here from its own documents, of one elsewhere from those that were taken; XQ_NONE: neither has it.
 * out_origin may be NULL. */
static enum xq_rc
read_sheet(struct tx *tx, void *mem, int64_t lead, const struct office_info *o, const char *doc,
	const struct figures **out, const char **out_origin, struct xq_err *err)
{
	void *once = mem_root("sheet");
	struct figures_doc is;
	enum xq_rc rc = o ? sheet_document(tx, once, o->id, doc, &is, err) : XQ_NONE;
	if (rc == XQ_NONE && o)
		rc = apart_document(tx, once, lead, o->id, doc, &is, err);
	if (rc == XQ_OK) {
		*out = kept_of(mem, &is.figures);
		if (out_origin)
			*out_origin = mem_text(mem, is.origin);
	}
	mem_free(once);
	return rc;
}

static enum xq_rc
source_gone(const char *office, struct xq_err *err)
{
	enum xq_rc rc = xq_refuse(err, NULL, "city.source-gone");
	xq_err_text(err, "office", office);
	return rc;
}

/* The office's part of the sum, and the sheet it comes from. */
static enum xq_rc
part_of(struct tx *tx, void *mem, int64_t lead, const struct member *m,
	const struct office_sheet *s, struct city_part *part, struct city_source *source,
	struct xq_err *err)
{
	const char *code = mem_text(mem, m->office->code);
	*part = (struct city_part){ .office = code, .district = m->district };
	*source = (struct city_source){ .office = code,
		.district = m->district,
		.doc = s->doc,
		.ver = s->ver,
		.size = s->size };
	enum xq_rc rc =
		read_sheet(tx, mem, lead, m->office, s->doc, &part->figures, &source->origin, err);
	return rc == XQ_NONE ? source_gone(code, err) : rc;
}

/* Of all offices of the month: those of this database, and those of other cells that were taken. */
struct sheets {
	struct office_sheet *here, *apart;
	size_t n_here, n_apart;
};

/* What an office that left has published here is still its newest, unless something newer was taken from there. */
static const struct office_sheet *
newest_of(const struct sheets *s, int64_t office)
{
	const struct office_sheet *a = sheet_of(s->here, s->n_here, office);
	const struct office_sheet *b = sheet_of(s->apart, s->n_apart, office);
	return a && b ? (a->seq >= b->seq ? a : b) : a ? a : b;
}

enum xq_rc
city_make(struct app *app, struct tx *tx, void *mem, const struct city *c, int32_t month,
	struct city_doc *out, struct xq_err *err)
{
	struct members m;
	struct sheets sheets = { 0 };
	enum xq_rc rc = member_list(app, tx, mem, &m, err);
	if (rc == XQ_OK)
		rc = sheets_of_month(tx, mem, month, &sheets.here, &sheets.n_here, err);
	if (rc == XQ_OK)
		rc = apart_kept(tx, mem, c->office, month, &sheets.apart, &sheets.n_apart, err);
	if (rc != XQ_OK)
		return rc;
	struct city_doc d = { .from = month,
		.to = day_add_months(month, 1),
		.source = mem_array(mem, struct city_source, m.n + 1),
		.missing = mem_array(mem, const char *, m.n + 1) };
	struct city_part *part = mem_array(mem, struct city_part, m.n + 1);
	for (size_t i = 0; rc == XQ_OK && i < m.n; i++) {
		const struct office_info *o = m.row[i].office;
		if (!m.row[i].district[0] || o->place == PLACE_ARRIVING)
			continue; /* of no district: not of this city; or not here yet */
		const struct office_sheet *s = newest_of(&sheets, o->id);
		if (!s) {
			d.missing[d.n_missing++] = mem_text(mem, o->code);
			continue;
		}
		rc = part_of(tx, mem, c->office, &m.row[i], s, &part[d.n_sources],
			&d.source[d.n_sources], err);
		d.n_sources++;
	}
	if (rc != XQ_OK)
		return rc;
	city_sum(mem, part, d.n_sources, &d.rows);
	*out = d;
	return XQ_OK;
}

enum xq_rc
city_make_again(struct app *app, struct tx *tx, void *mem, const struct city *c,
	const struct city_doc *doc, struct city_rows *out, struct xq_err *err)
{
	struct city_part *part = mem_array(mem, struct city_part, doc->n_sources + 1);
	for (size_t i = 0; i < doc->n_sources; i++) {
		const struct city_source *s = &doc->source[i];
		part[i] = (struct city_part){ .office = s->office, .district = s->district };
		enum xq_rc rc =
			read_sheet(tx, mem, c->office, app_office_by_code(app, str_of(s->office)),
				s->doc, &part[i].figures, NULL, err);
		if (rc != XQ_OK)
			return rc == XQ_NONE ? source_gone(s->office, err) : rc;
	}
	city_sum(mem, part, doc->n_sources, out);
	return XQ_OK;
}

/* ---- reading back ----------------------------------------------------------------------------------------- */

enum xq_rc
city_sheet_load(struct tx *tx, void *mem, int64_t office, int32_t month, struct city_sheet *out,
	struct xq_err *err)
{
	struct city_sheet s = { 0 };
	const char *type;
	struct bytes bytes;
	struct rows *q = db_query(tx,
		SQL("SELECT month, ver, published_at, doc FROM city_sheet"
		    " WHERE office = ? AND month >= ? AND month <= ?"
		    " ORDER BY month DESC, ver DESC LIMIT 1"),
		VALS(V(office), V(month), V(month ? month : 99991231)));
	bool found = row_next(q);
	if (found)
		s = (struct city_sheet){ .month = (int32_t)row_int(q, 0),
			.ver = row_int(q, 1),
			.published_at = row_int(q, 2),
			.doc = row_text(q, 3, mem) };
	enum xq_rc rc = rows_close(q, err);
	if (rc != XQ_OK || !found)
		return rc != XQ_OK ? rc : XQ_NONE;
	rc = ledger_doc_load(tx, mem, office, str_of(s.doc), &type, &bytes, err);
	if (rc == XQ_OK)
		rc = city_document_read(mem, str_n((const char *)bytes.p, bytes.n), &s.is, err);
	if (rc == XQ_OK)
		*out = s;
	return rc;
}

enum xq_rc
city_months(
	struct tx *tx, int64_t office, int32_t out[CITY_MONTHS], size_t *out_n, struct xq_err *err)
{
	size_t n = 0;
	struct rows *q = db_query(tx,
		SQL("SELECT month FROM city_sheet WHERE office = ? AND ver = 1"
		    " /* scan: a row or two of each month */ ORDER BY month DESC LIMIT ?"),
		VALS(V(office), V((int64_t)CITY_MONTHS)));
	while (n < CITY_MONTHS && row_next(q))
		out[n++] = (int32_t)row_int(q, 0);
	*out_n = n;
	return rows_close(q, err);
}

/* ---- the act ---------------------------------------------------------------------------------------------- */

struct made {
	struct city_doc doc;
	char *bytes;
};

static enum xq_rc
publish_prepare(struct act_call *call, struct xq_err *err)
{
	struct made *m = mem_new(call->mem, struct made);
	struct tx *tx;
	struct city c;
	int32_t month = (int32_t)form_int(&call->form, "month") / 100 * 100 + 1;
	call->prepared = m;
	if (day_add_months(month, 1) > day_of(clock_now(call->app->clock), TZ_CHINA))
		return xq_refuse(err, "month", "sheet.month-runs");
	enum xq_rc rc = db_read(call->app->db, &tx, err);
	if (rc != XQ_OK)
		return rc;
	rc = city_load(tx, call->mem, &c, err);
	if (rc == XQ_OK)
		rc = city_make(call->app, tx, call->mem, &c, month, &m->doc, err);
	tx_end(tx);
	if (rc != XQ_OK)
		return rc == XQ_NONE ? XQ_OK : rc; /* no city: apply says so */
	m->doc.city = c.name;
	m->bytes = city_document(call->mem, &m->doc);
	return XQ_OK;
}

static enum xq_rc
put_down(struct act_ctx *ctx, const struct made *m, int64_t ver, struct xq_err *err)
{
	char hex[65];
	enum xq_rc rc = ledger_doc_put(ctx->tx, ctx->office, "application/json",
		(struct bytes){ (const uint8_t *)m->bytes, strlen(m->bytes) }, hex, err);
	if (rc == XQ_OK)
		rc = act_emit(ctx,
			&(struct act_event){ .kind = &ev_city_published,
				.unit = "",
				EVENT_VALUES(EV("doc", hex), EV_D("from", m->doc.from),
					EV_N("n", (int64_t)m->doc.n_sources),
					EV_D("to", m->doc.to)) },
			err);
	if (rc == XQ_OK)
		rc = db_exec(ctx->tx,
			SQL("INSERT INTO city_sheet (office, month, ver, doc, seq, published_at,"
			    " published_by) VALUES (?, ?, ?, ?, ?, ?, ?)"),
			VALS(V(ctx->office), V(m->doc.from), V(ver), V((const char *)hex),
				V(ctx->last_seq), V(ctx->now), V(ctx->actor->person_id)),
			err);
	act_result_text(ctx, "doc", hex);
	act_result_int(ctx, "version", ver);
	act_result_int(ctx, "offices", (int64_t)m->doc.n_sources);
	act_result_int(ctx, "missing", (int64_t)m->doc.n_missing);
	return rc;
}

static enum xq_rc
publish_apply(struct act_ctx *ctx, const struct form *in, struct xq_err *err)
{
	const struct made *m = ctx->call->prepared;
	struct city c;
	struct city_sheet old = { 0 };
	(void)in;
	enum xq_rc rc = city_must_lead(ctx, &c, err);
	if (rc != XQ_OK)
		return rc;
	if (m->doc.n_sources == 0)
		return xq_refuse(err, "month", "city.no-sheets");
	rc = city_sheet_load(ctx->tx, ctx->mem, ctx->office, m->doc.from, &old, err);
	if (rc != XQ_OK && rc != XQ_NONE)
		return rc;
	if (rc == XQ_OK && old.is.n_sources == m->doc.n_sources &&
		!city_differ(&old.is.rows, &m->doc.rows))
		return xq_refuse(err, "month", "sheet.no-change");
	return put_down(ctx, m, old.ver + 1, err);
}

/* clang-format off */
static const struct field publish_fields[] = {
	{ "month", FIELD_DAY, .required = true, .label = N_("Month"), .privacy = PRIVACY_PUBLIC,
		.hint = N_("Any day of it; the month must be over") },
	{ .name = NULL },
};
/* clang-format on */

const struct act city_publish = {
	.name = "city.publish",
	.title = N_("Publish the month of the city"),
	.help = N_(
		"Adds up the sheets that the offices have published and freezes the sums. Published again when more offices have: both versions stay."),
	.who = PERM_PUBLISH,
	.fields = publish_fields,
	.prepare = publish_prepare,
	.is_slow = true,
	.apply = publish_apply,
	.events = (const struct event_kind *const[]){ &ev_city_published, NULL },
};
