/* SPDX-License-Identifier: Apache-2.0 */
/* module.c - the declaration of the concern module, history rows, and its invariants. */
#include "concern/answer_day.h"
#include "concern/box.h"
#include "concern/concern_int.h"
#include "concern/desk.h"
#include "concern/erased.h"
#include "concern/explain.h"
#include "concern/explained.h"
#include "concern/passed_up.h"
#include "concern/promise_public.h"
#include "concern/sort.h"
#include "concern/taken.h"
#include "concern/transfer_int.h"
#include "concern/unmask.h"
#include "concern/visit.h"

#include "core/mem.h"
#include "core/seal.h"
#include "store/search.h"

#include "core/banned.h"

bool
concern_may_see(const struct actor *actor, const struct concern *c, const struct handover *open)
{
	if (actor->kind != ACTOR_STAFF)
		return actor->kind == ACTOR_SYSTEM;
	if (actor->person_id == c->owner_person_id || actor->person_id == c->tracker_person_id)
		return true;
	if (actor->unit_id == c->owner_unit_id || actor->unit_id == c->tracker_unit_id)
		return true;
	if (open && (open->to_unit_id == actor->unit_id || open->to_person_id == actor->person_id))
		return true;
	return actor_may(actor, PERM_LEAD) || actor_may(actor, PERM_RULE) ||
	       actor_may(actor, PERM_EVALUATE) || actor_has_role(actor, ROLE_CLERK) ||
	       actor_may_for_unit(actor, PERM_APPROVE, c->owner_unit_id);
}

/* ---- history (decisions.md 19) ------------------------------------------------------------------------ */

static enum xq_rc
insert_history(struct act_ctx *ctx, const struct history_row *h, const struct post_holder *intake,
	int64_t id, int64_t file_no, struct xq_err *err)
{
	char ref[EVENT_REF_LEN + 1];
	event_ref_new(ctx->random, 'c', ref);
	struct code code;
	enum xq_rc rc = query_code_new(ctx, &code, err);
	if (rc != XQ_OK)
		return rc;
	uint8_t hash[32];
	query_hash(ctx->app, &code, hash);
	struct bytes sealed = seal_make(ctx->mem, app_key(ctx->app, ctx->office), "query code",
		ctx->random, str_n(code.text, CODE_LEN));
	return db_exec(ctx->tx,
		SQL("INSERT INTO concern (office, id, ver, ref, file_no, query_hash, query_sealed, state,"
		    " lane, via, class, nature, title, place, may_publish, raised_at, due_at,"
		    " due_day, limit_text, is_provisional, owner_person_id, owner_unit_id,"
		    " tracker_person_id, tracker_unit_id, round, answered_at, closed_at, needs_ruling,"
		    " outcome, seen_sat, is_imported, own_date, source_no, first_seq, last_seq)"
		    " VALUES (?, ?, 1, ?, ?, ?, ?, 11, 0, 'import', 'other', 'help', ?, '', 0, ?, ?, ?,"
		    " '', 0, ?, ?, ?, ?, 1, ?, ?, 0, 0, 0, 1, ?, ?, -1, -1)"),
		VALS(V(ctx->office), V(id), V(ref), V(file_no),
			val_bytes((struct bytes){ hash, 32 }), V(sealed), V(h->title),
			V(h->raised_at), V(h->answered_at), V(day_of(h->answered_at, TZ_CHINA)),
			V(intake->person_id), V(intake->unit_id), V(intake->person_id),
			V(intake->unit_id), V(h->answered_at), V(h->answered_at), V(h->raised_at),
			V(h->source_no)),
		err);
}

static enum xq_rc
insert_history_texts(struct act_ctx *ctx, const struct history_row *h,
	const struct post_holder *intake, int64_t id, struct xq_err *err)
{
	enum xq_rc rc = db_exec(ctx->tx,
		SQL("INSERT INTO intake (office, concern_id, body, name, phone, phone_tail, address,"
		    " contact_wish, told, people, wants_secret, wants_contact, tries)"
		    " VALUES (?, ?, ?, '', '', '', '', '', '', 1, 0, 0, 0)"),
		VALS(V(ctx->office), V(id), V(h->body)), err);
	int64_t reply_id;
	if (rc == XQ_OK)
		rc = db_next(ctx->tx, ctx->office, "reply", &reply_id, err);
	if (rc == XQ_OK)
		rc = db_exec(ctx->tx,
			SQL("INSERT INTO reply (office, id, concern_id, round, state, text, basis, outcome,"
			    " author_person_id, author_unit_id, submitted_at, decided_at)"
			    " VALUES (?, ?, ?, 1, 1, ?, '', 0, ?, ?, ?, ?)"),
			VALS(V(ctx->office), V(reply_id), V(id), V(h->reply), V(intake->person_id),
				V(intake->unit_id), V(h->answered_at), V(h->answered_at)),
			err);
	if (rc == XQ_OK)
		rc = search_add(ctx->tx, ctx->office, SEARCH_CONCERN, id, h->terms, err);
	if (rc == XQ_OK)
		rc = search_add(ctx->tx, ctx->office, SEARCH_REPLY, id, h->reply_terms, err);
	return rc;
}

enum xq_rc
concern_add_history(struct act_ctx *ctx, const struct history_row *h, struct xq_err *err)
{
	bool known;
	enum xq_rc rc = concern_has_source(ctx->tx, ctx->office, h->source_no, &known, err);
	if (rc != XQ_OK || known)
		return rc != XQ_OK ? rc : XQ_NONE;
	struct post_holder intake;
	int64_t id, n;
	rc = post_current(ctx->tx, ctx->mem, ctx->office, POST_INTAKE, &intake, err);
	if (rc == XQ_OK)
		rc = db_next(ctx->tx, ctx->office, "concern", &id, err);
	int year = day_year(day_of(h->raised_at, TZ_CHINA));
	if (rc == XQ_OK)
		rc = db_next(ctx->tx, ctx->office, mem_printf(ctx->mem, "file-%d", year), &n, err);
	if (rc == XQ_OK)
		rc = insert_history(ctx, h, &intake, id, (int64_t)year * 100000000 + n, err);
	return rc == XQ_OK ? insert_history_texts(ctx, h, &intake, id, err) : rc;
}

/* ---- invariants: 0 faults, always --------------------------------------------------------------------- */

static enum xq_rc
count_zero(struct tx *tx, sql_ref sql, int64_t office, int64_t *out, struct xq_err *err)
{
	return db_int(tx, sql, VALS(V(office)), out, err);
}

static enum xq_rc
faults_owner(struct tx *tx, void *mem, int64_t office, int64_t *out, struct xq_err *err)
{
	(void)mem;
	return count_zero(tx,
		SQL("SELECT count(*) FROM concern c /* scan: check */ LEFT JOIN owner_span s"
		    " ON s.office = c.office AND s.concern_id = c.id AND s.until_at IS NULL"
		    " WHERE c.office = ? AND c.is_imported = 0 AND (s.no IS NULL"
		    " OR s.person_id <> c.owner_person_id OR s.unit_id <> c.owner_unit_id)"),
		office, out, err);
}

/* Spans follow one another without a gap from the raise to now. */
static enum xq_rc
faults_time(struct tx *tx, void *mem, int64_t office, int64_t *out, struct xq_err *err)
{
	(void)mem;
	return count_zero(tx,
		SQL("SELECT count(*) FROM owner_span s /* scan: check */"
		    " JOIN concern c ON c.office = s.office AND c.id = s.concern_id"
		    " LEFT JOIN owner_span b ON b.office = s.office AND b.concern_id = s.concern_id"
		    " AND b.no = s.no - 1"
		    " WHERE s.office = ? AND coalesce(b.until_at, c.raised_at) <> s.from_at"),
		office, out, err);
}

static enum xq_rc
faults_own_mark(struct tx *tx, void *mem, int64_t office, int64_t *out, struct xq_err *err)
{
	(void)mem;
	return count_zero(tx,
		SQL("SELECT count(*) FROM reply /* scan: check */"
		    " WHERE office = ? AND approver_person_id = author_person_id"),
		office, out, err);
}

static enum xq_rc
faults_offer(struct tx *tx, void *mem, int64_t office, int64_t *out, struct xq_err *err)
{
	(void)mem;
	return count_zero(tx,
		SQL("SELECT count(*) FROM concern c /* scan: check */ LEFT JOIN handover h"
		    " ON h.office = c.office AND h.concern_id = c.id AND h.state = 0"
		    " WHERE c.office = ? AND (c.state = 3) <> (h.id IS NOT NULL)"),
		office, out, err);
}

static const struct invariant owner_one = { "concern.one-owner", faults_owner };
static const struct invariant owner_time = { "concern.no-time-lost", faults_time };
static const struct invariant reply_four_eyes = { "reply.four-eyes", faults_own_mark };
static const struct invariant offer_state = { "concern.offer-matches-state", faults_offer };

/* Who owns or tracks something open cannot leave before it is handed over. */
static enum xq_rc
count_open_of(struct tx *tx, int64_t office, int64_t person_id, int64_t *out, struct xq_err *err)
{
	return db_int(tx,
		SQL("SELECT (SELECT count(*) FROM concern WHERE office = ? AND owner_person_id = ?"
		    " AND closed_at IS NULL) + (SELECT count(*) FROM concern WHERE office = ?"
		    " AND tracker_person_id = ? AND closed_at IS NULL)"),
		VALS(V(office), V(person_id), V(office), V(person_id)), out, err);
}

const struct leave_check concern_leave_check = { "concern.open", "concern.owns-open",
	count_open_of };

/* ---- the declaration ------------------------------------------------------------------------------------ */

const struct module concern_module = {
	.name = "concern",
	.migrations = (const struct migration *const[]){ &concern_migration_1, &concern_migration_2,
		&concern_migration_3, &concern_migration_4, &concern_migration_5,
		&concern_migration_6, &concern_migration_7, &concern_migration_8,
		&concern_migration_9, &concern_migration_10, &concern_migration_11,
		&concern_migration_12, &concern_migration_13, &concern_migration_14,
		&concern_migration_15, &concern_migration_16, &concern_migration_17,
		&concern_migration_18, &concern_migration_19, &concern_migration_20,
		&concern_migration_21, &concern_migration_22, NULL },
	.acts = (const struct act *const[]){ &concern_raise, &concern_register, &concern_offer,
		&concern_accept, &concern_decline, &concern_lapse, &concern_contact, &reply_submit,
		&reply_approve, &reply_send_back, &concern_rule_outcome, &concern_escalate,
		&voice_rate, &voice_unlock, &concern_ask_return, &concern_rule_return,
		&concern_ask_extension, &concern_rule_extension, &concern_park, &concern_resume,
		&concern_resume_due, &concern_find, &concern_set_points, &concern_assist,
		&concern_give_opinion, &concern_redirect, &concern_merge, &concern_void,
		&concern_terminate, &concern_promise, &promise_keep, &promise_move, &promise_late,
		&promise_carry, &concern_supervise, &concern_supervise_late, &concern_pass_up,
		&concern_answer_up, &concern_sort, &concern_report_up, &concern_explain, &voice_add,
		&voice_correct, &voice_dispute, &voice_withdraw, &voice_erase,
		&concern_rule_dispute, &draft_say, &draft_where, &draft_prune, NULL },
	.presets = concern_presets,
	.views = resident_views,
	.jobs = (const struct job *const[]){ &concern_lapse_job, &concern_resume_job,
		&concern_escalate_job, &concern_ladder_job, &promise_late_job, &promise_carry_job,
		&draft_prune_job, &concern_supervise_job, NULL },
	.invariants = (const struct invariant *const[]){ &owner_one, &owner_time, &reply_four_eyes,
		&offer_state, &reply_found, &tally_equals_facts, &concern_was_late, &visit_is_free,
		NULL },
	.messages = (const struct msg_text *const[]){ concern_messages, desk_messages,
		passed_up_messages, sort_messages, explained_messages, explain_messages,
		answer_day_messages, own_data_messages, erased_messages, NULL },
	.events = (const struct event_kind *const[]){ &ev_raised, &ev_offered, &ev_owned,
		&ev_declined, &ev_contacted, &ev_replied, &ev_reply_rejected, &ev_called, &ev_rated,
		&ev_unreached, &ev_redo, &ev_closed, &ev_supervised, &ev_return_asked,
		&ev_return_granted, &ev_return_refused, &ev_due_moved, &ev_parked, &ev_resumed,
		&ev_assisted, &ev_found, &ev_promised, &ev_promise_kept, &ev_promise_moved,
		&ev_voided, &ev_redirected, &ev_merged, &ev_terminated, &ev_disputed, &ev_listed,
		&ev_unlisted, &ev_voice_rated, &ev_unmasked, NULL },
};

/* The pages of the desk and of programs stand in lists of their own. */
const struct module concern_desk_module = {
	.name = "concern-desk",
	.views = desk_views,
	.menu = concern_menu,
};

const struct module concern_cycle_module = {
	.name = "concern-cycle",
	.views = cycle_views,
};

const struct module concern_api_module = {
	.name = "concern-api",
	.views = concern_api_views,
};
