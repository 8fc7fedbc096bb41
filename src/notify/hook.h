/* SPDX-License-Identifier: Apache-2.0 */
/* hook.h - the office's own program that a message is given to.
 *
 * For:       one message, one run of the program, within a time
 * May call:  core
 * Called by: notify
 * Threads:   any; the caller waits
 */
#ifndef XQ_NOTIFY_HOOK_H
#define XQ_NOTIFY_HOOK_H

#include "core/err.h"

enum { HOOK_LIMIT_MS = 30000 }; /* one stuck program must not keep all later messages back */

/* Runs the program at path with body on its input and waits for its end, limit_ms of real time at
 * most; then it is killed with all that it started. What it prints goes to the log of the one who
 * runs the server. XQ_BUSY notify.hook-failed: ended otherwise than by 0, or too late. XQ_FAULT: it
 * could not be started. */
XQ_CHECK enum xq_rc hook_run(const char *path, struct str body, int limit_ms, struct xq_err *err);

#endif
