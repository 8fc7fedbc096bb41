/* SPDX-License-Identifier: Apache-2.0 */
#include "web/cookie.h"

#include "core/banned.h"

bool
cookie_next(struct str *rest, struct str *name, struct str *value)
{
	struct str piece;
	while (rest->n > 0 && str_cut(rest, ';', &piece)) {
		piece = str_trim(piece);
		size_t equals = str_find(piece, '=');
		if (equals == 0 || equals == piece.n)
			continue;
		*name = str_trim(str_n(piece.p, equals));
		*value = str_trim(str_n(piece.p + equals + 1, piece.n - equals - 1));
		if (value->n >= 2 && value->p[0] == '"' && value->p[value->n - 1] == '"')
			*value = str_n(value->p + 1, value->n - 2);
		return true;
	}
	return false;
}

struct str
cookie_get(struct str header, const char *name)
{
	struct str rest = header, n, v;
	while (cookie_next(&rest, &n, &v))
		if (str_is(n, name))
			return v;
	return STR("");
}

bool
cookie_value_is_fine(const char *value)
{
	for (const char *p = value; *p; p++)
		if (*p <= ' ' || *p > '~' || strchr("\",;\\", *p))
			return false;
	return true;
}
