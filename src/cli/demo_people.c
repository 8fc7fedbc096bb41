/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/demo_int.h"
#include "concern/concern.h"
#include "concern/rules.h"
#include "core/mem.h"
#include "core/utf8.h"
#include "identity/account.h"
#include "identity/session.h"
#include "office/office.h"

#include "core/banned.h"

#define DEMO_PASSWORD "Qingfeng-2026"

/* clang-format off */
static const struct demo_unit {
	struct unit_new row;
	const char *head; /* login */
} units[] = {
	{ { "u03", "u03", "受理大厅", "受理大厅", UNIT_STATION, 20 }, "guxiaolan" },
	{ { "u04", "u04", "物业管理科", "物业管理科", UNIT_SECTION, 30 }, "hezhiyuan" },
	{ { "u05", "u05", "城市管理科", "城市管理科", UNIT_SECTION, 40 }, "fangjing" },
	{ { "u06", "u06", "社区服务科", "社区服务科", UNIT_SECTION, 50 }, "luoyun" },
	{ { "u07", "u07", "平安办", "平安办", UNIT_SECTION, 60 }, "taowei" },
	{ { "u08", "z1", "河滨居委会", "河滨片服务站", UNIT_NBHD, 70 }, "hanmei" },
	{ { "u09", "z2", "枫桥居委会", "枫桥片服务站", UNIT_NBHD, 80 }, "lujianping" },
	{ { "u10", "u10", "督办岗", "督办岗", UNIT_SECTION, 90 }, "shenrui" },
};

static const struct demo_human {
	const char *login, *name, *title, *phone, *unit;
	enum role role[3];
	size_t n_roles;
} humans[] = {
	{ "zhoumin", "周敏", "副主任", "021-5550-0101", "u01", { ROLE_LEADER, ROLE_APPROVER }, 2 },
	{ "guxiaolan", "顾晓岚", "受理组长", "021-5550-0123", "u03", { ROLE_CLERK, ROLE_HANDLER }, 2 },
	{ "xiangnan", "向楠", "受理员", "021-5550-0124", "u03", { ROLE_CLERK, ROLE_HANDLER }, 2 },
	{ "hezhiyuan", "何志远", "科长", "021-5550-0131", "u04", { ROLE_APPROVER, ROLE_HANDLER }, 2 },
	{ "chenhaiyan", "陈海燕", "科员", "021-5550-0132", "u04", { ROLE_HANDLER }, 1 },
	{ "wanglei", "王蕾", "科员", "021-5550-0133", "u04", { ROLE_HANDLER }, 1 },
	{ "fangjing", "方静", "科长", "021-5550-0141", "u05", { ROLE_APPROVER, ROLE_HANDLER }, 2 },
	{ "maqiang", "马强", "科员", "021-5550-0142", "u05", { ROLE_HANDLER }, 1 },
	{ "luoyun", "罗芸", "科长", "021-5550-0151", "u06", { ROLE_APPROVER, ROLE_HANDLER }, 2 },
	{ "jinling", "金玲", "科员", "021-5550-0152", "u06", { ROLE_HANDLER }, 1 },
	{ "taowei", "陶伟", "主任", "021-5550-0161", "u07", { ROLE_HANDLER }, 1 },
	{ "hanmei", "韩梅", "居委会主任", "021-5550-0171", "u08", { ROLE_LIAISON, ROLE_HANDLER }, 2 },
	{ "lujianping", "陆建平", "居委会书记", "021-5550-0181", "u09", { ROLE_LIAISON, ROLE_HANDLER }, 2 },
	{ "peixin", "裴欣", "评议员", "", "u02", { ROLE_EVALUATOR }, 1 },
	{ "qiuyue", "邱月", "评议员", "", "u02", { ROLE_EVALUATOR }, 1 },
	{ "shenrui", "沈锐", "督办", "021-5550-0191", "u10", { ROLE_SUPERVISOR }, 1 },
	{ "caoyi", "曹屹", "纪检监察", "", "u10", { ROLE_DISCIPLINE }, 1 },
	{ "shenpeifen", "沈佩芬", "区人大代表", "", "u08", { ROLE_DELEGATE }, 1 },
	{ "yuanye", "袁野", "信息公开", "", "u01", { ROLE_PUBLISHER }, 1 },
	{ "dengqi", "邓琪", "审计", "", "u01", { ROLE_AUDITOR }, 1 },
};

static const struct { const char *class, *unit; } duties[] = {
	{ "property", "u04" }, { "facility", "u05" }, { "sanitation", "u05" }, { "noise", "u05" },
	{ "parking", "u07" }, { "illegal", "u05" }, { "elderly", "u06" }, { "welfare", "u06" },
	{ "neighbour", "u07" },
};
/* clang-format on */

enum { N_UNITS = sizeof units / sizeof units[0], N_HUMANS = sizeof humans / sizeof humans[0] };

struct making {
	struct demo *d;
	struct tx *tx;
	int64_t now;
	char hash[PASSWORD_HASH_LEN];
};

static enum xq_rc
add_units(struct making *m, struct xq_err *err)
{
	struct demo *d = m->d;
	static const char *const first[] = { "u01", "u02" };
	enum xq_rc rc = XQ_OK;
	for (size_t i = 0; rc == XQ_OK && i < 2; i++) {
		struct unit u;
		rc = unit_by_code(m->tx, d->mem, d->office, str_of(first[i]), &u, err);
		if (rc == XQ_OK) {
			d->unit_code[d->n_units] = first[i];
			d->unit[d->n_units++] = u.id;
		}
	}
	for (size_t i = 0; rc == XQ_OK && i < N_UNITS; i++) {
		d->unit_code[d->n_units] = units[i].row.code;
		rc = unit_add(m->tx, d->office, &units[i].row, &d->unit[d->n_units], err);
		d->n_units++;
	}
	return rc;
}

static enum xq_rc
add_human(struct making *m, const struct demo_human *h, struct xq_err *err)
{
	struct demo *d = m->d;
	int64_t person, account;
	enum xq_rc rc = person_add(
		m->tx, d->office, h->name, h->title, h->phone, demo_unit(d, h->unit), &person, err);
	if (rc == XQ_OK)
		rc = account_add(
			m->tx, d->office, person, h->login, m->hash, m->now, &account, err);
	for (size_t i = 0; rc == XQ_OK && i < h->n_roles; i++)
		rc = role_give(m->tx, d->office, account,
			&(struct grant){ .role = h->role[i], .scope = SCOPE_OFFICE }, m->now, err);
	if (rc == XQ_OK)
		rc = actor_by_login(
			m->tx, d->office, str_of(h->login), &d->people[d->n_people], err);
	d->n_people++;
	return rc;
}

static const struct actor *
by_login(const struct demo *d, const char *login)
{
	for (size_t i = 0; i < N_HUMANS; i++)
		if (text_eq(humans[i].login, login))
			return &d->people[i];
	xq_require(false); /* not in the table above */
	return &d->people[0];
}

static enum xq_rc
add_heads_and_duties(struct making *m, struct xq_err *err)
{
	struct demo *d = m->d;
	enum xq_rc rc = XQ_OK;
	for (size_t i = 0; rc == XQ_OK && i < N_UNITS; i++)
		rc = unit_set_head(m->tx, d->office, demo_unit(d, units[i].row.code),
			by_login(d, units[i].head)->person_id, err);
	for (size_t i = 0; rc == XQ_OK && i < sizeof duties / sizeof duties[0]; i++)
		rc = duty_set(m->tx, d->office, duties[i].class, demo_unit(d, duties[i].unit), err);
	return rc;
}

static enum xq_rc
assign_post(struct demo *d, const char *post, const char *holder, const char *standin,
	struct xq_err *err)
{
	void *mem = mem_root("demo");
	struct actor system = actor_system(d->office);
	struct act_call *call = act_call_new(mem, d->app, &post_assign_act, d->office, &system);
	form_set_text(mem, &call->form, "post", post);
	form_set_text(mem, &call->form, "holder", holder);
	form_set_text(mem, &call->form, "standin", standin);
	enum xq_rc rc = act_run(call);
	*err = call->err;
	mem_free(mem);
	return rc;
}

/* What answers of this office begin with; each a version with its source, set by the leader. */
static const struct {
	const char *code, *title, *text;
} templates[] = {
	{ "lamp", "楼道灯",
		"您反映的楼道灯不亮，我们____到现场看过，原因是____。已约____换线，____前恢复照明；"
		"之前先装临时灯。\n没有按时恢复，请直接找我，电话____。" },
	{ "cannot", "依法办不了",
		"您希望____。我们去看过，____。按____，这件事办不了，也不是办事处能改的。\n"
		"我们能做的是：____，____前办好。\n____要是变了，我们会再看一次。" },
	{ "wait", "要等一段时间",
		"您反映的____，我们查过，要等____。____前给您下一步的消息，由____负责。\n"
		"等的这段时间里，我们先____。" },
};

static enum xq_rc
set_templates(struct demo *d, struct xq_err *err)
{
	enum xq_rc rc = XQ_OK;
	int32_t today = day_of(clock_now(d->app->clock), TZ_CHINA);
	for (size_t i = 0; rc == XQ_OK && i < sizeof templates / sizeof templates[0]; i++) {
		void *mem = mem_root("demo");
		struct act_call *call = act_call_new(
			mem, d->app, &rules_set_template, d->office, by_login(d, "zhoumin"));
		form_set_text(mem, &call->form, "code", templates[i].code);
		form_set_text(mem, &call->form, "title", templates[i].title);
		form_set_text(mem, &call->form, "text", templates[i].text);
		form_set_int(&call->form, "from", today);
		form_set_text(mem, &call->form, "source", "青街办〔2026〕3号");
		rc = act_run(call);
		*err = call->err;
		mem_free(mem);
	}
	return rc;
}

/* A kind of matter of this office's own, which counts in a public one. */
static enum xq_rc
set_class(struct demo *d, struct xq_err *err)
{
	void *mem = mem_root("demo");
	struct act_call *call =
		act_call_new(mem, d->app, &rules_set_class, d->office, by_login(d, "zhoumin"));
	form_set_text(mem, &call->form, "code", "charging");
	form_set_text(mem, &call->form, "title", "电动自行车充电");
	form_set_text(mem, &call->form, "english", "Charging of e-bikes");
	form_set_text(mem, &call->form, "public", "facility");
	form_set_text(mem, &call->form, "map", "0507");
	form_set_text(mem, &call->form, "unit", "u05");
	form_set_int(&call->form, "from", day_of(clock_now(d->app->clock), TZ_CHINA));
	form_set_text(mem, &call->form, "source", "青街办〔2026〕3号");
	enum xq_rc rc = act_run(call);
	*err = call->err;
	mem_free(mem);
	return rc;
}

static enum xq_rc
add_rows(struct making *m, struct xq_err *err)
{
	enum xq_rc rc = add_units(m, err);
	for (size_t i = 0; rc == XQ_OK && i < N_HUMANS; i++)
		rc = add_human(m, &humans[i], err);
	return rc == XQ_OK ? add_heads_and_duties(m, err) : rc;
}

static void
pad(struct buf *b, const char *text, size_t columns)
{
	size_t width = 0;
	struct str rest = str_of(text);
	while (rest.n > 0)
		width += utf8_next(&rest) > 0x2e80 ? 2 : 1;
	buf_text(b, text);
	for (; width < columns; width++)
		buf_char(b, ' ');
}

static void
say_accounts(struct buf *b)
{
	buf_text(b, "青枫街道办事处（虚构的演示办事处，人名、地点、事项全是编的）\n\n");
	for (size_t i = 0; i < N_HUMANS; i++) {
		const char *unit = text_eq(humans[i].unit, "u01") ? "办事处领导" : "评议岗";
		for (size_t k = 0; k < N_UNITS; k++)
			if (text_eq(units[k].row.code, humans[i].unit))
				unit = units[k].row.name;
		pad(b, humans[i].login, 14);
		pad(b, humans[i].name, 10);
		pad(b, unit, 14);
		for (size_t k = 0; k < humans[i].n_roles; k++) {
			buf_text(b, role_code(humans[i].role[k]));
			buf_char(b, ' ');
		}
		buf_char(b, '\n');
	}
	buf_text(b, "admin         管理员    办事处领导    admin clerk operator\n\n");
	buf_text(b, "所有演示账号的密码：" DEMO_PASSWORD "\n");
}

static enum xq_rc
commit_rows(struct making *m, struct xq_err *err)
{
	enum xq_rc rc = db_write(m->d->app->db, &m->tx, err);
	if (rc != XQ_OK)
		return rc;
	rc = add_rows(m, err);
	return tx_finish(m->tx, rc, err);
}

enum xq_rc
demo_people(struct demo *d, struct buf *accounts_text, struct xq_err *err)
{
	struct making m = { .d = d, .now = clock_now(d->app->clock) };
	enum xq_rc rc = password_hash(DEMO_PASSWORD, m.hash, err);
	struct office_new office = { .code = d->called->code,
		.name = d->called->name,
		.short_name = d->called->short_name,
		.mark = d->called->mark,
		.phone = "021-5550-0123",
		.hours = "工作日 8:30–17:30",
		.origin = d->called->origin,
		.admin_login = "admin",
		.admin_name = "管理员",
		.admin_password_hash = m.hash };
	if (rc == XQ_OK)
		rc = office_create(d->app, &office, &d->office, err);
	if (rc == XQ_OK)
		rc = commit_rows(&m, err);
	if (rc == XQ_OK)
		rc = assign_post(d, POST_INTAKE, "guxiaolan", "xiangnan", err);
	if (rc == XQ_OK)
		rc = assign_post(d, POST_HEAD, "zhoumin", "hezhiyuan", err);
	if (rc == XQ_OK)
		rc = set_templates(d, err);
	if (rc == XQ_OK)
		rc = set_class(d, err);
	if (rc != XQ_OK)
		return rc;
	d->resident = actor_resident(d->office);
	d->clerk[0] = *by_login(d, "guxiaolan");
	d->clerk[1] = *by_login(d, "xiangnan");
	d->evaluator[0] = *by_login(d, "peixin");
	d->evaluator[1] = *by_login(d, "qiuyue");
	d->supervisor = *by_login(d, "shenrui");
	d->leader = *by_login(d, "zhoumin");
	d->publisher = *by_login(d, "yuanye");
	say_accounts(accounts_text);
	return XQ_OK;
}

const struct actor *
demo_person(const struct demo *d, int64_t person_id)
{
	for (size_t i = 0; i < d->n_people; i++)
		if (d->people[i].person_id == person_id)
			return &d->people[i];
	return &d->clerk[0];
}

/* Heads approve; the work goes round among the others of the unit. */
const struct actor *
demo_handler(const struct demo *d, int64_t unit_id, int64_t turn)
{
	const struct actor *found[DEMO_PEOPLE];
	size_t n = 0;
	for (size_t i = 0; i < d->n_people; i++)
		if (d->people[i].unit_id == unit_id && actor_has_role(&d->people[i], ROLE_HANDLER))
			found[n++] = &d->people[i];
	if (n == 0)
		return &d->clerk[1];
	return n == 1 ? found[0] : found[1 + (size_t)turn % (n - 1)];
}

const struct actor *
demo_approver(const struct demo *d, const struct actor *author)
{
	for (size_t i = 0; i < d->n_people; i++)
		if (d->people[i].unit_id == author->unit_id &&
			d->people[i].person_id != author->person_id &&
			actor_has_role(&d->people[i], ROLE_APPROVER))
			return &d->people[i];
	return &d->leader;
}

int64_t
demo_unit(const struct demo *d, const char *code)
{
	for (size_t i = 0; i < d->n_units; i++)
		if (text_eq(d->unit_code[i], code))
			return d->unit[i];
	return 0;
}

const char *
demo_other_unit(const struct demo *d, int64_t unit_id)
{
	return unit_id == demo_unit(d, "u03")   ? "u04"
	       : unit_id == demo_unit(d, "u08") ? "u09"
	                                        : "u08";
}

const char *
demo_sister_unit(const struct demo *d, int64_t unit_id)
{
	return unit_id == demo_unit(d, "u05")   ? "u04"
	       : unit_id == demo_unit(d, "u06") ? "u07"
	       : unit_id == demo_unit(d, "u07") ? "u06"
	                                        : "u05";
}
