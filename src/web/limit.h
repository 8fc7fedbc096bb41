/* SPDX-License-Identifier: Apache-2.0 */
/* limit.h - so many tries a minute for one address: guessing codes and passwords must be slow.
 *
 * A fixed table of token buckets; when it is full the one that was quiet longest goes. Addresses
 * are kept as keyed hashes only.
 *
 * May call:  core
 * Called by: web/request.c, web/post.c
 * Threads:   any
 */
#ifndef XQ_WEB_LIMIT_H
#define XQ_WEB_LIMIT_H

#include <stdbool.h>
#include <stdint.h>

struct limiter;

/* a_minute tries, refilled evenly; at first a whole minute's worth at once. */
struct limiter *limiter_new(void *mem, int a_minute);
void limiter_free(struct limiter *l);

/* Takes one try. False when there is none left: then out_wait_s says when there is one again. */
bool limiter_try(struct limiter *l, uint64_t who, int64_t now_ms, int *out_wait_s);

#endif
