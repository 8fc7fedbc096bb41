/* SPDX-License-Identifier: Apache-2.0 */
/* Checkpoints, keys and proof files as others hand them over. What passes is written again to the
 * same bytes, and no note passes without a signature of the key. */
#include "ledger/note.h"

#include "core/mem.h"
#include "ledger/proof_file.h"

#include "core/banned.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char known[] =
	"xinqiao.example.cn/log/lc+48adbd0f+AWP5YkdcqZY568rMmBzp4kg5Oz7KsBwszSF2UUULWyD6";
static const char watcher[] =
	"witness.example/w1+88e93c2c+BONk4choKBlCdcSiAIl6BmzBZD/U0CC+t6KQdVnbfXz8";

static void
look_at_note(void *mem, struct str in, const struct note_key *key)
{
	struct checkpoint_seen seen, signed_seen;
	struct xq_err err = { 0 };
	if (checkpoint_parse(in, &seen, &err) != XQ_OK) {
		xq_require(err.key != NULL && checkpoint_read(in, key, 2, &seen, &err) != XQ_OK);
		return;
	}
	xq_require(in.n <= NOTE_MAX_BYTES && note_is_name(seen.origin));
	const char *body = checkpoint_body(mem, str_text(mem, seen.origin), seen.size, &seen.root);
	xq_require(str_is(seen.body, body));
	xq_require(str_is(in, note_join(mem, body, str_text(mem, seen.lines))));
	xq_require(checkpoint_read(in, key, 0, &signed_seen, &err) == XQ_REFUSED);
	if (checkpoint_read(in, key, 2, &signed_seen, &err) == XQ_OK)
		xq_require(signed_seen.n_logs == 1 && str_is(signed_seen.origin, key[0].name));
}

static void
look_at_key(void *mem, struct str in)
{
	struct note_key k;
	if (note_vkey_read(in, &k))
		xq_require(str_is(in, note_vkey_text(mem, k.name, k.type, k.pub)));
}

static void
look_at_proof(void *mem, struct str in, const struct note_key *key)
{
	struct proof_file p;
	struct bytes extra = { 0 };
	struct checkpoint_seen seen;
	struct tree_hash leaf = { { 1 } };
	if (proof_file_read(in, &p, NULL) != XQ_OK)
		return;
	if (p.extra.n > 0)
		xq_require(proof_file_extra(mem, &p, &extra, NULL) == XQ_OK && extra.n > 0);
	xq_require(str_eq(in, proof_file_text(mem, extra, p.index, &p.proof, p.note)));
	xq_require(proof_file_check(&p, &leaf, key, 2, &seen, NULL) == XQ_REFUSED);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct note_key key[2];
	struct str in = { (const char *)data, size };
	void *mem = mem_root("fuzz");
	bool is_key = note_vkey_read(STR(known), &key[0]) && note_vkey_read(STR(watcher), &key[1]);
	xq_require(is_key);
	look_at_note(mem, in, key);
	look_at_key(mem, in);
	look_at_proof(mem, in, key);
	mem_free(mem);
	return 0;
}
