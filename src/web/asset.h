/* SPDX-License-Identifier: Apache-2.0 */
/* asset.h - style sheets, scripts and icons, inside the program.
 *
 * For:       files of assets/, bundled and compressed by tools/embed. Their URLs carry a hash of
 *            their content, so they may be cached for ever.
 * May call:  core
 * Called by: web/html.c, templates (asset_url), the HTTP server (asset_find)
 * Threads:   immutable; any thread
 * Source:    architecture.md 4, interface.md 3
 */
#ifndef XQ_WEB_ASSET_H
#define XQ_WEB_ASSET_H

#include <stddef.h>
#include <stdint.h>

#include "core/str.h"

struct asset {
	const char *name;             /* "app.css" */
	const char *url;              /* "/assets/app.3f2a91c0.css" */
	const char *type;             /* "text/css; charset=utf-8" */
	const uint8_t *raw, *gz, *br; /* gz, br: NULL where compression does not pay */
	size_t n_raw, n_gz, n_br;
	const char *etag; /* with quotes */
};

/* Sorted by name; generated. */
extern const struct asset asset_rows[];
extern const size_t asset_n_rows;

/* The URL of an asset. An unknown name is a programming error. */
const char *asset_url(const char *name);

/* What a request path ("/assets/app.3f2a91c0.css") names; NULL when nothing. */
const struct asset *asset_find(struct str path);

#endif
