/* SPDX-License-Identifier: Apache-2.0 */
/* sitting_pages.c - the register of a sitting on one screen, its forms and its sheets. */
#include "reception/sitting_int.h"

#include "core/banned.h"

const struct view *const sitting_views[] = { NULL };
