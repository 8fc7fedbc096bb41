/* SPDX-License-Identifier: Apache-2.0 */
/* office_move.c - `xinqiao office move`: one office from a cell into another one that has others already, and
 * `office forget`: what it left behind.
 *
 * The order loses nothing: the source stops the office's acts (until here it can be given up at any moment);
 * rows, keys and photos are copied and compared; the source says where it is, in one transaction; the target
 * begins to serve. So at no moment both take acts or sign. Killed at any point, the same words go on. */
#include <stdio.h>

#include "cli/office_int.h"
#include "cli/store_int.h"
#include "concern/transfer.h"
#include "core/mem.h"
#include "core/time.h"
#include "ledger/tiles.h"
#include "modules.h"

#include "core/banned.h"

const char office_move_help[] =
	"xinqiao office move CODE --from PLACE --to PLACE --address URL [--from-files DIR] [--to-files DIR]\n"
	"                    [--from-guard FILE] [--to-guard FILE] [--from-address URL] [--json]\n"
	"  One office with all its rows, keys and photos into another data folder or database, which may have\n"
	"  others. PLACE: a folder, or postgres://USER@HOST/DATABASE with its folder of keys and files. URL: where\n"
	"  the office is served then, as https://cell2.example.cn/o/CODE: whoever asks at the old place is sent\n"
	"  there. Meanwhile the office can be read and takes nothing. A folder must not be served; a database\n"
	"  may be. Stopped at any point it goes on with the same words. Both sides then know each other for handing\n"
	"  concerns over (office peer list); --from-address URL: the source's other offices are at URL/o/CODE, unless\n"
	"  they have a host name.\n"
	"xinqiao office move CODE --from PLACE [--from-files DIR] --give-up\n"
	"  Before the office has left: it stays and takes acts again.\n"
	"xinqiao office address CODE --data PLACE [--files DIR] --address URL\n"
	"  Where an office that has left is served now, when it has moved on or its host name is another.\n"
	"xinqiao office forget CODE --data PLACE [--files DIR]\n"
	"  Erases what an office that has left, or a move that was given up, has left behind. For good.\n";

enum xq_rc
move_head_read(
	struct app *app, void *mem, int64_t office, struct move_head *out, struct xq_err *err)
{
	struct tx *tx;
	struct ledger_tree *t;
	struct tree_hash root;
	*out = (struct move_head){ 0 };
	enum xq_rc rc = db_read(app->db, &tx, err);
	if (rc != XQ_OK)
		return rc;
	rc = ledger_tree_open(tx, mem, office, &t, err);
	if (rc == XQ_OK) {
		ledger_tree_head(t, &root);
		text_hex((struct bytes){ root.b, sizeof root.b }, out->root);
		out->size = ledger_tree_size(t);
		out->origin = mem_text(mem, ledger_tree_origin(t));
	}
	tx_end(tx);
	return rc == XQ_NONE ? XQ_OK : rc;
}

/* ---- the two sides --------------------------------------------------------------------------------------------- */

/* NULL: said why. */
static struct app *
open_side(struct cli *c, const char *side, bool may_create)
{
	const char *word = cli_option(c, side), *dir = word, *database = NULL;
	const char *files = cli_option(c, mem_printf(c->mem, "%s-files", side));
	struct app *app;
	struct xq_err err = { 0 };
	if (store_is_address(word)) {
		database = word;
		dir = files;
	}
	if (!dir || (!database && files)) {
		fprintf(stderr,
			dir ? "xinqiao: --%s-files goes with postgres://...\n"
			    : "xinqiao: --%s-files DIR is missing: the folder of keys and files that"
			      " belongs to the server\n",
			side);
		return NULL;
	}
	const struct app_options opt = { .modules = all_modules,
		.program = c->program,
		.database = database,
		.may_create = may_create,
		.guard = cli_option(c, mem_printf(c->mem, "%s-guard", side)) };
	if (app_open(c->mem, dir, &opt, &app, &err) == XQ_OK)
		return app;
	(void)cli_refused(c, NULL, &err);
	return NULL;
}

static enum xq_rc
find_office(struct move *m, struct xq_err *err)
{
	const struct office_info *o = app_office_by_code(m->from, str_of(m->code));
	struct tx *tx;
	if (!o)
		return xq_refuse(err, NULL, "cli.no-office");
	m->office = *o;
	enum xq_rc rc = db_read(m->from->db, &tx, err);
	if (rc != XQ_OK)
		return rc;
	rc = move_keys_fit(m->from, tx, err);
	if (rc == XQ_OK)
		rc = place_load(tx, m->mem, o->id, &m->from_place, err);
	if (rc == XQ_OK)
		rc = city_place_of(tx, m->mem, o->id, &m->city, err);
	if (rc == XQ_OK)
		rc = db_int(tx, SQL("SELECT opened_at FROM office WHERE id = ?"), VALS(V(o->id)),
			&m->opened_at, err);
	tx_end(tx);
	return rc;
}

/* ---- may it leave? ---------------------------------------------------------------------------------------------- */

enum xq_rc
move_refuse(const struct move *m, const char *key, struct xq_err *err)
{
	enum xq_rc rc = xq_refuse(err, NULL, key);
	xq_err_text(err, "office", m->office.name);
	return rc;
}

static enum xq_rc
may_leave(struct move *m, struct tx *tx, struct xq_err *err)
{
	int64_t n = 0;
	if (m->city.leads)
		return move_refuse(m, "move.leads", err);
	if (app_record_stopped(m->from, m->office.id))
		return xq_refuse(err, NULL, "record.stopped");
	enum xq_rc rc = transfer_unsettled(tx, m->office.id, &n, err);
	if (rc != XQ_OK || n == 0)
		return rc;
	rc = move_refuse(m, "move.transfers", err);
	xq_err_int(err, "n", n);
	return rc;
}

static const char *
new_token(void *mem)
{
	struct rng random;
	uint8_t raw[PLACE_TOKEN_LEN / 2];
	char *hex = mem_array(mem, char, PLACE_TOKEN_LEN + 1);
	rng_init_real(&random);
	rng_fill(&random, raw, sizeof raw);
	text_hex((struct bytes){ raw, sizeof raw }, hex);
	return hex;
}

/* From here on nobody writes for the office. Whether it may leave is asked in the same transaction, since
 * somebody may just have offered a concern. */
static enum xq_rc
leave(struct move *m, struct xq_err *err)
{
	struct tx *tx;
	const struct place_row to = { .state = PLACE_LEAVING,
		.address = "",
		.token = m->token,
		.at = clock_now(m->from->clock) };
	if (m->from_place.state == PLACE_LEAVING)
		return XQ_OK;
	enum xq_rc rc = db_write(m->from->db, &tx, err);
	if (rc != XQ_OK)
		return rc;
	rc = may_leave(m, tx, err);
	if (rc == XQ_OK)
		rc = place_change(tx, m->office.id, &m->from_place, &to, err);
	rc = tx_finish(tx, rc, err);
	if (rc == XQ_OK)
		m->from_place = to;
	return rc == XQ_OK ? app_reload_offices(m->from, err) : rc;
}

/* The source says where the office is. Nothing was written for it since it was compared, or it stays. */
static enum xq_rc
depart(struct move *m, struct xq_err *err)
{
	struct tx *tx;
	struct move_head now;
	const struct place_row to = { .state = PLACE_GONE,
		.address = m->address,
		.token = m->token,
		.at = clock_now(m->from->clock) };
	enum xq_rc rc = move_head_read(m->from, m->mem, m->office.id, &now, err);
	if (rc == XQ_OK && (now.size != m->head.size || !text_eq(now.root, m->head.root)))
		rc = xq_refuse(err, NULL, "store.copy-moved");
	if (rc == XQ_OK)
		rc = db_write(m->from->db, &tx, err);
	if (rc != XQ_OK)
		return rc;
	rc = place_change(tx, m->office.id, &m->from_place, &to, err);
	if (rc == XQ_OK)
		rc = city_left(tx, m->mem, m->office.id, err);
	if (rc == XQ_OK)
		rc = move_tell_source(m, tx, err);
	rc = tx_finish(tx, rc, err);
	if (rc == XQ_OK)
		m->from_place = to;
	return rc;
}

/* ---- the steps --------------------------------------------------------------------------------------------------- */

static enum xq_rc
bring(struct move *m, struct xq_err *err)
{
	const struct office_copy_job job = { .from = m->from->db,
		.to = m->to->db,
		.list = m->list,
		.n = m->n,
		.office = m->office.id,
		.told = cli_has(m->c, "json") ? NULL : store_told };
	enum xq_rc rc = leave(m, err);
	if (rc == XQ_OK)
		rc = move_arrive(m, err);
	if (rc == XQ_OK)
		rc = move_head_read(m->from, m->mem, m->office.id, &m->head, err);
	if (rc == XQ_OK)
		rc = move_slots(m, err);
	if (rc == XQ_OK)
		rc = store_office_copy(&job, &m->report, err);
	if (rc == XQ_OK)
		rc = move_photos(m, err);
	if (rc == XQ_OK)
		rc = move_check(m, err);
	if (rc == XQ_OK)
		rc = move_guard(m, err);
	return rc == XQ_OK ? depart(m, err) : rc;
}

/* Where the same words are said once more, it goes on where it was. */
static enum xq_rc
go(struct move *m, struct xq_err *err)
{
	enum xq_rc rc = find_office(m, err);
	if (rc == XQ_OK && m->from_place.state == PLACE_ARRIVING)
		rc = move_refuse(m, "place.arriving", err);
	if (rc == XQ_OK) {
		struct tx *tx;
		rc = db_read(m->to->db, &tx, err);
		if (rc == XQ_OK) {
			rc = place_load(tx, m->mem, m->office.id, &m->to_place, err);
			tx_end(tx);
		}
	}
	if (rc != XQ_OK)
		return rc;
	m->token = m->from_place.state == PLACE_HERE ? new_token(m->mem) : m->from_place.token;
	bool is_left = m->from_place.state == PLACE_GONE;
	if (is_left &&
		!(m->to_place.state == PLACE_ARRIVING && text_eq(m->to_place.token, m->token)))
		return move_refuse(m, "move.has-left", err);
	if (!is_left) {
		rc = move_may_arrive(m, err);
		if (rc == XQ_OK)
			rc = bring(m, err);
	} else {
		rc = move_head_read(m->to, m->mem, m->office.id, &m->head, err);
	}
	return rc == XQ_OK ? move_open(m, err) : rc;
}

static void
report(const struct move *m, int64_t ms)
{
	if (!cli_has(m->c, "json")) {
		printf("%s is at the new place: %lld rows of %zu tables are the same, and its record"
		       " (%lld entries); %lld photos, %lld.%lld s.\n",
			m->office.name, (long long)m->report.rows, m->report.tables,
			(long long)m->head.size, (long long)m->photos, (long long)(ms / 1000),
			(long long)(ms % 1000 / 100));
		printf("Whoever asks at the old one is sent to %s. `xinqiao office forget %s` erases what"
		       " is left there.\n",
			m->from_place.address, m->code);
		return;
	}
	struct json_w w = json_new(m->mem);
	json_open(&w, '{');
	json_pair(&w, "office", m->code);
	json_key(&w, "number");
	json_int(&w, m->office.id);
	json_key(&w, "tables");
	json_int(&w, (int64_t)m->report.tables);
	json_key(&w, "rows");
	json_int(&w, m->report.rows);
	json_key(&w, "photos");
	json_int(&w, m->photos);
	json_key(&w, "size");
	json_int(&w, m->head.size);
	json_pair(&w, "root", m->head.root);
	json_key(&w, "ms");
	json_int(&w, ms);
	json_close(&w, '}');
	puts(w.b.p);
}

/* ---- giving up ----------------------------------------------------------------------------------------------------- */

static enum xq_rc
give_up(struct move *m, struct xq_err *err)
{
	struct tx *tx;
	const struct place_row to = {
		.state = PLACE_HERE, .address = "", .token = "", .at = clock_now(m->from->clock)
	};
	enum xq_rc rc = find_office(m, err);
	if (rc == XQ_OK && m->from_place.state != PLACE_LEAVING)
		rc = move_refuse(
			m, m->from_place.state == PLACE_GONE ? "move.has-left" : "move.none", err);
	if (rc == XQ_OK)
		rc = db_write(m->from->db, &tx, err);
	if (rc != XQ_OK)
		return rc;
	rc = place_change(tx, m->office.id, &m->from_place, &to, err);
	return tx_finish(tx, rc, err);
}

static int
run_move(struct cli *c, bool is_given_up)
{
	struct move m = {
		.c = c, .mem = c->mem, .code = c->word[1], .address = cli_option(c, "address")
	};
	struct xq_err err = { 0 };
	int64_t at = time_mono_ms();
	int code = EXIT_REFUSED;
	m.n = app_migrations(all_modules, m.list, MOVE_MIGRATIONS_MAX);
	m.from = open_side(c, "from", false);
	if (m.from && !is_given_up)
		m.to = open_side(c, "to", true);
	if (m.from && (m.to || is_given_up)) {
		if ((is_given_up ? give_up(&m, &err) : go(&m, &err)) != XQ_OK)
			code = cli_refused(c, m.from, &err);
		else
			code = EXIT_DONE;
	}
	if (code == EXIT_DONE && is_given_up)
		printf("%s stays and takes acts again.\n", m.office.name);
	else if (code == EXIT_DONE)
		report(&m, time_mono_ms() - at);
	if (m.to)
		app_close(m.to);
	if (m.from)
		app_close(m.from);
	return code;
}

int
office_move_command(struct cli *c)
{
	static const char *const options[] = { "from", "to", "address", "from-files", "to-files",
		"from-guard", "to-guard", "from-address", "give-up", "help", NULL };
	bool is_given_up = cli_has(c, "give-up");
	if (cli_has(c, "help")) {
		fputs(office_move_help, stdout);
		return EXIT_DONE;
	}
	if (!cli_only(c, options) || c->n_words != 2 || !cli_has(c, "from") ||
		(!is_given_up && (!cli_has(c, "to") || !cli_has(c, "address"))) ||
		(is_given_up && cli_has(c, "to"))) {
		fputs(office_move_help, stderr);
		return EXIT_USAGE;
	}
	if (!is_given_up && !place_is_address(str_of(cli_option(c, "address")))) {
		fprintf(stderr, "xinqiao: --address is what stands before the office's paths, as"
				" https://cell2.example.cn/o/CODE\n");
		return EXIT_USAGE;
	}
	return run_move(c, is_given_up);
}

/* ---- forgetting ------------------------------------------------------------------------------------------------------ */

/* Gone it stays known, so that its number is not given anew and who asks is shown the way; one that never was here
 * is as if it had not been tried. */
static enum xq_rc
forget_row(struct app *app, const struct office_info *o, const struct place_row *was,
	struct xq_err *err)
{
	struct tx *tx;
	bool stays = was->address[0] != 0;
	const struct place_row to = { .state = stays ? PLACE_GONE : PLACE_HERE,
		.address = was->address,
		.token = "",
		.at = clock_now(app->clock) };
	enum xq_rc rc = db_write(app->db, &tx, err);
	if (rc != XQ_OK)
		return rc;
	rc = place_key_drop(tx, o->id, err);
	if (rc == XQ_OK)
		rc = place_change(tx, o->id, was, &to, err);
	if (rc == XQ_OK && !stays)
		rc = city_let_go(tx, o->id, err);
	if (rc == XQ_OK && !stays)
		rc = db_exec(tx, SQL("DELETE FROM office WHERE id = ?"), VALS(V(o->id)), err);
	return tx_finish(tx, rc, err);
}

/* What the city has to know of it outlives its rows. */
static enum xq_rc
forget_not_all(struct app *app, void *mem, int64_t office, struct xq_err *err)
{
	struct tx *tx;
	enum xq_rc rc = db_write(app->db, &tx, err);
	if (rc != XQ_OK)
		return rc;
	rc = city_forgets(tx, mem, office, clock_now(app->clock), err);
	return tx_finish(tx, rc, err);
}

static enum xq_rc
forget(struct app *app, void *mem, const char *code, int64_t *out_rows, struct xq_err *err)
{
	const struct office_info *o = app_office_by_code(app, str_of(code));
	const struct migration *list[MOVE_MIGRATIONS_MAX];
	size_t n = app_migrations(all_modules, list, MOVE_MIGRATIONS_MAX);
	struct place_row was;
	struct tx *tx;
	if (!o)
		return xq_refuse(err, NULL, "cli.no-office");
	enum xq_rc rc = db_read(app->db, &tx, err);
	if (rc != XQ_OK)
		return rc;
	rc = place_load(tx, mem, o->id, &was, err);
	tx_end(tx);
	if (rc == XQ_OK && was.state != PLACE_GONE && was.state != PLACE_ARRIVING) {
		rc = xq_refuse(err, NULL, "move.still-here");
		xq_err_text(err, "office", o->name);
	}
	if (rc == XQ_OK && was.state == PLACE_GONE)
		rc = forget_not_all(app, mem, o->id, err);
	if (rc == XQ_OK)
		rc = forget_beside(app, mem, o, err);
	if (rc == XQ_OK)
		rc = store_office_drop(app->db, list, n, o->id, out_rows, err);
	if (rc == XQ_OK)
		rc = forget_row(app, o, &was, err);
	return rc == XQ_OK ? db_scrub(app->db, err) : rc;
}

int
office_forget_command(struct cli *c)
{
	static const char *const options[] = { "data", "guard", "help", NULL };
	struct xq_err err = { 0 };
	int64_t rows = 0;
	if (cli_has(c, "help")) {
		fputs(office_move_help, stdout);
		return EXIT_DONE;
	}
	if (!cli_only(c, options) || c->n_words != 2 || !cli_has(c, "data")) {
		fputs(office_move_help, stderr);
		return EXIT_USAGE;
	}
	struct app *app = cli_open(c, false, NULL);
	if (!app)
		return EXIT_REFUSED;
	int code = EXIT_DONE;
	if (forget(app, c->mem, c->word[1], &rows, &err) != XQ_OK)
		code = cli_refused(c, app, &err);
	else
		printf("%lld rows were erased, with their keys and photos.\n", (long long)rows);
	app_close(app);
	return code;
}
