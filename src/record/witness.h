/* SPDX-License-Identifier: Apache-2.0 */
/* witness.h - offices watch each other's records: as witness of others, and watched by others.
 *
 * For:       a log that shows one tree here and another one there is caught, because somebody else
 *            signed which tree they saw.
 * May call:  core (fetch), store, ledger, act, web, office/desk.h
 * Called by: modules.c, cli/serve.c, record/log_pages.c (lines of older checkpoints)
 * Owns:      tables ledger_watch, ledger_watch_self, ledger_seen (as witness); ledger_witness,
 *            ledger_cosigned (as client)
 * Threads:   answers on the server's, writing on the writer; asking on a thread of its own, so that
 *            a witness that does not answer holds nobody up
 * Source:    ledger.md 5.4, 5.6, 12; docs/decisions/0044
 */
#ifndef XQ_RECORD_WITNESS_H
#define XQ_RECORD_WITNESS_H

#include "act/app.h"
#include "ledger/witness.h"

enum {
	WITNESS_MAX = 8,      /* witnesses of one office */
	WATCH_MAX = 32,       /* keys of logs that one office watches */
	WITNESS_PAUSE_S = 15, /* between two questions to one witness */
	WITNESS_FRESH_S =
		60, /* a checkpoint older than this is sent only while it is still the head */
};

/* What a witness last said. */
enum witness_trouble {
	TROUBLE_NONE,
	TROUBLE_SILENT,  /* no answer, or one that cannot be read; asked again later */
	TROUBLE_REFUSES, /* 403, 422: it takes our log for another one or for forked */
	TROUBLE_AHEAD,   /* it knows more entries than we have: a backup was restored */
};

/* witness_round - asks every witness that is due about the newest checkpoints, all at once, and
 * writes down what they said. Blocks for the slowest of them.
 *
 * is_first   the program has just started: witnesses in trouble are asked before their time, since
 *            what stopped the record is forgotten with the process that was stopped
 * out_asked  how many were asked
 *
 * A witness that knows more entries than the office has stops the office's record (app_record_stop);
 * one that refuses is told on the page of witnesses. Serve calls it each second.
 */
XQ_CHECK enum xq_rc witness_round(
	struct app *app, bool is_first, int *out_asked, struct xq_err *err);

/* Puts what this office has seen, as a witness, of other records to where it moves: it must not sign an older
 * state there. What the target has seen that is larger stays. */
XQ_CHECK enum xq_rc witness_seen_pass(
	struct tx *from, struct tx *to, void *mem, int64_t office, struct xq_err *err);

struct witness_client;
/* The thread that does the rounds. */
struct witness_client *witness_client_start(struct app *app);
void witness_client_stop(struct witness_client *c);

/* A checkpoint's note with the cosignatures that came later, log first, then witnesses by name.
 * For checkpoints that were kept before they were cosigned. */
XQ_CHECK enum xq_rc witness_note_add(struct tx *tx, void *mem, int64_t office, int64_t size,
	const char *note, const char **out, struct xq_err *err);

/* The keys of an office's witnesses, for log.json. */
XQ_CHECK enum xq_rc witness_vkeys(struct tx *tx, void *mem, int64_t office, const char ***out,
	size_t *out_n, struct xq_err *err);

extern const struct module record_witness_module;

#endif
