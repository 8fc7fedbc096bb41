/* SPDX-License-Identifier: Apache-2.0 */
/* Fields: for each type what is accepted, as what it is kept, and which fault the rest gets. */
#include "act/form.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "core/mem.h"
#include "core/time.h"

#include "core/banned.h"

static int
setup(void **state)
{
	*state = mem_root("test");
	return 0;
}

static int
teardown(void **state)
{
	mem_free(*state);
	return 0;
}

static const struct choice colours[] = { { "red", "Red" }, { "green", "Green" }, { 0 } };

/* One pair for one field; the value, with the rc of the whole form. */
static struct field_value
read_one(void *mem, const struct field *field, struct str typed, enum xq_rc *out_rc)
{
	struct field *fields = mem_array(mem, struct field, 2);
	fields[0] = *field;
	fields[0].name = "x";
	const struct form_pair pair = { .name = STR("x"), .value = typed };
	struct form f;
	struct xq_err err;
	*out_rc = form_read(mem, fields, &pair, 1, true, TZ_CHINA, &f, &err);
	assert_int_equal(f.n_faults, *out_rc == XQ_OK ? 0 : 1);
	return f.v[0];
}

/* text NULL: refused with key; what was typed stays. */
struct sample {
	struct field field;
	const char *typed;
	const char *text;
	int64_t i;
	const char *key;
};

static void
try_samples(void *mem, const struct sample *s, size_t n)
{
	for (size_t k = 0; k < n; k++) {
		enum xq_rc rc;
		struct field_value v = read_one(mem, &s[k].field, str_of(s[k].typed), &rc);
		if (v.text.p[v.text.n] != '\0')
			fail_msg("\"%s\": no NUL behind the text", s[k].typed);
		if (s[k].text != NULL) {
			if (rc != XQ_OK)
				fail_msg("\"%s\" refused: %s", s[k].typed, v.fault.key);
			if (!str_is(v.text, s[k].text) || v.i != s[k].i)
				fail_msg("\"%s\": expected \"%s\" %lld, got \"%s\" %lld",
					s[k].typed, s[k].text, (long long)s[k].i, v.text.p,
					(long long)v.i);
			continue;
		}
		if (rc == XQ_OK)
			fail_msg("\"%s\" accepted as \"%s\"", s[k].typed, v.text.p);
		if (strcmp(v.fault.key, s[k].key) != 0)
			fail_msg("\"%s\": expected %s, got %s", s[k].typed, s[k].key, v.fault.key);
		assert_string_equal(v.fault.field, "x");
		if (s[k].field.type != FIELD_SECRET)
			assert_string_equal(v.text.p, s[k].typed);
	}
}

#define TRY(...)                                                                                   \
	try_samples(*state, (const struct sample[]){ __VA_ARGS__ },                                \
		sizeof((const struct sample[]){ __VA_ARGS__ }) / sizeof(struct sample))
#define OK(type_, typed_, text_, i_)                                                               \
	{                                                                                          \
		{ .type = (type_) }, typed_, text_, i_, NULL                                       \
	}
#define BAD(type_, typed_, key_)                                                                   \
	{                                                                                          \
		{ .type = (type_) }, typed_, NULL, 0, key_                                         \
	}
#define IN(type_, min_, max_)                                                                      \
	{                                                                                          \
		.type = (type_), .min = (min_), .max = (max_)                                      \
	}

static void
one_line_is_trimmed_and_counted_in_characters(void **state)
{
	TRY(OK(FIELD_TEXT, "  灯坏了\xe3\x80\x80 ", "灯坏了", 0),
		OK(FIELD_TEXT, "e\xcc\x81", "é", 0),
		{ IN(FIELD_TEXT, 0, 3), "灯坏了", "灯坏了", 0, NULL },
		{ IN(FIELD_TEXT, 0, 3), "𠮷𠮷𠮷", "𠮷𠮷𠮷", 0, NULL },
		{ IN(FIELD_TEXT, 0, 3), "灯坏了吗", NULL, 0, "text.too-long" },
		{ IN(FIELD_TEXT, 2, 9), "灯", NULL, 0, "field.too-short" },
		{ IN(FIELD_TEXT, 2, 9), "路灯", "路灯", 0, NULL },
		BAD(FIELD_TEXT, "a\nb", "text.control"), BAD(FIELD_TEXT, "a\tb", "text.control"),
		OK(FIELD_TEXT, "<b>&'\"", "<b>&'\"", 0));
}

static void
several_lines_keep_newlines_and_tabs(void **state)
{
	TRY(OK(FIELD_LINES, "a\r\nb\rc\n\td\n", "a\nb\nc\n\td", 0));
	enum xq_rc rc;
	const struct field f = { .type = FIELD_LINES };
	struct field_value v = read_one(*state, &f, STR("a\x01z"), &rc);
	assert_string_equal(v.fault.key, "text.control");
	assert_string_equal(v.text.p, "a\xef\xbf\xbdz");
}

static void
preset_limit_of_a_text_is_200(void **state)
{
	char text[202];
	memset(text, 'a', sizeof(text));
	text[200] = '\0';
	TRY(OK(FIELD_TEXT, text, text, 0));
	text[200] = 'a';
	text[201] = '\0';
	TRY(BAD(FIELD_TEXT, text, "text.too-long"));
}

static void
bytes_that_are_not_characters_are_kept_as_signs(void **state)
{
	enum xq_rc rc;
	const struct field f = { .type = FIELD_TEXT };
	struct field_value v = read_one(*state, &f, STR("\xe7\x81灯\xff!\xc0\xaf"), &rc);
	assert_int_equal(rc, XQ_REFUSED);
	assert_string_equal(v.fault.key, "text.not-utf8");
	assert_string_equal(
		v.text.p, "\xef\xbf\xbd\xef\xbf\xbd灯\xef\xbf\xbd!\xef\xbf\xbd\xef\xbf\xbd");
	assert_true(v.is_given);
}

static void
numbers_have_range_and_may_be_full_width(void **state)
{
	TRY(OK(FIELD_INT, "0", "0", 0), OK(FIELD_INT, " 12 ", "12", 12),
		OK(FIELD_INT, "１２", "12", 12), OK(FIELD_INT, "007", "7", 7),
		BAD(FIELD_INT, "-1", "field.too-small"), BAD(FIELD_INT, "1.5", "field.int"),
		BAD(FIELD_INT, "十", "field.int"), BAD(FIELD_INT, "-", "field.int"),
		BAD(FIELD_INT, "1 2", "field.int"),
		BAD(FIELD_INT, "99999999999999999999", "field.too-large"),
		{ IN(FIELD_INT, 1, 5), "5", "5", 5, NULL },
		{ IN(FIELD_INT, 1, 5), "6", NULL, 0, "field.too-large" },
		{ IN(FIELD_INT, 1, 5), "0", NULL, 0, "field.too-small" },
		{ IN(FIELD_INT, -3, 0), "-3", "-3", -3, NULL },
		{ IN(FIELD_INT, -3, 0), "1", NULL, 0, "field.too-large" },
		{ IN(FIELD_INT, 2, 0), "1000000", "1000000", 1000000, NULL });
}

static void
choices_know_their_place(void **state)
{
	const struct field f = { .type = FIELD_CHOICE, .choices = colours };
	TRY({ f, "green", "green", 1, NULL }, { f, "red", "red", 0, NULL },
		{ f, "Red", NULL, 0, "field.choice" }, { f, "blue", NULL, 0, "field.choice" },
		OK(FIELD_BOOL, "yes", "1", 1), OK(FIELD_BOOL, "off", "0", 0),
		BAD(FIELD_BOOL, "maybe", "field.bool"));
}

static void
days_that_do_not_exist_are_named(void **state)
{
	TRY(OK(FIELD_DAY, "2026-09-24", "2026-09-24", 20260924),
		OK(FIELD_DAY, "2026/9/4", "2026-09-04", 20260904),
		OK(FIELD_DAY, "20260904", "2026-09-04", 20260904),
		OK(FIELD_DAY, "2026年9月4日", "2026-09-04", 20260904),
		OK(FIELD_DAY, "２０２６－０９－０４", "2026-09-04", 20260904),
		OK(FIELD_DAY, "2028-02-29", "2028-02-29", 20280229),
		BAD(FIELD_DAY, "2026-02-29", "field.no-such-day"),
		BAD(FIELD_DAY, "2026-04-31", "field.no-such-day"),
		BAD(FIELD_DAY, "2026-04-00", "field.no-such-day"),
		BAD(FIELD_DAY, "20260431", "field.no-such-day"),
		BAD(FIELD_DAY, "2026-13-01", "field.no-such-month"),
		BAD(FIELD_DAY, "2026-00-01", "field.no-such-month"),
		BAD(FIELD_DAY, "1026-01-01", "field.year"), BAD(FIELD_DAY, "26-01-01", "field.day"),
		BAD(FIELD_DAY, "2026-01", "field.day"), BAD(FIELD_DAY, "2026-01-", "field.day"),
		BAD(FIELD_DAY, "2026-01-01-01", "field.day"), BAD(FIELD_DAY, "明天", "field.day"),
		BAD(FIELD_DAY, "2026-001-01", "field.day"),
		BAD(FIELD_DAY, "-2026-1-1", "field.day"),
		{ IN(FIELD_DAY, 20260101, 20261231), "2025-12-31", NULL, 0, "field.too-early" },
		{ IN(FIELD_DAY, 20260101, 20261231), "2027-01-01", NULL, 0, "field.too-late" },
		{ IN(FIELD_DAY, 20260101, 20261231), "2026-12-31", "2026-12-31", 20261231, NULL });
	enum xq_rc rc;
	const struct field f = { .type = FIELD_DAY };
	struct field_value v = read_one(*state, &f, STR("2026-02-30"), &rc);
	assert_string_equal(v.fault.arg[0].text, "2026");
	assert_int_equal(v.fault.arg[1].i, 2);
	assert_int_equal(v.fault.arg[2].i, 30);
}

static void
moments_are_local(void **state)
{
	int64_t at = civil_at(2026, 9, 24, 10, 30, 0, TZ_CHINA);
	TRY(OK(FIELD_MOMENT, "2026-09-24T10:30", "2026-09-24T10:30", at),
		OK(FIELD_MOMENT, "2026/9/24 10:30:00", "2026-09-24 10:30:00", at),
		OK(FIELD_MOMENT, "2026年9月24日 10：30", "2026-09-24 10:30", at),
		OK(FIELD_MOMENT, "2026-09-24", "2026-09-24", at - 37800),
		BAD(FIELD_MOMENT, "2026-02-30T10:30", "field.no-such-day"),
		BAD(FIELD_MOMENT, "2026-09-24T25:30", "field.moment"),
		BAD(FIELD_MOMENT, "2026-09-24 10", "field.moment"),
		BAD(FIELD_MOMENT, "10:30", "field.moment"));
}

static void
phones_are_kept_as_digits(void **state)
{
	TRY(OK(FIELD_PHONE, "13800000000", "13800000000", 0),
		OK(FIELD_PHONE, "138 0000-0000", "13800000000", 0),
		OK(FIELD_PHONE, "+86 138 0000 0000", "13800000000", 0),
		OK(FIELD_PHONE, "＋８６１３８００００００００", "13800000000", 0),
		OK(FIELD_PHONE, "0086-13800000000", "13800000000", 0),
		OK(FIELD_PHONE, "8613800000000", "13800000000", 0),
		OK(FIELD_PHONE, "021-5550-0123", "02155500123", 0),
		OK(FIELD_PHONE, "(021) 5550 0123", "02155500123", 0),
		OK(FIELD_PHONE, "+86 21 5550 0123", "02155500123", 0),
		OK(FIELD_PHONE, "+86 10 5550 0123", "01055500123", 0),
		OK(FIELD_PHONE, "+86 021 5550 0123", "02155500123", 0),
		OK(FIELD_PHONE, "0571-5550123", "05715550123", 0),
		OK(FIELD_PHONE, "0571-55501234", "057155501234", 0),
		BAD(FIELD_PHONE, "1380000000", "phone.digits-optional"),
		BAD(FIELD_PHONE, "138000000000", "phone.digits-optional"),
		BAD(FIELD_PHONE, "23800000000", "phone.first-digit"),
		BAD(FIELD_PHONE, "55500123", "phone.landline"),
		BAD(FIELD_PHONE, "021-555-0123", "phone.landline"),
		BAD(FIELD_PHONE, "021-5550-01234", "phone.landline"),
		BAD(FIELD_PHONE, "0138-000-0000", "phone.landline"),
		BAD(FIELD_PHONE, "+86 1380000000", "phone.digits-optional"),
		BAD(FIELD_PHONE, "138abc", "phone.not-digits"),
		BAD(FIELD_PHONE, "王阿姨", "phone.not-digits"),
		BAD(FIELD_PHONE, "+", "phone.not-digits"),
		BAD(FIELD_PHONE, "---", "phone.not-digits"),
		BAD(FIELD_PHONE, "+86", "phone.digits-optional"),
		{ { .type = FIELD_PHONE, .required = true }, "1380000000", NULL, 0,
			"phone.digits" });
	enum xq_rc rc;
	const struct field f = { .type = FIELD_PHONE };
	struct field_value v = read_one(*state, &f, STR("138-0000-000"), &rc);
	assert_string_equal(v.fault.arg[0].name, "n");
	assert_int_equal(v.fault.arg[0].i, 10);
}

static void
a_flood_of_digits_is_no_phone(void **state)
{
	char digits[200];
	memset(digits, '1', sizeof(digits));
	digits[199] = '\0';
	TRY(BAD(FIELD_PHONE, digits, "phone.digits-optional"));
	memset(digits, '0', 199);
	TRY(BAD(FIELD_PHONE, digits, "phone.landline"));
}

static void
codes_and_file_numbers_have_their_forms(void **state)
{
	TRY(OK(FIELD_CODE, "u07-a", "u07-a", 0), BAD(FIELD_CODE, "U07", "field.code"),
		BAD(FIELD_CODE, "u 7", "field.code"),
		OK(FIELD_CODE, "abcdefghijklmnopqrstuvwxyz012345",
			"abcdefghijklmnopqrstuvwxyz012345", 0),
		BAD(FIELD_CODE, "abcdefghijklmnopqrstuvwxyz0123456", "field.code"),
		OK(FIELD_FILE_NO, "2026-0912", "2026-0912", 202600000912),
		OK(FIELD_FILE_NO, "2026-912", "2026-0912", 202600000912),
		OK(FIELD_FILE_NO, "2026-123456", "2026-123456", 202600123456),
		OK(FIELD_FILE_NO, "青街诉〔2026〕0912号", "2026-0912", 202600000912),
		OK(FIELD_FILE_NO, "青街诉［２０２６］0912", "2026-0912", 202600000912),
		BAD(FIELD_FILE_NO, "2026", "field.file-no"),
		BAD(FIELD_FILE_NO, "2026-", "field.file-no"),
		BAD(FIELD_FILE_NO, "2026-0", "field.file-no"),
		BAD(FIELD_FILE_NO, "2026-123456789", "field.file-no"),
		BAD(FIELD_FILE_NO, "1026-1", "field.file-no"),
		BAD(FIELD_FILE_NO, "2026-12号", "field.file-no"),
		BAD(FIELD_FILE_NO, "〔2026-12", "field.file-no"),
		BAD(FIELD_FILE_NO, "a2026-12", "field.file-no"));
}

static void
query_codes_are_made_canonical(void **state)
{
	struct rng random;
	rng_init_seed(&random, 3);
	struct code code = code_new(&random, CODE_QUERY, 5);
	struct code receipt = code_new(&random, CODE_RECEIPT, 5);
	char shown[CODE_SHOWN_LEN + 1];
	code_show(&code, shown);
	TRY(OK(FIELD_QUERY, shown, code.text, 0), OK(FIELD_QUERY, code.text, code.text, 0),
		BAD(FIELD_QUERY, receipt.text, "query.code"),
		BAD(FIELD_QUERY, "7K3M", "query.length"),
		BAD(FIELD_QUERY, "查询码", "query.length"));
}

static void
secrets_are_not_trimmed_and_not_kept_at_fault(void **state)
{
	const struct field f = IN(FIELD_SECRET, 4, 8);
	TRY({ f, " ab ", " ab ", 0, NULL }, { f, "abcdefgh", "abcdefgh", 0, NULL },
		{ f, "abc", NULL, 0, "field.too-short" },
		{ f, "abcdefghi", NULL, 0, "field.too-long" },
		{ f,
			"ab\xff"
			"cd",
			NULL, 0, "text.not-utf8" },
		{ f, "ab\ncd", NULL, 0, "text.control" });
	enum xq_rc rc;
	assert_string_equal(read_one(*state, &f, STR("abcdefghi"), &rc).text.p, "");
	assert_string_equal(read_one(*state, &f, STR("e\xcc\x81tes"), &rc).text.p, "étes");
}

/* ---- the form as a whole ------------------------------------------------------------------------ */

static const struct field raise_fields[] = {
	{ .name = "text",
		.type = FIELD_LINES,
		.required = true,
		.max = 20,
		.missing = "raise.empty" },
	{ .name = "phone", .type = FIELD_PHONE },
	{ .name = "colour", .type = FIELD_CHOICE, .required = true, .choices = colours },
	{ .name = "agree", .type = FIELD_BOOL, .required = true },
	{ .name = "quiet", .type = FIELD_BOOL },
	{ .name = "n", .type = FIELD_INT },
	{ .name = "photo", .type = FIELD_PHOTOS, .max = 2 },
	{ .name = "id", .type = FIELD_ID },
	{ 0 },
};

#define PAIR(name_, value_)                                                                        \
	{                                                                                          \
		.name = STR(name_), .value = STR(value_)                                           \
	}
#define READ(f_, err_, ...)                                                                        \
	form_read(*state, raise_fields, (const struct form_pair[]){ __VA_ARGS__ },                 \
		sizeof((const struct form_pair[]){ __VA_ARGS__ }) / sizeof(struct form_pair),      \
		true, TZ_CHINA, (f_), (err_))

static void
good_form_gives_its_values(void **state)
{
	struct form f;
	struct xq_err err;
	assert_int_equal(READ(&f, &err, PAIR("text", " 灯\r\n坏 "), PAIR("phone", ""),
				 PAIR("colour", "green"), PAIR("agree", "on"), PAIR("n", "3"),
				 PAIR("csrf", "abc"), PAIR("submit", "")),
		XQ_OK);
	assert_int_equal(f.n_faults, 0);
	assert_string_equal(form_text(&f, "text"), "灯\n坏");
	assert_false(form_has(&f, "phone"));
	assert_string_equal(form_text(&f, "phone"), "");
	assert_string_equal(form_text(&f, "colour"), "green");
	assert_int_equal(form_int(&f, "colour"), 1);
	assert_true(form_bool(&f, "agree"));
	assert_false(form_bool(&f, "quiet"));
	assert_int_equal(form_int(&f, "n"), 3);
	assert_false(form_has(&f, "id"));
	assert_int_equal(form_value(&f, "photo")->n_uploads, 0);
}

static void
all_faults_are_found_at_once(void **state)
{
	struct form f;
	struct xq_err err;
	assert_int_equal(READ(&f, &err, PAIR("text", "   "), PAIR("phone", "138"),
				 PAIR("n", "many"), PAIR("agree", "0"), PAIR("id", "4")),
		XQ_REFUSED);
	assert_string_equal(err.key, "form.faults");
	assert_int_equal(err.arg[0].i, 6);
	assert_int_equal(f.n_faults, 6);
	assert_string_equal(form_value(&f, "text")->fault.key, "raise.empty");
	assert_string_equal(form_value(&f, "phone")->fault.key, "phone.digits-optional");
	assert_string_equal(form_value(&f, "colour")->fault.key, "field.missing-choice");
	assert_string_equal(form_value(&f, "agree")->fault.key, "field.missing-tick");
	assert_string_equal(form_value(&f, "n")->fault.key, "field.int");
	assert_string_equal(form_value(&f, "id")->fault.key, "field.system");
	assert_string_equal(form_value(&f, "phone")->text.p, "138");
	assert_string_equal(
		form_text(&f, "phone"), ""); /* nobody reads a faulty value by accident */
	assert_false(form_has(&f, "phone"));
}

static void
empty_form_says_what_is_missing(void **state)
{
	struct form f;
	struct xq_err err;
	assert_int_equal(
		form_read(*state, raise_fields, NULL, 0, true, TZ_CHINA, &f, &err), XQ_REFUSED);
	assert_int_equal(f.n_faults, 3);
	assert_int_equal(form_read(*state, NULL, NULL, 0, true, TZ_CHINA, &f, &err), XQ_OK);
	assert_int_equal(f.n, 0);
}

static void
system_gives_ids_from_inside(void **state)
{
	static const struct field fields[] = { { .name = "id", .type = FIELD_ID, .required = true },
		{ 0 } };
	const struct form_pair pair = PAIR("id", "42");
	struct form f;
	struct xq_err err;
	assert_int_equal(form_read(*state, fields, &pair, 1, false, TZ_CHINA, &f, &err), XQ_OK);
	assert_int_equal(form_int(&f, "id"), 42);
	assert_int_equal(form_read(*state, fields, &pair, 1, true, TZ_CHINA, &f, &err), XQ_REFUSED);
}

static void
name_given_twice_is_a_fault_except_for_checkboxes(void **state)
{
	struct form f;
	struct xq_err err;
	assert_int_equal(READ(&f, &err, PAIR("text", "a"), PAIR("text", "b"), PAIR("colour", "red"),
				 PAIR("agree", "0"), PAIR("agree", "1")),
		XQ_REFUSED);
	assert_int_equal(f.n_faults, 1);
	assert_string_equal(form_value(&f, "text")->fault.key, "field.twice");
	assert_string_equal(form_value(&f, "text")->text.p, "a");
	assert_true(form_bool(&f, "agree"));
}

static struct form
read_photos(void *mem, const struct form_pair *pair, size_t n)
{
	struct form_pair all[8] = { PAIR("text", "a"), PAIR("colour", "red"), PAIR("agree", "1") };
	struct form f;
	struct xq_err err;
	assert_true(n <= 5);
	memcpy(all + 3, pair, n * sizeof(*pair));
	(void)!form_read(mem, raise_fields, all, n + 3, true, TZ_CHINA, &f, &err);
	return f;
}

static void
photos_have_count_and_size(void **state)
{
	char *large = mem_array(*state, char, FORM_PHOTO_BYTES + 1);
	const struct form_pair ok = { STR("photo"), { large, FORM_PHOTO_BYTES }, true,
		STR("a.jpg") };
	const struct form_pair big = { STR("photo"), { large, FORM_PHOTO_BYTES + 1 }, true,
		STR("IMG_2031.jpg") };
	const struct form_pair unused = { STR("photo"), STR(""), true, STR("") };
	const struct form_pair empty = { STR("photo"), STR(""), true, STR("b.jpg") };
	const struct form_pair text = PAIR("photo", "x");
	const struct form_pair odd_name = { STR("photo"), { large, 1 }, true, STR("\xff\x01.jpg") };

	struct form f = read_photos(*state, &unused, 1);
	assert_int_equal(f.n_faults, 0);
	assert_false(form_has(&f, "photo"));
	const struct form_pair two[] = { ok, odd_name };
	f = read_photos(*state, two, 2);
	assert_int_equal(f.n_faults, 0);
	assert_int_equal(form_value(&f, "photo")->n_uploads, 2);
	assert_int_equal(form_value(&f, "photo")->upload[0].data.n, FORM_PHOTO_BYTES);
	assert_string_equal(
		form_value(&f, "photo")->upload[1].name.p, "\xef\xbf\xbd\xef\xbf\xbd.jpg");
	const struct form_pair three[] = { ok, ok, ok };
	f = read_photos(*state, three, 3);
	assert_string_equal(form_value(&f, "photo")->fault.key, "photo.too-many");
	f = read_photos(*state, &big, 1);
	assert_string_equal(form_value(&f, "photo")->fault.key, "photo.too-large");
	assert_string_equal(form_value(&f, "photo")->fault.arg[0].text, "IMG_2031.jpg");
	assert_int_equal(form_value(&f, "photo")->fault.arg[1].i, 11);
	f = read_photos(*state, &empty, 1);
	assert_string_equal(form_value(&f, "photo")->fault.key, "photo.empty");
	f = read_photos(*state, &text, 1);
	assert_string_equal(form_value(&f, "photo")->fault.key, "photo.not-a-file");
	const struct form_pair file = { STR("phone"), STR("1"), true, STR("a") };
	f = read_photos(*state, &file, 1);
	assert_string_equal(form_value(&f, "phone")->fault.key, "field.not-a-file");
}

static void
flood_of_pairs_is_read_in_one_pass(void **state)
{
	enum { N = 10000 };
	struct form_pair *pair = mem_array(*state, struct form_pair, N);
	for (size_t i = 0; i < N; i++)
		pair[i] = (struct form_pair){ .name = i % 2 ? STR("text") : STR("unknown"),
			.value = STR("a") };
	struct form f;
	struct xq_err err;
	assert_int_equal(
		form_read(*state, raise_fields, pair, N, true, TZ_CHINA, &f, &err), XQ_REFUSED);
	assert_string_equal(form_value(&f, "text")->fault.key, "field.twice");
	assert_int_equal(f.n_faults, 3);
}

/* ---- JSON ---------------------------------------------------------------------------------------- */

static enum xq_rc
read_json(void *mem, const char *text, struct form *f, struct xq_err *err)
{
	json_t *json = json_loads(text, 0, NULL);
	assert_non_null(json);
	enum xq_rc rc = form_read_json(mem, raise_fields, json, TZ_CHINA, f, err);
	json_decref(json);
	return rc;
}

static void
json_gives_the_same_values(void **state)
{
	struct form f;
	struct xq_err err;
	assert_int_equal(
		read_json(*state,
			"{\"text\":\"灯\",\"phone\":null,\"colour\":\"red\",\"agree\":true,"
			"\"quiet\":false,\"n\":12}",
			&f, &err),
		XQ_OK);
	assert_string_equal(form_text(&f, "text"), "灯");
	assert_int_equal(form_int(&f, "n"), 12);
	assert_true(form_bool(&f, "agree"));
	assert_false(form_bool(&f, "quiet"));
	assert_false(form_has(&f, "phone"));
}

static void
json_of_other_kinds_is_refused_field_by_field(void **state)
{
	struct form f;
	struct xq_err err;
	assert_int_equal(
		read_json(*state,
			"{\"text\":[1],\"phone\":13800000000,\"colour\":1,\"agree\":\"true\","
			"\"n\":\"12\",\"photo\":\"x\",\"id\":1}",
			&f, &err),
		XQ_REFUSED);
	assert_string_equal(err.key, "form.faults");
	assert_int_equal(f.n_faults, 7);
	assert_string_equal(form_value(&f, "phone")->fault.key, "field.want-text");
	assert_string_equal(form_value(&f, "agree")->fault.key, "field.want-bool");
	assert_string_equal(form_value(&f, "n")->fault.key, "field.want-number");
	assert_string_equal(form_value(&f, "photo")->fault.key, "field.no-upload");
	assert_string_equal(form_value(&f, "id")->fault.key, "field.system");
	assert_int_equal(read_json(*state, "{\"n\":1.5,\"text\":\"a\"}", &f, &err), XQ_REFUSED);
	assert_string_equal(form_value(&f, "n")->fault.key, "field.want-number");
}

static void
json_with_an_unknown_name_is_refused(void **state)
{
	struct form f;
	struct xq_err err;
	assert_int_equal(
		read_json(*state, "{\"text\":\"a\",\"colour\":\"red\",\"agree\":true,\"color\":1}",
			&f, &err),
		XQ_REFUSED);
	assert_string_equal(err.key, "form.unknown-field");
	assert_string_equal(err.arg[0].text, "color");
	assert_int_equal(f.n_faults, 1);
	assert_int_equal(read_json(*state, "[]", &f, &err), XQ_REFUSED);
	assert_string_equal(err.key, "form.not-an-object");
}

/* ---- setting ------------------------------------------------------------------------------------- */

static void
values_can_be_set(void **state)
{
	struct form f = form_new(*state, raise_fields);
	char lent[] = "abcdef";
	form_set_text(*state, &f, "colour", "green");
	form_set_str(&f, "text", str_n(lent, 3));
	form_set_int(&f, "n", 7);
	lent[0] = 'x';
	assert_int_equal(form_int(&f, "colour"), 1);
	assert_string_equal(form_text(&f, "text"), "abc");
	assert_string_equal(form_text(&f, "n"), "7");
	assert_true(form_has(&f, "n"));
}

static void
fault_found_later_is_counted_once(void **state)
{
	struct form f = form_new(*state, raise_fields);
	struct xq_err err;
	(void)!xq_refuse(&err, "text", "raise.twice");
	form_add_fault(&f, &err);
	form_add_fault(&f, &err);
	assert_int_equal(f.n_faults, 1);
	assert_string_equal(form_value(&f, "text")->fault.key, "raise.twice");
	(void)!xq_refuse(&err, NULL, "reply.own-draft");
	form_add_fault(&f, &err);
	assert_int_equal(f.n_faults, 2);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_line_is_trimmed_and_counted_in_characters),
		cmocka_unit_test(several_lines_keep_newlines_and_tabs),
		cmocka_unit_test(preset_limit_of_a_text_is_200),
		cmocka_unit_test(bytes_that_are_not_characters_are_kept_as_signs),
		cmocka_unit_test(numbers_have_range_and_may_be_full_width),
		cmocka_unit_test(choices_know_their_place),
		cmocka_unit_test(days_that_do_not_exist_are_named),
		cmocka_unit_test(moments_are_local),
		cmocka_unit_test(phones_are_kept_as_digits),
		cmocka_unit_test(a_flood_of_digits_is_no_phone),
		cmocka_unit_test(codes_and_file_numbers_have_their_forms),
		cmocka_unit_test(query_codes_are_made_canonical),
		cmocka_unit_test(secrets_are_not_trimmed_and_not_kept_at_fault),
		cmocka_unit_test(good_form_gives_its_values),
		cmocka_unit_test(all_faults_are_found_at_once),
		cmocka_unit_test(empty_form_says_what_is_missing),
		cmocka_unit_test(system_gives_ids_from_inside),
		cmocka_unit_test(name_given_twice_is_a_fault_except_for_checkboxes),
		cmocka_unit_test(photos_have_count_and_size),
		cmocka_unit_test(flood_of_pairs_is_read_in_one_pass),
		cmocka_unit_test(json_gives_the_same_values),
		cmocka_unit_test(json_of_other_kinds_is_refused_field_by_field),
		cmocka_unit_test(json_with_an_unknown_name_is_refused),
		cmocka_unit_test(values_can_be_set),
		cmocka_unit_test(fault_found_later_is_counted_once),
	};
	return cmocka_run_group_tests_name("act/form", tests, setup, teardown);
}
