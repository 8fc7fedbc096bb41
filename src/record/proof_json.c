/* SPDX-License-Identifier: Apache-2.0 */
#include "record/proof_json.h"

#include "core/banned.h"

void
proof_put_hashes(struct json_w *w, const struct tree_proof *p)
{
	json_key(w, "hashes");
	json_open(w, '[');
	for (size_t i = 0; i < p->n; i++) {
		char b64[TREE_B64_LEN + 1];
		tree_b64(&p->h[i], b64);
		json_text(w, b64);
	}
	json_close(w, ']');
}

enum xq_rc
proof_put_entry(struct json_w *w, struct ledger_tree *t, int64_t seq, int64_t size,
	struct str bytes, struct xq_err *err)
{
	struct tree_proof p;
	enum xq_rc rc = ledger_inclusion(t, seq, size, &p, err);
	if (rc != XQ_OK)
		return rc;
	json_open(w, '{');
	json_key(w, "event");
	json_str(w, bytes);
	proof_put_hashes(w, &p);
	json_close(w, '}');
	return XQ_OK;
}
