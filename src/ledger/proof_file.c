/* SPDX-License-Identifier: Apache-2.0 */
/* Proof files, line by line. The order of lines is fixed, so a file has one spelling. */
#include "ledger/proof_file.h"

#include "core/hash.h"
#include "core/mem.h"

#include "core/banned.h"

#define VERSION "c2sp.org/tlog-proof@v1"

const struct msg_text proof_file_messages[] = {
	{ "proof.too-large", N_("This receipt file is longer than 1 MiB; no receipt is.") },
	{ "proof.version",
		N_("This is not a receipt file, or one of a version that is not known here.") },
	{ "proof.extra", N_("The receipt file does not carry its entry in readable form.") },
	{ "proof.index", N_("The receipt file does not say which entry it is about.") },
	{ "proof.hash", N_("Line {n} of the proof is not well-formed.") },
	{ "proof.form",
		N_("The receipt file is not complete: proof, a blank line and a checkpoint are "
		   "expected.") },
	{ "proof.beyond",
		N_("The receipt is about entry {index}, but its checkpoint covers {size} entries "
		   "only.") },
	{ "proof.not-included",
		N_("This entry is not in the record that the checkpoint signs. The receipt was "
		   "changed, or the record was.") },
	{ 0 },
};

static bool
take_word(struct str *line, struct str word)
{
	if (!str_starts(*line, word))
		return false;
	*line = str_n(line->p + word.n, line->n - word.n);
	return true;
}

/* One spelling of at least one byte; groups are read apart, as the length is the file's. */
static bool
is_base64(struct str s)
{
	enum { STEP = 1024 };
	uint8_t piece[STEP / 4 * 3];
	size_t n;
	if (s.n == 0)
		return false;
	for (; s.n > STEP; s = str_n(s.p + STEP, s.n - STEP)) {
		if (!parse_base64(str_n(s.p, STEP), piece, sizeof(piece), &n) || n != sizeof(piece))
			return false;
	}
	return parse_base64(s, piece, sizeof(piece), &n);
}

static enum xq_rc
read_hashes(struct str *rest, struct proof_file *out, struct xq_err *err)
{
	struct str line;
	while (note_line_cut(rest, &line)) {
		if (line.n == 0)
			return XQ_OK;
		if (out->proof.n == PROOF_FILE_HASHES ||
			!tree_b64_read(line, &out->proof.h[out->proof.n])) {
			(void)xq_refuse(err, NULL, "proof.hash");
			if (err)
				xq_err_int(err, "n", (int64_t)out->proof.n + 1);
			return XQ_REFUSED;
		}
		out->proof.n++;
	}
	return xq_refuse(err, NULL, "proof.form");
}

enum xq_rc
proof_file_read(struct str file, struct proof_file *out, struct xq_err *err)
{
	struct proof_file f = { 0 };
	struct str rest = file, line;
	if (file.n > PROOF_FILE_MAX)
		return xq_refuse(err, NULL, "proof.too-large");
	if (!note_line_cut(&rest, &line) || !str_is(line, VERSION))
		return xq_refuse(err, NULL, "proof.version");
	if (!note_line_cut(&rest, &line))
		return xq_refuse(err, NULL, "proof.index");
	if (take_word(&line, STR("extra "))) {
		f.extra = line;
		if (!is_base64(f.extra))
			return xq_refuse(err, NULL, "proof.extra");
		if (!note_line_cut(&rest, &line))
			return xq_refuse(err, NULL, "proof.index");
	}
	if (!take_word(&line, STR("index ")) || !note_size_read(line, &f.index))
		return xq_refuse(err, NULL, "proof.index");
	enum xq_rc rc = read_hashes(&rest, &f, err);
	if (rc != XQ_OK)
		return rc;
	if (rest.n == 0)
		return xq_refuse(err, NULL, "proof.form");
	f.note = rest;
	*out = f;
	return XQ_OK;
}

enum xq_rc
proof_file_check(const struct proof_file *file, const struct tree_hash *leaf,
	const struct note_key *key, size_t n_keys, struct checkpoint_seen *seen, struct xq_err *err)
{
	enum xq_rc rc = checkpoint_read(file->note, key, n_keys, seen, err);
	if (rc != XQ_OK)
		return rc;
	if (file->index >= seen->size) {
		(void)xq_refuse(err, NULL, "proof.beyond");
		if (err) {
			xq_err_int(err, "index", file->index);
			xq_err_int(err, "size", seen->size);
		}
		return XQ_REFUSED;
	}
	if (!tree_includes(leaf, file->index, seen->size, &file->proof, &seen->root))
		return xq_refuse(err, NULL, "proof.not-included");
	return XQ_OK;
}

enum xq_rc
proof_file_extra(void *mem, const struct proof_file *file, struct bytes *out, struct xq_err *err)
{
	if (file->extra.n == 0 || file->extra.n > PROOF_FILE_MAX)
		return xq_refuse(err, NULL, "proof.extra");
	size_t cap = file->extra.n / 4 * 3, n;
	uint8_t *p = mem_array(mem, uint8_t, cap + 1);
	if (!parse_base64(file->extra, p, cap, &n))
		return xq_refuse(err, NULL, "proof.extra");
	*out = (struct bytes){ p, n };
	return XQ_OK;
}

struct str
proof_file_text(void *mem, struct bytes extra, int64_t index, const struct tree_proof *proof,
	struct str note)
{
	struct buf b = buf_new(mem, 1024 + extra.n * 2 + note.n);
	buf_text(&b, VERSION "\n");
	if (extra.n > 0) {
		char *text = mem_array(mem, char, 4 * ((extra.n + 2) / 3) + 1);
		text_base64(extra, text);
		buf_printf(&b, "extra %s\n", text);
	}
	buf_text(&b, "index ");
	buf_int(&b, index);
	buf_char(&b, '\n');
	for (size_t i = 0; i < proof->n; i++) {
		char b64[TREE_B64_LEN + 1];
		tree_b64(&proof->h[i], b64);
		buf_printf(&b, "%s\n", b64);
	}
	buf_char(&b, '\n');
	buf_str(&b, note);
	return buf_view(&b);
}
