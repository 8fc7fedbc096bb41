/* SPDX-License-Identifier: Apache-2.0 */
/* modules.h - all modules of the program, kernel first; NULL-ended. Only programs and tests of the
 * whole may include it. */
#ifndef XQ_MODULES_H
#define XQ_MODULES_H

#include "act/app.h"

extern const struct module *const all_modules[];

#endif
