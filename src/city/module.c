/* SPDX-License-Identifier: Apache-2.0 */
/* module.c - the declaration of the levels above offices. */
#include "city/apart.h"

#include "core/banned.h"

/* clang-format off */
static const struct msg_text messages[] = {
	{ "city.none", N_("This installation has no city yet. An operator of the leading office names it first.") },
	{ "city.not-leading", N_("Only the leading office does this: {office}.") },
	{ "city.district-unknown", N_("There is no district of this code. Please add it first.") },
	{ "city.district-other", N_("The district {code} is called {name} at the target. Please give both the same name first.") },
	{ "city.no-sheets", N_("No office of a district has published this month yet.") },
	{ "city.bad-document", N_("This is no document of a city's month.") },
	{ "city.source-gone", N_("The sheet of {office} that this sum names cannot be read here.") },
	/* of an office in another cell: why its sheets are not taken */
	{ "city.apart-silent", N_("It does not answer, or not in time.") },
	{ "city.apart-moved", N_("Its address sends on to another one; it has moved on.") },
	{ "city.apart-address", N_("Its address is not https, so it is not asked.") },
	{ "city.apart-form", N_("What it answers cannot be read as a record with published sheets.") },
	{ "city.apart-other", N_("The record of somebody else answers there: {what}.") },
	{ "city.apart-key", N_("Its record is not signed by a key that is known here.") },
	{ "city.apart-older", N_("It shows an older state of its record than was seen before ({what} entries).") },
	{ "city.apart-fork", N_("Its record does not go on from what was seen of it at {what} entries.") },
	{ "city.apart-sheet", N_("Its sheet of {what} does not stand in its record as it says, so it was not taken.") },
	{ "city.apart-unknown", N_("No key of its record is known here, so nothing can be checked.") },
	{ NULL, NULL },
};
/* clang-format on */

const struct module city_module = {
	.name = "city",
	.migrations =
		(const struct migration *const[]){ &city_migration_1, &city_migration_2, NULL },
	.acts = (const struct act *const[]){ &city_found, &city_district, &city_place, &city_grant,
		&city_revoke, &city_publish, &city_count, &city_asked, &city_took, NULL },
	.views = city_views,
	.jobs = (const struct job *const[]){ &city_count_job, NULL },
	.invariants = (const struct invariant *const[]){ &city_kept_sound, NULL },
	.menu = (const struct menu_item *const[]){ &city_menu_item, NULL },
	.messages = (const struct msg_text *const[]){ messages, NULL },
	.events = (const struct event_kind *const[]){ &ev_city_published, NULL },
};
