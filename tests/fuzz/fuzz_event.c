/* SPDX-License-Identifier: Apache-2.0 */
/* Entries of the record as others hand them over: what passes has exactly one spelling, so its parts
 * put together again are the same bytes. */
#include "ledger/event.h"

#include "core/mem.h"
#include "core/time.h"

#include "core/banned.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
put(struct buf *b, const char *key, struct str value)
{
	if (value.n > 0)
		buf_printf(b, ",\"%s\":\"%.*s\"", key, (int)value.n, value.p);
}

static struct str
put_together(void *mem, const struct event_seen *e)
{
	struct buf b = buf_new(mem, 1024);
	buf_printf(&b, "{\"at\":\"%.*s\"", (int)e->at_text.n, e->at_text.p);
	if (e->com.n > 0)
		buf_printf(&b, ",\"com\":%.*s", (int)e->com.n, e->com.p);
	put(&b, "k", e->kind);
	put(&b, "log", e->log);
	if (e->prev >= 0)
		buf_printf(&b, ",\"prev\":%lld", (long long)e->prev);
	buf_printf(&b, ",\"pub\":%.*s", (int)e->pub.n, e->pub.p);
	put(&b, "ref", e->ref);
	put(&b, "role", e->role);
	buf_printf(&b, ",\"seq\":%lld", (long long)e->seq);
	put(&b, "unit", e->unit);
	buf_text(&b, ",\"v\":1}");
	return buf_view(&b);
}

static void
look(void *mem, struct str in, const struct event_seen *e)
{
	struct event_seen again;
	char at[TIME_RECORD_LEN + 1];
	const char *log = str_text(mem, e->log);
	xq_require(in.n <= EVENT_MAX_BYTES && canonical_is(in));
	xq_require(str_eq(put_together(mem, e), in));
	xq_require(e->prev < e->seq && (e->prev < 0 || e->ref.n == EVENT_REF_LEN));
	time_record(e->at, at);
	xq_require(str_is(e->at_text, at));
	xq_require(event_check(in, log, e->seq, &again, NULL) == XQ_OK);
	xq_require(event_check(in, log, e->seq + 1, &again, NULL) == XQ_REFUSED);
	xq_require(
		event_check(in, mem_printf(mem, "%s2", log), e->seq, &again, NULL) == XQ_REFUSED);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	void *mem = mem_root("fuzz");
	struct str in = { (const char *)data, size };
	struct event_seen e;
	struct xq_err err = { 0 };
	if (event_check(in, NULL, -1, &e, &err) == XQ_OK)
		look(mem, in, &e);
	else
		xq_require(text_eq(err.key, "record.bad-entry") && err.arg[1].i <= (int64_t)size);

	/* what the writer would take as text of a part, and what opens its commitment */
	struct str json;
	if (canonical_write(mem, in, &json, NULL) == XQ_OK) {
		static const uint8_t salt[LEDGER_SALT_LEN];
		char com[LEDGER_COM_LEN + 1];
		ledger_commit(salt, json, com);
		xq_require(ledger_opens((struct bytes){ salt, sizeof salt }, json, str_of(com)));
		com[3] = com[3] == 'A' ? 'B' : 'A';
		xq_require(!ledger_opens((struct bytes){ salt, sizeof salt }, json, str_of(com)));
	}
	mem_free(mem);
	return 0;
}
