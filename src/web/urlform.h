/* SPDX-License-Identifier: Apache-2.0 */
/* urlform.h - addresses and urlencoded forms: percent-decoding, safe paths, name=value pairs.
 *
 * For:       the first gate that an outside request passes; all bounded, nothing trusted.
 * May call:  core, act/form.h
 * Called by: web/request.c, web/post.c, web/prefs.c
 * Threads:   any
 */
#ifndef XQ_WEB_URLFORM_H
#define XQ_WEB_URLFORM_H

#include "act/form.h"
#include "core/err.h"
#include "core/str.h"

enum { QUERY_PAIRS_MAX = 64, BODY_PAIRS_MAX = 256 };

/* Decodes the path of an address. False on bad escapes, control characters, an escaped slash or
 * backslash, `.` and `..` segments, and what is not UTF-8: nobody types these. */
bool url_path_decode(void *mem, struct str raw, struct str *out);

/* a=1&b=2 with + for spaces. An escape that is none stays as it was typed. Refusals:
 * form.too-many {max}, form.not-utf8. The pairs live as long as mem. */
XQ_CHECK enum xq_rc url_pairs_read(void *mem, struct str text, size_t max, struct form_pair **out,
	size_t *out_n, struct xq_err *err);

/* A path of this site to be led to: starts with one slash, no backslash, no control characters;
 * else false. Keeps a link from leading elsewhere. */
bool url_is_local(struct str path);

/* One value, decoded in place; returns its new length. */
size_t url_unescape(char *p, size_t n, bool plus_is_space);

#endif
