/* SPDX-License-Identifier: Apache-2.0 */
/* record.c - the marks of the public record (ledger.md 13).
 *
 *   bench_record FOLDER [MILLIONS]      FOLDER: for files of its own, emptied before
 *
 * Prints one JSON object: appending in batches beside inserting the same rows with nothing else, what is
 * stored beside the bytes of the entries, proofs and start at MILLIONS (10) of entries, signing a hundred
 * offices, and hashing. Medians of alternating rounds; times in milliseconds. */
#include <fcntl.h>
#include <math.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <talloc.h>
#include <time.h>
#include <unistd.h>

#include "core/mem.h"
#include "ledger/edge.h"
#include "ledger/tiles.h"
#include "modules.h"
#include "office/office.h"
#include "record/record.h"

#include "core/banned.h"

enum { ROUNDS = 7, ENTRIES = 20480, PROOFS = 2000, OFFICES = 100, TICKS = 21 };

static void *all;
static const char *folder;
static struct xq_err err;

static double
now_ms(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static int
by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return x < y ? -1 : x > y;
}

static double
at_share(double *v, size_t n, double share)
{
	qsort(v, n, sizeof *v, by_size);
	return v[(size_t)((double)(n - 1) * share)];
}

#define DO(call)                                                                                   \
	do {                                                                                       \
		if ((call) != XQ_OK) {                                                             \
			fprintf(stderr, "%s: %s %s\n", #call, err.key, err.detail);                \
			exit(1);                                                                   \
		}                                                                                  \
	} while (0)

/* ---- appending ------------------------------------------------------------------------------------ */

static const struct event_field fields[] = { { "doc", EV_CODE, false, "a hash" },
	{ "due", EV_TIME, false, "a moment" }, { "lane", EV_CODE, false, "a code" },
	{ "via", EV_CODE, false, "a code" }, { .name = NULL } };
static const struct event_kind kind = { .name = "bench.entry", .fields = fields };

static struct db *
open_log(const char *name)
{
	static const struct migration *list[128];
	static const struct module *const none[] = { NULL };
	struct db *db;
	struct tx *tx;
	struct rng random;
	rng_init_seed(&random, 1);
	size_t n = app_migrations(none, list, 128);
	DO(db_open(
		all, mem_printf(all, "%s/%s", folder, name), &(struct db_options){ 0 }, &db, &err));
	DO(db_migrate(db, list, n, &err));
	DO(db_write(db, &tx, &err));
	DO(ledger_open(tx, all, 1, "b", "localhost/log/b", NULL, 1800000000, &random, &err));
	DO(tx_commit(tx, &err));
	return db;
}

struct appending {
	struct db *db;
	struct ledger_edges *edges;
	struct rng random;
};

static void
append_batch(struct appending *a, int n)
{
	struct tx *tx;
	struct ledger_head head;
	void *mem = mem_root("batch");
	DO(db_write(a->db, &tx, &err));
	DO(ledger_head_load(tx, mem, a->edges, 1, &head, &err));
	for (int i = 0; i < n; i++) {
		char hex[65];
		int64_t seq;
		uint8_t chance[32];
		rng_fill(&a->random, chance, sizeof chance);
		text_hex((struct bytes){ chance, sizeof chance }, hex);
		const struct event_value value[] = { EV("doc", hex),
			EV_AT("due", 1800000000 + head.size), EV("lane", "everyday"),
			EV("via", "counter") };
		const struct event e = { .kind = &kind,
			.ref = "c-mfzxgidtmvrxezlu",
			.prev = head.size - 1,
			.role = "clerk",
			.unit = "u07",
			.value = value,
			.n_values = 4 };
		DO(ledger_append(tx, mem, &head, 1800000000, &a->random, &e, &seq, &err));
	}
	DO(ledger_head_save(tx, &head, &err));
	DO(tx_commit(tx, &err));
	ledger_edges_keep(a->edges, &head);
	mem_free(mem);
}

struct row {
	int64_t seq;
	struct bytes bytes;
};

/* The same rows, with nothing but the inserting. */
static void
insert_batch(struct db *db, const struct row *row, int n)
{
	struct tx *tx;
	DO(db_write(db, &tx, &err));
	for (int i = 0; i < n; i++)
		DO(db_exec(tx,
			SQL("INSERT INTO ledger_event (office, seq, prev, bytes)"
			    " VALUES (?, ?, ?, ?)"),
			VALS(V(INT64_C(1)), V(row[i].seq), V(row[i].seq - 1), V(row[i].bytes)),
			&err));
	DO(tx_commit(tx, &err));
}

static struct row *
rows_of(struct db *db, int64_t from, int n)
{
	struct tx *tx;
	struct row *row = mem_array(all, struct row, n);
	DO(db_read(db, &tx, &err));
	struct rows *q = db_query(tx,
		SQL("SELECT seq, bytes FROM ledger_event WHERE office = ? AND seq >= ?"
		    " ORDER BY seq LIMIT 100000"),
		VALS(V(INT64_C(1)), V(from)));
	for (int i = 0; i < n && row_next(q); i++) {
		struct bytes b = row_bytes(q, 1);
		row[i] = (struct row){ row_int(q, 0), { mem_copy(all, b.p, b.n), b.n } };
	}
	DO(rows_close(q, &err));
	tx_end(tx);
	return row;
}

static int64_t
file_bytes(const char *name)
{
	struct stat s;
	return stat(mem_printf(all, "%s/%s", folder, name), &s) == 0 ? (int64_t)s.st_size : 0;
}

static void
bench_append(int batch)
{
	const char *ours_name = mem_printf(all, "ours%d.db", batch);
	const char *bare_name = mem_printf(all, "bare%d.db", batch);
	struct appending a = { .db = open_log(ours_name), .edges = ledger_edges_new(all) };
	struct db *bare = open_log(bare_name);
	rng_init_seed(&a.random, 7);
	double ours[ROUNDS], plain[ROUNDS];
	int64_t at = 1, bytes = 0;
	for (int r = 0; r < ROUNDS; r++) {
		double start = now_ms();
		for (int i = 0; i < ENTRIES; i += batch)
			append_batch(&a, batch);
		ours[r] = (now_ms() - start) / 1e3;
		struct row *row = rows_of(a.db, at, ENTRIES);
		start = now_ms();
		for (int i = 0; i < ENTRIES; i += batch)
			insert_batch(bare, row + i, batch);
		plain[r] = (now_ms() - start) / 1e3;
		for (int i = 0; i < ENTRIES; i++)
			bytes += (int64_t)row[i].bytes.n;
		at += ENTRIES;
	}
	db_close(a.db);
	db_close(bare);
	double o = at_share(ours, ROUNDS, 0.5), p = at_share(plain, ROUNDS, 0.5);
	printf("\"append_%d\":{\"ours\":%.0f,\"bare\":%.0f,\"share\":%.3f,\"entry_bytes\":%.0f,"
	       "\"beside_bytes\":%.1f},",
		batch, ENTRIES / o, ENTRIES / p, p / o, (double)bytes / (ROUNDS * ENTRIES),
		(double)(file_bytes(ours_name) - bytes) / (ROUNDS * ENTRIES));
}

/* ---- ten million ------------------------------------------------------------------------------------ */

/* An entry as long as most are. */
static struct bytes
entry_of(int64_t i, char text[256])
{
	int n = snprintf(text, 256, "%0250lld", (long long)i);
	return (struct bytes){ (const uint8_t *)text, (size_t)n };
}

enum { ONE_OF = 64 }; /* tiles whose entries stand as rows */

static bool
has_row(int64_t i, int64_t size)
{
	return i / TILE_WIDTH % ONE_OF == 0 || i >= size - size % TILE_WIDTH;
}

/* A tree of so many entries; those of one tile in 64 and the last stand as rows, and proofs are asked for
 * these: a proof reads the entries of its own tile and no others. */
static void
grow(struct db *db, int64_t size)
{
	struct ledger_edge *e = mem_new(all, struct ledger_edge);
	struct tx *tx;
	edge_empty(e);
	DO(db_write(db, &tx, &err));
	DO(db_exec(tx, SQL("DROP TRIGGER ledger_event_no_delete"), NO_VALS, &err));
	DO(db_exec(tx, SQL("DELETE FROM ledger_event WHERE office = 1"), NO_VALS, &err));
	for (int64_t i = 0; i < size; i++) {
		char text[256];
		struct bytes bytes = entry_of(i, text);
		struct tree_hash leaf;
		tree_leaf(bytes, &leaf);
		DO(edge_push(tx, 1, e, &leaf, 1, &err));
		if (has_row(i, size))
			DO(db_exec(tx,
				SQL("INSERT INTO ledger_event (office, seq, bytes)"
				    " VALUES (?, ?, ?)"),
				VALS(V(INT64_C(1)), V(i), V(bytes)), &err));
		if (i % 1000000 == 999999) {
			DO(tx_commit(tx, &err));
			DO(db_write(db, &tx, &err));
		}
	}
	struct bytes root = { e->root.b, SHA256_LEN };
	DO(db_exec(tx, SQL("UPDATE ledger_head SET size = ?, root = ? WHERE office = ?"),
		VALS(V(size), V(root), V(INT64_C(1))), &err));
	DO(tx_commit(tx, &err));
}

static struct ledger_tree *
open_tree(struct db *db, struct tx **tx, void *mem)
{
	struct ledger_tree *t;
	DO(db_read(db, tx, &err));
	DO(ledger_tree_open(*tx, mem, 1, &t, &err));
	return t;
}

/* Each as a reader asks it: a snapshot, its edge, the proof. */
static double
prove(struct db *db, struct rng *random, int64_t size)
{
	struct tx *tx;
	struct tree_proof p;
	double start = now_ms();
	void *mem = mem_root("proof");
	struct ledger_tree *t = open_tree(db, &tx, mem);
	int64_t tiles = size / TILE_WIDTH / ONE_OF;
	int64_t at = (int64_t)rng_below(random, (uint32_t)tiles) * TILE_WIDTH * ONE_OF +
	             (int64_t)rng_below(random, TILE_WIDTH);
	DO(ledger_inclusion(t, at, size, &p, &err));
	tx_end(tx);
	mem_free(mem);
	return now_ms() - start;
}

static void
forget_file(const char *name)
{
	int fd = open(mem_printf(all, "%s/%s", folder, name), O_RDONLY);
	fdatasync(fd);
	posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED);
	close(fd);
}

static void
bench_proofs(int64_t size)
{
	struct db *db = open_log("large.db");
	struct rng random;
	static double warm[PROOFS], cold[50], start[20];
	rng_init_seed(&random, 3);
	double grown = now_ms();
	grow(db, size);
	grown = now_ms() - grown;
	for (int i = 0; i < PROOFS; i++)
		warm[i] = prove(db, &random, size);
	for (int i = 0; i < 50; i++) {
		db_close(db);
		forget_file("large.db");
		DO(db_open(all, mem_printf(all, "%s/large.db", folder), &(struct db_options){ 0 },
			&db, &err));
		/* A program that serves has read the schema and the tops of its trees; what it has not is this tile. */
		(void)prove(db, &random, size);
		forget_file("large.db");
		cold[i] = prove(db, &random, size);
	}
	for (int i = 0; i < 20; i++) {
		struct tx *tx;
		void *mem = mem_root("start");
		double from = now_ms();
		struct ledger_tree *t = open_tree(db, &tx, mem);
		xq_require(ledger_tree_size(t) == size);
		start[i] = now_ms() - from;
		tx_end(tx);
		mem_free(mem);
	}
	db_close(db);
	printf("\"entries\":%lld,\"grow_per_s\":%.0f,\"proof_warm_p50\":%.3f,\"proof_warm_p99\":%.3f,"
	       "\"proof_cold_p99\":%.3f,\"start\":%.3f,",
		(long long)size, (double)size / grown * 1e3, at_share(warm, PROOFS, 0.5),
		at_share(warm, PROOFS, 0.99), at_share(cold, 50, 0.99), at_share(start, 20, 0.99));
}

/* ---- a hundred offices ------------------------------------------------------------------------------- */

static void
make_office(struct app *app, int i)
{
	const char *code = mem_printf(all, "b%02d", i);
	const struct office_new o = { .code = code,
		.name = code,
		.short_name = code,
		.mark = "",
		.phone = "",
		.hours = "",
		.origin = mem_printf(all, "localhost/log/%s", code),
		.admin_login = "admin",
		.admin_name = "admin",
		.admin_password_hash = "-" };
	int64_t id;
	DO(office_create(app, &o, &id, &err));
}

static void
one_entry_each(struct app *app)
{
	for (size_t i = 0; i < app->n_offices; i++) {
		int64_t office = app->office[i].id;
		const struct actor system = {
			.kind = ACTOR_SYSTEM, .office = office, .unit_code = ""
		};
		void *mem = mem_root("tick");
		struct act_call *call = act_call_new(mem, app, &log_tick, office, &system);
		form_set_int(&call->form, "id", 1);
		xq_require(act_run(call) == XQ_OK);
		mem_free(mem);
	}
}

static void
bench_tick(void)
{
	struct app *app;
	struct app_options opt = { .modules = all_modules, .may_create = true };
	double took[TICKS];
	DO(app_open(all, mem_printf(all, "%s/offices", folder), &opt, &app, &err));
	for (int i = 0; i < OFFICES; i++)
		make_office(app, i);
	for (int i = 0; i < TICKS; i++) {
		one_entry_each(app);
		double start = now_ms();
		DO(record_sign(app, &err));
		took[i] = now_ms() - start;
	}
	app_close(app);
	printf("\"tick_100_offices\":%.2f,", at_share(took, TICKS, 0.5));
}

/* ---- hashing ---------------------------------------------------------------------------------------- */

static void
bench_hash(void)
{
	enum { N = 1000000 };
	uint8_t entry[250];
	struct tree_frontier f = { .n = 0 };
	memset(entry, 'x', sizeof entry);
	double start = now_ms();
	for (int i = 0; i < N; i++) {
		struct tree_hash leaf;
		entry[0] = (uint8_t)i;
		tree_leaf((struct bytes){ entry, sizeof entry }, &leaf);
		tree_push(&f, &leaf, NULL, NULL);
	}
	printf("\"hash_per_s\":%.0f", N / (now_ms() - start) * 1e3);
}

int
main(int argc, char **argv)
{
	if (argc < 2 || sodium_init() < 0)
		return 2;
	long millions = argc > 2 ? (long)strtoul(argv[2], NULL, 10) : 10;
	talloc_disable_null_tracking();
	all = mem_root("bench");
	folder = argv[1];
	xq_require(system(mem_printf(all, "rm -rf %s && mkdir -p %s", folder, folder)) == 0);
	printf("{");
	if (argc > 3) { /* one alone, while something is being made quicker */
		bench_tick();
		printf("}\n");
		return 0;
	}
	bench_append(64);
	bench_append(512);
	bench_tick();
	bench_proofs((int64_t)millions * 1000000);
	bench_hash();
	printf("}\n");
	xq_require(system(mem_printf(all, "rm -rf %s", folder)) == 0);
	return 0;
}
