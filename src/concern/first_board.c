/* SPDX-License-Identifier: Apache-2.0 */
/* first_board.c - the board of the one who was asked first (A08): every step of what I follow and others own,
 * and before it what lies with me: hand-overs that nobody took, explanations that are due. */
#include "concern/first_pages.h"

#include "concern/visit.h"
#include "core/mem.h"

#include "core/banned.h"

static const struct table_decl no_tables[] = { { .name = NULL } };

/* What closed lately among what somebody follows; the open ones have an index already. */
const struct migration first_migration_1 = {
	.module = "concern-first",
	.number = 1,
	.ddl = "CREATE INDEX concern_tracked_closed ON concern (office, tracker_person_id, closed_at, id)"
	       " WHERE closed_at IS NOT NULL;\n",
	.tables = no_tables,
};

/* Of what somebody follows or owns, so many that are due next, or closed last. */
enum { BOARD_FOLLOWED = 300 };

/* ---- what changed ----------------------------------------------------------------------------------- */

/* A look at the full details changes nothing and is told elsewhere. */
#define CHANGED(which)                                                                             \
	"SELECT s.at, s.act, s.note, p.name, u.name, s.from_state, s.to_state, s.seq,"             \
	" s.is_for_resident, s.due_day, c.id, c.file_no, c.title, c.lane, s.no"                    \
	" FROM (SELECT office, id, file_no, title, lane, owner_person_id FROM concern"             \
	"  WHERE office = ? AND tracker_person_id = ? AND " which " LIMIT ?) AS c"                 \
	" JOIN step s ON s.office = c.office AND s.concern_id = c.id"                              \
	" LEFT JOIN person p ON p.office = s.office AND p.id = s.person_id"                        \
	" LEFT JOIN unit u ON u.office = s.office AND u.id = s.unit_id"                            \
	" WHERE c.owner_person_id <> ? AND s.at >= ? AND s.act <> 'concern.unmask'"                \
	" ORDER BY s.at DESC, s.concern_id DESC, s.no DESC LIMIT ?"

struct change {
	struct step_row step;
	int64_t concern_id, file_no, no;
	const char *title;
	bool is_sealed;
};
/* One more than is shown, of what is open and of what closed. */
enum { CHANGES_MAX = 2 * (BOARD_LINES + 1) };

static enum xq_rc
read_changes(struct req *q, struct rows *rows, struct change *list, size_t *n, struct xq_err *err)
{
	while (*n < CHANGES_MAX && row_next(rows))
		list[(*n)++] =
			(struct change){ .step = { .at = row_int(rows, 0),
						 .act = row_text(rows, 1, q->mem),
						 .note = row_text(rows, 2, q->mem),
						 .person = row_text(rows, 3, q->mem),
						 .unit = row_text(rows, 4, q->mem),
						 .from = (enum concern_state)row_int(rows, 5),
						 .to = (enum concern_state)row_int(rows, 6),
						 .seq = row_int(rows, 7),
						 .is_for_resident = row_int(rows, 8) != 0,
						 .due_day = (int32_t)row_int(rows, 9) },
				.concern_id = row_int(rows, 10),
				.file_no = row_int(rows, 11),
				.title = row_text(rows, 12, q->mem),
				.is_sealed = row_int(rows, 13) == LANE_SEALED,
				.no = row_int(rows, 14) };
	return rows_close(rows, err);
}

/* Newest first; of one moment the later step first. */
static int
newer(const void *a, const void *b)
{
	const struct change *x = a, *y = b;
	if (x->step.at != y->step.at)
		return x->step.at < y->step.at ? 1 : -1;
	if (x->concern_id != y->concern_id)
		return x->concern_id < y->concern_id ? 1 : -1;
	return x->no < y->no ? 1 : -1;
}

/* Along what this person follows and is due next, then along what closed last in these days: so many of each and no
 * more, since an intake post may follow thousands. */
static enum xq_rc
load_changes(struct req *q, struct change *list, size_t *out_n, struct xq_err *err)
{
	int64_t me = q->actor.person_id, office = q->office->id;
	int64_t since = day_start(day_add(desk_today(q), 1 - BOARD_DAYS), q->office->tz_s);
	*out_n = 0;
	enum xq_rc rc = read_changes(q,
		db_query(q->tx, SQL(CHANGED("closed_at IS NULL ORDER BY due_at, id")),
			VALS(V(office), V(me), V((int64_t)BOARD_FOLLOWED), V(me), V(since),
				V((int64_t)BOARD_LINES + 1))),
		list, out_n, err);
	if (rc == XQ_OK)
		rc = read_changes(q,
			db_query(q->tx,
				SQL(CHANGED("closed_at >= ? ORDER BY closed_at DESC, id DESC")),
				VALS(V(office), V(me), V(since), V((int64_t)BOARD_FOLLOWED), V(me),
					V(since), V((int64_t)BOARD_LINES + 1))),
			list, out_n, err);
	if (rc == XQ_OK && *out_n > 1)
		qsort(list, *out_n, sizeof *list, newer);
	return rc;
}

static void
fill_days(struct req *q, const struct change *list, size_t n, struct first_board *out)
{
	struct board_line *line = mem_array(q->mem, struct board_line, n + 1);
	int32_t day = 0;
	out->day = mem_array(q->mem, struct board_day, BOARD_DAYS + 1);
	for (size_t i = 0; i < n; i++) {
		const struct change *c = &list[i];
		line[i] = (struct board_line){ .step = desk_step_row(q, &c->step),
			.no = desk_no_short(q, c->file_no),
			.href = desk_path(q, c->file_no, ""),
			.matter = c->is_sealed ? desk_word(q, N_("Sealed")) : c->title };
		int32_t on = day_of(c->step.at, q->office->tz_s);
		if (on != day && out->n_days < BOARD_DAYS + 1)
			out->day[out->n_days++] =
				(struct board_day){ .words = msg_day(q->mem, q->prefs.lang, on),
					.line = &line[i] };
		day = on;
		out->day[out->n_days - 1].n++;
	}
}

/* ---- what lies with me ------------------------------------------------------------------------------ */

static void
add_offer(struct req *q, struct first_board *out, int64_t file_no, const char *title, bool is_late,
	const char *words)
{
	if (out->n_offers < BOARD_OFFERS)
		out->offer[out->n_offers++] = (struct board_offer){ .no = desk_no_short(q, file_no),
			.href = desk_path(q, file_no, ""),
			.matter = title,
			.words = words,
			.is_late = is_late };
}

/* Offered, run out and with the sender again, who has done nothing with it since. */
static enum xq_rc
load_lapsed(struct req *q, struct first_board *out, struct xq_err *err)
{
	struct rows *rows = db_query(q->tx,
		SQL("SELECT c.file_no, c.title, c.lane, s.at FROM (SELECT office, id, file_no, title,"
		    "  lane, due_at FROM concern WHERE office = ? AND owner_person_id = ?"
		    "  AND closed_at IS NULL ORDER BY due_at, id LIMIT ?) AS c"
		    " JOIN step s ON s.office = c.office AND s.concern_id = c.id"
		    " AND s.act = 'concern.lapse'"
		    " WHERE NOT EXISTS (SELECT 1 FROM step t WHERE t.office = s.office"
		    "  AND t.concern_id = s.concern_id AND t.no > s.no"
		    "  AND t.from_state <> t.to_state)"
		    " ORDER BY c.due_at, c.id LIMIT ?"),
		VALS(V(q->office->id), V(q->actor.person_id), V((int64_t)BOARD_FOLLOWED),
			V((int64_t)BOARD_OFFERS)));
	while (row_next(rows))
		add_offer(q, out, row_int(rows, 0),
			row_int(rows, 2) == LANE_SEALED ? desk_word(q, N_("Sealed"))
							: row_text(rows, 1, q->mem),
			true,
			SAY(q, N_("Nobody took it until {at}: it is with you again"),
				AT("at", row_int(rows, 3))));
	return rows_close(rows, err);
}

/* Offers of mine that run out today. */
static enum xq_rc
load_running_out(struct req *q, struct first_board *out, struct xq_err *err)
{
	struct list_query lq = { .kind = LIST_OFFERED_BY,
		.person_id = q->actor.person_id,
		.max = BOARD_OFFERS,
		.now = q->now };
	struct concern_row *row;
	size_t n = 0;
	int64_t tomorrow = day_start(day_add(desk_today(q), 1), q->office->tz_s);
	enum xq_rc rc = concern_list(q->tx, q->mem, q->office->id, &lq, &row, &n, err);
	for (size_t i = 0; rc == XQ_OK && i < n; i++)
		if (row[i].lapses_at < tomorrow)
			add_offer(q, out, row[i].file_no, row[i].title, row[i].lapses_at <= q->now,
				SAY(q, N_("Nobody has taken it yet: the offer runs out {at}"),
					AT("at", row[i].lapses_at)));
	return rc;
}

static enum xq_rc
visit_path(struct req *q, int64_t concern_id, int64_t file_no, const char **out, struct xq_err *err)
{
	struct visit v[VISITS_MAX];
	struct concern c;
	size_t n = 0;
	enum xq_rc rc = concern_load(q->tx, q->mem, q->office->id, concern_id, &c, err);
	if (rc == XQ_OK)
		rc = visit_list(q->tx, q->mem, q->office->id, concern_id, v, &n, err);
	if (rc != XQ_OK)
		return rc;
	const char *no = visit_refusal(&(struct visit_ask){ .act = &visit_offer,
		.actor = &q->actor,
		.c = &c,
		.last = n > 0 ? &v[n - 1] : NULL,
		.today = desk_today(q),
		.tz_s = q->office->tz_s });
	*out = no ? NULL : desk_path(q, file_no, "/visit");
	return XQ_OK;
}

static enum xq_rc
load_explain(struct req *q, struct first_board *out, struct xq_err *err)
{
	struct list_query lq = { .kind = LIST_EXPLAIN,
		.person_id = q->actor.person_id,
		.max = BOARD_EXPLAIN,
		.now = q->now };
	struct concern_row *row;
	size_t n = 0;
	enum xq_rc rc = concern_list(q->tx, q->mem, q->office->id, &lq, &row, &n, err);
	for (size_t i = 0; rc == XQ_OK && i < n; i++) {
		struct board_explain *e = &out->explain[out->n_explain++];
		*e = (struct board_explain){ .no = desk_no_short(q, row[i].file_no),
			.href = desk_path(q, row[i].file_no, ""),
			.matter = row[i].title,
			.words = desk_word(q, N_("An explanation to the resident is due")) };
		rc = visit_path(q, row[i].id, row[i].file_no, &e->visit_href, err);
	}
	return rc;
}

enum xq_rc
first_board_load(struct req *q, struct first_board *out, struct xq_err *err)
{
	struct change *list = mem_array(q->mem, struct change, CHANGES_MAX);
	size_t n = 0;
	*out = (struct first_board){ .n_days = 0 };
	enum xq_rc rc = load_lapsed(q, out, err);
	if (rc == XQ_OK)
		rc = load_running_out(q, out, err);
	if (rc == XQ_OK)
		rc = load_explain(q, out, err);
	if (rc == XQ_OK)
		rc = load_changes(q, list, &n, err);
	if (rc != XQ_OK)
		return rc;
	out->is_cut = n > BOARD_LINES;
	fill_days(q, list, out->is_cut ? BOARD_LINES : n, out);
	return XQ_OK;
}
