/* SPDX-License-Identifier: Apache-2.0 */
/* Canonical JSON: what is written is accepted and writes itself again; what is accepted as it
 * stands, or as an event, is what the writer would have written. */
#include "ledger/event.h"

#include "core/mem.h"

#include "core/banned.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must_write_itself(void *mem, struct str json)
{
	struct str again;
	xq_require(canonical_write(mem, json, &again, NULL) == XQ_OK);
	xq_require(str_eq(json, again));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	void *mem = mem_root("fuzz");
	struct str in = { (const char *)data, size }, out;
	if (canonical_is(in))
		must_write_itself(mem, in);
	if (canonical_write(mem, in, &out, NULL) == XQ_OK) {
		xq_require(canonical_is(out));
		must_write_itself(mem, out);
	}
	struct event_seen seen;
	if (event_check(in, NULL, -1, &seen, NULL) == XQ_OK)
		xq_require(canonical_is(in) && seen.prev < seen.seq);
	mem_free(mem);
	return 0;
}
