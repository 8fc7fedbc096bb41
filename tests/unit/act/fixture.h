/* SPDX-License-Identifier: Apache-2.0 */
/* fixture.h - a module of the tests' own beside the office's: one small act, and one table. */
#ifndef XQ_TEST_ACT_FIXTURE_H
#define XQ_TEST_ACT_FIXTURE_H

#include "../concern/fixture.h"

static const struct migration test_migration_1 = {
	.module = "test",
	.number = 1,
	.ddl = "CREATE TABLE test_row ("
	       " office integer NOT NULL, id integer NOT NULL, n integer NOT NULL"
	       "  CHECK (n <> 131313), PRIMARY KEY (office, id));\n",
	.tables =
		(const struct table_decl[]){ { .name = "test_row", .class = TABLE_OFFICE }, { 0 } },
};

/* What put does after it has written its row and its event. */
static const struct choice test_ends[] = {
	{ "well", "Well" },
	{ "refused", "Refused" },
	{ "fault", "Fault" },
	{ NULL, NULL },
};

static const struct field test_fields[] = {
	{ "n", FIELD_INT, .required = true, .label = "Number" },
	{ "ends", FIELD_CHOICE, .choices = test_ends, .label = "How it ends" },
	{ .name = NULL },
};

/* The act's own rows and event; a quiet act writes no event. */
static inline enum xq_rc
test_put(struct act_ctx *ctx, const struct form *in, struct xq_err *err)
{
	int64_t id;
	enum xq_rc rc = db_next(ctx->tx, ctx->office, "test_row", &id, err);
	if (rc == XQ_OK)
		rc = db_exec(ctx->tx, SQL("INSERT INTO test_row (office, id, n) VALUES (?, ?, ?)"),
			VALS(V(ctx->office), V(id), V(form_int(in, "n"))), err);
	if (rc == XQ_OK && !ctx->act->is_quiet)
		rc = act_note(ctx, err);
	act_subject(ctx, "test", id);
	act_result_int(ctx, "id", id);
	act_result_text(ctx, "word", "灯");
	act_result_secret(ctx, "secret", "told once");
	if (rc == XQ_OK && text_eq(form_text(in, "ends"), "refused"))
		return xq_refuse(err, "n", "test.no");
	if (rc == XQ_OK && text_eq(form_text(in, "ends"), "fault"))
		return xq_fault(err, "test.fault", "for the log");
	return rc;
}

static const struct act test_put_act = {
	.name = "test.put",
	.title = "Put a number",
	.who = PERM_STAFF,
	.fields = test_fields,
	.apply = test_put,
	.events = (const struct event_kind *const[]){ &ev_office_noted, NULL },
};

static inline struct act_call *
put_call(struct world *w, enum who who, const char *n, const char *ends)
{
	return call_of(w, &w->who[who], &test_put_act, IN({ "n", n }, { "ends", ends }));
}

/* The numbers in the table as "1 3 4". */
static inline const char *
numbers(struct world *w)
{
	struct buf b = buf_new(w->mem, 64);
	struct tx *tx = look(w);
	struct rows *q = db_query(
		tx, SQL("SELECT n FROM test_row WHERE office = ? ORDER BY id"), VALS(V(w->office)));
	while (row_next(q)) {
		if (b.n > 0)
			buf_char(&b, ' ');
		buf_int(&b, row_int(q, 0));
	}
	OK(rows_close(q, &w->err));
	tx_end(tx);
	return buf_view(&b).p;
}

#endif
