/* SPDX-License-Identifier: Apache-2.0 */
/* home.h - a part of the first page that another module brings: concern/ stands below it, so parts.c lists
 * them.
 *
 * For:       what stands between the doors and the month, such as the next reception.
 * May call:  web
 * Called by: concern/home.c, modules that have a part
 * Threads:   views, any reader
 * Source:    interface.md 2.1 row "/"
 */
#ifndef XQ_CONCERN_HOME_H
#define XQ_CONCERN_HOME_H

#include "web/web.h"

/* The same for every reader, like the page; nothing: out stays empty. */
struct home_part {
	enum xq_rc (*render)(struct req *q, struct html *out, struct xq_err *err);
};
extern const struct home_part *const home_parts[]; /* NULL-ended */

#endif
