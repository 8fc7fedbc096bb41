/* SPDX-License-Identifier: Apache-2.0 */
/* Photos from outside. The program is its own child: `test_image image` decodes, and
 * `test_image try-<call>` enters the sandbox and then does what it must not be able to do. */
#include "exchange/image_int.h"

#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>
#include <jpeglib.h>
#include <png.h>
#include <webp/encode.h>

#include "core/mem.h"
#include "core/time.h"

#include "core/banned.h"

#define SELF "/proc/self/exe"
#define ESCAPED 99 /* exit code of a try that was not stopped */
#define MAX_PIXELS ((size_t)IMAGE_MAX_PIXELS)

static int
setup(void **state)
{
	*state = mem_root("test");
	return 0;
}

static int
teardown(void **state)
{
	mem_free(*state);
	return 0;
}

/* Left half red, right half blue, a green stripe of an eighth along the top. */
static uint8_t *
picture(void *mem, unsigned w, unsigned h, unsigned channels)
{
	uint8_t *px = mem_array(mem, uint8_t, (size_t)w * h * channels), *p = px;
	for (unsigned y = 0; y < h; y++) {
		for (unsigned x = 0; x < w; x++, p += channels) {
			p[y < h / 8 ? 1 : x < w / 2 ? 0 : 2] = 255;
			if (channels == 4)
				p[3] = 255;
		}
	}
	return px;
}

struct jpeg_plan {
	unsigned w, h;
	int orientation; /* 0: no EXIF */
	bool is_progressive, is_cmyk, is_exif_odd;
};

static struct bytes
jpeg_of(void *mem, struct jpeg_plan plan)
{
	struct jpeg_compress_struct c = { 0 };
	struct jpeg_error_mgr errors;
	unsigned char *out = NULL;
	unsigned long n = 0;
	unsigned channels = plan.is_cmyk ? 4 : 3;
	uint8_t *px = picture(mem, plan.w, plan.h, channels);
	c.err = jpeg_std_error(&errors);
	jpeg_create_compress(&c);
	jpeg_mem_dest(&c, &out, &n);
	c.image_width = plan.w;
	c.image_height = plan.h;
	c.input_components = (int)channels;
	c.in_color_space = plan.is_cmyk ? JCS_CMYK : JCS_RGB;
	jpeg_set_defaults(&c);
	if (plan.is_progressive)
		jpeg_simple_progression(&c);
	jpeg_start_compress(&c, TRUE);
	uint8_t exif[] = "Exif\0\0MM\0*\0\0\0\x08\0\1\1\x12\0\3\0\0\0\1\0\0\0\0\0\0\0\0"
			 "GPS 31.2304 N 121.4737 E";
	exif[25] = (uint8_t)plan.orientation;
	if (plan.is_exif_odd)
		memset(exif + 10, 0xff, 6); /* offset and count far beyond the end */
	if (plan.orientation > 0)
		jpeg_write_marker(&c, JPEG_APP0 + 1, exif, sizeof(exif) - 1);
	while (c.next_scanline < c.image_height) {
		JSAMPROW row = px + (size_t)c.next_scanline * plan.w * channels;
		(void)jpeg_write_scanlines(&c, &row, 1); /* one row, or the program ends */
	}
	jpeg_finish_compress(&c);
	jpeg_destroy_compress(&c);
	struct bytes file = { mem_copy(mem, out, n), n };
	free(out);
	mem_free(px);
	return file;
}

static struct bytes
png_of(void *mem, const uint8_t *px, unsigned w, unsigned h, unsigned format)
{
	png_image png = { .version = PNG_IMAGE_VERSION, .width = w, .height = h, .format = format };
	png_alloc_size_t n = PNG_IMAGE_PNG_SIZE_MAX(png);
	uint8_t *out = mem_array(mem, uint8_t, n);
	assert_true(png_image_write_to_memory(&png, out, &n, 0, px, 0, NULL));
	return (struct bytes){ out, n };
}

static struct bytes
webp_of(void *mem, unsigned w, unsigned h, bool is_lossless)
{
	uint8_t *out = NULL, *px = picture(mem, w, h, 4);
	int iw = (int)w, ih = (int)h;
	size_t n = is_lossless ? WebPEncodeLosslessRGBA(px, iw, ih, iw * 4, &out)
	                       : WebPEncodeRGBA(px, iw, ih, iw * 4, 80, &out);
	assert_true(n > 0);
	struct bytes file = { mem_copy(mem, out, n), n };
	WebPFree(out);
	return file;
}

/* The colour at a place given in sixteenths: 'r' 'g' 'b' 'w', or '?'. */
static char
colour_at(void *mem, struct image image, unsigned x16, unsigned y16)
{
	struct image_pixels px;
	int orientation = 1;
	assert_int_equal(
		image_decode_jpeg(mem, image.jpeg, MAX_PIXELS, &px, &orientation), IMAGE_EXIT_OK);
	assert_int_equal(px.width, image.width);
	assert_int_equal(px.height, image.height);
	size_t x = (size_t)px.width * x16 / 16, y = (size_t)px.height * y16 / 16;
	const uint8_t *p = px.rgb + (y * px.width + x) * 3;
	if (p[0] > 200 && p[1] > 200 && p[2] > 200)
		return 'w';
	return p[0] > 200 ? 'r' : p[1] > 200 ? 'g' : p[2] > 200 ? 'b' : '?';
}

static void
expect_upright(void *mem, struct image image)
{
	assert_int_equal(colour_at(mem, image, 2, 10), 'r');
	assert_int_equal(colour_at(mem, image, 13, 10), 'b');
	assert_int_equal(colour_at(mem, image, 2, 0), 'g');
	assert_int_equal(colour_at(mem, image, 13, 0), 'g');
}

static struct image
clean(void *mem, struct bytes file)
{
	struct xq_err err = { 0 };
	struct image image = { 0 };
	enum xq_rc rc = image_clean(mem, SELF, file, &image, &err);
	if (rc != XQ_OK)
		print_error("%s %s\n", err.key, err.detail);
	assert_int_equal(rc, XQ_OK);
	return image;
}

static void
expect_refusal(void *mem, struct bytes file, const char *key)
{
	struct xq_err err = { 0 };
	struct image image = { 0 };
	enum xq_rc rc = image_clean(mem, SELF, file, &image, &err);
	if (rc != XQ_REFUSED)
		print_error("rc %d %s\n", (int)rc, err.detail);
	assert_int_equal(rc, XQ_REFUSED);
	assert_string_equal(err.key, key);
	assert_null(image.jpeg.p);
}

static void
jpeg_is_cleaned_in_the_child(void **state)
{
	struct image image = clean(*state, jpeg_of(*state, (struct jpeg_plan){ 400, 240 }));
	assert_int_equal(image.width, 400);
	assert_int_equal(image.height, 240);
	expect_upright(*state, image);
}

static void
metadata_is_gone(void **state)
{
	struct bytes file = jpeg_of(*state, (struct jpeg_plan){ 64, 64, .orientation = 1 });
	struct image image = clean(*state, file);
	assert_non_null(memmem(file.p, file.n, "GPS", 3));
	assert_null(memmem(image.jpeg.p, image.jpeg.n, "GPS", 3));
	assert_null(memmem(image.jpeg.p, image.jpeg.n, "Exif", 4));
}

static void
png_webp_and_progressive_jpeg_are_cleaned(void **state)
{
	void *mem = *state;
	expect_upright(
		mem, clean(mem, png_of(mem, picture(mem, 160, 96, 3), 160, 96, PNG_FORMAT_RGB)));
	expect_upright(mem, clean(mem, webp_of(mem, 160, 96, false)));
	expect_upright(mem, clean(mem, webp_of(mem, 160, 96, true)));
	expect_upright(mem,
		clean(mem, jpeg_of(mem, (struct jpeg_plan){ 160, 96, .is_progressive = true })));
}

static void
large_photos_are_scaled_down(void **state)
{
	void *mem = *state;
	struct bytes files[] = {
		jpeg_of(mem, (struct jpeg_plan){ 4000, 3000 }),
		jpeg_of(mem, (struct jpeg_plan){ 4000, 3000, .is_progressive = true }),
		png_of(mem, picture(mem, 2000, 1500, 3), 2000, 1500, PNG_FORMAT_RGB),
		webp_of(mem, 2000, 1500, false),
		webp_of(mem, 2000, 1500, true),
	};
	for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++) {
		int64_t from = time_mono_ms();
		struct image image = clean(mem, files[i]);
		print_message("large photo %zu: %lld ms\n", i, (long long)(time_mono_ms() - from));
		assert_int_equal(image.width, IMAGE_MAX_SIDE);
		assert_int_equal(image.height, IMAGE_MAX_SIDE * 3 / 4);
		expect_upright(mem, image);
	}
}

static void
thin_pictures_keep_a_pixel(void **state)
{
	struct bytes file = jpeg_of(*state, (struct jpeg_plan){ 16000, 2 });
	struct image image = clean(*state, file);
	assert_int_equal(image.width, IMAGE_MAX_SIDE);
	assert_int_equal(image.height, 1);
}

/* What a camera stores when it is held so that the picture is upright only after turning. */
static void
every_orientation_is_turned_up(void **state)
{
	void *mem = *state;
	for (int o = 1; o <= 8; o++) {
		struct image image =
			clean(mem, jpeg_of(mem, (struct jpeg_plan){ 320, 160, .orientation = o }));
		/* corner colours of the stored picture: green stripe above, red left, blue right */
		static const struct {
			unsigned green_x, green_y, red_x, red_y, blue_x, blue_y;
		} at[] = {
			{ 8, 0, 2, 10, 13, 10 }, /* 1 as it is */
			{ 8, 0, 13, 10, 2, 10 }, /* 2 mirrored */
			{ 8, 15, 13, 5, 2, 5 },  /* 3 half a turn */
			{ 8, 15, 2, 5, 13, 5 },  /* 4 upside down, mirrored */
			{ 0, 8, 10, 2, 10, 13 }, /* 5 transposed */
			{ 15, 8, 5, 2, 5, 13 },  /* 6 a quarter to the right */
			{ 15, 8, 5, 13, 5, 2 },  /* 7 transposed the other way */
			{ 0, 8, 10, 13, 10, 2 }, /* 8 a quarter to the left */
		};
		assert_int_equal(image.width, o < 5 ? 320 : 160);
		assert_int_equal(colour_at(mem, image, at[o - 1].green_x, at[o - 1].green_y), 'g');
		assert_int_equal(colour_at(mem, image, at[o - 1].red_x, at[o - 1].red_y), 'r');
		assert_int_equal(colour_at(mem, image, at[o - 1].blue_x, at[o - 1].blue_y), 'b');
	}
}

static void
odd_exif_is_ignored(void **state)
{
	void *mem = *state;
	struct jpeg_plan plan = { 64, 64, .orientation = 6, .is_exif_odd = true };
	expect_upright(mem, clean(mem, jpeg_of(mem, plan)));
	plan = (struct jpeg_plan){ 64, 64, .orientation = 9 };
	expect_upright(mem, clean(mem, jpeg_of(mem, plan)));

	uint8_t little[] = "II*\0\x08\0\0\0\1\0\x12\1\3\0\1\0\0\0\6\0\0\0";
	struct bytes whole = { little, sizeof(little) - 1 };
	assert_int_equal(image_exif_orientation(whole), 6);
	for (size_t n = 0; n < 20; n++) /* the value itself lies at 18 */
		assert_int_equal(image_exif_orientation((struct bytes){ little, n }), 1);
}

static void
webp_and_png_exif_are_found(void **state)
{
	(void)state;
#define TIFF "MM\0*\0\0\0\x08\0\1\1\x12\0\3\0\0\0\1\0\x08\0\0"
	static const char webp[] = "RIFF\0\0\0\0WEBPVP8X\1\0\0\0x\0EXIF\x16\0\0\0" TIFF;
	static const char png[] = "\x89PNG\r\n\x1a\n\0\0\0\1tEXtx----\0\0\0\x16"
				  "eXIf" TIFF "----";
	static const char cut[] = "\x89PNG\r\n\x1a\n\xff\xff\xff\xfftEXt";
	assert_int_equal(
		image_webp_orientation((struct bytes){ (const uint8_t *)webp, sizeof(webp) - 1 }),
		8);
	assert_int_equal(
		image_png_orientation((struct bytes){ (const uint8_t *)png, sizeof(png) - 1 }), 8);
	assert_int_equal(
		image_png_orientation((struct bytes){ (const uint8_t *)cut, sizeof(cut) - 1 }), 1);
}

static void
transparent_becomes_white(void **state)
{
	void *mem = *state;
	uint8_t *px = mem_array(mem, uint8_t, 64 * 64 * 4); /* black and transparent all over */
	struct image image = clean(mem, png_of(mem, px, 64, 64, PNG_FORMAT_RGBA));
	assert_int_equal(colour_at(mem, image, 8, 8), 'w');

	uint8_t *webp = NULL;
	size_t n = WebPEncodeLosslessRGBA(px, 64, 64, 64 * 4, &webp);
	image = clean(mem, (struct bytes){ webp, n });
	WebPFree(webp);
	assert_int_equal(colour_at(mem, image, 8, 8), 'w');
}

static void
cmyk_and_grey_are_understood(void **state)
{
	void *mem = *state;
	struct image image =
		clean(mem, jpeg_of(mem, (struct jpeg_plan){ 64, 64, .is_cmyk = true }));
	assert_int_equal(colour_at(mem, image, 2, 10), 'r');
	uint8_t *grey = mem_array(mem, uint8_t, 64 * 64);
	memset(grey, 255, 64 * 64);
	image = clean(mem, png_of(mem, grey, 64, 64, PNG_FORMAT_GRAY));
	assert_int_equal(colour_at(mem, image, 8, 8), 'w');
}

static void
area_average_is_exact(void **state)
{
	/* 3200 columns, black and white by turns, become 1600 of the grey between. */
	struct image_shrink s;
	uint8_t *row = mem_array(*state, uint8_t, 3200 * 3);
	for (size_t i = 0; i < 3200; i++)
		memset(row + 3 * i, i % 2 ? 255 : 0, 3);
	image_shrink_init(*state, &s, 3200, 3);
	assert_int_equal(s.dst.width, 1600);
	assert_int_equal(s.dst.height, 1);
	for (int y = 0; y < 3; y++)
		image_shrink_row(&s, row);
	assert_int_equal(s.dst_y, 1);
	for (size_t i = 0; i < (size_t)1600 * 3; i++)
		assert_int_equal(s.dst.rgb[i], 128);
}

static void
what_is_no_photo_is_refused(void **state)
{
	static const char *const files[] = { "<html><script>alert(1)</script></html>",
		"<svg xmlns=\"http://www.w3.org/2000/svg\"></svg>", "GIF89a..............",
		"\xff\xd8\xff", "RIFF....WAVEfmt ................", "x" };
	for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++)
		expect_refusal(*state,
			(struct bytes){ (const uint8_t *)files[i], strlen(files[i]) },
			"photo.not-an-image");
	expect_refusal(*state, (struct bytes){ NULL, 0 }, "photo.not-an-image");
}

static void
too_large_says_how_large(void **state)
{
	struct xq_err err = { 0 };
	struct image image;
	size_t n = IMAGE_MAX_BYTES + 1;
	struct bytes file = { mem_array(*state, uint8_t, n), n };
	assert_int_equal(image_clean(*state, SELF, file, &image, &err), XQ_REFUSED);
	assert_string_equal(err.key, "photo.too-large");
	assert_int_equal(err.arg[0].i, 11);
	assert_int_equal(err.arg[1].i, 10);
}

/* Only a header; a decoder that believes it wants gigabytes. */
static void
pixel_bombs_are_refused(void **state)
{
	void *mem = *state;
	struct bytes jpeg = jpeg_of(mem, (struct jpeg_plan){ 16, 16 });
	uint8_t *p = mem_copy(mem, jpeg.p, jpeg.n);
	uint8_t *sof = memmem(p, jpeg.n, "\xff\xc0", 2);
	assert_non_null(sof);
	memcpy(sof + 5, "\xf0\0\xf0\0", 4); /* 61,440 each way */
	expect_refusal(mem, (struct bytes){ p, jpeg.n }, "photo.too-many-pixels");

	uint8_t *px = mem_array(mem, uint8_t, (size_t)8192 * 8192); /* 64 KiB of PNG */
	struct bytes png = png_of(mem, px, 8192, 8192, PNG_FORMAT_GRAY);
	expect_refusal(mem, png, "photo.too-many-pixels");
}

/* Each scan of a progressive file costs a whole pass, and takes a few bytes. */
static void
scan_bombs_are_refused(void **state)
{
	void *mem = *state;
	struct bytes file = jpeg_of(mem, (struct jpeg_plan){ 2000, 2000, .is_progressive = true });
	uint8_t *sos = memmem(file.p, file.n, "\xff\xda", 2);
	struct buf b = buf_new(mem, 1 << 20);
	size_t head = (size_t)(sos - file.p);
	buf_add(&b, file.p, head);
	for (int i = 0; i < 10000; i++) /* DC of all, again and again, with nothing in it */
		buf_add(&b, "\xff\xda\0\x0c\3\1\0\2\x10\3\x10\0\0\1", 14);
	buf_add(&b, sos, file.n - head);
	int64_t from = time_mono_ms();
	expect_refusal(mem, (struct bytes){ (const uint8_t *)b.p, b.n }, "photo.damaged");
	print_message("scan bomb: %lld ms\n", (long long)(time_mono_ms() - from));
}

static void
truncated_photos_are_damaged(void **state)
{
	void *mem = *state;
	struct bytes files[] = {
		jpeg_of(mem, (struct jpeg_plan){ 400, 400 }),
		jpeg_of(mem, (struct jpeg_plan){ 400, 400, .is_progressive = true }),
		png_of(mem, picture(mem, 400, 400, 3), 400, 400, PNG_FORMAT_RGB),
		webp_of(mem, 400, 400, false),
	};
	for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++) {
		expect_refusal(mem, (struct bytes){ files[i].p, files[i].n / 2 }, "photo.damaged");
		expect_refusal(mem, (struct bytes){ files[i].p, 30 }, "photo.damaged");
	}
}

static void
missing_end_mark_is_forgiven(void **state)
{
	struct bytes file = jpeg_of(*state, (struct jpeg_plan){ 400, 400 });
	expect_upright(*state, clean(*state, (struct bytes){ file.p, file.n - 2 }));
}

/* In this process, so that a sanitizer build sees what happens. */
static void
flipped_bytes_never_crash(void **state)
{
	void *mem = *state;
	struct bytes files[] = {
		jpeg_of(mem, (struct jpeg_plan){ 48, 40, .orientation = 6 }),
		jpeg_of(mem, (struct jpeg_plan){ 48, 40, .is_progressive = true }),
		png_of(mem, picture(mem, 48, 40, 4), 48, 40, PNG_FORMAT_RGBA),
		webp_of(mem, 48, 40, false),
		webp_of(mem, 48, 40, true),
	};
	for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++) {
		uint8_t *p = mem_copy(mem, files[i].p, files[i].n);
		for (size_t at = 0; at < files[i].n; at++) {
			void *round = mem_root("round");
			struct image image = { 0 };
			p[at] ^= (uint8_t)(1 + at % 255);
			enum image_exit code = image_recode(
				round, (struct bytes){ p, files[i].n }, (size_t)1 << 20, &image);
			assert_true(code != IMAGE_EXIT_IO);
			p[at] = files[i].p[at];
			mem_free(round);
		}
	}
}

static char *
script(void *mem, const char *text)
{
	char *path = mem_text(mem, "/tmp/xq-image-XXXXXX");
	int fd = mkstemp(path);
	assert_true(fd >= 0);
	size_t n = strlen(text);
	assert_int_equal(write(fd, text, n), (ssize_t)n);
	assert_int_equal(fchmod(fd, 0700), 0);
	assert_int_equal(close(fd), 0);
	return path;
}

static enum xq_rc
clean_with(void *mem, const char *text, int wall_ms, struct xq_err *err)
{
	struct image image;
	size_t n = IMAGE_MAX_BYTES;
	struct bytes file = { mem_array(mem, uint8_t, n), n };
	char *path = script(mem, text);
	enum xq_rc rc = image_clean_within(mem, path, file, wall_ms, &image, err);
	assert_int_equal(unlink(path), 0);
	return rc;
}

static void
child_that_hangs_is_ended(void **state)
{
	struct xq_err err = { 0 };
	int64_t from = time_mono_ms();
	assert_int_equal(clean_with(*state, "#!/bin/sh\nexec sleep 60\n", 300, &err), XQ_BUSY);
	assert_string_equal(err.key, "photo.busy");
	assert_true(time_mono_ms() - from < 5000);
	/* one that says it has finished and does not */
	assert_int_equal(
		clean_with(*state, "#!/bin/sh\nexec sleep 60 <&- >&-\n", 300, &err), XQ_BUSY);
}

static void
child_that_lies_is_a_fault(void **state)
{
	static const char *const scripts[] = {
		"#!/bin/sh\nexit 1\n",
		"#!/bin/sh\nexit 0\n",
		"#!/bin/sh\necho hello, this is no picture\n",
		"#!/bin/sh\nexec head -c 30000000 /dev/zero\n",
		"#!/bin/sh\nkill -SEGV $$\n",
	};
	for (size_t i = 0; i < sizeof(scripts) / sizeof(*scripts); i++) {
		struct xq_err err = { 0 };
		assert_int_equal(clean_with(*state, scripts[i], 5000, &err), XQ_FAULT);
		assert_string_equal(err.key, "photo.child");
	}
	struct xq_err err = { 0 };
	struct image image;
	struct bytes file = { (const uint8_t *)"x", 1 };
	assert_int_equal(image_clean(*state, "/nowhere/xinqiao", file, &image, &err), XQ_FAULT);
}

static int
run_self(const char *how)
{
	char self[] = "test_image", arg[64];
	(void)snprintf(arg, sizeof(arg), "%s", how); /* short names */
	char *argv[] = { self, arg, NULL }, *env[] = { NULL };
	pid_t pid;
	int status = 0;
	assert_int_equal(posix_spawn(&pid, SELF, NULL, NULL, argv, env), 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return status;
}

/* Each of these, done after entering the sandbox, must end the process there and then. */
static const char *const forbidden[] = { "try-open", "try-socket", "try-fork", "try-exec",
	"try-run-memory", "try-write-elsewhere", "try-kill" };

static int
try_it(const char *how)
{
	void *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (!image_sandbox_enter())
		return 1;
	if (text_eq(how, "try-open"))
		(void)open("/etc/hostname", O_RDONLY | O_CLOEXEC);
	else if (text_eq(how, "try-socket"))
		(void)socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	else if (text_eq(how, "try-fork"))
		(void)fork();
	else if (text_eq(how, "try-exec"))
		(void)execl("/bin/true", "true", NULL);
	else if (text_eq(how, "try-run-memory"))
		(void)mprotect(page, 4096, PROT_READ | PROT_EXEC);
	else if (text_eq(how, "try-write-elsewhere"))
		(void)!write(STDERR_FILENO, "", 0);
	else if (text_eq(how, "try-kill"))
		(void)kill(getppid(), 0);
	else
		return 0; /* try-nothing: the sandbox itself lets it end */
	return ESCAPED;
}

static void
sandbox_stops_what_it_must(void **state)
{
	(void)state;
	int status = run_self("try-nothing");
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
	for (size_t i = 0; i < sizeof(forbidden) / sizeof(*forbidden); i++) {
		status = run_self(forbidden[i]);
		if (WIFEXITED(status) && WEXITSTATUS(status) == ESCAPED) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
			skip(); /* these builds have no list of calls; see image_child.c */
#endif
		}
		if (!WIFSIGNALED(status) || WTERMSIG(status) != SIGSYS)
			print_error("%s: status %x\n", forbidden[i], (unsigned)status);
		assert_true(WIFSIGNALED(status));
		assert_int_equal(WTERMSIG(status), SIGSYS);
	}
}

static void
every_key_has_a_text(void **state)
{
	(void)state;
	static const char *const keys[] = { "photo.not-an-image", "photo.too-large",
		"photo.too-many-pixels", "photo.damaged", "photo.busy", "photo.child" };
	for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++) {
		const struct msg_text *m = image_messages;
		while (m->key && !text_eq(m->key, keys[i]))
			m++;
		assert_non_null(m->key);
	}
}

#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(int argc, char **argv)
{
	if (argc == 2 && text_eq(argv[1], "image"))
		_exit(image_child_main());
	if (argc == 2 && str_starts(str_of(argv[1]), STR("try-")))
		_exit(try_it(argv[1]));
	const struct CMUnitTest tests[] = {
		T(jpeg_is_cleaned_in_the_child),
		T(metadata_is_gone),
		T(png_webp_and_progressive_jpeg_are_cleaned),
		T(large_photos_are_scaled_down),
		T(thin_pictures_keep_a_pixel),
		T(every_orientation_is_turned_up),
		T(odd_exif_is_ignored),
		T(webp_and_png_exif_are_found),
		T(transparent_becomes_white),
		T(cmyk_and_grey_are_understood),
		T(area_average_is_exact),
		T(what_is_no_photo_is_refused),
		T(too_large_says_how_large),
		T(pixel_bombs_are_refused),
		T(scan_bombs_are_refused),
		T(truncated_photos_are_damaged),
		T(missing_end_mark_is_forgiven),
		T(flipped_bytes_never_crash),
		T(child_that_hangs_is_ended),
		T(child_that_lies_is_a_fault),
		T(sandbox_stops_what_it_must),
		T(every_key_has_a_text),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
