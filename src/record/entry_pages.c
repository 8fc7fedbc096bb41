/* SPDX-License-Identifier: Apache-2.0 */
/* entry_pages.c - one entry of the record for people: what it says in words, and its bytes as they are hashed. */
#include "core/hash.h"
#include "core/mem.h"
#include "core/parse.h"
#include "core/time.h"
#include "ledger/pub.h"
#include "ledger/tree.h"
#include "record/entry_words.h"
#include "record/sheet_pages.h"
#include "templates.h"
#include "web/web.h"

#include "core/banned.h"

static void
put_field(struct entry_page *p, const char *label, const char *value)
{
	if (p->n_fields < ENTRY_FIELDS)
		p->field[p->n_fields++] = (struct entry_field){ label, value };
}

/* Which list has the words of a code. kind NULL: of any kind. */
static const struct {
	const char *kind, *key;
	const struct choice *list;
} code_lists[] = {
	{ NULL, "class", concern_classes },
	{ NULL, "via", concern_vias },
	{ NULL, "outcome", concern_outcomes },
	{ NULL, "solved", concern_solved },
	{ NULL, "sat", concern_sats },
	{ NULL, "answer", answer_classes },
	{ "concern.voided", "why", void_reasons },
	{ "concern.terminated", "why", terminate_reasons },
	{ "concern.redirected", "to", redirect_bodies },
	{ "concern.parked", "why", park_grounds },
	{ "concern.declined", "why", decline_reasons },
	{ "voice.disputed", "why", dispute_reasons },
	{ "figures.published", "why", sheet_reasons },
};

/* A code stays a code where no list has words for it: a page must not say more than the entry. */
static const char *
value_words(struct req *q, struct str kind, struct str key, struct str value)
{
	if (value.n >= 2 && value.p[0] == '"')
		value = str_n(value.p + 1, value.n - 2);
	if (str_is(value, "true") || str_is(value, "false"))
		return desk_word(q, value.p[0] == 't' ? N_("yes") : N_("no"));
	for (size_t i = 0; i < sizeof code_lists / sizeof *code_lists; i++) {
		if (!str_is(key, code_lists[i].key) ||
			(code_lists[i].kind && !str_is(kind, code_lists[i].kind)))
			continue;
		for (const struct choice *c = code_lists[i].list; c->code; c++)
			if (str_is(value, c->code))
				return desk_word(q, c->label);
	}
	return str_text(q->mem, value);
}

/* "2026-10-15 11:03": as the entry has it, with the year. */
static const char *
at_words(struct req *q, struct str at_text)
{
	return mem_printf(q->mem, "%.10s %.5s", at_text.p, at_text.p + 11);
}

static void
fill_fields(struct req *q, const struct event_seen *e, struct entry_page *p)
{
	const char *role = entry_role_title(e->role);
	put_field(p, N_("Acting as"), role ? desk_word(q, role) : str_text(q->mem, e->role));
	if (e->unit.n > 0)
		put_field(p, N_("Unit code"), str_text(q->mem, e->unit));
	if (e->ref.n > 0)
		put_field(p, N_("Subject"), str_text(q->mem, e->ref));
	struct str rest = e->pub, key, value;
	while (pub_next(&rest, &key, &value)) {
		const char *title = entry_key_title(key);
		put_field(p, title ? title : str_text(q->mem, key),
			value_words(q, e->kind, key, value));
	}
	rest = e->com;
	while (rest.n > 0 && pub_next(&rest, &key, &value))
		p->n_parts++;
}

static const char *
entry_href(struct req *q, int64_t seq)
{
	return mem_printf(q->mem, "/record/%lld", (long long)seq);
}

static const char *
leaf_words(struct req *q, struct str bytes)
{
	struct tree_hash leaf;
	char *text = mem_array(q->mem, char, 45);
	tree_leaf((struct bytes){ (const uint8_t *)bytes.p, bytes.n }, &leaf);
	text_base64((struct bytes){ leaf.b, sizeof leaf.b }, text);
	return text;
}

static enum xq_rc
entry_render(struct req *q, struct resp *r, struct xq_err *err)
{
	struct event_seen e;
	struct str bytes;
	int64_t seq, size;
	struct entry_page p = { 0 };
	if (!parse_int(req_place(q, 0), 0, INT64_MAX, &seq))
		return XQ_NONE;
	enum xq_rc rc = record_entry(q->tx, q->mem, q->office->id, seq, &bytes, &e, err);
	if (rc == XQ_OK)
		rc = db_int(q->tx, SQL("SELECT size FROM ledger_head WHERE office = ?"),
			VALS(V(q->office->id)), &size, err);
	if (rc != XQ_OK)
		return rc;
	p.no = mem_printf(q->mem, "%lld", (long long)seq);
	p.kind = str_text(q->mem, e.kind);
	p.title = entry_title(e.kind);
	p.at = at_words(q, e.at_text);
	p.bytes = bytes.p;
	p.leaf = leaf_words(q, bytes);
	fill_fields(q, &e, &p);
	if (e.prev >= 0) {
		p.prev = mem_printf(q->mem, "%lld", (long long)e.prev);
		p.prev_href = entry_href(q, e.prev);
	}
	p.before = seq > 0 ? entry_href(q, seq - 1) : NULL;
	p.after = seq + 1 < size ? entry_href(q, seq + 1) : NULL;
	struct shell s = public_shell(q, SAY(q, N_("Entry {n} of the record"), AX("n", p.no)));
	struct html_out o = public_begin(q, &s);
	entry_one(&o, &p);
	public_end(r, &o, &s);
	return XQ_OK;
}

const struct view entry_view = { .path = "/record/{seq}",
	.who = PERM_ANYBODY,
	.flags = VIEW_PUBLIC,
	.render = entry_render,
	.title = N_("An entry of the record") };
