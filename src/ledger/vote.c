/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/vote.h"

#include <stdlib.h>

#include "core/hash.h"
#include "core/json.h"
#include "core/mem.h"

#include "core/banned.h"

enum { SLIP_BYTES = 15, GROUP = 4 };

void
vote_slip_new(struct rng *random, char out[VOTE_SLIP_LEN + 1])
{
	uint8_t chance[SLIP_BYTES];
	rng_fill(random, chance, sizeof chance);
	text_base32((struct bytes){ chance, sizeof chance }, out);
	hash_wipe(chance, sizeof chance);
}

bool
vote_slip_read(struct str text, char out[VOTE_SLIP_LEN + 1])
{
	size_t n = 0;
	for (size_t i = 0; i < text.n; i++) {
		char c = text.p[i];
		if (c == ' ' || c == '-')
			continue;
		if (c >= 'A' && c <= 'Z')
			c = (char)(c - 'A' + 'a');
		if (n == VOTE_SLIP_LEN || !((c >= 'a' && c <= 'z') || (c >= '2' && c <= '7')))
			return false;
		out[n++] = c;
	}
	out[n] = '\0';
	return n == VOTE_SLIP_LEN;
}

char *
vote_slip_show(void *mem, const char *slip)
{
	struct buf b = buf_new(mem, VOTE_SLIP_LEN + VOTE_SLIP_LEN / GROUP);
	for (size_t i = 0; i < VOTE_SLIP_LEN; i += GROUP) {
		if (i > 0)
			buf_char(&b, '-');
		buf_add(&b, slip + i, GROUP);
	}
	return b.p;
}

static void
derive(struct str purpose, const char *slip, uint8_t out[SHA256_LEN])
{
	const struct bytes part[2] = { { (const uint8_t *)purpose.p, purpose.n },
		{ (const uint8_t *)slip, VOTE_SLIP_LEN } };
	hash_sha256_parts(part, 2, out);
}

void
vote_of_slip(void *mem, const char *slip, const char *box, int answer, struct vote *out)
{
	uint8_t hash[SHA256_LEN];
	derive(STR("xinqiao-vote/1 salt "), slip, out->salt);
	derive(STR("xinqiao-vote/1 t "), slip, hash);
	memcpy(out->t_bytes, hash, VOTE_T_BYTES);
	text_base64((struct bytes){ hash, VOTE_T_BYTES }, out->t);
	out->text = str_of(
		mem_printf(mem, "{\"a\":[%d],\"box\":\"%s\",\"t\":\"%s\"}", answer, box, out->t));
	out->box = box;
	ledger_commit(out->salt, out->text, out->com);
}

static int
by_t(const void *a, const void *b)
{
	const struct vote_row *x = a, *y = b;
	return strcmp(x->t, y->t);
}

struct str
vote_rows_write(void *mem, struct vote_row *row, size_t n)
{
	struct json_w w = json_new(mem);
	if (n > 0) /* an empty list has no address */
		qsort(row, n, sizeof *row, by_t);
	json_open(&w, '[');
	for (size_t i = 0; i < n; i++) {
		json_open(&w, '[');
		json_text(&w, row[i].t);
		json_open(&w, '[');
		json_int(&w, row[i].answer);
		json_close(&w, ']');
		json_close(&w, ']');
	}
	json_close(&w, ']');
	return buf_view(&w.b);
}
