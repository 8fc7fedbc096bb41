/* SPDX-License-Identifier: Apache-2.0 */
/* url_source.h - the files of a log behind an address, such as https://host/log/CODE.
 *
 * For:       mirrors, checking from outside, a city that asks the offices of other cells.
 * May call:  core/fetch.h, ledger/folder.h
 * Called by: cli/record_mirror.c, city/apart_client.c
 * Threads:   a source belongs to one thread
 */
#ifndef XQ_LEDGER_URL_SOURCE_H
#define XQ_LEDGER_URL_SOURCE_H

#include "core/fetch.h"
#include "ledger/folder.h"

/* The source lives as long as mem; final slashes of url do not count. limits->max_bytes bounds every answer.
 * get: XQ_NONE where there is no such file (404, 410); BUSY fetch.moved: the server shows the way to another
 * address, which is not followed; BUSY fetch.unreachable: no answer in time, or any other one. */
void url_source_open(
	void *mem, const char *url, const struct fetch_limits *limits, struct ledger_source *out);

#endif
