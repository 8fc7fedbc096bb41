/* SPDX-License-Identifier: Apache-2.0 */
/* What was found, for people and for programs. */
#include <stdio.h>

#include "cli/record_int.h"
#include "core/mem.h"
#include "core/time.h"
#include "ledger/note.h"
#include "ledger/proof_file.h"

#include "core/banned.h"

/* The verdicts; each is also what the man of the technician reads first. */
static const char *const verdict_good = N_("Every rule holds.");
static const char *const verdict_copy = N_("Do not trust this copy: it is not what was signed.");
static const char *const verdict_breach =
	N_("The copy is whole, and the record itself shows a breach. Quote it by its number.");
static const char *const verdict_cut =
	N_("The check ended early, since a file is missing or broken.");
static const char *const own_key =
	N_("The key was taken from the copy itself. Give the printed one with --vkey.");
static const char *const steerable =
	N_("{n} draws name no source outside the office: the organiser could have steered them.");

static const char *
fault_english(const char *key)
{
	for (const struct msg_text *m = verify_messages; m->key; m++)
		if (text_eq(m->key, key))
			return m->text;
	return key;
}

static char *
fault_text(void *mem, const struct verify_fault *f)
{
	const struct msg_arg arg[] = {
		{ .name = "want", .kind = MSG_ARG_TEXT, .text = f->want },
		{ .name = "got", .kind = MSG_ARG_TEXT, .text = f->got },
	};
	return msg_fill(mem, cli_lang(), record_text(fault_english(f->key)), arg, 2, TZ_CHINA);
}

static bool
is_copy_good(const struct verify_result *r)
{
	for (int rule = 1; rule <= VERIFY_LAST_OF_COPY; rule++)
		if (r->n_of[rule] > 0)
			return false;
	return true;
}

static void
say_faults(struct cli *c, const struct verify_result *r)
{
	for (size_t i = 0; i < r->n_kept; i++) {
		const struct verify_fault *f = &r->fault[i];
		printf("FAULT  %-3s  %s%lld  %s: %s\n", verify_rule_name(f->rule),
			f->seq < 0 ? "" : "#", (long long)f->seq, f->key, fault_text(c->mem, f));
	}
	for (int rule = 1; rule < VERIFY_RULES; rule++)
		if (r->n_of[rule] > VERIFY_KEPT_OF_RULE)
			printf("       %-3s  %lld\n", verify_rule_name((enum verify_rule)rule),
				(long long)r->n_of[rule]);
}

static void
say(struct cli *c, const struct verify_result *r)
{
	char root[TREE_B64_LEN + 1];
	tree_b64(&r->root, root);
	printf("%s\n%lld\n%s\n", r->origin, (long long)r->size, root);
	for (int rule = 1; rule < VERIFY_RULES; rule++)
		printf("%-3s %s%s", verify_rule_name((enum verify_rule)rule),
			r->n_of[rule] > 0 ? "FAULT"
			: r->is_complete  ? "ok"
					  : "?",
			rule + 1 < VERIFY_RULES ? "  " : "\n");
	say_faults(c, r);
	if (r->is_own_vkey)
		printf("%s\n  %s\n", record_text(own_key), r->vkey);
	if (r->n_steerable > 0) {
		const struct msg_arg n = { .name = "n", .kind = MSG_ARG_INT, .i = r->n_steerable };
		puts(msg_fill(c->mem, cli_lang(), record_text(steerable), &n, 1, TZ_CHINA));
	}
	if (!r->is_complete)
		puts(record_text(verdict_cut));
	puts(record_text(r->n_faults == 0  ? verdict_good
			 : is_copy_good(r) ? verdict_breach
					   : verdict_copy));
}

static void
json_count(struct json_w *w, const char *key, int64_t v)
{
	json_key(w, key);
	json_int(w, v);
}

static void
put_faults(struct cli *c, struct json_w *w, const struct verify_result *r)
{
	json_key(w, "faults");
	json_open(w, '[');
	for (size_t i = 0; i < r->n_kept; i++) {
		const struct verify_fault *f = &r->fault[i];
		json_open(w, '{');
		json_pair(w, "got", f->got);
		json_pair(w, "key", f->key);
		json_pair(w, "rule", verify_rule_name(f->rule));
		json_count(w, "seq", f->seq);
		json_pair(w, "text", fault_text(c->mem, f));
		json_pair(w, "want", f->want);
		json_close(w, '}');
	}
	json_close(w, ']');
}

static void
put(struct cli *c, struct json_w *w, const struct verify_result *r)
{
	char root[TREE_B64_LEN + 1];
	tree_b64(&r->root, root);
	json_count(w, "boxes", r->n_boxes);
	json_key(w, "complete");
	json_bool(w, r->is_complete);
	json_count(w, "cosigned", r->n_cosigned);
	json_count(w, "documents", r->n_docs);
	json_count(w, "draws", r->n_draws);
	json_count(w, "entries", r->n_entries);
	put_faults(c, w, r);
	json_count(w, "faults_total", r->n_faults);
	json_count(w, "figures", r->n_figures);
	json_count(w, "older_checkpoints", r->n_older);
	json_pair(w, "origin", r->origin);
	json_key(w, "own_vkey");
	json_bool(w, r->is_own_vkey);
	json_count(w, "receipts", r->n_receipts);
	json_pair(w, "root", root);
	json_count(w, "size", r->size);
	json_count(w, "steerable_draws", r->n_steerable);
	json_key(w, "trust_copy");
	json_bool(w, is_copy_good(r));
	json_pair(w, "vkey", r->vkey);
}

bool
record_report(struct cli *c, const struct verify_result *r, struct json_w *json)
{
	if (json)
		put(c, json, r);
	else
		say(c, r);
	return r->n_faults == 0;
}
