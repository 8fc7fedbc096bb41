/* SPDX-License-Identifier: Apache-2.0 */
/* similar.c - the score and who may see it; how it is made up stands in the header. */
#include "concern/similar.h"

#include "concern/concern_int.h"
#include "core/mem.h"
#include "core/utf8.h"

#include "core/banned.h"

enum {
	SCORE_PLACE = 30,
	SCORE_NEAR = 10,
	SCORE_CLASS = 8,
	SCORE_OPEN = 5,
	SCORE_NEW = 5,
	SCORE_AGE = 2
};
enum { NEW_S = 30 * 86400, AGE_S = 180 * 86400, PLACE_CHARS = 120, ROAD_MIN = 3 };

/* ---- places -------------------------------------------------------------------------------------- */

static bool
has_digit(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] >= '0' && s.p[i] <= '9')
			return true;
	return false;
}

/* The shorter one up to where a term of the longer ends. */
static bool
is_within(struct str small, struct str large)
{
	return small.n <= large.n && str_starts(large, small) &&
	       (small.n == large.n || large.p[small.n] == ' ');
}

enum place_fit
place_fit(void *mem, struct str a, struct str b)
{
	struct str x = search_terms(mem, a, PLACE_CHARS), y = search_terms(mem, b, PLACE_CHARS);
	if (x.n == 0 || y.n == 0)
		return PLACE_OTHER;
	if (str_eq(x, y))
		return PLACE_SAME;
	struct str small = x.n < y.n ? x : y, large = x.n < y.n ? y : x, road, other;
	if (is_within(small, large))
		return has_digit(small) ? PLACE_SAME : PLACE_NEAR;
	(void)str_cut(&small, ' ', &road); /* up to the first number */
	(void)str_cut(&large, ' ', &other);
	return str_eq(road, other) && utf8_chars(road) >= ROAD_MIN && !has_digit(road)
	               ? PLACE_NEAR
	               : PLACE_OTHER;
}

/* ---- one candidate --------------------------------------------------------------------------------- */

static enum xq_rc
load_row(
	struct tx *tx, void *mem, int64_t office, int64_t id, struct concern *c, struct xq_err *err)
{
	struct rows *q = db_query(tx,
		SQL("SELECT c.file_no, c.state, c.lane, c.class, c.title, c.place, c.raised_at, c.due_at,"
		    " c.due_day, c.answered_at, c.closed_at, c.needs_ruling, c.outcome, c.is_imported,"
		    " c.owner_person_id, c.owner_unit_id, c.tracker_person_id, c.tracker_unit_id,"
		    " u.name, p.name"
		    " FROM concern c JOIN unit u ON u.office = c.office AND u.id = c.owner_unit_id"
		    " JOIN person p ON p.office = c.office AND p.id = c.owner_person_id"
		    " WHERE c.office = ? AND c.id = ?"),
		VALS(V(office), V(id)));
	bool found = row_next(q);
	int k = 0;
	*c = (struct concern){ .id = id, .round = 1 };
	if (found) {
		c->file_no = row_int(q, k++);
		c->state = (enum concern_state)row_int(q, k++);
		c->lane = (enum lane)row_int(q, k++);
		c->class = row_text(q, k++, mem);
		c->title = row_text(q, k++, mem);
		c->place = row_text(q, k++, mem);
		c->raised_at = row_int(q, k++);
		c->due_at = row_int(q, k++);
		c->due_day = (int32_t)row_int(q, k++);
		c->answered_at = row_int(q, k++);
		c->closed_at = row_int(q, k++);
		c->needs_ruling = row_int(q, k++) != 0;
		c->outcome = (enum outcome)row_int(q, k++);
		c->is_imported = row_int(q, k++) != 0;
		c->owner_person_id = row_int(q, k++);
		c->owner_unit_id = row_int(q, k++);
		c->tracker_person_id = row_int(q, k++);
		c->tracker_unit_id = row_int(q, k++);
		c->owner_unit = row_text(q, k++, mem);
		c->owner_name = row_text(q, k++, mem);
	}
	enum xq_rc rc = rows_close(q, err);
	return rc != XQ_OK ? rc : found ? XQ_OK : XQ_NONE;
}

static bool
may_show(const struct actor *actor, const struct concern *c)
{
	if (c->state == ST_VOID || !concern_may_see(actor, c, NULL))
		return false;
	return c->lane != LANE_SEALED || actor->kind == ACTOR_SYSTEM ||
	       actor->person_id == c->owner_person_id || actor->person_id == c->tracker_person_id;
}

/* Kind "other" is what nobody chose. */
static bool
is_class(const char *class)
{
	return class && class[0] && !text_eq(class, "other");
}

static void
score(void *mem, const struct similar_ask *ask, struct similar *s)
{
	int64_t age = ask->now - s->c.raised_at;
	s->place = place_fit(mem, ask->place, str_of(s->c.place));
	s->is_same_class = is_class(ask->class) && text_eq(ask->class, s->c.class);
	s->score = s->share;
	s->score += s->place == PLACE_SAME ? SCORE_PLACE : s->place == PLACE_NEAR ? SCORE_NEAR : 0;
	s->score += s->is_same_class ? SCORE_CLASS : 0;
	s->score += concern_is_open(s->c.state) ? SCORE_OPEN : 0;
	s->score += age <= NEW_S ? SCORE_NEW : age <= AGE_S ? SCORE_AGE : 0;
}

static bool
is_enough(const struct similar_ask *ask, const struct similar *s)
{
	bool has_text = ask->title.n > 0 || ask->body.n > 0;
	switch (s->place) {
	case PLACE_SAME:
		return !has_text || s->share >= SIMILAR_SHARE_PLACE;
	case PLACE_NEAR:
		return s->share >= SIMILAR_SHARE_NEAR;
	case PLACE_OTHER:
		break;
	}
	return has_text && s->share >= SIMILAR_SHARE;
}

/* Of equal scores the newer, which is the greater id. */
static void
keep(struct similar *out, size_t *n, const struct similar *s)
{
	size_t at = *n;
	while (at > 0 && (out[at - 1].score < s->score ||
				 (out[at - 1].score == s->score && out[at - 1].c.id < s->c.id)))
		at--;
	if (at == SIMILAR_MAX)
		return;
	*n += *n < SIMILAR_MAX;
	for (size_t i = *n - 1; i > at; i--)
		out[i] = out[i - 1];
	out[at] = *s;
}

/* ---- finding ----------------------------------------------------------------------------------------- */

enum xq_rc
similar_find(struct tx *tx, void *mem, const struct actor *actor, const struct similar_ask *ask,
	struct similar *out, size_t *out_n, struct xq_err *err)
{
	struct search_alike *found = mem_array(mem, struct search_alike, ALIKE_MAX);
	size_t n;
	struct buf said = buf_new(mem, ask->title.n + ask->body.n + 2);
	buf_str(&said, ask->title);
	buf_char(&said, '\n');
	buf_str(&said, ask->body);
	*out_n = 0;
	enum xq_rc rc = search_like(tx, mem, actor->office,
		&(struct search_ask){ .kind = SEARCH_CONCERN,
			.text = buf_view(&said),
			.place = ask->place,
			.below = ask->below },
		found, &n, err);
	for (size_t i = 0; rc == XQ_OK && i < n; i++) {
		struct similar s = { .share = found[i].share,
			.n_common = found[i].n_common,
			.n_words = found[i].n_words };
		memcpy(s.word, found[i].word, sizeof s.word);
		if (found[i].id == ask->except_id)
			continue;
		rc = load_row(tx, mem, actor->office, found[i].id, &s.c, err);
		if (rc == XQ_OK && may_show(actor, &s.c)) {
			score(mem, ask, &s);
			if (is_enough(ask, &s))
				keep(out, out_n, &s);
		}
		rc = rc == XQ_NONE ? XQ_OK : rc; /* text of what is no concern any more */
	}
	return rc;
}
