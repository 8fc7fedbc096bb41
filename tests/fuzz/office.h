/* SPDX-License-Identifier: Apache-2.0 */
/* office.h - a demo office in memory for the targets that need a whole program around them.
 *
 * Made once for each process, at a fixed moment; what a round writes stays for the next ones. */
#ifndef XQ_TESTS_FUZZ_OFFICE_H
#define XQ_TESTS_FUZZ_OFFICE_H

#include <sodium.h>
#include <stdlib.h>
#include <talloc.h>

#include "act/app.h"
#include "cli/demo.h"
#include "core/log.h"
#include "core/mem.h"
#include "identity/session.h"
#include "modules.h"

enum { OFFICE_NOW = 1790000000 }; /* an autumn day of 2026 */

static char office_dir[] = "/tmp/xq-fuzz-office-XXXXXX";

static struct app *office_app;
static void *office_mem;

static void
office_forget(void)
{
	app_close(office_app); /* the database lies in a file of its own until then */
	mem_free(office_mem);
	char *words = mem_printf(NULL, "rm -rf %s", office_dir);
	if (system(words) != 0)
		log_warn("%s stays", office_dir);
	mem_free(words);
}

static struct app *
office_open(struct clock *clock, int64_t concerns)
{
	struct app *app;
	struct xq_err err = { 0 };
	xq_require(sodium_init() >= 0 && mkdtemp(office_dir) != NULL);
	talloc_disable_null_tracking();
	log_quiet(true);
	clock_init_fixed(clock, OFFICE_NOW);
	office_mem = mem_root("office");
	struct app_options opt = { .db = { .is_memory = true },
		.modules = all_modules,
		.clock = clock,
		.may_create = true,
		.program = "/bin/false" };
	struct buf accounts = buf_new(office_mem, 1024);
	xq_require(app_open(office_mem, office_dir, &opt, &app, &err) == XQ_OK);
	xq_require(demo_make(app,
			   &(struct demo_options){
				   .concerns = concerns, .seed = 1, .now = OFFICE_NOW },
			   &accounts, &err) == XQ_OK);
	office_app = app;
	(void)atexit(office_forget); /* without it two folders stay behind */
	return app;
}

#endif
