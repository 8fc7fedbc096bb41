/* SPDX-License-Identifier: Apache-2.0 */
#include "web/asset.h"

#include <string.h>

#include "core/err.h"

#include "core/banned.h"

const char *
asset_url(const char *name)
{
	/* About ten files: a straight walk is faster than anything clever. */
	for (size_t i = 0; i < asset_n_rows; i++)
		if (text_eq(asset_rows[i].name, name))
			return asset_rows[i].url;
	const bool is_known_asset = false;
	xq_require(is_known_asset);
	return "#";
}

const struct asset *
asset_find(struct str path)
{
	for (size_t i = 0; i < asset_n_rows; i++)
		if (str_is(path, asset_rows[i].url))
			return &asset_rows[i];
	return NULL;
}
