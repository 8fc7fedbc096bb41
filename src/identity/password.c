/* SPDX-License-Identifier: Apache-2.0 */
#include "identity/account.h"

#include <ctype.h>
#include <sodium.h>

#include "core/utf8.h"

#include "core/banned.h"

_Static_assert(PASSWORD_HASH_LEN >= crypto_pwhash_STRBYTES, "room for an encoded hash");

#define OPSLIMIT 2
#define MEMLIMIT 19922944 /* 19 MiB */

enum xq_rc
password_hash(const char *password, char out[PASSWORD_HASH_LEN], struct xq_err *err)
{
	if (sodium_init() < 0)
		return xq_fault(err, "core.fault", "libsodium cannot start");
	if (crypto_pwhash_str_alg(out, password, strlen(password), OPSLIMIT, MEMLIMIT,
		    crypto_pwhash_ALG_ARGON2ID13) != 0)
		return xq_fault(err, "core.fault", "argon2id: no memory");
	return XQ_OK;
}

/* The hash of a random text that nobody kept, with the same costs. */
static const char nobodys_hash[] =
	"$argon2id$v=19$m=19456,t=2,p=1$zlqM+eSqllGxB4qT7CzlEg$oXSX+FMhB3tGK+KKZ//f7LhHlCBxGZIDAPBgzxZFUJE";

bool
password_matches(const char *hash, const char *password)
{
	const bool matches = crypto_pwhash_str_verify(hash != NULL ? hash : nobodys_hash, password,
				     strlen(password)) == 0;
	return matches && hash != NULL;
}

static int
count_classes(struct str s)
{
	bool lower = false, upper = false, digit = false, other = false;
	for (size_t i = 0; i < s.n; i++) {
		const unsigned char c = (unsigned char)s.p[i];
		if (c >= 'a' && c <= 'z')
			lower = true;
		else if (c >= 'A' && c <= 'Z')
			upper = true;
		else if (c >= '0' && c <= '9')
			digit = true;
		else
			other = true;
	}
	return lower + upper + digit + other;
}

static bool
contains_login(struct str password, struct str login)
{
	if (login.n == 0 || login.n > password.n)
		return false;
	for (size_t at = 0; at + login.n <= password.n; at++) {
		size_t i = 0;
		while (i < login.n && tolower((unsigned char)password.p[at + i]) ==
					      tolower((unsigned char)login.p[i]))
			i++;
		if (i == login.n)
			return true;
	}
	return false;
}

enum xq_rc
password_check_rules(struct str password, struct str login, struct xq_err *err)
{
	const size_t n = utf8_chars(password);
	if (n < PASSWORD_MIN) {
		const enum xq_rc rc = xq_refuse(err, NULL, "password.short");
		xq_err_int(err, "min", PASSWORD_MIN);
		return rc;
	}
	if (n > PASSWORD_MAX) {
		const enum xq_rc rc = xq_refuse(err, NULL, "password.long");
		xq_err_int(err, "max", PASSWORD_MAX);
		return rc;
	}
	if (contains_login(password, login))
		return xq_refuse(err, NULL, "password.is-login");
	if (count_classes(password) < PASSWORD_CLASSES)
		return xq_refuse(err, NULL, "password.classes");
	return XQ_OK;
}

void
password_first(struct rng *random, char out[PASSWORD_FIRST_LEN + 1])
{
	/* Twelve of 31 signs that nobody confuses: 59 bits. Hyphens are the third class. */
	static const char sign[] = "abcdefghjkmnpqrstuvwxyz23456789";
	struct str made = { out, PASSWORD_FIRST_LEN };
	do {
		for (int i = 0; i < PASSWORD_FIRST_LEN; i++)
			out[i] = i % 5 == 4 ? '-' : sign[rng_below(random, sizeof sign - 1)];
		out[PASSWORD_FIRST_LEN] = '\0';
	} while (count_classes(made) < PASSWORD_CLASSES);
}
