/* SPDX-License-Identifier: Apache-2.0 */
/* V1, V4 and V5: the newest checkpoint, all others that are known, and what their times say.
 *
 * Whose signature holds at a size is itself told by the log (key.added, key.retired), under roots that were
 * verified before. So notes are taken again and again until no further one becomes good: each round at least
 * one, or it was the last. */
#include <stdlib.h>

#include "core/mem.h"
#include "core/time.h"
#include "ledger/verify_int.h"

#include "core/banned.h"

#define SLACK_S 120 /* between a witness's clock and the office's */
#define STALE_S (26 * 3600)

/* ---- loading --------------------------------------------------------------------------------------- */

static void
note_add(struct verify *v, enum note_origin from, struct str text,
	const struct checkpoint_seen *seen)
{
	v->note = mem_grow(v->mem, struct verify_note, v->note, v->n_notes, v->n_notes + 1);
	v->note[v->n_notes++] = (struct verify_note){ .from = from,
		.text = text,
		.size = seen->size,
		.root = seen->root,
		.at_before = -1,
		.at_after = -1 };
}

static struct str
note_text(struct bytes b)
{
	return str_n((const char *)b.p, b.n);
}

/* One that was kept or given; the newest stands in the result already. */
static void
take_older(struct verify *v, enum note_origin from, struct str text, int64_t named_size)
{
	struct checkpoint_seen seen;
	struct xq_err why = { 0 };
	if (checkpoint_parse(text, &seen, &why) != XQ_OK) {
		verify_say(v, VERIFY_OLDER, named_size, "verify.note-form", str_of(v->out->origin),
			str_of(why.key));
		return;
	}
	if (!str_is(seen.origin, v->out->origin)) {
		verify_say(v, VERIFY_OLDER, seen.size, "verify.note-foreign",
			str_of(v->out->origin), seen.origin);
		return;
	}
	if (named_size >= 0 && seen.size != named_size) {
		verify_say_int(
			v, VERIFY_OLDER, named_size, "verify.note-named", named_size, seen.size);
		return;
	}
	note_add(v, from, text, &seen);
}

static enum xq_rc
load_kept(struct verify *v, struct xq_err *err)
{
	for (size_t i = 0; i < v->log_json.n_kept; i++) {
		int64_t size = v->log_json.kept[i];
		const char *path = mem_printf(v->mem, "checkpoints/%lld", (long long)size);
		struct bytes b;
		enum xq_rc rc = v->src->get(v->src->arg, v->mem, path, FOLDER_NOTE_MAX, &b, err);
		if (rc == XQ_OK)
			take_older(v, NOTE_KEPT, note_text(b), size);
		else if (rc == XQ_NONE || rc == XQ_REFUSED)
			verify_say(v, VERIFY_OLDER, size, "verify.note-missing", str_of(path),
				STR(""));
		else
			return rc;
	}
	return XQ_OK;
}

/* log.json proves nothing, so a missing one is no fault; its witnesses only ever speak against the log. */
static enum xq_rc
load_log_json(struct verify *v, struct xq_err *err)
{
	struct bytes b;
	enum xq_rc rc = v->src->get(v->src->arg, v->mem, "log.json", FOLDER_LOG_MAX, &b, err);
	if (rc == XQ_NONE)
		return XQ_OK;
	if (rc == XQ_OK)
		rc = folder_log_read(v->mem, b, &v->log_json, NULL);
	if (rc == XQ_REFUSED) {
		verify_say(v, VERIFY_CHECKPOINT, -1, "verify.log-json", STR(""), STR(""));
		return XQ_OK;
	}
	for (size_t i = 0; rc == XQ_OK && i < v->log_json.n_witnesses; i++) {
		struct note_key key;
		if (v->n_witnesses < VERIFY_KEYS_MAX &&
			note_vkey_read(v->log_json.witness[i], &key) && key.type == NOTE_COSIGN)
			v->witness[v->n_witnesses++] = key;
	}
	return rc;
}

static int
by_size(const void *a, const void *b)
{
	const struct verify_note *x = a, *y = b;
	if (x->size != y->size)
		return x->size < y->size ? -1 : 1;
	return (x->from > y->from) - (x->from < y->from);
}

enum xq_rc
verify_notes_load(struct verify *v, struct xq_err *err)
{
	struct bytes b;
	struct checkpoint_seen seen;
	struct xq_err why = { 0 };
	enum xq_rc rc = v->src->get(v->src->arg, v->mem, "checkpoint", FOLDER_NOTE_MAX, &b, err);
	if (rc == XQ_FAULT || rc == XQ_BUSY)
		return rc;
	if (rc != XQ_OK || checkpoint_parse(note_text(b), &seen, &why) != XQ_OK) {
		verify_say(v, VERIFY_CHECKPOINT, -1,
			rc == XQ_OK ? "verify.note-form" : "verify.no-checkpoint", STR(""),
			str_of(why.key));
		v->out->is_complete = false;
		return XQ_OK;
	}
	v->out->origin = str_text(v->mem, seen.origin);
	v->size = v->out->size = seen.size;
	v->out->root = seen.root;
	note_add(v, NOTE_NEWEST, note_text(b), &seen);

	rc = load_log_json(v, err);
	if (rc == XQ_OK)
		rc = load_kept(v, err);
	for (size_t i = 0; rc == XQ_OK && i < v->opt->n_notes; i++)
		take_older(v, NOTE_GIVEN, v->opt->note[i], -1);
	if (v->n_notes > 0) /* an empty list has no address */
		qsort(v->note, v->n_notes, sizeof v->note[0], by_size);
	for (size_t i = 0; i < v->n_notes; i++)
		if (v->note[i].from == NOTE_NEWEST)
			v->newest = i;
	return rc;
}

/* ---- beside the pass ------------------------------------------------------------------------------- */

void
verify_notes_at(struct verify *v, int64_t size)
{
	for (; v->next_note < v->n_notes && v->note[v->next_note].size <= size; v->next_note++) {
		struct verify_note *n = &v->note[v->next_note];
		if (n->size != size)
			continue;
		tree_root(&v->frontier, &n->ours);
		n->has_ours = true;
		n->at_before = size > 0 ? v->last_at : -1;
	}
}

void
verify_notes_after(struct verify *v, int64_t seq, int64_t at)
{
	for (size_t i = v->next_note; i > 0 && v->note[i - 1].size == seq; i--)
		v->note[i - 1].at_after = at;
}

/* ---- keys ------------------------------------------------------------------------------------------ */

void
verify_key_add(struct verify *v, struct str vkey, int64_t from, int64_t seq, bool is_trusted)
{
	struct verify_key k = {
		.from = from, .until = INT64_MAX, .seq = seq, .is_trusted = is_trusted
	};
	if (!note_vkey_read(vkey, &k.key) || k.key.type != NOTE_ED25519) {
		verify_say(v, VERIFY_CHECKPOINT, seq, "verify.key-form", STR(""), vkey);
		return;
	}
	for (size_t i = 0; i < v->n_keys; i++)
		if (str_eq(v->key[i].vkey, vkey)) {
			/* given from outside, and now met in the log: its sizes stand there */
			v->key[i].from = from;
			v->key[i].seq = seq;
			return;
		}
	if (v->n_keys == VERIFY_KEYS_MAX) {
		verify_say_int(v, VERIFY_CHECKPOINT, seq, "verify.keys", VERIFY_KEYS_MAX,
			(int64_t)v->n_keys + 1);
		return;
	}
	k.vkey = str_n(mem_textn(v->mem, vkey.p, vkey.n), vkey.n);
	v->key[v->n_keys++] = k;
}

size_t
verify_keys_at(const struct verify *v, int64_t size, struct note_key out[2 * VERIFY_KEYS_MAX])
{
	size_t n = 0;
	for (size_t i = 0; i < v->n_keys; i++)
		if (v->key[i].is_trusted && v->key[i].from <= size && size < v->key[i].until)
			out[n++] = v->key[i].key;
	for (size_t i = 0; i < v->n_witnesses; i++)
		out[n++] = v->witness[i];
	return n;
}

void
verify_key_retire(struct verify *v, struct str vkey, int64_t until)
{
	for (size_t i = 0; i < v->n_keys; i++)
		if (str_eq(v->key[i].vkey, vkey) && until < v->key[i].until)
			v->key[i].until = until;
}

bool
verify_note_holds(struct verify *v, struct str note, struct checkpoint_seen *out)
{
	struct note_key key[2 * VERIFY_KEYS_MAX];
	struct checkpoint_seen seen;
	if (checkpoint_parse(note, &seen, NULL) != XQ_OK || !str_is(seen.origin, v->out->origin))
		return false;
	return checkpoint_read(note, key, verify_keys_at(v, seen.size, key), out, NULL) == XQ_OK;
}

/* Whatever the log says about keys below this size is now under a root that holds. */
static void
trust_keys_below(struct verify *v, int64_t size)
{
	for (size_t i = 0; i < v->n_keys; i++)
		if (v->key[i].seq >= 0 && v->key[i].seq < size)
			v->key[i].is_trusted = true;
}

static void
take_good_notes(struct verify *v)
{
	for (bool again = true; again;) {
		again = false;
		for (size_t i = 0; i < v->n_notes; i++) {
			struct verify_note *n = &v->note[i];
			struct checkpoint_seen seen;
			if (n->is_good || !n->has_ours || !tree_equal(&n->root, &n->ours) ||
				!verify_note_holds(v, n->text, &seen))
				continue;
			n->is_good = true;
			trust_keys_below(v, n->size);
			again = true;
		}
	}
}

/* ---- judging --------------------------------------------------------------------------------------- */

/* Only the first entry at fault is named: `at` never falls, and where it does V3 says so. */
static void
judge_times(struct verify *v, const struct verify_note *n, const struct checkpoint_seen *seen)
{
	char want[TIME_RECORD_LEN + 1], got[TIME_RECORD_LEN + 1];
	for (size_t i = 0; i < seen->n_cosigned; i++) {
		int64_t at = seen->cosigned[i].at;
		time_record(at, want);
		if (n->at_after >= 0 && n->at_after < at - SLACK_S) {
			time_record(n->at_after, got);
			verify_say(v, VERIFY_TIME, n->size, "verify.back-dated", str_of(want),
				str_of(got));
		}
		if (n->at_before >= 0 && n->at_before > at + SLACK_S) {
			time_record(n->at_before, got);
			verify_say(v, VERIFY_TIME, n->size - 1, "verify.post-dated", str_of(want),
				str_of(got));
		}
	}
}

static void
judge_newest(struct verify *v, const struct verify_note *n)
{
	struct note_key key[2 * VERIFY_KEYS_MAX];
	size_t n_keys = verify_keys_at(v, n->size, key);
	struct checkpoint_seen seen;
	struct xq_err why = { 0 };
	if (checkpoint_read(n->text, key, n_keys, &seen, &why) != XQ_OK) {
		verify_say(v, VERIFY_CHECKPOINT, n->size, "verify.signature",
			v->n_keys > 0 ? v->key[0].vkey : STR(""), str_of(why.key));
		return;
	}
	int trusted = 0;
	size_t n_logs = n_keys - v->n_witnesses;
	for (size_t i = 0; i < seen.n_cosigned; i++)
		trusted += seen.cosigned[i].key < n_logs + v->n_trusted_witnesses;
	v->out->n_cosigned = trusted;
	if (trusted < v->opt->min_cosigned)
		verify_say_int(v, VERIFY_CHECKPOINT, n->size, "verify.cosigned",
			v->opt->min_cosigned, trusted);
	judge_times(v, n, &seen);
}

static void
judge_older(struct verify *v, const struct verify_note *n)
{
	struct note_key key[2 * VERIFY_KEYS_MAX];
	struct checkpoint_seen seen;
	struct xq_err why = { 0 };
	v->out->n_older++;
	if (checkpoint_read(n->text, key, verify_keys_at(v, n->size, key), &seen, &why) != XQ_OK) {
		verify_say(v, VERIFY_OLDER, n->size, "verify.note-signature",
			v->n_keys > 0 ? v->key[0].vkey : STR(""), str_of(why.key));
		return;
	}
	if (n->size > v->size) {
		verify_say_int(v, VERIFY_OLDER, n->size, "verify.rolled-back", n->size, v->size);
		return;
	}
	if (!n->has_ours)
		return; /* the pass ended before it, and said why */
	if (!tree_equal(&n->root, &n->ours))
		verify_say_hash(v, VERIFY_OLDER, n->size, "verify.fork", &n->root, &n->ours);
	judge_times(v, n, &seen);
}

void
verify_notes_judge(struct verify *v)
{
	const struct verify_note *newest = &v->note[v->newest];
	v->out->is_own_vkey = v->opt->vkey == NULL;
	for (size_t i = 0; v->out->is_own_vkey && i < v->n_keys; i++)
		if (v->key[i].seq == 0)
			v->key[i].is_trusted = true;
	take_good_notes(v);
	for (size_t i = 0; i < v->n_keys && v->out->vkey[0] == '\0'; i++)
		if (v->key[i].is_trusted)
			v->out->vkey = str_text(v->mem, v->key[i].vkey);
	judge_newest(v, newest);
	for (size_t i = 0; i < v->n_notes; i++)
		if (i != v->newest)
			judge_older(v, &v->note[i]);
	if (v->opt->now != 0 && v->out->is_complete && v->last_at < v->opt->now - STALE_S) {
		char want[TIME_RECORD_LEN + 1], got[TIME_RECORD_LEN + 1];
		time_record(v->opt->now - STALE_S, want);
		time_record(v->last_at, got);
		verify_say(v, VERIFY_TIME, v->size - 1, "verify.stale", str_of(want), str_of(got));
	}
}
