/* SPDX-License-Identifier: Apache-2.0 */
/* One field: what each type accepts, and what it says when something else came. Every sentence says
 * what is wanted and, where it helps, what came. */
#include "act/form_int.h"

#include "core/mem.h"
#include "core/parse.h"
#include "core/time.h"
#include "core/utf8.h"

#include "core/banned.h"

#define SHORT_MAX 200 /* characters of whatever is not a text; all of them are far shorter */
#define INT_MAX_EXACT ((INT64_C(1) << 53) - 1) /* what JSON readers everywhere keep exactly */

struct reading {
	void *mem;
	const struct field *f;
	int32_t tz_s;
	struct field_value *v;
};

struct xq_err *
field_fault(const struct field *f, struct field_value *v, const char *key)
{
	if (v->has_fault)
		return NULL;
	v->has_fault = true;
	(void)xq_refuse(&v->fault, f->name, key); /* the code is always XQ_REFUSED */
	return &v->fault;
}

static void
fault(struct reading *r, const char *key)
{
	(void)field_fault(r->f, r->v, key); /* no arguments wanted */
}

static void
fault_int(struct reading *r, const char *key, const char *name, int64_t i)
{
	xq_err_int(field_fault(r->f, r->v, key), name, i);
}

static struct str
kept(void *mem, struct str s)
{
	return str_n(mem_textn(mem, s.p, s.n), s.n);
}

/* Bytes of the character at the front, or 0 when there is no valid one. */
static size_t
valid_char(struct str s)
{
	for (size_t n = 1; n <= 4 && n <= s.n; n++) {
		if (utf8_is_valid(str_n(s.p, n)))
			return n;
	}
	return 0;
}

struct str
field_shown(void *mem, struct str raw)
{
	if (utf8_is_valid(raw) && !utf8_has_control(raw, true))
		return kept(mem, raw);
	struct buf b = buf_new(mem, raw.n + 16);
	while (raw.n > 0) {
		size_t n = valid_char(raw);
		struct str c = str_n(raw.p, n == 0 ? 1 : n);
		if (n == 0 || utf8_has_control(c, true))
			utf8_put(&b, 0xFFFD);
		else
			buf_str(&b, c);
		raw = str_n(raw.p + c.n, raw.n - c.n);
	}
	return buf_view(&b);
}

/* Full-width digits, letters and signs of a Chinese keyboard as the plain ones. */
static struct str
narrow(void *mem, struct str s)
{
	struct buf b = buf_new(mem, s.n + 1);
	while (s.n > 0) {
		uint32_t c = utf8_next(&s);
		if (c >= 0xFF01 && c <= 0xFF5E)
			c -= 0xFF01 - '!';
		else if (c == 0x3000)
			c = ' ';
		else if (c >= 0x2010 && c <= 0x2015) /* hyphens and dashes */
			c = '-';
		utf8_put(&b, c);
	}
	return buf_view(&b);
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* ---- texts ------------------------------------------------------------------------------------- */

static void
read_text(struct reading *r, struct str s)
{
	int64_t n = (int64_t)utf8_chars(s);
	if (n < r->f->min) {
		struct xq_err *e = field_fault(r->f, r->v, "field.too-short");
		xq_err_int(e, "min", r->f->min);
		xq_err_int(e, "n", n);
	}
	r->v->text = kept(r->mem, s);
}

/* Not trimmed: a space may be part of it. The same form whatever keyboard typed it (NFC). */
static void
read_secret(struct reading *r, struct str typed, size_t max_chars)
{
	if (typed.n == 0)
		return;
	r->v->is_given = true;
	if (typed.n > max_chars * 4)
		fault_int(r, "field.too-long", "max", (int64_t)max_chars);
	else if (!utf8_is_valid(typed))
		fault(r, "text.not-utf8");
	else if (utf8_has_control(typed, false))
		fault(r, "text.control");
	else if (utf8_chars(typed) > max_chars)
		fault_int(r, "field.too-long", "max", (int64_t)max_chars);
	else
		read_text(r, utf8_nfc(r->mem, typed));
	if (r->v->has_fault)
		r->v->text = str_of("");
}

static void
read_code(struct reading *r, struct str s)
{
	bool fits = s.n <= 32;
	for (size_t i = 0; i < s.n && fits; i++)
		fits = (s.p[i] >= 'a' && s.p[i] <= 'z') || is_digit(s.p[i]) || s.p[i] == '-';
	if (fits)
		r->v->text = kept(r->mem, s);
	else
		fault(r, "field.code");
}

int64_t
field_choice(const struct field *f, struct str code)
{
	xq_require(f->choices != NULL);
	for (int64_t i = 0; f->choices[i].code != NULL; i++) {
		if (str_is(code, f->choices[i].code))
			return i;
	}
	return -1;
}

static void
read_choice(struct reading *r, struct str s)
{
	int64_t place = field_choice(r->f, s);
	if (place < 0) {
		fault(r, "field.choice");
		return;
	}
	r->v->i = place;
	r->v->text = kept(r->mem, s);
}

/* ---- numbers ----------------------------------------------------------------------------------- */

static bool
is_integer(struct str s)
{
	size_t from = s.n > 0 && s.p[0] == '-' ? 1 : 0;
	for (size_t i = from; i < s.n; i++) {
		if (!is_digit(s.p[i]))
			return false;
	}
	return s.n > from;
}

static void
read_int(struct reading *r, struct str s)
{
	const struct field *f = r->f;
	bool has_max = f->max != 0 || f->min < 0;
	int64_t i, max = has_max ? f->max : INT_MAX_EXACT;
	if (!is_integer(s)) {
		fault(r, "field.int");
		return;
	}
	if (!parse_int(s, -INT_MAX_EXACT, INT_MAX_EXACT, &i))
		i = s.p[0] == '-' ? -INT_MAX_EXACT : INT_MAX_EXACT;
	if (i < f->min)
		fault_int(r, "field.too-small", "min", f->min);
	else if (i > max || i == INT_MAX_EXACT)
		fault_int(r, "field.too-large", "max", max);
	else {
		r->v->i = i;
		r->v->text = field_int_text(r->mem, f, i);
	}
}

static void
read_bool(struct reading *r, struct str s)
{
	bool b;
	if (!parse_bool(s, &b)) {
		fault(r, "field.bool");
		return;
	}
	r->v->i = b;
	r->v->text = field_int_text(r->mem, r->f, b);
}

/* ---- days and moments -------------------------------------------------------------------------- */

/* 2026年9月24日, 2026.9.24 and 2026/9/24 with hyphens; what follows the day stays. */
static struct str
plain_day(void *mem, struct str s)
{
	struct buf b = buf_new(mem, s.n + 1);
	while (s.n > 0) {
		uint32_t c = utf8_next(&s);
		if (c == 0x5E74 || c == 0x6708 || c == '/' || c == '.') /* 年 月 */
			buf_char(&b, '-');
		else if (c != 0x65E5) /* 日 */
			utf8_put(&b, c);
	}
	return buf_view(&b);
}

/* The three numbers of something that looks like a day, real or not. */
static bool
day_parts(struct str s, int part[3])
{
	if (s.n == 8 && is_integer(s) && s.p[0] != '-') {
		for (size_t i = 0; i < 8; i++) {
			int *p = &part[i < 4 ? 0 : i / 2 - 1];
			*p = *p * 10 + (s.p[i] - '0');
		}
		return true;
	}
	size_t k = 0, digits = 0;
	for (size_t i = 0; i < s.n; i++) {
		if (is_digit(s.p[i]) && digits++ < (k == 0 ? 4 : 2)) {
			part[k] = part[k] * 10 + (s.p[i] - '0');
			continue;
		}
		if (s.p[i] != '-' || digits == 0 || (k == 0 && digits != 4) || k == 2)
			return false;
		k++;
		digits = 0;
	}
	return k == 2 && digits > 0;
}

/* A date that the calendar does not have is named, so that nobody hunts for a form fault. */
static bool
find_day(struct reading *r, struct str s, const char *form_key, int32_t *out)
{
	int part[3] = { 0, 0, 0 };
	if (!day_parts(s, part)) {
		fault(r, form_key);
		return false;
	}
	if (part[0] < 1900 || part[0] > 2199) {
		/* as text, since a number would be shown as 2,026 */
		xq_err_text(field_fault(r->f, r->v, "field.year"), "year",
			mem_printf(r->mem, "%d", part[0]));
		return false;
	}
	if (part[1] < 1 || part[1] > 12) {
		fault_int(r, "field.no-such-month", "month", part[1]);
		return false;
	}
	if (!day_is_valid(day_make(part[0], part[1], part[2]))) {
		struct xq_err *e = field_fault(r->f, r->v, "field.no-such-day");
		xq_err_text(e, "year", mem_printf(r->mem, "%d", part[0]));
		xq_err_int(e, "month", part[1]);
		xq_err_int(e, "day", part[2]);
		return false;
	}
	*out = day_make(part[0], part[1], part[2]);
	return true;
}

static void
read_day(struct reading *r, struct str s)
{
	int32_t day;
	if (!find_day(r, plain_day(r->mem, s), "field.day", &day))
		return;
	if (r->f->min != 0 && day < r->f->min)
		xq_err_day(field_fault(r->f, r->v, "field.too-early"), "min", (int32_t)r->f->min);
	else if (r->f->max != 0 && day > r->f->max)
		xq_err_day(field_fault(r->f, r->v, "field.too-late"), "max", (int32_t)r->f->max);
	r->v->i = day;
	r->v->text = field_int_text(r->mem, r->f, day);
}

static void
read_moment(struct reading *r, struct str s)
{
	size_t at = 0;
	while (at < s.n && s.p[at] != 'T' && s.p[at] != ' ')
		at++;
	int32_t day;
	if (!find_day(r, plain_day(r->mem, str_n(s.p, at)), "field.moment", &day))
		return;
	struct str rest = str_n(s.p + at, s.n - at);
	const char *whole = mem_printf(r->mem, "%04d-%02d-%02d%.*s", day_year(day), day_month(day),
		day_mday(day), (int)rest.n, rest.p);
	if (!parse_moment(str_of(whole), r->tz_s, &r->v->i)) {
		fault(r, "field.moment");
		return;
	}
	r->v->text = str_of(whole);
}

/* ---- phones ------------------------------------------------------------------------------------ */

/* Digits alone; false when there is something that no phone number has. */
static bool
phone_digits(struct str s, char *out, size_t cap, size_t *out_n)
{
	size_t n = 0;
	for (size_t i = 0; i < s.n; i++) {
		if (is_digit(s.p[i])) {
			if (n + 1 < cap)
				out[n++] = s.p[i];
		} else if (memchr(" -()/.", s.p[i], 6) == NULL) {
			return false;
		}
	}
	out[n] = '\0';
	*out_n = n;
	return true;
}

/* 010 and 02x stand before eight digits, 0[3-9]xx before seven or eight. */
static bool
is_landline(const char *d, size_t n)
{
	if (n < 11 || d[0] != '0')
		return false;
	if (d[1] == '2' || (d[1] == '1' && d[2] == '0'))
		return n == 11;
	return d[1] >= '3' && (n == 11 || n == 12);
}

/* Without the country's code. A landline behind it has lost its zero; that comes back. */
static size_t
drop_country(char *d, size_t n, bool has_plus)
{
	size_t cut = 0;
	if (has_plus && strncmp(d, "86", 2) == 0)
		cut = 2;
	else if (strncmp(d, "0086", 4) == 0)
		cut = 4;
	else if (n == 13 && strncmp(d, "861", 3) == 0)
		cut = 2;
	if (cut == 0)
		return n;
	n -= cut;
	bool is_mobile = d[cut] == '1' && (n == 11 || d[cut + 1] != '0');
	if (!is_mobile && d[cut] != '0' && n > 0) {
		d[--cut] = '0';
		n++;
	}
	memmove(d, d + cut, n + 1);
	return n;
}

/* The number of digits helps to find the one that is missing. */
static void
phone_fault(struct reading *r, const char *d, size_t n)
{
	bool landline = d[0] == '0' || ((n == 7 || n == 8) && d[0] != '1');
	if (landline)
		fault_int(r, "phone.landline", "n", (int64_t)n);
	else if (n == 11)
		fault(r, "phone.first-digit");
	else
		fault_int(r, r->f->required ? "phone.digits" : "phone.digits-optional", "n",
			(int64_t)n);
}

static void
read_phone(struct reading *r, struct str s)
{
	char digit[64] = "";
	size_t n = 0;
	bool has_plus = s.n > 0 && s.p[0] == '+';
	if (has_plus)
		s = str_n(s.p + 1, s.n - 1);
	if (!phone_digits(s, digit, sizeof(digit), &n) || n == 0) {
		fault(r, "phone.not-digits");
		return;
	}
	n = drop_country(digit, n, has_plus);
	if ((n == 11 && digit[0] == '1') || is_landline(digit, n))
		r->v->text = kept(r->mem, str_n(digit, n));
	else
		phone_fault(r, digit, n);
}

/* ---- file numbers and query codes -------------------------------------------------------------- */

static bool
is_one_of(uint32_t c, const uint32_t *set, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (set[i] == c)
			return true;
	}
	return false;
}

/* Up to max digits at the front of *s. */
static bool
take_number(struct str *s, size_t min, size_t max, int64_t *out)
{
	size_t n = 0;
	while (n < s->n && n <= max && is_digit(s->p[n]))
		n++;
	if (n < min || n > max || !parse_int(str_n(s->p, n), 0, INT64_MAX, out))
		return false;
	*s = str_n(s->p + n, s->n - n);
	return true;
}

bool
file_no_read(struct str s, int64_t *out)
{
	static const uint32_t open[] = { 0x3014, '[', '(', 0xFF08, 0x3010 };
	static const uint32_t shut[] = { 0x3015, ']', ')', 0xFF09, 0x3011 };
	int64_t year, number;
	struct str rest = str_trim(s);

	/* with the office's mark before a bracket, or the bare form */
	bool has_bracket = false;
	for (struct str look = rest; look.n > 0 && !has_bracket;) {
		has_bracket = is_one_of(utf8_next(&look), open, sizeof(open) / sizeof(open[0]));
		if (has_bracket)
			rest = look;
	}
	if (!take_number(&rest, 4, 4, &year) || year < 1900 || year > 2199 || rest.n == 0)
		return false;
	uint32_t sep = utf8_next(&rest);
	if (has_bracket ? !is_one_of(sep, shut, sizeof(shut) / sizeof(shut[0])) : sep != '-')
		return false;
	if (!take_number(&rest, 1, 8, &number) || number == 0)
		return false;
	if (rest.n > 0 && !(has_bracket && str_is(rest, "\u53f7")))
		return false;
	*out = year * 100000000 + number;
	return true;
}

void
file_no_show(int64_t file_no, char out[24])
{
	xq_require(file_no > 0);
	int64_t year = file_no / 100000000, number = file_no % 100000000;
	char digit[8];
	size_t n = 0, at = 0;
	xq_require(year <= 9999);
	for (int64_t div = 1000; div > 0; div /= 10)
		out[at++] = (char)('0' + year / div % 10);
	out[at++] = '-';
	while (number > 0 || n < 4) {
		digit[n++] = (char)('0' + number % 10);
		number /= 10;
	}
	while (n > 0)
		out[at++] = digit[--n];
	out[at] = '\0';
}

static void
read_file_no(struct reading *r, struct str s)
{
	if (!file_no_read(s, &r->v->i)) {
		fault(r, "field.file-no");
		return;
	}
	r->v->text = field_int_text(r->mem, r->f, r->v->i);
}

static void
read_query(struct reading *r, struct str s)
{
	struct code code;
	if (code_read(s, CODE_QUERY, &code)) {
		r->v->text = kept(r->mem, str_of(code.text));
		return;
	}
	int64_t n = 0;
	for (size_t i = 0; i < s.n; i++)
		n += s.p[i] != ' ' && s.p[i] != '-' && ((uint8_t)s.p[i] & 0xC0) != 0x80;
	if (n != CODE_LEN)
		fault_int(r, "query.length", "n", n);
	else
		fault(r, "query.code");
}

/* ---- photos ------------------------------------------------------------------------------------ */

void
field_read_upload(
	void *mem, const struct field *f, const struct form_pair *pair, struct field_value *v)
{
	/* A browser sends an unused file input as a file without name and content. */
	if (pair->file_name.n == 0 && pair->value.n == 0)
		return;
	size_t max = f->max > 0 ? (size_t)f->max : 9;
	xq_require(max <= 100);
	if (v->upload == NULL)
		v->upload = mem_array(mem, struct upload, max);
	struct str name = utf8_head(field_shown(mem, pair->file_name), 60);
	name = kept(mem, name);
	v->is_given = true;

	if (pair->value.n == 0) {
		xq_err_text(field_fault(f, v, "photo.empty"), "name", name.p);
	} else if (pair->value.n > FORM_PHOTO_BYTES) {
		struct xq_err *e = field_fault(f, v, "photo.too-large");
		xq_err_text(e, "name", name.p);
		xq_err_int(e, "mb", (int64_t)((pair->value.n + (1u << 20) - 1) >> 20));
	} else if (v->n_uploads == max) {
		xq_err_int(field_fault(f, v, "photo.too-many"), "max", (int64_t)max);
	} else {
		struct bytes data = { (const uint8_t *)pair->value.p, pair->value.n };
		v->upload[v->n_uploads++] = (struct upload){ .name = name, .data = data };
	}
}

/* ---- all types --------------------------------------------------------------------------------- */

struct str
field_int_text(void *mem, const struct field *f, int64_t i)
{
	if (f->type == FIELD_DAY)
		return str_of(day_text(mem, (int32_t)i));
	if (f->type == FIELD_FILE_NO) {
		char text[24];
		file_no_show(i, text);
		return str_of(mem_text(mem, text));
	}
	if (f->type == FIELD_CHOICE)
		return str_of(f->choices[i].code);
	return str_of(mem_printf(mem, "%lld", (long long)i));
}

static void
read_checked(struct reading *r, struct str s)
{
	switch (r->f->type) {
	case FIELD_TEXT:
	case FIELD_LINES:
		read_text(r, s);
		break;
	case FIELD_INT:
	case FIELD_ID:
		read_int(r, narrow(r->mem, s));
		break;
	case FIELD_BOOL:
		read_bool(r, s);
		break;
	case FIELD_CHOICE:
		read_choice(r, s);
		break;
	case FIELD_DAY:
		read_day(r, narrow(r->mem, s));
		break;
	case FIELD_MOMENT:
		read_moment(r, narrow(r->mem, s));
		break;
	case FIELD_PHONE:
		read_phone(r, narrow(r->mem, s));
		break;
	case FIELD_CODE:
		read_code(r, s);
		break;
	case FIELD_FILE_NO:
		read_file_no(r, narrow(r->mem, s));
		break;
	case FIELD_QUERY:
		read_query(r, narrow(r->mem, s));
		break;
	case FIELD_PHOTOS:
		fault(r, "photo.not-a-file");
		break;
	case FIELD_SECRET:
		break; /* not cleaned like the others; see field_read */
	}
}

void
field_read(void *mem, const struct field *f, struct str typed, int32_t tz_s, struct field_value *v)
{
	struct reading r = { mem, f, tz_s, v };
	bool is_text = f->type == FIELD_TEXT || f->type == FIELD_LINES || f->type == FIELD_SECRET;
	size_t max = is_text && f->max > 0 ? (size_t)f->max : SHORT_MAX;
	if (f->type == FIELD_SECRET) {
		read_secret(&r, typed, max);
		return;
	}

	struct xq_err err = { 0 };
	struct str s = { "", 0 };
	v->text = s;
	v->i = 0;
	if (utf8_clean(mem, typed, f->type == FIELD_LINES, max, &s, &err) != XQ_OK) {
		v->has_fault = true;
		v->fault = err;
		v->fault.field = f->name;
	} else if (s.n > 0) {
		read_checked(&r, s);
	}
	v->is_given = v->has_fault || s.n > 0;
	if (v->has_fault) {
		v->i = 0;
		v->text = field_shown(mem, typed);
	}
}
