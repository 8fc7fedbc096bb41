/* SPDX-License-Identifier: Apache-2.0 */
/* words.c - codes and their words, and what refusals say. */
#include "dispute/dispute_int.h"

#include "core/banned.h"

/* clang-format off */
const struct choice dispute_kinds[] = {
	{ "neighbour", N_("Between neighbours") },
	{ "property", N_("With the property firm") },
	{ "owners", N_("Among owners, or with their committee") },
	{ "housing", N_("About a house, rent or building work") },
	{ "family", N_("Within a family") },
	{ "labour", N_("About work and pay") },
	{ "consumer", N_("About goods and services") },
	{ "damage", N_("About damage") },
	{ "other", N_("Another matter") },
	{ NULL, NULL },
};

const struct choice dispute_sides[] = {
	{ "residents", N_("Residents") },
	{ "property", N_("Property firm") },
	{ "committee", N_("Owners' committee") },
	{ "shop", N_("Shop or business") },
	{ "builder", N_("Building firm") },
	{ "employer", N_("Employer") },
	{ "body", N_("Public body") },
	{ "other", N_("Somebody else") },
	{ NULL, NULL },
};

const struct choice dispute_channels[] = {
	{ "peoples", N_("People's mediation") },
	{ "administrative", N_("Administrative mediation") },
	{ "judicial", N_("Judicial mediation") },
	{ NULL, NULL },
};

const struct choice dispute_forms[] = {
	{ "written", N_("In writing, signed by both") },
	{ "oral", N_("By word of mouth, put down here") },
	{ NULL, NULL },
};

const struct msg_text dispute_messages[] = {
	{ "dispute.unknown", N_("There is no dispute of this number that you may see.") },
	{ "dispute.not-yours", N_("The unit that keeps it does this: somebody who handles there.") },
	{ "dispute.ended", N_("It has ended. What comes up anew is a new one.") },
	{ "dispute.settled", N_("There is an agreement. Please look first whether it is kept.") },
	{ "dispute.not-settled", N_("There is no agreement yet.") },
	{ "dispute.tells-who", N_("It repeats a phone number, or the name or address of who came. Please say the matter alone.") },
	{ "dispute.sealed", N_("What is sealed stays on its own page and starts no dispute here.") },
	{ "dispute.there-already", N_("A dispute was put down for this concern already.") },
	{ "dispute.other-unit", N_("Please choose somebody of your own unit.") },
	{ "dispute.not-neutral", N_("Mediation is voluntary, and nobody mediates in their own matter. Please tick it, or let somebody else mediate.") },
	{ "dispute.day-ahead", N_("This day is still ahead.") },
	{ "dispute.day-before", N_("This day lies before the dispute was put down.") },
	{ NULL, NULL },
};
/* clang-format on */
