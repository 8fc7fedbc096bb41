/* SPDX-License-Identifier: Apache-2.0 */
/* A receipt as somebody brings it along: the proof file, a record separator, what lies beside it. What
 * passes all steps says a sentence; what lies beside is tried as a table of sentences, too. */
#include "record/receipt_verify.h"

#include "core/mem.h"

#include "core/banned.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char known[] =
	"example.cn/log/lc+6b32cc94+AepKbGPinFIKvvVQexMuxfmVR3auvr57kkIe6mkURtIs";
static const char event[] =
	"{\"at\":\"2026-11-03T09:30:12+08:00\",\"k\":\"concern.raised\",\"log\":\"lc\","
	"\"pub\":{\"class\":\"facility\",\"due\":\"2026-11-10T17:30:00+08:00\"},"
	"\"ref\":\"c-mfzxgidtmvrxezlu\",\"role\":\"clerk\",\"seq\":2,\"unit\":\"u07\",\"v\":1}";

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str in = { (const char *)data, size };
	void *mem = mem_root("fuzz");
	size_t at = str_find(in, '\x1e');
	struct str proof = str_n(in.p, at), beside = STR("");
	struct receipt_verdict v;
	struct sentence s;
	struct xq_err err = { 0 };
	if (at < in.n)
		beside = str_n(in.p + at + 1, in.n - at - 1);
	if (receipt_verify(mem, proof, beside, str_of(known), &v, &err) == XQ_OK)
		xq_require(v.steps == (beside.n > 0 ? 5 : 4) && v.seq < v.size &&
			   (beside.n == 0 || v.sentence.text != NULL));
	else
		xq_require(err.key != NULL && v.steps < 5);
	const struct str one = str_of(event);
	if (sentence_build(mem, beside, &one, 1, &s, &err) == XQ_OK)
		xq_require(s.text != NULL && s.counted != NULL);
	mem_free(mem);
	return 0;
}
