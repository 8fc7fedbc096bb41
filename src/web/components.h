/* SPDX-License-Identifier: Apache-2.0 */
/* components.h - the parts that pages are made of; each struct goes to the template named above it.
 *
 * For:       everything in interface.md section 4 that more than one page shows. A sample of each is
 *            on /desk/styles (styles.c).
 * May call:  core, calendar/calendar.h (nothing of it is named here)
 * Called by: views fill the structs, page templates {call} the parts
 * Words:     members marked "message" are English texts of the catalogue (N_); words that the
 *            catalogue does not know are shown as they are. Unmarked texts are shown as they are.
 * Paths:     without the office's base; it is put in front when they begin with '/'.
 * Lives:     everything is lent for the call
 */
#ifndef XQ_WEB_COMPONENTS_H
#define XQ_WEB_COMPONENTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "web/html.h"

/* ---- state: word + shape + colour, always all three ------------------------------------------- */

enum light {
	LIGHT_OK,      /* in time, kept */
	LIGHT_SOON,    /* near its due day, waiting */
	LIGHT_LATE,    /* overdue, refused, error */
	LIGHT_PARKED,  /* paused */
	LIGHT_UNKNOWN, /* provisional: day not fixed yet */
	LIGHT_ANSWERED,
	LIGHT_CLOSED,
};

/* {call light(kind, words)}: words are a message. The icon's name alone: light_icon(kind). */
const char *light_icon(int light);
const char *light_class(int light); /* "ok" "soon" "late" "park" "done": colour of .st-… and .l-… */

/* ---- ways ------------------------------------------------------------------------------------ */

/* {call breadcrumb(rows, n)}: the last one is this page, without href. label: message. */
struct crumb {
	const char *href, *label;
};

/* {call back_link(href, label)}: step forms; label NULL: 返回. */

/* {call pager(&p)}: keyset paging. href NULL: no such page. */
struct pager {
	const char *prev, *next;
	const char *words; /* 第 21–40 件，共 396 件 */
};

/* ---- forms ----------------------------------------------------------------------------------- */

/* {call form_keys(csrf, idem)}: hidden fields of every form that acts. */

/* {call fault_summary(rows, n)}: gets the focus; nothing when n is 0. */
struct fault_row {
	const char *
		field; /* name of the input; its id is "f-" and the name. NULL: the form as a whole */
	const char *text; /* in the reader's words */
};

enum input_kind {
	INPUT_TEXT,
	INPUT_LINES, /* textarea */
	INPUT_RADIO,
	INPUT_CHECKS, /* several of the options; value of an option is its checkbox's */
	INPUT_CHECK,  /* one checkbox, label behind it */
	INPUT_SELECT,
	INPUT_FILE,
	INPUT_DATE,
	INPUT_PASSWORD, /* never filled with value */
	INPUT_NUMBER,
	INPUT_PHONE,
	INPUT_CODE, /* query codes: spaced, upper case */
	INPUT_HIDDEN,
};

struct option {
	const char *value, *label, *hint; /* label, hint: messages; hint NULL: none */
	bool is_on;                       /* INPUT_CHECKS */
};

/* {call input(&f)}: label, hint, fault and control, bound together. Optional fields say (可不填). */
struct input {
	int kind; /* enum input_kind */
	const char *name;
	const char *label, *hint; /* messages; hint NULL: none */
	const char *fault;        /* in the reader's words; NULL: none */
	const char *value;        /* text; the chosen option; INPUT_CHECK: NULL is off */
	bool is_optional;
	bool is_heading;      /* step forms: the label is the page's h1 */
	bool is_short;        /* as wide as a number or a date */
	bool is_first;        /* the cursor stands here when the page opens */
	int rows;             /* INPUT_LINES; 0: 4 */
	int64_t max_chars;    /* 0: not told */
	const char *complete; /* autocomplete token; NULL: off */
	const char *placeholder;
	const char *accept; /* INPUT_FILE */
	bool is_multiple;   /* INPUT_FILE */
	const struct option *option;
	size_t n_options;
};

/* {call submit(label, hint)}: the one filled button of a form; label says the act (message). */

/* {call review(&r)}: "您说的", with a link to change each line. */
struct review_row {
	const char *label; /* message */
	const char *value; /* NULL: – */
	const char *href;  /* to change it; NULL: fixed */
};
struct review {
	const char *title; /* message */
	const char *icon;
	const struct review_row *row;
	size_t n;
};

/* ---- receipt ----------------------------------------------------------------------------------- */

/* {call receipt_card(&r)}: on screen, as an 80 mm slip and on A4. */
struct receipt {
	const char *sentence;        /* 收到了。您 9月24日反映的… */
	const char *query_code;      /* 7K3M-9TXW-4E6H-2, in groups */
	const char *file_no;         /* 青街诉〔2026〕0912号 */
	const char *owner, *tracker; /* 物业管理科 陈海燕 */
	const char *taken;           /* told to us earlier, without a network; NULL: at once */
	int32_t due_day;             /* 0: not known yet */
	int64_t leaf;                /* number in the public record; 0: none */
	struct html record;          /* what the record itself says; n 0: nothing */
	const char *url;             /* plain address under the QR, with host */
	struct html qr;              /* svg of the address; n 0: none */
	const char *office, *phone;
	bool can_remember; /* offers 记在这台手机 (posts to remember_href) */
	const char *remember_href, *csrf;
};

/* ---- where a concern stands -------------------------------------------------------------------- */

enum station_state { STATION_DONE, STATION_NOW, STATION_AHEAD };

/* {call chain(&c)}: 收到 有人管 在办 答复 听您评. */
struct station {
	int state;         /* enum station_state */
	const char *label; /* message */
	int32_t day;       /* below it; 0: none */
	const char *words; /* instead of the day: message (今天, 换人回访); NULL: the day */
};
struct chain {
	struct station station[5];
	const char *
		detour; /* message (再办一次, 暂时办不了): a side loop at the current station; NULL: none */
	int detour_light; /* enum light of the loop */
};

enum cell_kind {
	CELL_START, /* day of registration, not counted */
	CELL_WORK,
	CELL_MAKE_UP, /* weekend that is worked: 班 */
	CELL_REST,
	CELL_FOLDED, /* several rest days in one; number says how many */
};
enum cell_state {
	CELL_PAST,
	CELL_TODAY,
	CELL_TODO,
	CELL_DUE,     /* the due day, still ahead or today */
	CELL_LATE,    /* after the due day, up to today or the answer */
	CELL_PAUSED,  /* parked */
	CELL_UNKNOWN, /* the calendar year is not published yet */
};

struct day_cell {
	int kind, state;
	int number; /* of the working day, 1…; CELL_FOLDED: days in it; 0: none */
	int32_t day;
	bool is_today;    /* also of a due or late cell */
	bool show_month;  /* 10/1 instead of 1 */
	const char *flag; /* above: 中秋 不计时, 今天, 答复期限; message; NULL: none */
	const char *name; /* holiday's name for readers of the title; NULL: none */
};

/* {call deadline_bar(&d)}: staff, numbered, with sentence above. {call deadline_short(&d)}: residents,
 * the same cells without numbers. Over 25 days the caller folds runs of rest days. */
struct deadline {
	const char *headline;      /* 还剩 3 个工作日（含今天） */
	const char *sentence;      /* 须在 10月9日（周五）17:30 前答复居民。… */
	struct html sentence_html; /* instead of sentence, when n > 0 */
	const char *age;           /* 登记至今 5 天 19 小时 */
	int light;                 /* colours the headline */
	const struct day_cell *cell;
	size_t n;
	int32_t from, due;             /* first and due day, for the line below the short form */
	const struct clock_row *clock; /* deadline_bar: the clocks below; n_clocks 0: none */
	size_t n_clocks;
};

/* {call clock_line(rows, n)}: all clocks of a concern in one line. */
struct clock_row {
	const char *icon; /* NULL: the light's */
	int light;        /* enum light; -1: neutral */
	const char *name; /* message */
	const char *value;
	const char *limit; /* NULL: none */
};

/* ---- people -------------------------------------------------------------------------------------- */

/* {call owner_badges(rows, n)} */
enum badge_kind { BADGE_OWNER, BADGE_TRACKER, BADGE_OFFERED };
struct badge {
	int kind;
	const char *label;       /* message; NULL: the usual words of the kind */
	const char *surname;     /* in the circle */
	const char *name, *unit; /* 陈海燕, 物业管理科 */
	const char *phone;       /* NULL: none */
	const char *left;        /* BADGE_OFFERED: 还有 3 小时 */
};

/* {call person_card(&p)}: masked, watermarked with who looks and when. */
struct person_line {
	const char *label; /* message */
	const char *value; /* masked by the caller */
	bool is_phone;     /* in full: to be called by a tap */
};
struct person_card {
	const char *title; /* message; NULL: 反映人 */
	const struct person_line *line;
	size_t n;
	const char *watermark;   /* 陈海燕 0930 10:20 */
	const char *reveal_href; /* page that asks for the reason; NULL: not allowed */
	const char *closes;      /* when the unmasked card closes, in words; NULL: it is masked */
};

/* {call seats(rows, n)}: who sits at reception. */
struct seat {
	const char *surname, *name, *role;
};

/* ---- what happened, what is next -------------------------------------------------------------------- */

enum event_tone { TONE_PLAIN, TONE_GOOD, TONE_HEART, TONE_LATE, TONE_QUIET };

/* {call timeline(rows, n)}: newest first. */
struct timeline_row {
	const char *day_words; /* 今天, 29日 */
	int64_t at;            /* UTC seconds; shown as clock, 0: no time */
	int tone;
	const char *title;           /* message or words: 作出承诺 */
	const char *who;             /* 陈海燕，物业管理科; NULL: none */
	const char *text;            /* NULL: none */
	bool to_resident, to_public; /* marks 居民可见, 公开 */
	bool is_band;                /* a holiday or pause: hatched, text only */
	const char *href;            /* its record number; NULL: none */
	int64_t leaf;
};

/* {call next_acts(rows, n)} */
struct next_row {
	const char *href; /* NULL: not possible now, note says why */
	const char *icon;
	const char *label; /* message */
	const char *note;  /* message or words; NULL: none */
	const char *key;   /* single key on staff pages ("h"); NULL: none */
};

/* {call points(rows, n)}: the resident's points, each answered or not. */
struct point {
	const char *text;
	int light;         /* LIGHT_OK answered, LIGHT_SOON open, LIGHT_CLOSED explained */
	const char *words; /* message */
};

/* {call public_preview(rows, n)}: what others will see, and what they will not. */
struct preview_row {
	bool is_shown;
	const char *text; /* message or words */
};

/* ---- lists and figures --------------------------------------------------------------------------------- */

enum cell_form { COL_TEXT, COL_NUMBER, COL_CODE };

struct column {
	const char *label;     /* message */
	int form;              /* enum cell_form: numbers stand right */
	const char *sort_href; /* NULL: not sortable */
	int sorted;            /* 1 up, -1 down, 0 not by this one */
};
struct table_cell {
	const char *text; /* NULL: – */
	const char *href; /* one link a row, on the number */
	const char *note; /* small, below */
	int light;        /* with has_light: text is shown as a state */
	bool has_light;
};
/* {call data_table(&t)}: cell[row * n_cols + col]. Cards below 700 px. */
struct table {
	const char *caption; /* message or words; also tells the count */
	bool hide_caption;
	const struct column *col;
	size_t n_cols;
	const struct table_cell *cell;
	size_t n_rows;
};

/* {call empty_state(&e)} */
struct empty {
	const char *icon;
	const char *title, *text; /* messages or words; text NULL: none */
	const char *href, *label; /* one next step; NULL: none */
};

/* {call figures(rows, n)}: value and its two integers; {call gap_bars(rows, n)}: bars with whiskers. */
struct figure {
	const char *label; /* message */
	const char *icon;  /* figures only; NULL: none */
	const char *value; /* 77.6%; NULL: – (empty base) */
	const char *base;  /* 288 / 371 件 */
	const char *note;  /* 95% 区间 63.5–74.9% */
	const char *href;  /* 怎么算的; NULL: none */
	int per_mille;     /* length of the bar, 0…1000 */
	int low, high;     /* whisker, per mille; both 0: none */
	bool is_heart;     /* the residents' voice */
};

/* {call promise_squares(kept, n)}: one square per promise, kept[i] says whether. */

/* ---- helpers for views ---------------------------------------------------------------------------------- */

/* The first character of a name, for the round badges. Lives as long as mem. */
const char *surname_of(void *mem, const char *name);

#endif
