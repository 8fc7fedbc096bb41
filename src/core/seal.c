/* SPDX-License-Identifier: Apache-2.0 */
#include "core/seal.h"

#include <sodium.h>

#include "core/mem.h"

#include "core/banned.h"

enum {
	NONCE = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES,
	TAG = crypto_aead_xchacha20poly1305_ietf_ABYTES,
};

static void
purpose_key(const uint8_t key[KEY_LEN], const char *purpose, uint8_t out[32])
{
	hash_keyed(key, (struct bytes){ (const uint8_t *)purpose, strlen(purpose) }, out);
}

struct bytes
seal_make(void *mem, const uint8_t key[KEY_LEN], const char *purpose, struct rng *random,
	struct str plain)
{
	uint8_t own[32];
	purpose_key(key, purpose, own);
	uint8_t *out = mem_zeroed(mem, 1, NONCE + plain.n + TAG);
	rng_fill(random, out, NONCE);
	unsigned long long n = 0;
	crypto_aead_xchacha20poly1305_ietf_encrypt(
		out + NONCE, &n, (const unsigned char *)plain.p, plain.n, NULL, 0, NULL, out, own);
	hash_wipe(own, sizeof own);
	return (struct bytes){ out, NONCE + (size_t)n };
}

bool
seal_open(void *mem, const uint8_t key[KEY_LEN], const char *purpose, struct bytes sealed,
	struct str *out)
{
	if (sealed.n < NONCE + TAG)
		return false;
	uint8_t own[32];
	purpose_key(key, purpose, own);
	char *plain = mem_zeroed(mem, 1, sealed.n - NONCE - TAG + 1);
	unsigned long long n = 0;
	int bad = crypto_aead_xchacha20poly1305_ietf_decrypt((unsigned char *)plain, &n, NULL,
		sealed.p + NONCE, sealed.n - NONCE, NULL, 0, sealed.p, own);
	hash_wipe(own, sizeof own);
	if (bad)
		return false;
	*out = (struct str){ plain, (size_t)n };
	return true;
}
