/* SPDX-License-Identifier: Apache-2.0 */
/* json.h - writing JSON; reading is jansson's work.
 *
 * For:       API answers, problem documents, the bytes of events (the writer emits canonical form
 *            when keys are given in order). Escapes as ledger.md 3.2.
 * May call:  core/str.h, jansson
 * Called by: act/, web/, ledger/, cli/
 * Threads:   a writer belongs to one thread
 */
#ifndef XQ_CORE_JSON_H
#define XQ_CORE_JSON_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "core/err.h"
#include "core/str.h"

struct json_w {
	struct buf b;
	bool comma; /* the next value needs one before it */
};

struct json_w json_new(void *mem);
void json_open(struct json_w *w, char bracket);  /* '{' or '[' */
void json_close(struct json_w *w, char bracket); /* '}' or ']' */
void json_key(struct json_w *w, const char *key);
void json_str(struct json_w *w, struct str s);
void json_text(struct json_w *w, const char *text);                  /* NULL writes null */
void json_pair(struct json_w *w, const char *key, const char *text); /* both at once */
void json_int(struct json_w *w, int64_t v);
void json_bool(struct json_w *w, bool v);
void json_put_null(struct json_w *w); /* json_null is the name of a function of jansson */
void json_raw(struct json_w *w, struct str json); /* a value that is JSON already */

/* Parses at most max_bytes of UTF-8 JSON, at most 32 levels, no duplicate keys. The value is freed
 * with mem. Refusals: json.bad {at}, json.too-large. */
XQ_CHECK enum xq_rc json_read(
	void *mem, struct str text, size_t max_bytes, json_t **out, struct xq_err *err);

#endif
