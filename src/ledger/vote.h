/* SPDX-License-Identifier: Apache-2.0 */
/* vote.h - a secret answer in a box, and the slip by which its voter alone can open it.
 *
 * For:       what is committed to, and the check of a slip.
 * May call:  core, ledger/event.h
 * Called by: concern/box.c
 * Threads:   any; pure but for the chance that is handed in
 * Source:    ledger.md 3.4 rule 4, 4; docs/decisions/0048
 *
 * The slip is 120 random bits, written as 24 letters and digits. Salt and t follow from it, so that what the
 * voter keeps is short enough to be copied by hand or read out, and what the office keeps opens nothing:
 *
 *   salt = SHA-256("xinqiao-vote/1 salt " || slip)
 *   t    = first 16 bytes of SHA-256("xinqiao-vote/1 t " || slip), base64
 *   text = {"a":[answers],"box":"<code>","t":"<t>"}      com.vote = SHA-256(salt || text)
 */
#ifndef XQ_LEDGER_VOTE_H
#define XQ_LEDGER_VOTE_H

#include "core/str.h"
#include "ledger/event.h"

enum {
	VOTE_SLIP_LEN = 24,
	VOTE_T_BYTES = 16,
	VOTE_T_LEN = 24, /* in base64 */
};

struct vote {
	uint8_t salt[LEDGER_SALT_LEN];
	uint8_t t_bytes[VOTE_T_BYTES];
	char t[VOTE_T_LEN + 1];
	struct str text; /* lives as long as mem */
	const char *box; /* as given */
	char com[LEDGER_COM_LEN + 1];
};

void vote_slip_new(struct rng *random, char out[VOTE_SLIP_LEN + 1]);
/* As people type it: capitals, spaces and hyphens between; false where it is none. */
bool vote_slip_read(struct str text, char out[VOTE_SLIP_LEN + 1]);
/* k7wq-… : groups of four. */
char *vote_slip_show(void *mem, const char *slip);

/* One answer to one question: the vote of a box of marks. */
void vote_of_slip(void *mem, const char *slip, const char *box, int answer, struct vote *out);

/* The document of a closed box, [["<t>",[answer]],...]: rows sorted by t. */
struct vote_row {
	char t[VOTE_T_LEN + 1];
	int answer;
};
struct str vote_rows_write(void *mem, struct vote_row *row, size_t n);

#endif
