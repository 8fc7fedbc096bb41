/* SPDX-License-Identifier: Apache-2.0 */
#include "concern/zone.h"

#include "core/mem.h"
#include "identity/people.h"

#include "core/banned.h"

static bool
has_zone(const struct zone *z, size_t n, const char *code)
{
	for (size_t i = 0; i < n; i++)
		if (text_eq(z[i].code, code))
			return true;
	return false;
}

enum xq_rc
zone_list(struct tx *tx, void *mem, int64_t office, struct zone **out, size_t *out_n,
	struct xq_err *err)
{
	struct unit *u;
	size_t n, n_zones = 0;
	enum xq_rc rc = unit_list(tx, mem, office, &u, &n, err);
	if (rc != XQ_OK)
		return rc;
	struct zone *z = mem_array(mem, struct zone, n + 1);
	for (size_t i = 0; i < n; i++)
		if (u[i].kind == UNIT_NBHD && !text_eq(u[i].public_code, u[i].code) &&
			!has_zone(z, n_zones, u[i].public_code))
			z[n_zones++] = (struct zone){ u[i].public_code, u[i].public_name };
	*out = z;
	*out_n = n_zones;
	return XQ_OK;
}

const char *
zone_name(const struct zone *z, size_t n, const char *code)
{
	for (size_t i = 0; i < n; i++)
		if (text_eq(z[i].code, code))
			return z[i].name;
	return code;
}

enum xq_rc
zone_read(struct tx *tx, void *mem, int64_t office, const char *given, const char **out,
	struct xq_err *err)
{
	struct zone *z;
	size_t n;
	*out = NULL;
	if (given[0] == '\0')
		return XQ_OK;
	enum xq_rc rc = zone_list(tx, mem, office, &z, &n, err);
	for (size_t i = 0; rc == XQ_OK && i < n; i++)
		if (text_eq(z[i].code, given))
			*out = z[i].code;
	if (rc == XQ_OK && *out == NULL)
		return xq_refuse(err, "zone", "field.choice");
	return rc;
}
