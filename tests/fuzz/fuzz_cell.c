/* SPDX-License-Identifier: Apache-2.0 */
/* Messages between cells. Nothing passes without a signature of the key, and what is read is spelled again to the same
 * meaning; no message is a checkpoint. */
#include "cell/message.h"

#include <stdlib.h>

#include "core/json.h"
#include "core/mem.h"

#include "core/banned.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define LOG_KEY "xinqiao.example.cn/log/lc+48adbd0f+AWP5YkdcqZY568rMmBzp4kg5Oz7KsBwszSF2UUULWyD6"

static const uint8_t seed[NOTE_SEED_LEN] = { 7 };

static void
say_again(void *mem, const struct cell_message *m, const struct note_key *key)
{
	struct cell_message again;
	struct xq_err err = { 0 };
	char *say = json_dumps(m->say, JSON_COMPACT);
	xq_require(say != NULL);
	const char *body = cell_body(mem, m, str_of(say));
	const char *text = note_join(mem, body, note_sign(mem, body, "a.example/log/a", seed));
	xq_require(cell_read(mem, str_of(text), CELL_ANSWER_MAX, &again, &err) == XQ_OK);
	xq_require(text_eq(again.kind, m->kind) && text_eq(again.from, m->from) &&
		   text_eq(again.to, m->to) && text_eq(again.nonce, m->nonce) &&
		   text_eq(again.re, m->re) && again.at == m->at);
	xq_require(json_equal(again.say, m->say));
	xq_require(cell_check(&again, key, m->to, m->at, &err) == XQ_REFUSED);
	free(say);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct note_key key;
	struct cell_message m;
	struct checkpoint_seen seen;
	struct xq_err err = { 0 };
	struct str in = { (const char *)data, size };
	void *mem = mem_root("fuzz");
	bool is_key = note_vkey_read(STR(LOG_KEY), &key);
	xq_require(is_key);
	if (cell_read(mem, in, CELL_ASK_MAX, &m, &err) == XQ_OK) {
		xq_require(str_starts(in, STR(CELL_HEAD)) && size <= CELL_ASK_MAX);
		xq_require(cell_check(&m, &key, m.to, m.at, &err) == XQ_REFUSED);
		xq_require(checkpoint_parse(in, &seen, &err) == XQ_REFUSED);
		say_again(mem, &m, &key);
	} else {
		xq_require(text_eq(err.key, "cell.form"));
	}
	mem_free(mem);
	return 0;
}
