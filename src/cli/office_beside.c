/* SPDX-License-Identifier: Apache-2.0 */
/* office_beside.c - what lies beside an office's rows and goes along: slots of its residents, photos, what the
 * guard remembers.
 *
 * Slots keep their numbers. An office that began in its folder shares the file `keys` with others: only its own
 * slots go into the new file, and zeros, which read as destroyed, stand for the others'. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/office_int.h"
#include "cli/store_int.h"
#include "concern/concern.h"
#include "core/mem.h"
#include "ledger/guard.h"
#include "ledger/keystore.h"
#include "ledger/parts.h"

#include "core/banned.h"

enum { SLOT = 32, SLOTS_AT_ONCE = 4096, PHOTOS_READ = 4096 };

static const char *
keys_of(void *mem, const struct app *app, const struct office_info *o)
{
	return o->has_key ? place_keys_path(mem, app, o->id) : mem_printf(mem, "%s/keys", app->dir);
}

static enum xq_rc
broken(struct xq_err *err, const char *path)
{
	return xq_fault(err, "keystore.file", "%s: %d", path, errno);
}

enum xq_rc
move_keys_fit(struct app *app, struct tx *tx, struct xq_err *err)
{
	for (size_t i = 0; i < app->n_offices; i++) {
		const struct office_info *o = &app->office[i];
		uint8_t seed[32];
		struct xq_err why = { 0 };
		if (o->place == PLACE_GONE || o->place == PLACE_ARRIVING)
			continue;
		enum xq_rc rc = keystore_seed_open(tx, app_keys(app, o->id), o->id, seed, &why);
		hash_wipe(seed, sizeof seed);
		if (rc == XQ_OK || tx_is_broken(tx))
			return rc == XQ_OK ? XQ_OK : tx_why(tx, err);
		rc = xq_refuse(err, NULL, "move.wrong-files");
		xq_err_text(err, "dir", app->dir);
		return rc;
	}
	return XQ_OK;
}

/* ---- slots --------------------------------------------------------------------------------------------------- */

/* Calls fn with every slot of the office. */
static enum xq_rc
each_slot(struct app *app, int64_t office,
	enum xq_rc (*fn)(void *arg, int64_t slot, struct xq_err *err), void *arg,
	struct xq_err *err)
{
	struct tx *tx;
	enum xq_rc rc = db_read(app->db, &tx, err);
	if (rc != XQ_OK)
		return rc;
	rc = ledger_each_slot(tx, office, fn, arg, err);
	tx_end(tx);
	return rc;
}

struct slots_to {
	int in, out;
};

static enum xq_rc
put_slot(void *arg, int64_t slot, struct xq_err *err)
{
	const struct slots_to *to = arg;
	uint8_t room[SLOT];
	off_t at = (off_t)(slot * SLOT);
	bool good =
		pread(to->in, room, SLOT, at) == SLOT && pwrite(to->out, room, SLOT, at) == SLOT;
	hash_wipe(room, sizeof room);
	return good ? XQ_OK : broken(err, "slot");
}

/* The first 32 bytes name the format. */
static enum xq_rc
copy_slots(struct move *m, const char *from, const char *to, struct xq_err *err)
{
	const char *part = mem_printf(m->mem, "%s.part", to);
	struct slots_to s = { .in = open(from, O_RDONLY | O_CLOEXEC | O_NOFOLLOW) };
	if (s.in < 0)
		return broken(err, from);
	s.out = open(part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
	enum xq_rc rc = s.out < 0 ? broken(err, part) : put_slot(&s, 0, err);
	if (rc == XQ_OK)
		rc = each_slot(m->from, m->office.id, put_slot, &s, err);
	if (rc == XQ_OK && fsync(s.out) != 0)
		rc = broken(err, part);
	close(s.in);
	if (s.out >= 0 && close(s.out) != 0 && rc == XQ_OK)
		rc = broken(err, part);
	if (rc == XQ_OK && rename(part, to) != 0)
		rc = broken(err, to);
	return rc;
}

enum xq_rc
move_slots(struct move *m, struct xq_err *err)
{
	const char *from = keys_of(m->mem, m->from, &m->office);
	const char *to = place_keys_path(m->mem, m->to, m->office.id);
	enum xq_rc rc = m->office.has_key ? store_file_copy(m->mem, from, to, err)
	                                  : copy_slots(m, from, to, err);
	return rc == XQ_OK ? store_folder_sync(m->to->dir, err) : rc;
}

enum xq_rc
move_last_slot(struct app *app, int64_t office, int64_t *out, struct xq_err *err)
{
	struct stat s;
	struct tx *tx;
	int64_t counted = 0;
	void *mem = mem_root("slots");
	bool good = stat(place_keys_path(mem, app, office), &s) == 0;
	mem_free(mem);
	if (!good)
		return broken(err, "keys");
	enum xq_rc rc = db_read(app->db, &tx, err);
	if (rc != XQ_OK)
		return rc;
	rc = db_last(tx, office, "key_slot", &counted, err);
	tx_end(tx);
	*out = counted > 0 ? 0 : s.st_size / SLOT - 1;
	return rc;
}

/* ---- photos -------------------------------------------------------------------------------------------------- */

static const char *
photo_at(void *mem, const struct app *app, const char *hash)
{
	return mem_printf(mem, "%s/files/%.2s/%s", app->dir, hash, hash);
}

static enum xq_rc
move_photo(struct move *m, void *mem, const char *hash, struct xq_err *err)
{
	struct stat s, have;
	const char *from = photo_at(mem, m->from, hash), *to = photo_at(mem, m->to, hash);
	const char *dir = mem_printf(mem, "%s/files/%.2s", m->to->dir, hash);
	if (lstat(from, &s) != 0)
		return XQ_OK; /* gone here too: it was not there to be shown either */
	m->photos++;
	if (lstat(to, &have) == 0 && have.st_size == s.st_size)
		return XQ_OK; /* its name is its content */
	if (mkdir(dir, 0700) != 0 && errno != EEXIST)
		return xq_fault(err, "app.folder", "mkdir %s: %d", dir, errno);
	enum xq_rc rc = store_file_copy(mem, from, to, err);
	return rc == XQ_OK ? store_folder_sync(dir, err) : rc;
}

/* Calls fn with the hash of every photo of the office; is_alone: of those that no other has. */
static enum xq_rc
each_photo(struct app *app, int64_t office, bool is_alone,
	enum xq_rc (*fn)(void *arg, void *mem, const char *hash, struct xq_err *err), void *arg,
	struct xq_err *err)
{
	char after[65] = "";
	size_t n = PHOTOS_READ;
	enum xq_rc rc = XQ_OK;
	while (rc == XQ_OK && n == PHOTOS_READ) {
		void *mem = mem_root("photos");
		const char **hash = mem_array(mem, const char *, PHOTOS_READ);
		struct tx *tx;
		rc = db_read(app->db, &tx, err);
		if (rc == XQ_OK) {
			rc = photo_hashes(
				tx, mem, office, is_alone, after, hash, PHOTOS_READ, &n, err);
			tx_end(tx);
		}
		for (size_t i = 0; rc == XQ_OK && i < n; i++)
			rc = fn(arg, mem, hash[i], err);
		if (rc == XQ_OK && n > 0)
			(void)snprintf(after, sizeof after, "%s", hash[n - 1]); /* fits */
		mem_free(mem);
	}
	return rc;
}

static enum xq_rc
move_one_photo(void *arg, void *mem, const char *hash, struct xq_err *err)
{
	return move_photo(arg, mem, hash, err);
}

enum xq_rc
move_photos(struct move *m, struct xq_err *err)
{
	m->photos = 0;
	return each_photo(m->from, m->office.id, false, move_one_photo, m, err);
}

/* ---- the guard ----------------------------------------------------------------------------------------------- */

enum xq_rc
move_guard(struct move *m, struct xq_err *err)
{
	struct guard *from, *to;
	if (db_keeper(m->to->db) == 0)
		return XQ_OK; /* it writes its own with its next checkpoint, and would write over ours */
	enum xq_rc rc = guard_open(m->mem, m->from->guard, &from, err);
	if (rc == XQ_OK)
		rc = guard_open(m->mem, m->to->guard, &to, err);
	if (rc != XQ_OK || !m->head.origin)
		return rc;
	const struct guard_entry *e = guard_find(from, m->head.origin),
				 *have = guard_find(to, m->head.origin);
	if (!e || (have && have->size >= e->size))
		return XQ_OK;
	guard_set(to, e->origin, e->size, &e->root);
	return guard_save(to, err);
}

/* ---- forgetting ---------------------------------------------------------------------------------------------- */

struct forgetting {
	struct app *app;
	size_t n;
	int64_t slot[SLOTS_AT_ONCE]; /* one wait for the disk for so many */
};

static enum xq_rc
destroy_noted(struct forgetting *f, struct xq_err *err)
{
	enum xq_rc rc = keystore_destroy(f->app->keys, f->slot, f->n, err);
	f->n = 0;
	return rc;
}

static enum xq_rc
destroy_one(void *arg, int64_t slot, struct xq_err *err)
{
	struct forgetting *f = arg;
	f->slot[f->n++] = slot;
	return f->n == SLOTS_AT_ONCE ? destroy_noted(f, err) : XQ_OK;
}

static enum xq_rc
remove_one(void *arg, void *mem, const char *hash, struct xq_err *err)
{
	const struct forgetting *f = arg;
	const char *path = photo_at(mem, f->app, hash);
	return unlink(path) == 0 || errno == ENOENT
	               ? XQ_OK
	               : xq_fault(err, "app.folder", "unlink %s: %d", path, errno);
}

/* A file of its own: every slot in it, then the file. */
static enum xq_rc
destroy_file(const char *path, struct xq_err *err)
{
	struct stat s;
	uint8_t zeros[SLOT] = { 0 };
	int fd = open(path, O_WRONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0)
		return errno == ENOENT ? XQ_OK : broken(err, path);
	bool good = fstat(fd, &s) == 0;
	for (off_t at = SLOT; good && at < s.st_size; at += SLOT)
		good = pwrite(fd, zeros, SLOT, at) == SLOT;
	good = good && fsync(fd) == 0;
	close(fd);
	return good && unlink(path) == 0 ? XQ_OK : broken(err, path);
}

enum xq_rc
forget_beside(struct app *app, void *mem, const struct office_info *o, struct xq_err *err)
{
	struct forgetting *f = mem_new(mem, struct forgetting);
	enum xq_rc rc = XQ_OK;
	f->app = app;
	if (!o->has_key)
		rc = each_slot(app, o->id, destroy_one, f, err);
	if (rc == XQ_OK && f->n > 0)
		rc = destroy_noted(f, err);
	if (rc == XQ_OK)
		rc = destroy_file(place_keys_path(mem, app, o->id), err);
	return rc == XQ_OK ? each_photo(app, o->id, true, remove_one, f, err) : rc;
}
