/* SPDX-License-Identifier: Apache-2.0 */
/* sheet_publish.c - a month is frozen: the document of its figures under a signed size of the record, and the
 * event that names both. What was published stays; a correction is a version beside it. */
#include "concern/rules.h"
#include "concern/tally.h"
#include "core/hash.h"
#include "core/mem.h"
#include "core/time.h"
#include "ledger/tiles.h"
#include "record/sheet_int.h"

#include "core/banned.h"

static const struct event_field published_fields[] = {
	{ "doc", EV_CODE, .meaning = "SHA-256 of the frozen figures, hex" },
	{ "from", EV_DAY, .meaning = "first day" },
	{ "size", EV_INT, .meaning = "entries that were counted" },
	{ "to", EV_DAY, .meaning = "the day after the last one" },
	{ "why", EV_CODE, .optional = true, .meaning = "a correction: why" },
	{ .name = NULL },
};
const struct event_kind ev_figures_published = {
	.name = "figures.published",
	.meaning =
		"The figures of a period are frozen; a correction stands beside the first version.",
	.fields = published_fields,
};

/* ---- counting, before the act is queued: the writer only puts down what comes out ------------------------ */

struct made {
	struct figures_doc doc;
	char *bytes;
};

/* Every entry of the month must lie before the signed size: the entry there is of a later day, or the next one
 * will be, since today is. */
static bool
is_signed_whole(const struct figures_walk *w, const struct figures_period *p)
{
	return p->size == figures_walk_size(w) || figures_is_whole(w, p);
}

static enum xq_rc
make(struct tx *tx, void *mem, int64_t office, int32_t month, struct made *m, struct xq_err *err)
{
	struct checkpoint c;
	struct ledger_tree *t;
	struct figures_walk *w;
	struct tree_hash root;
	char *root_text = mem_array(mem, char, LEDGER_COM_LEN + 1);
	enum xq_rc rc = checkpoint_latest(tx, mem, office, &c, err);
	if (rc == XQ_NONE)
		return xq_refuse(err, NULL, "sheet.not-signed");
	if (rc == XQ_OK)
		rc = ledger_tree_open(tx, mem, office, &t, err);
	if (rc == XQ_OK)
		rc = ledger_tree_root(t, c.size, &root, err);
	if (rc == XQ_OK)
		rc = sheet_walk(tx, mem, office, -1, &w, err);
	if (rc != XQ_OK)
		return rc;
	if (memcmp(root.b, c.root.b, sizeof root.b) != 0)
		return xq_fault(err, "record.form",
			"checkpoint %lld has another root than the tree", (long long)c.size);
	const struct figures_period p = { month, day_add_months(month, 1), c.size, FIGURES_WIDE };
	if (!is_signed_whole(w, &p))
		return xq_refuse(err, NULL, "sheet.not-signed");
	text_base64((struct bytes){ root.b, sizeof root.b }, root_text);
	m->doc = (struct figures_doc){ .log = mem_text(mem, ledger_tree_log(t)),
		.origin = mem_text(mem, ledger_tree_origin(t)),
		.root = root_text,
		.period = p };
	figures_count(w, mem, &p, &m->doc.figures);
	m->bytes = figures_document(mem, &m->doc);
	mem_free(w);
	return XQ_OK;
}

static enum xq_rc
publish_prepare(struct act_call *call, struct xq_err *err)
{
	struct tx *tx;
	struct made *m = mem_new(call->mem, struct made);
	int32_t month = (int32_t)form_int(&call->form, "month");
	enum xq_rc rc = db_read(call->app->db, &tx, err);
	if (rc != XQ_OK)
		return rc;
	if (day_add_months(sheet_month_of(month), 1) >
		day_of(clock_now(call->app->clock), TZ_CHINA))
		rc = xq_refuse(err, "month", "sheet.month-runs");
	else
		rc = make(tx, call->mem, call->office, sheet_month_of(month), m, err);
	tx_end(tx);
	call->prepared = m;
	return rc;
}

/* ---- putting down ------------------------------------------------------------------------------------------ */

/* A correction says why, and corrects something. */
static enum xq_rc
check_version(struct act_ctx *ctx, const struct form *in, const struct made *m, int64_t *out_ver,
	struct xq_err *err)
{
	struct sheet *old = mem_array(ctx->mem, struct sheet, SHEET_VERSIONS_MAX);
	const struct figures_row *a, *b;
	size_t n;
	enum xq_rc rc =
		sheet_versions(ctx->tx, ctx->mem, ctx->office, m->doc.period.from, old, &n, err);
	if (rc != XQ_OK)
		return rc;
	*out_ver = n == 0 ? 1 : old[0].ver + 1;
	if (n == 0 && form_has(in, "why"))
		return xq_refuse(err, "why", "sheet.nothing-to-correct");
	if (n == 0)
		return XQ_OK;
	if (!form_has(in, "why"))
		return xq_refuse(err, "why", "sheet.why-missing");
	if (n == SHEET_VERSIONS_MAX)
		return xq_refuse(err, NULL, "sheet.too-many");
	rc = sheet_open(ctx->tx, ctx->mem, ctx->office, &old[0], err);
	if (rc == XQ_OK && !figures_differ(&old[0].is.figures, &m->doc.figures, &a, &b))
		return xq_refuse(err, NULL, "sheet.no-change");
	return rc;
}

static enum xq_rc
put_down(struct act_ctx *ctx, const struct form *in, const struct made *m, int64_t ver,
	struct xq_err *err)
{
	char hex[65];
	const char *why = form_has(in, "why") ? form_text(in, "why") : NULL;
	const char *note = form_has(in, "note") ? form_text(in, "note") : NULL;
	const struct figures_period *p = &m->doc.period;
	enum xq_rc rc = ledger_doc_put(ctx->tx, ctx->office, "application/json",
		(struct bytes){ (const uint8_t *)m->bytes, strlen(m->bytes) }, hex, err);
	if (rc == XQ_OK)
		rc = act_emit(ctx,
			&(struct act_event){ .kind = &ev_figures_published,
				.unit = "",
				EVENT_VALUES(EV("doc", hex), EV_D("from", p->from),
					EV_N("size", p->size), EV_D("to", p->to), EV("why", why)) },
			err);
	if (rc == XQ_OK)
		rc = checkpoint_name(ctx->tx, ctx->mem, ctx->office, p->size, err);
	if (rc == XQ_OK)
		rc = db_exec(ctx->tx,
			SQL("INSERT INTO record_sheet (office, month, ver, size, doc, seq,"
			    " published_at, published_by, why, note)"
			    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"),
			VALS(V(ctx->office), V(p->from), V(ver), V(p->size), V((const char *)hex),
				V(ctx->last_seq), V(ctx->now), V(ctx->actor->person_id), V(why),
				V(note)),
			err);
	if (rc != XQ_OK)
		return rc;
	act_result_text(ctx, "month", mem_textn(ctx->mem, day_text(ctx->mem, p->from), 7));
	act_result_int(ctx, "version", ver);
	act_result_int(ctx, "size", p->size);
	act_result_text(ctx, "doc", hex);
	return XQ_OK;
}

static enum xq_rc
publish_apply(struct act_ctx *ctx, const struct form *in, struct xq_err *err)
{
	const struct made *m = ctx->call->prepared;
	int64_t ver = 0;
	int32_t first = 0;
	enum xq_rc rc = tally_first_day(ctx->tx, ctx->office, &first, err);
	if (rc == XQ_OK && (first == 0 || m->doc.period.to <= first))
		return xq_refuse(err, "month", "sheet.before-begin");
	if (rc == XQ_OK)
		rc = check_version(ctx, in, m, &ver, err);
	act_subject(ctx, "sheet", m->doc.period.from);
	return rc == XQ_OK ? put_down(ctx, in, m, ver, err) : rc;
}

/* clang-format off */
const struct choice sheet_reasons[] = {
	{ "late-facts", N_("Something of the month was recorded later") },
	{ "voided", N_("Concerns of the month were voided later") },
	{ "counting", N_("The program had counted wrongly") },
	{ NULL, NULL },
};

static const struct field publish_fields[] = {
	{ "month", FIELD_DAY, .required = true, .label = N_("Month"), .privacy = PRIVACY_PUBLIC,
		.hint = N_("Any day of it; the month must be over") },
	{ "why", FIELD_CHOICE, .choices = sheet_reasons, .label = N_("Why it is corrected"), .privacy = PRIVACY_PUBLIC,
		.hint = N_("Only when the month was published before; both versions stay") },
	{ "note", FIELD_LINES, .max = 300, .label = N_("In words, for everybody"), .privacy = PRIVACY_PUBLIC,
		.hint = N_("It stands above the sheet. No names") },
	{ .name = NULL },
};
/* clang-format on */

const struct act figures_publish = {
	.name = "figures.publish",
	.title = N_("Publish the sheet of a month"),
	.help = N_(
		"Counts the month from the public record, freezes it, and names it in the record."),
	.who = PERM_PUBLISH,
	.fields = publish_fields,
	.prepare = publish_prepare,
	.is_slow = true,
	.apply = publish_apply,
	.events = (const struct event_kind *const[]){ &ev_figures_published, NULL },
};

/* ---- the clock proposes it ------------------------------------------------------------------------------------ */

/* From the first working day of a month on, the month before waits. */
static enum xq_rc
propose_find(struct tx *tx, void *mem, int64_t office, int64_t now, size_t max, int64_t *out_id,
	size_t *out_n, struct xq_err *err)
{
	const struct calendar *cal;
	int32_t today = day_of(now, TZ_CHINA), running = sheet_month_of(today), first;
	int32_t month = day_add_months(running, -1);
	int64_t known = 0;
	*out_n = 0;
	enum xq_rc rc =
		db_int(tx, SQL("SELECT count(*) FROM record_month WHERE office = ? AND month = ?"),
			VALS(V(office), V(month)), &known, err);
	if (rc != XQ_OK || known || max == 0)
		return rc;
	rc = tally_first_day(tx, office, &first, err);
	if (rc != XQ_OK || first == 0 || first >= running)
		return rc;
	rc = calendar_read(tx, mem, &cal, err);
	if (rc == XQ_OK && cal_next_workday(cal, running) != 0 &&
		today >= cal_next_workday(cal, running))
		out_id[(*out_n)++] = month;
	return rc;
}

static enum xq_rc
propose_apply(struct act_ctx *ctx, const struct form *in, struct xq_err *err)
{
	int32_t month = (int32_t)form_int(in, "id");
	if (!day_is_valid(month) || sheet_month_of(month) != month)
		return xq_refuse(err, NULL, "store.changed");
	act_subject(ctx, "sheet", month);
	return db_exec(ctx->tx,
		SQL("INSERT INTO record_month (office, month, proposed_at) VALUES (?, ?, ?)"
		    " ON CONFLICT (office, month) DO NOTHING"),
		VALS(V(ctx->office), V(month), V(ctx->now)), err);
}

static const struct field propose_fields[] = { { "id", FIELD_ID, .required = true },
	{ .name = NULL } };

const struct act figures_propose = {
	.name = "figures.propose",
	.title = N_("Propose the sheet of a month"),
	.who = PERM_SYSTEM,
	.fields = propose_fields,
	.apply = propose_apply,
	.is_quiet = true, /* that a month is over needs no entry; its publishing has one */
	.is_hidden = true,
};

const struct job figures_propose_job = { "figures.propose", &figures_propose, propose_find };

/* clang-format off */
const struct msg_text sheet_texts[] = {
	{ "sheet.month-runs", N_("This month is not over yet.") },
	{ "sheet.before-begin", N_("Nothing was counted in this month: it lies before the first concern.") },
	{ "sheet.not-signed", N_("The record is not signed up to the end of this month yet. Please try again in a minute.") },
	{ "sheet.why-missing", N_("This month is published. Say why it is corrected; both versions stay.") },
	{ "sheet.nothing-to-correct", N_("This month is not published yet, so there is nothing to correct.") },
	{ "sheet.no-change", N_("The figures are the same as those published; there is nothing to correct.") },
	{ "sheet.too-many", N_("This month has been corrected too often for a page to show it.") },
	{ "sheets.form", N_("This is no list of published sheets.") },
	{ "figures.bad-document", N_("This is no document of figures: {why}.") },
	{ NULL, NULL },
};
/* clang-format on */
