/* SPDX-License-Identifier: Apache-2.0 */
/* The check character makes the sum of (a power of x) times (character) zero in the field of 32
 * elements, x^5 = x^2 + 1. Each place has another power and none is zero, so one wrong character,
 * and a swap of two that differ, always shows; the test tries them all. */
#include "core/code.h"

#include "core/err.h"
#include "core/utf8.h"

#include "core/banned.h"

#define OFFICE_AT 1
#define RANDOM_AT 4
#define CHECK_AT 12

static const char alphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

static char
kind_letter(enum code_kind kind)
{
	switch (kind) {
	case CODE_QUERY:
		return '7';
	case CODE_RECEIPT:
		return 'R';
	}
	xq_require_failed("a known kind of code", __FILE__, __LINE__);
}

/* 0..31, or -1 when c, already upper case, is none of ours. */
static int
value_of(char c)
{
	const char *at = c == '\0' ? NULL : strchr(alphabet, c);
	return at ? (int)(at - alphabet) : -1;
}

/* Horner's rule over the n characters before the check character: the last one has weight x, the first x^n. */
static unsigned
check_value(const char *text, size_t n)
{
	unsigned sum = 0;
	for (size_t i = 0; i < n; i++) {
		sum ^= (unsigned)value_of(text[i]);
		sum <<= 1;
		if (sum & 32)
			sum ^= 0x25;
	}
	return sum;
}

struct code
code_new(struct rng *random, enum code_kind kind, uint32_t office_no)
{
	xq_require(office_no < 32 * 32 * 32);
	struct code c = { .text = { kind_letter(kind) } };
	uint64_t draw = rng_u64(random);

	for (int i = 0; i < 3; i++)
		c.text[OFFICE_AT + i] = alphabet[office_no >> (10 - 5 * i) & 31];
	for (int i = RANDOM_AT; i < CHECK_AT; i++) {
		c.text[i] = alphabet[draw & 31];
		draw >>= 5;
	}
	c.text[CHECK_AT] = alphabet[check_value(c.text, CHECK_AT)];
	return c;
}

static bool
is_gap(uint32_t c)
{
	switch (c) {
	case ' ':
	case '\t':
	case '\r':
	case '\n':
	case '-':
	case 0x00A0: /* no-break space */
	case 0x2010: /* hyphen */
	case 0x2011: /* no-break hyphen */
	case 0x2012: /* figure dash */
	case 0x2013: /* en dash */
	case 0x2014: /* em dash: the hyphen of a Chinese keyboard */
	case 0x2212: /* minus */
	case 0x3000: /* ideographic space */
		return true;
	default:
		return false;
	}
}

/* What the person meant, in our alphabet; '\0' when it can't be one of ours. */
static char
meant(uint32_t c)
{
	if (c >= 'a' && c <= 'z')
		c -= 'a' - 'A';
	if (c == 'O')
		return '0';
	if (c == 'I' || c == 'L')
		return '1';
	return c < 0x80 && value_of((char)c) >= 0 ? (char)c : '\0';
}

/* The signs of a code of len characters, whose last one checks the others. */
static bool
read_signs(struct str typed, char *text, size_t len)
{
	size_t n = 0;

	if (!utf8_is_valid(typed))
		return false;
	while (typed.n > 0) {
		uint32_t ch = utf8_next(&typed);
		if (ch >= 0xFF01 && ch <= 0xFF5E) /* full-width: the same signs, moved */
			ch -= 0xFF01 - '!';
		if (is_gap(ch))
			continue;
		if (n == len || meant(ch) == '\0')
			return false;
		text[n++] = meant(ch);
	}
	return n == len && text[len - 1] == alphabet[check_value(text, len - 1)];
}

bool
code_read(struct str typed, enum code_kind kind, struct code *out)
{
	struct code c = { 0 };
	if (!read_signs(typed, c.text, CODE_LEN) || c.text[0] != kind_letter(kind))
		return false;
	*out = c;
	return true;
}

uint32_t
code_office(const struct code *c)
{
	uint32_t office = 0;
	for (int i = OFFICE_AT; i < RANDOM_AT; i++)
		office = office << 5 | (uint32_t)value_of(c->text[i]);
	return office;
}

void
code_show(const struct code *c, char out[CODE_SHOWN_LEN + 1])
{
	for (size_t i = 0; i < CODE_LEN; i++) {
		if (i > 0 && i % 4 == 0)
			*out++ = '-';
		*out++ = c->text[i];
	}
	*out = '\0';
}

/* ---- short codes ------------------------------------------------------------------------------------ */

#define SHORT_CHECK_AT (SHORT_CODE_LEN - 1)

struct short_code
short_code_new(struct rng *random)
{
	struct short_code c = { 0 };
	uint64_t draw = rng_u64(random);
	for (int i = 0; i < SHORT_CHECK_AT; i++) {
		c.text[i] = alphabet[draw & 31];
		draw >>= 5;
	}
	c.text[SHORT_CHECK_AT] = alphabet[check_value(c.text, SHORT_CHECK_AT)];
	return c;
}

bool
short_code_read(struct str typed, struct short_code *out)
{
	struct short_code c = { 0 };
	if (!read_signs(typed, c.text, SHORT_CODE_LEN))
		return false;
	*out = c;
	return true;
}

void
short_code_show(const struct short_code *c, char out[SHORT_CODE_SHOWN_LEN + 1])
{
	for (size_t i = 0; i < SHORT_CODE_LEN; i++) {
		if (i == SHORT_CODE_LEN / 2)
			*out++ = '-';
		*out++ = c->text[i];
	}
	*out = '\0';
}
