/* SPDX-License-Identifier: Apache-2.0 */
#include "calendar/calendar.h"

#include "core/banned.h"

const struct msg_text calendar_messages[] = {
	{ "limit.too-long",
		N_("This limit ends after the last date that the calendar can name. Please choose a shorter one.") },
	{ "calendar.bad-day",
		N_("{day} is not a date in the years of this calendar. Please correct it.") },
	{ "calendar.unsorted",
		N_("{day} stands twice in this calendar, or out of order. Please correct it.") },
	{ 0 },
};
