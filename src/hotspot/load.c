/* SPDX-License-Identifier: Apache-2.0 */
/* load.c - reading hot spots and counting at a place. */
#include "hotspot/hotspot_int.h"

#include "core/mem.h"

#include "core/banned.h"

#define HOTSPOT_COLUMNS                                                                            \
	"SELECT h.no, h.ver, h.class, h.place, h.state, h.found_at, h.decided_at, h.treated_at,"   \
	" h.relapsed_at, h.found_n, h.cause, h.treatment, h.why, u.name, h.unit_id FROM hotspot h" \
	" LEFT JOIN unit u ON u.office = h.office AND u.id = h.unit_id"

static struct hotspot
read_hotspot(struct rows *q, void *mem)
{
	return (struct hotspot){ .no = row_int(q, 0),
		.ver = row_int(q, 1),
		.class = row_text(q, 2, mem),
		.place = row_text(q, 3, mem),
		.state = (enum hotspot_state)row_int(q, 4),
		.found_at = row_int(q, 5),
		.decided_at = row_int(q, 6),
		.treated_at = row_int(q, 7),
		.relapsed_at = row_int(q, 8),
		.found_n = row_int(q, 9),
		.cause = row_text(q, 10, mem),
		.treatment = row_text(q, 11, mem),
		.why = row_text(q, 12, mem),
		.unit = row_text(q, 13, mem),
		.unit_id = row_int(q, 14) };
}

static enum xq_rc
read_one(struct rows *q, void *mem, struct hotspot *out, struct xq_err *err)
{
	bool found = row_next(q);
	if (found)
		*out = read_hotspot(q, mem);
	enum xq_rc rc = rows_close(q, err);
	return rc == XQ_OK && !found ? XQ_NONE : rc;
}

enum xq_rc
hotspot_load(struct tx *tx, void *mem, int64_t office, int64_t no, struct hotspot *out,
	struct xq_err *err)
{
	return read_one(db_query(tx, SQL(HOTSPOT_COLUMNS " WHERE h.office = ? AND h.no = ?"),
				VALS(V(office), V(no))),
		mem, out, err);
}

enum xq_rc
hotspot_at(struct tx *tx, void *mem, int64_t office, const char *class, const char *place,
	struct hotspot *out, struct xq_err *err)
{
	return read_one(db_query(tx,
				SQL(HOTSPOT_COLUMNS " WHERE h.office = ? AND h.class = ?"
						    " AND h.place = ? AND h.state <> 4"),
				VALS(V(office), V(class), V(place))),
		mem, out, err);
}

enum xq_rc
hotspot_list(struct tx *tx, void *mem, int64_t office, const struct hotspot_query *q,
	struct hotspot **out, size_t *out_n, struct xq_err *err)
{
	xq_require(q->max <= HOTSPOT_MAX);
	struct val top = V(q->before_no > 0 ? q->before_no : INT64_MAX);
	struct hotspot *list = mem_array(mem, struct hotspot, q->max);
	size_t n = 0;
	struct rows *rows =
		q->is_ended ? db_query(tx,
				      SQL(HOTSPOT_COLUMNS
					      " WHERE h.office = ? AND h.state = 4 AND h.no < ?"
					      " ORDER BY h.no DESC LIMIT ?"),
				      VALS(V(office), top, V((int64_t)q->max)))
			    : db_query(tx,
				      SQL(HOTSPOT_COLUMNS
					      " WHERE h.office = ? AND h.state <> 4 AND h.no < ?"
					      " ORDER BY h.no DESC LIMIT ?"),
				      VALS(V(office), top, V((int64_t)q->max)));
	while (n < q->max && row_next(rows))
		list[n++] = read_hotspot(rows, mem);
	enum xq_rc rc = rows_close(rows, err);
	if (rc == XQ_OK) {
		*out = list;
		*out_n = n;
	}
	return rc;
}

enum xq_rc
hotspot_number(struct tx *tx, int64_t office, int64_t *out, struct xq_err *err)
{
	return db_int(tx,
		SQL("SELECT number FROM spot_rule WHERE office = ? ORDER BY ver DESC LIMIT 1"),
		VALS(V(office)), out, err);
}

/* ---- at a place ------------------------------------------------------------------------------------- */

static bool
is_blank(const char *p)
{
	return *p == ' ' || strncmp(p, "\u3000", 3) == 0;
}

/* Number of a house, a lane, a building. */
static size_t
ends_spot(const char *p)
{
	static const char *const marks[] = { "\u53f7\u697c", "\u53f7", "\u5f04", "\u5e62" };
	for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
		if (strncmp(p, marks[i], strlen(marks[i])) == 0)
			return strlen(marks[i]);
	return 0;
}

const char *
spot_of(void *mem, const char *place)
{
	struct buf b = buf_new(mem, 64);
	for (const char *p = place; *p;) {
		size_t end = ends_spot(p);
		if (end > 0) {
			buf_str(&b, (struct str){ p, end });
			break;
		}
		size_t blank = is_blank(p) ? (*p == ' ' ? 1 : 3) : 0;
		if (!blank)
			buf_char(&b, *p);
		p += blank ? blank : 1;
	}
	return buf_view(&b).n ? buf_view(&b).p : "";
}

enum xq_rc
spot_count(struct tx *tx, int64_t office, const char *class, const char *place, int32_t from,
	int32_t to, int64_t *out, struct xq_err *err)
{
	return db_int(tx,
		SQL("SELECT count(*) FROM spot_concern WHERE office = ? AND class = ? AND place = ?"
		    " AND day BETWEEN ? AND ?"),
		VALS(V(office), V(class), V(place), V(from), V(to)), out, err);
}

enum xq_rc
spot_concerns(struct tx *tx, int64_t office, const struct hotspot *h, int64_t out[SPOT_CONCERNS],
	size_t *out_n, struct xq_err *err)
{
	struct rows *q = db_query(tx,
		SQL("SELECT concern_id FROM spot_concern WHERE office = ? AND class = ? AND place = ?"
		    " ORDER BY day DESC, concern_id DESC LIMIT ?"),
		VALS(V(office), V(h->class), V(h->place), V((int64_t)SPOT_CONCERNS)));
	return rows_ids(q, SPOT_CONCERNS, out, out_n, err);
}
