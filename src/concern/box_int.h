/* SPDX-License-Identifier: Apache-2.0 */
/* box_int.h - what the files of the box share. */
#ifndef XQ_CONCERN_BOX_INT_H
#define XQ_CONCERN_BOX_INT_H

#include "concern/box.h"

XQ_CHECK enum xq_rc box_by_no(
	struct tx *tx, void *mem, int64_t office, int64_t no, struct box *out, struct xq_err *err);

#endif
