/* SPDX-License-Identifier: Apache-2.0 */
/* Query, receipt and short codes: what was read has one spelling, each change of one character shows, and
 * a code that was made is read however it was typed. */
#include "core/code.h"

#include "core/err.h"
#include "core/utf8.h"

#include "core/banned.h"

static const char alphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must_read(struct str typed, enum code_kind kind, const struct code *as)
{
	struct code again;
	xq_require(code_read(typed, kind, &again) && text_eq(again.text, as->text));
}

static void
look(const struct code *c, enum code_kind kind)
{
	char shown[CODE_SHOWN_LEN + 1], small[CODE_SHOWN_LEN + 1];
	struct code other;
	xq_require(strlen(c->text) == CODE_LEN && code_office(c) < 32768);
	xq_require(!code_read(
		str_of(c->text), kind == CODE_QUERY ? CODE_RECEIPT : CODE_QUERY, &other));
	code_show(c, shown);
	xq_require(strlen(shown) == CODE_SHOWN_LEN);
	for (size_t i = 0; i <= CODE_SHOWN_LEN; i++)
		small[i] = shown[i] >= 'A' && shown[i] <= 'Z' ? (char)(shown[i] + 32) : shown[i];
	must_read(str_of(c->text), kind, c);
	must_read(str_of(shown), kind, c);
	must_read(str_of(small), kind, c);
	for (size_t i = 0; i < CODE_LEN; i++)
		for (size_t k = 0; k < 32; k++) {
			struct code wrong = *c;
			wrong.text[i] = alphabet[k];
			if (wrong.text[i] != c->text[i])
				xq_require(!code_read(str_of(wrong.text), kind, &other));
		}
}

static void
look_short(const struct short_code *c)
{
	char shown[SHORT_CODE_SHOWN_LEN + 1];
	struct short_code other;
	xq_require(strlen(c->text) == SHORT_CODE_LEN);
	short_code_show(c, shown);
	xq_require(short_code_read(str_of(shown), &other) && text_eq(other.text, c->text));
	for (size_t i = 0; i < SHORT_CODE_LEN; i++)
		for (size_t k = 0; k < 32; k++) {
			struct short_code wrong = *c;
			wrong.text[i] = alphabet[k];
			if (wrong.text[i] != c->text[i])
				xq_require(!short_code_read(str_of(wrong.text), &other));
		}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str in = { (const char *)data, size };
	struct short_code small;
	if (short_code_read(in, &small)) {
		xq_require(utf8_is_valid(in) && utf8_chars(in) >= SHORT_CODE_LEN);
		look_short(&small);
	}
	for (enum code_kind kind = CODE_QUERY; kind <= CODE_RECEIPT; kind++) {
		struct code c;
		if (code_read(in, kind, &c)) {
			xq_require(utf8_is_valid(in) && utf8_chars(in) >= CODE_LEN);
			look(&c, kind);
		}
	}
	if (size == 8) { /* a number to begin from: one code made */
		struct rng random;
		uint64_t seed;
		memcpy(&seed, data, sizeof seed);
		rng_init_seed(&random, seed);
		enum code_kind kind = seed & 1 ? CODE_QUERY : CODE_RECEIPT;
		struct code made = code_new(&random, kind, (uint32_t)(seed >> 1) % 32768);
		xq_require(code_office(&made) == (uint32_t)(seed >> 1) % 32768);
		look(&made, kind);
	}
	return 0;
}
