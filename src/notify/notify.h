/* SPDX-License-Identifier: Apache-2.0 */
/* notify.h - what leaves the office after a commit: messages to staff, by a hook of the office.
 *
 * For:       effects of the outbox. Without a hook a message to staff is done when it stands on the
 *            desk; nothing leaves the machine.
 * May call:  core, act
 * Called by: modules.c, the outbox
 * Threads:   the outbox thread
 * Source:    interface.md 4.2, decisions.md 15
 */
#ifndef XQ_NOTIFY_NOTIFY_H
#define XQ_NOTIFY_NOTIFY_H

#include "act/app.h"

/* notify.staff, as act_tell_staff (act/act.h) writes it:
 * carries number, act and due, never the resident.
 * Runs the program named by the file DIR/hook, if there is one, with the message on its stdin. */
extern const struct module notify_module;

#endif
