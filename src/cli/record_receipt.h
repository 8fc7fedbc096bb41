/* SPDX-License-Identifier: Apache-2.0 */
/* record_receipt.h - `xinqiao record receipt`.
 *
 * For:       a receipt looked up by its code, or checked from a file, on the command line.
 * May call:  everything
 * Called by: the command table of `xinqiao record`
 */
#ifndef XQ_CLI_RECORD_RECEIPT_H
#define XQ_CLI_RECORD_RECEIPT_H

#include "cli/cli.h"

/* The last word is the code or the file. 0 it holds; 1 it does not, or is unknown; 2 wrong use. */
int record_receipt(struct cli *c);

#endif
