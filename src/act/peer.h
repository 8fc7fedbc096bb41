/* SPDX-License-Identifier: Apache-2.0 */
/* peer.h - offices of other cells that this one can talk to: who they are, where, and by which key.
 *
 * For:       handing a concern over to an office whose rows lie in another database.
 * May call:  core, store, ledger/note.h
 * Called by: cell/ (messages), concern/transfer*.c, cli/office_peer.c, cli/office_move.c
 * Owns:      table office_peer
 * Threads:   reading any; changing inside a write transaction
 * Source:    scale-out.md 5, 7; docs/decisions/0062-hand-over-between-cells.md
 *
 * The operator names them, or `office move` does for those that it knows. Read with the list of offices, and again
 * when it was changed. An office of this database is never a peer of it: what is noted of one that has come
 * here is passed over. */
#ifndef XQ_ACT_PEER_H
#define XQ_ACT_PEER_H

#include "act/place.h"
#include "ledger/note.h"

enum { PEER_VKEY_MAX = 400 };

struct office_peer {
	int64_t id; /* the number that the city gave it */
	char code[16], name[64];
	char address[PLACE_ADDRESS_MAX + 1]; /* "https://cell2.example.cn/o/qf" */
	char vkey[PEER_VKEY_MAX + 1];        /* of its record: what its messages are checked with */
	struct note_key key;                 /* the same, read; its name is the record's origin */
};

/* A snapshot that never changes. */
struct office_peers {
	size_t n;
	struct office_peer *v; /* ordered by number */
};

/* NULL: none, or it is an office of this database. Lent as long as the app. */
const struct office_peer *app_peer(const struct app *app, int64_t id);
const struct office_peer *app_peer_by_code(const struct app *app, struct str code);
/* The name of an office, here or elsewhere; NULL: nobody knows it. */
const char *app_office_name(const struct app *app, int64_t id);

/* Small letters, digits and hyphens, at most 15, a letter first. */
bool office_is_code(const char *code);
/* An address that this server may ask: https; http only on this machine, where nothing is in between. */
bool peer_is_address(struct str s);

/* Writes it down, in place of what was noted under its number; the app's lists are fresh (app_refresh). Refusals peer.code, peer.name, peer.number,
 * peer.address, peer.vkey; peer.taken {office}: an office here, or another peer, has this number or code. */
XQ_CHECK enum xq_rc peer_put(
	struct tx *tx, const struct app *app, const struct office_peer *p, struct xq_err *err);
/* REFUSED peer.taken {office}: an office of another cell has this number or code; of an office that comes from there,
 * one of the two alone. */
XQ_CHECK enum xq_rc peer_must_not_have(
	const struct app *app, int64_t id, const char *code, bool may_be_it, struct xq_err *err);
/* XQ_NONE: none of this code. */
XQ_CHECK enum xq_rc peer_drop(struct tx *tx, const char *code, struct xq_err *err);

/* With the list of offices; was: the snapshot before it, or NULL. The same again where nothing changed. */
XQ_CHECK enum xq_rc peers_read(struct app *app, struct tx *tx, const struct office_peers *was,
	const struct office_peers **out, struct xq_err *err);

extern const struct migration act_migration_6;
extern const struct msg_text peer_messages[];

#endif
