/* SPDX-License-Identifier: Apache-2.0 */
/* public_module.c - the declaration of the pages that show the record itself: to its operator, and to all. */
#include "record/about_page.h"
#include "record/state_page.h"
#include "web/web.h"

#include "core/banned.h"

const struct module record_public_module = {
	.name = "record-public",
	.views = (const struct view *const[]){ &state_view, &about_view, &about_print_view, NULL },
	.menu = (const struct menu_item *const[]){ &menu_state, NULL },
};
