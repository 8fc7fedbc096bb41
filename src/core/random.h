/* SPDX-License-Identifier: Apache-2.0 */
/* random.h - randomness that is handed in, so that acts can be replayed in tests.
 *
 * May call:  libsodium
 * Called by: store/, identity/, act/; never a module's own source of chance
 * Threads:   a struct rng belongs to one thread; rng_init_real's state is safe to copy
 */
#ifndef XQ_CORE_RANDOM_H
#define XQ_CORE_RANDOM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct rng {
	bool is_seeded;
	uint8_t seed[32];
	uint64_t used; /* counter of seeded draws */
};

void rng_init_real(struct rng *r);
void rng_init_seed(struct rng *r, uint64_t seed); /* repeatable; demo and tests only */
void rng_fill(struct rng *r, void *out, size_t n);
uint32_t rng_below(struct rng *r, uint32_t bound); /* 0 .. bound - 1, without bias */
uint64_t rng_u64(struct rng *r);

#endif
