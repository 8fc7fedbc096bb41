/* SPDX-License-Identifier: Apache-2.0 */
#include "exchange/csv_write.h"

#include "core/banned.h"

void
csv_cell(struct buf *b, const char *text, char end)
{
	const char *s = text ? text : "";
	buf_char(b, '"');
	if (s[0] != '\0' && strchr("=+-@\t\r", s[0]))
		buf_char(b, '\'');
	for (; *s; s++) {
		if (*s == '"')
			buf_char(b, '"');
		buf_char(b, *s);
	}
	buf_char(b, '"');
	buf_char(b, end);
}
