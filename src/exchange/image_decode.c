/* SPDX-License-Identifier: Apache-2.0 */
/* From the bytes of an upload to the new JPEG. What a file is, its first bytes say. */
#include "exchange/image_int.h"

#include <png.h>
#include <webp/decode.h>

#include "core/mem.h"

#include "core/banned.h"

enum image_kind { KIND_NONE, KIND_JPEG, KIND_PNG, KIND_WEBP };

static enum image_kind
kind_of(struct bytes file)
{
	if (file.n < 12)
		return KIND_NONE;
	if (memcmp(file.p, "\xff\xd8\xff", 3) == 0)
		return KIND_JPEG;
	if (memcmp(file.p, "\x89PNG\r\n\x1a\n", 8) == 0)
		return KIND_PNG;
	if (memcmp(file.p, "RIFF", 4) == 0 && memcmp(file.p + 8, "WEBP", 4) == 0)
		return KIND_WEBP;
	return KIND_NONE;
}

static struct image_pixels
shrink_all(void *mem, const uint8_t *rgb, unsigned width, unsigned height)
{
	struct image_shrink shrink;
	image_shrink_init(mem, &shrink, width, height);
	for (unsigned y = 0; y < height; y++)
		image_shrink_row(&shrink, rgb + (size_t)y * width * 3);
	return shrink.dst;
}

/* In place, on white; rows of RGBA become rows of RGB. */
static void
flatten(uint8_t *px, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		unsigned a = px[4 * i + 3];
		for (size_t c = 0; c < 3; c++)
			px[3 * i + c] =
				(uint8_t)((px[4 * i + c] * a + 255 * (255 - a) + 127) / 255);
	}
}

enum image_exit
image_decode_png(void *mem, struct bytes file, size_t max_pixels, struct image_pixels *out)
{
	png_image png = { .version = PNG_IMAGE_VERSION };
	if (!png_image_begin_read_from_memory(&png, file.p, file.n))
		return IMAGE_EXIT_DAMAGED;
	if ((size_t)png.width * png.height > max_pixels) {
		png_image_free(&png);
		return IMAGE_EXIT_TOO_MANY_PIXELS;
	}
	/* libpng would put it on white itself, but in linear light, which takes twice as long. */
	bool has_alpha = (png.format & PNG_FORMAT_FLAG_ALPHA) != 0;
	size_t n = (size_t)png.width * png.height;
	unsigned width = png.width, height = png.height;
	uint8_t *px = mem_array(mem, uint8_t, n * (has_alpha ? 4 : 3));
	png.format = has_alpha ? PNG_FORMAT_RGBA : PNG_FORMAT_RGB;
	if (!png_image_finish_read(&png, NULL, px, 0, NULL) || png.warning_or_error > 1)
		return IMAGE_EXIT_DAMAGED; /* finish_read has freed what it holds */
	if (has_alpha)
		flatten(px, n);
	*out = shrink_all(mem, px, width, height);
	mem_free(px);
	return IMAGE_EXIT_OK;
}

enum image_exit
image_decode_webp(void *mem, struct bytes file, size_t max_pixels, struct image_pixels *out)
{
	WebPDecoderConfig config;
	if (!WebPInitDecoderConfig(&config))
		return IMAGE_EXIT_IO; /* built against another libwebp */
	if (WebPGetFeatures(file.p, file.n, &config.input) != VP8_STATUS_OK)
		return IMAGE_EXIT_DAMAGED;
	if (config.input.has_animation)
		return IMAGE_EXIT_NOT_AN_IMAGE; /* a film */
	unsigned w = (unsigned)config.input.width, h = (unsigned)config.input.height;
	if (w == 0 || h == 0)
		return IMAGE_EXIT_DAMAGED;
	if ((size_t)w * h > max_pixels)
		return IMAGE_EXIT_TOO_MANY_PIXELS;

	image_fit(w, h, &out->width, &out->height); /* libwebp averages areas itself, by rows */
	size_t n = (size_t)out->width * out->height;
	out->rgb = mem_array(mem, uint8_t, n * 4);
	config.options.use_scaling = out->width != w || out->height != h;
	config.options.scaled_width = (int)out->width;
	config.options.scaled_height = (int)out->height;
	config.output.colorspace = MODE_RGBA;
	config.output.is_external_memory = 1;
	config.output.u.RGBA.rgba = out->rgb;
	config.output.u.RGBA.stride = (int)out->width * 4;
	config.output.u.RGBA.size = n * 4;
	VP8StatusCode code = WebPDecode(file.p, file.n, &config);
	WebPFreeDecBuffer(&config.output);
	if (code != VP8_STATUS_OK)
		return IMAGE_EXIT_DAMAGED;
	flatten(out->rgb, n);
	return IMAGE_EXIT_OK;
}

enum image_exit
image_recode(void *mem, struct bytes upload, size_t max_pixels, struct image *out)
{
	struct image_pixels px = { 0 };
	int orientation = 1;
	enum image_exit code = IMAGE_EXIT_NOT_AN_IMAGE;
	switch (kind_of(upload)) {
	case KIND_NONE:
		break;
	case KIND_JPEG:
		code = image_decode_jpeg(mem, upload, max_pixels, &px, &orientation);
		break;
	case KIND_PNG:
		code = image_decode_png(mem, upload, max_pixels, &px);
		orientation = image_png_orientation(upload);
		break;
	case KIND_WEBP:
		code = image_decode_webp(mem, upload, max_pixels, &px);
		orientation = image_webp_orientation(upload);
		break;
	}
	if (code != IMAGE_EXIT_OK)
		return code;
	struct image_pixels upright = image_turn(mem, &px, orientation);
	*out = (struct image){
		.jpeg = image_encode_jpeg(mem, &upright),
		.width = (int)upright.width,
		.height = (int)upright.height,
	};
	return IMAGE_EXIT_OK;
}
