/* SPDX-License-Identifier: Apache-2.0 */
/* audit.h - who did what, and what the machine still has to do.
 *
 * For:       the auditor's page over the row that every act leaves, its export with a purpose that is
 *            itself noted; the operator's page of messages that wait or are dead, and of due jobs.
 * May call:  core, store, act, web, office/desk.h, concern/
 * Called by: modules.c
 * Owns:      table audit_export; it reads audit and outbox (docs/decisions/0013-boards-read.md)
 * Threads:   acts on the writer, views any reader
 * Source:    interface.md 2.2 (/desk/audit, /desk/jobs); decisions.md 23
 */
#ifndef XQ_AUDIT_AUDIT_H
#define XQ_AUDIT_AUDIT_H

#include "act/app.h"

/* audit.export: result no, the number of the export in the office. Refusals audit.no-admin,
 * audit.no-person, audit.no-concern, audit.too-wide {max}. */
extern const struct act audit_export_act;
/* outbox.retry: a dead message is tried again, from the first try on. Refusal jobs.not-dead. */
extern const struct act outbox_retry_act;

extern const struct module audit_module;

#endif
