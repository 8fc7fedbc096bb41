/* SPDX-License-Identifier: Apache-2.0 */
/* engine.h - which engine the databases of a test are of: tests/run-postgres runs the same tests on a server.
 * What only a file has (triggers that keep rows, a log, plans) skips itself there. */
#ifndef XQ_TEST_ENGINE_H
#define XQ_TEST_ENGINE_H

#include <stdbool.h>
#include <stdlib.h>

static inline bool
on_server(void)
{
	return getenv("XQ_TEST_POSTGRES") != NULL;
}

#endif
