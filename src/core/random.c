/* SPDX-License-Identifier: Apache-2.0 */
/* A seeded draw is the ChaCha20 stream of its key under the number of the draw as nonce. */
#include "core/random.h"

#include <assert.h>

#include <sodium.h>

#include "core/err.h"

#include "core/banned.h"

static void
le64(uint8_t out[8], uint64_t v)
{
	for (int i = 0; i < 8; i++)
		out[i] = (uint8_t)(v >> (8 * i));
}

static void
start(struct rng *r, bool is_seeded)
{
	int rc = sodium_init();
	xq_require(rc >= 0);
	*r = (struct rng){ .is_seeded = is_seeded };
}

void
rng_init_real(struct rng *r)
{
	start(r, false);
}

void
rng_init_seed(struct rng *r, uint64_t seed)
{
	start(r, true);
	le64(r->seed, seed);
}

void
rng_fill(struct rng *r, void *out, size_t n)
{
	if (!r->is_seeded) {
		randombytes_buf(out, n);
		return;
	}

	static_assert(sizeof(r->seed) == crypto_stream_chacha20_KEYBYTES, "seed is the key");
	uint8_t nonce[crypto_stream_chacha20_NONCEBYTES];
	le64(nonce, r->used++);
	crypto_stream_chacha20(out, n, nonce, r->seed);
}

uint32_t
rng_below(struct rng *r, uint32_t bound)
{
	xq_require(bound > 0);
	/* Draws below this would favour small results; it is 2^32 mod bound. */
	uint32_t unfair = (uint32_t)((UINT64_C(1) << 32) % bound);
	uint32_t draw;

	do {
		rng_fill(r, &draw, sizeof(draw));
	} while (draw < unfair);
	return draw % bound;
}

uint64_t
rng_u64(struct rng *r)
{
	uint64_t draw;
	rng_fill(r, &draw, sizeof(draw));
	return draw;
}
