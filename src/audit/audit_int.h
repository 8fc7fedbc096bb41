/* SPDX-License-Identifier: Apache-2.0 */
/* audit_int.h - what the files of audit/ share. */
#ifndef XQ_AUDIT_AUDIT_INT_H
#define XQ_AUDIT_AUDIT_INT_H

#include "audit/audit.h"
#include "concern/desk.h"

enum {
	AUDIT_PAGE = 50,
	AUDIT_WALK = 20000,   /* rows that one page looks through at most */
	EXPORT_WALK = 500000, /* rows that one export looks through at most */
	EXPORT_ROWS = 20000,  /* lines of one file at most */
	EXPORTS_SHOWN = 5,
	PEOPLE_MAX = 500,
	OUTBOX_SHOWN = 50,
	JOB_COUNT_MAX = 20,
};

/* ---- who did what ------------------------------------------------------------------------------------ */

/* The rows in [from_id, until_id]; a filter of 0 or NULL is none. Ids rise with time. */
struct audit_query {
	int64_t from_id, until_id;
	int64_t person_id, concern_id;
	const char *act;
	size_t max;
};
struct audit_row {
	int64_t id, at, seq;             /* seq: number in the record; -1: none */
	const char *act, *person, *unit; /* person NULL: a resident or the system */
	const char *subject_kind;        /* NULL: none */
	const char *account;             /* whose account it is about; NULL: none */
	int64_t file_no;                 /* 0: not about a concern */
};
/* Newest first. */
XQ_CHECK enum xq_rc audit_find(struct tx *tx, void *mem, int64_t office,
	const struct audit_query *q, struct audit_row **out, size_t *out_n, struct xq_err *err);

/* What a form with person, act, concern, from, until asks for, as a range of ids. XQ_REFUSED audit.no-person, audit.no-concern. */
XQ_CHECK enum xq_rc audit_query_of(struct tx *tx, void *mem, const struct office_info *office,
	const struct form *f, struct audit_query *out, struct xq_err *err);

struct audit_person {
	const char *login, *name, *unit;
};
XQ_CHECK enum xq_rc audit_people(struct tx *tx, void *mem, int64_t office,
	struct audit_person **out, size_t *out_n, struct xq_err *err);

/* XQ_REFUSED for everybody but auditors, in words; who keeps accounts is refused even as one. */
XQ_CHECK enum xq_rc audit_may_read(const struct actor *a, struct xq_err *err);

/* ---- exports ----------------------------------------------------------------------------------------- */

struct audit_export {
	int64_t no, at, person_id;
	const char *purpose, *person;
	struct audit_query query;
};
XQ_CHECK enum xq_rc audit_export_load(struct tx *tx, void *mem, int64_t office, int64_t no,
	struct audit_export *out, struct xq_err *err);
XQ_CHECK enum xq_rc audit_exports(struct tx *tx, void *mem, int64_t office,
	struct audit_export **out, size_t *out_n, struct xq_err *err);

/* ---- lists to choose from ---------------------------------------------------------------------------- */

XQ_CHECK enum xq_rc audit_options(struct req *q, struct option **out_people, size_t *out_n_people,
	struct option **out_acts, size_t *out_n_acts, struct xq_err *err);
const char *audit_act_words(struct req *q, const char *act);
const char *audit_who_words(struct req *q, const struct audit_row *r);
const char *audit_subject_words(struct req *q, const struct audit_row *r);

/* ---- pages ------------------------------------------------------------------------------------------- */

struct audit_page {
	struct input input[5];
	const char *href_export, *href_again; /* export of the same filter; href_again: its file */
	const char *purpose;                  /* of the export just made; NULL: none */
	struct table rows, exports;
	struct empty empty;
	struct pager pager;
	bool has_pager;
	const char *looked; /* how far back this page looked, in words; NULL: to the end */
};

struct jobs_page {
	const char *done; /* all is done, in words; NULL: something waits */
	struct table dead, waiting, due;
};

extern const struct view audit_list_view, audit_export_view, audit_file_view, jobs_view,
	jobs_retry_view;

#endif
