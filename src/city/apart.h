/* SPDX-License-Identifier: Apache-2.0 */
/* apart.h - offices of the city's districts that are served by another cell: what is remembered of their records, and
 * the sheets that were taken from there.
 *
 * For:       files of city/: asking (apart_client.c), checking (apart_look.c), writing down (apart_take.c), rows (apart.c)
 * Owns:      tables city_apart, city_kept; both are rows of the leading office
 * Threads:   looking on threads of their own, writing on the writer
 * Source:    scale-out.md 7; docs/decisions/0063
 *
 * Nothing that comes from there is believed for where it comes from: the key was pinned when the office left, and a sheet
 * is kept when its entry lies in a record that this key (or its successors, as the record tells them) has signed and that
 * goes on from what was seen before. */
#ifndef XQ_CITY_APART_H
#define XQ_CITY_APART_H

#include "city/city_int.h"
#include "ledger/folder.h"
#include "ledger/key_follow.h"
#include "record/sheet_all.h"

/* ---- apart.c: rows -------------------------------------------------------------------------------------------- */

/* What is known of an office's record, and how asking for it went. */
struct apart {
	int64_t member;
	const char *origin;
	const char *keys;         /* lines of key_follow.h */
	struct follow_known seen; /* the newest head that was checked */
	const char *note;         /* its checkpoint; "": it has signed nothing yet */
	int64_t good_at, next_at, tries;
	const char *why, *what; /* message key, and its {what}; "": all is well */
	int64_t since;          /* of why */
	/* The first time that it showed a record which does not go on from the one seen; "": never. Both checkpoints
	 * are kept: whoever signed them has signed two histories, or took one back. */
	const char *broke;
	int64_t broke_at;
};
struct aparts {
	struct apart *row; /* by member */
	size_t n;
};
XQ_CHECK enum xq_rc apart_list(
	struct tx *tx, void *mem, int64_t lead, struct aparts *out, struct xq_err *err);
const struct apart *apart_find(const struct aparts *list, int64_t member); /* or NULL */

/* What our own rows know of the record; renew: also over what is remembered, when the office leaves anew; else nothing
 * where it is remembered already. Where there are no rows any more, that nothing is known. */
XQ_CHECK enum xq_rc apart_pin(
	struct tx *tx, void *mem, int64_t lead, int64_t member, bool renew, struct xq_err *err);

/* A sheet that was taken, or kept when the office was forgotten here. */
struct apart_sheet {
	struct sheet_named is;
	struct bytes bytes;
	int64_t signed_size; /* of the checkpoint under which it was checked */
};
XQ_CHECK enum xq_rc apart_keep(struct tx *tx, int64_t lead, int64_t member,
	const struct apart_sheet *s, int64_t now, struct xq_err *err);
/* The newest one of each office of a month; office is the member. */
XQ_CHECK enum xq_rc apart_kept(struct tx *tx, void *mem, int64_t lead, int32_t month,
	struct office_sheet **out, size_t *out_n, struct xq_err *err);
/* The newest one of each month of an office, the newest month first; at most SHEETS_NAMED_MAX. */
XQ_CHECK enum xq_rc apart_kept_of(struct tx *tx, void *mem, int64_t lead, int64_t member,
	struct sheet_named *out, size_t *out_n, struct xq_err *err);
/* XQ_NONE: none under this hash, or its bytes are others. */
XQ_CHECK enum xq_rc apart_document(struct tx *tx, void *mem, int64_t lead, int64_t member,
	const char *hash, struct figures_doc *out, struct xq_err *err);

/* ---- apart_look.c: a record looked at as a stranger would --------------------------------------------------------- */

enum {
	APART_TAKE_MAX = 4,      /* sheets taken at one look */
	APART_DOC_MAX = 4 << 20, /* bytes of a sheet: what figures_document_read reads */
};

struct apart_asked {
	const struct apart *known;
	const char *code;               /* of the office */
	const struct sheet_named *have; /* newest kept of each month */
	size_t n_have;
};
struct apart_found {
	struct follow_known seen; /* size 0: nothing was proven, what was known stays */
	const char *note, *keys;
	struct apart_sheet sheet[APART_TAKE_MAX];
	size_t n;
	bool is_more;           /* another look finds more */
	const char *why, *what; /* "": all is well */
	bool is_broken; /* why: it does not go on from what was seen; note: what it showed */
};

/* Asks src for the newest checkpoint, the way of the keys, the sheets that are new and what proves them. Whatever the
 * other side answers ends in out: sheets that stood the check before something was wrong count. out lives as long as mem. */
void apart_look(void *mem, const struct apart_asked *a, const struct ledger_source *src,
	struct apart_found *out);

/* ---- apart_take.c: written down --------------------------------------------------------------------------------- */

struct apart_taken {
	int64_t member, was_size; /* the head that the look began with */
	bool is_known;            /* there was a row; else only the pin is made */
	struct apart_found found;
};
/* city.took where pages change by it, city.asked where only the machine remembers something. */
const struct act *apart_act(const struct apart *known, const struct apart_taken *t);
extern const struct act city_asked, city_took;

/* In a sentence why an office is not asked or not believed; NULL: all is well. */
bool apart_says(const struct apart *a, struct xq_err *out);

extern const struct migration city_migration_2;
extern const struct invariant city_kept_sound;

#endif
