/* SPDX-License-Identifier: Apache-2.0 */
/* demo_city.c - more offices than one: what they are called, and the city above them. */
#include "city/city.h"
#include "cli/demo_int.h"
#include "core/mem.h"
#include "identity/account.h"
#include "record/record.h"
#include "record/sheet.h"

#include "core/banned.h"

/* 青枫 is the first; each of the twenty names once with each of the fifteen words before it. */
static const char *const before[] = { "青", "丹", "白", "翠", "金", "银", "东", "南", "西", "北",
	"新", "长", "云", "星", "和" };
static const char *const behind[] = { "枫", "桥", "溪", "塘", "岭", "浦", "湾", "洲", "泉", "渡",
	"林", "堤", "园", "港", "坊", "池", "阁", "亭", "荷", "柳" };
enum {
	N_BEFORE = sizeof before / sizeof *before,
	A_DISTRICT = sizeof behind / sizeof *behind /* offices in one */
};
_Static_assert(N_BEFORE *A_DISTRICT >= DEMO_OFFICES_MAX, "each office has a name of its own");

const struct demo_name *
demo_name(void *mem, size_t number)
{
	const char *a = before[number / A_DISTRICT], *b = behind[number % A_DISTRICT];
	struct demo_name *n = mem_new(mem, struct demo_name);
	n->code = number == 0 ? "demo" : mem_printf(mem, "demo-%zu", number + 1);
	n->name = mem_printf(mem, "%s%s街道办事处", a, b);
	n->short_name = mem_printf(mem, "%s%s街道", a, b);
	n->mark = mem_printf(mem, "%s%s", a, number % A_DISTRICT == 0 ? "街" : b);
	n->origin = mem_printf(mem, "localhost/log/%s", n->code);
	return n;
}

/* ---- the city --------------------------------------------------------------------------------------- */

static enum xq_rc
must(struct demo *d, const struct actor *who, const struct act *act, demo_pairs pair,
	struct xq_err *err)
{
	void *mem = mem_root("demo");
	const struct act_call *call = demo_deed(d, mem, who, act, pair);
	enum xq_rc rc = XQ_OK;
	if (call->rc != XQ_OK)
		rc = xq_fault(
			err, "demo.step", "%s: %s %s", act->name, call->err.key, call->err.detail);
	mem_free(mem);
	return rc;
}

static const char *
district_code(void *mem, size_t number)
{
	return mem_printf(mem, "d%zu", number / A_DISTRICT + 1);
}

static enum xq_rc
place(struct demo *lead, const struct actor *admin, struct demo *d, size_t number,
	struct xq_err *err)
{
	const char *code = district_code(d, number);
	enum xq_rc rc = XQ_OK;
	if (number % A_DISTRICT == 0)
		rc = must(lead, admin, &city_district,
			(demo_pairs){ { "code", code },
				{ "name", mem_printf(d, "%s川区", before[number / A_DISTRICT]) },
				{ NULL, NULL } },
			err);
	if (rc == XQ_OK)
		rc = must(lead, admin, &city_place,
			(demo_pairs){ { "member", d->called->code }, { "district", code },
				{ NULL, NULL } },
			err);
	return rc;
}

static enum xq_rc
found(struct demo *const *office, size_t n, struct xq_err *err)
{
	struct demo *lead = office[0];
	struct actor admin;
	struct tx *tx;
	enum xq_rc rc = db_read(lead->app->db, &tx, err);
	if (rc != XQ_OK)
		return rc;
	rc = actor_by_login(tx, lead->office, STR("admin"), &admin, err);
	tx_end(tx);
	if (rc == XQ_OK)
		rc = must(lead, &admin, &city_found,
			(demo_pairs){ { "name", "青川市" }, { NULL, NULL } }, err);
	for (size_t i = 0; rc == XQ_OK && i < n; i++)
		rc = place(lead, &admin, office[i], i, err);
	if (rc == XQ_OK)
		rc = must(lead, &admin, &city_grant,
			(demo_pairs){ { "login", "zhoumin" }, { NULL, NULL } }, err);
	return rc;
}

enum xq_rc
demo_city(struct demo *const *office, size_t n, int64_t now, struct xq_err *err)
{
	int32_t month = day_add_months(day_of(now, TZ_CHINA) / 100 * 100 + 1, -1);
	const char *text = day_text(office[0], month);
	enum xq_rc rc = found(office, n, err);
	if (rc == XQ_OK)
		rc = record_sign(
			office[0]->app, err); /* what is published lies under a signed head */
	for (size_t i = 0; rc == XQ_OK && i < n; i++)
		rc = must(office[i], &office[i]->publisher, &figures_publish,
			(demo_pairs){ { "month", text }, { NULL, NULL } }, err);
	if (rc == XQ_OK)
		rc = must(office[0], &office[0]->publisher, &city_publish,
			(demo_pairs){ { "month", text }, { NULL, NULL } }, err);
	return rc;
}
