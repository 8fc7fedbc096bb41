/* SPDX-License-Identifier: Apache-2.0 */
/* menu.c - the entries of the rail about concerns, each with the number of what waits there: counted
 * along the partial indexes over what is open, up to a bound, so that no page costs more as history
 * grows. */
#include "concern/concern_int.h"
#include "concern/passed_up.h"

#include "core/banned.h"

/* ---- numbers ---------------------------------------------------------------------------------------- */

static enum xq_rc
count_kinds(struct tx *tx, const struct actor *actor, int64_t now, const enum list_kind *kind,
	size_t n, int64_t *out, struct xq_err *err)
{
	enum xq_rc rc = XQ_OK;
	*out = 0;
	for (size_t i = 0; rc == XQ_OK && i < n; i++) {
		int64_t count = 0;
		struct list_query q = { .kind = kind[i],
			.person_id = actor->person_id,
			.unit_id = actor->unit_id,
			.max = MENU_COUNT_MAX,
			.now = now };
		list_review_scope(&q, actor);
		rc = concern_count(tx, actor->office, &q, &count, err);
		*out += count;
	}
	return rc;
}

/* clang-format off */
#define COUNT_OF(name, ...)                                                                        \
	static enum xq_rc                                                                          \
	name(struct tx *tx, const struct actor *actor, int64_t now, int64_t *out, struct xq_err *err) \
	{                                                                                          \
		static const enum list_kind kinds[] = { __VA_ARGS__ };                             \
		return count_kinds(tx, actor, now, kinds, sizeof kinds / sizeof *kinds, out, err); \
	}

COUNT_OF(count_mine,    LIST_MINE)
COUNT_OF(count_late,    LIST_LATE)
COUNT_OF(count_own_offers, LIST_OFFERED_TO)
COUNT_OF(count_review,  LIST_REVIEW)
COUNT_OF(count_rulings, LIST_RULING, LIST_RETURNS, LIST_EXTENSIONS, LIST_DISPUTES)

/* What other offices offer waits for the clerks. */
static enum xq_rc
count_offers(
	struct tx *tx, const struct actor *actor, int64_t now, int64_t *out, struct xq_err *err)
{
	int64_t n = 0;
	enum xq_rc rc = count_own_offers(tx, actor, now, out, err);
	if (rc == XQ_OK && actor_has_role(actor, ROLE_CLERK))
		rc = db_int(tx,
			SQL("SELECT count(*) FROM (SELECT 1 FROM transfer_in WHERE office = ?"
			    " AND state = 0 AND lapses_at > 0 LIMIT ?) w"),
			VALS(V(actor->office), V((int64_t)MENU_COUNT_MAX)), &n, err);
	*out += n;
	return rc;
}

static enum xq_rc
count_passed_up(
	struct tx *tx, const struct actor *actor, int64_t now, int64_t *out, struct xq_err *err)
{
	return db_int(tx,
		SQL("SELECT count(*) FROM (SELECT 1 FROM passed_up WHERE office = ? AND at <= ?"
		    " AND answered_at IS NULL LIMIT ?) w"),
		VALS(V(actor->office), V(now), V((int64_t)MENU_COUNT_MAX)), out, err);
}

/* ---- entries ---------------------------------------------------------------------------------------- */

static const struct menu_item menu_today    = { "/desk", N_("To do today"), "home", PERM_STAFF, 10, NULL, false };
static const struct menu_item menu_concerns = { "/desk/concerns", N_("Concerns"), "talk", PERM_STAFF, 20, count_mine, false };
static const struct menu_item menu_late     = { "/desk/concerns?show=late", N_("Overdue"), "late", PERM_LEAD, 25, count_late, true };
static const struct menu_item menu_offers   = { "/desk/offers", N_("Offers"), "hand", PERM_STAFF, 30, count_offers, true };
static const struct menu_item menu_review   = { "/desk/review", N_("Answers for me to review"), "shield", PERM_APPROVE, 40, count_review, false };
static const struct menu_item menu_rulings  = { "/desk/rulings", N_("For me to rule on"), "flag", PERM_RULE, 50, count_rulings, false };
static const struct menu_item menu_up       = { "/desk/passed-up", N_("Passed up to me"), "up", PERM_LEAD, 27, count_passed_up, false };
static const struct menu_item menu_beyond   = { "/desk/beyond", N_("Beyond our power"), "scale", PERM_HARD, 28, NULL, false };
static const struct menu_item menu_conduct  = { "/desk/conduct", N_("Words about staff"), "shield", PERM_DISCIPLINE, 65, NULL, false };
static const struct menu_item menu_tour     = { "/desk/tour", N_("Your first hour"), "arr", PERM_STAFF, 900, NULL, false };
/* clang-format on */

const struct menu_item *const concern_menu[] = { &menu_today, &menu_concerns, &menu_late,
	&menu_offers, &menu_review, &menu_rulings, &menu_up, &menu_beyond, &menu_conduct,
	&menu_tour, NULL };
