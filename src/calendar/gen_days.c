/* SPDX-License-Identifier: Apache-2.0 */
/* gen_days.c - runs at build: data/calendar/<year>.json, oldest first, to a C table.
 *
 * use:  gen_days out.c 2004.json 2005.json ...
 */
#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static _Noreturn void
die(const char *path, const char *what)
{
	fprintf(stderr, "gen_days: %s: %s\n", path, what);
	exit(1);
}

/* "2026-02-14" to 20260214, which C would read as octal with a leading zero; years have none. */
static int
day_number(const char *path, const char *text)
{
	int year;
	int month;
	int mday;
	char rest;

	if (text == NULL || strlen(text) != 10 ||
		sscanf(text, "%4d-%2d-%2d%c", &year, &month, &mday, &rest) != 3)
		die(path, "a day is not yyyy-mm-dd");
	return year * 10000 + month * 100 + mday;
}

static bool
is_plain(const char *name)
{
	return name != NULL && strpbrk(name, "\"\\\n") == NULL;
}

static void
write_days(FILE *out, const char *path, const json_t *file, int year)
{
	size_t i;
	json_t *row;
	int before = 0;

	json_array_foreach(json_object_get(file, "days"), i, row)
	{
		const char *name = json_string_value(json_object_get(row, "name"));
		const json_t *off = json_object_get(row, "off");
		int day = day_number(path, json_string_value(json_object_get(row, "day")));
		if (!is_plain(name) || !json_is_boolean(off))
			die(path, "a day has no name or no off");
		if (day / 10000 != year || day <= before)
			die(path, "a day of another year, or out of order");
		fprintf(out, "\t{ %d, %s, \"%s\" },\n", day, json_is_true(off) ? "true" : "false",
			name);
		before = day;
	}
	if (before == 0)
		die(path, "no days");
}

int
main(int argc, char **argv)
{
	if (argc < 3)
		die("arguments", "use: gen_days out.c year.json ...");
	FILE *out = fopen(argv[1], "w");
	if (out == NULL)
		die(argv[1], "cannot be written");

	bool checked[64] = { false };
	int first = 0;
	int n = 0;
	fputs("/* Made by gen_days from data/calendar. */\n#include \"calendar/calendar_int.h\"\n\n"
	      "const struct cal_day cal_embedded_days[] = {\n",
		out);
	for (int i = 2; i < argc; i++) {
		json_error_t why;
		json_t *file = json_load_file(argv[i], JSON_REJECT_DUPLICATES, &why);
		if (file == NULL)
			die(argv[i], why.text);
		int year = (int)json_integer_value(json_object_get(file, "year"));
		if (n == 0)
			first = year;
		if (year != first + n || n == 64)
			die(argv[i], "years do not follow each other");
		checked[n++] = json_is_string(json_object_get(file, "checked"));
		write_days(out, argv[i], file, year);
		json_decref(file);
	}
	fputs("};\n", out);
	fprintf(out, "const size_t cal_embedded_n = sizeof(cal_embedded_days) / "
		     "sizeof(cal_embedded_days[0]);\n");
	fprintf(out, "const int cal_embedded_first = %d;\nconst int cal_embedded_last = %d;\n",
		first, first + n - 1);
	fputs("const bool cal_embedded_checked[] = {", out);
	for (int i = 0; i < n; i++)
		fputs(checked[i] ? " true," : " false,", out);
	fputs(" };\n", out);
	if (fclose(out) != 0)
		die(argv[1], "cannot be written");
	return 0;
}
