/* SPDX-License-Identifier: Apache-2.0 */
/* api.c - reading concerns by program: by query code (what a code alone shows), and lists and
 * search for staff. Contract: architecture.md 9. */
#include "concern/concern_int.h"

#include "core/mem.h"
#include "web/web.h"

#include "core/banned.h"

enum { API_ROWS = 50 };

static void
put_time(struct json_w *w, const char *key, int64_t at)
{
	char text[TIME_RECORD_LEN + 1];
	json_key(w, key);
	if (at == 0) {
		json_put_null(w);
		return;
	}
	time_record(at, text);
	json_text(w, text);
}

static const char *
state_code(enum concern_state s)
{
	switch (s) {
	case ST_ACCEPTED:
		return "accepted";
	case ST_ASSIGNED:
		return "assigned";
	case ST_SIGNED:
		return "signed";
	case ST_REPLIED:
		return "replied";
	case ST_CALLBACK:
		return "callback";
	case ST_REDO:
		return "redo";
	case ST_CLOSED:
		return "closed";
	case ST_TERMINATED:
		return "terminated";
	case ST_RETURN_ASKED:
		return "return-asked";
	case ST_PARKED:
		return "parked";
	case ST_REDIRECTED:
		return "redirected";
	case ST_MERGED:
		return "merged";
	case ST_VOID:
		return "voided";
	case ST_ARCHIVED:
		return "archived";
	case ST_HISTORY:
		return "history";
	case ST_OFFERED_OUT:
		return "offered-out";
	case ST_TRANSFERRED:
		return "transferred";
	}
	return "";
}

/* States, dates and owners: never the words (decisions.md 24). */
static enum xq_rc
by_code_render(struct req *q, struct resp *r, struct xq_err *err)
{
	struct code code;
	struct concern c;
	if (!code_read(q->place[0], CODE_QUERY, &code))
		return xq_refuse(err, "code", "voice.code-unknown");
	enum xq_rc rc = concern_by_code(q->tx, q->mem, q->app, q->office->id, &code, &c, err);
	if (rc != XQ_OK)
		return rc;
	struct json_w w = json_new(q->mem);
	char no[24];
	file_no_show(c.file_no, no);
	json_open(&w, '{');
	json_pair(&w, "file_no", no);
	json_pair(&w, "ref", c.ref);
	json_pair(&w, "state", state_code(c.state));
	put_time(&w, "raised_at", c.raised_at);
	put_time(&w, "due_at", c.due_at);
	put_time(&w, "answered_at", c.answered_at);
	put_time(&w, "closed_at", c.closed_at);
	json_pair(&w, "owner", c.owner_name);
	json_pair(&w, "unit", c.owner_unit);
	json_pair(&w, "tracker", c.tracker_name);
	json_pair(&w, "outcome", c.outcome ? outcome_code(c.outcome) : NULL);
	json_pair(&w, "solved", c.seen_solved);
	json_close(&w, '}');
	resp_text(r, 200, "application/json", buf_view(&w.b));
	return XQ_OK;
}

static void
row_json(struct json_w *w, const struct concern_row *row)
{
	char no[24];
	file_no_show(row->file_no, no);
	json_open(w, '{');
	json_pair(w, "file_no", no);
	json_pair(w, "state", state_code(row->state));
	json_pair(w, "title", row->title);
	json_pair(w, "class", row->class);
	json_pair(w, "unit", row->unit);
	json_pair(w, "owner", row->owner);
	put_time(w, "raised_at", row->raised_at);
	put_time(w, "due_at", row->due_at);
	put_time(w, "closed_at", row->closed_at);
	json_close(w, '}');
}

/* ?q=words searches; without it: what the caller owns. &before=ID continues, &max=N up to 50. */
static enum xq_rc
list_render(struct req *q, struct resp *r, struct xq_err *err)
{
	struct concern_row *row;
	size_t n = 0;
	int64_t before = 0, max = API_ROWS;
	struct str words = req_query(q, "q"), before_text = req_query(q, "before"),
		   max_text = req_query(q, "max");
	if ((before_text.n && !parse_int(before_text, 1, INT64_MAX, &before)) ||
		(max_text.n && !parse_int(max_text, 1, API_ROWS, &max)))
		return xq_refuse(err, NULL, "form.faults");
	enum xq_rc rc;
	if (words.n > 0)
		rc = concern_search(q->tx, q->mem, &q->actor, words, q->now, before, (size_t)max,
			&row, &n, err);
	else
		rc = concern_list(q->tx, q->mem, q->office->id,
			&(struct list_query){ .kind = LIST_MINE,
				.person_id = q->actor.person_id,
				.max = (size_t)max,
				.now = q->now },
			&row, &n, err);
	if (rc != XQ_OK)
		return rc;
	struct json_w w = json_new(q->mem);
	json_open(&w, '{');
	json_key(&w, "concerns");
	json_open(&w, '[');
	for (size_t i = 0; i < n; i++)
		row_json(&w, &row[i]);
	json_close(&w, ']');
	json_key(&w, "before");
	if (words.n > 0 && n == (size_t)max)
		json_int(&w, row[n - 1].id);
	else
		json_put_null(&w);
	json_close(&w, '}');
	resp_text(r, 200, "application/json", buf_view(&w.b));
	return XQ_OK;
}

static const struct view api_code = {
	.path = "/api/v1/concerns/{code}", .who = PERM_ANYBODY, .render = by_code_render
};
static const struct view api_list = {
	.path = "/api/v1/concerns", .who = PERM_HANDLE, .render = list_render
};

const struct view *const concern_api_views[] = { &api_code, &api_list, NULL };
