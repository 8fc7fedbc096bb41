/* SPDX-License-Identifier: Apache-2.0 */
/* transfer_module.c - the declaration of hand-overs between offices; their tables are a migration of the
 * concern module, since a concern says where it came from. */
#include "concern/transfer_int.h"

#include "core/banned.h"

_Static_assert(ST_OFFERED_OUT == 17 && ST_TRANSFERRED == 18, "literals in SQL");

/* clang-format off */
static const struct msg_text transfer_messages[] = {
	{ "transfer.office-unknown", N_("There is no office of this code here. Please choose one of the list.") },
	{ "transfer.own-office", N_("This is your own office. Within it a concern goes by a hand-over.") },
	{ "transfer.holds-others", N_("Other concerns were merged into this one, and they would not go along. It stays here.") },
	{ "transfer.other-cell", N_("{office} works on another server, and this one does not know its key, so a concern cannot be handed over there. Whoever runs this server enters it by `xinqiao office peer add`; please ring the office meanwhile.") },
	{ "transfer.other-key", N_("The resident opens this concern by a PIN, which the other office cannot check since it has another key. Please leave a phone number with it first, or keep it here.") },
	{ "transfer.other-key-in", N_("The resident opens this concern by a PIN, which cannot be checked here. Please decline it; the other office can leave a phone number with it and offer it once more.") },
	{ "transfer.sealed", N_("What is kept secret is named to no other office.") },
	{ "transfer.wait", N_("Another office is just deciding whether it takes this over. Please try again tomorrow; your day stays.") },
	{ "transfer.not-intake", N_("The intake post or a clerk answers what other offices offer.") },
	{ "transfer.answered", N_("This offer has been answered already.") },
	{ "transfer.unknown", N_("There is no such offer.") },
	{ "transfer.known", N_("This message has come before.") },
	{ NULL, NULL },
};
/* clang-format on */

const struct module concern_transfer_module = {
	.name = "concern-transfer",
	.acts = (const struct act *const[]){ &transfer_offer, &transfer_receive, &transfer_accept,
		&transfer_decline, &transfer_lapse, &transfer_settle, &transfer_look, NULL },
	.views = transfer_views,
	.jobs = (const struct job *const[]){ &transfer_lapse_job, &transfer_look_job, NULL },
	.effects = (const struct effect *const[]){ &transfer_send_effect, NULL },
	.invariants = (const struct invariant *const[]){ &transfer_state_one, NULL },
	.messages = (const struct msg_text *const[]){ transfer_messages, NULL },
	.events = (const struct event_kind *const[]){ &ev_transfer_offered, &ev_transfer_declined,
		&ev_transferred, &ev_transfer_received, &ev_transfer_refused, &ev_taken_over,
		NULL },
};
