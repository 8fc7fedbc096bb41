/* SPDX-License-Identifier: Apache-2.0 */
/* The office's rows: directory entry, posts, and the making of a new office. */
#include "office/office.h"

#include "core/mem.h"
#include "ledger/event.h"
#include "office/office_int.h"
#include "web/msg.h"

#include "core/banned.h"

/* A post is never empty: its four columns are NOT NULL and point at memberships, so neither a person
 * nor a membership that stands for it can go; and its row is held by post_must, so that it cannot
 * be deleted either. */
const struct migration office_migration_1 = {
	.module = "office",
	.number = 1,
	.ddl = "CREATE TABLE post ("
	       " office integer NOT NULL,"
	       " code text NOT NULL,"
	       " holder_person_id integer NOT NULL,"
	       " holder_unit_id integer NOT NULL,"
	       " standin_person_id integer NOT NULL,"
	       " standin_unit_id integer NOT NULL,"
	       " PRIMARY KEY (office, code),"
	       " FOREIGN KEY (office) REFERENCES office (id),"
	       " FOREIGN KEY (office, holder_person_id, holder_unit_id)"
	       " REFERENCES membership (office, person_id, unit_id),"
	       " FOREIGN KEY (office, standin_person_id, standin_unit_id)"
	       " REFERENCES membership (office, person_id, unit_id));\n"
	       "CREATE TABLE post_must ("
	       " office integer NOT NULL,"
	       " code text NOT NULL,"
	       " PRIMARY KEY (office, code),"
	       " FOREIGN KEY (office, code) REFERENCES post (office, code))",
	.tables = (const struct table_decl[]){ { .name = "post", .class = TABLE_OFFICE },
		{ .name = "post_must", .class = TABLE_OFFICE }, { 0 } },
};

/* ---- posts ---------------------------------------------------------------------------------- */

/* One side of a post; columns from..from+6 of the statement below. */
struct side {
	bool is_here;
	struct post_holder who;
};

static struct side
side_of_row(struct rows *q, int from, void *mem)
{
	return (struct side){
		.who = { .person_id = row_int(q, from),
			.unit_id = row_int(q, from + 1),
			.person_name = row_text(q, from + 2, mem),
			.unit_name = row_text(q, from + 4, mem),
			.unit_public_code = row_text(q, from + 5, mem),
			.unit_public_name = row_text(q, from + 6, mem) },
		.is_here = row_int(q, from + 3) != 0,
	};
}

static enum xq_rc
post_sides(struct tx *tx, void *mem, int64_t office, const char *post, struct side out[2],
	struct xq_err *err)
{
	struct rows *q = db_query(tx,
		SQL("SELECT p.holder_person_id, p.holder_unit_id, h.name,"
		    "       h.is_active * (1 - h.is_away), hu.name, hu.public_code, hu.public_name,"
		    "       p.standin_person_id, p.standin_unit_id, s.name,"
		    "       s.is_active * (1 - s.is_away), su.name, su.public_code, su.public_name"
		    "  FROM post p /* kept */"
		    "  JOIN person h ON h.office = p.office AND h.id = p.holder_person_id"
		    "  JOIN unit hu ON hu.office = p.office AND hu.id = p.holder_unit_id"
		    "  JOIN person s ON s.office = p.office AND s.id = p.standin_person_id"
		    "  JOIN unit su ON su.office = p.office AND su.id = p.standin_unit_id"
		    " WHERE p.office = ? AND p.code = ?"),
		VALS(V(office), V(post)));
	const bool found = row_next(q);
	if (found) {
		out[0] = side_of_row(q, 0, mem);
		out[1] = side_of_row(q, 7, mem);
	}
	const enum xq_rc rc = rows_close(q, err);
	return rc == XQ_OK && !found ? XQ_NONE : rc;
}

enum xq_rc
post_current(struct tx *tx, void *mem, int64_t office, const char *post, struct post_holder *out,
	struct xq_err *err)
{
	struct side side[2];
	enum xq_rc rc = post_sides(tx, mem, office, post, side, err);
	if (rc != XQ_OK)
		return rc;
	if (!side[0].is_here && !side[1].is_here && !text_eq(post, POST_HEAD)) {
		rc = post_sides(tx, mem, office, POST_HEAD, side, err);
		if (rc != XQ_OK)
			return rc;
	}
	*out = !side[0].is_here && side[1].is_here ? side[1].who : side[0].who;
	return XQ_OK;
}

enum xq_rc
post_names_load(struct tx *tx, void *mem, int64_t office, const char *post, struct post_names *out,
	struct xq_err *err)
{
	struct side side[2];
	const enum xq_rc rc = post_sides(tx, mem, office, post, side, err);
	if (rc == XQ_OK)
		*out = (struct post_names){ side[0].who.person_name, side[1].who.person_name };
	return rc;
}

enum xq_rc
post_set(struct tx *tx, int64_t office, const char *code, int64_t holder_person,
	int64_t holder_unit, int64_t standin_person, int64_t standin_unit, struct xq_err *err)
{
	return db_exec(tx,
		SQL("INSERT INTO post (office, code, holder_person_id, holder_unit_id,"
		    "  standin_person_id, standin_unit_id)"
		    " VALUES (?, ?, ?, ?, ?, ?)"
		    " ON CONFLICT (office, code) DO UPDATE SET"
		    "  holder_person_id = excluded.holder_person_id,"
		    "  holder_unit_id = excluded.holder_unit_id,"
		    "  standin_person_id = excluded.standin_person_id,"
		    "  standin_unit_id = excluded.standin_unit_id"),
		VALS(V(office), V(code), V(holder_person), V(holder_unit), V(standin_person),
			V(standin_unit)),
		err);
}

enum xq_rc
refuse_post_holder(struct tx *tx, int64_t office, int64_t person_id, struct xq_err *err)
{
	int64_t n = 0;
	const enum xq_rc rc = db_int(tx,
		SQL("SELECT count(*) FROM post"
		    " WHERE office = ? AND (holder_person_id = ? OR standin_person_id = ?)"),
		VALS(V(office), V(person_id), V(person_id)), &n, err);
	if (rc == XQ_OK && n > 0)
		return xq_refuse(err, NULL, "account.holds-post");
	return rc;
}

/* ---- a new office --------------------------------------------------------------------------- */

/* What the steps of office_create hand on. */
struct making {
	struct app *app;
	struct tx *tx;
	void *mem;
	const struct office_new *n;
	int64_t now, office;
	int64_t leaders, person;
	struct rng random;
	struct ledger_head head;
};

static enum xq_rc
must_be_free(struct making *m, struct xq_err *err)
{
	int64_t n = 0;
	enum xq_rc rc = db_int(m->tx, SQL("SELECT count(*) FROM office WHERE id = ?"),
		VALS(V(m->office)), &n, err);
	if (rc != XQ_OK || (n == 0 && m->office <= OFFICE_NUMBER_MAX))
		return rc;
	rc = xq_refuse(err, "number", "office.number-taken");
	xq_err_int(err, "n", m->office);
	return rc;
}

static enum xq_rc
make_entry(struct making *m, struct xq_err *err)
{
	int64_t last = 0;
	enum xq_rc rc = db_int(m->tx, SQL("SELECT id FROM office WHERE code = ?"),
		VALS(V(m->n->code)), &last, err);
	if (rc == XQ_OK) {
		const enum xq_rc refused = xq_refuse(err, "code", "office.code-taken");
		xq_err_text(err, "code", m->n->code);
		return refused;
	}
	if (rc == XQ_NONE)
		rc = db_int(
			m->tx, SQL("SELECT coalesce(max(id), 0) FROM office"), NO_VALS, &last, err);
	m->office = m->n->number ? m->n->number : last + 1;
	if (rc == XQ_OK)
		rc = must_be_free(m, err);
	if (rc == XQ_OK)
		rc = peer_must_not_have(m->app, m->office, m->n->code, false, err);
	if (rc == XQ_OK)
		rc = db_exec(m->tx,
			SQL("INSERT INTO office (id, code, name, short_name, mark, phone, hours,"
			    "  tz_s, closing_minute, opened_at)"
			    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"),
			VALS(V(m->office), V(m->n->code), V(m->n->name), V(m->n->short_name),
				V(m->n->mark), V(m->n->phone), V(m->n->hours), V(TZ_CHINA),
				V(17 * 60 + 30), V(m->now)),
			err);
	if (rc == XQ_OK)
		rc = ledger_open(m->tx, m->mem, m->office, m->n->code, m->n->origin, m->n->after,
			m->now, &m->random, err);
	if (rc == XQ_OK) /* in the same transaction: the seed never lies open on the disk */
		rc = keystore_seed_take(m->tx, m->mem, m->app->keys, m->office, err);
	return rc;
}

static enum xq_rc
make_people(struct making *m, struct xq_err *err)
{
	const struct unit_new leaders = { .code = "u01",
		.public_code = "u01",
		.name = msg_text(LANG_ZH, N_("Leaders of the office")),
		.public_name = msg_text(LANG_ZH, N_("Leaders of the office")),
		.kind = UNIT_LEADERS,
		.rank = 10 };
	const struct unit_new evaluation = { .code = "u02",
		.public_code = "u02",
		.name = msg_text(LANG_ZH, N_("Evaluation post")),
		.public_name = msg_text(LANG_ZH, N_("Evaluation post")),
		.kind = UNIT_EVALUATION,
		.rank = 900 };
	int64_t unused;
	enum xq_rc rc = unit_add(m->tx, m->office, &leaders, &m->leaders, err);
	if (rc == XQ_OK)
		rc = unit_add(m->tx, m->office, &evaluation, &unused, err);
	if (rc == XQ_OK)
		rc = person_add(
			m->tx, m->office, m->n->admin_name, "", "", m->leaders, &m->person, err);
	if (rc == XQ_OK)
		rc = unit_set_head(m->tx, m->office, m->leaders, m->person, err);
	return rc;
}

static enum xq_rc
make_posts(struct making *m, struct xq_err *err)
{
	static const char *const code[] = { POST_HEAD, POST_INTAKE };
	enum xq_rc rc = XQ_OK;
	for (size_t i = 0; rc == XQ_OK && i < 2; i++) {
		/* one person for both sides: nobody else is here yet */
		rc = post_set(m->tx, m->office, code[i], m->person, m->leaders, m->person,
			m->leaders, err);
		if (rc == XQ_OK)
			rc = db_exec(m->tx,
				SQL("INSERT INTO post_must (office, code) VALUES (?, ?)"),
				VALS(V(m->office), V(code[i])), err);
	}
	return rc;
}

static enum xq_rc
make_role(struct making *m, int64_t account, enum role role, struct xq_err *err)
{
	const struct grant g = { .role = role, .scope = SCOPE_OFFICE };
	const enum xq_rc rc = role_give(m->tx, m->office, account, &g, m->now, err);
	if (rc != XQ_OK)
		return rc;
	const struct event_value value[] = { EV("name", role_code(role)), EV("scope", "office") };
	const struct event_part part = { "who", m->person, who_json(m->mem, m->n->admin_name) };
	const struct event e = { .kind = &ev_role_granted,
		.prev = -1,
		.role = "system",
		.value = value,
		.n_values = 2,
		.part = &part,
		.n_parts = 1 };
	int64_t seq;
	return ledger_append(m->tx, m->mem, &m->head, m->now, &m->random, &e, &seq, err);
}

static enum xq_rc
make_admin(struct making *m, struct xq_err *err)
{
	static const enum role first[] = { ROLE_ADMIN, ROLE_OPERATOR, ROLE_CLERK };
	int64_t account = 0;
	enum xq_rc rc = account_add(m->tx, m->office, m->person, m->n->admin_login,
		m->n->admin_password_hash, m->now, &account, err);
	if (rc == XQ_OK)
		rc = ledger_head_load(m->tx, m->mem, NULL, m->office, &m->head, err);
	m->head.keys = m->app->keys;
	for (size_t i = 0; rc == XQ_OK && i < sizeof first / sizeof *first; i++)
		rc = make_role(m, account, first[i], err);
	if (rc == XQ_OK)
		rc = ledger_head_save(m->tx, &m->head, err);
	return rc;
}

enum xq_rc
office_create(struct app *app, const struct office_new *n, int64_t *out, struct xq_err *err)
{
	struct making m = {
		.app = app, .n = n, .mem = mem_root("office_create"), .now = clock_now(app->clock)
	};
	if (app->random) /* the demo: what it signs and draws from follows from its seed */
		m.random = *app->random;
	else
		rng_init_real(&m.random);
	enum xq_rc rc = db_write(app->db, &m.tx, err);
	if (rc != XQ_OK) {
		mem_free(m.mem);
		return rc;
	}
	tx_touch_config(m.tx);
	rc = make_entry(&m, err);
	if (rc == XQ_OK)
		rc = make_people(&m, err);
	if (rc == XQ_OK)
		rc = make_posts(&m, err);
	if (rc == XQ_OK)
		rc = make_admin(&m, err);
	for (size_t i = 0; rc == XQ_OK && app->modules[i]; i++)
		if (app->modules[i]->presets)
			rc = app->modules[i]->presets(m.tx, m.office, m.now, err);
	rc = tx_finish(m.tx, rc, err);
	mem_free(m.mem);
	if (rc == XQ_OK)
		rc = app_reload_offices(app, err);
	if (rc == XQ_OK)
		*out = m.office;
	return rc;
}
