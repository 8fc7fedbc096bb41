/* SPDX-License-Identifier: Apache-2.0 */
#include "core/hash.h"

#include <nettle/sha2.h>
#include <sodium.h>

#include "core/err.h"

#include "core/banned.h"

static const char base64_alphabet[] =
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

void
hash_sha256(struct bytes data, uint8_t out[SHA256_LEN])
{
	hash_sha256_parts(&data, 1, out);
}

void
hash_sha256_parts(const struct bytes *part, size_t n, uint8_t out[SHA256_LEN])
{
	struct sha256_ctx ctx;

	sha256_init(&ctx);
	for (size_t i = 0; i < n; i++)
		sha256_update(&ctx, part[i].n, part[i].p);
	sha256_digest(&ctx, SHA256_LEN, out);
}

static struct sha256_ctx *
sum_of(struct hash_sum *s)
{
	_Static_assert(sizeof(struct sha256_ctx) <= sizeof s->room, "room for nettle's state");
	return (struct sha256_ctx *)(void *)s->room;
}

void
hash_sum_begin(struct hash_sum *s)
{
	sha256_init(sum_of(s));
}

void
hash_sum_add(struct hash_sum *s, struct bytes data)
{
	sha256_update(sum_of(s), data.n, data.p);
}

void
hash_sum_end(struct hash_sum *s, uint8_t out[SHA256_LEN])
{
	sha256_digest(sum_of(s), SHA256_LEN, out);
}

void
hash_keyed(const uint8_t key[KEY_LEN], struct bytes data, uint8_t out[32])
{
	int rc = crypto_generichash(out, 32, data.p, data.n, key, KEY_LEN);
	xq_require(rc == 0);
}

bool
hash_equal(const void *a, const void *b, size_t n)
{
	return sodium_memcmp(a, b, n) == 0;
}

void
hash_wipe(void *p, size_t n)
{
	sodium_memzero(p, n);
}

void
text_hex(struct bytes data, char *out)
{
	static const char digit[] = "0123456789abcdef";

	for (size_t i = 0; i < data.n; i++) {
		*out++ = digit[data.p[i] >> 4];
		*out++ = digit[data.p[i] & 15];
	}
	*out = '\0';
}

void
text_base64(struct bytes data, char *out)
{
	for (size_t i = 0; i < data.n; i += 3) {
		size_t left = data.n - i;
		uint32_t three = (uint32_t)data.p[i] << 16;
		if (left > 1)
			three |= (uint32_t)data.p[i + 1] << 8;
		if (left > 2)
			three |= data.p[i + 2];

		*out++ = base64_alphabet[three >> 18];
		*out++ = base64_alphabet[three >> 12 & 63];
		*out++ = left > 1 ? base64_alphabet[three >> 6 & 63] : '=';
		*out++ = left > 2 ? base64_alphabet[three & 63] : '=';
	}
	*out = '\0';
}

static int
base64_value(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	if (c == '+')
		return 62;
	return c == '/' ? 63 : -1;
}

/* Four characters to their 24 bits; the last pad of them are padding and count as zero. */
static bool
base64_group(const char *p, size_t pad, uint32_t *out)
{
	uint32_t bits = 0;
	for (size_t i = 0; i < 4; i++) {
		int value = i < 4 - pad ? base64_value(p[i]) : 0;
		if (value < 0)
			return false;
		bits = bits << 6 | (uint32_t)value;
	}
	/* One spelling for each value: what the padding cuts off must be zero. */
	if (bits & ((UINT32_C(1) << (8 * pad)) - 1))
		return false;
	*out = bits;
	return true;
}

bool
parse_base64(struct str s, uint8_t *out, size_t cap, size_t *out_n)
{
	if (s.n % 4 != 0)
		return false;
	size_t pad = 0;
	while (pad < 2 && pad < s.n && s.p[s.n - 1 - pad] == '=')
		pad++;
	size_t n = s.n / 4 * 3 - pad;
	if (n > cap)
		return false;

	for (size_t in = 0, at = 0; in < s.n; in += 4) {
		uint32_t bits;
		if (!base64_group(s.p + in, in + 4 == s.n ? pad : 0, &bits))
			return false;
		for (int shift = 16; shift >= 0 && at < n; shift -= 8)
			out[at++] = (uint8_t)(bits >> shift);
	}
	*out_n = n;
	return true;
}

void
text_base32(struct bytes data, char *out)
{
	static const char alphabet[] = "abcdefghijklmnopqrstuvwxyz234567";
	uint32_t bits = 0; /* not yet written, at the low end */
	unsigned n_bits = 0;

	for (size_t i = 0; i < data.n; i++) {
		bits = (bits << 8 | data.p[i]) & 0xFFF;
		for (n_bits += 8; n_bits >= 5; n_bits -= 5)
			*out++ = alphabet[bits >> (n_bits - 5) & 31];
	}
	if (n_bits > 0)
		*out++ = alphabet[bits << (5 - n_bits) & 31];
	*out = '\0';
}
