/* SPDX-License-Identifier: Apache-2.0 */
/* figures_doc.c - the frozen document of a period: canonical bytes, and back. */
#include "core/json.h"
#include "core/mem.h"
#include "core/parse.h"
#include "core/time.h"
#include "ledger/figures.h"

#include "core/banned.h"

enum { DOC_MAX = 4 << 20 };

static const char *const defs[] = {
	[FIGURES_BASIC] = "xinqiao-figures/1", [FIGURES_WIDE] = "xinqiao-figures/2"
};

/* ---- writing -------------------------------------------------------------------------------------------- */

static void
put_row(struct json_w *w, const struct figures_row *r)
{
	json_open(w, '{');
	if (r->class)
		json_pair(w, "class", r->class);
	if (r->den != FIGURES_NO_DEN) {
		json_key(w, "den");
		json_int(w, r->den);
	}
	json_pair(w, "id", r->id);
	json_key(w, "num");
	json_int(w, r->num);
	if (r->unit)
		json_pair(w, "unit", r->unit);
	if (r->zone)
		json_pair(w, "zone", r->zone);
	json_close(w, '}');
}

char *
figures_document(void *mem, const struct figures_doc *doc)
{
	struct json_w w = json_new(mem);
	json_open(&w, '{');
	json_pair(&w, "defs", defs[doc->period.set]);
	json_key(&w, "figures");
	json_open(&w, '[');
	for (size_t i = 0; i < doc->figures.n; i++)
		put_row(&w, &doc->figures.row[i]);
	json_close(&w, ']');
	json_pair(&w, "from", day_text(mem, doc->period.from));
	json_pair(&w, "log", doc->log);
	json_pair(&w, "origin", doc->origin);
	json_pair(&w, "root", doc->root);
	json_key(&w, "size");
	json_int(&w, doc->period.size);
	json_pair(&w, "to", day_text(mem, doc->period.to));
	json_key(&w, "v");
	json_int(&w, 1);
	json_close(&w, '}');
	return w.b.p;
}

/* ---- reading -------------------------------------------------------------------------------------------- */

static enum xq_rc
bad(struct xq_err *err, const char *why)
{
	enum xq_rc rc = xq_refuse(err, NULL, "figures.bad-document");
	xq_err_text(err, "why", why);
	return rc;
}

static const char *
text_of(void *mem, const json_t *j, const char *key)
{
	const char *text = json_string_value(json_object_get(j, key));
	return text ? mem_text(mem, text) : NULL;
}

static bool
row_read(void *mem, const json_t *j, struct figures_row *out)
{
	const json_t *num = json_object_get(j, "num"), *den = json_object_get(j, "den");
	*out = (struct figures_row){ .id = text_of(mem, j, "id"),
		.unit = text_of(mem, j, "unit"),
		.zone = text_of(mem, j, "zone"),
		.class = text_of(mem, j, "class"),
		.num = json_integer_value(num),
		.den = den ? json_integer_value(den) : FIGURES_NO_DEN };
	size_t known = 2u + (den != NULL) + (out->unit != NULL) + (out->zone != NULL) +
	               (out->class != NULL);
	bool is_den = !den || (json_is_integer(den) && out->den >= 0);
	return out->id && json_is_integer(num) && out->num >= 0 && is_den &&
	       json_object_size(j) == known;
}

static bool
set_read(const char *text, enum figures_set *out)
{
	for (int set = FIGURES_BASIC; text && set <= FIGURES_WIDE; set++)
		if (text_eq(text, defs[set])) {
			*out = (enum figures_set)set;
			return true;
		}
	return false;
}

static const char *
head_read(void *mem, const json_t *j, struct figures_doc *out)
{
	const char *from = text_of(mem, j, "from"), *to = text_of(mem, j, "to");
	*out = (struct figures_doc){ .log = text_of(mem, j, "log"),
		.origin = text_of(mem, j, "origin"),
		.root = text_of(mem, j, "root") };
	out->period.size = json_integer_value(json_object_get(j, "size"));
	if (!set_read(text_of(mem, j, "defs"), &out->period.set))
		return "defs";
	if (!out->log || !out->origin || !out->root)
		return "keys";
	if (!json_is_integer(json_object_get(j, "size")) || out->period.size < 0)
		return "size";
	if (!from || !to || !parse_day(str_of(from), &out->period.from) ||
		!parse_day(str_of(to), &out->period.to) || out->period.from >= out->period.to)
		return "period";
	return json_integer_value(json_object_get(j, "v")) == 1 && json_object_size(j) == 9 ? NULL
	                                                                                    : "v";
}

enum xq_rc
figures_document_read(void *mem, struct str json, struct figures_doc *out, struct xq_err *err)
{
	json_t *j;
	if (!canonical_is(json) || json_read(mem, json, DOC_MAX, &j, err) != XQ_OK)
		return bad(err, "canonical");
	struct figures_doc doc;
	const char *wrong = head_read(mem, j, &doc);
	const json_t *rows = json_object_get(j, "figures");
	if (wrong || !json_is_array(rows))
		return bad(err, wrong ? wrong : "figures");
	size_t n = json_array_size(rows);
	doc.figures.row = mem_array(mem, struct figures_row, n + 1);
	for (; doc.figures.n < n; doc.figures.n++)
		if (!row_read(mem, json_array_get(rows, doc.figures.n),
			    &doc.figures.row[doc.figures.n]))
			return bad(err, "figures");
	*out = doc;
	return XQ_OK;
}
