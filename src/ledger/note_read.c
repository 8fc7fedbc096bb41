/* SPDX-License-Identifier: Apache-2.0 */
/* Reading a checkpoint: everything that ledger.md 5.3 refuses has its own words, since somebody may
 * hold a note that was handed to them and wants to know what is wrong with it. */
#include "ledger/note.h"

#include "core/hash.h"
#include "core/utf8.h"
#include "ledger/note_int.h"

#include "core/banned.h"

const struct msg_text note_messages[] = {
	{ "follow.steps", N_("This is no way from one key of the record to another.") },
	{ "checkpoint.too-large",
		N_("This checkpoint is longer than 64 KiB; no log writes such a one.") },
	{ "checkpoint.not-utf8", N_("This checkpoint is not text in UTF-8.") },
	{ "checkpoint.control",
		N_("This checkpoint contains control characters, such as tabs or carriage returns.") },
	{ "checkpoint.form",
		N_("This is not a checkpoint: three lines, a blank line and signature lines are "
		   "expected.") },
	{ "checkpoint.origin", N_("The checkpoint names no log in its first line.") },
	{ "checkpoint.size",
		N_("The size in the second line of the checkpoint is not a plain number.") },
	{ "checkpoint.root",
		N_("The third line of the checkpoint is not the fingerprint of a record.") },
	{ "checkpoint.empty-root",
		N_("The checkpoint says that the record is empty, but gives the fingerprint of "
		   "another one.") },
	{ "checkpoint.extension",
		N_("The checkpoint has more than three lines, so it does not count.") },
	{ "checkpoint.signature-form",
		N_("Signature line {n} of the checkpoint is not well-formed.") },
	{ "checkpoint.many-signatures", N_("The checkpoint has more than 64 signature lines.") },
	{ "checkpoint.bad-signature",
		N_("The signature of {name} does not fit this checkpoint. It was changed, or is "
		   "forged.") },
	{ "checkpoint.no-known-key",
		N_("No key of this log that is known here has signed the checkpoint.") },
	{ 0 },
};

static bool
has_control(struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];
		if ((c < ' ' && c != '\n') || c == 0x7F)
			return true;
	}
	return false;
}

/* SHA-256 of nothing: the only root that an empty record has. */
static bool
is_empty_root(const struct tree_hash *root)
{
	uint8_t nothing[SHA256_LEN];
	hash_sha256((struct bytes){ (const uint8_t *)"", 0 }, nothing);
	return memcmp(nothing, root->b, sizeof(nothing)) == 0;
}

static enum xq_rc
read_body(struct str note, struct checkpoint_seen *out, struct xq_err *err)
{
	struct str rest = note, size, root, line;
	if (!note_line_cut(&rest, &out->origin) || !note_line_cut(&rest, &size) ||
		!note_line_cut(&rest, &root))
		return xq_refuse(err, NULL, "checkpoint.form");
	if (!note_is_name(out->origin))
		return xq_refuse(err, NULL, "checkpoint.origin");
	if (!note_size_read(size, &out->size))
		return xq_refuse(err, NULL, "checkpoint.size");
	if (!tree_b64_read(root, &out->root))
		return xq_refuse(err, NULL, "checkpoint.root");
	if (out->size == 0 && !is_empty_root(&out->root))
		return xq_refuse(err, NULL, "checkpoint.empty-root");
	out->body = str_n(note.p, (size_t)(rest.p - note.p));
	if (!note_line_cut(&rest, &line) || str_starts(line, STR(NOTE_DASH)))
		return xq_refuse(err, NULL, "checkpoint.form");
	if (line.n > 0)
		return xq_refuse(err, NULL, "checkpoint.extension");
	out->lines = rest;
	return XQ_OK;
}

static enum xq_rc
signature_form(struct xq_err *err, size_t n)
{
	(void)xq_refuse(err, NULL, "checkpoint.signature-form");
	if (err)
		xq_err_int(err, "n", (int64_t)n);
	return XQ_REFUSED;
}

/* The form of all lines, before any signature is looked at: a broken line after a good one refuses
 * the note too. */
static enum xq_rc
check_lines(struct str lines, struct xq_err *err)
{
	struct str line;
	struct note_line l;
	size_t n = 0;
	if (lines.n == 0)
		return xq_refuse(err, NULL, "checkpoint.form");
	while (lines.n > 0) {
		if (++n > NOTE_MAX_SIGNATURES)
			return xq_refuse(err, NULL, "checkpoint.many-signatures");
		if (!note_line_cut(&lines, &line) || !note_line_read(line, &l))
			return signature_form(err, n);
	}
	return XQ_OK;
}

enum xq_rc
checkpoint_parse(struct str note, struct checkpoint_seen *out, struct xq_err *err)
{
	struct checkpoint_seen seen = { 0 };
	if (note.n > NOTE_MAX_BYTES)
		return xq_refuse(err, NULL, "checkpoint.too-large");
	if (!utf8_is_valid(note))
		return xq_refuse(err, NULL, "checkpoint.not-utf8");
	if (has_control(note))
		return xq_refuse(err, NULL, "checkpoint.control");
	enum xq_rc rc = read_body(note, &seen, err);
	if (rc == XQ_OK)
		rc = check_lines(seen.lines, err);
	if (rc == XQ_OK)
		*out = seen;
	return rc;
}

/* ---- signatures --------------------------------------------------------------------------------- */

static void
count_log(struct checkpoint_seen *out, size_t key)
{
	for (size_t i = 0; i < out->n_logs; i++) {
		if (out->log_key[i] == key)
			return;
	}
	out->log_key[out->n_logs++] = key;
}

/* A witness that signed twice counts once, with its later time. */
static void
count_witness(struct checkpoint_seen *out, struct note_cosigned c)
{
	for (size_t i = 0; i < out->n_cosigned; i++) {
		if (out->cosigned[i].key != c.key)
			continue;
		if (c.at > out->cosigned[i].at)
			out->cosigned[i] = c;
		return;
	}
	out->cosigned[out->n_cosigned++] = c;
}

static enum xq_rc
look_at_line(struct str whole, const struct note_key *key, size_t n_keys,
	struct checkpoint_seen *out, struct xq_err *err)
{
	struct note_line l;
	int64_t at;
	bool is_line = note_line_read(str_n(whole.p, whole.n - 1), &l);
	xq_require(is_line);
	for (size_t i = 0; i < n_keys; i++) {
		if (!note_line_by(&l, &key[i]))
			continue;
		if (!note_line_good(&l, out->body, &key[i], &at)) {
			(void)xq_refuse(err, NULL, "checkpoint.bad-signature");
			if (err)
				xq_err_text(err, "name", key[i].name);
			return XQ_REFUSED;
		}
		if (key[i].type == NOTE_COSIGN)
			count_witness(out, (struct note_cosigned){ i, at, whole });
		else if (str_is(out->origin, key[i].name))
			count_log(out, i);
	}
	return XQ_OK;
}

enum xq_rc
checkpoint_read(struct str note, const struct note_key *key, size_t n_keys,
	struct checkpoint_seen *out, struct xq_err *err)
{
	struct checkpoint_seen seen;
	enum xq_rc rc = checkpoint_parse(note, &seen, err);
	if (rc != XQ_OK)
		return rc;
	struct str rest = seen.lines, line;
	while (note_line_cut(&rest, &line)) {
		rc = look_at_line(str_n(line.p, line.n + 1), key, n_keys, &seen, err);
		if (rc != XQ_OK)
			return rc;
	}
	if (seen.n_logs == 0)
		return xq_refuse(err, NULL, "checkpoint.no-known-key");
	*out = seen;
	return XQ_OK;
}
