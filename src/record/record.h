/* SPDX-License-Identifier: Apache-2.0 */
/* record.h - the public record as a running office has it: signed each second, checked at start, served.
 *
 * For:       the signer and its guard; the pages under /log/<office>/; /desk/record
 * May call:  ledger/, act/, web/
 * Called by: modules.c, cli/, record/ (receipts, sheets, witnesses)
 * Owns:      nothing (tables of ledger/)
 * Threads:   signing on the runner's ticker thread, or the caller's where none runs
 * Source:    ledger.md 2, 5.4, 7.3, 7.4, 12
 */
#ifndef XQ_RECORD_RECORD_H
#define XQ_RECORD_RECORD_H

#include "act/app.h"
#include "ledger/tiles.h"

/* record_sign - signs the committed head of every office that moved since its last checkpoint.
 *
 * Nothing is signed where the guard or the last checkpoint knows another history, or while the clock is
 * more than two minutes behind the last entry; the first two stop the record (app_record_stopped).
 * err  FAULT guard.write: what cannot be remembered is not signed
 */
XQ_CHECK enum xq_rc record_sign(struct app *app, struct xq_err *err);

/* Before a new log begins: REFUSED record.remembered {file} where the guard knows one of this origin, since
 * going on under its name would be a second history. is_demo: the old one is forgotten; it was invented. */
XQ_CHECK enum xq_rc record_begin(
	struct app *app, const char *origin, bool is_demo, struct xq_err *err);

/* How far the stored tiles have been looked through since the program started. */
struct record_looked {
	int64_t entries; /* of those that stood in full tiles at the start */
	bool is_done;
};
struct record_looked record_looked(const struct app *app, int64_t office);
/* Whether nothing is signed because the clock is behind the last entry (text record.clock). */
bool record_clock_is_behind(const struct app *app);
const char *record_guard_path(const struct app *app);

/* What log.json says: every key with the first size that it signs, the witnesses, the kept sizes. The origin
 * is left to the caller. */
struct folder_log;
XQ_CHECK enum xq_rc record_about(const struct app *app, struct tx *tx, void *mem, int64_t office,
	struct folder_log *out, struct xq_err *err);

extern const struct act log_tick;
extern const struct module record_module;
extern const struct module record_public_module; /* pages about the record: /record, /desk/record */

#endif
