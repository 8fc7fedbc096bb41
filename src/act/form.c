/* SPDX-License-Identifier: Apache-2.0 */
#include "act/form_int.h"

#include "core/mem.h"

#include "core/banned.h"

const struct msg_text form_messages[] = {
	{ "form.faults", N_("Please look at the marked places ({n}). What you wrote is kept.") },
	{ "form.unknown-field", N_("There is no field “{name}” here.") },
	{ "form.not-an-object", N_("A JSON object with the fields is wanted here.") },
	{ "field.missing", N_("Please fill this in.") },
	{ "field.missing-choice", N_("Please choose one.") },
	{ "field.missing-tick", N_("Please tick this box to go on.") },
	{ "field.missing-photo", N_("Please add a photo.") },
	{ "field.twice", N_("One value is wanted here, and several came.") },
	{ "field.too-short", N_("At least {min} characters, please; now there are {n}.") },
	{ "field.too-long", N_("At most {max} characters fit here.") },
	{ "field.int", N_("A whole number in digits is wanted, for example 12.") },
	{ "field.too-small", N_("The number must be at least {min}.") },
	{ "field.too-large", N_("The number can be at most {max}.") },
	{ "field.bool", N_("Yes or no is wanted here.") },
	{ "field.choice", N_("Please choose one of the entries listed.") },
	{ "field.day", N_("Please write the date like 2026-09-24.") },
	{ "field.year", N_("Years from 1900 to 2199 can be written; this date says {year}.") },
	{ "field.no-such-month", N_("A year has 12 months; this date says month {month}.") },
	{ "field.no-such-day",
		N_("Month {month} of {year} has no day {day}. Please look at the date again.") },
	{ "field.too-early", N_("The date must be {min} or later.") },
	{ "field.too-late", N_("The date must be {max} or earlier.") },
	{ "field.moment", N_("Please write date and time like 2026-09-24 10:30.") },
	{ "phone.digits", N_("A mobile number has 11 digits; now there are {n}.") },
	{ "phone.digits-optional",
		N_("A mobile number has 11 digits; now there are {n}. You can also send "
		   "this without a phone number.") },
	{ "phone.first-digit",
		N_("A mobile number begins with 1, a landline with 0 and its area code.") },
	{ "phone.landline",
		N_("A landline number needs its area code, like 021-5550-0123; now there are "
		   "{n} digits.") },
	{ "phone.not-digits",
		N_("A phone number has digits only, like 13800000000 or 021-5550-0123.") },
	{ "field.code", N_("Small letters, digits and hyphens are wanted, at most 32.") },
	{ "field.file-no", N_("A file number looks like 2026-0912.") },
	{ "query.length",
		N_("A query code has 13 letters and digits; now there are {n}. It is on the "
		   "receipt and in the text message.") },
	{ "query.code",
		N_("Please compare the code once more; 0 and O, 1 and I count as the same.") },
	{ "photo.too-large",
		N_("“{name}” has {mb} MB; 10 MB at most. You can take another one, or leave "
		   "the photo out for now.") },
	{ "photo.too-many", N_("At most {max} photos fit; please take some out.") },
	{ "photo.empty",
		N_("“{name}” is empty. You can take another one, or leave the photo out for now.") },
	{ "photo.not-a-file", N_("A photo file is wanted here.") },
	{ "field.not-a-file", N_("Text is wanted here, not a file.") },
	{ "field.system", N_("The system sets this itself; it cannot be sent.") },
	{ "field.want-text", N_("A text in quotes is wanted here.") },
	{ "field.want-number", N_("A whole number without quotes is wanted here.") },
	{ "field.want-bool", N_("true or false without quotes is wanted here.") },
	{ "field.no-upload", N_("Photos come with the form, not in JSON.") },
	{ 0 },
};

struct form
form_new(void *mem, const struct field *fields)
{
	struct form f = { .mem = mem, .fields = fields };
	while (fields != NULL && fields[f.n].name != NULL)
		f.n++;
	f.v = mem_array(mem, struct field_value, f.n + 1);
	for (size_t i = 0; i < f.n; i++)
		f.v[i].text = str_of("");
	return f;
}

/* A dozen fields: comparing lengths and bytes in a row beats any table. */
static size_t
find(const struct form *f, struct str name)
{
	size_t i = 0;
	while (i < f->n && !str_is(name, f->fields[i].name))
		i++;
	return i;
}

/* ---- reading ----------------------------------------------------------------------------------- */

static const char *
missing_key(const struct field *f)
{
	if (f->missing != NULL)
		return f->missing;
	if (f->type == FIELD_CHOICE)
		return "field.missing-choice";
	if (f->type == FIELD_BOOL)
		return "field.missing-tick";
	return f->type == FIELD_PHOTOS ? "field.missing-photo" : "field.missing";
}

/* Looks for what did not come, counts the faults. */
static enum xq_rc
finish(struct form *f, struct xq_err *err)
{
	for (size_t i = 0; i < f->n; i++) {
		const struct field *field = &f->fields[i];
		struct field_value *v = &f->v[i];
		bool is_there = field->type == FIELD_BOOL ? v->i != 0 : v->is_given;
		if (field->required && !is_there)
			(void)field_fault(field, v, missing_key(field)); /* no arguments */
		f->n_faults += v->has_fault;
	}
	if (f->n_faults == 0)
		return XQ_OK;
	enum xq_rc rc = xq_refuse(err, NULL, "form.faults");
	xq_err_int(err, "n", (int64_t)f->n_faults);
	return rc;
}

static void
read_pair(struct form *f, size_t i, const struct form_pair *pair, bool is_again, bool is_outside,
	int32_t tz_s)
{
	const struct field *field = &f->fields[i];
	struct field_value *v = &f->v[i];
	const char *key = NULL;
	if (field->type == FIELD_ID && is_outside)
		key = "field.system";
	else if (field->type == FIELD_PHOTOS && pair->is_upload) {
		field_read_upload(f->mem, field, pair, v);
		return;
	} else if (pair->is_upload)
		key = "field.not-a-file";
	else if (is_again && field->type != FIELD_PHOTOS && field->type != FIELD_BOOL)
		key = "field.twice";

	if (key != NULL) {
		v->is_given = true;
		v->i = 0;
		(void)field_fault(field, v, key); /* no arguments */
		if (field->type == FIELD_SECRET)
			v->text = str_of("");
		return;
	}
	if (!v->has_fault)
		field_read(f->mem, field, pair->value, tz_s, v);
}

enum xq_rc
form_read(void *mem, const struct field *fields, const struct form_pair *pair, size_t n,
	bool is_outside, int32_t tz_s, struct form *out, struct xq_err *err)
{
	struct form f = form_new(mem, fields);
	bool *seen = mem_array(mem, bool, f.n + 1);
	for (size_t p = 0; p < n; p++) {
		size_t i = find(&f, pair[p].name);
		if (i == f.n) /* a button's name, a token: not ours */
			continue;
		read_pair(&f, i, &pair[p], seen[i], is_outside, tz_s);
		seen[i] = true;
	}
	enum xq_rc rc = finish(&f, err);
	*out = f;
	return rc;
}

/* A JSON value of the kind that the field wants; an integer goes the same way as typed digits. */
static void
read_member(struct form *f, size_t i, const json_t *member, int32_t tz_s)
{
	const struct field *field = &f->fields[i];
	struct field_value *v = &f->v[i];
	const char *key = NULL;
	if (json_is_null(member))
		return;
	struct str text = { "", 0 };
	if (field->type == FIELD_ID) {
		key = "field.system";
	} else if (field->type == FIELD_PHOTOS) {
		key = "field.no-upload";
	} else if (field->type == FIELD_INT) {
		if (json_is_integer(member))
			text = str_of(mem_printf(
				f->mem, "%" JSON_INTEGER_FORMAT, json_integer_value(member)));
		else
			key = "field.want-number";
	} else if (field->type == FIELD_BOOL) {
		if (json_is_boolean(member))
			text = json_is_true(member) ? STR("1") : STR("0");
		else
			key = "field.want-bool";
	} else if (json_is_string(member)) {
		text = str_n(json_string_value(member), json_string_length(member));
	} else {
		key = "field.want-text";
	}
	if (key == NULL) {
		field_read(f->mem, field, text, tz_s, v);
		return;
	}
	v->is_given = true;
	(void)field_fault(field, v, key); /* no arguments */
}

enum xq_rc
form_read_json(void *mem, const struct field *fields, json_t *object, int32_t tz_s,
	struct form *out, struct xq_err *err)
{
	struct form f = form_new(mem, fields);
	if (!json_is_object(object)) {
		*out = f;
		return xq_refuse(err, NULL, "form.not-an-object");
	}
	const char *unknown = NULL;
	for (void *it = json_object_iter(object); it != NULL;
		it = json_object_iter_next(object, it)) {
		size_t i = find(&f, str_of(json_object_iter_key(it)));
		if (i < f.n) {
			read_member(&f, i, json_object_iter_value(it), tz_s);
		} else if (unknown == NULL) {
			unknown = json_object_iter_key(it);
		}
	}
	enum xq_rc rc = finish(&f, err);
	if (unknown != NULL) {
		/* said first: a misspelled name is why a field looks missing */
		f.n_faults++;
		rc = xq_refuse(err, NULL, "form.unknown-field");
		struct str name = str_of(unknown);
		if (name.n > 60)
			name.n = 60;
		xq_err_text(err, "name", field_shown(mem, name).p);
	}
	*out = f;
	return rc;
}

/* ---- values ------------------------------------------------------------------------------------ */

static struct field_value *
value_of(const struct form *f, const char *name)
{
	size_t i = find(f, str_of(name));
	if (i == f->n)
		xq_require_failed(name, "form: a field that is not declared", 0);
	return &f->v[i];
}

const struct field_value *
form_value(const struct form *f, const char *name)
{
	return value_of(f, name);
}

bool
form_has(const struct form *f, const char *name)
{
	const struct field_value *v = value_of(f, name);
	return v->is_given && !v->has_fault;
}

struct str
form_str(const struct form *f, const char *name)
{
	const struct field_value *v = value_of(f, name);
	return v->has_fault ? str_of("") : v->text;
}

const char *
form_text(const struct form *f, const char *name)
{
	return form_str(f, name).p; /* every text in a form was copied with a NUL behind it */
}

int64_t
form_int(const struct form *f, const char *name)
{
	const struct field_value *v = value_of(f, name);
	return v->has_fault ? 0 : v->i;
}

bool
form_bool(const struct form *f, const char *name)
{
	return form_int(f, name) != 0;
}

static void
set(struct form *f, const char *name, struct str text)
{
	struct field_value *v = value_of(f, name);
	const struct field *field = &f->fields[v - f->v];
	v->is_given = text.n > 0;
	v->text = text;
	v->i = 0;
	if (field->type == FIELD_CHOICE && text.n > 0) {
		v->i = field_choice(field, text);
		xq_require(v->i >= 0);
	}
}

void
form_set_text(void *mem, struct form *f, const char *name, const char *text)
{
	set(f, name, str_of(mem_text(mem, text != NULL ? text : "")));
}

void
form_set_str(struct form *f, const char *name, struct str text)
{
	set(f, name, str_n(mem_textn(f->mem, text.p, text.n), text.n));
}

void
form_set_int(struct form *f, const char *name, int64_t i)
{
	struct field_value *v = value_of(f, name);
	v->is_given = true;
	v->i = i;
	v->text = field_int_text(f->mem, &f->fields[v - f->v], i);
}

void
form_clear_faults(struct form *f)
{
	for (size_t i = 0; i < f->n; i++)
		f->v[i].has_fault = false;
	f->n_faults = 0;
}

void
form_add_fault(struct form *f, const struct xq_err *err)
{
	size_t i = err->field != NULL ? find(f, str_of(err->field)) : f->n;
	if (i == f->n) {
		f->n_faults++; /* the act as a whole */
		return;
	}
	if (f->v[i].has_fault)
		return;
	f->v[i].has_fault = true;
	f->v[i].fault = *err;
	f->n_faults++;
}
