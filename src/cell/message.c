/* SPDX-License-Identifier: Apache-2.0 */
#include "cell/message.h"

#include "core/json.h"
#include "core/mem.h"
#include "core/parse.h"

#include "core/banned.h"

enum { VERSION = 1, WORD_MAX = 32 };

/* clang-format off */
const struct msg_text cell_messages[] = {
	{ "cell.form", N_("This is no message between two cells.") },
	{ "cell.unknown-peer", N_("No office of this code is known here. The operator names it by `xinqiao office peer add`.") },
	{ "cell.signature", N_("No key that is known here for this office has signed this. If its key was changed, `xinqiao office peer add` takes the new one.") },
	{ "cell.other-office", N_("This message is for another office.") },
	{ "cell.clock", N_("The two clocks differ by more than five minutes. Here it is {now}.") },
	{ "cell.kind", N_("Nothing of this kind can be asked here.") },
	{ "cell.away", N_("{office} works on another server, which does not answer just now. Nothing has changed; please try again in a few minutes.") },
	{ "cell.refuses", N_("{office} works on another server, which does not take our questions: {why}. Nothing has changed; please tell whoever runs this server.") },
	{ NULL, NULL },
};
/* clang-format on */

/* ---- writing ------------------------------------------------------------------------------------------------ */

char *
cell_body(void *mem, const struct cell_message *m, struct str say)
{
	struct json_w w = json_new(mem);
	json_open(&w, '{');
	json_key(&w, "v");
	json_int(&w, VERSION);
	json_pair(&w, "kind", m->kind);
	json_pair(&w, "from", m->from);
	json_pair(&w, "to", m->to);
	json_key(&w, "at");
	json_int(&w, m->at);
	json_pair(&w, "nonce", m->nonce);
	json_pair(&w, "re", m->re);
	json_key(&w, "say");
	json_raw(&w, say);
	json_close(&w, '}');
	struct str line = buf_view(&w.b);
	xq_require(str_find(line, '\n') == line.n);
	return mem_printf(mem, CELL_HEAD "%.*s\n", (int)line.n, line.p);
}

/* ---- reading ------------------------------------------------------------------------------------------------- */

/* A short word without anything that could be mistaken in a line of the log. */
static bool
word_read(const json_t *o, const char *name, const char **out)
{
	const char *text = json_string_value(json_object_get(o, name));
	if (!text || strlen(text) > WORD_MAX ||
		strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789-.") != strlen(text))
		return false;
	*out = text;
	return true;
}

static bool
is_nonce(const char *text)
{
	return strlen(text) == CELL_NONCE_LEN && strspn(text, "0123456789abcdef") == CELL_NONCE_LEN;
}

/* Exactly these members. */
static bool
fill(const json_t *o, struct cell_message *m)
{
	const json_t *at = json_object_get(o, "at");
	if (json_object_size(o) != 8 || json_integer_value(json_object_get(o, "v")) != VERSION ||
		!json_is_integer(at))
		return false;
	m->at = json_integer_value(at);
	m->say = json_object_get(o, "say");
	return word_read(o, "kind", &m->kind) && m->kind[0] && word_read(o, "from", &m->from) &&
	       m->from[0] && word_read(o, "to", &m->to) && m->to[0] &&
	       word_read(o, "nonce", &m->nonce) && is_nonce(m->nonce) &&
	       word_read(o, "re", &m->re) && (m->re[0] == 0 || is_nonce(m->re)) &&
	       json_is_object(m->say);
}

enum xq_rc
cell_read(void *mem, struct str text, size_t max, struct cell_message *out, struct xq_err *err)
{
	struct cell_message m = { 0 };
	struct str rest = text, head, line, blank;
	json_t *o = NULL;
	if (text.n > max || !note_line_cut(&rest, &head) || !note_line_cut(&rest, &line))
		return xq_refuse(err, NULL, "cell.form");
	m.body = str_n(text.p, text.n - rest.n);
	if (!str_starts(m.body, STR(CELL_HEAD)) || !note_line_cut(&rest, &blank) || blank.n != 0 ||
		rest.n == 0)
		return xq_refuse(err, NULL, "cell.form");
	m.lines = rest;
	if (json_read(mem, line, max, &o, err) != XQ_OK || !json_is_object(o) || !fill(o, &m))
		return xq_refuse(err, NULL, "cell.form");
	*out = m;
	return XQ_OK;
}

/* ---- checking ------------------------------------------------------------------------------------------------ */

static bool
is_signed(const struct cell_message *m, const struct note_key *key)
{
	struct str rest = m->lines, line;
	int64_t at;
	for (int i = 0; i < NOTE_MAX_SIGNATURES && note_line_cut(&rest, &line); i++)
		if (note_line_check(line, m->body, key, &at))
			return key->type == NOTE_ED25519;
	return false;
}

enum xq_rc
cell_check(const struct cell_message *m, const struct note_key *key, const char *to, int64_t now,
	struct xq_err *err)
{
	if (!is_signed(m, key))
		return xq_refuse(err, NULL, "cell.signature");
	if (!text_eq(m->to, to))
		return xq_refuse(err, NULL, "cell.other-office");
	if (m->at < now - CELL_CLOCK_S || m->at > now + CELL_CLOCK_S) {
		enum xq_rc rc = xq_refuse(err, NULL, "cell.clock");
		xq_err_time(err, "now", now);
		return rc;
	}
	return XQ_OK;
}
