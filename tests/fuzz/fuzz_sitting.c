/* SPDX-License-Identifier: Apache-2.0 */
/* The piece of a path that names a sitting: what was read is a time of a day and a number, and the path made of
 * it is read again as the same. */
#include "core/err.h"
#include "core/mem.h"
#include "reception/seat.h"

#include "core/banned.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	enum { DAY = 20261014, MINUTES_A_DAY = 1440 };
	struct seat_at s = { .day = DAY }, again = { .day = DAY };
	if (!seat_at_read((struct str){ (const char *)data, size }, &s.start_min, &s.venue_no))
		return 0;
	xq_require(s.start_min >= 0 && s.start_min < MINUTES_A_DAY && s.venue_no > 0);
	void *mem = mem_new(NULL, char);
	struct str rest = str_of(seat_at_path(mem, &s)), piece;
	for (int i = 0; i < 4; i++) /* "", reception, the day, the sitting */
		xq_require(str_cut(&rest, '/', &piece));
	xq_require(str_is(rest, "seat") && seat_at_read(piece, &again.start_min, &again.venue_no));
	xq_require(again.start_min == s.start_min && again.venue_no == s.venue_no);
	mem_free(mem);
	return 0;
}
