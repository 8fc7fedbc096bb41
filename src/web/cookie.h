/* SPDX-License-Identifier: Apache-2.0 */
/* cookie.h - reading the Cookie header.
 *
 * Names: xs staff session, xv anonymous browser, lang view hc theme what /prefs sets. Any other
 * name that starts with x is a module's and makes a page personal: it is not cached.
 *
 * May call:  core
 * Called by: web/request.c, web/respond.c
 * Threads:   any
 */
#ifndef XQ_WEB_COOKIE_H
#define XQ_WEB_COOKIE_H

#include "core/str.h"

/* The next name=value of a Cookie header, quotes taken off; false at the end. */
bool cookie_next(struct str *rest, struct str *name, struct str *value);

/* The first value of that name; empty when absent. */
struct str cookie_get(struct str header, const char *name);

/* What may stand in a cookie as we set it: printable ASCII without space, quote, comma, semicolon,
 * backslash. */
bool cookie_value_is_fine(const char *value);

#endif
