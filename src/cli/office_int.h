/* SPDX-License-Identifier: Apache-2.0 */
/* office_int.h - an office on its way from one cell to another: what the files of the command share.
 *
 * For:       cli/office.c, office_ask.c, office_move.c (the steps), office_target.c (what the target takes in),
 *            office_beside.c (keys, photos, guard),
 *            office_peer.c,
 *            office_known.c (who is in other cells)
 * Threads:   one
 * Source:    scale-out.md 6; docs/decisions/0058-cells.md
 */
#ifndef XQ_CLI_OFFICE_INT_H
#define XQ_CLI_OFFICE_INT_H

#include "city/city.h"
#include "cli/cli.h"
#include "store/copy.h"

extern const char office_move_help[];
int office_move_command(struct cli *c);
int office_forget_command(struct cli *c);
int office_address_command(struct cli *c); /* office_address.c */
/* office_ask.c: commands that the running server does, else this process under the folder's lock. */
const char *office_asked_text(const json_t *asked, const char *name, const char *otherwise);
/* "NAME":TEXT for those of these options that were given. */
void office_put_options(struct json_w *w, const struct cli *c, const char *const *names, size_t n);
/* The answer where it was refused: {"key","title"}. */
struct str office_refusal(void *mem, const struct act_words *words, const struct xq_err *err);
typedef struct str (*office_answer_fn)(
	void *mem, struct app *app, json_t *asked, const struct act_words *words);
/* Has it done and prints the answer. request: {what:{...}}; answer: gets what stands there, gives {"result":{...}} or a
 * refusal. Returns the exit status. */
int office_ask(struct cli *c, const char *what, struct str request, office_answer_fn answer,
	void (*print)(const json_t *result));

extern const char office_peer_help[];
int office_peer_command(struct cli *c);

enum { MOVE_MIGRATIONS_MAX = 128 };

/* Root and size of an office's record, as hex; size 0: it has none. */
struct move_head {
	int64_t size;
	char root[65];
	const char *origin;
};

struct move {
	struct cli *c;
	void *mem;
	struct app *from, *to;
	const char *code, *address;
	struct office_info office; /* as the source has it */
	int64_t opened_at;
	struct place_row from_place, to_place;
	struct city_place_of city;
	bool is_known;     /* the target has a row of it already */
	const char *token; /* of this move */
	const struct migration *list[MOVE_MIGRATIONS_MAX];
	size_t n;
	struct move_head head;
	struct copy_report report;
	int64_t photos;
};

/* A refusal with the office's name: {office}. */
enum xq_rc move_refuse(const struct move *m, const char *key, struct xq_err *err);
XQ_CHECK enum xq_rc move_head_read(
	struct app *app, void *mem, int64_t office, struct move_head *out, struct xq_err *err);

/* The folder of keys belongs to the database: REFUSED move.wrong-files {dir}. Offices that came from elsewhere are
 * passed over when their key does not open, so one that began here is asked. */
XQ_CHECK enum xq_rc move_keys_fit(struct app *app, struct tx *tx, struct xq_err *err);

/* ---- office_target.c ------------------------------------------------------------------------------------- */

/* Before anything is done: refusals move.there-already {office}, move.not-forgotten {office}, move.number
 * {n} {office}, office.host-taken {host}, city.district-other. */
XQ_CHECK enum xq_rc move_may_arrive(struct move *m, struct xq_err *err);
/* The office's row, its key and its district; what another move left behind goes first. */
XQ_CHECK enum xq_rc move_arrive(struct move *m, struct xq_err *err);
/* Record, parts and every invariant of the office, as the target has them: REFUSED move.differs {what}. */
XQ_CHECK enum xq_rc move_check(struct move *m, struct xq_err *err);
/* The target serves it from here on. */
XQ_CHECK enum xq_rc move_open(struct move *m, struct xq_err *err);

/* ---- office_known.c -------------------------------------------------------------------------------------- */

/* In the transaction in which the source says where the office is. */
XQ_CHECK enum xq_rc move_tell_source(struct move *m, struct tx *tx, struct xq_err *err);
/* In that in which the target opens it. */
XQ_CHECK enum xq_rc move_tell_target(
	struct move *m, struct tx *from, struct tx *to, struct xq_err *err);

/* ---- office_beside.c -------------------------------------------------------------------------------------- */

/* Slots of residents, on disk when it returns XQ_OK. */
XQ_CHECK enum xq_rc move_slots(struct move *m, struct xq_err *err);
/* Photos, behind the rows that name them: what is forgotten is found by its row. */
XQ_CHECK enum xq_rc move_photos(struct move *m, struct xq_err *err);
/* What the source's guard remembers of the record, where no server of the target keeps its own in memory. */
XQ_CHECK enum xq_rc move_guard(struct move *m, struct xq_err *err);
/* The last slot of a file of keys that an office brought along; 0: it counts them itself. */
XQ_CHECK enum xq_rc move_last_slot(
	struct app *app, int64_t office, int64_t *out, struct xq_err *err);
/* Slots are overwritten and photos removed that nobody else has. Before the rows go. */
XQ_CHECK enum xq_rc forget_beside(
	struct app *app, void *mem, const struct office_info *o, struct xq_err *err);

#endif
