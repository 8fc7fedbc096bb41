/* SPDX-License-Identifier: Apache-2.0 */
/* keystore.c - slots of 32 bytes in a file: the name of the format stands where slot 0 would be, slot n
 * at n * 32. Zeros mean destroyed; so what a crash left unwritten in the middle of a new block reads as
 * destroyed too and is passed over. */
#include "ledger/keystore.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/mem.h"
#include "core/random.h"

#include "core/banned.h"

enum { SLOT = 32 };

static const char format_name[SLOT] = "xinqiao keys 1\n";
static const uint8_t zeros[SLOT];

struct keystore {
	int fd;
	int64_t n_slots; /* of who reserves; there may be more by now */
	int64_t office;  /* whose counter numbers the slots; 0: one for the folder */
	uint8_t office_key[KEY_LEN];
};

static enum xq_rc
broken(struct xq_err *err, const char *what)
{
	if (errno == ENOSPC || errno == EDQUOT)
		return xq_busy(err, "store.full");
	return xq_fault(err, "keystore.file", "%s: %d", what, errno);
}

static bool
write_all(int fd, const uint8_t *p, size_t n, off_t at)
{
	while (n > 0) {
		ssize_t done = pwrite(fd, p, n, at);
		if (done < 0 && errno == EINTR)
			continue;
		if (done <= 0)
			return false;
		p += done;
		n -= (size_t)done;
		at += done;
	}
	return true;
}

/* A torn last slot is written again. */
static bool
count(const struct keystore *k, int64_t *out)
{
	struct stat st;
	if (fstat(k->fd, &st) != 0)
		return false;
	*out = st.st_size < SLOT ? 0 : st.st_size / SLOT - 1;
	return true;
}

/* A new file gets its name; an older one has to bear it. */
static enum xq_rc
begin(struct keystore *k, struct xq_err *err)
{
	struct stat st;
	char name[SLOT];
	if (fstat(k->fd, &st) != 0)
		return broken(err, "stat");
	if (st.st_size < SLOT) {
		if (!write_all(k->fd, (const uint8_t *)format_name, SLOT, 0) ||
			fdatasync(k->fd) != 0)
			return broken(err, "begin");
		return XQ_OK;
	}
	if (pread(k->fd, name, SLOT, 0) != SLOT || memcmp(name, format_name, SLOT) != 0)
		return xq_fault(err, "keystore.file", "not a file of keys");
	return count(k, &k->n_slots) ? XQ_OK : broken(err, "stat");
}

/* The name of a new file is on disk too, not only its content: a lost file would be a lost office. */
static enum xq_rc
sync_folder(void *mem, const char *path, struct xq_err *err)
{
	const char *slash = strrchr(path, '/');
	const char *folder =
		slash ? mem_printf(mem, "%.*s", (int)(slash - path), path) : mem_text(mem, ".");
	int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return broken(err, "folder");
	bool good = fsync(fd) == 0;
	(void)close(fd);
	return good ? XQ_OK : broken(err, "folder");
}

enum xq_rc
keystore_open(void *mem, const char *path, const uint8_t office_key[KEY_LEN], struct keystore **out,
	struct xq_err *err)
{
	struct keystore *k = mem_new(mem, struct keystore);
	memcpy(k->office_key, office_key, KEY_LEN);
	k->fd = path ? open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600)
	             : memfd_create("keys", MFD_CLOEXEC);
	if (k->fd < 0)
		return broken(err, "open");
	enum xq_rc rc = begin(k, err);
	if (rc == XQ_OK && path && k->n_slots == 0)
		rc = sync_folder(k, path, err);
	if (rc != XQ_OK) {
		keystore_close(k);
		return rc;
	}
	*out = k;
	return XQ_OK;
}

void
keystore_close(struct keystore *k)
{
	if (!k)
		return;
	(void)close(k->fd);
	hash_wipe(k->office_key, sizeof k->office_key);
	mem_free(k);
}

void
keystore_count_for(struct keystore *k, int64_t office)
{
	k->office = office;
}

int64_t
keystore_counts_for(const struct keystore *k)
{
	return k->office;
}

/* Never of a seeded generator: a key that can be guessed is no key, in a demo either. */
static enum xq_rc
write_block(struct keystore *k, struct xq_err *err)
{
	uint8_t block[KEYSTORE_BLOCK * SLOT];
	struct rng real;
	rng_init_real(&real);
	rng_fill(&real, block, sizeof block);
	bool good = write_all(k->fd, block, sizeof block, (off_t)((k->n_slots + 1) * SLOT)) &&
	            fdatasync(k->fd) == 0;
	hash_wipe(block, sizeof block);
	if (!good)
		return broken(err, "add");
	k->n_slots += KEYSTORE_BLOCK;
	return XQ_OK;
}

/* Another process may have added some; its slots are in use and must not be written over. */
static enum xq_rc
add_blocks(struct keystore *k, int64_t slot, struct xq_err *err)
{
	if (flock(k->fd, LOCK_EX) != 0)
		return broken(err, "lock");
	enum xq_rc rc = count(k, &k->n_slots) ? XQ_OK : broken(err, "stat");
	while (rc == XQ_OK && k->n_slots < slot)
		rc = write_block(k, err);
	(void)flock(k->fd, LOCK_UN); /* it was held */
	return rc;
}

enum xq_rc
keystore_reserve(struct keystore *k, int64_t slot, struct xq_err *err)
{
	xq_require(slot > 0);
	return k->n_slots < slot ? add_blocks(k, slot, err) : XQ_OK;
}

enum xq_rc
keystore_key(const struct keystore *k, int64_t slot, uint8_t out[KEY_LEN], struct xq_err *err)
{
	struct {
		uint8_t slot[SLOT];
		uint8_t no[8];
	} in;
	if (slot <= 0)
		return XQ_NONE;
	ssize_t n = pread(k->fd, in.slot, SLOT, (off_t)(slot * SLOT));
	if (n < 0)
		return broken(err, "read");
	if (n < SLOT || hash_equal(in.slot, zeros, SLOT))
		return XQ_NONE;
	for (size_t i = 0; i < sizeof in.no; i++)
		in.no[i] = (uint8_t)(slot >> (8 * i));
	hash_keyed(k->office_key, (struct bytes){ (const uint8_t *)&in, sizeof in }, out);
	hash_wipe(&in, sizeof in);
	return XQ_OK;
}

enum xq_rc
keystore_destroy(struct keystore *k, const int64_t *slot, size_t n, struct xq_err *err)
{
	int64_t n_slots = 0;
	if (!count(k, &n_slots))
		return broken(err, "stat");
	for (size_t i = 0; i < n; i++) {
		xq_require(slot[i] > 0 && slot[i] <= n_slots);
		if (!write_all(k->fd, zeros, SLOT, (off_t)(slot[i] * SLOT)))
			return broken(err, "destroy");
	}
	return n == 0 || fdatasync(k->fd) == 0 ? XQ_OK : broken(err, "destroy");
}
