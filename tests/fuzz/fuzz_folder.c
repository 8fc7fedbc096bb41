/* SPDX-License-Identifier: Apache-2.0 */
/* The files of a copy that anybody may have made: log.json, a bundle, and a whole log that answers every
 * path with the same bytes under a checkpoint of its own. */
#include "core/mem.h"
#include "ledger/verify.h"

#include "core/banned.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static enum xq_rc
get(void *arg, void *mem, const char *path, size_t max, struct bytes *out, struct xq_err *err)
{
	const struct bytes *in = arg;
	(void)err;
	if (text_eq(path, "checkpoint")) {
		static const char note[] =
			"a/log/a\n3\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n\n"
			"\xe2\x80\x94 a/log/a AAAAAAAA\n";
		*out = (struct bytes){ (const uint8_t *)note, sizeof note - 1 };
		return XQ_OK;
	}
	if (in->n > max)
		return XQ_REFUSED;
	const char *copy = mem_textn(mem, (const char *)in->p, in->n);
	*out = (struct bytes){ (const uint8_t *)copy, in->n };
	return XQ_OK;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	void *mem = mem_root("fuzz");
	struct bytes in = { data, size }, rest = in;
	struct folder_log log;
	if (folder_log_read(mem, in, &log, NULL) == XQ_OK) {
		struct str text = folder_log_write(mem, &log);
		struct folder_log again;
		xq_require(folder_log_read(mem, (struct bytes){ (const uint8_t *)text.p, text.n },
				   &again, NULL) == XQ_OK);
		xq_require(again.n_kept == log.n_kept && again.n_vkeys == log.n_vkeys);
	}
	size_t seen = 0;
	for (struct str entry; bundle_cut(&rest, &entry);)
		seen += entry.n + 2;
	xq_require(seen + rest.n == size);

	struct str as_text = { (const char *)data, size };
	struct verify_options opt = {
		.note = &as_text, .n_notes = 1, .receipt = &as_text, .n_receipts = 1
	};
	struct verify_result r;
	struct xq_err err;
	struct ledger_source src = { .get = get, .arg = &in };
	if (verify_log(mem, &src, &opt, &r, &err) == XQ_OK)
		xq_require(r.n_faults > 0); /* nothing here is signed */
	mem_free(mem);
	return 0;
}
