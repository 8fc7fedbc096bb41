/* SPDX-License-Identifier: Apache-2.0 */
/* note_int.h - what the writer of signature lines and the reader of whole notes share. */
#ifndef XQ_LEDGER_NOTE_INT_H
#define XQ_LEDGER_NOTE_INT_H

#include "ledger/note.h"

/* U+2014 and a space begin each signature line. */
#define NOTE_DASH "\u2014 "

/* The longest three lines: name, size, root and their newlines. */
enum { NOTE_BODY_MAX = NOTE_NAME_MAX + 16 + TREE_B64_LEN + 3 };

/* A signature line taken apart; n_sig may be more than is kept of kinds that we do not know. */
struct note_line {
	struct str name;
	size_t n_sig; /* bytes of id and signature */
	uint8_t sig[4 + 8 + 64];
};

/* Without its newline. */
bool note_line_read(struct str line, struct note_line *out);
/* Whether it says that this key made it; nothing is verified. */
bool note_line_by(const struct note_line *l, const struct note_key *key);
bool note_line_good(
	const struct note_line *l, struct str body, const struct note_key *key, int64_t *out_at);

#endif
