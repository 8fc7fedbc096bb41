/* SPDX-License-Identifier: Apache-2.0 */
/* csrf.h - proof that a form came from a page of ours, shown to the same browser.
 *
 * A token is "<hour>.<keyed hash>": nothing is stored. It is bound to the staff session or, without
 * login, to the visitor cookie, and holds for a day, as long as a draft does.
 *
 * May call:  core
 * Called by: web/request.c, web/post.c
 * Threads:   any
 */
#ifndef XQ_WEB_CSRF_H
#define XQ_WEB_CSRF_H

#include "core/hash.h"
#include "core/str.h"

enum csrf_state {
	CSRF_FINE,
	CSRF_OLD,   /* ours and this browser's, but of another day */
	CSRF_WRONG, /* missing, foreign or forged */
};

#define CSRF_HOURS 24

const char *csrf_token(void *mem, const uint8_t key[KEY_LEN], struct str holder, int64_t now);
enum csrf_state csrf_check(
	const uint8_t key[KEY_LEN], struct str holder, struct str token, int64_t now);

/* A new visitor cookie or idempotency key: 120 random bits as 24 letters and digits. */
const char *random_name(void *mem);
bool random_name_is_fine(struct str s);

/* What the browser says about where a POST came from. own_host: the Host header. */
enum csrf_origin { ORIGIN_UNKNOWN, ORIGIN_SAME, ORIGIN_FOREIGN };
enum csrf_origin csrf_origin(struct str origin, struct str fetch_site, struct str own_host);

#endif
