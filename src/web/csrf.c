/* SPDX-License-Identifier: Apache-2.0 */
#include "web/csrf.h"

#include <stdio.h>

#include "core/mem.h"
#include "core/parse.h"
#include "core/random.h"

#include "core/banned.h"

enum { MAC_LEN = 16, MAC_HEX = 2 * MAC_LEN };

static void
mac_of(const uint8_t key[KEY_LEN], struct str holder, int64_t hour, char out[MAC_HEX + 1])
{
	char text[320];
	int n = snprintf(text, sizeof text, "csrf|%lld|%zu|%.*s", (long long)hour, holder.n,
		holder.n < 256 ? (int)holder.n : 256, holder.p);
	uint8_t full[32];
	hash_keyed(key, (struct bytes){ (const uint8_t *)text, (size_t)n }, full);
	text_hex((struct bytes){ full, MAC_LEN }, out);
}

const char *
csrf_token(void *mem, const uint8_t key[KEY_LEN], struct str holder, int64_t now)
{
	char mac[MAC_HEX + 1];
	mac_of(key, holder, now / 3600, mac);
	return mem_printf(mem, "%lld.%s", (long long)(now / 3600), mac);
}

enum csrf_state
csrf_check(const uint8_t key[KEY_LEN], struct str holder, struct str token, int64_t now)
{
	struct str rest = token, hour_text;
	int64_t hour;
	if (holder.n == 0 || !str_cut(&rest, '.', &hour_text) || rest.n != MAC_HEX ||
		!parse_int(hour_text, 0, INT64_C(1) << 40, &hour))
		return CSRF_WRONG;
	char mac[MAC_HEX + 1];
	mac_of(key, holder, hour, mac);
	if (!hash_equal(mac, rest.p, MAC_HEX))
		return CSRF_WRONG;
	int64_t age = now / 3600 - hour;
	return age >= -1 && age <= CSRF_HOURS ? CSRF_FINE : CSRF_OLD;
}

const char *
random_name(void *mem)
{
	uint8_t raw[16];
	struct rng random;
	rng_init_real(&random);
	rng_fill(&random, raw, sizeof raw);
	char out[2 * sizeof raw + 1];
	text_base32((struct bytes){ raw, 15 }, out); /* 15 bytes: three whole groups of eight */
	return mem_text(mem, out);
}

bool
random_name_is_fine(struct str s)
{
	if (s.n < 16 || s.n > 64)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];
		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
			    c == '-'))
			return false;
	}
	return true;
}

enum csrf_origin
csrf_origin(struct str origin, struct str fetch_site, struct str own_host)
{
	if (str_is(fetch_site, "cross-site"))
		return ORIGIN_FOREIGN;
	if (origin.n == 0)
		return str_is(fetch_site, "same-origin") ? ORIGIN_SAME : ORIGIN_UNKNOWN;
	size_t at = str_index(origin, STR("://"));
	if (at == origin.n) /* "null": a sandboxed frame or a redirect from elsewhere */
		return ORIGIN_FOREIGN;
	struct str host = { origin.p + at + 3, origin.n - at - 3 };
	return str_eq(host, own_host) ? ORIGIN_SAME : ORIGIN_FOREIGN;
}
