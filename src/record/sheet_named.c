/* SPDX-License-Identifier: Apache-2.0 */
/* sheet_named.c - which entries of the record publish the newest sheets: where to look for them, and no more. A list
 * that proves nothing, as log.json is one; who reads it goes to the entries. */
#include "core/json.h"
#include "core/mem.h"
#include "core/parse.h"
#include "core/time.h"
#include "ledger/tree.h"
#include "record/sheet_all.h"
#include "record/sheet_pages.h"

#include "core/banned.h"

enum { HASH_HEX = 64 };

struct str
sheets_named_write(void *mem, const struct sheet_named *list, size_t n)
{
	struct json_w w = json_new(mem);
	json_open(&w, '{');
	json_key(&w, "sheets");
	json_open(&w, '[');
	for (size_t i = 0; i < n; i++) {
		json_open(&w, '{');
		json_pair(&w, "doc", list[i].doc);
		json_pair(&w, "from", day_text(mem, list[i].month));
		json_key(&w, "seq");
		json_int(&w, list[i].seq);
		json_key(&w, "size");
		json_int(&w, list[i].size);
		json_key(&w, "ver");
		json_int(&w, list[i].ver);
		json_close(&w, '}');
	}
	json_close(&w, ']');
	json_close(&w, '}');
	return buf_view(&w.b);
}

static bool
int_of(const json_t *j, const char *key, int64_t min, int64_t max, int64_t *out)
{
	const json_t *v = json_object_get(j, key);
	*out = json_integer_value(v);
	return json_is_integer(v) && *out >= min && *out <= max;
}

static bool
one_read(void *mem, const json_t *j, struct sheet_named *out)
{
	const char *doc = json_string_value(json_object_get(j, "doc"));
	const char *from = json_string_value(json_object_get(j, "from"));
	struct sheet_named s = { 0 };
	if (!doc || strlen(doc) != HASH_HEX || strspn(doc, "0123456789abcdef") != HASH_HEX ||
		!from || !parse_day(str_of(from), &s.month) || sheet_month_of(s.month) != s.month ||
		!int_of(j, "seq", 1, TREE_SIZE_MAX, &s.seq) ||
		!int_of(j, "size", 1, TREE_SIZE_MAX, &s.size) ||
		!int_of(j, "ver", 1, SHEET_VERSIONS_MAX, &s.ver) || s.size > s.seq)
		return false;
	s.doc = mem_text(mem, doc);
	*out = s;
	return true;
}

enum xq_rc
sheets_named_read(void *mem, struct str json, struct sheet_named out[SHEETS_NAMED_MAX],
	size_t *out_n, struct xq_err *err)
{
	json_t *j;
	if (json_read(mem, json, SHEETS_NAMED_BYTES, &j, err) != XQ_OK)
		return xq_refuse(err, NULL, "sheets.form");
	const json_t *list = json_object_get(j, "sheets");
	size_t n = json_array_size(list);
	if (!json_is_array(list) || n > SHEETS_NAMED_MAX)
		return xq_refuse(err, NULL, "sheets.form");
	for (size_t i = 0; i < n; i++)
		if (!one_read(mem, json_array_get(list, i), &out[i]))
			return xq_refuse(err, NULL, "sheets.form");
	*out_n = n;
	return XQ_OK;
}

/* ---- what this office has ------------------------------------------------------------------------------ */

static enum xq_rc
named_render(struct req *q, struct resp *r, struct xq_err *err)
{
	struct sheet *s = mem_array(q->mem, struct sheet, SHEETS_NAMED_MAX);
	struct sheet_named list[SHEETS_NAMED_MAX];
	size_t n;
	if (!q->office || !str_is(req_place(q, 0), q->office->code))
		return XQ_NONE;
	enum xq_rc rc = sheet_list(q->tx, q->mem, q->office->id, s, SHEETS_NAMED_MAX, &n, err);
	if (rc != XQ_OK)
		return rc;
	for (size_t i = 0; i < n; i++)
		list[i] =
			(struct sheet_named){ s[i].month, s[i].ver, s[i].seq, s[i].size, s[i].doc };
	resp_text(r, 200, "application/json", sheets_named_write(q->mem, list, n));
	r->cache = "public, max-age=60";
	return XQ_OK;
}

const struct view sheets_named_view = {
	.path = "/log/{office}/sheets.json",
	.who = PERM_ANYBODY,
	.flags = VIEW_PUBLIC | VIEW_API | VIEW_OPEN,
	.render = named_render,
};
