/* SPDX-License-Identifier: Apache-2.0 */
/* openapi.c - the OpenAPI document, generated from the declarations so that it cannot disagree. */
#include "act/app.h"

#include "core/banned.h"

static const char *
type_of(enum field_type type)
{
	switch (type) {
	case FIELD_INT:
		return "integer";
	case FIELD_BOOL:
		return "boolean";
	case FIELD_TEXT:
	case FIELD_LINES:
	case FIELD_CHOICE:
	case FIELD_DAY:
	case FIELD_MOMENT:
	case FIELD_PHONE:
	case FIELD_CODE:
	case FIELD_FILE_NO:
	case FIELD_QUERY:
	case FIELD_SECRET:
	case FIELD_PHOTOS:
	case FIELD_ID:
		return "string";
	}
	return "string";
}

static void
field_schema(struct json_w *w, const struct field *f)
{
	json_key(w, f->name);
	json_open(w, '{');
	json_pair(w, "type", type_of(f->type));
	if (f->type == FIELD_DAY)
		json_pair(w, "format", "date");
	if (f->label)
		json_pair(w, "description", f->label);
	if ((f->type == FIELD_TEXT || f->type == FIELD_LINES) && f->max > 0) {
		json_key(w, "maxLength");
		json_int(w, f->max);
	}
	if (f->type == FIELD_CHOICE) {
		json_key(w, "enum");
		json_open(w, '[');
		for (size_t i = 0; f->choices[i].code; i++)
			json_text(w, f->choices[i].code);
		json_close(w, ']');
	}
	json_close(w, '}');
}

static void
body_schema(struct json_w *w, const struct field *fields)
{
	json_open(w, '{');
	json_pair(w, "type", "object");
	json_key(w, "additionalProperties");
	json_bool(w, false);
	json_key(w, "properties");
	json_open(w, '{');
	for (size_t i = 0; fields[i].name; i++)
		if (fields[i].type != FIELD_ID && fields[i].type != FIELD_PHOTOS)
			field_schema(w, &fields[i]);
	json_close(w, '}');
	json_key(w, "required");
	json_open(w, '[');
	for (size_t i = 0; fields[i].name; i++)
		if (fields[i].required && fields[i].type != FIELD_ID)
			json_text(w, fields[i].name);
	json_close(w, ']');
	json_close(w, '}');
}

static void
answer(struct json_w *w, const char *status, const char *what, const char *type)
{
	json_key(w, status);
	json_open(w, '{');
	json_pair(w, "description", what);
	json_key(w, "content");
	json_open(w, '{');
	json_key(w, type);
	json_open(w, '{');
	json_key(w, "schema");
	json_open(w, '{');
	json_pair(w, "type", "object");
	json_close(w, '}');
	json_close(w, '}');
	json_close(w, '}');
	json_close(w, '}');
}

static void
operation(struct json_w *w, const struct act *act, struct buf *path)
{
	path->n = 0;
	buf_text(path, "/api/v1/acts/");
	buf_text(path, act->name);
	json_key(w, path->p);
	json_open(w, '{');
	json_key(w, "post");
	json_open(w, '{');
	json_pair(w, "operationId", act->name);
	json_pair(w, "summary", act->title);
	if (act->help)
		json_pair(w, "description", act->help);
	json_key(w, "security");
	json_open(w, '[');
	json_open(w, '{');
	if (act->who != PERM_ANYBODY) {
		json_key(w, "bearer");
		json_open(w, '[');
		json_close(w, ']');
	}
	json_close(w, '}');
	json_close(w, ']');
	json_key(w, "parameters");
	json_open(w, '[');
	json_open(w, '{');
	json_pair(w, "name", "Idempotency-Key");
	json_pair(w, "in", "header");
	json_key(w, "schema");
	json_open(w, '{');
	json_pair(w, "type", "string");
	json_close(w, '}');
	json_close(w, '}');
	json_close(w, ']');
	json_key(w, "requestBody");
	json_open(w, '{');
	json_key(w, "content");
	json_open(w, '{');
	json_key(w, "application/json");
	json_open(w, '{');
	json_key(w, "schema");
	body_schema(w, act->fields);
	json_close(w, '}');
	json_close(w, '}');
	json_close(w, '}');
	json_key(w, "responses");
	json_open(w, '{');
	answer(w, "200", "Done; the act is on disk.", "application/json");
	answer(w, "default", "Refused or failed (RFC 9457); faults lists every field.",
		"application/problem+json");
	json_close(w, '}');
	json_close(w, '}');
	json_close(w, '}');
}

struct str
act_openapi(void *mem, struct app *app)
{
	struct json_w w = json_new(mem);
	struct buf path = buf_new(mem, 128);
	json_open(&w, '{');
	json_pair(&w, "openapi", "3.1.0");
	json_key(&w, "info");
	json_open(&w, '{');
	json_pair(&w, "title", "Xinqiao");
	json_pair(&w, "version", "1");
	json_close(&w, '}');
	json_key(&w, "components");
	json_raw(&w,
		STR("{\"securitySchemes\":{\"bearer\":{\"type\":\"http\",\"scheme\":\"bearer\"}}}"));
	json_key(&w, "paths");
	json_open(&w, '{');
	for (size_t m = 0; app->modules[m]; m++)
		for (size_t i = 0; app->modules[m]->acts && app->modules[m]->acts[i]; i++)
			if (!app->modules[m]->acts[i]->is_hidden)
				operation(&w, app->modules[m]->acts[i], &path);
	json_close(&w, '}');
	json_close(&w, '}');
	return buf_view(&w.b);
}
