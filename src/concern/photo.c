/* SPDX-License-Identifier: Apache-2.0 */
/* photo.c - photos lie in the folder's files/, named by the hash of what the sandboxed child made
 * of them. The file is there before the row that names it; a file without a row is harmless. */
#include "concern/concern_int.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/mem.h"
#include "exchange/image.h"

#include "core/banned.h"

static const char *
photo_path(void *mem, const struct app *app, const char *hash)
{
	return mem_printf(mem, "%s/files/%.2s/%s", app->dir, hash, hash);
}

static enum xq_rc
write_whole(int fd, struct bytes data)
{
	while (data.n > 0) {
		ssize_t n = write(fd, data.p, data.n);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return XQ_FAULT;
		data.p += n;
		data.n -= (size_t)n;
	}
	return fsync(fd) == 0 ? XQ_OK : XQ_FAULT;
}

/* A full disk is told as such; everything else about files is ours to mend. */
static enum xq_rc
not_written(struct xq_err *err)
{
	if (errno == ENOSPC || errno == EDQUOT || errno == EFBIG)
		return xq_busy(err, "store.full");
	return xq_fault(err, "concern.photo-write", "%d", errno);
}

/* Written beside and renamed, so that a file under its hash is always whole. */
static enum xq_rc
write_file(
	void *mem, const struct app *app, const char *hash, struct bytes data, struct xq_err *err)
{
	const char *path = photo_path(mem, app, hash);
	if (access(path, F_OK) == 0)
		return XQ_OK; /* the same bytes are there already */
	if (mkdir(mem_printf(mem, "%s/files/%.2s", app->dir, hash), 0700) != 0 && errno != EEXIST)
		return not_written(err);
	char *temp = mem_printf(mem, "%s.%ld.XXXXXX", path, (long)getpid());
	int fd = mkostemp(temp, O_CLOEXEC);
	if (fd < 0)
		return not_written(err);
	enum xq_rc rc = write_whole(fd, data);
	if (rc == XQ_OK && rename(temp, path) != 0)
		rc = XQ_FAULT;
	if (rc != XQ_OK) {
		rc = not_written(err);
		(void)unlink(temp);
	}
	close(fd);
	return rc;
}

enum xq_rc
photo_store(void *mem, const struct app *app, const struct upload *u, struct stored_photo *out,
	struct xq_err *err)
{
	struct image image;
	enum xq_rc rc = image_clean(mem, app->program, u->data, &image, err);
	if (rc != XQ_OK)
		return rc;
	uint8_t hash[SHA256_LEN];
	hash_sha256(image.jpeg, hash);
	text_hex((struct bytes){ hash, SHA256_LEN }, out->hash);
	out->width = image.width;
	out->height = image.height;
	out->bytes = (int64_t)image.jpeg.n;
	return write_file(mem, app, out->hash, image.jpeg, err);
}

enum xq_rc
photo_read(
	void *mem, const struct app *app, const char *hash, struct bytes *out, struct xq_err *err)
{
	uint8_t check[SHA256_LEN];
	if (!parse_hex(str_of(hash), check, sizeof check))
		return XQ_NONE;
	int fd = open(photo_path(mem, app, hash), O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return XQ_NONE;
	struct stat st;
	enum xq_rc rc = fstat(fd, &st) == 0 && st.st_size <= (off_t)IMAGE_MAX_BYTES
	                        ? XQ_OK
	                        : xq_fault(err, "concern.no-photo", "stat of a photo");
	if (rc == XQ_OK) {
		uint8_t *data = mem_zeroed(mem, 1, (size_t)st.st_size + 1);
		ssize_t n = read(fd, data, (size_t)st.st_size);
		if (n == (ssize_t)st.st_size)
			*out = (struct bytes){ data, (size_t)n };
		else
			rc = xq_fault(err, "concern.no-photo", "read of a photo");
	}
	close(fd);
	return rc;
}

/* ---- an office that moves ----------------------------------------------------------------------------- */

enum xq_rc
photo_hashes(struct tx *tx, void *mem, int64_t office, bool is_alone, const char *after,
	const char **out, size_t max, size_t *out_n, struct xq_err *err)
{
	/* 0: nothing is taken out. */
	int64_t besides = is_alone ? office : 0;
	struct rows *q = db_query(tx,
		SQL("/* CITY: files of all offices lie in one folder */"
		    " SELECT hash FROM (SELECT hash FROM photo /* scan: once in an office's life */"
		    "  WHERE office = ? UNION SELECT hash FROM draft_photo WHERE office = ?"
		    "  EXCEPT SELECT hash FROM photo /* scan: the same */ WHERE ? > 0 AND office <> ?"
		    "  EXCEPT SELECT hash FROM draft_photo /* scan: the same */"
		    "  WHERE ? > 0 AND office <> ?) AS h"
		    " WHERE hash > ? ORDER BY hash LIMIT ?"),
		VALS(V(office), V(office), V(besides), V(besides), V(besides), V(besides), V(after),
			V((int64_t)max)));
	size_t n = 0;
	while (n < max && row_next(q))
		out[n++] = row_text(q, 0, mem);
	*out_n = n;
	return rows_close(q, err);
}
