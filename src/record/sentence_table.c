/* SPDX-License-Identifier: Apache-2.0 */
/* sentence_table.c - the sentences that ship, as rules: of each group the first rule that holds is said.
 * A rule looks at the codes of the event and at where its subject stands after all that followed. */
#include "record/sentence.h"

#include "core/json.h"
#include "core/mem.h"

#include "core/banned.h"

enum { CONDS = 5 };

/* A condition is {fact, value}; the value "*": there, "-": not there, "!x": not x. */
struct say_rule {
	const char *cond[CONDS][2]; /* ended by a NULL */
	const char *text;           /* message; NULL: nothing is said, and no later rule asked */
};

/* clang-format off */
#define RULE(text_, ...) { .text = (text_), .cond = { __VA_ARGS__ } }
#define END_OF_GROUP { .text = NULL, .cond = { { NULL, NULL } } }
#define IS(fact, value) { (fact), (value) }

/* What is on record. */
static const struct say_rule what[] = {
	RULE(N_("Your concern of {at:day} stands in the public record as no. {seq:n}"),
		IS("k", "concern.raised")),
	RULE(N_("Your rating of {at:day}, “{sat:sat}”, “{solved:solved}”, stands in the public record as no. {seq:n}"),
		IS("k", "concern.rated"), IS("sat", "*")),
	RULE(N_("Your view of {at:day}, “{solved:solved}” without a rating, stands in the public record as no. {seq:n}"),
		IS("k", "concern.rated")),
	RULE(N_("Your rating of {at:day}, “{sat:sat}”, “{solved:solved}”, stands in the public record as no. {seq:n}"),
		IS("k", "voice.rated"), IS("sat", "*")),
	RULE(N_("Your view of {at:day}, “{solved:solved}” without a rating, stands in the public record as no. {seq:n}"),
		IS("k", "voice.rated")),
	RULE(N_("That you disagreed on {at:day} stands in the public record as no. {seq:n}"),
		IS("k", "voice.disputed")),
	RULE(N_("That you withdrew your concern on {at:day} stands in the public record as no. {seq:n}"),
		IS("k", "concern.terminated"), IS("why", "withdrawn")),
	RULE(N_("Your secret answer of {at:day} lies in its box; that it was put in stands in the public record as no. {seq:n}"),
		IS("k", "box.vote")),
	RULE(N_("What was done on {at:day} stands in the public record as no. {seq:n}"), IS("seq", "*")),
	END_OF_GROUP,
};

/* Where it stands. */
static const struct say_rule stands[] = {
	RULE(N_("; it was registered by mistake and is in no rate."), IS("now_state", "voided")),
	RULE(N_("; it now counts as “closed, {now_outcome:outcome}”."),
		IS("k", "concern.raised"), IS("now_state", "closed")),
	RULE(N_("; {now_unit:unit} answers for it and owes you an answer by {now_due:day}."),
		IS("k", "concern.raised"), IS("now_state", "open"), IS("now_unit", "*")),
	RULE(N_("; you get an answer by {now_due:day}."), IS("k", "concern.raised"), IS("now_state", "open")),
	RULE(N_("; it is answered and waits for your view."), IS("k", "concern.raised"), IS("now_state", "answered")),
	RULE(N_("; it is handled once more, and you get an answer by {now_due:day}."),
		IS("k", "concern.raised"), IS("now_state", "redo")),
	RULE(N_("; it cannot be done now and does not count as settled; you hear the next step by {now_due:day}."),
		IS("k", "concern.raised"), IS("now_state", "parked")),
	RULE(N_("; another body is competent, and you were told which."), IS("k", "concern.raised"), IS("now_state", "redirected")),
	RULE(N_("; it is handled together with another one, and your voice counts all the same."),
		IS("k", "concern.raised"), IS("now_state", "merged")),
	RULE(N_("; another office took it over: it goes on as no. {now_entry:n} in the record {now_to}."),
		IS("k", "concern.raised"), IS("now_state", "transferred")),
	RULE(N_("; it ended without an answer."), IS("k", "concern.raised"), IS("now_state", "terminated")),
	RULE(N_("; later in the same month you rated again, and the later rating counts."), IS("over", "yes")),
	RULE(N_("; it counts in the satisfaction of {at:month}."), IS("k", "concern.rated"), IS("sat", "*")),
	RULE(N_("; it counts in what was really solved in {at:month}."), IS("k", "concern.rated")),
	RULE(N_("; it ended there and counts neither as solved nor as not solved."),
		IS("k", "concern.terminated"), IS("why", "withdrawn")),
	RULE(N_("; somebody who had no part in it answers you."), IS("k", "voice.disputed")),
	RULE(N_("."), IS("seq", "*")),
	END_OF_GROUP,
};

/* How it was answered and rated. */
static const struct say_rule timely[] = {
	RULE(NULL, IS("now_state", "voided")),
	RULE(N_(" The answer came in time, and counts so in {now_closed:month}."),
		IS("k", "concern.raised"), IS("now_state", "closed"), IS("now_late", "no")),
	RULE(N_(" The answer came late, and counts so in {now_closed:month}."),
		IS("k", "concern.raised"), IS("now_state", "closed"), IS("now_late", "yes")),
	END_OF_GROUP,
};

static const struct say_rule rated[] = {
	RULE(NULL, IS("now_state", "voided")),
	RULE(N_(" Your rating “{now_sat:sat}” counts in the satisfaction of {now_rated:month}."),
		IS("k", "concern.raised"), IS("now_sat", "*")),
	RULE(N_(" Your view “{now_solved:solved}” counts in what was really solved in {now_rated:month}."),
		IS("k", "concern.raised"), IS("now_solved", "*")),
	RULE(N_(" Three calls did not reach you: it counts neither as satisfied nor as not satisfied."),
		IS("k", "concern.raised"), IS("now_unreached", "yes")),
	END_OF_GROUP,
};

/* The figures that it enters, each by its name. */
static const struct say_rule in_raised[] = {
	RULE(N_("concerns voided in {at:month}"), IS("k", "concern.raised"), IS("now_state", "voided")),
	RULE(N_("concerns received in {at:month}"), IS("k", "concern.raised")),
	END_OF_GROUP,
};
static const struct say_rule in_timely[] = {
	RULE(NULL, IS("now_state", "voided")),
	RULE(N_("answered in time, {now_closed:month}"),
		IS("k", "concern.raised"), IS("now_state", "closed"), IS("now_late", "*")),
	END_OF_GROUP,
};
static const struct say_rule in_satisfaction[] = {
	RULE(NULL, IS("now_state", "voided")),
	RULE(NULL, IS("over", "yes")),
	RULE(N_("satisfaction, {at:month}"), IS("k", "concern.rated"), IS("sat", "*")),
	RULE(N_("satisfaction, {now_rated:month}"), IS("k", "concern.raised"), IS("now_sat", "*")),
	END_OF_GROUP,
};
static const struct say_rule in_solved[] = {
	RULE(NULL, IS("now_state", "voided")),
	RULE(NULL, IS("over", "yes")),
	RULE(N_("really solved, {at:month}"), IS("k", "concern.rated")),
	RULE(N_("really solved, {now_rated:month}"), IS("k", "concern.raised"), IS("now_solved", "*")),
	END_OF_GROUP,
};
static const struct say_rule in_unreached[] = {
	RULE(NULL, IS("now_state", "voided")),
	RULE(NULL, IS("now_rated", "*")),
	RULE(N_("not reached, {now_called:month}"), IS("now_unreached", "yes")),
	END_OF_GROUP,
};
/* clang-format on */

static const struct say_rule *const say_groups[] = { what, stands, timely, rated, NULL };
static const struct say_rule *const count_groups[] = { in_raised, in_timely, in_satisfaction,
	in_solved, in_unreached, NULL };

static void
put_rule(struct json_w *w, enum lang lang, const struct say_rule *r)
{
	json_open(w, '{');
	json_key(w, "if");
	json_open(w, '[');
	for (size_t i = 0; i < CONDS && r->cond[i][0]; i++) {
		json_open(w, '[');
		json_text(w, r->cond[i][0]);
		json_text(w, r->cond[i][1]);
		json_close(w, ']');
	}
	json_close(w, ']');
	json_pair(w, "text", r->text ? msg_text(lang, r->text) : "");
	json_close(w, '}');
}

static void
put_groups(struct json_w *w, const char *key, enum lang lang, const struct say_rule *const *group)
{
	json_key(w, key);
	json_open(w, '[');
	for (; *group; group++) {
		json_open(w, '[');
		for (const struct say_rule *r = *group; r->cond[0][0]; r++)
			put_rule(w, lang, r);
		json_close(w, ']');
	}
	json_close(w, ']');
}

static void
put_words(struct json_w *w, const struct word_list *list, size_t n_lists)
{
	json_key(w, "words");
	json_open(w, '{');
	for (size_t i = 0; i < n_lists; i++) {
		json_key(w, list[i].name);
		json_open(w, '[');
		for (size_t k = 0; k < list[i].n; k++) {
			json_open(w, '[');
			json_text(w, list[i].pair[k].code);
			json_text(w, list[i].pair[k].word);
			json_close(w, ']');
		}
		json_close(w, ']');
	}
	json_close(w, '}');
}

enum xq_rc
sentence_table(void *mem, enum lang lang, const struct word_list *list, size_t n_lists,
	struct str *out, struct xq_err *err)
{
	struct json_w w = json_new(mem);
	json_open(&w, '{');
	json_pair(&w, "doc", SENTENCE_DOC);
	json_pair(&w, "lang", lang == LANG_EN ? "en" : "zh");
	/* One place for each kind of date, in the language's own order. */
	json_pair(&w, "day", msg_text(lang, N_("{d} {mon}")));
	json_pair(&w, "month", msg_text(lang, N_("{mon} {y}")));
	json_pair(&w, "months",
		msg_text(lang, N_("Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec")));
	json_pair(&w, "join", msg_text(lang, N_("; ")));
	put_groups(&w, "say", lang, say_groups);
	put_groups(&w, "count", lang, count_groups);
	put_words(&w, list, n_lists);
	json_close(&w, '}');
	return canonical_write(mem, buf_view(&w.b), out, err);
}
