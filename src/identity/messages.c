/* SPDX-License-Identifier: Apache-2.0 */
#include "core/err.h"
#include "identity/account.h"

#include "core/banned.h"

const struct msg_text identity_messages[] = {
	{ "unit.code-taken", N_("Another unit has this code already. Please choose another one.") },
	{ "unit.head-not-member",
		N_("Only somebody who belongs to the unit can head it. Add the person to the unit first.") },
	{ "person.no-unit", N_("There is no such unit. Please choose one from the list.") },
	{ "person.heads-unit",
		N_("This person heads a unit. Name another head first, then close the account.") },
	{ "password.short",
		N_("A password needs at least {min} characters. A short sentence is easy to "
		   "remember.") },
	{ "password.long", N_("A password can have at most {max} characters.") },
	{ "password.classes",
		N_("Please mix at least three of these: small letters, capitals, digits, "
		   "other signs. Chinese characters count as other signs.") },
	{ "password.is-login", N_("The password must not contain the login name.") },
	{ "account.login-taken",
		N_("Somebody has, or had, this login name. Please choose another one.") },
	{ "account.last-admin", N_("This is the last account administrator. Make somebody else one "
				   "first, then try again.") },
	{ "role.has-it", N_("This account has the role already.") },
	{ "role.too-many", N_("An account can hold {max} roles at most. Take one back first.") },
	{ "role.office-only", N_("This role is given over the whole office, not over one unit.") },
	{ "role.audit-apart",
		N_("Who gives rights must not read the audit log, so nobody can be both "
		   "administrator and auditor. Choose another person.") },
	{ "role.not-given", N_("This account does not have that role; nothing was taken back.") },
	{ "token.label-taken",
		N_("You have a token of this name already. Please choose another name, "
		   "or withdraw the old token first.") },
	{ "token.unknown", N_("There is no such access token any more.") },
	{ 0 },
};
