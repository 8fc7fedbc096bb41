/* SPDX-License-Identifier: Apache-2.0 */
/* pages_public.h - what the templates of the resident's pages are given, and the list of views.
 *
 * For:       home.html, raise_pages.html, track_pages.html, public_pages.html, resident.html
 * May call:  core, web/components.h
 * Called by: the view functions beside them, the module's declaration (resident_views)
 * Words:     as in components.h: members marked "message" are English texts of the catalogue
 */
#ifndef XQ_CONCERN_PAGES_PUBLIC_H
#define XQ_CONCERN_PAGES_PUBLIC_H

#include "web/components.h"

struct view;
struct explained_words;
extern const struct view *const resident_views[]; /* ends with NULL */

/* ---- parts --------------------------------------------------------------------------------------- */

/* {call danger_box(d)}: dangers that cannot wait for an office. */
struct danger {
	const char *what; /* message */
	const char *number;
	const char *advice; /* message */
};

/* {call public_card(p)}: a concern as strangers see it; the preview before sending is the same. */
struct public_card {
	const char *href;  /* NULL: not linked */
	const char *ref;   /* NULL: not filed yet */
	const char *class; /* message */
	const char *line;  /* reviewed one-line matter; NULL: none */
	bool line_waits;   /* the resident agrees to a line, nobody has reviewed one yet */
	const char *unit;  /* public name */
	int light;
	const char *words; /* of the light, in the reader's words */
	const char *timely;
	int timely_light; /* of timely; words NULL: no answer due yet */
	int32_t raised_day, due_day, answered_day, closed_day;
	const char *outcome, *seen, *sat; /* messages; NULL: none yet */
	bool is_closed, is_reached;
	int64_t first_seq, last_seq; /* 0: none */
};

/* {call track_card(t)} */
struct track_card {
	const char *code, *shown; /* canonical, in groups */
	const char *title;        /* the matter when unlocked, else its class (message) */
	const char *file_no;
	int32_t raised_day;
	struct chain chain;
	struct html sentence;
	int light;
	const char *words; /* of the light, in the reader's words */
	const char *late;  /* chip beside it: answered late; NULL: no */
	struct deadline bar;
	bool has_bar;
	bool may_rate;
	bool is_unlocked;
};

/* ---- pages --------------------------------------------------------------------------------------- */

/* The last whole month in three lines. */
struct home_month {
	const char *title, *href; /* title: in words */
	const char *raised;       /* in words */
	struct figure bar[2];     /* units, residents; value NULL: too few to draw */
	const char *of[2];        /* in words: of how many closed, rated */
	const char *n[2];         /* in words: how many are solved; NULL with value */
	bool is_shown;            /* something was counted in it */
};

struct home_page {
	struct home_month month;
	struct track_card *mine;
	size_t n_mine, n_more; /* more are remembered than are shown */
	struct html *part;     /* of other modules (concern/home.h) */
	size_t n_parts;
	const char *fault; /* of a typed code; NULL: none */
};

struct raise_page {
	const char *action, *csrf, *idem, *fault; /* fault: of the form as a whole; NULL: none */
	struct fault_row *row;
	size_t n_rows;
	struct input *input;
	size_t n_inputs;
	size_t n_photos; /* kept in the draft */
	const struct danger *danger;
	const char *back; /* NULL: none */
};

struct check_page {
	struct review said;
	struct html who; /* who handles it and by when */
	struct public_card card;
	bool is_secret;
	size_t n_photos;
	const char *csrf, *idem, *fault;
	const struct danger *danger;
	const struct public_card *similar; /* what others raised, as the public list shows it */
	size_t n_similar;
};

struct done_page {
	struct receipt receipt;
	const char *pin; /* NULL: a phone number was left, or it was shown before */
	bool has_pin;    /* one was made */
	struct track_card card;
	bool is_remembered;
};

struct ask_page {
	const char *typed, *fault;
	size_t n_mine;
};

/* {call unlock_form(u)} */
struct unlock_form {
	const char *code, *csrf, *fault;
	bool is_heading;
};

/* A concern before or after this one, of the same resident. */
struct track_other {
	const char *code, *shown; /* shown: in groups */
	const char *sentence;     /* in words: how the two belong together */
	const char *href;         /* with the other office in it; NULL: of this one */
};

struct track_page {
	struct html record; /* what the public record holds of it; n 0: nothing */
	struct track_card card;
	struct badge badge[3];
	size_t n_badges;
	struct public_card seen; /* what strangers see */
	bool is_sealed, is_remembered;
	const char *csrf;
	struct unlock_form unlock;
	const char *gone; /* the words were erased: when, and on what ground; NULL */
	/* after unlocking */
	const char *body, *place, *letter, *letter_by;
	int32_t letter_day;
	const char *letter_outcome; /* message */
	const struct explained_words
		*why; /* of the answer, where it explains; NULL: words are shut */
	struct timeline_row *step;
	size_t n_steps;
	size_t n_photos;
	const struct photo *photo;
	int *photo_width, *photo_height;
	const char *rated_solved, *rated_sat; /* messages; NULL: not yet, 不作评价 */
	struct told_promise *promise;
	size_t n_promises;
	const struct told_explanation *explained; /* in person; only where the words are open */
	size_t n_explained;
	bool may_add, may_dispute;
	int64_t n_looks;                             /* at the full details */
	struct track_other earlier, anew, elsewhere; /* code NULL: none */
};

struct rate_page {
	const char *code, *csrf, *idem, *fault;
	struct fault_row *row;
	size_t n_rows;
	struct input *input;
	size_t n_inputs;
	bool may_rate;
	struct html sentence;
	const char *solved, *sat; /* messages: rated already */
};

/* Adding words, disagreeing, withdrawing. */
struct own_page {
	const char *code, *title, *intro, *button, *csrf, *idem,
		*action; /* title, intro, button: messages */
	struct fault_row *row;
	size_t n_rows;
	struct input *input;
	size_t n_inputs;
	struct html sentence;
	const char *refusal; /* in words: not now; NULL: the form is shown */
};

/* Who has seen the full details, newest first. */
struct told_look {
	int64_t at, doubted_at;  /* doubted_at 0: not */
	const char *unit, *note; /* note NULL: none */
	const char *way, *why;   /* messages */
	const char *doubt_href;
};
struct access_page {
	const char *code;
	struct told_look *look;
	size_t n;
};

/* What is stored about the resident, covered, and the form that puts it right. */
struct act_form;
struct told_datum {
	const char *label; /* message */
	const char *value;
};
enum { TOLD_DATA = 10 };
struct data_page {
	const char *code, *public_ref; /* NULL: on no public page */
	struct told_datum row[TOLD_DATA];
	size_t n;
	const struct act_form *form;
};

/* Having the words erased. state: how it stands, in words; NULL: nobody asked. */
struct erase_page {
	const char *code, *state;
	bool is_gone, may_ask;
	const struct act_form *form;
};

/* One promise as the resident reads it. */
struct told_promise {
	const char *text, *words, *more; /* in words */
	int light;
};

/* What was explained in person, and the view of it as it was noted. */
struct told_explanation {
	const char *head, *text, *needs, *view,
		*words; /* in words; needs, view, words: NULL: none */
};

struct mine_page {
	struct track_card *card;
	size_t n;
	const char *csrf;
};

struct public_list {
	const struct option *class;
	size_t n_classes;
	const char *chosen;
	const bool *is_on; /* the chosen class, beside class */
	struct public_card *card;
	size_t n;
	struct pager pager;
};

struct public_one {
	struct public_card card;
	struct chain chain;
	struct deadline bar;
};

struct info_page {
	const char *phone, *hours, *office;
};

#endif
