/* SPDX-License-Identifier: Apache-2.0 */
/* One number out of EXIF: which way up the camera was held. Every offset comes from outside, so all
 * reading goes through take(), which answers 0 beyond the end. */
#include "exchange/image_int.h"

#include "core/banned.h"

#define TAG_ORIENTATION 0x0112
#define MAX_FIELDS 512 /* a camera writes a few dozen */
#define MAX_CHUNKS 4096

static uint32_t
take(struct bytes b, size_t at, size_t n, bool is_big)
{
	uint32_t v = 0;
	if (at > b.n || n > b.n - at)
		return 0;
	for (size_t i = 0; i < n; i++)
		v = v << 8 | b.p[at + (is_big ? i : n - 1 - i)];
	return v;
}

static bool
has_at(struct bytes b, size_t at, const char *mark, size_t n)
{
	return at <= b.n && n <= b.n - at && memcmp(b.p + at, mark, n) == 0;
}

int
image_exif_orientation(struct bytes tiff)
{
	bool is_big = has_at(tiff, 0, "MM\0*", 4);
	if (!is_big && !has_at(tiff, 0, "II*\0", 4))
		return 1;
	size_t at = take(tiff, 4, 4, is_big);
	size_t n = take(tiff, at, 2, is_big);
	for (size_t i = 0; i < n && i < MAX_FIELDS; i++) {
		size_t field = at + 2 + 12 * i;
		if (take(tiff, field, 2, is_big) != TAG_ORIENTATION)
			continue;
		uint32_t v = take(tiff, field + 8, 2, is_big);
		bool is_short = take(tiff, field + 2, 2, is_big) == 3;
		return is_short && v >= 1 && v <= 8 ? (int)v : 1;
	}
	return 1;
}

static struct bytes
part_of(struct bytes b, size_t at, size_t n)
{
	if (at > b.n)
		return (struct bytes){ 0 };
	return (struct bytes){ b.p + at, n < b.n - at ? n : b.n - at };
}

int
image_webp_orientation(struct bytes file)
{
	size_t at = 12; /* RIFF, size, WEBP */
	for (int i = 0; i < MAX_CHUNKS && at < file.n; i++) {
		size_t n = take(file, at + 4, 4, false);
		if (has_at(file, at, "EXIF", 4)) {
			size_t skip = has_at(file, at + 8, "Exif\0\0", 6)
			                      ? 6
			                      : 0; /* some write it again */
			return image_exif_orientation(
				part_of(file, at + 8 + skip, n - (n < skip ? n : skip)));
		}
		at += 8 + n + (n & 1);
	}
	return 1;
}

int
image_png_orientation(struct bytes file)
{
	size_t at = 8;
	for (int i = 0; i < MAX_CHUNKS && at < file.n; i++) {
		size_t n = take(file, at, 4, true);
		if (has_at(file, at + 4, "eXIf", 4))
			return image_exif_orientation(part_of(file, at + 8, n));
		at += 12 + n;
	}
	return 1;
}
