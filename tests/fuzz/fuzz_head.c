/* SPDX-License-Identifier: Apache-2.0 */
/* Header values that the server cuts up itself: Cookie, Accept-Language, Accept-Encoding, Origin and
 * the token of a form. */
#include "web/cookie.h"
#include "web/csrf.h"
#include "web/web_int.h"

#include "core/mem.h"

#include "core/banned.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const uint8_t key[KEY_LEN] = "a key of no data folder at all!";

static bool
lies_in(struct str part, struct str whole)
{
	return part.n == 0 || (part.p >= whole.p && part.p + part.n <= whole.p + whole.n);
}

static void
look_at_cookies(void *mem, struct str in)
{
	struct str rest = in, name, value;
	size_t n = 0, bytes = 0;
	while (cookie_next(&rest, &name, &value)) {
		xq_require(lies_in(name, in) && lies_in(value, in));
		n++;
		bytes += name.n + value.n + 1;
		(void)cookie_get(in, str_text(mem, name)); /* the first of that name */
	}
	xq_require(n <= in.n && bytes <= in.n);

	/* what we would set comes back as it was */
	const char *own = str_text(mem, in);
	if (cookie_value_is_fine(own)) {
		char *header = mem_printf(mem, "lang=zh; xt=%s; view=elder", own);
		xq_require(str_is(cookie_get(str_of(header), "xt"), own));
	}
}

/* Whatever else the browser says: who reads Chinese gets it, and a coding is taken as it is wanted. */
static void
look_at_accept(void *mem, const char *in)
{
	xq_require(prefs_language(str_of(mem_printf(mem, "%s,zh-CN;q=0.1", in))) == LANG_ZH);
	xq_require(prefs_language(str_of(mem_printf(mem, "zh,%s", in))) == LANG_ZH);
	xq_require(accepts_coding(str_of(mem_printf(mem, "BR,%s", in)), "br"));
	xq_require(!accepts_coding(str_of(mem_printf(mem, "br ; q=0.000,%s", in)), "br"));
}

static void
look_at_csrf(void *mem, struct str in)
{
	enum { NOW = 1790000000 };
	struct str holder = STR("holder-of-a-session"), other = STR("another-holder");
	xq_require(csrf_check(key, holder, in, NOW) == CSRF_WRONG); /* nobody guesses a hash */
	if (in.n == 0 || str_eq(in, other))
		return;
	const char *token = csrf_token(mem, key, in, NOW);
	xq_require(csrf_check(key, in, str_of(token), NOW) == CSRF_FINE);
	xq_require(csrf_check(key, in, str_of(token), NOW + 26 * 3600) == CSRF_OLD);
	xq_require(csrf_check(key, other, str_of(token), NOW) == CSRF_WRONG);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	void *mem = mem_root("fuzz");
	struct str in = { (const char *)data, size };
	look_at_accept(mem, str_text(mem, in));
	look_at_cookies(mem, in);
	look_at_csrf(mem, in);
	if (csrf_origin(in, STR(""), STR("qingfeng.example")) == ORIGIN_SAME)
		xq_require(str_ends(in, STR("://qingfeng.example")));
	struct prefs p;
	prefs_default(&p);
	xq_require(!prefs_set(&p, in, in) || in.n <= 5);
	if (random_name_is_fine(in))
		xq_require(cookie_value_is_fine(str_text(mem, in)));
	mem_free(mem);
	return 0;
}
