/* SPDX-License-Identifier: Apache-2.0 */
/* draw.c - seed, tickets and who is drawn (ledger.md 10). What a stranger does with three lines of Python
 * must come out of here to the byte; so nothing in it depends on the office's rows. */
#include "ledger/draw.h"

#include <stdlib.h>

#include "core/json.h"
#include "core/mem.h"
#include "core/parse.h"
#include "ledger/ledger_int.h"

#include "core/banned.h"

enum { DOC_MAX = 4 << 20 };

bool
draw_source_is(struct str name)
{
	return ledger_is_code(name) && str_find(name, '=') == name.n &&
	       ((str_starts(name, STR("public:")) && name.n > 7) ||
		       (str_starts(name, STR("witness:")) && name.n > 8));
}

/* ---- seed ------------------------------------------------------------------------------------------ */

char *
draw_seed_text(void *mem, const struct draw_seed_of *of)
{
	char root[45];
	struct buf b = buf_new(mem, 512);
	text_base64((struct bytes){ of->root, SHA256_LEN }, root);
	buf_text(&b, "xinqiao-draw/1\n");
	buf_str(&b, of->origin);
	buf_char(&b, '\n');
	buf_str(&b, of->draw);
	buf_char(&b, '\n');
	buf_int(&b, of->size);
	buf_char(&b, '\n');
	buf_text(&b, root);
	buf_char(&b, '\n');
	for (size_t i = 0; i < of->n_sources; i++) {
		buf_str(&b, of->source[i].name);
		buf_char(&b, '=');
		buf_str(&b, of->source[i].value);
		buf_char(&b, '\n');
	}
	return b.p;
}

void
draw_seed(const struct draw_seed_of *of, uint8_t out[SHA256_LEN])
{
	void *mem = mem_root("draw");
	struct str text = str_of(draw_seed_text(mem, of));
	hash_sha256((struct bytes){ (const uint8_t *)text.p, text.n }, out);
	mem_free(mem);
}

/* ---- tickets --------------------------------------------------------------------------------------- */

struct sorting {
	struct draw_lot lot;
	struct str id;
};

static int
by_lot(const void *a, const void *b)
{
	const struct sorting *x = a, *y = b;
	int order = memcmp(x->lot.hash, y->lot.hash, SHA256_LEN);
	return order != 0 ? order : str_cmp(x->id, y->id);
}

void
draw_lots(
	const uint8_t seed[SHA256_LEN], const struct draw_id *frame, size_t n, struct draw_lot *out)
{
	void *mem = mem_root("draw");
	struct sorting *list = mem_array(mem, struct sorting, n + 1);
	for (size_t i = 0; i < n; i++) {
		const struct bytes part[2] = { { seed, SHA256_LEN },
			{ (const uint8_t *)frame[i].id.p, frame[i].id.n } };
		list[i].lot.at = i;
		list[i].id = frame[i].id;
		hash_sha256_parts(part, 2, list[i].lot.hash);
	}
	if (n > 0) /* an empty list has no address */
		qsort(list, n, sizeof *list, by_lot);
	for (size_t i = 0; i < n; i++)
		out[i] = list[i].lot;
	mem_free(mem);
}

bool
draw_stratum_read(struct str text, struct draw_stratum *out)
{
	size_t at = str_find(text, ':');
	struct str digits = at < text.n ? str_n(text.p + at + 1, text.n - at - 1) : STR("");
	int64_t count;
	if (at == 0 || digits.n == 0 || digits.p[0] < '0' || digits.p[0] > '9' ||
		(digits.n > 1 && digits.p[0] == '0') ||
		!parse_int(digits, 0, DRAW_FRAME_MAX, &count))
		return false;
	*out = (struct draw_stratum){ str_n(text.p, at), count };
	return true;
}

/* ---- who ------------------------------------------------------------------------------------------- */

/* What is still wanted of the stratum; NULL: none of it. */
static int64_t *
left_of(const struct draw_rule *rule, int64_t *left, struct str stratum)
{
	if (rule->n_quota == 0)
		return &left[0];
	for (size_t i = 0; i < rule->n_quota; i++) {
		if (str_eq(rule->quota[i].name, stratum))
			return &left[i];
	}
	return NULL;
}

static int
by_text(const void *a, const void *b)
{
	return str_cmp(*(const struct str *)a, *(const struct str *)b);
}

size_t
draw_pick(const struct draw_rule *rule, const struct draw_id *frame, const struct draw_lot *lot,
	size_t n, const struct str *passed, size_t n_passed, size_t *out)
{
	int64_t left[DRAW_STRATA_MAX] = { rule->count };
	size_t picked = 0;
	struct str *sorted = mem_array(NULL, struct str, n_passed + 1);
	xq_require(rule->n_quota <= DRAW_STRATA_MAX);
	for (size_t i = 0; i < rule->n_quota; i++)
		left[i] = rule->quota[i].count;
	if (n_passed > 0)
		memcpy(sorted, passed, n_passed * sizeof *passed);
	if (n_passed > 0) /* an empty list has no address */
		qsort(sorted, n_passed, sizeof *sorted, by_text);
	for (size_t i = 0; i < n; i++) {
		const struct draw_id *who = &frame[lot[i].at];
		int64_t *wanted = left_of(rule, left, who->stratum);
		if (wanted == NULL || *wanted <= 0 ||
			bsearch(&who->id, sorted, n_passed, sizeof *sorted, by_text) != NULL)
			continue;
		--*wanted;
		out[picked++] = lot[i].at;
	}
	mem_free(sorted);
	return picked;
}

/* ---- documents ------------------------------------------------------------------------------------- */

static struct str
code_of(const json_t *v)
{
	return json_is_string(v) ? str_n(json_string_value(v), json_string_length(v)) : STR("");
}

static enum xq_rc
read_doc(void *mem, struct str doc, json_t **out, struct xq_err *err)
{
	if (!canonical_is(doc))
		return XQ_REFUSED;
	return json_read(mem, doc, DOC_MAX, out, err);
}

enum xq_rc
draw_frame_read(void *mem, struct str doc, struct draw_id **out, size_t *out_n, struct xq_err *err)
{
	json_t *list, *row;
	size_t i, n;
	if (read_doc(mem, doc, &list, err) != XQ_OK || !json_is_array(list) ||
		(n = json_array_size(list)) > DRAW_FRAME_MAX)
		return xq_refuse(err, NULL, "draw.bad-frame");
	struct draw_id *frame = mem_array(mem, struct draw_id, n + 1);
	json_array_foreach(list, i, row)
	{
		size_t width = json_array_size(row);
		frame[i] = (struct draw_id){ code_of(json_array_get(row, 0)),
			width == 2 ? code_of(json_array_get(row, 1)) : STR("") };
		if (width < 1 || width > 2 || !ledger_is_code(frame[i].id) ||
			(width == 2 && !ledger_is_code(frame[i].stratum)) ||
			(i > 0 && str_cmp(frame[i - 1].id, frame[i].id) >= 0))
			return xq_refuse(err, NULL, "draw.bad-frame");
	}
	*out = frame;
	*out_n = n;
	return XQ_OK;
}

static int
by_id(const void *a, const void *b)
{
	const struct draw_id *x = a, *y = b;
	return str_cmp(x->id, y->id);
}

struct str
draw_frame_write(void *mem, struct draw_id *frame, size_t n)
{
	struct json_w w = json_new(mem);
	if (n > 0) /* an empty list has no address */
		qsort(frame, n, sizeof *frame, by_id);
	json_open(&w, '[');
	for (size_t i = 0; i < n; i++) {
		json_open(&w, '[');
		json_str(&w, frame[i].id);
		if (frame[i].stratum.n > 0)
			json_str(&w, frame[i].stratum);
		json_close(&w, ']');
	}
	json_close(&w, ']');
	return buf_view(&w.b);
}

static bool
skips_read(void *mem, const json_t *list, struct draw_done *d)
{
	size_t n = json_array_size(list);
	d->skip = mem_array(mem, struct draw_skip, n + 1);
	for (size_t i = 0; i < n; i++) {
		const json_t *pair = json_array_get(list, i);
		d->skip[i] = (struct draw_skip){ code_of(json_array_get(pair, 0)),
			code_of(json_array_get(pair, 1)) };
		if (json_array_size(pair) != 2 || !ledger_is_code(d->skip[i].id) ||
			!ledger_is_code(d->skip[i].why))
			return false;
	}
	d->n_skips = n;
	return true;
}

enum xq_rc
draw_done_read(void *mem, struct str doc, struct draw_done *out, struct xq_err *err)
{
	json_t *o;
	struct draw_done d = { 0 };
	if (read_doc(mem, doc, &o, err) != XQ_OK || json_object_size(o) != 3)
		return xq_refuse(err, NULL, "draw.bad-doc");
	const json_t *drawn = json_object_get(o, "drawn"), *skipped = json_object_get(o, "skipped");
	d.draw = code_of(json_object_get(o, "draw"));
	if (!ledger_is_code(d.draw) || !json_is_array(drawn) || !json_is_array(skipped) ||
		json_array_size(drawn) > DRAW_FRAME_MAX ||
		json_array_size(skipped) > DRAW_FRAME_MAX || !skips_read(mem, skipped, &d))
		return xq_refuse(err, NULL, "draw.bad-doc");
	d.n_drawn = json_array_size(drawn);
	d.drawn = mem_array(mem, struct str, d.n_drawn + 1);
	for (size_t i = 0; i < d.n_drawn; i++) {
		d.drawn[i] = code_of(json_array_get(drawn, i));
		if (!ledger_is_code(d.drawn[i]))
			return xq_refuse(err, NULL, "draw.bad-doc");
	}
	*out = d;
	return XQ_OK;
}

struct str
draw_done_write(void *mem, const struct draw_done *d)
{
	struct json_w w = json_new(mem);
	json_open(&w, '{');
	json_key(&w, "draw");
	json_str(&w, d->draw);
	json_key(&w, "drawn");
	json_open(&w, '[');
	for (size_t i = 0; i < d->n_drawn; i++)
		json_str(&w, d->drawn[i]);
	json_close(&w, ']');
	json_key(&w, "skipped");
	json_open(&w, '[');
	for (size_t i = 0; i < d->n_skips; i++) {
		json_open(&w, '[');
		json_str(&w, d->skip[i].id);
		json_str(&w, d->skip[i].why);
		json_close(&w, ']');
	}
	json_close(&w, ']');
	json_close(&w, '}');
	return buf_view(&w.b);
}

const struct msg_text ledger_draw_messages[] = {
	{ "draw.bad-frame", N_("This list is not one from which a draw can be made.") },
	{ "draw.bad-doc", N_("This is not the outcome of a draw.") },
	{ NULL, NULL },
};
