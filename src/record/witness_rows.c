/* SPDX-License-Identifier: Apache-2.0 */
/* The rows about witnesses: logs that we watch, and who watches ours. */
#include "core/hash.h"
#include "core/mem.h"
#include "core/seal.h"
#include "record/witness_int.h"

#include "core/banned.h"

/* clang-format off */
static const struct table_decl witness_tables[] = {
	{ .name = "ledger_watch", .class = TABLE_OFFICE },
	{ .name = "ledger_watch_self", .class = TABLE_OFFICE },
	{ .name = "ledger_seen", .class = TABLE_GLOBAL },
	{ .name = "ledger_witness", .class = TABLE_OFFICE },
	{ .name = "ledger_cosigned", .class = TABLE_OFFICE, .grows = true, .clustered = true },
	{ .name = NULL },
};

/* ledger_seen is global: two offices of one folder must not sign two forks of the same log either. */
const struct migration witness_migration_1 = {
	.module = "record-witness",
	.number = 1,
	.ddl =
	"CREATE TABLE ledger_watch ("
	" office integer NOT NULL, vkey text NOT NULL, added_at integer NOT NULL,"
	" PRIMARY KEY (office, vkey));\n"
	"CREATE TABLE ledger_watch_self ("
	" office integer NOT NULL, name text NOT NULL, seed blob NOT NULL, PRIMARY KEY (office));\n"
	"CREATE TABLE ledger_seen ("
	" origin text NOT NULL, size integer NOT NULL, root blob NOT NULL, note text NOT NULL,"
	" at integer NOT NULL, PRIMARY KEY (origin));\n"
	"CREATE TABLE ledger_witness ("
	" office integer NOT NULL, name text NOT NULL, vkey text NOT NULL, url text NOT NULL,"
	" size integer NOT NULL, note text NOT NULL, at integer NOT NULL, added_at integer NOT NULL,"
	" next_at integer NOT NULL, tries integer NOT NULL, trouble integer NOT NULL,"
	" PRIMARY KEY (office, name));\n"
	"CREATE TABLE ledger_cosigned ("
	" office integer NOT NULL, size integer NOT NULL, name text NOT NULL, at integer NOT NULL,"
	" line text NOT NULL, PRIMARY KEY (office, size, name));\n",
	.tables = witness_tables,
};
/* clang-format on */

/* ---- as witness ---------------------------------------------------------------------------------- */

enum xq_rc
watch_load(struct tx *tx, void *mem, int64_t office, struct watch *out, struct xq_err *err)
{
	struct watch w = { .n = 0 };
	bool is_good = true;
	struct rows *q = db_query(tx,
		SQL("SELECT vkey, added_at FROM ledger_watch WHERE office = ? ORDER BY vkey LIMIT ?"),
		VALS(V(office), V((int64_t)WATCH_MAX)));
	while (row_next(q)) {
		w.vkey[w.n] = row_text(q, 0, mem);
		w.added_at[w.n] = row_int(q, 1);
		is_good = note_vkey_read(str_of(w.vkey[w.n]), &w.key[w.n]) && is_good;
		w.n++;
	}
	enum xq_rc rc = rows_close(q, err);
	if (rc == XQ_OK && !is_good)
		return xq_fault(err, "record.witness", "a key of ledger_watch cannot be read");
	if (rc == XQ_OK)
		*out = w;
	return rc;
}

enum xq_rc
watch_self(const struct app *app, struct tx *tx, void *mem, int64_t office,
	struct witness_self *out, struct xq_err *err)
{
	struct rows *q = db_query(tx,
		SQL("SELECT name, seed FROM ledger_watch_self WHERE office = ?"), VALS(V(office)));
	struct witness_self self = { 0 };
	struct str seed = { NULL, 0 };
	if (row_next(q)) {
		self.name = row_text(q, 0, mem);
		if (seal_open(
			    mem, app_key(app, office), WATCH_SEED_PURPOSE, row_bytes(q, 1), &seed))
			self.seed = mem_copy(mem, seed.p, seed.n);
	}
	enum xq_rc rc = rows_close(q, err);
	if (rc != XQ_OK)
		return rc;
	if (self.name == NULL)
		return XQ_NONE;
	if (seed.n != NOTE_SEED_LEN)
		return xq_fault(err, "record.witness", "the witness's seed has %zu bytes", seed.n);
	*out = self;
	return XQ_OK;
}

const char *
watch_self_vkey(void *mem, const struct witness_self *self)
{
	uint8_t pub[NOTE_PUB_LEN];
	note_public(self->seed, pub);
	return note_vkey_text(mem, self->name, NOTE_COSIGN, pub);
}

enum xq_rc
seen_load(struct tx *tx, void *mem, const char *origin, struct seen *out, struct xq_err *err)
{
	struct rows *q =
		db_query(tx, SQL("SELECT size, root, note, at FROM ledger_seen WHERE origin = ?"),
			VALS(V(origin)));
	struct seen s = { .note = NULL };
	size_t n = SHA256_LEN;
	if (row_next(q)) {
		struct bytes root = row_bytes(q, 1);
		n = root.n;
		s.state.size = row_int(q, 0);
		if (n == SHA256_LEN)
			memcpy(s.state.root.b, root.p, SHA256_LEN);
		s.note = row_text(q, 2, mem);
		s.at = row_int(q, 3);
	}
	enum xq_rc rc = rows_close(q, err);
	if (rc != XQ_OK)
		return rc;
	if (s.note == NULL)
		return XQ_NONE;
	if (n != SHA256_LEN)
		return xq_fault(err, "record.witness", "the root seen of %s is broken", origin);
	*out = s;
	return XQ_OK;
}

enum xq_rc
watch_answer(const struct app *app, struct tx *tx, void *mem, int64_t office,
	const struct witness_ask *ask, int64_t now, struct witness_answer *out, struct xq_err *err)
{
	struct watch w = { .n = 0 };
	struct witness_self self = { 0 };
	struct seen s = { .note = NULL };
	enum xq_rc rc = watch_load(tx, mem, office, &w, err);
	if (rc == XQ_OK)
		rc = watch_self(app, tx, mem, office, &self, err);
	if (rc == XQ_OK)
		rc = seen_load(tx, mem, str_text(mem, ask->origin), &s, err);
	if (rc != XQ_OK && rc != XQ_NONE)
		return rc;
	if (self.name == NULL)
		w.n = 0; /* off */
	witness_answer(mem, ask, w.key, w.n, &self, &s.state, now, out);
	return XQ_OK;
}

/* ---- as client ----------------------------------------------------------------------------------- */

enum xq_rc
witness_list(struct tx *tx, void *mem, int64_t office, struct witness_row **out, size_t *out_n,
	struct xq_err *err)
{
	struct witness_row *list = mem_array(mem, struct witness_row, WITNESS_MAX);
	bool is_good = true;
	size_t n = 0;
	struct rows *q = db_query(tx,
		SQL("SELECT name, vkey, url, size, at, next_at, tries, trouble FROM ledger_witness"
		    " WHERE office = ? ORDER BY name LIMIT ?"),
		VALS(V(office), V((int64_t)WITNESS_MAX)));
	while (row_next(q)) {
		struct witness_row *w = &list[n++];
		*w = (struct witness_row){ .name = row_text(q, 0, mem),
			.vkey = row_text(q, 1, mem),
			.url = row_text(q, 2, mem),
			.size = row_int(q, 3),
			.at = row_int(q, 4),
			.next_at = row_int(q, 5),
			.tries = row_int(q, 6),
			.trouble = (enum witness_trouble)row_int(q, 7) };
		is_good = note_vkey_read(str_of(w->vkey), &w->key) && is_good;
	}
	enum xq_rc rc = rows_close(q, err);
	if (rc == XQ_OK && !is_good)
		return xq_fault(err, "record.witness", "a key of ledger_witness cannot be read");
	if (rc == XQ_OK) {
		*out = list;
		*out_n = n;
	}
	return rc;
}

enum xq_rc
witness_vkeys(struct tx *tx, void *mem, int64_t office, const char ***out, size_t *out_n,
	struct xq_err *err)
{
	struct witness_row *row = NULL;
	size_t n = 0;
	enum xq_rc rc = witness_list(tx, mem, office, &row, &n, err);
	if (rc != XQ_OK)
		return rc;
	*out = mem_array(mem, const char *, n + 1);
	for (size_t i = 0; i < n; i++)
		(*out)[i] = row[i].vkey;
	*out_n = n;
	return XQ_OK;
}

/* ---- lines of notes ------------------------------------------------------------------------------- */

/* The part of a signature line that orders it: its name and id; lines of one name stay by key. */
static struct str
line_head(struct str line)
{
	size_t dash = str_find(line, ' '), name;
	struct str rest = dash < line.n ? str_n(line.p + dash + 1, line.n - dash - 1) : line;
	name = str_find(rest, ' ');
	size_t n =
		name + 8 <= rest.n ? name + 6 : rest.n; /* a key id is five whole base64 digits */
	return str_n(rest.p, n);
}

static bool
is_name_of(struct str line, struct str origin)
{
	struct str head = line_head(line);
	return head.n > origin.n && str_starts(head, origin) && head.p[origin.n] == ' ';
}

char *
note_with_line(void *mem, const char *note, const char *line)
{
	struct checkpoint_seen seen;
	struct buf b = buf_new(mem, strlen(note) + strlen(line) + 1);
	struct str rest, old, fresh = str_of(line);
	bool is_in = false;
	enum xq_rc rc = checkpoint_parse(str_of(note), &seen, NULL);
	xq_require(rc == XQ_OK); /* we made it */
	buf_str(&b, seen.body);
	buf_char(&b, '\n');
	for (rest = seen.lines; note_line_cut(&rest, &old);) {
		struct str whole = str_n(old.p, old.n + 1);
		int order = is_name_of(old, seen.origin)
		                    ? -1
		                    : str_cmp(line_head(old), line_head(fresh));
		if (!is_in && order >= 0) {
			buf_str(&b, fresh);
			is_in = true;
		}
		if (order != 0) /* an older line of the same key goes */
			buf_str(&b, whole);
	}
	if (!is_in)
		buf_str(&b, fresh);
	return b.p;
}

enum xq_rc
witness_note_add(struct tx *tx, void *mem, int64_t office, int64_t size, const char *note,
	const char **out, struct xq_err *err)
{
	const char *whole = note;
	struct rows *q = db_query(tx,
		SQL("SELECT line FROM ledger_cosigned WHERE office = ? AND size = ? ORDER BY name"),
		VALS(V(office), V(size)));
	while (row_next(q))
		whole = note_with_line(mem, whole, row_text(q, 0, mem));
	enum xq_rc rc = rows_close(q, err);
	if (rc == XQ_OK)
		*out = whole;
	return rc;
}

/* ---- an office that moves ------------------------------------------------------------------------------ */

static enum xq_rc
seen_pass_one(struct tx *from, struct tx *to, void *mem, const char *origin, struct xq_err *err)
{
	struct seen s;
	enum xq_rc rc = seen_load(from, mem, origin, &s, err);
	if (rc != XQ_OK)
		return rc == XQ_NONE ? XQ_OK : rc;
	return db_exec(to,
		SQL("INSERT INTO ledger_seen (origin, size, root, note, at) VALUES (?, ?, ?, ?, ?)"
		    " ON CONFLICT (origin) DO UPDATE SET size = excluded.size, root = excluded.root,"
		    " note = excluded.note, at = excluded.at WHERE ledger_seen.size < excluded.size"),
		VALS(V(origin), V(s.state.size),
			val_bytes((struct bytes){ s.state.root.b, SHA256_LEN }), V(s.note),
			V(s.at)),
		err);
}

/* A vkey begins with the origin. */
enum xq_rc
witness_seen_pass(struct tx *from, struct tx *to, void *mem, int64_t office, struct xq_err *err)
{
	enum { WATCHED_MAX = 1000 };
	const char **origin = mem_array(mem, const char *, WATCHED_MAX);
	size_t n = 0;
	struct rows *q = db_query(from,
		SQL("SELECT vkey FROM ledger_watch WHERE office = ? ORDER BY vkey LIMIT ?"),
		VALS(V(office), V((int64_t)WATCHED_MAX)));
	while (n < WATCHED_MAX && row_next(q)) {
		struct str rest = row_str(q, 0), name = STR("");
		if (str_cut(&rest, '+', &name))
			origin[n++] = str_text(mem, name);
	}
	enum xq_rc rc = rows_close(q, err);
	for (size_t i = 0; i < n && rc == XQ_OK; i++)
		rc = seen_pass_one(from, to, mem, origin[i], err);
	return rc;
}
