/* SPDX-License-Identifier: Apache-2.0 */
/* accountability.h - what a unit has to answer for (责任追究): facts found by the clock or put down by
 * somebody, the unit's explanation, a decision from outside, one appeal.
 *
 * For:       a graded response that a person decides and a unit can answer; nobody is named in it.
 * May call:  core, calendar, store, ledger, identity, act, web, office/desk.h, concern/failing.h,
 *            concern/desk.h
 * Called by: modules.c, cli (demo)
 * Owns:      tables acct_event, acct_seek
 * Threads:   acts on the writer, reads on any reader thread
 * Source:    domain.md C22, A09, E03, E09; docs/decisions/0024-accountability-and-duty.md
 */
#ifndef XQ_ACCOUNTABILITY_ACCOUNTABILITY_H
#define XQ_ACCOUNTABILITY_ACCOUNTABILITY_H

#include "act/app.h"

enum acct_state { ACCT_DETECTED, ACCT_EXPLAINED, ACCT_DECIDED, ACCT_APPEALED, ACCT_CLOSED };

/* One event. It is about a unit and never about a person. Texts are "" where there are none, moments 0. */
struct acct_event {
	int64_t no, ver;
	const char *kind; /* code of acct_kinds */
	const char *
		fact; /* what the clock found: late returned again untrue; "": put down by somebody */
	int64_t unit_id, concern_id; /* concern 0: none */
	const char *unit, *unit_code;
	int64_t happened_at, opened_at, opened_by;
	const char
		*statement; /* the bare fact, as the unit reads it; "" for what the clock found */
	const char *source; /* how it became known; the unit never reads it */
	enum acct_state state;
	int64_t asked_at; /* put to the unit; until then the unit does not know of it */
	int64_t explain_due_at;
	const char *explanation, *explained_name;
	int64_t explained_at, explained_by;
	const char *outcome, *reason, *decided_name;
	int64_t decided_at, decided_by, appeal_due_at;
	const char *appeal, *appealed_name;
	int64_t appealed_at, appealed_by;
	const char *final_outcome; /* after the appeal; else the decision */
	const char *ruling, *ruled_name;
	int64_t ruled_at, ruled_by;
	const char *done;
	int64_t closed_at;
};

XQ_CHECK enum xq_rc acct_load(struct tx *tx, void *mem, int64_t office, int64_t no,
	struct acct_event *out, struct xq_err *err);

extern const struct choice acct_kinds[], acct_outcomes[];

/* Results: no. */
extern const struct act acct_open, acct_ask, acct_explain, acct_decide, acct_appeal,
	acct_rule_appeal, acct_close;

extern const struct module accountability_module;

#endif
