/* SPDX-License-Identifier: Apache-2.0 */
/* folder.h - the files of a log, wherever they lie: in a folder, behind an address, in the store.
 *
 * For:       checking, exporting and mirroring, which ask for the paths of ledger.md 2 and nothing else.
 * May call:  core, ledger/tree.h
 * Called by: ledger/verify*.c, cli/record*.c
 * Threads:   a source belongs to one thread at a time
 * Source:    ledger.md 2
 */
#ifndef XQ_LEDGER_FOLDER_H
#define XQ_LEDGER_FOLDER_H

#include "core/err.h"
#include "core/str.h"
#include "ledger/tree.h"

enum {
	FOLDER_BUNDLE_MAX = TILE_WIDTH * (2 + 8192),
	FOLDER_TILE_MAX = TILE_WIDTH * SHA256_LEN,
	FOLDER_DOC_MAX = 16 << 20,
	FOLDER_NOTE_MAX = 64 << 10,
	FOLDER_LOG_MAX = 1 << 20,
	FOLDER_KEPT_MAX = 100000, /* checkpoints of one log that are read */
};

/* Where files come from. get: the bytes under a path ("tile/0/000"), no more than max, living as
 * long as mem. XQ_NONE: there is no such file. REFUSED folder.too-large {path} {max}. */
struct ledger_source {
	enum xq_rc (*get)(void *arg, void *mem, const char *path, size_t max, struct bytes *out,
		struct xq_err *err);
	/* NULL: cannot be listed. Each file under a folder ("tile"), in any order; ends at the first that take
	 * does not answer with XQ_OK. */
	enum xq_rc (*names)(void *arg, const char *under,
		enum xq_rc (*take)(void *to, const char *path), void *to, struct xq_err *err);
	void *arg;
};

/* ---- a folder on disk ----------------------------------------------------------------------------- */

/* REFUSED folder.not-there {path}. The source lives as long as mem. */
XQ_CHECK enum xq_rc folder_open(
	void *mem, const char *dir, struct ledger_source *out, struct xq_err *err);
/* Writes a file whole or not at all; folders on the way are made. What is there already with the
 * same length is left alone unless is_newer: tiles, bundles and documents never change. */
XQ_CHECK enum xq_rc folder_put(
	const char *dir, const char *path, struct bytes bytes, bool is_newer, struct xq_err *err);
bool folder_has(const char *dir, const char *path);

/* ---- log.json ------------------------------------------------------------------------------------- */

struct folder_vkey {
	struct str vkey;
	int64_t from;
};
/* A convenience that proves nothing. */
struct folder_log {
	struct str origin;
	struct folder_vkey *vkey;
	size_t n_vkeys;
	struct str *witness;
	size_t n_witnesses;
	int64_t *kept; /* sizes, rising */
	size_t n_kept;
};
/* REFUSED folder.bad-log. Texts live as long as mem. */
XQ_CHECK enum xq_rc folder_log_read(
	void *mem, struct bytes json, struct folder_log *out, struct xq_err *err);
struct str folder_log_write(void *mem, const struct folder_log *log);

/* ---- bundles -------------------------------------------------------------------------------------- */

/* The next entry off *rest; false at the end and where the rest is no entry (rest->n is then not 0). */
bool bundle_cut(struct bytes *rest, struct str *out);

/* "tile/entries/000.p/7" of bundle n in a log of this size, and the same for hash tiles; the part
 * of it that the size has. */
struct tile_path bundle_path_of(int64_t n, int64_t size);
struct tile_path tile_path_of(int level, int64_t n, int64_t size);

/* Its bytes: under the exact width, or cut from a wider file of the same tile. */
XQ_CHECK enum xq_rc source_tile(const struct ledger_source *s, void *mem, const struct tile_path *p,
	struct bytes *out, struct xq_err *err);

extern const struct msg_text folder_messages[];

#endif
