/* SPDX-License-Identifier: Apache-2.0 */
/* lead.h - the leader's board: what is late now, what was promised, what waits for a review.
 *
 * For:       one screen and one A4 for the people who answer for the office; each row has its owner
 *            and the button that supervises it by name.
 * May call:  core, calendar, store, act, web, office/desk.h, concern/, hard/, reception/rfig.h
 * Called by: modules.c
 * Owns:      no table; it reads concern, promise and hard (docs/decisions/0013-boards-read.md)
 * Threads:   views, any reader
 * Source:    interface.md 2.3; domain.md 3.2 (ladder); decisions.md 23
 */
#ifndef XQ_LEAD_LEAD_H
#define XQ_LEAD_LEAD_H

#include "act/app.h"

extern const struct module lead_module;

#endif
