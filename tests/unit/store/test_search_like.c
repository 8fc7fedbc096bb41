/* SPDX-License-Identifier: Apache-2.0 */
/* Rows that share uncommon words with a text: found in unfolded and folded rows, ordered, bounded. */
#include "store/search.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "core/mem.h"
#include "core/utf8.h"
#include "store/store_int.h"

#include "core/banned.h"

#define OFFICE 3
#define BLOCK 1024
#define BLOCKS 64 /* as search.h says */

struct fix {
	void *mem;
	struct db *db;
};

static int
setup(void **state)
{
	static const struct migration *const list[] = { &store_migration_1, &search_migration_1 };
	struct xq_err err = { 0 };
	void *mem = mem_root("test");
	struct fix *f = mem_new(mem, struct fix);
	f->mem = mem;
	if (db_open(f, NULL, &(struct db_options){ .is_memory = true }, &f->db, &err) != XQ_OK ||
		db_migrate(f->db, list, 2, &err) != XQ_OK)
		return -1;
	*state = f;
	return 0;
}

static int
teardown(void **state)
{
	struct fix *f = *state;
	db_close(f->db);
	mem_free(f->mem);
	return 0;
}

static struct tx *
begin(struct fix *f)
{
	struct tx *tx = NULL;
	struct xq_err err = { 0 };
	assert_int_equal(db_write(f->db, &tx, &err), XQ_OK);
	return tx;
}

static void
commit(struct tx *tx)
{
	struct xq_err err = { 0 };
	assert_int_equal(tx_commit(tx, &err), XQ_OK);
}

static void
put_in(struct fix *f, struct tx *tx, int64_t office, int64_t id, const char *text)
{
	struct xq_err err = { 0 };
	struct str terms = search_terms(f->mem, str_of(text), 24000);
	assert_int_equal(search_put(tx, office, SEARCH_CONCERN, id, terms, &err), XQ_OK);
}

/* Rows that fill the office, none of them like what the tests type. */
static void
fill(struct fix *f, struct tx *tx, int64_t from, int64_t to)
{
	for (int64_t id = from; id < to; id++)
		put_in(f, tx, OFFICE, id,
			mem_printf(f->mem, "希望快点派人来看一看，编号%lld", (long long)id));
}

static struct search_alike found[ALIKE_MAX];

static size_t
like(struct fix *f, struct search_ask ask)
{
	struct tx *tx = NULL;
	struct xq_err err = { 0 };
	size_t n = 0;
	ask.kind = SEARCH_CONCERN;
	assert_int_equal(db_read(f->db, &tx, &err), XQ_OK);
	assert_int_equal(search_like(tx, f->mem, OFFICE, &ask, found, &n, &err), XQ_OK);
	tx_end(tx);
	assert_true(n <= ALIKE_MAX);
	return n;
}

static size_t
like_text(struct fix *f, const char *text)
{
	return like(f, (struct search_ask){ .text = str_of(text) });
}

static void
unfolded_and_folded_rows_are_found(void **state)
{
	struct fix *f = *state;
	struct tx *tx = begin(f);
	fill(f, tx, 1, 3000);
	put_in(f, tx, OFFICE, 77, "枇杷树的根拱裂了地窖"); /* of a folded block, changed */
	put_in(f, tx, OFFICE, 3000, "枇杷树挡住了路灯");   /* newest, unfolded */
	put_in(f, tx, OFFICE, 3001, "蝙蝠在檐角筑巢");
	commit(tx);
	assert_int_equal(
		like_text(f, "门口的枇杷树"), 1); /* 77 by its former words until it is folded */
	assert_int_equal(found[0].id, 3000);
	tx = begin(f);
	fill(f, tx, 3002, 5200);
	commit(tx);
	assert_int_equal(like_text(f, "檐角有蝙蝠"), 1);
	assert_int_equal(found[0].id, 3001);
	assert_int_equal(found[0].n_common, 2);
	assert_true(str_is(found[0].word[0], "檐角") || str_is(found[0].word[1], "檐角"));
}

static void
the_one_that_says_more_of_it_comes_first(void **state)
{
	struct fix *f = *state;
	struct tx *tx = begin(f);
	fill(f, tx, 1, 2500);
	put_in(f, tx, OFFICE, 2500, "枇杷树的根拱裂了地窖的砖，积水很深");
	put_in(f, tx, OFFICE, 2501, "枇杷树上有人晒被子，占了公用的地方，邻居都有意见");
	put_in(f, tx, OFFICE, 2502, "枇杷树的根拱裂了地窖的砖");
	commit(tx);
	assert_int_equal(like_text(f, "枇杷树的根拱裂了地窖的砖"), 3);
	assert_int_equal(found[0].id, 2502);
	assert_int_equal(found[0].share, 100);
	assert_int_equal(found[1].id, 2500);
	assert_int_equal(found[2].id, 2501);
	assert_true(found[1].share > found[2].share);
}

static void
what_everybody_says_finds_nothing(void **state)
{
	struct fix *f = *state;
	struct tx *tx = begin(f);
	fill(f, tx, 1, 2500);
	commit(tx);
	assert_int_equal(like_text(f, "希望快点派人来看一看"), 0);
	assert_int_equal(like_text(f, ""), 0);
	assert_int_equal(like_text(f, "，。！ \U0001F642"), 0);
}

/* Sixty uncommon words of the text stand in other rows; the place is looked for all the same. */
static void
the_place_is_sought_beside_a_long_text(void **state)
{
	struct fix *f = *state;
	struct buf said = buf_new(f->mem, 1024);
	struct tx *tx = begin(f);
	fill(f, tx, 1, 1200);
	put_in(f, tx, OFFICE, 1200, "竹篱弄9018号的水管");
	for (uint32_t i = 0; i < 60; i++) {
		struct buf word = buf_new(f->mem, 16);
		utf8_put(&word, 0x5000 + 2 * i);
		utf8_put(&word, 0x5001 + 2 * i);
		put_in(f, tx, OFFICE, 1201 + i, buf_view(&word).p);
		buf_str(&said, buf_view(&word));
		buf_text(&said, "，");
	}
	fill(f, tx, 1261, 2600);
	commit(tx);
	size_t n = like(
		f, (struct search_ask){ .text = buf_view(&said), .place = STR("竹篱弄9018号") });
	bool is_there = false;
	for (size_t i = 0; i < n; i++)
		is_there |= found[i].id == 1200;
	assert_true(is_there);
	assert_int_equal(like(f, (struct search_ask){ .place = STR("竹篱弄9018号") }), 1);
}

static void
another_office_and_erased_rows_are_never_found(void **state)
{
	struct fix *f = *state;
	struct tx *tx = begin(f);
	fill(f, tx, 1, 2500);
	put_in(f, tx, OFFICE, 2500, "枇杷树的根拱裂了地窖");
	put_in(f, tx, OFFICE + 1, 2501, "枇杷树的根拱裂了地窖");
	commit(tx);
	assert_int_equal(like_text(f, "枇杷树的根"), 1);
	assert_int_equal(found[0].id, 2500);
	tx = begin(f);
	put_in(f, tx, OFFICE, 2500, "");
	commit(tx);
	assert_int_equal(like_text(f, "枇杷树的根"), 0);
}

static void
only_rows_below_are_found_when_asked(void **state)
{
	struct fix *f = *state;
	struct tx *tx = begin(f);
	fill(f, tx, 1, 1200);
	put_in(f, tx, OFFICE, 1200, "枇杷树的根拱裂了地窖");
	fill(f, tx, 1201, 2500);
	put_in(f, tx, OFFICE, 2500, "枇杷树的根拱裂了地窖");
	commit(tx);
	assert_int_equal(like_text(f, "枇杷树的根"), 2);
	assert_int_equal(
		like(f, (struct search_ask){ .text = STR("枇杷树的根"), .below = 2500 }), 1);
	assert_int_equal(found[0].id, 1200);
	assert_int_equal(
		like(f, (struct search_ask){ .text = STR("枇杷树的根"), .below = 1200 }), 0);
}

/* The newest blocks only, whatever the office holds: that is what bounds the cost. */
static void
no_more_than_the_newest_blocks_are_read(void **state)
{
	struct fix *f = *state;
	struct tx *tx = begin(f);
	for (int64_t block = 0; block <= BLOCKS + 1; block++) {
		put_in(f, tx, OFFICE, block * BLOCK + 5, "枇杷树的根拱裂了地窖");
		fill(f, tx, block * BLOCK + 6, block * BLOCK + 30);
	}
	commit(tx);
	size_t n = like_text(f, "枇杷树");
	assert_int_equal(n, ALIKE_MAX);
	int64_t lowest = found[0].id;
	for (size_t i = 0; i < n; i++)
		lowest = found[i].id < lowest ? found[i].id : lowest;
	assert_true(lowest >= 2 * BLOCK); /* 48 of the newest */
	/* A word of the oldest block alone is out of reach, one of the 64th is not. */
	tx = begin(f);
	put_in(f, tx, OFFICE, 5, "蝙蝠在檐角筑巢");
	put_in(f, tx, OFFICE, BLOCK + 5, "渡口的缆桩断了");
	for (int64_t i = 0; i < 40; i++) { /* enough changes to fold both blocks again */
		put_in(f, tx, OFFICE, 6 + i, "希望快点派人");
		put_in(f, tx, OFFICE, BLOCK + 6 + i, "希望快点派人");
	}
	commit(tx);
	assert_int_equal(like_text(f, "檐角有蝙蝠"), 0);
	assert_int_equal(like_text(f, "渡口的缆桩"), 1);
	assert_int_equal(found[0].id, BLOCK + 5);
}

/* Whatever is typed or on file, the answer comes and stays within its bounds. */
static void
hostile_texts_do_no_harm(void **state)
{
	struct fix *f = *state;
	struct buf many = buf_new(f->mem, 70000), one = buf_new(f->mem, 70000),
		   words = buf_new(f->mem, 70000), edge = buf_new(f->mem, 70000);
	for (uint32_t i = 0; i < 20000; i++) {
		utf8_put(&many, 0x4E00 + i % 20000);
		buf_text(&one, "啊");
		buf_printf(&words, "w%u ", i);
		buf_text(&edge, i % 2 ? "中" : "a");
	}
	const char *text[] = { buf_view(&many).p, buf_view(&one).p, buf_view(&words).p,
		buf_view(&edge).p, "\U0001F642\U0001F642", "\U00020000\U00020001\U0002A6D6", "a",
		"中", "\xC3\x97", " ", "0", "〇々〇々" };
	enum { TEXTS = sizeof text / sizeof text[0] };
	struct tx *tx = begin(f);
	fill(f, tx, 1, 1500);
	for (int64_t i = 0; i < TEXTS; i++)
		put_in(f, tx, OFFICE, 1500 + i, text[i]);
	commit(tx);
	for (size_t i = 0; i < TEXTS; i++) {
		size_t n = like_text(f, text[i]);
		for (size_t k = 0; k < n; k++) {
			assert_in_range(found[k].share, 1, 100);
			assert_true(k == 0 || found[k - 1].share >= found[k].share);
			assert_true(found[k].n_words <= ALIKE_WORDS);
			for (size_t j = 0; j < found[k].n_words; j++)
				assert_true(utf8_is_valid(found[k].word[j]));
		}
		(void)like(f, (struct search_ask){ .text = str_of(text[i]),
				      .place = str_of(text[TEXTS - 1 - i]) });
	}
	assert_true(like_text(f, text[0]) > 0); /* what is there is found all the same */
	assert_int_equal(found[0].id, 1500);
}

/* Pieces of everything, drawn at random: no order of them breaks the bounds. */
static void
random_texts_stay_within_bounds(void **state)
{
	static const char *const piece[] = { "枇杷", "树", "根", "18", "号", " ", "，", "a", "Zz9",
		"\n", "竹篱弄", "\U0001F642", "中中中", "é", "〇", "ア", "希望快点" };
	struct fix *f = *state;
	uint32_t seed = 12345;
	struct tx *tx = begin(f);
	for (int64_t id = 1; id < 2200; id++) {
		struct buf b = buf_new(f->mem, 64);
		for (int i = 0; i < 12; i++) {
			seed = seed * 1664525 + 1013904223;
			buf_text(&b, piece[(seed >> 16) % (sizeof piece / sizeof piece[0])]);
		}
		put_in(f, tx, OFFICE, id, buf_view(&b).p);
	}
	commit(tx);
	for (int round = 0; round < 200; round++) {
		struct buf b = buf_new(f->mem, 64);
		for (int i = 0; i < round; i++) {
			seed = seed * 1664525 + 1013904223;
			buf_text(&b, piece[(seed >> 16) % (sizeof piece / sizeof piece[0])]);
		}
		size_t n = like_text(f, buf_view(&b).p);
		for (size_t k = 0; k < n; k++)
			assert_in_range(found[k].share, 1, 100);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			unfolded_and_folded_rows_are_found, setup, teardown),
		cmocka_unit_test_setup_teardown(
			the_one_that_says_more_of_it_comes_first, setup, teardown),
		cmocka_unit_test_setup_teardown(what_everybody_says_finds_nothing, setup, teardown),
		cmocka_unit_test_setup_teardown(
			the_place_is_sought_beside_a_long_text, setup, teardown),
		cmocka_unit_test_setup_teardown(
			another_office_and_erased_rows_are_never_found, setup, teardown),
		cmocka_unit_test_setup_teardown(
			only_rows_below_are_found_when_asked, setup, teardown),
		cmocka_unit_test_setup_teardown(
			no_more_than_the_newest_blocks_are_read, setup, teardown),
		cmocka_unit_test_setup_teardown(hostile_texts_do_no_harm, setup, teardown),
		cmocka_unit_test_setup_teardown(random_texts_stay_within_bounds, setup, teardown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
