/* SPDX-License-Identifier: Apache-2.0 */
/* Forms with a field of each type: as JSON, and the same bytes as lines name=value. Whatever comes,
 * each text can be shown on a page, and a value that passed passes again. */
#include "act/form.h"

#include "core/mem.h"
#include "core/time.h"
#include "core/utf8.h"

#include "core/banned.h"

#define MAX_PAIRS 64

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct choice choices[] = { { "a", "A" }, { "b", "B" }, { 0 } };

static const struct field fields[] = {
	{ .name = "t", .type = FIELD_TEXT, .min = 2, .max = 8 },
	{ .name = "l", .type = FIELD_LINES, .required = true },
	{ .name = "i", .type = FIELD_INT, .min = -5, .max = 500 },
	{ .name = "b", .type = FIELD_BOOL },
	{ .name = "c", .type = FIELD_CHOICE, .choices = choices },
	{ .name = "d", .type = FIELD_DAY },
	{ .name = "m", .type = FIELD_MOMENT },
	{ .name = "p", .type = FIELD_PHONE },
	{ .name = "k", .type = FIELD_CODE },
	{ .name = "f", .type = FIELD_FILE_NO },
	{ .name = "q", .type = FIELD_QUERY },
	{ .name = "s", .type = FIELD_SECRET, .max = 20 },
	{ .name = "u", .type = FIELD_PHOTOS, .max = 2 },
	{ .name = "id", .type = FIELD_ID },
	{ 0 },
};

static void
look(void *mem, const struct form *f)
{
	size_t faults = 0;
	for (size_t i = 0; i < f->n; i++) {
		const struct field_value *v = &f->v[i];
		faults += v->has_fault;
		xq_require(v->text.p[v->text.n] == '\0');
		xq_require(utf8_is_valid(v->text) && !utf8_has_control(v->text, true));
		if (v->has_fault || !v->is_given || fields[i].type == FIELD_PHOTOS)
			continue;

		struct form_pair pair = { .name = str_of(fields[i].name), .value = v->text };
		struct form again;
		struct xq_err err;
		(void)!form_read(mem, fields, &pair, 1, true, TZ_CHINA, &again, &err);
		xq_require(!again.v[i].has_fault && again.v[i].i == v->i);
		xq_require(str_eq(again.v[i].text, v->text));
	}
	xq_require(faults <= f->n_faults);
}

static size_t
cut_pairs(struct str rest, struct form_pair *pair)
{
	size_t n = 0;
	struct str line;
	while (n < MAX_PAIRS && str_cut(&rest, '\n', &line)) {
		size_t at = str_find(line, '=');
		pair[n].name = str_n(line.p, at);
		pair[n].value = at < line.n ? str_n(line.p + at + 1, line.n - at - 1) : STR("");
		pair[n].is_upload = at > 0 && line.p[0] == 'u';
		pair[n].file_name = pair[n].value;
		n++;
	}
	return n;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size > 100000)
		return 0;
	void *mem = mem_root("fuzz");
	struct form f;
	struct xq_err err;
	struct form_pair pair[MAX_PAIRS];
	size_t n = cut_pairs((struct str){ (const char *)data, size }, pair);
	(void)!form_read(mem, fields, pair, n, true, TZ_CHINA, &f, &err);
	look(mem, &f);

	json_t *json = json_loadb((const char *)data, size, JSON_REJECT_DUPLICATES, NULL);
	if (json != NULL) {
		(void)!form_read_json(mem, fields, json, TZ_CHINA, &f, &err);
		look(mem, &f);
		json_decref(json);
	}
	mem_free(mem);
	return 0;
}
