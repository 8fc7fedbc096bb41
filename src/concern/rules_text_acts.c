/* SPDX-License-Identifier: Apache-2.0 */
/* rules_text_acts.c - the acts by which texts and words become rules from a day on. */
#include "concern/concern_int.h"
#include "concern/rules_fields.h"

#include "core/banned.h"

/* clang-format off */
#define SET(name, kind)                                                                            \
	static enum xq_rc name(struct act_ctx *ctx, const struct form *in, struct xq_err *err)     \
	{                                                                                          \
		(void)in; /* read from the call, where faults go too */                            \
		return rule_set(ctx, (kind), err);                                                 \
	}
SET(set_template, RULE_TEMPLATE)
SET(set_class, RULE_CLASS)
SET(set_nature, RULE_NATURE)
SET(set_outcome, RULE_OUTCOME)
SET(set_scale, RULE_SCALE)
SET(set_sentence, RULE_SENTENCE)
SET(set_guide, RULE_GUIDE)

static const struct field template_fields[] = {
	{ "code", FIELD_CODE, .required = true, .label = N_("Code of the template"),
		.hint = N_("An existing one gets a new version") },
	{ "title", FIELD_TEXT, .required = true, .max = 40, .label = N_("Title") },
	{ "text", FIELD_LINES, .required = true, .max = 2000, .label = N_("Text of the template") },
	FIRST_DAY, SOURCE,
	{ "off", FIELD_BOOL, .label = N_("No longer offered from this day on") },
	{ .name = NULL },
};

static const struct field class_fields[] = {
	{ "code", FIELD_CODE, .required = true, .label = N_("Code of the kind"),
		.hint = N_("An existing one gets a new version") },
	{ "title", FIELD_TEXT, .required = true, .max = 30, .label = N_("What it is called") },
	{ "english", FIELD_TEXT, .max = 60, .label = N_("The same in English") },
	{ "public", FIELD_CHOICE, .choices = concern_classes, .label = N_("Counted in public under"),
		.hint = N_("Published figures know ten kinds; each kind of the office is one of them") },
	{ "map", FIELD_TEXT, .max = 20, .label = N_("Code at the 12345 hotline") },
	{ "unit", FIELD_CODE, .label = N_("Lead unit"),
		.hint = N_("A new kind of matter has one from its first day on") },
	FIRST_DAY, SOURCE, REMARK,
	{ "off", FIELD_BOOL, .label = N_("No longer offered from this day on") },
	{ "next", FIELD_CODE, .label = N_("What takes its place"),
		.hint = N_("When it ends: new matters and duties go there") },
	{ .name = NULL },
};

static const struct field word_fields[] = {
	{ "code", FIELD_CODE, .required = true, .label = N_("Which word"),
		.hint = N_("What it counts as does not change") },
	{ "title", FIELD_TEXT, .required = true, .max = 20, .label = N_("What it is called") },
	{ "english", FIELD_TEXT, .max = 60, .label = N_("The same in English") },
	FIRST_DAY, SOURCE, REMARK,
	{ .name = NULL },
};

static const struct field sentence_fields[] = {
	{ "code", FIELD_CODE, .required = true, .label = N_("Which sentence") },
	{ "text", FIELD_LINES, .required = true, .max = 300, .label = N_("What the resident reads"),
		.hint = N_("Each place in braces is filled for the resident and has to stay") },
	{ "english", FIELD_LINES, .max = 500, .label = N_("The same in English") },
	FIRST_DAY, SOURCE, REMARK,
	{ .name = NULL },
};

static const struct field guide_fields[] = {
	{ "code", FIELD_CODE, .required = true, .label = N_("Which step") },
	{ "text", FIELD_LINES, .required = true, .max = 300, .label = N_("How it is done"),
		.hint = N_("One to three sentences that a new colleague understands") },
	{ "english", FIELD_LINES, .max = 600, .label = N_("The same in English") },
	FIRST_DAY, SOURCE, REMARK,
	{ .name = NULL },
};
/* clang-format on */

const struct act rules_set_template = {
	.name = "rules.set-template",
	.title = N_("Set a template of an answer"),
	.help = N_("Whoever answers can begin with it; the words stay the author's own."),
	.who = PERM_LEAD,
	.fields = template_fields,
	.apply = set_template,
	.events = rule_events,
};

const struct act rules_set_class = {
	.name = "rules.set-class",
	.title = N_("Set a kind of matter"),
	.help = N_(
		"A new one, another name, or its end. What is on file keeps the words of its day."),
	.who = PERM_LEAD,
	.fields = class_fields,
	.apply = set_class,
	.events = rule_events,
};

const struct act rules_set_nature = {
	.name = "rules.set-nature",
	.title = N_("Set a word for what it is"),
	.help = N_("Its limit hangs on the code and stays."),
	.who = PERM_LEAD,
	.fields = word_fields,
	.apply = set_nature,
	.events = rule_events,
};

const struct act rules_set_outcome = {
	.name = "rules.set-outcome",
	.title = N_("Set a word for an outcome"),
	.help = N_("Whether it counts as solved hangs on the code and cannot be changed."),
	.who = PERM_LEAD,
	.fields = word_fields,
	.apply = set_outcome,
	.events = rule_events,
};

const struct act rules_set_scale = {
	.name = "rules.set-scale",
	.title = N_("Set a word of a rating"),
	.help = N_("From tomorrow at the earliest; what is rated keeps the words it was asked in."),
	.who = PERM_LEAD,
	.fields = word_fields,
	.apply = set_scale,
	.events = rule_events,
};

const struct act rules_set_sentence = {
	.name = "rules.set-sentence",
	.title = N_("Set a sentence for residents"),
	.help = N_("Everybody who looks reads the sentence of today."),
	.who = PERM_LEAD,
	.fields = sentence_fields,
	.apply = set_sentence,
	.events = rule_events,
};

const struct act rules_set_guide = {
	.name = "rules.set-guide",
	.title = N_("Set the guide of a step"),
	.help = N_("It stands folded on the page of the step, and in the handbook."),
	.who = PERM_LEAD,
	.fields = guide_fields,
	.apply = set_guide,
	.events = rule_events,
};
