/* SPDX-License-Identifier: Apache-2.0 */
/* insight.h - what the figures of all modules say together: the month at the desk and in public.
 *
 * For:       the page of figures for staff and its table for spreadsheets.
 * May call:  core, act, web, office/desk.h, concern/figures.h, concern/desk.h
 * Called by: modules.c
 * Owns:      nothing
 * Threads:   views, any reader
 * Source:    interface.md 2.1 (/public/{yyyy-mm}), 2.2 (/desk/figures), 8; mock/public-month.html
 */
#ifndef XQ_INSIGHT_INSIGHT_H
#define XQ_INSIGHT_INSIGHT_H

#include "act/app.h"

extern const struct module insight_module;

#endif
