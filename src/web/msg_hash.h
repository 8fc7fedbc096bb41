/* SPDX-License-Identifier: Apache-2.0 */
/* msg_hash.h - the hash under the table of messages; tools/msg fills the slots with the same one. */
#ifndef XQ_WEB_MSG_HASH_H
#define XQ_WEB_MSG_HASH_H

#include <stdint.h>
#include <string.h>

/* Eight bytes at a step, each stirred in by a product of which the upper half is folded back: a page
 * looks up a hundred texts. Built and read on the same machine, so the order of bytes is no matter. */
static inline uint32_t
msg_hash(const char *text)
{
	size_t n = strlen(text);
	uint64_t h = n, word;
	for (; n >= sizeof word; n -= sizeof word, text += sizeof word) {
		memcpy(&word, text, sizeof word);
		h = (h ^ word) * UINT64_C(0x9E3779B97F4A7C15);
		h ^= h >> 32;
	}
	word = 0;
	memcpy(&word, text, n);
	h = (h ^ word) * UINT64_C(0x9E3779B97F4A7C15);
	return (uint32_t)(h ^ h >> 32);
}

#endif
