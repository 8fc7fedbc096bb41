/* SPDX-License-Identifier: Apache-2.0 */
/* pages.h - what the templates of the register show. Members marked "message" are English texts of the
 * catalogue; the others are shown as they are. */
#ifndef XQ_ACCOUNTABILITY_PAGES_H
#define XQ_ACCOUNTABILITY_PAGES_H

#include "accountability/acct_int.h"
#include "concern/desk.h"

/* Where an event stands, and until when somebody may act. */
struct acct_stand {
	int light;         /* enum light */
	const char *words; /* message */
	const char *note;  /* in words; NULL: none */
};

struct acct_list_page {
	const char *title, *lead; /* messages */
	bool is_register, is_ended;
	struct table rows; /* n_rows 0: none */
	struct empty empty;
	struct pager pager;
	bool has_pager;
	/* the sheet on paper */
	const char *office, *printer;
	int64_t printed_at;
	bool is_cut;
};

struct acct_part {
	const char *label; /* message */
	const char *value;
	const char *href; /* NULL: none */
};
struct acct_next {
	const char *href, *icon, *label,
		*note; /* label: message; href NULL: not now, note says why */
};
enum { ACCT_PARTS = 10, ACCT_NEXTS = 4, ACCT_LINES = 8, ACCT_STATIONS = 5 };

struct acct_page {
	struct crumb crumb[3];
	const char *title, *number; /* title: message; number: in words */
	struct acct_stand stand;
	bool is_unit_side;
	struct acct_part part[ACCT_PARTS];
	size_t n_parts;
	const char *source; /* NULL: not for this person, or none */
	struct timeline_row line[ACCT_LINES];
	size_t n_lines;
	struct acct_next next[ACCT_NEXTS];
	size_t n_next;
};

const char *acct_path(struct req *q, int64_t no, const char *rest);
const char *acct_number(struct req *q, int64_t no);
struct acct_stand acct_stand(struct req *q, const struct acct_event *e);
/* The event of path place 0. XQ_NONE: none that this person may know of. */
XQ_CHECK enum xq_rc acct_of_path(
	struct req *q, struct acct_event *e, enum acct_sight *out_sight, struct xq_err *err);

extern const struct view acct_list_view, acct_ours_view, acct_print_view, acct_one_view,
	acct_new_view, acct_ask_view, acct_explain_view, acct_decide_view, acct_appeal_view,
	acct_rule_view, acct_close_view;

#endif
