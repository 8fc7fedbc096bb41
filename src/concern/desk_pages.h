/* SPDX-License-Identifier: Apache-2.0 */
/* desk_pages.h - what the staff templates of concern/ show. */
#ifndef XQ_CONCERN_DESK_PAGES_H
#define XQ_CONCERN_DESK_PAGES_H

#include "concern/concern_int.h"
#include "concern/desk.h"
#include "concern/explained_pages.h"
#include "concern/passed_up.h"
#include "concern/visit.h"

/* ---- today ------------------------------------------------------------------------------------------ */

enum { STRIP_DAYS = 14 };

struct strip_day {
	int32_t day;
	bool is_today, is_rest, is_make_up;
	const char *name; /* holiday; NULL: none */
	int64_t due;      /* concerns of mine due on it */
};

struct today_block {
	const char *icon, *title; /* title: message */
	const char *href;         /* the whole list; NULL: none */
	struct desk_rows rows;
	const char *empty; /* in words, when there is no row */
	const char *more;  /* in words, below the rows; NULL: none */
};

enum { TODAY_COLUMNS = 3, TODAY_BLOCKS = 6, TODAY_LINES = 4 };
struct today_page {
	const char *heading; /* 9月30日（周三） */
	struct strip_day day[STRIP_DAYS];
	struct today_block column[TODAY_COLUMNS];
	struct today_block block[TODAY_BLOCKS];
	size_t n_blocks;
	int64_t callbacks; /* waiting for a call; -1: not an evaluator */
	struct today_line {
		const char *icon, *href, *words; /* in words */
	} line[TODAY_LINES];                     /* what other modules wait for from this person */
	size_t n_lines;
};

/* ---- the first hour ------------------------------------------------------------------------------------ */

enum { TOUR_STEPS = 8 };
struct tour_step {
	const char *title, *why, *who, *label; /* messages */
	const char *href;                      /* NULL: there is no concern yet */
	bool is_done, is_now;
};
struct tour_page {
	const char *no, *title, *href; /* the concern that is followed; NULL: none yet */
	bool is_done;
	struct tour_step step[TOUR_STEPS];
};

/* ---- taking down -------------------------------------------------------------------------------------- */

struct kind_due {
	const char *kinds; /* 求助、投诉、举报 */
	const char *due;   /* 10月9日（周五）17:30 */
};

struct intake_page {
	struct act_form form;
	struct input body, title, place, via, nature, class, people, name, phone, address, wish,
		told, secret, publish, taken, zone;
	const char *guide; /* as on every page of an act */
	struct kind_due due[8];
	size_t n_due;
	const char *owner;
	const struct similar_hints *similar;
	const struct queue_box *queue;
};
/* The inputs of the form, with what was typed; desk_queue.c shows them without a person too. */
void intake_fill(struct req *q, struct intake_page *p);

struct receipt_page {
	struct receipt card;
	const char *next_href;                 /* where the next one is taken down */
	const char *href, *similar_href, *pin; /* pin: shown once; NULL: none, or shown already */
	bool was_pin;                          /* there is a PIN, but it was shown before */
	const char *offered_to;                /* NULL: none */
	bool is_strip;                         /* 80 mm, for the printer on the counter */
};

/* The PIN of a concern without a phone is told once: a sealed cookie carries it to the receipt. pin NULL:
 * nothing to carry. no: the number as the receipt's address has it. */
void desk_pin_keep(struct req *q, struct resp *r, const char *no, const char *pin);
const char *desk_pin_carried(struct req *q, struct str no); /* NULL: none */

/* ---- lists ------------------------------------------------------------------------------------------------ */

struct list_tab {
	const char *href, *label; /* label: message */
	bool is_current;
	int64_t count; /* 0: not shown */
};

enum { LIST_TABS = 8 };
struct list_page {
	const char *title; /* message */
	const char *lead;  /* message; NULL: none */
	struct list_tab tab[LIST_TABS];
	size_t n_tabs;
	const char *query; /* NULL: no search on this page */
	struct desk_rows rows;
	struct empty empty;
	struct pager pager;
	bool has_pager;
};

/* ---- one concern ------------------------------------------------------------------------------------------ */

struct next_line {
	const char *href, *icon, *label, *note,
		*key; /* label: message; note: in words; href NULL: not now */
};

/* One line of what was done or is open. */
struct work_line {
	const char *label, *text, *more; /* label: message or words; more: who, when; NULL */
	int light;                       /* enum light */
	const char *words;               /* beside the light; NULL: none */
};

enum { VISIT_LINES = 2 };
enum { NEXT_LINES = NEXT_MAX + 4 + VISIT_LINES };
struct concern_page {
	struct desk_head head;
	struct deadline bar;
	const char *gone;            /* the words were erased: when, why; NULL: they are here */
	const char *body, *imported; /* imported: in words; NULL: none */
	const char *earlier, *earlier_href; /* the concern it follows, in words; NULL: none */
	const char *const *photo;           /* paths */
	const struct photo *photo_size;
	size_t n_photos;
	const struct reply *draft, *answer; /* NULL: none */
	struct explained_words draft_why, answer_why;
	const char *draft_state; /* in words */
	int draft_light;
	const char *outcome, *seen, *seen_sat, *seen_result; /* messages; NULL: none yet */
	bool is_conflict;
	const struct timeline_row *event;
	size_t n_events;
	bool is_resident_view;
	const char *all_href, *resident_href, *print_href, *slip_href, *similar_href,
		*letter_href;     /* letter: NULL: nothing is written yet */
	struct next_line primary; /* label NULL: none */
	struct next_line next[NEXT_LINES];
	size_t n_next;
	struct person_card person;
	struct preview_row preview[5];
	size_t n_preview;
	const char *receipt_href; /* NULL: not for this person */
	/* the work: points, findings, helping units, promises, later words */
	const struct work_line *point, *work, *voice;
	size_t n_points, n_work, n_voices;
	const struct work_line *finding;
	size_t n_findings;
	const char *sorted, *sorted_more; /* relief and level, who said so; NULL: not yet */
	const char *up_href;              /* the sheet of what was passed up; NULL: nothing was */
	bool up_waits, asks_us,
		has_promise; /* a decision, our opinion, an open promise is waited for */
	const struct work_line *explanation; /* given in person, oldest first */
	size_t n_explanations;
	const struct visit *last_visit; /* NULL: none */
	const struct work_line *visit;  /* those at home, oldest first */
	size_t n_visits;
	const char *visit_href; /* the sheet; NULL: no visit */
	/* the file on paper */
	const char *office, *printer;
	int64_t raised_at, due_at, printed_at;
};

/* One step in the words of the desk. */
struct timeline_row desk_step_row(struct req *q, const struct step_row *s);
/* The timeline of a concern, newest first, with rest days as bands. */
struct timeline_row *desk_timeline(
	struct req *q, const struct step_row *step, size_t n, bool resident_only, size_t *out_n);

/* 二维码: square modules as one path, 4 modules of quiet zone. */
struct html desk_qr(void *mem, const char *text);

/* ---- acts ----------------------------------------------------------------------------------------------------- */

/* What an answer can begin with. */
struct answer_template {
	const char *title, *text;
	const char *href; /* this page with the text filled in */
	bool is_chosen;
};

struct act_page {
	struct desk_head head;
	struct act_form form;
	const char *refusal; /* in words: the step is not possible; NULL: the form is shown */
	const char *due;     /* 须在 …前答复居民, unchanged by this act */
	const char *warn;    /* in words; NULL: none */
	const char *guide;   /* how it is done; NULL: nothing is said */
	const char *body;    /* what the resident said */
	const struct reply
		*reply; /* beside the form: the draft under review, the answer under ruling */
	struct explained_words why;  /* of reply, where it explains */
	const char *reply_outcome;   /* message */
	const char *seen, *seen_sat; /* messages; ruling */
	const char *sent_back;       /* the last reviewer's words; NULL: none */
	bool is_review, is_ruling, is_reply;
	const struct request *asked; /* the request under ruling; NULL: none */
	const char *asked_why;       /* message */
	const struct voice *dispute; /* the disagreement under ruling; NULL: none */
	const char *dispute_why;     /* message */
	const struct passed_up *up;  /* what a leader decides on; NULL: none */
	size_t why_at;               /* answer: inputs from here on are for one that explains */
	size_t n_asked;              /* answer: pairs of mark and reason behind its text */
	const struct answer_point *point; /* review: what the draft does with each */
	size_t n_points;
	const struct work_line *finding; /* answer and review: what it rests on */
	size_t n_findings;
	bool asks_why; /* a complaint or report, and none is there */
	const char *find_href;
	struct answer_template *template; /* an answer can begin with one */
	size_t n_templates;
	struct act_form back; /* review: sending back */
	/* the form has grown old: what has happened since, newest first, and the draft that waits now */
	const struct timeline_row *since;
	size_t n_since;
	const struct reply *since_draft; /* NULL: none, or it stands beside the form already */
	/* hand-over, first step: which unit */
	bool wants_unit;
	struct input unit;
	const char *unit_name, *change_href;
};

/* What every page of an act loads; acts_pages.c makes it, cycle_pages.c uses it too. */
struct acting {
	struct desk_concern d;
	struct reply newest;
	struct request asked;
	bool has_newest, has_asked;
	struct act_page p;
};
XQ_CHECK enum xq_rc acting_load(struct req *q, const struct act *act, const char *path,
	struct acting *a, struct xq_err *err);
XQ_CHECK enum xq_rc acting_show(struct req *q, struct resp *r, struct acting *a);
XQ_CHECK enum xq_rc after_did(struct req *q, struct resp *r, const char *did);
/* Units to choose from, without the concern's own; the first entry is empty. */
XQ_CHECK enum xq_rc other_units(struct req *q, const struct concern *c, struct option **out,
	size_t *out_n, struct xq_err *err);

/* desk_work.c: the lines of a concern's page about the work on it, from its steps and what they brought. */
XQ_CHECK enum xq_rc desk_work(struct req *q, const struct concern *c, const struct step_row *step,
	size_t n_steps, struct concern_page *p, struct xq_err *err);
/* When an act was done last; 0: never. */
int64_t desk_step_at(const struct step_row *step, size_t n, const char *act);
/* Whether it is worth asking for what that act leaves behind. */
bool desk_may_have(const struct step_row *step, size_t n, const char *act);

/* finding_pages.c: what was found, as lines; for an answer and its review, with the field that asks why
 * nothing was. */
struct work_line desk_finding_line(struct req *q, const struct finding *f);
XQ_CHECK enum xq_rc desk_findings(struct req *q, const struct concern *c,
	const struct work_line **out, size_t *out_n, struct xq_err *err);
XQ_CHECK enum xq_rc acting_findings(struct req *q, struct acting *a, struct xq_err *err);

/* The pages of the acts that need nothing but their form. */
extern const struct view *const cycle_views[];

extern const struct view desk_today_view, desk_menu_view, desk_tour_view, desk_intake_view,
	desk_receipt_view, desk_list_view, desk_search_view, desk_offers_view,
	desk_review_list_view, desk_ruling_list_view, desk_concern_view, desk_photo_view,
	desk_file_view;
extern const struct view passed_up_view, passed_up_sheet_view;
extern const struct view desk_hand_over_view, desk_accept_view, desk_decline_view,
	desk_contact_view, desk_reply_view, desk_review_view, desk_send_back_view, desk_ruling_view;

#endif
