/* SPDX-License-Identifier: Apache-2.0 */
#include "core/err.h"

#include "core/banned.h"

const struct msg_text core_messages[] = {
	{ "text.not-utf8",
		N_("This text contains bytes that are not characters. Please type it again.") },
	{ "text.control",
		N_("This text contains invisible control characters. Please type it again.") },
	{ "text.too-long",
		N_("This text has {n} characters; at most {max} fit. Please shorten it.") },
	{ "json.bad", N_("This is not valid JSON; reading stopped at byte {at}.") },
	{ "json.too-large", N_("This JSON text is too large; at most {max} bytes are read.") },
	{ 0 },
};
