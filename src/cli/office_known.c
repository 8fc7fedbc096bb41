/* SPDX-License-Identifier: Apache-2.0 */
/* office_known.c - when an office moves to another cell, each side learns who is at the other one, so that nothing is typed
 * twice: the source where the office is and by which key it speaks; the target whom the source knew, and the source's
 * own offices where their address is known. What an operator has noted before stays. */
#include <stdio.h>

#include "cli/office_int.h"
#include "core/log.h"
#include "core/mem.h"
#include "record/keys.h"

#include "core/banned.h"

static void
fill(struct office_peer *p, int64_t id, const char *code, const char *name, const char *address,
	const char *vkey)
{
	*p = (struct office_peer){ .id = id };
	(void)snprintf(p->code, sizeof p->code, "%s", code);
	(void)snprintf(p->name, sizeof p->name, "%s", name);
	(void)snprintf(p->address, sizeof p->address, "%s", address);
	(void)snprintf(p->vkey, sizeof p->vkey, "%s", vkey);
}

/* What cannot be noted is said, and stops no move. */
static enum xq_rc
note(struct tx *tx, const struct app *app, const struct office_peer *p, struct xq_err *err)
{
	enum xq_rc rc = peer_put(tx, app, p, err);
	if (rc != XQ_REFUSED)
		return rc;
	log_warn("peers: %s at %s is not noted: %s", p->code, p->address, err->key);
	return XQ_OK;
}

enum xq_rc
move_tell_source(struct move *m, struct tx *tx, struct xq_err *err)
{
	struct office_peer p;
	const char *vkey;
	enum xq_rc rc = log_keys_vkey(m->from, tx, m->mem, m->office.id, &vkey, err);
	if (rc != XQ_OK)
		return rc == XQ_NONE ? XQ_OK : rc;
	fill(&p, m->office.id, m->office.code, m->office.name, m->address, vkey);
	return note(tx, m->from, &p, err);
}

static bool
is_known(const struct app *app, int64_t id, const char *code)
{
	const struct office_info *o = app_office(app, id);
	return (o && o->place != PLACE_GONE) || app_peer(app, id) ||
	       app_peer_by_code(app, str_of(code));
}

/* "": nobody has said. */
static const char *
address_of(const struct move *m, const struct office_info *o)
{
	const char *base = cli_option(m->c, "from-address");
	if (o->host[0])
		return mem_printf(m->mem, "https://%s", o->host);
	return base ? mem_printf(m->mem, "%s/o/%s", base, o->code) : "";
}

static enum xq_rc
tell_office(struct move *m, struct tx *from, struct tx *to, const struct office_info *o,
	struct xq_err *err)
{
	struct office_peer p;
	const char *vkey, *address = address_of(m, o);
	if (o->id == m->office.id || o->place != PLACE_HERE || address[0] == 0 ||
		is_known(m->to, o->id, o->code))
		return XQ_OK;
	enum xq_rc rc = log_keys_vkey(m->from, from, m->mem, o->id, &vkey, err);
	if (rc != XQ_OK)
		return rc == XQ_NONE ? XQ_OK : rc;
	fill(&p, o->id, o->code, o->name, address, vkey);
	return note(to, m->to, &p, err);
}

enum xq_rc
move_tell_target(struct move *m, struct tx *from, struct tx *to, struct xq_err *err)
{
	const struct office_peers *far = m->from->peers;
	enum xq_rc rc = peer_drop(to, m->code, err);
	if (rc == XQ_NONE)
		rc = XQ_OK;
	for (size_t i = 0; rc == XQ_OK && i < m->from->n_offices; i++)
		rc = tell_office(m, from, to, &m->from->office[i], err);
	for (size_t i = 0; rc == XQ_OK && far && i < far->n; i++)
		if (far->v[i].id != m->office.id && !is_known(m->to, far->v[i].id, far->v[i].code))
			rc = note(to, m->to, &far->v[i], err);
	return rc;
}
