/* SPDX-License-Identifier: Apache-2.0 */
/* image.h - photos from outside are decoded in a short-lived sandboxed child, never here.
 *
 * For:       uploads. The child reads the file from a socket, decodes JPEG, PNG or WebP, turns it the
 *            right way up, scales it down, and writes a new JPEG without any metadata. A hostile
 *            file can only end the child.
 * May call:  core, libjpeg-turbo, libpng, libwebp, libseccomp (in the child)
 * Called by: act prepare of raise and intake (on the helper pool), cli (`xinqiao image`)
 * Threads:   any; at most two at a time (the helper pool)
 * Source:    decisions.md 27, domain.md E14
 */
#ifndef XQ_EXCHANGE_IMAGE_H
#define XQ_EXCHANGE_IMAGE_H

#include "core/err.h"
#include "core/str.h"

#define IMAGE_MAX_BYTES (10u * 1024 * 1024) /* as uploaded */
#define IMAGE_MAX_PIXELS (50u * 1000 * 1000)
#define IMAGE_MAX_SIDE 1600 /* of the stored form */

struct image {
	struct bytes jpeg; /* lives as long as mem */
	int width, height;
};

/* image_clean - the stored form of an uploaded photo.
 *
 * program  path of this executable, run as `xinqiao image`
 * err      REFUSED photo.not-an-image, photo.too-large {mb} {max}, photo.too-many-pixels {max:
 *          millions}, photo.damaged; BUSY photo.busy (10 s were not enough, or no process to be
 *          had); FAULT photo.child (the sandbox could not be set up, or the decoder crashed)
 *
 * What a file calls itself does not matter, only what it is. The result is a baseline JPEG of
 * quality 82 without metadata, the right way up, on white, no side longer than IMAGE_MAX_SIDE.
 * Source: decisions.md 27, domain.md E14.
 */
XQ_CHECK enum xq_rc image_clean(
	void *mem, const char *program, struct bytes upload, struct image *out, struct xq_err *err);

/* The child: drops every right first, reads the file on stdin, writes width and height (32 bit,
 * big endian) and the JPEG on stdout. Returns the exit code, with which the caller must _exit():
 * the clean-up of a normal exit would call what the sandbox forbids. */
int image_child_main(void);

extern const struct msg_text image_messages[];

#endif
