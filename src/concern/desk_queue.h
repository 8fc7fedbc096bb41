/* SPDX-License-Identifier: Apache-2.0 */
/* desk_queue.h - taking concerns down without a network: the box that says what waits on the device, the
 * form that opens without a network, and what the script needs to upload.
 *
 * For:       /desk/intake. The device keeps the entries (assets/js/queue.js); the server knows of them only
 *            when they are registered like any other, by concern.register with taken_at.
 * May call:  what concern/desk.h may
 * Called by: concern/desk_intake.c, concern/desk_concern.c (list of views)
 * Owns:      nothing
 * Threads:   any reader
 * Source:    domain.md A09; interface.md 2.2, 4 (offline / sync banner); decision 0034
 */
#ifndef XQ_CONCERN_DESK_QUEUE_H
#define XQ_CONCERN_DESK_QUEUE_H

#include "concern/desk.h"

/* {call queue_box(b)}: hidden until the script has something to say. */
struct queue_box {
	const char *login;   /* whose entries are taken down here; NULL: the page names nobody */
	int64_t signed_in_s; /* as long does the device take this login for the one who is there */
};
XQ_CHECK enum xq_rc queue_box_of(struct req *q, struct queue_box *out, struct xq_err *err);

extern const struct view desk_queue_shell_view, desk_queue_who_view, desk_queue_worker_view;

#endif
