/* SPDX-License-Identifier: Apache-2.0 */
/* role.h - the fourteen roles, what each may do, and who is acting.
 *
 * For:       every permission question has its answer here: role -> permissions, grant -> scope.
 * May call:  core
 * Called by: identity/, act/, web/, modules
 * Threads:   any; pure
 * Source:    decisions.md 23
 */
#ifndef XQ_IDENTITY_ROLE_H
#define XQ_IDENTITY_ROLE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/str.h"

enum role {
	ROLE_CLERK,
	ROLE_HANDLER,
	ROLE_APPROVER,
	ROLE_SUPERVISOR,
	ROLE_EVALUATOR,
	ROLE_DISCIPLINE,
	ROLE_LEADER,
	ROLE_LIAISON,
	ROLE_DELEGATE,
	ROLE_PUBLISHER,
	ROLE_AUDITOR,
	ROLE_ADMIN,
	ROLE_OPERATOR,
	ROLE_OVERSEER, /* of the city or a district; given by its leading office alone (city/city.h) */
	ROLE_COUNT
};

/* What an act or view asks for. */
enum perm {
	PERM_ANYBODY,  /* residents too, without login */
	PERM_SELF,     /* one's own account, also while its first password must still be changed */
	PERM_STAFF,    /* any account: the first one asked takes it down (首问负责) */
	PERM_HANDLE,   /* accept, answer, hand over */
	PERM_APPROVE,  /* second person of an answer */
	PERM_RULE,     /* rulings outside the unit */
	PERM_EVALUATE, /* call-backs */
	PERM_DISCIPLINE,
	PERM_LEAD, /* boards over the office */
	PERM_LIAISE,
	PERM_PROPOSE,
	PERM_PUBLISH,
	PERM_AUDIT,
	PERM_ACCOUNTS, /* accounts and role grants */
	PERM_OPERATE,  /* machine, jobs, import */
	PERM_HARD,     /* the ledger of hard problems: what is on it, and who sponsors it */
	PERM_ACCT,     /* the register of accountability: open, decide, close */
	PERM_ERASE,    /* destroying what residents told: two of those who may */
	PERM_CITY,     /* numbers of each office of the city or a district */
	PERM_SYSTEM,   /* jobs of the clock only */
	PERM_COUNT
};

enum scope { SCOPE_OFFICE, SCOPE_UNIT, SCOPE_AREA };

struct grant {
	enum role role;
	enum scope scope;
	int64_t scope_id; /* unit or area; 0 for the office */
};

enum actor_kind { ACTOR_NOBODY, ACTOR_RESIDENT, ACTOR_STAFF, ACTOR_SYSTEM };

#define ACTOR_MAX_GRANTS 16

/* Who acts. Loaded once per request; plain data. */
struct actor {
	enum actor_kind kind;
	int64_t office;
	int64_t account_id, person_id;
	int64_t unit_id;    /* main membership */
	char unit_code[16]; /* public code of that unit */
	char name[64];      /* shown on pages */
	char unit_name[64];
	bool must_change;   /* signed in with a password that somebody else has seen */
	bool is_by_token;   /* a program with a bearer token */
	int64_t session_id; /* 0: not by a session (bearer token, command line, system) */
	int64_t seen_at;    /* of that session; session_wants_touch() reads it */
	size_t n_grants;
	struct grant grant[ACTOR_MAX_GRANTS];
};

/* role_has - whether the role carries the permission.
 *
 * PERM_ANYBODY, PERM_SELF and PERM_STAFF come with every role, since they come with every account;
 * PERM_SYSTEM with none.
 */
bool role_has(enum role role, enum perm perm);
const char *role_code(enum role role);  /* "clerk" */
const char *role_title(enum role role); /* N_("Clerk") */
bool role_read(struct str code, enum role *out);
/* May be granted over one unit; the others only over the whole office. */
bool role_fits_unit(enum role role);
const char *perm_code(enum perm perm);    /* "handle" */
const char *perm_title(enum perm perm);   /* N_("Handle matters") */
const char *scope_code(enum scope scope); /* "office" */
bool scope_read(struct str code, enum scope *out);

/* Has a role with this permission, whatever its scope. The system may everything; an account whose
 * first password is unchanged only PERM_ANYBODY and PERM_SELF. */
bool actor_may(const struct actor *a, enum perm perm);
/* Has it for matters of this unit: by a grant over the office, or over that very unit. */
bool actor_may_for_unit(const struct actor *a, enum perm perm, int64_t unit_id);
/* A deputy and nothing else: listens and records, and settles nothing (domain.md A07). */
bool actor_only_listens(const struct actor *a);
bool actor_has_role(const struct actor *a, enum role role);

/* The record's role code for an act done under this permission: resident clerk handler supervisor
 * evaluator delegate officer system (ledger.md 3.1). */
const char *actor_record_role(const struct actor *a, enum perm used);

#endif
