/* SPDX-License-Identifier: Apache-2.0 */
/* The socket in the data folder, as `xinqiao act` speaks to it: one line of any bytes goes through a
 * real socket to a running office. What comes back is one line of JSON with a status or a result. */
#include "cli/cli.h"

#include "office.h"

#include "core/banned.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A request that holds a line end is cut short by its own fault and may stay without answer. */
static void
look_at_answer(void *mem, struct str line)
{
	json_t *o = NULL;
	struct xq_err err = { 0 };
	xq_require(str_find(line, '\n') == line.n);
	xq_require(json_read(mem, line, 1 << 20, &o, &err) == XQ_OK && json_is_object(o));
	json_t *status = json_object_get(o, "status");
	bool is_done = json_object_get(o, "result") != NULL || json_object_get(o, "ok") != NULL;
	xq_require(is_done || json_is_string(json_object_get(o, "title")));
	xq_require(is_done ||
		   (json_integer_value(status) >= 400 && json_integer_value(status) != 500));
}

static struct control *control;

static void
stop(void)
{
	control_stop(control);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct clock clock;
	static struct app *app;
	if (app == NULL) {
		app = office_open(&clock, 12);
		app->is_test_clock = true;
		control = control_start(app);
		xq_require(control != NULL && atexit(stop) == 0);
	}
	clock_init_fixed(&clock, OFFICE_NOW); /* a round may have moved it by a year */
	void *mem = mem_root("fuzz");
	struct str in = { (const char *)data, size }, answer;
	if (control_ask(mem, app->dir, in, &answer))
		look_at_answer(mem, answer);
	else
		xq_require(memchr(data, '\n', size) != NULL);
	mem_free(mem);
	return 0;
}
