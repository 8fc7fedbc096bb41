/* SPDX-License-Identifier: Apache-2.0 */
/* Sample data in Chinese, as the mock pages have it; all names, places and numbers are invented. */
#include "web/styles.h"

#include <string.h>

#include "core/mem.h"
#include "core/time.h"
#include "templates.h"

#include "core/banned.h"

#define FROM 20260924
#define TODAY 20260930
#define DUE 20261009

/* One cell per day from the 24th of September: a weekend with a festival, a week with another. */
static struct deadline
bar(void *mem, int days, int32_t today)
{
	struct day_cell *cell = mem_array(mem, struct day_cell, days);
	int number = 0;
	for (int i = 0; i < days; i++) {
		const int32_t day = day_add(FROM, i);
		const bool rest = (day >= 20260925 && day <= 20260927) ||
		                  (day >= 20261001 && day <= 20261007) || day == 20261011;
		struct day_cell *c = &cell[i];
		c->day = day;
		c->kind = i == 0            ? CELL_START
		          : rest            ? CELL_REST
		          : day == 20261010 ? CELL_MAKE_UP
		                            : CELL_WORK;
		c->state = day < today ? CELL_PAST : day == today ? CELL_TODAY : CELL_TODO;
		c->number = c->kind == CELL_WORK || c->kind == CELL_MAKE_UP ? ++number : 0;
		c->show_month = i > 0 && day_mday(day) == 1;
		if (day == DUE)
			c->state = CELL_DUE;
		if (day > DUE && day <= today && !rest)
			c->state = CELL_LATE;
		c->is_today = day == today;
	}
	return (struct deadline){ .cell = cell, .n = (size_t)days, .from = FROM, .due = DUE };
}

static void
deadlines(void *mem, struct styles *s)
{
	s->due = bar(mem, 16, TODAY);
	struct day_cell *c = mem_copy(mem, s->due.cell, 16 * sizeof *c);
	c[0].flag = "登记 14:35";
	c[1].flag = "中秋 不计时";
	c[6].flag = "今天";
	c[7].flag = "国庆 不计时";
	c[15].flag = "答复期限";
	s->due.cell = c;
	s->due.headline = "还剩 3 个工作日（含今天）";
	s->due.sentence =
		"须在 10月9日（周五）17:30 前答复居民。求助类 5 个工作日（期限表第 4 版）。";
	s->due.age = "登记至今 5 天 19 小时";
	s->late = bar(mem, 20, 20261013);
	s->late.headline = "超期 2 个工作日";
	s->late.light = LIGHT_LATE;
	s->parked = bar(mem, 16, 20261008);
	c = mem_copy(mem, s->parked.cell, 16 * sizeof *c);
	for (size_t i = 4; i < 7; i++)
		c[i].state = CELL_PAUSED;
	s->parked.cell = c;
	s->parked.headline = "挂账，下次复查 10月20日";
	s->parked.light = LIGHT_PARKED;
}

static void
chains(struct styles *s)
{
	s->chain = (struct chain){ .station = {
					   { STATION_DONE, "收到", 20260924, NULL },
					   { STATION_DONE, "有人管", 20260924, NULL },
					   { STATION_NOW, "在办", 0, "今天" },
					   { STATION_AHEAD, "答复", 20261009, NULL },
					   { STATION_AHEAD, "听您评", 0, "换人回访" },
				   } };
	s->chain_redo = s->chain;
	s->chain_redo.detour = "再办一次";
	s->chain_redo.detour_light = LIGHT_SOON;
	s->chain_parked = s->chain;
	s->chain_parked.detour = "暂时办不了";
	s->chain_parked.detour_light = LIGHT_PARKED;
}

static void
people(struct styles *s)
{
	static const struct person_line lines[] = { { "姓名", "吴**" }, { "电话", "138****4521" },
		{ "住址", "枫桥路 88 弄 *号 ***室" }, { "联系", "打电话，上午；听力不好，请慢说" },
		{ "保密", "不要求；同意公开事由" } };
	s->badge[0] = (struct badge){ BADGE_OWNER, NULL, "陈", "陈海燕", "物业管理科", NULL, NULL };
	s->badge[1] =
		(struct badge){ BADGE_TRACKER, NULL, "顾", "顾晓岚", "河滨居委会", NULL, NULL };
	s->badge[2] = (struct badge){ BADGE_OFFERED, NULL, "何", "何志远", "城市管理办", NULL,
		"还有 3 小时" };
	s->person = (struct person_card){ .line = lines,
		.n = 5,
		.watermark = "陈海燕 0930 10:20",
		.reveal_href = "/desk/concerns/0912/person" };
	s->seat[0] = (struct seat){ "沈", "沈佩芬", "区人大代表" };
	s->seat[1] = (struct seat){ "陆", "陆建平", "党代表·河滨居民区书记" };
	s->seat[2] = (struct seat){ "周", "周敏", "办事处副主任" };
}

static int64_t
at(int32_t day, int hour, int minute)
{
	return day_at(day, hour * 60 + minute, TZ_CHINA);
}

static void
events(struct styles *s)
{
	const struct timeline_row rows[7] = {
		{ "今天", at(TODAY, 9, 40), TONE_HEART, "作出承诺", "陈海燕，物业管理科",
			"10月8日前恢复 1–6 层照明。到期未兑现会提醒顾晓岚和科长，并转入承诺台账。",
			.to_resident = true },
		{ "29日", at(20260929, 10, 12), TONE_PLAIN, "请供电营业站会办", "陈海燕",
			"线路属供电产权。答复：10月8日 9:00 派两名电工换线。主办仍是物业管理科。" },
		{ "28日", at(20260928, 15, 30), TONE_PLAIN, "查明事实", "陈海燕、顾晓岚到场",
			"1–6 层声控灯坏 9 盏，线路老化；物业 9月7日报修未跟进。照片 2 张，位置信息已清除。" },
		{ "28日", at(20260928, 9, 5), TONE_GOOD, "先行联系居民", "电话，已接通",
			"告知由谁办、哪天答复；居民补充：3 层拐角最暗。", .to_resident = true },
		{ .text = "9月25–27日 中秋节放假，不计时", .is_band = true },
		{ "24日", at(20260924, 16, 10), TONE_GOOD, "签收", "陈海燕，用时 1 小时 35 分",
			NULL, .to_resident = true },
		{ "24日", at(20260924, 14, 35), TONE_PLAIN, "登记并交办", "顾晓岚，走访时当场登记",
			"按派单目录第 7 版“公共照明”交物业管理科。回执当面交给居民。",
			.to_resident = true, .to_public = true, .href = "/log/qf/47986",
			.leaf = 47986 },
	};
	memcpy(s->event, rows, sizeof rows);
	s->clock[0] = (struct clock_row){ NULL, LIGHT_OK, "签收", "1 小时 35 分", "限 1 工作日" };
	s->clock[1] = (struct clock_row){ NULL, LIGHT_OK, "先行联系", "9月28日 09:05", NULL };
	s->clock[2] = (struct clock_row){ NULL, LIGHT_OK, "查明事实", "9月28日", NULL };
	s->clock[3] = (struct clock_row){ NULL, LIGHT_SOON, "会办：供电营业站", "10月8日", NULL };
	s->clock[4] = (struct clock_row){ "flag", -1, "承诺 1 项", "10月8日", NULL };
}

static void
acts(struct styles *s)
{
	s->act[0] = (struct next_row){ "/desk/concerns/0912/hand-over", "hand", "转给别人承办",
		"对方接受前仍由您负责", "h" };
	s->act[1] = (struct next_row){ "/desk/concerns/0912/assist", "people", "请会办或吹哨",
		"主办不变", NULL };
	s->act[2] = (struct next_row){ "/desk/concerns/0912/extend", "cal", "申请延期到 15 工作日",
		"由督办岗批，会告知居民", NULL };
	s->act[3] = (struct next_row){ "/desk/concerns/0912/visit", "door", "约上门说明",
		"两人同去", NULL };
	s->act[4] =
		(struct next_row){ NULL, NULL, "申请退单", "签收后 1 工作日内可提，已过期", NULL };
	s->point[0] = (struct point){ "楼道灯修好", LIGHT_OK, "草稿已答" };
	s->point[1] = (struct point){ "修好之前有临时照明", LIGHT_SOON, "还没答" };
	s->point[2] = (struct point){ "告知哪天能好", LIGHT_OK, "草稿已答" };
	s->preview[0] = (struct preview_row){ true, "公共设施，河滨片，物业管理科承办" };
	s->preview[1] = (struct preview_row){ true, "9月24日登记，10月9日前答复，是否按时" };
	s->preview[2] = (struct preview_row){ true, "审核后的事由一句话" };
	s->preview[3] = (struct preview_row){ false, "不公开：姓名、电话、楼号、照片、原话" };
}

static void
forms(struct styles *s)
{
	static const struct option yes_no[] = { { "solved", "真解决了", NULL, false },
		{ "partly", "部分解决", "例如：灯亮了，线还没换", false },
		{ "none", "不想评价", NULL, false } };
	static const struct option channels[] = { { "visit", "走访", NULL, false },
		{ "call", "电话", NULL, false } };
	static const struct option agree[] = { { "public", "这件事可以公开", NULL, true },
		{ "call", "可以打电话", NULL, false } };
	const struct input inputs[9] = {
		{ .kind = INPUT_LINES,
			.name = "matter",
			.label = "发生了什么",
			.hint = "一两句话就行。",
			.fault = "请写几句发生了什么。一两句话就行。" },
		{ .kind = INPUT_PHONE,
			.name = "phone",
			.label = "手机号",
			.hint = "不留电话也可以提交。",
			.fault = "手机号要 11 位数字，现在是 10 位。",
			.value = "1380013800",
			.is_optional = true,
			.is_short = true,
			.complete = "tel" },
		{ .kind = INPUT_TEXT,
			.name = "place",
			.label = "在哪里",
			.hint = "说不清，写附近的地方",
			.placeholder = "枫桥路 88 弄" },
		{ .kind = INPUT_RADIO,
			.name = "solved",
			.label = "解决了没有",
			.value = "partly",
			.option = yes_no,
			.n_options = 3 },
		{ .kind = INPUT_CHECKS,
			.name = "agree",
			.label = "可以怎样",
			.option = agree,
			.n_options = 2 },
		{ .kind = INPUT_SELECT,
			.name = "channel",
			.label = "来源",
			.value = "visit",
			.option = channels,
			.n_options = 2 },
		{ .kind = INPUT_FILE,
			.name = "photo",
			.label = "照片",
			.hint = "最多 9 张，每张不超过 10 MB。位置信息会去掉。",
			.is_optional = true,
			.accept = "image/jpeg,image/png,image/webp",
			.is_multiple = true },
		{ .kind = INPUT_CHECK,
			.name = "secret",
			.label = "替我保密",
			.hint = "只有办理的人看得到您是谁。" },
		{ .kind = INPUT_LINES,
			.name = "reply",
			.label = "答复草稿",
			.rows = 3,
			.value =
				"您好，您反映的枫桥路 88 弄楼道灯不亮，我们 9月28日到现场看过：1–6 层声控灯坏了 9 盏，原因是线路老化。" },
	};
	memcpy(s->input, inputs, sizeof inputs);
	s->fault[0] = (struct fault_row){ "matter", "请写几句发生了什么。一两句话就行。" };
	s->fault[1] = (struct fault_row){ "phone", "手机号要 11 位数字，现在是 10 位。" };
	static const struct review_row rows[] = { { "什么事", "88 弄楼道灯三周不亮", "/raise" },
		{ "在哪里", "枫桥路 88 弄", "/raise/where" }, { "电话", NULL, "/raise/where" } };
	s->review = (struct review){ "您说的", "talk", rows, 3 };
}

/* A square pattern in place of a QR code: the samples must not depend on an encoder. */
static struct html
sample_qr(void)
{
	static const char svg[] =
		"<svg viewBox=\"0 0 7 7\" role=\"img\" aria-label=\"QR\"><path d=\"M0 0h3v3H0zM4 0h3v3H4zM0 "
		"4h3v3H0zM4 4h1v1H4zM6 4h1v1H6zM5 5h1v1H5zM4 6h1v1H4zM6 6h1v1H6z\"/></svg>";
	return (struct html){ svg, sizeof svg - 1 };
}

static void
lists(struct styles *s)
{
	static const struct column col[] = { { "登记号", COL_CODE, NULL, 0 },
		{ "事由", COL_TEXT, NULL, 0 }, { "状态", COL_TEXT, NULL, 0 },
		{ "答复期限", COL_TEXT, "/desk/concerns?sort=due", 1 },
		{ "天数", COL_NUMBER, NULL, 0 } };
	static const struct table_cell cell[] = {
		{ "0912号", "/desk/concerns/0912", NULL, 0, false },
		{ "楼道灯三周不亮", NULL, "枫桥路 88 弄", 0, false },
		{ "在期限内", NULL, NULL, LIGHT_OK, true },
		{ "10月9日（周五）", NULL, NULL, 0, false },
		{ "6", NULL, NULL, 0, false },
		{ "0897号", "/desk/concerns/0897", NULL, 0, false },
		{ "门口路灯闪", NULL, "枫桥路 88 弄 2 号", 0, false },
		{ "超期 2 个工作日", NULL, NULL, LIGHT_LATE, true },
		{ "9月28日（周一）", NULL, NULL, 0, false },
		{ "9", NULL, NULL, 0, false },
	};
	s->table = (struct table){ "我承办的，2 件", false, col, 5, cell, 2 };
	s->pager = (struct pager){ "/desk/concerns?before=1", "/desk/concerns?after=2",
		"第 21–40 件，共 396 件" };
	s->empty = (struct empty){ "tick", "今天没有到期的事",
		"下一件 10月9日（周五）到期：0912号。", "/desk/concerns", "看全部" };
	s->gap[0] = (struct figure){ .label = "单位说解决了",
		.value = "78.4%",
		.base = "304 / 388 件办结",
		.note = "承办单位自己填的",
		.per_mille = 784 };
	s->gap[1] = (struct figure){ .label = "居民说解决了",
		.value = "69.5%",
		.base = "171 / 246 人评价",
		.note = "95% 区间 63.5–74.9%",
		.per_mille = 695,
		.low = 635,
		.high = 749,
		.is_heart = true };
	const struct figure figures[6] = {
		{ .label = "按时答复",
			.icon = "ok",
			.value = "95.6%",
			.base = "371 / 388 件",
			.href = "/public/figures#on-time" },
		{ .label = "满意", .icon = "star", .value = "82.6%", .base = "246 人按四档折算" },
		{ .label = "没联系上", .icon = "phone", .value = "14.3%", .base = "41 / 287 件" },
		{ .label = "办过第二次", .icon = "hand", .value = "5.7%", .base = "22 / 388 件" },
		{ .label = "超期没答复",
			.icon = "late",
			.value = "6 件",
			.base = "月底时，最久 9 天" },
		{ .label = "接待日",
			.icon = "people",
			.value = "13 / 14",
			.base = "16日停，18日补" },
	};
	memcpy(s->figure, figures, sizeof figures);
	for (int i = 0; i < 36; i++)
		s->kept[i] = i != 11 && i != 20 && i != 29;
}

struct styles *
styles_sample(void *mem, struct html_out *o)
{
	struct styles *s = mem_new(mem, struct styles);
	(void)o;
	deadlines(mem, s);
	chains(s);
	people(s);
	events(s);
	s->due.clock = s->clock;
	s->due.n_clocks = 5;
	acts(s);
	forms(s);
	lists(s);
	s->receipt = (struct receipt){
		.sentence =
			"收到了。您 9月24日反映的“楼道灯三周不亮”，由物业管理科 陈海燕负责，10月9日（周五）下班前答复您；顾晓岚跟到底。",
		.query_code = "7K3M-9TXW-4E6H-2",
		.file_no = "青街诉〔2026〕0912号",
		.owner = "物业管理科 陈海燕",
		.tracker = "顾晓岚",
		.due_day = DUE,
		.leaf = 47986,
		.url = "https://xinqiao.example/t/7K3M9TXW4E6H2",
		.qr = sample_qr(),
		.office = "青枫街道办事处",
		.phone = "021-5550-0123",
		.can_remember = true,
		.remember_href = "/track/mine",
		.csrf = "x"
	};
	s->crumb[0] = (struct crumb){ "/desk/concerns", "诉求" };
	s->crumb[1] = (struct crumb){ "/desk/concerns?mine=1", "我承办的 12 件" };
	s->crumb[2] = (struct crumb){ NULL, "0912号" };
	s->flash[0] = (struct flash){ FLASH_OK, "已送审。由科长 何志远在 10月8日前看。", "/desk",
		"回到今日待办" };
	s->flash[1] = (struct flash){ FLASH_INFO, "现在人多。您写的都在，请过几秒再按一次。", NULL,
		NULL };
	s->flash[2] = (struct flash){ FLASH_WARN, "这里 30 天内第 4 件，再有 1 件列入热点。", NULL,
		NULL };
	s->flash[3] =
		(struct flash){ FLASH_ERROR, "这一步要由督办岗来做，现在是王蕾值班。", NULL, NULL };
	return s;
}

static const struct shell_desk *
sample_desk(void *mem)
{
	struct shell_desk *d = mem_new(mem, struct shell_desk);
	*d = (struct shell_desk){ .person = "陈海燕",
		.post = "物业管理科·承办",
		.now = at(TODAY, 10, 20),
		.notice = "明天起国庆放假，10月8日上班，10月10日（周六）补班",
		.may_intake = true,
		.csrf = "x" };
	return d;
}

struct shell
styles_shell(void *mem, bool is_desk)
{
	return (struct shell){ .title = is_desk ? "青街诉〔2026〕0912号" : "首页",
		.office = "青枫街道办事处",
		.office_short = "青枫街道",
		.path = is_desk ? "/desk/styles" : "/",
		.phone = "021-5550-0123",
		.phone_hours = "工作日 8:30–17:30",
		.tab = is_desk ? NULL : "home",
		.hero = is_desk ? NULL : "有什么事，请跟我们说",
		.hero_lead = is_desk ? NULL : "说完马上有人负责，并告诉您哪天答复。",
		.is_home = !is_desk,
		.is_index = !is_desk,
		.desk = is_desk ? sample_desk(mem) : NULL };
}

void
styles_resident(struct html_out *o, const struct styles *s, const struct shell *shell)
{
	resident_open(o, shell);
	styles_home(o, s);
	styles_parts(o, s);
	resident_close(o, shell);
}

void
styles_desk(struct html_out *o, const struct styles *s, const struct shell *shell)
{
	static const struct nav_link nav[] = {
		{ "/desk", N_("To do today"), "home", .count = 3, .is_urgent = true },
		{ "/desk/concerns", N_("Concerns"), "talk", .count = 12, .is_current = true },
		{ "/desk/people", N_("People and accounts"), "people", .is_second = true },
	};
	struct html_out menu = html_new(o->mem, o->lang, o->tz_s);
	menu_entries(&menu, nav, sizeof nav / sizeof *nav);
	struct shell_desk desk = *shell->desk;
	struct shell around = *shell;
	desk.menu = html_view(&menu);
	around.desk = &desk;
	desk_open(o, &around);
	styles_concern(o, s);
	styles_parts(o, s);
	desk_close(o, &around);
}
