/* SPDX-License-Identifier: Apache-2.0 */
/* routes.c - every path and every act that the program has, as declared; for tests that walk them all.
 *
 *   view PATH PERMISSION get|post|both
 *   act NAME FIELD:TYPE:CHOICE:REQUIRED ...   TYPE: a number of enum field_type; CHOICE: the first one, or - */
#include <stdio.h>

#include "modules.h"
#include "web/web.h"

#include "core/banned.h"

static void
print_view(const struct view *v)
{
	bool posts = v->act || v->post;
	printf("view %s %s %s\n", v->path, perm_code(v->who),
		v->render && posts ? "both" : (posts ? "post" : "get"));
}

static void
print_act(const struct act *a)
{
	printf("act %s", a->name);
	for (const struct field *f = a->fields; f && f->name; f++)
		printf(" %s:%d:%s:%d", f->name, f->type,
			f->choices && f->choices[0].code ? f->choices[0].code : "-", f->required);
	putchar('\n');
}

int
main(void)
{
	for (size_t i = 0; web_views[i]; i++)
		print_view(web_views[i]);
	for (size_t m = 0; all_modules[m]; m++) {
		const struct module *module = all_modules[m];
		for (size_t i = 0; module->views && module->views[i]; i++)
			print_view(module->views[i]);
		for (size_t i = 0; module->acts && module->acts[i]; i++)
			print_act(module->acts[i]);
	}
	return 0;
}
