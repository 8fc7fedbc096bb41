/* SPDX-License-Identifier: Apache-2.0 */
/* utf8.h - the one gate that text from outside passes.
 *
 * For:       checking and normalising; text behind the gate is UTF-8 NFC and is trusted.
 * May call:  core/mem.h, core/str.h, libunistring
 * Called by: act/ field types, importers, the search tokenizer
 * Threads:   any
 * Source:    style.md 6, domain.md 6.3 (rare names: all planes)
 */
#ifndef XQ_CORE_UTF8_H
#define XQ_CORE_UTF8_H

#include "core/err.h"
#include "core/str.h"

bool utf8_is_valid(struct str s); /* no overlong forms, no surrogates, up to U+10FFFF */
size_t utf8_chars(struct str s);  /* code points of valid text */

/* Next code point of valid text from *rest, which moves on; 0 at the end. */
uint32_t utf8_next(struct str *rest);
void utf8_put(struct buf *b, uint32_t c);

/* Control characters other than the allowed ones; newline and tab count as allowed where lines
 * is true. U+007F..U+009F, U+2028/9, U+FEFF, noncharacters and bidi overrides are controls. */
bool utf8_has_control(struct str s, bool lines);

/* NFC of valid text; the same slice when it already is. */
struct str utf8_nfc(void *mem, struct str s);

/* What a text field keeps: NFC, CRLF and CR to LF, trimmed (also ideographic spaces), within
 * max_chars code points. Refusals: text.not-utf8, text.control, text.too-long {max} {n}. */
XQ_CHECK enum xq_rc utf8_clean(
	void *mem, struct str s, bool lines, size_t max_chars, struct str *out, struct xq_err *err);

/* The first max code points, never cut inside one. */
struct str utf8_head(struct str s, size_t max_chars);

#endif
