/* SPDX-License-Identifier: Apache-2.0 */
/* event.h - the events of the public record, written as canonical bytes inside the act.
 *
 * For:       appending; hashing, tiles and signatures come over the same rows later.
 * May call:  core, store, libsodium (the log's key), jansson
 * Called by: act/ (act_emit), cli init
 * Owns:      tables ledger_log, ledger_head, ledger_event, ledger_doc (parts: ledger/parts.h)
 * Threads:   the writer
 * Source:    ledger.md 3, 4, 6; decisions.md 16, 17
 */
#ifndef XQ_LEDGER_EVENT_H
#define XQ_LEDGER_EVENT_H

#include "core/err.h"
#include "core/random.h"
#include "core/str.h"
#include "store/store.h"

enum event_type { EV_CODE, EV_INT, EV_BOOL, EV_TIME, EV_DAY, EV_CODES };
#define EVENT_MAX_CODES 256 /* of one list */

struct event_field {
	const char *name;
	enum event_type type;
	bool optional;
	const char *meaning; /* for docs/events.md */
};

/* A kind is its own declaration; only declared fields, with values of the declared type, pass. */
struct event_kind {
	const char *name; /* "concern.raised" */
	const char *meaning;
	const struct event_field *fields; /* sorted by name, ended by a NULL name */
	bool opens; /* always the first event of its ref: needs one, and no prev */
};

/* A public value: a code (1..512 printable ASCII without space, quote, backslash), an integer of at
 * most 2^53 - 1, a list of codes, ... In any order; a code or list that is NULL stands for an optional
 * field left out. */
struct event_value {
	const char *name;
	enum event_type type;
	const char *code;
	int64_t i;
	const char *const *codes; /* EV_CODES */
	size_t n_codes;
};

#define EV(name_, code_)                                                                           \
	{                                                                                          \
		.name = (name_), .type = EV_CODE, .code = (code_)                                  \
	}
#define EV_N(name_, int_)                                                                          \
	{                                                                                          \
		.name = (name_), .type = EV_INT, .i = (int_)                                       \
	}
#define EV_B(name_, bool_)                                                                         \
	{                                                                                          \
		.name = (name_), .type = EV_BOOL, .i = (bool_)                                     \
	}
#define EV_AT(name_, at_)                                                                          \
	{                                                                                          \
		.name = (name_), .type = EV_TIME, .i = (at_)                                       \
	}
#define EV_D(name_, day_)                                                                          \
	{                                                                                          \
		.name = (name_), .type = EV_DAY, .i = (day_)                                       \
	}
#define EV_LIST(name_, codes_, n_)                                                                 \
	{                                                                                          \
		.name = (name_), .type = EV_CODES, .codes = (codes_), .n_codes = (n_)              \
	}

/* Personal content of one person: canonical JSON text (canonical_write), kept beside the event with
 * its salt. In any order; com is sorted by name. */
struct event_part {
	const char *name;  /* "body", "who", "reply" */
	int64_t person_id; /* 0: nobody on file (an anonymous resident) */
	struct str json;
	/* Given: what it commits to lies with somebody else, and nothing of it is kept here (a vote). */
	const char *com;
};

struct event {
	const struct event_kind *kind;
	const char *ref; /* "c-mfzxgidtmvrxezlu"; NULL: none */
	int64_t prev;    /* seq of the previous event with this ref; -1: none */
	const char *
		role; /* resident clerk handler tracker supervisor evaluator delegate officer system */
	const char *unit; /* public code of the acting unit; NULL: none */
	const struct event_value *value;
	size_t n_values;
	const struct event_part *part;
	size_t n_parts;
	int64_t voice; /* seq of the first event of the resident whose parts these are; 0: it begins here */
};

#define EVENT_MAX_BYTES 8192
#define EVENT_MAX_PARTS 8
#define EVENT_REF_LEN 18 /* letter, '-', 16 characters */

/* The head of one office's log while a write transaction is open. Loaded once and saved once in a
 * batch; a plain value, so whoever rolls a savepoint back puts the copy from before it back too. */
struct keystore;
struct ledger_head {
	int64_t office;
	const char *log; /* office code */
	const char *origin;
	struct keystore *keys; /* set by who loads it; NULL: no event with a part can be written */
	int64_t size;          /* next seq */
	int64_t last_at;       /* no event is earlier than the one before */
	bool is_changed;
	/* The tree before the transaction and the leaves since; size says how many of them count, so
	 * putting an older copy of the head back cuts the list. */
	struct ledger_work *work;
};

struct ledger_edges; /* tiles.h */

/* XQ_NONE: the office has no log. edges: what was kept of the tree (NULL: nothing); read from rows where it
 * is that of another size or root, since somebody else wrote. REFUSED record.broken as ledger_tree_open.
 * What out points to lives as long as mem. */
XQ_CHECK enum xq_rc ledger_head_load(struct tx *tx, void *mem, const struct ledger_edges *edges,
	int64_t office, struct ledger_head *out, struct xq_err *err);
/* Asks ahead (db_ask) for what ledger_head_load will. */
void ledger_head_ask(struct tx *tx, int64_t office);
/* Puts the new entries into the tree and saves size and root. Writes nothing unless is_changed, which it
 * clears. After the commit: ledger_edges_keep. */
XQ_CHECK enum xq_rc ledger_head_save(struct tx *tx, struct ledger_head *head, struct xq_err *err);

/* ledger_append - one event after the others.
 *
 * now      UTC seconds; the event's `at` is max(now, last at)
 * random   32 bytes of salt for each part
 * out_seq  the entry's index
 * err      FAULT record.form: a value breaks ledger.md 3.1 (a programming error; nothing written)
 */
XQ_CHECK enum xq_rc ledger_append(struct tx *tx, void *mem, struct ledger_head *head, int64_t now,
	struct rng *random, const struct event *e, int64_t *out_seq, struct xq_err *err);

/* ledger_append_bytes - an entry that was written once before, byte for byte: after an old backup was
 * restored and somebody else still has it. Its personal parts are not in it.
 *
 * err  REFUSED record.bad-entry {key} {at}: not an entry of this log at this place
 */
XQ_CHECK enum xq_rc ledger_append_bytes(
	struct tx *tx, struct ledger_head *head, struct str bytes, struct xq_err *err);

/* The canonical bytes alone (tests, vectors). com: base64 commitments in the order of the parts. */
XQ_CHECK enum xq_rc event_bytes(void *mem, const char *log, int64_t seq, int64_t at,
	const struct event *e, const char *const *com, struct str *out, struct xq_err *err);

/* ledger_open - the log of a new office, with log.opened at seq 0 by the role officer.
 *
 * origin  "xinqiao.example.cn/log/lc": fixed for ever; no scheme, final slash, space or '+'
 * after   the last signed head of the log that this one continues, as the guard remembers it; NULL: none
 * random  gives the seed of the log's Ed25519 key, which stays in ledger_log
 * err     REFUSED log.exists; FAULT record.form for a code or origin of the wrong form
 *
 * Saves the head; one that was loaded before is of no use.
 */
struct guard_entry;
XQ_CHECK enum xq_rc ledger_open(struct tx *tx, void *mem, int64_t office, const char *code,
	const char *origin, const struct guard_entry *after, int64_t now, struct rng *random,
	struct xq_err *err);

/* A public document that an event names by its hash (ledger.md 3.1); the same one again is no
 * fault. type: its media type. out_hex: for the event. */
XQ_CHECK enum xq_rc ledger_doc_put(struct tx *tx, int64_t office, const char *type,
	struct bytes doc, char out_hex[65], struct xq_err *err);

/* ---- reading back ------------------------------------------------------------------------------- */

/* An event as its bytes say; all slices are lent by them, an absent one has n == 0. */
struct event_seen {
	struct str at_text, kind, log, ref, role, unit;
	struct str pub, com; /* the objects with their brackets; com may be absent */
	int64_t at;          /* UTC seconds */
	int64_t seq;
	int64_t prev; /* -1: none */
};

/* event_check - whether bytes are one event as ledger.md 3.1 has it, and canonical.
 *
 * log, seq  what the entry must say; NULL and -1: anything
 * err       REFUSED record.bad-entry {key} {at}: the key that is wrong, the byte where reading stopped
 *
 * Kinds and fields that we do not know pass. No allocation; any thread.
 */
XQ_CHECK enum xq_rc event_check(
	struct str bytes, const char *log, int64_t seq, struct event_seen *out, struct xq_err *err);

#define LEDGER_SALT_LEN 32
#define LEDGER_COM_LEN 44 /* base64 of SHA-256 */

/* The commitment to a part (ledger.md 4). */
void ledger_commit(
	const uint8_t salt[LEDGER_SALT_LEN], struct str json, char out[LEDGER_COM_LEN + 1]);
/* Whether salt and text open it: 32 bytes, canonical text, the hash spelled in base64. */
bool ledger_opens(struct bytes salt, struct str json, struct str commitment);

/* ---- canonical JSON ------------------------------------------------------------------------------ */

/* True when json is canonical as ledger.md 3.2 has it. */
bool canonical_is(struct str json);
/* Loose JSON in canonical form; REFUSED canonical.bad where it has none: a fraction, null, a key
 * twice or of another form, text that is not NFC, more than 8 levels, more than 4 MiB. */
XQ_CHECK enum xq_rc canonical_write(
	void *mem, struct str json, struct str *out, struct xq_err *err);

/* ---- the rest ------------------------------------------------------------------------------------ */

/* letter: c concern, r sitting, v visit plan, m meeting, p proposal, d disclosure item, s survey,
 * g programme, e resource, h hard problem. */
void event_ref_new(struct rng *random, char letter, char out[EVENT_REF_LEN + 1]);
bool ledger_is_ref(struct str s); /* letter of a subject, '-', 16 of lower-case base32 */

/* Why a public field tells nothing of a person; NULL: nobody has said so, and it must not be used. */
const char *event_field_safe(const struct event_kind *k, const struct event_field *f);

/* docs/events.md: what each kind means and which public fields it has, sorted by name. */
void ledger_events_doc(struct buf *out, const struct event_kind *const *kind, size_t n);

extern const struct event_kind ev_log_opened, ev_log_tick, ev_office_noted, ev_import_done,
	ev_role_granted, ev_role_revoked, ev_record_erased;
extern const struct event_kind *const ledger_kinds[]; /* the seven above; NULL-ended */
extern const struct migration ledger_migration_1;
extern const struct msg_text ledger_messages[];

#endif
