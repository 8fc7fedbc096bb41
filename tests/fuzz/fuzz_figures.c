/* SPDX-License-Identifier: Apache-2.0 */
/* A log as others hand it over, one entry a line: whatever the walk takes can be counted, the entries behind each
 * row add up to it, and its document is canonical and reads as what was written. A document alone is read too. */
#include "ledger/figures.h"

#include "core/mem.h"

#include "core/banned.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must_add_up(struct figures_walk *w, void *mem, const struct figures_period *p,
	const struct figures_row *r)
{
	struct figures_hits hits;
	int64_t num = 0, den = 0;
	figures_events(w, mem, p, r, &hits);
	for (size_t i = 0; i < hits.n; i++) {
		num += hits.hit[i].num;
		den += hits.hit[i].den;
	}
	bool is_age = str_starts(str_of(r->id), STR("age_"));
	xq_require(is_age || num == r->num);
	xq_require(r->den == FIGURES_NO_DEN || den == r->den);
}

static void
count(struct figures_walk *w, void *mem, enum figures_set set)
{
	struct figures_doc doc = { .log = "lc", .origin = "x/log/lc", .root = "root" }, again;
	const struct figures_row *a, *b;
	doc.period = (struct figures_period){ 20260101, 20260201, figures_walk_size(w), set };
	figures_count(w, mem, &doc.period, &doc.figures);
	for (size_t i = 0; i < doc.figures.n; i++)
		must_add_up(w, mem, &doc.period, &doc.figures.row[i]);
	struct str bytes = str_of(figures_document(mem, &doc));
	xq_require(canonical_is(bytes));
	xq_require(figures_document_read(mem, bytes, &again, NULL) == XQ_OK);
	xq_require(!figures_differ(&doc.figures, &again.figures, &a, &b));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	void *mem = mem_root("fuzz");
	struct str rest = { (const char *)data, size }, line;
	struct figures_walk *w = figures_walk_new(mem);
	struct figures_doc doc;
	struct event_seen e;
	while (str_cut(&rest, '\n', &line))
		if (event_check(line, NULL, -1, &e, NULL) == XQ_OK &&
			figures_walk_entry(w, &e, NULL) != XQ_OK)
			break; /* a walk that refused is not asked any more */
	count(w, mem, FIGURES_BASIC);
	count(w, mem, FIGURES_WIDE);
	struct str whole = { (const char *)data, size };
	if (figures_document_read(mem, whole, &doc, NULL) == XQ_OK)
		xq_require(str_eq(str_of(figures_document(mem, &doc)), whole));
	mem_free(mem);
	return 0;
}
