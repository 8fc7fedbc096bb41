/* SPDX-License-Identifier: Apache-2.0 */
/* about_page.c - what the public record is and how a stranger checks it. Nothing here asks to be believed: each
 * paragraph ends in something that can be done without the office. */
#include "record/about_page.h"

#include "concern/desk.h"
#include "concern/resident.h"
#include "core/mem.h"
#include "ledger/tiles.h"
#include "record/entry_words.h"
#include "record/witness_int.h"
#include "record/witness_page.h"
#include "templates.h"
#include "web/msg.h"

#include "core/banned.h"

/* The newest checkpoint as it was signed; a stranger compares the root with a copy of their own. */
static enum xq_rc
load_signed(struct req *q, struct about_page *p, struct xq_err *err)
{
	struct checkpoint c;
	char root[TREE_B64_LEN + 1];
	enum xq_rc rc = checkpoint_latest(q->tx, q->mem, q->office->id, &c, err);
	if (rc == XQ_NONE)
		return XQ_OK;
	if (rc != XQ_OK)
		return rc;
	tree_b64(&c.root, root);
	p->is_signed = true;
	p->entries = msg_number(q->mem, c.size);
	p->signed_at = witness_moment(q, c.signed_at);
	p->root = mem_text(q->mem, root);
	return XQ_OK;
}

static enum xq_rc
load_witnesses(struct req *q, struct about_page *p, struct xq_err *err)
{
	struct witness_row *w;
	enum xq_rc rc = witness_list(q->tx, q->mem, q->office->id, &w, &p->n_witnesses, err);
	if (rc != XQ_OK)
		return rc;
	p->witness = mem_array(q->mem, struct about_witness, p->n_witnesses + 1);
	for (size_t i = 0; i < p->n_witnesses; i++)
		p->witness[i] = (struct about_witness){ .name = w[i].name,
			.words = w[i].at > 0 ? SAY(q, N_("{size}, signed {at}"),
						       AX("size", witness_entries(q, w[i].size)),
						       AX("at", witness_moment(q, w[i].at)))
			                     : desk_word(q, N_("Has not signed yet")) };
	return XQ_OK;
}

static enum xq_rc
about_load(struct req *q, struct about_page *p, struct xq_err *err)
{
	enum xq_rc rc = record_name(q->tx, q->mem, q->office->id, &p->origin, &p->vkey, err);
	if (rc == XQ_OK)
		rc = load_signed(q, p, err);
	if (rc == XQ_OK)
		rc = load_witnesses(q, p, err);
	if (rc != XQ_OK)
		return rc;
	p->office = q->office->name;
	p->phone = q->office->phone;
	p->address = mem_printf(q->mem, "http://%s%s/record", resident_host(q), q->base);
	p->key_qr = qr_svg(q->mem, p->vkey, desk_word(q, N_("Square code of the key")));
	p->page_qr = qr_svg(q->mem, p->address, desk_word(q, N_("Square code of this page")));
	p->checkpoint_href = mem_printf(q->mem, "/log/%s/checkpoint", q->office->code);
	p->log_href = mem_printf(q->mem, "/log/%s/log.json", q->office->code);
	p->command = mem_printf(
		q->mem, "python3 verify.py https://%s --vkey %s --lang zh", p->origin, p->vkey);
	p->program = mem_printf(
		q->mem, "xinqiao record verify https://%s --vkey %s", p->origin, p->vkey);
	return XQ_OK;
}

static enum xq_rc
about_render(struct req *q, struct resp *r, struct xq_err *err)
{
	struct about_page *p = mem_new(q->mem, struct about_page);
	enum xq_rc rc = about_load(q, p, err);
	if (rc != XQ_OK)
		return rc;
	struct shell s = public_shell(q, desk_word(q, N_("The public record")));
	s.is_index = true;
	struct html_out o = public_begin(q, &s);
	about_page_html(&o, p);
	public_end(r, &o, &s);
	return XQ_OK;
}

static enum xq_rc
print_render(struct req *q, struct resp *r, struct xq_err *err)
{
	struct about_page *p = mem_new(q->mem, struct about_page);
	enum xq_rc rc = about_load(q, p, err);
	if (rc != XQ_OK)
		return rc;
	struct shell s = public_shell(q, desk_word(q, N_("Poster of the public record")));
	struct html_out o = public_begin(q, &s);
	about_poster(&o, p);
	public_end(r, &o, &s);
	return XQ_OK;
}

/* Not kept until the next commit as other public pages are: a checkpoint and a cosignature come after it. */
const struct view about_view = { .path = "/record",
	.who = PERM_ANYBODY,
	.render = about_render,
	.title = N_("The public record") };

const struct view about_print_view = { .path = "/record.print",
	.who = PERM_ANYBODY,
	.render = print_render,
	.title = N_("Poster of the public record") };
