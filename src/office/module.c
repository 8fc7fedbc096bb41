/* SPDX-License-Identifier: Apache-2.0 */
/* What the office module declares. */
#include "office/office_int.h"

#include "core/banned.h"

const struct msg_text office_messages[] = {
	{ "office.code-taken", N_("There is an office with the code {code} already.") },
	{ "office.number-taken",
		N_("Another office has the number {n} already. Please take another one from the city's list.") },
	{ "session.wrong",
		N_("Login name and password do not fit together. Please check capitals and "
		   "try again.") },
	{ "session.locked",
		N_("Five wrong tries: signing in with this name is locked until {until}. An "
		   "account administrator can unlock it earlier.") },
	{ "account.unknown", N_("Nobody works here under this login name. Please check it.") },
	{ "account.none", N_("This needs an account of one's own; the system has none.") },
	{ "account.holds-post",
		N_("This person holds a post of the office, or stands in for one. Fill "
		   "the post anew first, then close the account.") },
	{ "password.old-wrong", N_("This is not your present password.") },
	{ "password.same", N_("This is your present password. Please choose another one.") },
	{ "password.not-again", N_("The two new passwords differ. Please type it again.") },
	{ "token.by-token", N_("A program cannot make tokens. Sign in and make it yourself.") },
	{ "unit.code-long", N_("A unit's code can have at most {max} characters.") },
	{ "post.listens",
		N_("A deputy listens and records, and does not settle. Please choose somebody of the office.") },
	{ "office.host-form",
		N_("A host name has letters, digits and hyphens between dots, as qingfeng.example.cn. Please check it.") },
	{ "office.host-taken", N_("Another office is served under {host} already.") },
	{ "post.same-person", N_("The stand-in must be somebody else than the holder.") },
	{ 0 },
};

const struct module office_module = {
	.name = "office",
	.migrations = (const struct migration *const[]){ &office_migration_1, NULL },
	.acts = (const struct act *const[]){ &session_open_act, &session_close_act,
		&session_touch_act, &account_add_act, &account_close_act, &account_password_act,
		&account_reset_act, &account_away_act, &role_grant_act, &role_revoke_act,
		&unit_add_act, &unit_head_act, &unit_member_act, &post_assign_act, &token_issue_act,
		&token_revoke_act, &office_host_act, NULL },
	.effects = (const struct effect *const[]){ &office_reload_effect, NULL },
	.views = office_views,
	.menu = office_menu,
	.messages = (const struct msg_text *const[]){ office_messages, NULL },
};
