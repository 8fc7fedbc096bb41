/* SPDX-License-Identifier: Apache-2.0 */
/* record_int.h - the subcommands of `xinqiao record`, and the report that three of them print. */
#ifndef XQ_CLI_RECORD_INT_H
#define XQ_CLI_RECORD_INT_H

#include "cli/cli.h"
#include "ledger/folder_grow.h"
#include "ledger/verify.h"

int record_verify(struct cli *c);
int record_export(struct cli *c);
int record_check(struct cli *c);
int record_mirror(struct cli *c);
int record_refill(struct cli *c);

/* --vkey, --witness, --cosigned, --old FILE, --receipt FILE, --now into opt. False: said why. */
bool record_reader(struct cli *c, struct verify_options *out);

/* What was found, in words or (as members of an open object) as JSON; true when nothing was. */
bool record_report(struct cli *c, const struct verify_result *r, struct json_w *json);

/* A folder or, behind http:// or https://, a server. */
XQ_CHECK enum xq_rc record_source(
	void *mem, const char *from, struct ledger_source *out, struct xq_err *err);
/* What a folder has more now. */
void record_grown(struct cli *c, const struct folder_grown *g);
/* The same as members of an open object. */
void record_put_grown(struct json_w *w, const struct folder_grown *g);

/* The office of --data signed and brought into a folder; says what came. Returns the exit code. */
int record_export_to(struct cli *c, const char *folder);

/* A text of the table of cli messages in the caller's language. */
const char *record_text(const char *english);
/* A refusal in words on stderr where no data folder is open; returns EXIT_REFUSED. */
int record_refused(struct cli *c, const struct xq_err *err);

#endif
