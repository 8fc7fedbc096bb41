/* SPDX-License-Identifier: Apache-2.0 */
/* people.h - units, persons and who belongs where: what an actor and an owner are made of.
 *
 * For:       rows that ownership stands on. A concern's owner is (person, unit) by foreign key to a
 *            membership, so a membership that owns something open cannot vanish.
 * May call:  core, store
 * Called by: identity/session.c, office/ (acts and pages that change them), concern/ (reads)
 * Owns:      tables unit, unit_head, person, membership
 * Threads:   reads any; changes on the writer
 * Source:    decisions.md 11, 23, 25
 */
#ifndef XQ_IDENTITY_PEOPLE_H
#define XQ_IDENTITY_PEOPLE_H

#include "store/store.h"

/* Chairs a person can sit on. A neighbourhood committee stands in public under its station. */
enum unit_kind {
	UNIT_SECTION,
	UNIT_STATION,
	UNIT_NBHD,
	UNIT_EVALUATION,
	UNIT_PARTNER,
	UNIT_LEADERS
};

struct unit {
	int64_t id;
	const char *code;        /* u03: file key inside the office */
	const char *public_code; /* NOT NULL; the record and public pages use only it */
	const char *name;        /* 物业管理科 */
	const char *public_name; /* what public pages print: its own, or its station's */
	enum unit_kind kind;
	int64_t head_person_id; /* escalation goes here; 0 until the first one is set */
	int32_t rank;           /* catalogue order; units are never ranked by figures */
	bool is_active;
};

struct person {
	int64_t id;
	const char *name;
	const char *title; /* 科长; may be empty */
	const char *phone; /* office phone, shown to the resident; may be empty */
	int64_t unit_id;   /* main membership */
	bool is_away;      /* on leave: posts fall to the stand-in */
	bool is_active;    /* false: has left; rows that name the person stay */
};

#define UNIT_CODE_MAX 15 /* characters of code and public_code; struct actor keeps room for them */

XQ_CHECK enum xq_rc unit_load(
	struct tx *tx, void *mem, int64_t office, int64_t id, struct unit *out, struct xq_err *err);
XQ_CHECK enum xq_rc unit_by_code(struct tx *tx, void *mem, int64_t office, struct str code,
	struct unit *out, struct xq_err *err);
/* All active units in catalogue order. */
XQ_CHECK enum xq_rc unit_list(struct tx *tx, void *mem, int64_t office, struct unit **out,
	size_t *out_n, struct xq_err *err);
XQ_CHECK enum xq_rc person_load(struct tx *tx, void *mem, int64_t office, int64_t id,
	struct person *out, struct xq_err *err);
/* Active members of a unit, head first, then by name. */
XQ_CHECK enum xq_rc person_list(struct tx *tx, void *mem, int64_t office, int64_t unit_id,
	struct person **out, size_t *out_n, struct xq_err *err);
XQ_CHECK enum xq_rc membership_exists(struct tx *tx, int64_t office, int64_t person_id,
	int64_t unit_id, bool *out, struct xq_err *err);

/* Writing; ids come from the office's counters. The refusals are the only ones of their call. */
struct unit_new {
	const char *code, *public_code, *name, *public_name;
	enum unit_kind kind;
	int32_t rank; /* catalogue order */
};
/* Refusals: unit.code-taken (field code). */
XQ_CHECK enum xq_rc unit_add(
	struct tx *tx, int64_t office, const struct unit_new *u, int64_t *out, struct xq_err *err);
/* A person and the main membership. Refusals: person.no-unit (field unit). */
XQ_CHECK enum xq_rc person_add(struct tx *tx, int64_t office, const char *name, const char *title,
	const char *phone, int64_t unit_id, int64_t *out, struct xq_err *err);
/* A further membership; is_main moves the main one here. Refusals: person.no-unit. */
XQ_CHECK enum xq_rc membership_add(struct tx *tx, int64_t office, int64_t person_id,
	int64_t unit_id, bool is_main, struct xq_err *err);
/* The head must be an active member: refusal unit.head-not-member (field head). Once set, a head
 * can be replaced but not taken away. */
XQ_CHECK enum xq_rc unit_set_head(
	struct tx *tx, int64_t office, int64_t unit_id, int64_t person_id, struct xq_err *err);
XQ_CHECK enum xq_rc person_set_away(
	struct tx *tx, int64_t office, int64_t person_id, bool is_away, struct xq_err *err);
/* Has left: memberships stay as rows (old owners are named by them) but are not active. Refusal
 * person.heads-unit. */
XQ_CHECK enum xq_rc person_leave(
	struct tx *tx, int64_t office, int64_t person_id, struct xq_err *err);

/* XQ_OK when the person heads no unit; refusal person.heads-unit. */
XQ_CHECK enum xq_rc person_heads_none(
	struct tx *tx, int64_t office, int64_t person_id, struct xq_err *err);

/* Codes of unit_kind for forms and files: "section" "station" "nbhd" "evaluation" "partner"
 * "leaders". */
const char *unit_kind_code(enum unit_kind kind);
bool unit_kind_read(struct str code, enum unit_kind *out);

#endif
