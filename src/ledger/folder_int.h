/* SPDX-License-Identifier: Apache-2.0 */
/* folder_int.h - the parts of one source that is a folder on disk. */
#ifndef XQ_LEDGER_FOLDER_INT_H
#define XQ_LEDGER_FOLDER_INT_H

#include "ledger/folder.h"

/* struct ledger_source.names; arg: the folder. Links are told and not followed. */
XQ_CHECK enum xq_rc folder_names(void *arg, const char *under,
	enum xq_rc (*take)(void *to, const char *path), void *to, struct xq_err *err);

#endif
