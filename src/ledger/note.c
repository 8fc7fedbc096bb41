/* SPDX-License-Identifier: Apache-2.0 */
/* Keys and signature lines of signed notes (c2sp.org/signed-note): writing them, and looking at one.
 * Kinds of signature are one table, so that another one is one row. */
#include "ledger/note.h"

#include <sodium.h>
#include <stdio.h>

#include "core/hash.h"
#include "core/mem.h"
#include "core/parse.h"
#include "core/utf8.h"
#include "ledger/note_int.h"

#include "core/banned.h"

#define COSIGN_HEAD "cosignature/v1\ntime "
#define SIG_LEN crypto_sign_BYTES
#define TIME_LEN 8

_Static_assert(NOTE_SEED_LEN == crypto_sign_SEEDBYTES, "a seed is Ed25519's");
_Static_assert(NOTE_PUB_LEN == crypto_sign_PUBLICKEYBYTES, "a key is Ed25519's");

static bool verify_plain(struct bytes sig, struct str body, const uint8_t *pub, int64_t *out_at);
static bool verify_cosign(struct bytes sig, struct str body, const uint8_t *pub, int64_t *out_at);

static const struct kind {
	uint8_t type;
	size_t sig_len; /* behind the four bytes of the key id */
	bool (*verify)(struct bytes sig, struct str body, const uint8_t *pub, int64_t *out_at);
} kinds[] = {
	{ NOTE_ED25519, SIG_LEN, verify_plain },
	{ NOTE_COSIGN, TIME_LEN + SIG_LEN, verify_cosign },
};

static const struct kind *
kind_of(uint8_t type)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (kinds[i].type == type)
			return &kinds[i];
	}
	return NULL;
}

/* ---- names and keys ----------------------------------------------------------------------------- */

/* White space as Unicode has it, since a reader in another language splits lines by it. */
static bool
is_space(uint32_t c)
{
	return c == ' ' || c == 0x85 || c == 0xA0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200A) ||
	       c == 0x2028 || c == 0x2029 || c == 0x202F || c == 0x205F || c == 0x3000;
}

bool
note_is_name(struct str s)
{
	if (s.n < 1 || s.n > NOTE_NAME_MAX || !utf8_is_valid(s))
		return false;
	while (s.n > 0) {
		uint32_t c = utf8_next(&s);
		if (c < ' ' || c == 0x7F || c == '+' || is_space(c))
			return false;
	}
	return true;
}

static void
key_id(const char *name, uint8_t type, const uint8_t *pub, uint8_t out[4])
{
	const uint8_t between[] = { '\n', type };
	const struct bytes piece[] = { { (const uint8_t *)name, strlen(name) },
		{ between, sizeof(between) }, { pub, NOTE_PUB_LEN } };
	uint8_t hash[SHA256_LEN];
	hash_sha256_parts(piece, 3, hash);
	memcpy(out, hash, 4);
}

bool
note_vkey_read(struct str vkey, struct note_key *out)
{
	struct note_key k = { 0 };
	struct str name, id, rest = vkey;
	uint8_t given[4], raw[1 + NOTE_PUB_LEN];
	char hex[9];
	size_t n;
	if (!str_cut(&rest, '+', &name) || !str_cut(&rest, '+', &id) || rest.p == NULL)
		return false;
	if (!note_is_name(name) || !parse_hex(id, given, sizeof(given)) ||
		!parse_base64(rest, raw, sizeof(raw), &n) || n != sizeof(raw))
		return false;
	if (kind_of(raw[0]) == NULL)
		return false;

	memcpy(k.name, name.p, name.n);
	k.type = raw[0];
	memcpy(k.pub, raw + 1, NOTE_PUB_LEN);
	key_id(k.name, k.type, k.pub, k.id);
	text_hex((struct bytes){ k.id, sizeof(k.id) }, hex);
	if (!str_is(id, hex)) /* also where it is spelled in capitals */
		return false;
	*out = k;
	return true;
}

char *
note_vkey_text(void *mem, const char *name, uint8_t type, const uint8_t pub[NOTE_PUB_LEN])
{
	xq_require(note_is_name(str_of(name)) && kind_of(type) != NULL);
	uint8_t id[4], raw[1 + NOTE_PUB_LEN] = { type };
	char hex[9], b64[TREE_B64_LEN + 1];
	key_id(name, type, pub, id);
	memcpy(raw + 1, pub, NOTE_PUB_LEN);
	text_hex((struct bytes){ id, sizeof(id) }, hex);
	text_base64((struct bytes){ raw, sizeof(raw) }, b64);
	return mem_printf(mem, "%s+%s+%s", name, hex, b64);
}

static void
key_pair(const uint8_t *seed, uint8_t *pub, uint8_t *secret)
{
	int rc = crypto_sign_seed_keypair(pub, secret, seed);
	xq_require(rc == 0);
}

void
note_public(const uint8_t seed[NOTE_SEED_LEN], uint8_t pub[NOTE_PUB_LEN])
{
	uint8_t secret[crypto_sign_SECRETKEYBYTES];
	key_pair(seed, pub, secret);
	hash_wipe(secret, sizeof(secret));
}

/* ---- shared small parts ------------------------------------------------------------------------- */

bool
note_size_read(struct str s, int64_t *out)
{
	if (s.n == 0 || s.p[0] < '0' || s.p[0] > '9' || (s.p[0] == '0' && s.n > 1))
		return false;
	return parse_int(s, 0, TREE_SIZE_MAX, out);
}

bool
note_line_cut(struct str *rest, struct str *out)
{
	size_t n = str_find(*rest, '\n');
	if (n == rest->n)
		return false;
	*out = str_n(rest->p, n);
	*rest = str_n(rest->p + n + 1, rest->n - n - 1);
	return true;
}

/* ---- writing ------------------------------------------------------------------------------------ */

char *
checkpoint_body(void *mem, const char *origin, int64_t size, const struct tree_hash *root)
{
	xq_require(size >= 0 && size <= TREE_SIZE_MAX);
	char b64[TREE_B64_LEN + 1];
	tree_b64(root, b64);
	return mem_printf(mem, "%s\n%lld\n%s\n", origin, (long long)size, b64);
}

/* "— name b64\n" of key id and signature. */
static char *
line_text(void *mem, const char *name, const uint8_t id[4], struct bytes sig)
{
	uint8_t raw[4 + TIME_LEN + SIG_LEN];
	char b64[4 * ((sizeof(raw) + 2) / 3) + 1];
	xq_require(sig.n <= sizeof(raw) - 4);
	memcpy(raw, id, 4);
	memcpy(raw + 4, sig.p, sig.n);
	text_base64((struct bytes){ raw, 4 + sig.n }, b64);
	return mem_printf(mem, NOTE_DASH "%s %s\n", name, b64);
}

static void
sign(const uint8_t *seed, struct str text, uint8_t *pub, uint8_t out[SIG_LEN])
{
	uint8_t secret[crypto_sign_SECRETKEYBYTES];
	key_pair(seed, pub, secret);
	int rc = crypto_sign_detached(out, NULL, (const uint8_t *)text.p, text.n, secret);
	hash_wipe(secret, sizeof(secret));
	xq_require(rc == 0);
}

char *
note_sign(void *mem, const char *body, const char *name, const uint8_t seed[NOTE_SEED_LEN])
{
	xq_require(note_is_name(str_of(name)));
	uint8_t pub[NOTE_PUB_LEN], id[4], sig[SIG_LEN];
	sign(seed, str_of(body), pub, sig);
	key_id(name, NOTE_ED25519, pub, id);
	return line_text(mem, name, id, (struct bytes){ sig, sizeof(sig) });
}

/* What a witness signs, into a buffer; false where the body is longer than any checkpoint's. */
static bool
cosign_text(struct str body, int64_t at, char *out, size_t cap, size_t *out_n)
{
	int n = snprintf(out, cap, COSIGN_HEAD "%lld\n", (long long)at);
	if (n < 0 || (size_t)n >= cap || body.n > cap - (size_t)n)
		return false;
	memcpy(out + n, body.p, body.n);
	*out_n = (size_t)n + body.n;
	return true;
}

char *
note_cosign(void *mem, const char *body, const char *name, const uint8_t seed[NOTE_SEED_LEN],
	int64_t at)
{
	xq_require(note_is_name(str_of(name)) && at >= 0);
	char text[NOTE_BODY_MAX + sizeof(COSIGN_HEAD) + 24];
	uint8_t pub[NOTE_PUB_LEN], id[4], sig[TIME_LEN + SIG_LEN];
	size_t n;
	bool fits = cosign_text(str_of(body), at, text, sizeof(text), &n);
	xq_require(fits);
	for (size_t i = 0; i < TIME_LEN; i++)
		sig[i] = (uint8_t)((uint64_t)at >> (8 * (TIME_LEN - 1 - i)));
	sign(seed, str_n(text, n), pub, sig + TIME_LEN);
	key_id(name, NOTE_COSIGN, pub, id);
	return line_text(mem, name, id, (struct bytes){ sig, sizeof(sig) });
}

char *
note_join(void *mem, const char *body, const char *lines)
{
	return mem_printf(mem, "%s\n%s", body, lines);
}

/* ---- looking at one signature -------------------------------------------------------------------- */

static bool
verify_plain(struct bytes sig, struct str body, const uint8_t *pub, int64_t *out_at)
{
	*out_at = 0;
	return crypto_sign_verify_detached(sig.p, (const uint8_t *)body.p, body.n, pub) == 0;
}

static bool
verify_cosign(struct bytes sig, struct str body, const uint8_t *pub, int64_t *out_at)
{
	char text[NOTE_BODY_MAX + sizeof(COSIGN_HEAD) + 24];
	uint64_t at = 0;
	size_t n;
	for (size_t i = 0; i < TIME_LEN; i++)
		at = at << 8 | sig.p[i];
	if (at > TREE_SIZE_MAX || !cosign_text(body, (int64_t)at, text, sizeof(text), &n))
		return false;
	*out_at = (int64_t)at;
	return crypto_sign_verify_detached(sig.p + TIME_LEN, (const uint8_t *)text, n, pub) == 0;
}

/* Base64 of any length in one spelling; the first bytes of it are kept. */
static bool
base64_head(struct str s, struct note_line *out)
{
	enum { STEP = 1024 }; /* characters, whole groups */
	uint8_t piece[STEP / 4 * 3];
	size_t n;
	while (s.n > STEP) {
		if (!parse_base64(str_n(s.p, STEP), piece, sizeof(piece), &n) || n != sizeof(piece))
			return false;
		if (out->n_sig == 0)
			memcpy(out->sig, piece, sizeof(out->sig));
		out->n_sig += n;
		s = str_n(s.p + STEP, s.n - STEP);
	}
	if (!parse_base64(s, piece, sizeof(piece), &n))
		return false;
	if (out->n_sig == 0)
		memcpy(out->sig, piece, n < sizeof(out->sig) ? n : sizeof(out->sig));
	out->n_sig += n;
	return true;
}

bool
note_line_read(struct str line, struct note_line *out)
{
	struct note_line l = { 0 };
	if (!str_starts(line, STR(NOTE_DASH)))
		return false;
	line = str_n(line.p + sizeof(NOTE_DASH) - 1, line.n - (sizeof(NOTE_DASH) - 1));
	size_t gap = str_find(line, ' ');
	l.name = str_n(line.p, gap);
	if (gap == line.n || !note_is_name(l.name))
		return false;
	if (!base64_head(str_n(line.p + gap + 1, line.n - gap - 1), &l) || l.n_sig < 5)
		return false;
	*out = l;
	return true;
}

bool
note_line_by(const struct note_line *l, const struct note_key *key)
{
	xq_require(key != NULL);
	return str_is(l->name, key->name) && memcmp(l->sig, key->id, sizeof(key->id)) == 0;
}

bool
note_line_good(
	const struct note_line *l, struct str body, const struct note_key *key, int64_t *out_at)
{
	const struct kind *kind = kind_of(key->type);
	xq_require(kind != NULL);
	return l->n_sig == 4 + kind->sig_len &&
	       kind->verify((struct bytes){ l->sig + 4, kind->sig_len }, body, key->pub, out_at);
}

bool
note_line_check(struct str line, struct str body, const struct note_key *key, int64_t *out_at)
{
	struct note_line l;
	int64_t at;
	if (str_ends(line, STR("\n")))
		line.n--;
	if (!note_line_read(line, &l) || !note_line_by(&l, key) ||
		!note_line_good(&l, body, key, &at))
		return false;
	*out_at = at;
	return true;
}
