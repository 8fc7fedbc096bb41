/* SPDX-License-Identifier: Apache-2.0 */
/* office_peer.c - `xinqiao office peer`: which offices of other cells this one may hand concerns over to; as
 * office_ask does it. */
#include <stdio.h>

#include "cli/office_int.h"
#include "concern/transfer.h"
#include "core/mem.h"
#include "core/parse.h"
#include "record/keys.h"

#include "core/banned.h"

const char office_peer_help[] =
	"xinqiao office peer add CODE --data PLACE --number N --name NAME --address https://host/o/CODE --vkey VKEY\n"
	"  An office of another cell: concerns can be handed over to it and come from it. Both sides must name each\n"
	"  other. VKEY: of its record, as `office peer list` prints it there; messages are checked with it. The same\n"
	"  code again replaces name, address and key.\n"
	"xinqiao office peer list --data PLACE [--json]\n"
	"  The offices here with their keys, as others must name them; then those of other cells.\n"
	"xinqiao office peer remove CODE --data PLACE\n";

/* ---- in an open folder --------------------------------------------------------------------------------------------- */

/* False: longer than it can be; then it is no such thing. */
static bool
put(char *out, size_t cap, const char *text)
{
	bool fits = strlen(text) < cap;
	(void)snprintf(out, cap, "%s", fits ? text : "");
	return fits;
}

static enum xq_rc
peer_add(struct app *app, struct tx *tx, const json_t *asked, struct xq_err *err)
{
	struct office_peer p = { 0 };
	(void)put(p.code, sizeof p.code, office_asked_text(asked, "code", ""));
	(void)put(p.name, sizeof p.name, office_asked_text(asked, "name", ""));
	(void)put(p.address, sizeof p.address, office_asked_text(asked, "address", ""));
	(void)put(p.vkey, sizeof p.vkey, office_asked_text(asked, "vkey", ""));
	(void)parse_int(str_of(office_asked_text(asked, "number", "")), 1, INT16_MAX, &p.id);
	return peer_put(tx, app, &p, err);
}

static enum xq_rc
peer_remove(struct app *app, struct tx *tx, const json_t *asked, struct xq_err *err)
{
	const char *code = office_asked_text(asked, "code", "");
	const struct office_peer *p = app_peer_by_code(app, str_of(code));
	int64_t n = 0;
	enum xq_rc rc = p ? transfer_unsettled_with(tx, p->id, &n, err) : XQ_OK;
	if (rc == XQ_OK && n > 0) {
		rc = xq_refuse(err, NULL, "peer.unsettled");
		xq_err_text(err, "office", p->name);
		xq_err_int(err, "n", n);
	}
	if (rc == XQ_OK)
		rc = peer_drop(tx, code, err);
	return rc == XQ_NONE ? xq_refuse(err, NULL, "peer.none") : rc;
}

static enum xq_rc
change(struct app *app, const json_t *asked, struct xq_err *err)
{
	struct tx *tx;
	enum xq_rc rc = db_write(app->db, &tx, err);
	if (rc != XQ_OK)
		return rc;
	rc = app_refresh(app, tx, err);
	if (rc == XQ_OK)
		rc = text_eq(office_asked_text(asked, "do", ""), "add")
		             ? peer_add(app, tx, asked, err)
		             : peer_remove(app, tx, asked, err);
	rc = tx_finish(tx, rc, err);
	return rc == XQ_OK ? app_reload_offices(app, err) : rc;
}

static void
put_one(struct json_w *w, const char *code, int64_t number, const char *name, const char *address,
	const char *vkey)
{
	json_open(w, '{');
	json_pair(w, "code", code);
	json_key(w, "number");
	json_int(w, number);
	json_pair(w, "name", name);
	if (address)
		json_pair(w, "address", address);
	json_pair(w, "vkey", vkey);
	json_close(w, '}');
}

static enum xq_rc
list(struct app *app, void *mem, struct json_w *w, struct xq_err *err)
{
	const struct office_peers *far = app->peers;
	struct tx *tx;
	enum xq_rc rc = db_read(app->db, &tx, err);
	if (rc != XQ_OK)
		return rc;
	json_key(w, "here");
	json_open(w, '[');
	for (size_t i = 0; rc == XQ_OK && i < app->n_offices; i++) {
		const struct office_info *o = &app->office[i];
		const char *vkey = "";
		if (o->place != PLACE_HERE)
			continue;
		rc = log_keys_vkey(app, tx, mem, o->id, &vkey, err);
		put_one(w, o->code, o->id, o->name, NULL, vkey);
	}
	json_close(w, ']');
	tx_end(tx);
	json_key(w, "peers");
	json_open(w, '[');
	for (size_t i = 0; far && i < far->n; i++)
		put_one(w, far->v[i].code, far->v[i].id, far->v[i].name, far->v[i].address,
			far->v[i].vkey);
	json_close(w, ']');
	return rc;
}

struct str
office_peer_answer(void *mem, struct app *app, json_t *asked, const struct act_words *words)
{
	struct json_w w = json_new(mem);
	struct xq_err err = { 0 };
	enum xq_rc rc = XQ_OK;
	json_open(&w, '{');
	json_key(&w, "result");
	json_open(&w, '{');
	if (text_eq(office_asked_text(asked, "do", ""), "list"))
		rc = list(app, mem, &w, &err);
	else
		rc = change(app, asked, &err);
	json_close(&w, '}');
	json_close(&w, '}');
	return rc == XQ_OK ? buf_view(&w.b) : office_refusal(mem, words, &err);
}

/* ---- the command ------------------------------------------------------------------------------------------------------ */

static struct str
request_of(struct cli *c)
{
	static const char *const texts[] = { "number", "name", "address", "vkey" };
	struct json_w w = json_new(c->mem);
	json_open(&w, '{');
	json_key(&w, "office-peer");
	json_open(&w, '{');
	json_pair(&w, "do", c->word[1]);
	if (c->n_words > 2)
		json_pair(&w, "code", c->word[2]);
	office_put_options(&w, c, texts, sizeof texts / sizeof *texts);
	json_close(&w, '}');
	json_close(&w, '}');
	return buf_view(&w.b);
}

static void
print_list(const json_t *all, const char *which)
{
	const json_t *array = json_object_get(all, which);
	size_t i;
	json_t *o;
	json_array_foreach(array, i, o)
	{
		const char *address = office_asked_text(o, "address", "");
		printf("%s  %s  %lld  %s  %s%s%s\n", which, office_asked_text(o, "code", ""),
			(long long)json_integer_value(json_object_get(o, "number")),
			office_asked_text(o, "name", ""), address, address[0] ? "  " : "",
			office_asked_text(o, "vkey", ""));
	}
}

static void
print_peers(const json_t *done)
{
	print_list(done, "here");
	print_list(done, "peers");
}

static bool
is_asked_well(const struct cli *c)
{
	static const char *const options[] = { "data", "files", "guard", "number", "name",
		"address", "vkey", "json", NULL };
	if (!cli_only(c, options) || c->n_words < 2 || !cli_has(c, "data"))
		return false;
	if (text_eq(c->word[1], "list"))
		return c->n_words == 2;
	if (text_eq(c->word[1], "remove"))
		return c->n_words == 3;
	return text_eq(c->word[1], "add") && c->n_words == 3 && cli_has(c, "number") &&
	       cli_has(c, "name") && cli_has(c, "address") && cli_has(c, "vkey");
}

int
office_peer_command(struct cli *c)
{
	if (cli_has(c, "help")) {
		fputs(office_peer_help, stdout);
		return EXIT_DONE;
	}
	if (!is_asked_well(c)) {
		fputs(office_peer_help, stderr);
		return EXIT_USAGE;
	}
	return office_ask(c, "office-peer", request_of(c), office_peer_answer, print_peers);
}
