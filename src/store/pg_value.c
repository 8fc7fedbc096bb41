/* SPDX-License-Identifier: Apache-2.0 */
/* pg_value.c - parameters and columns in PostgreSQL's binary form: numbers in network order. */
#include "store/pg_int.h"

#include <stdio.h>

#include "core/banned.h"

static void
put_be(uint8_t *out, uint64_t v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		out[i] = (uint8_t)(v >> (8 * (n - 1 - i)));
}

static uint64_t
get_be(const char *p, size_t n)
{
	uint64_t v = 0;
	for (size_t i = 0; i < n; i++)
		v = v << 8 | (uint8_t)p[i];
	return v;
}

static double
double_of(uint64_t bits)
{
	double d;
	memcpy(&d, &bits, sizeof d);
	return d;
}

static uint64_t
bits_of(double d)
{
	uint64_t bits;
	memcpy(&bits, &d, sizeof bits);
	return bits;
}

/* ---- parameters ---------------------------------------------------------------------------------- */

static bool
is_text_type(Oid type)
{
	return type == PG_TEXT || type == PG_VARCHAR || type == PG_NAME_TYPE;
}

static int
put_number(const struct val *v, Oid type, uint8_t *out)
{
	if (v->type == VAL_INT && type == PG_INT8) {
		put_be(out, (uint64_t)v->i, 8);
		return 8;
	}
	if (v->type == VAL_INT && type == PG_BOOL) {
		out[0] = v->i != 0;
		return 1;
	}
	if (type == PG_FLOAT8) {
		put_be(out, bits_of(v->type == VAL_INT ? (double)v->i : v->r), 8);
		return 8;
	}
	return 0;
}

bool
pg_bind(const struct pg_stmt *s, struct vals v, struct pg_values *out, size_t *at)
{
	for (size_t i = 0; i < v.n; i++) {
		const struct val *one = &v.v[i];
		bool is_text = one->type == VAL_TEXT, is_blob = one->type == VAL_BLOB;
		*at = i;
		out->format[i] = 1;
		out->p[i] = one->type == VAL_NULL ? NULL
		            : is_text || is_blob  ? one->p
		                                  : (const char *)out->own[i];
		if (one->type == VAL_NULL)
			continue;
		out->n[i] = is_text || is_blob ? (int)one->n : 0;
		if (is_text ? !is_text_type(s->type[i]) : is_blob && s->type[i] != PG_BYTEA)
			return false;
		if (is_text || is_blob)
			continue;
		if (one->type == VAL_INT && s->type[i] == PG_NUMERIC) {
			out->format[i] = 0;
			(void)snprintf((char *)out->own[i], sizeof out->own[i], "%lld",
				(long long)one->i); /* 20 digits */
			continue;
		}
		out->n[i] = put_number(one, s->type[i], out->own[i]);
		if (out->n[i] == 0)
			return false;
	}
	return true;
}

/* The values as bytes, for who looks for the same ones again. */
bool
pg_key(struct vals v, uint8_t *out, size_t *out_n)
{
	size_t n = 0;
	for (size_t i = 0; i < v.n; i++) {
		const struct val *one = &v.v[i];
		bool is_bytes = one->type == VAL_TEXT || one->type == VAL_BLOB;
		const void *p = is_bytes                ? one->p
		                : one->type == VAL_REAL ? (const void *)&one->r
		                                        : &one->i;
		size_t len = is_bytes ? one->n : one->type == VAL_NULL ? 0 : sizeof(int64_t);
		if (len > 255 || n + 2 + len > PG_KEY)
			return false;
		out[n++] = (uint8_t)one->type;
		out[n++] = (uint8_t)len;
		memcpy(out + n, p, len);
		n += len;
	}
	*out_n = n;
	return true;
}

/* ---- columns ---------------------------------------------------------------------------------------- */

/* sum() of integers is of this type: digits of base 10,000, the first one of weight w. */
static double
numeric_real(const char *p)
{
	int n = (int16_t)get_be(p, 2), weight = (int16_t)get_be(p + 2, 2);
	double v = 0;
	for (int i = 0; i < n; i++)
		v = v * 10000 + (double)get_be(p + 8 + 2 * i, 2);
	for (int i = n - 1; i < weight; i++)
		v *= 10000;
	for (int i = weight; i < n - 1; i++)
		v /= 10000;
	return get_be(p + 4, 2) == 0x4000 ? -v : v;
}

/* What stands behind the point is cut off. */
static int64_t
numeric_int(const char *p)
{
	int n = (int16_t)get_be(p, 2), weight = (int16_t)get_be(p + 2, 2);
	uint64_t v = 0;
	for (int i = 0; i <= weight && i < 5; i++)
		v = v * 10000 + (i < n ? get_be(p + 8 + 2 * i, 2) : 0);
	return get_be(p + 4, 2) == 0x4000 ? (int64_t)-v : (int64_t)v;
}

static const char *
cell(const struct rows *q, int col)
{
	return PQgetvalue(q->h, q->at, col);
}

static void
wrong_type(struct rows *q, int col)
{
	if (q->rc == XQ_OK) /* told when the rows are closed */
		q->rc = xq_fault(&q->err, "store.fault", "column %d is of type %u (%s:%d)", col,
			PQftype(q->h, col), q->sql->file, q->sql->line);
}

bool
pg_col_is_null(struct rows *q, int col)
{
	return PQgetisnull(q->h, q->at, col);
}

int64_t
pg_col_int(struct rows *q, int col)
{
	if (pg_col_is_null(q, col))
		return 0;
	const char *p = cell(q, col);
	switch ((enum pg_type)PQftype(q->h, col)) {
	case PG_INT8:
		return (int64_t)get_be(p, 8);
	case PG_INT4:
		return (int32_t)get_be(p, 4);
	case PG_INT2:
		return (int16_t)get_be(p, 2);
	case PG_BOOL:
		return *p != 0;
	case PG_NUMERIC:
		return numeric_int(p);
	case PG_FLOAT8:
		return (int64_t)double_of(get_be(p, 8));
	case PG_FLOAT4:
	case PG_BYTEA:
	case PG_NAME_TYPE:
	case PG_TEXT:
	case PG_VARCHAR:
		break;
	}
	wrong_type(q, col);
	return 0;
}

double
pg_col_real(struct rows *q, int col)
{
	Oid type = PQftype(q->h, col);
	if (pg_col_is_null(q, col))
		return 0;
	if (type == PG_FLOAT8)
		return double_of(get_be(cell(q, col), 8));
	if (type == PG_NUMERIC)
		return numeric_real(cell(q, col));
	return (double)pg_col_int(q, col);
}

struct bytes
pg_col_bytes(struct rows *q, int col, bool is_text)
{
	Oid type = PQftype(q->h, col);
	if (pg_col_is_null(q, col))
		return (struct bytes){ NULL, 0 };
	(void)is_text; /* both are what lies there */
	if (!is_text_type(type) && type != PG_BYTEA) {
		wrong_type(q, col);
		return (struct bytes){ NULL, 0 };
	}
	return (struct bytes){ (const uint8_t *)cell(q, col),
		(size_t)PQgetlength(q->h, q->at, col) };
}
