/* SPDX-License-Identifier: Apache-2.0 */
/* JPEG in and out. libjpeg reports errors by a jump, so everything that the jump may skip lives in
 * the context, and locals that are read after it do not change after setjmp. */
#include "exchange/image_int.h"

#include <setjmp.h>
#include <stdio.h> /* jpeglib.h needs it */

#include <jpeglib.h>

#include <jerror.h>

#include "core/mem.h"

#include "core/banned.h"

#define MAX_SCANS 64 /* a camera's progressive file has about ten; each scan costs a full pass */
#define QUALITY 82

struct jpeg_job {
	struct jpeg_error_mgr errors; /* first, libjpeg gives it back as its own */
	struct jpeg_progress_mgr progress;
	jmp_buf out;
	bool is_cut;       /* the file ended early */
	JDIMENSION cut_at; /* rows of blocks that had been read by then */
};

static _Noreturn void
on_error(j_common_ptr any)
{
	struct jpeg_job *job = (struct jpeg_job *)any->err;
	longjmp(job->out, 1);
}

static void
on_message(j_common_ptr any, int level)
{
	struct jpeg_job *job = (struct jpeg_job *)any->err;
	if (level >= 0 || !any->is_decompressor || any->err->msg_code != JWRN_JPEG_EOF ||
		job->is_cut)
		return;
	job->is_cut = true;
	job->cut_at = ((j_decompress_ptr)any)->input_iMCU_row;
}

static void
on_output(j_common_ptr any)
{
	(void)any; /* nobody reads the child's stderr */
}

static void
on_progress(j_common_ptr any)
{
	if (any->is_decompressor && ((j_decompress_ptr)any)->input_scan_number > MAX_SCANS)
		longjmp(((struct jpeg_job *)any->err)->out, 1);
}

static void
errors_init(struct jpeg_job *job)
{
	(void)jpeg_std_error(&job->errors); /* returns what it was given */
	job->errors.error_exit = on_error;
	job->errors.emit_message = on_message;
	job->errors.output_message = on_output;
	job->progress.progress_monitor = on_progress;
}

static int
orientation_of(const struct jpeg_decompress_struct *d)
{
	for (jpeg_saved_marker_ptr m = d->marker_list; m; m = m->next)
		if (m->marker == JPEG_APP0 + 1 && m->data_length > 6 &&
			memcmp(m->data, "Exif\0\0", 6) == 0)
			return image_exif_orientation(
				(struct bytes){ m->data + 6, m->data_length - 6 });
	return 1;
}

/* libjpeg can shrink by 2, 4 or 8 while it decodes; the rest is averaged from there. */
static void
plan_output(struct jpeg_decompress_struct *d)
{
	unsigned side = d->image_width > d->image_height ? d->image_width : d->image_height;
	d->scale_num = 1;
	d->scale_denom = 1;
	while (d->scale_denom < 8 && side / (2 * d->scale_denom) >= IMAGE_MAX_SIDE)
		d->scale_denom *= 2;
	bool is_cmyk = d->jpeg_color_space == JCS_CMYK || d->jpeg_color_space == JCS_YCCK;
	d->out_color_space = is_cmyk ? JCS_CMYK : JCS_RGB;
	d->dct_method = JDCT_ISLOW;
}

/* Printing software writes CMYK, and always upside down: 255 means no ink. In place. */
static void
cmyk_to_rgb(uint8_t *row, size_t width)
{
	for (size_t i = 0; i < width; i++) {
		unsigned k = row[4 * i + 3];
		for (size_t c = 0; c < 3; c++)
			row[3 * i + c] = (uint8_t)(row[4 * i + c] * k / 255);
	}
}

static enum image_exit
read_rows(
	void *mem, struct jpeg_decompress_struct *d, struct jpeg_job *job, struct image_pixels *out)
{
	(void)jpeg_start_decompress(d); /* cannot be suspended: the whole file is there */
	struct image_shrink shrink;
	image_shrink_init(mem, &shrink, d->output_width, d->output_height);
	uint8_t *row = mem_array(mem, uint8_t, (size_t)d->output_width * 4);
	while (d->output_scanline < d->output_height) {
		JSAMPROW rows[1] = { row };
		(void)jpeg_read_scanlines(d, rows, 1); /* one row or a jump */
		if (d->out_color_space == JCS_CMYK)
			cmyk_to_rgb(row, d->output_width);
		image_shrink_row(&shrink, row);
	}
	/* Only the end mark missing is no harm; half a picture in grey is. */
	if (job->is_cut && job->cut_at + 1 < d->total_iMCU_rows)
		return IMAGE_EXIT_DAMAGED;
	*out = shrink.dst;
	return IMAGE_EXIT_OK;
}

enum image_exit
image_decode_jpeg(
	void *mem, struct bytes file, size_t max_pixels, struct image_pixels *out, int *orientation)
{
	struct jpeg_job *job = mem_new(mem, struct jpeg_job);
	struct jpeg_decompress_struct *d = mem_new(mem, struct jpeg_decompress_struct);
	errors_init(job);
	d->err = &job->errors;
	if (setjmp(job->out)) {
		jpeg_destroy_decompress(d);
		return IMAGE_EXIT_DAMAGED;
	}
	jpeg_create_decompress(d);
	d->progress = &job->progress;
	jpeg_mem_src(d, file.p, file.n);
	jpeg_save_markers(d, JPEG_APP0 + 1, 0xffff);
	(void)jpeg_read_header(d, TRUE); /* header found or a jump */

	enum image_exit code = IMAGE_EXIT_TOO_MANY_PIXELS;
	if ((size_t)d->image_width * d->image_height <= max_pixels) {
		*orientation = orientation_of(d);
		plan_output(d);
		code = read_rows(mem, d, job, out);
	}
	jpeg_destroy_decompress(d);
	return code;
}

/* libjpeg's own memory target hands out malloc'd bytes, which a jump would lose. */
struct jpeg_target {
	struct jpeg_destination_mgr base; /* first, libjpeg gives it back as its own */
	struct buf buf;
	uint8_t piece[16384];
};

static void
target_init(j_compress_ptr c)
{
	struct jpeg_target *t = (struct jpeg_target *)c->dest;
	t->base.next_output_byte = t->piece;
	t->base.free_in_buffer = sizeof(t->piece);
}

static boolean
target_full(j_compress_ptr c)
{
	struct jpeg_target *t = (struct jpeg_target *)c->dest;
	buf_add(&t->buf, t->piece, sizeof(t->piece)); /* all of it, whatever free_in_buffer says */
	target_init(c);
	return TRUE;
}

static void
target_end(j_compress_ptr c)
{
	struct jpeg_target *t = (struct jpeg_target *)c->dest;
	buf_add(&t->buf, t->piece, sizeof(t->piece) - t->base.free_in_buffer);
}

struct bytes
image_encode_jpeg(void *mem, const struct image_pixels *px)
{
	struct jpeg_job *job = mem_new(mem, struct jpeg_job);
	struct jpeg_compress_struct *c = mem_new(mem, struct jpeg_compress_struct);
	struct jpeg_target *t = mem_new(mem, struct jpeg_target);
	errors_init(job);
	c->err = &job->errors;
	bool is_refused = setjmp(job->out) != 0;
	xq_require(!is_refused); /* our own pixels can always be encoded */
	jpeg_create_compress(c);
	t->base.init_destination = target_init;
	t->base.empty_output_buffer = target_full;
	t->base.term_destination = target_end;
	t->buf = buf_new(mem, 256 * 1024);
	c->dest = &t->base;
	c->image_width = px->width;
	c->image_height = px->height;
	c->input_components = 3;
	c->in_color_space = JCS_RGB;
	jpeg_set_defaults(c);
	jpeg_set_quality(c, QUALITY, TRUE);
	jpeg_start_compress(c, TRUE);
	while (c->next_scanline < c->image_height) {
		JSAMPROW rows[1] = { px->rgb + (size_t)c->next_scanline * px->width * 3 };
		(void)jpeg_write_scanlines(c, rows, 1); /* one row or a jump */
	}
	jpeg_finish_compress(c);
	jpeg_destroy_compress(c);
	return (struct bytes){ (const uint8_t *)t->buf.p, t->buf.n };
}
