// SPDX-License-Identifier: Apache-2.0
// long: each kind of rule by page and list, and its pages in the editions
// The rules of the office: a limit with its preview, the duty catalogue with a dry run, a calendar notice
// that moves open days, lists out and in again, templates of answers; each page in every edition.
import { later, main, phoneSize, press, sign, story, workday } from './lib.mjs'
import { fill, office, open as unlock, raise } from './cycle-lib.mjs'

const source = '青街办〔2026〕12号'
const today = () => new Date(Date.now() + 8 * 3600e3).toISOString().slice(0, 10)
const save = page => page.click('button:has-text("照这样保存")')
const alert = page => page.locator('main [role=alert]').first().innerText()
const number = text => Number(/(\d+) 件/.exec(text)?.[1] ?? -1)

// What was typed stands there again, the second form of a preview aside.
const typed = (page, name) => page.locator(`main form[method=post] [name=${name}]`).last().inputValue()

await story('a limit is tried before it holds', async tools => {
  const { url, check, equal, axe, html, shot, data, noscript } = tools
  const { zhoumin } = await office(tools, 'zhoumin')
  const first = workday(2)
  await zhoumin.goto(url('/desk/rules'))
  const before = await main(zhoumin)
  check(before.includes('5 个工作日') && before.includes('出厂设定 D04') && !/\d+wd/.test(before), 'limits stand there in words, presets as presets')
  await zhoumin.click('main a:text-is("求助")')
  await zhoumin.click('main a:has-text("新版本")')
  equal(await typed(zhoumin, 'limit'), '5 个工作日', 'a new version begins with the one that holds')

  for (const [fields, words] of [
    [{ limit: '很快', from: first, source }, '看不懂这个时限'],
    [{ limit: '9999个工作日', from: first, source }, '时限最长三年'],
    [{ limit: '3个工作日', from: '2020-01-02', source }, '第一天已经过去']]) {
    await fill(zhoumin, fields)
    check((await main(zhoumin)).includes(words), `refused: ${words}`)
    equal([await typed(zhoumin, 'limit'), await typed(zhoumin, 'source')], [fields.limit, source], 'what was typed is kept')
  }
  await axe(zhoumin, 'a refused limit')

  await fill(zhoumin, { limit: '3个工作日', from: first, source, why: '试点' })
  const preview = await main(zhoumin)
  check(preview.includes('3 个工作日，此前 5 个工作日'), 'the preview says what would change')
  check(number(/这一类在办的有 \d+ 件/.exec(preview)?.[0] ?? '') > 0 && preview.includes('0 件改期'), 'open concerns are counted and keep their day')
  equal(await zhoumin.locator('.dl .flag:text-is("原来"), .dl .flag:text-is("以后")').count(), 2, 'one ruler shows both days')
  await axe(zhoumin, 'the preview of a limit')
  await shot(zhoumin, 'rules-limit')
  await zhoumin.goto(url('/desk/rules/deadlines/help'))
  check(!(await main(zhoumin)).includes(source), 'nothing was saved by looking')

  await zhoumin.goto(url('/desk/rules/deadlines/set?key=help'))
  await fill(zhoumin, { limit: '3个工作日', from: first, source, why: '试点' })
  await save(zhoumin)
  check((await main(zhoumin)).includes('已保存'), 'saved as shown')
  check(/求助[\s\S]*?3 个工作日[\s\S]*?起/.test(await main(zhoumin)), 'the version to come stands beside the one in force')
  await zhoumin.click('main a:text-is("求助") >> nth=0')
  check((await main(zhoumin)).includes(source) && (await main(zhoumin)).includes('周敏设定'), 'the history names source and person')
  await html(zhoumin, 'the history')
  await zhoumin.goto(url('/desk/rules/deadlines/set?key=help'))
  await fill(zhoumin, { limit: '4个工作日', from: first, source })
  check((await main(zhoumin)).includes('已有一个版本从这一天起算'), 'two versions cannot begin on one day')

  const early = await raise(url)
  const days = Math.round((Date.parse(first) - Date.parse(today())) / 86400e3)
  await later(data, days * 86400)
  const late = await raise(url)
  await sign(zhoumin, url, 'zhoumin')
  await zhoumin.goto(url(early.path))
  check((await main(zhoumin)).includes(spoken(workday(5))), 'registered before: the day of the old limit')
  await zhoumin.goto(url(late.path))
  check((await main(zhoumin)).includes(spoken(workday(3, days))), 'registered from then on: the day of the new one')
  await noscript.goto(url('/desk/rules'))
  check(!(await noscript.content()).includes('出厂设定'), 'not for strangers')
})

// 2026-10-09 as pages write it: 10月9日
function spoken (day) {
  const [, month, date] = day.split('-').map(Number)
  return `${month}月${date}日`
}

await story('the duty catalogue, by page and by list', async tools => {
  const { url, check, equal, axe, shot } = tools
  const { zhoumin } = await office(tools, 'zhoumin')
  const first = workday(4)
  await zhoumin.goto(url('/desk/rules/duty/set?key=noise'))
  await fill(zhoumin, { unit: 'u07', from: first, source: '派单目录第二版' })
  check(/噪声油烟扰民：从.*平安办主办，此前是城市管理科/.test(await main(zhoumin)), 'the preview names both units')
  await save(zhoumin)
  await zhoumin.goto(url('/desk/rules/duty/set?key=noise'))
  await fill(zhoumin, { unit: 'u06', from: first, source: '派单目录第三版' })
  check((await main(zhoumin)).includes('主办只能有一个'), 'a second lead unit for the day is refused')
  equal(await typed(zhoumin, 'source'), '派单目录第三版', 'what was typed is kept')

  await zhoumin.goto(url('/desk/rules/who?class=noise&nature=help'))
  check((await main(zhoumin)).includes('派给：城市管理科'), 'the dry run: who would get it today')
  await zhoumin.fill('[name=day]', first)
  await zhoumin.click('main form button')
  const then = await main(zhoumin)
  check(then.includes('派给：平安办') && then.includes('派单目录第二版'), 'and who on that day, and why')
  await axe(zhoumin, 'the dry run')
  await shot(zhoumin, 'rules-who')

  const book = await (await zhoumin.context().request.get(url('/desk/rules/duty.xlsx'))).body()
  const bring = async (name, buffer) => {
    await zhoumin.goto(url('/desk/rules/duty/import'))
    await zhoumin.setInputFiles('[name=file]', { name, mimeType: 'application/octet-stream', buffer })
    await zhoumin.click('main form[method=post] button')
    return main(zhoumin)
  }
  check((await bring('duty.xlsx', book)).includes('系统里都有了'), 'a list that was only taken away changes nothing')
  const head = '类别代码,主办单位代码,第一天,最后一天,依据\n'
  for (const [what, name, text, words] of [
    ['cut off', 'duty.xlsx', book.subarray(0, book.length / 2), null],
    ['without its columns', 'a.csv', '甲,乙\n1,2\n', '缺'],
    ['with a formula', 'a.csv', head + `=1+1,u07,${first},,目录\n`, '1 处要改'],
    ['with two leads', 'a.csv', head + `parking,u05,${first},,目录\nparking,u07,${first},,目录\n`, '主办只能有一个'],
    ['with a gap', 'a.csv', head + `parking,u05,${first},${first},目录\n`, '没有规则可用'],
    ['with a day gone by', 'a.csv', head + 'parking,u05,2020-01-02,,目录\n', '第一天已经过去']]) {
    const told = await bring(name, Buffer.from(text))
    check(words ? told.includes(words) : !told.includes('已保存'), `a list ${what} is refused`, told.slice(0, 300))
    check(!(await alert(zhoumin)).includes('�') && (await alert(zhoumin)).length > 5, `in a sentence: ${(await alert(zhoumin)).replace(/\s+/g, ' ').slice(0, 60)}`)
  }
  await axe(zhoumin, 'a refused list')
  await shot(zhoumin, 'rules-list')
  check((await bring('a.csv', Buffer.from(head + `parking,u05,${first},,派单目录第二版\n`))).includes('已保存'), 'a good list is taken over')
  await zhoumin.goto(url('/desk/rules/duty/parking'))
  check((await main(zhoumin)).includes('派单目录第二版'), 'and stands in the history')
})

await story('a calendar notice moves open days', async tools => {
  const { url, check, equal, axe, shot, data, phone } = tools
  const { admin, chenhaiyan } = await office(tools, 'admin', 'chenhaiyan')
  const c = await raise(url)
  const [off, due] = [workday(2), workday(5)]
  const notice = { year: off.slice(0, 4), off: off + ' 试行休息', source: '国办发明电〔2026〕7号' }
  await admin.goto(url('/desk/rules/calendar'))
  await fill(admin, { ...notice, off: '正月初一' })
  check((await main(admin)).includes('第1行看不懂'), 'a line that cannot be read is named')
  equal(await typed(admin, 'source'), notice.source, 'what was typed is kept')
  await fill(admin, notice)
  const preview = await main(admin)
  const moved = number(/其中 \d+ 件/.exec(preview)?.[0] ?? '')
  check(moved > 0, 'the preview says how many days would move', preview)
  await axe(admin, 'the preview of a notice')
  await shot(admin, 'rules-calendar')
  await save(admin)
  await later(data, 60)
  await admin.goto(url('/desk/rules'))
  check((await main(admin)).includes(`${moved} 件在办的改期`), 'as many moved')

  await chenhaiyan.goto(url(c.path))
  const told = await main(chenhaiyan)
  check(told.includes('新日历出来，重新算了答复日'), 'the concern says why its day moved')
  check(!told.includes(spoken(due) + '（') || due.slice(0, 4) !== notice.year, 'it has another day now', told.slice(0, 400))
  await unlock(phone, url, c)
  check((await main(phone)).includes('您的答复日重新算过'), 'the resident reads it too')
})

await story('answers begin with a template', async tools => {
  const { url, check, equal, axe } = tools
  const { zhoumin, chenhaiyan } = await office(tools, 'zhoumin', 'chenhaiyan')
  const c = await raise(url)
  await zhoumin.goto(url('/desk/rules/templates/set'))
  await fill(zhoumin, { code: 'gate', title: '门禁', text: '您反映的____门禁，已修好。\n请您试试。', from: today(), source })
  check((await main(zhoumin)).includes('请您试试'), 'the preview shows the words')
  await save(zhoumin)
  await chenhaiyan.goto(url(c.path + '/accept'))
  await fill(chenhaiyan, {})
  await chenhaiyan.goto(url(c.path + '/reply'))
  await chenhaiyan.click('main a:text-is("门禁")')
  equal(await chenhaiyan.inputValue('[name=text]'), '您反映的____门禁，已修好。\n请您试试。', 'the answer begins with it')
  await axe(chenhaiyan, 'an answer with templates')
})

await story('a kind of matter begins, is renamed and ends', async tools => {
  const { url, check, equal, axe, shot, data, phone } = tools
  const { zhoumin, guxiaolan } = await office(tools, 'zhoumin', 'guxiaolan')
  const set = async fields => {
    await zhoumin.goto(url('/desk/rules/classes/set' + (fields.key ? '?key=' + fields.key : '')))
    const { key, off, ...typed } = fields
    if (off) await zhoumin.check('main [name=off]')
    await fill(zhoumin, { from: today(), source, ...typed })
    return main(zhoumin)
  }
  const offered = async () => {
    await guxiaolan.goto(url('/desk/intake'))
    return guxiaolan.locator('[name=class] option').allInnerTexts()
  }
  check((await set({ code: 'lift', title: '加装电梯', public: 'property' })).includes('从第一天起就要有主办单位'), 'a new kind without a lead unit is refused')
  await axe(zhoumin, 'a refused kind')
  check((await set({ code: 'lift', title: '加装电梯', public: 'property', unit: 'u04', map: '0103' })).includes('算在“住宅小区与物业”里'), 'the preview says what it counts in')
  await axe(zhoumin, 'the preview of a kind')
  await save(zhoumin)
  check((await offered()).includes('加装电梯'), 'clerks choose it from its day on')
  await phone.goto(url('/raise'))
  check((await main(phone)).includes('加装电梯'), 'residents too')
  await guxiaolan.selectOption('[name=class]', 'lift')
  await guxiaolan.fill('[name=body]', '三号楼想加装电梯，楼里老人多。')
  await press(guxiaolan.locator('main form button').first())
  const path = new URL(guxiaolan.url()).pathname.replace('/receipt', '')
  await set({ key: 'lift', title: '既有住宅加装电梯', from: workday(2) })
  await save(zhoumin)
  await set({ key: 'lift', title: '加装电梯', from: workday(4), off: '1' })
  check((await main(zhoumin)).includes('请写明由哪一类接替'), 'with duties it does not end without a successor')
  await fill(zhoumin, { next: 'property' })
  await save(zhoumin)
  await zhoumin.goto(url('/desk/rules/classes/lift'))
  await shot(zhoumin, 'rules-class')
  await zhoumin.goto(url(path))
  check((await main(zhoumin)).includes('加装电梯'), 'the concern has its kind')
  await later(data, Math.round((Date.parse(workday(4)) - Date.parse(today())) / 86400e3) * 86400)
  await sign(guxiaolan, url, 'guxiaolan')
  check(!(await offered()).some(o => o.includes('加装电梯')), 'what ended is offered no longer')
  await guxiaolan.goto(url(path))
  const told = await main(guxiaolan)
  check(told.includes('加装电梯') && !told.includes('既有住宅加装电梯'), 'on file it keeps the name of its day')
  equal((await guxiaolan.request.get(url('/desk/rules/classes.xlsx'))).status(), 200, 'the list goes out')
})

await story('a sentence is tried before residents read it', async tools => {
  const { url, check, equal, axe, shot, phone } = tools
  const { zhoumin, chenhaiyan } = await office(tools, 'zhoumin', 'chenhaiyan')
  const c = await raise(url)
  await chenhaiyan.goto(url(c.path + '/accept'))
  await fill(chenhaiyan, {})
  await zhoumin.goto(url('/desk/rules/sentences'))
  await axe(zhoumin, 'the sentences')
  await zhoumin.click('main a:text-is("办理中")')
  await zhoumin.click('main a:has-text("新版本")')
  equal(await typed(zhoumin, 'text'), '{who}在办，{due}下班前答复您。', 'a new version begins with the one that holds')
  const from = today()
  for (const [text, words] of [
    ['{who}在办。', '少了占位'],
    ['{name}您好，{who}在办，{due}前答复。', '会露出居民是谁'],
    ['{who}在办，{due}前答复，{when}。', '没有的占位']]) {
    await fill(zhoumin, { text, english: '', from, source })
    check((await main(zhoumin)).includes(words), `refused: ${words}`)
    equal(await typed(zhoumin, 'text'), text, 'what was typed is kept')
  }
  await fill(zhoumin, { text: '您的事由{who}在办，{due}前答复您。', english: '', from, source })
  check(/您的事由青枫街道 周敏在办，.*前答复您。/.test(await main(zhoumin)), 'the preview fills the places')
  await axe(zhoumin, 'the preview of a sentence')
  await shot(zhoumin, 'rules-sentence')
  await unlock(phone, url, c)
  check(!(await main(phone)).includes('您的事由'), 'nothing was saved by looking')
  await save(zhoumin)
  await phone.goto(phone.url())
  check((await main(phone)).includes('您的事由物业管理科 陈海燕在办'), 'the resident reads the sentence of today')
})

await story('each step says how it is done', async tools => {
  const { url, check, equal, axe, html, shot } = tools
  const { zhoumin, chenhaiyan } = await office(tools, 'zhoumin', 'chenhaiyan')
  const c = await raise(url)
  await chenhaiyan.goto(url(c.path + '/accept'))
  equal(await chenhaiyan.locator('details.guide').getAttribute('open'), null, 'folded at first')
  await chenhaiyan.click('details.guide summary')
  check((await main(chenhaiyan)).includes('就由您负责'), 'unfolded it says how')
  await axe(chenhaiyan, 'an act with its guide')
  await html(chenhaiyan, 'an act with its guide')
  await zhoumin.goto(url('/desk/rules/guides/set?key=accept'))
  await fill(zhoumin, { text: '先看是不是本单位的事，再接受。', english: '', from: today(), source })
  await save(zhoumin)
  await chenhaiyan.goto(url(c.path + '/accept'))
  await chenhaiyan.click('details.guide summary')
  check((await main(chenhaiyan)).includes('先看是不是本单位的事，再接受。'), 'in the office\u2019s own words')
  await chenhaiyan.goto(url('/desk/rules/handbook.print'))
  const book = await main(chenhaiyan)
  check(book.includes('先看是不是本单位的事，再接受。') && book.includes('住宅小区与物业') && book.includes('5 个工作日'), 'the handbook has steps, duties and limits')
  await axe(chenhaiyan, 'the handbook')
  await html(chenhaiyan, 'the handbook')
  await shot(chenhaiyan, 'rules-handbook')
})

const editions = {
  phone: { viewport: phoneSize, isMobile: true, hasTouch: true },
  dark: { colorScheme: 'dark' },
  elder: { viewport: phoneSize, isMobile: true, hasTouch: true, prefs: 'view=elder' },
  contrast: { prefs: 'contrast=high' }
}
const pages = ['/desk/rules', '/desk/rules/deadlines/help', '/desk/rules/deadlines/set?key=help', '/desk/rules/duty/set',
  '/desk/rules/templates/set?key=lamp', '/desk/rules/who?class=noise', '/desk/rules/duty/import',
  '/desk/rules/classes', '/desk/rules/classes/set', '/desk/rules/sentences', '/desk/rules/sentences/set?key=working', '/desk/rules/guides', '/desk/rules/handbook.print', '/desk/rules/calendar']

await story('the rules in every edition', async ({ open, url, axe, html, check, shot }) => {
  for (const [name, { prefs, ...options }] of Object.entries(editions)) {
    const pageOf = {}
    for (const who of ['zhoumin', 'admin']) { // notices are typed by whoever runs the machine
      pageOf[who] = await open(`${name}-${who}`, options)
      if (prefs) await pageOf[who].goto(url(`/prefs?${prefs}&back=/track`))
      await sign(pageOf[who], url, who)
    }
    for (const path of pages) {
      const page = pageOf[path.endsWith('calendar') ? 'admin' : 'zhoumin']
      await page.goto(url(path))
      await axe(page, `${name} ${path}`)
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
      check(wide <= 0, `${name} ${path} does not stick out sideways`, wide)
      if (name === 'phone') await html(page, path)
    }
    await pageOf.zhoumin.goto(url('/desk/rules'))
    await shot(pageOf.zhoumin, `rules-${name}`)
  }
})
