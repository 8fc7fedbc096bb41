/* SPDX-License-Identifier: Apache-2.0 */
/* resident.c - frame, words and cookies of the pages without login. */
#include "concern/resident.h"

#include "concern/promise_public.h"

#include "core/mem.h"
#include "core/seal.h"
#include "templates.h"

#include "core/banned.h"

#define COOKIE_MINE "xm"
#define COOKIE_PIN "xp"
#define SEAL_MINE "remembered codes"
#define SEAL_PIN "receipt pin"

enum { MINE_KEEP_S = 365 * 86400, UNLOCK_KEEP_S = 86400, PIN_KEEP_S = 900, SEALED_MAX = 400 };

/* ---- words --------------------------------------------------------------------------------------- */

const char *
resident_say(struct req *q, const char *english, const struct msg_arg *arg, size_t n)
{
	enum lang lang = q->prefs.lang;
	return msg_fill(q->mem, lang, msg_text(lang, english), arg, n, q->office->tz_s);
}

struct html
resident_html(struct req *q, const char *english, const struct msg_arg *arg, size_t n)
{
	struct html_out o = html_new(q->mem, q->prefs.lang, q->office->tz_s);
	html_msg(&o, HTML_TEXT, english, arg, n);
	return html_view(&o);
}

const char *
resident_word(struct req *q, const char *english)
{
	return msg_text(q->prefs.lang, english);
}

int32_t
resident_today(const struct req *q)
{
	return day_of(q->now, q->office->tz_s);
}

const char *
resident_file_no(struct req *q, int64_t file_no)
{
	return R_SAY(q, N_("{mark} concern [{year}] no. {no}"), R_TEXT("mark", q->office->mark),
		R_TEXT("year", mem_printf(q->mem, "%lld", (long long)(file_no / 100000000))),
		R_TEXT("no", mem_printf(q->mem, "%04lld", (long long)(file_no % 100000000))));
}

const char *
resident_closing(struct req *q, int64_t due_at)
{
	struct civil c = civil_of(due_at, q->office->tz_s);
	return mem_printf(q->mem, "%d:%02d", c.hour, c.minute);
}

/* ---- frame --------------------------------------------------------------------------------------- */

struct shell
resident_shell(struct req *q, const char *title, const char *tab)
{
	return (struct shell){
		.title = title,
		.office = q->office->name,
		.office_short = q->office->short_name,
		.notice = req_notice(q),
		.path = req_here(q),
		.has_faults = q->refusal != NULL,
		.elder = q->prefs.elder,
		.high_contrast = q->prefs.high_contrast,
		.theme = (int)q->prefs.theme,
		.phone = q->office->phone,
		.phone_hours = q->office->hours,
		.tab = tab,
		.flash = resident_flash(q),
	};
}

struct html_out
resident_begin(struct req *q, const struct shell *s)
{
	struct html_out o = html_new(q->mem, q->prefs.lang, q->office->tz_s);
	o.base = q->base;
	o.today = resident_today(q);
	resident_open(&o, s);
	return o;
}

void
resident_end(struct resp *r, struct html_out *o, const struct shell *s)
{
	resident_close(o, s);
	resp_html(r, o);
}

/* What a POST leaves behind for the page that it leads to. */
static const struct said {
	const char *code;
	int kind;
	const char *text;
} said[] = {
	{ "open", FLASH_OK, N_("Opened on this phone for 24 hours. Other people do not see it.") },
	{ "wrong", FLASH_ERROR,
		N_("These digits do not fit. They are the last four of the phone you left, or the six of the PIN on the receipt. After five wrong tries it is locked for an hour.") },
	{ "doubted", FLASH_OK,
		N_("The discipline officer has your words. The unit does not see them.") },
	{ "erase-asked", FLASH_OK,
		N_("We have it. Two people look at it; come back here to see what became of it.") },
	{ "corrected", FLASH_OK, N_("Put right. The one who is responsible sees it from now on.") },
	{ "told", FLASH_OK, N_("We have it. The one who is responsible reads it.") },
	{ "rated", FLASH_OK,
		N_("Thank you. Your view is kept as you gave it; nobody of the unit can change it.") },
	{ "kept", FLASH_OK, N_("Remembered on this phone. You find it on the first page.") },
	{ "forgot", FLASH_INFO,
		N_("This phone has forgotten its codes. Your concerns themselves go on as before.") },
};

const struct flash *
resident_flash(struct req *q)
{
	struct str code = req_query(q, "said");
	for (size_t i = 0; i < sizeof said / sizeof said[0]; i++)
		if (str_is(code, said[i].code)) {
			struct flash *f = mem_new(q->mem, struct flash);
			f->kind = said[i].kind;
			f->text = resident_word(q, said[i].text);
			return f;
		}
	return NULL;
}

/* ---- sealed cookies ------------------------------------------------------------------------------ */

static const char *
cookie_seal(struct req *q, const char *purpose, struct str plain)
{
	struct rng random;
	rng_init_real(&random);
	struct bytes sealed = seal_make(q->mem, q->app->key, purpose, &random, plain);
	char *out = mem_array(q->mem, char, 2 * sealed.n + 1);
	text_hex(sealed, out);
	return out;
}

static bool
cookie_unseal(struct req *q, const char *name, const char *purpose, struct str *out)
{
	struct str hex = req_cookie(q, name);
	if (hex.n == 0 || hex.n % 2 != 0 || hex.n > (size_t)2 * SEALED_MAX)
		return false;
	uint8_t *raw = mem_array(q->mem, uint8_t, hex.n / 2);
	return parse_hex(hex, raw, hex.n / 2) &&
	       seal_open(q->mem, q->app->key, purpose, (struct bytes){ raw, hex.n / 2 }, out);
}

struct mine
mine_read(struct req *q)
{
	struct mine m = { 0 };
	struct str plain;
	if (!cookie_unseal(q, COOKIE_MINE, SEAL_MINE, &plain))
		return m;
	for (; plain.n >= CODE_LEN && m.n < MINE_MAX; m.n++) {
		if (!code_read(str_n(plain.p, CODE_LEN), CODE_QUERY, &m.code[m.n]))
			return m;
		plain = str_n(plain.p + CODE_LEN, plain.n - CODE_LEN);
	}
	return m;
}

bool
mine_has(const struct mine *m, const struct code *code)
{
	for (size_t i = 0; i < m->n; i++)
		if (text_eq(m->code[i].text, code->text))
			return true;
	return false;
}

void
mine_add(struct req *q, struct resp *r, const struct code *code)
{
	struct mine old = mine_read(q);
	struct buf b = buf_new(q->mem, (size_t)MINE_MAX * CODE_LEN + 1);
	buf_text(&b, code->text);
	for (size_t i = 0; i < old.n && b.n < (size_t)MINE_MAX * CODE_LEN; i++)
		if (!text_eq(old.code[i].text, code->text))
			buf_text(&b, old.code[i].text);
	resp_cookie(q, r, COOKIE_MINE, cookie_seal(q, SEAL_MINE, buf_view(&b)), MINE_KEEP_S);
}

void
mine_forget(struct req *q, struct resp *r)
{
	resp_cookie(q, r, COOKIE_MINE, "", -1);
}

/* One cookie for each concern; its name tells nothing about the code. */
static const char *
unlock_name(struct req *q, const struct code *code)
{
	uint8_t hash[32];
	char hex[9];
	char *text = mem_printf(q->mem, "unlock cookie|%s", code->text);
	hash_keyed(q->app->key, (struct bytes){ (const uint8_t *)text, strlen(text) }, hash);
	text_hex((struct bytes){ hash, 4 }, hex);
	return mem_printf(q->mem, "xu%s", hex);
}

bool
resident_is_unlocked(struct req *q, const struct code *code)
{
	return unlock_holds(q->app, req_cookie(q, unlock_name(q, code)), code, q->now);
}

struct str
resident_unlock_key(struct req *q, const struct code *code)
{
	return req_cookie(q, unlock_name(q, code));
}

void
resident_unlock(struct req *q, struct resp *r, const struct code *code)
{
	resp_cookie(q, r, unlock_name(q, code), unlock_cookie(q->mem, q->app, code, q->now),
		UNLOCK_KEEP_S);
}

void
pin_carry(struct req *q, struct resp *r, const struct code *code, const char *pin)
{
	char *plain = mem_printf(q->mem, "%s%s", code->text, pin);
	resp_cookie(q, r, COOKIE_PIN, cookie_seal(q, SEAL_PIN, str_of(plain)), PIN_KEEP_S);
}

const char *
pin_carried(struct req *q, const struct code *code)
{
	struct str plain;
	if (!cookie_unseal(q, COOKIE_PIN, SEAL_PIN, &plain) ||
		!str_starts(plain, str_n(code->text, CODE_LEN)))
		return NULL;
	return mem_textn(q->mem, plain.p + CODE_LEN, plain.n - CODE_LEN);
}

bool
resident_code(struct req *q, struct code *out)
{
	return code_read(req_place(q, 0), CODE_QUERY, out);
}

/* ---- dangers ------------------------------------------------------------------------------------- */

/* words: the signs in one catalogue text, divided by bars, for each language. */
static const struct danger_row {
	const char *words;
	struct danger danger;
} dangers[] = {
	{ N_("on fire|burning|smoke coming"),
		{ N_("It sounds like fire."), "119", N_("Leave the building first, then call.") } },
	{ N_("smell of gas|gas leak"),
		{ N_("It sounds like gas."), "119",
			N_("Open the windows, touch no switch, leave, and call from outside.") } },
	{ N_("electrocuted|electric shock"),
		{ N_("It sounds like an electric shock."), "120",
			N_("Switch the power off first; do not touch the person with your hands.") } },
	{ N_("unconscious|fainted|chest pain|bleeding heavily|fell from"),
		{ N_("It sounds as if somebody needs a doctor."), "120",
			N_("Say where you are and stay on the line.") } },
	{ N_("help me|being beaten|fighting|a knife|break-in|suicide"),
		{ N_("It sounds as if somebody is in danger."), "110",
			N_("Get to a safe place first; a text message to 12110 works too.") } },
};

static bool
has_any(struct str body, struct str words)
{
	struct str word;
	while (words.n > 0 && str_cut(&words, '|', &word))
		if (word.n > 0 && str_index(body, word) < body.n)
			return true;
	return false;
}

const struct danger *
danger_in(struct req *q, const char *body)
{
	(void)q; /* Chinese is written on English pages too: both lists are asked */
	for (size_t i = 0; body && i < sizeof dangers / sizeof dangers[0]; i++)
		if (has_any(str_of(body), str_of(msg_text(LANG_ZH, dangers[i].words))) ||
			has_any(str_of(body), str_of(dangers[i].words)))
			return &dangers[i].danger;
	return NULL;
}

/* ---- views --------------------------------------------------------------------------------------- */

const struct view *const resident_views[] = { &home_view, &raise_view, &raise_where_view,
	&raise_check_view, &raise_done_view, &track_view, &track_code_view, &track_short_view,
	&track_open_view, &track_rate_view, &own_add_view, &own_dispute_view, &own_withdraw_view,
	&own_data_view, &own_erase_view, &track_remember_view, &track_mine_view, &track_forget_view,
	&photo_view, &public_list_view, &promises_view, &public_one_view, &help_view, &privacy_view,
	&accessibility_view, NULL };
