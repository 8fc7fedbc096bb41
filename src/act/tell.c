/* SPDX-License-Identifier: Apache-2.0 */
/* tell.c - a message to somebody of the office: what happened, to which row, by when. Never what it is about:
 * that stands on the page behind the sign-in. */
#include "act/act.h"
#include "core/json.h"
#include "core/mem.h"

#include "core/banned.h"

enum xq_rc
act_tell_staff(struct act_ctx *ctx, const struct staff_message *m, struct xq_err *err)
{
	if (m->person_id == 0)
		return XQ_OK;
	struct json_w w = json_new(ctx->mem);
	json_open(&w, '{');
	json_key(&w, "what");
	json_text(&w, m->what);
	json_key(&w, "person");
	json_int(&w, m->person_id);
	json_key(&w, m->about);
	if (m->shown_no)
		json_text(&w, m->shown_no);
	else
		json_int(&w, m->no);
	json_key(&w, "due_day");
	json_int(&w, m->due_day);
	if (m->level) {
		json_key(&w, "level");
		json_text(&w, m->level);
	}
	json_close(&w, '}');
	return act_outbox(ctx, "notify.staff", buf_view(&w.b), err);
}
