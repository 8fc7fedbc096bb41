/* SPDX-License-Identifier: Apache-2.0 */
#include "identity/role.h"

#include "core/err.h"

#include "core/banned.h"

#define MAY(perm) (1U << (PERM_##perm))

/* Comes with every account, whatever its roles: the first one asked takes it down. */
#define EVERY_ACCOUNT (MAY(ANYBODY) | MAY(SELF) | MAY(STAFF))

struct role_row {
	const char *code, *title;
	unsigned may;
	bool fits_unit;
};

/* A leader handles, since the head of the office is the last fall-back owner and whoever owns may
 * offer (decisions.md 11, 12); but rules nothing: rulings are the supervisor's, outside the unit. */
/* clang-format off */
static const struct role_row roles[ROLE_COUNT] = {
	[ROLE_CLERK]      = { "clerk",      N_("Intake clerk"),          MAY(HANDLE),               true },
	[ROLE_HANDLER]    = { "handler",    N_("Handler"),               MAY(HANDLE),               true },
	[ROLE_APPROVER]   = { "approver",   N_("Approver of answers"),   MAY(APPROVE),              true },
	[ROLE_SUPERVISOR] = { "supervisor", N_("Supervisor"),            MAY(RULE) | MAY(HARD) | MAY(ACCT) | MAY(ERASE), false },
	[ROLE_EVALUATOR]  = { "evaluator",  N_("Evaluator"),             MAY(EVALUATE),             false },
	[ROLE_DISCIPLINE] = { "discipline", N_("Discipline officer"),    MAY(DISCIPLINE) | MAY(ACCT), false },
	[ROLE_LEADER]     = { "leader",     N_("Leader"),                MAY(LEAD) | MAY(HANDLE) | MAY(HARD) | MAY(ACCT) | MAY(ERASE), false },
	[ROLE_LIAISON]    = { "liaison",    N_("Liaison"),               MAY(LIAISE) | MAY(HANDLE), true },
	[ROLE_DELEGATE]   = { "delegate",   N_("People's delegate"),     MAY(PROPOSE),              false },
	[ROLE_PUBLISHER]  = { "publisher",  N_("Publisher"),             MAY(PUBLISH),              true },
	[ROLE_AUDITOR]    = { "auditor",    N_("Auditor"),               MAY(AUDIT),                false },
	[ROLE_ADMIN]      = { "admin",      N_("Account administrator"), MAY(ACCOUNTS),             false },
	[ROLE_OPERATOR]   = { "operator",   N_("Machine operator"),      MAY(OPERATE),              false },
	[ROLE_OVERSEER]   = { "overseer",   N_("District or city staff"), MAY(CITY),                false },
};

/* record: the role that the public record gives to an act done under this permission. */
static const struct perm_row {
	const char *code, *title, *record;
} perms[PERM_COUNT] = {
	[PERM_ANYBODY]    = { "anybody",    N_("Open to everybody"),              "clerk" },
	[PERM_SELF]       = { "self",       N_("Own account"),                    "officer" },
	[PERM_STAFF]      = { "staff",      N_("Take down a matter"),             "clerk" },
	[PERM_HANDLE]     = { "handle",     N_("Handle matters"),                 "handler" },
	[PERM_APPROVE]    = { "approve",    N_("Approve answers"),                "officer" },
	[PERM_RULE]       = { "rule",       N_("Rule on returns and extensions"), "supervisor" },
	[PERM_EVALUATE]   = { "evaluate",   N_("Record call-backs"),              "evaluator" },
	[PERM_DISCIPLINE] = { "discipline", N_("Examine conduct"),                "officer" },
	[PERM_LEAD]       = { "lead",       N_("See boards of the whole office"), "officer" },
	[PERM_LIAISE]     = { "liaise",     N_("Keep contact with neighbourhoods"), "handler" },
	[PERM_PROPOSE]    = { "propose",    N_("File proposals"),                 "delegate" },
	[PERM_PUBLISH]    = { "publish",    N_("Publish disclosures"),            "officer" },
	[PERM_AUDIT]      = { "audit",      N_("Read the audit log"),             "officer" },
	[PERM_ACCOUNTS]   = { "accounts",   N_("Accounts and role grants"),       "officer" },
	[PERM_OPERATE]    = { "operate",    N_("Run the machine and imports"),    "officer" },
	[PERM_HARD]       = { "hard",       N_("Keep the ledger of hard problems"), "officer" },
	[PERM_ACCT]       = { "acct",       N_("Keep the register of accountability"), "officer" },
	[PERM_ERASE]      = { "erase",      N_("Destroy what residents told, as one of two"), "officer" },
	[PERM_CITY]       = { "city",       N_("See the numbers of each office"), "officer" },
	[PERM_SYSTEM]     = { "system",     N_("Jobs of the clock"),              "system" },
};
/* clang-format on */

static const char *const scopes[] = { "office", "unit", "area" };

bool
role_has(enum role role, enum perm perm)
{
	xq_require(role < ROLE_COUNT && perm < PERM_COUNT);
	return ((roles[role].may | EVERY_ACCOUNT) >> perm & 1U) != 0;
}

const char *
role_code(enum role role)
{
	xq_require(role < ROLE_COUNT);
	return roles[role].code;
}

const char *
role_title(enum role role)
{
	xq_require(role < ROLE_COUNT);
	return roles[role].title;
}

bool
role_read(struct str code, enum role *out)
{
	for (unsigned i = 0; i < ROLE_COUNT; i++) {
		if (str_is(code, roles[i].code)) {
			*out = (enum role)i;
			return true;
		}
	}
	return false;
}

bool
role_fits_unit(enum role role)
{
	xq_require(role < ROLE_COUNT);
	return roles[role].fits_unit;
}

const char *
perm_code(enum perm perm)
{
	xq_require(perm < PERM_COUNT);
	return perms[perm].code;
}

const char *
perm_title(enum perm perm)
{
	xq_require(perm < PERM_COUNT);
	return perms[perm].title;
}

const char *
scope_code(enum scope scope)
{
	xq_require(scope <= SCOPE_AREA);
	return scopes[scope];
}

bool
scope_read(struct str code, enum scope *out)
{
	for (unsigned i = 0; i <= SCOPE_AREA; i++) {
		if (str_is(code, scopes[i])) {
			*out = (enum scope)i;
			return true;
		}
	}
	return false;
}

/* Rights that need no grant; a first password opens only the way to change it. */
static bool
comes_with_account(const struct actor *a, enum perm perm)
{
	if (perm == PERM_SELF)
		return true;
	return perm == PERM_STAFF && !a->must_change;
}

bool
actor_may(const struct actor *a, enum perm perm)
{
	if (perm == PERM_ANYBODY || a->kind == ACTOR_SYSTEM)
		return true;
	if (a->kind != ACTOR_STAFF)
		return false;
	if (comes_with_account(a, perm))
		return true;
	if (a->must_change || perm == PERM_STAFF)
		return false;
	for (size_t i = 0; i < a->n_grants; i++) {
		if (role_has(a->grant[i].role, perm))
			return true;
	}
	return false;
}

bool
actor_may_for_unit(const struct actor *a, enum perm perm, int64_t unit_id)
{
	if (!actor_may(a, perm))
		return false;
	if (perm == PERM_ANYBODY || a->kind == ACTOR_SYSTEM || comes_with_account(a, perm))
		return true;
	for (size_t i = 0; i < a->n_grants; i++) {
		const struct grant *g = &a->grant[i];
		const bool reaches = g->scope == SCOPE_OFFICE ||
		                     (g->scope == SCOPE_UNIT && g->scope_id == unit_id);
		if (reaches && role_has(g->role, perm))
			return true;
	}
	return false;
}

bool
actor_only_listens(const struct actor *a)
{
	return a->kind == ACTOR_STAFF && actor_may(a, PERM_PROPOSE) && !actor_may(a, PERM_HANDLE);
}

bool
actor_has_role(const struct actor *a, enum role role)
{
	for (size_t i = 0; i < a->n_grants; i++) {
		if (a->grant[i].role == role)
			return true;
	}
	return false;
}

const char *
actor_record_role(const struct actor *a, enum perm used)
{
	xq_require(used < PERM_COUNT);
	switch (a->kind) {
	case ACTOR_SYSTEM:
		return "system";
	case ACTOR_NOBODY:
	case ACTOR_RESIDENT:
		return "resident";
	case ACTOR_STAFF:
		break;
	}
	return perms[used].record;
}
