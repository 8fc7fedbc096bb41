/* SPDX-License-Identifier: Apache-2.0 */
/* apart_client.c - asks the offices of other cells, each on a thread of its own, so that one which does not answer holds
 * nobody up. Done by the keeper of the database, where the leading office is; what an office says is written down by an act
 * of the system as soon as it has said it. */
#include <pthread.h>

#include "act/peer.h"
#include "city/apart.h"
#include "core/beat.h"
#include "core/fetch.h"
#include "core/log.h"
#include "core/mem.h"
#include "core/time.h"
#include "identity/session.h"
#include "ledger/url_source.h"

#include "core/banned.h"

enum {
	AT_ONCE = 16,
	CONNECT_MS = 3000,
	TOTAL_MS = 6000, /* of one answer */
	PAUSE_MS = 30000,
	LOOK_MS =
		20000, /* after it nothing more is asked: a look costs LOOK_MS + TOTAL_MS at most */
};

/* One office that is being looked at. */
struct asking {
	void *mem; /* NULL: the place is free */
	struct apart_client *client;
	pthread_t thread;
	_Atomic bool is_done;
	int64_t lead, office;
	const char *code, *address;
	const struct apart *known; /* NULL: only the pin is made */
	struct sheet_named have[SHEETS_NAMED_MAX];
	size_t n_have;
	int64_t until_ms;
	struct ledger_source url;
};

struct apart_client {
	struct app *app;
	struct beat *beat;
	_Atomic bool is_stopping;
	_Atomic int64_t pause_until_ms;
	struct asking asking[AT_ONCE];
};

/* ---- one office ------------------------------------------------------------------------------------------------------- */

/* The office's time is up, or the program ends: no other question. */
static enum xq_rc
timed_get(void *arg, void *mem, const char *path, size_t max, struct bytes *out, struct xq_err *err)
{
	const struct asking *a = arg;
	if (a->client->is_stopping || time_mono_ms() > a->until_ms)
		return xq_busy(err, "fetch.unreachable");
	return a->url.get(a->url.arg, mem, path, max, out, err);
}

static void
look(struct asking *a, struct apart_found *out)
{
	const struct apart_asked asked = {
		.known = a->known, .code = a->code, .have = a->have, .n_have = a->n_have
	};
	const struct fetch_limits limits = { CONNECT_MS, TOTAL_MS, APART_DOC_MAX };
	const struct ledger_source src = { .get = timed_get, .arg = a };
	*out = (struct apart_found){ .note = "", .keys = "", .why = "", .what = "" };
	if (!peer_is_address(str_of(a->address))) {
		out->why = "city.apart-address";
		return;
	}
	a->until_ms = time_mono_ms() + LOOK_MS;
	url_source_open(
		a->mem, mem_printf(a->mem, "%s/log/%s", a->address, a->code), &limits, &a->url);
	apart_look(a->mem, &asked, &src, out);
}

static void *
ask_one(void *arg)
{
	struct asking *a = arg;
	struct actor system = actor_system(a->lead);
	struct apart_taken t = { .member = a->office, .is_known = a->known != NULL };
	if (a->known) {
		t.was_size = a->known->seen.size;
		look(a, &t.found);
	}
	if (!a->client->is_stopping) { /* what was cut off says nothing of the office */
		struct act_call *call = act_call_new(
			a->mem, a->client->app, apart_act(a->known, &t), a->lead, &system);
		call->prepared = &t;
		enum xq_rc rc = act_run(call);
		if (rc == XQ_FAULT)
			(void)log_fault(call->act->name, &call->err);
		if (rc != XQ_OK) /* not written down, so all of them would be asked again at once */
			a->client->pause_until_ms = time_mono_ms() + PAUSE_MS;
	}
	a->is_done = true;
	return NULL;
}

/* ---- whose turn it is ---------------------------------------------------------------------------------------------------- */

static bool
is_being_asked(const struct apart_client *c, int64_t office)
{
	for (size_t i = 0; i < AT_ONCE; i++)
		if (c->asking[i].mem && c->asking[i].office == office)
			return true;
	return false;
}

static struct asking *
free_place(struct apart_client *c)
{
	for (size_t i = 0; i < AT_ONCE; i++)
		if (!c->asking[i].mem)
			return &c->asking[i];
	return NULL;
}

static enum xq_rc
begin(struct asking *a, struct apart_client *c, struct tx *tx, int64_t lead,
	const struct office_info *o, struct xq_err *err)
{
	struct aparts list;
	void *mem = mem_root("apart");
	*a = (struct asking){ .client = c,
		.lead = lead,
		.office = o->id,
		.code = mem_text(mem, o->code),
		.address = mem_text(mem, o->address) };
	enum xq_rc rc = apart_list(tx, mem, lead, &list, err);
	if (rc == XQ_OK)
		rc = apart_kept_of(tx, mem, lead, o->id, a->have, &a->n_have, err);
	if (rc == XQ_OK) {
		a->known = apart_find(&list, o->id);
		a->mem = mem;
		if (pthread_create(&a->thread, NULL, ask_one, a) == 0)
			return XQ_OK;
		a->mem = NULL; /* no thread to be had: the next second */
	}
	mem_free(mem);
	return rc;
}

static enum xq_rc
begin_due(struct apart_client *c, struct tx *tx, void *mem, struct xq_err *err)
{
	struct city city;
	struct members m;
	struct aparts list;
	int64_t now = clock_now(c->app->clock);
	enum xq_rc rc = city_load(tx, mem, &city, err);
	if (rc == XQ_OK &&
		(!place_is_here(c->app, city.office) || app_record_stopped(c->app, city.office)))
		return XQ_OK;
	if (rc == XQ_OK)
		rc = member_list(c->app, tx, mem, &m, err);
	if (rc == XQ_OK)
		rc = apart_list(tx, mem, city.office, &list, err);
	for (size_t i = 0; rc == XQ_OK && i < m.n; i++) {
		const struct office_info *o = m.row[i].office;
		if (o->place != PLACE_GONE || !m.row[i].district[0] || is_being_asked(c, o->id))
			continue;
		const struct apart *a = apart_find(&list, o->id);
		if (a && a->next_at > now)
			continue;
		struct asking *place = free_place(c);
		if (!place)
			return XQ_OK; /* the others wait for one of them, not for the slowest */
		rc = begin(place, c, tx, city.office, o, err);
	}
	return rc == XQ_NONE ? XQ_OK : rc;
}

static void
end_done(struct apart_client *c, bool all)
{
	for (size_t i = 0; i < AT_ONCE; i++) {
		struct asking *a = &c->asking[i];
		if (!a->mem || !(all || a->is_done))
			continue;
		(void)pthread_join(a->thread, NULL);
		mem_free(a->mem);
		a->mem = NULL;
	}
}

/* Most databases have no office elsewhere: they cost no statement. */
static bool
has_any_left(const struct app *app)
{
	size_t n = app->n_offices;
	const struct office_info *list = app->office;
	for (size_t i = 0; i < n; i++)
		if (list[i].place == PLACE_GONE)
			return true;
	return false;
}

static void
round_of(void *arg)
{
	struct apart_client *c = arg;
	struct tx *tx;
	struct xq_err err = { 0 };
	end_done(c, false);
	if (db_keeper(c->app->db) == 0 || !has_any_left(c->app) ||
		time_mono_ms() < c->pause_until_ms)
		return;
	void *mem = mem_root("apart");
	enum xq_rc rc = db_read(c->app->db, &tx, &err);
	if (rc == XQ_OK) {
		rc = begin_due(c, tx, mem, &err);
		tx_end(tx);
	}
	if (rc != XQ_OK)
		(void)log_fault("city", &err);
	mem_free(mem);
}

struct apart_client *
apart_client_start(struct app *app)
{
	struct apart_client *c = mem_new(app->mem, struct apart_client);
	c->app = app;
	c->beat = beat_start(c, round_of, c);
	return c;
}

void
apart_client_stop(struct apart_client *c)
{
	c->is_stopping = true;
	beat_stop(c->beat);
	end_done(c, true);
	mem_free(c);
}
