/* SPDX-License-Identifier: Apache-2.0 */
/* demo.h - the invented office 青枫街道 with life in it, made by real acts under a simulated clock.
 * About fourteen concerns a day: a small demo is the last months, 10,000 are two years.
 *
 * Offices beside it, for measurements: the others have the same people under names of their own, all lie in
 * districts of one city, and their last month is published.
 *
 * For:       `xinqiao init --demo`, pictures, browser stories, measurements. All of it is synthetic.
 * May call:  everything
 * Called by: cli/init.c
 * Source:    decisions.md 20, product.md
 */
#ifndef XQ_CLI_DEMO_H
#define XQ_CLI_DEMO_H

#include "act/app.h"

#define DEMO_ORIGIN "localhost/log/demo"

enum { DEMO_OFFICES_MAX = 300 };

struct demo_options {
	int64_t concerns; /* of all offices together */
	/* With a city above them, up to DEMO_OFFICES_MAX, made as a large office is; 0: the demo office alone. */
	int64_t offices;
	uint64_t seed;
	int64_t now; /* UTC seconds; all dates are relative to it */
};

/* accounts_text receives the table of demo accounts to print. */
XQ_CHECK enum xq_rc demo_make(struct app *app, const struct demo_options *opt,
	struct buf *accounts_text, struct xq_err *err);

#endif
