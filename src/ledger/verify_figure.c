/* SPDX-License-Identifier: Apache-2.0 */
/* V8: every frozen period computed again from the entries. */
#include "core/mem.h"
#include "ledger/pub.h"
#include "ledger/verify_int.h"

#include "core/banned.h"

/* A second sheet of one period stands beside the first, and says why. */
static void
check_why(struct verify *v, const struct event_seen *e, const struct verify_figure *f)
{
	struct str why;
	for (size_t i = 0; i < v->n_figures; i++)
		if (v->figure[i].from == f->from && v->figure[i].to == f->to) {
			if (!pub_code(e->pub, "why", &why))
				verify_say_int(v, VERIFY_FIGURES, e->seq, "verify.figures-why",
					v->figure[i].seq, e->seq);
			return;
		}
}

void
verify_figure_event(struct verify *v, const struct event_seen *e)
{
	struct verify_figure f = { .seq = e->seq, .size = -1 };
	if (!pub_day(e->pub, "from", &f.from) || !pub_day(e->pub, "to", &f.to) ||
		!pub_int(e->pub, "size", &f.size) || !pub_code(e->pub, "doc", &f.doc)) {
		verify_say(v, VERIFY_FIGURES, e->seq, "verify.figures-form", STR(""), e->kind);
		return;
	}
	check_why(v, e, &f);
	f.doc = str_n(mem_textn(v->mem, f.doc.p, f.doc.n), f.doc.n);
	v->figure =
		mem_grow(v->mem, struct verify_figure, v->figure, v->n_figures, v->n_figures + 1);
	v->figure[v->n_figures++] = f;
}

/* "on_time/u07 37/40" */
static struct str
figure_text(void *mem, const struct figures_row *r)
{
	if (r == NULL)
		return STR("-");
	const char *of = r->unit ? r->unit : r->zone ? r->zone : r->class;
	const char *text = mem_printf(
		mem, "%s%s%s %lld", r->id, of ? "/" : "", of ? of : "", (long long)r->num);
	if (r->den != FIGURES_NO_DEN)
		text = mem_printf(mem, "%s/%lld", text, (long long)r->den);
	return str_of(text);
}

/* The document says the same as its event, and of this log. */
static bool
says_the_same(
	struct verify *v, void *mem, const struct verify_figure *f, const struct figures_doc *d)
{
	if (text_eq(d->origin, v->out->origin) && v->code && text_eq(d->log, v->code) &&
		d->period.from == f->from && d->period.to == f->to && d->period.size == f->size)
		return true;
	verify_say(v, VERIFY_FIGURES, f->seq, "verify.figures-named",
		str_of(mem_printf(mem, "%d %d %lld", (int)f->from, (int)f->to, (long long)f->size)),
		str_of(mem_printf(mem, "%d %d %lld %s", (int)d->period.from, (int)d->period.to,
			(long long)d->period.size, d->origin)));
	return false;
}

static enum xq_rc
check_root(struct verify *v, const struct verify_figure *f, const struct figures_doc *d,
	struct xq_err *err)
{
	struct tree_hash root, said;
	enum xq_rc rc = verify_root_at(v, f->size, &root, err);
	if (rc == XQ_OK && (!tree_b64_read(str_of(d->root), &said) || !tree_equal(&root, &said))) {
		char want[TREE_B64_LEN + 1];
		tree_b64(&root, want);
		verify_say(v, VERIFY_FIGURES, f->seq, "verify.figures-root", str_of(want),
			str_of(d->root));
	}
	return rc == XQ_NONE ? XQ_OK : rc;
}

static void
compare(struct verify *v, void *mem, const struct verify_figure *f, const struct figures_doc *d)
{
	struct figures ours;
	const struct figures_row *a, *b;
	if (!figures_is_whole(v->walk, &d->period))
		verify_say_int(
			v, VERIFY_FIGURES, f->seq, "verify.figures-early", d->period.to, f->size);
	figures_count(v->walk, mem, &d->period, &ours);
	if (figures_differ(&ours, &d->figures, &a, &b))
		verify_say(v, VERIFY_FIGURES, f->seq, "verify.figure", figure_text(mem, a),
			figure_text(mem, b));
}

static enum xq_rc
check_figure(struct verify *v, const struct verify_figure *f, struct xq_err *err)
{
	void *mem = mem_root("figures");
	struct str text;
	struct figures_doc d;
	struct xq_err why = { 0 };
	v->out->n_figures++;
	if (f->size < 0 || f->size > f->seq)
		verify_say_int(v, VERIFY_FIGURES, f->seq, "verify.figures-size", f->seq, f->size);
	enum xq_rc rc = verify_doc_get(v, mem, f->doc, &text, err);
	if (rc == XQ_OK && figures_document_read(mem, text, &d, &why) != XQ_OK)
		verify_say(v, VERIFY_FIGURES, f->seq, "verify.figures-doc", f->doc,
			str_of(why.arg[0].text ? why.arg[0].text : why.key));
	else if (rc == XQ_OK && says_the_same(v, mem, f, &d)) {
		rc = check_root(v, f, &d, err);
		if (rc == XQ_OK && f->size >= 0 && f->size <= figures_walk_size(v->walk))
			compare(v, mem, f, &d);
	}
	mem_free(mem);
	return rc == XQ_NONE ? XQ_OK : rc; /* a missing document is V7's */
}

enum xq_rc
verify_figures(struct verify *v, struct xq_err *err)
{
	for (size_t i = 0; i < v->n_figures; i++) {
		enum xq_rc rc = check_figure(v, &v->figure[i], err);
		if (rc != XQ_OK)
			return rc;
	}
	return XQ_OK;
}
