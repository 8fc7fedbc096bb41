/* SPDX-License-Identifier: Apache-2.0 */
/* app.h - the running system: data folder, modules, writer, clock, helper pool.
 *
 * For:       what main, web, cli and tests open once and hand to everything else.
 * May call:  core, calendar, store, ledger, identity, act
 * Called by: web/, modules (through act_ctx), programs, tests
 * Threads:   shared state is the queue, the page cache and this struct, read-only but for the calendar
 *            and the words
 * Source:    architecture.md 2, 6
 */
#ifndef XQ_ACT_APP_H
#define XQ_ACT_APP_H

#include "act/act.h"
#include "act/peer.h"
#include "act/place.h"
#include "core/hash.h"
#include "ledger/parts.h"

struct view;
struct rule_book;

/* Due work found by the clock and done as an act of the system. */
struct job {
	const char *name;      /* "concern.lapse" */
	const struct act *act; /* its field "id" (FIELD_ID) names the row */
	/* Row ids that are due at now, oldest first, at most max. */
	enum xq_rc (*find)(struct tx *tx, void *mem, int64_t office, int64_t now, size_t max,
		int64_t *out_id, size_t *out_n, struct xq_err *err);
};

/* A side effect that an outbox row names; run outside any transaction, at least once. */
struct effect {
	const char *name; /* "notify.message" */
	enum xq_rc (*run)(
		struct app *app, void *mem, int64_t office, struct str json, struct xq_err *err);
};

/* One number that proves itself: recount from facts, 0 faults expected. For `xinqiao check`. */
struct invariant {
	const char *name;
	enum xq_rc (*count_faults)(
		struct tx *tx, void *mem, int64_t office, int64_t *out, struct xq_err *err);
	/* The first fault in words, for whoever looks for it; NULL: the count says enough. Asked only when
	 * there is one. */
	enum xq_rc (*name_first)(
		struct tx *tx, void *mem, int64_t office, const char **out, struct xq_err *err);
};

/* An entry of a menu; rails and /desk/menu are generated from it. */
enum { MENU_COUNT_MAX = 100 };
struct menu_item {
	const char *path, *title, *icon; /* title N_ */
	enum perm who;
	int order;
	/* A number beside the entry, along an index and up to MENU_COUNT_MAX; NULL: none. */
	enum xq_rc (*count)(struct tx *tx, const struct actor *actor, int64_t now, int64_t *out,
		struct xq_err *err);
	bool is_urgent; /* the number is work that somebody waits for */
	/* N_ with {n}: a line on the page of the day while the number is not 0; NULL: none. */
	const char *today;
};

struct module {
	const char *name;
	const struct migration *const *migrations; /* NULL-ended */
	const struct act *const *acts;             /* NULL-ended, like all below; NULL: none */
	const struct view *const *views;
	const struct job *const *jobs;
	const struct effect *const *effects;
	const struct invariant *const *invariants;
	const struct menu_item *const *menu;
	const struct msg_text *const *messages;
	const struct event_kind *const *events;
	/* Rows that a new office starts with: settings with their source, all of them changeable. */
	enum xq_rc (*presets)(struct tx *tx, int64_t office, int64_t now, struct xq_err *err);
	/* What stands in struct app made from the module's rows; called when the folder is open. */
	enum xq_rc (*opened)(struct app *app, struct xq_err *err);
	/* The same once more, from the rows that tx sees, after another process has changed them
	 * (tx_touch_config). On the thread that writes. */
	enum xq_rc (*refresh)(struct app *app, struct tx *tx, struct xq_err *err);
	/* What is done each second beside the acts, and once more when the last act has been committed; never
	 * two at once. */
	enum xq_rc (*tick)(struct app *app, struct xq_err *err);
};

/* One office as everybody needs it; re-read when its row changes. */
struct office_info {
	int64_t id;
	char code[16];       /* "demo", also the log's name */
	char name[64];       /* 青枫街道办事处 */
	char short_name[32]; /* 青枫街道 */
	char mark[16];       /* 青街: before the file number */
	char phone[32];
	char hours[64]; /* 工作日 8:30–17:30 */
	char host[254]; /* serves this office without /o/CODE; "": none */
	int32_t tz_s;
	int closing_minute;
	enum office_place place;
	char address[PLACE_ADDRESS_MAX + 1]; /* where it is served; only where it is gone */
	bool has_key;                        /* of its own: it came from another cell */
	uint8_t key[KEY_LEN];
	struct keystore *keys; /* of its own; NULL: the folder's */
};

struct record_state; /* record/ */
struct guard;        /* ledger/guard.h */

/* An office whose record takes nothing more, and why. */
struct record_stop {
	int64_t office;
	struct xq_err why;     /* its texts live as long as the app */
	bool is_noted;         /* in the database, by whichever process found it; else found here */
	_Atomic bool is_over;  /* the note was taken away */
	bool is_told, is_seen; /* act/stop.c */
	struct record_stop *next;
};

extern const struct module act_module; /* bookkeeping of outbox and repeated keys */

struct app {
	void *mem;
	struct db *db;
	struct clock *clock;
	/* A snapshot that never changes; the writer puts a newer one in its place. Old ones live as long
	 * as the app, since a reader may still count with one. */
	const struct calendar *_Atomic calendar;
	/* The same of the office's words (concern/book.h); NULL: those of the program. */
	const struct rule_book *_Atomic book;
	const struct module *const *modules; /* NULL-ended, kernel first */
	const struct msg_text *message; /* of the kernel and all modules, by key: app_message() */
	size_t n_messages;
	uint8_t key[KEY_LEN];  /* of the data folder: keyed hashes of codes, tokens, csrf */
	struct keystore *keys; /* beside the data file: what parts of the record are sealed with */
	const char *dir;
	const char *program; /* path of this executable */
	bool is_test_clock;
	/* Ordered by id, and only added to. Another process may have made one: the list is replaced before its
	 * count, so whoever looks at the count first finds as many. */
	_Atomic size_t n_offices;
	struct office_info *_Atomic office;
	const struct office_peers *_Atomic peers; /* offices of other cells; NULL: not read yet */
	int64_t config_no; /* tx_config_no of what was read from rows; of the thread that writes */
	struct record_stop *_Atomic stops; /* newest first */
	struct record_state *record;       /* of record/, which makes it; NULL: none */
	const char *guard;                 /* path of the guard file; NULL: in memory */
	int tick_ms;                       /* how often modules tick; 1000 unless set */
	struct ledger_edges *edges;        /* trees of the record as the last commit left them */
	struct rng *random;    /* of acts applied by the caller; NULL: the real one. Only the demo
	                          sets it, so that the same seed gives the same office */
	struct writer *writer; /* NULL: acts are applied by the caller */
	struct runner *runner; /* clock, outbox and helper threads; NULL: not started */
};

struct app_options {
	struct db_options db;
	const struct module *const *modules;
	struct clock *clock;  /* NULL: the real one */
	bool may_create;      /* init: make the folder and the key */
	const char *database; /* postgres://...; NULL: a file in the folder */
	const char *guard;    /* NULL: beside the folder, its name with ".guard" */
	const char *program;
	bool is_copy; /* the target of a copy that is not finished (store/copy.h) may be opened: to look at it */
};

/* Opens the data folder, migrates, loads offices. Refusals of db_open; app.no-folder {dir}. */
XQ_CHECK enum xq_rc app_open(void *mem, const char *dir, const struct app_options *opt,
	struct app **out, struct xq_err *err);
void app_close(struct app *app);

/* The migrations of the kernel and of all modules, in order; returns how many. */
size_t app_migrations(
	const struct module *const *modules, const struct migration **out, size_t max);

/* Writer thread; then clock, outbox and helper pool. app_stop drains, commits and joins. */
XQ_CHECK enum xq_rc app_start_writer(struct app *app, struct xq_err *err);
XQ_CHECK enum xq_rc app_start_runner(struct app *app, struct xq_err *err);
void app_stop(struct app *app);
void app_wake_clock(struct app *app); /* after a shift of a test clock */

/* Does all due work of all offices now; returns how many acts ran. Jobs thread, tests, CLI. */
XQ_CHECK enum xq_rc app_run_jobs(struct app *app, int *out_done, struct xq_err *err);
XQ_CHECK enum xq_rc app_run_outbox(struct app *app, int *out_done, struct xq_err *err);

/* Inside an act: a dead message waits again, with all its tries. XQ_REFUSED: it is not dead. */
XQ_CHECK enum xq_rc outbox_again(
	struct tx *tx, int64_t office, int64_t id, int64_t now, struct xq_err *err);

/* Runs fn(arg) on the helper pool (two threads); false when 64 wait already. */
bool app_help(struct app *app, void (*fn)(void *arg), void *arg);

const struct office_info *app_office(const struct app *app, int64_t id);
const struct office_info *app_office_by_code(const struct app *app, struct str code);
/* host as a request names it: a port and the case do not count. NULL: no office has it. */
const struct office_info *app_office_by_host(const struct app *app, struct str host);
XQ_CHECK enum xq_rc app_reload_offices(struct app *app, struct xq_err *err);
/* Reads again what the processes on one database keep in memory, where the write transaction finds that
 * it has been changed. */
XQ_CHECK enum xq_rc app_refresh(struct app *app, struct tx *tx, struct xq_err *err);

/* Sorts the texts of all modules; app_open does it. For who has words to say without a folder. */
void app_messages_open(struct app *app);
/* English text of a message key, from the modules' tables; the key itself when unknown. */
const char *app_message(const struct app *app, const char *key);

/* Stops an office's record for as long as the program runs, and in all processes on the database: acts are
 * refused, reading goes on. Said in the log. Any thread. */
void app_record_stop(struct app *app, int64_t office, const struct xq_err *why);
const struct record_stop *app_record_stopped(const struct app *app, int64_t office); /* or NULL */

/* Counts for /metrics. */
struct writer_stats {
	uint64_t acts, refused, batches, full;
	uint64_t waiting;
};
struct writer_stats app_writer_stats(const struct app *app);
uint64_t app_outbox_rounds(const struct app *app); /* how often it was looked through */

#endif
