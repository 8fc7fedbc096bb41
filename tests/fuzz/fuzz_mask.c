/* SPDX-License-Identifier: Apache-2.0 */
/* Masking: bounded, and what is to be hidden is not there any more. Phones are those that a form
 * takes; of any other text it is asked only that nothing breaks. */
#include "concern/concern.h"

#include "core/mem.h"
#include "core/utf8.h"

#include "core/banned.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct field phone_field[] = { { .name = "p", .type = FIELD_PHONE }, { 0 } };

static void
look_at_phone(void *mem, struct str typed)
{
	struct form_pair pair = { .name = STR("p"), .value = typed };
	struct form f;
	struct xq_err err = { 0 };
	(void)!form_read(mem, phone_field, &pair, 1, true, TZ_CHINA, &f, &err);
	if (!form_has(&f, "p"))
		return;
	const char *phone = form_text(&f, "p"), *masked = mask_phone(mem, phone);
	size_t n = strlen(phone), hidden = n - 7;
	xq_require(n >= 11 && strlen(masked) == 11);
	xq_require(strncmp(masked, phone, 3) == 0 && strncmp(masked + 3, "****", 4) == 0);
	xq_require(text_eq(masked + 7, phone + n - 4) && hidden >= 4);
}

static bool
is_digit(uint32_t c)
{
	return (c >= '0' && c <= '9') || (c >= 0xFF10 && c <= 0xFF19);
}

/* Behind the first number there is no digit any more; what no mark stands for is as it was. */
static void
look_at_address(void *mem, const char *address)
{
	struct str in = str_of(address), out = str_of(mask_address(mem, address));
	size_t numbers = 0;
	bool was_digit = false;
	xq_require(out.n <= in.n && utf8_chars(out) == utf8_chars(in));
	while (in.n > 0) {
		uint32_t c = utf8_next(&in), shown = utf8_next(&out);
		numbers += is_digit(c) && !was_digit;
		was_digit = is_digit(c);
		xq_require(shown == c || shown == '*');
		xq_require(!is_digit(c) || numbers == 1 || shown == '*');
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	void *mem = mem_root("fuzz");
	struct str in = { (const char *)data, size };
	look_at_phone(mem, in);
	const char *text = str_text(mem, in);
	xq_require(strlen(mask_phone(mem, text)) <= 11);
	in = str_of(text); /* up to the first NUL: no text has one */
	if (utf8_is_valid(in)) {
		const char *name = mask_name(mem, text);
		struct str head = utf8_head(in, 1);
		xq_require(in.n == 0 ? name[0] == '\0'
				     : str_is(head, mem_textn(mem, name, head.n)) &&
					       text_eq(name + head.n, "**"));
		look_at_address(mem, text);
	}
	mem_free(mem);
	return 0;
}
