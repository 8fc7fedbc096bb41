/* SPDX-License-Identifier: Apache-2.0 */
/* sort.c - a concern is sorted by what it is about and by the level that can settle it. Residents see
 * nothing of it and no clock hears of it. Who takes up a grievance says first that no interest of their
 * own is in it (A42); who has one hands it over. */
#include "concern/sort.h"

#include "concern/concern_int.h"
#include "core/mem.h"

#include "core/banned.h"

const struct choice sort_reliefs[SORT_RELIEFS + 1] = {
	{ "hardship", N_("Hardship: livelihood, work") },
	{ "worry", N_("Worry: home, family, care") },
	{ "lonely", N_("Loneliness: company, leisure") },
	{ "grievance", N_("Grievance: dispute, unfairness") },
	{ "doubt", N_("Doubt: policy, procedure") },
	{ "none", N_("None of the five") },
	{ NULL, NULL },
};

const struct choice sort_levels[SORT_LEVELS + 1] = {
	{ "point", N_("The point") },
	{ "sector", N_("The sector") },
	{ "zone", N_("The zone") },
	{ "subdistrict", N_("The subdistrict") },
	{ "district", N_("The district") },
	{ NULL, NULL },
};

static const struct choice interests[] = {
	{ "none", N_("No, neither I nor anybody near me") },
	{ "some", N_("Yes") },
	{ NULL, NULL },
};

static const struct table_decl sort_tables[] = {
	{ .name = "sorting", .class = TABLE_OFFICE, .grows = true },
	{ .name = NULL },
};

/* clang-format off */
/* The year is counted along the index alone: few concerns are sorted, and none of the others is met. */
const struct migration concern_migration_11 = {
	.module = "concern",
	.number = 11,
	.ddl =
	"ALTER TABLE concern ADD COLUMN relief text;\n"
	"ALTER TABLE concern ADD COLUMN solve_level text;\n"
	"CREATE INDEX concern_sorted ON concern (office, raised_at, relief, solve_level, state, outcome,"
	" seen_solved, is_imported) WHERE relief IS NOT NULL AND is_imported = 0;\n"
	"CREATE TABLE sorting ("
	" office integer NOT NULL, concern_id integer NOT NULL, no integer NOT NULL,"
	" at integer NOT NULL, relief text NOT NULL, level text NOT NULL, why text, statement text,"
	" person_id integer NOT NULL, unit_id integer NOT NULL,"
	" PRIMARY KEY (office, concern_id, no),"
	" FOREIGN KEY (office, concern_id) REFERENCES concern (office, id));\n"
	/* the guide of the step, where the office is older than the step */
	"INSERT INTO rule_text (office, kind, code, from_day, ver, title, english, text, class, map, next,"
	" why, source, is_off, by_person, set_at)"
	" SELECT office, 'guides', 'sort', from_day, 1, '', '', '', '', '', '', '', 'P', 0, 0, 0"
	" FROM deadline d WHERE d.code = 'sign' AND d.ver = 1 AND NOT EXISTS (SELECT 1 FROM rule_text t"
	" WHERE t.office = d.office AND t.kind = 'guides' AND t.code = 'sort');\n",
	.tables = sort_tables,
};
/* clang-format on */

/* ---- sorting it ----------------------------------------------------------------------------------- */

static void
add_fault(struct act_ctx *ctx, const char *field, const char *key, size_t *faults)
{
	struct xq_err e = { 0 };
	(void)xq_refuse(&e, field, key); /* one of several */
	form_add_fault(&ctx->call->form, &e);
	(*faults)++;
}

/* All at once. An interest of one's own is no fault of the form: the matter belongs in other hands. */
static enum xq_rc
check(struct act_ctx *ctx, const struct form *in, int n_before, struct xq_err *err)
{
	size_t faults = 0;
	if (n_before > 0 && !form_has(in, "why"))
		add_fault(ctx, "why", "sort.no-why", &faults);
	bool is_grievance = text_eq(form_text(in, "relief"), "grievance");
	if (is_grievance && !form_has(in, "interest"))
		add_fault(ctx, "interest", "sort.no-interest", &faults);
	else if (is_grievance && text_eq(form_text(in, "interest"), "some"))
		add_fault(ctx, "interest", "sort.conflict", &faults);
	if (is_grievance && !form_has(in, "statement"))
		add_fault(ctx, "statement", "sort.no-statement", &faults);
	if (faults > 0) {
		enum xq_rc rc = xq_refuse(err, NULL, "form.faults");
		xq_err_int(err, "n", (int64_t)faults);
		return rc;
	}
	return n_before < SORTINGS_MAX ? XQ_OK : xq_refuse(err, NULL, "concern.too-many");
}

static enum xq_rc
insert_sorting(struct act_ctx *ctx, const struct form *in, const struct concern *c, int n_before,
	struct xq_err *err)
{
	bool is_grievance = text_eq(form_text(in, "relief"), "grievance");
	const char *why = n_before > 0 ? form_text(in, "why") : NULL;
	const char *statement = is_grievance ? form_text(in, "statement") : NULL;
	enum xq_rc rc = db_exec(ctx->tx,
		SQL("INSERT INTO sorting (office, concern_id, no, at, relief, level, why, statement,"
		    " person_id, unit_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"),
		VALS(V(ctx->office), V(c->id), V(n_before + 1), V(ctx->now),
			V(form_text(in, "relief")), V(form_text(in, "level")), V(why), V(statement),
			V(ctx->actor->person_id), V(ctx->actor->unit_id)),
		err);
	if (rc != XQ_OK)
		return rc;
	return db_exec_one(ctx->tx,
		SQL("UPDATE concern SET relief = ?, solve_level = ? WHERE office = ? AND id = ?"),
		VALS(V(form_text(in, "relief")), V(form_text(in, "level")), V(ctx->office),
			V(c->id)),
		err);
}

static enum xq_rc
sort_apply(struct act_ctx *ctx, const struct form *in, struct xq_err *err)
{
	struct step_load s;
	struct sorting before = { 0 };
	enum xq_rc rc = step_begin(ctx, in, &s, err);
	if (rc == XQ_OK)
		rc = sorting_newest(ctx->tx, ctx->mem, ctx->office, s.c.id, &before, err);
	if (rc == XQ_NONE)
		rc = XQ_OK;
	if (rc == XQ_OK)
		rc = check(ctx, in, before.no, err);
	if (rc == XQ_OK)
		rc = insert_sorting(ctx, in, &s.c, before.no, err);
	if (rc == XQ_OK)
		rc = act_note(ctx, err);
	const char *why = before.no > 0 ? form_text(in, "why") : NULL;
	return rc == XQ_OK ? concern_step_note(ctx, &s.c, why, false, err) : rc;
}

/* ---- reading -------------------------------------------------------------------------------------- */

enum xq_rc
sorting_newest(struct tx *tx, void *mem, int64_t office, int64_t concern_id, struct sorting *out,
	struct xq_err *err)
{
	struct rows *q = db_query(tx,
		SQL("SELECT s.no, s.at, s.relief, s.level, s.why, s.statement, p.name, u.name"
		    " FROM sorting s"
		    " JOIN person p ON p.office = s.office AND p.id = s.person_id"
		    " JOIN unit u ON u.office = s.office AND u.id = s.unit_id"
		    " WHERE s.office = ? AND s.concern_id = ? ORDER BY s.no DESC LIMIT 1"),
		VALS(V(office), V(concern_id)));
	struct sorting s = { 0 };
	bool found = row_next(q);
	if (found)
		s = (struct sorting){ .no = (int)row_int(q, 0),
			.at = row_int(q, 1),
			.relief = row_text(q, 2, mem),
			.level = row_text(q, 3, mem),
			.why = row_text(q, 4, mem),
			.statement = row_text(q, 5, mem),
			.person = row_text(q, 6, mem),
			.unit = row_text(q, 7, mem) };
	enum xq_rc rc = rows_close(q, err);
	if (rc != XQ_OK || !found)
		return rc != XQ_OK ? rc : XQ_NONE;
	*out = s;
	return XQ_OK;
}

/* The line of a relief and level: one for each pair of them. */
static struct sort_sum *
sum_of(struct sort_sum *list, size_t n, const char *relief, const char *level)
{
	for (size_t i = 0; i < n; i++)
		if (text_eq(list[i].relief, relief) && text_eq(list[i].level, level))
			return &list[i];
	return NULL;
}

static void
count_in(struct sort_sum *s, enum concern_state state, int64_t outcome, bool is_seen, int64_t n)
{
	s->came += n;
	if (concern_is_open(state))
		s->open += n;
	else if (state != ST_CLOSED && state != ST_ARCHIVED)
		s->ended += n;
	else {
		s->outcome[outcome >= 0 && outcome <= OUT_NOT ? outcome : 0] += n;
		s->seen_solved += is_seen ? n : 0;
	}
}

enum xq_rc
sort_sums(struct tx *tx, void *mem, int64_t office, int64_t from, int64_t until,
	struct sort_sum **out, size_t *out_n, struct xq_err *err)
{
	size_t n = 0;
	struct sort_sum *list = mem_array(mem, struct sort_sum, (size_t)SORT_RELIEFS * SORT_LEVELS);
	for (const struct choice *r = sort_reliefs; r->code; r++)
		for (const struct choice *l = sort_levels; l->code; l++)
			list[n++] = (struct sort_sum){ .relief = r->code, .level = l->code };
	struct rows *q = db_query(tx,
		SQL("SELECT t.relief, t.solve_level, t.state, t.outcome, t.seen_solved, count(*) FROM"
		    " (SELECT relief, solve_level, state, outcome, seen_solved FROM concern"
		    " WHERE office = ? AND raised_at >= ? AND raised_at < ? AND relief IS NOT NULL"
		    " AND is_imported = 0 ORDER BY raised_at LIMIT ?) t"
		    " GROUP BY t.relief, t.solve_level, t.state, t.outcome, t.seen_solved"),
		VALS(V(office), V(from), V(until), V((int64_t)SORT_COUNT_MAX)));
	while (row_next(q)) {
		struct sort_sum *s = sum_of(list, n, row_text(q, 0, mem), row_text(q, 1, mem));
		if (s)
			count_in(s, (enum concern_state)row_int(q, 2), row_int(q, 3),
				str_is(row_str(q, 4), "yes"), row_int(q, 5));
	}
	enum xq_rc rc = rows_close(q, err);
	if (rc == XQ_OK) {
		*out = list;
		*out_n = n;
	}
	return rc;
}

/* ---- the declaration ------------------------------------------------------------------------------ */

/* clang-format off */
static const struct field sort_fields[] = {
	{ "concern", FIELD_FILE_NO, .required = true, .label = N_("File number") },
	{ "relief", FIELD_CHOICE, .required = true, .choices = sort_reliefs, .label = N_("Which of the five reliefs") },
	{ "level", FIELD_CHOICE, .required = true, .choices = sort_levels, .label = N_("The lowest level that can settle it") },
	{ "interest", FIELD_CHOICE, .choices = interests, .label = N_("A grievance only: is an interest of yours in it?"),
		.hint = N_("Your own, your family's, or an earlier part in the dispute") },
	{ "statement", FIELD_TEXT, .min = 2, .max = 200, .label = N_("A grievance only: how you know that"),
		.hint = N_("Kept in the file with your name") },
	{ "why", FIELD_TEXT, .min = 2, .max = 200, .label = N_("Why it changes"),
		.hint = N_("Only where it was sorted before") },
	{ .name = NULL },
};

const struct msg_text sort_messages[] = {
	{ "sort.no-why", N_("It was sorted before. Please say why that changes.") },
	{ "sort.no-interest", N_("Please say whether an interest of yours is in it.") },
	{ "sort.no-statement", N_("Please say how you know that none is in it; it stays in the file.") },
	{ "sort.conflict", N_("Who has an interest in a matter does not handle it. Please hand it over; whoever takes it up sorts it.") },
	{ NULL, NULL },
};
/* clang-format on */

const struct act concern_sort = {
	.name = "concern.sort",
	.title = N_("Sort it: relief and level"),
	.help = N_(
		"The resident sees nothing of it, and no day moves. It describes the matter, not a person."),
	.who = PERM_HANDLE,
	.fields = sort_fields,
	.apply = sort_apply,
	.events = (const struct event_kind *const[]){ &ev_office_noted, NULL },
};
