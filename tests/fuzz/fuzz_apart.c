/* SPDX-License-Identifier: Apache-2.0 */
/* What a city takes from the server of another cell: the list of sheets, the way of the keys, and a whole record that answers
 * every path with the same bytes. Nothing here is signed, so nothing is taken. */
#include "act/peer.h"
#include "city/apart.h"
#include "core/mem.h"

#include "core/banned.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define KEY "a/log/a+630bd6b4+AWP5YkdcqZY568rMmBzp4kg5Oz7KsBwszSF2UUULWyD6"

static enum xq_rc
get(void *arg, void *mem, const char *path, size_t max, struct bytes *out, struct xq_err *err)
{
	const struct bytes *in = arg;
	(void)path;
	if (in->n > max)
		return xq_refuse(err, NULL, "folder.too-large");
	*out = (struct bytes){ mem_copy(mem, in->p, in->n), in->n };
	return XQ_OK;
}

static void
look_at_list(void *mem, struct str in)
{
	struct sheet_named list[SHEETS_NAMED_MAX], again[SHEETS_NAMED_MAX];
	size_t n = 0, m = 0;
	if (sheets_named_read(mem, in, list, &n, NULL) != XQ_OK)
		return;
	struct str text = sheets_named_write(mem, list, n);
	bool is_same = sheets_named_read(mem, text, again, &m, NULL) == XQ_OK && m == n;
	xq_require(is_same && str_eq(text, sheets_named_write(mem, again, m)));
}

static void
look_at_steps(void *mem, struct str in)
{
	struct follow keys = { .mem = mem };
	struct follow_known known = { .size = 3 }, was = known;
	follow_trust(&keys, STR(KEY), 0, INT64_MAX);
	size_t n = keys.n;
	xq_require(n == 1);
	if (follow_steps(&keys, mem, in, "a", &known, NULL) != XQ_OK)
		xq_require(known.size == was.size);
	for (size_t i = n; i < keys.n; i++)
		xq_require(!keys.k[i].is_trusted);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	void *mem = mem_root("fuzz");
	struct bytes in = { data, size };
	struct apart known = { .origin = "a/log/a", .keys = KEY "\n", .note = "", .why = "" };
	const struct apart_asked asked = { .known = &known, .code = "a" };
	const struct ledger_source src = { .get = get, .arg = &in };
	struct apart_found f;
	look_at_list(mem, str_n((const char *)data, size));
	look_at_steps(mem, str_n((const char *)data, size));
	apart_look(mem, &asked, &src, &f);
	xq_require(f.why[0] && f.n == 0 && f.seen.size == 0);
	(void)peer_is_address(str_n((const char *)data, size));
	mem_free(mem);
	return 0;
}
