/* SPDX-License-Identifier: Apache-2.0 */
/* places.c - the two lists of places.h. substr(x, 1, 0) empties a text and leaves NULL what was NULL, since
 * some facts are that nothing was said. */
#include "erasure/places.h"

#include "core/banned.h"

/* clang-format off */

/* table, columns, statement: office and concern are bound, in this order. */
#define PLACES(X)                                                                                             \
	X("intake", "body name phone phone_tail pin_hash address contact_wish told",                          \
		"UPDATE intake SET body = '', name = '', phone = '', phone_tail = '', pin_hash = NULL,"       \
		" address = '', contact_wish = '', told = '', wants_contact = 0"                              \
		" WHERE office = ? AND concern_id = ?")                                                       \
	X("handover", "note told refusal",                                                                    \
		"UPDATE handover /* scan: rare, and no page asks for them by concern */"                      \
		" SET note = '', told = '', refusal = substr(refusal, 1, 0)"                                  \
		" WHERE office = ? AND concern_id = ?")                                                       \
	X("reply", "text basis why no_finding promise no_promise",                                            \
		"UPDATE reply SET promise = substr(promise, 1, 0), text = '', basis = '',"                     \
		" why = substr(why, 1, 0), no_finding = substr(no_finding, 1, 0),"                            \
		" no_promise = substr(no_promise, 1, 0) WHERE office = ? AND concern_id = ?")                 \
	X("step", "note",                                                                                     \
		"UPDATE step SET note = substr(note, 1, 0) WHERE office = ? AND concern_id = ?")              \
	X("photo", "hash", "DELETE FROM photo WHERE office = ? AND concern_id = ?")                           \
	X("request", "basis note ruling",                                                                     \
		"UPDATE request SET basis = '', note = '', ruling = substr(ruling, 1, 0)"                     \
		" WHERE office = ? AND concern_id = ?")                                                       \
	X("assist", "what opinion",                                                                           \
		"UPDATE assist SET what = '', opinion = substr(opinion, 1, 0)"                                \
		" WHERE office = ? AND concern_id = ?")                                                       \
	X("point", "text why",                                                                                \
		"UPDATE point SET text = '', why = substr(why, 1, 0) WHERE office = ? AND concern_id = ?")    \
	X("finding", "text evidence heard",                                                                   \
		"UPDATE finding SET text = '', evidence = substr(evidence, 1, 0),"                            \
		" heard = substr(heard, 1, 0) WHERE office = ? AND concern_id = ?")                           \
	X("promise", "text note why",                                                                         \
		"UPDATE promise SET text = '', note = substr(note, 1, 0), why = substr(why, 1, 0)"            \
		" WHERE office = ? AND concern_id = ?")                                                       \
	X("voice", "text answer",                                                                             \
		"UPDATE voice SET text = '', answer = substr(answer, 1, 0)"                                   \
		" WHERE office = ? AND concern_id = ?")                                                       \
	X("explained", "standing decider condition instead up_to",                                            \
		"UPDATE explained /* scan: rare */ SET standing = substr(standing, 1, 0),"                    \
		" decider = substr(decider, 1, 0), condition = substr(condition, 1, 0),"                      \
		" instead = substr(instead, 1, 0), up_to = substr(up_to, 1, 0)"                               \
		" WHERE office = ? AND concern_id = ?")                                                       \
	X("explaining", "text needs words",                                                                   \
		"UPDATE explaining SET text = substr(text, 1, 0), needs = substr(needs, 1, 0),"               \
		" words = substr(words, 1, 0) WHERE office = ? AND concern_id = ?")                           \
	X("conduct", "sealed",                                                                                \
		"DELETE FROM conduct /* scan: rare */ WHERE office = ? AND concern_id = ?")                   \
	X("passed_up", "facts tried proposal asked note",                                                     \
		"UPDATE passed_up SET facts = '', tried = '', proposal = '', asked = '',"                     \
		" note = substr(note, 1, 0) WHERE office = ? AND concern_id = ?")                             \
	X("sorting", "statement",                                                                             \
		"UPDATE sorting SET statement = substr(statement, 1, 0)"                                      \
		" WHERE office = ? AND concern_id = ?")                                                       \
	X("unmasking", "note", "UPDATE unmasking SET note = '' WHERE office = ? AND concern_id = ?")          \
	X("concern_visit", "about told heard",                                                                \
		"UPDATE concern_visit SET about = '', told = substr(told, 1, 0), heard = substr(heard, 1, 0)" \
		" WHERE office = ? AND concern_id = ?")                                                       \
	X("callback", "words",                                                                                \
		"UPDATE callback SET words = substr(words, 1, 0) WHERE office = ? AND concern_id = ?")        \
	X("recheck_try", "words",                                                                             \
		"UPDATE recheck_try /* scan: rare */ SET words = '' WHERE office = ? AND EXISTS"              \
		" (SELECT 1 FROM recheck r WHERE r.office = recheck_try.office"                               \
		"  AND r.draw_no = recheck_try.draw_no AND r.place = recheck_try.place"                       \
		"  AND r.concern_id = ?)")                                                                    \
	X("dispute_turn", "place words",                                                                      \
		"UPDATE dispute_turn /* scan: rare */ SET place = '', words = '' WHERE office = ? AND dispute_no IN"           \
		" (SELECT d.no FROM dispute d WHERE d.office = dispute_turn.office AND d.concern_id = ?)")    \
	X("dispute", "place about agreement told",                                                            \
		"UPDATE dispute SET place = '', about = '', agreement = '', told = ''"                        \
		" WHERE office = ? AND concern_id = ?")                                                       \
	X("acct_event", "statement explanation reason appeal ruling done",                                    \
		"UPDATE acct_event /* scan: rare */ SET statement = '', explanation = '', reason = '',"       \
		" appeal = '', ruling = '', done = '' WHERE office = ? AND concern_id = ?")                   \
	X("spot_concern", "place",                                                                            \
		"DELETE FROM spot_concern /* scan: rare; a place that stands out stays, it is nobody's */" \
		" WHERE office = ? AND concern_id = ? AND NOT EXISTS (SELECT 1 FROM hotspot h" \
		" WHERE h.office = spot_concern.office AND h.class = spot_concern.class" \
		" AND h.place = spot_concern.place)") \
	X("transfer_out", "note told refusal_note",                                                           \
		"UPDATE transfer_out SET note = '', told = '', refusal_note = substr(refusal_note, 1, 0)"     \
		" WHERE office = ? AND concern_id = ?")                                                       \
	X("transfer_in", "title body place note told",                                                        \
		"UPDATE transfer_in /* scan: rare */ SET title = '', body = '', place = '', note = '', told = ''" \
		" WHERE office = ? AND concern_id = ?")                                                       \
	X("sitting_entry", "asked told documents read_back fed_back_how",                                     \
		"UPDATE sitting_entry SET asked = '', told = '', documents = '', read_back = '',"             \
		" fed_back_how = substr(fed_back_how, 1, 0) WHERE office = ? AND concern_id = ?")

#define PLACE_ROW(table_, columns_, statement_) { .table = (table_), .columns = (columns_) },
const struct place erased_places[] = {
	PLACES(PLACE_ROW)
	/* by apply.c, in ways of their own */
	{ .table = "concern", .columns = "title place public_line source_no" },
	{ .table = "draft", .columns = "key body class place zone address name phone contact_wish" },
	{ .table = "draft_photo", .columns = "key hash" },
	{ .table = "search_doc", .columns = "terms" },
	{ .table = "search_page", .columns = "data" },
	{ .table = "ledger_part", .columns = "part sealed" },
	{ .table = NULL },
};

#define CODES "codes: one of a list, a number, a calendar"
#define KEYED "keyed hash or chance, of which nobody can be told"
#define STAFF "the office itself and its people, not residents"
#define RULE "a rule of the office"
#define RECORD "the public record: codes only (ledger.md 3.1)"
#define OTHERS "keys and signed states of records, ours and of other offices"
#define NO_NAMES "words of staff about a place or a unit; no concern is named, and the form says: no persons"

const struct place kept_places[] = {
	{ "concern", "ref via class nature zone limit_text seen_solved category relief solve_level erased_ground", CODES },
	{ "concern", "query_hash query_sealed", "chance; who holds the code reads that the words are gone" },
	{ "handover", "why", CODES },
	{ "reply", "class", CODES },
	{ "step", "act why", CODES },
	{ "request", "why", CODES },
	{ "voice", "why", CODES },
	{ "explaining", "mode view", CODES },
	{ "passed_up", "decision", CODES },
	{ "sorting", "relief level why", CODES },
	{ "unmasking", "way why", CODES },
	{ "concern_visit", "purpose", CODES },
	{ "callback", "result contacted solved", CODES },
	{ "recheck", "solved", CODES },
	{ "recheck_try", "result", CODES },
	{ "draw", "code root frame doc", "what was drawn from what, published: numbers by chance, hashes of lists of them" },
	{ "draw_outside", "name value", "a lottery that was drawn in public" },
	{ "box", "code doc", "votes by chance numbers, published; the list names neither person nor concern" },
	{ "box_vote", "com", KEYED },
	{ "merged", "solved", CODES },
	{ "transfer_out", "to_origin why their_ref refusal", CODES },
	{ "transfer_out", "their_code", "chance; who holds the code reads that the words are gone" },
	{ "transfer_in", "from_origin from_ref from_no class nature why refusal", CODES },
	{ "transfer_in", "refusal_note", "words of staff about offices and units; the form says: no persons" },
	{ "rating", "solved", CODES },
	{ "erasure", "ground why", CODES },
	{ "dispute", "kind side_a side_b form body", "kinds of sides, by design never a person" },
	{ "dispute_turn", "channel", CODES },
	{ "acct_event", "kind fact source outcome final_outcome", CODES },
	{ "spot_concern", "class", CODES },
	{ "attitude", "unit_code t", "a box: a mark without a person or concern" },
	{ "hard", "ref kind title public_line blocker blocker_words plan condition stage", NO_NAMES },
	{ "hard_entry", "kind why", CODES },
	{ "hard_review", "done plan condition blocker blocker_words stage", NO_NAMES },
	{ "hard_file", "origin past bodies", NO_NAMES },
	{ "legacy_look", "stage words", NO_NAMES },
	{ "stock_take", "how found", NO_NAMES },
	{ "stock_rule", "source", RULE },
	{ "hotspot", "class place cause treatment why", NO_NAMES },
	{ "spot_rule", "source", RULE },
	{ "sitting_end", "why words note", NO_NAMES },
	{ "roster_seat", "code_hash visitor_hash", KEYED },
	{ "roster_slot", "ref topics", STAFF },
	{ "roster_week", "late_why", STAFF },
	{ "roster_change", "why words", STAFF },
	{ "roster_swap", "why words", STAFF },
	{ "receiver", "name public_title role topics", STAFF },
	{ "venue", "name address room hours phone steps way", STAFF },
	{ "office", "code name short_name mark phone hours host", STAFF },
	{ "city", "name", STAFF },
	{ "district", "code name", STAFF },
	{ "city_sheet", "doc", RECORD },
	{ "unit", "code public_code name public_name", STAFF },
	{ "person", "name title phone", STAFF },
	{ "post", "code", STAFF },
	{ "post_must", "code", STAFF },
	{ "account", "login password_hash", STAFF },
	{ "role_grant", "role scope", STAFF },
	{ "session", "token_hash device", STAFF },
	{ "api_token", "label token_hash", STAFF },
	{ "login_lock", "login_hash", KEYED },
	{ "audit", "act subject_kind", CODES },
	{ "audit_export", "purpose of_act", "why somebody of the office took a file; the law keeps it" },
	{ "idem", "key result", "codes and numbers of an answer, sealed, for a week; no words" },
	{ "outbox", "effect body why", "what happened and to which number (act/tell.c), never what it is about" },
	{ "tally", "figure unit_code class", CODES },
	{ "duty_rule", "class why source", RULE },
	{ "duty", "class", RULE },
	{ "deadline", "code limit_text source note", RULE },
	{ "calendar_notice", "source", RULE },
	{ "calendar_day", "name", RULE },
	{ "rule_text", "kind code title english text class map next why source", RULE },
	{ "reply_template", "code title text source", RULE },
	{ "counter", "name", CODES },
	{ "schema_version", "module", CODES },
	{ "store_copy", "kind name body", CODES },
	{ "office_place", "address token", CODES },
	{ "office_key", "sealed", CODES },
	{ "office_peer", "code name address vkey", CODES },
	{ "record_stop", "why", CODES },
	{ "ledger_log", "code origin key_seed key_sealed", RECORD },
	{ "ledger_event", "bytes", RECORD },
	{ "ledger_doc", "sha256 type bytes", RECORD },
	{ "ledger_head", "root", RECORD },
	{ "ledger_tile", "root hashes", RECORD },
	{ "ledger_checkpoint", "root note", RECORD },
	{ "ledger_signed", "root note", RECORD },
	{ "ledger_receipt", "code_hash", "keyed hash of a code that opens a public entry; it proves after the erasure too" },
	{ "ledger_watch", "vkey", OTHERS },
	{ "ledger_watch_self", "name seed", OTHERS },
	{ "ledger_seen", "origin root note", OTHERS },
	{ "ledger_witness", "name vkey url note", OTHERS },
	{ "ledger_cosigned", "name line", OTHERS },
	{ "ledger_key", "vkey seed why", RECORD },
	{ "record_sheet", "doc why note", "a published sheet: its hash, and the office's words on why it was counted again" },
	{ "record_words", "hash", "hash of a table of sentences that was published" },
	{ "ledger_gone", "part ground", "which entries are to be announced; gone when they are" },
	{ "ledger_part_open", "part salt text", "older folders only: empty once they were opened" },
	{ .table = NULL },
};
/* clang-format on */

#define PLACE_RUN(table_, columns_, statement_)                                                    \
	if (rc == XQ_OK)                                                                           \
		rc = db_exec(tx, SQL(statement_), VALS(V(office), V(concern_id)), err);

enum xq_rc
places_erase(struct tx *tx, int64_t office, int64_t concern_id, struct xq_err *err)
{
	enum xq_rc rc = XQ_OK;
	PLACES(PLACE_RUN)
	return rc;
}
