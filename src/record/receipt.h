/* SPDX-License-Identifier: Apache-2.0 */
/* receipt.h - what a resident holds in the hand: an entry of the public record with its proof.
 *
 * For:       the page of a receipt, its proof file, the file to keep, the slip that other pages show.
 * May call:  core, store, ledger, act, web, office/office.h, concern/concern.h, concern/resident.h
 * Called by: modules.c, parts.c, cli/record_receipt.c
 * Owns:      table record_words
 * Threads:   acts on the writer, reads and views any reader
 * Source:    ledger.md 9; interface.md 2.1, 4; docs/decisions/0049-receipts-checked-on-the-phone.md
 */
#ifndef XQ_RECORD_RECEIPT_H
#define XQ_RECORD_RECEIPT_H

#include "act/app.h"
#include "concern/record_part.h"
#include "core/code.h"
#include "ledger/tiles.h"
#include "record/sentence.h"

/* ---- a receipt from the rows --------------------------------------------------------------------------- */

/* The table of sentences that was published last. */
struct words_seen {
	int64_t seq;   /* of its config.set; -1: none yet */
	char hash[65]; /* of the document */
	struct str doc;
};
XQ_CHECK enum xq_rc words_load(struct tx *tx, void *mem, int64_t office, enum lang lang,
	struct words_seen *out, struct xq_err *err);

struct receipt_seen {
	int64_t seq;
	const char *origin, *log, *vkey;
	struct checkpoint cp; /* the newest; meaningless while is_waiting */
	bool is_waiting;      /* no signed checkpoint has the entry and the table in it yet */
	struct event_seen event;
	const struct str *entry; /* the event, then those that followed in the checkpoint */
	size_t n_entries;
	struct words_seen words;
	struct sentence sentence; /* text NULL: no table yet */
	int64_t at;
};

/* receipt_load - the entry, what followed, and the words for both. XQ_NONE: no such entry. */
XQ_CHECK enum xq_rc receipt_load(struct tx *tx, void *mem, int64_t office, int64_t seq,
	enum lang lang, struct receipt_seen *out, struct xq_err *err);

/* The proof file of a receipt that is not waiting (ledger.md 9). Its openings are empty: a code opens what
 * the record says and nothing else. */
XQ_CHECK enum xq_rc receipt_proof(struct tx *tx, void *mem, int64_t office,
	const struct receipt_seen *r, struct str *out, struct xq_err *err);

/* What the check needs beside it: {"doc","later","table"}, all under the receipt's own checkpoint. */
XQ_CHECK enum xq_rc receipt_beside(struct tx *tx, void *mem, int64_t office,
	const struct receipt_seen *r, struct str *out, struct xq_err *err);

/* {"later":[{"event","hashes"}]} under the tree of a size that the log has reached and the entry is in;
 * REFUSED record.beyond. */
XQ_CHECK enum xq_rc receipt_later(struct tx *tx, void *mem, int64_t office, int64_t seq,
	int64_t size, struct str *out, struct xq_err *err);

/* ---- pages ----------------------------------------------------------------------------------------------- */

/* One of the seven steps in all its words; the script shows one of them. */
struct receipt_step {
	const char *label, *ok, *bad, *none; /* none: nothing to check, or nobody could be asked */
};
enum { RECEIPT_STEPS = 7 };

struct receipt_check {
	const char *shown, *code;       /* in groups, canonical */
	const char *sentence, *counted; /* by the server; sentence NULL: nothing is said yet */
	const char *office_says;        /* from the office's own data; NULL: nothing */
	const char *vkey, *prefix, *more_prefix;
	int64_t seq, size;
	bool is_waiting;
	const char *proof, *beside; /* NULL while waiting */
	const char *bad;            /* the sentence of a mismatch, with the number to call */
	struct receipt_step step[RECEIPT_STEPS];
	const char *url;
	struct html qr;
	const char *proof_href, *save_href;
	const char *office, *phone;
	bool is_saved; /* this is the file that was kept */
	const char *saved_on;
};

struct receipt_ask {
	const char *typed, *fault;
};

/* {call record_slip(p)}: below the office's own words on a receipt. */
struct record_slip {
	const char *id; /* of its heading */
	const char *sentence, *shown, *code, *url, *vkey;
	struct html qr;
	bool is_waiting;
};
struct record_slips {
	struct record_slip *slip;
	size_t n;
};

extern const struct record_part receipt_part;
extern const struct view receipt_ask_view, receipt_view, receipt_save_view, receipt_proof_view,
	receipt_later_view;
extern const struct act record_look_words, record_publish_words;
extern const struct job record_look_words_job, record_publish_words_job;
extern const struct migration record_receipt_migration_1;
extern const struct module record_receipt_module;

#endif
