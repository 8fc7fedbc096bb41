/* SPDX-License-Identifier: Apache-2.0 */
/* Paths, urlencoded and multipart bodies, cookies, Accept-* headers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "core/mem.h"
#include "web/cookie.h"
#include "web/multipart.h"
#include "web/urlform.h"
#include "web/web_int.h"

static void *mem;

static void
is_str(struct str got, const char *want)
{
	assert_string_equal(str_text(mem, got), want);
}

/* ---- paths ------------------------------------------------------------------------------------------ */

static void
paths_are_decoded_or_refused(void **state)
{
	(void)state;
	/* clang-format off */
	static const struct {
		const char *raw, *path; /* NULL: refused */
	} rows[] = {
		{ "/", "/" }, { "/a/b", "/a/b" }, { "/%E8%A1%97", "/街" }, { "/a+b", "/a+b" },
		{ "/a%20b", "/a b" }, { "/...", "/..." }, { "/.well-known", "/.well-known" },
		{ "", NULL }, { "a", NULL }, { "/%", NULL }, { "/%4", NULL }, { "/%g0", NULL },
		{ "/%00", NULL }, { "/%0a", NULL }, { "/%7f", NULL }, { "/%2F", NULL }, { "/a\\b", NULL },
		{ "/..", NULL }, { "/a/../b", NULL }, { "/%2e%2E", NULL }, { "/./a", NULL },
		{ "/%c0%af", NULL }, { "/%ed%a0%80", NULL }, { "/%ff", NULL },
	};
	/* clang-format on */
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct str path;
		bool fine = url_path_decode(mem, str_of(rows[i].raw), &path);
		if (fine != (rows[i].path != NULL))
			fail_msg("%s: %s", rows[i].raw, fine ? "taken" : "refused");
		if (fine)
			is_str(path, rows[i].path);
	}
}

static void
only_paths_of_this_site_are_local(void **state)
{
	(void)state;
	assert_true(url_is_local(STR("/")) && url_is_local(STR("/desk?x=1#y")));
	static const char *const away[] = { "", "desk", "//evil", "/\\evil", "https://evil", "/a b",
		"/a\tb" };
	for (size_t i = 0; i < sizeof away / sizeof *away; i++)
		assert_false(url_is_local(str_of(away[i])));
	assert_string_equal(url_quote(mem, STR("/a b&c=街")), "/a%20b%26c%3D%E8%A1%97");
}

/* ---- forms ------------------------------------------------------------------------------------------- */

static void
pairs_are_read(void **state)
{
	(void)state;
	struct form_pair *p;
	size_t n;
	struct xq_err err = { 0 };
	assert_int_equal(
		url_pairs_read(mem, STR("a=1&b=x+y%26&&c&=d&e=100%&a=2"), 9, &p, &n, &err), XQ_OK);
	assert_int_equal(n, 6);
	is_str(p[0].name, "a");
	is_str(p[1].value, "x y&");
	is_str(p[2].name, "c");
	is_str(p[2].value, "");
	is_str(p[3].name, "");
	is_str(p[4].value, "100%"); /* no escape: as typed */
	is_str(p[5].value, "2");
	assert_int_equal(url_pairs_read(mem, STR(""), 9, &p, &n, &err), XQ_OK);
	assert_int_equal(n, 0);
	assert_int_equal(url_pairs_read(mem, STR("a&b&c"), 2, &p, &n, &err), XQ_REFUSED);
	assert_string_equal(err.key, "form.too-many");
	assert_int_equal(url_pairs_read(mem, STR("a=%ff"), 2, &p, &n, &err), XQ_REFUSED);
	assert_string_equal(err.key, "form.not-utf8");
}

#define PART(name, rest) "--X\r\nContent-Disposition: form-data; name=\"" name "\"" rest

static void
multipart_is_read(void **state)
{
	(void)state;
	struct form_pair *p;
	size_t n;
	struct xq_err err = { 0 };
	struct str body = STR("preamble\r\n" PART("text", "\r\n\r\nline 1\r\nline 2\r\n") PART(
		"photo",
		"; filename=\"a%22b\\\".jpg\"\r\nContent-Type: image/jpeg\r\n\r\n\xff\xd8--X\r\n")
			PART("none", "; filename=\"\"\r\n\r\n\r\n") "--X--\r\n");
	assert_int_equal(multipart_read(mem, body, STR("X"), 9, &p, &n, &err), XQ_OK);
	assert_int_equal(n, 3);
	is_str(p[0].name, "text");
	is_str(p[0].value, "line 1\r\nline 2");
	assert_false(p[0].is_upload);
	assert_true(p[1].is_upload);
	is_str(p[1].file_name, "a\"b\".jpg");
	assert_int_equal(p[1].value.n, 5);
	assert_true(p[2].is_upload);
	assert_int_equal(p[2].value.n, 0);
}

static void
broken_multipart_is_refused(void **state)
{
	(void)state;
	static const char *const rows[] = {
		"",
		"--X",
		"--X\r\n",
		"--Xy\r\n",
		PART("a", "\r\n\r\ncut"),
		PART("a", "\r\n\r\ncut\r\n--"),
		"--X\r\n\r\nno head\r\n--X--",
		"--X\r\nContent-Disposition: form-data\r\n\r\nx\r\n--X--",
		"--X\r\nContent-Disposition: attachment; name=\"a\"\r\n\r\nx\r\n--X--",
		PART("a", "\r\nno empty line\r\n--X--"),
		PART("\xff", "\r\n\r\nx\r\n--X--"),
		PART("a", "\r\n\r\n\xff\r\n--X--"),
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct form_pair *p;
		size_t n;
		struct xq_err err = { 0 };
		if (multipart_read(mem, str_of(rows[i]), STR("X"), 9, &p, &n, &err) != XQ_REFUSED)
			fail_msg("row %zu was taken", i);
	}
}

static void
boundary_is_found(void **state)
{
	(void)state;
	struct str b;
	assert_true(multipart_boundary(STR("multipart/form-data; boundary=abc"), &b));
	is_str(b, "abc");
	assert_true(multipart_boundary(
		STR("Multipart/Form-Data; charset=utf-8; boundary=\"a b\""), &b));
	is_str(b, "a b");
	assert_false(multipart_boundary(STR("multipart/form-data"), &b));
	assert_false(multipart_boundary(STR("multipart/form-data; boundary="), &b));
	assert_false(multipart_boundary(STR("multipart/form-data; boundary=\"abc"), &b));
	assert_false(multipart_boundary(STR("multipart/mixed; boundary=abc"), &b));
	assert_false(multipart_boundary(STR(""), &b));
}

/* ---- headers ------------------------------------------------------------------------------------------- */

static void
cookies_are_read(void **state)
{
	(void)state;
	struct str header = STR(" a=1; b = \"two\" ;c;=d;; xs=tok==;a=9");
	is_str(cookie_get(header, "a"), "1");
	is_str(cookie_get(header, "b"), "two");
	is_str(cookie_get(header, "xs"), "tok==");
	is_str(cookie_get(header, "c"), "");
	is_str(cookie_get(STR(""), "a"), "");
	assert_true(cookie_value_is_fine("abc.123-_="));
	assert_false(cookie_value_is_fine("a;b") || cookie_value_is_fine("a b") ||
		     cookie_value_is_fine("a\nb") || cookie_value_is_fine("街"));
}

static void
chinese_is_the_default(void **state)
{
	(void)state;
	/* clang-format off */
	static const struct {
		const char *header;
		enum lang want;
	} rows[] = {
		{ "", LANG_ZH }, { "*", LANG_ZH }, { "fr", LANG_ZH }, { "zh-CN,zh;q=0.9,en;q=0.8", LANG_ZH },
		{ "en-US,en;q=0.9,zh-CN;q=0.8", LANG_ZH }, { "en", LANG_EN }, { "en-GB;q=0.7, fr", LANG_EN },
		{ "en;q=0", LANG_ZH }, { "en,zh;q=0", LANG_EN }, { "eng", LANG_ZH }, { "EN-us", LANG_EN },
		{ ";q=1,,en", LANG_EN },
	};
	/* clang-format on */
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		if (prefs_language(str_of(rows[i].header)) != rows[i].want)
			fail_msg("%s", rows[i].header);
}

static void
codings_are_chosen_by_the_browser(void **state)
{
	(void)state;
	assert_true(accepts_coding(STR("gzip, deflate, br"), "br"));
	assert_true(accepts_coding(STR("*"), "gzip"));
	assert_false(accepts_coding(STR("gzip;q=0, *"), "gzip"));
	assert_false(accepts_coding(STR("gzip; q=0.000"), "gzip"));
	assert_true(accepts_coding(STR("GZIP;q=0.001"), "gzip"));
	assert_false(accepts_coding(STR(""), "gzip"));
	assert_false(accepts_coding(STR("x-gzip"), "gzip"));
}

static int
set_up(void **state)
{
	(void)state;
	mem = mem_root("test");
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	mem_free(mem);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(paths_are_decoded_or_refused),
		cmocka_unit_test(only_paths_of_this_site_are_local),
		cmocka_unit_test(pairs_are_read),
		cmocka_unit_test(multipart_is_read),
		cmocka_unit_test(broken_multipart_is_refused),
		cmocka_unit_test(boundary_is_found),
		cmocka_unit_test(cookies_are_read),
		cmocka_unit_test(chinese_is_the_default),
		cmocka_unit_test(codings_are_chosen_by_the_browser),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
