/* SPDX-License-Identifier: Apache-2.0 */
/* follow_steps.c - a record tells the way to its newer keys; each step is believed for what proves it. */
#include "core/json.h"
#include "core/mem.h"
#include "ledger/key_follow.h"

#include "core/banned.h"

enum { STEPS_MAX = 128, KEYS_OF_STEP_MAX = 128 };

static struct str
text_of(const json_t *j)
{
	const char *p = json_string_value(j);
	return str_n(p ? p : "", p ? json_string_length(j) : 0);
}

static bool
read_hashes(const json_t *j, struct tree_proof *out)
{
	*out = (struct tree_proof){ .n = json_array_size(j) };
	if (!json_is_array(j) || out->n > TREE_PROOF_MAX)
		return false;
	for (size_t i = 0; i < out->n; i++)
		if (!tree_b64_read(text_of(json_array_get(j, i)), &out->h[i]))
			return false;
	return true;
}

/* The checkpoint that covers a change of keys; a step at the place where the way begins has none. */
static bool
take_note(struct follow *f, const json_t *step, struct follow_known *known)
{
	struct checkpoint_seen seen;
	struct tree_proof p;
	const json_t *note = json_object_get(step, "note");
	if (!note)
		return true;
	if (!json_is_string(note) || !read_hashes(json_object_get(step, "hashes"), &p) ||
		follow_read(f, text_of(note), &seen, NULL) != XQ_OK ||
		!tree_extends(known->size, &known->root, seen.size, &seen.root, &p))
		return false;
	*known = (struct follow_known){ seen.size, seen.root };
	return true;
}

static bool
take_key(struct follow *f, const json_t *entry, const char *log, const struct follow_known *known)
{
	struct str bytes = text_of(json_object_get(entry, "event"));
	struct event_seen e;
	struct tree_proof p;
	struct tree_hash leaf;
	if (event_check(bytes, log, -1, &e, NULL) != XQ_OK ||
		!read_hashes(json_object_get(entry, "hashes"), &p))
		return false;
	tree_leaf((struct bytes){ (const uint8_t *)bytes.p, bytes.n }, &leaf);
	if (!tree_includes(&leaf, e.seq, known->size, &p, &known->root))
		return false;
	follow_event(f, &e);
	return true;
}

static bool
take_step(struct follow *f, const json_t *step, const char *log, struct follow_known *known)
{
	const json_t *keys = json_object_get(step, "keys");
	size_t n = json_array_size(keys);
	if (!json_is_array(keys) || n > KEYS_OF_STEP_MAX || !take_note(f, step, known))
		return false;
	for (size_t i = 0; i < n; i++)
		if (!take_key(f, json_array_get(keys, i), log, known))
			return false;
	follow_root(f, known->size);
	return true;
}

enum xq_rc
follow_steps(struct follow *f, void *mem, struct str json, const char *log,
	struct follow_known *known, struct xq_err *err)
{
	json_t *j;
	if (json_read(mem, json, FOLLOW_STEPS_MAX, &j, err) != XQ_OK)
		return xq_refuse(err, NULL, "follow.steps");
	const json_t *steps = json_object_get(j, "steps");
	size_t n = json_array_size(steps);
	if (!json_is_array(steps) || n > STEPS_MAX)
		return xq_refuse(err, NULL, "follow.steps");
	for (size_t i = 0; i < n; i++)
		if (!take_step(f, json_array_get(steps, i), log, known))
			return xq_refuse(err, NULL, "follow.steps");
	return XQ_OK;
}
