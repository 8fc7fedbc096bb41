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
	{ "fetch.bad-url", N_("This is not an address that begins with http:// or https://.") },
	{ "fetch.too-large",
		N_("The other server sent more than {max} bytes, so nothing was taken over.") },
	{ "fetch.unreachable",
		N_("The other server did not answer in time. Please try again later.") },
	{ "fetch.moved",
		N_("The other server shows the way to another address; please name that one.") },
	{ 0 },
};
