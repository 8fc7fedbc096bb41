/* SPDX-License-Identifier: Apache-2.0 */
/* book.h - the office's words as pages and acts read them: classes, natures, outcomes, scales,
 * sentences, guides, by the day that is asked for.
 *
 * For:       what a concern is called on its own day; what forms offer today; the sentence of today.
 *            Rows of rule_text, held in memory: a list of a hundred concerns asks no table for words.
 * May call:  core, store, act/app.h, web/web.h, concern/rules.h
 * Called by: pages and acts of concern/, evaluation/
 * Owns:      app->book
 * Threads:   a snapshot that never changes; the writer puts a newer one in its place, as with the
 *            calendar. Old ones live as long as the app, since a reader may still hold one.
 * Source:    domain.md 1.7; docs/decisions/0023-words-as-rules.md
 */
#ifndef XQ_CONCERN_BOOK_H
#define XQ_CONCERN_BOOK_H

#include "concern/rules.h"
#include "web/html.h"
#include "web/web.h"

/* Puts a book of today's rows in place: offices whose rows did not change since keep what was read of them. The
 * writer's thread, or before the app has other threads. */
XQ_CHECK enum xq_rc book_refresh(struct app *app, struct tx *tx, struct xq_err *err);

/* The version in force on a day, or the first one where the day lies before it; NULL: none is on file.
 * Lent for as long as the app. */
const struct rule *book_on(
	const struct app *app, int64_t office, enum rule_kind kind, const char *key, int32_t day);

/* What a key is called on a day: a message or words, so for {msg}. The code where nobody knows it. */
const char *book_word(struct req *q, enum rule_kind kind, const char *key, int32_t day);
/* The same of a concern: class and nature on the day it was raised, outcome on the day of the answer,
 * rating on the day it was given. NULL where there is none yet. */
struct concern;
const char *book_class(struct req *q, const struct concern *c);
const char *book_public_class(struct req *q, const struct concern *c);
const char *book_nature(struct req *q, const struct concern *c);
const char *book_outcome(struct req *q, const struct concern *c);
const char *book_seen(struct req *q, const struct concern *c);
const char *book_sat(struct req *q, const struct concern *c); /* the word for no rating, too */

/* The class that is offered on the day for a code: the one that took its place where it has ended.
 * out_public: what it counts in. False: there is none. */
bool book_class_of(const struct app *app, int64_t office, const char *key, int32_t day,
	const char **out_key, const char **out_public);
/* Classes offered on the day, in the catalogue's order. */
struct option;
size_t book_classes(struct req *q, int32_t day, struct option **out);
/* The choices of a form in the words of today. */
struct act_form;
void book_relabel(struct req *q, struct act_form *f, const struct act *act);

/* A sentence or a guide of today as plain text; NULL: the program's own holds (or there is none). */
const char *book_text(struct req *q, enum rule_kind kind, const char *key);
/* The sentence of a state, filled, places in bold. */
struct html book_sentence(struct req *q, const char *key, const struct msg_arg *arg, size_t n_args);
/* How a step is done, in the reader's language; NULL: nothing is said of it. */
const char *book_guide(struct req *q, const char *key);

#endif
