/* SPDX-License-Identifier: Apache-2.0 */
/* sentence.h - what a receipt says, built from the record's codes alone.
 *
 * For:       the table of sentences that an office publishes (config.set receipts), one document for each
 *            language, and the sentence that it gives for an event and what followed it. The same few
 *            rules run in the reader's browser (assets/js/receipt-say.js); a table of cases holds both
 *            together, so that no server can say something else than it recorded.
 * May call:  core, ledger/event.h, web/msg.h
 * Called by: record/receipt_*.c, cli/record_receipt.c
 * Owns:      nothing
 * Threads:   pure; any
 * Source:    ledger.md 9; decisions.md 9, 10; docs/decisions/0049
 */
#ifndef XQ_RECORD_SENTENCE_H
#define XQ_RECORD_SENTENCE_H

#include "ledger/event.h"
#include "web/msg.h"

#define SENTENCE_DOC "xinqiao-sentences/1"
enum { SENTENCE_DOC_MAX = 256 * 1024, SENTENCE_EVENTS_MAX = 501 };

/* A list of words by code: units, classes, outcomes, scales. */
struct word_pair {
	const char *code, *word;
};
struct word_list {
	const char *name; /* "unit": what a place {now_unit:unit} looks in */
	const struct word_pair *pair;
	size_t n;
};

/* The document: canonical JSON of the shipped sentences in a language with the office's words. */
XQ_CHECK enum xq_rc sentence_table(void *mem, enum lang lang, const struct word_list *list,
	size_t n_lists, struct str *out, struct xq_err *err);

struct sentence {
	const char *text;    /* what is recorded, where it stands, how it counts */
	const char *counted; /* the figures that it enters, in words; "": none */
};

/* sentence_build - the sentence of an event.
 *
 * doc    a table as sentence_table makes it, of anybody
 * event  the event, then those that followed with its ref, in their order; canonical bytes
 * err    REFUSED record.bad-table: no table, or one that says nothing; record.bad-entry as event_check
 */
XQ_CHECK enum xq_rc sentence_build(void *mem, struct str doc, const struct str *event, size_t n,
	struct sentence *out, struct xq_err *err);

extern const struct msg_text sentence_messages[];

#endif
