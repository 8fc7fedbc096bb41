/* SPDX-License-Identifier: Apache-2.0 */
/* module.c - the declaration of the levels above offices. */
#include "city/city_int.h"

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
	{ NULL, NULL },
};
/* clang-format on */

const struct module city_module = {
	.name = "city",
	.migrations = (const struct migration *const[]){ &city_migration_1, NULL },
	.acts = (const struct act *const[]){ &city_found, &city_district, &city_place, &city_grant,
		&city_revoke, &city_publish, &city_count, NULL },
	.views = city_views,
	.jobs = (const struct job *const[]){ &city_count_job, NULL },
	.menu = (const struct menu_item *const[]){ &city_menu_item, NULL },
	.messages = (const struct msg_text *const[]){ messages, NULL },
	.events = (const struct event_kind *const[]){ &ev_city_published, NULL },
};
