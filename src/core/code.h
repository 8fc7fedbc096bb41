/* SPDX-License-Identifier: Apache-2.0 */
/* code.h - the codes that residents hold in their hands.
 *
 * For:       query codes and receipt codes: 13 characters of Crockford base32, printed in groups
 *            4-4-4-1: kind, three for the office, eight random (40 bits), check character. Short codes for
 *            what is over in a few weeks: six of the same characters, five random (25 bits) and a check.
 * May call:  core/random.h
 * Called by: concern/ (query and receipt codes), reception/ (short codes), web pages
 * Threads:   any
 * Source:    decisions.md 7
 */
#ifndef XQ_CORE_CODE_H
#define XQ_CORE_CODE_H

#include <stdbool.h>

#include "core/random.h"
#include "core/str.h"

#define CODE_LEN 13
#define CODE_SHOWN_LEN 16 /* with three hyphens */

enum code_kind { CODE_QUERY, CODE_RECEIPT };

struct code {
	char text[CODE_LEN + 1]; /* canonical: upper case, no hyphens */
};

/* office_no: 0 .. 32767, the office's number in its directory. */
struct code code_new(struct rng *random, enum code_kind kind, uint32_t office_no);

/* Reads what a person typed: any case, spaces and hyphens anywhere, O as 0, I and L as 1.
 * False when length, alphabet, kind or check character is wrong. */
bool code_read(struct str typed, enum code_kind kind, struct code *out);

uint32_t code_office(const struct code *c);
void code_show(const struct code *c, char out[CODE_SHOWN_LEN + 1]); /* 7K3M-9TXW-4E6H-2 */

#define SHORT_CODE_LEN 6
#define SHORT_CODE_SHOWN_LEN 7 /* with one hyphen */

struct short_code {
	char text[SHORT_CODE_LEN + 1]; /* canonical: upper case, no hyphen */
};

struct short_code short_code_new(struct rng *random);
/* As code_read; one wrong character, and a swap of two that differ, always shows. */
bool short_code_read(struct str typed, struct short_code *out);
void short_code_show(const struct short_code *c, char out[SHORT_CODE_SHOWN_LEN + 1]); /* 7K3-M9T */

#endif
