/* SPDX-License-Identifier: Apache-2.0 */
/* roster.c - how long a year of rosters takes: 40 receivers with absences, three sittings a week, each of
 * three receivers. Prints the median of eleven in milliseconds. */
#include <stdio.h>
#include <stdlib.h>

#include "core/mem.h"
#include "core/random.h"
#include "core/time.h"
#include "reception/roster.h"

enum { WEEKS = 52, PEOPLE = 40, PATTERNS = 3, ROUNDS = 11, FIRST = 202601 };

static int
by_time(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
	return (x > y) - (x < y);
}

int
main(void)
{
	void *mem = mem_root("bench");
	struct rng g;
	int32_t week[WEEKS];
	struct roster_pattern pattern[PATTERNS];
	struct roster_receiver who[PEOPLE];
	struct roster_away away[PEOPLE];
	int64_t took[ROUNDS];
	size_t n = 0;
	rng_init_seed(&g, 1);
	for (int i = 0; i < WEEKS; i++)
		week[i] = week_add(FIRST, i);
	for (int i = 0; i < PATTERNS; i++)
		pattern[i] = (struct roster_pattern){ i + 1, 1, 1 + 2 * i, 840, 990, 3, 63, false };
	for (int i = 0; i < PEOPLE; i++) {
		int32_t from = day_add(week_monday(FIRST), (int)rng_below(&g, 350));
		away[i] = (struct roster_away){ from, day_add(from, 20) };
		who[i] = (struct roster_receiver){ i + 1, i % ROSTER_ROLES, 0, &away[i], 1 };
	}
	const struct roster_ask ask = { cal_builtin(), week, WEEKS, 0, pattern, PATTERNS, who,
		PEOPLE, NULL, 0 };
	for (int i = 0; i < ROUNDS; i++) {
		int64_t from = time_mono_us();
		n = roster_make(mem, &ask).n;
		took[i] = time_mono_us() - from;
	}
	qsort(took, ROUNDS, sizeof *took, by_time);
	printf("{\"places\":%zu,\"ms\":%.3f}\n", n, (double)took[ROUNDS / 2] / 1000);
	mem_free(mem);
	return 0;
}
