/* SPDX-License-Identifier: Apache-2.0 */
/* The spelling of tile paths: strict, since two spellings of one tile would be two things to cache. */
#include <string.h>

#include "core/mem.h"
#include "ledger/tree.h"

#include "core/banned.h"

/* 0..max without leading zeros, the whole text. */
static bool
read_number(struct str s, int max, int *out)
{
	if (s.n == 0 || s.n > 3 || (s.p[0] == '0' && s.n > 1))
		return false;
	int v = 0;
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
		v = v * 10 + (s.p[i] - '0');
	}
	*out = v;
	return v <= max;
}

/* "x001", "234": three digits each, x before all but the last; no group that could be dropped. */
static bool
read_index(struct str *rest, struct str *out_last, int64_t *out)
{
	int64_t v = 0;
	for (size_t groups = 0; groups < 6; groups++) {
		struct str piece;
		if (!rest->p || !str_cut(rest, '/', &piece))
			return false;
		bool goes_on = piece.n > 0 && piece.p[0] == 'x';
		const char *digit = piece.p + (goes_on ? 1 : 0);
		size_t n = piece.n - (goes_on ? 1 : 0);
		if (n < 3)
			return false;
		for (size_t i = 0; i < 3; i++) {
			if (digit[i] < '0' || digit[i] > '9')
				return false;
			v = v * 10 + (digit[i] - '0');
		}
		if (!goes_on) {
			*out_last = str_n(digit + 3, n - 3);
			*out = v;
			return true;
		}
		if (n != 3 || v == 0)
			return false;
	}
	return false;
}

bool
tile_path_read(struct str path, struct tile_path *out)
{
	struct tile_path p = { .width = TILE_WIDTH };
	struct str rest = path, piece, end;
	if (!str_cut(&rest, '/', &piece) || !str_is(piece, "tile") || !rest.p ||
		!str_cut(&rest, '/', &piece))
		return false;
	p.is_entries = str_is(piece, "entries");
	if (!p.is_entries && !read_number(piece, 63, &p.level))
		return false;
	if (!read_index(&rest, &end, &p.n))
		return false;
	if (end.n > 0 && (!str_is(end, ".p") || !rest.p || !str_cut(&rest, '/', &piece) ||
				 !read_number(piece, TILE_WIDTH - 1, &p.width) || p.width == 0))
		return false;
	if (rest.p)
		return false;
	*out = p;
	return true;
}

char *
tile_path_text(void *mem, const struct tile_path *p)
{
	const char *level = p->is_entries ? "entries" : mem_printf(mem, "%d", p->level);
	const char *index = mem_printf(mem, "%03d", (int)(p->n % 1000));
	for (int64_t n = p->n / 1000; n > 0; n /= 1000)
		index = mem_printf(mem, "x%03d/%s", (int)(n % 1000), index);
	const char *part = p->width < TILE_WIDTH ? mem_printf(mem, ".p/%d", p->width) : "";
	return mem_printf(mem, "tile/%s/%s%s", level, index, part);
}

bool
tile_path_exists(const struct tile_path *p, int64_t size)
{
	if (p->level >= TILE_LEVEL_MAX)
		return false;
	int64_t hashes = size >> (TILE_HEIGHT * p->level);
	return p->n <= hashes / TILE_WIDTH && p->n * TILE_WIDTH + p->width <= hashes;
}
