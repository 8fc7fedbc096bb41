/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "calendar/calendar.h"
#include "cli/cli.h"
#include "core/mem.h"
#include "core/parse.h"

#include "core/banned.h"

static const char deadline_help[] =
	"xinqiao deadline --from 2026-02-13T10:00 --limit 5wd|15nd|3mo|24h [--json]\n"
	"The day that a limit ends on: wd working days (make-up days count), nd natural days, mo months,\n"
	"h hours. nominal: as counted; effective: moved past rest days.\n";

int
cmd_deadline(struct cli *c)
{
	const char *from_text = cli_option(c, "from"), *limit_text = cli_option(c, "limit");
	int64_t from;
	struct limit limit;
	if (cli_has(c, "help")) {
		fputs(deadline_help, stdout);
		return EXIT_DONE;
	}
	if (!from_text || !limit_text || !parse_moment(str_of(from_text), TZ_CHINA, &from) ||
		!limit_read(str_of(limit_text), &limit)) {
		fputs(deadline_help, stderr);
		return EXIT_USAGE;
	}
	struct due due;
	struct xq_err err = { 0 };
	if (cal_due(cal_builtin(), from, limit, 1050, TZ_CHINA, &due, &err) != XQ_OK)
		return cli_refused(c, NULL, &err);
	const char *nominal = day_text(c->mem, due.nominal_day);
	const char *effective = day_text(c->mem, due.effective_day);
	if (!cli_has(c, "json")) {
		printf("%s%s%s\n", effective,
			due.nominal_day == due.effective_day
				? ""
				: mem_printf(c->mem, " (nominal %s)", nominal),
			due.is_provisional ? " (provisional)" : "");
		return EXIT_DONE;
	}
	struct json_w w = json_new(c->mem);
	json_open(&w, '{');
	json_key(&w, "start");
	json_text(&w, from_text);
	json_key(&w, "limit");
	json_text(&w, limit_text);
	json_key(&w, "nominal");
	json_text(&w, nominal);
	json_key(&w, "effective");
	json_text(&w, effective);
	json_key(&w, "provisional");
	json_bool(&w, due.is_provisional);
	json_close(&w, '}');
	puts(w.b.p);
	return EXIT_DONE;
}
