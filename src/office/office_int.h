/* SPDX-License-Identifier: Apache-2.0 */
/* office_int.h - what the files of office/ share. */
#ifndef XQ_OFFICE_OFFICE_INT_H
#define XQ_OFFICE_OFFICE_INT_H

#include "office/office.h"

extern const struct migration office_migration_1;
extern const struct effect office_reload_effect;
extern const struct msg_text office_messages[];
extern const struct view *const office_views[];
extern const struct menu_item *const office_menu[];

extern const struct choice role_choices[], scope_choices[], kind_choices[], post_choices[];

/* Collects a fault beside its field and goes on; all faults of an act are told at once. err says
 * field and key already. */
void note_fault(struct act_call *call, struct xq_err *err);
/* XQ_OK when nothing was noted, else the refusal form.faults. */
XQ_CHECK enum xq_rc faults_of(const struct act_call *call, struct xq_err *err);

/* An open account by the login in a field; notes account.unknown beside it. out is written only
 * when found: check with *out_found. */
XQ_CHECK enum xq_rc field_account(struct act_ctx *ctx, const struct form *in, const char *field,
	struct account *out, bool *out_found, struct xq_err *err);
XQ_CHECK enum xq_rc field_unit(struct act_ctx *ctx, const struct form *in, const char *field,
	struct unit *out, bool *out_found, struct xq_err *err);

/* The record's entry of a role given or taken; who: the person's name behind a commitment. */
XQ_CHECK enum xq_rc emit_role(struct act_ctx *ctx, const struct event_kind *kind,
	const struct grant *g, int64_t person_id, const char *name, struct xq_err *err);
/* "office" or the unit's public code. */
XQ_CHECK enum xq_rc grant_scope_code(struct tx *tx, void *mem, int64_t office,
	const struct grant *g, const char **out, struct xq_err *err);

/* XQ_REFUSED account.holds-post while the person is holder or stand-in of a post. */
XQ_CHECK enum xq_rc refuse_post_holder(
	struct tx *tx, int64_t office, int64_t person_id, struct xq_err *err);
/* Names of both sides, whether they are here or not. */
struct post_names {
	const char *holder, *standin;
};
XQ_CHECK enum xq_rc post_names_load(struct tx *tx, void *mem, int64_t office, const char *post,
	struct post_names *out, struct xq_err *err);
XQ_CHECK enum xq_rc post_set(struct tx *tx, int64_t office, const char *code, int64_t holder_person,
	int64_t holder_unit, int64_t standin_person, int64_t standin_unit, struct xq_err *err);

#endif
