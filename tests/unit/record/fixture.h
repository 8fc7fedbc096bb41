/* SPDX-License-Identifier: Apache-2.0 */
/* fixture.h - an operator beside the office's people, and signed heads without the signer's thread. */
#ifndef XQ_TEST_RECORD_FIXTURE_H
#define XQ_TEST_RECORD_FIXTURE_H

#include "../concern/fixture.h"

#include "ledger/tiles.h"
#include "record/keys_int.h"
#include "record/witness_int.h"

static inline struct actor
operator_of(const struct world *w)
{
	struct actor a = w->who[WEN];
	a.n_grants = 1;
	a.grant[0] = (struct grant){ .role = ROLE_OPERATOR, .scope = SCOPE_OFFICE };
	return a;
}

static inline enum xq_rc
operate(struct world *w, const struct act *act, const struct pair *in)
{
	struct actor a = operator_of(w);
	return run_call(w, call_of(w, &a, act, in));
}

/* The head as the signer keeps it: body, and the lines of the keys that are valid at its size. */
static inline struct checkpoint
sign_head(struct world *w)
{
	struct checkpoint c = { .signed_at = now_of(w) };
	struct ledger_tree *t;
	struct log_keys keys;
	struct tx *tx;
	OK(db_write(w->app->db, &tx, &w->err));
	OK(ledger_tree_open(tx, w->mem, w->office, &t, &w->err));
	c.size = ledger_tree_size(t);
	OK(ledger_tree_root(t, c.size, &c.root, &w->err));
	OK(log_keys_load(w->app, tx, w->mem, w->office, c.size, &keys, &w->err));
	const char *body = checkpoint_body(w->mem, ledger_tree_origin(t), c.size, &c.root);
	c.note = note_join(w->mem, body, log_keys_sign(w->mem, &keys, body));
	OK(checkpoint_put(tx, w->mem, w->office, &c, &w->err));
	OK(tx_commit(tx, &w->err));
	return c;
}

static inline struct log_keys
keys_at(struct world *w, int64_t size)
{
	struct log_keys keys = { 0 };
	struct tx *tx = look(w);
	OK(log_keys_load(w->app, tx, w->mem, w->office, size, &keys, &w->err));
	tx_end(tx);
	return keys;
}

static inline const char *
vkey_at(struct world *w, int64_t size, size_t i)
{
	struct log_keys keys = keys_at(w, size);
	assert_true(i < keys.n);
	return log_key_vkey(w->mem, &keys.k[i]);
}

#endif
