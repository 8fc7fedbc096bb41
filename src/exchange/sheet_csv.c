/* SPDX-License-Identifier: Apache-2.0 */
/* Comma separated text as spreadsheet programs write it (RFC 4180, with their liberties). The file
 * is read twice in small pieces: once to learn its encoding, once to cut it into cells. */
#include "exchange/sheet_int.h"

#include <errno.h>
#include <iconv.h>
#include <unistd.h>

#include "core/utf8.h"

#include "core/banned.h"

#define PIECE ((size_t)32 * 1024)

enum csv_state { CSV_ROW_START, CSV_CELL_START, CSV_PLAIN, CSV_QUOTED, CSV_QUOTE_SEEN };

struct csv {
	struct sheet_job *job;
	char sep;
	enum csv_state state;
	bool is_after_cr; /* CR LF is one line end */
	bool is_over;
};

/* How many bytes at the end of p begin a character that the next piece completes. */
static size_t
tail_of(const char *p, size_t n)
{
	for (size_t back = 1; back <= 3 && back <= n; back++) {
		uint8_t c = (uint8_t)p[n - back];
		if (c < 0x80)
			return 0;
		if (c >= 0xc0)
			return back < (c >= 0xf0 ? 4u : c >= 0xe0 ? 3u : 2u) ? back : 0;
	}
	return 0;
}

/* The encoding: NULL where it is UTF-8. A few bytes that are not settle it, since Chinese text in
 * GB18030 is hardly ever valid UTF-8. */
static const char *
charset_of(int fd)
{
	char piece[PIECE];
	size_t kept = 0;
	off_t at = 0;
	ssize_t n;
	while ((n = pread(fd, piece + kept, sizeof(piece) - kept, at)) > 0) {
		if (at == 0 && n >= 2 && memcmp(piece, "\xff\xfe", 2) == 0)
			return "UTF-16LE";
		if (at == 0 && n >= 2 && memcmp(piece, "\xfe\xff", 2) == 0)
			return "UTF-16BE";
		size_t all = kept + (size_t)n;
		size_t tail = tail_of(piece, all);
		if (!utf8_is_valid(str_n(piece, all - tail)))
			return "GB18030";
		memmove(piece, piece + all - tail, tail);
		kept = tail;
		at += n;
	}
	return kept > 0 ? "GB18030" : NULL;
}

/* Tab only where the first row has no comma outside quotes. */
static char
separator_of(const char *p, size_t n)
{
	bool is_quoted = false, has_tab = false;
	for (size_t i = 0; i < n; i++) {
		if (p[i] == '"')
			is_quoted = !is_quoted;
		else if (is_quoted)
			continue;
		else if (p[i] == ',')
			return ',';
		else if (p[i] == '\n' || p[i] == '\r')
			break;
		else if (p[i] == '\t')
			has_tab = true;
	}
	return has_tab ? '\t' : ',';
}

/* A web page saved as .xls, a PDF, an image: told by what no table begins with or contains. */
static bool
looks_like_text(const char *p, size_t n, bool is_first)
{
	if (memchr(p, 0, n))
		return false;
	if (!is_first)
		return true;
	size_t i = 0;
	while (i < n && strchr(" \t\r\n", p[i]))
		i++;
	struct str rest = str_n(p + i, n - i);
	return !str_starts(rest, STR("<")) && !str_starts(rest, STR("%PDF-")) &&
	       !str_starts(rest, STR("{\\rtf"));
}

static bool
cell_close(struct csv *csv)
{
	struct sheet_job *job = csv->job;
	bool is_formula = job->text.n > job->cell_at && job->text.p[job->cell_at] == '=';
	return sheet_cell_end(job, false, is_formula);
}

static bool
row_close(struct csv *csv)
{
	csv->state = CSV_ROW_START;
	return cell_close(csv) && sheet_row_end(csv->job);
}

static bool
cell_open(struct csv *csv)
{
	csv->state = CSV_CELL_START;
	return sheet_cell_begin(csv->job, csv->job->col);
}

/* One character that means something at this place; *i moves past what was used. */
static bool
step(struct csv *csv, const char *p, size_t *i)
{
	char c = p[*i];
	if (csv->is_after_cr && c == '\n') {
		csv->is_after_cr = false;
		(*i)++;
		return true;
	}
	csv->is_after_cr = false;
	if (csv->state == CSV_ROW_START && !(sheet_row_begin(csv->job, 0) && cell_open(csv)))
		return false;
	(*i)++;
	if (csv->state == CSV_QUOTE_SEEN && c == '"') { /* two of them are one */
		csv->state = CSV_QUOTED;
		return sheet_cell_add(csv->job, "\"", 1);
	}
	if (csv->state == CSV_QUOTED || (csv->state == CSV_CELL_START && c == '"')) {
		csv->state = csv->state == CSV_QUOTED ? CSV_QUOTE_SEEN : CSV_QUOTED;
		return true;
	}
	if (c == csv->sep)
		return cell_close(csv) && cell_open(csv);
	if (c == '\r' || c == '\n') {
		csv->is_after_cr = c == '\r';
		return row_close(csv);
	}
	csv->state = CSV_PLAIN;
	return sheet_cell_add(csv->job, &c, 1);
}

/* Characters that mean nothing but themselves, up to the next that does. */
static size_t
plain_run(const struct csv *csv, const char *p, size_t n)
{
	if (csv->state == CSV_QUOTED) {
		const char *quote = memchr(p, '"', n);
		return quote ? (size_t)(quote - p) : n;
	}
	size_t i = 0;
	if (csv->state == CSV_PLAIN)
		while (i < n && p[i] != csv->sep && p[i] != '\r' && p[i] != '\n')
			i++;
	return i;
}

static bool
csv_feed(struct csv *csv, const char *p, size_t n)
{
	for (size_t i = 0; i < n;) {
		size_t run = plain_run(csv, p + i, n - i);
		bool goes_on = run > 0 ? sheet_cell_add(csv->job, p + i, run) : step(csv, p, &i);
		i += run;
		if (!goes_on) {
			csv->is_over = true;
			return false;
		}
	}
	return true;
}

static void
csv_finish(struct csv *csv)
{
	if (csv->is_over)
		return;
	if (csv->state == CSV_QUOTED)
		sheet_stop(csv->job, "sheet.truncated");
	else if (csv->state != CSV_ROW_START)
		(void)row_close(csv); /* the verdict is in job->rc */
}

/* UTF-8 from here on, in pieces of any size. */
static bool
take_text(struct csv *csv, const char *p, size_t n, bool is_first)
{
	if (is_first && n >= 3 && memcmp(p, "\xef\xbb\xbf", 3) == 0) {
		p += 3;
		n -= 3;
	}
	if (!looks_like_text(p, n, is_first))
		return sheet_stop(csv->job, "sheet.not-a-sheet");
	if (is_first)
		csv->sep = separator_of(p, n);
	return csv_feed(csv, p, n);
}

/* Converts what is whole in the piece and keeps the rest for the next one. */
static bool
take_coded(struct csv *csv, iconv_t conv, char *piece, size_t *n, bool is_first)
{
	char out[2 * PIECE]; /* two bytes become three at most, four become four */
	char *from = piece, *to = out;
	size_t to_left = sizeof(out);
	size_t done = iconv(conv, &from, n, &to, &to_left);
	bool is_broken = done == (size_t)-1 && errno == EILSEQ;
	if (!take_text(csv, out, (size_t)(to - out), is_first))
		return false;
	if (is_broken) { /* what came before is in its cell, so the place is known */
		if (csv->state == CSV_ROW_START)
			(void)sheet_row_begin(csv->job, 0); /* only for its number */
		return sheet_stop_at(csv->job, "sheet.not-utf8", csv->job->col);
	}
	memmove(piece, from, *n);
	return true;
}

static void
read_pieces(struct csv *csv, int fd, off_t at, iconv_t conv)
{
	char piece[PIECE];
	size_t kept = 0;
	bool is_first = true;
	ssize_t n;
	while ((n = pread(fd, piece + kept, sizeof(piece) - kept, at)) > 0) {
		size_t all = kept + (size_t)n;
		kept = 0;
		bool goes_on;
		if (conv == (iconv_t)-1) {
			goes_on = take_text(csv, piece, all, is_first);
		} else {
			goes_on = take_coded(csv, conv, piece, &all, is_first);
			kept = all;
		}
		if (!goes_on)
			return;
		is_first = false;
		at += n;
	}
	if (n < 0)
		csv->job->rc = xq_fault(csv->job->err, "sheet.read", "read: errno %d", errno);
	else if (kept > 0)
		sheet_stop(csv->job, "sheet.truncated"); /* half a character */
	else
		csv_finish(csv);
}

void
sheet_read_csv(struct sheet_job *job, int fd)
{
	struct csv csv = { .job = job, .sep = ',' };
	const char *charset = charset_of(fd);
	if (!charset) {
		read_pieces(&csv, fd, 0, (iconv_t)-1);
		return;
	}
	iconv_t conv = iconv_open("UTF-8", charset);
	if (conv == (iconv_t)-1) {
		job->rc = xq_fault(
			job->err, "sheet.charset", "iconv_open %s: errno %d", charset, errno);
		return;
	}
	read_pieces(&csv, fd, charset[0] == 'U' ? 2 : 0, conv); /* past the mark of UTF-16 */
	(void)iconv_close(conv);                                /* nothing left to flush */
}
