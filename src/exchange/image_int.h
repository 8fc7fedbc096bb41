/* SPDX-License-Identifier: Apache-2.0 */
/* image_int.h - the pieces of the photo child: sandbox, decoding, scaling, turning, encoding.
 *
 * Everything here but image_clean_within() runs in the child only, besides tests.
 */
#ifndef XQ_EXCHANGE_IMAGE_INT_H
#define XQ_EXCHANGE_IMAGE_INT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "exchange/image.h"

/* Exit codes of the child. Kept off 1 and 2, which a shell or a loader may return. */
enum image_exit {
	IMAGE_EXIT_OK = 0,
	IMAGE_EXIT_NOT_AN_IMAGE = 40,
	IMAGE_EXIT_TOO_LARGE,
	IMAGE_EXIT_TOO_MANY_PIXELS,
	IMAGE_EXIT_DAMAGED,
	IMAGE_EXIT_NO_SANDBOX,
	IMAGE_EXIT_IO,
};

#define IMAGE_HEADER_BYTES 8
#define IMAGE_MAX_JPEG_BYTES (8u * 1024 * 1024) /* 1600 x 1600 of noise takes 4 */

/* image_clean with another limit of time; for tests. */
XQ_CHECK enum xq_rc image_clean_within(void *mem, const char *program, struct bytes upload,
	int wall_ms, struct image *out, struct xq_err *err);

/* Drops every right but reading 0, writing 1, memory and exit. False where the kernel refuses any
 * part of it; the caller must then not decode. Sanitizer builds get neither the system call list
 * nor the limit of address space, which their runtime cannot live with. */
bool image_sandbox_enter(void);

/* Packed RGB, 8 bit each, rows without padding. */
struct image_pixels {
	uint8_t *rgb;
	unsigned width, height;
};

/* The whole work without the sandbox: upload to new JPEG. Pure. */
enum image_exit image_recode(void *mem, struct bytes upload, size_t max_pixels, struct image *out);

/* Decoders, by magic bytes; already scaled down to IMAGE_MAX_SIDE, not yet turned. */
enum image_exit image_decode_jpeg(void *mem, struct bytes file, size_t max_pixels,
	struct image_pixels *out, int *orientation);
enum image_exit image_decode_png(
	void *mem, struct bytes file, size_t max_pixels, struct image_pixels *out);
enum image_exit image_decode_webp(
	void *mem, struct bytes file, size_t max_pixels, struct image_pixels *out);
struct bytes image_encode_jpeg(void *mem, const struct image_pixels *px);

/* EXIF orientation 1..8; 1 where there is none or it makes no sense. tiff: what follows "Exif\0\0". */
int image_exif_orientation(struct bytes tiff);
int image_webp_orientation(struct bytes file);
int image_png_orientation(struct bytes file);

/* Turns and mirrors so that orientation becomes 1. */
struct image_pixels image_turn(void *mem, const struct image_pixels *px, int orientation);

/* Area average, row by row, so that a large picture need never be in memory as a whole. */
struct image_shrink {
	unsigned src_w, src_h;
	struct image_pixels dst;
	unsigned y; /* source rows so far */
	unsigned dst_y;
	uint64_t *sum; /* one row of dst, weighted */
	uint32_t *row; /* one source row, shrunk sideways */
};

/* The size that fits IMAGE_MAX_SIDE; never larger than it was. */
void image_fit(unsigned src_w, unsigned src_h, unsigned *w, unsigned *h);
void image_shrink_init(void *mem, struct image_shrink *s, unsigned src_w, unsigned src_h);
void image_shrink_row(struct image_shrink *s, const uint8_t *rgb);

#endif
