/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes at all as a photo, without the sandbox. The pixel limit is low, so that rounds are
 * short; what lies above it is refused before anything is decoded. */
#include "exchange/image_int.h"

#include "core/mem.h"

#include "core/banned.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	void *mem = mem_root("fuzz");
	struct image image = { 0 };
	enum image_exit code =
		image_recode(mem, (struct bytes){ data, size }, (size_t)1 << 20, &image);
	if (code == IMAGE_EXIT_OK) {
		xq_require(image.width >= 1 && image.width <= IMAGE_MAX_SIDE);
		xq_require(image.height >= 1 && image.height <= IMAGE_MAX_SIDE);
		xq_require(image.jpeg.n > 4 && image.jpeg.n <= IMAGE_MAX_JPEG_BYTES);
	}
	mem_free(mem);
	return 0;
}
