/* SPDX-License-Identifier: Apache-2.0 */
/* sqlite_scrub.c - what was deleted leaves the file too. SQLite forgets a row and leaves its bytes: in the log, in
 * pages that are free, in the free room of pages, and there also after rows have only been moved, which
 * its secure_delete does not reach. So after an erasure the log is emptied and all free room is
 * overwritten. That is one reading of the file, a second for each gigabyte or two; secure_delete would cost
 * every act of every day instead.
 *
 * Done while nobody else has a transaction, through SQLite's own file handle: to open and close the file
 * a second time would drop the locks that the process holds on it. */
#include "store/sqlite_int.h"

#include <time.h>

#include "core/mem.h"

#include "core/banned.h"

enum { PAGE = 4096, FIRST_HEADER = 100, FREE_AT = 32 };
#define SCRUB_WAIT_MS 2000

struct scrub {
	sqlite3_file *file;
	uint8_t page[PAGE];
	int64_t n_pages;
	bool has_changed;
};

static unsigned
u16(const uint8_t *p)
{
	return (unsigned)p[0] << 8 | p[1];
}

static uint32_t
u32(const uint8_t *p)
{
	return (uint32_t)u16(p) << 16 | u16(p + 2);
}

static int
page_read(struct scrub *s, int64_t no)
{
	return s->file->pMethods->xRead(s->file, s->page, PAGE, (no - 1) * PAGE);
}

/* Zeros from .. to; whether there was anything else. */
static bool
blank(uint8_t *page, size_t from, size_t to)
{
	bool was = false;
	for (size_t i = from; i < to && i < PAGE; i++) {
		was |= page[i] != 0;
		page[i] = 0;
	}
	return was;
}

static int
page_write(struct scrub *s, int64_t no)
{
	s->has_changed = true;
	return s->file->pMethods->xWrite(s->file, s->page, PAGE, (no - 1) * PAGE);
}

/* The room between the cells' directory and the cells, and the free blocks among them. What does not look
 * as the format has it is left for `xinqiao check` to find. */
static bool
blank_tree_page(uint8_t *page, bool is_first)
{
	size_t h = is_first ? FIRST_HEADER : 0;
	uint8_t type = page[h];
	if (type != 2 && type != 5 && type != 10 && type != 13)
		return false;
	size_t cells = u16(page + h + 3), content = u16(page + h + 5);
	size_t end = h + (type == 2 || type == 5 ? 12 : 8) + 2 * cells;
	if (content == 0 || content > PAGE || end > content)
		return false;
	bool was = blank(page, end, content);
	size_t at = u16(page + h + 1), last = 0;
	while (at != 0 && at > last && at + 4 <= PAGE) {
		size_t size = u16(page + at + 2);
		if (size < 4 || at + size > PAGE)
			break;
		was |= blank(page, at + 4, at + size);
		last = at;
		at = u16(page + at);
	}
	return was;
}

static int
scrub_trees(struct scrub *s)
{
	int rc = SQLITE_OK;
	for (int64_t no = 1; rc == SQLITE_OK && no <= s->n_pages; no++) {
		rc = page_read(s, no);
		if (rc == SQLITE_OK && blank_tree_page(s->page, no == 1))
			rc = page_write(s, no);
	}
	return rc;
}

/* A page of the list of free pages names others; those hold nothing that anybody reads. */
static int
scrub_free(struct scrub *s)
{
	uint8_t trunk[PAGE];
	int rc = page_read(s, 1);
	int64_t no = u32(s->page + FREE_AT);
	for (int64_t seen = 0; rc == SQLITE_OK && no > 1 && no <= s->n_pages && seen < s->n_pages;
		seen++) {
		rc = page_read(s, no);
		memcpy(trunk, s->page, PAGE);
		size_t n = u32(trunk + 4);
		if (rc != SQLITE_OK || n > PAGE / 4 - 2)
			break;
		if (blank(s->page, 8 + 4 * n, PAGE))
			rc = page_write(s, no);
		for (size_t i = 0; rc == SQLITE_OK && i < n; i++) {
			int64_t leaf = u32(trunk + 8 + 4 * i);
			if (leaf < 2 || leaf > s->n_pages)
				continue;
			rc = page_read(s, leaf);
			if (rc == SQLITE_OK && blank(s->page, 0, PAGE))
				rc = page_write(s, leaf);
		}
		no = u32(trunk);
	}
	return rc;
}

static int
scrub_file(struct sqlite_conn *c)
{
	struct scrub s = { 0 };
	int rc = sqlite3_file_control(c->h, "main", SQLITE_FCNTL_FILE_POINTER, &s.file);
	sqlite3_int64 size = 0;
	if (rc == SQLITE_OK)
		rc = s.file->pMethods->xFileSize(s.file, &size);
	s.n_pages = size / PAGE;
	if (rc == SQLITE_OK && s.n_pages > 0)
		rc = scrub_free(&s); /* first: what is left in a free page may look like a tree's */
	if (rc == SQLITE_OK)
		rc = scrub_trees(&s);
	if (rc == SQLITE_OK && s.has_changed)
		rc = s.file->pMethods->xSync(s.file, SQLITE_SYNC_NORMAL);
	return rc;
}

/* The writer's pages in memory hold the old room still, and would bring it back with the next change. */
static int
empty_and_scrub(struct sqlite_conn *c)
{
	int rc = sqlite3_wal_checkpoint_v2(c->h, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
	if (rc == SQLITE_OK)
		rc = sqlite3_db_release_memory(c->h);
	return rc == SQLITE_OK ? scrub_file(c) : rc;
}

enum xq_rc
sqlite_scrub(struct db *db, struct xq_err *err)
{
	if (!store_alone(db, SCRUB_WAIT_MS))
		return xq_busy(err, "store.busy");
	struct sqlite_conn *c = sqlite_of(db->writer);
	int code = empty_and_scrub(c);
	enum xq_rc rc = code == SQLITE_OK ? XQ_OK : sqlite_classify(c->h, code, err);
	sqlite_db_of(db)->wal_pages = 0;
	store_not_alone(db);
	return rc;
}
