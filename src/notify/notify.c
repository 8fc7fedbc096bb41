/* SPDX-License-Identifier: Apache-2.0 */
#include "notify/notify.h"

#include <unistd.h>

#include "core/mem.h"
#include "notify/hook.h"

#include "core/banned.h"

static enum xq_rc
staff_run(struct app *app, void *mem, int64_t office, struct str json, struct xq_err *err)
{
	(void)office;
	const char *hook = mem_printf(mem, "%s/hook", app->dir);
	if (access(hook, X_OK) != 0)
		return XQ_OK; /* it stands on the desk of the unit's head */
	return hook_run(hook, json, HOOK_LIMIT_MS, err);
}

static const struct effect staff_effect = { "notify.staff", staff_run };

const struct module notify_module = {
	.name = "notify",
	.effects = (const struct effect *const[]){ &staff_effect, NULL },
};
