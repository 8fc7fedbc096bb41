/* SPDX-License-Identifier: Apache-2.0 */
#include "web/kept.h"

#include <string.h>

#include "core/mem.h"
#include "web/web_int.h"

#include "core/banned.h"

enum { KEPT_ENTRIES = 4096, KEPT_BYTES = 4 * 1024 * 1024 };

struct value {
	size_t n;
	uint8_t bytes[];
};

struct page_cache *
kept_new(void *mem)
{
	return page_cache_new(mem, KEPT_ENTRIES, KEPT_BYTES, mem_free);
}

/* The office's number, that a fact of one office is never another's. */
static struct str
key_of(const struct conn *c, const struct kept_key *key, char out[64])
{
	size_t n = 0;
	out[n++] = key->what;
	memcpy(out + n, &c->q.office->id, sizeof c->q.office->id);
	n += sizeof c->q.office->id;
	memcpy(out + n, key->whose, sizeof key->whose);
	return str_n(out, n + sizeof key->whose);
}

struct wanted {
	struct page_fresh now;
	void *out; /* NULL: as a text, to mem */
	size_t n;
	void *mem;
	struct str text;
};

static bool
use_fact(void *arg, const struct page_fresh *fresh, void *value)
{
	struct wanted *w = arg;
	const struct value *v = value;
	if (fresh->commit_no != w->now.commit_no || fresh->minute != w->now.minute ||
		fresh->office != w->now.office || (w->out && v->n != w->n))
		return false;
	if (w->out)
		memcpy(w->out, v->bytes, v->n);
	else
		w->text = str_n(mem_textn(w->mem, (const char *)v->bytes, v->n), v->n);
	return true;
}

bool
kept_get(struct conn *c, const struct kept_key *key, void *out, size_t n)
{
	char text[64];
	struct wanted w = { .now = c->fresh, .out = out, .n = n };
	return page_cache_use(c->server->kept, key_of(c, key, text), use_fact, &w);
}

bool
kept_text(struct conn *c, const struct kept_key *key, void *mem, struct str *out)
{
	char text[64];
	struct wanted w = { .now = c->fresh, .mem = mem };
	if (!page_cache_use(c->server->kept, key_of(c, key, text), use_fact, &w))
		return false;
	*out = w.text;
	return true;
}

void
kept_put(struct conn *c, const struct kept_key *key, const void *value, size_t n)
{
	char text[64];
	struct value *v = mem_zeroed(NULL, sizeof *v + n, 1); /* outlives the request */
	v->n = n;
	memcpy(v->bytes, value, n);
	page_cache_put(c->server->kept, key_of(c, key, text), &c->fresh, v, sizeof *v + n);
}
