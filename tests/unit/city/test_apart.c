/* SPDX-License-Identifier: Apache-2.0 */
/* An office of another cell, played by the other office of the same folder: its record is looked at through its files alone.
 * What stands the check is taken and adds up; what does not is told, and nothing of it is kept. */
#include "../concern/fixture.h"

#include <inttypes.h>

#include "city/apart.h"
#include "core/hash.h"
#include "hard/hard.h"
#include "ledger/store_source.h"
#include "record/keys_int.h"
#include "record/proof_json.h"
#include "record/record.h"
#include "record/sheet_int.h"

#include "core/banned.h"

const struct module *const world_modules[] = { &act_module, &office_module, &concern_module,
	&concern_desk_module, &evaluation_module, &hard_module, &record_module, &record_key_module,
	&record_sheet_module, &city_module, &notify_module, NULL };

static void
found_city(struct world *w)
{
	const struct act *const act[] = { &city_found, &city_district, &city_place, &city_place };
	const struct pair in[][3] = { { { "name", "青州市" } },
		{ { "code", "dong" }, { "name", "东城区" } },
		{ { "member", "qf" }, { "district", "dong" } },
		{ { "member", "lc" }, { "district", "dong" } } };
	for (size_t i = 0; i < 4; i++)
		OK(run_call(w, call_of(w, &w->admin, act[i], in[i])));
}

static int
setup(void **state)
{
	*state = world_new(true, moment(20261103, 900));
	found_city(*state);
	return 0;
}

static struct actor
their_publisher(struct world *w)
{
	struct actor a;
	struct tx *tx = look(w);
	OK(actor_by_login(tx, w->other, STR("admin"), &a, &w->err));
	tx_end(tx);
	a.grant[a.n_grants++] = (struct grant){ .role = ROLE_PUBLISHER, .scope = SCOPE_OFFICE };
	return a;
}

static void
they(struct world *w, const struct act *act, const struct pair *in)
{
	const struct actor a = their_publisher(w);
	OK(run_call(w, call_of(w, &a, act, in)));
}

/* Something happened in November. */
static void
lives(struct world *w)
{
	they(w, &concern_register,
		IN({ "body", "楼道灯不亮。请派人来看看。" }, { "class", "property" },
			{ "phone", "13800138000" }));
	OK(record_sign(w->app, &w->err));
}

/* Pinned as it leaves. */
static void
leaves(struct world *w)
{
	struct tx *tx;
	OK(db_write(w->app->db, &tx, &w->err));
	OK(apart_pin(tx, w->mem, w->office, w->other, true, &w->err));
	OK(tx_commit(tx, &w->err));
}

/* In December they publish November there. */
static void
publishes(struct world *w)
{
	go(w, 20261202, 900);
	(void)run_jobs(w);
	OK(record_sign(w->app, &w->err));
	they(w, &figures_publish, IN({ "month", "2026-11-05" }));
	OK(record_sign(w->app, &w->err));
}

/* ---- the other cell ------------------------------------------------------------------------------------- */

struct instead {
	const char *path; /* what stands before its end */
	struct str text;
	enum xq_rc rc;
};
struct cell {
	struct world *w;
	struct tx *tx;
	struct ledger_source files;
	const struct instead *instead; /* ended by a NULL path; NULL: none */
	int n_asked;
};

/* The paths that are no files of a record. */
static enum xq_rc
other_paths(struct cell *c, void *mem, const char *path, struct str *out)
{
	struct sheet_named *list;
	size_t n;
	int64_t from, to;
	if (text_eq(path, "sheets.json")) {
		OK(sheets_of_office(c->tx, mem, c->w->other, &list, &n, &c->w->err));
		*out = sheets_named_write(mem, list, n);
		return XQ_OK;
	}
	if (sscanf(path, "keys?from=%" SCNd64 "&to=%" SCNd64, &from, &to) == 2)
		return key_steps(c->tx, mem, c->w->other, from, to, out, &c->w->err);
	return XQ_NONE;
}

static enum xq_rc
cell_get(void *arg, void *mem, const char *path, size_t max, struct bytes *out, struct xq_err *err)
{
	struct cell *c = arg;
	struct str text;
	c->n_asked++;
	for (const struct instead *i = c->instead; i && i->path; i++)
		if (str_starts(str_of(path), str_of(i->path))) {
			*out = (struct bytes){ (const uint8_t *)i->text.p, i->text.n };
			if (i->rc != XQ_OK)
				*err = (struct xq_err){ .key = "fetch.unreachable" };
			return i->rc;
		}
	enum xq_rc rc = other_paths(c, mem, path, &text);
	if (rc == XQ_NONE)
		return c->files.get(c->files.arg, mem, path, max, out, err);
	*out = (struct bytes){ (const uint8_t *)text.p, text.n };
	return rc;
}

static struct apart
known_now(struct world *w)
{
	struct aparts list;
	struct tx *tx = look(w);
	OK(apart_list(tx, w->mem, w->office, &list, &w->err));
	tx_end(tx);
	const struct apart *a = apart_find(&list, w->other);
	assert_non_null(a);
	return *a;
}

static struct apart_found
look_at(struct world *w, const struct apart *known, const struct instead *instead)
{
	struct sheet_named have[SHEETS_NAMED_MAX];
	struct cell c = { .w = w, .tx = look(w), .instead = instead };
	struct apart_asked asked = { .known = known, .code = "lc", .have = have };
	struct apart_found f;
	const struct ledger_source src = { .get = cell_get, .arg = &c };
	OK(apart_kept_of(c.tx, w->mem, w->office, w->other, have, &asked.n_have, &w->err));
	OK(store_source_open(c.tx, w->mem, w->other, NULL, NULL, &c.files, &w->err));
	apart_look(w->mem, &asked, &src, &f);
	tx_end(c.tx);
	assert_true(c.n_asked < 40);
	return f;
}

/* Looked at and written down. */
static struct apart_found
asks(struct world *w, const struct instead *instead)
{
	const struct apart known = known_now(w);
	struct actor system = actor_system(w->office);
	struct apart_taken t = { .member = w->other,
		.was_size = known.seen.size,
		.is_known = true,
		.found = look_at(w, &known, instead) };
	struct act_call *call =
		act_call_new(w->mem, w->app, apart_act(&known, &t), w->office, &system);
	call->prepared = &t;
	OK(run_call(w, call));
	return t.found;
}

static int64_t
n_kept(struct world *w)
{
	return ask(w, SQL("SELECT count(*) FROM city_kept WHERE office = ? AND member = ?"),
		VALS(V(w->office), V(w->other)));
}

/* ---- taken ------------------------------------------------------------------------------------------------- */

static void
a_sheet_is_taken_with_what_proves_it(void **state)
{
	struct world *w = *state;
	lives(w);
	leaves(w);
	publishes(w);
	struct apart_found f = asks(w, NULL);
	assert_string_equal(f.why, "");
	assert_int_equal(f.n, 1);
	assert_int_equal(f.sheet[0].is.month, 20261101);
	assert_int_equal(f.sheet[0].is.ver, 1);
	assert_true(f.seen.size > f.sheet[0].is.seq);
	assert_int_equal(n_kept(w), 1);
	assert_int_equal(known_now(w).seen.size, f.seen.size);
	f = asks(w, NULL); /* once */
	assert_int_equal(f.n, 0);
	assert_int_equal(n_kept(w), 1);
	assert_int_equal(known_now(w).next_at, now_of(w) + 300);
}

/* The city's month has it as if the office were here, also when its rows are gone. */
static void
it_adds_up_with_the_others(void **state)
{
	struct world *w = *state;
	struct city c = { "青州市", w->office };
	struct city_doc before, after;
	struct city_rows again;
	struct figures_doc doc;
	lives(w);
	leaves(w);
	publishes(w);
	struct tx *tx = look(w);
	OK(city_make(w->app, tx, w->mem, &c, 20261101, &before, &w->err));
	tx_end(tx);
	assert_int_equal(before.n_sources, 1);
	assert_int_equal(asks(w, NULL).n, 1);
	force(w, SQL("DELETE FROM record_sheet WHERE office = ?"), VALS(V(w->other)));
	tx = look(w);
	OK(city_make(w->app, tx, w->mem, &c, 20261101, &after, &w->err));
	OK(city_make_again(w->app, tx, w->mem, &c, &before, &again, &w->err));
	assert_string_equal(city_document(w->mem, &before), city_document(w->mem, &after));
	assert_null(city_differ(&before.rows, &again));
	OK(apart_document(tx, w->mem, w->office, w->other, after.source[0].doc, &doc, &w->err));
	tx_end(tx);
	assert_invariants(w);

	force(w, SQL("UPDATE city_kept SET bytes = ? WHERE office = ?"),
		VALS(V(((struct bytes){ (const uint8_t *)"{}", 2 })), V(w->office)));
	int64_t faults = 0;
	tx = look(w);
	OK(city_kept_sound.count_faults(tx, w->mem, w->office, &faults, &w->err));
	assert_int_equal(faults, 1);
	assert_int_equal(
		apart_document(tx, w->mem, w->office, w->other, after.source[0].doc, &doc, &w->err),
		XQ_NONE); /* not what was taken */
	tx_end(tx);
}

static void
what_is_forgotten_here_was_kept_before(void **state)
{
	struct world *w = *state;
	struct tx *tx;
	lives(w);
	publishes(w);
	OK(db_write(w->app->db, &tx, &w->err));
	OK(city_forgets(tx, w->mem, w->other, now_of(w), &w->err));
	OK(city_forgets(tx, w->mem, w->other, now_of(w), &w->err)); /* cut off and said again */
	OK(tx_commit(tx, &w->err));
	assert_int_equal(n_kept(w), 1);
	assert_true(known_now(w).seen.size > 2);
	assert_int_equal(asks(w, NULL).n, 0);
}

/* ---- not taken ------------------------------------------------------------------------------------------- */

static void
assert_told(struct world *w, const struct instead *instead, const char *why)
{
	const struct apart_found f = asks(w, instead);
	assert_string_equal(f.why, why);
	assert_int_equal(f.n, 0);
	assert_int_equal(n_kept(w), 0);
}

static const char *
their_note(struct world *w)
{
	struct checkpoint c;
	struct tx *tx = look(w);
	OK(checkpoint_latest(tx, w->mem, w->other, &c, &w->err));
	tx_end(tx);
	return c.note;
}

static struct str
replaced(void *mem, struct bytes in, const char *from, const char *to)
{
	char *text = mem_textn(mem, (const char *)in.p, in.n);
	size_t at = str_index(str_n(text, in.n), str_of(from));
	assert_true(at < in.n && strlen(from) == strlen(to));
	memcpy(text + at, to, strlen(to));
	return str_n(text, in.n);
}

#define INSTEAD(...) ((const struct instead[]){ __VA_ARGS__, { 0 } })

static void
whatever_does_not_fit_is_told_and_not_taken(void **state)
{
	struct world *w = *state;
	static const char tile[TILE_WIDTH * SHA256_LEN];
	lives(w);
	leaves(w);
	publishes(w);
	assert_told(w, INSTEAD({ "checkpoint", STR(""), XQ_BUSY }), "city.apart-silent");
	assert_told(w, INSTEAD({ "checkpoint", STR(""), XQ_NONE }), "city.apart-form");
	assert_told(w, INSTEAD({ "checkpoint", STR("no\nnote\n"), XQ_OK }), "city.apart-form");
	assert_told(w, INSTEAD({ "keys", STR("{\"steps\":[{}]}"), XQ_OK }), "city.apart-key");
	assert_told(w, INSTEAD({ "tile/0", str_n(tile, sizeof tile), XQ_OK }), "city.apart-form");
	assert_told(w, INSTEAD({ "sheets.json", STR("[]"), XQ_OK }), "city.apart-form");
	assert_told(w, INSTEAD({ "sheets.json", STR(""), XQ_REFUSED }), "city.apart-form");
	assert_told(w, INSTEAD({ "doc/", STR("{}"), XQ_OK }), "city.apart-sheet");
	assert_told(w, INSTEAD({ "doc/", STR(""), XQ_NONE }), "city.apart-sheet");
	assert_told(w, INSTEAD({ "tile/entries", STR("\0\1x"), XQ_OK }), "city.apart-sheet");
	const struct apart known = known_now(w);
	struct str doc =
		replaced(w->mem, look_at(w, &known, NULL).sheet[0].bytes, "\"num\":0", "\"num\":7");
	assert_told(w, INSTEAD({ "doc/", doc, XQ_OK }), "city.apart-sheet");
	assert_told(w, INSTEAD({ "doc/", STR(""), XQ_BUSY }), "city.apart-silent");
	assert_int_equal(asks(w, NULL).n, 1);
}

/* Document, entry and list fit each other, and the checkpoint is the true one: only the tree tells. */
static void
an_entry_that_is_not_in_the_tree_proves_nothing(void **state)
{
	struct world *w = *state;
	struct bytes bundle;
	struct ledger_source files;
	uint8_t hash[SHA256_LEN];
	char hex[65];
	lives(w);
	leaves(w);
	publishes(w);
	const struct apart known = known_now(w);
	const struct apart_found f = look_at(w, &known, NULL);
	assert_int_equal(f.n, 1);
	struct str doc = replaced(w->mem, f.sheet[0].bytes, "\"num\":0", "\"num\":7");
	hash_sha256((struct bytes){ (const uint8_t *)doc.p, doc.n }, hash);
	text_hex((struct bytes){ hash, sizeof hash }, hex);
	struct tile_path p = bundle_path_of(0, f.seen.size);
	struct tx *tx = look(w);
	OK(store_source_open(tx, w->mem, w->other, NULL, NULL, &files, &w->err));
	OK(source_tile(&files, w->mem, &p, &bundle, &w->err));
	tx_end(tx);
	struct str entries = replaced(w->mem, bundle, f.sheet[0].is.doc, hex);
	struct sheet_named named = f.sheet[0].is;
	named.doc = hex;
	struct str list = sheets_named_write(w->mem, &named, 1);
	assert_told(w,
		INSTEAD({ "sheets.json", list, XQ_OK }, { "doc/", doc, XQ_OK },
			{ "tile/entries", entries, XQ_OK }),
		"city.apart-sheet");
}

/* An office that writes into its own record what is not so: it is in the tree, and signed. */
static void
writes(struct world *w, const char *root, int64_t size, int64_t size_said)
{
	struct figures_row row[] = { { .id = "closed", .num = 900, .den = FIGURES_NO_DEN } };
	struct tx *tx;
	struct ledger_head head;
	struct rng random;
	char hex[65];
	int64_t seq;
	rng_init_real(&random);
	OK(db_write(w->app->db, &tx, &w->err));
	OK(ledger_head_load(tx, w->mem, NULL, w->other, &head, &w->err));
	const struct figures_doc d = { .log = "lc",
		.origin = head.origin,
		.root = root,
		.period = { 20261001, 20261101, size, FIGURES_WIDE },
		.figures = { row, 1 } };
	const char *text = figures_document(w->mem, &d);
	OK(ledger_doc_put(tx, w->other, "application/json",
		(struct bytes){ (const uint8_t *)text, strlen(text) }, hex, &w->err));
	const struct event_value value[] = { EV("doc", hex), EV_D("from", 20261001),
		EV_N("size", size_said), EV_D("to", 20261101) };
	const struct event e = { .kind = &ev_figures_published,
		.prev = -1,
		.role = "officer",
		.value = value,
		.n_values = 4 };
	OK(ledger_append(tx, w->mem, &head, now_of(w), &random, &e, &seq, &w->err));
	OK(ledger_head_save(tx, &head, &w->err));
	OK(db_exec(tx,
		SQL("INSERT INTO record_sheet (office, month, ver, size, doc, seq, published_at,"
		    " published_by) VALUES (?, 20261001, 1, ?, ?, ?, 1, 1)"),
		VALS(V(w->other), V(size), V((const char *)hex), V(seq)), &w->err));
	OK(tx_commit(tx, &w->err));
	OK(record_sign(w->app, &w->err));
}

static const char *
their_root(struct world *w, int64_t size)
{
	struct ledger_tree *t;
	struct tree_hash root;
	char *text = mem_array(w->mem, char, TREE_B64_LEN + 1);
	struct tx *tx = look(w);
	OK(ledger_tree_open(tx, w->mem, w->other, &t, &w->err));
	OK(ledger_tree_root(t, size, &root, &w->err));
	tx_end(tx);
	tree_b64(&root, text);
	return text;
}

static void
a_document_is_counted_from_the_record_that_names_it(void **state)
{
	struct world *w = *state;
	lives(w);
	leaves(w);
	const char *root = their_root(w, 2);
	writes(w, their_root(w, 1), 2, 2); /* the root of another size */
	assert_told(w, NULL, "city.apart-sheet");
	force(w, SQL("DELETE FROM record_sheet WHERE office = ?"), VALS(V(w->other)));
	writes(w, root, 2, 1); /* the entry says another size */
	assert_told(w, NULL, "city.apart-sheet");
	force(w, SQL("DELETE FROM record_sheet WHERE office = ?"), VALS(V(w->other)));
	writes(w, root, 2, 2);
	assert_int_equal(asks(w, NULL).n, 1);
}

static void
a_key_that_the_record_does_not_name_comes_to_nothing(void **state)
{
	struct world *w = *state;
	static const uint8_t pub[NOTE_PUB_LEN] = { 7 };
	struct str steps;
	lives(w);
	leaves(w);
	const struct apart known = known_now(w);
	they(w, &record_key_rotate, IN({ "days", "1" }));
	const char *fresh = result(w, "vkey");
	publishes(w);
	struct tx *tx = look(w);
	OK(key_steps(tx, w->mem, w->other, known.seen.size, known.seen.size + 3, &steps, &w->err));
	tx_end(tx);
	steps = replaced(w->mem, (struct bytes){ (const uint8_t *)steps.p, steps.n }, fresh,
		note_vkey_text(w->mem, known.origin, NOTE_ED25519, pub));
	assert_told(w, INSTEAD({ "keys", steps, XQ_OK }), "city.apart-key");
	assert_string_equal(known_now(w).keys, known.keys);
}

static void
a_key_that_was_not_pinned_signs_nothing(void **state)
{
	struct world *w = *state;
	lives(w);
	leaves(w);
	force(w, SQL("UPDATE city_apart SET keys = '' WHERE office = ?"), VALS(V(w->office)));
	publishes(w);
	assert_told(w, NULL, "city.apart-key");
	force(w, SQL("UPDATE city_apart SET origin = 'else.example/log/lc' WHERE office = ?"),
		VALS(V(w->office)));
	assert_told(w, NULL, "city.apart-other");
}

/* From the pinned key over the overlap to its successor, which signs alone in the end. */
static void
the_record_itself_leads_to_its_newer_keys(void **state)
{
	struct world *w = *state;
	lives(w);
	leaves(w);
	they(w, &record_key_rotate, IN({ "days", "1" }));
	OK(record_sign(w->app, &w->err));
	go(w, 20261106, 900);
	(void)run_jobs(w);
	publishes(w);
	const struct apart_found f = asks(w, NULL);
	assert_string_equal(f.why, "");
	assert_int_equal(f.n, 1);
	struct follow keys = { .mem = w->mem };
	follow_text_read(&keys, str_of(known_now(w).keys));
	assert_int_equal(keys.n, 2);
	assert_true(keys.k[0].until < INT64_MAX);
}

/* An older checkpoint, and a head that the record does not go on from: the first of them is kept for good. */
static void
what_was_seen_does_not_go_back(void **state)
{
	struct world *w = *state;
	lives(w);
	leaves(w);
	const char *old = their_note(w);
	publishes(w);
	(void)asks(w, NULL);
	struct apart_found f = asks(w, INSTEAD({ "checkpoint", str_of(old), XQ_OK }));
	assert_string_equal(f.why, "city.apart-older");
	assert_true(f.is_broken);
	assert_int_equal(f.seen.size, 0);
	struct apart a = known_now(w);
	const int64_t at = a.broke_at;
	assert_string_equal(a.broke, "city.apart-older");
	assert_string_equal(a.note, their_note(w)); /* what was seen stays */

	struct apart other = a;
	other.seen.root.b[0] ^= 1;
	f = look_at(w, &other, NULL); /* of the same size */
	assert_string_equal(f.why, "city.apart-fork");
	other.seen.size--;
	f = look_at(w, &other, NULL);
	assert_string_equal(f.why, "city.apart-fork");
	assert_string_equal(f.note, their_note(w));

	clock_shift(&w->clock, 600);
	(void)asks(w, NULL);
	a = known_now(w);
	assert_string_equal(a.why, "");
	assert_int_equal(a.broke_at, at);
}

static void
who_does_not_answer_is_asked_less_and_less(void **state)
{
	struct world *w = *state;
	const struct instead silent[] = { { "", STR(""), XQ_BUSY }, { 0 } };
	lives(w);
	leaves(w);
	int64_t pause[9];
	const int64_t since = now_of(w);
	for (size_t i = 0; i < 9; i++) {
		(void)asks(w, silent);
		pause[i] = known_now(w).next_at - now_of(w);
		clock_shift(&w->clock, 60);
	}
	assert_int_equal(pause[0], 60);
	assert_int_equal(pause[1], 120);
	assert_int_equal(pause[8], 3600);
	assert_int_equal(known_now(w).since, since);
	assert_int_equal(
		ask(w, SQL("SELECT count(*) FROM audit WHERE office = ? AND act = 'city.took'"),
			VALS(V(w->office))),
		1); /* the machine's own remembering leaves no row */
}

/* It left anew while it was looked at: what was found out belongs to a head that is not remembered any more. */
static void
a_look_that_began_elsewhere_is_not_written_down(void **state)
{
	struct world *w = *state;
	lives(w);
	leaves(w);
	const struct apart known = known_now(w);
	publishes(w);
	struct actor system = actor_system(w->office);
	struct apart_taken t = { .member = w->other,
		.was_size = known.seen.size - 1,
		.is_known = true,
		.found = look_at(w, &known, NULL) };
	struct act_call *call = act_call_new(w->mem, w->app, &city_took, w->office, &system);
	call->prepared = &t;
	OK(run_call(w, call));
	assert_int_equal(n_kept(w), 0);
	assert_int_equal(known_now(w).seen.size, known.seen.size);
}

#define T(f) cmocka_unit_test_setup_teardown(f, setup, world_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(a_sheet_is_taken_with_what_proves_it),
		T(it_adds_up_with_the_others),
		T(what_is_forgotten_here_was_kept_before),
		T(whatever_does_not_fit_is_told_and_not_taken),
		T(an_entry_that_is_not_in_the_tree_proves_nothing),
		T(a_document_is_counted_from_the_record_that_names_it),
		T(a_key_that_the_record_does_not_name_comes_to_nothing),
		T(a_key_that_was_not_pinned_signs_nothing),
		T(the_record_itself_leads_to_its_newer_keys),
		T(what_was_seen_does_not_go_back),
		T(who_does_not_answer_is_asked_less_and_less),
		T(a_look_that_began_elsewhere_is_not_written_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
