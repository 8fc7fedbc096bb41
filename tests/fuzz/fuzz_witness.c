/* SPDX-License-Identifier: Apache-2.0 */
/* Requests to a witness, and answers of one. A request that passes is written again to the same
 * bytes; a state moves only with a signed answer; nobody's answer counts without the witness's key. */
#include "ledger/witness.h"

#include "core/mem.h"

#include "core/banned.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char known[] =
	"xinqiao.example.cn/log/lc+48adbd0f+AWP5YkdcqZY568rMmBzp4kg5Oz7KsBwszSF2UUULWyD6";
static const char watcher[] =
	"witness.example/w1+88e93c2c+BONk4choKBlCdcSiAIl6BmzBZD/U0CC+t6KQdVnbfXz8";

static void
look_at_ask(void *mem, struct str in, const struct note_key *key)
{
	static const uint8_t seed[NOTE_SEED_LEN] = { 7 };
	const struct witness_self self = { "witness.example/w1", seed };
	struct witness_ask ask;
	struct witness_answer a;
	struct xq_err err = { 0 };
	if (witness_ask_read(in, &ask, &err) != XQ_OK) {
		xq_require(witness_ask_status(&err) == 400 || witness_ask_status(&err) == 422);
		return;
	}
	xq_require(str_eq(in, witness_ask_text(mem, ask.old, &ask.proof, ask.note)));
	for (int64_t known_size = 0; known_size <= 70; known_size += 70) {
		const struct witness_state state = { .size = known_size };
		witness_answer(mem, &ask, key, 1, &self, &state, 1769212800, &a);
		xq_require(a.body != NULL && a.type != NULL);
		xq_require(a.status == 200 ? a.next.size >= known_size : a.next.size == 0);
		xq_require(a.status != 200 || str_is(ask.origin, key->name));
	}
}

static void
look_at_reply(struct str in, const struct note_key *key)
{
	static const int status[] = { 200, 409, 422, 503 };
	for (size_t i = 0; i < sizeof(status) / sizeof(status[0]); i++) {
		struct witness_reply r = witness_reply_read(
			status[i], STR(WITNESS_SIZE_TYPE), in, in, key, 1769212800);
		xq_require(r.size >= 0 && (r.said == WITNESS_KNOWS || r.size == 0));
		xq_require((r.said == WITNESS_SIGNED) == (r.line.n > 0));
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct note_key key[2];
	struct str in = { (const char *)data, size };
	void *mem = mem_root("fuzz");
	bool is_key = note_vkey_read(STR(known), &key[0]) && note_vkey_read(STR(watcher), &key[1]);
	xq_require(is_key);
	look_at_ask(mem, in, key);
	look_at_reply(in, &key[1]);
	mem_free(mem);
	return 0;
}
