/* SPDX-License-Identifier: Apache-2.0 */
/* Scaling and turning. All in whole numbers, so the result is the same on every machine. Along one
 * side, a source pixel is dst long and a result pixel is src long; what they share is the weight.
 * The weights of one result pixel add up to src_w * src_h, which is within the pixel limit. */
#include "exchange/image_int.h"

#include "core/mem.h"

#include "core/banned.h"

void
image_fit(unsigned src_w, unsigned src_h, unsigned *w, unsigned *h)
{
	unsigned side = src_w > src_h ? src_w : src_h;
	*w = src_w;
	*h = src_h;
	if (side <= IMAGE_MAX_SIDE)
		return;
	*w = (unsigned)((uint64_t)src_w * IMAGE_MAX_SIDE / side);
	*h = (unsigned)((uint64_t)src_h * IMAGE_MAX_SIDE / side);
	if (*w == 0)
		*w = 1;
	if (*h == 0)
		*h = 1;
}

void
image_shrink_init(void *mem, struct image_shrink *s, unsigned src_w, unsigned src_h)
{
	xq_require(src_w > 0 && src_h > 0 && src_w < (1u << 23) && src_h < (1u << 23));
	*s = (struct image_shrink){ .src_w = src_w, .src_h = src_h };
	image_fit(src_w, src_h, &s->dst.width, &s->dst.height);
	s->dst.rgb = mem_array(mem, uint8_t, (size_t)s->dst.width * s->dst.height * 3);
	s->sum = mem_array(mem, uint64_t, (size_t)s->dst.width * 3);
	s->row = mem_array(mem, uint32_t, (size_t)s->dst.width * 3);
}

/* Fills s->row: sums weighted sideways, at most 255 * src_w each. */
static void
shrink_sideways(struct image_shrink *s, const uint8_t *rgb)
{
	unsigned left = s->src_w; /* of the result pixel at hand, not yet covered */
	uint32_t *to = s->row;
	memset(to, 0, (size_t)s->dst.width * 3 * sizeof(*to));
	for (unsigned x = 0; x < s->src_w; x++, rgb += 3) {
		unsigned part = s->dst.width;
		while (part > 0) {
			unsigned take = part < left ? part : left;
			for (int c = 0; c < 3; c++)
				to[c] += rgb[c] * take;
			part -= take;
			left -= take;
			if (left == 0) {
				to += 3;
				left = s->src_w;
			}
		}
	}
}

static void
row_done(struct image_shrink *s)
{
	uint64_t whole = (uint64_t)s->src_w * s->src_h;
	xq_require(whole > 0);
	size_t n = (size_t)s->dst.width * 3;
	uint8_t *to = s->dst.rgb + n * s->dst_y++;
	for (size_t i = 0; i < n; i++) {
		to[i] = (uint8_t)((s->sum[i] + whole / 2) / whole);
		s->sum[i] = 0;
	}
}

void
image_shrink_row(struct image_shrink *s, const uint8_t *rgb)
{
	xq_require(s->y < s->src_h);
	shrink_sideways(s, rgb);
	uint64_t from = (uint64_t)s->y * s->dst.height, end = from + s->dst.height;
	s->y++;
	while (from < end) {
		uint64_t edge = (uint64_t)(s->dst_y + 1) * s->src_h;
		uint64_t take = (edge < end ? edge : end) - from;
		for (size_t i = 0; i < (size_t)s->dst.width * 3; i++)
			s->sum[i] += s->row[i] * take;
		from += take;
		if (from == edge)
			row_done(s);
	}
}

struct image_pixels
image_turn(void *mem, const struct image_pixels *px, int orientation)
{
	xq_require(orientation >= 1 && orientation <= 8);
	if (orientation == 1)
		return *px;
	bool is_swapped = orientation >= 5;
	struct image_pixels out = {
		.rgb = mem_array(mem, uint8_t, (size_t)px->width * px->height * 3),
		.width = is_swapped ? px->height : px->width,
		.height = is_swapped ? px->width : px->height,
	};
	/* Where the stored picture must be read from its right or its bottom end. */
	bool from_right =
		orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8;
	bool from_bottom =
		orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7;
	uint8_t *to = out.rgb;
	for (unsigned y = 0; y < out.height; y++) {
		for (unsigned x = 0; x < out.width; x++, to += 3) {
			unsigned sx = is_swapped ? y : x, sy = is_swapped ? x : y;
			sx = from_right ? px->width - 1 - sx : sx;
			sy = from_bottom ? px->height - 1 - sy : sy;
			memcpy(to, px->rgb + ((size_t)sy * px->width + sx) * 3, 3);
		}
	}
	return out;
}
