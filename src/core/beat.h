/* SPDX-License-Identifier: Apache-2.0 */
/* beat.h - a thread that does something each second until it is stopped.
 *
 * For:       what asks other servers beside the work of this one, and may wait for them.
 * May call:  core
 * Called by: record/witness_client.c, city/apart_client.c
 * Threads:   start and stop on one thread; fn on the beat's own, never two at once
 */
#ifndef XQ_CORE_BEAT_H
#define XQ_CORE_BEAT_H

struct beat;

/* The first time after a second. Lives as long as mem; to be stopped before that. */
struct beat *beat_start(void *mem, void (*fn)(void *arg), void *arg);
/* Waits for fn, when it runs. */
void beat_stop(struct beat *b);

#endif
