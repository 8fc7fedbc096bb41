/* SPDX-License-Identifier: Apache-2.0 */
/* demo_int.h - what the files of the demo share. */
#ifndef XQ_CLI_DEMO_INT_H
#define XQ_CLI_DEMO_INT_H

#include "cli/demo.h"
#include "core/random.h"

enum { DEMO_UNITS = 12, DEMO_PEOPLE = 24 };

struct demo {
	struct app *app;
	void *mem;
	int64_t office;
	struct rng random;
	size_t n_units;
	int64_t unit[DEMO_UNITS];
	const char *unit_code[DEMO_UNITS];
	size_t n_people;
	struct actor people[DEMO_PEOPLE];
	struct actor resident, clerk[2], evaluator[2], supervisor;
};

/* The office, its units, people, accounts, posts and duties. */
XQ_CHECK enum xq_rc demo_people(struct demo *d, struct buf *accounts_text, struct xq_err *err);

/* Very many concerns quickly: the same acts, in large transactions. */
XQ_CHECK enum xq_rc demo_many(
	struct demo *d, const struct demo_options *opt, struct clock *clock, struct xq_err *err);

const struct actor *demo_person(const struct demo *d, int64_t person_id);
/* Somebody of the unit who may accept; the same for the same turn. */
const struct actor *demo_handler(const struct demo *d, int64_t unit_id, int64_t turn);
const struct actor *demo_approver(const struct demo *d, int64_t not_person_id);
const char *demo_other_unit(const struct demo *d, int64_t unit_id);

#endif
