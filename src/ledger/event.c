/* SPDX-License-Identifier: Apache-2.0 */
/* The bytes of one event (ledger.md 3.1): written field by field into a fixed buffer, and read back
 * by a reader that accepts only what the writer could have written. All strings of an event are
 * codes, so there is nothing to escape and no second spelling. */
#include "ledger/event.h"

#include "core/hash.h"
#include "core/mem.h"
#include "core/time.h"
#include "ledger/ledger_int.h"

#include "core/banned.h"

#define AT_MIN INT64_C(-2208988800) /* 1900, the first year that time_record writes */
#define AT_MAX INT64_C(7258089599)  /* the end of 2199 in Beijing */

static const char subject_letters[] = "crvmpdsgeh";

/* ---- small rules ------------------------------------------------------------------------------- */

bool
ledger_is_code(struct str s)
{
	if (s.n < 1 || s.n > LEDGER_CODE_MAX)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];
		if (c <= ' ' || c > '~' || c == '"' || c == '\\')
			return false;
	}
	return true;
}

bool
ledger_is_kind(struct str s)
{
	size_t i = 0;
	while (i < s.n && s.p[i] >= 'a' && s.p[i] <= 'z')
		i++;
	if (i == 0 || i + 1 >= s.n || s.p[i] != '.' || s.n > LEDGER_CODE_MAX)
		return false;
	for (i++; i < s.n; i++) {
		if (!((s.p[i] >= 'a' && s.p[i] <= 'z') || s.p[i] == '-'))
			return false;
	}
	return true;
}

bool
ledger_is_ref(struct str s)
{
	if (s.n != EVENT_REF_LEN || s.p[1] != '-' ||
		memchr(subject_letters, s.p[0], sizeof(subject_letters) - 1) == NULL)
		return false;
	for (size_t i = 2; i < s.n; i++) {
		if (!((s.p[i] >= 'a' && s.p[i] <= 'z') || (s.p[i] >= '2' && s.p[i] <= '7')))
			return false;
	}
	return true;
}

bool
ledger_is_role(struct str s)
{
	static const char *const role[] = { "resident", "clerk", "handler", "tracker", "supervisor",
		"evaluator", "delegate", "officer", "system" };
	for (size_t i = 0; i < sizeof(role) / sizeof(role[0]); i++) {
		if (str_is(s, role[i]))
			return true;
	}
	return false;
}

void
event_ref_new(struct rng *random, char letter, char out[EVENT_REF_LEN + 1])
{
	xq_require(letter != '\0' && strchr(subject_letters, letter) != NULL);
	uint8_t chance[10];
	rng_fill(random, chance, sizeof(chance));
	out[0] = letter;
	out[1] = '-';
	text_base32((struct bytes){ chance, sizeof(chance) }, out + 2);
}

/* ---- writing ----------------------------------------------------------------------------------- */

/* Counts past the end of the buffer too, so one look at n at the end tells an event too long. */
static void
put(struct event_bytes_buf *b, const char *p, size_t n)
{
	if (b->n + n <= EVENT_MAX_BYTES)
		memcpy(b->p + b->n, p, n);
	b->n += n;
}

#define PUT(b, lit) put((b), "" lit, sizeof(lit) - 1)

static void
put_text(struct event_bytes_buf *b, const char *text)
{
	put(b, text, strlen(text));
}

static void
put_int(struct event_bytes_buf *b, int64_t v)
{
	char digits[20];
	size_t at = sizeof(digits);
	uint64_t rest = v < 0 ? (uint64_t)-v : (uint64_t)v;
	do {
		digits[--at] = (char)('0' + rest % 10);
		rest /= 10;
	} while (rest != 0);
	if (v < 0)
		digits[--at] = '-';
	put(b, digits + at, sizeof(digits) - at);
}

static void
put_at(struct event_bytes_buf *b, int64_t at)
{
	char text[TIME_RECORD_LEN + 1];
	time_record(at, text);
	PUT(b, "\"");
	put(b, text, TIME_RECORD_LEN);
	PUT(b, "\"");
}

static void
put_day(struct event_bytes_buf *b, int32_t day)
{
	char text[12] = { '"', 0, 0, 0, 0, '-', 0, 0, '-', 0, 0, '"' };
	static const uint8_t place[8] = { 1, 2, 3, 4, 6, 7, 9, 10 };
	for (size_t i = 8; i-- > 0; day /= 10)
		text[place[i]] = (char)('0' + day % 10);
	put(b, text, sizeof(text));
}

static enum xq_rc
bad(struct xq_err *err, const struct event *e, const char *what, const char *name)
{
	return xq_fault(err, "record.form", "%s: %s %s", e->kind->name, what, name);
}

static bool
codes_fit(const struct event_value *v)
{
	for (size_t i = 0; i < v->n && v->n <= EVENT_MAX_ARRAY; i++)
		if (v->codes[i] == NULL || !ledger_is_code(str_of(v->codes[i])))
			return false;
	return v->n >= 1 && v->n <= EVENT_MAX_ARRAY;
}

static bool
value_fits(const struct event_value *v)
{
	switch (v->type) {
	case EV_CODE:
		return v->code != NULL && ledger_is_code(str_of(v->code));
	case EV_INT:
		return v->i >= -LEDGER_INT_MAX && v->i <= LEDGER_INT_MAX;
	case EV_BOOL:
		return v->i == 0 || v->i == 1;
	case EV_TIME:
		return v->i >= AT_MIN && v->i <= AT_MAX;
	case EV_DAY:
		return v->i > 0 && v->i <= 99999999 && day_is_valid((int32_t)v->i);
	case EV_CODES:
		return codes_fit(v);
	}
	return false;
}

static void
put_codes(struct event_bytes_buf *b, const struct event_value *v)
{
	for (size_t i = 0; i < v->n; i++) {
		put_text(b, i == 0 ? "[\"" : ",\"");
		put_text(b, v->codes[i]);
		PUT(b, "\"");
	}
	PUT(b, "]");
}

static void
put_value(struct event_bytes_buf *b, const struct event_value *v)
{
	switch (v->type) {
	case EV_CODE:
		PUT(b, "\"");
		put_text(b, v->code);
		PUT(b, "\"");
		break;
	case EV_INT:
		put_int(b, v->i);
		break;
	case EV_BOOL:
		put_text(b, v->i ? "true" : "false");
		break;
	case EV_TIME:
		put_at(b, v->i);
		break;
	case EV_DAY:
		put_day(b, (int32_t)v->i);
		break;
	case EV_CODES:
		put_codes(b, v);
		break;
	}
}

/* How many of the values bear the name; the first of them. */
static size_t
find_value(const struct event *e, const char *name, const struct event_value **out)
{
	size_t n = 0;
	for (size_t i = 0; i < e->n_values; i++) {
		if (strcmp(e->value[i].name, name) == 0 && n++ == 0)
			*out = &e->value[i];
	}
	return n;
}

/* In the order of the declaration, which is sorted; so the caller's order does not matter. */
static enum xq_rc
put_pub(struct event_bytes_buf *b, const struct event *e, struct xq_err *err)
{
	static const struct event_field none[] = { { .name = NULL } };
	const struct event_field *f = e->kind->fields != NULL ? e->kind->fields : none;
	size_t used = 0;
	bool comma = false;
	PUT(b, ",\"pub\":{");
	for (const char *last = ""; f->name != NULL; last = f->name, f++) {
		if (!ledger_is_key(str_of(f->name)) || strcmp(last, f->name) >= 0)
			return bad(err, e, "declaration not sorted or not a key:", f->name);
		const struct event_value *v = NULL;
		size_t n = find_value(e, f->name, &v);
		if (n > 1)
			return bad(err, e, "given twice:", f->name);
		used += n;
		/* a code that is NULL says: not known here */
		if (n == 0 || (v->type == EV_CODE && v->code == NULL)) {
			if (!f->optional)
				return bad(err, e, "missing:", f->name);
			continue;
		}
		if (v->type != f->type)
			return bad(err, e, "wrong type:", f->name);
		if (!value_fits(v))
			return bad(err, e, "value breaks the rules:", f->name);
		put_text(b, comma ? ",\"" : "\"");
		put_text(b, f->name);
		PUT(b, "\":");
		put_value(b, v);
		comma = true;
	}
	PUT(b, "}");
	return used == e->n_values ? XQ_OK : bad(err, e, "a value of an undeclared field", "");
}

/* The parts by name; there are one or two, so insertion is the shortest way. */
static enum xq_rc
put_com(struct event_bytes_buf *b, const struct event *e, const char *const *com,
	struct xq_err *err)
{
	size_t order[EVENT_MAX_PARTS] = { 0 };
	if (e->n_parts > EVENT_MAX_PARTS)
		return bad(err, e, "too many parts", "");
	for (size_t i = 0; i < e->n_parts; i++) {
		size_t at = i;
		for (; at > 0 && strcmp(e->part[order[at - 1]].name, e->part[i].name) > 0; at--)
			order[at] = order[at - 1];
		order[at] = i;
	}
	for (size_t i = 0; i < e->n_parts; i++) {
		const char *name = e->part[order[i]].name;
		if (!ledger_is_key(str_of(name)))
			return bad(err, e, "part's name is not a key", "");
		if (i > 0 && strcmp(e->part[order[i - 1]].name, name) == 0)
			return bad(err, e, "part given twice:", name);
		if (strlen(com[order[i]]) != LEDGER_COM_LEN)
			return bad(err, e, "commitment of 32 bytes expected:", name);
		put_text(b, i == 0 ? ",\"com\":{\"" : ",\"");
		put_text(b, name);
		PUT(b, "\":\"");
		put(b, com[order[i]], LEDGER_COM_LEN);
		PUT(b, "\"");
	}
	if (e->n_parts > 0)
		PUT(b, "}");
	return XQ_OK;
}

static enum xq_rc
check_head(const char *log, int64_t seq, int64_t at, const struct event *e, struct xq_err *err)
{
	if (e->kind == NULL || e->kind->name == NULL || !ledger_is_kind(str_of(e->kind->name)))
		return xq_fault(err, "record.form", "kind is missing or not lower.case");
	if (!ledger_is_code(str_of(log)))
		return bad(err, e, "log is not a code", "");
	if (seq < 0 || seq > LEDGER_INT_MAX || at < AT_MIN || at > AT_MAX)
		return bad(err, e, "seq or at out of range", "");
	if (e->ref != NULL && !ledger_is_ref(str_of(e->ref)))
		return bad(err, e, "ref is not letter-base32", "");
	if (e->prev < -1 || e->prev >= seq || (e->prev >= 0 && e->ref == NULL))
		return bad(err, e, "prev without ref, or not before seq", "");
	if (e->kind->opens && (e->ref == NULL || e->prev >= 0))
		return bad(err, e, "opens a ref: needs one, and no prev", "");
	if (e->role == NULL || !ledger_is_role(str_of(e->role)))
		return bad(err, e, "role is not one of ledger.md 3.1", "");
	if (e->unit != NULL && !ledger_is_code(str_of(e->unit)))
		return bad(err, e, "unit is not a code", "");
	return XQ_OK;
}

enum xq_rc
event_put(struct event_bytes_buf *b, const char *log, int64_t seq, int64_t at,
	const struct event *e, const char *const *com, struct xq_err *err)
{
	enum xq_rc rc = check_head(log, seq, at, e, err);
	if (rc != XQ_OK)
		return rc;
	b->n = 0;
	PUT(b, "{\"at\":");
	put_at(b, at);
	rc = put_com(b, e, com, err);
	if (rc != XQ_OK)
		return rc;
	PUT(b, ",\"k\":\"");
	put_text(b, e->kind->name);
	PUT(b, "\",\"log\":\"");
	put_text(b, log);
	PUT(b, "\"");
	if (e->prev >= 0) {
		PUT(b, ",\"prev\":");
		put_int(b, e->prev);
	}
	rc = put_pub(b, e, err);
	if (rc != XQ_OK)
		return rc;
	if (e->ref != NULL) {
		PUT(b, ",\"ref\":\"");
		put_text(b, e->ref);
		PUT(b, "\"");
	}
	PUT(b, ",\"role\":\"");
	put_text(b, e->role);
	PUT(b, "\",\"seq\":");
	put_int(b, seq);
	if (e->unit != NULL) {
		PUT(b, ",\"unit\":\"");
		put_text(b, e->unit);
		PUT(b, "\"");
	}
	PUT(b, ",\"v\":1}");
	if (b->n > EVENT_MAX_BYTES)
		return bad(err, e, "longer than 8192 bytes", "");
	b->p[b->n] = '\0';
	return XQ_OK;
}

enum xq_rc
event_bytes(void *mem, const char *log, int64_t seq, int64_t at, const struct event *e,
	const char *const *com, struct str *out, struct xq_err *err)
{
	struct event_bytes_buf b;
	enum xq_rc rc = event_put(&b, log, seq, at, e, com, err);
	if (rc == XQ_OK)
		*out = str_n(mem_textn(mem, b.p, b.n), b.n);
	return rc;
}

/* ---- reading ----------------------------------------------------------------------------------- */

struct scan {
	const char *p, *end;
};

static bool
take(struct scan *s, struct str lit)
{
	if ((size_t)(s->end - s->p) < lit.n || memcmp(s->p, lit.p, lit.n) != 0)
		return false;
	s->p += lit.n;
	return true;
}

/* The rest of a string whose opening quote was taken. */
static bool
take_code(struct scan *s, struct str *out)
{
	const char *end = memchr(s->p, '"', (size_t)(s->end - s->p));
	if (end == NULL)
		return false;
	*out = str_n(s->p, (size_t)(end - s->p));
	s->p = end + 1;
	return ledger_is_code(*out);
}

static bool
take_int(struct scan *s, int64_t *out)
{
	bool minus = take(s, STR("-"));
	const char *from = s->p;
	int64_t v = 0;
	while (s->p < s->end && *s->p >= '0' && *s->p <= '9' && s->p - from < 17)
		v = v * 10 + (*s->p++ - '0');
	if (s->p == from || v > LEDGER_INT_MAX || (*from == '0' && (s->p - from > 1 || minus)))
		return false;
	*out = minus ? -v : v;
	return true;
}

static bool
take_code_or_int(struct scan *s)
{
	struct str code;
	int64_t i;
	return take(s, STR("\"")) ? take_code(s, &code) : take_int(s, &i);
}

static bool
take_pub_value(struct scan *s)
{
	if (!take(s, STR("[")))
		return take(s, STR("true")) || take(s, STR("false")) || take_code_or_int(s);
	if (take(s, STR("]")))
		return true;
	size_t n = 0;
	do {
		if (++n > EVENT_MAX_ARRAY || !take_code_or_int(s))
			return false;
	} while (take(s, STR(",")));
	return take(s, STR("]"));
}

static bool
take_com_value(struct scan *s)
{
	struct str b64;
	uint8_t hash[SHA256_LEN];
	size_t n;
	return take(s, STR("\"")) && take_code(s, &b64) && b64.n == LEDGER_COM_LEN &&
	       parse_base64(b64, hash, sizeof(hash), &n) && n == SHA256_LEN;
}

/* Keys that rise, each with a value; the opening bracket was taken. */
static bool
take_members(struct scan *s, bool (*value)(struct scan *s))
{
	struct str last = { "", 0 }, key;
	do {
		if (!take(s, STR("\"")) || !take_code(s, &key) || !ledger_is_key(key) ||
			str_cmp(last, key) >= 0 || !take(s, STR(":")) || !value(s))
			return false;
		last = key;
	} while (take(s, STR(",")));
	return take(s, STR("}"));
}

/* YYYY-MM-DDThh:mm:ss+08:00 of a day and a time that exist. */
static bool
read_at(struct str s, int64_t *out)
{
	static const char form[] = "0000-00-00T00:00:00+08:00";
	int part[6] = { 0 };
	if (s.n != TIME_RECORD_LEN)
		return false;
	for (size_t i = 0, k = 0; i < s.n; i++) {
		bool digit = form[i] == '0' && i < 19;
		if (digit ? (s.p[i] < '0' || s.p[i] > '9') : s.p[i] != form[i])
			return false;
		if (digit)
			part[k] = part[k] * 10 + (s.p[i] - '0');
		else if (k < 5)
			k++;
	}
	if (!day_is_valid(part[0] * 10000 + part[1] * 100 + part[2]) || part[3] > 23 ||
		part[4] > 59 || part[5] > 59)
		return false;
	*out = civil_at(part[0], part[1], part[2], part[3], part[4], part[5], TZ_CHINA);
	return true;
}

/* One key after the other in their only order. Returns what was expected where reading stopped. */
static const char *
read_keys(struct scan *s, struct event_seen *e)
{
	if (!take(s, STR("{\"at\":\"")) || !take_code(s, &e->at_text) ||
		!read_at(e->at_text, &e->at))
		return "at";
	const char *from = s->p;
	if (take(s, STR(",\"com\":{"))) {
		if (!take_members(s, take_com_value))
			return "com";
		e->com = str_n(from + 7, (size_t)(s->p - from - 7));
	}
	if (!take(s, STR(",\"k\":\"")) || !take_code(s, &e->kind) || !ledger_is_kind(e->kind))
		return "k";
	if (!take(s, STR(",\"log\":\"")) || !take_code(s, &e->log))
		return "log";
	if (take(s, STR(",\"prev\":")) && (!take_int(s, &e->prev) || e->prev < 0))
		return "prev";
	from = s->p;
	if (!take(s, STR(",\"pub\":{")) || (!take(s, STR("}")) && !take_members(s, take_pub_value)))
		return "pub";
	e->pub = str_n(from + 7, (size_t)(s->p - from - 7));
	if (take(s, STR(",\"ref\":\"")) && (!take_code(s, &e->ref) || !ledger_is_ref(e->ref)))
		return "ref";
	if (!take(s, STR(",\"role\":\"")) || !take_code(s, &e->role) || !ledger_is_role(e->role))
		return "role";
	if (!take(s, STR(",\"seq\":")) || !take_int(s, &e->seq) || e->seq < 0)
		return "seq";
	if (take(s, STR(",\"unit\":\"")) && !take_code(s, &e->unit))
		return "unit";
	if (!take(s, STR(",\"v\":1}")) || s->p != s->end)
		return "v";
	return NULL;
}

enum xq_rc
event_check(
	struct str bytes, const char *log, int64_t seq, struct event_seen *out, struct xq_err *err)
{
	struct event_seen e = { .prev = -1 };
	struct scan s = { bytes.p, bytes.p + bytes.n };
	const char *wrong = bytes.n > EVENT_MAX_BYTES ? "length" : read_keys(&s, &e);
	if (wrong == NULL && log != NULL && !str_is(e.log, log))
		wrong = "log";
	if (wrong == NULL && seq >= 0 && e.seq != seq)
		wrong = "seq";
	if (wrong == NULL && e.prev >= 0 && (e.ref.n == 0 || e.prev >= e.seq))
		wrong = "prev";
	if (wrong != NULL) {
		enum xq_rc rc = xq_refuse(err, NULL, "record.bad-entry");
		xq_err_text(err, "key", wrong);
		xq_err_int(err, "at", s.p - bytes.p);
		return rc;
	}
	*out = e;
	return XQ_OK;
}
