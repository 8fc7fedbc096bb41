/* SPDX-License-Identifier: Apache-2.0 */
/* log.h - lines for the person who runs it; never a personal field.
 *
 * For:       one line per fault, written where it is handled; a few lines about start and stop.
 * May call:  core/err.h
 * Called by: web/, act/, cli/
 * Threads:   any
 * Source:    style.md 5, domain.md E18
 */
#ifndef XQ_CORE_LOG_H
#define XQ_CORE_LOG_H

#include "core/err.h"

void log_info(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void log_warn(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
/* Logs a fault and returns the number that the person can quote. */
unsigned log_fault(const char *where, const struct xq_err *err);
void log_quiet(bool quiet); /* tests */

#endif
