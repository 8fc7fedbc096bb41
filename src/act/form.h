/* SPDX-License-Identifier: Apache-2.0 */
/* form.h - fields of an act: declared once, checked all at once.
 *
 * For:       turning outside pairs or JSON into checked values; every fault beside its field, what
 *            was typed is kept.
 * May call:  core
 * Called by: act/, web/, cli/, modules (reading values in apply)
 * Threads:   any
 * Source:    architecture.md 3, style.md 6, domain.md form limits
 */
#ifndef XQ_ACT_FORM_H
#define XQ_ACT_FORM_H

#include "core/code.h"
#include "core/err.h"
#include "core/json.h"
#include "core/str.h"

enum field_type {
	FIELD_TEXT,  /* one line */
	FIELD_LINES, /* several lines */
	FIELD_INT,
	FIELD_BOOL,    /* a checkbox: absent is false; required: must be ticked */
	FIELD_CHOICE,  /* one of .choices; the integer is its place in them */
	FIELD_DAY,     /* yyyymmdd; also typed as 2026/9/24, 20260924, 2026年9月24日 */
	FIELD_MOMENT,  /* UTC seconds */
	FIELD_PHONE,   /* 11 digits of a mobile, or a landline with area code; kept as digits */
	FIELD_CODE,    /* short code: [a-z0-9-]{1,32} */
	FIELD_FILE_NO, /* 2026-0912 -> integer year * 10^8 + number */
	FIELD_QUERY,   /* a resident's query code, canonical text */
	FIELD_SECRET,  /* password, PIN: never logged, never shown again, not trimmed */
	FIELD_PHOTOS,  /* uploads, up to .max of them (0: 9), each up to FORM_PHOTO_BYTES */
	FIELD_ID,      /* row id; acts of the system only, refused from outside */
};

enum privacy { PRIVACY_INTERNAL, PRIVACY_PUBLIC, PRIVACY_PERSONAL, PRIVACY_SECRET };

struct choice {
	const char *code;
	const char *label; /* N_ */
};

struct field {
	const char *name;
	enum field_type type;
	bool required;
	/* Characters for texts (max 0: 200), values for numbers (both 0: not negative; max 0 above a
	 * min >= 0: no upper limit), days for days (0: any), count for photos. */
	int64_t min, max;
	const char *label; /* N_("What happened") */
	const char *hint;  /* N_; may be NULL */
	enum privacy privacy;
	const struct choice *choices; /* ended by a NULL code */
	const char *missing;          /* message key instead of field.missing */
};

#define FORM_PHOTO_BYTES (10u << 20)

struct upload {
	struct str name;
	struct bytes data;
};

struct field_value {
	bool is_given;
	/* Checked and normalised, NUL-terminated; for faulty fields what was typed, fit to be shown
	 * (a faulty secret is not kept). */
	struct str text;
	int64_t i;
	size_t n_uploads;
	struct upload *upload;
	bool has_fault;
	struct xq_err fault;
};

/* The values of one act's fields, in the order of the declaration. */
struct form {
	void *mem;
	const struct field *fields; /* NULL: none */
	size_t n;
	struct field_value *v;
	size_t n_faults;
};

/* Faults that an act found while it was applied; the fields were without any before. */
void form_clear_faults(struct form *f);

/* name=value pairs as they came (urlencoded, multipart, command line); a name may repeat. */
struct form_pair {
	struct str name;
	struct str value;
	bool is_upload;
	struct str file_name;
};

/* An empty form: everything absent. */
struct form form_new(void *mem, const struct field *fields);

/* Reads and checks. All faults are found, the first of each field; returns XQ_REFUSED form.faults
 * {n} when there is one, and out is written then too, so that the page can show it again.
 * is_outside: FIELD_ID is refused. Unknown names are ignored in pairs and refused in JSON
 * (form.unknown-field {name}, before form.faults); JSON is always from outside. Digits and signs may
 * be full-width. A name given twice is a fault, except photos and checkboxes (the last counts). n is
 * bounded by the caller. */
XQ_CHECK enum xq_rc form_read(void *mem, const struct field *fields, const struct form_pair *pair,
	size_t n, bool is_outside, int32_t tz_s, struct form *out, struct xq_err *err);
XQ_CHECK enum xq_rc form_read_json(void *mem, const struct field *fields, json_t *object,
	int32_t tz_s, struct form *out, struct xq_err *err);

/* Values by name (0, false, "" where absent or at fault); asking for a name that is not declared is a programming error. */
struct str form_str(const struct form *f, const char *name);   /* empty when absent */
const char *form_text(const struct form *f, const char *name); /* NUL-terminated; "" when absent */
int64_t form_int(const struct form *f, const char *name);
bool form_bool(const struct form *f, const char *name);
bool form_has(const struct form *f, const char *name);
const struct field_value *form_value(const struct form *f, const char *name);

/* Sets a value as if it had come checked (CLI, jobs, tests, demo). */
void form_set_text(void *mem, struct form *f, const char *name, const char *text);
void form_set_str(struct form *f, const char *name, struct str text); /* copied to f->mem */
void form_set_int(struct form *f, const char *name, int64_t v);

/* A fault found later (in apply or by a view): err->field says where; a field that has one keeps
 * it. err's texts are lent. */
void form_add_fault(struct form *f, const struct xq_err *err);

/* 2026-0912 <-> integer; also read: 2026-912, 青街诉〔2026〕0912号. */
bool file_no_read(struct str s, int64_t *out);
void file_no_show(int64_t file_no, char out[24]);

extern const struct msg_text form_messages[];

#endif
