/* SPDX-License-Identifier: Apache-2.0 */
/* entry_words.c - kinds, fields and roles of the record in words for people; what is not here stays a code. */
#include "record/entry_words.h"

#include "core/mem.h"
#include "ledger/pub.h"

#include "core/banned.h"

struct word {
	const char *code, *text; /* text: message */
};

/* clang-format off */
static const struct word kinds[] = {
	{ "concern.raised", N_("A concern came in") },
	{ "concern.offered", N_("Offered to a unit") },
	{ "concern.owned", N_("A unit took it on") },
	{ "concern.declined", N_("The offer was declined or ran out") },
	{ "concern.contacted", N_("The resident was called first") },
	{ "concern.return-asked", N_("The unit asked that another one gets it") },
	{ "concern.return-granted", N_("Ruled: another unit gets it") },
	{ "concern.return-refused", N_("Ruled: it stays") },
	{ "concern.due-moved", N_("The day of the answer moved") },
	{ "concern.parked", N_("Put aside until a day") },
	{ "concern.resumed", N_("The work goes on") },
	{ "concern.assisted", N_("Another unit helps") },
	{ "concern.found", N_("The facts were looked into") },
	{ "concern.replied", N_("Answered") },
	{ "concern.reply-rejected", N_("The draft was sent back") },
	{ "concern.promised", N_("Something was promised") },
	{ "concern.promise-kept", N_("A promise was kept") },
	{ "concern.promise-moved", N_("The day of a promise moved") },
	{ "concern.called", N_("Called back") },
	{ "concern.rated", N_("The resident rated") },
	{ "concern.unreached", N_("Nobody was reached in three calls") },
	{ "concern.redo", N_("Handled again") },
	{ "concern.closed", N_("Closed") },
	{ "concern.voided", N_("Voided") },
	{ "concern.redirected", N_("Pointed to another body") },
	{ "concern.merged", N_("Handled with another one") },
	{ "concern.terminated", N_("Ended without an answer") },
	{ "concern.listed", N_("On the public list of late ones") },
	{ "concern.unlisted", N_("Left the public list of late ones") },
	{ "concern.supervised", N_("Brought before a higher level") },
	{ "voice.disputed", N_("The resident disagrees") },
	{ "voice.rated", N_("A resident of a merged concern rated") },
	{ "reception.planned", N_("A reception was planned") },
	{ "reception.changed", N_("A reception was moved") },
	{ "reception.held", N_("A reception was held") },
	{ "reception.missed", N_("A reception was missed") },
	{ "reception.cancelled", N_("A reception was cancelled") },
	{ "visit.done", N_("Households were visited") },
	{ "disclosure.published", N_("Something was disclosed") },
	{ "record.erased", N_("Personal parts were erased") },
	{ "figures.published", N_("The figures of a period were published") },
	{ "config.set", N_("Rules were set") },
	{ "log.opened", N_("The record begins") },
	{ "log.tick", N_("A day on which nothing else was recorded") },
	{ "office.noted", N_("The office changed a fact of its own") },
	{ NULL, NULL },
};

static const struct word keys[] = {
	{ "class", N_("Kind of matter") },
	{ "lane", N_("Way through the office") },
	{ "via", N_("How it came") },
	{ "due", N_("Due by") },
	{ "zone", N_("Zone") },
	{ "to", N_("To") },
	{ "why", N_("Reason") },
	{ "made", N_("Reached") },
	{ "outcome", N_("Outcome, as the unit says") },
	{ "answer", N_("Kind of answer") },
	{ "round", N_("Round") },
	{ "sat", N_("How satisfied, 1 to 4") },
	{ "solved", N_("Solved, as the resident says") },
	{ "no", N_("Which promise") },
	{ "n", N_("Which try") },
	{ "result", N_("Result") },
	{ "day", N_("Day") },
	{ "until", N_("Until") },
	{ "visitors", N_("Visitors") },
	{ "concerns", N_("Concerns taken down") },
	{ "households", N_("Households") },
	{ "from", N_("From") },
	{ "size", N_("Entries counted") },
	{ "doc", N_("Document, SHA-256") },
	{ "act", N_("Act") },
	{ NULL, NULL },
};

static const struct word roles[] = {
	{ "resident", N_("Resident") },
	{ "clerk", N_("Clerk") },
	{ "handler", N_("Handler") },
	{ "tracker", N_("First receiver") },
	{ "supervisor", N_("Supervisor") },
	{ "evaluator", N_("Evaluator") },
	{ "delegate", N_("Delegate") },
	{ "officer", N_("Officer") },
	{ "system", N_("The clock of the system") },
	{ NULL, NULL },
};
/* clang-format on */

static const char *
look(const struct word *w, struct str code)
{
	for (; w->code; w++)
		if (str_is(code, w->code))
			return w->text;
	return NULL;
}

const char *
entry_title(struct str kind)
{
	return look(kinds, kind);
}

const char *
entry_key_title(struct str key)
{
	return look(keys, key);
}

const char *
entry_role_title(struct str role)
{
	return look(roles, role);
}

enum xq_rc
record_entry(struct tx *tx, void *mem, int64_t office, int64_t seq, struct str *out_bytes,
	struct event_seen *out, struct xq_err *err)
{
	struct str bytes = { 0 };
	struct rows *q =
		db_query(tx, SQL("SELECT bytes FROM ledger_event WHERE office = ? AND seq = ?"),
			VALS(V(office), V(seq)));
	if (row_next(q)) {
		struct bytes b = row_bytes(q, 0);
		bytes = str_n(mem_textn(mem, (const char *)b.p, b.n), b.n);
	}
	enum xq_rc rc = rows_close(q, err);
	if (rc != XQ_OK || bytes.n == 0)
		return rc == XQ_OK ? XQ_NONE : rc;
	*out_bytes = bytes;
	return event_check(bytes, NULL, seq, out, err);
}

enum xq_rc
record_name(struct tx *tx, void *mem, int64_t office, const char **out_origin,
	const char **out_vkey, struct xq_err *err)
{
	struct str bytes, origin, vkey;
	struct event_seen e;
	enum xq_rc rc = record_entry(tx, mem, office, 0, &bytes, &e, err);
	if (rc != XQ_OK)
		return rc;
	if (!pub_code(e.pub, "origin", &origin) || !pub_code(e.pub, "vkey", &vkey))
		return xq_fault(err, "record.form", "the first entry names no key");
	*out_origin = mem_textn(mem, origin.p, origin.n);
	*out_vkey = mem_textn(mem, vkey.p, vkey.n);
	return XQ_OK;
}
