/* SPDX-License-Identifier: Apache-2.0 */
/* The days that a text names: whatever bytes it has, only days that exist, after today, each once. */
#include "concern/answer_day.h"

#include "core/time.h"

#include "core/banned.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const int32_t todays[] = { 20260930, 20240229, 20271231 };
	for (size_t t = 0; t < sizeof todays / sizeof todays[0]; t++) {
		int32_t out[DAYS_NAMED_MAX];
		size_t n = days_named((struct str){ (const char *)data, size }, todays[t], out);
		xq_require(n <= DAYS_NAMED_MAX);
		for (size_t i = 0; i < n; i++) {
			xq_require(day_is_valid(out[i]) && out[i] > todays[t]);
			for (size_t j = 0; j < i; j++)
				xq_require(out[j] != out[i]);
		}
	}
	return 0;
}
