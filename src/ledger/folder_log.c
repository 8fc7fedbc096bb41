/* SPDX-License-Identifier: Apache-2.0 */
/* log.json: what a log says about itself beside what it proves. */
#include <stdlib.h>

#include "core/json.h"
#include "core/mem.h"
#include "ledger/folder.h"
#include "ledger/ledger_int.h"

#include "core/banned.h"

#define MAX_KEYS 256

static enum xq_rc
bad_log(struct xq_err *err)
{
	return xq_refuse(err, NULL, "folder.bad-log");
}

static bool
take_text(const json_t *v, size_t max, struct str *out)
{
	if (!json_is_string(v) || json_string_length(v) == 0 || json_string_length(v) > max)
		return false;
	*out = str_n(json_string_value(v), json_string_length(v));
	return true;
}

static bool
is_size(const json_t *v)
{
	return json_is_integer(v) && json_integer_value(v) >= 0 &&
	       json_integer_value(v) <= TREE_SIZE_MAX;
}

static bool
take_vkeys(void *mem, const json_t *list, struct folder_log *out)
{
	if (!json_is_array(list) || json_array_size(list) > MAX_KEYS)
		return false;
	out->n_vkeys = json_array_size(list);
	out->vkey = mem_array(mem, struct folder_vkey, out->n_vkeys + 1);
	for (size_t i = 0; i < out->n_vkeys; i++) {
		const json_t *row = json_array_get(list, i);
		if (!json_is_array(row) || json_array_size(row) != 2 ||
			!take_text(json_array_get(row, 0), LEDGER_CODE_MAX, &out->vkey[i].vkey) ||
			!is_size(json_array_get(row, 1)))
			return false;
		out->vkey[i].from = json_integer_value(json_array_get(row, 1));
	}
	return true;
}

static bool
take_witnesses(void *mem, const json_t *list, struct folder_log *out)
{
	if (!json_is_array(list) || json_array_size(list) > MAX_KEYS)
		return false;
	out->n_witnesses = json_array_size(list);
	out->witness = mem_array(mem, struct str, out->n_witnesses + 1);
	for (size_t i = 0; i < out->n_witnesses; i++)
		if (!take_text(json_array_get(list, i), LEDGER_CODE_MAX, &out->witness[i]))
			return false;
	return true;
}

static bool
take_kept(void *mem, const json_t *list, struct folder_log *out)
{
	if (!json_is_array(list) || json_array_size(list) > FOLDER_KEPT_MAX)
		return false;
	out->n_kept = json_array_size(list);
	out->kept = mem_array(mem, int64_t, out->n_kept + 1);
	for (size_t i = 0; i < out->n_kept; i++) {
		const json_t *v = json_array_get(list, i);
		if (!is_size(v) || (i > 0 && json_integer_value(v) <= out->kept[i - 1]))
			return false;
		out->kept[i] = json_integer_value(v);
	}
	return true;
}

enum xq_rc
folder_log_read(void *mem, struct bytes json, struct folder_log *out, struct xq_err *err)
{
	json_t *v;
	struct folder_log log = { 0 };
	if (json_read(mem, str_n((const char *)json.p, json.n), FOLDER_LOG_MAX, &v, NULL) !=
			XQ_OK ||
		!json_is_object(v) ||
		!take_text(json_object_get(v, "origin"), LEDGER_CODE_MAX, &log.origin) ||
		!take_vkeys(mem, json_object_get(v, "vkeys"), &log) ||
		!take_witnesses(mem, json_object_get(v, "witnesses"), &log) ||
		!take_kept(mem, json_object_get(v, "checkpoints"), &log))
		return bad_log(err);
	*out = log;
	return XQ_OK;
}

struct str
folder_log_write(void *mem, const struct folder_log *log)
{
	struct json_w w = json_new(mem);
	json_open(&w, '{');
	json_key(&w, "checkpoints");
	json_open(&w, '[');
	for (size_t i = 0; i < log->n_kept; i++)
		json_int(&w, log->kept[i]);
	json_close(&w, ']');
	json_key(&w, "origin");
	json_str(&w, log->origin);
	json_key(&w, "vkeys");
	json_open(&w, '[');
	for (size_t i = 0; i < log->n_vkeys; i++) {
		json_open(&w, '[');
		json_str(&w, log->vkey[i].vkey);
		json_int(&w, log->vkey[i].from);
		json_close(&w, ']');
	}
	json_close(&w, ']');
	json_key(&w, "witnesses");
	json_open(&w, '[');
	for (size_t i = 0; i < log->n_witnesses; i++)
		json_str(&w, log->witness[i]);
	json_close(&w, ']');
	json_close(&w, '}');
	return buf_view(&w.b);
}
