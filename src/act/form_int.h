/* SPDX-License-Identifier: Apache-2.0 */
/* form_int.h - between the form as a whole (form.c) and one field of it (field.c). */
#ifndef XQ_ACT_FORM_INT_H
#define XQ_ACT_FORM_INT_H

#include "act/form.h"

/* Marks the field at fault unless it is already; returns the error for arguments, or NULL. */
struct xq_err *field_fault(const struct field *f, struct field_value *v, const char *key);

/* Checks what was typed and fills v. */
void field_read(
	void *mem, const struct field *f, struct str typed, int32_t tz_s, struct field_value *v);

/* Adds one upload of several. */
void field_read_upload(
	void *mem, const struct field *f, const struct form_pair *pair, struct field_value *v);

/* What a checked integer is shown as, by the type of the field. */
struct str field_int_text(void *mem, const struct field *f, int64_t i);

/* Place of a code in f->choices; -1: none. */
int64_t field_choice(const struct field *f, struct str code);

/* Any bytes made fit for a page: valid UTF-8, controls replaced. */
struct str field_shown(void *mem, struct str raw);

#endif
