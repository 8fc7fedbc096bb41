/* SPDX-License-Identifier: Apache-2.0 */
/* The rules of a witness. The order of the checks is that of tlog-witness, so that nobody learns
 * what we know of a log without a signature of its key. */
#include "ledger/witness.h"

#include "core/hash.h"
#include "core/mem.h"

#include "core/banned.h"

#define TEXT_TYPE "text/plain; charset=utf-8"

const struct msg_text witness_messages[] = {
	{ "witness.form",
		N_("This is not a request to a witness: a line with the old size, at most 63 proof "
		   "lines, a blank line and a checkpoint are expected.") },
	{ 0 },
};

/* ---- reading a request --------------------------------------------------------------------------- */

static enum xq_rc
read_ask(struct str body, struct witness_ask *out, struct xq_err *err)
{
	struct str rest = body, line;
	if (body.n > WITNESS_ASK_MAX || !note_line_cut(&rest, &line) ||
		!str_starts(line, STR("old ")) ||
		!note_size_read(str_n(line.p + 4, line.n - 4), &out->old))
		return xq_refuse(err, NULL, "witness.form");
	while (note_line_cut(&rest, &line)) {
		if (line.n == 0) {
			out->note = rest;
			return XQ_OK;
		}
		if (out->proof.n == WITNESS_PROOF_LINES ||
			!tree_b64_read(line, &out->proof.h[out->proof.n]))
			return xq_refuse(err, NULL, "witness.form");
		out->proof.n++;
	}
	return xq_refuse(err, NULL, "witness.form");
}

enum xq_rc
witness_ask_read(struct str body, struct witness_ask *out, struct xq_err *err)
{
	struct witness_ask ask = { 0 };
	struct checkpoint_seen seen;
	enum xq_rc rc = read_ask(body, &ask, err);
	if (rc == XQ_OK)
		rc = checkpoint_parse(ask.note, &seen, err);
	if (rc != XQ_OK)
		return rc;
	ask.origin = seen.origin;
	*out = ask;
	return XQ_OK;
}

int
witness_ask_status(const struct xq_err *err)
{
	return text_eq(err->key, "checkpoint.empty-root") ? 422 : 400;
}

struct str
witness_ask_text(void *mem, int64_t old, const struct tree_proof *proof, struct str note)
{
	struct buf b = buf_new(mem, 64 + proof->n * (TREE_B64_LEN + 1) + note.n);
	buf_printf(&b, "old %lld\n", (long long)old);
	for (size_t i = 0; i < proof->n; i++) {
		char b64[TREE_B64_LEN + 1];
		tree_b64(&proof->h[i], b64);
		buf_printf(&b, "%s\n", b64);
	}
	buf_char(&b, '\n');
	buf_str(&b, note);
	return buf_view(&b);
}

/* ---- answering ----------------------------------------------------------------------------------- */

static bool
is_watched(struct str origin, const struct note_key *key, size_t n_keys)
{
	for (size_t i = 0; i < n_keys; i++) {
		if (key[i].type == NOTE_ED25519 && str_is(origin, key[i].name))
			return true;
	}
	return false;
}

static void
say(struct witness_answer *out, int status, const char *body)
{
	out->status = status;
	out->type = TEXT_TYPE;
	out->body = body;
}

/* Whether the checkpoint goes on from the state; the reason in words where it does not. */
static const char *
continues(const struct witness_ask *ask, const struct checkpoint_seen *seen,
	const struct witness_state *state)
{
	if (ask->old == 0)
		return ask->proof.n == 0 ? NULL : "no proof belongs to old size 0\n";
	if (ask->old == seen->size && !tree_equal(&state->root, &seen->root))
		return "another root at the same size\n";
	if (!tree_extends(ask->old, &state->root, seen->size, &seen->root, &ask->proof))
		return "the proof does not lead from the old root to the new one\n";
	return NULL;
}

static void
cosign(void *mem, const struct checkpoint_seen *seen, const struct witness_self *self, int64_t now,
	struct witness_answer *out)
{
	say(out, 200, note_cosign(mem, str_text(mem, seen->body), self->name, self->seed, now));
	out->next = (struct witness_state){ seen->size, seen->root };
}

void
witness_answer(void *mem, const struct witness_ask *ask, const struct note_key *key, size_t n_keys,
	const struct witness_self *self, const struct witness_state *state, int64_t now,
	struct witness_answer *out)
{
	struct checkpoint_seen seen;
	const char *why;
	*out = (struct witness_answer){ .origin = ask->origin };
	if (!is_watched(ask->origin, key, n_keys)) {
		say(out, 404, "this log is not watched here\n");
	} else if (checkpoint_read(ask->note, key, n_keys, &seen, NULL) != XQ_OK) {
		say(out, 403, "no good signature of this log\n");
	} else if (ask->old > seen.size) {
		say(out, 400, "the old size is above the new one\n");
	} else if (ask->old != state->size) {
		say(out, 409, mem_printf(mem, "%lld\n", (long long)state->size));
		out->type = WITNESS_SIZE_TYPE;
	} else if ((why = continues(ask, &seen, state)) != NULL) {
		say(out, 422, why);
	} else {
		cosign(mem, &seen, self, now, out);
	}
}

/* ---- reading an answer ---------------------------------------------------------------------------- */

static struct witness_reply
read_lines(struct str body, struct str checkpoint, const struct note_key *key, int64_t now)
{
	struct witness_reply out = { .said = WITNESS_TRY_LATER };
	struct str line;
	for (size_t n = 0; n < NOTE_MAX_SIGNATURES && note_line_cut(&body, &line); n++) {
		int64_t at, off;
		if (!note_line_check(line, checkpoint, key, &at))
			continue;
		off = at > now ? at - now : now - at;
		if (off <= WITNESS_CLOCK_MAX)
			return (struct witness_reply){
				.said = WITNESS_SIGNED, .at = at, .line = str_n(line.p, line.n + 1)
			};
	}
	return out;
}

struct witness_reply
witness_reply_read(int status, struct str type, struct str body, struct str checkpoint,
	const struct note_key *key, int64_t now)
{
	struct witness_reply out = { .said = WITNESS_TRY_LATER };
	if (body.n > NOTE_MAX_BYTES)
		return out;
	if (status == 200)
		return read_lines(body, checkpoint, key, now);
	if (status == 403 || status == 422)
		out.said = WITNESS_REFUSES;
	if (status == 409 && str_is(type, WITNESS_SIZE_TYPE) && str_ends(body, STR("\n")) &&
		note_size_read(str_n(body.p, body.n - 1), &out.size))
		out.said = WITNESS_KNOWS;
	return out;
}
