/* SPDX-License-Identifier: Apache-2.0 */
/* office_pages.h - what the office's templates show. */
#ifndef XQ_OFFICE_OFFICE_PAGES_H
#define XQ_OFFICE_OFFICE_PAGES_H

#include "office/desk.h"

struct login_page {
	const char *to; /* local path to go on to */
	const char *csrf;
	struct fault_row fault[3];
	size_t n_faults;
	struct input login, password;
};

struct session_row {
	const char *device;
	int64_t opened_at, seen_at;
	bool is_this;
};

struct token_row {
	const char *label;
	int64_t made_at, until_at;
};

struct account_page {
	const char *name, *unit, *login, *roles;
	bool is_away, must_change;
	struct session_row *session;
	size_t n_sessions;
	struct token_row *token;
	size_t n_tokens;
	const char *csrf, *idem;
};

struct token_page {
	struct act_form form;
	struct token_row *token;
	size_t n_tokens;
	const char *token_text; /* just made, shown once; NULL otherwise */
	int64_t until_at;
	bool was_shown; /* the form came twice: it was shown with the first answer */
};

struct unit_people {
	const char *name, *code, *kind; /* kind: message */
	const char *head;               /* NULL: none yet */
	const char *head_href;
	struct table table;
};

struct post_row {
	const char *title; /* message */
	const char *holder, *standin, *href;
};

struct people_page {
	struct unit_people *unit;
	size_t n_units;
	struct post_row post[2];
};

struct grant_row {
	const char *role;                /* message */
	const char *where;               /* unit's name; NULL: the whole office */
	const char *code, *scope, *unit; /* for the form */
};

struct person_page {
	const char *name, *title, *phone, *login, *unit, *base;
	bool is_away, must_change, is_self;
	struct grant_row *grant;
	size_t n_grants;
	struct fault_row fault[2];
	size_t n_faults;
	const char *csrf, *idem;
};

/* First password of a new or unlocked account. */
struct secret_page {
	const char *title; /* message */
	const char *login;
	const char *password; /* NULL: it was shown with the first answer */
	const char *next;     /* path of the person's page */
};

struct right_row {
	const char *title;      /* message */
	const char *const *act; /* messages: what it opens */
	size_t n_acts;
};

struct roles_page {
	struct table table;
	struct right_row *right;
	size_t n_rights;
};

#endif
