/* SPDX-License-Identifier: Apache-2.0 */
/* The whole small log of the vectors verifies; and each way to bend it is found, with the rule, the entry and
 * the reason. What is bent is not signed again, so that V2 speaks up as well; each case names the fault that
 * must be among those found. */
#include "ledger/verify.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "core/mem.h"
#include "core/time.h"
#include "vectors.h"

#include "core/banned.h"

/* ---- a log in memory -------------------------------------------------------------------------------- */

struct file {
	const char *path;
	struct bytes bytes;
};
struct log {
	void *mem;
	struct file *file;
	size_t n;
	const char *vkey, *witness;
};

static struct bytes
copy_of(void *mem, struct bytes b)
{
	return (struct bytes){ (const uint8_t *)mem_textn(mem, (const char *)b.p, b.n), b.n };
}

static enum xq_rc
log_get(void *arg, void *mem, const char *path, size_t max, struct bytes *out, struct xq_err *err)
{
	const struct log *l = arg;
	(void)err;
	for (size_t i = 0; i < l->n; i++)
		if (text_eq(l->file[i].path, path)) {
			assert_true(l->file[i].bytes.n <= max);
			*out = copy_of(mem, l->file[i].bytes);
			return XQ_OK;
		}
	return XQ_NONE;
}

static enum xq_rc
log_names(void *arg, const char *under, enum xq_rc (*take)(void *to, const char *path), void *to,
	struct xq_err *err)
{
	const struct log *l = arg;
	enum xq_rc rc = XQ_OK;
	(void)err;
	for (size_t i = 0; rc == XQ_OK && i < l->n; i++)
		if (str_starts(str_of(l->file[i].path), str_of(under)))
			rc = take(to, l->file[i].path);
	return rc;
}

static void
log_load(void *mem, struct log *l)
{
	json_t *v = vectors_load(mem, "minilog.json"), *files = json_object_get(v, "files");
	const char *path;
	*l = (struct log){ .mem = mem,
		.file = mem_array(mem, struct file, json_object_size(files) + 4),
		.vkey = vectors_str(v, "vkey").p,
		.witness = vectors_str(v, "witness").p };
	for (void *it = json_object_iter(files); it; it = json_object_iter_next(files, it)) {
		path = json_object_iter_key(it);
		struct str b = vectors_base64(mem, files, path);
		l->file[l->n++] = (struct file){ path, { (const uint8_t *)b.p, b.n } };
	}
}

static struct file *
log_file(struct log *l, const char *path)
{
	for (size_t i = 0; i < l->n; i++)
		if (text_eq(l->file[i].path, path))
			return &l->file[i];
	fail_msg("no file %s", path);
	return NULL;
}

static struct str
text_of(const struct file *f)
{
	return str_n((const char *)f->bytes.p, f->bytes.n);
}

/* ---- running ---------------------------------------------------------------------------------------- */

static struct verify_result
verify(struct log *l, struct verify_options *opt)
{
	struct verify_result r;
	struct xq_err err = { 0 };
	struct ledger_source src = { .get = log_get, .names = log_names, .arg = l };
	if (opt->vkey == NULL)
		opt->vkey = l->vkey;
	if (verify_log(l->mem, &src, opt, &r, &err) != XQ_OK)
		fail_msg("verify: %s %s", err.key, err.detail);
	return r;
}

static void
print_faults(const struct verify_result *r)
{
	for (size_t i = 0; i < r->n_kept; i++)
		print_message("  %s %lld %s want %s got %s\n", verify_rule_name(r->fault[i].rule),
			(long long)r->fault[i].seq, r->fault[i].key, r->fault[i].want,
			r->fault[i].got);
}

static void
must_have(const struct verify_result *r, enum verify_rule rule, const char *key, int64_t seq)
{
	for (size_t i = 0; i < r->n_kept; i++)
		if (r->fault[i].rule == rule && text_eq(r->fault[i].key, key) &&
			r->fault[i].seq == seq)
			return;
	print_faults(r);
	fail_msg("not found: %s %s at %lld", verify_rule_name(rule), key, (long long)seq);
}

static void
must_be_clean(const struct verify_result *r)
{
	if (r->n_faults > 0)
		print_faults(r);
	assert_int_equal(r->n_faults, 0);
	assert_true(r->is_complete);
}

/* ---- bending ---------------------------------------------------------------------------------------- */

static struct str
replaced(void *mem, struct str s, const char *from, const char *to)
{
	size_t at = str_index(s, str_of(from));
	if (at == s.n)
		fail_msg("\"%s\" is not in it: %.*s", from, (int)(s.n < 300 ? s.n : 300), s.p);
	struct buf b = buf_new(mem, s.n + strlen(to) + 1);
	buf_add(&b, s.p, at);
	buf_text(&b, to);
	buf_add(&b, s.p + at + strlen(from), s.n - at - strlen(from));
	return buf_view(&b);
}

static const char *const bundle_paths[] = { "tile/entries/000", "tile/entries/001",
	"tile/entries/002.p/56" };

static void
put_entry(struct buf *out, struct str entry)
{
	buf_char(out, (char)(entry.n >> 8));
	buf_char(out, (char)(entry.n & 255));
	buf_str(out, entry);
}

/* Entry seq with one text for another; to NULL: the entry twice; both NULL: left out. */
static void
bend_entry(struct log *l, int64_t seq, const char *from, const char *to)
{
	struct file *f = log_file(l, bundle_paths[seq / 256]);
	struct bytes rest = f->bytes;
	struct str entry;
	struct buf out = buf_new(l->mem, rest.n + 8192);
	for (int64_t i = seq / 256 * 256; bundle_cut(&rest, &entry); i++) {
		if (i != seq) {
			put_entry(&out, entry);
		} else if (to != NULL) {
			put_entry(&out, replaced(l->mem, entry, from, to));
		} else if (from != NULL) {
			put_entry(&out, entry);
			put_entry(&out, entry);
		}
	}
	f->bytes = (struct bytes){ (const uint8_t *)out.p, out.n };
}

static void
bend_file(struct log *l, const char *path, const char *from, const char *to)
{
	struct file *f = log_file(l, path);
	struct str s = replaced(l->mem, text_of(f), from, to);
	f->bytes = (struct bytes){ (const uint8_t *)s.p, s.n };
}

/* A document that an entry names, and its new hash in that entry. */
static void
bend_doc(struct log *l, int64_t seq, const char *hex, const char *from, const char *to)
{
	const char *path = mem_printf(l->mem, "doc/%s", hex);
	bend_file(l, path, from, to);
	struct file *f = log_file(l, path);
	uint8_t hash[SHA256_LEN];
	char new[65];
	hash_sha256(f->bytes, hash);
	text_hex((struct bytes){ hash, sizeof hash }, new);
	f->path = mem_printf(l->mem, "doc/%s", new);
	bend_entry(l, seq, hex, mem_text(l->mem, new));
}

static int
setup(void **state)
{
	*state = mem_root("test");
	return 0;
}

static int
teardown(void **state)
{
	mem_free(*state);
	return 0;
}

/* ---- good ------------------------------------------------------------------------------------------- */

static void
the_small_log_verifies_whole(void **state)
{
	struct log l;
	log_load(*state, &l);
	const char *witness[] = { l.witness };
	struct str receipt[8];
	struct verify_options opt = {
		.witness = witness, .n_witnesses = 1, .min_cosigned = 1, .receipt = receipt
	};
	for (size_t i = 0; i < l.n; i++)
		if (str_starts(str_of(l.file[i].path), STR("receipts/")))
			receipt[opt.n_receipts++] = text_of(&l.file[i]);
	struct verify_result r = verify(&l, &opt);
	must_be_clean(&r);
	assert_string_equal(r.origin, "xinqiao.example.cn/log/lc");
	assert_string_equal(r.vkey, l.vkey);
	assert_false(r.is_own_vkey);
	assert_int_equal(r.size, 568);
	assert_int_equal(r.n_entries, 568);
	assert_int_equal(r.n_older, 8);
	assert_int_equal(r.n_figures, 2);
	assert_int_equal(r.n_boxes, 1);
	assert_int_equal(r.n_draws, 1);
	assert_int_equal(r.n_steerable, 0);
	assert_int_equal(r.n_receipts, 6);
	assert_int_equal(r.n_cosigned, 1);
}

static void
without_a_key_the_logs_own_is_used_and_that_is_said(void **state)
{
	struct log l;
	log_load(*state, &l);
	struct verify_result r;
	struct verify_options opt = { 0 };
	struct ledger_source src = { .get = log_get, .arg = &l };
	struct xq_err err;
	assert_int_equal(verify_log(*state, &src, &opt, &r, &err), XQ_OK);
	must_be_clean(&r);
	assert_true(r.is_own_vkey);
	assert_string_equal(r.vkey, l.vkey);
}

/* ---- entries ---------------------------------------------------------------------------------------- */

struct bent {
	int64_t seq;
	const char *from, *to;
	enum verify_rule rule;
	const char *key;
	int64_t at;
};

#define FIGURES_1 "68c57785edf9958fd6169bd3d22ff58bc2f560eb0c1112343d42f575bca80714"
#define FRAME "6a4f12a54495c81ed8b04b0d7d679a2f0a34e08097849e2c34023f0a9c33dc16"
#define DRAWN "31aeae2cb611d7cfc11c973c7477614fe2f6f6f2e2d783e17c3709f236fa55d1"
#define BOX "e97b1c38d93562bdcc59c725786354fb5c58f1e6f76e043c6196e3683f44a474"

/* clang-format off */
static const struct bent entries[] = {
	/* edit, delete, insert, reorder */
	{ 26, "\"sat\":2", "\"sat\":1", VERIFY_TILES, "verify.tile", 26 },
	{ 26, "\"sat\":2", "\"sat\":1", VERIFY_TILES, "verify.root", 568 },
	{ 26, "\"sat\":2", "\"sat\":1", VERIFY_OLDER, "verify.fork", 32 },
	{ 26, "\"sat\":2", "\"sat\":1", VERIFY_FIGURES, "verify.figure", 285 },
	{ 26, NULL, NULL, VERIFY_TILES, "verify.bundle-form", 255 },
	{ 26, NULL, NULL, VERIFY_ENTRIES, "verify.prev", 26 },
	{ 26, "", NULL, VERIFY_ENTRIES, "verify.seq", 27 },
	{ 26, "", NULL, VERIFY_LIFE, "verify.judged-twice", 27 },
	/* V3 */
	{ 40, "\"log\":\"lc\"", "\"log\":\"ld\"", VERIFY_ENTRIES, "verify.log", 40 },
	{ 40, "\"seq\":40", "\"seq\":41", VERIFY_ENTRIES, "verify.seq", 40 },
	{ 40, "\"at\":\"2026-01-", "\"at\":\"2025-12-", VERIFY_ENTRIES, "verify.at", 40 },
	{ 26, "\"prev\":24", "\"prev\":10", VERIFY_ENTRIES, "verify.prev", 26 },
	{ 8, "\"pub\"", "\"prev\":3,\"pub\"", VERIFY_ENTRIES, "verify.prev", 8 },
	{ 26, "\"v\":1", "\"v\":2", VERIFY_ENTRIES, "verify.form", 26 },
	{ 26, "\"sat\":2", "\"sat\": 2", VERIFY_ENTRIES, "verify.form", 26 },
	{ 0, "\"log.opened\"", "\"log.tick\"", VERIFY_ENTRIES, "verify.opened", 0 },
	{ 0, "log/lc\"", "log/lx\"", VERIFY_ENTRIES, "verify.origin", 0 },
	{ 330, "\"log.tick\"", "\"log.opened\"", VERIFY_ENTRIES, "verify.opened-again", 330 },
	/* V5: back-dated and post-dated against a cosignature, size 32 */
	{ 31, "2026-01-05T14:00:00", "2026-01-09T14:00:00", VERIFY_TIME, "verify.post-dated", 31 },
	{ 32, "2026-01-05T14:00:00", "2026-01-02T14:00:00", VERIFY_TIME, "verify.back-dated", 32 },
	/* V6 */
	{ 8, "concern.raised", "concern.called", VERIFY_LIFE, "verify.not-opened", 8 },
	{ 8, ",\"ref\":\"c-5rr5xb6j4elefpr4\"", "", VERIFY_LIFE, "verify.no-subject", 8 },
	{ 11, "reception.planned", "reception.held", VERIFY_LIFE, "verify.not-opened", 11 },
	{ 9, "concern.offered", "concern.raised", VERIFY_LIFE, "verify.opened-twice", 9 },
	{ 10, "\"unit\":\"u09\"", "\"unit\":\"u08\"", VERIFY_LIFE, "verify.owner", 10 },
	{ 9, "\"to\":\"u09\"", "\"to\":\"u08\"", VERIFY_LIFE, "verify.owner", 10 },
	{ 26, "\"round\":1", "\"round\":2", VERIFY_LIFE, "verify.round", 26 },
	{ 89, "\"round\":2", "\"round\":3", VERIFY_LIFE, "verify.round", 89 },
	{ 26, "\"evaluator\"", "\"handler\"", VERIFY_LIFE, "verify.judged-by", 26 },
	{ 26, "\"evaluator\"", "\"resident\"", VERIFY_LIFE, "verify.judged-by", 26 },
	{ 80, "\"evaluator\"", "\"resident\"", VERIFY_LIFE, "verify.judged-by", 80 },
	{ 26, "\"unit\":\"u90\"", "\"unit\":\"u09\"", VERIFY_LIFE, "verify.own-judge", 26 },
	{ 24, "\"role\":\"handler\",\"seq\":24,\"unit\":\"u09\"", "\"role\":\"evaluator\",\"seq\":24,\"unit\":\"u09\"", VERIFY_LIFE, "verify.own-judge", 24 },
	{ 26, ",\"unit\":\"u90\"", "", VERIFY_LIFE, "verify.judge-unit", 26 },
	{ 220, "concern.promise-kept", "concern.replied", VERIFY_LIFE, "verify.after-end", 220 },
	{ 220, "concern.promise-kept", "concern.unheard-of", VERIFY_LIFE, "verify.after-end", 220 },
	{ 286, "\"13:who\"", "\"13:whom\"", VERIFY_LIFE, "verify.erased", 286 },
	{ 286, "\"13:who\"", "\"8:who\"", VERIFY_LIFE, "verify.erased", 286 },
	{ 286, "\"13:who\"", "\"013:who\"", VERIFY_LIFE, "verify.erased", 286 },
	{ 286, "\"13:who\"", "\"300:who\"", VERIFY_LIFE, "verify.erased", 286 },
	{ 286, "\"13:who\"", "\"x:who\"", VERIFY_LIFE, "verify.erased", 286 },
	{ 286, "\"parts\"", "\"party\"", VERIFY_LIFE, "verify.erased", 286 },
	/* V7, V8 */
	{ 31, "\"doc\":\"d", "\"doc\":\"0", VERIFY_DOCS, "verify.doc-missing", 31 },
	{ 285, "\"size\":285", "\"size\":286", VERIFY_FIGURES, "verify.figures-size", 285 },
	{ 285, "\"size\":285", "\"size\":200", VERIFY_FIGURES, "verify.figures-named", 285 },
	{ 547, "\"from\":\"2026-02-01\",\"size\":547,\"to\":\"2026-03-01\"", "\"from\":\"2026-01-01\",\"size\":547,\"to\":\"2026-02-01\"", VERIFY_FIGURES, "verify.figures-why", 547 },
	/* V9 */
	{ 514, "\"votes\":20", "\"votes\":19", VERIFY_BOXES, "verify.box-votes", 514 },
	{ 7, "\"invited\":40", "\"invited\":19", VERIFY_BOXES, "verify.box-invited", 514 },
	{ 32, "\"pub\":{\"box\":\"b1\"}", "\"pub\":{\"box\":\"b1\",\"zone\":\"z1\"}", VERIFY_BOXES, "verify.box-vote", 32 },
	{ 32, "\"vote\":", "\"what\":", VERIFY_BOXES, "verify.box-vote", 32 },
	{ 32, "\"role\"", "\"ref\":\"s-aaaaaaaaaaaaaaaa\",\"role\"", VERIFY_BOXES, "verify.box-vote", 32 },
	{ 7, "box.opened", "box.mislaid", VERIFY_BOXES, "verify.box-order", 32 },
	/* V10 */
	{ 329, "\"size\":349", "\"size\":330", VERIFY_DRAWS, "verify.draw-size", 329 },
	{ 329, "\"count\":5", "\"count\":6", VERIFY_DRAWS, "verify.drawn", 351 },
	{ 329, "\"to\":\"2026-02-01\"", "\"to\":\"2026-01-31\"", VERIFY_DRAWS, "verify.draw-frame", 329 },
	{ 350, "\"root\":\"q", "\"root\":\"r", VERIFY_DRAWS, "verify.draw-root", 350 },
	{ 350, "hjaI4QAAAABpho6Q", "hjaI4QAAAABpho6R", VERIFY_DRAWS, "verify.draw-witness", 350 },
	{ 442, "promise-kept\",\"log\":\"lc\",\"prev\":393,\"pub\":{\"no\":1}", "rechecked\",\"log\":\"lc\",\"prev\":393,\"pub\":{\"draw\":\"d-2026-01\"}", VERIFY_DRAWS, "verify.draw-recheck", 442 },
	{ 350, "draw.seeded", "draw.seedless", VERIFY_DRAWS, "verify.draw-order", 351 },
};
/* clang-format on */

static void
each_bent_entry_is_found(void **state)
{
	for (size_t i = 0; i < sizeof entries / sizeof entries[0]; i++) {
		const struct bent *b = &entries[i];
		void *mem = mem_root("case");
		struct log l;
		log_load(mem, &l);
		bend_entry(&l, b->seq, b->from, b->to);
		struct verify_result r = verify(&l, &(struct verify_options){ 0 });
		must_have(&r, b->rule, b->key, b->at);
		mem_free(mem);
	}
	(void)state;
}

/* ---- documents -------------------------------------------------------------------------------------- */

struct bent_doc {
	int64_t seq;
	const char *hex, *from, *to;
	enum verify_rule rule;
	const char *key;
	int64_t at;
};

/* clang-format off */
static const struct bent_doc docs[] = {
	{ 285, FIGURES_1, "\"id\":\"claimed\",\"num\":8", "\"id\":\"claimed\",\"num\":9", VERIFY_FIGURES, "verify.figure", 285 },
	{ 285, FIGURES_1, "\"size\":285", "\"size\":284", VERIFY_FIGURES, "verify.figures-named", 285 },
	{ 285, FIGURES_1, "\"root\":\"q", "\"root\":\"r", VERIFY_FIGURES, "verify.figures-root", 285 },
	{ 285, FIGURES_1, "\"v\":1", "\"v\":2", VERIFY_FIGURES, "verify.figures-doc", 285 },
	{ 329, FRAME, "[\"c-5rr5xb6j4elefpr4\"],", "", VERIFY_DRAWS, "verify.draw-frame", 329 },
	{ 329, FRAME, "[[", "[ [", VERIFY_DRAWS, "verify.draw-doc", 329 },
	{ 351, DRAWN, "\"c-zppjubkxf47lb3qq\",", "", VERIFY_DRAWS, "verify.drawn", 351 },
	{ 351, DRAWN, "[\"c-z3rivjzd5mxwhbq5\",\"moved\"]", "", VERIFY_DRAWS, "verify.drawn", 351 },
	{ 351, DRAWN, "\"moved\"]]", "\"moved\"],[\"c-aaaaaaaaaaaaaaaa\",\"moved\"]]", VERIFY_DRAWS, "verify.draw-skipped", 351 },
	{ 351, DRAWN, "d-2026-01", "d-2026-02", VERIFY_DRAWS, "verify.draw-doc", 351 },
	{ 514, BOX, "[\"5PLq5iJdfnRi3UEFkqp8lQ==\",[2]],", "", VERIFY_BOXES, "verify.box-rows", 514 },
	{ 514, BOX, "5PLq5iJdfnRi3UEFkqp8lQ==", "+rWd8yAWgZDZjJ5DySW9RA==", VERIFY_BOXES, "verify.box-token", 514 },
};
/* clang-format on */

static void
each_bent_document_is_found(void **state)
{
	for (size_t i = 0; i < sizeof docs / sizeof docs[0]; i++) {
		const struct bent_doc *b = &docs[i];
		void *mem = mem_root("case");
		struct log l;
		log_load(mem, &l);
		bend_doc(&l, b->seq, b->hex, b->from, b->to);
		struct verify_result r = verify(&l, &(struct verify_options){ 0 });
		must_have(&r, b->rule, b->key, b->at);

		log_load(mem, &l); /* the same without a new hash is V7's */
		bend_file(&l, mem_printf(mem, "doc/%s", b->hex), b->from, b->to);
		r = verify(&l, &(struct verify_options){ 0 });
		must_have(&r, VERIFY_DOCS, "verify.doc", b->seq);
		mem_free(mem);
	}
	(void)state;
}

/* ---- checkpoints ------------------------------------------------------------------------------------ */

static void
checkpoints_that_do_not_hold_are_found(void **state)
{
	struct log l;
	struct verify_result r;
	log_load(*state, &l);
	bend_file(&l, "checkpoint", "v2HStjyW", "v2HStjyX");
	r = verify(&l, &(struct verify_options){ 0 });
	must_have(&r, VERIFY_CHECKPOINT, "verify.signature", 568);

	log_load(*state, &l);
	bend_file(
		&l, "checkpoint", "\n568\n", "\n567\n"); /* another head under the old signature */
	r = verify(&l, &(struct verify_options){ 0 });
	must_have(&r, VERIFY_CHECKPOINT, "verify.signature", 567);

	log_load(*state, &l);
	bend_file(&l, "checkpoint", "\n568\n", "\n0568\n");
	r = verify(&l, &(struct verify_options){ 0 });
	must_have(&r, VERIFY_CHECKPOINT, "verify.note-form", -1);
	assert_false(r.is_complete);

	log_load(*state, &l);
	log_file(&l, "checkpoint")->path = "gone";
	r = verify(&l, &(struct verify_options){ 0 });
	must_have(&r, VERIFY_CHECKPOINT, "verify.no-checkpoint", -1);

	log_load(*state, &l);
	const char *witness[] = { l.witness };
	r = verify(&l, &(struct verify_options){
			       .witness = witness, .n_witnesses = 1, .min_cosigned = 2 });
	must_have(&r, VERIFY_CHECKPOINT, "verify.cosigned", 568);

	json_t *notes = vectors_load(*state, "notes.json"); /* the same origin under another key */
	r = verify(&l, &(struct verify_options){ .vkey = vectors_str(notes, "vkey").p });
	must_have(&r, VERIFY_CHECKPOINT, "verify.signature", 568);
	must_have(&r, VERIFY_OLDER, "verify.note-signature", 32);
}

static void
an_older_checkpoint_shows_a_fork_and_a_cut(void **state)
{
	struct log l;
	log_load(*state, &l);
	struct str newest = text_of(log_file(&l, "checkpoint"));
	struct verify_options opt = { .note = &newest, .n_notes = 1 };
	struct verify_result r = verify(&l, &opt);
	must_be_clean(&r);

	log_file(&l, "checkpoint")->bytes = log_file(&l, "checkpoints/547")->bytes;
	r = verify(&l, &opt); /* an old copy is served to somebody who saw a newer one */
	must_have(&r, VERIFY_OLDER, "verify.rolled-back", 568);

	log_load(*state, &l);
	log_file(&l, "checkpoints/209")->bytes = log_file(&l, "checkpoints/113")->bytes;
	r = verify(&l, &(struct verify_options){ 0 });
	must_have(&r, VERIFY_OLDER, "verify.note-named", 209);

	log_load(*state, &l);
	log_file(&l, "checkpoints/209")->path = "gone";
	r = verify(&l, &(struct verify_options){ 0 });
	must_have(&r, VERIFY_OLDER, "verify.note-missing", 209);

	log_load(*state, &l);
	struct str foreign = replaced(*state, newest, "/log/lc", "/log/ly");
	r = verify(&l, &(struct verify_options){ .note = &foreign, .n_notes = 1 });
	must_have(&r, VERIFY_OLDER, "verify.note-foreign", 568);
	struct str broken = STR("no checkpoint at all\n");
	r = verify(&l, &(struct verify_options){ .note = &broken, .n_notes = 1 });
	must_have(&r, VERIFY_OLDER, "verify.note-form", -1);
}

static void
missing_and_broken_files_are_named(void **state)
{
	struct log l;
	struct verify_result r;
	log_load(*state, &l);
	log_file(&l, "tile/entries/001")->path = "gone";
	r = verify(&l, &(struct verify_options){ 0 });
	must_have(&r, VERIFY_TILES, "verify.bundle-missing", 256);
	assert_false(r.is_complete);
	assert_int_equal(r.n_entries, 256);

	log_load(*state, &l);
	log_file(&l, "tile/0/001")->path = "gone";
	r = verify(&l, &(struct verify_options){ 0 });
	must_have(&r, VERIFY_TILES, "verify.tile-missing", 256);

	log_load(*state, &l);
	struct file *f = log_file(&l, "tile/1/000.p/2");
	uint8_t *p = (uint8_t *)mem_textn(*state, (const char *)f->bytes.p, f->bytes.n);
	p[40] ^= 1;
	f->bytes.p = p;
	r = verify(&l, &(struct verify_options){ 0 });
	must_have(&r, VERIFY_TILES, "verify.tile", 256);
	f->bytes.n = 63;
	r = verify(&l, &(struct verify_options){ 0 });
	must_have(&r, VERIFY_TILES, "verify.tile-length", 0);

	log_load(*state, &l);
	bend_file(&l, "log.json", "{", "[");
	r = verify(&l, &(struct verify_options){ 0 });
	must_have(&r, VERIFY_CHECKPOINT, "verify.log-json", -1);
}

/* A file more, with the first n bytes of another one. */
static struct file *
put_more(struct log *l, const char *path, const char *of, size_t n)
{
	struct bytes b = log_file(l, of)->bytes;
	assert_true(n <= b.n);
	b.n = n;
	l->file[l->n] = (struct file){ path, copy_of(l->mem, b) };
	return &l->file[l->n++];
}

static void
what_else_lies_under_tile_is_looked_at(void **state)
{
	struct log l;
	struct verify_result r;
	log_load(*state, &l);
	(void)put_more(&l, "tile/0/000.p/7", "tile/0/000", 7 * SHA256_LEN);
	(void)put_more(&l, "tile/0/003.p/1", "tile/0/000", SHA256_LEN); /* beyond what is signed */
	r = verify(&l, &(struct verify_options){ 0 });
	must_be_clean(&r);

	log_load(*state, &l);
	(void)put_more(&l, "tile/0/001.p/7", "tile/0/000", 7 * SHA256_LEN);
	r = verify(&l, &(struct verify_options){ 0 });
	must_have(&r, VERIFY_TILES, "verify.tile-part", 256);

	log_load(*state, &l);
	(void)put_more(&l, "tile/0/000.p/7", "tile/0/000", 6 * SHA256_LEN);
	r = verify(&l, &(struct verify_options){ 0 });
	must_have(&r, VERIFY_TILES, "verify.tile-part", 0);

	log_load(*state, &l);
	(void)put_more(&l, "tile/entries/001.p/1", "tile/entries/000", 700);
	r = verify(&l, &(struct verify_options){ 0 });
	must_have(&r, VERIFY_TILES, "verify.tile-part", 256);

	log_load(*state, &l);
	(void)put_more(&l, "tile/0/x000/001", "tile/0/001", 256 * SHA256_LEN);
	r = verify(&l, &(struct verify_options){ 0 });
	must_have(&r, VERIFY_TILES, "verify.tile-path", -1);
}

static void
a_log_that_stopped_is_stale(void **state)
{
	struct log l;
	log_load(*state, &l);
	struct verify_result r = verify(&l, &(struct verify_options){ 0 });
	int64_t day = 26 * 3600;
	r = verify(&l, &(struct verify_options){ .now = r.last_at + day });
	must_be_clean(&r);
	r = verify(&l, &(struct verify_options){ .now = r.last_at + day + 1 });
	must_have(&r, VERIFY_TIME, "verify.stale", 567);
}

/* ---- receipts --------------------------------------------------------------------------------------- */

static void
a_receipt_with_one_character_changed_is_refused(void **state)
{
	struct log l;
	log_load(*state, &l);
	struct file *f = log_file(&l, "receipts/545.tlog-proof");
	/* which table of sentences was in force is told by the log, not proved by the file: another good
	 * hash there is another receipt of the same entry (the page looks it up) */
	size_t extra = str_index(text_of(f), STR("\nindex ")), sentences = extra - 92;
	for (size_t i = 0; i < f->bytes.n; i += 7) {
		if (i >= sentences && i < extra)
			continue;
		void *mem = mem_root("case");
		struct log copy = l;
		copy.mem = mem;
		char *text = mem_textn(mem, (const char *)f->bytes.p, f->bytes.n);
		text[i] = text[i] == 'A' ? 'B' : 'A';
		struct str receipt = str_n(text, f->bytes.n);
		struct verify_result r = verify(
			&copy, &(struct verify_options){ .receipt = &receipt, .n_receipts = 1 });
		/* a changed witness line is ignored where the name is another: nobody vouches with it */
		bool is_witness = str_index(str_n(text, i), STR("\n\xe2\x80\x94 witness")) < i;
		if (r.n_of[VERIFY_RECEIPTS] == 0 && !is_witness)
			fail_msg("byte %zu changed, and nobody saw it", i);
		mem_free(mem);
	}
}

static void
a_receipt_shows_what_was_left_out(void **state)
{
	struct log l;
	log_load(*state, &l);
	struct str receipt = text_of(log_file(&l, "receipts/545.tlog-proof"));
	bend_entry(&l, 545, "\"sat\":2", "\"sat\":1");
	struct verify_result r =
		verify(&l, &(struct verify_options){ .receipt = &receipt, .n_receipts = 1 });
	must_have(&r, VERIFY_RECEIPTS, "verify.receipt-entry", 545);
	must_have(&r, VERIFY_OLDER, "verify.fork", 568);
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(the_small_log_verifies_whole),
		T(without_a_key_the_logs_own_is_used_and_that_is_said),
		T(each_bent_entry_is_found),
		T(each_bent_document_is_found),
		T(checkpoints_that_do_not_hold_are_found),
		T(an_older_checkpoint_shows_a_fork_and_a_cut),
		T(missing_and_broken_files_are_named),
		T(what_else_lies_under_tile_is_looked_at),
		T(a_log_that_stopped_is_stale),
		T(a_receipt_with_one_character_changed_is_refused),
		T(a_receipt_shows_what_was_left_out),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
