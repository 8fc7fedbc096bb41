/* SPDX-License-Identifier: Apache-2.0 */
/* state_stop.c - a record that stands still, in full words: what was found, what that means, what to do next.
 *
 * One row for each kind of finding, so that a new kind is a row here and in the catalogue. */
#include "concern/desk.h"
#include "core/mem.h"
#include "record/state_page.h"
#include "web/msg.h"

#include "core/banned.h"

/* {dir} in a command is the data folder. */
struct stop_text {
	const char *key, *what; /* of the error; what NULL: any */
	const char *found, *means;
	struct stop_step step[STOP_STEPS];
};

/* clang-format off */
#define KEEP \
	{ N_("Change nothing in the data folder. Copy it as it is, with its guard file, to another disk."), NULL }
#define REFILL \
	{ N_("Stop the server and take the missing entries back from a mirror, an export or another office's copy; then start it again:"), \
	  "xinqiao record refill --data {dir} SOURCE" }
#define NEW_LOG \
	{ N_("If nobody has a copy, this record ends here. Begin a new one under the next name; its first entry names the old one and how many entries are lost:"), \
	  "xinqiao init --origin HOST/log/CODE.2 --after {dir}.guard" }
#define CHECK \
	{ N_("Stop the server and let it look at everything; it names each place that is not right:"), \
	  "xinqiao record check --data {dir}" }

static const struct stop_text stop_texts[] = {
	{ "record.differs", "guard",
	  N_("The guard file remembers a signed record of {size} entries. What stands in the data file now does not go on from it."),
	  N_("An older backup was put back, or somebody wrote into the data file past the program. Going on would show two histories under one name; so nothing is signed and nothing is taken."),
	  { KEEP, REFILL, NEW_LOG } },
	{ "record.differs", NULL,
	  N_("The last checkpoint was signed at {size} entries. What stands in the data file now is not what was signed."),
	  N_("Entries that were signed have been changed, removed or put into another order in the data file. Whoever has a copy of the record could prove it; so nothing is signed and nothing is taken."),
	  { KEEP, CHECK, REFILL, NEW_LOG } },
	{ "record.broken", NULL,
	  N_("At entry {seq} the record is damaged: what is stored there is not what was written."),
	  N_("A fault of the disk, or somebody wrote into the data file past the program. What was signed before can still be read and proven from any copy."),
	  { KEEP, CHECK,
	    { N_("Look at the disk: is it full, does the system report faults? A disk with faults is replaced before anything else."),
	      "journalctl -k -p err" },
	    { N_("Put the newest backup back, and take what it lacks from a mirror:"),
	      "xinqiao record refill --data {dir} SOURCE" } } },
	{ "record.fork", NULL,
	  N_("A checkpoint of this size was signed already, with another content."),
	  N_("Two programs wrote into the same record, or a copy of the data folder was running somewhere. Only one of the two histories may go on."),
	  { { N_("See that exactly one server runs with this data folder and this key; stop every copy."), NULL },
	    CHECK, REFILL, NEW_LOG } },
	{ "record.witness-ahead", NULL,
	  N_("The witness {name} has signed {size} entries of this record. There are fewer here."),
	  N_("An older backup was put back, and what was entered since then is missing. Residents may hold receipts for it; so nothing is taken until the entries are back."),
	  { KEEP, REFILL, NEW_LOG } },
	{ "record.clock", NULL,
	  N_("The clock of the server is behind: the last entry was made at {at}."),
	  N_("What is saved now gets the moment of the last entry. Nothing is signed until the clock is right, since a signed state would look back-dated; then signing goes on by itself."),
	  { { N_("Set the clock and let it be kept right over the network:"), "timedatectl set-ntp true" } } },
};
static const struct stop_step steps_known[] = { KEEP, CHECK };
/* clang-format on */

static const struct stop_text *
text_of(const struct xq_err *why)
{
	for (size_t i = 0; i < sizeof stop_texts / sizeof *stop_texts; i++) {
		const struct stop_text *t = &stop_texts[i];
		if (!text_eq(t->key, why->key))
			continue;
		if (!t->what || (why->arg[0].text && text_eq(why->arg[0].text, t->what)))
			return t;
	}
	return NULL;
}

static const char *
fill(struct req *q, const char *english, const struct xq_err *why)
{
	size_t n = 0;
	while (n < XQ_ERR_ARGS && why->arg[n].kind != MSG_ARG_NONE)
		n++;
	return msg_fill(q->mem, q->prefs.lang, msg_text(q->prefs.lang, english), why->arg, n,
		q->office->tz_s);
}

static void
add_step(struct req *q, struct stop_card *c, const struct stop_step *s)
{
	struct stop_step *out = &c->step[c->n_steps++];
	const struct msg_arg dir = AX("dir", q->app->dir);
	*out = *s;
	if (s->command) /* no words in it, so no language either */
		out->command = msg_fill(q->mem, LANG_EN, s->command, &dir, 1, q->office->tz_s);
}

struct stop_card
stop_card_of(struct req *q, const struct xq_err *why)
{
	const struct stop_text *t = text_of(why);
	struct stop_card c = { .found = t ? fill(q, t->found, why) : req_fault_text(q, why),
		.means = t ? t->means : NULL };
	size_t n = t ? STOP_STEPS : sizeof steps_known / sizeof *steps_known;
	const struct stop_step *step = t ? t->step : steps_known;
	for (size_t i = 0; i < n && step[i].text; i++)
		add_step(q, &c, &step[i]);
	return c;
}
