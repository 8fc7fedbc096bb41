/* SPDX-License-Identifier: Apache-2.0 */
/* stop.c - a record that takes nothing more. Who finds it broken stops it in its own process at once; where
 * several processes share the database it is noted there too, within a fifth of a second, and the others stop
 * with the first transaction after that. A server that starts and finds the record right takes the note away;
 * who has found it broken himself goes on refusing until he is started anew. */
#include "act/act_int.h"

#include "core/json.h"
#include "core/log.h"
#include "core/mem.h"

#include "core/banned.h"

enum { WHY_MAX = 2048 };

static struct record_stop *
stop_add(struct app *app, int64_t office, const struct xq_err *why, bool is_noted)
{
	struct record_stop *stop = mem_new(NULL, struct record_stop);
	stop->office = office;
	stop->is_noted = is_noted;
	stop->is_told = is_noted || !db_is_shared(app->db);
	stop->why = *why;
	stop->why.key = mem_text(stop, why->key);
	for (size_t i = 0; i < XQ_ERR_ARGS; i++) {
		struct msg_arg *a = &stop->why.arg[i];
		a->name = a->name ? mem_text(stop, a->name) : NULL;
		a->text = a->text ? mem_text(stop, a->text) : NULL;
	}
	stop->next = atomic_load(&app->stops);
	while (!atomic_compare_exchange_weak(&app->stops, &stop->next, stop))
		;
	return stop;
}

void
app_record_stop(struct app *app, int64_t office, const struct xq_err *why)
{
	(void)stop_add(app, office, why, false);
	log_warn("record: office %lld stopped: %s, %s, %lld", (long long)office, why->key,
		why->arg[0].text ? why->arg[0].text : "", (long long)why->arg[1].i);
}

const struct record_stop *
app_record_stopped(const struct app *app, int64_t office)
{
	const struct record_stop *s = atomic_load(&app->stops);
	while (s && (s->office != office || s->is_over))
		s = s->next;
	return s;
}

void
stops_free(struct app *app)
{
	struct record_stop *s = atomic_exchange(&app->stops, NULL);
	while (s) {
		struct record_stop *gone = s;
		s = s->next;
		mem_free(gone);
	}
}

/* ---- the note -------------------------------------------------------------------------------------------- */

static struct str
why_text(void *mem, const struct xq_err *why)
{
	struct json_w w = json_new(mem);
	json_open(&w, '{');
	json_pair(&w, "key", why->key);
	json_key(&w, "args");
	json_open(&w, '[');
	for (size_t i = 0; i < XQ_ERR_ARGS && why->arg[i].kind != MSG_ARG_NONE; i++) {
		json_open(&w, '[');
		json_text(&w, why->arg[i].name);
		json_int(&w, (int64_t)why->arg[i].kind);
		json_int(&w, why->arg[i].i);
		json_text(&w, why->arg[i].text ? why->arg[i].text : "");
		json_close(&w, ']');
	}
	json_close(&w, ']');
	json_close(&w, '}');
	return buf_view(&w.b);
}

/* Its texts are lent by the JSON. */
static enum xq_rc
why_read(void *mem, struct str text, struct xq_err *out, struct xq_err *err)
{
	json_t *o = NULL;
	enum xq_rc rc = json_read(mem, text, WHY_MAX, &o, err);
	if (rc != XQ_OK)
		return rc;
	const json_t *args = json_object_get(o, "args");
	const char *key = json_string_value(json_object_get(o, "key"));
	*out = (struct xq_err){ .key = key ? key : "record.broken" };
	for (size_t i = 0; i < XQ_ERR_ARGS && i < json_array_size(args); i++) {
		const json_t *a = json_array_get(args, i);
		out->arg[i] = (struct msg_arg){ .name = json_string_value(json_array_get(a, 0)),
			.kind = (enum msg_arg_kind)json_integer_value(json_array_get(a, 1)),
			.i = json_integer_value(json_array_get(a, 2)),
			.text = json_string_value(json_array_get(a, 3)) };
	}
	return XQ_OK;
}

static enum xq_rc
note(struct app *app, const struct record_stop *s, struct xq_err *err)
{
	struct tx *tx;
	enum xq_rc rc = db_write(app->db, &tx, err);
	if (rc != XQ_OK)
		return rc;
	void *mem = mem_root("stop");
	rc = db_exec(tx,
		SQL("INSERT INTO record_stop (member, why, at) VALUES (?, ?, ?)"
		    " ON CONFLICT (member) DO NOTHING"),
		VALS(V(s->office), V(why_text(mem, &s->why)), V(clock_now(app->clock))), err);
	mem_free(mem);
	tx_touch(tx, s->office);
	tx_touch_config(tx);
	return tx_finish(tx, rc, err);
}

void
stops_tell(struct app *app)
{
	for (struct record_stop *s = atomic_load(&app->stops); s; s = s->next) {
		struct xq_err err = { 0 };
		if (!s->is_told)
			s->is_told = note(app, s, &err) == XQ_OK; /* else at the next turn */
	}
}

/* ---- read with the list of offices -------------------------------------------------------------------------- */

static struct record_stop *
noted(struct app *app, int64_t office)
{
	struct record_stop *s = atomic_load(&app->stops);
	while (s && (s->office != office || !s->is_noted || s->is_over))
		s = s->next;
	return s;
}

enum xq_rc
stops_read(struct app *app, struct tx *tx, struct xq_err *err)
{
	void *mem = mem_root("stops");
	for (struct record_stop *s = atomic_load(&app->stops); s; s = s->next)
		s->is_seen = false;
	struct rows *q =
		db_query(tx, SQL("SELECT member, why FROM record_stop ORDER BY member"), NO_VALS);
	enum xq_rc rc = XQ_OK;
	while (rc == XQ_OK && row_next(q)) {
		struct record_stop *s = noted(app, row_int(q, 0));
		struct xq_err why;
		if (!s)
			rc = why_read(mem, row_str(q, 1), &why, err);
		if (!s && rc == XQ_OK)
			s = stop_add(app, row_int(q, 0), &why, true);
		if (s)
			s->is_seen = true;
	}
	enum xq_rc closed = rows_close(q, err);
	for (struct record_stop *s = atomic_load(&app->stops); s && closed == XQ_OK; s = s->next)
		if (s->is_noted && !s->is_seen)
			s->is_over = true;
	mem_free(mem);
	return closed != XQ_OK ? closed : rc;
}

/* Whether this process has found it broken itself. */
static bool
is_own(const struct app *app, int64_t office)
{
	const struct record_stop *s = atomic_load(&app->stops);
	while (s && (s->office != office || s->is_noted))
		s = s->next;
	return s != NULL;
}

static enum xq_rc
take_away(struct app *app, const struct record_stop *s, struct xq_err *err)
{
	struct tx *tx;
	enum xq_rc rc = db_write(app->db, &tx, err);
	if (rc != XQ_OK)
		return rc;
	rc = db_exec(tx, SQL("DELETE FROM record_stop WHERE member = ?"), VALS(V(s->office)), err);
	tx_touch(tx, s->office);
	tx_touch_config(tx);
	return tx_finish(tx, rc, err);
}

enum xq_rc
stops_settle(struct app *app, struct xq_err *err)
{
	enum xq_rc rc = XQ_OK;
	for (struct record_stop *s = atomic_load(&app->stops); s && rc == XQ_OK; s = s->next) {
		if (!s->is_noted || s->is_over || is_own(app, s->office))
			continue;
		rc = take_away(app, s, err);
		if (rc == XQ_OK) {
			s->is_over = true;
			log_info("record: office %lld goes on; it was stopped by another process"
				 " and is right now",
				(long long)s->office);
		}
	}
	return rc;
}
