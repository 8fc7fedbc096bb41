/* SPDX-License-Identifier: Apache-2.0 */
/* The file of keys: what is there after a start, what is gone for ever. */
#include "ledger/keystore.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/mem.h"

#include "core/banned.h"

static const uint8_t office_key[KEY_LEN] = { 7, 7, 7 };

struct fixture {
	void *mem;
	char path[64];
	struct keystore *k;
	struct xq_err err;
};

static int
setup(void **state)
{
	void *mem = mem_root("test");
	struct fixture *f = mem_new(mem, struct fixture);
	f->mem = mem;
	memcpy(f->path, "/tmp/xq-keys-XXXXXX", 20);
	int fd = mkstemp(f->path);
	if (fd < 0 || close(fd) != 0)
		return -1;
	*state = f;
	return keystore_open(mem, f->path, office_key, &f->k, &f->err) == XQ_OK ? 0 : -1;
}

static int
teardown(void **state)
{
	struct fixture *f = *state;
	keystore_close(f->k);
	(void)unlink(f->path); /* a temporary file */
	mem_free(f->mem);
	return 0;
}

static enum xq_rc
key(struct fixture *f, int64_t slot, uint8_t out[KEY_LEN])
{
	return keystore_key(f->k, slot, out, &f->err);
}

static void
again(struct fixture *f, const uint8_t with[KEY_LEN])
{
	keystore_close(f->k);
	assert_int_equal(keystore_open(f->mem, f->path, with, &f->k, &f->err), XQ_OK);
}

static void
slots_are_made_in_blocks_and_differ(void **state)
{
	struct fixture *f = *state;
	uint8_t a[KEY_LEN], b[KEY_LEN];
	struct stat st;
	assert_int_equal(key(f, 1, a), XQ_NONE); /* none yet */
	assert_int_equal(keystore_reserve(f->k, 1, &f->err), XQ_OK);
	assert_int_equal(stat(f->path, &st), 0);
	assert_int_equal(st.st_size, 32 + KEYSTORE_BLOCK * 32);
	assert_int_equal(key(f, 1, a), XQ_OK);
	assert_int_equal(key(f, KEYSTORE_BLOCK, b), XQ_OK);
	assert_false(hash_equal(a, b, KEY_LEN));
	assert_int_equal(key(f, KEYSTORE_BLOCK + 1, b), XQ_NONE);
	assert_int_equal(key(f, 0, b), XQ_NONE);
	assert_int_equal(key(f, -1, b), XQ_NONE);
}

static void
a_key_stays_the_same_and_needs_both_files(void **state)
{
	struct fixture *f = *state;
	static const uint8_t other[KEY_LEN] = { 8 };
	uint8_t a[KEY_LEN], b[KEY_LEN];
	assert_int_equal(keystore_reserve(f->k, 5, &f->err), XQ_OK);
	assert_int_equal(key(f, 5, a), XQ_OK);
	again(f, office_key);
	assert_int_equal(key(f, 5, b), XQ_OK);
	assert_memory_equal(a, b, KEY_LEN);
	again(f, other);
	assert_int_equal(key(f, 5, b), XQ_OK);
	assert_false(hash_equal(a, b, KEY_LEN));
}

static void
a_destroyed_slot_is_zeros_on_disk_and_stays_destroyed(void **state)
{
	struct fixture *f = *state;
	uint8_t a[KEY_LEN];
	char slot[32], zero[32] = { 0 };
	const int64_t gone[] = { 3, 9 };
	assert_int_equal(keystore_reserve(f->k, 9, &f->err), XQ_OK);
	assert_int_equal(keystore_destroy(f->k, gone, 2, &f->err), XQ_OK);
	assert_int_equal(keystore_destroy(f->k, gone, 2, &f->err), XQ_OK); /* again: no fault */
	int fd = open(f->path, O_RDONLY);
	assert_true(fd >= 0);
	assert_int_equal(pread(fd, slot, 32, 9 * 32), 32);
	assert_memory_equal(slot, zero, 32);
	(void)close(fd); /* only read */
	again(f, office_key);
	assert_int_equal(keystore_reserve(f->k, 9, &f->err), XQ_OK);
	assert_int_equal(key(f, 3, a), XQ_NONE);
	assert_int_equal(key(f, 9, a), XQ_NONE);
	assert_int_equal(key(f, 4, a), XQ_OK);
}

/* A crash in the middle of a block: its torn slot and what is missing are made anew. */
static void
a_torn_block_is_made_whole(void **state)
{
	struct fixture *f = *state;
	uint8_t a[KEY_LEN], b[KEY_LEN];
	assert_int_equal(keystore_reserve(f->k, 1, &f->err), XQ_OK);
	assert_int_equal(key(f, 2, a), XQ_OK);
	assert_int_equal(truncate(f->path, 32 + 32 * 2 + 5), 0);
	again(f, office_key);
	assert_int_equal(key(f, 2, b), XQ_OK);
	assert_memory_equal(a, b, KEY_LEN);
	assert_int_equal(key(f, 3, b), XQ_NONE);
	assert_int_equal(keystore_reserve(f->k, 3, &f->err), XQ_OK);
	assert_int_equal(key(f, 3, b), XQ_OK);
}

static void
another_file_is_refused(void **state)
{
	struct fixture *f = *state;
	struct keystore *k = NULL;
	int fd = open(f->path, O_WRONLY);
	assert_true(fd >= 0);
	assert_int_equal(pwrite(fd, "SQLite format 3", 15, 0), 15);
	(void)close(fd); /* written above */
	assert_int_equal(keystore_open(f->mem, f->path, office_key, &k, &f->err), XQ_FAULT);
	assert_string_equal(f->err.key, "keystore.file");
}

static void
without_a_folder_it_lives_in_memory(void **state)
{
	struct fixture *f = *state;
	struct keystore *k = NULL;
	uint8_t a[KEY_LEN];
	assert_int_equal(keystore_open(f->mem, NULL, office_key, &k, &f->err), XQ_OK);
	assert_int_equal(keystore_reserve(k, 2, &f->err), XQ_OK);
	assert_int_equal(keystore_key(k, 2, a, &f->err), XQ_OK);
	keystore_close(k);
}

/* Two processes with the file open, as on a database that they share. */
static void
blocks_that_another_process_added_are_not_written_over(void **state)
{
	struct fixture *f = *state;
	struct keystore *other = NULL;
	uint8_t before[KEY_LEN], after[KEY_LEN];
	struct stat st;
	assert_int_equal(keystore_open(f->mem, f->path, office_key, &other, &f->err), XQ_OK);
	assert_int_equal(keystore_reserve(other, 1, &f->err), XQ_OK);
	assert_int_equal(key(f, 1, before), XQ_OK);
	assert_int_equal(keystore_reserve(f->k, 2, &f->err), XQ_OK);
	assert_int_equal(key(f, 1, after), XQ_OK);
	assert_memory_equal(before, after, KEY_LEN);
	assert_int_equal(stat(f->path, &st), 0);
	assert_int_equal(st.st_size, 32 + KEYSTORE_BLOCK * 32);
	assert_int_equal(keystore_reserve(f->k, KEYSTORE_BLOCK + 1, &f->err), XQ_OK);
	assert_int_equal(
		keystore_destroy(other, (const int64_t[]){ KEYSTORE_BLOCK + 1 }, 1, &f->err),
		XQ_OK);
	assert_int_equal(key(f, KEYSTORE_BLOCK + 1, after), XQ_NONE);
	keystore_close(other);
}

int
main(void)
{
#define TEST(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(slots_are_made_in_blocks_and_differ),
		TEST(a_key_stays_the_same_and_needs_both_files),
		TEST(a_destroyed_slot_is_zeros_on_disk_and_stays_destroyed),
		TEST(a_torn_block_is_made_whole),
		TEST(another_file_is_refused),
		TEST(without_a_folder_it_lives_in_memory),
		TEST(blocks_that_another_process_added_are_not_written_over),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
