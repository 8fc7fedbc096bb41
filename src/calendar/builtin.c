/* SPDX-License-Identifier: Apache-2.0 */
#include "calendar/calendar.h"

#include <pthread.h>

#include "calendar/calendar_int.h"
#include "core/mem.h"

#include "core/banned.h"

/* Built once, for the life of the process, and never changed: shared like a constant. */
static struct calendar *builtin;
static pthread_once_t built = PTHREAD_ONCE_INIT;

static void
build(void)
{
	enum xq_rc rc = cal_build_marked(mem_root("builtin calendar"), 1, cal_embedded_days,
		cal_embedded_n, cal_embedded_first, cal_embedded_last, cal_embedded_checked,
		&builtin, NULL);
	xq_require(rc == XQ_OK);
}

const struct calendar *
cal_builtin(void)
{
	int rc = pthread_once(&built, build);
	xq_require(rc == 0);
	return builtin;
}
