/* SPDX-License-Identifier: Apache-2.0 */
/* doc.c - the frozen month of the city: canonical bytes, and back. It names each office's sheet by its hash
 * and the size of its record, so that anybody can fetch them and add them up. */
#include "city/city_int.h"
#include "core/json.h"
#include "core/mem.h"
#include "core/parse.h"
#include "core/time.h"

#include "core/banned.h"

enum { DOC_MAX = 16 << 20 };
#define DEFS "xinqiao-city/1"

static void
put_int(struct json_w *w, const char *key, int64_t v)
{
	json_key(w, key);
	json_int(w, v);
}

static void
put_row(struct json_w *w, const struct city_row *r)
{
	json_open(w, '{');
	if (r->den != FIGURES_NO_DEN)
		put_int(w, "den", r->den);
	if (r->district)
		json_pair(w, "district", r->district);
	json_pair(w, "id", r->id);
	put_int(w, "num", r->num);
	if (r->office)
		json_pair(w, "office", r->office);
	json_close(w, '}');
}

static void
put_source(struct json_w *w, const struct city_source *s)
{
	json_open(w, '{');
	json_pair(w, "district", s->district);
	json_pair(w, "doc", s->doc);
	json_pair(w, "office", s->office);
	json_pair(w, "origin", s->origin);
	put_int(w, "size", s->size);
	put_int(w, "ver", s->ver);
	json_close(w, '}');
}

char *
city_document(void *mem, const struct city_doc *doc)
{
	struct json_w w = json_new(mem);
	json_open(&w, '{');
	json_pair(&w, "city", doc->city);
	json_pair(&w, "defs", DEFS);
	json_key(&w, "figures");
	json_open(&w, '[');
	for (size_t i = 0; i < doc->rows.n; i++)
		put_row(&w, &doc->rows.row[i]);
	json_close(&w, ']');
	json_pair(&w, "from", day_text(mem, doc->from));
	json_key(&w, "missing");
	json_open(&w, '[');
	for (size_t i = 0; i < doc->n_missing; i++)
		json_text(&w, doc->missing[i]);
	json_close(&w, ']');
	json_key(&w, "sheets");
	json_open(&w, '[');
	for (size_t i = 0; i < doc->n_sources; i++)
		put_source(&w, &doc->source[i]);
	json_close(&w, ']');
	json_pair(&w, "to", day_text(mem, doc->to));
	put_int(&w, "v", 1);
	json_close(&w, '}');
	return w.b.p;
}

/* ---- reading -------------------------------------------------------------------------------------------- */

static const char *
text_of(void *mem, const json_t *j, const char *key)
{
	const char *text = json_string_value(json_object_get(j, key));
	return text ? mem_text(mem, text) : NULL;
}

static bool
row_read(void *mem, const json_t *j, struct city_row *out)
{
	const json_t *den = json_object_get(j, "den"), *num = json_object_get(j, "num");
	*out = (struct city_row){ .id = text_of(mem, j, "id"),
		.district = text_of(mem, j, "district"),
		.office = text_of(mem, j, "office"),
		.num = json_integer_value(num),
		.den = den ? json_integer_value(den) : FIGURES_NO_DEN };
	return out->id && json_is_integer(num) && (!den || json_is_integer(den));
}

static bool
source_read(void *mem, const json_t *j, struct city_source *out)
{
	*out = (struct city_source){ .office = text_of(mem, j, "office"),
		.district = text_of(mem, j, "district"),
		.origin = text_of(mem, j, "origin"),
		.doc = text_of(mem, j, "doc"),
		.ver = json_integer_value(json_object_get(j, "ver")),
		.size = json_integer_value(json_object_get(j, "size")) };
	return out->office && out->district && out->origin && out->doc;
}

static bool
lists_read(void *mem, const json_t *j, struct city_doc *doc)
{
	const json_t *rows = json_object_get(j, "figures"), *sheets = json_object_get(j, "sheets");
	const json_t *missing = json_object_get(j, "missing");
	bool good = json_is_array(rows) && json_is_array(sheets) && json_is_array(missing);
	size_t n = json_array_size(rows), m = json_array_size(sheets), k = json_array_size(missing);
	doc->rows.row = mem_array(mem, struct city_row, n + 1);
	doc->source = mem_array(mem, struct city_source, m + 1);
	doc->missing = mem_array(mem, const char *, k + 1);
	for (size_t i = 0; good && i < n; i++)
		good = row_read(mem, json_array_get(rows, i), &doc->rows.row[doc->rows.n++]);
	for (size_t i = 0; good && i < m; i++)
		good = source_read(mem, json_array_get(sheets, i), &doc->source[doc->n_sources++]);
	for (size_t i = 0; good && i < k; i++) {
		const char *code = json_string_value(json_array_get(missing, i));
		good = code != NULL;
		doc->missing[doc->n_missing++] = mem_text(mem, code ? code : "");
	}
	return good;
}

enum xq_rc
city_document_read(void *mem, struct str json, struct city_doc *out, struct xq_err *err)
{
	json_t *j;
	struct city_doc doc = { 0 };
	if (!canonical_is(json) || json_read(mem, json, DOC_MAX, &j, err) != XQ_OK)
		return xq_refuse(err, NULL, "city.bad-document");
	const char *defs = text_of(mem, j, "defs"), *from = text_of(mem, j, "from"),
		   *to = text_of(mem, j, "to");
	doc.city = text_of(mem, j, "city");
	if (!defs || !text_eq(defs, DEFS) || !doc.city || !from || !to ||
		!parse_day(str_of(from), &doc.from) || !parse_day(str_of(to), &doc.to) ||
		!lists_read(mem, j, &doc))
		return xq_refuse(err, NULL, "city.bad-document");
	*out = doc;
	return XQ_OK;
}
