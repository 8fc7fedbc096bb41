/* SPDX-License-Identifier: Apache-2.0 */
/* The order in which the rules are asked, and how they say what they find. */
#include "ledger/verify.h"

#include "core/mem.h"
#include "ledger/verify_int.h"

#include "core/banned.h"

const char *
verify_rule_name(enum verify_rule rule)
{
	static const char *const name[VERIFY_RULES] = { "", "V1", "V2", "V3", "V4", "V5", "V6",
		"V7", "V8", "V9", "V10", "V11" };
	return name[rule];
}

/* ---- faults ---------------------------------------------------------------------------------------- */

/* Values may come from a forged file: only printable ASCII passes, so that a terminal is safe. */
static void
put_value(char out[VERIFY_VALUE_MAX], struct str value)
{
	size_t n = value.n < VERIFY_VALUE_MAX - 1 ? value.n : VERIFY_VALUE_MAX - 1;
	for (size_t i = 0; i < n; i++)
		out[i] = value.p[i] >= ' ' && value.p[i] <= '~' ? value.p[i] : '?';
	out[n] = '\0';
}

void
verify_say(struct verify *v, enum verify_rule rule, int64_t seq, const char *key, struct str want,
	struct str got)
{
	struct verify_result *out = v->out;
	out->n_faults++;
	out->n_of[rule]++;
	if (out->n_of[rule] > VERIFY_KEPT_OF_RULE) /* one shift puts every later entry at fault */
		return;
	struct verify_fault *f = &out->fault[out->n_kept++];
	*f = (struct verify_fault){ .rule = rule, .seq = seq, .key = key };
	put_value(f->want, want);
	put_value(f->got, got);
}

void
verify_say_int(struct verify *v, enum verify_rule rule, int64_t seq, const char *key, int64_t want,
	int64_t got)
{
	struct buf a = buf_new(v->mem, 24), b = buf_new(v->mem, 24);
	buf_int(&a, want);
	buf_int(&b, got);
	verify_say(v, rule, seq, key, buf_view(&a), buf_view(&b));
	mem_free(a.p);
	mem_free(b.p);
}

void
verify_say_hash(struct verify *v, enum verify_rule rule, int64_t seq, const char *key,
	const struct tree_hash *want, const struct tree_hash *got)
{
	char a[TREE_B64_LEN + 1], b[TREE_B64_LEN + 1];
	tree_b64(want, a);
	tree_b64(got, b);
	verify_say(v, rule, seq, key, str_of(a), str_of(b));
}

/* ---- names ----------------------------------------------------------------------------------------- */

static uint32_t
name_hash(struct str s)
{
	uint32_t h = 2166136261u; /* FNV-1a */
	for (size_t i = 0; i < s.n; i++)
		h = (h ^ (uint8_t)s.p[i]) * 16777619u;
	return h;
}

static void
names_widen(void *mem, struct verify_names *t)
{
	uint32_t cap = t->cap ? 2 * t->cap : 64;
	t->name = mem_grow(mem, struct str, t->name, t->cap, cap);
	t->cap = cap;
	mem_free(t->slot);
	t->slots = 2 * cap;
	t->slot = mem_array(mem, uint32_t, t->slots);
	for (uint32_t i = 0; i < t->n; i++) {
		uint32_t at = name_hash(t->name[i]) & (t->slots - 1);
		while (t->slot[at] != 0)
			at = (at + 1) & (t->slots - 1);
		t->slot[at] = i + 1;
	}
}

uint32_t
verify_name(void *mem, struct verify_names *t, struct str name)
{
	if (t->n == t->cap)
		names_widen(mem, t);
	uint32_t at = name_hash(name) & (t->slots - 1);
	for (; t->slot[at] != 0; at = (at + 1) & (t->slots - 1))
		if (str_eq(t->name[t->slot[at] - 1], name))
			return t->slot[at];
	t->name[t->n++] = str_n(mem_textn(mem, name.p, name.n), name.n);
	return t->slot[at] = t->n;
}

/* ---- the whole ------------------------------------------------------------------------------------- */

static enum xq_rc
take_reader_keys(struct verify *v, struct xq_err *err)
{
	const struct verify_options *opt = v->opt;
	struct note_key key;
	const char *bad = NULL;
	if (opt->vkey != NULL) {
		if (!note_vkey_read(str_of(opt->vkey), &key) || key.type != NOTE_ED25519)
			bad = opt->vkey;
		else
			verify_key_add(v, str_of(opt->vkey), 0, -1, true);
	}
	for (size_t i = 0; bad == NULL && i < opt->n_witnesses && i < VERIFY_KEYS_MAX; i++) {
		if (!note_vkey_read(str_of(opt->witness[i]), &key) || key.type != NOTE_COSIGN)
			bad = opt->witness[i];
		else
			v->witness[v->n_witnesses++] = key;
	}
	v->n_trusted_witnesses = v->n_witnesses;
	if (bad == NULL)
		return XQ_OK;
	(void)xq_refuse(err, NULL, "verify.bad-vkey");
	xq_err_text(err, "vkey", mem_text(v->mem, bad));
	return XQ_REFUSED;
}

/* Rules that look at what the pass has gathered. */
static enum xq_rc
judge(struct verify *v, struct xq_err *err)
{
	verify_notes_judge(v);
	enum xq_rc rc = verify_names(v, err);
	if (rc == XQ_OK)
		rc = verify_erasures(v, err);
	if (rc == XQ_OK)
		rc = verify_figures(v, err);
	if (rc == XQ_OK)
		rc = verify_boxes(v, err);
	if (rc == XQ_OK)
		rc = verify_draws(v, err);
	return rc == XQ_OK ? verify_receipts(v, err) : rc;
}

enum xq_rc
verify_log(void *mem, const struct ledger_source *src, const struct verify_options *opt,
	struct verify_result *out, struct xq_err *err)
{
	struct verify_result result = { .origin = "", .vkey = "", .is_complete = true };
	result.fault = mem_array(mem, struct verify_fault, VERIFY_RULES * VERIFY_KEPT_OF_RULE);
	struct verify *v = mem_new(mem, struct verify);
	*v = (struct verify){ .mem = v, .src = src, .opt = opt, .out = &result };
	v->walk = figures_walk_new(v);

	enum xq_rc rc = take_reader_keys(v, err);
	if (rc == XQ_OK)
		rc = verify_notes_load(v, err);
	if (rc == XQ_OK && v->n_notes > 0)
		rc = verify_pass(v, err);
	if (rc == XQ_OK && v->n_notes > 0)
		rc = judge(v, err);
	if (rc == XQ_OK) {
		result.origin = mem_text(mem, result.origin);
		result.vkey = mem_text(mem, result.vkey);
		*out = result;
	}
	mem_free(v);
	return rc;
}
