/* SPDX-License-Identifier: Apache-2.0 */
/* Frames and outcomes of draws as others hand them over: what passes is written again to the same bytes. */
#include "ledger/draw.h"

#include "core/mem.h"

#include "core/banned.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	void *mem = mem_root("fuzz");
	struct str in = { (const char *)data, size };
	struct draw_id *frame;
	struct draw_done done;
	struct draw_stratum stratum;
	size_t n;
	if (draw_frame_read(mem, in, &frame, &n, NULL) == XQ_OK) {
		struct draw_lot *lot = mem_array(mem, struct draw_lot, n + 1);
		size_t *out = mem_array(mem, size_t, n + 1);
		static const uint8_t seed[SHA256_LEN];
		const struct draw_rule rule = { .count = 3 };
		xq_require(str_eq(draw_frame_write(mem, frame, n), in));
		draw_lots(seed, frame, n, lot);
		xq_require(draw_pick(&rule, frame, lot, n, NULL, 0, out) == (n < 3 ? n : 3));
	}
	if (draw_done_read(mem, in, &done, NULL) == XQ_OK)
		xq_require(str_eq(draw_done_write(mem, &done), in));
	if (draw_stratum_read(in, &stratum))
		xq_require(stratum.name.n < in.n && stratum.count >= 0);
	(void)draw_source_is(in); /* reads within its bounds */
	mem_free(mem);
	return 0;
}
