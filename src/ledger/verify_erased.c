/* SPDX-License-Identifier: Apache-2.0 */
/* V6: what is announced as erased was there, and goes once. An announcement of what never was would make the
 * figure "erased" say anything. */
#include <stdlib.h>

#include "core/mem.h"
#include "core/parse.h"
#include "ledger/pub.h"
#include "ledger/verify_int.h"

#include "core/banned.h"

/* "26:body" */
static bool
read_part(struct str text, struct verify_erased *out)
{
	struct str rest = text, number;
	/* a leading zero would be a second spelling of the same part */
	return str_cut(&rest, ':', &number) && rest.p && rest.n > 0 &&
	       !(number.n > 1 && number.p[0] == '0') &&
	       parse_int(number, 0, TREE_SIZE_MAX, &out->seq) && (out->part = rest, true);
}

static void
take_part(struct verify *v, int64_t at, struct str text)
{
	struct verify_erased part = { .at = at };
	if (!read_part(text, &part) || part.seq >= at) {
		verify_say(v, VERIFY_LIFE, at, "verify.erased", STR("-"), text);
		return;
	}
	part.part = str_n(mem_textn(v->mem, part.part.p, part.part.n), part.part.n);
	if (v->n_erased == v->erased_cap) {
		size_t cap = v->erased_cap ? 2 * v->erased_cap : 64;
		v->erased = mem_grow(v->mem, struct verify_erased, v->erased, v->erased_cap, cap);
		v->erased_cap = cap;
	}
	v->erased[v->n_erased++] = part;
}

void
verify_erased_event(struct verify *v, const struct event_seen *e)
{
	struct str parts, text;
	if (!pub_array(e->pub, "parts", &parts)) {
		verify_say(v, VERIFY_LIFE, e->seq, "verify.erased", STR("-"), STR(""));
		return;
	}
	while (pub_item(&parts, &text))
		take_part(v, e->seq, text);
}

static int
by_part(const void *a, const void *b)
{
	const struct verify_erased *x = a, *y = b;
	if (x->seq != y->seq)
		return x->seq < y->seq ? -1 : 1;
	int c = str_cmp(x->part, y->part);
	return c != 0 ? c : (x->at > y->at) - (x->at < y->at);
}

static enum xq_rc
has_part(struct verify *v, const struct verify_erased *p, bool *out, struct xq_err *err)
{
	void *mem = mem_root("erased");
	struct str entry, com, key, value;
	struct event_seen e;
	*out = false;
	enum xq_rc rc = verify_entry_get(v, mem, p->seq, &entry, err);
	if (rc == XQ_OK && event_check(entry, NULL, -1, &e, NULL) == XQ_OK)
		for (com = e.com; !*out && pub_next(&com, &key, &value);)
			*out = str_eq(key, p->part);
	mem_free(mem);
	return rc == XQ_NONE || rc == XQ_REFUSED ? XQ_OK : rc; /* V2 has said so */
}

enum xq_rc
verify_erasures(struct verify *v, struct xq_err *err)
{
	if (v->n_erased > 0) /* an empty list has no address */
		qsort(v->erased, v->n_erased, sizeof v->erased[0], by_part);
	for (size_t i = 0; i < v->n_erased; i++) {
		const struct verify_erased *p = &v->erased[i], *before = p - (i > 0);
		bool is_again = i > 0 && before->seq == p->seq && str_eq(before->part, p->part);
		bool is_there = false;
		if (!is_again) {
			enum xq_rc rc = has_part(v, p, &is_there, err);
			if (rc != XQ_OK)
				return rc;
		}
		struct buf text = buf_new(v->mem, 48);
		buf_int(&text, p->seq);
		buf_char(&text, ':');
		buf_str(&text, p->part);
		if (is_again || !is_there)
			verify_say(
				v, VERIFY_LIFE, p->at, "verify.erased", STR("-"), buf_view(&text));
		mem_free(text.p);
	}
	return XQ_OK;
}
