/* SPDX-License-Identifier: Apache-2.0 */
/* store_int.h - what lies beside an office's rows, copied with them.
 *
 * For:       cli/store.c, cli/office_move.c
 * Threads:   one
 */
#ifndef XQ_CLI_STORE_INT_H
#define XQ_CLI_STORE_INT_H

#include <stdint.h>

#include "core/err.h"

/* cli/store.c: a line for each table that is copied and has rows. */
void store_told(void *arg, const char *table, int64_t rows);

/* Whether the folder to has no key yet, or the one of from. */
bool store_keys_agree(void *mem, const char *from, const char *to);

/* All files of the folder from but the database, its lock and sockets, into to, which exists: on disk when
 * it returns XQ_OK. Files below files/, whose names are their contents, are not written twice. FAULT
 * app.folder. */
XQ_CHECK enum xq_rc store_files_copy(const char *from, const char *to, struct xq_err *err);

/* One file, under another name first, so that it is there whole or not at all. */
XQ_CHECK enum xq_rc store_file_copy(
	void *mem, const char *from, const char *to, struct xq_err *err);
/* What stands in the folder is on disk. */
XQ_CHECK enum xq_rc store_folder_sync(const char *dir, struct xq_err *err);

#endif
