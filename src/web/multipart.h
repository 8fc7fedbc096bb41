/* SPDX-License-Identifier: Apache-2.0 */
/* multipart.h - multipart/form-data, as browsers send it with photos.
 *
 * The whole body is in memory (bounded by the view's max_body); values are slices of it.
 *
 * May call:  core, act/form.h
 * Called by: web/post.c
 * Threads:   any
 * Source:    RFC 7578
 */
#ifndef XQ_WEB_MULTIPART_H
#define XQ_WEB_MULTIPART_H

#include "act/form.h"
#include "core/err.h"
#include "core/str.h"

/* The boundary of a Content-Type header; false when it has none or a wrong one. */
bool multipart_boundary(struct str content_type, struct str *out);

/* Pairs in their order; an upload has a file name (maybe empty) and its bytes as value. Refusals:
 * form.bad-multipart, form.too-many {max}, form.not-utf8. Slices are lent from body. */
XQ_CHECK enum xq_rc multipart_read(void *mem, struct str body, struct str boundary, size_t max,
	struct form_pair **out, size_t *out_n, struct xq_err *err);

#endif
