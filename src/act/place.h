/* SPDX-License-Identifier: Apache-2.0 */
/* place.h - where an office is: here, on its way, or in another cell; and the key that it brought along.
 *
 * For:       several databases ("cells") with whole offices each. Who asks for an office that has left is
 *            shown the way; while it is on its way nobody writes for it, on either side.
 * May call:  core, store, ledger/keystore.h
 * Called by: act/ (each act, jobs, outbox), web/ (redirects), record/ (signing), city/, cli/office_move.c
 * Owns:      tables office_place, office_key
 * Threads:   reading any; changing inside a write transaction
 * Source:    scale-out.md 5, 6, 7; docs/decisions/0058-cells.md
 *
 * It is read with the list of offices (struct office_info) and again in the first write transaction after
 * it was changed, so a process never writes by an older state; requests ask no row for it. */
#ifndef XQ_ACT_PLACE_H
#define XQ_ACT_PLACE_H

#include "core/hash.h"
#include "store/store.h"

struct app;
struct office_info;

enum office_place {
	PLACE_HERE,
	PLACE_LEAVING,  /* may be read; the move can still be given up */
	PLACE_GONE,     /* served at another address; its rows stay until they are forgotten */
	PLACE_ARRIVING, /* rows are coming in; as if it were not there */
};

enum { PLACE_ADDRESS_MAX = 200, PLACE_TOKEN_LEN = 32 };

struct place_row {
	enum office_place state;
	const char *
		address; /* "https://cell2.example.cn/o/qf": what stands before its paths; "": none */
	const char *token; /* of the move, the same on both sides; "": none */
	int64_t at;        /* since when */
};

/* Where nothing is noted the office is here. */
XQ_CHECK enum xq_rc place_load(
	struct tx *tx, void *mem, int64_t office, struct place_row *out, struct xq_err *err);
/* Only from the state and token that were seen: REFUSED store.changed. Every process learns of it. */
XQ_CHECK enum xq_rc place_change(struct tx *tx, int64_t office, const struct place_row *was,
	const struct place_row *to, struct xq_err *err);

/* What may stand before the paths of an office: "https://cell2.example.cn/o/qf", or http. */
bool place_is_address(struct str s);
bool place_is_here(const struct app *app, int64_t office);
/* XQ_OK where acts may be done for it; BUSY place.leaving {office}, place.gone {office} {address},
 * place.arriving. */
XQ_CHECK enum xq_rc place_takes_acts(const struct app *app, int64_t office, struct xq_err *err);

/* ---- keys ------------------------------------------------------------------------------------------------ */

/* What an office's codes and secrets are hashed and sealed with: the folder's key, or that of the folder in
 * which it began. Lent. */
const uint8_t *app_key(const struct app *app, int64_t office);
/* Where the slots of its residents are: the common file, or the one that it brought along. */
struct keystore *app_keys(const struct app *app, int64_t office);
/* The file of slots that an office brought along. */
char *place_keys_path(void *mem, const struct app *app, int64_t office);

/* Keeps the key that an office brings along, sealed under the folder's own. */
XQ_CHECK enum xq_rc place_key_put(struct tx *tx, const struct app *app, int64_t office,
	const uint8_t key[KEY_LEN], struct xq_err *err);
XQ_CHECK enum xq_rc place_key_drop(struct tx *tx, int64_t office, struct xq_err *err);

/* Places and keys of a list that is not in use yet; was: the list before it, or NULL. An office
 * whose key is not sealed under this folder's is as one that is still arriving. */
XQ_CHECK enum xq_rc places_read(struct app *app, struct tx *tx, struct office_info *list, size_t n,
	const struct office_info *was, size_t n_was, struct xq_err *err);
/* Closes the files of keys and wipes what is in memory. */
void places_close(struct app *app);

extern const struct migration act_migration_4;

#endif
