/* SPDX-License-Identifier: Apache-2.0 */
/* office_add.c - a second office in a data folder. `xinqiao init` makes one for each folder, but the
 * program serves several below /o/CODE, and what keeps them apart wants a test.
 *
 *   office_add FOLDER CODE PASSWORD      the password is that of its account `admin` */
#include <sodium.h>
#include <stdio.h>
#include <talloc.h>

#include "act/app.h"
#include "core/mem.h"
#include "identity/session.h"
#include "modules.h"
#include "office/office.h"

#include "core/banned.h"

int
main(int argc, char **argv)
{
	if (argc != 4 || sodium_init() < 0)
		return 2;
	talloc_disable_null_tracking();
	void *mem = mem_root("office_add");
	struct app *app;
	struct xq_err err = { 0 };
	char hash[PASSWORD_HASH_LEN];
	int64_t id;
	struct app_options opt = { .modules = all_modules, .database = getenv("XQ_TEST_DATABASE") };
	struct office_new n = { .code = argv[2],
		.name = "第二街道办事处",
		.short_name = "第二街道",
		.mark = "二街",
		.phone = "021-5550-0999",
		.hours = "工作日 8:30–17:30",
		.origin = mem_printf(mem, "localhost/log/%s", argv[2]),
		.admin_login = "admin",
		.admin_name = "管理员",
		.admin_password_hash = hash };
	enum xq_rc rc = app_open(mem, argv[1], &opt, &app, &err);
	if (rc == XQ_OK) {
		rc = password_hash(argv[3], hash, &err);
		if (rc == XQ_OK)
			rc = office_create(app, &n, &id, &err);
		app_close(app);
	}
	if (rc != XQ_OK)
		fprintf(stderr, "office_add: %s %s\n", err.key, err.detail);
	mem_free(mem);
	return rc == XQ_OK ? 0 : 1;
}
