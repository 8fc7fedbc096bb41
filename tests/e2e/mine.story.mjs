// SPDX-License-Identifier: Apache-2.0
// long: each page in every edition; the month of receptions goes the same way in the quick suite
// What becomes of what was taken down at a reception: a deputy on a phone, a delegate without an account on paper,
// the board of the one asked first, and the report of what another body is competent for.
import { spawnSync } from 'node:child_process'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { act, office } from './cycle-lib.mjs'
import { later, main, phoneSize, press, sign, story, submit } from './lib.mjs'

const root = process.env.XQ_ROOT ?? dirname(dirname(dirname(fileURLToPath(import.meta.url))))
const program = process.env.XQ_BIN ?? join(process.env.XQ_BUILD ?? join(root, 'build'), 'xinqiao')
const DAY = 86400e3

// An act by the command line, while the server runs: what it printed, and whether it was done.
function deed (data, who, name, fields = {}) {
  const words = Object.entries(fields).flatMap(([field, value]) => ['--' + field, String(value)])
  const told = spawnSync(program, ['act', name, '--data', data, '--as', who, ...words], { encoding: 'utf8' })
  return { done: told.status === 0, text: told.stdout + told.stderr }
}
const numberIn = text => /\d{4}-\d{4,}/.exec(text)?.[0]

const isoWeek = at => {
  const d = new Date(at)
  d.setUTCDate(d.getUTCDate() + 4 - (d.getUTCDay() || 7))
  return d.getUTCFullYear() * 100 + Math.ceil(((d - Date.UTC(d.getUTCFullYear(), 0, 1)) / DAY + 1) / 7)
}

// The sittings of a published week, as its page lists them.
async function sittings (page, url, week) {
  await page.goto(url('/desk/reception/' + week))
  return page.locator('main tbody tr:has(a[href*="/sittings/"])').evaluateAll(rows => rows.map(row => ({
    no: /sittings\/(\d+)/.exec(row.querySelector('a').href)[1], text: row.innerText })))
}

// Two sittings of one day ahead, one of them the deputy's and one a delegate's without an account.
async function sittingsOf (yuan, url, names) {
  const whole = await sittings(yuan, url, isoWeek(Date.now() + 8 * 3600e3 + 7 * DAY))
  const dayOf = s => /\d+月\d+日/.exec(s.text)[0]
  const day = whole.map(dayOf).find(d => whole.filter(s => dayOf(s) === d).length >= 2)
  const list = whole.filter(s => dayOf(s) === day)
  const found = []
  for (const name of names) {
    let one = list.find(s => s.text.includes(name))
    if (!one) {
      one = list.find(s => !names.some(n => s.text.includes(n)) && !found.some(f => f.no === s.no))
      await yuan.goto(url(`/desk/reception/sittings/${one.no}/change`))
      const options = await yuan.locator('[name=receiver] option').evaluateAll(all => all.map(o => [o.value, o.textContent]))
      await act(yuan, url, `/desk/reception/sittings/${one.no}/change`,
        { receiver: options.find(o => o[1].includes(name))[0], why: 'absent' })
    }
    found.push(one)
  }
  await yuan.goto(url(`/desk/reception/sittings/${found[0].no}/change`))
  const at = Date.parse(await yuan.inputValue('[name=day]') + 'T' + (await yuan.inputValue('[name=start]')).padStart(5, '0') + ':00+08:00')
  return { slots: found.map(s => s.no), at }
}

const taken = { class: 'property', place: '临河一村5号', phone: '13800000123', read_back: 'read' }

async function answer (data, no, check) {
  for (const [who, name, fields] of [
    ['chenhaiyan', 'concern.accept', {}],
    ['chenhaiyan', 'reply.submit', { text: '门禁主板烧坏，已换新并重新登记门卡。', outcome: 'solved', basis: '维修单' }],
    ['hezhiyuan', 'reply.approve', {}]]) {
    const told = deed(data, who, name, { concern: no, ...fields })
    check(told.done, `${name} of ${no}`, told.text)
  }
}

await story('what became of it', async tools => {
  const { url, open, check, equal, axe, html, shot, data } = tools
  const yuan = (await office(tools, 'yuanye')).yuanye
  const names = ['沈佩芬', '许佳宁']
  const { slots, at } = await sittingsOf(yuan, url, names)
  await later(data, Math.round((at - Date.now()) / 1000) + 600)

  // the deputy, on a phone, on the day
  const shen = await open('shen', { viewport: phoneSize })
  await sign(shen, url, 'shenpeifen')
  await shen.goto(url('/desk'))
  check(/今天轮到您接待/.test(await main(shen)), 'the page of the day says that residents are received', await main(shen))
  await shen.goto(url('/desk/reception/mine'))
  check(/今天/.test(await main(shen)) && await shen.locator(`a[href$="/sittings/${slots[0]}"]`).count() === 1, 'today, one tap to the sitting')
  check(await shen.locator(`a[href$="/sittings/${slots[0]}/register"]`).count() === 1, 'and one to its register')
  const told = deed(data, 'shenpeifen', 'sitting.tell', { slot: slots[0], asked: '老年卡去哪里补办', answer: '社区事务受理中心一楼，带身份证。' })
  check(told.done, 'told on the spot', told.text)
  const first = numberIn(deed(data, 'guxiaolan', 'sitting.take', { slot: slots[0], body: '五号门门禁坏了半个月，晚上谁都能进来。', ...taken }).text)
  const second = numberIn(deed(data, 'guxiaolan', 'sitting.take', { slot: slots[1], body: '六号楼对讲机没有声音，快递进不来。', ...taken }).text)
  check(first && second, 'two concerns are taken down', `${first} ${second}`)
  await shen.goto(url('/desk/reception/mine'))
  const before = await main(shen)
  check(before.includes('门禁坏了') && before.includes('前答复') && before.includes('老年卡'), 'what was taken down and told', before)
  check(!before.includes('13800000123'), 'nothing personal')
  check(await shen.locator(`a[href*="${first}"]`).count() === 0, 'a deputy has no link to what they may not open')
  const own = numberIn(deed(data, 'shenpeifen', 'concern.register', { body: '路口的灯坏了，晚上看不清台阶。', class: 'other', place: '枫桥路' }).text)
  const no = deed(data, 'shenpeifen', 'reply.submit', { concern: own, text: '我来处理，请放心。', outcome: 'solved' })
  check(!no.done && /代表只听|listen/.test(no.text), 'a deputy does not settle', no.text)

  await answer(data, first, check)
  await answer(data, second, check)
  await later(data, 120)
  await shen.goto(url('/desk/reception/mine?show=answered'))
  const after = await main(shen)
  check(after.includes('已答复') && after.includes('还没回访') && !after.includes('老年卡'), 'answered, and not called back yet', after)
  await shen.goto(url('/desk/reception/mine?show=open'))
  check(!(await main(shen)).includes('门禁坏了'), 'nothing of it is open')
  await shen.goto(url('/desk/reception/mine'))
  await axe(shen, 'my receptions, on a phone')
  await html(shen, 'my receptions')
  await shot(shen, 'mine-phone')

  // the delegate without an account
  await sign(yuan, url, 'yuanye')
  await yuan.goto(url('/desk/reception/receivers'))
  await press(yuan.getByRole('link', { name: '许佳宁' }))
  const sheet = await main(yuan)
  check(sheet.includes('待转达的反馈') && sheet.includes('对讲机'), 'feedback to hand over', sheet)
  check(!sheet.includes('13800000123'), 'nothing personal on it')
  await axe(yuan, 'what a receiver brought in')
  await html(yuan, 'what a receiver brought in')
  await shot(yuan, 'mine-sheet')
  const note = yuan.getByRole('link', { name: '登记已告知 ' + second.split('-')[1] + '号' })
  await press(note)
  await axe(yuan, 'the form of the feedback')
  await html(yuan, 'the form of the feedback')
  await submit(yuan)
  check(await yuan.locator('.fault').count() > 0, 'not without saying how')
  await yuan.check('[name=how][value=phone]')
  await submit(yuan)
  check((await main(yuan)).includes('电话') && await note.count() === 0, 'noted, and on the sheet', await main(yuan))
  await press(yuan.getByRole('link', { name: '打印反馈表' }))
  await yuan.emulateMedia({ media: 'print' })
  await shot(yuan, 'mine-print')
  await yuan.emulateMedia({ media: 'screen' })
  await axe(yuan, 'the sheet to print')
  await html(yuan, 'the sheet to print')
  await press(yuan.getByRole('link', { name: '返回' }))
  await press(yuan.getByRole('link', { name: '看半年' }))
  check((await main(yuan)).includes('对讲机') || /-01-/.test(new URL(yuan.url()).search), 'and for half a year')
  const wen = await open('evaluator')
  await sign(wen, url, 'shenpeifen')
  equal((await wen.goto(url('/desk/reception/receivers/5/cases'))).status(), 403, 'the sheet of another deputy is not theirs')
  await wen.goto(url('/desk/reception/receivers/1/cases'))
  check((await main(wen)).includes('门禁坏了'), 'the own one is')

  for (const edition of ['view=elder', 'contrast=high', 'lang=en']) {
    await shen.goto(url(`/prefs?${edition}&back=/desk/reception/mine`))
    await axe(shen, 'my receptions, ' + edition)
    await shen.goto(url('/desk/reception/receivers/1/cases'))
    await axe(shen, 'the sheet, ' + edition)
  }
  const dark = await open('dark', { viewport: phoneSize, colorScheme: 'dark' })
  await sign(dark, url, 'shenpeifen')
  await dark.goto(url('/desk/reception/mine'))
  await axe(dark, 'my receptions, dark')
  await shot(dark, 'mine-dark')
})

await story('the board of the one asked first', async tools => {
  const { url, check, axe, html, shot, open, data } = tools
  const who = await office(tools, 'guxiaolan')
  const gu = who.guxiaolan
  const made = deed(data, 'guxiaolan', 'concern.register', { body: '楼下铁门关不上，老人怕进贼。', class: 'property', place: '临河一村6号', phone: '13800000123' })
  const no = numberIn(made.text)
  const accepted = deed(data, 'chenhaiyan', 'concern.accept', { concern: no })
  check(accepted.done, 'somebody accepts it', accepted.text)
  await gu.goto(url('/desk/first'))
  const board = await main(gu)
  check(/我跟踪的事项有什么变化/.test(board) && /接受|签收/.test(board) && board.includes('陈海燕'), 'who did what', board)
  check(await gu.locator(`.sits a[href*="${no}"]`).count() > 0, 'and with which concern')
  check(board.includes('不能拒收'), 'the duty card says that nothing can be refused')
  await axe(gu, 'the board')
  await html(gu, 'the board')
  await shot(gu, 'first-board')

  await act(gu, url, '/desk/intake', { body: '楼上噪声太大，想去法院起诉，不知道找谁。', place: '青枫里12号', class: 'other', phone: '13800000123' })
  const other = numberIn(gu.url() + await main(gu))
  await act(gu, url, `/desk/concerns/${other}/redirect`, {
    body: 'court', name: '区人民法院诉讼服务中心', phone: '12368', told: '当面告知立案窗口地址和要带的材料。' })
  await gu.goto(url('/desk/redirects'))
  await press(gu.getByRole('link', { name: '全年统计' }))
  const report = await main(gu)
  check(/指引其他单位情况统计/.test(report) && /法院/.test(report) && /受理/.test(report), 'which body, by which unit', report)
  await axe(gu, 'the report')
  await html(gu, 'the report')
  await shot(gu, 'redirect-report')
  const csv = await (await gu.context().request.get(url(await gu.locator('a[href*="report.csv"]').getAttribute('href')))).text()
  check(csv.startsWith('\ufeff') && /法院/.test(csv) && csv.split('\r\n').length > 9, 'the table', csv)
  await gu.emulateMedia({ media: 'print' })
  await shot(gu, 'redirect-report-print')
  await gu.emulateMedia({ media: 'screen' })
  const phone = await open('small', { viewport: phoneSize })
  await sign(phone, url, 'guxiaolan')
  for (const path of ['/desk/first', '/desk/redirects/report']) {
    await phone.goto(url(path))
    await axe(phone, path + ', on a phone')
    await shot(phone, 'phone-' + path.split('/').pop())
  }
  const dark = await open('dark', { colorScheme: 'dark' })
  await sign(dark, url, 'guxiaolan')
  for (const edition of ['view=elder', 'lang=en']) {
    await dark.goto(url(`/prefs?${edition}&back=/desk/first`))
    await axe(dark, 'the board, dark, ' + edition)
  }
})
