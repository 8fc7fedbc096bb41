// SPDX-License-Identifier: Apache-2.0
// long: its pages at both sizes
// How well a concern is handled: what its pages ask of those who handle it, and what they show to others.
import { act, answered, office, open as unlock, raise } from './cycle-lib.mjs'
import { main, story, submit, workday } from './lib.mjs'

const sizes = { 390: { width: 390, height: 844 }, 1280: { width: 1280, height: 900 } }

// A page at both sizes: clean for axe, valid, nothing sticks out, a picture of each.
async function look ({ url, axe, html, check, shot }, page, path, name) {
  for (const [width, size] of Object.entries(sizes)) {
    await page.setViewportSize(size)
    if (path) await page.goto(url(path))
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
    check(wide <= 0, `${name} does not stick out at ${width} px`, `${wide} px`)
    await shot(page, `quality-${name}-${width}`)
  }
  await axe(page, name)
  if (path) await html(page, name)
}

// Taken down at the counter as a complaint about a building.
async function complaint (tools, clerk) {
  await clerk.goto(tools.url('/desk/intake'))
  await clerk.fill('[name=body]', '临河一村5号电梯这个月停了五次，每次要半天，楼上有坐轮椅的邻居，打物业电话没人接。')
  await clerk.fill('[name=place]', '临河一村5号')
  await clerk.selectOption('[name=nature]', 'complaint')
  await clerk.selectOption('[name=class]', 'property')
  await submit(clerk)
  await clerk.waitForLoadState()
  const no = /\d{4}-\d{4,}/.exec(clerk.url() + await main(clerk))[0]
  return { no, path: '/desk/concerns/' + no }
}

await story('a complaint is answered on findings, or the answer says why not', async tools => {
  const { url, check, equal } = tools
  const who = await office(tools, 'guxiaolan', 'chenhaiyan', 'hezhiyuan')
  const page = who.chenhaiyan
  const text = '您好，电梯曳引机轴承已更换，今天起由维保单位每周检查一次，电话021-5550-0199。'
  const c = await complaint(tools, who.guxiaolan)
  await act(page, url, c.path + '/accept')

  await act(page, url, c.path + '/reply', { text, outcome: 'solved' })
  check(/这件投诉还没有调查记录/.test(await page.locator('.field.bad .fault').innerText()), 'the fault stands beside the field')
  equal(await page.inputValue('[name=text]'), text, 'and the answer is kept')
  await look(tools, page, null, 'reply-without-finding')

  await look(tools, page, c.path + '/finding', 'finding')
  await act(page, url, c.path + '/finding', {
    text: '三号梯曳引机轴承磨损，维保记录上个月起空白。',
    evidence: '照片2张\n维保记录本',
    heard: '来访居民\n物业经理\n维保单位',
    seen_on: new Date(Date.now() + 8 * 3600e3).toISOString().slice(0, 10)
  })
  await look(tools, page, c.path, 'concern-with-finding')
  await page.goto(url(c.path + '/reply'))
  equal(await page.locator('[name=no_finding]').count(), 0, 'with a finding nobody is asked why there is none')
  await look(tools, page, c.path + '/reply', 'reply-with-finding')
  await act(page, url, c.path + '/reply', { text, outcome: 'solved' })
  await look(tools, who.hezhiyuan, c.path + '/review', 'review')
  check(/听取：来访居民；物业经理；维保单位/.test(await main(who.hezhiyuan)), 'the second person reads who was heard')
  await look(tools, page, c.path + '/file.print', 'file')
  check(/到过现场/.test(await main(page)) && /维保记录本/.test(await main(page)), 'and so does the file')

  const other = await complaint(tools, who.guxiaolan)
  await act(page, url, other.path + '/accept')
  await act(page, url, other.path + '/reply', { text, outcome: 'solved', no_finding: '物业当着居民的面修好，居民发来照片。' })
  await look(tools, who.hezhiyuan, other.path + '/review', 'review-without-finding')
  check(/没有调查记录。拟稿人说明：物业当着居民的面修好/.test(await main(who.hezhiyuan)), 'where there is none, the second person reads why')
  await act(who.hezhiyuan, url, other.path + '/review')
  await page.goto(url(other.path + '/file.print'))
  check(/未作调查，原因：物业当着/.test(await main(page)), 'and the file says so')
})

await story('a day in an answer is promised', async tools => {
  const { url, check, equal, noscript } = tools
  const who = await office(tools, 'chenhaiyan', 'hezhiyuan')
  const page = who.chenhaiyan
  const c = await raise(url)
  await act(page, url, c.path + '/accept')
  const day = workday(6)
  const said = day.replace(/\d+-0?(\d+)-0?(\d+)/, '$1月$2日')
  const text = `您好，门禁已经修好。楼道灯${said}前换成声控灯。`
  await act(page, url, c.path + '/reply', { text, outcome: 'solved' })
  check((await page.locator('.field.bad .fault').innerText()).includes('请在这里承诺到那天做到什么'), 'a day without a promise is a fault in words')
  equal(await page.inputValue('[name=text]'), text, 'and the answer is kept')
  await look(tools, page, null, 'reply-with-day')
  await page.fill('[name=promise]', '楼道灯换成声控灯')
  await page.fill('[name=promise_day]', day)
  await submit(page)
  await look(tools, who.hezhiyuan, c.path + '/review', 'review-with-promise')
  check((await main(who.hezhiyuan)).includes('楼道灯换成声控灯'), 'the second person reads what is promised')
  await unlock(noscript, url, c)
  check(!(await main(noscript)).includes('声控灯'), 'until then the resident is promised nothing')
  await act(who.hezhiyuan, url, c.path + '/review')
  await noscript.goto(url(c.track))
  check((await main(noscript)).includes('楼道灯换成声控灯'), 'from then on it stands among the promises')
  await look(tools, page, c.path, 'concern-with-promise')
})

await story('a form that has grown old', async tools => {
  const { url, check, equal } = tools
  const who = await office(tools, 'chenhaiyan', 'hezhiyuan')
  const page = who.chenhaiyan
  const c = await raise(url)
  await act(page, url, c.path + '/accept')
  const old = await page.context().newPage()
  const typed = '您好，门禁主板已经换新，门卡重新登记过了，请来领。'
  await old.goto(url(c.path + '/reply'))
  await old.fill('[name=text]', typed)
  await old.check('[name=outcome][value=partly]')
  await act(page, url, c.path + '/reply', { text: '您好，门禁修好了，旧卡一周内可以免费换。', outcome: 'solved' })
  await submit(old)
  equal(await old.inputValue('[name=text]'), typed, 'what was typed is kept')
  check((await main(old)).includes('旧卡一周内可以免费换'), 'and what holds now stands beside it')
  check((await main(old)).includes('没有生效，也没有丢'), 'with what became of it in words')
  await look(tools, old, null, 'grown-old')
  await act(who.hezhiyuan, url, c.path + '/review')
  await page.goto(url(c.path))
  check(!(await main(page)).includes('主板已经换新'), 'the older form has changed nothing')
})

await story('the manner is asked apart from the result, and words about staff go past the unit', async tools => {
  const { url, check, equal, noscript } = tools
  const who = await office(tools, 'chenhaiyan', 'hezhiyuan', 'peixin', 'caoyi')
  const c = await raise(url)
  await act(who.chenhaiyan, url, c.path + '/accept')
  await answered(who, url, c)
  await look(tools, who.peixin, '/desk/callbacks/' + c.file_no, 'callback')
  await act(who.peixin, url, '/desk/callbacks/' + c.file_no, {
    result: 'reached', contacted: 'yes', solved: 'yes', attitude: '4', result_sat: '1', sat: '2', words: '门好用了。', about_staff: '来的人进门没说是哪里的，翻东西也没打招呼。'
  })
  await look(tools, who.caoyi, '/desk/conduct', 'conduct')
  check((await main(who.caoyi)).includes('翻东西也没打招呼'), 'the discipline officer reads them')
  for (const page of [who.chenhaiyan, who.hezhiyuan]) {
    await page.goto(url(c.path))
    check(!/打招呼/.test(await page.content()), 'the unit does not')
    equal((await page.goto(url('/desk/conduct'))).status(), 403, 'nor is the list open to it')
  }
  await who.chenhaiyan.goto(url(c.path))
  check(/对结果：满意/.test(await main(who.chenhaiyan)), 'what was said about the result stands on the concern')
  check(!/不满意/.test((await main(who.chenhaiyan)).replace('不满意的', '')), 'the mark for the manner does not')

  const own = await raise(url)
  await act(who.chenhaiyan, url, own.path + '/accept')
  await answered(who, url, own)
  await look(tools, await tools.open('resident'), own.track + '/rate', 'rate')
  await act(noscript, url, own.track + '/rate', { solved: 'yes', attitude: '1', result_sat: '1', sat: '1' })
  check((await main(noscript)).includes('存根'), 'and gets the slip of the secret answer')
  await noscript.goto(url(own.track))
  check(/已解决|真解决|解决/.test(await main(noscript)), 'a resident marks both, without scripts')

  const last = new Date(Date.now() + 8 * 3600e3)
  last.setUTCDate(0)
  await look(tools, who.chenhaiyan, '/desk/figures?month=' + last.toISOString().slice(0, 7), 'figures')
  check(/态度满意率/.test(await main(who.chenhaiyan)), 'the desk shows the rate')
  await noscript.goto(url('/public/' + last.toISOString().slice(0, 7)))
  /* on the first two days of a month the box of the last one is not counted yet */
  if (new Date(Date.now() + 8 * 3600e3).getUTCDate() > 2) check(/态度满意率/.test(await main(noscript)), 'and so does the public page, once the box is counted')
})

await story('what is too hard goes up with what was tried and a proposal', async tools => {
  const { url, check, equal } = tools
  const who = await office(tools, 'chenhaiyan', 'zhoumin')
  const page = who.chenhaiyan
  const c = await raise(url)
  await act(page, url, c.path + '/accept')
  await act(page, url, c.path + '/pass-up', { asked: 'leader' })
  equal(await page.locator('.faults li').count(), 3, 'facts, tries and proposal are all asked for')
  await look(tools, page, null, 'pass-up-faults')
  await act(page, url, c.path + '/pass-up', {
    facts: '5号楼门禁主板烧坏，全楼42户，物业账上没有维修资金。',
    tried: '约谈物业两次：物业说没有钱\n请房管办发函：十天没有回音\n找业委会：业委会去年到期没有改选',
    proposal: '先由街道应急资金垫付4800元更换，改选业委会后从维修资金归还。',
    asked: 'leader'
  })
  await look(tools, page, c.path, 'passed-up-concern')
  await look(tools, who.zhoumin, '/desk/passed-up', 'passed-up')
  check(/约谈物业两次/.test(await main(who.zhoumin)) && /垫付4800元/.test(await main(who.zhoumin)), 'the leader reads what was tried and what is proposed')
  await look(tools, who.zhoumin, c.path + '/answer-up', 'answer-up')
  await act(who.zhoumin, url, c.path + '/answer-up', { decision: 'agreed', note: '同意垫付，物业科周五前换好；业委会改选由平安办牵头。' })
  await page.goto(url(c.path))
  check(/按建议办/.test(await main(page)) && /同意垫付/.test(await main(page)), 'the decision is back with the one who asked')
  await look(tools, page, c.path + '/pass-up.print', 'pass-up-sheet')
})
