/* SPDX-License-Identifier: Apache-2.0 */
/* msg_hash.h - the hash under the table of messages; tools/msg fills the slots with the same one. */
#ifndef XQ_WEB_MSG_HASH_H
#define XQ_WEB_MSG_HASH_H

#include <stdint.h>

/* FNV-1a. */
static inline uint32_t
msg_hash(const char *text)
{
	uint32_t h = 2166136261u;
	for (; *text != '\0'; text++)
		h = (h ^ (unsigned char)*text) * 16777619u;
	return h;
}

#endif
