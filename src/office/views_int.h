/* SPDX-License-Identifier: Apache-2.0 */
/* views_int.h - the office's views, for the list in views.c. */
#ifndef XQ_OFFICE_VIEWS_INT_H
#define XQ_OFFICE_VIEWS_INT_H

#include "office/office_pages.h"

extern const struct view view_login, view_logout;
extern const struct view view_account, view_account_short, view_account_sessions,
	view_account_leave, view_account_password, view_tokens, view_token_revoke;
extern const struct view view_people, view_person_add, view_person, view_person_grant,
	view_person_revoke, view_person_unit, view_person_reset, view_person_close;
extern const struct view view_roles, view_unit_add, view_unit_head, view_post, view_host;
extern const struct menu_item menu_host;

/* Roles in words, with the unit where it is not the office: "经办（物业管理科）、评议"; NULL: none. */
XQ_CHECK enum xq_rc roles_in_words(
	struct req *q, const struct grant *g, size_t n, const char **out, struct xq_err *err);

/* Choices for a form: active units by code; open accounts by login, "陈海燕，物业管理科". */
XQ_CHECK enum xq_rc unit_options(
	struct req *q, struct option **out, size_t *out_n, struct xq_err *err);
XQ_CHECK enum xq_rc account_options(
	struct req *q, struct option **out, size_t *out_n, struct xq_err *err);

/* The flash behind ?done=CODE after an act went through; NULL: none. */
const struct flash *done_flash(struct req *q);

#endif
