/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/key_follow.h"

#include "core/mem.h"
#include "core/parse.h"
#include "ledger/pub.h"

#include "core/banned.h"

static struct follow_key *
find(struct follow *f, struct str vkey)
{
	for (size_t i = 0; i < f->n; i++)
		if (str_is(vkey, f->k[i].vkey))
			return &f->k[i];
	return NULL;
}

static struct follow_key *
add(struct follow *f, struct str vkey)
{
	struct follow_key k = { .until = INT64_MAX, .added = -1, .retired = -1 };
	struct follow_key *known = find(f, vkey);
	if (known != NULL)
		return known;
	if (f->n == FOLLOW_KEYS_MAX || vkey.n > FOLLOW_VKEY_MAX || !note_vkey_read(vkey, &k.key) ||
		k.key.type != NOTE_ED25519)
		return NULL;
	k.vkey = mem_textn(f->mem, vkey.p, vkey.n);
	k.from = INT64_MAX; /* until somebody says from when */
	f->k[f->n] = k;
	return &f->k[f->n++];
}

void
follow_trust(struct follow *f, struct str vkey, int64_t from, int64_t until)
{
	struct follow_key *k = add(f, vkey);
	if (k == NULL)
		return;
	k->is_trusted = true;
	k->from = from < k->from ? from : k->from;
	k->until = until < k->until ? until : k->until;
}

void
follow_event(struct follow *f, const struct event_seen *e)
{
	struct str vkey;
	int64_t from = 0;
	bool is_first = e->seq == 0 && str_is(e->kind, "log.opened");
	if (!(is_first || str_starts(e->kind, STR("key."))) || !pub_code(e->pub, "vkey", &vkey) ||
		(!is_first && !pub_int(e->pub, "from", &from)))
		return;
	if (str_is(e->kind, "key.retired")) {
		struct follow_key *k = find(f, vkey);
		if (k != NULL && k->retired < 0) {
			k->retired = e->seq;
			k->until_then = from;
		}
		return;
	}
	bool is_known = find(f, vkey) != NULL;
	struct follow_key *k = is_first || str_is(e->kind, "key.added") ? add(f, vkey) : NULL;
	if (k == NULL || is_known)
		return;
	k->added = e->seq;
	k->from = from;
}

bool
follow_waits(const struct follow *f, int64_t size)
{
	for (size_t i = 0; i < f->n; i++) {
		const struct follow_key *k = &f->k[i];
		if ((!k->is_trusted && k->added < size) || (k->retired >= 0 && k->retired < size))
			return true;
	}
	return false;
}

enum xq_rc
follow_read(
	const struct follow *f, struct str note, struct checkpoint_seen *out, struct xq_err *err)
{
	struct note_key key[FOLLOW_KEYS_MAX];
	struct checkpoint_seen seen;
	size_t n = 0;
	enum xq_rc rc = checkpoint_parse(note, &seen, err);
	if (rc != XQ_OK)
		return rc;
	for (size_t i = 0; i < f->n; i++)
		if (f->k[i].is_trusted && f->k[i].from <= seen.size && seen.size < f->k[i].until)
			key[n++] = f->k[i].key;
	return checkpoint_read(note, key, n, out, err);
}

void
follow_root(struct follow *f, int64_t size)
{
	for (size_t i = 0; i < f->n; i++) {
		struct follow_key *k = &f->k[i];
		if (k->added < size)
			k->is_trusted = true;
		if (k->retired >= 0 && k->retired < size) {
			k->until = k->until_then < k->until ? k->until_then : k->until;
			k->retired = -1;
		}
	}
}

/* ---- kept as text ----------------------------------------------------------------------------------- */

struct str
follow_text(const struct follow *f)
{
	struct buf out = buf_new(f->mem, 256);
	for (size_t i = 0; i < f->n; i++) {
		const struct follow_key *k = &f->k[i];
		if (!k->is_trusted)
			continue;
		buf_printf(&out, "%s %lld", k->vkey, (long long)k->from);
		if (k->until != INT64_MAX)
			buf_printf(&out, " %lld", (long long)k->until);
		buf_char(&out, '\n');
	}
	return buf_view(&out);
}

static void
take_line(struct follow *f, struct str line)
{
	struct str vkey, from;
	int64_t first = 0, until = INT64_MAX;
	(void)str_cut(&line, ' ', &vkey); /* without a blank it is the whole line */
	if (line.p && str_cut(&line, ' ', &from))
		(void)parse_int(from, 0, INT64_MAX, &first); /* else from the beginning */
	if (line.p)
		(void)parse_int(line, 0, INT64_MAX, &until); /* else without an end */
	follow_trust(f, vkey, first, until);
}

void
follow_text_read(struct follow *f, struct str text)
{
	struct str line;
	while (note_line_cut(&text, &line))
		take_line(f, line);
}
